/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/activation.h"

#include "proto/chunk.pb-c.h"
#include "wire/pb.h"

static const struct tcn_scan_rule activation_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_ACTIVATION_FORMAT),
    [2] = TCN_RULE_ID,
    [3] = TCN_RULE_NUMBER(TCN_MODE_EXERCISE),
    [4] = TCN_RULE_U32,
    [5] = TCN_RULE_I64,
    [6] = TCN_RULE_U64,
    [7] = TCN_RULE_U64,
    [8] = TCN_RULE_HASH,
    [9] = TCN_RULE_U32,
    [10] = TCN_RULE_FLAG,
    [11] = TCN_RULE_NUMBER(TCN_POLICY_BYTES_MAX),
    [12] = TCN_RULE_HASH,
};

static const struct tcn_scan_table activation_table = {
    .rules = activation_rules,
    .rule_count = TCN_RULE_COUNT(activation_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(3) | TCN_RULE_BIT(4) |
                TCN_RULE_BIT(5) | TCN_RULE_BIT(6) | TCN_RULE_BIT(7) | TCN_RULE_BIT(8) |
                TCN_RULE_BIT(9) | TCN_RULE_BIT(11),
    .format_field = 1,
    .size_max = TCN_ACTIVATION_BYTES_MAX,
};

enum tcn_status tcn_wire_activation_encode(const struct tcn_activation *activation,
                                           struct tcn_writer *writer, struct tcn_slice *out_bytes) {
    Tocsin__V1__Activation message;
    tocsin__v1__activation__init(&message);
    message.format = activation->format;
    message.log_id = tcn_pb_fixed(activation->log_id.bytes, sizeof(activation->log_id.bytes));
    message.mode = (Tocsin__V1__Mode)activation->mode;
    message.principal = activation->principal;
    message.said_ns = activation->said_ns;
    message.replaces = activation->replaces;
    message.version = activation->version;
    message.policy_hash =
        tcn_pb_fixed(activation->policy_hash.bytes, sizeof(activation->policy_hash.bytes));
    message.fold_version = activation->fold_version;
    message.restates = activation->restates;
    message.policy_size = activation->policy_size;
    if (!tcn_hash_is_none(&activation->text_hash)) {
        message.text_hash =
            tcn_pb_fixed(activation->text_hash.bytes, sizeof(activation->text_hash.bytes));
    }
    return tcn_pb_pack(&message.base, TCN_ACTIVATION_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_activation_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                           struct tcn_activation *out_activation) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status = tcn_pb_unpack(&activation_table, &tocsin__v1__activation__descriptor,
                                           bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__Activation *found = (const Tocsin__V1__Activation *)message;
    struct tcn_activation activation = {
        .format = found->format,
        .mode = (enum tcn_mode)found->mode,
        .principal = found->principal,
        .said_ns = found->said_ns,
        .replaces = found->replaces,
        .version = found->version,
        .fold_version = found->fold_version,
        .restates = found->restates != 0,
        .policy_size = found->policy_size,
    };
    tcn_pb_take_fixed(&found->log_id, activation.log_id.bytes, sizeof(activation.log_id.bytes));
    tcn_pb_take_fixed(&found->policy_hash, activation.policy_hash.bytes,
                      sizeof(activation.policy_hash.bytes));
    tcn_pb_take_fixed(&found->text_hash, activation.text_hash.bytes,
                      sizeof(activation.text_hash.bytes));
    *out_activation = activation;
    return TCN_OK;
}
