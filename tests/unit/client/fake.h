/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A broker and a collector in one thread that follow a script: a CURVE server with its ZAP handler
 * that says what the test wants it to say. What goes wrong in the thread is kept as a text and
 * asserted after the join, because a test's assertions belong to its own thread.
 */
#ifndef TEST_CLIENT_FAKE_H
#define TEST_CLIENT_FAKE_H

#include "base/clock.h"
#include "client/session.h"
#include "link/poller.h"
#include "link/sock.h"
#include "link/zap.h"
#include "seal/hash.h"
#include "seal/told.h"
#include "wire/event.h"
#include "wire/feed.h"
#include "wire/frame.h"
#include "wire/item.h"
#include "wire/lane.h"
#include "wire/session.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define PATIENCE_NS (20 * TCN_SECOND_NS)
#define FAKE_DOMAIN "front"

struct fake;

/** What the thread does; it ends when the script returns. */
typedef void fake_script(struct fake *fake);

/** The fake. Keys are made by fake_start. */
struct fake {
    struct tcn_key_set broker;
    struct tcn_key_set collector;
    struct tcn_key_set client;
    fake_script *script;
    pthread_t thread;
    int ready[2]; /* a byte, once the address is known */
    int over[2];  /* a byte, once the test has heard enough */
    char address[TCN_ADDRESS_BYTES];
    const char *fault; /* NULL while all is as the script wants it */
    /* The thread's own from here on. */
    struct tcn_sock *sock;
    struct tcn_zap *zap;
    struct tcn_parts parts;
    struct tcn_arena arena;
    struct tcn_header heard; /* of the last message */
    uint64_t session;        /* put into everything said but SESSION */
    uint64_t generation;     /* of the sessions that it gives; 0: 1 */
    struct tcn_hash session_hash;
    uint64_t told_request; /* what was told last answers this request */
    uint64_t told_number;  /* and has this number */
    uint32_t session_count;
    struct tcn_broker_keys brokers; /* that SESSION tells of; set by the test before it connects */
    uint64_t bundle_version;        /* likewise */
};

static inline void fake_fault(struct fake *fake, const char *text) {
    if (fake->fault == NULL) {
        fake->fault = text;
    }
}

static inline enum tcn_status fake_lookup(void *context, const char *domain,
                                          const uint8_t key[TCN_CURVE_KEY_BYTES],
                                          char out_user_id[TCN_USER_ID_BYTES]) {
    const struct fake *fake = context;
    (void)domain;
    (void)snprintf(out_user_id, TCN_USER_ID_BYTES, "7");
    return memcmp(key, fake->client.transport.public_key.bytes, TCN_CURVE_KEY_BYTES) == 0
               ? TCN_OK
               : TCN_DENIED;
}

/** Sends header, body and a signature, when there is one, to the peer of the last message. */
static inline void fake_send(struct fake *fake, const struct tcn_header *header,
                             struct tcn_slice body, const struct tcn_signature *signature) {
    uint8_t bytes[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_slice frames[4] = {tcn_parts_frame(&fake->parts, 0), {0}, body};
    enum tcn_status status = tcn_wire_header_encode(header, &writer, &frames[1]);
    if (status == TCN_OK && signature != NULL) {
        frames[3] = tcn_slice_of(signature->bytes, sizeof signature->bytes);
    }
    if (status == TCN_OK) {
        status = tcn_sock_send(fake->sock, frames, signature != NULL ? 4 : 3);
    }
    if (status != TCN_OK) {
        fake_fault(fake, "the fake cannot speak");
    }
}

/** Gives a session to who asked for one, signed by `key`. */
static inline void fake_give_session(struct fake *fake, const struct tcn_signing_key *key) {
    struct tcn_session_ask ask;
    struct tcn_signature signature;
    if (tcn_wire_session_ask_decode(tcn_parts_frame(&fake->parts, 2), &fake->arena, &ask) !=
        TCN_OK) {
        fake_fault(fake, "SESSION_ASK does not decode");
        return;
    }
    fake->session_count++;
    const struct tcn_session_given given = {.session = 5000 + fake->session_count,
                                            .log_id = {{1, 2, 3}},
                                            .generation =
                                                fake->generation != 0 ? fake->generation : 1,
                                            .principal = 7,
                                            .nonce = ask.nonce,
                                            .brokers = fake->brokers,
                                            .bundle_version = fake->bundle_version};
    uint8_t bytes[TCN_SESSION_GIVEN_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_slice body;
    if (tcn_wire_session_given_encode(&given, &writer, &body) != TCN_OK ||
        tcn_sign(key, TCN_CONTEXT_SESSION, body, &signature) != TCN_OK) {
        fake_fault(fake, "SESSION does not encode");
        return;
    }
    fake->session_hash = tcn_hash_in_context(TCN_CONTEXT_SESSION, body);
    const struct tcn_header header = {
        .version = TCN_WIRE_VERSION, .kind = TCN_KIND_SESSION, .request = fake->heard.request};
    fake_send(fake, &header, body, &signature);
}

/** What is asked is signed by the client in its session. */
static inline void fake_check_asked(struct fake *fake) {
    const struct tcn_told asked = {.session = &fake->session_hash,
                                   .header = tcn_parts_frame(&fake->parts, 1),
                                   .body = tcn_parts_frame(&fake->parts, 2)};
    if (tcn_told_verify(&fake->client.signing.public_key, TCN_CONTEXT_ASKED, &asked,
                        tcn_parts_frame(&fake->parts, 3)) != TCN_OK) {
        fake_fault(fake, "a request is not signed in its session");
    }
}

/** Hears the next message of a kind; others are passed over, but a session is given to who asks for
 * one. False when none came in time. */
static inline bool fake_hear(struct fake *fake, enum tcn_kind kind) {
    int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    struct tcn_poller poller;
    tcn_poller_init(&poller);
    if (tcn_poller_add(&poller, fake->sock, TCN_POLL_IN, 1) != TCN_OK ||
        tcn_poller_add(&poller, tcn_zap_sock(fake->zap), TCN_POLL_IN, 2) != TCN_OK) {
        fake_fault(fake, "the poller is full");
        return false;
    }
    while (tcn_clock_monotonic_ns() < end_ns) {
        struct tcn_poller_ready ready[TCN_POLLER_MAX];
        size_t count = 0;
        enum tcn_status status = tcn_sock_recv(fake->sock, &fake->parts);
        if (status == TCN_AGAIN) {
            status = tcn_poller_wait(&poller, TCN_SECOND_NS, ready, &count);
            if (status != TCN_OK || tcn_zap_step(fake->zap, fake_lookup, fake) != TCN_OK) {
                break;
            }
            continue;
        }
        if (status != TCN_OK ||
            tcn_wire_header_decode(tcn_parts_frame(&fake->parts, 1), &fake->heard) != TCN_OK) {
            break;
        }
        tcn_arena_reset(&fake->arena);
        if (tcn_kind_is_asked(fake->heard.kind)) {
            fake_check_asked(fake);
        }
        if (fake->heard.kind == kind) {
            return true;
        }
        if (fake->heard.kind == TCN_KIND_SESSION_ASK) {
            fake_give_session(fake, &fake->collector.signing);
        }
    }
    fake_fault(fake, "the message that the script waits for did not come");
    return false;
}

/** The body of the message heard last. */
static inline struct tcn_slice fake_body(const struct fake *fake) {
    return tcn_parts_frame(&fake->parts, 2);
}

/** Tells the peer of the last message: header, body and a signature over both in the session, by
 * `key`; without one the message has none. `number` is that of the header. */
static inline void fake_tell(struct fake *fake, enum tcn_kind kind, struct tcn_slice body,
                             uint64_t number, const struct tcn_signing_key *key) {
    uint8_t bytes[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    const struct tcn_header header = {.version = TCN_WIRE_VERSION,
                                      .kind = kind,
                                      .session = fake->session,
                                      .request = fake->heard.request,
                                      .number = number};
    struct tcn_told told = {.session = &fake->session_hash, .body = body};
    struct tcn_signature signature;
    if (tcn_wire_header_encode(&header, &writer, &told.header) != TCN_OK ||
        (key != NULL && tcn_told_sign(key, TCN_CONTEXT_TOLD, &told, &signature) != TCN_OK)) {
        fake_fault(fake, "the fake cannot sign");
        return;
    }
    fake_send(fake, &header, body, key != NULL ? &signature : NULL);
}

/** The number of the next message told to the request heard last. */
static inline uint64_t fake_next_number(struct fake *fake) {
    if (fake->told_request != fake->heard.request) {
        fake->told_request = fake->heard.request;
        fake->told_number = 0;
    }
    return ++fake->told_number;
}

/** Answers the peer of the last message: what is told is numbered and signed by `key`, NULL: by the
 * collector. */
static inline void fake_say(struct fake *fake, enum tcn_kind kind, struct tcn_slice body,
                            const struct tcn_signing_key *key) {
    const struct tcn_signing_key *by = key != NULL ? key : &fake->collector.signing;
    bool is_told = tcn_kind_is_told(kind);
    uint64_t number = is_told && by == &fake->collector.signing ? fake_next_number(fake) : 0;
    fake_tell(fake, kind, body, number, is_told ? by : NULL);
}

/** Says ERROR with a code. */
static inline void fake_say_error(struct fake *fake, enum tcn_status code, bool is_later) {
    uint8_t bytes[512];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_slice body;
    static const struct tcn_refuse none;
    struct tcn_refuse refuse = none;
    refuse.code = (uint32_t)code;
    refuse.is_later = is_later;
    if (tcn_wire_refuse_encode(&refuse, &writer, &body) != TCN_OK) {
        fake_fault(fake, "ERROR does not encode");
        return;
    }
    fake_say(fake, TCN_KIND_ERROR, body, NULL);
}

/** An item of the stream (actual, organ 2), at position 100 + number. */
static inline struct tcn_item fake_item(uint64_t number, struct tcn_slice open) {
    return (struct tcn_item){
        .alert = {.stream = {TCN_MODE_ACTUAL, 2},
                  .number = number,
                  .generation = 1,
                  .position = 100 + number,
                  .act = TCN_ACT_REPORTED,
                  .reason = TCN_REASON_OWNER,
                  .severity = TCN_SEVERITY_ROUTINE,
                  .log_time_ns = 1},
        .position = 100 + number,
        .log_time_ns = 1,
        .lane = {.source = 1, .epoch = 7, .lane = TCN_LANE_ROUTINE},
        .sequence = number,
        .open = open,
    };
}

/** Encodes an open part into the arena of whoever asks. */
static inline struct tcn_slice fake_open_part(uint8_t *bytes, size_t size) {
    const struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                                    .act = TCN_ACT_REPORTED,
                                    .mode = TCN_MODE_ACTUAL,
                                    .matter = {{1, 2, 3}},
                                    .domain = tcn_slice_text("petition"),
                                    .division = tcn_slice_text("520502012000"),
                                    .office = tcn_slice_text("office_a"),
                                    .learned_ns = 1,
                                    .recorded_ns = 1,
                                    .severity = TCN_SEVERITY_ROUTINE,
                                    .concerns = TCN_CONCERNS_NOBODY};
    struct tcn_writer writer = tcn_writer_init(bytes, size);
    struct tcn_slice open = {0};
    return tcn_wire_open_part_encode(&event, &writer, &open) == TCN_OK ? open
                                                                       : (struct tcn_slice){0};
}

/** Says ITEMS (or REPLAY_ITEMS) with items first to last, signed by a key. */
static inline void fake_say_items(struct fake *fake, enum tcn_kind kind, uint64_t first,
                                  uint64_t last, const struct tcn_signing_key *key) {
    uint8_t bytes[16 * 1024];
    uint8_t open_bytes[512];
    struct tcn_slice open = fake_open_part(open_bytes, sizeof open_bytes);
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_wire_items items = tcn_wire_items_begin(&writer);
    for (uint64_t number = first; number <= last; number++) {
        struct tcn_item item = fake_item(number, open);
        if (tcn_wire_items_add(&items, &item) != TCN_OK) {
            fake_fault(fake, "items do not encode");
        }
    }
    fake_say(fake, kind, tcn_wire_items_finish(&items), key);
}

static inline void *fake_run(void *context) {
    struct fake *fake = context;
    struct tcn_link *link = NULL;
    const struct tcn_sock_options options = {
        .role = TCN_SOCK_ROUTER_SERVER,
        .secret_key = fake->broker.transport.secret,
        .zap_domain = FAKE_DOMAIN,
        .frame_bytes_max = TCN_FRAME_BYTES_MAX,
        .hwm = 1000,
    };
    tcn_parts_init(&fake->parts);
    bool is_open = tcn_arena_init(&fake->arena, 1024 * 1024) == TCN_OK &&
                   tcn_link_open(1, 16, &link) == TCN_OK &&
                   tcn_zap_open(link, FAKE_DOMAIN, &fake->zap) == TCN_OK &&
                   tcn_sock_open(link, &options, &fake->sock) == TCN_OK &&
                   tcn_sock_bind(fake->sock, "tcp://127.0.0.1:*") == TCN_OK &&
                   tcn_sock_endpoint(fake->sock, fake->address) == TCN_OK;
    if (!is_open) {
        fake_fault(fake, "the fake does not open");
    }
    if (write(fake->ready[1], "!", 1) != 1) {
        fake_fault(fake, "the pipe is closed");
    }
    if (is_open) {
        fake->script(fake);
    }
    /* A socket that closes drops what is still on its way. */
    char byte = 0;
    if (read(fake->over[0], &byte, 1) != 1) {
        fake_fault(fake, "the pipe is closed");
    }
    tcn_parts_fini(&fake->parts);
    tcn_sock_close(&fake->sock);
    tcn_zap_close(&fake->zap);
    tcn_link_close(&link);
    tcn_arena_fini(&fake->arena);
    return NULL;
}

/** Makes keys; what the thread is to know is set before fake_begin. */
static inline void fake_make(struct fake *fake, fake_script *script) {
    memset(fake, 0, sizeof *fake);
    fake->script = script;
    fake->session = 99;
    assert_int_equal(tcn_seal_init(), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("broker"), false, &fake->broker), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("collector"), false, &fake->collector),
                     TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("watch"), true, &fake->client), TCN_OK);
    assert_int_equal(pipe(fake->ready), 0);
    assert_int_equal(pipe(fake->over), 0);
}

/** Starts the thread and waits until it listens. */
static inline void fake_begin(struct fake *fake) {
    assert_int_equal(pthread_create(&fake->thread, NULL, fake_run, fake), 0);
    char byte = 0;
    assert_int_equal(read(fake->ready[0], &byte, 1), 1);
}

/** Both, for a thread that is to know nothing more. */
static inline void fake_start(struct fake *fake, fake_script *script) {
    fake_make(fake, script);
    fake_begin(fake);
}

/** Joins the thread and asserts that its script saw what it wanted. */
static inline void fake_stop(struct fake *fake) {
    assert_int_equal(write(fake->over[1], "!", 1), 1);
    assert_int_equal(pthread_join(fake->thread, NULL), 0);
    (void)close(fake->ready[0]);
    (void)close(fake->ready[1]);
    (void)close(fake->over[0]);
    (void)close(fake->over[1]);
    tcn_key_set_fini(&fake->broker);
    tcn_key_set_fini(&fake->collector);
    tcn_key_set_fini(&fake->client);
    if (fake->fault != NULL) {
        fail_msg("in the fake: %s", fake->fault);
    }
}

/** A session with the fake. */
static inline struct tcn_session *fake_session(const struct fake *fake) {
    const struct tcn_session_options options = {
        .broker_endpoint = fake->address,
        .broker_key = fake->broker.transport.public_key,
        .collector_key = fake->collector.signing.public_key,
        .keys = &fake->client,
        .stop_descriptor = -1,
    };
    struct tcn_session *session = NULL;
    assert_int_equal(tcn_session_open(&options, &session), TCN_OK);
    return session;
}

#endif
