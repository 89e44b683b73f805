/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The marks of all lanes as the log's records say, beside those that the log keeps: each chunk must
 * be the one that its lane's mark waits for, and in the end both must agree. The sequencer that
 * decided when they were logged decides again.
 */
#ifndef TCN_QUERY_MARKS_H
#define TCN_QUERY_MARKS_H

#include "base/arena.h"
#include "model/chunk.h"
#include "store/log.h"

/** The marks. Opaque: they grow with the lanes of the log. */
struct tcn_marks;

/** Makes a table without marks.
 * Owns: gives the table.
 * Errors: TCN_NOMEM.
 * Thread: one, as for all here. */
TCN_MUST_CHECK enum tcn_status tcn_marks_create(struct tcn_marks **out_marks);

/** Frees it; accepts NULL, leaves NULL. */
void tcn_marks_destroy(struct tcn_marks **marks);

/** Takes a HELLO in that was logged: both lanes of its epoch begin, and those of the source's live
 * epoch are closed.
 * Errors: TCN_EXISTS the epoch was begun before; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_marks_open(struct tcn_marks *marks,
                                              const struct tcn_hello *hello, uint64_t position);

/** Takes a chunk in that was logged at `position`. `next_previous` is that of a VOID range, else
 * NULL. A lane of the collector's own begins without a HELLO.
 * Errors: TCN_SEQUENCE its lane waits for another one, or never said HELLO; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_marks_take(struct tcn_marks *marks,
                                              const struct tcn_chunk_head *head,
                                              const struct tcn_hash *chunk_hash,
                                              const struct tcn_hash *next_previous,
                                              uint64_t position);

/** Takes a whole record in, of any kind. `arena` is reset; TCN_WIRE_ARENA_BYTES of an open part.
 * Errors: as tcn_marks_open and tcn_marks_take; TCN_CORRUPT it does not decode. */
TCN_MUST_CHECK enum tcn_status
tcn_marks_record(struct tcn_marks *marks, const struct tcn_record *record, struct tcn_arena *arena);

/** Puts them all in the log's open group.
 * Errors: as tcn_log_mark_put. */
TCN_MUST_CHECK enum tcn_status tcn_marks_put(const struct tcn_marks *marks, struct tcn_log *log);

/** Compares with the marks that the log keeps, their fences too; one that has moved beyond
 * `last_position` since is not judged, nor a fence by an epoch that began beyond it.
 * Errors: TCN_CORRUPT they differ; out_position names the last event of the lane that differs;
 * TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_marks_compare(const struct tcn_marks *marks,
                                                 struct tcn_log_reader *reader,
                                                 uint64_t last_position, uint64_t *out_position);

#endif
