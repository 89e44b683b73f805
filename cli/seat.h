/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a person sits: the configuration of one role, its keys, the words of the district, and from
 * there a line to the collector or to the agent of this PC, opened when a verb asks for it. What
 * cannot be opened has been told when a function here gives another code than TCN_EXIT_OK. One
 * thread, the program's.
 */
#ifndef TCN_CLI_SEAT_H
#define TCN_CLI_SEAT_H

#include "cli/cli.h"
#include "client/local.h"
#include "client/names.h"
#include "client/session.h"

/** How long a line may take to be there. */
#define TCN_SEAT_CONNECT_NS (INT64_C(5) * 1000000000)

/** What the options of a verb say about it. Open: filled by option tables; all may be NULL. */
struct tcn_seat_options {
    const char *config; /**< --config */
    const char *dir;    /**< --dir */
    const char *office; /**< --office */
    const char *bureau; /**< --bureau */
};

/** A place taken. Open: verbs read it; end with tcn_seat_fini. */
struct tcn_seat {
    struct tcn_config *config;
    struct tcn_names names; /**< zeroed when has_names is false */
    bool has_names;
    char dir[TCN_CLI_PATH_BYTES]; /**< that holds bundle.bin and, at its founding, genesis.bin */
    struct tcn_key_set keys;      /**< zeroed until the session is opened */
    struct tcn_session *session;
    struct tcn_local *local;
    const char *organ;          /**< id of the own organ; lent from the configuration */
    const char *agent_endpoint; /**< NULL when this PC has no agent */
};

/* The options of every verb that takes a place, for its table. */
#define TCN_SEAT_CONFIG_OPTION(seat)                                                               \
    { "config", 'c', "FILE", "configuration file", NULL, &(seat)->config }
#define TCN_SEAT_DIR_OPTION(seat)                                                                  \
    { "dir", 'd', "DIR", "folder of `tocsin up`; else TOCSIN_DIR", NULL, &(seat)->dir }
#define TCN_SEAT_OFFICE_OPTION(seat)                                                               \
    { "office", 0, "O", "as this office", NULL, &(seat)->office }
#define TCN_SEAT_BUREAU_OPTION(seat)                                                               \
    { "bureau", 'b', "B", "as this bureau", NULL, &(seat)->bureau }

/** Finds the configuration: of --config, else of the organ named, else of `role`; when that is NULL
 * too, an organ must be named. Gives an exit code.
 * Owns: gives a seat to be ended with tcn_seat_fini. */
int tcn_seat_init(struct tcn_cli *cli, const struct tcn_seat_options *options, const char *role,
                  struct tcn_seat *out_seat);

/** Closes and wipes everything; safe on a zeroed seat. A seat that heard of a later bundle fetches
 * it first, for who sits there next. */
void tcn_seat_fini(struct tcn_seat *seat);

/** Reads the keys and opens a line to the collector. Gives an exit code. */
int tcn_seat_session(struct tcn_cli *cli, struct tcn_seat *seat);

/** Opens a second line to the collector, for questions beside a subscription. Gives an exit code.
 * Owns: gives the session. */
int tcn_seat_extra_session(struct tcn_cli *cli, const struct tcn_seat *seat,
                           struct tcn_session **out_session);

/** The words of the policy in force in the place of those that the seat has, when the collector
 * named a later bundle in the seat's session; asked for on `line`, which is nobody else's
 * meanwhile. Without an answer they stay as they are. What was lent of them is over then. */
void tcn_seat_renew(struct tcn_seat *seat, struct tcn_session *line);
/** True when the collector has named a later bundle than that of the seat, in its session. */
bool tcn_seat_is_behind(const struct tcn_seat *seat);

/** Says that what follows, or followed, may lack the newest: what tcn_ask_level gave. Nothing of
 * TCN_OK. */
void tcn_seat_tell_level(struct tcn_cli *cli, enum tcn_status level);

/** Says why WHAT cannot be had from the collector: as tcn_cli_fail with `hint`, but what a broker
 * did to the line is told in words of its own. Gives the exit code. */
int tcn_seat_fail(struct tcn_cli *cli, enum tcn_status status, const char *hint, const char *what);

/** Opens a line to this PC's agent. Gives an exit code. */
int tcn_seat_local(struct tcn_cli *cli, struct tcn_seat *seat);

/** Says that the district's words are needed and not there, unless they are. Gives an exit code. */
int tcn_seat_need_names(struct tcn_cli *cli, const struct tcn_seat *seat);

/** The organ of a word, from the district's policy; an unknown word has been told. Gives an exit
 * code. */
int tcn_seat_organ(struct tcn_cli *cli, const struct tcn_seat *seat, const char *word,
                   uint16_t *out_number);

/** The policy for showing words, NULL when it is not there. */
const struct tcn_policy *tcn_seat_policy(const struct tcn_seat *seat);

/** Tells why the agent could not be asked. Gives an exit code. */
int tcn_seat_agent_failed(struct tcn_cli *cli, const struct tcn_seat *seat, enum tcn_status status);

/** Tells what the agent refused, naming the field. Gives an exit code; TCN_EXIT_OK for an answer of
 * TCN_OK. */
int tcn_seat_agent_answered(struct tcn_cli *cli, const struct tcn_local_answer *answer,
                            const char *what);

#endif
