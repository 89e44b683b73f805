/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The programs that `tocsin up` runs: started, watched, started again when they end, ended
 * together. A child dies with its parent. Children are spawned, never forked, so that no thread or
 * socket of this program is ever copied. One thread.
 */
#ifndef TCN_CLI_CHILDREN_H
#define TCN_CLI_CHILDREN_H

#include "cli/cli.h"
#include "model/limits.h"

#include <sys/types.h>

#define TCN_CHILDREN_MAX 64

/** One program. */
struct tcn_child {
    char name[TCN_WORD_BYTES_MAX + 16]; /**< for people and for its log file */
    char program[TCN_CLI_PATH_BYTES];
    char config[TCN_CLI_PATH_BYTES];
    char log[TCN_CLI_PATH_BYTES];
    char metrics[TCN_CLI_PATH_BYTES]; /**< where it shows its numbers */
    pid_t pid;                        /**< 0: not running */
    int64_t started_ns;               /**< monotonic */
    int64_t restart_ns;               /**< monotonic; 0: no restart is due */
    uint32_t quick_count;             /**< ends within 5 s of their start, in a row */
    uint32_t lost_count;              /**< ends that nobody asked for */
};

/** All of them. Open: embedded in the verb. */
struct tcn_children {
    struct tcn_child list[TCN_CHILDREN_MAX];
    uint32_t count;
    bool is_up; /**< the district answered once: from then on nobody is given up */
};

/** Adds one, not started. Errors: TCN_LIMIT TCN_TOOBIG. Thread: the program's. */
TCN_MUST_CHECK enum tcn_status tcn_children_add(struct tcn_children *children, const char *name,
                                                const char *program, const char *dir,
                                                const char *config);

/** Starts one; what it prints goes to its log file. Errors: TCN_IO TCN_ABSENT TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_child_start(struct tcn_child *child, int64_t now_ns);

/** Takes the ends of children in and starts those whose time has come: at once when they were
 * steady, else after pauses that grow to 10 s. Each change is told once on `err`. While `is_up` is
 * false, one that ended five times within seconds of its start, or cannot be started, is given up:
 * then its configuration is wrong. Gives when to look again, in nanoseconds from now.
 * Errors: TCN_CLOSED a child was given up. */
TCN_MUST_CHECK enum tcn_status tcn_children_tend(struct tcn_children *children, FILE *err,
                                                 int64_t now_ns, int64_t *out_wait_ns);

/** Asks those whose name begins with `prefix` to end, waits for them until `deadline_ns`, then
 * kills what is left. One that did not end in order by itself, nor was killed for that, counts
 * as lost. True when nothing had
 * to be killed. */
bool tcn_children_end(struct tcn_children *children, const char *prefix, int64_t deadline_ns);

#endif
