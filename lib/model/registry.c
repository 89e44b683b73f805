/* SPDX-License-Identifier: Apache-2.0 */
#include "model/registry.h"

#include <string.h>

/** A division of the township level ends in so many zeros: its villages count below them. */
#define VILLAGE_CODES 1000u

const struct tcn_principal *tcn_registry_find(const struct tcn_registry *registry, uint32_t id) {
    uint32_t first = 0;
    uint32_t end = registry->principal_count;
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        if (registry->principals[middle].id < id) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    if (first < registry->principal_count && registry->principals[first].id == id) {
        return &registry->principals[first];
    }
    return NULL;
}

/** True when all bytes are zero: "has no such key". */
static bool key_is_none(const struct tcn_public_key *key) {
    static const struct tcn_public_key none;
    return memcmp(key->bytes, none.bytes, sizeof(none.bytes)) == 0;
}

const struct tcn_principal *tcn_registry_find_key(const struct tcn_registry *registry,
                                                  const struct tcn_public_key *transport_key) {
    if (key_is_none(transport_key)) {
        return NULL;
    }
    for (uint32_t i = 0; i < registry->principal_count; i++) {
        const struct tcn_principal *principal = &registry->principals[i];
        if (memcmp(principal->transport_key.bytes, transport_key->bytes,
                   sizeof(transport_key->bytes)) == 0) {
            return principal;
        }
    }
    return NULL;
}

const struct tcn_principal *tcn_registry_find_source(const struct tcn_registry *registry,
                                                     uint32_t source) {
    const struct tcn_principal *found = NULL;
    if (source == 0) {
        return NULL;
    }
    for (uint32_t i = 0; i < registry->principal_count; i++) {
        const struct tcn_principal *principal = &registry->principals[i];
        if (principal->source != source) {
            continue;
        }
        /* A source outlives its keys: the row that is still active speaks for it. */
        if (principal->status == TCN_PRINCIPAL_ACTIVE) {
            return principal;
        }
        found = found != NULL ? found : principal;
    }
    return found;
}

bool tcn_principal_is_valid(const struct tcn_principal *principal, int64_t now_ns) {
    return principal->status == TCN_PRINCIPAL_ACTIVE && now_ns >= principal->not_before_ns &&
           (principal->not_after_ns == 0 || now_ns < principal->not_after_ns);
}

/** The lower of both when the other is behind `after_ns`. */
static int64_t sooner(int64_t first_ns, int64_t other_ns, int64_t after_ns) {
    return other_ns > after_ns && other_ns < first_ns ? other_ns : first_ns;
}

int64_t tcn_registry_next_end(const struct tcn_registry *registry, int64_t after_ns) {
    int64_t end_ns = INT64_MAX;
    for (uint32_t i = 0; i < registry->principal_count; i++) {
        const struct tcn_principal *row = &registry->principals[i];
        if (row->status == TCN_PRINCIPAL_ACTIVE) {
            end_ns = sooner(end_ns, row->not_after_ns, after_ns);
            end_ns = sooner(end_ns, row->old_until_ns, after_ns);
        }
    }
    return end_ns;
}

bool tcn_principal_may_read(const struct tcn_principal *principal, uint16_t organ) {
    TCN_CHECK(principal->stream_count <= TCN_PRINCIPAL_STREAMS_MAX);
    for (uint32_t i = 0; i < principal->stream_count; i++) {
        if (principal->streams[i] == organ) {
            return true;
        }
    }
    return principal->all_streams;
}

bool tcn_principal_may_report(const struct tcn_principal *principal, uint64_t division) {
    TCN_CHECK(principal->division_count <= TCN_PRINCIPAL_DIVISIONS_MAX);
    uint64_t township = division / VILLAGE_CODES * VILLAGE_CODES;
    for (uint32_t i = 0; i < principal->division_count; i++) {
        uint64_t right = principal->divisions[i];
        if (right == division || right == township) {
            return true;
        }
    }
    return principal->all_divisions;
}

const struct tcn_public_key *tcn_principal_old_transport_key(const struct tcn_principal *principal,
                                                             int64_t now_ns) {
    bool is_good = now_ns < principal->old_until_ns && !key_is_none(&principal->old_transport_key);
    return is_good ? &principal->old_transport_key : NULL;
}

const struct tcn_public_key *tcn_principal_old_signing_key(const struct tcn_principal *principal,
                                                           int64_t now_ns) {
    bool is_good = now_ns < principal->old_until_ns && !key_is_none(&principal->old_signing_key);
    return is_good ? &principal->old_signing_key : NULL;
}

bool tcn_principal_may_act(const struct tcn_principal *principal, enum tcn_act act) {
    TCN_CHECK(principal->act_count <= TCN_PRINCIPAL_ACTS_MAX);
    for (uint32_t i = 0; i < principal->act_count; i++) {
        if (principal->acts[i] == (uint32_t)act) {
            return true;
        }
    }
    return principal->act_count == 0;
}

const char *tcn_change_name(enum tcn_change_kind kind) {
    static const char *const names[] = {
        [TCN_CHANGE_NONE] = "none",           [TCN_CHANGE_INVITED] = "invited",
        [TCN_CHANGE_ENROLLED] = "enrolled",   [TCN_CHANGE_RIGHTS] = "rights",
        [TCN_CHANGE_ROTATED] = "rotated",     [TCN_CHANGE_REVOKED] = "revoked",
        [TCN_CHANGE_ORGAN_KEY] = "organ_key", [TCN_CHANGE_COLLECTOR_KEY] = "collector_key",
    };
    uint32_t number = (uint32_t)kind;
    return number < sizeof(names) / sizeof(names[0]) ? names[number] : "none";
}

const char *tcn_principal_status_name(enum tcn_principal_status status) {
    static const char *const names[] = {
        [TCN_PRINCIPAL_NONE] = "none",
        [TCN_PRINCIPAL_ACTIVE] = "active",
        [TCN_PRINCIPAL_REVOKED] = "revoked",
        [TCN_PRINCIPAL_INVITED] = "invited",
    };
    uint32_t number = (uint32_t)status;
    return number < sizeof(names) / sizeof(names[0]) ? names[number] : "none";
}

const char *tcn_role_name(enum tcn_role role) {
    static const char *const names[] = {
        [TCN_ROLE_NONE] = "none",       [TCN_ROLE_OFFICE] = "office",
        [TCN_ROLE_BUREAU] = "bureau",   [TCN_ROLE_WATCHER] = "watcher",
        [TCN_ROLE_AUDITOR] = "auditor", [TCN_ROLE_ADMIN] = "admin",
        [TCN_ROLE_BROKER] = "broker",   [TCN_ROLE_COLLECTOR] = "collector",
        [TCN_ROLE_FEED] = "feed",
    };
    uint32_t number = (uint32_t)role;
    return number < sizeof(names) / sizeof(names[0]) ? names[number] : "none";
}

/* A field's tag is at most two bytes, a size one; numbers of 32 bits are at most 5, of 64 bits 10,
 * a division of 12 digits 6. */
#define SUCCESSOR_BYTES (3u + 34u + 2u * 66u + 2u * 11u) /* a key, two signatures, its place */
/* The collector's keys are counted in full from the start: its next key always fits. */
#define REGISTRY_HEAD_BYTES (16u + 22u + TCN_SUCCESSORS_MAX * SUCCESSOR_BYTES)
#define ROW_HEAD_BYTES 4u                /* of the row itself, below 16 KiB */
#define ROW_NUMBERS_BYTES (9u * 7u)      /* id, role, status, source, organ, two flags, two rates */
#define ROW_TIMES_BYTES (4u * 12u)       /* validity, end of the old keys, of the token */
#define ROW_KEYS_BYTES (5u * (3u + 32u)) /* two keys, two before them, a token's hash */
#define ROW_LISTS_BYTES (3u * 4u)        /* divisions, streams, acts: each packed */
#define DIVISION_BYTES 6u
#define STREAM_BYTES 3u
#define ACT_BYTES 5u

size_t tcn_principal_bytes_bound(const struct tcn_principal *principal) {
    return ROW_HEAD_BYTES + ROW_NUMBERS_BYTES + ROW_TIMES_BYTES + ROW_KEYS_BYTES + ROW_LISTS_BYTES +
           2 + strnlen(principal->name, sizeof(principal->name)) +
           (size_t)principal->division_count * DIVISION_BYTES +
           (size_t)principal->stream_count * STREAM_BYTES +
           (size_t)principal->act_count * ACT_BYTES;
}

size_t tcn_registry_bytes_bound(const struct tcn_registry *registry) {
    size_t size = REGISTRY_HEAD_BYTES;
    for (uint32_t i = 0; i < registry->principal_count; i++) {
        size += tcn_principal_bytes_bound(&registry->principals[i]);
    }
    return size + (size_t)registry->organ_key_count * TCN_ORGAN_KEY_BYTES_BOUND;
}
