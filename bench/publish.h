/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A publisher: one thread that speaks the protocol of a lane for one office, with that office's own
 * keys and its own connection. It cuts chunks in memory where an agent would take them from its
 * outbox, keeps up to `window` events unacknowledged and sends at once whatever the window allows.
 *
 * Life: bench_publisher_run in a thread ─▶ WELCOME ─▶ fills ─▶ barrier twice ─▶ sends what is due
 * before end_ns ─▶ waits for the last acknowledgements ─▶ returns.
 *
 * An event is acknowledged when a receipt came that names its chunk's hash; the signature of the
 * first receipt is checked too. Paced, an event's time runs from when it was due, not from when it
 * could be sent, and every event due in the counted time is timed, however late its receipt: a
 * collector that stands still is seen by all events that it kept waiting.
 */
#ifndef BENCH_PUBLISH_H
#define BENCH_PUBLISH_H

#include "link/poller.h"
#include "mix.h"
#include "model/chunk.h"

#include <pthread.h>
#include <stdatomic.h>

/** What all publishers of a case share. Open: made by the main thread, which sets the times between
 * the two passes of the barrier. */
struct bench_go {
    const struct bench_options *options;
    const struct bench_district *district;
    struct tcn_link *link;
    pthread_barrier_t barrier; /**< all publishers and the main thread */
    int64_t start_ns;          /**< monotonic: the first chunk */
    int64_t count_ns;          /**< from here on acknowledgements are counted */
    int64_t end_ns;            /**< no event is due from here on */
    int64_t interval_ns;       /**< between two events of one publisher; 0: as fast as it goes */
    atomic_bool is_given_up;   /**< the main thread saw what makes going on useless */
    atomic_uint done_count;    /**< publishers that have all their acknowledgements, or failed */
};

/** A chunk under way. */
struct bench_flight {
    uint64_t last_sequence;
    uint32_t count;
    struct tcn_hash chunk_hash;
    int64_t due_ns; /**< when its first event was due, which is when it was cut unless paced */
};

/** One publisher. Open: the results are read after the thread has ended. */
struct bench_publisher {
    struct bench_go *go;
    const struct tcn_principal *office;
    int64_t shift_ns;    /**< paced: publishers take turns, they do not send all at once */
    uint64_t fill_count; /**< events that are acknowledged before the barrier, and not counted */
    struct bench_mix mix;
    struct tcn_key_set keys;
    struct tcn_key_id key_id;
    struct tcn_sock *sock;
    int timer;
    struct tcn_poller poller;
    struct tcn_parts parts;
    struct tcn_arena arena;
    struct tcn_lane_key lane;
    uint64_t session;
    uint64_t next_sequence;
    uint64_t acked_sequence;
    struct tcn_hash previous_hash;
    struct bench_flight flights[BENCH_WINDOW_MAX];
    uint32_t flight_first;
    uint32_t flight_count;
    uint8_t head[TCN_CHUNK_HEAD_BYTES_MAX];
    uint8_t body[TCN_CHUNK_BODY_BYTES_MAX];
    uint8_t shares[TCN_CHUNK_EVENTS_MAX * 64];
    struct tcn_signature signature;
    struct bench_piece pieces[TCN_CHUNK_EVENTS_MAX];
    bool has_piece; /**< the first piece waits: it did not fit into the last chunk */

    enum tcn_status status; /**< why it ended; TCN_OK: everything was acknowledged */
    const char *fault;
    uint64_t count; /**< events acknowledged in the counted time */
    uint64_t chunk_count;
    uint64_t event_bytes; /**< of all events sent */
    int64_t last_ack_ns;
    struct tcn_latency latency;
};

/** Prepares a publisher for an office; what it takes is given back by bench_publisher_fini.
 * Errors: the key file; TCN_NOMEM; what making events says. Thread: main. */
TCN_MUST_CHECK enum tcn_status bench_publisher_init(struct bench_publisher *publisher,
                                                    struct bench_go *go,
                                                    const struct tcn_principal *office,
                                                    enum bench_shape shape);

/** Gives everything back; safe on a zeroed publisher. Thread: main. */
void bench_publisher_fini(struct bench_publisher *publisher);

/** The thread; its argument is a struct bench_publisher. */
void *bench_publisher_run(void *argument);

/** Cuts the next chunk of at most `count` events into the publisher's buffers and says how many it
 * holds. Errors: signing; TCN_TOOBIG. Thread: the publisher's. */
TCN_MUST_CHECK enum tcn_status bench_cut(struct bench_publisher *publisher, uint32_t count,
                                         struct tcn_chunk *out_chunk, uint32_t *out_count);

#endif
