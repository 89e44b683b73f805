/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The limits of a matter in the few words that an office may tell whoever asks: which rule, until
 * when, and whether it was kept. The fold takes them from the clocks of the matter; an agent that
 * has just entered a report takes those that the report will start, from the policy that it holds,
 * by the very function that starts them in the log (core/clockwork).
 *
 * Told is what must be done within a time that has a date: no window, no period that must pass
 * first, nothing that stands still, and no date that a missing calendar leaves open. The date is
 * the one that is counted, not the one that days off may push it to: that one is for the verdict.
 *
 * Pure. Thread: any.
 */
#ifndef TCN_CORE_LIMIT_H
#define TCN_CORE_LIMIT_H

#include "model/state.h"

/** The limits that one alert tells. Open: lives on the stack; zeroed has none. */
struct tcn_limits {
    struct tcn_limit rows[TCN_ALERT_LIMITS_MAX]; /**< those that run, the next first; then the
                                                     others */
    uint32_t count;
};

/** A report as the log will have it. Open: filled by the caller, all lent. */
struct tcn_limit_report {
    const struct tcn_event *event;
    enum tcn_procedure_kind kind; /**< of the matter that it opens */
    enum tcn_stage stage;         /**< likewise */
    int64_t log_time_ns;          /**< when it will be in the log, about */
    int64_t start_max_ns;         /**< the latest start that the log will believe */
};

/** Adds what of a clock is told after the event at a position: that it runs, or that this event
 * ended it in time or late. Of more than fit those stay that end first. */
void tcn_limits_add(struct tcn_limits *limits, const struct tcn_matter_clock *clock,
                    uint64_t position);
/** Gathers the limits of a matter after the event at a position.
 * Errors: what the ops give. Thread: the state's. */
TCN_MUST_CHECK enum tcn_status tcn_limits_gather(const struct tcn_state_ops *ops, void *state,
                                                 uint64_t birth, uint64_t position,
                                                 struct tcn_limits *out_limits);
/** Tells what a first report starts that is not guarded. A NULL table starts nothing. */
void tcn_limits_of_report(const struct tcn_clock_table *table,
                          const struct tcn_limit_report *report, struct tcn_limits *out_limits);

#endif
