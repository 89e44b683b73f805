/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the collector does with a chunk or a HELLO at the moment when it gets its place in the log.
 * Pure and without memory: the caller gives the marks as they stand and carries the verdict out in
 * the same transaction. With a replicated log the same functions run behind the log.
 *
 * Left to the caller: bytes, keys, rights, signatures and bounds (intake); and the session: a CHUNK
 * that does not name its lane's open session is answered AGAIN(TCN_STALE) before anything else, and
 * every verdict but APPEND and DUPLICATE closes the session, so that nothing sent before a HELLO
 * can be logged after it.
 *
 * A HELLO registers an epoch for both lanes at once: one mark each. The caller keeps each source's
 * live epoch (the one whose marks have no successor) at hand; it is read from the marks at start.
 */
#ifndef TCN_CORE_SEQUENCER_H
#define TCN_CORE_SEQUENCER_H

#include "model/chunk.h"

/** What becomes of a chunk. */
enum tcn_verdict_kind {
    TCN_VERDICT_APPEND = 1, /**< log it, store `mark` */
    TCN_VERDICT_DUPLICATE,  /**< it is logged: answer with its receipt */
    TCN_VERDICT_CONFLICT,   /**< another content stands there: AGAIN and an alarm; drop nothing that
                               is logged */
    TCN_VERDICT_AHEAD,      /**< a hole before it: AGAIN with `expected` */
    TCN_VERDICT_FENCED, /**< its epoch is closed: AGAIN; an urgent one is noted for the desk by hash
                         */
    TCN_VERDICT_UNKNOWN_EPOCH, /**< no HELLO yet: AGAIN */
    TCN_VERDICT_FOREIGN,       /**< made for another log: REFUSE */
    TCN_VERDICT_BAD,           /**< its numbers make no sense: REFUSE */
};

/** A chunk at log order. All pointers lend. */
struct tcn_sequencer_chunk {
    const struct tcn_id *log_id; /**< the collector's */
    const struct tcn_mark *mark; /**< of the chunk's lane; NULL when none */
    const struct tcn_chunk_head *head;
    const struct tcn_hash *chunk_hash;
    const struct tcn_hash *next_previous; /**< void_body.next_previous of a VOID range; else NULL */
    const struct tcn_hash
        *held_hash;         /**< of the logged chunk of this lane that begins at the same sequence;
                             * NULL when none, or when tcn_sequencer_needs_held is false */
    uint64_t next_position; /**< that the chunk would get */
};

/** The verdict on a chunk. */
struct tcn_verdict {
    enum tcn_verdict_kind kind;
    enum tcn_status code;       /**< for the answer; TCN_OK for APPEND and DUPLICATE */
    uint64_t expected_sequence; /**< the next that the lane may log; 0 when there is no mark */
    uint32_t position_count;    /**< APPEND: positions that it takes */
    struct tcn_mark mark;       /**< APPEND: the mark after it */
};

/** True when the caller must look up held_hash before it asks: the chunk begins at or below the
 * mark. Thread: any. */
bool tcn_sequencer_needs_held(const struct tcn_mark *mark, uint64_t first_sequence);
/** Decides on a chunk. Thread: any. Source: PROTOCOL.md, publish. */
void tcn_sequencer_chunk(const struct tcn_sequencer_chunk *in, struct tcn_verdict *out_verdict);
/** "append", "duplicate", … Thread: any. */
const char *tcn_verdict_name(enum tcn_verdict_kind kind);

/** What becomes of a HELLO. */
enum tcn_greeting_kind {
    TCN_GREETING_REGISTER = 1, /**< log it; tcn_mark_open both lanes of its epoch; tcn_mark_fence
                                * both lanes of `fences`; then WELCOME with `mark` */
    TCN_GREETING_KNOWN,        /**< WELCOME with `mark` */
    TCN_GREETING_FENCED, /**< WELCOME with `mark`, session, credit and is_fenced: it may still ask
                          * for the receipts it lacks, and open another epoch */
    TCN_GREETING_NEEDS_DESK, /**< WELCOME with is_fenced, and an alarm: a clone and a rolled-back PC
                                look alike */
    TCN_GREETING_FOREIGN,    /**< made for another log: REFUSE */
    TCN_GREETING_BAD,        /**< its numbers make no sense: REFUSE */
};

/** A HELLO at log order. All pointers lend. */
struct tcn_sequencer_hello {
    const struct tcn_id *log_id;
    const struct tcn_hello *hello;
    const struct tcn_mark *own; /**< of the HELLO's lane; NULL when its epoch is not registered */
    /** Of the source's epoch whose successor is 0, same lane; NULL when the source has none. */
    const struct tcn_mark *live;
    uint64_t position; /**< that it would get */
    bool is_allowed;   /**< the desk has said that this source may go on with this epoch */
};

/** The verdict on a HELLO. */
struct tcn_greeting {
    enum tcn_greeting_kind kind;
    enum tcn_status code; /**< for the answer; TCN_OK for REGISTER and KNOWN */
    uint64_t fences;      /**< REGISTER: the epoch that it closes; 0 when none */
    bool is_rolled_back;  /**< alarm: the outbox has less than the log, or other */
    struct tcn_mark
        mark; /**< of this lane, for the WELCOME; all zero but the key when there is none */
};

/** Decides on a HELLO. Thread: any. Source: PROTOCOL.md, publish. */
void tcn_sequencer_hello(const struct tcn_sequencer_hello *in, struct tcn_greeting *out_greeting);
/** "register", "known", … Thread: any. */
const char *tcn_greeting_name(enum tcn_greeting_kind kind);
/** The mark of a lane of an epoch that begins. `position` is that of its HELLO. Thread: any. */
void tcn_mark_open(const struct tcn_lane_key *key, uint64_t predecessor, uint64_t position,
                   struct tcn_mark *out_mark);
/** Closes a mark for its successor; one that is closed already stays as it is. Thread: any. */
void tcn_mark_fence(struct tcn_mark *mark, uint64_t successor);

#endif
