/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a principal may see of what is logged, for questions, replays and subscriptions alike. Deny
 * by default: whatever is not named here is not seen. The table of docs/reference/rights.md is this
 * file's, and tests/unit/core/test_sight.c holds it against the code.
 *
 *  R1  who may read every stream sees everything but shares;
 *  R2  a matter is seen by whoever may read the stream of the organ that holds it now; unless it is
 *      guarded, also of the office that reported it and of an organ that has a duty on it
 *      (core/duty), as long as it has; a past holder does not see it any more;
 *  R3  what an organ was told stays in its stream: told is told, and nothing is added there after
 *      it handed a matter over;
 *  R4  a share goes to the organ itself, with an item of its own stream that is more than shown to
 *      it, and to nobody else;
 *  R5  counts over everything are for those who see everything, and for administrators;
 *  R6  the registry is seen by administrators and by who may read every stream; anybody else sees
 *      its own row.
 *
 * Pure. Thread: any.
 */
#ifndef TCN_CORE_SIGHT_H
#define TCN_CORE_SIGHT_H

#include "model/feed.h"
#include "model/policy.h"
#include "model/query.h"
#include "model/registry.h"
#include "model/state.h"

/** Whether a question may be asked, and narrows it to what the asker may see: matters and streams
 * without an organ become those of its own, the registry the own row. It looks at the question and
 * the asker only, never at what there is, so a refusal tells nothing. `desk` is the policy's.
 * Errors: TCN_DENIED; TCN_BAD_VALUE there is no such question. Nothing is narrowed then. */
TCN_MUST_CHECK enum tcn_status tcn_sight_narrow(const struct tcn_principal *asker, uint16_t desk,
                                                struct tcn_query *query);
/** True when the asker may see a matter as it stands now (R1, R2). */
bool tcn_sight_sees(const struct tcn_principal *asker, const struct tcn_policy *policy,
                    const struct tcn_matter *matter);
/** True when it may replay what an organ was told; 0: the whole log. */
bool tcn_sight_replays(const struct tcn_principal *asker, uint16_t organ);
/** True when it gets the shares of what an organ was told (R4), as far as that was not only shown
 * to it. */
bool tcn_sight_has_share(const struct tcn_principal *asker, uint16_t organ);
/** True when an item lets its organ know that something is, and not read it: news of a matter, or
 * something odd about it, for one that neither led after the event nor leads, owes an act or is a
 * co-recipient now. So is the desk shown what another organ leads, and a holder that its matter was
 * taken from it. No share goes with such an item: the organ's wrap, if it has one, is escrow or of
 * what was. `matter` is the item's as the state has it; NULL, or one that the event did not come to
 * yet, says nothing. What an organ was told as one that acts, as the office that is answered, as
 * the actor of a void or as one of an allow-list is more than shown, whatever became of it (R3). */
bool tcn_sight_is_only_shown(const struct tcn_policy *policy, const struct tcn_alert *alert,
                             const struct tcn_matter *matter);

#endif
