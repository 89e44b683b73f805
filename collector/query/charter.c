/* SPDX-License-Identifier: Apache-2.0 */
#include "query/charter.h"

#include "query/chain.h"
#include "seal/hash.h"
#include "seal/sign.h"
#include "wire/frame.h"
#include "wire/policy.h"
#include "wire/registry.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_BYTES 4u
#define FILE_BYTES_MAX (SIZE_BYTES + TCN_GENESIS_BYTES_MAX + sizeof(struct tcn_signature))

/* Genesis, its registry and its policy are decoded one after the other into the one arena. */
static size_t arena_bytes(size_t genesis_bytes) {
    return TCN_WIRE_ARENA_BYTES(genesis_bytes) + TCN_POLICY_ARENA_BYTES(genesis_bytes) +
           genesis_bytes;
}

static enum tcn_status decode(struct tcn_charter *charter) {
    enum tcn_status status =
        tcn_wire_genesis_decode(charter->bytes, &charter->arena, &charter->genesis);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_verify(&charter->genesis.root_key, TCN_CONTEXT_GENESIS, charter->bytes,
                        &charter->signature);
    if (status != TCN_OK) {
        return status;
    }
    if (charter->genesis.fold_version != TCN_FOLD_VERSION) {
        return TCN_VERSION;
    }
    status =
        tcn_wire_registry_decode(charter->genesis.registry, &charter->arena, &charter->registry);
    if (status != TCN_OK) {
        return status;
    }
    if (charter->registry.keys.count > 0) {
        return TCN_BAD_VALUE; /* a log begins with one key of its collector */
    }
    return tcn_wire_policy_decode(charter->genesis.policy, &charter->arena, &charter->policy);
}

enum tcn_status tcn_charter_init(struct tcn_charter *charter, struct tcn_slice bytes,
                                 struct tcn_slice signature) {
    TCN_CHECK(charter != NULL);
    if (bytes.size > TCN_GENESIS_BYTES_MAX) {
        return TCN_TOOBIG;
    }
    if (signature.size != sizeof(struct tcn_signature)) {
        return TCN_MALFORMED;
    }
    struct tcn_charter made = {0};
    enum tcn_status status = tcn_arena_init(&made.arena, arena_bytes(bytes.size));
    if (status != TCN_OK) {
        return status;
    }
    const void *copy = tcn_arena_copy(&made.arena, bytes.data, bytes.size);
    if (copy == NULL) {
        tcn_arena_fini(&made.arena);
        return TCN_NOMEM;
    }
    made.bytes = tcn_slice_of(copy, bytes.size);
    memcpy(made.signature.bytes, signature.data, signature.size);
    status = decode(&made);
    if (status != TCN_OK) {
        tcn_arena_fini(&made.arena);
        return status;
    }
    made.hash = tcn_record_content_hash(TCN_RECORD_GENESIS, made.bytes);
    *charter = made;
    return TCN_OK;
}

static enum tcn_status init_bytes(struct tcn_charter *charter, struct tcn_slice file) {
    struct tcn_reader reader = tcn_reader_init(file);
    const size_t size = tcn_read_u32(&reader);
    const struct tcn_slice bytes = tcn_read_slice(&reader, size);
    const struct tcn_slice signature = tcn_read_slice(&reader, sizeof(struct tcn_signature));
    if (reader.underflowed || tcn_reader_rest(&reader) != 0) {
        return TCN_MALFORMED;
    }
    return tcn_charter_init(charter, bytes, signature);
}

enum tcn_status tcn_charter_init_file(struct tcn_charter *charter, const char *path) {
    TCN_CHECK(charter != NULL && path != NULL);
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        return errno == ENOENT ? TCN_ABSENT : TCN_IO;
    }
    enum tcn_status status = TCN_OK;
    uint8_t *data = malloc(FILE_BYTES_MAX + 1);
    if (data == NULL) {
        status = TCN_NOMEM;
        goto out;
    }
    const size_t size = fread(data, 1, FILE_BYTES_MAX + 1, file);
    if (ferror(file) != 0) {
        status = TCN_IO;
        goto out;
    }
    status = size > FILE_BYTES_MAX ? TCN_TOOBIG : init_bytes(charter, tcn_slice_of(data, size));
out:
    free(data);
    (void)fclose(file);
    return status;
}

enum tcn_status tcn_charter_init_log(struct tcn_charter *charter, struct tcn_log_reader *reader) {
    struct tcn_record record = {0};
    enum tcn_status status = tcn_log_read(reader, 1, &record);
    if (status != TCN_OK) {
        return status;
    }
    if (record.kind != TCN_RECORD_GENESIS) {
        return TCN_CORRUPT;
    }
    return tcn_charter_init(charter, record.chunk.head, record.chunk.signature);
}

uint16_t tcn_charter_organ(const struct tcn_policy *policy, const struct tcn_principal *principal,
                           const struct tcn_event *event) {
    if (principal == NULL) {
        return 0;
    }
    if (principal->role != TCN_ROLE_FEED) {
        return principal->organ;
    }
    const struct tcn_organ *organ = tcn_policy_organ_by_id(policy, event->office);
    return organ == NULL ? 0 : organ->number;
}

uint64_t tcn_charter_bundle_version(const struct tcn_charter *charter,
                                    const struct tcn_policy *policy,
                                    const struct tcn_registry *registry) {
    return policy->version + registry->version - charter->registry.version;
}

void tcn_charter_fini(struct tcn_charter *charter) {
    if (charter == NULL) {
        return;
    }
    tcn_arena_fini(&charter->arena);
    *charter = (struct tcn_charter){0};
}

bool tcn_charter_takes(const struct tcn_charter *charter, enum tcn_mode mode) {
    return mode == charter->genesis.mode ||
           (mode == TCN_MODE_EXERCISE && charter->genesis.mode == TCN_MODE_ACTUAL);
}
