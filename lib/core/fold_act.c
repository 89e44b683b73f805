/* SPDX-License-Identifier: Apache-2.0 */
/* An act on a matter: core/procedure judges it, core/duty says where a hand-over goes that is not
 * taken and who owes what comes next; here is what follows for the matter. Part of core/fold. */
#include "core/duty.h"
#include "core/fold_inside.h"
#include "core/fold_placement.h"
#include "core/fold_second.h"
#include "core/guard.h"
#include "core/opening.h"
#include "core/procedure.h"
#include "model/plans.h"

#include <string.h>

void tcn_fold_void(struct tcn_fold_step *step, enum tcn_status code) {
    step->code = code;
    step->allowed_acts = 0;
    step->facts = 0;
}

/** The act is void as its verdict says. */
static void void_by(struct tcn_fold_step *step, const struct tcn_procedure_verdict *verdict) {
    tcn_fold_void(step, verdict->code);
    step->allowed_acts = tcn_acts_bits(verdict->allowed, verdict->allowed_count);
    step->facts = verdict->missing;
}

/** True when an organ may get a matter back by one post's word: a guarded one only who is on its
 * list, for whoever had it by two posts' word may be whom a later text accuses. */
static bool may_get_back(const struct tcn_fold_step *step, uint16_t organ) {
    const struct tcn_policy *policy = step->fold->policy;
    return tcn_policy_organ(policy, organ) != NULL && tcn_guard_tells(step->event, organ) &&
           (!tcn_guard_has(&step->matter) || tcn_guard_lists(policy, &step->matter, organ));
}

/** Where a hand-over goes that its holder objects to. Who must not learn of a guarded matter does
 * not get it back. */
static struct tcn_bounce bounce_of(const struct tcn_fold_step *step) {
    const struct tcn_matter *matter = &step->matter;
    const struct tcn_policy *policy = step->fold->policy;
    bool is_told = may_get_back(step, matter->sender);
    const struct tcn_hand_over hand_over = {.is_objection = true,
                                            .holder = matter->holder,
                                            .sender = is_told ? matter->sender : 0,
                                            .higher = tcn_fold_higher(step),
                                            .desk = policy->desk,
                                            .bounce_count = matter->bounce_count};
    return tcn_duty_bounce(&hand_over);
}

/** False when the policy names the posts of the organ that acts, and the act names none of them: a
 * program cannot acknowledge in the name of nobody. */
static bool is_post_of(const struct tcn_fold_step *step) {
    const struct tcn_plans *plans = step->fold->policy->plans;
    const struct tcn_organ *organ = tcn_policy_organ(step->fold->policy, step->in->organ);
    for (uint32_t i = 0; plans != NULL && organ != NULL && i < plans->organ_count; i++) {
        const struct tcn_organ_posts *posts = &plans->organs[i];
        bool is_there = posts->count == 0;
        if (strcmp(posts->organ, organ->id) != 0) {
            continue;
        }
        for (uint32_t j = 0; j < posts->count; j++) {
            is_there = is_there || tcn_slice_is_text(step->event->act_body.post, posts->posts[j]);
        }
        return is_there;
    }
    return true;
}

/** The organ that TRANSFERRED hands to; NULL when the policy knows none of that name, or the
 * event's own list keeps it from it. */
static const struct tcn_organ *organ_to(const struct tcn_fold_step *step) {
    const struct tcn_organ *organ =
        tcn_policy_organ_by_id(step->fold->policy, step->event->act_body.to_organ);
    return organ != NULL && tcn_guard_tells(step->event, organ->number) ? organ : NULL;
}

/** True when a hand-over by word stays within the matter's list. */
static bool is_to_listed(const struct tcn_fold_step *step) {
    const struct tcn_organ *organ = organ_to(step);
    return step->event->act == TCN_ACT_TRANSFERRED && organ != NULL &&
           tcn_guard_lists(step->fold->policy, &step->matter, organ->number);
}

/** The act as core/procedure takes it. */
static struct tcn_procedure_input input_of(const struct tcn_fold_step *step) {
    const struct tcn_matter *matter = &step->matter;
    const struct tcn_domain *named = tcn_policy_domain(step->fold->policy, step->event->domain);
    struct tcn_procedure_input in = {
        .kind = matter->kind,
        .stage = matter->stage,
        .marks = matter->marks,
        .act = step->event->act,
        .who = tcn_fold_who(step),
        .facts = tcn_procedure_facts(step->event),
        .named = named != NULL ? tcn_fold_kind_of(named) : TCN_PROCEDURE_NONE,
    };
    if (in.act == TCN_ACT_ACKNOWLEDGED && !is_post_of(step)) {
        in.facts &= ~(uint32_t)TCN_FACT_POST;
    }
    if (in.act == TCN_ACT_ERASED) {
        in.facts = (in.facts & ~(uint32_t)(TCN_FACT_EVENT | TCN_FACT_REASON)) | step->named_facts;
    }
    in.facts |= tcn_guard_has(matter) ? TCN_FACT_GUARDED : 0u;
    in.facts |= matter->stage == TCN_STAGE_HELD ? TCN_FACT_HELD : 0u;
    in.facts |= tcn_fold_is_second(step) ? TCN_FACT_SECOND : 0u;
    in.facts |= is_to_listed(step) ? TCN_FACT_TO_LISTED : 0u;
    in.facts |= bounce_of(step).is_at_desk ? TCN_FACT_LAST_BOUNCE : 0u;
    return in;
}

/** The void of an act on a guarded matter, whose actor must learn nothing of it (rule 4). Its
 * office hears nothing at all: it knows that it reported, but not what became of it. Anybody else
 * hears what the stub of a matter that nobody reported would have answered: silence would tell the
 * two apart. */
static void make_secret_void(struct tcn_fold_step *step) {
    step->is_secret = true;
    if (step->in->organ == step->matter.office) {
        tcn_fold_why(step, TCN_WHY_VOID_UNSAID, step->in->organ);
        return;
    }
    const struct tcn_procedure_input in = {.kind = TCN_PROCEDURE_GENERAL,
                                           .stage = TCN_STAGE_STUB,
                                           .act = step->event->act,
                                           .who = TCN_WHO_ANYONE | TCN_WHO_OFFICE,
                                           .facts = tcn_procedure_facts(step->event)};
    struct tcn_procedure_verdict verdict;
    tcn_procedure_judge(&in, &verdict);
    tcn_fold_void(step, TCN_DENIED);
    if (step->opening.word != TCN_OPENING_NONE) { /* O8 */
        tcn_opening_hide(step);
        verdict.code = step->opening.code;
        verdict.missing = step->opening.missing;
    }
    tcn_fold_why(step, verdict.code != TCN_OK ? TCN_WHY_VOID_AS_STUB : TCN_WHY_VOID_UNSAID,
                 step->in->organ);
    if (verdict.code != TCN_OK) {
        void_by(step, &verdict);
        step->is_secret = false;
        step->has_matter = false;
        step->flags |= TCN_FLAG_STUB;
    }
}

/** Says by which row of the procedure the act counts, or why by none. */
static void note_verdict(const struct tcn_fold_step *step, const struct tcn_procedure_input *in,
                         const struct tcn_procedure_verdict *verdict) {
    const struct tcn_procedure_row *row = verdict->row;
    struct tcn_note note = {.why = TCN_WHY_ROW_ALLOWS, .act = in->act, .number = verdict->stage};
    tcn_fold_note(step, (struct tcn_note){.why = TCN_WHY_STANDS, /* before the act */
                                          .bits = (uint32_t)in->kind,
                                          .number = (uint64_t)in->stage});
    tcn_fold_note(
        step, (struct tcn_note){.why = TCN_WHY_ACTOR, .organ = step->in->organ, .bits = in->who});
    if (verdict->code == TCN_DENIED) {
        note.why = TCN_WHY_ROW_DENIES;
    } else if (verdict->code == TCN_NOT_ALLOWED) {
        note.why = TCN_WHY_ROW_NOT_NOW;
        note.number = tcn_acts_bits(verdict->allowed, verdict->allowed_count);
    } else if (verdict->code != TCN_OK) {
        note.why = TCN_WHY_ROW_LACKS;
        note.bits = verdict->missing;
    }
    note.source = row != NULL ? row->source : NULL;
    tcn_fold_note(step, note);
    tcn_fold_note_second(step, in, verdict);
    if (verdict->birth != NULL) {
        tcn_fold_note(step, (struct tcn_note){.why = TCN_WHY_KIND_BECOMES,
                                              .bits = (uint32_t)verdict->kind,
                                              .source = verdict->birth->source});
    }
}

/** Whether the act is void, and as what. */
static void judge(struct tcn_fold_step *step, struct tcn_procedure_verdict *out_verdict) {
    const struct tcn_procedure_input in = input_of(step);
    tcn_procedure_judge(&in, out_verdict);
    if (step->fold->trace != NULL) {
        note_verdict(step, &in, out_verdict);
    }
    if (step->event->mode != step->matter.mode) { /* rule 2 */
        tcn_fold_why(step, TCN_WHY_MODE_OTHER, 0);
        tcn_fold_void(step, TCN_NOT_ALLOWED);
    } else if (out_verdict->code != TCN_OK) {
        void_by(step, out_verdict);
    } else if (step->is_erased) {
        tcn_fold_void(step, TCN_EXISTS);
    } else if (step->opening.code != TCN_OK) {
        tcn_fold_void(step, step->opening.code);
        step->facts = step->opening.missing;
    }
    bool is_insider = (in.who & (TCN_WHO_HOLDER | TCN_WHO_DESK)) != 0;
    if (step->code != TCN_OK && tcn_guard_has(&step->matter) && !is_insider) {
        make_secret_void(step);
    }
}

/** Gives the matter another holder, who is told, as is the one who had it. */
static void hand_to(struct tcn_fold_step *step, uint16_t organ) {
    uint16_t before = step->matter.holder;
    if (before != step->in->organ && before != organ && tcn_guard_tells(step->event, before)) {
        tcn_route_add(&step->notices, before, TCN_REASON_HOLDER);
    }
    if (before != organ) { /* what waits was said where it is no more */
        memset(&step->matter.second, 0, sizeof(step->matter.second));
    }
    step->matter.holder = organ;
    step->matter.sender = step->in->organ;
    step->matter.marks &= ~(uint32_t)TCN_MARK_BY_TIME;
    tcn_fold_why(step, TCN_WHY_HANDED_TO, organ);
    tcn_route_add(&step->notices, organ, TCN_REASON_TRANSFER);
}

static void void_as_no_organ(struct tcn_fold_step *step) {
    tcn_fold_note(step, (struct tcn_note){.why = TCN_WHY_NOT_AN_ORGAN,
                                          .word = step->event->act_body.to_organ});
    tcn_fold_void(step, TCN_BAD_VALUE);
    step->facts = TCN_FACT_TO_ORGAN;
}

/** TRANSFERRED: to an organ that the policy knows, and that the event's own list lets know. */
static void apply_transfer(struct tcn_fold_step *step) {
    const struct tcn_organ *organ = organ_to(step);
    if (organ == NULL) {
        void_as_no_organ(step);
        return;
    }
    hand_to(step, organ->number);
}

/** RECLASSIFIED: another domain of the policy, and its owner leads. */
static void apply_reclassify(struct tcn_fold_step *step) {
    const struct tcn_domain *domain = tcn_policy_domain(step->fold->policy, step->event->domain);
    uint16_t owner = domain != NULL ? tcn_fold_holder_or_desk(step, domain->owner) : 0;
    if (domain == NULL || !tcn_guard_tells(step->event, owner)) {
        tcn_fold_note(step,
                      (struct tcn_note){.why = TCN_WHY_NOT_A_DOMAIN, .word = step->event->domain});
        tcn_fold_void(step, TCN_BAD_VALUE);
        step->facts = TCN_FACT_DOMAIN;
        return;
    }
    tcn_fold_set_domain(&step->matter, step->event->domain);
    hand_to(step, owner);
}

/** RELEASED: the hold ends; it names the organ, the domain, or both, or leaves the matter with whom
 * it is. Beside an organ a domain that the policy does not know is as good as none. */
static void apply_release(struct tcn_fold_step *step) {
    step->matter.marks &= ~(uint32_t)TCN_MARK_BY_TIME; /* two posts have said where it is */
    if (step->event->act_body.to_organ.size == 0) {
        if (step->event->domain.size > 0) {
            apply_reclassify(step);
        }
        return;
    }
    apply_transfer(step);
    if (step->code == TCN_OK &&
        tcn_policy_domain(step->fold->policy, step->event->domain) != NULL) {
        tcn_fold_set_domain(&step->matter, step->event->domain);
    }
}

/** OBJECTED: back to its sender, or up, or to the desk, where it may learn of it. */
static void apply_bounce(struct tcn_fold_step *step) {
    const struct tcn_bounce bounce = bounce_of(step);
    step->matter.bounce_count = bounce.bounce_count;
    if (!bounce.is_at_desk || tcn_fold_may_tell_desk(step)) {
        hand_to(step, bounce.holder);
    } else {
        tcn_fold_why(step, TCN_WHY_BOUNCE_STAYS, step->matter.holder);
    }
}

/** Asked for a review: the next higher organ leads, or the desk where there is none. A guarded
 * matter stays: whoever may read whom it accuses hands it on. */
static void apply_rise(struct tcn_fold_step *step) {
    if (!tcn_guard_has(&step->matter)) {
        const uint16_t higher = tcn_fold_higher(step);
        if (higher == 0) {
            tcn_fold_why(step, TCN_WHY_NO_HIGHER, step->matter.holder);
        }
        hand_to(step, higher != 0 ? higher : step->fold->policy->desk);
    }
}

/** ACCEPTED: it is taken. Who got it meanwhile by time alone is told that it is not its any more.
 */
static void take(struct tcn_fold_step *step) {
    struct tcn_matter *matter = &step->matter;
    if (step->takes_back) {
        tcn_fold_why(step, TCN_WHY_TAKEN_BEFORE, matter->holder);
        tcn_route_add(&step->notices, matter->holder, TCN_REASON_HOLDER);
        matter->holder = step->in->organ;
        matter->sender = 0;
    }
    matter->marks &= ~(uint32_t)TCN_MARK_BY_TIME;
    matter->bounce_count = 0;
}

static void apply_effect(struct tcn_fold_step *step, const struct tcn_procedure_row *row) {
    const enum tcn_act act = row->act;
    if (act == TCN_ACT_TRANSFERRED) {
        apply_transfer(step);
    } else if (act == TCN_ACT_RECLASSIFIED) {
        apply_reclassify(step);
    } else if (act == TCN_ACT_RELEASED) {
        apply_release(step);
    } else if (row->is_bounce) {
        apply_bounce(step);
    } else if (row->goes_up) {
        apply_rise(step);
    } else if (act == TCN_ACT_SUBMITTED) {
        step->matter.submitter = step->in->organ;
    } else if (act == TCN_ACT_ACCEPTED) {
        take(step);
    }
}

/** The matter moves as its verdict says. What waited for a second person waited where it was, and
 * no longer than until it is done. */
static void move(struct tcn_matter *matter, const struct tcn_procedure_verdict *verdict) {
    bool has_moved = matter->kind != verdict->kind || matter->stage != verdict->stage;
    if (matter->kind != verdict->kind) {
        matter->submitter = 0;
    }
    const bool is_done = matter->second.act == verdict->row->act;
    if (has_moved || verdict->row->is_two_person || is_done) {
        memset(&matter->second, 0, sizeof(matter->second));
    }
    matter->kind = verdict->kind;
    matter->stage = verdict->stage;
    matter->marks = (verdict->marks & ~TCN_MARKS_OWN) | (matter->marks & TCN_MARKS_OWN);
}

/** Says, once for each organ, why it is not told; nobody is no organ. */
static void untold(const struct tcn_fold_step *step, enum tcn_why why, uint16_t organ) {
    if (step->fold->trace != NULL && organ != 0 && !tcn_trace_has(step->fold->trace, why, organ)) {
        tcn_fold_why(step, why, organ);
    }
}

/** Adds an organ of the policy, but for the actor. */
static void tell(struct tcn_fold_step *step, uint16_t organ, enum tcn_reason reason) {
    if (organ == step->in->organ) {
        untold(step, TCN_WHY_ACTOR_UNTOLD, organ);
    } else if (tcn_policy_organ(step->fold->policy, organ) == NULL) {
        untold(step, TCN_WHY_UNKNOWN_UNTOLD, organ);
    } else {
        tcn_route_add(&step->notices, organ, reason);
    }
}

/** Adds the desk, if it may learn of it and did not do it. */
static void tell_desk(struct tcn_fold_step *step) {
    if (tcn_fold_may_tell_desk(step)) {
        tell(step, step->fold->policy->desk, TCN_REASON_HOLDER);
    } else {
        untold(step, TCN_WHY_DESK_UNTOLD, step->fold->policy->desk);
    }
}

/** Adds those that the act is always told to, but for the actor and, of a guarded matter, its
 * office (rule 4). */
static void gather_notices(struct tcn_fold_step *step, const struct tcn_act_rule *rule) {
    const struct tcn_matter *matter = &step->matter;
    uint16_t actor = step->in->organ;
    const bool is_leads = (rule->tells & TCN_TELLS_HOLDER) != 0;
    if (is_leads && matter->holder == actor) {
        untold(step, TCN_WHY_ACTOR_UNTOLD, actor);
    } else if (is_leads) {
        tcn_route_add(&step->notices, matter->holder, TCN_REASON_HOLDER);
    }
    if ((rule->tells & TCN_TELLS_DESK) != 0) {
        tell_desk(step);
    }
    const bool is_answer = (rule->tells & TCN_TELLS_OFFICE) != 0;
    if (is_answer && matter->office == actor) {
        untold(step, TCN_WHY_ACTOR_UNTOLD, actor);
    } else if (is_answer && tcn_guard_has(matter)) {
        tcn_fold_why(step, TCN_WHY_OFFICE_UNTOLD, matter->office);
    } else if (is_answer) {
        tcn_route_add(&step->notices, matter->office, TCN_REASON_ANSWER);
    }
}

/** What an act lacks, and that it comes too early, is shown to who leads and to the desk. */
static void gather_oddities(struct tcn_fold_step *step, const struct tcn_procedure_row *row,
                            uint32_t lacking) {
    step->facts = lacking;
    step->shown |= lacking != 0 ? TCN_FLAG_LACKING : 0u;
    step->shown |= row->is_early ? TCN_FLAG_EARLY : 0u;
    if (lacking != 0) {
        tcn_fold_note(step, (struct tcn_note){.why = TCN_WHY_SHOULD_SAY, .bits = lacking});
    }
    if (row->is_early) {
        tcn_fold_why(step, TCN_WHY_OUT_OF_ORDER, 0);
    }
    if (step->shown != 0) {
        tell(step, step->matter.holder, TCN_REASON_HOLDER);
        tell_desk(step);
    }
}

/** Adds every co-recipient of the matter; where they owe an act, only those who may say it. */
static void tell_recipients(struct tcn_fold_step *step, enum tcn_reason reason) {
    const struct tcn_beside beside = tcn_duty_of(step->fold->policy, &step->matter).beside;
    for (uint32_t i = 0; i < beside.count; i++) {
        const uint16_t organ = beside.organs[i];
        const bool is_place = organ == beside.place;
        if (is_place && reason == TCN_REASON_CO_RECIPIENT) {
            tcn_fold_call_place(step, organ);
        } else if (!is_place || !beside.is_place_alone) {
            tell(step, organ, reason);
        }
    }
}

/** A level that rises is told to who leads, to the desk, and to every co-recipient: it is another
 * accident from now on. Of a guarded matter nobody is a co-recipient. */
static void tell_rise(struct tcn_fold_step *step, const struct tcn_matter *before) {
    const struct tcn_matter *matter = &step->matter;
    if (matter->toll.degree.rank > before->toll.degree.rank) {
        tell(step, matter->holder, TCN_REASON_HOLDER);
        tell_desk(step);
        tell_recipients(step, TCN_REASON_CO_RECIPIENT);
    }
}

/** More people dead or in danger than were known: everybody is told again who has to have it in
 * hand, whatever was acknowledged before. */
static void tell_anew(struct tcn_fold_step *step) {
    const struct tcn_matter *matter = &step->matter;
    if (step->rings_anew) {
        tcn_fold_why(step, TCN_WHY_RINGS_ANEW, matter->holder);
        tell(step, matter->holder, TCN_REASON_HOLDER);
        tell_desk(step);
        tell_recipients(step, TCN_REASON_CO_RECIPIENT);
    }
}

/** Says that a co-recipient is not told again, unless it is one of those that are told now. */
static void note_told_before(const struct tcn_fold_step *step, uint16_t organ) {
    if (step->fold->trace == NULL) {
        return;
    }
    bool is_known = tcn_policy_organ(step->fold->policy, organ) != NULL;
    for (uint32_t i = 0; i < step->notices.recipient_count; i++) {
        if (step->notices.recipients[i].organ == organ) {
            return;
        }
    }
    untold(step, is_known ? TCN_WHY_TOLD_BEFORE : TCN_WHY_UNKNOWN_UNTOLD, organ);
}

/** Tells who owes an act, or why not. */
static void tell_duty(struct tcn_fold_step *step, const struct tcn_duty *duty, bool is_other) {
    bool is_co_recipient = duty->owed == TCN_ACT_ACKNOWLEDGED;
    bool is_off = duty->organ == step->fold->policy->desk && !tcn_fold_may_tell_desk(step);
    if (is_co_recipient && is_other) {
        tell(step, duty->organ, TCN_REASON_CO_RECIPIENT);
    } else if (is_co_recipient) {
        note_told_before(step, duty->organ);
    } else if (duty->organ == 0) {
        tell_recipients(step, TCN_REASON_OWED);
    } else if (is_off) {
        untold(step, TCN_WHY_DESK_UNTOLD, duty->organ);
    } else {
        tell(step, duty->organ, TCN_REASON_OWED);
    }
}

/** Who owes the next act is told where the matter moved, and every co-recipient where it became
 * another: of another domain, or of another kind. Of a guarded matter nobody is a co-recipient. */
static void gather_duties(struct tcn_fold_step *step, const struct tcn_matter *before) {
    const struct tcn_matter *matter = &step->matter;
    const struct tcn_policy *policy = step->fold->policy;
    bool is_other = matter->kind != before->kind || strcmp(matter->domain, before->domain) != 0;
    const struct tcn_duty_input in = tcn_duty_of(policy, matter);
    struct tcn_matter as_grave = *matter;
    as_grave.severity = before->severity;
    bool is_graver = in.beside.count != tcn_duty_of(policy, &as_grave).beside.count;
    bool has_moved =
        is_other || is_graver || matter->stage != before->stage || matter->holder != before->holder;
    if (!has_moved) {
        tcn_fold_why(step, TCN_WHY_DUTIES_STAND, 0);
        return;
    }
    struct tcn_duty duties[TCN_DUTIES_MAX];
    const uint32_t count = tcn_duty_gather(&in, duties);
    if (count == 0) {
        tcn_fold_why(step, TCN_WHY_NO_DUTY, 0);
    }
    for (uint32_t i = 0; i < count; i++) {
        tcn_fold_note(
            step, (struct tcn_note){.why = duties[i].organ != 0 ? TCN_WHY_OWES : TCN_WHY_ANY_OWES,
                                    .organ = duties[i].organ,
                                    .act = duties[i].owed});
        tell_duty(step, &duties[i], is_other);
    }
}

/** An act that waits for the second person: it is remembered, and moves nothing. Its own organ is
 * told too, for the other post may be one of that organ's. */
static void remember_first(struct tcn_fold_step *step) {
    tcn_fold_keep_first(step);
    step->shown |= TCN_FLAG_WAITS;
    tcn_route_add(&step->notices, step->matter.holder, TCN_REASON_HOLDER);
    if (tcn_fold_may_tell_desk(step)) {
        tcn_route_add(&step->notices, step->fold->policy->desk, TCN_REASON_HOLDER);
    }
    tell(step, tcn_fold_higher(step), TCN_REASON_OWED);
}

/** Two persons have handed it on: whoever was told that it waits is told that it does so no more,
 * the organ that had it and the desk, for the first word, or both, may have been of another post of
 * theirs, and what was sealed before is theirs to re-wrap. */
static void tell_parting(struct tcn_fold_step *step, uint16_t before) {
    if (before == step->matter.holder) {
        return;
    }
    if (tcn_guard_tells(step->event, before)) {
        tcn_route_add(&step->notices, before, TCN_REASON_HOLDER);
    }
    if (tcn_fold_may_tell_desk(step)) {
        tcn_route_add(&step->notices, step->fold->policy->desk, TCN_REASON_HOLDER);
    }
}

void tcn_fold_act(struct tcn_fold_step *step, const struct tcn_act_rule *rule) {
    const struct tcn_matter before = step->matter;
    struct tcn_procedure_verdict verdict;
    judge(step, &verdict);
    if (step->code != TCN_OK) {
        return;
    }
    if (verdict.is_waiting && step->event->act == TCN_ACT_TRANSFERRED && organ_to(step) == NULL) {
        void_as_no_organ(step); /* there is nobody for the second person to name either */
        return;
    }
    if (verdict.is_waiting) {
        remember_first(step);
        tcn_fold_raise(step, before.severity);
        return;
    }
    apply_effect(step, verdict.row);
    if (step->code == TCN_OK) {
        tcn_fold_placement_act(step);
    }
    if (step->code != TCN_OK) {
        return;
    }
    if (verdict.needs_two) {
        tell_parting(step, before.holder);
    }
    move(&step->matter, &verdict);
    step->stops_all = verdict.row->stops_all;
    step->erases = step->event->act == TCN_ACT_ERASED;
    gather_notices(step, rule);
    tcn_fold_raise(step, before.severity);
    if (step->opening.word != TCN_OPENING_NONE) {
        tcn_opening_tell(step);
    }
    gather_oddities(step, verdict.row, verdict.lacking | tcn_fold_count(step));
    tell_rise(step, &before);
    tell_anew(step);
    if (verdict.birth != NULL && step->event->act != TCN_ACT_RECLASSIFIED &&
        step->event->act != TCN_ACT_RELEASED) {
        tell_desk(step); /* harm has made it another */
    }
    gather_duties(step, &before);
}

void tcn_fold_to_stub(struct tcn_fold_step *step, const struct tcn_act_rule *rule) {
    tcn_fold_begin(step);
    step->flags |= TCN_FLAG_STUB;
    tcn_fold_why(step, TCN_WHY_LEAVES_STUB, step->fold->policy->desk);
    tcn_fold_act(step, rule);
    tcn_route_add(&step->notices, step->fold->policy->desk, TCN_REASON_UNKNOWN);
}

void tcn_fold_open(struct tcn_fold_step *step, bool is_held) {
    const struct tcn_matter before = step->matter;
    struct tcn_procedure_input in = input_of(step);
    struct tcn_procedure_verdict verdict;
    in.act = TCN_ACT_REPORTED; /* what is kept apart opens a matter, whichever act it is */
    in.facts |= is_held ? TCN_FACT_HELD : 0u;
    tcn_procedure_judge(&in, &verdict);
    if (step->fold->trace != NULL) {
        note_verdict(step, &in, &verdict);
    }
    TCN_CHECK(verdict.code == TCN_OK && !verdict.is_waiting); /* anybody may report */
    move(&step->matter, &verdict);
    tcn_fold_raise(step, step->event->severity);
    gather_oddities(step, verdict.row, verdict.lacking | tcn_fold_count(step));
    if (verdict.birth != NULL) {
        tell_desk(step);
    }
    gather_duties(step, &before);
}
