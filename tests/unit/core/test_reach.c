/* SPDX-License-Identifier: Apache-2.0 */
#include "core/reach.h"
#include "trace.h"

#include <stdlib.h>

#define MINUTE_NS (60 * SECOND_NS)

/** A table and the time. */
struct bench {
    struct tcn_reach reach;
    int64_t now_ns;
};

static struct bench *make(void) {
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    bench->now_ns = 1000 * MINUTE_NS;
    tcn_reach_init(&bench->reach, bench->now_ns);
    return bench;
}

/** Lets time pass, a minute at a time; `heard` says HELLO each minute, 0 for none. Gives how often
 * `source` was said to be unreachable, and fails when another was. */
static uint32_t pass(struct bench *bench, int minutes, uint32_t heard, uint32_t source) {
    uint32_t count = 0;
    for (int i = 0; i < minutes; i++) {
        const struct tcn_reach_source *found = NULL;
        bench->now_ns += MINUTE_NS;
        if (heard != 0) {
            (void)tcn_reach_heard(&bench->reach, heard, bench->now_ns, bench->now_ns / 2);
        }
        while (tcn_reach_next(&bench->reach, bench->now_ns, &found)) {
            assert_int_equal(found->source, source);
            count++;
        }
    }
    return count;
}

static void nobody_is_missed_where_nobody_is_expected(void **state) {
    (void)state;
    struct bench *bench = make();
    assert_int_equal(pass(bench, 100, 0, UINT32_MAX), 0);
    free(bench);
}

static void one_that_is_heard_now_and_then_is_not_missed(void **state) {
    (void)state;
    struct bench *bench = make();
    tcn_reach_expect(&bench->reach, 11, false, bench->now_ns);
    for (int i = 0; i < 30; i++) {
        assert_int_equal(pass(bench, 4, 12, UINT32_MAX), 0);
        assert_int_equal(tcn_reach_heard(&bench->reach, 11, bench->now_ns, 5), TCN_REACH_NO_NEWS);
    }
    free(bench);
}

static void a_silence_is_said_once_and_ended_once(void **state) {
    (void)state;
    struct bench *bench = make();
    (void)tcn_reach_heard(&bench->reach, 11, bench->now_ns, 77);
    assert_int_equal(pass(bench, 4, 12, 11), 0);
    assert_int_equal(pass(bench, 1, 12, 11), 1);
    assert_int_equal(pass(bench, 500, 12, 11), 0);
    assert_int_equal(tcn_reach_heard(&bench->reach, 11, bench->now_ns, 99), TCN_REACH_SOURCE);
    assert_int_equal(tcn_reach_heard(&bench->reach, 11, bench->now_ns, 99), TCN_REACH_NO_NEWS);
    free(bench);
}

static void what_was_silent_before_a_restart_is_not_said_again(void **state) {
    (void)state;
    struct bench *bench = make();
    tcn_reach_expect(&bench->reach, 11, false, bench->now_ns);
    tcn_reach_expect(&bench->reach, 11, true, bench->now_ns);
    assert_int_equal(pass(bench, 20, 12, UINT32_MAX), 0);
    assert_int_equal(tcn_reach_heard(&bench->reach, 11, bench->now_ns, 5), TCN_REACH_SOURCE);
    free(bench);
}

static void a_link_that_flaps_is_said_ever_more_rarely(void **state) {
    (void)state;
    struct bench *bench = make();
    uint32_t count = 0;
    (void)tcn_reach_heard(&bench->reach, 11, bench->now_ns, 1);
    for (int i = 0; i < 24 * 60 / 7; i++) { /* a day of six minutes off, one on */
        count += pass(bench, 6, 12, 11);
        (void)tcn_reach_heard(&bench->reach, 11, bench->now_ns, 1);
        count += pass(bench, 1, 12, 11);
    }
    /* Once said, six minutes are nothing new for as long as an hour and what follows it. */
    assert_in_range(count, 1, 24 * 60 / 120);
    count = 0;
    for (int i = 0; i < 24; i++) { /* hours off, a minute on */
        count += pass(bench, 100, 12, 11);
        (void)tcn_reach_heard(&bench->reach, 11, bench->now_ns, 1);
    }
    assert_int_equal(count, 24);
    /* After a good day five minutes count again. */
    for (int i = 0; i < 24 * 60; i++) {
        (void)pass(bench, 1, 11, 12);
    }
    (void)tcn_reach_heard(&bench->reach, 12, bench->now_ns, 1);
    assert_int_equal(pass(bench, 5, 12, 11), 1);
    free(bench);
}

static void when_nobody_is_heard_it_is_our_own_line(void **state) {
    (void)state;
    struct bench *bench = make();
    for (uint32_t source = 1; source <= 1000; source++) {
        tcn_reach_expect(&bench->reach, source, false, bench->now_ns);
    }
    assert_int_equal(pass(bench, 60, 0, 0), 1); /* one word, not a thousand */
    assert_int_equal(tcn_reach_heard(&bench->reach, 7, bench->now_ns, 5), TCN_REACH_EVERYBODY);
    const struct tcn_reach_source *found = NULL;
    bench->now_ns += MINUTE_NS;
    assert_false(tcn_reach_next(&bench->reach, bench->now_ns, &found)); /* they get their time */
    uint32_t count = 0;
    for (int i = 0; i < 5; i++) {
        bench->now_ns += MINUTE_NS;
        (void)tcn_reach_heard(&bench->reach, 7, bench->now_ns, 5);
        while (tcn_reach_next(&bench->reach, bench->now_ns, &found)) {
            assert_int_not_equal(found->source, 0);
            count++;
        }
    }
    assert_int_equal(count, 999);
    free(bench);
}

static void there_is_room_for_every_principal_and_no_more(void **state) {
    (void)state;
    struct bench *bench = make();
    for (uint32_t i = 0; i < TCN_PRINCIPALS_MAX; i++) {
        tcn_reach_expect(&bench->reach, (i * 2654435761u) | 1u, false, bench->now_ns);
    }
    for (uint32_t i = 1; i < bench->reach.count; i++) {
        assert_true(bench->reach.sources[i - 1].source < bench->reach.sources[i].source);
    }
    const uint32_t held = bench->reach.count;
    for (uint32_t i = 0; i < 2 * TCN_PRINCIPALS_MAX; i++) {
        tcn_reach_expect(&bench->reach, 2 * i + 2, false, bench->now_ns);
    }
    assert_int_equal(bench->reach.count, TCN_PRINCIPALS_MAX);
    assert_int_equal(bench->reach.unheard_count,
                     2 * TCN_PRINCIPALS_MAX + held - TCN_PRINCIPALS_MAX);
    assert_int_equal(tcn_reach_heard(&bench->reach, UINT32_MAX, bench->now_ns, 5),
                     TCN_REACH_NO_NEWS);
    free(bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_missed_where_nobody_is_expected),
        cmocka_unit_test(one_that_is_heard_now_and_then_is_not_missed),
        cmocka_unit_test(a_silence_is_said_once_and_ended_once),
        cmocka_unit_test(what_was_silent_before_a_restart_is_not_said_again),
        cmocka_unit_test(a_link_that_flaps_is_said_ever_more_rarely),
        cmocka_unit_test(when_nobody_is_heard_it_is_our_own_line),
        cmocka_unit_test(there_is_room_for_every_principal_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
