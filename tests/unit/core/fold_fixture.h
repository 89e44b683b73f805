/* SPDX-License-Identifier: Apache-2.0 */
/* What the fold's tests share: a fold over an empty state in memory, and shorthand for events. */
#ifndef TCN_TEST_FOLD_FIXTURE_H
#define TCN_TEST_FOLD_FIXTURE_H

#include "core/fold.h"
#include "testlib/memstate.h"
#include "testlib/regime.h"
#include "trace.h"

#define BASE_NS INT64_C(100000)

/** A fold over an empty state, and what it did. */
struct fixture {
    struct tcn_memstate state;
    struct tcn_fold fold;
    struct trace trace;
};

static inline void start(struct fixture *fixture) {
    memset(fixture, 0, sizeof(*fixture));
    tcn_memstate_init(&fixture->state);
    assert_int_equal(tcn_fold_init(&fixture->fold, &regime, &tcn_memstate_ops, &fixture->state),
                     TCN_OK);
}

static inline void stop(struct fixture *fixture) {
    tcn_memstate_fini(&fixture->state);
}

/** The source of another post of an organ. */
#define OTHER_POST 77u

static inline struct tcn_id matter_id(uint8_t number) {
    return (struct tcn_id){{0, 0, 0, number}};
}

static inline struct tcn_event act_of(enum tcn_act act, uint8_t matter) {
    return (struct tcn_event){.format = TCN_EVENT_FORMAT,
                              .act = act,
                              .mode = TCN_MODE_ACTUAL,
                              .matter = matter_id(matter),
                              .body_kind = TCN_BODY_ACT};
}

static inline struct tcn_event report_of(uint8_t matter, const char *domain) {
    struct tcn_event event = act_of(TCN_ACT_REPORTED, matter);
    event.body_kind = TCN_BODY_REPORT;
    event.domain = tcn_slice_text(domain);
    event.division = tcn_slice_text("520502100001");
    event.concerns = TCN_CONCERNS_NOBODY;
    event.severity = TCN_SEVERITY_SERIOUS;
    event.learned_ns = 1000;
    return event;
}

static inline struct tcn_fold_input input_of(const struct fixture *fixture, uint16_t organ,
                                             const struct tcn_event *event) {
    uint64_t position = fixture->fold.applied.position + 1;
    return (struct tcn_fold_input){
        .position = position,
        .generation = 1,
        .log_time_ns = BASE_NS + (int64_t)position,
        .lane = {.source = organ, .epoch = organ != 0 ? 7 : 0, .lane = TCN_LANE_ROUTINE},
        .sequence = position,
        .organ = organ,
        .event = event};
}

/** Folds one event and writes down its outcome, the alerts it made, and how its matter stands. */
static inline void fold_event_by(struct fixture *fixture, uint16_t organ, uint32_t source,
                                 const struct tcn_event *event) {
    struct trace *trace = &fixture->trace;
    size_t before = fixture->state.alerts.count;
    struct tcn_fold_input in = input_of(fixture, organ, event);
    in.lane.source = source;
    struct tcn_outcome outcome;
    assert_int_equal(tcn_fold_step(&fixture->fold, &in, &outcome), TCN_OK);
    trace_add(trace, "%u %s:", organ, tcn_act_name(event->act));
    if (outcome.code != TCN_OK) {
        trace_add(trace, " void %s", tcn_status_name((enum tcn_status)outcome.code));
    }
    const struct tcn_matter *matter = tcn_memstate_matter(&fixture->state, &event->matter);
    if (matter != NULL) {
        trace_add(trace, " [%s %u]", tcn_stage_name(matter->stage), matter->holder);
    }
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)fixture->state.alerts.rows;
    for (size_t i = before; i < fixture->state.alerts.count; i++) {
        trace_add(trace, " >%u %s", alerts[i].stream.organ, tcn_reason_name(alerts[i].reason));
        if (alerts[i].flags != 0) {
            trace_add(trace, "(%u)", alerts[i].flags);
        }
    }
    trace_add(trace, "\n");
}

/** The same by the one source that an organ has here. */
static inline void fold_event(struct fixture *fixture, uint16_t organ,
                              const struct tcn_event *event) {
    fold_event_by(fixture, organ, organ, event);
}

static inline void report(struct fixture *fixture, uint16_t organ, uint8_t matter,
                          const char *domain) {
    struct tcn_event event = report_of(matter, domain);
    fold_event(fixture, organ, &event);
}

static inline void act(struct fixture *fixture, uint16_t organ, enum tcn_act kind, uint8_t matter) {
    struct tcn_event event = act_of(kind, matter);
    event.act_body.post = tcn_slice_text(kind == TCN_ACT_ACKNOWLEDGED ? "duty" : "");
    fold_event(fixture, organ, &event);
}

static inline void transfer(struct fixture *fixture, uint16_t organ, uint8_t matter,
                            const char *to) {
    struct tcn_event event = act_of(TCN_ACT_TRANSFERRED, matter);
    event.act_body.to_organ = tcn_slice_text(to);
    fold_event(fixture, organ, &event);
}

/** The same, of a guarded matter: another post of the organ says it too. */
static inline void transfer_by_two(struct fixture *fixture, uint16_t organ, uint8_t matter,
                                   const char *to) {
    struct tcn_event event = act_of(TCN_ACT_TRANSFERRED, matter);
    event.act_body.to_organ = tcn_slice_text(to);
    fold_event(fixture, organ, &event);
    fold_event_by(fixture, organ, OTHER_POST, &event);
}

/** What one organ heard last, and how much there is of everything. */
struct heard {
    size_t alert_count;
    size_t outcome_count;
    struct tcn_alert alert;
    struct tcn_outcome outcome;
};

static inline struct heard hear(const struct fixture *fixture, uint16_t organ) {
    struct heard heard = {.outcome_count = fixture->state.outcomes.count};
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)fixture->state.alerts.rows;
    const struct tcn_outcome *outcomes =
        (const struct tcn_outcome *)(const void *)fixture->state.outcomes.rows;
    for (size_t i = 0; i < fixture->state.alerts.count; i++) {
        if (alerts[i].stream.organ == organ) {
            heard.alert_count++;
            heard.alert = alerts[i];
        }
    }
    if (heard.outcome_count > 0) {
        heard.outcome = outcomes[heard.outcome_count - 1];
    }
    return heard;
}

#endif
