/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every noun alike: see the table in nouns.h. */
#include "all.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "raw.h"

_Static_assert(sizeof(makers) / sizeof(makers[0]) == NOUN_COUNT, "a maker for every noun");

#define ROOM_BYTES 16384
#define ARENA_BYTES (256 * 1024)

/** Fails with the noun's name when it is not the status. */
static void expect(const char *name, enum tcn_status found, enum tcn_status wanted) {
    if (found != wanted) {
        fail_msg("%s: %s, expected %s", name, tcn_status_name(found), tcn_status_name(wanted));
    }
}

/** The sample of noun `i` in a block of exactly its size, so that a sanitizer sees any overrun. */
static struct tcn_slice sample(size_t i) {
    static uint8_t room[ROOM_BYTES];
    struct tcn_writer writer = tcn_writer_init(room, sizeof(room));
    struct recoded made = {.status = TCN_OK};
    assert_string_equal(makers[i].name, nouns[i].name);
    makers[i].make(&writer, &made);
    expect(nouns[i].name, made.status, TCN_OK);
    assert_ptr_equal(made.bytes.data, room);
    assert_int_equal(made.bytes.size, writer.offset);
    return made.bytes;
}

static struct tcn_arena arena; /**< of one recoding at a time */

static int open_arena(void **state) {
    (void)state;
    return tcn_arena_init(&arena, ARENA_BYTES) == TCN_OK ? 0 : -1;
}

static int close_arena(void **state) {
    (void)state;
    tcn_arena_fini(&arena);
    return 0;
}

/** Decodes and encodes again. */
static enum tcn_status recode(const struct noun *noun, struct tcn_slice bytes, uint8_t *room,
                              struct tcn_slice *out) {
    struct tcn_writer writer = tcn_writer_init(room, ROOM_BYTES);
    uint8_t *copy = malloc(bytes.size + 1);
    assert_non_null(copy);
    memcpy(copy, bytes.data, bytes.size);
    tcn_arena_reset(&arena);
    struct recoded made = {.status = TCN_OK};
    noun->recode(tcn_slice_of(copy, bytes.size), &arena, &writer, &made);
    free(copy);
    *out = made.bytes;
    return made.status;
}

static void an_unknown_field_is_refused_by_every_noun(void **state) {
    (void)state;
    for (size_t i = 0; i < NOUN_COUNT; i++) {
        uint8_t room[ROOM_BYTES];
        struct raw raw = {.size = 0};
        struct tcn_slice out;
        raw_append(&raw, sample(i));
        raw_number(&raw, 70, 1);
        expect(nouns[i].name, recode(&nouns[i], raw_slice(&raw), room, &out), TCN_UNKNOWN_FIELD);
    }
}

static void a_higher_format_is_upgrade_even_with_unknown_fields(void **state) {
    (void)state;
    for (size_t i = 0; i < NOUN_COUNT; i++) {
        uint8_t room[ROOM_BYTES];
        struct raw raw = {.size = 0};
        struct tcn_slice out;
        raw_number(&raw, 70, 1);
        raw_number(&raw, 1, 1000);
        raw_text(&raw, 71, "new");
        enum tcn_status wanted = nouns[i].has_format ? TCN_UPGRADE : TCN_UNKNOWN_FIELD;
        expect(nouns[i].name, recode(&nouns[i], raw_slice(&raw), room, &out), wanted);
    }
}

static void a_message_cut_anywhere_never_passes_for_the_whole(void **state) {
    (void)state;
    for (size_t i = 0; i < NOUN_COUNT; i++) {
        struct tcn_slice bytes = sample(i);
        for (size_t size = 0; size < bytes.size; size++) {
            uint8_t room[ROOM_BYTES];
            struct tcn_slice out = {.size = 0};
            enum tcn_status status = recode(&nouns[i], tcn_slice_of(bytes.data, size), room, &out);
            /* A cut between fields may leave a shorter message that is good. */
            assert_true(status == TCN_OK || status == TCN_MALFORMED || status == TCN_BAD_VALUE);
            assert_true(status != TCN_OK || out.size < bytes.size);
        }
    }
}

static void any_one_byte_may_change_and_nothing_breaks(void **state) {
    (void)state;
    static const uint8_t changes[] = {0x01, 0x80, 0xFF, 0x08};
    for (size_t i = 0; i < NOUN_COUNT; i++) {
        struct tcn_slice bytes = sample(i);
        static uint8_t copy[ROOM_BYTES];
        for (size_t place = 0; place < bytes.size * sizeof(changes); place++) {
            uint8_t room[ROOM_BYTES];
            struct tcn_slice out;
            memcpy(copy, bytes.data, bytes.size);
            copy[place / sizeof(changes)] ^= changes[place % sizeof(changes)];
            enum tcn_status status = recode(&nouns[i], tcn_slice_of(copy, bytes.size), room, &out);
            assert_int_not_equal(tcn_status_class(status), TCN_CLASS_LOCAL);
        }
    }
}

static void an_arena_that_is_too_small_is_nomem_until_it_is_not(void **state) {
    (void)state;
    for (size_t i = 0; i < NOUN_COUNT; i++) {
        if (!nouns[i].has_arena) {
            continue;
        }
        struct tcn_slice bytes = sample(i);
        enum tcn_status status = TCN_NOMEM;
        size_t size = 0;
        for (; status == TCN_NOMEM && size < ARENA_BYTES; size += 16) {
            uint8_t room[ROOM_BYTES];
            struct tcn_writer writer = tcn_writer_init(room, sizeof(room));
            struct tcn_arena small;
            struct recoded made = {.status = TCN_OK};
            assert_int_equal(tcn_arena_init(&small, size), TCN_OK);
            nouns[i].recode(bytes, &small, &writer, &made);
            status = made.status;
            assert_true(status != TCN_NOMEM || writer.offset == 0);
            tcn_arena_fini(&small);
        }
        expect(nouns[i].name, status, TCN_OK);
        assert_true(size > 16);
        assert_true(size <= TCN_WIRE_ARENA_BYTES(bytes.size));
    }
}

static void a_writer_that_is_too_small_is_toobig_and_stays_as_it_was(void **state) {
    (void)state;
    for (size_t i = 0; i < NOUN_COUNT; i++) {
        size_t needed = sample(i).size;
        for (size_t size = 0; size < needed; size++) {
            uint8_t room[ROOM_BYTES];
            struct tcn_writer writer = tcn_writer_init(room, size + 3);
            struct recoded made = {.status = TCN_OK};
            tcn_write_bytes(&writer, "abc", 3);
            makers[i].make(&writer, &made);
            expect(nouns[i].name, made.status, TCN_TOOBIG);
            assert_int_equal(writer.offset, 3);
            assert_false(writer.overflowed);
            assert_int_equal(made.bytes.size, 0);
        }
    }
}

static void a_sample_of_every_noun_comes_back_byte_for_byte(void **state) {
    (void)state;
    for (size_t i = 0; i < NOUN_COUNT; i++) {
        uint8_t room[ROOM_BYTES];
        struct tcn_slice bytes = sample(i);
        struct tcn_slice out = {.size = 0};
        expect(nouns[i].name, recode(&nouns[i], bytes, room, &out), TCN_OK);
        if (!tcn_slice_equals(bytes, out)) {
            fail_msg("%s comes back changed", nouns[i].name);
        }
    }
}

static void a_noun_is_appended_behind_what_the_writer_holds(void **state) {
    (void)state;
    uint8_t room[ROOM_BYTES];
    struct tcn_writer writer = tcn_writer_init(room, sizeof(room));
    for (size_t i = 0; i < NOUN_COUNT; i++) {
        struct tcn_slice alone = sample(i);
        struct recoded made = {.status = TCN_OK};
        size_t start = writer.offset;
        makers[i].make(&writer, &made);
        expect(nouns[i].name, made.status, TCN_OK);
        assert_ptr_equal(made.bytes.data, room + start);
        assert_true(tcn_slice_equals(made.bytes, alone));
        assert_int_equal(writer.offset, start + made.bytes.size);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_field_is_refused_by_every_noun),
        cmocka_unit_test(a_higher_format_is_upgrade_even_with_unknown_fields),
        cmocka_unit_test(a_message_cut_anywhere_never_passes_for_the_whole),
        cmocka_unit_test(any_one_byte_may_change_and_nothing_breaks),
        cmocka_unit_test(an_arena_that_is_too_small_is_nomem_until_it_is_not),
        cmocka_unit_test(a_writer_that_is_too_small_is_toobig_and_stays_as_it_was),
        cmocka_unit_test(a_sample_of_every_noun_comes_back_byte_for_byte),
        cmocka_unit_test(a_noun_is_appended_behind_what_the_writer_holds),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
