/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/voice.h"

#include "seal/hash.h"
#include "seal/init.h"
#include "seal/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES 1200
#define NEXT_SUFFIX ".next"

static bool key_equals(const struct tcn_public_key *left, const struct tcn_public_key *right) {
    return memcmp(left, right, sizeof(*left)) == 0;
}

/* The path of a file beside the configured one. */
static enum tcn_status path_of(const struct tcn_voice_keys *keys, const char *suffix,
                               char out_path[PATH_BYTES]) {
    const int size =
        keys->path == NULL ? 0 : snprintf(out_path, PATH_BYTES, "%s%s", keys->path, suffix);
    return size > 0 && size < PATH_BYTES ? TCN_OK : TCN_ABSENT;
}

/* ".<16 hexadecimal digits>" */
static void id_suffix(const struct tcn_public_key *key, char out_suffix[18]) {
    const struct tcn_key_id id = tcn_key_id_of(key);
    out_suffix[0] = '.';
    tcn_hex_encode(id.bytes, sizeof(id.bytes), out_suffix + 1);
}

static enum tcn_status read_beside(const struct tcn_voice_keys *keys, const char *suffix,
                                   struct tcn_key_set *out_set) {
    char path[PATH_BYTES];
    const enum tcn_status status = path_of(keys, suffix, path);
    return status == TCN_OK ? tcn_key_file_read(path, out_set) : status;
}

enum tcn_status tcn_voice_find(const struct tcn_voice_keys *keys,
                               const struct tcn_public_key *wanted,
                               struct tcn_signing_key *out_key) {
    if (key_equals(&keys->held->signing.public_key, wanted)) {
        *out_key = keys->held->signing;
        return TCN_OK;
    }
    char suffix[18];
    id_suffix(wanted, suffix);
    /* The wish first: when it is renamed meanwhile, it is found under its next name. */
    const char *const suffixes[] = {NEXT_SUFFIX, "", suffix};
    enum tcn_status status = TCN_DENIED;
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]) && status != TCN_OK; i++) {
        struct tcn_key_set set = {0};
        if (read_beside(keys, suffixes[i], &set) == TCN_OK &&
            key_equals(&set.signing.public_key, wanted)) {
            *out_key = set.signing;
            status = TCN_OK;
        }
        tcn_key_set_fini(&set);
    }
    return status;
}

enum tcn_status tcn_voice_wanted(const struct tcn_voice_keys *keys,
                                 const struct tcn_public_key *now,
                                 struct tcn_signing_key *out_key) {
    struct tcn_key_set set = {0};
    enum tcn_status status = read_beside(keys, NEXT_SUFFIX, &set);
    if (status == TCN_ABSENT) {
        status = read_beside(keys, "", &set);
    }
    if (status == TCN_OK && key_equals(&set.signing.public_key, now)) {
        status = TCN_ABSENT;
    }
    if (status == TCN_OK) {
        *out_key = set.signing;
    }
    tcn_key_set_fini(&set);
    return status;
}

static enum tcn_status sync_folder_of(const char *path) {
    char folder[PATH_BYTES];
    const char *slash = strrchr(path, '/');
    (void)snprintf(folder, sizeof(folder), "%.*s", slash == NULL ? 1 : (int)(slash - path + 1),
                   slash == NULL ? "." : path);
    const int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        return TCN_IO;
    }
    const int synced = fsync(descriptor);
    (void)close(descriptor);
    return synced == 0 ? TCN_OK : TCN_IO;
}

/* The old key gets a second name before the first one leads elsewhere, so it is never without one.
 */
static enum tcn_status move_in(const struct tcn_voice_keys *keys, const char *next,
                               const struct tcn_public_key *old) {
    char suffix[18];
    char kept[PATH_BYTES];
    id_suffix(old, suffix);
    if (path_of(keys, suffix, kept) != TCN_OK) {
        return TCN_IO;
    }
    if (link(keys->path, kept) != 0 && errno != EEXIST) {
        return TCN_IO;
    }
    const enum tcn_status status = sync_folder_of(keys->path);
    if (status != TCN_OK) {
        return status;
    }
    return rename(next, keys->path) == 0 ? sync_folder_of(keys->path) : TCN_IO;
}

enum tcn_status tcn_voice_install(const struct tcn_voice_keys *keys,
                                  const struct tcn_public_key *now) {
    char next[PATH_BYTES];
    if (path_of(keys, NEXT_SUFFIX, next) != TCN_OK) {
        return TCN_OK;
    }
    struct tcn_key_set wish = {0};
    struct tcn_key_set old = {0};
    enum tcn_status status = TCN_OK;
    if (tcn_key_file_read(next, &wish) == TCN_OK && key_equals(&wish.signing.public_key, now)) {
        status = tcn_key_file_read(keys->path, &old) == TCN_OK
                     ? move_in(keys, next, &old.signing.public_key)
                     : TCN_IO;
    }
    tcn_key_set_fini(&wish);
    tcn_key_set_fini(&old);
    return status;
}

/* The list, signed by the key that it leads to. */
static enum tcn_status encode_list(struct tcn_voice *voice, const struct tcn_keys *keys) {
    struct tcn_writer writer = tcn_writer_init(voice->data, sizeof(voice->data));
    enum tcn_status status = tcn_wire_keys_encode(keys, &writer, &voice->frames[0]);
    TCN_CHECK(status == TCN_OK); /* TCN_SUCCESSORS_MAX of them fit */
    status = tcn_sign(&voice->key, TCN_CONTEXT_KEYS, voice->frames[0], &voice->signature);
    voice->frames[1] = tcn_slice_of(voice->signature.bytes, sizeof(voice->signature.bytes));
    return status;
}

enum tcn_status tcn_voice_set(struct tcn_voice *voice, const struct tcn_voice_keys *keys,
                              const struct tcn_rights *rights) {
    const struct tcn_public_key *wanted = tcn_rights_collector_key(rights);
    const struct tcn_keys *list = &tcn_rights_registry(rights)->keys;
    enum tcn_status status = TCN_OK;
    if (!key_equals(&voice->key.public_key, wanted)) {
        status = tcn_voice_find(keys, wanted, &voice->key);
    }
    if (status != TCN_OK) {
        return status;
    }
    voice->key_id = tcn_key_id_of(wanted);
    voice->count = list->count;
    return list->count > 0 ? encode_list(voice, list) : TCN_OK;
}

void tcn_voice_fini(struct tcn_voice *voice) {
    tcn_secret_wipe(voice, sizeof(*voice));
}
