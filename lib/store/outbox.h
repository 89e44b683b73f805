/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The outbox of one agent: what was cut and signed but perhaps not yet delivered, what the
 * collector answered, and the little that an agent must know after a restart. Everything is written
 * in groups, each synced whole or not there at all; what a clerk was told is accepted is on disk.
 *
 * Databases (format 1; each value ends in its own checksum). A lane is source 4, epoch 8, lane 1:
 *   chunks   lane, first sequence 8  -> struct tcn_outbox_chunk
 *   receipts lane, first sequence 8  -> receipt bytes
 *   lanes    lane number 1           -> struct tcn_outbox_lane
 *   keys     retry key 1 to 128      -> lane, sequence 8, content hash 8
 *   keyed    lane, sequence 8        -> retry key: finds what to forget when its chunk is trimmed
 *   dead     number 8                -> struct tcn_outbox_dead, MDB_APPEND
 *   slips    slip code 1 to 63       -> matter id 16, learned 8; the id alone: not known
 *   answers  matter id 16            -> bytes of the caller
 *   meta     "format", "usage", "facts", "bundle", "place", "old keys"
 *
 * Invariants:
 *   O1  the chunks of a lane's epoch are contiguous from the oldest retained to next_sequence - 1;
 *   O2  of the epoch in use nothing above acked_sequence is ever trimmed, and of an epoch that is
 * over nothing is left that was not acknowledged: it was entered anew under the next; O3  usage
 * counts what the rows cost on disk, so the quota means bytes that are alive.
 *
 * Thread: one.
 */
#ifndef TCN_STORE_OUTBOX_H
#define TCN_STORE_OUTBOX_H

#include "model/chunk.h"
#include "store/env.h"

/** Address space of an outbox unless the options say otherwise. The quota's default is
 * TCN_OUTBOX_BYTES_DEFAULT, or three quarters of a map that is smaller than twice that. */
#define TCN_OUTBOX_MAP_BYTES_DEFAULT (4ULL * 1024 * 1024 * 1024)

/** What an outbox's file says it is, and the format of its rows together. A newer one is
 * TCN_VERSION at open. 2: the row of a slip has its learned time. */
#define TCN_OUTBOX_KIND "tocsin outbox"
#define TCN_OUTBOX_FORMAT 2u

/** Percent of the quota that routine chunks may fill; the rest is the urgent lane's. */
#define TCN_OUTBOX_ROUTINE_PERCENT 90u

/** Bytes of the bundle, an answer or the event of a dead letter at most. */
#define TCN_OUTBOX_VALUE_BYTES_MAX (4u * 1024 * 1024)

/** An outbox. Opaque. */
struct tcn_outbox;

/** A chunk as the outbox keeps it. Open: filled by and for the caller; slices lend. */
struct tcn_outbox_chunk {
    struct tcn_lane_key lane;
    uint64_t first_sequence;
    uint32_t count;          /**< events in the body, at least 1 */
    uint64_t sequence_count; /**< sequences that it covers: count, or a VOID's void_count */
    int64_t recorded_ns;     /**< of its oldest event */
    struct tcn_hash chunk_hash;
    struct tcn_chunk chunk;
};

/** Where a lane stands. Open: filled by and for the caller. */
struct tcn_outbox_lane {
    struct tcn_lane_key lane;  /**< with the epoch now in use */
    uint64_t predecessor;      /**< epoch before this one; 0 for the first outbox ever */
    uint64_t next_sequence;    /**< of the next event; 1 in a new epoch */
    struct tcn_hash last_hash; /**< of the last chunk cut; none before the first */
    uint64_t acked_sequence;   /**< the last that a receipt covers whose signature was checked; 0
                                * when none: what is told as stored, and may be trimmed */
    struct tcn_hash acked_hash;
    uint64_t acked_position; /**< its position in the log */
    bool is_registered;      /**< the collector has welcomed this epoch */
};

/** Where a retry key's event went. Open: filled by and for the caller. */
struct tcn_outbox_key {
    struct tcn_lane_key lane;
    uint64_t sequence;
    uint8_t content[8]; /**< hash of the event's content as entered */
};

/** An event that the collector refused for ever. Open: filled by and for the caller. */
struct tcn_outbox_dead {
    uint64_t number; /**< from 1, given by the outbox, never used again */
    struct tcn_lane_key lane;
    uint64_t sequence;
    uint32_t code;          /**< enum tcn_status number of the refusal */
    int64_t refused_ns;     /**< wall clock */
    struct tcn_slice field; /**< the field at fault; empty when it is the whole; lends */
    struct tcn_slice event; /**< verbatim; lends */
};

/** What an agent knows of its log. Open: filled by and for the caller; all zero in a new outbox. */
struct tcn_outbox_facts {
    struct tcn_id log_id;
    uint64_t generation;
    uint64_t seen_position;  /**< the last log position heard of */
    uint64_t bundle_version; /**< of the bundle stored; 0 when none */
};

/** How far the agent has read its organ's stream. Open: filled by and for the caller. */
struct tcn_outbox_place {
    uint64_t generation; /**< that the number belongs to; 0 when nothing was heard yet */
    uint64_t number;     /**< the last item that was taken; 0 when none */
    int64_t heard_ns;    /**< wall clock: there was nothing after it then; 0 when never told */
};

/** One lane in the statistics. Open: part of struct tcn_outbox_stat. */
struct tcn_outbox_lane_stat {
    uint64_t waiting_count;     /**< sequences cut and not acknowledged */
    int64_t oldest_recorded_ns; /**< of the oldest of them; 0 when there is none */
};

/** How full the outbox is. Open: filled for the caller. */
struct tcn_outbox_stat {
    uint64_t chunk_count; /**< retained ones included */
    uint64_t event_count; /**< in those chunks */
    uint64_t dead_count;
    uint64_t bytes;       /**< alive on disk */
    uint64_t quota_bytes; /**< TCN_FULL above it */
    struct tcn_outbox_lane_stat urgent;
    struct tcn_outbox_lane_stat routine;
};

/** Opens an outbox, makes it when it is absent.
 * Owns: gives the outbox.
 * Errors: as tcn_log_open.
 * Thread: any; the outbox belongs to one thread. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_open(const struct tcn_store_options *options,
                                               struct tcn_outbox **out_outbox);

/** Closes the outbox, drops an open group; accepts NULL, leaves NULL. */
void tcn_outbox_close(struct tcn_outbox **outbox);

/** The environment. Owns: lent until the outbox is closed. Thread: any. */
struct tcn_env *tcn_outbox_env(struct tcn_outbox *outbox);

/** Starts a group. None may be open. What was lent before is no longer valid.
 * Errors: TCN_FULL map or disk; TCN_IO after a failed commit; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_begin(struct tcn_outbox *outbox);

/** Ends the group. With TCN_OK everything in it has been synced; else nothing of it is there.
 * Errors: what failed inside the group, if anything did; TCN_IO the commit failed: exit. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_commit(struct tcn_outbox *outbox);

/** Drops the open group; does nothing when there is none. */
void tcn_outbox_abort(struct tcn_outbox *outbox);

/* Lanes and chunks. Everything that writes needs an open group and may answer TCN_FULL, TCN_NOMEM
 * or TCN_IO; everything that reads sees the open group and may answer TCN_CORRUPT or TCN_IO. What
 * a read lends is valid until the next call on the outbox. */

/** Puts where a lane stands: a new outbox, a new epoch, or a mark that a restored collector moved
 * back.
 * Errors: TCN_FULL; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_lane_put(struct tcn_outbox *outbox,
                                                   const struct tcn_outbox_lane *lane);

/** Where a lane stands, by its number.
 * Errors: TCN_ABSENT it was never put; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_lane_get(struct tcn_outbox *outbox, enum tcn_lane lane,
                                                   struct tcn_outbox_lane *out_lane);

/** Appends a chunk to its lane and moves the lane's next_sequence and last_hash.
 * Owns: copies everything.
 * Errors: TCN_FULL the lane's part of the quota is used up (trim, or tell the clerk): nothing was
 * done; TCN_SEQUENCE it does not begin at next_sequence, or the epoch is not the lane's: nothing
 * was done; TCN_ABSENT the lane was never put; TCN_TOOBIG; TCN_CORRUPT; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_chunk_append(struct tcn_outbox *outbox,
                                                       const struct tcn_outbox_chunk *chunk);

/** The chunk of a lane that covers `sequence`, or the first after it.
 * Owns: lends.
 * Errors: TCN_ABSENT there is none; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_chunk_find(struct tcn_outbox *outbox,
                                                     const struct tcn_lane_key *lane,
                                                     uint64_t sequence,
                                                     struct tcn_outbox_chunk *out_chunk);

/** Puts a VOID range below the oldest chunk that is retained, which it must reach: what a restored
 * collector asks for and this outbox has forgotten. The lane's numbers stay.
 * Owns: copies everything.
 * Errors: TCN_SEQUENCE it does not end where the oldest retained chunk begins (next_sequence when
 * none is retained): nothing was done; TCN_ABSENT the lane was never put; TCN_TOOBIG; TCN_CORRUPT;
 * TCN_FULL; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_chunk_prepend(struct tcn_outbox *outbox,
                                                        const struct tcn_outbox_chunk *chunk);

/** Replaces the shares of the chunk that begins at `first_sequence` by a frame that is not longer,
 * empty when none is left. The old bytes stay in free pages of the file until they are used again.
 * Owns: copies everything; the frame may lend from the outbox.
 * Errors: TCN_ABSENT no such chunk is retained; TCN_TOOBIG; TCN_CORRUPT; TCN_FULL; TCN_NOMEM;
 * TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_shares_put(struct tcn_outbox *outbox,
                                                     const struct tcn_lane_key *lane,
                                                     uint64_t first_sequence,
                                                     struct tcn_slice frame);

/** Moves a lane's mark up to `sequence`, where a chunk with this hash ends; `position` is the log
 * position of its last event. A sequence at or below the mark changes nothing.
 * Errors: TCN_CONFLICT another chunk ends there, TCN_ABSENT none does, or no such lane: nothing was
 * done; TCN_CORRUPT; TCN_FULL; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_ack(struct tcn_outbox *outbox,
                                              const struct tcn_lane_key *lane, uint64_t sequence,
                                              const struct tcn_hash *hash, uint64_t position);

/** Puts or replaces the receipt of the chunk that begins at `first_sequence`.
 * Errors: TCN_ABSENT no such chunk is retained; TCN_TOOBIG; TCN_CORRUPT; TCN_FULL; TCN_NOMEM;
 * TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_receipt_put(struct tcn_outbox *outbox,
                                                      const struct tcn_lane_key *lane,
                                                      uint64_t first_sequence,
                                                      struct tcn_slice receipt);

/** The receipt of the chunk that begins at `first_sequence`.
 * Owns: lends.
 * Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_receipt_get(struct tcn_outbox *outbox,
                                                      const struct tcn_lane_key *lane,
                                                      uint64_t first_sequence,
                                                      struct tcn_slice *out_receipt);

/** Deletes every chunk of the lane above `above_sequence`, so that they can be cut anew in the same
 * group; the lane goes back to there. Appends in this group are not held against the quota.
 * Errors: TCN_SEQUENCE it is below the acknowledged mark or inside a chunk: nothing was done;
 * TCN_ABSENT the lane was never put; TCN_CORRUPT; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_recut(struct tcn_outbox *outbox, enum tcn_lane lane,
                                                uint64_t above_sequence);

/** Forgets the oldest acknowledged chunks of a lane, with their receipts and retry keys, until at
 * most `keep_sequences` acknowledged sequences are retained and the whole outbox takes at most
 * `keep_bytes` (UINT64_MAX: any). A lane with another epoch than the one in use counts as
 * acknowledged whole: a caller that has entered its events anew trims it to 0. At most
 * TCN_SLICE_RECORDS_MAX chunks are forgotten in one call; *out_trimmed says how many, 0 when done.
 * Errors: TCN_ABSENT the lane was never put; TCN_CORRUPT; TCN_FULL; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_trim(struct tcn_outbox *outbox,
                                               const struct tcn_lane_key *lane,
                                               uint64_t keep_sequences, uint64_t keep_bytes,
                                               size_t *out_trimmed);

/** Forgets chunks of the lane's epochs that are over, with their receipts and retry keys, until at
 * most `keep_sequences` sequences of them all together are retained and the whole outbox takes at
 * most `keep_bytes` (UINT64_MAX: any). The epoch whose first retained chunk was recorded first goes
 * first. At most TCN_SLICE_RECORDS_MAX chunks are forgotten in one call; *out_trimmed says how
 * many, 0 when done. Errors: TCN_ABSENT the lane was never put; TCN_CORRUPT; TCN_FULL; TCN_NOMEM;
 * TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_trim_older(struct tcn_outbox *outbox, enum tcn_lane lane,
                                                     uint64_t keep_sequences, uint64_t keep_bytes,
                                                     size_t *out_trimmed);

/** How full the outbox is, as the open group has it.
 * Errors: TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_stat(struct tcn_outbox *outbox,
                                               struct tcn_outbox_stat *out_stat);

/* Retry keys. */

/** Looks a retry key up: the same key with the same content is the same event.
 * Errors: TCN_ABSENT it is new (or was trimmed); TCN_CONFLICT it stands for other content, and
 * *out_key is filled; TCN_TOOBIG the key is empty or over TCN_RETRY_KEY_BYTES_MAX; TCN_CORRUPT;
 * TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_key_check(struct tcn_outbox *outbox, struct tcn_slice key,
                                                    const uint8_t content[8],
                                                    struct tcn_outbox_key *out_key);

/** Puts or moves a retry key; it is forgotten with the chunk that covers its sequence.
 * Errors: TCN_TOOBIG as above; TCN_CORRUPT; TCN_FULL; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_key_put(struct tcn_outbox *outbox, struct tcn_slice key,
                                                  const struct tcn_outbox_key *value);

/** The retry key of an event, to carry it over when its sequence changes.
 * Owns: lends.
 * Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_key_of(struct tcn_outbox *outbox,
                                                 const struct tcn_lane_key *lane, uint64_t sequence,
                                                 struct tcn_slice *out_key);

/* Dead letters. */

/** Keeps a refused event; its number is given back, dead->number is not read.
 * Errors: TCN_TOOBIG; TCN_FULL; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_dead_put(struct tcn_outbox *outbox,
                                                   const struct tcn_outbox_dead *dead,
                                                   uint64_t *out_number);

/** The first dead letter whose number is at least `number`.
 * Owns: lends.
 * Errors: TCN_ABSENT there is none; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_dead_next(struct tcn_outbox *outbox, uint64_t number,
                                                    struct tcn_outbox_dead *out_dead);

/** Drops a dead letter.
 * Errors: TCN_ABSENT; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_dead_del(struct tcn_outbox *outbox, uint64_t number);

/* What else an agent must know after a restart. */

/** Puts what the agent knows of its log, except bundle_version, which tcn_outbox_bundle_put moves.
 * Errors: TCN_CORRUPT; TCN_FULL; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_facts_put(struct tcn_outbox *outbox,
                                                    const struct tcn_outbox_facts *facts);

/** What the agent knows of its log; all zero in a new outbox.
 * Errors: TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_facts_get(struct tcn_outbox *outbox,
                                                    struct tcn_outbox_facts *out_facts);

/** Replaces the bundle.
 * Errors: TCN_TOOBIG; TCN_CORRUPT; TCN_FULL; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_bundle_put(struct tcn_outbox *outbox, uint64_t version,
                                                     struct tcn_slice bundle);

/** The bundle; its version is in the facts.
 * Owns: lends.
 * Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_bundle_get(struct tcn_outbox *outbox,
                                                     struct tcn_slice *out_bundle);

/** What a slip's code stands for. Open: filled by and for the caller. */
struct tcn_outbox_slip {
    struct tcn_id matter;
    int64_t learned_ns; /**< of the report that it was given for; 0: not known, as of slips that a
                             program before this wrote */
};

/** Puts what a slip's code, 1 to 63 bytes, stands for.
 * Errors: TCN_TOOBIG; TCN_EXISTS it stands for another matter: nothing was done; TCN_CORRUPT;
 * TCN_FULL; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_slip_put(struct tcn_outbox *outbox, struct tcn_slice code,
                                                   const struct tcn_outbox_slip *slip);

/** What a slip's code stands for.
 * Errors: TCN_ABSENT; TCN_TOOBIG; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_slip_get(struct tcn_outbox *outbox, struct tcn_slice code,
                                                   struct tcn_outbox_slip *out_slip);

/** Puts or replaces the office's own copy of where a matter stands; the bytes are the caller's.
 * Errors: TCN_TOOBIG; TCN_FULL; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_answer_put(struct tcn_outbox *outbox,
                                                     const struct tcn_id *matter,
                                                     struct tcn_slice answer);

/** The office's own copy of where a matter stands.
 * Owns: lends.
 * Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_answer_get(struct tcn_outbox *outbox,
                                                     const struct tcn_id *matter,
                                                     struct tcn_slice *out_answer);

/** Puts how far the organ's stream was read, in the group that holds what followed from it.
 * Errors: TCN_FULL; TCN_CORRUPT; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_place_put(struct tcn_outbox *outbox,
                                                    const struct tcn_outbox_place *place);

/** How far the organ's stream was read.
 * Errors: TCN_ABSENT it was never put; TCN_VERSION; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_place_get(struct tcn_outbox *outbox,
                                                    struct tcn_outbox_place *out_place);

/** Puts until when, in log time, the keys before a rotation are good: as ROTATED says, in its
 * group. Errors: TCN_FULL; TCN_CORRUPT; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_old_keys_put(struct tcn_outbox *outbox, int64_t until_ns);

/** Until when the keys before the last rotation are good.
 * Errors: TCN_ABSENT it was never put; TCN_VERSION; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_old_keys_get(struct tcn_outbox *outbox,
                                                       int64_t *out_until_ns);

#endif
