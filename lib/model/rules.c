/* SPDX-License-Identifier: Apache-2.0 */
#include "model/rules.h"

#include <string.h>

const struct tcn_domain_rules *tcn_rules_domain(const struct tcn_rules *rules,
                                                struct tcn_slice id) {
    for (uint32_t i = 0; i < rules->domain_count; i++) {
        if (tcn_slice_is_text(id, rules->domains[i].id)) {
            return &rules->domains[i];
        }
    }
    return NULL;
}

/** The value of a count, 0 when unknown. */
static uint64_t value_of(const struct tcn_count *count) {
    return count->kind == TCN_COUNT_UNKNOWN ? 0 : count->value;
}

/** The value of a number among an event's attributes, 0 when it is not there or negative. */
static uint64_t number_of(const struct tcn_event *event, const char *name) {
    for (uint32_t i = 0; i < event->attribute_count; i++) {
        const struct tcn_attribute *attribute = &event->attributes[i];
        if (attribute->kind == TCN_ATTRIBUTE_NUMBER && attribute->number > 0 &&
            tcn_slice_is_text(attribute->name, name)) {
            return (uint64_t)attribute->number;
        }
    }
    return 0;
}

/** What a threshold is compared with. */
static uint64_t measured(const struct tcn_rules *rules, const struct tcn_threshold *threshold,
                         const struct tcn_event *event) {
    switch (threshold->measure) {
    case TCN_MEASURE_DEATHS:
        return value_of(&event->counts.deaths);
    case TCN_MEASURE_SERIOUS_INJURIES:
        return value_of(&event->counts.serious_injuries);
    case TCN_MEASURE_LOSS_FEN:
        return value_of(&event->counts.loss_fen);
    case TCN_MEASURE_ATTRIBUTE:
        return number_of(event, rules->attributes[threshold->attribute - 1].id);
    default:
        return 0;
    }
}

uint16_t tcn_rules_level(const struct tcn_rules *rules, uint16_t scale,
                         const struct tcn_event *event) {
    uint16_t found = 0;
    for (uint32_t i = 0; i < rules->level_count; i++) {
        const struct tcn_level *level = &rules->levels[i];
        if (level->kind == TCN_LEVEL_ACCIDENT && level->rank == 1) {
            found = (uint16_t)(i + 1);
        }
    }
    for (uint32_t i = 0; found != 0 && i < rules->threshold_count; i++) {
        const struct tcn_threshold *threshold = &rules->thresholds[i];
        if (threshold->scale == scale && measured(rules, threshold, event) >= threshold->from &&
            rules->levels[threshold->level - 1].rank > rules->levels[found - 1].rank) {
            found = threshold->level;
        }
    }
    return found;
}
