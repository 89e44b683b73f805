/* SPDX-License-Identifier: Apache-2.0 */
#include "client/setup.h"

#include "base/uuid.h"
#include "client/setup_file.h"
#include "core/broker_keys.h"
#include "seal/key.h"
#include "seal/random.h"
#include "wire/policy.h"
#include "wire/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A founding in progress. Everything is bounded by the registry's own maxima. */
struct founding {
    const struct tcn_setup_options *options;
    struct tcn_id log_id;
    struct tcn_key_set root;
    struct tcn_key_set collector;
    struct tcn_principal *principals;
    uint32_t principal_count;
    struct tcn_organ_key *organ_keys;
    uint32_t organ_key_count;
    uint32_t source_count;
    uint8_t *bytes; /* room for one encoded document */
};

#define DOCUMENT_BYTES_MAX ((size_t)4 * TCN_POLICY_BYTES_MAX)
#define ORGAN_KEYS_MAX TCN_ORGANS_MAX

/* Log time never goes back, and in an exercise it is the feed's: its genesis lies before every time
 * that a feed may tell. */
#define FEED_CREATED_NS 1

enum tcn_status tcn_setup_watcher_name(const char *organ, char out_name[TCN_WORD_BYTES_MAX + 1]) {
    int size = snprintf(out_name, TCN_WORD_BYTES_MAX + 1, "watch.%s", organ);
    return size > 0 && size <= TCN_WORD_BYTES_MAX ? TCN_OK : TCN_TOOBIG;
}

static enum tcn_status key_path(const struct founding *founding, const char *name,
                                char out_path[TCN_SETUP_PATH_BYTES]) {
    int size =
        snprintf(out_path, TCN_SETUP_PATH_BYTES, "%s/keys/%s.key", founding->options->dir, name);
    return size > 0 && size < TCN_SETUP_PATH_BYTES ? TCN_OK : TCN_TOOBIG;
}

static enum tcn_status write_keys(const struct founding *founding, const struct tcn_key_set *keys) {
    char path[TCN_SETUP_PATH_BYTES];
    enum tcn_status status = key_path(founding, keys->name, path);
    return status != TCN_OK ? status : tcn_key_file_write(keys, path);
}

/* Adds a row for a key set whose file is written already, and gives it for the rights to be filled
 * in. */
static enum tcn_status add_principal(struct founding *founding, const struct tcn_key_set *keys,
                                     enum tcn_role role, struct tcn_principal **out_row) {
    if (founding->principal_count == TCN_PRINCIPALS_MAX) {
        return TCN_LIMIT;
    }
    struct tcn_principal *row = &founding->principals[founding->principal_count++];
    row->id = founding->principal_count;
    memcpy(row->name, keys->name, sizeof row->name);
    row->role = role;
    row->status = TCN_PRINCIPAL_ACTIVE;
    row->transport_key = keys->transport.public_key;
    row->signing_key = keys->signing.public_key;
    *out_row = row;
    return TCN_OK;
}

static enum tcn_status add_made(struct founding *founding, const char *name, enum tcn_role role,
                                struct tcn_principal **out_row) {
    struct tcn_key_set keys;
    enum tcn_status status = tcn_key_set_make(tcn_slice_text(name), false, &keys);
    if (status != TCN_OK) {
        return status;
    }
    status = write_keys(founding, &keys);
    if (status == TCN_OK) {
        status = add_principal(founding, &keys, role, out_row);
    }
    tcn_key_set_fini(&keys);
    return status;
}

static void grant_divisions(const struct founding *founding, struct tcn_principal *row) {
    const struct tcn_policy *policy = founding->options->policy;
    for (uint32_t index = 0; index < policy->division_count; index++) {
        const struct tcn_division *division = &policy->divisions[index];
        if (division->office == row->organ && row->division_count < TCN_PRINCIPAL_DIVISIONS_MAX) {
            row->divisions[row->division_count++] = division->code;
        }
    }
}

static void grant_stream(struct tcn_principal *row, uint16_t organ) {
    row->organ = organ;
    row->streams[0] = organ;
    row->stream_count = 1;
}

/* The program that watches an organ's stream: keys of its own, but the organ's sealing key. */
static enum tcn_status add_watcher(struct founding *founding, const struct tcn_organ *organ,
                                   const struct tcn_key_set *organ_keys) {
    char name[TCN_WORD_BYTES_MAX + 1];
    struct tcn_key_set keys;
    enum tcn_status status = tcn_setup_watcher_name(organ->id, name);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_key_set_make(tcn_slice_text(name), true, &keys);
    if (status != TCN_OK) {
        return status;
    }
    keys.seal = organ_keys->seal;
    struct tcn_principal *row = NULL;
    status = write_keys(founding, &keys);
    if (status == TCN_OK) {
        status = add_principal(founding, &keys, TCN_ROLE_WATCHER, &row);
    }
    if (status == TCN_OK) {
        grant_stream(row, organ->number);
    }
    tcn_key_set_fini(&keys);
    return status;
}

static enum tcn_status add_agent(struct founding *founding, const struct tcn_organ *organ,
                                 const struct tcn_key_set *keys) {
    struct tcn_principal *row = NULL;
    enum tcn_role role = organ->kind == TCN_ORGAN_OFFICE ? TCN_ROLE_OFFICE : TCN_ROLE_BUREAU;
    enum tcn_status status = add_principal(founding, keys, role, &row);
    if (status != TCN_OK) {
        return status;
    }
    grant_stream(row, organ->number);
    grant_divisions(founding, row);
    /* The desk may report for any place: by phone, visit or letter. */
    row->all_divisions = organ->kind == TCN_ORGAN_DESK;
    row->source = ++founding->source_count;
    return TCN_OK;
}

static enum tcn_status add_organ(struct founding *founding, const struct tcn_organ *organ) {
    struct tcn_key_set keys;
    enum tcn_status status = tcn_key_set_make(tcn_slice_text(organ->id), true, &keys);
    if (status != TCN_OK) {
        return status;
    }
    status = write_keys(founding, &keys);
    if (status == TCN_OK && !founding->options->is_feed) {
        status = add_agent(founding, organ, &keys);
    }
    if (status == TCN_OK) {
        status = add_watcher(founding, organ, &keys);
    }
    if (status == TCN_OK) {
        TCN_CHECK(founding->organ_key_count < ORGAN_KEYS_MAX);
        founding->organ_keys[founding->organ_key_count++] =
            (struct tcn_organ_key){.organ = organ->number, .key = keys.seal.public_key};
    }
    tcn_key_set_fini(&keys);
    return status;
}

static enum tcn_status add_organs(struct founding *founding) {
    const struct tcn_policy *policy = founding->options->policy;
    uint32_t office_count = 0;
    for (uint32_t index = 0; index < policy->organ_count; index++) {
        const struct tcn_organ *organ = &policy->organs[index];
        if (organ->kind == TCN_ORGAN_OFFICE && office_count++ >= founding->options->office_count) {
            continue;
        }
        enum tcn_status status = add_organ(founding, organ);
        if (status != TCN_OK) {
            return status;
        }
    }
    return TCN_OK;
}

static enum tcn_status add_auditor_and_feed(struct founding *founding) {
    struct tcn_principal *row = NULL;
    enum tcn_status status = add_made(founding, "auditor", TCN_ROLE_AUDITOR, &row);
    if (status != TCN_OK) {
        return status;
    }
    row->all_streams = true;
    if (!founding->options->is_feed) {
        return TCN_OK;
    }
    status = add_made(founding, "feed", TCN_ROLE_FEED, &row);
    if (status == TCN_OK) {
        row->source = ++founding->source_count;
        row->all_divisions = true;
    }
    return status;
}

/* Last, so that the numbers of everybody else are what they were without them. */
static enum tcn_status add_admins(struct founding *founding) {
    static const char *const names[] = {TCN_SETUP_ADMIN, TCN_SETUP_ADMIN_SPARE};
    enum tcn_status status = TCN_OK;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && status == TCN_OK; i++) {
        struct tcn_principal *row = NULL;
        status = add_made(founding, names[i], TCN_ROLE_ADMIN, &row);
        if (status == TCN_OK) {
            row->source = ++founding->source_count;
        }
    }
    return status;
}

static enum tcn_status add_everybody(struct founding *founding) {
    struct tcn_principal *row = NULL;
    enum tcn_status status =
        add_principal(founding, &founding->collector, TCN_ROLE_COLLECTOR, &row);
    if (status != TCN_OK) {
        return status;
    }
    TCN_CHECK(row->id == TCN_COLLECTOR_PRINCIPAL);
    status = add_made(founding, "broker", TCN_ROLE_BROKER, &row);
    if (status == TCN_OK) {
        status = add_auditor_and_feed(founding);
    }
    if (status == TCN_OK) {
        status = add_organs(founding);
    }
    return status != TCN_OK || founding->options->is_feed ? status : add_admins(founding);
}

static enum tcn_status write_genesis(struct founding *founding, struct tcn_slice registry,
                                     struct tcn_slice policy) {
    const struct tcn_genesis genesis = {
        .format = TCN_GENESIS_FORMAT,
        .log_id = founding->log_id,
        .created_ns = founding->options->is_feed ? FEED_CREATED_NS : founding->options->now_ns,
        .mode = founding->options->is_feed ? TCN_MODE_EXERCISE : TCN_MODE_ACTUAL,
        .root_key = founding->root.signing.public_key,
        .collector_key = founding->collector.signing.public_key,
        .fold_version = TCN_FOLD_VERSION,
        .registry = registry,
        .policy = policy,
    };
    struct tcn_writer writer = tcn_writer_init(founding->bytes, DOCUMENT_BYTES_MAX);
    struct tcn_slice bytes;
    enum tcn_status status = tcn_wire_genesis_encode(&genesis, &writer, &bytes);
    if (status != TCN_OK) {
        return status;
    }
    return tcn_setup_file_write(founding->options->dir, "genesis.bin", &founding->root.signing,
                                TCN_CONTEXT_GENESIS, bytes);
}

static enum tcn_status write_bundle(struct founding *founding, struct tcn_slice policy) {
    struct tcn_bundle bundle = {
        .version = founding->options->policy->version,
        .log_id = founding->log_id,
        .mode = founding->options->is_feed ? TCN_MODE_EXERCISE : TCN_MODE_ACTUAL,
        .collector_key = founding->collector.signing.public_key,
        .policy = policy,
        .organ_keys = founding->organ_keys,
        .organ_key_count = founding->organ_key_count,
    };
    const struct tcn_registry registry = {.principals = founding->principals,
                                          .principal_count = founding->principal_count};
    tcn_broker_keys_of(&registry, &bundle.brokers);
    struct tcn_writer writer = tcn_writer_init(founding->bytes, DOCUMENT_BYTES_MAX);
    struct tcn_slice bytes;
    enum tcn_status status = tcn_wire_bundle_encode(&bundle, &writer, &bytes);
    if (status != TCN_OK) {
        return status;
    }
    return tcn_setup_file_write(founding->options->dir, "bundle.bin", &founding->collector.signing,
                                TCN_CONTEXT_BUNDLE, bytes);
}

/* Genesis last: it is what makes the folder a founded one. */
static enum tcn_status write_documents(struct founding *founding, uint8_t *parts,
                                       size_t parts_size) {
    const struct tcn_registry registry = {
        .version = 1,
        .principals = founding->principals,
        .principal_count = founding->principal_count,
        .organ_keys = founding->organ_keys,
        .organ_key_count = founding->organ_key_count,
    };
    struct tcn_writer writer = tcn_writer_init(parts, parts_size);
    struct tcn_slice registry_bytes;
    struct tcn_slice policy_bytes;
    enum tcn_status status = tcn_wire_registry_encode(&registry, &writer, &registry_bytes);
    if (status == TCN_OK) {
        status = tcn_wire_policy_encode(founding->options->policy, &writer, &policy_bytes);
    }
    if (status == TCN_OK) {
        status = write_bundle(founding, policy_bytes);
    }
    return status != TCN_OK ? status : write_genesis(founding, registry_bytes, policy_bytes);
}

static enum tcn_status make_head_keys(struct founding *founding) {
    enum tcn_status status = tcn_key_set_make(tcn_slice_text("root"), false, &founding->root);
    if (status == TCN_OK) {
        status = write_keys(founding, &founding->root);
    }
    if (status == TCN_OK) {
        status = tcn_key_set_make(tcn_slice_text("collector"), false, &founding->collector);
    }
    return status != TCN_OK ? status : write_keys(founding, &founding->collector);
}

enum tcn_status tcn_setup_make(const struct tcn_setup_options *options) {
    enum tcn_status status = tcn_setup_file_prepare(options->dir);
    if (status != TCN_OK) {
        return status;
    }
    struct founding founding = {.options = options};
    uint8_t random[10];
    tcn_random_bytes(random, sizeof random);
    tcn_uuid7_make(options->now_ns, random, founding.log_id.bytes);
    uint8_t *parts = malloc(DOCUMENT_BYTES_MAX);
    founding.bytes = malloc(DOCUMENT_BYTES_MAX);
    founding.principals = calloc(TCN_PRINCIPALS_MAX, sizeof *founding.principals);
    founding.organ_keys = calloc(ORGAN_KEYS_MAX, sizeof *founding.organ_keys);
    if (parts == NULL || founding.bytes == NULL || founding.principals == NULL ||
        founding.organ_keys == NULL) {
        status = TCN_NOMEM;
    }
    if (status == TCN_OK) {
        status = make_head_keys(&founding);
    }
    if (status == TCN_OK) {
        status = add_everybody(&founding);
    }
    if (status == TCN_OK) {
        status = write_documents(&founding, parts, DOCUMENT_BYTES_MAX);
    }
    tcn_key_set_fini(&founding.root);
    tcn_key_set_fini(&founding.collector);
    free(founding.organ_keys);
    free(founding.principals);
    free(founding.bytes);
    free(parts);
    return status;
}

enum tcn_status tcn_setup_load(const char *dir, struct tcn_setup *out_setup) {
    struct tcn_setup setup = {0};
    uint8_t *data = NULL;
    struct tcn_slice bytes;
    struct tcn_signature signature;
    enum tcn_status status = tcn_setup_file_read(dir, "genesis.bin", &data, &bytes, &signature);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_arena_init(&setup.arena, TCN_SETUP_ARENA_BYTES);
    if (status == TCN_OK) {
        status = tcn_wire_genesis_decode(bytes, &setup.arena, &setup.genesis);
    }
    if (status == TCN_OK) {
        status = tcn_verify(&setup.genesis.root_key, TCN_CONTEXT_GENESIS, bytes, &signature);
    }
    if (status == TCN_OK) {
        status = tcn_wire_registry_decode(setup.genesis.registry, &setup.arena, &setup.registry);
    }
    if (status == TCN_OK) {
        status = tcn_wire_policy_decode(setup.genesis.policy, &setup.arena, &setup.policy);
    }
    free(data);
    if (status != TCN_OK) {
        tcn_setup_fini(&setup);
        return status;
    }
    *out_setup = setup;
    return TCN_OK;
}

void tcn_setup_fini(struct tcn_setup *setup) {
    if (setup != NULL) {
        tcn_arena_fini(&setup->arena);
        memset(setup, 0, sizeof *setup);
    }
}

const struct tcn_principal *tcn_setup_find(const struct tcn_setup *setup, const char *name) {
    for (uint32_t index = 0; index < setup->registry.principal_count; index++) {
        if (strcmp(setup->registry.principals[index].name, name) == 0) {
            return &setup->registry.principals[index];
        }
    }
    return NULL;
}
