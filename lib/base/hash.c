/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

/* The state's layout, so that it can live on the stack. */
#define XXH_STATIC_LINKING_ONLY
#include <xxhash.h>

uint64_t tcn_checksum(struct tcn_slice bytes) {
    return XXH3_64bits(bytes.data, bytes.size);
}

uint64_t tcn_checksum_pair(struct tcn_slice first, struct tcn_slice second) {
    XXH3_state_t state;
    XXH3_INITSTATE(&state);
    XXH_errorcode result = XXH3_64bits_reset(&state);
    TCN_CHECK(result == XXH_OK);
    if (first.size > 0) {
        result = XXH3_64bits_update(&state, first.data, first.size);
        TCN_CHECK(result == XXH_OK);
    }
    if (second.size > 0) {
        result = XXH3_64bits_update(&state, second.data, second.size);
        TCN_CHECK(result == XXH_OK);
    }
    return XXH3_64bits_digest(&state);
}
