/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which organs have urgent alerts that nobody fetches: an alert of severity URGENT or more that no
 * cursor has passed, and no subscription on the organ's stream, both for TCN_UNWATCHED_NS. A
 * subscription that is open is a person who may be asleep, which is another matter (an alert that
 * nobody has in hand); none at all is a desk that nobody sits at. Alerts that are kept from the
 * district's desk stand in rows of their own: that they wait must not be told to it, and each new
 * one is said while nobody is there, because the fold lets only what the desk may know go up by
 * itself. Streams of another mode than the log's are of a drill beside real work: their alerts need
 * nobody, and who watches them watches nothing real.
 *
 *             urgent alert              nobody fetches for a minute
 *   CALM ───────────────────▶ WAITING ──────────────────────────────▶ SAID
 *    ▲                          │ delivered                             │ delivered
 *    └──────────────────────────┴───────────────────────────────────────┘
 *
 * One struct, one thread: the serve actor's. Every `now_ns` is of the monotonic clock.
 */
#ifndef TCN_CORE_UNWATCHED_H
#define TCN_CORE_UNWATCHED_H

#include "model/feed.h"

/** One organ's stream. Open: embedded. */
struct tcn_unwatched_row {
    uint16_t organ;
    uint64_t oldest;  /**< urgent alert that no cursor has passed, or one after it; 0 when none */
    uint64_t newest;  /**< urgent alert; 0 when none */
    int64_t alone_ns; /**< since when it waits and nobody is there */
    bool is_open;     /**< somebody is there */
    bool is_said;
    bool is_secret; /**< of alerts that the desk must not learn of */
};

/** All of them. Open: embedded; zeroed but for the mode. */
struct tcn_unwatched {
    enum tcn_mode mode; /**< of the log */
    struct tcn_unwatched_row rows[2 * TCN_ORGANS_MAX];
    uint32_t count;
};

/** An alert of an organ's stream is there, new or old. Thread: the serve actor's, as for all here.
 */
void tcn_unwatched_alert(struct tcn_unwatched *unwatched, const struct tcn_alert *alert,
                         int64_t now_ns);
/** A cursor of a stream stands at this number. */
void tcn_unwatched_delivered(struct tcn_unwatched *unwatched, struct tcn_stream stream,
                             uint64_t number);
/** Nobody is there, until tcn_unwatched_open says otherwise: before the subscriptions are gone
 * through. */
void tcn_unwatched_begin(struct tcn_unwatched *unwatched);
/** A subscription on a stream is open. */
void tcn_unwatched_open(struct tcn_unwatched *unwatched, struct tcn_stream stream);
/** The next organ that nobody watches, each once until its alert was delivered, and those of both
 * kinds apart; false when there is none. Owns: lent until the next call. */
bool tcn_unwatched_next(struct tcn_unwatched *unwatched, int64_t now_ns,
                        const struct tcn_unwatched_row **out_row);

#endif
