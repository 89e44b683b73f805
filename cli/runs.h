/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands that a watch runs for its items: `sh -c COMMAND` with the item as JSON on its standard
 * input and a few TOCSIN_… variables. No byte of an item is ever in the command line. A few run
 * beside each other, the most pressing of the others first; each has a time after which it is
 * ended; nothing here waits. A command is started in a session of its own: it has no terminal, and
 * so cannot speak for the person who sits at this one.
 *
 *              room                    ends, or its time is over: SIGTERM, 5 s later SIGKILL
 *   WAITING ─────────▶ RUNNING ───────────────────────────────────────────────▶ told once, gone
 *
 * What a late one has started and left behind is killed at its end.
 *
 * One thread, the program's; every `now_ns` is of the monotonic clock.
 */
#ifndef TCN_CLI_RUNS_H
#define TCN_CLI_RUNS_H

#include "base/bytes.h"
#include "cli/cli.h"
#include "model/event.h"

#include <sys/types.h>

#define TCN_RUNS_BESIDE_MAX 16
#define TCN_RUNS_BESIDE 4       /* at once unless somebody says otherwise */
#define TCN_RUNS_WAITING_MAX 64 /* that run or wait; who has more of them waits for room */
#define TCN_RUNS_SECONDS 60     /* for one, unless somebody says otherwise */
#define TCN_RUN_VARIABLES_MAX 10

/** A variable of the command: "TOCSIN_MATTER=…". */
#define TCN_RUN_VARIABLE_BYTES 112

/** What one command is to get. Open: filled by the caller, copied. */
struct tcn_run_want {
    uint64_t number; /**< of the item */
    enum tcn_severity severity;
    struct tcn_slice input; /**< lent; the copy is wiped */
    char variables[TCN_RUN_VARIABLES_MAX][TCN_RUN_VARIABLE_BYTES];
    uint32_t variable_count;
};

/** How one ended. */
struct tcn_run_end {
    uint64_t number;
    int code;               /**< exit code, or 128 and the signal */
    bool is_late;           /**< its time was over, and it was ended */
    enum tcn_status status; /**< it could not be started: why; else TCN_OK */
};

/** One of them. */
struct tcn_run {
    bool is_used;
    pid_t pid; /**< 0: waits */
    int pidfd; /**< readable at its end; -1: none */
    int64_t started_ns;
    int64_t killed_ns; /**< 0: not told to end */
    uint8_t *input;    /**< owned until the start */
    uint64_t order;    /**< in which they came */
    struct tcn_run_want want;
};

/** All of them. Open: zeroed but for the first four; ends with tcn_runs_fini. */
struct tcn_runs {
    const char *command; /**< lent */
    uint32_t beside_max; /**< 1 to TCN_RUNS_BESIDE_MAX */
    int64_t timeout_ns;  /**< for one */
    bool is_quiet;       /**< what they print goes nowhere: there is a screen */
    uint64_t order;
    struct tcn_run rows[TCN_RUNS_BESIDE_MAX + TCN_RUNS_WAITING_MAX];
};

/** True when one more can be added. */
bool tcn_runs_has_room(const struct tcn_runs *runs);
/** Adds one; it starts at the next tend. Errors: TCN_LIMIT there is no room; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_runs_add(struct tcn_runs *runs, const struct tcn_run_want *want);
/** Starts those for which there is room, ends those whose time is over, and gives the next that has
 * ended; false when none has. Call it again until it gives false. */
bool tcn_runs_tend(struct tcn_runs *runs, int64_t now_ns, struct tcn_run_end *out_end);
/** How many run or wait. */
uint32_t tcn_runs_count(const struct tcn_runs *runs);
/** The lowest item number among those that run or wait; UINT64_MAX when there is none. */
uint64_t tcn_runs_oldest(const struct tcn_runs *runs);
/** Waits until one ends, `signals` is readable, or `timeout_ms` are over; false when `signals` is.
 */
bool tcn_runs_wait(const struct tcn_runs *runs, int signals, int timeout_ms);
/** Forgets those that wait; tells those that run to end, and kills them after a second. */
void tcn_runs_fini(struct tcn_runs *runs);

#endif
