/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ed25519 signatures, each within a context: what is signed is the context's characters, a NUL and
 * the bytes, so a signature made for one purpose never serves another. The caller owns keys and
 * wipes them (seal/init.h, or tcn_key_set_fini).
 */
#ifndef TCN_SEAL_SIGN_H
#define TCN_SEAL_SIGN_H

#include "base/bytes.h"
#include "model/id.h"

/* What a signature, or a hash in context, is for. */
#define TCN_CONTEXT_CHUNK "tocsin.chunk.1" /* a chunk's head, by its source */
#define TCN_CONTEXT_HELLO "tocsin.hello.1" /* HELLO, by its source */
#define TCN_CONTEXT_ROOT "tocsin.root.1"   /* the root of a group's receipts, by the collector */
#define TCN_CONTEXT_LOG_HEAD "tocsin.loghead.1"      /* how far a log went, by the collector */
#define TCN_CONTEXT_AUDIT "tocsin.audit.1"           /* what an audit answered, by the collector */
#define TCN_CONTEXT_WELCOME "tocsin.welcome.1"       /* WELCOME, by the collector */
#define TCN_CONTEXT_REFUSE "tocsin.refuse.1"         /* REFUSE for ever, by the collector */
#define TCN_CONTEXT_AGAIN "tocsin.again.1"           /* AGAIN of another story, by the collector */
#define TCN_CONTEXT_GENESIS "tocsin.genesis.1"       /* position 1 of a log, by the root key */
#define TCN_CONTEXT_ACTIVATION "tocsin.activation.1" /* another policy, by an administrator */
#define TCN_CONTEXT_SESSION "tocsin.session.1"       /* a reader's session, by the collector */
#define TCN_CONTEXT_ASKED "tocsin.asked.1"           /* what a reader asks in it, by the reader */
#define TCN_CONTEXT_TOLD "tocsin.told.1"         /* what a reader is told in it, by the collector */
#define TCN_CONTEXT_REGISTRY "tocsin.registry.1" /* a registry snapshot, by the collector */
#define TCN_CONTEXT_BUNDLE "tocsin.bundle.1"     /* an agent's bundle, by the collector */
#define TCN_CONTEXT_KEY "tocsin.key.1"           /* a key that is brought, by the key itself */
#define TCN_CONTEXT_ENROL "tocsin.enrol.1"       /* hash of a claim; its signature is its proof */
#define TCN_CONTEXT_ENROLLED "tocsin.enrolled.1" /* the answer to a claim, by the collector */
#define TCN_CONTEXT_CHECKPOINT "tocsin.checkpoint.1" /* what a snapshot is of, by the collector */
#define TCN_CONTEXT_KEYS "tocsin.keys.1" /* the collector's keys, by the newest of them */
#define TCN_CONTEXT_SUCCESSOR                                                                      \
    "tocsin.successor.1" /* the collector's next key, by it and the last */

/** Bytes of the seed that makes a signing key. */
#define TCN_SIGNING_SEED_BYTES 32

/** An Ed25519 key pair. Open: embedded in its owner's structs; wipe it when done. */
struct tcn_signing_key {
    uint8_t secret[64]; /**< seed, then public key, as libsodium keeps it */
    struct tcn_public_key public_key;
};

/** The key pair of a seed; the same seed gives the same pair. Take the seed from
 * tcn_random_bytes.
 * Owns: copies the seed.
 * Thread: any.
 * Source: RFC 8032 section 5.1.5. */
void tcn_signing_key_from_seed(const uint8_t seed[TCN_SIGNING_SEED_BYTES],
                               struct tcn_signing_key *out_key);

/** Signs bytes in a context. Allocates only when the bytes are over 1,000.
 * Errors: TCN_NOMEM; TCN_TOOBIG over 16 MiB.
 * Thread: any.
 * Source: RFC 8032 section 5.1.6, pure Ed25519. */
TCN_MUST_CHECK enum tcn_status tcn_sign(const struct tcn_signing_key *key, const char *context,
                                        struct tcn_slice bytes,
                                        struct tcn_signature *out_signature);

/** Checks a signature made by tcn_sign. Allocates only when the bytes are over 1,000.
 * Errors: TCN_BAD_SIGNATURE it does not fit key, context and bytes; TCN_NOMEM; TCN_TOOBIG over
 * 16 MiB.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_verify(const struct tcn_public_key *key, const char *context,
                                          struct tcn_slice bytes,
                                          const struct tcn_signature *signature);

#endif
