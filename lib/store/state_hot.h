/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of an open state commit that every event changes: how far the state got, the last number
 * of a stream, what is known of a lane. They are kept in memory and put once, before the commit,
 * instead of once an event: measured, that is more than half of the puts and gets of a fold.
 * Nothing here outlives its commit. Inside this room only.
 *
 * Thread: the state's.
 */
#ifndef TCN_STORE_STATE_HOT_H
#define TCN_STORE_STATE_HOT_H

#include "store/state_rows.h"

/** Streams and lanes remembered at most; when there are more, all are put and forgotten. */
#define TCN_STATE_HOT_STREAMS_MAX 256u
#define TCN_STATE_HOT_SOURCES_MAX 64u

/** A stream's last number. */
struct tcn_state_hot_stream {
    struct tcn_stream stream;
    bool is_used;
    bool is_changed;
    uint64_t number;
};

/** What is known of a lane. */
struct tcn_state_hot_source {
    bool is_changed;
    struct tcn_source_state source;
};

/** The rows. Open: embedded in the state; empty when zeroed. */
struct tcn_state_hot {
    struct tcn_state_hot_stream streams[TCN_STATE_HOT_STREAMS_MAX]; /**< hashed, open addressing */
    uint32_t stream_count;
    struct tcn_state_hot_source sources[TCN_STATE_HOT_SOURCES_MAX];
    uint32_t source_count;
    uint32_t source_last; /**< found last: events of one chunk have one lane */
    bool has_applied;
    bool is_applied_changed;
    struct tcn_applied applied;
};

/** Forgets everything without putting it. */
void tcn_state_hot_clear(struct tcn_state_hot *hot);

/** Puts what was changed and keeps it, unchanged. Errors: TCN_FULL; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_hot_flush(struct tcn_state_hot *hot, struct tcn_env *env);

/** The place of a stream's number; a number that is not yet known is read, and is 0 when there is
 * none. Owns: lends until the next call on the rows. Errors: TCN_CORRUPT; TCN_IO; as the flush. */
TCN_MUST_CHECK enum tcn_status tcn_state_hot_stream_find(struct tcn_state_hot *hot,
                                                         struct tcn_env *env,
                                                         struct tcn_stream stream,
                                                         struct tcn_state_hot_stream **out_row);

/** The place of a lane. Owns: as above. Errors: TCN_ABSENT it is not known; TCN_CORRUPT; TCN_IO; as
 * the flush. */
TCN_MUST_CHECK enum tcn_status tcn_state_hot_source_find(struct tcn_state_hot *hot,
                                                         struct tcn_env *env,
                                                         const struct tcn_lane_key *lane,
                                                         struct tcn_state_hot_source **out_row);

/** Sets what is known of a lane. Errors: as the flush. */
TCN_MUST_CHECK enum tcn_status tcn_state_hot_source_set(struct tcn_state_hot *hot,
                                                        struct tcn_env *env,
                                                        const struct tcn_source_state *source);

#endif
