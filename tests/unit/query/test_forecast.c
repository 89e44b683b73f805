/* SPDX-License-Identifier: Apache-2.0 */
/* What an activation would do to the clocks of a state, before it does it: every clock once,
 * wherever a page ends, and nothing is changed. */
/* ctest-uses: core store */
#include "query/forecast.h"

#include "../store/state_test.h"

#define HOUR_NS INT64_C(3600000000000)
#define NOW_NS (100 * HOUR_NS)

/* `longer` has six hours instead of one; `gone` is not there, `off` is off. */
static const struct tcn_clock_rule rules[] = {
    {.id = "longer",
     .unit = TCN_CLOCK_HOURS,
     .amount = 6,
     .bound = TCN_CLOCK_AT_MOST,
     .is_enabled = true},
    {.id = "off", .unit = TCN_CLOCK_HOURS, .amount = 1, .bound = TCN_CLOCK_AT_MOST},
    {.id = "same",
     .unit = TCN_CLOCK_HOURS,
     .amount = 1,
     .bound = TCN_CLOCK_AT_MOST,
     .is_enabled = true},
};
static const struct tcn_clock_table table = {.rules = rules,
                                             .rule_count = sizeof(rules) / sizeof(rules[0])};

static void put_clock(struct tcn_state *state, uint64_t birth, const char *id,
                      enum tcn_clock_end end) {
    const bool has_ended = end != TCN_CLOCK_RUNS;
    struct tcn_matter_clock clock = {
        .birth_position = birth,
        .rule = tcn_clock_rule_number(tcn_slice_text(id)),
        .terms = {.unit = TCN_CLOCK_HOURS, .amount = 1, .bound = TCN_CLOCK_AT_MOST},
        .clock = {.start_ns = NOW_NS},
        .times = {.due_ns = NOW_NS + HOUR_NS, .limit_ns = NOW_NS + HOUR_NS},
        .end = end,
        .verdict = has_ended ? TCN_VERDICT_LATE : TCN_VERDICT_UNKNOWN,
        .stop_ns = has_ended ? NOW_NS + 2 * HOUR_NS : 0,
        .stop_position = has_ended ? birth + 1 : 0,
        .run_count = 1};
    (void)snprintf(clock.id, sizeof(clock.id), "%s", id);
    assert_int_equal(tcn_state_table()->clock_put(state, &clock), TCN_OK);
}

static struct tcn_forecast forecast_of(struct tcn_state *state, bool restates) {
    struct tcn_forecast forecast;
    struct tcn_state_reader *reader = open_reader(state);
    const struct tcn_restatement how = {
        .only_missing = !restates, .log_time_ns = NOW_NS, .policy_version = 2};
    assert_int_equal(tcn_forecast_run(reader, &table, &how, &forecast), TCN_OK);
    tcn_state_reader_close(&reader);
    return forecast;
}

static const struct tcn_restated_counts *counts_of(const struct tcn_forecast *forecast,
                                                   const char *id) {
    for (uint32_t i = 0; i < forecast->count; i++) {
        if (strcmp(forecast->rows[i].id, id) == 0) {
            return &forecast->rows[i].counts;
        }
    }
    fail_msg("no row of %s", id);
    return NULL;
}

static void no_clocks_are_counts_of_nothing(void **test) {
    struct tcn_state *state = open_state(*test);
    struct tcn_forecast forecast = forecast_of(state, true);
    assert_int_equal(forecast.count, 0);
    assert_int_equal(tcn_restated_changed(&forecast.all), 0);
    tcn_forecast_fini(&forecast);
    tcn_forecast_fini(&forecast);
    tcn_state_close(&state);
}

static void each_clock_counts_by_what_would_become_of_it(void **test) {
    struct tcn_state *state = open_state(*test);
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    put_clock(state, 3, "longer", TCN_CLOCK_RUNS);
    put_clock(state, 3, "same", TCN_CLOCK_RUNS);
    put_clock(state, 3, "gone", TCN_CLOCK_RUNS);
    put_clock(state, 4, "off", TCN_CLOCK_RUNS);
    put_clock(state, 4, "longer", TCN_CLOCK_STOPPED); /* two hours late of one, not of six */
    put_clock(state, 5, "same", TCN_CLOCK_STOPPED);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    for (int turn = 0; turn < 2; turn++) { /* the first has changed nothing */
        struct tcn_forecast forecast = forecast_of(state, true);
        assert_int_equal(forecast.count, 4);
        assert_int_equal(forecast.all.counts[TCN_RESTATED_MOVED], 1);
        assert_int_equal(forecast.all.counts[TCN_RESTATED_LEFT], 2);
        assert_int_equal(forecast.all.counts[TCN_RESTATED_JUDGED], 1);
        assert_int_equal(forecast.all.counts[TCN_RESTATED_SAME], 2);
        assert_int_equal(counts_of(&forecast, "longer")->counts[TCN_RESTATED_MOVED], 1);
        assert_int_equal(counts_of(&forecast, "longer")->counts[TCN_RESTATED_JUDGED], 1);
        assert_int_equal(counts_of(&forecast, "gone")->counts[TCN_RESTATED_LEFT], 1);
        assert_int_equal(tcn_restated_changed(counts_of(&forecast, "same")), 0);
        tcn_forecast_fini(&forecast);
    }
    struct tcn_forecast forecast = forecast_of(state, false);
    assert_int_equal(forecast.all.counts[TCN_RESTATED_NOT], 6);
    assert_int_equal(tcn_restated_changed(&forecast.all), 0);
    tcn_forecast_fini(&forecast);
    tcn_state_close(&state);
}

static void no_clock_is_lost_or_counted_twice_where_a_page_ends(void **test) {
    static const uint32_t wanted[] = {TCN_SLICE_RECORDS_MAX - 1, TCN_SLICE_RECORDS_MAX,
                                      TCN_SLICE_RECORDS_MAX + 1, 2 * TCN_SLICE_RECORDS_MAX};
    struct tcn_state *state = open_state(*test);
    uint32_t done = 0;
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        assert_int_equal(tcn_state_begin(state), TCN_OK);
        for (; done < wanted[i]; done++) {
            put_clock(state, 1 + done, "longer", TCN_CLOCK_RUNS);
        }
        assert_int_equal(tcn_state_commit(state), TCN_OK);
        struct tcn_forecast forecast = forecast_of(state, true);
        assert_int_equal(forecast.all.counts[TCN_RESTATED_MOVED], wanted[i]);
        tcn_forecast_fini(&forecast);
    }
    tcn_state_close(&state);
}

#define DIR_TEST(name) cmocka_unit_test_setup_teardown(name, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIR_TEST(no_clocks_are_counts_of_nothing),
        DIR_TEST(each_clock_counts_by_what_would_become_of_it),
        DIR_TEST(no_clock_is_lost_or_counted_twice_where_a_page_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
