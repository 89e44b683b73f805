/* SPDX-License-Identifier: Apache-2.0 */
#include "json/write.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/uuid.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#define HEX_BYTES_MAX 64
#define SCHEMA_BYTES_MAX 64
#define INDENT 2

/** Notes the first fault. */
static void fail(struct tcn_json_writer *writer, enum tcn_status status) {
    if (writer->status == TCN_OK) {
        writer->status = status;
    }
}

/** Puts a node into the open container, taking it; a NULL node is a failed allocation. */
static void add(struct tcn_json_writer *writer, const char *key, json_t *node) {
    if (writer->status != TCN_OK || node == NULL) {
        fail(writer, TCN_NOMEM);
        json_decref(node);
        return;
    }
    TCN_CHECK(writer->depth >= 1);
    json_t *top = writer->nodes[writer->depth - 1];
    TCN_CHECK(json_is_object(top) == (key != NULL));
    int failed = key != NULL ? json_object_set_new_nocheck(top, key, node)
                             : json_array_append_new(top, node);
    if (failed != 0) {
        fail(writer, TCN_NOMEM); /* jansson gave the node back itself */
    }
}

/** Adds a container and opens it. */
static void begin(struct tcn_json_writer *writer, const char *key, json_t *node) {
    if (writer->depth == TCN_JSON_WRITE_DEPTH_MAX) {
        fail(writer, TCN_LIMIT);
    }
    add(writer, key, node);
    if (writer->status == TCN_OK) {
        writer->nodes[writer->depth++] = node; /* the tree owns it, we only point */
    }
}

/** Closes the container opened last. After a fault nothing is open to be closed. */
static void end(struct tcn_json_writer *writer) {
    if (writer->status == TCN_OK) {
        TCN_CHECK(writer->depth > 1);
        writer->depth--;
    }
}

void tcn_json_writer_init(struct tcn_json_writer *writer) {
    *writer = (struct tcn_json_writer){.depth = 1};
    writer->nodes[0] = json_object();
    if (writer->nodes[0] == NULL) {
        fail(writer, TCN_NOMEM);
    }
}

void tcn_json_writer_init_document(struct tcn_json_writer *writer, const char *name) {
    char schema[SCHEMA_BYTES_MAX];
    int size = snprintf(schema, sizeof schema, "tocsin.%s/1", name);
    TCN_CHECK(size > 0 && (size_t)size < sizeof schema);
    tcn_json_writer_init(writer);
    tcn_json_add_word(writer, "schema", schema);
}

void tcn_json_writer_fini(struct tcn_json_writer *writer) {
    json_decref(writer->nodes[0]);
    *writer = (struct tcn_json_writer){0};
}

void tcn_json_object_begin(struct tcn_json_writer *writer, const char *key) {
    begin(writer, key, json_object());
}

void tcn_json_object_end(struct tcn_json_writer *writer) {
    end(writer);
}

void tcn_json_array_begin(struct tcn_json_writer *writer, const char *key) {
    begin(writer, key, json_array());
}

void tcn_json_array_end(struct tcn_json_writer *writer) {
    end(writer);
}

void tcn_json_add_text(struct tcn_json_writer *writer, const char *key, struct tcn_slice text) {
    if (!tcn_text_is_utf8(text)) {
        fail(writer, TCN_BAD_TEXT);
        return;
    }
    add(writer, key, json_stringn_nocheck(text.size > 0 ? (const char *)text.data : "", text.size));
}

void tcn_json_add_word(struct tcn_json_writer *writer, const char *key, const char *text) {
    if (text == NULL) {
        tcn_json_add_null(writer, key);
        return;
    }
    tcn_json_add_text(writer, key, tcn_slice_text(text));
}

void tcn_json_add_u64(struct tcn_json_writer *writer, const char *key, uint64_t value) {
    add(writer, key,
        value <= INT64_MAX ? json_integer((json_int_t)value) : json_real((double)value));
}

void tcn_json_add_i64(struct tcn_json_writer *writer, const char *key, int64_t value) {
    add(writer, key, json_integer(value));
}

void tcn_json_add_real(struct tcn_json_writer *writer, const char *key, double value) {
    add(writer, key, isfinite(value) ? json_real(value) : json_null());
}

void tcn_json_add_bool(struct tcn_json_writer *writer, const char *key, bool value) {
    add(writer, key, json_boolean(value));
}

void tcn_json_add_null(struct tcn_json_writer *writer, const char *key) {
    add(writer, key, json_null());
}

void tcn_json_add_time(struct tcn_json_writer *writer, const char *key, int64_t unix_ns) {
    char text[TCN_TIME_TEXT_BYTES];
    if (unix_ns == 0) {
        tcn_json_add_null(writer, key);
        return;
    }
    tcn_text_from_time(unix_ns, text);
    tcn_json_add_word(writer, key, text);
}

void tcn_json_add_time_exact(struct tcn_json_writer *writer, const char *key, int64_t unix_ns) {
    char text[TCN_TIME_TEXT_BYTES];
    int64_t rest_ns = ((unix_ns % TCN_MS_NS) + TCN_MS_NS) % TCN_MS_NS;
    if (rest_ns == 0) {
        tcn_json_add_time(writer, key, unix_ns);
        return;
    }
    tcn_text_from_time(unix_ns, text); /* ends in ".123Z" */
    size_t size = strlen(text);
    (void)snprintf(text + size - 1, sizeof text - size + 1, "%06" PRId64 "Z", rest_ns);
    tcn_json_add_word(writer, key, text);
}

void tcn_json_add_id(struct tcn_json_writer *writer, const char *key, const struct tcn_id *id) {
    char text[TCN_UUID_TEXT_BYTES];
    if (tcn_id_is_none(id)) {
        tcn_json_add_null(writer, key);
        return;
    }
    tcn_uuid_to_text(id->bytes, text);
    tcn_json_add_word(writer, key, text);
}

void tcn_json_add_hash(struct tcn_json_writer *writer, const char *key,
                       const struct tcn_hash *hash) {
    if (tcn_hash_is_none(hash)) {
        tcn_json_add_null(writer, key);
        return;
    }
    tcn_json_add_hex(writer, key, tcn_slice_of(hash->bytes, sizeof hash->bytes));
}

void tcn_json_add_hex64(struct tcn_json_writer *writer, const char *key, uint64_t value) {
    char text[17];
    if (value == 0) {
        tcn_json_add_null(writer, key);
        return;
    }
    (void)snprintf(text, sizeof text, "%016" PRIx64, value);
    tcn_json_add_word(writer, key, text);
}

void tcn_json_add_hex(struct tcn_json_writer *writer, const char *key, struct tcn_slice bytes) {
    char text[2 * HEX_BYTES_MAX + 1];
    TCN_CHECK(bytes.size <= HEX_BYTES_MAX);
    tcn_hex_encode(bytes.data, bytes.size, text);
    tcn_json_add_word(writer, key, text);
}

/** Writes a piece of a document, which may go to a terminal. jansson itself escapes C0 only; all
 * other characters that a terminal obeys stand in strings too, and are escaped here. Pieces end
 * between characters. */
static int write_piece(const char *piece, size_t size, void *context) {
    FILE *file = context;
    size_t start = 0;
    for (size_t i = 0; i < size; i++) {
        const uint8_t *data = (const uint8_t *)piece + i;
        size_t wide = data[0] < 0x7F ? 0 : tcn_text_obeyed(tcn_slice_of(data, size - i));
        if (wide == 0) {
            continue;
        }
        unsigned code = data[0];
        if (wide == 2) {
            code = data[1]; /* U+0080 to U+009F */
        } else if (wide == 3) {
            code = 0x2000U | (data[1] & 0x3FU) << 6 | (data[2] & 0x3FU);
        }
        if (fwrite(piece + start, 1, i - start, file) != i - start ||
            fprintf(file, "\\u%04x", code) < 0) {
            return -1;
        }
        i += wide - 1;
        start = i + 1;
    }
    return fwrite(piece + start, 1, size - start, file) == size - start ? 0 : -1;
}

enum tcn_status tcn_json_write_file(struct tcn_json_writer *writer, FILE *file, bool is_indented) {
    if (writer->status != TCN_OK) {
        return writer->status;
    }
    size_t flags = is_indented ? JSON_INDENT(INDENT) : JSON_COMPACT;
    if (json_dump_callback(writer->nodes[0], write_piece, file, flags) != 0 ||
        fputc('\n', file) == EOF) {
        return TCN_IO;
    }
    return TCN_OK;
}

enum tcn_status tcn_json_write_document(struct tcn_slice document, FILE *file) {
    json_t *root = json_loadb((const char *)document.data, document.size, JSON_ALLOW_NUL, NULL);
    const bool is_object = json_is_object(root);
    json_decref(root);
    if (!is_object) {
        return TCN_MALFORMED;
    }
    size_t start = 0;
    for (size_t i = 0; i <= document.size; i++) {
        /* In a document that could be read these stand between the texts only. */
        const bool is_blank = i < document.size && document.data[i] < ' ';
        if (i < document.size && !is_blank) {
            continue;
        }
        const char *piece = (const char *)document.data + start;
        if (write_piece(piece, i - start, file) != 0 || fputc(is_blank ? ' ' : '\n', file) == EOF) {
            return TCN_IO;
        }
        start = i + 1;
    }
    return TCN_OK;
}

enum tcn_status tcn_json_write_arena(struct tcn_json_writer *writer, struct tcn_arena *arena,
                                     struct tcn_slice *out_text) {
    if (writer->status != TCN_OK) {
        return writer->status;
    }
    size_t size = json_dumpb(writer->nodes[0], NULL, 0, JSON_COMPACT);
    char *text = tcn_arena_alloc(arena, size);
    if (size == 0 || text == NULL) {
        return TCN_NOMEM;
    }
    size_t made_size = json_dumpb(writer->nodes[0], text, size, JSON_COMPACT);
    if (made_size != size) {
        return TCN_NOMEM;
    }
    *out_text = tcn_slice_of(text, size);
    return TCN_OK;
}
