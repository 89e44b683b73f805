/* SPDX-License-Identifier: Apache-2.0 */
/* Placements of the state in memory. */
#include "testlib/memstate_inside.h"

#include "base/hash.h"

static struct tcn_placement *find(const struct tcn_memstate *state, uint64_t birth) {
    for (size_t i = 0; i < state->placements.count; i++) {
        struct tcn_placement *placement = tcn_memtable_at(&state->placements, i);
        if (placement->birth_position == birth) {
            return placement;
        }
    }
    return NULL;
}

const struct tcn_placement *tcn_memstate_placement(const struct tcn_memstate *state,
                                                   uint64_t birth) {
    return find(state, birth);
}

enum tcn_status tcn_memstate_placement_get(void *context, uint64_t birth,
                                           struct tcn_placement *out_placement) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    const struct tcn_placement *placement = find(state, birth);
    if (placement == NULL) {
        return TCN_ABSENT;
    }
    *out_placement = *placement;
    return TCN_OK;
}

enum tcn_status tcn_memstate_placement_put(void *context, const struct tcn_placement *placement) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    struct tcn_placement *held = find(state, placement->birth_position);
    if (held != NULL) {
        *held = *placement;
    } else {
        tcn_memtable_push(&state->placements, placement);
    }
    return TCN_OK;
}

static uint64_t mix(uint64_t hash, uint64_t value) {
    return tcn_checksum_pair(tcn_slice_of(&hash, sizeof(hash)),
                             tcn_slice_of(&value, sizeof(value)));
}

uint64_t tcn_memstate_hash_placements(const struct tcn_memstate *state, uint64_t hash) {
    for (size_t i = 0; i < state->placements.count; i++) {
        const struct tcn_placement *placement = tcn_memtable_at(&state->placements, i);
        hash = mix(mix(hash, placement->birth_position), placement->first_month);
        hash = mix(mix(hash, placement->months_needed), placement->breaches);
        hash = mix(mix(hash, placement->metres), placement->month_count);
        for (uint32_t k = 0; k < placement->month_count; k++) {
            const struct tcn_month *month = &placement->months[k];
            hash = mix(mix(mix(hash, (uint64_t)month->state), month->marks), month->prover);
        }
        for (uint32_t k = 0; k <= (uint32_t)TCN_CLAIM_MAX; k++) {
            const struct tcn_claimed *claimed = &placement->claims[k];
            hash = mix(mix(hash, claimed->max_fen), (uint64_t)claimed->state);
            hash = mix(mix(hash, claimed->fen), claimed->refusal_count);
        }
    }
    return hash;
}
