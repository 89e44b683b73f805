/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "Did you mean": the valid word that a wrong word is closest to. Keeps nothing.
 */
#ifndef TCN_POLICY_NEAREST_H
#define TCN_POLICY_NEAREST_H

#include <stddef.h>

/** The word with the smallest edit distance, the first of equals, or NULL when none is nearer than
 * about a third of the wrong word's bytes. Words over 63 bytes are never near.
 * Owns: lent, one of `words`.
 * Thread: any.
 * Source: V. I. Levenshtein, Binary codes capable of correcting deletions, insertions and
 * reversals. */
const char *tcn_nearest(const char *wrong, const char *const *words, size_t word_count);

#endif
