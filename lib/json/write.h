/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A writer for JSON: one document, or one line of NDJSON, is built and then put out whole, so
 * nobody ever sees half of one. Faults are sticky: build as if nothing could fail and look once at
 * the end. Keys are written in the order of the calls; in an array the key is NULL.
 */
#ifndef TCN_JSON_WRITE_H
#define TCN_JSON_WRITE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "model/id.h"

#include <stdio.h>

/** Objects and arrays within each other, when written. */
#define TCN_JSON_WRITE_DEPTH_MAX 8

/** A document in the making. Open: lives on the stack; fields are its own. */
struct tcn_json_writer {
    void *nodes[TCN_JSON_WRITE_DEPTH_MAX]; /**< open containers; the root object first */
    uint32_t depth;                        /**< containers open; 1: the root alone */
    enum tcn_status status;                /**< sticky: the first fault */
};

/** Starts with an empty object, which stays open.
 * Owns: end with tcn_json_writer_fini.
 * Thread: one per writer. */
void tcn_json_writer_init(struct tcn_json_writer *writer);

/** As tcn_json_writer_init, with "schema": "tocsin.<name>/1" as the first key. */
void tcn_json_writer_init_document(struct tcn_json_writer *writer, const char *name);

/** Frees the document; safe on a zeroed writer and after a fault. */
void tcn_json_writer_fini(struct tcn_json_writer *writer);

/** Opens an object; what follows goes into it. Nesting is bounded by TCN_JSON_WRITE_DEPTH_MAX. */
void tcn_json_object_begin(struct tcn_json_writer *writer, const char *key);

/** Closes the object opened last. */
void tcn_json_object_end(struct tcn_json_writer *writer);

/** Opens an array; what follows goes into it, with NULL for key. */
void tcn_json_array_begin(struct tcn_json_writer *writer, const char *key);

/** Closes the array opened last. */
void tcn_json_array_end(struct tcn_json_writer *writer);

/** A text; sticks TCN_BAD_TEXT when it is not UTF-8. */
void tcn_json_add_text(struct tcn_json_writer *writer, const char *key, struct tcn_slice text);

/** A NUL-terminated text; null when `text` is NULL. */
void tcn_json_add_word(struct tcn_json_writer *writer, const char *key, const char *text);

/** A number; one above 2^63-1 is written as a real and loses its last digits. */
void tcn_json_add_u64(struct tcn_json_writer *writer, const char *key, uint64_t value);

/** A signed number. */
void tcn_json_add_i64(struct tcn_json_writer *writer, const char *key, int64_t value);

/** A number with a fraction; null when it is not finite. */
void tcn_json_add_real(struct tcn_json_writer *writer, const char *key, double value);

/** true or false. */
void tcn_json_add_bool(struct tcn_json_writer *writer, const char *key, bool value);

/** null. */
void tcn_json_add_null(struct tcn_json_writer *writer, const char *key);

/** A time as "2026-11-23T14:05:50.123Z"; null when 0. */
void tcn_json_add_time(struct tcn_json_writer *writer, const char *key, int64_t unix_ns);

/** As tcn_json_add_time, but with nine digits of the second where three lose something: for what is
 * read back. */
void tcn_json_add_time_exact(struct tcn_json_writer *writer, const char *key, int64_t unix_ns);

/** A UUID of 36 characters; null when none. */
void tcn_json_add_id(struct tcn_json_writer *writer, const char *key, const struct tcn_id *id);

/** 64 hexadecimal digits; null when none. */
void tcn_json_add_hash(struct tcn_json_writer *writer, const char *key,
                       const struct tcn_hash *hash);

/** A random 64-bit number (an epoch, a session) as 16 hexadecimal digits, which every JSON reader
 * keeps exact; null when 0. */
void tcn_json_add_hex64(struct tcn_json_writer *writer, const char *key, uint64_t value);

/** At most 64 bytes as hexadecimal digits. */
void tcn_json_add_hex(struct tcn_json_writer *writer, const char *key, struct tcn_slice bytes);

/** Puts the document out as one line with its newline, or indented over several.
 * Errors: the sticky fault, TCN_NOMEM TCN_BAD_TEXT or TCN_LIMIT (nested too deep); TCN_IO the file
 * cannot be written. What was buffered in `file` is not flushed.
 * Thread: one per writer. */
TCN_MUST_CHECK enum tcn_status tcn_json_write_file(struct tcn_json_writer *writer, FILE *file,
                                                   bool is_indented);

/** Puts out a document that was made elsewhere, word by word, as one line with its newline. What a
 * terminal obeys is escaped in its texts, which says the same; between them it becomes a blank.
 * Errors: TCN_MALFORMED it is no JSON object, then nothing is put out; TCN_IO the file cannot be
 * written. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_json_write_document(struct tcn_slice document, FILE *file);

/** Puts the document into the arena as one line without a newline.
 * Owns: out_text lends from the arena.
 * Errors: the sticky fault; TCN_NOMEM the arena is spent.
 * Thread: one per writer and arena. */
TCN_MUST_CHECK enum tcn_status tcn_json_write_arena(struct tcn_json_writer *writer,
                                                    struct tcn_arena *arena,
                                                    struct tcn_slice *out_text);

#endif
