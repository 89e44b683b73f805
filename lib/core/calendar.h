/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Civil days in the district's zone, and which of them are working days. The zone has one offset
 * all year (China has had no summer time since 1991), which is data. A year that the calendar does
 * not have is missing: no function here guesses that its days are like those of other years.
 *
 * Days are counted from 1970-01-01, which is 0, in the zone. Instants are nanoseconds since 1970
 * UTC. An instant that would not fit stays at the end of the type's range. Pure; any thread.
 */
#ifndef TCN_CORE_CALENDAR_H
#define TCN_CORE_CALENDAR_H

#include "model/calendar.h"

/** What a day is. */
enum tcn_day_kind {
    TCN_DAY_MISSING = 0, /**< its year is not in the calendar (`calendar_missing`) */
    TCN_DAY_WORKING = 1,
    TCN_DAY_OFF = 2,
};

/** The civil day that an instant lies in. Thread: any. */
int64_t tcn_calendar_day(const struct tcn_calendar *calendar, int64_t instant_ns);

/** The first instant of a day, 00:00:00. Thread: any. */
int64_t tcn_calendar_day_start_ns(const struct tcn_calendar *calendar, int64_t day);

/** The last instant of a day, one nanosecond before 24:00:00. Thread: any. */
int64_t tcn_calendar_day_end_ns(const struct tcn_calendar *calendar, int64_t day);

/** The year that a day lies in. Thread: any. */
int32_t tcn_calendar_year(int64_t day);

/** What a day is: Monday to Friday a working day, Saturday and Sunday off, unless the calendar says
 * otherwise; missing when it does not have the day's year. Thread: any.
 * Source: the yearly notices of the General Office of the State Council. */
enum tcn_day_kind tcn_calendar_day_kind(const struct tcn_calendar *calendar, int64_t day);

/** The day itself, or, when it is off, the next one that is not off: a working day, or a day of a
 * year that is missing. Thread: any.
 * Source: Civil Code (民法典) Art. 203. */
int64_t tcn_calendar_roll(const struct tcn_calendar *calendar, int64_t day);

#endif
