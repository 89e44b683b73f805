/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A real broker in a thread of its own, with its own link, and in the test's thread a second link
 * with sockets that play the collector and the peers. The broker's counts are copied when it ends.
 */
#ifndef TEST_BROKER_HOUSE_H
#define TEST_BROKER_HOUSE_H

#include "base/clock.h"
#include "broker/shell.h"
#include "link/link.h"
#include "link/poller.h"
#include "seal/init.h"
#include "testlib/forge.h"
#include "wire/frame.h"
#include "wire/lane.h"
#include "wire/registry.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define PATIENCE_NS (INT64_C(20) * TCN_SECOND_NS)
#define LOG_BYTES 8192
#define RSS_ENOUGH ((uint64_t)1 << 40)
#define REGISTRY_BYTES ((size_t)64 * 1024)
#define SOCKS_MAX 64

/** A broker and everything around it. */
struct house {
    struct tcn_forge *forge;
    struct tcn_key_set broker_keys;
    struct tcn_logger logger;
    char front[TCN_ADDRESS_BYTES]; /**< where to bind first, then where it is bound */
    char back[TCN_ADDRESS_BYTES];
    bool has_door;
    uint64_t rss_bytes_max;
    pthread_t thread;
    pthread_barrier_t opened; /**< met once by each start */
    int stop;                 /**< eventfd */
    int log_file;             /**< without a name */
    bool is_running;
    enum tcn_status open_status;
    enum tcn_status run_status;
    struct tcn_broker_counts counts; /**< after the end */
    uint64_t reasons[TCN_HUB_REASON_COUNT];
    struct tcn_link *link;
    struct tcn_sock *socks[SOCKS_MAX]; /**< all that the test opened, for the teardown */
    size_t sock_count;
    struct tcn_sock *collector; /**< one of them */
    struct tcn_parts parts;     /**< what came last */
    struct tcn_header header;
    struct tcn_stamp stamp;
    uint64_t generation; /**< in READY */
    uint64_t registry_version;
    uint8_t registry_data[REGISTRY_BYTES];
    struct tcn_slice registry; /**< encoded */
    struct tcn_signature signature;
};

static void *house_main(void *argument) {
    struct house *house = argument;
    const struct tcn_key_set *collector = &house->forge->keys[TCN_FORGE_COLLECTOR];
    const struct tcn_broker_options options = {
        .front = house->front,
        .back = house->back,
        .door = house->has_door ? "tcp://127.0.0.1:*" : NULL,
        .keys = &house->broker_keys,
        .collector_transport_key = collector->transport.public_key,
        .collector_signing_key = collector->signing.public_key,
        .rss_bytes_max = house->rss_bytes_max,
        .logger = &house->logger,
    };
    struct tcn_broker *broker = NULL;
    char front[TCN_ADDRESS_BYTES] = {0};
    char back[TCN_ADDRESS_BYTES] = {0};
    house->open_status = tcn_broker_open(&options, &broker);
    if (house->open_status == TCN_OK) {
        house->open_status = tcn_broker_endpoints(broker, front, back);
        memcpy(house->front, front, sizeof(front));
        memcpy(house->back, back, sizeof(back));
    }
    (void)pthread_barrier_wait(&house->opened);
    if (house->open_status == TCN_OK) {
        house->run_status = tcn_broker_run(broker, house->stop);
        house->counts = broker->counts;
        for (int i = 0; i < TCN_HUB_REASON_COUNT; i++) {
            house->reasons[i] = tcn_hub_count(broker->hub, (enum tcn_hub_reason)i);
        }
    }
    tcn_broker_close(&broker);
    return NULL;
}

/** Starts the broker at its addresses: the first time free ports, later the same again. */
static inline enum tcn_status house_start(struct house *house) {
    house->run_status = TCN_CLOSED;
    assert_int_equal(pthread_create(&house->thread, NULL, house_main, house), 0);
    (void)pthread_barrier_wait(&house->opened);
    house->is_running = true;
    return house->open_status;
}

/** Waits until the broker has ended and gives what tcn_broker_run said. */
static inline enum tcn_status house_await_end(struct house *house) {
    uint64_t drained = 0;
    assert_int_equal(pthread_join(house->thread, NULL), 0);
    house->is_running = false;
    (void)!read(house->stop, &drained, sizeof(drained));
    return house->run_status;
}

/** Ends the broker as a signal would. */
static inline enum tcn_status house_stop(struct house *house) {
    const uint64_t one = 1;
    assert_int_equal(write(house->stop, &one, sizeof(one)), sizeof(one));
    return house_await_end(house);
}

/** Encodes and signs the forge's registry under a version. */
static inline void house_registry(struct house *house, uint64_t version) {
    const struct tcn_registry registry = {
        .version = version,
        .principals = house->forge->principals,
        .principal_count = TCN_FORGE_WHO_MAX,
    };
    struct tcn_writer writer = tcn_writer_init(house->registry_data, sizeof(house->registry_data));
    assert_int_equal(tcn_wire_registry_encode(&registry, &writer, &house->registry), TCN_OK);
    assert_int_equal(tcn_sign(&house->forge->keys[TCN_FORGE_COLLECTOR].signing,
                              TCN_CONTEXT_REGISTRY, house->registry, &house->signature),
                     TCN_OK);
    house->registry_version = version;
}

static int house_setup(void **state) {
    struct house *house = calloc(1, sizeof(*house));
    assert_non_null(house);
    assert_int_equal(tcn_seal_init(), TCN_OK);
    house->forge = calloc(1, sizeof(*house->forge));
    assert_non_null(house->forge);
    tcn_forge_init(house->forge, TCN_MODE_ACTUAL);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("broker"), false, &house->broker_keys),
                     TCN_OK);
    char log_path[] = P_tmpdir "/tocsin-broker-XXXXXX";
    house->log_file = mkstemp(log_path);
    (void)unlink(log_path);
    house->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    assert_true(house->log_file >= 0 && house->stop >= 0);
    house->logger = tcn_logger_init("broker", TCN_LOG_INFO, house->log_file);
    (void)snprintf(house->front, sizeof(house->front), "tcp://127.0.0.1:*");
    (void)snprintf(house->back, sizeof(house->back), "tcp://127.0.0.1:*");
    house->rss_bytes_max = RSS_ENOUGH;
    tcn_parts_init(&house->parts);
    assert_int_equal(tcn_link_open(1, 256, &house->link), TCN_OK);
    house_registry(house, 1);
    assert_int_equal(pthread_barrier_init(&house->opened, NULL, 2), 0);
    assert_int_equal(house_start(house), TCN_OK);
    *state = house;
    return 0;
}

static int house_teardown(void **state) {
    struct house *house = *state;
    if (house->is_running) {
        (void)house_stop(house);
    }
    (void)pthread_barrier_destroy(&house->opened);
    tcn_parts_fini(&house->parts);
    for (size_t i = 0; i < house->sock_count; i++) {
        tcn_sock_close(&house->socks[i]);
    }
    tcn_link_close(&house->link);
    (void)close(house->log_file);
    (void)close(house->stop);
    tcn_key_set_fini(&house->broker_keys);
    for (size_t i = 1; i <= TCN_FORGE_WHO_MAX; i++) {
        tcn_key_set_fini(&house->forge->keys[i]);
    }
    free(house->forge);
    free(house);
    return 0;
}

/** A socket with somebody's key, connected to an end of the broker. */
static inline struct tcn_sock *house_connect(struct house *house, const struct tcn_key_set *keys,
                                             const char *address) {
    const struct tcn_sock_options options = {
        .role = TCN_SOCK_DEALER_CLIENT,
        .public_key = keys->transport.public_key.bytes,
        .secret_key = keys->transport.secret,
        .server_key = house->broker_keys.transport.public_key.bytes,
        .frame_bytes_max = TCN_FRAME_BYTES_MAX,
        .hwm = 1000,
    };
    struct tcn_sock *sock = NULL;
    assert_int_equal(tcn_sock_open(house->link, &options, &sock), TCN_OK);
    assert_true(house->sock_count < SOCKS_MAX);
    house->socks[house->sock_count++] = sock;
    assert_int_equal(tcn_sock_connect(sock, address), TCN_OK);
    return sock;
}

/** Closes a socket before the test's end. */
static inline void house_leave(struct house *house, struct tcn_sock *sock) {
    for (size_t i = 0; i < house->sock_count; i++) {
        if (house->socks[i] == sock) {
            tcn_sock_close(&house->socks[i]);
        }
    }
}

static inline struct tcn_sock *house_peer(struct house *house, enum tcn_forge_who who) {
    return house_connect(house, &house->forge->keys[who], house->front);
}

/** Waits for events of one socket, at most so long; true when they came. */
static inline bool await_events(struct tcn_sock *sock, unsigned events, int64_t patience_ns) {
    struct tcn_poller poller;
    struct tcn_poller_ready ready[TCN_POLLER_MAX];
    size_t count = 0;
    tcn_poller_init(&poller);
    assert_int_equal(tcn_poller_add(&poller, sock, events, 1), TCN_OK);
    assert_int_equal(tcn_poller_wait(&poller, patience_ns, ready, &count), TCN_OK);
    return count > 0;
}

/** Sends frames as soon as the socket has a connection. */
static inline void send_frames(struct tcn_sock *sock, const struct tcn_slice *frames,
                               size_t count) {
    int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    enum tcn_status status = tcn_sock_send(sock, frames, count);
    while (status == TCN_AGAIN) {
        assert_true(tcn_clock_monotonic_ns() < end_ns);
        (void)await_events(sock, TCN_POLL_OUT, TCN_SECOND_NS);
        status = tcn_sock_send(sock, frames, count);
    }
    assert_int_equal(status, TCN_OK);
}

/** Sends [header][body] of a kind. */
static inline void send_kind(struct tcn_sock *sock, enum tcn_kind kind, uint64_t request,
                             const char *body) {
    uint8_t data[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_header header = {
        .version = TCN_WIRE_VERSION, .kind = kind, .request = request};
    struct tcn_slice frames[2] = {{0}, tcn_slice_text(body)};
    assert_int_equal(tcn_wire_header_encode(&header, &writer, &frames[0]), TCN_OK);
    send_frames(sock, frames, 2);
}

/** Sends [stamp][header][body] of a kind, as a collector does. */
static inline void send_down(struct tcn_sock *sock, struct tcn_stamp to, enum tcn_kind kind,
                             const char *body) {
    uint8_t data[TCN_HEADER_BYTES_MAX];
    uint8_t stamp_data[TCN_BROKER_STAMP_BYTES];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_writer stamp_writer = tcn_writer_init(stamp_data, sizeof(stamp_data));
    const struct tcn_header header = {.version = TCN_WIRE_VERSION, .kind = kind};
    struct tcn_slice frames[3] = {{0}, {0}, tcn_slice_text(body)};
    assert_int_equal(tcn_wire_stamp_encode(&to, &stamp_writer, &frames[0]), TCN_OK);
    assert_int_equal(tcn_wire_header_encode(&header, &writer, &frames[1]), TCN_OK);
    send_frames(sock, frames, 3);
}

/** Says READY, with the registry when asked. */
static inline void send_ready(struct house *house, struct tcn_sock *sock, bool is_full) {
    uint8_t data[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_header header = {
        .version = TCN_WIRE_VERSION,
        .kind = TCN_KIND_READY,
        .session = house->registry_version,
        .request = house->generation,
    };
    struct tcn_slice frames[3] = {
        {0}, house->registry, tcn_slice_of(house->signature.bytes, sizeof(house->signature.bytes))};
    assert_int_equal(tcn_wire_header_encode(&header, &writer, &frames[0]), TCN_OK);
    send_frames(sock, frames, is_full ? 3 : 1);
}

/** The next message of a socket into house->parts, within a time; false when none came. */
static inline bool recv_within(struct house *house, struct tcn_sock *sock, int64_t patience_ns) {
    int64_t end_ns = tcn_clock_monotonic_ns() + patience_ns;
    enum tcn_status status = tcn_sock_recv(sock, &house->parts);
    while (status == TCN_AGAIN) {
        int64_t rest_ns = end_ns - tcn_clock_monotonic_ns();
        if (rest_ns <= 0) {
            return false;
        }
        (void)await_events(sock, TCN_POLL_IN, rest_ns);
        status = tcn_sock_recv(sock, &house->parts);
    }
    assert_int_equal(status, TCN_OK);
    return true;
}

/** The next message at a peer: [header][body]. */
static inline enum tcn_kind recv_peer(struct house *house, struct tcn_sock *sock) {
    assert_true(recv_within(house, sock, PATIENCE_NS));
    assert_int_equal(tcn_wire_header_decode(tcn_parts_frame(&house->parts, 0), &house->header),
                     TCN_OK);
    return house->header.kind;
}

/** The code of the ERROR that must come next at a peer. */
static inline enum tcn_status recv_error(struct house *house, struct tcn_sock *sock) {
    struct tcn_refuse refuse;
    struct tcn_arena arena;
    assert_int_equal(recv_peer(house, sock), TCN_KIND_ERROR);
    assert_int_equal(house->parts.count, 2);
    assert_int_equal(tcn_arena_init(&arena, TCN_WIRE_ARENA_BYTES((size_t)1024)), TCN_OK);
    assert_int_equal(tcn_wire_refuse_decode(tcn_parts_frame(&house->parts, 1), &arena, &refuse),
                     TCN_OK);
    tcn_arena_fini(&arena);
    enum tcn_status code = (enum tcn_status)refuse.code;
    assert_int_equal(refuse.is_later, tcn_status_class(code) == TCN_CLASS_AGAIN);
    return code;
}

/** The next message at a collector that a peer, or the broker about a peer, sent: [stamp][header]…;
 * the broker's own READYs are passed over. */
static inline enum tcn_kind recv_stamped(struct house *house, struct tcn_sock *sock) {
    do {
        assert_true(recv_within(house, sock, PATIENCE_NS));
    } while (house->parts.count == 1);
    assert_int_equal(tcn_wire_stamp_decode(tcn_parts_frame(&house->parts, 0), &house->stamp),
                     TCN_OK);
    assert_int_equal(tcn_wire_header_decode(tcn_parts_frame(&house->parts, 1), &house->header),
                     TCN_OK);
    return house->header.kind;
}

/** The registry's version in the READY that must come next at a collector. */
static inline uint64_t recv_version(struct house *house, struct tcn_sock *sock) {
    assert_true(recv_within(house, sock, PATIENCE_NS));
    assert_int_equal(house->parts.count, 1);
    assert_int_equal(tcn_wire_header_decode(tcn_parts_frame(&house->parts, 0), &house->header),
                     TCN_OK);
    assert_int_equal(house->header.kind, TCN_KIND_READY);
    return house->header.session;
}

/** The live generation in the GONE that must come next at a collector that is not live. */
static inline uint64_t recv_gone(struct house *house, struct tcn_sock *sock) {
    assert_true(recv_within(house, sock, PATIENCE_NS));
    assert_int_equal(house->parts.count, 1);
    assert_int_equal(tcn_wire_header_decode(tcn_parts_frame(&house->parts, 0), &house->header),
                     TCN_OK);
    assert_int_equal(house->header.kind, TCN_KIND_GONE);
    return house->header.request;
}

/** Connects the collector and has it announce the registry. */
static inline void house_open_for_peers(struct house *house) {
    house->collector = house_connect(house, &house->forge->keys[TCN_FORGE_COLLECTOR], house->back);
    send_ready(house, house->collector, true);
    assert_int_equal(recv_version(house, house->collector), house->registry_version);
}

/** True when the last frame of what came last is this text. */
static inline bool is_body(const struct house *house, const char *text) {
    return tcn_slice_is_text(tcn_parts_frame(&house->parts, house->parts.count - 1), text);
}

/** A peer says HELLO with this body and the collector gets it, so that house->stamp is the peer's.
 */
static inline void introduce(struct house *house, struct tcn_sock *peer, const char *body) {
    send_kind(peer, TCN_KIND_ASK, 1, body);
    assert_int_equal(recv_stamped(house, house->collector), TCN_KIND_ASK);
    assert_true(is_body(house, body));
}

/** True when the broker's log has the text. */
static inline bool log_has(const struct house *house, const char *text) {
    char log[LOG_BYTES + 1] = {0};
    ssize_t size = pread(house->log_file, log, LOG_BYTES, 0);
    assert_true(size >= 0);
    return strstr(log, text) != NULL;
}

/** The door's address, as the broker tells it once the door is open. */
static inline void await_door(const struct house *house, char out_address[TCN_ADDRESS_BYTES]) {
    const int64_t until_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    for (;;) {
        char log[LOG_BYTES + 1] = {0};
        assert_true(pread(house->log_file, log, LOG_BYTES, 0) >= 0);
        const char *found = strstr(log, "enrol at tcp://");
        if (found != NULL && strchr(found, '\n') != NULL) {
            assert_int_equal(sscanf(found, "enrol at %200[^\n \"]", out_address), 1);
            return;
        }
        assert_true(tcn_clock_monotonic_ns() < until_ns);
        (void)await_events(house->collector, TCN_POLL_IN, 10 * TCN_MS_NS);
    }
}

/** Keys that no registry knows. */
static inline struct tcn_key_set stranger_keys(void) {
    struct tcn_key_set keys;
    assert_int_equal(tcn_key_set_make(tcn_slice_text("stranger"), false, &keys), TCN_OK);
    return keys;
}

#endif
