/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the raw files of calendar and clocks to their tables. What a file that did not load would
 * have shown is not reported again by those that refer to it. Inside this room only.
 */
#ifndef TCN_POLICY_COMPILE_CLOCKS_H
#define TCN_POLICY_COMPILE_CLOCKS_H

#include "model/clock.h"
#include "policy/schema.h"
#include "policy/schema_clocks.h"
#include "policy/value.h"

struct tcn_clock_source;

/** The tables, still changing. Arrays are owned, NULL when empty. */
struct tcn_clock_tables {
    struct tcn_clock_table table;
    struct tcn_clock_rule *rules;
    uint32_t *entries; /**< of each rule, in the file, from 1 */
    uint16_t *years;
    struct tcn_calendar_span *spans;
};

/** A compilation under way. Open: on its caller's stack. Raws are NULL for files that did not load;
 * the caller owns raws and files. */
struct tcn_compile_clocks {
    struct tcn_policy_file calendars_file;
    struct tcn_policy_file clocks_file;
    struct tcn_policy_errors *errors;
    const struct tcn_raw_calendars *calendars;
    const struct tcn_raw_clocks *clocks;
    const char *level_ids[TCN_LEVELS_MAX]; /**< of accidents; lent */
    uint32_t level_ranks[TCN_LEVELS_MAX];
    uint32_t level_count;                            /**< 0 when the levels did not load */
    const char *flag_ids[TCN_POLICY_ATTRIBUTES_MAX]; /**< of attributes that are flags; lent */
    uint32_t flag_count;
    bool has_attributes;                            /**< false when they did not load */
    const char *domain_ids[TCN_DOMAINS_MAX];        /**< lent */
    const char *domain_procedures[TCN_DOMAINS_MAX]; /**< lent; empty when it names none */
    bool domain_has_scale[TCN_DOMAINS_MAX];
    uint32_t domain_count; /**< 0 when the domains did not load */
    struct tcn_clock_tables *tables;
};

/** Fills the calendar. After a fault the tables are valid memory and nothing else.
 * Errors: TCN_NOMEM. Faults are not errors. Thread: any, one at a time for each compilation. */
TCN_MUST_CHECK enum tcn_status tcn_compile_calendar(struct tcn_compile_clocks *compile);

/** Fills the rules, as tcn_compile_calendar does.
 * Errors: TCN_NOMEM. Thread: any, one at a time for each compilation. */
TCN_MUST_CHECK enum tcn_status tcn_compile_clocks(struct tcn_compile_clocks *compile);

/** The place of a rule of the table in its file, to note a fault of it. Owns: lent until the source
 * is destroyed. Thread: any. */
struct tcn_values tcn_clock_source_at(const struct tcn_clock_source *source, uint32_t rule,
                                      struct tcn_policy_errors *errors);

#endif
