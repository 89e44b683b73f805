/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clocks of minutes in the simulated district, the keeper's ticks, and the judge of both: every
 * step of every clock is told once to each, in its order, not before its time, and none is left
 * out, whatever crashed or was restored.
 */
#include "keeper.h"

#include <stdio.h>

static const struct tcn_clock_rule rules[] = {
    {.id = "accept",
     .unit = TCN_CLOCK_MINUTES,
     .amount = 1,
     .bound = TCN_CLOCK_AT_MOST,
     .owes = TCN_CLOCK_HOLDER,
     .starts = {{TCN_ACT_REPORTED, "", TCN_STAGE_NONE}},
     .start_count = 1,
     .start_time = TCN_CLOCK_LEARNED,
     .stops = {{TCN_ACT_ACCEPTED, "", TCN_STAGE_NONE}},
     .stop_count = 1,
     .stop_time = TCN_CLOCK_RECORDED,
     .is_enabled = true},
    {.id = "answer",
     .unit = TCN_CLOCK_MINUTES,
     .amount = 2,
     .bound = TCN_CLOCK_AT_MOST,
     .owes = TCN_CLOCK_OFFICE,
     .starts = {{TCN_ACT_REPORTED, "", TCN_STAGE_NONE}},
     .start_count = 1,
     .start_time = TCN_CLOCK_LEARNED,
     .stops = {{TCN_ACT_REPLIED, "", TCN_STAGE_NONE}, {TCN_ACT_OBJECTED, "", TCN_STAGE_NONE}},
     .stop_count = 2,
     .stop_time = TCN_CLOCK_RECORDED,
     .domains = {"hazard"},
     .domain_count = 1,
     .is_enabled = true},
};

static const struct tcn_clock_table table = {.rules = rules,
                                             .rule_count = sizeof(rules) / sizeof(rules[0])};

const struct tcn_clock_table *sim_clock_table(void) {
    return &table;
}

int64_t sim_clocks_pump(struct sim_keeper *keeper, int64_t now_ns) {
    const int64_t due_ns = keeper->fold.due_ns;
    const bool is_behind = keeper->folded < keeper->count; /* the next commit tells more */
    if (due_ns == INT64_MAX || is_behind) {
        return INT64_MAX;
    }
    if (due_ns > SIM_SECOND + now_ns) {
        return due_ns - SIM_SECOND;
    }
    const struct sim_record own = {.own_act = TCN_ACT_TICK};
    sim_keeper_append_own(keeper, &own, now_ns);
    return INT64_MAX;
}

void sim_clocks_forget(struct sim_keeper *keeper) {
    struct tcn_matter_clock *clocks = (struct tcn_matter_clock *)(void *)keeper->state.clocks.rows;
    for (size_t i = 0; i < keeper->state.clocks.count; i++) {
        const struct tcn_due due = {
            .key = {TCN_DUE_CLOCK, clocks[i].birth_position, clocks[i].rule},
            .stage = 1,
            .due_ns = clocks[i].times.step_ns[0],
            .until_ns = clocks[i].times.step_ns[TCN_CLOCK_DUE]};
        if (clocks[i].end == TCN_CLOCK_RUNS && clocks[i].clock.fired_steps != 0) {
            clocks[i].clock.fired_steps = 0;
            TCN_CHECK(tcn_memstate_ops.due_put(&keeper->state, &due) == TCN_OK);
        }
    }
}

/** The log's time at a position. */
static int64_t time_at(const struct sim_keeper *keeper, uint64_t position) {
    for (uint32_t i = 0; i < keeper->count; i++) {
        const struct sim_record *record = &keeper->records[i];
        if (position >= record->first_position &&
            position < record->first_position + record->count) {
            return record->log_time_ns;
        }
    }
    return INT64_MIN;
}

/** The latest alert before `index` of the same clock in the same stream, or NULL. */
static const struct tcn_alert *one_before(const struct tcn_alert *alerts, size_t index) {
    const struct tcn_alert *alert = &alerts[index];
    for (size_t i = index; i > 0; i--) {
        const struct tcn_alert *other = &alerts[i - 1];
        if (other->reason == TCN_REASON_CLOCK && other->fired.subject == alert->fired.subject &&
            other->fired.rule == alert->fired.rule &&
            tcn_stream_equals(other->stream, alert->stream)) {
            return other;
        }
    }
    return NULL;
}

/** True when the end of a clock was told to somebody. */
static bool is_told(const struct sim_keeper *keeper, const struct tcn_matter_clock *clock) {
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)keeper->state.alerts.rows;
    for (size_t i = 0; i < keeper->state.alerts.count; i++) {
        const struct tcn_fired *fired = &alerts[i].fired;
        if (fired->kind == TCN_DUE_CLOCK && fired->subject == clock->birth_position &&
            fired->rule == clock->rule && fired->stage == TCN_CLOCK_STEP_COUNT) {
            return true;
        }
    }
    return false;
}

bool sim_clocks_judge(const struct sim_keeper *keeper, char why[256]) {
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)keeper->state.alerts.rows;
    const struct tcn_matter_clock *clocks =
        (const struct tcn_matter_clock *)(const void *)keeper->state.clocks.rows;
    const char *fault = NULL;
    uint64_t birth = 0;
    for (size_t i = 0; i < keeper->state.alerts.count && fault == NULL; i++) {
        const struct tcn_fired *fired = &alerts[i].fired;
        if (alerts[i].reason != TCN_REASON_CLOCK) {
            continue;
        }
        const struct tcn_alert *before = one_before(alerts, i);
        birth = fired->subject;
        if (time_at(keeper, alerts[i].position) < fired->due_ns) {
            fault = "was told before its time";
        } else if (before != NULL && before->fired.until_ns == fired->until_ns &&
                   before->fired.stage >= fired->stage) { /* of one end: an act may set another */
            fault = "was told twice, or out of its order";
        }
    }
    for (size_t i = 0; i < keeper->state.clocks.count && fault == NULL; i++) {
        const struct tcn_matter_clock *clock = &clocks[i];
        birth = clock->birth_position;
        if (clock->end == TCN_CLOCK_RUNS && !is_told(keeper, clock) &&
            clock->times.step_ns[TCN_CLOCK_DUE] <= keeper->fold.applied.log_time_ns) {
            fault = "was not told when it was due";
        }
    }
    if (fault != NULL) {
        (void)snprintf(why, 256, "a step of a clock of matter %u %s", (unsigned)birth, fault);
    }
    return fault == NULL;
}
