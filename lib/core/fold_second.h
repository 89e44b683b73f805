/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What two persons must say: the first word is kept with the matter and moves nothing, the second
 * is another post's key that says the same (core/second). Part of core/fold.
 */
#ifndef TCN_CORE_FOLD_SECOND_H
#define TCN_CORE_FOLD_SECOND_H

#include "core/fold_inside.h"
#include "core/procedure.h"

/** True when another post's key has named the same act of the matter before. Thread: the fold's, as
 * for all here. */
bool tcn_fold_is_second(const struct tcn_fold_step *step);
/** Keeps the event's word in the place of one that waited. */
void tcn_fold_keep_first(struct tcn_fold_step *step);
/** Says whether an act that is for two persons, of itself or because the matter is guarded, waits
 * for the second, who may have been before it, and with another word. */
void tcn_fold_note_second(const struct tcn_fold_step *step, const struct tcn_procedure_input *in,
                          const struct tcn_procedure_verdict *verdict);

#endif
