/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading JSON strictly, for this room only: a bounded document becomes a jansson tree, and tables
 * of fields say which keys an object may have, of which kind, and where their values go. Objects
 * within objects are handed out as trees and read by the caller one after the other, so nothing
 * recurs. A reader lives for one document on one thread; what it reads into structs lends from its
 * arena.
 */
#ifndef TCN_JSON_READ_H
#define TCN_JSON_READ_H

#include "base/arena.h"
#include "base/bytes.h"
#include "json/error.h"
#include "json/words.h"

#include <jansson.h>

/** What a value is, and so the type that it is read into. */
enum tcn_json_kind {
    TCN_JSON_WORD,     /**< a policy word → struct tcn_slice */
    TCN_JSON_TEXT,     /**< at most `maximum` bytes → struct tcn_slice */
    TCN_JSON_DIVISION, /**< 12 digits → struct tcn_slice */
    TCN_JSON_TIME,     /**< RFC 3339 → int64_t nanoseconds */
    TCN_JSON_ID,       /**< UUID → struct tcn_id */
    TCN_JSON_HASH,     /**< 64 hexadecimal digits → struct tcn_hash */
    TCN_JSON_HEX64,    /**< 16 hexadecimal digits → uint64_t */
    TCN_JSON_U64,      /**< 0 to `maximum` → uint64_t */
    TCN_JSON_U32,      /**< 0 to `maximum` → uint32_t */
    TCN_JSON_FLAG,     /**< true or false → bool */
    TCN_JSON_CHOICE,   /**< a word of `words` → an enum, which has four bytes */
    TCN_JSON_OBJECT,   /**< → json_t *, lent from the document */
    TCN_JSON_ARRAY,    /**< of at most `maximum` → json_t *, lent from the document */
};

/** A key that an object may have. */
struct tcn_json_field {
    const char *name;
    enum tcn_json_kind kind;
    size_t offset; /**< in the destination */
    uint64_t maximum;
    const struct tcn_json_word *words;
};

/** The reader of one object. */
struct tcn_json_reader {
    struct tcn_arena *arena;
    struct tcn_json_error *error;
    char path[TCN_JSON_FIELD_BYTES_MAX]; /**< before each key: "", "counts." */
    bool is_lenient;                     /**< unknown keys are passed over */
};

/** Reads a whole document, whose outermost value is an object.
 * Owns: gives the tree; end with json_decref.
 * Errors: TCN_TOOBIG over TCN_JSON_BYTES_MAX or nested deeper than TCN_JSON_DEPTH_MAX;
 * TCN_MALFORMED; TCN_BAD_TEXT; TCN_BAD_VALUE a number that 64 bits do not hold; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_json_load(struct tcn_slice text,
                                             struct tcn_json_error *out_error, json_t **out_root);

/** A reader of the object under `key` of another's object; NULL: of the document itself. */
struct tcn_json_reader tcn_json_reader_child(const struct tcn_json_reader *reader, const char *key);

/** Reads every key of an object by the table, which has at most 64 rows. Fields that are not there
 * are left as they are. Bit n of out_seen is set when field n was there.
 * Errors: TCN_UNKNOWN_FIELD, and those of the kinds; the reader's error says which and why. */
TCN_MUST_CHECK enum tcn_status tcn_json_read_object(struct tcn_json_reader *reader, json_t *object,
                                                    const struct tcn_json_field *fields,
                                                    size_t field_count, void *destination,
                                                    uint64_t *out_seen);

/** Reads one value as its field says. Errors: as tcn_json_read_object. */
TCN_MUST_CHECK enum tcn_status tcn_json_read_value(struct tcn_json_reader *reader,
                                                   const struct tcn_json_field *field,
                                                   json_t *value, void *destination);

/** Notes what was expected of a key and gives the status back, for `return`. `key` may be NULL: the
 * object as a whole. */
TCN_MUST_CHECK enum tcn_status tcn_json_fault(struct tcn_json_reader *reader,
                                              enum tcn_status status, const char *key,
                                              const char *expected);

#endif
