/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether one policy may follow another in the same log, and what changes when it does. Pure: the
 * tool that signs an activation, the collector that logs it and the fold ask the same function.
 *
 *              an administrator's word that fits
 *   [ policy V ] ────────────────────────────────▶ [ policy W > V ]
 *        ▲    │
 *        └────┘ any other word: refused, and V stays in force
 *
 * Rules, each with a test by its number:
 *   A1  the new version is larger than the one in force;
 *   A2  every organ stays, under its number and its id: numbers name streams and holders in the
 *       log, so another district's policy, or one that drops an organ, does not follow;
 *   A3  the desk stays the desk.
 *
 * Slices and pointers lend from the policies. Thread: any.
 */
#ifndef TCN_CORE_REGIME_H
#define TCN_CORE_REGIME_H

#include "model/policy.h"

/** Which rule a policy breaks. */
enum tcn_regime_fault {
    TCN_REGIME_FITS = 0,
    TCN_REGIME_NOT_NEWER,  /**< A1 */
    TCN_REGIME_ORGAN_GONE, /**< A2 */
    TCN_REGIME_OTHER_DESK, /**< A3 */
};

/** What was found. Open: filled for the caller. */
struct tcn_regime_verdict {
    enum tcn_regime_fault fault;
    const struct tcn_organ *organ; /**< of the policy in force, for ORGAN_GONE; else NULL */
};

/** Judges whether `next` may follow `now`. Errors: TCN_NOT_ALLOWED a rule is broken: the verdict,
 * which is filled in every case, says which. */
TCN_MUST_CHECK enum tcn_status tcn_regime_check(const struct tcn_policy *now,
                                                const struct tcn_policy *next,
                                                struct tcn_regime_verdict *out_verdict);

/** True when the policies route matters of this domain to another owner. */
bool tcn_regime_owner_differs(const struct tcn_policy *now, const struct tcn_policy *next,
                              const struct tcn_domain *domain);

/** True when the policies tell others beside the owner of matters of this domain, or of others of
 * them. */
bool tcn_regime_beside_differs(const struct tcn_policy *now, const struct tcn_policy *next,
                               const struct tcn_domain *domain);

/** True when a clock of this rule of `now` would run otherwise once it is restated: its rule is
 * gone, off, or counts otherwise. */
bool tcn_regime_clock_differs(const struct tcn_policy *next, const struct tcn_clock_rule *rule);

#endif
