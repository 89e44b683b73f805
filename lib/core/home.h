/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which collector is the one. Every collector says READY with its log's generation once a second;
 * a restored log has a higher one than the log that it came from, and a twin that still runs has
 * the lower. One collector is live, and two of them can never take over from each other in turn:
 *
 *   none ── READY ──▶ live ── READY of a higher generation ──▶ live (that one)
 *    ▲                 │  ── READY of a lower one ──▶ fenced: it must end
 *    └── gone, silent ─┘  ── READY of the same from elsewhere ──▶ standby: it waits
 *
 *   H1  the generation never falls, also when its collector is gone;
 *   H2  of the same generation only one that comes after the live one was gone, or silent for
 *       TCN_HOME_SILENCE_NS, takes its place.
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
    TCN_HOME_NEW,      /**< it is the live one now */
    TCN_HOME_FENCED,   /**< a higher generation was live: it must end */
    TCN_HOME_STANDBY,  /**< another of its generation is live */
};

/** A READY arrived. `routing_id` is of 1 to TCN_ROUTING_BYTES_MAX bytes. */
enum tcn_home_verdict tcn_home_ready(struct tcn_home *home, struct tcn_slice routing_id,
                                     uint32_t principal, uint64_t generation, int64_t now_ns);

/** The live one cannot be reached any more. */
void tcn_home_gone(struct tcn_home *home);

/** Its routing id; empty while there is none. Owns: lent until the next call. */
struct tcn_slice tcn_home_routing(const struct tcn_home *home);

#endif
