/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checking a receipt offline: with the collector's public keys and nothing else, anybody can see
 * that the log took a chunk, at which position and when. Thread: any.
 */
#ifndef TCN_CLIENT_RECEIPT_H
#define TCN_CLIENT_RECEIPT_H

#include "base/arena.h"
#include "model/chunk.h"
#include "seal/keyring.h"

/** Checks a receipt as it came in an ACK or stands in a receipt file, by the key that was in force
 * at its position. Owns: the body's slices lend from the arena. Errors: TCN_BAD_SIGNATURE path or
 * signature do not fit, or the ring has no such key there; TCN_MALFORMED TCN_UPGRADE it does not
 * decode; TCN_NOMEM. Thread: any, one per arena. */
TCN_MUST_CHECK enum tcn_status tcn_receipt_read(struct tcn_slice bytes,
                                                const struct tcn_keyring *ring,
                                                struct tcn_arena *arena,
                                                struct tcn_receipt_body *out_body);

#endif
