/* SPDX-License-Identifier: Apache-2.0 */
/* What one principal may take of a collector, so that the others keep theirs. */
/* ctest-uses: broker query core store wire link seal */
/* ctest-timeout: 120 */
#include "district.h"

#define QUESTION_COUNT 12000

/* Opens, until the broker knows its registry and somebody answers. */
static enum tcn_kind open_named(struct district *district, struct peer *peer, const char *name) {
    uint8_t data[512];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_open open = {.name = tcn_slice_text(name), .stream_count = 1};
    open.streams[0] = (struct tcn_open_stream){.stream = SAFETY_STREAM, .from = TCN_FROM_CURSOR};
    struct tcn_slice body;
    assert_int_equal(tcn_wire_open_encode(&open, &writer, &body), TCN_OK);
    enum tcn_kind kind = TCN_KIND_NONE;
    while (kind == TCN_KIND_NONE) {
        peer->request++;
        request(district, peer, TCN_KIND_OPEN, body);
        kind = hear_within(peer, TCN_SECOND_NS);
        if (kind == TCN_KIND_ERROR && refusal_code(district, peer) == TCN_UNREACHABLE_PEER) {
            kind = TCN_KIND_NONE; /* the collector has not reached the broker yet */
        }
    }
    return kind;
}

static void one_watcher_does_not_take_all_subscriptions(void **state) {
    struct district *district = *state;
    struct peer *watcher = &district->watcher;
    struct peer *bureau = &district->office;
    char name[16];
    connect_peer(district, watcher, TCN_FORGE_WATCH_SAFETY);
    for (uint32_t i = 0; i < TCN_PRINCIPAL_SUBSCRIPTIONS_MAX; i++) {
        (void)snprintf(name, sizeof(name), "n%u", i);
        assert_int_equal(open_named(district, watcher, name), TCN_KIND_OPENED);
    }
    assert_int_equal(open_named(district, watcher, "more"), TCN_KIND_ERROR);
    assert_int_equal(refusal_code(district, watcher), TCN_LIMIT);
    /* A name that it has is taken over, also now. */
    assert_int_equal(open_named(district, watcher, "n3"), TCN_KIND_OPENED);
    connect_peer(district, bureau, TCN_FORGE_AGENT_SAFETY);
    assert_int_equal(open_named(district, bureau, "duty"), TCN_KIND_OPENED);
}

/* Waits for the state, which follows the log: what a restarted collector knows of names is there.
 * Where it stands then. */
static uint64_t await_state(struct district *district, struct peer *peer, uint64_t position) {
    const struct tcn_query query = {.kind = TCN_QUERY_MATTERS, .at_least_position = position};
    struct tcn_answer answer;
    ask(district, peer, &query, &answer);
    assert_int_equal(answer.code, TCN_OK);
    return answer.position;
}

/* A name has cursors for good, so nobody may make a million of them. */
static void one_watcher_does_not_leave_names_without_end(void **state) {
    struct district *district = *state;
    struct peer *watcher = &district->watcher;
    char name[16];
    connect_peer(district, &district->office, TCN_FORGE_AGENT_A);
    const uint64_t session = greet(district, &district->office);
    (void)report(district, &district->office, session, 1, 1, NULL);
    connect_peer(district, watcher, TCN_FORGE_WATCH_SAFETY);
    const uint64_t before = await_state(district, watcher, TCN_QUERY_LATEST);
    for (uint32_t i = 0; i < TCN_PRINCIPAL_NAMES_MAX; i++) {
        (void)snprintf(name, sizeof(name), "n%u", i);
        assert_int_equal(open_named(district, watcher, name), TCN_KIND_OPENED);
        say_place(watcher, TCN_KIND_FETCH, SAFETY_STREAM, 1);
        assert_int_equal(hear(watcher), TCN_KIND_ITEMS);
        say_place(watcher, TCN_KIND_MOVE, SAFETY_STREAM, 1);
        send_frames(watcher, TCN_KIND_CLOSE, watcher->header.session, NULL, 0);
    }
    assert_int_equal(open_named(district, watcher, "more"), TCN_KIND_ERROR);
    assert_int_equal(refusal_code(district, watcher), TCN_LIMIT);
    assert_int_equal(open_named(district, watcher, "n3"), TCN_KIND_OPENED);
    (void)await_state(district, watcher, before + TCN_PRINCIPAL_NAMES_MAX); /* all are logged */
    leave(watcher);
    stop_collector(district);
    start_collector(district);
    connect_peer(district, watcher, TCN_FORGE_WATCH_SAFETY);
    (void)await_state(district, watcher, TCN_QUERY_LATEST);
    assert_int_equal(open_named(district, watcher, "more"), TCN_KIND_ERROR);
    assert_int_equal(refusal_code(district, watcher), TCN_LIMIT);
    assert_int_equal(open_named(district, watcher, "n63"), TCN_KIND_OPENED);
    assert_int_equal(open_named(district, watcher, ""), TCN_KIND_OPENED);
    connect_peer(district, &district->auditor, TCN_FORGE_AGENT_SAFETY);
    assert_int_equal(open_named(district, &district->auditor, "more"), TCN_KIND_OPENED);
}

static void one_auditor_does_not_take_all_replays(void **state) {
    struct district *district = *state;
    struct peer *office = &district->office;
    struct peer *auditor = &district->auditor;
    connect_peer(district, office, TCN_FORGE_AGENT_A);
    const uint64_t session = greet(district, office);
    (void)report(district, office, session, 1, 3, NULL);
    connect_peer(district, auditor, TCN_FORGE_AUDITOR);
    uint8_t data[256];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_replay replay = {.credit_items = 1};
    struct tcn_slice body;
    assert_int_equal(tcn_wire_replay_encode(&replay, &writer, &body), TCN_OK);
    for (uint32_t i = 0; i < TCN_PRINCIPAL_REPLAYS_MAX; i++) {
        auditor->request = 10 + i;
        request(district, auditor, TCN_KIND_REPLAY, body);
        assert_int_equal(hear(auditor), TCN_KIND_REPLAY_ITEMS);
    }
    auditor->request = 99;
    request(district, auditor, TCN_KIND_REPLAY, body);
    assert_int_equal(hear(auditor), TCN_KIND_ERROR);
    assert_int_equal(refusal_code(district, auditor), TCN_LIMIT);
}

static void only_so_many_questions_of_one_wait_for_the_state(void **state) {
    struct district *district = *state;
    struct peer *office = &district->office;
    connect_peer(district, office, TCN_FORGE_AGENT_A);
    (void)greet(district, office);
    uint8_t data[256];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_query query = {.kind = TCN_QUERY_MATTERS, .at_least_position = 1000000};
    struct tcn_slice body;
    assert_int_equal(tcn_wire_query_encode(&query, &writer, &body), TCN_OK);
    for (uint32_t i = 0; i <= TCN_PRINCIPAL_QUESTIONS_MAX; i++) {
        request(district, office, TCN_KIND_ASK, body);
    }
    assert_int_equal(hear(office), TCN_KIND_ERROR);
    assert_int_equal(refusal_code(district, office), TCN_LIMIT);
}

static void a_report_does_not_wait_behind_questions(void **state) {
    struct district *district = *state;
    struct peer *office = &district->office;
    struct peer *flood = &district->auditor;
    connect_peer(district, office, TCN_FORGE_AGENT_A);
    const uint64_t session = greet(district, office);
    struct tcn_hash previous = {0};
    for (uint64_t i = 0; i < 40; i++) {
        previous = report(district, office, session, 1 + 60 * i, 60, &previous);
    }
    connect_peer(district, flood, TCN_FORGE_AUDITOR);
    uint8_t data[256];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_query query = {.kind = TCN_QUERY_MATTERS};
    struct tcn_slice body;
    assert_int_equal(tcn_wire_query_encode(&query, &writer, &body), TCN_OK);
    for (uint32_t i = 0; i < QUESTION_COUNT; i++) {
        request(district, flood, TCN_KIND_ASK, body);
    }
    const int64_t start_ns = tcn_clock_monotonic_ns();
    (void)report(district, office, session, 2401, 1, &previous);
    assert_true(tcn_clock_monotonic_ns() - start_ns < 2 * TCN_SECOND_NS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_watcher_does_not_take_all_subscriptions, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(one_watcher_does_not_leave_names_without_end, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(one_auditor_does_not_take_all_replays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_so_many_questions_of_one_wait_for_the_state, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_report_does_not_wait_behind_questions, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("fair", tests, NULL, NULL);
}
