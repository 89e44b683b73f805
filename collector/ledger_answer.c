/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/ledger_inside.h"

#include "seal/sign.h"
#include "wire/enrol.h"
#include "wire/lane.h"

#include <string.h>

uint32_t tcn_ledger_answer_count(const struct tcn_ledger *ledger) {
    return ledger->is_open ? 0 : ledger->reply_count;
}

/* The receipt of a record of the group that was just committed. */
static const struct tcn_ledger_entry *entry_at(const struct tcn_ledger *ledger, uint64_t position) {
    for (uint32_t i = 0; i < ledger->entry_count; i++) {
        if (ledger->entries[i].first_position == position) {
            return &ledger->entries[i];
        }
    }
    return NULL;
}

/* The receipt of an older record, made again from what the log keeps: the very same one. */
static enum tcn_status old_receipt(struct tcn_ledger *ledger, uint64_t position, uint8_t *body,
                                   struct tcn_receipt *out_receipt) {
    struct tcn_record record = {0};
    enum tcn_status status = tcn_log_read(ledger->reader, position, &record);
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    struct tcn_slice bytes = {0};
    tcn_receipts_body(&record, &ledger->house->charter.genesis.log_id, body, &bytes);
    if (ledger->old_first != record.group_first) {
        ledger->old_first = 0;
        status = tcn_log_reader_group_get(ledger->reader, record.group_first, &ledger->old.row);
        if (status != TCN_OK) {
            return status == TCN_ABSENT ? TCN_CORRUPT : status;
        }
        tcn_receipts_load(&ledger->old);
        ledger->old_first = ledger->old.row.first_position;
    }
    status = tcn_receipts_make(&ledger->old, bytes, out_receipt);
    return status == TCN_ABSENT ? TCN_CORRUPT : status;
}

static enum tcn_status encode_ack(struct tcn_ledger *ledger, const struct tcn_ledger_reply *reply,
                                  struct tcn_writer *writer, struct tcn_slice *out_body) {
    struct tcn_ack ack = {
        .credit_sequence = reply->again.expected_sequence + TCN_CREDIT_EVENTS,
        .credit_bytes = TCN_CREDIT_BYTES,
    };
    uint8_t body[TCN_RECEIPT_BODY_BYTES_MAX];
    const struct tcn_ledger_entry *entry = entry_at(ledger, reply->position);
    enum tcn_status status = TCN_OK;
    if (entry != NULL) {
        status = tcn_receipts_make(&ledger->receipts, entry->receipt_body, &ack.receipt);
        TCN_CHECK(status == TCN_OK); /* its leaf was added with it */
    } else {
        status = old_receipt(ledger, reply->position, body, &ack.receipt);
    }
    return status == TCN_OK ? tcn_wire_ack_encode(&ack, writer, out_body) : status;
}

static enum tcn_status encode_refuse(const struct tcn_ledger_reply *reply,
                                     struct tcn_writer *writer, struct tcn_slice *out_body) {
    const struct tcn_refuse refuse = {
        .first_sequence = reply->first_sequence,
        .is_later = tcn_status_class(reply->code) == TCN_CLASS_AGAIN,
        .code = (uint32_t)reply->code,
        .asked_hash = reply->asked_hash,
    };
    return tcn_wire_refuse_encode(&refuse, writer, out_body);
}

/* The row as it stands behind the group: it may have changed since the claim was granted. */
static enum tcn_status encode_enrolled(const struct tcn_ledger *ledger,
                                       const struct tcn_ledger_reply *reply,
                                       struct tcn_writer *writer, struct tcn_slice *out_body) {
    const struct tcn_principal *row = tcn_ledger_principal(ledger, reply->enrolled);
    TCN_CHECK(row != NULL); /* rows are never removed */
    const struct tcn_enrolled enrolled = {
        .enrol_hash = reply->asked_hash, .position = reply->position, .row = *row};
    return tcn_wire_enrolled_encode(&enrolled, writer, out_body);
}

static enum tcn_kind kind_of(enum tcn_ledger_reply_kind kind) {
    switch (kind) {
    case TCN_LEDGER_REPLY_ACK:
        return TCN_KIND_ACK;
    case TCN_LEDGER_REPLY_WELCOME:
        return TCN_KIND_WELCOME;
    case TCN_LEDGER_REPLY_AGAIN:
        return TCN_KIND_AGAIN;
    case TCN_LEDGER_REPLY_REFUSE:
    case TCN_LEDGER_REPLY_ENCODED:
        return TCN_KIND_REFUSE;
    case TCN_LEDGER_REPLY_ENROLLED:
        return TCN_KIND_ENROLLED;
    }
    TCN_UNREACHABLE();
}

static enum tcn_status encode(struct tcn_ledger *ledger, const struct tcn_ledger_reply *reply,
                              struct tcn_writer *writer, struct tcn_slice *out_body) {
    switch (reply->kind) {
    case TCN_LEDGER_REPLY_ACK:
        return encode_ack(ledger, reply, writer, out_body);
    case TCN_LEDGER_REPLY_WELCOME:
        return tcn_wire_welcome_encode(&reply->welcome, writer, out_body);
    case TCN_LEDGER_REPLY_AGAIN:
        return tcn_wire_again_encode(&reply->again, writer, out_body);
    case TCN_LEDGER_REPLY_REFUSE:
        return encode_refuse(reply, writer, out_body);
    case TCN_LEDGER_REPLY_ENCODED:
        *out_body = reply->encoded;
        return TCN_OK;
    case TCN_LEDGER_REPLY_ENROLLED:
        return encode_enrolled(ledger, reply, writer, out_body);
    }
    TCN_UNREACHABLE();
}

/* What an answer is signed for; NULL when nothing of the outbox hangs on it alone. */
static const char *context_of(const struct tcn_ledger_reply *reply) {
    switch (reply->kind) {
    case TCN_LEDGER_REPLY_WELCOME:
        return TCN_CONTEXT_WELCOME;
    case TCN_LEDGER_REPLY_AGAIN:
        return tcn_again_is_over(&reply->again) ? TCN_CONTEXT_AGAIN : NULL;
    case TCN_LEDGER_REPLY_REFUSE:
        return tcn_status_class(reply->code) == TCN_CLASS_AGAIN ? NULL : TCN_CONTEXT_REFUSE;
    case TCN_LEDGER_REPLY_ENROLLED:
        return TCN_CONTEXT_ENROLLED;
    case TCN_LEDGER_REPLY_ENCODED: /* the door may have had the key before this one */
        return reply->is_for_ever ? TCN_CONTEXT_REFUSE : NULL;
    case TCN_LEDGER_REPLY_ACK: /* its receipt proves itself */
        return NULL;
    }
    TCN_UNREACHABLE();
}

/* Signs an answer, unless it needs no signature. */
static enum tcn_status sign(struct tcn_ledger *ledger, const struct tcn_ledger_reply *reply,
                            struct tcn_slice body, struct tcn_writer *writer,
                            struct tcn_slice *out_signature) {
    const char *context = context_of(reply);
    *out_signature = (struct tcn_slice){0};
    if (context == NULL) {
        return TCN_OK;
    }
    struct tcn_signature signature = {0};
    const enum tcn_status status = tcn_sign(&ledger->voice.key, context, body, &signature);
    const uint8_t *start = writer->data + writer->offset;
    tcn_write_bytes(writer, signature.bytes, sizeof(signature.bytes));
    TCN_CHECK(!writer->overflowed); /* no answer but an ACK comes near the room, and it has none */
    *out_signature = tcn_slice_of(start, sizeof(signature.bytes));
    return status;
}

enum tcn_status tcn_ledger_answer(struct tcn_ledger *ledger, uint32_t index, uint8_t *data,
                                  struct tcn_ledger_answer *out_answer) {
    TCN_CHECK(!ledger->is_open && index < ledger->reply_count);
    const struct tcn_ledger_reply *reply = &ledger->replies[index];
    struct tcn_writer writer = tcn_writer_init(data, TCN_LEDGER_ANSWER_BYTES);
    struct tcn_slice body = {0};
    struct tcn_slice signature = {0};
    enum tcn_status status = encode(ledger, reply, &writer, &body);
    if (status == TCN_OK) {
        status = sign(ledger, reply, body, &writer, &signature);
    }
    if (status != TCN_OK) {
        return status;
    }
    *out_answer = (struct tcn_ledger_answer){
        .stamp = reply->stamp,
        .header = {.version = TCN_WIRE_VERSION,
                   .kind = kind_of(reply->kind),
                   .session = reply->kind == TCN_LEDGER_REPLY_WELCOME ? reply->welcome.session
                                                                      : reply->asked.session,
                   .request = reply->asked.request},
        .body = body,
        .signature = signature,
    };
    if (signature.size > 0) {
        memcpy(out_answer->keys, ledger->voice.frames, sizeof(out_answer->keys));
    }
    return TCN_OK;
}
