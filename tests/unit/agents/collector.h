/* SPDX-License-Identifier: Apache-2.0 */
/* The other side of an agent: a collector that does as a test says, a program of the office's PC,
 * and the agent itself in a thread of its own. */
#ifndef TEST_AGENTS_COLLECTOR_H
#define TEST_AGENTS_COLLECTOR_H

#include "base/clock.h"
#include "district.h"
#include "link/poller.h"
#include "link/zap.h"
#include "seal/hash.h"
#include "seal/tree.h"
#include "wire/chunk.h"
#include "wire/event.h"
#include "wire/lane.h"
#include "json/local.h"

#include <fcntl.h>
#include <pthread.h>

#define PATIENCE_NS (INT64_C(20) * TCN_SECOND_NS)
/* A stopping agent's wait for receipts: nobody here gives any by then. */
#define DRAIN_NS (100 * TCN_MS_NS)
#define CHUNKS_MAX 64
#define COPY_BYTES_MAX (256 * 1024)

/** A chunk as it came. */
struct got_chunk {
    struct tcn_chunk_head head;
    struct tcn_hash hash;
    uint64_t session;
    size_t size; /**< of the frames after the header, one after the other */
    uint8_t *bytes;
    struct tcn_slice body; /**< in bytes */
    struct tcn_slice shares;
};

/** A collector's ear. Lanes are told apart by what they say, connections by their routing ids. */
struct ear {
    struct district *district;
    struct tcn_link *link;
    struct tcn_zap *zap;
    struct tcn_sock *sock;
    struct tcn_poller poller;
    struct tcn_parts parts;
    struct tcn_arena arena;
    uint8_t routing[3][32]; /**< by lane number */
    size_t routing_size[3];
    struct tcn_hello hello;        /**< the last */
    struct tcn_hash hello_hash[3]; /**< of the last, by lane number */
    uint32_t hello_count;
    uint32_t bundle_ask_count;
    struct got_chunk chunks[CHUNKS_MAX];
    uint32_t chunk_count;
    uint64_t session; /**< given out last */
    uint64_t
        sessions[3];     /**< of the last WELCOME, by lane number: both lanes greet, in any order */
    uint64_t position;   /**< given out so far */
    uint64_t generation; /**< of the log */
    bool may_leave;      /**< what is sent to an office that has left is nobody's */
    bool has_newer;      /**< the office may sign with this key too */
    struct tcn_public_key newer;
};

/** An agent in its thread, and a program that asks it. */
struct office {
    struct district *district;
    struct tcn_link *link;
    struct tcn_config_agent config;
    struct tcn_logger logger;
    int stop_pipe[2];
    pthread_t thread;
    enum tcn_status opened;
    enum tcn_status result;
    struct tcn_sock *client;
    struct tcn_parts parts;
    struct tcn_arena arena;
    uint64_t map_bytes;
    bool is_running;
};

static enum tcn_status admit_all(void *context, const char *domain, const uint8_t *key,
                                 char out_user_id[TCN_USER_ID_BYTES]) {
    (void)context;
    (void)domain;
    (void)key;
    (void)snprintf(out_user_id, TCN_USER_ID_BYTES, "office");
    return TCN_OK;
}

static MAYBE_UNUSED void ear_open(struct ear *ear, struct district *district,
                                  struct tcn_link *link) {
    memset(ear, 0, sizeof(*ear));
    ear->district = district;
    ear->link = link;
    ear->session = 1000;
    ear->generation = 1;
    tcn_parts_init(&ear->parts);
    tcn_poller_init(&ear->poller);
    assert_int_equal(tcn_arena_init(&ear->arena, TCN_WIRE_ARENA_BYTES((size_t)256 * 1024)), TCN_OK);
    assert_int_equal(tcn_zap_open(link, "tocsin", &ear->zap), TCN_OK);
    const struct tcn_sock_options options = {
        .role = TCN_SOCK_ROUTER_SERVER,
        .secret_key = district->broker.transport.secret,
        .zap_domain = "tocsin",
        .frame_bytes_max = TCN_FRAME_BYTES_MAX,
        .hwm = 1000,
    };
    assert_int_equal(tcn_sock_open(link, &options, &ear->sock), TCN_OK);
    assert_int_equal(tcn_sock_bind(ear->sock, "tcp://127.0.0.1:*"), TCN_OK);
    assert_int_equal(tcn_sock_endpoint(ear->sock, district->broker_endpoint), TCN_OK);
    assert_int_equal(tcn_poller_add(&ear->poller, ear->sock, TCN_POLL_IN, 0), TCN_OK);
    assert_int_equal(tcn_poller_add(&ear->poller, tcn_zap_sock(ear->zap), TCN_POLL_IN, 1), TCN_OK);
}

static MAYBE_UNUSED void ear_close(struct ear *ear) {
    for (uint32_t i = 0; i < ear->chunk_count; i++) {
        free(ear->chunks[i].bytes);
    }
    tcn_parts_fini(&ear->parts);
    tcn_sock_close(&ear->sock);
    tcn_zap_close(&ear->zap);
    tcn_arena_fini(&ear->arena);
}

/** The office signed it, with the key that it began with or a newer one. */
static void ear_verify(const struct ear *ear, const char *context, struct tcn_slice bytes,
                       const struct tcn_signature *signature) {
    enum tcn_status status =
        tcn_verify(&ear->district->office.signing.public_key, context, bytes, signature);
    if (status != TCN_OK && ear->has_newer) {
        status = tcn_verify(&ear->newer, context, bytes, signature);
    }
    assert_int_equal(status, TCN_OK);
}

/** Keeps a chunk and checks everything about it that a collector would. */
static void ear_keep_chunk(struct ear *ear, uint64_t session) {
    assert_true(ear->chunk_count < CHUNKS_MAX);
    struct got_chunk *got = &ear->chunks[ear->chunk_count];
    memset(got, 0, sizeof(*got));
    got->bytes = malloc(COPY_BYTES_MAX);
    assert_non_null(got->bytes);
    struct tcn_slice frames[4];
    for (size_t i = 0; i < 4; i++) { /* behind routing id and header */
        frames[i] = tcn_parts_frame(&ear->parts, i + 2);
        assert_true(got->size + frames[i].size <= COPY_BYTES_MAX);
        if (frames[i].size > 0) {
            memcpy(got->bytes + got->size, frames[i].data, frames[i].size);
        }
        frames[i].data = got->bytes + got->size;
        got->size += frames[i].size;
    }
    got->session = session;
    got->body = frames[2];
    got->shares = frames[3];
    assert_int_equal(tcn_wire_chunk_head_decode(frames[0], &ear->arena, &got->head), TCN_OK);
    got->hash = tcn_hash_in_context(TCN_CONTEXT_CHUNK, frames[0]);
    struct tcn_signature signature;
    assert_int_equal(frames[1].size, sizeof(signature));
    memcpy(&signature, frames[1].data, sizeof(signature));
    ear_verify(ear, TCN_CONTEXT_CHUNK, frames[0], &signature);
    struct tcn_slice events[TCN_CHUNK_EVENTS_MAX];
    struct tcn_hash hashes[TCN_CHUNK_EVENTS_MAX];
    uint32_t count = 0;
    assert_int_equal(tcn_wire_chunk_body_split(got->body, events, &count), TCN_OK);
    assert_int_equal(count, got->head.count);
    for (uint32_t i = 0; i < count; i++) {
        struct tcn_slice open;
        struct tcn_slice sealed;
        assert_int_equal(tcn_wire_event_split(events[i], &open, &sealed), TCN_OK);
        hashes[i] = tcn_hash_event(open, sealed);
    }
    struct tcn_hash body_hash = tcn_hash_body(hashes, count);
    assert_true(tcn_hash_equals(&body_hash, &got->head.body_hash));
    assert_int_equal(tcn_hash_is_none(&got->head.shares_hash), got->shares.size == 0);
    ear->chunk_count++;
}

static void ear_keep_hello(struct ear *ear) {
    struct tcn_slice bytes = tcn_parts_frame(&ear->parts, 2);
    struct tcn_signature signature;
    assert_int_equal(tcn_wire_hello_decode(bytes, &ear->arena, &ear->hello), TCN_OK);
    assert_int_equal(tcn_parts_frame(&ear->parts, 3).size, sizeof(signature));
    memcpy(&signature, tcn_parts_frame(&ear->parts, 3).data, sizeof(signature));
    ear_verify(ear, TCN_CONTEXT_HELLO, bytes, &signature);
    struct tcn_slice id = tcn_parts_frame(&ear->parts, 0);
    assert_true(id.size <= 32);
    memcpy(ear->routing[ear->hello.lane.lane], id.data, id.size);
    ear->routing_size[ear->hello.lane.lane] = id.size;
    ear->hello_hash[ear->hello.lane.lane] = tcn_hash_in_context(TCN_CONTEXT_HELLO, bytes);
    ear->hello_count++;
}

/** Waits for one message and keeps what it says; gives its kind, NONE when none came in time. */
static MAYBE_UNUSED enum tcn_kind ear_next(struct ear *ear, int64_t patience_ns) {
    int64_t end_ns = tcn_clock_monotonic_ns() + patience_ns;
    for (;;) {
        enum tcn_status status = tcn_sock_recv(ear->sock, &ear->parts);
        if (status == TCN_OK) {
            break;
        }
        assert_int_equal(status, TCN_AGAIN);
        struct tcn_poller_ready ready[TCN_POLLER_MAX];
        size_t count = 0;
        int64_t left_ns = end_ns - tcn_clock_monotonic_ns();
        if (left_ns <= 0) {
            return TCN_KIND_NONE;
        }
        assert_int_equal(tcn_poller_wait(&ear->poller, left_ns, ready, &count), TCN_OK);
        assert_int_equal(tcn_zap_step(ear->zap, admit_all, NULL), TCN_OK);
    }
    struct tcn_header header;
    tcn_arena_reset(&ear->arena);
    assert_int_equal(tcn_wire_header_decode(tcn_parts_frame(&ear->parts, 1), &header), TCN_OK);
    if (header.kind == TCN_KIND_HELLO) {
        assert_int_equal(header.session, 0);
        ear_keep_hello(ear);
    } else if (header.kind == TCN_KIND_CHUNK) {
        ear_keep_chunk(ear, header.session);
    } else if (header.kind == TCN_KIND_BUNDLE_ASK) {
        ear->bundle_ask_count++;
    }
    return header.kind;
}

/** Sends a message to a lane's connection. */
static MAYBE_UNUSED void ear_send(struct ear *ear, enum tcn_lane lane, enum tcn_kind kind,
                                  uint64_t session, struct tcn_slice body,
                                  struct tcn_slice signature) {
    uint8_t data[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_header header = {
        .version = TCN_WIRE_VERSION, .kind = kind, .session = session};
    struct tcn_slice frames[4] = {
        tcn_slice_of(ear->routing[lane], ear->routing_size[lane]), {0}, body, signature};
    assert_int_equal(tcn_wire_header_encode(&header, &writer, &frames[1]), TCN_OK);
    const enum tcn_status status = tcn_sock_send(ear->sock, frames, signature.size > 0 ? 4 : 3);
    assert_true(status == TCN_OK || ear->may_leave);
}

static MAYBE_UNUSED struct tcn_welcome ear_welcome_of(struct ear *ear) {
    ear->session++;
    ear->sessions[ear->hello.lane.lane] = ear->session;
    return (struct tcn_welcome){
        .session = ear->session,
        .log_id = ear->district->bundle.log_id,
        .generation = ear->generation,
        .mark_sequence = ear->hello.acked_sequence,
        .mark_hash = ear->hello.acked_hash,
        .credit_sequence = UINT64_MAX,
        .credit_bytes = TCN_CREDIT_BYTES,
        .bundle_version = 1,
        .log_time_ns = 1,
        .hello_hash = ear->hello_hash[ear->hello.lane.lane],
    };
}

/** Sends a body that somebody signed. */
static MAYBE_UNUSED void ear_send_signed(struct ear *ear, enum tcn_lane lane,
                                         const struct tcn_header *header, struct tcn_slice body,
                                         const struct tcn_signing_key *key) {
    const char *context = header->kind == TCN_KIND_WELCOME  ? TCN_CONTEXT_WELCOME
                          : header->kind == TCN_KIND_REFUSE ? TCN_CONTEXT_REFUSE
                                                            : TCN_CONTEXT_AGAIN;
    struct tcn_signature signature;
    assert_int_equal(tcn_sign(key, context, body, &signature), TCN_OK);
    ear_send(ear, lane, header->kind, header->session, body,
             tcn_slice_of(signature.bytes, sizeof(signature.bytes)));
}

static MAYBE_UNUSED void ear_send_welcome_by(struct ear *ear, enum tcn_lane lane,
                                             const struct tcn_welcome *welcome,
                                             const struct tcn_signing_key *key) {
    uint8_t data[512];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_header header = {.kind = TCN_KIND_WELCOME, .session = welcome->session};
    struct tcn_slice body;
    assert_int_equal(tcn_wire_welcome_encode(welcome, &writer, &body), TCN_OK);
    ear_send_signed(ear, lane, &header, body, key);
}

static MAYBE_UNUSED void ear_send_welcome(struct ear *ear, enum tcn_lane lane,
                                          const struct tcn_welcome *welcome) {
    ear_send_welcome_by(ear, lane, welcome, &ear->district->collector.signing);
}

/** Waits for HELLOs until a lane said one, welcoming every other. */
static MAYBE_UNUSED void ear_await_hello(struct ear *ear, enum tcn_lane lane) {
    for (;;) {
        enum tcn_kind kind = ear_next(ear, PATIENCE_NS);
        assert_int_not_equal(kind, TCN_KIND_NONE);
        if (kind == TCN_KIND_HELLO && ear->hello.lane.lane == lane) {
            return;
        }
        if (kind == TCN_KIND_HELLO) {
            struct tcn_welcome welcome = ear_welcome_of(ear);
            ear_send_welcome(ear, ear->hello.lane.lane, &welcome);
        }
    }
}

/** Waits for a HELLO of a lane and welcomes it. */
static MAYBE_UNUSED void ear_greet(struct ear *ear, enum tcn_lane lane) {
    ear_await_hello(ear, lane);
    struct tcn_welcome welcome = ear_welcome_of(ear);
    ear_send_welcome(ear, lane, &welcome);
}

/** Waits for a chunk and gives it; whatever else comes is welcomed or passed over. */
static MAYBE_UNUSED const struct got_chunk *ear_await_chunk(struct ear *ear) {
    uint32_t before = ear->chunk_count;
    while (ear->chunk_count == before) {
        enum tcn_kind kind = ear_next(ear, PATIENCE_NS);
        assert_int_not_equal(kind, TCN_KIND_NONE);
        if (kind == TCN_KIND_HELLO) {
            struct tcn_welcome welcome = ear_welcome_of(ear);
            ear_send_welcome(ear, ear->hello.lane.lane, &welcome);
        }
    }
    return &ear->chunks[before];
}

/** Signs and sends a chunk's receipt. */
static MAYBE_UNUSED void ear_ack(struct ear *ear, const struct got_chunk *chunk,
                                 const struct tcn_signing_key *key) {
    const struct tcn_receipt_body receipt = {
        .format = TCN_RECEIPT_FORMAT,
        .log_id = ear->district->bundle.log_id,
        .generation = ear->generation,
        .lane = chunk->head.lane,
        .first_sequence = chunk->head.first_sequence,
        .count = chunk->head.count,
        .first_position = ear->position + 1,
        .log_time_ns = 1,
        .chunk_hash = chunk->hash,
    };
    ear->position += chunk->head.count;
    uint8_t data[1024];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_ack ack = {.credit_sequence = UINT64_MAX, .credit_bytes = TCN_CREDIT_BYTES};
    assert_int_equal(tcn_wire_receipt_body_encode(&receipt, &writer, &ack.receipt.body), TCN_OK);
    struct tcn_hash root = tcn_tree_leaf(ack.receipt.body);
    ack.receipt.leaf_count = 1;
    ack.receipt.key_id = tcn_key_id_of(&key->public_key);
    assert_int_equal(tcn_sign(key, TCN_CONTEXT_ROOT, tcn_slice_of(root.bytes, sizeof(root.bytes)),
                              &ack.receipt.signature),
                     TCN_OK);
    struct tcn_slice body;
    assert_int_equal(tcn_wire_ack_encode(&ack, &writer, &body), TCN_OK);
    ear_send(ear, chunk->head.lane.lane, TCN_KIND_ACK, chunk->session, body, (struct tcn_slice){0});
}

/** Receives a chunk and acknowledges it. */
static MAYBE_UNUSED const struct got_chunk *ear_take(struct ear *ear) {
    const struct got_chunk *chunk = ear_await_chunk(ear);
    ear_ack(ear, chunk, &ear->district->collector.signing);
    return chunk;
}

static MAYBE_UNUSED void ear_refuse_by(struct ear *ear, const struct got_chunk *chunk,
                                       const struct tcn_refusal *refusal,
                                       const struct tcn_signing_key *key) {
    struct tcn_refuse refuse = {.first_sequence = chunk->head.first_sequence,
                                .refusals = {*refusal},
                                .refusal_count = 1,
                                .asked_hash = chunk->hash};
    uint8_t data[512];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_header header = {.kind = TCN_KIND_REFUSE, .session = chunk->session};
    struct tcn_slice body;
    assert_int_equal(tcn_wire_refuse_encode(&refuse, &writer, &body), TCN_OK);
    ear_send_signed(ear, chunk->head.lane.lane, &header, body, key);
}

static MAYBE_UNUSED void ear_refuse(struct ear *ear, const struct got_chunk *chunk,
                                    uint64_t sequence, enum tcn_status code, const char *field) {
    const struct tcn_refusal refusal = {
        .sequence = sequence, .code = (uint32_t)code, .field = text_of(field)};
    ear_refuse_by(ear, chunk, &refusal, &ear->district->collector.signing);
}

static MAYBE_UNUSED void ear_again_by(struct ear *ear, const struct got_chunk *chunk,
                                      enum tcn_status code, const struct tcn_signing_key *key) {
    const struct tcn_again again = {.code = (uint32_t)code, .asked_hash = chunk->hash};
    uint8_t data[64];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_header header = {.kind = TCN_KIND_AGAIN, .session = chunk->session};
    struct tcn_slice body;
    assert_int_equal(tcn_wire_again_encode(&again, &writer, &body), TCN_OK);
    ear_send_signed(ear, chunk->head.lane.lane, &header, body, key);
}

static MAYBE_UNUSED void ear_again(struct ear *ear, const struct got_chunk *chunk,
                                   enum tcn_status code) {
    ear_again_by(ear, chunk, code, &ear->district->collector.signing);
}

/** The open part of the n-th event of a chunk. */
static MAYBE_UNUSED struct tcn_event ear_event(struct ear *ear, const struct got_chunk *chunk,
                                               uint32_t index) {
    struct tcn_slice events[TCN_CHUNK_EVENTS_MAX];
    uint32_t count = 0;
    struct tcn_slice open;
    struct tcn_slice sealed;
    struct tcn_event event;
    assert_int_equal(tcn_wire_chunk_body_split(chunk->body, events, &count), TCN_OK);
    assert_true(index < count);
    assert_int_equal(tcn_wire_event_split(events[index], &open, &sealed), TCN_OK);
    tcn_arena_reset(&ear->arena);
    assert_int_equal(tcn_wire_open_part_decode(open, &ear->arena, &event), TCN_OK);
    return event;
}

static void *office_main(void *argument) {
    struct office *office = argument;
    struct tcn_agent *agent = NULL;
    const struct tcn_agent_options options = {
        .link = office->link,
        .logger = &office->logger,
        .config = &office->config,
        .stop_descriptor = office->stop_pipe[0],
        .collector_key = office->district->collector.signing.public_key,
        .map_bytes = office->map_bytes,
        .drain_ns = DRAIN_NS,
    };
    office->opened = tcn_agent_open(&options, &agent);
    office->result = office->opened == TCN_OK ? tcn_agent_run(agent) : TCN_OK;
    tcn_agent_close(&agent);
    return NULL;
}

/** Starts the agent in a thread, and the program that asks it. They have a link of their own, as a
 * process has: closing it waits until libzmq has removed the local socket's file, which a next
 * agent makes anew. */
static MAYBE_UNUSED void office_open(struct office *office, struct district *district) {
    memset(office, 0, sizeof(*office));
    office->district = district;
    assert_int_equal(tcn_link_open(1, 64, &office->link), TCN_OK);
    office->config = district->config;
    office->map_bytes = UINT64_C(256) * 1024 * 1024;
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    assert_true(null >= 0);
    office->logger = tcn_logger_init("agent", TCN_LOG_INFO, null);
    tcn_parts_init(&office->parts);
    assert_int_equal(tcn_arena_init(&office->arena, (size_t)4 * 1024 * 1024), TCN_OK);
    assert_int_equal(pipe(office->stop_pipe), 0);
    assert_int_equal(pthread_create(&office->thread, NULL, office_main, office), 0);
    office->is_running = true;
    const struct tcn_sock_options options = {
        .role = TCN_SOCK_DEALER_LOCAL, .frame_bytes_max = (size_t)2 * 1024 * 1024, .hwm = 1000};
    assert_int_equal(tcn_sock_open(office->link, &options, &office->client), TCN_OK);
    assert_int_equal(tcn_sock_connect(office->client, district->local_endpoint), TCN_OK);
}

/** Asks the agent to stop and waits until it did. */
static MAYBE_UNUSED void office_stop(struct office *office) {
    if (office->is_running) {
        assert_int_equal(write(office->stop_pipe[1], "x", 1), 1);
        assert_int_equal(pthread_join(office->thread, NULL), 0);
        office->is_running = false;
    }
}

static MAYBE_UNUSED void office_close(struct office *office) {
    office_stop(office);
    tcn_parts_fini(&office->parts);
    tcn_sock_close(&office->client);
    tcn_link_close(&office->link);
    tcn_arena_fini(&office->arena);
    (void)close(office->stop_pipe[0]);
    (void)close(office->stop_pipe[1]);
    (void)close(office->logger.descriptor);
}

/** Sends one request under a number, waiting for the connection if need be. */
static MAYBE_UNUSED void office_say(struct office *office, const char *text, uint64_t number) {
    struct tcn_poller poller;
    tcn_poller_init(&poller);
    assert_int_equal(tcn_poller_add(&poller, office->client, TCN_POLL_OUT, 0), TCN_OK);
    const struct tcn_slice frames[2] = {tcn_slice_of(&number, sizeof(number)), text_of(text)};
    enum tcn_status status = TCN_AGAIN;
    for (int i = 0; i < 100 && status == TCN_AGAIN; i++) {
        struct tcn_poller_ready ready[TCN_POLLER_MAX];
        size_t count = 0;
        assert_int_equal(tcn_poller_wait(&poller, TCN_SECOND_NS, ready, &count), TCN_OK);
        status = tcn_sock_send(office->client, frames, 2);
    }
    assert_int_equal(status, TCN_OK);
}

/** Waits for the answer to a number. It lends from the office until the next. */
static MAYBE_UNUSED struct tcn_local_answer office_hear(struct office *office, uint64_t number) {
    struct tcn_poller poller;
    struct tcn_local_answer answer;
    struct tcn_json_error error;
    tcn_poller_init(&poller);
    assert_int_equal(tcn_poller_add(&poller, office->client, TCN_POLL_IN, 0), TCN_OK);
    struct tcn_poller_ready ready[TCN_POLLER_MAX];
    size_t count = 0;
    assert_int_equal(tcn_poller_wait(&poller, PATIENCE_NS, ready, &count), TCN_OK);
    assert_int_equal(tcn_sock_recv(office->client, &office->parts), TCN_OK);
    assert_int_equal(office->parts.count, 2);
    struct tcn_slice tag = tcn_parts_frame(&office->parts, 0);
    assert_int_equal(tag.size, sizeof(number));
    assert_memory_equal(tag.data, &number, sizeof(number));
    tcn_arena_reset(&office->arena);
    assert_int_equal(
        tcn_json_decode_answer(tcn_parts_frame(&office->parts, 1), &office->arena, &error, &answer),
        TCN_OK);
    return answer;
}

static MAYBE_UNUSED struct tcn_local_answer office_ask(struct office *office, const char *text) {
    office_say(office, text, 77);
    return office_hear(office, 77);
}

#endif
