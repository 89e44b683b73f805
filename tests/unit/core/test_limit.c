/* SPDX-License-Identifier: Apache-2.0 */
/* The limits that an office is told of with an answer, and those that it may tell at once. */
#include "core/limit.h"

#include "core/fold_clocks.h"

#include "clock_fixture.h"

static int make(void **state) {
    (void)state;
    table = make_clock_table(spans);
    policy = make_clock_policy();
    policy.clocks = &table;
    return 0;
}

static struct tcn_matter_clock clock_of(const char *id, int64_t due_ns) {
    struct tcn_matter_clock clock = {.rule = tcn_clock_rule_number(tcn_slice_text(id)),
                                     .terms = {.bound = TCN_CLOCK_AT_MOST},
                                     .times = {.due_ns = due_ns, .limit_ns = due_ns}};
    return clock;
}

static void what_has_no_certain_date_is_not_told(void **state) {
    (void)state;
    struct tcn_matter_clock clocks[8];
    struct tcn_limits limits = {.count = 0};
    for (size_t i = 0; i < COUNT_OF(clocks); i++) {
        clocks[i] = clock_of("answer", 5);
    }
    clocks[0].terms.bound = TCN_CLOCK_WINDOW;
    clocks[1].terms.bound = TCN_CLOCK_AT_LEAST;
    clocks[2].times.is_paused = true;
    clocks[3].times.due_ns = TCN_CLOCK_NEVER;
    clocks[4].terms.unit = TCN_CLOCK_WORKING_DAYS;
    clocks[4].times.missing_year = 2027;
    clocks[5].end = TCN_CLOCK_CLOSED;
    clocks[6].end = TCN_CLOCK_STOPPED; /* by an act before this one */
    clocks[6].verdict = TCN_VERDICT_LATE;
    clocks[6].stop_position = 6;
    clocks[7].end = TCN_CLOCK_STOPPED;
    clocks[7].verdict = TCN_VERDICT_UNKNOWN;
    clocks[7].stop_position = 7;
    for (size_t i = 0; i < COUNT_OF(clocks); i++) {
        tcn_limits_add(&limits, &clocks[i], 7);
        assert_int_equal(limits.count, 0);
    }
}

/** The 60 days of a petition in November end in a year whose days off are not yet known. */
static void a_missing_calendar_takes_no_date_from_calendar_days(void **state) {
    (void)state;
    struct tcn_limits limits = {.count = 0};
    struct tcn_matter_clock clock = clock_of("answer", 5);
    clock.terms.unit = TCN_CLOCK_CALENDAR_DAYS;
    clock.times.missing_year = 2027;
    tcn_limits_add(&limits, &clock, 7);
    assert_int_equal(limits.count, 1);
    assert_int_equal(limits.rows[0].due_ns, 5);
}

static void those_that_end_first_are_told_before_the_others(void **state) {
    (void)state;
    static const int64_t dues[] = {70, 20, 90, 10, 50, 80};
    struct tcn_limits limits = {.count = 0};
    struct tcn_matter_clock ended = clock_of("ended", 1);
    ended.end = TCN_CLOCK_STOPPED;
    ended.verdict = TCN_VERDICT_LATE;
    ended.stop_position = 7;
    tcn_limits_add(&limits, &ended, 7);
    assert_int_equal(limits.rows[0].state, TCN_LIMIT_LATE);
    tcn_limits_add(&limits, &(struct tcn_matter_clock){.terms = {.bound = TCN_CLOCK_WINDOW}}, 7);
    for (size_t i = 0; i < COUNT_OF(dues); i++) {
        const struct tcn_matter_clock clock = clock_of("answer", dues[i]);
        tcn_limits_add(&limits, &clock, 7);
    }
    static const int64_t kept[TCN_ALERT_LIMITS_MAX] = {10, 20, 50, 70};
    assert_int_equal(limits.count, TCN_ALERT_LIMITS_MAX);
    for (size_t i = 0; i < COUNT_OF(kept); i++) {
        assert_int_equal(limits.rows[i].state, TCN_LIMIT_RUNS);
        assert_int_equal(limits.rows[i].due_ns, kept[i]);
    }
}

static void happen(struct fixture *fixture, const char *when, uint16_t organ,
                   struct tcn_event event) {
    struct tcn_outcome outcome;
    event.recorded_ns = at(when);
    struct tcn_fold_input in = input_of(fixture, organ, &event);
    in.log_time_ns = at(when);
    assert_int_equal(tcn_fold_step(&fixture->fold, &in, &outcome), TCN_OK);
    assert_int_equal(outcome.code, TCN_OK);
}

static const struct tcn_alert *last_alert(const struct fixture *fixture) {
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)fixture->state.alerts.rows;
    assert_true(fixture->state.alerts.count > 0);
    return &alerts[fixture->state.alerts.count - 1];
}

/** The last alert of an organ's stream, for a reason. */
static const struct tcn_alert *told(const struct fixture *fixture, uint16_t organ,
                                    enum tcn_reason reason) {
    const struct tcn_alert *alert = last_alert(fixture);
    for (size_t i = fixture->state.alerts.count; i > 0; i--, alert--) {
        if (alert->stream.organ == organ && alert->reason == reason) {
            return alert;
        }
    }
    fail_msg("%u was not told", organ);
    return NULL;
}

static void an_answer_tells_what_runs_and_what_it_ended(void **state) {
    (void)state;
    struct fixture fixture;
    start_clocks(&fixture);
    struct tcn_event event = report_of(1, "hazard");
    event.learned_ns = at("2024-03-01 10:00:00");
    happen(&fixture, "2024-03-01 10:00:00", OFFICE_A, event);
    for (size_t i = 0; i < fixture.state.alerts.count; i++) { /* who is no office is not told */
        const struct tcn_alert *alerts =
            (const struct tcn_alert *)(const void *)fixture.state.alerts.rows;
        assert_int_equal(alerts[i].limit_count, 0);
    }
    happen(&fixture, "2024-03-02 09:00:00", SAFETY, act_of(TCN_ACT_ACCEPTED, 1));
    const struct tcn_alert *alert = told(&fixture, OFFICE_A, TCN_REASON_ANSWER);
    assert_int_equal(alert->limit_count, 2); /* the office's own "slip", and "answer" */
    assert_int_equal(alert->limits[0].rule, tcn_clock_rule_number(tcn_slice_text("slip")));
    assert_int_equal(alert->limits[0].due_ns, at("2024-03-02 19:00:00"));
    assert_int_equal(alert->limits[1].rule, tcn_clock_rule_number(tcn_slice_text("answer")));
    assert_int_equal(alert->limits[1].state, TCN_LIMIT_RUNS);
    /* 2024-03-16 is a Saturday: the verdict waits until Monday, people are told the Saturday. */
    assert_int_equal(alert->limits[1].due_ns, at("2024-03-17 00:00:00") - 1);
    happen(&fixture, "2024-03-20 09:00:00", SAFETY, act_of(TCN_ACT_REPLIED, 1));
    alert = told(&fixture, OFFICE_A, TCN_REASON_ANSWER);
    assert_int_equal(alert->act, TCN_ACT_REPLIED);
    assert_int_equal(alert->limit_count, 2);
    assert_int_equal(alert->limits[1].rule, tcn_clock_rule_number(tcn_slice_text("answer")));
    assert_int_equal(alert->limits[1].state, TCN_LIMIT_LATE);
    stop(&fixture);
}

/** The limits are the office's to tell, also of a matter that comes back to it. */
static void an_office_that_gets_its_matter_back_is_told_them_too(void **state) {
    (void)state;
    struct fixture fixture;
    start_clocks(&fixture);
    struct tcn_event event = report_of(1, "hazard");
    event.learned_ns = at("2024-03-01 10:00:00");
    happen(&fixture, "2024-03-01 10:00:00", OFFICE_A, event);
    event = act_of(TCN_ACT_TRANSFERRED, 1);
    event.act_body.to_organ = tcn_slice_text("office-a");
    happen(&fixture, "2024-03-02 09:00:00", SAFETY, event);
    assert_true(told(&fixture, OFFICE_A, TCN_REASON_TRANSFER)->limit_count > 0);
    event.act_body.to_organ = tcn_slice_text("water");
    happen(&fixture, "2024-03-02 10:00:00", OFFICE_A, event);
    assert_int_equal(told(&fixture, WATER, TCN_REASON_TRANSFER)->limit_count, 0);
    stop(&fixture);
}

static void of_a_guarded_matter_no_limit_is_told(void **state) {
    (void)state;
    struct fixture fixture;
    start_clocks(&fixture);
    struct tcn_event event = report_of(7, "hazard");
    event.learned_ns = at("2024-03-01 10:00:00");
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organ_count = 1;
    event.guard_organs[0] = DISCIPLINE;
    happen(&fixture, "2024-03-01 10:00:00", OFFICE_A, event);
    happen(&fixture, "2024-03-02 09:00:00", DISCIPLINE, act_of(TCN_ACT_ACCEPTED, 7));
    for (size_t i = 0; i < fixture.state.alerts.count; i++) {
        const struct tcn_alert *alerts =
            (const struct tcn_alert *)(const void *)fixture.state.alerts.rows;
        assert_int_equal(alerts[i].limit_count, 0);
    }
    stop(&fixture);
}

/** What an agent tells at once is what the log will run, whatever the report. */
static void a_report_starts_what_the_log_will_run(void **state) {
    (void)state;
    static const struct {
        const char *domain;
        enum tcn_severity severity;
        const char *category;
        uint32_t count;
    } cases[] = {
        {"hazard", TCN_SEVERITY_ROUTINE, "", 1},      {"hazard", TCN_SEVERITY_DANGER, "", 2},
        {"pipe", TCN_SEVERITY_SERIOUS, "", 1},        {"petition", TCN_SEVERITY_ROUTINE, "", 0},
        {"petition", TCN_SEVERITY_URGENT, "31.6", 2}, {"nothing", TCN_SEVERITY_ROUTINE, "", 0}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture fixture;
        start_clocks(&fixture);
        struct tcn_event event = report_of(1, cases[i].domain);
        event.learned_ns = at("2024-03-01 10:00:00");
        event.recorded_ns = at("2024-03-01 11:00:00");
        event.severity = cases[i].severity;
        event.report.category = tcn_slice_text(cases[i].category);
        happen(&fixture, "2024-03-01 11:00:00", OFFICE_A, event);
        const struct tcn_matter *matter = tcn_memstate_matter(&fixture.state, &event.matter);
        assert_non_null(matter);
        const struct tcn_limit_report report = {.event = &event,
                                                .kind = matter->kind,
                                                .stage = matter->stage,
                                                .log_time_ns = event.recorded_ns,
                                                .start_max_ns = event.recorded_ns};
        struct tcn_limits log;
        struct tcn_limits own;
        assert_int_equal(
            tcn_limits_gather(&tcn_memstate_ops, &fixture.state, matter->birth_position, 1, &log),
            TCN_OK);
        tcn_limits_of_report(&table, &report, &own);
        assert_int_equal(own.count, cases[i].count);
        assert_int_equal(own.count, log.count);
        for (uint32_t row = 0; row < own.count; row++) {
            assert_int_equal(own.rows[row].rule, log.rows[row].rule);
            assert_int_equal(own.rows[row].state, log.rows[row].state);
            assert_int_equal(own.rows[row].due_ns, log.rows[row].due_ns);
        }
        tcn_limits_of_report(NULL, &report, &own);
        assert_int_equal(own.count, 0);
        stop(&fixture);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_no_certain_date_is_not_told),
        cmocka_unit_test(a_missing_calendar_takes_no_date_from_calendar_days),
        cmocka_unit_test(those_that_end_first_are_told_before_the_others),
        cmocka_unit_test(an_answer_tells_what_runs_and_what_it_ended),
        cmocka_unit_test(an_office_that_gets_its_matter_back_is_told_them_too),
        cmocka_unit_test(of_a_guarded_matter_no_limit_is_told),
        cmocka_unit_test(a_report_starts_what_the_log_will_run),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
