/* SPDX-License-Identifier: Apache-2.0 */
/* What a clock counts as, for each of its ends and verdicts, and for each way in which one runs. */
#include "core/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define LIMIT_NS INT64_C(1000)
#define COUNTS (sizeof(struct tcn_clock_tally) / sizeof(uint64_t))

/** Which of the counts, by its place. */
#define THE(count) (offsetof(struct tcn_clock_tally, count) / sizeof(uint64_t))

static void expect_counts(const char *why, const struct tcn_clock_tally *tally, size_t place,
                          uint64_t wanted) {
    uint64_t counts[COUNTS];
    memcpy(counts, tally, sizeof counts);
    for (size_t i = 0; i < COUNTS; i++) {
        const uint64_t expected = i == place ? wanted : 0;
        if (counts[i] != expected) {
            fail_msg("%s: count %zu is %llu, not %llu", why, i, (unsigned long long)counts[i],
                     (unsigned long long)expected);
        }
    }
}

static void a_clock_that_runs_counts_by_its_limit(void **state) {
    (void)state;
    static const struct {
        const char *why;
        enum tcn_clock_unit unit;
        enum tcn_clock_bound bound;
        int64_t at_ns;
        int32_t missing_year;
        bool is_paused;
        size_t place;
    } cases[] = {
        {"past its limit", TCN_CLOCK_CALENDAR_DAYS, TCN_CLOCK_AT_MOST, LIMIT_NS + 1, 0, false,
         THE(missed)},
        {"past the earliest limit of a missing year", TCN_CLOCK_WORKING_DAYS, TCN_CLOCK_AT_MOST,
         LIMIT_NS + 1, 2027, false, THE(unknown)},
        {"a window that has passed", TCN_CLOCK_HOURS, TCN_CLOCK_WINDOW, LIMIT_NS + 1, 0, false,
         THE(over)},
        {"at its limit", TCN_CLOCK_CALENDAR_DAYS, TCN_CLOCK_AT_MOST, LIMIT_NS, 0, false,
         THE(running)},
        {"at the earliest limit of a missing year", TCN_CLOCK_WORKING_DAYS, TCN_CLOCK_AT_MOST,
         LIMIT_NS, 2027, false, THE(running)},
        {"a window at its end", TCN_CLOCK_HOURS, TCN_CLOCK_WINDOW, LIMIT_NS, 0, false,
         THE(running)},
        {"what must pass, and has", TCN_CLOCK_HOURS, TCN_CLOCK_AT_LEAST, LIMIT_NS + 1, 0, false,
         THE(running)},
        {"what must pass, and has not", TCN_CLOCK_HOURS, TCN_CLOCK_AT_LEAST, 1, 0, false,
         THE(running)},
        {"at once", TCN_CLOCK_AT_ONCE, TCN_CLOCK_AT_MOST, INT64_MAX, 0, false, THE(running)},
        {"paused", TCN_CLOCK_CALENDAR_DAYS, TCN_CLOCK_AT_MOST, INT64_MAX, 0, true, THE(paused)},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const int64_t limit_ns = cases[i].is_paused ? TCN_CLOCK_NEVER : LIMIT_NS;
        const struct tcn_matter_clock clock = {
            .terms = {.unit = cases[i].unit, .amount = 1, .bound = cases[i].bound},
            .times = {.due_ns = limit_ns,
                      .limit_ns = limit_ns,
                      .missing_year = cases[i].missing_year,
                      .is_paused = cases[i].is_paused},
            .end = TCN_CLOCK_RUNS,
            .run_count = 1};
        struct tcn_clock_tally tally = {.met = 0};
        tcn_clock_tally_add(&tally, &clock, cases[i].at_ns);
        expect_counts(cases[i].why, &tally, cases[i].place, 1);
    }
}

static void a_clock_that_ended_counts_by_its_verdict_and_not_by_now(void **state) {
    (void)state;
    static const struct {
        enum tcn_clock_end end;
        enum tcn_clock_verdict verdict;
        size_t place;
    } cases[] = {
        {TCN_CLOCK_STOPPED, TCN_VERDICT_LATE, THE(missed)},
        {TCN_CLOCK_STOPPED, TCN_VERDICT_EARLY, THE(missed)},
        {TCN_CLOCK_STOPPED, TCN_VERDICT_UNKNOWN, THE(unknown)},
        {TCN_CLOCK_STOPPED, TCN_VERDICT_OVER, THE(over)},
        {TCN_CLOCK_STOPPED, TCN_VERDICT_UNMEASURED, THE(unmeasured)},
        {TCN_CLOCK_STOPPED, TCN_VERDICT_IN_TIME, THE(met)},
        {TCN_CLOCK_CLOSED, TCN_VERDICT_LATE, THE(missed)},
        {TCN_CLOCK_CLOSED, TCN_VERDICT_UNKNOWN, THE(unknown)},
        {TCN_CLOCK_CLOSED, TCN_VERDICT_UNMEASURED, THE(cancelled)},
        {TCN_CLOCK_LEFT, TCN_VERDICT_LATE, THE(missed)},
        {TCN_CLOCK_LEFT, TCN_VERDICT_UNKNOWN, THE(unknown)},
        {TCN_CLOCK_LEFT, TCN_VERDICT_UNMEASURED, THE(cancelled)},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (int64_t at_ns = LIMIT_NS - 1; at_ns <= LIMIT_NS + 1; at_ns++) {
            const struct tcn_matter_clock clock = {
                .terms = {.unit = TCN_CLOCK_HOURS, .amount = 1, .bound = TCN_CLOCK_AT_MOST},
                .times = {.due_ns = LIMIT_NS, .limit_ns = LIMIT_NS},
                .end = cases[i].end,
                .verdict = cases[i].verdict,
                .run_count = 1};
            struct tcn_clock_tally tally = {.met = 0};
            tcn_clock_tally_add(&tally, &clock, at_ns);
            expect_counts(tcn_clock_verdict_name(cases[i].verdict), &tally, cases[i].place, 1);
        }
    }
}

static void every_run_counts_once_and_none_that_was_late_is_forgotten(void **state) {
    (void)state;
    static const struct {
        uint32_t run_count;
        uint32_t late_count;
        struct tcn_clock_tally wanted;
    } cases[] = {
        {0, 5, {.met = 1}}, /* what no row can be: it is there, so it ran once */
        {2, 9, {.met = 1, .missed = 1}},
        {1, 0, {.met = 1}},
        {4, 0, {.met = 1, .earlier = 3}},
        {4, 2, {.met = 1, .missed = 2, .earlier = 1}},
        {4, 3, {.met = 1, .missed = 3}},
    };
    struct tcn_clock_tally sum = {.met = 0};
    uint64_t started = 0;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct tcn_matter_clock clock = {
            .terms = {.unit = TCN_CLOCK_HOURS, .amount = 1, .bound = TCN_CLOCK_AT_MOST},
            .end = TCN_CLOCK_STOPPED,
            .verdict = TCN_VERDICT_IN_TIME,
            .run_count = cases[i].run_count,
            .late_count = cases[i].late_count};
        struct tcn_clock_tally tally = {.met = 0};
        tcn_clock_tally_add(&tally, &clock, 0);
        assert_memory_equal(&tally, &cases[i].wanted, sizeof tally);
        tcn_clock_tally_add(&sum, &clock, 0);
        started += cases[i].run_count > 0 ? cases[i].run_count : 1;
    }
    assert_int_equal(tcn_clock_tally_started(&sum), started);
    assert_int_equal(sum.met, COUNT_OF(cases));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_that_runs_counts_by_its_limit),
        cmocka_unit_test(a_clock_that_ended_counts_by_its_verdict_and_not_by_now),
        cmocka_unit_test(every_run_counts_once_and_none_that_was_late_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
