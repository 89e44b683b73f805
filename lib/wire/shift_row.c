/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/shift_row.h"

#include "base/text.h"

static const struct tcn_scan_rule summons_rules[] = {
    [1] = TCN_RULE_ORGAN,
    [2] = TCN_RULE_U64,
    [3] = TCN_RULE_NUMBER(TCN_MODE_EXERCISE),
    [4] = TCN_RULE_NUMBER(TCN_REASON_SHIFT),
    [5] = TCN_RULE_NUMBER(TCN_SEVERITY_DANGER),
    [6] = TCN_RULE_I64,
    [7] = TCN_RULE_I64,
    [8] = TCN_RULE_U64,
    [9] = TCN_RULE_U64,
    [10] = TCN_RULE_U32,
    [11] = TCN_RULE_NUMBER(INT32_MAX),
    [12] = TCN_RULE_WORD,
    [13] = TCN_RULE_TEXT(TCN_TITLE_BYTES_MAX),
    [14] = TCN_RULE_TEXT(TCN_TITLE_BYTES_MAX),
    [15] = TCN_RULE_I64,
    [16] = TCN_RULE_FLAG,
};

const struct tcn_scan_table tcn_wire_summons_table = {
    .rules = summons_rules,
    .rule_count = TCN_RULE_COUNT(summons_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2),
};

static const struct tcn_scan_rule shift_rules[] = {
    [1] = TCN_RULE_ORGAN, [2] = TCN_RULE_TEXT(TCN_WORD_BYTES_MAX),
    [3] = TCN_RULE_U32,   [4] = TCN_RULE_I64,
    [5] = TCN_RULE_I64,   [6] = TCN_RULE_I64,
    [7] = TCN_RULE_U64,
};

const struct tcn_scan_table tcn_wire_shift_table = {
    .rules = shift_rules,
    .rule_count = TCN_RULE_COUNT(shift_rules),
    .required = TCN_RULE_BIT(1),
};

static enum tcn_status put_summons(const struct tcn_summons_row *row, struct tcn_writer *writer) {
    const struct tcn_summons *summons = &row->summons;
    char title_zh[TCN_TITLE_BYTES_MAX + 1];
    char title_en[TCN_TITLE_BYTES_MAX + 1];
    if (tcn_text_copy(row->title_zh, title_zh, sizeof(title_zh)) != TCN_OK ||
        tcn_text_copy(row->title_en, title_en, sizeof(title_en)) != TCN_OK) {
        return TCN_TOOBIG;
    }
    Tocsin__V1__SummonsRow message;
    tocsin__v1__summons_row__init(&message);
    message.organ = summons->organ;
    message.birth_position = summons->birth_position;
    message.mode = (Tocsin__V1__Mode)summons->mode;
    message.reason = (uint32_t)summons->reason;
    message.severity = (Tocsin__V1__Severity)summons->severity;
    message.since_ns = summons->since_ns;
    message.last_ns = summons->last_ns;
    message.number = summons->number;
    message.position = summons->position;
    message.count = summons->count;
    message.owed = (Tocsin__V1__Act)row->owed;
    message.clock_id = tcn_pb_chars(row->clock_id);
    message.title_zh = title_zh;
    message.title_en = title_en;
    message.due_ns = row->due_ns;
    message.is_silenced = row->is_silenced;
    return tcn_pb_put_message(TCN_WIRE_SUMMONSES, &message.base, writer);
}

static struct tcn_summons_row take_summons(const Tocsin__V1__SummonsRow *message) {
    struct tcn_summons_row row = {
        .summons = {.organ = (uint16_t)message->organ,
                    .birth_position = message->birth_position,
                    .mode = (enum tcn_mode)message->mode,
                    .reason = (enum tcn_reason)message->reason,
                    .severity = (enum tcn_severity)message->severity,
                    .since_ns = message->since_ns,
                    .last_ns = message->last_ns,
                    .number = message->number,
                    .position = message->position,
                    .count = message->count},
        .owed = (enum tcn_act)message->owed,
        .title_zh = tcn_pb_take_text(message->title_zh),
        .title_en = tcn_pb_take_text(message->title_en),
        .due_ns = message->due_ns,
        .is_silenced = message->is_silenced,
    };
    tcn_pb_take_chars(message->clock_id, row.clock_id, sizeof(row.clock_id));
    return row;
}

static enum tcn_status put_shift(const struct tcn_shift *shift, struct tcn_writer *writer) {
    Tocsin__V1__ShiftRow message;
    tocsin__v1__shift_row__init(&message);
    message.organ = shift->organ;
    message.post = tcn_pb_chars(shift->post);
    message.source = shift->source;
    message.since_ns = shift->since_ns;
    message.until_ns = shift->until_ns;
    message.handed_ns = shift->handed_ns;
    message.position = shift->position;
    return tcn_pb_put_message(TCN_WIRE_SHIFTS, &message.base, writer);
}

static struct tcn_shift take_shift(const Tocsin__V1__ShiftRow *message) {
    struct tcn_shift shift = {.organ = (uint16_t)message->organ,
                              .source = message->source,
                              .since_ns = message->since_ns,
                              .until_ns = message->until_ns,
                              .handed_ns = message->handed_ns,
                              .position = message->position};
    tcn_pb_take_chars(message->post, shift.post, sizeof(shift.post));
    return shift;
}

enum tcn_status tcn_wire_shift_rows_put(const struct tcn_answer *answer,
                                        struct tcn_writer *writer) {
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < answer->summons_count && status == TCN_OK; i++) {
        status = put_summons(&answer->summonses[i], writer);
    }
    for (uint32_t i = 0; i < answer->shift_count && status == TCN_OK; i++) {
        status = put_shift(&answer->shifts[i], writer);
    }
    return status;
}

enum tcn_status tcn_wire_shift_rows_take(const Tocsin__V1__Answer *message, struct tcn_arena *arena,
                                         struct tcn_answer *answer) {
    struct tcn_summons_row *summonses =
        tcn_arena_alloc(arena, message->n_summonses * sizeof(*summonses));
    struct tcn_shift *shifts = tcn_arena_alloc(arena, message->n_shifts * sizeof(*shifts));
    if (summonses == NULL || shifts == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < message->n_summonses; i++) {
        const uint32_t act = (uint32_t)message->summonses[i]->owed;
        if (act != 0 && !tcn_act_is_known(act)) {
            return TCN_BAD_VALUE;
        }
        summonses[i] = take_summons(message->summonses[i]);
    }
    for (size_t i = 0; i < message->n_shifts; i++) {
        shifts[i] = take_shift(message->shifts[i]);
    }
    answer->summonses = summonses;
    answer->summons_count = (uint32_t)message->n_summonses;
    answer->shifts = shifts;
    answer->shift_count = (uint32_t)message->n_shifts;
    return TCN_OK;
}
