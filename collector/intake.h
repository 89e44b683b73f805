/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector's filter: bytes, rights, signature and bounds of what a lane sends. It needs no log
 * and no state and remembers nothing, so the same chunk always gets the same answer. Only identity,
 * rights, bounds and undecodable bytes are refused; whatever a reporter may have got wrong about
 * the world (a clock, a domain, a division that is not in the policy, a follow-up before its
 * report) passes and is flagged later.
 *
 * One intake, one thread.
 */
#ifndef TCN_COLLECTOR_INTAKE_H
#define TCN_COLLECTOR_INTAKE_H

#include "base/arena.h"
#include "collector/note.h"
#include "model/chunk.h"
#include "query/charter.h"

/** An intake. Open: embedded; charter and registry are lent for its life. */
struct tcn_intake {
    const struct tcn_charter *charter;
    const struct tcn_registry *registry; /**< in force; exchanged by its owner when it changed */
    const struct tcn_policy *policy;     /**< in force; exchanged likewise */
    struct tcn_arena arena;
    uint64_t pass_count;
    uint64_t refuse_count;
};

/** Takes the arena for decoding; the registry in force is that of genesis. Errors: TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_intake_init(struct tcn_intake *intake,
                                               const struct tcn_charter *charter);

/** Gives the arena back; accepts NULL and a zeroed intake. */
void tcn_intake_fini(struct tcn_intake *intake);

/** Judges a chunk that `principal`, as the broker authenticated it, has sent. TCN_OK: it may go to
 * the sequencer, and out_note says what was found. Everything else: nothing of it may be stored,
 * and out_refuse is the answer, with a code for the whole or the list of events at fault; out_note
 * then names the lane, with source 0 when the head did not decode.
 * `now_ns` is the wall clock, for the validity of the key.
 * Owns: field names in out_refuse are static; the chunk is lent for the call.
 * Errors: what the answer says; the first event's code when events are at fault. */
TCN_MUST_CHECK enum tcn_status tcn_intake_chunk(struct tcn_intake *intake, uint32_t principal,
                                                const struct tcn_chunk *chunk, int64_t now_ns,
                                                struct tcn_note_checked *out_note,
                                                struct tcn_refuse *out_refuse);

/** Judges a HELLO; as tcn_intake_chunk. */
TCN_MUST_CHECK enum tcn_status tcn_intake_hello(struct tcn_intake *intake, uint32_t principal,
                                                const struct tcn_chunk *hello, int64_t now_ns,
                                                struct tcn_note_checked *out_note,
                                                struct tcn_refuse *out_refuse);

/** Judges a claim that a guest with this transport key, as CURVE proved it at the door, has said.
 * As tcn_intake_hello; `claim` has the claim's bytes as its head. What is wrong with bytes has its
 * own code; whatever else is wrong is TCN_DENIED, so that nobody learns by guessing. */
TCN_MUST_CHECK enum tcn_status tcn_intake_enrol(struct tcn_intake *intake,
                                                const struct tcn_public_key *guest_key,
                                                const struct tcn_chunk *claim,
                                                struct tcn_note_checked *out_note,
                                                struct tcn_refuse *out_refuse);

#endif
