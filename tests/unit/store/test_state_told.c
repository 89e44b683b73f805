/* SPDX-License-Identifier: Apache-2.0 */
/* What history tells of items, in LMDB: who had one first, which told of a matter, which act came
 * first behind one; and what no row has is damage. */
#include "state_test.h"

#include "store/state_inside.h"

static const struct tcn_stream stream = {TCN_MODE_ACTUAL, 2};

static void put_delivery(struct tcn_state *state, uint32_t principal, uint64_t number,
                         uint64_t position) {
    const struct tcn_delivery delivery = {.stream = stream,
                                          .number = number,
                                          .principal = principal,
                                          .name = "day",
                                          .log_time_ns = 100 * (int64_t)position,
                                          .position = position};
    assert_int_equal(tcn_state_table()->delivery_put(state, &delivery), TCN_OK);
}

static struct tcn_deed deed_of(uint64_t birth, uint16_t organ, enum tcn_act act,
                               uint64_t position) {
    return (struct tcn_deed){.birth_position = birth,
                             .organ = organ,
                             .act = act,
                             .position = position,
                             .log_time_ns = 9,
                             .post = "duty_officer"};
}

static struct tcn_alert alert_of(uint16_t organ, uint64_t number, uint64_t birth,
                                 uint64_t position) {
    return (struct tcn_alert){.stream = {TCN_MODE_ACTUAL, organ},
                              .number = number,
                              .birth_position = birth,
                              .position = position,
                              .act = TCN_ACT_REPORTED,
                              .reason = TCN_REASON_OWNER};
}

/* LMDB dirties a page for each, so a commit must end before it spills. */
static void an_item_of_a_matter_is_a_scattered_row(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_alert of_matter = alert_of(2, 1, 1, 1);
    const struct tcn_alert of_none = alert_of(2, 2, 0, 2);
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(tcn_state_table()->alert_append(state, &of_matter), TCN_OK);
    assert_int_equal(state->scattered_count, 1);
    assert_int_equal(tcn_state_table()->alert_append(state, &of_none), TCN_OK);
    assert_int_equal(state->scattered_count, 1);
    put_delivery(state, 8, 1, 3);
    assert_int_equal(state->scattered_count, 2);
    put_delivery(state, 8, 1, 4); /* it had it */
    assert_int_equal(state->scattered_count, 2);
    const struct tcn_deed deed = deed_of(1, 2, TCN_ACT_ACCEPTED, 5);
    assert_int_equal(tcn_state_table()->deed_put(state, &deed), TCN_OK);
    assert_int_equal(state->scattered_count, 3);
    tcn_state_abort(state);
    tcn_state_close(&state);
}

static void of_an_item_the_first_program_that_had_it_is_told(void **test) {
    struct tcn_state *state = open_state(*test);
    struct tcn_delivery found;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    put_delivery(state, 8, 3, 10);
    put_delivery(state, 8, 7, 20);
    put_delivery(state, 8, 5, 21);          /* under another name: it had them */
    put_delivery(state, 9, 4, 15);          /* another program, with more of them, and sooner */
    put_delivery(state, UINT32_MAX, 2, 11); /* the last principal that there can be */
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    struct tcn_state_reader *reader = open_reader(state);
    static const struct {
        uint64_t number;
        uint64_t position; /* 0: nobody has it */
        uint32_t principal;
    } rows[] = {{1, 10, 8}, {2, 10, 8}, {3, 10, 8}, {4, 15, 9}, {5, 20, 8}, {7, 20, 8}, {8, 0, 0}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const enum tcn_status status = tcn_state_delivered(reader, stream, rows[i].number, &found);
        assert_int_equal(status, rows[i].position != 0 ? TCN_OK : TCN_ABSENT);
        if (status == TCN_OK) {
            assert_int_equal(found.position, rows[i].position);
            assert_int_equal(found.principal, rows[i].principal);
        }
    }
    const struct tcn_stream other = {TCN_MODE_ACTUAL, 1};
    assert_int_equal(tcn_state_delivered(reader, other, 1, &found), TCN_ABSENT);
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

static void items_of_a_matter_come_in_the_order_of_their_events(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_alert alerts[] = {
        alert_of(2, 1, 5, 5), alert_of(3, 1, 5, 5), alert_of(2, 2, 6, 6),
        alert_of(2, 3, 5, 7), alert_of(2, 4, 0, 8), /* of no matter */
    };
    struct tcn_telling rows[4];
    size_t count = 0;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    for (size_t i = 0; i < sizeof(alerts) / sizeof(alerts[0]); i++) {
        assert_int_equal(tcn_state_table()->alert_append(state, &alerts[i]), TCN_OK);
    }
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    struct tcn_state_reader *reader = open_reader(state);
    assert_int_equal(tcn_state_tellings(reader, 5, NULL, rows, 2, &count), TCN_OK);
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].stream.organ, 2);
    assert_int_equal(rows[1].stream.organ, 3);
    const struct tcn_telling after = rows[1];
    assert_int_equal(tcn_state_tellings(reader, 5, &after, rows, 4, &count), TCN_OK);
    assert_int_equal(count, 1);
    assert_int_equal(rows[0].position, 7);
    assert_int_equal(rows[0].number, 3);
    assert_int_equal(tcn_state_tellings(reader, 4, NULL, rows, 4, &count), TCN_OK);
    assert_int_equal(count, 0);
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

static void the_first_act_behind_an_item_is_found(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_deed deeds[] = {
        deed_of(5, 2, TCN_ACT_ACKNOWLEDGED, 10), deed_of(5, 2, TCN_ACT_ACCEPTED, 12),
        deed_of(5, 2, TCN_ACT_ACKNOWLEDGED, 14), deed_of(5, 3, TCN_ACT_REPLIED, 11),
        deed_of(6, 2, TCN_ACT_CLOSED, 16)};
    struct tcn_deed found;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
        assert_int_equal(tcn_state_table()->deed_put(state, &deeds[i]), TCN_OK);
    }
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    struct tcn_state_reader *reader = open_reader(state);
    static const struct {
        uint16_t organ;
        enum tcn_act act;
        uint64_t after;
        uint64_t position; /* 0: there is none */
    } rows[] = {{2, TCN_ACT_ACKNOWLEDGED, 9, 10}, {2, TCN_ACT_ACKNOWLEDGED, 10, 14},
                {2, TCN_ACT_ACKNOWLEDGED, 14, 0}, {2, TCN_ACT_NONE, 0, 12},
                {2, TCN_ACT_NONE, 12, 0},         {3, TCN_ACT_NONE, 5, 11},
                {3, TCN_ACT_ACKNOWLEDGED, 5, 0},  {4, TCN_ACT_NONE, 0, 0}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct tcn_deed wanted = deed_of(5, rows[i].organ, rows[i].act, rows[i].after);
        const enum tcn_status status = tcn_state_deed(reader, &wanted, &found);
        assert_int_equal(status, rows[i].position != 0 ? TCN_OK : TCN_ABSENT);
        if (status == TCN_OK) {
            assert_int_equal(found.position, rows[i].position);
            assert_string_equal(found.post, "duty_officer");
        }
    }
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

static void what_no_row_has_is_damage(void **test) {
    (void)test;
    const struct tcn_deed deed = deed_of(5, 2, TCN_ACT_ACCEPTED, 7);
    const struct tcn_deed known = deed_of(5, 2, TCN_ACT_ACKNOWLEDGED, 7);
    const struct tcn_telling telling = {5, 7, {TCN_MODE_ACTUAL, 2}, 9};
    struct tcn_state_payload payload;
    struct tcn_deed found;
    struct tcn_telling told;
    struct tcn_key key = tcn_state_key_deed(&deed);
    tcn_state_encode_deed(&deed, &payload);
    for (size_t size = 0; size < payload.size; size++) {
        const struct tcn_env_row cut = {tcn_key_slice(&key), tcn_slice_of(payload.bytes, size)};
        assert_int_not_equal(tcn_state_decode_deed(&cut, &found), TCN_OK);
    }
    struct tcn_env_row row = {tcn_key_slice(&key), tcn_state_payload_slice(&payload)};
    assert_int_equal(tcn_state_decode_deed(&row, &found), TCN_OK);
    assert_int_equal(found.act, TCN_ACT_ACCEPTED);
    tcn_state_encode_deed(&known, &payload); /* under the key of one that acts */
    row.value = tcn_state_payload_slice(&payload);
    assert_int_equal(tcn_state_decode_deed(&row, &found), TCN_CORRUPT);
    key = tcn_state_key_told(&telling);
    tcn_state_encode_key_only(&payload);
    row = (struct tcn_env_row){tcn_key_slice(&key), tcn_state_payload_slice(&payload)};
    assert_int_equal(tcn_state_decode_told(&row, &told), TCN_OK);
    assert_int_equal(told.number, 9);
    row.key.size--;
    assert_int_equal(tcn_state_decode_told(&row, &told), TCN_CORRUPT);
}

#define DIR_TEST(name_) cmocka_unit_test_setup_teardown(name_, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIR_TEST(an_item_of_a_matter_is_a_scattered_row),
        DIR_TEST(of_an_item_the_first_program_that_had_it_is_told),
        DIR_TEST(items_of_a_matter_come_in_the_order_of_their_events),
        DIR_TEST(the_first_act_behind_an_item_is_found),
        cmocka_unit_test(what_no_row_has_is_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
