/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fold_placement.h"

#include "base/date.h"
#include "core/due.h"
#include "core/fold_due.h"
#include "core/guard.h"
#include "core/placement.h"
#include "core/signs.h"

#include <string.h>

/** The district's days; those of UTC where the policy has no calendar. */
static const struct tcn_calendar *calendar_of(const struct tcn_fold *fold) {
    static const struct tcn_calendar utc = {.offset_minutes = 0};
    return fold->policy->clocks != NULL ? &fold->policy->clocks->calendar : &utc;
}

static const struct tcn_program *program_of(const struct tcn_policy *policy,
                                            const struct tcn_matter *matter) {
    const struct tcn_plans *plans = policy->plans;
    return plans != NULL ? tcn_program_of(plans->programs, plans->program_count, matter->domain)
                         : NULL;
}

/** A number that the event says, 0 when it says none, or one that is none. */
static uint64_t number_of(const struct tcn_event *event, const char *name) {
    const struct tcn_attribute *attribute = tcn_event_attribute(event, name);
    const bool is_number = attribute != NULL && attribute->kind == TCN_ATTRIBUTE_NUMBER;
    return is_number && attribute->number > 0 ? (uint64_t)attribute->number : 0;
}

static uint32_t month_of(const struct tcn_event *event, const char *name) {
    return tcn_month_number((int64_t)number_of(event, name));
}

static uint32_t metres_of(const struct tcn_event *event) {
    const uint64_t metres = number_of(event, "road_length");
    return metres < TCN_PROGRAM_METRES_MAX ? (uint32_t)metres : TCN_PROGRAM_METRES_MAX;
}

static enum tcn_claim claim_of(const struct tcn_event *event) {
    const struct tcn_attribute *attribute = tcn_event_attribute(event, "claim");
    const bool is_text = attribute != NULL && attribute->kind == TCN_ATTRIBUTE_TEXT;
    return is_text ? tcn_claim_from_name(attribute->text) : TCN_CLAIM_NONE;
}

/** The money that it names, by attribute or as a loss that was counted. */
static uint64_t fen_of(const struct tcn_event *event) {
    const uint64_t fen = number_of(event, "amount_fen");
    return fen != 0 ? fen : event->counts.loss_fen.value;
}

enum tcn_status tcn_fold_placement_load(struct tcn_fold_step *step) {
    const struct tcn_fold *fold = step->fold;
    if (!step->has_matter || step->matter.kind != TCN_PROCEDURE_PLACEMENT) {
        return TCN_OK;
    }
    const enum tcn_status status =
        fold->ops->placement_get(fold->state, step->matter.birth_position, &step->placement);
    step->has_placement = status == TCN_OK;
    return status == TCN_ABSENT ? TCN_OK : status;
}

/** The act as core/placement takes it. */
static struct tcn_placement_act act_of(const struct tcn_fold_step *step,
                                       const struct tcn_program *program) {
    const struct tcn_policy *policy = step->fold->policy;
    const struct tcn_organ *organ = tcn_policy_organ(policy, step->in->organ);
    const struct tcn_slice id = tcn_slice_text(organ != NULL ? organ->id : "");
    const bool is_recommender = step->in->organ == step->matter.office;
    const int64_t recorded_ns = step->event->recorded_ns;
    return (struct tcn_placement_act){
        .calendar = calendar_of(step->fold),
        .act = step->event->act,
        .month = month_of(step->event, "month"),
        .claim = claim_of(step->event),
        .fen = fen_of(step->event),
        .organ = step->in->organ,
        .is_recommender = is_recommender,
        .is_confirmer = !is_recommender && tcn_program_confirms(program, id),
        .is_approver =
            step->in->organ == policy->desk || tcn_slice_is_text(id, program->approves_late),
        .recorded_ns = recorded_ns != 0 ? recorded_ns : step->in->log_time_ns,
    };
}

/** Who pays, and the desk, unless they did it themselves or may not learn of it. */
static void warn(struct tcn_fold_step *step, const struct tcn_program *program) {
    const struct tcn_policy *policy = step->fold->policy;
    const struct tcn_organ *payer = tcn_policy_organ_by_id(policy, tcn_slice_text(program->payer));
    const bool is_apart = tcn_guard_has(&step->matter);
    if (payer != NULL && payer->number != step->in->organ &&
        (!is_apart || payer->number == step->matter.holder)) {
        tcn_route_add(&step->notices, payer->number, TCN_REASON_BREACH);
    }
    if (policy->desk != step->in->organ && tcn_fold_may_tell_desk(step)) {
        tcn_route_add(&step->notices, policy->desk, TCN_REASON_BREACH);
    }
}

/** A report, a correction or news may say since when, and how much road. */
static void correct(struct tcn_fold_step *step, const struct tcn_program *program) {
    const enum tcn_act act = step->event->act;
    const bool is_news =
        act == TCN_ACT_REPORTED || act == TCN_ACT_CORRECTED || act == TCN_ACT_FOLLOWED_UP;
    const uint32_t first = month_of(step->event, "start_month");
    const uint32_t metres = metres_of(step->event);
    if (is_news && first != 0) {
        (void)tcn_placement_set_first(first, &step->placement);
    }
    if (is_news && metres != 0) {
        tcn_placement_set_metres(program, metres, &step->placement);
    }
}

/** Names whose word cannot be the only one: of who recommended, and of who brought a late proof. */
static void name_alone(struct tcn_fold_step *step, const struct tcn_placement_act *act,
                       enum tcn_status code) {
    const struct tcn_placement *placement = &step->placement;
    const bool is_word = act->act == TCN_ACT_MONTH_CONFIRMED && code == TCN_OK;
    const bool is_approval = act->act == TCN_ACT_APPROVED && code == TCN_DENIED;
    if (act->is_recommender && (is_word || is_approval)) {
        tcn_fold_why(step, TCN_WHY_MONTH_OWN_WORD, act->organ);
    }
    if (is_approval &&
        placement->months[act->month - placement->first_month].prover == act->organ) {
        tcn_fold_why(step, TCN_WHY_MONTH_OWN_PROOF, act->organ);
    }
}

void tcn_fold_placement_act(struct tcn_fold_step *step) {
    const struct tcn_program *program = program_of(step->fold->policy, &step->matter);
    if (!step->has_placement || program == NULL) {
        return;
    }
    const struct tcn_placement_act act = act_of(step, program);
    struct tcn_placement_verdict verdict;
    tcn_placement_apply(&act, &step->placement, &verdict);
    name_alone(step, &act, verdict.code);
    if (verdict.code != TCN_OK) {
        tcn_fold_void(step, verdict.code);
        step->facts = verdict.missing;
        tcn_fold_note(step, (struct tcn_note){.why = TCN_WHY_MONTH_VOID,
                                              .act = act.act,
                                              .bits = verdict.missing,
                                              .number = tcn_month_written(act.month)});
        return;
    }
    correct(step, program);
    step->breaches = verdict.breaches;
    step->shown |= verdict.is_early ? TCN_FLAG_EARLY : 0u;
    if (verdict.breaches != 0) {
        tcn_fold_note(step, (struct tcn_note){.why = TCN_WHY_RULE_BROKEN,
                                              .act = act.act,
                                              .bits = verdict.breaches});
        warn(step, program);
    }
}

/** A placement begins with what its first word says, or else with the month it was learned in. */
static void begin(struct tcn_fold_step *step, const struct tcn_program *program) {
    const struct tcn_calendar *calendar = calendar_of(step->fold);
    const int64_t learned_ns =
        step->matter.learned_ns != 0 ? step->matter.learned_ns : step->in->log_time_ns;
    const struct tcn_date date = tcn_date_from_day(tcn_calendar_day(calendar, learned_ns));
    uint32_t first = month_of(step->event, "start_month");
    first = first != 0 ? first : tcn_month_number(date.year * 100 + date.month);
    tcn_placement_begin(program, first != 0 ? first : tcn_month_number(197001),
                        metres_of(step->event), &step->placement);
    step->placement.birth_position = step->matter.birth_position;
    step->has_placement = true;
}

/** Sets or takes away what falls due at one stage. */
static enum tcn_status set_due(const struct tcn_fold *fold, uint64_t birth, uint32_t stage,
                               int64_t due_ns) {
    const struct tcn_due due = {
        .key = {.kind = TCN_DUE_PLACEMENT, .subject = birth, .rule = stage},
        .stage = stage,
        .due_ns = due_ns,
        .until_ns = due_ns,
    };
    if (due_ns != TCN_CLOCK_NEVER) {
        return fold->ops->due_put(fold->state, &due);
    }
    const enum tcn_status status = fold->ops->due_del(fold->state, &due.key);
    return status == TCN_ABSENT ? TCN_OK : status;
}

/** What of the placement falls due next; nothing once its matter is closed. */
static enum tcn_status set_dues(struct tcn_fold *fold, const struct tcn_placement *placement,
                                bool is_over, int64_t log_time_ns) {
    const struct tcn_calendar *calendar = calendar_of(fold);
    int64_t proof_ns = TCN_CLOCK_NEVER;
    int64_t remind_ns = TCN_CLOCK_NEVER;
    uint32_t index = 0;
    if (!is_over && tcn_placement_next(placement, &index)) {
        proof_ns = tcn_placement_proof_ns(placement, calendar, index) + 1; /* in time till then */
        remind_ns = tcn_placement_remind_ns(placement, calendar);
        remind_ns = remind_ns > log_time_ns ? remind_ns : TCN_CLOCK_NEVER;
    }
    enum tcn_status status =
        set_due(fold, placement->birth_position, TCN_PLACEMENT_UNPROVED, proof_ns);
    if (status == TCN_OK) {
        status = set_due(fold, placement->birth_position, TCN_PLACEMENT_LAST, remind_ns);
    }
    return status == TCN_OK ? tcn_due_first(fold->ops, fold->state, &fold->due_ns) : status;
}

enum tcn_status tcn_fold_placement_write(struct tcn_fold_step *step) {
    struct tcn_fold *fold = step->fold;
    const struct tcn_program *program = program_of(fold->policy, &step->matter);
    const bool is_one = step->matter.kind == TCN_PROCEDURE_PLACEMENT;
    if (is_one && !step->has_placement && program != NULL && step->matter.opened_ns != 0) {
        begin(step, program);
    }
    if (!step->has_placement) {
        return TCN_OK;
    }
    const bool is_over = !is_one || step->matter.stage == TCN_STAGE_CLOSED;
    const enum tcn_status status = fold->ops->placement_put(fold->state, &step->placement);
    return status == TCN_OK ? set_dues(fold, &step->placement, is_over, step->in->log_time_ns)
                            : status;
}

/** Every month whose time is over by now; the last of them is told, and the others are in it. */
static uint32_t end_months(const struct tcn_fold *fold, struct tcn_placement *placement,
                           int64_t log_time_ns) {
    uint32_t last = 0;
    uint32_t index = 0;
    while (tcn_placement_next(placement, &index) && /* ends: each turn takes an open month */
           tcn_placement_proof_ns(placement, calendar_of(fold), index) < log_time_ns) {
        (void)tcn_placement_over(placement, index);
        last = tcn_month_written(placement->first_month + index);
    }
    return last;
}

/** Tells one organ of it, unless it was told before. */
static enum tcn_status tell(struct tcn_fold *fold, struct tcn_alert *alert, struct tcn_route *told,
                            uint16_t organ) {
    const uint32_t count = told->recipient_count;
    if (tcn_policy_organ(fold->policy, organ) == NULL) {
        return TCN_OK;
    }
    tcn_route_add(told, organ, TCN_REASON_CLOCK);
    alert->stream.organ = organ;
    return told->recipient_count > count ? tcn_fold_tell(fold, alert) : TCN_OK;
}

/** Who leads, the office, and who stands beside the owner. */
static enum tcn_status tell_sides(struct tcn_fold *fold, const struct tcn_matter *matter,
                                  struct tcn_alert *alert) {
    const struct tcn_domain *domain =
        tcn_policy_domain(fold->policy, tcn_slice_text(matter->domain));
    const bool is_apart = tcn_guard_has(matter);
    struct tcn_route told = {.recipient_count = 0};
    enum tcn_status status = tell(fold, alert, &told, matter->holder);
    if (status == TCN_OK && !is_apart) {
        status = tell(fold, alert, &told, matter->office);
    }
    const struct tcn_beside beside =
        tcn_policy_beside(fold->policy, is_apart ? NULL : domain, matter->severity,
                          tcn_sign_office(fold->policy, matter));
    for (uint32_t i = 0; i < beside.count && status == TCN_OK; i++) {
        status = tell(fold, alert, &told, beside.organs[i]);
    }
    return status;
}

enum tcn_status tcn_fold_placement_fire(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                        const struct tcn_fired *fired) {
    struct tcn_placement placement;
    struct tcn_matter matter;
    memset(&matter, 0, sizeof(matter));
    enum tcn_status status = fold->ops->placement_get(fold->state, fired->subject, &placement);
    if (status == TCN_OK) {
        status = fold->ops->matter_get(fold->state, fired->subject, &matter);
    }
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    struct tcn_alert alert = {.stream = {.mode = matter.mode},
                              .generation = in->generation,
                              .position = in->position,
                              .birth_position = matter.birth_position,
                              .act = TCN_ACT_TICK,
                              .reason = TCN_REASON_CLOCK,
                              .severity = TCN_SEVERITY_ROUTINE,
                              .flags = matter.flags,
                              .policy_version = fold->policy->version,
                              .log_time_ns = in->log_time_ns,
                              .fired = *fired};
    const uint32_t last = end_months(fold, &placement, in->log_time_ns);
    const uint32_t lacking = tcn_placement_lacking(&placement);
    alert.fired.rule = fired->stage == TCN_PLACEMENT_UNPROVED ? last : lacking;
    if (last != 0) {
        status = fold->ops->placement_put(fold->state, &placement);
    }
    if (status == TCN_OK) {
        status = set_dues(fold, &placement, false, in->log_time_ns);
    }
    return status == TCN_OK && alert.fired.rule != 0 ? tell_sides(fold, &matter, &alert) : status;
}
