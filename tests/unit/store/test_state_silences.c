/* SPDX-License-Identifier: Apache-2.0 */
/* What a reader gives of silences, and of a matter's ladders: in order, from a place on, and no
 * more than there is room for. */
#include "state_test.h"

static void silences_come_in_the_order_of_their_positions(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    struct tcn_silence found[8];
    size_t count = 7;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    for (uint64_t position = 300; position > 0; position -= 100) {
        const struct tcn_silence silence = {.position = position, .organ = 2, .post = "officer"};
        assert_int_equal(ops->silence_put(state, &silence), TCN_OK);
    }
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    struct tcn_state_reader *reader = open_reader(state);
    assert_int_equal(tcn_state_silences(reader, 0, found, 8, &count), TCN_OK);
    assert_int_equal(count, 3);
    assert_int_equal(found[0].position, 100);
    assert_int_equal(found[2].position, 300);
    assert_string_equal(found[2].post, "officer");
    assert_int_equal(tcn_state_silences(reader, 101, found, 1, &count), TCN_OK);
    assert_int_equal(count, 1);
    assert_int_equal(found[0].position, 200);
    assert_int_equal(tcn_state_silences(reader, 301, found, 8, &count), TCN_OK);
    assert_int_equal(count, 0);
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    const struct tcn_silence warnings = {.warning_count = 2};
    assert_int_equal(ops->silence_put(state, &warnings), TCN_OK);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    tcn_state_reader_reset(reader);
    assert_int_equal(tcn_state_silences(reader, 0, found, 8, &count), TCN_OK);
    assert_int_equal(count, 4);
    assert_int_equal(found[0].position, 0);
    assert_int_equal(found[0].warning_count, 2);
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

static void ladders_are_those_of_their_matter(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    struct tcn_ladder found[8];
    size_t count = 7;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    for (uint64_t birth = 5; birth <= 6; birth++) {
        for (uint32_t slot = 1; slot <= 2; slot++) {
            const struct tcn_ladder ladder = {.birth_position = birth,
                                              .slot = slot,
                                              .id = "late",
                                              .stage = TCN_LADDER_COUNTS,
                                              .stream = {TCN_MODE_ACTUAL, 2},
                                              .number = birth};
            assert_int_equal(ops->ladder_put(state, &ladder), TCN_OK);
        }
    }
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    struct tcn_state_reader *reader = open_reader(state);
    assert_int_equal(tcn_state_ladders(reader, 5, found, 8, &count), TCN_OK);
    assert_int_equal(count, 2);
    assert_true(found[0].slot == 1 && found[1].slot == 2 && found[1].birth_position == 5);
    assert_int_equal(tcn_state_ladders(reader, 6, found, 1, &count), TCN_OK);
    assert_int_equal(count, 1);
    assert_int_equal(found[0].birth_position, 6);
    assert_int_equal(tcn_state_ladders(reader, 4, found, 8, &count), TCN_OK);
    assert_int_equal(count, 0);
    assert_int_equal(tcn_state_ladders(reader, 7, found, 8, &count), TCN_OK);
    assert_int_equal(count, 0);
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(silences_come_in_the_order_of_their_positions,
                                        test_dir_setup, test_dir_teardown),
        cmocka_unit_test_setup_teardown(ladders_are_those_of_their_matter, test_dir_setup,
                                        test_dir_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
