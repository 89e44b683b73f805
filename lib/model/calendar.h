/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The working days of the district as compiled tables: which years are known, and how their days
 * differ from the plain week in which Monday to Friday are working days. Built by lib/policy from
 * calendars.yaml, read by core/calendar.h.
 */
#ifndef TCN_MODEL_CALENDAR_H
#define TCN_MODEL_CALENDAR_H

#include "model/limits.h"

#include <stdbool.h>
#include <stdint.h>

/** Days in a row that differ from the plain week. Days are counted from 1970-01-01, which is 0, in
 * the calendar's zone. */
struct tcn_calendar_span {
    int32_t first_day;
    int32_t last_day; /**< the same for a single day */
    bool is_working;  /**< a make-up working day; else a day off */
};

/** A calendar. Open: a table. Arrays are owned by the block or arena they were made in. */
struct tcn_calendar {
    int32_t offset_minutes; /**< of the zone, east of UTC; the same all year */
    const uint16_t *years;  /**< known, 1900 to 2200, ascending, each once; with gaps */
    uint32_t year_count;    /**< 0: no day is known */
    const struct tcn_calendar_span *spans; /**< ascending, none touches a day of another */
    uint32_t span_count;
};

#endif
