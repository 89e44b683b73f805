/* SPDX-License-Identifier: Apache-2.0 */
#include "query/bundle_parts.h"

#include "query/walk.h"
#include "seal/hash.h"
#include "seal/key.h"
#include "seal/sign.h"
#include "seal/tree.h"
#include "store/fresh.h"
#include "wire/chunk.h"
#include "wire/frame.h"
#include "wire/lane.h"

#include <stdlib.h>
#include <string.h>

#define BODY_BYTES 256u
#define RECEIPT_BYTES TCN_RECEIPT_BYTES_MAX
#define CHUNK_BYTES ((size_t)TCN_CHUNK_BODY_BYTES_MAX + 64 * 1024)
#define GROW_BYTES ((size_t)1024 * 1024)

/** A bundle in the making. On the heap: the group and its tree are large. */
struct saving {
    const struct tcn_bundle_options *options;
    struct tcn_log_reader *groups; /* beside the one that lends the record */
    struct tcn_log_group group;
    struct tcn_tree tree;
    uint64_t group_first; /* of the group in hand; 0: none */
    struct tcn_arena arena;
    uint64_t *positions; /* of the events that the answer names, in order, each once */
    uint32_t position_count;
    struct tcn_hash *hashes; /* of the items */
    uint32_t item_count;
    uint8_t *data; /* the items so far, each with its size */
    size_t size;
    size_t capacity;
    uint8_t *item; /* CHUNK_BYTES each: one item, and its shown events */
    uint8_t *shown;
};

static int order(const void *left, const void *right) {
    const uint64_t a = *(const uint64_t *)left;
    const uint64_t b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/** Positions of everything that the answer names. Errors: TCN_NOMEM. */
static enum tcn_status gather(struct saving *saving) {
    const struct tcn_trail *trail = saving->options->trail;
    const size_t most = (size_t)trail->fact_count + trail->known_count + trail->note_count + 1;
    uint64_t *positions = calloc(most, sizeof(*positions));
    size_t count = 0;
    if (positions == NULL) {
        return TCN_NOMEM;
    }
    for (uint32_t i = 0; i < trail->fact_count; i++) {
        /* An end is nobody's word: it follows from the log. */
        positions[count] = trail->facts[i].position;
        count += trail->facts[i].fired.kind == TCN_DUE_NONE ? 1 : 0;
    }
    for (uint32_t i = 0; i < trail->known_count; i++) {
        positions[count] = trail->known[i].fetched_position;
        count += positions[count] != 0 ? 1 : 0;
    }
    for (uint32_t i = 0; i < trail->note_count; i++) {
        positions[count] = trail->notes[i].position;
        count++;
    }
    qsort(positions, count, sizeof(*positions), order);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || positions[i] != positions[i - 1]) {
            positions[saving->position_count] = positions[i];
            saving->position_count++;
        }
    }
    saving->positions = positions;
    return TCN_OK;
}

/** Appends bytes with their size. Errors: TCN_TOOBIG; TCN_NOMEM. */
static enum tcn_status append(struct saving *saving, struct tcn_slice bytes) {
    const size_t wanted = saving->size + 4 + bytes.size;
    if (wanted > TCN_BUNDLE_BYTES_MAX) {
        return TCN_TOOBIG;
    }
    if (wanted > saving->capacity) {
        const size_t capacity = wanted + GROW_BYTES;
        uint8_t *data = realloc(saving->data, capacity);
        if (data == NULL) {
            return TCN_NOMEM;
        }
        saving->data = data;
        saving->capacity = capacity;
    }
    struct tcn_writer writer =
        tcn_writer_init(saving->data + saving->size, saving->capacity - saving->size);
    tcn_write_u32(&writer, (uint32_t)bytes.size);
    tcn_write_bytes(&writer, bytes.data, bytes.size);
    TCN_CHECK(!writer.overflowed);
    saving->size += writer.offset;
    return TCN_OK;
}

/** The receipt of a record, as its agent has it. */
static enum tcn_status make_receipt(struct saving *saving, const struct tcn_record *record,
                                    struct tcn_writer *writer, struct tcn_slice *out_receipt) {
    const struct tcn_receipt_body body = {.format = TCN_RECEIPT_FORMAT,
                                          .log_id = saving->options->charter->genesis.log_id,
                                          .generation = record->generation,
                                          .lane = record->lane,
                                          .first_sequence = record->first_sequence,
                                          .count = record->count,
                                          .first_position = record->first_position,
                                          .log_time_ns = record->log_time_ns,
                                          .chunk_hash = record->chunk_hash};
    uint8_t data[BODY_BYTES];
    struct tcn_writer leaf_writer = tcn_writer_init(data, sizeof(data));
    struct tcn_receipt receipt = {.path_count = 0};
    enum tcn_status status = tcn_wire_receipt_body_encode(&body, &leaf_writer, &receipt.body);
    if (status == TCN_OK && saving->group_first != record->group_first) {
        status = tcn_log_reader_group_get(saving->groups, record->group_first, &saving->group);
        tcn_log_reader_reset(saving->groups);
        saving->group_first = status == TCN_OK ? record->group_first : 0;
        if (status == TCN_OK) {
            tcn_tree_build(&saving->tree, saving->group.leaves, saving->group.leaf_count);
        }
    }
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    const struct tcn_hash leaf = tcn_tree_leaf(receipt.body);
    uint32_t index = 0;
    while (index < saving->group.leaf_count &&
           !tcn_hash_equals(&saving->group.leaves[index], &leaf)) {
        index++;
    }
    if (index == saving->group.leaf_count) {
        return TCN_CORRUPT;
    }
    receipt.leaf_index = index;
    receipt.leaf_count = saving->group.leaf_count;
    receipt.signature = saving->group.signature;
    receipt.key_id = saving->group.key_id;
    receipt.path_count = tcn_tree_path(&saving->tree, index, receipt.path);
    return tcn_wire_receipt_encode(&receipt, writer, out_receipt);
}

/** The key by which the source signed, if the registry has it still. */
static struct tcn_public_key key_of(const struct saving *saving, const struct tcn_record *record,
                                    const struct tcn_key_id *id) {
    const struct tcn_principal *row =
        tcn_registry_find(tcn_rights_registry(saving->options->rights), record->principal);
    const struct tcn_public_key none = {{0}};
    if (row == NULL || record->kind != TCN_RECORD_CHUNK) {
        return none;
    }
    const struct tcn_public_key *keys[] = {&row->signing_key, &row->old_signing_key};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const struct tcn_key_id found = tcn_key_id_of(keys[i]);
        if (tcn_key_id_equals(&found, id)) {
            return *keys[i];
        }
    }
    return none;
}

/** Hashes of all events of a record, and the open parts of those that are named, from `next` on. */
static enum tcn_status show_events(struct saving *saving, const struct tcn_record *record,
                                   uint32_t next, struct tcn_hash *hashes,
                                   struct tcn_slice *out_shown) {
    struct tcn_writer writer = tcn_writer_init(saving->shown, CHUNK_BYTES);
    struct tcn_walk walk;
    enum tcn_status status = tcn_walk_init(&walk, record);
    for (uint32_t i = 0; i < record->count && status == TCN_OK; i++) {
        struct tcn_logged logged;
        status = tcn_walk_next(&walk, &logged);
        if (status != TCN_OK) {
            break;
        }
        hashes[i] = tcn_hash_event(logged.open, logged.sealed);
        if (next < saving->position_count && saving->positions[next] == logged.position) {
            const struct tcn_hash sealed = tcn_hash_of(logged.sealed);
            tcn_write_u16(&writer, (uint16_t)i);
            tcn_write_bytes(&writer, sealed.bytes, sizeof(sealed.bytes));
            tcn_write_u32(&writer, (uint32_t)logged.open.size);
            tcn_write_bytes(&writer, logged.open.data, logged.open.size);
            next++;
        }
    }
    TCN_CHECK(!writer.overflowed); /* open parts of one chunk's body, with little beside each */
    *out_shown = tcn_writer_slice(&writer);
    return status;
}

/** One record. */
static enum tcn_status add_item(struct saving *saving, const struct tcn_record *record,
                                uint32_t next) {
    struct tcn_hash hashes[TCN_CHUNK_EVENTS_MAX];
    uint8_t receipt_data[RECEIPT_BYTES];
    struct tcn_writer receipt_writer = tcn_writer_init(receipt_data, sizeof(receipt_data));
    struct tcn_bundle_item item = {
        .kind = record->kind, .head = record->chunk.head, .signature = record->chunk.signature};
    struct tcn_chunk_head head;
    enum tcn_status status = make_receipt(saving, record, &receipt_writer, &item.receipt);
    if (record->kind == TCN_RECORD_POLICY) {
        struct tcn_writer place = tcn_writer_init(saving->shown, CHUNK_BYTES);
        tcn_write_u64(&place, record->generation);
        tcn_write_u64(&place, record->first_position);
        tcn_write_i64(&place, record->log_time_ns);
        item.shown = tcn_writer_slice(&place);
    } else if (status == TCN_OK) {
        tcn_arena_reset(&saving->arena);
        status = tcn_wire_chunk_head_decode(record->chunk.head, &saving->arena, &head);
        if (status == TCN_OK) {
            item.key = key_of(saving, record, &head.key_id);
            item.count = record->count;
            item.hashes = tcn_slice_of(hashes, record->count * sizeof(hashes[0]));
            status = show_events(saving, record, next, hashes, &item.shown);
        }
    }
    if (status != TCN_OK) {
        return status == TCN_NOMEM ? status : TCN_CORRUPT;
    }
    struct tcn_writer writer = tcn_writer_init(saving->item, 2 * CHUNK_BYTES);
    tcn_bundle_write_item(&writer, &item);
    TCN_CHECK(!writer.overflowed);
    saving->hashes[saving->item_count] = tcn_hash_of(tcn_writer_slice(&writer));
    saving->item_count++;
    return append(saving, tcn_writer_slice(&writer));
}

/** All records that hold what is named, in the order of the log. */
static enum tcn_status add_items(struct saving *saving) {
    uint32_t next = 0;
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK && next < saving->position_count) {
        struct tcn_record record;
        if (saving->item_count == TCN_BUNDLE_ITEMS_MAX) {
            return TCN_TOOBIG;
        }
        status = tcn_log_read(saving->options->reader, saving->positions[next], &record);
        const bool is_shown = record.kind == TCN_RECORD_CHUNK || record.kind == TCN_RECORD_OWN ||
                              record.kind == TCN_RECORD_POLICY;
        if (status == TCN_OK && is_shown) {
            status = add_item(saving, &record, next);
        }
        while (status == TCN_OK && next < saving->position_count &&
               saving->positions[next] < record.first_position + record.count) {
            next++;
        }
    }
    return status == TCN_ABSENT ? TCN_CORRUPT : status;
}

/** The statement, signed, as the file has it. */
static enum tcn_status make_statement(struct saving *saving, const struct tcn_head_claim *head,
                                      const struct tcn_signing_key *key, uint8_t *data,
                                      size_t capacity, size_t *out_size) {
    const struct tcn_bundle_options *options = saving->options;
    const struct tcn_trail *trail = options->trail;
    const struct tcn_bundle_statement statement = {
        .log_id = options->charter->genesis.log_id,
        .generation = head->head.generation,
        .position = trail->last_position,
        .at_ns = trail->last_ns,
        .matter = trail->matter.id,
        .birth = trail->matter.birth_position,
        .known_to = tcn_slice_text(options->known_to != NULL ? options->known_to : ""),
        .policy_version = trail->policy_version,
        .policy_hash = tcn_hash_of(tcn_rights_policy_bytes(options->rights)),
        .answer_hash = tcn_hash_of(options->answer),
        .made_ns = options->now_ns,
        .item_count = saving->item_count,
        .item_hashes = tcn_slice_of(saving->hashes, saving->item_count * sizeof(saving->hashes[0])),
    };
    struct tcn_writer writer = tcn_writer_init(data, capacity);
    struct tcn_signature signature;
    tcn_bundle_write_statement(&writer, &statement);
    TCN_CHECK(!writer.overflowed);
    const enum tcn_status status =
        tcn_sign(key, TCN_CONTEXT_AUDIT, tcn_writer_slice(&writer), &signature);
    tcn_write_bytes(&writer, signature.bytes, sizeof(signature.bytes));
    TCN_CHECK(!writer.overflowed);
    *out_size = writer.offset;
    return status;
}

/** Head and statement before the items, and all of it into the file. */
static enum tcn_status write_file(struct saving *saving, const struct tcn_head_claim *head,
                                  const struct tcn_signing_key *key, const char *path) {
    const size_t capacity = TCN_BUNDLE_STATEMENT_BYTES + sizeof(struct tcn_signature) +
                            saving->item_count * sizeof(struct tcn_hash);
    const size_t head_size = head->size + sizeof(head->signature.bytes);
    const struct tcn_slice answer = saving->options->answer;
    uint8_t *statement = malloc(capacity);
    size_t statement_size = 0;
    const size_t before = TCN_BUNDLE_MAGIC_BYTES + 4 + head_size + 4 + capacity + 4 + answer.size;
    uint8_t *file = malloc(before + saving->size);
    enum tcn_status status = statement != NULL && file != NULL ? TCN_OK : TCN_NOMEM;
    if (status == TCN_OK) {
        status = make_statement(saving, head, key, statement, capacity, &statement_size);
    }
    if (status == TCN_OK) {
        struct tcn_writer writer = tcn_writer_init(file, before + saving->size);
        tcn_write_bytes(&writer, TCN_BUNDLE_MAGIC, TCN_BUNDLE_MAGIC_BYTES);
        tcn_write_u32(&writer, (uint32_t)head_size);
        tcn_write_bytes(&writer, head->bytes, head->size);
        tcn_write_bytes(&writer, head->signature.bytes, sizeof(head->signature.bytes));
        tcn_write_u32(&writer, (uint32_t)statement_size);
        tcn_write_bytes(&writer, statement, statement_size);
        tcn_write_u32(&writer, (uint32_t)answer.size);
        tcn_write_bytes(&writer, answer.data, answer.size);
        tcn_write_bytes(&writer, saving->data, saving->size);
        TCN_CHECK(!writer.overflowed);
        status = writer.offset <= TCN_BUNDLE_BYTES_MAX
                     ? tcn_fresh_replace(path, file, writer.offset)
                     : TCN_TOOBIG;
    }
    free(statement);
    free(file);
    return status;
}

static enum tcn_status run(struct saving *saving, const struct tcn_signing_key *key,
                           const char *path) {
    struct tcn_head_claim head;
    saving->hashes = calloc(TCN_BUNDLE_ITEMS_MAX, sizeof(*saving->hashes));
    saving->item = malloc(2 * CHUNK_BYTES);
    saving->shown = malloc(CHUNK_BYTES);
    enum tcn_status status = saving->hashes != NULL && saving->item != NULL && saving->shown != NULL
                                 ? TCN_OK
                                 : TCN_NOMEM;
    if (status == TCN_OK) {
        status =
            tcn_arena_init(&saving->arena, TCN_WIRE_ARENA_BYTES((size_t)TCN_CHUNK_HEAD_BYTES_MAX));
    }
    if (status == TCN_OK) {
        status = tcn_log_reader_open_beside(saving->options->reader, &saving->groups);
    }
    if (status == TCN_OK) {
        status = tcn_head_make(saving->options->charter, saving->options->reader, key, &head);
    }
    if (status == TCN_OK) {
        status = gather(saving);
    }
    if (status == TCN_OK) {
        status = add_items(saving);
    }
    return status == TCN_OK ? write_file(saving, &head, key, path) : status;
}

enum tcn_status tcn_bundle_save(const struct tcn_bundle_options *options, const char *path) {
    struct tcn_key_set keys = {0};
    if (options->trail->lost_count > 0) {
        return TCN_TOOBIG;
    }
    struct saving *saving = calloc(1, sizeof(*saving));
    enum tcn_status status =
        saving != NULL ? tcn_key_file_read(options->key_path, &keys) : TCN_NOMEM;
    if (status == TCN_OK) {
        saving->options = options;
        status = run(saving, &keys.signing, path);
    }
    tcn_key_set_fini(&keys);
    tcn_log_reader_reset(options->reader);
    if (saving != NULL) {
        tcn_log_reader_close(&saving->groups);
        tcn_arena_fini(&saving->arena);
        free(saving->positions);
        free(saving->hashes);
        free(saving->data);
        free(saving->item);
        free(saving->shown);
    }
    free(saving);
    return status;
}
