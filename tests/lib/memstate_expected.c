/* SPDX-License-Identifier: Apache-2.0 */
/* What offices said, in memory. */
#include "testlib/memstate_inside.h"

#include "base/hash.h"

#include <string.h>

/** Negative, 0 or positive, in the order of the table. */
static int compare(const struct tcn_expected_key *left, const struct tcn_expected_key *right) {
    if (left->row != right->row) {
        return left->row < right->row ? -1 : 1;
    }
    if (left->organ != right->organ) {
        return left->organ < right->organ ? -1 : 1;
    }
    return left->number < right->number ? -1 : left->number > right->number ? 1 : 0;
}

/** The first at or behind a key; the count of rows when none is. */
static size_t place_of(const struct tcn_memstate *state, const struct tcn_expected_key *key) {
    size_t i = 0;
    while (i < state->expected.count &&
           compare(&((struct tcn_expected *)tcn_memtable_at(&state->expected, i))->key, key) < 0) {
        i++;
    }
    return i;
}

static struct tcn_expected *find(const struct tcn_memstate *state,
                                 const struct tcn_expected_key *key) {
    const size_t i = place_of(state, key);
    struct tcn_expected *row =
        i < state->expected.count ? tcn_memtable_at(&state->expected, i) : NULL;
    return row != NULL && compare(&row->key, key) == 0 ? row : NULL;
}

enum tcn_status tcn_memstate_expected_get(void *context, const struct tcn_expected_key *key,
                                          struct tcn_expected *out_expected) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    const struct tcn_expected *row = find(state, key);
    if (row == NULL) {
        return TCN_ABSENT;
    }
    *out_expected = *row;
    return TCN_OK;
}

enum tcn_status tcn_memstate_expected_put(void *context, const struct tcn_expected *expected) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    struct tcn_expected *held = find(state, &expected->key);
    if (held != NULL) {
        *held = *expected;
        return TCN_OK;
    }
    const size_t i = place_of(state, &expected->key);
    tcn_memtable_push(&state->expected, expected);
    uint8_t *place = tcn_memtable_at(&state->expected, i);
    memmove(place + sizeof(*expected), place, (state->expected.count - 1 - i) * sizeof(*expected));
    memcpy(place, expected, sizeof(*expected));
    return TCN_OK;
}

enum tcn_status tcn_memstate_expected_del(void *context, const struct tcn_expected_key *key) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    struct tcn_expected *held = find(state, key);
    if (held == NULL) {
        return TCN_ABSENT;
    }
    const size_t i = place_of(state, key);
    memmove(held, held + 1, (state->expected.count - 1 - i) * sizeof(*held));
    state->expected.count--;
    return TCN_OK;
}

enum tcn_status tcn_memstate_expected_next(void *context, const struct tcn_expected_key *key,
                                           struct tcn_expected *out_expected) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    const size_t i = place_of(state, key);
    if (i == state->expected.count) {
        return TCN_ABSENT;
    }
    memcpy(out_expected, tcn_memtable_at(&state->expected, i), sizeof(*out_expected));
    return TCN_OK;
}

uint64_t tcn_memstate_hash_expected(const struct tcn_memstate *state, uint64_t hash) {
    for (size_t i = 0; i < state->expected.count; i++) {
        const struct tcn_expected *row = tcn_memtable_at(&state->expected, i);
        const uint64_t values[] = {(uint64_t)row->key.row,
                                   row->key.organ,
                                   row->key.number,
                                   (uint64_t)row->said,
                                   row->is_safe,
                                   row->is_corrected,
                                   row->is_self,
                                   (uint64_t)row->period,
                                   (uint64_t)row->since_ns,
                                   row->position,
                                   row->count,
                                   (uint64_t)row->told_ns,
                                   (uint64_t)row->other_ns,
                                   row->other_position,
                                   (uint64_t)row->off_ns,
                                   (uint64_t)row->stopped_ns,
                                   (uint64_t)row->back_ns};
        hash = tcn_checksum_pair(tcn_slice_of(&hash, sizeof(hash)),
                                 tcn_slice_of(values, sizeof(values)));
        hash = tcn_checksum_pair(tcn_slice_of(&hash, sizeof(hash)),
                                 tcn_slice_of(row->post, sizeof(row->post)));
    }
    return hash;
}
