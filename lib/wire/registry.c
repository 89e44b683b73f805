/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/registry.h"

#include "wire/keys_inside.h"
#include "wire/pb.h"
#include "wire/principal.h"

/* Genesis is no frame: it carries a whole registry and a whole policy. */
#define REGISTRY_BYTES_MAX TCN_FRAME_BYTES_MAX
#define GENESIS_BYTES_MAX (REGISTRY_BYTES_MAX + TCN_POLICY_BYTES_MAX + 1024)

/* Field numbers of the rows, which are appended one by one. */
#define FIELD_PRINCIPALS 2u
#define FIELD_REGISTRY_KEYS 3u
#define FIELD_BUNDLE_KEYS 3u
#define FIELD_REGISTRY_CHAIN 4u

static const struct tcn_scan_rule registry_rules[] = {
    [1] = TCN_RULE_U64,
    [FIELD_PRINCIPALS] = TCN_RULE_INNERS(tcn_wire_principal_table, TCN_PRINCIPALS_MAX),
    [FIELD_REGISTRY_KEYS] = TCN_RULE_INNERS(tcn_wire_organ_key_table, TCN_ORGAN_KEYS_MAX),
    [FIELD_REGISTRY_CHAIN] = TCN_RULE_INNER(tcn_wire_keys_table),
    [5] = TCN_RULE_U64,
};

static const struct tcn_scan_table registry_table = {
    .rules = registry_rules,
    .rule_count = TCN_RULE_COUNT(registry_rules),
    .size_max = REGISTRY_BYTES_MAX,
};

static const struct tcn_scan_rule genesis_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_GENESIS_FORMAT),
    [2] = TCN_RULE_ID,
    [3] = TCN_RULE_I64,
    [4] = TCN_RULE_NUMBER(TCN_MODE_EXERCISE),
    [5] = TCN_RULE_HASH,
    [6] = TCN_RULE_HASH,
    [7] = TCN_RULE_U32,
    [8] = TCN_RULE_BYTES(REGISTRY_BYTES_MAX),
    [9] = TCN_RULE_BYTES(TCN_POLICY_BYTES_MAX),
};

static const struct tcn_scan_table genesis_table = {
    .rules = genesis_rules,
    .rule_count = TCN_RULE_COUNT(genesis_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(4) | TCN_RULE_BIT(5) |
                TCN_RULE_BIT(6) | TCN_RULE_BIT(7) | TCN_RULE_BIT(8) | TCN_RULE_BIT(9),
    .format_field = 1,
    .size_max = GENESIS_BYTES_MAX,
};

static const struct tcn_scan_rule bundle_rules[] = {
    [1] = TCN_RULE_U64,
    [2] = TCN_RULE_BYTES(TCN_POLICY_BYTES_MAX),
    [FIELD_BUNDLE_KEYS] = TCN_RULE_INNERS(tcn_wire_organ_key_table, TCN_ORGAN_KEYS_MAX),
    [4] = TCN_RULE_ID,
    [5] = TCN_RULE_NUMBER(TCN_MODE_EXERCISE),
    [6] = TCN_RULE_HASH,
    [7] = TCN_RULE_INNER(tcn_wire_keys_table),
    [8] = TCN_RULE_INNERS(tcn_wire_broker_key_table, TCN_BROKER_KEYS_MAX),
};

static const struct tcn_scan_table bundle_table = {
    .rules = bundle_rules,
    .rule_count = TCN_RULE_COUNT(bundle_rules),
    .required =
        TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(4) | TCN_RULE_BIT(5) | TCN_RULE_BIT(6),
    .size_max = TCN_FRAME_BYTES_MAX,
};

enum tcn_status tcn_wire_principal_encode(const struct tcn_principal *principal,
                                          struct tcn_writer *writer, struct tcn_slice *out_bytes) {
    struct tcn_wire_principal_parts parts;
    enum tcn_status status = tcn_wire_principal_put(&parts, principal);
    if (status != TCN_OK) {
        return status;
    }
    return tcn_pb_pack(&parts.principal.base, TCN_FRAME_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_principal_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                          struct tcn_principal *out_principal) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status = tcn_pb_unpack(
        &tcn_wire_principal_table, &tocsin__v1__principal__descriptor, bytes, arena, &message);
    if (status == TCN_OK) {
        tcn_wire_principal_take((const Tocsin__V1__Principal *)message, out_principal);
    }
    return status;
}

/** Appends keys in their order. */
static enum tcn_status put_keys(uint32_t field, const struct tcn_organ_key *keys, uint32_t count,
                                struct tcn_writer *writer) {
    enum tcn_status status = count > TCN_ORGAN_KEYS_MAX ? TCN_TOOBIG : TCN_OK;
    for (uint32_t i = 0; i < count && status == TCN_OK; i++) {
        Tocsin__V1__OrganKey message;
        tcn_wire_organ_key_put(&message, &keys[i]);
        status = tcn_pb_put_message(field, &message.base, writer);
    }
    return status;
}

static enum tcn_status take_keys(Tocsin__V1__OrganKey *const *messages, size_t count,
                                 struct tcn_arena *arena, const struct tcn_organ_key **out_keys) {
    struct tcn_organ_key *keys = tcn_arena_alloc(arena, count * sizeof(*keys));
    if (keys == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        tcn_wire_organ_key_take(messages[i], &keys[i]);
    }
    *out_keys = keys;
    return TCN_OK;
}

/** Appends principals, which must be sorted by id. */
static enum tcn_status put_principals(const struct tcn_registry *registry,
                                      struct tcn_writer *writer) {
    enum tcn_status status = registry->principal_count > TCN_PRINCIPALS_MAX ? TCN_TOOBIG : TCN_OK;
    for (uint32_t i = 0; i < registry->principal_count && status == TCN_OK; i++) {
        const struct tcn_principal *principal = &registry->principals[i];
        struct tcn_wire_principal_parts parts;
        if (i > 0 && principal->id <= registry->principals[i - 1].id) {
            return TCN_BAD_VALUE;
        }
        status = tcn_wire_principal_put(&parts, principal);
        if (status == TCN_OK) {
            status = tcn_pb_put_message(FIELD_PRINCIPALS, &parts.principal.base, writer);
        }
    }
    return status;
}

enum tcn_status tcn_wire_registry_encode(const struct tcn_registry *registry,
                                         struct tcn_writer *writer, struct tcn_slice *out_bytes) {
    size_t start = writer->offset;
    Tocsin__V1__Registry message;
    tocsin__v1__registry__init(&message);
    message.version = registry->version;
    struct tcn_slice first;
    enum tcn_status status = tcn_pb_pack(&message.base, REGISTRY_BYTES_MAX, writer, &first);
    if (status == TCN_OK) {
        status = put_principals(registry, writer);
    }
    if (status == TCN_OK) {
        status =
            put_keys(FIELD_REGISTRY_KEYS, registry->organ_keys, registry->organ_key_count, writer);
    }
    if (status == TCN_OK && registry->keys.count > 0) {
        struct tcn_wire_keys_parts parts;
        status = tcn_wire_keys_put(&parts, &registry->keys);
        if (status == TCN_OK) {
            status = tcn_pb_put_message(FIELD_REGISTRY_CHAIN, &parts.keys.base, writer);
        }
    }
    if (status == TCN_OK) { /* by the numbers of the fields */
        message.version = 0;
        message.policy_version = registry->policy_version;
        struct tcn_slice last;
        status = tcn_pb_pack(&message.base, REGISTRY_BYTES_MAX, writer, &last);
    }
    if (status == TCN_OK && writer->offset - start > REGISTRY_BYTES_MAX) {
        status = TCN_TOOBIG;
    }
    if (status != TCN_OK) {
        writer->offset = start;
        return status;
    }
    *out_bytes = tcn_pb_since(writer, start);
    return TCN_OK;
}

enum tcn_status tcn_wire_registry_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                         struct tcn_registry *out_registry) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&registry_table, &tocsin__v1__registry__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__Registry *found = (const Tocsin__V1__Registry *)message;
    struct tcn_registry registry = {.version = found->version,
                                    .policy_version = found->policy_version};
    struct tcn_principal *principals =
        tcn_arena_alloc(arena, found->n_principals * sizeof(*principals));
    if (principals == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < found->n_principals; i++) {
        tcn_wire_principal_take(found->principals[i], &principals[i]);
        if (i > 0 && principals[i].id <= principals[i - 1].id) {
            return TCN_BAD_VALUE;
        }
    }
    registry.principals = principals;
    registry.principal_count = (uint32_t)found->n_principals;
    registry.organ_key_count = (uint32_t)found->n_organ_keys;
    status = take_keys(found->organ_keys, found->n_organ_keys, arena, &registry.organ_keys);
    if (status == TCN_OK) {
        status = tcn_wire_keys_take(found->keys, arena, &registry.keys);
    }
    if (status == TCN_OK) {
        *out_registry = registry;
    }
    return status;
}

enum tcn_status tcn_wire_genesis_encode(const struct tcn_genesis *genesis,
                                        struct tcn_writer *writer, struct tcn_slice *out_bytes) {
    Tocsin__V1__Genesis message;
    tocsin__v1__genesis__init(&message);
    message.format = genesis->format;
    message.log_id = tcn_pb_fixed(genesis->log_id.bytes, sizeof(genesis->log_id.bytes));
    message.created_ns = genesis->created_ns;
    message.mode = (Tocsin__V1__Mode)genesis->mode;
    message.root_key = tcn_pb_fixed(genesis->root_key.bytes, sizeof(genesis->root_key.bytes));
    message.collector_key =
        tcn_pb_fixed(genesis->collector_key.bytes, sizeof(genesis->collector_key.bytes));
    message.fold_version = genesis->fold_version;
    message.registry = tcn_pb_bytes(genesis->registry);
    message.policy = tcn_pb_bytes(genesis->policy);
    return tcn_pb_pack(&message.base, GENESIS_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_genesis_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                        struct tcn_genesis *out_genesis) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&genesis_table, &tocsin__v1__genesis__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__Genesis *found = (const Tocsin__V1__Genesis *)message;
    struct tcn_genesis genesis = {
        .format = found->format,
        .created_ns = found->created_ns,
        .mode = (enum tcn_mode)found->mode,
        .fold_version = found->fold_version,
        .registry = tcn_pb_take_bytes(&found->registry),
        .policy = tcn_pb_take_bytes(&found->policy),
    };
    tcn_pb_take_fixed(&found->log_id, genesis.log_id.bytes, sizeof(genesis.log_id.bytes));
    tcn_pb_take_fixed(&found->root_key, genesis.root_key.bytes, sizeof(genesis.root_key.bytes));
    tcn_pb_take_fixed(&found->collector_key, genesis.collector_key.bytes,
                      sizeof(genesis.collector_key.bytes));
    *out_genesis = genesis;
    return TCN_OK;
}

/** The fields behind the keys, in a message of their own: pieces of a message join to one. */
static enum tcn_status put_bundle_log(const struct tcn_bundle *bundle, struct tcn_writer *writer) {
    Tocsin__V1__Bundle message;
    tocsin__v1__bundle__init(&message);
    message.log_id = tcn_pb_fixed(bundle->log_id.bytes, sizeof(bundle->log_id.bytes));
    message.mode = (Tocsin__V1__Mode)bundle->mode;
    message.collector_key =
        tcn_pb_fixed(bundle->collector_key.bytes, sizeof(bundle->collector_key.bytes));
    struct tcn_wire_keys_parts parts;
    if (bundle->keys.count > 0) {
        const enum tcn_status status = tcn_wire_keys_put(&parts, &bundle->keys);
        if (status != TCN_OK) {
            return status;
        }
        message.keys = &parts.keys;
    }
    struct tcn_wire_broker_parts brokers;
    message.n_brokers = tcn_wire_broker_keys_put(&brokers, &bundle->brokers);
    message.brokers = brokers.pointers;
    struct tcn_slice ignored;
    return tcn_pb_pack(&message.base, TCN_FRAME_BYTES_MAX, writer, &ignored);
}

enum tcn_status tcn_wire_bundle_encode(const struct tcn_bundle *bundle, struct tcn_writer *writer,
                                       struct tcn_slice *out_bytes) {
    size_t start = writer->offset;
    Tocsin__V1__Bundle message;
    tocsin__v1__bundle__init(&message);
    message.version = bundle->version;
    message.policy = tcn_pb_bytes(bundle->policy);
    struct tcn_slice first;
    enum tcn_status status = tcn_pb_pack(&message.base, TCN_FRAME_BYTES_MAX, writer, &first);
    if (status == TCN_OK) {
        status = put_keys(FIELD_BUNDLE_KEYS, bundle->organ_keys, bundle->organ_key_count, writer);
    }
    if (status == TCN_OK) {
        status = put_bundle_log(bundle, writer);
    }
    if (status == TCN_OK && writer->offset - start > TCN_FRAME_BYTES_MAX) {
        status = TCN_TOOBIG;
    }
    if (status != TCN_OK) {
        writer->offset = start;
        return status;
    }
    *out_bytes = tcn_pb_since(writer, start);
    return TCN_OK;
}

enum tcn_status tcn_wire_bundle_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                       struct tcn_bundle *out_bundle) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&bundle_table, &tocsin__v1__bundle__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__Bundle *found = (const Tocsin__V1__Bundle *)message;
    struct tcn_bundle bundle = {
        .version = found->version,
        .mode = (enum tcn_mode)found->mode,
        .policy = tcn_pb_take_bytes(&found->policy),
        .organ_key_count = (uint32_t)found->n_organ_keys,
    };
    tcn_pb_take_fixed(&found->log_id, bundle.log_id.bytes, sizeof(bundle.log_id.bytes));
    tcn_pb_take_fixed(&found->collector_key, bundle.collector_key.bytes,
                      sizeof(bundle.collector_key.bytes));
    tcn_wire_broker_keys_take(found->brokers, found->n_brokers, &bundle.brokers);
    status = take_keys(found->organ_keys, found->n_organ_keys, arena, &bundle.organ_keys);
    if (status == TCN_OK) {
        status = tcn_wire_keys_take(found->keys, arena, &bundle.keys);
    }
    if (status == TCN_OK) {
        *out_bundle = bundle;
    }
    return status;
}
