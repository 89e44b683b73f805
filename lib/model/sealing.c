/* SPDX-License-Identifier: Apache-2.0 */
#include "model/sealing.h"

#include <string.h>

/** What each compartment's own text is, and what else may stand with it. */
static const uint32_t own_fields[] = {
    [TCN_COMPARTMENT_NONE] = 0,
    [TCN_COMPARTMENT_CONTACT] = TCN_SEAL_CONTACT | TCN_SEAL_PLACE,
    [TCN_COMPARTMENT_NARRATIVE] = TCN_SEAL_NARRATIVE,
    [TCN_COMPARTMENT_ACCUSED] = TCN_SEAL_ACCUSED,
    [TCN_COMPARTMENT_INFORMANT] = TCN_SEAL_INFORMANT,
};

_Static_assert(sizeof(own_fields) / sizeof(own_fields[0]) == TCN_COMPARTMENTS_MAX + 1,
               "every compartment has a text");

bool tcn_plan_domains_meet(const struct tcn_plan_domains *left,
                           const struct tcn_plan_domains *right) {
    if (left->count == 0 || right->count == 0) {
        return left->count == right->count;
    }
    for (uint32_t i = 0; i < left->count; i++) {
        for (uint32_t k = 0; k < right->count; k++) {
            if (strcmp(left->ids[i], right->ids[k]) == 0) {
                return true;
            }
        }
    }
    return false;
}

enum tcn_seal_fault tcn_seal_rule_fault(const struct tcn_seal_rule *rule) {
    TCN_CHECK((uint32_t)rule->compartment <= TCN_COMPARTMENTS_MAX);
    const uint32_t together = rule->fields & (TCN_SEAL_CONTACT | TCN_SEAL_PLACE);
    if (rule->is_guarded && rule->wraps != TCN_SEAL_ALLOW_LIST) {
        return TCN_SEAL_FAULT_ONLY_LIST;
    }
    if (!rule->is_guarded && (rule->wraps & TCN_SEAL_ALLOW_LIST) != 0) {
        return TCN_SEAL_FAULT_NO_LIST;
    }
    if (!rule->is_guarded && (rule->wraps & TCN_SEAL_OWNER) == 0) {
        return TCN_SEAL_FAULT_OWNER;
    }
    if ((rule->fields & ~(own_fields[rule->compartment] | TCN_SEAL_ATTRIBUTES)) != 0) {
        return TCN_SEAL_FAULT_COMPARTMENT;
    }
    if (together != 0 && together != (TCN_SEAL_CONTACT | TCN_SEAL_PLACE)) {
        return TCN_SEAL_FAULT_PLACE;
    }
    return !rule->is_guarded && (rule->fields & TCN_SEAL_ATTRIBUTES) != 0
               ? TCN_SEAL_FAULT_ATTRIBUTES
               : TCN_SEAL_FAULT_NONE;
}

/** True when the rule names the domain. */
static bool is_named(const struct tcn_seal_rule *rule, struct tcn_slice domain) {
    for (uint32_t i = 0; i < rule->domains.count; i++) {
        if (tcn_slice_is_text(domain, rule->domains.ids[i])) {
            return true;
        }
    }
    return false;
}

const struct tcn_seal_rule *tcn_sealing_rule(const struct tcn_sealing *sealing,
                                             struct tcn_slice domain, bool is_guarded,
                                             enum tcn_seal_field field) {
    const struct tcn_seal_rule *found = NULL;
    for (uint32_t i = 0; sealing != NULL && i < sealing->rule_count; i++) {
        const struct tcn_seal_rule *rule = &sealing->rules[i];
        if (rule->is_guarded != is_guarded || (rule->fields & (uint32_t)field) == 0) {
            continue;
        }
        if (is_named(rule, domain)) {
            return rule;
        }
        found = rule->domains.count == 0 ? rule : found;
    }
    return found;
}

uint32_t tcn_seal_field_of(enum tcn_compartment_kind kind) {
    const uint32_t number = (uint32_t)kind;
    const uint32_t fields = number <= TCN_COMPARTMENTS_MAX ? own_fields[number] : 0;
    return fields & ~(uint32_t)TCN_SEAL_PLACE;
}
