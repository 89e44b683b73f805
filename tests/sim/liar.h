/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A broker that was taken over. It has no key of the collector's, so what it makes up is not signed
 * (sim_message.is_forged); what it has kept is genuine and old. It swallows HELLOs and chunks and
 * answers in the collector's name: receipts for chunks that never arrived, marks of its liking,
 * refusals for ever, other stories, and yesterday's answers. One thread.
 */
#ifndef TCN_TESTS_SIM_LIAR_H
#define TCN_TESTS_SIM_LIAR_H

#include "net.h"

#define SIM_LIAR_KEPT 512

/** What it tells. */
enum sim_lie {
    SIM_LIE_ACK,
    SIM_LIE_WELCOME,
    SIM_LIE_REFUSE,
    SIM_LIE_AGAIN,
    SIM_LIE_OLD_WELCOME,
    SIM_LIE_OLD_ACK,
    SIM_LIE_COUNT,
};

/** The broker. */
struct sim_liar {
    struct sim_net *net;
    bool is_on;
    enum sim_lie favourite;                 /**< told half of the time; COUNT: none */
    struct sim_message kept[SIM_LIAR_KEPT]; /**< genuine answers, the oldest given up */
    uint64_t kept_count;                    /**< so many were kept, in all */
    uint64_t counts[SIM_LIE_COUNT];         /**< lies told */
};

/** A message passes; true when it does not arrive. Thread: one. */
bool sim_liar_take(struct sim_liar *liar, const struct sim_message *message, int64_t now_ns);

#endif
