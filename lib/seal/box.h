/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sealing texts so that only the entitled organs can read them, and only while the event's share
 * exists. Each compartment has its own data key, made of two halves: a random half that is wrapped
 * once for every recipient, and the event's share, which travels and is kept apart. The open part
 * is bound in, so a sealed text cannot be moved to another event.
 *
 *   commitment  BLAKE2b-256(share)
 *   half        32 random bytes, one for each compartment
 *   wrap        libsodium sealed box of the half to the recipient's X25519 key, 80 bytes
 *   data key    BLAKE2b-256 keyed with the half, over "tocsin.seal.1", NUL, share, kind (1 byte)
 *   plain       the text, ISO 7816-4 padded to a multiple of 256 bytes
 *   ciphertext  XChaCha20-Poly1305-IETF, random nonce of 24 bytes, associated data BLAKE2b-256(open
 *               part) and kind (1 byte)
 *
 * The bytes of the text stay in the caller's arena: wipe them there (tcn_secret_wipe).
 */
#ifndef TCN_SEAL_BOX_H
#define TCN_SEAL_BOX_H

#include "base/arena.h"
#include "base/bytes.h"
#include "model/sealed.h"

/** Bytes of a wrap, a nonce and a tag, and the multiple that texts are padded to. */
#define TCN_WRAP_BYTES 80
#define TCN_NONCE_BYTES 24
#define TCN_TAG_BYTES 16
#define TCN_PAD_BYTES 256

/** The half of a data key that is wrapped: secret, and nothing without the share. Whoever has one
 * wipes it. */
struct tcn_half {
    uint8_t bytes[32];
};

/** An X25519 pair that opens wraps. Open: embedded in its owner's structs; wipe it when done. */
struct tcn_seal_key {
    struct tcn_public_key public_key;
    uint8_t secret[32];
};

/** A text and who may read it. Open: made by the caller, lent for the call. */
struct tcn_seal_item {
    struct tcn_plain plain;
    const struct tcn_seal_recipient *recipients;
    uint32_t recipient_count; /**< 1 to TCN_WRAPS_MAX */
};

/** What is needed to open compartments of one event. Open: made by the caller, lent for the call.
 */
struct tcn_unseal {
    struct tcn_slice open; /**< the open part, verbatim */
    const struct tcn_sealed *sealed;
    const struct tcn_share *share;
    const struct tcn_seal_key *keys; /**< those that the reader holds, old ones too */
    uint32_t key_count;
    const struct tcn_half *half; /**< that was handed to the reader; NULL: that of its wrap */
};

/** Seals up to TCN_COMPARTMENTS_MAX texts of one event, each kind at most once.
 * Owns: slices of out_sealed lend from the arena; the open part and the texts are only read.
 * Errors: TCN_BAD_VALUE no kind, a kind twice, too many items, no recipient, too many recipients,
 * or a recipient whose key is no X25519 point; TCN_TOOBIG a text over TCN_TEXT_BYTES_MAX; TCN_NOMEM
 * the arena is spent. Thread: any, one per arena. */
TCN_MUST_CHECK enum tcn_status tcn_seal(struct tcn_slice open, const struct tcn_seal_item *items,
                                        uint32_t item_count, struct tcn_arena *arena,
                                        struct tcn_sealed *out_sealed, struct tcn_share *out_share);

/** Opens the half of a compartment with whichever key has a wrap of it: who re-wraps reads nothing
 * by that. Owns: gives a secret; wipe it.
 * Errors: TCN_DENIED no wrap is for one of the keys; TCN_BAD_SIGNATURE those that are do not open.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_unwrap(const struct tcn_compartment *compartment,
                                          const struct tcn_seal_key *keys, uint32_t key_count,
                                          struct tcn_half *out_half);

/** Opens the compartment of one kind. Sealed part, open part and share may come from a stranger.
 * Owns: out_text lends from the arena.
 * Errors: TCN_ABSENT no such compartment; TCN_DENIED no wrap is for one of the keys; TCN_CONFLICT
 * the share does not fit the commitment; TCN_BAD_SIGNATURE a wrap or the text was altered, or
 * belongs to another event; TCN_MALFORMED sizes or padding are impossible; TCN_BAD_TEXT the text is
 * not UTF-8; TCN_NOMEM the arena is spent.
 * Thread: any, one per arena. */
TCN_MUST_CHECK enum tcn_status tcn_unseal(const struct tcn_unseal *unseal,
                                          enum tcn_compartment_kind kind, struct tcn_arena *arena,
                                          struct tcn_slice *out_text);

/** BLAKE2b-256 of a share. Thread: any. */
struct tcn_hash tcn_share_commitment(const struct tcn_share *share);

#endif
