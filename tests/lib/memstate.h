/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fold's state in memory: the table of model/state.h over plain arrays, for unit tests and the
 * simulator. It can be copied (a disk image), hashed (two states are the same when their hashes
 * are) and made to fail at the n-th call. It checks what a store would check: births are new,
 * stream numbers have no holes. One thread.
 */
#ifndef TCN_TESTS_MEMSTATE_H
#define TCN_TESTS_MEMSTATE_H

#include "model/state.h"

#include <stddef.h>

/** One table: rows of one size, in the order in which they came. */
struct tcn_memtable {
    uint8_t *rows;
    size_t row_bytes;
    size_t count;
    size_t capacity;
};

/** The state. Open: tests read its tables. */
struct tcn_memstate {
    struct tcn_memtable matters;   /**< struct tcn_matter */
    struct tcn_memtable threads;   /**< struct tcn_thread */
    struct tcn_memtable alerts;    /**< struct tcn_alert */
    struct tcn_memtable outcomes;  /**< struct tcn_outcome */
    struct tcn_memtable cursors;   /**< struct tcn_cursor */
    struct tcn_memtable sources;   /**< struct tcn_source_state */
    struct tcn_memtable standings; /**< struct tcn_standing */
    struct tcn_memtable dues;      /**< struct tcn_due, in no order */
    struct tcn_memtable clocks;    /**< struct tcn_matter_clock, in no order */
    struct tcn_memtable expected;  /**< struct tcn_expected, in the order of their keys */
    struct tcn_memtable erasures;  /**< struct tcn_erasure, in the order in which they were asked */
    struct tcn_memtable placements; /**< struct tcn_placement, in no order */
    struct tcn_memtable summonses;  /**< struct tcn_summons, by (is_kept, organ, birth) */
    struct tcn_memtable shifts;     /**< struct tcn_shift, in the order of organs */
    struct tcn_memtable ladders;    /**< struct tcn_ladder, in no order */
    struct tcn_memtable deliveries; /**< struct tcn_delivery */
    struct tcn_memtable deeds;      /**< struct tcn_deed */
    struct tcn_memtable silences;   /**< struct tcn_silence */
    struct tcn_applied applied;
    uint64_t call_count; /**< calls of the ops so far */
    uint64_t fail_at;    /**< the call with this number fails with TCN_IO; 0: none does */
};

/** The ops table; its `state` is a struct tcn_memstate. Thread: any. */
extern const struct tcn_state_ops tcn_memstate_ops;

/** Starts empty. Thread: one. */
void tcn_memstate_init(struct tcn_memstate *state);
/** Gives the memory back. Thread: one. */
void tcn_memstate_fini(struct tcn_memstate *state);
/** Makes `target`, which is initialised, the same as `source`. Thread: one. */
void tcn_memstate_copy(struct tcn_memstate *target, const struct tcn_memstate *source);
/** A number that two states share when every row is the same. Thread: one. */
uint64_t tcn_memstate_hash(const struct tcn_memstate *state);
/** A hash with how far a matter is on its way in it; tcn_memstate_hash calls it, as the next two.
 * Thread: one. */
uint64_t tcn_memstate_hash_way(uint64_t hash, const struct tcn_matter *matter);
/** A hash with what an alert tells of its matter in it. Thread: one. */
uint64_t tcn_memstate_hash_told(uint64_t hash, const struct tcn_alert *alert);
/** A hash with an outcome in it. Thread: one. */
uint64_t tcn_memstate_hash_outcome(uint64_t hash, const struct tcn_outcome *outcome);
/** The matter with this id, or NULL. Owns: lent until the next put. Thread: one. */
const struct tcn_matter *tcn_memstate_matter(const struct tcn_memstate *state,
                                             const struct tcn_id *id);
/** An alert of a stream by number, or NULL. Owns: lent until the next append. Thread: one. */
const struct tcn_alert *tcn_memstate_alert(const struct tcn_memstate *state,
                                           struct tcn_stream stream, uint64_t number);
/** The last number of a stream; 0 when it is empty. Thread: one. */
uint64_t tcn_memstate_head(const struct tcn_memstate *state, struct tcn_stream stream);
/** A cursor's number; 0 when there is none. Thread: one. */
uint64_t tcn_memstate_cursor(const struct tcn_memstate *state, uint32_t principal, const char *name,
                             struct tcn_stream stream);
/** The placement of a matter by its birth position, or NULL. Owns: lent until the next put.
 * Thread: one. */
const struct tcn_placement *tcn_memstate_placement(const struct tcn_memstate *state,
                                                   uint64_t birth);
/** A standing word, or NULL. Owns: lent until the next put or del. Thread: one. */
struct tcn_standing *tcn_memstate_standing(const struct tcn_memstate *state,
                                           const struct tcn_standing_key *key);
/** A matter's clock under a rule's id, or NULL. Owns: lent until the next put or del.
 * Thread: one. */
const struct tcn_matter_clock *tcn_memstate_clock(const struct tcn_memstate *state, uint64_t birth,
                                                  const char *id);

#endif
