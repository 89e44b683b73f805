/* SPDX-License-Identifier: Apache-2.0 */
#include "query/chain.h"

#include "seal/hash.h"
#include "seal/sign.h"
#include "store/record.h"

#define CONTEXT_RECORD "tocsin.record.1"

struct tcn_hash tcn_record_hash(const struct tcn_record *record) {
    TCN_CHECK(record != NULL);
    uint8_t header[TCN_RECORD_HEADER_BYTES];
    tcn_record_header_encode(record, header);
    return tcn_hash_in_context(CONTEXT_RECORD, tcn_slice_of(header, sizeof(header)));
}

const char *tcn_record_context(enum tcn_record_kind kind) {
    switch (kind) {
    case TCN_RECORD_GENESIS:
        return TCN_CONTEXT_GENESIS;
    case TCN_RECORD_CHUNK:
    case TCN_RECORD_OWN:
        return TCN_CONTEXT_CHUNK;
    case TCN_RECORD_HELLO:
        return TCN_CONTEXT_HELLO;
    case TCN_RECORD_POLICY:
        return TCN_CONTEXT_ACTIVATION;
    case TCN_RECORD_NONE:
    default:
        return NULL;
    }
}

struct tcn_hash tcn_record_content_hash(enum tcn_record_kind kind, struct tcn_slice head) {
    const char *context = tcn_record_context(kind);
    if (context == NULL) {
        return (struct tcn_hash){0};
    }
    return tcn_hash_in_context(context, head);
}
