/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door to protobuf-c, for the files of this room only: nobody else includes this header, so no
 * generated type leaves the room. Decoding is always pre-scan first (scan.h), then unpacking into
 * the caller's arena, which is zeroed memory with a budget: protobuf-c 1.4.1 leaves some fields
 * unset on its error paths, grows a message up to 41 times, and knows no limit of its own. Encoding
 * packs straight into the caller's writer.
 */
#ifndef TCN_WIRE_PB_H
#define TCN_WIRE_PB_H

#include "base/arena.h"
#include "base/bytes.h"
#include "model/id.h"
#include "model/limits.h"
#include "wire/scan.h"

#include <protobuf-c/protobuf-c.h>

/** Room for the texts of one message while it is encoded: protobuf-c wants a NUL behind each. */
struct tcn_pb_texts {
    size_t used;
    enum tcn_status status; /**< TCN_OK until a text did not fit or held a NUL */
    char data[TCN_OPEN_BYTES_MAX + 512];
};

/** Scans bytes by the table and unpacks them.
 * Owns: the message lends from the arena.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_pb_unpack(const struct tcn_scan_table *table,
                                             const ProtobufCMessageDescriptor *descriptor,
                                             struct tcn_slice bytes, struct tcn_arena *arena,
                                             ProtobufCMessage **out_message);

/** Appends a message of at most `size_max` bytes. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_pb_pack(const ProtobufCMessage *message, size_t size_max,
                                           struct tcn_writer *writer, struct tcn_slice *out_bytes);

/** Appends tag, size and bytes of one field of sized bytes, whole or not at all. The number is 1
 * to 15. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_pb_put_bytes(uint32_t number, struct tcn_slice bytes,
                                                struct tcn_writer *writer);

/** The same for a message, whose number is 1 to 2047. Errors: TCN_TOOBIG does not fit.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_pb_put_message(uint32_t number, const ProtobufCMessage *message,
                                                  struct tcn_writer *writer);

/** Makes what was written since `start` the bytes of one field: moves it behind tag and size. The
 * number is 1 to 15. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_pb_enclose(uint32_t number, size_t start,
                                              struct tcn_writer *writer);

/** Bytes that tcn_pb_put_bytes takes for `size` bytes. Thread: any. */
size_t tcn_pb_field_size(size_t size);

/** What was written since `start`. Owns: lends. Thread: any. */
struct tcn_slice tcn_pb_since(const struct tcn_writer *writer, size_t start);

/** Starts an empty room for texts. Thread: one. */
void tcn_pb_texts_begin(struct tcn_pb_texts *texts);

/** The text with a NUL behind it; "" when it is empty or on a fault, which texts->status keeps.
 * Owns: lent as long as the room. */
char *tcn_pb_text(struct tcn_pb_texts *texts, struct tcn_slice text);

/** A text of ours that has its NUL. Owns: lends; the packer only reads it. Thread: any. */
char *tcn_pb_chars(const char *text);

/** Bytes as protobuf-c names them. Owns: lends; the packer only reads them. Thread: any. */
ProtobufCBinaryData tcn_pb_bytes(struct tcn_slice bytes);

/** The bytes of an id, hash, key or signature; empty when they are all zero. Owns: lends.
 * Thread: any. */
ProtobufCBinaryData tcn_pb_fixed(const uint8_t *bytes, size_t size);

/** The same the other way: zeros when empty. The scan has checked the size. Thread: any. */
void tcn_pb_take_fixed(const ProtobufCBinaryData *data, uint8_t *out_bytes, size_t size);

/** Bytes of a decoded message. Owns: lends from its arena. Thread: any. */
struct tcn_slice tcn_pb_take_bytes(const ProtobufCBinaryData *data);

/** A text of a decoded message. Owns: lends from its arena. Thread: any. */
struct tcn_slice tcn_pb_take_text(const char *text);

/** Copies a text with its NUL; the scan has checked its size. Thread: any. */
void tcn_pb_take_chars(const char *text, char *out_text, size_t size);

#endif
