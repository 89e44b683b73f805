/* SPDX-License-Identifier: Apache-2.0 */
/* Placements of the state: put, got and scanned; and no row is read that no placement has. */
#include "state_test.h"

#include "store/state_rows.h"

#include <string.h>

static struct tcn_placement placement_of(uint64_t birth) {
    struct tcn_placement placement = {.birth_position = birth,
                                      .program = "enterprise",
                                      .first_month = 2021 * 12,
                                      .months_needed = 12,
                                      .proof_days = 15,
                                      .remind_days = 30,
                                      .month_count = TCN_PLACEMENT_MONTHS_MAX,
                                      .breaches = TCN_BREACHES};
    memset(placement.program, 'x', TCN_WORD_BYTES_MAX); /* at its largest */
    for (uint32_t i = 0; i < TCN_PLACEMENT_MONTHS_MAX; i++) {
        placement.months[i] = (struct tcn_month){
            .state = TCN_MONTH_LATE, .marks = TCN_MONTH_MARKS, .prover = UINT16_MAX};
    }
    placement.claims[TCN_CLAIM_WORKER] = (struct tcn_claimed){
        .min_fen = 1, .max_fen = 2, .state = TCN_CLAIM_STATE_PAID, .fen = 3, .refusal_count = 4};
    return placement;
}

static void placements_are_put_got_and_scanned(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    struct tcn_placement found;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    for (uint64_t birth = 5; birth <= 7; birth += 2) {
        const struct tcn_placement placement = placement_of(birth);
        assert_int_equal(ops->placement_get(state, birth, &found), TCN_ABSENT);
        assert_int_equal(ops->placement_put(state, &placement), TCN_OK);
        assert_int_equal(ops->placement_get(state, birth, &found), TCN_OK);
        assert_memory_equal(&found, &placement, sizeof(found));
    }
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    struct tcn_state_reader *reader = open_reader(state);
    assert_int_equal(tcn_state_placement(reader, 5, &found), TCN_OK);
    assert_int_equal(tcn_state_placement(reader, 6, &found), TCN_ABSENT);
    assert_int_equal(tcn_state_placement_from(reader, 6, &found), TCN_OK);
    assert_int_equal(found.birth_position, 7);
    assert_int_equal(tcn_state_placement_from(reader, 8, &found), TCN_ABSENT);
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

/** The verdict on a row of which one field is another. */
static enum tcn_status decode(const struct tcn_placement *placement, size_t cut) {
    struct tcn_state_payload payload;
    struct tcn_placement found;
    const struct tcn_key key = tcn_state_key_placement(placement->birth_position);
    tcn_state_encode_placement(placement, &payload);
    const struct tcn_env_row row = {.key = tcn_key_slice(&key),
                                    .value = tcn_slice_of(payload.bytes, payload.size - cut)};
    return tcn_state_decode_placement(&row, &found);
}

#define BAD(field_, value_)                                                                        \
    do {                                                                                           \
        struct tcn_placement placement_ = placement_of(5);                                         \
        placement_.field_ = (value_);                                                              \
        assert_int_equal(decode(&placement_, 0), TCN_CORRUPT);                                     \
    } while (0)

static void what_no_placement_has_is_not_read(void **test) {
    (void)test;
    const struct tcn_placement good = placement_of(5);
    assert_int_equal(decode(&good, 0), TCN_OK);
    for (size_t cut = 1; cut < 40; cut++) {
        assert_int_equal(decode(&good, cut), TCN_CORRUPT);
    }
    BAD(first_month, 0);
    BAD(first_month, UINT32_MAX);
    BAD(months_needed, 0);
    BAD(months_needed, TCN_PROGRAM_MONTHS_MAX + 1);
    BAD(proof_days, TCN_PROGRAM_DAYS_MAX + 1);
    BAD(remind_days, TCN_PROGRAM_DAYS_MAX + 1);
    BAD(breaches, TCN_BREACHES + 1);
    BAD(months[3].state, TCN_MONTH_NONE);
    BAD(months[3].state, (enum tcn_month_state)(TCN_MONTH_STATE_MAX + 1));
    BAD(months[3].marks, TCN_MONTH_MARKS + 1);
    BAD(claims[TCN_CLAIM_FIRM].state, (enum tcn_claim_state)(TCN_CLAIM_STATE_REFUSED + 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(placements_are_put_got_and_scanned, test_dir_setup,
                                        test_dir_teardown),
        cmocka_unit_test(what_no_placement_has_is_not_read),
    };
    return cmocka_run_group_tests_name("state_placements", tests, NULL, NULL);
}
