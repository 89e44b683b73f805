/* SPDX-License-Identifier: Apache-2.0 */
/*
 * levels.yaml: how bad an accident was, how bad it may become, how much is brought to bear, and
 * the thresholds that give the first.
 */
#include "policy/compile_rules.h"

#include <inttypes.h>
#include <string.h>

static const cyaml_schema_field_t level_fields[] = {
    TCN_RAW_TEXT(tcn_raw_level, id),       TCN_RAW_TEXT(tcn_raw_level, kind),
    TCN_RAW_TEXT(tcn_raw_level, rank),     TCN_RAW_TEXT(tcn_raw_level, title_zh),
    TCN_RAW_TEXT(tcn_raw_level, title_en), CYAML_FIELD_END,
};

static const cyaml_schema_field_t scale_fields[] = {
    TCN_RAW_TEXT(tcn_raw_scale, id),
    TCN_RAW_TEXT(tcn_raw_scale, title_zh),
    TCN_RAW_TEXT(tcn_raw_scale, title_en),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t threshold_fields[] = {
    TCN_RAW_TEXT(tcn_raw_threshold, scale),
    TCN_RAW_TEXT(tcn_raw_threshold, measure),
    TCN_RAW_TEXT(tcn_raw_threshold, level),
    TCN_RAW_TEXT(tcn_raw_threshold, from),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t level_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct tcn_raw_level, level_fields)};
static const cyaml_schema_value_t scale_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct tcn_raw_scale, scale_fields)};
static const cyaml_schema_value_t threshold_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct tcn_raw_threshold, threshold_fields)};

static const cyaml_schema_field_t levels_fields[] = {
    TCN_RAW_LIST(tcn_raw_levels, levels, &level_value, TCN_LEVELS_MAX),
    TCN_RAW_LIST(tcn_raw_levels, scales, &scale_value, TCN_SCALES_MAX),
    TCN_RAW_LIST(tcn_raw_levels, thresholds, &threshold_value, TCN_THRESHOLDS_MAX),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t tcn_schema_levels = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct tcn_raw_levels, levels_fields)};

static const char *const kind_words[] = {"accident", "warning", "response"};
static const enum tcn_level_kind kinds[] = {TCN_LEVEL_ACCIDENT, TCN_LEVEL_WARNING,
                                            TCN_LEVEL_RESPONSE, TCN_LEVEL_NONE};

/* Measures that every event has; an attribute's id beside them. */
static const char *const count_words[] = {"deaths", "serious_injuries", "loss_fen"};
static const enum tcn_measure count_measures[] = {TCN_MEASURE_DEATHS, TCN_MEASURE_SERIOUS_INJURIES,
                                                  TCN_MEASURE_LOSS_FEN};

#define COUNT_WORDS (sizeof(count_words) / sizeof(count_words[0]))

static void compile_level(struct tcn_compile *compile, const struct tcn_raw_level *raw,
                          uint32_t index) {
    struct tcn_level *levels = compile->tables->rules.levels;
    struct tcn_level *level = &levels[index];
    struct tcn_values values = tcn_rules_at(compile, TCN_PART_LEVELS, "levels", index);
    struct tcn_range range = {.min = 1, .max = TCN_LEVELS_MAX, .fallback = 0};
    tcn_rules_id(&values, raw->id, tcn_rules_levels(compile), index, level->id);
    level->kind = kinds[tcn_value_choice(&values, "kind", raw->kind,
                                         (struct tcn_value_words){kind_words, 3})];
    level->rank = (uint32_t)tcn_value_number(&values, "rank", raw->rank, range);
    tcn_rules_titles(&values, raw->title_zh, raw->title_en, level->title_zh, level->title_en);
    for (uint32_t i = 0; i < index; i++) {
        if (level->rank != 0 && levels[i].kind == level->kind && levels[i].rank == level->rank) {
            tcn_value_fault(&values, "rank", "%" PRIu32 " is taken by levels[%" PRIu32 "] \"%s\"",
                            level->rank, i + 1, levels[i].id);
        }
    }
}

/** A rank above the number of levels of its kind leaves a hole below it. */
static void check_ranks(const struct tcn_compile *compile) {
    const struct tcn_rules_tables *tables = &compile->tables->rules;
    for (uint32_t i = 0; i < tables->rules.level_count; i++) {
        const struct tcn_level *level = &tables->levels[i];
        uint32_t count = 0;
        for (uint32_t k = 0; k < tables->rules.level_count; k++) {
            count += tables->levels[k].kind == level->kind ? 1 : 0;
        }
        if (level->kind != TCN_LEVEL_NONE && level->rank > count) {
            struct tcn_values values = tcn_rules_at(compile, TCN_PART_LEVELS, "levels", i);
            tcn_value_fault(&values, "rank",
                            "expected ranks without holes: from 1 to %" PRIu32 " for this kind",
                            count);
        }
    }
}

static void compile_scale(struct tcn_compile *compile, const struct tcn_raw_scale *raw,
                          uint32_t index) {
    struct tcn_scale *scale = &compile->tables->rules.scales[index];
    struct tcn_values values = tcn_rules_at(compile, TCN_PART_LEVELS, "scales", index);
    tcn_rules_id(&values, raw->id, tcn_rules_scales(compile), index, scale->id);
    tcn_rules_titles(&values, raw->title_zh, raw->title_en, scale->title_zh, scale->title_en);
}

/** The number of an attribute, from 1; 0 when there is none of this id. */
static uint16_t find_attribute(const struct tcn_compile *compile, const char *id) {
    const struct tcn_rules_tables *tables = &compile->tables->rules;
    for (uint32_t i = 0; i < tables->rules.attribute_count; i++) {
        if (strcmp(tables->attributes[i].id, id) == 0) {
            return (uint16_t)(i + 1);
        }
    }
    return 0;
}

/** Says which measures there are: the counts, and the attributes. */
static void refuse_measure(const struct tcn_compile *compile, const struct tcn_values *values,
                           const char *raw) {
    const struct tcn_rules_tables *tables = &compile->tables->rules;
    const char *words[COUNT_WORDS + TCN_POLICY_ATTRIBUTES_MAX];
    memcpy(words, count_words, sizeof(count_words));
    size_t count = COUNT_WORDS;
    for (uint32_t i = 0; i < tables->rules.attribute_count; i++) {
        words[count++] = tables->attributes[i].id;
    }
    tcn_compile_unknown(compile, values, "measure", raw,
                        (struct tcn_compile_words){TCN_PART_ATTRIBUTES, "measure", {words, count}});
}

/** One of the counts, or a number that domains declare. */
static void compile_measure(const struct tcn_compile *compile, const struct tcn_values *values,
                            const char *raw, struct tcn_threshold *threshold) {
    if (!tcn_value_is_there(values, "measure", raw,
                            "deaths, serious_injuries, loss_fen or an attribute")) {
        return;
    }
    for (size_t i = 0; i < COUNT_WORDS; i++) {
        if (strcmp(raw, count_words[i]) == 0) {
            threshold->measure = count_measures[i];
            return;
        }
    }
    threshold->attribute = find_attribute(compile, raw);
    if (threshold->attribute == 0) {
        refuse_measure(compile, values, raw);
        return;
    }
    threshold->measure = TCN_MEASURE_ATTRIBUTE;
    if (compile->tables->rules.attributes[threshold->attribute - 1].kind != TCN_ATTRIBUTE_NUMBER) {
        tcn_value_fault(values, "measure", "expected an attribute that is a number, \"%s\" is none",
                        raw);
    }
}

/** A word that must be there, and name a row. */
static uint16_t compile_word(const struct tcn_compile *compile, const struct tcn_values *values,
                             struct tcn_word_of word, struct tcn_rows rows) {
    return tcn_value_is_there(values, word.field, word.word, rows.what)
               ? tcn_rules_find(compile, values, word, rows)
               : 0;
}

static void compile_threshold(struct tcn_compile *compile, const struct tcn_raw_threshold *raw,
                              uint32_t index) {
    const struct tcn_level *levels = compile->tables->rules.levels;
    struct tcn_threshold *threshold = &compile->tables->rules.thresholds[index];
    struct tcn_values values = tcn_rules_at(compile, TCN_PART_LEVELS, "thresholds", index);
    struct tcn_range range = {.min = 1, .max = INT64_MAX, .fallback = 0};
    threshold->scale = compile_word(compile, &values, (struct tcn_word_of){"scale", raw->scale},
                                    tcn_rules_scales(compile));
    threshold->level = compile_word(compile, &values, (struct tcn_word_of){"level", raw->level},
                                    tcn_rules_levels(compile));
    if (threshold->level != 0 && levels[threshold->level - 1].kind != TCN_LEVEL_ACCIDENT) {
        tcn_value_fault(&values, "level", "expected a level of kind accident, \"%s\" is none",
                        raw->level);
    }
    compile_measure(compile, &values, raw->measure, threshold);
    threshold->from = tcn_value_number(&values, "from", raw->from, range);
}

/** True when both look at the same thing on the same scale. */
static bool is_comparable(const struct tcn_threshold *left, const struct tcn_threshold *right) {
    return left->scale != 0 && left->scale == right->scale && left->level != 0 &&
           right->level != 0 && left->measure != TCN_MEASURE_NONE &&
           left->measure == right->measure && left->attribute == right->attribute &&
           left->from != 0 && right->from != 0;
}

/** A threshold is never the one that decides when a worse level begins at or below it. */
static void check_reached(const struct tcn_compile *compile, uint32_t index) {
    const struct tcn_rules_tables *tables = &compile->tables->rules;
    const struct tcn_threshold *threshold = &tables->thresholds[index];
    struct tcn_values values = tcn_rules_at(compile, TCN_PART_LEVELS, "thresholds", index);
    for (uint32_t i = 0; i < tables->rules.threshold_count; i++) {
        const struct tcn_threshold *other = &tables->thresholds[i];
        if (i == index || !is_comparable(threshold, other)) {
            continue;
        }
        const struct tcn_level *level = &tables->levels[other->level - 1];
        if (other->level == threshold->level && i < index) {
            tcn_value_fault(&values, "level", "\"%s\" has this measure in thresholds[%" PRIu32 "]",
                            level->id, i + 1);
        } else if (level->rank > tables->levels[threshold->level - 1].rank &&
                   other->from <= threshold->from) {
            tcn_value_fault(&values, "from",
                            "is never reached: \"%s\" begins at %" PRIu64 " in thresholds[%" PRIu32
                            "]",
                            level->id, other->from, i + 1);
        }
    }
}

/** A scale without thresholds would call every accident the mildest. */
static void check_scale(const struct tcn_compile *compile, uint32_t index) {
    const struct tcn_rules_tables *tables = &compile->tables->rules;
    for (uint32_t i = 0; i < tables->rules.threshold_count; i++) {
        if (tables->thresholds[i].scale == index + 1) {
            return;
        }
    }
    if (compile->is_whole[TCN_PART_LEVELS]) {
        struct tcn_values values = tcn_rules_at(compile, TCN_PART_LEVELS, "scales", index);
        tcn_value_fault(&values, "id", "expected at least one threshold of this scale");
    }
}

void tcn_compile_levels(struct tcn_compile *compile) {
    const struct tcn_raw_levels *raws = compile->raws[TCN_PART_LEVELS];
    const struct tcn_rules *rules = &compile->tables->rules.rules;
    for (uint32_t i = 0; i < rules->level_count; i++) {
        compile_level(compile, &raws->levels[i], i);
    }
    check_ranks(compile);
    for (uint32_t i = 0; i < rules->scale_count; i++) {
        compile_scale(compile, &raws->scales[i], i);
    }
    for (uint32_t i = 0; i < rules->threshold_count; i++) {
        compile_threshold(compile, &raws->thresholds[i], i);
    }
    for (uint32_t i = 0; i < rules->threshold_count; i++) {
        check_reached(compile, i);
    }
    for (uint32_t i = 0; i < rules->scale_count; i++) {
        check_scale(compile, i);
    }
}
