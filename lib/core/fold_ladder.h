/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ladders of matters (core/ladder) in the fold's state: what sets one off, takes it or ends it,
 * what a delivery does, and whom a step is told to. Part of core/fold.
 *
 * Set off: by an item that tells an organ of a matter that it has a duty on (core/duty), each organ
 * for itself; by a warning of a clock and by its end. The policy's ladders say by their cause,
 * clock and severity which. What nobody of ours owes is reminded of only by a ladder that names its
 * clock.
 *
 * Told: the roles of the step as seen from whose duty it is; who owes a clock's act hears of it
 * beside the matter's holder. Of a guarded matter its holder and its allow-list, and the desk only
 * if it is on it: never an office, and nobody above by the policy alone. To admonish is proposed to
 * the desk and to nobody else.
 */
#ifndef TCN_CORE_FOLD_LADDER_H
#define TCN_CORE_FOLD_LADDER_H

#include "core/fold_inside.h"
#include "core/ladder.h"

/** A step of a matter's clock that was told. */
struct tcn_ladder_clock {
    const struct tcn_matter *matter;
    const struct tcn_matter_clock *clock;
    const struct tcn_fired *fired;
    uint16_t organ;  /**< who owes its act, or leads when nobody of ours does */
    uint64_t number; /**< of the item that it was told with; 0: it was not */
};

/** Reads what is known of people in danger in a matter that the event may make ring again: before
 * the event is applied. Errors: what the ops give. Thread: the fold's, as for all here. */
TCN_MUST_CHECK enum tcn_status tcn_fold_ladder_look(struct tcn_fold_step *step);
/** Flags an item of a matter that its organ has been told of, and has not taken in hand yet; never
 * of danger. Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_ladder_mark(const struct tcn_fold *fold,
                                                    struct tcn_alert *alert);
/** What the event, which counts, does to the ladders of its matter, once who was told of it was.
 * Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_ladders(struct tcn_fold_step *step);
/** A step of a clock may set one off; before the clock moves its matter.
 * Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_ladder_clock(struct tcn_fold *fold,
                                                     const struct tcn_fold_input *in,
                                                     const struct tcn_ladder_clock *told);
/** A matter went on to another holder by itself, who was told so with an item.
 * Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_ladder_moved(struct tcn_fold *fold,
                                                     const struct tcn_fold_input *in,
                                                     const struct tcn_matter *matter,
                                                     uint64_t number);
/** DELIVERED, which counts: what waited for it has its next step's time.
 * Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_ladder_delivered(struct tcn_fold *fold,
                                                         const struct tcn_fold_input *in);
/** Tells a step whose time has come, unless what it is about is over; or goes on with a delivery.
 * Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_ladder_fire(struct tcn_fold *fold,
                                                    const struct tcn_fold_input *in,
                                                    const struct tcn_fired *fired);

#endif
