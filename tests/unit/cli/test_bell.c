/* SPDX-License-Identifier: Apache-2.0 */
/* When the bell of a watch rings. */
#include "cli/bell.h"

#include "desk.h"

#define S INT64_C(1000000000)

static void it_rings_until_all_that_is_urgent_is_in_hand(void **state) {
    (void)state;
    struct tcn_bell bell = {.every_ns = 30 * S};
    assert_false(tcn_bell_is_due(&bell, 100 * S));
    assert_true(tcn_bell_deadline(&bell) == INT64_MAX);
    tcn_bell_know(&bell, 2);
    assert_true(tcn_bell_is_due(&bell, 100 * S)); /* at once */
    assert_false(tcn_bell_is_due(&bell, 100 * S));
    assert_true(tcn_bell_deadline(&bell) == 130 * S);
    tcn_bell_know(&bell, 1); /* one of two is not all */
    assert_false(tcn_bell_is_due(&bell, 130 * S - 1));
    assert_true(tcn_bell_is_due(&bell, 130 * S));
    assert_true(tcn_bell_is_due(&bell, 165 * S));
    tcn_bell_know(&bell, 0);
    assert_false(tcn_bell_is_due(&bell, 300 * S));
    assert_true(tcn_bell_deadline(&bell) == INT64_MAX);
    tcn_bell_know(&bell, 1);
    assert_true(tcn_bell_is_due(&bell, 301 * S));
}

static void what_is_not_urgent_rings_once(void **state) {
    (void)state;
    struct tcn_bell bell = {.every_ns = 30 * S};
    tcn_bell_strike(&bell);
    assert_true(tcn_bell_deadline(&bell) == 0);
    assert_true(tcn_bell_is_due(&bell, 1 * S));
    assert_false(tcn_bell_is_due(&bell, 99 * S));
}

static void what_comes_meanwhile_is_heard_too(void **state) {
    (void)state;
    struct tcn_bell bell = {.every_ns = 30 * S};
    tcn_bell_know(&bell, 1);
    assert_true(tcn_bell_is_due(&bell, 10 * S));
    tcn_bell_strike(&bell); /* a second report, with a higher count */
    assert_true(tcn_bell_is_due(&bell, 11 * S));
    assert_false(tcn_bell_is_due(&bell, 40 * S)); /* thirty seconds count from the last */
    assert_true(tcn_bell_is_due(&bell, 41 * S));
}

static void who_wants_no_bell_hears_none(void **state) {
    (void)state;
    struct tcn_bell bell = {.every_ns = 30 * S, .is_off = true};
    tcn_bell_know(&bell, 1);
    tcn_bell_strike(&bell);
    assert_false(tcn_bell_is_due(&bell, 10 * S));
    assert_false(tcn_bell_is_due(&bell, 90 * S));
    assert_true(tcn_bell_deadline(&bell) == INT64_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_rings_until_all_that_is_urgent_is_in_hand),
        cmocka_unit_test(what_is_not_urgent_rings_once),
        cmocka_unit_test(what_comes_meanwhile_is_heard_too),
        cmocka_unit_test(who_wants_no_bell_hears_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
