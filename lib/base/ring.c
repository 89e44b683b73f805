/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ring.h"

#include <stdlib.h>
#include <string.h>

enum tcn_status tcn_ring_init(struct tcn_ring *ring, size_t element_size, size_t count_max) {
    TCN_CHECK(element_size > 0);
    TCN_CHECK(count_max > 0);
    uint8_t *data = calloc(count_max, element_size); /* checks the product */
    if (data == NULL) {
        return TCN_NOMEM;
    }
    *ring = (struct tcn_ring){.data = data, .element_size = element_size, .count_max = count_max};
    return TCN_OK;
}

void tcn_ring_fini(struct tcn_ring *ring) {
    if (ring == NULL) {
        return;
    }
    free(ring->data);
    *ring = (struct tcn_ring){0};
}

/** The bytes of the element at `index` from the oldest; the slot may be empty. */
static uint8_t *ring_slot(const struct tcn_ring *ring, size_t index) {
    size_t to_end = ring->count_max - ring->first;
    size_t slot = index < to_end ? ring->first + index : index - to_end;
    return ring->data + slot * ring->element_size;
}

enum tcn_status tcn_ring_push(struct tcn_ring *ring, const void *element) {
    TCN_CHECK(ring->data != NULL);
    TCN_CHECK(ring->count <= ring->count_max);
    if (ring->count == ring->count_max) {
        return TCN_FULL;
    }
    memcpy(ring_slot(ring, ring->count), element, ring->element_size);
    ring->count++;
    return TCN_OK;
}

enum tcn_status tcn_ring_pop(struct tcn_ring *ring, void *out_element) {
    TCN_CHECK(ring->data != NULL);
    if (ring->count == 0) {
        return TCN_ABSENT;
    }
    if (out_element != NULL) {
        memcpy(out_element, ring_slot(ring, 0), ring->element_size);
    }
    ring->first = ring->first + 1 == ring->count_max ? 0 : ring->first + 1;
    ring->count--;
    return TCN_OK;
}

void *tcn_ring_peek(const struct tcn_ring *ring, size_t index) {
    return index < ring->count ? ring_slot(ring, index) : NULL;
}
