/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log: every record ever accepted, in order, for good. Records are appended in groups; a group
 * is on disk, whole, when tcn_log_group_commit returns TCN_OK, and not there at all otherwise. The
 * hash chain is computed by the caller and stored as given; this room keeps the order of positions
 * and finds damage by checksum, order and count. It never changes or deletes a record.
 *
 * Databases (format 1; each value ends in its own checksum):
 *   records  first position 8                       -> record (record.h), MDB_APPEND
 *   index    source 4, epoch 8, lane 1, sequence 8  -> first position 8, sequences 8
 *   marks    source 4, epoch 8, lane 1              -> struct tcn_mark
 *   groups   first position of the group 8          -> struct tcn_log_group, MDB_APPEND
 *   changes  position 8 of a change of the registry -> nothing, MDB_APPEND
 *   standings  kind 1, source 4, epoch 8, organ 2, hash 32 -> struct tcn_standing
 *   meta     "format", "writer", "identity", "tail"
 *
 * Invariants:
 *   L1  positions are contiguous from 1: a record starts one after the last position before it;
 *   L2  the tail row, written in each group, names the last record and how many there are, so a
 *       file whose tree was damaged into an older one is told apart from a shorter log;
 *   L3  a group in which anything failed cannot be committed.
 *
 * Thread: struct tcn_log is the log writer's; every other thread opens its own struct
 * tcn_log_reader. Close the readers before the log.
 */
#ifndef TCN_STORE_LOG_H
#define TCN_STORE_LOG_H

#include "model/chunk.h"
#include "model/state.h"
#include "store/env.h"
#include "store/record.h"

/** Address space of a log unless the options say otherwise. */
#define TCN_LOG_MAP_BYTES_DEFAULT (64ULL * 1024 * 1024 * 1024)

/** What a log's file says it is, and the format of its rows together. A newer one is TCN_VERSION at
 * open. */
#define TCN_LOG_KIND "tocsin log"
#define TCN_LOG_FORMAT 1u

/** The log, its writing side. Opaque. */
struct tcn_log;

/** A log's reading side: a snapshot for at most TCN_SLICE_RECORDS_MAX reads, then the next. */
struct tcn_log_reader;

/** Whose log it is. Open: filled by the caller at genesis and after a restore. */
struct tcn_log_identity {
    struct tcn_id log_id;
    uint64_t generation; /**< from 1 */
};

/** What makes the receipts of one group: the very same ones whenever they are asked for. Open:
 * 16 KiB, so callers keep one. */
struct tcn_log_group {
    uint64_t first_position;
    uint32_t leaf_count; /**< 1 to TCN_GROUP_RECORDS_MAX, one for each record of the group */
    struct tcn_hash leaves[TCN_GROUP_RECORDS_MAX];
    struct tcn_signature signature; /**< over the root */
    struct tcn_key_id key_id;       /**< that signed it */
};

/** Where a sequence of a lane stands in the log. Open: filled for the caller. */
struct tcn_log_place {
    uint64_t first_position; /**< of the record that covers the sequence */
    uint64_t first_sequence; /**< of that record */
    uint64_t sequence_count; /**< sequences that it covers; more than its events for a VOID */
};

/** How large the log is. Open: filled for the caller. */
struct tcn_log_stat {
    uint64_t record_count;
    uint64_t last_position; /**< 0 when empty */
    struct tcn_env_stat env;
};

/** What a verification saw. Open: filled for the caller, also when damage was found. */
struct tcn_log_report {
    uint64_t record_count;  /**< records found good */
    uint64_t last_position; /**< of the last good record; 0 when none */
    uint64_t bad_position;  /**< where the damage is or begins; 0 when none was found */
};

/** Looks at one record during a verification, to check its hashes and signature; slices lend until
 * it returns. Anything but TCN_OK stops the walk and is returned by it. */
typedef enum tcn_status tcn_log_visit(void *context, const struct tcn_record *record);

/** Opens a log, makes it when it is absent.
 * Owns: gives the log, which holds the directory until it is closed.
 * Errors: TCN_LOCKED another holds the directory (tcn_env_holder says who); TCN_VERSION not a log
 * or of another format; TCN_CORRUPT the file is damaged; TCN_CONFIG not a local or not a safe
 * directory; TCN_ABSENT there is no log and it is opened reader-only; TCN_FULL, TCN_NOMEM, TCN_IO.
 * Thread: any; the log belongs to the thread that writes. */
TCN_MUST_CHECK enum tcn_status tcn_log_open(const struct tcn_store_options *options,
                                            struct tcn_log **out_log);

/** Closes a log, drops an open group; accepts NULL, leaves NULL. No reader may be open. */
void tcn_log_close(struct tcn_log **log);

/** The environment, for tcn_env_stat, tcn_env_readers_check and tcn_env_health.
 * Owns: lent until the log is closed.
 * Thread: any. */
struct tcn_env *tcn_log_env(struct tcn_log *log);

/** Starts a group. None may be open.
 * Errors: TCN_FULL quota or disk; TCN_IO after a failed commit; TCN_NOMEM.
 * Thread: the writer. */
TCN_MUST_CHECK enum tcn_status tcn_log_group_begin(struct tcn_log *log);

/** Whether the open group, with `bytes` more of records, leaves the room that is kept for acts and
 * urgent reports.
 * Errors: TCN_FULL it is short: a routine report should wait; the group goes on.
 * Thread: the writer. */
TCN_MUST_CHECK enum tcn_status tcn_log_reserve_check(struct tcn_log *log, size_t bytes);

/** Appends one record to the open group. `sequence_count` is how many sequences of its lane it
 * covers from first_sequence on (its count, or its void count), and enters them in the index; 0
 * enters nothing (genesis, HELLO).
 * Owns: copies everything; chunk.shares is not stored.
 * Errors: TCN_SEQUENCE first_position is not the last plus 1: nothing was done; TCN_EXISTS the
 * lane's first_sequence is in the index; TCN_TOOBIG; TCN_FULL; TCN_NOMEM; TCN_IO. After any but
 * TCN_SEQUENCE and TCN_TOOBIG the group can only be aborted.
 * Thread: the writer. */
TCN_MUST_CHECK enum tcn_status tcn_log_append(struct tcn_log *log, const struct tcn_record *record,
                                              uint64_t sequence_count);

/** Puts a lane's mark in the open group.
 * Errors: TCN_FULL; TCN_NOMEM; TCN_IO.
 * Thread: the writer. */
TCN_MUST_CHECK enum tcn_status tcn_log_mark_put(struct tcn_log *log, const struct tcn_mark *mark);

/** A standing word, as the open group has it.
 * Errors: TCN_ABSENT; TCN_CORRUPT; TCN_VERSION; TCN_IO.
 * Thread: the writer. */
TCN_MUST_CHECK enum tcn_status tcn_log_standing_get(struct tcn_log *log,
                                                    const struct tcn_standing_key *key,
                                                    struct tcn_standing *out_standing);

/** Puts a standing word in the open group, beside the record that says it.
 * Errors: TCN_FULL; TCN_NOMEM; TCN_IO.
 * Thread: the writer. */
TCN_MUST_CHECK enum tcn_status tcn_log_standing_put(struct tcn_log *log,
                                                    const struct tcn_standing *standing);

/** Takes a standing word back in the open group, beside the record that ends it.
 * Errors: TCN_ABSENT; TCN_NOMEM; TCN_IO.
 * Thread: the writer. */
TCN_MUST_CHECK enum tcn_status tcn_log_standing_del(struct tcn_log *log,
                                                    const struct tcn_standing_key *key);

/** Puts what makes the group's receipts, in the open group.
 * Errors: TCN_EXISTS a group with this or a later first position is there; TCN_FULL; TCN_NOMEM;
 * TCN_IO.
 * Thread: the writer. */
TCN_MUST_CHECK enum tcn_status tcn_log_group_put(struct tcn_log *log,
                                                 const struct tcn_log_group *group);

/** Notes in the open group that a change of the registry stands at `position`, which is above all
 * that were noted. It only makes the changes found again without a walk over the whole log.
 * Errors: TCN_EXISTS not above them; TCN_FULL; TCN_NOMEM; TCN_IO.
 * Thread: the writer. */
TCN_MUST_CHECK enum tcn_status tcn_log_change_put(struct tcn_log *log, uint64_t position);

/** Puts whose log it is, in the open group.
 * Errors: TCN_FULL; TCN_NOMEM; TCN_IO.
 * Thread: the writer. */
TCN_MUST_CHECK enum tcn_status tcn_log_identity_put(struct tcn_log *log,
                                                    const struct tcn_log_identity *identity);

/** Ends the group. With TCN_OK everything in it has been synced; else nothing of it is there.
 * Errors: what failed inside the group, if anything did; TCN_IO the commit failed: exit.
 * Thread: the writer. */
TCN_MUST_CHECK enum tcn_status tcn_log_group_commit(struct tcn_log *log);

/** Drops the open group; does nothing when there is none. Thread: the writer. */
void tcn_log_group_abort(struct tcn_log *log);

/** The last position, the open group's included; 0 when the log is empty. Thread: the writer. */
uint64_t tcn_log_last_position(const struct tcn_log *log);

/** A lane's mark, as the open group has it.
 * Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO.
 * Thread: the writer. */
TCN_MUST_CHECK enum tcn_status
tcn_log_mark_get(struct tcn_log *log, const struct tcn_lane_key *lane, struct tcn_mark *out_mark);

/** The record that covers a sequence of a lane, as the open group has it.
 * Errors: TCN_ABSENT none covers it; TCN_CORRUPT; TCN_IO.
 * Thread: the writer. */
TCN_MUST_CHECK enum tcn_status tcn_log_index_find(struct tcn_log *log,
                                                  const struct tcn_lane_key *lane,
                                                  uint64_t sequence,
                                                  struct tcn_log_place *out_place);

/** A group by its first position (record.group_first).
 * Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO.
 * Thread: the writer. */
TCN_MUST_CHECK enum tcn_status tcn_log_group_get(struct tcn_log *log, uint64_t first_position,
                                                 struct tcn_log_group *out_group);

/** Whose log it is.
 * Errors: TCN_ABSENT before genesis; TCN_CORRUPT; TCN_IO.
 * Thread: the writer. */
TCN_MUST_CHECK enum tcn_status tcn_log_identity_get(struct tcn_log *log,
                                                    struct tcn_log_identity *out_identity);

/** How large the log is, as of the last commit.
 * Errors: TCN_LIMIT too many readers; TCN_IO.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_log_stat(struct tcn_log *log, struct tcn_log_stat *out_stat);

/** Opens a reader. It holds no snapshot until its first read.
 * Owns: gives the reader, to be closed before the log.
 * Errors: TCN_LIMIT TCN_ENV_READERS_MAX are open; TCN_NOMEM; TCN_IO.
 * Thread: any; the reader belongs to one thread at a time. */
TCN_MUST_CHECK enum tcn_status tcn_log_reader_open(struct tcn_log *log,
                                                   struct tcn_log_reader **out_reader);

/** Opens another reader of the same log, for who reads one record while it holds another. Errors:
 * as tcn_log_reader_open. Owns, thread: likewise. */
TCN_MUST_CHECK enum tcn_status tcn_log_reader_open_beside(const struct tcn_log_reader *other,
                                                          struct tcn_log_reader **out_reader);

/** Closes a reader; accepts NULL, leaves NULL. */
void tcn_log_reader_close(struct tcn_log_reader **reader);

/** Lets the snapshot go; the next read takes the newest. Call it before every wait.
 * Thread: the reader's. */
void tcn_log_reader_reset(struct tcn_log_reader *reader);

/** Rows looked for since the reader was opened: what a question cost. Thread: the reader's. */
uint64_t tcn_log_reader_reads(const struct tcn_log_reader *reader);

/** Takes the newest snapshot and keeps it until tcn_log_reader_reset, so that what is read until
 * then belongs together. The file cannot reuse a page that long: only for a few reads.
 * Errors: TCN_LIMIT; TCN_NOMEM; TCN_IO.
 * Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_log_reader_pin(struct tcn_log_reader *reader);

/** The record whose range holds a position.
 * Owns: slices in the record lend from the file until the next call on this reader.
 * Errors: TCN_ABSENT position 0, or beyond the end; TCN_CORRUPT, see tcn_log_reader_fault;
 * TCN_VERSION; TCN_IO.
 * Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_log_read(struct tcn_log_reader *reader, uint64_t position,
                                            struct tcn_record *out_record);

/** The record after the one that was last given; the first when none was.
 * Owns: as tcn_log_read.
 * Errors: TCN_ABSENT at the end; it may be called again when the log grew. Else as tcn_log_read.
 * Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_log_next(struct tcn_log_reader *reader,
                                            struct tcn_record *out_record);

/** The last record.
 * Owns: as tcn_log_read.
 * Errors: TCN_ABSENT the log is empty. Else as tcn_log_read.
 * Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_log_tail(struct tcn_log_reader *reader,
                                            struct tcn_record *out_record);

/** Position of the record that the last TCN_CORRUPT was about; 0 when there was none.
 * Thread: the reader's. */
uint64_t tcn_log_reader_fault(const struct tcn_log_reader *reader);

/** Marks in key order after `after`, which may be NULL for the first ones; at most `count_max`, 0
 * when there are no more.
 * Errors: TCN_CORRUPT; TCN_IO.
 * Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_log_reader_marks(struct tcn_log_reader *reader,
                                                    const struct tcn_lane_key *after,
                                                    struct tcn_mark *out_marks, size_t count_max,
                                                    size_t *out_count);

/** Positions above `after` at which the registry changed, in order; at most `count_max`, 0 when
 * there are no more.
 * Errors: TCN_CORRUPT; TCN_IO.
 * Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_log_reader_changes(struct tcn_log_reader *reader, uint64_t after,
                                                      uint64_t *out_positions, size_t count_max,
                                                      size_t *out_count);

/** Standing words in key order after `after`, which may be NULL for the first ones; at most
 * `count_max`, 0 when there are no more.
 * Errors: TCN_CORRUPT; TCN_VERSION; TCN_IO.
 * Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_log_reader_standings(struct tcn_log_reader *reader,
                                                        const struct tcn_standing_key *after,
                                                        struct tcn_standing *out_standings,
                                                        size_t count_max, size_t *out_count);

/** As tcn_log_index_find, of what is committed.
 * Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO.
 * Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_log_reader_index_find(struct tcn_log_reader *reader,
                                                         const struct tcn_lane_key *lane,
                                                         uint64_t sequence,
                                                         struct tcn_log_place *out_place);

/** As tcn_log_group_get, of what is committed.
 * Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO.
 * Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_log_reader_group_get(struct tcn_log_reader *reader,
                                                        uint64_t first_position,
                                                        struct tcn_log_group *out_group);

/** Walks the whole log: checksums, order, contiguity, the index and the tail; `visit` (may be NULL)
 * is called for each record so that hashes and signatures can be checked above. Takes a snapshot
 * for each slice, so ingest may go on.
 * Errors: TCN_CORRUPT out_report->bad_position says where; what `visit` answered; TCN_VERSION;
 * TCN_IO. The report is filled in every case.
 * Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_log_verify(struct tcn_log_reader *reader, tcn_log_visit *visit,
                                              void *context, struct tcn_log_report *out_report);

#endif
