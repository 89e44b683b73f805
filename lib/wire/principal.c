/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/principal.h"

static const struct tcn_scan_rule principal_rules[] = {
    [1] = TCN_RULE_U32,
    [2] = TCN_RULE_TEXT(TCN_WORD_BYTES_MAX),
    [3] = TCN_RULE_NUMBER(TCN_ROLE_FEED),
    [4] = TCN_RULE_NUMBER(TCN_PRINCIPAL_INVITED),
    [5] = TCN_RULE_U32,
    [6] = TCN_RULE_ORGAN,
    [7] = TCN_RULE_HASH,
    [8] = TCN_RULE_HASH,
    [9] = {.kind = TCN_SCAN_PACKED,
           .count_max = TCN_PRINCIPAL_DIVISIONS_MAX,
           .min = 1,
           .max = UINT64_C(999999999999)},
    [10] = TCN_RULE_FLAG,
    [11] = {.kind = TCN_SCAN_PACKED,
            .count_max = TCN_PRINCIPAL_STREAMS_MAX,
            .min = 1,
            .max = UINT16_MAX},
    [12] = TCN_RULE_FLAG,
    [13] = TCN_RULE_I64,
    [14] = TCN_RULE_I64,
    [15] = TCN_RULE_HASH,
    [16] = TCN_RULE_HASH,
    [17] = TCN_RULE_I64,
    [18] = TCN_RULE_HASH,
    [19] = TCN_RULE_I64,
    [20] = TCN_RULE_U32,
    [21] = TCN_RULE_U32,
    [22] = {.kind = TCN_SCAN_PACKED,
            .count_max = TCN_PRINCIPAL_ACTS_MAX,
            .min = 1,
            .max = INT32_MAX},
};

const struct tcn_scan_table tcn_wire_principal_table = {
    .rules = principal_rules,
    .rule_count = TCN_RULE_COUNT(principal_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(3) | TCN_RULE_BIT(4),
    .size_max = TCN_FRAME_BYTES_MAX,
};

const struct tcn_scan_table tcn_wire_row_table = {
    .rules = principal_rules,
    .rule_count = TCN_RULE_COUNT(principal_rules),
    .required = TCN_RULE_BIT(2) | TCN_RULE_BIT(3),
};

static const struct tcn_scan_rule key_rules[] = {
    [1] = TCN_RULE_ORGAN,
    [2] = TCN_RULE_HASH,
};

const struct tcn_scan_table tcn_wire_organ_key_table = {
    .rules = key_rules,
    .rule_count = TCN_RULE_COUNT(key_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2),
};

enum tcn_status tcn_wire_principal_put(struct tcn_wire_principal_parts *parts,
                                       const struct tcn_principal *principal) {
    if (principal->division_count > TCN_PRINCIPAL_DIVISIONS_MAX ||
        principal->stream_count > TCN_PRINCIPAL_STREAMS_MAX ||
        principal->act_count > TCN_PRINCIPAL_ACTS_MAX) {
        return TCN_TOOBIG;
    }
    Tocsin__V1__Principal *message = &parts->principal;
    tocsin__v1__principal__init(message);
    message->id = principal->id;
    message->name = tcn_pb_chars(principal->name);
    message->role = (Tocsin__V1__Role)principal->role;
    message->status = (Tocsin__V1__PrincipalStatus)principal->status;
    message->source = principal->source;
    message->organ = principal->organ;
    message->transport_key =
        tcn_pb_fixed(principal->transport_key.bytes, sizeof(principal->transport_key.bytes));
    message->signing_key =
        tcn_pb_fixed(principal->signing_key.bytes, sizeof(principal->signing_key.bytes));
    for (uint32_t i = 0; i < principal->division_count; i++) {
        parts->divisions[i] = principal->divisions[i];
    }
    message->divisions = parts->divisions;
    message->n_divisions = principal->division_count;
    message->all_divisions = principal->all_divisions;
    for (uint32_t i = 0; i < principal->stream_count; i++) {
        parts->streams[i] = principal->streams[i];
    }
    message->streams = parts->streams;
    message->n_streams = principal->stream_count;
    message->all_streams = principal->all_streams;
    message->not_before_ns = principal->not_before_ns;
    message->not_after_ns = principal->not_after_ns;
    message->old_transport_key = tcn_pb_fixed(principal->old_transport_key.bytes,
                                              sizeof(principal->old_transport_key.bytes));
    message->old_signing_key =
        tcn_pb_fixed(principal->old_signing_key.bytes, sizeof(principal->old_signing_key.bytes));
    message->old_until_ns = principal->old_until_ns;
    message->token_hash =
        tcn_pb_fixed(principal->token_hash.bytes, sizeof(principal->token_hash.bytes));
    message->token_until_ns = principal->token_until_ns;
    message->message_rate = principal->message_rate;
    message->byte_rate = principal->byte_rate;
    for (uint32_t i = 0; i < principal->act_count; i++) {
        parts->acts[i] = principal->acts[i];
    }
    message->acts = parts->acts;
    message->n_acts = principal->act_count;
    return TCN_OK;
}

void tcn_wire_principal_take(const Tocsin__V1__Principal *message,
                             struct tcn_principal *out_principal) {
    *out_principal = (struct tcn_principal){
        .id = message->id,
        .role = (enum tcn_role)message->role,
        .status = (enum tcn_principal_status)message->status,
        .source = message->source,
        .organ = (uint16_t)message->organ,
        .division_count = (uint32_t)message->n_divisions,
        .all_divisions = message->all_divisions,
        .stream_count = (uint32_t)message->n_streams,
        .all_streams = message->all_streams,
        .not_before_ns = message->not_before_ns,
        .not_after_ns = message->not_after_ns,
        .old_until_ns = message->old_until_ns,
        .token_until_ns = message->token_until_ns,
        .message_rate = message->message_rate,
        .byte_rate = message->byte_rate,
        .act_count = (uint32_t)message->n_acts,
    };
    tcn_pb_take_chars(message->name, out_principal->name, sizeof(out_principal->name));
    tcn_pb_take_fixed(&message->transport_key, out_principal->transport_key.bytes,
                      sizeof(out_principal->transport_key.bytes));
    tcn_pb_take_fixed(&message->signing_key, out_principal->signing_key.bytes,
                      sizeof(out_principal->signing_key.bytes));
    tcn_pb_take_fixed(&message->old_transport_key, out_principal->old_transport_key.bytes,
                      sizeof(out_principal->old_transport_key.bytes));
    tcn_pb_take_fixed(&message->old_signing_key, out_principal->old_signing_key.bytes,
                      sizeof(out_principal->old_signing_key.bytes));
    tcn_pb_take_fixed(&message->token_hash, out_principal->token_hash.bytes,
                      sizeof(out_principal->token_hash.bytes));
    TCN_CHECK(message->n_divisions <= TCN_PRINCIPAL_DIVISIONS_MAX);
    TCN_CHECK(message->n_streams <= TCN_PRINCIPAL_STREAMS_MAX);
    TCN_CHECK(message->n_acts <= TCN_PRINCIPAL_ACTS_MAX);
    for (size_t i = 0; i < message->n_divisions; i++) {
        out_principal->divisions[i] = message->divisions[i];
    }
    for (size_t i = 0; i < message->n_streams; i++) {
        out_principal->streams[i] = (uint16_t)message->streams[i];
    }
    for (size_t i = 0; i < message->n_acts; i++) {
        out_principal->acts[i] = message->acts[i];
    }
}

void tcn_wire_organ_key_put(Tocsin__V1__OrganKey *message, const struct tcn_organ_key *key) {
    tocsin__v1__organ_key__init(message);
    message->organ = key->organ;
    message->key = tcn_pb_fixed(key->key.bytes, sizeof(key->key.bytes));
}

void tcn_wire_organ_key_take(const Tocsin__V1__OrganKey *message, struct tcn_organ_key *out_key) {
    out_key->organ = (uint16_t)message->organ;
    tcn_pb_take_fixed(&message->key, out_key->key.bytes, sizeof(out_key->key.bytes));
}

static const struct tcn_scan_rule change_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_CHANGE_COLLECTOR_KEY),
    [2] = TCN_RULE_U32,
    [3] = TCN_RULE_INNER(tcn_wire_row_table),
    [4] = TCN_RULE_HASH,
    [5] = TCN_RULE_HASH,
    [6] = TCN_RULE_HASH,
    [7] = TCN_RULE_EXACT(sizeof(struct tcn_signature)),
    [8] = TCN_RULE_I64,
    [9] = TCN_RULE_WORD,
    [10] = TCN_RULE_INNER(tcn_wire_organ_key_table),
    [11] = TCN_RULE_EXACT(sizeof(struct tcn_signature)),
};

const struct tcn_scan_table tcn_wire_change_table = {
    .rules = change_rules,
    .rule_count = TCN_RULE_COUNT(change_rules),
    .required = TCN_RULE_BIT(1),
};

enum tcn_status tcn_wire_change_put(struct tcn_wire_change_parts *parts, struct tcn_pb_texts *texts,
                                    const struct tcn_registry_change *change) {
    Tocsin__V1__RegistryBody *message = &parts->change;
    tocsin__v1__registry_body__init(message);
    message->kind = (Tocsin__V1__ChangeKind)change->kind;
    message->principal = change->principal;
    message->token_hash = tcn_pb_fixed(change->token_hash.bytes, sizeof(change->token_hash.bytes));
    message->transport_key =
        tcn_pb_fixed(change->transport_key.bytes, sizeof(change->transport_key.bytes));
    message->signing_key =
        tcn_pb_fixed(change->signing_key.bytes, sizeof(change->signing_key.bytes));
    message->proof = tcn_pb_fixed(change->proof.bytes, sizeof(change->proof.bytes));
    message->succession = tcn_pb_fixed(change->succession.bytes, sizeof(change->succession.bytes));
    message->until_ns = change->until_ns;
    message->reason = tcn_pb_text(texts, change->reason);
    if (change->organ_key.organ != 0) {
        tcn_wire_organ_key_put(&parts->key, &change->organ_key);
        message->organ_key = &parts->key;
    }
    if (change->row.role == TCN_ROLE_NONE) {
        return TCN_OK;
    }
    message->row = &parts->row.principal;
    return tcn_wire_principal_put(&parts->row, &change->row);
}

enum tcn_status tcn_wire_change_take(const Tocsin__V1__RegistryBody *message,
                                     struct tcn_arena *arena,
                                     const struct tcn_registry_change **out_change) {
    struct tcn_registry_change *change = tcn_arena_alloc(arena, sizeof(*change));
    if (change == NULL) {
        return TCN_NOMEM;
    }
    *change = (struct tcn_registry_change){
        .kind = (enum tcn_change_kind)message->kind,
        .principal = message->principal,
        .until_ns = message->until_ns,
        .reason = tcn_pb_take_text(message->reason),
    };
    tcn_pb_take_fixed(&message->token_hash, change->token_hash.bytes,
                      sizeof(change->token_hash.bytes));
    tcn_pb_take_fixed(&message->transport_key, change->transport_key.bytes,
                      sizeof(change->transport_key.bytes));
    tcn_pb_take_fixed(&message->signing_key, change->signing_key.bytes,
                      sizeof(change->signing_key.bytes));
    tcn_pb_take_fixed(&message->proof, change->proof.bytes, sizeof(change->proof.bytes));
    tcn_pb_take_fixed(&message->succession, change->succession.bytes,
                      sizeof(change->succession.bytes));
    if (message->organ_key != NULL) {
        tcn_wire_organ_key_take(message->organ_key, &change->organ_key);
    }
    if (message->row != NULL) {
        tcn_wire_principal_take(message->row, &change->row);
    }
    *out_change = change;
    return TCN_OK;
}
