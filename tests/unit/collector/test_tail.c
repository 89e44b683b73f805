/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* The alert tail: what it gives, what it leaves to the state. */
#include "collector/tail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct tcn_stream first_stream = {TCN_MODE_ACTUAL, 2};
static const struct tcn_stream second_stream = {TCN_MODE_ACTUAL, 3};

static int set_up(void **state) {
    struct tcn_tail *tail = NULL;
    assert_int_equal(tcn_tail_create(&tail), TCN_OK);
    *state = tail;
    return 0;
}

static int tear_down(void **state) {
    struct tcn_tail *tail = *state;
    tcn_tail_destroy(&tail);
    assert_null(tail);
    tcn_tail_destroy(&tail);
    tcn_tail_destroy(NULL);
    return 0;
}

static void push(struct tcn_tail *tail, struct tcn_stream stream, uint64_t number,
                 uint64_t position) {
    const struct tcn_alert alert = {.stream = stream, .number = number, .position = position};
    tcn_tail_push(tail, &alert);
}

static size_t get(const struct tcn_tail *tail, struct tcn_stream stream, uint64_t number,
                  uint64_t *out_last) {
    struct tcn_alert alerts[8];
    const size_t count = tcn_tail_get(tail, stream, number, alerts, 8);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(alerts[i].number, number + i);
    }
    *out_last = count == 0 ? 0 : alerts[count - 1].number;
    return count;
}

static void an_empty_tail_gives_nothing(void **state) {
    struct tcn_tail *tail = *state;
    struct tcn_stream stream;
    uint64_t last = 0;
    assert_int_equal(get(tail, first_stream, 1, &last), 0);
    assert_int_equal(tcn_tail_head(tail, first_stream), 0);
    assert_false(tcn_tail_grown(tail, &stream, &last));
    tcn_tail_commit(tail, 1000);
    assert_int_equal(tcn_tail_count(tail), 0);
}

static void what_it_does_not_hold_is_left_to_the_state(void **state) {
    struct tcn_tail *tail = *state;
    uint64_t last = 0;
    push(tail, first_stream, 5, 50);
    assert_int_equal(get(tail, first_stream, 4, &last), 0);
    assert_int_equal(get(tail, first_stream, 6, &last), 0);
    assert_int_equal(get(tail, second_stream, 5, &last), 0);
    assert_int_equal(get(tail, first_stream, 5, &last), 1);
}

static void a_lost_number_hides_what_was_before_it(void **state) {
    struct tcn_tail *tail = *state;
    uint64_t last = 0;
    push(tail, first_stream, 1, 10);
    push(tail, first_stream, 2, 11);
    push(tail, first_stream, 4, 13); /* 3 was dropped on the way */
    assert_int_equal(get(tail, first_stream, 1, &last), 0);
    assert_int_equal(get(tail, first_stream, 3, &last), 0);
    assert_int_equal(get(tail, first_stream, 4, &last), 1);
    assert_int_equal(tcn_tail_head(tail, first_stream), 4);
    tcn_tail_commit(tail, 12);
    assert_int_equal(tcn_tail_count(tail), 1);
    assert_int_equal(get(tail, first_stream, 4, &last), 1);
}

static void streams_are_told_apart_and_grow_once(void **state) {
    struct tcn_tail *tail = *state;
    uint64_t last = 0;
    for (uint64_t i = 1; i <= 5; i++) {
        push(tail, first_stream, i, 2 * i);
        push(tail, second_stream, 100 + i, 2 * i);
    }
    assert_int_equal(get(tail, first_stream, 2, &last), 4);
    assert_int_equal(last, 5);
    assert_int_equal(get(tail, second_stream, 101, &last), 5);
    struct tcn_stream stream;
    uint64_t head = 0;
    uint64_t sum = 0;
    while (tcn_tail_grown(tail, &stream, &head)) {
        sum += head;
    }
    assert_int_equal(sum, 5 + 105);
    assert_false(tcn_tail_grown(tail, &stream, &head));
    tcn_tail_commit(tail, 6);
    assert_int_equal(tcn_tail_count(tail), 4);
    assert_int_equal(get(tail, first_stream, 3, &last), 0);
    assert_int_equal(get(tail, first_stream, 4, &last), 2);
}

static void a_full_tail_leaves_alerts_to_the_state_and_counts_them(void **state) {
    struct tcn_tail *tail = *state;
    uint64_t last = 0;
    for (uint64_t i = 1; i <= TCN_ALERT_TAIL_MAX + 3; i++) {
        push(tail, first_stream, i, i);
    }
    assert_int_equal(tcn_tail_count(tail), TCN_ALERT_TAIL_MAX);
    assert_int_equal(tcn_tail_dropped(tail), 3);
    assert_int_equal(tcn_tail_head(tail, first_stream), TCN_ALERT_TAIL_MAX);
    /* Round the end of the ring. */
    tcn_tail_commit(tail, 10);
    for (uint64_t i = 0; i < 10; i++) {
        push(tail, first_stream, TCN_ALERT_TAIL_MAX + 4 + i, TCN_ALERT_TAIL_MAX + 4 + i);
    }
    assert_int_equal(get(tail, first_stream, TCN_ALERT_TAIL_MAX, &last), 0);
    assert_int_equal(get(tail, first_stream, TCN_ALERT_TAIL_MAX + 4, &last), 8);
    tcn_tail_commit(tail, UINT64_MAX);
    assert_int_equal(tcn_tail_count(tail), 0);
    push(tail, first_stream, 9, 99);
    assert_int_equal(get(tail, first_stream, 9, &last), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_tail_gives_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_it_does_not_hold_is_left_to_the_state, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_lost_number_hides_what_was_before_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(streams_are_told_apart_and_grow_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_tail_leaves_alerts_to_the_state_and_counts_them,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests_name("tail", tests, NULL, NULL);
}
