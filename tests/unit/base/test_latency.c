/* SPDX-License-Identifier: Apache-2.0 */
#include "base/latency.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct tcn_latency one;
static struct tcn_latency two;

static int clear(void **state) {
    (void)state;
    memset(&one, 0, sizeof(one));
    memset(&two, 0, sizeof(two));
    return 0;
}

static void an_empty_histogram_says_zero(void **state) {
    (void)state;
    assert_true(tcn_latency_percentile(&one, 0) == 0);
    assert_true(tcn_latency_percentile(&one, 50) == 0);
    assert_true(tcn_latency_percentile(&one, 100) == 0);
    tcn_latency_merge(&one, &two);
    assert_true(one.count == 0);
}

static void durations_outside_the_range_are_kept_at_its_ends(void **state) {
    (void)state;
    tcn_latency_record(&one, -5);
    assert_true(tcn_latency_percentile(&one, 50) == 0);
    tcn_latency_record(&one, INT64_MAX);
    assert_true(one.max_ns == INT64_MAX);
    assert_true(tcn_latency_percentile(&one, 100) == INT64_MAX);
    assert_true(one.sum_ns == (uint64_t)TCN_LATENCY_MAX_NS);
}

static void every_percentile_is_at_most_one_part_in_128_too_high(void **state) {
    (void)state;
    for (int64_t value = 0; value < TCN_LATENCY_MAX_NS; value = value + value / 97 + 1) {
        memset(&one, 0, sizeof(one));
        tcn_latency_record(&one, value);
        tcn_latency_record(&one, TCN_LATENCY_MAX_NS);
        int64_t median = tcn_latency_percentile(&one, 50);
        assert_true(median >= value);
        assert_true(median - value <= value / 128);
    }
}

static void percentiles_of_one_to_a_thousand_are_where_they_belong(void **state) {
    (void)state;
    for (int64_t i = 1; i <= 1000; i++) {
        tcn_latency_record(&one, i * TCN_US_NS);
    }
    static const struct {
        double percent;
        int64_t us;
    } rows[] = {{0, 1}, {0.1, 1}, {50, 500}, {90, 900}, {99, 990}, {99.9, 999}, {100, 1000}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t ns = tcn_latency_percentile(&one, rows[i].percent);
        assert_true(ns >= rows[i].us * TCN_US_NS);
        assert_true(ns <= rows[i].us * TCN_US_NS * 129 / 128);
    }
}

static void a_merge_is_the_same_as_recording_everything_in_one(void **state) {
    (void)state;
    static struct tcn_latency all;
    memset(&all, 0, sizeof(all));
    for (int64_t i = 0; i < 10000; i++) {
        int64_t value = i * i * 31;
        tcn_latency_record(i % 3 == 0 ? &one : &two, value);
        tcn_latency_record(&all, value);
    }
    tcn_latency_merge(&one, &two);
    assert_memory_equal(&one, &all, sizeof(all));
    memset(&two, 0, sizeof(two));
    tcn_latency_merge(&two, &all);
    assert_memory_equal(&two, &all, sizeof(all));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_empty_histogram_says_zero, clear),
        cmocka_unit_test_setup(durations_outside_the_range_are_kept_at_its_ends, clear),
        cmocka_unit_test_setup(every_percentile_is_at_most_one_part_in_128_too_high, clear),
        cmocka_unit_test_setup(percentiles_of_one_to_a_thousand_are_where_they_belong, clear),
        cmocka_unit_test_setup(a_merge_is_the_same_as_recording_everything_in_one, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
