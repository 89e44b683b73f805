/* SPDX-License-Identifier: Apache-2.0 */
#include "client/session.h"

#include "base/clock.h"
#include "client/known.h"
#include "client/trust.h"
#include "core/broker_keys.h"
#include "core/dialog.h"
#include "link/poller.h"
#include "model/limits.h"
#include "seal/random.h"
#include "seal/told.h"
#include "wire/frame.h"
#include "wire/lane.h"
#include "wire/session.h"

#include <stdlib.h>
#include <string.h>

#define SESSION_HWM 1024
#define ARENA_BYTES TCN_WIRE_ARENA_BYTES((size_t)512 * 1024)

enum token {
    TOKEN_BROKER,
    TOKEN_STOP,
};

/** The request in hand: it waits for a session. */
struct pending {
    bool is_due; /**< not sent yet */
    enum tcn_kind kind;
    uint64_t request;
    size_t size;
    uint8_t body[TCN_SESSION_BODY_BYTES_MAX];
};

struct tcn_session {
    struct tcn_session_options options;
    struct tcn_link *link;
    struct tcn_sock *sock;
    struct tcn_poller poller;
    struct tcn_parts parts; /* the message in hand */
    struct tcn_arena arena;
    struct tcn_dialog dialog;
    struct tcn_keyring ring;     /* of the collector, from the given key on */
    struct tcn_broker_keys told; /* of the broker's keys, lately */
    struct tcn_broker_pick pick; /* those that are tried */
    struct pending pending;
    uint64_t request; /* the last number given out; 0 when none */
    uint64_t bundle_version;
    uint64_t dropped_count;
};

_Static_assert(TCN_BROKER_KEYS_MAX + 1 <= TCN_SERVER_KEYS_MAX, "a socket takes all that are told");
_Static_assert(sizeof(struct tcn_public_key) == TCN_CURVE_KEY_BYTES, "keys lie one behind another");

static void pick_keys(struct tcn_session *session) {
    tcn_broker_keys_pick(&session->told, &session->options.broker_key, tcn_clock_wall_ns(),
                         &session->pick);
    if (session->sock != NULL) {
        tcn_sock_set_server_keys(session->sock, session->pick.keys[0].bytes, session->pick.count);
    }
}

/* What it was told in its last life, else what the bundle tells. */
static void recall_keys(struct tcn_session *session) {
    const struct tcn_session_options *options = &session->options;
    if (options->told != NULL) {
        session->told = *options->told;
    }
    if (options->known_dir != NULL) {
        enum tcn_status ignored = tcn_known_load(options->known_dir, &session->told);
        (void)ignored; /* none was kept: what is configured leads on while the broker has its key */
    }
    pick_keys(session);
}

/* A SESSION of the collector tells the broker's keys. A folder that cannot be written costs what is
 * told only when the program ends. */
static void learn_keys(struct tcn_session *session, const struct tcn_broker_keys *told,
                       struct tcn_slice body, const struct tcn_signature *signature) {
    if (told->count == 0 || tcn_broker_keys_equal(told, &session->told)) {
        return;
    }
    session->told = *told;
    pick_keys(session);
    if (session->options.known_dir != NULL) {
        enum tcn_status ignored = tcn_known_save(session->options.known_dir, body, signature);
        (void)ignored;
    }
}

static enum tcn_status open_sock(struct tcn_session *session) {
    const struct tcn_session_options *options = &session->options;
    enum tcn_status status = tcn_link_open(1, 16, &session->link);
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_sock_options sock_options = {
        .role = TCN_SOCK_DEALER_CLIENT,
        .public_key = options->keys->transport.public_key.bytes,
        .secret_key = options->keys->transport.secret,
        .server_key = session->pick.keys[0].bytes,
        .server_key_count = session->pick.count,
        .frame_bytes_max = TCN_FRAME_BYTES_MAX,
        .hwm = SESSION_HWM,
        .random = tcn_random_u64(),
    };
    status = tcn_sock_open(session->link, &sock_options, &session->sock);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_sock_connect(session->sock, options->broker_endpoint);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_poller_add(&session->poller, session->sock, TCN_POLL_IN, TOKEN_BROKER);
    if (status != TCN_OK || options->stop_descriptor < 0) {
        return status;
    }
    return tcn_poller_add_descriptor(&session->poller, options->stop_descriptor, TCN_POLL_IN,
                                     TOKEN_STOP);
}

enum tcn_status tcn_session_open(const struct tcn_session_options *options,
                                 struct tcn_session **out_session) {
    struct tcn_session *session = calloc(1, sizeof *session);
    if (session == NULL) {
        return TCN_NOMEM;
    }
    session->options = *options;
    tcn_keyring_init(&session->ring, NULL, &options->collector_key);
    recall_keys(session);
    tcn_poller_init(&session->poller);
    tcn_parts_init(&session->parts);
    enum tcn_status status = tcn_arena_init(&session->arena, ARENA_BYTES);
    if (status == TCN_OK) {
        status = open_sock(session);
    }
    if (status != TCN_OK) {
        tcn_session_close(&session);
        return status;
    }
    *out_session = session;
    return TCN_OK;
}

void tcn_session_close(struct tcn_session **session) {
    struct tcn_session *closing = session == NULL ? NULL : *session;
    if (closing == NULL) {
        return;
    }
    tcn_parts_fini(&closing->parts);
    tcn_sock_close(&closing->sock);
    tcn_link_close(&closing->link);
    tcn_arena_fini(&closing->arena);
    free(closing);
    *session = NULL;
}

void tcn_session_ignore_stop(struct tcn_session *session) {
    if (session->options.stop_descriptor >= 0) {
        tcn_poller_remove_descriptor(&session->poller, session->options.stop_descriptor);
    }
}

/* Waits until the broker's socket is ready for `events` or the time is over. */
static enum tcn_status wait_for(struct tcn_session *session, unsigned events, int64_t deadline_ns) {
    if (tcn_clock_wall_ns() >= session->pick.change_ns) {
        pick_keys(session);
    }
    enum tcn_status status = tcn_poller_set(&session->poller, session->sock, events);
    if (status != TCN_OK) {
        return status;
    }
    int64_t rest_ns = deadline_ns - tcn_clock_monotonic_ns();
    struct tcn_poller_ready ready[TCN_POLLER_MAX];
    size_t ready_count = 0;
    status = tcn_poller_wait(&session->poller, rest_ns < 0 ? 0 : rest_ns, ready, &ready_count);
    if (status != TCN_OK) {
        return status;
    }
    for (size_t index = 0; index < ready_count; index++) {
        if (ready[index].token == TOKEN_STOP) {
            return TCN_CANCELED;
        }
    }
    return ready_count == 0 && rest_ns <= 0 ? TCN_TIMEOUT : TCN_OK;
}

enum tcn_status tcn_session_send(struct tcn_session *session, const struct tcn_header *header,
                                 struct tcn_slice body, int64_t deadline_ns) {
    uint8_t header_bytes[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(header_bytes, sizeof header_bytes);
    struct tcn_slice frames[3] = {{0}, body};
    size_t count = body.size == 0 ? 1 : 2;
    enum tcn_status status = tcn_wire_header_encode(header, &writer, &frames[0]);
    struct tcn_signature signature;
    if (status == TCN_OK && tcn_kind_is_asked(header->kind)) {
        if (session->dialog.state != TCN_DIALOG_JOINED) {
            return TCN_OK;
        }
        const struct tcn_told asked = {
            .session = &session->dialog.hash, .header = frames[0], .body = body};
        status =
            tcn_told_sign(&session->options.keys->signing, TCN_CONTEXT_ASKED, &asked, &signature);
        frames[2] = tcn_slice_of(signature.bytes, sizeof signature.bytes);
        count = 3;
    }
    if (status != TCN_OK) {
        return status;
    }
    while ((status = tcn_sock_send(session->sock, frames, count)) == TCN_AGAIN) {
        status = wait_for(session, TCN_POLL_OUT, deadline_ns);
        if (status != TCN_OK) {
            return status == TCN_TIMEOUT ? TCN_UNREACHABLE_PEER : status;
        }
    }
    return status;
}

/* Asks for a session; said again, it is the same question. */
static enum tcn_status send_session_ask(struct tcn_session *session, int64_t deadline_ns) {
    struct tcn_session_ask ask;
    tcn_random_bytes(ask.nonce.bytes, sizeof ask.nonce.bytes);
    if (session->dialog.state == TCN_DIALOG_NONE) {
        tcn_dialog_begin(&session->dialog, &ask.nonce, ++session->request);
    }
    ask.nonce = session->dialog.nonce;
    uint8_t bytes[64];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_slice body;
    enum tcn_status status = tcn_wire_session_ask_encode(&ask, &writer, &body);
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_header header = {.version = TCN_WIRE_VERSION,
                                      .kind = TCN_KIND_SESSION_ASK,
                                      .request = session->dialog.ask_request};
    return tcn_session_send(session, &header, body, deadline_ns);
}

/* Sends the request in hand; there is a session. */
static enum tcn_status send_pending(struct tcn_session *session, int64_t deadline_ns) {
    struct pending *pending = &session->pending;
    const struct tcn_header header = {.version = TCN_WIRE_VERSION,
                                      .kind = pending->kind,
                                      .session = session->dialog.session,
                                      .request = pending->request};
    enum tcn_status status =
        tcn_session_send(session, &header, tcn_slice_of(pending->body, pending->size), deadline_ns);
    pending->is_due = pending->is_due && status != TCN_OK;
    return status;
}

enum tcn_status tcn_session_ask(struct tcn_session *session, enum tcn_kind kind,
                                struct tcn_slice body, bool is_again, int64_t deadline_ns,
                                uint64_t *out_request) {
    struct pending *pending = &session->pending;
    if (body.size > sizeof pending->body) {
        return TCN_TOOBIG;
    }
    pending->is_due = true;
    pending->kind = kind;
    pending->request = ++session->request;
    pending->size = body.size;
    if (body.size > 0) {
        memcpy(pending->body, body.data, body.size);
    }
    *out_request = pending->request;
    tcn_dialog_expect(&session->dialog, pending->request, is_again);
    return session->dialog.state == TCN_DIALOG_JOINED ? send_pending(session, deadline_ns)
                                                      : send_session_ask(session, deadline_ns);
}

/* A SESSION came: if it is the collector's answer to us, what waited for it goes out. */
static enum tcn_status take_session(struct tcn_session *session, const struct tcn_header *header,
                                    int64_t deadline_ns) {
    struct tcn_slice body = tcn_parts_frame(&session->parts, 1);
    struct tcn_slice frame = tcn_parts_frame(&session->parts, 2);
    struct tcn_session_given given;
    struct tcn_signature signature;
    if (!tcn_dialog_is_awaited(&session->dialog, header)) {
        return TCN_OK; /* of one that is over */
    }
    if (frame.size != sizeof signature.bytes) {
        return TCN_BAD_SIGNATURE;
    }
    memcpy(signature.bytes, frame.data, sizeof signature.bytes);
    tcn_trust_take(&session->ring, &session->parts, &session->arena);
    enum tcn_status status =
        tcn_verify(tcn_keyring_tip(&session->ring), TCN_CONTEXT_SESSION, body, &signature);
    if (status == TCN_OK) {
        status = tcn_wire_session_given_decode(body, &session->arena, &given);
    }
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_hash hash = tcn_hash_in_context(TCN_CONTEXT_SESSION, body);
    status = tcn_dialog_join(&session->dialog, &given, &hash);
    if (status == TCN_OK) {
        learn_keys(session, &given.brokers, body, &signature);
        session->bundle_version = given.bundle_version;
    }
    return status == TCN_OK && session->pending.is_due ? send_pending(session, deadline_ns)
                                                       : status;
}

/* What the collector tells, once its signature fits. TCN_AGAIN: there is nothing to hand out. */
static enum tcn_status take_told(struct tcn_session *session, const struct tcn_header *header) {
    const struct tcn_told told = {.session = &session->dialog.hash,
                                  .header = tcn_parts_frame(&session->parts, 0),
                                  .body = tcn_parts_frame(&session->parts, 1)};
    if (!tcn_dialog_is_due(&session->dialog, header)) {
        return TCN_AGAIN; /* of a request that is over */
    }
    tcn_trust_take(&session->ring, &session->parts, &session->arena);
    enum tcn_status status = tcn_told_verify(tcn_keyring_tip(&session->ring), TCN_CONTEXT_TOLD,
                                             &told, tcn_parts_frame(&session->parts, 2));
    if (status != TCN_OK) {
        return status;
    }
    switch (tcn_dialog_take(&session->dialog, header)) {
    case TCN_DIALOG_TAKE:
        return TCN_OK;
    case TCN_DIALOG_HOLE:
        return TCN_SEQUENCE;
    case TCN_DIALOG_REPEAT:
        break;
    }
    session->dropped_count++;
    return TCN_AGAIN;
}

/* ERROR and AGAIN, which a broker may say too: at worst they cost a round trip. An ERROR to our
 * SESSION_ASK is one to the request that waits for it. */
static void take_word(struct tcn_session *session, struct tcn_session_message *message) {
    struct tcn_refuse refuse;
    bool is_over = message->header.kind == TCN_KIND_AGAIN && message->header.request == 0;
    if (message->header.kind == TCN_KIND_ERROR) {
        is_over = tcn_wire_refuse_decode(message->body, &session->arena, &refuse) == TCN_OK &&
                  refuse.code == TCN_STALE;
        if (tcn_dialog_is_awaited(&session->dialog, &message->header)) {
            message->header.request = session->pending.request;
        }
    }
    if (is_over) {
        tcn_dialog_leave(&session->dialog);
    }
}

/* Takes the message in hand. TCN_AGAIN: it is not for the caller. */
static enum tcn_status take(struct tcn_session *session, int64_t deadline_ns,
                            struct tcn_session_message *out_message) {
    struct tcn_session_message message = {.body = tcn_parts_frame(&session->parts, 1),
                                          .signature = tcn_parts_frame(&session->parts, 2)};
    if (tcn_wire_header_decode(tcn_parts_frame(&session->parts, 0), &message.header) != TCN_OK ||
        tcn_kind_direction(message.header.kind) != TCN_DIRECTION_DOWN) {
        session->dropped_count++;
        return TCN_AGAIN;
    }
    enum tcn_status status = TCN_OK;
    if (message.header.kind == TCN_KIND_SESSION) {
        status = take_session(session, &message.header, deadline_ns);
        return status == TCN_OK ? TCN_AGAIN : status;
    }
    if (tcn_kind_is_told(message.header.kind)) {
        status = take_told(session, &message.header);
    } else {
        take_word(session, &message);
    }
    if (status == TCN_OK) {
        *out_message = message;
    }
    return status;
}

enum tcn_status tcn_session_recv(struct tcn_session *session, int64_t deadline_ns,
                                 struct tcn_session_message *out_message) {
    tcn_arena_reset(&session->arena);
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK) {
        status = tcn_sock_recv(session->sock, &session->parts);
        if (status == TCN_AGAIN) {
            status = wait_for(session, TCN_POLL_IN, deadline_ns);
        } else if (status == TCN_TOOBIG) {
            session->dropped_count++;
            status = TCN_OK;
        } else if (status == TCN_OK) {
            tcn_arena_reset(&session->arena);
            status = take(session, deadline_ns, out_message);
            if (status == TCN_OK) {
                return TCN_OK;
            }
            status = status == TCN_AGAIN ? TCN_OK : status;
        }
    }
    return status;
}

uint64_t tcn_session_bundle_version(const struct tcn_session *session) {
    return session->bundle_version;
}

struct tcn_arena *tcn_session_arena(struct tcn_session *session) {
    return &session->arena;
}

uint64_t tcn_session_dropped_count(const struct tcn_session *session) {
    return session->dropped_count;
}
