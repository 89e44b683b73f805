/* SPDX-License-Identifier: Apache-2.0 */
/* The judge of the simulator is judged: each fault, and only it, is found in a transcript. */
#include "testlib/checker.h"

#include "trace.h"

static void judge_text(const char *const *lines, bool must_be_complete, struct trace *trace) {
    struct tcn_checker *checker = NULL;
    struct tcn_checker_report report;
    assert_int_equal(tcn_checker_create(&checker), TCN_OK);
    for (size_t i = 0; lines[i] != NULL; i++) {
        assert_int_equal(tcn_checker_line(checker, lines[i]), TCN_OK);
    }
    bool is_good = tcn_checker_judge(checker, must_be_complete, &report);
    assert_int_equal(is_good, report.first[0] == '\0');
    trace_add(trace, "%u %u %u %u %u %u %u %u", report.lost, report.phantom, report.duplicate,
              report.reordered, report.unsent, report.hole, report.other_item, report.stale_cursor);
    tcn_checker_destroy(&checker);
    assert_null(checker);
    tcn_checker_destroy(&checker);
    tcn_checker_destroy(NULL);
}

static void each_fault_is_found(void **state) {
    (void)state;
    static const struct {
        const char *why;
        const char *lines[12];
        const char *expected; /* lost phantom duplicate reordered unsent hole other stale */
    } cases[] = {
        {"good",
         {"# a run", "", "enter pc urgent a", "enter pc routine b", "enter pc routine c", "log 5 b",
          "log 6 a", "log 7 c", "alert s 1 5", "watch w s", "item w s 1 5", NULL},
         "0 0 0 0 0 0 0 0"},
        {"lost", {"enter pc urgent a", "enter pc urgent b", "log 1 a", NULL}, "1 0 0 0 0 0 0 0"},
        {"lost and excused", {"enter pc urgent a", "excuse a", NULL}, "0 0 0 0 0 0 0 0"},
        {"phantom", {"log 1 a", NULL}, "0 1 0 0 0 0 0 0"},
        {"duplicate", {"enter pc urgent a", "log 1 a", "log 2 a", NULL}, "0 0 1 0 0 0 0 0"},
        {"twice and allowed",
         {"enter pc urgent a", "twice a", "log 1 a", "log 2 a", NULL},
         "0 0 0 0 0 0 0 0"},
        {"reordered",
         {"enter pc urgent a", "enter pc urgent b", "log 1 b", "log 2 a", NULL},
         "0 0 0 1 0 0 0 0"},
        {"unsent",
         {"alert s 1 5", "alert s 2 6", "watch w s", "item w s 1 5", NULL},
         "0 0 0 0 1 0 0 0"},
        {"unsent, all of it", {"alert s 1 5", "watch w s", NULL}, "0 0 0 0 1 0 0 0"},
        {"hole", {"alert s 1 5", "alert s 2 6", "item w s 2 6", NULL}, "0 0 0 0 0 1 0 0"},
        {"seen twice", {"alert s 1 5", "item w s 1 5", "item w s 1 5", NULL}, "0 0 0 0 0 0 0 0"},
        {"other item", {"alert s 1 5", "item w s 1 6", NULL}, "0 0 0 0 0 0 1 0"},
        {"item of no alert", {"item w s 1 6", NULL}, "0 0 0 0 0 0 1 0"},
        {"stale cursor", {"alert s 1 5", "item w s 1 5", "cursor w s 2", NULL}, "0 0 0 0 0 0 0 1"},
        {"cursor", {"alert s 1 5", "item w s 1 5", "cursor w s 1", NULL}, "0 0 0 0 0 0 0 0"},
        {"reset",
         {"alert s 1 5", "alert s 2 9", "item w s 1 5", "item w s 2 6", "reset w s 2",
          "item w s 2 9", NULL},
         "0 0 0 0 0 0 0 0"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct trace trace = {.size = 0};
        judge_text(cases[i].lines, true, &trace);
        if (strcmp(trace.text, cases[i].expected) != 0) {
            fail_msg("%s: %s", cases[i].why, trace.text);
        }
    }
}

static void what_is_still_on_its_way_is_no_fault_before_the_end(void **state) {
    (void)state;
    static const char *const lines[] = {"enter pc urgent a", "alert s 1 5", "watch w s", NULL};
    struct trace trace = {.size = 0};
    judge_text(lines, false, &trace);
    trace_expect(&trace, "0 0 0 0 0 0 0 0");
}

static void a_line_of_another_form_is_malformed(void **state) {
    (void)state;
    static const char *const lines[] = {"enter",  "enter pc urgent", "enter a b c d", "wonder a",
                                        "log 1",  "item w s 1",      "reset w s",     "cursor w",
                                        "excuse", "a b c d e f g",   "twice",         "alert s 1"};
    struct tcn_checker *checker = NULL;
    assert_int_equal(tcn_checker_create(&checker), TCN_OK);
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        assert_int_equal(tcn_checker_line(checker, lines[i]), TCN_MALFORMED);
    }
    tcn_checker_destroy(&checker);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_is_found),
        cmocka_unit_test(what_is_still_on_its_way_is_no_fault_before_the_end),
        cmocka_unit_test(a_line_of_another_form_is_malformed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
