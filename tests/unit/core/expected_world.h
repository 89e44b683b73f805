/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A district of two offices that are expected to speak, for tests of zero reports and of the board:
 * a daily line, one of working days, check-ins while a storm is announced, and one limit of the
 * law. Times are the district's.
 */
#ifndef TCN_TESTS_UNIT_CORE_EXPECTED_WORLD_H
#define TCN_TESTS_UNIT_CORE_EXPECTED_WORLD_H

#include "civil.h"
#include "core/expected.h"
#include "core/fold.h"
#include "model/matter_clock.h"
#include "testlib/memstate.h"
#include "testlib/regime.h"

#define LINE_ACCIDENT "no_accident"
#define LINE_GRIEVANCE "no_grievance"

static const struct tcn_line world_lines[] = {
    {.id = LINE_ACCIDENT,
     .warning_severity = TCN_SEVERITY_SERIOUS,
     .breach_deaths = 3,
     .breach_silent_days = 30},
    {.id = LINE_GRIEVANCE, .breach_silent_days = 30},
};

static const struct tcn_domain world_domains[] = {
    {.id = "claim", .procedure = TCN_PROCEDURE_PETITION, .owner = SAFETY, .line = LINE_GRIEVANCE},
    {.id = "danger",
     .procedure = TCN_PROCEDURE_HAZARD,
     .owner = SAFETY,
     .recipients = {WATER},
     .recipient_count = 1,
     .line = LINE_ACCIDENT},
    {.id = "pipe", .owner = WATER},
    {.id = "storm", .procedure = TCN_PROCEDURE_WARNING, .owner = SAFETY},
};

static const struct tcn_expected_report world_reports[] = {
    {.id = "zero.accident",
     .kind = TCN_EXPECTED_ZERO_REPORT,
     .line = LINE_ACCIDENT,
     .every = TCN_EXPECTED_DAY,
     .by_minute = 17 * 60,
     .grace_minutes = 60},
    {.id = "zero.grievance",
     .kind = TCN_EXPECTED_ZERO_REPORT,
     .line = LINE_GRIEVANCE,
     .every = TCN_EXPECTED_WORKING_DAY,
     .by_minute = 17 * 60,
     .grace_minutes = 60},
    {.id = "check_in.storm",
     .kind = TCN_EXPECTED_CHECK_IN,
     .every = TCN_EXPECTED_HOURS,
     .hours = 2,
     .grace_minutes = 30,
     .while_domain = "storm"},
};

static const struct tcn_plans world_plans = {.reports = world_reports,
                                             .report_count = COUNT_OF(world_reports)};

static const struct tcn_clock_rule world_rules[] = {
    {.id = "claim.reply",
     .title_en = "Answer a petition",
     .unit = TCN_CLOCK_CALENDAR_DAYS,
     .amount = 15,
     .bound = TCN_CLOCK_AT_MOST,
     .owes = TCN_CLOCK_HOLDER,
     .starts = {{.act = TCN_ACT_REPORTED}},
     .start_count = 1,
     .start_time = TCN_CLOCK_LEARNED,
     .stops = {{.act = TCN_ACT_REPLIED}},
     .stop_count = 1,
     .stop_time = TCN_CLOCK_RECORDED,
     .domains = {"claim"},
     .domain_count = 1,
     .is_enabled = true},
};

/** A fold in that district. */
struct world {
    struct tcn_memstate state;
    struct tcn_fold fold;
    struct tcn_policy policy;
    struct tcn_clock_table clocks;
    struct tcn_calendar_span spans[COUNT_OF(named_days)];
    int64_t now_ns; /**< log time of the event before */
};

/** An event at a time, as nobody said it yet. */
static inline struct tcn_event said_at(enum tcn_act act, const char *when) {
    return (struct tcn_event){.format = TCN_EVENT_FORMAT,
                              .act = act,
                              .mode = TCN_MODE_ACTUAL,
                              .learned_ns = at(when),
                              .recorded_ns = at(when),
                              .body_kind = TCN_BODY_ACT};
}

static inline struct tcn_fold_input world_input(const struct world *world, uint16_t organ,
                                                const struct tcn_event *event, int64_t now_ns) {
    const uint64_t position = world->fold.applied.position + 1;
    return (struct tcn_fold_input){
        .position = position,
        .generation = 1,
        .log_time_ns = now_ns,
        .lane = {.source = organ, .epoch = organ != 0 ? 7 : 0, .lane = TCN_LANE_ROUTINE},
        .sequence = position,
        .organ = organ,
        .role = TCN_ROLE_OFFICE,
        .log_mode = TCN_MODE_ACTUAL,
        .event = event};
}

/** Folds an event at a log time. */
static inline struct tcn_outcome fold_at(struct world *world, uint16_t organ,
                                         const struct tcn_event *event, const char *when) {
    struct tcn_outcome outcome;
    const struct tcn_fold_input in = world_input(world, organ, event, at(when));
    assert_true(at(when) >= world->now_ns);
    world->now_ns = at(when);
    assert_int_equal(tcn_fold_step(&world->fold, &in, &outcome), TCN_OK);
    return outcome;
}

/** Puts rows into the registry. */
static inline void enrol_rows(struct world *world, const struct tcn_principal *rows, uint32_t count,
                              const char *when) {
    struct tcn_event event = said_at(TCN_ACT_REGISTRY_CHANGED, when);
    struct tcn_outcome outcome;
    event.body_kind = TCN_BODY_NONE;
    struct tcn_fold_input in = world_input(world, 0, &event, at(when));
    in.rows = rows;
    in.row_count = count;
    world->now_ns = at(when);
    assert_int_equal(tcn_fold_step(&world->fold, &in, &outcome), TCN_OK);
}

static inline struct tcn_principal office_row(uint32_t id, uint16_t organ) {
    return (struct tcn_principal){
        .id = id, .role = TCN_ROLE_OFFICE, .status = TCN_PRINCIPAL_ACTIVE, .organ = organ};
}

static inline void world_policy(struct world *world) {
    world->policy = regime;
    world->policy.lines = world_lines;
    world->policy.line_count = COUNT_OF(world_lines);
    world->policy.domains = world_domains;
    world->policy.domain_count = COUNT_OF(world_domains);
    world->policy.plans = &world_plans;
    world->policy.clock_ahead_ns = INT64_C(600000000000);
    world->policy.clock_behind_ns = 0;
    world->clocks = (struct tcn_clock_table){.rules = world_rules,
                                             .rule_count = COUNT_OF(world_rules),
                                             .calendar = make_calendar(world->spans)};
    world->policy.clocks = &world->clocks;
}

/** Starts with both offices enrolled on Wednesday 2025-11-26. */
static inline void world_start(struct world *world) {
    const struct tcn_principal rows[] = {office_row(101, OFFICE_A), office_row(102, OFFICE_B)};
    memset(world, 0, sizeof(*world));
    tcn_memstate_init(&world->state);
    world_policy(world);
    assert_int_equal(tcn_fold_init(&world->fold, &world->policy, &tcn_memstate_ops, &world->state),
                     TCN_OK);
    enrol_rows(world, rows, COUNT_OF(rows), "2025-11-26 09:00:00");
}

static inline void world_stop(struct world *world) {
    tcn_memstate_fini(&world->state);
}

/** A tick of the clock: whatever fell due is told. */
static inline void tick(struct world *world, const char *when) {
    struct tcn_event event = said_at(TCN_ACT_TICK, when);
    event.body_kind = TCN_BODY_NONE;
    assert_int_equal(fold_at(world, 0, &event, when).code, TCN_OK);
}

/** A zero report; lines that are NULL are not spoken of. */
static inline struct tcn_event zero_of(const char *safe, const char *not_safe, const char *when) {
    static struct tcn_tick ticks[2];
    static const struct tcn_slice place = {(const uint8_t *)"dam", 3};
    struct tcn_event event = said_at(TCN_ACT_ZERO_REPORT, when);
    event.body_kind = TCN_BODY_ZERO;
    event.zero = (struct tcn_zero_body){
        .ticks = ticks, .post = tcn_slice_text("duty_officer"), .places = &place, .place_count = 1};
    if (safe != NULL) {
        ticks[event.zero.tick_count++] = (struct tcn_tick){tcn_slice_text(safe), true};
    }
    if (not_safe != NULL) {
        ticks[event.zero.tick_count++] = (struct tcn_tick){tcn_slice_text(not_safe), false};
    }
    return event;
}

static inline struct tcn_event oral_of(const char *office, const char *safe, const char *not_safe,
                                       const char *when) {
    struct tcn_event event = zero_of(safe, not_safe, when);
    event.act = TCN_ACT_ORAL_ZERO;
    event.zero.of_office = tcn_slice_text(office);
    return event;
}

/** A first report of a matter in an office's place, learned when it is recorded. */
static inline struct tcn_event matter_of(uint8_t number, const char *domain, const char *division,
                                         const char *when) {
    struct tcn_event event = said_at(TCN_ACT_REPORTED, when);
    event.body_kind = TCN_BODY_REPORT;
    event.matter = (struct tcn_id){{0, 0, 0, number}};
    event.domain = tcn_slice_text(domain);
    event.division = tcn_slice_text(division);
    event.concerns = TCN_CONCERNS_NOBODY;
    event.severity = TCN_SEVERITY_ROUTINE;
    return event;
}

#define PLACE_A "520502100000"
#define PLACE_B "520502101000"
#define PLACE_OF_NONE "520502102000"

/** The row under a key, or NULL. */
static inline const struct tcn_expected *
row_at(const struct world *world, enum tcn_expected_row row, uint16_t organ, uint64_t number) {
    const struct tcn_expected *rows =
        (const struct tcn_expected *)(const void *)world->state.expected.rows;
    for (size_t i = 0; i < world->state.expected.count; i++) {
        const struct tcn_expected_key *key = &rows[i].key;
        if (key->row == row && key->organ == organ && key->number == number) {
            return &rows[i];
        }
    }
    return NULL;
}

/** True when the last event that was folded gave this reason. */
static inline bool gave(const struct tcn_trace *trace, enum tcn_why why) {
    for (uint32_t i = 0; i < trace->count; i++) {
        if (trace->notes[i].why == why) {
            return true;
        }
    }
    return false;
}

/** What an office said last of a line, or NULL. */
static inline const struct tcn_expected *last_of(const struct world *world, uint16_t organ,
                                                 const char *line) {
    return row_at(world, TCN_EXPECTED_ROW_LAST, organ,
                  tcn_expected_line_number(tcn_slice_text(line)));
}

/** How many rows there are of a kind. */
static inline size_t rows_of(const struct world *world, enum tcn_expected_row row) {
    const struct tcn_expected *rows =
        (const struct tcn_expected *)(const void *)world->state.expected.rows;
    size_t count = 0;
    for (size_t i = 0; i < world->state.expected.count; i++) {
        count += rows[i].key.row == row;
    }
    return count;
}

/** Alerts that the desk got since the count was `before`, each "office:missing@stage " or "reason
 * ".
 */
static inline const char *desk_heard(const struct world *world, size_t before) {
    static char text[512];
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)world->state.alerts.rows;
    size_t size = 0;
    text[0] = '\0';
    for (size_t i = before; i < world->state.alerts.count; i++) {
        const struct tcn_alert *alert = &alerts[i];
        if (alert->stream.organ != DESK) {
            continue;
        }
        const bool is_fired = alert->fired.kind == TCN_DUE_EXPECTED;
        const int wrote =
            is_fired
                ? snprintf(text + size, sizeof(text) - size, "%u:%u@%u ",
                           (unsigned)alert->fired.subject, alert->fired.rule, alert->fired.stage)
                : snprintf(text + size, sizeof(text) - size, "%s ", tcn_reason_name(alert->reason));
        size += wrote > 0 ? (size_t)wrote : 0;
    }
    return text;
}

#endif
