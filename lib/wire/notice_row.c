/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/notice_row.h"

static const struct tcn_scan_rule notice_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_MODE_EXERCISE),
    [2] = TCN_RULE_ORGAN,
    [3] = TCN_RULE_U64,
    [4] = TCN_RULE_NUMBER(TCN_NOTICE_UNDELIVERABLE),
    [5] = TCN_RULE_NUMBER(TCN_REASON_UNSEALED),
    [6] = TCN_RULE_NUMBER(TCN_SEVERITY_DANGER),
    [7] = TCN_RULE_NUMBER(INT32_MAX),
    [8] = TCN_RULE_I64,
    [9] = TCN_RULE_ID,
    [10] = TCN_RULE_I64,
    [11] = TCN_RULE_I64,
    [12] = TCN_RULE_NUMBER(TCN_ROLE_FEED),
    [13] = TCN_RULE_U64,
    [14] = TCN_RULE_I64,
    [15] = TCN_RULE_TEXT(TCN_WORD_BYTES_MAX),
    [16] = TCN_RULE_U64,
    [17] = TCN_RULE_I64,
    [18] = TCN_RULE_NUMBER(INT32_MAX),
    [19] = TCN_RULE_TEXT(TCN_WORD_BYTES_MAX),
};

const struct tcn_scan_table tcn_wire_notice_table = {
    .rules = notice_rules,
    .rule_count = TCN_RULE_COUNT(notice_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(3),
};

static enum tcn_status put_notice(const struct tcn_notice *row, struct tcn_writer *writer) {
    Tocsin__V1__NoticeRow message;
    tocsin__v1__notice_row__init(&message);
    message.mode = (Tocsin__V1__Mode)row->stream.mode;
    message.organ = row->stream.organ;
    message.number = row->number;
    message.told = (uint32_t)row->told;
    message.reason = (uint32_t)row->reason;
    message.severity = (Tocsin__V1__Severity)row->severity;
    message.act = (Tocsin__V1__Act)row->act;
    message.log_time_ns = row->log_time_ns;
    message.matter = tcn_pb_fixed(row->matter.bytes, sizeof(row->matter.bytes));
    message.learned_ns = row->learned_ns;
    message.delivered_ns = row->delivered_ns;
    message.program = (Tocsin__V1__Role)row->program;
    message.acknowledged_position = row->acknowledged_position;
    message.acknowledged_ns = row->acknowledged_ns;
    message.acknowledged_post = tcn_pb_chars(row->acknowledged_post);
    message.taken_position = row->taken_position;
    message.taken_ns = row->taken_ns;
    message.taken_act = (Tocsin__V1__Act)row->taken_act;
    message.taken_post = tcn_pb_chars(row->taken_post);
    return tcn_pb_put_message(TCN_WIRE_NOTICES, &message.base, writer);
}

static struct tcn_notice take_notice(const Tocsin__V1__NoticeRow *message) {
    struct tcn_notice row = {
        .stream = {.mode = (enum tcn_mode)message->mode, .organ = (uint16_t)message->organ},
        .number = message->number,
        .told = (enum tcn_notice_kind)message->told,
        .reason = (enum tcn_reason)message->reason,
        .severity = (enum tcn_severity)message->severity,
        .act = (enum tcn_act)message->act,
        .log_time_ns = message->log_time_ns,
        .learned_ns = message->learned_ns,
        .delivered_ns = message->delivered_ns,
        .program = (enum tcn_role)message->program,
        .acknowledged_position = message->acknowledged_position,
        .acknowledged_ns = message->acknowledged_ns,
        .taken_position = message->taken_position,
        .taken_ns = message->taken_ns,
        .taken_act = (enum tcn_act)message->taken_act,
    };
    tcn_pb_take_fixed(&message->matter, row.matter.bytes, sizeof(row.matter.bytes));
    tcn_pb_take_chars(message->acknowledged_post, row.acknowledged_post,
                      sizeof(row.acknowledged_post));
    tcn_pb_take_chars(message->taken_post, row.taken_post, sizeof(row.taken_post));
    return row;
}

enum tcn_status tcn_wire_notices_put(const struct tcn_answer *answer, struct tcn_writer *writer) {
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < answer->notice_count && status == TCN_OK; i++) {
        status = put_notice(&answer->notices[i], writer);
    }
    return status;
}

/** True for no act, and for one of the list. */
static bool is_act(uint32_t number) {
    return number == 0 || tcn_act_is_known(number);
}

enum tcn_status tcn_wire_notices_take(const Tocsin__V1__Answer *message, struct tcn_arena *arena,
                                      struct tcn_answer *answer) {
    struct tcn_notice *rows = tcn_arena_alloc(arena, message->n_notices * sizeof(*rows));
    if (rows == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < message->n_notices; i++) {
        const Tocsin__V1__NoticeRow *row = message->notices[i];
        if (!is_act((uint32_t)row->act) || !is_act((uint32_t)row->taken_act)) {
            return TCN_BAD_VALUE;
        }
        rows[i] = take_notice(row);
    }
    answer->notices = rows;
    answer->notice_count = (uint32_t)message->n_notices;
    return TCN_OK;
}
