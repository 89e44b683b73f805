/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/tree.h"

#include "seal/hash.h"
#include "seal/sign.h"

#include <string.h>

/* RFC 6962 section 2.1 parts leaves from nodes by the same first byte. */
#define LEAF_PREFIX 0x00
#define NODE_PREFIX 0x01

_Static_assert((1U << TCN_PATH_MAX) >= TCN_GROUP_RECORDS_MAX, "a path reaches the root");

struct tcn_hash tcn_tree_leaf(struct tcn_slice body) {
    static const uint8_t prefix = LEAF_PREFIX;
    struct tcn_hasher hasher;
    tcn_hasher_init(&hasher);
    tcn_hasher_add(&hasher, tcn_slice_of(&prefix, 1));
    tcn_hasher_add(&hasher, body);
    return tcn_hasher_finish(&hasher);
}

/** The node above two others. */
static struct tcn_hash join(const struct tcn_hash *left, const struct tcn_hash *right) {
    uint8_t bytes[1 + 2 * sizeof(struct tcn_hash)];
    bytes[0] = NODE_PREFIX;
    memcpy(bytes + 1, left->bytes, sizeof left->bytes);
    memcpy(bytes + 1 + sizeof left->bytes, right->bytes, sizeof right->bytes);
    return tcn_hash_of(tcn_slice_of(bytes, sizeof bytes));
}

void tcn_tree_build(struct tcn_tree *tree, const struct tcn_hash *leaves, uint32_t count) {
    TCN_CHECK(count >= 1 && count <= TCN_GROUP_RECORDS_MAX);
    memcpy(tree->nodes, leaves, count * sizeof leaves[0]);
    tree->leaf_count = count;
    uint32_t from = 0;
    uint32_t to = count;
    for (uint32_t level_count = count; level_count > 1; level_count = (level_count + 1) / 2) {
        for (uint32_t i = 0; i < level_count; i += 2, to++) {
            const struct tcn_hash *left = &tree->nodes[from + i];
            tree->nodes[to] = i + 1 < level_count ? join(left, left + 1) : *left;
        }
        from += level_count;
    }
    tree->node_count = to;
    TCN_CHECK(to <= TCN_TREE_NODES_MAX);
}

struct tcn_hash tcn_tree_root(const struct tcn_tree *tree) {
    TCN_CHECK(tree->node_count >= 1);
    return tree->nodes[tree->node_count - 1];
}

uint32_t tcn_tree_path(const struct tcn_tree *tree, uint32_t leaf_index,
                       struct tcn_hash out_path[TCN_PATH_MAX]) {
    TCN_CHECK(leaf_index < tree->leaf_count);
    uint32_t path_count = 0;
    uint32_t from = 0;
    uint32_t index = leaf_index;
    uint32_t level_count = tree->leaf_count;
    for (; level_count > 1; level_count = (level_count + 1) / 2) {
        uint32_t beside = index ^ 1U;
        if (beside < level_count) { /* else it is the odd one and moves up alone */
            TCN_CHECK(path_count < TCN_PATH_MAX);
            out_path[path_count++] = tree->nodes[from + beside];
        }
        from += level_count;
        index /= 2;
    }
    return path_count;
}

enum tcn_status tcn_tree_climb(const struct tcn_receipt *receipt, struct tcn_hash *out_root) {
    if (receipt->leaf_count < 1 || receipt->leaf_count > TCN_GROUP_RECORDS_MAX ||
        receipt->leaf_index >= receipt->leaf_count || receipt->path_count > TCN_PATH_MAX) {
        return TCN_BAD_VALUE;
    }
    struct tcn_hash node = tcn_tree_leaf(receipt->body);
    uint32_t used_count = 0;
    uint32_t index = receipt->leaf_index;
    uint32_t level_count = receipt->leaf_count;
    for (; level_count > 1; level_count = (level_count + 1) / 2) {
        if ((index ^ 1U) < level_count) {
            if (used_count == receipt->path_count) {
                return TCN_BAD_VALUE;
            }
            const struct tcn_hash *beside = &receipt->path[used_count++];
            node = index % 2 == 0 ? join(&node, beside) : join(beside, &node);
        }
        index /= 2;
    }
    if (used_count != receipt->path_count) {
        return TCN_BAD_VALUE;
    }
    *out_root = node;
    return TCN_OK;
}

enum tcn_status tcn_receipt_verify(const struct tcn_receipt *receipt,
                                   const struct tcn_public_key *collector_key) {
    struct tcn_root_memo memo = {0};
    return tcn_receipt_verify_next(receipt, collector_key, &memo);
}

/** True when the memo's signature is this one, over this root, by this key. */
static bool is_known(const struct tcn_root_memo *memo, const struct tcn_hash *root,
                     const struct tcn_signature *signature, const struct tcn_public_key *key) {
    return !tcn_hash_is_none(&memo->root) && tcn_hash_equals(&memo->root, root) &&
           memcmp(&memo->signature, signature, sizeof(*signature)) == 0 &&
           memcmp(&memo->key, key, sizeof(*key)) == 0;
}

enum tcn_status tcn_receipt_verify_next(const struct tcn_receipt *receipt,
                                        const struct tcn_public_key *collector_key,
                                        struct tcn_root_memo *memo) {
    struct tcn_key_id id = tcn_key_id_of(collector_key);
    if (!tcn_key_id_equals(&id, &receipt->key_id)) {
        return TCN_BAD_SIGNATURE;
    }
    struct tcn_hash root;
    enum tcn_status status = tcn_tree_climb(receipt, &root);
    if (status != TCN_OK) {
        return status;
    }
    if (is_known(memo, &root, &receipt->signature, collector_key)) {
        return TCN_OK;
    }
    status = tcn_verify(collector_key, TCN_CONTEXT_ROOT,
                        tcn_slice_of(root.bytes, sizeof root.bytes), &receipt->signature);
    if (status == TCN_OK) {
        *memo = (struct tcn_root_memo){
            .key = *collector_key, .root = root, .signature = receipt->signature};
    }
    return status;
}
