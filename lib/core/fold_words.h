/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the fold keeps standing words (core/words) and cursors in its state: what the collector says
 * by itself. Part of core/fold.
 */
#ifndef TCN_CORE_FOLD_WORDS_H
#define TCN_CORE_FOLD_WORDS_H

#include "core/fold.h"
#include "core/words.h"

/** Applies an event that tcn_words_knows to the state's standing words.
 * Errors: what the ops give. Thread: the fold's. */
TCN_MUST_CHECK enum tcn_status tcn_fold_words(const struct tcn_fold *fold,
                                              const struct tcn_fold_input *in,
                                              struct tcn_words_effect *out_effect);
/** The collector's word on a subscription moves its cursor, never back (rule 6) within a
 * generation. `out_code` is why it is void, or TCN_OK.
 * Errors: what the ops give. Thread: the fold's. */
TCN_MUST_CHECK enum tcn_status tcn_fold_delivered(const struct tcn_fold *fold,
                                                  const struct tcn_event *event,
                                                  enum tcn_status *out_code);

#endif
