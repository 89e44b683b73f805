/* SPDX-License-Identifier: Apache-2.0 */
/* What falls due, and the clocks of matters: rows that come and go. */
#include "testlib/memstate_inside.h"

#include "base/hash.h"

#include <string.h>

static struct tcn_due *find_due(const struct tcn_memstate *state, const struct tcn_due_key *key) {
    for (size_t i = 0; i < state->dues.count; i++) {
        struct tcn_due *due = tcn_memtable_at(&state->dues, i);
        if (due->key.kind == key->kind && due->key.subject == key->subject &&
            due->key.rule == key->rule) {
            return due;
        }
    }
    return NULL;
}

enum tcn_status tcn_memstate_due_get(void *context, const struct tcn_due_key *key,
                                     struct tcn_due *out_due) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    const struct tcn_due *due = find_due(state, key);
    if (due == NULL) {
        return TCN_ABSENT;
    }
    *out_due = *due;
    return TCN_OK;
}

enum tcn_status tcn_memstate_due_put(void *context, const struct tcn_due *due) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    struct tcn_due *held = find_due(state, &due->key);
    if (held != NULL) {
        *held = *due;
    } else {
        tcn_memtable_push(&state->dues, due);
    }
    return TCN_OK;
}

enum tcn_status tcn_memstate_due_del(void *context, const struct tcn_due_key *key) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    struct tcn_due *held = find_due(state, key);
    if (held == NULL) {
        return TCN_ABSENT;
    }
    const struct tcn_due *rows = (const struct tcn_due *)(const void *)state->dues.rows;
    const size_t index = (size_t)(held - rows);
    state->dues.count--;
    memmove(held, held + 1, (state->dues.count - index) * sizeof(*held));
    return TCN_OK;
}

/** True when `left` is due before `right`. */
static bool is_before(const struct tcn_due *left, const struct tcn_due *right) {
    if (left->due_ns != right->due_ns) {
        return left->due_ns < right->due_ns;
    }
    if (left->key.kind != right->key.kind) {
        return (uint32_t)left->key.kind < (uint32_t)right->key.kind;
    }
    return left->key.subject != right->key.subject ? left->key.subject < right->key.subject
                                                   : left->key.rule < right->key.rule;
}

enum tcn_status tcn_memstate_due_first(void *context, struct tcn_due *out_due) {
    struct tcn_memstate *state = context;
    const struct tcn_due *first = NULL;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    for (size_t i = 0; i < state->dues.count; i++) {
        const struct tcn_due *due = tcn_memtable_at(&state->dues, i);
        first = first == NULL || is_before(due, first) ? due : first;
    }
    if (first == NULL) {
        return TCN_ABSENT;
    }
    *out_due = *first;
    return TCN_OK;
}

/** The row of a key, or NULL. */
static struct tcn_matter_clock *find_clock(const struct tcn_memstate *state, uint64_t birth,
                                           uint32_t rule) {
    for (size_t i = 0; i < state->clocks.count; i++) {
        struct tcn_matter_clock *clock = tcn_memtable_at(&state->clocks, i);
        if (clock->birth_position == birth && clock->rule == rule) {
            return clock;
        }
    }
    return NULL;
}

const struct tcn_matter_clock *tcn_memstate_clock(const struct tcn_memstate *state, uint64_t birth,
                                                  const char *id) {
    return find_clock(state, birth, tcn_clock_rule_number(tcn_slice_text(id)));
}

enum tcn_status tcn_memstate_clock_get(void *context, uint64_t birth, uint32_t rule,
                                       struct tcn_matter_clock *out_clock) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    const struct tcn_matter_clock *clock = find_clock(state, birth, rule);
    if (clock == NULL) {
        return TCN_ABSENT;
    }
    *out_clock = *clock;
    return TCN_OK;
}

enum tcn_status tcn_memstate_clock_put(void *context, const struct tcn_matter_clock *clock) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    TCN_CHECK(clock->rule == tcn_clock_rule_number(tcn_slice_text(clock->id)));
    struct tcn_matter_clock *held = find_clock(state, clock->birth_position, clock->rule);
    if (held != NULL) {
        *held = *clock;
    } else {
        tcn_memtable_push(&state->clocks, clock);
    }
    return TCN_OK;
}

enum tcn_status tcn_memstate_clock_del(void *context, uint64_t birth, uint32_t rule) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    struct tcn_matter_clock *held = find_clock(state, birth, rule);
    if (held == NULL) {
        return TCN_ABSENT;
    }
    const struct tcn_matter_clock *rows =
        (const struct tcn_matter_clock *)(const void *)state->clocks.rows;
    const size_t index = (size_t)(held - rows);
    state->clocks.count--;
    memmove(held, held + 1, (state->clocks.count - index) * sizeof(*held));
    return TCN_OK;
}

/** True when a place is before a row's. */
static bool is_behind(const struct tcn_matter_clock *clock, uint64_t birth, uint32_t rule) {
    return clock->birth_position != birth ? clock->birth_position > birth : clock->rule >= rule;
}

enum tcn_status tcn_memstate_clock_next(void *context, uint64_t birth, uint32_t rule,
                                        struct tcn_matter_clock *out_clock) {
    struct tcn_memstate *state = context;
    const struct tcn_matter_clock *next = NULL;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    for (size_t i = 0; i < state->clocks.count; i++) {
        const struct tcn_matter_clock *clock = tcn_memtable_at(&state->clocks, i);
        const bool is_before = next == NULL || is_behind(next, clock->birth_position, clock->rule);
        next = is_behind(clock, birth, rule) && is_before ? clock : next;
    }
    if (next == NULL) {
        return TCN_ABSENT;
    }
    *out_clock = *next;
    return TCN_OK;
}

/** Field by field, because padding is nobody's. */
static uint64_t hash_clock(uint64_t hash, const struct tcn_matter_clock *clock) {
    const uint64_t values[] = {hash,
                               clock->birth_position,
                               clock->rule,
                               (uint64_t)clock->terms.unit,
                               clock->terms.amount,
                               clock->terms.extend_max,
                               (uint64_t)clock->terms.bound,
                               (uint64_t)clock->terms.owes,
                               (uint64_t)clock->terms.stop_time,
                               clock->policy_version,
                               (uint64_t)clock->clock.start_ns,
                               (uint64_t)clock->clock.extended_until_ns,
                               clock->clock.pause_count,
                               clock->clock.fired_steps,
                               (uint64_t)clock->times.step_ns[0],
                               (uint64_t)clock->times.step_ns[1],
                               (uint64_t)clock->times.step_ns[2],
                               (uint64_t)clock->times.due_ns,
                               (uint64_t)clock->times.limit_ns,
                               (uint64_t)clock->times.missing_year,
                               clock->times.is_paused ? 1 : 0,
                               (uint64_t)clock->end,
                               (uint64_t)clock->verdict,
                               (uint64_t)clock->stop_ns,
                               clock->stop_position,
                               clock->run_count,
                               clock->late_count};
    return tcn_checksum_pair(
        tcn_slice_of(values, sizeof(values)),
        tcn_slice_of(clock->clock.pauses, clock->clock.pause_count * sizeof(*clock->clock.pauses)));
}

uint64_t tcn_memstate_hash_clocks(const struct tcn_memstate *state, uint64_t hash) {
    for (size_t i = 0; i < state->clocks.count; i++) {
        hash = hash_clock(hash, tcn_memtable_at(&state->clocks, i));
    }
    return hash;
}
