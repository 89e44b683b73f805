/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of each message from the broker: who gets it, and what is refused at the door.
 */
#include "collector/net_inside.h"

#include "base/clock.h"
#include "seal/hash.h"
#include "seal/sign.h"
#include "wire/frame.h"
#include "wire/lane.h"

#include <inttypes.h>
#include <string.h>

#define REFUSE_BYTES (8 * 1024)
#define STAMP_BYTES 64
#define STANDBY_NS (60 * TCN_SECOND_NS)

/* Passes the message in hand on, or holds it when the mailbox has no room. */
enum tcn_status tcn_net_pass_on(struct tcn_net *net, struct tcn_sock *to) {
    enum tcn_status status = TCN_OK;
    if (net->has_note) {
        const struct tcn_slice note = tcn_slice_of(&net->note, sizeof(net->note));
        status = tcn_sock_forward(to, &note, 1, &net->in, 0);
        if (status == TCN_OK) {
            tcn_parts_clear(&net->in);
        }
    } else {
        status = tcn_mailbox_post(to, &net->in);
    }
    if (status == TCN_AGAIN) {
        net->counts.held_count += net->in_to == NULL;
        net->in_to = to;
        return TCN_OK;
    }
    net->in_to = NULL;
    return status;
}

/* Puts an encoded refusal behind stamp and header; one for ever with its signature, so that a lane
 * need not take a broker's word for it. */
static enum tcn_status push_refusal(struct tcn_net *net, struct tcn_slice body, bool is_signed) {
    enum tcn_status status = tcn_parts_push(&net->in, body);
    if (status != TCN_OK || !is_signed) {
        return status;
    }
    struct tcn_signature signature = {0};
    status = tcn_sign(&net->voice.key, TCN_CONTEXT_REFUSE, body, &signature);
    return status == TCN_OK
               ? tcn_parts_push(&net->in, tcn_slice_of(signature.bytes, sizeof(signature.bytes)))
               : status;
}

/* Encodes a refusal and makes [stamp][header][refusal] and perhaps [signature] of the message in
 * hand. */
static enum tcn_status turn_into_refusal(struct tcn_net *net, const struct tcn_refuse *refuse,
                                         bool is_signed) {
    uint8_t stamp[STAMP_BYTES];
    uint8_t header[TCN_HEADER_BYTES_MAX];
    uint8_t data[REFUSE_BYTES];
    const struct tcn_slice old_stamp = tcn_parts_frame(&net->in, 0);
    const struct tcn_slice old_header = tcn_parts_frame(&net->in, 1);
    TCN_CHECK(old_stamp.size <= sizeof(stamp) && old_header.size <= sizeof(header));
    memcpy(stamp, old_stamp.data, old_stamp.size);
    memcpy(header, old_header.data, old_header.size);
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body = {0};
    enum tcn_status status = tcn_wire_refuse_encode(refuse, &writer, &body);
    TCN_CHECK(status == TCN_OK); /* 64 refusals with our own field names fit */
    const struct tcn_slice stamp_frame = tcn_slice_of(stamp, old_stamp.size);
    const struct tcn_slice header_frame = tcn_slice_of(header, old_header.size);
    tcn_parts_clear(&net->in);
    status = tcn_parts_push(&net->in, stamp_frame);
    if (status == TCN_OK) {
        status = tcn_parts_push(&net->in, header_frame);
    }
    return status == TCN_OK ? push_refusal(net, body, is_signed) : status;
}

/* A refusal goes the way of the answers through the writer when the lane is known, because the
 * lane is dropped there and answers keep their order; else straight back. */
static enum tcn_status refuse(struct tcn_net *net, const struct tcn_header *asked,
                              const struct tcn_refuse *refusal) {
    const bool is_lane_known = net->note.lane.source != 0 && asked->kind == TCN_KIND_CHUNK;
    const bool is_lane = asked->kind == TCN_KIND_CHUNK || asked->kind == TCN_KIND_HELLO ||
                         asked->kind == TCN_KIND_ENROL;
    struct tcn_refuse told = *refusal;
    if (is_lane) {
        const char *context = asked->kind == TCN_KIND_CHUNK   ? TCN_CONTEXT_CHUNK
                              : asked->kind == TCN_KIND_HELLO ? TCN_CONTEXT_HELLO
                                                              : TCN_CONTEXT_ENROL;
        told.asked_hash = tcn_hash_in_context(context, tcn_parts_frame(&net->in, 2));
    }
    enum tcn_status status = turn_into_refusal(net, &told, is_lane && !told.is_later);
    if (status != TCN_OK) {
        return status;
    }
    if (is_lane_known) {
        net->note.kind = TCN_KIND_REFUSE;
        return tcn_net_pass_on(net, net->writer);
    }
    uint8_t data[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_header header = *asked;
    header.kind = is_lane ? TCN_KIND_REFUSE : TCN_KIND_ERROR;
    struct tcn_slice frames[6] = {tcn_parts_frame(&net->in, 0), {0},
                                  tcn_parts_frame(&net->in, 2), tcn_parts_frame(&net->in, 3),
                                  net->voice.frames[0],         net->voice.frames[1]};
    const bool has_keys = net->in.count == 4 && net->voice.count > 0;
    status = tcn_wire_header_encode(&header, &writer, &frames[1]);
    TCN_CHECK(status == TCN_OK);
    status = tcn_sock_send(net->broker, frames, has_keys ? 6 : net->in.count);
    net->counts.lost_count += status == TCN_AGAIN;
    tcn_parts_clear(&net->in);
    return status == TCN_AGAIN ? TCN_OK : status;
}

/* Frames behind the header at most. One more is no message of this version. */
static size_t frames_max(enum tcn_kind kind) {
    switch ((int)kind) {
    case TCN_KIND_CHUNK:
        return 4;
    case TCN_KIND_HELLO:
    case TCN_KIND_OPEN:
    case TCN_KIND_MOVE:
    case TCN_KIND_REPLAY:
    case TCN_KIND_ASK:
        return 2;
    case TCN_KIND_BUNDLE_ASK:
    case TCN_KIND_CLOSE:
    case TCN_KIND_CANCEL:
        return 0;
    default:
        return 1;
    }
}

/* A guest's claim: through intake to the writer. Nobody else makes one, and a guest says nothing
 * else. */
static enum tcn_status take_claim(struct tcn_net *net, const struct tcn_stamp *stamp,
                                  const struct tcn_header *header) {
    struct tcn_refuse refusal = {.code = TCN_DENIED};
    const struct tcn_chunk claim = {.head = tcn_parts_frame(&net->in, 2)};
    net->note = (struct tcn_note_checked){.kind = header->kind, .principal = stamp->principal};
    enum tcn_status status = TCN_DENIED;
    if (stamp->principal == 0 && header->kind == TCN_KIND_ENROL) {
        status = tcn_intake_enrol(&net->intake, &stamp->guest_key, &claim, &net->note, &refusal);
    }
    net->has_note = true;
    return status == TCN_OK ? tcn_net_pass_on(net, net->writer) : refuse(net, header, &refusal);
}

/* CHUNK and HELLO: through intake to the writer. */
static enum tcn_status take_lane(struct tcn_net *net, const struct tcn_stamp *stamp,
                                 const struct tcn_header *header) {
    struct tcn_refuse refusal = {0};
    const struct tcn_chunk chunk = {
        .head = tcn_parts_frame(&net->in, 2),
        .signature = tcn_parts_frame(&net->in, 3),
        .body = tcn_parts_frame(&net->in, 4),
        .shares = tcn_parts_frame(&net->in, 5),
    };
    const int64_t now_ns = tcn_clock_wall_ns();
    const enum tcn_status status =
        header->kind == TCN_KIND_CHUNK
            ? tcn_intake_chunk(&net->intake, stamp->principal, &chunk, now_ns, &net->note, &refusal)
            : tcn_intake_hello(&net->intake, stamp->principal, &chunk, now_ns, &net->note,
                               &refusal);
    net->has_note = true;
    if (status != TCN_OK) {
        return refuse(net, header, &refusal);
    }
    return tcn_net_pass_on(net, net->writer);
}

enum tcn_status tcn_net_tell_gone(struct tcn_net *net) {
    static const struct tcn_header header = {.version = TCN_WIRE_VERSION, .kind = TCN_KIND_GONE};
    while (net->gone_count > 0) {
        uint8_t data[STAMP_BYTES + TCN_HEADER_BYTES_MAX];
        struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
        struct tcn_slice frames[2];
        enum tcn_status status =
            tcn_wire_stamp_encode(&net->gone[net->gone_count - 1], &writer, &frames[0]);
        TCN_CHECK(status == TCN_OK);
        status = tcn_wire_header_encode(&header, &writer, &frames[1]);
        TCN_CHECK(status == TCN_OK);
        status = tcn_sock_send(net->serve, frames, 2);
        if (status != TCN_OK) {
            return status == TCN_AGAIN ? TCN_OK : status;
        }
        net->gone_count--;
    }
    return TCN_OK;
}

/* GONE ends what the writer and serve hold for a connection. */
static enum tcn_status take_gone(struct tcn_net *net, const struct tcn_stamp *stamp) {
    net->note = (struct tcn_note_checked){.kind = TCN_KIND_GONE, .principal = stamp->principal};
    const struct tcn_slice note = tcn_slice_of(&net->note, sizeof(net->note));
    const enum tcn_status status = tcn_sock_forward(net->writer, &note, 1, &net->in, 0);
    /* A full mailbox only means that the writer remembers the session a little longer. */
    if (status != TCN_OK && status != TCN_AGAIN) {
        return status;
    }
    net->has_note = false;
    if (net->gone_count == TCN_NET_GONE_MAX) {
        return tcn_net_pass_on(net, net->serve);
    }
    net->gone[net->gone_count] = *stamp;
    net->gone_count++;
    tcn_parts_clear(&net->in);
    return tcn_net_tell_gone(net);
}

/* What serve answers. It never waits here: with no room for it the asker is told to come again. */
static enum tcn_status take_question(struct tcn_net *net, const struct tcn_stamp *stamp,
                                     const struct tcn_header *header) {
    net->has_note = false;
    const enum tcn_status status = tcn_mailbox_post(net->serve, &net->in);
    if (status != TCN_AGAIN) {
        return status;
    }
    net->counts.busy_count++;
    net->note = (struct tcn_note_checked){.kind = header->kind, .principal = stamp->principal};
    return refuse(net, header, &(struct tcn_refuse){.code = TCN_BUSY, .is_later = true});
}

/* Another collector is live. Of a higher generation: ours was restored elsewhere, and nothing of
 * ours counts any more. Of the same: we wait for its end, and say so now and then. */
static enum tcn_status take_gone_home(struct tcn_net *net, uint64_t generation) {
    const int64_t now_ns = tcn_clock_monotonic_ns();
    if (generation > net->house->generation) {
        tcn_log(net->house->logger, TCN_LOG_ERROR,
                "this log is of generation %" PRIu64 ", and one of generation %" PRIu64
                " is live: it was restored elsewhere; this collector ends and takes nothing more; "
                "try: keep it from starting, and its folder for who looks into it",
                net->house->generation, generation);
        return TCN_FENCED;
    }
    if (now_ns - net->standby_ns >= STANDBY_NS || net->standby_ns == 0) {
        net->standby_ns = now_ns;
        tcn_log(net->house->logger, TCN_LOG_WARNING,
                "another collector of this log is live at the broker; this one waits: end one");
    }
    return TCN_OK;
}

/* The broker's own word: which registry it has, and whether we are its collector. */
static enum tcn_status take_ready(struct tcn_net *net) {
    struct tcn_header header;
    enum tcn_status status = TCN_OK;
    if (tcn_wire_header_decode(tcn_parts_frame(&net->in, 0), &header) != TCN_OK ||
        (header.kind != TCN_KIND_READY && header.kind != TCN_KIND_GONE)) {
        net->counts.malformed_count++;
    } else if (header.kind == TCN_KIND_GONE) {
        status = take_gone_home(net, header.request);
    } else if (header.session != net->registry_version) {
        /* One that does not take it gets it once a second, or the two would talk without an end. */
        net->is_full_asked = true;
        net->is_full_due = net->is_full_due || !net->is_full_said;
    }
    tcn_parts_clear(&net->in);
    return status;
}

enum tcn_status tcn_net_dispatch(struct tcn_net *net) {
    net->counts.in_count++;
    if (net->in.count == 1) {
        return take_ready(net);
    }
    struct tcn_stamp stamp;
    struct tcn_header header;
    if (tcn_wire_stamp_decode(tcn_parts_frame(&net->in, 0), &stamp) != TCN_OK ||
        tcn_wire_header_decode(tcn_parts_frame(&net->in, 1), &header) != TCN_OK) {
        net->counts.malformed_count++;
        tcn_parts_clear(&net->in);
        return TCN_OK;
    }
    if (header.kind == TCN_KIND_GONE) {
        return take_gone(net, &stamp);
    }
    if (tcn_kind_direction(header.kind) != TCN_DIRECTION_UP) {
        net->counts.malformed_count++;
        tcn_parts_clear(&net->in);
        return TCN_OK;
    }
    if (net->in.count - 2 > frames_max(header.kind)) {
        net->counts.malformed_count++;
        net->note = (struct tcn_note_checked){.kind = header.kind, .principal = stamp.principal};
        return refuse(net, &header, &(struct tcn_refuse){.code = TCN_MALFORMED});
    }
    if (stamp.principal == 0 || header.kind == TCN_KIND_ENROL) {
        return take_claim(net, &stamp, &header);
    }
    if (header.kind == TCN_KIND_CHUNK || header.kind == TCN_KIND_HELLO) {
        return take_lane(net, &stamp, &header);
    }
    return take_question(net, &stamp, &header);
}
