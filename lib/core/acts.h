/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of acts: on which stage of a matter an act is allowed, who may do it, where it leads
 * and who is told. Part of core/fold. The stages and the moves between them:
 *
 *            act before its report                report arrives
 *   (none) ───────────────────────▶ STUB ─────────────────────────┐
 *     │  report                                                   ▼
 *     ├─────────────────────────────────────────────────────▶ OPEN ◀──── transferred, reclassified,
 *     │  report of an unknown domain, or guarded                │ │      released
 *     └──────────▶ HELD ◀──────────── objected ─────────────────┘ │ accepted
 *                   │ accepted                                    ▼
 *                   └────────────────────────────────────────▶ ACCEPTED ◀── reopened ──┐
 *                                                                │ replied             │
 *                                                                ▼                     │
 *                            closed, withdrawn (from any)     REPLIED ─────────────────┤
 *                            ───────────────────────────────▶ CLOSED ──────────────────┘
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
    bool is_free;    /**< needs no matter; then nothing but its source's state moves */
    uint32_t stages; /**< bit n: allowed at stage n */
    uint32_t who;    /**< enum tcn_act_who bits */
    uint32_t next;   /**< stage that it leads to; 0: stays */
    uint32_t tells;  /**< enum tcn_act_tells bits */
};

/** The row of an act of people; NULL for every other act. Thread: any. */
const struct tcn_act_rule *tcn_act_rule_of(enum tcn_act act);
/** True when the stage is one that the act is allowed at. Thread: any. */
bool tcn_act_rule_allows(const struct tcn_act_rule *rule, enum tcn_stage stage);

#endif
