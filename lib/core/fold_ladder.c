/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fold_ladder.h"

#include "base/clock.h"
#include "core/acts.h"
#include "core/due.h"
#include "core/duty.h"
#include "core/fold_due.h"
#include "core/fold_ladder_told.h"
#include "core/guard.h"

#include <string.h>

/* Above every slot of a matter: the subject is a number up to which a stream was delivered. */
#define GOES_ON (UINT32_C(1) << 31)

/* For so long a reminder is held while a weather warning is in force, and then looked at again. */
#define HELD_NS (INT64_C(3600) * 1000000000)

/** The ladders of one matter. */
struct rows {
    struct tcn_ladder rows[TCN_MATTER_LADDERS_MAX];
    uint32_t count;
};

/** What an item sets off. */
struct start {
    const struct tcn_matter *matter;
    const struct tcn_escalation_step *first;
    uint16_t organ;
    uint32_t rule;
    int64_t until_ns;
    uint64_t number;
    const struct tcn_event *event; /**< of the matter, that set it off; NULL when a time did */
};

static const struct tcn_plans *plans_of(const struct tcn_fold *fold) {
    const struct tcn_plans *plans = fold->policy->plans;
    return plans != NULL && plans->step_count > 0 ? plans : NULL;
}

static struct tcn_due_key due_key(const struct tcn_ladder *row) {
    return (struct tcn_due_key){
        .kind = TCN_DUE_LADDER, .subject = row->birth_position, .rule = row->slot};
}

static void note(const struct tcn_fold *fold, enum tcn_why why, const struct tcn_ladder *row,
                 int64_t time_ns) {
    tcn_note(fold->trace, (struct tcn_note){.why = why,
                                            .organ = row->organ,
                                            .number = row->number,
                                            .time_ns = time_ns,
                                            .word = tcn_slice_text(row->id)});
}

/** Takes away when its next step is due; one that has none is as good. */
static enum tcn_status forget_due(const struct tcn_fold *fold, const struct tcn_ladder *row) {
    const struct tcn_due_key key = due_key(row);
    const enum tcn_status status = fold->ops->due_del(fold->state, &key);
    return status == TCN_ABSENT ? TCN_OK : status;
}

/** A row and its due time go. */
static enum tcn_status drop(const struct tcn_fold *fold, const struct tcn_ladder *row) {
    const enum tcn_status status = forget_due(fold, row);
    note(fold, TCN_WHY_LADDER_ENDS, row, 0);
    return status == TCN_OK ? fold->ops->ladder_del(fold->state, row->birth_position, row->slot)
                            : status;
}

/** Keeps a row, and when its next step is due. One that the policy has no more steps for goes. */
static enum tcn_status save(const struct tcn_fold *fold, const struct tcn_ladder *row) {
    const struct tcn_escalation_step *step =
        tcn_ladder_step(plans_of(fold), row->id, row->step_count);
    enum tcn_status status = TCN_OK;
    if (row->stage == TCN_LADDER_COUNTS && step == NULL) {
        return drop(fold, row);
    }
    if (row->stage == TCN_LADDER_COUNTS) {
        const struct tcn_due due = {.key = due_key(row),
                                    .stage = row->step_count + 1,
                                    .due_ns = tcn_ladder_due_ns(row, step),
                                    .until_ns = row->rule != 0 ? row->until_ns : row->since_ns};
        note(fold, TCN_WHY_LADDER_COUNTS, row, due.due_ns);
        status = fold->ops->due_put(fold->state, &due);
    } else {
        status = forget_due(fold, row);
    }
    return status == TCN_OK ? fold->ops->ladder_put(fold->state, row) : status;
}

static enum tcn_status load(const struct tcn_fold *fold, uint64_t birth, struct rows *rows) {
    uint32_t slot = 0;
    rows->count = 0;
    while (rows->count < TCN_MATTER_LADDERS_MAX) {
        struct tcn_ladder *row = &rows->rows[rows->count];
        const enum tcn_status status = fold->ops->ladder_next(fold->state, birth, slot, row);
        if (status != TCN_OK || row->birth_position != birth) {
            return status == TCN_ABSENT ? TCN_OK : status;
        }
        slot = row->slot + 1;
        rows->count++;
    }
    return TCN_OK;
}

/** The row of an organ's own duty, or, with a rule, of a clock's end; NULL when there is none. */
static struct tcn_ladder *find(struct rows *rows, uint16_t organ, uint32_t rule) {
    for (uint32_t i = 0; i < rows->count; i++) {
        struct tcn_ladder *row = &rows->rows[i];
        if (row->rule == rule && (rule != 0 || row->organ == organ)) {
            return row;
        }
    }
    return NULL;
}

/** The lowest slot that is free, from 1; 0 when all are taken. */
static uint32_t free_slot(const struct rows *rows) {
    uint32_t slot = 1;
    for (uint32_t i = 0; i < rows->count; i++) { /* in their order */
        slot += rows->rows[i].slot == slot ? 1 : 0;
    }
    return slot <= TCN_MATTER_LADDERS_MAX ? slot : 0;
}

/** True when an organ has something to do, or to acknowledge, on the matter. */
static bool has_duty(const struct tcn_fold *fold, const struct tcn_matter *matter, uint16_t organ) {
    const struct tcn_duty_input in = tcn_duty_of(fold->policy, matter);
    struct tcn_duty duties[TCN_DUTIES_MAX];
    const uint32_t count = tcn_duty_gather(&in, duties);
    for (uint32_t i = 0; i < count; i++) {
        if (duties[i].organ == organ) {
            return true;
        }
    }
    return false;
}

/** Whether what a row is about is not over. */
static enum tcn_status look_at(const struct tcn_fold *fold, const struct tcn_matter *matter,
                               const struct tcn_ladder *row, bool *out_holds) {
    if (row->rule == 0) {
        *out_holds = has_duty(fold, matter, row->organ);
        return TCN_OK;
    }
    struct tcn_matter_clock clock;
    const enum tcn_status status =
        fold->ops->clock_get(fold->state, row->birth_position, row->rule, &clock);
    *out_holds = status == TCN_OK && clock.end == TCN_CLOCK_RUNS && !clock.times.is_paused &&
                 clock.times.step_ns[TCN_CLOCK_DUE] == row->until_ns;
    return status == TCN_ABSENT ? TCN_OK : status;
}

/** The allow-list that goes with what is set off: the event's, or that of an earlier ladder. */
static void keep_list(struct tcn_ladder *row, const struct tcn_event *event,
                      const struct rows *rows) {
    const uint16_t *organs = event != NULL ? event->guard_organs : NULL;
    uint32_t count = event != NULL ? event->guard_organ_count : 0;
    for (uint32_t i = 0; count == 0 && i < rows->count; i++) {
        organs = rows->rows[i].guard_organs;
        count = rows->rows[i].guard_organ_count;
    }
    count = count < TCN_GUARD_ORGANS_MAX ? count : TCN_GUARD_ORGANS_MAX;
    if (count > 0) {
        memmove(row->guard_organs, organs, count * sizeof(*organs));
    }
    row->guard_organ_count = count;
}

/** Sets a ladder off in a slot of its own, or anew in the one that it had. */
static enum tcn_status set_off(const struct tcn_fold *fold, const struct tcn_fold_input *in,
                               const struct start *start, struct rows *rows) {
    struct tcn_ladder *found = find(rows, start->organ, start->rule);
    struct tcn_ladder row = {.slot = free_slot(rows)};
    const struct tcn_stream stream = {.mode = start->matter->mode, .organ = start->organ};
    if (found != NULL) {
        row = *found;
    }
    if (row.slot == 0) {
        tcn_note(fold->trace,
                 (struct tcn_note){.why = TCN_WHY_LADDER_NO_ROOM, .organ = start->organ});
        return TCN_OK;
    }
    row.birth_position = start->matter->birth_position;
    row.organ = start->organ;
    row.rule = start->rule;
    row.until_ns = start->until_ns;
    row.position = in->position;
    memcpy(row.id, start->first->ladder, sizeof(row.id));
    if (tcn_guard_has(start->matter)) {
        keep_list(&row, start->event, rows);
    }
    for (uint32_t i = 0; i < rows->count; i++) { /* what is known, by all of them */
        const struct tcn_ladder_counts *known = &rows->rows[i].counts;
        const struct tcn_counts counts = {
            .deaths = {TCN_COUNT_EXACT, known->deaths},
            .serious_injuries = {TCN_COUNT_EXACT, known->serious_injuries},
            .missing = {TCN_COUNT_EXACT, known->missing},
            .at_risk = {TCN_COUNT_EXACT, known->at_risk}};
        (void)tcn_ladder_count(&row.counts, &counts);
    }
    if (start->event != NULL) {
        (void)tcn_ladder_count(&row.counts, &start->event->counts);
    }
    tcn_ladder_begin(&row, stream, start->number, in->log_time_ns);
    note(fold, TCN_WHY_LADDER_STARTS, &row, 0);
    if (found != NULL) {
        *found = row;
    } else { /* in the order of slots */
        uint32_t at = rows->count;
        while (at > 0 && rows->rows[at - 1].slot > row.slot) {
            rows->rows[at] = rows->rows[at - 1];
            at--;
        }
        rows->rows[at] = row;
        rows->count++;
    }
    return save(fold, &row);
}

enum tcn_status tcn_fold_ladder_look(struct tcn_fold_step *step) {
    const bool is_danger = step->matter.severity == TCN_SEVERITY_DANGER ||
                           step->event->severity == TCN_SEVERITY_DANGER;
    struct rows rows;
    if (!is_danger || plans_of(step->fold) == NULL) {
        return TCN_OK;
    }
    const enum tcn_status status = load(step->fold, step->matter.birth_position, &rows);
    struct tcn_ladder_counts known = {.deaths = 0};
    for (uint32_t i = 0; status == TCN_OK && i < rows.count; i++) {
        const struct tcn_ladder_counts *counts = &rows.rows[i].counts;
        known.deaths = counts->deaths > known.deaths ? counts->deaths : known.deaths;
        known.serious_injuries = counts->serious_injuries > known.serious_injuries
                                     ? counts->serious_injuries
                                     : known.serious_injuries;
        known.missing = counts->missing > known.missing ? counts->missing : known.missing;
        known.at_risk = counts->at_risk > known.at_risk ? counts->at_risk : known.at_risk;
    }
    step->rings_anew =
        status == TCN_OK && rows.count > 0 && tcn_ladder_count(&known, &step->event->counts);
    return status;
}

enum tcn_status tcn_fold_ladder_mark(const struct tcn_fold *fold, struct tcn_alert *alert) {
    const bool is_first = alert->birth_position == 0 || alert->birth_position == alert->position;
    const bool is_apart =
        alert->reason == TCN_REASON_OUTCOME || alert->severity == TCN_SEVERITY_DANGER;
    struct tcn_matter matter;
    struct rows rows;
    if (is_first || is_apart || plans_of(fold) == NULL) {
        return TCN_OK;
    }
    enum tcn_status status = load(fold, alert->birth_position, &rows);
    const struct tcn_ladder *row = status == TCN_OK ? find(&rows, alert->stream.organ, 0) : NULL;
    if (row == NULL || row->stage == TCN_LADDER_TAKEN) {
        return status;
    }
    status = fold->ops->matter_get(fold->state, alert->birth_position, &matter);
    if (status == TCN_OK && matter.severity != TCN_SEVERITY_DANGER) {
        alert->flags |= TCN_FLAG_AGAIN;
    }
    return status;
}

/** Lets who acted take what is theirs, and what is over end. */
static enum tcn_status go_through(struct tcn_fold_step *step, struct rows *rows) {
    const struct tcn_fold *fold = step->fold;
    const bool takes = tcn_act_is_taking(step->event->act) && (step->shown & TCN_FLAG_WAITS) == 0;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < rows->count; i++) {
        struct tcn_ladder row = rows->rows[i];
        bool holds = false;
        enum tcn_status status = look_at(fold, &step->matter, &row, &holds);
        if (status == TCN_OK && !holds) {
            status = drop(fold, &row);
        } else if (status == TCN_OK && takes && row.rule == 0 && row.organ == step->in->organ &&
                   row.stage != TCN_LADDER_TAKEN) {
            tcn_ladder_take(&row, step->in->position);
            note(fold, TCN_WHY_LADDER_TAKEN, &row, 0);
            status = save(fold, &row);
        }
        if (status != TCN_OK) {
            return status;
        }
        if (holds) {
            rows->rows[kept] = row;
            kept++;
        }
    }
    rows->count = kept;
    return TCN_OK;
}

/** True when a running or taken ladder is set off again (L1). */
static bool is_anew(const struct tcn_fold_step *step, const struct tcn_ladder *row,
                    const struct tcn_escalation_step *first, enum tcn_reason reason) {
    const struct tcn_escalation_step *its = tcn_ladder_step(plans_of(step->fold), row->id, 0);
    const bool is_graver =
        its == NULL || (unsigned)first->severity_min > (unsigned)its->severity_min;
    return step->rings_anew || is_graver || reason == TCN_REASON_TRANSFER;
}

/** What an organ was told sets its ladder off, if it has a duty and the policy has a ladder. */
static enum tcn_status tell_one(struct tcn_fold_step *step, uint32_t index, struct rows *rows) {
    const struct tcn_recipient *recipient = &step->notices.recipients[index];
    const struct tcn_ladder_cause cause = {.cause = TCN_ESCALATION_UNACKNOWLEDGED,
                                           .severity = step->matter.severity};
    const struct tcn_escalation_step *first = tcn_ladder_choose(plans_of(step->fold), &cause);
    if (first == NULL || !has_duty(step->fold, &step->matter, recipient->organ)) {
        return TCN_OK;
    }
    const struct tcn_ladder *row = find(rows, recipient->organ, 0);
    if (row != NULL && !is_anew(step, row, first, recipient->reason)) {
        return TCN_OK;
    }
    const struct start start = {.matter = &step->matter,
                                .first = first,
                                .organ = recipient->organ,
                                .number = step->numbers[index],
                                .event = step->event};
    return set_off(step->fold, step->in, &start, rows);
}

enum tcn_status tcn_fold_ladders(struct tcn_fold_step *step) {
    struct tcn_fold *fold = step->fold;
    struct rows rows = {.count = 0};
    if (plans_of(fold) == NULL || !step->has_matter) {
        return TCN_OK;
    }
    enum tcn_status status =
        step->is_birth ? TCN_OK : load(fold, step->matter.birth_position, &rows);
    if (status == TCN_OK && rows.count > 0) {
        status = go_through(step, &rows);
    }
    for (uint32_t i = 0; status == TCN_OK && i < step->notices.recipient_count; i++) {
        status = tell_one(step, i, &rows);
    }
    return status == TCN_OK ? tcn_due_first(fold->ops, fold->state, &fold->due_ns) : status;
}

enum tcn_status tcn_fold_ladder_clock(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                      const struct tcn_ladder_clock *told) {
    const struct tcn_matter_clock *clock = told->clock;
    const bool is_due = told->fired->stage == TCN_CLOCK_DUE + 1;
    const bool is_sure = clock->times.missing_year == 0 &&
                         clock->terms.bound == TCN_CLOCK_AT_MOST && /* and did not begin anew */
                         clock->times.step_ns[TCN_CLOCK_DUE] == told->fired->until_ns;
    const struct tcn_ladder_cause cause = {.cause = is_due ? TCN_ESCALATION_OVERDUE
                                                           : TCN_ESCALATION_DUE_SOON,
                                           .clock = tcn_slice_text(clock->id),
                                           .is_outside = clock->terms.owes == TCN_CLOCK_OUTSIDE,
                                           .severity = told->matter->severity};
    const struct tcn_escalation_step *first = tcn_ladder_choose(plans_of(fold), &cause);
    struct rows rows;
    if (first == NULL || !is_sure) {
        return TCN_OK;
    }
    const enum tcn_status status = load(fold, told->matter->birth_position, &rows);
    const struct tcn_ladder *row = status == TCN_OK ? find(&rows, 0, clock->rule) : NULL;
    const bool is_same = row != NULL && row->until_ns == told->fired->until_ns &&
                         strcmp(row->id, first->ladder) == 0;
    if (status != TCN_OK || is_same) { /* L1 */
        return status;
    }
    const struct start start = {.matter = told->matter,
                                .first = first,
                                .organ = told->organ,
                                .rule = clock->rule,
                                .until_ns = told->fired->until_ns,
                                .number = told->number};
    return set_off(fold, in, &start, &rows);
}

enum tcn_status tcn_fold_ladder_moved(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                      const struct tcn_matter *matter, uint64_t number) {
    const struct tcn_ladder_cause cause = {.cause = TCN_ESCALATION_UNACKNOWLEDGED,
                                           .severity = matter->severity};
    const struct start start = {.matter = matter,
                                .first = tcn_ladder_choose(plans_of(fold), &cause),
                                .organ = matter->holder,
                                .number = number};
    struct rows rows;
    if (start.first == NULL || !has_duty(fold, matter, matter->holder)) {
        return TCN_OK;
    }
    const enum tcn_status status = load(fold, matter->birth_position, &rows);
    return status == TCN_OK ? set_off(fold, in, &start, &rows) : status;
}

/** Lets rows that wait for items up to a number count; what is more goes on with the next event. */
static enum tcn_status deliver(struct tcn_fold *fold, const struct tcn_fold_input *in,
                               struct tcn_stream stream, uint64_t number) {
    struct tcn_ladder row;
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; status == TCN_OK && i < TCN_LADDERS_MOVED_MAX; i++) {
        status = fold->ops->ladder_waiting(fold->state, stream, number, &row);
        if (status == TCN_OK) {
            tcn_ladder_delivered(&row, in->log_time_ns);
            status = save(fold, &row);
        }
    }
    if (status == TCN_OK) {
        status = fold->ops->ladder_waiting(fold->state, stream, number, &row);
    }
    if (status == TCN_OK) {
        const struct tcn_due due = {
            .key = {.kind = TCN_DUE_LADDER,
                    .subject = number,
                    .rule = GOES_ON | (uint32_t)stream.mode << 16 | stream.organ},
            .stage = 1,
            .due_ns = in->log_time_ns,
            .until_ns = in->log_time_ns};
        status = fold->ops->due_put(fold->state, &due);
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

enum tcn_status tcn_fold_ladder_delivered(struct tcn_fold *fold, const struct tcn_fold_input *in) {
    const struct tcn_delivered_body *body = &in->event->delivered;
    struct tcn_delivery delivery = {.stream = body->stream,
                                    .number = body->number,
                                    .principal = body->principal,
                                    .log_time_ns = in->log_time_ns,
                                    .position = in->position};
    if (body->generation != in->generation) { /* numbers of a log that was given up */
        return TCN_OK;
    }
    TCN_CHECK(body->name.size < sizeof(delivery.name));
    memcpy(delivery.name, body->name.data, body->name.size);
    enum tcn_status status = fold->ops->delivery_put(fold->state, &delivery);
    if (status == TCN_OK && plans_of(fold) != NULL) {
        status = deliver(fold, in, body->stream, body->number);
    }
    return status == TCN_OK ? tcn_due_first(fold->ops, fold->state, &fold->due_ns) : status;
}

/** Tells a step, and moves its row on. */
static enum tcn_status tell_step(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                 const struct tcn_fired *fired, const struct tcn_matter *matter,
                                 struct tcn_ladder *row) {
    const struct tcn_escalation_step *step =
        tcn_ladder_step(plans_of(fold), row->id, row->step_count);
    const bool is_last = tcn_ladder_step(plans_of(fold), row->id, row->step_count + 1) == NULL;
    struct tcn_stream stream = {.mode = matter->mode, .organ = row->organ};
    uint64_t number = 0;
    enum tcn_status status = TCN_OK;
    if (step == NULL) { /* another policy has come */
        return drop(fold, row);
    }
    if (fold->warning_count > 0 && matter->severity == TCN_SEVERITY_ROUTINE &&
        step->kind == TCN_ESCALATION_REMIND) { /* S5 of core/silence: later */
        const struct tcn_due due = {.key = due_key(row),
                                    .stage = row->step_count + 1,
                                    .due_ns = tcn_time_plus(in->log_time_ns, HELD_NS),
                                    .until_ns = fired->until_ns};
        note(fold, TCN_WHY_LADDER_HELD, row, due.due_ns);
        return fold->ops->due_put(fold->state, &due);
    }
    if ((unsigned)step->severity_min <= (unsigned)matter->severity) {
        const struct tcn_ladder_told told = {
            .matter = matter, .row = row, .step = step, .due_ns = fired->due_ns};
        status = tcn_fold_ladder_tell(fold, in, &told, &stream, &number);
    }
    if (status != TCN_OK) {
        return status;
    }
    tcn_ladder_told(row, stream, number, in->log_time_ns, is_last);
    return save(fold, row);
}

enum tcn_status tcn_fold_ladder_fire(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                     const struct tcn_fired *fired) {
    struct tcn_ladder row;
    struct tcn_matter matter;
    bool holds = false;
    if ((fired->rule & GOES_ON) != 0) {
        const struct tcn_stream stream = {.mode = (enum tcn_mode)(fired->rule >> 16 & 0x7fffu),
                                          .organ = (uint16_t)fired->rule};
        return deliver(fold, in, stream, fired->subject);
    }
    enum tcn_status status = fold->ops->ladder_get(fold->state, fired->subject, fired->rule, &row);
    if (status == TCN_OK && row.stage != TCN_LADDER_COUNTS) {
        status = TCN_CORRUPT; /* a due time is there as long as a row counts, and no longer */
    }
    status =
        status == TCN_OK ? fold->ops->matter_get(fold->state, fired->subject, &matter) : status;
    status = status == TCN_OK ? look_at(fold, &matter, &row, &holds) : status;
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    return holds ? tell_step(fold, in, fired, &matter, &row) : drop(fold, &row);
}
