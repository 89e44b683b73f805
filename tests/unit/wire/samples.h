/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One sample of every noun with every field set, each to another value, so that a field that is
 * dropped or confused with its neighbour shows.
 */
#ifndef TESTS_WIRE_SAMPLES_H
#define TESTS_WIRE_SAMPLES_H

#include "samples_base.h"
#include "samples_board.h"
#include "samples_clock.h"
#include "samples_policy.h"
#include "samples_shifts.h"

#include <string.h>

static inline struct tcn_principal sample_principal(uint32_t id) {
    return (struct tcn_principal){
        .id = id,
        .name = "office-east agent",
        .role = TCN_ROLE_FEED,
        .status = TCN_PRINCIPAL_INVITED,
        .source = 211,
        .organ = 212,
        .transport_key = sample_key(213),
        .signing_key = sample_key(214),
        .divisions = {UINT64_C(330108001000), UINT64_C(330108002000)},
        .division_count = 2,
        .all_divisions = true,
        .streams = {215, 216, 217},
        .stream_count = 3,
        .all_streams = true,
        .not_before_ns = 218,
        .not_after_ns = 219,
        .old_transport_key = sample_key(220),
        .old_signing_key = sample_key(221),
        .old_until_ns = 222,
        .token_hash = sample_hash(223),
        .token_until_ns = 224,
        .message_rate = 225,
        .byte_rate = 226,
        .acts = {TCN_ACT_REPORTED, TCN_ACT_GENERATION},
        .act_count = 2,
    };
}

static inline struct tcn_enrol sample_enrol(void) {
    struct tcn_enrol enrol = {
        .format = TCN_ENROL_FORMAT,
        .log_id = sample_id(63),
        .token = sample_id(64),
        .transport_key = sample_key(65),
        .signing_key = sample_key(66),
    };
    memset(enrol.proof.bytes, 67, sizeof(enrol.proof.bytes));
    return enrol;
}

static inline struct tcn_enrolled sample_enrolled(void) {
    return (struct tcn_enrolled){
        .enrol_hash = sample_hash(68),
        .position = UINT64_C(1) << 40,
        .row = sample_principal(69),
    };
}

/* Every field at once, which no single kind of change has. */
static inline const struct tcn_registry_change *sample_change(void) {
    static struct tcn_registry_change change;
    change = (struct tcn_registry_change){
        .kind = TCN_CHANGE_ORGAN_KEY,
        .principal = 311,
        .row = sample_principal(312),
        .token_hash = sample_hash(57),
        .transport_key = sample_key(58),
        .signing_key = sample_key(59),
        .until_ns = NOW_NS,
        .reason = tcn_slice_text("pc_stolen"),
        .organ_key = {.organ = 313, .key = sample_key(60)},
    };
    memset(change.proof.bytes, 61, sizeof(change.proof.bytes));
    memset(change.succession.bytes, 69, sizeof(change.succession.bytes));
    return &change;
}

static inline struct tcn_event sample_event(enum tcn_body_kind kind) {
    struct tcn_event event = {
        .format = TCN_EVENT_FORMAT,
        .act = TCN_ACT_SIGNED_OFF,
        .mode = TCN_MODE_EXERCISE,
        .matter = sample_id(1),
        .domain = tcn_slice_text("hazard.road"),
        .division = tcn_slice_text("330108001002"),
        .office = tcn_slice_text("office-east"),
        .occurred_ns = MINUS_ONE_YEAR_NS,
        .learned_ns = NOW_NS + 1,
        .recorded_ns = NOW_NS + 2,
        .seen_position = UINT64_MAX,
        .severity = TCN_SEVERITY_DANGER,
        .concerns = TCN_CONCERNS_UNKNOWN,
        .counts = {.deaths = {TCN_COUNT_AT_LEAST, 1},
                   .serious_injuries = {TCN_COUNT_ESTIMATE, 2},
                   .missing = {TCN_COUNT_EXACT, 0},
                   .affected = {TCN_COUNT_EXACT, 4},
                   .at_risk = {TCN_COUNT_EXACT, 5},
                   .loss_fen = {TCN_COUNT_EXACT, 600000}},
        .attributes = sample_attributes,
        .attribute_count = sizeof(sample_attributes) / sizeof(sample_attributes[0]),
        .guard_organs = {7, 300, 65535},
        .guard_organ_count = 3,
        .trace_parent = tcn_slice_text("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        .body_kind = kind,
    };
    switch (kind) {
    case TCN_BODY_REPORT:
        event.report.category = tcn_slice_text("31.6");
        event.report.channel = tcn_slice_text("counter");
        break;
    case TCN_BODY_ACT:
        event.act_body = sample_act_body();
        break;
    case TCN_BODY_VOID:
        event.void_body = (struct tcn_void_body){.code = TCN_BAD_VALUE,
                                                 .event_hash = sample_hash(3),
                                                 .count = 5,
                                                 .next_previous = sample_hash(4)};
        break;
    case TCN_BODY_DELIVERED:
        event.delivered = (struct tcn_delivered_body){.name = tcn_slice_text("desk-1"),
                                                      .principal = 57,
                                                      .stream = {TCN_MODE_ACTUAL, 12},
                                                      .number = 34,
                                                      .generation = 56};
        break;
    case TCN_BODY_EPOCH:
        event.epoch =
            (struct tcn_epoch_body){.lane = sample_lane(), .predecessor = UINT64_C(1) << 63};
        break;
    case TCN_BODY_REGISTRY:
        event.registry = sample_change();
        break;
    case TCN_BODY_OBSERVED:
        event.observed = sample_observed_body();
        break;
    case TCN_BODY_ZERO:
        event.zero = sample_zero_body();
        break;
    case TCN_BODY_NONE:
        break;
    }
    return event;
}

static inline struct tcn_compartment sample_compartment(enum tcn_compartment_kind kind,
                                                        uint32_t wrap_count) {
    static uint8_t bytes[1024];
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)(i * 7);
    }
    struct tcn_compartment compartment = {
        .kind = kind,
        .nonce = tcn_slice_of(bytes + kind, 24),
        .ciphertext = tcn_slice_of(bytes + kind, 272),
        .wrap_count = wrap_count,
    };
    for (uint32_t i = 0; i < wrap_count; i++) {
        compartment.wraps[i] = (struct tcn_wrap){.organ = (uint16_t)(i + 1),
                                                 .key_id = sample_key_id((uint8_t)(i + 40)),
                                                 .sealed = tcn_slice_of(bytes + 100 + i, 80)};
    }
    return compartment;
}

static inline struct tcn_sealed sample_sealed(void) {
    return (struct tcn_sealed){
        .format = TCN_SEALED_FORMAT,
        .commitment = sample_hash(5),
        .compartments = {sample_compartment(TCN_COMPARTMENT_CONTACT, 1),
                         sample_compartment(TCN_COMPARTMENT_NARRATIVE, TCN_WRAPS_MAX),
                         sample_compartment(TCN_COMPARTMENT_INFORMANT, 2)},
        .compartment_count = 3,
    };
}

static inline struct tcn_chunk_head sample_chunk_head(void) {
    return (struct tcn_chunk_head){
        .format = TCN_CHUNK_FORMAT,
        .log_id = sample_id(2),
        .lane = sample_lane(),
        .first_sequence = 1000,
        .count = 1,
        .void_count = 12,
        .mode = TCN_MODE_ACTUAL,
        .codec = TCN_CODEC_PLAIN,
        .key_id = sample_key_id(3),
        .previous_hash = sample_hash(4),
        .body_hash = sample_hash(5),
        .shares_hash = sample_hash(6),
    };
}

static inline struct tcn_hello sample_hello(void) {
    return (struct tcn_hello){
        .format = TCN_HELLO_FORMAT,
        .log_id = sample_id(1),
        .lane = sample_lane(),
        .predecessor = 11,
        .last_sequence = 12,
        .last_hash = sample_hash(13),
        .acked_sequence = 14,
        .acked_hash = sample_hash(15),
        .key_id = sample_key_id(16),
        .bundle_version = 17,
        .said_ns = NOW_NS,
        .nonce = 18,
    };
}

static inline struct tcn_welcome sample_welcome(void) {
    return (struct tcn_welcome){
        .session = 21,
        .log_id = sample_id(22),
        .generation = 23,
        .mark_sequence = 24,
        .mark_hash = sample_hash(25),
        .credit_sequence = 26,
        .credit_bytes = 27,
        .bundle_version = 28,
        .log_time_ns = NOW_NS,
        .is_fenced = true,
        .hello_hash = sample_hash(29),
        .not_after_ns = NOW_NS + 1,
        .key_until_ns = NOW_NS + 2,
        .erased = {(const uint8_t *)"\0\0\0\0\0\0\0\1hashhash", TCN_ERASED_BYTES},
    };
}

static inline struct tcn_session_given sample_session_given(void) {
    return (struct tcn_session_given){.session = 42,
                                      .log_id = sample_id(43),
                                      .generation = 44,
                                      .principal = 45,
                                      .nonce = sample_id(46),
                                      .brokers = sample_brokers(),
                                      .bundle_version = 47};
}

static inline struct tcn_receipt_body sample_receipt_body(void) {
    return (struct tcn_receipt_body){
        .format = TCN_RECEIPT_FORMAT,
        .log_id = sample_id(31),
        .generation = 32,
        .lane = sample_lane(),
        .first_sequence = 33,
        .count = 34,
        .first_position = 35,
        .log_time_ns = 36,
        .chunk_hash = sample_hash(37),
    };
}

static inline struct tcn_log_head sample_log_head(void) {
    return (struct tcn_log_head){
        .format = TCN_LOG_HEAD_FORMAT,
        .log_id = sample_id(31),
        .generation = 2,
        .position = 1048576,
        .tail = sample_hash(32),
        .log_time_ns = 33,
        .key_id = {.bytes = {1, 2, 3, 4, 5, 6, 7, 8}},
        .keys = sample_successors(),
    };
}

static inline struct tcn_receipt sample_receipt(void) {
    struct tcn_receipt receipt = {
        .body = tcn_slice_text("an encoded body"),
        .path = {sample_hash(1), {{0}}, sample_hash(3)},
        .path_count = 3,
        .leaf_index = 4,
        .leaf_count = 5,
        .key_id = sample_key_id(6),
    };
    memset(receipt.signature.bytes, 7, sizeof(receipt.signature.bytes));
    return receipt;
}

static inline struct tcn_ack sample_ack(void) {
    return (struct tcn_ack){.receipt = sample_receipt(), .credit_sequence = 41, .credit_bytes = 42};
}

static inline struct tcn_refuse sample_refuse(void) {
    return (struct tcn_refuse){
        .first_sequence = 51,
        .is_later = true,
        .code = TCN_BUSY,
        .refusals = {{.sequence = 52, .code = TCN_BAD_TEXT, .field = tcn_slice_text("office")},
                     {.sequence = 53, .code = TCN_DENIED}},
        .refusal_count = 2,
        .asked_hash = sample_hash(54),
    };
}

static inline struct tcn_again sample_again(void) {
    return (struct tcn_again){
        .code = TCN_CONFLICT, .expected_sequence = 55, .asked_hash = sample_hash(56)};
}

static inline struct tcn_head sample_head(uint16_t organ) {
    return (struct tcn_head){
        .stream = {TCN_MODE_EXERCISE, organ},
        .generation = 72,
        .number = 73,
        .next = 74,
        .log_time_ns = 75,
        .standstill = TCN_FULL,
    };
}

static inline struct tcn_fetch sample_fetch(void) {
    return (struct tcn_fetch){.stream = {TCN_MODE_ACTUAL, 81}, .number = 82, .generation = 83};
}

static inline struct tcn_gap sample_gap(void) {
    return (struct tcn_gap){
        .stream = {TCN_MODE_ACTUAL, 91}, .first = 92, .last = 93, .code = TCN_ABSENT};
}

static inline struct tcn_reset sample_reset(void) {
    return (struct tcn_reset){.stream = {TCN_MODE_ACTUAL, 94}, .generation = 95, .next = 96};
}

static inline struct tcn_replay sample_replay(void) {
    return (struct tcn_replay){
        .first_position = 101,
        .last_position = 102,
        .since_ns = 103,
        .until_ns = 104,
        .domain = tcn_slice_text("hazard.fire"),
        .division = UINT64_C(330108001002),
        .matter = sample_id(105),
        .organ = 106,
        .speed_milli = 107,
        .as_known_at = 108,
        .credit_items = 109,
    };
}

static inline struct tcn_end sample_end(void) {
    return (struct tcn_end){
        .count = 111, .digest = sample_hash(112), .code = TCN_CANCELED, .last_position = 113};
}

static inline struct tcn_alert sample_alert(void) {
    return (struct tcn_alert){
        .stream = {TCN_MODE_ACTUAL, 121},
        .number = 122,
        .generation = 123,
        .position = 124,
        .birth_position = 125,
        .act = TCN_ACT_TRANSFERRED,
        .reason = TCN_REASON_GUARDED,
        .severity = TCN_SEVERITY_SERIOUS,
        .flags = TCN_FLAG_STUB | TCN_FLAG_OTHER_DIVISION,
        .code = TCN_NOT_ALLOWED,
        .policy_version = 126,
        .log_time_ns = 127,
        .kind = TCN_PROCEDURE_HAZARD,
        .stage = TCN_STAGE_RECTIFYING,
        .holder = 128,
        .degree = {.rank = 4, .sure = TCN_COUNT_ESTIMATE},
        .facts = TCN_FACT_FIVE | TCN_FACT_POST,
        .allowed_acts = UINT64_C(1) << 62,
        .limits = {{129, TCN_LIMIT_RUNS, 1130}, {131, TCN_LIMIT_LATE, 1132}},
        .limit_count = 2,
    };
}

/** An alert that no event made. */
static inline struct tcn_alert sample_fired(void) {
    struct tcn_alert alert = sample_alert();
    alert.stream.organ = 120;
    alert.birth_position = 0;
    alert.act = TCN_ACT_TICK;
    alert.reason = TCN_REASON_CLOCK;
    alert.flags = 0;
    alert.code = TCN_OK;
    alert.kind = TCN_PROCEDURE_NONE;
    alert.stage = TCN_STAGE_NONE;
    alert.holder = 0;
    alert.facts = 0;
    alert.allowed_acts = 0;
    alert.limit_count = 0;
    alert.fired = (struct tcn_fired){TCN_DUE_CLOCK, 3, 237, 240, 238, 239};
    return alert;
}

static inline struct tcn_item sample_item(uint64_t position) {
    return (struct tcn_item){
        .alert = sample_alert(),
        .matter = sample_id(131),
        .position = position,
        .log_time_ns = 132,
        .lane = sample_lane(),
        .sequence = 133,
        .chunk_hash = sample_hash(134),
        .open = tcn_slice_text("open part"),
        .sealed = tcn_slice_text("sealed part"),
        .share = tcn_slice_text("a share of exactly 32 bytes here"),
        .is_erased = true,
    };
}

static inline struct tcn_item sample_fired_item(uint64_t position) {
    return (struct tcn_item){.alert = sample_fired(),
                             .position = position,
                             .log_time_ns = 127,
                             .matter = sample_id(152),
                             .subject = tcn_slice_text("xf.resolve"),
                             .title_zh = sample_clock_rows[0].title_zh,
                             .title_en = sample_clock_rows[0].title_en};
}

static const struct tcn_matter sample_matters[] = {
    {
        .birth_position = 151,
        .id = {{152}},
        .mode = TCN_MODE_ACTUAL,
        .stage = TCN_STAGE_HELD,
        .domain = "hazard.road",
        .category = "31.6",
        .division = UINT64_C(330108001000),
        .office = 153,
        .holder = 154,
        .severity = TCN_SEVERITY_URGENT,
        .flags = TCN_FLAG_UNKNOWN_DOMAIN,
        .event_count = 155,
        .learned_ns = 156,
        .opened_ns = 157,
        .last_position = 158,
        .last_act = TCN_ACT_CLOSED,
        .last_ns = 159,
        .kind = TCN_PROCEDURE_PETITION,
        .marks = TCN_MARK_TOLD | TCN_MARK_EXTENDED,
        .bounce_count = 161,
        .toll = SAMPLE_TOLL,
        .second = {.act = TCN_ACT_REOPENED, .domain = "hazard.slope", .organ = "safety"},
    },
    {.birth_position = 1, .id = {{2}}, .mode = TCN_MODE_EXERCISE, .stage = TCN_STAGE_STUB},
};

static const struct tcn_source_state sample_sources[] = {
    {.lane = {161, 162, TCN_LANE_URGENT},
     .sequence = 163,
     .position = 164,
     .log_time_ns = 165,
     .event_count = 166,
     .void_count = 167},
};

static const struct tcn_stream_row sample_streams[] = {
    {.stream = {TCN_MODE_ACTUAL, 171}, .number = 172, .generation = 173},
};

static const struct tcn_event_row sample_events[] = {
    {.position = 181,
     .log_time_ns = 182,
     .lane = {183, 184, TCN_LANE_ROUTINE},
     .sequence = 185,
     .code = TCN_NOT_ALLOWED,
     .allowed_acts = UINT64_C(1) << 63,
     .missing = TCN_FACT_HOW | TCN_FACT_REASON,
     .open = {(const uint8_t *)"row", 3},
     .hash = {{186, 187}},
     .erasure = TCN_ERASURE_DONE},
};

static const uint8_t sample_head_signature[sizeof(struct tcn_signature)] = {211, 212};

static inline struct tcn_answer sample_answer(void) {
    static struct tcn_principal principals[2];
    principals[0] = sample_principal(186);
    principals[1] = sample_principal(187);
    return (struct tcn_answer){
        .code = TCN_ABSENT,
        .next_page = 191,
        .position = 192,
        .matters = sample_matters,
        .matter_count = 2,
        .sources = sample_sources,
        .source_count = 1,
        .streams = sample_streams,
        .stream_count = 1,
        .events = sample_events,
        .event_count = 1,
        .standings = sample_standings,
        .standing_count = 1,
        .principals = principals,
        .principal_count = 2,
        .allowed_acts = UINT64_C(1) << 61,
        .owed_act = TCN_ACT_PETITIONER_TOLD,
        .owed_organ = 188,
        .clocks = sample_clock_rows,
        .clock_count = 1,
        .summonses = sample_summonses,
        .summons_count = 1,
        .shifts = sample_shifts,
        .shift_count = 1,
        .silences = sample_silences,
        .silence_count = 1,
        .notices = sample_notices,
        .notice_count = 1,
        .board_rows = sample_board_rows,
        .board_row_count = 1,
        .board_ns = 414,
        .board_has_more = true,
        .log_head = tcn_slice_text("a head"),
        .log_head_signature = tcn_slice_of(sample_head_signature, sizeof(sample_head_signature)),
        .has_stats = true,
        .stats = {.log_id = sample_id(193),
                  .generation = 194,
                  .last_position = 195,
                  .record_count = 196,
                  .log_bytes = 197,
                  .applied = {.position = 198,
                              .log_time_ns = 199,
                              .generation = 200,
                              .event_count = 201,
                              .matter_count = 202,
                              .alert_count = 203,
                              .fold_version = 204,
                              .policy_version = 205},
                  .stream_count = 206,
                  .refused_count = 207,
                  .duplicate_count = 208,
                  .group_count = 209},
        .standstill = {.code = TCN_HALTED, .position = 210, .cause = TCN_CLOSED},
    };
}

static const struct tcn_organ_key sample_keys[] = {
    {.organ = 221, .key = {{222}}},
    {.organ = 221, .key = {{223}}},
};

static inline struct tcn_registry sample_registry(void) {
    static struct tcn_principal principals[2];
    principals[0] = sample_principal(1);
    principals[1] = sample_principal(9);
    return (struct tcn_registry){
        .version = 231,
        .principals = principals,
        .principal_count = 2,
        .organ_keys = sample_keys,
        .organ_key_count = 2,
        .keys = sample_successors(),
        .policy_version = 232,
    };
}

static inline struct tcn_genesis sample_genesis(void) {
    return (struct tcn_genesis){
        .format = TCN_GENESIS_FORMAT,
        .log_id = sample_id(241),
        .created_ns = NOW_NS,
        .mode = TCN_MODE_EXERCISE,
        .root_key = sample_key(242),
        .collector_key = sample_key(243),
        .fold_version = TCN_FOLD_VERSION,
        .registry = tcn_slice_text("registry"),
        .policy = tcn_slice_text("policy"),
    };
}

static inline struct tcn_bundle sample_bundle(void) {
    return (struct tcn_bundle){
        .version = 251,
        .log_id = sample_id(252),
        .mode = TCN_MODE_ACTUAL,
        .collector_key = sample_key(253),
        .policy = tcn_slice_text("policy"),
        .organ_keys = sample_keys,
        .organ_key_count = 2,
        .keys = sample_successors(),
        .brokers = sample_brokers(),
    };
}

#endif
