/* SPDX-License-Identifier: Apache-2.0 */
/* The hash of a state in memory: how matters go on their way, and what is told of it. */
#include "testlib/memstate.h"

#include "base/hash.h"

static uint64_t mix_list(uint64_t hash, const uint64_t *values, size_t count) {
    return tcn_checksum_pair(tcn_slice_of(&hash, sizeof(hash)),
                             tcn_slice_of(values, count * sizeof(*values)));
}

uint64_t tcn_memstate_hash_way(uint64_t hash, const struct tcn_matter *matter) {
    const struct tcn_second *second = &matter->second;
    const uint64_t values[] = {(uint64_t)matter->kind, matter->marks,        matter->sender,
                               matter->submitter,      matter->bounce_count, (uint64_t)second->act,
                               second->source};
    const struct tcn_toll *toll = &matter->toll;
    const uint64_t counted[] = {(uint64_t)toll->deaths.kind,
                                toll->deaths.value,
                                (uint64_t)toll->serious_injuries.kind,
                                toll->serious_injuries.value,
                                (uint64_t)toll->loss_fen.kind,
                                toll->loss_fen.value,
                                toll->attribute_rank,
                                toll->degree.rank,
                                (uint64_t)toll->degree.sure};
    hash = mix_list(hash, values, sizeof(values) / sizeof(values[0]));
    hash = mix_list(hash, counted, sizeof(counted) / sizeof(counted[0]));
    hash = tcn_checksum_pair(tcn_slice_of(&hash, sizeof(hash)),
                             tcn_slice_of(second->hash.bytes, sizeof(second->hash.bytes)));
    hash = tcn_checksum_pair(tcn_slice_of(&hash, sizeof(hash)), tcn_slice_text(second->domain));
    return tcn_checksum_pair(tcn_slice_of(&hash, sizeof(hash)), tcn_slice_text(second->organ));
}

uint64_t tcn_memstate_hash_told(uint64_t hash, const struct tcn_alert *alert) {
    const uint64_t values[] = {(uint64_t)alert->kind, (uint64_t)alert->stage,
                               alert->holder,         alert->facts,
                               alert->allowed_acts,   alert->limit_count,
                               alert->degree.rank,    (uint64_t)alert->degree.sure};
    for (uint32_t i = 0; i < alert->limit_count; i++) {
        const struct tcn_limit *limit = &alert->limits[i];
        const uint64_t told[] = {limit->rule, (uint64_t)limit->state, (uint64_t)limit->due_ns};
        hash = mix_list(hash, told, sizeof(told) / sizeof(told[0]));
    }
    return mix_list(hash, values, sizeof(values) / sizeof(values[0]));
}

uint64_t tcn_memstate_hash_outcome(uint64_t hash, const struct tcn_outcome *outcome) {
    const uint64_t values[] = {outcome->position, outcome->code, outcome->allowed_acts,
                               outcome->missing};
    return mix_list(hash, values, sizeof(values) / sizeof(values[0]));
}
