/* SPDX-License-Identifier: Apache-2.0 */
#include "client/next_keys.h"

#include "seal/init.h"
#include "seal/key.h"
#include "seal/sign.h"
#include "wire/enrol.h"
#include "wire/frame.h"

#include <limits.h>

/** The newer keys of a file, made unless they are there. */
static enum tcn_status read_or_make(const char *path, struct tcn_key_set *out_set) {
    char next[PATH_MAX];
    struct tcn_key_set set;
    enum tcn_status status = tcn_key_file_beside(path, TCN_KEY_FILE_NEXT, next, sizeof(next));
    if (status == TCN_OK) {
        status = tcn_key_file_read(next, out_set);
    }
    if (status != TCN_ABSENT) {
        return status;
    }
    status = tcn_key_file_read(path, &set);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_key_set_make(tcn_slice_text(set.name), false, out_set);
    if (status == TCN_OK) {
        struct tcn_seal_key seals[TCN_SEALS_MAX];
        status = tcn_key_set_take_seals(out_set, seals, tcn_key_set_seals(&set, seals));
        tcn_secret_wipe(seals, sizeof seals);
    }
    if (status == TCN_OK) {
        status = tcn_key_file_write(out_set, next);
    }
    tcn_key_set_fini(&set);
    return status;
}

enum tcn_status tcn_next_keys_make(const char *path, const struct tcn_id *log_id,
                                   uint32_t principal, int64_t until_ns,
                                   struct tcn_registry_change *out_change) {
    struct tcn_key_set set = {.has_secrets = false};
    enum tcn_status status = read_or_make(path, &set);
    struct tcn_registry_change change = {
        .kind = TCN_CHANGE_ROTATED,
        .principal = principal,
        .transport_key = set.transport.public_key,
        .signing_key = set.signing.public_key,
        .until_ns = until_ns,
    };
    if (status == TCN_OK) {
        uint8_t bytes[TCN_KEY_PROOF_BYTES];
        tcn_wire_key_proof(log_id, &change, bytes);
        status = tcn_sign(&set.signing, TCN_CONTEXT_KEY, tcn_slice_of(bytes, sizeof(bytes)),
                          &change.proof);
    }
    tcn_key_set_fini(&set);
    if (status == TCN_OK) {
        *out_change = change;
    }
    return status;
}

enum tcn_status tcn_next_keys_use(const char *path) {
    return tcn_key_file_swap(path);
}
