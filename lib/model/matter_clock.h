/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A clock of a matter as the state has it: what happened to it, the terms that it runs by, the
 * instants that were told of it, and how it ended. It is changed by core/clockwork only. What rule
 * and clock mean in instants is computed by core/clock, from nothing else; the row keeps the
 * instants only because people were told them: another policy does not move them by itself.
 */
#ifndef TCN_MODEL_MATTER_CLOCK_H
#define TCN_MODEL_MATTER_CLOCK_H

#include "model/clock.h"

/* What happens outside 1900 to 2200 is nobody's act but a broken clock's; within, nothing that is
 * computed can leave the range of the type. */
#define TCN_CLOCK_INSTANT_MIN_NS (INT64_C(-2208988800) * INT64_C(1000000000))
#define TCN_CLOCK_INSTANT_MAX_NS (INT64_C(7289654400) * INT64_C(1000000000) - 1)

/** Of a rule, what a period is counted and judged by. A clock keeps those that it started under, so
 * that another policy changes it only when its activation says restate. Open: part of a row. */
struct tcn_clock_terms {
    enum tcn_clock_unit unit;
    uint32_t amount;
    uint32_t extend_max;
    enum tcn_clock_bound bound;
    enum tcn_clock_owes owes;
    enum tcn_clock_time stop_time;
};

/** What the instants of a running clock are. TCN_CLOCK_NEVER where there is none. */
struct tcn_clock_times {
    int64_t step_ns[TCN_CLOCK_STEP_COUNT]; /**< log time from which each step fires */
    int64_t due_ns;                        /**< the last instant of the period, as it is counted */
    int64_t limit_ns;                      /**< the last instant that is in time */
    int32_t missing_year; /**< the first that the calendar lacks (`calendar_missing`); 0: none */
    bool is_paused;       /**< every instant is TCN_CLOCK_NEVER */
};

/** What became of a clock's act. Numbers are on disk and on the wire. */
enum tcn_clock_verdict {
    TCN_VERDICT_UNKNOWN = 0, /**< `calendar_missing`: no earlier than the earliest limit */
    TCN_VERDICT_IN_TIME = 1, /**< in time; for a period that must pass first: it has passed */
    TCN_VERDICT_LATE = 2,
    TCN_VERDICT_EARLY = 3,      /**< the period that must pass first has not */
    TCN_VERDICT_OVER = 4,       /**< after a window; nobody is late */
    TCN_VERDICT_UNMEASURED = 5, /**< at once: no number to judge by; or it ended before its act */
};

/** How a clock ended. Numbers are on disk and on the wire. */
enum tcn_clock_end {
    TCN_CLOCK_RUNS = 0,
    TCN_CLOCK_STOPPED = 1, /**< its act is there */
    TCN_CLOCK_CLOSED = 2,  /**< the matter was closed, or became one of another kind */
    TCN_CLOCK_LEFT = 3,    /**< it is not for the matter any more: domain, category, severity */
};

/** A clock of a matter: the newest run of one rule. Open: a row of the state, copied; changed by
 * core/clockwork only. */
struct tcn_matter_clock {
    uint64_t birth_position;         /**< the matter's */
    bool is_kept;                    /**< the matter is guarded: what is due of it stands apart, so
                                        that who leaves it out reads none of its rows */
    uint32_t rule;                   /**< tcn_clock_rule_number of `id` */
    char id[TCN_WORD_BYTES_MAX + 1]; /**< the rule's */
    struct tcn_clock_terms terms;    /**< as they were when it started, or was restated */
    uint64_t policy_version;         /**< that had them */
    struct tcn_clock clock;          /**< what happened to it */
    struct tcn_clock_times times;    /**< as last computed: what was told */
    enum tcn_clock_end end;          /**< TCN_CLOCK_RUNS while it does, paused or not */
    enum tcn_clock_verdict verdict;  /**< of one that ended */
    int64_t stop_ns;                 /**< when it ended, by the time its rule names; else 0 */
    uint64_t stop_position;          /**< of the event that ended it; 0 while it runs */
    uint32_t run_count;              /**< times that it started, from 1 */
    uint32_t late_count;             /**< of the runs before this one, those that were late */
};

/** How many clocks ended how, or have not: each that was ever started is in one of the counts.
 * Open: copied; filled by core/tally. */
struct tcn_clock_tally {
    uint64_t met;       /**< stopped in time; a period that must pass first had passed */
    uint64_t missed;    /**< late or too early; or the limit has passed, and the act is not there */
    uint64_t running;   /**< in time so far, or without a number */
    uint64_t paused;    /**< none of its time passes now */
    uint64_t over;      /**< a window that has passed: nobody is late */
    uint64_t cancelled; /**< ended before its act and before its limit: there was none to do */
    uint64_t unmeasured; /**< its act is there, and the law gives no number to judge it by */
    uint64_t unknown;    /**< `calendar_missing`: the earliest limit has passed */
    uint64_t earlier;    /**< a run before the newest of its matter that was not late: the state
                              keeps no more of it */
};

/** A rule's number, for keys: the low 32 bits of XXH3-64 of its id, the same on every machine and
 * under every policy; 1 for 0. Two ids of one policy may not share theirs: the second would not
 * run. Thread: any. */
uint32_t tcn_clock_rule_number(struct tcn_slice id);
/** The rule with this number, or NULL. Thread: any. */
const struct tcn_clock_rule *tcn_clock_rule_numbered(const struct tcn_clock_table *table,
                                                     uint32_t number);
/** Clocks that were ever started: the sum of all counts. Thread: any. */
uint64_t tcn_clock_tally_started(const struct tcn_clock_tally *tally);
/** "runs", "stopped", "closed" or "left"; "none" when unknown. Thread: any. */
const char *tcn_clock_end_name(enum tcn_clock_end end);
/** "unknown", "in_time", "late", "early", "over" or "unmeasured". Thread: any. */
const char *tcn_clock_verdict_name(enum tcn_clock_verdict verdict);

/** "first_warning", "second_warning", "due" or "none". Thread: any. */
const char *tcn_clock_step_name(enum tcn_clock_step step);

#endif
