/* SPDX-License-Identifier: Apache-2.0 */
/* Sums of times that came from outside: whatever a clock says, nothing overflows. */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void what_does_not_fit_is_the_greatest_or_the_least_time(void **state) {
    (void)state;
    static const struct {
        int64_t left_ns;
        int64_t right_ns;
        int64_t plus_ns;
        int64_t minus_ns;
    } rows[] = {
        {0, 0, 0, 0},
        {7, -9, -2, 16},
        {INT64_MAX, 1, INT64_MAX, INT64_MAX - 1},
        {INT64_MAX, -1, INT64_MAX - 1, INT64_MAX},
        {INT64_MIN, 1, INT64_MIN + 1, INT64_MIN},
        {INT64_MIN, -1, INT64_MIN, INT64_MIN + 1},
        {1, INT64_MAX, INT64_MAX, 1 - INT64_MAX},
        {-2, INT64_MAX, INT64_MAX - 2, INT64_MIN},
        {0, INT64_MIN, INT64_MIN, INT64_MAX},
        {-1, INT64_MIN, INT64_MIN, INT64_MAX},
        {INT64_MAX, INT64_MAX, INT64_MAX, 0},
        {INT64_MIN, INT64_MIN, INT64_MIN, 0},
        {INT64_MAX, INT64_MIN, -1, INT64_MAX},
        {INT64_MIN, INT64_MAX, -1, INT64_MIN},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_true(tcn_time_plus(rows[i].left_ns, rows[i].right_ns) == rows[i].plus_ns);
        assert_true(tcn_time_minus(rows[i].left_ns, rows[i].right_ns) == rows[i].minus_ns);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_does_not_fit_is_the_greatest_or_the_least_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
