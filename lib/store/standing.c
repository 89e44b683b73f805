/* SPDX-License-Identifier: Apache-2.0 */
#include "store/standing.h"

#define ROW_VERSION 1u
#define PAYLOAD_BYTES 64u

static struct tcn_key row_key(const struct tcn_standing_key *key) {
    struct tcn_key row;
    struct tcn_writer writer = tcn_writer_init(row.bytes, sizeof(row.bytes));
    tcn_write_u8(&writer, (uint8_t)key->kind);
    tcn_write_u32(&writer, key->source);
    tcn_write_u64(&writer, key->epoch);
    tcn_write_u16(&writer, key->organ);
    tcn_write_bytes(&writer, key->hash.bytes, sizeof(key->hash.bytes));
    TCN_CHECK(!writer.overflowed);
    row.size = writer.offset;
    return row;
}

enum tcn_status tcn_standing_row_put(struct tcn_env *env, uint32_t db,
                                     const struct tcn_standing *standing) {
    uint8_t bytes[PAYLOAD_BYTES];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof(bytes));
    tcn_write_u8(&writer, ROW_VERSION);
    tcn_write_u64(&writer, standing->position);
    tcn_write_i64(&writer, standing->since_ns);
    tcn_write_u64(&writer, standing->number);
    tcn_write_u64(&writer, standing->other_number);
    tcn_write_u64(&writer, standing->allowed_position);
    TCN_CHECK(!writer.overflowed);
    const struct tcn_key key = row_key(&standing->key);
    return tcn_row_put(env, db, TCN_PUT_REPLACE, tcn_key_slice(&key), tcn_writer_slice(&writer));
}

enum tcn_status tcn_standing_row_decode(const struct tcn_env_row *row,
                                        struct tcn_standing *out_standing) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader = tcn_reader_init(row->value);
    if (tcn_read_u8(&reader) != ROW_VERSION) {
        return TCN_VERSION;
    }
    struct tcn_standing standing = {.key = {.kind = (enum tcn_standing_kind)tcn_read_u8(&key)}};
    standing.key.source = tcn_read_u32(&key);
    standing.key.epoch = tcn_read_u64(&key);
    standing.key.organ = tcn_read_u16(&key);
    tcn_read_bytes(&key, standing.key.hash.bytes, sizeof(standing.key.hash.bytes));
    standing.position = tcn_read_u64(&reader);
    standing.since_ns = tcn_read_i64(&reader);
    standing.number = tcn_read_u64(&reader);
    standing.other_number = tcn_read_u64(&reader);
    standing.allowed_position = tcn_read_u64(&reader);
    if (!tcn_read_is_whole(&key) || !tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_standing = standing;
    return TCN_OK;
}

enum tcn_status tcn_standing_row_get(struct tcn_row_from from, uint32_t db,
                                     const struct tcn_standing_key *key,
                                     struct tcn_standing *out_standing) {
    const struct tcn_key bytes = row_key(key);
    struct tcn_env_row row = {.key = tcn_key_slice(&bytes)};
    const enum tcn_status status = tcn_row_get(from, db, row.key, &row.value);
    return status == TCN_OK ? tcn_standing_row_decode(&row, out_standing) : status;
}

enum tcn_status tcn_standing_row_del(struct tcn_env *env, uint32_t db,
                                     const struct tcn_standing_key *key) {
    const struct tcn_key bytes = row_key(key);
    return tcn_env_del(env, db, tcn_key_slice(&bytes));
}

enum tcn_status tcn_standing_rows(struct tcn_view *view, uint32_t db,
                                  const struct tcn_standing_key *after,
                                  struct tcn_standing *out_standings, size_t count_max,
                                  size_t *out_count) {
    enum tcn_status status = tcn_view_use(view);
    struct tcn_key key = {.size = 0};
    enum tcn_env_step step = TCN_STEP_FIRST;
    if (after != NULL) {
        key = row_key(after);
        key.bytes[key.size++] = 0; /* the first that is above it */
        step = TCN_STEP_FROM;
    }
    const size_t limit = count_max < TCN_SLICE_RECORDS_MAX ? count_max : TCN_SLICE_RECORDS_MAX;
    size_t count = 0;
    while (status == TCN_OK && count < limit) {
        struct tcn_env_row row;
        status =
            tcn_row_seek((struct tcn_row_from){.view = view}, db, step, tcn_key_slice(&key), &row);
        if (status == TCN_OK) {
            status = tcn_standing_row_decode(&row, &out_standings[count]);
        }
        step = TCN_STEP_NEXT;
        count += status == TCN_OK ? 1 : 0;
    }
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    *out_count = count;
    return TCN_OK;
}
