/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts that who leads cannot read yet: a duty `rewrap`, kept as what falls due (core/due). A
 * hand-over counts without it, so that no race and no broken link stops a matter; what is owed is
 * told until it is done.
 *
 *                    handed over                       24 h: who handed it over is told
 *     (no row) ──────────────────▶ [ until + 48 h ] ──────────────────────────────────┐
 *        ▲ ▲                             │                                            ▼
 *        │ │ rewrapped, by who has them  │                              [ the desk, at the end ]
 *        │ └─────────────────────────────┘     each day, while it is so ┌────┐        │
 *        │                                                              ▼    │        │
 *        └───────────── rewrapped; the desk leads; closed ─────────── [ desk ]◀───────┘
 *
 * Rules, each with a test by its number:
 *
 *  W1  a matter of which a text was sealed, and that goes to another organ, opens it: whoever
 *      handed it over owes, for it has wraps; where time did it, the desk, at once, for it has the
 *      escrow;
 *
 *  W2  a text that is logged later, and has no wrap for who leads, opens it too, and of the desk at
 *      once: who handed the matter over is not told of later events;
 *
 *  W3  REWRAPPED, sealed to who leads, by another, ends what W1 opened; what W2 or W8 opened ends
 *      by the desk's. One that is sealed to nobody, or comes from who cannot have the texts (who
 *      neither leads nor sent it, owes nothing on it and is not the desk), hands nothing over, and
 *      ends nothing;
 *
 *  W4  the desk, once it leads, reads what it has in escrow: nothing is owed then, nor of a matter
 *      that is closed. What goes back to who sent it is owed nothing by that: it has its wraps (but
 *      W8);
 *
 *  W5  of a guarded matter the desk is told only if it is on its list; else nothing is its to do,
 *      and it ends with who handed the matter over;
 *
 *  W6  it is nobody's lateness: it moves no clock, and is no act of the matter's procedure;
 *
 *  W7  REWRAPPED to an organ that is to lead next counts for 48 hours: a hand-over to it within
 *      them opens nothing;
 *
 *  W8  who was handed a matter without its texts and hands it on, or back, hands on what it cannot
 *      read: that is the desk's to do.
 *
 * Whether each text was handed over, the log cannot say: the halves are sealed to who leads. Part
 * of core/fold. The periods are proposals.
 */
#ifndef TCN_CORE_FOLD_REWRAP_H
#define TCN_CORE_FOLD_REWRAP_H

#include "core/fold_inside.h"

/** Rows of one matter: the key's rule. */
#define TCN_REWRAP_MOVED 0u       /* W1 */
#define TCN_REWRAP_LATER 1u       /* W2 */
#define TCN_REWRAP_AHEAD 0x10000u /* and the organ's number: W7 */

/** What the step's event opens and ends, before its matter is written.
 * Errors: what the ops give. Thread: the fold's, as for all here. */
TCN_MUST_CHECK enum tcn_status tcn_fold_rewrap(struct tcn_fold_step *step);
/** Time has given the matter to another (core/fold_bounce): W1. Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_rewrap_moved(struct tcn_fold *fold,
                                                     const struct tcn_fold_input *in,
                                                     const struct tcn_matter *matter);
/** A time of the duty has come: tells who owes, or ends it (W4). Errors: what the ops give;
 * TCN_CORRUPT there is no such matter. */
TCN_MUST_CHECK enum tcn_status tcn_fold_rewrap_fire(struct tcn_fold *fold,
                                                    const struct tcn_fold_input *in,
                                                    const struct tcn_fired *fired);

#endif
