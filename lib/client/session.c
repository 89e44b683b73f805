/* SPDX-License-Identifier: Apache-2.0 */
#include "client/session.h"

#include "base/clock.h"
#include "link/poller.h"
#include "model/limits.h"
#include "seal/random.h"
#include "wire/frame.h"

#include <stdlib.h>
#include <string.h>

#define SESSION_HWM 1024
#define ARENA_BYTES TCN_WIRE_ARENA_BYTES((size_t)512 * 1024)

enum token {
    TOKEN_BROKER,
    TOKEN_STOP,
};

struct tcn_session {
    struct tcn_session_options options;
    struct tcn_link *link;
    struct tcn_sock *sock;
    struct tcn_poller poller;
    struct tcn_parts parts; /* the message in hand */
    struct tcn_arena arena;
    uint64_t request;
    uint64_t dropped_count;
};

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
        .server_key = options->broker_key.bytes,
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
    struct tcn_slice frames[2] = {{0}, body};
    enum tcn_status status = tcn_wire_header_encode(header, &writer, &frames[0]);
    if (status != TCN_OK) {
        return status;
    }
    while ((status = tcn_sock_send(session->sock, frames, body.size == 0 ? 1 : 2)) == TCN_AGAIN) {
        status = wait_for(session, TCN_POLL_OUT, deadline_ns);
        if (status != TCN_OK) {
            return status == TCN_TIMEOUT ? TCN_UNREACHABLE_PEER : status;
        }
    }
    return status;
}

/* ITEMS and REPLAY_ITEMS carry the collector's signature over their body as a third frame. */
static bool is_authentic(const struct tcn_session *session, enum tcn_kind kind) {
    if (kind != TCN_KIND_ITEMS && kind != TCN_KIND_REPLAY_ITEMS) {
        return true;
    }
    struct tcn_slice frame = tcn_parts_frame(&session->parts, 2);
    struct tcn_signature signature;
    if (frame.size != sizeof signature.bytes) {
        return false;
    }
    memcpy(signature.bytes, frame.data, sizeof signature.bytes);
    return tcn_verify(&session->options.collector_key, TCN_CONTEXT_ITEMS,
                      tcn_parts_frame(&session->parts, 1), &signature) == TCN_OK;
}

static bool take(struct tcn_session *session, struct tcn_session_message *out_message) {
    struct tcn_session_message message = {.body = tcn_parts_frame(&session->parts, 1)};
    if (tcn_wire_header_decode(tcn_parts_frame(&session->parts, 0), &message.header) != TCN_OK ||
        tcn_kind_direction(message.header.kind) != TCN_DIRECTION_DOWN ||
        !is_authentic(session, message.header.kind)) {
        session->dropped_count++;
        return false;
    }
    *out_message = message;
    return true;
}

enum tcn_status tcn_session_recv(struct tcn_session *session, int64_t deadline_ns,
                                 struct tcn_session_message *out_message) {
    tcn_arena_reset(&session->arena);
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK) {
        status = tcn_sock_recv(session->sock, &session->parts);
        if (status == TCN_OK && take(session, out_message)) {
            return TCN_OK;
        }
        if (status == TCN_TOOBIG) {
            session->dropped_count++;
            status = TCN_OK;
        }
        if (status == TCN_AGAIN) {
            status = wait_for(session, TCN_POLL_IN, deadline_ns);
        }
    }
    return status;
}

struct tcn_arena *tcn_session_arena(struct tcn_session *session) {
    return &session->arena;
}

uint64_t tcn_session_request(struct tcn_session *session) {
    return ++session->request;
}

uint64_t tcn_session_dropped_count(const struct tcn_session *session) {
    return session->dropped_count;
}
