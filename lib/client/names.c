/* SPDX-License-Identifier: Apache-2.0 */
#include "client/names.h"

#include "client/setup_file.h"
#include "wire/policy.h"
#include "wire/registry.h"

#include <stdlib.h>
#include <string.h>

/* Checks a bundle by the keys that it lists, and reads the words in it. */
static enum tcn_status read_bundle(struct tcn_slice bytes, const struct tcn_signature *signature,
                                   const struct tcn_public_key *collector_key,
                                   struct tcn_names *out_names) {
    struct tcn_names names = {0};
    tcn_keyring_init(&names.ring, NULL, collector_key);
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
    enum tcn_status status = tcn_setup_file_read(dir, "bundle.bin", &data, &bytes, &signature);
    if (status == TCN_OK) {
        status = read_bundle(bytes, &signature, collector_key, out_names);
        free(data);
    }
    return status;
}

enum tcn_status tcn_names_ask(struct tcn_session *session,
                              const struct tcn_public_key *collector_key, int64_t deadline_ns,
                              struct tcn_names *out_names) {
    const struct tcn_header header = {.version = TCN_WIRE_VERSION, .kind = TCN_KIND_BUNDLE_ASK};
    struct tcn_session_message message = {.header = {.kind = TCN_KIND_NONE}};
    struct tcn_signature signature;
    enum tcn_status status = tcn_session_send(session, &header, (struct tcn_slice){0}, deadline_ns);
    while (status == TCN_OK && message.header.kind != TCN_KIND_BUNDLE) {
        status = tcn_session_recv(session, deadline_ns, &message); /* ERROR is the broker's word */
    }
    if (status == TCN_OK && message.signature.size != sizeof signature.bytes) {
        status = TCN_BAD_SIGNATURE;
    }
    if (status == TCN_OK) {
        memcpy(signature.bytes, message.signature.data, sizeof signature.bytes);
        status = read_bundle(message.body, &signature, collector_key, out_names);
    }
    return status;
}

void tcn_names_fini(struct tcn_names *names) {
    if (names != NULL) {
        tcn_arena_fini(&names->arena);
        memset(names, 0, sizeof *names);
    }
}
