/* SPDX-License-Identifier: Apache-2.0 */
#include "query/checkpoint.h"

#include "seal/hash.h"
#include "seal/sign.h"
#include "store/fresh.h"
#include "wire/checkpoint.h"
#include "wire/frame.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FILE_BYTES_MAX (4 + TCN_CHECKPOINT_BYTES_MAX + sizeof(struct tcn_signature))

static enum tcn_status path_of(const char *dir, char out_path[TCN_FRESH_PATH_BYTES]) {
    const int size = snprintf(out_path, TCN_FRESH_PATH_BYTES, "%s/" TCN_CHECKPOINT_NAME, dir);
    return size > 0 && size < TCN_FRESH_PATH_BYTES ? TCN_OK : TCN_CONFIG;
}

enum tcn_status tcn_checkpoint_save(const char *dir, const struct tcn_checkpoint *checkpoint,
                                    const struct tcn_signing_key *key) {
    char path[TCN_FRESH_PATH_BYTES];
    uint8_t data[TCN_CHECKPOINT_BYTES_MAX];
    uint8_t file[FILE_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_writer whole = tcn_writer_init(file, sizeof(file));
    struct tcn_checkpoint made = *checkpoint;
    struct tcn_slice bytes = {0};
    struct tcn_signature signature;
    made.key_id = tcn_key_id_of(&key->public_key);
    enum tcn_status status = path_of(dir, path);
    if (status == TCN_OK) {
        status = tcn_wire_checkpoint_encode(&made, &writer, &bytes);
    }
    if (status == TCN_OK) {
        status = tcn_sign(key, TCN_CONTEXT_CHECKPOINT, bytes, &signature);
    }
    if (status != TCN_OK) {
        return status;
    }
    tcn_write_u32(&whole, (uint32_t)bytes.size);
    tcn_write_bytes(&whole, bytes.data, bytes.size);
    tcn_write_bytes(&whole, signature.bytes, sizeof(signature.bytes));
    TCN_CHECK(!whole.overflowed);
    return tcn_fresh_file(path, file, whole.offset);
}

static enum tcn_status decode(struct tcn_slice bytes, struct tcn_checkpoint *out_checkpoint) {
    struct tcn_arena arena;
    enum tcn_status status =
        tcn_arena_init(&arena, TCN_WIRE_ARENA_BYTES((size_t)TCN_CHECKPOINT_BYTES_MAX));
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_wire_checkpoint_decode(bytes, &arena, out_checkpoint);
    tcn_arena_fini(&arena);
    if (status == TCN_OK || status == TCN_NOMEM) {
        return status;
    }
    return status == TCN_UPGRADE ? TCN_VERSION : TCN_MALFORMED;
}

/* The signature, then what is signed, then whether that key could say it. */
static enum tcn_status read_bytes(struct tcn_slice file, const struct tcn_keyring *ring,
                                  struct tcn_checkpoint *out_checkpoint) {
    struct tcn_reader reader = tcn_reader_init(file);
    const size_t size = tcn_read_u32(&reader);
    const struct tcn_slice bytes = tcn_read_slice(&reader, size);
    struct tcn_signature signature = {{0}};
    struct tcn_checkpoint found = {0};
    const struct tcn_public_key *signer = NULL;
    const struct tcn_public_key *named = NULL;
    tcn_read_bytes(&reader, signature.bytes, sizeof(signature.bytes));
    if (reader.underflowed || tcn_reader_rest(&reader) != 0) {
        return TCN_MALFORMED;
    }
    enum tcn_status status =
        tcn_keyring_signer(ring, TCN_CONTEXT_CHECKPOINT, bytes, &signature, &signer);
    if (status == TCN_OK) {
        status = decode(bytes, &found);
    }
    if (status != TCN_OK) {
        return status;
    }
    if (tcn_keyring_behind(ring, &found.key_id, found.generation, found.position, &named) !=
            TCN_OK ||
        named != signer) {
        return TCN_BAD_SIGNATURE;
    }
    *out_checkpoint = found;
    return TCN_OK;
}

enum tcn_status tcn_checkpoint_load(const char *dir, const struct tcn_keyring *ring,
                                    struct tcn_checkpoint *out_checkpoint) {
    char path[TCN_FRESH_PATH_BYTES];
    uint8_t data[FILE_BYTES_MAX + 1];
    const enum tcn_status status = path_of(dir, path);
    if (status != TCN_OK) {
        return status;
    }
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        return errno == ENOENT || errno == ENOTDIR ? TCN_ABSENT : TCN_IO;
    }
    const size_t size = fread(data, 1, sizeof(data), file);
    const bool is_read = ferror(file) == 0;
    (void)fclose(file);
    if (!is_read) {
        return TCN_IO;
    }
    return size > FILE_BYTES_MAX ? TCN_MALFORMED
                                 : read_bytes(tcn_slice_of(data, size), ring, out_checkpoint);
}
