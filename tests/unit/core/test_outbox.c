/* SPDX-License-Identifier: Apache-2.0 */
#include "lane.h"

static void answers_that_fit_nothing_change_nothing(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 3, 0);
    struct tcn_welcome welcome = welcome_of(0, 1000);
    struct tcn_refuse refuse = {.code = TCN_BAD_VALUE};
    take_welcome(&fixture, &welcome); /* not asked for */
    take_ack(&fixture, 1);            /* nothing was sent */
    take_again(&fixture, 0, TCN_STALE);
    take_refuse(&fixture, 0, &refuse);
    trace_expect(&fixture.trace, "welcome: [down]\nack: [down]\nagain: [down]\nrefuse: [down]\n");
    connect_lane(&fixture);
    take_mark(&fixture, 0);
    trace_expect(&fixture.trace, "-> hello: [hello_said]\nwelcome: registered [open]\n"
                                 "-> chunk 1\n-> chunk 2\n-> chunk 3\n");
    struct tcn_receipt_body wrong = receipt_of(&fixture, 4);
    take_receipt(&fixture, &wrong); /* never sent */
    wrong = receipt_of(&fixture, 2);
    wrong.chunk_hash = hash_of(9);
    take_receipt(&fixture, &wrong); /* another content */
    wrong = receipt_of(&fixture, 2);
    wrong.lane.lane = TCN_LANE_URGENT;
    take_receipt(&fixture, &wrong); /* another lane */
    wrong = receipt_of(&fixture, 2);
    wrong.count = 0;
    take_receipt(&fixture, &wrong);
    wrong = receipt_of(&fixture, 2);
    wrong.log_id.bytes[0] = 9;
    take_receipt(&fixture, &wrong);         /* another log */
    take_again(&fixture, 99, TCN_CONFLICT); /* another session */
    take_refuse(&fixture, 99, &refuse);
    trace_expect(&fixture.trace, "ack: [open]\nack: [open]\nack: [open]\nack: [open]\nack: [open]\n"
                                 "again: [open]\nrefuse: [open]\n");
    assert_int_equal(fixture.lane.stray_count, 11);
    assert_int_equal(tcn_outlane_waiting(&fixture.lane), 3);
}

static void acknowledgements_are_cumulative(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 3, 0);
    connect_lane(&fixture);
    take_mark(&fixture, 0);
    trace_expect(&fixture.trace, "-> hello: [hello_said]\nwelcome: registered [open]\n"
                                 "-> chunk 1\n-> chunk 2\n-> chunk 3\n");
    take_ack(&fixture, 2);
    take_ack(&fixture, 1); /* late */
    take_ack(&fixture, 3);
    trace_expect(&fixture.trace, "ack: acked 2@502 [open]\nack: [open]\nack: acked 3@503 [open]\n");
    assert_int_equal(tcn_outlane_waiting(&fixture.lane), 0);
    struct tcn_outlane_want want = tcn_outlane_want(&fixture.lane, fixture.now_ns);
    assert_int_equal(want.kind, TCN_OUTLANE_WANT_NOTHING);
    assert_true(want.deadline_ns == fixture.lane.refresh_ns); /* idle */
    struct tcn_hash hash = hash_of(4);
    tcn_outlane_cut(&fixture.lane, 4, &hash);
    tcn_outlane_cut(&fixture.lane, 2, &hash); /* old news */
    pump(&fixture);
    trace_expect(&fixture.trace, "-> chunk 4\n");
}

static void what_was_in_flight_is_sent_again_after_a_lost_connection(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 3, 1);
    connect_lane(&fixture);
    take_mark(&fixture, 1);
    trace_expect(&fixture.trace,
                 "-> hello: [hello_said]\nwelcome: [open]\n-> chunk 2\n-> chunk 3\n");
    tcn_outlane_lost(&fixture.lane);
    note(&fixture, "lost", NULL);
    connect_lane(&fixture);
    /* The collector has both; the receipts are still missing, so both are said again. */
    take_mark(&fixture, 3);
    take_ack(&fixture, 2);
    take_ack(&fixture, 3);
    trace_expect(&fixture.trace,
                 "lost: [down]\n-> hello: [hello_said]\nwelcome: [open]\n-> chunk 2\n-> chunk 3\n"
                 "ack: acked 2@502 [open]\nack: acked 3@503 [open]\n");
}

static void silence_leads_to_a_hello_later_each_time(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 1, 0);
    connect_lane(&fixture);
    int64_t waited_ns[5];
    for (size_t i = 0; i < COUNT_OF(waited_ns); i++) {
        int64_t deadline_ns = tcn_outlane_want(&fixture.lane, fixture.now_ns).deadline_ns;
        waited_ns[i] = deadline_ns - fixture.now_ns;
        fixture.now_ns = deadline_ns;
        pump(&fixture);
    }
    trace_expect(&fixture.trace,
                 "-> hello: [hello_said]\n-> hello: [hello_said]\n-> hello: [hello_said]\n"
                 "-> hello: [hello_said]\n-> hello: [hello_said]\n-> hello: [hello_said]\n");
    for (size_t i = 1; i < COUNT_OF(waited_ns); i++) {
        assert_true(waited_ns[i] > waited_ns[i - 1]);
        assert_true(waited_ns[i] <= TCN_OUTLANE_TIMEOUT_MAX_NS * 5 / 4);
    }
    assert_int_equal(fixture.lane.timeout_count, 5);
    take_mark(&fixture, 0);
    fixture.now_ns += 100 * SECOND_NS;
    pump(&fixture); /* the chunk is not answered either */
    trace_expect(&fixture.trace,
                 "welcome: registered [open]\n-> chunk 1\n-> hello: [hello_said]\n");
}

static void a_lane_without_credit_asks_again_instead_of_waiting_for_ever(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 3, 0);
    connect_lane(&fixture);
    struct tcn_welcome welcome = welcome_of(0, 0);
    take_welcome(&fixture, &welcome);
    pump(&fixture);
    trace_expect(&fixture.trace, "-> hello: [hello_said]\nwelcome: registered [open]\n");
    struct tcn_outlane_want want = tcn_outlane_want(&fixture.lane, fixture.now_ns);
    assert_true(want.deadline_ns < INT64_MAX);
    fixture.now_ns = want.deadline_ns;
    pump(&fixture);
    welcome.credit_sequence = 2;
    take_welcome(&fixture, &welcome);
    pump(&fixture);
    trace_expect(&fixture.trace,
                 "-> hello: [hello_said]\nwelcome: [open]\n-> chunk 1\n-> chunk 2\n");
}

static void a_refused_event_is_cut_out_above_the_mark_of_the_next_welcome(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 5, 0);
    connect_lane(&fixture);
    take_mark(&fixture, 0);
    fixture.trace.size = 0;
    struct tcn_refuse refuse = {.first_sequence = 3, .refusal_count = 2};
    refuse.refusals[0] = (struct tcn_refusal){.sequence = 5, .code = TCN_DENIED};
    refuse.refusals[1] = (struct tcn_refusal){.sequence = 3, .code = TCN_BAD_VALUE};
    take_refuse(&fixture, 100, &refuse);
    pump(&fixture);
    struct tcn_welcome welcome = welcome_of(2, 1000);
    take_welcome(&fixture, &welcome);
    trace_expect(&fixture.trace,
                 "refuse: [held]\n-> hello: [hello_said]\nwelcome: recut 2 [recutting]\n");
    assert_int_equal(fixture.lane.refusal_count, 2);
    pump(&fixture); /* nothing until the shell has cut */
    struct tcn_hash hash = hash_of(5);
    tcn_outlane_recut(&fixture.lane, 5, &hash, fixture.now_ns);
    note(&fixture, "recut", NULL);
    pump(&fixture);
    take_ack(&fixture, 1);
    pump(&fixture); /* one at a time until something is acknowledged */
    trace_expect(&fixture.trace, "recut: [open]\n-> chunk 1\nack: acked 1@501 [open]\n-> chunk 2\n"
                                 "-> chunk 3\n-> chunk 4\n-> chunk 5\n");
}

static void a_lane_that_is_refused_as_a_whole_waits_longer_each_time(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 1, 0);
    connect_lane(&fixture);
    struct tcn_refuse busy = {.is_later = true, .code = TCN_BUSY};
    int64_t before_ns = 0;
    for (int i = 0; i < 4; i++) {
        take_refuse(&fixture, 0, &busy);
        int64_t deadline_ns = tcn_outlane_want(&fixture.lane, fixture.now_ns).deadline_ns;
        assert_true(deadline_ns - fixture.now_ns > before_ns);
        before_ns = deadline_ns - fixture.now_ns;
        fixture.now_ns = deadline_ns;
        pump(&fixture);
    }
    struct tcn_refuse revoked = {.code = TCN_REVOKED};
    take_refuse(&fixture, 0, &revoked);
    trace_expect(&fixture.trace,
                 "-> hello: [hello_said]\nrefuse: [held]\n-> hello: [hello_said]\nrefuse: [held]\n"
                 "-> hello: [hello_said]\nrefuse: [held]\n-> hello: [hello_said]\nrefuse: [held]\n"
                 "-> hello: [hello_said]\nrefuse: alarm revoked [held]\n");
}

static void a_restored_collector_gets_everything_again_from_its_mark(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 6, 5);
    connect_lane(&fixture);
    take_mark(&fixture, 2);
    trace_expect(&fixture.trace, "-> hello: [hello_said]\nwelcome: resend 3 [open]\n-> chunk 3\n"
                                 "-> chunk 4\n-> chunk 5\n-> chunk 6\n");
    take_ack(&fixture, 6);
    trace_expect(&fixture.trace, "ack: acked 6@506 [open]\n");
}

static void a_refusal_where_something_stands_is_another_story(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 5, 0);
    connect_lane(&fixture);
    take_mark(&fixture, 0);
    fixture.trace.size = 0;
    struct tcn_refuse refuse = {.first_sequence = 2, .refusal_count = 1};
    refuse.refusals[0] = (struct tcn_refusal){.sequence = 2, .code = TCN_DENIED};
    take_refuse(&fixture, 100, &refuse);
    pump(&fixture);
    take_mark(&fixture, 3);
    take_ack(&fixture, 1);
    pump(&fixture);
    take_refuse(&fixture, 100, &refuse); /* what is refused cannot be in the log */
    trace_expect(
        &fixture.trace,
        "refuse: [held]\n-> hello: [hello_said]\nwelcome: alarm conflict [settling]\n"
        "-> chunk 1\nack: acked 1@501 [settling]\n-> chunk 2\nrefuse: renew 1 [settled]\n");
}

static void a_mark_within_a_chunk_of_ours_is_another_story(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 9, 0);
    connect_lane(&fixture);
    struct tcn_welcome welcome = welcome_of(0, 1000);
    take_welcome(&fixture, &welcome);
    const struct tcn_outlane_chunk chunk = {
        .first_sequence = 1, .last_sequence = 9, .hash = hash_of(9), .end_hash = hash_of(9)};
    tcn_outlane_sent(&fixture.lane, &chunk, fixture.now_ns);
    take_again(&fixture, 100, TCN_STALE);
    pump(&fixture);
    welcome = welcome_of(4, 1000);
    take_welcome(&fixture, &welcome);
    trace_expect(&fixture.trace, "-> hello: [hello_said]\nwelcome: registered [open]\n"
                                 "again: [greeting]\n-> hello: [hello_said]\n"
                                 "welcome: alarm conflict [settling]\n");
}

static void a_restored_collector_gets_what_was_acknowledged_as_it_was_cut(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 6, 4);
    connect_lane(&fixture);
    take_mark(&fixture, 4);
    struct tcn_refuse refuse = {.first_sequence = 5, .refusal_count = 1};
    refuse.refusals[0] = (struct tcn_refusal){.sequence = 5, .code = TCN_DENIED};
    take_refuse(&fixture, 100, &refuse);
    pump(&fixture);
    fixture.trace.size = 0;
    struct tcn_welcome welcome = welcome_of(2, 1000);
    take_welcome(&fixture, &welcome);
    trace_expect(&fixture.trace, "welcome: resend 3 recut 4 [recutting]\n");
}

static void an_idle_lane_says_hello_now_and_then(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 5, 5);
    connect_lane(&fixture);
    take_mark(&fixture, 5);
    fixture.now_ns = tcn_outlane_want(&fixture.lane, fixture.now_ns).deadline_ns;
    pump(&fixture);
    assert_int_equal(fixture.lane.timeout_count, 0);
    take_mark(&fixture, 3); /* it was restored meanwhile */
    trace_expect(&fixture.trace, "-> hello: [hello_said]\nwelcome: [open]\n-> hello: [hello_said]\n"
                                 "welcome: resend 4 [open]\n-> chunk 4\n-> chunk 5\n");
}

static void a_rolled_back_outbox_collects_its_receipts_and_then_opens_an_epoch(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 4, 2);
    connect_lane(&fixture);
    take_mark(&fixture, 9); /* the log knows more than we */
    take_ack(&fixture, 3);
    pump(&fixture);
    take_again(&fixture, 100, TCN_CONFLICT); /* 4 is another event there */
    trace_expect(&fixture.trace,
                 "-> hello: [hello_said]\nwelcome: alarm conflict [settling]\n-> chunk 3\n"
                 "ack: acked 3@503 [settling]\n-> chunk 4\nagain: renew 3 [settled]\n");
    pump(&fixture); /* nothing more under this epoch */
    struct tcn_outlane_facts facts = facts_of(1, 0);
    facts.key.epoch = EPOCH + 1;
    facts.predecessor = EPOCH;
    tcn_outlane_epoch(&fixture.lane, &facts, fixture.now_ns);
    pump(&fixture);
    take_mark(&fixture, 0);
    trace_expect(&fixture.trace,
                 "-> hello: [hello_said]\nwelcome: registered [open]\n-> chunk 1\n");
}

static void a_conflict_in_the_open_is_settled_by_the_next_welcome(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 4, 2);
    connect_lane(&fixture);
    take_mark(&fixture, 2);
    fixture.trace.size = 0;
    take_again(&fixture, 100, TCN_CONFLICT);
    pump(&fixture);
    take_mark(&fixture, 2);
    trace_expect(&fixture.trace, "again: [greeting]\n-> hello: [hello_said]\n"
                                 "welcome: alarm conflict renew 2 [settled]\n");
}

static void another_story_at_the_mark_ends_the_epoch(void **state) {
    (void)state;
    static const struct {
        uint64_t cut, acked, mark;
        const char *expected;
    } cases[] = {
        {4, 4, 4, "welcome: alarm conflict renew 4 [settled]\n"},
        {4, 2, 4, "welcome: alarm conflict [settling]\n-> chunk 3\n"},
        {4, 2, 2, "welcome: alarm conflict renew 2 [settled]\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture fixture;
        start(&fixture, cases[i].cut, cases[i].acked);
        connect_lane(&fixture);
        fixture.trace.size = 0;
        struct tcn_welcome welcome = welcome_of(cases[i].mark, 1000);
        welcome.mark_hash = hash_of(77);
        take_welcome(&fixture, &welcome);
        pump(&fixture);
        trace_expect(&fixture.trace, cases[i].expected);
    }
}

static void a_fenced_epoch_is_settled_and_a_new_one_waits_for_the_desk(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 4, 2);
    connect_lane(&fixture);
    struct tcn_welcome welcome = welcome_of(3, 1000);
    welcome.is_fenced = true;
    take_welcome(&fixture, &welcome);
    pump(&fixture);
    take_ack(&fixture, 3);
    trace_expect(&fixture.trace, "-> hello: [hello_said]\nwelcome: alarm fenced [settling]\n"
                                 "-> chunk 3\nack: acked 3@503 renew 3 [settled]\n");
    struct tcn_outlane_facts facts = facts_of(1, 0);
    facts.key.epoch = EPOCH + 1;
    tcn_outlane_epoch(&fixture.lane, &facts, fixture.now_ns);
    pump(&fixture);
    welcome = welcome_of(0, 0);
    welcome.session = 0;
    welcome.is_fenced = true;
    take_welcome(&fixture, &welcome);
    fixture.now_ns += TCN_OUTLANE_FENCED_RETRY_NS;
    pump(&fixture);
    take_welcome(&fixture, &welcome); /* the alarm was given */
    fixture.now_ns += TCN_OUTLANE_FENCED_RETRY_NS;
    pump(&fixture);
    take_mark(&fixture, 0); /* the desk has spoken */
    trace_expect(&fixture.trace,
                 "-> hello: [hello_said]\nwelcome: alarm fenced [fenced]\n-> hello: [hello_said]\n"
                 "welcome: [fenced]\n-> hello: [hello_said]\nwelcome: registered [open]\n"
                 "-> chunk 1\n");
}

static void a_lane_settles_when_the_other_lane_ends_the_epoch(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 4, 2);
    connect_lane(&fixture);
    take_mark(&fixture, 2);
    fixture.trace.size = 0;
    tcn_outlane_settle(&fixture.lane, fixture.now_ns);
    note(&fixture, "settle", NULL);
    pump(&fixture);
    take_mark(&fixture, 3); /* 3 arrived, 4 did not and never will: its session is over */
    take_ack(&fixture, 3);
    tcn_outlane_settle(&fixture.lane, fixture.now_ns);
    tcn_outlane_lost(&fixture.lane);
    note(&fixture, "lost", NULL);
    trace_expect(&fixture.trace,
                 "settle: [greeting]\n-> hello: [hello_said]\nwelcome: [settling]\n-> chunk 3\n"
                 "ack: acked 3@503 renew 3 [settled]\nlost: [settled]\n");
    start(&fixture, 2, 2);
    tcn_outlane_settle(&fixture.lane, fixture.now_ns);
    connect_lane(&fixture);
    take_mark(&fixture, 2);
    trace_expect(&fixture.trace, "-> hello: [hello_said]\nwelcome: renew 2 [settled]\n");
}

static void a_lane_that_waits_for_the_desk_settles_with_the_other(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 4, 0);
    connect_lane(&fixture);
    struct tcn_welcome welcome = welcome_of(0, 0);
    welcome.session = 0;
    welcome.is_fenced = true;
    take_welcome(&fixture, &welcome);
    tcn_outlane_settle(&fixture.lane, fixture.now_ns);
    pump(&fixture);
    take_welcome(&fixture, &welcome);
    trace_expect(&fixture.trace,
                 "-> hello: [hello_said]\nwelcome: alarm fenced [fenced]\n-> hello: [hello_said]\n"
                 "welcome: alarm fenced renew [settled]\n");
}

static void what_a_refusal_means_depends_on_its_code(void **state) {
    (void)state;
    static const struct {
        bool is_hello; /**< the HELLO is refused, else the chunk */
        enum tcn_status code;
        const char *expected;
    } cases[] = {
        {true, TCN_FOREIGN_LOG, "refuse: alarm foreign_log [orphan]\n"},
        {true, TCN_REVOKED,
         "refuse: alarm revoked [held]\n-> hello: [hello_said]\n"
         "welcome: registered [open]\n-> chunk 1\n"},
        {false, TCN_REVOKED,
         "refuse: alarm revoked [held]\n-> hello: [hello_said]\n"
         "welcome: recut [recutting]\n"},
        {false, TCN_CONFLICT,
         "refuse: alarm conflict [held]\n-> hello: [hello_said]\n"
         "welcome: alarm conflict renew [settled]\n"},
        {false, (enum tcn_status)999,
         "refuse: alarm bad_value [held]\n-> hello: [hello_said]\n"
         "welcome: recut [recutting]\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture fixture;
        struct tcn_refuse refuse = {.code = (uint32_t)cases[i].code};
        start(&fixture, 1, 0);
        connect_lane(&fixture);
        if (!cases[i].is_hello) {
            take_mark(&fixture, 0);
        }
        fixture.trace.size = 0;
        take_refuse(&fixture, cases[i].is_hello ? 0 : 100, &refuse);
        fixture.now_ns += 2 * SECOND_NS;
        pump(&fixture);
        if (fixture.lane.state == TCN_OUTLANE_HELLO_SAID) {
            take_mark(&fixture, 0);
        }
        trace_expect(&fixture.trace, cases[i].expected);
    }
}

static void what_the_shell_finishes_late_still_counts(void **state) {
    (void)state;
    static const struct {
        bool is_lost, is_settled;
        enum tcn_outlane_state expected;
    } cases[] = {{true, false, TCN_OUTLANE_DOWN},
                 {false, true, TCN_OUTLANE_GREETING},
                 {false, false, TCN_OUTLANE_OPEN}};
    struct tcn_hash hash = hash_of(1);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture fixture;
        struct tcn_refuse refuse = {.code = TCN_REVOKED};
        start(&fixture, 1, 0);
        connect_lane(&fixture);
        take_mark(&fixture, 0);
        take_refuse(&fixture, 100, &refuse);
        fixture.now_ns += 2 * SECOND_NS;
        pump(&fixture);
        take_mark(&fixture, 0);
        if (cases[i].is_lost) {
            tcn_outlane_lost(&fixture.lane);
        }
        if (cases[i].is_settled) {
            tcn_outlane_settle(&fixture.lane, fixture.now_ns);
        }
        assert_int_equal(fixture.lane.state, TCN_OUTLANE_RECUTTING);
        tcn_outlane_recut(&fixture.lane, 1, &hash, fixture.now_ns);
        assert_int_equal(fixture.lane.state, cases[i].expected);
    }
    struct fixture fixture;
    struct tcn_outlane_facts facts = facts_of(1, 0);
    start(&fixture, 1, 1);
    tcn_outlane_epoch(&fixture.lane, &facts, fixture.now_ns); /* without a connection */
    assert_int_equal(fixture.lane.state, TCN_OUTLANE_DOWN);
}

static void under_a_new_key_what_waits_is_cut_anew_above_the_mark(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 3, 0);
    connect_lane(&fixture);
    take_mark(&fixture, 0);
    fixture.trace.size = 0;
    tcn_outlane_resign(&fixture.lane);
    tcn_outlane_lost(&fixture.lane);
    connect_lane(&fixture);
    take_mark(&fixture, 2); /* the second was on its way, and arrived */
    struct tcn_hash hash = hash_of(3);
    tcn_outlane_recut(&fixture.lane, 3, &hash, fixture.now_ns);
    pump(&fixture);
    trace_expect(&fixture.trace, "-> hello: [hello_said]\nwelcome: recut 2 [recutting]\n"
                                 "-> chunk 1\n-> chunk 2\n-> chunk 3\n");
    start(&fixture, 3, 3);
    tcn_outlane_resign(&fixture.lane); /* nothing waits */
    connect_lane(&fixture);
    take_mark(&fixture, 3);
    trace_expect(&fixture.trace, "-> hello: [hello_said]\nwelcome: [open]\n");
}

static void another_log_orphans_the_lane_until_the_connection_changes(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 1, 0);
    connect_lane(&fixture);
    struct tcn_welcome welcome = welcome_of(0, 1000);
    welcome.log_id.bytes[0] = 2;
    take_welcome(&fixture, &welcome);
    pump(&fixture);
    tcn_outlane_lost(&fixture.lane);
    connect_lane(&fixture);
    take_mark(&fixture, 0);
    trace_expect(&fixture.trace,
                 "-> hello: [hello_said]\nwelcome: alarm foreign_log [orphan]\n"
                 "-> hello: [hello_said]\nwelcome: registered [open]\n-> chunk 1\n");
}

static void a_void_range_is_acknowledged_as_a_whole(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 9, 9);
    connect_lane(&fixture);
    struct tcn_welcome welcome = welcome_of(2, 1000);
    take_welcome(&fixture, &welcome);
    trace_expect(&fixture.trace, "-> hello: [hello_said]\nwelcome: resend 3 [open]\n");
    struct tcn_outlane_chunk range = {.first_sequence = 3,
                                      .last_sequence = 9,
                                      .hash = hash_of(200),
                                      .end_hash = hash_of(9),
                                      .bytes = 10};
    tcn_outlane_sent(&fixture.lane, &range, fixture.now_ns);
    struct tcn_receipt_body receipt = receipt_of(&fixture, 3);
    receipt.chunk_hash = hash_of(200);
    take_receipt(&fixture, &receipt);
    trace_expect(&fixture.trace, "ack: acked 9@503 [open]\n");
    assert_true(tcn_hash_equals(&fixture.lane.facts.acked_hash, &fixture.lane.facts.cut_hash));
}

static void hello_says_what_the_outbox_holds(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 4, 2);
    struct tcn_hello hello;
    tcn_outlane_hello(&fixture.lane, 123, &hello);
    assert_int_equal(hello.format, TCN_HELLO_FORMAT);
    assert_int_equal(hello.last_sequence, 4);
    assert_int_equal(hello.acked_sequence, 2);
    assert_int_equal(hello.said_ns, 123);
    assert_int_equal(hello.lane.epoch, EPOCH);
}

static void every_state_has_a_name_and_a_way_out(void **state) {
    (void)state;
    for (int from = TCN_OUTLANE_DOWN; from <= TCN_OUTLANE_ORPHAN; from++) {
        bool has_way = false;
        for (int to = TCN_OUTLANE_DOWN; to <= TCN_OUTLANE_ORPHAN; to++) {
            has_way = has_way || tcn_outlane_may_move((enum tcn_outlane_state)from,
                                                      (enum tcn_outlane_state)to);
        }
        assert_true(has_way);
        assert_string_not_equal(tcn_outlane_state_name((enum tcn_outlane_state)from), "none");
    }
    assert_string_equal(tcn_outlane_state_name((enum tcn_outlane_state)99), "none");
    assert_false(tcn_outlane_may_move(TCN_OUTLANE_DOWN, TCN_OUTLANE_OPEN));
    assert_false(tcn_outlane_may_move((enum tcn_outlane_state)99, TCN_OUTLANE_OPEN));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_that_fit_nothing_change_nothing),
        cmocka_unit_test(acknowledgements_are_cumulative),
        cmocka_unit_test(what_was_in_flight_is_sent_again_after_a_lost_connection),
        cmocka_unit_test(silence_leads_to_a_hello_later_each_time),
        cmocka_unit_test(a_lane_without_credit_asks_again_instead_of_waiting_for_ever),
        cmocka_unit_test(a_refused_event_is_cut_out_above_the_mark_of_the_next_welcome),
        cmocka_unit_test(a_lane_that_is_refused_as_a_whole_waits_longer_each_time),
        cmocka_unit_test(a_restored_collector_gets_everything_again_from_its_mark),
        cmocka_unit_test(a_refusal_where_something_stands_is_another_story),
        cmocka_unit_test(a_mark_within_a_chunk_of_ours_is_another_story),
        cmocka_unit_test(a_restored_collector_gets_what_was_acknowledged_as_it_was_cut),
        cmocka_unit_test(an_idle_lane_says_hello_now_and_then),
        cmocka_unit_test(a_lane_that_waits_for_the_desk_settles_with_the_other),
        cmocka_unit_test(a_rolled_back_outbox_collects_its_receipts_and_then_opens_an_epoch),
        cmocka_unit_test(a_conflict_in_the_open_is_settled_by_the_next_welcome),
        cmocka_unit_test(another_story_at_the_mark_ends_the_epoch),
        cmocka_unit_test(a_fenced_epoch_is_settled_and_a_new_one_waits_for_the_desk),
        cmocka_unit_test(a_lane_settles_when_the_other_lane_ends_the_epoch),
        cmocka_unit_test(what_a_refusal_means_depends_on_its_code),
        cmocka_unit_test(what_the_shell_finishes_late_still_counts),
        cmocka_unit_test(under_a_new_key_what_waits_is_cut_anew_above_the_mark),
        cmocka_unit_test(another_log_orphans_the_lane_until_the_connection_changes),
        cmocka_unit_test(a_void_range_is_acknowledged_as_a_whole),
        cmocka_unit_test(hello_says_what_the_outbox_holds),
        cmocka_unit_test(every_state_has_a_name_and_a_way_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
