/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fold_due.h"

#include "core/due.h"
#include "core/fold_clocks.h"
#include "core/fold_expected.h"
#include "core/fold_ladder.h"
#include "core/fold_ladder_told.h"
#include "core/fold_placement.h"
#include "core/fold_rewrap.h"
#include "core/fold_silence.h"
#include "core/shift.h"

/* Turns of TCN_DUE_FIRED_MAX times that come between two events, at most. */
#define TURNS_MAX 65536u

enum tcn_status tcn_fold_append(struct tcn_fold *fold, struct tcn_alert *alert) {
    uint64_t number = 0;
    enum tcn_status status = fold->ops->stream_get(fold->state, alert->stream, &number);
    if (status != TCN_OK) {
        return status;
    }
    alert->number = number + 1;
    status = fold->ops->alert_append(fold->state, alert);
    if (fold->trace != NULL) {
        tcn_trace_told(fold->trace, alert);
    }
    fold->applied.alert_count += status == TCN_OK ? 1 : 0;
    return status;
}

enum tcn_status tcn_fold_tell(struct tcn_fold *fold, struct tcn_alert *alert) {
    alert->flags &= ~(uint32_t)(TCN_FLAG_SILENCED | TCN_FLAG_AGAIN); /* of another organ's item */
    enum tcn_status status = tcn_fold_silence_mark(fold, alert);
    status = status == TCN_OK ? tcn_fold_ladder_mark(fold, alert) : status;
    if (status == TCN_OK) {
        status = tcn_fold_append(fold, alert);
    }
    return status == TCN_OK ? tcn_fold_unheard_one(fold, alert) : status;
}

/** The desk hears of it, if the policy has one. */
static enum tcn_status tell_desk(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                 const struct tcn_fired *fired) {
    struct tcn_alert alert = {
        .stream = {.mode = in->log_mode, .organ = fold->policy->desk},
        .generation = in->generation,
        .position = in->position,
        .act = TCN_ACT_TICK,
        .reason = TCN_REASON_CLOCK,
        .severity = tcn_due_severity(fired->kind, fired->stage),
        .policy_version = fold->policy->version,
        .log_time_ns = in->log_time_ns,
        .fired = *fired,
    };
    return alert.stream.organ != 0 ? tcn_fold_tell(fold, &alert) : TCN_OK;
}

static enum tcn_status tell(struct tcn_fold *fold, const struct tcn_fold_input *in,
                            const struct tcn_fired *fired) {
    switch (fired->kind) {
    case TCN_DUE_KEY_ENDS:
        return tell_desk(fold, in, fired);
    case TCN_DUE_LADDER:
        return fired->rule == 0 ? tcn_fold_silence_fire(fold, in, fired)
                                : tcn_fold_ladder_fire(fold, in, fired);
    case TCN_DUE_EXPECTED:
        return tcn_fold_expected_fire(fold, in, fired);
    case TCN_DUE_PLACEMENT:
        return tcn_fold_placement_fire(fold, in, fired);
    case TCN_DUE_WAKE:
        return tcn_shift_tell(fold, in, fired);
    case TCN_DUE_REWRAP:
        return tcn_fold_rewrap_fire(fold, in, fired);
    default:
        return tcn_fold_clocks_tell(fold, in, fired);
    }
}

/** Says which time has come; of a ladder its own telling says it better. */
static void note_fired(const struct tcn_fold *fold, const struct tcn_fired *fired) {
    const bool is_clock = fired->kind == TCN_DUE_CLOCK;
    if (fired->kind != TCN_DUE_LADDER) {
        tcn_note(fold->trace,
                 (struct tcn_note){.why = is_clock ? TCN_WHY_CLOCK_FIRES : TCN_WHY_END_FIRES,
                                   .bits = fired->rule,
                                   .number = fired->subject,
                                   .time_ns = fired->due_ns});
    }
}

enum tcn_status tcn_fold_due_fire(struct tcn_fold *fold, const struct tcn_fold_input *in) {
    for (uint32_t i = 0; i < TCN_DUE_FIRED_MAX && fold->due_ns <= in->log_time_ns; i++) {
        struct tcn_fired fired = {.stage = 0};
        enum tcn_status status = tcn_due_take(fold->ops, fold->state, in->log_time_ns, &fired);
        if (status == TCN_OK) {
            note_fired(fold, &fired);
            status = tell(fold, in, &fired);
        }
        if (status == TCN_OK) {
            status = tcn_due_first(fold->ops, fold->state, &fold->due_ns);
        }
        if (status != TCN_OK) {
            return status == TCN_ABSENT ? TCN_CORRUPT : status;
        }
    }
    return TCN_OK;
}

enum tcn_status tcn_fold_due_until(struct tcn_fold *fold, const struct tcn_fold_input *in) {
    enum tcn_status status = TCN_OK;
    struct tcn_fold_input tick = {.position = fold->applied.position,
                                  .generation = fold->applied.generation,
                                  .log_time_ns = fold->applied.log_time_ns,
                                  .log_mode = in->log_mode};
    /* Each turn moves rows on, to a later time or away (D1); what is left comes with the event. */
    for (uint32_t i = 0; i < TURNS_MAX && status == TCN_OK && fold->due_ns < in->log_time_ns; i++) {
        tick.log_time_ns = fold->due_ns > tick.log_time_ns ? fold->due_ns : tick.log_time_ns;
        status = tcn_fold_due_fire(fold, &tick);
    }
    return status;
}

enum tcn_status tcn_fold_due_rows(struct tcn_fold *fold, const struct tcn_fold_input *in) {
    for (uint32_t i = 0; i < in->row_count; i++) {
        const struct tcn_principal *row = &in->rows[i];
        const struct tcn_due_key key = {.kind = TCN_DUE_KEY_ENDS, .subject = row->id};
        const bool has_key = row->status == TCN_PRINCIPAL_ACTIVE;
        const enum tcn_status status = tcn_due_set(
            fold->ops, fold->state, &key, has_key ? row->not_after_ns : 0, in->log_time_ns);
        if (status != TCN_OK) {
            return status;
        }
    }
    return in->row_count > 0 ? tcn_due_first(fold->ops, fold->state, &fold->due_ns) : TCN_OK;
}
