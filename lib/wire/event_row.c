/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/event_row.h"

static const struct tcn_scan_rule event_rules[] = {
    [1] = TCN_RULE_U64,
    [2] = TCN_RULE_I64,
    [3] = TCN_RULE_U32,
    [4] = TCN_RULE_FIXED64,
    [5] = TCN_RULE_NUMBER(TCN_LANE_ROUTINE),
    [6] = TCN_RULE_U64,
    [7] = TCN_RULE_U32,
    [8] = TCN_RULE_U64,
    [9] = TCN_RULE_BYTES(TCN_OPEN_BYTES_MAX),
    [10] = TCN_RULE_U32,
    [11] = TCN_RULE_HASH,
    [12] = TCN_RULE_NUMBER(TCN_ERASURE_DONE),
};

const struct tcn_scan_table tcn_wire_event_row_table = {
    .rules = event_rules,
    .rule_count = TCN_RULE_COUNT(event_rules),
};

enum tcn_status tcn_wire_event_row_put(uint32_t number, const struct tcn_event_row *row,
                                       struct tcn_writer *writer) {
    Tocsin__V1__EventRow message;
    tocsin__v1__event_row__init(&message);
    message.position = row->position;
    message.log_time_ns = row->log_time_ns;
    message.source = row->lane.source;
    message.epoch = row->lane.epoch;
    message.lane = (Tocsin__V1__Lane)row->lane.lane;
    message.sequence = row->sequence;
    message.code = row->code;
    message.allowed_acts = row->allowed_acts;
    message.missing = row->missing;
    message.open = tcn_pb_bytes(row->open);
    message.hash = tcn_pb_fixed(row->hash.bytes, sizeof(row->hash.bytes));
    message.erasure = (uint32_t)row->erasure;
    return tcn_pb_put_message(number, &message.base, writer);
}

struct tcn_event_row tcn_wire_event_row_take(const Tocsin__V1__EventRow *message) {
    struct tcn_event_row row = {
        .position = message->position,
        .log_time_ns = message->log_time_ns,
        .lane = {message->source, message->epoch, (enum tcn_lane)message->lane},
        .sequence = message->sequence,
        .code = message->code,
        .allowed_acts = message->allowed_acts,
        .missing = message->missing,
        .open = tcn_pb_take_bytes(&message->open),
        .erasure = (enum tcn_erasure_stage)message->erasure,
    };
    tcn_pb_take_fixed(&message->hash, row.hash.bytes, sizeof(row.hash.bytes));
    return row;
}
