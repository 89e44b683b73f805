/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/silence_row.h"

static const struct tcn_scan_rule silence_rules[] = {
    [1] = TCN_RULE_ORGAN, [2] = TCN_RULE_U64,  [3] = TCN_RULE_NUMBER(TCN_MODE_EXERCISE),
    [4] = TCN_RULE_WORD,  [5] = TCN_RULE_U64,  [6] = TCN_RULE_WORD,
    [7] = TCN_RULE_WORD,  [8] = TCN_RULE_I64,  [9] = TCN_RULE_I64,
    [10] = TCN_RULE_FLAG, [11] = TCN_RULE_U32, [12] = TCN_RULE_U32,
    [13] = TCN_RULE_FLAG, [14] = TCN_RULE_U32,
};

const struct tcn_scan_table tcn_wire_silence_table = {
    .rules = silence_rules,
    .rule_count = TCN_RULE_COUNT(silence_rules),
    .required = TCN_RULE_BIT(1),
};

static enum tcn_status put(const struct tcn_silence_row *row, struct tcn_writer *writer) {
    const struct tcn_silence *silence = &row->silence;
    Tocsin__V1__SilenceRow message;
    tocsin__v1__silence_row__init(&message);
    message.organ = silence->organ;
    message.position = silence->position;
    message.mode = (Tocsin__V1__Mode)silence->mode;
    message.domain = tcn_pb_chars(silence->domain);
    message.division = silence->division;
    message.reason = tcn_pb_chars(silence->reason);
    message.post = tcn_pb_chars(silence->post);
    message.since_ns = silence->since_ns;
    message.until_ns = silence->until_ns;
    message.is_suspended = row->is_suspended;
    message.quiet_count = row->quiet_count;
    message.loud_count = row->loud_count;
    message.has_more = row->has_more;
    message.fault = row->fault;
    return tcn_pb_put_message(TCN_WIRE_SILENCES, &message.base, writer);
}

static struct tcn_silence_row take(const Tocsin__V1__SilenceRow *message) {
    struct tcn_silence_row row = {.silence = {.position = message->position,
                                              .organ = (uint16_t)message->organ,
                                              .mode = (enum tcn_mode)message->mode,
                                              .division = message->division,
                                              .since_ns = message->since_ns,
                                              .until_ns = message->until_ns},
                                  .is_suspended = message->is_suspended,
                                  .quiet_count = message->quiet_count,
                                  .loud_count = message->loud_count,
                                  .has_more = message->has_more,
                                  .fault = message->fault};
    tcn_pb_take_chars(message->domain, row.silence.domain, sizeof(row.silence.domain));
    tcn_pb_take_chars(message->reason, row.silence.reason, sizeof(row.silence.reason));
    tcn_pb_take_chars(message->post, row.silence.post, sizeof(row.silence.post));
    return row;
}

enum tcn_status tcn_wire_silences_put(const struct tcn_answer *answer, struct tcn_writer *writer) {
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < answer->silence_count && status == TCN_OK; i++) {
        status = put(&answer->silences[i], writer);
    }
    return status;
}

enum tcn_status tcn_wire_silences_take(const Tocsin__V1__Answer *message, struct tcn_arena *arena,
                                       struct tcn_answer *answer) {
    struct tcn_silence_row *rows = tcn_arena_alloc(arena, message->n_silences * sizeof(*rows));
    if (rows == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < message->n_silences; i++) {
        rows[i] = take(message->silences[i]);
    }
    answer->silences = rows;
    answer->silence_count = (uint32_t)message->n_silences;
    return TCN_OK;
}
