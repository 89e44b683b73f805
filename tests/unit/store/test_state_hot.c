/* SPDX-License-Identifier: Apache-2.0 */
/* The rows that a commit keeps in memory: nothing may differ from putting them at once. */
#include "state_test.h"

#include "store/state_hot.h"

/* More than are remembered, so that some are put and forgotten in the middle of the commit. */
#define STREAMS (TCN_STATE_HOT_STREAMS_MAX + 44u)
#define LANES (TCN_STATE_HOT_SOURCES_MAX + 36u)
#define ROUNDS 3u

static struct tcn_lane_key lane_of(uint32_t number) {
    return (struct tcn_lane_key){.source = number + 1, .epoch = 7, .lane = TCN_LANE_ROUTINE};
}

static void an_aborted_commit_leaves_nothing_behind(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    const struct tcn_alert alert = {.stream = {TCN_MODE_ACTUAL, 3}, .number = 1};
    const struct tcn_source_state source = {.lane = lane_of(0), .sequence = 5};
    const struct tcn_applied applied = {.position = 4};
    uint64_t number = 9;
    struct tcn_source_state found;
    struct tcn_applied found_applied;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->alert_append(state, &alert), TCN_OK);
    assert_int_equal(ops->source_put(state, &source), TCN_OK);
    assert_int_equal(ops->applied_put(state, &applied), TCN_OK);
    tcn_state_abort(state);
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->stream_get(state, alert.stream, &number), TCN_OK);
    assert_int_equal(number, 0);
    assert_int_equal(ops->source_get(state, &source.lane, &found), TCN_ABSENT);
    assert_int_equal(ops->applied_get(state, &found_applied), TCN_OK);
    assert_int_equal(found_applied.position, 0);
    tcn_state_abort(state);
    tcn_state_close(&state);
}

static void put_round(struct tcn_state *state, uint64_t round) {
    const struct tcn_state_ops *ops = tcn_state_table();
    for (uint32_t i = 0; i < STREAMS; i++) {
        const struct tcn_alert alert = {
            .stream = {i % 2 == 0 ? TCN_MODE_ACTUAL : TCN_MODE_EXERCISE, (uint16_t)(i / 2 + 1)},
            .number = round,
        };
        assert_int_equal(ops->alert_append(state, &alert), TCN_OK);
    }
    for (uint32_t i = 0; i < LANES; i++) {
        const struct tcn_lane_key lane = lane_of(i);
        struct tcn_source_state source = {.sequence = 0};
        const enum tcn_status known = round == 1 ? TCN_ABSENT : TCN_OK;
        assert_int_equal(ops->source_get(state, &lane, &source), known);
        assert_int_equal(source.sequence, round - 1);
        source.lane = lane;
        source.sequence = round;
        assert_int_equal(ops->source_put(state, &source), TCN_OK);
    }
    const struct tcn_applied applied = {.position = round};
    assert_int_equal(ops->applied_put(state, &applied), TCN_OK);
}

static void more_streams_and_lanes_than_are_remembered_are_all_kept(void **test) {
    struct tcn_state *state = open_state(*test);
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        put_round(state, round);
    }
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    struct tcn_state_reader *reader = open_reader(state);
    for (uint32_t i = 0; i < STREAMS; i++) {
        const struct tcn_stream stream = {i % 2 == 0 ? TCN_MODE_ACTUAL : TCN_MODE_EXERCISE,
                                          (uint16_t)(i / 2 + 1)};
        uint64_t number = 0;
        assert_int_equal(tcn_state_stream(reader, stream, &number), TCN_OK);
        assert_int_equal(number, ROUNDS);
        tcn_state_reader_reset(reader);
    }
    for (uint32_t i = 0; i < LANES; i++) {
        const struct tcn_lane_key lane = lane_of(i);
        struct tcn_source_state source;
        assert_int_equal(tcn_state_source(reader, &lane, &source), TCN_OK);
        assert_int_equal(source.sequence, ROUNDS);
        tcn_state_reader_reset(reader);
    }
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

#define DIR_TEST(name) cmocka_unit_test_setup_teardown(name, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIR_TEST(an_aborted_commit_leaves_nothing_behind),
        DIR_TEST(more_streams_and_lanes_than_are_remembered_are_all_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
