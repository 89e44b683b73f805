/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ladders of matters and what waits for which item; encode and decode side by side; numbers as in
 * state_rows.c.
 *
 *   ladder    1, id: size 1 and bytes, organ 2, rule 4, until 8, stage 1, steps 4, since 8,
 *             position 8, mode 1, organ 2, number 8, delivered 8, taken 8, deaths 8, injuries 8,
 *             missing 8, at risk 8, allow-list: count 1, each organ 2
 *   waiting   1
 */
#include "store/state_inside.h"

#include <string.h>

struct tcn_key tcn_state_key_ladder(uint64_t birth, uint32_t slot) {
    struct tcn_key key;
    struct tcn_writer writer = tcn_writer_init(key.bytes, sizeof(key.bytes));
    tcn_write_u64(&writer, birth);
    tcn_write_u32(&writer, slot);
    TCN_CHECK(!writer.overflowed);
    key.size = writer.offset;
    return key;
}

/** An item that a ladder waits for, as a key. */
static struct tcn_key waiting_key(const struct tcn_ladder *ladder) {
    struct tcn_key key;
    struct tcn_writer writer = tcn_writer_init(key.bytes, sizeof(key.bytes));
    tcn_state_write_stream(&writer, ladder->stream);
    tcn_write_u64(&writer, ladder->number);
    tcn_write_u64(&writer, ladder->birth_position);
    tcn_write_u32(&writer, ladder->slot);
    TCN_CHECK(!writer.overflowed);
    key.size = writer.offset;
    return key;
}

void tcn_state_encode_key_only(struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = tcn_writer_init(out_payload->bytes, sizeof(out_payload->bytes));
    tcn_write_u8(&writer, TCN_STATE_ROW_VERSION);
    TCN_CHECK(!writer.overflowed);
    out_payload->size = writer.offset;
}

void tcn_state_encode_ladder(const struct tcn_ladder *ladder,
                             struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = tcn_writer_init(out_payload->bytes, sizeof(out_payload->bytes));
    const size_t id_size = strnlen(ladder->id, TCN_WORD_BYTES_MAX);
    TCN_CHECK(ladder->guard_organ_count <= TCN_GUARD_ORGANS_MAX);
    tcn_write_u8(&writer, TCN_STATE_ROW_VERSION);
    tcn_write_u8(&writer, (uint8_t)id_size);
    tcn_write_bytes(&writer, ladder->id, id_size);
    tcn_write_u16(&writer, ladder->organ);
    tcn_write_u32(&writer, ladder->rule);
    tcn_write_i64(&writer, ladder->until_ns);
    tcn_write_u8(&writer, (uint8_t)ladder->stage);
    tcn_write_u32(&writer, ladder->step_count);
    tcn_write_i64(&writer, ladder->since_ns);
    tcn_write_u64(&writer, ladder->position);
    tcn_state_write_stream(&writer, ladder->stream);
    tcn_write_u64(&writer, ladder->number);
    tcn_write_i64(&writer, ladder->delivered_ns);
    tcn_write_u64(&writer, ladder->taken_position);
    tcn_write_u64(&writer, ladder->counts.deaths);
    tcn_write_u64(&writer, ladder->counts.serious_injuries);
    tcn_write_u64(&writer, ladder->counts.missing);
    tcn_write_u64(&writer, ladder->counts.at_risk);
    tcn_write_u8(&writer, (uint8_t)ladder->guard_organ_count);
    for (uint32_t i = 0; i < ladder->guard_organ_count; i++) {
        tcn_write_u16(&writer, ladder->guard_organs[i]);
    }
    TCN_CHECK(!writer.overflowed);
    out_payload->size = writer.offset;
}

/** What stands behind the id; false for what no ladder has. */
static bool read_ladder(struct tcn_reader *reader, struct tcn_ladder *ladder) {
    ladder->organ = tcn_read_u16(reader);
    ladder->rule = tcn_read_u32(reader);
    ladder->until_ns = tcn_read_i64(reader);
    ladder->stage = (enum tcn_ladder_stage)tcn_read_u8(reader);
    ladder->step_count = tcn_read_u32(reader);
    ladder->since_ns = tcn_read_i64(reader);
    ladder->position = tcn_read_u64(reader);
    ladder->stream = tcn_state_read_stream(reader);
    ladder->number = tcn_read_u64(reader);
    ladder->delivered_ns = tcn_read_i64(reader);
    ladder->taken_position = tcn_read_u64(reader);
    ladder->counts.deaths = tcn_read_u64(reader);
    ladder->counts.serious_injuries = tcn_read_u64(reader);
    ladder->counts.missing = tcn_read_u64(reader);
    ladder->counts.at_risk = tcn_read_u64(reader);
    ladder->guard_organ_count = tcn_read_u8(reader);
    if (ladder->guard_organ_count > TCN_GUARD_ORGANS_MAX) {
        return false;
    }
    for (uint32_t i = 0; i < ladder->guard_organ_count; i++) {
        ladder->guard_organs[i] = tcn_read_u16(reader);
    }
    return (unsigned)ladder->stage >= TCN_LADDER_WAITS &&
           (unsigned)ladder->stage <= TCN_LADDER_TAKEN;
}

enum tcn_status tcn_state_decode_ladder(const struct tcn_env_row *row,
                                        struct tcn_ladder *out_ladder) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader = tcn_reader_init(row->value);
    if (tcn_read_u8(&reader) != TCN_STATE_ROW_VERSION) {
        return TCN_VERSION;
    }
    struct tcn_ladder ladder = {.birth_position = tcn_read_u64(&key)};
    ladder.slot = tcn_read_u32(&key);
    const struct tcn_slice id = tcn_read_slice(&reader, tcn_read_u8(&reader));
    if (id.size > TCN_WORD_BYTES_MAX) {
        return TCN_CORRUPT;
    }
    if (id.size > 0) {
        memcpy(ladder.id, id.data, id.size);
    }
    if (!read_ladder(&reader, &ladder) || !tcn_read_is_whole(&key) || !tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_ladder = ladder;
    return TCN_OK;
}

enum tcn_status tcn_state_alert_get(void *context, struct tcn_stream stream, uint64_t number,
                                    struct tcn_alert *out_alert) {
    const struct tcn_key key = tcn_state_key_alert(stream, number);
    struct tcn_env_row row;
    const enum tcn_status status = tcn_state_row_get(context, TCN_STATE_DB_ALERTS, &key, &row);
    return status == TCN_OK ? tcn_state_decode_alert(&row, out_alert) : status;
}

enum tcn_status tcn_state_ladder_get(void *context, uint64_t birth, uint32_t slot,
                                     struct tcn_ladder *out_ladder) {
    const struct tcn_key key = tcn_state_key_ladder(birth, slot);
    struct tcn_env_row row;
    const enum tcn_status status = tcn_state_row_get(context, TCN_STATE_DB_LADDERS, &key, &row);
    return status == TCN_OK ? tcn_state_decode_ladder(&row, out_ladder) : status;
}

/** What a ladder waited for is not waited for any more; TCN_ABSENT when there is no such ladder. */
static enum tcn_status waiting_del(struct tcn_state *state, uint64_t birth, uint32_t slot) {
    struct tcn_ladder before;
    const enum tcn_status status = tcn_state_ladder_get(state, birth, slot, &before);
    if (status != TCN_OK || before.stage != TCN_LADDER_WAITS) {
        return status;
    }
    const struct tcn_key key = waiting_key(&before);
    state->scattered_count++;
    const enum tcn_status gone =
        tcn_env_del(state->env, TCN_STATE_DB_LADDER_WAITS, tcn_key_slice(&key));
    return gone == TCN_ABSENT ? TCN_CORRUPT : gone;
}

enum tcn_status tcn_state_ladder_put(void *context, const struct tcn_ladder *ladder) {
    struct tcn_state *state = context;
    struct tcn_state_payload payload;
    enum tcn_status status = waiting_del(state, ladder->birth_position, ladder->slot);
    struct tcn_key key = waiting_key(ladder);
    if (status == TCN_ABSENT) {
        status = TCN_OK;
    }
    if (status == TCN_OK && ladder->stage == TCN_LADDER_WAITS) {
        tcn_state_encode_key_only(&payload);
        status = tcn_state_row_put(state, TCN_STATE_DB_LADDER_WAITS, TCN_PUT_NEW, &key, &payload);
    }
    if (status != TCN_OK) {
        return status;
    }
    key = tcn_state_key_ladder(ladder->birth_position, ladder->slot);
    tcn_state_encode_ladder(ladder, &payload);
    state->scattered_count += 2;
    return tcn_state_row_put(state, TCN_STATE_DB_LADDERS, TCN_PUT_REPLACE, &key, &payload);
}

enum tcn_status tcn_state_ladder_del(void *context, uint64_t birth, uint32_t slot) {
    struct tcn_state *state = context;
    const enum tcn_status status = waiting_del(state, birth, slot);
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_key key = tcn_state_key_ladder(birth, slot);
    state->scattered_count++;
    return tcn_env_del(state->env, TCN_STATE_DB_LADDERS, tcn_key_slice(&key));
}

enum tcn_status tcn_state_ladder_next(void *context, uint64_t birth, uint32_t slot,
                                      struct tcn_ladder *out_ladder) {
    struct tcn_state *state = context;
    const struct tcn_key key = tcn_state_key_ladder(birth, slot);
    struct tcn_env_row row;
    TCN_CHECK(state->env->txn != NULL);
    const enum tcn_status status =
        tcn_row_seek((struct tcn_row_from){.env = state->env}, TCN_STATE_DB_LADDERS, TCN_STEP_FROM,
                     tcn_key_slice(&key), &row);
    return status == TCN_OK ? tcn_state_decode_ladder(&row, out_ladder) : status;
}

enum tcn_status tcn_state_ladder_waiting(void *context, struct tcn_stream stream, uint64_t number,
                                         struct tcn_ladder *out_ladder) {
    struct tcn_state *state = context;
    const struct tcn_ladder first = {.stream = stream};
    const struct tcn_key key = waiting_key(&first);
    struct tcn_env_row row;
    TCN_CHECK(state->env->txn != NULL);
    enum tcn_status status =
        tcn_row_seek((struct tcn_row_from){.env = state->env}, TCN_STATE_DB_LADDER_WAITS,
                     TCN_STEP_FROM, tcn_key_slice(&key), &row);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_reader reader = tcn_reader_init(row.key);
    const struct tcn_stream found = tcn_state_read_stream(&reader);
    const uint64_t waited = tcn_read_u64(&reader);
    const uint64_t birth = tcn_read_u64(&reader);
    const uint32_t slot = tcn_read_u32(&reader);
    if (!tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    if (!tcn_stream_equals(found, stream) || waited > number) {
        return TCN_ABSENT;
    }
    status = tcn_state_ladder_get(state, birth, slot, out_ladder);
    /* Both are put in one commit: a ladder that is not there, or waits for another, is damage. */
    const bool is_its =
        status == TCN_OK && out_ladder->stage == TCN_LADDER_WAITS && out_ladder->number == waited;
    return status == TCN_ABSENT || (status == TCN_OK && !is_its) ? TCN_CORRUPT : status;
}

enum tcn_status tcn_state_ladders(struct tcn_state_reader *reader, uint64_t birth,
                                  struct tcn_ladder *out_ladders, size_t count_max,
                                  size_t *out_count) {
    enum tcn_status status = tcn_view_use(&reader->view);
    const struct tcn_row_from from = {.view = &reader->view};
    const struct tcn_key key = tcn_state_key_ladder(birth, 0);
    const size_t most = count_max < TCN_SLICE_RECORDS_MAX ? count_max : TCN_SLICE_RECORDS_MAX;
    enum tcn_env_step step = TCN_STEP_FROM;
    size_t count = 0;
    while (status == TCN_OK && count < most) {
        struct tcn_env_row row;
        status = tcn_row_seek(from, TCN_STATE_DB_LADDERS, step, tcn_key_slice(&key), &row);
        if (status == TCN_OK) {
            status = tcn_state_decode_ladder(&row, &out_ladders[count]);
        }
        if (status != TCN_OK || out_ladders[count].birth_position != birth) {
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
