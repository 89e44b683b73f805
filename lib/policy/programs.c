/* SPDX-License-Identifier: Apache-2.0 */
/*
 * programs.yaml: public posts and placements. The file may be left out where no domain is of
 * procedure placement; where one is, each such domain has one program.
 */
#include "policy/compile_plans.h"

#include <string.h>

/** One entry as it is written. */
struct tcn_raw_program {
    char *id;
    char *title_zh;
    char *title_en;
    char *domain;
    char *payer;
    char *monthly_fen;
    char *monthly_min_fen;
    char *monthly_max_fen;
    char *per;
    char *metres_max;
    char *months;
    char *worker_fen;
    char *firm_fen;
    char *village_fen;
    char **confirms;
    uint32_t confirms_count;
    char *approves_late;
    char *proof_days;
    char *remind_days;
    char *article;
    char *confidence;
};

/** programs.yaml. */
struct tcn_raw_programs {
    struct tcn_raw_program *programs;
    uint32_t programs_count;
};

static const cyaml_schema_field_t program_fields[] = {
    TCN_RAW_TEXT(tcn_raw_program, id),
    TCN_RAW_TEXT(tcn_raw_program, title_zh),
    TCN_RAW_TEXT(tcn_raw_program, title_en),
    TCN_RAW_TEXT(tcn_raw_program, domain),
    TCN_RAW_TEXT(tcn_raw_program, payer),
    TCN_RAW_TEXT(tcn_raw_program, monthly_fen),
    TCN_RAW_TEXT(tcn_raw_program, monthly_min_fen),
    TCN_RAW_TEXT(tcn_raw_program, monthly_max_fen),
    TCN_RAW_TEXT(tcn_raw_program, per),
    TCN_RAW_TEXT(tcn_raw_program, metres_max),
    TCN_RAW_TEXT(tcn_raw_program, months),
    TCN_RAW_TEXT(tcn_raw_program, worker_fen),
    TCN_RAW_TEXT(tcn_raw_program, firm_fen),
    TCN_RAW_TEXT(tcn_raw_program, village_fen),
    TCN_RAW_LIST(tcn_raw_program, confirms, &tcn_schema_word, TCN_PROGRAM_ORGANS_MAX),
    TCN_RAW_TEXT(tcn_raw_program, approves_late),
    TCN_RAW_TEXT(tcn_raw_program, proof_days),
    TCN_RAW_TEXT(tcn_raw_program, remind_days),
    TCN_RAW_TEXT(tcn_raw_program, article),
    TCN_RAW_TEXT(tcn_raw_program, confidence),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t program_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct tcn_raw_program, program_fields)};

static const cyaml_schema_field_t programs_fields[] = {
    TCN_RAW_LIST(tcn_raw_programs, programs, &program_value, TCN_PROGRAMS_MAX),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t tcn_schema_programs = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct tcn_raw_programs, programs_fields)};

static const char *const per_words[] = {"post", "km"};

/** Metres of a kilometre, for which a road keeper is paid. */
#define KM 1000u

/** An amount that may be left out; 0 then. */
static uint64_t fen_of(const struct tcn_plan_entry *entry, const char *field, const char *raw) {
    const struct tcn_range range = {.min = 0, .max = TCN_PROGRAM_FEN_MAX, .fallback = 0};
    return tcn_value_number(&entry->values, field, raw, range);
}

/** One amount, or bounds, or neither. */
static void compile_monthly(const struct tcn_plan_entry *entry, const struct tcn_raw_program *raw,
                            struct tcn_program *program) {
    const bool has_min = raw->monthly_min_fen != NULL;
    const bool has_max = raw->monthly_max_fen != NULL;
    if (raw->monthly_fen != NULL && (has_min || has_max)) {
        tcn_value_fault(&entry->values, "monthly_fen",
                        "expected one amount, or the bounds monthly_min_fen and monthly_max_fen");
    }
    if (has_min != has_max) {
        tcn_value_fault(&entry->values, has_min ? "monthly_min_fen" : "monthly_max_fen",
                        "expected both bounds: monthly_min_fen and monthly_max_fen");
    }
    program->monthly_min_fen = has_min ? fen_of(entry, "monthly_min_fen", raw->monthly_min_fen)
                                       : fen_of(entry, "monthly_fen", raw->monthly_fen);
    program->monthly_max_fen =
        has_max ? fen_of(entry, "monthly_max_fen", raw->monthly_max_fen) : program->monthly_min_fen;
    if (has_min && has_max && program->monthly_min_fen > program->monthly_max_fen) {
        tcn_value_fault(&entry->values, "monthly_max_fen", "expected monthly_min_fen or more");
    }
}

/** By the post, or by the kilometre up to so many metres. */
static void compile_per(const struct tcn_plan_entry *entry, const struct tcn_raw_program *raw,
                        struct tcn_program *program) {
    const struct tcn_range metres = {.min = 1, .max = TCN_PROGRAM_METRES_MAX, .fallback = 0};
    uint32_t per = 1;
    if (raw->per != NULL) {
        per = tcn_plan_choose(entry, "per", raw->per, (struct tcn_value_words){per_words, 2});
    }
    if (per == 2) {
        program->per_metres = KM;
        program->metres_max =
            (uint32_t)tcn_value_number(&entry->values, "metres_max", raw->metres_max, metres);
    } else if (raw->metres_max != NULL) {
        tcn_value_fault(&entry->values, "metres_max", "expected none: it goes with per: km");
    }
    if (per == 2 && program->monthly_max_fen == 0) {
        tcn_value_fault(&entry->values, "per", "expected monthly_fen: what a km is paid by");
    }
}

/** A word of another list, which must be there. */
static void take_word(const struct tcn_plan_entry *entry, const char *field, const char *raw,
                      const struct tcn_plan_words *known, char *out_word) {
    const char *what =
        known == &entry->compile->placements ? "domain of procedure placement" : "organ";
    if (tcn_value_is_there(&entry->values, field, raw, what)) {
        tcn_plan_word(entry, field, raw, what, known, out_word);
    }
}

static void check_domain(const struct tcn_plan_entry *entry, const struct tcn_program *rows,
                         uint32_t index) {
    for (uint32_t i = 0; rows[index].domain[0] != '\0' && i < index; i++) {
        if (strcmp(rows[i].domain, rows[index].domain) == 0) {
            tcn_value_fault(&entry->values, "domain", "\"%s\" is of \"%s\" already", rows[i].domain,
                            rows[i].id);
            return;
        }
    }
}

/** Whose word counts, and who is the second: a proof has two organs, so the second is not the only
 * one that may bring it. */
static void check_second(const struct tcn_plan_entry *entry, const struct tcn_program *program) {
    const bool is_alone = program->confirm_count == 1 && program->approves_late[0] != '\0' &&
                          strcmp(program->confirms[0], program->approves_late) == 0;
    if (program->confirm_count == 0) {
        tcn_value_fault(&entry->values, "confirms", "is missing: expected at least one organ");
    }
    if (is_alone) {
        tcn_value_fault(&entry->values, "approves_late",
                        "expected another organ than the only one that confirms");
    }
}

static void compile_program(struct tcn_compile_plans *compile, const struct tcn_raw_program *raw,
                            uint32_t index) {
    struct tcn_program *rows = compile->tables->programs;
    struct tcn_program *program = &rows[index];
    struct tcn_plan_entry entry = tcn_plan_entry_at(compile, TCN_PLAN_PROGRAMS, "programs", index);
    const struct tcn_range months = {.min = 1, .max = TCN_PROGRAM_MONTHS_MAX, .fallback = 0};
    const struct tcn_range days = {.min = 1, .max = TCN_PROGRAM_DAYS_MAX, .fallback = 0};
    struct tcn_plan_origin origin = {.confidence = 0};
    tcn_plan_id(&entry, raw->id, (struct tcn_plan_rows){rows, sizeof(*rows), index}, program->id);
    (void)tcn_value_is_there(&entry.values, "title_zh", raw->title_zh, "a title in Chinese");
    tcn_value_text(&entry.values, "title_zh", raw->title_zh, program->title_zh,
                   sizeof(program->title_zh));
    (void)tcn_value_is_there(&entry.values, "title_en", raw->title_en, "a title in English");
    tcn_value_text(&entry.values, "title_en", raw->title_en, program->title_en,
                   sizeof(program->title_en));
    take_word(&entry, "domain", raw->domain, &compile->placements, program->domain);
    take_word(&entry, "payer", raw->payer, &compile->organs, program->payer);
    compile_monthly(&entry, raw, program);
    compile_per(&entry, raw, program);
    program->months = (uint32_t)tcn_value_number(&entry.values, "months", raw->months, months);
    program->worker_fen = fen_of(&entry, "worker_fen", raw->worker_fen);
    program->firm_fen = fen_of(&entry, "firm_fen", raw->firm_fen);
    program->village_fen = fen_of(&entry, "village_fen", raw->village_fen);
    program->confirm_count = tcn_plan_copy(
        &entry, (struct tcn_plan_list){"confirms", raw->confirms, raw->confirms_count}, "organ",
        &compile->organs, program->confirms);
    take_word(&entry, "approves_late", raw->approves_late, &compile->organs,
              program->approves_late);
    program->proof_days =
        (uint32_t)tcn_value_number(&entry.values, "proof_days", raw->proof_days, days);
    program->remind_days =
        (uint32_t)tcn_value_number(&entry.values, "remind_days", raw->remind_days, days);
    tcn_plan_origin(&entry, raw->article, raw->confidence, &origin);
    memcpy(program->article, origin.article, sizeof(program->article));
    program->confidence = (uint32_t)origin.confidence;
    check_domain(&entry, rows, index);
    check_second(&entry, program);
}

/** Each domain of placements has its program. */
static void check_all(const struct tcn_compile_plans *compile, uint32_t count) {
    const struct tcn_program *rows = compile->tables->programs;
    const struct tcn_values top = {.file = &compile->files[TCN_PLAN_PROGRAMS],
                                   .errors = compile->errors};
    for (size_t i = 0; i < compile->placements.count; i++) {
        bool is_there = false;
        for (uint32_t k = 0; k < count; k++) {
            is_there = is_there || strcmp(rows[k].domain, compile->placements.words[i]) == 0;
        }
        if (!is_there) {
            tcn_value_fault(&top, "programs", "expected a program of the domain \"%s\"",
                            compile->placements.words[i]);
        }
    }
}

enum tcn_status tcn_compile_programs(struct tcn_compile_plans *compile) {
    const struct tcn_raw_programs *raw = compile->raws[TCN_PLAN_PROGRAMS];
    void *made = NULL;
    if (raw == NULL) {
        return TCN_OK;
    }
    enum tcn_status status =
        tcn_plan_make(compile, TCN_PLAN_PROGRAMS, "programs", raw->programs_count,
                      sizeof(*compile->tables->programs), &made);
    compile->tables->programs = made;
    for (uint32_t i = 0; made != NULL && i < raw->programs_count; i++) {
        compile_program(compile, &raw->programs[i], i);
    }
    if (made != NULL) {
        check_all(compile, raw->programs_count);
    }
    compile->tables->plans.programs = made;
    compile->tables->plans.program_count = made != NULL ? raw->programs_count : 0;
    return status;
}
