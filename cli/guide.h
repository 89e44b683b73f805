/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin report` at the counter: one question after the other, in Chinese or English, what goes
 * open and what is sealed for whom before anything is sent, then the slip. What was answered
 * becomes the draft that options would have made and goes the same way. Nothing is sent, or kept,
 * before the last question is answered with yes; whatever ends it says what was sent. One thread,
 * the program's.
 */
#ifndef TCN_CLI_GUIDE_H
#define TCN_CLI_GUIDE_H

#include "cli/await.h"
#include "cli/language.h"

/** How it is led. Open: filled by the verb. */
struct tcn_guide_options {
    enum tcn_language language;
    int descriptor; /**< where answers come from */
};

/** Asks, shows, sends and prints the slip. Gives an exit code: TCN_EXIT_INTERRUPTED when it was
 * stopped, or its input ended, before anything was sent. */
int tcn_guide_run(struct tcn_cli *cli, struct tcn_seat *seat,
                  const struct tcn_guide_options *options, const struct tcn_await *await);

#endif
