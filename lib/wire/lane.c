/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/lane.h"

#include "proto/chunk.pb-c.h"
#include "wire/pb.h"

static const struct tcn_scan_rule hello_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_HELLO_FORMAT),
    [2] = TCN_RULE_ID,
    [3] = TCN_RULE_U32,
    [4] = TCN_RULE_FIXED64,
    [5] = TCN_RULE_NUMBER(TCN_LANE_ROUTINE),
    [6] = TCN_RULE_FIXED64,
    [7] = TCN_RULE_U64,
    [8] = TCN_RULE_HASH,
    [9] = TCN_RULE_U64,
    [10] = TCN_RULE_HASH,
    [11] = TCN_RULE_KEY_ID,
    [12] = TCN_RULE_U64,
    [13] = TCN_RULE_I64,
    [14] = TCN_RULE_FIXED64,
};

static const struct tcn_scan_table hello_table = {
    .rules = hello_rules,
    .rule_count = TCN_RULE_COUNT(hello_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(3) | TCN_RULE_BIT(4) | TCN_RULE_BIT(5),
    .format_field = 1,
    .size_max = TCN_CHUNK_HEAD_BYTES_MAX,
};

static const struct tcn_scan_rule welcome_rules[] = {
    [1] = TCN_RULE_FIXED64, [2] = TCN_RULE_ID,
    [3] = TCN_RULE_U64,     [4] = TCN_RULE_U64,
    [5] = TCN_RULE_HASH,    [6] = TCN_RULE_U64,
    [7] = TCN_RULE_U64,     [8] = TCN_RULE_U64,
    [9] = TCN_RULE_I64,     [10] = TCN_RULE_FLAG,
    [11] = TCN_RULE_HASH,   [12] = TCN_RULE_I64,
    [13] = TCN_RULE_I64,    [14] = TCN_RULE_BYTES(TCN_ERASED_BYTES * TCN_WELCOME_ERASED_MAX),
};

static const struct tcn_scan_table welcome_table = {
    .rules = welcome_rules,
    .rule_count = TCN_RULE_COUNT(welcome_rules),
    .required = TCN_RULE_BIT(2) | TCN_RULE_BIT(11),
    .size_max = TCN_FRAME_BYTES_MAX,
};

static const struct tcn_scan_rule refusal_rules[] = {
    [1] = TCN_RULE_U64,
    [2] = TCN_RULE_U32,
    [3] = TCN_RULE_WORD,
};

static const struct tcn_scan_table refusal_table = {
    .rules = refusal_rules,
    .rule_count = TCN_RULE_COUNT(refusal_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2),
};

static const struct tcn_scan_rule refuse_rules[] = {
    [1] = TCN_RULE_U64,  [2] = TCN_RULE_FLAG,
    [3] = TCN_RULE_U32,  [4] = TCN_RULE_INNERS(refusal_table, TCN_CHUNK_EVENTS_MAX),
    [5] = TCN_RULE_HASH,
};

static const struct tcn_scan_table refuse_table = {
    .rules = refuse_rules,
    .rule_count = TCN_RULE_COUNT(refuse_rules),
    .size_max = TCN_FRAME_BYTES_MAX,
};

static const struct tcn_scan_rule again_rules[] = {
    [1] = TCN_RULE_U32,
    [2] = TCN_RULE_U64,
    [3] = TCN_RULE_HASH,
};

static const struct tcn_scan_table again_table = {
    .rules = again_rules,
    .rule_count = TCN_RULE_COUNT(again_rules),
    .required = TCN_RULE_BIT(1),
    .size_max = TCN_FRAME_BYTES_MAX,
};

enum tcn_status tcn_wire_hello_encode(const struct tcn_hello *hello, struct tcn_writer *writer,
                                      struct tcn_slice *out_bytes) {
    Tocsin__V1__Hello message;
    tocsin__v1__hello__init(&message);
    message.format = hello->format;
    message.log_id = tcn_pb_fixed(hello->log_id.bytes, sizeof(hello->log_id.bytes));
    message.source = hello->lane.source;
    message.epoch = hello->lane.epoch;
    message.lane = (Tocsin__V1__Lane)hello->lane.lane;
    message.predecessor = hello->predecessor;
    message.last_sequence = hello->last_sequence;
    message.last_hash = tcn_pb_fixed(hello->last_hash.bytes, sizeof(hello->last_hash.bytes));
    message.acked_sequence = hello->acked_sequence;
    message.acked_hash = tcn_pb_fixed(hello->acked_hash.bytes, sizeof(hello->acked_hash.bytes));
    message.key_id = tcn_pb_fixed(hello->key_id.bytes, sizeof(hello->key_id.bytes));
    message.bundle_version = hello->bundle_version;
    message.said_ns = hello->said_ns;
    message.nonce = hello->nonce;
    return tcn_pb_pack(&message.base, TCN_CHUNK_HEAD_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_hello_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                      struct tcn_hello *out_hello) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&hello_table, &tocsin__v1__hello__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__Hello *found = (const Tocsin__V1__Hello *)message;
    struct tcn_hello hello = {
        .format = found->format,
        .lane = {.source = found->source,
                 .epoch = found->epoch,
                 .lane = (enum tcn_lane)found->lane},
        .predecessor = found->predecessor,
        .last_sequence = found->last_sequence,
        .acked_sequence = found->acked_sequence,
        .bundle_version = found->bundle_version,
        .said_ns = found->said_ns,
        .nonce = found->nonce,
    };
    tcn_pb_take_fixed(&found->log_id, hello.log_id.bytes, sizeof(hello.log_id.bytes));
    tcn_pb_take_fixed(&found->last_hash, hello.last_hash.bytes, sizeof(hello.last_hash.bytes));
    tcn_pb_take_fixed(&found->acked_hash, hello.acked_hash.bytes, sizeof(hello.acked_hash.bytes));
    tcn_pb_take_fixed(&found->key_id, hello.key_id.bytes, sizeof(hello.key_id.bytes));
    *out_hello = hello;
    return TCN_OK;
}

enum tcn_status tcn_wire_welcome_encode(const struct tcn_welcome *welcome,
                                        struct tcn_writer *writer, struct tcn_slice *out_bytes) {
    Tocsin__V1__Welcome message;
    tocsin__v1__welcome__init(&message);
    message.session = welcome->session;
    message.log_id = tcn_pb_fixed(welcome->log_id.bytes, sizeof(welcome->log_id.bytes));
    message.generation = welcome->generation;
    message.mark_sequence = welcome->mark_sequence;
    message.mark_hash = tcn_pb_fixed(welcome->mark_hash.bytes, sizeof(welcome->mark_hash.bytes));
    message.credit_sequence = welcome->credit_sequence;
    message.credit_bytes = welcome->credit_bytes;
    message.bundle_version = welcome->bundle_version;
    message.log_time_ns = welcome->log_time_ns;
    message.is_fenced = welcome->is_fenced;
    message.hello_hash = tcn_pb_fixed(welcome->hello_hash.bytes, sizeof(welcome->hello_hash.bytes));
    message.not_after_ns = welcome->not_after_ns;
    message.key_until_ns = welcome->key_until_ns;
    message.erased = tcn_pb_bytes(welcome->erased);
    return tcn_pb_pack(&message.base, TCN_FRAME_BYTES_MAX, writer, out_bytes);
}

/** True for whole entries, each of a sequence above the one before. */
static bool is_rising(struct tcn_slice erased) {
    struct tcn_reader reader = tcn_reader_init(erased);
    uint64_t before = 0;
    while (tcn_reader_rest(&reader) >= TCN_ERASED_BYTES) {
        const uint64_t sequence = tcn_read_u64(&reader);
        (void)tcn_read_u64(&reader);
        if (sequence <= before) {
            return false;
        }
        before = sequence;
    }
    return tcn_reader_rest(&reader) == 0;
}

enum tcn_status tcn_wire_welcome_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                        struct tcn_welcome *out_welcome) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&welcome_table, &tocsin__v1__welcome__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__Welcome *found = (const Tocsin__V1__Welcome *)message;
    struct tcn_welcome welcome = {
        .session = found->session,
        .generation = found->generation,
        .mark_sequence = found->mark_sequence,
        .credit_sequence = found->credit_sequence,
        .credit_bytes = found->credit_bytes,
        .bundle_version = found->bundle_version,
        .log_time_ns = found->log_time_ns,
        .is_fenced = found->is_fenced,
        .not_after_ns = found->not_after_ns,
        .key_until_ns = found->key_until_ns,
        .erased = tcn_pb_take_bytes(&found->erased),
    };
    if (!is_rising(welcome.erased)) {
        return TCN_BAD_VALUE;
    }
    tcn_pb_take_fixed(&found->log_id, welcome.log_id.bytes, sizeof(welcome.log_id.bytes));
    tcn_pb_take_fixed(&found->mark_hash, welcome.mark_hash.bytes, sizeof(welcome.mark_hash.bytes));
    tcn_pb_take_fixed(&found->hello_hash, welcome.hello_hash.bytes,
                      sizeof(welcome.hello_hash.bytes));
    *out_welcome = welcome;
    return TCN_OK;
}

enum tcn_status tcn_wire_refuse_encode(const struct tcn_refuse *refuse, struct tcn_writer *writer,
                                       struct tcn_slice *out_bytes) {
    if (refuse->refusal_count > TCN_CHUNK_EVENTS_MAX) {
        return TCN_TOOBIG;
    }
    struct tcn_pb_texts texts;
    Tocsin__V1__Refusal refusal[TCN_CHUNK_EVENTS_MAX];
    Tocsin__V1__Refusal *refusals[TCN_CHUNK_EVENTS_MAX];
    tcn_pb_texts_begin(&texts);
    for (uint32_t i = 0; i < refuse->refusal_count; i++) {
        tocsin__v1__refusal__init(&refusal[i]);
        refusal[i].sequence = refuse->refusals[i].sequence;
        refusal[i].code = refuse->refusals[i].code;
        refusal[i].field = tcn_pb_text(&texts, refuse->refusals[i].field);
        refusals[i] = &refusal[i];
    }
    if (texts.status != TCN_OK) {
        return texts.status;
    }
    Tocsin__V1__Refuse message;
    tocsin__v1__refuse__init(&message);
    message.first_sequence = refuse->first_sequence;
    message.is_later = refuse->is_later;
    message.code = refuse->code;
    message.refusals = refusals;
    message.n_refusals = refuse->refusal_count;
    message.asked_hash = tcn_pb_fixed(refuse->asked_hash.bytes, sizeof(refuse->asked_hash.bytes));
    return tcn_pb_pack(&message.base, TCN_FRAME_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_refuse_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                       struct tcn_refuse *out_refuse) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&refuse_table, &tocsin__v1__refuse__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__Refuse *found = (const Tocsin__V1__Refuse *)message;
    if (found->code == 0 && found->n_refusals == 0) {
        return TCN_BAD_VALUE;
    }
    *out_refuse = (struct tcn_refuse){
        .first_sequence = found->first_sequence,
        .is_later = found->is_later,
        .code = found->code,
    };
    TCN_CHECK(found->n_refusals <= TCN_CHUNK_EVENTS_MAX);
    for (size_t i = 0; i < found->n_refusals; i++) {
        out_refuse->refusals[i] = (struct tcn_refusal){
            .sequence = found->refusals[i]->sequence,
            .code = found->refusals[i]->code,
            .field = tcn_pb_take_text(found->refusals[i]->field),
        };
    }
    out_refuse->refusal_count = (uint32_t)found->n_refusals;
    tcn_pb_take_fixed(&found->asked_hash, out_refuse->asked_hash.bytes,
                      sizeof(out_refuse->asked_hash.bytes));
    return TCN_OK;
}

enum tcn_status tcn_wire_again_encode(const struct tcn_again *again, struct tcn_writer *writer,
                                      struct tcn_slice *out_bytes) {
    Tocsin__V1__Again message;
    tocsin__v1__again__init(&message);
    message.code = again->code;
    message.expected_sequence = again->expected_sequence;
    message.asked_hash = tcn_pb_fixed(again->asked_hash.bytes, sizeof(again->asked_hash.bytes));
    return tcn_pb_pack(&message.base, TCN_FRAME_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_again_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                      struct tcn_again *out_again) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&again_table, &tocsin__v1__again__descriptor, bytes, arena, &message);
    if (status == TCN_OK) {
        const Tocsin__V1__Again *found = (const Tocsin__V1__Again *)message;
        *out_again =
            (struct tcn_again){.code = found->code, .expected_sequence = found->expected_sequence};
        tcn_pb_take_fixed(&found->asked_hash, out_again->asked_hash.bytes,
                          sizeof(out_again->asked_hash.bytes));
    }
    return status;
}
