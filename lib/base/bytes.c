/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include <endian.h>
#include <string.h>

#define SIGN_BIT (UINT64_C(1) << 63)

struct tcn_slice tcn_slice_text(const char *text) {
    return tcn_slice_of(text, strlen(text));
}

bool tcn_slice_equals(struct tcn_slice left, struct tcn_slice right) {
    if (left.size != right.size) {
        return false;
    }
    return left.size == 0 || memcmp(left.data, right.data, left.size) == 0;
}

bool tcn_slice_is_text(struct tcn_slice slice, const char *text) {
    return tcn_slice_equals(slice, tcn_slice_text(text));
}

struct tcn_writer tcn_writer_init(void *data, size_t size) {
    TCN_CHECK(data != NULL || size == 0);
    return (struct tcn_writer){.data = data, .size = size};
}

/** Claims `size` bytes, or NULL and overflowed. Once overflowed nothing more is written. */
static uint8_t *writer_claim(struct tcn_writer *writer, size_t size) {
    TCN_CHECK(writer->offset <= writer->size);
    if (writer->overflowed || size > writer->size - writer->offset) {
        writer->overflowed = true;
        return NULL;
    }
    uint8_t *place = writer->data + writer->offset;
    writer->offset += size;
    return place;
}

/** Writes the low `size` bytes of a number, 1 to 8, the highest first. Inline, so that the size is
 * a constant and the copy one instruction: every row and frame is made of these. */
static inline void write_number(struct tcn_writer *writer, uint64_t value, size_t size) {
    uint8_t *place = writer_claim(writer, size);
    if (place == NULL) {
        return;
    }
    const uint64_t big = htobe64(value << (8 * (sizeof(big) - size)));
    memcpy(place, &big, size);
}

void tcn_write_u8(struct tcn_writer *writer, uint8_t value) {
    write_number(writer, value, 1);
}

void tcn_write_u16(struct tcn_writer *writer, uint16_t value) {
    write_number(writer, value, 2);
}

void tcn_write_u32(struct tcn_writer *writer, uint32_t value) {
    write_number(writer, value, 4);
}

void tcn_write_u64(struct tcn_writer *writer, uint64_t value) {
    write_number(writer, value, 8);
}

void tcn_write_i64(struct tcn_writer *writer, int64_t value) {
    write_number(writer, (uint64_t)value ^ SIGN_BIT, 8);
}

void tcn_write_bytes(struct tcn_writer *writer, const void *data, size_t size) {
    TCN_CHECK(data != NULL || size == 0);
    if (size == 0) {
        return;
    }
    uint8_t *place = writer_claim(writer, size);
    if (place != NULL) {
        memcpy(place, data, size);
    }
}

void tcn_write_slice16(struct tcn_writer *writer, struct tcn_slice slice) {
    if (slice.size > UINT16_MAX) {
        writer->overflowed = true;
        return;
    }
    tcn_write_u16(writer, (uint16_t)slice.size);
    tcn_write_bytes(writer, slice.data, slice.size);
}

struct tcn_slice tcn_writer_slice(const struct tcn_writer *writer) {
    return tcn_slice_of(writer->data, writer->offset);
}

struct tcn_reader tcn_reader_init(struct tcn_slice slice) {
    TCN_CHECK(slice.data != NULL || slice.size == 0);
    return (struct tcn_reader){.data = slice.data, .size = slice.size};
}

/** Takes `size` bytes, or NULL and underflowed. Once underflowed nothing more is read. */
static const uint8_t *reader_take(struct tcn_reader *reader, size_t size) {
    TCN_CHECK(reader->offset <= reader->size);
    if (reader->underflowed || size > reader->size - reader->offset) {
        reader->underflowed = true;
        return NULL;
    }
    const uint8_t *place = reader->data + reader->offset;
    reader->offset += size;
    return place;
}

/** Reads a number of `size` bytes, 1 to 8, the highest first; 0 on underflow. Inline as above. */
static inline uint64_t read_number(struct tcn_reader *reader, size_t size) {
    const uint8_t *place = reader_take(reader, size);
    if (place == NULL) {
        return 0;
    }
    uint64_t big = 0;
    memcpy(&big, place, size);
    return be64toh(big) >> (8 * (sizeof(big) - size));
}

uint8_t tcn_read_u8(struct tcn_reader *reader) {
    return (uint8_t)read_number(reader, 1);
}

uint16_t tcn_read_u16(struct tcn_reader *reader) {
    return (uint16_t)read_number(reader, 2);
}

uint32_t tcn_read_u32(struct tcn_reader *reader) {
    return (uint32_t)read_number(reader, 4);
}

uint64_t tcn_read_u64(struct tcn_reader *reader) {
    return read_number(reader, 8);
}

int64_t tcn_read_i64(struct tcn_reader *reader) {
    uint64_t flipped = read_number(reader, 8);
    /* Zero on underflow, not the lowest number. */
    return reader->underflowed ? 0 : (int64_t)(flipped ^ SIGN_BIT);
}

void tcn_read_bytes(struct tcn_reader *reader, void *out_data, size_t size) {
    if (size == 0) {
        return;
    }
    const uint8_t *place = reader_take(reader, size);
    if (place == NULL) {
        memset(out_data, 0, size);
        return;
    }
    memcpy(out_data, place, size);
}

struct tcn_slice tcn_read_slice(struct tcn_reader *reader, size_t size) {
    if (size == 0) {
        return tcn_slice_of(NULL, 0);
    }
    const uint8_t *place = reader_take(reader, size);
    return tcn_slice_of(place, place == NULL ? 0 : size);
}

struct tcn_slice tcn_read_slice16(struct tcn_reader *reader) {
    size_t size = tcn_read_u16(reader);
    return tcn_read_slice(reader, size);
}

size_t tcn_reader_rest(const struct tcn_reader *reader) {
    TCN_CHECK(reader->offset <= reader->size);
    return reader->size - reader->offset;
}

void tcn_hex_encode(const void *data, size_t size, char *out_text) {
    static const char digits[] = "0123456789abcdef";
    const uint8_t *bytes = data;
    for (size_t i = 0; i < size; i++) {
        out_text[2 * i] = digits[bytes[i] >> 4];
        out_text[2 * i + 1] = digits[bytes[i] & 15];
    }
    out_text[2 * size] = '\0';
}

/** The value of a hexadecimal digit, 16 when it is none. */
static unsigned hex_value(uint8_t digit) {
    if (digit >= '0' && digit <= '9') {
        return (unsigned)(digit - '0');
    }
    if (digit >= 'a' && digit <= 'f') {
        return (unsigned)(digit - 'a') + 10;
    }
    if (digit >= 'A' && digit <= 'F') {
        return (unsigned)(digit - 'A') + 10;
    }
    return 16;
}

enum tcn_status tcn_hex_decode(struct tcn_slice text, void *out_data, size_t size) {
    if (text.size % 2 != 0 || text.size / 2 != size) {
        return TCN_MALFORMED;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (hex_value(text.data[i]) > 15) {
            return TCN_MALFORMED;
        }
    }
    uint8_t *bytes = out_data;
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(hex_value(text.data[2 * i]) << 4 | hex_value(text.data[2 * i + 1]));
    }
    return TCN_OK;
}
