/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seal.yaml: which fields of which domains go into which compartment, and who reads it. Source:
 * 个人信息保护法 Art. 6, 28, 51.
 */
#include "policy/compile_plans.h"

#include <string.h>

/** One entry as it is written. */
struct tcn_raw_seal {
    char *id;
    char **domains;
    uint32_t domains_count;
    char *is_guarded;
    char *compartment;
    char **fields;
    uint32_t fields_count;
    char **wraps;
    uint32_t wraps_count;
    char *article;
    char *confidence;
};

/** seal.yaml. */
struct tcn_raw_seals {
    struct tcn_raw_seal *compartments;
    uint32_t compartments_count;
};

static const cyaml_schema_field_t seal_fields[] = {
    TCN_RAW_TEXT(tcn_raw_seal, id),
    TCN_RAW_LIST(tcn_raw_seal, domains, &tcn_schema_word, TCN_PLAN_DOMAINS_MAX),
    TCN_RAW_TEXT(tcn_raw_seal, is_guarded),
    TCN_RAW_TEXT(tcn_raw_seal, compartment),
    TCN_RAW_LIST(tcn_raw_seal, fields, &tcn_schema_word, TCN_PLAN_WORDS_MAX),
    TCN_RAW_LIST(tcn_raw_seal, wraps, &tcn_schema_word, TCN_PLAN_WORDS_MAX),
    TCN_RAW_TEXT(tcn_raw_seal, article),
    TCN_RAW_TEXT(tcn_raw_seal, confidence),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t seal_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct tcn_raw_seal, seal_fields)};

static const cyaml_schema_field_t seals_fields[] = {
    TCN_RAW_LIST(tcn_raw_seals, compartments, &seal_value, TCN_SEAL_RULES_MAX),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t tcn_schema_seal = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct tcn_raw_seals, seals_fields)};

static const char *const compartment_words[] = {"contact", "narrative", "accused", "informant"};
static const char *const field_words[] = {"narrative", "contact",   "place",
                                          "accused",   "informant", "attributes"};
static const char *const wrap_words[] = {"owner", "co_recipients", "desk_escrow", "allow_list"};

_Static_assert(TCN_COMPARTMENT_CONTACT == 1 && TCN_COMPARTMENT_NARRATIVE == 2 &&
                   TCN_COMPARTMENT_ACCUSED == 3 && TCN_COMPARTMENT_INFORMANT == 4,
               "a compartment's number is its word's place");

/** Where a fault of a rule stands, and what is said of it. */
struct told {
    const char *field;
    const char *text;
};

static const struct told faults[] = {
    [TCN_SEAL_FAULT_ONLY_LIST] = {"wraps",
                                  "expected [allow_list]: nobody else reads a guarded matter"},
    [TCN_SEAL_FAULT_NO_LIST] = {"wraps", "expected no allow_list: only a guarded matter has one"},
    [TCN_SEAL_FAULT_OWNER] = {"wraps", "expected owner: whoever must act reads it"},
    [TCN_SEAL_FAULT_COMPARTMENT] = {"fields",
                                    "expected what the compartment is named after: a text keeps "
                                    "its name"},
    [TCN_SEAL_FAULT_PLACE] = {"fields",
                              "expected contact and place together: they are one text of a draft"},
    [TCN_SEAL_FAULT_ATTRIBUTES] = {"fields",
                                   "expected no attributes: the log judges a matter by them, "
                                   "unless it is guarded"},
};

/** What one field said wrong already leaves nothing to judge. */
static void check_rule(const struct tcn_plan_entry *entry, const struct tcn_seal_rule *rule) {
    if (rule->compartment == TCN_COMPARTMENT_NONE || rule->fields == 0 || rule->wraps == 0) {
        return;
    }
    const struct told *told = &faults[tcn_seal_rule_fault(rule)];
    if (told->text != NULL) {
        tcn_value_fault(&entry->values, told->field, "%s", told->text);
    }
}

/** A field goes into one compartment. */
static void check_fields(const struct tcn_plan_entry *entry, const struct tcn_seal_rule *rows,
                         uint32_t index) {
    for (uint32_t i = 0; i < index; i++) {
        if (rows[i].is_guarded == rows[index].is_guarded &&
            (rows[i].fields & rows[index].fields) != 0 &&
            tcn_plan_domains_meet(&rows[i].domains, &rows[index].domains)) {
            tcn_value_fault(&entry->values, "fields",
                            "expected each field once; \"%s\" has one of them for these domains",
                            rows[i].id);
            return;
        }
    }
}

static void compile_rule(struct tcn_compile_plans *compile, const struct tcn_raw_seal *raw,
                         uint32_t index) {
    struct tcn_seal_rule *rows = compile->tables->seals;
    struct tcn_seal_rule *rule = &rows[index];
    struct tcn_plan_origin origin; /* a reader of the file wants it, an agent does not */
    struct tcn_plan_entry entry = tcn_plan_entry_at(compile, TCN_PLAN_SEAL, "compartments", index);
    tcn_plan_id(&entry, raw->id, (struct tcn_plan_rows){rows, sizeof(*rows), index}, rule->id);
    rule->domains.count =
        tcn_plan_copy(&entry, (struct tcn_plan_list){"domains", raw->domains, raw->domains_count},
                      "domain", &compile->domains, rule->domains.ids);
    rule->is_guarded = tcn_value_flag(&entry.values, "is_guarded", raw->is_guarded, false);
    rule->compartment = (enum tcn_compartment_kind)tcn_plan_choose(
        &entry, "compartment", raw->compartment,
        (struct tcn_value_words){compartment_words, TCN_COMPARTMENTS_MAX});
    rule->fields =
        tcn_plan_bits(&entry, (struct tcn_plan_list){"fields", raw->fields, raw->fields_count},
                      (struct tcn_value_words){field_words, 6});
    rule->wraps =
        tcn_plan_bits(&entry, (struct tcn_plan_list){"wraps", raw->wraps, raw->wraps_count},
                      (struct tcn_value_words){wrap_words, 4});
    tcn_plan_origin(&entry, raw->article, raw->confidence, &origin);
    check_rule(&entry, rule);
    check_fields(&entry, rows, index);
}

enum tcn_status tcn_compile_seal(struct tcn_compile_plans *compile) {
    const struct tcn_raw_seals *raw = compile->raws[TCN_PLAN_SEAL];
    void *made = NULL;
    if (raw == NULL) {
        return TCN_OK;
    }
    enum tcn_status status =
        tcn_plan_make(compile, TCN_PLAN_SEAL, "compartments", raw->compartments_count,
                      sizeof(*compile->tables->seals), &made);
    compile->tables->seals = made;
    for (uint32_t i = 0; made != NULL && i < raw->compartments_count; i++) {
        compile_rule(compile, &raw->compartments[i], i);
    }
    compile->tables->plans.seals = made;
    compile->tables->plans.seal_count = made != NULL ? raw->compartments_count : 0;
    return status;
}
