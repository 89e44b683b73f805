/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Erasures, encode and decode side by side; numbers as in state_rows.c.
 *
 *   erasure  1, hash 32, position 8, asked 8, done 8
 *
 * One stands under one of two keys: what is not done comes before everything that is.
 */
#include "store/state_rows.h"

struct tcn_key tcn_state_key_erasure(const struct tcn_lane_key *lane, uint64_t sequence,
                                     bool is_done) {
    struct tcn_key key;
    struct tcn_writer writer = tcn_writer_init(key.bytes, sizeof(key.bytes));
    tcn_write_u8(&writer, is_done ? 1 : 0);
    tcn_write_u32(&writer, lane->source);
    tcn_write_u64(&writer, lane->epoch);
    tcn_write_u8(&writer, (uint8_t)lane->lane);
    tcn_write_u64(&writer, sequence);
    TCN_CHECK(!writer.overflowed);
    key.size = writer.offset;
    return key;
}

void tcn_state_encode_erasure(const struct tcn_erasure *erasure,
                              struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = tcn_writer_init(out_payload->bytes, sizeof(out_payload->bytes));
    tcn_write_u8(&writer, TCN_STATE_ROW_VERSION);
    tcn_write_bytes(&writer, erasure->hash.bytes, sizeof(erasure->hash.bytes));
    tcn_write_u64(&writer, erasure->position);
    tcn_write_u64(&writer, erasure->asked_position);
    tcn_write_u64(&writer, erasure->done_position);
    TCN_CHECK(!writer.overflowed);
    out_payload->size = writer.offset;
}

enum tcn_status tcn_state_decode_erasure(const struct tcn_env_row *row,
                                         struct tcn_erasure *out_erasure) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader = tcn_reader_init(row->value);
    if (tcn_read_u8(&reader) != TCN_STATE_ROW_VERSION) {
        return TCN_VERSION;
    }
    const uint8_t done = tcn_read_u8(&key);
    struct tcn_erasure erasure = {.lane = {.source = tcn_read_u32(&key)}};
    erasure.lane.epoch = tcn_read_u64(&key);
    erasure.lane.lane = (enum tcn_lane)tcn_read_u8(&key);
    erasure.sequence = tcn_read_u64(&key);
    tcn_read_bytes(&reader, erasure.hash.bytes, sizeof(erasure.hash.bytes));
    erasure.position = tcn_read_u64(&reader);
    erasure.asked_position = tcn_read_u64(&reader);
    erasure.done_position = tcn_read_u64(&reader);
    if (!tcn_read_is_whole(&key) || !tcn_read_is_whole(&reader) || done > 1 ||
        (done == 1) != (erasure.done_position != 0)) {
        return TCN_CORRUPT;
    }
    *out_erasure = erasure;
    return TCN_OK;
}

enum tcn_status tcn_state_erasure_find(struct tcn_row_from from, const struct tcn_lane_key *lane,
                                       uint64_t sequence, struct tcn_erasure *out_erasure) {
    enum tcn_status status = TCN_ABSENT;
    for (int done = 1; done >= 0 && status == TCN_ABSENT; done--) {
        const struct tcn_key key = tcn_state_key_erasure(lane, sequence, done == 1);
        struct tcn_env_row row = {.key = tcn_key_slice(&key)};
        status = tcn_row_get(from, TCN_STATE_DB_ERASURES, row.key, &row.value);
        if (status == TCN_OK) {
            status = tcn_state_decode_erasure(&row, out_erasure);
        }
    }
    return status;
}
