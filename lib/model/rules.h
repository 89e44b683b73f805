/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a policy says beyond who owns what: attributes that a domain declares, levels, and the
 * thresholds that give them. Built by lib/policy from files and carried with the tables of
 * policy.h.
 *
 * Tables keep the order of their files. One names another by its number in that order, from 1; 0 is
 * none.
 */
#ifndef TCN_MODEL_RULES_H
#define TCN_MODEL_RULES_H

#include "model/event.h"
#include "model/limits.h"

/** What an event of some domain may say in an attribute; never about a person. */
struct tcn_attribute_rule {
    char id[TCN_WORD_BYTES_MAX + 1];
    enum tcn_attribute_kind kind;
    char unit[TCN_WORD_BYTES_MAX + 1]; /**< of a number; empty else */
    char title_zh[128];
    char title_en[128];
    char values[TCN_ATTRIBUTE_VALUES_MAX][TCN_WORD_BYTES_MAX + 1]; /**< of a text: the only ones */
    uint32_t value_count;                                          /**< 0: any text */
    bool is_of_bureau; /**< who acts states it, not who reports: a guided report does not ask */
};

/** What a level is about. The three are independent of each other.
 * Source: 突发事件应对法 (2024) Art. 63, 71; 国务院令第493号 Art. 3. */
enum tcn_level_kind {
    TCN_LEVEL_NONE = 0,
    TCN_LEVEL_ACCIDENT = 1, /**< how bad an accident was */
    TCN_LEVEL_WARNING = 2,  /**< how bad it may become: a colour */
    TCN_LEVEL_RESPONSE = 3, /**< how much is brought to bear */
};

/** A level. */
struct tcn_level {
    char id[TCN_WORD_BYTES_MAX + 1];
    enum tcn_level_kind kind;
    uint32_t rank; /**< from 1, the mildest, without holes within its kind */
    char title_zh[128];
    char title_en[128];
};

/** A way to find an accident's level. */
struct tcn_scale {
    char id[TCN_WORD_BYTES_MAX + 1];
    char title_zh[128];
    char title_en[128];
};

/** What a threshold looks at. */
enum tcn_measure {
    TCN_MEASURE_NONE = 0,
    TCN_MEASURE_DEATHS = 1,
    TCN_MEASURE_SERIOUS_INJURIES = 2,
    TCN_MEASURE_LOSS_FEN = 3,
    TCN_MEASURE_ATTRIBUTE = 4, /**< a number that the domain declares */
};

/** From this value on, this level at least. */
struct tcn_threshold {
    uint16_t scale;
    uint16_t level;
    enum tcn_measure measure;
    uint16_t attribute; /**< of TCN_MEASURE_ATTRIBUTE; 0 else */
    uint64_t from;
};

/** How grave an accident is, and how sure that is. All zero: no level. */
struct tcn_degree {
    uint16_t rank; /**< of the levels of accidents, from 1, the mildest; 0: none */
    /** EXACT: settled. ESTIMATE: a count that decided may turn out lower. AT_LEAST: may rise. */
    enum tcn_count_kind sure;
};

/** What a domain adds to its row of policy.h. */
struct tcn_domain_rules {
    char id[TCN_WORD_BYTES_MAX + 1];
    uint16_t attributes[TCN_DOMAIN_ATTRIBUTES_MAX]; /**< that its events may carry */
    uint32_t attribute_count;
    uint16_t scale; /**< of its accidents; 0 when it has none */
};

/** All of it. Arrays are owned by who compiled them, NULL when empty. */
struct tcn_rules {
    const struct tcn_attribute_rule *attributes;
    uint32_t attribute_count;
    const struct tcn_level *levels;
    uint32_t level_count;
    const struct tcn_scale *scales;
    uint32_t scale_count;
    const struct tcn_threshold *thresholds;
    uint32_t threshold_count;
    const struct tcn_domain_rules *domains; /**< sorted by id, byte by byte */
    uint32_t domain_count;
};

/** "number", "text", "flag" or "none". Thread: any. */
const char *tcn_attribute_kind_name(enum tcn_attribute_kind kind);
/** "accident", "warning", "response" or "none". Thread: any. */
const char *tcn_level_kind_name(enum tcn_level_kind kind);
/** What a threshold of these rules looks at: "deaths", "serious_injuries", "loss_fen" or the
 * attribute's id; "none" for none. Thread: any. */
const char *tcn_threshold_measure(const struct tcn_rules *rules,
                                  const struct tcn_threshold *threshold);
/** The level of accidents with this rank, or NULL; `rules` may be NULL. Thread: any. */
const struct tcn_level *tcn_rules_accident_level(const struct tcn_rules *rules, uint32_t rank);
/** The domain's rules, or NULL. Thread: any. */
const struct tcn_domain_rules *tcn_rules_domain(const struct tcn_rules *rules, struct tcn_slice id);

#endif
