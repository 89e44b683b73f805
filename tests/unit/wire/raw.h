/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Protobuf fields written by hand, so that tests can say what no encoder of ours would say.
 */
#ifndef TESTS_WIRE_RAW_H
#define TESTS_WIRE_RAW_H

#include "base/bytes.h"

#include <string.h>

/** A small message in the making. */
struct raw {
    uint8_t data[4096];
    size_t size;
};

static inline void raw_byte(struct raw *raw, uint8_t byte) {
    raw->data[raw->size++] = byte;
}

static inline void raw_varint(struct raw *raw, uint64_t value) {
    for (; value >= 0x80; value >>= 7) {
        raw_byte(raw, (uint8_t)(value | 0x80));
    }
    raw_byte(raw, (uint8_t)value);
}

static inline void raw_number(struct raw *raw, uint32_t field, uint64_t value) {
    raw_varint(raw, (uint64_t)field << 3);
    raw_varint(raw, value);
}

static inline void raw_bytes(struct raw *raw, uint32_t field, const void *data, size_t size) {
    raw_varint(raw, (uint64_t)field << 3 | 2);
    raw_varint(raw, size);
    memcpy(raw->data + raw->size, data, size);
    raw->size += size;
}

static inline void raw_text(struct raw *raw, uint32_t field, const char *text) {
    raw_bytes(raw, field, text, strlen(text));
}

static inline void raw_fixed64(struct raw *raw, uint32_t field, uint64_t value) {
    raw_varint(raw, (uint64_t)field << 3 | 1);
    for (unsigned i = 0; i < 8; i++) {
        raw_byte(raw, (uint8_t)(value >> (8 * i)));
    }
}

/** Adds bytes as they are, of a message that was encoded before. */
static inline void raw_append(struct raw *raw, struct tcn_slice bytes) {
    memcpy(raw->data + raw->size, bytes.data, bytes.size);
    raw->size += bytes.size;
}

static inline struct tcn_slice raw_slice(const struct raw *raw) {
    return tcn_slice_of(raw->data, raw->size);
}

#endif
