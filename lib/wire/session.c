/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/session.h"

#include "proto/feed.pb-c.h"
#include "wire/keys_inside.h"
#include "wire/pb.h"

#define SESSION_BYTES_MAX TCN_SESSION_GIVEN_BYTES_MAX

static const struct tcn_scan_rule ask_rules[] = {
    [1] = TCN_RULE_ID,
};

static const struct tcn_scan_table ask_table = {
    .rules = ask_rules,
    .rule_count = TCN_RULE_COUNT(ask_rules),
    .required = TCN_RULE_BIT(1),
    .size_max = SESSION_BYTES_MAX,
};

static const struct tcn_scan_rule given_rules[] = {
    [1] = TCN_RULE_FIXED64, [2] = TCN_RULE_ID,
    [3] = TCN_RULE_U64,     [4] = TCN_RULE_U32,
    [5] = TCN_RULE_ID,      [6] = TCN_RULE_INNERS(tcn_wire_broker_key_table, TCN_BROKER_KEYS_MAX),
    [7] = TCN_RULE_U64,
};

static const struct tcn_scan_table given_table = {
    .rules = given_rules,
    .rule_count = TCN_RULE_COUNT(given_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(4) | TCN_RULE_BIT(5),
    .size_max = SESSION_BYTES_MAX,
};

enum tcn_status tcn_wire_session_ask_encode(const struct tcn_session_ask *ask,
                                            struct tcn_writer *writer,
                                            struct tcn_slice *out_bytes) {
    Tocsin__V1__SessionAsk message;
    tocsin__v1__session_ask__init(&message);
    message.nonce = tcn_pb_fixed(ask->nonce.bytes, sizeof(ask->nonce.bytes));
    return tcn_pb_pack(&message.base, SESSION_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_session_ask_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                            struct tcn_session_ask *out_ask) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&ask_table, &tocsin__v1__session_ask__descriptor, bytes, arena, &message);
    if (status == TCN_OK) {
        const Tocsin__V1__SessionAsk *found = (const Tocsin__V1__SessionAsk *)message;
        *out_ask = (struct tcn_session_ask){0};
        tcn_pb_take_fixed(&found->nonce, out_ask->nonce.bytes, sizeof(out_ask->nonce.bytes));
    }
    return status;
}

enum tcn_status tcn_wire_session_given_encode(const struct tcn_session_given *given,
                                              struct tcn_writer *writer,
                                              struct tcn_slice *out_bytes) {
    Tocsin__V1__Session message;
    tocsin__v1__session__init(&message);
    message.session = given->session;
    message.log_id = tcn_pb_fixed(given->log_id.bytes, sizeof(given->log_id.bytes));
    message.generation = given->generation;
    message.principal = given->principal;
    message.nonce = tcn_pb_fixed(given->nonce.bytes, sizeof(given->nonce.bytes));
    struct tcn_wire_broker_parts brokers;
    message.n_brokers = tcn_wire_broker_keys_put(&brokers, &given->brokers);
    message.brokers = brokers.pointers;
    message.bundle_version = given->bundle_version;
    return tcn_pb_pack(&message.base, SESSION_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_session_given_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                              struct tcn_session_given *out_given) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&given_table, &tocsin__v1__session__descriptor, bytes, arena, &message);
    if (status == TCN_OK) {
        const Tocsin__V1__Session *found = (const Tocsin__V1__Session *)message;
        *out_given = (struct tcn_session_given){.session = found->session,
                                                .generation = found->generation,
                                                .principal = found->principal,
                                                .bundle_version = found->bundle_version};
        tcn_pb_take_fixed(&found->log_id, out_given->log_id.bytes, sizeof(out_given->log_id.bytes));
        tcn_pb_take_fixed(&found->nonce, out_given->nonce.bytes, sizeof(out_given->nonce.bytes));
        tcn_wire_broker_keys_take(found->brokers, found->n_brokers, &out_given->brokers);
    }
    return status;
}
