/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every act of people, whatever its matter's kind: whether it needs one, whether who does it has
 * the matter in hand, and who is told of it.
 * When it is allowed, who may do it and where it leads is core/procedure's. Part of core/fold.
 */
#ifndef TCN_CORE_ACTS_H
#define TCN_CORE_ACTS_H

#include "model/event.h"
#include "model/state.h"

/** Who may do an act. A bit set. */
enum tcn_act_who {
    TCN_WHO_HOLDER = 1,
    TCN_WHO_DESK = 2,
    TCN_WHO_OFFICE = 4, /**< the office that reported the matter; of a stub: anyone */
    TCN_WHO_PARTY = 8,  /**< owner or co-recipient of its domain */
    TCN_WHO_ANYONE = 16,
    TCN_WHO_HIGHER = 32,    /**< the next higher organ of the holder, by line or place */
    TCN_WHO_SUBMITTER = 64, /**< that submitted the work which is to be checked */
    TCN_WHO_PLACE = 128,    /**< the office of its place, told for that alone: it checks nothing */
};

/** Who is told of an act. A bit set; the actor is not told. */
enum tcn_act_tells {
    TCN_TELLS_OFFICE = 1, /**< the answer; never of a guarded matter */
    TCN_TELLS_HOLDER = 2,
    TCN_TELLS_DESK = 4,
};

/** One row. */
struct tcn_act_rule {
    enum tcn_act act;
    bool is_free;   /**< needs no matter; then nothing but its source's state moves */
    bool takes;     /**< who does it has the matter in hand */
    uint32_t tells; /**< enum tcn_act_tells bits */
};

/** The row of an act of people; NULL for every other act. Thread: any. */
const struct tcn_act_rule *tcn_act_rule_of(enum tcn_act act);
/** True for an act about a shift, a day or a key: whatever it names, the matter goes nowhere by it,
 * so it is not among what may be done with one. Thread: any. */
bool tcn_act_is_apart(enum tcn_act act);
/** True when who does this act has the matter in hand: an acknowledgement, and what moves the
 * matter. News, papers, the telephone, shifts and what is apart do not: a machine reports too, and
 * who was telephoned has not yet said a word. Summonses and ladders both ask this. Thread: any. */
bool tcn_act_is_taking(enum tcn_act act);
/** True for what a post says of its organ's duty. Thread: any. */
bool tcn_act_is_of_shift(enum tcn_act act);
/** Acts as bits, bit n for act number n: how an outcome names them. Thread: any. */
uint64_t tcn_acts_bits(const enum tcn_act *acts, uint32_t count);

#endif
