/* SPDX-License-Identifier: Apache-2.0 */
/* The clocks of matters on disk: every field at its ends, their order, and rows that are damaged.
 */
#include "state_test.h"

#include "store/state_rows.h"

#include <string.h>

static struct tcn_matter_clock extreme_clock(uint64_t birth, uint32_t rule, bool is_high) {
    struct tcn_matter_clock clock = {.birth_position = birth, .rule = rule};
    clock.terms.unit = TCN_CLOCK_AT_ONCE;
    clock.clock.start_ns = TCN_CLOCK_INSTANT_MIN_NS;
    clock.times.limit_ns = INT64_MIN;
    clock.stop_ns = INT64_MIN;
    if (!is_high) {
        return clock;
    }
    memset(clock.id, 'r', TCN_WORD_BYTES_MAX);
    clock.terms = (struct tcn_clock_terms){.unit = TCN_CLOCK_YEARS,
                                           .amount = TCN_CLOCK_YEARS_MAX - 1,
                                           .extend_max = 1,
                                           .bound = TCN_CLOCK_WINDOW,
                                           .owes = TCN_CLOCK_OUTSIDE,
                                           .stop_time = TCN_CLOCK_OCCURRED};
    clock.policy_version = UINT64_MAX;
    clock.clock.start_ns = TCN_CLOCK_INSTANT_MAX_NS;
    clock.clock.extended_until_ns = INT64_MAX;
    clock.clock.pause_count = TCN_CLOCK_PAUSES_MAX;
    for (uint32_t i = 0; i < TCN_CLOCK_PAUSES_MAX; i++) {
        clock.clock.pauses[i] =
            (struct tcn_clock_pause){TCN_CLOCK_INSTANT_MAX_NS, TCN_CLOCK_INSTANT_MAX_NS};
    }
    clock.clock.pauses[TCN_CLOCK_PAUSES_MAX - 1].to_ns = TCN_CLOCK_NEVER;
    clock.clock.fired_steps = 7;
    clock.times = (struct tcn_clock_times){.step_ns = {1, INT64_MAX, INT64_MIN},
                                           .due_ns = INT64_MAX,
                                           .limit_ns = INT64_MAX,
                                           .missing_year = INT32_MAX,
                                           .is_paused = true};
    clock.end = TCN_CLOCK_LEFT;
    clock.verdict = TCN_VERDICT_UNMEASURED;
    clock.stop_ns = INT64_MAX;
    clock.stop_position = UINT64_MAX;
    clock.run_count = UINT32_MAX;
    clock.late_count = UINT32_MAX;
    return clock;
}

static void assert_clock(const struct tcn_matter_clock *left,
                         const struct tcn_matter_clock *right) {
    assert_int_equal(left->birth_position, right->birth_position);
    assert_int_equal(left->rule, right->rule);
    assert_string_equal(left->id, right->id);
    assert_memory_equal(&left->terms, &right->terms, sizeof(left->terms));
    assert_int_equal(left->policy_version, right->policy_version);
    assert_true(left->clock.start_ns == right->clock.start_ns);
    assert_true(left->clock.extended_until_ns == right->clock.extended_until_ns);
    assert_int_equal(left->clock.pause_count, right->clock.pause_count);
    assert_memory_equal(left->clock.pauses, right->clock.pauses, sizeof(left->clock.pauses));
    assert_int_equal(left->clock.fired_steps, right->clock.fired_steps);
    assert_memory_equal(left->times.step_ns, right->times.step_ns, sizeof(left->times.step_ns));
    assert_true(left->times.due_ns == right->times.due_ns);
    assert_true(left->times.limit_ns == right->times.limit_ns);
    assert_int_equal(left->times.missing_year, right->times.missing_year);
    assert_int_equal(left->times.is_paused, right->times.is_paused);
    assert_int_equal(left->end, right->end);
    assert_int_equal(left->verdict, right->verdict);
    assert_true(left->stop_ns == right->stop_ns);
    assert_int_equal(left->stop_position, right->stop_position);
    assert_int_equal(left->run_count, right->run_count);
    assert_int_equal(left->late_count, right->late_count);
}

static void clocks_come_back_as_they_were_in_the_order_of_matter_and_rule(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    /* In their order; put the other way round. */
    const struct tcn_matter_clock clocks[] = {
        extreme_clock(0, 0, false), extreme_clock(5, 1, true),
        extreme_clock(5, 2, false), extreme_clock(5, UINT32_MAX, true),
        extreme_clock(6, 1, false), extreme_clock(UINT64_MAX, UINT32_MAX, true),
    };
    const size_t count = sizeof(clocks) / sizeof(clocks[0]);
    struct tcn_matter_clock clock;
    struct tcn_matter_clock found[8];
    size_t found_count = 0;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->clock_next(state, 0, 0, &clock), TCN_ABSENT);
    for (size_t i = count; i > 0; i--) {
        const struct tcn_matter_clock *row = &clocks[i - 1];
        assert_int_equal(ops->clock_get(state, row->birth_position, row->rule, &clock), TCN_ABSENT);
        assert_int_equal(ops->clock_del(state, row->birth_position, row->rule), TCN_ABSENT);
        assert_int_equal(ops->clock_put(state, row), TCN_OK);
        assert_int_equal(ops->clock_get(state, row->birth_position, row->rule, &clock), TCN_OK);
        assert_clock(&clock, row);
        assert_int_equal(ops->clock_next(state, 0, 0, &clock), TCN_OK);
        assert_clock(&clock, row);
    }
    assert_int_equal(ops->clock_next(state, 5, 3, &clock), TCN_OK); /* at or behind a place */
    assert_clock(&clock, &clocks[3]);
    assert_int_equal(ops->clock_next(state, 7, 0, &clock), TCN_OK);
    assert_clock(&clock, &clocks[5]);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    struct tcn_state_reader *reader = open_reader(state);
    assert_int_equal(tcn_state_clocks(reader, 5, 0, found, 8, &found_count), TCN_OK);
    assert_int_equal(found_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_clock(&found[i], &clocks[i + 1]);
    }
    assert_int_equal(tcn_state_clocks(reader, 5, 2, found, 1, &found_count), TCN_OK);
    assert_int_equal(found_count, 1);
    assert_clock(&found[0], &clocks[2]);
    assert_int_equal(tcn_state_clocks(reader, 7, 0, found, 8, &found_count), TCN_OK);
    assert_int_equal(found_count, 0);
    assert_int_equal(tcn_state_all_clocks(reader, 0, 0, found, 8, &found_count), TCN_OK);
    assert_int_equal(found_count, count);
    for (size_t i = 0; i < count; i++) {
        assert_clock(&found[i], &clocks[i]);
    }
    assert_int_equal(tcn_state_all_clocks(reader, 5, 3, found, 2, &found_count), TCN_OK);
    assert_int_equal(found_count, 2);
    assert_clock(&found[0], &clocks[3]);
    assert_clock(&found[1], &clocks[4]);
    assert_int_equal(tcn_state_all_clocks(reader, 7, 0, found, 8, &found_count), TCN_OK);
    assert_int_equal(found_count, 1);
    assert_clock(&found[0], &clocks[5]);
    tcn_state_reader_close(&reader);
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->clock_del(state, 5, 1), TCN_OK);
    assert_int_equal(ops->clock_del(state, 5, 1), TCN_ABSENT);
    assert_int_equal(ops->clock_next(state, 5, 0, &clock), TCN_OK);
    assert_clock(&clock, &clocks[2]);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    tcn_state_close(&state);
}

/** What becomes of a row whose payload was changed in one place, or cut. */
static enum tcn_status decode_changed(const struct tcn_matter_clock *clock, size_t at, uint8_t byte,
                                      size_t cut) {
    const struct tcn_key key = tcn_state_key_clock(clock->birth_position, clock->rule);
    struct tcn_state_payload payload;
    struct tcn_matter_clock found;
    tcn_state_encode_clock(clock, &payload);
    payload.bytes[at] = byte;
    const struct tcn_env_row row = {.key = tcn_key_slice(&key),
                                    .value = tcn_slice_of(payload.bytes, payload.size - cut)};
    return tcn_state_decode_clock(&row, &found);
}

static void a_row_that_no_clock_has_is_damage(void **test) {
    (void)test;
    const struct tcn_matter_clock clock = extreme_clock(5, 1, false);
    struct tcn_state_payload payload;
    tcn_state_encode_clock(&clock, &payload);
    const size_t last = payload.size - 2; /* behind it: whether it is kept apart */
    const struct {
        size_t at;
        uint8_t byte;
        size_t cut;
        enum tcn_status status;
    } cases[] = {
        {0, 1, 0, TCN_OK},
        {0, 2, 0, TCN_VERSION},
        {1, 64, 0, TCN_CORRUPT},        /* a longer id than there is */
        {2, 8, 0, TCN_OK},              /* the other unit without an amount */
        {2, 9, 0, TCN_CORRUPT},         /* no such unit */
        {6, 1, 0, TCN_CORRUPT},         /* an amount of a unit that has none */
        {10, 1, 0, TCN_CORRUPT},        /* an extension, likewise */
        {22, 1, 0, TCN_CORRUPT},        /* long before 1900 */
        {2, 0, 0, TCN_CORRUPT},         /* no unit at all */
        {2, 2, 0, TCN_CORRUPT},         /* a unit without its amount */
        {39, 9, 0, TCN_CORRUPT},        /* more pauses than there may be */
        {39, 1, 0, TCN_CORRUPT},        /* a pause that is not there */
        {last - 25, 4, 0, TCN_CORRUPT}, /* no such end */
        {last - 24, 6, 0, TCN_CORRUPT}, /* no such verdict */
        {last + 1, 2, 0, TCN_CORRUPT},  /* neither kept apart nor not */
        {0, 1, 1, TCN_CORRUPT},         /* cut */
        {0, 1, payload.size, TCN_VERSION},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (decode_changed(&clock, cases[i].at, cases[i].byte, cases[i].cut) != cases[i].status) {
            fail_msg("case %zu", i);
        }
    }
}

/* A disk that changed one byte. */
static void a_damaged_clock_is_told(void **test) {
    const struct test_dir *dir = *test;
    struct tcn_matter_clock clock = extreme_clock(5, 1, false);
    struct tcn_matter_clock found;
    char path[2 * TEST_PATH_BYTES];
    size_t count = 0;
    (void)snprintf(clock.id, sizeof(clock.id), "a.rule.that.stands.out");
    struct tcn_state *state = open_state(dir);
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(tcn_state_table()->clock_put(state, &clock), TCN_OK);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    tcn_state_close(&state);
    test_path(dir, "data.mdb", path);
    struct test_file file = test_file_read(path);
    for (size_t i = 0; i + strlen(clock.id) <= file.size; i++) {
        if (memcmp(file.data + i, clock.id, strlen(clock.id)) == 0) {
            test_file_flip(path, i);
            count++;
        }
    }
    free(file.data);
    assert_true(count > 0);
    state = open_state(dir);
    struct tcn_state_reader *reader = open_reader(state);
    assert_int_equal(tcn_state_clocks(reader, 5, 0, &found, 1, &count), TCN_CORRUPT);
    assert_int_equal(tcn_state_all_clocks(reader, 0, 0, &found, 1, &count), TCN_CORRUPT);
    tcn_state_reader_close(&reader);
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(tcn_state_table()->clock_next(state, 0, 0, &found), TCN_CORRUPT);
    tcn_state_abort(state);
    tcn_state_close(&state);
}

#define DIR_TEST(name) cmocka_unit_test_setup_teardown(name, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIR_TEST(clocks_come_back_as_they_were_in_the_order_of_matter_and_rule),
        cmocka_unit_test(a_row_that_no_clock_has_is_damage),
        DIR_TEST(a_damaged_clock_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
