/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reasons of the fold (model/trace.h) as sentences in English and Chinese, and as JSON whose fields
 * are what the sentence has in braces. One thread, the program's.
 */
#ifndef TCN_CLI_EXPLAIN_WORDS_H
#define TCN_CLI_EXPLAIN_WORDS_H

#include "cli/language.h"
#include "model/policy.h"
#include "model/trace.h"
#include "json/write.h"

/** Room for a sentence, NUL included. */
#define TCN_EXPLAIN_TEXT_BYTES 2048

/** The sentence of a reason, with its braces; never NULL for a reason. Thread: any. */
const struct tcn_say *tcn_explain_sentence(enum tcn_why why);
/** The sentence of a note, filled in; cut at a character where it does not fit. Thread: any. */
void tcn_explain_text(const struct tcn_policy *policy, const struct tcn_note *note,
                      enum tcn_language language, char out_text[TCN_EXPLAIN_TEXT_BYTES]);
/** Adds {"why": …, what the sentence names, "text": …}. Faults stick in the writer. */
void tcn_explain_json(struct tcn_json_writer *writer, const struct tcn_policy *policy,
                      const struct tcn_note *note, enum tcn_language language);

#endif
