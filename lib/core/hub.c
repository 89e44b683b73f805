/* SPDX-License-Identifier: Apache-2.0 */
#include "core/hub.h"

#include "base/arena.h"
#include "base/map.h"
#include "model/limits.h"

#include <string.h>

/*
 * A connection: absent ── first good message ──▶ known ── gone, evicted, revoked ──▶ absent.
 * The collector: drawn in home.h.
 *
 * Invariants (tcn_hub_is_sound):
 *  H1  the table of connections is sound (peers.h);
 *  H2  a principal's count is the number of its connections, and each connection has a principal;
 *  H3  members are sorted by id and each is found under its transport key, if it has one (H5);
 *  H4  nothing passes, up or down, on a connection whose key is over: revoked, expired, or rotated
 *      away and past its overlap;
 *  H5  the configured collector is known by its configured keys alone: one taken out opens nothing.
 */

#define TOKEN                                                                                      \
    UINT64_C(1000000000) /* buckets count in parts of 10^-9, so that no refill is rounded away */
#define REFILL_NS_MAX INT64_C(2000000000)
#define MESSAGE_BYTES_MAX (2 * (size_t)TCN_FRAME_BYTES_MAX)

/** A principal, with what it used up. */
struct member {
    struct tcn_principal row;
    uint32_t connection_count;
    uint64_t message_tokens;
    uint64_t question_tokens;
    uint64_t byte_tokens;
    int64_t refilled_ns;
    int64_t answered_ns; /**< INT64_MIN when never */
};

struct tcn_hub {
    struct tcn_arena arena; /**< holds the hub itself and its tables */
    struct tcn_hub_limits limits;
    struct tcn_public_key collector_keys[2]; /**< as configured; the second may be none */
    struct member collector;                 /**< the configured one */
    uint64_t registry_version;
    uint64_t registry_generation; /* of the log that it is from */
    struct member *members;       /**< sorted by id */
    struct member *spare;         /**< where the next registry is built */
    uint32_t member_count;
    struct tcn_map *by_key;
    struct tcn_peers peers;
    struct tcn_home home; /**< the collector */
    uint64_t counts[TCN_HUB_REASON_COUNT];
};

/** True when all bytes are zero: "has no such key". */
static bool key_is_none(const struct tcn_public_key *key) {
    static const struct tcn_public_key none;
    return memcmp(key->bytes, none.bytes, sizeof(none.bytes)) == 0;
}

uint64_t tcn_hub_key_tag(const struct tcn_public_key *transport_key) {
    uint64_t tag = 0;
    for (size_t i = 0; i < sizeof(tag); i++) {
        tag = tag << 8 | transport_key->bytes[i];
    }
    return tag;
}

static bool is_collector_key(const struct tcn_hub *hub, uint64_t key_tag) {
    const struct tcn_public_key *keys = hub->collector_keys;
    return key_tag == tcn_hub_key_tag(&keys[0]) ||
           (!key_is_none(&keys[1]) && key_tag == tcn_hub_key_tag(&keys[1]));
}

/** H4: true when the key that a connection was admitted with is still one of the principal's, and
 * the principal may speak. */
static bool is_good(const struct tcn_hub *hub, const struct member *member, uint64_t key_tag,
                    int64_t wall_ns) {
    if (!tcn_principal_is_valid(&member->row, wall_ns)) {
        return false;
    }
    if (member->row.id == hub->collector.row.id) {
        return is_collector_key(hub, key_tag); /* H5 */
    }
    const struct tcn_public_key *old = tcn_principal_old_transport_key(&member->row, wall_ns);
    return key_tag == tcn_hub_key_tag(&member->row.transport_key) ||
           (old != NULL && key_tag == tcn_hub_key_tag(old));
}

static struct tcn_slice home_of(const struct tcn_hub *hub) {
    return tcn_home_routing(&hub->home);
}

static void fill_member(struct member *member, const struct tcn_hub_limits *limits) {
    member->message_tokens = 2 * limits->messages_per_s * TOKEN;
    member->question_tokens = 2 * limits->questions_per_s * TOKEN;
    member->byte_tokens = 2 * limits->bytes_per_s * TOKEN;
    member->answered_ns = INT64_MIN;
}

/** A rate, or its default; kept where a bucket still fits in 64 bits. */
static uint64_t rate_or(uint64_t rate, uint64_t other) {
    const uint64_t result = rate != 0 ? rate : other;
    return result < UINT32_MAX ? result : UINT32_MAX;
}

static struct tcn_hub_limits effective(const struct tcn_hub_limits *limits) {
    return (struct tcn_hub_limits){
        .connections_max =
            limits->connections_max != 0 ? limits->connections_max : TCN_PRINCIPAL_CONNECTIONS_MAX,
        .messages_per_s = rate_or(limits->messages_per_s, TCN_PRINCIPAL_MESSAGES_PER_S),
        .questions_per_s = rate_or(limits->questions_per_s, TCN_PRINCIPAL_QUESTIONS_PER_S),
        .bytes_per_s = rate_or(limits->bytes_per_s, TCN_PRINCIPAL_BYTES_PER_S),
    };
}

/** Everything that the hub ever needs, so that no peer can make it grow. */
#define ARENA_BYTES                                                                                \
    (sizeof(struct tcn_hub) + 2 * TCN_PRINCIPALS_MAX * sizeof(struct member) +                     \
     tcn_peers_bytes(TCN_CONNECTIONS_MAX) + 4 * _Alignof(max_align_t))

static enum tcn_status make_tables(struct tcn_hub *hub) {
    hub->members = tcn_arena_alloc(&hub->arena, TCN_PRINCIPALS_MAX * sizeof(*hub->members));
    hub->spare = tcn_arena_alloc(&hub->arena, TCN_PRINCIPALS_MAX * sizeof(*hub->spare));
    TCN_CHECK(hub->members != NULL && hub->spare != NULL); /* counted in ARENA_BYTES */
    enum tcn_status status = tcn_map_create((size_t)2 * TCN_PRINCIPALS_MAX, &hub->by_key);
    if (status == TCN_OK) {
        status = tcn_peers_init(&hub->peers, TCN_CONNECTIONS_MAX, &hub->arena);
    }
    return status;
}

enum tcn_status tcn_hub_create(const struct tcn_hub_limits *limits,
                               const struct tcn_public_key *collector_key, uint32_t collector,
                               struct tcn_hub **out_hub) {
    struct tcn_arena arena = {0};
    enum tcn_status status = tcn_arena_init(&arena, ARENA_BYTES);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_hub *hub = tcn_arena_alloc(&arena, sizeof(*hub));
    TCN_CHECK(hub != NULL);
    hub->arena = arena; /* from here on this copy is the one that counts */
    status = make_tables(hub);
    if (status != TCN_OK) {
        tcn_hub_destroy(&hub);
        return status;
    }
    hub->limits = effective(limits);
    hub->collector_keys[0] = *collector_key;
    hub->collector.row.id = collector;
    hub->collector.row.role = TCN_ROLE_COLLECTOR;
    hub->collector.row.status = TCN_PRINCIPAL_ACTIVE;
    fill_member(&hub->collector, &hub->limits);
    *out_hub = hub;
    return TCN_OK;
}

void tcn_hub_also(struct tcn_hub *hub, const struct tcn_public_key *collector_key) {
    hub->collector_keys[1] = *collector_key;
}

void tcn_hub_destroy(struct tcn_hub **hub) {
    if (hub == NULL || *hub == NULL) {
        return;
    }
    struct tcn_arena arena = (*hub)->arena; /* the hub lies in it */
    tcn_map_destroy(&(*hub)->by_key);
    tcn_peers_fini(&(*hub)->peers);
    tcn_arena_fini(&arena);
    *hub = NULL;
}

/** The member with this id, the configured collector included, or NULL. */
static struct member *find_member(struct tcn_hub *hub, uint32_t id) {
    uint32_t first = 0;
    uint32_t end = hub->member_count;
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        if (hub->members[middle].row.id < id) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    if (first < hub->member_count && hub->members[first].row.id == id) {
        return &hub->members[first];
    }
    return id == hub->collector.row.id ? &hub->collector : NULL;
}

/** Forgets a connection; what is on its way to it finds nobody. */
static void forget(struct tcn_hub *hub, struct tcn_peer *peer) {
    struct member *member = find_member(hub, peer->principal);
    if (member != NULL && member->connection_count > 0) {
        member->connection_count--;
    }
    tcn_peers_remove(&hub->peers, peer);
}

/** Makes room for one more connection of a member. */
static enum tcn_hub_reason make_room(struct tcn_hub *hub, const struct member *member,
                                     int64_t now_ns) {
    bool is_full = hub->peers.count == hub->peers.count_max;
    if (member->connection_count >= hub->limits.connections_max) {
        struct tcn_peer *idle =
            tcn_peers_idle(&hub->peers, member->row.id, now_ns, TCN_HUB_IDLE_NS);
        if (idle == NULL) {
            return TCN_HUB_REASON_CONNECTIONS;
        }
        forget(hub, idle);
    } else if (is_full) {
        struct tcn_peer *idle = tcn_peers_idle(&hub->peers, 0, now_ns, TCN_HUB_IDLE_NS);
        if (idle == NULL) {
            return TCN_HUB_REASON_TABLE_FULL;
        }
        forget(hub, idle);
    }
    return TCN_HUB_REASON_NONE;
}

/** The connection of a message, made when it is new. A routing id that another principal uses now
 * is a new connection: what was on its way to the old one must not reach it. */
static enum tcn_hub_reason connect_peer(struct tcn_hub *hub, const struct tcn_hub_input *in,
                                        struct member *member, struct tcn_peer **out_peer) {
    struct tcn_peer *peer = tcn_peers_find(&hub->peers, in->routing_id);
    if (peer != NULL && peer->principal == in->principal && peer->key_tag == in->key_tag) {
        tcn_peers_touch(&hub->peers, peer, in->now_ns);
        *out_peer = peer;
        return TCN_HUB_REASON_NONE;
    }
    if (peer != NULL) {
        forget(hub, peer);
    }
    enum tcn_hub_reason reason = make_room(hub, member, in->now_ns);
    if (reason != TCN_HUB_REASON_NONE) {
        return reason;
    }
    if (tcn_peers_find_number(&hub->peers, in->random) != NULL) {
        return TCN_HUB_REASON_TABLE_FULL; /* once in 2^51 connections: the peer says it again */
    }
    *out_peer = tcn_peers_push(&hub->peers, in->routing_id, in->random, in->principal, in->now_ns);
    (*out_peer)->key_tag = in->key_tag;
    member->connection_count++;
    return TCN_HUB_REASON_NONE;
}

/** Copies a registry's row into the table that is being built, with what its principal used up so
 * far. */
static void build_member(struct tcn_hub *hub, uint32_t index, const struct tcn_principal *row) {
    const struct member *before = find_member(hub, row->id);
    struct member *member = &hub->spare[index];
    if (before != NULL) {
        *member = *before;
    } else {
        memset(member, 0, sizeof(*member));
        fill_member(member, &hub->limits);
    }
    member->row = *row;
}

/** Forgets the connections of principals that are listed no more. */
static void forget_strangers(struct tcn_hub *hub) {
    struct tcn_peer *peer = tcn_peers_next(&hub->peers, NULL);
    while (peer != NULL) {
        struct tcn_peer *next = tcn_peers_next(&hub->peers, peer);
        if (find_member(hub, peer->principal) == NULL) {
            forget(hub, peer);
        }
        peer = next;
    }
}

/** Takes the members' transport keys, present and old ones, in the map or out of it. A row may have
 * none: the zero key is nobody's, though there is a handshake for it that needs no secret. */
static void keys_each(struct tcn_hub *hub, bool is_in) {
    for (uint32_t i = 0; i < hub->member_count; i++) {
        struct member *member = &hub->members[i];
        const struct tcn_public_key *const keys[] = {&member->row.transport_key,
                                                     &member->row.old_transport_key};
        for (size_t j = 0; j < sizeof(keys) / sizeof(keys[0]); j++) {
            const struct tcn_slice key = tcn_slice_of(keys[j]->bytes, sizeof(keys[j]->bytes));
            if (member->row.id == hub->collector.row.id) {
                continue; /* H5 */
            }
            if (!is_in) {
                (void)tcn_map_pop(hub->by_key, key);
            } else if (!key_is_none(keys[j])) {
                enum tcn_status status = tcn_map_push(hub->by_key, key, member);
                TCN_CHECK(status == TCN_OK); /* the map has room for two of each row */
            }
        }
    }
}

enum tcn_status tcn_hub_registry(struct tcn_hub *hub, const struct tcn_registry *registry) {
    const bool is_of_home = hub->registry_generation == hub->home.generation;
    if (is_of_home && registry->version < hub->registry_version) {
        return TCN_STALE;
    }
    if (registry->principal_count > TCN_PRINCIPALS_MAX) {
        return TCN_LIMIT;
    }
    for (uint32_t i = 1; i < registry->principal_count; i++) {
        if (registry->principals[i].id <= registry->principals[i - 1].id) {
            return TCN_MALFORMED;
        }
    }
    for (uint32_t i = 0; i < registry->principal_count; i++) {
        build_member(hub, i, &registry->principals[i]);
    }
    keys_each(hub, false);
    struct member *before = hub->members;
    hub->members = hub->spare;
    hub->spare = before;
    hub->member_count = registry->principal_count;
    hub->registry_version = registry->version;
    hub->registry_generation = hub->home.generation;
    keys_each(hub, true);
    forget_strangers(hub);
    return TCN_OK;
}

uint64_t tcn_hub_registry_version(const struct tcn_hub *hub) {
    return hub->registry_version;
}

uint64_t tcn_hub_registry_live(const struct tcn_hub *hub) {
    return hub->registry_generation == hub->home.generation ? hub->registry_version : 0;
}

enum tcn_status tcn_hub_admit(const struct tcn_hub *hub, const struct tcn_public_key *transport_key,
                              int64_t wall_ns, uint32_t *out_principal) {
    for (size_t i = 0; i < 2; i++) {
        if (!key_is_none(transport_key) &&
            memcmp(transport_key, &hub->collector_keys[i], sizeof(*transport_key)) == 0) {
            *out_principal = hub->collector.row.id;
            return TCN_OK;
        }
    }
    const struct member *member =
        tcn_map_peek(hub->by_key, tcn_slice_of(transport_key->bytes, sizeof(transport_key->bytes)));
    if (member == NULL) {
        return TCN_DENIED;
    }
    if (!is_good(hub, member, tcn_hub_key_tag(transport_key), wall_ns)) {
        return TCN_REVOKED;
    }
    *out_principal = member->row.id;
    return TCN_OK;
}

static void drop(struct tcn_hub *hub, enum tcn_hub_reason reason, struct tcn_hub_verdict *verdict) {
    hub->counts[reason]++;
    verdict->kind = TCN_HUB_DROP;
    verdict->reason = reason;
}

/** Explains a refusal, at most once a second to one principal; else drops. */
static void answer(struct tcn_hub *hub, struct member *member, const struct tcn_hub_input *in,
                   enum tcn_hub_reason reason, struct tcn_hub_verdict *verdict) {
    static const enum tcn_status codes[TCN_HUB_REASON_COUNT] = {
        [TCN_HUB_REASON_UNKNOWN_PRINCIPAL] = TCN_REVOKED,
        [TCN_HUB_REASON_KIND] = TCN_DENIED,
        [TCN_HUB_REASON_MESSAGE_RATE] = TCN_LIMIT,
        [TCN_HUB_REASON_BYTE_RATE] = TCN_LIMIT,
        [TCN_HUB_REASON_QUESTION_RATE] = TCN_LIMIT,
        [TCN_HUB_REASON_SIZE] = TCN_TOOBIG,
        [TCN_HUB_REASON_CONNECTIONS] = TCN_LIMIT,
        [TCN_HUB_REASON_TABLE_FULL] = TCN_BUSY,
        [TCN_HUB_REASON_NO_COLLECTOR] = TCN_UNREACHABLE_PEER,
    };
    drop(hub, reason, verdict);
    bool is_told =
        member->answered_ns != INT64_MIN && in->now_ns - member->answered_ns < TCN_HUB_ANSWER_NS;
    if (!is_told) {
        member->answered_ns = in->now_ns;
        verdict->kind = TCN_HUB_ANSWER;
        verdict->code = codes[reason];
    }
}

/** A limit of the row, which can only be narrower than the broker's own. */
static uint64_t narrower(uint64_t limit, uint32_t row) {
    return row != 0 && row < limit ? row : limit;
}

static uint64_t refill(uint64_t tokens, uint64_t rate, int64_t passed_ns) {
    uint64_t most = 2 * rate * TOKEN;
    uint64_t more = rate * (uint64_t)passed_ns;
    return tokens > most - more ? most : tokens + more;
}

/** What costs the collector a search, a signature or a look at the log, however small it is. */
static bool is_question(enum tcn_kind kind) {
    return kind == TCN_KIND_ASK || kind == TCN_KIND_OPEN || kind == TCN_KIND_REPLAY ||
           kind == TCN_KIND_HELLO || kind == TCN_KIND_BUNDLE_ASK || kind == TCN_KIND_SESSION_ASK;
}

/** Pays for a message from the principal's buckets. A message may overdraw the bytes once: it is
 * here already, and the next one waits the longer. */
static enum tcn_hub_reason pay(struct tcn_hub *hub, struct member *member,
                               const struct tcn_hub_input *in) {
    const uint64_t message_rate = narrower(hub->limits.messages_per_s, member->row.message_rate);
    const uint64_t byte_rate = narrower(hub->limits.bytes_per_s, member->row.byte_rate);
    int64_t passed_ns = in->now_ns - member->refilled_ns;
    if (passed_ns > REFILL_NS_MAX) {
        passed_ns = REFILL_NS_MAX;
    }
    if (passed_ns > 0) {
        member->message_tokens = refill(member->message_tokens, message_rate, passed_ns);
        member->question_tokens =
            refill(member->question_tokens, hub->limits.questions_per_s, passed_ns);
        member->byte_tokens = refill(member->byte_tokens, byte_rate, passed_ns);
        member->refilled_ns = in->now_ns;
    }
    if (member->message_tokens < TOKEN) {
        return TCN_HUB_REASON_MESSAGE_RATE;
    }
    if (member->byte_tokens == 0) {
        return TCN_HUB_REASON_BYTE_RATE;
    }
    uint64_t cost = (uint64_t)in->bytes * TOKEN;
    member->message_tokens -= TOKEN;
    member->byte_tokens -= cost < member->byte_tokens ? cost : member->byte_tokens;
    if (!is_question(in->kind)) {
        return TCN_HUB_REASON_NONE;
    }
    if (member->question_tokens < TOKEN) {
        return TCN_HUB_REASON_QUESTION_RATE;
    }
    member->question_tokens -= TOKEN;
    return TCN_HUB_REASON_NONE;
}

/** The first reason against a message of a valid principal. */
static enum tcn_hub_reason object(struct tcn_hub *hub, struct member *member,
                                  const struct tcn_hub_input *in) {
    if (!tcn_hub_may_send(member->row.role, in->kind)) {
        return TCN_HUB_REASON_KIND;
    }
    if (in->bytes > MESSAGE_BYTES_MAX) {
        return TCN_HUB_REASON_SIZE;
    }
    enum tcn_hub_reason reason = pay(hub, member, in);
    if (reason != TCN_HUB_REASON_NONE || in->kind == TCN_KIND_READY) {
        return reason;
    }
    return hub->home.size == 0 ? TCN_HUB_REASON_NO_COLLECTOR : TCN_HUB_REASON_NONE;
}

static void hear_collector(struct tcn_hub *hub, const struct tcn_hub_input *in,
                           struct tcn_hub_verdict *verdict) {
    const enum tcn_home_verdict is_home =
        tcn_home_ready(&hub->home, in->routing_id, in->generation, in->now_ns);
    verdict->kind = TCN_HUB_READY;
    verdict->comes = is_home == TCN_HOME_COMES;
    if (is_home == TCN_HOME_FENCED || is_home == TCN_HOME_STANDBY) {
        drop(hub, TCN_HUB_REASON_OLD_COLLECTOR, verdict);
        verdict->kind = TCN_HUB_ANSWER;
        verdict->code = is_home == TCN_HOME_FENCED ? TCN_FENCED : TCN_LOCKED;
    }
}

void tcn_hub_home_take(struct tcn_hub *hub, const struct tcn_hub_input *in) {
    tcn_home_take(&hub->home, in->routing_id, in->principal, in->generation, in->now_ns);
}

void tcn_hub_up(struct tcn_hub *hub, const struct tcn_hub_input *in,
                struct tcn_hub_verdict *out_verdict) {
    memset(out_verdict, 0, sizeof(*out_verdict));
    if (in->routing_id.size == 0 || in->routing_id.size > TCN_ROUTING_BYTES_MAX) {
        drop(hub, TCN_HUB_REASON_SIZE, out_verdict);
        return;
    }
    struct member *member = find_member(hub, in->principal);
    if (member == NULL) {
        drop(hub, TCN_HUB_REASON_UNKNOWN_PRINCIPAL, out_verdict);
        return;
    }
    if (!is_good(hub, member, in->key_tag, in->wall_ns)) {
        answer(hub, member, in, TCN_HUB_REASON_UNKNOWN_PRINCIPAL, out_verdict);
        return;
    }
    struct tcn_peer *peer = NULL;
    enum tcn_hub_reason reason = object(hub, member, in);
    if (reason == TCN_HUB_REASON_NONE && in->kind == TCN_KIND_READY) {
        hear_collector(hub, in, out_verdict);
        return;
    }
    if (reason == TCN_HUB_REASON_NONE) {
        reason = connect_peer(hub, in, member, &peer);
    }
    if (reason != TCN_HUB_REASON_NONE) {
        answer(hub, member, in, reason, out_verdict);
        return;
    }
    out_verdict->kind = TCN_HUB_FORWARD;
    out_verdict->stamp =
        (struct tcn_stamp){.principal = peer->principal, .connection = peer->number};
    out_verdict->to = home_of(hub);
}

bool tcn_hub_is_home(const struct tcn_hub *hub, struct tcn_slice routing_id, uint32_t principal) {
    return hub->home.size > 0 && principal == hub->home.principal &&
           tcn_slice_equals(routing_id, home_of(hub));
}

void tcn_hub_down(struct tcn_hub *hub, const struct tcn_hub_input *in,
                  const struct tcn_stamp *stamp, struct tcn_hub_verdict *out_verdict) {
    memset(out_verdict, 0, sizeof(*out_verdict));
    if (!tcn_hub_is_home(hub, in->routing_id, in->principal)) {
        drop(hub, TCN_HUB_REASON_OLD_COLLECTOR, out_verdict);
        return;
    }
    if (tcn_kind_direction(in->kind) != TCN_DIRECTION_DOWN) {
        drop(hub, TCN_HUB_REASON_KIND, out_verdict);
        return;
    }
    struct tcn_peer *peer = tcn_peers_find_number(&hub->peers, stamp->connection);
    const struct member *member = find_member(hub, stamp->principal);
    bool is_reachable = peer != NULL && member != NULL && peer->principal == stamp->principal &&
                        is_good(hub, member, peer->key_tag, in->wall_ns);
    if (!is_reachable) {
        drop(hub, TCN_HUB_REASON_GONE, out_verdict);
        out_verdict->kind = TCN_HUB_GONE;
        out_verdict->stamp = *stamp;
        out_verdict->to = home_of(hub);
        return;
    }
    tcn_peers_touch(&hub->peers, peer, in->now_ns);
    out_verdict->kind = TCN_HUB_FORWARD;
    out_verdict->stamp = *stamp;
    out_verdict->to = tcn_peer_routing(peer);
}

void tcn_hub_gone(struct tcn_hub *hub, struct tcn_slice routing_id,
                  struct tcn_hub_verdict *out_verdict) {
    struct tcn_peer *peer = tcn_peers_find(&hub->peers, routing_id);
    memset(out_verdict, 0, sizeof(*out_verdict));
    drop(hub, TCN_HUB_REASON_GONE, out_verdict);
    if (peer == NULL) {
        return;
    }
    if (hub->home.size > 0) {
        out_verdict->kind = TCN_HUB_GONE;
        out_verdict->stamp =
            (struct tcn_stamp){.principal = peer->principal, .connection = peer->number};
        out_verdict->to = home_of(hub);
    }
    forget(hub, peer);
}

struct tcn_slice tcn_hub_home(const struct tcn_hub *hub, uint64_t *out_generation) {
    *out_generation = hub->home.generation;
    return home_of(hub);
}

void tcn_hub_home_gone(struct tcn_hub *hub) {
    tcn_home_gone(&hub->home);
}

struct tcn_slice tcn_hub_next(const struct tcn_hub *hub, struct tcn_slice routing_id) {
    const struct tcn_slice none = {0};
    const bool is_first = routing_id.size == 0;
    const struct tcn_peer *peer = is_first ? NULL : tcn_peers_find(&hub->peers, routing_id);
    if (peer == NULL && !is_first) {
        return none;
    }
    peer = tcn_peers_next(&hub->peers, peer);
    return peer == NULL ? none : tcn_peer_routing(peer);
}

uint32_t tcn_hub_connection_count(const struct tcn_hub *hub) {
    return hub->peers.count;
}

uint64_t tcn_hub_count(const struct tcn_hub *hub, enum tcn_hub_reason reason) {
    return (unsigned)reason < TCN_HUB_REASON_COUNT ? hub->counts[reason] : 0;
}

bool tcn_hub_is_sound(const struct tcn_hub *hub) {
    uint32_t counted = hub->collector.connection_count;
    if (!tcn_peers_are_sound(&hub->peers)) {
        return false; /* H1 */
    }
    for (uint32_t i = 0; i < hub->member_count; i++) {
        const struct member *member = &hub->members[i];
        const struct tcn_public_key *key = &member->row.transport_key;
        counted += member->connection_count;
        if (!key_is_none(key) && member->row.id != hub->collector.row.id &&
            tcn_map_peek(hub->by_key, tcn_slice_of(key->bytes, sizeof(key->bytes))) == NULL) {
            return false; /* H3 */
        }
        if (i > 0 && hub->members[i - 1].row.id >= member->row.id) {
            return false; /* H3 */
        }
    }
    return counted == hub->peers.count; /* H2 */
}
