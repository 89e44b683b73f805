/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/checkpoint.h"

#include "proto/regime.pb-c.h"
#include "wire/pb.h"

static const struct tcn_scan_rule rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_CHECKPOINT_FORMAT),
    [2] = TCN_RULE_ID,
    [3] = TCN_RULE_U64,
    [4] = TCN_RULE_U64,
    [5] = TCN_RULE_HASH,
    [6] = TCN_RULE_I64,
    [7] = TCN_RULE_U32,
    [8] = TCN_RULE_U32,
    [9] = TCN_RULE_HASH,
    [10] = TCN_RULE_I64,
    [11] = TCN_RULE_KEY_ID,
};

static const struct tcn_scan_table table = {
    .rules = rules,
    .rule_count = TCN_RULE_COUNT(rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(3) | TCN_RULE_BIT(4) |
                TCN_RULE_BIT(5) | TCN_RULE_BIT(7) | TCN_RULE_BIT(8) | TCN_RULE_BIT(9) |
                TCN_RULE_BIT(11),
    .format_field = 1,
    .size_max = TCN_CHECKPOINT_BYTES_MAX,
};

enum tcn_status tcn_wire_checkpoint_encode(const struct tcn_checkpoint *checkpoint,
                                           struct tcn_writer *writer, struct tcn_slice *out_bytes) {
    const struct tcn_checkpoint *made = checkpoint;
    Tocsin__V1__Checkpoint message;
    tocsin__v1__checkpoint__init(&message);
    message.format = made->format;
    message.log_id = tcn_pb_fixed(made->log_id.bytes, sizeof(made->log_id.bytes));
    message.generation = made->generation;
    message.position = made->position;
    message.record_hash = tcn_pb_fixed(made->record_hash.bytes, sizeof(made->record_hash.bytes));
    message.log_time_ns = made->log_time_ns;
    message.fold_version = made->fold_version;
    message.state_format = made->state_format;
    message.state_hash = tcn_pb_fixed(made->state_hash.bytes, sizeof(made->state_hash.bytes));
    message.made_ns = made->made_ns;
    message.key_id = tcn_pb_fixed(made->key_id.bytes, sizeof(made->key_id.bytes));
    return tcn_pb_pack(&message.base, TCN_CHECKPOINT_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_checkpoint_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                           struct tcn_checkpoint *out_checkpoint) {
    ProtobufCMessage *message = NULL;
    const enum tcn_status status =
        tcn_pb_unpack(&table, &tocsin__v1__checkpoint__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__Checkpoint *found = (const Tocsin__V1__Checkpoint *)message;
    struct tcn_checkpoint made = {
        .format = found->format,
        .generation = found->generation,
        .position = found->position,
        .log_time_ns = found->log_time_ns,
        .fold_version = found->fold_version,
        .state_format = found->state_format,
        .made_ns = found->made_ns,
    };
    tcn_pb_take_fixed(&found->log_id, made.log_id.bytes, sizeof(made.log_id.bytes));
    tcn_pb_take_fixed(&found->record_hash, made.record_hash.bytes, sizeof(made.record_hash.bytes));
    tcn_pb_take_fixed(&found->state_hash, made.state_hash.bytes, sizeof(made.state_hash.bytes));
    tcn_pb_take_fixed(&found->key_id, made.key_id.bytes, sizeof(made.key_id.bytes));
    *out_checkpoint = made;
    return TCN_OK;
}
