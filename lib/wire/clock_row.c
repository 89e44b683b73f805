/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/clock_row.h"

#include "base/text.h"

static const struct tcn_scan_rule clock_rules[] = {
    [1] = TCN_RULE_WORD,
    [2] = TCN_RULE_TEXT(TCN_TITLE_BYTES_MAX),
    [3] = TCN_RULE_TEXT(TCN_TITLE_BYTES_MAX),
    [4] = TCN_RULE_NUMBER(TCN_CLOCK_UNTIL),
    [5] = TCN_RULE_U32,
    [6] = TCN_RULE_U32,
    [7] = TCN_RULE_NUMBER(TCN_CLOCK_WINDOW),
    [8] = TCN_RULE_NUMBER(TCN_CLOCK_OUTSIDE),
    [9] = TCN_RULE_U64,
    [10] = TCN_RULE_I64,
    [11] = TCN_RULE_I64,
    [12] = TCN_RULE_NUMBER(7),
    [13] = TCN_RULE_I64,
    [14] = TCN_RULE_I64,
    [15] = TCN_RULE_NUMBER(INT32_MAX),
    [16] = TCN_RULE_FLAG,
    [17] = TCN_RULE_NUMBER(TCN_CLOCK_LEFT),
    [18] = TCN_RULE_NUMBER(TCN_VERDICT_UNMEASURED),
    [19] = TCN_RULE_I64,
    [20] = TCN_RULE_U64,
    [21] = TCN_RULE_U32,
    [22] = TCN_RULE_U32,
};

const struct tcn_scan_table tcn_wire_clock_table = {
    .rules = clock_rules,
    .rule_count = TCN_RULE_COUNT(clock_rules),
    .required = TCN_RULE_BIT(1),
};

enum tcn_status tcn_wire_clock_put(uint32_t number, const struct tcn_clock_row *row,
                                   struct tcn_writer *writer) {
    const struct tcn_matter_clock *clock = &row->clock;
    char title_zh[TCN_TITLE_BYTES_MAX + 1];
    char title_en[TCN_TITLE_BYTES_MAX + 1];
    if (tcn_text_copy(row->title_zh, title_zh, sizeof(title_zh)) != TCN_OK ||
        tcn_text_copy(row->title_en, title_en, sizeof(title_en)) != TCN_OK) {
        return TCN_TOOBIG;
    }
    Tocsin__V1__ClockRow message;
    tocsin__v1__clock_row__init(&message);
    message.id = tcn_pb_chars(clock->id);
    message.title_zh = title_zh;
    message.title_en = title_en;
    message.unit = (uint32_t)clock->terms.unit;
    message.amount = clock->terms.amount;
    message.extend_max = clock->terms.extend_max;
    message.bound = (uint32_t)clock->terms.bound;
    message.owes = (uint32_t)clock->terms.owes;
    message.policy_version = clock->policy_version;
    message.start_ns = clock->clock.start_ns;
    message.extended_until_ns = clock->clock.extended_until_ns;
    message.fired_steps = clock->clock.fired_steps;
    message.due_ns = clock->times.due_ns;
    message.limit_ns = clock->times.limit_ns;
    message.missing_year = (uint32_t)clock->times.missing_year;
    message.is_paused = clock->times.is_paused;
    message.end = (Tocsin__V1__ClockEnd)clock->end;
    message.verdict = (Tocsin__V1__ClockVerdict)clock->verdict;
    message.stop_ns = clock->stop_ns;
    message.stop_position = clock->stop_position;
    message.run_count = clock->run_count;
    message.late_count = clock->late_count;
    return tcn_pb_put_message(number, &message.base, writer);
}

void tcn_wire_clock_take(const Tocsin__V1__ClockRow *message, struct tcn_clock_row *out_row) {
    struct tcn_clock_row row = {
        .clock = {.terms = {.unit = (enum tcn_clock_unit)message->unit,
                            .amount = message->amount,
                            .extend_max = message->extend_max,
                            .bound = (enum tcn_clock_bound)message->bound,
                            .owes = (enum tcn_clock_owes)message->owes},
                  .policy_version = message->policy_version,
                  .clock = {.start_ns = message->start_ns,
                            .extended_until_ns = message->extended_until_ns,
                            .fired_steps = message->fired_steps},
                  .times = {.due_ns = message->due_ns,
                            .limit_ns = message->limit_ns,
                            .missing_year = (int32_t)message->missing_year,
                            .is_paused = message->is_paused},
                  .end = (enum tcn_clock_end)message->end,
                  .verdict = (enum tcn_clock_verdict)message->verdict,
                  .stop_ns = message->stop_ns,
                  .stop_position = message->stop_position,
                  .run_count = message->run_count,
                  .late_count = message->late_count},
        .title_zh = tcn_pb_take_text(message->title_zh),
        .title_en = tcn_pb_take_text(message->title_en),
    };
    tcn_pb_take_chars(message->id, row.clock.id, sizeof(row.clock.id));
    row.clock.rule = tcn_clock_rule_number(tcn_slice_text(row.clock.id));
    *out_row = row;
}
