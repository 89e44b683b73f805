/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file CHECKPOINT in a snapshot's directory: what the snapshot is of, signed by the collector.
 * It is written last, so a directory without it is no snapshot. It is laid out as genesis.bin is:
 * size of the Checkpoint (4 bytes, big-endian), the Checkpoint, 64 bytes of Ed25519 signature over
 * "tocsin.checkpoint.1", a NUL and the Checkpoint.
 *
 * Thread: any.
 */
#ifndef TCN_QUERY_CHECKPOINT_H
#define TCN_QUERY_CHECKPOINT_H

#include "seal/keyring.h"
#include "seal/sign.h"

/** Its name in the snapshot's directory. */
#define TCN_CHECKPOINT_NAME "CHECKPOINT"

/** Signs and writes DIR/CHECKPOINT, synced. The key id is filled in.
 * Errors: TCN_EXISTS; TCN_FULL; TCN_CONFIG the path is too long; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_checkpoint_save(const char *dir,
                                                   const struct tcn_checkpoint *checkpoint,
                                                   const struct tcn_signing_key *key);

/** Reads DIR/CHECKPOINT and checks that one of the collector's keys signed it, whose successor had
 * not taken over at its position.
 * Errors: TCN_ABSENT there is none; TCN_BAD_SIGNATURE; TCN_VERSION a newer format; TCN_MALFORMED
 * it is no checkpoint; TCN_CONFIG the path is too long; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_checkpoint_load(const char *dir, const struct tcn_keyring *ring,
                                                   struct tcn_checkpoint *out_checkpoint);

#endif
