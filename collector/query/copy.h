/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log copied, record by record, into an empty one: what a backup and a restore have in common.
 * The source may be written to meanwhile. Each step reads one slice, so that it holds a snapshot
 * for that long only, and ends with a commit that has synced it in the copy; how fast the steps
 * follow each other is the caller's. On the way every record's checksum, content hash and place in
 * the chain is checked; signatures, receipts and marks are left to query/audit.h.
 *
 * The marks of the lanes are reckoned from the records that were copied and not taken over, so that
 * a copy that ends earlier than its source is as whole as one that does not. A copy ends with a
 * group, because the receipts of a group prove each other.
 *
 * One copy, one thread.
 */
#ifndef TCN_QUERY_COPY_H
#define TCN_QUERY_COPY_H

#include "store/log.h"
#include "store/state.h"

/** A copy in the making. Opaque. */
struct tcn_copy;

/** What to copy. Open: filled by the caller; the logs are lent until the copy is destroyed. */
struct tcn_copy_options {
    struct tcn_log *from;
    struct tcn_log *to;     /**< empty */
    uint64_t last_position; /**< of tcn_copy_find; 0: all, the standing words too, and what comes
                             * meanwhile */
    uint64_t generation;    /**< that the copy will go on in; 0: the source's */
};

/** How far it got. Open: filled for the caller. */
struct tcn_copy_report {
    uint64_t record_count;
    uint64_t last_position;
    int64_t log_time_ns;   /**< of the last record */
    uint64_t bytes;        /**< of the records */
    uint64_t generation;   /**< of the last record */
    struct tcn_hash tail;  /**< of the last record: names the whole log */
    uint64_t bad_position; /**< where damage was found; 0 when none was */
};

/** The last position of the last whole group at or below `position`.
 * Errors: TCN_ABSENT the log does not go that far; TCN_CORRUPT; TCN_IO.
 * Thread: the reader's, as for the next one. */
TCN_MUST_CHECK enum tcn_status tcn_copy_find(struct tcn_log_reader *reader, uint64_t position,
                                             uint64_t *out_position);

/** The last position that was logged at or before an instant.
 * Errors: TCN_ABSENT the log begins later; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_copy_find_time(struct tcn_log_reader *reader,
                                                  int64_t log_time_ns, uint64_t *out_position);

/** Begins. Nothing is copied yet.
 * Owns: gives the copy.
 * Errors: TCN_EXISTS the target is not empty; TCN_NOMEM; TCN_LIMIT; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_copy_create(const struct tcn_copy_options *options,
                                               struct tcn_copy **out_copy);

/** Frees it; accepts NULL, leaves NULL. */
void tcn_copy_destroy(struct tcn_copy **copy);

/** Copies one slice and syncs it; after the last one `out_is_done` is true and the copy is whole.
 * Errors: TCN_CORRUPT the report says where; TCN_FULL; TCN_NOMEM; TCN_IO. Nothing but
 * tcn_copy_destroy and the report is left then. */
TCN_MUST_CHECK enum tcn_status tcn_copy_step(struct tcn_copy *copy, bool *out_is_done);

/** How far it got. */
struct tcn_copy_report tcn_copy_report(const struct tcn_copy *copy);

/** Puts the standing words that a state has into the log that it was folded from, in a group of
 * their own.
 * Errors: as tcn_log_standing_put and tcn_state_standings. */
TCN_MUST_CHECK enum tcn_status tcn_copy_standings(struct tcn_state_reader *from,
                                                  struct tcn_log *to);

#endif
