/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/receipts.h"

#include "seal/hash.h"
#include "wire/lane.h"

void tcn_receipts_begin(struct tcn_receipts *receipts, uint64_t first_position) {
    TCN_CHECK(first_position != 0);
    receipts->row.first_position = first_position;
    receipts->row.leaf_count = 0;
}

void tcn_receipts_body(const struct tcn_record *record, const struct tcn_id *log_id, uint8_t *data,
                       struct tcn_slice *out_body) {
    const struct tcn_receipt_body body = {
        .format = TCN_RECEIPT_FORMAT,
        .log_id = *log_id,
        .generation = record->generation,
        .lane = record->lane,
        .first_sequence = record->first_sequence,
        .count = record->count,
        .first_position = record->first_position,
        .log_time_ns = record->log_time_ns,
        .chunk_hash = record->chunk_hash,
    };
    struct tcn_writer writer = tcn_writer_init(data, TCN_RECEIPT_BODY_BYTES_MAX);
    const enum tcn_status status = tcn_wire_receipt_body_encode(&body, &writer, out_body);
    TCN_CHECK(status == TCN_OK); /* every field has a fixed maximum, and they fit together */
}

void tcn_receipts_add(struct tcn_receipts *receipts, struct tcn_slice body) {
    TCN_CHECK(receipts->row.leaf_count < TCN_GROUP_RECORDS_MAX);
    receipts->row.leaves[receipts->row.leaf_count] = tcn_tree_leaf(body);
    receipts->row.leaf_count++;
}

enum tcn_status tcn_receipts_seal(struct tcn_receipts *receipts,
                                  const struct tcn_signing_key *key) {
    TCN_CHECK(receipts->row.leaf_count > 0);
    tcn_receipts_load(receipts);
    const struct tcn_hash root = tcn_tree_root(&receipts->tree);
    receipts->row.key_id = tcn_key_id_of(&key->public_key);
    return tcn_sign(key, TCN_CONTEXT_ROOT, tcn_slice_of(root.bytes, sizeof(root.bytes)),
                    &receipts->row.signature);
}

void tcn_receipts_load(struct tcn_receipts *receipts) {
    tcn_tree_build(&receipts->tree, receipts->row.leaves, receipts->row.leaf_count);
}

enum tcn_status tcn_receipts_make(const struct tcn_receipts *receipts, struct tcn_slice body,
                                  struct tcn_receipt *out_receipt) {
    const struct tcn_hash leaf = tcn_tree_leaf(body);
    uint32_t index = 0;
    while (index < receipts->row.leaf_count &&
           !tcn_hash_equals(&receipts->row.leaves[index], &leaf)) {
        index++;
    }
    if (index == receipts->row.leaf_count) {
        return TCN_ABSENT;
    }
    struct tcn_receipt receipt = {
        .body = body,
        .leaf_index = index,
        .leaf_count = receipts->row.leaf_count,
        .signature = receipts->row.signature,
        .key_id = receipts->row.key_id,
    };
    receipt.path_count = tcn_tree_path(&receipts->tree, index, receipt.path);
    *out_receipt = receipt;
    return TCN_OK;
}
