/* SPDX-License-Identifier: Apache-2.0 */
#include "testlib/forge.h"

#include "base/arena.h"
#include "seal/hash.h"
#include "wire/chunk.h"
#include "wire/event.h"
#include "wire/lane.h"
#include "wire/policy.h"
#include "wire/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EPOCH_BASE 100u
#define CREATED_NS INT64_C(1700000000000000000)

static const struct tcn_organ organs[] = {
    {.number = TCN_FORGE_DESK, .id = "desk", .kind = TCN_ORGAN_DESK, .title_en = "desk"},
    {.number = TCN_FORGE_SAFETY, .id = "safety", .kind = TCN_ORGAN_BUREAU, .title_en = "safety"},
    {.number = TCN_FORGE_WATER, .id = "water", .kind = TCN_ORGAN_BUREAU, .title_en = "water"},
    {.number = TCN_FORGE_OFFICE_A, .id = "office-a", .kind = TCN_ORGAN_OFFICE, .title_en = "a"},
    {.number = TCN_FORGE_OFFICE_B, .id = "office-b", .kind = TCN_ORGAN_OFFICE, .title_en = "b"},
};

static const struct tcn_domain domains[] = {
    {.id = "hazard", .title_en = "hazard", .owner = TCN_FORGE_SAFETY},
    {.id = "pipe", .title_en = "pipe", .owner = TCN_FORGE_WATER},
};

static const struct tcn_division divisions[] = {
    {.code = 520502100000, .name = "a", .office = TCN_FORGE_OFFICE_A, .is_managed = true},
    {.code = 520502101000, .name = "b", .office = TCN_FORGE_OFFICE_B, .is_managed = true},
};

static const struct tcn_policy policy = {
    .version = 1,
    .title = "test district",
    .organs = organs,
    .organ_count = sizeof(organs) / sizeof(organs[0]),
    .domains = domains,
    .domain_count = sizeof(domains) / sizeof(domains[0]),
    .divisions = divisions,
    .division_count = sizeof(divisions) / sizeof(divisions[0]),
    .desk = TCN_FORGE_DESK,
    .clock_ahead_ns = INT64_C(600000000000),
    .clock_behind_ns = INT64_C(86400000000000),
};

static const struct tcn_principal principals[TCN_FORGE_WHO_MAX] = {
    {.id = TCN_FORGE_COLLECTOR, .name = "collector", .role = TCN_ROLE_COLLECTOR},
    {.id = TCN_FORGE_AGENT_A,
     .name = "agent-a",
     .role = TCN_ROLE_OFFICE,
     .source = TCN_FORGE_AGENT_A,
     .organ = TCN_FORGE_OFFICE_A,
     .divisions = {520502100000},
     .division_count = 1,
     .streams = {TCN_FORGE_OFFICE_A},
     .stream_count = 1},
    {.id = TCN_FORGE_AGENT_SAFETY,
     .name = "agent-safety",
     .role = TCN_ROLE_BUREAU,
     .source = TCN_FORGE_AGENT_SAFETY,
     .organ = TCN_FORGE_SAFETY,
     .streams = {TCN_FORGE_SAFETY},
     .stream_count = 1},
    {.id = TCN_FORGE_AGENT_B,
     .name = "agent-b",
     .role = TCN_ROLE_OFFICE,
     .source = TCN_FORGE_AGENT_B,
     .organ = TCN_FORGE_OFFICE_B,
     .not_after_ns = 1},
    {.id = TCN_FORGE_WATCH_SAFETY,
     .name = "watch-safety",
     .role = TCN_ROLE_WATCHER,
     .organ = TCN_FORGE_SAFETY,
     .streams = {TCN_FORGE_SAFETY},
     .stream_count = 1},
    {.id = TCN_FORGE_AUDITOR, .name = "auditor", .role = TCN_ROLE_AUDITOR, .all_streams = true},
    {.id = TCN_FORGE_FEED,
     .name = "feed",
     .role = TCN_ROLE_FEED,
     .source = TCN_FORGE_FEED,
     .all_divisions = true},
    {.id = TCN_FORGE_ADMIN,
     .name = "admin",
     .role = TCN_ROLE_ADMIN,
     .source = TCN_FORGE_ADMIN,
     .organ = TCN_FORGE_DESK},
    {.id = TCN_FORGE_AGENT_DESK,
     .name = "agent-desk",
     .role = TCN_ROLE_BUREAU,
     .source = TCN_FORGE_AGENT_DESK,
     .organ = TCN_FORGE_DESK,
     .streams = {TCN_FORGE_DESK},
     .stream_count = 1},
};

static void make_keys(struct tcn_forge *forge) {
    uint8_t seed[TCN_SIGNING_SEED_BYTES];
    memset(seed, 0xa0, sizeof(seed));
    tcn_signing_key_from_seed(seed, &forge->root);
    for (uint32_t i = 1; i <= TCN_FORGE_WHO_MAX; i++) {
        struct tcn_key_set *set = &forge->keys[i];
        struct tcn_principal *principal = &forge->principals[i - 1];
        /* Transport and sealing keys must be a pair, which only the room makes; they are in no
         * expected bytes, so they may differ from run to run. */
        enum tcn_status status =
            tcn_key_set_make(tcn_slice_text(principals[i - 1].name), true, set);
        TCN_CHECK(status == TCN_OK);
        memset(seed, (int)i, sizeof(seed));
        tcn_signing_key_from_seed(seed, &set->signing);
        *principal = principals[i - 1];
        principal->status = TCN_PRINCIPAL_ACTIVE;
        principal->transport_key = set->transport.public_key;
        principal->signing_key = set->signing.public_key;
    }
}

static struct tcn_slice encode_registry(const struct tcn_forge *forge, struct tcn_writer *writer) {
    const struct tcn_organ_key organ_keys[] = {
        {.organ = TCN_FORGE_SAFETY, .key = forge->keys[TCN_FORGE_AGENT_SAFETY].seal.public_key},
    };
    const struct tcn_registry registry = {
        .version = 1,
        .principals = forge->principals,
        .principal_count = TCN_FORGE_WHO_MAX + forge->crowd_count,
        .organ_keys = organ_keys,
        .organ_key_count = 1,
    };
    struct tcn_slice bytes = {0};
    enum tcn_status status = tcn_wire_registry_encode(&registry, writer, &bytes);
    TCN_CHECK(status == TCN_OK);
    return bytes;
}

static void make_genesis(struct tcn_forge *forge) {
    uint8_t *data = malloc(TCN_FORGE_GENESIS_BYTES);
    TCN_CHECK(data != NULL);
    struct tcn_writer writer = tcn_writer_init(data, TCN_FORGE_GENESIS_BYTES);
    struct tcn_genesis genesis = {
        .format = TCN_GENESIS_FORMAT,
        .log_id = forge->log_id,
        .created_ns = CREATED_NS,
        .mode = forge->mode,
        .root_key = forge->root.public_key,
        .collector_key = forge->keys[TCN_FORGE_COLLECTOR].signing.public_key,
        .fold_version = TCN_FOLD_VERSION,
        .registry = encode_registry(forge, &writer),
    };
    enum tcn_status status = tcn_wire_policy_encode(&policy, &writer, &genesis.policy);
    TCN_CHECK(status == TCN_OK);
    struct tcn_writer file = tcn_writer_init(forge->file, sizeof(forge->file));
    tcn_write_u32(&file, 0);
    status = tcn_wire_genesis_encode(&genesis, &file, &forge->genesis);
    TCN_CHECK(status == TCN_OK);
    struct tcn_signature signature;
    status = tcn_sign(&forge->root, TCN_CONTEXT_GENESIS, forge->genesis, &signature);
    TCN_CHECK(status == TCN_OK);
    tcn_write_bytes(&file, signature.bytes, sizeof(signature.bytes));
    forge->genesis_file = tcn_writer_slice(&file);
    forge->signature = tcn_slice_of(forge->genesis.data + forge->genesis.size, 64);
    file = tcn_writer_init(forge->file, sizeof(uint32_t));
    tcn_write_u32(&file, (uint32_t)forge->genesis.size);
    free(data);
}

void tcn_forge_init(struct tcn_forge *forge, enum tcn_mode mode) {
    memset(forge, 0, sizeof(*forge));
    memset(forge->log_id.bytes, 0x77, sizeof(forge->log_id.bytes));
    forge->mode = mode;
    make_keys(forge);
    make_genesis(forge);
}

void tcn_forge_found(struct tcn_forge *forge) {
    make_genesis(forge);
}

void tcn_forge_crowd(struct tcn_forge *forge, uint32_t count) {
    TCN_CHECK(count <= TCN_FORGE_CROWD_MAX);
    for (uint32_t i = 0; i < count; i++) {
        struct tcn_principal *row = &forge->principals[TCN_FORGE_CROWD - 1 + i];
        *row = principals[TCN_FORGE_WATCH_SAFETY - 1];
        row->id = TCN_FORGE_CROWD + i;
        row->status = TCN_PRINCIPAL_ACTIVE;
        (void)snprintf(row->name, sizeof(row->name), "crowd-%u", (unsigned)i);
        const enum tcn_status status =
            tcn_key_set_make(tcn_slice_text(row->name), false, &forge->crowd_keys[i]);
        TCN_CHECK(status == TCN_OK);
        row->transport_key = forge->crowd_keys[i].transport.public_key;
        row->signing_key = forge->crowd_keys[i].signing.public_key;
    }
    forge->crowd_count = count;
    make_genesis(forge);
}

void tcn_forge_seat_broker(struct tcn_forge *forge, const struct tcn_public_key *transport_key) {
    struct tcn_principal *row = &forge->principals[TCN_FORGE_FEED - 1];
    *row = (struct tcn_principal){.id = TCN_FORGE_FEED,
                                  .name = "broker",
                                  .role = TCN_ROLE_BROKER,
                                  .status = TCN_PRINCIPAL_ACTIVE,
                                  .transport_key = *transport_key,
                                  .signing_key = row->signing_key};
    make_genesis(forge);
}

void tcn_forge_genesis_write(const struct tcn_forge *forge, const char *path) {
    FILE *file = fopen(path, "wbe");
    TCN_CHECK(file != NULL);
    const size_t size = fwrite(forge->genesis_file.data, 1, forge->genesis_file.size, file);
    TCN_CHECK(size == forge->genesis_file.size);
    const int closed = fclose(file);
    TCN_CHECK(closed == 0);
}

static struct tcn_id matter_of(uint64_t number) {
    struct tcn_id id = {{0x01, 0x8f}};
    struct tcn_writer writer = tcn_writer_init(id.bytes + 8, 8);
    tcn_write_u64(&writer, number);
    return id;
}

struct tcn_event tcn_forge_report(const struct tcn_forge *forge, uint64_t number) {
    const int64_t when_ns = CREATED_NS + (int64_t)number * 1000000000;
    return (struct tcn_event){
        .format = TCN_EVENT_FORMAT,
        .act = TCN_ACT_REPORTED,
        .mode = forge->mode,
        .matter = matter_of(number),
        .domain = tcn_slice_text("hazard"),
        .division = tcn_slice_text(TCN_FORGE_DIVISION_A),
        .office = tcn_slice_text("office-a"),
        .learned_ns = when_ns,
        .recorded_ns = when_ns,
        .severity = TCN_SEVERITY_SERIOUS,
        .concerns = TCN_CONCERNS_NOBODY,
        .body_kind = TCN_BODY_REPORT,
    };
}

struct tcn_event tcn_forge_act(const struct tcn_forge *forge, uint64_t number, enum tcn_act act,
                               const char *office) {
    struct tcn_event event = tcn_forge_report(forge, number);
    event.act = act;
    event.domain = (struct tcn_slice){0};
    event.division = (struct tcn_slice){0};
    event.office = tcn_slice_text(office);
    event.concerns = TCN_CONCERNS_UNSTATED;
    event.body_kind = TCN_BODY_ACT;
    return event;
}

struct tcn_event tcn_forge_void(const struct tcn_forge *forge, uint64_t count) {
    return (struct tcn_event){
        .format = TCN_EVENT_FORMAT,
        .act = TCN_ACT_VOID,
        .mode = forge->mode,
        .recorded_ns = CREATED_NS,
        .body_kind = TCN_BODY_VOID,
        .void_body = {.code = TCN_CORRUPT, .count = count},
    };
}

static struct tcn_key_id key_id_of(const struct tcn_forge *forge, enum tcn_forge_who who) {
    return tcn_key_id_of(&forge->keys[who].signing.public_key);
}

void tcn_forge_chunk_begin(struct tcn_forge_chunk *chunk, const struct tcn_forge *forge,
                           enum tcn_forge_who who, uint64_t first_sequence,
                           const struct tcn_hash *previous) {
    memset(chunk, 0, sizeof(*chunk));
    chunk->writer = tcn_writer_init(chunk->bytes, sizeof(chunk->bytes));
    chunk->head = (struct tcn_chunk_head){
        .format = TCN_CHUNK_FORMAT,
        .log_id = forge->log_id,
        .lane = {.source = (uint32_t)who, .epoch = EPOCH_BASE + who, .lane = TCN_LANE_ROUTINE},
        .first_sequence = first_sequence,
        .mode = forge->mode,
        .key_id = key_id_of(forge, who),
    };
    if (previous != NULL) {
        chunk->head.previous_hash = *previous;
    }
}

void tcn_forge_chunk_bytes(struct tcn_forge_chunk *chunk, struct tcn_slice open,
                           struct tcn_slice sealed) {
    TCN_CHECK(chunk->event_count < TCN_CHUNK_EVENTS_MAX);
    const enum tcn_status status =
        tcn_wire_event_join(open, sealed, &chunk->writer, &chunk->events[chunk->event_count]);
    TCN_CHECK(status == TCN_OK);
    chunk->hashes[chunk->event_count] = tcn_hash_event(open, sealed);
    chunk->event_count++;
}

static struct tcn_slice encode_open(const struct tcn_event *event, uint8_t *data) {
    struct tcn_writer writer = tcn_writer_init(data, TCN_OPEN_BYTES_MAX);
    struct tcn_slice open = {0};
    const enum tcn_status status = tcn_wire_open_part_encode(event, &writer, &open);
    TCN_CHECK(status == TCN_OK);
    return open;
}

void tcn_forge_chunk_event(struct tcn_forge_chunk *chunk, const struct tcn_event *event,
                           struct tcn_slice sealed) {
    uint8_t data[TCN_OPEN_BYTES_MAX];
    tcn_forge_chunk_bytes(chunk, encode_open(event, data), sealed);
}

void tcn_forge_chunk_sealed(struct tcn_forge_chunk *chunk, const struct tcn_forge *forge,
                            const struct tcn_event *event, const char *text) {
    uint8_t open_data[TCN_OPEN_BYTES_MAX];
    uint8_t sealed_data[16 * 1024];
    const struct tcn_slice open = encode_open(event, open_data);
    const struct tcn_seal_recipient recipient = {
        .organ = TCN_FORGE_SAFETY,
        .key = forge->keys[TCN_FORGE_AGENT_SAFETY].seal.public_key,
    };
    const struct tcn_seal_item item = {
        .plain = {.kind = TCN_COMPARTMENT_NARRATIVE, .text = tcn_slice_text(text)},
        .recipients = &recipient,
        .recipient_count = 1,
    };
    struct tcn_arena arena = {0};
    enum tcn_status status = tcn_arena_init(&arena, sizeof(sealed_data));
    TCN_CHECK(status == TCN_OK);
    struct tcn_sealed sealed;
    struct tcn_share_entry *entry = &chunk->shares[chunk->share_count];
    entry->index = chunk->event_count;
    status = tcn_seal(open, &item, 1, &arena, &sealed, &entry->share);
    TCN_CHECK(status == TCN_OK);
    chunk->share_count++;
    struct tcn_writer writer = tcn_writer_init(sealed_data, sizeof(sealed_data));
    struct tcn_slice bytes = {0};
    status = tcn_wire_sealed_encode(&sealed, &writer, &bytes);
    TCN_CHECK(status == TCN_OK);
    tcn_forge_chunk_bytes(chunk, open, bytes);
    tcn_arena_fini(&arena);
}

static void sign(struct tcn_forge_chunk *chunk, const struct tcn_forge *forge,
                 enum tcn_forge_who who, const char *context) {
    const enum tcn_status status =
        tcn_sign(&forge->keys[who].signing, context, chunk->chunk.head, &chunk->signature);
    TCN_CHECK(status == TCN_OK);
    chunk->chunk.signature = tcn_slice_of(chunk->signature.bytes, sizeof(chunk->signature.bytes));
    chunk->hash = tcn_hash_in_context(context, chunk->chunk.head);
}

void tcn_forge_chunk_seal(struct tcn_forge_chunk *chunk, const struct tcn_forge *forge,
                          enum tcn_forge_who who) {
    enum tcn_status status = tcn_wire_chunk_body_join(chunk->events, chunk->event_count,
                                                      &chunk->writer, &chunk->chunk.body);
    TCN_CHECK(status == TCN_OK);
    if (chunk->share_count > 0) {
        status = tcn_wire_shares_join(chunk->shares, chunk->share_count, &chunk->writer,
                                      &chunk->chunk.shares);
        TCN_CHECK(status == TCN_OK);
        chunk->head.shares_hash = tcn_hash_of(chunk->chunk.shares);
    }
    chunk->head.count = chunk->event_count;
    chunk->head.body_hash = tcn_hash_body(chunk->hashes, chunk->event_count);
    status = tcn_wire_chunk_head_encode(&chunk->head, &chunk->writer, &chunk->chunk.head);
    TCN_CHECK(status == TCN_OK);
    sign(chunk, forge, who, TCN_CONTEXT_CHUNK);
}

void tcn_forge_reports(struct tcn_forge_chunk *chunk, const struct tcn_forge *forge,
                       uint64_t first_sequence, uint32_t count, const struct tcn_hash *previous) {
    tcn_forge_chunk_begin(chunk, forge, TCN_FORGE_AGENT_A, first_sequence, previous);
    for (uint32_t i = 0; i < count; i++) {
        const struct tcn_event event = tcn_forge_report(forge, first_sequence + i);
        tcn_forge_chunk_event(chunk, &event, (struct tcn_slice){0});
    }
    tcn_forge_chunk_seal(chunk, forge, TCN_FORGE_AGENT_A);
}

struct tcn_hello tcn_forge_hello(const struct tcn_forge *forge, enum tcn_forge_who who,
                                 enum tcn_lane lane) {
    return (struct tcn_hello){
        .format = TCN_HELLO_FORMAT,
        .log_id = forge->log_id,
        .lane = {.source = (uint32_t)who, .epoch = EPOCH_BASE + who, .lane = lane},
        .key_id = key_id_of(forge, who),
        .said_ns = CREATED_NS,
    };
}

void tcn_forge_hello_seal(struct tcn_forge_chunk *chunk, const struct tcn_forge *forge,
                          enum tcn_forge_who who, const struct tcn_hello *hello) {
    memset(chunk, 0, sizeof(*chunk));
    chunk->writer = tcn_writer_init(chunk->bytes, sizeof(chunk->bytes));
    const enum tcn_status status = tcn_wire_hello_encode(hello, &chunk->writer, &chunk->chunk.head);
    TCN_CHECK(status == TCN_OK);
    sign(chunk, forge, who, TCN_CONTEXT_HELLO);
}
