/* SPDX-License-Identifier: Apache-2.0 */
#include "store/row.h"

#include "base/hash.h"
#include "store/record.h"

#include <string.h>

/* Up to here key and payload are hashed in one piece, which is several times as fast. */
#define ROW_PIECE_BYTES_MAX 512u

struct tcn_key tcn_key_u64(uint64_t number) {
    struct tcn_key key;
    struct tcn_writer writer = tcn_writer_init(key.bytes, sizeof(key.bytes));
    tcn_write_u64(&writer, number);
    key.size = writer.offset;
    return key;
}

struct tcn_key tcn_key_lane(const struct tcn_lane_key *lane, uint64_t sequence) {
    struct tcn_key key;
    struct tcn_writer writer = tcn_writer_init(key.bytes, sizeof(key.bytes));
    tcn_lane_key_write(&writer, lane);
    tcn_write_u64(&writer, sequence);
    key.size = writer.offset;
    return key;
}

/** XXH3-64 over the key and then the payload. */
static uint64_t row_checksum(struct tcn_slice key, struct tcn_slice payload) {
    if (key.size + payload.size > ROW_PIECE_BYTES_MAX) {
        return tcn_checksum_pair(key, payload);
    }
    uint8_t piece[ROW_PIECE_BYTES_MAX];
    memcpy(piece, key.data, key.size);
    if (payload.size > 0) {
        memcpy(piece + key.size, payload.data, payload.size);
    }
    return tcn_checksum(tcn_slice_of(piece, key.size + payload.size));
}

enum tcn_status tcn_row_claim(struct tcn_env *env, uint32_t db, enum tcn_env_put how,
                              struct tcn_slice key, size_t size, uint8_t **out_data) {
    return tcn_env_claim(env, db, how, key, size + TCN_ROW_CHECKSUM_BYTES, out_data);
}

void tcn_row_seal(struct tcn_slice key, uint8_t *data, size_t size) {
    struct tcn_writer writer = tcn_writer_init(data + size, TCN_ROW_CHECKSUM_BYTES);
    tcn_write_u64(&writer, row_checksum(key, tcn_slice_of(data, size)));
    TCN_CHECK(!writer.overflowed);
}

enum tcn_status tcn_row_put(struct tcn_env *env, uint32_t db, enum tcn_env_put how,
                            struct tcn_slice key, struct tcn_slice payload) {
    uint8_t *data = NULL;
    enum tcn_status status = tcn_row_claim(env, db, how, key, payload.size, &data);
    if (status != TCN_OK) {
        return status;
    }
    if (payload.size > 0) {
        memcpy(data, payload.data, payload.size);
    }
    tcn_row_seal(key, data, payload.size);
    return TCN_OK;
}

enum tcn_status tcn_row_open(struct tcn_slice key, struct tcn_slice value,
                             struct tcn_slice *out_payload) {
    if (value.size < TCN_ROW_CHECKSUM_BYTES || key.size > TCN_ENV_KEY_BYTES_MAX) {
        return TCN_CORRUPT;
    }
    struct tcn_slice payload = tcn_slice_of(value.data, value.size - TCN_ROW_CHECKSUM_BYTES);
    struct tcn_slice rest = tcn_slice_of(value.data + payload.size, TCN_ROW_CHECKSUM_BYTES);
    struct tcn_reader reader = tcn_reader_init(rest);
    if (tcn_read_u64(&reader) != row_checksum(key, payload)) {
        return TCN_CORRUPT;
    }
    *out_payload = payload;
    return TCN_OK;
}

/** tcn_row_open, after whose failure an open group cannot be committed: its caller decided on what
 * it could not read. */
static enum tcn_status row_accept(struct tcn_row_from from, struct tcn_slice key,
                                  struct tcn_slice value, struct tcn_slice *out_payload) {
    enum tcn_status status = tcn_row_open(key, value, out_payload);
    return from.env != NULL ? tcn_env_spoil(from.env, status) : status;
}

enum tcn_status tcn_row_seek(struct tcn_row_from from, uint32_t db, enum tcn_env_step step,
                             struct tcn_slice key, struct tcn_env_row *out_row) {
    TCN_CHECK((from.env == NULL) != (from.view == NULL));
    struct tcn_env_row row;
    enum tcn_status status = from.env != NULL ? tcn_env_seek(from.env, db, step, key, &row)
                                              : tcn_view_seek(from.view, db, step, key, &row);
    if (status == TCN_OK) {
        status = row_accept(from, row.key, row.value, &row.value);
    }
    if (status == TCN_OK) {
        *out_row = row;
    }
    return status;
}

enum tcn_status tcn_row_get(struct tcn_row_from from, uint32_t db, struct tcn_slice key,
                            struct tcn_slice *out_payload) {
    if (from.env != NULL) {
        struct tcn_slice value;
        enum tcn_status status = tcn_env_get(from.env, db, key, &value);
        return status == TCN_OK ? row_accept(from, key, value, out_payload) : status;
    }
    struct tcn_env_row row;
    enum tcn_status status = tcn_row_seek(from, db, TCN_STEP_AT, key, &row);
    if (status == TCN_OK) {
        *out_payload = row.value;
    }
    return status;
}
