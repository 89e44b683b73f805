/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One running ladder: somebody was told of something that is theirs to take in hand, or to do in
 * its time, and is told again, harder, until it is. What is told at which step, to whom and how
 * long after the one before, is the policy's (model/plans.h); here is when.
 *
 *                     set off                    delivered
 *     (no row) ─────────────────────▶ WAITS ────────────────────▶ COUNTS ──▶ its time has come
 *                                      ▲  ▲                         │  │
 *                                      │  │   told, a step is left  │  │ told, the last
 *                                      │  └─────────────────────────┘  ▼
 *                                      │                             SPENT
 *                           set off anew
 *                                      │        taken in hand
 *     WAITS, COUNTS, SPENT ────────────┼───────────────────────▶ TAKEN
 *                                      └────────────────────────── any of them
 *
 * A row goes when what it is about is over: its organ has no duty on the matter any more, or its
 * clock ended, stands still or ends at another time. It is (no row) again.
 *
 * Rules, each with a test by its number:
 *   L1  a ladder is set off once by one cause: what is told while it runs, or after it was taken,
 *       sets it off no second time, unless the matter was handed over anew, has become graver, or
 *       more people are dead or in danger;
 *   L2  a step has its time only once what was told before it was delivered, and so long after that
 *       delivery as the policy says: hours in which nothing was delivered, or nothing ran, fire one
 *       step at most, and the next in its distance;
 *   L3  each step is told once, in the order of the policy;
 *   L4  who owes it takes it, and nobody for another; one that is taken is told no more;
 *   L5  what is never delivered is nobody's lateness: it says nothing here (core/fold_unheard).
 *
 * Pure. Thread: any.
 */
#ifndef TCN_CORE_LADDER_H
#define TCN_CORE_LADDER_H

#include "base/status.h"
#include "model/ladder.h"
#include "model/plans.h"
#include "model/state.h"

/** What happens to a row. */
enum tcn_ladder_move {
    TCN_LADDER_SET_OFF,
    TCN_LADDER_DELIVERED,
    TCN_LADDER_TOLD,
    TCN_LADDER_TOLD_LAST,
    TCN_LADDER_IS_TAKEN,
    TCN_LADDER_MOVE_COUNT,
};

/** What sets a ladder off. Open: lives on the stack. */
struct tcn_ladder_cause {
    enum tcn_escalation_cause cause;
    struct tcn_slice clock;     /**< of a clock: its rule's id */
    bool is_outside;            /**< nobody of ours owes it: only a ladder that names the clock */
    enum tcn_severity severity; /**< of the matter */
};

/** Where a row of this stage goes; NONE where nothing of the kind can happen to it. */
enum tcn_ladder_stage tcn_ladder_next(enum tcn_ladder_stage stage, enum tcn_ladder_move move);
/** The first step of the ladder that this sets off: one that names the clock goes before one for
 * any clock, and a graver one before a milder. NULL when there is none; `plans` may be NULL.
 * Owns: lent by the plans. */
const struct tcn_escalation_step *tcn_ladder_choose(const struct tcn_plans *plans,
                                                    const struct tcn_ladder_cause *cause);
/** A step of a ladder by its index, from 0; NULL behind the last, or when there is no such ladder.
 * Owns: lent by the plans. */
const struct tcn_escalation_step *tcn_ladder_step(const struct tcn_plans *plans, const char *id,
                                                  uint32_t index);
/** A step by its ladder's number and its own, from 1; NULL when there is none.
 * Owns: lent by the plans. */
const struct tcn_escalation_step *tcn_ladder_numbered(const struct tcn_plans *plans,
                                                      uint32_t number, uint32_t step);
/** A ladder's number, for keys: as a clock rule's of its id. */
uint32_t tcn_ladder_number(const char *id);
/** Lets what is told last (`number` 0: nobody was) set a row off, also anew: no step was told yet.
 */
void tcn_ladder_begin(struct tcn_ladder *row, struct tcn_stream stream, uint64_t number,
                      int64_t log_time_ns);
/** What the row waits for was delivered. */
void tcn_ladder_delivered(struct tcn_ladder *row, int64_t log_time_ns);
/** The next step was told; `is_last`: there is none behind it. */
void tcn_ladder_told(struct tcn_ladder *row, struct tcn_stream stream, uint64_t number,
                     int64_t log_time_ns, bool is_last);
/** Who owes it has it in hand. */
void tcn_ladder_take(struct tcn_ladder *row, uint64_t position);
/** When a step is due in a row that counts (L2). */
int64_t tcn_ladder_due_ns(const struct tcn_ladder *row, const struct tcn_escalation_step *step);
/** Raises the counts of people to what an event says; true when one of them rose. */
bool tcn_ladder_count(struct tcn_ladder_counts *counts, const struct tcn_counts *said);

#endif
