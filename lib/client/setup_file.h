/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signed files: the size of the bytes (4 bytes, big-endian), the bytes, an Ed25519 signature (64
 * bytes). A file is there whole and synced, or not at all.
 */
#ifndef TCN_CLIENT_SETUP_FILE_H
#define TCN_CLIENT_SETUP_FILE_H

#include "seal/sign.h"

#define TCN_SETUP_PATH_BYTES 1100
#define TCN_SETUP_FILE_BYTES_MAX ((size_t)8 * 1024 * 1024)
#define TCN_SETUP_ARENA_BYTES ((size_t)32 * 1024 * 1024)

/** Makes DIR/keys (0700). Errors: TCN_EXISTS a genesis file is there; TCN_ABSENT no such folder;
 * TCN_DENIED; TCN_IO; TCN_TOOBIG the path. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_setup_file_prepare(const char *dir);

/** Signs and writes DIR/NAME. Errors: TCN_FULL TCN_IO TCN_DENIED; TCN_TOOBIG; TCN_NOMEM. Thread:
 * any. */
TCN_MUST_CHECK enum tcn_status tcn_setup_file_write(const char *dir, const char *name,
                                                    const struct tcn_signing_key *key,
                                                    const char *context, struct tcn_slice bytes);

/** Writes DIR/NAME with the signature that it came with. Errors: TCN_LOCKED another program writes
 * it just now; as tcn_setup_file_write. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_setup_file_put(const char *dir, const char *name,
                                                  struct tcn_slice bytes,
                                                  const struct tcn_signature *signature);

/** Reads DIR/NAME; the signature is for the caller to check.
 * Owns: out_data is the caller's to free; out_bytes lends from it.
 * Errors: TCN_ABSENT no such file; TCN_MALFORMED sizes do not fit; TCN_IO; TCN_NOMEM; TCN_TOOBIG.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_setup_file_read(const char *dir, const char *name,
                                                   uint8_t **out_data, struct tcn_slice *out_bytes,
                                                   struct tcn_signature *out_signature);

#endif
