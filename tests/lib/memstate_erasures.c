/* SPDX-License-Identifier: Apache-2.0 */
/* Erasures of the state in memory. */
#include "testlib/memstate_inside.h"

#include "base/hash.h"

static struct tcn_erasure *find(const struct tcn_memstate *state, const struct tcn_lane_key *lane,
                                uint64_t sequence) {
    for (size_t i = 0; i < state->erasures.count; i++) {
        struct tcn_erasure *erasure = tcn_memtable_at(&state->erasures, i);
        if (tcn_lane_key_equals(&erasure->lane, lane) && erasure->sequence == sequence) {
            return erasure;
        }
    }
    return NULL;
}

enum tcn_status tcn_memstate_erasure_get(void *context, const struct tcn_lane_key *lane,
                                         uint64_t sequence, struct tcn_erasure *out_erasure) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    const struct tcn_erasure *erasure = find(state, lane, sequence);
    if (erasure == NULL) {
        return TCN_ABSENT;
    }
    *out_erasure = *erasure;
    return TCN_OK;
}

enum tcn_status tcn_memstate_erasure_put(void *context, const struct tcn_erasure *erasure) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    struct tcn_erasure *held = find(state, &erasure->lane, erasure->sequence);
    if (held != NULL) {
        *held = *erasure;
    } else {
        tcn_memtable_push(&state->erasures, erasure);
    }
    return TCN_OK;
}

uint64_t tcn_memstate_hash_erasures(const struct tcn_memstate *state, uint64_t hash) {
    for (size_t i = 0; i < state->erasures.count; i++) {
        const struct tcn_erasure *erasure = tcn_memtable_at(&state->erasures, i);
        const uint64_t values[] = {
            erasure->lane.source,  erasure->lane.epoch, (uint64_t)erasure->lane.lane,
            erasure->sequence,     erasure->position,   erasure->asked_position,
            erasure->done_position};
        hash = tcn_checksum_pair(tcn_slice_of(&hash, sizeof(hash)),
                                 tcn_slice_of(values, sizeof(values)));
        hash = tcn_checksum_pair(tcn_slice_of(&hash, sizeof(hash)),
                                 tcn_slice_of(erasure->hash.bytes, sizeof(erasure->hash.bytes)));
    }
    return hash;
}
