/* SPDX-License-Identifier: Apache-2.0 */
/* Erasures on disk: what is asked is found until it is done, and rows that are damaged. */
#include "state_test.h"

#include "store/state_rows.h"

#include <string.h>

static struct tcn_erasure erasure_of(uint64_t sequence, bool is_done) {
    struct tcn_erasure erasure = {
        .lane = {.source = 7, .epoch = UINT64_MAX, .lane = TCN_LANE_ROUTINE},
        .sequence = sequence,
        .hash = test_hash(sequence),
        .position = UINT64_MAX,
        .asked_position = UINT64_MAX - 1,
        .done_position = is_done ? UINT64_MAX - 2 : 0,
    };
    return erasure;
}

static void assert_erasure(const struct tcn_erasure *left, const struct tcn_erasure *right) {
    assert_true(tcn_lane_key_equals(&left->lane, &right->lane));
    assert_true(tcn_hash_equals(&left->hash, &right->hash));
    assert_true(left->sequence == right->sequence && left->position == right->position);
    assert_true(left->asked_position == right->asked_position);
    assert_true(left->done_position == right->done_position);
}

static void what_is_asked_is_found_until_it_is_done(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    const struct tcn_erasure rows[] = {erasure_of(1, false), erasure_of(2, false),
                                       erasure_of(UINT64_MAX, false)};
    const struct tcn_erasure done = erasure_of(2, true);
    struct tcn_erasure found[4];
    size_t count = 9;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    for (size_t i = 3; i > 0; i--) {
        const struct tcn_erasure *row = &rows[i - 1];
        assert_int_equal(ops->erasure_get(state, &row->lane, row->sequence, &found[0]), TCN_ABSENT);
        assert_int_equal(ops->erasure_put(state, row), TCN_OK);
        assert_int_equal(ops->erasure_get(state, &row->lane, row->sequence, &found[0]), TCN_OK);
        assert_erasure(&found[0], row);
    }
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    struct tcn_state_reader *reader = open_reader(state);
    assert_int_equal(tcn_state_erasures_asked(reader, found, 4, &count), TCN_OK);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_erasure(&found[i], &rows[i]);
    }
    assert_int_equal(tcn_state_erasures_asked(reader, found, 1, &count), TCN_OK);
    assert_int_equal(count, 1);
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->erasure_put(state, &done), TCN_OK);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    tcn_state_reader_reset(reader);
    assert_int_equal(tcn_state_erasures_asked(reader, found, 4, &count), TCN_OK);
    assert_int_equal(count, 2);
    assert_erasure(&found[1], &rows[2]);
    assert_int_equal(tcn_state_erasure(reader, &done.lane, 2, &found[0]), TCN_OK);
    assert_erasure(&found[0], &done);
    assert_int_equal(tcn_state_erasure(reader, &done.lane, 3, &found[0]), TCN_ABSENT);
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

static void a_row_that_contradicts_itself_is_damage(void **test) {
    (void)test;
    struct tcn_state_payload payload;
    struct tcn_erasure found;
    for (int is_done = 0; is_done < 2; is_done++) {
        const struct tcn_erasure erasure = erasure_of(5, is_done == 1);
        tcn_state_encode_erasure(&erasure, &payload);
        for (int under_done = 0; under_done < 2; under_done++) {
            const struct tcn_key key =
                tcn_state_key_erasure(&erasure.lane, erasure.sequence, under_done == 1);
            struct tcn_env_row row = {.key = tcn_key_slice(&key),
                                      .value = tcn_state_payload_slice(&payload)};
            assert_int_equal(tcn_state_decode_erasure(&row, &found),
                             is_done == under_done ? TCN_OK : TCN_CORRUPT);
            row.value.size--;
            assert_int_equal(tcn_state_decode_erasure(&row, &found), TCN_CORRUPT);
            row.value = tcn_state_payload_slice(&payload);
            row.key.size--;
            assert_int_equal(tcn_state_decode_erasure(&row, &found), TCN_CORRUPT);
        }
        const struct tcn_key key =
            tcn_state_key_erasure(&erasure.lane, erasure.sequence, is_done == 1);
        payload.bytes[0] ^= 1;
        const struct tcn_env_row row = {.key = tcn_key_slice(&key),
                                        .value = tcn_state_payload_slice(&payload)};
        assert_int_equal(tcn_state_decode_erasure(&row, &found), TCN_VERSION);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_asked_is_found_until_it_is_done, test_dir_setup,
                                        test_dir_teardown),
        cmocka_unit_test(a_row_that_contradicts_itself_is_damage),
    };
    return cmocka_run_group_tests_name("state_erasures", tests, NULL, NULL);
}
