/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/schema_clocks.h"

#include "model/limits.h"

#define OPTIONAL (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)

/* A text of a raw struct; the key is the member's name. */
#define TEXT(struct_name, member)                                                                  \
    CYAML_FIELD_STRING_PTR(#member, OPTIONAL, struct struct_name, member, 0,                       \
                           TCN_YAML_TEXT_BYTES_MAX)

/* A list of a raw struct with its count beside it. */
#define LIST(struct_name, member, entry, count_max)                                                \
    CYAML_FIELD_SEQUENCE(#member, OPTIONAL, struct struct_name, member, entry, 0, count_max)

static const cyaml_schema_value_t word_value = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, TCN_YAML_TEXT_BYTES_MAX)};

static const cyaml_schema_field_t year_fields[] = {
    TEXT(tcn_raw_year, year),
    LIST(tcn_raw_year, days_off, &word_value, TCN_CALENDAR_YEAR_SPANS_MAX),
    LIST(tcn_raw_year, working_days, &word_value, TCN_CALENDAR_YEAR_SPANS_MAX),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t clock_fields[] = {
    TEXT(tcn_raw_clock, id),
    TEXT(tcn_raw_clock, title_zh),
    TEXT(tcn_raw_clock, title_en),
    TEXT(tcn_raw_clock, unit),
    TEXT(tcn_raw_clock, amount),
    TEXT(tcn_raw_clock, extend),
    TEXT(tcn_raw_clock, bound),
    TEXT(tcn_raw_clock, owes),
    LIST(tcn_raw_clock, start, &word_value, TCN_CLOCK_STARTS_MAX),
    TEXT(tcn_raw_clock, start_time),
    LIST(tcn_raw_clock, stop, &word_value, TCN_CLOCK_STOPS_MAX),
    TEXT(tcn_raw_clock, stop_time),
    TEXT(tcn_raw_clock, pause),
    TEXT(tcn_raw_clock, resume),
    LIST(tcn_raw_clock, domains, &word_value, TCN_CLOCK_DOMAINS_MAX),
    TEXT(tcn_raw_clock, category),
    TEXT(tcn_raw_clock, severity),
    TEXT(tcn_raw_clock, article),
    TEXT(tcn_raw_clock, confidence),
    TEXT(tcn_raw_clock, enabled),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t year_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct tcn_raw_year, year_fields)};
static const cyaml_schema_value_t clock_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct tcn_raw_clock, clock_fields)};

static const cyaml_schema_field_t calendars_fields[] = {
    TEXT(tcn_raw_calendars, zone_offset_minutes),
    LIST(tcn_raw_calendars, years, &year_value, TCN_CALENDAR_YEARS_MAX),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t clocks_fields[] = {
    LIST(tcn_raw_clocks, clocks, &clock_value, TCN_CLOCKS_MAX),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t tcn_schema_calendars = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct tcn_raw_calendars, calendars_fields)};
const cyaml_schema_value_t tcn_schema_clocks = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct tcn_raw_clocks, clocks_fields)};
