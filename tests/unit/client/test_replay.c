/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-labels: threads */
#include "client/replay.h"

#include "client/ask.h"
#include "fake.h"
#include "seal/hash.h"
#include "wire/query.h"

/* What a reader of a replay saw. */
struct seen {
    uint64_t count;
    uint64_t last_position;
    enum tcn_status answer; /* given back for every item */
};

static enum tcn_status see(void *context, const struct tcn_item *item) {
    struct seen *seen = context;
    seen->count++;
    seen->last_position = item->position;
    return seen->answer;
}

/* The digest over items first to last, as the protocol has it. */
static struct tcn_hash digest_of(uint64_t first, uint64_t last) {
    uint8_t bytes[512];
    struct tcn_slice open = fake_open_part(bytes, sizeof bytes);
    struct tcn_hasher hasher;
    tcn_hasher_init(&hasher);
    for (uint64_t number = first; number <= last; number++) {
        tcn_hasher_add_u64(&hasher, 100 + number);
        tcn_hasher_add(&hasher, open);
    }
    return tcn_hasher_finish(&hasher);
}

static void say_end(struct fake *fake, uint64_t count, struct tcn_hash digest,
                    enum tcn_status code) {
    uint8_t bytes[256];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_slice body;
    const struct tcn_end end = {
        .count = count, .digest = digest, .code = (uint32_t)code, .last_position = 777};
    if (tcn_wire_end_encode(&end, &writer, &body) != TCN_OK) {
        fake_fault(fake, "END does not encode");
        return;
    }
    fake_say(fake, TCN_KIND_END, body, NULL);
}

static bool hear_replay(struct fake *fake) {
    struct tcn_replay replay;
    if (!fake_hear(fake, TCN_KIND_REPLAY)) {
        return false;
    }
    if (tcn_wire_replay_decode(fake_body(fake), &fake->arena, &replay) != TCN_OK ||
        replay.first_position != 101 || replay.credit_items == 0) {
        fake_fault(fake, "REPLAY does not decode");
        return false;
    }
    return true;
}

static enum tcn_status run_of(fake_script *script, const struct tcn_replay *replay,
                              struct seen *seen, struct tcn_replay_result *out_result) {
    struct fake fake;
    fake_start(&fake, script);
    struct tcn_session *session = fake_session(&fake);
    enum tcn_status status = tcn_replay_run(session, replay, see, seen, out_result);
    fake_stop(&fake);
    tcn_session_close(&session);
    return status;
}

static enum tcn_status run_at(fake_script *script, uint32_t speed_milli, struct seen *seen,
                              struct tcn_replay_result *out_result) {
    const struct tcn_replay replay = {.first_position = 101, .speed_milli = speed_milli};
    return run_of(script, &replay, seen, out_result);
}

static enum tcn_status run(fake_script *script, struct seen *seen,
                           struct tcn_replay_result *out_result) {
    return run_at(script, 0, seen, out_result);
}

static void script_good(struct fake *fake) {
    if (!hear_replay(fake)) {
        return;
    }
    fake_say_items(fake, TCN_KIND_REPLAY_ITEMS, 1, 3, &fake->collector.signing);
    fake_say_items(fake, TCN_KIND_REPLAY_ITEMS, 4, 5, &fake->collector.signing);
    say_end(fake, 5, digest_of(1, 5), TCN_OK);
}

static void a_replay_ends_with_the_digest_of_both_sides(void **state) {
    (void)state;
    struct seen seen = {0};
    struct tcn_replay_result result;
    assert_int_equal(run(script_good, &seen, &result), TCN_OK);
    assert_int_equal(seen.count, 5);
    assert_int_equal(seen.last_position, 105);
    assert_int_equal(result.count, 5);
    assert_int_equal(result.last_position, 777);
    struct tcn_hash wanted = digest_of(1, 5);
    assert_true(tcn_hash_equals(&result.digest, &wanted));
}

static void script_other_digest(struct fake *fake) {
    if (hear_replay(fake)) {
        fake_say_items(fake, TCN_KIND_REPLAY_ITEMS, 1, 3, &fake->collector.signing);
        say_end(fake, 3, digest_of(1, 2), TCN_OK);
    }
}

static void script_other_count(struct fake *fake) {
    if (hear_replay(fake)) {
        fake_say_items(fake, TCN_KIND_REPLAY_ITEMS, 1, 3, &fake->collector.signing);
        say_end(fake, 4, digest_of(1, 3), TCN_OK);
    }
}

static void script_forged(struct fake *fake) {
    if (hear_replay(fake)) {
        fake_say_items(fake, TCN_KIND_REPLAY_ITEMS, 1, 2, &fake->collector.signing);
        fake_say_items(fake, TCN_KIND_REPLAY_ITEMS, 3, 3, &fake->broker.signing);
        say_end(fake, 3, digest_of(1, 3), TCN_OK);
    }
}

static void script_dropped(struct fake *fake) {
    if (hear_replay(fake)) {
        fake_say_items(fake, TCN_KIND_REPLAY_ITEMS, 1, 2, &fake->collector.signing);
        (void)fake_next_number(fake);
        fake_say_items(fake, TCN_KIND_REPLAY_ITEMS, 4, 4, &fake->collector.signing);
    }
}

static void script_cut_off(struct fake *fake) {
    if (hear_replay(fake)) {
        fake_say_items(fake, TCN_KIND_REPLAY_ITEMS, 1, 2, &fake->collector.signing);
        say_end(fake, 2, digest_of(1, 2), TCN_IO);
    }
}

static void script_denied(struct fake *fake) {
    if (hear_replay(fake)) {
        fake_say_error(fake, TCN_DENIED, false);
    }
}

static void a_replay_that_is_not_whole_is_refused(void **state) {
    (void)state;
    const struct {
        const char *what;
        fake_script *script;
        enum tcn_status wanted;
    } rows[] = {
        {"another digest", script_other_digest, TCN_CORRUPT},
        {"another count", script_other_count, TCN_CORRUPT},
        {"an item that the collector did not sign", script_forged, TCN_BAD_SIGNATURE},
        {"a message that was lost on the way", script_dropped, TCN_SEQUENCE},
        {"the collector's own trouble", script_cut_off, TCN_IO},
        {"no right", script_denied, TCN_DENIED},
    };
    for (size_t index = 0; index < COUNT_OF(rows); index++) {
        struct seen seen = {0};
        struct tcn_replay_result result = {.count = 42};
        enum tcn_status status = run(rows[index].script, &seen, &result);
        if (status != rows[index].wanted || result.count != 42) {
            fail_msg("%s: %s", rows[index].what, tcn_status_name(status));
        }
    }
}

static void script_unheard(struct fake *fake) {
    if (hear_replay(fake)) {
        fake_say_items(fake, TCN_KIND_REPLAY_ITEMS, 1, 3, &fake->collector.signing);
        (void)fake_hear(fake, TCN_KIND_CANCEL);
    }
}

static void a_reader_that_has_enough_ends_the_replay(void **state) {
    (void)state;
    struct seen seen = {.answer = TCN_FULL};
    struct tcn_replay_result result;
    assert_int_equal(run(script_unheard, &seen, &result), TCN_FULL);
    assert_int_equal(seen.count, 1);
}

/* Nothing comes while nothing happened; the reader's credit, said again, shows that it waits. */
static void script_paced(struct fake *fake) {
    if (!hear_replay(fake)) {
        return;
    }
    fake_say_items(fake, TCN_KIND_REPLAY_ITEMS, 1, 1, &fake->collector.signing);
    if (!fake_hear(fake, TCN_KIND_REPLAY_FETCH) || !fake_hear(fake, TCN_KIND_REPLAY_FETCH)) {
        return;
    }
    fake_say_items(fake, TCN_KIND_REPLAY_ITEMS, 2, 2, &fake->collector.signing);
    say_end(fake, 2, digest_of(1, 2), TCN_OK);
}

static void script_forgotten(struct fake *fake) {
    if (hear_replay(fake)) {
        fake_say_items(fake, TCN_KIND_REPLAY_ITEMS, 1, 1, &fake->collector.signing);
        if (fake_hear(fake, TCN_KIND_REPLAY_FETCH)) {
            fake_say_error(fake, TCN_ABSENT, false);
        }
    }
}

static void a_replay_at_a_speed_waits_as_long_as_history_did(void **state) {
    (void)state;
    struct seen seen = {0};
    struct tcn_replay_result result;
    assert_int_equal(run_at(script_paced, 1000, &seen, &result), TCN_OK);
    assert_int_equal(seen.count, 2);
    seen = (struct seen){0};
    assert_int_equal(run_at(script_forgotten, 1000, &seen, &result), TCN_ABSENT);
    assert_int_equal(seen.count, 1);
}

static void say_answer(struct fake *fake, const struct tcn_answer *answer) {
    uint8_t bytes[4096];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_slice body;
    if (tcn_wire_answer_encode(answer, &writer, &body) != TCN_OK) {
        fake_fault(fake, "ANSWER does not encode");
        return;
    }
    fake_say(fake, TCN_KIND_ANSWER, body, NULL);
}

/* An organ's replay begins with a question about the state: level, standing still, refused. */
static void say_level(struct fake *fake, enum tcn_status code) {
    struct tcn_query query;
    const struct tcn_answer answer = {.code = (uint32_t)code};
    if (!fake_hear(fake, TCN_KIND_ASK)) {
        return;
    }
    if (tcn_wire_query_decode(fake_body(fake), &fake->arena, &query) != TCN_OK ||
        query.kind != TCN_QUERY_STREAMS || query.organ != 2 ||
        query.at_least_position != TCN_QUERY_LATEST) {
        fake_fault(fake, "this is not what is asked");
    }
    say_answer(fake, &answer);
}

static void script_level(struct fake *fake) {
    say_level(fake, TCN_OK);
    script_good(fake);
}

static void script_halted(struct fake *fake) {
    say_level(fake, TCN_HALTED);
    script_good(fake);
}

static void script_no_level(struct fake *fake) {
    say_level(fake, TCN_DENIED);
}

static void what_an_organ_was_told_is_all_that_was_logged(void **state) {
    (void)state;
    static const struct {
        fake_script *script;
        enum tcn_status status;
        enum tcn_status level;
        uint64_t count;
    } rows[] = {
        {script_level, TCN_OK, TCN_OK, 5},
        {script_halted, TCN_OK, TCN_HALTED, 5},
        {script_no_level, TCN_DENIED, TCN_OK, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct seen seen = {0};
        struct tcn_replay_result result = {.level = TCN_OK};
        const struct tcn_replay replay = {.first_position = 101, .organ = 2};
        assert_int_equal(run_of(rows[i].script, &replay, &seen, &result), rows[i].status);
        assert_int_equal(result.level, rows[i].level);
        assert_int_equal(seen.count, rows[i].count);
    }
}

static void script_answers(struct fake *fake) {
    const struct tcn_stream_row rows[1] = {{{TCN_MODE_ACTUAL, 2}, 9, 1}};
    const struct tcn_answer good = {.streams = rows, .stream_count = 1, .next_page = 3};
    const struct tcn_answer absent = {.code = TCN_ABSENT};
    if (!fake_hear(fake, TCN_KIND_ASK)) {
        return;
    }
    uint64_t request = fake->heard.request;
    fake->heard.request = request + 1; /* of a question that was not put */
    say_answer(fake, &absent);
    fake->heard.request = request;
    say_answer(fake, &good);
    if (fake_hear(fake, TCN_KIND_ASK)) {
        say_answer(fake, &absent);
    }
    if (fake_hear(fake, TCN_KIND_ASK)) {
        fake_say_error(fake, TCN_LIMIT, true);
    }
}

static void a_question_gets_its_own_answer(void **state) {
    (void)state;
    struct fake fake;
    fake_start(&fake, script_answers);
    struct tcn_session *session = fake_session(&fake);
    const struct tcn_query query = {.kind = TCN_QUERY_STREAMS};
    struct tcn_answer answer;
    int64_t deadline_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    assert_int_equal(tcn_ask(session, &query, deadline_ns, &answer), TCN_OK);
    assert_int_equal(answer.stream_count, 1);
    assert_int_equal(answer.streams[0].number, 9);
    assert_int_equal(answer.next_page, 3);
    assert_int_equal(tcn_ask(session, &query, deadline_ns, &answer), TCN_ABSENT);
    /* "Later" is asked again until the time is over, and the reason is kept. */
    int64_t soon_ns = tcn_clock_monotonic_ns() + 3 * TCN_SECOND_NS / 2;
    assert_int_equal(tcn_ask(session, &query, soon_ns, &answer), TCN_LIMIT);
    soon_ns = tcn_clock_monotonic_ns() + TCN_SECOND_NS / 10;
    assert_int_equal(tcn_ask(session, &query, soon_ns, &answer), TCN_TIMEOUT);
    fake_stop(&fake);
    tcn_session_close(&session);
}

static void script_distrust(struct fake *fake) {
    if (fake_hear(fake, TCN_KIND_SESSION_ASK)) {
        fake_say_error(fake, TCN_UNTRUSTED, true);
    }
}

/* It waits for people: whoever asks is told at once, and not when its patience is over. */
static void a_broker_that_does_not_believe_the_collector_ends_the_question(void **state) {
    (void)state;
    struct fake fake;
    struct tcn_answer answer;
    const struct tcn_query query = {.kind = TCN_QUERY_STREAMS};
    fake_start(&fake, script_distrust);
    struct tcn_session *session = fake_session(&fake);
    const int64_t begin_ns = tcn_clock_monotonic_ns();
    assert_int_equal(tcn_ask(session, &query, begin_ns + PATIENCE_NS, &answer), TCN_UNTRUSTED);
    assert_true(tcn_clock_monotonic_ns() - begin_ns < PATIENCE_NS / 2);
    tcn_session_close(&session);
    fake_stop(&fake);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_replay_that_is_not_whole_is_refused),
        cmocka_unit_test(a_reader_that_has_enough_ends_the_replay),
        cmocka_unit_test(a_replay_ends_with_the_digest_of_both_sides),
        cmocka_unit_test(a_replay_at_a_speed_waits_as_long_as_history_did),
        cmocka_unit_test(what_an_organ_was_told_is_all_that_was_logged),
        cmocka_unit_test(a_question_gets_its_own_answer),
        cmocka_unit_test(a_broker_that_does_not_believe_the_collector_ends_the_question),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
