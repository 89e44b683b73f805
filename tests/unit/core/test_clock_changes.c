/* SPDX-License-Identifier: Apache-2.0 */
/* What changes a running clock: an extension, what has fired, another rule, another calendar. */
#include "core/clock.h"

#include "civil.h"

#define DAYS TCN_CLOCK_CALENDAR_DAYS
#define WORK TCN_CLOCK_WORKING_DAYS

static struct tcn_calendar_span spans[COUNT_OF(named_days)];
static struct tcn_calendar calendar;

static int make(void **state) {
    (void)state;
    calendar = make_calendar(spans);
    return 0;
}

static struct tcn_clock_rule rule_of(enum tcn_clock_unit unit, uint32_t amount) {
    return (struct tcn_clock_rule){.unit = unit, .amount = amount, .bound = TCN_CLOCK_AT_MOST};
}

static void a_clock_is_extended_once_before_the_day_it_is_due(void **state) {
    (void)state;
    struct tcn_clock_rule rule = rule_of(DAYS, 60);
    struct tcn_clock clock;
    struct tcn_clock_times times;
    int64_t in_time_ns = at("2024-04-29 23:59:59"); /* due on 30 April */
    int64_t until_ns = at("2024-05-20 09:00:00");
    tcn_clock_start(&clock, at("2024-03-01 10:00:00"));
    assert_int_equal(tcn_clock_extend(&rule, &calendar, &clock, until_ns, in_time_ns),
                     TCN_NOT_ALLOWED); /* the rule has none */
    rule.extend_max = 30;
    assert_int_equal(
        tcn_clock_extend(&rule, &calendar, &clock, until_ns, at("2024-04-30 00:00:00")),
        TCN_NOT_ALLOWED);
    assert_int_equal(
        tcn_clock_extend(&rule, &calendar, &clock, at("2024-04-30 23:59:59"), in_time_ns),
        TCN_BAD_VALUE);
    assert_int_equal(
        tcn_clock_extend(&rule, &calendar, &clock, at("2024-05-31 00:00:00"), in_time_ns),
        TCN_BAD_VALUE);
    assert_int_equal(tcn_clock_extend(&rule, &calendar, &clock, INT64_MAX, in_time_ns),
                     TCN_BAD_VALUE);
    assert_int_equal(tcn_clock_extend(&rule, &calendar, &clock, until_ns, in_time_ns), TCN_OK);
    assert_int_equal(tcn_clock_extend(&rule, &calendar, &clock, until_ns, in_time_ns), TCN_EXISTS);
    tcn_clock_compute(&rule, &calendar, &clock, &times);
    expect_instant("due", times.due_ns, "2024-05-20 23:59:59");
    /* 80 days: after 56 and 72 of them. */
    expect_instant("first", times.step_ns[0], "2024-04-27 00:00:00");
    expect_instant("second", times.step_ns[1], "2024-05-13 00:00:00");
}

static void an_extension_to_the_last_day_that_the_rule_allows_is_taken(void **state) {
    (void)state;
    static const struct {
        enum tcn_clock_unit unit;
        uint32_t amount;
        uint32_t extend_max;
        const char *until;
        const char *beyond;
        const char *due;
        const char *limit;
    } rows[] = {
        {DAYS, 60, 30, "2024-05-30 23:59:59", "2024-05-31 00:00:00", "2024-05-30 23:59:59",
         "2024-05-30 23:59:59"},
        {DAYS, 60, 30, "2024-05-25 12:00:00", "2024-05-31 00:00:00", "2024-05-25 23:59:59",
         "2024-05-27 23:59:59"}, /* to a Saturday */
        {WORK, 60, 30, "2024-07-10 00:00:00", "2024-07-11 00:00:00", "2024-07-10 23:59:59",
         "2024-07-10 23:59:59"},
        {WORK, 60, 30, "2024-06-30 00:00:00", "2024-07-11 00:00:00", "2024-06-30 23:59:59",
         "2024-07-01 23:59:59"}, /* to a Sunday */
        {TCN_CLOCK_MONTHS, 1, 1, "2024-05-01 00:00:00", "2024-05-02 00:00:00",
         "2024-05-01 23:59:59", "2024-05-06 23:59:59"},
        {TCN_CLOCK_HOURS, 24, 24, "2024-03-03 10:00:00", "2024-03-03 10:00:01",
         "2024-03-03 10:00:00", "2024-03-03 10:00:00"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_clock_rule rule = rule_of(rows[i].unit, rows[i].amount);
        struct tcn_clock clock;
        struct tcn_clock_times times;
        int64_t start_ns = at("2024-03-01 10:00:00");
        rule.extend_max = rows[i].extend_max;
        tcn_clock_start(&clock, start_ns);
        assert_int_equal(
            tcn_clock_extend(&rule, &calendar, &clock, at(rows[i].beyond), start_ns + 1),
            TCN_BAD_VALUE);
        assert_int_equal(
            tcn_clock_extend(&rule, &calendar, &clock, at(rows[i].until), start_ns + 1), TCN_OK);
        tcn_clock_compute(&rule, &calendar, &clock, &times);
        expect_instant("due", times.due_ns, rows[i].due);
        expect_instant("limit", times.limit_ns, rows[i].limit);
    }
}

static void a_missing_calendar_refuses_no_extension(void **state) {
    (void)state;
    struct tcn_clock_rule rule = rule_of(WORK, 5);
    struct tcn_clock clock;
    struct tcn_clock_times times;
    int64_t late_ns = at("2027-01-04 10:00:00"); /* due on the 3rd at the earliest */
    rule.extend_max = 5;
    tcn_clock_start(&clock, at("2026-12-29 09:00:00"));
    assert_int_equal(tcn_clock_extend(&rule, &calendar, &clock, at("2027-01-03 00:00:00"), late_ns),
                     TCN_BAD_VALUE); /* whatever the calendar, that is no later */
    assert_int_equal(tcn_clock_extend(&rule, &calendar, &clock, at("2027-01-12 00:00:00"), late_ns),
                     TCN_OK);
    tcn_clock_compute(&rule, &calendar, &clock, &times);
    expect_instant("due", times.due_ns, "2027-01-12 23:59:59");
    /* Calendar days need the calendar for the roll only: they are known. */
    rule.unit = DAYS;
    tcn_clock_start(&clock, at("2026-12-29 09:00:00"));
    assert_int_equal(tcn_clock_extend(&rule, &calendar, &clock, at("2027-01-08 00:00:00"), late_ns),
                     TCN_NOT_ALLOWED);
    assert_int_equal(
        tcn_clock_extend(&rule, &calendar, &clock, at("2027-01-09 00:00:00"), clock.start_ns),
        TCN_BAD_VALUE);
}

static void a_later_pause_does_not_move_an_extension(void **state) {
    (void)state;
    struct tcn_clock_rule rule = rule_of(DAYS, 10);
    struct tcn_clock clock;
    struct tcn_clock_times times;
    rule.extend_max = 10;
    tcn_clock_start(&clock, at("2024-03-01 10:00:00"));
    assert_int_equal(tcn_clock_extend(&rule, &calendar, &clock, at("2024-03-20 00:00:00"),
                                      at("2024-03-02 10:00:00")),
                     TCN_OK);
    assert_int_equal(tcn_clock_pause(&clock, at("2024-03-12 10:00:00")), TCN_OK);
    tcn_clock_compute(&rule, &calendar, &clock, &times);
    assert_true(times.is_paused);
    assert_int_equal(tcn_clock_extend(&rule, &calendar, &clock, at("2024-03-20 00:00:00"),
                                      at("2024-03-02 10:00:00")),
                     TCN_EXISTS);
    assert_int_equal(tcn_clock_resume(&clock, at("2024-03-14 10:00:00")), TCN_OK);
    tcn_clock_compute(&rule, &calendar, &clock, &times);
    expect_instant("due", times.due_ns, "2024-03-20 23:59:59");
    assert_int_equal(tcn_clock_pause(&clock, at("2024-03-19 10:00:00")), TCN_OK);
    assert_int_equal(tcn_clock_resume(&clock, at("2024-03-22 10:00:00")), TCN_OK);
    tcn_clock_compute(&rule, &calendar, &clock, &times); /* nor one that goes over its day */
    expect_instant("due", times.due_ns, "2024-03-20 23:59:59");
    struct tcn_clock_rule hours = rule_of(TCN_CLOCK_HOURS, 10);
    hours.extend_max = 10;
    tcn_clock_start(&clock, at("2024-03-01 10:00:00"));
    assert_int_equal(tcn_clock_extend(&hours, &calendar, &clock, at("2024-03-02 06:00:00"),
                                      at("2024-03-01 10:00:00")),
                     TCN_OK);
    assert_int_equal(tcn_clock_pause(&clock, at("2024-03-01 23:00:00")), TCN_OK);
    tcn_clock_compute(&hours, &calendar, &clock, &times);
    assert_true(times.is_paused);
    assert_int_equal(tcn_clock_resume(&clock, at("2024-03-02 01:00:00")), TCN_OK);
    tcn_clock_compute(&hours, &calendar, &clock, &times);
    expect_instant("due", times.due_ns, "2024-03-02 06:00:00");
    /* 18 hours were counted: 12 h 36 min of them before the pause, 16 h 12 min not. */
    expect_instant("first", times.step_ns[0], "2024-03-01 22:36:00");
    expect_instant("second", times.step_ns[1], "2024-03-02 04:12:00");
}

static void each_step_fires_once_and_in_order(void **state) {
    (void)state;
    struct tcn_clock_rule rule = rule_of(DAYS, 15);
    struct tcn_clock clock;
    struct tcn_clock_times times;
    int64_t next_ns = 0;
    tcn_clock_start(&clock, at("2024-03-01 10:00:00"));
    tcn_clock_restate(&rule, &calendar, &clock, clock.start_ns, &times);
    for (int step = 0; step < TCN_CLOCK_STEP_COUNT; step++) {
        assert_int_equal(tcn_clock_next(&clock, &times, &next_ns), step);
        assert_true(next_ns == times.step_ns[step]);
        tcn_clock_fired(&clock, (enum tcn_clock_step)step);
        tcn_clock_restate(&rule, &calendar, &clock, next_ns, &times); /* nothing rings again */
    }
    assert_int_equal(tcn_clock_next(&clock, &times, &next_ns), TCN_CLOCK_STEP_COUNT);
    assert_true(next_ns == TCN_CLOCK_NEVER);
    expect_instant("due fires on the date as counted, a Saturday", times.step_ns[TCN_CLOCK_DUE],
                   "2024-03-17 00:00:00");
}

static void a_clock_that_starts_late_rings_once(void **state) {
    (void)state;
    static const struct {
        const char *now;
        enum tcn_clock_step next;
        uint32_t fired;
    } rows[] = {
        {"2024-03-12 11:59:59", TCN_CLOCK_FIRST_WARNING, 0},
        {"2024-03-12 12:00:00", TCN_CLOCK_FIRST_WARNING, 0},
        {"2024-03-15 12:00:00", TCN_CLOCK_SECOND_WARNING, 1},
        {"2024-03-16 23:59:59", TCN_CLOCK_SECOND_WARNING, 1},
        {"2024-03-17 00:00:00", TCN_CLOCK_DUE, 3},
        {"2025-01-01 00:00:00", TCN_CLOCK_DUE, 3},
    };
    struct tcn_clock_rule rule = rule_of(DAYS, 15);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_clock clock;
        struct tcn_clock_times times;
        int64_t next_ns = 0;
        tcn_clock_start(&clock, at("2024-03-01 10:00:00"));
        tcn_clock_restate(&rule, &calendar, &clock, at(rows[i].now), &times);
        assert_int_equal(tcn_clock_next(&clock, &times, &next_ns), rows[i].next);
        assert_int_equal(clock.fired_steps, rows[i].fired);
    }
}

static void another_rule_restates_a_running_clock(void **state) {
    (void)state;
    struct tcn_clock_rule rule = rule_of(DAYS, 15);
    struct tcn_clock_rule longer = rule_of(WORK, 15);
    struct tcn_clock_rule shorter = rule_of(DAYS, 5);
    struct tcn_clock clock;
    struct tcn_clock_times times;
    int64_t next_ns = 0;
    tcn_clock_start(&clock, at("2024-03-01 10:00:00"));
    tcn_clock_restate(&rule, &calendar, &clock, clock.start_ns, &times);
    tcn_clock_fired(&clock, TCN_CLOCK_FIRST_WARNING);
    /* The limit moves away: what lies ahead again rings again, once. */
    tcn_clock_restate(&longer, &calendar, &clock, at("2024-03-13 10:00:00"), &times);
    expect_instant("due", times.due_ns, "2024-03-22 23:59:59");
    assert_int_equal(tcn_clock_next(&clock, &times, &next_ns), TCN_CLOCK_FIRST_WARNING);
    expect_instant("first", next_ns, "2024-03-18 12:00:00");
    tcn_clock_fired(&clock, TCN_CLOCK_FIRST_WARNING);
    /* It comes nearer than now: only the latest step rings. */
    tcn_clock_restate(&shorter, &calendar, &clock, at("2024-03-20 10:00:00"), &times);
    assert_int_equal(tcn_clock_next(&clock, &times, &next_ns), TCN_CLOCK_DUE);
    expect_instant("due", times.due_ns, "2024-03-06 23:59:59");
    tcn_clock_fired(&clock, TCN_CLOCK_DUE);
    assert_int_equal(tcn_clock_next(&clock, &times, &next_ns), TCN_CLOCK_STEP_COUNT);
}

static void another_calendar_restates_what_was_missing(void **state) {
    (void)state;
    static const uint16_t more_years[] = {2024, 2025, 2026, 2027};
    struct tcn_calendar more = calendar;
    struct tcn_clock_rule rule = rule_of(WORK, 5);
    struct tcn_clock clock;
    struct tcn_clock_times times;
    int64_t act_ns = at("2027-01-05 12:00:00");
    tcn_clock_start(&clock, at("2026-12-29 09:00:00"));
    tcn_clock_restate(&rule, &calendar, &clock, clock.start_ns, &times);
    assert_int_equal(times.missing_year, 2027);
    expect_instant("earliest", times.limit_ns, "2027-01-03 23:59:59");
    assert_int_equal(tcn_clock_judge(&rule, &times, act_ns), TCN_VERDICT_UNKNOWN);
    more.years = more_years;
    more.year_count = 4; /* 2027 as a plain year */
    tcn_clock_restate(&rule, &more, &clock, act_ns, &times);
    assert_int_equal(times.missing_year, 0);
    expect_instant("limit", times.limit_ns, "2027-01-05 23:59:59");
    assert_int_equal(tcn_clock_judge(&rule, &times, act_ns), TCN_VERDICT_IN_TIME);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_is_extended_once_before_the_day_it_is_due),
        cmocka_unit_test(an_extension_to_the_last_day_that_the_rule_allows_is_taken),
        cmocka_unit_test(a_missing_calendar_refuses_no_extension),
        cmocka_unit_test(a_later_pause_does_not_move_an_extension),
        cmocka_unit_test(each_step_fires_once_and_in_order),
        cmocka_unit_test(a_clock_that_starts_late_rings_once),
        cmocka_unit_test(another_rule_restates_a_running_clock),
        cmocka_unit_test(another_calendar_restates_what_was_missing),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
