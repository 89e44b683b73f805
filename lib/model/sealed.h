/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sealed part of an event: compartments, each under its own data key; every data key is made of
 * a wrapped half (one wrap for each recipient organ) and the event's share, which travels beside
 * the event and can be destroyed. Who lacks either half reads nothing.
 */
#ifndef TCN_MODEL_SEALED_H
#define TCN_MODEL_SEALED_H

#include "base/bytes.h"
#include "model/id.h"
#include "model/limits.h"

/** What a compartment holds. Numbers are on the wire. */
enum tcn_compartment_kind {
    TCN_COMPARTMENT_NONE = 0,
    TCN_COMPARTMENT_CONTACT = 1,   /**< contact and exact place */
    TCN_COMPARTMENT_NARRATIVE = 2, /**< people's own words, replies */
    TCN_COMPARTMENT_ACCUSED = 3,   /**< the unit that a complaint is about */
    TCN_COMPARTMENT_INFORMANT = 4, /**< who told it */
};

/** A destroyable half of an event's data keys. */
struct tcn_share {
    uint8_t bytes[TCN_SHARE_BYTES];
};

/** The share of one event of a chunk, as the shares frame carries it. */
struct tcn_share_entry {
    uint32_t index; /**< of the event in the chunk's body, from 0 */
    struct tcn_share share;
};

/** The wrapped half of a data key for one recipient. */
struct tcn_wrap {
    uint16_t organ;           /**< whose key */
    struct tcn_key_id key_id; /**< which of its sealing keys */
    struct tcn_slice sealed;  /**< libsodium sealed box over the 32-byte half: 80 bytes */
};

/** One compartment, encrypted. */
struct tcn_compartment {
    enum tcn_compartment_kind kind;
    struct tcn_slice nonce;      /**< 24 bytes, XChaCha20-Poly1305 */
    struct tcn_slice ciphertext; /**< padded plain text plus 16 bytes of tag */
    struct tcn_wrap wraps[TCN_WRAPS_MAX];
    uint32_t wrap_count;
};

/** The sealed part, decoded. Slices lend from the frame or arena. */
struct tcn_sealed {
    uint32_t format;            /**< TCN_SEALED_FORMAT when made here */
    struct tcn_hash commitment; /**< BLAKE2b-256 of the share */
    struct tcn_compartment compartments[TCN_COMPARTMENTS_MAX];
    uint32_t compartment_count;
};

/** The format number of sealed parts that this program writes. */
#define TCN_SEALED_FORMAT 1u

/** One text before sealing or after opening. */
struct tcn_plain {
    enum tcn_compartment_kind kind;
    struct tcn_slice text; /**< UTF-8, at most TCN_TEXT_BYTES_MAX */
};

/** The recipient of a wrap, as the bundle names it. */
struct tcn_seal_recipient {
    uint16_t organ;
    struct tcn_public_key key; /**< X25519 */
};

/** "contact", "narrative", "accused", "informant" or "none". Thread: any. */
const char *tcn_compartment_name(enum tcn_compartment_kind kind);
/** The compartment of a word. Errors: TCN_ABSENT no such word. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_compartment_from_name(struct tcn_slice word,
                                                         enum tcn_compartment_kind *out_kind);

#endif
