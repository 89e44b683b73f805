/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A YAML file's bytes, and where in them a field stands, so that a fault found after parsing can
 * still name its line. Inside this room only.
 */
#ifndef TCN_POLICY_FILE_H
#define TCN_POLICY_FILE_H

#include "policy/errors.h"

#define TCN_POLICY_PATH_BYTES 1024

/** The bytes of a file. Open: lives on the stack of its reader; zeroed is closed. */
struct tcn_policy_file {
    char path[TCN_POLICY_PATH_BYTES];
    uint8_t *data; /**< owned */
    size_t size;
};

/** What a fault is about: `section[entry].field`, for example domains[3].owner. */
struct tcn_policy_where {
    const char *section; /**< a key of the file's first column; NULL for the whole file */
    uint32_t entry;      /**< of the list under it, from 1; 0 when it is no list */
    const char *field;   /**< a key in that; NULL for the entry or section itself */
    const char *word;    /**< one of the field's words, to point at; NULL for its value */
    bool is_key;         /**< points at the key, not at its value */
};

/** Reads a file of at most `bytes_max` bytes of UTF-8; a fault goes into `errors`.
 * Owns: the file's bytes, to be given back by tcn_policy_file_fini.
 * Errors: TCN_CONFIG a fault was noted; TCN_NOMEM.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_file_init(struct tcn_policy_file *file, const char *path,
                                                    size_t bytes_max,
                                                    struct tcn_policy_errors *errors);

/** The same of bytes that are there already; NULL: of a file that is not there.
 * Owns: copies. Errors: TCN_CONFIG a fault was noted; TCN_NOMEM. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_file_init_from(struct tcn_policy_file *file,
                                                         const char *path,
                                                         const struct tcn_slice *bytes,
                                                         struct tcn_policy_errors *errors);

/** Gives the bytes back; safe on a zeroed file. Thread: any. */
void tcn_policy_file_fini(struct tcn_policy_file *file);

/** Finds the line and column of a field, or of what holds it when it is not there; both from 1, 0
 * when nothing of it is found. Reads block style, one entry of a list beginning with "- " on its
 * own line. Thread: any. */
void tcn_policy_file_find(const struct tcn_policy_file *file, const struct tcn_policy_where *where,
                          uint32_t *out_line, uint32_t *out_column);

/** The line and column, both from 1, the column in bytes, of a mark of libyaml's: its line and
 * character, both from 0. Thread: any. */
void tcn_policy_file_place(const struct tcn_policy_file *file, size_t line, size_t character,
                           uint32_t *out_line, uint32_t *out_column);

/** Notes a fault at that place, unless a fault of shape already explains why nothing good stands
 * there. Thread: any, one at a time for each list. */
__attribute__((format(printf, 4, 5))) void tcn_policy_fault(struct tcn_policy_errors *errors,
                                                            const struct tcn_policy_file *file,
                                                            const struct tcn_policy_where *where,
                                                            const char *format, ...);

/** True when a fault of this file was noted, or may have been dropped. Thread: any, one at a time
 * for each list. */
bool tcn_policy_file_has_fault(const struct tcn_policy_errors *errors,
                               const struct tcn_policy_file *file);

/** The next free error of the list with its file's path filled in and the rest empty, or NULL when
 * the list is full, which is counted. Thread: any, one at a time for each list. */
struct tcn_policy_error *tcn_policy_errors_next(struct tcn_policy_errors *errors, const char *path);

#endif
