/* SPDX-License-Identifier: Apache-2.0 */
/* Expected hashes were made with Python 3.11, hashlib.blake2b(digest_size=32). */
#include "seal/hash.h"
#include "seal/init.h"
#include "seal/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/** Reads a hash from its digits. */
static struct tcn_hash hash_of_hex(const char *hex) {
    struct tcn_hash hash;
    assert_int_equal(tcn_hex_decode(tcn_slice_text(hex), hash.bytes, sizeof hash.bytes), TCN_OK);
    return hash;
}

/** Fails unless the hash is the one with these digits. */
static void assert_hash(struct tcn_hash hash, const char *hex) {
    struct tcn_hash expected = hash_of_hex(hex);
    assert_memory_equal(hash.bytes, expected.bytes, sizeof hash.bytes);
}

static void hashes_are_those_of_another_implementation(void **state) {
    (void)state;
    assert_hash(tcn_hash_of(tcn_slice_of(NULL, 0)),
                "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    assert_hash(tcn_hash_of(tcn_slice_text("abc")),
                "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    assert_hash(tcn_hash_in_context("tocsin.chunk.1", tcn_slice_text("abc")),
                "f2540f00b56ef9805e4b50b69790f62b5c792d15176aee037493ab0657425cae");
    assert_hash(tcn_hash_event(tcn_slice_text("open"), tcn_slice_text("sealed")),
                "6682374557fc22e4ebedf81aab60fa9f625c9c3ec4e2b4368f8f8cce5c069487");
    assert_hash(tcn_hash_event(tcn_slice_text("open"), tcn_slice_of(NULL, 0)),
                "5d1651ac7eab6d8c3f11cb5c63910644f2f18b2fa65eac9dd1da5305f84099fa");
    struct tcn_hash events[] = {tcn_hash_of(tcn_slice_text("a")), tcn_hash_of(tcn_slice_text("b")),
                                tcn_hash_of(tcn_slice_text("c"))};
    assert_hash(tcn_hash_body(events, 3),
                "15ee7306fa5280961d062d47edd0b8e78a696d00e8f9fef66b0b4e424e4480d1");
    assert_hash(tcn_hash_body(NULL, 0),
                "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
}

static void moving_a_byte_between_the_parts_of_an_event_changes_its_hash(void **state) {
    (void)state;
    struct tcn_hash whole = tcn_hash_event(tcn_slice_text("ab"), tcn_slice_text("c"));
    struct tcn_hash moved = tcn_hash_event(tcn_slice_text("a"), tcn_slice_text("bc"));
    assert_false(tcn_hash_equals(&whole, &moved));
}

static void a_hash_made_in_pieces_is_the_hash_of_the_whole(void **state) {
    (void)state;
    struct tcn_hasher hasher;
    tcn_hasher_init(&hasher);
    tcn_hasher_add(&hasher, tcn_slice_text("a"));
    tcn_hasher_add(&hasher, tcn_slice_of(NULL, 0));
    tcn_hasher_add(&hasher, tcn_slice_text("bc"));
    assert_hash(tcn_hasher_finish(&hasher),
                "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    tcn_hasher_init(&hasher);
    tcn_hasher_add_u64(&hasher, UINT64_C(0x0102030405060708));
    assert_hash(tcn_hasher_finish(&hasher),
                "ea2d4bc21f5319fc5c97b2266e5023b94396cd2d1af901bacd2be5962a70b4e5");
    tcn_hasher_init(&hasher);
    assert_hash(tcn_hasher_finish(&hasher),
                "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
}

static void a_hasher_works_at_every_address_that_malloc_may_give(void **state) {
    (void)state;
    struct tcn_hash events[2] = {tcn_hash_of(tcn_slice_text("a")),
                                 tcn_hash_of(tcn_slice_text("b"))};
    struct tcn_hash expected = tcn_hash_body(events, 2);
    _Alignas(64) uint8_t room[sizeof(struct tcn_hasher) + 64];
    for (size_t offset = 0; offset < 64; offset += 16) {
        struct tcn_hasher *hasher = (struct tcn_hasher *)(void *)(room + offset);
        tcn_hasher_init(hasher);
        tcn_hasher_add_hash(hasher, &events[0]);
        tcn_hasher_add_hash(hasher, &events[1]);
        struct tcn_hash made = tcn_hasher_finish(hasher);
        assert_true(tcn_hash_equals(&made, &expected));
    }
}

static void a_key_is_named_by_the_first_bytes_of_its_hash(void **state) {
    (void)state;
    struct tcn_public_key key;
    assert_int_equal(
        tcn_hex_decode(
            tcn_slice_text("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"),
            key.bytes, sizeof key.bytes),
        TCN_OK);
    struct tcn_key_id id = tcn_key_id_of(&key);
    char hex[17];
    tcn_hex_encode(id.bytes, sizeof id.bytes, hex);
    assert_string_equal(hex, "9d24e2eeaf27c2a0");
    struct tcn_key_id other = id;
    assert_true(tcn_key_id_equals(&id, &other));
    other.bytes[7] ^= 1;
    assert_false(tcn_key_id_equals(&id, &other));
}

static void random_bytes_fill_exactly_what_was_asked_for(void **state) {
    (void)state;
    uint8_t bytes[34] = {0};
    tcn_random_bytes(bytes, 0);
    assert_int_equal(bytes[0], 0);
    uint8_t seen[32] = {0};
    for (int round = 0; round < 64; round++) {
        tcn_random_bytes(bytes + 1, 32);
        for (size_t i = 0; i < 32; i++) {
            seen[i] |= bytes[i + 1];
        }
    }
    for (size_t i = 0; i < 32; i++) {
        assert_int_equal(seen[i], 0xFF); /* fails once in 2^56 runs */
    }
    assert_int_equal(bytes[0], 0);
    assert_int_equal(bytes[33], 0);
    assert_true(tcn_random_u64() != tcn_random_u64());
}

static void a_random_number_stays_below_its_bound(void **state) {
    (void)state;
    assert_int_equal(tcn_random_below(0), 0);
    assert_int_equal(tcn_random_below(1), 0);
    uint32_t seen = 0;
    for (int round = 0; round < 1000; round++) {
        uint32_t value = tcn_random_below(3);
        assert_in_range(value, 0, 2);
        seen |= 1U << value;
    }
    assert_int_equal(seen, 7);
}

static void a_secret_is_wiped_and_nothing_beside_it(void **state) {
    (void)state;
    uint8_t bytes[4] = {1, 2, 3, 4};
    tcn_secret_wipe(bytes, 0);
    assert_int_equal(bytes[0], 1);
    tcn_secret_wipe(bytes, 3);
    assert_memory_equal(bytes, "\0\0\0\4", 4);
    tcn_secret_wipe(NULL, 0);
}

int main(void) {
    if (tcn_seal_init() != TCN_OK || tcn_seal_init() != TCN_OK) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moving_a_byte_between_the_parts_of_an_event_changes_its_hash),
        cmocka_unit_test(hashes_are_those_of_another_implementation),
        cmocka_unit_test(a_hash_made_in_pieces_is_the_hash_of_the_whole),
        cmocka_unit_test(a_hasher_works_at_every_address_that_malloc_may_give),
        cmocka_unit_test(a_key_is_named_by_the_first_bytes_of_its_hash),
        cmocka_unit_test(random_bytes_fill_exactly_what_was_asked_for),
        cmocka_unit_test(a_random_number_stays_below_its_bound),
        cmocka_unit_test(a_secret_is_wiped_and_nothing_beside_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
