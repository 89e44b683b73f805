/* SPDX-License-Identifier: Apache-2.0 */
/* The agent was given one key of the collector, and follows it to the next: what the one before it
 * signs is then no proof of anything new. */
#include "bench.h"

#include "seal/keyring.h"
#include "wire/keys.h"

#define WAIT                                                                                       \
    "{\"op\":\"wait\",\"receipts\":[{\"lane\":\"routine\",\"sequence\":1}],\"timeout_ms\":20000}"
#define WAIT_SHORT                                                                                 \
    "{\"op\":\"wait\",\"receipts\":[{\"lane\":\"routine\",\"sequence\":1}],\"timeout_ms\":300}"

/* The next key, and the list that leads to it. */
struct next {
    struct tcn_key_set keys;
    struct tcn_successor link;
};

static void make_next(const struct bench *bench, const struct tcn_signing_key *before,
                      struct next *next) {
    assert_int_equal(tcn_key_set_make(tcn_slice_text("collector"), false, &next->keys), TCN_OK);
    assert_int_equal(tcn_succession_sign(&bench->district->bundle.log_id, before,
                                         &next->keys.signing, &next->link),
                     TCN_OK);
    next->link.generation = 1;
    next->link.position = 1;
}

/* WELCOME to the last HELLO, signed by the next key, with the list behind it. */
static void welcome_by(struct bench *bench, const struct next *next) {
    struct ear *ear = &bench->ear;
    const enum tcn_lane lane = ear->hello.lane.lane;
    const struct tcn_welcome welcome = ear_welcome_of(ear);
    const struct tcn_keys list = {
        .log_id = bench->district->bundle.log_id, .links = &next->link, .count = 1};
    const struct tcn_header header = {
        .version = TCN_WIRE_VERSION, .kind = TCN_KIND_WELCOME, .session = welcome.session};
    uint8_t data[2048];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_signature signatures[2];
    struct tcn_slice frames[6] = {tcn_slice_of(ear->routing[lane], ear->routing_size[lane])};
    assert_int_equal(tcn_wire_header_encode(&header, &writer, &frames[1]), TCN_OK);
    assert_int_equal(tcn_wire_welcome_encode(&welcome, &writer, &frames[2]), TCN_OK);
    assert_int_equal(tcn_wire_keys_encode(&list, &writer, &frames[4]), TCN_OK);
    assert_int_equal(tcn_sign(&next->keys.signing, TCN_CONTEXT_WELCOME, frames[2], &signatures[0]),
                     TCN_OK);
    assert_int_equal(tcn_sign(&next->keys.signing, TCN_CONTEXT_KEYS, frames[4], &signatures[1]),
                     TCN_OK);
    frames[3] = tcn_slice_of(signatures[0].bytes, 64);
    frames[5] = tcn_slice_of(signatures[1].bytes, 64);
    assert_int_equal(tcn_sock_send(ear->sock, frames, 6), TCN_OK);
}

/* Until a chunk comes, each HELLO is welcomed by the next key. */
static const struct got_chunk *await_chunk(struct bench *bench, const struct next *next) {
    const uint32_t before = bench->ear.chunk_count;
    while (bench->ear.chunk_count == before) {
        const enum tcn_kind kind = ear_next(&bench->ear, PATIENCE_NS);
        assert_int_not_equal(kind, TCN_KIND_NONE);
        if (kind == TCN_KIND_HELLO) {
            welcome_by(bench, next);
        }
    }
    return &bench->ear.chunks[before];
}

static void the_next_key_is_learned_and_the_one_before_it_proves_nothing_new(void **state) {
    struct bench *bench = *state;
    struct next next;
    make_next(bench, &bench->district->collector.signing, &next);
    (void)office_ask(&bench->office, REPORT "}}");
    const struct got_chunk *chunk = await_chunk(bench, &next);
    ear_ack(&bench->ear, chunk, &bench->district->collector.signing); /* by the key before it */
    struct tcn_local_answer answer = office_ask(&bench->office, WAIT_SHORT);
    assert_int_equal(answer.code, TCN_TIMEOUT);
    chunk = await_chunk(bench, &next);
    ear_ack(&bench->ear, chunk, &next.keys.signing);
    answer = office_ask(&bench->office, WAIT);
    assert_int_equal(answer.code, TCN_OK);
    assert_true(answer.outcomes[0].position > 0);
    tcn_key_set_fini(&next.keys);
}

static void a_key_that_ours_did_not_name_is_no_answer(void **state) {
    struct bench *bench = *state;
    struct next next;
    make_next(bench, &bench->district->office.signing, &next);
    (void)office_ask(&bench->office, REPORT "}}");
    for (int i = 0; i < 2; i++) { /* of both lanes */
        while (ear_next(&bench->ear, PATIENCE_NS) != TCN_KIND_HELLO) {
        }
        welcome_by(bench, &next);
    }
    assert_int_equal(bench->ear.chunk_count, 0);
    struct tcn_local_answer answer = office_ask(&bench->office, "{\"op\":\"outbox\"}");
    const int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    while (answer.outbox.last_error.size == 0 && tcn_clock_monotonic_ns() < end_ns) {
        answer = office_ask(&bench->office, "{\"op\":\"outbox\"}");
    }
    char told[256] = {0};
    assert_true(answer.outbox.last_error.size > 0 && answer.outbox.last_error.size < sizeof(told));
    memcpy(told, answer.outbox.last_error.data, answer.outbox.last_error.size);
    assert_non_null(strstr(told, "not signed by the collector (code 37"));
    assert_int_equal(answer.outbox.lanes[1].count, 1);
    tcn_key_set_fini(&next.keys);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_next_key_is_learned_and_the_one_before_it_proves_nothing_new),
        TEST(a_key_that_ours_did_not_name_is_no_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
