/* SPDX-License-Identifier: Apache-2.0 */
#include "client/enrol.h"

#include "base/clock.h"
#include "client/setup_file.h"
#include "client/trust.h"
#include "link/poller.h"
#include "model/limits.h"
#include "seal/hash.h"
#include "seal/random.h"
#include "wire/enrol.h"
#include "wire/frame.h"
#include "wire/lane.h"
#include "wire/registry.h"

#include <string.h>

#define LINE_HWM 16
#define ARENA_BYTES TCN_WIRE_ARENA_BYTES((size_t)TCN_FRAME_BYTES_MAX)

/* A door that is open answers within a second; it shuts twice a minute with all who are in it. */
#define ANSWER_NS (4 * TCN_SECOND_NS)
/* After "later". */
#define REST_NS TCN_SECOND_NS

enum token {
    TOKEN_BROKER,
    TOKEN_STOP,
};

/* One question on a connection of its own. */
struct line {
    const struct tcn_enrolling *enrolling;
    struct tcn_link *link;
    struct tcn_sock *sock;
    struct tcn_poller poller;
    struct tcn_parts parts; /* the message in hand */
    struct tcn_arena arena;
    struct tcn_keyring ring; /* of the collector, from the invitation's key on */
    int64_t deadline_ns;     /* of this question */
    uint64_t request;
};

static void close_line(struct line *line) {
    tcn_parts_fini(&line->parts);
    tcn_sock_close(&line->sock);
    tcn_link_close(&line->link);
    tcn_arena_fini(&line->arena);
}

static enum tcn_status open_line(const struct tcn_enrolling *enrolling, const char *address,
                                 int64_t deadline_ns, struct line *line) {
    *line = (struct line){
        .enrolling = enrolling, .deadline_ns = deadline_ns, .request = tcn_random_u64() | 1};
    tcn_keyring_init(&line->ring, &enrolling->invitation->log_id,
                     &enrolling->invitation->collector_key);
    tcn_parts_init(&line->parts);
    tcn_poller_init(&line->poller);
    enum tcn_status status = tcn_link_open(1, 16, &line->link);
    const struct tcn_sock_options options = {
        .role = TCN_SOCK_DEALER_CLIENT,
        .public_key = enrolling->keys->transport.public_key.bytes,
        .secret_key = enrolling->keys->transport.secret,
        .server_key = enrolling->invitation->broker_key.bytes,
        .frame_bytes_max = TCN_FRAME_BYTES_MAX,
        .hwm = LINE_HWM,
        .random = tcn_random_u64(),
    };
    if (status == TCN_OK) {
        status = tcn_arena_init(&line->arena, ARENA_BYTES);
    }
    if (status == TCN_OK) {
        status = tcn_sock_open(line->link, &options, &line->sock);
    }
    if (status == TCN_OK) {
        status = tcn_sock_connect(line->sock, address);
    }
    if (status == TCN_OK) {
        status = tcn_poller_add(&line->poller, line->sock, TCN_POLL_IN, TOKEN_BROKER);
    }
    if (status == TCN_OK && enrolling->stop_descriptor >= 0) {
        status = tcn_poller_add_descriptor(&line->poller, enrolling->stop_descriptor, TCN_POLL_IN,
                                           TOKEN_STOP);
    }
    if (status != TCN_OK) {
        close_line(line);
    }
    return status;
}

/* Waits until the socket is ready for `events`, 0 for nothing but the stop. */
static enum tcn_status wait_for(struct line *line, unsigned events, int64_t deadline_ns) {
    const enum tcn_status status = tcn_poller_set(&line->poller, line->sock, events);
    if (status != TCN_OK) {
        return status;
    }
    const int64_t rest_ns = deadline_ns - tcn_clock_monotonic_ns();
    struct tcn_poller_ready ready[TCN_POLLER_MAX];
    size_t count = 0;
    const enum tcn_status waited =
        tcn_poller_wait(&line->poller, rest_ns < 0 ? 0 : rest_ns, ready, &count);
    for (size_t i = 0; waited == TCN_OK && i < count; i++) {
        if (ready[i].token == TOKEN_STOP) {
            return TCN_CANCELED;
        }
    }
    return waited == TCN_OK && count == 0 && rest_ns <= 0 ? TCN_TIMEOUT : waited;
}

static enum tcn_status ask(struct line *line, enum tcn_kind kind, struct tcn_slice body) {
    uint8_t data[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof data);
    const struct tcn_header header = {
        .version = TCN_WIRE_VERSION, .kind = kind, .request = line->request};
    struct tcn_slice frames[2] = {{0}, body};
    enum tcn_status status = tcn_wire_header_encode(&header, &writer, &frames[0]);
    if (status != TCN_OK) {
        return status;
    }
    const size_t count = body.size == 0 ? 1 : 2;
    while ((status = tcn_sock_send(line->sock, frames, count)) == TCN_AGAIN) {
        status = wait_for(line, TCN_POLL_OUT, line->deadline_ns);
        if (status != TCN_OK) {
            return status == TCN_TIMEOUT ? TCN_UNREACHABLE_PEER : status;
        }
    }
    return status;
}

/* The next message that answers the question; others are dropped. */
static enum tcn_status take(struct line *line, struct tcn_header *out_header) {
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK) {
        status = tcn_sock_recv(line->sock, &line->parts);
        if (status == TCN_OK &&
            tcn_wire_header_decode(tcn_parts_frame(&line->parts, 0), out_header) == TCN_OK &&
            out_header->request == line->request) {
            tcn_arena_reset(&line->arena);
            return TCN_OK;
        }
        if (status == TCN_AGAIN) {
            status = wait_for(line, TCN_POLL_IN, line->deadline_ns);
        }
        status = status == TCN_TOOBIG ? TCN_OK : status;
    }
    return status;
}

/* The signature of the message in hand is the collector's. */
static enum tcn_status check(struct line *line, const char *context,
                             struct tcn_signature *out_signature) {
    const struct tcn_slice frame = tcn_parts_frame(&line->parts, 2);
    if (frame.size != sizeof out_signature->bytes) {
        return TCN_BAD_SIGNATURE;
    }
    memcpy(out_signature->bytes, frame.data, frame.size);
    tcn_trust_take(&line->ring, &line->parts, &line->arena);
    return tcn_verify(tcn_keyring_tip(&line->ring), context, tcn_parts_frame(&line->parts, 1),
                      out_signature);
}

static enum tcn_status make_claim(const struct tcn_enrolling *enrolling, struct tcn_writer *writer,
                                  struct tcn_slice *out_claim) {
    const struct tcn_invitation *invitation = enrolling->invitation;
    const struct tcn_id *token = &invitation->token;
    const struct tcn_registry_change change = {
        .kind = TCN_CHANGE_ENROLLED,
        .token_hash = tcn_hash_of(tcn_slice_of(token->bytes, sizeof token->bytes)),
        .transport_key = enrolling->keys->transport.public_key,
        .signing_key = enrolling->keys->signing.public_key,
    };
    struct tcn_enrol enrol = {
        .format = TCN_ENROL_FORMAT,
        .log_id = invitation->log_id,
        .token = *token,
        .transport_key = change.transport_key,
        .signing_key = change.signing_key,
    };
    uint8_t proof[TCN_KEY_PROOF_BYTES];
    tcn_wire_key_proof(&enrol.log_id, &change, proof);
    const enum tcn_status status = tcn_sign(&enrolling->keys->signing, TCN_CONTEXT_KEY,
                                            tcn_slice_of(proof, sizeof proof), &enrol.proof);
    return status == TCN_OK ? tcn_wire_enrol_encode(&enrol, writer, out_claim) : status;
}

/* REFUSE and ERROR. "Later" is believed of anybody, for ever only of the collector and for this
 * claim; out_is_later says which. */
static enum tcn_status take_refusal(struct line *line, const struct tcn_header *header,
                                    const struct tcn_hash *claim_hash, bool *out_is_later) {
    struct tcn_refuse refuse;
    struct tcn_signature signature;
    const enum tcn_status status =
        tcn_wire_refuse_decode(tcn_parts_frame(&line->parts, 1), &line->arena, &refuse);
    if (status != TCN_OK) {
        return status;
    }
    *out_is_later = refuse.is_later || header->kind == TCN_KIND_ERROR;
    if (!*out_is_later && (check(line, TCN_CONTEXT_REFUSE, &signature) != TCN_OK ||
                           !tcn_hash_equals(&refuse.asked_hash, claim_hash))) {
        return TCN_BAD_SIGNATURE;
    }
    return refuse.code == 0 ? TCN_MALFORMED : (enum tcn_status)refuse.code;
}

static enum tcn_status take_enrolled(struct line *line, const struct tcn_hash *claim_hash,
                                     struct tcn_enrolled *out_enrolled) {
    struct tcn_signature signature;
    struct tcn_enrolled enrolled = {0};
    enum tcn_status status = check(line, TCN_CONTEXT_ENROLLED, &signature);
    if (status == TCN_OK) {
        status =
            tcn_wire_enrolled_decode(tcn_parts_frame(&line->parts, 1), &line->arena, &enrolled);
    }
    if (status == TCN_OK && !tcn_hash_equals(&enrolled.enrol_hash, claim_hash)) {
        status = TCN_BAD_SIGNATURE; /* of another claim */
    }
    if (status == TCN_OK) {
        *out_enrolled = enrolled;
    }
    return status;
}

/* One claim on one connection. */
static enum tcn_status claim_once(struct line *line, struct tcn_slice claim,
                                  struct tcn_enrolled *out_enrolled, bool *out_is_later) {
    const struct tcn_hash claim_hash = tcn_hash_in_context(TCN_CONTEXT_ENROL, claim);
    struct tcn_header header = {.kind = TCN_KIND_NONE};
    enum tcn_status status = ask(line, TCN_KIND_ENROL, claim);
    if (status == TCN_OK) {
        status = take(line, &header);
    }
    *out_is_later = status == TCN_UNREACHABLE_PEER || status == TCN_TIMEOUT;
    if (status != TCN_OK) {
        return status;
    }
    if (header.kind == TCN_KIND_ENROLLED) {
        return take_enrolled(line, &claim_hash, out_enrolled);
    }
    const bool is_refusal = header.kind == TCN_KIND_REFUSE || header.kind == TCN_KIND_ERROR;
    return is_refusal ? take_refusal(line, &header, &claim_hash, out_is_later) : TCN_MALFORMED;
}

/* One try: a connection, the claim, and after "later" a rest. out_is_later: another may do. */
static enum tcn_status try_claim(const struct tcn_enrolling *enrolling, struct tcn_slice claim,
                                 struct tcn_enrolled *out_enrolled, bool *out_is_later) {
    struct line line;
    const int64_t until_ns = tcn_clock_monotonic_ns() + ANSWER_NS;
    const int64_t deadline_ns =
        until_ns < enrolling->deadline_ns ? until_ns : enrolling->deadline_ns;
    enum tcn_status status = open_line(enrolling, enrolling->invitation->door, deadline_ns, &line);
    if (status != TCN_OK) {
        *out_is_later = false;
        return status;
    }
    status = claim_once(&line, claim, out_enrolled, out_is_later);
    const bool has_waited = status == TCN_TIMEOUT || status == TCN_UNREACHABLE_PEER;
    if (*out_is_later && !has_waited &&
        wait_for(&line, 0, tcn_clock_monotonic_ns() + REST_NS) == TCN_CANCELED) {
        *out_is_later = false;
        status = TCN_CANCELED;
    }
    close_line(&line);
    return status;
}

enum tcn_status tcn_enrol_claim(const struct tcn_enrolling *enrolling,
                                struct tcn_enrolled *out_enrolled) {
    uint8_t data[TCN_ENROL_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof data);
    struct tcn_slice claim = {0};
    enum tcn_status status = make_claim(enrolling, &writer, &claim);
    bool is_later = status == TCN_OK;
    while (is_later) {
        status = try_claim(enrolling, claim, out_enrolled, &is_later);
        is_later = is_later && tcn_clock_monotonic_ns() < enrolling->deadline_ns;
    }
    return status;
}

/* The message in hand is the bundle of the collector and log that were promised. */
static enum tcn_status take_bundle(struct line *line, const char *dir) {
    struct tcn_signature signature;
    struct tcn_bundle bundle;
    const struct tcn_slice bytes = tcn_parts_frame(&line->parts, 1);
    const struct tcn_slice frame = tcn_parts_frame(&line->parts, 2);
    if (frame.size != sizeof signature.bytes) {
        return TCN_BAD_SIGNATURE;
    }
    memcpy(signature.bytes, frame.data, frame.size);
    enum tcn_status status = tcn_wire_bundle_decode(bytes, &line->arena, &bundle);
    if (status == TCN_OK) {
        status = tcn_keyring_take(&line->ring, &bundle.keys, TCN_CONTEXT_BUNDLE, bytes, &signature);
    }
    if (status == TCN_OK && !tcn_id_equals(&bundle.log_id, &line->enrolling->invitation->log_id)) {
        status = TCN_FOREIGN_LOG;
    }
    return status == TCN_OK ? tcn_setup_file_put(dir, "bundle.bin", bytes, &signature) : status;
}

enum tcn_status tcn_enrol_bundle(const struct tcn_enrolling *enrolling, const char *dir) {
    struct line line;
    struct tcn_header header = {.kind = TCN_KIND_NONE};
    enum tcn_status status =
        open_line(enrolling, enrolling->invitation->front, enrolling->deadline_ns, &line);
    if (status != TCN_OK) {
        return status;
    }
    status = ask(&line, TCN_KIND_BUNDLE_ASK, (struct tcn_slice){0});
    while (status == TCN_OK && header.kind != TCN_KIND_BUNDLE) {
        status = take(&line, &header); /* an ERROR may be the broker's own: it is waited out */
    }
    if (status == TCN_OK) {
        status = take_bundle(&line, dir);
    }
    close_line(&line);
    return status;
}
