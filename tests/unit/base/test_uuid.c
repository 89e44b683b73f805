/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/uuid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void text_that_is_not_a_uuid_is_malformed_and_writes_nothing(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398ff",
        "017f22e279b07cc398c4dc0c0c07398f0000",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "017f22e2-79b0-7cc3-98c4+dc0c0c07398f",
        "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}",
    };
    uint8_t uuid[TCN_UUID_BYTES];
    uint8_t before[TCN_UUID_BYTES];
    memset(uuid, 0xAB, sizeof(uuid));
    memset(before, 0xAB, sizeof(before));
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_int_equal(tcn_uuid_from_text(tcn_slice_text(texts[i]), uuid), TCN_MALFORMED);
        assert_memory_equal(uuid, before, sizeof(uuid));
    }
}

static void the_example_of_the_rfc_is_made(void **state) {
    (void)state;
    /* RFC 9562 appendix A.6: 2022-02-22T19:22:22Z, rand_a CC3, rand_b 18C4DC0C0C07398F. */
    const uint8_t random[TCN_UUID_RANDOM_BYTES] = {0xFC, 0xC3, 0x18, 0xC4, 0xDC,
                                                   0x0C, 0x0C, 0x07, 0x39, 0x8F};
    uint8_t uuid[TCN_UUID_BYTES];
    uint8_t again[TCN_UUID_BYTES];
    char text[TCN_UUID_TEXT_BYTES];
    tcn_uuid7_make(INT64_C(1645557742000) * TCN_MS_NS, random, uuid);
    tcn_uuid_to_text(uuid, text);
    assert_string_equal(text, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    assert_int_equal(
        tcn_uuid_from_text(tcn_slice_text("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"), again), TCN_OK);
    assert_memory_equal(uuid, again, sizeof(uuid));
}

static void a_later_uuid_sorts_after_an_earlier_one_and_times_before_1970_are_1970(void **state) {
    (void)state;
    uint8_t high[TCN_UUID_RANDOM_BYTES];
    const uint8_t low[TCN_UUID_RANDOM_BYTES] = {0};
    uint8_t earlier[TCN_UUID_BYTES];
    uint8_t later[TCN_UUID_BYTES];
    memset(high, 0xFF, sizeof(high));
    static const int64_t times[] = {INT64_MIN, 0, TCN_MS_NS, TCN_SECOND_NS, INT64_MAX};
    for (size_t i = 2; i < sizeof(times) / sizeof(times[0]); i++) {
        tcn_uuid7_make(times[i - 1], high, earlier);
        tcn_uuid7_make(times[i], low, later);
        assert_true(memcmp(earlier, later, TCN_UUID_BYTES) < 0);
    }
    tcn_uuid7_make(times[0], low, earlier);
    tcn_uuid7_make(times[1], low, later);
    assert_memory_equal(earlier, later, TCN_UUID_BYTES);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_that_is_not_a_uuid_is_malformed_and_writes_nothing),
        cmocka_unit_test(the_example_of_the_rfc_is_made),
        cmocka_unit_test(a_later_uuid_sorts_after_an_earlier_one_and_times_before_1970_are_1970),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
