/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* memfd_create, POSIX_SPAWN_SETSID */
#include "cli/runs.h"

#include "base/clock.h"
#include "client/session.h" /* for wiping what was read */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define RUN_COUNT (TCN_RUNS_BESIDE_MAX + TCN_RUNS_WAITING_MAX)
#define SECOND_NS INT64_C(1000000000)
#define KILL_NS (5 * SECOND_NS)
#define FINI_MS 1000
#define ENVIRONMENT_MAX 512

extern char **environ;

static enum tcn_status status_of_error(int error) {
    return error == ENOMEM                                         ? TCN_NOMEM
           : error == EAGAIN || error == EMFILE || error == ENFILE ? TCN_LIMIT
                                                                   : TCN_IO;
}

static void forget(struct tcn_run *run) {
    if (run->input != NULL) {
        tcn_secret_wipe(run->input, run->want.input.size);
        free(run->input);
    }
    if (run->is_used && run->pidfd >= 0) {
        (void)close(run->pidfd);
    }
    *run = (struct tcn_run){.pidfd = -1};
}

bool tcn_runs_has_room(const struct tcn_runs *runs) {
    return tcn_runs_count(runs) < TCN_RUNS_WAITING_MAX;
}

enum tcn_status tcn_runs_add(struct tcn_runs *runs, const struct tcn_run_want *want) {
    struct tcn_run *room = NULL;
    for (size_t i = 0; i < RUN_COUNT && room == NULL; i++) {
        room = runs->rows[i].is_used ? NULL : &runs->rows[i];
    }
    if (room == NULL || !tcn_runs_has_room(runs)) {
        return TCN_LIMIT;
    }
    uint8_t *input = malloc(want->input.size + 1);
    if (input == NULL) {
        return TCN_NOMEM;
    }
    if (want->input.size > 0) {
        memcpy(input, want->input.data, want->input.size);
    }
    input[want->input.size] = '\n'; /* one line, as a shell reads it */
    *room = (struct tcn_run){
        .is_used = true, .pidfd = -1, .input = input, .order = runs->order, .want = *want};
    room->want.input = tcn_slice_of(input, want->input.size + 1);
    runs->order++;
    return TCN_OK;
}

/* The input in memory that no file system has, read from its beginning. */
static int input_open(struct tcn_slice input) {
    const int file = memfd_create("tocsin-item", MFD_CLOEXEC);
    size_t done = 0;
    while (file >= 0 && done < input.size) {
        const ssize_t size = write(file, input.data + done, input.size - done);
        if (size < 0 && errno != EINTR) {
            (void)close(file);
            return -1;
        }
        done += size > 0 ? (size_t)size : 0;
    }
    if (file >= 0 && lseek(file, 0, SEEK_SET) != 0) {
        (void)close(file);
        return -1;
    }
    return file;
}

/* The item is its input; no blocked signals, the usual end by SIGPIPE, and a session of its own. */
static int prepare(const struct tcn_runs *runs, posix_spawn_file_actions_t *actions,
                   posix_spawnattr_t *attributes, int input) {
    sigset_t none;
    sigset_t pipes;
    (void)sigemptyset(&none);
    (void)sigemptyset(&pipes);
    (void)sigaddset(&pipes, SIGPIPE);
    int error = posix_spawn_file_actions_adddup2(actions, input, STDIN_FILENO);
    if (error == 0 && runs->is_quiet) {
        error = posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    }
    if (error == 0 && runs->is_quiet) {
        error = posix_spawn_file_actions_adddup2(actions, STDOUT_FILENO, STDERR_FILENO);
    }
    error = error == 0 ? posix_spawnattr_setsigmask(attributes, &none) : error;
    error = error == 0 ? posix_spawnattr_setsigdefault(attributes, &pipes) : error;
    return error == 0 ? posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK |
                                                                 POSIX_SPAWN_SETSIGDEF |
                                                                 POSIX_SPAWN_SETSID)
                      : error;
}

static bool is_ours(const char *variable) {
    return strncmp(variable, "TOCSIN_ITEM_", sizeof("TOCSIN_ITEM_") - 1) == 0;
}

static int spawn(const struct tcn_runs *runs, struct tcn_run *run, int input) {
    char shell[] = "sh";
    char option[] = "-c";
    char *environment[ENVIRONMENT_MAX + 1];
    size_t count = 0;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    char *command = strdup(runs->command);
    if (command == NULL) {
        return ENOMEM;
    }
    char *const arguments[] = {shell, option, command, NULL};
    for (uint32_t i = 0; i < run->want.variable_count; i++) {
        environment[count++] = run->want.variables[i];
    }
    for (char **next = environ; *next != NULL && count < ENVIRONMENT_MAX; next++) {
        if (!is_ours(*next)) { /* of a watch that runs within another's command */
            environment[count++] = *next;
        }
    }
    environment[count] = NULL;
    int error = posix_spawn_file_actions_init(&actions);
    if (error == 0) {
        error = posix_spawnattr_init(&attributes);
        if (error == 0) {
            error = prepare(runs, &actions, &attributes, input);
            error = error != 0 ? error
                               : posix_spawn(&run->pid, "/bin/sh", &actions, &attributes, arguments,
                                             environment);
            (void)posix_spawnattr_destroy(&attributes);
        }
        (void)posix_spawn_file_actions_destroy(&actions);
    }
    free(command);
    return error;
}

static enum tcn_status start(const struct tcn_runs *runs, struct tcn_run *run, int64_t now_ns) {
    const int input = input_open(run->want.input);
    if (input < 0) {
        return status_of_error(errno);
    }
    const int error = spawn(runs, run, input);
    (void)close(input);
    if (error != 0) {
        run->pid = 0;
        return status_of_error(error);
    }
    run->pidfd = (int)syscall(SYS_pidfd_open, run->pid, 0); /* -1: its end is found by looking */
    run->started_ns = now_ns;
    tcn_secret_wipe(run->input, run->want.input.size);
    free(run->input);
    run->input = NULL;
    return TCN_OK;
}

/* The next of those that wait: the most pressing, then the first. */
static struct tcn_run *next_waiting(struct tcn_runs *runs) {
    struct tcn_run *best = NULL;
    uint32_t running = 0;
    for (size_t i = 0; i < RUN_COUNT; i++) {
        struct tcn_run *run = &runs->rows[i];
        running += run->is_used && run->pid != 0 ? 1 : 0;
        if (!run->is_used || run->pid != 0) {
            continue;
        }
        const bool is_worse =
            best != NULL && (unsigned)run->want.severity > (unsigned)best->want.severity;
        const bool is_before =
            best != NULL && run->want.severity == best->want.severity && run->order < best->order;
        best = best == NULL || is_worse || is_before ? run : best;
    }
    return running < runs->beside_max ? best : NULL;
}

/* Tells one whose time is over to end, it and what it has started. */
static void hurry(const struct tcn_runs *runs, struct tcn_run *run, int64_t now_ns) {
    if (run->killed_ns == 0 && now_ns - run->started_ns >= runs->timeout_ns) {
        (void)kill(-run->pid, SIGTERM);
        run->killed_ns = now_ns;
    } else if (run->killed_ns != 0 && now_ns - run->killed_ns >= KILL_NS) {
        (void)kill(-run->pid, SIGKILL);
    }
}

/* True when one is over; what a late one has started, and does not heed SIGTERM, goes with it. As
 * long as it is not waited for, its number is nobody else's. */
static bool has_ended(struct tcn_run *run, struct tcn_run_end *out_end) {
    siginfo_t ended = {.si_pid = 0};
    int code = 0;
    const int looked = waitid(P_PID, (id_t)run->pid, &ended, WEXITED | WNOHANG | WNOWAIT);
    if ((looked == 0 && ended.si_pid == 0) || (looked < 0 && errno == EINTR)) {
        return false;
    }
    if (looked == 0 && run->killed_ns != 0) {
        (void)kill(-run->pid, SIGKILL);
    }
    const pid_t pid = waitpid(run->pid, &code, WNOHANG); /* it has ended: no wait, and no EINTR */
    *out_end = (struct tcn_run_end){.number = run->want.number,
                                    .is_late = run->killed_ns != 0,
                                    .status = pid < 0 ? TCN_IO : TCN_OK};
    out_end->code = WIFSIGNALED(code) ? 128 + WTERMSIG(code) : WEXITSTATUS(code);
    return true;
}

bool tcn_runs_tend(struct tcn_runs *runs, int64_t now_ns, struct tcn_run_end *out_end) {
    for (size_t i = 0; i < RUN_COUNT; i++) {
        struct tcn_run *run = &runs->rows[i];
        if (!run->is_used || run->pid == 0) {
            continue;
        }
        hurry(runs, run, now_ns);
        if (has_ended(run, out_end)) {
            forget(run);
            return true;
        }
    }
    for (struct tcn_run *run = next_waiting(runs); run != NULL; run = next_waiting(runs)) {
        const enum tcn_status status = start(runs, run, now_ns);
        if (status != TCN_OK) {
            *out_end = (struct tcn_run_end){.number = run->want.number, .status = status};
            forget(run);
            return true;
        }
    }
    return false;
}

uint32_t tcn_runs_count(const struct tcn_runs *runs) {
    uint32_t count = 0;
    for (size_t i = 0; i < RUN_COUNT; i++) {
        count += runs->rows[i].is_used ? 1 : 0;
    }
    return count;
}

uint64_t tcn_runs_oldest(const struct tcn_runs *runs) {
    uint64_t oldest = UINT64_MAX;
    for (size_t i = 0; i < RUN_COUNT; i++) {
        const struct tcn_run *run = &runs->rows[i];
        oldest = run->is_used && run->want.number < oldest ? run->want.number : oldest;
    }
    return oldest;
}

bool tcn_runs_wait(const struct tcn_runs *runs, int signals, int timeout_ms) {
    struct pollfd items[1 + RUN_COUNT] = {{.fd = signals, .events = POLLIN}};
    nfds_t count = 1;
    for (size_t i = 0; i < RUN_COUNT; i++) {
        if (runs->rows[i].is_used && runs->rows[i].pid != 0 && runs->rows[i].pidfd >= 0) {
            items[count++] = (struct pollfd){.fd = runs->rows[i].pidfd, .events = POLLIN};
        }
    }
    const int ready = poll(items, count, timeout_ms);
    return !(ready > 0 && items[0].revents != 0);
}

void tcn_runs_fini(struct tcn_runs *runs) {
    for (size_t i = 0; i < RUN_COUNT; i++) {
        struct tcn_run *run = &runs->rows[i];
        if (run->is_used && run->pid != 0) {
            (void)kill(-run->pid, SIGTERM);
        }
    }
    const int64_t until_ns = tcn_clock_monotonic_ns() + FINI_MS * TCN_MS_NS; /* for all of them */
    for (size_t i = 0; i < RUN_COUNT; i++) {
        struct tcn_run *run = &runs->rows[i];
        if (run->is_used && run->pid != 0) {
            struct pollfd item = {.fd = run->pidfd, .events = POLLIN};
            const int64_t rest_ns = until_ns - tcn_clock_monotonic_ns();
            const bool has_time = run->pidfd >= 0 && rest_ns > 0;
            (void)poll(&item, 1, has_time ? (int)(rest_ns / TCN_MS_NS) + 1 : 0);
            (void)kill(-run->pid, SIGKILL);
            while (waitpid(run->pid, NULL, 0) < 0 && errno == EINTR) {
            }
        }
        forget(run);
    }
}
