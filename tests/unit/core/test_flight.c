/* SPDX-License-Identifier: Apache-2.0 */
#include "lane.h"

/** Sends for a second over a link that carries so many bytes a second; gives the bytes then in
 * flight. */
static uint64_t fill_link(struct fixture *fixture, int64_t link_bytes_per_s) {
    int64_t free_ns = fixture->now_ns;
    uint64_t oldest = 1;
    for (int turn = 0; turn < 3000; turn++) {
        uint64_t before = fixture->lane.flights.bytes;
        pump(fixture);
        fixture->trace.size = 0;
        uint64_t sent = fixture->lane.flights.bytes - before;
        free_ns = free_ns < fixture->now_ns ? fixture->now_ns : free_ns;
        free_ns += (int64_t)sent * SECOND_NS / link_bytes_per_s;
        if (fixture->lane.flights.next == 0) {
            break;
        }
        int64_t backlog_ns = (int64_t)fixture->lane.flights.bytes * SECOND_NS / link_bytes_per_s;
        int64_t landed_ns = free_ns - backlog_ns + 1000 * SECOND_NS / link_bytes_per_s;
        fixture->now_ns = landed_ns > fixture->now_ns ? landed_ns : fixture->now_ns;
        take_ack(fixture, oldest);
        fixture->trace.size = 0;
        oldest++;
    }
    return fixture->lane.flights.window_bytes;
}

static void about_one_second_of_routine_bytes_is_in_flight(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 2000, 0);
    connect_lane(&fixture);
    struct tcn_welcome welcome = welcome_of(0, 100000);
    take_welcome(&fixture, &welcome);
    uint64_t slow = fill_link(&fixture, 50000);
    assert_in_range(slow, 20000, 110000);
    start(&fixture, 2000, 0);
    connect_lane(&fixture);
    take_welcome(&fixture, &welcome);
    uint64_t crawling = fill_link(&fixture, 2000);
    assert_int_equal(crawling, TCN_WINDOW_BYTES_MIN);
}

static void the_urgent_lane_knows_no_window(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 200, 0);
    fixture.lane.facts.key.lane = TCN_LANE_URGENT;
    connect_lane(&fixture);
    struct tcn_welcome welcome = welcome_of(0, 100000);
    take_welcome(&fixture, &welcome);
    pump(&fixture);
    assert_int_equal(fixture.lane.flights.next, 200);
    start(&fixture, 200, 0);
    connect_lane(&fixture);
    take_welcome(&fixture, &welcome);
    pump(&fixture);
    assert_in_range(fixture.lane.flights.next, 1, 40);
}

static void a_ring_that_is_full_waits(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 1000, 0);
    fixture.lane.facts.key.lane = TCN_LANE_URGENT;
    connect_lane(&fixture);
    struct tcn_welcome welcome = welcome_of(0, 100000);
    take_welcome(&fixture, &welcome);
    pump(&fixture);
    assert_int_equal(fixture.lane.flights.count, TCN_FLIGHTS_MAX);
    take_ack(&fixture, 10);
    fixture.trace.size = 0;
    pump(&fixture);
    assert_int_equal(fixture.lane.flights.count, TCN_FLIGHTS_MAX);
}

static void a_chunk_that_was_cut_anew_replaces_what_was_behind_it(void **state) {
    (void)state;
    struct tcn_flights flights;
    struct tcn_outlane_chunk chunk = {.first_sequence = 1, .last_sequence = 4, .bytes = 10};
    tcn_flights_init(&flights, 0);
    tcn_flights_push(&flights, &chunk, 1);
    chunk = (struct tcn_outlane_chunk){.first_sequence = 5, .last_sequence = 6, .bytes = 10};
    tcn_flights_push(&flights, &chunk, 1);
    tcn_flights_rewind(&flights);
    assert_int_equal(tcn_flights_next_sequence(&flights), 1);
    chunk = (struct tcn_outlane_chunk){.first_sequence = 1, .last_sequence = 2, .bytes = 7};
    tcn_flights_push(&flights, &chunk, 2);
    assert_int_equal(tcn_flights_next_sequence(&flights), 3);
    assert_int_equal(flights.bytes, 7);
    assert_true(tcn_flights_are_sound(&flights));
    flights.bytes++;
    assert_false(tcn_flights_are_sound(&flights));
}

static void only_chunks_that_were_sent_once_are_measured(void **state) {
    (void)state;
    struct tcn_flights flights;
    const struct tcn_outlane_chunk chunk = {.first_sequence = 1, .last_sequence = 1, .bytes = 10};
    const struct tcn_hash none = {{0}};
    tcn_flights_init(&flights, 0);
    assert_true(tcn_flights_timeout_ns(&flights) == TCN_FLIGHTS_TIMEOUT_FIRST_NS);
    tcn_flights_push(&flights, &chunk, 1);
    tcn_flights_rewind(&flights);
    tcn_flights_push(&flights, &chunk, SECOND_NS);
    assert_non_null(tcn_flights_land(&flights, 1, &none, 4 * SECOND_NS));
    assert_true(flights.ack_ns == 0);
    const struct tcn_outlane_chunk next = {.first_sequence = 2, .last_sequence = 2, .bytes = 10};
    tcn_flights_push(&flights, &next, 5 * SECOND_NS);
    assert_non_null(tcn_flights_land(&flights, 2, &none, 8 * SECOND_NS));
    assert_true(flights.ack_ns == 3 * SECOND_NS);
    assert_true(tcn_flights_timeout_ns(&flights) == 9 * SECOND_NS);
    tcn_flights_narrow(&flights);
    assert_int_equal(flights.window_bytes, TCN_WINDOW_BYTES_MIN);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(about_one_second_of_routine_bytes_is_in_flight),
        cmocka_unit_test(the_urgent_lane_knows_no_window),
        cmocka_unit_test(a_ring_that_is_full_waits),
        cmocka_unit_test(a_chunk_that_was_cut_anew_replaces_what_was_behind_it),
        cmocka_unit_test(only_chunks_that_were_sent_once_are_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
