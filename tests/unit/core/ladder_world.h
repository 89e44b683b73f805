/* SPDX-License-Identifier: Apache-2.0 */
/* A fold whose policy has ladders, a clock of hours, and people who fetch what they are told. For
 * the tests of core/fold_ladder and of silences. */
#ifndef TCN_TEST_LADDER_WORLD_H
#define TCN_TEST_LADDER_WORLD_H

#include "core/ladder.h"
#include "fold_moves.h"

#define MINUTE (INT64_C(60) * 1000000000)
#define HOUR (60 * MINUTE)
/* 2026-12-29 02:00 UTC. */
#define DAWN (INT64_C(1798509600) * 1000000000)

#define STEP(id_, ladder_, kind_, cause_, severity_, roles_, minutes_)                             \
    {                                                                                              \
        .id = id_, .ladder = ladder_, .kind = TCN_ESCALATION_##kind_,                              \
        .cause = TCN_ESCALATION_##cause_, .severity_min = TCN_SEVERITY_##severity_,                \
        .roles = (roles_), .spacing_minutes = (minutes_)                                           \
    }

static const struct tcn_escalation_step ladder_steps[] = {
    STEP("danger.remind", "danger", REMIND, UNACKNOWLEDGED, DANGER, TCN_PLAN_HOLDER | TCN_PLAN_DESK,
         5),
    STEP("danger.urge", "danger", URGE, UNACKNOWLEDGED, DANGER,
         TCN_PLAN_HOLDER | TCN_PLAN_LINE_PARENT | TCN_PLAN_PLACE_PARENT | TCN_PLAN_DESK, 10),
    STEP("urgent.remind", "urgent", REMIND, UNACKNOWLEDGED, URGENT, TCN_PLAN_HOLDER, 15),
    STEP("urgent.urge", "urgent", URGE, UNACKNOWLEDGED, URGENT,
         TCN_PLAN_HOLDER | TCN_PLAN_PLACE_PARENT, 15),
    STEP("limit.remind", "limit", REMIND, DUE_SOON, UNKNOWN, TCN_PLAN_HOLDER, 1),
    STEP("overdue.remind", "overdue", REMIND, OVERDUE, UNKNOWN, TCN_PLAN_HOLDER, 1),
    STEP("overdue.urge", "overdue", URGE, OVERDUE, UNKNOWN, TCN_PLAN_HOLDER | TCN_PLAN_PLACE_PARENT,
         60),
    STEP("overdue.admonish", "overdue", ADMONISH, OVERDUE, UNKNOWN, TCN_PLAN_DESK, 600),
};

static const struct tcn_organ_posts ladder_posts[] = {
    {.organ = "safety", .posts = {"duty", "head"}, .count = 2},
    {.organ = "water", .count = 0},
};

static const struct tcn_plans ladder_plans = {
    .steps = ladder_steps,
    .step_count = COUNT_OF(ladder_steps),
    .organs = ladder_posts,
    .organ_count = COUNT_OF(ladder_posts),
};

/* What is to be accepted within ten hours. */
static const struct tcn_clock_rule ladder_clock = {.id = "accept",
                                                   .unit = TCN_CLOCK_HOURS,
                                                   .amount = 10,
                                                   .bound = TCN_CLOCK_AT_MOST,
                                                   .owes = TCN_CLOCK_HOLDER,
                                                   .starts = {{.act = TCN_ACT_REPORTED}},
                                                   .start_count = 1,
                                                   .start_time = TCN_CLOCK_RECORDED,
                                                   .stops = {{.act = TCN_ACT_ACCEPTED}},
                                                   .stop_count = 1,
                                                   .stop_time = TCN_CLOCK_RECORDED,
                                                   .pause = {.act = TCN_ACT_SUSPENDED},
                                                   .resume = {.act = TCN_ACT_RESUMED},
                                                   .is_enabled = true};

/** What happens is folded at a time that the test moves. */
struct night {
    struct fixture fixture;
    struct tcn_policy policy;
    struct tcn_clock_table table;
    int64_t now_ns;
    uint64_t generation;
    size_t told; /**< alerts before the last event */
    struct tcn_outcome outcome;
    struct trace trace;
};

static inline void begin_night(struct night *night) {
    memset(night, 0, sizeof(*night));
    start_chain(&night->fixture, &night->policy);
    night->policy.plans = &ladder_plans;
    night->now_ns = DAWN;
    night->generation = 1;
}

static inline void end_night(struct night *night) {
    stop(&night->fixture);
}

/** The clock of hours runs in what is reported from now on. */
static inline void with_clock(struct night *night) {
    night->table = (struct tcn_clock_table){.rules = &ladder_clock, .rule_count = 1};
    night->policy.clocks = &night->table;
    night->fixture.fold.clocks = &night->table;
}

/** Says what was told with one event: "2 remind danger.remind" and the like. */
static inline const char *say_told(struct night *night) {
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)night->fixture.state.alerts.rows;
    struct trace *trace = &night->trace;
    trace->size = 0;
    trace->text[0] = '\0';
    if (night->outcome.code != TCN_OK) {
        trace_add(trace, "%s", tcn_status_name((enum tcn_status)night->outcome.code));
    }
    for (size_t i = night->told; i < night->fixture.state.alerts.count; i++) {
        const struct tcn_alert *alert = &alerts[i];
        trace_add(trace, "%s%u %s", trace->size > 0 ? ", " : "", alert->stream.organ,
                  tcn_reason_name(alert->reason));
        if (alert->fired.kind == TCN_DUE_LADDER && alert->fired.stage != 0) {
            trace_add(trace, " %u of %u", alert->fired.stage, alert->holder);
        }
    }
    return trace->text;
}

/** Folds an event now. */
static inline const char *fold_now(struct night *night, uint16_t organ,
                                   const struct tcn_event *event) {
    struct tcn_fold_input in = input_of(&night->fixture, organ, event);
    in.log_time_ns = night->now_ns;
    in.log_mode = TCN_MODE_ACTUAL;
    in.generation = night->generation;
    night->told = night->fixture.state.alerts.count;
    assert_int_equal(tcn_fold_step(&night->fixture.fold, &in, &night->outcome), TCN_OK);
    return say_told(night);
}

/** A report by OFFICE_A, how bad it says it is. */
static inline const char *hear_of(struct night *night, uint8_t matter, const char *domain,
                                  enum tcn_severity severity) {
    struct tcn_event event = report_of(matter, domain);
    event.severity = severity;
    event.learned_ns = night->now_ns;
    event.recorded_ns = night->now_ns;
    return fold_now(night, OFFICE_A, &event);
}

static inline const char *do_act(struct night *night, uint16_t organ, enum tcn_act act,
                                 uint8_t matter, const char *post) {
    struct tcn_event event = act_of(act, matter);
    event.recorded_ns = night->now_ns;
    event.act_body.post = tcn_slice_text(post);
    return fold_now(night, organ, &event);
}

/** Time goes by, and then nothing happens but that. */
static inline const char *wait_for(struct night *night, int64_t ns) {
    const struct tcn_event tick = {.format = TCN_EVENT_FORMAT, .act = TCN_ACT_TICK};
    night->now_ns += ns;
    return fold_now(night, 0, &tick);
}

/** An organ fetches what it was told, up to a number; 0: all. */
static inline const char *fetch(struct night *night, uint16_t organ, uint64_t number) {
    const struct tcn_stream stream = {TCN_MODE_ACTUAL, organ};
    const uint64_t head = tcn_memstate_head(&night->fixture.state, stream);
    const struct tcn_event delivered = {.format = TCN_EVENT_FORMAT,
                                        .act = TCN_ACT_DELIVERED,
                                        .body_kind = TCN_BODY_DELIVERED,
                                        .delivered = {.name = tcn_slice_text("desk-pc"),
                                                      .principal = organ,
                                                      .stream = stream,
                                                      .number = number != 0 ? number : head,
                                                      .generation = night->generation}};
    return fold_now(night, 0, &delivered);
}

/** The collector says that nobody fetches what an organ was told. */
static inline const char *nobody_watches(struct night *night, enum tcn_act act, uint16_t organ,
                                         uint64_t number) {
    const struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                                    .act = act,
                                    .mode = TCN_MODE_ACTUAL,
                                    .body_kind = TCN_BODY_OBSERVED,
                                    .observed = {.organ = organ, .number = number}};
    return fold_now(night, 0, &event);
}

/** The ladders of the first matter: "2 danger waits", with the steps told. */
static inline const char *say_ladders(struct night *night) {
    struct trace *trace = &night->trace;
    trace->size = 0;
    trace->text[0] = '\0';
    uint64_t birth = 0;
    uint32_t slot = 0;
    struct tcn_ladder row;
    while (tcn_memstate_ops.ladder_next(&night->fixture.state, birth, slot, &row) == TCN_OK) {
        trace_add(trace, "%s%u %s %s %u", trace->size > 0 ? ", " : "", row.organ, row.id,
                  tcn_ladder_stage_name(row.stage), row.step_count);
        birth = row.birth_position;
        slot = row.slot + 1;
    }
    return trace->text;
}

#endif
