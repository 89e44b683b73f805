/* SPDX-License-Identifier: Apache-2.0 */
#include "query/activation.h"

#include "query/chain.h"
#include "seal/hash.h"
#include "seal/key.h"
#include "seal/sign.h"
#include "store/fresh.h"
#include "wire/activation.h"
#include "wire/policy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES 1200

static enum tcn_status path_of(const char *dir, const char *name, char out_path[PATH_BYTES]) {
    const int size = snprintf(out_path, PATH_BYTES, "%s/%s", dir, name);
    return size > 0 && size < PATH_BYTES ? TCN_OK : TCN_TOOBIG;
}

/* The administrator that a key set is of, or NULL. */
static const struct tcn_principal *administrator_of(const struct tcn_rights *rights,
                                                    const struct tcn_public_key *key,
                                                    int64_t now_ns) {
    const struct tcn_registry *registry = tcn_rights_registry(rights);
    for (uint32_t i = 0; i < registry->principal_count; i++) {
        const struct tcn_principal *row = &registry->principals[i];
        if (row->role == TCN_ROLE_ADMIN && tcn_principal_is_valid(row, now_ns) &&
            memcmp(&row->signing_key, key, sizeof(*key)) == 0) {
            return row;
        }
    }
    return NULL;
}

/* Word, policy, text and signature as one file. */
static enum tcn_status save(const struct tcn_activation *word, struct tcn_slice policy,
                            struct tcn_slice text, const struct tcn_signing_key *key,
                            const char *path) {
    uint8_t head_data[TCN_ACTIVATION_BYTES_MAX];
    struct tcn_writer head_writer = tcn_writer_init(head_data, sizeof(head_data));
    struct tcn_slice head = {0};
    struct tcn_signature signature = {0};
    enum tcn_status status = tcn_wire_activation_encode(word, &head_writer, &head);
    if (status == TCN_OK) {
        status = tcn_sign(key, TCN_CONTEXT_ACTIVATION, head, &signature);
    }
    if (status != TCN_OK) {
        return status;
    }
    uint8_t *data = malloc(TCN_ACTIVATION_FILE_BYTES_MAX);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_writer writer = tcn_writer_init(data, TCN_ACTIVATION_FILE_BYTES_MAX);
    tcn_write_u32(&writer, (uint32_t)head.size);
    tcn_write_bytes(&writer, head.data, head.size);
    tcn_write_u32(&writer, (uint32_t)(policy.size + text.size));
    tcn_write_bytes(&writer, policy.data, policy.size);
    tcn_write_bytes(&writer, text.data, text.size);
    tcn_write_bytes(&writer, signature.bytes, sizeof(signature.bytes));
    TCN_CHECK(!writer.overflowed);
    status = tcn_fresh_replace(path, data, writer.offset);
    free(data);
    return status;
}

/* The policy in force, once more. */
static bool is_in_force(const struct tcn_rights *rights, struct tcn_slice policy) {
    const struct tcn_slice now = tcn_rights_policy_bytes(rights);
    return policy.size == now.size && memcmp(policy.data, now.data, now.size) == 0;
}

/* Says an encoded policy in the administrator's name. */
static enum tcn_status say(const struct tcn_rights *rights, const struct tcn_activation_wish *wish,
                           struct tcn_slice policy, uint32_t administrator,
                           const struct tcn_signing_key *key, const char *path) {
    const struct tcn_genesis *genesis = &rights->charter->genesis;
    const struct tcn_activation word = {
        .format = TCN_ACTIVATION_FORMAT,
        .log_id = genesis->log_id,
        .mode = genesis->mode,
        .principal = administrator,
        .said_ns = wish->now_ns,
        .replaces = tcn_rights_policy(rights)->version,
        .version = wish->policy->version,
        .policy_hash = tcn_hash_of(policy),
        .fold_version = TCN_FOLD_VERSION,
        .restates = wish->restates,
        .policy_size = (uint32_t)policy.size,
        .text_hash = wish->text.size > 0 ? tcn_hash_of(wish->text) : (struct tcn_hash){{0}},
    };
    return save(&word, policy, wish->text, key, path);
}

/* Judges the wish of an administrator, and says it. */
static enum tcn_status make(const struct tcn_rights *rights, const struct tcn_activation_wish *wish,
                            const char *path, const struct tcn_principal *administrator,
                            const struct tcn_signing_key *key,
                            struct tcn_regime_verdict *out_verdict) {
    struct tcn_slice policy = {0};
    if (wish->text.size > TCN_POLICY_TEXT_BYTES_MAX) {
        return TCN_TOOBIG;
    }
    uint8_t *data = malloc(TCN_POLICY_BYTES_MAX);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_writer writer = tcn_writer_init(data, TCN_POLICY_BYTES_MAX);
    enum tcn_status status = tcn_wire_policy_encode(wish->policy, &writer, &policy);
    if (status == TCN_OK && is_in_force(rights, policy)) {
        status = TCN_EXISTS;
    }
    if (status == TCN_OK) {
        status = tcn_regime_check(tcn_rights_policy(rights), wish->policy, out_verdict);
    }
    if (status == TCN_OK && access(path, F_OK) == 0) {
        status = TCN_BUSY;
    }
    if (status == TCN_OK) {
        status = say(rights, wish, policy, administrator->id, key, path);
    }
    free(data);
    return status;
}

enum tcn_status tcn_activation_make(const struct tcn_rights *rights,
                                    const struct tcn_activation_wish *wish, const char *dir,
                                    struct tcn_regime_verdict *out_verdict) {
    char path[PATH_BYTES];
    struct tcn_key_set keys = {0};
    enum tcn_status status = path_of(dir, TCN_ACTIVATION_NEXT, path);
    if (status == TCN_OK) {
        status = tcn_key_file_read(wish->key_path, &keys);
    }
    if (status != TCN_OK) {
        return status;
    }
    /* Who may not speak learns nothing of what is in force or waits. */
    const struct tcn_principal *administrator =
        administrator_of(rights, &keys.signing.public_key, wish->now_ns);
    status = administrator == NULL
                 ? TCN_DENIED
                 : make(rights, wish, path, administrator, &keys.signing, out_verdict);
    tcn_key_set_fini(&keys);
    return status;
}

static enum tcn_status split(struct tcn_activation_file *file, size_t size) {
    struct tcn_reader reader = tcn_reader_init(tcn_slice_of(file->data, size));
    const size_t head_size = tcn_read_u32(&reader);
    file->chunk.head = tcn_read_slice(&reader, head_size);
    const size_t body_size = tcn_read_u32(&reader);
    file->chunk.body = tcn_read_slice(&reader, body_size);
    file->chunk.signature = tcn_read_slice(&reader, sizeof(struct tcn_signature));
    if (reader.underflowed || tcn_reader_rest(&reader) != 0) {
        return TCN_MALFORMED;
    }
    file->content = tcn_record_content_hash(TCN_RECORD_POLICY, file->chunk.head);
    return TCN_OK;
}

/* Opens what waits, if it is a plain file: a pipe would keep the writer waiting, and a link leads
 * to what others put there. */
static enum tcn_status open_file(const char *path, FILE **out_stream) {
    struct stat facts;
    const int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) {
        return errno == ENOENT                     ? TCN_ABSENT
               : errno == ELOOP || errno == ENXIO  ? TCN_BAD_VALUE
               : errno == EACCES || errno == EPERM ? TCN_CONFIG
                                                   : TCN_IO;
    }
    enum tcn_status status = fstat(file, &facts) != 0 ? TCN_IO
                             : S_ISREG(facts.st_mode) ? TCN_OK
                                                      : TCN_BAD_VALUE;
    FILE *stream = status == TCN_OK ? fdopen(file, "rb") : NULL;
    if (stream == NULL) {
        (void)close(file);
        return status == TCN_OK ? TCN_NOMEM : status;
    }
    *out_stream = stream;
    return TCN_OK;
}

enum tcn_status tcn_activation_load(const char *dir, struct tcn_activation_file *out_file) {
    char path[PATH_BYTES];
    enum tcn_status status = path_of(dir, TCN_ACTIVATION_NEXT, path);
    if (status != TCN_OK) {
        return status;
    }
    FILE *stream = NULL;
    status = open_file(path, &stream);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_activation_file file = {.data = malloc(TCN_ACTIVATION_FILE_BYTES_MAX + 1)};
    status = file.data == NULL ? TCN_NOMEM : TCN_OK;
    if (status == TCN_OK) {
        const size_t size = fread(file.data, 1, TCN_ACTIVATION_FILE_BYTES_MAX + 1, stream);
        status = ferror(stream) != 0                    ? TCN_IO
                 : size > TCN_ACTIVATION_FILE_BYTES_MAX ? TCN_TOOBIG
                                                        : split(&file, size);
    }
    (void)fclose(stream);
    if (status != TCN_OK) {
        tcn_activation_forget(&file);
        return status;
    }
    *out_file = file;
    return TCN_OK;
}

void tcn_activation_forget(struct tcn_activation_file *file) {
    free(file->data);
    *file = (struct tcn_activation_file){.data = NULL};
}

enum tcn_status tcn_activation_settle(const char *dir, bool is_refused) {
    char path[PATH_BYTES];
    char refused[PATH_BYTES];
    enum tcn_status status = path_of(dir, TCN_ACTIVATION_NEXT, path);
    if (status == TCN_OK) {
        status = path_of(dir, TCN_ACTIVATION_REFUSED, refused);
    }
    if (status != TCN_OK) {
        return status;
    }
    const int done = is_refused ? rename(path, refused) : unlink(path);
    return done == 0 || errno == ENOENT ? TCN_OK : TCN_IO;
}

/* Whose word it is, and that it is its word. */
static enum tcn_status check_speaker(const struct tcn_rights *rights,
                                     const struct tcn_activation *word,
                                     const struct tcn_chunk *chunk, int64_t now_ns) {
    const struct tcn_principal *row =
        tcn_registry_find(tcn_rights_registry(rights), word->principal);
    struct tcn_signature signature;
    if (row == NULL || row->role != TCN_ROLE_ADMIN) {
        return TCN_DENIED;
    }
    if (!tcn_principal_is_valid(row, now_ns)) {
        return TCN_REVOKED;
    }
    memcpy(signature.bytes, chunk->signature.data, sizeof(signature.bytes));
    const enum tcn_status status =
        tcn_verify(&row->signing_key, TCN_CONTEXT_ACTIVATION, chunk->head, &signature);
    const struct tcn_public_key *old = tcn_principal_old_signing_key(row, now_ns);
    return status == TCN_BAD_SIGNATURE && old != NULL
               ? tcn_verify(old, TCN_CONTEXT_ACTIVATION, chunk->head, &signature)
               : status;
}

enum tcn_status tcn_activation_check(const struct tcn_rights *rights,
                                     const struct tcn_activation_file *file, int64_t now_ns,
                                     uint32_t *out_principal) {
    const struct tcn_record record = {.kind = TCN_RECORD_POLICY, .chunk = file->chunk};
    struct tcn_activated *made = NULL;
    enum tcn_status status = tcn_activated_create(&record, 0, &made);
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_activation word = made->word;
    const bool is_same = is_in_force(rights, made->bytes);
    tcn_activated_destroy(&made);
    if (!tcn_id_equals(&word.log_id, &rights->charter->genesis.log_id)) {
        return TCN_FOREIGN_LOG;
    }
    status = check_speaker(rights, &word, &file->chunk, now_ns);
    if (status == TCN_OK && is_same) {
        status = TCN_EXISTS;
    }
    if (status == TCN_OK) {
        status = tcn_rights_judge(rights, &record, 0, &made);
        tcn_activated_destroy(&made);
    }
    if (status == TCN_OK) {
        *out_principal = word.principal;
    }
    return status;
}
