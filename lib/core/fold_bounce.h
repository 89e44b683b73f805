/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hand-over that nobody took in its time goes on by itself: once to the next higher organ, and
 * then to the desk, which decides; while it lies with the desk, the desk is told again each time.
 * Its time is that of a clock whose rule says hand_over.
 *
 * What was taken before time moved it, on a PC without a link, is taken: an acceptance that was
 * recorded earlier than that brings the matter back, unless somebody has taken it or handed it on
 * since, or the time is one that the policy does not believe of a PC (clock_behind_seconds). That
 * it was late stays told. Part of core/fold.
 */
#ifndef TCN_CORE_FOLD_BOUNCE_H
#define TCN_CORE_FOLD_BOUNCE_H

#include "core/fold_inside.h"

/** Lets a clock's step that has come move its matter, if the clock is of a hand-over, its period is
 * over and nobody took the matter. Both rows are changed and kept then, and the clock begins anew;
 * `out_moves`: another holds the matter now. A year that the calendar lacks moves nothing: the date
 * is not certain. A guarded matter stays where it is, unless the desk may learn of it.
 * Errors: what the ops give. Thread: the fold's. */
TCN_MUST_CHECK enum tcn_status tcn_fold_bounce(struct tcn_fold *fold,
                                               const struct tcn_fold_input *in, uint32_t stage,
                                               struct tcn_matter_clock *clock,
                                               struct tcn_matter *matter, bool *out_moves);

/** Says in the step whether its event takes back a matter that time has moved on from its actor.
 * Errors: what the ops give. Thread: the fold's. */
TCN_MUST_CHECK enum tcn_status tcn_fold_bounce_look(struct tcn_fold_step *step);

#endif
