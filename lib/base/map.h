/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bounded hash map from a short byte key to a pointer. Open addressing, capacity fixed at its
 * making, so that a peer cannot make it grow; deletion keeps probing short by moving entries back.
 */
#ifndef TCN_BASE_MAP_H
#define TCN_BASE_MAP_H

#include "base/bytes.h"

#define TCN_MAP_KEY_BYTES_MAX 48

/** The map. Opaque: it never grows and nobody needs its size. */
struct tcn_map;

/** Makes a map for at most `count_max` entries.
 * Owns: gives the map.
 * Errors: TCN_NOMEM.
 * Thread: one. */
TCN_MUST_CHECK enum tcn_status tcn_map_create(size_t count_max, struct tcn_map **out_map);

/** Frees the map, not the values; accepts NULL, leaves NULL. */
void tcn_map_destroy(struct tcn_map **map);

/** Puts or replaces a value, which is not NULL.
 * Owns: copies the key, borrows the value until it is removed.
 * Errors: TCN_LIMIT the map is full; TCN_TOOBIG the key is longer than TCN_MAP_KEY_BYTES_MAX. */
TCN_MUST_CHECK enum tcn_status tcn_map_push(struct tcn_map *map, struct tcn_slice key, void *value);

/** The value, or NULL when absent. */
void *tcn_map_peek(const struct tcn_map *map, struct tcn_slice key);

/** Removes and gives the value back, or NULL when absent. */
void *tcn_map_pop(struct tcn_map *map, struct tcn_slice key);

/** Entries now in the map; 0 when empty. */
size_t tcn_map_count(const struct tcn_map *map);

/** Visits entries: start with *cursor = 0; gives the next value or NULL at the end. The map must
 * not change between calls. */
void *tcn_map_next(const struct tcn_map *map, size_t *cursor);

#endif
