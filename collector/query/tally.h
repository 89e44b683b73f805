/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts the clocks of a whole state by rule, for people who ask how many limits were kept. It
 * walks every clock that there is, so it is asked of a stopped collector's folder and of nobody who
 * serves. It knows rules and no matters: what comes out cannot be led back to an office or a
 * person. A guarded matter is in no sum: a count that grows by one tells that it is there.
 */
#ifndef TCN_QUERY_TALLY_H
#define TCN_QUERY_TALLY_H

#include "model/query.h"
#include "store/state.h"

/** Counts by rule. Open: rows are read by the caller; end with tcn_tally_fini. */
struct tcn_tally {
    struct tcn_tally_row *rows; /**< one for each rule of the table, in its order; the last one for
                                     rules that it does not have */
    uint32_t count;             /**< rules of the table + 1; 0 before tcn_tally_init */
};

/** Makes empty counts for the rules of a table, which is lent as long; NULL: it has no rule.
 * Owns: gives rows, to be ended with tcn_tally_fini.
 * Errors: TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_tally_init(struct tcn_tally *tally,
                                              const struct tcn_clock_table *table);

/** Ends it; safe when zeroed. */
void tcn_tally_fini(struct tcn_tally *tally);

/** Adds the clocks of all matters of one mode that are not guarded, as they stand at `at_ns`;
 * drills are no practice, and practice is no drill. Errors: TCN_CORRUPT, also for a clock without
 * its matter; TCN_VERSION TCN_LIMIT TCN_NOMEM TCN_IO from the store. The counts are of no use then.
 * Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_tally_run(struct tcn_tally *tally,
                                             struct tcn_state_reader *reader, enum tcn_mode mode,
                                             int64_t at_ns);

#endif
