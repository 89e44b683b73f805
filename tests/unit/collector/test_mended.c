/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* Faults that were found by review, each with the proof that it is mended. */
/* ctest-uses: query core store wire link seal */
#include "bench.h"
#include "collector/serve_inside.h"

/* Logs a VOID over three sequences from 2 on. */
static void send_void_range(struct bench *bench, const struct tcn_hash *next_previous) {
    const struct tcn_hash previous = bench->chunk.hash;
    struct tcn_event event = tcn_forge_void(&bench->place->forge, 3);
    event.void_body.next_previous = *next_previous;
    tcn_forge_chunk_begin(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A, 2, &previous);
    bench->chunk.head.void_count = 3;
    tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A);
    begin(bench);
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
    commit(bench, 1);
    assert_int_equal(answer(bench, 0), TCN_KIND_ACK);
}

static void a_log_that_ends_with_a_void_range_opens_and_goes_on(void **state) {
    struct bench *bench = *state;
    greet(bench);
    assert_int_equal(send_reports(bench, 1, 1, NULL), TCN_KIND_ACK);
    struct tcn_hash next_previous;
    memset(next_previous.bytes, 0x5a, sizeof(next_previous.bytes));
    send_void_range(bench, &next_previous);
    close_bench(bench);
    open_bench(bench, false);
    greet(bench);
    assert_int_equal(bench->welcome.mark_sequence, 4);
    assert_true(tcn_hash_equals(&bench->welcome.mark_hash, &next_previous));
    assert_int_equal(send_reports(bench, 5, 1, &next_previous), TCN_KIND_ACK);
}

static void a_mark_that_is_not_of_the_void_range_is_damage(void **state) {
    struct bench *bench = *state;
    greet(bench);
    assert_int_equal(send_reports(bench, 1, 1, NULL), TCN_KIND_ACK);
    struct tcn_hash next_previous;
    memset(next_previous.bytes, 0x5a, sizeof(next_previous.bytes));
    send_void_range(bench, &next_previous);
    struct tcn_mark mark;
    assert_int_equal(tcn_log_mark_get(bench->house.log, &bench->chunk.head.lane, &mark), TCN_OK);
    mark.hash.bytes[0] ^= 1;
    assert_int_equal(tcn_log_group_begin(bench->house.log), TCN_OK);
    assert_int_equal(tcn_log_mark_put(bench->house.log, &mark), TCN_OK);
    assert_int_equal(tcn_log_group_commit(bench->house.log), TCN_OK);
    close_bench(bench);
    struct tcn_collector_options options = place_options(bench->place);
    memset(&bench->house, 0, sizeof(bench->house));
    assert_int_equal(tcn_house_open(&bench->house, &options), TCN_CORRUPT);
    tcn_house_close(&bench->house);
    memset(&bench->house, 0, sizeof(bench->house));
}

static void epochs_of_one_agent_do_not_take_all_sessions(void **state) {
    struct bench *bench = *state;
    struct tcn_hello said =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE);
    for (uint64_t count = 0; count < TCN_LANES_MAX;) {
        begin(bench);
        for (uint32_t i = 0; i < 256; i++) {
            said.predecessor = count == 0 ? 0 : said.lane.epoch;
            count++;
            said.lane.epoch = 100000 + count;
            tcn_forge_hello_seal(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A, &said);
            put(bench, TCN_FORGE_AGENT_A, TCN_KIND_HELLO);
        }
        assert_int_equal(tcn_ledger_commit(bench->ledger), TCN_OK);
    }
    const struct tcn_hello other =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_SAFETY, TCN_LANE_ROUTINE);
    hello(bench, &other);
    /* And the agent's live epoch has kept its own. */
    hello(bench, &said);
    assert_false(bench->welcome.is_fenced);
}

/* The share that an organ gets with the first event at `position`. */
static size_t share_size(struct bench *bench, uint64_t position) {
    struct tcn_server server = {.house = &bench->house};
    struct tcn_item item = {.position = position};
    const struct tcn_item_right right = {.has_sealed = true, .has_share = true};
    struct tcn_share share;
    assert_int_equal(tcn_arena_init(&server.arena, TCN_WIRE_ARENA_BYTES((size_t)4096)), TCN_OK);
    assert_int_equal(tcn_log_reader_open(bench->house.log, &server.log_reader), TCN_OK);
    assert_int_equal(tcn_shares_reader_open(bench->house.shares, &server.shares_reader), TCN_OK);
    assert_int_equal(tcn_state_reader_open(bench->house.state, &server.state_reader), TCN_OK);
    assert_int_equal(tcn_item_fill(&server, right, &item, &share), TCN_OK);
    assert_true(item.sealed.size > 0);
    tcn_log_reader_close(&server.log_reader);
    tcn_shares_reader_close(&server.shares_reader);
    tcn_state_reader_close(&server.state_reader);
    tcn_arena_fini(&server.arena);
    return item.share.size;
}

static void a_share_of_another_chunk_is_not_given(void **state) {
    struct bench *bench = *state;
    greet(bench);
    const struct tcn_event event = tcn_forge_report(&bench->place->forge, 1);
    tcn_forge_chunk_begin(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A, 1, NULL);
    tcn_forge_chunk_sealed(&bench->chunk, &bench->place->forge, &event, "smoke from the kiln");
    tcn_forge_chunk_seal(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A);
    begin(bench);
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
    commit(bench, 1);
    const uint64_t position = tcn_ledger_position(bench->ledger);
    assert_int_equal(share_size(bench, position), sizeof(struct tcn_share));
    struct tcn_shares_row row = {
        .lane = bench->chunk.head.lane,
        .first_sequence = 1,
        .chunk_hash = bench->chunk.hash,
        .frame = bench->chunk.chunk.shares,
    };
    row.chunk_hash.bytes[0] ^= 1;
    assert_int_equal(tcn_shares_group_begin(bench->house.shares), TCN_OK);
    assert_int_equal(tcn_shares_put(bench->house.shares, &row), TCN_OK);
    assert_int_equal(tcn_shares_group_commit(bench->house.shares), TCN_OK);
    assert_int_equal(share_size(bench, position), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_mark_that_is_not_of_the_void_range_is_damage, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_log_that_ends_with_a_void_range_opens_and_goes_on, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(epochs_of_one_agent_do_not_take_all_sessions, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_share_of_another_chunk_is_not_given, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("mended", tests, NULL, NULL);
}
