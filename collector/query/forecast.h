/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an activation would do to the clocks of a state, asked of the function that will do it. It
 * walks every clock that there is and changes none. It knows rules and no matters.
 */
#ifndef TCN_QUERY_FORECAST_H
#define TCN_QUERY_FORECAST_H

#include "core/restate.h"
#include "store/state.h"

/** What becomes of the clocks of one rule. */
struct tcn_forecast_row {
    char id[TCN_WORD_BYTES_MAX + 1];
    uint32_t rule; /**< its number */
    struct tcn_restated_counts counts;
};

/** Of all rules. Open: read by the caller; end with tcn_forecast_fini. */
struct tcn_forecast {
    struct tcn_forecast_row *rows; /**< rules that have a clock, in the order of their first one */
    uint32_t count;
    struct tcn_restated_counts all; /**< also of rules for which there was no row */
};

/** Looks at the clocks as they stand. `how` is that of the activation; its position is not used.
 * Owns: gives rows, to be ended with tcn_forecast_fini, on TCN_OK only.
 * Errors: TCN_NOMEM; TCN_CORRUPT TCN_VERSION TCN_LIMIT TCN_IO from the store. Thread: the reader's.
 */
TCN_MUST_CHECK enum tcn_status tcn_forecast_run(struct tcn_state_reader *reader,
                                                const struct tcn_clock_table *next,
                                                const struct tcn_restatement *how,
                                                struct tcn_forecast *out_forecast);

/** Ends it; safe when zeroed. */
void tcn_forecast_fini(struct tcn_forecast *forecast);

#endif
