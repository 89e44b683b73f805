/* SPDX-License-Identifier: Apache-2.0 */
#include "store/shares_reader.h"

#include "store/door.h"
#include "store/shares_row.h"

#include <stdlib.h>

struct tcn_shares_reader {
    struct tcn_view view;
};

enum tcn_status tcn_shares_reader_open(struct tcn_shares *shares,
                                       struct tcn_shares_reader **out_reader) {
    struct tcn_shares_reader *reader = calloc(1, sizeof(*reader));
    if (reader == NULL) {
        return TCN_NOMEM;
    }
    enum tcn_status status = tcn_view_open(tcn_shares_env(shares), &reader->view);
    if (status != TCN_OK) {
        free(reader);
        return status;
    }
    *out_reader = reader;
    return TCN_OK;
}

void tcn_shares_reader_close(struct tcn_shares_reader **reader) {
    if (reader == NULL || *reader == NULL) {
        return;
    }
    tcn_view_close(&(*reader)->view);
    free(*reader);
    *reader = NULL;
}

void tcn_shares_reader_reset(struct tcn_shares_reader *reader) {
    tcn_view_reset(&reader->view);
}

enum tcn_status tcn_shares_reader_get(struct tcn_shares_reader *reader,
                                      const struct tcn_lane_key *lane, uint64_t first_sequence,
                                      struct tcn_shares_row *out_row) {
    enum tcn_status status = tcn_view_use(&reader->view);
    if (status != TCN_OK) {
        return status;
    }
    return tcn_shares_row_get((struct tcn_row_from){.view = &reader->view}, lane, first_sequence,
                              out_row);
}
