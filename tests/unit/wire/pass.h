/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passing a struct through the wire and comparing it field by field.
 */
#ifndef TESTS_WIRE_PASS_H
#define TESTS_WIRE_PASS_H

#include "all.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PASS_ROOM_BYTES 8192
#define PASS_ARENA_BYTES (64 * 1024)

/* Compares one field of two structs whose bytes are all value. */
#define SAME(field_) assert_memory_equal(&in.field_, &out.field_, sizeof(in.field_))
#define SAME_SLICE(field_) assert_true(tcn_slice_equals(in.field_, out.field_))
#define SAME_LANE(field_) assert_true(tcn_lane_key_equals(&in.field_, &out.field_))
#define SAME_STREAM(field_) assert_true(tcn_stream_equals(in.field_, out.field_))

/* Encodes `in` and decodes it into `out`. */
#define PASS(noun_)                                                                                \
    struct tcn_slice bytes = pass_begin();                                                         \
    assert_int_equal(tcn_wire_##noun_##_encode(&in, &pass.writer, &bytes), TCN_OK);                \
    assert_int_equal(tcn_wire_##noun_##_decode(bytes, &pass.arena, &out), TCN_OK)

/** What one pass writes into and decodes into. */
static struct {
    uint8_t room[PASS_ROOM_BYTES];
    struct tcn_writer writer;
    struct tcn_arena arena;
} pass;

static struct tcn_slice pass_begin(void) {
    pass.writer = tcn_writer_init(pass.room, sizeof(pass.room));
    tcn_arena_reset(&pass.arena);
    return tcn_writer_slice(&pass.writer);
}

static int pass_open(void **state) {
    (void)state;
    return tcn_arena_init(&pass.arena, PASS_ARENA_BYTES) == TCN_OK ? 0 : -1;
}

static int pass_close(void **state) {
    (void)state;
    tcn_arena_fini(&pass.arena);
    return 0;
}

#endif
