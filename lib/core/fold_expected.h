/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the fold keeps what offices say though nothing has happened (core/expected), and whom it
 * tells when they say nothing. Part of core/fold.
 *
 *   who may say it             office of itself     desk           anybody else
 *   zero_report                counts               denied         denied
 *   oral_zero, of an office    denied               counts, weaker denied
 *   checked_in, signed_off     counts               nothing        nothing
 *   stopped                    counts               nothing        nothing
 *
 * Rules, each with a test by its number:
 *   X1  an office speaks for itself only;
 *   X2  of an office that has a program in the registry a report is expected from the day after it
 *       was enrolled; a check-in while a matter of its domain is open in its place, or in one that
 *       is no office's;
 *   X3  a time that passes in silence is told to the desk once, of one office all that were due at
 *       it together, and of several that have passed since the last event the newest only;
 *   X4  within a period the last word counts; by telephone nobody takes back what was signed, but
 *       for saying that it is not safe;
 *   X5  what was said in a drill says nothing about the district;
 *   X6  of a line no day is kept that is TCN_ZERO_DAYS_KEPT back, whatever an office's clock says.
 */
#ifndef TCN_CORE_FOLD_EXPECTED_H
#define TCN_CORE_FOLD_EXPECTED_H

#include "core/expected.h"
#include "core/fold_inside.h"

/** True for an event that tcn_fold_expected_say applies. */
bool tcn_fold_expected_knows(const struct tcn_event *event);
/** Applies it. Errors: what the ops give. Thread: the fold's, as for all here. */
TCN_MUST_CHECK enum tcn_status tcn_fold_expected_say(struct tcn_fold_step *step);
/** What else was applied: a word of an office while check-ins are asked for is a sign of life,
 * whatever it says; the desk's hand-over is where its next shift begins.
 * Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_expected_other(struct tcn_fold_step *step);
/** Notes which offices have a program, of the rows that the event put into the registry.
 * Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_expected_rows(struct tcn_fold *fold,
                                                      const struct tcn_fold_input *in);
/** Another policy expects other reports. Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_expected_activate(struct tcn_fold *fold,
                                                          const struct tcn_fold_input *in);
/** A matter that calls for check-ins opens, or is at its end. Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_expected_matter(struct tcn_fold_step *step);
/** A time has passed: tells the desk what is missing (X3). Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_expected_fire(struct tcn_fold *fold,
                                                      const struct tcn_fold_input *in,
                                                      const struct tcn_fired *fired);
/** Whether check-ins are asked for anywhere; for tcn_fold_init. Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_expected_init(struct tcn_fold *fold);

#endif
