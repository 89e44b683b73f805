/* SPDX-License-Identifier: Apache-2.0 */
#include "query/walk.h"

#include "wire/activation.h"
#include "wire/chunk.h"
#include "wire/event.h"
#include "wire/lane.h"
#include "wire/registry.h"

enum tcn_status tcn_walk_init(struct tcn_walk *walk, const struct tcn_record *record) {
    TCN_CHECK(walk != NULL && record != NULL);
    walk->record = record;
    walk->count = record->count;
    walk->index = 0;
    walk->has_bytes = record->kind == TCN_RECORD_CHUNK || record->kind == TCN_RECORD_OWN;
    if (!walk->has_bytes) {
        return record->count == 1 ? TCN_OK : TCN_CORRUPT;
    }
    uint32_t count = 0;
    const enum tcn_status status =
        tcn_wire_chunk_body_split(record->chunk.body, walk->events, &count);
    return status == TCN_OK && count == record->count ? TCN_OK : TCN_CORRUPT;
}

void tcn_walk_seek(struct tcn_walk *walk, uint64_t position) {
    TCN_CHECK(position >= walk->record->first_position &&
              position - walk->record->first_position < walk->count);
    walk->index = (uint32_t)(position - walk->record->first_position);
}

enum tcn_status tcn_walk_next(struct tcn_walk *walk, struct tcn_logged *out_logged) {
    TCN_CHECK(walk->index <= walk->count);
    if (walk->index == walk->count) {
        return TCN_ABSENT;
    }
    struct tcn_logged logged = {.position = walk->record->first_position + walk->index};
    if (walk->has_bytes) {
        logged.sequence = walk->record->first_sequence + walk->index;
        const enum tcn_status status =
            tcn_wire_event_split(walk->events[walk->index], &logged.open, &logged.sealed);
        if (status != TCN_OK) {
            return TCN_CORRUPT;
        }
    }
    walk->index++;
    *out_logged = logged;
    return TCN_OK;
}

enum tcn_status tcn_walk_find(const struct tcn_record *record, uint64_t position,
                              struct tcn_logged *out_logged) {
    if (position < record->first_position || position - record->first_position >= record->count) {
        return TCN_ABSENT;
    }
    struct tcn_walk walk;
    const enum tcn_status status = tcn_walk_init(&walk, record);
    if (status != TCN_OK) {
        return status;
    }
    tcn_walk_seek(&walk, position);
    return tcn_walk_next(&walk, out_logged);
}

/* Stored bytes were checked at intake, so what fails now is damage; but a spent arena is not. */
static enum tcn_status as_stored(enum tcn_status status) {
    return status == TCN_OK || status == TCN_NOMEM ? status : TCN_CORRUPT;
}

static enum tcn_status decode_genesis(const struct tcn_record *record, struct tcn_arena *arena,
                                      struct tcn_event *out_event) {
    struct tcn_genesis genesis = {0};
    const enum tcn_status status = tcn_wire_genesis_decode(record->chunk.head, arena, &genesis);
    if (status != TCN_OK) {
        return as_stored(status);
    }
    *out_event = (struct tcn_event){.format = TCN_EVENT_FORMAT,
                                    .act = TCN_ACT_GENESIS,
                                    .mode = genesis.mode,
                                    .learned_ns = genesis.created_ns,
                                    .recorded_ns = genesis.created_ns};
    return TCN_OK;
}

static enum tcn_status decode_hello(const struct tcn_record *record, struct tcn_arena *arena,
                                    struct tcn_event *out_event) {
    struct tcn_hello hello = {0};
    const enum tcn_status status = tcn_wire_hello_decode(record->chunk.head, arena, &hello);
    if (status != TCN_OK) {
        return as_stored(status);
    }
    *out_event = (struct tcn_event){
        .format = TCN_EVENT_FORMAT,
        .act = TCN_ACT_EPOCH_OPENED,
        .recorded_ns = hello.said_ns,
        .body_kind = TCN_BODY_EPOCH,
        .epoch = {.lane = hello.lane, .predecessor = hello.predecessor},
    };
    return TCN_OK;
}

static enum tcn_status decode_policy(const struct tcn_record *record, struct tcn_arena *arena,
                                     struct tcn_event *out_event) {
    struct tcn_activation activation = {0};
    const enum tcn_status status =
        tcn_wire_activation_decode(record->chunk.head, arena, &activation);
    if (status != TCN_OK) {
        return as_stored(status);
    }
    *out_event = (struct tcn_event){.format = TCN_EVENT_FORMAT,
                                    .act = TCN_ACT_POLICY_ACTIVATED,
                                    .mode = activation.mode,
                                    .recorded_ns = activation.said_ns};
    return TCN_OK;
}

enum tcn_status tcn_walk_decode(const struct tcn_record *record, const struct tcn_logged *logged,
                                struct tcn_arena *arena, struct tcn_event *out_event) {
    switch (record->kind) {
    case TCN_RECORD_GENESIS:
        return decode_genesis(record, arena, out_event);
    case TCN_RECORD_HELLO:
        return decode_hello(record, arena, out_event);
    case TCN_RECORD_POLICY:
        return decode_policy(record, arena, out_event);
    case TCN_RECORD_CHUNK:
    case TCN_RECORD_OWN:
        return as_stored(tcn_wire_open_part_decode(logged->open, arena, out_event));
    case TCN_RECORD_NONE:
    default:
        return TCN_CORRUPT;
    }
}

void tcn_walk_digest(struct tcn_hasher *hasher, const struct tcn_logged *logged) {
    if (logged->open.size == 0) {
        return;
    }
    tcn_hasher_add_u64(hasher, logged->position);
    tcn_hasher_add(hasher, logged->open);
    tcn_hasher_add(hasher, logged->sealed);
}
