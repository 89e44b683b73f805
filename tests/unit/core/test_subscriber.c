/* SPDX-License-Identifier: Apache-2.0 */
#include "core/subscriber.h"

#include "trace.h"

static const struct tcn_stream one = {.mode = TCN_MODE_ACTUAL, .organ = 1};
static const struct tcn_stream two = {.mode = TCN_MODE_ACTUAL, .organ = 2};

/** A subscription to one stream with a window of 8. */
struct fixture {
    struct tcn_subscriber subscriber;
    struct trace trace;
    int64_t now_ns;
};

static void start(struct fixture *fixture) {
    struct tcn_open_stream stream = {.stream = one, .from = TCN_FROM_CURSOR};
    memset(fixture, 0, sizeof(*fixture));
    tcn_subscriber_init(&fixture->subscriber, 8, 0);
    assert_int_equal(tcn_subscriber_add(&fixture->subscriber, &stream), TCN_OK);
}

static void note(struct fixture *fixture, const char *what) {
    trace_add(&fixture->trace, "%s [%s]\n", what,
              tcn_subscriber_state_name(fixture->subscriber.state));
    assert_true(tcn_subscriber_is_sound(&fixture->subscriber));
}

/** Says all that is wanted now. */
static void pump(struct fixture *fixture) {
    for (int turn = 0; turn < 100; turn++) {
        tcn_subscriber_tick(&fixture->subscriber, fixture->now_ns);
        struct tcn_subscriber_want want =
            tcn_subscriber_want(&fixture->subscriber, fixture->now_ns);
        if (want.kind == TCN_SUBSCRIBER_WANT_NOTHING) {
            return;
        }
        if (want.kind == TCN_SUBSCRIBER_WANT_OPEN) {
            const struct tcn_open_stream *wanted = &fixture->subscriber.streams[0].wanted;
            trace_add(&fixture->trace, "-> open from %d %u\n", (int)wanted->from,
                      (unsigned)wanted->number);
        } else {
            trace_add(&fixture->trace, "-> %s %u\n",
                      want.kind == TCN_SUBSCRIBER_WANT_MOVE ? "move" : "fetch",
                      (unsigned)want.fetch.number);
        }
        tcn_subscriber_done(&fixture->subscriber, &want, fixture->now_ns);
        assert_true(tcn_subscriber_is_sound(&fixture->subscriber));
    }
    fail_msg("the subscriber never has enough");
}

static void take_head(struct fixture *fixture, uint64_t generation, uint64_t number,
                      uint64_t next) {
    const struct tcn_head head = {
        .stream = one, .generation = generation, .number = number, .next = next};
    tcn_subscriber_head(&fixture->subscriber, &head, fixture->now_ns);
    note(fixture, "head");
    pump(fixture);
}

static void open_at(struct fixture *fixture, uint64_t number, uint64_t next) {
    pump(fixture);
    tcn_subscriber_opened(&fixture->subscriber, fixture->now_ns);
    note(fixture, "opened");
    take_head(fixture, 3, number, next);
}

static void take_item(struct fixture *fixture, struct tcn_stream stream, uint64_t number) {
    static const char *const names[] = {"none", "take", "duplicate", "hole", "stranger"};
    const struct tcn_alert alert = {.stream = stream, .number = number, .generation = 1};
    enum tcn_subscriber_verdict verdict =
        tcn_subscriber_item(&fixture->subscriber, &alert, fixture->now_ns);
    trace_add(&fixture->trace, "%u ", (unsigned)number);
    note(fixture, names[verdict]);
}

static void items_that_do_not_fit_are_dropped(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    take_item(&fixture, one, 1); /* nothing is open */
    open_at(&fixture, 20, 5);
    take_item(&fixture, two, 5);
    take_item(&fixture, one, 5);
    take_item(&fixture, one, 5);
    take_item(&fixture, one, 4);
    take_item(&fixture, one, 7);
    take_item(&fixture, one, 6); /* of the session that is over */
    pump(&fixture);
    trace_expect(&fixture.trace,
                 "1 stranger [opening]\n-> open from 0 0\nopened [open]\nhead [open]\n-> fetch 12\n"
                 "5 stranger [open]\n5 take [open]\n5 duplicate [open]\n4 duplicate [open]\n"
                 "7 hole [opening]\n6 stranger [opening]\n-> open from 1 6\n");
    assert_int_equal(fixture.subscriber.hole_count, 1);
    assert_int_equal(fixture.subscriber.duplicate_count, 2);
}

static void gaps_and_resets_that_do_not_fit_are_not_told(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    struct tcn_gap gap = {.stream = one, .first = 1, .last = 4};
    struct tcn_reset reset = {.stream = one, .generation = 4, .next = 3};
    assert_false(tcn_subscriber_gap(&fixture.subscriber, &gap, 0));
    assert_false(tcn_subscriber_reset(&fixture.subscriber, &reset, 0));
    open_at(&fixture, 20, 5);
    assert_false(tcn_subscriber_gap(&fixture.subscriber, &gap, 0)); /* long past */
    gap = (struct tcn_gap){.stream = one, .first = 5, .last = UINT64_MAX};
    assert_false(tcn_subscriber_gap(&fixture.subscriber, &gap, 0));
    gap = (struct tcn_gap){.stream = two, .first = 5, .last = 6};
    assert_false(tcn_subscriber_gap(&fixture.subscriber, &gap, 0));
    gap = (struct tcn_gap){.stream = one, .first = 7, .last = 8};
    assert_false(tcn_subscriber_gap(&fixture.subscriber, &gap, 0)); /* a hole before it */
    assert_int_equal(fixture.subscriber.state, TCN_SUBSCRIBER_OPENING);
}

static void a_gap_is_told_and_passed(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    open_at(&fixture, 20, 5);
    struct tcn_gap gap = {.stream = one, .first = 5, .last = 9};
    assert_true(tcn_subscriber_gap(&fixture.subscriber, &gap, 0));
    take_item(&fixture, one, 10);
    trace_expect(&fixture.trace,
                 "-> open from 0 0\nopened [open]\nhead [open]\n-> fetch 12\n10 take [open]\n");
    assert_int_equal(tcn_subscriber_behind(&fixture.subscriber), 11);
    tcn_subscriber_taken(&fixture.subscriber, one, 10);
    assert_int_equal(tcn_subscriber_behind(&fixture.subscriber), 10);
}

static void a_reset_goes_on_where_it_says(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    open_at(&fixture, 20, 5);
    take_item(&fixture, one, 5);
    struct tcn_reset reset = {.stream = one, .generation = 4, .next = 3};
    assert_true(tcn_subscriber_reset(&fixture.subscriber, &reset, 0));
    take_head(&fixture, 4, 10, 3);
    take_item(&fixture, one, 3);
    take_head(&fixture, 5, 10, 4); /* a generation without RESET */
    trace_expect(&fixture.trace,
                 "-> open from 0 0\nopened [open]\nhead [open]\n-> fetch 12\n5 take [open]\n"
                 "head [open]\n-> fetch 10\n3 take [open]\nhead [opening]\n-> open from 1 4\n");
}

/* What was received and not kept would be passed over for good by a MOVE, and a RESET asks nobody
 * whether it was kept. */
static void a_reset_takes_nothing_for_the_user(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    open_at(&fixture, 9, 5);
    take_item(&fixture, one, 5);
    take_item(&fixture, one, 6);
    const struct tcn_reset reset = {.stream = one, .generation = 4, .next = 7};
    assert_true(tcn_subscriber_reset(&fixture.subscriber, &reset, 0));
    tcn_subscriber_opened(&fixture.subscriber, 0);
    fixture.trace.size = 0;
    pump(&fixture);
    trace_expect(&fixture.trace, "-> move 4\n-> fetch 12\n");
    fixture.trace.size = 0;
    fixture.now_ns += TCN_SUBSCRIBER_MOVE_NS;
    tcn_subscriber_taken(&fixture.subscriber, one, 6);
    pump(&fixture);
    trace_expect(&fixture.trace, "-> move 6\n");
}

/* A restored log that is ahead of us: what lies between never comes, and holds no credit. */
static void a_reset_ahead_passes_what_never_came(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    open_at(&fixture, 9, 5);
    take_item(&fixture, one, 5);
    const struct tcn_reset reset = {.stream = one, .generation = 4, .next = 100};
    assert_true(tcn_subscriber_reset(&fixture.subscriber, &reset, 0));
    assert_int_equal(fixture.subscriber.streams[0].taken, 4);
    tcn_subscriber_taken(&fixture.subscriber, one, 5);
    assert_int_equal(fixture.subscriber.streams[0].taken, 99);
    const struct tcn_reset back = {.stream = one, .generation = 5, .next = 3};
    assert_true(tcn_subscriber_reset(&fixture.subscriber, &back, 0));
    assert_int_equal(fixture.subscriber.streams[0].taken, 2);
    assert_int_equal(fixture.subscriber.streams[0].gap, 0);
    assert_true(tcn_subscriber_is_sound(&fixture.subscriber));
}

static void a_head_that_is_further_means_that_items_were_lost(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    open_at(&fixture, 20, 5);
    fixture.trace.size = 0;
    take_head(&fixture, 3, 20, 7);
    trace_expect(&fixture.trace, "head [opening]\n-> open from 1 5\n");
}

static void words_that_were_lost_are_said_again(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    open_at(&fixture, 20, 5);
    fixture.trace.size = 0;
    take_head(&fixture, 3, 20, 5); /* there is more, and it did not come: no credit */
    take_item(&fixture, one, 5);
    tcn_subscriber_taken(&fixture.subscriber, one, 5);
    pump(&fixture);
    tcn_subscriber_lost(&fixture.subscriber); /* perhaps before the MOVE arrived */
    open_at(&fixture, 20, 6);
    trace_expect(&fixture.trace,
                 "head [open]\n-> fetch 12\n5 take [open]\n-> move 5\n-> open from 1 6\n"
                 "opened [open]\nhead [open]\n-> move 5\n-> fetch 13\n");
}

static void credit_follows_what_was_taken(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    open_at(&fixture, 100, 1);
    for (uint64_t number = 1; number <= 8; number++) {
        take_item(&fixture, one, number);
    }
    fixture.trace.size = 0;
    pump(&fixture); /* the application has taken none: no more credit */
    tcn_subscriber_taken(&fixture.subscriber, one, 99); /* was not received */
    tcn_subscriber_taken(&fixture.subscriber, one, 3);
    tcn_subscriber_taken(&fixture.subscriber, one, 2);
    tcn_subscriber_taken(&fixture.subscriber, two, 2);
    pump(&fixture);
    tcn_subscriber_taken(&fixture.subscriber, one, 8);
    pump(&fixture); /* moved a moment ago */
    fixture.now_ns += TCN_SUBSCRIBER_MOVE_NS;
    pump(&fixture);
    trace_expect(&fixture.trace, "-> move 3\n-> fetch 11\n-> fetch 16\n-> move 8\n");
}

static void after_a_while_without_a_word_the_last_fetch_is_said_again(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    open_at(&fixture, 0, 1);
    fixture.trace.size = 0;
    struct tcn_subscriber_want want = tcn_subscriber_want(&fixture.subscriber, 0);
    assert_true(want.deadline_ns == TCN_SUBSCRIBER_PROBE_NS);
    pump(&fixture);
    fixture.now_ns = want.deadline_ns;
    pump(&fixture);
    pump(&fixture); /* once for each while */
    fixture.now_ns += TCN_SUBSCRIBER_PROBE_NS;
    take_item(&fixture, one, 1); /* a word: not now */
    pump(&fixture);
    fixture.now_ns += TCN_SUBSCRIBER_PROBE_NS;
    pump(&fixture);
    trace_expect(&fixture.trace, "-> fetch 8\n1 take [open]\n-> fetch 8\n");
}

static void forty_seconds_without_a_word_are_silence(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    open_at(&fixture, 0, 1);
    fixture.trace.size = 0;
    int64_t deadline_ns = TCN_SUBSCRIBER_SILENCE_NS;
    fixture.now_ns = deadline_ns - 1;
    pump(&fixture);
    fixture.trace.size = 0;
    note(&fixture, "before");
    fixture.now_ns = deadline_ns;
    pump(&fixture);
    note(&fixture, "after");
    pump(&fixture);
    fixture.now_ns += TCN_SUBSCRIBER_OPEN_RETRY_NS;
    pump(&fixture);
    take_item(&fixture, one, 1); /* it was there all the time */
    trace_expect(&fixture.trace, "before [open]\n-> open from 1 1\nafter [silent]\n"
                                 "-> open from 1 1\n1 take [open]\n");
}

static void an_open_without_an_answer_is_said_again_and_becomes_silence(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    for (int i = 0; i < 10; i++) {
        pump(&fixture);
        fixture.now_ns = tcn_subscriber_want(&fixture.subscriber, fixture.now_ns).deadline_ns;
    }
    assert_true(fixture.now_ns == 10 * TCN_SUBSCRIBER_OPEN_RETRY_NS);
    note(&fixture, "at the end");
    tcn_subscriber_lost(&fixture.subscriber);
    note(&fixture, "lost");
    fixture.trace.size = 0;
    open_at(&fixture, 0, 1);
    trace_expect(&fixture.trace, "-> open from 0 0\nopened [open]\nhead [open]\n-> fetch 8\n");
}

/** A gap of numbers first to last. */
static void take_gap(struct fixture *fixture, uint64_t first, uint64_t last) {
    const struct tcn_gap gap = {.stream = one, .first = first, .last = last};
    assert_true(tcn_subscriber_gap(&fixture->subscriber, &gap, fixture->now_ns));
    note(fixture, "gap");
}

static void gaps_hold_no_credit(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    open_at(&fixture, 40, 1);
    take_item(&fixture, one, 1);
    fixture.trace.size = 0;
    take_gap(&fixture, 2, 3); /* the item before it is not taken yet */
    take_gap(&fixture, 4, 8);
    pump(&fixture);
    tcn_subscriber_taken(&fixture.subscriber, one, 1);
    pump(&fixture);
    take_gap(&fixture, 9, 16); /* a whole window of them, one after the other */
    fixture.now_ns += TCN_SUBSCRIBER_MOVE_NS;
    pump(&fixture);
    take_item(&fixture, one, 17);
    trace_expect(&fixture.trace, "gap [open]\ngap [open]\n-> move 8\n-> fetch 16\n"
                                 "gap [open]\n-> move 16\n-> fetch 24\n17 take [open]\n");
}

static void an_open_that_is_put_off_is_not_said_at_once(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    for (int i = 0; i < 3; i++) {
        pump(&fixture);
        tcn_subscriber_put_off(&fixture.subscriber);
        pump(&fixture);
        note(&fixture, "later");
        fixture.now_ns = tcn_subscriber_want(&fixture.subscriber, fixture.now_ns).deadline_ns;
        assert_true(fixture.now_ns == (i + 1) * TCN_SUBSCRIBER_OPEN_RETRY_NS);
    }
    trace_expect(&fixture.trace, "-> open from 0 0\nlater [opening]\n"
                                 "-> open from 0 0\nlater [opening]\n"
                                 "-> open from 0 0\nlater [opening]\n");
}

static void a_generation_that_changed_meanwhile_is_reset_not_asked_for_ever(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    open_at(&fixture, 9, 5);
    take_item(&fixture, one, 5);
    tcn_subscriber_taken(&fixture.subscriber, one, 5);
    tcn_subscriber_lost(&fixture.subscriber);
    pump(&fixture);
    fixture.trace.size = 0;
    tcn_subscriber_opened(&fixture.subscriber, fixture.now_ns);
    take_head(&fixture, 4, 3, 4); /* as OPENED has it */
    const struct tcn_reset reset = {.stream = one, .generation = 4, .next = 4};
    assert_true(tcn_subscriber_reset(&fixture.subscriber, &reset, fixture.now_ns));
    take_head(&fixture, 4, 3, 4);
    take_item(&fixture, one, 4);
    take_head(&fixture, 5, 3, 4); /* and yet another, with no RESET */
    trace_expect(&fixture.trace, "head [open]\n-> move 5\n-> fetch 13\nhead [open]\n"
                                 "-> fetch 11\n4 take [open]\nhead [opening]\n"
                                 "-> open from 1 5\n");
}

static void streams_are_added_once_and_eight_at_most(void **state) {
    (void)state;
    struct tcn_subscriber subscriber;
    tcn_subscriber_init(&subscriber, 0, 0);
    assert_int_equal(subscriber.window, TCN_SUBSCRIBER_WINDOW);
    for (uint16_t organ = 1; organ <= TCN_OPEN_STREAMS_MAX; organ++) {
        struct tcn_open_stream stream = {.stream = {TCN_MODE_ACTUAL, organ}};
        assert_int_equal(tcn_subscriber_add(&subscriber, &stream), TCN_OK);
        assert_int_equal(tcn_subscriber_add(&subscriber, &stream), TCN_EXISTS);
    }
    struct tcn_open_stream more = {.stream = {TCN_MODE_ACTUAL, 99}};
    assert_int_equal(tcn_subscriber_add(&subscriber, &more), TCN_LIMIT);
    assert_false(tcn_subscriber_may_move((enum tcn_subscriber_state)9, TCN_SUBSCRIBER_OPEN));
    assert_string_equal(tcn_subscriber_state_name((enum tcn_subscriber_state)9), "none");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_that_do_not_fit_are_dropped),
        cmocka_unit_test(gaps_and_resets_that_do_not_fit_are_not_told),
        cmocka_unit_test(a_gap_is_told_and_passed),
        cmocka_unit_test(a_reset_goes_on_where_it_says),
        cmocka_unit_test(a_reset_takes_nothing_for_the_user),
        cmocka_unit_test(a_reset_ahead_passes_what_never_came),
        cmocka_unit_test(a_head_that_is_further_means_that_items_were_lost),
        cmocka_unit_test(words_that_were_lost_are_said_again),
        cmocka_unit_test(credit_follows_what_was_taken),
        cmocka_unit_test(after_a_while_without_a_word_the_last_fetch_is_said_again),
        cmocka_unit_test(forty_seconds_without_a_word_are_silence),
        cmocka_unit_test(an_open_without_an_answer_is_said_again_and_becomes_silence),
        cmocka_unit_test(gaps_hold_no_credit),
        cmocka_unit_test(an_open_that_is_put_off_is_not_said_at_once),
        cmocka_unit_test(a_generation_that_changed_meanwhile_is_reset_not_asked_for_ever),
        cmocka_unit_test(streams_are_added_once_and_eight_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
