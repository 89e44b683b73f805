/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/box.h"

#include "base/text.h"
#include "seal/hash.h"
#include "seal/init.h"

#include <sodium.h>
#include <string.h>

#define SEAL_CONTEXT "tocsin.seal.1"
#define HALF_BYTES 32
#define KIND_MAX TCN_COMPARTMENT_INFORMANT
#define PADDED_BYTES_MAX (TCN_TEXT_BYTES_MAX + TCN_PAD_BYTES)

_Static_assert(TCN_WRAP_BYTES == HALF_BYTES + crypto_box_SEALBYTES, "a wrap is a sealed half");
_Static_assert(TCN_NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "XChaCha20");
_Static_assert(TCN_TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "Poly1305");
_Static_assert(HALF_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "a hash is a key");
_Static_assert(sizeof(struct tcn_half) == HALF_BYTES, "as wide as a hash");
_Static_assert(sizeof(struct tcn_public_key) == crypto_box_PUBLICKEYBYTES, "X25519");
_Static_assert(TCN_TEXT_BYTES_MAX % TCN_PAD_BYTES == 0, "the longest text pads to the maximum");

/** What binds a ciphertext to its event and compartment. */
struct binding {
    uint8_t bytes[sizeof(struct tcn_hash) + 1];
};

/** A data key; whoever makes one wipes it. */
struct data_key {
    uint8_t bytes[HALF_BYTES];
};

struct tcn_hash tcn_share_commitment(const struct tcn_share *share) {
    return tcn_hash_of(tcn_slice_of(share->bytes, sizeof share->bytes));
}

/** Associated data: the hash of the open part, and the kind. */
static struct binding bind_to(struct tcn_slice open, enum tcn_compartment_kind kind) {
    struct tcn_hash hash = tcn_hash_of(open);
    struct binding binding;
    memcpy(binding.bytes, hash.bytes, sizeof hash.bytes);
    binding.bytes[sizeof hash.bytes] = (uint8_t)kind;
    return binding;
}

/** Joins the two halves of a data key. */
static void data_key_join(const uint8_t half[HALF_BYTES], const struct tcn_share *share,
                          enum tcn_compartment_kind kind, struct data_key *out_key) {
    uint8_t input[sizeof SEAL_CONTEXT + sizeof share->bytes + 1]; /* the context with its NUL */
    memcpy(input, SEAL_CONTEXT, sizeof SEAL_CONTEXT);
    memcpy(input + sizeof SEAL_CONTEXT, share->bytes, sizeof share->bytes);
    input[sizeof input - 1] = (uint8_t)kind;
    int failed = crypto_generichash(out_key->bytes, sizeof out_key->bytes, input, sizeof input,
                                    half, HALF_BYTES);
    sodium_memzero(input, sizeof input);
    TCN_CHECK(failed == 0);
}

/** Wraps a half for one recipient. */
static enum tcn_status wrap_half(const uint8_t half[HALF_BYTES],
                                 const struct tcn_seal_recipient *recipient,
                                 struct tcn_arena *arena, struct tcn_wrap *out_wrap) {
    uint8_t *bytes = tcn_arena_alloc(arena, TCN_WRAP_BYTES);
    if (bytes == NULL) {
        return TCN_NOMEM;
    }
    if (crypto_box_seal(bytes, half, HALF_BYTES, recipient->key.bytes) != 0) {
        return TCN_BAD_VALUE; /* a point of small order: nobody holds its secret */
    }
    *out_wrap = (struct tcn_wrap){.organ = recipient->organ,
                                  .key_id = tcn_key_id_of(&recipient->key),
                                  .sealed = tcn_slice_of(bytes, TCN_WRAP_BYTES)};
    return TCN_OK;
}

/** Pads the text to `padded_size` bytes and encrypts it in place, so that it never stands in clear
 * beside its ciphertext. `place` holds the tag too. */
static void encrypt(struct tcn_slice text, const struct binding *binding,
                    const struct data_key *key, const uint8_t nonce[TCN_NONCE_BYTES],
                    uint8_t *place, size_t padded_size) {
    if (text.size > 0) {
        memcpy(place, text.data, text.size);
    }
    size_t made_size = 0;
    int failed = sodium_pad(&made_size, place, text.size, TCN_PAD_BYTES, padded_size);
    TCN_CHECK(failed == 0 && made_size == padded_size);
    failed =
        crypto_aead_xchacha20poly1305_ietf_encrypt(place, NULL, place, padded_size, binding->bytes,
                                                   sizeof binding->bytes, NULL, nonce, key->bytes);
    TCN_CHECK(failed == 0);
}

/** Seals one text under a half that is new. */
static enum tcn_status seal_with_half(struct tcn_slice open, const struct tcn_seal_item *item,
                                      const uint8_t half[HALF_BYTES], const struct tcn_share *share,
                                      struct tcn_arena *arena,
                                      struct tcn_compartment *out_compartment) {
    struct tcn_compartment made = {.kind = item->plain.kind};
    for (uint32_t i = 0; i < item->recipient_count; i++) {
        enum tcn_status status = wrap_half(half, &item->recipients[i], arena, &made.wraps[i]);
        if (status != TCN_OK) {
            return status;
        }
    }
    made.wrap_count = item->recipient_count;
    size_t padded_size = (item->plain.text.size / TCN_PAD_BYTES + 1) * TCN_PAD_BYTES;
    uint8_t *nonce = tcn_arena_alloc(arena, TCN_NONCE_BYTES);
    uint8_t *place = tcn_arena_alloc(arena, padded_size + TCN_TAG_BYTES);
    if (nonce == NULL || place == NULL) {
        return TCN_NOMEM;
    }
    randombytes_buf(nonce, TCN_NONCE_BYTES);
    struct binding binding = bind_to(open, made.kind);
    struct data_key key;
    data_key_join(half, share, made.kind, &key);
    encrypt(item->plain.text, &binding, &key, nonce, place, padded_size);
    tcn_secret_wipe(&key, sizeof key);
    made.nonce = tcn_slice_of(nonce, TCN_NONCE_BYTES);
    made.ciphertext = tcn_slice_of(place, padded_size + TCN_TAG_BYTES);
    *out_compartment = made;
    return TCN_OK;
}

/** Checks what the caller asks for, before anything is made. */
static enum tcn_status items_check(const struct tcn_seal_item *items, uint32_t item_count) {
    if (item_count > TCN_COMPARTMENTS_MAX) {
        return TCN_BAD_VALUE;
    }
    uint32_t kinds = 0; /* bit n: kind n was seen */
    for (uint32_t i = 0; i < item_count; i++) {
        const struct tcn_seal_item *item = &items[i];
        uint32_t kind = (uint32_t)item->plain.kind;
        if (kind == TCN_COMPARTMENT_NONE || kind > KIND_MAX || (kinds >> kind & 1U) != 0) {
            return TCN_BAD_VALUE;
        }
        kinds |= 1U << kind;
        if (item->recipient_count < 1 || item->recipient_count > TCN_WRAPS_MAX) {
            return TCN_BAD_VALUE;
        }
        if (item->plain.text.size > TCN_TEXT_BYTES_MAX) {
            return TCN_TOOBIG;
        }
    }
    return TCN_OK;
}

enum tcn_status tcn_seal(struct tcn_slice open, const struct tcn_seal_item *items,
                         uint32_t item_count, struct tcn_arena *arena,
                         struct tcn_sealed *out_sealed, struct tcn_share *out_share) {
    enum tcn_status status = items_check(items, item_count);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_share share;
    randombytes_buf(share.bytes, sizeof share.bytes);
    struct tcn_sealed sealed = {.format = TCN_SEALED_FORMAT,
                                .commitment = tcn_share_commitment(&share),
                                .compartment_count = item_count};
    uint8_t half[HALF_BYTES];
    for (uint32_t i = 0; i < item_count && status == TCN_OK; i++) {
        randombytes_buf(half, sizeof half);
        status = seal_with_half(open, &items[i], half, &share, arena, &sealed.compartments[i]);
    }
    tcn_secret_wipe(half, sizeof half);
    if (status == TCN_OK) {
        *out_sealed = sealed;
        *out_share = share;
    }
    tcn_secret_wipe(&share, sizeof share);
    return status;
}

/** The compartment of a kind, or NULL. */
static const struct tcn_compartment *compartment_of(const struct tcn_sealed *sealed,
                                                    enum tcn_compartment_kind kind) {
    for (uint32_t i = 0; i < sealed->compartment_count; i++) {
        if (sealed->compartments[i].kind == kind) {
            return &sealed->compartments[i];
        }
    }
    return NULL;
}

/** The key that a wrap names, or NULL. */
static const struct tcn_seal_key *key_of(const struct tcn_seal_key *keys, uint32_t key_count,
                                         const struct tcn_key_id *id) {
    for (uint32_t i = 0; i < key_count; i++) {
        struct tcn_key_id own = tcn_key_id_of(&keys[i].public_key);
        if (tcn_key_id_equals(&own, id)) {
            return &keys[i];
        }
    }
    return NULL;
}

/* A wrap that names our key and does not open is passed over: short key ids may collide, and a
 * stranger's wrap must not hide ours. */
enum tcn_status tcn_unwrap(const struct tcn_compartment *compartment,
                           const struct tcn_seal_key *keys, uint32_t key_count,
                           struct tcn_half *out_half) {
    enum tcn_status status = TCN_DENIED;
    TCN_CHECK(compartment->wrap_count <= TCN_WRAPS_MAX);
    for (uint32_t i = 0; i < compartment->wrap_count; i++) {
        const struct tcn_wrap *wrap = &compartment->wraps[i];
        const struct tcn_seal_key *key = key_of(keys, key_count, &wrap->key_id);
        if (key == NULL) {
            continue;
        }
        struct tcn_half half;
        if (wrap->sealed.size == TCN_WRAP_BYTES &&
            crypto_box_seal_open(half.bytes, wrap->sealed.data, TCN_WRAP_BYTES,
                                 key->public_key.bytes, key->secret) == 0) {
            *out_half = half;
            tcn_secret_wipe(&half, sizeof half);
            return TCN_OK;
        }
        status = TCN_BAD_SIGNATURE;
    }
    return status;
}

/** Decrypts into the arena and takes the padding off. */
static enum tcn_status decrypt(const struct tcn_compartment *compartment,
                               const struct binding *binding, const struct data_key *key,
                               struct tcn_arena *arena, struct tcn_slice *out_text) {
    size_t padded_size = compartment->ciphertext.size - TCN_TAG_BYTES;
    uint8_t *place = tcn_arena_alloc(arena, padded_size);
    if (place == NULL) {
        return TCN_NOMEM;
    }
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            place, NULL, NULL, compartment->ciphertext.data, compartment->ciphertext.size,
            binding->bytes, sizeof binding->bytes, compartment->nonce.data, key->bytes) != 0) {
        return TCN_BAD_SIGNATURE;
    }
    size_t text_size = 0;
    enum tcn_status status = TCN_OK;
    if (sodium_unpad(&text_size, place, padded_size, TCN_PAD_BYTES) != 0) {
        status = TCN_MALFORMED;
    } else if (!tcn_text_is_utf8(tcn_slice_of(place, text_size))) {
        status = TCN_BAD_TEXT;
    }
    if (status != TCN_OK) {
        tcn_secret_wipe(place, padded_size);
        return status;
    }
    *out_text = tcn_slice_of(place, text_size);
    return TCN_OK;
}

/** True when nonce and ciphertext have sizes that tcn_seal makes. */
static bool sizes_are_possible(const struct tcn_compartment *compartment) {
    size_t size = compartment->ciphertext.size;
    return compartment->nonce.size == TCN_NONCE_BYTES && size >= TCN_PAD_BYTES + TCN_TAG_BYTES &&
           size <= PADDED_BYTES_MAX + TCN_TAG_BYTES && (size - TCN_TAG_BYTES) % TCN_PAD_BYTES == 0;
}

enum tcn_status tcn_unseal(const struct tcn_unseal *unseal, enum tcn_compartment_kind kind,
                           struct tcn_arena *arena, struct tcn_slice *out_text) {
    TCN_CHECK(unseal->sealed->compartment_count <= TCN_COMPARTMENTS_MAX);
    const struct tcn_compartment *compartment = compartment_of(unseal->sealed, kind);
    if (compartment == NULL) {
        return TCN_ABSENT;
    }
    if (!sizes_are_possible(compartment)) {
        return TCN_MALFORMED;
    }
    struct tcn_hash commitment = tcn_share_commitment(unseal->share);
    if (!tcn_hash_equals(&commitment, &unseal->sealed->commitment)) {
        return TCN_CONFLICT;
    }
    struct tcn_half half;
    enum tcn_status status = TCN_OK;
    if (unseal->half != NULL) {
        half = *unseal->half;
    } else {
        status = tcn_unwrap(compartment, unseal->keys, unseal->key_count, &half);
    }
    if (status == TCN_OK) {
        struct binding binding = bind_to(unseal->open, kind);
        struct data_key key;
        data_key_join(half.bytes, unseal->share, kind, &key);
        status = decrypt(compartment, &binding, &key, arena, out_text);
        tcn_secret_wipe(&key, sizeof key);
    }
    tcn_secret_wipe(&half, sizeof half);
    return status;
}
