/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fold_clocks.h"

#include "base/clock.h"
#include "core/clockwork.h"
#include "core/due.h"
#include "core/fold_bounce.h"
#include "core/fold_due.h"
#include "core/fold_expected.h"
#include "core/fold_ladder.h"
#include "core/fold_signs.h"
#include "core/guard.h"
#include "core/restate.h"
#include "core/summons.h"

#include <string.h>

/** Who hears of one step: at most who owes the act, the desk, and who has the matter from then on.
 */
struct hearers {
    uint16_t organs[3]; /**< who owes it, the first */
    uint32_t count;
};

const struct tcn_clock_table *tcn_fold_clock_table(const struct tcn_policy *policy) {
    return policy->clocks;
}

void tcn_fold_set_category(struct tcn_matter *matter, const struct tcn_event *event) {
    const struct tcn_slice category = event->report.category;
    const bool is_said = event->body_kind == TCN_BODY_REPORT && category.size > 0;
    memset(matter->category, 0, sizeof(matter->category));
    if (is_said && category.size <= TCN_CLOCK_CATEGORY_BYTES_MAX) {
        memcpy(matter->category, category.data, category.size);
    }
}

void tcn_fold_set_excepted(const struct tcn_fold *fold, const struct tcn_event *event,
                           bool is_opening, struct tcn_matter *matter) {
    const char *unless = fold->clocks != NULL ? tcn_clock_table_unless(fold->clocks) : "";
    const bool is_word = is_opening || event->act == TCN_ACT_CORRECTED ||
                         event->act == TCN_ACT_RELEASED || event->act == TCN_ACT_RECLASSIFIED;
    for (uint32_t i = 0; is_word && unless[0] != '\0' && i < event->attribute_count; i++) {
        const struct tcn_attribute *attribute = &event->attributes[i];
        if (attribute->kind != TCN_ATTRIBUTE_FLAG || !tcn_slice_is_text(attribute->name, unless)) {
            continue;
        }
        matter->marks &= ~(uint32_t)TCN_MARK_EXCEPTED;
        matter->marks |= attribute->number != 0 ? (uint32_t)TCN_MARK_EXCEPTED : 0u;
    }
}

/** Guarded, and not released: it names no domain. */
static bool is_held_back(const struct tcn_matter *matter) {
    return tcn_guard_has(matter) && matter->domain[0] == '\0';
}

static struct tcn_clock_traits traits_of(const struct tcn_matter *matter) {
    return (struct tcn_clock_traits){
        .subject = {.domain = tcn_slice_text(matter->domain),
                    .procedure = matter->kind,
                    .category = tcn_slice_text(matter->category),
                    .severity = matter->severity,
                    .level = matter->toll.degree.rank,
                    .is_excepted = (matter->marks & TCN_MARK_EXCEPTED) != 0},
        .is_held_back = is_held_back(matter),
        .is_kept = tcn_guard_has(matter)};
}

/** From when the clocks count that a move starts: from when the matter was learned of, unless harm
 * has just made it an accident. Source: 国务院令第493号 article 9. */
static int64_t moved_of(const struct tcn_matter *matter, const struct tcn_event *event,
                        bool is_new_way) {
    const bool is_named = event->act == TCN_ACT_RECLASSIFIED || event->act == TCN_ACT_RELEASED;
    const bool is_harm = is_new_way && !is_named && matter->kind == TCN_PROCEDURE_ACCIDENT;
    return is_harm ? 0 : matter->learned_ns;
}

/** True when a matter that had a way goes another one: none of its clocks runs on. */
static bool is_converted(const struct tcn_matter *before, const struct tcn_matter *after) {
    const bool had_way = before->opened_ns != 0 && !is_held_back(before);
    return had_way && before->kind != after->kind;
}

/** The latest start that is believed: as far ahead as agents' clocks may be. */
static int64_t start_max_of(const struct tcn_fold *fold, int64_t log_time_ns) {
    const int64_t ahead_ns = fold->policy->clock_ahead_ns > 0 ? fold->policy->clock_ahead_ns : 0;
    return tcn_time_plus(log_time_ns, ahead_ns);
}

enum tcn_status tcn_fold_clocks(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                const struct tcn_fold_moved *moved) {
    const struct tcn_matter *matter = moved->matter;
    const struct tcn_clockwork work = {
        .ops = fold->ops, .state = fold->state, .table = fold->clocks, .trace = fold->trace};
    const bool is_birth = moved->before == NULL;
    const struct tcn_matter nothing = {.opened_ns = 0};
    const struct tcn_matter *before = is_birth ? &nothing : moved->before;
    bool is_changed = false;
    if (fold->clocks == NULL) {
        return TCN_OK;
    }
    const bool is_new_way = !is_birth && is_converted(before, matter);
    struct tcn_clockwork_event event = {.birth_position = matter->birth_position,
                                        .event = in->event,
                                        .position = in->position,
                                        .log_time_ns = in->log_time_ns,
                                        .start_max_ns = start_max_of(fold, in->log_time_ns),
                                        .policy_version = fold->policy->version,
                                        .before = traits_of(before),
                                        .after = traits_of(matter),
                                        .stage = matter->stage,
                                        .is_birth = is_birth,
                                        .is_opening = is_birth && matter->opened_ns != 0,
                                        .was_reported = before->opened_ns != 0,
                                        .stops_all = is_new_way || moved->stops_all,
                                        .learned_ns = matter->learned_ns,
                                        .moved_ns = moved_of(matter, in->event, is_new_way)};
    event.before.is_none = is_birth || is_new_way;
    const enum tcn_status status = tcn_clockwork_apply(&work, &event, &is_changed);
    return status == TCN_OK && is_changed ? tcn_due_first(fold->ops, fold->state, &fold->due_ns)
                                          : status;
}

static struct tcn_alert alert_of(const struct tcn_fold *fold, const struct tcn_fold_input *in,
                                 const struct tcn_fired *fired) {
    return (struct tcn_alert){.stream = {.mode = in->log_mode, .organ = fold->policy->desk},
                              .generation = in->generation,
                              .position = in->position,
                              .act = TCN_ACT_TICK,
                              .reason = TCN_REASON_CLOCK,
                              .severity = TCN_SEVERITY_SERIOUS,
                              .policy_version = fold->policy->version,
                              .log_time_ns = in->log_time_ns,
                              .fired = *fired};
}

/** Restates what the activation says, or what a missing year left open, by the policy in force. */
static enum tcn_status restate(struct tcn_fold *fold, const struct tcn_fold_input *in,
                               struct tcn_restated_counts *counts) {
    const struct tcn_clockwork work = {
        .ops = fold->ops, .state = fold->state, .table = fold->clocks, .trace = fold->trace};
    const struct tcn_restatement how = {.only_missing = !in->restates,
                                        .position = in->position,
                                        .log_time_ns = in->log_time_ns,
                                        .policy_version = fold->policy->version,
                                        .row_max = UINT32_MAX};
    struct tcn_clock_place place = {.birth = 0};
    bool is_done = fold->clocks == NULL;
    enum tcn_status status = TCN_OK;
    while (!is_done && status == TCN_OK) { /* ends with the rows: each turn moves the place on */
        status = tcn_restate_some(&work, &how, &place, counts, &is_done);
    }
    return status == TCN_OK ? tcn_due_first(fold->ops, fold->state, &fold->due_ns) : status;
}

static void note_activation(const struct tcn_fold *fold, const struct tcn_fold_input *in,
                            const struct tcn_restated_counts *counts) {
    static const enum tcn_why whys[TCN_RESTATED_COUNT] = {
        [TCN_RESTATED_SAME] = TCN_WHY_CLOCKS_SAME,
        [TCN_RESTATED_MOVED] = TCN_WHY_CLOCKS_MOVED,
        [TCN_RESTATED_LEFT] = TCN_WHY_CLOCKS_LEFT,
        [TCN_RESTATED_JUDGED] = TCN_WHY_CLOCKS_REJUDGED,
    };
    for (uint32_t i = 0; i < TCN_RESTATED_COUNT; i++) {
        if (whys[i] != TCN_WHY_NONE && counts->counts[i] > 0) {
            tcn_note(fold->trace, (struct tcn_note){.why = whys[i], .number = counts->counts[i]});
        }
    }
    tcn_note(fold->trace,
             (struct tcn_note){.why = in->restates ? TCN_WHY_POLICY_RESTATES : TCN_WHY_POLICY_KEEPS,
                               .number = in->policy->version});
}

/** The desk hears of every activation: which policy, by whom, and how many clocks it changed. */
static enum tcn_status tell_activation(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                       const struct tcn_restated_counts *counts) {
    const uint64_t changed = tcn_restated_changed(counts);
    const struct tcn_fired fired = {
        .kind = TCN_DUE_POLICY,
        .stage = in->restates ? TCN_POLICY_RESTATES : TCN_POLICY_KEEPS,
        .subject = in->activator,
        .rule = changed < UINT32_MAX ? (uint32_t)changed : UINT32_MAX,
        .due_ns = in->log_time_ns,
        .until_ns = in->log_time_ns,
    };
    struct tcn_alert alert = alert_of(fold, in, &fired);
    return alert.stream.organ != 0 ? tcn_fold_tell(fold, &alert) : TCN_OK;
}

enum tcn_status tcn_fold_activate(struct tcn_fold *fold, const struct tcn_fold_input *in) {
    struct tcn_restated_counts counts = {.counts = {0}};
    fold->policy = in->policy;
    fold->clocks = tcn_fold_clock_table(in->policy);
    enum tcn_status status = restate(fold, in, &counts);
    if (status == TCN_OK) {
        note_activation(fold, in, &counts);
        status = tell_activation(fold, in, &counts);
    }
    if (status == TCN_OK) {
        status = tcn_fold_expected_activate(fold, in);
    }
    return status;
}

enum tcn_status tcn_fold_suppose(struct tcn_fold *fold, const struct tcn_fold_input *in) {
    struct tcn_restated_counts counts = {.counts = {0}};
    fold->policy = in->supposed;
    fold->clocks = tcn_fold_clock_table(in->supposed);
    return restate(fold, in, &counts);
}

static void add_hearer(struct hearers *hearers, uint16_t organ) {
    bool is_told = false;
    for (uint32_t i = 0; i < hearers->count; i++) {
        is_told = is_told || hearers->organs[i] == organ;
    }
    if (organ != 0 && !is_told) {
        hearers->organs[hearers->count] = organ;
        hearers->count++;
    }
}

/** Says who owes the act of a clock that comes, and who is not told of the step, and why. */
static void note_hearers(const struct tcn_fold *fold, const struct tcn_matter *matter,
                         enum tcn_clock_owes owes, uint16_t owing, uint32_t stage) {
    if (fold->trace == NULL) {
        return;
    }
    const bool is_due = stage == TCN_CLOCK_DUE + 1;
    const uint16_t desk = fold->policy->desk;
    const bool is_desk_off = !tcn_guard_tells_desk(matter, desk);
    const bool is_outside = owes == TCN_CLOCK_OUTSIDE;
    tcn_note(fold->trace,
             (struct tcn_note){.why = is_outside ? TCN_WHY_CLOCK_OUTSIDE : TCN_WHY_CLOCK_OWED,
                               .organ = owing,
                               .number = stage});
    if (owes == TCN_CLOCK_OFFICE && tcn_guard_has(matter)) {
        tcn_note(fold->trace,
                 (struct tcn_note){.why = TCN_WHY_OFFICE_UNTOLD, .organ = matter->office});
    }
    if (!is_outside && is_desk_off && (is_due || owes == TCN_CLOCK_DESK)) {
        tcn_note(fold->trace, (struct tcn_note){.why = TCN_WHY_DESK_UNTOLD, .organ = desk});
    } else if (!is_outside && !is_due && owing != desk) {
        tcn_note(fold->trace, (struct tcn_note){.why = TCN_WHY_DESK_LATER, .organ = desk});
    }
}

static struct hearers hearers_of(const struct tcn_fold *fold, const struct tcn_matter *matter,
                                 enum tcn_clock_owes owes, uint32_t stage) {
    const bool is_due = stage == TCN_CLOCK_DUE + 1;
    struct hearers hearers = {.count = 0};
    const uint16_t desk = tcn_guard_tells_desk(matter, fold->policy->desk) ? fold->policy->desk : 0;
    const uint16_t office = tcn_guard_has(matter) ? 0 : matter->office;
    if (owes == TCN_CLOCK_OUTSIDE) {
        note_hearers(fold, matter, owes, matter->holder, stage);
        add_hearer(&hearers, is_due ? matter->holder : 0);
        return hearers;
    }
    uint16_t owing = matter->holder;
    owing = owes == TCN_CLOCK_OFFICE && office != 0 ? office : owing;
    owing = owes == TCN_CLOCK_DESK && desk != 0 ? desk : owing;
    note_hearers(fold, matter, owes, owing, stage);
    add_hearer(&hearers, owing);
    add_hearer(&hearers, is_due ? desk : 0);
    return hearers;
}

static enum tcn_severity severity_of(const struct tcn_matter *matter, enum tcn_clock_unit unit,
                                     uint32_t stage) {
    static const enum tcn_severity severities[2][TCN_CLOCK_STEP_COUNT] = {
        {TCN_SEVERITY_ROUTINE, TCN_SEVERITY_SERIOUS, TCN_SEVERITY_SERIOUS},
        {TCN_SEVERITY_SERIOUS, TCN_SEVERITY_URGENT, TCN_SEVERITY_URGENT},
    };
    const bool is_short = unit == TCN_CLOCK_MINUTES || unit == TCN_CLOCK_HOURS;
    const enum tcn_severity step = severities[is_short ? 1 : 0][stage - 1];
    return (unsigned)matter->severity > (unsigned)step ? matter->severity : step;
}

static enum tcn_status tell_step(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                 const struct tcn_fired *fired) {
    struct tcn_matter_clock clock;
    struct tcn_matter matter;
    memset(&matter, 0, sizeof(matter));
    enum tcn_status status = fold->ops->clock_get(fold->state, fired->subject, fired->rule, &clock);
    if (status == TCN_OK) {
        status = fold->ops->matter_get(fold->state, fired->subject, &matter);
    }
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    struct hearers hearers = hearers_of(fold, &matter, clock.terms.owes, fired->stage);
    const struct tcn_matter before = matter;
    bool moves = false;
    status = tcn_fold_bounce(fold, in, fired->stage, &clock, &matter, &moves);
    struct tcn_alert alert = alert_of(fold, in, fired);
    alert.stream.mode = matter.mode;
    alert.birth_position = matter.birth_position;
    alert.flags = matter.flags;
    alert.severity = severity_of(&matter, clock.terms.unit, fired->stage);
    if (moves) { /* who had it, who has it and the desk: nobody else hears of it */
        add_hearer(&hearers, matter.holder);
        alert.kind = matter.kind;
        alert.stage = matter.stage;
        alert.holder = matter.holder;
    }
    status = status == TCN_OK && moves ? tcn_summons_moved(fold, &before, &matter) : status;
    struct tcn_ladder_clock told = {.matter = &matter,
                                    .clock = &clock,
                                    .fired = fired,
                                    .organ = hearers.count > 0 ? hearers.organs[0] : matter.holder};
    for (uint32_t i = 0; i < hearers.count && status == TCN_OK; i++) {
        alert.stream.organ = hearers.organs[i];
        status = tcn_fold_tell(fold, &alert);
        status = status == TCN_OK ? tcn_summons_told(fold, &alert, &matter) : status;
        told.number = i == 0 ? alert.number : told.number;
        if (status == TCN_OK && moves && alert.stream.organ == matter.holder) {
            status = tcn_fold_ladder_moved(fold, in, &matter, alert.number);
        }
    }
    const bool is_due = fired->stage == TCN_CLOCK_DUE + 1;
    status = status == TCN_OK ? tcn_fold_ladder_clock(fold, in, &told) : status;
    return status == TCN_OK && is_due ? tcn_fold_sign_late(fold, in, &matter) : status;
}

enum tcn_status tcn_fold_clocks_tell(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                     const struct tcn_fired *fired) {
    if (fired->kind == TCN_DUE_CLOCK) {
        return tell_step(fold, in, fired);
    }
    struct tcn_alert alert = alert_of(fold, in, fired);
    return alert.stream.organ != 0 ? tcn_fold_tell(fold, &alert) : TCN_OK;
}
