/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clocks under another policy: all rows of the state, one after the other, by the table that comes
 * into force. Whoever only asks what would become of them asks the same function. Pure but for the
 * ops. Thread: the fold's, or of who asks.
 */
#ifndef TCN_CORE_RESTATE_H
#define TCN_CORE_RESTATE_H

#include "core/clockwork.h"

/** A place in the order of all rows. All zero: before the first. */
struct tcn_clock_place {
    uint64_t birth;
    uint32_t rule;
};

/** What restating does to a clock. */
enum tcn_restated {
    TCN_RESTATED_NOT = 0, /**< it is not one to restate: nothing is written */
    TCN_RESTATED_SAME,    /**< it has its limit, or its verdict, as before */
    TCN_RESTATED_MOVED,   /**< it runs on, to another limit, or another organ owes its act */
    TCN_RESTATED_LEFT,    /**< it ran, and its rule is gone or off */
    TCN_RESTATED_JUDGED,  /**< it had ended, and is judged otherwise */
    TCN_RESTATED_COUNT,
};

/** How clocks are restated, and what became of them. Open: the caller's. */
struct tcn_restatement {
    bool only_missing; /**< only those that a missing year left open, and by their own terms */
    uint64_t position; /**< of the activation */
    int64_t log_time_ns;
    uint64_t policy_version;
    uint32_t row_max; /**< rows looked at in one call */
};

/** Clocks by what was done to them. */
struct tcn_restated_counts {
    uint64_t counts[TCN_RESTATED_COUNT];
};

/** Restates a row in the caller's hands under a table: those that ended are judged again, a running
 * clock whose rule is not there, or off, has left. Nothing is written. */
enum tcn_restated tcn_restate_row(const struct tcn_clock_table *table,
                                  const struct tcn_restatement *how, struct tcn_matter_clock *row);

/** Restates rows so under the table in force, from `place` on, which moves behind the last that was
 * looked at, and writes them; each is added to its count, and noted in the trace when it changes.
 * `out_is_done`: there are no more.
 * Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_restate_some(const struct tcn_clockwork *work,
                                                const struct tcn_restatement *how,
                                                struct tcn_clock_place *place,
                                                struct tcn_restated_counts *counts,
                                                bool *out_is_done);

/** Clocks of these counts that are others than before. */
uint64_t tcn_restated_changed(const struct tcn_restated_counts *counts);

#endif
