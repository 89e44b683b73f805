/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/compile_clocks.h"

#include "base/date.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRIDAY 5
#define DECEMBER 12
#define DATE_BYTES 10

/** Longest run of days that a notice could mean; a longer one is a slip of the pen. */
#define SPAN_DAYS_MAX 31

/** A year being read, and the spans that may touch its days. */
struct year {
    struct tcn_values values;
    int64_t year;
    uint32_t first_near; /**< of the table's spans: those of the year before begin here */
};

/** Notes a fault about one text of a list. */
__attribute__((format(printf, 4, 5))) static void
fault_at(const struct year *year, const char *field, const char *word, const char *format, ...) {
    char text[sizeof(year->values.errors->items[0].text)];
    struct tcn_policy_where where = {
        .section = year->values.section, .entry = year->values.entry, .field = field, .word = word};
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    tcn_policy_fault(year->values.errors, year->values.file, &where, "%s",
                     written < 0 ? format : text);
}

/** Reads "2024-02-10" or "2024-02-10/2024-02-17", a run from the first to the last. */
static bool read_span(const char *raw, int64_t *out_first, int64_t *out_last) {
    struct tcn_slice text = tcn_slice_text(raw);
    bool is_run = text.size == 2 * DATE_BYTES + 1 && raw[DATE_BYTES] == '/';
    struct tcn_slice first = is_run ? tcn_slice_of(text.data, DATE_BYTES) : text;
    struct tcn_slice last = is_run ? tcn_slice_text(raw + DATE_BYTES + 1) : text;
    return tcn_text_to_date(first, out_first) == TCN_OK &&
           tcn_text_to_date(last, out_last) == TCN_OK && *out_first <= *out_last &&
           *out_last - *out_first < SPAN_DAYS_MAX;
}

/** True for a day that a year's notice can name: one of the year, or of the December before. */
static bool is_near(int64_t day, int64_t year) {
    struct tcn_date date = tcn_date_from_day(day);
    return date.year == year || (date.year == year - 1 && date.month == DECEMBER);
}

/** True when one of the days is a Monday to Friday. */
static bool has_weekday(int64_t first, int64_t last) {
    bool found = false;
    for (int64_t day = first; day <= last; day++) {
        found = found || tcn_date_weekday(day) <= FRIDAY;
    }
    return found;
}

/** Takes one text of a list into the table. */
static void compile_span(struct tcn_compile_clocks *compile, const struct year *year,
                         const char *raw, bool is_working) {
    const char *field = is_working ? "working_days" : "days_off";
    struct tcn_calendar *calendar = &compile->tables->table.calendar;
    int64_t first = 0;
    int64_t last = 0;
    if (!read_span(raw, &first, &last)) {
        fault_at(year, field, raw,
                 "expected a date or a run of up to %d days, for example 2024-01-01 or "
                 "2024-02-10/2024-02-17",
                 SPAN_DAYS_MAX);
        return;
    }
    if (!is_near(first, year->year) || !is_near(last, year->year)) {
        fault_at(year, field, raw,
                 "expected days of %" PRId64 ", or of the December before, which its notice may "
                 "name",
                 year->year);
        return;
    }
    if (is_working && has_weekday(first, last)) {
        fault_at(year, field, raw,
                 "expected Saturdays and Sundays: Monday to Friday are working days already");
        return;
    }
    for (uint32_t i = year->first_near; i < calendar->span_count; i++) {
        const struct tcn_calendar_span *other = &compile->tables->spans[i];
        if (first <= other->last_day && last >= other->first_day) {
            fault_at(year, field, raw, "expected days that are named once: one of these is a %s",
                     other->is_working ? "working day already" : "day off already");
            return;
        }
    }
    compile->tables->spans[calendar->span_count] = (struct tcn_calendar_span){
        .first_day = (int32_t)first, .last_day = (int32_t)last, .is_working = is_working};
    calendar->span_count++;
}

/** Takes a year, and its days; `first_near` is where the spans of the year before begin. */
static void compile_year(struct tcn_compile_clocks *compile, uint32_t index, uint32_t first_near) {
    const struct tcn_raw_year *raw = &compile->calendars->years[index];
    struct tcn_clock_tables *tables = compile->tables;
    struct tcn_range range = {
        .min = TCN_CALENDAR_YEAR_MIN, .max = TCN_CALENDAR_YEAR_MAX, .fallback = 0};
    struct year year = {.values = {.file = &compile->calendars_file,
                                   .errors = compile->errors,
                                   .section = "years",
                                   .entry = index + 1},
                        .first_near = first_near};
    year.year = (int64_t)tcn_value_number(&year.values, "year", raw->year, range);
    tables->years[index] = (uint16_t)year.year;
    if (year.year == 0) {
        return;
    }
    if (index > 0 && tables->years[index - 1] >= year.year) {
        tcn_value_fault(&year.values, "year", "expected a year after %u: years ascend",
                        tables->years[index - 1]);
    }
    for (uint32_t i = 0; i < raw->days_off_count; i++) {
        compile_span(compile, &year, raw->days_off[i], false);
    }
    for (uint32_t i = 0; i < raw->working_days_count; i++) {
        compile_span(compile, &year, raw->working_days[i], true);
    }
}

/** The zone's offset, "480" or "-300". */
static void compile_zone(struct tcn_compile_clocks *compile) {
    const char *raw = compile->calendars->zone_offset_minutes;
    struct tcn_values values = {.file = &compile->calendars_file, .errors = compile->errors};
    uint64_t minutes = 0;
    if (!tcn_value_is_there(&values, "zone_offset_minutes", raw,
                            "minutes east of UTC, for example 480")) {
        return;
    }
    bool is_west = raw[0] == '-';
    if (tcn_text_to_u64(tcn_slice_text(is_west ? raw + 1 : raw), &minutes) != TCN_OK ||
        minutes > TCN_CALENDAR_OFFSET_MINUTES_MAX) {
        tcn_value_fault(&values, "zone_offset_minutes",
                        "expected minutes east of UTC from -%d to %d, for example 480",
                        TCN_CALENDAR_OFFSET_MINUTES_MAX, TCN_CALENDAR_OFFSET_MINUTES_MAX);
        return;
    }
    compile->tables->table.calendar.offset_minutes = is_west ? -(int32_t)minutes : (int32_t)minutes;
}

static int compare_spans(const void *left, const void *right) {
    const struct tcn_calendar_span *first = left;
    const struct tcn_calendar_span *second = right;
    return (first->first_day > second->first_day) - (first->first_day < second->first_day);
}

/** Makes the arrays, with room for all that is named. Errors: TCN_NOMEM. */
static enum tcn_status make_arrays(struct tcn_compile_clocks *compile) {
    const struct tcn_raw_calendars *raw = compile->calendars;
    size_t span_count = 1; /* calloc of none may give NULL */
    for (uint32_t i = 0; i < raw->years_count; i++) {
        span_count += raw->years[i].days_off_count + raw->years[i].working_days_count;
    }
    compile->tables->years = calloc(raw->years_count, sizeof(*compile->tables->years));
    compile->tables->spans = calloc(span_count, sizeof(*compile->tables->spans));
    bool is_made = compile->tables->years != NULL && compile->tables->spans != NULL;
    return is_made ? TCN_OK : TCN_NOMEM;
}

enum tcn_status tcn_compile_calendar(struct tcn_compile_clocks *compile) {
    struct tcn_calendar *calendar = &compile->tables->table.calendar;
    if (compile->calendars == NULL) {
        return TCN_OK;
    }
    compile_zone(compile);
    if (compile->calendars->years_count == 0) {
        struct tcn_values top = {.file = &compile->calendars_file, .errors = compile->errors};
        tcn_value_fault(&top, "years", "is missing: expected a list with at least one entry");
        return TCN_OK;
    }
    enum tcn_status status = make_arrays(compile);
    if (status != TCN_OK) {
        return status;
    }
    uint32_t before = 0; /* where the spans of the year before begin */
    for (uint32_t i = 0; i < compile->calendars->years_count; i++) {
        uint32_t begin = calendar->span_count;
        compile_year(compile, i, before);
        before = begin;
    }
    calendar->year_count = compile->calendars->years_count;
    if (calendar->span_count > 0) {
        qsort(compile->tables->spans, calendar->span_count, sizeof(*compile->tables->spans),
              compare_spans);
    }
    calendar->years = compile->tables->years;
    calendar->spans = compile->tables->spans;
    return TCN_OK;
}
