/* SPDX-License-Identifier: Apache-2.0 */
/* Which collector is the live one, whoever says READY, and in which order. */
#include "core/home.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SECOND_NS INT64_C(1000000000)
#define COLLECTOR 1u

/* A collector says READY, and is believed when it comes. */
static enum tcn_home_verdict ready(struct tcn_home *home, const char *routing, uint64_t generation,
                                   int64_t now_ns) {
    const struct tcn_slice routing_id = tcn_slice_text(routing);
    const enum tcn_home_verdict verdict = tcn_home_ready(home, routing_id, generation, now_ns);
    if (verdict == TCN_HOME_COMES) {
        tcn_home_take(home, routing_id, COLLECTOR, generation, now_ns);
    }
    return verdict;
}

/* The same of one that is not believed, or whose registry has not come yet. */
static enum tcn_home_verdict ready_unbelieved(struct tcn_home *home, const char *routing,
                                              uint64_t generation, int64_t now_ns) {
    return tcn_home_ready(home, tcn_slice_text(routing), generation, now_ns);
}

static void assert_home(const struct tcn_home *home, const char *routing, uint64_t generation) {
    assert_true(tcn_slice_is_text(tcn_home_routing(home), routing));
    assert_true(home->generation == generation);
}

static void who_is_not_believed_takes_nobodys_place(void **state) {
    (void)state;
    struct tcn_home home = {.size = 0};
    assert_int_equal(ready_unbelieved(&home, "thief", 9, 0), TCN_HOME_COMES);
    assert_home(&home, "", 0);
    assert_int_equal(ready(&home, "home", 1, 0), TCN_HOME_COMES); /* the generation did not rise */
    for (int64_t turn = 1; turn < 4; turn++) {
        assert_int_equal(ready_unbelieved(&home, "thief", 9, turn * SECOND_NS), TCN_HOME_COMES);
        assert_home(&home, "home", 1);
        assert_int_equal(ready(&home, "home", 1, turn * SECOND_NS), TCN_HOME_SAME);
    }
}

static void a_connection_that_says_another_generation_serves_the_one_before_no_more(void **state) {
    (void)state;
    struct tcn_home home = {.size = 0};
    assert_int_equal(ready(&home, "home", 1, 0), TCN_HOME_COMES);
    assert_int_equal(ready_unbelieved(&home, "home", 2, 1), TCN_HOME_COMES);
    assert_home(&home, "", 1);
    assert_int_equal(ready(&home, "home", 1, 2), TCN_HOME_COMES);
    assert_home(&home, "home", 1);
    assert_int_equal(ready(&home, "home", 2, 3), TCN_HOME_COMES);
    assert_home(&home, "home", 2);
}

static void who_was_silent_is_gone_also_for_one_that_is_not_believed(void **state) {
    (void)state;
    struct tcn_home home = {.size = 0};
    assert_int_equal(ready(&home, "home", 1, 0), TCN_HOME_COMES);
    assert_int_equal(ready_unbelieved(&home, "thief", 2, TCN_HOME_SILENCE_NS - 1), TCN_HOME_COMES);
    assert_home(&home, "home", 1);
    assert_int_equal(ready_unbelieved(&home, "thief", 2, TCN_HOME_SILENCE_NS), TCN_HOME_COMES);
    assert_home(&home, "", 1);
    assert_int_equal(ready(&home, "home", 1, TCN_HOME_SILENCE_NS), TCN_HOME_COMES);
    assert_home(&home, "home", 1);
}

static void two_collectors_never_take_turns(void **state) {
    (void)state;
    struct tcn_home home = {.size = 0};
    int64_t now_ns = 0;
    /* Of one generation the first stays, however often the other comes. */
    for (int turn = 0; turn < 100; turn++) {
        now_ns += SECOND_NS;
        assert_int_equal(ready(&home, "home", 1, now_ns),
                         turn == 0 ? TCN_HOME_COMES : TCN_HOME_SAME);
        assert_int_equal(ready(&home, "twin", 1, now_ns), TCN_HOME_STANDBY);
    }
    /* Silent, or known to be gone: then the other one, and the first waits in its turn. */
    now_ns += TCN_HOME_SILENCE_NS - 1;
    assert_int_equal(ready(&home, "twin", 1, now_ns), TCN_HOME_STANDBY);
    assert_int_equal(ready(&home, "twin", 1, now_ns + 1), TCN_HOME_COMES);
    assert_int_equal(ready(&home, "home", 1, now_ns + 1), TCN_HOME_STANDBY);
    tcn_home_gone(&home);
    assert_int_equal(ready(&home, "home", 1, now_ns + 1), TCN_HOME_COMES);
}

static void a_lower_generation_loses_for_good(void **state) {
    (void)state;
    struct tcn_home home = {.size = 0};
    assert_int_equal(ready(&home, "home", 1, 0), TCN_HOME_COMES);
    assert_int_equal(ready(&home, "restored", 2, 0), TCN_HOME_COMES);
    assert_int_equal(ready(&home, "home", 1, 0), TCN_HOME_FENCED);
    /* Also when the restored one is gone. */
    tcn_home_gone(&home);
    assert_int_equal(ready(&home, "home", 1, 0), TCN_HOME_FENCED);
    assert_home(&home, "", 2);
    assert_int_equal(ready(&home, "again", 2, 0), TCN_HOME_COMES);
    assert_home(&home, "again", 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_not_believed_takes_nobodys_place),
        cmocka_unit_test(a_connection_that_says_another_generation_serves_the_one_before_no_more),
        cmocka_unit_test(who_was_silent_is_gone_also_for_one_that_is_not_believed),
        cmocka_unit_test(two_collectors_never_take_turns),
        cmocka_unit_test(a_lower_generation_loses_for_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
