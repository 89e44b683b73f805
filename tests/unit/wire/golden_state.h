/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of the state that have a file of their own in lib/store, as golden_store.h lays them down:
 * their recipes, a sample of each, and that it is read again as it was. Single-threaded.
 */
#ifndef TESTS_WIRE_GOLDEN_STATE_H
#define TESTS_WIRE_GOLDEN_STATE_H

#include "golden.h"
#include "golden_world.h"

#include "store/state_rows.h"

/** Of lib/store/state_ladders.c. The sample's allow-list has two organs. */
#define STATE_LADDER_LAYOUTS                                                                       \
    {"ladders", NULL, "birth_position:u8 slot:u4",                                                 \
     "version:u1 id:s1 organ:u2 rule:u4 until_ns:i8 stage:u1 steps:u4 since_ns:i8 position:u8 "    \
     "mode:u1 stream_organ:u2 number:u8 delivered_ns:i8 taken:u8 deaths:u8 injuries:u8 "           \
     "missing:u8 at_risk:u8 organs:u1 first_organ:u2 second_organ:u2 checksum:b8"},                \
        {"ladder_waits", NULL, "mode:u1 organ:u2 number:u8 birth_position:u8 slot:u4",             \
         "version:u1 checksum:b8"},                                                                \
        {"deliveries", NULL, "mode:u1 organ:u2 principal:u4 number:u8",                            \
         "version:u1 log_time_ns:i8 position:u8 name:s1 checksum:b8"},                             \
        {"tellings", NULL, "birth_position:u8 position:u8 mode:u1 organ:u2 number:u8",             \
         "version:u1 checksum:b8"},                                                                \
        {"silences", NULL, "position:u8",                                                          \
         "version:u1 organ:u2 mode:u1 division:u8 since_ns:i8 until_ns:i8 warnings:u8 domain:s1 "  \
         "reason:s1 post:s1 checksum:b8"},                                                         \
        {"deeds", NULL, "birth_position:u8 organ:u2 kind:u1 position:u8",                          \
         "version:u1 act:u2 log_time_ns:i8 post:s1 checksum:b8"},

/** A ladder that waits. */
static inline struct tcn_ladder sample_ladder(void) {
    return (struct tcn_ladder){.birth_position = 151,
                               .slot = 2,
                               .id = "danger",
                               .organ = 162,
                               .rule = 211,
                               .until_ns = 212,
                               .stage = TCN_LADDER_WAITS,
                               .step_count = 1,
                               .since_ns = 213,
                               .position = 214,
                               .stream = {TCN_MODE_ACTUAL, 162},
                               .number = 215,
                               .delivered_ns = 216,
                               .taken_position = 217,
                               .counts = {218, 219, 220, 221},
                               .guard_organs = {222, 223},
                               .guard_organ_count = 2};
}

/** An alert that tells an actor of a void. */
static inline struct tcn_alert sample_outcome(void) {
    struct tcn_alert alert = sample_alert();
    alert.stream.organ = 119;
    alert.reason = TCN_REASON_OUTCOME;
    return alert;
}

/** Puts a sample of each. */
static inline void state_more_fill(const struct tcn_state_ops *ops, struct tcn_state *state) {
    const struct tcn_ladder ladder = sample_ladder();
    const struct tcn_delivery delivery = {.stream = {TCN_MODE_ACTUAL, 61},
                                          .number = 224,
                                          .principal = 57,
                                          .name = "duty-desk",
                                          .log_time_ns = 225,
                                          .position = 226};
    const struct tcn_silence silence = {.position = 227,
                                        .organ = 61,
                                        .mode = TCN_MODE_ACTUAL,
                                        .domain = "pipe",
                                        .division = 228,
                                        .reason = "planned_work",
                                        .post = "duty_officer",
                                        .since_ns = 229,
                                        .until_ns = 230,
                                        .warning_count = 231};
    assert_int_equal(ops->silence_put(state, &silence), TCN_OK);
    assert_int_equal(ops->ladder_put(state, &ladder), TCN_OK);
    assert_int_equal(ops->delivery_put(state, &delivery), TCN_OK);
    const struct tcn_deed deed = {.birth_position = 151,
                                  .organ = 61,
                                  .act = TCN_ACT_ACCEPTED,
                                  .position = 232,
                                  .log_time_ns = 233,
                                  .post = "duty_officer"};
    assert_int_equal(ops->deed_put(state, &deed), TCN_OK);
}

/** Reads one again; false for a row that is not of this file. */
static inline bool state_more_again(uint32_t db, const struct tcn_env_row *row) {
    struct tcn_state_payload again;
    struct tcn_ladder ladder;
    struct tcn_delivery delivery;
    struct tcn_silence silence;
    struct tcn_telling telling;
    struct tcn_deed deed;
    switch ((enum tcn_state_db)db) {
    case TCN_STATE_DB_LADDERS:
        assert_int_equal(tcn_state_decode_ladder(row, &ladder), TCN_OK);
        tcn_state_encode_ladder(&ladder, &again);
        break;
    case TCN_STATE_DB_DELIVERIES:
        assert_int_equal(tcn_state_decode_delivery(row, &delivery), TCN_OK);
        tcn_state_encode_delivery(&delivery, &again);
        break;
    case TCN_STATE_DB_TELLINGS:
        assert_int_equal(tcn_state_decode_told(row, &telling), TCN_OK);
        assert_true(telling.birth_position != 0 && telling.position != 0 && telling.number != 0 &&
                    telling.stream.organ != 0);
        tcn_state_encode_key_only(&again);
        break;
    case TCN_STATE_DB_SILENCES:
        assert_int_equal(tcn_state_decode_silence(row, &silence), TCN_OK);
        tcn_state_encode_silence(&silence, &again);
        break;
    case TCN_STATE_DB_DEEDS:
        assert_int_equal(tcn_state_decode_deed(row, &deed), TCN_OK);
        tcn_state_encode_deed(&deed, &again);
        break;
    case TCN_STATE_DB_LADDER_WAITS:
        tcn_state_encode_key_only(&again);
        break;
    default:
        return false;
    }
    assert_true(tcn_slice_equals(tcn_state_payload_slice(&again), row->value));
    return true;
}

#endif
