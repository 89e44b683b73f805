/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "raw.h"

/* A schema with one of everything. */
static const struct tcn_scan_rule leaf_rules[] = {
    [1] = TCN_RULE_NUMBER(3),
};

static const struct tcn_scan_table leaf_table = {
    .rules = leaf_rules,
    .rule_count = TCN_RULE_COUNT(leaf_rules),
    .required = TCN_RULE_BIT(1),
};

static const struct tcn_scan_rule rules[] = {
    [1] = TCN_RULE_NUMBER(7),
    [2] = TCN_RULE_I64,
    [3] = TCN_RULE_FIXED64,
    [4] = TCN_RULE_BYTES(5),
    [5] = TCN_RULE_EXACT(4),
    [6] = TCN_RULE_TEXT(6),
    [7] = {.kind = TCN_SCAN_PACKED, .count_max = 3, .min = 1, .max = 300},
    [8] = TCN_RULE_INNERS(leaf_table, 2),
    [10] = TCN_RULE_U64,
    [11] = TCN_RULE_U64,
    [12] = {.kind = TCN_SCAN_BYTES, .count_max = 2, .min = 1, .max = 2},
};

static const struct tcn_scan_table table = {
    .rules = rules,
    .rule_count = TCN_RULE_COUNT(rules),
    .required = TCN_RULE_BIT(1),
    .one_of = TCN_RULE_BIT(10) | TCN_RULE_BIT(11),
    .format_field = 1,
    .size_max = 100,
};

#define BYTES(text_) .bytes = (text_), .size = sizeof(text_) - 1

static const struct {
    const char *bytes;
    size_t size;
    enum tcn_status status;
    const char *why;
} refused[] = {
    {BYTES(""), TCN_BAD_VALUE, "required field absent"},
    {BYTES("\x08\x00"), TCN_BAD_VALUE, "required field zero"},
    {BYTES("\x08"), TCN_MALFORMED, "tag without content"},
    {BYTES("\x08\x81"), TCN_MALFORMED, "varint cut"},
    {BYTES("\x08\x81\x00"), TCN_MALFORMED, "varint longer than it need be"},
    {BYTES("\x88\x00\x01"), TCN_MALFORMED, "tag longer than it need be"},
    {BYTES("\x08\x01\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"), TCN_MALFORMED,
     "varint over 64 bits"},
    {BYTES("\x08\x01\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), TCN_MALFORMED,
     "varint of 11 bytes"},
    {BYTES("\x00\x01"), TCN_MALFORMED, "field number 0"},
    {BYTES("\x80\x80\x80\x80\x80\x01\x01"), TCN_MALFORMED, "field number over 2^29"},
    {BYTES("\x08\x01\x0b\x0c"), TCN_MALFORMED, "group"},
    {BYTES("\x08\x01\x25\x01\x02\x03\x04"), TCN_MALFORMED, "four-byte number"},
    {BYTES("\x08\x01\x26\x01"), TCN_MALFORMED, "wire type 6"},
    {BYTES("\x0a\x01\x01"), TCN_MALFORMED, "other wire type than the table's"},
    {BYTES("\x08\x01\x19\x01\x02\x03"), TCN_MALFORMED, "eight bytes cut"},
    {BYTES("\x08\x01\x22\x03\x01\x02"), TCN_MALFORMED, "bytes cut"},
    {BYTES("\x08\x01\x22\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), TCN_MALFORMED,
     "size of 2^64-1"},
    {BYTES("\x08\x01\x08\x01"), TCN_MALFORMED, "a field twice"},
    {BYTES("\x08\x01\x50\x01\x58\x01"), TCN_MALFORMED, "two of which one may be there"},
    {BYTES("\x08\x01\x58\x00\x50\x00"), TCN_MALFORMED, "the same with zeros"},
    {BYTES("\x08\x01\x48\x01"), TCN_UNKNOWN_FIELD, "a hole in the table"},
    {BYTES("\x08\x01\x68\x01"), TCN_UNKNOWN_FIELD, "beyond the table"},
    {BYTES("\x08\x01\xf8\xff\xff\xff\x0f\x01"), TCN_UNKNOWN_FIELD, "highest field number"},
    {BYTES("\x08\x01\x22\x06"
           "abcdef"),
     TCN_TOOBIG, "bytes over the maximum"},
    {BYTES("\x08\x01\x2a\x03"
           "abc"),
     TCN_BAD_VALUE, "fixed size too small"},
    {BYTES("\x08\x01\x2a\x05"
           "abcde"),
     TCN_BAD_VALUE, "fixed size too large"},
    {BYTES("\x08\x01\x32\x07"
           "abcdefg"),
     TCN_TOOBIG, "text over the maximum"},
    {BYTES("\x08\x01\x32\x02"
           "a\x00"),
     TCN_BAD_TEXT, "NUL in text"},
    {BYTES("\x08\x01\x32\x02\xc3\x28"), TCN_BAD_TEXT, "not UTF-8"},
    {BYTES("\x08\x01\x3a\x01\x00"), TCN_BAD_VALUE, "packed element below the minimum"},
    {BYTES("\x08\x01\x3a\x02\xad\x02"), TCN_BAD_VALUE, "packed element over the maximum"},
    {BYTES("\x08\x01\x3a\x04\x01\x01\x01\x01"), TCN_TOOBIG, "too many packed elements"},
    {BYTES("\x08\x01\x3a\x01\x81"), TCN_MALFORMED, "packed element cut"},
    {BYTES("\x08\x01\x38\x01"), TCN_MALFORMED, "packed field sent one by one"},
    {BYTES("\x08\x01\x3a\x01\x01\x3a\x01\x01"), TCN_MALFORMED, "packed field twice"},
    {BYTES("\x08\x01\x42\x00"), TCN_BAD_VALUE, "inner message lacks a required field"},
    {BYTES("\x08\x01\x42\x02\x08\x04"), TCN_BAD_VALUE, "inner number over its maximum"},
    {BYTES("\x08\x01\x42\x02\x10\x01"), TCN_UNKNOWN_FIELD, "inner unknown field"},
    {BYTES("\x08\x01\x42\x03\x08\x01\x08"), TCN_MALFORMED, "inner message cut"},
    {BYTES("\x08\x01\x42\x01\x08\x01"), TCN_MALFORMED, "inner field runs over its end"},
    {BYTES("\x08\x01\x42\x02\x08\x01\x42\x02\x08\x01\x42\x02\x08\x01"), TCN_TOOBIG,
     "too many inner messages"},
    {BYTES("\x08\x01\x62\x00"), TCN_BAD_VALUE, "element below its minimum"},
    {BYTES("\x08\x01\x62\x01"
           "a\x62\x01"
           "b\x62\x01"
           "c"),
     TCN_TOOBIG, "too many elements"},
};

static void what_the_table_does_not_allow_is_refused_by_name(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        enum tcn_status status = tcn_scan(&table, tcn_slice_of(refused[i].bytes, refused[i].size));
        if (status != refused[i].status) {
            fail_msg("%s: %s, expected %s", refused[i].why, tcn_status_name(status),
                     tcn_status_name(refused[i].status));
        }
    }
}

static void a_message_over_its_maximum_is_too_big(void **state) {
    (void)state;
    static const struct tcn_scan_table small = {
        .rules = rules, .rule_count = TCN_RULE_COUNT(rules), .size_max = 4};
    assert_int_equal(tcn_scan(&small, tcn_slice_of("\x08\x01\x50\x01", 4)), TCN_OK);
    assert_int_equal(tcn_scan(&small, tcn_slice_of("\x08\x01\x50\x80\x01", 5)), TCN_TOOBIG);
}

static void a_higher_format_is_upgrade_whatever_else_is_wrong(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        enum tcn_status status;
    } cases[] = {
        {BYTES("\x08\x08"), TCN_UPGRADE},
        {BYTES("\x08\x08\x48\x01"), TCN_UPGRADE},     /* unknown field after it */
        {BYTES("\xa0\x06\x01\x08\x08"), TCN_UPGRADE}, /* and before it */
        {BYTES("\x08\x08\x22\x06"
               "abcdef"),
         TCN_UPGRADE}, /* over a maximum */
        {BYTES("\x08\x08\x08\x08"), TCN_UPGRADE},
        {BYTES("\x48\x01\x0a\x01\x08"), TCN_UNKNOWN_FIELD}, /* format of another wire type */
        {BYTES("\x48\x01\x08\x01"), TCN_UNKNOWN_FIELD},
        {BYTES("\x48\x01\x08"), TCN_UNKNOWN_FIELD},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tcn_slice bytes = tcn_slice_of(cases[i].bytes, cases[i].size);
        assert_int_equal(tcn_scan(&table, bytes), cases[i].status);
    }
}

static void a_message_of_everything_passes_in_any_order(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } cases[] = {
        {BYTES("\x08\x07")},
        {BYTES("\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x08\x01")}, /* -1 */
        {BYTES("\x08\x01\x19\x00\x00\x00\x00\x00\x00\x00\x00")},
        {BYTES("\x08\x01\x22\x00\x2a\x00\x32\x00\x3a\x00")}, /* empty is absent */
        {BYTES("\x2a\x04"
               "abcd\x08\x01")},
        {BYTES("\x32\x06\xe4\xb8\x8d\xe4\xba\x8c\x08\x01")}, /* two Chinese characters */
        {BYTES("\x08\x01\x3a\x04\x01\xac\x02\x02")},
        {BYTES("\x08\x01\x42\x02\x08\x01\x42\x02\x08\x03")},
        {BYTES("\x42\x02\x08\x01\x08\x01\x42\x02\x08\x03")}, /* repeated, apart */
        {BYTES("\x08\x01\x62\x01"
               "a\x62\x02"
               "bc")},
        {BYTES("\x08\x01\x50\x00")},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tcn_slice bytes = tcn_slice_of(cases[i].bytes, cases[i].size);
        assert_int_equal(tcn_scan(&table, bytes), TCN_OK);
    }
}

static void the_walker_gives_each_field_and_then_nothing(void **state) {
    (void)state;
    struct raw raw = {.size = 0};
    raw_number(&raw, 1, 300);
    raw_fixed64(&raw, 2, UINT64_C(0x0102030405060708));
    raw_text(&raw, 536870911, "abc");
    struct tcn_reader reader = tcn_reader_init(raw_slice(&raw));
    struct tcn_scan_field field;
    assert_int_equal(tcn_scan_next(&reader, &field), TCN_OK);
    assert_int_equal(field.number, 1);
    assert_int_equal(field.value, 300);
    assert_int_equal(tcn_scan_next(&reader, &field), TCN_OK);
    assert_int_equal(field.wire, 1);
    assert_int_equal(field.value, UINT64_C(0x0102030405060708));
    assert_int_equal(tcn_scan_next(&reader, &field), TCN_OK);
    assert_int_equal(field.number, 536870911);
    assert_true(tcn_slice_is_text(field.bytes, "abc"));
    assert_int_equal(tcn_scan_next(&reader, &field), TCN_ABSENT);
    assert_int_equal(tcn_scan_next(&reader, &field), TCN_ABSENT);
}

/* Tables within each other up to the limit. */
static const struct tcn_scan_rule third_rules[] = {[1] = TCN_RULE_INNER(leaf_table)};
static const struct tcn_scan_table third_table = {.rules = third_rules, .rule_count = 2};
static const struct tcn_scan_rule second_rules[] = {[1] = TCN_RULE_INNER(third_table)};
static const struct tcn_scan_table second_table = {.rules = second_rules, .rule_count = 2};
static const struct tcn_scan_rule deep_rules[] = {[1] = TCN_RULE_INNER(second_table)};
static const struct tcn_scan_table deep_table = {
    .rules = deep_rules, .rule_count = 2, .size_max = 100000};

static void messages_nest_to_the_depth_of_the_tables_and_no_further(void **state) {
    (void)state;
    assert_int_equal(tcn_scan(&deep_table, tcn_slice_of("\x0a\x06\x0a\x04\x0a\x02\x08\x01", 8)),
                     TCN_OK);
    assert_int_equal(tcn_scan(&deep_table, tcn_slice_of("\x0a\x06\x0a\x04\x0a\x02\x0a\x00", 8)),
                     TCN_MALFORMED);
    /* 20,000 levels: no stack is used for them. */
    static uint8_t data[60000];
    size_t place = sizeof(data);
    for (size_t size = 0; place > 4 && size < 16000; size = sizeof(data) - place) {
        if (size >= 128) {
            data[--place] = (uint8_t)(size >> 7);
            data[--place] = (uint8_t)(size | 0x80);
        } else {
            data[--place] = (uint8_t)size;
        }
        data[--place] = 0x0a;
    }
    struct tcn_slice bytes = tcn_slice_of(data + place, sizeof(data) - place);
    assert_int_equal(tcn_scan(&deep_table, bytes), TCN_MALFORMED);
}

/* Whatever a number is, its field is its own: 33 is not 1, and 63 is the last. */
static void fields_are_told_apart_up_to_the_last_number(void **state) {
    (void)state;
    static const struct tcn_scan_rule high_rules[] = {
        [1] = TCN_RULE_U64, [33] = TCN_RULE_U64, [63] = TCN_RULE_U64};
    static const struct tcn_scan_table high = {.rules = high_rules,
                                               .rule_count = TCN_RULE_COUNT(high_rules),
                                               .required = TCN_RULE_BIT(33),
                                               .one_of = TCN_RULE_BIT(1) | TCN_RULE_BIT(63),
                                               .size_max = 100};
    static const struct {
        const char *bytes;
        size_t size;
        enum tcn_status status;
    } cases[] = {
        {BYTES("\x08\x01"), TCN_BAD_VALUE}, /* 33 lacks */
        {BYTES("\x88\x02\x01\x88\x02\x01"), TCN_MALFORMED},
        {BYTES("\x88\x02\x01\x08\x01\xf8\x03\x01"), TCN_MALFORMED},
        {BYTES("\x88\x02\x01\x80\x04\x01"), TCN_UNKNOWN_FIELD}, /* 64 */
        {BYTES("\x88\x02\x01\x08\x01"), TCN_OK},
        {BYTES("\x88\x02\x01\xf8\x03\x01"), TCN_OK},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tcn_slice bytes = tcn_slice_of(cases[i].bytes, cases[i].size);
        assert_int_equal(tcn_scan(&high, bytes), cases[i].status);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_table_does_not_allow_is_refused_by_name),
        cmocka_unit_test(a_message_over_its_maximum_is_too_big),
        cmocka_unit_test(a_higher_format_is_upgrade_whatever_else_is_wrong),
        cmocka_unit_test(a_message_of_everything_passes_in_any_order),
        cmocka_unit_test(the_walker_gives_each_field_and_then_nothing),
        cmocka_unit_test(fields_are_told_apart_up_to_the_last_number),
        cmocka_unit_test(messages_nest_to_the_depth_of_the_tables_and_no_further),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
