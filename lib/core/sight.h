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
 * it handed a matter over; R4  a share goes to the organ itself, with an item of its own stream,
 * and to nobody else; R5  counts over everything are for those who see everything, and for
 * administrators;
 *  R6  the registry is seen by administrators and by who may read every stream; anybody else sees
 *      its own row.
 *
 * Pure. Thread: any.
 */
#ifndef TCN_CORE_SIGHT_H
#define TCN_CORE_SIGHT_H

#include "model/policy.h"
#include "model/query.h"
#include "model/registry.h"

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
/** True when it gets the shares of what an organ was told (R4). */
bool tcn_sight_has_share(const struct tcn_principal *asker, uint16_t organ);

#endif
