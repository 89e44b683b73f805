/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The roll: the registry as it grows in the log. `tcn_roll_decide` judges one change at its place
 * in the log; what it allows is put into the roll with `tcn_roll_apply`. Both are pure: the same
 * log gives the same registry everywhere, and its version is the position of its last change.
 *
 * The life of a row:
 *
 *              INVITED                 ENROLLED                  REVOKED
 *   (no row) ───────────▶ [ invited ] ──────────▶ [ active ] ───────────────▶ [ revoked ]
 *                              │                    │    ▲                        ▲
 *                              │                    └────┘ RIGHTS, ROTATED        │
 *                              └──────────────────── REVOKED ────────────────────┘
 *
 * Rules, each with a test by its number:
 *   K1  deny by default: every kind has those who may say it, and nobody else may. ROTATED is said
 *       by the row itself; for one that publishes nothing, and so has no lane to say it in, an
 *       administrator says it with the proof by the new key: no more than it can do by revoking the
 *       row and inviting another;
 *   K2  a row is never removed, its id never given again, and a revoked one never changes;
 *   K3  a key stands in one row only, for ever: old keys and those of revoked rows count;
 *   K4  one active row at most publishes as a source, so that a lane has one voice;
 *   K5  there is always an administrator when there was one: the last is not revoked, and one gets
 *       an end only while another has none;
 *   K6  collectors and brokers are configured, never invited nor revoked, and a feed only in an
 *       exercise; a collector's keys are not rotated as others are (K10);
 *   K7  a token is good once, and for a day at most; old keys live for 30 days at most;
 *   K8  nobody changes its own rights;
 *   K9  the collector takes away only, and what it takes away stood in the journal of the log that
 *       a restore gave up: it revokes, the last administrator too, or brings a row's end forward
 *       and changes nothing else of it;
 *   K10 the collector's signing key is succeeded by the collector's own word only, signed by the
 *       key before it, and the keys so far stay in a list in their order;
 *   K11 a broker's next key is an administrator's word: who has captured a broker cannot name it.
 *
 * Left to the caller: who the actor is (its chunk's key was good at this position), that the proof
 * of a new key holds (seal), texts and bounds of the event (tcn_event_check), and durability.
 *
 * Thread: the caller's.
 */
#ifndef TCN_CORE_ROLL_H
#define TCN_CORE_ROLL_H

#include "model/registry.h"

#define TCN_ROLL_TOKEN_NS_MAX (INT64_C(24) * 3600 * 1000000000)        /* a day */
#define TCN_ROLL_OVERLAP_NS_MAX (INT64_C(30) * 24 * 3600 * 1000000000) /* of two keys */

/** A roll. Opaque: 4096 rows at most. */
struct tcn_roll;

/** One change at its place. Open: lent for the call. */
struct tcn_roll_input {
    const struct tcn_registry_change *change;
    uint32_t actor;      /**< the principal that published it; 0: the collector itself */
    bool is_proven;      /**< the proof by the new signing key holds; for ENROLLED and ROTATED. For
                              COLLECTOR_KEY: it and the signature of the key before it */
    enum tcn_mode mode;  /**< of the log */
    int64_t log_time_ns; /**< of its record */
    uint64_t position;   /**< that it has */
    uint64_t generation; /**< of its record */
    struct tcn_id log_id;
};

/** What becomes of it. */
struct tcn_roll_verdict {
    /** TCN_OK applied; TCN_DENIED (K1, K8, no proof); TCN_ABSENT no such row, or no such token;
     * TCN_REVOKED (K2); TCN_CONFLICT (K3, K4); TCN_NOT_ALLOWED (K5, K6, or the row's life has no
     * such move); TCN_TIMEOUT the token is too old; TCN_BAD_VALUE (K7, or fields that the kind does
     * not have); TCN_LIMIT no more rows or keys, or they would not
     * fit one frame. */
    enum tcn_status code;
    bool has_row; /**< the row as it stands afterwards is `row` */
    struct tcn_principal row;
    bool has_key; /**< `organ_key` is added */
    struct tcn_organ_key organ_key;
    bool has_successor; /**< `successor` is added */
    struct tcn_successor successor;
    struct tcn_id log_id; /**< of its list */
};

/** A roll that begins with these rows and keys. Owns: copies them; gives the roll. Errors:
 * TCN_NOMEM; TCN_LIMIT more than a roll may hold. */
TCN_MUST_CHECK enum tcn_status tcn_roll_create(const struct tcn_registry *registry,
                                               struct tcn_roll **out_roll);

/** Destroys it; accepts NULL, leaves NULL. */
void tcn_roll_destroy(struct tcn_roll **roll);

/** The registry as it stands. Owns: lent until the next tcn_roll_apply. */
const struct tcn_registry *tcn_roll_registry(const struct tcn_roll *roll);

/** Judges a change. Changes nothing. */
void tcn_roll_decide(const struct tcn_registry *registry, const struct tcn_roll_input *in,
                     struct tcn_roll_verdict *out_verdict);

/** K1 alone: true when this kind of change is for `actor` to say; NULL: for the collector. What
 * else would make it void is tcn_roll_decide's, at its place in the log. */
bool tcn_roll_may_say(const struct tcn_registry_change *change, const struct tcn_principal *actor);

/** Puts what was allowed (code TCN_OK) into the roll; its version becomes `position`. */
void tcn_roll_apply(struct tcn_roll *roll, const struct tcn_roll_verdict *verdict,
                    uint64_t position);

#endif
