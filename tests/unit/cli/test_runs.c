/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that a watch runs: bounded, timed, told, and without a terminal. */
/* ctest-uses: cli */
#include "cli/runs.h"

#include "base/clock.h"
#include "desk.h"

#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Runs to the next end; time is the test's. */
static struct tcn_run_end await_end(struct tcn_runs *runs, int64_t now_ns) {
    struct tcn_run_end end = {.number = 0};
    while (!tcn_runs_tend(runs, now_ns, &end)) {
        assert_true(tcn_runs_wait(runs, -1, 10000));
    }
    return end;
}

static struct tcn_run_want want_of(uint64_t number, enum tcn_severity severity, const char *input) {
    struct tcn_run_want want = {
        .number = number, .severity = severity, .input = tcn_slice_text(input)};
    (void)snprintf(want.variables[0], sizeof want.variables[0], "TOCSIN_ITEM_NUMBER=%u",
                   (unsigned)number);
    want.variable_count = 1;
    return want;
}

static void add(struct tcn_runs *runs, uint64_t number, const char *input) {
    const struct tcn_run_want want = want_of(number, TCN_SEVERITY_SERIOUS, input);
    assert_int_equal(tcn_runs_add(runs, &want), TCN_OK);
}

static void read_file(const char *path, char *out_text, size_t size) {
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    out_text[fread(out_text, 1, size - 1, file)] = '\0';
    (void)fclose(file);
}

static void a_command_gets_the_item_and_its_words_and_no_terminal(void **state) {
    (void)state;
    struct desk desk;
    char command[512];
    char path[128];
    char text[256];
    desk_open(&desk);
    (void)snprintf(path, sizeof path, "%s/out", desk.dir);
    (void)snprintf(command, sizeof command,
                   "(cat; echo \"$TOCSIN_ITEM_NUMBER\"; (: </dev/tty) 2>/dev/null && echo tty "
                   "|| echo none) >%s",
                   path);
    struct tcn_runs runs = {.command = command, .beside_max = 1, .timeout_ns = 60 * TCN_SECOND_NS};
    add(&runs, 7, "{\"a\":\"$(touch x); `id`\"}");
    const struct tcn_run_end end = await_end(&runs, 1);
    assert_int_equal(end.number, 7);
    assert_int_equal(end.code, 0);
    assert_false(end.is_late);
    read_file(path, text, sizeof text);
    assert_string_equal(text, "{\"a\":\"$(touch x); `id`\"}\n7\nnone\n");
    tcn_runs_fini(&runs);
    desk_close(&desk);
}

static void how_it_failed_is_told(void **state) {
    (void)state;
    static const struct {
        const char *command;
        int code;
    } rows[] = {{"exit 3", 3}, {"no-such-command-here 2>/dev/null", 127}, {"kill -9 $$", 137}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_runs runs = {.command = rows[i].command,
                                .beside_max = 2,
                                .timeout_ns = 60 * TCN_SECOND_NS,
                                .is_quiet = true};
        add(&runs, i + 1, "{}");
        const struct tcn_run_end end = await_end(&runs, 1);
        assert_int_equal(end.code, rows[i].code);
        assert_int_equal(end.number, i + 1);
        assert_int_equal(tcn_runs_count(&runs), 0);
        tcn_runs_fini(&runs);
    }
}

static void one_that_does_not_end_is_ended_with_all_that_it_started(void **state) {
    (void)state;
    struct tcn_run_end end;
    struct tcn_runs runs = {
        .command = "sleep 600 & sleep 600", .beside_max = 1, .timeout_ns = 5 * TCN_SECOND_NS};
    add(&runs, 1, "{}");
    assert_false(tcn_runs_tend(&runs, 1, &end));
    assert_false(tcn_runs_tend(&runs, 5 * TCN_SECOND_NS, &end)); /* one short of it */
    end = await_end(&runs, 6 * TCN_SECOND_NS);
    assert_true(end.is_late);
    assert_int_equal(end.code, 128 + 15);
    tcn_runs_fini(&runs);
    struct tcn_runs deaf = {.command = "trap '' TERM; while :; do sleep 1; done",
                            .beside_max = 1,
                            .timeout_ns = TCN_SECOND_NS};
    add(&deaf, 2, "{}");
    assert_false(tcn_runs_tend(&deaf, 1, &end));
    assert_false(tcn_runs_tend(&deaf, 2 * TCN_SECOND_NS, &end));
    end = await_end(&deaf, 8 * TCN_SECOND_NS); /* it is killed */
    assert_true(end.is_late);
    tcn_runs_fini(&deaf);
}

/* It ends as it is told to; what it has started does not. */
static void what_a_late_one_leaves_behind_ends_with_it(void **state) {
    (void)state;
    struct desk desk;
    char path[128];
    char command[512];
    char text[64];
    struct tcn_run_end end;
    desk_open(&desk);
    (void)snprintf(path, sizeof path, "%s/child", desk.dir);
    assert_int_equal(mkfifo(path, 0600), 0);
    (void)snprintf(command, sizeof command,
                   "(trap '' TERM; exec sh -c 'echo $$ >%s; exec sleep 600') & wait", path);
    struct tcn_runs runs = {
        .command = command, .beside_max = 1, .timeout_ns = TCN_SECOND_NS, .is_quiet = true};
    add(&runs, 1, "{}");
    assert_false(tcn_runs_tend(&runs, 1, &end));
    read_file(path, text, sizeof text); /* waits until it is there, and heeds nothing */
    const int child = (int)syscall(SYS_pidfd_open, (pid_t)strtol(text, NULL, 10), 0);
    assert_true(child >= 0);
    end = await_end(&runs, 2 * TCN_SECOND_NS);
    assert_true(end.is_late);
    assert_int_equal(end.code, 128 + 15);
    struct pollfd item = {.fd = child, .events = POLLIN};
    assert_int_equal(poll(&item, 1, 10000), 1);
    (void)close(child);
    tcn_runs_fini(&runs);
    desk_close(&desk);
}

static void a_few_run_beside_each_other_and_danger_goes_first(void **state) {
    (void)state;
    struct tcn_run_end end;
    struct tcn_runs runs = {
        .command = "exit $TOCSIN_ITEM_NUMBER", .beside_max = 1, .timeout_ns = 60 * TCN_SECOND_NS};
    static const enum tcn_severity severities[] = {TCN_SEVERITY_ROUTINE, TCN_SEVERITY_SERIOUS,
                                                   TCN_SEVERITY_DANGER, TCN_SEVERITY_DANGER};
    static const uint64_t order[] = {3, 4, 2, 1};
    for (uint64_t i = 0; i < COUNT_OF(severities); i++) {
        const struct tcn_run_want want = want_of(i + 1, severities[i], "{}");
        assert_int_equal(tcn_runs_add(&runs, &want), TCN_OK);
    }
    assert_int_equal(tcn_runs_oldest(&runs), 1);
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        end = await_end(&runs, 1);
        assert_int_equal(end.number, order[i]);
        assert_int_equal(end.code, order[i]);
    }
    assert_true(tcn_runs_oldest(&runs) == UINT64_MAX);
    tcn_runs_fini(&runs);
}

static void more_than_can_wait_is_refused(void **state) {
    (void)state;
    struct tcn_runs runs = {
        .command = "sleep 600", .beside_max = 2, .timeout_ns = 60 * TCN_SECOND_NS};
    struct tcn_run_end end;
    const struct tcn_run_want want = want_of(99, TCN_SEVERITY_DANGER, "{}");
    for (uint64_t i = 0; i < TCN_RUNS_WAITING_MAX; i++) {
        add(&runs, i + 1, "{}");
        assert_false(tcn_runs_tend(&runs, 1, &end));
        assert_true(tcn_runs_has_room(&runs) == (i + 1 < TCN_RUNS_WAITING_MAX));
    }
    assert_int_equal(tcn_runs_add(&runs, &want), TCN_LIMIT);
    tcn_runs_fini(&runs); /* and those that run are ended */
    assert_int_equal(tcn_runs_count(&runs), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_gets_the_item_and_its_words_and_no_terminal),
        cmocka_unit_test(how_it_failed_is_told),
        cmocka_unit_test(one_that_does_not_end_is_ended_with_all_that_it_started),
        cmocka_unit_test(what_a_late_one_leaves_behind_ends_with_it),
        cmocka_unit_test(a_few_run_beside_each_other_and_danger_goes_first),
        cmocka_unit_test(more_than_can_wait_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
