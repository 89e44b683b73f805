/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handing one draft to the agent, and what came of it: shared by the verbs that report and act. One
 * thread, the program's.
 */
#ifndef TCN_CLI_AWAIT_H
#define TCN_CLI_AWAIT_H

#include "cli/seat.h"

/** How a draft is handed in. Open: filled by a verb. */
struct tcn_await {
    bool is_act;
    bool is_waiting;       /**< until the collector has it, or refused it */
    const char *timeout;   /**< seconds as typed; NULL: 60 */
    const char *format;    /**< -o as typed */
    const char *retry_key; /**< NULL: none */
    const char *receipt;   /**< file to write the receipt to, which waits; NULL: none */
};

/** Enters the draft, prints the slip and where it stands, and waits when asked to. Gives an exit
 * code: TCN_EXIT_TIMEOUT when it is safe in the outbox and nothing was heard in time;
 * TCN_EXIT_REFUSED when the collector refused it. */
int tcn_await_run(struct tcn_cli *cli, struct tcn_seat *seat, const struct tcn_await *await,
                  const struct tcn_draft *draft);

/** Reads seconds as typed, with or without a fraction, up to a day; NULL gives `absent_ns`. Gives
 * an exit code. */
int tcn_await_seconds(struct tcn_cli *cli, const char *option, const char *text, int64_t absent_ns,
                      int64_t *out_ns);

#endif
