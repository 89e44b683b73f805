/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a clerk types as an answer, read: by number or by word, in either language, also as an input
 * method for Chinese writes it. Pure; one thread or many.
 */
#ifndef TCN_CLI_GUIDE_ANSWER_H
#define TCN_CLI_GUIDE_ANSWER_H

#include "cli/language.h"
#include "model/event.h"

/** Room for a short answer, its NUL included. */
#define TCN_ANSWER_BYTES 1024

/** One of several answers. Open: constant tables beside the questions. */
struct tcn_choice {
    const char *words; /**< all that stand for it, with '|' between them, each also typed whole */
    struct tcn_say label;
};

/** What a short answer is meant to do. */
enum tcn_answer_kind {
    TCN_ANSWER_TEXT = 0,
    TCN_ANSWER_BACK, /**< "<" */
    TCN_ANSWER_STOP, /**< "q", "quit", "退出" */
};

/** True for UTF-8 without a character that a terminal obeys. Thread: any. */
bool tcn_answer_is_tame(struct tcn_slice text);

/** Copies an answer without the blanks around it, and with the full-width letters, digits and signs
 * of Chinese input as plain ones.
 * Errors: TCN_TOOBIG; TCN_BAD_TEXT not UTF-8, or characters that a terminal obeys. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_answer_plain(struct tcn_slice line,
                                                char out_text[TCN_ANSWER_BYTES]);

/** Copies a text without the blanks around it, letters and signs left as they are.
 * Errors: as tcn_answer_plain. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_answer_text(struct tcn_slice line,
                                               char out_text[TCN_ANSWER_BYTES]);

/** What a plain answer does. Thread: any. */
enum tcn_answer_kind tcn_answer_kind(const char *text);

/** True when the text is one of the words, with '|' between them; case of Latin letters aside.
 * Thread: any. */
bool tcn_answer_is(const char *text, const char *words);

/** The choice that a plain answer names, by its number from 1 or a word; `count` when none. Thread:
 * any. */
uint32_t tcn_answer_choose(const char *text, const struct tcn_choice *choices, uint32_t count);

/** The number of one of `count` rows, from 1; 0 when the text is no such number. Thread: any. */
uint32_t tcn_answer_number(const char *text, uint32_t count);

/** Reads a count of people: "3", "at least 3", "3+", "至少3人", "about 30", "约30"; "?", "不知道"
 * and nothing are unknown, which is never zero.
 * Errors: TCN_BAD_VALUE. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_answer_count(const char *text, struct tcn_count *out_count);

/** True when a text that would stand open has a run of digits as telephones and identity numbers
 * have it: eleven or more, blanks and hyphens between them passed over. Thread: any. Source:
 * 个人信息保护法 Art. 6, 28. */
bool tcn_answer_is_personal(const char *text);

#endif
