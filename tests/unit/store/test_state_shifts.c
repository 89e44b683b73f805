/* SPDX-License-Identifier: Apache-2.0 */
/* What organs were called to and who is on duty, on disk: found until it is taken away, each organ
 * its own, and rows that are damaged. */
#include "state_test.h"

#include "store/state_rows.h"

#include <string.h>

static struct tcn_summons summons_of(uint16_t organ, uint64_t birth) {
    return (struct tcn_summons){.organ = organ,
                                .birth_position = birth,
                                .mode = TCN_MODE_ACTUAL,
                                .reason = TCN_REASON_OWNER,
                                .severity = TCN_SEVERITY_DANGER,
                                .since_ns = INT64_MIN,
                                .last_ns = INT64_MAX,
                                .number = UINT64_MAX,
                                .position = UINT64_MAX - 1,
                                .count = UINT32_MAX};
}

static void assert_summons(const struct tcn_summons *left, const struct tcn_summons *right) {
    assert_int_equal(left->organ, right->organ);
    assert_true(left->birth_position == right->birth_position);
    assert_int_equal(left->mode, right->mode);
    assert_int_equal(left->reason, right->reason);
    assert_int_equal(left->severity, right->severity);
    assert_true(left->since_ns == right->since_ns && left->last_ns == right->last_ns);
    assert_true(left->number == right->number && left->position == right->position);
    assert_int_equal(left->count, right->count);
}

/* What an organ was called to behind a birth position. */
static size_t read_behind(struct tcn_state_reader *reader, const struct tcn_summons *after,
                          struct tcn_summons *found, size_t most) {
    size_t count = 0;
    assert_int_equal(tcn_state_summonses(reader, after, found, most, &count), TCN_OK);
    return count;
}

static void each_organ_finds_its_own(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    const struct tcn_summons rows[] = {summons_of(2, 1), summons_of(2, 5),
                                       summons_of(2, UINT64_MAX - 1), summons_of(3, 5)};
    struct tcn_summons found[8];
    struct tcn_summons after;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->summons_del(state, false, 2, 5), TCN_ABSENT);
    for (size_t i = 4; i > 0; i--) {
        const struct tcn_summons *row = &rows[i - 1];
        assert_int_equal(ops->summons_get(state, false, row->organ, row->birth_position, &found[0]),
                         TCN_ABSENT);
        assert_int_equal(ops->summons_put(state, row), TCN_OK);
        assert_int_equal(ops->summons_get(state, false, row->organ, row->birth_position, &found[0]),
                         TCN_OK);
        assert_summons(&found[0], row);
    }
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    struct tcn_state_reader *reader = open_reader(state);
    after = (struct tcn_summons){.is_kept = false, .organ = 2, .birth_position = 0};
    assert_int_equal(read_behind(reader, &after, found, 8), 3);
    for (size_t i = 0; i < 3; i++) {
        assert_summons(&found[i], &rows[i]);
    }
    after = (struct tcn_summons){.is_kept = false, .organ = 2, .birth_position = 1};
    assert_int_equal(read_behind(reader, &after, found, 1), 1);
    assert_summons(&found[0], &rows[1]);
    after = (struct tcn_summons){.is_kept = false, .organ = 1, .birth_position = 0};
    assert_int_equal(read_behind(reader, &after, found, 8), 0);
    after = (struct tcn_summons){.is_kept = false, .organ = 2, .birth_position = UINT64_MAX};
    assert_int_equal(read_behind(reader, &after, found, 8), 0);
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->summons_del(state, false, 2, 5), TCN_OK);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    tcn_state_reader_reset(reader);
    after = (struct tcn_summons){.is_kept = false, .organ = 2, .birth_position = 0};
    assert_int_equal(read_behind(reader, &after, found, 8), 2);
    after = (struct tcn_summons){.is_kept = false, .organ = 3, .birth_position = 0};
    assert_int_equal(read_behind(reader, &after, found, 8), 1);
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

/* Who leaves out what is kept apart does not go through it: not even its first row. */
static void what_is_guarded_stands_apart(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    struct tcn_summons kept = summons_of(2, 5);
    struct tcn_summons found[8];
    struct tcn_summons after;
    kept.is_kept = true;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->summons_put(state, &kept), TCN_OK);
    kept.birth_position = 7;
    assert_int_equal(ops->summons_put(state, &kept), TCN_OK);
    assert_int_equal(ops->summons_get(state, false, 2, 5, &found[0]), TCN_ABSENT);
    assert_int_equal(ops->summons_del(state, false, 2, 5), TCN_ABSENT);
    assert_int_equal(ops->summons_get(state, true, 2, 5, &found[0]), TCN_OK);
    assert_true(found[0].is_kept);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    struct tcn_state_reader *reader = open_reader(state);
    after = (struct tcn_summons){.is_kept = false, .organ = 2, .birth_position = 0};
    assert_int_equal(read_behind(reader, &after, found, 8), 0);
    after = (struct tcn_summons){.is_kept = true, .organ = 2, .birth_position = 5};
    assert_int_equal(read_behind(reader, &after, found, 8), 1);
    assert_summons(&found[0], &kept);
    /* The last organ of those that are not guarded ends before what is. */
    after = (struct tcn_summons){.is_kept = false, .organ = UINT16_MAX, .birth_position = 0};
    assert_int_equal(read_behind(reader, &after, found, 8), 0);
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

static void the_newest_word_of_an_organ_is_kept(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    struct tcn_shift shift = {.organ = 2, .post = "officer", .source = 7, .since_ns = 9};
    struct tcn_shift found[4];
    size_t count = 0;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->shift_get(state, 2, &found[0]), TCN_ABSENT);
    assert_int_equal(ops->shift_put(state, &shift), TCN_OK);
    shift = (struct tcn_shift){.organ = 2, .until_ns = -1, .handed_ns = 5, .position = 6};
    memset(shift.post, 'x', TCN_WORD_BYTES_MAX); /* as long as can be */
    assert_int_equal(ops->shift_put(state, &shift), TCN_OK);
    assert_int_equal(ops->shift_get(state, 2, &found[0]), TCN_OK);
    assert_string_equal(found[0].post, shift.post);
    assert_true(found[0].since_ns == 0 && found[0].until_ns == -1 && found[0].handed_ns == 5);
    assert_true(found[0].position == 6 && found[0].source == 0 && found[0].organ == 2);
    shift.organ = 9;
    assert_int_equal(ops->shift_put(state, &shift), TCN_OK);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    struct tcn_state_reader *reader = open_reader(state);
    assert_int_equal(tcn_state_shifts(reader, 0, found, 4, &count), TCN_OK);
    assert_int_equal(count, 2);
    assert_int_equal(tcn_state_shifts(reader, 3, found, 4, &count), TCN_OK);
    assert_int_equal(count, 1);
    assert_int_equal(found[0].organ, 9);
    assert_int_equal(tcn_state_shifts(reader, 10, found, 4, &count), TCN_OK);
    assert_int_equal(count, 0);
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

static void a_damaged_row_is_found(void **test) {
    (void)test;
    struct tcn_state_payload payload;
    const struct tcn_summons summons = summons_of(2, 5);
    const struct tcn_shift shift = {.organ = 2, .post = "officer"};
    struct tcn_summons found;
    struct tcn_shift found_shift;
    struct tcn_key key = tcn_state_key_summons(false, 2, 5);
    tcn_state_encode_summons(&summons, &payload);
    struct tcn_env_row row = {.key = tcn_key_slice(&key),
                              .value = tcn_state_payload_slice(&payload)};
    row.value.size--;
    assert_int_equal(tcn_state_decode_summons(&row, &found), TCN_CORRUPT);
    row.value.size++;
    row.key.size--;
    assert_int_equal(tcn_state_decode_summons(&row, &found), TCN_CORRUPT);
    row.key.size++;
    key.bytes[0] = 2; /* no such side */
    assert_int_equal(tcn_state_decode_summons(&row, &found), TCN_CORRUPT);
    key.bytes[0] = 0;
    payload.bytes[0] ^= 1;
    assert_int_equal(tcn_state_decode_summons(&row, &found), TCN_VERSION);
    key = tcn_state_key_shift(2);
    tcn_state_encode_shift(&shift, &payload);
    row = (struct tcn_env_row){.key = tcn_key_slice(&key),
                               .value = tcn_state_payload_slice(&payload)};
    assert_int_equal(tcn_state_decode_shift(&row, &found_shift), TCN_OK);
    payload.bytes[1] = 255; /* a post that is longer than its row */
    assert_int_equal(tcn_state_decode_shift(&row, &found_shift), TCN_CORRUPT);
    payload.bytes[0] ^= 1;
    assert_int_equal(tcn_state_decode_shift(&row, &found_shift), TCN_VERSION);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_organ_finds_its_own, test_dir_setup,
                                        test_dir_teardown),
        cmocka_unit_test_setup_teardown(what_is_guarded_stands_apart, test_dir_setup,
                                        test_dir_teardown),
        cmocka_unit_test_setup_teardown(the_newest_word_of_an_organ_is_kept, test_dir_setup,
                                        test_dir_teardown),
        cmocka_unit_test(a_damaged_row_is_found),
    };
    return cmocka_run_group_tests_name("state_shifts", tests, NULL, NULL);
}
