/* SPDX-License-Identifier: Apache-2.0 */
/* What all readers together may take of a collector: up to each total everybody is served, the next
 * is told so, the others keep what they have, and what one gives back another gets. */
/* ctest-uses: broker query core store wire link seal */
/* ctest-timeout: 120 */
#include "district.h"

#define READERS(total, own) ((total) / (own) + 1)
#define CROWD READERS(TCN_SUBSCRIPTIONS_MAX, TCN_PRINCIPAL_SUBSCRIPTIONS_MAX)
#define FAR 1000000 /* a position that no state comes to */

static struct peer crowd[CROWD];

static int crowd_set_up(void **state) {
    *state = district_make(CROWD);
    memset(crowd, 0, sizeof(crowd));
    return 0;
}

static int crowd_tear_down(void **state) {
    for (size_t i = 0; i < CROWD; i++) {
        leave(&crowd[i]);
    }
    return tear_down(state);
}

/* So many reports are in the log and in the state; then the first `count` readers join. */
static void begin(struct district *district, uint32_t report_count, size_t count) {
    struct tcn_answer answer;
    const struct tcn_query query = {.kind = TCN_QUERY_MATTERS,
                                    .at_least_position = TCN_QUERY_LATEST};
    connect_peer(district, &district->office, TCN_FORGE_AGENT_A);
    (void)report(district, &district->office, greet(district, &district->office), 1, report_count,
                 NULL);
    assert_true(count <= CROWD);
    for (size_t i = 0; i < count; i++) {
        connect_with(district, &crowd[i], &district->place->forge.crowd_keys[i]);
        ask(district, &crowd[i], &query, &answer);
        assert_int_equal(answer.code, TCN_OK);
    }
}

static enum tcn_kind open_named(struct district *district, struct peer *peer, const char *name) {
    uint8_t data[512];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_open open = {.name = tcn_slice_text(name), .stream_count = 1};
    open.streams[0] = (struct tcn_open_stream){.stream = SAFETY_STREAM, .from = TCN_FROM_CURSOR};
    struct tcn_slice body;
    assert_int_equal(tcn_wire_open_encode(&open, &writer, &body), TCN_OK);
    request(district, peer, TCN_KIND_OPEN, body);
    return hear(peer);
}

static void say_replay(struct district *district, struct peer *peer) {
    uint8_t data[256];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_replay replay = {.credit_items = 1, .organ = TCN_FORGE_SAFETY};
    struct tcn_slice body;
    assert_int_equal(tcn_wire_replay_encode(&replay, &writer, &body), TCN_OK);
    request(district, peer, TCN_KIND_REPLAY, body);
}

static void say_question(struct district *district, struct peer *peer, uint64_t position) {
    uint8_t data[256];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_query query = {.kind = TCN_QUERY_MATTERS, .at_least_position = position};
    struct tcn_slice body;
    assert_int_equal(tcn_wire_query_encode(&query, &writer, &body), TCN_OK);
    request(district, peer, TCN_KIND_ASK, body);
}

static void expect_limit(struct district *district, struct peer *peer) {
    assert_int_equal(hear(peer), TCN_KIND_ERROR);
    assert_int_equal(refusal_code(district, peer), TCN_LIMIT);
}

static void all_subscriptions_are_shared(void **state) {
    struct district *district = *state;
    struct peer *late = &crowd[CROWD - 1];
    char name[16];
    begin(district, 2, CROWD);
    for (size_t i = 0; i < TCN_SUBSCRIPTIONS_MAX; i++) {
        (void)snprintf(name, sizeof(name), "n%zu", i % TCN_PRINCIPAL_SUBSCRIPTIONS_MAX);
        struct peer *peer = &crowd[i / TCN_PRINCIPAL_SUBSCRIPTIONS_MAX];
        assert_int_equal(open_named(district, peer, name), TCN_KIND_OPENED);
    }
    assert_int_equal(open_named(district, late, "late"), TCN_KIND_ERROR);
    assert_int_equal(refusal_code(district, late), TCN_LIMIT);
    say_place(&crowd[0], TCN_KIND_FETCH, SAFETY_STREAM, 1); /* the others go on */
    assert_int_equal(hear(&crowd[0]), TCN_KIND_ITEMS);
    send_frames(&crowd[0], TCN_KIND_CLOSE, crowd[0].header.session, NULL, 0);
    say_question(district, &crowd[0], 0); /* behind it */
    assert_int_equal(hear(&crowd[0]), TCN_KIND_ANSWER);
    uint32_t code = TCN_BUSY; /* while the other one closes: come again */
    while (code == TCN_BUSY) {
        const bool is_open = open_named(district, late, "late") == TCN_KIND_OPENED;
        code = is_open ? TCN_OK : refusal_code(district, late);
    }
    assert_int_equal(code, TCN_OK);
    assert_int_equal(open_named(district, late, "later"), TCN_KIND_ERROR);
    assert_int_equal(refusal_code(district, late), TCN_LIMIT);
    /* A name that is open is taken over; the other row is free as soon as it is closed. */
    assert_int_equal(open_named(district, &crowd[1], "n0"), TCN_KIND_ERROR);
    assert_int_equal(refusal_code(district, &crowd[1]), TCN_BUSY);
}

static void all_replays_are_shared(void **state) {
    struct district *district = *state;
    const size_t count = READERS(TCN_REPLAYS_MAX, TCN_PRINCIPAL_REPLAYS_MAX);
    struct peer *late = &crowd[count - 1];
    begin(district, 2, count);
    for (size_t i = 0; i < TCN_REPLAYS_MAX; i++) {
        struct peer *peer = &crowd[i / TCN_PRINCIPAL_REPLAYS_MAX];
        say_replay(district, peer);
        assert_int_equal(hear(peer), TCN_KIND_REPLAY_ITEMS);
    }
    say_replay(district, late);
    expect_limit(district, late);
    say_place(&crowd[0], TCN_KIND_REPLAY_FETCH, SAFETY_STREAM, 2); /* the others go on */
    assert_int_equal(hear(&crowd[0]), TCN_KIND_REPLAY_ITEMS);
    assert_int_equal(hear(&crowd[0]), TCN_KIND_END); /* and one of them is over */
    say_replay(district, late);
    assert_int_equal(hear(late), TCN_KIND_REPLAY_ITEMS);
    say_replay(district, late);
    expect_limit(district, late);
    crowd[1].request = crowd[1].last_request;
    send_frames(&crowd[1], TCN_KIND_CANCEL, 0, NULL, 0);
    assert_int_equal(hear(&crowd[1]), TCN_KIND_END);
    say_replay(district, late);
    assert_int_equal(hear(late), TCN_KIND_REPLAY_ITEMS);
}

static void all_questions_that_wait_are_shared(void **state) {
    struct district *district = *state;
    const size_t count = READERS(TCN_QUESTIONS_MAX, TCN_PRINCIPAL_QUESTIONS_MAX);
    struct peer *late = &crowd[count - 1];
    const uint64_t soon = 1 + 1 + 2 + 1; /* genesis, HELLO, two reports, and the next one */
    begin(district, 2, count);
    for (size_t i = 0; i + 1 < count; i++) {
        for (uint32_t j = 0; j < TCN_PRINCIPAL_QUESTIONS_MAX; j++) {
            say_question(district, &crowd[i], i == 0 && j == 0 ? soon : FAR);
        }
        say_question(district, &crowd[i], FAR);
        expect_limit(district, &crowd[i]); /* its own: the others of it wait by now */
    }
    say_question(district, late, FAR);
    expect_limit(district, late);
    say_question(district, late, 0); /* what need not wait goes on */
    assert_int_equal(hear(late), TCN_KIND_ANSWER);
    const struct tcn_hash previous = district->chunk.hash;
    const uint64_t session = greet(district, &district->office);
    (void)report(district, &district->office, session, 3, 1, &previous);
    crowd[0].last_request = 0; /* what is answered is not the last that was asked */
    assert_int_equal(hear(&crowd[0]), TCN_KIND_ANSWER);
    say_question(district, late, FAR);
    say_question(district, late, FAR);
    expect_limit(district, late); /* the second: the first of them waits */
    assert_int_equal(late->header.request, late->last_request);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_subscriptions_are_shared, crowd_set_up,
                                        crowd_tear_down),
        cmocka_unit_test_setup_teardown(all_replays_are_shared, crowd_set_up, crowd_tear_down),
        cmocka_unit_test_setup_teardown(all_questions_that_wait_are_shared, crowd_set_up,
                                        crowd_tear_down),
    };
    return cmocka_run_group_tests_name("totals", tests, NULL, NULL);
}
