/* SPDX-License-Identifier: Apache-2.0 */
/* tocsin-agent: the program of one office's or bureau's PC, and of an exercise's feed. */
#include "agents/agent.h"
#include "policy/config.h"
#include "seal/init.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXIT_USAGE 2
#define EXIT_CONFIG 6
#define EXIT_DAMAGED 8
#define SOCKETS_MAX 64

static const char help[] =
    "usage: tocsin-agent --config FILE [--metrics PATH]\n"
    "\n"
    "Takes reports and acts from this PC's programs and hands them to the collector.\n"
    "\n"
    "  --config FILE   section `agent` of this file is used\n"
    "  --metrics PATH  show numbers on a unix socket there\n"
    "  --version       print the version and exit\n"
    "  --help          print this and exit\n";

/** A descriptor that becomes readable when the program is asked to end; -1 on failure. */
static int stop_descriptor(void) {
    sigset_t stops;
    (void)sigemptyset(&stops);
    (void)sigaddset(&stops, SIGINT);
    (void)sigaddset(&stops, SIGTERM);
    if (sigprocmask(SIG_BLOCK, &stops, NULL) != 0) {
        return -1;
    }
    return signalfd(-1, &stops, SFD_NONBLOCK | SFD_CLOEXEC);
}

static int exit_code(enum tcn_status status) {
    return status == TCN_OK        ? EXIT_SUCCESS
           : status == TCN_CORRUPT ? EXIT_DAMAGED
           : status == TCN_CONFIG  ? EXIT_CONFIG
           : status == TCN_VERSION ? EXIT_CONFIG /* another version of the program is wanted */
                                   : EXIT_FAILURE;
}

/** Runs the agent with its configuration. */
static int serve(const struct tcn_config_agent *config, const char *metrics_path) {
    struct tcn_logger logger = tcn_logger_init("tocsin-agent", TCN_LOG_INFO, STDERR_FILENO);
    struct tcn_agent_options options = {.logger = &logger,
                                        .config = config,
                                        .stop_descriptor = stop_descriptor(),
                                        .metrics_path = metrics_path,
                                        .version = TCN_PROGRAM_VERSION};
    struct tcn_agent *agent = NULL;
    enum tcn_status status = options.stop_descriptor < 0 ? TCN_LIMIT : tcn_seal_init();
    if (status == TCN_OK) {
        status = tcn_link_open(1, SOCKETS_MAX, &options.link);
    }
    if (status == TCN_OK) {
        status = tcn_agent_open(&options, &agent);
    }
    if (status == TCN_OK) {
        tcn_log(&logger, TCN_LOG_INFO, "ready at %s for %s", config->local_endpoint, config->organ);
        status = tcn_agent_run(agent);
    }
    tcn_agent_close(&agent);
    tcn_link_close(&options.link);
    return exit_code(status);
}

int main(int argc, char **argv) {
    static const struct option known[] = {{"config", required_argument, NULL, 'c'},
                                          {"metrics", required_argument, NULL, 'm'},
                                          {"version", no_argument, NULL, 'v'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    const char *path = NULL;
    const char *metrics_path = NULL;
    int option = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option == 'v') {
            return printf("tocsin-agent %s\n", TCN_PROGRAM_VERSION) > 0 ? 0 : EXIT_FAILURE;
        }
        if (option == 'h') {
            return fputs(help, stdout) >= 0 ? 0 : EXIT_FAILURE;
        }
        if (option != 'c' && option != 'm') {
            return EXIT_USAGE;
        }
        *(option == 'c' ? &path : &metrics_path) = optarg;
    }
    if (path == NULL || optind != argc) {
        (void)fputs(help, stderr);
        return EXIT_USAGE;
    }
    (void)umask(0077); /* the local socket is guarded by the permissions of its file */
    struct tcn_policy_errors errors;
    struct tcn_config *config = NULL;
    int code = EXIT_CONFIG;
    if (tcn_config_read(path, &config, &errors) != TCN_OK) {
        for (uint32_t i = 0; i < errors.count; i++) {
            char text[TCN_POLICY_ERROR_TEXT_BYTES];
            tcn_policy_error_text(&errors.items[i], text);
            (void)fprintf(stderr, "tocsin-agent: %s\n", text);
        }
    } else if (!config->has_agent) {
        (void)fprintf(stderr, "tocsin-agent: cannot start: %s has no section agent\n", path);
    } else {
        code = serve(&config->agent, metrics_path);
    }
    tcn_config_destroy(&config);
    return code;
}
