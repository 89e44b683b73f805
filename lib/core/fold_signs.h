/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the fold keeps which matters the board shows (core/signs), and what they say about the zero
 * reports that were given before. Part of core/fold.
 *
 *   a zero report says safe        a matter that was learned by then becomes a sign
 *   ───────────┼────────────────────────────────────┼──────────────────────▶ log
 *              by its office itself within 24 h: corrected, and nobody is told
 *              later, or by anybody else: contradicted, and the desk is told
 *
 * Rules, each with a test by its number:
 *   G1  a guarded matter leaves no row, and ends none;
 *   G2  one row for each matter that is a sign by itself, whose limit has passed, or that is
 *       urgent and nobody's yet; it goes with what made it;
 *   G3  what was learned after the report contradicts nothing, nor does a limit that passes later,
 *       nor what was never a sign;
 *   G4  harm of the line's level is remembered, the last of each office and line: when it was
 *       learned, when it was known here, and whether its office said so itself.
 */
#ifndef TCN_CORE_FOLD_SIGNS_H
#define TCN_CORE_FOLD_SIGNS_H

#include "core/fold_inside.h"

/** Within so long an office takes back what it said, and nobody minds. Source: duty-desk practice,
 * a proposal; `desk.zero_correction` of clocks.yaml says the same to people. */
#define TCN_ZERO_CORRECTION_NS (INT64_C(24) * 3600 * 1000000000)

/** Lets an event that was applied to a matter, and written, move the matter's row, and tells the
 * desk with it when it contradicts a zero report. Errors: what the ops give. Thread: the fold's. */
TCN_MUST_CHECK enum tcn_status tcn_fold_signs(struct tcn_fold_step *step);
/** A limit of the matter has passed. Errors: what the ops give. Thread: the fold's. */
TCN_MUST_CHECK enum tcn_status tcn_fold_sign_late(struct tcn_fold *fold,
                                                  const struct tcn_fold_input *in,
                                                  const struct tcn_matter *matter);

#endif
