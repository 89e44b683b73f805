/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who must be told of a report. The agent asks before it seals (for whom to wrap, and whether the
 * event is guarded), the fold asks when it delivers; both get the same answer from the same policy.
 * Pure; slices and pointers in the answer lend from the policy.
 */
#ifndef TCN_CORE_ROUTE_H
#define TCN_CORE_ROUTE_H

#include "core/trace.h"
#include "model/event.h"
#include "model/feed.h"
#include "model/policy.h"

/** Owner, co-recipients and desk, or the allow-list and desk. */
#define TCN_ROUTE_RECIPIENTS_MAX (TCN_GUARD_ORGANS_MAX + 2)

/** An organ that is told, and why. */
struct tcn_recipient {
    uint16_t organ;
    enum tcn_reason reason;
};

/** Where a report goes. */
struct tcn_route {
    struct tcn_recipient recipients[TCN_ROUTE_RECIPIENTS_MAX]; /**< each organ once */
    uint32_t recipient_count; /**< at least 1 when the policy has a desk */
    uint16_t holder;          /**< who leads; the desk when anything is unknown */
    bool is_held;             /**< stays at the desk or the custodian until released */
    bool is_guarded;          /**< recipients are an allow-list: strip domain and division, put the
                               * recipients into guard_organs in this order */
    uint32_t flags;           /**< enum tcn_flag bits */
    uint64_t division;        /**< as a number; 0 when guarded or absent */
    const struct tcn_domain *domain; /**< lent; NULL when guarded or unknown */
};

/** Routes a report by its open part. An event with guard_organs goes to exactly those; one that
 * concerns a unit, or an unknown one, gets the allow-list that the agent must put in. Thread: any.
 */
void tcn_route(const struct tcn_policy *policy, const struct tcn_event *event,
               struct tcn_route *out_route);
/** As tcn_route, and says why. `trace` may be NULL. */
void tcn_route_traced(const struct tcn_policy *policy, const struct tcn_event *event,
                      struct tcn_trace *trace, struct tcn_route *out_route);
/** Adds an organ unless it is 0, there already, or the list is full. Thread: any. */
void tcn_route_add(struct tcn_route *route, uint16_t organ, enum tcn_reason reason);

#endif
