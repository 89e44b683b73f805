/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The serve actor alone: the test has the other ends of its mailboxes, so it says what a broker
 * lets through that checks nothing, and what writer and apply would say. The log is the bench's.
 */
#ifndef TCN_TESTS_UNIT_COLLECTOR_ALONE_H
#define TCN_TESTS_UNIT_COLLECTOR_ALONE_H

#include "base/clock.h"
#include "bench.h"
#include "collector/note.h"
#include "link/poller.h"
#include "seal/random.h"
#include "seal/told.h"
#include "wire/feed.h"
#include "wire/item.h"
#include "wire/session.h"

#define WAIT_NS (20 * TCN_SECOND_NS)
#define SAFETY_STREAM ((struct tcn_stream){TCN_MODE_ACTUAL, TCN_FORGE_SAFETY})

/* Serve, and what it said last. */
struct alone {
    struct bench bench;
    int64_t ends_ns; /* when keys end, by the wall clock */
    struct tcn_actor *actor;
    struct tcn_sock *net;
    struct tcn_sock *writer;
    struct tcn_sock *apply;
    struct tcn_sock *snapshots;
    struct tcn_parts parts;
    struct tcn_stamp stamp;
    struct tcn_header header;
    struct tcn_slice body;
};

/* A reader of its own connection. */
struct reader {
    const struct tcn_key_set *keys;
    struct tcn_stamp stamp;
    uint64_t request;
    uint64_t session;
    struct tcn_hash session_hash;
};

static inline void start_serve(struct alone *alone) {
    struct tcn_collector *house = &alone->bench.house;
    tcn_parts_init(&alone->parts);
    assert_int_equal(tcn_house_mailbox(house, TCN_HOUSE_NET_SERVE, TCN_MAILBOX_FIRST, &alone->net),
                     TCN_OK);
    assert_int_equal(
        tcn_house_mailbox(house, TCN_HOUSE_WRITER_SERVE, TCN_MAILBOX_FIRST, &alone->writer),
        TCN_OK);
    assert_int_equal(
        tcn_house_mailbox(house, TCN_HOUSE_APPLY_SERVE, TCN_MAILBOX_FIRST, &alone->apply), TCN_OK);
    assert_int_equal(
        tcn_house_mailbox(house, TCN_HOUSE_SNAPSHOTS_SERVE, TCN_MAILBOX_FIRST, &alone->snapshots),
        TCN_OK);
    assert_int_equal(
        tcn_actor_start(alone->bench.place->link, "serve", tcn_serve_run, house, &alone->actor),
        TCN_OK);
}

static inline void stop_serve(struct alone *alone) {
    assert_int_equal(tcn_actor_stop(&alone->actor), TCN_OK);
    tcn_parts_fini(&alone->parts);
    tcn_sock_close(&alone->net);
    tcn_sock_close(&alone->writer);
    tcn_sock_close(&alone->apply);
    tcn_sock_close(&alone->snapshots);
}

/* As net passes a message on: [stamp][header][body][signature]. */
static inline void say(struct alone *alone, struct reader *reader, enum tcn_kind kind,
                       uint64_t session, struct tcn_slice body) {
    uint8_t data[64 + TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice frames[4] = {{0}, {0}, body, {0}};
    const struct tcn_header header = {.version = TCN_WIRE_VERSION,
                                      .kind = kind,
                                      .session = session,
                                      .request = ++reader->request};
    struct tcn_signature signature;
    struct tcn_parts parts;
    assert_int_equal(tcn_wire_stamp_encode(&reader->stamp, &writer, &frames[0]), TCN_OK);
    assert_int_equal(tcn_wire_header_encode(&header, &writer, &frames[1]), TCN_OK);
    const struct tcn_told asked = {
        .session = &reader->session_hash, .header = frames[1], .body = body};
    assert_int_equal(tcn_told_sign(&reader->keys->signing, TCN_CONTEXT_ASKED, &asked, &signature),
                     TCN_OK);
    frames[3] = tcn_slice_of(signature.bytes, sizeof(signature.bytes));
    tcn_parts_init(&parts);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(tcn_parts_push(&parts, frames[i]), TCN_OK);
    }
    assert_int_equal(tcn_mailbox_post(alone->net, &parts), TCN_OK);
    tcn_parts_fini(&parts);
}

/* The next word of serve to anybody but a HEAD; NONE when none comes in time. */
static inline enum tcn_kind hear_within(struct alone *alone, int64_t wait_ns) {
    do {
        enum tcn_status status = tcn_mailbox_take(alone->net, &alone->parts);
        while (status == TCN_AGAIN) {
            struct tcn_poller poller;
            struct tcn_poller_ready ready[TCN_POLLER_MAX];
            size_t count = 0;
            tcn_poller_init(&poller);
            assert_int_equal(tcn_poller_add(&poller, alone->net, TCN_POLL_IN, 1), TCN_OK);
            assert_int_equal(tcn_poller_wait(&poller, wait_ns, ready, &count), TCN_OK);
            if (count == 0) {
                return TCN_KIND_NONE;
            }
            status = tcn_mailbox_take(alone->net, &alone->parts);
        }
        assert_int_equal(status, TCN_OK);
        assert_int_equal(tcn_wire_stamp_decode(tcn_parts_frame(&alone->parts, 0), &alone->stamp),
                         TCN_OK);
        assert_int_equal(tcn_wire_header_decode(tcn_parts_frame(&alone->parts, 1), &alone->header),
                         TCN_OK);
        alone->body = tcn_parts_frame(&alone->parts, 2);
    } while (alone->header.kind == TCN_KIND_HEAD);
    return alone->header.kind;
}

static inline enum tcn_kind hear(struct alone *alone) {
    const enum tcn_kind kind = hear_within(alone, WAIT_NS);
    assert_int_not_equal(kind, TCN_KIND_NONE);
    return kind;
}

static inline uint32_t error_code(struct alone *alone) {
    struct tcn_refuse refuse;
    tcn_arena_reset(&alone->bench.arena);
    assert_int_equal(alone->header.kind, TCN_KIND_ERROR);
    assert_int_equal(tcn_wire_refuse_decode(alone->body, &alone->bench.arena, &refuse), TCN_OK);
    return refuse.code;
}

/* A reader with a session, on a connection of this number. */
static inline struct reader join(struct alone *alone, enum tcn_forge_who who, uint64_t connection) {
    struct reader reader = {.keys = &alone->bench.place->forge.keys[who],
                            .stamp = {.principal = (uint32_t)who, .connection = connection}};
    uint8_t data[64];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_session_ask ask;
    struct tcn_session_given given;
    struct tcn_slice body;
    tcn_random_bytes(ask.nonce.bytes, sizeof(ask.nonce.bytes));
    assert_int_equal(tcn_wire_session_ask_encode(&ask, &writer, &body), TCN_OK);
    say(alone, &reader, TCN_KIND_SESSION_ASK, 0, body);
    assert_int_equal(hear(alone), TCN_KIND_SESSION);
    tcn_arena_reset(&alone->bench.arena);
    assert_int_equal(tcn_wire_session_given_decode(alone->body, &alone->bench.arena, &given),
                     TCN_OK);
    reader.session = given.session;
    reader.session_hash = tcn_hash_in_context(TCN_CONTEXT_SESSION, alone->body);
    return reader;
}

static inline void say_open(struct alone *alone, struct reader *reader, const char *name) {
    uint8_t data[512];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_open open = {.name = tcn_slice_text(name), .stream_count = 1};
    open.streams[0] = (struct tcn_open_stream){.stream = SAFETY_STREAM, .from = TCN_FROM_CURSOR};
    struct tcn_slice body;
    assert_int_equal(tcn_wire_open_encode(&open, &writer, &body), TCN_OK);
    say(alone, reader, TCN_KIND_OPEN, reader->session, body);
}

#endif
