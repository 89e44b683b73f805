/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the fold keeps due times (core/due) in its state: what sets them, and who is told when they
 * have come. Part of core/fold.
 *
 * The end of a key is told to the desk, as what the collector says by itself is: a key is of a
 * post, and who mends it is the administrator, whom the desk calls. Nobody's stream names a person.
 * Whom the steps of a matter's clock are told to is core/fold_clocks' to say.
 */
#ifndef TCN_CORE_FOLD_DUE_H
#define TCN_CORE_FOLD_DUE_H

#include "core/fold.h"

/** Tells what is due at the event's log time, before the event is applied; D5.
 * Errors: what the ops give. Thread: the fold's. */
TCN_MUST_CHECK enum tcn_status tcn_fold_due_fire(struct tcn_fold *fold,
                                                 const struct tcn_fold_input *in);
/** Tells what is due before the event's log time, each at its own time, as a collector that was
 * awake all along would have logged a tick for it; `in` needs log_time_ns and log_mode only.
 * Errors: what the ops give. Thread: the fold's. */
TCN_MUST_CHECK enum tcn_status tcn_fold_due_until(struct tcn_fold *fold,
                                                  const struct tcn_fold_input *in);
/** Sets the ends of the rows that the event put into the registry.
 * Errors: what the ops give. Thread: the fold's. */
TCN_MUST_CHECK enum tcn_status tcn_fold_due_rows(struct tcn_fold *fold,
                                                 const struct tcn_fold_input *in);
/** Appends an alert as the next of its stream; the number is written into it.
 * Errors: what the ops give. Thread: the fold's. */
TCN_MUST_CHECK enum tcn_status tcn_fold_append(struct tcn_fold *fold, struct tcn_alert *alert);
/** The same, and when it is urgent and nobody watches its stream, lets it go up at once.
 * Errors: what the ops give. Thread: the fold's. */
TCN_MUST_CHECK enum tcn_status tcn_fold_tell(struct tcn_fold *fold, struct tcn_alert *alert);

#endif
