/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/compile.h"

#include "base/text.h"

#include <string.h>

static const char *const kind_words[] = {"desk", "bureau", "office"};
static const enum tcn_organ_kind kinds[] = {TCN_ORGAN_DESK, TCN_ORGAN_BUREAU, TCN_ORGAN_OFFICE,
                                            TCN_ORGAN_NONE};

#define KIND_COUNT (sizeof(kind_words) / sizeof(kind_words[0]))

/** Where the fields of an organ are, by its place in the file from 0. */
static struct tcn_values organ_at(const struct tcn_compile *compile, uint32_t index) {
    return (struct tcn_values){.file = &compile->files[TCN_PART_ORGANS],
                               .errors = compile->errors,
                               .section = "organs",
                               .entry = index + 1};
}

const struct tcn_organ *tcn_compile_organ(const struct tcn_compile *compile,
                                          const struct tcn_values *values, const char *field,
                                          const char *word) {
    if (compile->organs == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < compile->organs->organs_count; i++) {
        if (strcmp(compile->organ_ids[i], word) == 0) {
            return &compile->tables->organs[i];
        }
    }
    struct tcn_value_words words = {compile->organ_ids, compile->organs->organs_count};
    tcn_compile_unknown(compile, values, field, word,
                        (struct tcn_compile_words){TCN_PART_ORGANS, "organ", words});
    return NULL;
}

uint16_t tcn_compile_told(const struct tcn_compile *compile, const struct tcn_values *values,
                          const char *field, const char *word) {
    if (compile->organs == NULL) {
        return 0;
    }
    const uint32_t count = compile->organs->organs_count;
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(compile->organ_ids[i], word) == 0) {
            return compile->tables->organs[i].number;
        }
    }
    if (strcmp(word, TCN_POLICY_PLACE_WORD) == 0) {
        return TCN_ORGAN_OF_PLACE;
    }
    struct tcn_value_words words = {compile->organ_ids, count + 1};
    tcn_compile_unknown(compile, values, field, word,
                        (struct tcn_compile_words){TCN_PART_ORGANS, "organ", words});
    return 0;
}

/** A telephone number: digits, and what people put between them. */
static void check_phone(const struct tcn_values *values, const char *phone) {
    if (strspn(phone, "0123456789+- ") != strlen(phone)) {
        tcn_value_fault(values, "duty_phone",
                        "expected a telephone number: digits, + - and spaces");
    }
}

/** Everything of an organ that needs no other organ. */
static void compile_organ(struct tcn_compile *compile, uint32_t index) {
    const struct tcn_raw_organ *raw = &compile->organs->organs[index];
    struct tcn_organ *organ = &compile->tables->organs[index];
    struct tcn_values values = organ_at(compile, index);
    struct tcn_range range = {.min = 1, .max = UINT16_MAX, .fallback = 0};
    struct tcn_value_words words = {kind_words, KIND_COUNT};
    tcn_value_word(&values, "id", raw->id, organ->id);
    if (strcmp(organ->id, TCN_POLICY_PLACE_WORD) == 0) {
        tcn_value_fault(&values, "id", "\"%s\" stands for the office of a matter's place",
                        organ->id);
    }
    organ->number = (uint16_t)tcn_value_number(&values, "number", raw->number, range);
    if (organ->number == TCN_ORGAN_OF_PLACE) {
        tcn_value_fault(&values, "number", "%u stands for the office of a matter's place",
                        organ->number);
    }
    organ->kind = kinds[tcn_value_choice(&values, "kind", raw->kind, words)];
    (void)tcn_value_is_there(&values, "title_zh", raw->title_zh, "a title in Chinese");
    (void)tcn_value_is_there(&values, "title_en", raw->title_en, "a title in English");
    tcn_value_text(&values, "title_zh", raw->title_zh, organ->title_zh, sizeof(organ->title_zh));
    tcn_value_text(&values, "title_en", raw->title_en, organ->title_en, sizeof(organ->title_en));
    tcn_value_text(&values, "duty_phone", raw->duty_phone, organ->duty_phone,
                   sizeof(organ->duty_phone));
    check_phone(&values, organ->duty_phone);
    compile->organ_ids[index] = organ->id;
}

/** Ids and numbers are unique, for ever: a number names a stream. */
static void check_unique(const struct tcn_compile *compile, uint32_t index) {
    const struct tcn_organ *organs = compile->tables->organs;
    struct tcn_values values = organ_at(compile, index);
    for (uint32_t i = 0; i < index; i++) {
        if (organs[index].id[0] != '\0' && strcmp(organs[i].id, organs[index].id) == 0) {
            tcn_value_fault(&values, "id", "\"%s\" is taken by organs[%u]", organs[i].id, i + 1);
        }
        if (organs[index].number != 0 && organs[i].number == organs[index].number) {
            tcn_value_fault(&values, "number", "%u is taken by organs[%u] \"%s\"", organs[i].number,
                            i + 1, organs[i].id);
        }
    }
}

/** The number of a parent; 0 when absent or not known. */
static uint16_t parent_of(const struct tcn_compile *compile, const struct tcn_values *values,
                          const char *field, const char *raw) {
    if (raw == NULL || raw[0] == '\0') {
        return 0;
    }
    const struct tcn_organ *parent = tcn_compile_organ(compile, values, field, raw);
    return parent != NULL ? parent->number : 0;
}

/** Place in the file of the organ with this number; the count when there is none, and for 0. */
static uint32_t index_of(const struct tcn_compile *compile, uint16_t number) {
    uint32_t count = compile->organs->organs_count;
    uint32_t i = number != 0 ? 0 : count;
    while (i < count && compile->tables->organs[i].number != number) {
        i++;
    }
    return i;
}

/** The parent's number in one of the two chains. */
static uint16_t next_of(const struct tcn_organ *organ, bool is_line) {
    return is_line ? organ->line_parent : organ->place_parent;
}

/** A chain that comes back to where it began never ends; told once, at its first organ. */
static void check_chain(const struct tcn_compile *compile, uint32_t index, bool is_line) {
    uint32_t count = compile->organs->organs_count;
    uint32_t at = index_of(compile, next_of(&compile->tables->organs[index], is_line));
    for (uint32_t steps = 0; steps < count && at < count && at > index; steps++) {
        at = index_of(compile, next_of(&compile->tables->organs[at], is_line));
    }
    if (at == index) {
        struct tcn_values values = organ_at(compile, index);
        tcn_value_fault(&values, is_line ? "line_parent" : "place_parent",
                        "expected a chain that ends; this one leads back to \"%s\"",
                        compile->tables->organs[index].id);
    }
}

void tcn_compile_organs(struct tcn_compile *compile) {
    uint32_t count = compile->organs->organs_count;
    compile->organ_ids[count] = TCN_POLICY_PLACE_WORD;
    for (uint32_t i = 0; i < count; i++) {
        compile_organ(compile, i);
        check_unique(compile, i);
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct tcn_raw_organ *raw = &compile->organs->organs[i];
        struct tcn_organ *organ = &compile->tables->organs[i];
        struct tcn_values values = organ_at(compile, i);
        organ->line_parent = parent_of(compile, &values, "line_parent", raw->line_parent);
        organ->place_parent = parent_of(compile, &values, "place_parent", raw->place_parent);
    }
    for (uint32_t i = 0; i < count; i++) {
        check_chain(compile, i, true);
        check_chain(compile, i, false);
    }
}
