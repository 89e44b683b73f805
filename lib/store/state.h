/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state in LMDB: what the fold derives from the log, behind the table of model/state.h. It can
 * always be wiped and derived again, and the same log gives the same rows on every machine whatever
 * the sizes of the commits: nothing here stores a time, a count of commits or a random number. The
 * rows' layouts stand in state_rows.c.
 *
 * Databases (each value begins with a version byte and ends in its own checksum):
 *   matters   birth position 8               -> struct tcn_matter
 *   ids       matter id 16                   -> birth position (a UUIDv7: grows with its minting)
 *   threads   position 8                     -> struct tcn_thread, MDB_APPEND
 *   alerts    mode 1, organ 2, number 8      -> struct tcn_alert
 *   streams   mode 1, organ 2                -> last number
 *   outcomes  position 8                     -> struct tcn_outcome
 *   cursors   principal 4, size 1, name, mode 1, organ 2 -> struct tcn_cursor
 *   sources   source 4, epoch 8, lane 1      -> struct tcn_source_state
 *   applied   "applied"                      -> struct tcn_applied
 *   standings kind 1, source 4, epoch 8, organ 2, hash 32 -> struct tcn_standing
 *   holdings  organ 2, birth position 8      -> nothing: the matters that an organ holds
 *   dues      kind 1, subject 8, rule 4 -> struct tcn_due
 *   due_times side 1, due 8, kind 1, subject 8, rule 4 -> nothing: the order in which they fall
 *             due; side 0: clocks of matters that are not guarded, 1: everything else
 *   clocks    birth position 8, rule 4 -> struct tcn_matter_clock
 *   erasures  done 1, source 4, epoch 8, lane 1, sequence 8 -> struct tcn_erasure; what is not done
 *             comes first
 *   placements birth position 8 -> struct tcn_placement
 *   summonses kept 1, organ 2, birth position 8 -> struct tcn_summons; kept 1: of guarded matters
 *   shifts    organ 2 -> struct tcn_shift
 *   ladders   birth position 8, slot 4 -> struct tcn_ladder
 *   ladder_waits mode 1, organ 2, number 8, birth position 8, slot 4 -> nothing: the item that a
 *             ladder waits for
 *   deliveries mode 1, organ 2, principal 4, number 8 -> struct tcn_delivery: of each principal in
 *             the order in which it had the items
 *   tellings  birth position 8, position 8, mode 1, organ 2, number 8 -> nothing: an item that told
 *             of a matter
 *   expected  row 1, organ 2, number 8 -> struct tcn_expected
 *   silences  position 8 -> struct tcn_silence; 0: how many weather warnings are in force
 *   deeds     birth position 8, organ 2, kind 1, position 8 -> struct tcn_deed; of kind 1 it says
 *             that it knows, of kind 2 it acts
 *   meta      "format", "writer"
 *
 * Thread: struct tcn_state is the apply thread's; every other thread opens its own struct
 * tcn_state_reader, which sees whole commits only. Close the readers before the state.
 */
#ifndef TCN_STORE_STATE_H
#define TCN_STORE_STATE_H

#include "model/state.h"
#include "store/env.h"

/** Address space of a state unless the options say otherwise. */
#define TCN_STATE_MAP_BYTES_DEFAULT (64ULL * 1024 * 1024 * 1024)

/** What a state's file says it is, and the format of its rows together. A newer one is
 * TCN_VERSION at open. An older one
 * has no way forward: a state is derived anew. */
#define TCN_STATE_KIND "tocsin state"
#define TCN_STATE_FORMAT 14u

/** Databases that tcn_state_hash_walk visits. */
#define TCN_STATE_DB_COUNT 25u

/** The state, its writing side. Opaque. */
struct tcn_state;

/** The state's reading side: a snapshot for at most TCN_SLICE_RECORDS_MAX calls, then the next. */
struct tcn_state_reader;

/** Is given one row of the state; slices lend until it returns. Anything but TCN_OK stops the walk
 * and is returned by it. */
typedef enum tcn_status tcn_state_visit(void *context, struct tcn_slice database,
                                        struct tcn_slice key, struct tcn_slice value);

/** Opens a state, makes it when it is absent.
 * Owns: gives the state.
 * Errors: as tcn_log_open. After TCN_CORRUPT or TCN_VERSION wipe it and derive it again.
 * Thread: any; the state belongs to the thread that applies. */
TCN_MUST_CHECK enum tcn_status tcn_state_open(const struct tcn_store_options *options,
                                              struct tcn_state **out_state);

/** Closes the state, drops what was not committed; accepts NULL, leaves NULL. No reader may be
 * open. */
void tcn_state_close(struct tcn_state **state);

/** The environment. Owns: lent until the state is closed. Thread: any. */
struct tcn_env *tcn_state_env(struct tcn_state *state);

/** Deletes a closed state's files, so that the next open makes an empty one.
 * Errors: TCN_LOCKED; TCN_ABSENT there is no such directory; TCN_CONFIG; TCN_IO.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_state_wipe(const char *dir);

/** Removes a closed state, or a closed table of store/sorted.h, with its directory, which nobody
 * else uses. Errors: as tcn_state_wipe; TCN_IO something else is in it. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_state_remove(const char *dir);

/** Starts a commit: the table below works from here to tcn_state_commit. None may be open.
 * Errors: TCN_FULL quota or disk; TCN_IO after a failed commit; TCN_NOMEM.
 * Thread: the apply thread. */
TCN_MUST_CHECK enum tcn_status tcn_state_begin(struct tcn_state *state);

/** Ends the commit; with TCN_OK it has been synced, and new snapshots see it.
 * Errors: what failed since the begin, if anything did; TCN_FULL there was no room, everything
 * since the begin is dropped and the next commit may go; TCN_IO the commit failed: nothing works
 * any more but closing. Thread: the apply thread. */
TCN_MUST_CHECK enum tcn_status tcn_state_commit(struct tcn_state *state);

/** Drops everything since tcn_state_begin; does nothing when no commit is open.
 * Thread: the apply thread. */
void tcn_state_abort(struct tcn_state *state);

/** True when the open commit should end before TCN_STATE_COMMIT_EVENTS: it has touched so many
 * scattered rows that LMDB would spill dirty pages, or it would eat into the room that the file
 * system keeps for the log.
 * Thread: the apply thread. */
bool tcn_state_is_due(const struct tcn_state *state);

/** The table that the fold works through; its first argument is a struct tcn_state with an open
 * commit. alert_append answers TCN_SEQUENCE for a number that is not the stream's last plus 1.
 * Thread: the apply thread. */
const struct tcn_state_ops *tcn_state_table(void);

/** Opens a reader. It holds no snapshot until its first read.
 * Owns: gives the reader, to be closed before the state.
 * Errors: TCN_LIMIT TCN_ENV_READERS_MAX are open; TCN_NOMEM; TCN_IO.
 * Thread: any; the reader belongs to one thread at a time. */
TCN_MUST_CHECK enum tcn_status tcn_state_reader_open(struct tcn_state *state,
                                                     struct tcn_state_reader **out_reader);

/** Closes a reader; accepts NULL, leaves NULL. */
void tcn_state_reader_close(struct tcn_state_reader **reader);

/** Lets the snapshot go; the next read takes the newest. Call it before every wait.
 * Thread: the reader's. */
void tcn_state_reader_reset(struct tcn_state_reader *reader);

/** Rows looked for since the reader was opened: what a question cost. Thread: the reader's. */
uint64_t tcn_state_reader_reads(const struct tcn_state_reader *reader);

/* Reads copy out, so nothing is lent. All may answer TCN_CORRUPT, TCN_VERSION, TCN_LIMIT (too many
 * readers), TCN_NOMEM or TCN_IO, and belong to the reader's thread. Lists give at most `count_max`
 * rows, at most TCN_SLICE_RECORDS_MAX, and *out_count 0 when there are no more. */

/** How far the state got; all zero before the first commit.
 * Errors: TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_applied(struct tcn_state_reader *reader,
                                                 struct tcn_applied *out_applied);

/** A matter by its birth position.
 * Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_matter(struct tcn_state_reader *reader, uint64_t birth,
                                                struct tcn_matter *out_matter);

/** A matter by its id. One that is not there costs as many rows as one that is.
 * Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_matter_by_id(struct tcn_state_reader *reader,
                                                      const struct tcn_id *id,
                                                      struct tcn_matter *out_matter);

/** Matters born before `before_birth`, newest first; UINT64_MAX for the newest ones.
 * Errors: TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_matters(struct tcn_state_reader *reader,
                                                 uint64_t before_birth,
                                                 struct tcn_matter *out_matters, size_t count_max,
                                                 size_t *out_count);

/** Matters that `holder` holds, born before `before_birth`, newest first; UINT64_MAX for the newest
 * ones. Nothing else is read, so neither the answer nor its cost tells of other matters.
 * Errors: TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_held(struct tcn_state_reader *reader, uint16_t holder,
                                              uint64_t before_birth, struct tcn_matter *out_matters,
                                              size_t count_max, size_t *out_count);

/** One event of a matter's thread; walk from matter.last_position along previous_position to 0.
 * Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_thread(struct tcn_state_reader *reader, uint64_t position,
                                                struct tcn_thread *out_thread);

/** Alerts of a stream from `number` on, in order.
 * Errors: TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_alerts(struct tcn_state_reader *reader,
                                                struct tcn_stream stream, uint64_t number,
                                                struct tcn_alert *out_alerts, size_t count_max,
                                                size_t *out_count);

/** The last number of a stream; 0 when it is empty.
 * Errors: TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_stream(struct tcn_state_reader *reader,
                                                struct tcn_stream stream, uint64_t *out_number);

/** A void outcome.
 * Errors: TCN_ABSENT the event was applied, or is beyond the applied position; TCN_CORRUPT;
 * TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_outcome(struct tcn_state_reader *reader, uint64_t position,
                                                 struct tcn_outcome *out_outcome);

/** A cursor by principal, name and stream; `wanted` needs only these.
 * Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_cursor(struct tcn_state_reader *reader,
                                                const struct tcn_cursor *wanted,
                                                struct tcn_cursor *out_cursor);

/** Cursors in key order after `after`, which may be NULL for the first ones.
 * Errors: TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_cursors(struct tcn_state_reader *reader,
                                                 const struct tcn_cursor *after,
                                                 struct tcn_cursor *out_cursors, size_t count_max,
                                                 size_t *out_count);

/** What is known of one lane.
 * Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_source(struct tcn_state_reader *reader,
                                                const struct tcn_lane_key *lane,
                                                struct tcn_source_state *out_source);

/** Sources in key order after `after`, which may be NULL for the first ones.
 * Errors: TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_sources(struct tcn_state_reader *reader,
                                                 const struct tcn_lane_key *after,
                                                 struct tcn_source_state *out_sources,
                                                 size_t count_max, size_t *out_count);

/** The erasure of the event at a place of a lane, asked or done.
 * Errors: TCN_ABSENT nobody has asked; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_erasure(struct tcn_state_reader *reader,
                                                 const struct tcn_lane_key *lane, uint64_t sequence,
                                                 struct tcn_erasure *out_erasure);

/** Rows of what offices said, from a key on, in the order (row, organ, number).
 * Errors: TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_expected(struct tcn_state_reader *reader,
                                                  const struct tcn_expected_key *from,
                                                  struct tcn_expected *out_rows, size_t count_max,
                                                  size_t *out_count);

/** The first erasures that are asked and not done, in the order of their places.
 * Errors: TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_erasures_asked(struct tcn_state_reader *reader,
                                                        struct tcn_erasure *out_erasures,
                                                        size_t count_max, size_t *out_count);

/** The placement of a matter, by its birth position.
 * Errors: TCN_ABSENT it has none; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_placement(struct tcn_state_reader *reader, uint64_t birth,
                                                   struct tcn_placement *out_placement);

/** The first placement at or behind a birth position. Errors: TCN_ABSENT behind the last;
 * TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_placement_from(struct tcn_state_reader *reader,
                                                        uint64_t birth,
                                                        struct tcn_placement *out_placement);

/** What an organ was called to and has not in hand, of guarded matters or of the others, the oldest
 * matter first: behind `after`, of which is_kept, organ and birth position are read. Errors: as
 * above. Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_state_summonses(struct tcn_state_reader *reader,
                                                   const struct tcn_summons *after,
                                                   struct tcn_summons *out_summonses,
                                                   size_t count_max, size_t *out_count);
/** Which posts have the duty, by organ, from `from_organ` on. Errors: as above. Thread: the
 * reader's. */
TCN_MUST_CHECK enum tcn_status tcn_state_shifts(struct tcn_state_reader *reader,
                                                uint16_t from_organ, struct tcn_shift *out_shifts,
                                                size_t count_max, size_t *out_count);

/** Ladders of a matter, in the order of their slots. Errors: as above. Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_state_ladders(struct tcn_state_reader *reader, uint64_t birth,
                                                 struct tcn_ladder *out_ladders, size_t count_max,
                                                 size_t *out_count);

/** Silences at or behind `from_position`, in order; the row of position 0, if it is asked for and
 * there, counts weather warnings. Errors: as above. Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_state_silences(struct tcn_state_reader *reader,
                                                  uint64_t from_position,
                                                  struct tcn_silence *out_silences,
                                                  size_t count_max, size_t *out_count);
/** Standing words in key order after `after`, which may be NULL for the first ones.
 * Errors: TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_standings(struct tcn_state_reader *reader,
                                                   const struct tcn_standing_key *after,
                                                   struct tcn_standing *out_standings,
                                                   size_t count_max, size_t *out_count);

/** Of those that had an item of a stream the one that had it first.
 * Errors: TCN_ABSENT nobody had it; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_delivered(struct tcn_state_reader *reader,
                                                   struct tcn_stream stream, uint64_t number,
                                                   struct tcn_delivery *out_delivery);

/** Items that told of a matter, in the order of the events that made them, behind `after`, which
 * may be NULL for the first ones.
 * Errors: TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_tellings(struct tcn_state_reader *reader, uint64_t birth,
                                                  const struct tcn_telling *after,
                                                  struct tcn_telling *out_tellings,
                                                  size_t count_max, size_t *out_count);

/** The first act of an organ on a matter behind a position: `wanted` needs both, the position, and
 * whether its act is ACKNOWLEDGED or any other.
 * Errors: TCN_ABSENT there is none; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_deed(struct tcn_state_reader *reader,
                                              const struct tcn_deed *wanted,
                                              struct tcn_deed *out_deed);

/** The first of all that falls due.
 * Errors: TCN_ABSENT nothing does; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_due_first(struct tcn_state_reader *reader,
                                                   struct tcn_due *out_due);

/** Clocks of matters that are not guarded, in the order of due times, up to a log time and its
 * nanosecond included. Errors: TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_open_dues(struct tcn_state_reader *reader,
                                                   int64_t until_ns, struct tcn_due *out_dues,
                                                   size_t count_max, size_t *out_count);

/** Clocks of a matter with rules numbered `from_rule` and higher, in the order of these numbers.
 * Errors: TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_clocks(struct tcn_state_reader *reader, uint64_t birth,
                                                uint32_t from_rule,
                                                struct tcn_matter_clock *out_clocks,
                                                size_t count_max, size_t *out_count);

/** Clocks of all matters, in the order of their births and, of one matter, of the rules' numbers:
 * from rule `from_rule` of the matter born at `from_birth` on, whether that is there or not.
 * Errors: TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_all_clocks(struct tcn_state_reader *reader,
                                                    uint64_t from_birth, uint32_t from_rule,
                                                    struct tcn_matter_clock *out_clocks,
                                                    size_t count_max, size_t *out_count);

/** Visits every row of one snapshot, database by database in the order above without meta, each in
 * key order: what a state hash is taken over. It holds that snapshot to its end, so the file grows
 * by what is committed meanwhile.
 * Errors: what `visit` answered; TCN_CORRUPT a checksum does not fit; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_hash_walk(struct tcn_state_reader *reader,
                                                   tcn_state_visit *visit, void *context);

#endif
