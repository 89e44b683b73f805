/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dates of the Gregorian calendar as numbers of days, without a zone and without a time of day. A
 * day is counted from 1970-01-01, which is 0; days before it are negative. Exact for the years 0
 * to 9999. What a day means to people (a day off, say) belongs to others.
 */
#ifndef TCN_BASE_DATE_H
#define TCN_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

/** A date. Open: a plain value. */
struct tcn_date {
    int64_t year;  /**< 0 to 9999 */
    int64_t month; /**< 1 to 12 */
    int64_t day;   /**< 1 to 31 */
};

/** Days of a month, 28 to 31. Thread: any. */
int64_t tcn_date_month_days(int64_t year, int64_t month);

/** True for a date that exists, between the years 0 and 9999. Thread: any. */
bool tcn_date_is_possible(const struct tcn_date *date);

/** The number of a possible date's day. Thread: any.
 * Source: H. Hinnant, chrono-compatible low-level date algorithms. */
int64_t tcn_date_to_day(const struct tcn_date *date);

/** The date of a day in the years 0 to 9999. Thread: any.
 * Source: H. Hinnant, chrono-compatible low-level date algorithms. */
struct tcn_date tcn_date_from_day(int64_t day);

/** The day of the week: 1 for Monday to 7 for Sunday. Thread: any. */
uint32_t tcn_date_weekday(int64_t day);

/** The day with the same number `months` later, or the last day of that month when it has no such
 * day: 31 January and one month give 28 or 29 February.
 * Thread: any.
 * Source: Civil Code of the PRC (民法典) Art. 202. */
int64_t tcn_date_add_months(int64_t day, uint32_t months);

#endif
