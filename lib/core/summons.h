/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an organ was called to and has not in hand. Delivered is not acknowledged: an alert that
 * calls an organ to a matter leaves a row, and only an act of that organ on that matter takes it
 * away, whoever else has acted, and whoever has fetched the alert.
 *
 *                an alert that calls            an act of the organ; or the matter is over,
 *                                               or none of its concern any more
 *   (no row) ──────────────────────▶ [ called ] ──────────────────────────────────▶ (no row)
 *                                      │   ▲
 *                                      └───┘ another alert that calls: `since` stays
 *
 * Rules, each with a test by its number:
 *   S1  an alert calls when it gives the organ something to do or to know (owner, co_recipient,
 *       unknown, transfer, guarded, owed), when it is urgent news of a matter that it leads, or
 *       when a clock made it the lead; an answer, an outcome and a clock's warning do not;
 *   S2  an act of the organ that takes the matter in hand (core/acts) takes its own row and nobody
 *       else's;
 *   S3  a matter that is over calls nobody; one that moved calls no longer whom it does not
 *       concern: its former holder, or the co-recipients of what it was;
 *   S4  rows of guarded matters stand apart, so that who leaves them out reads as much as if there
 *       were none; a stub that a guarded report opens takes its rows along.
 *
 * Pure: reaches the table through model/state.h. Thread: the fold's.
 */
#ifndef TCN_CORE_SUMMONS_H
#define TCN_CORE_SUMMONS_H

#include "core/fold.h"

/** True when an alert calls its organ (S1). Thread: any. */
bool tcn_summons_calls(const struct tcn_alert *alert);
/** An alert was told, of the matter, where it names one. Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_summons_told(struct tcn_fold *fold,
                                                const struct tcn_alert *alert,
                                                const struct tcn_matter *matter);
/** An organ acted on a matter, and it counts (S2). Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_summons_acted(struct tcn_fold *fold, uint16_t organ,
                                                 enum tcn_act act, const struct tcn_matter *matter);
/** A matter went from one state to another; `before` is NULL at its birth (S3). Errors: what the
 * ops give. */
TCN_MUST_CHECK enum tcn_status tcn_summons_moved(struct tcn_fold *fold,
                                                 const struct tcn_matter *before,
                                                 const struct tcn_matter *matter);

#endif
