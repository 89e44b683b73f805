/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attributes, levels, scales and thresholds of a policy, and what domains add to their rows. One
 * names another by its number in the policy's order, from 1; both directions insist that it is
 * there.
 */
#include "wire/pb.h"
#include "wire/policy_parts.h"

#include <string.h>

#define TITLE_BYTES_MAX 127

static const struct tcn_scan_rule attribute_rules[] = {
    [1] = TCN_RULE_WORD,
    [2] = TCN_RULE_NUMBER(TCN_ATTRIBUTE_FLAG),
    [3] = TCN_RULE_WORD,
    [4] = TCN_RULE_TEXT(TITLE_BYTES_MAX),
    [5] = TCN_RULE_TEXT(TITLE_BYTES_MAX),
    [6] = {.kind = TCN_SCAN_TEXT,
           .count_max = TCN_ATTRIBUTE_VALUES_MAX,
           .min = 1,
           .max = TCN_WORD_BYTES_MAX},
    [7] = TCN_RULE_FLAG,
};

const struct tcn_scan_table tcn_scan_attribute_rule = {
    .rules = attribute_rules,
    .rule_count = TCN_RULE_COUNT(attribute_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2),
};

static const struct tcn_scan_rule level_rules[] = {
    [1] = TCN_RULE_WORD,
    [2] = TCN_RULE_NUMBER(TCN_LEVEL_RESPONSE),
    [3] = TCN_RULE_NUMBER(TCN_LEVELS_MAX),
    [4] = TCN_RULE_TEXT(TITLE_BYTES_MAX),
    [5] = TCN_RULE_TEXT(TITLE_BYTES_MAX),
};

const struct tcn_scan_table tcn_scan_level = {
    .rules = level_rules,
    .rule_count = TCN_RULE_COUNT(level_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(3),
};

static const struct tcn_scan_rule scale_rules[] = {
    [1] = TCN_RULE_WORD,
    [2] = TCN_RULE_TEXT(TITLE_BYTES_MAX),
    [3] = TCN_RULE_TEXT(TITLE_BYTES_MAX),
};

const struct tcn_scan_table tcn_scan_scale = {
    .rules = scale_rules,
    .rule_count = TCN_RULE_COUNT(scale_rules),
    .required = TCN_RULE_BIT(1),
};

static const struct tcn_scan_rule threshold_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_SCALES_MAX),
    [2] = TCN_RULE_NUMBER(TCN_LEVELS_MAX),
    [3] = TCN_RULE_NUMBER(TCN_MEASURE_ATTRIBUTE),
    [4] = TCN_RULE_NUMBER(TCN_POLICY_ATTRIBUTES_MAX),
    [5] = TCN_RULE_U64,
};

const struct tcn_scan_table tcn_scan_threshold = {
    .rules = threshold_rules,
    .rule_count = TCN_RULE_COUNT(threshold_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(3) | TCN_RULE_BIT(5),
};

/** True when the id is there, and no row before the one at `index` has it; each row begins with its
 * id. */
static bool is_id(const void *rows, size_t row_size, uint32_t index) {
    const char *id = (const char *)rows + index * row_size;
    bool is_good = id[0] != '\0';
    for (uint32_t i = 0; i < index; i++) {
        is_good = is_good && strcmp((const char *)rows + i * row_size, id) != 0;
    }
    return is_good;
}

static bool is_attribute(const struct tcn_rules *rules, uint32_t index) {
    const struct tcn_attribute_rule *rule = &rules->attributes[index];
    bool has_unit = rule->unit[0] != '\0';
    bool is_good = is_id(rules->attributes, sizeof(*rule), index) &&
                   rule->kind >= TCN_ATTRIBUTE_NUMBER && rule->kind <= TCN_ATTRIBUTE_FLAG &&
                   has_unit == (rule->kind == TCN_ATTRIBUTE_NUMBER) &&
                   (rule->value_count == 0 || rule->kind == TCN_ATTRIBUTE_TEXT) &&
                   rule->value_count <= TCN_ATTRIBUTE_VALUES_MAX;
    for (uint32_t i = 0; is_good && i < rule->value_count; i++) {
        is_good = is_id(rule->values, sizeof(rule->values[0]), i);
    }
    return is_good;
}

/** True for a rank that is its own, and leaves no hole below it. */
static bool is_level(const struct tcn_rules *rules, uint32_t index) {
    const struct tcn_level *level = &rules->levels[index];
    uint32_t of_kind_count = 0;
    bool is_good = is_id(rules->levels, sizeof(*level), index) &&
                   level->kind >= TCN_LEVEL_ACCIDENT && level->kind <= TCN_LEVEL_RESPONSE &&
                   level->rank > 0;
    for (uint32_t i = 0; i < rules->level_count; i++) {
        bool is_of_kind = rules->levels[i].kind == level->kind;
        of_kind_count += is_of_kind ? 1 : 0;
        is_good = is_good && (!is_of_kind || i == index || rules->levels[i].rank != level->rank);
    }
    return is_good && level->rank <= of_kind_count;
}

static bool is_threshold(const struct tcn_rules *rules, const struct tcn_threshold *threshold) {
    bool is_good = threshold->scale > 0 && threshold->scale <= rules->scale_count &&
                   threshold->level > 0 && threshold->level <= rules->level_count &&
                   threshold->from > 0 && threshold->measure >= TCN_MEASURE_DEATHS &&
                   threshold->measure <= TCN_MEASURE_ATTRIBUTE &&
                   (threshold->attribute != 0) == (threshold->measure == TCN_MEASURE_ATTRIBUTE) &&
                   threshold->attribute <= rules->attribute_count;
    return is_good && rules->levels[threshold->level - 1].kind == TCN_LEVEL_ACCIDENT &&
           (threshold->attribute == 0 ||
            rules->attributes[threshold->attribute - 1].kind == TCN_ATTRIBUTE_NUMBER);
}

static bool is_domain(const struct tcn_rules *rules, const struct tcn_domain_rules *domain,
                      const char *id) {
    bool is_good = strcmp(domain->id, id) == 0 && domain->scale <= rules->scale_count &&
                   domain->attribute_count <= TCN_DOMAIN_ATTRIBUTES_MAX;
    for (uint32_t i = 0; is_good && i < domain->attribute_count; i++) {
        is_good = domain->attributes[i] > 0 && domain->attributes[i] <= rules->attribute_count;
        for (uint32_t k = 0; k < i; k++) {
            is_good = is_good && domain->attributes[k] != domain->attributes[i];
        }
    }
    return is_good;
}

enum tcn_status tcn_policy_rules_check(const struct tcn_policy *policy) {
    const struct tcn_rules *rules = policy->rules;
    if (rules == NULL) {
        return TCN_OK;
    }
    if (rules->attribute_count > TCN_POLICY_ATTRIBUTES_MAX || rules->level_count > TCN_LEVELS_MAX ||
        rules->scale_count > TCN_SCALES_MAX || rules->threshold_count > TCN_THRESHOLDS_MAX) {
        return TCN_TOOBIG;
    }
    bool is_good = rules->domain_count == policy->domain_count;
    for (uint32_t i = 0; is_good && i < rules->attribute_count; i++) {
        is_good = is_attribute(rules, i);
    }
    for (uint32_t i = 0; is_good && i < rules->level_count; i++) {
        is_good = is_level(rules, i);
    }
    for (uint32_t i = 0; is_good && i < rules->scale_count; i++) {
        is_good = is_id(rules->scales, sizeof(rules->scales[0]), i);
    }
    for (uint32_t i = 0; is_good && i < rules->threshold_count; i++) {
        is_good = is_threshold(rules, &rules->thresholds[i]);
    }
    for (uint32_t i = 0; is_good && i < rules->domain_count; i++) {
        is_good = is_domain(rules, &rules->domains[i], policy->domains[i].id);
    }
    return is_good ? TCN_OK : TCN_BAD_VALUE;
}

static enum tcn_status put_attribute(const struct tcn_attribute_rule *rule,
                                     struct tcn_writer *writer) {
    char *values[TCN_ATTRIBUTE_VALUES_MAX];
    for (uint32_t i = 0; i < rule->value_count; i++) {
        values[i] = tcn_pb_chars(rule->values[i]);
    }
    Tocsin__V1__AttributeRule message;
    tocsin__v1__attribute_rule__init(&message);
    message.id = tcn_pb_chars(rule->id);
    message.kind = (Tocsin__V1__AttributeKind)rule->kind;
    message.unit = tcn_pb_chars(rule->unit);
    message.title_zh = tcn_pb_chars(rule->title_zh);
    message.title_en = tcn_pb_chars(rule->title_en);
    message.values = values;
    message.n_values = rule->value_count;
    message.is_of_bureau = rule->is_of_bureau;
    return tcn_pb_put_message(TCN_POLICY_FIELD_ATTRIBUTES, &message.base, writer);
}

static void take_attribute(const Tocsin__V1__AttributeRule *message,
                           struct tcn_attribute_rule *rule) {
    TCN_CHECK(message->n_values <= TCN_ATTRIBUTE_VALUES_MAX);
    rule->kind = (enum tcn_attribute_kind)message->kind;
    rule->value_count = (uint32_t)message->n_values;
    rule->is_of_bureau = message->is_of_bureau;
    tcn_pb_take_chars(message->id, rule->id, sizeof(rule->id));
    tcn_pb_take_chars(message->unit, rule->unit, sizeof(rule->unit));
    tcn_pb_take_chars(message->title_zh, rule->title_zh, sizeof(rule->title_zh));
    tcn_pb_take_chars(message->title_en, rule->title_en, sizeof(rule->title_en));
    for (uint32_t i = 0; i < rule->value_count; i++) {
        tcn_pb_take_chars(message->values[i], rule->values[i], sizeof(rule->values[i]));
    }
}

static enum tcn_status put_level(const struct tcn_level *level, struct tcn_writer *writer) {
    Tocsin__V1__Level message;
    tocsin__v1__level__init(&message);
    message.id = tcn_pb_chars(level->id);
    message.kind = (Tocsin__V1__LevelKind)level->kind;
    message.rank = level->rank;
    message.title_zh = tcn_pb_chars(level->title_zh);
    message.title_en = tcn_pb_chars(level->title_en);
    return tcn_pb_put_message(TCN_POLICY_FIELD_LEVELS, &message.base, writer);
}

static void take_level(const Tocsin__V1__Level *message, struct tcn_level *level) {
    level->kind = (enum tcn_level_kind)message->kind;
    level->rank = message->rank;
    tcn_pb_take_chars(message->id, level->id, sizeof(level->id));
    tcn_pb_take_chars(message->title_zh, level->title_zh, sizeof(level->title_zh));
    tcn_pb_take_chars(message->title_en, level->title_en, sizeof(level->title_en));
}

static enum tcn_status put_scale(const struct tcn_scale *scale, struct tcn_writer *writer) {
    Tocsin__V1__Scale message;
    tocsin__v1__scale__init(&message);
    message.id = tcn_pb_chars(scale->id);
    message.title_zh = tcn_pb_chars(scale->title_zh);
    message.title_en = tcn_pb_chars(scale->title_en);
    return tcn_pb_put_message(TCN_POLICY_FIELD_SCALES, &message.base, writer);
}

static void take_scale(const Tocsin__V1__Scale *message, struct tcn_scale *scale) {
    tcn_pb_take_chars(message->id, scale->id, sizeof(scale->id));
    tcn_pb_take_chars(message->title_zh, scale->title_zh, sizeof(scale->title_zh));
    tcn_pb_take_chars(message->title_en, scale->title_en, sizeof(scale->title_en));
}

static enum tcn_status put_threshold(const struct tcn_threshold *threshold,
                                     struct tcn_writer *writer) {
    Tocsin__V1__Threshold message;
    tocsin__v1__threshold__init(&message);
    message.scale = threshold->scale;
    message.level = threshold->level;
    message.measure = (Tocsin__V1__Measure)threshold->measure;
    message.attribute = threshold->attribute;
    message.at_least = threshold->from;
    return tcn_pb_put_message(TCN_POLICY_FIELD_THRESHOLDS, &message.base, writer);
}

static void take_threshold(const Tocsin__V1__Threshold *message, struct tcn_threshold *threshold) {
    threshold->scale = (uint16_t)message->scale;
    threshold->level = (uint16_t)message->level;
    threshold->measure = (enum tcn_measure)message->measure;
    threshold->attribute = (uint16_t)message->attribute;
    threshold->from = message->at_least;
}

enum tcn_status tcn_policy_rules_put(const struct tcn_policy *policy, struct tcn_writer *writer) {
    static const struct tcn_rules none = {.attributes = NULL};
    const struct tcn_rules *rules = policy->rules != NULL ? policy->rules : &none;
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < rules->attribute_count && status == TCN_OK; i++) {
        status = put_attribute(&rules->attributes[i], writer);
    }
    for (uint32_t i = 0; i < rules->level_count && status == TCN_OK; i++) {
        status = put_level(&rules->levels[i], writer);
    }
    for (uint32_t i = 0; i < rules->scale_count && status == TCN_OK; i++) {
        status = put_scale(&rules->scales[i], writer);
    }
    for (uint32_t i = 0; i < rules->threshold_count && status == TCN_OK; i++) {
        status = put_threshold(&rules->thresholds[i], writer);
    }
    return status;
}

/** What a domain adds to its row. */
static void take_domain(const Tocsin__V1__Domain *message, struct tcn_domain_rules *domain) {
    TCN_CHECK(message->n_attributes <= TCN_DOMAIN_ATTRIBUTES_MAX);
    tcn_pb_take_chars(message->id, domain->id, sizeof(domain->id));
    domain->scale = (uint16_t)message->scale;
    domain->attribute_count = (uint32_t)message->n_attributes;
    for (uint32_t i = 0; i < domain->attribute_count; i++) {
        domain->attributes[i] = (uint16_t)message->attributes[i];
    }
}

static bool has_rules(const Tocsin__V1__Policy *found) {
    bool has_some = found->n_attributes > 0 || found->n_levels > 0 || found->n_scales > 0 ||
                    found->n_thresholds > 0;
    for (size_t i = 0; i < found->n_domains; i++) {
        has_some = has_some || found->domains[i]->n_attributes > 0 || found->domains[i]->scale != 0;
    }
    return has_some;
}

enum tcn_status tcn_policy_rules_take(const Tocsin__V1__Policy *found, struct tcn_arena *arena,
                                      struct tcn_policy *policy) {
    if (!has_rules(found)) {
        return TCN_OK;
    }
    struct tcn_rules *rules = tcn_arena_alloc(arena, sizeof(*rules));
    struct tcn_attribute_rule *attributes =
        tcn_arena_alloc(arena, found->n_attributes * sizeof(*attributes));
    struct tcn_level *levels = tcn_arena_alloc(arena, found->n_levels * sizeof(*levels));
    struct tcn_scale *scales = tcn_arena_alloc(arena, found->n_scales * sizeof(*scales));
    struct tcn_threshold *thresholds =
        tcn_arena_alloc(arena, found->n_thresholds * sizeof(*thresholds));
    struct tcn_domain_rules *domains = tcn_arena_alloc(arena, found->n_domains * sizeof(*domains));
    if (rules == NULL || attributes == NULL || levels == NULL || scales == NULL ||
        thresholds == NULL || domains == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < found->n_attributes; i++) {
        take_attribute(found->attributes[i], &attributes[i]);
    }
    for (size_t i = 0; i < found->n_levels; i++) {
        take_level(found->levels[i], &levels[i]);
    }
    for (size_t i = 0; i < found->n_scales; i++) {
        take_scale(found->scales[i], &scales[i]);
    }
    for (size_t i = 0; i < found->n_thresholds; i++) {
        take_threshold(found->thresholds[i], &thresholds[i]);
    }
    for (size_t i = 0; i < found->n_domains; i++) {
        take_domain(found->domains[i], &domains[i]);
    }
    *rules = (struct tcn_rules){.attributes = attributes,
                                .attribute_count = (uint32_t)found->n_attributes,
                                .levels = levels,
                                .level_count = (uint32_t)found->n_levels,
                                .scales = scales,
                                .scale_count = (uint32_t)found->n_scales,
                                .thresholds = thresholds,
                                .threshold_count = (uint32_t)found->n_thresholds,
                                .domains = domains,
                                .domain_count = (uint32_t)found->n_domains};
    policy->rules = rules;
    return TCN_OK;
}
