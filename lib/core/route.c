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

/** Adds an organ that the policy knows, and says which it was. */
static void add_known(const struct tcn_policy *policy, struct tcn_route *route, uint16_t organ,
                      enum tcn_reason reason, struct tcn_trace *trace) {
    static const struct {
        enum tcn_why known;
        enum tcn_why unknown;
    } whys[] = {[TCN_REASON_OWNER] = {TCN_WHY_OWNER, TCN_WHY_OWNER_UNKNOWN},
                [TCN_REASON_CO_RECIPIENT] = {TCN_WHY_CO_RECIPIENT, TCN_WHY_CO_RECIPIENT_UNKNOWN},
                [TCN_REASON_GUARDED] = {TCN_WHY_LISTED, TCN_WHY_LISTED_UNKNOWN}};
    const bool is_known = tcn_policy_organ(policy, organ) != NULL;
    tcn_note(trace, (struct tcn_note){.why = is_known ? whys[reason].known : whys[reason].unknown,
                                      .organ = organ});
    if (is_known) {
        tcn_route_add(route, organ, reason);
    }
}

/** Adds an organ to the list that an event must get. */
static void add_default(struct tcn_route *route, uint16_t organ, struct tcn_trace *trace) {
    tcn_note(trace, (struct tcn_note){.why = TCN_WHY_LIST_DEFAULT, .organ = organ});
    tcn_route_add(route, organ, TCN_REASON_GUARDED);
}

/** Who leads what is guarded. "Don't know" is the custodian's, unless the list keeps it from the
 * desk. */
static void hold_guarded(const struct tcn_policy *policy, const struct tcn_event *event,
                         struct tcn_route *route, struct tcn_trace *trace) {
    bool is_off = !tcn_guard_routes_to(route, policy->desk);
    bool is_custodian = event->concerns == TCN_CONCERNS_UNKNOWN && !is_off;
    bool is_desks = is_custodian || route->recipient_count == 0;
    route->flags |= is_off ? TCN_FLAG_NOT_THE_DESK : 0u;
    route->holder = is_desks ? policy->desk : route->recipients[0].organ;
    if (is_off) {
        tcn_note(trace, (struct tcn_note){.why = TCN_WHY_DESK_UNLISTED, .organ = policy->desk});
    }
    tcn_note(trace, (struct tcn_note){.why = is_desks ? TCN_WHY_CUSTODIAN_HOLDS
                                                      : TCN_WHY_FIRST_LISTED_HOLDS,
                                      .organ = route->holder});
}

/** The allow-list of an event that has one, or that must get one. Without a known organ on it the
 * desk's custodian has it: it must not be lost. */
static void route_guarded(const struct tcn_policy *policy, const struct tcn_event *event,
                          struct tcn_route *route, struct tcn_trace *trace) {
    route->is_guarded = true;
    route->is_held = true;
    route->flags |= TCN_FLAG_GUARDED;
    for (uint32_t i = 0; i < event->guard_organ_count && i < TCN_GUARD_ORGANS_MAX; i++) {
        add_known(policy, route, event->guard_organs[i], TCN_REASON_GUARDED, trace);
    }
    if (event->guard_organ_count == 0) {
        const struct tcn_organ *discipline = tcn_policy_discipline(policy);
        add_default(route, discipline != NULL ? discipline->number : 0, trace);
        add_default(route, policy->desk, trace);
    }
    if (route->recipient_count == 0) {
        tcn_note(trace, (struct tcn_note){.why = TCN_WHY_LIST_EMPTY, .organ = policy->desk});
        tcn_route_add(route, policy->desk, TCN_REASON_GUARDED);
    }
    hold_guarded(policy, event, route, trace);
}

/** True when the division is one of the policy's at the time that the organ learned of it. */
static bool is_valid_at(const struct tcn_division *division, int64_t learned_ns) {
    return learned_ns >= division->valid_from_ns &&
           (division->valid_to_ns == 0 || learned_ns < division->valid_to_ns);
}

static void route_place(const struct tcn_policy *policy, const struct tcn_event *event,
                        struct tcn_route *route, struct tcn_trace *trace) {
    const struct tcn_division *division = NULL;
    enum tcn_why why = TCN_WHY_DIVISION_MANAGED;
    if (tcn_division_is_valid(event->division) &&
        tcn_text_to_u64(event->division, &route->division) == TCN_OK) {
        division = tcn_policy_division(policy, route->division);
    }
    if (division == NULL || !is_valid_at(division, event->learned_ns)) {
        route->flags |= TCN_FLAG_UNKNOWN_DIVISION;
        why = division == NULL ? TCN_WHY_DIVISION_UNKNOWN : TCN_WHY_DIVISION_NOT_THEN;
    } else if (!division->is_managed) {
        route->flags |= TCN_FLAG_OTHER_DIVISION;
        why = TCN_WHY_DIVISION_OTHER;
    }
    tcn_note(trace, (struct tcn_note){.why = why, .word = event->division});
}

/** Who the policy names for the domain. */
static void route_domain(const struct tcn_policy *policy, const struct tcn_event *event,
                         struct tcn_route *route, struct tcn_trace *trace) {
    route->domain = tcn_policy_domain(policy, event->domain);
    tcn_note(trace, (struct tcn_note){.why = route->domain != NULL ? TCN_WHY_DOMAIN_KNOWN
                                                                   : TCN_WHY_DOMAIN_UNKNOWN,
                                      .word = event->domain});
    if (route->domain == NULL) {
        route->flags |= TCN_FLAG_UNKNOWN_DOMAIN;
        route->is_held = true;
        return;
    }
    add_known(policy, route, route->domain->owner, TCN_REASON_OWNER, trace);
    const struct tcn_organ *reporter = tcn_policy_organ_by_id(policy, event->office);
    const uint16_t place_office =
        tcn_policy_office_of(policy, route->division, reporter != NULL ? reporter->number : 0);
    const struct tcn_beside beside =
        tcn_policy_beside(policy, route->domain, event->severity, place_office);
    for (uint32_t i = 0; i < beside.count; i++) {
        add_known(policy, route, beside.organs[i], TCN_REASON_CO_RECIPIENT, trace);
    }
}

/** Why an event gets an allow-list, or none. */
static enum tcn_why guard_why(const struct tcn_event *event) {
    if (event->guard_organ_count > 0) {
        return TCN_WHY_LIST_CARRIED;
    }
    if (!tcn_guard_is_due(event)) {
        return TCN_WHY_ACCUSES_NOBODY;
    }
    return event->concerns == TCN_CONCERNS_UNIT ? TCN_WHY_ACCUSES : TCN_WHY_MAY_ACCUSE;
}

void tcn_route_traced(const struct tcn_policy *policy, const struct tcn_event *event,
                      struct tcn_trace *trace, struct tcn_route *out_route) {
    memset(out_route, 0, sizeof(*out_route));
    tcn_note(trace, (struct tcn_note){.why = guard_why(event)});
    if (tcn_guard_is_due(event)) {
        route_guarded(policy, event, out_route, trace);
        return;
    }
    route_place(policy, event, out_route, trace);
    route_domain(policy, event, out_route, trace);
    /* An owner is told even when the place is not known: the desk then leads, nobody waits for it.
     */
    bool is_owned = out_route->recipient_count > 0 &&
                    out_route->recipients[0].reason == TCN_REASON_OWNER && out_route->flags == 0;
    if (!is_owned) {
        tcn_route_add(out_route, policy->desk, TCN_REASON_UNKNOWN);
    }
    out_route->holder = is_owned ? out_route->recipients[0].organ : policy->desk;
    tcn_note(trace, (struct tcn_note){.why = is_owned ? TCN_WHY_OWNER_LEADS : TCN_WHY_DESK_LEADS,
                                      .organ = out_route->holder});
}

void tcn_route(const struct tcn_policy *policy, const struct tcn_event *event,
               struct tcn_route *out_route) {
    tcn_route_traced(policy, event, NULL, out_route);
}
