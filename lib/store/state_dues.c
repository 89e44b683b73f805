/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What falls due, and its order, encode and decode side by side; numbers as in state_rows.c.
 *
 *   due       1, stage 4, due 8, until 8, kept 1
 *   due time  1; its key begins with 0 for a clock of a matter that is not guarded, with 1 for
 *             everything else, so that who looks at the first does not go through the second
 */
#include "store/state_rows.h"

#include <string.h>

/** A due time's name, at the end of a key. */
static void due_key_write(struct tcn_writer *writer, const struct tcn_due_key *due) {
    tcn_write_u8(writer, (uint8_t)due->kind);
    tcn_write_u64(writer, due->subject);
    tcn_write_u32(writer, due->rule);
}

/** The counterpart of due_key_write. */
static struct tcn_due_key due_key_read(struct tcn_reader *reader) {
    struct tcn_due_key key = {.kind = (enum tcn_due_kind)tcn_read_u8(reader)};
    key.subject = tcn_read_u64(reader);
    key.rule = tcn_read_u32(reader);
    return key;
}

struct tcn_key tcn_state_key_due(const struct tcn_due_key *due) {
    struct tcn_key key;
    struct tcn_writer writer = tcn_writer_init(key.bytes, sizeof(key.bytes));
    due_key_write(&writer, due);
    TCN_CHECK(!writer.overflowed);
    key.size = writer.offset;
    return key;
}

struct tcn_key tcn_state_key_due_time(const struct tcn_due *due) {
    struct tcn_key key;
    struct tcn_writer writer = tcn_writer_init(key.bytes, sizeof(key.bytes));
    tcn_write_u8(&writer, tcn_state_due_is_open(due) ? 0 : 1);
    tcn_write_i64(&writer, due->due_ns);
    due_key_write(&writer, &due->key);
    TCN_CHECK(!writer.overflowed);
    key.size = writer.offset;
    return key;
}

void tcn_state_encode_due(const struct tcn_due *due, struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = tcn_writer_init(out_payload->bytes, sizeof(out_payload->bytes));
    tcn_write_u8(&writer, TCN_STATE_ROW_VERSION);
    tcn_write_u32(&writer, due->stage);
    tcn_write_i64(&writer, due->due_ns);
    tcn_write_i64(&writer, due->until_ns);
    tcn_write_u8(&writer, due->is_kept ? 1 : 0);
    TCN_CHECK(!writer.overflowed);
    out_payload->size = writer.offset;
}

enum tcn_status tcn_state_decode_due(const struct tcn_env_row *row, struct tcn_due *out_due) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader = tcn_reader_init(row->value);
    if (tcn_read_u8(&reader) != TCN_STATE_ROW_VERSION) {
        return TCN_VERSION;
    }
    struct tcn_due due = {.key = due_key_read(&key)};
    due.stage = tcn_read_u32(&reader);
    due.due_ns = tcn_read_i64(&reader);
    due.until_ns = tcn_read_i64(&reader);
    const uint8_t kept = tcn_read_u8(&reader);
    due.is_kept = kept == 1;
    if (!tcn_read_is_whole(&key) || !tcn_read_is_whole(&reader) || kept > 1) {
        return TCN_CORRUPT;
    }
    *out_due = due;
    return TCN_OK;
}

void tcn_state_encode_due_time(struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = tcn_writer_init(out_payload->bytes, sizeof(out_payload->bytes));
    tcn_write_u8(&writer, TCN_STATE_ROW_VERSION);
    TCN_CHECK(!writer.overflowed);
    out_payload->size = writer.offset;
}

enum tcn_status tcn_state_decode_due_time(const struct tcn_env_row *row, struct tcn_due *out_due) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader = tcn_reader_init(row->value);
    if (tcn_read_u8(&reader) != TCN_STATE_ROW_VERSION) {
        return TCN_VERSION;
    }
    const uint8_t side = tcn_read_u8(&key);
    const bool is_open = side == 0;
    struct tcn_due due = {.due_ns = tcn_read_i64(&key)};
    due.key = due_key_read(&key);
    due.is_kept = due.key.kind == TCN_DUE_CLOCK && !is_open;
    const bool is_there = is_open == tcn_state_due_is_open(&due); /* only clocks are on that side */
    if (side > 1 || !is_there || !tcn_read_is_whole(&key) || !tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_due = due;
    return TCN_OK;
}

/** The first due time of one side: of what is open, or of everything else. */
static enum tcn_status seek_time(struct tcn_row_from from, bool is_open, struct tcn_due *out_time) {
    const uint8_t side = 1;
    const struct tcn_slice start = tcn_slice_of(&side, is_open ? 0 : sizeof(side));
    struct tcn_env_row row;
    struct tcn_due time = {.stage = 0};
    enum tcn_status status = tcn_row_seek(from, TCN_STATE_DB_DUE_TIMES,
                                          is_open ? TCN_STEP_FIRST : TCN_STEP_FROM, start, &row);
    if (status == TCN_OK) {
        status = tcn_state_decode_due_time(&row, &time);
    }
    if (status == TCN_OK && tcn_state_due_is_open(&time) != is_open) {
        status = TCN_ABSENT; /* the first of the other side */
    }
    if (status == TCN_OK) {
        *out_time = time;
    }
    return status;
}

/** True when `left` falls due before `right`. */
static bool is_due_before(const struct tcn_due *left, const struct tcn_due *right) {
    if (left->due_ns != right->due_ns) {
        return left->due_ns < right->due_ns;
    }
    const struct tcn_key left_key = tcn_state_key_due(&left->key);
    const struct tcn_key right_key = tcn_state_key_due(&right->key);
    return memcmp(left_key.bytes, right_key.bytes, left_key.size) < 0;
}

enum tcn_status tcn_state_due_seek(struct tcn_row_from from, struct tcn_due *out_due) {
    struct tcn_env_row row;
    struct tcn_due time = {.stage = 0};
    struct tcn_due other = {.stage = 0};
    const enum tcn_status open_status = seek_time(from, true, &other);
    enum tcn_status status = seek_time(from, false, &time);
    if (open_status == TCN_OK &&
        (status == TCN_ABSENT || (status == TCN_OK && is_due_before(&other, &time)))) {
        time = other;
        status = TCN_OK;
    }
    if (open_status != TCN_OK && open_status != TCN_ABSENT) {
        return open_status;
    }
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_key key = tcn_state_key_due(&time.key);
    struct tcn_due due = {.stage = 0};
    row.key = tcn_key_slice(&key);
    status = tcn_row_get(from, TCN_STATE_DB_DUES, row.key, &row.value);
    if (status == TCN_OK) {
        status = tcn_state_decode_due(&row, &due);
    }
    /* Both are put in one commit: a time of nothing, or of another time, is damage. */
    const bool is_same = due.due_ns == time.due_ns && due.is_kept == time.is_kept;
    if (status == TCN_ABSENT || (status == TCN_OK && !is_same)) {
        status = TCN_CORRUPT;
    }
    if (status == TCN_OK) {
        *out_due = due;
    }
    return status;
}
