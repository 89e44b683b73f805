/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What offices said, and what the board shows of matters: encode and decode side by side; numbers
 * as in state_rows.c.
 *
 *   expected  1, said 1, marks 1 (1 safe, 2 corrected, 4 self), period 8, since 8, position 8,
 *             count 4, told 8, other 8, other position 8, off 8, stopped 8, back 8,
 *             post: size 1 and bytes
 */
#include "store/state_inside.h"

#include "store/state_rows.h"

#include <string.h>

#define MARK_SAFE 1u
#define MARK_CORRECTED 2u
#define MARK_SELF 4u
#define MARKS_ALL (MARK_SAFE | MARK_CORRECTED | MARK_SELF)

struct tcn_key tcn_state_key_expected(const struct tcn_expected_key *expected) {
    struct tcn_key key;
    struct tcn_writer writer = tcn_writer_init(key.bytes, sizeof(key.bytes));
    tcn_write_u8(&writer, (uint8_t)expected->row);
    tcn_write_u16(&writer, expected->organ);
    tcn_write_u64(&writer, expected->number);
    TCN_CHECK(!writer.overflowed);
    key.size = writer.offset;
    return key;
}

void tcn_state_encode_expected(const struct tcn_expected *expected,
                               struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = tcn_writer_init(out_payload->bytes, sizeof(out_payload->bytes));
    const size_t size = strnlen(expected->post, TCN_WORD_BYTES_MAX);
    tcn_write_u8(&writer, TCN_STATE_ROW_VERSION);
    tcn_write_u8(&writer, (uint8_t)expected->said);
    tcn_write_u8(&writer, (uint8_t)((expected->is_safe ? MARK_SAFE : 0u) |
                                    (expected->is_corrected ? MARK_CORRECTED : 0u) |
                                    (expected->is_self ? MARK_SELF : 0u)));
    tcn_write_i64(&writer, expected->period);
    tcn_write_i64(&writer, expected->since_ns);
    tcn_write_u64(&writer, expected->position);
    tcn_write_u32(&writer, expected->count);
    tcn_write_i64(&writer, expected->told_ns);
    tcn_write_i64(&writer, expected->other_ns);
    tcn_write_u64(&writer, expected->other_position);
    tcn_write_i64(&writer, expected->off_ns);
    tcn_write_i64(&writer, expected->stopped_ns);
    tcn_write_i64(&writer, expected->back_ns);
    tcn_write_u8(&writer, (uint8_t)size);
    tcn_write_bytes(&writer, expected->post, size);
    TCN_CHECK(!writer.overflowed);
    out_payload->size = writer.offset;
}

enum tcn_status tcn_state_decode_expected(const struct tcn_env_row *row,
                                          struct tcn_expected *out_expected) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader = tcn_reader_init(row->value);
    if (tcn_read_u8(&reader) != TCN_STATE_ROW_VERSION) {
        return TCN_VERSION;
    }
    struct tcn_expected found;
    memset(&found, 0, sizeof(found));
    found.key.row = (enum tcn_expected_row)tcn_read_u8(&key);
    found.key.organ = tcn_read_u16(&key);
    found.key.number = tcn_read_u64(&key);
    found.said = (enum tcn_said)tcn_read_u8(&reader);
    const uint8_t marks = tcn_read_u8(&reader);
    found.is_safe = (marks & MARK_SAFE) != 0;
    found.is_corrected = (marks & MARK_CORRECTED) != 0;
    found.is_self = (marks & MARK_SELF) != 0;
    found.period = tcn_read_i64(&reader);
    found.since_ns = tcn_read_i64(&reader);
    found.position = tcn_read_u64(&reader);
    found.count = tcn_read_u32(&reader);
    found.told_ns = tcn_read_i64(&reader);
    found.other_ns = tcn_read_i64(&reader);
    found.other_position = tcn_read_u64(&reader);
    found.off_ns = tcn_read_i64(&reader);
    found.stopped_ns = tcn_read_i64(&reader);
    found.back_ns = tcn_read_i64(&reader);
    const struct tcn_slice post = tcn_read_slice(&reader, tcn_read_u8(&reader));
    const bool is_known =
        (found.key.row != TCN_EXPECTED_ROW_NONE && found.key.row <= TCN_EXPECTED_ROW_DANGER) ||
        found.key.row == TCN_EXPECTED_ROW_OPENING;
    const bool is_row = is_known && (unsigned)found.said <= TCN_SAID_ALIVE && marks <= MARKS_ALL &&
                        post.size <= TCN_WORD_BYTES_MAX;
    if (!is_row || !tcn_read_is_whole(&key) || !tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    if (post.size > 0) {
        memcpy(found.post, post.data, post.size);
    }
    *out_expected = found;
    return TCN_OK;
}

/** ops.expected_get */
enum tcn_status tcn_state_op_expected_get(void *context, const struct tcn_expected_key *wanted,
                                          struct tcn_expected *out_expected) {
    const struct tcn_key key = tcn_state_key_expected(wanted);
    struct tcn_env_row row;
    enum tcn_status status = tcn_state_row_get(context, TCN_STATE_DB_EXPECTED, &key, &row);
    return status == TCN_OK ? tcn_state_decode_expected(&row, out_expected) : status;
}

/** ops.expected_put */
enum tcn_status tcn_state_op_expected_put(void *context, const struct tcn_expected *expected) {
    struct tcn_state *state = context;
    const struct tcn_key key = tcn_state_key_expected(&expected->key);
    struct tcn_state_payload payload;
    tcn_state_encode_expected(expected, &payload);
    state->scattered_count++;
    return tcn_state_row_put(state, TCN_STATE_DB_EXPECTED, TCN_PUT_REPLACE, &key, &payload);
}

/** ops.expected_del */
enum tcn_status tcn_state_op_expected_del(void *context, const struct tcn_expected_key *wanted) {
    struct tcn_state *state = context;
    const struct tcn_key key = tcn_state_key_expected(wanted);
    state->scattered_count++;
    return tcn_env_del(state->env, TCN_STATE_DB_EXPECTED, tcn_key_slice(&key));
}

/** ops.expected_next */
enum tcn_status tcn_state_op_expected_next(void *context, const struct tcn_expected_key *wanted,
                                           struct tcn_expected *out_expected) {
    struct tcn_state *state = context;
    const struct tcn_key key = tcn_state_key_expected(wanted);
    struct tcn_env_row row;
    TCN_CHECK(state->env->txn != NULL);
    enum tcn_status status =
        tcn_row_seek((struct tcn_row_from){.env = state->env}, TCN_STATE_DB_EXPECTED, TCN_STEP_FROM,
                     tcn_key_slice(&key), &row);
    return status == TCN_OK ? tcn_state_decode_expected(&row, out_expected) : status;
}
