/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verbs of `tocsin`. Each is given its own arguments, argv[0] being the verb, and gives an exit
 * code (enum tcn_exit); what goes wrong it has told on the error stream. They share nothing but the
 * program they are lent. One thread, the program's.
 */
#ifndef TCN_CLI_VERBS_H
#define TCN_CLI_VERBS_H

#include "cli/cli.h"

/** Finds the verb in argv[1] and runs it. Gives its exit code. */
int tcn_verbs_run(struct tcn_cli *cli, int argc, char **argv);

/** A whole district on this machine. Gives an exit code, as all that follow. */
int tcn_verb_up(struct tcn_cli *cli, int argc, char **argv);

/** Reports, by options or from JSON lines. */
int tcn_verb_report(struct tcn_cli *cli, int argc, char **argv);

/** An act on a matter. */
int tcn_verb_act(struct tcn_cli *cli, int argc, char **argv);

/** Hands the sealed texts of a matter to who leads it next. */
int tcn_verb_rewrap(struct tcn_cli *cli, int argc, char **argv);
/** How a placement stands, or how many months of each program stand how. */
int tcn_verb_placement(struct tcn_cli *cli, int argc, char **argv);
/** That a drill begins or ends, and what it showed. */
int tcn_verb_drill(struct tcn_cli *cli, int argc, char **argv);
/** One post's word that the sealed texts of an event are to be erased. */
int tcn_verb_erase(struct tcn_cli *cli, int argc, char **argv);

/** A zero report, an office's own or by telephone to the desk. */
int tcn_verb_zero(struct tcn_cli *cli, int argc, char **argv);
/** A sign of life of an office. */
int tcn_verb_check_in(struct tcn_cli *cli, int argc, char **argv);
/** An office closes for the day. */
int tcn_verb_sign_off(struct tcn_cli *cli, int argc, char **argv);

/** Silences of the own stream: begun, ended, listed, and what one would have done. */
int tcn_verb_silence(struct tcn_cli *cli, int argc, char **argv);

/** The five lines. */
int tcn_verb_board(struct tcn_cli *cli, int argc, char **argv);
/** The desk's one screen. */
int tcn_verb_desk(struct tcn_cli *cli, int argc, char **argv);

/** What a petitioner may know, by slip code. */
int tcn_verb_status(struct tcn_cli *cli, int argc, char **argv);

/** The outbox of this PC's agent, and its dead letters. */
int tcn_verb_outbox(struct tcn_cli *cli, int argc, char **argv);

/** A durable live subscription to one organ's alerts. */
int tcn_verb_watch(struct tcn_cli *cli, int argc, char **argv);

/** History. */
int tcn_verb_replay(struct tcn_cli *cli, int argc, char **argv);

/** Matters: `ls` and `show`. */
int tcn_verb_matter(struct tcn_cli *cli, int argc, char **argv);

/** How many clocks of each rule were met and missed, from a stopped collector's folder. */
int tcn_verb_clocks(struct tcn_cli *cli, int argc, char **argv);

/** Why an event or an alert went as it did. */
int tcn_verb_explain(struct tcn_cli *cli, int argc, char **argv);

/** What was told to whom, and what became of it. */
int tcn_verb_notified(struct tcn_cli *cli, int argc, char **argv);

/** Who knew what of a matter, when. */
int tcn_verb_audit(struct tcn_cli *cli, int argc, char **argv);

/** Who publishes, and how far each got. */
int tcn_verb_sources(struct tcn_cli *cli, int argc, char **argv);

/** `tocsin epoch`: outboxes that wait for the desk's word. */
int tcn_verb_epoch(struct tcn_cli *cli, int argc, char **argv);

/** The log: `stats` and `rebuild`, and those below. */
int tcn_verb_log(struct tcn_cli *cli, int argc, char **argv);

/** `tocsin log backup`: a copy of a log that may be written to meanwhile. argv[0] is "backup". */
int tcn_verb_log_backup(struct tcn_cli *cli, int argc, char **argv);

/** `tocsin log verify`: whether a log is good, and whether it is the one whose heads were copied
 * away. argv[0] is "verify". */
int tcn_verb_log_verify(struct tcn_cli *cli, int argc, char **argv);

/** `tocsin log head`: how far a log goes, signed, in a file. argv[0] is "head". */
int tcn_verb_log_head(struct tcn_cli *cli, int argc, char **argv);

/** `tocsin log restore`: a log from a backup, in a new place. argv[0] is "restore". */
int tcn_verb_log_restore(struct tcn_cli *cli, int argc, char **argv);

/** `tocsin matter waiting`: what an organ was called to and has not in hand. argv[0] is "waiting".
 */
int tcn_verb_matter_waiting(struct tcn_cli *cli, int argc, char **argv);

/** `tocsin duty`: a post takes the duty of its organ, or hands it over. */
int tcn_verb_duty(struct tcn_cli *cli, int argc, char **argv);

/** `tocsin callsheet`: whom to telephone, on paper. */
int tcn_verb_callsheet(struct tcn_cli *cli, int argc, char **argv);

/** `tocsin call`: that an organ was telephoned, and what came of it. */
int tcn_verb_call(struct tcn_cli *cli, int argc, char **argv);

/** `tocsin unseal`: the post on duty opens an event alone, or another approves that. */
int tcn_verb_unseal(struct tcn_cli *cli, int argc, char **argv);

/** `tocsin roster`: which posts have the duty. */
int tcn_verb_roster(struct tcn_cli *cli, int argc, char **argv);

/** Receipts: `verify`. */
int tcn_verb_receipt(struct tcn_cli *cli, int argc, char **argv);

/** Keys and the registry: cli/key.h has its verbs. */
int tcn_verb_key(struct tcn_cli *cli, int argc, char **argv);

/** `tocsin key invite`: an administrator lets a new machine in. argv[0] is "invite". */
int tcn_verb_key_invite(struct tcn_cli *cli, int argc, char **argv);

/** `tocsin key enrol`: a machine that was invited gets into the registry. argv[0] is "enrol". */
int tcn_verb_key_enrol(struct tcn_cli *cli, int argc, char **argv);

/** `tocsin key rotate`: new keys in the place of old ones. argv[0] is "rotate". */
int tcn_verb_key_rotate(struct tcn_cli *cli, int argc, char **argv);

/** Configurations: `check` and `show`. */
int tcn_verb_config(struct tcn_cli *cli, int argc, char **argv);

/** Policies: `check` and `show`. */
int tcn_verb_policy(struct tcn_cli *cli, int argc, char **argv);

/** Everything that a district needs, looked at; nothing is changed. */
int tcn_verb_doctor(struct tcn_cli *cli, int argc, char **argv);

/** Speed: becomes the program tocsin-bench. Returns only when that cannot be run. */
int tcn_verb_bench(struct tcn_cli *cli, int argc, char **argv);

/** Versions of the program and its formats. */
int tcn_verb_version(struct tcn_cli *cli, int argc, char **argv);

#endif
