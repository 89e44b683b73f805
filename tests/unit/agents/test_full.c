/* SPDX-License-Identifier: Apache-2.0 */
/* The disk of an office is full while the collector answers: the agent goes on, and asks again for
 * what it could not carry out. */
/* ctest-uses: policy core store wire link seal json */
/* ctest-wraps: tcn_outbox_begin */
#include "bench.h"

#include <stdatomic.h>

static atomic_bool is_full;

enum tcn_status __real_tcn_outbox_begin(struct tcn_outbox *outbox);
enum tcn_status __wrap_tcn_outbox_begin(struct tcn_outbox *outbox);

enum tcn_status __wrap_tcn_outbox_begin(struct tcn_outbox *outbox) {
    return atomic_load(&is_full) ? TCN_FULL : __real_tcn_outbox_begin(outbox);
}

static int setup_with_room(void **state) {
    atomic_store(&is_full, false);
    return setup(state);
}

/* It is there and says that it takes nothing. */
static void assert_takes_nothing(struct bench *bench) {
    assert_int_equal(office_ask(&bench->office, REPORT "}}").code, TCN_FULL);
}

static void what_the_outbox_holds_is_sent_from_a_full_disk(void **state) {
    struct bench *bench = *state;
    assert_int_equal(office_ask(&bench->office, REPORT "}}").code, TCN_OK);
    atomic_store(&is_full, true);
    const struct got_chunk *chunk = ear_take(&bench->ear); /* its epoch was welcomed before */
    assert_int_equal(chunk->head.first_sequence, 1);
    assert_takes_nothing(bench);
    atomic_store(&is_full, false);
    assert_int_equal(office_ask(&bench->office, REPORT "}}").code, TCN_OK);
    assert_int_equal(ear_take(&bench->ear)->head.first_sequence, 2);
}

static void what_cannot_be_written_is_asked_for_again(void **state) {
    struct bench *bench = *state;
    assert_int_equal(office_ask(&bench->office, REPORT "}}").code, TCN_OK);
    const struct got_chunk *chunk = ear_await_chunk(&bench->ear);
    atomic_store(&is_full, true);
    ear_refuse(&bench->ear, chunk, 1, TCN_BAD_VALUE, "severity");
    ear_greet(&bench->ear, TCN_LANE_ROUTINE); /* where it has to cut the rest anew */
    ear_await_hello(&bench->ear, TCN_LANE_ROUTINE);
    assert_int_equal(bench->ear.hello.last_sequence, 1);
    assert_takes_nothing(bench);
    atomic_store(&is_full, false);
    const struct tcn_welcome welcome = ear_welcome_of(&bench->ear);
    ear_send_welcome(&bench->ear, TCN_LANE_ROUTINE, &welcome);
    chunk = ear_await_chunk(&bench->ear);
    ear_refuse(&bench->ear, chunk, 1, TCN_BAD_VALUE, "severity");
    ear_greet(&bench->ear, TCN_LANE_ROUTINE);
    chunk = ear_take(&bench->ear);
    assert_int_equal(chunk->head.first_sequence, 1);
    assert_int_equal(ear_event(&bench->ear, chunk, 0).act, TCN_ACT_VOID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_with_room, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_the_outbox_holds_is_sent_from_a_full_disk),
        TEST(what_cannot_be_written_is_asked_for_again),
    };
    return cmocka_run_group_tests_name("full", tests, NULL, NULL);
}
