/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Snapshots of the state: DIR/snapshots/POSITION/ with a copy of the state as it was when it held
 * everything up to that position (`state/`), and a CHECKPOINT that says so. A snapshot is there
 * whole or not at all, and is only ever a way to be quicker: state = fold(snapshot, log) gives the
 * same rows as the fold from position 1.
 *
 *   begin ──▶ step, step … done: it stands ──▶ end, prune
 *
 * A snapshot is used only when a key of the collector signed its checkpoint that was not succeeded
 * before its position, the log is the same one,
 * the record that ends at the position has the same hash and generation (so none above the log's
 * end, none of a fork that was given up by a restore), this program's fold and format made it, and
 * its rows, hashed again, give the hash that was signed.
 *
 * Thread: what a caller hands in belongs to the thread that calls.
 */
#ifndef TCN_QUERY_SNAPSHOT_H
#define TCN_QUERY_SNAPSHOT_H

#include "query/checkpoint.h"
#include "store/log.h"
#include "store/state.h"

/** The directory below the collector's folder. */
#define TCN_SNAPSHOTS_NAME "snapshots"

/** Good ones that are kept. */
#define TCN_SNAPSHOTS_KEPT 2

/** Directories that are looked at; there are no more than TCN_SNAPSHOTS_KEPT and one in the making
 * unless somebody else put them there. */
#define TCN_SNAPSHOTS_MAX 16

/** Whose snapshots. Open: filled by the caller, lent during each call. */
struct tcn_snapshot_place {
    const char *dir;                /**< the collector's folder */
    struct tcn_log_reader *reader;  /**< of its log */
    const struct tcn_keyring *ring; /**< the collector's keys, as that log names them */
};

/** A snapshot in the making. Opaque. */
struct tcn_snapshot;

/** How to make one. Open: filled by the caller; all is lent until the end. */
struct tcn_snapshot_options {
    struct tcn_snapshot_place place;
    struct tcn_state *state; /**< may be written to meanwhile, by another thread */
    /** Signs the checkpoint, with the last slice: in force behind the position that was begun. */
    const struct tcn_signing_key *key;
    uint64_t map_bytes; /**< as struct tcn_store_options */
    int64_t now_ns;     /**< wall clock */
};

/** Positions of which there is a directory in `dir`/snapshots, whole or not, newest first.
 * Errors: TCN_CONFIG the path is too long; TCN_IO. */
TCN_MUST_CHECK enum tcn_status
tcn_snapshot_list(const char *dir, uint64_t out_positions[TCN_SNAPSHOTS_MAX], size_t *out_count);

/** Whether a snapshot may be used, as far as can be told without reading its rows.
 * `out_fault` says what is wrong, static text; NULL when nothing.
 * Errors: TCN_ABSENT no checkpoint: it is not whole; TCN_BAD_SIGNATURE TCN_MALFORMED;
 * TCN_FOREIGN_LOG another log, or a fork of this one; TCN_VERSION another fold or format; TCN_NOMEM
 * TCN_CORRUPT TCN_LIMIT TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_snapshot_check(const struct tcn_snapshot_place *place,
                                                  uint64_t position,
                                                  struct tcn_checkpoint *out_checkpoint,
                                                  const char **out_fault);

/** The same, and its rows hashed again.
 * Errors: as tcn_snapshot_check; TCN_CORRUPT its rows are damaged or others than were signed;
 * TCN_LOCKED somebody uses it. */
TCN_MUST_CHECK enum tcn_status tcn_snapshot_verify(const struct tcn_snapshot_place *place,
                                                   uint64_t position,
                                                   struct tcn_checkpoint *out_checkpoint,
                                                   const char **out_fault);

/** Puts the newest snapshot that verifies in the place of the closed state `dir`/state.
 * Errors: TCN_ABSENT there is none that verifies, and the state is as it was; TCN_FULL TCN_LOCKED
 * TCN_CONFIG TCN_NOMEM TCN_IO: the state is as it was, or empty. */
TCN_MUST_CHECK enum tcn_status tcn_snapshot_use(const struct tcn_snapshot_place *place,
                                                uint64_t *out_position);

/** Begins one of the state as its last commit left it.
 * Owns: gives the snapshot, to be ended with tcn_snapshot_end.
 * Errors: TCN_ABSENT nothing was folded yet; TCN_EXISTS there is one of this position; TCN_FULL
 * there is too little room: a snapshot leaves the log's reserve alone; TCN_CORRUPT TCN_LIMIT
 * TCN_LOCKED TCN_CONFIG TCN_NOMEM TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_snapshot_begin(const struct tcn_snapshot_options *options,
                                                  struct tcn_snapshot **out_snapshot);

/** Copies a slice; with the last one, when `out_is_done` is true, the snapshot stands.
 * Errors: as tcn_snapshot_begin. It can only be ended then. */
TCN_MUST_CHECK enum tcn_status tcn_snapshot_step(struct tcn_snapshot *snapshot, bool *out_is_done);

/** Bytes copied so far. */
uint64_t tcn_snapshot_bytes(const struct tcn_snapshot *snapshot);

/** What it is of; its state hash is there once it stands. */
const struct tcn_checkpoint *tcn_snapshot_checkpoint(const struct tcn_snapshot *snapshot);

/** Ends it; what does not stand yet is removed. Accepts NULL, leaves NULL. */
void tcn_snapshot_end(struct tcn_snapshot **snapshot);

/** Removes all but the newest TCN_SNAPSHOTS_KEPT that may be used, and what dead programs left.
 * One that another version of the program made is not touched.
 * Errors: what a removal gave. */
TCN_MUST_CHECK enum tcn_status tcn_snapshot_prune(const struct tcn_snapshot_place *place);

#endif
