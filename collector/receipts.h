/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The receipts of one group commit. The collector signs the root of a tree over all its receipt
 * bodies once; what the log keeps of it (struct tcn_log_group) makes the very same receipts again
 * whenever a chunk is sent again.
 */
#ifndef TCN_COLLECTOR_RECEIPTS_H
#define TCN_COLLECTOR_RECEIPTS_H

#include "model/chunk.h"
#include "seal/sign.h"
#include "seal/tree.h"
#include "store/log.h"

/** Room for an encoded receipt body. */
#define TCN_RECEIPT_BODY_BYTES_MAX 256

/** A group's receipts. Open: 50 KiB, embedded in its owner. `row` is what the log keeps. */
struct tcn_receipts {
    struct tcn_log_group row;
    struct tcn_tree tree; /**< over the row's leaves, once sealed or loaded */
};

/** Starts an empty group. Thread: the owner's, as for all here. */
void tcn_receipts_begin(struct tcn_receipts *receipts, uint64_t first_position);

/** Encodes the receipt body of a record: the same record always gives the same bytes.
 * Owns: out_body lends from `data`, TCN_RECEIPT_BODY_BYTES_MAX bytes. */
void tcn_receipts_body(const struct tcn_record *record, const struct tcn_id *log_id, uint8_t *data,
                       struct tcn_slice *out_body);

/** Adds the next receipt body as a leaf; at most TCN_GROUP_RECORDS_MAX. */
void tcn_receipts_add(struct tcn_receipts *receipts, struct tcn_slice body);

/** Builds the tree and signs its root; the row is then complete.
 * Errors: TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_receipts_seal(struct tcn_receipts *receipts,
                                                 const struct tcn_signing_key *key);

/** Builds the tree again from a row that the log gave. */
void tcn_receipts_load(struct tcn_receipts *receipts);

/** The receipt for one body.
 * Owns: the body is lent to out_receipt.
 * Errors: TCN_ABSENT the group has no such leaf. */
TCN_MUST_CHECK enum tcn_status tcn_receipts_make(const struct tcn_receipts *receipts,
                                                 struct tcn_slice body,
                                                 struct tcn_receipt *out_receipt);

#endif
