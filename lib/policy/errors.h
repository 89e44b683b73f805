/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with a policy or a configuration, all of it at once where that is possible: each
 * fault with its file, line, column and field, what was expected, and the nearest valid word.
 * Faults past the maximum are counted and not kept. The list is the caller's; nothing here prints.
 */
#ifndef TCN_POLICY_ERRORS_H
#define TCN_POLICY_ERRORS_H

#include "base/bytes.h"

/** Faults that one list keeps. */
#define TCN_POLICY_ERRORS_MAX 64

/** Room for a fault in text, its NUL included. */
#define TCN_POLICY_ERROR_TEXT_BYTES 1024

/** One fault. */
struct tcn_policy_error {
    char file[256];  /**< path as it was opened; its end when it is longer */
    uint32_t line;   /**< from 1; 0 when the whole file is meant */
    uint32_t column; /**< from 1, in bytes; 0 when the whole line or file is meant */
    char field[128]; /**< "domains[3].owner"; empty when the whole file is meant */
    char text[384];  /**< what was expected and the nearest valid word, no full stop */
    bool is_shape; /**< of the YAML itself: what it hides is not said to be missing or wrong too */
    char hides[128]; /**< of a fault of shape: the field that is absent because of it */
};

/** Faults file by file, by line. Zeroed is empty. Open: the caller's, about 60 KiB. */
struct tcn_policy_errors {
    struct tcn_policy_error items[TCN_POLICY_ERRORS_MAX];
    uint32_t count;         /**< kept in `items`; 0 when all is well */
    uint32_t dropped_count; /**< found but not kept because the list was full */
};

/** Writes "file:line:column: field: text" without the parts that are absent, and a NUL.
 * Thread: any. */
void tcn_policy_error_text(const struct tcn_policy_error *error,
                           char out_text[TCN_POLICY_ERROR_TEXT_BYTES]);

/** Adds the faults of another list that are not told already; what has no room is counted. Thread:
 * any, one at a time for each list. */
void tcn_policy_errors_append(struct tcn_policy_errors *errors,
                              const struct tcn_policy_errors *more);

/** Sorts by file, line and column; faults of one place stay in the order they were found. Thread:
 * any, one at a time for each list. */
void tcn_policy_errors_sort(struct tcn_policy_errors *errors);

#endif
