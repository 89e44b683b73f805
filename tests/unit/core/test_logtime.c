/* SPDX-License-Identifier: Apache-2.0 */
#include "core/logtime.h"

#include "trace.h"

static const struct tcn_logtime_bounds bounds = {.jump_ns = 60 * SECOND_NS,
                                                 .start_ns = 1000 * SECOND_NS};

/** One stamp, or (confirm) the operator's word; times in seconds. */
struct step {
    int64_t wall_s;
    int64_t monotonic_s;
    bool is_confirm;
};

static void run(int64_t last_s, const struct step *steps, size_t count, const char *expected) {
    struct trace trace = {.size = 0};
    struct tcn_logtime logtime;
    int64_t before_ns = last_s * SECOND_NS;
    tcn_logtime_init(&logtime, &bounds, before_ns, false);
    for (size_t i = 0; i < count; i++) {
        if (steps[i].is_confirm) {
            tcn_logtime_confirm(&logtime, steps[i].wall_s * SECOND_NS,
                                steps[i].monotonic_s * SECOND_NS);
            trace_add(&trace, "%s ", tcn_logtime_state_name(logtime.state));
            continue;
        }
        int64_t time_ns = tcn_logtime_stamp(&logtime, steps[i].wall_s * SECOND_NS,
                                            steps[i].monotonic_s * SECOND_NS);
        assert_true(time_ns >= before_ns);
        before_ns = time_ns;
        trace_add(&trace, "%s %d+%d%s ", tcn_logtime_state_name(logtime.state),
                  (int)(time_ns / SECOND_NS), (int)(time_ns % SECOND_NS),
                  tcn_logtime_is_alarmed(&logtime) ? "!" : "");
    }
    trace_expect(&trace, expected);
}

static void a_jump_makes_log_time_creep_until_it_is_confirmed(void **state) {
    (void)state;
    static const struct step forward[] = {{5000, 1, false},  {5010, 11, false}, {9000, 12, false},
                                          {9001, 13, false}, {9002, 14, true},  {9003, 15, false}};
    run(4900, forward, COUNT_OF(forward),
        "following 5000+0 following 5010+0 creeping 5010+1! creeping 5010+2! following "
        "following 9003+0 ");
    static const struct step back[] = {{5000, 1, false}, {4000, 2, false}, {5003, 4, false}};
    run(4900, back, COUNT_OF(back), "following 5000+0 creeping 5000+1! creeping 5000+2! ");
}

static void a_start_far_from_the_log_is_a_jump(void **state) {
    (void)state;
    static const struct step one[] = {{5000, 1, false}};
    run(3999, one, 1, "creeping 3999+1! ");
    run(4000, one, 1, "following 5000+0 ");
    run(5060, one, 1, "following 5060+0 ");
    run(5061, one, 1, "creeping 5061+1! ");
    run(0, one, 1, "following 5000+0 "); /* an empty log believes any clock */
}

static void small_steps_back_hold_log_time(void **state) {
    (void)state;
    static const struct step steps[] = {
        {5000, 1, false}, {4990, 2, false}, {4991, 3, false}, {5001, 13, false}};
    run(4900, steps, COUNT_OF(steps),
        "following 5000+0 following 5000+0 following 5000+0 following 5001+0 ");
}

static void absurd_clocks_are_survived(void **state) {
    (void)state;
    struct tcn_logtime logtime;
    tcn_logtime_init(&logtime, &bounds, INT64_MAX - 1, false);
    assert_true(tcn_logtime_stamp(&logtime, INT64_MIN, 0) == INT64_MAX);
    assert_true(tcn_logtime_stamp(&logtime, INT64_MAX, INT64_MIN) == INT64_MAX);
    assert_int_equal(logtime.jump_count, 1);
}

static void a_feed_drives_log_time_and_never_back(void **state) {
    (void)state;
    struct tcn_logtime logtime;
    tcn_logtime_init(&logtime, &bounds, 100, false);
    assert_true(tcn_logtime_feed(&logtime, 50) == 100);
    assert_true(tcn_logtime_feed(&logtime, 150) == 150);
    tcn_logtime_confirm(&logtime, 1, 1); /* nothing was wrong */
    assert_int_equal(logtime.state, TCN_LOGTIME_START);
}

static void only_listed_moves_are_allowed(void **state) {
    (void)state;
    assert_false(tcn_logtime_may_move(TCN_LOGTIME_FOLLOWING, TCN_LOGTIME_START));
    assert_true(tcn_logtime_may_move(TCN_LOGTIME_CREEPING, TCN_LOGTIME_FOLLOWING));
    assert_false(tcn_logtime_may_move((enum tcn_logtime_state)9, TCN_LOGTIME_START));
    assert_string_equal(tcn_logtime_state_name((enum tcn_logtime_state)9), "none");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_jump_makes_log_time_creep_until_it_is_confirmed),
        cmocka_unit_test(a_start_far_from_the_log_is_a_jump),
        cmocka_unit_test(small_steps_back_hold_log_time),
        cmocka_unit_test(absurd_clocks_are_survived),
        cmocka_unit_test(a_feed_drives_log_time_and_never_back),
        cmocka_unit_test(only_listed_moves_are_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
