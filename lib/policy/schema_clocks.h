/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calendars.yaml and clocks.yaml as they are written, in the manner of schema.h: every value a
 * text, every key optional, absent texts NULL. Inside this room only; libcyaml owns what is loaded.
 */
#ifndef TCN_POLICY_SCHEMA_CLOCKS_H
#define TCN_POLICY_SCHEMA_CLOCKS_H

#include "policy/schema.h"

/** One entry of calendars.yaml. */
struct tcn_raw_year {
    char *year;
    char **days_off;
    uint32_t days_off_count;
    char **working_days;
    uint32_t working_days_count;
};

/** calendars.yaml. */
struct tcn_raw_calendars {
    char *zone_offset_minutes;
    struct tcn_raw_year *years;
    uint32_t years_count;
};

/** One entry of clocks.yaml. */
struct tcn_raw_clock {
    char *id;
    char *title_zh;
    char *title_en;
    char *unit;
    char *amount;
    char *extend;
    char *bound;
    char *owes;
    char **start;
    uint32_t start_count;
    char *start_time;
    char **stop;
    uint32_t stop_count;
    char *stop_time;
    char *pause;
    char *resume;
    char **domains;
    uint32_t domains_count;
    char *procedure;
    char *category;
    char *severity;
    char *level;
    char *hand_over;
    char *unless;
    char *article;
    char *confidence;
    char *enabled;
};

/** clocks.yaml. */
struct tcn_raw_clocks {
    struct tcn_raw_clock *clocks;
    uint32_t clocks_count;
};

extern const struct cyaml_schema_value tcn_schema_calendars;
extern const struct cyaml_schema_value tcn_schema_clocks;

#endif
