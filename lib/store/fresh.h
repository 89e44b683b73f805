/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A directory that appears whole or not at all: it is filled under another name beside its own,
 * synced, and renamed. A program that dies leaves DIR.partial behind, which nobody takes for the
 * directory and which the next begin removes.
 *
 *   begin ──▶ DIR.partial, locked ──▶ commit ──▶ DIR
 *                     └──── drop, or the next begin ──▶ nothing
 *
 * One directory, one thread.
 */
#ifndef TCN_STORE_FRESH_H
#define TCN_STORE_FRESH_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/** Room for a path, its NUL included. */
#define TCN_FRESH_PATH_BYTES 1100

/** A directory in the making. Open: embedded; written by the functions here only. */
struct tcn_fresh {
    char dir[TCN_FRESH_PATH_BYTES];     /**< what it will be called */
    char partial[TCN_FRESH_PATH_BYTES]; /**< where it is filled */
    int lock_file;                      /**< held while it is filled; -1 when not */
};

/** Begins. Nothing, or an empty directory, may stand at `dir`; its parent must exist.
 * Owns: copies the path; ends with commit or drop.
 * Errors: TCN_EXISTS something stands there; TCN_LOCKED another program fills it now; TCN_CONFIG
 * not a local or not a safe directory, or the path is too long; TCN_ABSENT no parent; TCN_FULL;
 * TCN_IO; TCN_NOMEM. Nothing is left then. */
TCN_MUST_CHECK enum tcn_status tcn_fresh_begin(struct tcn_fresh *fresh, const char *dir);

/** Bytes that the file system has free where `dir` will be, for those who are not root.
 * Errors: TCN_ABSENT no parent; TCN_IO; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_fresh_room(const char *dir, uint64_t *out_bytes);

/** Syncs what was filled and gives it its name. Files in it were synced by those who wrote them.
 * Errors: TCN_EXISTS something stands there now; TCN_IO; TCN_NOMEM. It can only be dropped then. */
TCN_MUST_CHECK enum tcn_status tcn_fresh_commit(struct tcn_fresh *fresh);

/** Removes what was filled; safe on a zeroed or committed one. */
void tcn_fresh_drop(struct tcn_fresh *fresh);

/** Writes a file, private and synced, in the place of the one that may be there: a reader, also
 * after a power cut, finds the old one whole or the new one whole. PATH.partial is used meanwhile.
 * Errors: TCN_ABSENT no such directory; TCN_FULL; TCN_IO; TCN_CONFIG; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_fresh_replace(const char *path, const void *data, size_t size);

/** Removes a directory that tcn_fresh_commit made, and what a program that died left of one. The
 * file `mark` in it, without which nobody takes it for whole, goes first, and for good. One that is
 * not there is as good.
 * Errors: TCN_LOCKED a program fills it now; TCN_IO; TCN_NOMEM; TCN_CONFIG the path is too long. */
TCN_MUST_CHECK enum tcn_status tcn_fresh_remove(const char *dir, const char *mark);

/** Writes a new file, private and synced.
 * Errors: TCN_EXISTS; TCN_FULL; TCN_IO; TCN_CONFIG. */
TCN_MUST_CHECK enum tcn_status tcn_fresh_file(const char *path, const void *data, size_t size);

#endif
