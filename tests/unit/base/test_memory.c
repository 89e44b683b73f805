/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/clock.h"
#include "base/hash.h"
#include "testlib/sanitized.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

static void an_arena_past_its_budget_refuses_and_counts(void **state) {
    (void)state;
    struct tcn_arena arena;
    assert_int_equal(tcn_arena_init(&arena, 64), TCN_OK);
    assert_null(tcn_arena_alloc(&arena, 65));
    assert_null(tcn_arena_alloc(&arena, SIZE_MAX));
    assert_non_null(tcn_arena_alloc(&arena, 64));
    assert_null(tcn_arena_alloc(&arena, 1));
    assert_null(tcn_arena_copy(&arena, "x", 1));
    assert_int_equal(arena.refuse_count, 4);
    assert_int_equal(arena.offset_max, 64);
    tcn_arena_fini(&arena);
    tcn_arena_fini(&arena);
    tcn_arena_fini(NULL);
}

static void an_arena_larger_than_memory_is_nomem(void **state) {
    (void)state;
    struct tcn_arena arena = {0};
    assert_int_equal(tcn_arena_init(&arena, PTRDIFF_MAX), TCN_NOMEM);
    assert_null(arena.data);
}

static void arena_bytes_are_zeroed_and_aligned_again_after_a_reset(void **state) {
    (void)state;
    struct tcn_arena arena;
    assert_int_equal(tcn_arena_init(&arena, 256), TCN_OK);
    for (int round = 0; round < 2; round++) {
        (void)tcn_arena_alloc(&arena, 1);
        uint8_t *bytes = tcn_arena_alloc(&arena, 40);
        assert_non_null(bytes);
        assert_int_equal((uintptr_t)bytes % alignof(max_align_t), 0);
        for (size_t i = 0; i < 40; i++) {
            assert_int_equal(bytes[i], 0);
        }
        memset(bytes, 0xFF, 40);
        assert_memory_equal(tcn_arena_copy(&arena, "abc", 3), "abc", 3);
        tcn_arena_reset(&arena);
        assert_int_equal(arena.offset, 0);
    }
    tcn_arena_fini(&arena);
}

/* Takes a block, sees that it is zero, and fills it. */
static void take_and_fill(struct tcn_arena *arena, size_t size) {
    uint8_t *bytes = tcn_arena_alloc(arena, size);
    assert_non_null(bytes);
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(bytes[i], 0);
    }
    memset(bytes, 0xFF, size);
}

/* Sizes that end before, at and behind what was used in the round before. */
static void arena_bytes_are_zeroed_whatever_was_used_before(void **state) {
    (void)state;
    static const size_t sizes[] = {16, 3, 64, 1, 100, 40, 128, 128, 7};
    const size_t count = sizeof(sizes) / sizeof(sizes[0]);
    struct tcn_arena arena;
    assert_int_equal(tcn_arena_init(&arena, 256), TCN_OK);
    for (size_t pair = 0; pair < count * count; pair++) {
        take_and_fill(&arena, sizes[pair / count]);
        take_and_fill(&arena, sizes[pair % count] / 2);
        tcn_arena_reset(&arena);
    }
    tcn_arena_fini(&arena);
}

static long pages_touched(void) {
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_minflt;
}

static void what_is_reserved_and_not_used_takes_no_memory(void **state) {
    (void)state;
#ifdef IS_SANITIZED
    skip(); /* its allocator marks every page */
#endif
    const size_t size = (size_t)64 << 20;
    const long before = pages_touched();
    struct tcn_arena arena;
    assert_int_equal(tcn_arena_init(&arena, size), TCN_OK);
    uint8_t *bytes = tcn_arena_alloc(&arena, size);
    assert_non_null(bytes);
    assert_int_equal(bytes[size - 1], 0);
    assert_in_range(pages_touched() - before, 0, 100);
    tcn_arena_fini(&arena);
}

static void a_checksum_of_two_pieces_is_that_of_the_whole(void **state) {
    (void)state;
    static uint8_t data[1000];
    for (size_t i = 0; i < sizeof(data); i++) {
        data[i] = (uint8_t)(i * 7);
    }
    uint64_t whole = tcn_checksum(tcn_slice_of(data, sizeof(data)));
    for (size_t cut = 0; cut <= sizeof(data); cut++) {
        uint64_t pair = tcn_checksum_pair(tcn_slice_of(data, cut),
                                          tcn_slice_of(data + cut, sizeof(data) - cut));
        assert_true(pair == whole);
    }
    data[500] ^= 1;
    assert_true(tcn_checksum(tcn_slice_of(data, sizeof(data))) != whole);
}

static void the_checksum_is_the_published_xxh3(void **state) {
    (void)state;
    /* XXH3 64 bits of no bytes with seed 0, as in the specification's sanity checks. */
    assert_true(tcn_checksum(tcn_slice_of(NULL, 0)) == UINT64_C(0x2D06800538D394C2));
    assert_true(tcn_checksum_pair(tcn_slice_of(NULL, 0), tcn_slice_of(NULL, 0)) ==
                UINT64_C(0x2D06800538D394C2));
}

static void the_monotonic_clock_never_goes_back(void **state) {
    (void)state;
    int64_t before = tcn_clock_monotonic_ns();
    for (int i = 0; i < 10000; i++) {
        int64_t now = tcn_clock_monotonic_ns();
        assert_true(now >= before);
        before = now;
    }
    assert_true(tcn_clock_wall_ns() > INT64_C(1577836800) * TCN_SECOND_NS); /* 2020 */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arena_past_its_budget_refuses_and_counts),
        cmocka_unit_test(an_arena_larger_than_memory_is_nomem),
        cmocka_unit_test(arena_bytes_are_zeroed_and_aligned_again_after_a_reset),
        cmocka_unit_test(arena_bytes_are_zeroed_whatever_was_used_before),
        cmocka_unit_test(what_is_reserved_and_not_used_takes_no_memory),
        cmocka_unit_test(a_checksum_of_two_pieces_is_that_of_the_whole),
        cmocka_unit_test(the_checksum_is_the_published_xxh3),
        cmocka_unit_test(the_monotonic_clock_never_goes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
