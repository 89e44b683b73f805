/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks of a whole state counted by rule: every row once, wherever a page ends. */
/* ctest-uses: core store */
#include "query/tally.h"

#include "../store/state_test.h"

#define AT_NS INT64_C(1000)

static const struct tcn_clock_rule rules[] = {
    {.id = "answer"}, {.id = "pipe"}, {.id = "slip"}, {.id = "tell"}};
static const struct tcn_clock_table table = {.rules = rules,
                                             .rule_count = sizeof(rules) / sizeof(rules[0])};

static void put_matter(struct tcn_state *state, uint64_t birth, enum tcn_mode mode) {
    const struct tcn_matter matter = {.birth_position = birth, .id = id_of(birth), .mode = mode};
    assert_int_equal(tcn_state_table()->matter_put(state, &matter, true), TCN_OK);
}

static void put_guarded(struct tcn_state *state, uint64_t birth) {
    const struct tcn_matter matter = {.birth_position = birth,
                                      .id = id_of(birth),
                                      .mode = TCN_MODE_ACTUAL,
                                      .flags = TCN_FLAG_GUARDED};
    assert_int_equal(tcn_state_table()->matter_put(state, &matter, true), TCN_OK);
}

/** A clock that runs in time, or past its limit. */
static void put_clock(struct tcn_state *state, uint64_t birth, const char *id, uint32_t rule,
                      bool is_late) {
    const int64_t limit_ns = is_late ? AT_NS - 1 : AT_NS;
    struct tcn_matter_clock clock = {
        .birth_position = birth,
        .rule = rule,
        .terms = {.unit = TCN_CLOCK_HOURS, .amount = 1, .bound = TCN_CLOCK_AT_MOST},
        .times = {.due_ns = limit_ns, .limit_ns = limit_ns},
        .end = TCN_CLOCK_RUNS,
        .run_count = 1};
    (void)snprintf(clock.id, sizeof(clock.id), "%s", id);
    assert_int_equal(tcn_state_table()->clock_put(state, &clock), TCN_OK);
}

static enum tcn_status count(struct tcn_state *state, const struct tcn_clock_table *rule_table,
                             enum tcn_mode mode, struct tcn_tally *tally) {
    struct tcn_state_reader *reader = open_reader(state);
    assert_int_equal(tcn_tally_init(tally, rule_table), TCN_OK);
    const enum tcn_status status = tcn_tally_run(tally, reader, mode, AT_NS);
    tcn_state_reader_close(&reader);
    return status;
}

static void expect_row(const struct tcn_tally *tally, uint32_t row, uint64_t running,
                       uint64_t missed) {
    assert_in_range(row, 0, tally->count - 1);
    assert_int_equal(tally->rows[row].tally.running, running);
    assert_int_equal(tally->rows[row].tally.missed, missed);
    assert_int_equal(tcn_clock_tally_started(&tally->rows[row].tally), running + missed);
}

static void a_clock_without_its_matter_is_damage(void **test) {
    struct tcn_state *state = open_state(*test);
    struct tcn_tally tally;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    put_clock(state, 7, "pipe", 1, false);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    assert_int_equal(count(state, &table, TCN_MODE_ACTUAL, &tally), TCN_CORRUPT);
    tcn_tally_fini(&tally);
    tcn_state_close(&state);
}

static void no_clocks_and_no_rules_are_counts_of_nothing(void **test) {
    struct tcn_state *state = open_state(*test);
    struct tcn_tally tally;
    assert_int_equal(count(state, NULL, TCN_MODE_ACTUAL, &tally), TCN_OK);
    assert_int_equal(tally.count, 1);
    assert_null(tally.rows[0].rule);
    expect_row(&tally, 0, 0, 0);
    tcn_tally_fini(&tally);
    assert_int_equal(count(state, &table, TCN_MODE_ACTUAL, &tally), TCN_OK);
    assert_int_equal(tally.count, table.rule_count + 1);
    tcn_tally_fini(&tally);
    tcn_tally_fini(&tally);
    tcn_state_close(&state);
}

static void what_is_guarded_is_in_no_sum(void **test) {
    struct tcn_state *state = open_state(*test);
    struct tcn_tally tally;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    put_guarded(state, 7);
    put_clock(state, 7, "pipe", 1, true);
    put_clock(state, 7, "gone", 3, true); /* a rule that the table does not have */
    put_matter(state, 9, TCN_MODE_ACTUAL);
    put_clock(state, 9, "pipe", 1, false);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    assert_int_equal(count(state, &table, TCN_MODE_ACTUAL, &tally), TCN_OK);
    expect_row(&tally, 1, 1, 0);
    expect_row(&tally, table.rule_count, 0, 0);
    tcn_tally_fini(&tally);
    tcn_state_close(&state);
}

static void each_clock_counts_for_its_rule_and_drills_apart(void **test) {
    struct tcn_state *state = open_state(*test);
    struct tcn_tally tally;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    put_matter(state, 3, TCN_MODE_ACTUAL);
    put_matter(state, 4, TCN_MODE_EXERCISE);
    put_matter(state, 5, TCN_MODE_ACTUAL);
    put_clock(state, 3, "answer", 1, false);
    put_clock(state, 3, "gone", 2, true); /* of a policy that was */
    put_clock(state, 3, "tell", UINT32_MAX, true);
    put_clock(state, 4, "answer", 1, true);
    put_clock(state, 5, "answer", 1, true);
    put_clock(state, 5, "zz", 3, false);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    assert_int_equal(count(state, &table, TCN_MODE_ACTUAL, &tally), TCN_OK);
    assert_string_equal(tally.rows[0].rule->id, "answer");
    expect_row(&tally, 0, 1, 1);
    expect_row(&tally, 1, 0, 0);
    expect_row(&tally, 2, 0, 0);
    expect_row(&tally, 3, 0, 1);
    expect_row(&tally, 4, 1, 1);
    tcn_tally_fini(&tally);
    assert_int_equal(count(state, &table, TCN_MODE_EXERCISE, &tally), TCN_OK);
    expect_row(&tally, 0, 0, 1);
    expect_row(&tally, 3, 0, 0);
    expect_row(&tally, 4, 0, 0);
    tcn_tally_fini(&tally);
    assert_int_equal(count(state, NULL, TCN_MODE_ACTUAL, &tally), TCN_OK);
    expect_row(&tally, 0, 2, 3);
    tcn_tally_fini(&tally);
    tcn_state_close(&state);
}

/* The last rule number that there can be also stands at a page's end. */
static void no_clock_is_lost_or_counted_twice_where_a_page_ends(void **test) {
    static const uint32_t wanted[] = {TCN_SLICE_RECORDS_MAX - 1, TCN_SLICE_RECORDS_MAX,
                                      TCN_SLICE_RECORDS_MAX + 1, 2 * TCN_SLICE_RECORDS_MAX};
    struct tcn_state *state = open_state(*test);
    uint32_t done = 0;
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        struct tcn_tally tally;
        assert_int_equal(tcn_state_begin(state), TCN_OK);
        for (; done < wanted[i]; done++) { /* two of a matter: the second has the last number */
            const uint64_t birth = 1 + done / 2;
            if (done % 2 == 0) {
                put_matter(state, birth, TCN_MODE_ACTUAL);
            }
            put_clock(state, birth, "slip", done % 2 == 0 ? 9 : UINT32_MAX, false);
        }
        assert_int_equal(tcn_state_commit(state), TCN_OK);
        assert_int_equal(count(state, &table, TCN_MODE_ACTUAL, &tally), TCN_OK);
        expect_row(&tally, 2, wanted[i], 0);
        tcn_tally_fini(&tally);
    }
    tcn_state_close(&state);
}

#define DIR_TEST(name) cmocka_unit_test_setup_teardown(name, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIR_TEST(a_clock_without_its_matter_is_damage),
        DIR_TEST(what_is_guarded_is_in_no_sum),
        DIR_TEST(no_clocks_and_no_rules_are_counts_of_nothing),
        DIR_TEST(each_clock_counts_for_its_rule_and_drills_apart),
        DIR_TEST(no_clock_is_lost_or_counted_twice_where_a_page_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
