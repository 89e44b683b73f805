/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/keyring.h"

#include "seal/hash.h"

#include <string.h>

static bool key_equals(const struct tcn_public_key *left, const struct tcn_public_key *right) {
    return memcmp(left, right, sizeof(*left)) == 0;
}

static struct tcn_slice statement(const struct tcn_id *log_id, const struct tcn_public_key *before,
                                  const struct tcn_public_key *key,
                                  uint8_t data[TCN_SUCCESSION_BYTES]) {
    struct tcn_writer writer = tcn_writer_init(data, TCN_SUCCESSION_BYTES);
    tcn_write_bytes(&writer, log_id->bytes, sizeof(log_id->bytes));
    tcn_write_bytes(&writer, before->bytes, sizeof(before->bytes));
    tcn_write_bytes(&writer, key->bytes, sizeof(key->bytes));
    TCN_CHECK(!writer.overflowed && writer.offset == TCN_SUCCESSION_BYTES);
    return tcn_writer_slice(&writer);
}

enum tcn_status tcn_succession_sign(const struct tcn_id *log_id,
                                    const struct tcn_signing_key *before,
                                    const struct tcn_signing_key *key,
                                    struct tcn_successor *out_successor) {
    uint8_t data[TCN_SUCCESSION_BYTES];
    const struct tcn_slice bytes = statement(log_id, &before->public_key, &key->public_key, data);
    struct tcn_successor made = {.key = key->public_key};
    enum tcn_status status = tcn_sign(key, TCN_CONTEXT_SUCCESSOR, bytes, &made.proof);
    if (status == TCN_OK) {
        status = tcn_sign(before, TCN_CONTEXT_SUCCESSOR, bytes, &made.signature);
    }
    if (status == TCN_OK) {
        *out_successor = made;
    }
    return status;
}

enum tcn_status tcn_succession_verify(const struct tcn_id *log_id,
                                      const struct tcn_public_key *before,
                                      const struct tcn_successor *successor) {
    uint8_t data[TCN_SUCCESSION_BYTES];
    if (key_equals(before, &successor->key)) {
        return TCN_BAD_SIGNATURE;
    }
    const struct tcn_slice bytes = statement(log_id, before, &successor->key, data);
    enum tcn_status status =
        tcn_verify(before, TCN_CONTEXT_SUCCESSOR, bytes, &successor->signature);
    return status == TCN_OK
               ? tcn_verify(&successor->key, TCN_CONTEXT_SUCCESSOR, bytes, &successor->proof)
               : status;
}

void tcn_keyring_init(struct tcn_keyring *ring, const struct tcn_id *log_id,
                      const struct tcn_public_key *first) {
    *ring = (struct tcn_keyring){.first = *first};
    if (log_id != NULL) {
        ring->log_id = *log_id;
    }
}

const struct tcn_public_key *tcn_keyring_tip(const struct tcn_keyring *ring) {
    TCN_CHECK(ring->count <= TCN_SUCCESSORS_MAX);
    return ring->count == 0 ? &ring->first : &ring->links[ring->count - 1].key;
}

/* The first link that is behind our own first key: a list begins at genesis, a ring wherever its
 * owner was enrolled. */
static uint32_t begin_of(const struct tcn_keyring *ring, const struct tcn_keys *keys) {
    for (uint32_t i = 0; i < keys->count; i++) {
        if (key_equals(&keys->links[i].key, &ring->first)) {
            return i + 1;
        }
    }
    return 0;
}

/* R1, R2: takes the links into a copy of the ring. What is known is compared, what is new is
 * verified; a place that is of an older generation than the one that is known is passed over. */
static enum tcn_status extend(struct tcn_keyring *ring, const struct tcn_keys *keys) {
    const uint32_t begin = begin_of(ring, keys);
    const uint32_t known = ring->count;
    for (uint32_t i = begin; i < keys->count; i++) {
        const struct tcn_successor *link = &keys->links[i];
        const uint32_t at = i - begin;
        if (at < known) {
            if (!key_equals(&ring->links[at].key, &link->key)) {
                return TCN_CONFLICT;
            }
            if (link->generation >= ring->links[at].generation) {
                ring->links[at] = *link;
            }
            continue;
        }
        const enum tcn_status status =
            tcn_succession_verify(&ring->log_id, tcn_keyring_tip(ring), link);
        if (status != TCN_OK) {
            return status;
        }
        ring->links[at] = *link;
        ring->count++;
    }
    return keys->count - begin < known ? TCN_STALE : TCN_OK;
}

enum tcn_status tcn_keyring_take(struct tcn_keyring *ring, const struct tcn_keys *keys,
                                 const char *context, struct tcn_slice bytes,
                                 const struct tcn_signature *signature) {
    static const struct tcn_id none;
    struct tcn_keyring made = *ring;
    if (keys->count > TCN_SUCCESSORS_MAX) {
        return TCN_LIMIT;
    }
    if (keys->count > 0 && tcn_id_equals(&made.log_id, &none)) {
        made.log_id = keys->log_id;
    }
    if (keys->count > 0 && !tcn_id_equals(&made.log_id, &keys->log_id)) {
        return TCN_FOREIGN_LOG;
    }
    enum tcn_status status = extend(&made, keys);
    if (status == TCN_OK) {
        status = tcn_verify(tcn_keyring_tip(&made), context, bytes, signature); /* R3 */
    }
    if (status == TCN_OK) {
        *ring = made;
    }
    return status;
}

enum tcn_status tcn_keyring_signer(const struct tcn_keyring *ring, const char *context,
                                   struct tcn_slice bytes, const struct tcn_signature *signature,
                                   const struct tcn_public_key **out_key) {
    enum tcn_status status = TCN_BAD_SIGNATURE;
    const struct tcn_public_key *key = NULL;
    for (uint32_t i = 0; i <= ring->count && status == TCN_BAD_SIGNATURE; i++) {
        const uint32_t at = ring->count - i; /* the tip first: it signs most */
        key = at == 0 ? &ring->first : &ring->links[at - 1].key;
        status = tcn_verify(key, context, bytes, signature);
    }
    if (status == TCN_OK) {
        *out_key = key;
    }
    return status;
}

/* The key with this id, and what follows it; NULL for the tip. */
static const struct tcn_public_key *find(const struct tcn_keyring *ring,
                                         const struct tcn_key_id *id,
                                         const struct tcn_successor **out_next) {
    for (uint32_t i = 0; i <= ring->count; i++) {
        const struct tcn_public_key *key = i == 0 ? &ring->first : &ring->links[i - 1].key;
        const struct tcn_key_id own = tcn_key_id_of(key);
        if (tcn_key_id_equals(&own, id)) {
            *out_next = i < ring->count ? &ring->links[i] : NULL;
            return key;
        }
    }
    return NULL;
}

enum tcn_status tcn_keyring_at(const struct tcn_keyring *ring, const struct tcn_key_id *id,
                               uint64_t generation, uint64_t position,
                               const struct tcn_public_key **out_key) {
    const struct tcn_successor *next = NULL;
    const struct tcn_public_key *key = find(ring, id, &next);
    if (key == NULL) {
        return TCN_ABSENT;
    }
    /* What stands in the group of the succession is signed by the key before it. */
    if (next != NULL && (generation > next->generation ||
                         (generation == next->generation && position > next->position))) {
        return TCN_REVOKED;
    }
    *out_key = key;
    return TCN_OK;
}

enum tcn_status tcn_keyring_behind(const struct tcn_keyring *ring, const struct tcn_key_id *id,
                                   uint64_t generation, uint64_t position,
                                   const struct tcn_public_key **out_key) {
    const struct tcn_successor *next = NULL;
    const struct tcn_public_key *key = find(ring, id, &next);
    if (key == NULL) {
        return TCN_ABSENT;
    }
    if (next != NULL && (generation > next->generation ||
                         (generation == next->generation && position >= next->position))) {
        return TCN_REVOKED;
    }
    *out_key = key;
    return TCN_OK;
}

enum tcn_status tcn_keyring_receipt(const struct tcn_keyring *ring,
                                    const struct tcn_receipt *receipt,
                                    const struct tcn_receipt_body *body,
                                    struct tcn_root_memo *memo) {
    const struct tcn_public_key *key = NULL;
    const enum tcn_status status =
        tcn_keyring_at(ring, &receipt->key_id, body->generation, body->first_position, &key);
    return status == TCN_OK ? tcn_receipt_verify_next(receipt, key, memo) : TCN_BAD_SIGNATURE;
}
