/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the raw files of the plans to their tables, a file of this room for each file of the policy.
 * What a file that did not load would have shown is not reported again by those that refer to it.
 * Inside this room only.
 */
#ifndef TCN_POLICY_COMPILE_PLANS_H
#define TCN_POLICY_COMPILE_PLANS_H

#include "model/plans.h"
#include "policy/schema.h"
#include "policy/value.h"

/** The files of the plans. */
enum tcn_plan_part {
    TCN_PLAN_ESCALATION,
    TCN_PLAN_REPORTS,
    TCN_PLAN_SEAL,
    TCN_PLAN_RETENTION,
    TCN_PLAN_PROGRAMS,
    TCN_PLAN_COUNT,
};

/** Words of another file; none when it did not load, and then nothing is said about them. */
struct tcn_plan_words {
    const char *words[TCN_ORGANS_MAX]; /**< lent */
    size_t count;
};

/** The tables, still changing. Arrays are owned, NULL when empty. */
struct tcn_plan_tables {
    struct tcn_plans plans;
    struct tcn_escalation_step *steps;
    struct tcn_expected_report *reports;
    struct tcn_seal_rule *seals;
    struct tcn_retention_rule *retentions;
    struct tcn_organ_posts *organs;
    struct tcn_program *programs;
};

/** A compilation under way. Open: the reader's. Raws are NULL for files that did not load. */
struct tcn_compile_plans {
    struct tcn_policy_file files[TCN_PLAN_COUNT];
    void *raws[TCN_PLAN_COUNT];
    struct tcn_policy_file organs_file;      /**< whose posts are the plans' to check */
    const struct tcn_raw_organs *raw_organs; /**< NULL when it did not load whole */
    struct tcn_policy_errors *errors;
    struct tcn_plan_words offices; /**< organs of kind office */
    struct tcn_plan_words lines;
    struct tcn_plan_words domains;
    struct tcn_plan_words clocks;
    struct tcn_plan_words clocks_off; /**< of these those that are not enabled */
    struct tcn_plan_words organs;     /**< of any kind */
    struct tcn_plan_words placements; /**< domains of procedure placement */
    struct tcn_plan_tables *tables;
};

/** One entry of a list: where it stands, and what all entries have. */
struct tcn_plan_entry {
    struct tcn_values values;
    const struct tcn_compile_plans *compile;
};

/** The entry at `index` of a file's list. Thread: any. */
struct tcn_plan_entry tcn_plan_entry_at(const struct tcn_compile_plans *compile,
                                        enum tcn_plan_part part, const char *section,
                                        uint32_t index);

/** Makes a list's table of `count` rows; an empty list is a fault, and gives NULL.
 * Errors: TCN_NOMEM. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_plan_make(const struct tcn_compile_plans *compile,
                                             enum tcn_plan_part part, const char *section,
                                             uint32_t count, size_t row_size, void **out_rows);

/** Rows that were compiled before; each begins with its id. */
struct tcn_plan_rows {
    const void *rows;
    size_t row_size;
    uint32_t count;
};

/** Takes the id, which no row before may have. `out_id` holds 64 bytes. Thread: any. */
void tcn_plan_id(const struct tcn_plan_entry *entry, const char *raw, struct tcn_plan_rows before,
                 char *out_id);

/** Article and confidence, both of which must be there. Thread: any. */
void tcn_plan_origin(const struct tcn_plan_entry *entry, const char *article,
                     const char *confidence, struct tcn_plan_origin *out_origin);

/** The number from 1 of a word that must be there; 0 after a fault. Thread: any. */
uint32_t tcn_plan_choose(const struct tcn_plan_entry *entry, const char *field, const char *raw,
                         struct tcn_value_words words);

/** Raw words of a list. */
struct tcn_plan_list {
    const char *field;
    char **raws; /**< lent */
    uint32_t count;
};

/** Bits of a list's words, the first word being bit 0; each once, at least one. Thread: any. */
uint32_t tcn_plan_bits(const struct tcn_plan_entry *entry, struct tcn_plan_list list,
                       struct tcn_value_words words);

/** Copies a word of another file; empty when it is absent, and after a fault. Thread: any. */
void tcn_plan_word(const struct tcn_plan_entry *entry, const char *field, const char *raw,
                   const char *what, const struct tcn_plan_words *known, char *out_word);

/** Copies a list's words of another file, each once. Gives how many. Thread: any. */
uint32_t tcn_plan_copy(const struct tcn_plan_entry *entry, struct tcn_plan_list list,
                       const char *what, const struct tcn_plan_words *known,
                       char (*out_words)[TCN_WORD_BYTES_MAX + 1]);

/* Of each file: its schema, and what fills its table. Errors: TCN_NOMEM. Thread: any. */
extern const struct cyaml_schema_value tcn_schema_escalation;
extern const struct cyaml_schema_value tcn_schema_expected;
extern const struct cyaml_schema_value tcn_schema_seal;
extern const struct cyaml_schema_value tcn_schema_retention;
extern const struct cyaml_schema_value tcn_schema_programs;

/** The posts of organs.yaml. Errors: TCN_NOMEM. Thread: any, one at a time for each compilation. */
TCN_MUST_CHECK enum tcn_status tcn_compile_posts(struct tcn_compile_plans *compile);
/** escalation.yaml. Errors: TCN_NOMEM. Thread: any, one at a time for each compilation. */
TCN_MUST_CHECK enum tcn_status tcn_compile_escalation(struct tcn_compile_plans *compile);
/** expected_reports.yaml. Errors: TCN_NOMEM. Thread: any, one at a time for each compilation. */
TCN_MUST_CHECK enum tcn_status tcn_compile_expected(struct tcn_compile_plans *compile);
/** seal.yaml. Errors: TCN_NOMEM. Thread: any, one at a time for each compilation. */
TCN_MUST_CHECK enum tcn_status tcn_compile_seal(struct tcn_compile_plans *compile);
/** retention.yaml. Errors: TCN_NOMEM. Thread: any, one at a time for each compilation. */
TCN_MUST_CHECK enum tcn_status tcn_compile_retention(struct tcn_compile_plans *compile);
/** programs.yaml. Errors: TCN_NOMEM. Thread: any, one at a time for each compilation. */
TCN_MUST_CHECK enum tcn_status tcn_compile_programs(struct tcn_compile_plans *compile);

#endif
