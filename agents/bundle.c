/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/bundle.h"

#include "seal/sign.h"
#include "wire/frame.h"
#include "wire/policy.h"
#include "wire/registry.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIGNATURE_BYTES 64u

static bool key_is_none(const struct tcn_public_key *key) {
    static const struct tcn_public_key none = {{0}};
    return memcmp(key, &none, sizeof(none)) == 0;
}

/** Splits the bytes into the encoded bundle and its signature. */
static enum tcn_status split(struct tcn_slice bytes, struct tcn_slice *out_encoded,
                             struct tcn_signature *out_signature) {
    struct tcn_reader reader = tcn_reader_init(bytes);
    uint32_t size = tcn_read_u32(&reader);
    struct tcn_slice encoded = tcn_read_slice(&reader, size);
    struct tcn_signature signature;
    tcn_read_bytes(&reader, signature.bytes, sizeof(signature.bytes));
    if (reader.underflowed || tcn_reader_rest(&reader) > 0) {
        return TCN_MALFORMED;
    }
    *out_encoded = encoded;
    *out_signature = signature;
    return TCN_OK;
}

/** Decodes bundle and policy into the bundle's own arena. */
static enum tcn_status decode(struct tcn_slice encoded, struct tcn_agent_bundle *made) {
    enum tcn_status status = tcn_wire_bundle_decode(encoded, &made->arena, &made->bundle);
    if (status != TCN_OK) {
        return status;
    }
    return tcn_wire_policy_decode(made->bundle.policy, &made->arena, &made->policy);
}

/** Checks the keys and the signature; the ring learns only when both hold. */
static enum tcn_status verify(const struct tcn_bundle *bundle, struct tcn_slice encoded,
                              const struct tcn_signature *signature, struct tcn_keyring *ring) {
    struct tcn_keyring made = *ring;
    if (key_is_none(&made.first)) {
        made.first = bundle->collector_key;
    }
    if (bundle->keys.count > 0 && !tcn_id_equals(&bundle->keys.log_id, &bundle->log_id)) {
        return TCN_FOREIGN_LOG;
    }
    const enum tcn_status status =
        tcn_keyring_take(&made, &bundle->keys, TCN_CONTEXT_BUNDLE, encoded, signature);
    if (status == TCN_OK) {
        *ring = made;
    }
    return status;
}

enum tcn_status tcn_agent_bundle_init(struct tcn_slice bytes, struct tcn_keyring *ring,
                                      struct tcn_agent_bundle *out_bundle) {
    struct tcn_slice encoded;
    struct tcn_signature signature;
    enum tcn_status status = split(bytes, &encoded, &signature);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_agent_bundle made;
    memset(&made, 0, sizeof(made));
    /* The bundle, and the policy that is encoded within it. */
    status = tcn_arena_init(&made.arena, TCN_WIRE_ARENA_BYTES(encoded.size) +
                                             TCN_POLICY_ARENA_BYTES(encoded.size));
    if (status != TCN_OK) {
        return status;
    }
    status = decode(encoded, &made);
    if (status == TCN_OK) {
        status = verify(&made.bundle, encoded, &signature, ring);
    }
    if (status != TCN_OK) {
        tcn_agent_bundle_fini(&made);
        return status;
    }
    *out_bundle = made;
    return TCN_OK;
}

void tcn_agent_bundle_fini(struct tcn_agent_bundle *bundle) {
    tcn_arena_fini(&bundle->arena);
    memset(bundle, 0, sizeof(*bundle));
}

enum tcn_status tcn_agent_bundle_join(struct tcn_slice encoded, struct tcn_slice signature,
                                      struct tcn_writer *writer, struct tcn_slice *out_bytes) {
    if (signature.size != SIGNATURE_BYTES || encoded.size > UINT32_MAX) {
        return TCN_MALFORMED;
    }
    size_t before = writer->offset;
    tcn_write_u32(writer, (uint32_t)encoded.size);
    tcn_write_bytes(writer, encoded.data, encoded.size);
    tcn_write_bytes(writer, signature.data, signature.size);
    if (writer->overflowed) {
        return TCN_TOOBIG;
    }
    *out_bytes = tcn_slice_of(writer->data + before, writer->offset - before);
    return TCN_OK;
}

/** Reads the whole of an open file into the arena. */
static enum tcn_status read_all(int descriptor, struct tcn_arena *arena,
                                struct tcn_slice *out_bytes) {
    struct stat facts;
    if (fstat(descriptor, &facts) != 0) {
        return TCN_IO;
    }
    if (facts.st_size < 0 || facts.st_size > TCN_AGENT_BUNDLE_BYTES_MAX) {
        return TCN_TOOBIG;
    }
    size_t size = (size_t)facts.st_size;
    uint8_t *data = tcn_arena_alloc(arena, size);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    size_t offset = 0;
    while (offset < size) {
        ssize_t got = read(descriptor, data + offset, size - offset);
        if (got <= 0) {
            return TCN_IO; /* it shrank, or the disk failed */
        }
        offset += (size_t)got;
    }
    *out_bytes = tcn_slice_of(data, size);
    return TCN_OK;
}

enum tcn_status tcn_agent_bundle_read(const char *path, struct tcn_arena *arena,
                                      struct tcn_slice *out_bytes) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return errno == ENOENT ? TCN_ABSENT : errno == EACCES ? TCN_DENIED : TCN_IO;
    }
    enum tcn_status status = read_all(descriptor, arena, out_bytes);
    (void)close(descriptor);
    return status;
}

const struct tcn_public_key *tcn_agent_bundle_key(const struct tcn_bundle *bundle, uint16_t organ) {
    for (uint32_t i = bundle->organ_key_count; i > 0; i--) { /* newest last */
        if (bundle->organ_keys[i - 1].organ == organ) {
            return &bundle->organ_keys[i - 1].key;
        }
    }
    return NULL;
}
