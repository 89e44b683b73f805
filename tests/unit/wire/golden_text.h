/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text in the making, and the two ways in which golden bytes are told as JSON: protobuf messages
 * by the descriptors that protoc-c makes, laid-out rows by a recipe. Neither goes through our own
 * structs, so a codec that drops a field shows here. Numbers of 64 bits are decimal text, bytes are
 * hexadecimal; zero and empty fields are left out of messages, as on the wire. Single-threaded.
 */
#ifndef TESTS_WIRE_GOLDEN_TEXT_H
#define TESTS_WIRE_GOLDEN_TEXT_H

#include "base/bytes.h"

#include <inttypes.h>
#include <protobuf-c/protobuf-c.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEXT_BYTES (256 * 1024)
#define TEXT_LEVELS 10
#define RECIPE_FIELDS 48
#define RECIPE_WORD 32

/** A text that grows to TEXT_BYTES; more is a failed test. */
struct text {
    char data[TEXT_BYTES];
    size_t size;
};

__attribute__((format(printf, 2, 3))) static inline void text_add(struct text *text,
                                                                  const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int size =
        vsnprintf(text->data + text->size, sizeof(text->data) - text->size, format, arguments);
    va_end(arguments);
    assert_true(size >= 0 && text->size + (size_t)size < sizeof(text->data));
    text->size += (size_t)size;
}

static inline void text_hex(struct text *text, struct tcn_slice bytes) {
    for (size_t i = 0; i < bytes.size; i++) {
        text_add(text, "%02x", bytes.data[i]);
    }
}

/** Text between quotes; what JSON must escape is written by number. */
static inline void text_quoted(struct text *text, struct tcn_slice bytes) {
    text_add(text, "\"");
    for (size_t i = 0; i < bytes.size; i++) {
        uint8_t byte = bytes.data[i];
        if (byte < 0x20 || byte == '"' || byte == '\\') {
            text_add(text, "\\u%04x", byte);
        } else {
            text_add(text, "%c", byte);
        }
    }
    text_add(text, "\"");
}

static inline void text_line(struct text *text, size_t indent) {
    text_add(text, "\n%*s", (int)indent, "");
}

/** Bytes of a field that are themselves a message. */
struct text_inner {
    const ProtobufCMessageDescriptor *outer;
    const char *field;
    const ProtobufCMessageDescriptor *inner;
};

/** Where the walk through a message stands. */
struct text_level {
    const ProtobufCMessage *message;
    ProtobufCMessage *owned; /**< to be freed when the level ends; NULL for an inner message */
    unsigned field;
    size_t element;
    bool has_members;
};

/** A walk through one message and what lies in it. */
struct text_walk {
    struct text *text;
    size_t indent;
    const struct text_inner *inners;
    size_t inner_count;
    struct text_level levels[TEXT_LEVELS];
    size_t depth;
};

static inline size_t walk_indent(const struct text_walk *walk) {
    return walk->indent + 2 * walk->depth;
}

static inline void walk_push(struct text_walk *walk, const ProtobufCMessage *message,
                             ProtobufCMessage *owned) {
    assert_true(walk->depth < TEXT_LEVELS);
    walk->levels[walk->depth++] = (struct text_level){.message = message, .owned = owned};
    text_add(walk->text, "{");
}

/** How often a field is there; a number that is zero and a text that is empty are not. */
static inline size_t field_count(const ProtobufCMessage *message,
                                 const ProtobufCFieldDescriptor *field) {
    const char *base = (const char *)message;
    const char *at = base + field->offset;
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        return *(const size_t *)(base + field->quantifier_offset);
    }
    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0) {
        return *(const uint32_t *)(base + field->quantifier_offset) == field->id;
    }
    switch (field->type) {
    case PROTOBUF_C_TYPE_MESSAGE:
        return *(ProtobufCMessage *const *)at != NULL;
    case PROTOBUF_C_TYPE_STRING:
        return *(char *const *)at != NULL && **(char *const *)at != '\0';
    case PROTOBUF_C_TYPE_BYTES:
        return ((const ProtobufCBinaryData *)at)->len != 0;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return *(const uint64_t *)at != 0;
    default:
        return *(const uint32_t *)at != 0;
    }
}

static inline size_t element_size(const ProtobufCFieldDescriptor *field) {
    switch (field->type) {
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_ENUM:
        return sizeof(uint32_t);
    default:
        return sizeof(uint64_t);
    }
}

/** The message that bytes of a field hold; NULL when they are no message, or not a known one. */
static inline ProtobufCMessage *inner_of(const struct text_walk *walk,
                                         const ProtobufCMessageDescriptor *outer,
                                         const ProtobufCFieldDescriptor *field,
                                         const ProtobufCBinaryData *bytes) {
    for (size_t i = 0; i < walk->inner_count; i++) {
        const struct text_inner *inner = &walk->inners[i];
        if (inner->outer != outer || strcmp(inner->field, field->name) != 0) {
            continue;
        }
        ProtobufCMessage *message =
            protobuf_c_message_unpack(inner->inner, NULL, bytes->len, bytes->data);
        if (message != NULL && message->n_unknown_fields == 0) {
            return message;
        }
        if (message != NULL) {
            protobuf_c_message_free_unpacked(message, NULL);
        }
    }
    return NULL;
}

/** Bytes: as the message that they are, with their size, or as they are. */
static inline void put_bytes(struct text_walk *walk, const ProtobufCFieldDescriptor *field,
                             const ProtobufCBinaryData *bytes) {
    const ProtobufCMessage *outer = walk->levels[walk->depth - 1].message;
    ProtobufCMessage *inner = inner_of(walk, outer->descriptor, field, bytes);
    if (inner == NULL) {
        text_add(walk->text, "\"");
        text_hex(walk->text, tcn_slice_of(bytes->data, bytes->len));
        text_add(walk->text, "\"");
        return;
    }
    walk_push(walk, inner, inner);
    text_line(walk->text, walk_indent(walk));
    text_add(walk->text, "\"_size\": %zu", bytes->len);
    walk->levels[walk->depth - 1].has_members = true;
}

static inline void put_value(struct text_walk *walk, const ProtobufCFieldDescriptor *field,
                             const void *at) {
    struct text *text = walk->text;
    const ProtobufCEnumValue *value = NULL;
    switch (field->type) {
    case PROTOBUF_C_TYPE_MESSAGE:
        walk_push(walk, *(ProtobufCMessage *const *)at, NULL);
        break;
    case PROTOBUF_C_TYPE_BYTES:
        put_bytes(walk, field, at);
        break;
    case PROTOBUF_C_TYPE_STRING:
        text_quoted(text, tcn_slice_text(*(char *const *)at));
        break;
    case PROTOBUF_C_TYPE_ENUM:
        value = protobuf_c_enum_descriptor_get_value(field->descriptor, *(const int *)at);
        assert_non_null(value);
        text_add(text, "\"%s\"", value->name);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        text_add(text, *(const protobuf_c_boolean *)at ? "true" : "false");
        break;
    case PROTOBUF_C_TYPE_INT64:
        text_add(text, "\"%" PRId64 "\"", *(const int64_t *)at);
        break;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        text_add(text, "\"%" PRIu64 "\"", *(const uint64_t *)at);
        break;
    case PROTOBUF_C_TYPE_UINT32:
        text_add(text, "%" PRIu32, *(const uint32_t *)at);
        break;
    default:
        fail_msg("%s: a type that the protocol does not use", field->name);
    }
}

/** The next value of the level on top; a message or a list may stay open behind it. */
static inline void walk_field(struct text_walk *walk, struct text_level *level,
                              const ProtobufCFieldDescriptor *field) {
    size_t count = field_count(level->message, field);
    bool is_list = field->label == PROTOBUF_C_LABEL_REPEATED;
    if (level->element >= count) {
        text_add(walk->text, is_list && count > 0 ? "]" : "");
        level->field++;
        level->element = 0;
        return;
    }
    if (level->element > 0) {
        text_add(walk->text, ", ");
    } else {
        text_add(walk->text, level->has_members ? "," : "");
        text_line(walk->text, walk_indent(walk));
        text_add(walk->text, "\"%s\": %s", field->name, is_list ? "[" : "");
    }
    level->has_members = true;
    const char *at = (const char *)level->message + field->offset;
    if (is_list) {
        at = *(const char *const *)at + level->element * element_size(field);
    }
    level->element++;
    put_value(walk, field, at);
}

/** A message as an object; its members stand two columns behind `indent`. */
static inline void text_message(struct text_walk *walk,
                                const ProtobufCMessageDescriptor *descriptor,
                                struct tcn_slice bytes) {
    ProtobufCMessage *root = protobuf_c_message_unpack(descriptor, NULL, bytes.size, bytes.data);
    assert_non_null(root);
    assert_int_equal(root->n_unknown_fields, 0);
    walk_push(walk, root, root);
    while (walk->depth > 0) {
        struct text_level *level = &walk->levels[walk->depth - 1];
        if (level->field < level->message->descriptor->n_fields) {
            walk_field(walk, level, &level->message->descriptor->fields[level->field]);
            continue;
        }
        walk->depth--;
        if (level->has_members) {
            text_line(walk->text, walk_indent(walk));
        }
        text_add(walk->text, "}");
        if (level->owned != NULL) {
            protobuf_c_message_free_unpacked(level->owned, NULL);
        }
    }
}

/** The numbers that a recipe's fields had, for sizes named later. */
struct recipe_seen {
    char names[RECIPE_FIELDS][RECIPE_WORD];
    uint64_t values[RECIPE_FIELDS];
    size_t count;
};

static inline uint64_t recipe_value(const struct recipe_seen *seen, const char *name) {
    for (size_t i = 0; i < seen->count; i++) {
        if (strcmp(seen->names[i], name) == 0) {
            return seen->values[i];
        }
    }
    fail_msg("a recipe names the size %s before it is there", name);
    return 0;
}

static inline uint64_t recipe_number(struct tcn_reader *reader, size_t size) {
    uint64_t number = 0;
    for (size_t i = 0; i < size; i++) {
        number = number << 8 | tcn_read_u8(reader);
    }
    return number;
}

/** One field. `kind` is u or i with a size in bytes (i: sign bit flipped); b or t (bytes, text)
 * with a size, with $ and the name of the field that has it, with * for all that is left or - and
 * how much of it not; or s: text behind a size of so many bytes. */
static inline void recipe_field(struct text *text, struct tcn_reader *reader,
                                struct recipe_seen *seen, const char *kind) {
    size_t size = 0;
    if (kind[1] == '$') {
        size = (size_t)recipe_value(seen, kind + 2);
    } else if (kind[1] == '*') {
        size = tcn_reader_rest(reader);
    } else if (kind[1] == '-') {
        size_t left = (size_t)strtoul(kind + 2, NULL, 10);
        assert_true(tcn_reader_rest(reader) >= left);
        size = tcn_reader_rest(reader) - left;
    } else {
        size = (size_t)strtoul(kind + 1, NULL, 10);
    }
    if (kind[0] == 'u' || kind[0] == 'i') {
        uint64_t number = recipe_number(reader, size);
        seen->values[seen->count - 1] = number;
        if (kind[0] == 'i') {
            text_add(text, "\"%" PRId64 "\"", (int64_t)(number ^ UINT64_C(1) << 63));
        } else {
            text_add(text, size == 8 ? "\"%" PRIu64 "\"" : "%" PRIu64, number);
        }
        return;
    }
    if (kind[0] == 's') {
        size = (size_t)recipe_number(reader, size);
    }
    struct tcn_slice bytes = tcn_read_slice(reader, size);
    if (kind[0] == 'b') {
        text_add(text, "\"");
        text_hex(text, bytes);
        text_add(text, "\"");
    } else {
        text_quoted(text, bytes);
    }
}

/** Bytes laid out by a recipe, "name:kind name:kind …", as an object. */
static inline void text_recipe(struct text *text, size_t indent, const char *recipe,
                               struct tcn_slice bytes) {
    struct tcn_reader reader = tcn_reader_init(bytes);
    struct recipe_seen seen = {.count = 0};
    const char *next = recipe;
    text_add(text, "{");
    while (*next != '\0') {
        char kind[RECIPE_WORD];
        int size = 0;
        assert_true(seen.count < RECIPE_FIELDS);
        char *name = seen.names[seen.count++];
        assert_int_equal(sscanf(next, " %31[^:]:%31s%n", name, kind, &size), 2);
        next += size;
        text_add(text, seen.count > 1 ? "," : "");
        text_line(text, indent + 2);
        text_add(text, "\"%s\": ", name);
        recipe_field(text, &reader, &seen, kind);
    }
    text_line(text, indent);
    text_add(text, "}");
    if (reader.underflowed || reader.offset != reader.size) {
        fail_msg("not laid out as: %s", recipe);
    }
}

#endif
