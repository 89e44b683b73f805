/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the replays, shared by replay.c (their life) and replay_slice.c (what one slice
 * holds). Nobody else includes it.
 */
#ifndef TCN_COLLECTOR_REPLAY_INSIDE_H
#define TCN_COLLECTOR_REPLAY_INSIDE_H

#include "collector/serve_inside.h"
#include "seal/hash.h"

/** One replay. */
struct tcn_replay_run {
    struct tcn_serve_line line;
    struct tcn_header asked;
    struct tcn_item_right right;
    struct tcn_replay filter; /**< its domain lends from `domain` */
    char domain[TCN_WORD_BYTES_MAX + 1];
    struct tcn_stream stream; /**< with organ 0: the whole log */
    uint64_t birth;           /**< of the matter that is asked for; 0: of none, or of one unknown */
    uint64_t next_position;   /**< to look at; for a stream: not before it */
    uint64_t next_number;     /**< of the stream */
    uint64_t last_position;   /**< to look at */
    uint64_t sent_count;
    struct tcn_hasher hasher;
    bool is_paced;         /**< the first event was seen */
    int64_t pace_start_ns; /**< monotonic time of the first event */
    int64_t pace_log_ns;   /**< its log time */
    int64_t wait_until_ns; /**< monotonic; 0: now */
    int64_t heard_ns;      /**< monotonic: the last word of who asked for it */
    bool is_over;
    enum tcn_status code;
};

/** All of them. */
struct tcn_replays {
    struct tcn_replay_run *rows[TCN_REPLAYS_MAX];
    uint32_t count;
};

/** The header of an answer. */
struct tcn_header tcn_replay_header(const struct tcn_replay_run *replay, enum tcn_kind kind);

/** Makes and sends one slice. Damage ends the replay with its code; it is never passed over in
 * silence.
 * Errors: a failure that ends the actor. */
TCN_MUST_CHECK enum tcn_status tcn_replay_slice(struct tcn_server *server,
                                                struct tcn_replay_run *replay);

#endif
