/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the state that have a file of their own in lib/store: erasures, what organs were called
 * to, and who is on duty. Part of golden_store.h. */
#ifndef TCN_TEST_GOLDEN_SHIFTS_H
#define TCN_TEST_GOLDEN_SHIFTS_H

#include "samples.h"
#include "store/state_rows.h"

#define SUMMONS_KEY "kept:u1 organ:u2 birth_position:u8"
#define SUMMONS_VALUE                                                                              \
    "version:u1 mode:u1 reason:u1 severity:u1 since_ns:i8 last_ns:i8 number:u8 position:u8 "       \
    "count:u4 checksum:u8"
#define SHIFT_VALUE                                                                                \
    "version:u1 post:s1 source:u4 since_ns:i8 until_ns:i8 handed_ns:i8 position:u8 checksum:u8"

/** Puts one row of each. */
static inline void state_shifts_put(const struct tcn_state_ops *ops, void *state) {
    assert_int_equal(ops->summons_put(state, &sample_summonses[0].summons), TCN_OK);
    assert_int_equal(ops->shift_put(state, &sample_shifts[0]), TCN_OK);
}

/** A row decodes and encodes again to the same. */
static inline void state_shift_row_again(uint32_t db, const struct tcn_env_row *row,
                                         struct tcn_state_payload *out_again) {
    struct tcn_placement placement;
    struct tcn_summons summons;
    struct tcn_shift shift;
    struct tcn_expected expected;
    if (db == TCN_STATE_DB_EXPECTED) {
        assert_int_equal(tcn_state_decode_expected(row, &expected), TCN_OK);
        tcn_state_encode_expected(&expected, out_again);
    } else if (db == TCN_STATE_DB_PLACEMENTS) {
        assert_int_equal(tcn_state_decode_placement(row, &placement), TCN_OK);
        tcn_state_encode_placement(&placement, out_again);
    } else if (db == TCN_STATE_DB_SHIFTS) {
        assert_int_equal(tcn_state_decode_shift(row, &shift), TCN_OK);
        tcn_state_encode_shift(&shift, out_again);
    } else {
        assert_int_equal(tcn_state_decode_summons(row, &summons), TCN_OK);
        tcn_state_encode_summons(&summons, out_again);
    }
    assert_true(tcn_slice_equals(tcn_state_payload_slice(out_again), row->value));
}

#endif
