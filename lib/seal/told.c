/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/told.h"

#include <string.h>

#define HASH_BYTES sizeof(((struct tcn_hash *)0)->bytes)

/** What is signed: three hashes, one after the other. */
struct signed_bytes {
    uint8_t bytes[3 * HASH_BYTES];
};

static struct signed_bytes bytes_of(const struct tcn_told *told) {
    const struct tcn_hash header = tcn_hash_of(told->header);
    const struct tcn_hash body = tcn_hash_of(told->body);
    struct signed_bytes made;
    memcpy(made.bytes, told->session->bytes, HASH_BYTES);
    memcpy(made.bytes + HASH_BYTES, header.bytes, HASH_BYTES);
    memcpy(made.bytes + 2 * HASH_BYTES, body.bytes, HASH_BYTES);
    return made;
}

enum tcn_status tcn_told_sign(const struct tcn_signing_key *key, const char *context,
                              const struct tcn_told *told, struct tcn_signature *out_signature) {
    const struct signed_bytes made = bytes_of(told);
    return tcn_sign(key, context, tcn_slice_of(made.bytes, sizeof(made.bytes)), out_signature);
}

enum tcn_status tcn_told_verify(const struct tcn_public_key *key, const char *context,
                                const struct tcn_told *told, struct tcn_slice signature) {
    struct tcn_signature given;
    if (signature.size != sizeof(given.bytes)) {
        return TCN_BAD_SIGNATURE;
    }
    memcpy(given.bytes, signature.data, sizeof(given.bytes));
    const struct signed_bytes made = bytes_of(told);
    return tcn_verify(key, context, tcn_slice_of(made.bytes, sizeof(made.bytes)), &given);
}
