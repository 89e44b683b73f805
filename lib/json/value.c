/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "base/uuid.h"
#include "model/event.h"
#include "json/read.h"

#include <stdio.h>
#include <string.h>

#define HEX64_BYTES 8

_Static_assert(sizeof(enum tcn_act) == sizeof(uint32_t), "a choice is read into four bytes");

/** The value's text; empty and without data when it is no text. */
static struct tcn_slice text_of(const json_t *value) {
    return tcn_slice_of(json_string_value(value), json_string_length(value));
}

/** Copies a text into the arena. */
static enum tcn_status take_text(struct tcn_json_reader *reader, const struct tcn_json_field *field,
                                 struct tcn_slice text, struct tcn_slice *out_text) {
    void *copy = tcn_arena_copy(reader->arena, text.data, text.size);
    if (copy == NULL) {
        return tcn_json_fault(reader, TCN_NOMEM, field->name, "less, or more memory");
    }
    *out_text = tcn_slice_of(copy, text.size);
    return TCN_OK;
}

static enum tcn_status read_word(struct tcn_json_reader *reader, const struct tcn_json_field *field,
                                 json_t *value, void *place) {
    struct tcn_slice text = text_of(value);
    if (!tcn_text_is_word(text)) {
        return tcn_json_fault(reader, TCN_BAD_VALUE, field->name,
                              "a word of at most 63 of a-z, 0-9, '_', '.', '-', a letter first");
    }
    return take_text(reader, field, text, place);
}

static enum tcn_status read_text(struct tcn_json_reader *reader, const struct tcn_json_field *field,
                                 json_t *value, void *place) {
    if (!json_is_string(value)) {
        return tcn_json_fault(reader, TCN_BAD_VALUE, field->name, "a text");
    }
    struct tcn_slice text = text_of(value);
    if (text.size > field->maximum) {
        char expected[TCN_JSON_EXPECTED_BYTES_MAX];
        (void)snprintf(expected, sizeof expected, "a text of at most %llu bytes",
                       (unsigned long long)field->maximum);
        return tcn_json_fault(reader, TCN_TOOBIG, field->name, expected);
    }
    return take_text(reader, field, text, place);
}

static enum tcn_status read_division(struct tcn_json_reader *reader,
                                     const struct tcn_json_field *field, json_t *value,
                                     void *place) {
    struct tcn_slice text = text_of(value);
    if (!tcn_division_is_valid(text)) {
        return tcn_json_fault(reader, TCN_BAD_DIVISION, field->name, "a text of 12 digits");
    }
    return take_text(reader, field, text, place);
}

static enum tcn_status read_time(struct tcn_json_reader *reader, const struct tcn_json_field *field,
                                 json_t *value, void *place) {
    if (tcn_text_to_time(text_of(value), place) != TCN_OK) {
        return tcn_json_fault(reader, TCN_BAD_VALUE, field->name,
                              "a time with offset as in \"2026-01-02T03:04:05+08:00\"");
    }
    return TCN_OK;
}

static enum tcn_status read_id(struct tcn_json_reader *reader, const struct tcn_json_field *field,
                               json_t *value, void *place) {
    struct tcn_id *id = place;
    if (tcn_uuid_from_text(text_of(value), id->bytes) != TCN_OK) {
        return tcn_json_fault(reader, TCN_BAD_VALUE, field->name, "a UUID of 36 characters");
    }
    return TCN_OK;
}

static enum tcn_status read_hash(struct tcn_json_reader *reader, const struct tcn_json_field *field,
                                 json_t *value, void *place) {
    struct tcn_hash *hash = place;
    if (tcn_hex_decode(text_of(value), hash->bytes, sizeof hash->bytes) != TCN_OK) {
        return tcn_json_fault(reader, TCN_BAD_VALUE, field->name, "64 hexadecimal digits");
    }
    return TCN_OK;
}

static enum tcn_status read_hex64(struct tcn_json_reader *reader,
                                  const struct tcn_json_field *field, json_t *value, void *place) {
    uint8_t bytes[HEX64_BYTES];
    if (tcn_hex_decode(text_of(value), bytes, sizeof bytes) != TCN_OK) {
        return tcn_json_fault(reader, TCN_BAD_VALUE, field->name, "16 hexadecimal digits");
    }
    struct tcn_reader number = tcn_reader_init(tcn_slice_of(bytes, sizeof bytes));
    *(uint64_t *)place = tcn_read_u64(&number);
    return TCN_OK;
}

/** A whole number from 0 to the field's maximum. */
static enum tcn_status read_number(struct tcn_json_reader *reader,
                                   const struct tcn_json_field *field, json_t *value,
                                   uint64_t *out_number) {
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < 0 || (uint64_t)number > field->maximum) {
        char expected[TCN_JSON_EXPECTED_BYTES_MAX];
        (void)snprintf(expected, sizeof expected, "a whole number from 0 to %llu",
                       (unsigned long long)field->maximum);
        return tcn_json_fault(reader, TCN_BAD_VALUE, field->name, expected);
    }
    *out_number = (uint64_t)number;
    return TCN_OK;
}

static enum tcn_status read_u32(struct tcn_json_reader *reader, const struct tcn_json_field *field,
                                json_t *value, void *place) {
    TCN_CHECK(field->maximum <= UINT32_MAX);
    uint64_t number = 0;
    enum tcn_status status = read_number(reader, field, value, &number);
    if (status == TCN_OK) {
        *(uint32_t *)place = (uint32_t)number;
    }
    return status;
}

static enum tcn_status read_flag(struct tcn_json_reader *reader, const struct tcn_json_field *field,
                                 json_t *value, void *place) {
    if (!json_is_boolean(value)) {
        return tcn_json_fault(reader, TCN_BAD_VALUE, field->name, "true or false");
    }
    *(bool *)place = json_is_true(value);
    return TCN_OK;
}

/** Refuses a word that is in no row, naming as many rows as there is room for. */
static enum tcn_status refuse_word(struct tcn_json_reader *reader,
                                   const struct tcn_json_field *field) {
    char expected[TCN_JSON_EXPECTED_BYTES_MAX] = "one of";
    size_t size = strlen(expected);
    for (size_t i = 0; field->words[i].word != NULL; i++) {
        const char *word = field->words[i].word;
        if (size + strlen(word) + sizeof ", \"\", and others" > sizeof expected) {
            (void)snprintf(expected + size, sizeof expected - size, " and others");
            break;
        }
        (void)snprintf(expected + size, sizeof expected - size, "%s \"%s\"", i > 0 ? "," : "",
                       word);
        size = strlen(expected);
    }
    return tcn_json_fault(reader, TCN_BAD_VALUE, field->name, expected);
}

static enum tcn_status read_choice(struct tcn_json_reader *reader,
                                   const struct tcn_json_field *field, json_t *value, void *place) {
    struct tcn_slice text = text_of(value);
    for (size_t i = 0; field->words[i].word != NULL; i++) {
        if (tcn_slice_is_text(text, field->words[i].word)) {
            memcpy(place, &field->words[i].number, sizeof(uint32_t));
            return TCN_OK;
        }
    }
    return refuse_word(reader, field);
}

/** Hands out an object or an array as it is. */
static enum tcn_status lend_tree(struct tcn_json_reader *reader, const struct tcn_json_field *field,
                                 json_t *value, void *place) {
    bool is_object = field->kind == TCN_JSON_OBJECT;
    if (is_object ? !json_is_object(value) : !json_is_array(value)) {
        return tcn_json_fault(reader, TCN_BAD_VALUE, field->name,
                              is_object ? "an object" : "an array");
    }
    if (!is_object && json_array_size(value) > field->maximum) {
        char expected[TCN_JSON_EXPECTED_BYTES_MAX];
        (void)snprintf(expected, sizeof expected, "at most %llu elements",
                       (unsigned long long)field->maximum);
        return tcn_json_fault(reader, TCN_TOOBIG, field->name, expected);
    }
    *(json_t **)place = value;
    return TCN_OK;
}

enum tcn_status tcn_json_read_value(struct tcn_json_reader *reader,
                                    const struct tcn_json_field *field, json_t *value,
                                    void *destination) {
    switch (field->kind) {
    case TCN_JSON_WORD:
        return read_word(reader, field, value, destination);
    case TCN_JSON_TEXT:
        return read_text(reader, field, value, destination);
    case TCN_JSON_DIVISION:
        return read_division(reader, field, value, destination);
    case TCN_JSON_TIME:
        return read_time(reader, field, value, destination);
    case TCN_JSON_ID:
        return read_id(reader, field, value, destination);
    case TCN_JSON_HASH:
        return read_hash(reader, field, value, destination);
    case TCN_JSON_HEX64:
        return read_hex64(reader, field, value, destination);
    case TCN_JSON_U64:
        return read_number(reader, field, value, destination);
    case TCN_JSON_U32:
        return read_u32(reader, field, value, destination);
    case TCN_JSON_FLAG:
        return read_flag(reader, field, value, destination);
    case TCN_JSON_CHOICE:
        return read_choice(reader, field, value, destination);
    case TCN_JSON_OBJECT:
    case TCN_JSON_ARRAY:
        return lend_tree(reader, field, value, destination);
    }
    TCN_UNREACHABLE();
}
