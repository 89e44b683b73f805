/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who reads which sealed text. An agent seals by these rows without asking again, so both
 * directions refuse a row that would show a guarded matter to anybody beside its list.
 */
#include "wire/pb.h"
#include "wire/policy_parts.h"

#include <string.h>

static const struct tcn_scan_rule seal_rules[] = {
    [1] = TCN_RULE_WORD,
    [2] = {.kind = TCN_SCAN_TEXT,
           .count_max = TCN_PLAN_DOMAINS_MAX,
           .min = 1,
           .max = TCN_WORD_BYTES_MAX},
    [3] = TCN_RULE_FLAG,
    [4] = TCN_RULE_NUMBER(TCN_COMPARTMENTS_MAX),
    [5] = TCN_RULE_NUMBER(TCN_SEAL_FIELDS),
    [6] = TCN_RULE_NUMBER(TCN_SEAL_WRAPS),
};

const struct tcn_scan_table tcn_scan_seal_rule = {
    .rules = seal_rules,
    .rule_count = TCN_RULE_COUNT(seal_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(4) | TCN_RULE_BIT(5) | TCN_RULE_BIT(6),
};

/** True when no rule before has its id, or one of its fields for one of its domains. */
static bool is_its_own(const struct tcn_sealing *sealing, uint32_t index) {
    const struct tcn_seal_rule *rule = &sealing->rules[index];
    for (uint32_t i = 0; i < index; i++) {
        const struct tcn_seal_rule *other = &sealing->rules[i];
        const bool is_other = other->is_guarded != rule->is_guarded ||
                              (other->fields & rule->fields) == 0 ||
                              !tcn_plan_domains_meet(&other->domains, &rule->domains);
        if (strcmp(other->id, rule->id) == 0 || !is_other) {
            return false;
        }
    }
    return true;
}

static bool is_rule(const struct tcn_policy *policy, const struct tcn_seal_rule *rule) {
    const uint32_t kind = (uint32_t)rule->compartment;
    bool is_good = rule->id[0] != '\0' && kind > 0 && kind <= TCN_COMPARTMENTS_MAX &&
                   rule->fields > 0 && rule->fields <= TCN_SEAL_FIELDS && rule->wraps > 0 &&
                   rule->wraps <= TCN_SEAL_WRAPS && rule->domains.count <= TCN_PLAN_DOMAINS_MAX &&
                   tcn_seal_rule_fault(rule) == TCN_SEAL_FAULT_NONE;
    for (uint32_t i = 0; is_good && i < rule->domains.count; i++) {
        is_good = tcn_policy_domain(policy, tcn_slice_text(rule->domains.ids[i])) != NULL;
    }
    return is_good;
}

enum tcn_status tcn_policy_seals_check(const struct tcn_policy *policy) {
    const struct tcn_sealing *sealing = policy->sealing;
    if (sealing != NULL && sealing->rule_count > TCN_SEAL_RULES_MAX) {
        return TCN_TOOBIG;
    }
    bool is_good = true;
    for (uint32_t i = 0; sealing != NULL && is_good && i < sealing->rule_count; i++) {
        is_good = is_rule(policy, &sealing->rules[i]) && is_its_own(sealing, i);
    }
    return is_good ? TCN_OK : TCN_BAD_VALUE;
}

enum tcn_status tcn_policy_seals_put(const struct tcn_policy *policy, struct tcn_writer *writer) {
    const struct tcn_sealing *sealing = policy->sealing;
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; sealing != NULL && i < sealing->rule_count && status == TCN_OK; i++) {
        const struct tcn_seal_rule *rule = &sealing->rules[i];
        char *domains[TCN_PLAN_DOMAINS_MAX];
        for (uint32_t k = 0; k < rule->domains.count; k++) {
            domains[k] = tcn_pb_chars(rule->domains.ids[k]);
        }
        Tocsin__V1__SealRule message;
        tocsin__v1__seal_rule__init(&message);
        message.id = tcn_pb_chars(rule->id);
        message.domains = domains;
        message.n_domains = rule->domains.count;
        message.is_guarded = rule->is_guarded;
        message.compartment = (uint32_t)rule->compartment;
        message.fields = rule->fields;
        message.wraps = rule->wraps;
        status = tcn_pb_put_message(TCN_POLICY_FIELD_SEALS, &message.base, writer);
    }
    return status;
}

static void take_rule(const Tocsin__V1__SealRule *message, struct tcn_seal_rule *rule) {
    TCN_CHECK(message->n_domains <= TCN_PLAN_DOMAINS_MAX);
    tcn_pb_take_chars(message->id, rule->id, sizeof(rule->id));
    rule->domains.count = (uint32_t)message->n_domains;
    for (size_t i = 0; i < message->n_domains; i++) {
        tcn_pb_take_chars(message->domains[i], rule->domains.ids[i], sizeof(rule->domains.ids[i]));
    }
    rule->is_guarded = message->is_guarded;
    rule->compartment = (enum tcn_compartment_kind)message->compartment;
    rule->fields = message->fields;
    rule->wraps = message->wraps;
}

enum tcn_status tcn_policy_seals_take(const Tocsin__V1__Policy *found, struct tcn_arena *arena,
                                      struct tcn_policy *policy) {
    if (found->n_seals == 0) {
        return TCN_OK;
    }
    struct tcn_sealing *sealing = tcn_arena_alloc(arena, sizeof(*sealing));
    struct tcn_seal_rule *rules = tcn_arena_alloc(arena, found->n_seals * sizeof(*rules));
    if (sealing == NULL || rules == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < found->n_seals; i++) {
        take_rule(found->seals[i], &rules[i]);
    }
    *sealing = (struct tcn_sealing){.rules = rules, .rule_count = (uint32_t)found->n_seals};
    policy->sealing = sealing;
    return TCN_OK;
}
