/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far one key is from another, for "did you mean". For this room only; keeps nothing.
 */
#ifndef TCN_JSON_NEAREST_H
#define TCN_JSON_NEAREST_H

#include <stddef.h>

/** The least number of characters to insert, remove or replace that makes one text the other. Texts
 * over 63 bytes count as infinitely far: SIZE_MAX - 1. Thread: any.
 * Source: V. I. Levenshtein, 1965; the two-row form of Wagner and Fischer, 1974. */
size_t tcn_json_distance(const char *left, const char *right);

#endif
