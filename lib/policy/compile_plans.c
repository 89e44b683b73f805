/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/compile_plans.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const confidence_words[] = {"H", "M", "proposal"};

struct tcn_plan_entry tcn_plan_entry_at(const struct tcn_compile_plans *compile,
                                        enum tcn_plan_part part, const char *section,
                                        uint32_t index) {
    return (struct tcn_plan_entry){.values = {.file = &compile->files[part],
                                              .errors = compile->errors,
                                              .section = section,
                                              .entry = index + 1},
                                   .compile = compile};
}

enum tcn_status tcn_plan_make(const struct tcn_compile_plans *compile, enum tcn_plan_part part,
                              const char *section, uint32_t count, size_t row_size,
                              void **out_rows) {
    if (count == 0) {
        struct tcn_values top = {.file = &compile->files[part], .errors = compile->errors};
        tcn_value_fault(&top, section, "is missing: expected a list with at least one entry");
        *out_rows = NULL;
        return TCN_OK;
    }
    void *rows = calloc(count, row_size);
    if (rows == NULL) {
        return TCN_NOMEM;
    }
    *out_rows = rows;
    return TCN_OK;
}

void tcn_plan_id(const struct tcn_plan_entry *entry, const char *raw, struct tcn_plan_rows before,
                 char *out_id) {
    tcn_value_word(&entry->values, "id", raw, out_id);
    for (uint32_t i = 0; out_id[0] != '\0' && i < before.count; i++) {
        const char *other = (const char *)before.rows + i * before.row_size;
        if (strcmp(other, out_id) == 0) {
            tcn_value_fault(&entry->values, "id", "\"%s\" is taken by %s[%" PRIu32 "]", other,
                            entry->values.section, i + 1);
        }
    }
}

void tcn_plan_origin(const struct tcn_plan_entry *entry, const char *article,
                     const char *confidence, struct tcn_plan_origin *out_origin) {
    (void)tcn_value_is_there(&entry->values, "article", article,
                             "law and article, or where the practice is from");
    tcn_value_text(&entry->values, "article", article, out_origin->article,
                   sizeof(out_origin->article));
    out_origin->confidence = (enum tcn_plan_confidence)tcn_plan_choose(
        entry, "confidence", confidence, (struct tcn_value_words){confidence_words, 3});
}

uint32_t tcn_plan_choose(const struct tcn_plan_entry *entry, const char *field, const char *raw,
                         struct tcn_value_words words) {
    size_t index = tcn_value_choice(&entry->values, field, raw, words);
    return index < words.count ? (uint32_t)index + 1 : 0;
}

uint32_t tcn_plan_bits(const struct tcn_plan_entry *entry, struct tcn_plan_list list,
                       struct tcn_value_words words) {
    uint32_t bits = 0;
    if (list.count == 0) {
        tcn_value_fault(&entry->values, list.field, "is missing: expected at least one word");
    }
    for (uint32_t i = 0; i < list.count; i++) {
        uint32_t number = tcn_plan_choose(entry, list.field, list.raws[i], words);
        uint32_t bit = number == 0 ? 0 : UINT32_C(1) << (number - 1);
        if ((bits & bit) != 0) {
            tcn_value_fault(&entry->values, list.field, "\"%s\" is there already", list.raws[i]);
        }
        bits |= bit;
    }
    return bits;
}

/** True when the word is one of them. */
static bool is_known(const struct tcn_plan_words *known, const char *word) {
    for (size_t i = 0; i < known->count; i++) {
        if (strcmp(known->words[i], word) == 0) {
            return true;
        }
    }
    return false;
}

void tcn_plan_word(const struct tcn_plan_entry *entry, const char *field, const char *raw,
                   const char *what, const struct tcn_plan_words *known, char *out_word) {
    out_word[0] = '\0';
    if (raw == NULL || raw[0] == '\0') {
        return;
    }
    if (known->count > 0 && !is_known(known, raw)) {
        tcn_value_unknown(&entry->values, field, raw, what,
                          (struct tcn_value_words){known->words, known->count});
        return;
    }
    tcn_value_word(&entry->values, field, raw, out_word);
}

uint32_t tcn_plan_copy(const struct tcn_plan_entry *entry, struct tcn_plan_list list,
                       const char *what, const struct tcn_plan_words *known,
                       char (*out_words)[TCN_WORD_BYTES_MAX + 1]) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < list.count; i++) {
        char *word = out_words[count];
        tcn_plan_word(entry, list.field, list.raws[i], what, known, word);
        for (uint32_t k = 0; word[0] != '\0' && k < count; k++) {
            if (strcmp(out_words[k], word) == 0) {
                tcn_value_fault(&entry->values, list.field, "\"%s\" is there already", word);
            }
        }
        count += word[0] != '\0' ? 1 : 0;
    }
    return count;
}
