/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bounded first-in first-out queue of fixed-size elements, copied in and out. Its memory is taken
 * once; at its maximum it refuses, so a producer that is too fast hears of it.
 */
#ifndef TCN_BASE_RING_H
#define TCN_BASE_RING_H

#include "base/status.h"

#include <stddef.h>

/** The queue. Open: embedded in the structs of its users; fields are its own. */
struct tcn_ring {
    uint8_t *data;
    size_t element_size; /**< bytes of one element, at least 1 */
    size_t count_max;    /**< elements it can hold, at least 1 */
    size_t first;        /**< slot of the oldest element */
    size_t count;        /**< elements in it; 0 when empty */
};

/** Makes an empty ring for `count_max` elements of `element_size` bytes, both at least 1.
 * Errors: TCN_NOMEM the memory is exhausted or the product is too large.
 * Thread: one. */
TCN_MUST_CHECK enum tcn_status tcn_ring_init(struct tcn_ring *ring, size_t element_size,
                                             size_t count_max);

/** Gives the memory back; accepts NULL and a zeroed ring, leaves a zeroed ring. */
void tcn_ring_fini(struct tcn_ring *ring);

/** Copies one element in behind the newest.
 * Errors: TCN_FULL it holds count_max elements. */
TCN_MUST_CHECK enum tcn_status tcn_ring_push(struct tcn_ring *ring, const void *element);

/** Takes the oldest element out. `out_element` may be NULL to drop it.
 * Errors: TCN_ABSENT the ring is empty. */
TCN_MUST_CHECK enum tcn_status tcn_ring_pop(struct tcn_ring *ring, void *out_element);

/** The element at `index`, 0 for the oldest, or NULL when there are not that many.
 * Owns: lent until the next push, pop or fini. */
void *tcn_ring_peek(const struct tcn_ring *ring, size_t index);

#endif
