/* SPDX-License-Identifier: Apache-2.0 */
/* A row of a matter's clocks: computed, ended, kept, and put among what falls due. Part of
 * core/clockwork. */
#include "core/clockwork_inside.h"

#include "base/date.h"
#include "core/clock.h"

struct tcn_clock_terms tcn_clock_row_terms(const struct tcn_clock_rule *rule) {
    return (struct tcn_clock_terms){.unit = rule->unit,
                                    .amount = rule->amount,
                                    .extend_max = rule->extend_max,
                                    .bound = rule->bound,
                                    .owes = rule->owes,
                                    .stop_time = rule->stop_time};
}

struct tcn_clock_rule tcn_clock_row_rule(const struct tcn_clock_terms *terms) {
    return (struct tcn_clock_rule){.unit = terms->unit,
                                   .amount = terms->amount,
                                   .extend_max = terms->extend_max,
                                   .bound = terms->bound};
}

void tcn_clock_row_note_of(const struct tcn_clockwork *work, struct tcn_note note, const char *id) {
    if (work->trace != NULL) { /* else not even the id's size is counted */
        note.word = tcn_slice_text(id);
        tcn_note(work->trace, note);
    }
}

void tcn_clock_row_note(const struct tcn_clockwork *work, enum tcn_why why,
                        const struct tcn_matter_clock *row) {
    const int64_t due_ns = row->times.due_ns != TCN_CLOCK_NEVER ? row->times.due_ns : 0;
    tcn_clock_row_note_of(work, (struct tcn_note){.why = why, .time_ns = due_ns}, row->id);
}

enum tcn_status tcn_clock_row_schedule(const struct tcn_clockwork *work,
                                       const struct tcn_matter_clock *row) {
    const struct tcn_due_key key = {
        .kind = TCN_DUE_CLOCK, .subject = row->birth_position, .rule = row->rule};
    int64_t due_ns = TCN_CLOCK_NEVER;
    enum tcn_clock_step step = TCN_CLOCK_STEP_COUNT;
    if (row->end == TCN_CLOCK_RUNS) {
        step = tcn_clock_next(&row->clock, &row->times, &due_ns);
    }
    if (step == TCN_CLOCK_STEP_COUNT) {
        const enum tcn_status status = work->ops->due_del(work->state, &key);
        return status == TCN_ABSENT ? TCN_OK : status;
    }
    const struct tcn_due due = {.key = key,
                                .stage = (uint32_t)step + 1,
                                .due_ns = due_ns,
                                .until_ns = row->times.step_ns[TCN_CLOCK_DUE],
                                .is_kept = row->is_kept};
    return work->ops->due_put(work->state, &due);
}

/** A year that a running clock misses is to be told, unless it was (M9). */
static enum tcn_status note_year(const struct tcn_clockwork *work,
                                 const struct tcn_matter_clock *row, int64_t log_time_ns) {
    const int32_t year = row->times.missing_year;
    if (row->end != TCN_CLOCK_RUNS || year == 0) {
        return TCN_OK;
    }
    const struct tcn_date first = {.year = year, .month = 1, .day = 1};
    const struct tcn_due due = {
        .key = {.kind = TCN_DUE_CALENDAR, .subject = (uint64_t)year},
        .stage = TCN_CLOCK_YEAR_TO_TELL,
        .due_ns = log_time_ns,
        .until_ns = tcn_calendar_day_start_ns(&work->table->calendar, tcn_date_to_day(&first))};
    struct tcn_due before;
    const enum tcn_status status = work->ops->due_get(work->state, &due.key, &before);
    return status == TCN_ABSENT ? work->ops->due_put(work->state, &due) : status;
}

enum tcn_status tcn_clock_row_save(const struct tcn_clockwork *work,
                                   const struct tcn_matter_clock *row, int64_t log_time_ns) {
    enum tcn_status status = work->ops->clock_put(work->state, row);
    status = status == TCN_OK ? tcn_clock_row_schedule(work, row) : status;
    return status == TCN_OK ? note_year(work, row, log_time_ns) : status;
}

void tcn_clock_row_compute(const struct tcn_clock_table *table, struct tcn_matter_clock *row,
                           int64_t log_time_ns) {
    const struct tcn_clock_rule rule = tcn_clock_row_rule(&row->terms);
    tcn_clock_restate(&rule, &table->calendar, &row->clock, log_time_ns, &row->times);
}

enum tcn_clock_verdict tcn_clock_row_verdict(const struct tcn_matter_clock *row) {
    const struct tcn_clock_rule rule = tcn_clock_row_rule(&row->terms);
    const enum tcn_clock_verdict verdict = tcn_clock_judge(&rule, &row->times, row->stop_ns);
    const bool stands = row->end == TCN_CLOCK_STOPPED || verdict == TCN_VERDICT_LATE ||
                        verdict == TCN_VERDICT_UNKNOWN;
    return stands ? verdict : TCN_VERDICT_UNMEASURED;
}

void tcn_clock_row_end(struct tcn_matter_clock *row, enum tcn_clock_end end, int64_t stop_ns,
                       uint64_t position) {
    row->end = end;
    row->stop_ns = stop_ns;
    row->stop_position = position;
    row->verdict = tcn_clock_row_verdict(row);
}

enum tcn_status tcn_clock_row_again(const struct tcn_clockwork *work, struct tcn_matter_clock *row,
                                    uint64_t position, int64_t log_time_ns) {
    tcn_clock_row_end(row, TCN_CLOCK_CLOSED, log_time_ns, position);
    row->late_count += row->verdict == TCN_VERDICT_LATE ? 1 : 0;
    row->run_count++;
    row->end = TCN_CLOCK_RUNS;
    row->verdict = TCN_VERDICT_UNKNOWN;
    row->stop_ns = 0;
    row->stop_position = 0;
    tcn_clock_start(&row->clock, log_time_ns);
    tcn_clock_row_compute(work->table, row, log_time_ns);
    return tcn_clock_row_save(work, row, log_time_ns);
}
