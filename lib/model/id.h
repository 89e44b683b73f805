/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of things: fixed-size identifiers, hashes and keys. All are open structs because they are
 * embedded everywhere and copied by value.
 */
#ifndef TCN_MODEL_ID_H
#define TCN_MODEL_ID_H

#include <stdbool.h>
#include <stdint.h>

/** 16 bytes, a UUIDv7: a matter, a log. All zero means "none". */
struct tcn_id {
    uint8_t bytes[16];
};

/** BLAKE2b-256. All zero means "none": the hash before the first. */
struct tcn_hash {
    uint8_t bytes[32];
};

/** A public key, X25519 (transport, sealing) or Ed25519 (signing). */
struct tcn_public_key {
    uint8_t bytes[32];
};

/** The first 8 bytes of BLAKE2b-256 of a public key: names a key where the key itself is known. */
struct tcn_key_id {
    uint8_t bytes[8];
};

/** An Ed25519 signature. */
struct tcn_signature {
    uint8_t bytes[64];
};

/** Order and marks are per lane. Numbers are on the wire. */
enum tcn_lane {
    TCN_LANE_NONE = 0,
    TCN_LANE_URGENT = 1,
    TCN_LANE_ROUTINE = 2,
};

/** Real work, or a drill that reaches nobody real. Numbers are on the wire. */
enum tcn_mode {
    TCN_MODE_NONE = 0,
    TCN_MODE_ACTUAL = 1,
    TCN_MODE_EXERCISE = 2,
};

/** One lane of one outbox of one source: what order, marks and the hash chain belong to. */
struct tcn_lane_key {
    uint32_t source;    /**< given at enrolment; 0 is the collector's own source */
    uint64_t epoch;     /**< random, made with the outbox; never 0 for an agent */
    enum tcn_lane lane; /**< urgent or routine */
};

/** A numbered stream of alerts: all that one organ is told in one mode. */
struct tcn_stream {
    enum tcn_mode mode;
    uint16_t organ; /**< the organ's number in the policy, stable for ever */
};

/** True when all bytes are zero. Thread: any. */
bool tcn_id_is_none(const struct tcn_id *id);
/** True when both are the same. Thread: any. */
bool tcn_id_equals(const struct tcn_id *left, const struct tcn_id *right);
/** True when all bytes are zero. Thread: any. */
bool tcn_hash_is_none(const struct tcn_hash *hash);
/** True when both are the same; not constant-time. Thread: any. */
bool tcn_hash_equals(const struct tcn_hash *left, const struct tcn_hash *right);
/** True when both name the same lane. Thread: any. */
bool tcn_lane_key_equals(const struct tcn_lane_key *left, const struct tcn_lane_key *right);
/** True when both name the same stream. Thread: any. */
bool tcn_stream_equals(struct tcn_stream left, struct tcn_stream right);
/** "urgent", "routine" or "none". Thread: any. */
const char *tcn_lane_name(enum tcn_lane lane);
/** "actual", "exercise" or "none". Thread: any. */
const char *tcn_mode_name(enum tcn_mode mode);

#endif
