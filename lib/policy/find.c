/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a field stands: a scan of the text, line by line, that knows as much YAML as our own files
 * use. It serves messages only, so where it is fooled (by a list in flow style, say) it answers
 * with the nearest thing around, never with a failure.
 */
#include "policy/file.h"

#include <string.h>

/** A part of the text, as offsets. Empty when begin equals end. */
struct span {
    size_t begin;
    size_t end;
};

/** The offset behind the end of the line that `offset` lies in. */
static size_t line_end(const struct tcn_policy_file *file, size_t offset) {
    while (offset < file->size && file->data[offset] != '\n') {
        offset++;
    }
    return offset < file->size ? offset + 1 : offset;
}

/** The offset of the line's first byte that is no space. */
static size_t line_text(const struct tcn_policy_file *file, size_t offset) {
    while (offset < file->size && file->data[offset] == ' ') {
        offset++;
    }
    return offset;
}

/** True when the offset stands at a line's end or at a comment. */
static bool is_blank(const struct tcn_policy_file *file, size_t offset) {
    return offset >= file->size || file->data[offset] == '\n' || file->data[offset] == '\r' ||
           file->data[offset] == '#';
}

/** True when `text` stands at the offset. */
static bool stands_at(const struct tcn_policy_file *file, size_t offset, const char *text) {
    size_t size = strlen(text);
    return size <= file->size - offset && memcmp(file->data + offset, text, size) == 0;
}

/** True when `key` and a colon stand at the offset, the key perhaps in quotes. */
static bool is_key_at(const struct tcn_policy_file *file, size_t offset, const char *key) {
    if (!stands_at(file, offset, key)) {
        return false;
    }
    offset += strlen(key);
    if (offset < file->size && (file->data[offset] == '"' || file->data[offset] == '\'')) {
        offset++;
    }
    offset = line_text(file, offset);
    return offset < file->size && file->data[offset] == ':';
}

/** True when a list's entry begins at the offset. */
static bool is_dash_at(const struct tcn_policy_file *file, size_t offset) {
    return offset < file->size && file->data[offset] == '-' &&
           (offset + 1 == file->size || file->data[offset + 1] == ' ' ||
            file->data[offset + 1] == '\n');
}

/** From the line of a key in the first column to the next such line; empty when it is not there. */
static struct span find_section(const struct tcn_policy_file *file, const char *section) {
    struct span span = {.begin = file->size, .end = file->size};
    for (size_t line = 0; line < file->size; line = line_end(file, line)) {
        bool is_top = file->data[line] != ' ' && !is_blank(file, line) && !is_dash_at(file, line);
        if (is_top && span.begin < file->size) {
            span.end = line;
            return span;
        }
        if (is_top && is_key_at(file, line, section)) {
            span.begin = line;
        }
    }
    return span;
}

/** The n-th entry of the list in a section; the section itself when there are not so many. */
static struct span find_entry(const struct tcn_policy_file *file, struct span section,
                              uint32_t entry) {
    size_t indent = SIZE_MAX; /* of the list's dashes, once one is seen */
    uint32_t count = 0;
    struct span span = section;
    for (size_t line = section.begin; line < section.end; line = line_end(file, line)) {
        size_t text = line_text(file, line);
        if (!is_dash_at(file, text) || (indent != SIZE_MAX && text - line != indent)) {
            continue;
        }
        indent = text - line;
        count++;
        if (count == entry) {
            span.begin = text;
        } else if (count == entry + 1) {
            span.end = text;
        }
    }
    return count >= entry ? span : section;
}

/** True when a key may begin behind this byte. */
static bool may_precede_key(uint8_t byte) {
    return byte == ' ' || byte == '\n' || byte == '{' || byte == ',' || byte == '"' || byte == '\'';
}

/** The offset of a key in a span; the span's end when it is not there. */
static size_t find_key(const struct tcn_policy_file *file, struct span span, const char *key) {
    for (size_t at = span.begin; at < span.end; at++) {
        bool may_begin = at == 0 || may_precede_key(file->data[at - 1]);
        if (may_begin && file->data[at] == '#') {
            at = line_end(file, at) - 1;
        } else if (may_begin && is_key_at(file, at, key)) {
            return at;
        }
    }
    return span.end;
}

/** The offset of the value behind a key; the key itself when its line holds no value. */
static size_t find_value(const struct tcn_policy_file *file, size_t key) {
    size_t at = key;
    while (at < file->size && file->data[at] != ':') {
        at++;
    }
    at = line_text(file, at < file->size ? at + 1 : at);
    return is_blank(file, at) ? key : at;
}

/** The offset of a word at or behind a value; the value itself when it is not there. */
static size_t find_word(const struct tcn_policy_file *file, size_t value, size_t end,
                        const char *word) {
    for (size_t at = value; at < end; at++) {
        size_t behind = at + strlen(word);
        bool starts = at == value || strchr(" [,\"'-", file->data[at - 1]) != NULL;
        if (starts && stands_at(file, at, word) &&
            (behind == file->size || strchr(" ,]}\"'\r\n", file->data[behind]) != NULL)) {
            return at;
        }
    }
    return value;
}

/** The offset of what is meant within a span. */
static size_t find_field(const struct tcn_policy_file *file, struct span span,
                         const struct tcn_policy_where *where) {
    size_t key = find_key(file, span, where->field);
    if (key == span.end) {
        return span.begin;
    }
    if (where->is_key) {
        return key;
    }
    size_t value = find_value(file, key);
    return where->word != NULL ? find_word(file, value, span.end, where->word) : value;
}

void tcn_policy_file_find(const struct tcn_policy_file *file, const struct tcn_policy_where *where,
                          uint32_t *out_line, uint32_t *out_column) {
    struct span span = {.begin = 0, .end = file->size};
    *out_line = 0;
    *out_column = 0;
    if (where->section != NULL) {
        span = find_section(file, where->section);
    }
    if (where->entry > 0) {
        span = find_entry(file, span, where->entry);
    }
    bool is_whole = where->section == NULL && where->field == NULL;
    if (span.begin == span.end || is_whole) {
        return;
    }
    size_t at = where->field != NULL ? find_field(file, span, where) : span.begin;
    if (at == 0 && where->section == NULL && !is_key_at(file, 0, where->field)) {
        return; /* the file as a whole lacks the field */
    }
    uint32_t line = 1;
    size_t start = 0;
    for (size_t end = line_end(file, 0); end <= at; end = line_end(file, end)) {
        start = end;
        line++;
    }
    *out_line = line;
    *out_column = (uint32_t)(at - start) + 1;
}

void tcn_policy_file_place(const struct tcn_policy_file *file, size_t line, size_t character,
                           uint32_t *out_line, uint32_t *out_column) {
    size_t start = 0;
    for (size_t i = 0; i < line; i++) {
        start = line_end(file, start);
    }
    size_t at = start;
    for (size_t i = 0; i < character && at < file->size; i++) {
        at++;
        while (at < file->size && (file->data[at] & 0xC0) == 0x80) {
            at++; /* the further bytes of a character in UTF-8 */
        }
    }
    *out_line = (uint32_t)line + 1;
    *out_column = (uint32_t)(at - start) + 1;
}
