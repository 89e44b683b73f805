/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verbs of `tocsin key`, one file each: argv[0] is the verb, what goes wrong has been told, and
 * each gives an exit code, -1 when it printed its help. One thread, the program's.
 */
#ifndef TCN_CLI_KEY_H
#define TCN_CLI_KEY_H

#include "cli/cli.h"

/** The registry as it stands; with a folder, the key files in it. */
int tcn_key_ls(struct tcn_cli *cli, int argc, char **argv);

/** Keys of a new principal, as files. */
int tcn_key_new(struct tcn_cli *cli, int argc, char **argv);

/** Ends a principal's rights for good, by the administrator's agent. */
int tcn_key_revoke(struct tcn_cli *cli, int argc, char **argv);

/** Changes what a principal may, and how long, by the administrator's agent. */
int tcn_key_rights(struct tcn_cli *cli, int argc, char **argv);

/** Prints the key files of a folder, as a table or as JSON. Gives an exit code. */
int tcn_key_files(struct tcn_cli *cli, const char *dir, enum tcn_format format);

#endif
