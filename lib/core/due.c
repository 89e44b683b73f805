/* SPDX-License-Identifier: Apache-2.0 */
#include "core/due.h"

#include "base/clock.h"
#include "core/clockwork.h"

#define STAGES_MAX 4u

/** What leads up to an end, the earliest first. */
struct plan {
    uint32_t count;
    struct {
        int64_t before_ns;
        enum tcn_severity severity;
    } stages[STAGES_MAX];
};

/* Of a key. Its end is urgent: whoever speaks with it is not heard any more. */
static const struct plan plans[] = {
    [TCN_DUE_KEY_ENDS] = {.count = TCN_DUE_KEY_STAGE_END,
                          .stages = {{30 * TCN_DAY_NS, TCN_SEVERITY_ROUTINE},
                                     {7 * TCN_DAY_NS, TCN_SEVERITY_SERIOUS},
                                     {TCN_DAY_NS, TCN_SEVERITY_SERIOUS},
                                     {0, TCN_SEVERITY_URGENT}}},
    [TCN_DUE_WAKE] = {.count = 1, .stages = {{0, TCN_SEVERITY_SERIOUS}}},
    [TCN_DUE_REWRAP] = {.count = TCN_REWRAP_STAGE_DESK,
                        .stages = {{TCN_DAY_NS, TCN_SEVERITY_SERIOUS}, {0, TCN_SEVERITY_SERIOUS}}},
};

static const struct plan *plan_of(enum tcn_due_kind kind) {
    static const struct plan none = {.count = 0};
    const uint32_t number = (uint32_t)kind;
    return number < sizeof(plans) / sizeof(plans[0]) ? &plans[number] : &none;
}

/** When a stage is due, kept within the type: an end may be any time. */
static int64_t stage_ns(const struct plan *plan, uint32_t index, int64_t until_ns) {
    const int64_t before_ns = plan->stages[index].before_ns;
    return tcn_time_minus(until_ns, before_ns);
}

bool tcn_due_next(enum tcn_due_kind kind, int64_t until_ns, int64_t after_ns,
                  struct tcn_due *out_due) {
    const struct plan *plan = plan_of(kind);
    for (uint32_t i = 0; i < plan->count; i++) {
        const int64_t due_ns = stage_ns(plan, i, until_ns);
        if (due_ns > after_ns) {
            out_due->stage = i + 1;
            out_due->due_ns = due_ns;
            return true;
        }
    }
    return false;
}

enum tcn_severity tcn_due_severity(enum tcn_due_kind kind, uint32_t stage) {
    const struct plan *plan = plan_of(kind);
    return stage >= 1 && stage <= plan->count ? plan->stages[stage - 1].severity
                                              : TCN_SEVERITY_UNKNOWN;
}

enum tcn_status tcn_due_set(const struct tcn_state_ops *ops, void *state,
                            const struct tcn_due_key *key, int64_t until_ns, int64_t log_time_ns) {
    struct tcn_due before = {.until_ns = 0};
    enum tcn_status status = ops->due_get(state, key, &before);
    const bool has = status == TCN_OK;
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    if (has && before.until_ns == until_ns) {
        return TCN_OK; /* D4: also one that is due and was not told yet (D5) */
    }
    struct tcn_due due = {.key = *key, .until_ns = until_ns};
    if (until_ns != 0 && tcn_due_next(key->kind, until_ns, log_time_ns, &due)) {
        return ops->due_put(state, &due);
    }
    return has ? ops->due_del(state, key) : TCN_OK;
}

enum tcn_status tcn_due_take(const struct tcn_state_ops *ops, void *state, int64_t log_time_ns,
                             struct tcn_fired *out_fired) {
    struct tcn_due due = {.stage = 0};
    enum tcn_status status = ops->due_first(state, &due);
    if (status != TCN_OK) {
        return status;
    }
    if (due.due_ns > log_time_ns) {
        return TCN_ABSENT;
    }
    if (due.key.kind == TCN_DUE_CLOCK || due.key.kind == TCN_DUE_CALENDAR) {
        const struct tcn_clockwork work = {.ops = ops, .state = state};
        return tcn_clockwork_take(&work, &due, log_time_ns, out_fired);
    }
    struct tcn_fired fired = {.kind = due.key.kind,
                              .stage = due.stage,
                              .subject = due.key.subject,
                              .rule = due.key.rule,
                              .due_ns = due.due_ns,
                              .until_ns = due.until_ns};
    struct tcn_due next = due;
    bool has_next = false;
    const uint32_t count = plan_of(due.key.kind)->count;
    for (uint32_t i = 0; i <= count; i++) {
        has_next = tcn_due_next(due.key.kind, due.until_ns, fired.due_ns, &next);
        if (!has_next || next.due_ns > log_time_ns) {
            break;
        }
        fired.stage = next.stage; /* D2 */
        fired.due_ns = next.due_ns;
    }
    status = has_next ? ops->due_put(state, &next) : ops->due_del(state, &due.key);
    if (status == TCN_OK) {
        *out_fired = fired;
    }
    return status;
}

enum tcn_status tcn_due_first(const struct tcn_state_ops *ops, void *state, int64_t *out_due_ns) {
    struct tcn_due due = {.stage = 0};
    const enum tcn_status status = ops->due_first(state, &due);
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    *out_due_ns = status == TCN_OK ? due.due_ns : INT64_MAX;
    return TCN_OK;
}
