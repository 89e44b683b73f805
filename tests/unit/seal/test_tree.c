/* SPDX-License-Identifier: Apache-2.0 */
/* Expected roots were made with Python 3.11 over the leaves "body 0", "body 1", … */
#include "seal/hash.h"
#include "seal/init.h"
#include "seal/sign.h"
#include "seal/tree.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static struct tcn_hash leaves[TCN_GROUP_RECORDS_MAX];
static char bodies[TCN_GROUP_RECORDS_MAX][16];
static struct tcn_signing_key key;
static struct tcn_tree tree;

/** A receipt for one leaf of a tree over the first `count` leaves. */
static struct tcn_receipt receipt_of(uint32_t index, uint32_t count) {
    tcn_tree_build(&tree, leaves, count);
    struct tcn_hash root = tcn_tree_root(&tree);
    struct tcn_receipt receipt = {.body = tcn_slice_text(bodies[index]),
                                  .leaf_index = index,
                                  .leaf_count = count,
                                  .key_id = tcn_key_id_of(&key.public_key)};
    receipt.path_count = tcn_tree_path(&tree, index, receipt.path);
    assert_int_equal(tcn_sign(&key, TCN_CONTEXT_ROOT, tcn_slice_of(root.bytes, sizeof root.bytes),
                              &receipt.signature),
                     TCN_OK);
    return receipt;
}

static void a_receipt_altered_anywhere_is_refused(void **state) {
    (void)state;
    const struct tcn_receipt good = receipt_of(4, 7);
    assert_int_equal(tcn_receipt_verify(&good, &key.public_key), TCN_OK);
    assert_int_equal(good.path_count, 3);

    struct tcn_receipt bad = good;
    bad.body = tcn_slice_text("body 5");
    assert_int_equal(tcn_receipt_verify(&bad, &key.public_key), TCN_BAD_SIGNATURE);
    bad = good;
    bad.body = tcn_slice_of(NULL, 0);
    assert_int_equal(tcn_receipt_verify(&bad, &key.public_key), TCN_BAD_SIGNATURE);
    for (uint32_t i = 0; i < good.path_count; i++) {
        bad = good;
        bad.path[i].bytes[31] ^= 1;
        assert_int_equal(tcn_receipt_verify(&bad, &key.public_key), TCN_BAD_SIGNATURE);
    }
    bad = good;
    bad.leaf_index = 5;
    assert_int_equal(tcn_receipt_verify(&bad, &key.public_key), TCN_BAD_SIGNATURE);
    bad = good;
    bad.signature.bytes[0] ^= 1;
    assert_int_equal(tcn_receipt_verify(&bad, &key.public_key), TCN_BAD_SIGNATURE);
    bad = good;
    bad.key_id.bytes[0] ^= 1;
    assert_int_equal(tcn_receipt_verify(&bad, &key.public_key), TCN_BAD_SIGNATURE);
}

static void a_path_that_cannot_belong_to_its_place_is_refused(void **state) {
    (void)state;
    const struct tcn_receipt good = receipt_of(4, 7);
    const struct {
        uint32_t leaf_index;
        uint32_t leaf_count;
        uint32_t path_count;
    } rows[] = {
        {4, 0, 3},          {0, 0, 0},
        {7, 7, 3},          {UINT32_MAX, 7, 3},
        {4, 7, 2},          {4, 7, 4},
        {4, 7, 0},          {4, 5, 3}, /* a lone leaf climbs with one */
        {4, 7, 11},         {4, 7, UINT32_MAX},
        {4, UINT32_MAX, 3}, {4, TCN_GROUP_RECORDS_MAX + 1, 10},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_receipt bad = good;
        bad.leaf_index = rows[i].leaf_index;
        bad.leaf_count = rows[i].leaf_count;
        bad.path_count = rows[i].path_count;
        struct tcn_hash root = {{7}};
        assert_int_equal(tcn_tree_climb(&bad, &root), TCN_BAD_VALUE);
        assert_int_equal(root.bytes[0], 7);
        assert_int_equal(tcn_receipt_verify(&bad, &key.public_key), TCN_BAD_VALUE);
    }
}

static void an_inner_node_does_not_pass_for_a_receipt(void **state) {
    (void)state;
    tcn_tree_build(&tree, leaves, 4);
    struct tcn_hash root = tcn_tree_root(&tree);
    uint8_t pair[2 * sizeof(struct tcn_hash)];
    memcpy(pair, &leaves[0], sizeof leaves[0]);
    memcpy(pair + sizeof leaves[0], &leaves[1], sizeof leaves[1]);
    struct tcn_receipt forged = {
        .body = tcn_slice_of(pair, sizeof pair), .leaf_count = 2, .path_count = 1};
    forged.path[0] = tree.nodes[5];
    struct tcn_hash climbed;
    assert_int_equal(tcn_tree_climb(&forged, &climbed), TCN_OK);
    assert_false(tcn_hash_equals(&climbed, &root));
}

static void roots_are_those_of_another_implementation(void **state) {
    (void)state;
    static const struct {
        uint32_t count;
        const char *root;
    } rows[] = {
        {1, "0b10ebc52d4ef09d64142ebc47b17acdc480dd4bf90cd9a822f0690524401de8"},
        {2, "6785d54a8b6dc9b48c183ebab9c52273a86b67af129e3c450b7bc0b1877bccba"},
        {3, "6220bbb954ff354708b8322a950b50d67c425feef7f7829bd1d3bbecabd9cff5"},
        {5, "d076158e175c6307aa9bf2e8d4604574fd797c7380b85345c9264dfe1ddec74d"},
        {7, "3c738cfca3d8ef889faa343b38ff1ec4b6c8b0a3825fc0d32fb04d4f1b58e5a7"},
        {8, "0dcdbcd845276563841a1072b3b99bf96905ba82323bcbaeca1626b651412982"},
        {512, "fc19ada9f89f583f4666d219faedb7c6e9352c072f90436df33feeb19424abdd"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char hex[65];
        tcn_tree_build(&tree, leaves, rows[i].count);
        struct tcn_hash root = tcn_tree_root(&tree);
        tcn_hex_encode(root.bytes, sizeof root.bytes, hex);
        assert_string_equal(hex, rows[i].root);
    }
}

static void every_leaf_of_every_tree_climbs_to_its_root(void **state) {
    (void)state;
    for (uint32_t count = 1; count <= TCN_GROUP_RECORDS_MAX; count += count < 70 ? 1 : 13) {
        tcn_tree_build(&tree, leaves, count);
        struct tcn_hash root = tcn_tree_root(&tree);
        for (uint32_t index = 0; index < count; index++) {
            struct tcn_receipt receipt = {
                .body = tcn_slice_text(bodies[index]), .leaf_index = index, .leaf_count = count};
            receipt.path_count = tcn_tree_path(&tree, index, receipt.path);
            struct tcn_hash climbed;
            assert_int_equal(tcn_tree_climb(&receipt, &climbed), TCN_OK);
            assert_true(tcn_hash_equals(&climbed, &root));
        }
    }
}

/* A group's receipts: the first one's signature is checked, the others' root is known. Whatever
 * differs in root, signature or key is checked for itself. */
static void a_root_that_was_checked_stands_for_its_very_signature_only(void **state) {
    (void)state;
    struct tcn_root_memo memo = {0};
    struct tcn_receipt receipts[2];
    tcn_tree_build(&tree, leaves, 2);
    struct tcn_hash root = tcn_tree_root(&tree);
    for (uint32_t i = 0; i < 2; i++) {
        receipts[i] = (struct tcn_receipt){.body = tcn_slice_text(bodies[i]),
                                           .leaf_index = i,
                                           .leaf_count = 2,
                                           .key_id = tcn_key_id_of(&key.public_key)};
        receipts[i].path_count = tcn_tree_path(&tree, i, receipts[i].path);
        assert_int_equal(tcn_sign(&key, TCN_CONTEXT_ROOT,
                                  tcn_slice_of(root.bytes, sizeof root.bytes),
                                  &receipts[i].signature),
                         TCN_OK);
    }
    struct tcn_receipt bad = receipts[0];
    bad.signature.bytes[9] ^= 1;
    assert_int_equal(tcn_receipt_verify_next(&bad, &key.public_key, &memo), TCN_BAD_SIGNATURE);
    assert_true(tcn_hash_is_none(&memo.root)); /* nothing is remembered of what failed */
    assert_int_equal(tcn_receipt_verify_next(&receipts[0], &key.public_key, &memo), TCN_OK);
    assert_true(tcn_hash_equals(&memo.root, &root));
    assert_int_equal(tcn_receipt_verify_next(&receipts[1], &key.public_key, &memo), TCN_OK);
    assert_int_equal(tcn_receipt_verify_next(&bad, &key.public_key, &memo), TCN_BAD_SIGNATURE);
    bad = receipts[0];
    bad.body = tcn_slice_text("body of nobody");
    assert_int_equal(tcn_receipt_verify_next(&bad, &key.public_key, &memo), TCN_BAD_SIGNATURE);
    struct tcn_signing_key other;
    const uint8_t seed[TCN_SIGNING_SEED_BYTES] = {43};
    tcn_signing_key_from_seed(seed, &other);
    assert_int_equal(tcn_receipt_verify_next(&receipts[1], &other.public_key, &memo),
                     TCN_BAD_SIGNATURE);
    bad = receipts[1];
    bad.key_id = tcn_key_id_of(&other.public_key);
    assert_int_equal(tcn_receipt_verify_next(&bad, &other.public_key, &memo), TCN_BAD_SIGNATURE);
}

int main(void) {
    if (tcn_seal_init() != TCN_OK) {
        return 1;
    }
    const uint8_t seed[TCN_SIGNING_SEED_BYTES] = {42};
    tcn_signing_key_from_seed(seed, &key);
    for (uint32_t i = 0; i < TCN_GROUP_RECORDS_MAX; i++) {
        (void)snprintf(bodies[i], sizeof bodies[i], "body %u", i);
        leaves[i] = tcn_tree_leaf(tcn_slice_text(bodies[i]));
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_receipt_altered_anywhere_is_refused),
        cmocka_unit_test(a_path_that_cannot_belong_to_its_place_is_refused),
        cmocka_unit_test(an_inner_node_does_not_pass_for_a_receipt),
        cmocka_unit_test(roots_are_those_of_another_implementation),
        cmocka_unit_test(every_leaf_of_every_tree_climbs_to_its_root),
        cmocka_unit_test(a_root_that_was_checked_stands_for_its_very_signature_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
