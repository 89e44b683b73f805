/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fold_rewrap.h"

#include "base/clock.h"
#include "core/due.h"
#include "core/duty.h"
#include "core/fold_due.h"
#include "core/guard.h"
#include "core/procedure.h"

/* From the hand-over to the telling of the desk; who handed over is told a day before (core/due).
 * Proposals. */
#define OWED_NS (2 * TCN_DAY_NS)
#define AGAIN_NS TCN_DAY_NS

static struct tcn_due_key key_of(const struct tcn_matter *matter, uint32_t rule) {
    return (struct tcn_due_key){
        .kind = TCN_DUE_REWRAP, .subject = matter->birth_position, .rule = rule};
}

/** Sets or takes away (0) the end of a row, and what is due first of all. */
static enum tcn_status set(struct tcn_fold *fold, const struct tcn_matter *matter, uint32_t rule,
                           int64_t until_ns, int64_t log_time_ns) {
    const struct tcn_due_key key = key_of(matter, rule);
    const enum tcn_status status = tcn_due_set(fold->ops, fold->state, &key, until_ns, log_time_ns);
    return status == TCN_OK ? tcn_due_first(fold->ops, fold->state, &fold->due_ns) : status;
}

/** W4: nothing is owed to who leads now. */
static bool is_needless(const struct tcn_fold *fold, const struct tcn_matter *matter) {
    const struct tcn_procedure_stage *stage =
        tcn_procedure_stage_of(tcn_procedure_of(matter->kind), matter->stage);
    return matter->holder == fold->policy->desk || (stage != NULL && stage->is_final);
}

static bool is_handed(const struct tcn_fold_step *step) {
    return !step->is_birth && step->matter.holder != step->before.holder;
}

/** Who handed it over can read it, and it does not go back to who sent it. */
static bool is_by_reader(const struct tcn_fold_step *step) {
    return step->in->organ == step->before.holder;
}

static bool goes_back(const struct tcn_fold_step *step) {
    return step->before.sender != 0 && step->matter.holder == step->before.sender;
}

/** True when the event's texts are sealed, and none of them to who leads. */
static bool is_closed_to_holder(const struct tcn_fold_step *step) {
    const struct tcn_fold_input *in = step->in;
    return in->is_sealed && in->organ != step->matter.holder && in->has_wrap != NULL &&
           !in->has_wrap(in->wrap_context, step->matter.holder);
}

/** True in `out_is` when the matter has such a row. */
static enum tcn_status has_row(const struct tcn_fold *fold, const struct tcn_matter *matter,
                               uint32_t rule, bool *out_is) {
    const struct tcn_due_key key = key_of(matter, rule);
    struct tcn_due due;
    const enum tcn_status status = fold->ops->due_get(fold->state, &key, &due);
    *out_is = status == TCN_OK;
    return status == TCN_ABSENT ? TCN_OK : status;
}

/** W2, unless the desk may not know of the matter (W5): nobody else could do it. */
static enum tcn_status open_later(struct tcn_fold *fold, const struct tcn_matter *matter,
                                  int64_t log_time_ns) {
    return tcn_guard_tells_desk(matter, fold->policy->desk)
               ? set(fold, matter, TCN_REWRAP_LATER, tcn_time_plus(log_time_ns, 1), log_time_ns)
               : TCN_OK;
}

/** True for who can have the texts to hand over: who leads or sent it, the desk by its escrow, and
 * whoever the matter was sealed to beside the one that leads. */
static bool may_have_texts(const struct tcn_fold_step *step) {
    const struct tcn_policy *policy = step->fold->policy;
    const struct tcn_matter *matter = &step->matter;
    const uint16_t organ = step->in->organ;
    const struct tcn_duty_input in = tcn_duty_of(policy, matter);
    struct tcn_duty duties[TCN_DUTIES_MAX];
    const uint32_t count = tcn_duty_gather(&in, duties);
    bool may = organ != 0 && (organ == matter->holder || organ == matter->sender ||
                              (organ == policy->desk && tcn_guard_tells_desk(matter, organ)));
    for (uint32_t i = 0; i < count; i++) {
        may = may || (organ != 0 && duties[i].organ == organ);
    }
    return may;
}

/** W3. */
static enum tcn_status end(struct tcn_fold_step *step) {
    struct tcn_fold *fold = step->fold;
    const struct tcn_organ *to =
        tcn_policy_organ_by_id(fold->policy, step->event->act_body.to_organ);
    const bool is_for_holder = to != NULL && to->number == step->matter.holder;
    const struct tcn_fold_input *in = step->in;
    const int64_t now_ns = in->log_time_ns;
    enum tcn_status status = TCN_OK;
    if (to == NULL || !in->is_sealed || !may_have_texts(step) ||
        (in->has_wrap != NULL && !in->has_wrap(in->wrap_context, to->number))) {
        return TCN_OK; /* it hands nothing over */
    }
    if (!is_for_holder) {
        return set(fold, &step->matter, TCN_REWRAP_AHEAD + to->number,
                   tcn_time_plus(now_ns, OWED_NS), now_ns);
    }
    if (in->organ == step->matter.holder) {
        return TCN_OK;
    }
    status = set(fold, &step->matter, TCN_REWRAP_MOVED, 0, step->in->log_time_ns);
    if (status == TCN_OK && step->in->organ == fold->policy->desk) {
        status = set(fold, &step->matter, TCN_REWRAP_LATER, 0, step->in->log_time_ns);
    }
    return status;
}

/** W1. Whoever was handed it without its texts hands on what it cannot read, and cannot read it
 * when it comes back: that is the desk's (W8). */
static enum tcn_status open_moved(struct tcn_fold_step *step) {
    struct tcn_fold *fold = step->fold;
    const struct tcn_matter *matter = &step->matter;
    const int64_t now_ns = step->in->log_time_ns;
    const int64_t until_ns = tcn_time_plus(now_ns, is_by_reader(step) ? OWED_NS : 1);
    bool was_owed = false;
    bool is_ahead = false;
    enum tcn_status status = has_row(fold, matter, TCN_REWRAP_MOVED, &was_owed);
    if (status == TCN_OK) {
        status = has_row(fold, matter, TCN_REWRAP_AHEAD + matter->holder, &is_ahead); /* W7 */
    }
    if (status == TCN_OK && was_owed && !goes_back(step)) {
        status = open_later(fold, matter, now_ns);
    }
    if (status != TCN_OK) {
        return status;
    }
    const bool is_owed = !is_ahead && !goes_back(step);
    return set(fold, matter, TCN_REWRAP_MOVED, is_owed ? until_ns : 0, now_ns);
}

enum tcn_status tcn_fold_rewrap(struct tcn_fold_step *step) {
    struct tcn_fold *fold = step->fold;
    const bool was_sealed = (step->matter.marks & TCN_MARK_SEALED) != 0;
    step->matter.marks |= step->in->is_sealed ? (uint32_t)TCN_MARK_SEALED : 0u;
    if (step->event->act == TCN_ACT_REWRAPPED) {
        return end(step);
    }
    if (is_needless(fold, &step->matter)) {
        return TCN_OK; /* a row that is there ends when its time comes */
    }
    enum tcn_status status = TCN_OK;
    if (is_handed(step) && was_sealed) {
        status = open_moved(step);
    }
    if (status == TCN_OK && !step->is_birth && is_closed_to_holder(step)) {
        status = open_later(fold, &step->matter, step->in->log_time_ns);
    }
    return status;
}

enum tcn_status tcn_fold_rewrap_moved(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                      const struct tcn_matter *matter) {
    if ((matter->marks & TCN_MARK_SEALED) == 0 || is_needless(fold, matter)) {
        return TCN_OK;
    }
    bool was_owed = false;
    enum tcn_status status = has_row(fold, matter, TCN_REWRAP_MOVED, &was_owed);
    if (status == TCN_OK && was_owed) {
        status = open_later(fold, matter, in->log_time_ns);
    }
    return status == TCN_OK ? set(fold, matter, TCN_REWRAP_MOVED, tcn_time_plus(in->log_time_ns, 1),
                                  in->log_time_ns)
                            : status;
}

/** Who is told: who handed it over, then the desk if it may know (W5); 0: nobody. */
static uint16_t owing(const struct tcn_fold *fold, const struct tcn_matter *matter,
                      const struct tcn_fired *fired) {
    const uint16_t desk = fold->policy->desk;
    if (fired->stage == TCN_REWRAP_STAGE_SENDER) {
        const bool is_organ = tcn_policy_organ(fold->policy, matter->sender) != NULL;
        return is_organ && matter->sender != matter->holder ? matter->sender : 0;
    }
    return tcn_guard_tells_desk(matter, desk) ? desk : 0;
}

enum tcn_status tcn_fold_rewrap_fire(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                     const struct tcn_fired *fired) {
    struct tcn_matter matter;
    if (fired->rule >= TCN_REWRAP_AHEAD) {
        return TCN_OK; /* its time is over, and nothing is owed by it */
    }
    enum tcn_status status = fold->ops->matter_get(fold->state, fired->subject, &matter);
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    if (is_needless(fold, &matter)) {
        return set(fold, &matter, fired->rule, 0, in->log_time_ns);
    }
    const uint16_t organ = owing(fold, &matter, fired);
    struct tcn_alert alert = {
        .stream = {.mode = matter.mode, .organ = organ},
        .generation = in->generation,
        .position = in->position,
        .birth_position = matter.birth_position,
        .act = TCN_ACT_TICK,
        .reason = TCN_REASON_CLOCK,
        .severity = TCN_SEVERITY_SERIOUS,
        .flags = matter.flags,
        .policy_version = fold->policy->version,
        .log_time_ns = in->log_time_ns,
        .fired = *fired,
        .kind = matter.kind,
        .stage = matter.stage,
        .holder = matter.holder,
    };
    if (organ != 0) {
        status = tcn_fold_tell(fold, &alert);
    }
    if (status == TCN_OK && organ != 0 && fired->stage == TCN_REWRAP_STAGE_DESK) {
        status = set(fold, &matter, fired->rule, tcn_time_plus(in->log_time_ns, AGAIN_NS),
                     in->log_time_ns);
    }
    return status;
}
