/* SPDX-License-Identifier: Apache-2.0 */
/* The matter that an event belongs to: found, begun, filled by its first report, and what the actor
 * is to it. Part of core/fold. */
#include "core/duty.h"
#include "core/fold_clocks.h"
#include "core/fold_inside.h"
#include "core/fold_ladder.h"
#include "core/guard.h"
#include "core/signs.h"

#include <string.h>

enum tcn_status tcn_fold_load(struct tcn_fold_step *step, bool *out_is_known) {
    const struct tcn_fold *fold = step->fold;
    uint64_t birth = 0;
    enum tcn_status status = TCN_ABSENT;
    if (!tcn_id_is_none(&step->event->matter)) {
        status = fold->ops->matter_find(fold->state, &step->event->matter, &birth);
    }
    if (status == TCN_ABSENT) {
        *out_is_known = false;
        tcn_fold_why(step, TCN_WHY_MATTER_ABSENT, 0);
        return TCN_OK;
    }
    if (status == TCN_OK) {
        status = fold->ops->matter_get(fold->state, birth, &step->matter);
    }
    if (status == TCN_ABSENT) {
        status = TCN_CORRUPT; /* an id without its matter */
    }
    if (status == TCN_OK) {
        step->before = step->matter;
        step->has_matter = true;
        *out_is_known = true;
        tcn_fold_note(step, (struct tcn_note){.why = TCN_WHY_MATTER_FOUND,
                                              .organ = step->matter.holder,
                                              .number = birth});
        status = tcn_fold_ladder_look(step);
    }
    return status;
}

uint16_t tcn_fold_holder_or_desk(const struct tcn_fold_step *step, uint16_t organ) {
    bool is_known = tcn_policy_organ(step->fold->policy, organ) != NULL;
    return is_known ? organ : step->fold->policy->desk;
}

void tcn_fold_begin(struct tcn_fold_step *step) {
    const struct tcn_id *named = &step->event->matter;
    bool is_minted = !tcn_id_is_none(named) && !tcn_guard_is_own_id(named) && !step->is_taken;
    step->has_matter = true;
    step->is_birth = true;
    memset(&step->matter, 0, sizeof(step->matter));
    step->matter.birth_position = step->in->position;
    step->matter.id = is_minted ? *named : tcn_guard_own_id(step->in->position);
    step->matter.mode = step->event->mode;
    step->matter.kind = TCN_PROCEDURE_GENERAL;
    step->matter.stage = TCN_STAGE_STUB;
    step->matter.holder = step->fold->policy->desk;
    tcn_fold_why(step, TCN_WHY_MATTER_BEGINS, 0);
}

void tcn_fold_set_domain(struct tcn_matter *matter, struct tcn_slice domain) {
    if (domain.size <= TCN_WORD_BYTES_MAX) {
        memset(matter->domain, 0, sizeof(matter->domain));
        if (domain.size > 0) {
            memcpy(matter->domain, domain.data, domain.size);
        }
    }
}

enum tcn_procedure_kind tcn_fold_kind_of(const struct tcn_domain *domain) {
    bool is_named = domain != NULL && domain->procedure != TCN_PROCEDURE_NONE;
    return is_named ? domain->procedure : TCN_PROCEDURE_GENERAL;
}

/** True for a guarded report whose list names discipline inspection. */
static bool is_discipline_listed(const struct tcn_fold_step *step) {
    const struct tcn_organ *discipline = tcn_policy_discipline(step->fold->policy);
    return step->notices.is_guarded && discipline != NULL &&
           tcn_guard_routes_to(&step->notices, discipline->number);
}

enum tcn_severity tcn_fold_severity(const struct tcn_fold_step *step) {
    const enum tcn_act act = step->event->act;
    const bool is_aside = tcn_act_is_apart(act) || act == TCN_ACT_REWRAPPED;
    const bool is_graver = (unsigned)step->event->severity > (unsigned)step->matter.severity;
    return !is_aside && is_graver ? step->event->severity : step->matter.severity;
}

void tcn_fold_raise(struct tcn_fold_step *step, enum tcn_severity told) {
    const struct tcn_policy *policy = step->fold->policy;
    struct tcn_matter *matter = &step->matter;
    struct tcn_matter as_told = *matter;
    as_told.severity = told;
    matter->severity = tcn_fold_severity(step);
    const struct tcn_beside before = tcn_duty_of(policy, &as_told).beside;
    const struct tcn_beside after = tcn_duty_of(policy, matter).beside;
    for (uint32_t i = 0; i < after.count; i++) {
        const uint16_t organ = after.organs[i];
        const bool is_new = !tcn_beside_has(&before, organ);
        if (is_new && organ == after.place) {
            tcn_fold_call_place(step, organ);
        } else if (is_new && organ != step->in->organ && tcn_policy_organ(policy, organ) != NULL) {
            tcn_fold_why(step, TCN_WHY_CO_RECIPIENT, organ);
            tcn_route_add(&step->notices, organ, TCN_REASON_CO_RECIPIENT);
        }
    }
}

void tcn_fold_call_place(struct tcn_fold_step *step, uint16_t organ) {
    struct tcn_route *notices = &step->notices;
    tcn_fold_why(step, TCN_WHY_CO_RECIPIENT, organ);
    tcn_route_add(notices, organ, TCN_REASON_CO_RECIPIENT);
    for (uint32_t i = 0; i < notices->recipient_count; i++) {
        struct tcn_recipient *told = &notices->recipients[i];
        if (told->organ == organ && told->reason == TCN_REASON_ANSWER) {
            told->reason = TCN_REASON_CO_RECIPIENT;
        }
    }
}

void tcn_fold_report(struct tcn_fold_step *step) {
    struct tcn_route *route = &step->notices;
    struct tcn_matter *matter = &step->matter;
    uint16_t desk = step->fold->policy->desk;
    tcn_route_traced(step->fold->policy, step->event, step->fold->trace, route);
    step->flags |= route->flags;
    matter->flags |= route->flags;
    if (step->flags != 0 && !route->is_guarded) {
        tcn_route_add(route, desk, TCN_REASON_UNKNOWN); /* what is odd is shown to the desk */
    }
    if (!route->is_guarded) {
        tcn_fold_set_domain(matter, step->event->domain);
        tcn_fold_set_category(matter, step->event);
        matter->division = route->division;
    }
    matter->marks |= is_discipline_listed(step) ? (uint32_t)TCN_MARK_LISTS_DISCIPLINE : 0u;
    matter->kind = tcn_fold_kind_of(route->domain);
    matter->office = step->in->organ;
    matter->learned_ns = step->event->learned_ns;
    matter->opened_ns = step->in->log_time_ns;
    if (matter->holder == desk || route->is_guarded) {
        matter->holder = tcn_fold_holder_or_desk(step, route->holder);
    } else { /* the desk has handed the stub on already */
        tcn_route_add(route, matter->holder, TCN_REASON_HOLDER);
    }
    tcn_fold_open(step, route->is_held);
}

void tcn_fold_narrow(struct tcn_fold_step *step) {
    const struct tcn_organ *discipline = tcn_policy_discipline(step->fold->policy);
    struct tcn_matter *matter = &step->matter;
    const bool is_desk_off = (step->flags & ~matter->flags & TCN_FLAG_NOT_THE_DESK) != 0;
    const bool is_other_off = discipline != NULL &&
                              (matter->marks & TCN_MARK_LISTS_DISCIPLINE) != 0 &&
                              !tcn_guard_tells(step->event, discipline->number);
    if (is_other_off) {
        matter->marks &= ~(uint32_t)TCN_MARK_LISTS_DISCIPLINE;
    }
    /* What waits may be the word of who is on it no more. */
    if ((is_desk_off || is_other_off) && matter->second.act != step->event->act) {
        memset(&matter->second, 0, sizeof(matter->second));
    }
}

bool tcn_fold_may_open(const struct tcn_fold_step *step) {
    struct tcn_route route;
    tcn_route(step->fold->policy, step->event, &route);
    return !route.is_guarded || tcn_guard_routes_to(&route, step->matter.holder);
}

bool tcn_fold_lists_holder(const struct tcn_fold_step *step) {
    struct tcn_route route;
    if (step->event->guard_organ_count > 0) {
        return tcn_guard_tells(step->event, step->matter.holder);
    }
    tcn_route(step->fold->policy, step->event, &route);
    return !route.is_guarded || tcn_guard_routes_to(&route, step->matter.holder);
}

void tcn_fold_apart(struct tcn_fold_step *step, bool is_known) {
    step->is_taken = is_known || step->event->act != TCN_ACT_REPORTED;
    if (step->is_taken) {
        tcn_fold_why(step, TCN_WHY_KEPT_APART, 0);
    }
    tcn_fold_begin(step);
    tcn_fold_report(step);
}

bool tcn_fold_is_shut_out(const struct tcn_fold_step *step) {
    uint16_t desk = step->fold->policy->desk;
    return step->in->organ == desk && desk != step->matter.office &&
           !tcn_guard_tells_desk(&step->matter, desk);
}

bool tcn_fold_may_tell_desk(const struct tcn_fold_step *step) {
    uint16_t desk = step->fold->policy->desk;
    return tcn_guard_tells_desk(&step->matter, desk) && tcn_guard_tells(step->event, desk);
}

/** What the policy makes of an organ on the matter: a party of its domain, the office of its place,
 * or nothing. */
static uint32_t side_of(const struct tcn_fold_step *step, uint16_t organ) {
    const struct tcn_policy *policy = step->fold->policy;
    const struct tcn_matter *matter = &step->matter;
    const struct tcn_domain *domain = tcn_policy_domain(policy, tcn_slice_text(matter->domain));
    const struct tcn_beside beside =
        tcn_policy_beside(policy, domain, matter->severity, tcn_sign_office(policy, matter));
    const bool is_place = organ == beside.place;
    const bool is_named = tcn_beside_has(&beside, organ) && !(is_place && beside.is_place_alone);
    const bool is_party = domain != NULL && (domain->owner == organ || is_named);
    return (is_party ? TCN_WHO_PARTY : 0u) | (is_place ? TCN_WHO_PLACE : 0u);
}

/** True for what stands above the holder, by its line or by its place. */
static bool is_higher(const struct tcn_fold_step *step, uint16_t organ) {
    const struct tcn_organ *holder = tcn_policy_organ(step->fold->policy, step->matter.holder);
    return holder != NULL && organ != holder->number &&
           (holder->line_parent == organ || holder->place_parent == organ);
}

uint16_t tcn_fold_higher(const struct tcn_fold_step *step) {
    const struct tcn_policy *policy = step->fold->policy;
    return tcn_guard_has(&step->matter)
               ? 0
               : tcn_duty_higher(tcn_policy_organ(policy, step->matter.holder), policy);
}

uint32_t tcn_fold_who(const struct tcn_fold_step *step) {
    const uint16_t organ = step->in->organ;
    const struct tcn_matter *matter = &step->matter;
    uint32_t who = TCN_WHO_ANYONE;
    if (organ == 0) {
        return who;
    }
    bool is_desk = organ == step->fold->policy->desk && tcn_guard_tells_desk(matter, organ);
    bool is_unclaimed = matter->opened_ns == 0; /* a stub: its reporter is not known yet */
    bool is_guarded = tcn_guard_has(matter);
    who |= organ == matter->holder || step->takes_back ? TCN_WHO_HOLDER : 0u;
    who |= is_desk ? TCN_WHO_DESK : 0u;
    who |= organ == matter->office || is_unclaimed ? TCN_WHO_OFFICE : 0u;
    who |= is_guarded ? 0u : side_of(step, organ);
    who |= !is_guarded && is_higher(step, organ) ? TCN_WHO_HIGHER : 0u;
    who |= organ == matter->submitter ? TCN_WHO_SUBMITTER : 0u;
    return who;
}
