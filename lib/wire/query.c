/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/query.h"

#include "proto/query.pb-c.h"
#include "wire/pb.h"

static const struct tcn_scan_rule ask_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_QUERY_NOTICES),
    [2] = TCN_RULE_U64,
    [3] = TCN_RULE_U64,
    [4] = TCN_RULE_ID,
    [5] = TCN_RULE_U64,
    [6] = TCN_RULE_U32,
    [7] = TCN_RULE_FIXED64,
    [8] = TCN_RULE_NUMBER(TCN_LANE_ROUTINE),
    [9] = TCN_RULE_U64,
    [10] = TCN_RULE_ORGAN,
    [11] = TCN_RULE_U32,
    [16] = TCN_RULE_NUMBER(TCN_MODE_EXERCISE),
    [17] = TCN_RULE_WORD,
    [18] = TCN_RULE_U64,
    [19] = TCN_RULE_I64,
    [20] = TCN_RULE_U64,
    [21] = TCN_RULE_I64,
};

static const struct tcn_scan_table ask_table = {
    .rules = ask_rules,
    .rule_count = TCN_RULE_COUNT(ask_rules),
    .required = TCN_RULE_BIT(1),
    .size_max = TCN_FRAME_BYTES_MAX,
};

enum tcn_status tcn_wire_query_encode(const struct tcn_query *query, struct tcn_writer *writer,
                                      struct tcn_slice *out_bytes) {
    Tocsin__V1__Ask message;
    tocsin__v1__ask__init(&message);
    message.kind = (Tocsin__V1__QueryKind)query->kind;
    message.at_least_position = query->at_least_position;
    message.page = query->page;
    message.matter = tcn_pb_fixed(query->matter.bytes, sizeof(query->matter.bytes));
    message.position = query->position;
    message.source = query->lane.source;
    message.epoch = query->lane.epoch;
    message.lane = (Tocsin__V1__Lane)query->lane.lane;
    message.sequence = query->sequence;
    message.organ = query->organ;
    message.principal = query->principal;
    message.mode = (Tocsin__V1__Mode)query->mode;
    message.domain = tcn_pb_chars(query->domain);
    message.division = query->division;
    message.since_ns = query->since_ns;
    message.number = query->number;
    message.until_ns = query->until_ns;
    return tcn_pb_pack(&message.base, TCN_FRAME_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_query_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                      struct tcn_query *out_query) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&ask_table, &tocsin__v1__ask__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__Ask *found = (const Tocsin__V1__Ask *)message;
    struct tcn_query query = {
        .kind = (enum tcn_query_kind)found->kind,
        .at_least_position = found->at_least_position,
        .page = found->page,
        .position = found->position,
        .lane = {.source = found->source,
                 .epoch = found->epoch,
                 .lane = (enum tcn_lane)found->lane},
        .sequence = found->sequence,
        .organ = (uint16_t)found->organ,
        .principal = found->principal,
        .mode = (enum tcn_mode)found->mode,
        .division = found->division,
        .since_ns = found->since_ns,
        .number = found->number,
        .until_ns = found->until_ns,
    };
    tcn_pb_take_chars(found->domain, query.domain, sizeof(query.domain));
    tcn_pb_take_fixed(&found->matter, query.matter.bytes, sizeof(query.matter.bytes));
    *out_query = query;
    return TCN_OK;
}
