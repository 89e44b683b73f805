/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* Sessions of lanes and live epochs. */
#include "collector/lanes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int set_up(void **state) {
    struct tcn_lanes *lanes = NULL;
    assert_int_equal(tcn_lanes_create(&lanes), TCN_OK);
    *state = lanes;
    return 0;
}

static int tear_down(void **state) {
    struct tcn_lanes *lanes = *state;
    tcn_lanes_destroy(&lanes);
    assert_null(lanes);
    tcn_lanes_destroy(&lanes);
    tcn_lanes_destroy(NULL);
    return 0;
}

static struct tcn_lane_place place_of(uint32_t source, uint64_t connection, uint64_t session) {
    return (struct tcn_lane_place){
        .lane = {.source = source, .epoch = 7, .lane = TCN_LANE_URGENT},
        .connection = connection,
        .session = session,
    };
}

static void a_lane_without_a_hello_is_stale(void **state) {
    struct tcn_lanes *lanes = *state;
    const struct tcn_lane_place place = place_of(1, 10, 100);
    assert_int_equal(tcn_lanes_gate(lanes, &place), TCN_LANE_STALE);
    assert_int_equal(tcn_lanes_live(lanes, 1), 0);
}

static void only_its_own_session_passes(void **state) {
    struct tcn_lanes *lanes = *state;
    const struct tcn_lane_place place = place_of(1, 10, 100);
    assert_int_equal(tcn_lanes_open(lanes, &place), TCN_OK);
    assert_int_equal(tcn_lanes_gate(lanes, &place), TCN_LANE_OPEN);
    const struct tcn_lane_place others[] = {place_of(1, 11, 100), place_of(1, 10, 101),
                                            place_of(2, 10, 100)};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(tcn_lanes_gate(lanes, &others[i]), TCN_LANE_STALE);
    }
    struct tcn_lane_place other_lane = place;
    other_lane.lane.lane = TCN_LANE_ROUTINE;
    assert_int_equal(tcn_lanes_gate(lanes, &other_lane), TCN_LANE_STALE);
}

static void a_dropped_session_is_ignored_until_a_new_one(void **state) {
    struct tcn_lanes *lanes = *state;
    const struct tcn_lane_place old = place_of(1, 10, 100);
    const struct tcn_lane_place new = place_of(1, 10, 101);
    assert_int_equal(tcn_lanes_open(lanes, &old), TCN_OK);
    tcn_lanes_drop(lanes, &old);
    assert_int_equal(tcn_lanes_gate(lanes, &old), TCN_LANE_DROPPED);
    assert_int_equal(tcn_lanes_open(lanes, &new), TCN_OK);
    assert_int_equal(tcn_lanes_gate(lanes, &old), TCN_LANE_STALE);
    tcn_lanes_drop(lanes, &old); /* does not touch the open one */
    assert_int_equal(tcn_lanes_gate(lanes, &new), TCN_LANE_OPEN);
}

static void a_connection_that_is_gone_takes_its_sessions_along(void **state) {
    struct tcn_lanes *lanes = *state;
    for (uint32_t source = 1; source <= 20; source++) {
        const struct tcn_lane_place place = place_of(source, source % 2, 5);
        assert_int_equal(tcn_lanes_open(lanes, &place), TCN_OK);
    }
    tcn_lanes_gone(lanes, 1);
    for (uint32_t source = 1; source <= 20; source++) {
        const struct tcn_lane_place place = place_of(source, source % 2, 5);
        assert_int_equal(tcn_lanes_gate(lanes, &place),
                         source % 2 == 1 ? TCN_LANE_STALE : TCN_LANE_OPEN);
    }
}

static void a_full_table_gives_room_for_what_is_not_open(void **state) {
    struct tcn_lanes *lanes = *state;
    for (uint32_t source = 1; source <= TCN_LANES_MAX; source++) {
        const struct tcn_lane_place place = place_of(source, source, 5);
        assert_int_equal(tcn_lanes_open(lanes, &place), TCN_OK);
    }
    const struct tcn_lane_place late = place_of(TCN_LANES_MAX + 1, 1, 5);
    assert_int_equal(tcn_lanes_open(lanes, &late), TCN_LIMIT);
    tcn_lanes_gone(lanes, 77);
    assert_int_equal(tcn_lanes_open(lanes, &late), TCN_OK);
    assert_int_equal(tcn_lanes_gate(lanes, &late), TCN_LANE_OPEN);
    assert_int_equal(tcn_lanes_count(lanes), TCN_LANES_MAX);
}

static void live_epochs_are_kept_for_each_source_and_cleared(void **state) {
    struct tcn_lanes *lanes = *state;
    assert_int_equal(tcn_lanes_set_live(lanes, 4, 44), TCN_OK);
    assert_int_equal(tcn_lanes_set_live(lanes, 5, 55), TCN_OK);
    assert_int_equal(tcn_lanes_set_live(lanes, 4, 45), TCN_OK);
    assert_int_equal(tcn_lanes_live(lanes, 4), 45);
    assert_int_equal(tcn_lanes_live(lanes, 5), 55);
    const struct tcn_lane_place place = place_of(4, 10, 100);
    assert_int_equal(tcn_lanes_open(lanes, &place), TCN_OK);
    tcn_lanes_clear(lanes);
    assert_int_equal(tcn_lanes_live(lanes, 4), 0);
    assert_int_equal(tcn_lanes_gate(lanes, &place), TCN_LANE_STALE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_lane_without_a_hello_is_stale, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_its_own_session_passes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_dropped_session_is_ignored_until_a_new_one, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_connection_that_is_gone_takes_its_sessions_along, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_full_table_gives_room_for_what_is_not_open, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(live_epochs_are_kept_for_each_source_and_cleared, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("lanes", tests, NULL, NULL);
}
