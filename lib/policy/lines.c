/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lines.yaml says of a line beside its name: what warns of harm on it, and what is a breach.
 * There is no key for how many petitions anybody filed, and none for how long nothing happened.
 */
#include "policy/compile_rules.h"

#include <string.h>

static const char *const severity_words[] = {"routine", "serious", "urgent", "danger"};

/** How grave an open matter must be to warn. */
static enum tcn_severity severity_of(const struct tcn_values *values, const char *raw) {
    const struct tcn_value_words words = {severity_words,
                                          sizeof(severity_words) / sizeof(severity_words[0])};
    if (raw == NULL || raw[0] == '\0') {
        return TCN_SEVERITY_UNKNOWN;
    }
    const size_t at = tcn_value_choice(values, "warning_severity", raw, words);
    return at < words.count ? (enum tcn_severity)(at + 1) : TCN_SEVERITY_UNKNOWN;
}

/** The rank of the level of accidents that a word names. */
static uint32_t level_of(const struct tcn_compile *compile, const struct tcn_values *values,
                         const char *raw) {
    const struct tcn_word_of word = {"breach_level", raw};
    const uint16_t number = tcn_rules_find(compile, values, word, tcn_rules_levels(compile));
    if (number == 0) {
        return 0;
    }
    const struct tcn_level *level = &compile->tables->rules.levels[number - 1];
    if (level->kind != TCN_LEVEL_ACCIDENT) {
        tcn_value_fault(values, "breach_level", "\"%s\" is no level of accidents", raw);
        return 0;
    }
    return level->rank;
}

void tcn_compile_lines(struct tcn_compile *compile) {
    const struct tcn_range people = {.min = 0, .max = 1000000, .fallback = 0};
    const struct tcn_range days = {.min = 0, .max = 3660, .fallback = 0};
    const uint32_t count = compile->lines != NULL ? compile->tables->policy.line_count : 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct tcn_raw_line *raw = &compile->lines->lines[i];
        struct tcn_line *line = &compile->tables->lines[i];
        const struct tcn_values values = tcn_rules_at(compile, TCN_PART_LINES, "lines", i);
        line->warning_severity = severity_of(&values, raw->warning_severity);
        line->breach_level = level_of(compile, &values, raw->breach_level);
        line->breach_deaths =
            tcn_value_number(&values, "breach_deaths", raw->breach_deaths, people);
        line->breach_injuries =
            tcn_value_number(&values, "breach_injuries", raw->breach_injuries, people);
        line->breach_silent_days = (uint32_t)tcn_value_number(&values, "breach_silent_days",
                                                              raw->breach_silent_days, days);
    }
}
