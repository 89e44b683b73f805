/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A writer is killed while it appends: what it said was committed is there, the group under way is
 * there whole or not at all, and the next writer opens at once.
 */
#include "log_test.h"

#include <signal.h>
#include <sys/wait.h>

#define ROUND_COUNT 40u
#define GROUP_RECORDS 3u
#define RECORD_EVENTS 2u
#define GROUP_POSITIONS (GROUP_RECORDS * RECORD_EVENTS)

/** Appends groups for ever and says so, one byte a group, after each commit. */
static void write_until_killed(const struct test_dir *dir, int words) {
    struct tcn_store_options options = test_options(dir);
    struct tcn_log *log = NULL;
    if (tcn_log_open(&options, &log) != TCN_OK) {
        _exit(1);
    }
    while (test_group_append(log, GROUP_RECORDS, RECORD_EVENTS) == TCN_OK) {
        if (write(words, "g", 1) != 1) {
            _exit(2);
        }
    }
    _exit(3);
}

/** Lets a child write, kills it after `wanted` groups were heard of, and counts all it said. */
static uint64_t groups_until_kill(const struct test_dir *dir, uint64_t wanted) {
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(pipes[0]);
        write_until_killed(dir, pipes[1]);
    }
    (void)close(pipes[1]);
    uint64_t heard = 0;
    char word = 0;
    while (heard < wanted && read(pipes[0], &word, 1) == 1) {
        heard++;
    }
    assert_int_equal(heard, wanted);
    assert_int_equal(kill(child, SIGKILL), 0);
    while (read(pipes[0], &word, 1) == 1) {
        heard++;
    }
    int ended = 0;
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFSIGNALED(ended));
    (void)close(pipes[0]);
    return heard;
}

static void a_killed_writer_loses_nothing_that_it_acknowledged(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    uint64_t known = 0;
    for (uint64_t round = 0; round < ROUND_COUNT; round++) {
        struct tcn_log *log = NULL;
        struct tcn_log_reader *reader = NULL;
        struct tcn_log_report report;
        uint64_t heard = groups_until_kill(dir, round * 7 % 13 + 1);
        assert_int_equal(tcn_log_open(&options, &log), TCN_OK);
        assert_int_equal(tcn_log_reader_open(log, &reader), TCN_OK);
        assert_int_equal(tcn_log_verify(reader, NULL, NULL, &report), TCN_OK);
        assert_int_equal(report.last_position % GROUP_POSITIONS, 0);
        assert_int_equal(report.last_position, tcn_log_last_position(log));
        uint64_t found = report.last_position / GROUP_POSITIONS;
        assert_in_range(found, known + heard, known + heard + 1);
        known = found;
        struct tcn_lane_key lane = test_lane(5);
        struct tcn_mark mark;
        assert_int_equal(tcn_log_mark_get(log, &lane, &mark), TCN_OK);
        assert_int_equal(mark.sequence, report.last_position);
        tcn_log_reader_close(&reader);
        tcn_log_close(&log);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_killed_writer_loses_nothing_that_it_acknowledged,
                                        test_dir_setup, test_dir_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
