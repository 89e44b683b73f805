/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The events of one record, in order. A record of kind GENESIS, HELLO or POLICY takes one position
 * and holds no event bytes; everybody who walks the log (fold, replay, questions, verification)
 * goes through here, so they agree on which event stands at which position.
 */
#ifndef TCN_QUERY_WALK_H
#define TCN_QUERY_WALK_H

#include "base/arena.h"
#include "model/chunk.h"
#include "model/event.h"
#include "seal/hash.h"

/** One logged event. Slices lend as the record's do. */
struct tcn_logged {
    uint64_t position;
    uint64_t sequence;       /**< in its lane; 0 for those */
    struct tcn_slice open;   /**< verbatim; empty for those */
    struct tcn_slice sealed; /**< verbatim; empty when there is none */
};

/** A walk over one record. Open: lives on the stack; fields are its own. */
struct tcn_walk {
    const struct tcn_record *record;
    struct tcn_slice events[TCN_CHUNK_EVENTS_MAX];
    uint32_t count; /**< positions that the record takes */
    uint32_t index; /**< the next */
    bool has_bytes; /**< it holds event bytes */
};

/** Starts at the record's first event.
 * Owns: lends the record and what it lends until the walk is forgotten.
 * Errors: TCN_CORRUPT the body does not split, or into another count than the record says.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_walk_init(struct tcn_walk *walk,
                                             const struct tcn_record *record);

/** Goes to the event at `position`, which the record covers. Thread: any. */
void tcn_walk_seek(struct tcn_walk *walk, uint64_t position);

/** The next event.
 * Errors: TCN_ABSENT at the end; TCN_CORRUPT it does not split into its parts.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_walk_next(struct tcn_walk *walk, struct tcn_logged *out_logged);

/** The event at `position`, which the record covers.
 * Owns: slices lend as the record's do.
 * Errors: TCN_ABSENT the record does not cover it; TCN_CORRUPT.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_walk_find(const struct tcn_record *record, uint64_t position,
                                             struct tcn_logged *out_logged);

/** Decodes a logged event. For GENESIS, HELLO and POLICY it makes the event that the record stands
 * for. Owns: texts lend from the arena. Errors: TCN_CORRUPT the bytes do not decode; TCN_NOMEM the
 * arena is spent. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_walk_decode(const struct tcn_record *record,
                                               const struct tcn_logged *logged,
                                               struct tcn_arena *arena,
                                               struct tcn_event *out_event);

/** Adds an event to a digest: position as 8 bytes big-endian, open part, sealed part. Events
 * without bytes add nothing.
 * Thread: one per hasher.
 * Source: struct tcn_end. */
void tcn_walk_digest(struct tcn_hasher *hasher, const struct tcn_logged *logged);

#endif
