/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BLAKE2b-256, in one call or piece by piece, and the few compositions that the protocol names.
 * These hashes hold against malice; against plain damage base/hash.h is faster. Nothing here fails
 * and nothing is allocated.
 */
#ifndef TCN_SEAL_HASH_H
#define TCN_SEAL_HASH_H

#include "base/bytes.h"
#include "model/id.h"

/** Bytes of a hasher: those of libsodium's state and room to align it at 64. */
#define TCN_HASHER_BYTES (384 + 48)

/** A hash in the making. Open by size only, so that it lives on the stack or in another struct
 * without this header knowing libsodium. Not to be copied or moved before it is finished: where the
 * state stands in it depends on its address. */
struct tcn_hasher {
    _Alignas(16) uint8_t opaque[TCN_HASHER_BYTES];
};

/** Starts a hash. Thread: one per hasher. */
void tcn_hasher_init(struct tcn_hasher *hasher);

/** Adds bytes; an empty slice adds nothing. Thread: one per hasher. */
void tcn_hasher_add(struct tcn_hasher *hasher, struct tcn_slice bytes);

/** Adds the 32 bytes of a hash: a body hash is made so from its event hashes. Thread: one per
 * hasher. */
void tcn_hasher_add_hash(struct tcn_hasher *hasher, const struct tcn_hash *hash);

/** Adds a number as 8 bytes, big-endian: a replay's digest has positions so. Thread: one per
 * hasher. */
void tcn_hasher_add_u64(struct tcn_hasher *hasher, uint64_t value);

/** The hash of all that was added. The hasher is spent; start it again with tcn_hasher_init.
 * Thread: one per hasher. */
struct tcn_hash tcn_hasher_finish(struct tcn_hasher *hasher);

/** BLAKE2b-256 of the bytes, also of none. Thread: any. Source: RFC 7693. */
struct tcn_hash tcn_hash_of(struct tcn_slice bytes);

/** The hash over the context's characters, a NUL and the bytes, so that bytes made for one purpose
 * never stand for another. `context` is one of the constants of seal/sign.h. Thread: any. */
struct tcn_hash tcn_hash_in_context(const char *context, struct tcn_slice bytes);

/** H(H(open) ‖ H(sealed)): the hash of one event. `sealed` is empty when the event has no sealed
 * part. With it either part can be shown and proven without the other. Thread: any. */
struct tcn_hash tcn_hash_event(struct tcn_slice open, struct tcn_slice sealed);

/** The hash over a list of event hashes: a chunk's body hash. The hash of no bytes when count
 * is 0. Thread: any. */
struct tcn_hash tcn_hash_body(const struct tcn_hash *event_hashes, uint32_t count);

/** The first 8 bytes of the hash of a public key. Thread: any. */
struct tcn_key_id tcn_key_id_of(const struct tcn_public_key *key);

/** True when both name the same key. Thread: any. */
bool tcn_key_id_equals(const struct tcn_key_id *left, const struct tcn_key_id *right);

#endif
