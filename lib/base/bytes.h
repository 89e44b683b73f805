/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slices, a bounded writer and a bounded reader. Every byte that a program of ours lays out by hand
 * goes through these two cursors; both fail softly (a sticky flag) so that a codec reads as its
 * schema and is checked once at its end. All numbers are big-endian, so that stored keys sort as
 * they count.
 */
#ifndef TCN_BASE_BYTES_H
#define TCN_BASE_BYTES_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/** Bytes that somebody else owns. Open: passed by value everywhere. `data` may be NULL when size
 * is 0. */
struct tcn_slice {
    const uint8_t *data;
    size_t size;
};

/** A cursor that writes into a buffer of the caller. Open: lives on the stack. */
struct tcn_writer {
    uint8_t *data;
    size_t size;     /**< capacity in bytes */
    size_t offset;   /**< bytes written so far, at most size */
    bool overflowed; /**< sticky: something did not fit and was not written */
};

/** A cursor that reads from a slice. Open: lives on the stack. */
struct tcn_reader {
    const uint8_t *data;
    size_t size;
    size_t offset;    /**< bytes consumed so far, at most size */
    bool underflowed; /**< sticky: something was asked for that was not there; zeros were given */
};

/** A slice over `size` bytes at `data`.
 * Owns: lends.
 * Thread: any. */
static inline struct tcn_slice tcn_slice_of(const void *data, size_t size) {
    return (struct tcn_slice){.data = data, .size = size};
}

/** A slice over a NUL-terminated string without its NUL.
 * Owns: lends.
 * Thread: any. */
struct tcn_slice tcn_slice_text(const char *text);

/** True when both hold the same bytes; not constant-time. Thread: any. */
bool tcn_slice_equals(struct tcn_slice left, struct tcn_slice right);

/** True when the slice holds exactly this text. Thread: any. */
bool tcn_slice_is_text(struct tcn_slice slice, const char *text);

/** Starts writing at the beginning of `data`.
 * Owns: lends data until the writer is forgotten.
 * Thread: any. */
struct tcn_writer tcn_writer_init(void *data, size_t size);

/** One byte. Thread: any. */
void tcn_write_u8(struct tcn_writer *writer, uint8_t value);

/** Two bytes, big-endian. Thread: any. */
void tcn_write_u16(struct tcn_writer *writer, uint16_t value);

/** Four bytes, big-endian. Thread: any. */
void tcn_write_u32(struct tcn_writer *writer, uint32_t value);

/** Eight bytes, big-endian. Thread: any. */
void tcn_write_u64(struct tcn_writer *writer, uint64_t value);

/** Writes a signed number so that byte order equals number order (sign bit flipped).
 * Thread: any. */
void tcn_write_i64(struct tcn_writer *writer, int64_t value);

/** Bytes as they are. Thread: any. */
void tcn_write_bytes(struct tcn_writer *writer, const void *data, size_t size);

/** A two-byte size and then the bytes; overflows when the slice is over 65,535 bytes.
 * Thread: any. */
void tcn_write_slice16(struct tcn_writer *writer, struct tcn_slice slice);

/** What was written, as a slice over the writer's buffer.
 * Owns: lends.
 * Thread: any. */
struct tcn_slice tcn_writer_slice(const struct tcn_writer *writer);

/** Starts reading at the beginning of a slice.
 * Owns: lends the slice until the reader is forgotten. */
struct tcn_reader tcn_reader_init(struct tcn_slice slice);

/** One byte, 0 on underflow. Thread: any. */
uint8_t tcn_read_u8(struct tcn_reader *reader);

/** Two bytes, 0 on underflow. Thread: any. */
uint16_t tcn_read_u16(struct tcn_reader *reader);

/** Four bytes, 0 on underflow. Thread: any. */
uint32_t tcn_read_u32(struct tcn_reader *reader);

/** Eight bytes, 0 on underflow. Thread: any. */
uint64_t tcn_read_u64(struct tcn_reader *reader);

/** The counterpart of tcn_write_i64. Thread: any. */
int64_t tcn_read_i64(struct tcn_reader *reader);

/** Copies `size` bytes out, zeros on underflow. Thread: any. */
void tcn_read_bytes(struct tcn_reader *reader, void *out_data, size_t size);

/** Takes `size` bytes as a slice of the input, empty on underflow.
 * Owns: lends the input.
 * Thread: any. */
struct tcn_slice tcn_read_slice(struct tcn_reader *reader, size_t size);

/** The counterpart of tcn_write_slice16.
 * Owns: lends the input.
 * Thread: any. */
struct tcn_slice tcn_read_slice16(struct tcn_reader *reader);

/** Bytes not yet consumed; 0 when at the end. Thread: any. */
size_t tcn_reader_rest(const struct tcn_reader *reader);

/** Writes 2 × size lower-case hexadecimal digits and a NUL. `out_text` holds 2 × size + 1.
 * Thread: any. */
void tcn_hex_encode(const void *data, size_t size, char *out_text);

/** Reads exactly 2 × size hexadecimal digits.
 * Errors: TCN_MALFORMED wrong count or not a digit.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_hex_decode(struct tcn_slice text, void *out_data, size_t size);

#endif
