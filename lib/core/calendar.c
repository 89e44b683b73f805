/* SPDX-License-Identifier: Apache-2.0 */
#include "core/calendar.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/date.h"

#include <stddef.h>

#define MINUTE_NS (INT64_C(60) * TCN_SECOND_NS)
#define FRIDAY 5

/** The zone's distance from UTC, at most 14 hours. */
static int64_t offset_ns(const struct tcn_calendar *calendar) {
    TCN_CHECK(calendar->offset_minutes >= -TCN_CALENDAR_OFFSET_MINUTES_MAX &&
              calendar->offset_minutes <= TCN_CALENDAR_OFFSET_MINUTES_MAX);
    return calendar->offset_minutes * MINUTE_NS;
}

int64_t tcn_calendar_day(const struct tcn_calendar *calendar, int64_t instant_ns) {
    int64_t local_ns = tcn_time_plus(instant_ns, offset_ns(calendar));
    return local_ns / TCN_DAY_NS - (local_ns % TCN_DAY_NS < 0 ? 1 : 0);
}

int64_t tcn_calendar_day_start_ns(const struct tcn_calendar *calendar, int64_t day) {
    int64_t local_ns = 0;
    if (__builtin_mul_overflow(day, TCN_DAY_NS, &local_ns)) {
        local_ns = day > 0 ? INT64_MAX : INT64_MIN;
    }
    return tcn_time_minus(local_ns, offset_ns(calendar));
}

int64_t tcn_calendar_day_end_ns(const struct tcn_calendar *calendar, int64_t day) {
    return tcn_time_minus(tcn_calendar_day_start_ns(calendar, day + 1), 1);
}

int32_t tcn_calendar_year(int64_t day) {
    return (int32_t)tcn_date_from_day(day).year;
}

/** True when the calendar has the year. */
static bool has_year(const struct tcn_calendar *calendar, int32_t year) {
    uint32_t first = 0;
    uint32_t end = calendar->year_count;
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        if (calendar->years[middle] < year) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    return first < calendar->year_count && calendar->years[first] == year;
}

/** The span that a day lies in, or NULL. */
static const struct tcn_calendar_span *find_span(const struct tcn_calendar *calendar, int64_t day) {
    uint32_t first = 0;
    uint32_t end = calendar->span_count;
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        if (calendar->spans[middle].last_day < day) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    bool is_in = first < calendar->span_count && calendar->spans[first].first_day <= day;
    return is_in ? &calendar->spans[first] : NULL;
}

enum tcn_day_kind tcn_calendar_day_kind(const struct tcn_calendar *calendar, int64_t day) {
    if (!has_year(calendar, tcn_calendar_year(day))) {
        return TCN_DAY_MISSING;
    }
    const struct tcn_calendar_span *span = find_span(calendar, day);
    bool is_working = span != NULL ? span->is_working : tcn_date_weekday(day) <= FRIDAY;
    return is_working ? TCN_DAY_WORKING : TCN_DAY_OFF;
}

int64_t tcn_calendar_roll(const struct tcn_calendar *calendar, int64_t day) {
    while (tcn_calendar_day_kind(calendar, day) == TCN_DAY_OFF) {
        day++; /* ends at the latest where the calendar's years do */
    }
    return day;
}
