/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of a small secret on disk, a key file or an invitation: created whole and synced or not
 * at all, never over another, and not read where others can read along. Nothing is kept between
 * calls.
 */
#ifndef TCN_SEAL_KEY_FILE_H
#define TCN_SEAL_KEY_FILE_H

#include "seal/key.h"

#include <sys/types.h>

/** errno in our words. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_key_file_status(int code);

/** The folder that holds a path that was checked, in PATH_MAX bytes. Thread: any. */
void tcn_key_file_folder(const char *path, char *out_folder);

/** Syncs the folder that holds a path that was checked. Errors: as tcn_key_file_write. Thread: any.
 */
TCN_MUST_CHECK enum tcn_status tcn_key_file_sync_folder(const char *path);

/** Names a temporary file beside the path, in PATH_MAX bytes, so that no two writers share one.
 * Errors: TCN_ABSENT the path is empty; TCN_TOOBIG it is too long. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_key_file_temporary(const char *path, char *out_name);

/** Whether a name, with its folder or without, is one that tcn_key_file_temporary gives. Thread:
 * any.
 */
bool tcn_key_file_is_temporary(const char *name);

/** Creates a file: writes and syncs a temporary one beside it, links it under its name, which fails
 * when the name is taken, and syncs the folder. Killed before the end it can leave the temporary
 * name, also beside the other.
 * Errors: as tcn_key_file_write.
 * Thread: any.
 * Source: open(2) O_EXCL, link(2), fsync(2). */
TCN_MUST_CHECK enum tcn_status tcn_key_file_create(const char *path, struct tcn_slice text,
                                                   mode_t mode);

/** Reads a file of at most TCN_KEY_FILE_BYTES_MAX bytes into a buffer of that size.
 * Errors: TCN_DENIED also when `is_secret` and group or others may read or write it; TCN_MALFORMED
 * it is larger or no plain file; else as tcn_key_file_read. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_key_file_load(const char *path, bool is_secret,
                                                 uint8_t *out_text, size_t *out_size);

/** Puts the public part of a set in the place of NAME.pub, when there is one beside NAME.key.
 * Errors: as tcn_key_file_write. Thread: one for each path. */
TCN_MUST_CHECK enum tcn_status tcn_key_file_put_public(const char *path,
                                                       const struct tcn_key_set *set);

#endif
