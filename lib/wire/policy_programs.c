/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programs of public posts and placements. A fold computes with these rows without asking again, so
 * both directions refuse what model/program.h does not promise.
 */
#include "wire/pb.h"
#include "wire/policy_parts.h"

#include <string.h>

#define ARTICLE_BYTES_MAX 255u
#define TITLE_MAX 127u

static const struct tcn_scan_rule program_rules[] = {
    [1] = TCN_RULE_WORD,
    [2] = TCN_RULE_TEXT(TITLE_MAX),
    [3] = TCN_RULE_TEXT(TITLE_MAX),
    [4] = TCN_RULE_WORD,
    [5] = TCN_RULE_ORGAN,
    [6] = TCN_RULE_NUMBER(TCN_PROGRAM_FEN_MAX),
    [7] = TCN_RULE_NUMBER(TCN_PROGRAM_FEN_MAX),
    [8] = TCN_RULE_NUMBER(TCN_PROGRAM_METRES_MAX),
    [9] = TCN_RULE_NUMBER(TCN_PROGRAM_METRES_MAX),
    [10] = TCN_RULE_NUMBER(TCN_PROGRAM_MONTHS_MAX),
    [11] = TCN_RULE_NUMBER(TCN_PROGRAM_FEN_MAX),
    [12] = TCN_RULE_NUMBER(TCN_PROGRAM_FEN_MAX),
    [13] = TCN_RULE_NUMBER(TCN_PROGRAM_FEN_MAX),
    [14] = {.kind = TCN_SCAN_PACKED,
            .count_max = TCN_PROGRAM_ORGANS_MAX,
            .min = 1,
            .max = UINT16_MAX},
    [15] = TCN_RULE_ORGAN,
    [16] = TCN_RULE_NUMBER(TCN_PROGRAM_DAYS_MAX),
    [17] = TCN_RULE_NUMBER(TCN_PROGRAM_DAYS_MAX),
    [18] = TCN_RULE_TEXT(ARTICLE_BYTES_MAX),
    [19] = TCN_RULE_NUMBER(TCN_PLAN_PROPOSAL),
};

const struct tcn_scan_table tcn_scan_program = {
    .rules = program_rules,
    .rule_count = TCN_RULE_COUNT(program_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(4) | TCN_RULE_BIT(5) | TCN_RULE_BIT(10) |
                TCN_RULE_BIT(14) | TCN_RULE_BIT(15) | TCN_RULE_BIT(16) | TCN_RULE_BIT(17) |
                TCN_RULE_BIT(19),
};

/** True for 1 to `max`. */
static bool is_within(uint64_t value, uint64_t max) {
    return value > 0 && value <= max;
}

static bool is_organ(const struct tcn_policy *policy, const char *id) {
    return tcn_policy_organ_by_id(policy, tcn_slice_text(id)) != NULL;
}

static bool are_amounts(const struct tcn_program *program) {
    const uint64_t max = TCN_PROGRAM_FEN_MAX;
    const bool is_by_road = program->per_metres != 0;
    return program->monthly_min_fen <= program->monthly_max_fen &&
           program->monthly_max_fen <= max && program->worker_fen <= max &&
           program->firm_fen <= max && program->village_fen <= max &&
           program->per_metres <= TCN_PROGRAM_METRES_MAX &&
           program->metres_max <= TCN_PROGRAM_METRES_MAX &&
           is_by_road == (program->metres_max != 0) &&
           (!is_by_road || program->monthly_max_fen != 0);
}

static bool are_confirmers(const struct tcn_policy *policy, const struct tcn_program *program) {
    bool is_good = is_within(program->confirm_count, TCN_PROGRAM_ORGANS_MAX);
    for (uint32_t i = 0; is_good && i < program->confirm_count; i++) {
        is_good = is_organ(policy, program->confirms[i]);
    }
    return is_good;
}

static bool is_program(const struct tcn_policy *policy, const struct tcn_program *program) {
    const struct tcn_domain *domain = tcn_policy_domain(policy, tcn_slice_text(program->domain));
    return program->id[0] != '\0' && domain != NULL &&
           domain->procedure == TCN_PROCEDURE_PLACEMENT && is_organ(policy, program->payer) &&
           is_organ(policy, program->approves_late) && are_confirmers(policy, program) &&
           are_amounts(program) && is_within(program->months, TCN_PROGRAM_MONTHS_MAX) &&
           is_within(program->proof_days, TCN_PROGRAM_DAYS_MAX) &&
           is_within(program->remind_days, TCN_PROGRAM_DAYS_MAX) &&
           is_within(program->confidence, TCN_PLAN_PROPOSAL);
}

/** True when no row before has its id or its domain. */
static bool is_its_own(const struct tcn_program *programs, uint32_t index) {
    for (uint32_t i = 0; i < index; i++) {
        if (strcmp(programs[i].id, programs[index].id) == 0 ||
            strcmp(programs[i].domain, programs[index].domain) == 0) {
            return false;
        }
    }
    return true;
}

enum tcn_status tcn_policy_programs_check(const struct tcn_policy *policy) {
    const struct tcn_plans *plans = policy->plans;
    bool is_good = true;
    if (plans == NULL) {
        return TCN_OK;
    }
    if (plans->program_count > TCN_PROGRAMS_MAX) {
        return TCN_TOOBIG;
    }
    for (uint32_t i = 0; is_good && i < plans->program_count; i++) {
        is_good = is_its_own(plans->programs, i) && is_program(policy, &plans->programs[i]);
    }
    return is_good ? TCN_OK : TCN_BAD_VALUE;
}

/** The number of an organ that was checked. */
static uint32_t number_of(const struct tcn_policy *policy, const char *id) {
    const struct tcn_organ *organ = tcn_policy_organ_by_id(policy, tcn_slice_text(id));
    TCN_CHECK(organ != NULL);
    return organ->number;
}

static enum tcn_status put_program(const struct tcn_policy *policy,
                                   const struct tcn_program *program, struct tcn_writer *writer) {
    uint32_t confirms[TCN_PROGRAM_ORGANS_MAX];
    for (uint32_t i = 0; i < program->confirm_count; i++) {
        confirms[i] = number_of(policy, program->confirms[i]);
    }
    Tocsin__V1__Program message;
    tocsin__v1__program__init(&message);
    message.id = tcn_pb_chars(program->id);
    message.title_zh = tcn_pb_chars(program->title_zh);
    message.title_en = tcn_pb_chars(program->title_en);
    message.domain = tcn_pb_chars(program->domain);
    message.payer = number_of(policy, program->payer);
    message.monthly_min_fen = program->monthly_min_fen;
    message.monthly_max_fen = program->monthly_max_fen;
    message.per_metres = program->per_metres;
    message.metres_max = program->metres_max;
    message.months = program->months;
    message.worker_fen = program->worker_fen;
    message.firm_fen = program->firm_fen;
    message.village_fen = program->village_fen;
    message.confirms = confirms;
    message.n_confirms = program->confirm_count;
    message.approves_late = number_of(policy, program->approves_late);
    message.proof_days = program->proof_days;
    message.remind_days = program->remind_days;
    message.article = tcn_pb_chars(program->article);
    message.confidence = program->confidence;
    return tcn_pb_put_message(TCN_POLICY_FIELD_PROGRAMS, &message.base, writer);
}

enum tcn_status tcn_policy_programs_put(const struct tcn_policy *policy,
                                        struct tcn_writer *writer) {
    const struct tcn_plans *plans = policy->plans;
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; plans != NULL && i < plans->program_count && status == TCN_OK; i++) {
        status = put_program(policy, &plans->programs[i], writer);
    }
    return status;
}

/** The id of an organ; empty when the policy does not have it: the check refuses that. */
static void take_organ(const struct tcn_policy *policy, uint32_t number,
                       char out_id[TCN_WORD_BYTES_MAX + 1]) {
    const struct tcn_organ *organ = tcn_policy_organ(policy, (uint16_t)number);
    memset(out_id, 0, TCN_WORD_BYTES_MAX + 1);
    if (organ != NULL) {
        memcpy(out_id, organ->id, sizeof(organ->id));
    }
}

static void take_program(const Tocsin__V1__Program *message, const struct tcn_policy *policy,
                         struct tcn_program *program) {
    TCN_CHECK(message->n_confirms <= TCN_PROGRAM_ORGANS_MAX);
    tcn_pb_take_chars(message->id, program->id, sizeof(program->id));
    tcn_pb_take_chars(message->title_zh, program->title_zh, sizeof(program->title_zh));
    tcn_pb_take_chars(message->title_en, program->title_en, sizeof(program->title_en));
    tcn_pb_take_chars(message->domain, program->domain, sizeof(program->domain));
    tcn_pb_take_chars(message->article, program->article, sizeof(program->article));
    take_organ(policy, message->payer, program->payer);
    take_organ(policy, message->approves_late, program->approves_late);
    program->monthly_min_fen = message->monthly_min_fen;
    program->monthly_max_fen = message->monthly_max_fen;
    program->per_metres = message->per_metres;
    program->metres_max = message->metres_max;
    program->months = message->months;
    program->worker_fen = message->worker_fen;
    program->firm_fen = message->firm_fen;
    program->village_fen = message->village_fen;
    program->confirm_count = (uint32_t)message->n_confirms;
    for (size_t i = 0; i < message->n_confirms; i++) {
        take_organ(policy, message->confirms[i], program->confirms[i]);
    }
    program->proof_days = message->proof_days;
    program->remind_days = message->remind_days;
    program->confidence = message->confidence;
}

enum tcn_status tcn_policy_programs_take(const Tocsin__V1__Policy *found, struct tcn_arena *arena,
                                         const struct tcn_policy *policy, struct tcn_plans *plans) {
    struct tcn_program *programs = tcn_arena_alloc(arena, found->n_programs * sizeof(*programs));
    if (programs == NULL) {
        return TCN_NOMEM;
    }
    for (size_t i = 0; i < found->n_programs; i++) {
        take_program(found->programs[i], policy, &programs[i]);
    }
    plans->programs = programs;
    plans->program_count = (uint32_t)found->n_programs;
    return TCN_OK;
}
