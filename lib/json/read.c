/* SPDX-License-Identifier: Apache-2.0 */
#include "json/read.h"

#include "base/text.h"
#include "model/limits.h"
#include "json/nearest.h"

#include <stdio.h>
#include <string.h>

enum tcn_status tcn_json_fault(struct tcn_json_reader *reader, enum tcn_status status,
                               const char *key, const char *expected) {
    struct tcn_json_error *error = reader->error;
    *error = (struct tcn_json_error){0};
    (void)snprintf(error->field, sizeof error->field, "%s%s", reader->path, key != NULL ? key : "");
    size_t size = strlen(error->field);
    if (key == NULL && size > 0) {
        error->field[size - 1] = '\0'; /* the path's last point */
    }
    (void)snprintf(error->expected, sizeof error->expected, "%s", expected);
    return status;
}

/** Deeper than this jansson recurs as far as the bytes say, so depth is looked at before. */
static bool is_too_deep(struct tcn_slice text) {
    size_t depth = 0;
    bool is_in_text = false;
    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = text.data[i];
        if (is_in_text) {
            i += byte == '\\' ? 1 : 0;
            is_in_text = byte != '"';
        } else if (byte == '"') {
            is_in_text = true;
        } else if (byte == '{' || byte == '[') {
            depth++;
        } else if ((byte == '}' || byte == ']') && depth > 0) {
            depth--;
        }
        if (depth > TCN_JSON_DEPTH_MAX) {
            return true;
        }
    }
    return false;
}

/** The key that stands twice, when it is a plain one. jansson names it last, in quotes; anything
 * but word characters is not repeated, for it may be about a person. */
static void take_key(const char *text, char out_field[TCN_JSON_FIELD_BYTES_MAX]) {
    const char *start = strstr(text, " near '\"");
    if (start == NULL) {
        return;
    }
    start += strlen(" near '\"");
    size_t size = strspn(start, "abcdefghijklmnopqrstuvwxyz0123456789_.-");
    if (start[size] == '"' && size < TCN_JSON_FIELD_BYTES_MAX) {
        memcpy(out_field, start, size);
        out_field[size] = '\0';
    }
}

/** jansson's fault in our words. */
static enum tcn_status status_of_jansson(const json_error_t *fault,
                                         struct tcn_json_error *out_error) {
    enum tcn_status status = TCN_MALFORMED;
    const char *expected = "one JSON object";
    *out_error = (struct tcn_json_error){.column = fault->column > 0 ? fault->column : 0};
    switch (json_error_code(fault)) {
    case json_error_unknown:
    case json_error_out_of_memory:
        status = TCN_NOMEM;
        expected = "less, or more memory";
        break;
    case json_error_invalid_utf8:
        status = TCN_BAD_TEXT;
        expected = "UTF-8";
        break;
    case json_error_null_character:
    case json_error_null_byte_in_key:
        status = TCN_BAD_TEXT;
        expected = "text without NUL";
        break;
    case json_error_numeric_overflow:
        status = TCN_BAD_VALUE;
        expected = "numbers of at most 64 bits";
        break;
    case json_error_duplicate_key:
        expected = "each key only once";
        take_key(fault->text, out_error->field);
        break;
    case json_error_end_of_input_expected:
        expected = "nothing after the object";
        break;
    case json_error_stack_overflow:
    case json_error_cannot_open_file:
    case json_error_invalid_argument:
    case json_error_premature_end_of_input:
    case json_error_invalid_syntax:
    case json_error_invalid_format:
    case json_error_wrong_type:
    case json_error_null_value:
    case json_error_item_not_found:
    case json_error_index_out_of_range:
        break;
    }
    (void)snprintf(out_error->expected, sizeof out_error->expected, "%s", expected);
    return status;
}

enum tcn_status tcn_json_load(struct tcn_slice text, struct tcn_json_error *out_error,
                              json_t **out_root) {
    struct tcn_json_reader whole = {.error = out_error};
    if (text.size > TCN_JSON_BYTES_MAX) {
        return tcn_json_fault(&whole, TCN_TOOBIG, NULL, "at most 512 KiB");
    }
    if (is_too_deep(text)) {
        return tcn_json_fault(&whole, TCN_TOOBIG, NULL, "at most 6 levels of objects and arrays");
    }
    json_error_t fault = {0}; /* when memory ends early jansson does not set the code */
    json_t *root = json_loadb(text.size > 0 ? (const char *)text.data : "", text.size,
                              JSON_REJECT_DUPLICATES, &fault);
    if (root == NULL) {
        return status_of_jansson(&fault, out_error);
    }
    if (!json_is_object(root)) {
        json_decref(root);
        return tcn_json_fault(&whole, TCN_MALFORMED, NULL, "one JSON object");
    }
    *out_root = root;
    return TCN_OK;
}

struct tcn_json_reader tcn_json_reader_child(const struct tcn_json_reader *reader,
                                             const char *key) {
    struct tcn_json_reader child = *reader;
    (void)snprintf(child.path, sizeof child.path, "%.40s%.20s.", reader->path, key);
    return child;
}

/** Refuses a key that is in no row, naming the nearest that is. */
static enum tcn_status refuse_key(struct tcn_json_reader *reader, const char *key,
                                  const struct tcn_json_field *fields, size_t field_count) {
    const char *nearest = NULL;
    size_t nearest_distance = SIZE_MAX;
    for (size_t i = 0; i < field_count; i++) {
        size_t distance = tcn_json_distance(key, fields[i].name);
        if (distance < nearest_distance) {
            nearest_distance = distance;
            nearest = fields[i].name;
        }
    }
    char expected[TCN_JSON_EXPECTED_BYTES_MAX] = "a key that is known here";
    if (nearest != NULL) {
        (void)snprintf(expected, sizeof expected, "a key that is known here; the nearest is \"%s\"",
                       nearest);
    }
    /* A key of strange characters is not a key but somebody's text: it is not repeated. */
    bool is_plain = tcn_text_is_word(tcn_slice_text(key));
    return tcn_json_fault(reader, TCN_UNKNOWN_FIELD, is_plain ? key : "?", expected);
}

enum tcn_status tcn_json_read_object(struct tcn_json_reader *reader, json_t *object,
                                     const struct tcn_json_field *fields, size_t field_count,
                                     void *destination, uint64_t *out_seen) {
    TCN_CHECK(field_count <= 64);
    uint64_t seen = 0;
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(object, key, value) {
        size_t i = 0;
        while (i < field_count && strcmp(key, fields[i].name) != 0) {
            i++;
        }
        if (i == field_count && reader->is_lenient) {
            continue;
        }
        if (i == field_count) {
            return refuse_key(reader, key, fields, field_count);
        }
        enum tcn_status status =
            tcn_json_read_value(reader, &fields[i], value, (char *)destination + fields[i].offset);
        if (status != TCN_OK) {
            return status;
        }
        seen |= UINT64_C(1) << i;
    }
    *out_seen = seen;
    return TCN_OK;
}
