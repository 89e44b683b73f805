/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The broker's table of connections: who spoke lately under which routing id, found by routing id
 * and by number, listed by last use. Part of core/hub. Bounded; memory is taken at its making only.
 */
#ifndef TCN_CORE_PEERS_H
#define TCN_CORE_PEERS_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/map.h"

#define TCN_ROUTING_BYTES_MAX 32

/** A connection that has spoken. Open: read by the hub, written by the functions here only. */
struct tcn_peer {
    uint64_t number; /**< random; the stamp's connection */
    uint32_t principal;
    uint64_t key_tag; /**< which of the principal's keys it was admitted with; the hub's */
    uint32_t before;  /**< in the list by last use; UINT32_MAX at its end */
    uint32_t after;   /**< also links the free ones */
    uint8_t routing[TCN_ROUTING_BYTES_MAX];
    size_t routing_size; /**< 0: free */
    int64_t seen_ns;
};

/** The table. Open: embedded in the hub; written by the functions here only. */
struct tcn_peers {
    struct tcn_peer *list;
    uint32_t count_max;
    uint32_t count;
    uint32_t free_first; /**< UINT32_MAX when the table is full */
    uint32_t oldest;     /**< UINT32_MAX when it is empty */
    uint32_t newest;
    struct tcn_map *by_routing;
    struct tcn_map *by_number;
};

/** Arena bytes that a table of `count_max` connections needs. Thread: any. */
size_t tcn_peers_bytes(uint32_t count_max);
/** Makes an empty table for `count_max` connections in an arena that has tcn_peers_bytes left.
 * Owns: the arena is lent for the table's life.
 * Errors: TCN_NOMEM; fini is then still to be called. Thread: the hub's. */
TCN_MUST_CHECK enum tcn_status tcn_peers_init(struct tcn_peers *peers, uint32_t count_max,
                                              struct tcn_arena *arena);
/** Gives the maps back; safe on a zeroed or half-made table. Thread: the hub's. */
void tcn_peers_fini(struct tcn_peers *peers);
/** The connection under a routing id, or NULL. Thread: the hub's. */
struct tcn_peer *tcn_peers_find(const struct tcn_peers *peers, struct tcn_slice routing_id);
/** The connection with a number, or NULL. Thread: the hub's. */
struct tcn_peer *tcn_peers_find_number(const struct tcn_peers *peers, uint64_t number);
/** Enters a connection whose routing id (1 to TCN_ROUTING_BYTES_MAX bytes) and number are not in
 * the table, which is not full. Owns: lent until it is removed. Thread: the hub's. */
struct tcn_peer *tcn_peers_push(struct tcn_peers *peers, struct tcn_slice routing_id,
                                uint64_t number, uint32_t principal, int64_t now_ns);
/** It was used now. Thread: the hub's. */
void tcn_peers_touch(struct tcn_peers *peers, struct tcn_peer *peer, int64_t now_ns);
/** Removes a connection. Thread: the hub's. */
void tcn_peers_remove(struct tcn_peers *peers, struct tcn_peer *peer);
/** The connection that was not used for longest, of one principal or (0) of all, when that is at
 * least `idle_ns` ago; else NULL. Thread: the hub's. */
struct tcn_peer *tcn_peers_idle(const struct tcn_peers *peers, uint32_t principal, int64_t now_ns,
                                int64_t idle_ns);
/** The connection used after this one; the oldest for NULL; NULL at the end. Thread: the hub's. */
struct tcn_peer *tcn_peers_next(const struct tcn_peers *peers, const struct tcn_peer *peer);
/** The routing id. Owns: lent until the connection is removed. Thread: the hub's. */
struct tcn_slice tcn_peer_routing(const struct tcn_peer *peer);
/** True when each connection is in both maps and once in the list, and nothing else is. Thread: the
 * hub's. */
bool tcn_peers_are_sound(const struct tcn_peers *peers);

#endif
