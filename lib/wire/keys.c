/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/keys.h"

#include "wire/keys_inside.h"

static const struct tcn_scan_rule successor_rules[] = {
    [1] = TCN_RULE_HASH,
    [2] = TCN_RULE_EXACT(sizeof(struct tcn_signature)),
    [3] = TCN_RULE_EXACT(sizeof(struct tcn_signature)),
    [4] = TCN_RULE_U64,
    [5] = TCN_RULE_U64,
};

static const struct tcn_scan_table successor_table = {
    .rules = successor_rules,
    .rule_count = TCN_RULE_COUNT(successor_rules),
    .required =
        TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(3) | TCN_RULE_BIT(4) | TCN_RULE_BIT(5),
};

static const struct tcn_scan_rule keys_rules[] = {
    [1] = TCN_RULE_ID,
    [2] = TCN_RULE_INNERS(successor_table, TCN_SUCCESSORS_MAX),
};

const struct tcn_scan_table tcn_wire_keys_table = {
    .rules = keys_rules,
    .rule_count = TCN_RULE_COUNT(keys_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2),
    .size_max = TCN_KEYS_BYTES_MAX,
};

static void put_successor(Tocsin__V1__Successor *message, const struct tcn_successor *link) {
    tocsin__v1__successor__init(message);
    message->key = tcn_pb_fixed(link->key.bytes, sizeof(link->key.bytes));
    message->proof = tcn_pb_fixed(link->proof.bytes, sizeof(link->proof.bytes));
    message->succession = tcn_pb_fixed(link->signature.bytes, sizeof(link->signature.bytes));
    message->generation = link->generation;
    message->position = link->position;
}

enum tcn_status tcn_wire_keys_put(struct tcn_wire_keys_parts *parts, const struct tcn_keys *keys) {
    if (keys->count > TCN_SUCCESSORS_MAX) {
        return TCN_TOOBIG;
    }
    tocsin__v1__keys__init(&parts->keys);
    parts->keys.log_id = tcn_pb_fixed(keys->log_id.bytes, sizeof(keys->log_id.bytes));
    for (uint32_t i = 0; i < keys->count; i++) {
        put_successor(&parts->successors[i], &keys->links[i]);
        parts->pointers[i] = &parts->successors[i];
    }
    parts->keys.successors = parts->pointers;
    parts->keys.n_successors = keys->count;
    return TCN_OK;
}

static void take_successor(const Tocsin__V1__Successor *message, struct tcn_successor *out_link) {
    tcn_pb_take_fixed(&message->key, out_link->key.bytes, sizeof(out_link->key.bytes));
    tcn_pb_take_fixed(&message->proof, out_link->proof.bytes, sizeof(out_link->proof.bytes));
    tcn_pb_take_fixed(&message->succession, out_link->signature.bytes,
                      sizeof(out_link->signature.bytes));
    out_link->generation = message->generation;
    out_link->position = message->position;
}

enum tcn_status tcn_wire_keys_take(const Tocsin__V1__Keys *message, struct tcn_arena *arena,
                                   struct tcn_keys *out_keys) {
    struct tcn_keys keys = {.count = 0};
    if (message == NULL) {
        *out_keys = keys;
        return TCN_OK;
    }
    struct tcn_successor *links = tcn_arena_alloc(arena, message->n_successors * sizeof(*links));
    if (links == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < message->n_successors; i++) {
        take_successor(message->successors[i], &links[i]);
    }
    tcn_pb_take_fixed(&message->log_id, keys.log_id.bytes, sizeof(keys.log_id.bytes));
    keys.links = links;
    keys.count = (uint32_t)message->n_successors;
    *out_keys = keys;
    return TCN_OK;
}

static const struct tcn_scan_rule broker_rules[] = {
    [1] = TCN_RULE_HASH,
    [2] = TCN_RULE_I64,
};

const struct tcn_scan_table tcn_wire_broker_key_table = {
    .rules = broker_rules,
    .rule_count = TCN_RULE_COUNT(broker_rules),
    .required = TCN_RULE_BIT(1),
};

size_t tcn_wire_broker_keys_put(struct tcn_wire_broker_parts *parts,
                                const struct tcn_broker_keys *keys) {
    TCN_CHECK(keys->count <= TCN_BROKER_KEYS_MAX);
    for (uint32_t i = 0; i < keys->count; i++) {
        const struct tcn_broker_key *key = &keys->list[i];
        tocsin__v1__broker_key__init(&parts->keys[i]);
        parts->keys[i].key = tcn_pb_fixed(key->key.bytes, sizeof(key->key.bytes));
        parts->keys[i].until_ns = key->until_ns;
        parts->pointers[i] = &parts->keys[i];
    }
    return keys->count;
}

void tcn_wire_broker_keys_take(Tocsin__V1__BrokerKey *const *messages, size_t count,
                               struct tcn_broker_keys *out_keys) {
    struct tcn_broker_keys keys = {.count = (uint32_t)count};
    TCN_CHECK(count <= TCN_BROKER_KEYS_MAX); /* the scan bounds it */
    for (size_t i = 0; i < count; i++) {
        tcn_pb_take_fixed(&messages[i]->key, keys.list[i].key.bytes,
                          sizeof(keys.list[i].key.bytes));
        keys.list[i].until_ns = messages[i]->until_ns;
    }
    *out_keys = keys;
}

enum tcn_status tcn_wire_keys_encode(const struct tcn_keys *keys, struct tcn_writer *writer,
                                     struct tcn_slice *out_bytes) {
    struct tcn_wire_keys_parts parts;
    const enum tcn_status status = tcn_wire_keys_put(&parts, keys);
    return status == TCN_OK ? tcn_pb_pack(&parts.keys.base, TCN_KEYS_BYTES_MAX, writer, out_bytes)
                            : status;
}

enum tcn_status tcn_wire_keys_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                     struct tcn_keys *out_keys) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&tcn_wire_keys_table, &tocsin__v1__keys__descriptor, bytes, arena, &message);
    return status == TCN_OK ? tcn_wire_keys_take((const Tocsin__V1__Keys *)message, arena, out_keys)
                            : status;
}
