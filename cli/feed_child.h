/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Running a command for one item: `sh -c COMMAND` with the item on its standard input. The command
 * may read it or not; a signal to us ends it. One at a time. One thread, the program's.
 */
#ifndef TCN_CLI_FEED_CHILD_H
#define TCN_CLI_FEED_CHILD_H

#include "base/bytes.h"
#include "cli/cli.h"

/** Runs the command to its end. *out_code is its exit code, 128 plus the signal when one killed it.
 * Errors: TCN_CANCELED a signal came: the command was told to end; TCN_NOMEM; TCN_LIMIT no
 * descriptors or processes; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_feed_child_run(struct tcn_cli *cli, const char *command,
                                                  struct tcn_slice input, int *out_code);

#endif
