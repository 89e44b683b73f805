/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Silences, encode and decode side by side; numbers as in state_rows.c.
 *
 *   silence  1, organ 2, mode 1, division 8, since 8, until 8, warnings 8;
 *            domain, reason, post: each size 1 and bytes
 */
#include "store/state_inside.h"

void tcn_state_encode_silence(const struct tcn_silence *silence,
                              struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = tcn_writer_init(out_payload->bytes, sizeof(out_payload->bytes));
    tcn_write_u8(&writer, TCN_STATE_ROW_VERSION);
    tcn_write_u16(&writer, silence->organ);
    tcn_write_u8(&writer, (uint8_t)silence->mode);
    tcn_write_u64(&writer, silence->division);
    tcn_write_i64(&writer, silence->since_ns);
    tcn_write_i64(&writer, silence->until_ns);
    tcn_write_u64(&writer, silence->warning_count);
    tcn_state_write_text(&writer, silence->domain, TCN_WORD_BYTES_MAX);
    tcn_state_write_text(&writer, silence->reason, TCN_WORD_BYTES_MAX);
    tcn_state_write_text(&writer, silence->post, TCN_WORD_BYTES_MAX);
    TCN_CHECK(!writer.overflowed);
    out_payload->size = writer.offset;
}

enum tcn_status tcn_state_decode_silence(const struct tcn_env_row *row,
                                         struct tcn_silence *out_silence) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader = tcn_reader_init(row->value);
    if (tcn_read_u8(&reader) != TCN_STATE_ROW_VERSION) {
        return TCN_VERSION;
    }
    struct tcn_silence silence = {.position = tcn_read_u64(&key)};
    silence.organ = tcn_read_u16(&reader);
    silence.mode = (enum tcn_mode)tcn_read_u8(&reader);
    silence.division = tcn_read_u64(&reader);
    silence.since_ns = tcn_read_i64(&reader);
    silence.until_ns = tcn_read_i64(&reader);
    silence.warning_count = tcn_read_u64(&reader);
    const bool has_words = tcn_state_read_text(&reader, silence.domain, TCN_WORD_BYTES_MAX) &&
                           tcn_state_read_text(&reader, silence.reason, TCN_WORD_BYTES_MAX) &&
                           tcn_state_read_text(&reader, silence.post, TCN_WORD_BYTES_MAX);
    if (!has_words || !tcn_read_is_whole(&key) || !tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_silence = silence;
    return TCN_OK;
}

enum tcn_status tcn_state_silence_get(void *context, uint64_t position,
                                      struct tcn_silence *out_silence) {
    const struct tcn_key key = tcn_key_u64(position);
    struct tcn_env_row row;
    const enum tcn_status status = tcn_state_row_get(context, TCN_STATE_DB_SILENCES, &key, &row);
    return status == TCN_OK ? tcn_state_decode_silence(&row, out_silence) : status;
}

enum tcn_status tcn_state_silence_put(void *context, const struct tcn_silence *silence) {
    struct tcn_state *state = context;
    const struct tcn_key key = tcn_key_u64(silence->position);
    struct tcn_state_payload payload;
    tcn_state_encode_silence(silence, &payload);
    state->scattered_count++;
    return tcn_state_row_put(state, TCN_STATE_DB_SILENCES, TCN_PUT_REPLACE, &key, &payload);
}

enum tcn_status tcn_state_silence_del(void *context, uint64_t position) {
    struct tcn_state *state = context;
    const struct tcn_key key = tcn_key_u64(position);
    state->scattered_count++;
    return tcn_env_del(state->env, TCN_STATE_DB_SILENCES, tcn_key_slice(&key));
}

enum tcn_status tcn_state_silence_next(void *context, uint64_t position,
                                       struct tcn_silence *out_silence) {
    struct tcn_state *state = context;
    const struct tcn_key key = tcn_key_u64(position);
    struct tcn_env_row row;
    TCN_CHECK(state->env->txn != NULL);
    const enum tcn_status status =
        tcn_row_seek((struct tcn_row_from){.env = state->env}, TCN_STATE_DB_SILENCES, TCN_STEP_FROM,
                     tcn_key_slice(&key), &row);
    return status == TCN_OK ? tcn_state_decode_silence(&row, out_silence) : status;
}

enum tcn_status tcn_state_silences(struct tcn_state_reader *reader, uint64_t from_position,
                                   struct tcn_silence *out_silences, size_t count_max,
                                   size_t *out_count) {
    enum tcn_status status = tcn_view_use(&reader->view);
    const struct tcn_row_from from = {.view = &reader->view};
    const struct tcn_key key = tcn_key_u64(from_position);
    const size_t most = count_max < TCN_SLICE_RECORDS_MAX ? count_max : TCN_SLICE_RECORDS_MAX;
    enum tcn_env_step step = TCN_STEP_FROM;
    size_t count = 0;
    while (status == TCN_OK && count < most) {
        struct tcn_env_row row;
        status = tcn_row_seek(from, TCN_STATE_DB_SILENCES, step, tcn_key_slice(&key), &row);
        if (status == TCN_OK) {
            status = tcn_state_decode_silence(&row, &out_silences[count]);
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
