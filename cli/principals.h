/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registry as a verb reads it: all rows that the asker may see, at once, and the row that a
 * person means by a word. One thread, the program's.
 */
#ifndef TCN_CLI_PRINCIPALS_H
#define TCN_CLI_PRINCIPALS_H

#include "cli/asker.h"
#include "model/registry.h"

/** Rows of the registry. Open: verbs read them; end with tcn_principals_fini. */
struct tcn_principals {
    struct tcn_principal *rows; /**< sorted by id */
    uint32_t count;
    uint64_t version; /**< log position of the registry's last change */
};

/** Reads all pages. What fails has been told. Gives an exit code. Owns: gives rows, to be ended
 * with tcn_principals_fini, also after a failure. */
int tcn_principals_read(struct tcn_asker *asker, struct tcn_principals *out_principals);

/** Frees them; safe when zeroed. */
void tcn_principals_fini(struct tcn_principals *principals);

/** The row that a word means: its number, or its name, by which one that is not revoked goes first.
 * That there is none, or more than one, has been told. Gives an exit code: TCN_EXIT_NOTHING when
 * nobody is called so. Owns: lends from the rows. */
int tcn_principals_find(struct tcn_cli *cli, const struct tcn_principals *principals,
                        const char *word, const struct tcn_principal **out_row);

/** True when another administrator than this row is valid now. */
bool tcn_principals_have_other_admin(const struct tcn_principals *principals, uint32_t id,
                                     int64_t now_ns);

/** Where a row stands for people: its status, but "expired" and "not yet" for an active one that is
 * not valid at this time. Thread: any. */
const char *tcn_principal_stands(const struct tcn_principal *row, int64_t now_ns);

#endif
