/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
#include "client/open.h"
#include "client/receipt.h"
#include "fake.h"
#include "seal/hash.h"
#include "seal/tree.h"

#include <unistd.h>

/* A receipt of one of three chunks, as bytes. */
static struct tcn_slice make_receipt(const struct tcn_signing_key *key, uint8_t *bytes,
                                     size_t size) {
    uint8_t bodies[3][256];
    struct tcn_slice body[3];
    struct tcn_hash leaves[3];
    for (uint32_t index = 0; index < 3; index++) {
        const struct tcn_receipt_body made = {.format = 1,
                                              .log_id = {{9}},
                                              .generation = 1,
                                              .lane = {1, 7, TCN_LANE_ROUTINE},
                                              .first_sequence = 1 + index,
                                              .count = 1,
                                              .first_position = 50 + index,
                                              .log_time_ns = 1234,
                                              .chunk_hash = {{5}}};
        struct tcn_writer writer = tcn_writer_init(bodies[index], sizeof bodies[index]);
        assert_int_equal(tcn_wire_receipt_body_encode(&made, &writer, &body[index]), TCN_OK);
        leaves[index] = tcn_tree_leaf(body[index]);
    }
    static struct tcn_tree tree;
    tcn_tree_build(&tree, leaves, 3);
    struct tcn_hash root = tcn_tree_root(&tree);
    struct tcn_receipt receipt = {.body = body[1], .leaf_index = 1, .leaf_count = 3};
    receipt.path_count = tcn_tree_path(&tree, 1, receipt.path);
    receipt.key_id = tcn_key_id_of(&key->public_key);
    assert_int_equal(tcn_sign(key, TCN_CONTEXT_ROOT, tcn_slice_of(root.bytes, sizeof root.bytes),
                              &receipt.signature),
                     TCN_OK);
    struct tcn_writer writer = tcn_writer_init(bytes, size);
    struct tcn_slice encoded;
    assert_int_equal(tcn_wire_receipt_encode(&receipt, &writer, &encoded), TCN_OK);
    return encoded;
}

static void a_receipt_is_believed_from_its_collector_only(void **state) {
    (void)state;
    struct tcn_key_set keys;
    struct tcn_key_set others;
    struct tcn_arena arena = {0};
    uint8_t bytes[1024];
    assert_int_equal(tcn_seal_init(), TCN_OK);
    assert_int_equal(tcn_arena_init(&arena, 65536), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("collector"), false, &keys), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("other"), false, &others), TCN_OK);
    struct tcn_keyring ring;
    struct tcn_keyring other_ring;
    tcn_keyring_init(&ring, NULL, &keys.signing.public_key);
    tcn_keyring_init(&other_ring, NULL, &others.signing.public_key);
    struct tcn_slice receipt = make_receipt(&keys.signing, bytes, sizeof bytes);
    struct tcn_receipt_body body = {0};
    assert_int_equal(tcn_receipt_read(receipt, &other_ring, &arena, &body), TCN_BAD_SIGNATURE);
    for (size_t offset = 0; offset < receipt.size; offset++) {
        bytes[offset] ^= 1;
        tcn_arena_reset(&arena);
        assert_int_not_equal(tcn_receipt_read(receipt, &ring, &arena, &body), TCN_OK);
        bytes[offset] ^= 1;
    }
    for (size_t size = 0; size < receipt.size; size++) {
        tcn_arena_reset(&arena);
        assert_int_not_equal(tcn_receipt_read(tcn_slice_of(bytes, size), &ring, &arena, &body),
                             TCN_OK);
    }
    assert_int_equal(body.first_position, 0);
    tcn_arena_reset(&arena);
    assert_int_equal(tcn_receipt_read(receipt, &ring, &arena, &body), TCN_OK);
    assert_int_equal(body.first_position, 51);
    assert_int_equal(body.log_time_ns, 1234);
    tcn_arena_fini(&arena);
}

/* An item whose narrative is for one organ and whose contact is for another. */
struct sealed_item {
    struct tcn_item item;
    struct tcn_share share;
    uint8_t open_bytes[512];
    uint8_t sealed_bytes[4096];
};

static void make_item(struct sealed_item *made, const struct tcn_key_set *narrative_reader,
                      const struct tcn_key_set *contact_reader, struct tcn_arena *arena) {
    struct tcn_slice open = fake_open_part(made->open_bytes, sizeof made->open_bytes);
    const struct tcn_seal_recipient readers[2] = {{2, narrative_reader->seal.public_key},
                                                  {3, contact_reader->seal.public_key}};
    const struct tcn_seal_item items[2] = {
        {{TCN_COMPARTMENT_NARRATIVE, tcn_slice_text("what happened")}, &readers[0], 1},
        {{TCN_COMPARTMENT_CONTACT, tcn_slice_text("whom to ask")}, &readers[1], 1},
    };
    struct tcn_sealed sealed;
    assert_int_equal(tcn_seal(open, items, 2, arena, &sealed, &made->share), TCN_OK);
    struct tcn_writer writer = tcn_writer_init(made->sealed_bytes, sizeof made->sealed_bytes);
    struct tcn_slice bytes;
    assert_int_equal(tcn_wire_sealed_encode(&sealed, &writer, &bytes), TCN_OK);
    made->item = fake_item(1, open);
    made->item.sealed = bytes;
    made->item.share = tcn_slice_of(made->share.bytes, sizeof made->share.bytes);
}

/* Though the key has a wrap of all, and the share is there. */
static void what_one_officer_opened_is_read_for_where_and_what_and_no_more(void **state) {
    (void)state;
    static const enum tcn_compartment_kind kinds[] = {
        TCN_COMPARTMENT_CONTACT, TCN_COMPARTMENT_NARRATIVE, TCN_COMPARTMENT_ACCUSED,
        TCN_COMPARTMENT_INFORMANT};
    struct tcn_key_set keys;
    struct tcn_arena arena = {0};
    struct tcn_share share;
    struct tcn_sealed sealed;
    struct tcn_reading reading;
    uint8_t open_bytes[512];
    uint8_t sealed_bytes[8192];
    assert_int_equal(tcn_seal_init(), TCN_OK);
    assert_int_equal(tcn_arena_init(&arena, 256 * 1024), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("desk"), true, &keys), TCN_OK);
    const struct tcn_seal_recipient desk = {1, keys.seal.public_key};
    struct tcn_seal_item items[4];
    for (size_t i = 0; i < 4; i++) {
        items[i] = (struct tcn_seal_item){{kinds[i], tcn_slice_text("a text")}, &desk, 1};
    }
    const struct tcn_slice open = fake_open_part(open_bytes, sizeof open_bytes);
    assert_int_equal(tcn_seal(open, items, 4, &arena, &sealed, &share), TCN_OK);
    struct tcn_writer writer = tcn_writer_init(sealed_bytes, sizeof sealed_bytes);
    struct tcn_item item = fake_item(1, open);
    assert_int_equal(tcn_wire_sealed_encode(&sealed, &writer, &item.sealed), TCN_OK);
    item.share = tcn_slice_of(share.bytes, sizeof share.bytes);
    assert_int_equal(tcn_reading_make(&item, &keys, &arena, &reading), TCN_OK);
    assert_int_equal(reading.text_count, 4);
    item.alert.reason = TCN_REASON_UNSEALED;
    assert_int_equal(tcn_reading_make(&item, &keys, &arena, &reading), TCN_OK);
    assert_int_equal(reading.text_count, 2);
    assert_int_equal(reading.texts[0].kind, TCN_COMPARTMENT_CONTACT);
    assert_int_equal(reading.texts[1].kind, TCN_COMPARTMENT_NARRATIVE);
    assert_int_equal(reading.closed_count, 2);
    assert_int_equal(reading.closed[0], TCN_COMPARTMENT_ACCUSED);
    assert_int_equal(reading.closed[1], TCN_COMPARTMENT_INFORMANT);
    const struct tcn_hash hash = tcn_item_hash(&item);
    const struct tcn_hash wanted = tcn_hash_event(item.open, item.sealed);
    assert_true(tcn_hash_equals(&hash, &wanted));
    tcn_arena_fini(&arena);
}

static void only_what_the_own_key_opens_is_read(void **state) {
    (void)state;
    struct tcn_key_set mine;
    struct tcn_key_set theirs;
    struct tcn_key_set nobody = {0};
    struct tcn_arena arena = {0};
    struct sealed_item made;
    struct tcn_reading reading;
    assert_int_equal(tcn_seal_init(), TCN_OK);
    assert_int_equal(tcn_arena_init(&arena, 256 * 1024), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("mine"), true, &mine), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("theirs"), true, &theirs), TCN_OK);
    make_item(&made, &mine, &theirs, &arena);
    assert_int_equal(tcn_reading_make(&made.item, &mine, &arena, &reading), TCN_OK);
    assert_int_equal(reading.event.act, TCN_ACT_REPORTED);
    assert_int_equal(reading.text_count, 1);
    assert_int_equal(reading.closed_count, 1);
    assert_int_equal(reading.closed[0], TCN_COMPARTMENT_CONTACT);
    assert_int_equal(reading.texts[0].kind, TCN_COMPARTMENT_NARRATIVE);
    assert_true(tcn_slice_is_text(reading.texts[0].text, "what happened"));
    assert_int_equal(tcn_reading_make(&made.item, &nobody, &arena, &reading), TCN_OK);
    assert_int_equal(reading.text_count, 0);
    assert_int_equal(reading.closed_count, 2);
    assert_int_equal(reading.closed[0], TCN_COMPARTMENT_NARRATIVE);
    assert_int_equal(reading.closed[1], TCN_COMPARTMENT_CONTACT);
    struct tcn_item erased = made.item;
    erased.share = (struct tcn_slice){0};
    assert_int_equal(tcn_reading_make(&erased, &mine, &arena, &reading), TCN_OK);
    assert_int_equal(reading.text_count, 0);
    assert_int_equal(reading.closed_count, 2);
    struct tcn_item other_share = made.item;
    struct tcn_share share = made.share;
    share.bytes[0] ^= 1;
    other_share.share = tcn_slice_of(share.bytes, sizeof share.bytes);
    assert_int_equal(tcn_reading_make(&other_share, &mine, &arena, &reading), TCN_OK);
    assert_int_equal(reading.text_count, 0);
    struct tcn_item damaged = made.item;
    damaged.open = tcn_slice_text("\xFF\xFF");
    assert_int_not_equal(tcn_reading_make(&damaged, &mine, &arena, &reading), TCN_OK);
    tcn_arena_fini(&arena);
}

/* Who looks whom a complaint accuses must not take it for one without texts. */
static void a_sealed_part_that_does_not_decode_is_not_the_same_as_none(void **state) {
    (void)state;
    struct tcn_key_set mine;
    struct tcn_key_set theirs;
    struct tcn_arena arena = {0};
    struct sealed_item made;
    struct tcn_reading reading;
    assert_int_equal(tcn_seal_init(), TCN_OK);
    assert_int_equal(tcn_arena_init(&arena, 256 * 1024), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("mine"), true, &mine), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("theirs"), true, &theirs), TCN_OK);
    make_item(&made, &mine, &theirs, &arena);
    assert_int_equal(tcn_reading_make(&made.item, &mine, &arena, &reading), TCN_OK);
    assert_false(reading.is_sealed_unread);
    struct tcn_item cut = made.item;
    for (cut.sealed.size = 1; cut.sealed.size < made.item.sealed.size; cut.sealed.size += 7) {
        tcn_arena_reset(&arena);
        assert_int_equal(tcn_reading_make(&cut, &mine, &arena, &reading), TCN_OK);
        if (!reading.is_sealed_unread && reading.text_count + reading.closed_count == 0) {
            fail_msg("%zu bytes are as good as none", cut.sealed.size);
        }
    }
    cut.sealed.size = 0;
    assert_int_equal(tcn_reading_make(&cut, &mine, &arena, &reading), TCN_OK);
    assert_false(reading.is_sealed_unread);
    assert_int_equal(reading.text_count + reading.closed_count, 0);
    tcn_arena_fini(&arena);
}

/* From none to enough: the arena is spent, or all is there. */
static void an_arena_that_is_spent_leaves_out_no_text(void **state) {
    (void)state;
    struct tcn_key_set mine;
    struct tcn_arena arena = {0};
    struct sealed_item made;
    struct tcn_reading reading;
    assert_int_equal(tcn_seal_init(), TCN_OK);
    assert_int_equal(tcn_arena_init(&arena, 256 * 1024), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("mine"), true, &mine), TCN_OK);
    make_item(&made, &mine, &mine, &arena);
    enum tcn_status status = TCN_NOMEM;
    uint32_t spent_count = 0;
    for (size_t size = 64; status != TCN_OK; size += 64) {
        struct tcn_arena small = {0};
        assert_true(size < (size_t)64 * 1024);
        assert_int_equal(tcn_arena_init(&small, size), TCN_OK);
        status = tcn_reading_make(&made.item, &mine, &small, &reading);
        if (status == TCN_OK) {
            assert_int_equal(reading.text_count, 2);
        } else {
            assert_int_equal(status, TCN_NOMEM);
            spent_count++;
        }
        tcn_arena_fini(&small);
    }
    assert_true(spent_count > 4);
    tcn_arena_fini(&arena);
}

static void what_was_sealed_to_an_older_key_is_read(void **state) {
    (void)state;
    struct tcn_key_set mine;
    struct tcn_key_set theirs;
    struct tcn_seal_key another;
    struct tcn_arena arena = {0};
    struct sealed_item made;
    struct tcn_reading reading;
    assert_int_equal(tcn_seal_init(), TCN_OK);
    assert_int_equal(tcn_arena_init(&arena, 256 * 1024), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("mine"), true, &mine), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("theirs"), true, &theirs), TCN_OK);
    make_item(&made, &mine, &theirs, &arena);
    tcn_seal_key_make(&another);
    assert_int_equal(tcn_key_set_take_seals(&mine, &another, 1), TCN_OK);
    assert_int_equal(tcn_reading_make(&made.item, &mine, &arena, &reading), TCN_OK);
    assert_int_equal(reading.text_count, 1);
    assert_true(tcn_slice_is_text(reading.texts[0].text, "what happened"));
    make_item(&made, &mine, &theirs, &arena); /* and to the newer one */
    assert_int_equal(tcn_reading_make(&made.item, &mine, &arena, &reading), TCN_OK);
    assert_int_equal(reading.text_count, 1);
    mine.seal_old_count = 0;
    assert_int_equal(tcn_reading_make(&made.item, &mine, &arena, &reading), TCN_OK);
    assert_int_equal(reading.text_count, 1);
    tcn_arena_fini(&arena);
}

/* A screen that has run since before its organ got another key. */
static void a_key_that_came_into_the_file_is_found(void **state) {
    (void)state;
    static const char path[] = "reading-test.key";
    struct tcn_key_set mine;
    struct tcn_key_set theirs;
    struct tcn_key_set nobody = {0};
    struct tcn_seal_key another;
    struct tcn_arena arena = {0};
    struct sealed_item made;
    struct tcn_reading reading;
    (void)unlink(path);
    assert_int_equal(tcn_seal_init(), TCN_OK);
    assert_int_equal(tcn_arena_init(&arena, 256 * 1024), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("mine"), true, &mine), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("theirs"), true, &theirs), TCN_OK);
    struct tcn_key_set later = mine;
    tcn_seal_key_make(&another);
    assert_int_equal(tcn_key_set_take_seals(&later, &another, 1), TCN_OK);
    make_item(&made, &later, &theirs, &arena);
    const char *const files[] = {NULL, path};
    for (size_t i = 0; i < 2; i++) { /* no file is named, and none is there */
        assert_int_equal(tcn_reading_make_anew(&made.item, &mine, files[i], NULL, &arena, &reading),
                         TCN_OK);
        assert_int_equal(reading.text_count, 0);
    }
    assert_int_equal(tcn_key_file_write(&later, path), TCN_OK);
    assert_int_equal(tcn_reading_make_anew(&made.item, &nobody, path, NULL, &arena, &reading),
                     TCN_OK);
    assert_int_equal(reading.text_count, 0); /* who opens none looks at none */
    assert_int_equal(tcn_reading_make_anew(&made.item, &mine, path, NULL, &arena, &reading),
                     TCN_OK);
    assert_int_equal(reading.text_count, 1);
    assert_int_equal(reading.closed_count, 1);
    assert_memory_equal(&mine, &later, sizeof(mine)); /* and keeps it */
    assert_int_equal(unlink(path), 0);
    tcn_arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_receipt_is_believed_from_its_collector_only),
        cmocka_unit_test(only_what_the_own_key_opens_is_read),
        cmocka_unit_test(what_one_officer_opened_is_read_for_where_and_what_and_no_more),
        cmocka_unit_test(a_sealed_part_that_does_not_decode_is_not_the_same_as_none),
        cmocka_unit_test(an_arena_that_is_spent_leaves_out_no_text),
        cmocka_unit_test(what_was_sealed_to_an_older_key_is_read),
        cmocka_unit_test(a_key_that_came_into_the_file_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
