/* SPDX-License-Identifier: Apache-2.0 */
/* Boundaries of every unit on the real calendars of 2024 to 2026; each rule that is shipped has its
 * own in unit.policy.clocks. What changes a running clock is in test_clock_changes.c. */
#include "core/clock.h"

#include "base/clock.h"
#include "civil.h"

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

/** A period and the last seconds of it. */
struct period {
    const char *why;
    enum tcn_clock_unit unit;
    uint32_t amount;
    const char *start;
    const char *due;   /**< the last second as it is counted */
    const char *limit; /**< the last second in time */
    const char *first; /**< the first warning */
    const char *second;
    int32_t missing_year;
};

#define DAYS TCN_CLOCK_CALENDAR_DAYS
#define WORK TCN_CLOCK_WORKING_DAYS

static const struct period periods[] = {
    /* Years that the calendar lacks come first: never a guess, always the earliest possible. */
    {"working days wholly in a missing year", WORK, 5, "2027-03-01 09:00:00", "2027-03-06 23:59:59",
     "2027-03-06 23:59:59", "2027-03-05 12:00:00", "2027-03-06 12:00:00", 2027},
    {"working days that run into one", WORK, 5, "2026-12-29 09:00:00", "2027-01-03 23:59:59",
     "2027-01-03 23:59:59", "2027-01-02 12:00:00", "2027-01-03 12:00:00", 2027},
    {"working days that just do not", WORK, 2, "2026-12-29 09:00:00", "2026-12-31 23:59:59",
     "2026-12-31 23:59:59", "2026-12-31 09:36:00", "2026-12-31 19:12:00", 0},
    {"calendar days that end in one: only the roll is unknown", DAYS, 15, "2026-12-20 09:00:00",
     "2027-01-04 23:59:59", "2027-01-04 23:59:59", "2026-12-31 12:00:00", "2027-01-03 12:00:00",
     2027},
    {"before the first known year", WORK, 1, "2023-12-30 09:00:00", "2023-12-31 23:59:59",
     "2023-12-31 23:59:59", "2023-12-31 16:48:00", "2023-12-31 21:36:00", 2023},
    {"out of a missing year into a known one", WORK, 2, "2023-12-31 09:00:00",
     "2024-01-03 23:59:59", "2024-01-03 23:59:59", "2024-01-03 09:36:00", "2024-01-03 19:12:00", 0},
    /* Hours and minutes run through everything, from the instant of the start. */
    {"an hour", TCN_CLOCK_HOURS, 1, "2024-03-15 23:30:00", "2024-03-16 00:30:00",
     "2024-03-16 00:30:00", "2024-03-16 00:12:00", "2024-03-16 00:24:00", 0},
    {"hours over Spring Festival", TCN_CLOCK_HOURS, 24, "2024-02-09 18:00:00",
     "2024-02-10 18:00:00", "2024-02-10 18:00:00", "2024-02-10 10:48:00", "2024-02-10 15:36:00", 0},
    {"hours need no calendar", TCN_CLOCK_HOURS, 2, "2031-12-31 23:00:00", "2032-01-01 01:00:00",
     "2032-01-01 01:00:00", "2032-01-01 00:24:00", "2032-01-01 00:48:00", 0},
    {"minutes", TCN_CLOCK_MINUTES, 15, "2024-02-28 23:50:00", "2024-02-29 00:05:00",
     "2024-02-29 00:05:00", "2024-02-29 00:00:30", "2024-02-29 00:03:30", 0},
    /* Calendar days: the start's day is not counted; the last day ends at 24:00; a day off passes
     * the end on, for the verdict. */
    {"the first second of a day starts like the last", DAYS, 1, "2024-03-11 00:00:00",
     "2024-03-12 23:59:59", "2024-03-12 23:59:59", "2024-03-12 16:48:00", "2024-03-12 21:36:00", 0},
    {"the last second of a day starts like the first", DAYS, 1, "2024-03-11 23:59:59",
     "2024-03-12 23:59:59", "2024-03-12 23:59:59", "2024-03-12 16:48:00", "2024-03-12 21:36:00", 0},
    {"the start's day is the district's", DAYS, 1, "2024-03-12 00:00:00", "2024-03-13 23:59:59",
     "2024-03-13 23:59:59", "2024-03-13 16:48:00", "2024-03-13 21:36:00", 0},
    {"over a leap day", DAYS, 15, "2024-02-20 10:00:00", "2024-03-06 23:59:59",
     "2024-03-06 23:59:59", "2024-03-02 12:00:00", "2024-03-05 12:00:00", 0},
    {"the same days without a leap day", DAYS, 15, "2025-02-20 10:00:00", "2025-03-07 23:59:59",
     "2025-03-07 23:59:59", "2025-03-03 12:00:00", "2025-03-06 12:00:00", 0},
    {"an end on Saturday is passed on to Monday", DAYS, 15, "2024-03-01 10:00:00",
     "2024-03-16 23:59:59", "2024-03-18 23:59:59", "2024-03-12 12:00:00", "2024-03-15 12:00:00", 0},
    {"an end in Spring Festival is passed on to the make-up Sunday", DAYS, 15,
     "2024-01-30 10:00:00", "2024-02-14 23:59:59", "2024-02-18 23:59:59", "2024-02-10 12:00:00",
     "2024-02-13 12:00:00", 0},
    {"an end on a make-up Sunday stays", DAYS, 15, "2025-01-11 10:00:00", "2025-01-26 23:59:59",
     "2025-01-26 23:59:59", "2025-01-22 12:00:00", "2025-01-25 12:00:00", 0},
    {"an end on New Year's Day is passed on", DAYS, 30, "2024-12-02 10:00:00",
     "2025-01-01 23:59:59", "2025-01-02 23:59:59", "2024-12-24 00:00:00", "2024-12-30 00:00:00", 0},
    {"an end on the holiday of 2026 is passed on to its make-up Sunday", DAYS, 30,
     "2025-12-02 10:00:00", "2026-01-01 23:59:59", "2026-01-04 23:59:59", "2025-12-24 00:00:00",
     "2025-12-30 00:00:00", 0},
    {"sixty days", DAYS, 60, "2024-12-31 10:00:00", "2025-03-01 23:59:59", "2025-03-03 23:59:59",
     "2025-02-12 00:00:00", "2025-02-24 00:00:00", 0},
    /* Working days. */
    {"over a weekend", WORK, 5, "2024-03-13 10:00:00", "2024-03-20 23:59:59", "2024-03-20 23:59:59",
     "2024-03-19 12:00:00", "2024-03-20 12:00:00", 0},
    {"a start on a day off", WORK, 1, "2024-03-16 10:00:00", "2024-03-18 23:59:59",
     "2024-03-18 23:59:59", "2024-03-18 16:48:00", "2024-03-18 21:36:00", 0},
    {"over Spring Festival 2024 and its make-up Sunday", WORK, 5, "2024-02-07 10:00:00",
     "2024-02-20 23:59:59", "2024-02-20 23:59:59", "2024-02-19 12:00:00", "2024-02-20 12:00:00", 0},
    {"over Spring Festival 2025, a make-up Sunday before and a Saturday after", WORK, 5,
     "2025-01-24 10:00:00", "2025-02-07 23:59:59", "2025-02-07 23:59:59", "2025-02-06 12:00:00",
     "2025-02-07 12:00:00", 0},
    {"over Spring Festival 2026, a make-up Saturday before and after", WORK, 10,
     "2026-02-13 10:00:00", "2026-03-05 23:59:59", "2026-03-05 23:59:59", "2026-03-03 00:00:00",
     "2026-03-05 00:00:00", 0},
    {"over New Year 2026 and its make-up Sunday", WORK, 3, "2025-12-30 10:00:00",
     "2026-01-05 23:59:59", "2026-01-05 23:59:59", "2026-01-05 02:24:00", "2026-01-05 16:48:00", 0},
    /* Months and years. */
    {"a month from the 31st ends with a leap February", TCN_CLOCK_MONTHS, 1, "2024-01-31 10:00:00",
     "2024-02-29 23:59:59", "2024-02-29 23:59:59", "2024-02-21 07:12:00", "2024-02-27 02:24:00", 0},
    {"a month from the 31st ends with a common February", TCN_CLOCK_MONTHS, 1,
     "2025-01-31 10:00:00", "2025-02-28 23:59:59", "2025-02-28 23:59:59", "2025-02-20 14:24:00",
     "2025-02-26 04:48:00", 0},
    {"a month from the 30th of April", TCN_CLOCK_MONTHS, 1, "2024-04-30 10:00:00",
     "2024-05-30 23:59:59", "2024-05-30 23:59:59", "2024-05-22 00:00:00", "2024-05-28 00:00:00", 0},
    {"a year from a leap day", TCN_CLOCK_YEARS, 1, "2024-02-29 10:00:00", "2025-02-28 23:59:59",
     "2025-02-28 23:59:59", "2024-11-11 12:00:00", "2025-01-23 12:00:00", 0},
    {"a year to a Sunday", TCN_CLOCK_YEARS, 1, "2024-06-15 10:00:00", "2025-06-15 23:59:59",
     "2025-06-16 23:59:59", "2025-02-26 12:00:00", "2025-05-10 12:00:00", 0},
};

static void expect_period(const struct period *period, const struct tcn_clock_times *times) {
    expect_instant(period->why, times->due_ns, period->due);
    expect_instant(period->why, times->limit_ns, period->limit);
    expect_instant(period->why, times->step_ns[TCN_CLOCK_FIRST_WARNING], period->first);
    expect_instant(period->why, times->step_ns[TCN_CLOCK_SECOND_WARNING], period->second);
    if (times->missing_year != period->missing_year) {
        fail_msg("%s: wanted %d missing, got %d", period->why, period->missing_year,
                 times->missing_year);
    }
    assert_true(times->step_ns[TCN_CLOCK_DUE] == times->due_ns + 1);
    assert_false(times->is_paused);
}

static void a_period_ends_with_its_last_second(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(periods); i++) {
        const struct period *period = &periods[i];
        struct tcn_clock_rule rule = rule_of(period->unit, period->amount);
        struct tcn_clock clock;
        struct tcn_clock_times times;
        tcn_clock_start(&clock, at(period->start));
        tcn_clock_compute(&rule, &calendar, &clock, &times);
        expect_period(period, &times);
        int64_t last_ns = at(period->limit);
        enum tcn_clock_verdict after =
            period->missing_year != 0 ? TCN_VERDICT_UNKNOWN : TCN_VERDICT_LATE;
        assert_int_equal(tcn_clock_judge(&rule, &times, last_ns), TCN_VERDICT_IN_TIME);
        assert_int_equal(tcn_clock_judge(&rule, &times, times.limit_ns), TCN_VERDICT_IN_TIME);
        assert_int_equal(tcn_clock_judge(&rule, &times, times.limit_ns + 1), after);
        assert_int_equal(tcn_clock_judge(&rule, &times, last_ns + TCN_SECOND_NS), after);
        assert_int_equal(tcn_clock_judge(&rule, &times, INT64_MAX), after);
        assert_int_equal(tcn_clock_judge(&rule, &times, INT64_MIN), TCN_VERDICT_IN_TIME);
    }
}

static void what_must_pass_first_is_early_until_it_has(void **state) {
    (void)state;
    struct tcn_clock_rule rule = rule_of(WORK, 10);
    struct tcn_clock clock;
    struct tcn_clock_times times;
    int64_t next_ns = 0;
    rule.bound = TCN_CLOCK_AT_LEAST;
    tcn_clock_start(&clock, at("2024-02-02 10:00:00"));
    tcn_clock_compute(&rule, &calendar, &clock, &times);
    /* 4 to 9 February (the 4th makes up for a day), 18 to 21. */
    expect_instant("end", times.limit_ns, "2024-02-21 23:59:59");
    assert_int_equal(tcn_clock_judge(&rule, &times, times.limit_ns), TCN_VERDICT_EARLY);
    assert_int_equal(tcn_clock_judge(&rule, &times, times.limit_ns + 1), TCN_VERDICT_IN_TIME);
    assert_int_equal(tcn_clock_next(&clock, &times, &next_ns), TCN_CLOCK_STEP_COUNT);
    tcn_clock_start(&clock, at("2026-12-28 10:00:00"));
    tcn_clock_compute(&rule, &calendar, &clock, &times);
    assert_int_equal(tcn_clock_judge(&rule, &times, times.limit_ns), TCN_VERDICT_EARLY);
    assert_int_equal(tcn_clock_judge(&rule, &times, times.limit_ns + 1), TCN_VERDICT_UNKNOWN);
}

static void after_a_window_nobody_is_late(void **state) {
    (void)state;
    struct tcn_clock_rule rule = rule_of(DAYS, 30);
    struct tcn_clock clock;
    struct tcn_clock_times times;
    int64_t next_ns = 0;
    rule.bound = TCN_CLOCK_WINDOW;
    tcn_clock_start(&clock, at("2024-04-01 10:00:00"));
    tcn_clock_compute(&rule, &calendar, &clock, &times);
    expect_instant("end", times.limit_ns, "2024-05-06 23:59:59");
    assert_int_equal(tcn_clock_judge(&rule, &times, times.limit_ns), TCN_VERDICT_IN_TIME);
    assert_int_equal(tcn_clock_judge(&rule, &times, times.limit_ns + 1), TCN_VERDICT_OVER);
    assert_int_equal(tcn_clock_next(&clock, &times, &next_ns), TCN_CLOCK_STEP_COUNT);
}

static void at_once_has_no_number_to_be_late_by(void **state) {
    (void)state;
    struct tcn_clock_rule rule = rule_of(TCN_CLOCK_AT_ONCE, 0);
    struct tcn_clock clock;
    struct tcn_clock_times times;
    int64_t next_ns = 0;
    tcn_clock_start(&clock, at("2024-04-01 10:00:00"));
    tcn_clock_restate(&rule, &calendar, &clock, INT64_MAX, &times);
    assert_true(times.limit_ns == TCN_CLOCK_NEVER && times.due_ns == TCN_CLOCK_NEVER);
    assert_int_equal(tcn_clock_judge(&rule, &times, INT64_MAX), TCN_VERDICT_UNMEASURED);
    assert_int_equal(tcn_clock_next(&clock, &times, &next_ns), TCN_CLOCK_STEP_COUNT);
    assert_true(next_ns == TCN_CLOCK_NEVER);
}

/** What a clock goes through, and where it ends. */
struct story {
    const char *why;
    enum tcn_clock_unit unit;
    uint32_t amount;
    const char *start;
    const char *pauses[6]; /**< paused, resumed, paused, ... */
    const char *due;       /**< NULL: it is paused */
    const char *first;
};

static const struct story stories[] = {
    {"a pause that lasts", DAYS, 30, "2024-03-01 10:00:00", {"2024-03-10 09:00:00"}, NULL, NULL},
    {"a pause that lasts, hours",
     TCN_CLOCK_HOURS,
     2,
     "2024-03-01 10:00:00",
     {"2024-03-01 11:59:59"},
     NULL,
     NULL},
    {"a pause that begins when it is over",
     TCN_CLOCK_HOURS,
     2,
     "2024-03-01 10:00:00",
     {"2024-03-01 12:00:00"},
     "2024-03-01 12:00:00",
     "2024-03-01 11:24:00"},
    {"a pause on the day after the last",
     DAYS,
     10,
     "2024-03-01 10:00:00",
     {"2024-03-12 00:00:00"},
     "2024-03-11 23:59:59",
     "2024-03-09 00:00:00"},
    {"every day that a pause touches is not counted",
     DAYS,
     30,
     "2024-03-01 10:00:00",
     {"2024-03-10 23:59:59", "2024-03-12 00:00:00"},
     "2024-04-03 23:59:59",
     "2024-03-26 00:00:00"},
    {"a pause within a day takes that day",
     DAYS,
     30,
     "2024-03-01 10:00:00",
     {"2024-03-10 09:00:00", "2024-03-10 17:00:00"},
     "2024-04-01 23:59:59",
     "2024-03-24 00:00:00"},
    {"two pauses on one day take it once",
     DAYS,
     30,
     "2024-03-01 10:00:00",
     {"2024-03-10 09:00:00", "2024-03-10 10:00:00", "2024-03-10 16:00:00", "2024-03-10 17:00:00"},
     "2024-04-01 23:59:59",
     "2024-03-24 00:00:00"},
    {"a pause on the start's day takes nothing",
     DAYS,
     30,
     "2024-03-01 10:00:00",
     {"2024-03-01 11:00:00", "2024-03-01 17:00:00"},
     "2024-03-31 23:59:59",
     "2024-03-23 00:00:00"},
    {"a pause of one nanosecond moves an hour's end by it",
     TCN_CLOCK_HOURS,
     10,
     "2024-03-01 10:00:00",
     {"2024-03-01 12:00:00", "2024-03-01 13:30:00"},
     "2024-03-01 21:30:00",
     "2024-03-01 18:30:00"},
    {"two pauses add up",
     TCN_CLOCK_HOURS,
     10,
     "2024-03-01 10:00:00",
     {"2024-03-01 12:00:00", "2024-03-01 13:00:00", "2024-03-01 20:00:00", "2024-03-02 20:00:00"},
     "2024-03-02 21:00:00",
     "2024-03-01 18:00:00"},
    {"working days: a pause over a weekend takes only working days",
     WORK,
     5,
     "2024-03-13 10:00:00",
     {"2024-03-15 09:00:00", "2024-03-18 09:00:00"},
     "2024-03-22 23:59:59",
     "2024-03-21 12:00:00"},
    {"working days: a pause over Spring Festival",
     WORK,
     3,
     "2024-02-08 10:00:00",
     {"2024-02-10 09:00:00", "2024-02-18 09:00:00"},
     "2024-02-20 23:59:59",
     "2024-02-20 02:24:00"},
};

static void a_pause_is_not_counted(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(stories); i++) {
        const struct story *story = &stories[i];
        struct tcn_clock_rule rule = rule_of(story->unit, story->amount);
        struct tcn_clock clock;
        struct tcn_clock_times times;
        tcn_clock_start(&clock, at(story->start));
        for (size_t k = 0; k < COUNT_OF(story->pauses) && story->pauses[k] != NULL; k++) {
            int64_t at_ns = at(story->pauses[k]);
            assert_int_equal(k % 2 == 0 ? tcn_clock_pause(&clock, at_ns)
                                        : tcn_clock_resume(&clock, at_ns),
                             TCN_OK);
        }
        tcn_clock_compute(&rule, &calendar, &clock, &times);
        if (times.is_paused != (story->due == NULL)) {
            fail_msg("%s: paused is %d", story->why, times.is_paused);
        }
        if (story->due != NULL) {
            expect_instant(story->why, times.due_ns, story->due);
            expect_instant(story->why, times.step_ns[TCN_CLOCK_FIRST_WARNING], story->first);
        } else {
            assert_true(times.limit_ns == TCN_CLOCK_NEVER);
            assert_int_equal(tcn_clock_judge(&rule, &times, INT64_MAX), TCN_VERDICT_IN_TIME);
        }
    }
}

static void a_pause_that_does_not_fit_changes_nothing(void **state) {
    (void)state;
    struct tcn_clock clock;
    int64_t start_ns = at("2024-03-01 10:00:00");
    tcn_clock_start(&clock, start_ns);
    assert_int_equal(tcn_clock_resume(&clock, start_ns), TCN_NOT_ALLOWED);
    assert_int_equal(tcn_clock_pause(&clock, start_ns - 1), TCN_BAD_VALUE);
    assert_int_equal(tcn_clock_pause(&clock, INT64_MAX), TCN_BAD_VALUE);
    assert_int_equal(clock.pause_count, 0);
    assert_int_equal(tcn_clock_pause(&clock, start_ns), TCN_OK);
    assert_int_equal(tcn_clock_pause(&clock, start_ns), TCN_NOT_ALLOWED);
    assert_int_equal(tcn_clock_resume(&clock, start_ns - 1), TCN_BAD_VALUE);
    assert_int_equal(tcn_clock_resume(&clock, INT64_MAX), TCN_BAD_VALUE);
    assert_int_equal(tcn_clock_resume(&clock, start_ns + 2), TCN_OK);
    assert_int_equal(tcn_clock_pause(&clock, start_ns + 1), TCN_BAD_VALUE);
    for (int i = 1; i < TCN_CLOCK_PAUSES_MAX; i++) {
        assert_int_equal(tcn_clock_pause(&clock, start_ns + 2), TCN_OK);
        assert_int_equal(tcn_clock_resume(&clock, start_ns + 2), TCN_OK);
    }
    assert_int_equal(tcn_clock_pause(&clock, start_ns + 2), TCN_LIMIT);
    assert_int_equal(clock.pause_count, TCN_CLOCK_PAUSES_MAX);
}

static void absurd_instants_are_survived(void **state) {
    (void)state;
    static const int64_t instants[] = {INT64_MIN, INT64_MIN + 1, -1, 0, INT64_MAX - 1, INT64_MAX};
    static const enum tcn_clock_unit units[] = {TCN_CLOCK_MINUTES, TCN_CLOCK_HOURS, DAYS, WORK,
                                                TCN_CLOCK_MONTHS,  TCN_CLOCK_YEARS};
    for (size_t i = 0; i < COUNT_OF(instants); i++) {
        for (size_t k = 0; k < COUNT_OF(units); k++) {
            struct tcn_clock_rule rule = rule_of(units[k], tcn_clock_amount_max(units[k]));
            struct tcn_clock clock;
            struct tcn_clock_times times;
            tcn_clock_start(&clock, instants[i]);
            tcn_clock_restate(&rule, &calendar, &clock, instants[i], &times);
            assert_true(times.due_ns > clock.start_ns && times.limit_ns >= times.due_ns);
            rule.extend_max = 1;
            rule.amount--;
            assert_int_equal(tcn_clock_extend(&rule, &calendar, &clock, instants[i], instants[i]),
                             TCN_BAD_VALUE);
        }
    }
}

static void words_name_what_they_are(void **state) {
    (void)state;
    assert_string_equal(tcn_clock_verdict_name(TCN_VERDICT_UNMEASURED), "unmeasured");
    assert_string_equal(tcn_clock_verdict_name((enum tcn_clock_verdict)99), "unknown");
    assert_string_equal(tcn_clock_step_name(TCN_CLOCK_DUE), "due");
    assert_string_equal(tcn_clock_step_name(TCN_CLOCK_STEP_COUNT), "none");
    assert_string_equal(tcn_clock_unit_name(TCN_CLOCK_WORKING_DAYS), "working_days");
    assert_string_equal(tcn_clock_unit_name((enum tcn_clock_unit)99), "none");
    assert_int_equal(tcn_clock_amount_max((enum tcn_clock_unit)99), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_period_ends_with_its_last_second),
        cmocka_unit_test(what_must_pass_first_is_early_until_it_has),
        cmocka_unit_test(after_a_window_nobody_is_late),
        cmocka_unit_test(at_once_has_no_number_to_be_late_by),
        cmocka_unit_test(a_pause_is_not_counted),
        cmocka_unit_test(a_pause_that_does_not_fit_changes_nothing),
        cmocka_unit_test(absurd_instants_are_survived),
        cmocka_unit_test(words_name_what_they_are),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
