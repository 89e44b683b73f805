/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/sign.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define CONTEXT_BYTES_MAX 24
#define STACK_BYTES 1024
#define SIGNED_BYTES_MAX ((size_t)16 * 1024 * 1024)

_Static_assert(sizeof(struct tcn_signature) == crypto_sign_BYTES, "Ed25519");
_Static_assert(sizeof(struct tcn_public_key) == crypto_sign_PUBLICKEYBYTES, "Ed25519");
_Static_assert(TCN_SIGNING_SEED_BYTES == crypto_sign_SEEDBYTES, "Ed25519");

/** What is signed, in one piece: pure Ed25519 takes no other. Chunk heads fit on the stack. */
struct message {
    uint8_t stack[STACK_BYTES];
    uint8_t *heap; /* NULL while the stack is enough */
    const uint8_t *data;
    size_t size;
};

/** Joins context, NUL and bytes. */
static enum tcn_status message_init(struct message *message, const char *context,
                                    struct tcn_slice bytes) {
    size_t context_size = strlen(context) + 1;
    TCN_CHECK(context_size <= CONTEXT_BYTES_MAX);
    if (bytes.size > SIGNED_BYTES_MAX) {
        return TCN_TOOBIG;
    }
    message->size = context_size + bytes.size;
    message->heap = message->size > STACK_BYTES ? malloc(message->size) : NULL;
    if (message->size > STACK_BYTES && message->heap == NULL) {
        return TCN_NOMEM;
    }
    uint8_t *data = message->heap != NULL ? message->heap : message->stack;
    memcpy(data, context, context_size);
    if (bytes.size > 0) {
        memcpy(data + context_size, bytes.data, bytes.size);
    }
    message->data = data;
    return TCN_OK;
}

void tcn_signing_key_from_seed(const uint8_t seed[TCN_SIGNING_SEED_BYTES],
                               struct tcn_signing_key *out_key) {
    int failed = crypto_sign_seed_keypair(out_key->public_key.bytes, out_key->secret, seed);
    TCN_CHECK(failed == 0);
}

enum tcn_status tcn_sign(const struct tcn_signing_key *key, const char *context,
                         struct tcn_slice bytes, struct tcn_signature *out_signature) {
    struct message message;
    enum tcn_status status = message_init(&message, context, bytes);
    if (status != TCN_OK) {
        return status;
    }
    int failed =
        crypto_sign_detached(out_signature->bytes, NULL, message.data, message.size, key->secret);
    free(message.heap);
    TCN_CHECK(failed == 0);
    return TCN_OK;
}

enum tcn_status tcn_verify(const struct tcn_public_key *key, const char *context,
                           struct tcn_slice bytes, const struct tcn_signature *signature) {
    struct message message;
    enum tcn_status status = message_init(&message, context, bytes);
    if (status != TCN_OK) {
        return status;
    }
    int failed =
        crypto_sign_verify_detached(signature->bytes, message.data, message.size, key->bytes);
    free(message.heap);
    return failed != 0 ? TCN_BAD_SIGNATURE : TCN_OK;
}
