/* SPDX-License-Identifier: Apache-2.0 */
#include "core/calendar.h"

#include "base/clock.h"
#include "base/date.h"
#include "civil.h"

static struct tcn_calendar_span spans[COUNT_OF(named_days)];
static struct tcn_calendar calendar;

static int make(void **state) {
    (void)state;
    calendar = make_calendar(spans);
    return 0;
}

static const struct {
    const char *day;
    enum tcn_day_kind kind;
} kinds[] = {
    /* Years that the calendar does not have. */
    {"2023-12-31", TCN_DAY_MISSING},
    {"2027-01-01", TCN_DAY_MISSING},
    {"1969-12-31", TCN_DAY_MISSING},
    {"2200-01-01", TCN_DAY_MISSING},
    /* The plain week. */
    {"2024-03-11", TCN_DAY_WORKING}, /* a Monday */
    {"2024-03-15", TCN_DAY_WORKING}, /* a Friday */
    {"2024-03-16", TCN_DAY_OFF},     /* a Saturday */
    {"2024-03-17", TCN_DAY_OFF},     /* a Sunday */
    {"2024-02-29", TCN_DAY_WORKING}, /* a leap day, a Thursday */
    /* New Year, and the first and last known days. */
    {"2024-01-01", TCN_DAY_OFF},
    {"2024-01-02", TCN_DAY_WORKING},
    {"2026-01-02", TCN_DAY_OFF},     /* a Friday */
    {"2026-01-04", TCN_DAY_WORKING}, /* a make-up Sunday */
    {"2026-12-31", TCN_DAY_WORKING},
    /* Spring Festival: the make-up Sundays before and after, the first and last day off. */
    {"2024-02-04", TCN_DAY_WORKING},
    {"2024-02-09", TCN_DAY_WORKING},
    {"2024-02-10", TCN_DAY_OFF},
    {"2024-02-14", TCN_DAY_OFF}, /* a Wednesday in the middle */
    {"2024-02-17", TCN_DAY_OFF},
    {"2024-02-18", TCN_DAY_WORKING},
    {"2025-01-26", TCN_DAY_WORKING},
    {"2025-01-28", TCN_DAY_OFF},
    {"2025-02-04", TCN_DAY_OFF},
    {"2025-02-08", TCN_DAY_WORKING},
    {"2025-02-09", TCN_DAY_OFF},
};

static void a_day_is_working_off_or_missing(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (tcn_calendar_day_kind(&calendar, day_of(kinds[i].day)) != kinds[i].kind) {
            fail_msg("%s is not of kind %d", kinds[i].day, (int)kinds[i].kind);
        }
    }
}

static void a_calendar_of_no_year_knows_no_day(void **state) {
    (void)state;
    struct tcn_calendar none = {.offset_minutes = DISTRICT_MINUTES};
    assert_int_equal(tcn_calendar_day_kind(&none, day_of("2024-03-11")), TCN_DAY_MISSING);
    assert_int_equal(tcn_calendar_roll(&none, 7), 7);
}

static void each_year_has_the_working_days_that_its_notices_leave(void **state) {
    (void)state;
    /* Weekdays of the year, less those named off, and the make-up days: counted by hand from the
     * notices. */
    static const struct {
        const char *first;
        const char *last;
        int working;
    } years[] = {{"2024-01-01", "2024-12-31", 251},
                 {"2025-01-01", "2025-12-31", 248},
                 {"2026-01-01", "2026-12-31", 248}};
    for (size_t i = 0; i < COUNT_OF(years); i++) {
        int working = 0;
        for (int64_t day = day_of(years[i].first); day <= day_of(years[i].last); day++) {
            working += tcn_calendar_day_kind(&calendar, day) == TCN_DAY_WORKING ? 1 : 0;
        }
        assert_int_equal(working, years[i].working);
    }
}

static void a_day_off_rolls_to_the_next_that_is_not_off(void **state) {
    (void)state;
    static const struct {
        const char *day;
        const char *rolled;
    } rows[] = {
        {"2024-02-09", "2024-02-09"}, {"2024-02-10", "2024-02-18"}, {"2024-02-17", "2024-02-18"},
        {"2024-03-16", "2024-03-18"}, {"2024-05-01", "2024-05-06"}, {"2025-01-28", "2025-02-05"},
        {"2025-12-31", "2025-12-31"}, {"2026-01-01", "2026-01-04"}, {"2026-10-01", "2026-10-08"},
        {"2027-01-01", "2027-01-01"}, /* missing: not rolled on a guess */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(tcn_calendar_roll(&calendar, day_of(rows[i].day)), day_of(rows[i].rolled));
    }
}

static void a_roll_ends_where_the_known_years_do(void **state) {
    (void)state;
    static const uint16_t years[] = {2023};
    const struct tcn_calendar one = {
        .offset_minutes = DISTRICT_MINUTES, .years = years, .year_count = 1};
    /* 31 December 2023 was a Sunday. */
    assert_int_equal(tcn_calendar_roll(&one, day_of("2023-12-30")), day_of("2024-01-01"));
    assert_int_equal(tcn_calendar_day_kind(&one, day_of("2024-01-01")), TCN_DAY_MISSING);
}

static void a_day_begins_and_ends_in_the_zone(void **state) {
    (void)state;
    int64_t day = day_of("2024-02-29");
    assert_true(tcn_calendar_day_start_ns(&calendar, day) == at("2024-02-29 00:00:00"));
    assert_true(tcn_calendar_day_end_ns(&calendar, day) == at("2024-03-01 00:00:00") - 1);
    assert_int_equal(tcn_calendar_day(&calendar, at("2024-02-29 00:00:00")), day);
    assert_int_equal(tcn_calendar_day(&calendar, at("2024-02-29 00:00:00") - 1), day - 1);
    assert_int_equal(tcn_calendar_day(&calendar, at("2024-03-01 00:00:00") - 1), day);
    struct tcn_calendar west = {.offset_minutes = -300};
    assert_int_equal(tcn_calendar_day(&west, at("2024-02-29 12:59:59")), day - 1);
    assert_int_equal(tcn_calendar_day(&west, at("2024-02-29 13:00:00")), day);
}

static void instants_before_1970_and_absurd_ones_are_survived(void **state) {
    (void)state;
    struct tcn_calendar utc = {.offset_minutes = 0};
    assert_int_equal(tcn_calendar_day(&utc, -1), -1);
    assert_int_equal(tcn_calendar_day(&utc, -TCN_DAY_NS), -1);
    assert_int_equal(tcn_calendar_day(&utc, -TCN_DAY_NS - 1), -2);
    assert_true(tcn_calendar_day(&calendar, INT64_MIN) < day_of("1900-01-01"));
    assert_true(tcn_calendar_day_start_ns(&calendar, INT64_C(1) << 40) >= INT64_MAX - TCN_DAY_NS);
    assert_true(tcn_calendar_day_start_ns(&calendar, -(INT64_C(1) << 40)) == INT64_MIN);
    assert_int_equal(tcn_calendar_year(tcn_calendar_day(&calendar, INT64_MAX)), 2262);
    assert_int_equal(tcn_calendar_year(tcn_calendar_day(&calendar, INT64_MIN)), 1677);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_is_working_off_or_missing),
        cmocka_unit_test(a_calendar_of_no_year_knows_no_day),
        cmocka_unit_test(each_year_has_the_working_days_that_its_notices_leave),
        cmocka_unit_test(a_day_off_rolls_to_the_next_that_is_not_off),
        cmocka_unit_test(a_roll_ends_where_the_known_years_do),
        cmocka_unit_test(a_day_begins_and_ends_in_the_zone),
        cmocka_unit_test(instants_before_1970_and_absurd_ones_are_survived),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
