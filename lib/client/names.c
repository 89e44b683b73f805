/* SPDX-License-Identifier: Apache-2.0 */
#include "client/names.h"

#include "client/setup_file.h"
#include "wire/policy.h"
#include "wire/registry.h"

#include <stdlib.h>
#include <string.h>

enum tcn_status tcn_names_load(const char *dir, const struct tcn_public_key *collector_key,
                               struct tcn_names *out_names) {
    struct tcn_names names = {0};
    uint8_t *data = NULL;
    struct tcn_slice bytes;
    struct tcn_signature signature;
    enum tcn_status status = tcn_setup_file_read(dir, "bundle.bin", &data, &bytes, &signature);
    if (status != TCN_OK) {
        return status;
    }
    tcn_keyring_init(&names.ring, NULL, collector_key);
    status = tcn_arena_init(&names.arena, TCN_SETUP_ARENA_BYTES);
    if (status == TCN_OK) {
        status = tcn_wire_bundle_decode(bytes, &names.arena, &names.bundle);
    }
    if (status == TCN_OK) {
        status = tcn_keyring_take(&names.ring, &names.bundle.keys, TCN_CONTEXT_BUNDLE, bytes,
                                  &signature);
    }
    if (status == TCN_OK) {
        status = tcn_wire_policy_decode(names.bundle.policy, &names.arena, &names.policy);
    }
    free(data);
    if (status != TCN_OK) {
        tcn_names_fini(&names);
        return status;
    }
    *out_names = names;
    return TCN_OK;
}

void tcn_names_fini(struct tcn_names *names) {
    if (names != NULL) {
        tcn_arena_fini(&names->arena);
        memset(names, 0, sizeof *names);
    }
}
