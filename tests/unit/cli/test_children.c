/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-uses: cli */
#include "cli/children.h"

#include "base/clock.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define ENDS_MAX 12

/* Children that never ran, what was said, and a time that the test moves. */
struct nursery {
    struct tcn_children children;
    char script[64];
    char *said;
    size_t said_size;
    FILE *err;
    int64_t now_ns;
};

/* What the program does. */
static void write_script(struct nursery *nursery, const char *text) {
    (void)unlink(nursery->script);
    FILE *file = fopen(nursery->script, "w");
    assert_non_null(file);
    assert_true(fprintf(file, "#!/bin/sh\n%s\n", text) > 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(nursery->script, 0700), 0);
}

static int set_up(void **state) {
    struct nursery *nursery = calloc(1, sizeof(*nursery));
    assert_non_null(nursery);
    (void)snprintf(nursery->script, sizeof(nursery->script), "./children-%d.sh", (int)getpid());
    nursery->err = open_memstream(&nursery->said, &nursery->said_size);
    assert_non_null(nursery->err);
    nursery->now_ns = 1000 * TCN_SECOND_NS;
    struct tcn_child *child = &nursery->children.list[0];
    (void)snprintf(child->name, sizeof(child->name), "broker");
    (void)snprintf(child->program, sizeof(child->program), "%s", nursery->script);
    (void)snprintf(child->log, sizeof(child->log), "/dev/null");
    nursery->children.count = 1;
    *state = nursery;
    return 0;
}

static int tear_down(void **state) {
    struct nursery *nursery = *state;
    (void)tcn_children_end(&nursery->children, "", tcn_clock_monotonic_ns() + TCN_SECOND_NS);
    (void)unlink(nursery->script);
    (void)fclose(nursery->err);
    free(nursery->said);
    free(nursery);
    return 0;
}

/* Until the child, if it runs, has ended and can be waited for. */
static void await_end(const struct tcn_child *child) {
    siginfo_t info;
    if (child->pid > 0) {
        assert_int_equal(waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOWAIT), 0);
    }
}

static enum tcn_status tend(struct nursery *nursery) {
    int64_t wait_ns = 0;
    const enum tcn_status status =
        tcn_children_tend(&nursery->children, nursery->err, nursery->now_ns, &wait_ns);
    assert_true(wait_ns > 0 && wait_ns <= TCN_SECOND_NS);
    assert_int_equal(fflush(nursery->err), 0);
    return status;
}

static size_t lines_with(const struct nursery *nursery, const char *word) {
    size_t count = 0;
    for (const char *at = strstr(nursery->said, word); at != NULL; at = strstr(at + 1, word)) {
        count++;
    }
    return count;
}

static void a_program_that_never_runs_ends_the_first_start(void **state) {
    struct nursery *nursery = *state;
    struct tcn_child *child = &nursery->children.list[0];
    write_script(nursery, "exit 6");
    assert_int_equal(tcn_child_start(child, nursery->now_ns), TCN_OK);
    enum tcn_status status = TCN_OK;
    for (int i = 0; i < ENDS_MAX && status == TCN_OK; i++) {
        await_end(child);
        status = tend(nursery);
        nursery->now_ns = child->restart_ns > nursery->now_ns ? child->restart_ns : nursery->now_ns;
        status = status == TCN_OK ? tend(nursery) : status;
    }
    assert_int_equal(status, TCN_CLOSED);
    assert_int_equal(child->lost_count, 5);
    assert_int_equal(lines_with(nursery, "cannot bring broker up"), 1);
}

/* A peer may see the death of a program before its parent can: the code that it ended with tells.
 */
static void one_that_died_before_the_end_is_lost(void **state) {
    struct nursery *nursery = *state;
    struct tcn_child *child = &nursery->children.list[0];
    const struct {
        const char *script;
        int signal;
        uint32_t lost_count;
    } table[] = {
        {"exec sleep 60", 0, 0},
        {"exec sleep 60", SIGKILL, 1},
        {"exit 0", 0, 0},
        {"exit 1", 0, 1},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        write_script(nursery, table[i].script);
        child->lost_count = 0;
        assert_int_equal(tcn_child_start(child, nursery->now_ns), TCN_OK);
        if (table[i].signal != 0) {
            assert_int_equal(kill(child->pid, table[i].signal), 0);
        } else if (strncmp(table[i].script, "exit", 4) == 0) {
            await_end(child);
        }
        const int64_t until_ns = tcn_clock_monotonic_ns() + TCN_SECOND_NS;
        assert_true(tcn_children_end(&nursery->children, "", until_ns));
        assert_int_equal(child->lost_count, table[i].lost_count);
        assert_int_equal(child->pid, 0);
    }
}

static void once_up_nobody_is_given_up(void **state) {
    struct nursery *nursery = *state;
    struct tcn_child *child = &nursery->children.list[0];
    nursery->children.is_up = true;
    write_script(nursery, "exit 1");
    assert_int_equal(tcn_child_start(child, nursery->now_ns), TCN_OK);
    int64_t before_ns = 0;
    for (int i = 0; i < ENDS_MAX; i++) {
        await_end(child);
        assert_int_equal(tend(nursery), TCN_OK);
        const int64_t pause_ns = child->restart_ns - nursery->now_ns;
        assert_int_equal(child->pid, 0);
        assert_true(pause_ns > 0 && pause_ns >= before_ns && pause_ns <= 10 * TCN_SECOND_NS);
        before_ns = pause_ns;
        /* Not before its time. */
        nursery->now_ns += pause_ns - 1;
        assert_int_equal(tend(nursery), TCN_OK);
        assert_int_equal(child->pid, 0);
        nursery->now_ns++;
        assert_int_equal(tend(nursery), TCN_OK);
        assert_true(child->pid > 0);
    }
    assert_int_equal(before_ns, 10 * TCN_SECOND_NS);
    assert_int_equal(lines_with(nursery, "ended with code 1"), 1);
    assert_int_equal(lines_with(nursery, "cannot keep broker running"), 1);
    assert_int_equal(lines_with(nursery, "\n"), 3);
    /* It runs: after a while that is told, once. */
    await_end(child);
    write_script(nursery, "exec sleep 60");
    assert_int_equal(tend(nursery), TCN_OK);
    nursery->now_ns = child->restart_ns;
    for (int i = 0; i < 8; i++) {
        assert_int_equal(tend(nursery), TCN_OK);
        nursery->now_ns += TCN_SECOND_NS;
    }
    assert_int_equal(lines_with(nursery, "broker is running again"), 1);
    assert_int_equal(lines_with(nursery, "\n"), 4);
    assert_int_equal(child->quick_count, 0);
}

static void once_up_a_program_that_is_not_there_is_tried_again(void **state) {
    struct nursery *nursery = *state;
    struct tcn_child *child = &nursery->children.list[0];
    nursery->children.is_up = true;
    for (int i = 0; i < ENDS_MAX; i++) {
        assert_int_equal(tend(nursery), TCN_OK);
        assert_int_equal(child->pid, 0);
        nursery->now_ns = child->restart_ns;
    }
    assert_int_equal(lines_with(nursery, "cannot keep broker running"), 1);
    write_script(nursery, "exec sleep 60");
    assert_int_equal(tend(nursery), TCN_OK);
    assert_true(child->pid > 0);
}

static void a_steady_program_is_started_again_at_once(void **state) {
    struct nursery *nursery = *state;
    struct tcn_child *child = &nursery->children.list[0];
    nursery->children.is_up = true;
    write_script(nursery, "exit 0");
    assert_int_equal(tcn_child_start(child, nursery->now_ns), TCN_OK);
    await_end(child);
    nursery->now_ns += 60 * TCN_SECOND_NS;
    assert_int_equal(tend(nursery), TCN_OK);
    assert_true(child->pid > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_program_that_never_runs_ends_the_first_start, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(one_that_died_before_the_end_is_lost, set_up, tear_down),
        cmocka_unit_test_setup_teardown(once_up_nobody_is_given_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(once_up_a_program_that_is_not_there_is_tried_again, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_steady_program_is_started_again_at_once, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("children", tests, NULL, NULL);
}
