/* SPDX-License-Identifier: Apache-2.0 */
/* The agent behind a broker that was taken over: what the collector did not sign, and what it
 * signed for another question, changes nothing in the outbox and nothing of what people are told.
 */
#include "base/text.h"
#include "bench.h"

#define WAIT_SHORT                                                                                 \
    "{\"op\":\"wait\",\"receipts\":[{\"lane\":\"routine\",\"sequence\":1}],\"timeout_ms\":300}"
#define WAIT                                                                                       \
    "{\"op\":\"wait\",\"receipts\":[{\"lane\":\"routine\",\"sequence\":1}],\"timeout_ms\":20000}"
#define RECEIPT "{\"op\":\"receipt\",\"receipts\":[{\"lane\":\"routine\",\"sequence\":1}]}"

/** A report, and the chunk that it became. */
static const struct got_chunk *report_one(struct bench *bench) {
    (void)office_ask(&bench->office, REPORT "}}");
    return ear_await_chunk(&bench->ear);
}

/** Nothing is counted as stored, told as stored or proven; people are told why. */
static void expect_nothing_believed(struct bench *bench) {
    struct tcn_local_answer answer = office_ask(&bench->office, WAIT_SHORT);
    assert_int_equal(answer.code, TCN_TIMEOUT);
    assert_int_equal(answer.outcomes[0].code, TCN_AGAIN);
    assert_int_equal(answer.outcomes[0].position, 0);
    answer = office_ask(&bench->office, RECEIPT);
    assert_int_equal(answer.code, TCN_ABSENT);
    answer = office_ask(&bench->office, "{\"op\":\"outbox\"}");
    assert_int_equal(answer.outbox.lanes[1].acked_sequence, 0);
    assert_int_equal(answer.outbox.lanes[1].count, 1);
    assert_int_equal(answer.outbox.dead_count, 0);
    char told[256] = {0};
    assert_true(answer.outbox.last_error.size < sizeof(told));
    memcpy(told, answer.outbox.last_error.data, answer.outbox.last_error.size);
    assert_non_null(strstr(told, "routine lane"));
    assert_non_null(strstr(told, "not signed by the collector (code 37"));
}

/** The true collector gets the very bytes of the chunk, once it answers. */
static void expect_delivered(struct bench *bench, const struct got_chunk *chunk) {
    const struct got_chunk *again = ear_take(&bench->ear);
    assert_int_equal(again->size, chunk->size);
    assert_memory_equal(again->bytes, chunk->bytes, chunk->size);
    struct tcn_local_answer answer = office_ask(&bench->office, WAIT);
    assert_int_equal(answer.code, TCN_OK);
    assert_true(answer.outcomes[0].position > 0);
    answer = office_ask(&bench->office, RECEIPT);
    assert_int_equal(answer.code, TCN_OK);
    assert_true(answer.receipt.size > 0);
}

static void a_forged_receipt_stores_nothing_and_the_chunk_is_sent_again(void **state) {
    struct bench *bench = *state;
    const struct got_chunk *chunk = report_one(bench);
    ear_ack(&bench->ear, chunk, &bench->district->office.signing);
    ear_await_hello(&bench->ear, TCN_LANE_ROUTINE);
    assert_int_equal(bench->ear.hello.acked_sequence, 0);
    expect_nothing_believed(bench);
    struct tcn_outbox *outbox = look_inside(bench); /* nor is anything of it on disk */
    struct tcn_outbox_lane row;
    struct tcn_slice receipt;
    assert_int_equal(tcn_outbox_lane_get(outbox, TCN_LANE_ROUTINE, &row), TCN_OK);
    assert_int_equal(row.acked_sequence, 0);
    assert_int_equal(tcn_outbox_receipt_get(outbox, &row.lane, 1, &receipt), TCN_ABSENT);
    tcn_outbox_close(&outbox);
    start_again(bench);
    expect_delivered(bench, chunk);
}

static void a_forged_welcome_is_no_answer(void **state) {
    struct bench *bench = *state;
    const struct got_chunk *chunk = report_one(bench);
    ear_again(&bench->ear, chunk, TCN_STALE);
    ear_await_hello(&bench->ear, TCN_LANE_ROUTINE);
    struct tcn_welcome welcome = ear_welcome_of(&bench->ear);
    struct tcn_welcome forged = welcome;
    forged.mark_sequence = 1; /* as if it had arrived */
    forged.mark_hash = chunk->hash;
    ear_send_welcome_by(&bench->ear, TCN_LANE_ROUTINE, &forged, &bench->district->office.signing);
    forged.is_fenced = true; /* as if the epoch were over */
    ear_send_welcome_by(&bench->ear, TCN_LANE_ROUTINE, &forged, &bench->district->office.signing);
    uint8_t data[512];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body;
    assert_int_equal(tcn_wire_welcome_encode(&forged, &writer, &body), TCN_OK);
    ear_send(&bench->ear, TCN_LANE_ROUTINE, TCN_KIND_WELCOME, 7, body, (struct tcn_slice){0});
    expect_nothing_believed(bench);
    ear_send_welcome(&bench->ear, TCN_LANE_ROUTINE, &welcome); /* the true one, of the same HELLO */
    expect_delivered(bench, chunk);
    assert_int_equal(chunk->head.lane.epoch, bench->ear.hello.lane.epoch);
}

/* No chunk comes for a while. A HELLO may, on a busy machine: it is said until it is answered.
 */
static void expect_no_chunk(struct ear *ear) {
    const uint32_t seen = ear->chunk_count;
    const int64_t end_ns = tcn_clock_monotonic_ns() + TCN_SECOND_NS / 4;
    while (tcn_clock_monotonic_ns() < end_ns) {
        (void)ear_next(ear, TCN_SECOND_NS / 20);
    }
    assert_int_equal(ear->chunk_count, seen);
}

/* The broker's own word, that a collector has come: every lane says HELLO soon. */
static void wake(struct bench *bench) {
    for (enum tcn_lane lane = TCN_LANE_URGENT; lane <= TCN_LANE_ROUTINE; lane++) {
        ear_send(&bench->ear, lane, TCN_KIND_AGAIN, 0, (struct tcn_slice){0},
                 (struct tcn_slice){0});
    }
}

/* A log was restored elsewhere; the collector of before comes up once more. */
static void a_log_that_was_given_up_gets_nothing(void **state) {
    struct bench *bench = *state;
    struct ear *ear = &bench->ear;
    const struct got_chunk *chunk = report_one(bench);
    ear->generation = 2;
    ear_again(ear, chunk, TCN_STALE);
    ear_greet(ear, TCN_LANE_ROUTINE);
    (void)ear_await_chunk(ear);
    ear->may_leave = true;
    start_again(bench); /* it is on disk */
    ear->generation = 1;
    ear_greet(ear, TCN_LANE_ROUTINE);
    expect_no_chunk(ear);
    char told[256];
    const struct tcn_local_answer answer = office_ask(&bench->office, "{\"op\":\"outbox\"}");
    assert_int_equal(tcn_text_copy(answer.outbox.last_error, told, sizeof(told)), TCN_OK);
    assert_non_null(strstr(told, "generation 1 of the log, and this office knows generation 2"));
    ear->generation = 2;
    wake(bench);
    ear_greet(ear, TCN_LANE_ROUTINE);
    expect_delivered(bench, chunk);
}

static void a_welcome_to_an_earlier_hello_is_no_answer(void **state) {
    struct bench *bench = *state;
    ear_await_hello(&bench->ear, TCN_LANE_ROUTINE);
    struct tcn_welcome old = ear_welcome_of(&bench->ear);
    ear_send_welcome(&bench->ear, TCN_LANE_ROUTINE, &old);
    const struct got_chunk *chunk = report_one(bench);
    ear_again(&bench->ear, chunk, TCN_STALE);
    ear_await_hello(&bench->ear, TCN_LANE_ROUTINE);
    struct tcn_hash answered = old.hello_hash;
    struct tcn_welcome now = ear_welcome_of(&bench->ear);
    assert_false(tcn_hash_equals(&answered, &now.hello_hash)); /* the nonce does it */
    ear_send_welcome(&bench->ear, TCN_LANE_ROUTINE, &old);
    expect_no_chunk(&bench->ear);
    now.hello_hash = bench->ear.hello_hash[TCN_LANE_ROUTINE]; /* of the newest */
    ear_send_welcome(&bench->ear, TCN_LANE_ROUTINE, &now);
    expect_delivered(bench, chunk);
}

static void a_forged_refusal_costs_no_event(void **state) {
    struct bench *bench = *state;
    const struct got_chunk *chunk = report_one(bench);
    const struct tcn_refusal refusal = {.sequence = 1, .code = TCN_DENIED};
    ear_refuse_by(&bench->ear, chunk, &refusal, &bench->district->office.signing);
    ear_await_hello(&bench->ear, TCN_LANE_ROUTINE);
    expect_nothing_believed(bench);
    struct tcn_welcome welcome = ear_welcome_of(&bench->ear);
    ear_send_welcome(&bench->ear, TCN_LANE_ROUTINE, &welcome);
    expect_delivered(bench, chunk);
}

static void a_forged_conflict_ends_no_epoch(void **state) {
    struct bench *bench = *state;
    const struct got_chunk *chunk = report_one(bench);
    uint64_t epoch = chunk->head.lane.epoch;
    ear_again_by(&bench->ear, chunk, TCN_CONFLICT, &bench->district->office.signing);
    ear_await_hello(&bench->ear, TCN_LANE_ROUTINE);
    expect_nothing_believed(bench);
    struct tcn_welcome welcome = ear_welcome_of(&bench->ear);
    ear_send_welcome(&bench->ear, TCN_LANE_ROUTINE, &welcome);
    expect_delivered(bench, chunk);
    assert_int_equal(bench->ear.hello.lane.epoch, epoch);
}

static void a_stored_receipt_that_does_not_hold_is_not_given_out(void **state) {
    struct bench *bench = *state;
    const struct got_chunk *chunk = report_one(bench);
    ear_ack(&bench->ear, chunk, &bench->district->collector.signing);
    assert_int_equal(office_ask(&bench->office, WAIT).code, TCN_OK);
    struct tcn_outbox *outbox = look_inside(bench);
    struct tcn_slice stored;
    uint8_t copy[1024];
    assert_int_equal(tcn_outbox_receipt_get(outbox, &chunk->head.lane, 1, &stored), TCN_OK);
    assert_true(stored.size < sizeof(copy));
    memcpy(copy, stored.data, stored.size);
    struct tcn_slice changed = tcn_slice_of(copy, stored.size);
    for (size_t i = 0; i < stored.size; i++) {
        copy[i] ^= stored.size - i == 30 ? 1 : 0; /* within the signature */
    }
    assert_int_equal(tcn_outbox_begin(outbox), TCN_OK);
    assert_int_equal(tcn_outbox_receipt_put(outbox, &chunk->head.lane, 1, changed), TCN_OK);
    assert_int_equal(tcn_outbox_commit(outbox), TCN_OK);
    tcn_outbox_close(&outbox);
    start_again(bench);
    struct tcn_local_answer answer = office_ask(&bench->office, RECEIPT);
    assert_int_equal(answer.code, TCN_BAD_SIGNATURE);
    assert_int_equal(answer.receipt.size, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_forged_receipt_stores_nothing_and_the_chunk_is_sent_again),
        TEST(a_forged_welcome_is_no_answer),
        TEST(a_log_that_was_given_up_gets_nothing),
        TEST(a_welcome_to_an_earlier_hello_is_no_answer),
        TEST(a_forged_refusal_costs_no_event),
        TEST(a_forged_conflict_ends_no_epoch),
        TEST(a_stored_receipt_that_does_not_hold_is_not_given_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
