/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The share store's reading side, for threads other than the one that writes: whole commits only,
 * in snapshots that are let go before every wait. Close the readers before the store; while one is
 * open, compacting answers TCN_BUSY, and none may be opened while it runs.
 */
#ifndef TCN_STORE_SHARES_READER_H
#define TCN_STORE_SHARES_READER_H

#include "store/shares.h"

/** A reader of a share store. Opaque. */
struct tcn_shares_reader;

/** Opens a reader. It holds no snapshot until its first read.
 * Owns: gives the reader, to be closed before the store.
 * Errors: TCN_LIMIT TCN_ENV_READERS_MAX are open; TCN_NOMEM; TCN_IO.
 * Thread: any; the reader belongs to one thread at a time. */
TCN_MUST_CHECK enum tcn_status tcn_shares_reader_open(struct tcn_shares *shares,
                                                      struct tcn_shares_reader **out_reader);

/** Closes a reader; accepts NULL, leaves NULL. */
void tcn_shares_reader_close(struct tcn_shares_reader **reader);

/** Lets the snapshot go; the next read takes the newest. Call it before every wait.
 * Thread: the reader's. */
void tcn_shares_reader_reset(struct tcn_shares_reader *reader);

/** The shares of one chunk, as of the last commit.
 * Owns: the frame lends until the next call on this reader.
 * Errors: TCN_ABSENT; TCN_VERSION; TCN_CORRUPT; TCN_IO.
 * Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_shares_reader_get(struct tcn_shares_reader *reader,
                                                     const struct tcn_lane_key *lane,
                                                     uint64_t first_sequence,
                                                     struct tcn_shares_row *out_row);

#endif
