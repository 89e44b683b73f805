/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin policy show --at POSITION`: what was in force there, from the log alone. */
#ifndef TCN_CLI_POLICY_AT_H
#define TCN_CLI_POLICY_AT_H

#include "cli/folder.h"

/** Prints the policy in force at a position of a collector's log, which may run: version, since
 * when and by whom, and the files that it was compiled from, byte for byte; of genesis, which has
 * none, the tables. Gives an exit code. */
int tcn_policy_show_at(struct tcn_cli *cli, const char *dir, const char *position,
                       enum tcn_format format);

/** Opens a collector's log, which may run, with the rights at a position; UINT64_MAX is its end.
 * What fails has been told. Gives an exit code. Owns: gives folder and rights, to be ended also
 * after a failure. */
int tcn_policy_open_at(struct tcn_cli *cli, const char *dir, uint64_t position,
                       struct tcn_folder *folder, struct tcn_rights *rights);

#endif
