/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/children.h"

#include "base/clock.h"
#include "cli/place.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define QUICK_NS (5 * TCN_SECOND_NS)
#define QUICK_MAX 5     /* before the district was up for the first time */
#define TROUBLE_COUNT 3 /* quick ends in a row that are told as trouble */
#define PAUSE_MIN_NS (TCN_SECOND_NS / 2)
#define PAUSE_MAX_NS (10 * TCN_SECOND_NS)
#define TEND_NS TCN_SECOND_NS

extern char **environ;

enum tcn_status tcn_children_add(struct tcn_children *children, const char *name,
                                 const char *program, const char *dir, const char *config) {
    if (children->count == TCN_CHILDREN_MAX) {
        return TCN_LIMIT;
    }
    struct tcn_child *child = &children->list[children->count];
    *child = (struct tcn_child){0};
    char programs[TCN_CLI_PATH_BYTES];
    enum tcn_status status = tcn_place_programs(programs);
    if (status == TCN_OK) {
        status = tcn_place_path(child->program, programs, "%s", program);
    }
    if (status == TCN_OK) {
        status = tcn_place_path(child->config, dir, "etc/%s.yaml", config);
    }
    if (status == TCN_OK) {
        status = tcn_place_path(child->log, dir, "logs/%s.log", name);
    }
    if (status == TCN_OK) {
        status = tcn_place_path(child->metrics, dir, "run/%s.metrics", name);
    }
    if (status != TCN_OK) {
        return status;
    }
    (void)snprintf(child->name, sizeof child->name, "%s", name);
    children->count++;
    return TCN_OK;
}

static enum tcn_status spawn(struct tcn_child *child, posix_spawn_file_actions_t *actions,
                             posix_spawnattr_t *attributes) {
    sigset_t none;
    sigemptyset(&none);
    char shown[] = "--metrics";
    char option[] = "--config";
    char *const arguments[] = {child->program, shown, child->metrics, option, child->config, NULL};
    int flags = O_WRONLY | O_CREAT | O_APPEND;
    if (posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0) != 0 ||
        posix_spawn_file_actions_addopen(actions, 1, child->log, flags, 0600) != 0 ||
        posix_spawn_file_actions_adddup2(actions, 1, 2) != 0 ||
        posix_spawnattr_setsigmask(attributes, &none) != 0 ||
        /* a group of its own: Ctrl-C on the terminal reaches this program only, which drains in
           order */
        posix_spawnattr_setpgroup(attributes, 0) != 0 ||
        posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP) != 0) {
        return TCN_IO;
    }
    int error = posix_spawn(&child->pid, child->program, actions, attributes, arguments, environ);
    if (error == 0) {
        return TCN_OK;
    }
    child->pid = 0;
    return error == ENOENT ? TCN_ABSENT : error == ENOMEM ? TCN_NOMEM : TCN_IO;
}

enum tcn_status tcn_child_start(struct tcn_child *child, int64_t now_ns) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    if (posix_spawn_file_actions_init(&actions) != 0) {
        return TCN_NOMEM;
    }
    if (posix_spawnattr_init(&attributes) != 0) {
        (void)posix_spawn_file_actions_destroy(&actions);
        return TCN_NOMEM;
    }
    enum tcn_status status = spawn(child, &actions, &attributes);
    (void)posix_spawnattr_destroy(&attributes);
    (void)posix_spawn_file_actions_destroy(&actions);
    child->started_ns = now_ns;
    child->restart_ns = 0;
    return status;
}

static struct tcn_child *find(struct tcn_children *children, pid_t pid) {
    for (uint32_t index = 0; index < children->count; index++) {
        if (children->list[index].pid == pid) {
            return &children->list[index];
        }
    }
    return NULL;
}

/* Before the next start: none for one that was steady, then longer and longer. */
static int64_t pause_of(const struct tcn_child *child) {
    int64_t pause_ns = child->quick_count == 0 ? 0 : PAUSE_MIN_NS;
    for (uint32_t count = 1; count < child->quick_count && pause_ns < PAUSE_MAX_NS; count++) {
        pause_ns *= 2;
    }
    return pause_ns < PAUSE_MAX_NS ? pause_ns : PAUSE_MAX_NS;
}

/* Each change is told once: it ended, it cannot be kept running, it is steady again. */
static void say_end(const struct tcn_child *child, int code, FILE *err) {
    if (child->quick_count == TROUBLE_COUNT) {
        (void)fprintf(err,
                      "tocsin: cannot keep %s running: because it ends at once, again and again; "
                      "it is started again at least every %d s\ntry: read %s\n",
                      child->name, (int)(PAUSE_MAX_NS / TCN_SECOND_NS), child->log);
    } else if (child->quick_count <= 1 && WIFSIGNALED(code)) {
        (void)fprintf(err, "tocsin: %s was killed by signal %d; starting it again\n", child->name,
                      WTERMSIG(code));
    } else if (child->quick_count <= 1) {
        (void)fprintf(err, "tocsin: %s ended with code %d; starting it again (its log: %s)\n",
                      child->name, WEXITSTATUS(code), child->log);
    }
}

static void note_end(struct tcn_child *child, int code, FILE *err, int64_t now_ns) {
    child->pid = 0;
    child->quick_count = now_ns - child->started_ns < QUICK_NS ? child->quick_count + 1 : 0;
    child->restart_ns = now_ns + pause_of(child);
    child->lost_count++;
    say_end(child, code, err);
}

static void note_steady(struct tcn_child *child, FILE *err, int64_t now_ns) {
    if (child->quick_count == 0 || now_ns - child->started_ns < QUICK_NS) {
        return;
    }
    if (child->quick_count >= TROUBLE_COUNT) {
        (void)fprintf(err, "tocsin: %s is running again\n", child->name);
    }
    child->quick_count = 0;
}

static enum tcn_status give_up(const struct tcn_child *child, FILE *err) {
    (void)fprintf(err,
                  "tocsin: cannot bring %s up: because it ended %d times at once\n"
                  "try: read %s\n",
                  child->name, QUICK_MAX, child->log);
    return TCN_CLOSED;
}

/* Starts one whose time has come. One that does not even start is one that ended at once. */
static enum tcn_status revive(struct tcn_children *children, struct tcn_child *child, FILE *err,
                              int64_t now_ns) {
    if (!children->is_up && child->quick_count >= QUICK_MAX) {
        return give_up(child, err);
    }
    if (child->restart_ns > now_ns || tcn_child_start(child, now_ns) == TCN_OK) {
        return TCN_OK;
    }
    if (!children->is_up) {
        return TCN_CLOSED;
    }
    note_end(child, 0, err, now_ns);
    return TCN_OK;
}

enum tcn_status tcn_children_tend(struct tcn_children *children, FILE *err, int64_t now_ns,
                                  int64_t *out_wait_ns) {
    int code = 0;
    for (pid_t pid = 0; (pid = waitpid(-1, &code, WNOHANG)) > 0;) {
        struct tcn_child *child = find(children, pid);
        if (child != NULL) {
            note_end(child, code, err, now_ns);
        }
    }
    *out_wait_ns = TEND_NS;
    for (uint32_t index = 0; index < children->count; index++) {
        struct tcn_child *child = &children->list[index];
        if (child->pid != 0) {
            note_steady(child, err, now_ns);
            continue;
        }
        enum tcn_status status = revive(children, child, err, now_ns);
        if (status != TCN_OK) {
            return status;
        }
        if (child->pid == 0) {
            *out_wait_ns = TEND_NS / 10;
        }
    }
    return TCN_OK;
}

/* Waits for one child to end: a pidfd becomes readable then. */
static bool await_end(pid_t pid, int64_t deadline_ns) {
    int descriptor = (int)syscall(SYS_pidfd_open, pid, 0);
    if (descriptor < 0) {
        return false;
    }
    struct pollfd item = {.fd = descriptor, .events = POLLIN};
    int64_t rest_ns = deadline_ns - tcn_clock_monotonic_ns();
    int ready = poll(&item, 1, rest_ns <= 0 ? 0 : (int)(rest_ns / TCN_MS_NS) + 1);
    (void)close(descriptor);
    return ready > 0;
}

/* In order, or by the very signal when it came before the program could take it. */
static bool ended_as_asked(int code) {
    return WIFEXITED(code) ? WEXITSTATUS(code) == 0 : WTERMSIG(code) == SIGTERM;
}

bool tcn_children_end(struct tcn_children *children, const char *prefix, int64_t deadline_ns) {
    size_t prefix_size = strlen(prefix);
    for (uint32_t index = 0; index < children->count; index++) {
        struct tcn_child *child = &children->list[index];
        if (child->pid > 0 && strncmp(child->name, prefix, prefix_size) == 0) {
            (void)kill(child->pid, SIGTERM);
        }
    }
    bool is_clean = true;
    for (uint32_t index = 0; index < children->count; index++) {
        struct tcn_child *child = &children->list[index];
        if (child->pid <= 0 || strncmp(child->name, prefix, prefix_size) != 0) {
            continue;
        }
        const bool has_time_out = !await_end(child->pid, deadline_ns);
        if (has_time_out) {
            is_clean = false;
            (void)kill(child->pid, SIGKILL);
        }
        int code = 0;
        (void)waitpid(child->pid, &code, 0);
        child->lost_count += has_time_out || ended_as_asked(code) ? 0 : 1;
        child->pid = 0;
    }
    return is_clean;
}
