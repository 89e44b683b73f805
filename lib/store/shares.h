/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The share store: the destroyable halves of data keys, in a file of their own that is never part
 * of the log or its backups. The frame of a chunk's shares is kept as it came; this room does not
 * read it. A group is synced before the log group that belongs to it is committed.
 *
 * Database (format 1):
 *   shares  source 4, epoch 8, lane 1, sequence 8 -> chunk hash 32, frame, checksum
 *   meta    "format", "writer"; "erased" -> 1: free pages may hold what was erased
 *
 * Thread: one, which writes; others read through shares_reader.h.
 */
#ifndef TCN_STORE_SHARES_H
#define TCN_STORE_SHARES_H

#include "model/chunk.h"
#include "store/env.h"

/** Address space of a share store unless the options say otherwise. */
#define TCN_SHARES_MAP_BYTES_DEFAULT (16ULL * 1024 * 1024 * 1024)

/** What a share store's file says it is, and the format of its rows together. A newer one is
 * TCN_VERSION at open. */
#define TCN_SHARES_KIND "tocsin shares"
#define TCN_SHARES_FORMAT 1u

/** A share store. Opaque. */
struct tcn_shares;

/** The shares of one chunk. Open: filled by and for the caller. */
struct tcn_shares_row {
    struct tcn_lane_key lane;
    uint64_t first_sequence;
    struct tcn_hash chunk_hash;
    struct tcn_slice frame; /**< as it came, at most TCN_FRAME_BYTES_MAX */
};

/** Opens a share store, makes it when it is absent.
 * Owns: gives the store.
 * Errors: as tcn_log_open.
 * Thread: any; the store belongs to one thread. */
TCN_MUST_CHECK enum tcn_status tcn_shares_open(const struct tcn_store_options *options,
                                               struct tcn_shares **out_shares);

/** Closes the store, drops an open group; accepts NULL, leaves NULL. */
void tcn_shares_close(struct tcn_shares **shares);

/** The environment. Owns: lent until the store is closed or compacted. Thread: any. */
struct tcn_env *tcn_shares_env(struct tcn_shares *shares);

/** Starts a group. None may be open.
 * Errors: TCN_FULL quota or disk; TCN_IO after a failed commit; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_shares_group_begin(struct tcn_shares *shares);

/** As tcn_log_reserve_check, of the open group. */
TCN_MUST_CHECK enum tcn_status tcn_shares_reserve_check(struct tcn_shares *shares, size_t bytes);

/** Puts or replaces the shares of one chunk in the open group: a chunk sent again brings the same
 * ones; to erase one share, put the frame without it.
 * Owns: copies the frame.
 * Errors: TCN_TOOBIG the frame; TCN_FULL; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_shares_put(struct tcn_shares *shares,
                                              const struct tcn_shares_row *row);

/** Deletes all shares of one chunk in the open group.
 * Errors: TCN_ABSENT there are none; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status
tcn_shares_del(struct tcn_shares *shares, const struct tcn_lane_key *lane, uint64_t first_sequence);

/** Ends the group. With TCN_OK it has been synced.
 * Errors: what failed inside the group, if anything did; TCN_IO the commit failed: exit. */
TCN_MUST_CHECK enum tcn_status tcn_shares_group_commit(struct tcn_shares *shares);

/** Drops the open group; does nothing when there is none. */
void tcn_shares_group_abort(struct tcn_shares *shares);

/** The shares of one chunk, as the open group has them.
 * Owns: the frame lends until the next call on this store.
 * Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_shares_get(struct tcn_shares *shares,
                                              const struct tcn_lane_key *lane,
                                              uint64_t first_sequence,
                                              struct tcn_shares_row *out_row);

/** The row of a lane, as the open group has it, that begins last of those that do not begin behind
 * a sequence: the share of the event there is in it, or in one that begins up to
 * TCN_CHUNK_EVENTS_MAX - 1 earlier, or in none.
 * Owns: the frame lends until the next call on this store.
 * Errors: TCN_ABSENT the lane has none; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_shares_upto(struct tcn_shares *shares,
                                               const struct tcn_lane_key *lane, uint64_t sequence,
                                               struct tcn_shares_row *out_row);

/** Erases one chunk's share for good, in the open group: puts `row` (the frame without the share,
 * or an empty frame to delete the row). The old bytes stay in free pages of the file until
 * tcn_shares_compact, and the file says so.
 * Errors: TCN_ABSENT there is no such row; TCN_CONFLICT its chunk hash is another; TCN_TOOBIG;
 * TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_shares_erase(struct tcn_shares *shares,
                                                const struct tcn_shares_row *row);

/** Whether something was erased since the file was compacted. No group may be open.
 * Errors: TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_shares_is_stale(struct tcn_shares *shares, bool *out_is_stale);

/** Copies what is live into a new directory, synced; the store may be written to meanwhile, but its
 * file grows by that. The copy is opened like any share store.
 * Errors: TCN_EXISTS the directory is there; TCN_FULL; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_shares_backup(struct tcn_shares *shares, const char *dir);

/** Rewrites the file with nothing but what is live, overwrites and deletes the old one. No group
 * may be open. After any other failure the store is closed and *shares is NULL; the old file or the
 * new one is there whole. Errors: TCN_BUSY a reader is open, and nothing was done: the store stays
 * open; TCN_FULL the disk has no room for the copy; TCN_IO; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_shares_compact(struct tcn_shares **shares);

#endif
