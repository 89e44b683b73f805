/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an act does to a placement: which month it makes complete, and whether a claim keeps the
 * rules of its program. Pure. Whether the act is allowed at its matter's stage, core/procedure
 * says.
 *
 * Rules it keeps:
 *  P1. a month is complete by the word of an organ that the program names, said in time, and who
 *      recommended the placement is none, whatever the program says;
 *  P2. a proof that comes late counts once another organ than the one that brought it approves it:
 *      the program's, or the desk;
 *  P3. a month whose time is over is unconfirmed: a missing paper, which may still be proved; only
 *      an interruption, with its reason, says that nobody worked;
 *  P4. a word that was recorded in time makes its month complete whenever it arrives;
 *  P5. a subsidy is due for so many complete months in a row as the program says, once, up to its
 *      amount; a claim, a payment or a refusal that breaks a rule counts as what it is, and says
 *      which rules it breaks;
 *  P6. terms are those of the program when the placement began;
 *  P7. amounts are whole fen; nothing is rounded.
 */
#ifndef TCN_CORE_PLACEMENT_H
#define TCN_CORE_PLACEMENT_H

#include "core/calendar.h"
#include "model/event.h"
#include "model/placement.h"

/** An act on a placement, as the fold sees it. */
struct tcn_placement_act {
    const struct tcn_calendar *calendar;
    enum tcn_act act;
    uint32_t month; /**< number of the month that it names; 0: none */
    enum tcn_claim claim;
    uint64_t fen;
    uint16_t organ;      /**< that acts */
    bool is_recommender; /**< it reported the placement */
    bool is_confirmer;   /**< the program names it, and it is not the recommender */
    bool is_approver;    /**< the program names it as the second, or it is the desk */
    int64_t recorded_ns; /**< of the act; what the log says when it is not known */
};

/** What becomes of it. */
struct tcn_placement_verdict {
    enum tcn_status code; /**< OK; BAD_VALUE, DENIED, NOT_ALLOWED: void, and nothing has changed */
    uint32_t missing;     /**< BAD_VALUE: enum tcn_fact that it says badly */
    uint32_t breaches;    /**< enum tcn_breach */
    bool is_early;        /**< a month that was not over when it was said to be complete */
};

/** Begins a placement under a program's terms. Thread: any. */
void tcn_placement_begin(const struct tcn_program *program, uint32_t first_month, uint32_t metres,
                         struct tcn_placement *out_placement);
/** Sets the length of road that a post keeps, and its pay by the program. Thread: any. */
void tcn_placement_set_metres(const struct tcn_program *program, uint32_t metres,
                              struct tcn_placement *placement);
/** Sets the first month, as long as nothing was said of any; else false. Thread: any. */
bool tcn_placement_set_first(uint32_t first_month, struct tcn_placement *placement);
/** Applies one act; other acts than those of a placement change nothing. Thread: any. */
void tcn_placement_apply(const struct tcn_placement_act *act, struct tcn_placement *placement,
                         struct tcn_placement_verdict *out_verdict);
/** Last instant at which a month's proof is in time. Thread: any. */
int64_t tcn_placement_proof_ns(const struct tcn_placement *placement,
                               const struct tcn_calendar *calendar, uint32_t index);
/** The first month that is still open, whose time comes next; false when the months in a row are
 * complete, or none is open. Thread: any. */
bool tcn_placement_next(const struct tcn_placement *placement, uint32_t *out_index);
/** When the firm is reminded before the last month of those that are needed. Thread: any. */
int64_t tcn_placement_remind_ns(const struct tcn_placement *placement,
                                const struct tcn_calendar *calendar);
/** Months, from the first to the last of the row that is needed, that lack their paper. Thread:
 * any. */
uint32_t tcn_placement_lacking(const struct tcn_placement *placement);
/** P3: the time of a month is over; true when it was open. Thread: any. */
bool tcn_placement_over(struct tcn_placement *placement, uint32_t index);

#endif
