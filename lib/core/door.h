/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The broker's door: the end at which a machine without a row in the registry may say one thing,
 * ENROL. Everybody can knock, so everything is bounded, and nothing here knows a secret:
 *
 *   knock ── admitted, TCN_DOOR_KNOCKS_MAX an opening ──▶ guest ── ENROL, once ──▶ waits ── one
 *     │                                                     │                        answer ──▶
 * done └─ busy: try again                                    └─ anything else, or twice: dropped
 *
 * A socket cannot end a single connection, so an opening is short: TCN_DOOR_OPENING_NS after the
 * first guest came in, the shell shuts the door with all who are in it and opens it again.
 *
 * Invariants: D1 a routing id speaks at most once in an opening; D2 no more than
 * TCN_DOOR_GUESTS_MAX are waited for; D3 claims pass at TCN_DOOR_CLAIM_NS each, TCN_DOOR_CLAIMS_MAX
 * at once; D4 an answer goes to a guest that waits for it, and to nobody twice.
 *
 * One door, one thread. No allocation.
 */
#ifndef TCN_CORE_DOOR_H
#define TCN_CORE_DOOR_H

#include "core/peers.h"
#include "model/message.h"

#define TCN_DOOR_KNOCKS_MAX 64u
#define TCN_DOOR_GUESTS_MAX 32u
#define TCN_DOOR_OPENING_NS INT64_C(30000000000)
/* The pause between claims, whoever makes them. */
#define TCN_DOOR_CLAIM_NS INT64_C(500000000)
#define TCN_DOOR_CLAIMS_MAX 8
/* All frames of a message at the door. */
#define TCN_DOOR_BYTES_MAX 1024u

/** Who has spoken in this opening. */
struct tcn_door_guest {
    uint64_t number; /**< the stamp's connection */
    uint8_t routing[TCN_ROUTING_BYTES_MAX];
    size_t routing_size;
    bool is_answered;
};

/** The door. Open: embedded in the shell; written by the functions here only. */
struct tcn_door {
    struct tcn_door_guest guests[TCN_DOOR_GUESTS_MAX];
    uint32_t guest_count;
    uint32_t knock_count; /**< admitted in this opening */
    int64_t first_ns;     /**< of this opening's first guest */
    int64_t free_ns;      /**< when all claims of the past are paid for */
    uint64_t forward_count;
    uint64_t busy_count; /**< knocks and claims over their limits */
    uint64_t drop_count; /**< not ENROL, said twice, too large */
};

/** What a guest said. Open: lent for the call. */
struct tcn_door_input {
    struct tcn_slice routing_id;
    enum tcn_kind kind;
    size_t bytes;    /**< all frames */
    int64_t now_ns;  /**< monotonic */
    uint64_t random; /**< becomes the guest's number; never 0 */
};

/** A door that nobody has come to. */
struct tcn_door tcn_door_init(void);

/** A stranger knocks: TCN_OK it may come in, TCN_BUSY not now. */
TCN_MUST_CHECK enum tcn_status tcn_door_knock(struct tcn_door *door, int64_t now_ns);

/** A guest speaks: TCN_OK pass it on for guest `out_number`.
 * Errors: TCN_DENIED it may not say that, or not again; TCN_BUSY D2 or D3. Nothing is answered. */
TCN_MUST_CHECK enum tcn_status tcn_door_say(struct tcn_door *door, const struct tcn_door_input *in,
                                            uint64_t *out_number);

/** The routing id that an answer for a guest goes to, once; empty when nobody waits for it.
 * Owns: lent until the next call. */
struct tcn_slice tcn_door_answer(struct tcn_door *door, uint64_t number, enum tcn_kind kind);

/** True when the opening has lasted long enough. */
bool tcn_door_is_over(const struct tcn_door *door, int64_t now_ns);

/** The door was shut with all who were in it. What was paid for and counted stays. */
void tcn_door_clear(struct tcn_door *door);

#endif
