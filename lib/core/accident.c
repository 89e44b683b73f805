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

/** How sure a kind of count is. */
static unsigned sureness(enum tcn_count_kind kind) {
    static const unsigned ranks[] = {[TCN_COUNT_UNKNOWN] = 0,
                                     [TCN_COUNT_ESTIMATE] = 1,
                                     [TCN_COUNT_AT_LEAST] = 2,
                                     [TCN_COUNT_EXACT] = 3};
    return (unsigned)kind < sizeof(ranks) / sizeof(ranks[0]) ? ranks[kind] : 0;
}

/** Takes one number into account; true when it is lower and may not lower. */
static bool keep(struct tcn_count *kept, struct tcn_count said, bool may_lower) {
    if (sureness(said.kind) == 0) { /* T1 */
        return false;
    }
    const bool is_first = sureness(kept->kind) == 0;
    const bool is_surer =
        said.value == kept->value && sureness(said.kind) > sureness(kept->kind); /* T3 */
    const bool is_lower = !is_first && said.value < kept->value;
    const bool lowers = is_lower && may_lower && said.kind == TCN_COUNT_EXACT; /* T4 */
    if (is_first || said.value > kept->value || is_surer || lowers) {          /* T2 */
        *kept = said;
    }
    return is_lower && !lowers;
}

/** The rank of what was found; 0 when the policy has no levels. */
static uint16_t rank_of(const struct tcn_rules *rules, const struct tcn_accident_found *found) {
    return found->level != 0 ? (uint16_t)rules->levels[found->level - 1].rank : 0;
}

/** True when an attribute says a number that the scale looks at. */
static bool says_number(const struct tcn_rules *rules, uint16_t scale,
                        const struct tcn_event *event) {
    for (uint32_t i = 0; i < rules->threshold_count; i++) {
        const struct tcn_threshold *threshold = &rules->thresholds[i];
        if (threshold->scale == scale && threshold->measure == TCN_MEASURE_ATTRIBUTE &&
            measured(rules, threshold, event).kind != TCN_COUNT_UNKNOWN) {
            return true;
        }
    }
    return false;
}

/** The same for what attributes say: only the level that they reach is kept. */
static bool keep_attributes(const struct tcn_rules *rules, uint16_t scale,
                            const struct tcn_accident_said *said, struct tcn_toll *toll) {
    const struct tcn_event bare = {.attributes = said->event->attributes,
                                   .attribute_count = said->event->attribute_count};
    if (!says_number(rules, scale, &bare)) {
        return false;
    }
    const struct tcn_accident_found found = tcn_accident_level_of(rules, scale, &bare);
    const uint16_t rank = rank_of(rules, &found);
    const bool is_lower = rank < toll->attribute_rank;
    if (!is_lower || said->may_lower) {
        toll->attribute_rank = rank;
    }
    return is_lower && !said->may_lower;
}

/** The degree by all that is kept. */
static struct tcn_degree degree_of(const struct tcn_rules *rules, uint16_t scale,
                                   const struct tcn_toll *toll) {
    const struct tcn_event kept = {.counts = {.deaths = toll->deaths,
                                              .serious_injuries = toll->serious_injuries,
                                              .loss_fen = toll->loss_fen}};
    const struct tcn_accident_found found = tcn_accident_level_of(rules, scale, &kept);
    struct tcn_degree degree = {.rank = rank_of(rules, &found), .sure = found.kind};
    if (toll->attribute_rank > degree.rank) {
        degree = (struct tcn_degree){.rank = toll->attribute_rank, .sure = TCN_COUNT_AT_LEAST};
    }
    return degree;
}

bool tcn_accident_count(const struct tcn_rules *rules, const struct tcn_accident_said *said,
                        struct tcn_toll *toll) {
    const struct tcn_counts *counts = &said->event->counts;
    const struct tcn_domain_rules *domain =
        rules != NULL ? tcn_rules_domain(rules, said->domain) : NULL;
    const uint16_t scale = domain != NULL ? domain->scale : 0;
    bool is_kept = keep(&toll->deaths, counts->deaths, said->may_lower);
    is_kept = keep(&toll->serious_injuries, counts->serious_injuries, said->may_lower) || is_kept;
    is_kept = keep(&toll->loss_fen, counts->loss_fen, said->may_lower) || is_kept;
    if (scale != 0) {
        is_kept = keep_attributes(rules, scale, said, toll) || is_kept;
    }
    const struct tcn_degree none = {.rank = 0};
    const bool has_degree = said->is_accident && scale != 0;
    toll->degree = has_degree ? degree_of(rules, scale, toll) : none;
    return is_kept;
}
