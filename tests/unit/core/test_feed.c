/* SPDX-License-Identifier: Apache-2.0 */
#include "core/feed.h"

#include "trace.h"

#define GENERATION 3u

static const struct tcn_stream one = {.mode = TCN_MODE_ACTUAL, .organ = 1};
static const struct tcn_stream two = {.mode = TCN_MODE_ACTUAL, .organ = 2};
static const struct tcn_stream other = {.mode = TCN_MODE_EXERCISE, .organ = 1};

/** Does all that is wanted now and writes it down. */
static void pump(struct tcn_feed *feed, struct trace *trace, int64_t now_ns) {
    for (int turn = 0; turn < 200; turn++) {
        struct tcn_feed_want want = tcn_feed_want(feed, now_ns);
        if (want.kind == TCN_FEED_WANT_NOTHING) {
            return;
        }
        trace_add(trace, "%s %u", tcn_feed_want_name(want.kind), want.stream.organ);
        if (want.kind == TCN_FEED_WANT_SEND || want.kind == TCN_FEED_WANT_GAP) {
            trace_add(trace, ":%u-%u", (unsigned)want.first, (unsigned)want.last);
        } else if (want.kind == TCN_FEED_WANT_STORE) {
            trace_add(trace, ":%u", (unsigned)want.last);
        } else {
            trace_add(trace, ":%u of %u", (unsigned)want.first, (unsigned)want.last);
        }
        trace_add(trace, "\n");
        tcn_feed_done(feed, &want, now_ns);
        assert_true(tcn_feed_is_sound(feed));
    }
    fail_msg("the feed never has enough");
}

static struct tcn_feed_start start_of(struct tcn_stream stream, enum tcn_from from, uint64_t head) {
    return (struct tcn_feed_start){.wanted = {.stream = stream, .from = from},
                                   .generation = GENERATION,
                                   .fork = UINT64_MAX,
                                   .head = head};
}

static void open_one(struct tcn_feed *feed, const struct tcn_feed_start *start) {
    tcn_feed_init(feed, true);
    assert_int_equal(tcn_feed_add(feed, start), TCN_OK);
}

static struct tcn_fetch fetch_of(struct tcn_stream stream, uint64_t number) {
    return (struct tcn_fetch){.stream = stream, .number = number, .generation = GENERATION};
}

static void fetch(struct tcn_feed *feed, struct tcn_stream stream, uint64_t number) {
    struct tcn_fetch wanted = fetch_of(stream, number);
    assert_int_equal(tcn_feed_fetch(feed, &wanted), TCN_OK);
}

static void words_that_do_not_fit_are_refused(void **state) {
    (void)state;
    struct tcn_feed feed;
    struct trace trace = {.size = 0};
    struct tcn_feed_start start = start_of(one, TCN_FROM_CURSOR, 5);
    open_one(&feed, &start);
    assert_int_equal(tcn_feed_add(&feed, &start), TCN_EXISTS);
    pump(&feed, &trace, 0);
    fetch(&feed, one, 3);
    pump(&feed, &trace, 0);
    struct tcn_fetch wrong = fetch_of(two, 1);
    assert_int_equal(tcn_feed_fetch(&feed, &wrong), TCN_ABSENT);
    assert_int_equal(tcn_feed_move(&feed, &wrong), TCN_ABSENT);
    wrong = fetch_of(other, 1);
    assert_int_equal(tcn_feed_move(&feed, &wrong), TCN_ABSENT);
    wrong = fetch_of(one, 1);
    wrong.generation = GENERATION - 1;
    assert_int_equal(tcn_feed_fetch(&feed, &wrong), TCN_STALE);
    assert_int_equal(tcn_feed_move(&feed, &wrong), TCN_STALE);
    wrong = fetch_of(one, 4); /* not sent yet */
    assert_int_equal(tcn_feed_move(&feed, &wrong), TCN_BAD_VALUE);
    wrong.number = UINT64_MAX;
    assert_int_equal(tcn_feed_move(&feed, &wrong), TCN_BAD_VALUE);
    trace_expect(&trace, "head 1:1 of 5\nsend 1:1-3\n");
}

static void a_ninth_stream_is_one_too_many(void **state) {
    (void)state;
    struct tcn_feed feed;
    tcn_feed_init(&feed, false);
    for (uint16_t organ = 1; organ <= TCN_OPEN_STREAMS_MAX + 1; organ++) {
        struct tcn_stream stream = {.mode = TCN_MODE_ACTUAL, .organ = organ};
        struct tcn_feed_start start = start_of(stream, TCN_FROM_NOW, 0);
        assert_int_equal(tcn_feed_add(&feed, &start),
                         organ <= TCN_OPEN_STREAMS_MAX ? TCN_OK : TCN_LIMIT);
    }
}

static void items_go_out_within_the_credit_and_without_a_hole(void **state) {
    (void)state;
    struct tcn_feed feed;
    struct trace trace = {.size = 0};
    struct tcn_feed_start start = start_of(one, TCN_FROM_CURSOR, 5);
    open_one(&feed, &start);
    pump(&feed, &trace, 0);
    fetch(&feed, one, 3);
    fetch(&feed, one, 2); /* less changes nothing */
    pump(&feed, &trace, 0);
    fetch(&feed, one, 100);
    pump(&feed, &trace, 0);
    tcn_feed_grew(&feed, one, 7);
    tcn_feed_grew(&feed, one, 6);
    tcn_feed_grew(&feed, two, 9);
    pump(&feed, &trace, 0);
    trace_expect(&trace, "head 1:1 of 5\nsend 1:1-3\nsend 1:4-5\nsend 1:6-7\n");
    tcn_feed_grew(&feed, one, 1000);
    fetch(&feed, one, 1000);
    pump(&feed, &trace, 0);
    trace_expect(&trace, "send 1:8-263\nsend 1:264-519\nsend 1:520-775\nsend 1:776-1000\n");
}

static void a_subscriber_without_credit_gets_one_hint(void **state) {
    (void)state;
    struct tcn_feed feed;
    struct trace trace = {.size = 0};
    struct tcn_feed_start start = start_of(one, TCN_FROM_NOW, 5);
    open_one(&feed, &start);
    feed.streams[0].stored = 5;
    pump(&feed, &trace, 0);
    tcn_feed_grew(&feed, one, 6);
    pump(&feed, &trace, 0);
    tcn_feed_grew(&feed, one, 7);
    pump(&feed, &trace, 0);
    fetch(&feed, one, 7);
    pump(&feed, &trace, 0);
    trace_expect(&trace, "head 1:6 of 5\nhead 1:6 of 6\nsend 1:6-7\n");
}

static void a_head_goes_out_every_ten_seconds(void **state) {
    (void)state;
    struct tcn_feed feed;
    struct trace trace = {.size = 0};
    struct tcn_feed_start start = start_of(one, TCN_FROM_CURSOR, 0);
    open_one(&feed, &start);
    pump(&feed, &trace, 0);
    assert_true(tcn_feed_want(&feed, 0).deadline_ns == TCN_FEED_HEARTBEAT_NS);
    pump(&feed, &trace, TCN_FEED_HEARTBEAT_NS - 1);
    trace_expect(&trace, "head 1:1 of 0\n");
    pump(&feed, &trace, TCN_FEED_HEARTBEAT_NS);
    trace_expect(&trace, "head 1:1 of 0\n");
}

static void a_gap_comes_before_the_next_item(void **state) {
    (void)state;
    struct tcn_feed feed;
    struct trace trace = {.size = 0};
    struct tcn_feed_start start = start_of(one, TCN_FROM_CURSOR, 9);
    open_one(&feed, &start);
    fetch(&feed, one, 9);
    tcn_feed_lost(&feed, one, 4, TCN_CORRUPT);
    pump(&feed, &trace, 0);
    tcn_feed_lost(&feed, one, 3, TCN_CORRUPT); /* long past */
    tcn_feed_lost(&feed, one, 99, TCN_CORRUPT);
    pump(&feed, &trace, 0);
    trace_expect(&trace, "head 1:1 of 9\ngap 1:1-4\nsend 1:5-9\n");
}

static void every_start_begins_at_its_place(void **state) {
    (void)state;
    static const struct {
        const char *why;
        enum tcn_from from;
        uint64_t number, generation, cursor, cursor_generation, fork;
        const char *expected;
    } cases[] = {
        {"no cursor", TCN_FROM_CURSOR, 0, 0, 0, 0, UINT64_MAX, "head 1:1 of 50\n"},
        {"a cursor", TCN_FROM_CURSOR, 0, 0, 20, 3, UINT64_MAX, "head 1:21 of 50\n"},
        {"an old cursor below the fork", TCN_FROM_CURSOR, 0, 0, 20, 2, 30,
         "reset 1:21 of 50\nhead 1:21 of 50\n"},
        {"an old cursor above the fork", TCN_FROM_CURSOR, 0, 0, 40, 2, 30,
         "reset 1:31 of 50\nhead 1:31 of 50\n"},
        {"a cursor beyond the head", TCN_FROM_CURSOR, 0, 0, 60, 3, UINT64_MAX, "head 1:61 of 60\n"},
        {"a number", TCN_FROM_NUMBER, 10, 3, 20, 3, UINT64_MAX, "head 1:10 of 50\n"},
        {"number 0", TCN_FROM_NUMBER, 0, 3, 0, 0, UINT64_MAX, "head 1:1 of 50\n"},
        {"a number of no generation", TCN_FROM_NUMBER, 10, 0, 20, 3, 5, "head 1:10 of 50\n"},
        {"an old number above the fork", TCN_FROM_NUMBER, 10, 2, 20, 3, 5,
         "reset 1:6 of 50\nhead 1:6 of 50\n"},
        {"a number beyond the head", TCN_FROM_NUMBER, 99, 3, 20, 3, UINT64_MAX,
         "head 1:99 of 98\n"},
        {"one that somebody typed", TCN_FROM_NUMBER, 99, 0, 20, 3, UINT64_MAX,
         "reset 1:51 of 50\nhead 1:51 of 50\n"},
        {"now", TCN_FROM_NOW, 0, 0, 20, 3, UINT64_MAX, "head 1:51 of 50\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct tcn_feed feed;
        struct trace trace = {.size = 0};
        struct tcn_feed_start start = start_of(one, cases[i].from, 50);
        start.wanted.number = cases[i].number;
        start.wanted.generation = cases[i].generation;
        start.cursor = cases[i].cursor;
        start.cursor_generation = cases[i].cursor_generation;
        start.fork = cases[i].fork;
        open_one(&feed, &start);
        assert_true(tcn_feed_is_sound(&feed));
        pump(&feed, &trace, 0);
        if (strcmp(trace.text, cases[i].expected) != 0) {
            fail_msg("%s: %s", cases[i].why, trace.text);
        }
    }
}

static void cursors_are_stored_once_a_second_and_never_go_back(void **state) {
    (void)state;
    struct tcn_feed feed;
    struct trace trace = {.size = 0};
    struct tcn_feed_start start = start_of(one, TCN_FROM_CURSOR, 9);
    open_one(&feed, &start);
    start = start_of(two, TCN_FROM_CURSOR, 9);
    assert_int_equal(tcn_feed_add(&feed, &start), TCN_OK);
    fetch(&feed, one, 9);
    fetch(&feed, two, 9);
    pump(&feed, &trace, 5);
    trace_expect(&trace, "head 1:1 of 9\nsend 1:1-9\nhead 2:1 of 9\nsend 2:1-9\n");
    static const struct {
        int64_t now_ns;
        uint64_t number;
        const char *expected;
    } moves[] = {
        {10, 3, "store 1:3\nstore 2:3\n"},
        {20, 4, ""},
        {30, 5, ""},
        {40, 2, ""}, /* back: nothing */
        {1000000010, 2, "store 1:5\nstore 2:5\n"},
        {3000000000, 5, ""},
    };
    for (size_t i = 0; i < COUNT_OF(moves); i++) {
        struct tcn_fetch move = fetch_of(one, moves[i].number);
        assert_int_equal(tcn_feed_move(&feed, &move), TCN_OK);
        move.stream = two;
        assert_int_equal(tcn_feed_move(&feed, &move), TCN_OK);
        pump(&feed, &trace, moves[i].now_ns);
        assert_string_equal(trace.text, moves[i].expected);
        memset(&trace, 0, sizeof(trace));
    }
    struct tcn_fetch move = fetch_of(one, 9);
    assert_int_equal(tcn_feed_move(&feed, &move), TCN_OK);
    pump(&feed, &trace, 3000000001);
    trace_expect(&trace, "store 1:9\n");
}

static void only_move_says_that_something_is_kept(void **state) {
    (void)state;
    struct tcn_feed feed;
    struct trace trace = {.size = 0};
    struct tcn_feed_start start = start_of(one, TCN_FROM_NUMBER, 9);
    start.wanted.number = 6; /* it has received up to 5, and kept less */
    start.wanted.generation = GENERATION;
    start.cursor = 2;
    start.cursor_generation = GENERATION;
    open_one(&feed, &start);
    pump(&feed, &trace, 5);
    struct tcn_fetch move = fetch_of(one, 4);
    assert_int_equal(tcn_feed_move(&feed, &move), TCN_OK);
    pump(&feed, &trace, 6);
    trace_expect(&trace, "head 1:6 of 9\nstore 1:4\n");
}

static void a_leaving_subscriber_has_its_cursor_stored_at_once(void **state) {
    (void)state;
    for (int durable = 0; durable < 2; durable++) {
        struct tcn_feed feed;
        struct trace trace = {.size = 0};
        struct tcn_feed_start start = start_of(one, TCN_FROM_CURSOR, 9);
        tcn_feed_init(&feed, durable == 1);
        assert_int_equal(tcn_feed_add(&feed, &start), TCN_OK);
        fetch(&feed, one, 9);
        pump(&feed, &trace, 5);
        struct tcn_fetch move = fetch_of(one, 2);
        assert_int_equal(tcn_feed_move(&feed, &move), TCN_OK);
        pump(&feed, &trace, 6);
        move.number = 7;
        assert_int_equal(tcn_feed_move(&feed, &move), TCN_OK);
        tcn_feed_close(&feed);
        pump(&feed, &trace, 7);
        tcn_feed_grew(&feed, one, 20);
        pump(&feed, &trace, 8);
        trace_expect(&trace, durable == 1 ? "head 1:1 of 9\nsend 1:1-9\nstore 1:2\nstore 1:7\n"
                                          : "head 1:1 of 9\nsend 1:1-9\n");
    }
}

static void streams_take_turns(void **state) {
    (void)state;
    struct tcn_feed feed;
    struct trace trace = {.size = 0};
    struct tcn_feed_start start = start_of(one, TCN_FROM_CURSOR, 600);
    open_one(&feed, &start);
    start = start_of(two, TCN_FROM_CURSOR, 300);
    assert_int_equal(tcn_feed_add(&feed, &start), TCN_OK);
    pump(&feed, &trace, 0);
    fetch(&feed, one, 600);
    fetch(&feed, two, 300);
    pump(&feed, &trace, 0);
    trace_expect(&trace, "head 1:1 of 600\nhead 2:1 of 300\nsend 1:1-256\nsend 2:1-256\n"
                         "send 1:257-512\nsend 2:257-300\nsend 1:513-600\n");
    assert_string_equal(tcn_feed_want_name((enum tcn_feed_want_kind)99), "nothing");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_that_do_not_fit_are_refused),
        cmocka_unit_test(a_ninth_stream_is_one_too_many),
        cmocka_unit_test(items_go_out_within_the_credit_and_without_a_hole),
        cmocka_unit_test(a_subscriber_without_credit_gets_one_hint),
        cmocka_unit_test(a_head_goes_out_every_ten_seconds),
        cmocka_unit_test(a_gap_comes_before_the_next_item),
        cmocka_unit_test(every_start_begins_at_its_place),
        cmocka_unit_test(cursors_are_stored_once_a_second_and_never_go_back),
        cmocka_unit_test(only_move_says_that_something_is_kept),
        cmocka_unit_test(a_leaving_subscriber_has_its_cursor_stored_at_once),
        cmocka_unit_test(streams_take_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
