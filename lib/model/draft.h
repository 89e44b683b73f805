/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a person or a program hands to the agent: a report or an act before it is routed, sealed and
 * numbered. The agent fills in what the draft leaves open. Slices lend from the arena or buffer
 * that the draft was read into.
 */
#ifndef TCN_MODEL_DRAFT_H
#define TCN_MODEL_DRAFT_H

#include "model/event.h"
#include "model/sealed.h"

/** The allow-list of the matter that an act is on, as far as the entering program knows it. Open:
 * embedded; slices lend as the draft's do. */
struct tcn_draft_list {
    bool is_known;                                 /**< false: it has not asked */
    struct tcn_slice organs[TCN_GUARD_ORGANS_MAX]; /**< their ids */
    uint32_t count;                                /**< known and 0: the matter has no list */
};

/** A report or an act as entered. Open: made by whoever reads it, lent to whoever enters it. */
struct tcn_draft {
    struct tcn_event event; /**< open part; mode, matter of a first report, office, learned and
                                 recorded time are none, empty or 0 unless they were given */
    struct tcn_plain plains[TCN_COMPARTMENTS_MAX]; /**< texts to be sealed, each kind once */
    uint32_t plain_count;                          /**< 0 when there is no text */
    struct tcn_draft_list list;                    /**< of an act: who may read its texts */
    struct tcn_slice accused_organs[TCN_ACCUSED_ORGANS_MAX]; /**< ids: whom a complaint is about, or
                                 whom that unit belongs to; used before it is sealed, never open */
    uint32_t accused_count;     /**< 0: none of the policy, or not said */
    struct tcn_slice retry_key; /**< the entering program's; empty: not checked */
    bool is_act;                /**< false: a first report, or a follow-up by its reporter */
};

#endif
