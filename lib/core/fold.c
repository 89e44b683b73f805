/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fold.h"

#include "base/clock.h"
#include "core/due.h"
#include "core/erasure.h"
#include "core/fold_bounce.h"
#include "core/fold_clocks.h"
#include "core/fold_deed.h"
#include "core/fold_due.h"
#include "core/fold_expected.h"
#include "core/fold_inside.h"
#include "core/fold_ladder.h"
#include "core/fold_ladder_told.h"
#include "core/fold_placement.h"
#include "core/fold_rewrap.h"
#include "core/fold_signs.h"
#include "core/fold_silence.h"
#include "core/fold_words.h"
#include "core/guard.h"
#include "core/limit.h"
#include "core/opening.h"
#include "core/shift.h"
#include "core/summons.h"

#include <string.h>

enum tcn_status tcn_fold_init(struct tcn_fold *fold, const struct tcn_policy *policy,
                              const struct tcn_state_ops *ops, void *state) {
    struct tcn_applied applied;
    memset(&applied, 0, sizeof(applied));
    enum tcn_status status = ops->applied_get(state, &applied);
    if (status != TCN_OK) {
        return status;
    }
    *fold = (struct tcn_fold){.policy = policy, .ops = ops, .state = state, .applied = applied};
    fold->clocks = tcn_fold_clock_table(policy);
    status = tcn_fold_expected_init(fold);
    if (status == TCN_OK) {
        status = tcn_fold_silence_init(fold);
    }
    return status == TCN_OK ? tcn_due_first(ops, state, &fold->due_ns) : status;
}

static uint32_t clock_flags(const struct tcn_fold_step *step) {
    const struct tcn_policy *policy = step->fold->policy;
    int64_t ahead_ns = tcn_time_minus(step->event->recorded_ns, step->in->log_time_ns);
    bool is_judged = step->in->lane.source != 0 && step->in->role != TCN_ROLE_FEED;
    if (step->event->recorded_ns == 0 || !is_judged) {
        return 0;
    }
    if (policy->clock_ahead_ns > 0 && ahead_ns > policy->clock_ahead_ns) {
        tcn_fold_note(step, (struct tcn_note){.why = TCN_WHY_CLOCK_AHEAD,
                                              .time_ns = step->event->recorded_ns});
        return TCN_FLAG_CLOCK_AHEAD;
    }
    bool is_behind = policy->clock_behind_ns > 0 && ahead_ns < -policy->clock_behind_ns;
    if (is_behind) {
        tcn_fold_note(step, (struct tcn_note){.why = TCN_WHY_CLOCK_BEHIND,
                                              .time_ns = step->event->recorded_ns});
    }
    return is_behind ? TCN_FLAG_CLOCK_BEHIND : 0;
}

/** A post takes its organ's duty, or hands it over; its organ hears of it. */
static enum tcn_status apply_shift(struct tcn_fold_step *step) {
    enum tcn_status code = TCN_OK;
    uint32_t missing = 0;
    const enum tcn_status status = tcn_shift_said(step->fold, step->in, &code, &missing);
    tcn_fold_why(step, TCN_WHY_NEEDS_NO_MATTER, 0);
    if (status == TCN_OK && code != TCN_OK) {
        tcn_fold_void(step, code);
        step->facts = missing;
    } else if (status == TCN_OK) {
        tcn_route_add(&step->notices, step->in->organ, TCN_REASON_SHIFT);
    }
    return status;
}

/** Loads what the act is on, and looks at what it names. */
static enum tcn_status load_all(struct tcn_fold_step *step, bool *out_is_known) {
    enum tcn_status status = tcn_fold_load(step, out_is_known);
    if (status == TCN_OK && step->event->act == TCN_ACT_ERASED) {
        status = tcn_erasure_look(step, &step->named_facts, &step->is_erased);
    }
    if (status == TCN_OK) {
        status = tcn_fold_placement_load(step);
    }
    if (status == TCN_OK && *out_is_known) {
        status = tcn_fold_bounce_look(step);
    }
    if (status != TCN_OK) {
        return status;
    }
    step->is_taken = *out_is_known && tcn_fold_is_shut_out(step);
    if (step->is_taken) {
        tcn_fold_why(step, TCN_WHY_MATTER_HIDDEN, step->in->organ);
    }
    *out_is_known = *out_is_known && !step->is_taken;
    return tcn_opening_look(step, *out_is_known);
}

static enum tcn_status apply_human(struct tcn_fold_step *step) {
    const struct tcn_act_rule *rule = tcn_act_rule_of(step->event->act);
    bool is_report = step->event->act == TCN_ACT_REPORTED;
    bool is_known = false;
    if (rule == NULL) {
        tcn_fold_why(step, TCN_WHY_ACT_UNKNOWN, 0);
        tcn_fold_void(step, TCN_BAD_VALUE);
        return TCN_OK;
    }
    if (tcn_id_is_none(&step->event->matter) && tcn_act_is_of_shift(step->event->act)) {
        return apply_shift(step);
    }
    if (tcn_id_is_none(&step->event->matter) && !is_report) {
        tcn_fold_why(step, rule->is_free ? TCN_WHY_NEEDS_NO_MATTER : TCN_WHY_NAMES_NO_MATTER, 0);
        if (!rule->is_free) {
            tcn_fold_void(step, TCN_BAD_VALUE);
        }
        return TCN_OK;
    }
    step->opening.word = tcn_opening_word_of(step->event);
    if (step->opening.word != TCN_OPENING_NONE && tcn_guard_is_due(step->event)) { /* O3 */
        tcn_fold_void(step, TCN_BAD_VALUE);
        return TCN_OK;
    }
    const enum tcn_status status = load_all(step, &is_known);
    if (status != TCN_OK) {
        return status;
    }
    bool is_opening = is_known && is_report && step->matter.opened_ns == 0 &&
                      step->matter.mode == step->event->mode;
    /* Whoever holds it may be whom the new word accuses, though the matter is guarded. */
    bool is_in_guard = is_known && tcn_guard_has(&step->matter) && tcn_fold_lists_holder(step);
    bool is_listed = tcn_guard_is_due(step->event);
    if (is_opening && tcn_fold_may_open(step)) {
        tcn_fold_why(step, TCN_WHY_OPENS_STUB, 0);
        tcn_fold_report(step);
    } else if (is_opening || (is_listed && !is_in_guard)) {
        tcn_fold_apart(step, is_known || step->is_taken);
    } else if (is_known) {
        const uint16_t desk = step->fold->policy->desk;
        bool is_desk_off = is_listed && !tcn_guard_tells(step->event, desk);
        step->flags |= is_desk_off ? TCN_FLAG_NOT_THE_DESK : 0u;
        tcn_fold_narrow(step);
        if (is_listed) {
            tcn_fold_why(step, TCN_WHY_JOINS_GUARDED, step->matter.holder);
        }
        if (is_desk_off) {
            tcn_fold_why(step, TCN_WHY_DESK_UNLISTED, desk);
        }
        tcn_fold_act(step, rule);
    } else if (is_report) {
        tcn_fold_begin(step);
        tcn_fold_report(step);
    } else {
        tcn_fold_to_stub(step, rule);
    }
    return TCN_OK;
}

/** True for what only the collector observes. */
static bool is_own_act(enum tcn_act act) {
    return act == TCN_ACT_DELIVERED || act == TCN_ACT_UNREACHABLE || act == TCN_ACT_NO_WATCHER ||
           act == TCN_ACT_TICK || act == TCN_ACT_GENERATION || act == TCN_ACT_HEARD ||
           act == TCN_ACT_EPOCH_WAITS || act == TCN_ACT_CHUNK_FENCED ||
           act == TCN_ACT_TIME_DOUBTED || act == TCN_ACT_SHARE_ERASED || act == TCN_ACT_NOT_FETCHED;
}

/** What the collector said by itself, and what the desk answers. */
static enum tcn_status apply_words(struct tcn_fold_step *step) {
    struct tcn_words_effect effect = {.code = TCN_OK};
    enum tcn_status status = tcn_fold_words(step->fold, step->in, &effect);
    if (status == TCN_OK && effect.code != TCN_OK) {
        tcn_fold_why(step, TCN_WHY_WORDS_VOID, 0);
        tcn_fold_void(step, effect.code);
    }
    if (status == TCN_OK && effect.tells_desk) {
        tcn_fold_why(step, TCN_WHY_WORDS_TELL, step->fold->policy->desk);
        tcn_route_add(&step->notices, step->fold->policy->desk, TCN_REASON_COLLECTOR);
    }
    if (status == TCN_OK && effect.code == TCN_OK && step->event->act == TCN_ACT_NO_WATCHER) {
        status = tcn_fold_unheard(step->fold, step->in);
    }
    return status;
}

/** DELIVERED: the cursor moves, and what waited for it goes on. */
static enum tcn_status apply_delivered(struct tcn_fold_step *step) {
    enum tcn_status code = TCN_OK;
    const enum tcn_status status = tcn_fold_delivered(step->fold, step->event, &code);
    if (status == TCN_OK && code != TCN_OK) {
        tcn_fold_why(step, TCN_WHY_WORDS_VOID, 0);
        tcn_fold_void(step, code);
        return TCN_OK;
    }
    return status == TCN_OK ? tcn_fold_ladder_delivered(step->fold, step->in) : status;
}

static enum tcn_status apply_event(struct tcn_fold_step *step) {
    enum tcn_act act = step->event->act;
    bool has_mode = step->event->mode == TCN_MODE_ACTUAL || step->event->mode == TCN_MODE_EXERCISE;
    if (tcn_act_is_human(act) && !has_mode) {
        tcn_fold_why(step, TCN_WHY_NO_MODE, 0);
        step->is_secret = true; /* it has no stream to be told in */
        tcn_fold_void(step, TCN_BAD_VALUE);
        return TCN_OK;
    }
    if (act == TCN_ACT_REGISTRY_CHANGED && step->in->ruling != TCN_OK) {
        tcn_fold_why(step, TCN_WHY_REGISTRY_RULED, 0);
        tcn_fold_void(step, step->in->ruling);
        return TCN_OK;
    }
    if (act == TCN_ACT_POLICY_ACTIVATED && step->in->policy != NULL) {
        return tcn_fold_activate(step->fold, step->in);
    }
    if (act == TCN_ACT_REGISTRY_CHANGED || act == TCN_ACT_GENESIS) {
        const enum tcn_status rows = tcn_fold_due_rows(step->fold, step->in);
        return rows == TCN_OK ? tcn_fold_expected_rows(step->fold, step->in) : rows;
    }
    if (tcn_fold_expected_knows(step->event)) {
        return tcn_fold_expected_say(step);
    }
    if (is_own_act(act) && step->in->lane.source != 0) {
        tcn_fold_why(step, TCN_WHY_COLLECTORS_WORD, 0);
        tcn_fold_void(step, TCN_DENIED);
        return TCN_OK;
    }
    enum tcn_status status = tcn_words_knows(act) ? apply_words(step) : TCN_OK;
    if (status != TCN_OK || tcn_words_is_of_desk(act)) {
        return status;
    }
    if (act == TCN_ACT_SILENCED || act == TCN_ACT_SILENCE_ENDED) {
        return tcn_fold_silence(step);
    }
    if (tcn_act_is_human(act) || !tcn_act_is_known((uint32_t)act)) {
        return apply_human(step);
    }
    if (act == TCN_ACT_SHARE_ERASED) {
        return tcn_erasure_done(step->fold, step->in);
    }
    if (act == TCN_ACT_NOT_FETCHED) {
        return tcn_fold_unheard(step->fold, step->in);
    }
    return act == TCN_ACT_DELIVERED ? apply_delivered(step) : TCN_OK;
}

/** How a guarded matter goes on is for its holder, and for the desk that is on its list (rule 4).
 */
static bool may_know_way(const struct tcn_fold_step *step, uint16_t organ) {
    const uint16_t desk = step->fold->policy->desk;
    return !tcn_guard_has(&step->matter) || organ == step->matter.holder ||
           (organ == desk && tcn_guard_tells_desk(&step->matter, desk));
}

/** The matter's office is told which limits run now, and which this act has ended. Of a guarded
 * matter it is told none (rule 4). */
static enum tcn_status tell_limits(const struct tcn_fold_step *step, struct tcn_alert *alert) {
    const struct tcn_fold *fold = step->fold;
    struct tcn_limits limits = {.count = 0};
    bool is_told = step->has_matter && alert->reason != TCN_REASON_OUTCOME &&
                   alert->stream.organ == step->matter.office && !tcn_guard_has(&step->matter);
    if (!is_told) {
        return TCN_OK;
    }
    const enum tcn_status status =
        tcn_limits_gather(fold->ops, fold->state, alert->birth_position, alert->position, &limits);
    if (status == TCN_OK) {
        memcpy(alert->limits, limits.rows, sizeof(alert->limits));
        alert->limit_count = limits.count;
    }
    return status;
}

static enum tcn_status append_alert(struct tcn_fold_step *step, uint16_t organ,
                                    enum tcn_reason reason, uint64_t *out_number) {
    struct tcn_fold *fold = step->fold;
    bool is_outcome = reason == TCN_REASON_OUTCOME;
    /* Who is nothing to the matter, as one who held it once, hears of its act and no more. */
    const uint32_t sides = TCN_WHO_HOLDER | TCN_WHO_DESK | TCN_WHO_OFFICE;
    bool is_told = !is_outcome || (!step->is_birth && (tcn_fold_who(step) & sides) != 0);
    bool names_matter = step->has_matter && is_told;
    bool shows_way = names_matter && may_know_way(step, organ);
    if (step->has_matter && !shows_way) {
        tcn_fold_why(step, names_matter ? TCN_WHY_WAY_UNSHOWN : TCN_WHY_ANSWER_BARE, organ);
    }
    struct tcn_alert alert = {
        .stream = {.mode = step->event->mode, .organ = organ},
        .generation = step->in->generation,
        .position = step->in->position,
        .birth_position = names_matter ? step->matter.birth_position : 0,
        .act = step->event->act,
        .reason = reason,
        .severity = step->event->severity,
        .flags = step->flags | step->shown | (names_matter ? step->matter.flags : 0),
        .code = reason == TCN_REASON_BREACH ? step->breaches : (uint32_t)step->code,
        .policy_version = fold->policy->version,
        .log_time_ns = step->in->log_time_ns,
        .kind = shows_way ? step->matter.kind : TCN_PROCEDURE_NONE,
        .stage = shows_way ? step->matter.stage : TCN_STAGE_NONE,
        .holder = shows_way ? step->matter.holder : 0,
        .degree = shows_way && !is_outcome ? step->matter.toll.degree : (struct tcn_degree){0},
        .facts = step->facts,
        .allowed_acts = is_outcome ? step->allowed_acts : 0,
    };
    enum tcn_status status = tell_limits(step, &alert);
    status = status == TCN_OK ? tcn_fold_tell(fold, &alert) : status;
    *out_number = alert.number;
    return status == TCN_OK ? tcn_summons_told(fold, &alert, &step->matter) : status;
}

/** Writes a void: its outcome, and a word to its actor. A secret one leaves neither: whoever asked
 * for it would learn from the difference that there is a matter. */
static enum tcn_status write_void(struct tcn_fold_step *step) {
    const struct tcn_fold *fold = step->fold;
    const struct tcn_outcome outcome = {.position = step->in->position,
                                        .code = (uint32_t)step->code,
                                        .allowed_acts = step->allowed_acts,
                                        .missing = step->code != TCN_OK ? step->facts : 0};
    uint64_t number = 0;
    if (step->is_secret) {
        return TCN_OK;
    }
    enum tcn_status status = fold->ops->outcome_put(fold->state, &outcome);
    if (status == TCN_OK && step->in->organ != 0) {
        status = append_alert(step, step->in->organ, TCN_REASON_OUTCOME, &number);
    }
    /* S3: who wants to hear nothing of what must be heard is shown to the desk. */
    const uint16_t desk = fold->policy->desk;
    if (status == TCN_OK && step->event->act == TCN_ACT_SILENCED && desk != 0 &&
        desk != step->in->organ) {
        status = append_alert(step, desk, TCN_REASON_COLLECTOR, &number);
    }
    return status;
}

/** Rule 9. An act that waits for the second person moves no clock either. */
static enum tcn_status run_clocks(struct tcn_fold_step *step) {
    const struct tcn_fold_moved moved = {.matter = &step->matter,
                                         .before = step->is_birth ? NULL : &step->before,
                                         .stops_all = step->stops_all};
    bool is_waiting = (step->shown & TCN_FLAG_WAITS) != 0;
    bool is_opening =
        step->matter.opened_ns != 0 && (step->is_birth || step->before.opened_ns == 0);
    if (is_waiting) {
        return TCN_OK;
    }
    tcn_fold_set_excepted(step->fold, step->event, is_opening, &step->matter);
    return tcn_fold_clocks(step->fold, step->in, &moved);
}

/** What says that it was recorded before the newest event of its matter, and that its agent had
 * heard of that one: a clock that is wrong, or a time that was chosen. By what the agent heard the
 * recorded time is bracketed; it counts, and is shown. */
static uint32_t bracket_flags(const struct tcn_fold_step *step) {
    const struct tcn_policy *policy = step->fold->policy;
    const struct tcn_matter *before = &step->before;
    const int64_t recorded_ns = step->event->recorded_ns;
    const bool is_judged = step->in->lane.source != 0 && step->in->role != TCN_ROLE_FEED &&
                           policy->clock_behind_ns > 0 && recorded_ns != 0;
    const bool has_seen = !step->is_birth && before->last_position != 0 &&
                          step->event->seen_position >= before->last_position;
    if (!is_judged || !has_seen ||
        tcn_time_minus(before->last_ns, recorded_ns) <= policy->clock_ahead_ns) {
        return 0;
    }
    tcn_fold_note(step, (struct tcn_note){.why = TCN_WHY_RECORDED_BEFORE_SEEN,
                                          .number = before->last_position,
                                          .time_ns = recorded_ns});
    return TCN_FLAG_CLOCK_BEHIND;
}

/** Writes the matter as it stands now, with the event at the head of its thread. */
static enum tcn_status write_matter(struct tcn_fold_step *step) {
    struct tcn_fold *fold = step->fold;
    struct tcn_matter *matter = &step->matter;
    const struct tcn_thread thread = {.position = step->in->position,
                                      .birth_position = matter->birth_position,
                                      .previous_position = matter->last_position};
    matter->severity = tcn_fold_severity(step);
    step->flags |= bracket_flags(step);
    matter->flags |= step->flags;
    matter->event_count++;
    matter->last_position = step->in->position;
    matter->last_act = step->event->act;
    matter->last_ns = step->in->log_time_ns;
    TCN_CHECK(thread.previous_position < thread.position);
    TCN_CHECK(matter->holder != 0 || fold->policy->desk == 0); /* rule 3 */
    enum tcn_status status = run_clocks(step);
    if (status == TCN_OK && (step->shown & TCN_FLAG_WAITS) == 0) {
        status = tcn_fold_rewrap(step); /* rule 14 */
    }
    if (status == TCN_OK) {
        status = fold->ops->matter_put(fold->state, matter, step->is_birth);
    }
    if (status == TCN_OK) {
        status = fold->ops->thread_append(fold->state, &thread);
    }
    if (status == TCN_OK && (step->shown & TCN_FLAG_WAITS) == 0) {
        status = tcn_fold_placement_write(step);
    }
    if (status == TCN_OK && (step->shown & TCN_FLAG_WAITS) == 0) { /* rule 12 */
        status = tcn_summons_acted(fold, step->in->organ, step->event->act, matter);
    }
    if (status == TCN_OK) {
        status = tcn_fold_deed(step);
    }
    if (status == TCN_OK) {
        status = tcn_summons_moved(fold, step->is_birth ? NULL : &step->before, matter);
    }
    if (status == TCN_OK) {
        status = tcn_fold_signs(step); /* rule 13 */
    }
    if (status == TCN_OK) {
        status = tcn_fold_warnings(step);
    }
    status = status == TCN_OK ? tcn_fold_dangers(step) : status;
    fold->applied.matter_count += step->is_birth ? 1 : 0;
    return status;
}

static enum tcn_status write_notices(struct tcn_fold_step *step) {
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < step->notices.recipient_count && status == TCN_OK; i++) {
        const struct tcn_recipient *recipient = &step->notices.recipients[i];
        status = append_alert(step, recipient->organ, recipient->reason, &step->numbers[i]);
    }
    /* An item of its own: who is told anyway would else lose one of the two reasons. */
    const uint16_t desk = step->fold->policy->desk;
    uint64_t number = 0;
    if (status == TCN_OK && step->contradicts && desk != 0) {
        status = append_alert(step, desk, TCN_REASON_CONTRADICTED, &number);
    }
    return status;
}

/** The last sequence that an event stands for: a VOID may cover many. */
static uint64_t last_sequence(const struct tcn_fold_step *step) {
    bool is_range = step->event->act == TCN_ACT_VOID && step->event->body_kind == TCN_BODY_VOID &&
                    step->event->void_body.count > 1;
    uint64_t more = is_range ? step->event->void_body.count - 1 : 0;
    return step->in->sequence <= UINT64_MAX - more ? step->in->sequence + more : UINT64_MAX;
}

static enum tcn_status write_source(struct tcn_fold_step *step) {
    const struct tcn_fold *fold = step->fold;
    struct tcn_source_state source;
    memset(&source, 0, sizeof(source));
    enum tcn_status status = fold->ops->source_get(fold->state, &step->in->lane, &source);
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    source.lane = step->in->lane;
    if (last_sequence(step) > source.sequence) {
        source.sequence = last_sequence(step);
    }
    source.position = step->in->position;
    source.log_time_ns = step->in->log_time_ns;
    source.event_count++;
    source.void_count += step->code != TCN_OK ? 1 : 0;
    return fold->ops->source_put(fold->state, &source);
}

static enum tcn_status write_applied(struct tcn_fold_step *step) {
    struct tcn_fold *fold = step->fold;
    fold->applied.position = step->in->position;
    fold->applied.log_time_ns = step->in->log_time_ns;
    fold->applied.generation = step->in->generation;
    fold->applied.event_count++;
    fold->applied.fold_version = TCN_FOLD_VERSION;
    fold->applied.policy_version = fold->policy->version;
    return fold->ops->applied_put(fold->state, &fold->applied);
}

/** What is asked for may be this event. */
static void begin_trace(const struct tcn_fold *fold, const struct tcn_fold_input *in) {
    const struct tcn_traced event = {.position = in->position,
                                     .lane = in->lane,
                                     .sequence = in->sequence,
                                     .organ = in->organ,
                                     .act = in->event->act,
                                     .mode = in->event->mode,
                                     .log_time_ns = in->log_time_ns,
                                     .policy_version = fold->policy->version,
                                     .fold_version = TCN_FOLD_VERSION};
    tcn_trace_begin(fold->trace, &event);
}

enum tcn_status tcn_fold_step(struct tcn_fold *fold, const struct tcn_fold_input *in,
                              struct tcn_outcome *out_outcome) {
    if (in->position != fold->applied.position + 1) { /* rule 1 */
        return TCN_SEQUENCE;
    }
    if (fold->trace != NULL) {
        begin_trace(fold, in);
    }
    struct tcn_fold_step step = {.fold = fold, .in = in, .event = in->event, .code = TCN_OK};
    step.flags = clock_flags(&step);
    enum tcn_status status = tcn_fold_due_fire(fold, in); /* rule 8 */
    if (fold->trace != NULL) {
        tcn_trace_own(fold->trace);
    }
    if (status == TCN_OK && in->supposed != NULL) {
        status = tcn_fold_suppose(fold, in);
    }
    status = status == TCN_OK ? apply_event(&step) : status;
    tcn_fold_note(&step,
                  (struct tcn_note){.why = step.code == TCN_OK ? TCN_WHY_APPLIED : TCN_WHY_VOID,
                                    .bits = (uint32_t)step.code});
    if (status == TCN_OK && step.code != TCN_OK) {
        status = write_void(&step); /* rule 7 */
    } else if (status == TCN_OK) {
        status = step.has_matter ? write_matter(&step) : TCN_OK;
        status = status == TCN_OK ? tcn_fold_expected_other(&step) : status;
        status = status == TCN_OK ? write_notices(&step) : status;
        status = status == TCN_OK ? tcn_fold_ladders(&step) : status;
        status = status == TCN_OK && step.erases ? tcn_erasure_ask(&step) : status;
        const bool opens = step.opening.word != TCN_OPENING_NONE;
        status = status == TCN_OK && opens ? tcn_opening_write(&step) : status;
    }
    if (status == TCN_OK) {
        status = write_source(&step);
    }
    if (status == TCN_OK) {
        status = write_applied(&step);
    }
    if (status != TCN_OK) {
        return status;
    }
    *out_outcome = (struct tcn_outcome){.position = in->position,
                                        .code = (uint32_t)step.code,
                                        .allowed_acts = step.allowed_acts,
                                        .missing = step.code != TCN_OK ? step.facts : 0};
    return TCN_OK;
}
