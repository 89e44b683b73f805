/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a backup says about itself: a small text beside the copied file, written last, so that a
 * directory without it is no backup. It names the log, how far the copy goes and what its bytes
 * hash to. Nothing in it is secret and nothing is believed because of it: a restore verifies the
 * log itself. Its last line is the hash of the lines before it.
 *
 *   tocsin-backup 1
 *   part log
 *   log-id 0123…
 *   generation 1
 *   last-position 1000
 *   …
 *   checksum 89ab…
 *
 * Thread: any.
 */
#ifndef TCN_QUERY_MANIFEST_H
#define TCN_QUERY_MANIFEST_H

#include "base/status.h"
#include "model/id.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Its name in the backup's directory. */
#define TCN_MANIFEST_NAME "MANIFEST"

/** Room for the text. */
#define TCN_MANIFEST_BYTES_MAX 1024

/** Format that this program writes. */
#define TCN_MANIFEST_FORMAT 1u

/** What it says. Open: filled by and for the caller. */
struct tcn_manifest {
    bool is_shares; /**< the share store's, not the log's */
    struct tcn_id log_id;
    uint64_t generation;       /**< of the last record; 0 for shares */
    uint64_t last_position;    /**< the log's, or the one that all shares up to are there of */
    uint64_t record_count;     /**< 0 for shares */
    int64_t log_time_ns;       /**< of the last record */
    struct tcn_hash tail;      /**< hash of the last record: names the whole log; none for shares */
    int64_t made_ns;           /**< wall clock when it was finished */
    uint32_t store_format;     /**< TCN_LOG_FORMAT, or 1 for shares */
    uint64_t file_bytes;       /**< of data.mdb */
    struct tcn_hash file_hash; /**< BLAKE2b-256 of data.mdb */
};

/** The text of a manifest. Its size in bytes, the NUL behind it not counted. */
size_t tcn_manifest_write(const struct tcn_manifest *manifest,
                          char out_text[TCN_MANIFEST_BYTES_MAX]);

/** Reads the text of a manifest.
 * Errors: TCN_MALFORMED it is no manifest; TCN_CORRUPT its checksum does not fit; TCN_VERSION a
 * newer format. */
TCN_MUST_CHECK enum tcn_status tcn_manifest_read(const char *text, size_t size,
                                                 struct tcn_manifest *out_manifest);

/** Reads DIR/MANIFEST.
 * Errors: TCN_ABSENT there is none; TCN_TOOBIG; TCN_IO; as tcn_manifest_read. */
TCN_MUST_CHECK enum tcn_status tcn_manifest_load(const char *dir,
                                                 struct tcn_manifest *out_manifest);

/** Writes DIR/MANIFEST, synced.
 * Errors: TCN_EXISTS; TCN_FULL; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_manifest_save(const char *dir,
                                                 const struct tcn_manifest *manifest);

/** Size and hash of a file that nobody has open.
 * Errors: TCN_ABSENT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_manifest_file(const char *path, uint64_t *out_bytes,
                                                 struct tcn_hash *out_hash);

#endif
