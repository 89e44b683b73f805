/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a drill showed: each alert of the exercise's streams between its start and its end, when it
 * was delivered, which post acknowledged it and when, and what the organ did first; from the log
 * and the state, afterwards. Posts are named, never persons, and no organ is ranked.
 *
 * Alerts of guarded matters are left out, also where they are invented: who may not know of one
 * would learn from the report how many there were.
 */
#ifndef TCN_QUERY_DRILL_H
#define TCN_QUERY_DRILL_H

#include "query/rights.h"
#include "store/log.h"
#include "store/state.h"

/** One alert of the drill. */
struct tcn_drill_row {
    uint16_t organ; /**< to whom */
    uint64_t number;
    uint64_t position; /**< of the event that caused it */
    uint64_t birth_position;
    struct tcn_id matter; /**< none when it is of no matter */
    enum tcn_act act;
    enum tcn_reason reason;
    enum tcn_severity severity;
    int64_t log_time_ns;
    int64_t delivered_ns;              /**< log time of the collector's word; 0: never */
    int64_t acknowledged_ns;           /**< log time of the act; 0: nobody has */
    char post[TCN_WORD_BYTES_MAX + 1]; /**< as it was said, cut to this */
    int64_t
        acted_ns; /**< of the organ's first act on the matter, acknowledging included; 0: none */
    enum tcn_act acted;
};

/** A drill. Open: filled for the caller; begins zeroed, ends with tcn_drill_fini. */
struct tcn_drill {
    char name[TCN_WORD_BYTES_MAX + 1];
    uint64_t start_position;
    int64_t start_ns;
    uint64_t stop_position; /**< 0: it goes on */
    int64_t stop_ns;
    struct tcn_drill_row *rows; /**< owned; by organ and number */
    uint32_t row_count;
    uint64_t left_count; /**< alerts for which there was no room */
};

/** Finds a drill by name, the last of that name, or the last of all when it is empty; gathers its
 * rows. `rights` stand at the end of the log.
 * Errors: TCN_ABSENT no such drill; TCN_NOMEM TCN_CORRUPT TCN_VERSION TCN_IO. Thread: the readers'.
 */
TCN_MUST_CHECK enum tcn_status tcn_drill_run(struct tcn_log_reader *reader,
                                             struct tcn_state_reader *state,
                                             const struct tcn_policy *policy, struct tcn_slice name,
                                             struct tcn_drill *out_drill);
/** Gives the memory back; accepts a zeroed drill. */
void tcn_drill_fini(struct tcn_drill *drill);

#endif
