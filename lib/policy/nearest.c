/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/nearest.h"

#include "model/limits.h"

#include <string.h>

/** Insertions, deletions and substitutions from one to the other; both at most 63 bytes. */
static size_t distance(const char *left, size_t left_size, const char *right, size_t right_size) {
    size_t row[TCN_WORD_BYTES_MAX + 1];
    for (size_t j = 0; j <= right_size; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= left_size; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= right_size; j++) {
            size_t best = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
            best = row[j] + 1 < best ? row[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[right_size];
}

const char *tcn_nearest(const char *wrong, const char *const *words, size_t word_count) {
    size_t wrong_size = strlen(wrong);
    const char *nearest = NULL;
    if (wrong_size == 0 || wrong_size > TCN_WORD_BYTES_MAX) {
        return NULL;
    }
    size_t bound = wrong_size / 3 + 2; /* a distance below this is near */
    for (size_t i = 0; i < word_count; i++) {
        size_t size = strlen(words[i]);
        if (size == 0 || size > TCN_WORD_BYTES_MAX) {
            continue;
        }
        size_t found = distance(wrong, wrong_size, words[i], size);
        if (found < bound) {
            bound = found;
            nearest = words[i];
        }
    }
    return nearest;
}
