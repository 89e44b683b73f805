/* SPDX-License-Identifier: Apache-2.0 */
#include "core/limit.h"

#include "core/clockwork.h"

#include <string.h>

/** True for a clock whose end has a date that is certain. Only working days are counted by the
 * calendar: of all else a missing one leaves the date as it is, and the verdict open. */
static bool is_dated(const struct tcn_matter_clock *clock) {
    bool is_counted = clock->terms.unit != TCN_CLOCK_WORKING_DAYS || clock->times.missing_year == 0;
    return is_counted && clock->terms.bound == TCN_CLOCK_AT_MOST && !clock->times.is_paused &&
           clock->times.due_ns != TCN_CLOCK_NEVER;
}

static enum tcn_limit_state state_of(const struct tcn_matter_clock *clock, uint64_t position) {
    if (!is_dated(clock)) {
        return TCN_LIMIT_NONE;
    }
    if (clock->end == TCN_CLOCK_RUNS) {
        return TCN_LIMIT_RUNS;
    }
    const bool is_new = clock->end == TCN_CLOCK_STOPPED && clock->stop_position == position;
    return is_new && clock->verdict == TCN_VERDICT_IN_TIME ? TCN_LIMIT_MET
           : is_new && clock->verdict == TCN_VERDICT_LATE  ? TCN_LIMIT_LATE
                                                           : TCN_LIMIT_NONE;
}

static bool is_before(const struct tcn_limit *left, const struct tcn_limit *right) {
    const bool left_runs = left->state == TCN_LIMIT_RUNS;
    const bool right_runs = right->state == TCN_LIMIT_RUNS;
    return left_runs != right_runs ? left_runs : left->due_ns < right->due_ns;
}

void tcn_limits_add(struct tcn_limits *limits, const struct tcn_matter_clock *clock,
                    uint64_t position) {
    const struct tcn_limit limit = {
        .rule = clock->rule, .state = state_of(clock, position), .due_ns = clock->times.due_ns};
    uint32_t at = limits->count;
    if (limit.state == TCN_LIMIT_NONE) {
        return;
    }
    while (at > 0 && is_before(&limit, &limits->rows[at - 1])) {
        at--;
    }
    if (at == TCN_ALERT_LIMITS_MAX) {
        return;
    }
    limits->count += limits->count < TCN_ALERT_LIMITS_MAX ? 1 : 0;
    for (uint32_t i = limits->count - 1; i > at; i--) {
        limits->rows[i] = limits->rows[i - 1];
    }
    limits->rows[at] = limit;
}

enum tcn_status tcn_limits_gather(const struct tcn_state_ops *ops, void *state, uint64_t birth,
                                  uint64_t position, struct tcn_limits *out_limits) {
    struct tcn_limits limits = {.count = 0};
    struct tcn_matter_clock clock;
    uint32_t rule = 0;
    for (uint32_t i = 0; i < TCN_MATTER_CLOCKS_MAX; i++) {
        const enum tcn_status status = ops->clock_next(state, birth, rule, &clock);
        if (status != TCN_OK && status != TCN_ABSENT) {
            return status;
        }
        if (status == TCN_ABSENT || clock.birth_position != birth) {
            break;
        }
        tcn_limits_add(&limits, &clock, position);
        if (clock.rule == UINT32_MAX) {
            break;
        }
        rule = clock.rule + 1;
    }
    *out_limits = limits;
    return TCN_OK;
}

/* A state in which nothing is yet, and of which nothing is kept but the limits. */

static enum tcn_status no_due(void *state, const struct tcn_due_key *key, struct tcn_due *out_due) {
    (void)state;
    (void)key;
    (void)out_due;
    return TCN_ABSENT;
}

static enum tcn_status drop_due(void *state, const struct tcn_due *due) {
    (void)state;
    (void)due;
    return TCN_OK;
}

static enum tcn_status forget_due(void *state, const struct tcn_due_key *key) {
    (void)state;
    (void)key;
    return TCN_ABSENT;
}

static enum tcn_status no_clock(void *state, uint64_t birth, uint32_t rule,
                                struct tcn_matter_clock *out_clock) {
    (void)state;
    (void)birth;
    (void)rule;
    (void)out_clock;
    return TCN_ABSENT;
}

static enum tcn_status note_clock(void *state, const struct tcn_matter_clock *clock) {
    tcn_limits_add(state, clock, 0);
    return TCN_OK;
}

static const struct tcn_state_ops blank_ops = {
    .due_get = no_due,
    .due_put = drop_due,
    .due_del = forget_due,
    .clock_get = no_clock,
    .clock_put = note_clock,
    .clock_next = no_clock,
};

void tcn_limits_of_report(const struct tcn_clock_table *table,
                          const struct tcn_limit_report *report, struct tcn_limits *out_limits) {
    const struct tcn_event *event = report->event;
    struct tcn_limits limits = {.count = 0};
    const struct tcn_clockwork work = {.ops = &blank_ops, .state = &limits, .table = table};
    struct tcn_slice category = tcn_slice_of(NULL, 0);
    if (event->body_kind == TCN_BODY_REPORT &&
        event->report.category.size <= TCN_CLOCK_CATEGORY_BYTES_MAX) {
        category = event->report.category;
    }
    const struct tcn_clockwork_event in = {
        .birth_position = 1,
        .event = event,
        .position = 1,
        .log_time_ns = report->log_time_ns,
        .start_max_ns = report->start_max_ns,
        .before = {.is_none = true},
        .after = {.subject = {.domain = event->domain,
                              .procedure = report->kind,
                              .category = category,
                              .severity = event->severity}},
        .stage = report->stage,
        .is_birth = true,
        .learned_ns = event->learned_ns,
        .moved_ns = event->learned_ns,
    };
    bool is_changed = false;
    if (table != NULL) {
        const enum tcn_status status = tcn_clockwork_apply(&work, &in, &is_changed);
        TCN_CHECK(status == TCN_OK); /* nothing in that state fails */
    }
    *out_limits = limits;
}
