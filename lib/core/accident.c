/* SPDX-License-Identifier: Apache-2.0 */
#include "core/accident.h"

/** A number among an event's attributes; unknown when it is not there or not above 0. */
static struct tcn_count number_of(const struct tcn_event *event, const char *name) {
    for (uint32_t i = 0; i < event->attribute_count; i++) {
        const struct tcn_attribute *attribute = &event->attributes[i];
        if (attribute->kind == TCN_ATTRIBUTE_NUMBER && attribute->number > 0 &&
            tcn_slice_is_text(attribute->name, name)) {
            return (struct tcn_count){TCN_COUNT_AT_LEAST, (uint64_t)attribute->number};
        }
    }
    return (struct tcn_count){TCN_COUNT_UNKNOWN, 0};
}

/** What a threshold looks at. */
static struct tcn_count measured(const struct tcn_rules *rules,
                                 const struct tcn_threshold *threshold,
                                 const struct tcn_event *event) {
    switch (threshold->measure) {
    case TCN_MEASURE_DEATHS:
        return event->counts.deaths;
    case TCN_MEASURE_SERIOUS_INJURIES:
        return event->counts.serious_injuries;
    case TCN_MEASURE_LOSS_FEN:
        return event->counts.loss_fen;
    case TCN_MEASURE_ATTRIBUTE:
        return number_of(event, rules->attributes[threshold->attribute - 1].id);
    default:
        return (struct tcn_count){TCN_COUNT_UNKNOWN, 0};
    }
}

/** The mildest level of accidents; 0 when there is none. */
static uint16_t mildest_of(const struct tcn_rules *rules) {
    for (uint32_t i = 0; i < rules->level_count; i++) {
        if (rules->levels[i].kind == TCN_LEVEL_ACCIDENT && rules->levels[i].rank == 1) {
            return (uint16_t)(i + 1);
        }
    }
    return 0;
}

/** Takes one threshold into account. */
static void judge(struct tcn_accident_found *found, bool *is_firm, struct tcn_count count,
                  const struct tcn_threshold *threshold, const struct tcn_level *levels) {
    if (count.kind == TCN_COUNT_UNKNOWN || count.value < threshold->from) {
        return;
    }
    bool is_here_firm = count.kind != TCN_COUNT_ESTIMATE;
    if (levels[threshold->level - 1].rank > levels[found->level - 1].rank) {
        found->level = threshold->level;
        *is_firm = is_here_firm;
    } else if (threshold->level == found->level) {
        *is_firm = *is_firm || is_here_firm;
    }
}

struct tcn_accident_found tcn_accident_level_of(const struct tcn_rules *rules, uint16_t scale,
                                                const struct tcn_event *event) {
    struct tcn_accident_found found = {.level = mildest_of(rules), .kind = TCN_COUNT_UNKNOWN};
    bool is_firm = true;    /* the mildest has no threshold */
    bool is_settled = true; /* nothing can grow beyond what is counted */
    uint32_t rank_max = 0;
    if (found.level == 0) {
        return found;
    }
    for (uint32_t i = 0; i < rules->threshold_count; i++) {
        const struct tcn_threshold *threshold = &rules->thresholds[i];
        if (threshold->scale != scale) {
            continue;
        }
        struct tcn_count count = measured(rules, threshold, event);
        uint32_t rank = rules->levels[threshold->level - 1].rank;
        rank_max = rank > rank_max ? rank : rank_max;
        is_settled = is_settled && count.kind == TCN_COUNT_EXACT;
        judge(&found, &is_firm, count, threshold, rules->levels);
    }
    bool is_worst = rules->levels[found.level - 1].rank >= rank_max;
    if (!is_firm) {
        found.kind = TCN_COUNT_ESTIMATE;
    } else {
        found.kind = is_worst || is_settled ? TCN_COUNT_EXACT : TCN_COUNT_AT_LEAST;
    }
    return found;
}
