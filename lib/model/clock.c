/* SPDX-License-Identifier: Apache-2.0 */
#include "model/clock.h"

#define UNIT_COUNT 9u

const struct tcn_clock_rule *tcn_clock_rule_find(const struct tcn_clock_table *table,
                                                 struct tcn_slice id) {
    for (uint32_t i = 0; i < table->rule_count; i++) {
        if (tcn_slice_is_text(id, table->rules[i].id)) {
            return &table->rules[i];
        }
    }
    return NULL;
}

uint32_t tcn_clock_rule_misfits(const struct tcn_clock_rule *rule,
                                const struct tcn_clock_subject *subject) {
    bool is_of_domain = rule->domain_count == 0;
    for (uint32_t i = 0; i < rule->domain_count; i++) {
        is_of_domain = is_of_domain || tcn_slice_is_text(subject->domain, rule->domains[i]);
    }
    bool is_of_kind =
        rule->procedure == TCN_PROCEDURE_NONE || rule->procedure == subject->procedure;
    bool is_of_category =
        rule->category[0] == '\0' || tcn_slice_is_text(subject->category, rule->category);
    const bool is_grave = subject->severity >= rule->severity_min;
    const bool is_excepted = rule->unless[0] != '\0' && subject->is_excepted;
    return (rule->is_enabled ? 0u : TCN_MISFIT_DISABLED) | (is_of_domain ? 0u : TCN_MISFIT_DOMAIN) |
           (is_of_kind ? 0u : TCN_MISFIT_KIND) | (is_of_category ? 0u : TCN_MISFIT_CATEGORY) |
           (is_grave ? 0u : TCN_MISFIT_SEVERITY) |
           (subject->level >= rule->level_min ? 0u : TCN_MISFIT_LEVEL) |
           (is_excepted ? TCN_MISFIT_UNLESS : 0u);
}

bool tcn_clock_rule_fits(const struct tcn_clock_rule *rule,
                         const struct tcn_clock_subject *subject) {
    return tcn_clock_rule_misfits(rule, subject) == 0;
}

const char *tcn_clock_table_unless(const struct tcn_clock_table *table) {
    for (uint32_t i = 0; i < table->rule_count; i++) {
        if (table->rules[i].unless[0] != '\0') {
            return table->rules[i].unless;
        }
    }
    return "";
}

bool tcn_clock_is_triggered(const struct tcn_clock_trigger *triggers, uint32_t count,
                            enum tcn_act act, struct tcn_slice reason, enum tcn_stage stage) {
    for (uint32_t i = 0; act != TCN_ACT_NONE && i < count; i++) {
        const struct tcn_clock_trigger *trigger = &triggers[i];
        if (trigger->act == act &&
            (trigger->reason[0] == '\0' || tcn_slice_is_text(reason, trigger->reason)) &&
            (trigger->stage == TCN_STAGE_NONE || trigger->stage == stage)) {
            return true;
        }
    }
    return false;
}

bool tcn_clock_is_bare(enum tcn_clock_unit unit) {
    return unit == TCN_CLOCK_AT_ONCE || unit == TCN_CLOCK_UNTIL;
}

const char *tcn_clock_unit_name(enum tcn_clock_unit unit) {
    static const char *const names[UNIT_COUNT] = {"none",   "at_once",       "minutes",
                                                  "hours",  "calendar_days", "working_days",
                                                  "months", "years",         "until"};
    return (unsigned)unit < UNIT_COUNT ? names[unit] : "none";
}

const char *tcn_clock_bound_name(enum tcn_clock_bound bound) {
    static const char *const names[] = {"none", "at_most", "at_least", "window"};
    return (unsigned)bound <= TCN_CLOCK_WINDOW ? names[bound] : "none";
}

const char *tcn_clock_time_name(enum tcn_clock_time time) {
    static const char *const names[] = {"none", "learned", "recorded", "occurred", "first"};
    return (unsigned)time <= TCN_CLOCK_FIRST ? names[time] : "none";
}

const char *tcn_clock_owes_name(enum tcn_clock_owes owes) {
    static const char *const names[] = {"none", "holder", "office", "desk", "outside"};
    return (unsigned)owes <= TCN_CLOCK_OUTSIDE ? names[owes] : "none";
}

const char *tcn_clock_confidence_name(enum tcn_clock_confidence confidence) {
    static const char *const names[] = {"none", "H", "M", "proposal"};
    return (unsigned)confidence <= TCN_CLOCK_PROPOSAL ? names[confidence] : "none";
}

uint32_t tcn_clock_amount_max(enum tcn_clock_unit unit) {
    static const uint32_t amounts[UNIT_COUNT] = {[TCN_CLOCK_MINUTES] = TCN_CLOCK_MINUTES_MAX,
                                                 [TCN_CLOCK_HOURS] = TCN_CLOCK_HOURS_MAX,
                                                 [TCN_CLOCK_CALENDAR_DAYS] = TCN_CLOCK_DAYS_MAX,
                                                 [TCN_CLOCK_WORKING_DAYS] = TCN_CLOCK_DAYS_MAX,
                                                 [TCN_CLOCK_MONTHS] = TCN_CLOCK_MONTHS_MAX,
                                                 [TCN_CLOCK_YEARS] = TCN_CLOCK_YEARS_MAX};
    return (unsigned)unit < UNIT_COUNT ? amounts[unit] : 0;
}
