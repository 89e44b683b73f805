/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/matter_row.h"

static const struct tcn_scan_rule matter_rules[] = {
    [1] = TCN_RULE_U64,
    [2] = TCN_RULE_ID,
    [3] = TCN_RULE_NUMBER(TCN_MODE_EXERCISE),
    [4] = TCN_RULE_NUMBER(TCN_STAGE_MAX),
    [5] = TCN_RULE_WORD,
    [6] = TCN_RULE_NUMBER(UINT64_C(999999999999)),
    [7] = TCN_RULE_ORGAN,
    [8] = TCN_RULE_ORGAN,
    [9] = TCN_RULE_NUMBER(TCN_SEVERITY_DANGER),
    [10] = TCN_RULE_U32,
    [11] = TCN_RULE_U32,
    [12] = TCN_RULE_I64,
    [13] = TCN_RULE_I64,
    [14] = TCN_RULE_U64,
    [15] = TCN_RULE_NUMBER(INT32_MAX),
    [16] = TCN_RULE_I64,
    [17] = TCN_RULE_NUMBER(TCN_PROCEDURE_MAX),
    [18] = TCN_RULE_U32,
    [19] = TCN_RULE_U32,
    [20] = TCN_RULE_NUMBER(INT32_MAX),
    [21] = TCN_RULE_WORD,
    [22] = TCN_RULE_WORD,
    [30] = TCN_RULE_NUMBER(TCN_LEVELS_MAX),
    [31] = TCN_RULE_NUMBER(TCN_COUNT_EXACT),
};

const struct tcn_scan_table tcn_wire_matter_table = {
    .rules = matter_rules,
    .rule_count = TCN_RULE_COUNT(matter_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2),
};

enum tcn_status tcn_wire_matter_put(uint32_t number, const struct tcn_matter *matter,
                                    struct tcn_writer *writer) {
    Tocsin__V1__MatterRow message;
    tocsin__v1__matter_row__init(&message);
    message.birth_position = matter->birth_position;
    message.id = tcn_pb_fixed(matter->id.bytes, sizeof(matter->id.bytes));
    message.mode = (Tocsin__V1__Mode)matter->mode;
    message.stage = (Tocsin__V1__Stage)matter->stage;
    message.domain = tcn_pb_chars(matter->domain);
    message.division = matter->division;
    message.office = matter->office;
    message.holder = matter->holder;
    message.severity = (Tocsin__V1__Severity)matter->severity;
    message.flags = matter->flags;
    message.event_count = matter->event_count;
    message.learned_ns = matter->learned_ns;
    message.opened_ns = matter->opened_ns;
    message.last_position = matter->last_position;
    message.last_act = (Tocsin__V1__Act)matter->last_act;
    message.last_ns = matter->last_ns;
    message.kind = (Tocsin__V1__ProcedureKind)matter->kind;
    message.marks = matter->marks & ~TCN_MARKS_OWN;
    message.bounce_count = matter->bounce_count;
    message.second_act = (Tocsin__V1__Act)matter->second.act;
    message.second_domain = tcn_pb_chars(matter->second.domain);
    message.second_organ = tcn_pb_chars(matter->second.organ);
    message.level = matter->toll.degree.rank;
    message.level_sure = (Tocsin__V1__CountKind)matter->toll.degree.sure;
    return tcn_pb_put_message(number, &message.base, writer);
}

/** True for no act, and for one of the list. */
static bool is_act(uint32_t number) {
    return number == 0 || tcn_act_is_known(number);
}

enum tcn_status tcn_wire_matter_take(const Tocsin__V1__MatterRow *message,
                                     struct tcn_matter *matter) {
    if (!is_act((uint32_t)message->last_act) || !is_act((uint32_t)message->second_act)) {
        return TCN_BAD_VALUE;
    }
    *matter = (struct tcn_matter){
        .birth_position = message->birth_position,
        .mode = (enum tcn_mode)message->mode,
        .stage = (enum tcn_stage)message->stage,
        .division = message->division,
        .office = (uint16_t)message->office,
        .holder = (uint16_t)message->holder,
        .severity = (enum tcn_severity)message->severity,
        .flags = message->flags,
        .event_count = message->event_count,
        .learned_ns = message->learned_ns,
        .opened_ns = message->opened_ns,
        .last_position = message->last_position,
        .last_act = (enum tcn_act)message->last_act,
        .last_ns = message->last_ns,
        .kind = (enum tcn_procedure_kind)message->kind,
        .marks = message->marks,
        .bounce_count = message->bounce_count,
        .toll = {.degree = {.rank = (uint16_t)message->level,
                            .sure = (enum tcn_count_kind)message->level_sure}},
        .second = {.act = (enum tcn_act)message->second_act},
    };
    tcn_pb_take_fixed(&message->id, matter->id.bytes, sizeof(matter->id.bytes));
    tcn_pb_take_chars(message->domain, matter->domain, sizeof(matter->domain));
    tcn_pb_take_chars(message->second_domain, matter->second.domain, sizeof(matter->second.domain));
    tcn_pb_take_chars(message->second_organ, matter->second.organ, sizeof(matter->second.organ));
    return TCN_OK;
}
