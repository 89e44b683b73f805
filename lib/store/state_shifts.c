/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What organs were called to, and who is on duty: encode and decode side by side, and the
 * operations on them; numbers as in state_rows.c.
 *
 *   summons  1, mode 1, reason 1, severity 1, since 8, last 8, number 8, position 8, count 4; its
 *            key begins with 1 for a guarded matter, else 0
 *   shift    1, post: size 1 and bytes, source 4, since 8, until 8, handed 8, position 8
 */
#include "store/state_inside.h"
#include "store/state_rows.h"

#include <string.h>

struct tcn_key tcn_state_key_summons(bool is_kept, uint16_t organ, uint64_t birth) {
    struct tcn_key key;
    struct tcn_writer writer = tcn_writer_init(key.bytes, sizeof(key.bytes));
    tcn_write_u8(&writer, is_kept ? 1 : 0);
    tcn_write_u16(&writer, organ);
    tcn_write_u64(&writer, birth);
    TCN_CHECK(!writer.overflowed);
    key.size = writer.offset;
    return key;
}

struct tcn_key tcn_state_key_shift(uint16_t organ) {
    struct tcn_key key;
    struct tcn_writer writer = tcn_writer_init(key.bytes, sizeof(key.bytes));
    tcn_write_u16(&writer, organ);
    TCN_CHECK(!writer.overflowed);
    key.size = writer.offset;
    return key;
}

void tcn_state_encode_summons(const struct tcn_summons *summons,
                              struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = tcn_writer_init(out_payload->bytes, sizeof(out_payload->bytes));
    tcn_write_u8(&writer, TCN_STATE_ROW_VERSION);
    tcn_write_u8(&writer, (uint8_t)summons->mode);
    tcn_write_u8(&writer, (uint8_t)summons->reason);
    tcn_write_u8(&writer, (uint8_t)summons->severity);
    tcn_write_i64(&writer, summons->since_ns);
    tcn_write_i64(&writer, summons->last_ns);
    tcn_write_u64(&writer, summons->number);
    tcn_write_u64(&writer, summons->position);
    tcn_write_u32(&writer, summons->count);
    TCN_CHECK(!writer.overflowed);
    out_payload->size = writer.offset;
}

enum tcn_status tcn_state_decode_summons(const struct tcn_env_row *row,
                                         struct tcn_summons *out_summons) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader = tcn_reader_init(row->value);
    if (tcn_read_u8(&reader) != TCN_STATE_ROW_VERSION) {
        return TCN_VERSION;
    }
    const uint8_t kept = tcn_read_u8(&key);
    struct tcn_summons summons = {.is_kept = kept == 1};
    summons.organ = tcn_read_u16(&key);
    summons.birth_position = tcn_read_u64(&key);
    summons.mode = (enum tcn_mode)tcn_read_u8(&reader);
    summons.reason = (enum tcn_reason)tcn_read_u8(&reader);
    summons.severity = (enum tcn_severity)tcn_read_u8(&reader);
    summons.since_ns = tcn_read_i64(&reader);
    summons.last_ns = tcn_read_i64(&reader);
    summons.number = tcn_read_u64(&reader);
    summons.position = tcn_read_u64(&reader);
    summons.count = tcn_read_u32(&reader);
    if (kept > 1 || !tcn_read_is_whole(&key) || !tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_summons = summons;
    return TCN_OK;
}

void tcn_state_encode_shift(const struct tcn_shift *shift, struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = tcn_writer_init(out_payload->bytes, sizeof(out_payload->bytes));
    const size_t size = strnlen(shift->post, TCN_WORD_BYTES_MAX);
    tcn_write_u8(&writer, TCN_STATE_ROW_VERSION);
    tcn_write_u8(&writer, (uint8_t)size);
    tcn_write_bytes(&writer, shift->post, size);
    tcn_write_u32(&writer, shift->source);
    tcn_write_i64(&writer, shift->since_ns);
    tcn_write_i64(&writer, shift->until_ns);
    tcn_write_i64(&writer, shift->handed_ns);
    tcn_write_u64(&writer, shift->position);
    TCN_CHECK(!writer.overflowed);
    out_payload->size = writer.offset;
}

enum tcn_status tcn_state_decode_shift(const struct tcn_env_row *row, struct tcn_shift *out_shift) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader = tcn_reader_init(row->value);
    if (tcn_read_u8(&reader) != TCN_STATE_ROW_VERSION) {
        return TCN_VERSION;
    }
    struct tcn_shift shift = {.organ = tcn_read_u16(&key)};
    const struct tcn_slice post = tcn_read_slice(&reader, tcn_read_u8(&reader));
    shift.source = tcn_read_u32(&reader);
    shift.since_ns = tcn_read_i64(&reader);
    shift.until_ns = tcn_read_i64(&reader);
    shift.handed_ns = tcn_read_i64(&reader);
    shift.position = tcn_read_u64(&reader);
    if (!tcn_read_is_whole(&key) || !tcn_read_is_whole(&reader) || post.size > TCN_WORD_BYTES_MAX) {
        return TCN_CORRUPT;
    }
    if (post.size > 0) {
        memcpy(shift.post, post.data, post.size);
    }
    *out_shift = shift;
    return TCN_OK;
}

/** Gets a row of the open commit. */
static enum tcn_status get(const struct tcn_state *state, enum tcn_state_db db,
                           const struct tcn_key *key, struct tcn_env_row *out_row) {
    TCN_CHECK(state->env->txn != NULL);
    out_row->key = tcn_key_slice(key);
    return tcn_row_get((struct tcn_row_from){.env = state->env}, db, out_row->key, &out_row->value);
}

enum tcn_status tcn_state_op_summons_get(void *context, bool is_kept, uint16_t organ,
                                         uint64_t birth, struct tcn_summons *out_summons) {
    const struct tcn_key key = tcn_state_key_summons(is_kept, organ, birth);
    struct tcn_env_row row;
    const enum tcn_status status = get(context, TCN_STATE_DB_SUMMONSES, &key, &row);
    return status == TCN_OK ? tcn_state_decode_summons(&row, out_summons) : status;
}

enum tcn_status tcn_state_op_summons_put(void *context, const struct tcn_summons *summons) {
    struct tcn_state *state = context;
    const struct tcn_key key =
        tcn_state_key_summons(summons->is_kept, summons->organ, summons->birth_position);
    struct tcn_state_payload payload;
    tcn_state_encode_summons(summons, &payload);
    state->scattered_count++;
    return tcn_row_put(state->env, TCN_STATE_DB_SUMMONSES, TCN_PUT_REPLACE, tcn_key_slice(&key),
                       tcn_state_payload_slice(&payload));
}

enum tcn_status tcn_state_op_summons_del(void *context, bool is_kept, uint16_t organ,
                                         uint64_t birth) {
    struct tcn_state *state = context;
    const struct tcn_key key = tcn_state_key_summons(is_kept, organ, birth);
    state->scattered_count++;
    return tcn_env_del(state->env, TCN_STATE_DB_SUMMONSES, tcn_key_slice(&key));
}

enum tcn_status tcn_state_op_shift_get(void *context, uint16_t organ, struct tcn_shift *out_shift) {
    const struct tcn_key key = tcn_state_key_shift(organ);
    struct tcn_env_row row;
    const enum tcn_status status = get(context, TCN_STATE_DB_SHIFTS, &key, &row);
    return status == TCN_OK ? tcn_state_decode_shift(&row, out_shift) : status;
}

enum tcn_status tcn_state_op_shift_put(void *context, const struct tcn_shift *shift) {
    struct tcn_state *state = context;
    const struct tcn_key key = tcn_state_key_shift(shift->organ);
    struct tcn_state_payload payload;
    tcn_state_encode_shift(shift, &payload);
    state->scattered_count++;
    return tcn_row_put(state->env, TCN_STATE_DB_SHIFTS, TCN_PUT_REPLACE, tcn_key_slice(&key),
                       tcn_state_payload_slice(&payload));
}

enum tcn_status tcn_state_summonses(struct tcn_state_reader *reader,
                                    const struct tcn_summons *after,
                                    struct tcn_summons *out_summonses, size_t count_max,
                                    size_t *out_count) {
    enum tcn_status status = tcn_view_use(&reader->view);
    const struct tcn_row_from from = {.view = &reader->view};
    const uint64_t after_birth = after->birth_position;
    const struct tcn_key key = tcn_state_key_summons(after->is_kept, after->organ, after_birth + 1);
    const size_t most = count_max < TCN_SLICE_RECORDS_MAX ? count_max : TCN_SLICE_RECORDS_MAX;
    enum tcn_env_step step = TCN_STEP_FROM;
    size_t count = 0;
    while (status == TCN_OK && count < most && after_birth < UINT64_MAX) {
        struct tcn_env_row row;
        status = tcn_row_seek(from, TCN_STATE_DB_SUMMONSES, step, tcn_key_slice(&key), &row);
        if (status == TCN_OK) {
            status = tcn_state_decode_summons(&row, &out_summonses[count]);
        }
        if (status != TCN_OK || out_summonses[count].organ != after->organ ||
            out_summonses[count].is_kept != after->is_kept) {
            break;
        }
        step = TCN_STEP_NEXT;
        count++;
    }
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    *out_count = count;
    return TCN_OK;
}

enum tcn_status tcn_state_shifts(struct tcn_state_reader *reader, uint16_t from_organ,
                                 struct tcn_shift *out_shifts, size_t count_max,
                                 size_t *out_count) {
    enum tcn_status status = tcn_view_use(&reader->view);
    const struct tcn_row_from from = {.view = &reader->view};
    const struct tcn_key key = tcn_state_key_shift(from_organ);
    const size_t most = count_max < TCN_SLICE_RECORDS_MAX ? count_max : TCN_SLICE_RECORDS_MAX;
    enum tcn_env_step step = TCN_STEP_FROM;
    size_t count = 0;
    while (status == TCN_OK && count < most) {
        struct tcn_env_row row;
        status = tcn_row_seek(from, TCN_STATE_DB_SHIFTS, step, tcn_key_slice(&key), &row);
        if (status == TCN_OK) {
            status = tcn_state_decode_shift(&row, &out_shifts[count]);
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
