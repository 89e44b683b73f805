/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ladder.h"

#include "base/clock.h"
#include "model/matter_clock.h"

#include <string.h>

#define MINUTE_NS (INT64_C(60) * 1000000000)

/* Where a stage goes by each move; NONE: it cannot happen. */
static const enum tcn_ladder_stage moves[TCN_LADDER_TAKEN + 1][TCN_LADDER_MOVE_COUNT] = {
    [TCN_LADDER_NONE] = {[TCN_LADDER_SET_OFF] = TCN_LADDER_WAITS},
    [TCN_LADDER_WAITS] = {[TCN_LADDER_SET_OFF] = TCN_LADDER_WAITS,
                          [TCN_LADDER_DELIVERED] = TCN_LADDER_COUNTS,
                          [TCN_LADDER_IS_TAKEN] = TCN_LADDER_TAKEN},
    [TCN_LADDER_COUNTS] = {[TCN_LADDER_SET_OFF] = TCN_LADDER_WAITS,
                           [TCN_LADDER_TOLD] = TCN_LADDER_WAITS,
                           [TCN_LADDER_TOLD_LAST] = TCN_LADDER_SPENT,
                           [TCN_LADDER_IS_TAKEN] = TCN_LADDER_TAKEN},
    [TCN_LADDER_SPENT] =
        {[TCN_LADDER_SET_OFF] = TCN_LADDER_WAITS, [TCN_LADDER_IS_TAKEN] = TCN_LADDER_TAKEN},
    [TCN_LADDER_TAKEN] = {[TCN_LADDER_SET_OFF] = TCN_LADDER_WAITS},
};

enum tcn_ladder_stage tcn_ladder_next(enum tcn_ladder_stage stage, enum tcn_ladder_move move) {
    const bool is_known =
        (unsigned)stage <= TCN_LADDER_TAKEN && (unsigned)move < TCN_LADDER_MOVE_COUNT;
    return is_known ? moves[stage][move] : TCN_LADDER_NONE;
}

/** Moves a row; the caller has seen to it that it can. */
static void go(struct tcn_ladder *row, enum tcn_ladder_move move) {
    const enum tcn_ladder_stage next = tcn_ladder_next(row->stage, move);
    TCN_CHECK(next != TCN_LADDER_NONE);
    row->stage = next;
}

/** True when a step is the first of its ladder. */
static bool is_first(const struct tcn_plans *plans, uint32_t index) {
    return index == 0 || strcmp(plans->steps[index - 1].ladder, plans->steps[index].ladder) != 0;
}

/** How well a ladder fits; 0: not at all. */
static uint32_t fit(const struct tcn_escalation_step *step, const struct tcn_ladder_cause *cause) {
    const bool names_clock = step->clock[0] != '\0';
    const bool is_for =
        step->cause == cause->cause && (unsigned)step->severity_min <= (unsigned)cause->severity;
    const bool is_its = names_clock ? tcn_slice_equals(tcn_slice_text(step->clock), cause->clock)
                                    : !cause->is_outside;
    return is_for && is_its ? 1u + (uint32_t)step->severity_min + (names_clock ? 16u : 0u) : 0;
}

const struct tcn_escalation_step *tcn_ladder_choose(const struct tcn_plans *plans,
                                                    const struct tcn_ladder_cause *cause) {
    const struct tcn_escalation_step *best = NULL;
    uint32_t best_fit = 0;
    for (uint32_t i = 0; plans != NULL && i < plans->step_count; i++) {
        const uint32_t its = is_first(plans, i) ? fit(&plans->steps[i], cause) : 0;
        if (its > best_fit) {
            best_fit = its;
            best = &plans->steps[i];
        }
    }
    return best;
}

const struct tcn_escalation_step *tcn_ladder_step(const struct tcn_plans *plans, const char *id,
                                                  uint32_t index) {
    uint32_t seen = 0;
    for (uint32_t i = 0; plans != NULL && i < plans->step_count; i++) {
        if (strcmp(plans->steps[i].ladder, id) != 0) {
            continue;
        }
        if (seen == index) {
            return &plans->steps[i];
        }
        seen++;
    }
    return NULL;
}

uint32_t tcn_ladder_number(const char *id) {
    return tcn_clock_rule_number(tcn_slice_text(id));
}

const struct tcn_escalation_step *tcn_ladder_numbered(const struct tcn_plans *plans,
                                                      uint32_t number, uint32_t step) {
    for (uint32_t i = 0; plans != NULL && step > 0 && i < plans->step_count; i++) {
        if (is_first(plans, i) && tcn_ladder_number(plans->steps[i].ladder) == number) {
            return tcn_ladder_step(plans, plans->steps[i].ladder, step - 1);
        }
    }
    return NULL;
}

/** What was told, and to whom it is to be delivered. */
static void await(struct tcn_ladder *row, struct tcn_stream stream, uint64_t number,
                  int64_t log_time_ns) {
    row->stream = stream;
    row->number = number;
    row->delivered_ns = 0;
    if (number == 0 && row->stage == TCN_LADDER_WAITS) { /* nobody was told: nothing to wait for */
        tcn_ladder_delivered(row, log_time_ns);
    }
}

void tcn_ladder_begin(struct tcn_ladder *row, struct tcn_stream stream, uint64_t number,
                      int64_t log_time_ns) {
    go(row, TCN_LADDER_SET_OFF);
    row->step_count = 0;
    row->since_ns = log_time_ns;
    row->taken_position = 0;
    await(row, stream, number, log_time_ns);
}

void tcn_ladder_delivered(struct tcn_ladder *row, int64_t log_time_ns) {
    go(row, TCN_LADDER_DELIVERED);
    row->delivered_ns = log_time_ns;
}

void tcn_ladder_told(struct tcn_ladder *row, struct tcn_stream stream, uint64_t number,
                     int64_t log_time_ns, bool is_last) {
    go(row, is_last ? TCN_LADDER_TOLD_LAST : TCN_LADDER_TOLD);
    row->step_count++;
    await(row, stream, number, log_time_ns);
}

void tcn_ladder_take(struct tcn_ladder *row, uint64_t position) {
    go(row, TCN_LADDER_IS_TAKEN);
    row->taken_position = position;
}

int64_t tcn_ladder_due_ns(const struct tcn_ladder *row, const struct tcn_escalation_step *step) {
    TCN_CHECK(row->stage == TCN_LADDER_COUNTS);
    const int64_t spacing_ns = (int64_t)step->spacing_minutes * MINUTE_NS;
    return tcn_time_plus(row->delivered_ns, spacing_ns);
}

/** Raises one count; true when it rose. */
static bool raise_count(uint64_t *count, struct tcn_count said) {
    const bool rises = said.kind != TCN_COUNT_UNKNOWN && said.value > *count;
    *count = rises ? said.value : *count;
    return rises;
}

bool tcn_ladder_count(struct tcn_ladder_counts *counts, const struct tcn_counts *said) {
    bool rises = raise_count(&counts->deaths, said->deaths);
    rises = raise_count(&counts->serious_injuries, said->serious_injuries) || rises;
    rises = raise_count(&counts->missing, said->missing) || rises;
    return raise_count(&counts->at_risk, said->at_risk) || rises;
}
