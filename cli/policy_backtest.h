/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin policy backtest`: another policy over the log, and what would be otherwise
 * (query/backtest). cli/backtest_show renders one difference. One thread, the program's.
 */
#ifndef TCN_CLI_POLICY_BACKTEST_H
#define TCN_CLI_POLICY_BACKTEST_H

#include "cli/cli.h"

/** Compares, and sends nothing. Gives an exit code. */
int tcn_policy_backtest(struct tcn_cli *cli, int argc, char **argv);

#endif
