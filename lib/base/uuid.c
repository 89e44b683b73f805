/* SPDX-License-Identifier: Apache-2.0 */
#include "base/uuid.h"

#include "base/clock.h"

#include <string.h>

#define GROUP_COUNT 5

/* Bytes of the groups that hyphens part. */
static const size_t group_bytes[GROUP_COUNT] = {4, 2, 2, 2, 6};

void tcn_uuid7_make(int64_t unix_ns, const uint8_t random[TCN_UUID_RANDOM_BYTES],
                    uint8_t out_uuid[TCN_UUID_BYTES]) {
    /* 2^63 ns are 9.2e12 ms, which 48 bits hold. */
    uint64_t unix_ms = unix_ns > 0 ? (uint64_t)(unix_ns / TCN_MS_NS) : 0;
    for (size_t i = 0; i < 6; i++) {
        out_uuid[i] = (uint8_t)(unix_ms >> (8 * (5 - i)));
    }
    memcpy(out_uuid + 6, random, TCN_UUID_RANDOM_BYTES);
    out_uuid[6] = (uint8_t)((out_uuid[6] & 0x0FU) | 0x70U); /* version 7 */
    out_uuid[8] = (uint8_t)((out_uuid[8] & 0x3FU) | 0x80U); /* variant 10 */
}

void tcn_uuid_to_text(const uint8_t uuid[TCN_UUID_BYTES], char out_text[TCN_UUID_TEXT_BYTES]) {
    size_t from = 0;
    size_t to = 0;
    for (size_t group = 0; group < GROUP_COUNT; group++) {
        tcn_hex_encode(uuid + from, group_bytes[group], out_text + to);
        from += group_bytes[group];
        to += 2 * group_bytes[group];
        out_text[to] = group + 1 < GROUP_COUNT ? '-' : '\0';
        to++;
    }
    TCN_CHECK(from == TCN_UUID_BYTES);
    TCN_CHECK(to == TCN_UUID_TEXT_BYTES);
}

enum tcn_status tcn_uuid_from_text(struct tcn_slice text, uint8_t out_uuid[TCN_UUID_BYTES]) {
    if (text.size != TCN_UUID_TEXT_BYTES - 1) {
        return TCN_MALFORMED;
    }
    uint8_t uuid[TCN_UUID_BYTES];
    size_t from = 0;
    size_t to = 0;
    for (size_t group = 0; group < GROUP_COUNT; group++) {
        if (group > 0 && text.data[from++] != '-') {
            return TCN_MALFORMED;
        }
        struct tcn_slice digits = tcn_slice_of(text.data + from, 2 * group_bytes[group]);
        enum tcn_status status = tcn_hex_decode(digits, uuid + to, group_bytes[group]);
        if (status != TCN_OK) {
            return status;
        }
        from += digits.size;
        to += group_bytes[group];
    }
    memcpy(out_uuid, uuid, TCN_UUID_BYTES);
    return TCN_OK;
}
