/* SPDX-License-Identifier: Apache-2.0 */
#include "core/restate.h"

#include "core/clock.h"
#include "core/clockwork_inside.h"

/* Clocks that an explanation names; how many there are it says of all. */
#define RESTATED_NOTES_MAX 256u

/** Years that are there now are waited for no more. */
static enum tcn_status forget_years(const struct tcn_clockwork *work) {
    const struct tcn_calendar *calendar = &work->table->calendar;
    for (uint32_t i = 0; i < calendar->year_count; i++) {
        const struct tcn_due_key key = {.kind = TCN_DUE_CALENDAR, .subject = calendar->years[i]};
        const enum tcn_status status = work->ops->due_del(work->state, &key);
        if (status != TCN_OK && status != TCN_ABSENT) {
            return status;
        }
    }
    return TCN_OK;
}

enum tcn_restated tcn_restate_row(const struct tcn_clock_table *table,
                                  const struct tcn_restatement *how, struct tcn_matter_clock *row) {
    const struct tcn_clock_rule *rule = tcn_clock_rule_find(table, tcn_slice_text(row->id));
    const bool is_there = rule != NULL && rule->is_enabled;
    const enum tcn_clock_verdict verdict = row->verdict;
    const enum tcn_clock_owes owes = row->terms.owes;
    const int64_t limit_ns = row->times.limit_ns;
    if (how->only_missing && row->times.missing_year == 0) {
        return TCN_RESTATED_NOT;
    }
    if (!how->only_missing && is_there) {
        row->terms = tcn_clock_row_terms(rule);
        row->policy_version = how->policy_version;
    }
    if (row->end != TCN_CLOCK_RUNS) {
        const struct tcn_clock_rule terms = tcn_clock_row_rule(&row->terms);
        tcn_clock_compute(&terms, &table->calendar, &row->clock, &row->times);
        row->verdict = tcn_clock_row_verdict(row);
        return row->verdict == verdict ? TCN_RESTATED_SAME : TCN_RESTATED_JUDGED;
    }
    if (!how->only_missing && !is_there) {
        tcn_clock_row_end(row, TCN_CLOCK_LEFT, how->log_time_ns, how->position);
        return TCN_RESTATED_LEFT;
    }
    tcn_clock_row_compute(table, row, how->log_time_ns);
    const bool is_same = row->times.limit_ns == limit_ns && row->terms.owes == owes;
    return is_same ? TCN_RESTATED_SAME : TCN_RESTATED_MOVED;
}

uint64_t tcn_restated_changed(const struct tcn_restated_counts *counts) {
    return counts->counts[TCN_RESTATED_MOVED] + counts->counts[TCN_RESTATED_LEFT] +
           counts->counts[TCN_RESTATED_JUDGED];
}

/** The first ones: how many there are of each is noted behind them. */
static void note_restated(const struct tcn_clockwork *work, const struct tcn_matter_clock *row,
                          enum tcn_restated what, const struct tcn_restated_counts *counts) {
    static const enum tcn_why whys[TCN_RESTATED_COUNT] = {
        [TCN_RESTATED_MOVED] = TCN_WHY_CLOCK_RESTATED,
        [TCN_RESTATED_LEFT] = TCN_WHY_CLOCK_LET_GO,
        [TCN_RESTATED_JUDGED] = TCN_WHY_CLOCK_REJUDGED,
    };
    if (whys[what] == TCN_WHY_NONE || tcn_restated_changed(counts) > RESTATED_NOTES_MAX) {
        return;
    }
    const bool is_known = row->times.due_ns != TCN_CLOCK_NEVER;
    tcn_note(work->trace, (struct tcn_note){.why = whys[what],
                                            .bits = (uint32_t)row->verdict,
                                            .number = row->birth_position,
                                            .time_ns = is_known ? row->times.due_ns : 0,
                                            .word = tcn_slice_text(row->id)});
}

static enum tcn_status take_row(const struct tcn_clockwork *work, const struct tcn_restatement *how,
                                struct tcn_matter_clock *row, struct tcn_restated_counts *counts) {
    const enum tcn_restated what = tcn_restate_row(work->table, how, row);
    counts->counts[what]++;
    if (what == TCN_RESTATED_NOT) {
        return TCN_OK;
    }
    note_restated(work, row, what, counts);
    return tcn_clock_row_save(work, row, how->log_time_ns);
}

enum tcn_status tcn_restate_some(const struct tcn_clockwork *work,
                                 const struct tcn_restatement *how, struct tcn_clock_place *place,
                                 struct tcn_restated_counts *counts, bool *out_is_done) {
    struct tcn_matter_clock row;
    struct tcn_clock_place at = *place;
    bool is_done = false;
    enum tcn_status status = at.birth == 0 && at.rule == 0 ? forget_years(work) : TCN_OK;
    for (uint32_t i = 0; i < how->row_max && status == TCN_OK && !is_done; i++) {
        status = work->ops->clock_next(work->state, at.birth, at.rule, &row);
        if (status == TCN_ABSENT) {
            is_done = true;
            status = TCN_OK;
            break;
        }
        status = status == TCN_OK ? take_row(work, how, &row, counts) : status;
        const bool is_last_rule = row.rule == UINT32_MAX;
        at.birth = is_last_rule ? row.birth_position + 1 : row.birth_position;
        at.rule = is_last_rule ? 0 : row.rule + 1;
    }
    if (status == TCN_OK) {
        *place = at;
        *out_is_done = is_done;
    }
    return status;
}
