/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which collector is the one. Every collector says READY with its log's generation once a second;
 * a restored log has a higher one than the log that it came from, and a twin that still runs has
 * the lower. One collector is live, and two of them can never take over from each other in turn:
 *
 *                        ┌──────── not believed ────────┐
 *                        ▼                              │
 *   none, or another ── READY ──▶ comes ── its registry is judged ── believed ──▶ live
 *    ▲                   │ of a lower generation ──▶ fenced: it must end           │
 *    │                   └ of the same, and another is live ──▶ standby: it waits  │
 *    └───────────────────── gone, silent ─────────────────────────────────────────┘
 *
 *   H1  the generation never falls, also when its collector is gone;
 *   H2  of the same generation only one that comes after the live one was gone, or silent for
 *       TCN_HOME_SILENCE_NS, takes its place;
 *   H3  who was not believed changes nothing: neither the generation nor which one is live, unless
 *       the live one's own connection says another generation.
 *
 * One home, one thread: the hub's.
 */
#ifndef TCN_CORE_HOME_H
#define TCN_CORE_HOME_H

#include "base/bytes.h"
#include "core/peers.h"

/* Five READYs. */
#define TCN_HOME_SILENCE_NS INT64_C(5000000000)

/** The live collector. Open: embedded in the hub, written by the functions here only; all zero:
 * none, and none was. */
struct tcn_home {
    uint8_t routing[TCN_ROUTING_BYTES_MAX];
    size_t size; /**< of the routing id; 0 while there is none */
    uint32_t principal;
    uint64_t generation; /**< H1 */
    int64_t heard_ns;    /**< its last READY */
};

/** What becomes of a READY. */
enum tcn_home_verdict {
    TCN_HOME_SAME = 1, /**< it is the live one */
    TCN_HOME_COMES,    /**< it is the live one with tcn_home_take, once it is believed */
    TCN_HOME_FENCED,   /**< a higher generation was live: it must end */
    TCN_HOME_STANDBY,  /**< another of its generation is live */
};

/** A READY arrived. `routing_id` is of 1 to TCN_ROUTING_BYTES_MAX bytes. */
enum tcn_home_verdict tcn_home_ready(struct tcn_home *home, struct tcn_slice routing_id,
                                     uint64_t generation, int64_t now_ns);

/** The one whose READY had the verdict TCN_HOME_COMES is believed: it is the live one now. */
void tcn_home_take(struct tcn_home *home, struct tcn_slice routing_id, uint32_t principal,
                   uint64_t generation, int64_t now_ns);

/** The live one cannot be reached any more. */
void tcn_home_gone(struct tcn_home *home);

/** Its routing id; empty while there is none. Owns: lent until the next call. */
struct tcn_slice tcn_home_routing(const struct tcn_home *home);

#endif
