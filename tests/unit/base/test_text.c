/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void text_that_is_not_utf8_is_refused(void **state) {
    (void)state;
    static const struct tcn_slice texts[] = {
        {(const uint8_t *)"a\0b", 3},             /* NUL */
        {(const uint8_t *)"\x80", 1},             /* lone continuation */
        {(const uint8_t *)"\xC0\x80", 2},         /* overlong NUL */
        {(const uint8_t *)"\xC1\xBF", 2},         /* overlong */
        {(const uint8_t *)"\xC3", 1},             /* cut */
        {(const uint8_t *)"\xC3(", 2},            /* not a continuation */
        {(const uint8_t *)"\xE0\x9F\xBF", 3},     /* overlong */
        {(const uint8_t *)"\xE4\xBA", 2},         /* cut */
        {(const uint8_t *)"\xED\xA0\x80", 3},     /* surrogate */
        {(const uint8_t *)"\xED\xBF\xBF", 3},     /* surrogate */
        {(const uint8_t *)"\xF0\x8F\xBF\xBF", 4}, /* overlong */
        {(const uint8_t *)"\xF4\x90\x80\x80", 4}, /* above U+10FFFF */
        {(const uint8_t *)"\xF5\x80\x80\x80", 4}, /* no such lead */
        {(const uint8_t *)"ok\xFF", 3},
        {(const uint8_t *)"eight by\0tes", 12}, /* behind a word of ASCII */
        {(const uint8_t *)"\0eight by", 9},
        {(const uint8_t *)"eight b\0", 8},
        {(const uint8_t *)"a\x80 eight", 8},
        {(const uint8_t *)"eight by\xC3", 9},
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_false(tcn_text_is_utf8(texts[i]));
    }
}

static void text_that_is_utf8_is_taken(void **state) {
    (void)state;
    static const char *const texts[] = {"",
                                        "plain",
                                        "\x7F",
                                        "sixteen bytes OK",
                                        "\x01\x7F\x01\x7F\x01\x7F\x01\x7F",
                                        "eight by\xC2\x80 and more",
                                        "\xC2\x80",
                                        "\xDF\xBF",
                                        "\xE0\xA0\x80",
                                        "\xED\x9F\xBF",
                                        "\xEE\x80\x80",
                                        "\xEF\xBF\xBF",
                                        "\xF0\x90\x80\x80",
                                        "\xF4\x8F\xBF\xBF",
                                        "\xE4\xBF\xA1\xE8\xAE\xBF"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_true(tcn_text_is_utf8(tcn_slice_text(texts[i])));
    }
}

static void words_and_digits_are_told_from_other_text(void **state) {
    (void)state;
    static const char *const bad_words[] = {
        "",
        "A",
        "1a",
        ".a",
        "_a",
        "-a",
        "a b",
        "a\n",
        "aB",
        "a/",
        "a234567890123456789012345678901234567890123456789012345678901234"};
    for (size_t i = 0; i < COUNT_OF(bad_words); i++) {
        assert_false(tcn_text_is_word(tcn_slice_text(bad_words[i])));
    }
    assert_true(tcn_text_is_word(tcn_slice_text("a")));
    assert_true(tcn_text_is_word(tcn_slice_text("safety.road_9-b")));
    assert_true(tcn_text_is_word(
        tcn_slice_text("a23456789012345678901234567890123456789012345678901234567890123")));
    assert_false(tcn_text_is_digits(tcn_slice_text("")));
    assert_false(tcn_text_is_digits(tcn_slice_text("12a")));
    assert_false(tcn_text_is_digits(tcn_slice_text("-1")));
    assert_true(tcn_text_is_digits(tcn_slice_text("0123456789")));
}

static void a_number_that_does_not_fit_64_bits_is_malformed(void **state) {
    (void)state;
    static const char *const texts[] = {"",
                                        "-1",
                                        "+1",
                                        " 1",
                                        "1 ",
                                        "0x1",
                                        "1.0",
                                        "18446744073709551616",
                                        "99999999999999999999",
                                        "184467440737095516150"};
    uint64_t value = 7;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_int_equal(tcn_text_to_u64(tcn_slice_text(texts[i]), &value), TCN_MALFORMED);
        assert_int_equal(value, 7);
    }
    assert_int_equal(tcn_text_to_u64(tcn_slice_text("18446744073709551615"), &value), TCN_OK);
    assert_true(value == UINT64_MAX);
    assert_int_equal(tcn_text_to_u64(tcn_slice_text("0000"), &value), TCN_OK);
    assert_true(value == 0);
}

static void a_time_that_does_not_exist_or_has_no_offset_is_malformed(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        "2026-11-23",
        "2026-11-23T14:05:50",
        "2026-11-23 14:05:50Z",
        "2026-11-23T14:05Z",
        "2026-11-23T14:05:50.Z",
        "2026-11-23T14:05:50,1Z",
        "2026-11-23T14:05:50Zx",
        "2026-11-23T14:05:50+0800",
        "2026-11-23T14:05:50+08",
        "2026-11-23T14:05:50+24:00",
        "2026-11-23T14:05:50+08:60",
        "2026-11-23T24:00:00Z",
        "2026-11-23T14:60:00Z",
        "2026-11-23T14:05:61Z",
        "2026-11-23T14:05:60Z",
        "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-00-10T00:00:00Z",
        "2026-13-10T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "1899-12-31T23:59:59Z",
        "2201-01-01T00:00:00Z",
        "-026-11-23T14:05:50Z",
        "2026-1-23T14:05:50Z",
        "2026-11-23T14:05:50 Z",
    };
    int64_t value = 7;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_int_equal(tcn_text_to_time(tcn_slice_text(texts[i]), &value), TCN_MALFORMED);
        assert_true(value == 7);
    }
}

static void a_time_with_offset_is_read_to_the_nanosecond(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
        int64_t ns;
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0, 0},
        {"1970-01-01T08:00:00+08:00", 0, 0},
        {"1969-12-31T19:30:00-04:30", 0, 0},
        {"1900-01-01T00:00:00Z", INT64_C(-2208988800), 0},
        {"2200-12-31T23:59:59.999999999Z", INT64_C(7289654399), 999999999},
        {"2026-11-23T22:05:50.123+08:00", INT64_C(1795442750), 123000000},
        {"2026-11-23t14:05:50.000000001z", INT64_C(1795442750), 1},
        {"2026-11-23T14:05:50.0000000019Z", INT64_C(1795442750), 1},
        {"2000-02-29T12:00:00Z", INT64_C(951825600), 0},
        {"2016-12-31T23:59:60Z", INT64_C(1483228800), 0},
        {"2017-01-01T07:59:60+08:00", INT64_C(1483228800), 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t value = 0;
        assert_int_equal(tcn_text_to_time(tcn_slice_text(rows[i].text), &value), TCN_OK);
        assert_true(value == rows[i].seconds * TCN_SECOND_NS + rows[i].ns);
    }
}

static void a_time_is_written_in_utc_and_at_an_offset(void **state) {
    (void)state;
    static const struct {
        int64_t unix_ns;
        int offset_minutes;
        const char *utc;
        const char *local;
    } rows[] = {
        {0, 0, "1970-01-01T00:00:00.000Z", "1970-01-01 00:00:00 +00:00"},
        {-1, -30, "1969-12-31T23:59:59.999Z", "1969-12-31 23:29:59 -00:30"},
        {INT64_C(1795442750123999999), 480, "2026-11-23T14:05:50.123Z",
         "2026-11-23 22:05:50 +08:00"},
        {INT64_MAX, 1439, "2262-04-11T23:47:16.854Z", "2262-04-12 23:46:16 +23:59"},
        {INT64_MIN, -1439, "1677-09-21T00:12:43.145Z", "1677-09-20 00:13:43 -23:59"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[TCN_TIME_TEXT_BYTES];
        tcn_text_from_time(rows[i].unix_ns, text);
        assert_string_equal(text, rows[i].utc);
        tcn_text_from_time_at(rows[i].unix_ns, rows[i].offset_minutes, text);
        assert_string_equal(text, rows[i].local);
    }
}

static void every_day_from_1900_to_2200_survives_the_way_there_and_back(void **state) {
    (void)state;
    int64_t first = 0;
    int64_t last = 0;
    assert_int_equal(tcn_text_to_time(tcn_slice_text("1900-01-01T00:00:00Z"), &first), TCN_OK);
    assert_int_equal(tcn_text_to_time(tcn_slice_text("2200-12-31T00:00:00Z"), &last), TCN_OK);
    for (int64_t day = first; day <= last; day += TCN_DAY_NS) {
        char text[TCN_TIME_TEXT_BYTES];
        int64_t again = 0;
        tcn_text_from_time(day, text);
        assert_int_equal(tcn_text_to_time(tcn_slice_text(text), &again), TCN_OK);
        assert_true(again == day);
    }
}

static void a_copy_that_does_not_fit_with_its_nul_is_too_big(void **state) {
    (void)state;
    char out[4] = "xyz";
    assert_int_equal(tcn_text_copy(tcn_slice_text("abcd"), out, sizeof(out)), TCN_TOOBIG);
    assert_int_equal(tcn_text_copy(tcn_slice_text(""), out, 0), TCN_TOOBIG);
    assert_string_equal(out, "xyz");
    assert_int_equal(tcn_text_copy(tcn_slice_text("abc"), out, sizeof(out)), TCN_OK);
    assert_string_equal(out, "abc");
    assert_int_equal(tcn_text_copy(tcn_slice_of(NULL, 0), out, sizeof(out)), TCN_OK);
    assert_string_equal(out, "");
}

static void a_line_ends_with_a_newline_and_begins_with_its_label(void **state) {
    (void)state;
    static const char *const bad[] = {"",        "name",      "name a", "name\n",
                                      "name \n", "names a\n", "nam a\n"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct tcn_reader reader = tcn_reader_init(tcn_slice_text(bad[i]));
        assert_int_equal(tcn_read_labelled(&reader, "name").size, 0);
        assert_true(reader.underflowed);
    }
    struct tcn_reader reader = tcn_reader_init(tcn_slice_text("name a b\n\nrest"));
    assert_true(tcn_slice_is_text(tcn_read_labelled(&reader, "name"), "a b"));
    assert_int_equal(tcn_read_line(&reader).size, 0);
    assert_false(reader.underflowed);
    assert_int_equal(tcn_read_line(&reader).size, 0);
    assert_true(reader.underflowed);
}

static void the_front_of_a_text_ends_between_two_characters(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t size;
        const char *front;
    } rows[] = {{"", 3, ""},       {"abc", 0, ""},     {"abc", 2, "ab"}, {"abc", 3, "abc"},
                {"abc", 9, "abc"}, {"镇a", 3, "镇"},   {"镇", 2, ""},    {"a镇", 3, "a"},
                {"镇镇", 5, "镇"}, {"\x80\x80", 1, ""}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct tcn_slice front = tcn_text_front(tcn_slice_text(rows[i].text), rows[i].size);
        assert_true(tcn_slice_is_text(front, rows[i].front));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_that_is_not_utf8_is_refused),
        cmocka_unit_test(text_that_is_utf8_is_taken),
        cmocka_unit_test(words_and_digits_are_told_from_other_text),
        cmocka_unit_test(a_number_that_does_not_fit_64_bits_is_malformed),
        cmocka_unit_test(a_time_that_does_not_exist_or_has_no_offset_is_malformed),
        cmocka_unit_test(a_time_with_offset_is_read_to_the_nanosecond),
        cmocka_unit_test(a_time_is_written_in_utc_and_at_an_offset),
        cmocka_unit_test(every_day_from_1900_to_2200_survives_the_way_there_and_back),
        cmocka_unit_test(a_line_ends_with_a_newline_and_begins_with_its_label),
        cmocka_unit_test(the_front_of_a_text_ends_between_two_characters),
        cmocka_unit_test(a_copy_that_does_not_fit_with_its_nul_is_too_big),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
