/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who gets a wrap of which text of a report, by its route and the policy's rules for sealing. Pure.
 */
#ifndef TCN_CORE_WRAPS_H
#define TCN_CORE_WRAPS_H

#include "core/route.h"
#include "model/sealing.h"

/** The organs that get a wrap of one text. Open: lives on the stack. */
struct tcn_wraps {
    uint16_t organs[TCN_WRAPS_MAX]; /**< each once, the escrow last */
    uint32_t count;
    bool has_escrow; /**< the last is the desk, and for nothing but escrow */
};

/** What is asked about. Open: made by the caller; everything is lent. */
struct tcn_wraps_asked {
    const struct tcn_policy *policy;
    const struct tcn_route *route;
    struct tcn_slice domain;        /**< as the draft names it, also when the route hides it */
    enum tcn_compartment_kind kind; /**< of the text */
};

/** Who reads a text of a routed report:
 *   - guarded: the allow-list and nobody else, whatever the policy says;
 *   - a policy without rules: whoever is told;
 *   - else whom the text's rule names; without one the owner and the desk as escrow alone.
 * The desk when that is nobody. Thread: any. */
void tcn_wraps_of(const struct tcn_wraps_asked *asked, struct tcn_wraps *out);

/** Adds an organ unless it is 0 or there already. False when it is left out because no more fit.
 * Thread: any. */
bool tcn_wraps_add(struct tcn_wraps *wraps, uint16_t organ);

#endif
