/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder of the program's own below TMPDIR, else /tmp, for work that leaves nothing behind. One
 * thread, the program's.
 */
#ifndef TCN_CLI_SCRATCH_H
#define TCN_CLI_SCRATCH_H

#include "cli/cli.h"

/** A folder, or none when zeroed. Open: its path is read. */
struct tcn_scratch {
    char dir[TCN_CLI_PATH_BYTES];
};

/** Makes tocsin-NAME.XXXXXX. What fails has been told. Gives an exit code.
 * Owns: gives a folder to be removed with tcn_scratch_remove, also after a failure. */
int tcn_scratch_make(struct tcn_cli *cli, const char *name, struct tcn_scratch *out_scratch);

/** Removes it, which must be empty by now; that it stays is told. Safe on a zeroed one. */
void tcn_scratch_remove(struct tcn_cli *cli, struct tcn_scratch *scratch);

#endif
