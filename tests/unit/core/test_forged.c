/* SPDX-License-Identifier: Apache-2.0 */
/* What a broker that was taken over may say: made up, kept from earlier, or about something else.
 * None of it moves a mark or costs an event its place. */
#include "lane.h"

/** A lane of three chunks in flight behind one that is acknowledged. */
static void start_sending(struct fixture *fixture) {
    start(fixture, 4, 1);
    connect_lane(fixture);
    take_mark(fixture, 1);
    fixture->trace.size = 0;
}

/** An answer that the collector did not sign. */
static void take_forged(struct fixture *fixture, const char *what) {
    struct tcn_outlane_actions actions;
    tcn_outlane_forged(&fixture->lane, fixture->now_ns, &actions);
    note(fixture, what, &actions);
}

static void only_the_last_hello_is_answered(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 2, 1);
    connect_lane(&fixture);
    struct tcn_welcome old = welcome_of(2, 1000);
    old.hello_hash = hello_hash(&fixture);
    fixture.now_ns += 100 * SECOND_NS;
    pump(&fixture);
    fixture.trace.size = 0;
    take_any_welcome(&fixture, &old); /* late, or kept by somebody: high mark or low, it is old */
    old.mark_sequence = 0;
    old.is_fenced = true;
    take_any_welcome(&fixture, &old);
    old.hello_hash = (struct tcn_hash){{0}};
    take_any_welcome(&fixture, &old);
    assert_int_equal(fixture.lane.stray_count, 3);
    assert_int_equal(fixture.lane.facts.acked_sequence, 1);
    take_mark(&fixture, 1);
    trace_expect(&fixture.trace,
                 "welcome: [hello_said]\nwelcome: [hello_said]\nwelcome: [hello_said]\n"
                 "welcome: [open]\n-> chunk 2\n");
}

/* The table of what a forged answer does in each state: OPEN and SETTLING ask again, all others
 * stay; the mark stays in all. */
static void a_forged_answer_moves_no_mark_in_any_state(void **state) {
    (void)state;
    static const struct {
        enum tcn_outlane_state from;
        enum tcn_outlane_state to;
    } cases[] = {
        {TCN_OUTLANE_DOWN, TCN_OUTLANE_DOWN},
        {TCN_OUTLANE_GREETING, TCN_OUTLANE_GREETING},
        {TCN_OUTLANE_HELLO_SAID, TCN_OUTLANE_HELLO_SAID},
        {TCN_OUTLANE_OPEN, TCN_OUTLANE_GREETING},
        {TCN_OUTLANE_HELD, TCN_OUTLANE_HELD},
        {TCN_OUTLANE_RECUTTING, TCN_OUTLANE_RECUTTING},
        {TCN_OUTLANE_SETTLING, TCN_OUTLANE_GREETING},
        {TCN_OUTLANE_SETTLED, TCN_OUTLANE_SETTLED},
        {TCN_OUTLANE_FENCED, TCN_OUTLANE_FENCED},
        {TCN_OUTLANE_ORPHAN, TCN_OUTLANE_ORPHAN},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture fixture;
        start(&fixture, 4, 1);
        fixture.lane.is_connected = cases[i].from != TCN_OUTLANE_DOWN;
        fixture.lane.state = cases[i].from;
        fixture.lane.deadline_ns = fixture.now_ns + SECOND_NS;
        take_forged(&fixture, "forged");
        assert_int_equal(fixture.lane.state, cases[i].to);
        assert_int_equal(fixture.lane.facts.acked_sequence, 1);
        assert_int_equal(fixture.lane.facts.cut_sequence, 4);
        assert_int_equal(fixture.lane.forged_count, 1);
    }
}

static void after_a_forged_acknowledgement_the_chunks_are_sent_again(void **state) {
    (void)state;
    struct fixture fixture;
    start_sending(&fixture);
    take_ack(&fixture, 2); /* genuine */
    take_forged(&fixture, "forged");
    pump(&fixture);
    take_mark(&fixture, 3); /* the log has 3 as well, of which the receipt is still owed */
    take_ack(&fixture, 3);
    pump(&fixture);
    take_ack(&fixture, 4);
    trace_expect(&fixture.trace, "ack: acked 2@502 [open]\nforged: alarm bad_signature [greeting]\n"
                                 "-> hello: [hello_said]\nwelcome: [open]\n-> chunk 3\n"
                                 "ack: acked 3@503 [open]\n-> chunk 4\nack: acked 4@504 [open]\n");
}

static void forged_answers_are_told_once_an_hour_and_asked_after_ever_later(void **state) {
    (void)state;
    struct fixture fixture;
    start_sending(&fixture);
    int64_t waited_ns = 0;
    for (uint32_t i = 0; i < 8; i++) {
        int64_t before_ns = fixture.now_ns;
        struct tcn_outlane_actions actions;
        tcn_outlane_forged(&fixture.lane, fixture.now_ns, &actions);
        assert_int_equal(actions.count, i == 0 ? 1 : 0);
        int64_t deadline_ns = tcn_outlane_want(&fixture.lane, fixture.now_ns).deadline_ns;
        assert_true(deadline_ns - before_ns >= waited_ns);
        waited_ns = deadline_ns - before_ns;
        fixture.now_ns = deadline_ns;
        pump(&fixture);
        fixture.trace.size = 0;
        take_mark(&fixture, 1);
    }
    assert_true(waited_ns > 20 * SECOND_NS);
    assert_int_equal(fixture.lane.forged_count, 8);
    fixture.now_ns += TCN_OUTLANE_FORGED_TELL_NS;
    fixture.trace.size = 0;
    take_forged(&fixture, "forged");
    trace_expect(&fixture.trace, "forged: alarm bad_signature [greeting]\n");
}

static void a_receipt_from_before_a_restore_proves_nothing_above_the_mark(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 4, 3);
    connect_lane(&fixture);
    struct tcn_welcome welcome = welcome_of(1, 1000); /* restored: it had three */
    welcome.generation = 2;
    take_welcome(&fixture, &welcome);
    pump(&fixture);
    fixture.trace.size = 0;
    struct tcn_receipt_body receipt = receipt_of(&fixture, 2);
    take_receipt(&fixture, &receipt); /* genuine, of generation 1, kept by the broker */
    assert_int_equal(fixture.lane.facts.acked_sequence, 1);
    receipt.generation = 2;
    take_receipt(&fixture, &receipt);
    trace_expect(&fixture.trace, "ack: [open]\nack: acked 2@502 [open]\n");
    assert_int_equal(fixture.lane.stray_count, 1);
    /* What the restored log has kept was logged under generation 1, and its receipt says so. */
    start(&fixture, 4, 1);
    connect_lane(&fixture);
    welcome.mark_sequence = 2;
    welcome.mark_hash = hash_of(2);
    take_welcome(&fixture, &welcome);
    pump(&fixture);
    fixture.trace.size = 0;
    take_ack(&fixture, 2);
    take_ack(&fixture, 3);
    trace_expect(&fixture.trace, "ack: acked 2@502 [open]\nack: [open]\n");
}

/* The collector of before a restore was started again, and a broker that forgot lets it in. */
static void a_generation_that_is_over_is_sent_nothing(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 4, 1);
    fixture.lane.facts.generation = 2; /* as the outbox knows, or the other lane heard */
    connect_lane(&fixture);
    fixture.trace.size = 0;
    struct tcn_welcome welcome = welcome_of(4, 1000);
    take_welcome(&fixture, &welcome);
    welcome.is_fenced = true; /* nor does it end the epoch */
    take_welcome(&fixture, &welcome);
    welcome.is_fenced = false;
    trace_expect(&fixture.trace, "welcome: alarm given_up [hello_said]\nwelcome: [hello_said]\n");
    assert_int_equal(fixture.lane.facts.acked_sequence, 1);
    assert_int_equal(fixture.lane.stray_count, 2);
    fixture.now_ns += TCN_OUTLANE_FORGED_TELL_NS; /* it goes on asking, and people are told again */
    pump(&fixture);
    fixture.trace.size = 0;
    take_welcome(&fixture, &welcome);
    tcn_outlane_generation(&fixture.lane, 1, fixture.now_ns); /* never falls */
    welcome.generation = 2;
    welcome.mark_sequence = 1;
    welcome.mark_hash = hash_of(1);
    take_welcome(&fixture, &welcome);
    trace_expect(&fixture.trace, "welcome: alarm given_up [hello_said]\nwelcome: [open]\n");
    assert_int_equal(fixture.lane.facts.generation, 2);
}

/* A session with the collector of before ends, and what it still acknowledges counts no more. */
static void what_the_other_lane_hears_ends_a_session(void **state) {
    (void)state;
    struct fixture fixture;
    start_sending(&fixture);
    tcn_outlane_generation(&fixture.lane, 1, fixture.now_ns); /* that of the session */
    pump(&fixture);
    tcn_outlane_generation(&fixture.lane, 2, fixture.now_ns);
    take_ack(&fixture, 2);
    pump(&fixture);
    struct tcn_welcome welcome = welcome_of(1, 1000);
    take_welcome(&fixture, &welcome);
    trace_expect(&fixture.trace, "ack: [greeting]\n-> hello: [hello_said]\n"
                                 "welcome: alarm given_up [hello_said]\n");
    assert_int_equal(fixture.lane.facts.acked_sequence, 1);
    assert_int_equal(fixture.lane.given_up, 1);
}

/* REFUSE for ever and an AGAIN that ends the epoch count only for what was said in this session. */
static void what_ends_something_must_be_about_what_was_said(void **state) {
    (void)state;
    static const struct {
        bool is_refuse;
        bool is_hello; /**< comes while HELLO waits for its answer */
        bool is_later;
        enum tcn_status code;
        uint64_t about; /**< the chunk that it names */
        const char *expected;
    } cases[] = {
        {true, false, false, TCN_REVOKED, 9, "refuse: [open]\n"},
        {true, false, false, TCN_REVOKED, 1, "refuse: [open]\n"}, /* acknowledged before */
        {true, false, false, TCN_CONFLICT, 9, "refuse: [open]\n"},
        {true, true, false, TCN_FOREIGN_LOG, 2, "refuse: [hello_said]\n"},
        {true, true, false, TCN_REVOKED, 2, "refuse: [hello_said]\n"},
        {true, false, true, TCN_BUSY, 9, "refuse: [held]\n"},
        {true, false, false, TCN_REVOKED, 3, "refuse: alarm revoked [held]\n"},
        {false, false, false, TCN_CONFLICT, 9, "again: [open]\n"},
        {false, false, false, TCN_FENCED, 1, "again: [open]\n"},
        {false, false, false, TCN_STALE, 9, "again: [greeting]\n"},
        {false, false, false, TCN_CONFLICT, 4, "again: [greeting]\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture fixture;
        struct tcn_outlane_actions actions;
        start_sending(&fixture);
        if (cases[i].is_hello) {
            tcn_outlane_wake(&fixture.lane, fixture.now_ns);
            pump(&fixture);
            fixture.trace.size = 0;
        }
        uint64_t session = cases[i].is_hello ? 0 : 100;
        struct tcn_hash about = hash_of(cases[i].about);
        if (cases[i].is_refuse) {
            const struct tcn_refuse refuse = {.code = (uint32_t)cases[i].code,
                                              .is_later = cases[i].is_later,
                                              .asked_hash = about};
            tcn_outlane_refuse(&fixture.lane, session, &refuse, fixture.now_ns, &actions);
            note(&fixture, "refuse", &actions);
        } else {
            const struct tcn_again again = {.code = (uint32_t)cases[i].code, .asked_hash = about};
            tcn_outlane_again(&fixture.lane, session, &again, fixture.now_ns, &actions);
            note(&fixture, "again", &actions);
        }
        trace_expect(&fixture.trace, cases[i].expected);
        assert_int_equal(fixture.lane.facts.acked_sequence, 1);
    }
}

static void a_mark_that_the_shell_cannot_begin_at_is_a_conflict(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_outlane_actions actions;
    start_sending(&fixture);
    tcn_outlane_differ(&fixture.lane, fixture.now_ns, &actions);
    note(&fixture, "differ", &actions);
    pump(&fixture);
    take_mark(&fixture, 1);
    trace_expect(&fixture.trace, "differ: [greeting]\n-> hello: [hello_said]\n"
                                 "welcome: alarm conflict renew 1 [settled]\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_last_hello_is_answered),
        cmocka_unit_test(a_forged_answer_moves_no_mark_in_any_state),
        cmocka_unit_test(after_a_forged_acknowledgement_the_chunks_are_sent_again),
        cmocka_unit_test(forged_answers_are_told_once_an_hour_and_asked_after_ever_later),
        cmocka_unit_test(a_receipt_from_before_a_restore_proves_nothing_above_the_mark),
        cmocka_unit_test(a_generation_that_is_over_is_sent_nothing),
        cmocka_unit_test(what_the_other_lane_hears_ends_a_session),
        cmocka_unit_test(what_ends_something_must_be_about_what_was_said),
        cmocka_unit_test(a_mark_that_the_shell_cannot_begin_at_is_a_conflict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
