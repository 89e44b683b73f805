/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one lane has in flight: a ring of chunks that were sent and not yet acknowledged, how many
 * of them went out in the present session, and how long acknowledgements take. Part of core/outbox;
 * nobody else needs it.
 *
 * Invariants (tcn_flights_are_sound):
 *  F1  chunks are contiguous, the first begins one after `base`;
 *  F2  the first `next` of them were sent in this session; `bytes` is their sum.
 */
#ifndef TCN_CORE_FLIGHT_H
#define TCN_CORE_FLIGHT_H

#include "model/id.h"
#include "model/limits.h"

#define TCN_FLIGHTS_MAX 256                       /* chunks in flight; each is at least one event */
#define TCN_FLIGHTS_TARGET_NS INT64_C(1000000000) /* routine bytes in flight: so much ack time */
#define TCN_FLIGHTS_TIMEOUT_FIRST_NS INT64_C(5000000000) /* before an ack time was measured */
#define TCN_FLIGHTS_TIMEOUT_MIN_NS INT64_C(2000000000)

/** A chunk that went out. */
struct tcn_outlane_chunk {
    uint64_t first_sequence;
    uint64_t last_sequence;   /**< of a VOID range: the last sequence it covers */
    struct tcn_hash hash;     /**< names the receipt */
    struct tcn_hash end_hash; /**< what the next chunk names as previous: `hash`, but for a VOID
                               * range its next_previous unless that is none */
    uint64_t bytes;           /**< body and shares */
};

/** A chunk in flight. */
struct tcn_flight {
    struct tcn_outlane_chunk chunk;
    int64_t sent_ns; /**< last time */
    uint32_t tries;
};

/** The ring. Open: embedded in struct tcn_outlane; written by the functions here only. */
struct tcn_flights {
    struct tcn_flight list[TCN_FLIGHTS_MAX]; /**< oldest at `first` */
    uint32_t first;
    uint32_t count;
    uint32_t next;           /**< so many of them were sent in this session */
    uint64_t base;           /**< the sequence before the oldest */
    uint64_t bytes;          /**< of those that were sent in this session */
    uint64_t window_bytes;   /**< routine lane: bytes that may be in flight */
    int64_t window_until_ns; /**< not narrowed again before */
    int64_t ack_ns;          /**< smoothed ack time; 0 before the first */
    int64_t ack_deviation_ns;
};

/** Starts with an empty ring behind `base`. Thread: the lane's. */
void tcn_flights_init(struct tcn_flights *flights, uint64_t base);
/** Empties the ring, but keeps window and times. Thread: the lane's. */
void tcn_flights_clear(struct tcn_flights *flights, uint64_t base);
/** The session is over: everything in the ring will be sent again. Thread: the lane's. */
void tcn_flights_rewind(struct tcn_flights *flights);
/** Forgets what ends above `sequence`, none of which was sent in this session. Thread: the lane's.
 */
void tcn_flights_truncate(struct tcn_flights *flights, uint64_t sequence);
/** True when a chunk in the ring begins at or below `sequence` and ends above it. Thread: the
 * lane's. */
bool tcn_flights_straddle(const struct tcn_flights *flights, uint64_t sequence);
/** The first sequence of the chunk that goes out next. Thread: the lane's. */
uint64_t tcn_flights_next_sequence(const struct tcn_flights *flights);
/** The last sequence in the ring; `base` when it is empty. Thread: the lane's. */
uint64_t tcn_flights_last_sequence(const struct tcn_flights *flights);
/** The chunk that begins at next_sequence went out; the ring is not full. Thread: the lane's. */
void tcn_flights_push(struct tcn_flights *flights, const struct tcn_outlane_chunk *chunk,
                      int64_t now_ns);
/** The log has the chunk that begins at `first_sequence` and has this hash, and so all before it:
 * takes them out, measures, steers the window. NULL when no such chunk is in the ring, which then
 * does not change. Owns: lent until the next push. Thread: the lane's. */
const struct tcn_outlane_chunk *tcn_flights_land(struct tcn_flights *flights,
                                                 uint64_t first_sequence,
                                                 const struct tcn_hash *hash, int64_t now_ns);
/** True when a chunk that was sent in this session has this hash. Thread: the lane's. */
bool tcn_flights_have(const struct tcn_flights *flights, const struct tcn_hash *hash);
/** An answer is overdue: halves the window. Thread: the lane's. */
void tcn_flights_narrow(struct tcn_flights *flights);
/** How long an answer may take before it is overdue. Thread: the lane's. Source: RFC 6298
 * section 2. */
int64_t tcn_flights_timeout_ns(const struct tcn_flights *flights);
/** True when F1 and F2 hold. Thread: the lane's. */
bool tcn_flights_are_sound(const struct tcn_flights *flights);

#endif
