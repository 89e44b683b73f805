/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/log_head.h"

#include "proto/chunk.pb-c.h"
#include "wire/keys_inside.h"
#include "wire/pb.h"

static const struct tcn_scan_rule head_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_LOG_HEAD_FORMAT),
    [2] = TCN_RULE_ID,
    [3] = TCN_RULE_U64,
    [4] = TCN_RULE_U64,
    [5] = TCN_RULE_HASH,
    [6] = TCN_RULE_I64,
    [7] = TCN_RULE_KEY_ID,
    [8] = TCN_RULE_INNER(tcn_wire_keys_table),
};

static const struct tcn_scan_table head_table = {
    .rules = head_rules,
    .rule_count = TCN_RULE_COUNT(head_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(3) | TCN_RULE_BIT(4) |
                TCN_RULE_BIT(5) | TCN_RULE_BIT(7),
    .format_field = 1,
    .size_max = TCN_LOG_HEAD_BYTES_MAX,
};

enum tcn_status tcn_wire_log_head_encode(const struct tcn_log_head *log_head,
                                         struct tcn_writer *writer, struct tcn_slice *out_bytes) {
    struct tcn_wire_keys_parts parts;
    Tocsin__V1__LogHead message;
    tocsin__v1__log_head__init(&message);
    message.format = log_head->format;
    message.log_id = tcn_pb_fixed(log_head->log_id.bytes, sizeof(log_head->log_id.bytes));
    message.generation = log_head->generation;
    message.position = log_head->position;
    message.tail = tcn_pb_fixed(log_head->tail.bytes, sizeof(log_head->tail.bytes));
    message.log_time_ns = log_head->log_time_ns;
    message.key_id = tcn_pb_fixed(log_head->key_id.bytes, sizeof(log_head->key_id.bytes));
    if (log_head->keys.count > 0) {
        const enum tcn_status status = tcn_wire_keys_put(&parts, &log_head->keys);
        if (status != TCN_OK) {
            return status;
        }
        message.keys = &parts.keys;
    }
    return tcn_pb_pack(&message.base, TCN_LOG_HEAD_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_log_head_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                         struct tcn_log_head *out_log_head) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&head_table, &tocsin__v1__log_head__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__LogHead *found = (const Tocsin__V1__LogHead *)message;
    struct tcn_log_head head = {
        .format = found->format,
        .generation = found->generation,
        .position = found->position,
        .log_time_ns = found->log_time_ns,
    };
    tcn_pb_take_fixed(&found->log_id, head.log_id.bytes, sizeof(head.log_id.bytes));
    tcn_pb_take_fixed(&found->tail, head.tail.bytes, sizeof(head.tail.bytes));
    tcn_pb_take_fixed(&found->key_id, head.key_id.bytes, sizeof(head.key_id.bytes));
    status = tcn_wire_keys_take(found->keys, arena, &head.keys);
    if (status == TCN_OK) {
        *out_log_head = head;
    }
    return status;
}
