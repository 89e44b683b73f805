/* SPDX-License-Identifier: Apache-2.0 */
/* Ladders of matters, what was delivered, what organs did, and silences, of the state in memory. */
#include "testlib/memstate_inside.h"

#include "base/hash.h"

#include <string.h>

enum tcn_status tcn_memstate_alert_get(void *context, struct tcn_stream stream, uint64_t number,
                                       struct tcn_alert *out_alert) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    const struct tcn_alert *alert = tcn_memstate_alert(state, stream, number);
    if (alert == NULL) {
        return TCN_ABSENT;
    }
    *out_alert = *alert;
    return TCN_OK;
}

static struct tcn_ladder *find(const struct tcn_memstate *state, uint64_t birth, uint32_t slot) {
    for (size_t i = 0; i < state->ladders.count; i++) {
        struct tcn_ladder *ladder = tcn_memtable_at(&state->ladders, i);
        if (ladder->birth_position == birth && ladder->slot == slot) {
            return ladder;
        }
    }
    return NULL;
}

enum tcn_status tcn_memstate_ladder_get(void *context, uint64_t birth, uint32_t slot,
                                        struct tcn_ladder *out_ladder) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    const struct tcn_ladder *ladder = find(state, birth, slot);
    if (ladder == NULL) {
        return TCN_ABSENT;
    }
    *out_ladder = *ladder;
    return TCN_OK;
}

enum tcn_status tcn_memstate_ladder_put(void *context, const struct tcn_ladder *ladder) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    struct tcn_ladder *held = find(state, ladder->birth_position, ladder->slot);
    if (held != NULL) {
        *held = *ladder;
    } else {
        tcn_memtable_push(&state->ladders, ladder);
    }
    return TCN_OK;
}

enum tcn_status tcn_memstate_ladder_del(void *context, uint64_t birth, uint32_t slot) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    struct tcn_ladder *held = find(state, birth, slot);
    if (held == NULL) {
        return TCN_ABSENT;
    }
    const struct tcn_ladder *rows = (const struct tcn_ladder *)(const void *)state->ladders.rows;
    const size_t index = (size_t)(held - rows);
    state->ladders.count--;
    memmove(held, held + 1, (state->ladders.count - index) * sizeof(*held));
    return TCN_OK;
}

/** True when a row is at or behind a place. */
static bool is_from(const struct tcn_ladder *ladder, uint64_t birth, uint32_t slot) {
    return ladder->birth_position != birth ? ladder->birth_position > birth : ladder->slot >= slot;
}

enum tcn_status tcn_memstate_ladder_next(void *context, uint64_t birth, uint32_t slot,
                                         struct tcn_ladder *out_ladder) {
    struct tcn_memstate *state = context;
    const struct tcn_ladder *next = NULL;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    for (size_t i = 0; i < state->ladders.count; i++) {
        const struct tcn_ladder *ladder = tcn_memtable_at(&state->ladders, i);
        const bool is_before = next == NULL || is_from(next, ladder->birth_position, ladder->slot);
        next = is_from(ladder, birth, slot) && is_before ? ladder : next;
    }
    if (next == NULL) {
        return TCN_ABSENT;
    }
    *out_ladder = *next;
    return TCN_OK;
}

/** True when `left` waits for an earlier item than `right`. */
static bool is_earlier(const struct tcn_ladder *left, const struct tcn_ladder *right) {
    if (left->number != right->number) {
        return left->number < right->number;
    }
    return left->birth_position != right->birth_position
               ? left->birth_position < right->birth_position
               : left->slot < right->slot;
}

enum tcn_status tcn_memstate_ladder_waiting(void *context, struct tcn_stream stream,
                                            uint64_t number, struct tcn_ladder *out_ladder) {
    struct tcn_memstate *state = context;
    const struct tcn_ladder *first = NULL;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    for (size_t i = 0; i < state->ladders.count; i++) {
        const struct tcn_ladder *ladder = tcn_memtable_at(&state->ladders, i);
        const bool waits = ladder->stage == TCN_LADDER_WAITS && ladder->number <= number &&
                           tcn_stream_equals(ladder->stream, stream);
        first = waits && (first == NULL || is_earlier(ladder, first)) ? ladder : first;
    }
    if (first == NULL) {
        return TCN_ABSENT;
    }
    *out_ladder = *first;
    return TCN_OK;
}

enum tcn_status tcn_memstate_delivery_put(void *context, const struct tcn_delivery *delivery) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    for (size_t i = 0; i < state->deliveries.count; i++) {
        const struct tcn_delivery *held = tcn_memtable_at(&state->deliveries, i);
        if (tcn_stream_equals(held->stream, delivery->stream) && held->number >= delivery->number &&
            held->principal == delivery->principal) {
            return TCN_OK;
        }
    }
    tcn_memtable_push(&state->deliveries, delivery);
    return TCN_OK;
}

enum tcn_status tcn_memstate_deed_put(void *context, const struct tcn_deed *deed) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    tcn_memtable_push(&state->deeds, deed);
    return TCN_OK;
}

static struct tcn_silence *find_silence(const struct tcn_memstate *state, uint64_t position) {
    for (size_t i = 0; i < state->silences.count; i++) {
        struct tcn_silence *silence = tcn_memtable_at(&state->silences, i);
        if (silence->position == position) {
            return silence;
        }
    }
    return NULL;
}

enum tcn_status tcn_memstate_silence_get(void *context, uint64_t position,
                                         struct tcn_silence *out_silence) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    const struct tcn_silence *silence = find_silence(state, position);
    if (silence == NULL) {
        return TCN_ABSENT;
    }
    *out_silence = *silence;
    return TCN_OK;
}

enum tcn_status tcn_memstate_silence_put(void *context, const struct tcn_silence *silence) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    struct tcn_silence *held = find_silence(state, silence->position);
    if (held != NULL) {
        *held = *silence;
    } else {
        tcn_memtable_push(&state->silences, silence);
    }
    return TCN_OK;
}

enum tcn_status tcn_memstate_silence_del(void *context, uint64_t position) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    struct tcn_silence *held = find_silence(state, position);
    if (held == NULL) {
        return TCN_ABSENT;
    }
    const struct tcn_silence *rows = (const struct tcn_silence *)(const void *)state->silences.rows;
    const size_t index = (size_t)(held - rows);
    state->silences.count--;
    memmove(held, held + 1, (state->silences.count - index) * sizeof(*held));
    return TCN_OK;
}

enum tcn_status tcn_memstate_silence_next(void *context, uint64_t position,
                                          struct tcn_silence *out_silence) {
    struct tcn_memstate *state = context;
    const struct tcn_silence *next = NULL;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    for (size_t i = 0; i < state->silences.count; i++) {
        const struct tcn_silence *silence = tcn_memtable_at(&state->silences, i);
        const bool is_next =
            silence->position >= position && (next == NULL || silence->position < next->position);
        next = is_next ? silence : next;
    }
    if (next == NULL) {
        return TCN_ABSENT;
    }
    *out_silence = *next;
    return TCN_OK;
}

static uint64_t hash_silence(uint64_t hash, const struct tcn_silence *silence) {
    const uint64_t values[] = {hash,
                               silence->position,
                               silence->organ,
                               (uint64_t)silence->mode,
                               silence->division,
                               tcn_checksum(tcn_slice_text(silence->domain)),
                               tcn_checksum(tcn_slice_text(silence->reason)),
                               (uint64_t)silence->since_ns,
                               (uint64_t)silence->until_ns,
                               silence->warning_count};
    return tcn_checksum_pair(tcn_slice_of(values, sizeof(values)), tcn_slice_text(silence->post));
}

static uint64_t hash_ladder(uint64_t hash, const struct tcn_ladder *ladder) {
    const uint64_t values[] = {hash,
                               ladder->birth_position,
                               ladder->slot,
                               tcn_checksum(tcn_slice_text(ladder->id)),
                               ladder->organ,
                               ladder->rule,
                               (uint64_t)ladder->until_ns,
                               (uint64_t)ladder->stage,
                               ladder->step_count,
                               (uint64_t)ladder->since_ns,
                               ladder->position,
                               (uint64_t)ladder->stream.mode,
                               ladder->stream.organ,
                               ladder->number,
                               (uint64_t)ladder->delivered_ns,
                               ladder->taken_position,
                               ladder->counts.deaths,
                               ladder->counts.serious_injuries,
                               ladder->counts.missing,
                               ladder->counts.at_risk,
                               ladder->guard_organ_count};
    return tcn_checksum_pair(tcn_slice_of(values, sizeof(values)),
                             tcn_slice_of(ladder->guard_organs, ladder->guard_organ_count *
                                                                    sizeof(*ladder->guard_organs)));
}

uint64_t tcn_memstate_hash_ladders(const struct tcn_memstate *state, uint64_t hash) {
    for (size_t i = 0; i < state->ladders.count; i++) {
        hash = hash_ladder(hash, tcn_memtable_at(&state->ladders, i));
    }
    for (size_t i = 0; i < state->deliveries.count; i++) {
        const struct tcn_delivery *delivery = tcn_memtable_at(&state->deliveries, i);
        const uint64_t values[] = {hash,
                                   (uint64_t)delivery->stream.mode,
                                   delivery->stream.organ,
                                   delivery->number,
                                   delivery->principal,
                                   (uint64_t)delivery->log_time_ns,
                                   delivery->position};
        hash =
            tcn_checksum_pair(tcn_slice_of(values, sizeof(values)), tcn_slice_text(delivery->name));
    }
    for (size_t i = 0; i < state->deeds.count; i++) {
        const struct tcn_deed *deed = tcn_memtable_at(&state->deeds, i);
        const uint64_t values[] = {hash,           deed->birth_position,
                                   deed->organ,    (uint64_t)deed->act,
                                   deed->position, (uint64_t)deed->log_time_ns};
        hash = tcn_checksum_pair(tcn_slice_of(values, sizeof(values)), tcn_slice_text(deed->post));
    }
    for (size_t i = 0; i < state->silences.count; i++) {
        hash = hash_silence(hash, tcn_memtable_at(&state->silences, i));
    }
    return hash;
}
