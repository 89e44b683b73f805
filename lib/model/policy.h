/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The regime as the fold reads it: compiled tables, built by lib/policy from files, carried in
 * canonical bytes by lib/wire, and owned by whoever decoded them. Ids are words, numbers are stable
 * for ever.
 */
#ifndef TCN_MODEL_POLICY_H
#define TCN_MODEL_POLICY_H

#include "base/bytes.h"
#include "model/clock.h"
#include "model/id.h"
#include "model/limits.h"
#include "model/plans.h"
#include "model/procedure.h"
#include "model/rules.h"
#include "model/sealing.h"

/** What an organ is. Numbers are on the wire. */
enum tcn_organ_kind {
    TCN_ORGAN_NONE = 0,
    TCN_ORGAN_DESK = 1, /**< the district desk: unknown matters, holds */
    TCN_ORGAN_BUREAU = 2,
    TCN_ORGAN_OFFICE = 3, /**< a township office */
};

/** Someone who must act, or who reports. */
struct tcn_organ {
    uint16_t number; /**< from 1, stable for ever, names the stream */
    char id[TCN_WORD_BYTES_MAX + 1];
    enum tcn_organ_kind kind;
    char title_zh[128];
    char title_en[128];
    uint16_t line_parent;  /**< next higher organ of its line; 0 when none */
    uint16_t place_parent; /**< next higher organ of its place; 0 when none */
    char duty_phone[32];   /**< of the duty post, never of a person; empty when unknown */
};

/** Among a domain's co-recipients: the office that reports for the place of the matter. */
#define TCN_ORGAN_OF_PLACE ((uint16_t)65534)
/** Its word in a policy's files. */
#define TCN_POLICY_PLACE_WORD "office_of_place"

/** A kind of matter and who owns it. */
struct tcn_domain {
    char id[TCN_WORD_BYTES_MAX + 1];
    enum tcn_procedure_kind procedure; /**< the way of its matters; NONE: of a general one */
    char title_zh[128];
    char title_en[128];
    uint16_t owner;                                 /**< organ number */
    uint16_t recipients[TCN_DOMAIN_RECIPIENTS_MAX]; /**< mandatory co-recipients: organs, or
                                                         TCN_ORGAN_OF_PLACE */
    uint32_t recipient_count;
    uint32_t urgent_recipient_count;   /**< the last so many of them are told of what is urgent or
                                            worse, and of nothing else */
    char line[TCN_WORD_BYTES_MAX + 1]; /**< one of the five; empty when none */
    bool is_petition;                  /**< "whom does it concern" must be answered */
    bool has_opaque_slip; /**< a slip tells only that it is being handled, though it is not guarded:
                             harm to a child or violence, so that a found slip betrays nobody */
    char keywords[TCN_DOMAIN_KEYWORDS_MAX][TCN_KEYWORD_BYTES_MAX + 1]; /**< words of people, in
                                                                            any language */
    uint32_t keyword_count;
};

/** Who stands beside the owner of one matter, each once. */
struct tcn_beside {
    uint16_t organs[TCN_DOMAIN_RECIPIENTS_MAX];
    uint32_t count;
    uint16_t place;      /**< the one of them that is there as the office of the place; 0: none */
    bool is_place_alone; /**< and it is not named by its own id */
};

/** A place, and who manages it (never derived from the code's prefix). */
struct tcn_division {
    uint64_t code; /**< 12 digits as a number */
    char name[128];
    uint16_t office;       /**< the organ that reports for it; 0 when outside the district */
    bool is_managed;       /**< managed by this district */
    int64_t valid_from_ns; /**< 0: since ever */
    int64_t valid_to_ns;   /**< 0: no end */
};

/** One of the five no-occurrences, and what counts as harm on it, or as a warning of it. */
struct tcn_line {
    char id[TCN_WORD_BYTES_MAX + 1];
    char title_zh[128];
    char title_en[128];
    enum tcn_severity warning_severity; /**< an open matter this grave warns; UNKNOWN: none by that
                                             alone */
    uint32_t breach_level;       /**< rank of the accident that is a breach, at least; 0: none */
    uint64_t breach_deaths;      /**< so many; 0: not by them */
    uint64_t breach_injuries;    /**< seriously injured; 0: not by them */
    uint32_t breach_silent_days; /**< a limit has passed, the holder was urged, and then nobody
                                      stirred for so many days; 0: never by that */
    bool is_protected;           /**< nobody silences what may become a breach of it */
};

/** The compiled policy. Arrays are owned by the arena or block that it was decoded into. */
struct tcn_policy {
    uint64_t version; /**< grows with each activation */
    char title[128];
    const struct tcn_organ *organs; /**< sorted by number */
    uint32_t organ_count;
    const struct tcn_domain *domains; /**< sorted by id, byte by byte */
    uint32_t domain_count;
    const struct tcn_division *divisions; /**< sorted by code */
    uint32_t division_count;
    const struct tcn_line *lines;
    uint32_t line_count;
    const struct tcn_clock_table *clocks; /**< NULL: it has none */
    const struct tcn_rules *rules; /**< attributes, levels, what domains add; NULL: it has none */
    const struct tcn_sealing *sealing; /**< who reads which text; NULL: whoever is told reads all */
    const struct tcn_plans *plans;     /**< escalation, expected reports, retention, posts, and the
                                            rules of `sealing` once more; NULL: it plans nothing */
    uint16_t desk;                     /**< organ number of the district desk */
    int64_t clock_ahead_ns;  /**< a recorded time further than this ahead of log time is flagged */
    int64_t clock_behind_ns; /**< and further than this behind */
};

/** The organ with this number, or NULL. Thread: any. */
const struct tcn_organ *tcn_policy_organ(const struct tcn_policy *policy, uint16_t number);
/** The organ with this id, or NULL. Thread: any. */
const struct tcn_organ *tcn_policy_organ_by_id(const struct tcn_policy *policy,
                                               struct tcn_slice id);
/** The organ that complaints about a unit go to, lent; NULL: the policy has none. Thread: any. */
const struct tcn_organ *tcn_policy_discipline(const struct tcn_policy *policy);
/** The domain with this id, or NULL. Thread: any. */
const struct tcn_domain *tcn_policy_domain(const struct tcn_policy *policy, struct tcn_slice id);
/** The office that reports for a place: its division's; of a place that is not known, or another
 * district's, the reporter itself if it is an office; 0: none. Validity dates are not judged.
 * Thread: any. */
uint16_t tcn_policy_office_of(const struct tcn_policy *policy, uint64_t division,
                              uint16_t reporter);
/** Who is told, beside the owner, of a matter this grave at the place of this office (0: nobody's);
 * nobody of no domain (NULL). Thread: any. */
struct tcn_beside tcn_policy_beside(const struct tcn_policy *policy,
                                    const struct tcn_domain *domain, enum tcn_severity severity,
                                    uint16_t place_office);
/** True when the organ is one of them. Thread: any. */
bool tcn_beside_has(const struct tcn_beside *told, uint16_t organ);
/** The word of one of a domain's co-recipients, lent: an organ's id, or TCN_POLICY_PLACE_WORD;
 * NULL: it is no organ. Thread: any. */
const char *tcn_policy_beside_word(const struct tcn_policy *policy, uint16_t recipient);
/** True when the organ may be told of matters of the domain by the policy, at some place and of
 * some weight: it owns it, is a co-recipient, or is the desk. Thread: any. */
bool tcn_policy_tells(const struct tcn_policy *policy, const struct tcn_domain *domain,
                      uint16_t organ);
/** The division with this code, else the township (…000) that holds the village, or NULL. Validity
 * dates are not judged. Thread: any. */
const struct tcn_division *tcn_policy_division(const struct tcn_policy *policy, uint64_t code);

#endif
