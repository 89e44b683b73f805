/* SPDX-License-Identifier: Apache-2.0 */
/* What offices said, on disk: rows in their order, and rows that are damaged. */
#include "state_test.h"

#include "store/state_rows.h"

#include <string.h>

/** A row with the lowest or the highest value in every field. */
static struct tcn_expected extreme_row(enum tcn_expected_row kind, uint16_t organ, uint64_t number,
                                       bool is_high) {
    struct tcn_expected row = {.key = {kind, organ, number},
                               .period = INT64_MIN,
                               .since_ns = INT64_MIN,
                               .told_ns = INT64_MIN,
                               .other_ns = INT64_MIN,
                               .off_ns = INT64_MIN,
                               .stopped_ns = INT64_MIN,
                               .back_ns = INT64_MIN};
    if (is_high) {
        row.said = TCN_SAID_ALIVE;
        row.is_safe = row.is_corrected = row.is_self = true;
        row.period = row.since_ns = row.told_ns = row.other_ns = INT64_MAX;
        row.off_ns = row.stopped_ns = row.back_ns = INT64_MAX;
        row.position = row.other_position = UINT64_MAX;
        row.count = UINT32_MAX;
        memset(row.post, 'p', TCN_WORD_BYTES_MAX);
    }
    return row;
}

static void assert_row(const struct tcn_expected *left, const struct tcn_expected *right) {
    assert_int_equal(left->key.row, right->key.row);
    assert_int_equal(left->key.organ, right->key.organ);
    assert_true(left->key.number == right->key.number);
    assert_int_equal(left->said, right->said);
    assert_true(left->is_safe == right->is_safe && left->is_corrected == right->is_corrected &&
                left->is_self == right->is_self);
    assert_true(left->period == right->period && left->since_ns == right->since_ns);
    assert_true(left->position == right->position && left->count == right->count);
    assert_true(left->told_ns == right->told_ns && left->other_ns == right->other_ns);
    assert_true(left->other_position == right->other_position && left->off_ns == right->off_ns);
    assert_true(left->stopped_ns == right->stopped_ns && left->back_ns == right->back_ns);
    assert_string_equal(left->post, right->post);
}

static void rows_are_found_in_their_order(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    const struct tcn_expected rows[] = {
        extreme_row(TCN_EXPECTED_ROW_SEAT, UINT16_MAX, UINT64_MAX, true),
        extreme_row(TCN_EXPECTED_ROW_LAST, 1, 300, false),
        extreme_row(TCN_EXPECTED_ROW_LAST, 1, UINT64_MAX, true),
        extreme_row(TCN_EXPECTED_ROW_LAST, 256, 0, true),
        extreme_row(TCN_EXPECTED_ROW_BREACH, 0, 0, false),
    };
    const size_t total = sizeof(rows) / sizeof(rows[0]);
    struct tcn_expected found[8];
    size_t count = 9;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    for (size_t i = total; i > 0; i--) {
        assert_int_equal(ops->expected_get(state, &rows[i - 1].key, &found[0]), TCN_ABSENT);
        assert_int_equal(ops->expected_del(state, &rows[i - 1].key), TCN_ABSENT);
        assert_int_equal(ops->expected_put(state, &rows[i - 1]), TCN_OK);
        assert_int_equal(ops->expected_get(state, &rows[i - 1].key, &found[0]), TCN_OK);
        assert_row(&found[0], &rows[i - 1]);
    }
    const struct tcn_expected_key from = {.row = TCN_EXPECTED_ROW_LAST, .organ = 1, .number = 301};
    assert_int_equal(ops->expected_next(state, &from, &found[0]), TCN_OK);
    assert_row(&found[0], &rows[2]);
    const struct tcn_expected_key behind = {.row = TCN_EXPECTED_ROW_BREACH, .organ = 1};
    assert_int_equal(ops->expected_next(state, &behind, &found[0]), TCN_ABSENT);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    struct tcn_state_reader *reader = open_reader(state);
    const struct tcn_expected_key first = {.row = TCN_EXPECTED_ROW_NONE};
    assert_int_equal(tcn_state_expected(reader, &first, found, 8, &count), TCN_OK);
    assert_int_equal(count, total);
    for (size_t i = 0; i < total; i++) {
        assert_row(&found[i], &rows[i]);
    }
    assert_int_equal(tcn_state_expected(reader, &from, found, 2, &count), TCN_OK);
    assert_int_equal(count, 2);
    assert_row(&found[1], &rows[3]);
    assert_int_equal(tcn_state_expected(reader, &behind, found, 2, &count), TCN_OK);
    assert_int_equal(count, 0);
    tcn_state_reader_close(&reader);
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->expected_del(state, &rows[2].key), TCN_OK);
    assert_int_equal(ops->expected_next(state, &from, &found[0]), TCN_OK);
    assert_row(&found[0], &rows[3]);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    tcn_state_close(&state);
}

static void an_opening_stands_apart_from_what_offices_said(void **test) {
    (void)test;
    const struct tcn_expected row =
        extreme_row(TCN_EXPECTED_ROW_OPENING, UINT16_MAX, UINT64_MAX, true);
    const struct tcn_key key = tcn_state_key_expected(&row.key);
    struct tcn_state_payload payload;
    struct tcn_expected found;
    tcn_state_encode_expected(&row, &payload);
    const struct tcn_env_row stored = {.key = tcn_key_slice(&key),
                                       .value = tcn_state_payload_slice(&payload)};
    assert_int_equal(tcn_state_decode_expected(&stored, &found), TCN_OK);
    assert_row(&found, &row);
}

static void a_row_that_cannot_be_is_damage(void **test) {
    (void)test;
    const struct tcn_expected good = extreme_row(TCN_EXPECTED_ROW_LAST, 1, 2, true);
    const struct tcn_key key = tcn_state_key_expected(&good.key);
    struct tcn_state_payload payload;
    struct tcn_expected found;
    tcn_state_encode_expected(&good, &payload);
    struct tcn_env_row row = {.key = tcn_key_slice(&key),
                              .value = tcn_state_payload_slice(&payload)};
    assert_int_equal(tcn_state_decode_expected(&row, &found), TCN_OK);
    for (size_t size = 0; size < payload.size; size++) { /* cut anywhere */
        row.value = tcn_slice_of(payload.bytes, size);
        assert_int_not_equal(tcn_state_decode_expected(&row, &found), TCN_OK);
    }
    static const struct {
        size_t offset;
        uint8_t byte;
        enum tcn_status status;
    } cases[] = {{0, 2, TCN_VERSION}, {1, TCN_SAID_ALIVE + 1, TCN_CORRUPT}, {2, 8, TCN_CORRUPT}};
    row.value = tcn_state_payload_slice(&payload);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const uint8_t before = payload.bytes[cases[i].offset];
        payload.bytes[cases[i].offset] = cases[i].byte;
        assert_int_equal(tcn_state_decode_expected(&row, &found), cases[i].status);
        payload.bytes[cases[i].offset] = before;
    }
    static const enum tcn_expected_row kinds[] = {
        TCN_EXPECTED_ROW_NONE, (enum tcn_expected_row)(TCN_EXPECTED_ROW_DANGER + 1),
        (enum tcn_expected_row)(TCN_EXPECTED_ROW_OPENING - 1),
        (enum tcn_expected_row)(TCN_EXPECTED_ROW_OPENING + 1)};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const struct tcn_expected_key other = {.row = kinds[i]};
        const struct tcn_key bad = tcn_state_key_expected(&other);
        row.key = tcn_key_slice(&bad);
        assert_int_equal(tcn_state_decode_expected(&row, &found), TCN_CORRUPT);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_are_found_in_their_order, test_dir_setup,
                                        test_dir_teardown),
        cmocka_unit_test(an_opening_stands_apart_from_what_offices_said),
        cmocka_unit_test(a_row_that_cannot_be_is_damage),
    };
    return cmocka_run_group_tests_name("state_expected", tests, NULL, NULL);
}
