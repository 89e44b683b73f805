/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tests need to speak to a collector as somebody: a small district with its keys, its genesis
 * and its registry, and signed chunks and HELLOs made by hand, right ones and wrong ones. Keys come
 * from fixed seeds, so everything is the same in every run. Organs are roles, not people.
 *
 * A forge is large: keep it on the heap. One forge, one thread. Whatever cannot fail on a sound
 * machine is a TCN_CHECK here.
 */
#ifndef TCN_TESTS_LIB_FORGE_H
#define TCN_TESTS_LIB_FORGE_H

#include "model/chunk.h"
#include "model/policy.h"
#include "model/registry.h"
#include "model/sealed.h"
#include "seal/key.h"

/** Organs of the forge's district. */
enum tcn_forge_organ {
    TCN_FORGE_DESK = 1,
    TCN_FORGE_SAFETY = 2,
    TCN_FORGE_WATER = 3,
    TCN_FORGE_OFFICE_A = 11,
    TCN_FORGE_OFFICE_B = 12,
};

/** Principals by their id; an agent's source has the same number. */
enum tcn_forge_who {
    TCN_FORGE_COLLECTOR = TCN_COLLECTOR_PRINCIPAL,
    TCN_FORGE_AGENT_A = 2,      /**< office-a's agent */
    TCN_FORGE_AGENT_SAFETY = 3, /**< safety's agent */
    TCN_FORGE_AGENT_B = 4,      /**< office-b's agent, expired */
    TCN_FORGE_WATCH_SAFETY = 5, /**< watches for safety */
    TCN_FORGE_AUDITOR = 6,      /**< reads every stream */
    TCN_FORGE_FEED = 7,         /**< speaks for everybody, in an exercise */
    TCN_FORGE_ADMIN = 8,        /**< the desk's administrator */
    TCN_FORGE_AGENT_DESK = 9,   /**< the desk's agent */
    TCN_FORGE_WHO_MAX = 9,
    TCN_FORGE_CROWD = 10, /**< the first of a crowd; only in a forge that has one */
};

/** Watchers that a crowd has at most: more than any total of a collector needs. */
#define TCN_FORGE_CROWD_MAX 40

/** Divisions: one of office-a, one of nobody in the registry, one that the policy does not know. */
#define TCN_FORGE_DIVISION_A "520502100000"
#define TCN_FORGE_DIVISION_B "520502101000"
#define TCN_FORGE_DIVISION_UNKNOWN "520502199000"

/** Room for an encoded genesis with its size and signature. */
#define TCN_FORGE_GENESIS_BYTES ((size_t)64 * 1024)

/** A district. Open: read by tests. */
struct tcn_forge {
    struct tcn_signing_key root;
    struct tcn_key_set keys[TCN_FORGE_WHO_MAX + 1]; /**< by principal id; [0] is unused */
    struct tcn_principal principals[TCN_FORGE_WHO_MAX + TCN_FORGE_CROWD_MAX];
    struct tcn_key_set crowd_keys[TCN_FORGE_CROWD_MAX];
    uint32_t crowd_count;
    struct tcn_id log_id;
    enum tcn_mode mode;
    uint8_t file[TCN_FORGE_GENESIS_BYTES];
    struct tcn_slice genesis_file; /**< size, genesis, signature, as in a genesis file */
    struct tcn_slice genesis;      /**< in the file */
    struct tcn_slice signature;    /**< in the file */
};

/** A chunk or a HELLO in the making. Open: tests spoil its parts on purpose. */
struct tcn_forge_chunk {
    struct tcn_chunk_head head; /**< may be altered until the seal */
    uint8_t bytes[256 * 1024];
    struct tcn_writer writer;
    struct tcn_slice events[TCN_CHUNK_EVENTS_MAX];
    struct tcn_hash hashes[TCN_CHUNK_EVENTS_MAX];
    struct tcn_share_entry shares[TCN_CHUNK_EVENTS_MAX];
    uint32_t event_count;
    uint32_t share_count;
    struct tcn_signature signature;
    struct tcn_chunk chunk; /**< after the seal; lends from here */
    struct tcn_hash hash;   /**< after the seal */
};

/** Makes a district whose log is of this mode. Thread: the forge's, as for all here. */
void tcn_forge_init(struct tcn_forge *forge, enum tcn_mode mode);

/** Lists so many more watchers of safety, each with keys of its own, and makes genesis anew. */
void tcn_forge_crowd(struct tcn_forge *forge, uint32_t count);

/** Makes genesis anew, after a test has changed a row. */
void tcn_forge_found(struct tcn_forge *forge);

/** Gives the feed's row, which nobody needs in an actual log, to a broker, and makes genesis anew.
 */
void tcn_forge_seat_broker(struct tcn_forge *forge, const struct tcn_public_key *transport_key);

/** Writes the genesis file. */
void tcn_forge_genesis_write(const struct tcn_forge *forge, const char *path);

/** A report of office-a: a hazard in its own division. Texts are static. `number` makes the
 * matter. */
struct tcn_event tcn_forge_report(const struct tcn_forge *forge, uint64_t number);

/** An act of an organ on the matter of report `number`. */
struct tcn_event tcn_forge_act(const struct tcn_forge *forge, uint64_t number, enum tcn_act act,
                               const char *office);

/** A VOID over `count` sequences. */
struct tcn_event tcn_forge_void(const struct tcn_forge *forge, uint64_t count);

/** Starts a chunk of a principal's own source: epoch 100 + source, routine lane. */
void tcn_forge_chunk_begin(struct tcn_forge_chunk *chunk, const struct tcn_forge *forge,
                           enum tcn_forge_who who, uint64_t first_sequence,
                           const struct tcn_hash *previous);

/** Adds an event with an encoded sealed part, which may be empty. */
void tcn_forge_chunk_event(struct tcn_forge_chunk *chunk, const struct tcn_event *event,
                           struct tcn_slice sealed);

/** Adds an event whose open part is these bytes, whatever they are. */
void tcn_forge_chunk_bytes(struct tcn_forge_chunk *chunk, struct tcn_slice open,
                           struct tcn_slice sealed);

/** Adds a report of office-a with a text sealed to safety; its share goes into the chunk. */
void tcn_forge_chunk_sealed(struct tcn_forge_chunk *chunk, const struct tcn_forge *forge,
                            const struct tcn_event *event, const char *text);

/** Joins the body, fills in the hashes and the count, and signs with the principal's key. */
void tcn_forge_chunk_seal(struct tcn_forge_chunk *chunk, const struct tcn_forge *forge,
                          enum tcn_forge_who who);

/** A chunk of one report each from `number` on, `count` of them, sealed. */
void tcn_forge_reports(struct tcn_forge_chunk *chunk, const struct tcn_forge *forge,
                       uint64_t first_sequence, uint32_t count, const struct tcn_hash *previous);

/** A HELLO of a principal's own source for a lane that has cut up to `last_sequence`; head and
 * signature are in chunk->chunk. The struct it is made from may be altered by `hello`. */
struct tcn_hello tcn_forge_hello(const struct tcn_forge *forge, enum tcn_forge_who who,
                                 enum tcn_lane lane);

/** Encodes and signs a HELLO into chunk->chunk. */
void tcn_forge_hello_seal(struct tcn_forge_chunk *chunk, const struct tcn_forge *forge,
                          enum tcn_forge_who who, const struct tcn_hello *hello);

#endif
