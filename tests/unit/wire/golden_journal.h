/* SPDX-License-Identifier: Apache-2.0 */
/* What a journal lays down, told by the recipe that its source states. Single-threaded. */
#ifndef TESTS_WIRE_GOLDEN_JOURNAL_H
#define TESTS_WIRE_GOLDEN_JOURNAL_H

#include "golden.h"
#include "golden_world.h"

#include "store/journal.h"

#define JOURNAL_ENTRY(body_)                                                                       \
    "size:u4 kind:u1 generation:u8 position:u8 principal:u4 " body_ "checksum:u8"

/** A journal with an entry of each kind. */
static inline void store_journal_check(const char *dir, struct golden_seen *seen) {
    char path[GOLDEN_PATH_BYTES];
    const struct tcn_id log_id = sample_id(31);
    const struct tcn_journal_entry first = {.kind = TCN_JOURNAL_GENERATION,
                                            .generation = 2,
                                            .position = 40,
                                            .stage = TCN_JOURNAL_BEGUN};
    struct tcn_journal_entry more[] = {
        {.kind = TCN_JOURNAL_REVOKED, .generation = 2, .position = 51, .principal = 5},
        {.kind = TCN_JOURNAL_ENDS, .generation = 2, .position = 52, .principal = 6, .until_ns = 7},
        {.kind = TCN_JOURNAL_EPOCH,
         .generation = 2,
         .position = 53,
         .principal = 8,
         .lane = sample_lane(),
         .predecessor = 9,
         .head_size = 5,
         .head = "hello"},
        {.kind = TCN_JOURNAL_ERASED,
         .generation = 2,
         .position = 54,
         .lane = sample_lane(),
         .sequence = 10,
         .hash = sample_hash(11)},
    };
    const struct tcn_journal_options options = {
        .path = path, .log_id = &log_id, .first = &first, .from_position = 39};
    struct tcn_journal *journal = NULL;
    memset(more[2].signature.bytes, 7, sizeof(more[2].signature.bytes));
    (void)snprintf(path, sizeof(path), "%s/journal", dir);
    assert_int_equal(tcn_journal_open(&options, &journal), TCN_OK);
    for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
        assert_int_equal(tcn_journal_add(journal, &more[i]), TCN_OK);
    }
    assert_int_equal(tcn_journal_commit(journal), TCN_OK);
    tcn_journal_close(&journal);
    static const struct {
        const char *what;
        size_t bytes;
        const char *layout;
    } frames[] = {
        {"header", 72,
         "magic:b8 log_id:b16 from_position:u8 checksum:u8 synced_0:u8 synced_0_checksum:u8 "
         "synced_1:u8 synced_1_checksum:u8"},
        {"generation", 34, JOURNAL_ENTRY("stage:u1 ")},
        {"revoked", 33, JOURNAL_ENTRY("")},
        {"ends", 41, JOURNAL_ENTRY("until:i8 ")},
        {"epoch", 33 + 21 + 2 + 5 + 64,
         JOURNAL_ENTRY("source:u4 epoch:u8 lane:u1 predecessor:u8 head_size:u2 head:b$head_size "
                       "signature:b64 ")},
        {"erased", 33 + 13 + 8 + 32,
         JOURNAL_ENTRY("source:u4 epoch:u8 lane:u1 sequence:u8 hash:b32 ")},
    };
    static struct golden golden;
    static struct text content;
    size_t offset = 0;
    assert_true(golden_read(path, &content));
    (void)golden_begin(&golden, "lib/store/journal.h", "file.journal");
    for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
        golden_add(&golden, frames[i].what, tcn_slice_of(content.data + offset, frames[i].bytes),
                   NULL, frames[i].layout);
        offset += frames[i].bytes;
    }
    assert_int_equal(offset, content.size);
    golden_check(&golden, seen);
}

#endif
