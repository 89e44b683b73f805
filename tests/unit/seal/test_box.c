/* SPDX-License-Identifier: Apache-2.0 */
/* The sealed part that another implementation made comes from PyNaCl 1.5 by the recipe at the head
 * of seal/box.h: share 64 65 … 83, half c8 c9 … e7, nonce 32 33 … 49. */
#include "base/arena.h"
#include "seal/box.h"
#include "seal/hash.h"
#include "seal/init.h"
#include "seal/key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define KNOWN_TEXT "说明 text"
#define KNOWN_OPEN "the open part"

static const char known_wrap[] =
    "bacc62f31300cddd3eb17d5b89d9e956de8a30495f461cffd4d6d987f8f8a3397859ec34407aff36277f0b8e3b5e"
    "9f03c612daa6ee0e5c17b798f7aaffb0a37c47565056e9f63f0ca496fcd9a1055222";
static const char known_ciphertext[] =
    "e5410a7f4f0d88a70ce74557a89ae2e4b632887b26c7a10235fc62cbb4692b5f51129cd052cad0435a48cd9adf97"
    "fb866ce333f7145b43eca3773edf64d7c3f4f6d127542938ff02ebb33da1b2dfb44fd6fa0f3d78f0e45997c2c1c6"
    "11609b0c6b7c23aa310f2f7b1ec117e95877797ceb06dc70d8363db4b852f559e3b76c122dd9eaf4546e0ad9e8f5"
    "3c8cf1a98cd5bdae03d809ba7a0fc472e39af7e917ea399cc0c9c1314f41fdc41a0b39bc6ac8c8607d998132734b"
    "b135ac5378061c0acf33aaaadf91a3b8ae4eb5425cd85771e27e7b7de1ca903d32b8bdaecefc1b647eaa09433740"
    "cc51ca97e8728c2f0bea65d9baca29e7234adccefdb152878ec4802ec01c183995ed26e9505f49fd3222";

static struct tcn_arena arena;
static struct tcn_key_set readers[3]; /* two that are entitled, one that is not */

/** A sealed event with what belongs to it; every test works on its own copy of the bytes. */
struct fixture {
    struct tcn_sealed sealed;
    struct tcn_share share;
    struct tcn_slice open;
};

/** The recipient that a key set is. */
static struct tcn_seal_recipient recipient_of(const struct tcn_key_set *set, uint16_t organ) {
    return (struct tcn_seal_recipient){.organ = organ, .key = set->seal.public_key};
}

/** Seals a contact for reader 0 and a narrative for readers 0 and 1. */
static struct fixture make_fixture(void) {
    tcn_arena_reset(&arena);
    struct tcn_seal_recipient both[] = {recipient_of(&readers[0], 7), recipient_of(&readers[1], 8)};
    struct tcn_seal_item items[] = {
        {{TCN_COMPARTMENT_CONTACT, tcn_slice_text("a place")}, both, 1},
        {{TCN_COMPARTMENT_NARRATIVE, tcn_slice_text("what happened")}, both, 2},
    };
    struct fixture fixture = {.open = tcn_slice_text("open part")};
    assert_int_equal(
        tcn_seal(fixture.open, items, COUNT_OF(items), &arena, &fixture.sealed, &fixture.share),
        TCN_OK);
    return fixture;
}

/** Opens a compartment with the keys of one reader. */
static enum tcn_status open_as(const struct fixture *fixture, const struct tcn_key_set *reader,
                               enum tcn_compartment_kind kind, struct tcn_slice *out_text) {
    struct tcn_unseal unseal = {.open = fixture->open,
                                .sealed = &fixture->sealed,
                                .share = &fixture->share,
                                .keys = &reader->seal,
                                .key_count = 1};
    return tcn_unseal(&unseal, kind, &arena, out_text);
}

/** Fails unless opening the narrative as reader 1 gives this status and no text. */
static void assert_closed(const struct fixture *fixture, enum tcn_status expected) {
    struct tcn_slice text = {0};
    assert_int_equal(open_as(fixture, &readers[1], TCN_COMPARTMENT_NARRATIVE, &text), expected);
    assert_null(text.data);
}

/** A copy of the slice with one bit flipped. */
static struct tcn_slice flipped(struct tcn_slice bytes, size_t bit) {
    uint8_t *copy = tcn_arena_copy(&arena, bytes.data, bytes.size);
    assert_non_null(copy);
    copy[bit / 8] ^= (uint8_t)(1U << bit % 8);
    return tcn_slice_of(copy, bytes.size);
}

static void who_is_not_a_recipient_is_denied(void **state) {
    (void)state;
    struct fixture fixture = make_fixture();
    struct tcn_slice text = {0};
    assert_int_equal(open_as(&fixture, &readers[2], TCN_COMPARTMENT_NARRATIVE, &text), TCN_DENIED);
    assert_int_equal(open_as(&fixture, &readers[1], TCN_COMPARTMENT_CONTACT, &text), TCN_DENIED);
    assert_int_equal(open_as(&fixture, &readers[0], TCN_COMPARTMENT_ACCUSED, &text), TCN_ABSENT);
    assert_int_equal(open_as(&fixture, &readers[0], TCN_COMPARTMENT_NONE, &text), TCN_ABSENT);
    struct tcn_unseal no_keys = {
        .open = fixture.open, .sealed = &fixture.sealed, .share = &fixture.share};
    assert_int_equal(tcn_unseal(&no_keys, TCN_COMPARTMENT_CONTACT, &arena, &text), TCN_DENIED);
    assert_null(text.data);
}

static void a_reader_who_claims_anothers_key_reads_nothing(void **state) {
    (void)state;
    struct fixture fixture = make_fixture();
    struct tcn_key_set thief = readers[2];
    thief.seal.public_key = readers[1].seal.public_key;
    struct tcn_slice text = {0};
    assert_int_equal(open_as(&fixture, &thief, TCN_COMPARTMENT_NARRATIVE, &text),
                     TCN_BAD_SIGNATURE);
    assert_null(text.data);
}

static void a_flipped_bit_in_any_part_is_found(void **state) {
    (void)state;
    const struct fixture good = make_fixture();
    const struct tcn_compartment *narrative = &good.sealed.compartments[1];
    for (size_t bit = 0; bit < 8 * TCN_NONCE_BYTES; bit += 5) {
        struct fixture bad = good;
        bad.sealed.compartments[1].nonce = flipped(narrative->nonce, bit);
        assert_closed(&bad, TCN_BAD_SIGNATURE);
    }
    for (size_t bit = 0; bit < 8 * narrative->ciphertext.size; bit += 37) {
        struct fixture bad = good;
        bad.sealed.compartments[1].ciphertext = flipped(narrative->ciphertext, bit);
        assert_closed(&bad, TCN_BAD_SIGNATURE);
    }
    for (size_t bit = 0; bit < 8 * TCN_WRAP_BYTES; bit += 7) {
        struct fixture bad = good;
        bad.sealed.compartments[1].wraps[1].sealed = flipped(narrative->wraps[1].sealed, bit);
        assert_closed(&bad, TCN_BAD_SIGNATURE);
    }
    for (size_t bit = 0; bit < 8 * good.open.size; bit++) {
        struct fixture bad = good;
        bad.open = flipped(good.open, bit);
        assert_closed(&bad, TCN_BAD_SIGNATURE);
    }
    for (size_t bit = 0; bit < 8 * TCN_SHARE_BYTES; bit++) {
        struct fixture bad = good;
        bad.share.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_closed(&bad, TCN_CONFLICT);
    }
    struct fixture bad = good;
    bad.sealed.commitment.bytes[0] ^= 1;
    assert_closed(&bad, TCN_CONFLICT);
    bad = good;
    bad.sealed.compartments[1].wraps[1].key_id.bytes[0] ^= 1;
    assert_closed(&bad, TCN_DENIED);
}

static void a_share_with_a_commitment_of_its_own_does_not_help(void **state) {
    (void)state;
    struct fixture fixture = make_fixture();
    memset(&fixture.share, 0, sizeof fixture.share);
    fixture.sealed.commitment = tcn_share_commitment(&fixture.share);
    assert_closed(&fixture, TCN_BAD_SIGNATURE);
}

static void truncated_parts_are_refused(void **state) {
    (void)state;
    const struct fixture good = make_fixture();
    const struct tcn_compartment *narrative = &good.sealed.compartments[1];
    static const size_t sizes[] = {0, 1, 15, 16, 17, 255, 256, 271};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        struct fixture bad = good;
        bad.sealed.compartments[1].ciphertext.size = sizes[i];
        assert_closed(&bad, TCN_MALFORMED);
    }
    struct fixture bad = good;
    bad.sealed.compartments[1].nonce.size--;
    assert_closed(&bad, TCN_MALFORMED);
    bad = good;
    bad.sealed.compartments[1].wraps[1].sealed.size--;
    assert_closed(&bad, TCN_BAD_SIGNATURE);
    bad = good;
    bad.sealed.compartments[1].wrap_count = 1;
    assert_closed(&bad, TCN_DENIED);
    uint8_t *large =
        tcn_arena_alloc(&arena, TCN_TEXT_BYTES_MAX + 2 * TCN_PAD_BYTES + TCN_TAG_BYTES);
    assert_non_null(large);
    memcpy(large, narrative->ciphertext.data, narrative->ciphertext.size);
    bad = good;
    bad.sealed.compartments[1].ciphertext =
        tcn_slice_of(large, TCN_TEXT_BYTES_MAX + 2 * TCN_PAD_BYTES + TCN_TAG_BYTES);
    assert_closed(&bad, TCN_MALFORMED);
}

static void a_compartment_does_not_open_as_another_or_in_another_event(void **state) {
    (void)state;
    struct fixture fixture = make_fixture();
    fixture.sealed.compartments[1].kind = TCN_COMPARTMENT_INFORMANT;
    struct tcn_slice text = {0};
    assert_int_equal(open_as(&fixture, &readers[1], TCN_COMPARTMENT_INFORMANT, &text),
                     TCN_BAD_SIGNATURE);
    fixture.sealed.compartments[1].kind = TCN_COMPARTMENT_NARRATIVE;
    fixture.open = tcn_slice_text("open part of another");
    assert_closed(&fixture, TCN_BAD_SIGNATURE);
}

static void what_cannot_be_sealed_is_refused(void **state) {
    (void)state;
    tcn_arena_reset(&arena);
    static const uint8_t long_text[TCN_TEXT_BYTES_MAX + 1];
    struct tcn_slice open = tcn_slice_text("open");
    struct tcn_slice text = tcn_slice_text("text");
    struct tcn_seal_recipient to[TCN_WRAPS_MAX + 1];
    for (size_t i = 0; i < COUNT_OF(to); i++) {
        to[i] = recipient_of(&readers[0], 7);
    }
    struct tcn_seal_recipient nobody = {.organ = 9}; /* the zero point has no secret */
    const struct {
        struct tcn_seal_item items[2];
        uint32_t count;
        enum tcn_status expected;
    } rows[] = {
        {{{{TCN_COMPARTMENT_NONE, text}, to, 1}}, 1, TCN_BAD_VALUE},
        {{{{(enum tcn_compartment_kind)5, text}, to, 1}}, 1, TCN_BAD_VALUE},
        {{{{TCN_COMPARTMENT_CONTACT, text}, to, 1}, {{TCN_COMPARTMENT_CONTACT, text}, to, 1}},
         2,
         TCN_BAD_VALUE},
        {{{{TCN_COMPARTMENT_CONTACT, text}, NULL, 0}}, 1, TCN_BAD_VALUE},
        {{{{TCN_COMPARTMENT_CONTACT, text}, to, TCN_WRAPS_MAX + 1}}, 1, TCN_BAD_VALUE},
        {{{{TCN_COMPARTMENT_CONTACT, text}, &nobody, 1}}, 1, TCN_BAD_VALUE},
        {{{{TCN_COMPARTMENT_CONTACT, tcn_slice_of(long_text, sizeof long_text)}, to, 1}},
         1,
         TCN_TOOBIG},
    };
    struct tcn_sealed sealed = {.format = 77};
    struct tcn_share share = {{7}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(tcn_seal(open, rows[i].items, rows[i].count, &arena, &sealed, &share),
                         rows[i].expected);
    }
    assert_int_equal(
        tcn_seal(open, rows[0].items, TCN_COMPARTMENTS_MAX + 1, &arena, &sealed, &share),
        TCN_BAD_VALUE);
    assert_int_equal(sealed.format, 77);
    assert_int_equal(share.bytes[0], 7);
}

static void an_arena_of_any_size_gives_nomem_until_it_is_enough(void **state) {
    (void)state;
    struct tcn_seal_recipient to = recipient_of(&readers[0], 7);
    struct tcn_seal_item item = {{TCN_COMPARTMENT_CONTACT, tcn_slice_text("text")}, &to, 1};
    struct tcn_sealed sealed;
    struct tcn_share share;
    enum tcn_status status = TCN_NOMEM;
    size_t size = 0;
    for (; size < 1024 && status == TCN_NOMEM; size += 16) {
        struct tcn_arena small;
        assert_int_equal(tcn_arena_init(&small, size), TCN_OK);
        status = tcn_seal(tcn_slice_text("open"), &item, 1, &small, &sealed, &share);
        tcn_arena_fini(&small);
    }
    assert_int_equal(status, TCN_OK);
    assert_true(size > TCN_WRAP_BYTES + TCN_NONCE_BYTES + TCN_PAD_BYTES);

    struct fixture fixture = make_fixture();
    struct tcn_arena small;
    assert_int_equal(tcn_arena_init(&small, TCN_PAD_BYTES - 1), TCN_OK);
    struct tcn_unseal unseal = {.open = fixture.open,
                                .sealed = &fixture.sealed,
                                .share = &fixture.share,
                                .keys = &readers[0].seal,
                                .key_count = 1};
    struct tcn_slice text = {0};
    assert_int_equal(tcn_unseal(&unseal, TCN_COMPARTMENT_CONTACT, &small, &text), TCN_NOMEM);
    tcn_arena_fini(&small);
}

static void each_recipient_reads_what_was_sealed_for_it(void **state) {
    (void)state;
    struct fixture fixture = make_fixture();
    struct tcn_slice text = {0};
    assert_int_equal(open_as(&fixture, &readers[0], TCN_COMPARTMENT_CONTACT, &text), TCN_OK);
    assert_true(tcn_slice_is_text(text, "a place"));
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(open_as(&fixture, &readers[i], TCN_COMPARTMENT_NARRATIVE, &text), TCN_OK);
        assert_true(tcn_slice_is_text(text, "what happened"));
    }
    const struct tcn_compartment *narrative = &fixture.sealed.compartments[1];
    assert_int_equal(narrative->wrap_count, 2);
    assert_int_equal(narrative->wraps[1].organ, 8);
    assert_int_equal(fixture.sealed.format, TCN_SEALED_FORMAT);
}

static void a_strangers_wrap_under_our_key_id_does_not_hide_ours(void **state) {
    (void)state;
    struct fixture fixture = make_fixture();
    struct tcn_compartment *narrative = &fixture.sealed.compartments[1];
    narrative->wraps[0].key_id = narrative->wraps[1].key_id;
    struct tcn_slice text = {0};
    assert_int_equal(open_as(&fixture, &readers[1], TCN_COMPARTMENT_NARRATIVE, &text), TCN_OK);
    assert_true(tcn_slice_is_text(text, "what happened"));
}

static void a_reader_with_several_keys_uses_the_one_that_fits(void **state) {
    (void)state;
    struct fixture fixture = make_fixture();
    struct tcn_seal_key keys[] = {readers[2].seal, readers[1].seal};
    struct tcn_unseal unseal = {.open = fixture.open,
                                .sealed = &fixture.sealed,
                                .share = &fixture.share,
                                .keys = keys,
                                .key_count = 2};
    struct tcn_slice text = {0};
    assert_int_equal(tcn_unseal(&unseal, TCN_COMPARTMENT_NARRATIVE, &arena, &text), TCN_OK);
    assert_true(tcn_slice_is_text(text, "what happened"));
}

/* Who re-wraps has no share; who was handed a half has no wrap. */
static void a_half_is_got_without_the_share_and_opens_without_a_wrap(void **state) {
    (void)state;
    struct fixture fixture = make_fixture();
    const struct tcn_compartment *contact = &fixture.sealed.compartments[0];
    struct tcn_half half = {{0}};
    struct tcn_half untouched = {{0}};
    struct tcn_slice text;
    assert_int_equal(tcn_unwrap(contact, NULL, 0, &half), TCN_DENIED);
    assert_int_equal(tcn_unwrap(contact, &readers[1].seal, 1, &half), TCN_DENIED);
    assert_memory_equal(&half, &untouched, sizeof half);
    assert_int_equal(tcn_unwrap(contact, &readers[0].seal, 1, &half), TCN_OK);
    struct tcn_unseal unseal = {.open = fixture.open,
                                .sealed = &fixture.sealed,
                                .share = &fixture.share,
                                .half = &untouched};
    assert_int_equal(tcn_unseal(&unseal, TCN_COMPARTMENT_CONTACT, &arena, &text),
                     TCN_BAD_SIGNATURE);
    unseal.half = &half;
    assert_int_equal(tcn_unseal(&unseal, TCN_COMPARTMENT_NARRATIVE, &arena, &text),
                     TCN_BAD_SIGNATURE);
    assert_int_equal(tcn_unseal(&unseal, TCN_COMPARTMENT_CONTACT, &arena, &text), TCN_OK);
    assert_true(tcn_slice_is_text(text, "a place"));
    struct tcn_share other = fixture.share;
    other.bytes[0] ^= 1;
    unseal.share = &other;
    assert_int_equal(tcn_unseal(&unseal, TCN_COMPARTMENT_CONTACT, &arena, &text), TCN_CONFLICT);
}

static void a_text_of_every_size_around_the_padding_comes_back(void **state) {
    (void)state;
    static const struct {
        size_t text_size;
        size_t padded_size;
    } rows[] = {{0, 256},
                {1, 256},
                {255, 256},
                {256, 512},
                {257, 512},
                {512, 768},
                {TCN_TEXT_BYTES_MAX, TCN_TEXT_BYTES_MAX + 256}};
    static uint8_t bytes[TCN_TEXT_BYTES_MAX];
    memset(bytes, 'x', sizeof bytes);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        tcn_arena_reset(&arena);
        struct fixture fixture = {.open = tcn_slice_text("open")};
        struct tcn_seal_recipient to = recipient_of(&readers[0], 7);
        struct tcn_slice text = tcn_slice_of(bytes, rows[i].text_size);
        struct tcn_seal_item item = {{TCN_COMPARTMENT_CONTACT, text}, &to, 1};
        assert_int_equal(tcn_seal(fixture.open, &item, 1, &arena, &fixture.sealed, &fixture.share),
                         TCN_OK);
        assert_int_equal(fixture.sealed.compartments[0].ciphertext.size,
                         rows[i].padded_size + TCN_TAG_BYTES);
        struct tcn_slice opened = {0};
        assert_int_equal(open_as(&fixture, &readers[0], TCN_COMPARTMENT_CONTACT, &opened), TCN_OK);
        assert_true(tcn_slice_equals(opened, text));
    }
}

static void a_sealed_part_that_another_implementation_made_opens(void **state) {
    (void)state;
    tcn_arena_reset(&arena);
    uint8_t wrap[TCN_WRAP_BYTES];
    uint8_t ciphertext[TCN_PAD_BYTES + TCN_TAG_BYTES];
    uint8_t nonce[TCN_NONCE_BYTES];
    assert_int_equal(tcn_hex_decode(tcn_slice_text(known_wrap), wrap, sizeof wrap), TCN_OK);
    assert_int_equal(
        tcn_hex_decode(tcn_slice_text(known_ciphertext), ciphertext, sizeof ciphertext), TCN_OK);
    struct tcn_seal_key key;
    struct fixture fixture = {.open = tcn_slice_text(KNOWN_OPEN)};
    for (size_t i = 0; i < 32; i++) {
        key.secret[i] = (uint8_t)(i + 1);
        fixture.share.bytes[i] = (uint8_t)(i + 100);
    }
    for (size_t i = 0; i < sizeof nonce; i++) {
        nonce[i] = (uint8_t)(i + 50);
    }
    assert_int_equal(
        tcn_hex_decode(
            tcn_slice_text("07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c"),
            key.public_key.bytes, sizeof key.public_key.bytes),
        TCN_OK);
    fixture.sealed.commitment = tcn_share_commitment(&fixture.share);
    fixture.sealed.compartment_count = 1;
    struct tcn_compartment *compartment = &fixture.sealed.compartments[0];
    compartment->kind = TCN_COMPARTMENT_NARRATIVE;
    compartment->nonce = tcn_slice_of(nonce, sizeof nonce);
    compartment->ciphertext = tcn_slice_of(ciphertext, sizeof ciphertext);
    compartment->wrap_count = 1;
    compartment->wraps[0].key_id = tcn_key_id_of(&key.public_key);
    compartment->wraps[0].sealed = tcn_slice_of(wrap, sizeof wrap);
    struct tcn_key_set reader = {.seal = key};
    struct tcn_slice text = {0};
    assert_int_equal(open_as(&fixture, &reader, TCN_COMPARTMENT_NARRATIVE, &text), TCN_OK);
    assert_true(tcn_slice_is_text(text, KNOWN_TEXT));
}

int main(void) {
    if (tcn_seal_init() != TCN_OK || tcn_arena_init(&arena, 1024 * 1024) != TCN_OK) {
        return 1;
    }
    for (size_t i = 0; i < COUNT_OF(readers); i++) {
        if (tcn_key_set_make(tcn_slice_text("reader"), true, &readers[i]) != TCN_OK) {
            return 1;
        }
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_not_a_recipient_is_denied),
        cmocka_unit_test(a_reader_who_claims_anothers_key_reads_nothing),
        cmocka_unit_test(a_flipped_bit_in_any_part_is_found),
        cmocka_unit_test(a_share_with_a_commitment_of_its_own_does_not_help),
        cmocka_unit_test(truncated_parts_are_refused),
        cmocka_unit_test(a_compartment_does_not_open_as_another_or_in_another_event),
        cmocka_unit_test(what_cannot_be_sealed_is_refused),
        cmocka_unit_test(an_arena_of_any_size_gives_nomem_until_it_is_enough),
        cmocka_unit_test(each_recipient_reads_what_was_sealed_for_it),
        cmocka_unit_test(a_strangers_wrap_under_our_key_id_does_not_hide_ours),
        cmocka_unit_test(a_reader_with_several_keys_uses_the_one_that_fits),
        cmocka_unit_test(a_half_is_got_without_the_share_and_opens_without_a_wrap),
        cmocka_unit_test(a_text_of_every_size_around_the_padding_comes_back),
        cmocka_unit_test(a_sealed_part_that_another_implementation_made_opens),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    tcn_arena_fini(&arena);
    return failed;
}
