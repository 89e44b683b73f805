/* SPDX-License-Identifier: Apache-2.0 */
#include "query/activated.h"

#include "seal/hash.h"
#include "wire/activation.h"
#include "wire/frame.h"
#include "wire/policy.h"

#include <stdlib.h>

static enum tcn_status decode(struct tcn_activated *made, struct tcn_slice head) {
    enum tcn_status status = tcn_wire_activation_decode(head, &made->arena, &made->word);
    if (status == TCN_OK) {
        status = tcn_wire_policy_decode(made->bytes, &made->arena, &made->policy);
    }
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_hash hash = tcn_hash_of(made->bytes);
    const bool is_named = tcn_hash_equals(&hash, &made->word.policy_hash);
    return is_named && made->policy.version == made->word.version ? TCN_OK : TCN_BAD_VALUE;
}

enum tcn_status tcn_activated_create(const struct tcn_record *record, uint64_t position,
                                     struct tcn_activated **out_activated) {
    const struct tcn_slice body = record->chunk.body;
    if (body.size > TCN_POLICY_BYTES_MAX) {
        return TCN_TOOBIG;
    }
    struct tcn_activated *made = calloc(1, sizeof(*made));
    if (made == NULL) {
        return TCN_NOMEM;
    }
    made->position = position;
    made->log_time_ns = record->log_time_ns;
    enum tcn_status status =
        tcn_arena_init(&made->arena, body.size + TCN_POLICY_ARENA_BYTES(body.size) +
                                         TCN_WIRE_ARENA_BYTES((size_t)TCN_ACTIVATION_BYTES_MAX));
    const void *copy = status == TCN_OK ? tcn_arena_copy(&made->arena, body.data, body.size) : NULL;
    if (status == TCN_OK && copy == NULL) {
        status = TCN_NOMEM;
    }
    if (status == TCN_OK) {
        made->bytes = tcn_slice_of(copy, body.size);
        status = decode(made, record->chunk.head);
    }
    if (status != TCN_OK) {
        tcn_activated_destroy(&made);
        return status;
    }
    *out_activated = made;
    return TCN_OK;
}

void tcn_activated_destroy(struct tcn_activated **activated) {
    if (activated == NULL || *activated == NULL) {
        return;
    }
    tcn_arena_fini(&(*activated)->arena);
    free(*activated);
    *activated = NULL;
}
