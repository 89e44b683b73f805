/* SPDX-License-Identifier: Apache-2.0 */
#include "core/peers.h"

#include <string.h>

#define NONE UINT32_MAX

static struct tcn_slice number_key(const uint64_t *number) {
    return tcn_slice_of(number, sizeof(*number));
}

struct tcn_slice tcn_peer_routing(const struct tcn_peer *peer) {
    return tcn_slice_of(peer->routing, peer->routing_size);
}

size_t tcn_peers_bytes(uint32_t count_max) {
    return (size_t)count_max * sizeof(struct tcn_peer) + _Alignof(max_align_t);
}

enum tcn_status tcn_peers_init(struct tcn_peers *peers, uint32_t count_max,
                               struct tcn_arena *arena) {
    memset(peers, 0, sizeof(*peers));
    peers->count_max = count_max;
    peers->oldest = NONE;
    peers->newest = NONE;
    peers->list = tcn_arena_alloc(arena, count_max * sizeof(*peers->list));
    if (peers->list == NULL) {
        return TCN_NOMEM;
    }
    for (uint32_t i = 0; i < count_max; i++) {
        peers->list[i].after = i + 1 < count_max ? i + 1 : NONE;
    }
    enum tcn_status status = tcn_map_create(count_max, &peers->by_routing);
    if (status == TCN_OK) {
        status = tcn_map_create(count_max, &peers->by_number);
    }
    return status;
}

void tcn_peers_fini(struct tcn_peers *peers) {
    tcn_map_destroy(&peers->by_routing);
    tcn_map_destroy(&peers->by_number);
    memset(peers, 0, sizeof(*peers));
}

struct tcn_peer *tcn_peers_find(const struct tcn_peers *peers, struct tcn_slice routing_id) {
    return tcn_map_peek(peers->by_routing, routing_id);
}

struct tcn_peer *tcn_peers_find_number(const struct tcn_peers *peers, uint64_t number) {
    return tcn_map_peek(peers->by_number, number_key(&number));
}

/** Takes a connection out of the list by last use. */
static void unlink_peer(struct tcn_peers *peers, const struct tcn_peer *peer) {
    if (peer->before != NONE) {
        peers->list[peer->before].after = peer->after;
    } else {
        peers->oldest = peer->after;
    }
    if (peer->after != NONE) {
        peers->list[peer->after].before = peer->before;
    } else {
        peers->newest = peer->before;
    }
}

/** Puts a connection at the newest end. */
static void link_newest(struct tcn_peers *peers, struct tcn_peer *peer) {
    uint32_t index = (uint32_t)(peer - peers->list);
    peer->before = peers->newest;
    peer->after = NONE;
    if (peers->newest != NONE) {
        peers->list[peers->newest].after = index;
    } else {
        peers->oldest = index;
    }
    peers->newest = index;
}

struct tcn_peer *tcn_peers_push(struct tcn_peers *peers, struct tcn_slice routing_id,
                                uint64_t number, uint32_t principal, int64_t now_ns) {
    TCN_CHECK(peers->free_first != NONE);
    TCN_CHECK(routing_id.size > 0 && routing_id.size <= TCN_ROUTING_BYTES_MAX);
    struct tcn_peer *peer = &peers->list[peers->free_first];
    uint32_t next_free = peer->after;
    peer->number = number;
    peer->principal = principal;
    peer->routing_size = routing_id.size;
    memcpy(peer->routing, routing_id.data, routing_id.size);
    peer->seen_ns = now_ns;
    TCN_CHECK(tcn_peers_find(peers, routing_id) == NULL);
    TCN_CHECK(tcn_peers_find_number(peers, number) == NULL);
    enum tcn_status status = tcn_map_push(peers->by_routing, tcn_peer_routing(peer), peer);
    TCN_CHECK(status == TCN_OK); /* both maps are as large as the table */
    status = tcn_map_push(peers->by_number, number_key(&peer->number), peer);
    TCN_CHECK(status == TCN_OK);
    peers->free_first = next_free;
    peers->count++;
    link_newest(peers, peer);
    return peer;
}

void tcn_peers_touch(struct tcn_peers *peers, struct tcn_peer *peer, int64_t now_ns) {
    peer->seen_ns = now_ns;
    unlink_peer(peers, peer);
    link_newest(peers, peer);
}

void tcn_peers_remove(struct tcn_peers *peers, struct tcn_peer *peer) {
    TCN_CHECK(peer->routing_size > 0);
    (void)tcn_map_pop(peers->by_routing, tcn_peer_routing(peer));
    (void)tcn_map_pop(peers->by_number, number_key(&peer->number));
    unlink_peer(peers, peer);
    memset(peer, 0, sizeof(*peer));
    peer->after = peers->free_first;
    peers->free_first = (uint32_t)(peer - peers->list);
    peers->count--;
}

struct tcn_peer *tcn_peers_next(const struct tcn_peers *peers, const struct tcn_peer *peer) {
    uint32_t index = peer != NULL ? peer->after : peers->oldest;
    return index != NONE ? &peers->list[index] : NULL;
}

struct tcn_peer *tcn_peers_idle(const struct tcn_peers *peers, uint32_t principal, int64_t now_ns,
                                int64_t idle_ns) {
    struct tcn_peer *peer = tcn_peers_next(peers, NULL);
    while (peer != NULL && now_ns - peer->seen_ns >= idle_ns) {
        if (principal == 0 || peer->principal == principal) {
            return peer;
        }
        peer = tcn_peers_next(peers, peer);
    }
    return NULL;
}

bool tcn_peers_are_sound(const struct tcn_peers *peers) {
    uint32_t before = NONE;
    uint32_t count = 0;
    const struct tcn_peer *peer = tcn_peers_next(peers, NULL);
    while (peer != NULL && count < peers->count) {
        if (tcn_peers_find(peers, tcn_peer_routing(peer)) != peer ||
            tcn_peers_find_number(peers, peer->number) != peer || peer->before != before) {
            return false;
        }
        before = (uint32_t)(peer - peers->list);
        count++;
        peer = tcn_peers_next(peers, peer);
    }
    return peer == NULL && count == peers->count && before == peers->newest &&
           tcn_map_count(peers->by_routing) == count && tcn_map_count(peers->by_number) == count;
}
