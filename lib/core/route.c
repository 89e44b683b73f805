/* SPDX-License-Identifier: Apache-2.0 */
#include "core/route.h"

#include "base/text.h"
#include "core/guard.h"

#include <string.h>

void tcn_route_add(struct tcn_route *route, uint16_t organ, enum tcn_reason reason) {
    if (organ == 0 || route->recipient_count == TCN_ROUTE_RECIPIENTS_MAX) {
        return;
    }
    for (uint32_t i = 0; i < route->recipient_count; i++) {
        if (route->recipients[i].organ == organ) {
            return;
        }
    }
    route->recipients[route->recipient_count] =
        (struct tcn_recipient){.organ = organ, .reason = reason};
    route->recipient_count++;
}

/** Adds an organ that the policy knows. */
static void add_known(const struct tcn_policy *policy, struct tcn_route *route, uint16_t organ,
                      enum tcn_reason reason) {
    if (tcn_policy_organ(policy, organ) != NULL) {
        tcn_route_add(route, organ, reason);
    }
}

/** The allow-list of an event that has one, or that must get one. Without a known organ on it the
 * desk's custodian has it: it must not be lost. */
static void route_guarded(const struct tcn_policy *policy, const struct tcn_event *event,
                          struct tcn_route *route) {
    route->is_guarded = true;
    route->is_held = true;
    route->flags |= TCN_FLAG_GUARDED;
    for (uint32_t i = 0; i < event->guard_organ_count && i < TCN_GUARD_ORGANS_MAX; i++) {
        add_known(policy, route, event->guard_organs[i], TCN_REASON_GUARDED);
    }
    if (event->guard_organ_count == 0) {
        const struct tcn_organ *discipline =
            tcn_policy_organ_by_id(policy, tcn_slice_text(TCN_ROUTE_DISCIPLINE));
        tcn_route_add(route, discipline != NULL ? discipline->number : 0, TCN_REASON_GUARDED);
        tcn_route_add(route, policy->desk, TCN_REASON_GUARDED);
    }
    if (route->recipient_count == 0) {
        tcn_route_add(route, policy->desk, TCN_REASON_GUARDED);
    }
    route->flags |= tcn_guard_routes_to(route, policy->desk) ? 0u : TCN_FLAG_NOT_THE_DESK;
    /* "Don't know" is the custodian's, unless the list keeps it from the desk. */
    bool is_custodian =
        event->concerns == TCN_CONCERNS_UNKNOWN && (route->flags & TCN_FLAG_NOT_THE_DESK) == 0;
    route->holder =
        is_custodian || route->recipient_count == 0 ? policy->desk : route->recipients[0].organ;
}

/** True when the division is one of the policy's at the time that the organ learned of it. */
static bool is_valid_at(const struct tcn_division *division, int64_t learned_ns) {
    return learned_ns >= division->valid_from_ns &&
           (division->valid_to_ns == 0 || learned_ns < division->valid_to_ns);
}

static void route_place(const struct tcn_policy *policy, const struct tcn_event *event,
                        struct tcn_route *route) {
    const struct tcn_division *division = NULL;
    if (tcn_division_is_valid(event->division) &&
        tcn_text_to_u64(event->division, &route->division) == TCN_OK) {
        division = tcn_policy_division(policy, route->division);
    }
    if (division == NULL || !is_valid_at(division, event->learned_ns)) {
        route->flags |= TCN_FLAG_UNKNOWN_DIVISION;
    } else if (!division->is_managed) {
        route->flags |= TCN_FLAG_OTHER_DIVISION;
    }
}

void tcn_route(const struct tcn_policy *policy, const struct tcn_event *event,
               struct tcn_route *out_route) {
    memset(out_route, 0, sizeof(*out_route));
    if (tcn_guard_is_due(event)) {
        route_guarded(policy, event, out_route);
        return;
    }
    route_place(policy, event, out_route);
    out_route->domain = tcn_policy_domain(policy, event->domain);
    if (out_route->domain == NULL) {
        out_route->flags |= TCN_FLAG_UNKNOWN_DOMAIN;
        out_route->is_held = true;
    } else {
        add_known(policy, out_route, out_route->domain->owner, TCN_REASON_OWNER);
        for (uint32_t i = 0; i < out_route->domain->recipient_count; i++) {
            add_known(policy, out_route, out_route->domain->recipients[i], TCN_REASON_CO_RECIPIENT);
        }
    }
    /* An owner is told even when the place is not known: the desk then leads, nobody waits for it.
     */
    bool is_owned = out_route->recipient_count > 0 &&
                    out_route->recipients[0].reason == TCN_REASON_OWNER && out_route->flags == 0;
    if (!is_owned) {
        tcn_route_add(out_route, policy->desk, TCN_REASON_UNKNOWN);
    }
    out_route->holder = is_owned ? out_route->recipients[0].organ : policy->desk;
}
