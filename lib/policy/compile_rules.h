/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of a compilation that fills the tables of model/rules.h, a file of this room for each
 * file of the policy. Inside this room only.
 */
#ifndef TCN_POLICY_COMPILE_RULES_H
#define TCN_POLICY_COMPILE_RULES_H

#include "policy/compile.h"

/** Rows of a table, each beginning with its id of TCN_WORD_BYTES_MAX bytes and a NUL. */
struct tcn_rows {
    enum tcn_policy_part part; /**< the file that declares them */
    const char *what;          /**< "attribute" */
    const void *rows;          /**< lent; NULL when there are none */
    size_t row_size;
    uint32_t count;
};

/** A value that is a word of another table. */
struct tcn_word_of {
    const char *field;
    const char *word; /**< NULL or empty: absent */
};

/** Where the fields of a list's entry are, by its place in the file from 0. Thread: any. */
struct tcn_values tcn_rules_at(const struct tcn_compile *compile, enum tcn_policy_part part,
                               const char *section, uint32_t index);

/** The row that a word names, by its number from 1; 0 when absent, when not all rows did load, and
 * after a fault. Thread: any, one at a time for each compilation. */
uint16_t tcn_rules_find(const struct tcn_compile *compile, const struct tcn_values *values,
                        struct tcn_word_of word, struct tcn_rows rows);

/** Takes the id of the row at `index`, which no row before it may have. `out_id` is the row's.
 * Thread: any, one at a time for each compilation. */
void tcn_rules_id(const struct tcn_values *values, const char *raw, struct tcn_rows rows,
                  uint32_t index, char *out_id);

/** Takes both titles, each of 128 bytes with its NUL. Thread: any, one at a time for each list of
 * faults. */
void tcn_rules_titles(const struct tcn_values *values, const char *raw_zh, const char *raw_en,
                      char out_zh[128], char out_en[128]);

/** The rows that other files name. Thread: any, one at a time for each compilation. */
struct tcn_rows tcn_rules_attributes(const struct tcn_compile *compile);
/** As tcn_rules_attributes. Thread: any, one at a time for each compilation. */
struct tcn_rows tcn_rules_levels(const struct tcn_compile *compile);
/** As tcn_rules_attributes. Thread: any, one at a time for each compilation. */
struct tcn_rows tcn_rules_scales(const struct tcn_compile *compile);

/** Makes all tables of what did load, zeroed. Errors: TCN_NOMEM. Thread: any, one at a time for
 * each compilation. */
TCN_MUST_CHECK enum tcn_status tcn_rules_make(struct tcn_compile *compile);

/** Fills them, and what domains add to their rows. Thread: any, one at a time for each compilation.
 */
void tcn_rules_compile(struct tcn_compile *compile);

/** attributes.yaml. Thread: any, one at a time for each compilation. */
void tcn_compile_attributes(struct tcn_compile *compile);
/** levels.yaml; attributes are there. Thread: any, one at a time for each compilation. */
void tcn_compile_levels(struct tcn_compile *compile);
/** What lines.yaml says beside names; levels are there. Thread: any, one at a time for each
 * compilation. */
void tcn_compile_lines(struct tcn_compile *compile);
/** What domains.yaml adds; all others are there. Thread: any, one at a time for each compilation.
 */
void tcn_compile_domain_rules(struct tcn_compile *compile);

/** Frees the tables. Thread: any. */
void tcn_rules_fini(struct tcn_rules_tables *tables);

#endif
