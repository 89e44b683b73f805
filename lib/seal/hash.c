/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/hash.h"

#include <sodium.h>
#include <string.h>

#define STATE_ALIGN 64 /* what libsodium asks of the state, more than malloc gives */

_Static_assert(_Alignof(crypto_generichash_state) <= STATE_ALIGN, "a state is aligned");
_Static_assert(_Alignof(struct tcn_hasher) >= 16 &&
                   sizeof(crypto_generichash_state) + STATE_ALIGN - 16 <= TCN_HASHER_BYTES,
               "a hasher holds a state, wherever it begins");
_Static_assert(sizeof(struct tcn_hash) == crypto_generichash_BYTES, "BLAKE2b-256");

/** The state within: at the first aligned byte. */
static crypto_generichash_state *state_of(struct tcn_hasher *hasher) {
    size_t padding = (STATE_ALIGN - (uintptr_t)hasher->opaque % STATE_ALIGN) % STATE_ALIGN;
    return (crypto_generichash_state *)(void *)(hasher->opaque + padding);
}

void tcn_hasher_init(struct tcn_hasher *hasher) {
    int failed = crypto_generichash_init(state_of(hasher), NULL, 0, sizeof(struct tcn_hash));
    TCN_CHECK(failed == 0); /* only for impossible sizes */
}

void tcn_hasher_add(struct tcn_hasher *hasher, struct tcn_slice bytes) {
    if (bytes.size == 0) {
        return;
    }
    int failed = crypto_generichash_update(state_of(hasher), bytes.data, bytes.size);
    TCN_CHECK(failed == 0);
}

void tcn_hasher_add_hash(struct tcn_hasher *hasher, const struct tcn_hash *hash) {
    tcn_hasher_add(hasher, tcn_slice_of(hash->bytes, sizeof hash->bytes));
}

void tcn_hasher_add_u64(struct tcn_hasher *hasher, uint64_t value) {
    uint8_t bytes[8];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    tcn_write_u64(&writer, value);
    tcn_hasher_add(hasher, tcn_writer_slice(&writer));
}

struct tcn_hash tcn_hasher_finish(struct tcn_hasher *hasher) {
    struct tcn_hash hash;
    int failed = crypto_generichash_final(state_of(hasher), hash.bytes, sizeof hash.bytes);
    TCN_CHECK(failed == 0); /* a spent hasher was not started again */
    return hash;
}

struct tcn_hash tcn_hash_of(struct tcn_slice bytes) {
    struct tcn_hash hash;
    int failed = crypto_generichash(hash.bytes, sizeof hash.bytes, bytes.data, bytes.size, NULL, 0);
    TCN_CHECK(failed == 0);
    return hash;
}

struct tcn_hash tcn_hash_in_context(const char *context, struct tcn_slice bytes) {
    struct tcn_hasher hasher;
    tcn_hasher_init(&hasher);
    tcn_hasher_add(&hasher, tcn_slice_of(context, strlen(context) + 1)); /* with its NUL */
    tcn_hasher_add(&hasher, bytes);
    return tcn_hasher_finish(&hasher);
}

struct tcn_hash tcn_hash_event(struct tcn_slice open, struct tcn_slice sealed) {
    struct tcn_hash both[2] = {tcn_hash_of(open), tcn_hash_of(sealed)};
    return tcn_hash_body(both, 2);
}

struct tcn_hash tcn_hash_body(const struct tcn_hash *event_hashes, uint32_t count) {
    return tcn_hash_of(tcn_slice_of(event_hashes, count * sizeof(struct tcn_hash)));
}

struct tcn_key_id tcn_key_id_of(const struct tcn_public_key *key) {
    struct tcn_hash hash = tcn_hash_of(tcn_slice_of(key->bytes, sizeof key->bytes));
    struct tcn_key_id id;
    memcpy(id.bytes, hash.bytes, sizeof id.bytes);
    return id;
}

bool tcn_key_id_equals(const struct tcn_key_id *left, const struct tcn_key_id *right) {
    return memcmp(left->bytes, right->bytes, sizeof left->bytes) == 0;
}
