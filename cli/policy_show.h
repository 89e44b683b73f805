/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole policy for people, as tables, and for programs, as one JSON document, from the same
 * tables. One thread, the program's.
 */
#ifndef TCN_CLI_POLICY_SHOW_H
#define TCN_CLI_POLICY_SHOW_H

#include "cli/cli.h"
#include "model/policy.h"

/** Prints the document "tocsin.policy/1". Errors: TCN_NOMEM; TCN_IO. Thread: the program's. */
TCN_MUST_CHECK enum tcn_status tcn_policy_show_json(struct tcn_cli *cli,
                                                    const struct tcn_policy *policy);

/** Prints organs, domains, clocks, the calendar's years, levels and attributes, a table each.
 * Errors: TCN_NOMEM; TCN_IO. Thread: the program's. */
TCN_MUST_CHECK enum tcn_status tcn_policy_show_text(struct tcn_cli *cli,
                                                    const struct tcn_policy *policy);

#endif
