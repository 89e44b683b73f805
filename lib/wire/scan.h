/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pre-scan: walks the tags of a message by a table before any library sees it. It knows for
 * every field its wire type, its range and how often it may come; what the table does not name is
 * refused. It never recurses and takes no memory, so a hostile message costs one pass over its
 * bytes. The walker alone (tcn_scan_next) splits messages without copying.
 */
#ifndef TCN_WIRE_SCAN_H
#define TCN_WIRE_SCAN_H

#include "base/bytes.h"

/** Levels of messages within each other that a table may have. */
#define TCN_SCAN_DEPTH_MAX 4

/** Field numbers of a table are below this. */
#define TCN_SCAN_FIELDS_MAX 64

/** What a field holds. A zero number and an empty string are the same as an absent field, so their
 * ranges say nothing about them: `required` does. Bytes of a fixed size that are all zero are
 * "none", so a required field may not be that either. */
enum tcn_scan_kind {
    TCN_SCAN_NONE = 0, /**< no such field: TCN_UNKNOWN_FIELD */
    TCN_SCAN_NUMBER,   /**< varint up to max: an enum, a flag, a count */
    TCN_SCAN_SIGNED,   /**< varint of an int64: any value */
    TCN_SCAN_FIXED64,  /**< 8 bytes: any value */
    TCN_SCAN_BYTES,    /**< from min to max bytes */
    TCN_SCAN_TEXT,     /**< UTF-8 without NUL, from min to max bytes */
    TCN_SCAN_PACKED,   /**< varints in one run, each from min to max, at most count_max */
    TCN_SCAN_INNER,    /**< a message of its own, by `inner` */
};

/** One field. All zero: there is no such field. */
struct tcn_scan_rule {
    enum tcn_scan_kind kind;
    uint32_t count_max; /**< 0: comes once at most; else how often, or elements of a packed run */
    uint64_t min;       /**< size, or packed element */
    uint64_t max;       /**< number, size, or packed element */
    const struct tcn_scan_table *inner;
};

/** One message. Open: constant tables beside each codec. */
struct tcn_scan_table {
    const struct tcn_scan_rule *rules; /**< indexed by field number */
    uint32_t rule_count;               /**< highest field number plus 1 */
    uint64_t required;                 /**< bit n: field n is neither absent nor zero nor empty */
    uint64_t one_of;                   /**< bits of fields of which at most one may be there */
    uint32_t format_field;             /**< number of the format field; 0 when there is none */
    size_t size_max;                   /**< bytes of the whole message; checked at the top level */
};

/* Rules as a schema reads: enums by their last number, organs, flags, hashes and ids by their size.
 */
#define TCN_RULE_NUMBER(max_)                                                                      \
    { .kind = TCN_SCAN_NUMBER, .max = (max_) }
#define TCN_RULE_FLAG TCN_RULE_NUMBER(1)
#define TCN_RULE_ORGAN TCN_RULE_NUMBER(UINT16_MAX)
#define TCN_RULE_U32 TCN_RULE_NUMBER(UINT32_MAX)
#define TCN_RULE_U64 TCN_RULE_NUMBER(UINT64_MAX)
#define TCN_RULE_I64                                                                               \
    { .kind = TCN_SCAN_SIGNED }
#define TCN_RULE_FIXED64                                                                           \
    { .kind = TCN_SCAN_FIXED64 }
#define TCN_RULE_BYTES(max_)                                                                       \
    { .kind = TCN_SCAN_BYTES, .max = (max_) }
#define TCN_RULE_EXACT(size_)                                                                      \
    { .kind = TCN_SCAN_BYTES, .min = (size_), .max = (size_) }
#define TCN_RULE_ID TCN_RULE_EXACT(16)
#define TCN_RULE_HASH TCN_RULE_EXACT(32)
#define TCN_RULE_KEY_ID TCN_RULE_EXACT(8)
#define TCN_RULE_TEXT(max_)                                                                        \
    { .kind = TCN_SCAN_TEXT, .max = (max_) }
#define TCN_RULE_WORD TCN_RULE_TEXT(TCN_WORD_BYTES_MAX)
#define TCN_RULE_INNER(table_)                                                                     \
    { .kind = TCN_SCAN_INNER, .inner = &(table_) }
#define TCN_RULE_INNERS(table_, count_max_)                                                        \
    { .kind = TCN_SCAN_INNER, .count_max = (count_max_), .inner = &(table_) }
#define TCN_RULE_BIT(number_) (UINT64_C(1) << (number_))
#define TCN_RULE_COUNT(rules_) ((uint32_t)(sizeof(rules_) / sizeof((rules_)[0])))

/** One field as found. `value` is for numbers, `bytes` for everything that has a size. */
struct tcn_scan_field {
    uint32_t number;
    uint32_t wire; /**< 0 varint, 1 eight bytes, 2 sized bytes */
    uint64_t value;
    struct tcn_slice bytes;
};

/** Takes the next field off a reader.
 * Owns: bytes lend the reader's input.
 * Errors: TCN_ABSENT at the end; TCN_MALFORMED truncated, a wire type other than 0, 1, 2, a field
 * number of 0 or above 2^29-1, or a varint that is over 64 bits or longer than it need be.
 * Thread: any.
 * Source: protobuf.dev "Encoding". */
TCN_MUST_CHECK enum tcn_status tcn_scan_next(struct tcn_reader *reader,
                                             struct tcn_scan_field *out_field);

/** Checks a whole message by its table; an empty message is checked like any other.
 * Errors: TCN_MALFORMED as tcn_scan_next, another wire type than the table's, a field twice, or two
 * fields of which one may be there; TCN_UNKNOWN_FIELD; TCN_UPGRADE the format field is above its
 * maximum, whatever else is wrong; TCN_BAD_VALUE a number out of range, bytes of a fixed size in
 * another size, or a required field missing; TCN_BAD_TEXT; TCN_TOOBIG the message, a field or a
 * count is over its maximum. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_scan(const struct tcn_scan_table *table, struct tcn_slice bytes);

#endif
