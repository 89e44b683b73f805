/* SPDX-License-Identifier: Apache-2.0 */
#include "model/rules.h"

const struct tcn_domain_rules *tcn_rules_domain(const struct tcn_rules *rules,
                                                struct tcn_slice id) {
    for (uint32_t i = 0; i < rules->domain_count; i++) {
        if (tcn_slice_is_text(id, rules->domains[i].id)) {
            return &rules->domains[i];
        }
    }
    return NULL;
}

const struct tcn_level *tcn_rules_accident_level(const struct tcn_rules *rules, uint32_t rank) {
    for (uint32_t i = 0; rules != NULL && rank != 0 && i < rules->level_count; i++) {
        if (rules->levels[i].kind == TCN_LEVEL_ACCIDENT && rules->levels[i].rank == rank) {
            return &rules->levels[i];
        }
    }
    return NULL;
}

const char *tcn_attribute_kind_name(enum tcn_attribute_kind kind) {
    static const char *const names[] = {"none", "number", "text", "flag"};
    return (unsigned)kind <= TCN_ATTRIBUTE_FLAG ? names[kind] : "none";
}

const char *tcn_level_kind_name(enum tcn_level_kind kind) {
    static const char *const names[] = {"none", "accident", "warning", "response"};
    return (unsigned)kind <= TCN_LEVEL_RESPONSE ? names[kind] : "none";
}

const char *tcn_threshold_measure(const struct tcn_rules *rules,
                                  const struct tcn_threshold *threshold) {
    static const char *const names[] = {"none", "deaths", "serious_injuries", "loss_fen"};
    if (threshold->measure == TCN_MEASURE_ATTRIBUTE && threshold->attribute > 0 &&
        threshold->attribute <= rules->attribute_count) {
        return rules->attributes[threshold->attribute - 1].id;
    }
    return (unsigned)threshold->measure <= TCN_MEASURE_LOSS_FEN ? names[threshold->measure]
                                                                : "none";
}
