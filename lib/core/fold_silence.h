/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Silences in the fold's state (core/silence): said, ended, reminded of, and what they make of an
 * item; how many weather warnings are in force, and which matters in danger are open. Part of
 * core/fold.
 */
#ifndef TCN_CORE_FOLD_SILENCE_H
#define TCN_CORE_FOLD_SILENCE_H

#include "core/fold_inside.h"
#include "core/silence.h"

/** Counts what is in force, at the start. Errors: what the ops give. Thread: the fold's, as for all
 * here. */
TCN_MUST_CHECK enum tcn_status tcn_fold_silence_init(struct tcn_fold *fold);
/** SILENCED and SILENCE_ENDED: in force or not from here on, or void. Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_silence(struct tcn_fold_step *step);
/** Flags an item that need not ring. Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_silence_mark(const struct tcn_fold *fold,
                                                     struct tcn_alert *alert);
/** Reminds of the end of a silence, or ends it. Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_silence_fire(struct tcn_fold *fold,
                                                     const struct tcn_fold_input *in,
                                                     const struct tcn_fired *fired);
/** Counts a weather warning that the event put in force, or out of it; those of a drill beside real
 * work are none.
 * Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_warnings(struct tcn_fold_step *step);
/** Keeps which matters in danger are open (S7). Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_dangers(struct tcn_fold_step *step);

#endif
