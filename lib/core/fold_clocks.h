/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the fold runs the clocks of matters (core/clockwork): what of a matter and of an event counts
 * for them, and who is told when a step has come. Part of core/fold.
 *
 *   the clock owes     told of each step                     told too when it is due
 *   ────────────────   ───────────────────────────────────   ──────────────────────────
 *   holder             the holder                            the desk
 *   office             the office; the holder when guarded   the desk
 *   desk               the desk; the holder when it may not  –
 *   outside            –                                     the holder: nobody of ours is late
 *
 * The holder is who leads when the step comes, and always may know. A desk that is not on the list
 * of a guarded matter is told nothing, nor is its office.
 *
 * A step presses as much as its matter, or more: of minutes and hours it is serious, urgent,
 * urgent; of days and longer it is routine, serious, serious, because the end of a day is no reason
 * to wake anybody.
 */
#ifndef TCN_CORE_FOLD_CLOCKS_H
#define TCN_CORE_FOLD_CLOCKS_H

#include "core/fold.h"

/** The rules in force under a policy; NULL: it has none. Owns: lent as long as the policy. */
const struct tcn_clock_table *tcn_fold_clock_table(const struct tcn_policy *policy);
/** Notes the category that a report states; one that no rule can be for stays out. */
void tcn_fold_set_category(struct tcn_matter *matter, const struct tcn_event *event);
/** Notes whether what the clocks in force name in `unless` is said of a matter: by the event that
 * opens it, and later by who corrects, releases or reclassifies it. An event that does not state it
 * leaves what was said before. */
void tcn_fold_set_excepted(const struct tcn_fold *fold, const struct tcn_event *event,
                           bool is_opening, struct tcn_matter *matter);
/** What an event did to its matter. Open: lives on the stack. */
struct tcn_fold_moved {
    const struct tcn_matter *matter; /**< as it stands after it, and not put yet */
    const struct tcn_matter *before; /**< as it stood; NULL at its birth */
    bool stops_all;                  /**< it ends the matter (core/procedure): no clock runs on */
};

/** Lets an event that was applied change the clocks of its matter.
 * Errors: what the ops give. Thread: the fold's. */
TCN_MUST_CHECK enum tcn_status tcn_fold_clocks(struct tcn_fold *fold,
                                               const struct tcn_fold_input *in,
                                               const struct tcn_fold_moved *moved);
/** Puts the policy of an activation in force (rule 10 of core/fold).
 * Errors: what the ops give. Thread: the fold's. */
TCN_MUST_CHECK enum tcn_status tcn_fold_activate(struct tcn_fold *fold,
                                                 const struct tcn_fold_input *in);
/** Puts the policy that an event is supposed to bring in force, and tells nobody.
 * Errors: what the ops give. Thread: the fold's. */
TCN_MUST_CHECK enum tcn_status tcn_fold_suppose(struct tcn_fold *fold,
                                                const struct tcn_fold_input *in);
/** Tells of a clock's step, or of a year that the calendar lacks.
 * Errors: what the ops give; TCN_CORRUPT a clock without its matter. Thread: the fold's. */
TCN_MUST_CHECK enum tcn_status tcn_fold_clocks_tell(struct tcn_fold *fold,
                                                    const struct tcn_fold_input *in,
                                                    const struct tcn_fired *fired);

#endif
