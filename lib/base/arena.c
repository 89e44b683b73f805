/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum tcn_status tcn_arena_init(struct tcn_arena *arena, size_t size) {
    uint8_t *data = calloc(1, size > 0 ? size : 1);
    if (data == NULL) {
        return TCN_NOMEM;
    }
    *arena = (struct tcn_arena){.data = data, .size = size};
    return TCN_OK;
}

void tcn_arena_fini(struct tcn_arena *arena) {
    if (arena == NULL) {
        return;
    }
    free(arena->data);
    *arena = (struct tcn_arena){0};
}

void *tcn_arena_alloc(struct tcn_arena *arena, size_t size) {
    TCN_CHECK(arena->data != NULL);
    TCN_CHECK(arena->offset <= arena->size);
    /* The block comes from malloc, so an aligned offset is an aligned address. */
    size_t align = alignof(max_align_t);
    size_t padding = (align - arena->offset % align) % align;
    size_t rest = arena->size - arena->offset;
    if (padding > rest || size > rest - padding) {
        arena->refuse_count++;
        return NULL;
    }
    const size_t start = arena->offset + padding;
    uint8_t *place = arena->data + start;
    arena->offset = start + size;
    /* What was never given out is zero, and stays memory that the machine need not have. */
    if (start < arena->offset_max) {
        const size_t used = arena->offset_max - start;
        memset(place, 0, used < size ? used : size);
    }
    if (arena->offset > arena->offset_max) {
        arena->offset_max = arena->offset;
    }
    return place;
}

void *tcn_arena_copy(struct tcn_arena *arena, const void *data, size_t size) {
    void *place = tcn_arena_alloc(arena, size);
    if (place != NULL && size > 0) {
        memcpy(place, data, size);
    }
    return place;
}

void tcn_arena_reset(struct tcn_arena *arena) {
    arena->offset = 0;
}
