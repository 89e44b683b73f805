/* SPDX-License-Identifier: Apache-2.0 */
/* The fold's table, of ladders, deliveries, deeds and silences: the store's, as apply_ops.c has it.
 */
#include "collector/apply_inside.h"

enum tcn_status tcn_apply_alert_get(void *context, struct tcn_stream stream, uint64_t number,
                                    struct tcn_alert *out_alert) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(
        follower, tcn_state_table()->alert_get(follower->house->state, stream, number, out_alert));
}

enum tcn_status tcn_apply_ladder_get(void *context, uint64_t birth, uint32_t slot,
                                     struct tcn_ladder *out_ladder) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(
        follower, tcn_state_table()->ladder_get(follower->house->state, birth, slot, out_ladder));
}

enum tcn_status tcn_apply_ladder_put(void *context, const struct tcn_ladder *ladder) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower, tcn_state_table()->ladder_put(follower->house->state, ladder));
}

enum tcn_status tcn_apply_ladder_del(void *context, uint64_t birth, uint32_t slot) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower,
                         tcn_state_table()->ladder_del(follower->house->state, birth, slot));
}

enum tcn_status tcn_apply_ladder_next(void *context, uint64_t birth, uint32_t slot,
                                      struct tcn_ladder *out_ladder) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(
        follower, tcn_state_table()->ladder_next(follower->house->state, birth, slot, out_ladder));
}

enum tcn_status tcn_apply_ladder_waiting(void *context, struct tcn_stream stream, uint64_t number,
                                         struct tcn_ladder *out_ladder) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower, tcn_state_table()->ladder_waiting(follower->house->state, stream,
                                                                     number, out_ladder));
}

enum tcn_status tcn_apply_delivery_put(void *context, const struct tcn_delivery *delivery) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower,
                         tcn_state_table()->delivery_put(follower->house->state, delivery));
}

enum tcn_status tcn_apply_deed_put(void *context, const struct tcn_deed *deed) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower, tcn_state_table()->deed_put(follower->house->state, deed));
}

enum tcn_status tcn_apply_silence_get(void *context, uint64_t position,
                                      struct tcn_silence *out_silence) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(
        follower, tcn_state_table()->silence_get(follower->house->state, position, out_silence));
}

enum tcn_status tcn_apply_silence_put(void *context, const struct tcn_silence *silence) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower, tcn_state_table()->silence_put(follower->house->state, silence));
}

enum tcn_status tcn_apply_silence_del(void *context, uint64_t position) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower,
                         tcn_state_table()->silence_del(follower->house->state, position));
}

enum tcn_status tcn_apply_silence_next(void *context, uint64_t position,
                                       struct tcn_silence *out_silence) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(
        follower, tcn_state_table()->silence_next(follower->house->state, position, out_silence));
}
