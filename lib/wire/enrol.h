/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a new machine gets into the registry: its claim, the answer, and what the proof of a new key
 * signs. Errors are listed in wire/frame.h.
 */
#ifndef TCN_WIRE_ENROL_H
#define TCN_WIRE_ENROL_H

#include "base/arena.h"
#include "model/registry.h"

/** Room for an encoded claim. */
#define TCN_ENROL_BYTES_MAX 512

/** Bytes that a proof signs. */
#define TCN_KEY_PROOF_BYTES (16 + 4 + 32 + 32 + 32)

/** Appends a claim. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_enrol_encode(const struct tcn_enrol *enrol,
                                                     struct tcn_writer *writer,
                                                     struct tcn_slice *out_bytes);

/** Reads a claim; every field is there.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status
tcn_wire_enrol_decode(struct tcn_slice bytes, struct tcn_arena *arena, struct tcn_enrol *out_enrol);

/** Appends the answer. Errors: TCN_TOOBIG does not fit, or a count over its maximum. Thread: any.
 */
TCN_MUST_CHECK enum tcn_status tcn_wire_enrolled_encode(const struct tcn_enrolled *enrolled,
                                                        struct tcn_writer *writer,
                                                        struct tcn_slice *out_bytes);

/** Reads the answer.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_enrolled_decode(struct tcn_slice bytes,
                                                        struct tcn_arena *arena,
                                                        struct tcn_enrolled *out_enrolled);

/** Writes what the proof of a change signs, in the context TCN_CONTEXT_KEY: log id, principal,
 * token hash, transport key, signing key. Who is ENROLLED knows its token and not yet its number,
 * so the number is 0 there; who has ROTATED had no token. Thread: any. Source: PROTOCOL.md, section
 * 5. */
void tcn_wire_key_proof(const struct tcn_id *log_id, const struct tcn_registry_change *change,
                        uint8_t out_bytes[TCN_KEY_PROOF_BYTES]);

#endif
