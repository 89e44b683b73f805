/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector's signing keys, as somebody knows them who was given one of them beforehand and
 * learns the later ones from the collector. Nobody believes a key at first sight: each is signed by
 * the one before it.
 *
 *   genesis ──names──▶ key 0 ──signs──▶ key 1 ──signs──▶ key 2 ◀── the tip: it signs now
 *                        ▲                                 │
 *                        └ pinned: configured, or enrolled └ vouches for the list as a whole
 *
 *              a longer list,
 *              signed by its tip     ┌ the same, or shorter: nothing to learn
 *   [ ring ] ───────────────────▶ [ ring' ]
 *      │
 *      └ a list that leads elsewhere (TCN_CONFLICT), that does not come from our key
 *        (TCN_BAD_SIGNATURE), or of another log (TCN_FOREIGN_LOG): the ring stays as it is
 *
 * Invariants:
 *   R1  the ring never forgets a key and never goes back: a list without our tip is not taken;
 *   R2  every key in it is signed by the key before it for this log, and holds itself;
 *   R3  what came with the last list (where each key took over) is signed by that list's tip.
 *
 * A key is good for what was logged before its successor took over, and for nothing behind that: so
 * a key that was stolen after its time makes no receipt for anything new.
 *
 * Thread: one ring, one thread.
 */
#ifndef TCN_SEAL_KEYRING_H
#define TCN_SEAL_KEYRING_H

#include "model/registry.h"
#include "seal/sign.h"
#include "seal/tree.h"

/** Bytes of a statement: log id, the key before, the key. */
#define TCN_SUCCESSION_BYTES (16 + 32 + 32)

/** A ring. Open: embedded in its owner; made by tcn_keyring_init. */
struct tcn_keyring {
    struct tcn_id log_id;        /**< all zero until it is known */
    struct tcn_public_key first; /**< the key that was given beforehand */
    struct tcn_successor links[TCN_SUCCESSORS_MAX];
    uint32_t count; /**< keys behind the first */
};

/** Makes the statement that one key succeeds another in a log. It names no place, so it is the same
 * when it must be logged again after a restore.
 * Errors: as tcn_sign.
 * Thread: any.
 * Source: PROTOCOL.md section 5. */
TCN_MUST_CHECK enum tcn_status tcn_succession_sign(const struct tcn_id *log_id,
                                                   const struct tcn_signing_key *before,
                                                   const struct tcn_signing_key *key,
                                                   struct tcn_successor *out_successor);

/** Checks a statement: `before` and the key itself have signed it for this log.
 * Errors: TCN_BAD_SIGNATURE one of the two did not, or the key succeeds itself; TCN_NOMEM.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_succession_verify(const struct tcn_id *log_id,
                                                     const struct tcn_public_key *before,
                                                     const struct tcn_successor *successor);

/** A ring of one key. `log_id` may be NULL: then the first list says which log it is. */
void tcn_keyring_init(struct tcn_keyring *ring, const struct tcn_id *log_id,
                      const struct tcn_public_key *first);

/** The newest key that is known: what is said now is signed by it. Owns: lends from the ring. */
const struct tcn_public_key *tcn_keyring_tip(const struct tcn_keyring *ring);

/** Takes a list that came with bytes which its newest key signed: a registry, a bundle, or the list
 * by itself. An empty list only has the signature checked. On an error the ring stays as it is.
 * Errors: TCN_BAD_SIGNATURE a link or the bytes are not signed as they should be, or the list does
 * not come from our key; TCN_CONFLICT it leads elsewhere than the keys that are known; TCN_STALE it
 * ends before our newest key; TCN_FOREIGN_LOG; TCN_LIMIT; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_keyring_take(struct tcn_keyring *ring,
                                                const struct tcn_keys *keys, const char *context,
                                                struct tcn_slice bytes,
                                                const struct tcn_signature *signature);

/** The key with this id, if it may have signed what was logged at this place.
 * Owns: lends from the ring.
 * Errors: TCN_ABSENT no such key is known; TCN_REVOKED another had taken over before that place. */
TCN_MUST_CHECK enum tcn_status tcn_keyring_at(const struct tcn_keyring *ring,
                                              const struct tcn_key_id *id, uint64_t generation,
                                              uint64_t position,
                                              const struct tcn_public_key **out_key);

/** The same for what was said of the log as it stood when it ended with this position: a head, a
 * snapshot. From its successor's position on a key says nothing of a log; a later key may speak of
 * an earlier place, because what it says was begun there.
 * Owns: lends from the ring.
 * Errors: as tcn_keyring_at. */
TCN_MUST_CHECK enum tcn_status tcn_keyring_behind(const struct tcn_keyring *ring,
                                                  const struct tcn_key_id *id, uint64_t generation,
                                                  uint64_t position,
                                                  const struct tcn_public_key **out_key);

/** Which of the keys signed these bytes, before anything in them is believed. The place is the
 * caller's to judge, with tcn_keyring_behind.
 * Owns: lends from the ring.
 * Errors: TCN_BAD_SIGNATURE none of them; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_keyring_signer(const struct tcn_keyring *ring,
                                                  const char *context, struct tcn_slice bytes,
                                                  const struct tcn_signature *signature,
                                                  const struct tcn_public_key **out_key);

/** Checks a receipt by the key that it names, if that may have signed at the receipt's place.
 * `memo` as for tcn_receipt_verify_next. `body` is the receipt's, decoded. Errors:
 * TCN_BAD_SIGNATURE also for a key that is not known or was succeeded before that place; as
 * tcn_receipt_verify. */
TCN_MUST_CHECK enum tcn_status tcn_keyring_receipt(const struct tcn_keyring *ring,
                                                   const struct tcn_receipt *receipt,
                                                   const struct tcn_receipt_body *body,
                                                   struct tcn_root_memo *memo);

#endif
