/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What history tells of items: to whom they were delivered, which of them told of a matter, and by
 * which acts organs took it in hand; encode and decode side by side; numbers as in state_rows.c.
 *
 *   delivery  1, log time 8, position 8, name: size 1 and bytes
 *   told      1
 *   deed      1, act 2, log time 8, post: size 1 and bytes
 */
#include "store/state_inside.h"

/* In a deed's key, before its position: what says that it knows, and what acts. */
#define DEED_KNOWS 1u
#define DEED_ACTS 2u

struct tcn_key tcn_state_key_delivery(struct tcn_stream stream, uint32_t principal,
                                      uint64_t number) {
    struct tcn_key key;
    struct tcn_writer writer = tcn_writer_init(key.bytes, sizeof(key.bytes));
    tcn_state_write_stream(&writer, stream);
    tcn_write_u32(&writer, principal);
    tcn_write_u64(&writer, number);
    TCN_CHECK(!writer.overflowed);
    key.size = writer.offset;
    return key;
}

void tcn_state_encode_delivery(const struct tcn_delivery *delivery,
                               struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = tcn_writer_init(out_payload->bytes, sizeof(out_payload->bytes));
    tcn_write_u8(&writer, TCN_STATE_ROW_VERSION);
    tcn_write_i64(&writer, delivery->log_time_ns);
    tcn_write_u64(&writer, delivery->position);
    tcn_state_write_text(&writer, delivery->name, TCN_CURSOR_NAME_BYTES_MAX);
    TCN_CHECK(!writer.overflowed);
    out_payload->size = writer.offset;
}

enum tcn_status tcn_state_decode_delivery(const struct tcn_env_row *row,
                                          struct tcn_delivery *out_delivery) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader = tcn_reader_init(row->value);
    if (tcn_read_u8(&reader) != TCN_STATE_ROW_VERSION) {
        return TCN_VERSION;
    }
    struct tcn_delivery delivery = {.stream = tcn_state_read_stream(&key)};
    delivery.principal = tcn_read_u32(&key);
    delivery.number = tcn_read_u64(&key);
    delivery.log_time_ns = tcn_read_i64(&reader);
    delivery.position = tcn_read_u64(&reader);
    if (!tcn_state_read_text(&reader, delivery.name, TCN_CURSOR_NAME_BYTES_MAX) ||
        !tcn_read_is_whole(&key) || !tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_delivery = delivery;
    return TCN_OK;
}

/** The first row of a stream at or behind a principal and a number; TCN_ABSENT behind the last. */
static enum tcn_status delivery_seek(struct tcn_row_from from, struct tcn_stream stream,
                                     uint32_t principal, uint64_t number,
                                     struct tcn_delivery *out_delivery) {
    const struct tcn_key key = tcn_state_key_delivery(stream, principal, number);
    struct tcn_env_row row;
    enum tcn_status status =
        tcn_row_seek(from, TCN_STATE_DB_DELIVERIES, TCN_STEP_FROM, tcn_key_slice(&key), &row);
    if (status == TCN_OK) {
        status = tcn_state_decode_delivery(&row, out_delivery);
    }
    return status == TCN_OK && !tcn_stream_equals(out_delivery->stream, stream) ? TCN_ABSENT
                                                                                : status;
}

enum tcn_status tcn_state_delivery_put(void *context, const struct tcn_delivery *delivery) {
    struct tcn_state *state = context;
    struct tcn_delivery held;
    TCN_CHECK(state->env->txn != NULL);
    enum tcn_status status =
        delivery_seek((struct tcn_row_from){.env = state->env}, delivery->stream,
                      delivery->principal, delivery->number, &held);
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    if (status == TCN_OK && held.principal == delivery->principal) {
        return TCN_OK; /* under another name it had them already */
    }
    const struct tcn_key key =
        tcn_state_key_delivery(delivery->stream, delivery->principal, delivery->number);
    struct tcn_state_payload payload;
    tcn_state_encode_delivery(delivery, &payload);
    state->scattered_count++;
    return tcn_state_row_put(state, TCN_STATE_DB_DELIVERIES, TCN_PUT_NEW, &key, &payload);
}

enum tcn_status tcn_state_delivered(struct tcn_state_reader *reader, struct tcn_stream stream,
                                    uint64_t number, struct tcn_delivery *out_delivery) {
    enum tcn_status status = tcn_view_use(&reader->view);
    const struct tcn_row_from from = {.view = &reader->view};
    struct tcn_delivery first = {.number = 0};
    uint32_t principal = 0;
    bool is_found = false;
    bool is_end = false;
    while (status == TCN_OK && !is_end) { /* each principal is met twice at most */
        struct tcn_delivery next = {.number = 0};
        status = delivery_seek(from, stream, principal, number, &next);
        if (status != TCN_OK) {
            break;
        }
        is_end = next.number >= number && next.principal == UINT32_MAX;
        if (next.number >= number && (!is_found || next.position < first.position)) {
            first = next;
            is_found = true;
        }
        principal = next.principal + (next.number >= number ? 1u : 0u);
    }
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    if (!is_found) {
        return TCN_ABSENT;
    }
    *out_delivery = first;
    return TCN_OK;
}

struct tcn_key tcn_state_key_told(const struct tcn_telling *telling) {
    struct tcn_key key;
    struct tcn_writer writer = tcn_writer_init(key.bytes, sizeof(key.bytes));
    tcn_write_u64(&writer, telling->birth_position);
    tcn_write_u64(&writer, telling->position);
    tcn_state_write_stream(&writer, telling->stream);
    tcn_write_u64(&writer, telling->number);
    TCN_CHECK(!writer.overflowed);
    key.size = writer.offset;
    return key;
}

enum tcn_status tcn_state_decode_told(const struct tcn_env_row *row,
                                      struct tcn_telling *out_telling) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader = tcn_reader_init(row->value);
    if (tcn_read_u8(&reader) != TCN_STATE_ROW_VERSION) {
        return TCN_VERSION;
    }
    struct tcn_telling telling = {.birth_position = tcn_read_u64(&key)};
    telling.position = tcn_read_u64(&key);
    telling.stream = tcn_state_read_stream(&key);
    telling.number = tcn_read_u64(&key);
    if (!tcn_read_is_whole(&key) || !tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_telling = telling;
    return TCN_OK;
}

enum tcn_status tcn_state_telling_put(struct tcn_state *state, const struct tcn_alert *alert) {
    const struct tcn_telling telling = {.birth_position = alert->birth_position,
                                        .position = alert->position,
                                        .stream = alert->stream,
                                        .number = alert->number};
    const struct tcn_key key = tcn_state_key_told(&telling);
    struct tcn_state_payload payload;
    tcn_state_encode_key_only(&payload);
    state->scattered_count++;
    return tcn_state_row_put(state, TCN_STATE_DB_TELLINGS, TCN_PUT_NEW, &key, &payload);
}

enum tcn_status tcn_state_tellings(struct tcn_state_reader *reader, uint64_t birth,
                                   const struct tcn_telling *after,
                                   struct tcn_telling *out_tellings, size_t count_max,
                                   size_t *out_count) {
    enum tcn_status status = tcn_view_use(&reader->view);
    const struct tcn_row_from from = {.view = &reader->view};
    const struct tcn_telling first = {.birth_position = birth};
    struct tcn_key key = tcn_state_key_told(after != NULL ? after : &first);
    const size_t most = count_max < TCN_SLICE_RECORDS_MAX ? count_max : TCN_SLICE_RECORDS_MAX;
    enum tcn_env_step step = TCN_STEP_FROM;
    size_t count = 0;
    if (after != NULL) { /* the smallest key above it */
        TCN_CHECK(key.size < sizeof(key.bytes));
        key.bytes[key.size++] = 0;
    }
    while (status == TCN_OK && count < most) {
        struct tcn_env_row row;
        status = tcn_row_seek(from, TCN_STATE_DB_TELLINGS, step, tcn_key_slice(&key), &row);
        if (status == TCN_OK) {
            status = tcn_state_decode_told(&row, &out_tellings[count]);
        }
        if (status != TCN_OK || out_tellings[count].birth_position != birth) {
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

/** A deed's place: its act says only which of the two kinds it is of. */
struct tcn_key tcn_state_key_deed(const struct tcn_deed *deed) {
    struct tcn_key key;
    struct tcn_writer writer = tcn_writer_init(key.bytes, sizeof(key.bytes));
    tcn_write_u64(&writer, deed->birth_position);
    tcn_write_u16(&writer, deed->organ);
    tcn_write_u8(&writer, deed->act == TCN_ACT_ACKNOWLEDGED ? DEED_KNOWS : DEED_ACTS);
    tcn_write_u64(&writer, deed->position);
    TCN_CHECK(!writer.overflowed);
    key.size = writer.offset;
    return key;
}

void tcn_state_encode_deed(const struct tcn_deed *deed, struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = tcn_writer_init(out_payload->bytes, sizeof(out_payload->bytes));
    tcn_write_u8(&writer, TCN_STATE_ROW_VERSION);
    tcn_write_u16(&writer, (uint16_t)deed->act);
    tcn_write_i64(&writer, deed->log_time_ns);
    tcn_state_write_text(&writer, deed->post, TCN_WORD_BYTES_MAX);
    TCN_CHECK(!writer.overflowed);
    out_payload->size = writer.offset;
}

enum tcn_status tcn_state_decode_deed(const struct tcn_env_row *row, struct tcn_deed *out_deed) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader = tcn_reader_init(row->value);
    if (tcn_read_u8(&reader) != TCN_STATE_ROW_VERSION) {
        return TCN_VERSION;
    }
    struct tcn_deed deed = {.birth_position = tcn_read_u64(&key)};
    deed.organ = tcn_read_u16(&key);
    const uint8_t kind = tcn_read_u8(&key);
    deed.position = tcn_read_u64(&key);
    deed.act = (enum tcn_act)tcn_read_u16(&reader);
    deed.log_time_ns = tcn_read_i64(&reader);
    const bool has_post = tcn_state_read_text(&reader, deed.post, TCN_WORD_BYTES_MAX);
    const bool is_known = deed.act == TCN_ACT_ACKNOWLEDGED;
    if (!has_post || kind != (is_known ? DEED_KNOWS : DEED_ACTS) || !tcn_read_is_whole(&key) ||
        !tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_deed = deed;
    return TCN_OK;
}

enum tcn_status tcn_state_deed_put(void *context, const struct tcn_deed *deed) {
    struct tcn_state *state = context;
    const struct tcn_key key = tcn_state_key_deed(deed);
    struct tcn_state_payload payload;
    tcn_state_encode_deed(deed, &payload);
    state->scattered_count++;
    return tcn_state_row_put(state, TCN_STATE_DB_DEEDS, TCN_PUT_NEW, &key, &payload);
}

enum tcn_status tcn_state_deed(struct tcn_state_reader *reader, const struct tcn_deed *wanted,
                               struct tcn_deed *out_deed) {
    enum tcn_status status = tcn_view_use(&reader->view);
    struct tcn_key key = tcn_state_key_deed(wanted);
    struct tcn_env_row row;
    struct tcn_deed deed;
    TCN_CHECK(key.size < sizeof(key.bytes));
    key.bytes[key.size++] = 0; /* the smallest key above it */
    if (status == TCN_OK) {
        status = tcn_row_seek((struct tcn_row_from){.view = &reader->view}, TCN_STATE_DB_DEEDS,
                              TCN_STEP_FROM, tcn_key_slice(&key), &row);
    }
    if (status == TCN_OK) {
        status = tcn_state_decode_deed(&row, &deed);
    }
    if (status != TCN_OK) {
        return status;
    }
    const bool is_it = deed.birth_position == wanted->birth_position &&
                       deed.organ == wanted->organ &&
                       (deed.act == TCN_ACT_ACKNOWLEDGED) == (wanted->act == TCN_ACT_ACKNOWLEDGED);
    if (!is_it) {
        return TCN_ABSENT;
    }
    *out_deed = deed;
    return TCN_OK;
}
