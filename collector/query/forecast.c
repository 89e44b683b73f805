/* SPDX-License-Identifier: Apache-2.0 */
#include "query/forecast.h"

#include <stdlib.h>
#include <string.h>

/* Rules of the policies in force so far: more are only counted in all. */
#define ROWS_MAX (4 * TCN_CLOCKS_MAX)

/** The row of a clock's rule, a new one at its first; NULL when there is no room. */
static struct tcn_forecast_row *row_of(struct tcn_forecast *forecast,
                                       const struct tcn_matter_clock *clock) {
    for (uint32_t i = 0; i < forecast->count; i++) {
        if (forecast->rows[i].rule == clock->rule) {
            return &forecast->rows[i];
        }
    }
    if (forecast->count == ROWS_MAX) {
        return NULL;
    }
    struct tcn_forecast_row *row = &forecast->rows[forecast->count];
    *row = (struct tcn_forecast_row){.rule = clock->rule};
    memcpy(row->id, clock->id, sizeof(row->id));
    forecast->count++;
    return row;
}

static void add(struct tcn_forecast *forecast, const struct tcn_clock_table *next,
                const struct tcn_restatement *how, const struct tcn_matter_clock *clock) {
    struct tcn_matter_clock restated = *clock;
    const enum tcn_restated what = tcn_restate_row(next, how, &restated);
    struct tcn_forecast_row *row = row_of(forecast, clock);
    forecast->all.counts[what]++;
    if (row != NULL) {
        row->counts.counts[what]++;
    }
}

/** Page by page; bounded by the rows of the state, as each page begins behind the one before. */
static enum tcn_status walk(struct tcn_state_reader *reader, const struct tcn_clock_table *next,
                            const struct tcn_restatement *how, struct tcn_matter_clock *page,
                            struct tcn_forecast *forecast) {
    uint64_t birth = 0;
    uint32_t rule = 0;
    size_t count = TCN_SLICE_RECORDS_MAX;
    while (count == TCN_SLICE_RECORDS_MAX) {
        const enum tcn_status status =
            tcn_state_all_clocks(reader, birth, rule, page, TCN_SLICE_RECORDS_MAX, &count);
        if (status != TCN_OK) {
            return status;
        }
        for (size_t i = 0; i < count; i++) {
            add(forecast, next, how, &page[i]);
        }
        if (count > 0) {
            const struct tcn_matter_clock *last = &page[count - 1];
            birth = last->rule == UINT32_MAX ? last->birth_position + 1 : last->birth_position;
            rule = last->rule + 1; /* 0 behind the last that there can be */
        }
        tcn_state_reader_reset(reader);
    }
    return TCN_OK;
}

enum tcn_status tcn_forecast_run(struct tcn_state_reader *reader,
                                 const struct tcn_clock_table *next,
                                 const struct tcn_restatement *how,
                                 struct tcn_forecast *out_forecast) {
    struct tcn_forecast made = {.rows = calloc(ROWS_MAX, sizeof(*made.rows))};
    struct tcn_matter_clock *page = calloc(TCN_SLICE_RECORDS_MAX, sizeof(*page));
    enum tcn_status status = made.rows != NULL && page != NULL ? TCN_OK : TCN_NOMEM;
    if (status == TCN_OK) {
        status = walk(reader, next, how, page, &made);
    }
    tcn_state_reader_reset(reader);
    free(page);
    if (status != TCN_OK) {
        tcn_forecast_fini(&made);
        return status;
    }
    *out_forecast = made;
    return TCN_OK;
}

void tcn_forecast_fini(struct tcn_forecast *forecast) {
    free(forecast->rows);
    *forecast = (struct tcn_forecast){.rows = NULL};
}
