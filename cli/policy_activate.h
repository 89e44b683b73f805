/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin policy activate` puts another policy in force, `tocsin policy active` says which one is.
 * Both read the collector's log, also beside one that runs. One thread, the program's.
 */
#ifndef TCN_CLI_POLICY_ACTIVATE_H
#define TCN_CLI_POLICY_ACTIVATE_H

#include "cli/cli.h"

/** Compiles a folder, says what would change, signs and hands over. Gives an exit code. */
int tcn_policy_activate(struct tcn_cli *cli, int argc, char **argv);

/** The version in force, since when and by whom. Gives an exit code. */
int tcn_policy_active(struct tcn_cli *cli, int argc, char **argv);

#endif
