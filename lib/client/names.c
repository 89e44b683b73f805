/* SPDX-License-Identifier: Apache-2.0 */
#include "client/names.h"

#include "client/setup_file.h"
#include "wire/policy.h"
#include "wire/registry.h"

#include <stdlib.h>
#include <string.h>

/* Checks a bundle by the keys that are known and those that it lists, and reads the words in it. */
static enum tcn_status read_bundle(struct tcn_slice bytes, const struct tcn_signature *signature,
                                   const struct tcn_keyring *ring, struct tcn_names *out_names) {
    struct tcn_names names = {.ring = *ring};
    enum tcn_status status = tcn_arena_init(&names.arena, TCN_SETUP_ARENA_BYTES);
    if (status == TCN_OK) {
        status = tcn_wire_bundle_decode(bytes, &names.arena, &names.bundle);
    }
    if (status == TCN_OK) {
        status =
            tcn_keyring_take(&names.ring, &names.bundle.keys, TCN_CONTEXT_BUNDLE, bytes, signature);
    }
    if (status == TCN_OK) {
        status = tcn_wire_policy_decode(names.bundle.policy, &names.arena, &names.policy);
    }
    if (status != TCN_OK) {
        tcn_names_fini(&names);
        return status;
    }
    *out_names = names;
    return TCN_OK;
}

enum tcn_status tcn_names_load(const char *dir, const struct tcn_public_key *collector_key,
                               struct tcn_names *out_names) {
    uint8_t *data = NULL;
    struct tcn_slice bytes;
    struct tcn_signature signature;
    struct tcn_keyring ring;
    tcn_keyring_init(&ring, NULL, collector_key);
    enum tcn_status status = tcn_setup_file_read(dir, "bundle.bin", &data, &bytes, &signature);
    if (status == TCN_OK) {
        status = read_bundle(bytes, &signature, &ring, out_names);
        free(data);
    }
    return status;
}

/* Asks, and reads what comes; its bytes are lent until the next receive. */
static enum tcn_status ask(struct tcn_session *session, const struct tcn_keyring *ring,
                           int64_t deadline_ns, struct tcn_slice *out_bytes,
                           struct tcn_signature *out_signature, struct tcn_names *out_names) {
    const struct tcn_header header = {.version = TCN_WIRE_VERSION, .kind = TCN_KIND_BUNDLE_ASK};
    struct tcn_session_message message = {.header = {.kind = TCN_KIND_NONE}};
    enum tcn_status status = tcn_session_send(session, &header, (struct tcn_slice){0}, deadline_ns);
    while (status == TCN_OK && message.header.kind != TCN_KIND_BUNDLE) {
        status = tcn_session_recv(session, deadline_ns, &message); /* ERROR is the broker's word */
    }
    if (status == TCN_OK && message.signature.size != sizeof out_signature->bytes) {
        status = TCN_BAD_SIGNATURE;
    }
    if (status == TCN_OK) {
        memcpy(out_signature->bytes, message.signature.data, sizeof out_signature->bytes);
        *out_bytes = message.body;
        status = read_bundle(message.body, out_signature, ring, out_names);
    }
    return status;
}

enum tcn_status tcn_names_ask(struct tcn_session *session,
                              const struct tcn_public_key *collector_key, int64_t deadline_ns,
                              struct tcn_names *out_names) {
    struct tcn_slice bytes;
    struct tcn_signature signature;
    struct tcn_keyring ring;
    tcn_keyring_init(&ring, NULL, collector_key);
    return ask(session, &ring, deadline_ns, &bytes, &signature, out_names);
}

enum tcn_status tcn_names_renew(struct tcn_session *session, const char *dir, int64_t deadline_ns,
                                struct tcn_names *names) {
    struct tcn_names next = {0};
    struct tcn_slice bytes;
    struct tcn_signature signature;
    enum tcn_status status = ask(session, &names->ring, deadline_ns, &bytes, &signature, &next);
    if (status != TCN_OK) {
        return status;
    }
    if (!tcn_id_equals(&next.bundle.log_id, &names->bundle.log_id)) {
        status = TCN_FOREIGN_LOG;
    } else if (next.bundle.version <= names->bundle.version) {
        status = TCN_EXISTS;
    }
    if (status != TCN_OK) {
        tcn_names_fini(&next);
        return status;
    }
    enum tcn_status ignored = tcn_setup_file_put(dir, "bundle.bin", bytes, &signature);
    (void)ignored;
    tcn_names_fini(names);
    *names = next;
    return TCN_OK;
}

void tcn_names_fini(struct tcn_names *names) {
    if (names != NULL) {
        tcn_arena_fini(&names->arena);
        memset(names, 0, sizeof *names);
    }
}
