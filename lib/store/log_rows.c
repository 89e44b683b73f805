/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every small row of a log, encode and decode side by side. Each payload begins with a version:
 *   mark      1, sequence 8, hash 32, position 8, predecessor 8, successor 8
 *   index     1, first position 8, sequences 8
 *   group     1, leaves 4, leaf hashes 32 each, signature 64, key id 8
 *   identity  1, log id 16, generation 8
 *   tail      1, first position 8, last position 8, records 8
 *   change    1
 */
#include "store/log_rows.h"

#define ROW_VERSION 1u
#define ROW_BYTES_MAX 128u
#define GROUP_BYTES_MAX (1u + 4u + TCN_GROUP_RECORDS_MAX * 32u + 64u + 8u)

#define IDENTITY_KEY "identity"
#define END_KEY "tail"

/** Starts reading a payload behind its version. */
static enum tcn_status payload_open(struct tcn_slice payload, struct tcn_reader *out_reader) {
    *out_reader = tcn_reader_init(payload);
    return tcn_read_u8(out_reader) == ROW_VERSION ? TCN_OK : TCN_VERSION;
}

/** A lane without a sequence as a key. */
static struct tcn_key mark_key(const struct tcn_lane_key *lane) {
    struct tcn_key key = tcn_key_lane(lane, 0);
    key.size = TCN_LANE_KEY_BYTES;
    return key;
}

enum tcn_status tcn_log_row_mark_put(struct tcn_env *env, const struct tcn_mark *mark) {
    uint8_t bytes[ROW_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof(bytes));
    tcn_write_u8(&writer, ROW_VERSION);
    tcn_write_u64(&writer, mark->sequence);
    tcn_write_bytes(&writer, mark->hash.bytes, sizeof(mark->hash.bytes));
    tcn_write_u64(&writer, mark->position);
    tcn_write_u64(&writer, mark->predecessor);
    tcn_write_u64(&writer, mark->successor);
    TCN_CHECK(!writer.overflowed);
    struct tcn_key key = mark_key(&mark->lane);
    return tcn_row_put(env, TCN_LOG_DB_MARKS, TCN_PUT_REPLACE, tcn_key_slice(&key),
                       tcn_writer_slice(&writer));
}

enum tcn_status tcn_log_mark_decode(const struct tcn_env_row *row, struct tcn_mark *out_mark) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_mark mark = {.lane = tcn_lane_key_read(&key)};
    struct tcn_reader reader;
    enum tcn_status status = payload_open(row->value, &reader);
    if (status != TCN_OK) {
        return status;
    }
    mark.sequence = tcn_read_u64(&reader);
    tcn_read_bytes(&reader, mark.hash.bytes, sizeof(mark.hash.bytes));
    mark.position = tcn_read_u64(&reader);
    mark.predecessor = tcn_read_u64(&reader);
    mark.successor = tcn_read_u64(&reader);
    if (!tcn_read_is_whole(&reader) || !tcn_read_is_whole(&key)) {
        return TCN_CORRUPT;
    }
    *out_mark = mark;
    return TCN_OK;
}

enum tcn_status tcn_log_row_mark(struct tcn_row_from from, const struct tcn_lane_key *lane,
                                 struct tcn_mark *out_mark) {
    struct tcn_key key = mark_key(lane);
    struct tcn_env_row row = {.key = tcn_key_slice(&key)};
    enum tcn_status status = tcn_row_get(from, TCN_LOG_DB_MARKS, row.key, &row.value);
    return status == TCN_OK ? tcn_log_mark_decode(&row, out_mark) : status;
}

enum tcn_status tcn_log_row_index_put(struct tcn_env *env, const struct tcn_record *record,
                                      uint64_t sequence_count) {
    uint8_t bytes[ROW_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof(bytes));
    tcn_write_u8(&writer, ROW_VERSION);
    tcn_write_u64(&writer, record->first_position);
    tcn_write_u64(&writer, sequence_count);
    TCN_CHECK(!writer.overflowed);
    struct tcn_key key = tcn_key_lane(&record->lane, record->first_sequence);
    return tcn_row_put(env, TCN_LOG_DB_INDEX, TCN_PUT_NEW, tcn_key_slice(&key),
                       tcn_writer_slice(&writer));
}

enum tcn_status tcn_log_row_index(struct tcn_row_from from, const struct tcn_lane_key *lane,
                                  uint64_t sequence, struct tcn_log_place *out_place) {
    struct tcn_key key = tcn_key_lane(lane, sequence);
    struct tcn_env_row row;
    enum tcn_status status =
        tcn_row_seek(from, TCN_LOG_DB_INDEX, TCN_STEP_UPTO, tcn_key_slice(&key), &row);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_reader found = tcn_reader_init(row.key);
    struct tcn_lane_key found_lane = tcn_lane_key_read(&found);
    struct tcn_log_place place = {.first_sequence = tcn_read_u64(&found)};
    struct tcn_reader reader;
    status = payload_open(row.value, &reader);
    if (status != TCN_OK) {
        return status;
    }
    place.first_position = tcn_read_u64(&reader);
    place.sequence_count = tcn_read_u64(&reader);
    if (!tcn_read_is_whole(&found) || !tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    /* The key at or below may be another lane's, or its record may end before the sequence. */
    if (!tcn_lane_key_equals(&found_lane, lane) ||
        sequence - place.first_sequence >= place.sequence_count) {
        return TCN_ABSENT;
    }
    *out_place = place;
    return TCN_OK;
}

enum tcn_status tcn_log_row_group_put(struct tcn_env *env, const struct tcn_log_group *group) {
    TCN_CHECK(group->leaf_count >= 1 && group->leaf_count <= TCN_GROUP_RECORDS_MAX);
    uint8_t bytes[GROUP_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof(bytes));
    tcn_write_u8(&writer, ROW_VERSION);
    tcn_write_u32(&writer, group->leaf_count);
    for (uint32_t i = 0; i < group->leaf_count; i++) {
        tcn_write_bytes(&writer, group->leaves[i].bytes, sizeof(group->leaves[i].bytes));
    }
    tcn_write_bytes(&writer, group->signature.bytes, sizeof(group->signature.bytes));
    tcn_write_bytes(&writer, group->key_id.bytes, sizeof(group->key_id.bytes));
    TCN_CHECK(!writer.overflowed);
    struct tcn_key key = tcn_key_u64(group->first_position);
    return tcn_row_put(env, TCN_LOG_DB_GROUPS, TCN_PUT_LAST, tcn_key_slice(&key),
                       tcn_writer_slice(&writer));
}

enum tcn_status tcn_log_row_group(struct tcn_row_from from, uint64_t first_position,
                                  struct tcn_log_group *out_group) {
    struct tcn_key key = tcn_key_u64(first_position);
    struct tcn_slice payload;
    enum tcn_status status = tcn_row_get(from, TCN_LOG_DB_GROUPS, tcn_key_slice(&key), &payload);
    struct tcn_reader reader;
    if (status == TCN_OK) {
        status = payload_open(payload, &reader);
    }
    if (status != TCN_OK) {
        return status;
    }
    /* The size is checked before anything is written to the caller's struct. */
    uint32_t leaf_count = tcn_read_u32(&reader);
    size_t rest = sizeof(out_group->signature.bytes) + sizeof(out_group->key_id.bytes);
    if (leaf_count < 1 || leaf_count > TCN_GROUP_RECORDS_MAX ||
        tcn_reader_rest(&reader) != leaf_count * sizeof(out_group->leaves[0].bytes) + rest) {
        return TCN_CORRUPT;
    }
    out_group->first_position = first_position;
    out_group->leaf_count = leaf_count;
    for (uint32_t i = 0; i < leaf_count; i++) {
        tcn_read_bytes(&reader, out_group->leaves[i].bytes, sizeof(out_group->leaves[i].bytes));
    }
    tcn_read_bytes(&reader, out_group->signature.bytes, sizeof(out_group->signature.bytes));
    tcn_read_bytes(&reader, out_group->key_id.bytes, sizeof(out_group->key_id.bytes));
    return TCN_OK;
}

enum tcn_status tcn_log_row_change_put(struct tcn_env *env, uint64_t position) {
    static const uint8_t version = ROW_VERSION;
    struct tcn_key key = tcn_key_u64(position);
    return tcn_row_put(env, TCN_LOG_DB_CHANGES, TCN_PUT_LAST, tcn_key_slice(&key),
                       tcn_slice_of(&version, sizeof(version)));
}

enum tcn_status tcn_log_change_decode(const struct tcn_env_row *row, uint64_t *out_position) {
    struct tcn_reader key = tcn_reader_init(row->key);
    const uint64_t position = tcn_read_u64(&key);
    struct tcn_reader reader;
    enum tcn_status status = payload_open(row->value, &reader);
    if (status != TCN_OK) {
        return status;
    }
    if (!tcn_read_is_whole(&key) || !tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_position = position;
    return TCN_OK;
}

enum tcn_status tcn_log_row_identity_put(struct tcn_env *env,
                                         const struct tcn_log_identity *identity) {
    uint8_t bytes[ROW_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof(bytes));
    tcn_write_u8(&writer, ROW_VERSION);
    tcn_write_bytes(&writer, identity->log_id.bytes, sizeof(identity->log_id.bytes));
    tcn_write_u64(&writer, identity->generation);
    TCN_CHECK(!writer.overflowed);
    return tcn_row_put(env, TCN_LOG_DB_META, TCN_PUT_REPLACE, tcn_slice_text(IDENTITY_KEY),
                       tcn_writer_slice(&writer));
}

enum tcn_status tcn_log_row_identity(struct tcn_row_from from,
                                     struct tcn_log_identity *out_identity) {
    struct tcn_slice payload;
    enum tcn_status status =
        tcn_row_get(from, TCN_LOG_DB_META, tcn_slice_text(IDENTITY_KEY), &payload);
    struct tcn_reader reader;
    if (status == TCN_OK) {
        status = payload_open(payload, &reader);
    }
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_log_identity identity;
    tcn_read_bytes(&reader, identity.log_id.bytes, sizeof(identity.log_id.bytes));
    identity.generation = tcn_read_u64(&reader);
    if (!tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_identity = identity;
    return TCN_OK;
}

enum tcn_status tcn_log_row_end_put(struct tcn_env *env, const struct tcn_log_end *end) {
    uint8_t bytes[ROW_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof(bytes));
    tcn_write_u8(&writer, ROW_VERSION);
    tcn_write_u64(&writer, end->first_position);
    tcn_write_u64(&writer, end->last_position);
    tcn_write_u64(&writer, end->record_count);
    TCN_CHECK(!writer.overflowed);
    return tcn_row_put(env, TCN_LOG_DB_META, TCN_PUT_REPLACE, tcn_slice_text(END_KEY),
                       tcn_writer_slice(&writer));
}

enum tcn_status tcn_log_row_end(struct tcn_row_from from, struct tcn_log_end *out_end) {
    struct tcn_slice payload;
    enum tcn_status status = tcn_row_get(from, TCN_LOG_DB_META, tcn_slice_text(END_KEY), &payload);
    if (status == TCN_ABSENT) {
        *out_end = (struct tcn_log_end){0};
        return TCN_OK;
    }
    struct tcn_reader reader;
    if (status == TCN_OK) {
        status = payload_open(payload, &reader);
    }
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_log_end end;
    end.first_position = tcn_read_u64(&reader);
    end.last_position = tcn_read_u64(&reader);
    end.record_count = tcn_read_u64(&reader);
    if (!tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_end = end;
    return TCN_OK;
}
