/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State from log: folds a whole log into a fresh state, and the hash by which two states are
 * compared. The same log gives the same hash on every machine, whatever the sizes of the commits.
 */
#ifndef TCN_QUERY_REBUILD_H
#define TCN_QUERY_REBUILD_H

#include "query/charter.h"
#include "store/log.h"
#include "store/state.h"

/** Folds everything that the state does not have yet, in commits of its own.
 * Errors: TCN_CORRUPT a record does not decode, or the state belongs to another log; TCN_FULL
 * TCN_NOMEM TCN_VERSION TCN_IO from the stores. What was committed stays.
 * Thread: the reader's and the state's, which is the same. */
TCN_MUST_CHECK enum tcn_status tcn_rebuild_run(struct tcn_log_reader *reader,
                                               const struct tcn_charter *charter,
                                               struct tcn_state *state);

/** The same up to the record that has a position, which is folded whole, and no further. Errors and
 * thread: as tcn_rebuild_run. */
TCN_MUST_CHECK enum tcn_status tcn_rebuild_upto(struct tcn_log_reader *reader,
                                                const struct tcn_charter *charter,
                                                struct tcn_state *state, uint64_t last);

/** The hash of a state: BLAKE2b-256 over every row of one snapshot, each as database name, key and
 * value with their sizes.
 * Errors: TCN_CORRUPT TCN_IO from the store.
 * Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_state_hash(struct tcn_state_reader *reader,
                                              struct tcn_hash *out_hash);

/** Adds one row to such a hash: a tcn_state_visit whose context is a struct tcn_hasher. Never
 * fails.
 */
TCN_MUST_CHECK enum tcn_status tcn_state_hash_row(void *context, struct tcn_slice database,
                                                  struct tcn_slice key, struct tcn_slice value);

#endif
