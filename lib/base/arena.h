/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bounded bump allocator. One arena serves one message or one group and is reset whole; it never
 * grows past the budget given at its making, so what a peer sends cannot make it larger.
 */
#ifndef TCN_BASE_ARENA_H
#define TCN_BASE_ARENA_H

#include "base/status.h"

#include <stddef.h>

/** A bump allocator over one block. Open: embedded in the structs of its users; fields are its
 * own. */
struct tcn_arena {
    uint8_t *data;
    size_t size;         /**< the budget in bytes */
    size_t offset;       /**< bytes given out since the last reset */
    size_t offset_max;   /**< high-water mark: nothing behind it was ever written */
    size_t refuse_count; /**< times that the budget was not enough */
};

/** Reserves `size` bytes; the machine gives those that are used.
 * Errors: TCN_NOMEM.
 * Thread: any, one at a time. */
TCN_MUST_CHECK enum tcn_status tcn_arena_init(struct tcn_arena *arena, size_t size);

/** Gives the block back; safe on a zeroed arena. */
void tcn_arena_fini(struct tcn_arena *arena);

/** Zeroed bytes aligned for any type, or NULL when the budget is spent.
 * Owns: lent until the next reset. */
void *tcn_arena_alloc(struct tcn_arena *arena, size_t size);

/** A copy of `size` bytes, or NULL when the budget is spent. Owns: lent until the next reset. */
void *tcn_arena_copy(struct tcn_arena *arena, const void *data, size_t size);

/** Forgets everything given out; what was lent is no longer valid. */
void tcn_arena_reset(struct tcn_arena *arena);

#endif
