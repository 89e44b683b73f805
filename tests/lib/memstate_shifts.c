/* SPDX-License-Identifier: Apache-2.0 */
/* What organs were called to and who is on duty, of the state in memory. */
#include "testlib/memstate_inside.h"

#include "base/hash.h"

#include <string.h>

/* Tables are kept sorted: where a row stands is not for its history to say. */
static size_t summons_place(const struct tcn_memstate *state, bool is_kept, uint16_t organ,
                            uint64_t birth, bool *out_is) {
    size_t place = 0;
    *out_is = false;
    while (place < state->summonses.count) {
        const struct tcn_summons *row = tcn_memtable_at(&state->summonses, place);
        const bool is_side = row->is_kept == is_kept;
        if (row->is_kept > is_kept || (is_side && row->organ > organ) ||
            (is_side && row->organ == organ && row->birth_position >= birth)) {
            *out_is = is_side && row->organ == organ && row->birth_position == birth;
            break;
        }
        place++;
    }
    return place;
}

static void insert(struct tcn_memtable *table, size_t place, const void *row) {
    (void)tcn_memtable_push(table, row);
    uint8_t *at = tcn_memtable_at(table, place);
    memmove(at + table->row_bytes, at, (table->count - 1 - place) * table->row_bytes);
    memcpy(at, row, table->row_bytes);
}

enum tcn_status tcn_memstate_summons_get(void *context, bool is_kept, uint16_t organ,
                                         uint64_t birth, struct tcn_summons *out_summons) {
    struct tcn_memstate *state = context;
    bool is = false;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    const size_t place = summons_place(state, is_kept, organ, birth, &is);
    if (is) {
        memcpy(out_summons, tcn_memtable_at(&state->summonses, place), sizeof(*out_summons));
    }
    return is ? TCN_OK : TCN_ABSENT;
}

enum tcn_status tcn_memstate_summons_put(void *context, const struct tcn_summons *summons) {
    struct tcn_memstate *state = context;
    bool is = false;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    const size_t place =
        summons_place(state, summons->is_kept, summons->organ, summons->birth_position, &is);
    if (is) {
        memcpy(tcn_memtable_at(&state->summonses, place), summons, sizeof(*summons));
    } else {
        insert(&state->summonses, place, summons);
    }
    return TCN_OK;
}

enum tcn_status tcn_memstate_summons_del(void *context, bool is_kept, uint16_t organ,
                                         uint64_t birth) {
    struct tcn_memstate *state = context;
    struct tcn_memtable *table = &state->summonses;
    bool is = false;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    const size_t place = summons_place(state, is_kept, organ, birth, &is);
    if (is) {
        uint8_t *at = tcn_memtable_at(table, place);
        memmove(at, at + table->row_bytes, (table->count - 1 - place) * table->row_bytes);
        table->count--;
    }
    return is ? TCN_OK : TCN_ABSENT;
}

static size_t shift_place(const struct tcn_memstate *state, uint16_t organ, bool *out_is) {
    size_t place = 0;
    *out_is = false;
    while (place < state->shifts.count) {
        const struct tcn_shift *row = tcn_memtable_at(&state->shifts, place);
        if (row->organ >= organ) {
            *out_is = row->organ == organ;
            break;
        }
        place++;
    }
    return place;
}

enum tcn_status tcn_memstate_shift_get(void *context, uint16_t organ, struct tcn_shift *out_shift) {
    struct tcn_memstate *state = context;
    bool is = false;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    const size_t place = shift_place(state, organ, &is);
    if (is) {
        memcpy(out_shift, tcn_memtable_at(&state->shifts, place), sizeof(*out_shift));
    }
    return is ? TCN_OK : TCN_ABSENT;
}

enum tcn_status tcn_memstate_shift_put(void *context, const struct tcn_shift *shift) {
    struct tcn_memstate *state = context;
    bool is = false;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    const size_t place = shift_place(state, shift->organ, &is);
    if (is) {
        memcpy(tcn_memtable_at(&state->shifts, place), shift, sizeof(*shift));
    } else {
        insert(&state->shifts, place, shift);
    }
    return TCN_OK;
}

static uint64_t mix(uint64_t hash, const void *data, size_t size) {
    return tcn_checksum_pair(tcn_slice_of(&hash, sizeof(hash)), tcn_slice_of(data, size));
}

uint64_t tcn_memstate_hash_shifts(const struct tcn_memstate *state, uint64_t hash) {
    for (size_t i = 0; i < state->summonses.count; i++) {
        const struct tcn_summons *row = tcn_memtable_at(&state->summonses, i);
        const uint64_t values[] = {row->organ,
                                   row->birth_position,
                                   (uint64_t)row->mode,
                                   (uint64_t)row->reason,
                                   (uint64_t)row->severity,
                                   (uint64_t)row->since_ns,
                                   (uint64_t)row->last_ns,
                                   row->number,
                                   row->position,
                                   row->count};
        hash = mix(hash, values, sizeof(values));
    }
    for (size_t i = 0; i < state->shifts.count; i++) {
        const struct tcn_shift *row = tcn_memtable_at(&state->shifts, i);
        const uint64_t values[] = {row->organ,
                                   row->source,
                                   (uint64_t)row->since_ns,
                                   (uint64_t)row->until_ns,
                                   (uint64_t)row->handed_ns,
                                   row->position};
        hash = mix(hash, values, sizeof(values));
        hash = mix(hash, row->post, sizeof(row->post));
    }
    return hash;
}
