/* SPDX-License-Identifier: Apache-2.0 */
#include "store_test.h"

#include "store/attempt.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* A process that folds up to a position and dies there, or ends well. */
static void live(const char *dir, uint64_t build, uint64_t position, bool dies) {
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct tcn_attempt *attempt = NULL;
        if (tcn_attempt_open(dir, build, &attempt) != TCN_OK) {
            _exit(1);
        }
        for (uint64_t i = 1; i <= position; i++) {
            tcn_attempt_begin(attempt, i);
            if (i == position && dies) {
                (void)raise(SIGKILL);
            }
            tcn_attempt_end(attempt);
        }
        tcn_attempt_close(&attempt);
        _exit(0);
    }
    int code = 0;
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_true(dies ? WIFSIGNALED(code) : WIFEXITED(code) && WEXITSTATUS(code) == 0);
}

/* What the next process is told. */
static struct tcn_attempt_suspect look(const char *dir, uint64_t build, bool passes) {
    struct tcn_attempt *attempt = NULL;
    struct tcn_attempt_suspect seen = {0};
    const enum tcn_status status = tcn_attempt_look(dir, build, &seen);
    assert_int_equal(tcn_attempt_open(dir, build, &attempt), TCN_OK);
    const struct tcn_attempt_suspect suspect = tcn_attempt_suspect(attempt);
    /* Who only looks sees the same. */
    assert_true(status == TCN_OK || (status == TCN_ABSENT && suspect.count == 0));
    assert_int_equal(seen.count, suspect.count);
    if (passes) {
        tcn_attempt_pass(attempt);
    }
    tcn_attempt_close(&attempt);
    return suspect;
}

static void expect(struct tcn_attempt_suspect suspect, uint64_t position, uint32_t count) {
    assert_int_equal(suspect.position, position);
    assert_int_equal(suspect.count, count);
}

static void a_page_needs_its_directory(void **state) {
    const struct test_dir *dir = *state;
    struct tcn_attempt *attempt = NULL;
    assert_int_equal(tcn_attempt_open(dir->store, 1, &attempt), TCN_ABSENT);
    assert_null(attempt);
    expect(tcn_attempt_suspect(NULL), 0, 0);
    tcn_attempt_begin(NULL, 1);
    tcn_attempt_end(NULL);
    tcn_attempt_pass(NULL);
    tcn_attempt_close(NULL);
}

static void deaths_at_one_position_are_counted(void **state) {
    const struct test_dir *dir = *state;
    assert_int_equal(mkdir(dir->store, 0700), 0);
    expect(look(dir->store, 1, false), 0, 0);
    live(dir->store, 1, 7, true);
    live(dir->store, 1, 7, true);
    expect(look(dir->store, 1, false), 7, 2);
    /* One that ends well before it says nothing about it. */
    live(dir->store, 1, 5, false);
    live(dir->store, 1, 7, true);
    expect(look(dir->store, 1, false), 7, 3);
    expect(look(dir->store, 1, true), 7, 3);
    expect(look(dir->store, 1, false), 0, 0);
}

static void a_death_elsewhere_begins_anew(void **state) {
    const struct test_dir *dir = *state;
    assert_int_equal(mkdir(dir->store, 0700), 0);
    live(dir->store, 1, 7, true);
    live(dir->store, 1, 7, true);
    live(dir->store, 1, 6, true);
    expect(look(dir->store, 1, false), 6, 1);
}

static void another_build_is_not_suspected(void **state) {
    const struct test_dir *dir = *state;
    assert_int_equal(mkdir(dir->store, 0700), 0);
    live(dir->store, 1, 7, true);
    live(dir->store, 1, 7, true);
    live(dir->store, 1, 7, true);
    expect(look(dir->store, 2, false), 0, 0);
}

static void a_page_of_another_size_or_content_is_made_anew(void **state) {
    const struct test_dir *dir = *state;
    static const char *const texts[] = {"", "x"};
    assert_int_equal(mkdir(dir->store, 0700), 0);
    char path[2 * sizeof(dir->store)];
    (void)snprintf(path, sizeof(path), "%s/ATTEMPT", dir->store);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        assert_true(fputs(texts[i], file) >= 0);
        assert_int_equal(fclose(file), 0);
        live(dir->store, 1, 3, true);
        expect(look(dir->store, 1, true), 3, 1);
    }
}

#define DIR_TEST(name) cmocka_unit_test_setup_teardown(name, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIR_TEST(a_page_needs_its_directory),
        DIR_TEST(deaths_at_one_position_are_counted),
        DIR_TEST(a_death_elsewhere_begins_anew),
        DIR_TEST(another_build_is_not_suspected),
        DIR_TEST(a_page_of_another_size_or_content_is_made_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
