/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/board_row.h"

static const struct tcn_scan_rule board_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_BOARD_SILENCE),
    [2] = TCN_RULE_WORD,
    [3] = TCN_RULE_ORGAN,
    [4] = TCN_RULE_ORGAN,
    [5] = TCN_RULE_NUMBER(TCN_BOARD_BREACHED),
    [6] = TCN_RULE_NUMBER(TCN_EXPECTED_OVERDUE),
    [7] = TCN_RULE_NUMBER(TCN_CAUSE_QUIET),
    [8] = TCN_RULE_WORD,
    [9] = TCN_RULE_I64,
    [10] = TCN_RULE_I64,
    [11] = TCN_RULE_I64,
    [12] = TCN_RULE_I64,
    [13] = TCN_RULE_FLAG,
    [14] = TCN_RULE_U32,
    [15] = TCN_RULE_U32,
    [16] = TCN_RULE_I64,
    [17] = TCN_RULE_I64,
    [18] = TCN_RULE_FLAG,
    [19] = TCN_RULE_I64,
    [20] = TCN_RULE_FLAG,
    [21] = TCN_RULE_I64,
    [22] = TCN_RULE_I64,
    [23] = TCN_RULE_ID,
    [24] = TCN_RULE_WORD,
    [25] = TCN_RULE_U64,
    [26] = TCN_RULE_NUMBER(TCN_SEVERITY_DANGER),
    [27] = TCN_RULE_NUMBER(TCN_STAGE_MAX),
    [28] = TCN_RULE_FLAG,
    [29] = TCN_RULE_WORD,
    [30] = TCN_RULE_FLAG,
    [31] = TCN_RULE_U64,
    [32] = TCN_RULE_WORD,
    [33] = TCN_RULE_WORD,
    [34] = TCN_RULE_WORD,
    [35] = TCN_RULE_WORD,
};

const struct tcn_scan_table tcn_wire_board_table = {
    .rules = board_rules,
    .rule_count = TCN_RULE_COUNT(board_rules),
    .required = TCN_RULE_BIT(1),
};

enum tcn_status tcn_wire_board_put(uint32_t number, const struct tcn_board_row *row,
                                   struct tcn_writer *writer) {
    Tocsin__V1__BoardRow message;
    tocsin__v1__board_row__init(&message);
    message.kind = (uint32_t)row->kind;
    message.line = tcn_pb_chars(row->line);
    message.office = row->office;
    message.organ = row->organ;
    message.state = (uint32_t)row->state;
    message.said = (uint32_t)row->said;
    message.cause = (uint32_t)row->cause;
    message.post = tcn_pb_chars(row->post);
    message.said_ns = row->said_ns;
    message.until_ns = row->until_ns;
    message.due_ns = row->due_ns;
    message.since_ns = row->since_ns;
    message.is_self = row->is_self;
    message.signed_count = row->signed_count;
    message.office_count = row->office_count;
    message.breach_ns = row->breach_ns;
    message.breach_known_ns = row->breach_known_ns;
    message.is_breach_self = row->is_breach_self;
    message.contradicted_ns = row->contradicted_ns;
    message.is_contradicted_self = row->is_contradicted_self;
    message.stopped_ns = row->stopped_ns;
    message.back_ns = row->back_ns;
    message.matter = tcn_pb_fixed(row->matter.bytes, sizeof(row->matter.bytes));
    message.domain = tcn_pb_chars(row->domain);
    message.division = row->division;
    message.severity = (uint32_t)row->severity;
    message.stage = (uint32_t)row->stage;
    message.is_guarded = row->is_guarded;
    message.rule = tcn_pb_chars(row->rule);
    message.is_suspended = row->is_suspended;
    message.position = row->position;
    message.category = tcn_pb_chars(row->category);
    message.colour = tcn_pb_chars(row->colour);
    message.area = tcn_pb_chars(row->area);
    message.issuer = tcn_pb_chars(row->issuer);
    return tcn_pb_put_message(number, &message.base, writer);
}

void tcn_wire_board_take(const Tocsin__V1__BoardRow *message, struct tcn_board_row *out_row) {
    struct tcn_board_row row = {.kind = TCN_BOARD_NONE};
    row.kind = (enum tcn_board_kind)message->kind;
    tcn_pb_take_chars(message->line, row.line, sizeof(row.line));
    row.office = (uint16_t)message->office;
    row.organ = (uint16_t)message->organ;
    row.state = (enum tcn_board_state)message->state;
    row.said = (enum tcn_expected_state)message->said;
    row.cause = (enum tcn_board_cause)message->cause;
    tcn_pb_take_chars(message->post, row.post, sizeof(row.post));
    row.said_ns = message->said_ns;
    row.until_ns = message->until_ns;
    row.due_ns = message->due_ns;
    row.since_ns = message->since_ns;
    row.is_self = message->is_self;
    row.signed_count = message->signed_count;
    row.office_count = message->office_count;
    row.breach_ns = message->breach_ns;
    row.breach_known_ns = message->breach_known_ns;
    row.is_breach_self = message->is_breach_self;
    row.contradicted_ns = message->contradicted_ns;
    row.is_contradicted_self = message->is_contradicted_self;
    row.stopped_ns = message->stopped_ns;
    row.back_ns = message->back_ns;
    tcn_pb_take_fixed(&message->matter, row.matter.bytes, sizeof(row.matter.bytes));
    tcn_pb_take_chars(message->domain, row.domain, sizeof(row.domain));
    row.division = message->division;
    row.severity = (enum tcn_severity)message->severity;
    row.stage = (enum tcn_stage)message->stage;
    row.is_guarded = message->is_guarded;
    tcn_pb_take_chars(message->rule, row.rule, sizeof(row.rule));
    row.is_suspended = message->is_suspended;
    row.position = message->position;
    tcn_pb_take_chars(message->category, row.category, sizeof(row.category));
    tcn_pb_take_chars(message->colour, row.colour, sizeof(row.colour));
    tcn_pb_take_chars(message->area, row.area, sizeof(row.area));
    tcn_pb_take_chars(message->issuer, row.issuer, sizeof(row.issuer));
    *out_row = row;
}
