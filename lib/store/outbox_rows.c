/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of an outbox, encode and decode side by side. Each payload begins with a version:
 *   chunk   1, events 4, sequences 8, recorded 8, chunk hash 32, sizes of head 4, signature 2,
 *           body 4, shares 4, and these four
 *   lane    1, source 4, epoch 8, lane 1, predecessor 8, next sequence 8, last hash 32,
 *           acked sequence 8, acked hash 32, acked position 8, registered 1
 *   key     1, source 4, epoch 8, lane 1, sequence 8, content 8
 *   facts   1, log id 16, generation 8, seen position 8, bundle version 8
 *   place   1, generation 8, number 8, heard 8
 *   old keys 1, until 8
 *   usage   1, bytes 8, chunks 8, events 8, dead letters 8, last dead letter 8
 */
#include "store/outbox_rows.h"

#define ROW_VERSION 1u
#define CHUNK_FIXED_BYTES (1u + 4u + 8u + 8u + 32u + 4u + 2u + 4u + 4u)

/** Starts a payload with its version. */
static struct tcn_writer payload_begin(struct tcn_outbox_payload *payload) {
    struct tcn_writer writer = tcn_writer_init(payload->bytes, sizeof(payload->bytes));
    tcn_write_u8(&writer, ROW_VERSION);
    return writer;
}

/** Ends a payload. */
static void payload_end(struct tcn_outbox_payload *payload, const struct tcn_writer *writer) {
    TCN_CHECK(!writer->overflowed);
    payload->size = writer->offset;
}

/** Starts reading a payload behind its version. */
static enum tcn_status payload_open(struct tcn_slice payload, struct tcn_reader *out_reader) {
    *out_reader = tcn_reader_init(payload);
    return tcn_read_u8(out_reader) == ROW_VERSION ? TCN_OK : TCN_VERSION;
}

enum tcn_status tcn_outbox_from(struct tcn_outbox *outbox, struct tcn_row_from *out_from) {
    if (outbox->env->txn != NULL) {
        *out_from = (struct tcn_row_from){.env = outbox->env};
        return TCN_OK;
    }
    *out_from = (struct tcn_row_from){.view = &outbox->view};
    return tcn_view_use(&outbox->view);
}

enum tcn_status tcn_outbox_row_get(struct tcn_outbox *outbox, enum tcn_outbox_db db,
                                   struct tcn_slice key, struct tcn_slice *out_payload) {
    struct tcn_row_from from;
    enum tcn_status status = tcn_outbox_from(outbox, &from);
    return status == TCN_OK ? tcn_row_get(from, db, key, out_payload) : status;
}

enum tcn_status tcn_outbox_row_seek(struct tcn_outbox *outbox, enum tcn_outbox_db db,
                                    enum tcn_env_step step, struct tcn_slice key,
                                    struct tcn_env_row *out_row) {
    struct tcn_row_from from;
    enum tcn_status status = tcn_outbox_from(outbox, &from);
    return status == TCN_OK ? tcn_row_seek(from, db, step, key, out_row) : status;
}

/** What the row under a key takes now; 0 when there is none. */
static enum tcn_status row_cost_now(struct tcn_outbox *outbox, enum tcn_outbox_db db,
                                    struct tcn_slice key, uint64_t *out_cost) {
    struct tcn_slice value;
    enum tcn_status status = tcn_env_get(outbox->env, db, key, &value);
    if (status == TCN_ABSENT) {
        *out_cost = 0;
        return TCN_OK;
    }
    if (status == TCN_OK) {
        *out_cost = tcn_env_row_cost(key.size, value.size);
    }
    return status;
}

/** Moves the usage from what a row took to what it takes. */
static void usage_move(struct tcn_outbox *outbox, uint64_t before, uint64_t after) {
    uint64_t bytes = outbox->usage.bytes;
    outbox->usage.bytes = (bytes > before ? bytes - before : 0) + after;
}

enum tcn_status tcn_outbox_row_put(struct tcn_outbox *outbox, enum tcn_outbox_db db,
                                   struct tcn_slice key, struct tcn_slice payload) {
    uint64_t before = 0;
    enum tcn_status status = row_cost_now(outbox, db, key, &before);
    if (status == TCN_OK) {
        status = tcn_row_put(outbox->env, db, TCN_PUT_REPLACE, key, payload);
    }
    if (status != TCN_OK) {
        return tcn_env_spoil(outbox->env, status);
    }
    usage_move(outbox, before, tcn_env_row_cost(key.size, payload.size + TCN_ROW_CHECKSUM_BYTES));
    return TCN_OK;
}

enum tcn_status tcn_outbox_row_del(struct tcn_outbox *outbox, enum tcn_outbox_db db,
                                   struct tcn_slice key) {
    uint64_t before = 0;
    enum tcn_status status = row_cost_now(outbox, db, key, &before);
    if (status != TCN_OK) {
        return tcn_env_spoil(outbox->env, status);
    }
    status = tcn_env_del(outbox->env, db, key);
    if (status == TCN_OK) {
        usage_move(outbox, before, 0);
    }
    return status;
}

enum tcn_status tcn_outbox_chunk_size(const struct tcn_outbox_chunk *chunk, size_t *out_size) {
    const struct tcn_chunk *parts = &chunk->chunk;
    size_t limit = TCN_OUTBOX_VALUE_BYTES_MAX;
    if (parts->head.size > limit || parts->body.size > limit || parts->shares.size > limit ||
        parts->signature.size > UINT16_MAX) {
        return TCN_TOOBIG;
    }
    size_t size = CHUNK_FIXED_BYTES + parts->head.size + parts->signature.size + parts->body.size +
                  parts->shares.size;
    if (size > limit) {
        return TCN_TOOBIG;
    }
    *out_size = size;
    return TCN_OK;
}

/** Bytes on disk of a chunk's row of this size. */
static uint64_t chunk_cost(const struct tcn_outbox_chunk *chunk, size_t size) {
    const struct tcn_key key = tcn_key_lane(&chunk->lane, chunk->first_sequence);
    return tcn_env_row_cost(key.size, size + TCN_ROW_CHECKSUM_BYTES);
}

/** Puts the row of a chunk. */
static enum tcn_status chunk_put(struct tcn_outbox *outbox, const struct tcn_outbox_chunk *chunk,
                                 size_t size, enum tcn_env_put how) {
    const struct tcn_chunk *parts = &chunk->chunk;
    struct tcn_key key = tcn_key_lane(&chunk->lane, chunk->first_sequence);
    uint8_t *data = NULL;
    enum tcn_status status =
        tcn_row_claim(outbox->env, TCN_OUTBOX_DB_CHUNKS, how, tcn_key_slice(&key), size, &data);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_writer writer = tcn_writer_init(data, size);
    tcn_write_u8(&writer, ROW_VERSION);
    tcn_write_u32(&writer, chunk->count);
    tcn_write_u64(&writer, chunk->sequence_count);
    tcn_write_i64(&writer, chunk->recorded_ns);
    tcn_write_bytes(&writer, chunk->chunk_hash.bytes, sizeof(chunk->chunk_hash.bytes));
    tcn_write_u32(&writer, (uint32_t)parts->head.size);
    tcn_write_u16(&writer, (uint16_t)parts->signature.size);
    tcn_write_u32(&writer, (uint32_t)parts->body.size);
    tcn_write_u32(&writer, (uint32_t)parts->shares.size);
    tcn_write_bytes(&writer, parts->head.data, parts->head.size);
    tcn_write_bytes(&writer, parts->signature.data, parts->signature.size);
    tcn_write_bytes(&writer, parts->body.data, parts->body.size);
    tcn_write_bytes(&writer, parts->shares.data, parts->shares.size);
    TCN_CHECK(!writer.overflowed && writer.offset == size);
    tcn_row_seal(tcn_key_slice(&key), data, size);
    return TCN_OK;
}

enum tcn_status tcn_outbox_chunk_put(struct tcn_outbox *outbox,
                                     const struct tcn_outbox_chunk *chunk, size_t size) {
    const enum tcn_status status = chunk_put(outbox, chunk, size, TCN_PUT_NEW);
    if (status != TCN_OK) {
        return status;
    }
    usage_move(outbox, 0, chunk_cost(chunk, size));
    outbox->usage.chunk_count++;
    outbox->usage.event_count += chunk->count;
    return TCN_OK;
}

uint64_t tcn_outbox_chunk_cost(const struct tcn_outbox_chunk *chunk) {
    size_t size = 0;
    const enum tcn_status status = tcn_outbox_chunk_size(chunk, &size);
    TCN_CHECK(status == TCN_OK); /* it was read from a row */
    return chunk_cost(chunk, size);
}

enum tcn_status tcn_outbox_chunk_replace(struct tcn_outbox *outbox,
                                         const struct tcn_outbox_chunk *chunk, size_t size,
                                         uint64_t before) {
    const enum tcn_status status = chunk_put(outbox, chunk, size, TCN_PUT_REPLACE);
    if (status == TCN_OK) {
        usage_move(outbox, before, chunk_cost(chunk, size));
    }
    return status;
}

enum tcn_status tcn_outbox_chunk_decode(const struct tcn_env_row *row,
                                        struct tcn_outbox_chunk *out_chunk) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader;
    enum tcn_status status = payload_open(row->value, &reader);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_outbox_chunk chunk = {.lane = tcn_lane_key_read(&key)};
    chunk.first_sequence = tcn_read_u64(&key);
    chunk.count = tcn_read_u32(&reader);
    chunk.sequence_count = tcn_read_u64(&reader);
    chunk.recorded_ns = tcn_read_i64(&reader);
    tcn_read_bytes(&reader, chunk.chunk_hash.bytes, sizeof(chunk.chunk_hash.bytes));
    uint32_t head_size = tcn_read_u32(&reader);
    uint16_t signature_size = tcn_read_u16(&reader);
    uint32_t body_size = tcn_read_u32(&reader);
    uint32_t shares_size = tcn_read_u32(&reader);
    chunk.chunk.head = tcn_read_slice(&reader, head_size);
    chunk.chunk.signature = tcn_read_slice(&reader, signature_size);
    chunk.chunk.body = tcn_read_slice(&reader, body_size);
    chunk.chunk.shares = tcn_read_slice(&reader, shares_size);
    if (!tcn_read_is_whole(&key) || !tcn_read_is_whole(&reader) || chunk.sequence_count == 0 ||
        chunk.first_sequence > UINT64_MAX - chunk.sequence_count) {
        return TCN_CORRUPT;
    }
    *out_chunk = chunk;
    return TCN_OK;
}

void tcn_outbox_lane_encode(const struct tcn_outbox_lane *lane,
                            struct tcn_outbox_payload *out_payload) {
    struct tcn_writer writer = payload_begin(out_payload);
    tcn_lane_key_write(&writer, &lane->lane);
    tcn_write_u64(&writer, lane->predecessor);
    tcn_write_u64(&writer, lane->next_sequence);
    tcn_write_bytes(&writer, lane->last_hash.bytes, sizeof(lane->last_hash.bytes));
    tcn_write_u64(&writer, lane->acked_sequence);
    tcn_write_bytes(&writer, lane->acked_hash.bytes, sizeof(lane->acked_hash.bytes));
    tcn_write_u64(&writer, lane->acked_position);
    tcn_write_u8(&writer, lane->is_registered ? 1 : 0);
    payload_end(out_payload, &writer);
}

enum tcn_status tcn_outbox_lane_decode(struct tcn_slice payload, struct tcn_outbox_lane *out_lane) {
    struct tcn_reader reader;
    enum tcn_status status = payload_open(payload, &reader);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_outbox_lane lane = {.lane = tcn_lane_key_read(&reader)};
    lane.predecessor = tcn_read_u64(&reader);
    lane.next_sequence = tcn_read_u64(&reader);
    tcn_read_bytes(&reader, lane.last_hash.bytes, sizeof(lane.last_hash.bytes));
    lane.acked_sequence = tcn_read_u64(&reader);
    tcn_read_bytes(&reader, lane.acked_hash.bytes, sizeof(lane.acked_hash.bytes));
    lane.acked_position = tcn_read_u64(&reader);
    lane.is_registered = tcn_read_u8(&reader) == 1;
    if (!tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_lane = lane;
    return TCN_OK;
}

void tcn_outbox_key_encode(const struct tcn_outbox_key *key,
                           struct tcn_outbox_payload *out_payload) {
    struct tcn_writer writer = payload_begin(out_payload);
    tcn_lane_key_write(&writer, &key->lane);
    tcn_write_u64(&writer, key->sequence);
    tcn_write_bytes(&writer, key->content, sizeof(key->content));
    payload_end(out_payload, &writer);
}

enum tcn_status tcn_outbox_key_decode(struct tcn_slice payload, struct tcn_outbox_key *out_key) {
    struct tcn_reader reader;
    enum tcn_status status = payload_open(payload, &reader);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_outbox_key key = {.lane = tcn_lane_key_read(&reader)};
    key.sequence = tcn_read_u64(&reader);
    tcn_read_bytes(&reader, key.content, sizeof(key.content));
    if (!tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_key = key;
    return TCN_OK;
}

void tcn_outbox_facts_encode(const struct tcn_outbox_facts *facts,
                             struct tcn_outbox_payload *out_payload) {
    struct tcn_writer writer = payload_begin(out_payload);
    tcn_write_bytes(&writer, facts->log_id.bytes, sizeof(facts->log_id.bytes));
    tcn_write_u64(&writer, facts->generation);
    tcn_write_u64(&writer, facts->seen_position);
    tcn_write_u64(&writer, facts->bundle_version);
    payload_end(out_payload, &writer);
}

enum tcn_status tcn_outbox_facts_decode(struct tcn_slice payload,
                                        struct tcn_outbox_facts *out_facts) {
    struct tcn_reader reader;
    enum tcn_status status = payload_open(payload, &reader);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_outbox_facts facts;
    tcn_read_bytes(&reader, facts.log_id.bytes, sizeof(facts.log_id.bytes));
    facts.generation = tcn_read_u64(&reader);
    facts.seen_position = tcn_read_u64(&reader);
    facts.bundle_version = tcn_read_u64(&reader);
    if (!tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_facts = facts;
    return TCN_OK;
}

void tcn_outbox_place_encode(const struct tcn_outbox_place *place,
                             struct tcn_outbox_payload *out_payload) {
    struct tcn_writer writer = payload_begin(out_payload);
    tcn_write_u64(&writer, place->generation);
    tcn_write_u64(&writer, place->number);
    tcn_write_i64(&writer, place->heard_ns);
    payload_end(out_payload, &writer);
}

enum tcn_status tcn_outbox_place_decode(struct tcn_slice payload,
                                        struct tcn_outbox_place *out_place) {
    struct tcn_reader reader;
    enum tcn_status status = payload_open(payload, &reader);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_outbox_place place;
    place.generation = tcn_read_u64(&reader);
    place.number = tcn_read_u64(&reader);
    place.heard_ns = tcn_read_i64(&reader);
    if (!tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_place = place;
    return TCN_OK;
}

void tcn_outbox_old_keys_encode(int64_t until_ns, struct tcn_outbox_payload *out_payload) {
    struct tcn_writer writer = payload_begin(out_payload);
    tcn_write_i64(&writer, until_ns);
    payload_end(out_payload, &writer);
}

enum tcn_status tcn_outbox_old_keys_decode(struct tcn_slice payload, int64_t *out_until_ns) {
    struct tcn_reader reader;
    enum tcn_status status = payload_open(payload, &reader);
    if (status != TCN_OK) {
        return status;
    }
    const int64_t until_ns = tcn_read_i64(&reader);
    if (!tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_until_ns = until_ns;
    return TCN_OK;
}

void tcn_outbox_usage_encode(const struct tcn_outbox_usage *usage,
                             struct tcn_outbox_payload *out_payload) {
    struct tcn_writer writer = payload_begin(out_payload);
    tcn_write_u64(&writer, usage->bytes);
    tcn_write_u64(&writer, usage->chunk_count);
    tcn_write_u64(&writer, usage->event_count);
    tcn_write_u64(&writer, usage->dead_count);
    tcn_write_u64(&writer, usage->dead_last);
    payload_end(out_payload, &writer);
}

enum tcn_status tcn_outbox_usage_decode(struct tcn_slice payload,
                                        struct tcn_outbox_usage *out_usage) {
    struct tcn_reader reader;
    enum tcn_status status = payload_open(payload, &reader);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_outbox_usage usage;
    usage.bytes = tcn_read_u64(&reader);
    usage.chunk_count = tcn_read_u64(&reader);
    usage.event_count = tcn_read_u64(&reader);
    usage.dead_count = tcn_read_u64(&reader);
    usage.dead_last = tcn_read_u64(&reader);
    if (!tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_usage = usage;
    return TCN_OK;
}
