/* SPDX-License-Identifier: Apache-2.0 */
#include "core/broker_keys.h"

#include <string.h>

static bool key_equals(const struct tcn_public_key *left, const struct tcn_public_key *right) {
    return memcmp(left->bytes, right->bytes, sizeof(left->bytes)) == 0;
}

static void add(struct tcn_broker_keys *keys, const struct tcn_public_key *key, int64_t until_ns) {
    static const struct tcn_public_key none;
    if (keys->count < TCN_BROKER_KEYS_MAX && !key_equals(key, &none)) {
        keys->list[keys->count++] = (struct tcn_broker_key){.key = *key, .until_ns = until_ns};
    }
}

void tcn_broker_keys_of(const struct tcn_registry *registry, struct tcn_broker_keys *out_keys) {
    struct tcn_broker_keys keys = {.count = 0};
    for (uint32_t i = 0; i < registry->principal_count; i++) {
        const struct tcn_principal *row = &registry->principals[i];
        if (row->role == TCN_ROLE_BROKER && row->status == TCN_PRINCIPAL_ACTIVE) {
            add(&keys, &row->transport_key, 0);
            add(&keys, &row->old_transport_key, row->old_until_ns);
        }
    }
    *out_keys = keys;
}

void tcn_broker_keys_pick(const struct tcn_broker_keys *told,
                          const struct tcn_public_key *configured, int64_t wall_ns,
                          struct tcn_broker_pick *out_pick) {
    struct tcn_broker_pick pick = {.change_ns = INT64_MAX};
    bool is_told = false;
    TCN_CHECK(told->count <= TCN_BROKER_KEYS_MAX);
    for (uint32_t i = 0; i < told->count; i++) {
        const struct tcn_broker_key *key = &told->list[i];
        is_told = is_told || key_equals(&key->key, configured);
        if (key->until_ns == 0) {
            pick.keys[pick.count++] = key->key;
        }
    }
    for (uint32_t i = 0; i < told->count; i++) {
        const struct tcn_broker_key *key = &told->list[i];
        if (key->until_ns > wall_ns) {
            pick.keys[pick.count++] = key->key;
            pick.change_ns = key->until_ns < pick.change_ns ? key->until_ns : pick.change_ns;
        }
    }
    if (!is_told || pick.count == 0) {
        pick.keys[pick.count++] = *configured;
    }
    *out_pick = pick;
}

bool tcn_broker_keys_equal(const struct tcn_broker_keys *left,
                           const struct tcn_broker_keys *right) {
    bool is_equal = left->count == right->count;
    for (uint32_t i = 0; i < left->count && is_equal; i++) {
        is_equal = key_equals(&left->list[i].key, &right->list[i].key) &&
                   left->list[i].until_ns == right->list[i].until_ns;
    }
    return is_equal;
}
