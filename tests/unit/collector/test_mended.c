/* SPDX-License-Identifier: Apache-2.0 */
/* Faults that were found by review, each with the proof that it is mended. */
/* ctest-uses: query core store wire link seal */
/* ctest-timeout: 120 */
#include "collector/house.h"
#include "collector/intake.h"
#include "collector/ledger.h"
#include "collector/serve_inside.h"
#include "place.h"
#include "wire/frame.h"
#include "wire/lane.h"

#define NOW_NS INT64_C(1700000100000000000)
#define CONNECTION 900

/* A ledger on an open house, and the answers of its last group. */
struct bench {
    struct place *place;
    struct tcn_collector house;
    struct tcn_ledger *ledger;
    struct tcn_intake intake;
    struct tcn_arena arena;
    struct tcn_forge_chunk chunk;
    struct tcn_note_checked note;
    struct tcn_refuse refuse;
    uint64_t session;
    int64_t now_ns;
    uint8_t data[TCN_LEDGER_ANSWER_BYTES];
    struct tcn_ledger_answer answer;
    struct tcn_ack ack;
    struct tcn_again again;
    struct tcn_welcome welcome;
};

static void open_bench(struct bench *bench, bool is_feed_clock) {
    struct tcn_collector_options options = place_options(bench->place);
    options.is_feed_clock = is_feed_clock;
    memset(&bench->house, 0, sizeof(bench->house));
    assert_int_equal(tcn_house_open(&bench->house, &options), TCN_OK);
    assert_int_equal(tcn_ledger_open(&bench->house, &bench->ledger), TCN_OK);
    assert_int_equal(tcn_intake_init(&bench->intake, &bench->house.charter), TCN_OK);
}

static void close_bench(struct bench *bench) {
    tcn_intake_fini(&bench->intake);
    tcn_ledger_close(&bench->ledger);
    tcn_house_close(&bench->house);
}

static int set_up_mode(void **state, enum tcn_mode mode) {
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    bench->place = place_make(mode);
    bench->now_ns = NOW_NS;
    assert_int_equal(tcn_arena_init(&bench->arena, 256 * 1024), TCN_OK);
    open_bench(bench, mode == TCN_MODE_EXERCISE);
    *state = bench;
    return 0;
}

static int set_up(void **state) {
    return set_up_mode(state, TCN_MODE_ACTUAL);
}

static int tear_down(void **state) {
    struct bench *bench = *state;
    close_bench(bench);
    tcn_arena_fini(&bench->arena);
    place_remove(bench->place);
    free(bench);
    return 0;
}

static void begin(struct bench *bench) {
    bench->now_ns += 1000000;
    assert_int_equal(tcn_ledger_begin(bench->ledger, bench->now_ns, bench->now_ns), TCN_OK);
}

/* Puts the forge's chunk or HELLO, as intake passes it, into the open group. */
static void put(struct bench *bench, uint32_t principal, enum tcn_kind kind) {
    const enum tcn_status status =
        kind == TCN_KIND_HELLO ? tcn_intake_hello(&bench->intake, principal, &bench->chunk.chunk,
                                                  bench->now_ns, &bench->note, &bench->refuse)
                               : tcn_intake_chunk(&bench->intake, principal, &bench->chunk.chunk,
                                                  bench->now_ns, &bench->note, &bench->refuse);
    assert_int_equal(status, TCN_OK);
    const struct tcn_ledger_input in = {
        .stamp = {.principal = principal, .connection = CONNECTION},
        .header = {.version = TCN_WIRE_VERSION,
                   .kind = kind,
                   .session = kind == TCN_KIND_HELLO ? 0 : bench->session,
                   .request = 5},
        .note = &bench->note,
        .chunk = bench->chunk.chunk,
    };
    assert_int_equal(tcn_ledger_take(bench->ledger, &in), TCN_OK);
}

/* Reads one answer of the committed group. */
static enum tcn_kind answer(struct bench *bench, uint32_t index) {
    assert_int_equal(tcn_ledger_answer(bench->ledger, index, bench->data, &bench->answer), TCN_OK);
    assert_int_equal(bench->answer.stamp.connection, CONNECTION);
    tcn_arena_reset(&bench->arena);
    const struct tcn_slice body = bench->answer.body;
    if (bench->answer.header.kind == TCN_KIND_ACK) {
        assert_int_equal(tcn_wire_ack_decode(body, &bench->arena, &bench->ack), TCN_OK);
    } else if (bench->answer.header.kind == TCN_KIND_AGAIN) {
        assert_int_equal(tcn_wire_again_decode(body, &bench->arena, &bench->again), TCN_OK);
    } else if (bench->answer.header.kind == TCN_KIND_WELCOME) {
        assert_int_equal(tcn_wire_welcome_decode(body, &bench->arena, &bench->welcome), TCN_OK);
    } else {
        assert_int_equal(tcn_wire_refuse_decode(body, &bench->arena, &bench->refuse), TCN_OK);
    }
    return bench->answer.header.kind;
}

static void commit(struct bench *bench, uint32_t answer_count) {
    assert_int_equal(tcn_ledger_answer_count(bench->ledger), 0); /* G1 */
    assert_int_equal(tcn_ledger_commit(bench->ledger), TCN_OK);
    assert_int_equal(tcn_ledger_answer_count(bench->ledger), answer_count);
}

/* Says HELLO in a group of its own and keeps the session. */
static void hello(struct bench *bench, const struct tcn_hello *said) {
    const enum tcn_forge_who who = (enum tcn_forge_who)said->lane.source;
    tcn_forge_hello_seal(&bench->chunk, &bench->place->forge, who, said);
    begin(bench);
    put(bench, (uint32_t)who, TCN_KIND_HELLO);
    commit(bench, 1);
    assert_int_equal(answer(bench, 0), TCN_KIND_WELCOME);
    bench->session = bench->welcome.session;
}

static void greet(struct bench *bench) {
    const struct tcn_hello said =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE);
    hello(bench, &said);
}

/* Sends `count` reports from `first` on in a group of its own. */
static enum tcn_kind send_reports(struct bench *bench, uint64_t first, uint32_t count,
                                  const struct tcn_hash *previous) {
    tcn_forge_reports(&bench->chunk, &bench->place->forge, first, count, previous);
    begin(bench);
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
    commit(bench, 1);
    return answer(bench, 0);
}

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
    assert_int_equal(tcn_item_fill(&server, right, &item, &share), TCN_OK);
    assert_true(item.sealed.size > 0);
    tcn_log_reader_close(&server.log_reader);
    tcn_shares_reader_close(&server.shares_reader);
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
