/* SPDX-License-Identifier: Apache-2.0 */
/* A table of rows in the order of their keys: whatever order they were put in, over as many commits
 * as it took, each once. */
#include "store_test.h"

#include "store/sorted.h"
#include "store/state.h"

#define ROWS 50000u /* more than two commits */

static struct tcn_sorted *open_sorted(const struct test_dir *dir) {
    const struct tcn_store_options options = {.dir = dir->store, .map_bytes = TEST_MAP_BYTES};
    struct tcn_sorted *sorted = NULL;
    assert_int_equal(tcn_sorted_open(&options, &sorted), TCN_OK);
    return sorted;
}

static struct tcn_slice key_of(uint32_t number, uint8_t data[4]) {
    struct tcn_writer writer = tcn_writer_init(data, 4);
    tcn_write_u32(&writer, number);
    return tcn_writer_slice(&writer);
}

static enum tcn_status put(struct tcn_sorted *sorted, uint32_t number, uint32_t value) {
    uint8_t key[4];
    return tcn_sorted_put(sorted, key_of(number, key), tcn_slice_of(&value, sizeof(value)));
}

static void a_table_that_is_there_is_not_opened_again(void **state) {
    const struct test_dir *dir = *state;
    const struct tcn_store_options options = {.dir = dir->store, .map_bytes = TEST_MAP_BYTES};
    struct tcn_sorted *sorted = open_sorted(dir);
    assert_int_equal(put(sorted, 1, 1), TCN_OK);
    assert_int_equal(tcn_sorted_seal(sorted), TCN_OK);
    tcn_sorted_close(&sorted);
    assert_null(sorted);
    tcn_sorted_close(&sorted);
    assert_int_equal(tcn_sorted_open(&options, &sorted), TCN_EXISTS);
    assert_null(sorted);
    assert_int_equal(tcn_state_remove(dir->store), TCN_OK);
    assert_int_equal(access(dir->store, F_OK), -1);
}

static void a_key_is_put_once_and_its_row_stays(void **state) {
    struct tcn_sorted *sorted = open_sorted(*state);
    uint8_t key[4];
    struct tcn_slice value;
    struct tcn_sorted_row row;
    assert_int_equal(put(sorted, 7, 1), TCN_OK);
    assert_int_equal(put(sorted, 7, 2), TCN_EXISTS);
    assert_int_equal(put(sorted, 8, 3), TCN_OK);
    assert_int_equal(tcn_sorted_seal(sorted), TCN_OK);
    assert_int_equal(tcn_sorted_get(sorted, key_of(7, key), &value), TCN_OK);
    uint32_t number = 0;
    memcpy(&number, value.data, sizeof(number));
    assert_int_equal(number, 1);
    assert_int_equal(tcn_sorted_get(sorted, key_of(9, key), &value), TCN_ABSENT);
    assert_int_equal(tcn_sorted_step(sorted, false, &row), TCN_OK);
    assert_int_equal(tcn_sorted_get(sorted, key_of(8, key), &value), TCN_OK); /* in between */
    assert_int_equal(tcn_sorted_step(sorted, true, &row), TCN_OK);
    assert_true(tcn_slice_equals(row.key, key_of(8, key)));
    assert_int_equal(tcn_sorted_step(sorted, true, &row), TCN_ABSENT);
    tcn_sorted_close(&sorted);
    assert_int_equal(tcn_state_remove(((struct test_dir *)*state)->store), TCN_OK);
}

static void a_full_table_says_so_and_can_be_closed(void **state) {
    const struct test_dir *dir = *state;
    const struct tcn_store_options options = {.dir = dir->store, .map_bytes = 256 * 1024};
    struct tcn_sorted *sorted = NULL;
    enum tcn_status status = tcn_sorted_open(&options, &sorted);
    assert_int_equal(status, TCN_OK);
    for (uint32_t i = 0; i < ROWS && status == TCN_OK; i++) {
        status = put(sorted, i, i);
    }
    status = status == TCN_OK ? tcn_sorted_seal(sorted) : status;
    assert_int_equal(status, TCN_FULL);
    tcn_sorted_close(&sorted);
    assert_int_equal(tcn_state_remove(dir->store), TCN_OK);
}

static void an_empty_table_has_no_first_row(void **state) {
    struct tcn_sorted *sorted = open_sorted(*state);
    struct tcn_sorted_row row;
    assert_int_equal(tcn_sorted_seal(sorted), TCN_OK);
    assert_int_equal(tcn_sorted_step(sorted, false, &row), TCN_ABSENT);
    tcn_sorted_close(&sorted);
    assert_int_equal(tcn_state_remove(((struct test_dir *)*state)->store), TCN_OK);
}

static void rows_come_in_the_order_of_their_keys(void **state) {
    struct tcn_sorted *sorted = open_sorted(*state);
    uint32_t found = 0;
    for (uint32_t i = 0; i < ROWS; i++) { /* 7919 has no divisor in common with the count */
        assert_int_equal(put(sorted, (uint32_t)((uint64_t)i * 7919 % ROWS), i), TCN_OK);
    }
    assert_int_equal(tcn_sorted_seal(sorted), TCN_OK);
    struct tcn_sorted_row row;
    while (tcn_sorted_step(sorted, found > 0, &row) == TCN_OK) {
        uint8_t key[4];
        assert_true(tcn_slice_equals(row.key, key_of(found, key)));
        found++;
    }
    assert_int_equal(found, ROWS);
    tcn_sorted_close(&sorted);
    assert_int_equal(tcn_state_remove(((struct test_dir *)*state)->store), TCN_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_table_that_is_there_is_not_opened_again), TEST(a_key_is_put_once_and_its_row_stays),
        TEST(a_full_table_says_so_and_can_be_closed),    TEST(an_empty_table_has_no_first_row),
        TEST(rows_come_in_the_order_of_their_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
