/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Feeds every decoder of the wire with what a hostile peer could send. The first byte picks the
 * noun; the rest is the message. What decodes must encode, and what was encoded must decode to the
 * same bytes again.
 *
 * Built only with -DTOCSIN_FUZZ=ON and clang: see CMakeLists.txt beside this file.
 */
#include "../unit/wire/nouns.h"

#include <stdlib.h>

#define ARENA_BYTES ((size_t)8 * 1024 * 1024)
#define ROOM_BYTES ((size_t)4 * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Recodes with an emptied arena. Its memory is taken once: a fuzzer runs this a million times. */
static struct recoded recode(const struct noun *noun, struct tcn_slice bytes, uint8_t *room) {
    static _Alignas(16) uint8_t memory[ARENA_BYTES];
    struct tcn_arena arena = {.data = memory, .size = sizeof(memory)};
    struct tcn_writer writer = tcn_writer_init(room, ROOM_BYTES);
    struct recoded out = {.status = TCN_OK};
    noun->recode(bytes, &arena, &writer, &out);
    return out;
}

/** Aborts unless our own bytes decode to themselves. */
static void check_stable(const struct noun *noun, struct tcn_slice once, uint8_t *room) {
    struct recoded twice = recode(noun, once, room);
    if (twice.status != TCN_OK || !tcn_slice_equals(once, twice.bytes)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint8_t first_room[ROOM_BYTES];
    static uint8_t second_room[ROOM_BYTES];
    if (size == 0) {
        return 0;
    }
    const struct noun *noun = &nouns[data[0] % NOUN_COUNT];
    struct recoded once = recode(noun, tcn_slice_of(data + 1, size - 1), first_room);
    if (once.status == TCN_OK) {
        check_stable(noun, once.bytes, second_room);
    }
    return 0;
}
