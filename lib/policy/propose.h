/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which domains a few words of a person are about, by the keywords and titles of the policy: a
 * proposal to choose from, never a routing. What it promises is an order that depends on the words
 * and the policy alone, so that two offices see the same. Pure.
 */
#ifndef TCN_POLICY_PROPOSE_H
#define TCN_POLICY_PROPOSE_H

#include "model/policy.h"

/** Domains that are proposed at most: as many as a person reads before choosing. */
#define TCN_POLICY_PROPOSALS_MAX 5

/** Domains, best first. Open: filled for the caller. */
struct tcn_policy_proposals {
    uint32_t domains[TCN_POLICY_PROPOSALS_MAX]; /**< places in policy->domains */
    uint32_t count;                             /**< 0 when no word was known */
};

/** Proposes domains for what a person said in a few words. A Chinese keyword is found anywhere, one
 * in Latin letters as a whole word, perhaps with an s, in either case; longer ones count more, and
 * equals stand in the policy's order. Thread: any. */
void tcn_policy_propose(const struct tcn_policy *policy, struct tcn_slice words,
                        struct tcn_policy_proposals *out_proposals);

#endif
