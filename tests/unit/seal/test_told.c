/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures within a reader's session: every bit of session, header, body and signature counts. */
#include "seal/told.h"

#include "seal/init.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static struct tcn_signing_key key;

/** A message whose bytes can be changed. */
struct message {
    struct tcn_hash session;
    uint8_t header[20];
    uint8_t body[70];
    struct tcn_signature signature;
};

static struct tcn_told told_of(const struct message *message) {
    return (struct tcn_told){
        .session = &message->session,
        .header = tcn_slice_of(message->header, sizeof message->header),
        .body = tcn_slice_of(message->body, sizeof message->body),
    };
}

static enum tcn_status check(const struct message *message, const char *context) {
    const struct tcn_told told = told_of(message);
    return tcn_told_verify(&key.public_key, context, &told,
                           tcn_slice_of(message->signature.bytes, sizeof message->signature.bytes));
}

static struct message good_message(void) {
    struct message message;
    memset(&message, 0x5a, sizeof message);
    const struct tcn_told told = told_of(&message);
    assert_int_equal(tcn_told_sign(&key, TCN_CONTEXT_TOLD, &told, &message.signature), TCN_OK);
    assert_int_equal(check(&message, TCN_CONTEXT_TOLD), TCN_OK);
    return message;
}

static void any_flipped_bit_is_refused(void **state) {
    (void)state;
    const struct {
        size_t start;
        size_t size;
    } fields[] = {
        {offsetof(struct message, session), sizeof(struct tcn_hash)},
        {offsetof(struct message, header), sizeof(((struct message *)0)->header)},
        {offsetof(struct message, body), sizeof(((struct message *)0)->body)},
        {offsetof(struct message, signature), sizeof(struct tcn_signature)},
    };
    const struct message good = good_message();
    for (size_t field = 0; field < COUNT_OF(fields); field++) {
        for (size_t bit = 0; bit < 8 * fields[field].size; bit++) {
            struct message bad = good;
            uint8_t *bytes = (uint8_t *)&bad + fields[field].start;
            bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
            assert_int_equal(check(&bad, TCN_CONTEXT_TOLD), TCN_BAD_SIGNATURE);
        }
    }
}

static void nothing_passes_from_one_part_to_another(void **state) {
    (void)state;
    const struct message good = good_message();
    struct tcn_told told = told_of(&good);
    const struct tcn_slice signature =
        tcn_slice_of(good.signature.bytes, sizeof good.signature.bytes);
    const struct tcn_slice header = told.header;
    const struct tcn_slice body = told.body;
    told.header.size--; /* the same bytes, cut elsewhere */
    assert_int_equal(tcn_told_verify(&key.public_key, TCN_CONTEXT_TOLD, &told, signature),
                     TCN_BAD_SIGNATURE);
    told = (struct tcn_told){.session = &good.session, .header = body, .body = header};
    assert_int_equal(tcn_told_verify(&key.public_key, TCN_CONTEXT_TOLD, &told, signature),
                     TCN_BAD_SIGNATURE);
    told = (struct tcn_told){.session = &good.session, .header = header};
    assert_int_equal(tcn_told_verify(&key.public_key, TCN_CONTEXT_TOLD, &told, signature),
                     TCN_BAD_SIGNATURE);
    assert_int_equal(check(&good, TCN_CONTEXT_SESSION), TCN_BAD_SIGNATURE);
}

static void a_signature_of_another_size_is_refused(void **state) {
    (void)state;
    const struct message good = good_message();
    const struct tcn_told told = told_of(&good);
    const uint8_t long_bytes[65] = {0};
    const struct tcn_slice sizes[] = {
        {0},
        tcn_slice_of(good.signature.bytes, 63),
        tcn_slice_of(long_bytes, sizeof long_bytes),
    };
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        assert_int_equal(tcn_told_verify(&key.public_key, TCN_CONTEXT_TOLD, &told, sizes[i]),
                         TCN_BAD_SIGNATURE);
    }
}

int main(void) {
    if (tcn_seal_init() != TCN_OK) {
        return 1;
    }
    const uint8_t seed[TCN_SIGNING_SEED_BYTES] = {1, 2, 3};
    tcn_signing_key_from_seed(seed, &key);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_flipped_bit_is_refused),
        cmocka_unit_test(nothing_passes_from_one_part_to_another),
        cmocka_unit_test(a_signature_of_another_size_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
