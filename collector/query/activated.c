/* SPDX-License-Identifier: Apache-2.0 */
#include "query/activated.h"

#include "seal/hash.h"
#include "wire/activation.h"
#include "wire/frame.h"
#include "wire/policy.h"

#include <stdlib.h>

/* The word alone: it lends nothing. */
static enum tcn_status decode_word(struct tcn_slice head, struct tcn_activation *out_word) {
    struct tcn_arena arena = {0};
    enum tcn_status status =
        tcn_arena_init(&arena, TCN_WIRE_ARENA_BYTES((size_t)TCN_ACTIVATION_BYTES_MAX));
    if (status == TCN_OK) {
        status = tcn_wire_activation_decode(head, &arena, out_word);
    }
    tcn_arena_fini(&arena);
    return status;
}

/* Policy and text, as the word says and has signed them. */
static enum tcn_status split(const struct tcn_activation *word, struct tcn_slice body,
                             struct tcn_slice *out_policy, struct tcn_slice *out_text) {
    if (word->policy_size == 0 || word->policy_size > body.size) {
        return TCN_BAD_VALUE;
    }
    const struct tcn_slice policy = tcn_slice_of(body.data, word->policy_size);
    const struct tcn_slice text =
        tcn_slice_of(body.data + policy.size, body.size - word->policy_size);
    const struct tcn_hash policy_hash = tcn_hash_of(policy);
    const struct tcn_hash text_hash = text.size > 0 ? tcn_hash_of(text) : (struct tcn_hash){{0}};
    *out_policy = policy;
    *out_text = text;
    const bool is_said = tcn_hash_equals(&policy_hash, &word->policy_hash) &&
                         tcn_hash_equals(&text_hash, &word->text_hash);
    return is_said ? TCN_OK : TCN_BAD_VALUE;
}

static enum tcn_status take_policy(struct tcn_activated *made, struct tcn_slice policy) {
    enum tcn_status status =
        tcn_arena_init(&made->arena, policy.size + TCN_POLICY_ARENA_BYTES(policy.size));
    const void *copy =
        status == TCN_OK ? tcn_arena_copy(&made->arena, policy.data, policy.size) : NULL;
    if (status != TCN_OK || copy == NULL) {
        return TCN_NOMEM;
    }
    made->bytes = tcn_slice_of(copy, policy.size);
    status = tcn_wire_policy_decode(made->bytes, &made->arena, &made->policy);
    return status == TCN_OK && made->policy.version != made->word.version ? TCN_BAD_VALUE : status;
}

enum tcn_status tcn_activated_create(const struct tcn_record *record, uint64_t position,
                                     struct tcn_activated **out_activated) {
    const struct tcn_slice body = record->chunk.body;
    struct tcn_slice policy;
    struct tcn_slice text;
    if (body.size > TCN_POLICY_BYTES_MAX + TCN_POLICY_TEXT_BYTES_MAX) {
        return TCN_TOOBIG;
    }
    struct tcn_activated *made = calloc(1, sizeof(*made));
    if (made == NULL) {
        return TCN_NOMEM;
    }
    made->position = position;
    made->log_time_ns = record->log_time_ns;
    enum tcn_status status = decode_word(record->chunk.head, &made->word);
    if (status == TCN_OK) {
        status = split(&made->word, body, &policy, &text);
    }
    if (status == TCN_OK) {
        status = take_policy(made, policy);
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

enum tcn_status tcn_activated_text(const struct tcn_record *record, struct tcn_slice *out_text) {
    struct tcn_activation word;
    struct tcn_slice policy;
    if (record->kind != TCN_RECORD_POLICY) {
        return TCN_CORRUPT;
    }
    const enum tcn_status status = decode_word(record->chunk.head, &word);
    return status == TCN_OK ? split(&word, record->chunk.body, &policy, out_text) : status;
}
