/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a row of the share store is read; shared by shares.c and shares_reader.c, inside this room
 * only.
 */
#ifndef TCN_STORE_SHARES_ROW_H
#define TCN_STORE_SHARES_ROW_H

#include "store/row.h"
#include "store/shares.h"

/** Reads the row of one chunk from an open group or a view.
 * Owns: the frame lends as the row does.
 * Errors: TCN_ABSENT; TCN_VERSION; TCN_CORRUPT; TCN_IO.
 * Thread: that of `from`. */
TCN_MUST_CHECK enum tcn_status tcn_shares_row_get(struct tcn_row_from from,
                                                  const struct tcn_lane_key *lane,
                                                  uint64_t first_sequence,
                                                  struct tcn_shares_row *out_row);

#endif
