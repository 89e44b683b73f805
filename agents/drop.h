/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of a watched folder; what is in them is way_folder's.
 *
 *            whole, by rename        taken             entered
 *   a program ─────────────▶ in/NAME ─────▶ work/NAME ─────────▶ done/NAME  done/NAME.answers
 *                                              │ some line not
 *                                              └───────────────▶ bad/NAME   bad/NAME.error .answers
 *
 * A file is taken by a rename, so what a program puts under the same name meanwhile is another
 * file. At most one is in work; whatever is found there at a start was interrupted and comes first.
 * The notes beside a file are there before it is: a file in done or bad is finished.
 *
 * Folder and files hold what people said in the clear; they are the organ's own, mode 0700, and a
 * folder that everybody on the machine can enter is refused. One thread.
 */
#ifndef TCN_AGENTS_DROP_H
#define TCN_AGENTS_DROP_H

#include "base/bytes.h"
#include "base/status.h"

#include <stdio.h>

/** Bytes of one file at most. */
#define TCN_AGENT_DROP_BYTES_MAX ((size_t)4 * 1024 * 1024)

/** Bytes of a name at most, its NUL included. */
#define TCN_AGENT_DROP_NAME_BYTES 200

/** Names that one look at the folder gives. */
#define TCN_AGENT_DROP_NAMES_MAX 64

/** Entries of the folder that one look passes at most. */
#define TCN_AGENT_DROP_ENTRIES_MAX 65536

/** A watched folder. Open: embedded in its way; zero-filled it is closed. */
struct tcn_agent_drop {
    bool is_open;
    int in; /**< descriptors of the folders */
    int work;
    int done;
    int bad;
    int watch;     /**< readable when something came into `in`; -1 when that cannot be had */
    FILE *answers; /**< of the file in work; NULL when there is none */
    FILE *faults;
};

/** Names in byte order, the lowest first. Open: filled for the caller. */
struct tcn_agent_drop_names {
    char list[TCN_AGENT_DROP_NAMES_MAX][TCN_AGENT_DROP_NAME_BYTES];
    uint32_t count;
    uint32_t next; /**< the caller's */
};

/** Opens the folder and makes what is missing of it.
 * Errors: TCN_DENIED everybody on this machine may enter it; TCN_IO it cannot be made or used;
 * TCN_LIMIT no descriptors.
 * Thread: one, as for all here. */
TCN_MUST_CHECK enum tcn_status tcn_agent_drop_open(const char *path,
                                                   struct tcn_agent_drop *out_drop);

/** Closes it; safe on a zero-filled one. */
void tcn_agent_drop_close(struct tcn_agent_drop *drop);

/** Looks for drafts: names that end in .json or .ndjson and do not begin with a dot.
 * Errors: TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_agent_drop_list(const struct tcn_agent_drop *drop, bool in_work,
                                                   struct tcn_agent_drop_names *out_names);

/** Moves a file from in to work.
 * Errors: TCN_ABSENT it is gone; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_agent_drop_claim(const struct tcn_agent_drop *drop,
                                                    const char *name);

/** Reads the file in work, whole, into TCN_AGENT_DROP_BYTES_MAX bytes.
 * Errors: TCN_ABSENT it is gone; TCN_BAD_VALUE it is no regular file; TCN_TOOBIG; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_agent_drop_load(const struct tcn_agent_drop *drop,
                                                   const char *name, uint8_t *data,
                                                   size_t *out_size);

/** Begins the notes of the file in work anew.
 * Errors: TCN_IO; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_agent_drop_notes(struct tcn_agent_drop *drop);

/** Puts the notes and then the file in work where they belong; a name that is taken there gets a
 * number behind it.
 * Errors: TCN_IO: the file is still in work; TCN_LIMIT a thousand of that name are there. */
TCN_MUST_CHECK enum tcn_status tcn_agent_drop_settle(struct tcn_agent_drop *drop, const char *name,
                                                     bool is_good);

#endif
