/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A word of the desk that ends a standstill, handed to the desk's agent. One thread, the program's.
 */
#ifndef TCN_CLI_WORD_H
#define TCN_CLI_WORD_H

#include "cli/await.h"

/** Hands in an act of the desk with its reason, and waits until the collector has it. Of `event`
 * act and act_body but `how` are taken. What fails has been told. Gives an exit code. */
int tcn_word_enter(struct tcn_cli *cli, struct tcn_seat *seat, const struct tcn_event *event,
                   const char *why);

#endif
