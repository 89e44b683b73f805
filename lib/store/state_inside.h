/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state's two sides for the files that they are made of: state.c, state_reader.c and the
 * families of rows that have a file of their own. No other room includes this header.
 *
 * Thread: the state's.
 */
#ifndef TCN_STORE_STATE_INSIDE_H
#define TCN_STORE_STATE_INSIDE_H

#include "store/state_hot.h"

/** The state. Open: its files share it. */
struct tcn_state {
    struct tcn_env *env;
    uint32_t scattered_count; /**< since the begin */
    struct tcn_state_hot hot; /**< of the open commit; empty between two */
};

/** The reading side. Open: its files share it. */
struct tcn_state_reader {
    struct tcn_view view;
};

/* Ops of the same name, in state_shifts.c. Errors: as model/state.h says; TCN_CORRUPT; TCN_IO. */

/** ops.summons_get */
TCN_MUST_CHECK enum tcn_status tcn_state_op_summons_get(void *context, uint16_t organ,
                                                        uint64_t birth,
                                                        struct tcn_summons *out_summons);
/** ops.summons_put */
TCN_MUST_CHECK enum tcn_status tcn_state_op_summons_put(void *context,
                                                        const struct tcn_summons *summons);
/** ops.summons_del */
TCN_MUST_CHECK enum tcn_status tcn_state_op_summons_del(void *context, uint16_t organ,
                                                        uint64_t birth);
/** ops.shift_get */
TCN_MUST_CHECK enum tcn_status tcn_state_op_shift_get(void *context, uint16_t organ,
                                                      struct tcn_shift *out_shift);
/** ops.shift_put */
TCN_MUST_CHECK enum tcn_status tcn_state_op_shift_put(void *context, const struct tcn_shift *shift);

#endif
