/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/chunk.pb-c.h"
#include "wire/lane.h"
#include "wire/pb.h"

#define RECEIPT_BODY_BYTES_MAX 512

static const struct tcn_scan_rule body_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_RECEIPT_FORMAT),
    [2] = TCN_RULE_ID,
    [3] = TCN_RULE_U64,
    [4] = TCN_RULE_U32,
    [5] = TCN_RULE_FIXED64,
    [6] = TCN_RULE_NUMBER(TCN_LANE_ROUTINE),
    [7] = TCN_RULE_U64,
    [8] = TCN_RULE_U32,
    [9] = TCN_RULE_U64,
    [10] = TCN_RULE_I64,
    [11] = TCN_RULE_HASH,
};

static const struct tcn_scan_table body_table = {
    .rules = body_rules,
    .rule_count = TCN_RULE_COUNT(body_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(6) | TCN_RULE_BIT(7) |
                TCN_RULE_BIT(8) | TCN_RULE_BIT(9) | TCN_RULE_BIT(11),
    .format_field = 1,
    .size_max = RECEIPT_BODY_BYTES_MAX,
};

static const struct tcn_scan_rule receipt_rules[] = {
    [1] = TCN_RULE_BYTES(RECEIPT_BODY_BYTES_MAX),
    [2] = {.kind = TCN_SCAN_BYTES, .count_max = TCN_PATH_MAX, .min = 32, .max = 32},
    [3] = TCN_RULE_NUMBER(TCN_GROUP_RECORDS_MAX - 1),
    [4] = TCN_RULE_NUMBER(TCN_GROUP_RECORDS_MAX),
    [5] = TCN_RULE_EXACT(64),
    [6] = TCN_RULE_KEY_ID,
};

static const struct tcn_scan_table receipt_table = {
    .rules = receipt_rules,
    .rule_count = TCN_RULE_COUNT(receipt_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(4) | TCN_RULE_BIT(5) | TCN_RULE_BIT(6),
    .size_max = TCN_FRAME_BYTES_MAX,
};

static const struct tcn_scan_rule ack_rules[] = {
    [1] = TCN_RULE_INNER(receipt_table),
    [2] = TCN_RULE_U64,
    [3] = TCN_RULE_U64,
};

static const struct tcn_scan_table ack_table = {
    .rules = ack_rules,
    .rule_count = TCN_RULE_COUNT(ack_rules),
    .required = TCN_RULE_BIT(1),
    .size_max = TCN_FRAME_BYTES_MAX,
};

enum tcn_status tcn_wire_receipt_body_encode(const struct tcn_receipt_body *receipt_body,
                                             struct tcn_writer *writer,
                                             struct tcn_slice *out_bytes) {
    const struct tcn_receipt_body *body = receipt_body;
    Tocsin__V1__ReceiptBody message;
    tocsin__v1__receipt_body__init(&message);
    message.format = body->format;
    message.log_id = tcn_pb_fixed(body->log_id.bytes, sizeof(body->log_id.bytes));
    message.generation = body->generation;
    message.source = body->lane.source;
    message.epoch = body->lane.epoch;
    message.lane = (Tocsin__V1__Lane)body->lane.lane;
    message.first_sequence = body->first_sequence;
    message.count = body->count;
    message.first_position = body->first_position;
    message.log_time_ns = body->log_time_ns;
    message.chunk_hash = tcn_pb_fixed(body->chunk_hash.bytes, sizeof(body->chunk_hash.bytes));
    return tcn_pb_pack(&message.base, RECEIPT_BODY_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_receipt_body_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                             struct tcn_receipt_body *out_receipt_body) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&body_table, &tocsin__v1__receipt_body__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__ReceiptBody *found = (const Tocsin__V1__ReceiptBody *)message;
    struct tcn_receipt_body body = {
        .format = found->format,
        .generation = found->generation,
        .lane = {.source = found->source,
                 .epoch = found->epoch,
                 .lane = (enum tcn_lane)found->lane},
        .first_sequence = found->first_sequence,
        .count = found->count,
        .first_position = found->first_position,
        .log_time_ns = found->log_time_ns,
    };
    tcn_pb_take_fixed(&found->log_id, body.log_id.bytes, sizeof(body.log_id.bytes));
    tcn_pb_take_fixed(&found->chunk_hash, body.chunk_hash.bytes, sizeof(body.chunk_hash.bytes));
    *out_receipt_body = body;
    return TCN_OK;
}

/** What protobuf-c is pointed at while a receipt is packed. */
struct receipt_parts {
    Tocsin__V1__Receipt receipt;
    ProtobufCBinaryData path[TCN_PATH_MAX];
};

static enum tcn_status put_receipt(struct receipt_parts *parts, const struct tcn_receipt *receipt) {
    if (receipt->path_count > TCN_PATH_MAX) {
        return TCN_TOOBIG;
    }
    Tocsin__V1__Receipt *message = &parts->receipt;
    tocsin__v1__receipt__init(message);
    message->body = tcn_pb_bytes(receipt->body);
    for (uint32_t i = 0; i < receipt->path_count; i++) {
        const struct tcn_hash *hash = &receipt->path[i];
        parts->path[i] = tcn_pb_bytes(tcn_slice_of(hash->bytes, sizeof(hash->bytes)));
    }
    message->path = parts->path;
    message->n_path = receipt->path_count;
    message->leaf_index = receipt->leaf_index;
    message->leaf_count = receipt->leaf_count;
    message->signature = tcn_pb_fixed(receipt->signature.bytes, sizeof(receipt->signature.bytes));
    message->key_id = tcn_pb_fixed(receipt->key_id.bytes, sizeof(receipt->key_id.bytes));
    return TCN_OK;
}

static enum tcn_status take_receipt(const Tocsin__V1__Receipt *message,
                                    struct tcn_receipt *out_receipt) {
    if (message->leaf_index >= message->leaf_count) {
        return TCN_BAD_VALUE;
    }
    struct tcn_receipt receipt = {
        .body = tcn_pb_take_bytes(&message->body),
        .path_count = (uint32_t)message->n_path,
        .leaf_index = message->leaf_index,
        .leaf_count = message->leaf_count,
    };
    TCN_CHECK(message->n_path <= TCN_PATH_MAX);
    for (size_t i = 0; i < message->n_path; i++) {
        tcn_pb_take_fixed(&message->path[i], receipt.path[i].bytes, sizeof(receipt.path[i].bytes));
    }
    tcn_pb_take_fixed(&message->signature, receipt.signature.bytes,
                      sizeof(receipt.signature.bytes));
    tcn_pb_take_fixed(&message->key_id, receipt.key_id.bytes, sizeof(receipt.key_id.bytes));
    *out_receipt = receipt;
    return TCN_OK;
}

enum tcn_status tcn_wire_receipt_encode(const struct tcn_receipt *receipt,
                                        struct tcn_writer *writer, struct tcn_slice *out_bytes) {
    struct receipt_parts parts;
    enum tcn_status status = put_receipt(&parts, receipt);
    if (status != TCN_OK) {
        return status;
    }
    return tcn_pb_pack(&parts.receipt.base, TCN_FRAME_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_receipt_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                        struct tcn_receipt *out_receipt) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&receipt_table, &tocsin__v1__receipt__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    return take_receipt((const Tocsin__V1__Receipt *)message, out_receipt);
}

enum tcn_status tcn_wire_ack_encode(const struct tcn_ack *ack, struct tcn_writer *writer,
                                    struct tcn_slice *out_bytes) {
    struct receipt_parts parts;
    enum tcn_status status = put_receipt(&parts, &ack->receipt);
    if (status != TCN_OK) {
        return status;
    }
    Tocsin__V1__Ack message;
    tocsin__v1__ack__init(&message);
    message.receipt = &parts.receipt;
    message.credit_sequence = ack->credit_sequence;
    message.credit_bytes = ack->credit_bytes;
    return tcn_pb_pack(&message.base, TCN_FRAME_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_ack_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                    struct tcn_ack *out_ack) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&ack_table, &tocsin__v1__ack__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__Ack *found = (const Tocsin__V1__Ack *)message;
    struct tcn_ack ack = {.credit_sequence = found->credit_sequence,
                          .credit_bytes = found->credit_bytes};
    status = take_receipt(found->receipt, &ack.receipt);
    if (status == TCN_OK) {
        *out_ack = ack;
    }
    return status;
}
