/* SPDX-License-Identifier: Apache-2.0 */
/* Ladders, what waits for which item, and deliveries in LMDB: what was put is there, what waits is
 * found in its order, and what no ladder has is damage. */
#include "state_test.h"

#include "store/state_rows.h"

static struct tcn_ladder ladder_of(uint64_t birth, uint32_t slot, uint64_t number) {
    return (struct tcn_ladder){.birth_position = birth,
                               .slot = slot,
                               .id = "danger",
                               .organ = 2,
                               .rule = 7,
                               .until_ns = -5,
                               .stage = TCN_LADDER_WAITS,
                               .step_count = 3,
                               .since_ns = 11,
                               .position = 12,
                               .stream = {TCN_MODE_ACTUAL, 2},
                               .number = number,
                               .delivered_ns = 13,
                               .taken_position = 14,
                               .counts = {1, 2, 3, 4},
                               .guard_organs = {4, 9},
                               .guard_organ_count = 2};
}

static void expect_same(const struct tcn_ladder *left, const struct tcn_ladder *right) {
    assert_int_equal(left->birth_position, right->birth_position);
    assert_int_equal(left->slot, right->slot);
    assert_string_equal(left->id, right->id);
    assert_int_equal(left->organ, right->organ);
    assert_int_equal(left->rule, right->rule);
    assert_int_equal(left->until_ns, right->until_ns);
    assert_int_equal(left->stage, right->stage);
    assert_int_equal(left->step_count, right->step_count);
    assert_int_equal(left->since_ns, right->since_ns);
    assert_int_equal(left->position, right->position);
    assert_true(tcn_stream_equals(left->stream, right->stream));
    assert_int_equal(left->number, right->number);
    assert_int_equal(left->delivered_ns, right->delivered_ns);
    assert_int_equal(left->taken_position, right->taken_position);
    assert_memory_equal(&left->counts, &right->counts, sizeof(left->counts));
    assert_int_equal(left->guard_organ_count, right->guard_organ_count);
    assert_memory_equal(left->guard_organs, right->guard_organs, sizeof(left->guard_organs));
}

static void what_no_ladder_has_is_damage(void **test) {
    (void)test;
    const struct tcn_ladder good = ladder_of(5, 1, 9);
    const struct tcn_key key = tcn_state_key_ladder(5, 1);
    struct tcn_state_payload payload;
    struct tcn_ladder found;
    tcn_state_encode_ladder(&good, &payload);
    for (size_t size = 0; size < payload.size; size++) { /* cut anywhere */
        const struct tcn_env_row row = {tcn_key_slice(&key), tcn_slice_of(payload.bytes, size)};
        const enum tcn_status status = tcn_state_decode_ladder(&row, &found);
        assert_true(status == TCN_CORRUPT || status == TCN_VERSION);
    }
    const struct tcn_env_row whole = {tcn_key_slice(&key), tcn_state_payload_slice(&payload)};
    assert_int_equal(tcn_state_decode_ladder(&whole, &found), TCN_OK);
    expect_same(&found, &good);
    const size_t stage_at = 1 + 1 + strlen("danger") + 2 + 4 + 8;
    for (uint8_t stage = 0; stage < 8; stage++) {
        payload.bytes[stage_at] = stage;
        const bool is_stage = stage >= TCN_LADDER_WAITS && stage <= TCN_LADDER_TAKEN;
        assert_int_equal(tcn_state_decode_ladder(&whole, &found), is_stage ? TCN_OK : TCN_CORRUPT);
    }
    payload.bytes[stage_at] = TCN_LADDER_WAITS;
    payload.bytes[1] = TCN_WORD_BYTES_MAX + 1;
    assert_int_equal(tcn_state_decode_ladder(&whole, &found), TCN_CORRUPT);
    payload.bytes[0] = 2;
    assert_int_equal(tcn_state_decode_ladder(&whole, &found), TCN_VERSION);
}

static void what_waits_is_found_in_its_order_and_once(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    const struct tcn_stream stream = {TCN_MODE_ACTUAL, 2};
    const struct tcn_stream other = {TCN_MODE_ACTUAL, 3};
    struct tcn_ladder found;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->ladder_waiting(state, stream, UINT64_MAX, &found), TCN_ABSENT);
    assert_int_equal(ops->ladder_get(state, 5, 1, &found), TCN_ABSENT);
    assert_int_equal(ops->ladder_del(state, 5, 1), TCN_ABSENT);
    assert_int_equal(ops->ladder_next(state, 0, 0, &found), TCN_ABSENT);
    struct tcn_ladder late = ladder_of(5, 1, 9);
    const struct tcn_ladder early = ladder_of(6, 2, 4);
    assert_int_equal(ops->ladder_put(state, &late), TCN_OK);
    assert_int_equal(ops->ladder_put(state, &early), TCN_OK);
    assert_int_equal(ops->ladder_waiting(state, other, UINT64_MAX, &found), TCN_ABSENT);
    assert_int_equal(ops->ladder_waiting(state, stream, 3, &found), TCN_ABSENT);
    assert_int_equal(ops->ladder_waiting(state, stream, 4, &found), TCN_OK);
    expect_same(&found, &early);
    assert_int_equal(ops->ladder_del(state, 6, 2), TCN_OK);
    assert_int_equal(ops->ladder_waiting(state, stream, 8, &found), TCN_ABSENT);
    assert_int_equal(ops->ladder_waiting(state, stream, 9, &found), TCN_OK);
    late.stage = TCN_LADDER_COUNTS;
    assert_int_equal(ops->ladder_put(state, &late), TCN_OK);
    assert_int_equal(ops->ladder_waiting(state, stream, UINT64_MAX, &found), TCN_ABSENT);
    late.stage = TCN_LADDER_WAITS;
    late.number = 20;
    assert_int_equal(ops->ladder_put(state, &late), TCN_OK);
    late.number = 21; /* set off anew */
    assert_int_equal(ops->ladder_put(state, &late), TCN_OK);
    assert_int_equal(ops->ladder_waiting(state, stream, 20, &found), TCN_ABSENT);
    assert_int_equal(ops->ladder_next(state, 5, 1, &found), TCN_OK);
    expect_same(&found, &late);
    assert_int_equal(ops->ladder_next(state, 5, 2, &found), TCN_ABSENT);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    tcn_state_close(&state);
}

static void of_one_delivery_the_first_is_kept(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    struct tcn_delivery delivery = {.stream = {TCN_MODE_ACTUAL, 2},
                                    .number = 4,
                                    .principal = 8,
                                    .name = "desk-pc",
                                    .log_time_ns = 100,
                                    .position = 7};
    struct tcn_state_payload payload;
    struct tcn_delivery found;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->delivery_put(state, &delivery), TCN_OK);
    delivery.log_time_ns = 200;
    assert_int_equal(ops->delivery_put(state, &delivery), TCN_OK);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    tcn_state_close(&state);
    const struct tcn_key key = tcn_state_key_delivery(delivery.stream, 8, 4);
    tcn_state_encode_delivery(&delivery, &payload);
    const struct tcn_env_row row = {tcn_key_slice(&key), tcn_state_payload_slice(&payload)};
    assert_int_equal(tcn_state_decode_delivery(&row, &found), TCN_OK);
    assert_string_equal(found.name, "desk-pc");
    assert_int_equal(found.number, 4);
    assert_int_equal(found.principal, 8);
    assert_int_equal(found.log_time_ns, 200);
    for (size_t size = 0; size < payload.size; size++) {
        const struct tcn_env_row cut = {row.key, tcn_slice_of(payload.bytes, size)};
        assert_int_not_equal(tcn_state_decode_delivery(&cut, &found), TCN_OK);
    }
}

static void an_item_is_got_by_its_number(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    const struct tcn_alert alert = {.stream = {TCN_MODE_ACTUAL, 2},
                                    .number = 1,
                                    .position = 3,
                                    .birth_position = 3,
                                    .act = TCN_ACT_TICK,
                                    .reason = TCN_REASON_URGE,
                                    .severity = TCN_SEVERITY_DANGER,
                                    .holder = 2,
                                    .fired = {TCN_DUE_LADDER, 2, 5, 6, 7, 8}};
    struct tcn_alert found;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->alert_get(state, alert.stream, 1, &found), TCN_ABSENT);
    assert_int_equal(ops->alert_append(state, &alert), TCN_OK);
    assert_int_equal(ops->alert_get(state, alert.stream, 1, &found), TCN_OK);
    assert_int_equal(found.reason, TCN_REASON_URGE);
    assert_int_equal(found.fired.kind, TCN_DUE_LADDER);
    assert_int_equal(found.fired.subject, 5);
    assert_int_equal(found.fired.until_ns, 8);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    tcn_state_close(&state);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_no_ladder_has_is_damage),
        cmocka_unit_test_setup_teardown(what_waits_is_found_in_its_order_and_once, test_dir_setup,
                                        test_dir_teardown),
        cmocka_unit_test_setup_teardown(of_one_delivery_the_first_is_kept, test_dir_setup,
                                        test_dir_teardown),
        cmocka_unit_test_setup_teardown(an_item_is_got_by_its_number, test_dir_setup,
                                        test_dir_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
