/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom the texts of a complaint accuse, as far as they were read, and whether it may be handed to
 * an organ: rules N2 to N4 of cli/handing. Pure. Thread: any.
 */
#ifndef TCN_CLIENT_ACCUSING_H
#define TCN_CLIENT_ACCUSING_H

#include "model/policy.h"

/** What was found out. Open: zeroed by who begins; counts up. */
struct tcn_handing_found {
    bool is_told;      /**< anything of the matter could be looked at */
    bool is_guarded;   /**< N1 */
    bool has_text;     /**< of whom it accuses */
    bool is_closed;    /**< one of them cannot be read here */
    bool names_nobody; /**< one of them has no such first line, or a word that is no organ */
    uint16_t organs[TCN_ORGANS_MAX]; /**< accused, by all of them together; each once */
    uint32_t count;
};

/** The word of the organ, else of the domain, that an act hands a matter to; empty: it hands
 * nothing on. Lent. Thread: any. */
struct tcn_slice tcn_handing_word(enum tcn_act act, struct tcn_slice to, struct tcn_slice domain);

/** The organ that an act hands a matter to: that which it names, else the owner of the domain that
 * it names. 0: none, or one that the policy does not know. Thread: any. */
uint16_t tcn_handing_organ(const struct tcn_policy *policy, enum tcn_act act, struct tcn_slice to,
                           struct tcn_slice domain);

/** What follows from it for an organ. */
enum tcn_handing_answer {
    TCN_HANDING_GOES = 0,
    TCN_HANDING_EXCLUDED, /**< N2 */
    TCN_HANDING_ASKS,     /**< N3 */
    TCN_HANDING_CLOSED,   /**< N4 */
};

/** Judges. Thread: any. */
enum tcn_handing_answer tcn_handing_judge(const struct tcn_policy *policy,
                                          const struct tcn_handing_found *found, uint16_t organ);

/** Notes whom a text accuses; of one complaint's texts, all by the same policy. Thread: any. */
void tcn_handing_read(const struct tcn_policy *policy, struct tcn_slice text,
                      struct tcn_handing_found *found);

/** True when the complaint never goes to an organ: N2. Thread: any. */
bool tcn_handing_excludes(const struct tcn_policy *policy, const struct tcn_handing_found *found,
                          uint16_t organ);

#endif
