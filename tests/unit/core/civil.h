/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public holidays and make-up working days of 2024 to 2026 as a table, and times of the
 * district as text, for tests of calendars and clocks.
 */
#ifndef TCN_TESTS_UNIT_CORE_CIVIL_H
#define TCN_TESTS_UNIT_CORE_CIVIL_H

#include "base/text.h"
#include "core/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define DISTRICT_MINUTES 480

/** Days in a row, as the notices name them. */
struct named_days {
    const char *first;
    const char *last;
    bool is_working;
};

/* The notices for 2024, 2025 and 2026 of the General Office of the State Council. */
static const struct named_days named_days[] = {
    {"2024-01-01", "2024-01-01", false}, {"2024-02-04", "2024-02-04", true},
    {"2024-02-10", "2024-02-17", false}, {"2024-02-18", "2024-02-18", true},
    {"2024-04-04", "2024-04-06", false}, {"2024-04-07", "2024-04-07", true},
    {"2024-04-28", "2024-04-28", true},  {"2024-05-01", "2024-05-05", false},
    {"2024-05-11", "2024-05-11", true},  {"2024-06-10", "2024-06-10", false},
    {"2024-09-14", "2024-09-14", true},  {"2024-09-15", "2024-09-17", false},
    {"2024-09-29", "2024-09-29", true},  {"2024-10-01", "2024-10-07", false},
    {"2024-10-12", "2024-10-12", true},  {"2025-01-01", "2025-01-01", false},
    {"2025-01-26", "2025-01-26", true},  {"2025-01-28", "2025-02-04", false},
    {"2025-02-08", "2025-02-08", true},  {"2025-04-04", "2025-04-06", false},
    {"2025-04-27", "2025-04-27", true},  {"2025-05-01", "2025-05-05", false},
    {"2025-05-31", "2025-06-02", false}, {"2025-09-28", "2025-09-28", true},
    {"2025-10-01", "2025-10-08", false}, {"2025-10-11", "2025-10-11", true},
    {"2026-01-01", "2026-01-03", false}, {"2026-01-04", "2026-01-04", true},
    {"2026-02-14", "2026-02-14", true},  {"2026-02-15", "2026-02-23", false},
    {"2026-02-28", "2026-02-28", true},  {"2026-04-04", "2026-04-06", false},
    {"2026-05-01", "2026-05-05", false}, {"2026-05-09", "2026-05-09", true},
    {"2026-06-19", "2026-06-21", false}, {"2026-09-20", "2026-09-20", true},
    {"2026-09-25", "2026-09-27", false}, {"2026-10-01", "2026-10-07", false},
    {"2026-10-10", "2026-10-10", true},
};

static const uint16_t known_years[] = {2024, 2025, 2026};

/** The number of a day; the test fails when it is none. */
static inline int64_t day_of(const char *text) {
    int64_t day = 0;
    if (tcn_text_to_date(tcn_slice_text(text), &day) != TCN_OK) {
        fail_msg("%s is no date", text);
    }
    return day;
}

/** The instant of "2024-02-10 23:59:59" in the district. */
static inline int64_t at(const char *text) {
    char full[40];
    int64_t instant_ns = 0;
    assert_int_equal(strlen(text), 19);
    (void)snprintf(full, sizeof(full), "%.10sT%s+08:00", text, text + 11);
    if (tcn_text_to_time(tcn_slice_text(full), &instant_ns) != TCN_OK) {
        fail_msg("%s is no time", text);
    }
    return instant_ns;
}

/** Fails unless an instant is this second of the district, and its first nanosecond or its last. */
static inline void expect_instant(const char *what, int64_t instant_ns, const char *wanted) {
    char text[TCN_TIME_TEXT_BYTES];
    tcn_text_from_time_at(instant_ns, DISTRICT_MINUTES, text);
    int64_t rest_ns = instant_ns - at(wanted);
    if (rest_ns != 0 && rest_ns != INT64_C(999999999)) {
        fail_msg("%s: wanted %s, got %s", what, wanted, text);
    }
}

/** Builds the table; the calendar lends from `spans`, which holds COUNT_OF(named_days). */
static inline struct tcn_calendar make_calendar(struct tcn_calendar_span *spans) {
    for (size_t i = 0; i < COUNT_OF(named_days); i++) {
        spans[i] = (struct tcn_calendar_span){.first_day = (int32_t)day_of(named_days[i].first),
                                              .last_day = (int32_t)day_of(named_days[i].last),
                                              .is_working = named_days[i].is_working};
    }
    return (struct tcn_calendar){.offset_minutes = DISTRICT_MINUTES,
                                 .years = known_years,
                                 .year_count = COUNT_OF(known_years),
                                 .spans = spans,
                                 .span_count = COUNT_OF(named_days)};
}

#endif
