/* SPDX-License-Identifier: Apache-2.0 */
#include "testlib/memstate_inside.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

static void table_init(struct tcn_memtable *table, size_t row_bytes) {
    *table = (struct tcn_memtable){.row_bytes = row_bytes};
}

void *tcn_memtable_at(const struct tcn_memtable *table, size_t index) {
    return table->rows + index * table->row_bytes;
}

void *tcn_memtable_push(struct tcn_memtable *table, const void *row) {
    if (table->count == table->capacity) {
        size_t capacity = table->capacity == 0 ? 64 : table->capacity * 2;
        uint8_t *rows = realloc(table->rows, capacity * table->row_bytes);
        if (rows == NULL) {
            abort();
        }
        table->rows = rows;
        table->capacity = capacity;
    }
    void *place = tcn_memtable_at(table, table->count);
    memcpy(place, row, table->row_bytes);
    table->count++;
    return place;
}

static void table_copy(struct tcn_memtable *target, const struct tcn_memtable *source) {
    target->count = 0;
    for (size_t i = 0; i < source->count; i++) {
        tcn_memtable_push(target, tcn_memtable_at(source, i));
    }
}

void tcn_memstate_init(struct tcn_memstate *state) {
    memset(state, 0, sizeof(*state));
    table_init(&state->matters, sizeof(struct tcn_matter));
    table_init(&state->threads, sizeof(struct tcn_thread));
    table_init(&state->alerts, sizeof(struct tcn_alert));
    table_init(&state->outcomes, sizeof(struct tcn_outcome));
    table_init(&state->cursors, sizeof(struct tcn_cursor));
    table_init(&state->sources, sizeof(struct tcn_source_state));
    table_init(&state->standings, sizeof(struct tcn_standing));
    table_init(&state->dues, sizeof(struct tcn_due));
    table_init(&state->clocks, sizeof(struct tcn_matter_clock));
    table_init(&state->erasures, sizeof(struct tcn_erasure));
    table_init(&state->placements, sizeof(struct tcn_placement));
    table_init(&state->summonses, sizeof(struct tcn_summons));
    table_init(&state->shifts, sizeof(struct tcn_shift));
    table_init(&state->ladders, sizeof(struct tcn_ladder));
    table_init(&state->deliveries, sizeof(struct tcn_delivery));
    table_init(&state->expected, sizeof(struct tcn_expected));
    table_init(&state->deeds, sizeof(struct tcn_deed));
    table_init(&state->silences, sizeof(struct tcn_silence));
}

void tcn_memstate_fini(struct tcn_memstate *state) {
    free(state->matters.rows);
    free(state->threads.rows);
    free(state->alerts.rows);
    free(state->outcomes.rows);
    free(state->cursors.rows);
    free(state->sources.rows);
    free(state->standings.rows);
    free(state->dues.rows);
    free(state->clocks.rows);
    free(state->erasures.rows);
    free(state->placements.rows);
    free(state->summonses.rows);
    free(state->shifts.rows);
    free(state->ladders.rows);
    free(state->deliveries.rows);
    free(state->expected.rows);
    free(state->deeds.rows);
    free(state->silences.rows);
    memset(state, 0, sizeof(*state));
}

void tcn_memstate_copy(struct tcn_memstate *target, const struct tcn_memstate *source) {
    table_copy(&target->matters, &source->matters);
    table_copy(&target->threads, &source->threads);
    table_copy(&target->alerts, &source->alerts);
    table_copy(&target->outcomes, &source->outcomes);
    table_copy(&target->cursors, &source->cursors);
    table_copy(&target->sources, &source->sources);
    table_copy(&target->standings, &source->standings);
    table_copy(&target->dues, &source->dues);
    table_copy(&target->clocks, &source->clocks);
    table_copy(&target->erasures, &source->erasures);
    table_copy(&target->placements, &source->placements);
    table_copy(&target->summonses, &source->summonses);
    table_copy(&target->shifts, &source->shifts);
    table_copy(&target->ladders, &source->ladders);
    table_copy(&target->deliveries, &source->deliveries);
    table_copy(&target->expected, &source->expected);
    table_copy(&target->deeds, &source->deeds);
    table_copy(&target->silences, &source->silences);
    target->applied = source->applied;
}

/** Field by field, because padding is nobody's. */
static uint64_t mix(uint64_t hash, uint64_t value) {
    return tcn_checksum_pair(tcn_slice_of(&hash, sizeof(hash)),
                             tcn_slice_of(&value, sizeof(value)));
}

static uint64_t mix_bytes(uint64_t hash, const void *data, size_t size) {
    return tcn_checksum_pair(tcn_slice_of(&hash, sizeof(hash)), tcn_slice_of(data, size));
}

static uint64_t mix_list(uint64_t hash, const uint64_t *values, size_t count) {
    return mix_bytes(hash, values, count * sizeof(*values));
}

static uint64_t hash_matter(uint64_t hash, const struct tcn_matter *matter) {
    const uint64_t values[] = {matter->birth_position,
                               (uint64_t)matter->mode,
                               (uint64_t)matter->stage,
                               matter->division,
                               matter->office,
                               matter->holder,
                               (uint64_t)matter->severity,
                               matter->flags,
                               matter->event_count,
                               (uint64_t)matter->learned_ns,
                               (uint64_t)matter->opened_ns,
                               matter->last_position,
                               (uint64_t)matter->last_act,
                               (uint64_t)matter->last_ns};
    hash = mix_bytes(hash, matter->id.bytes, sizeof(matter->id.bytes));
    hash = mix_bytes(hash, matter->domain, sizeof(matter->domain));
    hash = mix_bytes(hash, matter->category, sizeof(matter->category));
    hash = tcn_memstate_hash_way(hash, matter);
    return mix_list(hash, values, sizeof(values) / sizeof(values[0]));
}

static uint64_t hash_alert(uint64_t hash, const struct tcn_alert *alert) {
    const uint64_t values[] = {(uint64_t)alert->stream.mode,
                               alert->stream.organ,
                               alert->number,
                               alert->generation,
                               alert->position,
                               alert->birth_position,
                               (uint64_t)alert->act,
                               (uint64_t)alert->reason,
                               (uint64_t)alert->severity,
                               alert->flags,
                               alert->code,
                               alert->policy_version,
                               (uint64_t)alert->log_time_ns,
                               (uint64_t)alert->fired.kind,
                               alert->fired.stage,
                               alert->fired.subject,
                               alert->fired.rule,
                               (uint64_t)alert->fired.due_ns,
                               (uint64_t)alert->fired.until_ns};
    return mix_list(hash, values, sizeof(values) / sizeof(values[0]));
}

static uint64_t hash_cursor(uint64_t hash, const struct tcn_cursor *cursor) {
    const uint64_t values[] = {cursor->principal, (uint64_t)cursor->stream.mode,
                               cursor->stream.organ, cursor->number, cursor->generation};
    hash = mix_bytes(hash, cursor->name, strlen(cursor->name));
    return mix_list(hash, values, sizeof(values) / sizeof(values[0]));
}

static uint64_t hash_source(uint64_t hash, const struct tcn_source_state *source) {
    const uint64_t values[] = {
        source->lane.source, source->lane.epoch, (uint64_t)source->lane.lane,
        source->sequence,    source->position,   (uint64_t)source->log_time_ns,
        source->event_count, source->void_count};
    return mix_list(hash, values, sizeof(values) / sizeof(values[0]));
}

static uint64_t hash_standing(uint64_t hash, const struct tcn_standing *standing) {
    const uint64_t values[] = {(uint64_t)standing->key.kind,
                               standing->key.source,
                               standing->key.epoch,
                               standing->key.organ,
                               standing->position,
                               (uint64_t)standing->since_ns,
                               standing->number,
                               standing->other_number,
                               standing->allowed_position};
    hash = mix_bytes(hash, standing->key.hash.bytes, sizeof(standing->key.hash.bytes));
    return mix_list(hash, values, sizeof(values) / sizeof(values[0]));
}

static uint64_t hash_due(uint64_t hash, const struct tcn_due *due) {
    const uint64_t values[] = {
        (uint64_t)due->key.kind, due->key.subject,        due->key.rule,       due->stage,
        (uint64_t)due->due_ns,   (uint64_t)due->until_ns, due->is_kept ? 1 : 0};
    return mix_list(hash, values, sizeof(values) / sizeof(values[0]));
}

uint64_t tcn_memstate_hash(const struct tcn_memstate *state) {
    uint64_t hash = mix(mix(0, state->matters.count), state->alerts.count);
    for (size_t i = 0; i < state->matters.count; i++) {
        hash = hash_matter(hash, tcn_memtable_at(&state->matters, i));
    }
    for (size_t i = 0; i < state->alerts.count; i++) {
        hash = hash_alert(hash, tcn_memtable_at(&state->alerts, i));
        hash = tcn_memstate_hash_told(hash, tcn_memtable_at(&state->alerts, i));
    }
    for (size_t i = 0; i < state->threads.count; i++) {
        const struct tcn_thread *thread = tcn_memtable_at(&state->threads, i);
        hash = mix(mix(hash, thread->position), thread->birth_position);
        hash = mix(hash, thread->previous_position);
    }
    for (size_t i = 0; i < state->outcomes.count; i++) {
        const struct tcn_outcome *outcome = tcn_memtable_at(&state->outcomes, i);
        hash = tcn_memstate_hash_outcome(hash, outcome);
    }
    for (size_t i = 0; i < state->cursors.count; i++) {
        hash = hash_cursor(hash, tcn_memtable_at(&state->cursors, i));
    }
    for (size_t i = 0; i < state->sources.count; i++) {
        hash = hash_source(hash, tcn_memtable_at(&state->sources, i));
    }
    for (size_t i = 0; i < state->standings.count; i++) {
        hash = hash_standing(hash, tcn_memtable_at(&state->standings, i));
    }
    for (size_t i = 0; i < state->dues.count; i++) {
        hash = hash_due(hash, tcn_memtable_at(&state->dues, i));
    }
    hash = tcn_memstate_hash_clocks(state, hash);
    hash = tcn_memstate_hash_erasures(state, hash);
    hash = tcn_memstate_hash_placements(state, hash);
    hash = tcn_memstate_hash_shifts(state, hash);
    hash = tcn_memstate_hash_ladders(state, hash);
    hash = tcn_memstate_hash_expected(state, hash);
    hash = mix(mix(hash, state->applied.position), state->applied.event_count);
    return mix(mix(hash, state->applied.alert_count), state->applied.matter_count);
}

bool tcn_memstate_fails(struct tcn_memstate *state) {
    state->call_count++;
    return state->call_count == state->fail_at;
}

const struct tcn_matter *tcn_memstate_matter(const struct tcn_memstate *state,
                                             const struct tcn_id *id) {
    for (size_t i = state->matters.count; i > 0; i--) {
        const struct tcn_matter *matter = tcn_memtable_at(&state->matters, i - 1);
        if (tcn_id_equals(&matter->id, id)) {
            return matter;
        }
    }
    return NULL;
}

static struct tcn_matter *find_birth(const struct tcn_memstate *state, uint64_t birth) {
    for (size_t i = state->matters.count; i > 0; i--) {
        struct tcn_matter *matter = tcn_memtable_at(&state->matters, i - 1);
        if (matter->birth_position == birth) {
            return matter;
        }
    }
    return NULL;
}

const struct tcn_alert *tcn_memstate_alert(const struct tcn_memstate *state,
                                           struct tcn_stream stream, uint64_t number) {
    for (size_t i = state->alerts.count; i > 0; i--) {
        const struct tcn_alert *alert = tcn_memtable_at(&state->alerts, i - 1);
        if (tcn_stream_equals(alert->stream, stream) && alert->number == number) {
            return alert;
        }
    }
    return NULL;
}

uint64_t tcn_memstate_head(const struct tcn_memstate *state, struct tcn_stream stream) {
    for (size_t i = state->alerts.count; i > 0; i--) {
        const struct tcn_alert *alert = tcn_memtable_at(&state->alerts, i - 1);
        if (tcn_stream_equals(alert->stream, stream)) {
            return alert->number;
        }
    }
    return 0;
}

static struct tcn_cursor *find_cursor(const struct tcn_memstate *state,
                                      const struct tcn_cursor *wanted) {
    for (size_t i = 0; i < state->cursors.count; i++) {
        struct tcn_cursor *cursor = tcn_memtable_at(&state->cursors, i);
        if (cursor->principal == wanted->principal && strcmp(cursor->name, wanted->name) == 0 &&
            tcn_stream_equals(cursor->stream, wanted->stream)) {
            return cursor;
        }
    }
    return NULL;
}

uint64_t tcn_memstate_cursor(const struct tcn_memstate *state, uint32_t principal, const char *name,
                             struct tcn_stream stream) {
    struct tcn_cursor wanted = {.principal = principal, .stream = stream};
    strncpy(wanted.name, name, sizeof(wanted.name) - 1);
    const struct tcn_cursor *cursor = find_cursor(state, &wanted);
    return cursor != NULL ? cursor->number : 0;
}

static enum tcn_status matter_find(void *context, const struct tcn_id *id, uint64_t *out_birth) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    const struct tcn_matter *matter = tcn_memstate_matter(state, id);
    if (matter == NULL) {
        return TCN_ABSENT;
    }
    *out_birth = matter->birth_position;
    return TCN_OK;
}

static enum tcn_status matter_get(void *context, uint64_t birth, struct tcn_matter *out_matter) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    const struct tcn_matter *matter = find_birth(state, birth);
    if (matter == NULL) {
        return TCN_ABSENT;
    }
    memcpy(out_matter, matter, sizeof(*matter));
    return TCN_OK;
}

static enum tcn_status matter_put(void *context, const struct tcn_matter *matter, bool is_birth) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    struct tcn_matter *held = find_birth(state, matter->birth_position);
    TCN_CHECK((held == NULL) == is_birth);
    if (held != NULL) {
        memcpy(held, matter, sizeof(*matter));
    } else {
        TCN_CHECK(tcn_memstate_matter(state, &matter->id) == NULL);
        tcn_memtable_push(&state->matters, matter);
    }
    return TCN_OK;
}

static enum tcn_status thread_append(void *context, const struct tcn_thread *thread) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    tcn_memtable_push(&state->threads, thread);
    return TCN_OK;
}

static enum tcn_status thread_get(void *context, uint64_t position, struct tcn_thread *out_thread) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    for (size_t i = 0; i < state->threads.count; i++) {
        const struct tcn_thread *thread = tcn_memtable_at(&state->threads, i);
        if (thread->position == position) {
            *out_thread = *thread;
            return TCN_OK;
        }
    }
    return TCN_ABSENT;
}

static enum tcn_status stream_get(void *context, struct tcn_stream stream, uint64_t *out_number) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    *out_number = tcn_memstate_head(state, stream);
    return TCN_OK;
}

static enum tcn_status alert_append(void *context, const struct tcn_alert *alert) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    TCN_CHECK(alert->number == tcn_memstate_head(state, alert->stream) + 1);
    tcn_memtable_push(&state->alerts, alert);
    return TCN_OK;
}

static enum tcn_status outcome_put(void *context, const struct tcn_outcome *outcome) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    tcn_memtable_push(&state->outcomes, outcome);
    return TCN_OK;
}

static enum tcn_status cursor_get(void *context, const struct tcn_cursor *wanted,
                                  struct tcn_cursor *out_cursor) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    const struct tcn_cursor *cursor = find_cursor(state, wanted);
    if (cursor == NULL) {
        return TCN_ABSENT;
    }
    *out_cursor = *cursor;
    return TCN_OK;
}

static enum tcn_status cursor_put(void *context, const struct tcn_cursor *cursor) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    struct tcn_cursor *held = find_cursor(state, cursor);
    if (held != NULL) {
        memcpy(held, cursor, sizeof(*cursor));
    } else {
        tcn_memtable_push(&state->cursors, cursor);
    }
    return TCN_OK;
}

static struct tcn_source_state *find_source(const struct tcn_memstate *state,
                                            const struct tcn_lane_key *lane) {
    for (size_t i = 0; i < state->sources.count; i++) {
        struct tcn_source_state *source = tcn_memtable_at(&state->sources, i);
        if (tcn_lane_key_equals(&source->lane, lane)) {
            return source;
        }
    }
    return NULL;
}

static enum tcn_status source_get(void *context, const struct tcn_lane_key *lane,
                                  struct tcn_source_state *out_source) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    const struct tcn_source_state *source = find_source(state, lane);
    if (source == NULL) {
        return TCN_ABSENT;
    }
    memcpy(out_source, source, sizeof(*source));
    return TCN_OK;
}

static enum tcn_status source_put(void *context, const struct tcn_source_state *source) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    struct tcn_source_state *held = find_source(state, &source->lane);
    if (held != NULL) {
        memcpy(held, source, sizeof(*source));
    } else {
        tcn_memtable_push(&state->sources, source);
    }
    return TCN_OK;
}

struct tcn_standing *tcn_memstate_standing(const struct tcn_memstate *state,
                                           const struct tcn_standing_key *key) {
    for (size_t i = 0; i < state->standings.count; i++) {
        struct tcn_standing *standing = tcn_memtable_at(&state->standings, i);
        if (standing->key.kind == key->kind && standing->key.source == key->source &&
            standing->key.epoch == key->epoch && standing->key.organ == key->organ &&
            tcn_hash_equals(&standing->key.hash, &key->hash)) {
            return standing;
        }
    }
    return NULL;
}

static enum tcn_status standing_get(void *context, const struct tcn_standing_key *key,
                                    struct tcn_standing *out_standing) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    const struct tcn_standing *standing = tcn_memstate_standing(state, key);
    if (standing == NULL) {
        return TCN_ABSENT;
    }
    *out_standing = *standing;
    return TCN_OK;
}

static enum tcn_status standing_put(void *context, const struct tcn_standing *standing) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    struct tcn_standing *held = tcn_memstate_standing(state, &standing->key);
    if (held != NULL) {
        *held = *standing;
    } else {
        tcn_memtable_push(&state->standings, standing);
    }
    return TCN_OK;
}

/** Rows behind it move up, so that two states that took the same words back look the same. */
static enum tcn_status standing_del(void *context, const struct tcn_standing_key *key) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    struct tcn_standing *held = tcn_memstate_standing(state, key);
    if (held == NULL) {
        return TCN_ABSENT;
    }
    const struct tcn_standing *rows =
        (const struct tcn_standing *)(const void *)state->standings.rows;
    const size_t index = (size_t)(held - rows);
    state->standings.count--;
    memmove(held, held + 1, (state->standings.count - index) * sizeof(*held));
    return TCN_OK;
}

static enum tcn_status applied_get(void *context, struct tcn_applied *out_applied) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    *out_applied = state->applied;
    return TCN_OK;
}

static enum tcn_status applied_put(void *context, const struct tcn_applied *applied) {
    struct tcn_memstate *state = context;
    if (tcn_memstate_fails(state)) {
        return TCN_IO;
    }
    state->applied = *applied;
    return TCN_OK;
}

const struct tcn_state_ops tcn_memstate_ops = {
    .matter_find = matter_find,
    .matter_get = matter_get,
    .matter_put = matter_put,
    .thread_append = thread_append,
    .thread_get = thread_get,
    .stream_get = stream_get,
    .alert_append = alert_append,
    .outcome_put = outcome_put,
    .cursor_get = cursor_get,
    .cursor_put = cursor_put,
    .source_get = source_get,
    .source_put = source_put,
    .standing_get = standing_get,
    .standing_put = standing_put,
    .standing_del = standing_del,
    .due_get = tcn_memstate_due_get,
    .due_put = tcn_memstate_due_put,
    .due_del = tcn_memstate_due_del,
    .due_first = tcn_memstate_due_first,
    .clock_get = tcn_memstate_clock_get,
    .clock_put = tcn_memstate_clock_put,
    .clock_del = tcn_memstate_clock_del,
    .clock_next = tcn_memstate_clock_next,
    .erasure_get = tcn_memstate_erasure_get,
    .erasure_put = tcn_memstate_erasure_put,
    .placement_get = tcn_memstate_placement_get,
    .placement_put = tcn_memstate_placement_put,
    .summons_get = tcn_memstate_summons_get,
    .summons_put = tcn_memstate_summons_put,
    .summons_del = tcn_memstate_summons_del,
    .shift_get = tcn_memstate_shift_get,
    .shift_put = tcn_memstate_shift_put,
    .alert_get = tcn_memstate_alert_get,
    .ladder_get = tcn_memstate_ladder_get,
    .ladder_put = tcn_memstate_ladder_put,
    .ladder_del = tcn_memstate_ladder_del,
    .ladder_next = tcn_memstate_ladder_next,
    .ladder_waiting = tcn_memstate_ladder_waiting,
    .delivery_put = tcn_memstate_delivery_put,
    .deed_put = tcn_memstate_deed_put,
    .expected_get = tcn_memstate_expected_get,
    .expected_put = tcn_memstate_expected_put,
    .expected_del = tcn_memstate_expected_del,
    .expected_next = tcn_memstate_expected_next,
    .silence_get = tcn_memstate_silence_get,
    .silence_put = tcn_memstate_silence_put,
    .silence_del = tcn_memstate_silence_del,
    .silence_next = tcn_memstate_silence_next,
    .applied_get = applied_get,
    .applied_put = applied_put,
};
