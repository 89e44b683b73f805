/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The language in which a verb speaks with people at a counter: English or Chinese. Only what is
 * read by clerks has both; names of options, words of the policy and JSON have one form. One
 * thread, the program's.
 */
#ifndef TCN_CLI_LANGUAGE_H
#define TCN_CLI_LANGUAGE_H

#include "cli/cli.h"

/** A language. */
enum tcn_language {
    TCN_LANGUAGE_EN = 0,
    TCN_LANGUAGE_ZH,
    TCN_LANGUAGE_COUNT,
};

/** A sentence in each. */
struct tcn_say {
    const char *texts[TCN_LANGUAGE_COUNT];
};

/* The option of every verb that has both, for its table. */
#define TCN_LANGUAGE_OPTION(word)                                                                  \
    { "language", 0, "L", "en or zh; else as LC_ALL, LC_MESSAGES or LANG say", NULL, word }

/** Reads "en" or "zh"; NULL: Chinese when the first of LC_ALL, LC_MESSAGES and LANG that is set and
 * not empty begins with "zh", else English. What is wrong has been told. Gives an exit code.
 * Thread: the program's. */
int tcn_language_read(struct tcn_cli *cli, const char *word, enum tcn_language *out_language);

/** The sentence in a language. Thread: any. */
static inline const char *tcn_said(enum tcn_language language, const struct tcn_say *say) {
    return say->texts[language];
}

#endif
