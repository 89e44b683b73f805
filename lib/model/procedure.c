/* SPDX-License-Identifier: Apache-2.0 */
#include "model/procedure.h"

#include "base/text.h"

/** One line of a list, at the index of its number. */
struct named_row {
    const char *word;
    const char *title_zh;
    const char *title_en;
};

static const struct named_row kinds[] = {[TCN_PROCEDURE_NONE] = {"none", "", ""},
#define KIND_ROW(name_, number_, word_, zh_, en_) [(number_)] = {(word_), (zh_), (en_)},
                                         TCN_PROCEDURE_LIST(KIND_ROW)
#undef KIND_ROW
};

#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

static const struct named_row stages[] = {[TCN_STAGE_NONE] = {"none", "", ""},
#define STAGE_ROW(name_, number_, word_, zh_) [(number_)] = {(word_), (zh_), ""},
                                          TCN_STAGE_LIST(STAGE_ROW)
#undef STAGE_ROW
};

#define STAGE_COUNT (sizeof(stages) / sizeof(stages[0]))

/** A bit of a set. */
struct named_bit {
    uint32_t bit;
    const char *word;
};

static const struct named_bit facts[] = {
    {TCN_FACT_MAJOR, "major"},
    {TCN_FACT_FIVE, "five"},
    {TCN_FACT_PATH, "path"},
    {TCN_FACT_TO_LISTED, "to_listed"},
    {TCN_FACT_PURPOSE, "purpose"},
    {TCN_FACT_IN_DANGER, "in_danger"},
    {TCN_FACT_GRADE, "grade"},
    {TCN_FACT_REASON, "reason"},
    {TCN_FACT_HOW, "how"},
    {TCN_FACT_POST, "post"},
    {TCN_FACT_UNTIL, "until"},
    {TCN_FACT_TO_ORGAN, "to_organ"},
    {TCN_FACT_DOMAIN, "domain"},
    {TCN_FACT_NEXT_STEP, "next_step"},
    {TCN_FACT_AMOUNT, "amount"},
    {TCN_FACT_COUNT, "count"},
    {TCN_FACT_VILLAGERS, "villagers"},
    {TCN_FACT_HARM, "harm"},
    {TCN_FACT_SECOND, "second"},
    {TCN_FACT_HELD, "held"},
    {TCN_FACT_GUARDED, "guarded"},
    {TCN_FACT_LAST_BOUNCE, "last_bounce"},
    {TCN_FACT_ALL_OUT, "all_out"},
    {TCN_FACT_EVENT, "event"},
    {TCN_FACT_ON_DUTY, "on_duty"},
    {TCN_FACT_CLAIM, "claim"},
    {TCN_FACT_MONTH, "month"},
    {TCN_FACT_MISSING, "missing_items"},
    {TCN_FACT_EVIDENCE, "evidence"},
};

static const struct named_bit marks[] = {
    {TCN_MARK_MAJOR, "major"},         {TCN_MARK_FIVE, "five"},
    {TCN_MARK_PATH, "path"},           {TCN_MARK_EXTENDED, "extended"},
    {TCN_MARK_TOLD, "told"},           {TCN_MARK_LISTED, "listed"},
    {TCN_MARK_SUSPENDED, "suspended"}, {TCN_MARK_PEOPLE_OUT, "people_out"},
    {TCN_MARK_REVIEWED, "reviewed"},   {TCN_MARK_KEPT, "kept"},
};

/** The word of a bit; "none" for what is no single bit of the list. */
static const char *bit_word(const struct named_bit *bits, size_t count, uint32_t bit) {
    for (size_t i = 0; i < count; i++) {
        if (bits[i].bit == bit) {
            return bits[i].word;
        }
    }
    return "none";
}

/** The row of a kind; that of none for a number that is not in the list. */
static const struct named_row *kind_row(enum tcn_procedure_kind kind) {
    return &kinds[(unsigned)kind < KIND_COUNT ? (unsigned)kind : 0];
}

static const struct named_row *stage_row(enum tcn_stage stage) {
    return &stages[(unsigned)stage < STAGE_COUNT ? (unsigned)stage : 0];
}

const char *tcn_procedure_name(enum tcn_procedure_kind kind) {
    return kind_row(kind)->word;
}

const char *tcn_procedure_title_zh(enum tcn_procedure_kind kind) {
    return kind_row(kind)->title_zh;
}

const char *tcn_procedure_title_en(enum tcn_procedure_kind kind) {
    return kind_row(kind)->title_en;
}

enum tcn_status tcn_procedure_from_name(struct tcn_slice word, enum tcn_procedure_kind *out_kind) {
    for (size_t i = 1; i < KIND_COUNT; i++) {
        if (tcn_slice_is_text(word, kinds[i].word)) {
            *out_kind = (enum tcn_procedure_kind)i;
            return TCN_OK;
        }
    }
    return TCN_ABSENT;
}

const char *tcn_stage_name(enum tcn_stage stage) {
    return stage_row(stage)->word;
}

enum tcn_status tcn_stage_from_name(struct tcn_slice word, enum tcn_stage *out_stage) {
    for (size_t i = 1; i < STAGE_COUNT; i++) {
        if (tcn_slice_is_text(word, stages[i].word)) {
            *out_stage = (enum tcn_stage)i;
            return TCN_OK;
        }
    }
    return TCN_ABSENT;
}

const char *tcn_stage_title_zh(enum tcn_stage stage) {
    return stage_row(stage)->title_zh;
}

const char *tcn_fact_name(uint32_t fact) {
    return bit_word(facts, sizeof(facts) / sizeof(facts[0]), fact);
}

const char *tcn_mark_name(uint32_t mark) {
    return bit_word(marks, sizeof(marks) / sizeof(marks[0]), mark);
}
