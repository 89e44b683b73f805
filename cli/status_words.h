/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stages and acts in the words of a counter, in both languages. Words of the policy stay what they
 * are in JSON and elsewhere. One thread or many.
 */
#ifndef TCN_CLI_STATUS_WORDS_H
#define TCN_CLI_STATUS_WORDS_H

#include "cli/language.h"
#include "model/event.h"
#include "model/state.h"

/** What a stage is. Thread: any. */
const char *tcn_status_stage(enum tcn_language language, enum tcn_stage stage);

/** What comes next at a stage, as far as the stage alone says it. Thread: any. */
const char *tcn_status_next(enum tcn_language language, enum tcn_stage stage);

/** What an act did, as a sentence without its end; the act's word when it has none here. Thread:
 * any. */
const char *tcn_status_act(enum tcn_language language, enum tcn_act act);

#endif
