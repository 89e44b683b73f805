/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void hex_that_is_not_exact_is_malformed_and_writes_nothing(void **state) {
    (void)state;
    static const char *const texts[] = {"",    "0",    "000",   "0g",      "g0",
                                        "00 ", "0x00", "00000", "\xc3\xa9"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        uint8_t out[2] = {0xAA, 0xAA};
        assert_int_equal(tcn_hex_decode(tcn_slice_text(texts[i]), out, 2), TCN_MALFORMED);
        assert_int_equal(out[0], 0xAA);
        assert_int_equal(out[1], 0xAA);
    }
    uint8_t out[2] = {0xAA, 0xAA};
    assert_int_equal(tcn_hex_decode(tcn_slice_text("12zz"), out, 2), TCN_MALFORMED);
    assert_int_equal(out[0], 0xAA);
}

static void a_writer_that_is_too_small_writes_nothing_more_ever(void **state) {
    (void)state;
    uint8_t data[8];
    memset(data, 0xEE, sizeof(data));
    struct tcn_writer writer = tcn_writer_init(data, 4);
    tcn_write_u8(&writer, 1);
    tcn_write_u32(&writer, 2);
    assert_true(writer.overflowed);
    tcn_write_u8(&writer, 3);
    assert_int_equal(writer.offset, 1);
    assert_int_equal(data[1], 0xEE);
    assert_int_equal(tcn_writer_slice(&writer).size, 1);
}

static void a_slice_over_65535_bytes_overflows_the_writer(void **state) {
    (void)state;
    static uint8_t data[70000];
    static uint8_t big[65536];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    tcn_write_slice16(&writer, tcn_slice_of(big, sizeof(big)));
    assert_true(writer.overflowed);
    writer = tcn_writer_init(data, sizeof(data));
    tcn_write_slice16(&writer, tcn_slice_of(big, 65535));
    assert_false(writer.overflowed);
    assert_int_equal(writer.offset, 65537);
}

static void a_reader_past_the_end_gives_zeros_and_stays_underflowed(void **state) {
    (void)state;
    const uint8_t data[] = {1, 2, 3};
    struct tcn_reader reader = tcn_reader_init(tcn_slice_of(data, 3));
    assert_int_equal(tcn_read_u16(&reader), 0x0102);
    assert_int_equal(tcn_read_u32(&reader), 0);
    assert_true(reader.underflowed);
    assert_int_equal(tcn_read_u8(&reader), 0);
    assert_int_equal(tcn_read_i64(&reader), 0);
    uint8_t out[2] = {9, 9};
    tcn_read_bytes(&reader, out, 2);
    assert_int_equal(out[0] | out[1], 0);
    assert_int_equal(tcn_read_slice(&reader, 1).size, 0);
    assert_int_equal(tcn_reader_rest(&reader), 1);
}

static void a_size_that_points_past_the_end_gives_an_empty_slice(void **state) {
    (void)state;
    const uint8_t data[] = {0, 5, 'a', 'b'};
    struct tcn_reader reader = tcn_reader_init(tcn_slice_of(data, sizeof(data)));
    assert_int_equal(tcn_read_slice16(&reader).size, 0);
    assert_true(reader.underflowed);
}

static void what_is_written_is_read_back_at_the_extremes(void **state) {
    (void)state;
    static const int64_t numbers[] = {INT64_MIN, -1, 0, 1, INT64_MAX};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        uint8_t data[64];
        struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
        tcn_write_u8(&writer, (uint8_t)numbers[i]);
        tcn_write_u16(&writer, (uint16_t)numbers[i]);
        tcn_write_u32(&writer, (uint32_t)numbers[i]);
        tcn_write_u64(&writer, (uint64_t)numbers[i]);
        tcn_write_i64(&writer, numbers[i]);
        tcn_write_slice16(&writer, tcn_slice_text("tocsin"));
        tcn_write_bytes(&writer, NULL, 0);
        struct tcn_reader reader = tcn_reader_init(tcn_writer_slice(&writer));
        assert_int_equal(tcn_read_u8(&reader), (uint8_t)numbers[i]);
        assert_int_equal(tcn_read_u16(&reader), (uint16_t)numbers[i]);
        assert_int_equal(tcn_read_u32(&reader), (uint32_t)numbers[i]);
        assert_true(tcn_read_u64(&reader) == (uint64_t)numbers[i]);
        assert_true(tcn_read_i64(&reader) == numbers[i]);
        assert_true(tcn_slice_is_text(tcn_read_slice16(&reader), "tocsin"));
        assert_false(reader.underflowed);
        assert_int_equal(tcn_reader_rest(&reader), 0);
    }
}

static void signed_numbers_sort_as_bytes(void **state) {
    (void)state;
    static const int64_t rising[] = {INT64_MIN, -256, -1, 0, 1, 255, 256, INT64_MAX};
    uint8_t before[8] = {0};
    for (size_t i = 0; i < sizeof(rising) / sizeof(rising[0]); i++) {
        uint8_t data[8];
        struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
        tcn_write_i64(&writer, rising[i]);
        assert_true(i == 0 || memcmp(before, data, 8) < 0);
        memcpy(before, data, 8);
    }
}

static void numbers_are_big_endian(void **state) {
    (void)state;
    uint8_t data[8];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    tcn_write_u64(&writer, UINT64_C(0x0102030405060708));
    assert_memory_equal(data, "\x01\x02\x03\x04\x05\x06\x07\x08", 8);
}

static void slices_compare_by_their_bytes(void **state) {
    (void)state;
    assert_true(tcn_slice_equals(tcn_slice_of(NULL, 0), tcn_slice_text("")));
    assert_false(tcn_slice_equals(tcn_slice_text("a"), tcn_slice_text("ab")));
    assert_false(tcn_slice_equals(tcn_slice_text("a"), tcn_slice_text("b")));
    assert_true(tcn_slice_is_text(tcn_slice_of("abc", 2), "ab"));
}

static void hex_of_either_case_is_read_and_lower_case_is_written(void **state) {
    (void)state;
    uint8_t out[4];
    char text[9];
    assert_int_equal(tcn_hex_decode(tcn_slice_text("00fFa9Ba"), out, 4), TCN_OK);
    tcn_hex_encode(out, 4, text);
    assert_string_equal(text, "00ffa9ba");
    assert_int_equal(tcn_hex_decode(tcn_slice_text(""), out, 0), TCN_OK);
    tcn_hex_encode(out, 0, text);
    assert_string_equal(text, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hex_that_is_not_exact_is_malformed_and_writes_nothing),
        cmocka_unit_test(a_writer_that_is_too_small_writes_nothing_more_ever),
        cmocka_unit_test(a_slice_over_65535_bytes_overflows_the_writer),
        cmocka_unit_test(a_reader_past_the_end_gives_zeros_and_stays_underflowed),
        cmocka_unit_test(a_size_that_points_past_the_end_gives_an_empty_slice),
        cmocka_unit_test(what_is_written_is_read_back_at_the_extremes),
        cmocka_unit_test(signed_numbers_sort_as_bytes),
        cmocka_unit_test(numbers_are_big_endian),
        cmocka_unit_test(slices_compare_by_their_bytes),
        cmocka_unit_test(hex_of_either_case_is_read_and_lower_case_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
