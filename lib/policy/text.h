/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of a policy as one text, which an activation carries in the log so that it can be read
 * there for ever. It is the files as they were given, in a fixed order, each as
 *
 *   --- NAME SIZE LF   the SIZE bytes of the file   LF
 *
 * A policy is compiled from such a text as from its folder, by the same code, with the same faults.
 */
#ifndef TCN_POLICY_TEXT_H
#define TCN_POLICY_TEXT_H

#include "base/bytes.h"
#include "policy/errors.h"

/** A text that was read. Open: zeroed is none; end with tcn_policy_text_fini. */
struct tcn_policy_text {
    uint8_t *data; /**< owned */
    size_t size;
};

/** Reads the files that a policy's folder may have; one that is not there is left out, as what
 * compiles the text will say. Faults are added to `errors`.
 * Owns: gives the text.
 * Errors: TCN_CONFIG a file cannot be read, is no UTF-8, or all together are over
 * TCN_POLICY_TEXT_BYTES_MAX; TCN_NOMEM. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_text_read(const char *dir,
                                                    struct tcn_policy_text *out_text,
                                                    struct tcn_policy_errors *errors);

/** Gives the memory back; safe on a zeroed text. */
void tcn_policy_text_fini(struct tcn_policy_text *text);

/** Takes the first file off a text, of whose rest nothing is said. False at its end, and where it
 * is no such text.
 * Owns: all lend from the text. Thread: any. */
bool tcn_policy_text_next(struct tcn_slice *text, struct tcn_slice *out_name,
                          struct tcn_slice *out_bytes);

/** The file of that name. False when the text has none.
 * Owns: lends from the text. Thread: any. */
bool tcn_policy_text_find(struct tcn_slice text, const char *name, struct tcn_slice *out_bytes);

#endif
