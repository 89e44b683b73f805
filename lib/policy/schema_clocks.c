/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/schema_clocks.h"

#include "model/limits.h"

static const cyaml_schema_field_t year_fields[] = {
    TCN_RAW_TEXT(tcn_raw_year, year),
    TCN_RAW_LIST(tcn_raw_year, days_off, &tcn_schema_word, TCN_CALENDAR_YEAR_SPANS_MAX),
    TCN_RAW_LIST(tcn_raw_year, working_days, &tcn_schema_word, TCN_CALENDAR_YEAR_SPANS_MAX),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t clock_fields[] = {
    TCN_RAW_TEXT(tcn_raw_clock, id),
    TCN_RAW_TEXT(tcn_raw_clock, title_zh),
    TCN_RAW_TEXT(tcn_raw_clock, title_en),
    TCN_RAW_TEXT(tcn_raw_clock, unit),
    TCN_RAW_TEXT(tcn_raw_clock, amount),
    TCN_RAW_TEXT(tcn_raw_clock, extend),
    TCN_RAW_TEXT(tcn_raw_clock, bound),
    TCN_RAW_TEXT(tcn_raw_clock, owes),
    TCN_RAW_LIST(tcn_raw_clock, start, &tcn_schema_word, TCN_CLOCK_STARTS_MAX),
    TCN_RAW_TEXT(tcn_raw_clock, start_time),
    TCN_RAW_LIST(tcn_raw_clock, stop, &tcn_schema_word, TCN_CLOCK_STOPS_MAX),
    TCN_RAW_TEXT(tcn_raw_clock, stop_time),
    TCN_RAW_TEXT(tcn_raw_clock, pause),
    TCN_RAW_TEXT(tcn_raw_clock, resume),
    TCN_RAW_LIST(tcn_raw_clock, domains, &tcn_schema_word, TCN_CLOCK_DOMAINS_MAX),
    TCN_RAW_TEXT(tcn_raw_clock, procedure),
    TCN_RAW_TEXT(tcn_raw_clock, category),
    TCN_RAW_TEXT(tcn_raw_clock, severity),
    TCN_RAW_TEXT(tcn_raw_clock, level),
    TCN_RAW_TEXT(tcn_raw_clock, hand_over),
    TCN_RAW_TEXT(tcn_raw_clock, unless),
    TCN_RAW_TEXT(tcn_raw_clock, article),
    TCN_RAW_TEXT(tcn_raw_clock, confidence),
    TCN_RAW_TEXT(tcn_raw_clock, enabled),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t year_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct tcn_raw_year, year_fields)};
static const cyaml_schema_value_t clock_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct tcn_raw_clock, clock_fields)};

static const cyaml_schema_field_t calendars_fields[] = {
    TCN_RAW_TEXT(tcn_raw_calendars, zone_offset_minutes),
    TCN_RAW_LIST(tcn_raw_calendars, years, &year_value, TCN_CALENDAR_YEARS_MAX),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t clocks_fields[] = {
    TCN_RAW_LIST(tcn_raw_clocks, clocks, &clock_value, TCN_CLOCKS_MAX),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t tcn_schema_calendars = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct tcn_raw_calendars, calendars_fields)};
const cyaml_schema_value_t tcn_schema_clocks = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct tcn_raw_clocks, clocks_fields)};
