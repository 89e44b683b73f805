/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the fold keeps placements (core/placement) beside their matters: who acts as what, who is
 * warned when a claim breaks a rule, and what falls due. Part of core/fold.
 *
 * A breach is told to the organ that pays and to the desk; a paper that is missing to who leads, to
 * the office, and to the domain's co-recipients, of whom one speaks for the firm. Of a guarded
 * matter nobody is told by the policy alone (core/fold, rule 4).
 */
#ifndef TCN_CORE_FOLD_PLACEMENT_H
#define TCN_CORE_FOLD_PLACEMENT_H

#include "core/fold_inside.h"

/** Loads the placement of the step's matter, if it is one.
 * Errors: what the ops give. Thread: the fold's, as for all here. */
TCN_MUST_CHECK enum tcn_status tcn_fold_placement_load(struct tcn_fold_step *step);
/** Lets an act that its matter's procedure allows change the placement, or makes it void; adds who
 * is warned. */
void tcn_fold_placement_act(struct tcn_fold_step *step);
/** Writes the placement as it stands after the event, a new one where the matter has become a
 * placement, and what of it falls due next. Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_placement_write(struct tcn_fold_step *step);
/** A time of a placement has come. Errors: what the ops give; TCN_CORRUPT it has no placement. */
TCN_MUST_CHECK enum tcn_status tcn_fold_placement_fire(struct tcn_fold *fold,
                                                       const struct tcn_fold_input *in,
                                                       const struct tcn_fired *fired);

#endif
