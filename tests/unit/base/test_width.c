/* SPDX-License-Identifier: Apache-2.0 */
#include "base/width.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void texts_take_the_columns_that_a_terminal_gives_them(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t width;
    } cases[] = {
        {"", 0},     {"gas", 3},      {"\xff\xfe", 2}, {"\xe7\x85", 2}, /* cut short */
        {"煤矿", 4}, {"煤矿 gas", 8}, {"ｆｕｌｌ", 8}, {"한글", 4},     {"e\xcc\x81", 1},
        {"𠀀", 2},   {"，。", 4},     {"é", 1},        {"½", 1},        {"a\xe2\x80\x8b", 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const size_t width = tcn_text_width(tcn_slice_text(cases[i].text));
        if (width != cases[i].width) {
            fail_msg("%s: %zu columns, and not %zu", cases[i].text, width, cases[i].width);
        }
    }
}

static void a_text_is_cut_between_two_characters(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t columns;
        size_t bytes;
    } cases[] = {
        {"煤矿", 0, 0},
        {"煤矿", 1, 0},
        {"煤矿", 2, 3},
        {"煤矿", 3, 3},
        {"煤矿", 4, 6},
        {"煤矿", 99, 6},
        {"a煤", 2, 1},
        {"e\xcc\x81x", 1, 3},
        {"", 5, 0},
        {"\xff"
         "ab",
         2, 2},
        {"abc", 2, 2},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const size_t bytes = tcn_text_fit(tcn_slice_text(cases[i].text), cases[i].columns);
        if (bytes != cases[i].bytes) {
            fail_msg("%s in %zu columns: %zu bytes, and not %zu", cases[i].text, cases[i].columns,
                     bytes, cases[i].bytes);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_take_the_columns_that_a_terminal_gives_them),
        cmocka_unit_test(a_text_is_cut_between_two_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
