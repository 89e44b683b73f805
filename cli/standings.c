/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/standings.h"

#include <stdlib.h>
#include <string.h>

static enum tcn_status append(struct tcn_standings *standings, const struct tcn_answer *answer) {
    if (answer->standing_count == 0) {
        return TCN_OK;
    }
    struct tcn_standing *rows = realloc(
        standings->rows, (standings->count + answer->standing_count) * sizeof *standings->rows);
    if (rows == NULL) {
        return TCN_NOMEM;
    }
    memcpy(rows + standings->count, answer->standings, answer->standing_count * sizeof *rows);
    standings->rows = rows;
    standings->count += answer->standing_count;
    return TCN_OK;
}

int tcn_standings_read(struct tcn_asker *asker, struct tcn_standings *out_standings) {
    struct tcn_query query = {.kind = TCN_QUERY_STANDINGS, .at_least_position = TCN_QUERY_LATEST};
    *out_standings = (struct tcn_standings){0};
    do {
        struct tcn_answer answer;
        int code = tcn_asker_ask(asker, &query, &answer);
        if (code != TCN_EXIT_OK) {
            return code;
        }
        enum tcn_status status = append(out_standings, &answer);
        if (status != TCN_OK) {
            return tcn_cli_fail(asker->cli, status, NULL, "read what the collector says");
        }
        query.page = answer.next_page;
    } while (query.page != 0);
    return TCN_EXIT_OK;
}

void tcn_standings_fini(struct tcn_standings *standings) {
    free(standings->rows);
    *standings = (struct tcn_standings){0};
}

const struct tcn_standing *tcn_standings_find(const struct tcn_standings *standings,
                                              enum tcn_standing_kind kind, uint32_t source) {
    for (size_t index = 0; index < standings->count; index++) {
        const struct tcn_standing *row = &standings->rows[index];
        if (row->key.kind == kind && row->key.source == source) {
            return row;
        }
    }
    return NULL;
}

int64_t tcn_standings_silent_since(const struct tcn_standings *standings, uint32_t source) {
    const struct tcn_standing *own =
        source == 0 ? NULL : tcn_standings_find(standings, TCN_STANDING_SILENT, source);
    const struct tcn_standing *all = tcn_standings_find(standings, TCN_STANDING_SILENT, 0);
    if (source == 0 || (own == NULL && all == NULL)) {
        return 0;
    }
    return own != NULL ? own->since_ns : all->since_ns;
}
