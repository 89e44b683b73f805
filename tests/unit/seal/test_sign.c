/* SPDX-License-Identifier: Apache-2.0 */
/* Expected keys and signatures were made with PyNaCl 1.5 from the seed 00 01 … 1f. */
#include "seal/init.h"
#include "seal/sign.h"
#include "testlib/sanitized.h"

#include <sys/resource.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define BIG_BYTES 5000
#define HUGE_BYTES ((size_t)16 * 1024 * 1024)

static struct tcn_signing_key key;
static uint8_t big[BIG_BYTES];
static uint8_t huge[HUGE_BYTES + 1];

/** Reads a signature from its digits. */
static struct tcn_signature signature_of_hex(const char *hex) {
    struct tcn_signature signature;
    assert_int_equal(tcn_hex_decode(tcn_slice_text(hex), signature.bytes, sizeof signature.bytes),
                     TCN_OK);
    return signature;
}

static void a_signature_fits_nothing_but_its_own_key_context_and_bytes(void **state) {
    (void)state;
    struct tcn_signature good;
    struct tcn_slice bytes = tcn_slice_text("abc");
    assert_int_equal(tcn_sign(&key, TCN_CONTEXT_CHUNK, bytes, &good), TCN_OK);
    assert_int_equal(tcn_verify(&key.public_key, TCN_CONTEXT_CHUNK, bytes, &good), TCN_OK);

    static const char *const other_bytes[] = {"", "ab", "abd", "abcd", "Abc"};
    for (size_t i = 0; i < COUNT_OF(other_bytes); i++) {
        assert_int_equal(
            tcn_verify(&key.public_key, TCN_CONTEXT_CHUNK, tcn_slice_text(other_bytes[i]), &good),
            TCN_BAD_SIGNATURE);
    }
    static const char *const other_contexts[] = {
        TCN_CONTEXT_HELLO,   TCN_CONTEXT_ROOT,     TCN_CONTEXT_GENESIS, TCN_CONTEXT_TOLD,
        TCN_CONTEXT_SESSION, TCN_CONTEXT_REGISTRY, TCN_CONTEXT_BUNDLE,  TCN_CONTEXT_ASKED,
        TCN_CONTEXT_ENROL,   TCN_CONTEXT_ENROLLED};
    for (size_t i = 0; i < COUNT_OF(other_contexts); i++) {
        assert_int_equal(tcn_verify(&key.public_key, other_contexts[i], bytes, &good),
                         TCN_BAD_SIGNATURE);
    }
    struct tcn_public_key other_key = key.public_key;
    other_key.bytes[0] ^= 1;
    assert_int_equal(tcn_verify(&other_key, TCN_CONTEXT_CHUNK, bytes, &good), TCN_BAD_SIGNATURE);
    struct tcn_public_key zero_key = {{0}};
    assert_int_equal(tcn_verify(&zero_key, TCN_CONTEXT_CHUNK, bytes, &good), TCN_BAD_SIGNATURE);
}

static void a_signature_with_any_flipped_bit_is_refused(void **state) {
    (void)state;
    struct tcn_signature good;
    assert_int_equal(tcn_sign(&key, TCN_CONTEXT_CHUNK, tcn_slice_text("abc"), &good), TCN_OK);
    for (size_t bit = 0; bit < 8 * sizeof good.bytes; bit++) {
        struct tcn_signature bad = good;
        bad.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_equal(
            tcn_verify(&key.public_key, TCN_CONTEXT_CHUNK, tcn_slice_text("abc"), &bad),
            TCN_BAD_SIGNATURE);
    }
}

static void bytes_over_the_maximum_are_neither_signed_nor_checked(void **state) {
    (void)state;
    struct tcn_signature signature = {{7}};
    struct tcn_slice bytes = tcn_slice_of(huge, sizeof huge);
    assert_int_equal(tcn_sign(&key, TCN_CONTEXT_TOLD, bytes, &signature), TCN_TOOBIG);
    assert_int_equal(signature.bytes[0], 7);
    assert_int_equal(tcn_verify(&key.public_key, TCN_CONTEXT_TOLD, bytes, &signature), TCN_TOOBIG);
}

#ifdef IS_SANITIZED
static void without_memory_large_bytes_are_refused(void **state) {
    (void)state;
    skip(); /* a sanitizer needs the address space that this test takes away */
}
#else
static void without_memory_large_bytes_are_refused(void **state) {
    (void)state;
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    struct rlimit none = {.rlim_cur = 1, .rlim_max = before.rlim_max};
    struct tcn_slice bytes = tcn_slice_of(huge, HUGE_BYTES);
    struct tcn_signature signature = {{7}};
    assert_int_equal(setrlimit(RLIMIT_AS, &none), 0);
    enum tcn_status signed_as = tcn_sign(&key, TCN_CONTEXT_TOLD, bytes, &signature);
    enum tcn_status verified_as = tcn_verify(&key.public_key, TCN_CONTEXT_TOLD, bytes, &signature);
    enum tcn_status small = tcn_verify(&key.public_key, TCN_CONTEXT_TOLD,
                                       tcn_slice_text("small needs none"), &signature);
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
    assert_int_equal(signed_as, TCN_NOMEM);
    assert_int_equal(verified_as, TCN_NOMEM);
    assert_int_equal(small, TCN_BAD_SIGNATURE);
    assert_int_equal(signature.bytes[0], 7);
}
#endif

static void keys_and_signatures_are_those_of_another_implementation(void **state) {
    (void)state;
    char hex[65];
    tcn_hex_encode(key.public_key.bytes, sizeof key.public_key.bytes, hex);
    assert_string_equal(hex, "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8");
    const struct {
        const char *context;
        struct tcn_slice bytes;
        const char *hex;
    } rows[] = {
        {TCN_CONTEXT_CHUNK, tcn_slice_text("abc"),
         "7409787688defdbba50cf57f58b39e649ac2d1fd4084da832d1939b099e2398d"
         "8d4e863ec328935e04ba63b82ff2420f5791101c812d84e78521657196ab360b"},
        {TCN_CONTEXT_HELLO, tcn_slice_of(NULL, 0),
         "20d71e57ab7bf78e1ca9ef1aff13ef309bb0b72accd7927718f29175b985f0b7"
         "b6de6bc38dcd1c2821125fd168d3197dc72f8802f5fdb27da106853122f93f0f"},
        {TCN_CONTEXT_TOLD, tcn_slice_of(big, sizeof big),
         "e336c6d726c6d4485e57c8c28f5acdcfaf626f1def171e34032bc5e75240aa94"
         "81bb8c96bff3015e56acf39e35a7a8494eeefff1d2d155e1c76854075c36bc0b"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_signature made;
        struct tcn_signature expected = signature_of_hex(rows[i].hex);
        assert_int_equal(tcn_sign(&key, rows[i].context, rows[i].bytes, &made), TCN_OK);
        assert_memory_equal(made.bytes, expected.bytes, sizeof made.bytes);
        assert_int_equal(tcn_verify(&key.public_key, rows[i].context, rows[i].bytes, &expected),
                         TCN_OK);
    }
}

int main(void) {
    if (tcn_seal_init() != TCN_OK) {
        return 1;
    }
    uint8_t seed[TCN_SIGNING_SEED_BYTES];
    for (size_t i = 0; i < sizeof seed; i++) {
        seed[i] = (uint8_t)i;
    }
    for (size_t i = 0; i < sizeof big; i++) {
        big[i] = (uint8_t)(i % 251);
    }
    tcn_signing_key_from_seed(seed, &key);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signature_fits_nothing_but_its_own_key_context_and_bytes),
        cmocka_unit_test(a_signature_with_any_flipped_bit_is_refused),
        cmocka_unit_test(bytes_over_the_maximum_are_neither_signed_nor_checked),
        cmocka_unit_test(without_memory_large_bytes_are_refused),
        cmocka_unit_test(keys_and_signatures_are_those_of_another_implementation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
