/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks of matters in the fold: what of an event counts for them, who is told, and that the same
 * log tells the same however it is folded. */
#include "core/fold_clocks.h"

#include "clock_fixture.h"
#include "core/clock.h"
#include "core/due.h"

static int make(void **state) {
    (void)state;
    table = make_clock_table(spans);
    policy = make_clock_policy();
    return 0;
}

/** Folds an event of an organ at a time of the district; 0 is the collector. */
static void happen(struct fixture *fixture, int64_t log_time_ns, uint16_t organ,
                   struct tcn_event event) {
    struct tcn_outcome outcome;
    event.recorded_ns = event.recorded_ns != 0 ? event.recorded_ns : log_time_ns;
    struct tcn_fold_input in = input_of(fixture, organ, &event);
    in.log_time_ns = log_time_ns;
    in.log_mode = TCN_MODE_ACTUAL;
    assert_int_equal(tcn_fold_step(&fixture->fold, &in, &outcome), TCN_OK);
    assert_int_equal(outcome.code, TCN_OK);
}

static void tick(struct fixture *fixture, int64_t log_time_ns) {
    happen(fixture, log_time_ns, 0,
           (struct tcn_event){
               .format = TCN_EVENT_FORMAT, .act = TCN_ACT_TICK, .mode = TCN_MODE_ACTUAL});
}

/** A report that was learned of at a time. */
static struct tcn_event learned(uint8_t matter, const char *domain, int64_t learned_ns) {
    struct tcn_event event = report_of(matter, domain);
    event.learned_ns = learned_ns;
    return event;
}

/** "2:answer1 1:answer3": who was told of which step since alert `from` of all. */
static const char *told(const struct fixture *fixture, size_t from) {
    static char text[4096];
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)fixture->state.alerts.rows;
    size_t size = 0;
    text[0] = '\0';
    for (size_t i = from; i < fixture->state.alerts.count; i++) {
        const struct tcn_fired *fired = &alerts[i].fired;
        if (alerts[i].reason != TCN_REASON_CLOCK) {
            continue;
        }
        const struct tcn_clock_rule *rule = tcn_clock_rule_numbered(&table, fired->rule);
        const bool is_year = fired->kind == TCN_DUE_CALENDAR;
        size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%u:%s%u", size > 0 ? " " : "",
                                 alerts[i].stream.organ, rule != NULL ? rule->id : "year ",
                                 is_year ? (unsigned)fired->subject : fired->stage);
        assert_true(size < sizeof(text));
    }
    return text;
}

static void who_owes_the_act_hears_of_it_and_the_desk_when_it_is_due(void **test) {
    (void)test;
    const uint32_t guarded = TCN_FLAG_GUARDED;
    const uint32_t hidden = TCN_FLAG_GUARDED | TCN_FLAG_NOT_THE_DESK;
    const struct {
        const char *rule;
        uint16_t holder;
        uint16_t office;
        uint32_t flags;
        const char *first; /* who is told of the first warning, and of the end */
        const char *due;
    } cases[] = {
        {"answer", SAFETY, OFFICE_A, 0, "2:answer1", "2:answer3 1:answer3"},
        {"answer", SAFETY, OFFICE_A, guarded, "2:answer1", "2:answer3 1:answer3"},
        {"answer", SAFETY, OFFICE_A, hidden, "2:answer1", "2:answer3"},
        {"answer", DESK, OFFICE_A, 0, "1:answer1", "1:answer3"},
        {"answer", DESK, OFFICE_A, hidden, "1:answer1", "1:answer3"},
        {"slip", SAFETY, OFFICE_A, 0, "11:slip1", "11:slip3 1:slip3"},
        {"slip", SAFETY, 0, 0, "2:slip1", "2:slip3 1:slip3"},
        {"slip", SAFETY, OFFICE_A, guarded, "2:slip1", "2:slip3 1:slip3"},
        {"slip", SAFETY, OFFICE_A, hidden, "2:slip1", "2:slip3"},
        {"confirm", SAFETY, OFFICE_A, 0, "1:confirm1", "1:confirm3"},
        {"confirm", SAFETY, OFFICE_A, guarded, "1:confirm1", "1:confirm3"},
        {"confirm", SAFETY, OFFICE_A, hidden, "2:confirm1", "2:confirm3"},
        {"grave", SAFETY, OFFICE_A, 0, "", "2:grave3"},
        {"grave", SAFETY, OFFICE_A, hidden, "", "2:grave3"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture fixture;
        const struct tcn_clock_rule *rule =
            tcn_clock_rule_find(&table, tcn_slice_text(cases[i].rule));
        const struct tcn_matter matter = {.birth_position = 9,
                                          .mode = TCN_MODE_ACTUAL,
                                          .holder = cases[i].holder,
                                          .office = cases[i].office,
                                          .flags = cases[i].flags};
        struct tcn_matter_clock clock = {.birth_position = 9,
                                         .rule = tcn_clock_rule_number(tcn_slice_text(rule->id)),
                                         .terms = {.unit = rule->unit, .owes = rule->owes}};
        struct tcn_fired fired = {
            .kind = TCN_DUE_CLOCK, .stage = 1, .subject = 9, .rule = clock.rule};
        const struct tcn_event event = {.act = TCN_ACT_TICK};
        (void)snprintf(clock.id, sizeof(clock.id), "%s", rule->id);
        start_clocks(&fixture);
        const struct tcn_fold_input in = input_of(&fixture, 0, &event);
        assert_int_equal(tcn_memstate_ops.matter_put(&fixture.state, &matter, true), TCN_OK);
        assert_int_equal(tcn_memstate_ops.clock_put(&fixture.state, &clock), TCN_OK);
        assert_int_equal(tcn_fold_clocks_tell(&fixture.fold, &in, &fired), TCN_OK);
        assert_string_equal(told(&fixture, 0), cases[i].first);
        const size_t count = fixture.state.alerts.count;
        fired.stage = 3;
        assert_int_equal(tcn_fold_clocks_tell(&fixture.fold, &in, &fired), TCN_OK);
        assert_string_equal(told(&fixture, count), cases[i].due);
        stop(&fixture);
    }
}

static void an_alert_of_a_clock_says_which_step_of_which_matter(void **test) {
    (void)test;
    struct fixture fixture;
    const int64_t start_ns = at("2024-03-01 10:00:00");
    start_clocks(&fixture);
    happen(&fixture, start_ns, OFFICE_A, learned(7, "hazard", start_ns));
    const size_t count = fixture.state.alerts.count;
    tick(&fixture, at("2024-03-12 11:59:59"));
    assert_string_equal(told(&fixture, count), "");
    tick(&fixture, at("2024-03-12 12:00:01"));
    assert_string_equal(told(&fixture, count), "2:answer1");
    const struct tcn_alert *alert = tcn_memstate_alert(
        &fixture.state, (struct tcn_stream){TCN_MODE_ACTUAL, SAFETY},
        tcn_memstate_head(&fixture.state, (struct tcn_stream){TCN_MODE_ACTUAL, SAFETY}));
    assert_int_equal(alert->reason, TCN_REASON_CLOCK);
    assert_int_equal(alert->act, TCN_ACT_TICK);
    assert_int_equal(alert->birth_position, 1);
    assert_int_equal(alert->position, 3);
    assert_int_equal(alert->severity, TCN_SEVERITY_SERIOUS); /* its matter's: the step's is less */
    assert_int_equal(alert->policy_version, policy.version);
    assert_int_equal(alert->fired.kind, TCN_DUE_CLOCK);
    assert_int_equal(alert->fired.stage, 1);
    assert_int_equal(alert->fired.subject, 1);
    assert_int_equal(alert->fired.rule, tcn_clock_rule_number(tcn_slice_text("answer")));
    assert_true(alert->fired.due_ns == at("2024-03-12 12:00:00"));
    assert_true(alert->fired.until_ns == at("2024-03-17 00:00:00"));
    assert_true(alert->log_time_ns == at("2024-03-12 12:00:01"));
    stop(&fixture);
}

static void a_step_presses_more_when_it_is_of_hours(void **test) {
    (void)test;
    static const struct {
        enum tcn_clock_unit unit;
        enum tcn_severity matter;
        uint32_t stage;
        enum tcn_severity severity;
    } cases[] = {
        {TCN_CLOCK_CALENDAR_DAYS, TCN_SEVERITY_UNKNOWN, 1, TCN_SEVERITY_ROUTINE},
        {TCN_CLOCK_CALENDAR_DAYS, TCN_SEVERITY_ROUTINE, 2, TCN_SEVERITY_SERIOUS},
        {TCN_CLOCK_WORKING_DAYS, TCN_SEVERITY_ROUTINE, 3, TCN_SEVERITY_SERIOUS},
        {TCN_CLOCK_YEARS, TCN_SEVERITY_DANGER, 1, TCN_SEVERITY_DANGER},
        {TCN_CLOCK_MINUTES, TCN_SEVERITY_UNKNOWN, 1, TCN_SEVERITY_SERIOUS},
        {TCN_CLOCK_HOURS, TCN_SEVERITY_ROUTINE, 2, TCN_SEVERITY_URGENT},
        {TCN_CLOCK_HOURS, TCN_SEVERITY_ROUTINE, 3, TCN_SEVERITY_URGENT},
        {TCN_CLOCK_HOURS, TCN_SEVERITY_DANGER, 1, TCN_SEVERITY_DANGER},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture fixture;
        const struct tcn_matter matter = {.birth_position = 9,
                                          .mode = TCN_MODE_EXERCISE,
                                          .severity = cases[i].matter,
                                          .holder = SAFETY};
        struct tcn_matter_clock clock = {
            .birth_position = 9,
            .id = "answer",
            .rule = tcn_clock_rule_number(tcn_slice_text("answer")),
            .terms = {.unit = cases[i].unit, .owes = TCN_CLOCK_HOLDER}};
        const struct tcn_fired fired = {
            .kind = TCN_DUE_CLOCK, .stage = cases[i].stage, .subject = 9, .rule = clock.rule};
        const struct tcn_event event = {.act = TCN_ACT_TICK};
        start_clocks(&fixture);
        const struct tcn_fold_input in = input_of(&fixture, 0, &event);
        assert_int_equal(tcn_memstate_ops.matter_put(&fixture.state, &matter, true), TCN_OK);
        assert_int_equal(tcn_memstate_ops.clock_put(&fixture.state, &clock), TCN_OK);
        assert_int_equal(tcn_fold_clocks_tell(&fixture.fold, &in, &fired), TCN_OK);
        const struct tcn_alert *alert =
            tcn_memstate_alert(&fixture.state, (struct tcn_stream){TCN_MODE_EXERCISE, SAFETY}, 1);
        assert_non_null(alert); /* in the mode of the matter */
        assert_int_equal(alert->severity, cases[i].severity);
        stop(&fixture);
    }
}

/* Rule 8 of the fold: first the time, then the event. */
static void an_act_at_the_very_instant_comes_after_the_step_and_stops_the_clock(void **test) {
    (void)test;
    struct fixture fixture;
    const int64_t start_ns = at("2024-03-01 10:00:00");
    start_clocks(&fixture);
    happen(&fixture, start_ns, OFFICE_A, learned(7, "pipe", start_ns));
    const size_t count = fixture.state.alerts.count;
    happen(&fixture, at("2024-03-01 11:24:00"), WATER, act_of(TCN_ACT_ACCEPTED, 7));
    assert_string_equal(told(&fixture, count), "3:pipe1");
    tick(&fixture, at("2024-03-01 11:48:00"));
    assert_string_equal(told(&fixture, count), "3:pipe1");
    assert_int_equal(tcn_memstate_clock(&fixture.state, 1, "pipe")->verdict, TCN_VERDICT_IN_TIME);
    stop(&fixture);
}

static void log_time_that_creeps_fires_each_step_at_its_nanosecond(void **test) {
    (void)test;
    struct fixture fixture;
    const int64_t start_ns = at("2024-03-01 10:00:00");
    const int64_t due_ns = at("2024-03-01 11:24:00");
    start_clocks(&fixture);
    happen(&fixture, start_ns, OFFICE_A, learned(7, "pipe", start_ns));
    const size_t count = fixture.state.alerts.count;
    for (int64_t creep_ns = -3; creep_ns < 4; creep_ns++) {
        assert_true(fixture.fold.due_ns == (creep_ns <= 0 ? due_ns : at("2024-03-01 11:48:00")));
        tick(&fixture, due_ns + creep_ns);
        assert_string_equal(told(&fixture, count), creep_ns < 0 ? "" : "3:pipe1");
    }
    stop(&fixture);
}

static void clocks_of_one_instant_come_in_the_order_of_matter_and_rule(void **test) {
    (void)test;
    struct fixture fixture;
    const int64_t start_ns = at("2024-03-01 10:00:00");
    start_clocks(&fixture);
    for (uint8_t i = 3; i > 0; i--) { /* births 1, 2, 3 */
        struct tcn_event event = learned(i, "hazard", start_ns);
        event.severity = TCN_SEVERITY_URGENT;
        happen(&fixture, start_ns, OFFICE_A, event);
    }
    for (uint8_t i = 1; i <= 3; i++) { /* two of ten hours each, of one office */
        happen(&fixture, start_ns, SAFETY, act_of(TCN_ACT_ACCEPTED, i));
    }
    const size_t count = fixture.state.alerts.count;
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)fixture.state.alerts.rows;
    tick(&fixture, at("2024-04-01 10:00:00"));
    uint64_t birth = 0;
    int64_t due_ns = 0;
    for (size_t i = count; i < fixture.state.alerts.count; i++) {
        alerts = (const struct tcn_alert *)(const void *)fixture.state.alerts.rows;
        const struct tcn_fired *fired = &alerts[i].fired;
        /* Of each clock only the last step: in the order of the first that had not been told. */
        if (fired->due_ns == due_ns) {
            assert_true(fired->subject >= birth);
        }
        birth = fired->subject;
        due_ns = fired->due_ns;
    }
    assert_string_equal(told(&fixture, count), "11:slip3 1:slip3 11:slip3 1:slip3 11:slip3 1:slip3 "
                                               "2:answer3 1:answer3 2:answer3 1:answer3 2:answer3 "
                                               "1:answer3");
    stop(&fixture);
}

static void a_guarded_matter_tells_nobody_outside(void **test) {
    (void)test;
    static const struct {
        uint16_t guards[2];
        uint32_t count;
        const char *told;
    } cases[] = {
        {{DISCIPLINE, 0}, 1, "4:ack3"},
        {{DISCIPLINE, DESK}, 2, "4:ack3 1:ack3"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture fixture;
        const int64_t start_ns = at("2024-03-01 10:00:00");
        struct tcn_event event = act_of(TCN_ACT_REPORTED, 7);
        event.body_kind = TCN_BODY_REPORT;
        event.concerns = TCN_CONCERNS_UNIT;
        event.severity = TCN_SEVERITY_URGENT;
        event.learned_ns = start_ns;
        event.report.category = tcn_slice_text("31.6"); /* not kept: it would tell of the matter */
        event.guard_organ_count = cases[i].count;
        memcpy(event.guard_organs, cases[i].guards, sizeof(cases[i].guards));
        start_clocks(&fixture);
        happen(&fixture, start_ns, OFFICE_A, event);
        const struct tcn_matter *matter = tcn_memstate_matter(&fixture.state, &event.matter);
        assert_true((matter->flags & TCN_FLAG_GUARDED) != 0 && matter->category[0] == '\0');
        const size_t count = fixture.state.alerts.count;
        tick(&fixture, at("2024-03-01 10:30:01"));
        assert_string_equal(told(&fixture, count), cases[i].told);
        stop(&fixture);
    }
}

static void a_report_keeps_its_category_and_a_move_to_another_kind_ends_its_clocks(void **test) {
    (void)test;
    struct fixture fixture;
    const int64_t start_ns = at("2024-03-01 10:00:00");
    struct tcn_event event = learned(7, "petition", start_ns);
    event.report.category = tcn_slice_text("31.6");
    start_clocks(&fixture);
    happen(&fixture, start_ns, OFFICE_A, event);
    assert_string_equal(tcn_memstate_matter(&fixture.state, &event.matter)->category, "31.6");
    assert_int_equal(tcn_memstate_clock(&fixture.state, 1, "whole")->end, TCN_CLOCK_RUNS);
    struct tcn_event moved = act_of(TCN_ACT_RECLASSIFIED, 7);
    moved.domain = tcn_slice_text("hazard");
    happen(&fixture, at("2024-03-02 10:00:00"), WATER, moved);
    assert_int_equal(tcn_memstate_clock(&fixture.state, 1, "whole")->end, TCN_CLOCK_CLOSED);
    const struct tcn_matter_clock *answer = tcn_memstate_clock(&fixture.state, 1, "answer");
    assert_true(answer->clock.start_ns == start_ns); /* from when the matter was learned of */
    moved.domain = tcn_slice_text("pipe");
    happen(&fixture, at("2024-03-03 10:00:00"), SAFETY, moved);
    answer = tcn_memstate_clock(&fixture.state, 1, "answer");
    assert_int_equal(answer->end, TCN_CLOCK_LEFT); /* of the same kind */
    happen(&fixture, at("2024-03-03 11:00:00"), WATER, act_of(TCN_ACT_CLOSED, 7));
    assert_int_equal(tcn_memstate_clock(&fixture.state, 1, "pipe")->end, TCN_CLOCK_CLOSED);
    assert_true(fixture.fold.due_ns == INT64_MAX);
    event.report.category = tcn_slice_text("a category of no rule");
    event.matter = matter_id(8);
    happen(&fixture, at("2024-03-04 10:00:00"), OFFICE_A, event);
    assert_string_equal(tcn_memstate_matter(&fixture.state, &event.matter)->category, "");
    stop(&fixture);
}

/* An end that is not called closed, and what waits for a second person. */
static void what_ends_a_matter_ends_its_clocks_and_what_waits_starts_none(void **test) {
    (void)test;
    struct fixture fixture;
    const int64_t start_ns = at("2024-03-01 10:00:00");
    struct tcn_event event = learned(7, "petition", start_ns);
    event.report.category = tcn_slice_text("31.6");
    start_clocks(&fixture);
    happen(&fixture, start_ns, OFFICE_A, event);
    struct tcn_matter matter = *tcn_memstate_matter(&fixture.state, &event.matter);
    matter.stage = TCN_STAGE_RECHECK;
    assert_int_equal(tcn_memstate_ops.matter_put(&fixture.state, &matter, false), TCN_OK);
    assert_int_equal(tcn_memstate_clock(&fixture.state, 1, "whole")->end, TCN_CLOCK_RUNS);
    happen(&fixture, at("2024-03-02 10:00:00"), WATER, act_of(TCN_ACT_REPLIED, 7));
    assert_int_equal(tcn_memstate_matter(&fixture.state, &event.matter)->stage, TCN_STAGE_FINAL);
    assert_int_equal(tcn_memstate_clock(&fixture.state, 1, "whole")->end, TCN_CLOCK_CLOSED);
    struct tcn_event reopened = act_of(TCN_ACT_REOPENED, 7);
    reopened.act_body.reason = tcn_slice_text("new_facts");
    happen(&fixture, at("2024-03-03 10:00:00"), DESK, reopened);
    assert_int_equal(tcn_memstate_matter(&fixture.state, &event.matter)->stage, TCN_STAGE_FINAL);
    assert_int_equal(tcn_memstate_clock(&fixture.state, 1, "whole")->end, TCN_CLOCK_CLOSED);
    struct tcn_outcome outcome;
    reopened.recorded_ns = at("2024-03-03 11:00:00");
    struct tcn_fold_input in = input_of(&fixture, DESK, &reopened);
    in.lane.source = 77; /* another post of the desk's */
    in.log_time_ns = reopened.recorded_ns;
    assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_OK);
    assert_int_equal(tcn_memstate_matter(&fixture.state, &event.matter)->stage, TCN_STAGE_ACCEPTED);
    assert_int_equal(tcn_memstate_clock(&fixture.state, 1, "whole")->end, TCN_CLOCK_RUNS);
    stop(&fixture);
}

static void a_stub_has_the_clocks_of_its_report_once_that_is_there(void **test) {
    (void)test;
    struct fixture fixture;
    const int64_t start_ns = at("2024-03-01 10:00:00");
    start_clocks(&fixture);
    happen(&fixture, start_ns, DESK, act_of(TCN_ACT_FOLLOWED_UP, 7));
    assert_int_equal(fixture.state.clocks.count, 0);
    happen(&fixture, at("2024-03-04 10:00:00"), OFFICE_A, learned(7, "hazard", start_ns));
    assert_true(tcn_memstate_clock(&fixture.state, 1, "answer")->clock.start_ns == start_ns);
    stop(&fixture);
}

static void the_desk_is_told_once_of_a_year_that_is_missing(void **test) {
    (void)test;
    struct fixture fixture;
    const int64_t start_ns = at("2026-12-28 10:00:00");
    start_clocks(&fixture);
    happen(&fixture, start_ns, OFFICE_A, learned(7, "hazard", start_ns));
    const size_t count = fixture.state.alerts.count;
    assert_true(fixture.fold.due_ns == start_ns); /* so that a tick is asked for */
    tick(&fixture, start_ns);
    assert_string_equal(told(&fixture, count), "1:year 2027");
    const struct tcn_alert *alert =
        (const struct tcn_alert *)(const void *)fixture.state.alerts.rows + count;
    assert_int_equal(alert->birth_position, 0);
    assert_int_equal(alert->severity, TCN_SEVERITY_SERIOUS);
    assert_true(alert->fired.until_ns == at("2027-01-01 00:00:00"));
    happen(&fixture, at("2026-12-29 10:00:00"), OFFICE_A, learned(8, "hazard", start_ns));
    tick(&fixture, at("2026-12-30 10:00:00"));
    assert_string_equal(told(&fixture, count), "1:year 2027");
    stop(&fixture);
}

/* D5 of core/due */
static void what_is_told_at_one_event_is_bounded(void **test) {
    (void)test;
    struct fixture fixture;
    const int64_t start_ns = at("2024-03-01 10:00:00");
    const uint32_t matter_count = TCN_DUE_FIRED_MAX + 6;
    start_clocks(&fixture);
    for (uint32_t i = 1; i <= matter_count; i++) {
        happen(&fixture, start_ns, OFFICE_A, learned((uint8_t)i, "pipe", start_ns));
    }
    const size_t count = fixture.state.alerts.count;
    tick(&fixture, at("2024-03-02 10:00:00"));
    assert_int_equal(fixture.state.alerts.count, count + 2 * TCN_DUE_FIRED_MAX);
    assert_true(fixture.fold.due_ns <= at("2024-03-02 10:00:00"));
    tick(&fixture, at("2024-03-02 10:00:00"));
    assert_int_equal(fixture.state.alerts.count, count + 2 * matter_count);
    assert_true(fixture.fold.due_ns == INT64_MAX);
    stop(&fixture);
}

static void without_rules_nothing_runs(void **test) {
    (void)test;
    struct fixture fixture;
    const int64_t start_ns = at("2024-03-01 10:00:00");
    start_clocks(&fixture);
    fixture.fold.clocks = NULL;
    happen(&fixture, start_ns, OFFICE_A, learned(7, "pipe", start_ns));
    assert_int_equal(fixture.state.clocks.count, 0);
    assert_int_equal(fixture.state.dues.count, 0);
    stop(&fixture);
}

static void fold_logged(struct fixture *fixture, const struct logged *logged) {
    if (logged->organ == 0) {
        tick(fixture, at(logged->when));
    } else {
        happen(fixture, at(logged->when), logged->organ, clock_event(logged));
    }
}

/** Folds the log; begins anew before every event, or before one, or never (-1, n, the count). A
 * fold that began before `killed` and did not commit left nothing: it is folded again. */
static uint64_t hash_of_log(int killed) {
    struct fixture fixture;
    start_clocks(&fixture);
    for (int i = 0; i < (int)COUNT_OF(clock_log); i++) {
        if (killed == -1 || killed == i) {
            struct fixture before = fixture;
            tcn_memstate_init(&before.state);
            tcn_memstate_copy(&before.state, &fixture.state);
            fold_logged(&fixture, &clock_log[i]); /* and dies */
            tcn_memstate_fini(&fixture.state);
            fixture = before;
            assert_int_equal(
                tcn_fold_init(&fixture.fold, &policy, &tcn_memstate_ops, &fixture.state), TCN_OK);
            fixture.fold.clocks = &table;
        }
        fold_logged(&fixture, &clock_log[i]);
    }
    assert_string_equal(told(&fixture, 0), clock_log_told);
    const uint64_t hash = tcn_memstate_hash(&fixture.state);
    stop(&fixture);
    return hash;
}

static void the_same_log_tells_the_same_wherever_its_fold_was_killed(void **test) {
    (void)test;
    const uint64_t hash = hash_of_log((int)COUNT_OF(clock_log));
    for (int killed = -1; killed < (int)COUNT_OF(clock_log); killed++) {
        assert_true(hash_of_log(killed) == hash);
    }
}

static void a_state_that_fails_is_told(void **test) {
    (void)test;
    bool is_untouched = false;
    for (uint64_t n = 1; !is_untouched; n++) {
        struct fixture fixture;
        struct tcn_outcome outcome;
        start_clocks(&fixture);
        fold_logged(&fixture, &clock_log[0]);
        const struct tcn_event event = act_of(TCN_ACT_REPLIED, 1);
        struct tcn_fold_input in = input_of(&fixture, SAFETY, &event);
        in.log_time_ns = at("2024-03-17 10:00:00");
        fixture.state.call_count = 0;
        fixture.state.fail_at = n;
        const enum tcn_status status = tcn_fold_step(&fixture.fold, &in, &outcome);
        is_untouched = fixture.state.call_count < n;
        assert_int_equal(status, is_untouched ? TCN_OK : TCN_IO);
        stop(&fixture);
    }
}

/* Rule 10 */
static void an_activation_restates_running_clocks_only_when_it_says_so(void **test) {
    (void)test;
    for (unsigned restates = 0; restates < 2; restates++) {
        struct fixture fixture;
        struct tcn_clock_rule rules[16];
        struct tcn_outcome outcome;
        const int64_t start_ns = at("2024-03-01 10:00:00");
        const int64_t then_ns = at("2024-03-02 10:00:00");
        assert_in_range(table.rule_count, 1, COUNT_OF(rules));
        memcpy(rules, table.rules, table.rule_count * sizeof(rules[0]));
        for (uint32_t i = 0; i < table.rule_count; i++) {
            rules[i].amount += strcmp(rules[i].id, "answer") == 0 ? 30 : 0;
        }
        const struct tcn_clock_table longer = {
            .rules = rules, .rule_count = table.rule_count, .calendar = table.calendar};
        struct tcn_policy next = policy;
        next.version = policy.version + 1;
        next.clocks = &longer;
        start_clocks(&fixture);
        happen(&fixture, start_ns, OFFICE_A, learned(7, "hazard", start_ns));
        const struct tcn_matter_clock *row = tcn_memstate_clock(&fixture.state, 1, "answer");
        const int64_t due_ns = row->times.due_ns;
        const struct tcn_event event = {
            .format = TCN_EVENT_FORMAT, .act = TCN_ACT_POLICY_ACTIVATED, .mode = TCN_MODE_ACTUAL};
        struct tcn_fold_input in = input_of(&fixture, 0, &event);
        in.log_time_ns = then_ns;
        in.log_mode = TCN_MODE_ACTUAL;
        in.policy = &next;
        in.restates = restates != 0;
        assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_OK);
        assert_int_equal(outcome.code, TCN_OK);
        assert_ptr_equal(fixture.fold.policy, &next);
        assert_ptr_equal(fixture.fold.clocks, &longer);
        assert_int_equal(fixture.fold.applied.policy_version, next.version);
        row = tcn_memstate_clock(&fixture.state, 1, "answer");
        assert_int_equal(row->times.due_ns > due_ns, restates);
        assert_int_equal(row->policy_version, restates != 0 ? next.version : policy.version);
        happen(&fixture, then_ns, OFFICE_A, learned(8, "hazard", then_ns));
        const struct tcn_matter_clock *fresh = tcn_memstate_clock(&fixture.state, 3, "answer");
        assert_int_equal(fresh->policy_version, next.version);
        stop(&fixture);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_activation_restates_running_clocks_only_when_it_says_so),
        cmocka_unit_test(who_owes_the_act_hears_of_it_and_the_desk_when_it_is_due),
        cmocka_unit_test(an_alert_of_a_clock_says_which_step_of_which_matter),
        cmocka_unit_test(a_step_presses_more_when_it_is_of_hours),
        cmocka_unit_test(an_act_at_the_very_instant_comes_after_the_step_and_stops_the_clock),
        cmocka_unit_test(log_time_that_creeps_fires_each_step_at_its_nanosecond),
        cmocka_unit_test(clocks_of_one_instant_come_in_the_order_of_matter_and_rule),
        cmocka_unit_test(a_guarded_matter_tells_nobody_outside),
        cmocka_unit_test(a_report_keeps_its_category_and_a_move_to_another_kind_ends_its_clocks),
        cmocka_unit_test(what_ends_a_matter_ends_its_clocks_and_what_waits_starts_none),
        cmocka_unit_test(a_stub_has_the_clocks_of_its_report_once_that_is_there),
        cmocka_unit_test(the_desk_is_told_once_of_a_year_that_is_missing),
        cmocka_unit_test(what_is_told_at_one_event_is_bounded),
        cmocka_unit_test(without_rules_nothing_runs),
        cmocka_unit_test(the_same_log_tells_the_same_wherever_its_fold_was_killed),
        cmocka_unit_test(a_state_that_fails_is_told),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
