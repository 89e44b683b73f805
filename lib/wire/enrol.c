/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/enrol.h"

#include "wire/pb.h"
#include "wire/principal.h"

static const struct tcn_scan_rule enrol_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_ENROL_FORMAT),
    [2] = TCN_RULE_ID,
    [3] = TCN_RULE_ID,
    [4] = TCN_RULE_HASH,
    [5] = TCN_RULE_HASH,
    [6] = TCN_RULE_EXACT(sizeof(struct tcn_signature)),
};

static const struct tcn_scan_table enrol_table = {
    .rules = enrol_rules,
    .rule_count = TCN_RULE_COUNT(enrol_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(3) | TCN_RULE_BIT(4) |
                TCN_RULE_BIT(5) | TCN_RULE_BIT(6),
    .format_field = 1,
    .size_max = TCN_ENROL_BYTES_MAX,
};

static const struct tcn_scan_rule enrolled_rules[] = {
    [1] = TCN_RULE_HASH,
    [2] = TCN_RULE_U64,
    [3] = TCN_RULE_INNER(tcn_wire_principal_table),
};

static const struct tcn_scan_table enrolled_table = {
    .rules = enrolled_rules,
    .rule_count = TCN_RULE_COUNT(enrolled_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(3),
    .size_max = TCN_FRAME_BYTES_MAX,
};

enum tcn_status tcn_wire_enrol_encode(const struct tcn_enrol *enrol, struct tcn_writer *writer,
                                      struct tcn_slice *out_bytes) {
    Tocsin__V1__Enrol message;
    tocsin__v1__enrol__init(&message);
    message.format = enrol->format;
    message.log_id = tcn_pb_fixed(enrol->log_id.bytes, sizeof(enrol->log_id.bytes));
    message.token = tcn_pb_fixed(enrol->token.bytes, sizeof(enrol->token.bytes));
    message.transport_key =
        tcn_pb_fixed(enrol->transport_key.bytes, sizeof(enrol->transport_key.bytes));
    message.signing_key = tcn_pb_fixed(enrol->signing_key.bytes, sizeof(enrol->signing_key.bytes));
    message.proof = tcn_pb_fixed(enrol->proof.bytes, sizeof(enrol->proof.bytes));
    return tcn_pb_pack(&message.base, TCN_ENROL_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_enrol_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                      struct tcn_enrol *out_enrol) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&enrol_table, &tocsin__v1__enrol__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__Enrol *found = (const Tocsin__V1__Enrol *)message;
    struct tcn_enrol enrol = {.format = found->format};
    tcn_pb_take_fixed(&found->log_id, enrol.log_id.bytes, sizeof(enrol.log_id.bytes));
    tcn_pb_take_fixed(&found->token, enrol.token.bytes, sizeof(enrol.token.bytes));
    tcn_pb_take_fixed(&found->transport_key, enrol.transport_key.bytes,
                      sizeof(enrol.transport_key.bytes));
    tcn_pb_take_fixed(&found->signing_key, enrol.signing_key.bytes,
                      sizeof(enrol.signing_key.bytes));
    tcn_pb_take_fixed(&found->proof, enrol.proof.bytes, sizeof(enrol.proof.bytes));
    *out_enrol = enrol;
    return TCN_OK;
}

enum tcn_status tcn_wire_enrolled_encode(const struct tcn_enrolled *enrolled,
                                         struct tcn_writer *writer, struct tcn_slice *out_bytes) {
    struct tcn_wire_principal_parts parts;
    enum tcn_status status = tcn_wire_principal_put(&parts, &enrolled->row);
    if (status != TCN_OK) {
        return status;
    }
    Tocsin__V1__Enrolled message;
    tocsin__v1__enrolled__init(&message);
    message.enrol_hash =
        tcn_pb_fixed(enrolled->enrol_hash.bytes, sizeof(enrolled->enrol_hash.bytes));
    message.position = enrolled->position;
    message.row = &parts.principal;
    return tcn_pb_pack(&message.base, TCN_FRAME_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_enrolled_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                         struct tcn_enrolled *out_enrolled) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&enrolled_table, &tocsin__v1__enrolled__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__Enrolled *found = (const Tocsin__V1__Enrolled *)message;
    struct tcn_enrolled enrolled = {.position = found->position};
    tcn_pb_take_fixed(&found->enrol_hash, enrolled.enrol_hash.bytes,
                      sizeof(enrolled.enrol_hash.bytes));
    tcn_wire_principal_take(found->row, &enrolled.row);
    *out_enrolled = enrolled;
    return TCN_OK;
}

void tcn_wire_key_proof(const struct tcn_id *log_id, const struct tcn_registry_change *change,
                        uint8_t out_bytes[TCN_KEY_PROOF_BYTES]) {
    struct tcn_writer writer = tcn_writer_init(out_bytes, TCN_KEY_PROOF_BYTES);
    const bool is_rotated = change->kind == TCN_CHANGE_ROTATED;
    const struct tcn_hash none = {{0}};
    const struct tcn_hash *token_hash = is_rotated ? &none : &change->token_hash;
    tcn_write_bytes(&writer, log_id->bytes, sizeof(log_id->bytes));
    tcn_write_u32(&writer, is_rotated ? change->principal : 0);
    tcn_write_bytes(&writer, token_hash->bytes, sizeof(token_hash->bytes));
    tcn_write_bytes(&writer, change->transport_key.bytes, sizeof(change->transport_key.bytes));
    tcn_write_bytes(&writer, change->signing_key.bytes, sizeof(change->signing_key.bytes));
    TCN_CHECK(!writer.overflowed && writer.offset == TCN_KEY_PROOF_BYTES);
}
