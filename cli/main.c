/* SPDX-License-Identifier: Apache-2.0 */
/* tocsin: everything a person types. */
#include "cli/verbs.h"
#include "seal/init.h"

#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

/* They are blocked for good and read from a descriptor, so that every wait can be ended by them,
 * and what a program has begun (a terminal, commands) ends with it; a terminal that is closed too,
 * unless somebody said that we outlive it (nohup). A reader that went away ends us quietly through
 * EPIPE. */
static int open_signals(void) {
    struct sigaction hangup;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    if (sigaction(SIGHUP, NULL, &hangup) != 0) {
        return -1;
    }
    if (hangup.sa_handler != SIG_IGN) {
        sigaddset(&set, SIGHUP);
    }
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
        return -1;
    }
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* The width of a terminal in columns, or 0. */
static uint32_t columns_of(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static bool has_colour(bool is_terminal) {
    const char *no_colour = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    bool is_wanted = no_colour == NULL || no_colour[0] == '\0';
    return is_terminal && is_wanted && (term == NULL || strcmp(term, "dumb") != 0);
}

/* An arena of megabytes of which a verb uses kilobytes is mapped, and its pages are zero and come
 * as they are used. Left alone malloc learns to keep such blocks, and clears the next one whole:
 * half of a verb's time. */
static void map_large_blocks(void) {
#ifdef __GLIBC__
    (void)mallopt(M_MMAP_THRESHOLD, 128 * 1024);
#endif
}

int main(int argc, char **argv) {
    map_large_blocks();
    (void)setlocale(LC_ALL, "");
    tzset();
    struct tcn_cli cli = {
        .out = stdout,
        .err = stderr,
        .is_out_terminal = isatty(STDOUT_FILENO) == 1,
        .is_err_terminal = isatty(STDERR_FILENO) == 1,
        .version = TCN_PROGRAM_VERSION,
        .policy_dir = TCN_POLICY_DIR,
        .signals = open_signals(),
    };
    cli.out_columns = cli.is_out_terminal ? columns_of(STDOUT_FILENO) : 0;
    cli.has_colour = has_colour(cli.is_out_terminal);
    enum tcn_status status = cli.signals < 0 ? TCN_IO : tcn_seal_init();
    if (status != TCN_OK) {
        return tcn_cli_fail(&cli, status, NULL, "start");
    }
    int code = tcn_verbs_run(&cli, argc, argv);
    (void)close(cli.signals);
    /* What could not be written on the way was thrown away by then. */
    const bool is_written = fflush(stdout) == 0 && ferror(stdout) == 0;
    return is_written || code != TCN_EXIT_OK ? code : TCN_EXIT_FAILURE;
}
