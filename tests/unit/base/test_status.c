/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/** One line of the list, as the test sees it. */
struct row {
    enum tcn_status status;
    const char *spelling;
    enum tcn_class class;
};

static const struct row rows[] = {
#define ROW(name, number, class_, sentence) {name, #name, TCN_CLASS_##class_},
    TCN_STATUS_LIST(ROW)
#undef ROW
};

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

static void a_number_outside_the_list_is_unknown_and_local(void **state) {
    (void)state;
    static const uint32_t numbers[] = {4, 9, 19, 29, 46, 59, 68, 1000, UINT32_MAX};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        assert_false(tcn_status_is_known(numbers[i]));
        assert_string_equal(tcn_status_name((enum tcn_status)numbers[i]), "unknown");
        assert_int_equal(tcn_status_class((enum tcn_status)numbers[i]), TCN_CLASS_LOCAL);
        assert_non_null(tcn_status_sentence((enum tcn_status)numbers[i]));
    }
}

static void every_name_is_its_enumerator_in_lower_case(void **state) {
    (void)state;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        char lower[64] = {0};
        for (size_t j = 0; rows[i].spelling[4 + j] != '\0'; j++) {
            lower[j] = (char)tolower((unsigned char)rows[i].spelling[4 + j]);
        }
        assert_string_equal(tcn_status_name(rows[i].status), lower);
    }
}

static void every_status_has_its_class_and_a_sentence_without_full_stop(void **state) {
    (void)state;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const char *sentence = tcn_status_sentence(rows[i].status);
        assert_true(tcn_status_is_known((uint32_t)rows[i].status));
        assert_int_equal(tcn_status_class(rows[i].status), rows[i].class);
        assert_true(strlen(sentence) > 0);
        assert_true(sentence[strlen(sentence) - 1] != '.');
    }
}

static void no_number_is_used_twice(void **state) {
    (void)state;
    for (size_t i = 1; i < ROW_COUNT; i++) {
        assert_true(rows[i - 1].status < rows[i].status);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_outside_the_list_is_unknown_and_local),
        cmocka_unit_test(every_name_is_its_enumerator_in_lower_case),
        cmocka_unit_test(every_status_has_its_class_and_a_sentence_without_full_stop),
        cmocka_unit_test(no_number_is_used_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
