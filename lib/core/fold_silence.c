/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fold_silence.h"

#include "core/due.h"
#include "core/fold_due.h"

#include <string.h>

#define ROWS_MAX (2 * TCN_SILENCES_MAX) /* of both modes */

enum tcn_status tcn_fold_silence_init(struct tcn_fold *fold) {
    struct tcn_silence silence;
    uint64_t position = 0;
    fold->silence_count = 0;
    fold->warning_count = 0;
    for (uint32_t i = 0; i <= ROWS_MAX; i++) {
        const enum tcn_status status = fold->ops->silence_next(fold->state, position, &silence);
        if (status != TCN_OK) {
            return status == TCN_ABSENT ? TCN_OK : status;
        }
        if (silence.position == 0) {
            fold->warning_count = silence.warning_count;
        } else {
            fold->silence_count++;
        }
        position = silence.position + 1;
    }
    return TCN_OK;
}

static struct tcn_due_key due_key(uint64_t position) {
    return (struct tcn_due_key){.kind = TCN_DUE_LADDER, .subject = position}; /* of no slot */
}

static void refuse(struct tcn_fold_step *step, enum tcn_silence_fault fault, uint32_t missing) {
    static const enum tcn_status codes[] = {
        [TCN_SILENCE_LACKS] = TCN_BAD_VALUE,      [TCN_SILENCE_LONG] = TCN_LIMIT,
        [TCN_SILENCE_DANGER] = TCN_NOT_ALLOWED,   [TCN_SILENCE_PROTECTED] = TCN_NOT_ALLOWED,
        [TCN_SILENCE_IMMINENT] = TCN_NOT_ALLOWED,
    };
    tcn_fold_note(step, (struct tcn_note){.why = TCN_WHY_SILENCE_REFUSED,
                                          .organ = step->in->organ,
                                          .number = (uint64_t)fault,
                                          .word = step->event->domain});
    tcn_fold_void(step, codes[fault]);
    step->facts = missing;
}

/** How many are in force of a mode: a drill takes no room from real ones. */
static enum tcn_status count_of(const struct tcn_fold *fold, enum tcn_mode mode,
                                uint32_t *out_count) {
    struct tcn_silence silence;
    uint64_t position = 1;
    *out_count = 0;
    for (uint32_t i = 0; i < ROWS_MAX; i++) {
        const enum tcn_status status = fold->ops->silence_next(fold->state, position, &silence);
        if (status != TCN_OK) {
            return status == TCN_ABSENT ? TCN_OK : status;
        }
        *out_count += silence.mode == mode ? 1 : 0;
        position = silence.position + 1;
    }
    return TCN_OK;
}

/** S7. True in `out_is` when a matter in danger is in the silence's way; also when there are more
 * than are looked at, because nobody can say then that none is. */
static enum tcn_status meets_danger(const struct tcn_fold *fold, const struct tcn_silence *silence,
                                    bool *out_is) {
    struct tcn_expected_key key = {.row = TCN_EXPECTED_ROW_DANGER};
    struct tcn_expected row;
    struct tcn_matter matter;
    *out_is = false;
    for (uint32_t i = 0; i < TCN_DANGERS_MAX; i++) {
        enum tcn_status status = fold->ops->expected_next(fold->state, &key, &row);
        if (status != TCN_OK || row.key.row != TCN_EXPECTED_ROW_DANGER) {
            return status == TCN_ABSENT ? TCN_OK : status;
        }
        status = fold->ops->matter_get(fold->state, row.key.number, &matter);
        if (status != TCN_OK) {
            return status == TCN_ABSENT ? TCN_CORRUPT : status;
        }
        *out_is = tcn_silence_meets(fold->policy, silence, &matter);
        if (*out_is) {
            return TCN_OK;
        }
        key.number = row.key.number + 1;
    }
    *out_is = true;
    return TCN_OK;
}

/** What speaks against the silence; `out_missing` and `out_silence` as tcn_silence_judge. */
static enum tcn_status judge(const struct tcn_fold_step *step, struct tcn_silence *out_silence,
                             uint32_t *out_missing, enum tcn_silence_fault *out_fault) {
    const struct tcn_fold *fold = step->fold;
    bool is_met = false;
    uint32_t count = 0;
    *out_fault = tcn_silence_judge(fold->policy, step->event, step->in->organ,
                                   step->in->log_time_ns, out_silence, out_missing);
    if (*out_fault != TCN_SILENCE_FINE) {
        return TCN_OK;
    }
    enum tcn_status status =
        fold->silence_count > 0 ? count_of(fold, out_silence->mode, &count) : TCN_OK;
    if (status != TCN_OK || count >= TCN_SILENCES_MAX) {
        *out_fault = TCN_SILENCE_LONG;
        return status;
    }
    status = meets_danger(fold, out_silence, &is_met);
    *out_fault = is_met ? TCN_SILENCE_IMMINENT : TCN_SILENCE_FINE;
    return status;
}

/** Said: a row of its own, and two times that come. */
static enum tcn_status say(struct tcn_fold_step *step) {
    struct tcn_fold *fold = step->fold;
    struct tcn_silence silence;
    enum tcn_silence_fault fault = TCN_SILENCE_FINE;
    uint32_t missing = 0;
    enum tcn_status status = judge(step, &silence, &missing, &fault);
    if (status != TCN_OK) {
        return status;
    }
    if (fault != TCN_SILENCE_FINE) {
        refuse(step, fault, missing);
        return TCN_OK;
    }
    silence.position = step->in->position;
    const struct tcn_due due = {.key = due_key(silence.position),
                                .stage = 1,
                                .due_ns = tcn_silence_remind_ns(&silence),
                                .until_ns = silence.until_ns};
    tcn_fold_note(step, (struct tcn_note){.why = TCN_WHY_SILENCED,
                                          .organ = silence.organ,
                                          .time_ns = silence.until_ns,
                                          .word = step->event->domain});
    fold->silence_count++;
    status = fold->ops->silence_put(fold->state, &silence);
    return status == TCN_OK ? fold->ops->due_put(fold->state, &due) : status;
}

/** A row goes, with what was to come of it. */
static enum tcn_status drop(struct tcn_fold *fold, uint64_t position) {
    const struct tcn_due_key key = due_key(position);
    const enum tcn_status status = fold->ops->due_del(fold->state, &key);
    fold->silence_count -= fold->silence_count > 0 ? 1 : 0;
    return status == TCN_OK || status == TCN_ABSENT ? fold->ops->silence_del(fold->state, position)
                                                    : status;
}

/** Ended: by its own organ, or by the desk. */
static enum tcn_status end(struct tcn_fold_step *step) {
    const struct tcn_fold *fold = step->fold;
    const uint64_t position = step->event->act_body.position;
    struct tcn_silence silence = {.organ = 0};
    enum tcn_status status = TCN_ABSENT;
    if (position != 0 && step->event->body_kind == TCN_BODY_ACT) {
        status = fold->ops->silence_get(fold->state, position, &silence);
    }
    if (status == TCN_ABSENT) {
        tcn_fold_void(step, TCN_ABSENT);
        return TCN_OK;
    }
    const bool is_its = step->in->organ != 0 &&
                        (step->in->organ == silence.organ || step->in->organ == fold->policy->desk);
    if (status == TCN_OK && !is_its) {
        tcn_fold_void(step, TCN_DENIED);
        return TCN_OK;
    }
    if (status == TCN_OK && silence.mode != step->event->mode) { /* S6 */
        tcn_fold_why(step, TCN_WHY_MODE_OTHER, 0);
        tcn_fold_void(step, TCN_NOT_ALLOWED);
        return TCN_OK;
    }
    return status == TCN_OK ? drop(step->fold, position) : status;
}

enum tcn_status tcn_fold_silence(struct tcn_fold_step *step) {
    struct tcn_fold *fold = step->fold;
    const bool is_said = step->event->act == TCN_ACT_SILENCED;
    if (step->in->organ == 0) {
        tcn_fold_void(step, TCN_DENIED);
        return TCN_OK;
    }
    const enum tcn_status status = is_said ? say(step) : end(step);
    if (status == TCN_OK && step->code == TCN_OK && step->in->organ != fold->policy->desk) {
        tcn_route_add(&step->notices, fold->policy->desk, TCN_REASON_COLLECTOR);
    }
    return status == TCN_OK ? tcn_due_first(fold->ops, fold->state, &fold->due_ns) : status;
}

enum tcn_status tcn_fold_silence_mark(const struct tcn_fold *fold, struct tcn_alert *alert) {
    struct tcn_silence silence;
    struct tcn_matter matter;
    uint64_t position = 1;
    if (fold->silence_count == 0 || fold->warning_count > 0 ||
        alert->birth_position == 0) { /* S5 */
        return TCN_OK;
    }
    enum tcn_status status = fold->ops->matter_get(fold->state, alert->birth_position, &matter);
    for (uint32_t i = 0; status == TCN_OK && i < ROWS_MAX; i++) {
        status = fold->ops->silence_next(fold->state, position, &silence);
        if (status == TCN_OK && tcn_silence_covers(fold->policy, &silence, alert, &matter)) {
            alert->flags |= TCN_FLAG_SILENCED;
            return TCN_OK;
        }
        position = silence.position + 1;
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

enum tcn_status tcn_fold_silence_fire(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                      const struct tcn_fired *fired) {
    struct tcn_silence silence;
    const bool is_over = fired->until_ns <= in->log_time_ns;
    enum tcn_status status = fold->ops->silence_get(fold->state, fired->subject, &silence);
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    if (is_over) {
        status = drop(fold, silence.position);
    } else {
        const struct tcn_due due = {.key = due_key(silence.position),
                                    .stage = 2,
                                    .due_ns = silence.until_ns,
                                    .until_ns = silence.until_ns};
        status = fold->ops->due_put(fold->state, &due);
    }
    struct tcn_alert alert = {.stream = {.mode = silence.mode, .organ = silence.organ},
                              .generation = in->generation,
                              .position = in->position,
                              .act = TCN_ACT_TICK,
                              .reason = TCN_REASON_REMIND,
                              .severity = TCN_SEVERITY_ROUTINE,
                              .policy_version = fold->policy->version,
                              .log_time_ns = in->log_time_ns,
                              .holder = silence.organ,
                              .fired = {.kind = TCN_DUE_LADDER,
                                        .stage = is_over ? 2 : 1,
                                        .subject = silence.position,
                                        .due_ns = fired->due_ns,
                                        .until_ns = silence.until_ns}};
    tcn_note(fold->trace, (struct tcn_note){.why = TCN_WHY_SILENCE_ENDS,
                                            .organ = silence.organ,
                                            .number = silence.position,
                                            .time_ns = silence.until_ns});
    if (status == TCN_OK) {
        status = tcn_fold_tell(fold, &alert);
    }
    if (status == TCN_OK && fold->policy->desk != 0 && fold->policy->desk != silence.organ) {
        alert.stream.organ = fold->policy->desk;
        status = tcn_fold_tell(fold, &alert);
    }
    return status;
}

static bool is_in_force(const struct tcn_matter *matter) {
    return matter->kind == TCN_PROCEDURE_WARNING && matter->stage == TCN_STAGE_IN_FORCE;
}

enum tcn_status tcn_fold_warnings(struct tcn_fold_step *step) {
    struct tcn_fold *fold = step->fold;
    const bool was = !step->is_birth && is_in_force(&step->before);
    const bool is = is_in_force(&step->matter);
    if (was == is || step->matter.mode != step->in->log_mode) { /* a drill's storm is none */
        return TCN_OK;
    }
    TCN_CHECK(is || fold->warning_count > 0);
    fold->warning_count = is ? fold->warning_count + 1 : fold->warning_count - 1;
    const struct tcn_silence row = {.warning_count = fold->warning_count};
    return fold->ops->silence_put(fold->state, &row);
}

enum tcn_status tcn_fold_dangers(struct tcn_fold_step *step) {
    const struct tcn_fold *fold = step->fold;
    const struct tcn_matter *matter = &step->matter;
    const bool was = !step->is_birth && tcn_silence_is_imminent(&step->before);
    const bool is = tcn_silence_is_imminent(matter);
    const bool is_same = was == is && (!is || strcmp(matter->domain, step->before.domain) == 0);
    struct tcn_expected row = {
        .key = {.row = TCN_EXPECTED_ROW_DANGER, .number = matter->birth_position},
        .since_ns = step->in->log_time_ns,
        .position = step->in->position};
    if (is_same) {
        return TCN_OK;
    }
    if (!is) {
        const enum tcn_status status = fold->ops->expected_del(fold->state, &row.key);
        return status == TCN_ABSENT ? TCN_OK : status;
    }
    memcpy(row.post, matter->domain, sizeof(row.post));
    return fold->ops->expected_put(fold->state, &row);
}
