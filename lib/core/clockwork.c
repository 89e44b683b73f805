/* SPDX-License-Identifier: Apache-2.0 */
#include "core/clockwork.h"

#include "base/check.h"
#include "base/date.h"
#include "core/acts.h"
#include "core/clock.h"
#include "core/clockwork_inside.h"

#include <string.h>

/** One event at work on one matter. */
struct turn {
    const struct tcn_clockwork *work;
    const struct tcn_clockwork_event *in;
    uint32_t row_count; /**< of the matter */
    bool is_moved;      /**< the matter, by the event (M4) */
    bool is_changed;
};

/** Why a clock starts. */
enum cause {
    CAUSE_NONE,
    CAUSE_ACT,  /**< the event is one of its acts */
    CAUSE_MOVE, /**< the matter has become one that it is for (M4) */
};

/** True of a matter whose office would owe the act, and is told nothing (M10). */
static bool is_shut(const struct tcn_clock_rule *rule, const struct tcn_clock_traits *traits) {
    return traits->is_held_back && rule->owes == TCN_CLOCK_OFFICE;
}

/** Whether a rule is for a matter. One that is held back names no domain, so what is for some
 * domains only is not for it (M10). */
static bool is_for(const struct tcn_clock_rule *rule, const struct tcn_clock_traits *traits) {
    return !traits->is_none && !is_shut(rule, traits) &&
           tcn_clock_rule_fits(rule, &traits->subject);
}

/** True when the event is one of the acts (M3). */
static bool is_one_of(const struct tcn_clock_trigger *triggers, uint32_t count,
                      const struct tcn_clockwork_event *in) {
    const struct tcn_event *event = in->event;
    const enum tcn_act act = in->is_opening ? TCN_ACT_REPORTED : event->act;
    const bool joins = act == TCN_ACT_REPORTED && in->was_reported;
    const struct tcn_slice reason =
        event->body_kind == TCN_BODY_ACT ? event->act_body.reason : tcn_slice_of(NULL, 0);
    return !joins && tcn_clock_is_triggered(triggers, count, act, reason, in->stage);
}

/** The date that the event tells; 0 when it tells none. */
static int64_t told_of(const struct tcn_clockwork_event *in) {
    const struct tcn_event *event = in->event;
    const int64_t until_ns = event->body_kind == TCN_BODY_ACT ? event->act_body.until_ns : 0;
    const bool is_date =
        until_ns >= TCN_CLOCK_INSTANT_MIN_NS && until_ns <= TCN_CLOCK_INSTANT_MAX_NS;
    return is_date ? until_ns : 0;
}

/** True when the clock would need a date that the event does not tell (M12). */
static bool lacks_date(const struct tcn_clock_rule *rule, const struct tcn_clockwork_event *in) {
    return rule->unit == TCN_CLOCK_UNTIL && told_of(in) == 0;
}

/** What would stop a clock and start it anew, with another date, leaves it when it tells none. */
static bool is_stop(const struct tcn_clock_rule *rule, const struct tcn_clockwork_event *in) {
    const bool is_anew = lacks_date(rule, in) && is_one_of(rule->starts, rule->start_count, in);
    return !is_anew && is_one_of(rule->stops, rule->stop_count, in);
}

/** True when a report would start it where the matter stands now. */
static bool is_of_reports(const struct tcn_clock_rule *rule, enum tcn_stage stage) {
    return tcn_clock_is_triggered(rule->starts, rule->start_count, TCN_ACT_REPORTED,
                                  tcn_slice_of(NULL, 0), stage);
}

/** True when it is of no matter's way: nothing starts it but acts about a key or a duty (M13). */
static bool is_apart(const struct tcn_clock_rule *rule) {
    bool is = rule != NULL && rule->start_count > 0;
    for (uint32_t i = 0; is && i < rule->start_count; i++) {
        is = tcn_act_is_apart(rule->starts[i].act);
    }
    return is;
}

/** Which of its times an event has: when nobody knows when it occurred, when it was learned of;
 * what it does not state at all is when it was recorded, or logged. */
static int64_t time_of(const struct tcn_clockwork_event *in, enum tcn_clock_time which) {
    const struct tcn_event *event = in->event;
    int64_t time_ns = which == TCN_CLOCK_OCCURRED ? event->occurred_ns : 0;
    time_ns = time_ns == 0 && which != TCN_CLOCK_RECORDED ? event->learned_ns : time_ns;
    time_ns = time_ns == 0 ? event->recorded_ns : time_ns;
    return time_ns != 0 ? time_ns : in->log_time_ns;
}

/** M5: the same act, done earlier than the log knew. */
static bool correct(struct tcn_matter_clock *row, int64_t stop_ns, uint64_t position) {
    const bool is_earlier =
        row->end == TCN_CLOCK_STOPPED && stop_ns < row->stop_ns && stop_ns >= row->clock.start_ns;
    if (is_earlier) {
        tcn_clock_row_end(row, TCN_CLOCK_STOPPED, stop_ns, position);
    }
    return is_earlier;
}

/** True when it fitted the matter and does not now (M4). */
static bool has_left(const struct tcn_clock_rule *rule, const struct tcn_clockwork_event *in) {
    return is_for(rule, &in->before) && !is_for(rule, &in->after);
}

static bool extend(const struct turn *turn, struct tcn_matter_clock *row) {
    const struct tcn_clockwork_event *in = turn->in;
    const struct tcn_clock_rule rule = tcn_clock_row_rule(&row->terms);
    return tcn_clock_extend(&rule, &turn->work->table->calendar, &row->clock,
                            in->event->act_body.until_ns,
                            time_of(in, TCN_CLOCK_RECORDED)) == TCN_OK;
}

/** When a clock is paused or resumed: when that was recorded, unless an agent's clock was wrong,
 * and then when it was logged. A pause that is lost, or a resumption, would be worse than one that
 * is moved by a little. */
static int64_t turned_at(const struct tcn_clockwork_event *in, const struct tcn_clock *clock) {
    int64_t since_ns = clock->start_ns;
    if (clock->pause_count > 0) {
        const struct tcn_clock_pause *last = &clock->pauses[clock->pause_count - 1];
        since_ns = last->to_ns == TCN_CLOCK_NEVER ? last->from_ns : last->to_ns;
    }
    int64_t at_ns = time_of(in, TCN_CLOCK_RECORDED);
    at_ns = at_ns < since_ns || at_ns > in->start_max_ns ? in->log_time_ns : at_ns;
    return at_ns > since_ns ? at_ns : since_ns;
}

static bool pause_or_resume(const struct turn *turn, const struct tcn_clock_rule *rule,
                            struct tcn_clock *clock) {
    const int64_t at_ns = turned_at(turn->in, clock);
    if (is_one_of(&rule->pause, 1, turn->in)) {
        return tcn_clock_pause(clock, at_ns) == TCN_OK;
    }
    return is_one_of(&rule->resume, 1, turn->in) && tcn_clock_resume(clock, at_ns) == TCN_OK;
}

/** What the event does to a clock that runs; false when nothing (M3). */
static bool change_running(const struct turn *turn, const struct tcn_clock_rule *rule,
                           struct tcn_matter_clock *row) {
    const struct tcn_clockwork_event *in = turn->in;
    const struct tcn_event *event = in->event;
    const int64_t now_ns = time_of(in, TCN_CLOCK_RECORDED);
    bool is_changed = true;
    enum tcn_why why = TCN_WHY_CLOCK_EXTENDS;
    if (rule != NULL && is_stop(rule, in)) {
        why = TCN_WHY_CLOCK_STOPS;
        tcn_clock_row_end(row, TCN_CLOCK_STOPPED, time_of(in, row->terms.stop_time), in->position);
    } else if (in->stops_all && !is_apart(rule)) {
        why = TCN_WHY_CLOCK_CLOSES;
        tcn_clock_row_end(row, TCN_CLOCK_CLOSED, now_ns, in->position);
    } else if (rule != NULL && !is_apart(rule) && has_left(rule, in)) {
        why = TCN_WHY_CLOCK_LEAVES;
        tcn_clock_row_end(row, TCN_CLOCK_LEFT, now_ns, in->position);
    } else {
        const bool is_asked = event->act == TCN_ACT_EXTENDED && event->body_kind == TCN_BODY_ACT &&
                              event->act_body.until_ns != 0;
        const bool is_extended = is_asked && extend(turn, row);
        const bool is_turned = rule != NULL && pause_or_resume(turn, rule, &row->clock);
        is_changed = is_extended || is_turned;
        if (is_changed) {
            tcn_clock_row_compute(turn->work->table, row, in->log_time_ns);
        }
        if (is_turned) {
            why = row->times.is_paused ? TCN_WHY_CLOCK_PAUSES : TCN_WHY_CLOCK_RESUMES;
        } else if (!is_changed) {
            why = is_asked ? TCN_WHY_CLOCK_NOT_EXTENDED : TCN_WHY_CLOCK_GOES_ON;
        }
    }
    tcn_clock_row_note(turn->work, why, row);
    return is_changed;
}

static enum tcn_status change_row(struct turn *turn, struct tcn_matter_clock *row) {
    const struct tcn_clockwork_event *in = turn->in;
    const struct tcn_clock_rule *rule =
        tcn_clock_rule_find(turn->work->table, tcn_slice_text(row->id));
    bool is_changed = false;
    if (row->end == TCN_CLOCK_RUNS) {
        is_changed = change_running(turn, rule, row);
    } else if (rule != NULL && is_stop(rule, in)) {
        is_changed = correct(row, time_of(in, row->terms.stop_time), in->position);
        if (is_changed) {
            tcn_clock_row_note(turn->work, TCN_WHY_CLOCK_CORRECTED, row);
        }
    }
    is_changed = is_changed || row->is_kept != in->after.is_kept;
    row->is_kept = in->after.is_kept;
    turn->is_changed = turn->is_changed || is_changed;
    return is_changed ? tcn_clock_row_save(turn->work, row, in->log_time_ns) : TCN_OK;
}

/** The matter's next row from a rule's number on; false behind its last. */
static enum tcn_status next_row(const struct turn *turn, uint32_t rule,
                                struct tcn_matter_clock *out_row, bool *out_has) {
    const uint64_t birth = turn->in->birth_position;
    const enum tcn_status status =
        turn->work->ops->clock_next(turn->work->state, birth, rule, out_row);
    *out_has = status == TCN_OK && out_row->birth_position == birth;
    return status == TCN_ABSENT ? TCN_OK : status;
}

/** Every row of the matter, in the order of its rules' numbers. */
static enum tcn_status change_rows(struct turn *turn) {
    struct tcn_matter_clock row;
    uint32_t rule = 0;
    for (uint32_t i = 0; i < TCN_MATTER_CLOCKS_MAX; i++) {
        bool has = false;
        enum tcn_status status = next_row(turn, rule, &row, &has);
        if (status != TCN_OK || !has) {
            return status;
        }
        turn->row_count++;
        status = change_row(turn, &row);
        if (status != TCN_OK || row.rule == UINT32_MAX) {
            return status;
        }
        rule = row.rule + 1;
    }
    return TCN_OK;
}

/** M8: the row that ended first goes; false when all run. */
static enum tcn_status make_room(struct turn *turn, bool *out_has_room) {
    struct tcn_matter_clock row;
    uint64_t position = UINT64_MAX;
    uint32_t first = 0;
    uint32_t rule = 0;
    for (uint32_t i = 0; i < TCN_MATTER_CLOCKS_MAX; i++) {
        bool has = false;
        const enum tcn_status status = next_row(turn, rule, &row, &has);
        if (status != TCN_OK) {
            return status;
        }
        if (!has) {
            break;
        }
        if (row.end != TCN_CLOCK_RUNS && row.stop_position < position) {
            position = row.stop_position;
            first = row.rule;
        }
        if (row.rule == UINT32_MAX) {
            break;
        }
        rule = row.rule + 1;
    }
    *out_has_room = position != UINT64_MAX;
    if (!*out_has_room) {
        return TCN_OK;
    }
    turn->row_count--;
    return turn->work->ops->clock_del(turn->work->state, turn->in->birth_position, first);
}

/** True when what rules look at has changed. */
static bool is_moved(const struct tcn_clockwork_event *in) {
    const struct tcn_clock_traits *before = &in->before;
    const struct tcn_clock_traits *after = &in->after;
    return before->is_none || before->is_held_back != after->is_held_back ||
           before->subject.procedure != after->subject.procedure ||
           before->subject.severity != after->subject.severity ||
           before->subject.level != after->subject.level ||
           before->subject.is_excepted != after->subject.is_excepted ||
           !tcn_slice_equals(before->subject.domain, after->subject.domain) ||
           !tcn_slice_equals(before->subject.category, after->subject.category);
}

/** True when the matter has moved, and the rule would start when it is for the matter now and was
 * not before (M4). */
static bool may_move_in(const struct turn *turn, const struct tcn_clock_rule *rule) {
    return turn->is_moved && turn->in->was_reported && is_of_reports(rule, turn->in->stage) &&
           !is_stop(rule, turn->in);
}

/** Says why no clock of the rule starts: it is about other acts, or for other matters. */
static void note_unstarted(const struct turn *turn, const struct tcn_clock_rule *rule) {
    const struct tcn_clock_traits *after = &turn->in->after;
    const bool is_asked =
        is_one_of(rule->starts, rule->start_count, turn->in) || may_move_in(turn, rule);
    uint32_t misfits = tcn_clock_rule_misfits(rule, &after->subject);
    misfits |= is_shut(rule, after) ? TCN_MISFIT_GUARDED : 0u;
    const struct tcn_note other = {.why = is_asked && lacks_date(rule, turn->in)
                                              ? TCN_WHY_CLOCK_NO_DATE
                                              : TCN_WHY_CLOCK_NOT_BY};
    const struct tcn_note misfit = {.why = TCN_WHY_CLOCK_NOT_FOR, .bits = misfits};
    tcn_clock_row_note_of(turn->work, is_asked && misfits != 0 ? misfit : other, rule->id);
}

/** What is cheap goes first: most rules are not about the act at all. */
static enum cause cause_of(const struct turn *turn, const struct tcn_clock_rule *rule) {
    const struct tcn_clockwork_event *in = turn->in;
    if (lacks_date(rule, in)) {
        return CAUSE_NONE;
    }
    if (is_one_of(rule->starts, rule->start_count, in)) {
        return is_for(rule, &in->after) ? CAUSE_ACT : CAUSE_NONE;
    }
    const bool is_new = may_move_in(turn, rule) && !is_for(rule, &in->before);
    return is_new && is_for(rule, &in->after) ? CAUSE_MOVE : CAUSE_NONE;
}

/** From when a clock runs. */
static int64_t start_of(const struct tcn_clock_rule *rule, enum cause cause,
                        const struct tcn_clockwork_event *in) {
    int64_t matter_ns = 0;
    const bool is_rise = rule->level_min > in->before.subject.level; /* known from now on */
    if (rule->start_time == TCN_CLOCK_FIRST) {
        matter_ns = in->learned_ns;
    } else if (cause == CAUSE_MOVE && rule->start_time != TCN_CLOCK_RECORDED && !is_rise) {
        matter_ns = in->moved_ns;
    }
    const int64_t start_ns = matter_ns != 0 ? matter_ns : time_of(in, rule->start_time);
    return start_ns < in->start_max_ns ? start_ns : in->start_max_ns; /* M7 */
}

/** The row of the rule's next run. */
static void begin_row(const struct turn *turn, const struct tcn_clock_rule *rule, enum cause cause,
                      struct tcn_matter_clock *row) {
    const struct tcn_clockwork_event *in = turn->in;
    const bool was_late = row->run_count > 0 && row->verdict == TCN_VERDICT_LATE;
    const bool goes_on = row->run_count > 0 && rule->start_time == TCN_CLOCK_FIRST;
    struct tcn_matter_clock next = {
        .birth_position = in->birth_position,
        .is_kept = in->after.is_kept,
        .rule = tcn_clock_rule_number(tcn_slice_text(rule->id)),
        .terms = tcn_clock_row_terms(rule),
        .policy_version = in->policy_version,
        .clock = row->clock,
        .end = TCN_CLOCK_RUNS,
        .run_count = row->run_count + 1,
        .late_count = row->late_count + (was_late ? 1 : 0),
    };
    memcpy(next.id, rule->id, sizeof(next.id));
    if (rule->unit == TCN_CLOCK_UNTIL) { /* M12 */
        const enum tcn_status status = tcn_clock_start_until(
            &turn->work->table->calendar, &next.clock, start_of(rule, cause, in), told_of(in));
        TCN_CHECK(status == TCN_OK);
    } else if (!goes_on) {
        tcn_clock_start(&next.clock, start_of(rule, cause, in));
    } else if (row->times.is_paused) { /* M11: what paused it is over */
        const enum tcn_status status = tcn_clock_resume(&next.clock, turned_at(in, &next.clock));
        TCN_CHECK(status == TCN_OK || status == TCN_BAD_VALUE || status == TCN_NOT_ALLOWED);
    }
    tcn_clock_row_compute(turn->work->table, &next, in->log_time_ns);
    *row = next;
}

static enum tcn_status start(struct turn *turn, const struct tcn_clock_rule *rule,
                             enum cause cause) {
    const struct tcn_clockwork *work = turn->work;
    struct tcn_matter_clock row = {.run_count = 0};
    enum tcn_status status = TCN_ABSENT;
    if (turn->row_count > 0) {
        status = work->ops->clock_get(work->state, turn->in->birth_position,
                                      tcn_clock_rule_number(tcn_slice_text(rule->id)), &row);
    }
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    const bool is_there = status == TCN_OK;
    const bool is_other = is_there && strcmp(row.id, rule->id) != 0; /* of the same number */
    const bool is_done = is_there && cause == CAUSE_MOVE && row.end == TCN_CLOCK_STOPPED &&
                         !turn->in->before.is_none;
    if (is_other || is_done || (is_there && row.end == TCN_CLOCK_RUNS)) { /* M1, M4 */
        tcn_clock_row_note(work, TCN_WHY_CLOCK_RUNS_ON, &row);
        return TCN_OK;
    }
    bool has_room = true;
    if (!is_there && turn->row_count == TCN_MATTER_CLOCKS_MAX) {
        status = make_room(turn, &has_room);
        if (status == TCN_OK && !has_room) {
            tcn_clock_row_note_of(work, (struct tcn_note){.why = TCN_WHY_CLOCK_NO_ROOM}, rule->id);
        }
        if (status != TCN_OK || !has_room) {
            return status;
        }
    }
    turn->row_count += is_there ? 0 : 1;
    turn->is_changed = true;
    begin_row(turn, rule, cause, &row);
    tcn_clock_row_note(work, cause == CAUSE_ACT ? TCN_WHY_CLOCK_STARTS : TCN_WHY_CLOCK_MOVED_IN,
                       &row);
    return tcn_clock_row_save(work, &row, turn->in->log_time_ns);
}

enum tcn_status tcn_clockwork_apply(const struct tcn_clockwork *work,
                                    const struct tcn_clockwork_event *in, bool *out_changed) {
    struct turn turn = {.work = work, .in = in, .is_moved = is_moved(in)};
    enum tcn_status status = in->is_birth ? TCN_OK : change_rows(&turn);
    for (uint32_t i = 0; i < work->table->rule_count && status == TCN_OK; i++) {
        const struct tcn_clock_rule *rule = &work->table->rules[i];
        const enum cause cause = cause_of(&turn, rule);
        if (cause != CAUSE_NONE) {
            status = start(&turn, rule, cause);
        } else if (work->trace != NULL) {
            note_unstarted(&turn, rule);
        }
    }
    if (status == TCN_OK) {
        *out_changed = turn.is_changed;
    }
    return status;
}

/** A missing year: told now, and then it waits for its calendar. */
static enum tcn_status take_year(const struct tcn_clockwork *work, const struct tcn_due *due,
                                 struct tcn_fired *out_fired) {
    struct tcn_due told = *due;
    told.stage = TCN_CLOCK_YEAR_TOLD;
    told.due_ns = TCN_CLOCK_NEVER;
    const enum tcn_status status = work->ops->due_put(work->state, &told);
    if (status == TCN_OK) {
        *out_fired = (struct tcn_fired){.kind = TCN_DUE_CALENDAR,
                                        .stage = TCN_CLOCK_YEAR_TO_TELL,
                                        .subject = due->key.subject,
                                        .due_ns = due->due_ns,
                                        .until_ns = due->until_ns};
    }
    return status;
}

/** The latest step that has come; those before it say nothing more (D2). */
static enum tcn_clock_step latest_step(const struct tcn_matter_clock *row, uint32_t stage,
                                       int64_t log_time_ns) {
    uint32_t step = stage - 1;
    for (uint32_t i = step + 1; i < TCN_CLOCK_STEP_COUNT; i++) {
        const int64_t step_ns = row->times.step_ns[i];
        if (step_ns != TCN_CLOCK_NEVER && step_ns <= log_time_ns) {
            step = i;
        }
    }
    return (enum tcn_clock_step)step;
}

enum tcn_status tcn_clockwork_take(const struct tcn_clockwork *work, const struct tcn_due *due,
                                   int64_t log_time_ns, struct tcn_fired *out_fired) {
    if (due->key.kind == TCN_DUE_CALENDAR) {
        return take_year(work, due, out_fired);
    }
    struct tcn_matter_clock row;
    enum tcn_status status =
        work->ops->clock_get(work->state, due->key.subject, due->key.rule, &row);
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    if (row.end != TCN_CLOCK_RUNS || due->stage == 0 || due->stage > TCN_CLOCK_STEP_COUNT) {
        return TCN_CORRUPT; /* M2 */
    }
    const enum tcn_clock_step step = latest_step(&row, due->stage, log_time_ns);
    for (uint32_t i = 0; i <= (uint32_t)step; i++) {
        tcn_clock_fired(&row.clock, (enum tcn_clock_step)i);
    }
    status = work->ops->clock_put(work->state, &row);
    status = status == TCN_OK ? tcn_clock_row_schedule(work, &row) : status;
    if (status == TCN_OK) {
        *out_fired = (struct tcn_fired){.kind = TCN_DUE_CLOCK,
                                        .stage = (uint32_t)step + 1,
                                        .subject = row.birth_position,
                                        .rule = row.rule,
                                        .due_ns = row.times.step_ns[step],
                                        .until_ns = row.times.step_ns[TCN_CLOCK_DUE]};
    }
    return status;
}
