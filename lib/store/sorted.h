/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows in the order of their keys, more than fit into memory, for work that ends with its program:
 * nothing here is meant to be found again. First all rows are put, then they are read, in order and
 * by key.
 *
 *   open ──▶ put, put, … ──▶ seal ──▶ first, next, get, … ──▶ close ──▶ tcn_state_remove
 *
 * One table, one thread.
 */
#ifndef TCN_STORE_SORTED_H
#define TCN_STORE_SORTED_H

#include "store/env.h"

/** Longest key and longest value of a row. */
#define TCN_SORTED_KEY_BYTES_MAX 128u
#define TCN_SORTED_VALUE_BYTES_MAX 512u

/** The table. Opaque. */
struct tcn_sorted;

/** One row. Open: slices lend until the next call, whichever. */
struct tcn_sorted_row {
    struct tcn_slice key;
    struct tcn_slice value;
};

/** Makes a table in a directory in which none is.
 * Owns: gives the table.
 * Errors: TCN_EXISTS there is one; as tcn_log_open. */
TCN_MUST_CHECK enum tcn_status tcn_sorted_open(const struct tcn_store_options *options,
                                               struct tcn_sorted **out_sorted);

/** Closes it; accepts NULL, leaves NULL. The directory is tcn_state_remove's to remove. */
void tcn_sorted_close(struct tcn_sorted **sorted);

/** Puts a row, before tcn_sorted_seal.
 * Owns: copies. Errors: TCN_EXISTS a row has the key, and stays; TCN_FULL; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_sorted_put(struct tcn_sorted *sorted, struct tcn_slice key,
                                              struct tcn_slice value);

/** Ends the putting. Errors: TCN_FULL; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_sorted_seal(struct tcn_sorted *sorted);

/** The first row, or with `is_next` the one behind the row that was read last in order.
 * Errors: TCN_ABSENT there is none; TCN_CORRUPT; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_sorted_step(struct tcn_sorted *sorted, bool is_next,
                                               struct tcn_sorted_row *out_row);

/** The value under a key; the order of reading goes on where it was.
 * Errors: TCN_ABSENT; TCN_CORRUPT; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_sorted_get(struct tcn_sorted *sorted, struct tcn_slice key,
                                              struct tcn_slice *out_value);

#endif
