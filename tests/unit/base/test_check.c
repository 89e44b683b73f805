/* SPDX-License-Identifier: Apache-2.0 */
/* What every check promises: silence when true, an abort with the place when false. */
#include "base/check.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void a_false_condition_aborts_and_says_where(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit no_core = {0};
        (void)setrlimit(RLIMIT_CORE, &no_core);
        (void)signal(SIGABRT, SIG_DFL);
        (void)dup2(ends[1], STDERR_FILENO);
        tcn_check_failed("one == two", "some/file.c", 42);
    }
    assert_int_equal(close(ends[1]), 0);
    char text[256] = {0};
    ssize_t size = read(ends[0], text, sizeof(text) - 1);
    assert_true(size > 0);
    assert_non_null(strstr(text, "some/file.c:42"));
    assert_non_null(strstr(text, "one == two"));
    int outcome = 0;
    assert_int_equal(waitpid(child, &outcome, 0), child);
    assert_true(WIFSIGNALED(outcome) && WTERMSIG(outcome) == SIGABRT);
    assert_int_equal(close(ends[0]), 0);
}

static void a_true_condition_is_evaluated_once_and_goes_on(void **state) {
    (void)state;
    int count = 0;
    TCN_CHECK(++count == 1);
    assert_int_equal(count, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_false_condition_aborts_and_says_where),
        cmocka_unit_test(a_true_condition_is_evaluated_once_and_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
