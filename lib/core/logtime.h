/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Log time: max(previous, wall clock), and never a jump that nobody looked at. The wall clock is
 * judged against the monotonic clock, and at start against the log's last time; beyond the bound,
 * stamping by wall clock stops, log time creeps (one nanosecond a group) and the alarm stays until
 * the operator confirms.
 *
 *             first stamp, plausible               jump beyond the bound
 *   START ────────────────────────────▶ FOLLOWING ────────────────────────▶ CREEPING ◀── init, when
 *     │                                     ▲                                  ▲ │       the log
 * has │                                     └───────────── confirm ────────────┼─┘       a doubt
 *     └────────────── jump at start ───────────────────────────────────────────┘
 *
 * Moving to CREEPING is said in the log (TIME_DOUBTED) and stands until the desk, or an
 * administrator, answers (TIME_CONFIRMED, naming it): that is the confirm. A restart in between
 * begins in CREEPING, however plausible the clock looks then: nobody has looked at it yet. After a
 * confirm log time is the larger of itself and the wall clock; when the clock was set back it
 * stands still until the clock has come so far.
 *
 * One struct, one thread: the log writer's.
 */
#ifndef TCN_CORE_LOGTIME_H
#define TCN_CORE_LOGTIME_H

#include <stdbool.h>
#include <stdint.h>

/** How log time is made. */
enum tcn_logtime_state {
    TCN_LOGTIME_START = 0, /**< nothing stamped since the start */
    TCN_LOGTIME_FOLLOWING, /**< by the wall clock */
    TCN_LOGTIME_CREEPING,  /**< by one nanosecond; alarm */
};

/** The bounds. */
struct tcn_logtime_bounds {
    int64_t
        jump_ns; /**< running: wall and monotonic clock may differ by so much between two stamps */
    int64_t start_ns; /**< at start: the wall clock may be so far ahead of the log's last time
                         (downtime) */
};

/** The clock of a log. Open: embedded; written by the functions here only. */
struct tcn_logtime {
    enum tcn_logtime_state state;
    struct tcn_logtime_bounds bounds;
    int64_t last_ns;      /**< the last log time; 0 for an empty log */
    int64_t wall_ns;      /**< at the last stamp */
    int64_t monotonic_ns; /**< at the last stamp */
    uint64_t jump_count;  /**< alarms so far */
};

/** Starts behind the log's last time; 0 for an empty log, which believes any wall clock. With
 * `is_doubted` it starts CREEPING: the log has a doubt that nobody has answered.
 * Thread: the log writer's. */
void tcn_logtime_init(struct tcn_logtime *logtime, const struct tcn_logtime_bounds *bounds,
                      int64_t last_ns, bool is_doubted);
/** The log time of a group, never below the one before. Thread: the log writer's. */
int64_t tcn_logtime_stamp(struct tcn_logtime *logtime, int64_t wall_ns, int64_t monotonic_ns);
/** The log time of a group when the feed is the clock: max(previous, the feed's time).
 * Thread: the log writer's. */
int64_t tcn_logtime_feed(struct tcn_logtime *logtime, int64_t feed_ns);
/** The operator says that the wall clock is right as it is. Harmless when nothing is wrong.
 * Thread: the log writer's. */
void tcn_logtime_confirm(struct tcn_logtime *logtime, int64_t wall_ns, int64_t monotonic_ns);
/** True while the alarm stands. Thread: the log writer's. */
bool tcn_logtime_is_alarmed(const struct tcn_logtime *logtime);
/** True when the table of moves has it. Thread: any. */
bool tcn_logtime_may_move(enum tcn_logtime_state from, enum tcn_logtime_state to);
/** "start", "following" or "creeping". Thread: any. */
const char *tcn_logtime_state_name(enum tcn_logtime_state state);

#endif
