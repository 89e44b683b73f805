/* SPDX-License-Identifier: Apache-2.0 */
/*
 * That a person is there. To acknowledge is to say "somebody here has it in hand", and no script
 * may say that: so it is asked for at the terminal that the program was started from, and answered
 * with something that has to be read off it. Input that is a pipe, a program without a terminal
 * (cron, a service, the command of `watch --exec`) cannot answer. Who forges a terminal can; that
 * is a lie of a person, and it bears a post's name.
 */
#ifndef TCN_CLI_PERSON_H
#define TCN_CLI_PERSON_H

#include "cli/cli.h"

/** Asks the person at the terminal to confirm that `post` has the matter in hand, by typing the
 * last four characters of its id. What stands in the way has been told. Gives TCN_EXIT_OK, or
 * TCN_EXIT_REFUSED when there is no terminal or the answer is another. */
int tcn_person_confirm(struct tcn_cli *cli, const char *post, const char *matter);

/** Asks the person at the terminal, in the same way, to say that an organ is not whom a complaint
 * accuses. Gives TCN_EXIT_OK, or TCN_EXIT_REFUSED. */
int tcn_person_vouch(struct tcn_cli *cli, const char *organ, const char *matter);

/** True when this program was started by the command of a watch. */
bool tcn_person_is_command(void);

#endif
