/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The exchange of PROTOCOL.md section 15: what stands there between its two marks is made here, and
 * compared or, when golden files are written, put in its place. Single-threaded.
 */
#ifndef TESTS_WIRE_GOLDEN_PAGE_H
#define TESTS_WIRE_GOLDEN_PAGE_H

#include "golden.h"
#include "golden_world.h"

#define PAGE_BEGIN "<!-- exchange -->\n"
#define PAGE_END "<!-- end of exchange -->\n"
#define PAGE_HEX_BYTES 48

/** Bytes as lines of hexadecimal. */
static inline void page_hex(struct text *text, struct tcn_slice bytes) {
    for (size_t at = 0; at < bytes.size; at += PAGE_HEX_BYTES) {
        size_t rest = bytes.size - at;
        text_hex(text,
                 tcn_slice_of(bytes.data + at, rest < PAGE_HEX_BYTES ? rest : PAGE_HEX_BYTES));
        text_add(text, "\n");
    }
}

/** One row of a table: a name, a meaning, 32 bytes. */
static inline void page_key(struct text *text, const char *name, const uint8_t bytes[32]) {
    text_add(text, "| %s | `", name);
    text_hex(text, tcn_slice_of(bytes, 32));
    text_add(text, "` |\n");
}

static inline void page_keys(struct text *text, const struct world *world) {
    struct tcn_hash root;
    assert_int_equal(tcn_tree_climb(&world->receipt, &root), TCN_OK);
    text_add(text, "\n| What | Bytes |\n|---|---|\n");
    page_key(text, "office, signing seed", world->office.signing.secret);
    page_key(text, "office, signing key", world->office.signing.public_key.bytes);
    page_key(text, "collector, signing seed", world->collector.secret);
    page_key(text, "collector, signing key", world->collector.public_key.bytes);
    page_key(text, "recipient, X25519 secret", world->recipient.secret);
    page_key(text, "recipient, X25519 key", world->recipient.public_key.bytes);
    page_key(text, "chunk hash", world->chunk_hash.bytes);
    page_key(text, "root of the group's receipts", root.bytes);
    text_add(text, "\nThe sealed text is \"%s\"\n", world_text);
}

/** One frame: its size and bytes, then what they say. */
static inline void page_frame(struct text *text, size_t number, const struct golden_frame *frame) {
    static struct text decoded;
    const char *name = frame->descriptor != NULL ? frame->descriptor->short_name : frame->what;
    text_add(text, "\nFrame %zu, %s, %zu bytes:\n\n```\n", number, name, frame->bytes.size);
    page_hex(text, frame->bytes);
    text_add(text, "```\n");
    if (frame->descriptor == NULL) {
        return;
    }
    decoded.size = 0;
    golden_decoded(&decoded, 0, frame);
    text_add(text, "\n```json\n%.*s\n```\n", (int)decoded.size, decoded.data);
}

/** All that stands between the marks. */
static inline void page_block(struct text *text, const struct world *world,
                              const struct golden exchange[4]) {
    static const char *const titles[] = {"HELLO, from the office", "WELCOME, from the collector",
                                         "CHUNK, from the office", "ACK, from the collector"};
    page_keys(text, world);
    for (size_t i = 0; i < 4; i++) {
        text_add(text, "\n### %s\n", titles[i]);
        for (size_t k = 0; k < exchange[i].count; k++) {
            page_frame(text, k + 1, &exchange[i].frames[k]);
        }
    }
    text_add(text, "\n");
}

/** Where a mark begins in the page; fails when it is not there. */
static inline size_t page_find(const struct text *page, const char *mark) {
    size_t size = strlen(mark);
    for (size_t at = 0; at + size <= page->size; at++) {
        if (memcmp(page->data + at, mark, size) == 0) {
            return at;
        }
    }
    fail_msg("proto/PROTOCOL.md has no %s", mark);
    return 0;
}

/** The page with the block in its place. */
static inline void page_put(const struct text *page, const struct text *block, struct text *out) {
    size_t begin = page_find(page, PAGE_BEGIN) + strlen(PAGE_BEGIN);
    size_t end = page_find(page, PAGE_END);
    assert_true(begin <= end);
    out->size = 0;
    assert_true(page->size + block->size < sizeof(out->data));
    memcpy(out->data, page->data, begin);
    memcpy(out->data + begin, block->data, block->size);
    memcpy(out->data + begin + block->size, page->data + end, page->size - end);
    out->size = begin + block->size + page->size - end;
}

static inline void page_check(const struct text *block) {
    static struct text page;
    static struct text wanted;
    char path[GOLDEN_PATH_BYTES];
    if (golden_target() != NULL) {
        (void)snprintf(path, sizeof(path), "%s/../PROTOCOL.md", golden_target());
        if (golden_read(path, &page)) {
            page_put(&page, block, &wanted);
            golden_write(path, &wanted);
        }
        return;
    }
    (void)snprintf(path, sizeof(path), "%s/proto/PROTOCOL.md", golden_source());
    assert_true(golden_read(path, &page));
    page_put(&page, block, &wanted);
    if (page.size != wanted.size || memcmp(page.data, wanted.data, page.size) != 0) {
        fail_msg("the exchange in proto/PROTOCOL.md is not what this program makes: write it with "
                 "TOCSIN_GOLDEN_WRITE=proto/golden, and see proto/golden/README.md");
    }
}

#endif
