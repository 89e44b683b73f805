/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retention.yaml: how long anything is kept, and from when that counts. Source: 个人信息保护法 Art.
 * 19, 47.
 */
#include "policy/compile_plans.h"

#include <string.h>

/** One entry as it is written. */
struct tcn_raw_retention {
    char *id;
    char **domains;
    uint32_t domains_count;
    char *is_guarded;
    char *what;
    char *from;
    char *unit;
    char *amount;
    char *article;
    char *confidence;
};

/** retention.yaml. */
struct tcn_raw_retentions {
    struct tcn_raw_retention *periods;
    uint32_t periods_count;
};

static const cyaml_schema_field_t retention_fields[] = {
    TCN_RAW_TEXT(tcn_raw_retention, id),
    TCN_RAW_LIST(tcn_raw_retention, domains, &tcn_schema_word, TCN_PLAN_DOMAINS_MAX),
    TCN_RAW_TEXT(tcn_raw_retention, is_guarded),
    TCN_RAW_TEXT(tcn_raw_retention, what),
    TCN_RAW_TEXT(tcn_raw_retention, from),
    TCN_RAW_TEXT(tcn_raw_retention, unit),
    TCN_RAW_TEXT(tcn_raw_retention, amount),
    TCN_RAW_TEXT(tcn_raw_retention, article),
    TCN_RAW_TEXT(tcn_raw_retention, confidence),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t retention_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct tcn_raw_retention, retention_fields)};

static const cyaml_schema_field_t retentions_fields[] = {
    TCN_RAW_LIST(tcn_raw_retentions, periods, &retention_value, TCN_RETENTION_RULES_MAX),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t tcn_schema_retention = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct tcn_raw_retentions, retentions_fields)};

static const char *const what_words[] = {"sealed", "open"};
static const char *const from_words[] = {"closed", "final", "approved", "recorded"};
static const char *const unit_words[] = {"days", "months", "years"};

/** The days of a period, as a comparison needs them. */
static uint32_t days_of(const struct tcn_retention_rule *rule) {
    static const uint32_t days[] = {0, 1, 30, 365};
    return rule->amount * days[rule->unit];
}

/** One period for each domain, and no text outlives the envelope that says whose it is. */
static void check_others(const struct tcn_plan_entry *entry, const struct tcn_retention_rule *rows,
                         uint32_t index) {
    const struct tcn_retention_rule *rule = &rows[index];
    for (uint32_t i = 0; i < index; i++) {
        const struct tcn_retention_rule *other = &rows[i];
        if (other->is_guarded != rule->is_guarded || rule->what == 0 || other->what == 0 ||
            !tcn_plan_domains_meet(&other->domains, &rule->domains)) {
            continue;
        }
        if (other->what == rule->what) {
            tcn_value_fault(&entry->values, "domains", "\"%s\" says it of these domains already",
                            other->id);
            return;
        }
        const struct tcn_retention_rule *sealed = rule->what == TCN_RETENTION_SEALED ? rule : other;
        const struct tcn_retention_rule *open = sealed == rule ? other : rule;
        if (sealed->from == open->from && days_of(sealed) > days_of(open)) {
            tcn_value_fault(&entry->values, "amount",
                            "expected the sealed part to go first: \"%s\" and this one", other->id);
            return;
        }
    }
}

static void compile_rule(struct tcn_compile_plans *compile, const struct tcn_raw_retention *raw,
                         uint32_t index) {
    struct tcn_retention_rule *rows = compile->tables->retentions;
    struct tcn_retention_rule *rule = &rows[index];
    struct tcn_plan_entry entry = tcn_plan_entry_at(compile, TCN_PLAN_RETENTION, "periods", index);
    const struct tcn_range amounts = {.min = 1, .max = TCN_RETENTION_AMOUNT_MAX, .fallback = 0};
    tcn_plan_id(&entry, raw->id, (struct tcn_plan_rows){rows, sizeof(*rows), index}, rule->id);
    rule->domains.count =
        tcn_plan_copy(&entry, (struct tcn_plan_list){"domains", raw->domains, raw->domains_count},
                      "domain", &compile->domains, rule->domains.ids);
    rule->is_guarded = tcn_value_flag(&entry.values, "is_guarded", raw->is_guarded, false);
    rule->what = (enum tcn_retention_what)tcn_plan_choose(&entry, "what", raw->what,
                                                          (struct tcn_value_words){what_words, 2});
    rule->from = (enum tcn_retention_from)tcn_plan_choose(&entry, "from", raw->from,
                                                          (struct tcn_value_words){from_words, 4});
    rule->unit = (enum tcn_retention_unit)tcn_plan_choose(&entry, "unit", raw->unit,
                                                          (struct tcn_value_words){unit_words, 3});
    rule->amount = (uint32_t)tcn_value_number(&entry.values, "amount", raw->amount, amounts);
    tcn_plan_origin(&entry, raw->article, raw->confidence, &rule->origin);
    check_others(&entry, rows, index);
    if (rule->is_guarded && rule->what == TCN_RETENTION_SEALED &&
        rule->from == TCN_RETENTION_CLOSED) {
        tcn_value_fault(&entry.values, "from",
                        "expected final: review and recheck come after closing and need the texts");
    }
}

enum tcn_status tcn_compile_retention(struct tcn_compile_plans *compile) {
    const struct tcn_raw_retentions *raw = compile->raws[TCN_PLAN_RETENTION];
    void *made = NULL;
    if (raw == NULL) {
        return TCN_OK;
    }
    enum tcn_status status =
        tcn_plan_make(compile, TCN_PLAN_RETENTION, "periods", raw->periods_count,
                      sizeof(*compile->tables->retentions), &made);
    compile->tables->retentions = made;
    for (uint32_t i = 0; made != NULL && i < raw->periods_count; i++) {
        compile_rule(compile, &raw->periods[i], i);
    }
    compile->tables->plans.retentions = made;
    compile->tables->plans.retention_count = made != NULL ? raw->periods_count : 0;
    return status;
}
