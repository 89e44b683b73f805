/* SPDX-License-Identifier: Apache-2.0 */
#include "base/date.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void a_text_that_is_no_date_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {"",
                                        "2024",
                                        "2024-02",
                                        "2024-2-1",
                                        "2024-02-30",
                                        "2023-02-29",
                                        "2024-00-01",
                                        "2024-13-01",
                                        "2024-04-31",
                                        "2024-01-00",
                                        "1899-12-31",
                                        "2201-01-01",
                                        "2024/02/01",
                                        "24-02-01",
                                        "2024-02-010",
                                        " 2024-02-01",
                                        "2024-02-01T00:00:00Z"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        int64_t day = 7;
        if (tcn_text_to_date(tcn_slice_text(texts[i]), &day) != TCN_MALFORMED || day != 7) {
            fail_msg("\"%s\" was taken", texts[i]);
        }
    }
}

static void a_day_that_is_none_is_not_possible(void **state) {
    (void)state;
    static const struct tcn_date dates[] = {{2024, 0, 1},  {2024, 13, 1}, {2024, 1, 0},
                                            {2024, 1, 32}, {2023, 2, 29}, {2100, 2, 29},
                                            {-1, 1, 1},    {10000, 1, 1}};
    for (size_t i = 0; i < COUNT_OF(dates); i++) {
        assert_false(tcn_date_is_possible(&dates[i]));
    }
}

static void known_days_have_their_numbers_and_weekdays(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t day;
        uint32_t weekday;
    } rows[] = {
        {"1970-01-01", 0, 4},     {"1969-12-31", -1, 3},    {"1900-01-01", -25567, 1},
        {"2000-02-29", 11016, 2}, {"2024-02-29", 19782, 4}, {"2024-02-18", 19771, 7},
        {"2100-02-28", 47540, 7}, {"2100-03-01", 47541, 1}, {"2200-12-31", 84370, 3},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t day = 0;
        assert_int_equal(tcn_text_to_date(tcn_slice_text(rows[i].text), &day), TCN_OK);
        assert_int_equal(day, rows[i].day);
        assert_int_equal(tcn_date_weekday(day), rows[i].weekday);
    }
}

static void every_day_of_ten_thousand_years_comes_back(void **state) {
    (void)state;
    struct tcn_date first = {.year = 0, .month = 1, .day = 1};
    struct tcn_date last = {.year = 9999, .month = 12, .day = 31};
    struct tcn_date before = first;
    for (int64_t day = tcn_date_to_day(&first) + 1; day <= tcn_date_to_day(&last); day++) {
        struct tcn_date date = tcn_date_from_day(day);
        bool is_next_day =
            date.year == before.year && date.month == before.month && date.day == before.day + 1;
        bool is_next_month = date.day == 1 &&
                             before.day == tcn_date_month_days(before.year, before.month) &&
                             date.year * 12 + date.month == before.year * 12 + before.month + 1;
        if (!tcn_date_is_possible(&date) || tcn_date_to_day(&date) != day ||
            (!is_next_day && !is_next_month)) {
            fail_msg("day %lld", (long long)day);
        }
        before = date;
    }
}

static void months_are_added_to_the_day_of_the_same_number(void **state) {
    (void)state;
    static const struct {
        struct tcn_date from;
        uint32_t months;
        struct tcn_date to;
    } rows[] = {
        {{2024, 1, 31}, 0, {2024, 1, 31}},  {{2024, 1, 31}, 1, {2024, 2, 29}},
        {{2025, 1, 31}, 1, {2025, 2, 28}},  {{2024, 1, 31}, 2, {2024, 3, 31}},
        {{2024, 8, 31}, 1, {2024, 9, 30}},  {{2024, 12, 31}, 2, {2025, 2, 28}},
        {{2024, 12, 15}, 1, {2025, 1, 15}}, {{2024, 2, 29}, 12, {2025, 2, 28}},
        {{2024, 2, 29}, 48, {2028, 2, 29}}, {{2024, 11, 30}, 120, {2034, 11, 30}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t day = tcn_date_add_months(tcn_date_to_day(&rows[i].from), rows[i].months);
        assert_int_equal(day, tcn_date_to_day(&rows[i].to));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_that_is_no_date_is_refused),
        cmocka_unit_test(a_day_that_is_none_is_not_possible),
        cmocka_unit_test(known_days_have_their_numbers_and_weekdays),
        cmocka_unit_test(every_day_of_ten_thousand_years_comes_back),
        cmocka_unit_test(months_are_added_to_the_day_of_the_same_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
