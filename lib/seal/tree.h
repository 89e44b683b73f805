/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree over a group commit's receipts: the collector signs its root once, and every receipt
 * carries the path from its own leaf to that root. Leaf: H(0x00 ‖ body); node: H(0x01 ‖ left ‖
 * right); an odd node at the end of a level moves up as it is.
 */
#ifndef TCN_SEAL_TREE_H
#define TCN_SEAL_TREE_H

#include "base/bytes.h"
#include "model/chunk.h"

/** Nodes of the largest tree, all levels together: 512 + 256 + … + 1, one more a level when odd. */
#define TCN_TREE_NODES_MAX (2 * TCN_GROUP_RECORDS_MAX + TCN_PATH_MAX)

/** A whole tree. Open: one lives in its builder, 33 KiB; fields are its own. */
struct tcn_tree {
    struct tcn_hash nodes[TCN_TREE_NODES_MAX]; /**< leaves first, the root last */
    uint32_t leaf_count;                       /**< 1 to TCN_GROUP_RECORDS_MAX */
    uint32_t node_count;
};

/** The leaf of a receipt's body, as encoded. Thread: any. Source: struct tcn_receipt. */
struct tcn_hash tcn_tree_leaf(struct tcn_slice body);

/** Builds the tree over `count` leaves, 1 to TCN_GROUP_RECORDS_MAX. Thread: one per tree. */
void tcn_tree_build(struct tcn_tree *tree, const struct tcn_hash *leaves, uint32_t count);

/** The root. Thread: any while the tree is not built anew. */
struct tcn_hash tcn_tree_root(const struct tcn_tree *tree);

/** The hashes beside the way from one leaf to the root, lowest first; 0 for a single leaf.
 * `leaf_index` is below the leaf count. Returns how many there are. Thread: as tcn_tree_root. */
uint32_t tcn_tree_path(const struct tcn_tree *tree, uint32_t leaf_index,
                       struct tcn_hash out_path[TCN_PATH_MAX]);

/** The root that a leaf, its place, and a path lead to; all may come from a stranger.
 * Errors: TCN_BAD_VALUE no such place, or a path of another length.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_tree_climb(const struct tcn_receipt *receipt,
                                              struct tcn_hash *out_root);

/** Checks that the collector with this key signed the receipt.
 * Errors: TCN_BAD_SIGNATURE it did not, or the receipt names another key; TCN_BAD_VALUE the path
 * cannot belong to the place; TCN_NOMEM.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_receipt_verify(const struct tcn_receipt *receipt,
                                                  const struct tcn_public_key *collector_key);

/** The root that was checked last: the receipts of one group share it. Open: embedded in its owner;
 * all zero when none was. */
struct tcn_root_memo {
    struct tcn_public_key key;
    struct tcn_hash root;
    struct tcn_signature signature;
};

/** As tcn_receipt_verify, but a root whose very signature was checked before is not checked again:
 * one signature check a group, not a receipt.
 * Errors: as tcn_receipt_verify.
 * Thread: the memo's owner. */
TCN_MUST_CHECK enum tcn_status tcn_receipt_verify_next(const struct tcn_receipt *receipt,
                                                       const struct tcn_public_key *collector_key,
                                                       struct tcn_root_memo *memo);

#endif
