/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the texts of a raw struct to checked values, each fault noted with its place. A function
 * that notes a fault gives a harmless value and goes on, so that one run names as many faults as
 * possible. A raw text that is NULL or empty is absent. Inside this room only.
 */
#ifndef TCN_POLICY_VALUE_H
#define TCN_POLICY_VALUE_H

#include "policy/file.h"

/** Where values are being read: a mapping of a file, and who hears of faults. Open: on the stack.
 */
struct tcn_values {
    const struct tcn_policy_file *file;
    struct tcn_policy_errors *errors;
    const char *section; /**< NULL: the file's top */
    uint32_t entry;      /**< from 1; 0: the section is no list */
};

/** Words to choose from; empty ones are never chosen. */
struct tcn_value_words {
    const char *const *words; /**< lent */
    size_t count;
};

/** What a number may be. */
struct tcn_range {
    uint64_t min;
    uint64_t max;
    uint64_t fallback; /**< when absent; a number below `min`: must not be absent */
};

/** Notes a fault about a field. Thread: any, one at a time for each list of faults. */
__attribute__((format(printf, 3, 4))) void
tcn_value_fault(const struct tcn_values *values, const char *field, const char *format, ...);

/** Notes that a word is none of those known, with the nearest. `what` names the kind of word:
 * "organ". Thread: any, one at a time for each list of faults. */
void tcn_value_unknown(const struct tcn_values *values, const char *field, const char *word,
                       const char *what, struct tcn_value_words words);

/** True when the raw text is there. Notes a fault when it is not: `expected` completes "expected
 * ...". Thread: any, one at a time for each list of faults. */
bool tcn_value_is_there(const struct tcn_values *values, const char *field, const char *raw,
                        const char *expected);

/** Copies a text that may be absent; empty when absent or longer than `size` - 1 bytes.
 * Thread: any, one at a time for each list of faults. */
void tcn_value_text(const struct tcn_values *values, const char *field, const char *raw,
                    char *out_text, size_t size);

/** Copies a policy word that must be there; empty after a fault. `out_word` holds 64 bytes.
 * Thread: any, one at a time for each list of faults. */
void tcn_value_word(const struct tcn_values *values, const char *field, const char *raw,
                    char *out_word);

/** The number, the fallback when absent, or 0 after a fault.
 * Thread: any, one at a time for each list of faults. */
uint64_t tcn_value_number(const struct tcn_values *values, const char *field, const char *raw,
                          struct tcn_range range);

/** True for "true", false for "false", the fallback when absent or after a fault.
 * Thread: any, one at a time for each list of faults. */
bool tcn_value_flag(const struct tcn_values *values, const char *field, const char *raw,
                    bool fallback);

/** The index of the raw text among words, `words.count` after a fault; absence is a fault.
 * Thread: any, one at a time for each list of faults. */
size_t tcn_value_choice(const struct tcn_values *values, const char *field, const char *raw,
                        struct tcn_value_words words);

#endif
