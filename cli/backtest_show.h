/* SPDX-License-Identifier: Apache-2.0 */
/* One difference of a backtest, as a line and as JSON. One thread, the program's. */
#ifndef TCN_CLI_BACKTEST_SHOW_H
#define TCN_CLI_BACKTEST_SHOW_H

#include "model/policy.h"
#include "query/backtest.h"
#include "json/write.h"

/** Prints it as a line; organs by the names of a policy that has all of them. */
void tcn_backtest_show_line(FILE *out, const struct tcn_policy *policy,
                            const struct tcn_backtest_row *row);

/** Adds its fields to the object that is open. */
void tcn_backtest_show_json(struct tcn_json_writer *writer, const struct tcn_policy *policy,
                            const struct tcn_backtest_row *row);

#endif
