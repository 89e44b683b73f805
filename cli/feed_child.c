/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/feed_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static enum tcn_status status_of_error(int error) {
    return error == ENOMEM                                         ? TCN_NOMEM
           : error == EAGAIN || error == EMFILE || error == ENFILE ? TCN_LIMIT
                                                                   : TCN_IO;
}

/* The command gets the read end as its input, no blocked signals, and the usual end by SIGPIPE. */
static int prepare(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes, int input) {
    sigset_t none;
    sigset_t pipes;
    (void)sigemptyset(&none);
    (void)sigemptyset(&pipes);
    (void)sigaddset(&pipes, SIGPIPE);
    int error = posix_spawn_file_actions_adddup2(actions, input, STDIN_FILENO);
    if (error == 0) {
        error = posix_spawnattr_setsigmask(attributes, &none);
    }
    if (error == 0) {
        error = posix_spawnattr_setsigdefault(attributes, &pipes);
    }
    if (error == 0) {
        error =
            posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    return error;
}

static enum tcn_status spawn(const char *command, int input, pid_t *out_pid) {
    char shell[] = "sh";
    char option[] = "-c";
    char *copy = strdup(command);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    if (copy == NULL) {
        return TCN_NOMEM;
    }
    int error = posix_spawn_file_actions_init(&actions);
    if (error == 0) {
        error = posix_spawnattr_init(&attributes);
        if (error == 0) {
            char *const arguments[] = {shell, option, copy, NULL};
            error = prepare(&actions, &attributes, input);
            error = error != 0 ? error
                               : posix_spawn(out_pid, "/bin/sh", &actions, &attributes, arguments,
                                             environ);
            (void)posix_spawnattr_destroy(&attributes);
        }
        (void)posix_spawn_file_actions_destroy(&actions);
    }
    free(copy);
    return error == 0 ? TCN_OK : status_of_error(error);
}

/* Waits until `descriptor` is ready or a signal comes. */
static enum tcn_status wait_for(const struct tcn_cli *cli, int descriptor, short events) {
    struct pollfd items[2] = {{.fd = cli->signals, .events = POLLIN},
                              {.fd = descriptor, .events = events}};
    for (;;) {
        int ready = poll(items, 2, -1);
        if (ready < 0 && errno != EINTR) {
            return TCN_IO;
        }
        if (ready > 0) {
            return items[0].revents != 0 ? TCN_CANCELED : TCN_OK;
        }
    }
}

/* Writes the input; a command that does not want it may close its end. */
static enum tcn_status give_input(const struct tcn_cli *cli, int descriptor,
                                  struct tcn_slice input) {
    size_t done = 0;
    while (done < input.size) {
        enum tcn_status status = wait_for(cli, descriptor, POLLOUT);
        if (status != TCN_OK) {
            return status;
        }
        ssize_t size = write(descriptor, input.data + done, input.size - done);
        if (size < 0 && errno == EPIPE) {
            return TCN_OK;
        }
        if (size < 0 && errno != EAGAIN && errno != EINTR) {
            return TCN_IO;
        }
        done += size > 0 ? (size_t)size : 0;
    }
    return TCN_OK;
}

/* Its end makes a pidfd readable. After a signal to us the command is told, and waited for: it may
 * have the item in hand. */
static enum tcn_status await_end(const struct tcn_cli *cli, pid_t pid, enum tcn_status status,
                                 int *out_code) {
    int descriptor = (int)syscall(SYS_pidfd_open, pid, 0);
    if (status == TCN_OK && descriptor >= 0) {
        status = wait_for(cli, descriptor, POLLIN);
    }
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    if (status != TCN_OK) {
        (void)kill(pid, SIGTERM);
    }
    int code = 0;
    while (waitpid(pid, &code, 0) < 0) {
        if (errno != EINTR) {
            return TCN_IO;
        }
    }
    *out_code = WIFSIGNALED(code) ? 128 + WTERMSIG(code) : WEXITSTATUS(code);
    return status;
}

enum tcn_status tcn_feed_child_run(struct tcn_cli *cli, const char *command, struct tcn_slice input,
                                   int *out_code) {
    int ends[2];
    if (pipe(ends) != 0) {
        return status_of_error(errno);
    }
    enum tcn_status status = TCN_OK;
    if (fcntl(ends[0], F_SETFD, FD_CLOEXEC) != 0 || fcntl(ends[1], F_SETFD, FD_CLOEXEC) != 0 ||
        fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0) {
        status = TCN_IO;
    }
    pid_t pid = 0;
    (void)fflush(cli->out);
    if (status == TCN_OK) {
        status = spawn(command, ends[0], &pid);
    }
    (void)close(ends[0]);
    if (status != TCN_OK) {
        (void)close(ends[1]);
        return status;
    }
    status = give_input(cli, ends[1], input);
    (void)close(ends[1]);
    return await_end(cli, pid, status, out_code);
}
