/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the raw files of a policy to its tables: checks every value, resolves every word to a
 * number, sorts. What a file, or a part of it, that did not load would have shown is not reported
 * again by those that refer to it. Inside this room only.
 */
#ifndef TCN_POLICY_COMPILE_H
#define TCN_POLICY_COMPILE_H

#include "model/policy.h"
#include "model/rules.h"
#include "policy/schema.h"
#include "policy/value.h"

/** The files of a policy, in the order they are read. */
enum tcn_policy_part {
    TCN_PART_REGIME,
    TCN_PART_LINES,
    TCN_PART_ORGANS,
    TCN_PART_DOMAINS,
    TCN_PART_DIVISIONS,
    TCN_PART_ATTRIBUTES,
    TCN_PART_LEVELS,
    TCN_PART_COUNT,
};

/** The tables of model/rules.h, still changing. Arrays are owned, NULL when empty. */
struct tcn_rules_tables {
    struct tcn_rules rules;
    struct tcn_attribute_rule *attributes;
    struct tcn_level *levels;
    struct tcn_scale *scales;
    struct tcn_threshold *thresholds;
    struct tcn_domain_rules *domains;
};

/** The tables, still changing. Arrays are owned, NULL when empty. */
struct tcn_policy_tables {
    struct tcn_policy policy;
    struct tcn_organ *organs;
    struct tcn_domain *domains;
    struct tcn_division *divisions;
    struct tcn_line *lines;
    struct tcn_rules_tables rules;
};

/** A compilation under way. Open: on the stack of its caller. Raws are NULL for files that did not
 * load; the caller owns raws and files. */
struct tcn_compile {
    struct tcn_policy_file files[TCN_PART_COUNT];
    bool is_whole[TCN_PART_COUNT]; /**< it loaded without a fault of shape: all its ids are known */
    struct tcn_policy_errors *errors;
    void *raws[TCN_PART_COUNT]; /**< those below among them */
    struct tcn_raw_regime *regime;
    struct tcn_raw_lines *lines;
    struct tcn_raw_organs *organs;
    struct tcn_raw_domains *domains;
    struct tcn_raw_divisions *divisions;
    struct tcn_policy_tables *tables;
    const char *organ_ids[TCN_ORGANS_MAX + 1]; /**< in the order of the file, as the tables until
                                                  sorted; behind them TCN_POLICY_PLACE_WORD */
    const char *line_ids[TCN_LINES_MAX];
};

/** Fills the tables from the raws. After a fault they are valid memory and nothing else.
 * Errors: TCN_NOMEM. Faults are not errors: the caller looks at the list.
 * Thread: any, one at a time for each compilation. */
TCN_MUST_CHECK enum tcn_status tcn_compile_run(struct tcn_compile *compile);

/** The words of one kind that a file of the policy declares. */
struct tcn_compile_words {
    enum tcn_policy_part part;
    const char *what; /**< "organ" */
    struct tcn_value_words words;
};

/** Notes that a word of another field is none of those of a file, unless not all of that file did
 * load. Thread: any, one at a time for each compilation. */
void tcn_compile_unknown(const struct tcn_compile *compile, const struct tcn_values *values,
                         const char *field, const char *word, struct tcn_compile_words known);

/** Notes that a list of words has an empty one, unless a fault of shape emptied it. Thread: any,
 * one at a time for each compilation. */
void tcn_compile_empty(const struct tcn_compile *compile, enum tcn_policy_part part,
                       const struct tcn_values *values, const char *field);

/** The organs' part of it: the table in the file's order, ids, parents, no cycle. The array has
 * been made. Thread: any, one at a time for each compilation. */
void tcn_compile_organs(struct tcn_compile *compile);

/** The organ that a word of another field names, in the tables before sorting; NULL after a fault,
 * and when the organs did not all load. Thread: any, one at a time for each compilation. */
const struct tcn_organ *tcn_compile_organ(const struct tcn_compile *compile,
                                          const struct tcn_values *values, const char *field,
                                          const char *word);

/** The number of who is told of a domain: of an organ, or TCN_ORGAN_OF_PLACE for its word; 0 after
 * a fault, and when the organs did not all load. Thread: any, one at a time for each compilation.
 */
uint16_t tcn_compile_told(const struct tcn_compile *compile, const struct tcn_values *values,
                          const char *field, const char *word);

#endif
