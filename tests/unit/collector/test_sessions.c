/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* The table of readers' sessions: whose a session is, and who makes room for whom. */
#include "collector/sessions.h"

#include "model/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int set_up(void **state) {
    struct tcn_sessions *sessions = NULL;
    assert_int_equal(tcn_sessions_create(&sessions), TCN_OK);
    *state = sessions;
    return 0;
}

static int tear_down(void **state) {
    struct tcn_sessions *sessions = *state;
    tcn_sessions_destroy(&sessions);
    assert_null(sessions);
    tcn_sessions_destroy(&sessions);
    tcn_sessions_destroy(NULL);
    return 0;
}

static struct tcn_stamp stamp(uint32_t principal, uint64_t connection) {
    return (struct tcn_stamp){.principal = principal, .connection = connection};
}

/* A session with the number 10000 + connection. */
static uint64_t open_session(struct tcn_sessions *sessions, uint32_t principal,
                             uint64_t connection) {
    const struct tcn_stamp who = stamp(principal, connection);
    const struct tcn_id nonce = {{(uint8_t)connection, (uint8_t)(connection >> 8)}};
    uint64_t number = 0;
    assert_non_null(tcn_sessions_get(sessions, &who, &nonce, 10000 + connection, &number));
    return number;
}

static struct tcn_session_row *find(struct tcn_sessions *sessions, uint32_t principal,
                                    uint64_t connection, uint64_t number) {
    const struct tcn_stamp who = stamp(principal, connection);
    return tcn_sessions_find(sessions, &who, number);
}

static void a_session_is_good_for_its_principal_and_connection(void **state) {
    struct tcn_sessions *sessions = *state;
    const uint64_t number = open_session(sessions, 3, 70);
    assert_int_equal(number, 10070);
    assert_non_null(find(sessions, 3, 70, number));
    assert_null(find(sessions, 4, 70, number));
    assert_null(find(sessions, 3, 71, number));
    assert_null(find(sessions, 3, 70, number + 1));
    assert_null(find(sessions, 3, 70, 0));
    tcn_sessions_gone(sessions, 71);
    assert_non_null(find(sessions, 3, 70, number));
    tcn_sessions_gone(sessions, 70);
    assert_null(find(sessions, 3, 70, number));
    assert_int_equal(tcn_sessions_count(sessions), 0);
}

static void asked_again_it_is_the_same_and_asked_anew_another(void **state) {
    struct tcn_sessions *sessions = *state;
    const struct tcn_stamp who = stamp(3, 70);
    const struct tcn_id nonce = {{1}};
    const struct tcn_id other = {{2}};
    uint64_t first = 0;
    uint64_t second = 0;
    tcn_sessions_get(sessions, &who, &nonce, 501, &first)->last_request = 9;
    assert_int_equal(tcn_sessions_get(sessions, &who, &nonce, 502, &second)->last_request, 9);
    assert_int_equal(first, 501);
    assert_int_equal(second, 501);
    assert_int_equal(tcn_sessions_get(sessions, &who, &other, 503, &second)->last_request, 0);
    assert_int_equal(second, 503);
    assert_null(find(sessions, 3, 70, 501)); /* a connection has one */
    assert_int_equal(tcn_sessions_count(sessions), 1);
    assert_int_equal(tcn_sessions_evicted(sessions), 0);
}

static void a_principal_takes_no_more_than_its_own(void **state) {
    struct tcn_sessions *sessions = *state;
    const uint64_t others = open_session(sessions, 9, 1);
    for (uint64_t i = 0; i < TCN_PRINCIPAL_SESSIONS_MAX; i++) {
        (void)open_session(sessions, 3, 100 + i);
    }
    assert_int_equal(tcn_sessions_evicted(sessions), 0);
    assert_non_null(find(sessions, 3, 100, 10100)); /* used: the next is the oldest now */
    (void)open_session(sessions, 3, 5000);
    assert_int_equal(tcn_sessions_evicted(sessions), 1);
    assert_null(find(sessions, 3, 101, 10101));
    assert_non_null(find(sessions, 3, 100, 10100));
    assert_non_null(find(sessions, 9, 1, others));
}

static void a_full_table_lets_the_one_go_that_was_not_used_for_longest(void **state) {
    struct tcn_sessions *sessions = *state;
    for (uint64_t i = 0; i < TCN_SESSIONS_MAX; i++) {
        (void)open_session(sessions, 1 + (uint32_t)(i / TCN_PRINCIPAL_SESSIONS_MAX), 100 + i);
    }
    assert_int_equal(tcn_sessions_count(sessions), TCN_SESSIONS_MAX);
    assert_non_null(find(sessions, 1, 100, 10100));
    (void)open_session(sessions, 900, 50);
    assert_int_equal(tcn_sessions_count(sessions), TCN_SESSIONS_MAX);
    assert_int_equal(tcn_sessions_evicted(sessions), 1);
    assert_null(find(sessions, 1, 101, 10101));
    assert_non_null(find(sessions, 1, 100, 10100));
    assert_non_null(find(sessions, 900, 50, 10050));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_session_is_good_for_its_principal_and_connection, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(asked_again_it_is_the_same_and_asked_anew_another, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_principal_takes_no_more_than_its_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_table_lets_the_one_go_that_was_not_used_for_longest,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests_name("sessions", tests, NULL, NULL);
}
