/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Linear probing over a power of two of slots, at most half of them used. Invariants:
 *   M1  between an entry's home slot and its own slot no slot is empty;
 *   M2  at least half of the slots are empty, so every probe ends.
 * The hash has no secret seed: iteration order must not differ between two runs over the same log.
 * Keys that a peer may choose cost it at most a walk over count_max entries.
 */
#include "base/map.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

/** One entry, or an empty slot when `used` is false. */
struct map_slot {
    void *value;
    uint8_t key[TCN_MAP_KEY_BYTES_MAX];
    uint8_t key_size;
    bool used;
};

struct tcn_map {
    size_t count;
    size_t count_max;
    size_t mask; /* slots - 1 */
    struct map_slot slots[];
};

enum tcn_status tcn_map_create(size_t count_max, struct tcn_map **out_map) {
    if (count_max > (SIZE_MAX - sizeof(struct tcn_map)) / sizeof(struct map_slot) / 4) {
        return TCN_NOMEM;
    }
    size_t slot_count = 2;
    while (slot_count < 2 * count_max) {
        slot_count *= 2;
    }
    struct tcn_map *map = calloc(1, sizeof(*map) + slot_count * sizeof(map->slots[0]));
    if (map == NULL) {
        return TCN_NOMEM;
    }
    map->count_max = count_max;
    map->mask = slot_count - 1;
    *out_map = map;
    return TCN_OK;
}

void tcn_map_destroy(struct tcn_map **map) {
    if (map == NULL) {
        return;
    }
    free(*map);
    *map = NULL;
}

/** The slot where a key's probe begins. */
static size_t slot_home(const struct tcn_map *map, struct tcn_slice key) {
    return (size_t)tcn_checksum(key) & map->mask;
}

/** The key of a used slot. */
static struct tcn_slice slot_key(const struct map_slot *slot) {
    return tcn_slice_of(slot->key, slot->key_size);
}

/** The slot that holds the key, or the empty one where it would go (M1, M2). */
static size_t slot_find(const struct tcn_map *map, struct tcn_slice key) {
    size_t i = slot_home(map, key);
    while (map->slots[i].used && !tcn_slice_equals(slot_key(&map->slots[i]), key)) {
        i = (i + 1) & map->mask;
    }
    return i;
}

enum tcn_status tcn_map_push(struct tcn_map *map, struct tcn_slice key, void *value) {
    TCN_CHECK(value != NULL); /* NULL means absent */
    if (key.size > TCN_MAP_KEY_BYTES_MAX) {
        return TCN_TOOBIG;
    }
    struct map_slot *slot = &map->slots[slot_find(map, key)];
    if (slot->used) {
        slot->value = value;
        return TCN_OK;
    }
    if (map->count == map->count_max) {
        return TCN_LIMIT;
    }
    slot->used = true;
    slot->value = value;
    slot->key_size = (uint8_t)key.size;
    if (key.size > 0) {
        memcpy(slot->key, key.data, key.size);
    }
    map->count++;
    TCN_CHECK(2 * map->count <= map->mask + 1); /* M2 */
    return TCN_OK;
}

void *tcn_map_peek(const struct tcn_map *map, struct tcn_slice key) {
    if (key.size > TCN_MAP_KEY_BYTES_MAX) {
        return NULL;
    }
    const struct map_slot *slot = &map->slots[slot_find(map, key)];
    return slot->used ? slot->value : NULL;
}

/** Closes the hole at `hole` by moving back every entry whose probe passes over it (M1). */
static void slot_close(struct tcn_map *map, size_t hole) {
    size_t i = (hole + 1) & map->mask;
    while (map->slots[i].used) {
        size_t home = slot_home(map, slot_key(&map->slots[i]));
        /* Distances are taken round the ring, backwards from i. */
        if (((i - home) & map->mask) >= ((i - hole) & map->mask)) {
            map->slots[hole] = map->slots[i];
            hole = i;
        }
        i = (i + 1) & map->mask;
    }
    map->slots[hole] = (struct map_slot){0};
}

void *tcn_map_pop(struct tcn_map *map, struct tcn_slice key) {
    if (key.size > TCN_MAP_KEY_BYTES_MAX) {
        return NULL;
    }
    size_t i = slot_find(map, key);
    if (!map->slots[i].used) {
        return NULL;
    }
    TCN_CHECK(map->count > 0);
    void *value = map->slots[i].value;
    slot_close(map, i);
    map->count--;
    return value;
}

size_t tcn_map_count(const struct tcn_map *map) {
    return map->count;
}

void *tcn_map_next(const struct tcn_map *map, size_t *cursor) {
    while (*cursor <= map->mask) {
        const struct map_slot *slot = &map->slots[*cursor];
        (*cursor)++;
        if (slot->used) {
            return slot->value;
        }
    }
    return NULL;
}
