/* SPDX-License-Identifier: Apache-2.0 */
#include "json/nearest.h"

#include <stdint.h>
#include <string.h>

#define KEY_BYTES_MAX 63

/** The least of three. */
static size_t least(size_t a, size_t b, size_t c) {
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

size_t tcn_json_distance(const char *left, const char *right) {
    size_t left_size = strlen(left);
    size_t right_size = strlen(right);
    if (left_size > KEY_BYTES_MAX || right_size > KEY_BYTES_MAX) {
        return SIZE_MAX - 1;
    }
    size_t row[KEY_BYTES_MAX + 1]; /* distances from the left's first i bytes */
    for (size_t j = 0; j <= right_size; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= left_size; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= right_size; j++) {
            size_t replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = least(replaced, row[j] + 1, row[j - 1] + 1);
        }
    }
    return row[right_size];
}
