/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/random.h"

#include <sodium.h>

void tcn_random_bytes(void *out_data, size_t size) {
    if (size > 0) {
        randombytes_buf(out_data, size);
    }
}

uint64_t tcn_random_u64(void) {
    uint64_t value = 0;
    randombytes_buf(&value, sizeof value);
    return value;
}

uint32_t tcn_random_below(uint32_t bound) {
    return randombytes_uniform(bound);
}
