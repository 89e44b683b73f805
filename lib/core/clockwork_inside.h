/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row of a matter's clocks, for those who change rows: core/clockwork, core/restate, and
 * core/fold_bounce where a hand-over that nobody took goes on. Part of core/clockwork.
 */
#ifndef TCN_CORE_CLOCKWORK_INSIDE_H
#define TCN_CORE_CLOCKWORK_INSIDE_H

#include "core/clockwork.h"

/* Of a missing year: it is to be told, it was told and waits for the calendar. */
#define TCN_CLOCK_YEAR_TO_TELL 1u
#define TCN_CLOCK_YEAR_TOLD 2u

/** What a clock keeps of its rule (M6). Thread: the state's, as for all here. */
struct tcn_clock_terms tcn_clock_row_terms(const struct tcn_clock_rule *rule);
/** What core/clock reads of a rule, as the clock has it (M6). */
struct tcn_clock_rule tcn_clock_row_rule(const struct tcn_clock_terms *terms);
/** Says why, of the clock or the rule with this id. */
void tcn_clock_row_note_of(const struct tcn_clockwork *work, struct tcn_note note, const char *id);
/** Says what happens to a clock, and when that is due from now on. */
void tcn_clock_row_note(const struct tcn_clockwork *work, enum tcn_why why,
                        const struct tcn_matter_clock *row);
/** What is due of a clock stands in the due table, or nothing does (M2). Errors: what the ops give.
 */
TCN_MUST_CHECK enum tcn_status tcn_clock_row_schedule(const struct tcn_clockwork *work,
                                                      const struct tcn_matter_clock *row);
/** Keeps a row, with what is due of it and the year that it misses. Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_clock_row_save(const struct tcn_clockwork *work,
                                                  const struct tcn_matter_clock *row,
                                                  int64_t log_time_ns);
/** Computes a running clock's instants anew, and which of its steps are still to fire. */
void tcn_clock_row_compute(const struct tcn_clock_table *table, struct tcn_matter_clock *row,
                           int64_t log_time_ns);
/** Of a clock that ended. What never came is late when its limit had passed, and else not judged:
 * nobody did it, and nobody had to any more. */
enum tcn_clock_verdict tcn_clock_row_verdict(const struct tcn_matter_clock *row);
/** Ends a run, and judges it. */
void tcn_clock_row_end(struct tcn_matter_clock *row, enum tcn_clock_end end, int64_t stop_ns,
                       uint64_t position);
/** Ends a run, whose act never came, and begins the next from now on: another has to do it. Keeps
 * the row. Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_clock_row_again(const struct tcn_clockwork *work,
                                                   struct tcn_matter_clock *row, uint64_t position,
                                                   int64_t log_time_ns);

#endif
