/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a bundle as bytes, written and read side by side. Part of query/bundle; nobody else
 * includes it. Thread: any. */
#ifndef TCN_QUERY_BUNDLE_PARTS_H
#define TCN_QUERY_BUNDLE_PARTS_H

#include "query/bundle.h"

/** Room for a statement without its list of items. */
#define TCN_BUNDLE_STATEMENT_BYTES 512u

/** One record of a bundle. Open: slices lend. */
struct tcn_bundle_item {
    enum tcn_record_kind kind;
    struct tcn_slice receipt; /**< encoded */
    struct tcn_slice head;    /**< as its source signed it */
    struct tcn_slice signature;
    struct tcn_public_key key; /**< of the source; all zero: of the collector, or not known */
    uint32_t count;            /**< events of the record; 0 of an activation */
    struct tcn_slice hashes;   /**< 32 bytes for each */
    struct tcn_slice shown; /**< each as index 2, hash of the sealed part 32, size 4, open part */
};

/** Appends a statement. */
void tcn_bundle_write_statement(struct tcn_writer *writer,
                                const struct tcn_bundle_statement *statement);
/** Reads it. Owns: lends. Errors: TCN_UPGRADE; TCN_MALFORMED. */
TCN_MUST_CHECK enum tcn_status
tcn_bundle_read_statement(struct tcn_slice bytes, struct tcn_bundle_statement *out_statement);
/** Appends an item. */
void tcn_bundle_write_item(struct tcn_writer *writer, const struct tcn_bundle_item *item);
/** Reads it. Owns: lends. Errors: TCN_MALFORMED. */
TCN_MUST_CHECK enum tcn_status tcn_bundle_read_item(struct tcn_slice bytes,
                                                    struct tcn_bundle_item *out_item);

#endif
