/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From what a person typed to a draft. The options are written down as the JSON line that a program
 * would have handed in, and read as such: one set of rules and one set of words for both. One
 * thread, the program's.
 */
#ifndef TCN_CLI_DRAFT_H
#define TCN_CLI_DRAFT_H

#include "base/arena.h"
#include "cli/cli.h"
#include "model/local.h"

/** Bytes of arena that a draft takes at most. */
#define TCN_CLI_DRAFT_ARENA_BYTES ((size_t)4 * 1024 * 1024)

/** What was typed. Open: filled by option tables; NULL is not given. A text that begins with '@' is
 * read from the file that it names. */
struct tcn_cli_draft {
    const char *act;  /**< NULL: a report */
    const char *mode; /**< NULL: as the log's; "exercise": a drill beside real work */
    const char *matter;
    const char *domain;
    const char *division;
    const char *severity;
    const char *concerns;
    const char *narrative;
    const char *contact;
    const char *accused;
    const char *accused_organs; /**< ids of organs, "a,b" */
    const char *informant;
    const char *occurred;
    const char *learned;
    const char *category;
    const char *channel;
    const char *counts;     /**< "deaths=3,missing=at_least:2" */
    const char *attributes; /**< "name=value,…"; a comma counts only before a name and '=' */
    const char *to;
    const char *reason;
    const char *how;
    const char *post;
    const char *until;
    const char *position;
    const char *act_hash; /**< 64 hexadecimal digits */
    const char *linked;
    const char *safe;      /**< zero report: lines that are known safe, "a,b" */
    const char *not_safe;  /**< likewise, known not to be */
    const char *places;    /**< places that were checked, "a,b" */
    const char *of_office; /**< said by telephone: the office that said it */
    const char *verb;      /**< whose help is named on a fault; NULL: report's or act's */
};

/** Makes a request out of it. What is wrong has been told. Gives an exit code.
 * Owns: the draft lends from the arena, which has TCN_CLI_DRAFT_ARENA_BYTES. */
int tcn_cli_draft_read(struct tcn_cli *cli, const struct tcn_cli_draft *typed,
                       struct tcn_arena *arena, struct tcn_draft *out_draft);

#endif
