/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/reader.h"

#include "agents/fetch.h"
#include "agents/inner.h"
#include "base/clock.h"
#include "seal/random.h"
#include "seal/told.h"
#include "wire/frame.h"
#include "wire/lane.h"
#include "wire/session.h"

#include <string.h>

/** People are told so often at most. */
#define TELL_NS (3600 * TCN_SECOND_NS)

void tcn_agent_reader_begin(struct tcn_agent_reader *reader, const struct tcn_keyring *ring,
                            const struct tcn_id *log_id, uint64_t generation) {
    reader->ring = *ring;
    reader->dialog = (struct tcn_dialog){.log_id = *log_id, .generation = generation};
    reader->is_open_due = false;
}

enum tcn_status tcn_agent_reader_send(struct tcn_agent *agent, const struct tcn_header *header,
                                      struct tcn_slice body) {
    uint8_t data[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice frames[3] = {{0}, body};
    size_t count = 2;
    enum tcn_status status = tcn_wire_header_encode(header, &writer, &frames[0]);
    TCN_CHECK(status == TCN_OK);
    struct tcn_signature signature;
    if (tcn_kind_is_asked(header->kind)) {
        const struct tcn_told asked = {
            .session = &agent->follow.reader.dialog.hash, .header = frames[0], .body = body};
        status = tcn_told_sign(&agent->keys.signing, TCN_CONTEXT_ASKED, &asked, &signature);
        if (status != TCN_OK) {
            return status;
        }
        frames[2] = tcn_slice_of(signature.bytes, sizeof(signature.bytes));
        count = 3;
    }
    return tcn_sock_send(agent->follow.sock, frames, count);
}

static enum tcn_status ask_session(struct tcn_agent *agent) {
    struct tcn_agent_reader *reader = &agent->follow.reader;
    struct tcn_session_ask ask;
    tcn_random_bytes(ask.nonce.bytes, sizeof(ask.nonce.bytes));
    tcn_dialog_begin(&reader->dialog, &ask.nonce, ++reader->request);
    ask.nonce = reader->dialog.nonce;
    uint8_t data[64];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body;
    enum tcn_status status = tcn_wire_session_ask_encode(&ask, &writer, &body);
    TCN_CHECK(status == TCN_OK);
    const struct tcn_header header = {.version = TCN_WIRE_VERSION,
                                      .kind = TCN_KIND_SESSION_ASK,
                                      .request = reader->dialog.ask_request};
    return tcn_agent_reader_send(agent, &header, body);
}

static enum tcn_status send_open(struct tcn_agent *agent) {
    struct tcn_agent_reader *reader = &agent->follow.reader;
    const struct tcn_header header = {.version = TCN_WIRE_VERSION,
                                      .kind = TCN_KIND_OPEN,
                                      .session = reader->dialog.session,
                                      .request = reader->open_request};
    enum tcn_status status =
        tcn_agent_reader_send(agent, &header, tcn_slice_of(reader->open, reader->open_size));
    reader->is_open_due = reader->is_open_due && status != TCN_OK;
    return status;
}

enum tcn_status tcn_agent_reader_open(struct tcn_agent *agent, struct tcn_slice open) {
    struct tcn_agent_reader *reader = &agent->follow.reader;
    TCN_CHECK(open.size <= sizeof(reader->open));
    memcpy(reader->open, open.data, open.size);
    reader->open_size = open.size;
    reader->is_open_due = true;
    reader->open_request = ++reader->request;
    tcn_dialog_expect(&reader->dialog, reader->open_request, false);
    return reader->dialog.state == TCN_DIALOG_JOINED ? send_open(agent) : ask_session(agent);
}

/** Drops what the collector did not say, and tells people. */
static void note_forged(struct tcn_agent *agent, int64_t now_ns) {
    struct tcn_agent_reader *reader = &agent->follow.reader;
    reader->forged_count++;
    if (reader->tell_ns != 0 && now_ns < reader->tell_ns) {
        return;
    }
    reader->tell_ns = now_ns + TELL_NS;
    tcn_agent_note(agent,
                   "answers to this organ's reports: one was not signed by the collector (code %d, "
                   "%llu so far); it is not believed: is the broker taken over?",
                   (int)TCN_BAD_SIGNATURE, (unsigned long long)reader->forged_count);
}

/** Asks for the bundle in force. One that is lost comes with the next session. */
static void ask_bundle(struct tcn_agent *agent) {
    uint8_t data[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_header header = {.version = TCN_WIRE_VERSION, .kind = TCN_KIND_BUNDLE_ASK};
    struct tcn_slice frame;
    enum tcn_status status = tcn_wire_header_encode(&header, &writer, &frame);
    TCN_CHECK(status == TCN_OK);
    status = tcn_sock_send(agent->follow.sock, &frame, 1);
    (void)status;
}

/** A SESSION that answers ours: the OPEN that waits for it goes out. */
static enum tcn_status take_session(struct tcn_agent *agent, const struct tcn_parts *parts) {
    struct tcn_agent_reader *reader = &agent->follow.reader;
    struct tcn_slice body = tcn_parts_frame(parts, 1);
    struct tcn_slice frame = tcn_parts_frame(parts, 2);
    struct tcn_session_given given;
    tcn_agent_trust(agent, &reader->ring, parts);
    enum tcn_status status = tcn_agent_trust_check(&reader->ring, TCN_CONTEXT_SESSION, body, frame);
    if (status == TCN_OK) {
        status = tcn_wire_session_given_decode(body, &agent->scratch, &given);
    }
    if (status == TCN_OK) {
        struct tcn_hash hash = tcn_hash_in_context(TCN_CONTEXT_SESSION, body);
        status = tcn_dialog_join(&reader->dialog, &given, &hash);
    }
    if (status != TCN_OK) {
        return TCN_BAD_SIGNATURE;
    }
    if (tcn_agent_fetch_is_due(agent, given.bundle_version, TCN_LANE_NONE)) {
        ask_bundle(agent);
    }
    return reader->is_open_due ? send_open(agent) : TCN_OK;
}

/** What the collector tells. TCN_ABSENT: it came before, or is of an OPEN before this one. */
static enum tcn_status take_told(struct tcn_agent *agent, const struct tcn_parts *parts,
                                 const struct tcn_header *header) {
    struct tcn_agent_reader *reader = &agent->follow.reader;
    struct tcn_dialog *dialog = &reader->dialog;
    const struct tcn_told told = {.session = &dialog->hash,
                                  .header = tcn_parts_frame(parts, 0),
                                  .body = tcn_parts_frame(parts, 1)};
    if (!tcn_dialog_is_due(dialog, header)) {
        return TCN_ABSENT;
    }
    tcn_agent_trust(agent, &reader->ring, parts);
    enum tcn_status status = tcn_told_verify(tcn_keyring_tip(&reader->ring), TCN_CONTEXT_TOLD,
                                             &told, tcn_parts_frame(parts, 2));
    if (status != TCN_OK) {
        return status;
    }
    switch (tcn_dialog_take(dialog, header)) {
    case TCN_DIALOG_TAKE:
        return TCN_OK;
    case TCN_DIALOG_HOLE:
        return TCN_SEQUENCE;
    case TCN_DIALOG_REPEAT:
        break;
    }
    return TCN_ABSENT;
}

/** ERROR and AGAIN, which a broker may say too. */
static enum tcn_status take_word(struct tcn_agent *agent, const struct tcn_agent_heard *heard) {
    struct tcn_agent_reader *reader = &agent->follow.reader;
    if (heard->header.kind == TCN_KIND_AGAIN && heard->header.request == 0) {
        tcn_dialog_leave(&reader->dialog); /* another collector has come */
        return TCN_OK;
    }
    bool is_ours = heard->header.request == reader->open_request ||
                   tcn_dialog_is_awaited(&reader->dialog, &heard->header);
    if (!is_ours) {
        return TCN_ABSENT; /* of an OPEN before this one */
    }
    struct tcn_refuse *refuse = tcn_arena_alloc(&agent->scratch, sizeof(*refuse));
    if (heard->header.kind == TCN_KIND_ERROR && refuse != NULL &&
        tcn_wire_refuse_decode(heard->body, &agent->scratch, refuse) == TCN_OK &&
        refuse->code == TCN_STALE) {
        tcn_dialog_leave(&reader->dialog);
    }
    return TCN_OK;
}

enum tcn_status tcn_agent_reader_take(struct tcn_agent *agent, const struct tcn_parts *parts,
                                      struct tcn_agent_heard *out_heard) {
    struct tcn_agent_heard heard = {.body = tcn_parts_frame(parts, 1),
                                    .now_ns = tcn_clock_monotonic_ns()};
    enum tcn_status status = TCN_ABSENT;
    tcn_arena_reset(&agent->scratch);
    if (tcn_wire_header_decode(tcn_parts_frame(parts, 0), &heard.header) != TCN_OK) {
        return TCN_ABSENT;
    }
    if (heard.header.kind == TCN_KIND_SESSION) {
        if (tcn_dialog_is_awaited(&agent->follow.reader.dialog, &heard.header)) {
            status = take_session(agent, parts);
            status = status == TCN_OK ? TCN_ABSENT : status;
        }
    } else if (tcn_kind_is_told(heard.header.kind)) {
        status = take_told(agent, parts, &heard.header);
    } else if (heard.header.kind == TCN_KIND_BUNDLE) {
        status = tcn_agent_fetch_take(agent, heard.body, tcn_parts_frame(parts, 2));
        status = status == TCN_OK ? TCN_ABSENT : status;
    } else if (heard.header.kind == TCN_KIND_ERROR || heard.header.kind == TCN_KIND_AGAIN) {
        status = take_word(agent, &heard);
    }
    if (status == TCN_BAD_SIGNATURE) {
        note_forged(agent, heard.now_ns);
        return TCN_ABSENT;
    }
    if (status == TCN_OK) {
        *out_heard = heard;
    }
    return status;
}
