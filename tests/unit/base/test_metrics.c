/* SPDX-License-Identifier: Apache-2.0 */
/* The page of numbers: bounded, and in the format that collectors of numbers read. */
#include "base/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct tcn_metric bytes = {"tocsin_a_bytes", TCN_METRIC_GAUGE, "Bytes of a"};
static const struct tcn_metric turned = {"tocsin_b_total", TCN_METRIC_COUNTER, "Turned away"};
static const struct tcn_metric age = {"tocsin_c_seconds", TCN_METRIC_GAUGE, "Age"};

static void what_does_not_fit_is_left_out_whole(void **state) {
    (void)state;
    char text[TCN_METRICS_BYTES_MAX];
    struct tcn_metrics whole = tcn_metrics_init(text, sizeof text);
    tcn_metrics_add(&whole, &bytes, NULL, NULL, 12);
    const size_t size = whole.size;
    for (size_t room = 1; room <= size; room++) {
        struct tcn_metrics metrics = tcn_metrics_init(text, room);
        tcn_metrics_add(&metrics, &bytes, NULL, NULL, 12);
        assert_true(metrics.overflowed);
        assert_int_equal(strlen(text), metrics.size);
        assert_true(metrics.size == 0 || text[metrics.size - 1] == '\n');
    }
    struct tcn_metrics metrics = tcn_metrics_init(text, size + 1);
    tcn_metrics_add(&metrics, &bytes, NULL, NULL, 12);
    assert_false(metrics.overflowed);
}

static void a_page_is_as_the_format_says(void **state) {
    (void)state;
    char text[TCN_METRICS_BYTES_MAX];
    struct tcn_metrics metrics = tcn_metrics_init(text, sizeof text);
    tcn_metrics_program(&metrics, "broker", "1.2.3", INT64_C(1500000000));
    tcn_metrics_add(&metrics, &turned, "reason", "kind", 3);
    tcn_metrics_add(&metrics, &turned, "reason", "size", UINT64_MAX);
    tcn_metrics_add_ns(&metrics, &age, INT64_C(-12000000));
    tcn_metrics_add_ns(&metrics, &age, INT64_C(-1012000000));
    assert_string_equal(text, "# HELP tocsin_build_info Always 1: program and version are its "
                              "labels\n"
                              "# TYPE tocsin_build_info gauge\n"
                              "tocsin_build_info{program=\"broker\",version=\"1.2.3\"} 1\n"
                              "# HELP tocsin_start_time_seconds When the program started, in "
                              "seconds since 1970\n"
                              "# TYPE tocsin_start_time_seconds gauge\n"
                              "tocsin_start_time_seconds 1.500\n"
                              "# HELP tocsin_b_total Turned away\n"
                              "# TYPE tocsin_b_total counter\n"
                              "tocsin_b_total{reason=\"kind\"} 3\n"
                              "tocsin_b_total{reason=\"size\"} 18446744073709551615\n"
                              "# HELP tocsin_c_seconds Age\n"
                              "# TYPE tocsin_c_seconds gauge\n"
                              "tocsin_c_seconds -0.012\n"
                              "tocsin_c_seconds -1.012\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_does_not_fit_is_left_out_whole),
        cmocka_unit_test(a_page_is_as_the_format_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
