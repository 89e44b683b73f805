/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fold_ladder_told.h"

#include "core/fold_due.h"
#include "core/guard.h"

/* Who owes it, who leads, the office, two above, the desk; or an allow-list with the holder. */
#define HEARERS_MAX (TCN_GUARD_ORGANS_MAX + 6)

/** Who hears of something: each organ once. */
struct hearers {
    const struct tcn_fold *fold;
    const struct tcn_matter *matter;
    const struct tcn_ladder *row;
    uint16_t organs[HEARERS_MAX];
    uint32_t count;
};

/** True when an organ may learn of the matter. */
static bool may_know(const struct hearers *hearers, uint16_t organ) {
    const struct tcn_matter *matter = hearers->matter;
    const struct tcn_ladder *row = hearers->row;
    const uint16_t desk = hearers->fold->policy->desk;
    if (!tcn_guard_has(matter) || organ == matter->holder) {
        return true;
    }
    if (organ == desk) {
        return tcn_guard_tells_desk(matter, desk);
    }
    /* A row keeps the list that it was set off with, and a later one may be shorter. */
    const struct tcn_policy *policy = hearers->fold->policy;
    const struct tcn_organ *discipline = tcn_policy_discipline(policy);
    if (discipline != NULL && organ == discipline->number) {
        return tcn_guard_lists(policy, matter, organ);
    }
    for (uint32_t i = 0; i < row->guard_organ_count; i++) {
        if (row->guard_organs[i] == organ) {
            return true;
        }
    }
    return false;
}

static void add(struct hearers *hearers, uint16_t organ) {
    if (organ == 0 || tcn_policy_organ(hearers->fold->policy, organ) == NULL ||
        !may_know(hearers, organ)) {
        return;
    }
    for (uint32_t i = 0; i < hearers->count; i++) {
        if (hearers->organs[i] == organ) {
            return;
        }
    }
    TCN_CHECK(hearers->count < HEARERS_MAX);
    hearers->organs[hearers->count] = organ;
    hearers->count++;
}

/** Those that the step names, as seen from whose duty it is. */
static void gather(struct hearers *hearers, const struct tcn_escalation_step *step) {
    const struct tcn_policy *policy = hearers->fold->policy;
    const struct tcn_organ *owing = tcn_policy_organ(policy, hearers->row->organ);
    const struct tcn_matter *matter = hearers->matter;
    if (step->kind == TCN_ESCALATION_ADMONISH) {
        add(hearers, policy->desk);
        return;
    }
    if ((step->roles & TCN_PLAN_HOLDER) != 0) {
        add(hearers, hearers->row->organ);
        add(hearers, hearers->row->rule != 0 ? matter->holder : 0);
    }
    if ((step->roles & TCN_PLAN_OFFICE) != 0 && !tcn_guard_has(matter)) {
        add(hearers, matter->office);
    }
    if ((step->roles & TCN_PLAN_LINE_PARENT) != 0) {
        add(hearers, owing != NULL ? owing->line_parent : 0);
    }
    if ((step->roles & TCN_PLAN_PLACE_PARENT) != 0) {
        add(hearers, owing != NULL ? owing->place_parent : 0);
    }
    if ((step->roles & TCN_PLAN_DESK) != 0) {
        add(hearers, policy->desk);
    }
}

static enum tcn_reason reason_of(enum tcn_escalation_kind kind) {
    if (kind == TCN_ESCALATION_ADMONISH) {
        return TCN_REASON_PROPOSAL;
    }
    return kind == TCN_ESCALATION_URGE ? TCN_REASON_URGE : TCN_REASON_REMIND;
}

/** At least that of the matter; what is urged is not routine, and a proposal wakes nobody. */
static enum tcn_severity severity_of(const struct tcn_ladder_told *told) {
    const enum tcn_severity own = told->matter->severity;
    if (told->step->kind == TCN_ESCALATION_ADMONISH) {
        return TCN_SEVERITY_SERIOUS;
    }
    const enum tcn_severity least =
        told->step->kind == TCN_ESCALATION_URGE ? TCN_SEVERITY_SERIOUS : TCN_SEVERITY_ROUTINE;
    return (unsigned)own > (unsigned)least ? own : least;
}

static struct tcn_alert alert_of(const struct tcn_fold *fold, const struct tcn_fold_input *in,
                                 const struct tcn_ladder_told *told) {
    const struct tcn_ladder *row = told->row;
    const bool is_guarded = tcn_guard_has(told->matter);
    return (struct tcn_alert){
        .stream = {.mode = told->matter->mode},
        .generation = in->generation,
        .position = in->position,
        .birth_position = row->birth_position,
        .act = TCN_ACT_TICK,
        .reason = reason_of(told->step->kind),
        .severity = severity_of(told),
        .flags = told->matter->flags,
        .policy_version = fold->policy->version,
        .log_time_ns = in->log_time_ns,
        .kind = is_guarded ? TCN_PROCEDURE_NONE : told->matter->kind,
        .stage = is_guarded ? TCN_STAGE_NONE : told->matter->stage,
        .holder = row->organ,
        .fired = {.kind = TCN_DUE_LADDER,
                  .stage = row->step_count + 1,
                  .subject = row->rule,
                  .rule = tcn_ladder_number(row->id),
                  .due_ns = told->due_ns,
                  .until_ns = row->rule != 0 ? row->until_ns : row->since_ns}};
}

enum tcn_status tcn_fold_ladder_tell(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                     const struct tcn_ladder_told *told,
                                     struct tcn_stream *out_stream, uint64_t *out_number) {
    struct hearers hearers = {.fold = fold, .matter = told->matter, .row = told->row};
    struct tcn_alert alert = alert_of(fold, in, told);
    enum tcn_status status = TCN_OK;
    gather(&hearers, told->step);
    tcn_note(fold->trace, (struct tcn_note){.why = TCN_WHY_LADDER_FIRES,
                                            .organ = told->row->organ,
                                            .number = told->row->step_count + 1,
                                            .time_ns = told->due_ns,
                                            .word = tcn_slice_text(told->step->id)});
    *out_number = 0;
    for (uint32_t i = 0; status == TCN_OK && i < hearers.count; i++) {
        alert.stream.organ = hearers.organs[i];
        status = tcn_fold_tell(fold, &alert);
        if (*out_number == 0 || alert.stream.organ == told->row->organ) {
            *out_stream = alert.stream;
            *out_number = alert.number;
        }
    }
    return status;
}

/** Any ladder of the matter that knows its allow-list; else one that knows none. */
static enum tcn_status list_of(const struct tcn_fold *fold, uint64_t birth,
                               struct tcn_ladder *out_row) {
    struct tcn_ladder row;
    uint32_t slot = 0;
    *out_row = (struct tcn_ladder){.birth_position = birth};
    for (uint32_t i = 0; i < TCN_MATTER_LADDERS_MAX; i++) {
        const enum tcn_status status = fold->ops->ladder_next(fold->state, birth, slot, &row);
        if (status != TCN_OK || row.birth_position != birth) {
            return status == TCN_ABSENT ? TCN_OK : status;
        }
        if (row.guard_organ_count > 0) {
            *out_row = row;
            return TCN_OK;
        }
        slot = row.slot + 1;
    }
    return TCN_OK;
}

/** Who is above an organ that nobody watches for. */
static void gather_up(struct hearers *hearers, uint16_t organ) {
    const struct tcn_matter *matter = hearers->matter;
    const uint16_t desk = hearers->fold->policy->desk;
    if (organ != desk && tcn_guard_tells_desk(matter, desk)) {
        add(hearers, desk);
    } else if (tcn_guard_has(matter)) {
        for (uint32_t i = 0; i < hearers->row->guard_organ_count; i++) {
            add(hearers,
                hearers->row->guard_organs[i] != organ ? hearers->row->guard_organs[i] : 0);
        }
    } else {
        add(hearers, matter->holder != organ ? matter->holder : matter->office);
    }
}

/** Tells that an item waits, and nobody fetches it; `source` says when and where. */
static enum tcn_status tell_up(struct tcn_fold *fold, const struct tcn_alert *item,
                               const struct tcn_alert *source) {
    struct tcn_ladder row = {.slot = 0};
    struct tcn_matter matter = {.flags = item->flags};
    struct hearers hearers = {.fold = fold, .matter = &matter, .row = &row};
    enum tcn_status status = TCN_OK;
    if (item->birth_position != 0) {
        status = fold->ops->matter_get(fold->state, item->birth_position, &matter);
        status = status == TCN_ABSENT ? TCN_OK : status; /* it is being born */
    }
    if (status == TCN_OK && tcn_guard_has(&matter)) {
        status = list_of(fold, item->birth_position, &row);
    }
    if (status != TCN_OK) {
        return status;
    }
    gather_up(&hearers, item->stream.organ);
    struct tcn_alert alert = {.stream = item->stream,
                              .generation = source->generation,
                              .position = source->position,
                              .birth_position = item->birth_position,
                              .act = TCN_ACT_TICK,
                              .reason = TCN_REASON_UNDELIVERABLE,
                              .severity = item->severity,
                              .flags = matter.flags,
                              .policy_version = fold->policy->version,
                              .log_time_ns = source->log_time_ns,
                              .holder = item->stream.organ,
                              .fired = {.kind = TCN_DUE_LADDER,
                                        .subject = item->number,
                                        .due_ns = item->log_time_ns,
                                        .until_ns = item->log_time_ns}};
    for (uint32_t i = 0; status == TCN_OK && i < hearers.count; i++) {
        if (hearers.organs[i] == item->stream.organ) {
            continue;
        }
        tcn_note(fold->trace, (struct tcn_note){.why = TCN_WHY_UNHEARD,
                                                .organ = item->stream.organ,
                                                .number = item->number});
        alert.stream.organ = hearers.organs[i];
        status = tcn_fold_append(fold, &alert);
    }
    return status;
}

/** True for what somebody must be woken by. */
static bool is_urgent(const struct tcn_alert *alert) {
    return (unsigned)alert->severity >= TCN_SEVERITY_URGENT &&
           alert->reason != TCN_REASON_UNDELIVERABLE && alert->stream.organ != 0;
}

enum tcn_status tcn_fold_unheard(struct tcn_fold *fold, const struct tcn_fold_input *in) {
    const struct tcn_observed_body *body = &in->event->observed;
    const struct tcn_stream stream = {.mode = in->log_mode, .organ = body->organ};
    const struct tcn_alert source = {
        .generation = in->generation, .position = in->position, .log_time_ns = in->log_time_ns};
    const bool is_secret = in->event->act == TCN_ACT_NOT_FETCHED;
    uint64_t births[TCN_UNHEARD_MAX];
    uint32_t told_count = 0;
    uint64_t head = 0;
    enum tcn_status status = fold->ops->stream_get(fold->state, stream, &head);
    for (uint64_t i = 0; status == TCN_OK && i < TCN_UNHEARD_LOOKED_MAX; i++) {
        struct tcn_alert alert;
        const uint64_t number = (body->number > 0 ? body->number : 1) + i;
        if (number > head || told_count == TCN_UNHEARD_MAX) {
            break;
        }
        status = fold->ops->alert_get(fold->state, stream, number, &alert);
        bool is_new = status == TCN_OK && is_urgent(&alert) &&
                      ((alert.flags & TCN_FLAG_NOT_THE_DESK) != 0) == is_secret;
        for (uint32_t j = 0; is_new && j < told_count; j++) { /* a matter once */
            is_new = alert.birth_position == 0 || births[j] != alert.birth_position;
        }
        if (is_new) {
            births[told_count] = alert.birth_position;
            told_count++;
            status = tell_up(fold, &alert, &source);
        }
    }
    return status == TCN_ABSENT ? TCN_CORRUPT : status;
}

enum tcn_status tcn_fold_unheard_one(struct tcn_fold *fold, const struct tcn_alert *alert) {
    const struct tcn_standing_key key = {.kind = TCN_STANDING_UNWATCHED,
                                         .organ = alert->stream.organ};
    struct tcn_standing standing;
    if (!is_urgent(alert) || (alert->flags & TCN_FLAG_NOT_THE_DESK) != 0) {
        return TCN_OK;
    }
    const enum tcn_status status = fold->ops->standing_get(fold->state, &key, &standing);
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_OK : status;
    }
    const struct tcn_alert item = *alert;
    return tell_up(fold, &item, alert);
}
