/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a district's files are. `tocsin up` lays them out in one folder:
 *
 *   DIR/genesis.bin, DIR/bundle.bin, DIR/keys/NAME.key founded once (client/setup.h)
 *   DIR/etc/broker.yaml, collector.yaml, agent.ORGAN.yaml, watch.ORGAN.yaml, auditor.yaml
 *   DIR/run/ORGAN.sock         the agent's local socket
 *   DIR/run/NAME.metrics       where a program shows its numbers
 *   DIR/collector/             log, state, shares
 *   DIR/agents/ORGAN/          outbox
 *   DIR/logs/NAME.log          what the programs say
 *
 * A verb finds its configuration by --config FILE, else by --dir DIR (or TOCSIN_DIR) and the role
 * that it plays, else ./tocsin.yaml.
 */
#ifndef TCN_CLI_PLACE_H
#define TCN_CLI_PLACE_H

#include "cli/cli.h"

/** Joins DIR and a formatted rest.
 * Errors: TCN_TOOBIG it does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_place_path(char out_path[TCN_CLI_PATH_BYTES], const char *dir,
                                              const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Makes a folder, mode 0700, unless it is there.
 * Errors: TCN_DENIED TCN_IO TCN_ABSENT. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_place_make(const char *path);

/** Finds and reads the configuration for a role, a file name without its ending:
 * "watch.energy_bureau", "auditor", "agent.office_xiaoba". On failure it has said why. Owns: gives
 * the configuration, to be ended with tcn_config_destroy. Gives an exit code. Thread: the
 * program's. */
int tcn_place_config(struct tcn_cli *cli, const char *config_file, const char *dir,
                     const char *role, struct tcn_config **out_config);

/** The folder that holds the running program, for its siblings.
 * Errors: TCN_IO TCN_TOOBIG. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_place_programs(char out_path[TCN_CLI_PATH_BYTES]);

/** The policy to use: `given` when it is not NULL, else the installed one, else the one of the
 * source tree that this program was built in. Errors: TCN_ABSENT none is there. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_place_policy(const struct tcn_cli *cli, const char *given,
                                                char out_path[TCN_CLI_PATH_BYTES]);

#endif
