/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/pb.h"

#include <string.h>

#define WIRE_SIZED 2u
#define TAG_BYTES 1 /* field numbers up to 15 */
#define ONE_BYTE_NUMBER_MAX 15u
#define TWO_BYTE_NUMBER_MAX 2047u

static void *arena_alloc(void *data, size_t size) {
    struct tcn_arena *arena = data;
    return tcn_arena_alloc(arena, size);
}

/** The arena is reset whole by its owner. */
static void arena_free(void *data, void *pointer) {
    (void)data;
    (void)pointer;
}

enum tcn_status tcn_pb_unpack(const struct tcn_scan_table *table,
                              const ProtobufCMessageDescriptor *descriptor, struct tcn_slice bytes,
                              struct tcn_arena *arena, ProtobufCMessage **out_message) {
    enum tcn_status status = tcn_scan(table, bytes);
    if (status != TCN_OK) {
        return status;
    }
    ProtobufCAllocator allocator = {
        .alloc = arena_alloc, .free = arena_free, .allocator_data = arena};
    size_t refused = arena->refuse_count;
    ProtobufCMessage *message =
        protobuf_c_message_unpack(descriptor, &allocator, bytes.size, bytes.data);
    if (message == NULL) {
        return arena->refuse_count != refused ? TCN_NOMEM : TCN_MALFORMED;
    }
    /* The scan and the library read the same schema. */
    TCN_CHECK(message->n_unknown_fields == 0);
    *out_message = message;
    return TCN_OK;
}

/** True when so many more bytes fit. */
static bool fits(const struct tcn_writer *writer, size_t size) {
    return !writer->overflowed && size <= writer->size - writer->offset;
}

struct tcn_slice tcn_pb_since(const struct tcn_writer *writer, size_t start) {
    TCN_CHECK(start <= writer->offset);
    struct tcn_slice all = tcn_writer_slice(writer);
    return all.size == 0 ? all : tcn_slice_of(all.data + start, all.size - start);
}

/** Packs a message whose size is known to fit. */
static void pack(const ProtobufCMessage *message, size_t size, struct tcn_writer *writer) {
    if (size > 0) {
        size_t packed = protobuf_c_message_pack(message, writer->data + writer->offset);
        TCN_CHECK(packed == size);
        writer->offset += size;
    }
}

enum tcn_status tcn_pb_pack(const ProtobufCMessage *message, size_t size_max,
                            struct tcn_writer *writer, struct tcn_slice *out_bytes) {
    size_t start = writer->offset;
    size_t size = protobuf_c_message_get_packed_size(message);
    if (size > size_max || !fits(writer, size)) {
        return TCN_TOOBIG;
    }
    pack(message, size, writer);
    *out_bytes = tcn_pb_since(writer, start);
    return TCN_OK;
}

/** Bytes of a size as a varint. */
static size_t varint_size(size_t value) {
    size_t size = 1;
    for (; value >= 0x80; value >>= 7) {
        size++;
    }
    return size;
}

size_t tcn_pb_field_size(size_t size) {
    return TAG_BYTES + varint_size(size) + size;
}

/** Writes tag and size of a field that is known to fit. */
static void put_tag(uint32_t number, size_t size, struct tcn_writer *writer) {
    TCN_CHECK(number >= 1 && number <= TWO_BYTE_NUMBER_MAX);
    const uint32_t tag = number << 3 | WIRE_SIZED;
    if (number > ONE_BYTE_NUMBER_MAX) {
        tcn_write_u8(writer, (uint8_t)(tag | 0x80));
        tcn_write_u8(writer, (uint8_t)(tag >> 7));
    } else {
        tcn_write_u8(writer, (uint8_t)tag);
    }
    for (; size >= 0x80; size >>= 7) {
        tcn_write_u8(writer, (uint8_t)(size | 0x80));
    }
    tcn_write_u8(writer, (uint8_t)size);
}

enum tcn_status tcn_pb_put_bytes(uint32_t number, struct tcn_slice bytes,
                                 struct tcn_writer *writer) {
    TCN_CHECK(number <= ONE_BYTE_NUMBER_MAX);
    if (!fits(writer, tcn_pb_field_size(bytes.size))) {
        return TCN_TOOBIG;
    }
    put_tag(number, bytes.size, writer);
    tcn_write_bytes(writer, bytes.data, bytes.size);
    return TCN_OK;
}

enum tcn_status tcn_pb_put_message(uint32_t number, const ProtobufCMessage *message,
                                   struct tcn_writer *writer) {
    size_t size = protobuf_c_message_get_packed_size(message);
    const size_t more = number > ONE_BYTE_NUMBER_MAX ? 1 : 0;
    if (!fits(writer, more + tcn_pb_field_size(size))) {
        return TCN_TOOBIG;
    }
    put_tag(number, size, writer);
    pack(message, size, writer);
    return TCN_OK;
}

enum tcn_status tcn_pb_enclose(uint32_t number, size_t start, struct tcn_writer *writer) {
    TCN_CHECK(number <= ONE_BYTE_NUMBER_MAX);
    TCN_CHECK(start <= writer->offset);
    size_t size = writer->offset - start;
    size_t head = tcn_pb_field_size(size) - size;
    if (!fits(writer, head)) {
        return TCN_TOOBIG;
    }
    memmove(writer->data + start + head, writer->data + start, size);
    writer->offset = start;
    put_tag(number, size, writer);
    writer->offset += size;
    return TCN_OK;
}

void tcn_pb_texts_begin(struct tcn_pb_texts *texts) {
    texts->used = 0;
    texts->status = TCN_OK;
}

char *tcn_pb_text(struct tcn_pb_texts *texts, struct tcn_slice text) {
    if (text.size == 0) {
        return tcn_pb_chars("");
    }
    if (memchr(text.data, 0, text.size) != NULL) {
        texts->status = TCN_BAD_TEXT;
        return tcn_pb_chars("");
    }
    if (text.size >= sizeof(texts->data) - texts->used) {
        texts->status = TCN_TOOBIG;
        return tcn_pb_chars("");
    }
    char *place = texts->data + texts->used;
    memcpy(place, text.data, text.size);
    place[text.size] = '\0';
    texts->used += text.size + 1;
    return place;
}

char *tcn_pb_chars(const char *text) {
    return (char *)(uintptr_t)text;
}

ProtobufCBinaryData tcn_pb_bytes(struct tcn_slice bytes) {
    return (ProtobufCBinaryData){.len = bytes.size, .data = (uint8_t *)(uintptr_t)bytes.data};
}

ProtobufCBinaryData tcn_pb_fixed(const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != 0) {
            return tcn_pb_bytes(tcn_slice_of(bytes, size));
        }
    }
    return (ProtobufCBinaryData){.len = 0};
}

void tcn_pb_take_fixed(const ProtobufCBinaryData *data, uint8_t *out_bytes, size_t size) {
    TCN_CHECK(data->len == 0 || data->len == size);
    memset(out_bytes, 0, size);
    if (data->len > 0) {
        memcpy(out_bytes, data->data, size);
    }
}

struct tcn_slice tcn_pb_take_bytes(const ProtobufCBinaryData *data) {
    return tcn_slice_of(data->data, data->len);
}

struct tcn_slice tcn_pb_take_text(const char *text) {
    return tcn_slice_text(text);
}

void tcn_pb_take_chars(const char *text, char *out_text, size_t size) {
    size_t text_size = strlen(text);
    TCN_CHECK(text_size < size);
    memcpy(out_text, text, text_size + 1);
}
