/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/event.pb-c.h"
#include "wire/event.h"
#include "wire/pb.h"

/* Sizes of libsodium's sealed box over 32 bytes, nonce and ciphertext: PROTOCOL.md, "Sealed". */
#define WRAP_BYTES 80
#define NONCE_BYTES 24
#define CIPHERTEXT_BYTES_MIN (256 + 16)
#define CIPHERTEXT_BYTES_MAX (TCN_TEXT_BYTES_MAX + 256 + 16)

static const struct tcn_scan_rule wrap_rules[] = {
    [1] = TCN_RULE_ORGAN,
    [2] = TCN_RULE_KEY_ID,
    [3] = TCN_RULE_EXACT(WRAP_BYTES),
};

static const struct tcn_scan_table wrap_table = {
    .rules = wrap_rules,
    .rule_count = TCN_RULE_COUNT(wrap_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(3),
};

static const struct tcn_scan_rule compartment_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_COMPARTMENT_INFORMANT),
    [2] = TCN_RULE_EXACT(NONCE_BYTES),
    [3] = {.kind = TCN_SCAN_BYTES, .min = CIPHERTEXT_BYTES_MIN, .max = CIPHERTEXT_BYTES_MAX},
    [4] = TCN_RULE_INNERS(wrap_table, TCN_WRAPS_MAX),
};

static const struct tcn_scan_table compartment_table = {
    .rules = compartment_rules,
    .rule_count = TCN_RULE_COUNT(compartment_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(3) | TCN_RULE_BIT(4),
};

static const struct tcn_scan_rule sealed_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_SEALED_FORMAT),
    [2] = TCN_RULE_HASH,
    [3] = TCN_RULE_INNERS(compartment_table, TCN_COMPARTMENTS_MAX),
};

static const struct tcn_scan_table sealed_table = {
    .rules = sealed_rules,
    .rule_count = TCN_RULE_COUNT(sealed_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(3),
    .format_field = 1,
    .size_max = TCN_EVENT_BYTES_MAX,
};

/** What protobuf-c is pointed at while one compartment is packed. */
struct compartment_parts {
    Tocsin__V1__Compartment compartment;
    Tocsin__V1__Wrap wrap[TCN_WRAPS_MAX];
    Tocsin__V1__Wrap *wraps[TCN_WRAPS_MAX];
};

static void put_compartment(struct compartment_parts *parts,
                            const struct tcn_compartment *compartment) {
    Tocsin__V1__Compartment *message = &parts->compartment;
    tocsin__v1__compartment__init(message);
    message->kind = (Tocsin__V1__CompartmentKind)compartment->kind;
    message->nonce = tcn_pb_bytes(compartment->nonce);
    message->ciphertext = tcn_pb_bytes(compartment->ciphertext);
    for (uint32_t i = 0; i < compartment->wrap_count; i++) {
        const struct tcn_wrap *wrap = &compartment->wraps[i];
        tocsin__v1__wrap__init(&parts->wrap[i]);
        parts->wrap[i].organ = wrap->organ;
        parts->wrap[i].key_id = tcn_pb_fixed(wrap->key_id.bytes, sizeof(wrap->key_id.bytes));
        parts->wrap[i].sealed = tcn_pb_bytes(wrap->sealed);
        parts->wraps[i] = &parts->wrap[i];
    }
    message->wraps = parts->wraps;
    message->n_wraps = compartment->wrap_count;
}

static void take_compartment(const Tocsin__V1__Compartment *message,
                             struct tcn_compartment *compartment) {
    compartment->kind = (enum tcn_compartment_kind)message->kind;
    compartment->nonce = tcn_pb_take_bytes(&message->nonce);
    compartment->ciphertext = tcn_pb_take_bytes(&message->ciphertext);
    TCN_CHECK(message->n_wraps <= TCN_WRAPS_MAX);
    for (size_t i = 0; i < message->n_wraps; i++) {
        struct tcn_wrap *wrap = &compartment->wraps[i];
        wrap->organ = (uint16_t)message->wraps[i]->organ;
        tcn_pb_take_fixed(&message->wraps[i]->key_id, wrap->key_id.bytes,
                          sizeof(wrap->key_id.bytes));
        wrap->sealed = tcn_pb_take_bytes(&message->wraps[i]->sealed);
    }
    compartment->wrap_count = (uint32_t)message->n_wraps;
}

enum tcn_status tcn_wire_sealed_encode(const struct tcn_sealed *sealed, struct tcn_writer *writer,
                                       struct tcn_slice *out_bytes) {
    if (sealed->compartment_count > TCN_COMPARTMENTS_MAX) {
        return TCN_TOOBIG;
    }
    struct compartment_parts parts[TCN_COMPARTMENTS_MAX];
    Tocsin__V1__Compartment *compartments[TCN_COMPARTMENTS_MAX];
    for (uint32_t i = 0; i < sealed->compartment_count; i++) {
        if (sealed->compartments[i].wrap_count > TCN_WRAPS_MAX) {
            return TCN_TOOBIG;
        }
        put_compartment(&parts[i], &sealed->compartments[i]);
        compartments[i] = &parts[i].compartment;
    }
    Tocsin__V1__Sealed message;
    tocsin__v1__sealed__init(&message);
    message.format = sealed->format;
    message.commitment = tcn_pb_fixed(sealed->commitment.bytes, sizeof(sealed->commitment.bytes));
    message.compartments = compartments;
    message.n_compartments = sealed->compartment_count;
    return tcn_pb_pack(&message.base, TCN_EVENT_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_sealed_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                       struct tcn_sealed *out_sealed) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&sealed_table, &tocsin__v1__sealed__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__Sealed *found = (const Tocsin__V1__Sealed *)message;
    struct tcn_sealed sealed = {.format = found->format};
    uint64_t kinds = 0;
    TCN_CHECK(found->n_compartments <= TCN_COMPARTMENTS_MAX);
    for (size_t i = 0; i < found->n_compartments; i++) {
        uint64_t bit = TCN_RULE_BIT((uint32_t)found->compartments[i]->kind);
        if ((kinds & bit) != 0) {
            return TCN_BAD_VALUE;
        }
        kinds |= bit;
        take_compartment(found->compartments[i], &sealed.compartments[i]);
    }
    sealed.compartment_count = (uint32_t)found->n_compartments;
    tcn_pb_take_fixed(&found->commitment, sealed.commitment.bytes, sizeof(sealed.commitment.bytes));
    *out_sealed = sealed;
    return TCN_OK;
}
