/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures within a reader's session: over the hash of the session, of the header and of the body
 * of one message, all as they were sent. The session's hash covers who reads which log in which
 * generation, the header covers kind, request and running number, so a signature fits one message
 * in one place and no other. 96 bytes are signed, however large the body is.
 */
#ifndef TCN_SEAL_TOLD_H
#define TCN_SEAL_TOLD_H

#include "seal/hash.h"
#include "seal/sign.h"

/** One message of a session. Everything is lent. */
struct tcn_told {
    const struct tcn_hash *session; /**< hash of the SESSION, by tcn_hash_in_context */
    struct tcn_slice header;        /**< the frame */
    struct tcn_slice body;          /**< the frame; empty when there is none */
};

/** Signs a message.
 * Errors: as tcn_sign.
 * Thread: any.
 * Source: PROTOCOL.md section 5. */
TCN_MUST_CHECK enum tcn_status tcn_told_sign(const struct tcn_signing_key *key, const char *context,
                                             const struct tcn_told *told,
                                             struct tcn_signature *out_signature);

/** Checks the signature frame of a message.
 * Errors: TCN_BAD_SIGNATURE it is not 64 bytes, or does not fit; as tcn_verify.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_told_verify(const struct tcn_public_key *key,
                                               const char *context, const struct tcn_told *told,
                                               struct tcn_slice signature);

#endif
