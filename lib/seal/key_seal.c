/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sealing keys that follow each other in a key file:
 *
 *   [ newest | before | … ] ──another, in front──▶ [ another | newest | before | … ]
 *
 * Nothing is ever taken out: what was sealed to a key can be read as long as the key is there.
 */
#include "seal/init.h"
#include "seal/key.h"
#include "seal/key_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

uint32_t tcn_key_set_seals(const struct tcn_key_set *set,
                           struct tcn_seal_key out_keys[TCN_SEALS_MAX]) {
    TCN_CHECK(set->seal_old_count <= TCN_SEALS_OLD_MAX);
    if (!set->has_seal) {
        return 0;
    }
    out_keys[0] = set->seal;
    memcpy(out_keys + 1, set->seals_old, set->seal_old_count * sizeof *out_keys);
    return 1u + set->seal_old_count;
}

/** Appends a key, unless the list has it. False when there is no room. */
static bool append(struct tcn_seal_key list[TCN_SEALS_MAX], uint32_t *count,
                   const struct tcn_seal_key *key) {
    for (uint32_t i = 0; i < *count; i++) {
        if (memcmp(&list[i].public_key, &key->public_key, sizeof key->public_key) == 0) {
            return true;
        }
    }
    if (*count == TCN_SEALS_MAX) {
        return false;
    }
    list[*count] = *key;
    (*count)++;
    return true;
}

enum tcn_status tcn_key_set_take_seals(struct tcn_key_set *set, const struct tcn_seal_key *keys,
                                       uint32_t count) {
    struct tcn_seal_key own[TCN_SEALS_MAX];
    struct tcn_seal_key list[TCN_SEALS_MAX];
    const uint32_t own_count = tcn_key_set_seals(set, own);
    uint32_t made = 0;
    bool has_room = true;
    for (uint32_t i = 0; i < count && has_room; i++) {
        has_room = append(list, &made, &keys[i]);
    }
    for (uint32_t i = 0; i < own_count && has_room; i++) {
        has_room = append(list, &made, &own[i]);
    }
    if (has_room && made > 0) {
        set->has_seal = true;
        set->seal = list[0];
        set->seal_old_count = (uint8_t)(made - 1);
        memcpy(set->seals_old, list + 1, (made - 1) * sizeof *list);
    }
    tcn_secret_wipe(own, sizeof own);
    tcn_secret_wipe(list, sizeof list);
    return has_room ? TCN_OK : TCN_LIMIT;
}

/** Writes the set beside the file and gives it the file's name. */
static enum tcn_status replace(const char *path, const struct tcn_key_set *set) {
    char made[PATH_MAX];
    enum tcn_status status = tcn_key_file_temporary(path, made);
    if (status == TCN_OK) {
        status = tcn_key_file_write(set, made);
    }
    if (status == TCN_OK && rename(made, path) != 0) {
        status = tcn_key_file_status(errno);
        (void)unlink(made);
    }
    return status == TCN_OK ? tcn_key_file_sync_folder(path) : status;
}

enum tcn_status tcn_key_file_take_seals(const char *path, const struct tcn_seal_key *keys,
                                        uint32_t count) {
    char next[PATH_MAX];
    struct tcn_key_set set = {0};
    enum tcn_status status = tcn_key_file_beside(path, TCN_KEY_FILE_NEXT, next, sizeof next);
    if (status == TCN_OK && access(next, F_OK) == 0) {
        return TCN_BUSY; /* what takes this file's place was written before */
    }
    if (status == TCN_OK) {
        status = tcn_key_file_read(path, &set);
    }
    if (status == TCN_OK) {
        status = tcn_key_set_take_seals(&set, keys, count);
    }
    if (status == TCN_OK) {
        status = replace(path, &set);
    }
    if (status == TCN_OK) { /* last: nothing is lost without it */
        status = tcn_key_file_put_public(path, &set);
    }
    tcn_key_set_fini(&set);
    return status;
}
