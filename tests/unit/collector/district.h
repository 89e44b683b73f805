/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A collector behind a real broker, on loopback, in threads of the test; and peers that speak to
 * them frame by frame. set_up and tear_down are for each test.
 */
#ifndef TCN_TESTS_UNIT_COLLECTOR_DISTRICT_H
#define TCN_TESTS_UNIT_COLLECTOR_DISTRICT_H

#include "base/clock.h"
#include "broker/broker.h"
#include "link/poller.h"
#include "place.h"
#include "seal/keyring.h"
#include "seal/random.h"
#include "seal/told.h"
#include "seal/tree.h"
#include "wire/feed.h"
#include "wire/frame.h"
#include "wire/item.h"
#include "wire/keys.h"
#include "wire/lane.h"
#include "wire/query.h"
#include "wire/session.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/eventfd.h>

#define WAIT_NS (20 * TCN_SECOND_NS)
#define SAFETY_STREAM ((struct tcn_stream){TCN_MODE_ACTUAL, TCN_FORGE_SAFETY})

/* A service in a thread of its own, and how to stop it. */
struct running {
    pthread_t thread;
    int stop;
    enum tcn_status status;
};

/* Somebody's connection. */
struct peer {
    struct tcn_sock *sock;
    struct tcn_parts parts;
    struct tcn_header header; /* of the message in hand */
    struct tcn_slice body;
    uint64_t request;
    const struct tcn_key_set *keys; /* own */
    struct tcn_keyring ring;        /* of the collector */
    bool is_joined;                 /* has a session */
    uint64_t session;
    struct tcn_hash session_hash;
    uint64_t last_request; /* the last that was signed */
    uint64_t told_number;  /* of what was told to it */
};

/* The district: a broker for the whole test, a collector that can be stopped and started. */
struct district {
    struct place *place;
    struct tcn_key_set broker_keys;          /* lent to the broker while it runs */
    const struct tcn_public_key *broker_key; /* as the collector is configured; NULL: the same */
    char front[TCN_ADDRESS_BYTES];
    char back[TCN_ADDRESS_BYTES];
    struct running broker_run;
    sem_t broker_open;
    struct running collector_run;
    struct tcn_collector *collector;
    const char *key_file;     /* of the collector; NULL: it has none beside the one it holds */
    const char *metrics_path; /* where it shows its numbers; NULL: nowhere */
    struct tcn_arena arena;
    struct tcn_forge_chunk chunk;
    struct tcn_ack ack;
    struct peer office;
    struct peer watcher;
    struct peer auditor;
};

static inline void *run_broker(void *argument) {
    struct district *district = argument;
    char front[TCN_ADDRESS_BYTES]; /* those that it had before, when it is started again */
    char back[TCN_ADDRESS_BYTES];
    const bool is_again = district->front[0] != '\0';
    (void)snprintf(front, sizeof(front), "%s", is_again ? district->front : "tcp://127.0.0.1:*");
    (void)snprintf(back, sizeof(back), "%s", is_again ? district->back : "tcp://127.0.0.1:*");
    const struct tcn_broker_options options = {
        .front = front,
        .back = back,
        .keys = &district->broker_keys,
        .collector_transport_key =
            district->place->forge.keys[TCN_FORGE_COLLECTOR].transport.public_key,
        .collector_signing_key =
            district->place->forge.keys[TCN_FORGE_COLLECTOR].signing.public_key,
        .rss_bytes_max = UINT64_C(1) << 40,
        .logger = &district->place->logger,
    };
    struct tcn_broker *broker = NULL;
    enum tcn_status status = tcn_broker_open(&options, &broker);
    if (status == TCN_OK) {
        status = tcn_broker_endpoints(broker, district->front, district->back);
    }
    (void)sem_post(&district->broker_open);
    if (status == TCN_OK) {
        status = tcn_broker_run(broker, district->broker_run.stop);
    }
    district->broker_run.status = status;
    tcn_broker_close(&broker);
    return NULL;
}

static inline void *run_collector(void *argument) {
    struct district *district = argument;
    district->collector_run.status =
        tcn_collector_run(district->collector, district->collector_run.stop);
    return NULL;
}

static inline void start_collector(struct district *district) {
    struct tcn_collector_options options = place_options(district->place);
    options.broker_endpoint = district->back;
    options.key_file = district->key_file;
    options.metrics_path = district->metrics_path;
    options.broker_transport_key = district->broker_key != NULL
                                       ? *district->broker_key
                                       : district->broker_keys.transport.public_key;
    assert_int_equal(tcn_collector_open(&options, &district->collector), TCN_OK);
    district->collector_run.stop = eventfd(0, EFD_CLOEXEC);
    assert_true(district->collector_run.stop >= 0);
    assert_int_equal(pthread_create(&district->collector_run.thread, NULL, run_collector, district),
                     0);
}

static inline void stop_running(struct running *running) {
    const uint64_t one = 1;
    assert_int_equal(write(running->stop, &one, sizeof(one)), sizeof(one));
    assert_int_equal(pthread_join(running->thread, NULL), 0);
    assert_int_equal(close(running->stop), 0);
    assert_int_equal(running->status, TCN_OK);
}

static inline void stop_collector(struct district *district) {
    stop_running(&district->collector_run);
    tcn_collector_close(&district->collector);
}

/* With so many more watchers in the registry. */
static inline struct district *district_make(uint32_t crowd_count) {
    struct district *district = calloc(1, sizeof(*district));
    assert_non_null(district);
    district->place = place_make(TCN_MODE_ACTUAL);
    if (crowd_count > 0) {
        tcn_forge_crowd(&district->place->forge, crowd_count);
        tcn_forge_genesis_write(&district->place->forge, district->place->genesis);
    }
    assert_int_equal(tcn_key_set_make(tcn_slice_text("broker"), false, &district->broker_keys),
                     TCN_OK);
    assert_int_equal(tcn_arena_init(&district->arena, 4 * 1024 * 1024), TCN_OK);
    assert_int_equal(sem_init(&district->broker_open, 0, 0), 0);
    district->broker_run.stop = eventfd(0, EFD_CLOEXEC);
    assert_int_equal(pthread_create(&district->broker_run.thread, NULL, run_broker, district), 0);
    assert_int_equal(sem_wait(&district->broker_open), 0);
    start_collector(district);
    return district;
}

static inline int set_up(void **state) {
    *state = district_make(0);
    return 0;
}

static inline void leave(struct peer *peer) {
    tcn_parts_fini(&peer->parts);
    tcn_sock_close(&peer->sock);
}

static inline int tear_down(void **state) {
    struct district *district = *state;
    leave(&district->office);
    leave(&district->watcher);
    leave(&district->auditor);
    if (district->collector != NULL) {
        stop_collector(district);
    }
    stop_running(&district->broker_run);
    tcn_arena_fini(&district->arena);
    tcn_key_set_fini(&district->broker_keys);
    (void)sem_destroy(&district->broker_open);
    place_remove(district->place);
    free(district);
    return 0;
}

static inline void connect_with(struct district *district, struct peer *peer,
                                const struct tcn_key_set *keys) {
    const struct tcn_sock_options options = {
        .role = TCN_SOCK_DEALER_CLIENT,
        .public_key = keys->transport.public_key.bytes,
        .secret_key = keys->transport.secret,
        .server_key = district->broker_keys.transport.public_key.bytes,
        .frame_bytes_max = TCN_FRAME_BYTES_MAX,
        .hwm = 1000,
        .random = tcn_random_u64(),
    };
    memset(peer, 0, sizeof(*peer));
    peer->keys = keys;
    tcn_keyring_init(&peer->ring, &district->place->forge.log_id,
                     &district->place->forge.keys[TCN_FORGE_COLLECTOR].signing.public_key);
    tcn_parts_init(&peer->parts);
    assert_int_equal(tcn_sock_open(district->place->link, &options, &peer->sock), TCN_OK);
    assert_int_equal(tcn_sock_connect(peer->sock, district->front), TCN_OK);
}

static inline void connect_peer(struct district *district, struct peer *peer,
                                enum tcn_forge_who who) {
    connect_with(district, peer, &district->place->forge.keys[who]);
}

static inline bool wait_for(struct peer *peer, unsigned events, int64_t wait_ns) {
    struct tcn_poller poller;
    struct tcn_poller_ready ready[TCN_POLLER_MAX];
    size_t count = 0;
    tcn_poller_init(&poller);
    assert_int_equal(tcn_poller_add(&poller, peer->sock, events, 1), TCN_OK);
    assert_int_equal(tcn_poller_wait(&poller, wait_ns, ready, &count), TCN_OK);
    return count == 1;
}

/* What a reader asks is signed in its session. */
static inline void sign_asked(const struct peer *peer, struct tcn_slice header,
                              struct tcn_slice body, struct tcn_signature *out_signature) {
    const struct tcn_told asked = {.session = &peer->session_hash, .header = header, .body = body};
    assert_int_equal(tcn_told_sign(&peer->keys->signing, TCN_CONTEXT_ASKED, &asked, out_signature),
                     TCN_OK);
}

static inline void send_frames(struct peer *peer, enum tcn_kind kind, uint64_t session,
                               const struct tcn_slice *bodies, size_t count) {
    uint8_t data[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice frames[6];
    const struct tcn_header header = {
        .version = TCN_WIRE_VERSION, .kind = kind, .session = session, .request = peer->request};
    assert_int_equal(tcn_wire_header_encode(&header, &writer, &frames[0]), TCN_OK);
    for (size_t i = 0; i < count; i++) {
        frames[i + 1] = bodies[i];
    }
    struct tcn_signature signature;
    if (tcn_kind_is_asked(kind)) {
        sign_asked(peer, frames[0], count > 0 ? bodies[0] : (struct tcn_slice){0}, &signature);
        frames[2] = tcn_slice_of(signature.bytes, sizeof(signature.bytes));
        count = 2;
    }
    enum tcn_status status = tcn_sock_send(peer->sock, frames, count + 1);
    while (status == TCN_AGAIN) {
        assert_true(wait_for(peer, TCN_POLL_OUT, WAIT_NS));
        status = tcn_sock_send(peer->sock, frames, count + 1);
    }
    assert_int_equal(status, TCN_OK);
}

/* The list of keys that comes behind a signature when the key may be new. */
static inline void take_keys(struct peer *peer) {
    const struct tcn_slice bytes = tcn_parts_frame(&peer->parts, 3);
    const struct tcn_slice frame = tcn_parts_frame(&peer->parts, 4);
    struct tcn_arena arena = {0};
    struct tcn_signature signature;
    struct tcn_keys keys;
    if (peer->parts.count != 5) {
        return;
    }
    assert_int_equal(tcn_arena_init(&arena, 64 * 1024), TCN_OK);
    assert_int_equal(tcn_wire_keys_decode(bytes, &arena, &keys), TCN_OK);
    assert_int_equal(frame.size, sizeof(signature.bytes));
    memcpy(signature.bytes, frame.data, frame.size);
    assert_int_equal(tcn_keyring_take(&peer->ring, &keys, TCN_CONTEXT_KEYS, bytes, &signature),
                     TCN_OK);
    tcn_arena_fini(&arena);
}

/* What the collector tells is signed for this session, and numbered within its request. */
static inline void check_told(struct peer *peer) {
    const struct tcn_told told = {.session = &peer->session_hash,
                                  .header = tcn_parts_frame(&peer->parts, 0),
                                  .body = peer->body};
    assert_int_equal(tcn_told_verify(tcn_keyring_tip(&peer->ring), TCN_CONTEXT_TOLD, &told,
                                     tcn_parts_frame(&peer->parts, 2)),
                     TCN_OK);
    if (peer->header.request == peer->last_request) {
        assert_int_equal(peer->header.number, ++peer->told_number);
    }
}

/* The next message but those that may come at any time: heads, the broker's word that a collector
 * has come, and the answer to a session that was asked for twice. NONE when none came in time. */
static inline enum tcn_kind hear_within(struct peer *peer, int64_t wait_ns) {
    do {
        enum tcn_status status = tcn_sock_recv(peer->sock, &peer->parts);
        while (status == TCN_AGAIN) {
            if (!wait_for(peer, TCN_POLL_IN, wait_ns)) {
                return TCN_KIND_NONE;
            }
            status = tcn_sock_recv(peer->sock, &peer->parts);
        }
        assert_int_equal(status, TCN_OK);
        assert_int_equal(tcn_wire_header_decode(tcn_parts_frame(&peer->parts, 0), &peer->header),
                         TCN_OK);
        peer->body = tcn_parts_frame(&peer->parts, 1);
        take_keys(peer);
        if (tcn_kind_is_told(peer->header.kind)) {
            check_told(peer);
        }
    } while (peer->header.kind == TCN_KIND_HEAD ||
             (peer->header.kind == TCN_KIND_SESSION && peer->is_joined) ||
             (peer->header.kind == TCN_KIND_AGAIN && peer->body.size == 0));
    return peer->header.kind;
}

static inline enum tcn_kind hear(struct peer *peer) {
    const enum tcn_kind kind = hear_within(peer, WAIT_NS);
    assert_int_not_equal(kind, TCN_KIND_NONE);
    return kind;
}

/* HELLO of office-a, until the broker knows its registry and somebody answers WELCOME. */
static inline uint64_t greet(struct district *district, struct peer *peer) {
    const struct tcn_hello hello =
        tcn_forge_hello(&district->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE);
    enum tcn_kind kind = TCN_KIND_NONE;
    while (kind != TCN_KIND_WELCOME) {
        tcn_forge_hello_seal(&district->chunk, &district->place->forge, TCN_FORGE_AGENT_A, &hello);
        const struct tcn_slice bodies[] = {district->chunk.chunk.head,
                                           district->chunk.chunk.signature};
        send_frames(peer, TCN_KIND_HELLO, 0, bodies, 2);
        kind = hear_within(peer, TCN_SECOND_NS);
    }
    struct tcn_welcome welcome;
    tcn_arena_reset(&district->arena);
    assert_int_equal(tcn_wire_welcome_decode(peer->body, &district->arena, &welcome), TCN_OK);
    return welcome.session;
}

static inline enum tcn_kind send_chunk(struct district *district, struct peer *peer,
                                       uint64_t session) {
    const struct tcn_chunk *chunk = &district->chunk.chunk;
    const struct tcn_slice bodies[] = {chunk->head, chunk->signature, chunk->body, chunk->shares};
    send_frames(peer, TCN_KIND_CHUNK, session, bodies, chunk->shares.size > 0 ? 4 : 3);
    const enum tcn_kind kind = hear(peer);
    if (kind == TCN_KIND_ACK) {
        tcn_arena_reset(&district->arena);
        assert_int_equal(tcn_wire_ack_decode(peer->body, &district->arena, &district->ack), TCN_OK);
    }
    return kind;
}

/* One chunk of reports, the first of them sealed. */
static inline struct tcn_hash report(struct district *district, struct peer *peer, uint64_t session,
                                     uint64_t first, uint32_t count,
                                     const struct tcn_hash *previous) {
    struct tcn_forge_chunk *chunk = &district->chunk;
    tcn_forge_chunk_begin(chunk, &district->place->forge, TCN_FORGE_AGENT_A, first, previous);
    for (uint32_t i = 0; i < count; i++) {
        const struct tcn_event event = tcn_forge_report(&district->place->forge, first + i);
        if (i == 0) {
            tcn_forge_chunk_sealed(chunk, &district->place->forge, &event, "smoke from the kiln");
        } else {
            tcn_forge_chunk_event(chunk, &event, (struct tcn_slice){0});
        }
    }
    tcn_forge_chunk_seal(chunk, &district->place->forge, TCN_FORGE_AGENT_A);
    assert_int_equal(send_chunk(district, peer, session), TCN_KIND_ACK);
    return chunk->hash;
}

/* Asks for a session, until a collector is there that gives one. */
static inline void join_session(struct district *district, struct peer *peer) {
    uint8_t data[64];
    struct tcn_session_ask ask;
    struct tcn_session_given given;
    struct tcn_signature signature;
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body;
    peer->is_joined = false;
    tcn_random_bytes(ask.nonce.bytes, sizeof(ask.nonce.bytes));
    assert_int_equal(tcn_wire_session_ask_encode(&ask, &writer, &body), TCN_OK);
    do {
        send_frames(peer, TCN_KIND_SESSION_ASK, 0, &body, 1);
    } while (hear_within(peer, TCN_SECOND_NS) != TCN_KIND_SESSION);
    const struct tcn_slice frame = tcn_parts_frame(&peer->parts, 2);
    assert_int_equal(frame.size, sizeof(signature.bytes));
    memcpy(signature.bytes, frame.data, frame.size);
    assert_int_equal(
        tcn_verify(tcn_keyring_tip(&peer->ring), TCN_CONTEXT_SESSION, peer->body, &signature),
        TCN_OK);
    tcn_arena_reset(&district->arena);
    assert_int_equal(tcn_wire_session_given_decode(peer->body, &district->arena, &given), TCN_OK);
    assert_true(tcn_id_equals(&given.nonce, &ask.nonce));
    assert_int_equal(given.generation, 1);
    peer->session = given.session;
    peer->session_hash = tcn_hash_in_context(TCN_CONTEXT_SESSION, peer->body);
    peer->is_joined = true;
}

/* Sends OPEN, REPLAY or ASK in a session of the peer, under peer->request or the next after the
 * last. */
static inline void request(struct district *district, struct peer *peer, enum tcn_kind kind,
                           struct tcn_slice body) {
    if (!peer->is_joined) {
        join_session(district, peer);
    }
    if (peer->request <= peer->last_request) {
        peer->request = peer->last_request + 1;
    }
    peer->last_request = peer->request;
    peer->told_number = 0;
    send_frames(peer, kind, peer->session, &body, 1);
}

static inline void ask(struct district *district, struct peer *peer, const struct tcn_query *query,
                       struct tcn_answer *out_answer) {
    uint8_t data[256];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body;
    assert_int_equal(tcn_wire_query_encode(query, &writer, &body), TCN_OK);
    request(district, peer, TCN_KIND_ASK, body);
    assert_int_equal(hear(peer), TCN_KIND_ANSWER);
    tcn_arena_reset(&district->arena);
    assert_int_equal(tcn_wire_answer_decode(peer->body, &district->arena, out_answer), TCN_OK);
}

static inline uint32_t refusal_code(struct district *district, const struct peer *peer) {
    struct tcn_refuse refuse;
    tcn_arena_reset(&district->arena);
    assert_int_equal(tcn_wire_refuse_decode(peer->body, &district->arena, &refuse), TCN_OK);
    return refuse.code;
}

/** Opens a stream under a name, from its cursor on; gives what is answered. */
static inline enum tcn_kind open_stream(struct district *district, struct peer *peer,
                                        struct tcn_stream stream, const char *name) {
    uint8_t data[512];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_open open = {.name = tcn_slice_text(name), .stream_count = 1};
    open.streams[0] = (struct tcn_open_stream){.stream = stream, .from = TCN_FROM_CURSOR};
    struct tcn_slice body;
    assert_int_equal(tcn_wire_open_encode(&open, &writer, &body), TCN_OK);
    enum tcn_kind kind = TCN_KIND_NONE;
    while (kind == TCN_KIND_NONE) { /* lost while the collector was being started again */
        request(district, peer, TCN_KIND_OPEN, body);
        kind = hear_within(peer, TCN_SECOND_NS);
        const uint32_t code = kind == TCN_KIND_ERROR ? refusal_code(district, peer) : TCN_OK;
        if (code == TCN_UNREACHABLE_PEER || code == TCN_STALE) {
            kind = TCN_KIND_NONE; /* the collector has not reached the broker yet, or just came */
            peer->is_joined = false;
        }
    }
    return kind;
}

static inline void say_place(struct peer *peer, enum tcn_kind kind, struct tcn_stream stream,
                             uint64_t number) {
    uint8_t data[256];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_fetch fetch = {.stream = stream, .number = number, .generation = 1};
    struct tcn_slice body;
    assert_int_equal(tcn_wire_fetch_encode(&fetch, &writer, &body), TCN_OK);
    send_frames(peer, kind, peer->header.session, &body, 1);
}

#endif
