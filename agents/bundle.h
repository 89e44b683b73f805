/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bundle: what an agent needs to route and seal by itself, signed by the collector. Its bytes
 * are the size as four bytes, the encoded bundle and the signature, in a file and in the outbox
 * alike. A bundle in use owns its memory.
 */
#ifndef TCN_AGENTS_BUNDLE_H
#define TCN_AGENTS_BUNDLE_H

#include "base/arena.h"
#include "model/policy.h"
#include "model/registry.h"
#include "seal/keyring.h"

/** Bytes of a bundle with its size and signature at most. */
#define TCN_AGENT_BUNDLE_BYTES_MAX (TCN_POLICY_BYTES_MAX + 256 * 1024)

/** A bundle in use. Open: embedded in the agent; zeroed is none. */
struct tcn_agent_bundle {
    struct tcn_arena arena; /**< owns what the tables point to */
    struct tcn_bundle bundle;
    struct tcn_policy policy;
};

/** Decodes and verifies: the newest of the keys that it lists signed it, and that one comes from a
 * key of the ring, which learns the others. The ring's first key may be all zero: then the first
 * key that the bundle names is taken, which shows damage but no forgery. Owns: gives the bundle, to
 * be given back by tcn_agent_bundle_fini; the bytes are only read. Errors: TCN_MALFORMED sizes do
 * not fit; TCN_BAD_SIGNATURE it is not signed by the collector, or by another one; TCN_STALE
 * TCN_CONFLICT by an older key, or one that is not behind those that are known; what decoding says;
 * TCN_NOMEM. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_agent_bundle_init(struct tcn_slice bytes,
                                                     struct tcn_keyring *ring,
                                                     struct tcn_agent_bundle *out_bundle);

/** Gives the memory back; safe on a zeroed bundle, leaves a zeroed one. Thread: any. */
void tcn_agent_bundle_fini(struct tcn_agent_bundle *bundle);

/** Lays out size, encoded bundle and signature.
 * Owns: out_bytes lends from the writer.
 * Errors: TCN_TOOBIG does not fit into the writer; TCN_MALFORMED the signature is not 64 bytes.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_agent_bundle_join(struct tcn_slice encoded,
                                                     struct tcn_slice signature,
                                                     struct tcn_writer *writer,
                                                     struct tcn_slice *out_bytes);

/** Reads a file of at most TCN_AGENT_BUNDLE_BYTES_MAX bytes.
 * Owns: out_bytes lends from the arena.
 * Errors: TCN_ABSENT no such file; TCN_DENIED; TCN_TOOBIG; TCN_IO; TCN_NOMEM.
 * Thread: any, one per arena. */
TCN_MUST_CHECK enum tcn_status tcn_agent_bundle_read(const char *path, struct tcn_arena *arena,
                                                     struct tcn_slice *out_bytes);

/** The newest sealing key of an organ, or NULL.
 * Owns: lends from the bundle.
 * Thread: any. */
const struct tcn_public_key *tcn_agent_bundle_key(const struct tcn_bundle *bundle, uint16_t organ);

#endif
