/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration of one machine of a district, in a folder laid out as cli/place.h says: what an
 * agent or people's programs there need to know of the servers, and who they are. One thread, the
 * program's.
 */
#ifndef TCN_CLI_MACHINE_H
#define TCN_CLI_MACHINE_H

#include "cli/cli.h"
#include "client/setup.h"

/** A machine. Open: filled by the caller for one call; everything is lent. */
struct tcn_machine {
    const char *dir;   /**< absolute */
    const char *front; /**< the broker's address */
    const struct tcn_public_key *broker_key;
    const struct tcn_public_key *collector_key;
    const struct tcn_principal *row; /**< whose programs run there */
    const char *organ;               /**< word for what it speaks for or belongs to */
};

/** Writes DIR/etc/FILE.yaml for the agent of the row, which listens at DIR/run/WORD.sock; an
 * existing file is replaced whole. Another row has another outbox.
 * Errors: as tcn_config_write; TCN_TOOBIG a path. Thread: the program's. */
TCN_MUST_CHECK enum tcn_status tcn_machine_agent(const struct tcn_machine *machine,
                                                 const char *file, const char *word);

/** The same for people's programs; `agent` is the word of the agent that takes their acts, NULL
 * when there is none. */
TCN_MUST_CHECK enum tcn_status tcn_machine_client(const struct tcn_machine *machine,
                                                  const char *file, const char *agent);

#endif
