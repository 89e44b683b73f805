/* SPDX-License-Identifier: Apache-2.0 */
#include "base/date.h"

#include "base/check.h"

#define YEAR_MAX 9999
#define WEEK_DAYS 7

/** 1970-01-01 was a Thursday: so many days after a Monday. */
#define EPOCH_AFTER_MONDAY 3

int64_t tcn_date_month_days(int64_t year, int64_t month) {
    static const int64_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    TCN_CHECK(month >= 1 && month <= 12);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

bool tcn_date_is_possible(const struct tcn_date *date) {
    return date->year >= 0 && date->year <= YEAR_MAX && date->month >= 1 && date->month <= 12 &&
           date->day >= 1 && date->day <= tcn_date_month_days(date->year, date->month);
}

int64_t tcn_date_to_day(const struct tcn_date *date) {
    TCN_CHECK(tcn_date_is_possible(date));
    /* The year begins in March, so that the leap day is its last; one era is 400 years. The years
     * are shifted by an era, so that January of the year 0 divides as all others do. */
    int64_t march_year = (date->month <= 2 ? date->year - 1 : date->year) + 400;
    int64_t era = march_year / 400;
    int64_t year_of_era = march_year - era * 400;
    int64_t march_month = (date->month + 9) % 12;
    int64_t day_of_year = (153 * march_month + 2) / 5 + date->day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (era - 1) * 146097 + day_of_era - 719468;
}

struct tcn_date tcn_date_from_day(int64_t day) {
    int64_t shifted = day + 719468 + 146097;
    int64_t era = shifted / 146097;
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    struct tcn_date date = {
        .month = march_month < 10 ? march_month + 3 : march_month - 9,
        .day = day_of_year - (153 * march_month + 2) / 5 + 1,
    };
    date.year = year_of_era + (era - 1) * 400 + (date.month <= 2 ? 1 : 0);
    return date;
}

uint32_t tcn_date_weekday(int64_t day) {
    int64_t after_monday = (day + EPOCH_AFTER_MONDAY) % WEEK_DAYS;
    return (uint32_t)(after_monday < 0 ? after_monday + WEEK_DAYS : after_monday) + 1;
}

int64_t tcn_date_add_months(int64_t day, uint32_t months) {
    struct tcn_date date = tcn_date_from_day(day);
    int64_t month = date.month - 1 + (int64_t)months;
    date.year += month / 12;
    date.month = month % 12 + 1;
    int64_t last = tcn_date_month_days(date.year, date.month);
    date.day = date.day < last ? date.day : last;
    return tcn_date_to_day(&date);
}
