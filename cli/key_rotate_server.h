/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin key rotate collector`: makes the next signing key of a collector beside the one it has,
 * on the collector's machine. The collector takes it by itself, now or when it starts.
 */
#ifndef TCN_CLI_KEY_ROTATE_SERVER_H
#define TCN_CLI_KEY_ROTATE_SERVER_H

#include "cli/cli.h"

/** Makes the key file with ".next" behind its name. argv[0] is "collector". Gives an exit code, -1
 * when it printed its help; on failure it has said why. Thread: the program's. */
int tcn_key_rotate_server(struct tcn_cli *cli, int argc, char **argv);

#endif
