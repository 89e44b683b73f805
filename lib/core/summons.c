/* SPDX-License-Identifier: Apache-2.0 */
#include "core/summons.h"

#include "core/acts.h"
#include "core/duty.h"
#include "core/guard.h"
#include "core/shift.h"

#include <string.h>

bool tcn_summons_calls(const struct tcn_alert *alert) {
    switch (alert->reason) {
    case TCN_REASON_OWNER:
    case TCN_REASON_CO_RECIPIENT:
    case TCN_REASON_UNKNOWN:
    case TCN_REASON_TRANSFER:
    case TCN_REASON_GUARDED:
    case TCN_REASON_OWED:
        return true;
    case TCN_REASON_HOLDER:
        return (unsigned)alert->severity >= TCN_SEVERITY_URGENT;
    case TCN_REASON_CLOCK: /* nobody took it, so this organ leads; or nobody at the desk moves */
        return (alert->holder != 0 && alert->holder == alert->stream.organ) ||
               (alert->fired.kind == TCN_DUE_WAKE && alert->fired.rule == TCN_WAKE_DESK);
    case TCN_REASON_SHIFT:
    case TCN_REASON_NONE:
    case TCN_REASON_ANSWER:
    case TCN_REASON_OUTCOME:
    case TCN_REASON_COLLECTOR:
    default:
        return false;
    }
}

static enum tcn_status take_away(struct tcn_fold *fold, uint16_t organ,
                                 const struct tcn_matter *matter) {
    const uint64_t birth = matter->birth_position;
    const enum tcn_status status =
        fold->ops->summons_del(fold->state, tcn_guard_has(matter), organ, birth);
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_OK : status;
    }
    return organ == fold->policy->desk ? tcn_shift_desk_waits(fold, birth, TCN_SEVERITY_UNKNOWN, 0)
                                       : TCN_OK;
}

static enum tcn_severity worse(enum tcn_severity left, enum tcn_severity right) {
    return (unsigned)left > (unsigned)right ? left : right;
}

enum tcn_status tcn_summons_told(struct tcn_fold *fold, const struct tcn_alert *alert,
                                 const struct tcn_matter *matter) {
    if (alert->birth_position == 0 || !tcn_summons_calls(alert)) {
        return TCN_OK;
    }
    struct tcn_summons row = {.is_kept = tcn_guard_has(matter),
                              .organ = alert->stream.organ,
                              .birth_position = alert->birth_position,
                              .since_ns = alert->log_time_ns};
    enum tcn_status status =
        fold->ops->summons_get(fold->state, row.is_kept, row.organ, row.birth_position, &row);
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    row.mode = alert->stream.mode;
    row.reason = alert->reason;
    row.severity = worse(row.severity, worse(alert->severity, matter->severity));
    row.last_ns = alert->log_time_ns;
    row.number = alert->number;
    row.position = alert->position;
    row.count += row.count < UINT32_MAX ? 1 : 0;
    status = fold->ops->summons_put(fold->state, &row);
    bool is_desks =
        row.organ == fold->policy->desk && (unsigned)row.severity >= TCN_SEVERITY_URGENT;
    return status == TCN_OK && is_desks
               ? tcn_shift_desk_waits(fold, row.birth_position, row.severity, alert->log_time_ns)
               : status;
}

enum tcn_status tcn_summons_acted(struct tcn_fold *fold, uint16_t organ, enum tcn_act act,
                                  const struct tcn_matter *matter) {
    return organ != 0 && tcn_act_is_taking(act) ? take_away(fold, organ, matter) : TCN_OK;
}

/** True when an organ has still to do with a matter as it stands. Who reported it has, but not with
 * what it was called to for its place alone. */
static bool is_concerned(const struct tcn_policy *policy, const struct tcn_matter *before,
                         const struct tcn_matter *matter, uint16_t organ) {
    const struct tcn_duty_input in = tcn_duty_of(policy, matter);
    struct tcn_duty duties[TCN_DUTIES_MAX];
    const uint32_t count = tcn_duty_gather(&in, duties);
    const struct tcn_beside beside = tcn_duty_of(policy, before).beside;
    const bool is_called = beside.is_place_alone && beside.place == organ;
    bool is =
        organ == matter->holder || organ == policy->desk || (organ == matter->office && !is_called);
    for (uint32_t i = 0; i < count; i++) {
        is = is || duties[i].organ == organ;
    }
    return is;
}

static bool is_over(const struct tcn_matter *matter) {
    const struct tcn_procedure_stage *stage =
        tcn_procedure_stage_of(tcn_procedure_of(matter->kind), matter->stage);
    return stage != NULL && stage->is_final;
}

/** S4: a stub became a guarded matter. The desk, where the list leaves it out, is called no more:
 * what it was told of the stub it has. */
static enum tcn_status keep_apart(struct tcn_fold *fold, const struct tcn_matter *before,
                                  const struct tcn_matter *matter) {
    const uint64_t birth = matter->birth_position;
    const uint16_t desk = fold->policy->desk;
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < fold->policy->organ_count && status == TCN_OK; i++) {
        const uint16_t organ = fold->policy->organs[i].number;
        const bool is_off = organ == desk && !tcn_guard_tells_desk(matter, desk);
        struct tcn_summons row;
        status = fold->ops->summons_get(fold->state, false, organ, birth, &row);
        if (status == TCN_ABSENT) {
            status = TCN_OK;
            continue;
        }
        if (is_off) {
            status = status == TCN_OK ? take_away(fold, organ, before) : status;
            continue;
        }
        row.is_kept = true;
        status = status == TCN_OK ? fold->ops->summons_put(fold->state, &row) : status;
        status =
            status == TCN_OK ? fold->ops->summons_del(fold->state, false, organ, birth) : status;
    }
    return status;
}

enum tcn_status tcn_summons_moved(struct tcn_fold *fold, const struct tcn_matter *before,
                                  const struct tcn_matter *matter) {
    const bool is_end = is_over(matter);
    if (before == NULL || (is_end && is_over(before))) {
        return TCN_OK;
    }
    const bool is_other = before->holder != matter->holder || before->kind != matter->kind ||
                          strcmp(before->domain, matter->domain) != 0;
    /* Whom the list of a guarded matter names is not remembered with it: those stay called. */
    const bool is_guarded = tcn_guard_has(matter);
    enum tcn_status status =
        is_guarded && !tcn_guard_has(before) ? keep_apart(fold, before, matter) : TCN_OK;
    if (status != TCN_OK) {
        return status;
    }
    if (is_guarded && !is_end && before->holder != matter->holder) {
        return take_away(fold, before->holder, matter);
    }
    const uint32_t count = is_end || (is_other && !is_guarded) ? fold->policy->organ_count : 0;
    for (uint32_t i = 0; i < count && status == TCN_OK; i++) {
        const uint16_t organ = fold->policy->organs[i].number;
        if (is_end || !is_concerned(fold->policy, before, matter, organ)) {
            status = take_away(fold, organ, matter);
        }
    }
    return status;
}
