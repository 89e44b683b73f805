/* SPDX-License-Identifier: Apache-2.0 */
#include "core/tally.h"

#include "core/clock.h"

/** The count that a verdict belongs to. */
static uint64_t *count_of(struct tcn_clock_tally *tally, enum tcn_clock_verdict verdict) {
    switch (verdict) {
    case TCN_VERDICT_IN_TIME:
        return &tally->met;
    case TCN_VERDICT_LATE:
    case TCN_VERDICT_EARLY:
        return &tally->missed;
    case TCN_VERDICT_OVER:
        return &tally->over;
    case TCN_VERDICT_UNMEASURED:
        return &tally->unmeasured;
    case TCN_VERDICT_UNKNOWN:
        break;
    }
    return &tally->unknown;
}

/** Of a clock that runs. One without a number, or whose period must pass first, cannot be late by
 * waiting. */
static uint64_t *count_of_running(struct tcn_clock_tally *tally,
                                  const struct tcn_matter_clock *clock, int64_t at_ns) {
    const struct tcn_clock_rule rule = {.unit = clock->terms.unit, .bound = clock->terms.bound};
    const bool cannot_be_late = rule.unit == TCN_CLOCK_AT_ONCE || rule.bound == TCN_CLOCK_AT_LEAST;
    if (clock->times.is_paused) {
        return &tally->paused;
    }
    if (cannot_be_late || at_ns <= clock->times.limit_ns) {
        return &tally->running;
    }
    return count_of(tally, tcn_clock_judge(&rule, &clock->times, at_ns));
}

/** Of one that ended before its act: late, or perhaps, or there was nothing to do any more. */
static uint64_t *count_of_ended(struct tcn_clock_tally *tally, enum tcn_clock_verdict verdict) {
    const bool is_judged = verdict == TCN_VERDICT_LATE || verdict == TCN_VERDICT_UNKNOWN;
    return is_judged ? count_of(tally, verdict) : &tally->cancelled;
}

static uint64_t *count_of_newest(struct tcn_clock_tally *tally,
                                 const struct tcn_matter_clock *clock, int64_t at_ns) {
    if (clock->end == TCN_CLOCK_RUNS) {
        return count_of_running(tally, clock, at_ns);
    }
    return clock->end == TCN_CLOCK_STOPPED ? count_of(tally, clock->verdict)
                                           : count_of_ended(tally, clock->verdict);
}

void tcn_clock_tally_add(struct tcn_clock_tally *tally, const struct tcn_matter_clock *clock,
                         int64_t at_ns) {
    /* What a disk says is not believed: a row that is there has run once, and was no more often
     * late than it had run before. */
    const uint32_t before = clock->run_count > 0 ? clock->run_count - 1 : 0;
    const uint32_t late = clock->late_count < before ? clock->late_count : before;
    tally->missed += late;
    tally->earlier += before - late;
    (*count_of_newest(tally, clock, at_ns))++;
}
