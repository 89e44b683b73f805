/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attributes.yaml: what events may say beside what every event says. Nothing here may be about a
 * person: an id with a part that names one is refused, so that no policy can make a register.
 */
#include "policy/compile_rules.h"

#include <string.h>

static const cyaml_schema_field_t attribute_fields[] = {
    TCN_RAW_TEXT(tcn_raw_attribute, id),
    TCN_RAW_TEXT(tcn_raw_attribute, kind),
    TCN_RAW_TEXT(tcn_raw_attribute, unit),
    TCN_RAW_TEXT(tcn_raw_attribute, by),
    TCN_RAW_TEXT(tcn_raw_attribute, title_zh),
    TCN_RAW_TEXT(tcn_raw_attribute, title_en),
    TCN_RAW_LIST(tcn_raw_attribute, values, &tcn_schema_word, TCN_ATTRIBUTE_VALUES_MAX),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t attribute_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct tcn_raw_attribute, attribute_fields)};

static const cyaml_schema_field_t attributes_fields[] = {
    TCN_RAW_LIST(tcn_raw_attributes, attributes, &attribute_value, TCN_POLICY_ATTRIBUTES_MAX),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t tcn_schema_attributes = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct tcn_raw_attributes, attributes_fields)};

static const char *const kind_words[] = {"number", "text", "flag"};
static const enum tcn_attribute_kind kinds[] = {TCN_ATTRIBUTE_NUMBER, TCN_ATTRIBUTE_TEXT,
                                                TCN_ATTRIBUTE_FLAG, TCN_ATTRIBUTE_TEXT};

/* Who states an attribute; left out: the first. */
static const char *const stating_words[] = {"reporter", "bureau"};

/* Parts of an id that say who somebody is. Source: 个人信息保护法 Art. 6, 28. */
static const char *const personal[] = {
    "name",      "surname",  "phone",         "telephone",   "mobile",    "idcard",  "passport",
    "plate",     "birth",    "birthday",      "age",         "sex",       "gender",  "religion",
    "ethnic",    "face",     "iris",          "fingerprint", "wechat",    "email",   "account_no",
    "diagnosis", "criminal", "address",       "id_no",       "id_number", "id_card", "identity",
    "person_id", "citizen",  "petitioner_id",
};

/* Parts that make a list of persons, or an order among them: these belong nowhere. Source: 信访工作
 * 条例 Art. 47; docs/explanation/promises.md. */
static const char *const ranking[] = {
    "petitioner", "petitioners", "petitioner_list", "person_list",    "name_list",  "blacklist",
    "watchlist",  "repeat",      "repeats",         "repeat_counter", "score",      "scores",
    "risk_score", "risk_level",  "rating",          "credit_score",   "trajectory", "whereabouts",
};

/** True when the part stands between underscores, or the id's ends. */
static bool has_part(const char *id, const char *part) {
    size_t size = strlen(part);
    for (const char *at = strstr(id, part); at != NULL; at = strstr(at + 1, part)) {
        if ((at == id || at[-1] == '_') && (at[size] == '\0' || at[size] == '_')) {
            return true;
        }
    }
    return false;
}

/** The first of these parts that an id has; NULL when it has none. */
static const char *part_of(const char *id, const char *const *parts, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (has_part(id, parts[i])) {
            return parts[i];
        }
    }
    return NULL;
}

static void check_impersonal(const struct tcn_values *values, const char *id) {
    const char *who = part_of(id, personal, sizeof(personal) / sizeof(personal[0]));
    const char *order = part_of(id, ranking, sizeof(ranking) / sizeof(ranking[0]));
    if (who != NULL) {
        tcn_value_fault(values, "id",
                        "expected nothing about a person; \"%s\" belongs into the sealed part",
                        who);
    } else if (order != NULL) {
        tcn_value_fault(values, "id",
                        "expected nothing that lists or ranks persons; \"%s\" belongs nowhere",
                        order);
    }
}

/** The words that a text may be, each once. */
static void compile_choices(const struct tcn_compile *compile, const struct tcn_values *values,
                            const struct tcn_raw_attribute *raw, struct tcn_attribute_rule *rule) {
    if (raw->values_count > 0 && rule->kind != TCN_ATTRIBUTE_TEXT) {
        tcn_value_fault(values, "values", "expected none: only a text has values to choose from");
        return;
    }
    for (uint32_t i = 0; i < raw->values_count; i++) {
        if (raw->values[i][0] == '\0') {
            tcn_compile_empty(compile, TCN_PART_ATTRIBUTES, values, "values");
            continue;
        }
        tcn_value_word(values, "values", raw->values[i], rule->values[rule->value_count]);
        for (uint32_t k = 0; k < rule->value_count; k++) {
            if (strcmp(rule->values[k], raw->values[i]) == 0) {
                tcn_value_fault(values, "values", "\"%s\" is there already", raw->values[i]);
            }
        }
        rule->value_count++;
    }
}

static void compile_attribute(struct tcn_compile *compile, const struct tcn_raw_attribute *raw,
                              uint32_t index) {
    struct tcn_attribute_rule *rule = &compile->tables->rules.attributes[index];
    struct tcn_values values = tcn_rules_at(compile, TCN_PART_ATTRIBUTES, "attributes", index);
    tcn_rules_id(&values, raw->id, tcn_rules_attributes(compile), index, rule->id);
    check_impersonal(&values, rule->id);
    rule->kind = kinds[tcn_value_choice(&values, "kind", raw->kind,
                                        (struct tcn_value_words){kind_words, 3})];
    tcn_rules_titles(&values, raw->title_zh, raw->title_en, rule->title_zh, rule->title_en);
    if (raw->by != NULL) {
        rule->is_of_bureau = tcn_value_choice(&values, "by", raw->by,
                                              (struct tcn_value_words){stating_words, 2}) == 1;
    }
    if (rule->kind == TCN_ATTRIBUTE_NUMBER) {
        tcn_value_word(&values, "unit", raw->unit, rule->unit);
    } else if (raw->unit != NULL && raw->unit[0] != '\0') {
        tcn_value_fault(&values, "unit", "expected none: only a number has a unit");
    }
    compile_choices(compile, &values, raw, rule);
}

void tcn_compile_attributes(struct tcn_compile *compile) {
    const struct tcn_raw_attributes *raws = compile->raws[TCN_PART_ATTRIBUTES];
    for (uint32_t i = 0; i < compile->tables->rules.rules.attribute_count; i++) {
        compile_attribute(compile, &raws->attributes[i], i);
    }
}
