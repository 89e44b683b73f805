/* SPDX-License-Identifier: Apache-2.0 */
#include "model/id.h"

#include <stddef.h>
#include <string.h>

/** True when all bytes are zero. */
static bool is_zero(const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

bool tcn_id_is_none(const struct tcn_id *id) {
    return is_zero(id->bytes, sizeof(id->bytes));
}

bool tcn_id_equals(const struct tcn_id *left, const struct tcn_id *right) {
    return memcmp(left->bytes, right->bytes, sizeof(left->bytes)) == 0;
}

bool tcn_hash_is_none(const struct tcn_hash *hash) {
    return is_zero(hash->bytes, sizeof(hash->bytes));
}

bool tcn_hash_equals(const struct tcn_hash *left, const struct tcn_hash *right) {
    return memcmp(left->bytes, right->bytes, sizeof(left->bytes)) == 0;
}

bool tcn_lane_key_equals(const struct tcn_lane_key *left, const struct tcn_lane_key *right) {
    return left->source == right->source && left->epoch == right->epoch &&
           left->lane == right->lane;
}

bool tcn_stream_equals(struct tcn_stream left, struct tcn_stream right) {
    return left.mode == right.mode && left.organ == right.organ;
}

const char *tcn_lane_name(enum tcn_lane lane) {
    switch (lane) {
    case TCN_LANE_URGENT:
        return "urgent";
    case TCN_LANE_ROUTINE:
        return "routine";
    case TCN_LANE_NONE:
        break;
    }
    return "none";
}

const char *tcn_mode_name(enum tcn_mode mode) {
    switch (mode) {
    case TCN_MODE_ACTUAL:
        return "actual";
    case TCN_MODE_EXERCISE:
        return "exercise";
    case TCN_MODE_NONE:
        break;
    }
    return "none";
}
