/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/compile_rules.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/** Rows whose ids a fault can choose the nearest from: as many as the longest table has. */
#define WORDS_MAX TCN_ORGANS_MAX

struct tcn_values tcn_rules_at(const struct tcn_compile *compile, enum tcn_policy_part part,
                               const char *section, uint32_t index) {
    return (struct tcn_values){.file = &compile->files[part],
                               .errors = compile->errors,
                               .section = section,
                               .entry = index + 1};
}

static const char *id_at(struct tcn_rows rows, uint32_t index) {
    return (const char *)rows.rows + index * rows.row_size;
}

uint16_t tcn_rules_find(const struct tcn_compile *compile, const struct tcn_values *values,
                        struct tcn_word_of word, struct tcn_rows rows) {
    const char *ids[WORDS_MAX];
    if (word.word == NULL || word.word[0] == '\0') {
        return 0;
    }
    TCN_CHECK(rows.count <= WORDS_MAX);
    for (uint32_t i = 0; i < rows.count; i++) {
        ids[i] = id_at(rows, i);
        if (strcmp(ids[i], word.word) == 0) {
            return (uint16_t)(i + 1);
        }
    }
    tcn_compile_unknown(compile, values, word.field, word.word,
                        (struct tcn_compile_words){rows.part, rows.what, {ids, rows.count}});
    return 0;
}

void tcn_rules_id(const struct tcn_values *values, const char *raw, struct tcn_rows rows,
                  uint32_t index, char *out_id) {
    tcn_value_word(values, "id", raw, out_id);
    for (uint32_t i = 0; out_id[0] != '\0' && i < index; i++) {
        if (strcmp(id_at(rows, i), out_id) == 0) {
            tcn_value_fault(values, "id", "\"%s\" is taken by %s[%" PRIu32 "]", out_id,
                            values->section, i + 1);
        }
    }
}

void tcn_rules_titles(const struct tcn_values *values, const char *raw_zh, const char *raw_en,
                      char out_zh[128], char out_en[128]) {
    (void)tcn_value_is_there(values, "title_zh", raw_zh, "a title in Chinese");
    (void)tcn_value_is_there(values, "title_en", raw_en, "a title in English");
    tcn_value_text(values, "title_zh", raw_zh, out_zh, 128);
    tcn_value_text(values, "title_en", raw_en, out_en, 128);
}

struct tcn_rows tcn_rules_attributes(const struct tcn_compile *compile) {
    const struct tcn_rules_tables *tables = &compile->tables->rules;
    return (struct tcn_rows){TCN_PART_ATTRIBUTES, "attribute", tables->attributes,
                             sizeof(*tables->attributes), tables->rules.attribute_count};
}

struct tcn_rows tcn_rules_levels(const struct tcn_compile *compile) {
    const struct tcn_rules_tables *tables = &compile->tables->rules;
    return (struct tcn_rows){TCN_PART_LEVELS, "level", tables->levels, sizeof(*tables->levels),
                             tables->rules.level_count};
}

struct tcn_rows tcn_rules_scales(const struct tcn_compile *compile) {
    const struct tcn_rules_tables *tables = &compile->tables->rules;
    return (struct tcn_rows){TCN_PART_LEVELS, "scale", tables->scales, sizeof(*tables->scales),
                             tables->rules.scale_count};
}

/** A list of a file, for which a table is made. */
struct list {
    enum tcn_policy_part part;
    const char *section;
    uint32_t entry_count; /* in the file */
    size_t row_size;
};

/** Makes a table with as many zeroed rows as the list has entries; none of it is a fault when the
 * file did load. Errors: TCN_NOMEM. */
static enum tcn_status make_table(const struct tcn_compile *compile, struct list list,
                                  void **out_table, uint32_t *out_count) {
    if (compile->raws[list.part] == NULL) {
        return TCN_OK;
    }
    if (list.entry_count == 0) {
        struct tcn_values top = {.file = &compile->files[list.part], .errors = compile->errors};
        tcn_value_fault(&top, list.section, "expected a list with at least one entry");
        return TCN_OK;
    }
    void *table = calloc(list.entry_count, list.row_size);
    if (table == NULL) {
        return TCN_NOMEM;
    }
    *out_table = table;
    *out_count = list.entry_count;
    return TCN_OK;
}

/* Makes the table of a section; TABLE is its member in the tables, COUNT in the rules. */
#define MAKE(PART, RAW, SECTION, TABLE, COUNT)                                                     \
    do {                                                                                           \
        void *made = NULL;                                                                         \
        const uint32_t entry_count = RAW != NULL ? RAW->SECTION##_count : 0;                       \
        const struct list list = {PART, #SECTION, entry_count, sizeof(*tables->TABLE)};            \
        if (status == TCN_OK) {                                                                    \
            status = make_table(compile, list, &made, &tables->rules.COUNT);                       \
        }                                                                                          \
        tables->TABLE = made;                                                                      \
    } while (false)

enum tcn_status tcn_rules_make(struct tcn_compile *compile) {
    struct tcn_rules_tables *tables = &compile->tables->rules;
    const struct tcn_raw_attributes *attributes = compile->raws[TCN_PART_ATTRIBUTES];
    const struct tcn_raw_levels *levels = compile->raws[TCN_PART_LEVELS];
    enum tcn_status status = TCN_OK;
    MAKE(TCN_PART_ATTRIBUTES, attributes, attributes, attributes, attribute_count);
    MAKE(TCN_PART_LEVELS, levels, levels, levels, level_count);
    MAKE(TCN_PART_LEVELS, levels, scales, scales, scale_count);
    MAKE(TCN_PART_LEVELS, levels, thresholds, thresholds, threshold_count);
    if (status == TCN_OK && compile->domains != NULL && compile->domains->domains_count > 0) {
        tables->domains = calloc(compile->domains->domains_count, sizeof(*tables->domains));
        status = tables->domains == NULL ? TCN_NOMEM : TCN_OK;
        tables->rules.domain_count = status == TCN_OK ? compile->domains->domains_count : 0;
    }
    return status;
}

static int compare_domains(const void *left, const void *right) {
    const struct tcn_domain_rules *first = left;
    const struct tcn_domain_rules *second = right;
    return strcmp(first->id, second->id);
}

void tcn_rules_compile(struct tcn_compile *compile) {
    struct tcn_rules_tables *tables = &compile->tables->rules;
    tcn_compile_attributes(compile);
    tcn_compile_levels(compile);
    tcn_compile_lines(compile);
    tcn_compile_domain_rules(compile);
    if (tables->domains != NULL) {
        qsort(tables->domains, tables->rules.domain_count, sizeof(*tables->domains),
              compare_domains);
    }
    tables->rules.attributes = tables->attributes;
    tables->rules.levels = tables->levels;
    tables->rules.scales = tables->scales;
    tables->rules.thresholds = tables->thresholds;
    tables->rules.domains = tables->domains;
}

void tcn_rules_fini(struct tcn_rules_tables *tables) {
    free(tables->attributes);
    free(tables->levels);
    free(tables->scales);
    free(tables->thresholds);
    free(tables->domains);
    memset(tables, 0, sizeof(*tables));
}
