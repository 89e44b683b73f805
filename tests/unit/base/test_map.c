/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define COUNT 500

static void a_full_map_refuses_new_keys_and_still_replaces_old_ones(void **state) {
    (void)state;
    struct tcn_map *map = NULL;
    int value = 1;
    int other = 2;
    assert_int_equal(tcn_map_create(2, &map), TCN_OK);
    assert_int_equal(tcn_map_push(map, tcn_slice_text("a"), &value), TCN_OK);
    assert_int_equal(tcn_map_push(map, tcn_slice_text("b"), &value), TCN_OK);
    assert_int_equal(tcn_map_push(map, tcn_slice_text("c"), &value), TCN_LIMIT);
    assert_int_equal(tcn_map_push(map, tcn_slice_text("a"), &other), TCN_OK);
    assert_ptr_equal(tcn_map_peek(map, tcn_slice_text("a")), &other);
    assert_int_equal(tcn_map_count(map), 2);
    tcn_map_destroy(&map);
    assert_null(map);
    tcn_map_destroy(&map);
    tcn_map_destroy(NULL);
}

static void a_key_over_48_bytes_is_too_big_and_never_found(void **state) {
    (void)state;
    struct tcn_map *map = NULL;
    uint8_t key[TCN_MAP_KEY_BYTES_MAX + 1] = {0};
    int value = 1;
    assert_int_equal(tcn_map_create(2, &map), TCN_OK);
    assert_int_equal(tcn_map_push(map, tcn_slice_of(key, sizeof(key)), &value), TCN_TOOBIG);
    assert_null(tcn_map_peek(map, tcn_slice_of(key, sizeof(key))));
    assert_null(tcn_map_pop(map, tcn_slice_of(key, sizeof(key))));
    assert_int_equal(tcn_map_push(map, tcn_slice_of(key, sizeof(key) - 1), &value), TCN_OK);
    assert_null(tcn_map_peek(map, tcn_slice_of(key, sizeof(key) - 2)));
    tcn_map_destroy(&map);
}

static void a_map_larger_than_memory_is_nomem_and_one_of_zero_holds_nothing(void **state) {
    (void)state;
    struct tcn_map *map = NULL;
    int value = 1;
    assert_int_equal(tcn_map_create(SIZE_MAX, &map), TCN_NOMEM);
    assert_null(map);
    assert_int_equal(tcn_map_create(0, &map), TCN_OK);
    assert_int_equal(tcn_map_push(map, tcn_slice_text("a"), &value), TCN_LIMIT);
    assert_null(tcn_map_peek(map, tcn_slice_text("a")));
    tcn_map_destroy(&map);
}

/** The key of entry `i`. */
static struct tcn_slice key_of(size_t i, char text[16]) {
    int size = snprintf(text, 16, "key-%zu", i);
    return tcn_slice_of(text, (size_t)size);
}

static void a_map_agrees_with_a_plain_array_under_random_pushes_and_pops(void **state) {
    (void)state;
    static int values[COUNT];
    static bool held[COUNT];
    struct tcn_map *map = NULL;
    assert_int_equal(tcn_map_create(COUNT, &map), TCN_OK);
    uint64_t chance = 88172645463325252U;
    size_t count = 0;
    for (int step = 0; step < 100000; step++) {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        size_t i = (size_t)(chance >> 8) % COUNT;
        char text[16];
        if ((chance & 1) != 0) {
            assert_int_equal(tcn_map_push(map, key_of(i, text), &values[i]), TCN_OK);
            count += held[i] ? 0 : 1;
            held[i] = true;
        } else {
            assert_ptr_equal(tcn_map_pop(map, key_of(i, text)), held[i] ? &values[i] : NULL);
            count -= held[i] ? 1 : 0;
            held[i] = false;
        }
        assert_int_equal(tcn_map_count(map), count);
    }
    for (size_t i = 0; i < COUNT; i++) {
        char text[16];
        assert_ptr_equal(tcn_map_peek(map, key_of(i, text)), held[i] ? &values[i] : NULL);
    }
    tcn_map_destroy(&map);
}

static void a_visit_meets_every_entry_once(void **state) {
    (void)state;
    struct tcn_map *map = NULL;
    int seen[20] = {0};
    assert_int_equal(tcn_map_create(20, &map), TCN_OK);
    for (size_t i = 0; i < 20; i++) {
        char text[16];
        assert_int_equal(tcn_map_push(map, key_of(i, text), &seen[i]), TCN_OK);
    }
    size_t cursor = 0;
    for (int *value = tcn_map_next(map, &cursor); value != NULL;
         value = tcn_map_next(map, &cursor)) {
        (*value)++;
    }
    for (size_t i = 0; i < 20; i++) {
        assert_int_equal(seen[i], 1);
    }
    tcn_map_destroy(&map);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_map_refuses_new_keys_and_still_replaces_old_ones),
        cmocka_unit_test(a_key_over_48_bytes_is_too_big_and_never_found),
        cmocka_unit_test(a_map_larger_than_memory_is_nomem_and_one_of_zero_holds_nothing),
        cmocka_unit_test(a_map_agrees_with_a_plain_array_under_random_pushes_and_pops),
        cmocka_unit_test(a_visit_meets_every_entry_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
