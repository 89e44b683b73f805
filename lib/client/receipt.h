/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checking a receipt offline: with the collector's public key and nothing else, anybody can see
 * that the log took a chunk, at which position and when. Thread: any.
 */
#ifndef TCN_CLIENT_RECEIPT_H
#define TCN_CLIENT_RECEIPT_H

#include "base/arena.h"
#include "model/chunk.h"

/** Checks a receipt as it came in an ACK or stands in a receipt file.
 * Owns: the body's slices lend from the arena.
 * Errors: TCN_BAD_SIGNATURE path or signature do not fit; TCN_MALFORMED TCN_UPGRADE it does not
 * decode; TCN_NOMEM. Thread: any, one per arena. */
TCN_MUST_CHECK enum tcn_status tcn_receipt_read(struct tcn_slice bytes,
                                                const struct tcn_public_key *collector_key,
                                                struct tcn_arena *arena,
                                                struct tcn_receipt_body *out_body);

#endif
