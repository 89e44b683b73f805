/* SPDX-License-Identifier: Apache-2.0 */
#include "store/fresh.h"

#include "store_test.h"

/** "BASE/NAME", where BASE is the test's own directory. */
static const char *path_of(const struct test_dir *dir, const char *name) {
    static char path[2 * TEST_PATH_BYTES];
    (void)snprintf(path, sizeof(path), "%s/%s", dir->base, name);
    return path;
}

static void fill(const struct tcn_fresh *fresh) {
    char path[TCN_FRESH_PATH_BYTES + 32];
    (void)snprintf(path, sizeof(path), "%s/log", fresh->partial);
    assert_int_equal(mkdir(path, 0700), 0);
    (void)snprintf(path, sizeof(path), "%s/log/data.mdb", fresh->partial);
    assert_int_equal(tcn_fresh_file(path, "bytes", 5), TCN_OK);
    (void)snprintf(path, sizeof(path), "%s/MANIFEST", fresh->partial);
    assert_int_equal(tcn_fresh_file(path, "text", 4), TCN_OK);
}

/** Removes what a commit made. */
static void clear(const struct test_dir *dir) {
    static const char *const names[] = {"made/log/data.mdb", "made/MANIFEST"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        (void)unlink(path_of(dir, names[i]));
    }
    (void)rmdir(path_of(dir, "made/log"));
    (void)rmdir(path_of(dir, "made"));
}

static void nothing_that_stands_there_is_overwritten(void **state) {
    struct test_dir *dir = *state;
    struct tcn_fresh fresh;
    assert_int_equal(tcn_fresh_file(path_of(dir, "made"), "x", 1), TCN_OK);
    assert_int_equal(tcn_fresh_begin(&fresh, path_of(dir, "made")), TCN_EXISTS);
    assert_int_equal(unlink(path_of(dir, "made")), 0);
    assert_int_equal(mkdir(path_of(dir, "made"), 0700), 0);
    assert_int_equal(tcn_fresh_file(path_of(dir, "made/MANIFEST"), "x", 1), TCN_OK);
    assert_int_equal(tcn_fresh_begin(&fresh, path_of(dir, "made")), TCN_EXISTS);
    assert_int_not_equal(access(path_of(dir, "made.partial"), F_OK), 0);
    clear(dir);
}

static void what_came_meanwhile_is_not_overwritten(void **state) {
    struct test_dir *dir = *state;
    struct tcn_fresh fresh;
    assert_int_equal(tcn_fresh_begin(&fresh, path_of(dir, "made")), TCN_OK);
    fill(&fresh);
    assert_int_equal(mkdir(path_of(dir, "made"), 0700), 0);
    assert_int_equal(tcn_fresh_file(path_of(dir, "made/MANIFEST"), "x", 1), TCN_OK);
    assert_int_equal(tcn_fresh_commit(&fresh), TCN_EXISTS);
    tcn_fresh_drop(&fresh);
    assert_int_not_equal(access(path_of(dir, "made.partial"), F_OK), 0);
    clear(dir);
}

static void no_parent_is_no_place(void **state) {
    struct test_dir *dir = *state;
    struct tcn_fresh fresh;
    uint64_t room = 0;
    char long_path[TCN_FRESH_PATH_BYTES + 1];
    memset(long_path, 'x', sizeof(long_path) - 1);
    long_path[sizeof(long_path) - 1] = '\0';
    assert_int_equal(tcn_fresh_begin(&fresh, path_of(dir, "none/made")), TCN_ABSENT);
    assert_int_equal(tcn_fresh_begin(&fresh, long_path), TCN_CONFIG);
    assert_int_equal(tcn_fresh_begin(&fresh, ""), TCN_CONFIG);
    assert_int_equal(tcn_fresh_room(path_of(dir, "none/made"), &room), TCN_ABSENT);
    assert_int_equal(tcn_fresh_room(path_of(dir, "made"), &room), TCN_OK);
    assert_true(room > 0);
}

static void one_is_filled_by_one_at_a_time(void **state) {
    struct test_dir *dir = *state;
    struct tcn_fresh fresh;
    struct tcn_fresh other;
    assert_int_equal(tcn_fresh_begin(&fresh, path_of(dir, "made")), TCN_OK);
    fill(&fresh);
    assert_int_equal(tcn_fresh_begin(&other, path_of(dir, "made")), TCN_LOCKED);
    tcn_fresh_drop(&other);
    assert_int_equal(tcn_fresh_commit(&fresh), TCN_OK);
    assert_int_equal(access(path_of(dir, "made/MANIFEST"), F_OK), 0);
    assert_int_not_equal(access(path_of(dir, "made/LOCK"), F_OK), 0);
    assert_int_not_equal(access(path_of(dir, "made.partial"), F_OK), 0);
    tcn_fresh_drop(&fresh);
    assert_int_equal(access(path_of(dir, "made/MANIFEST"), F_OK), 0);
    clear(dir);
}

static void a_file_is_replaced_whole(void **state) {
    struct test_dir *dir = *state;
    char text[8] = "";
    assert_int_equal(tcn_fresh_replace(path_of(dir, "absent/file"), "one", 3), TCN_ABSENT);
    assert_int_equal(tcn_fresh_replace(path_of(dir, "file"), "first", 5), TCN_OK);
    /* What a program that died left beside it is no hindrance, and no part. */
    assert_int_equal(tcn_fresh_file(path_of(dir, "file.partial"), "rest of old", 11), TCN_OK);
    assert_int_equal(tcn_fresh_replace(path_of(dir, "file"), "two", 3), TCN_OK);
    FILE *file = fopen(path_of(dir, "file"), "rb");
    assert_non_null(file);
    assert_int_equal(fread(text, 1, sizeof(text), file), 3);
    assert_int_equal(fclose(file), 0);
    assert_string_equal(text, "two");
    assert_int_not_equal(access(path_of(dir, "file.partial"), F_OK), 0);
    assert_int_equal(unlink(path_of(dir, "file")), 0);
}

static void what_a_dead_program_left_is_removed(void **state) {
    struct test_dir *dir = *state;
    struct tcn_fresh fresh;
    assert_int_equal(tcn_fresh_begin(&fresh, path_of(dir, "made/")), TCN_OK);
    fill(&fresh);
    (void)close(fresh.lock_file); /* all that the end of a process does */
    assert_int_not_equal(access(path_of(dir, "made"), F_OK), 0);
    assert_int_equal(tcn_fresh_begin(&fresh, path_of(dir, "made")), TCN_OK);
    assert_int_not_equal(access(path_of(dir, "made.partial/MANIFEST"), F_OK), 0);
    fill(&fresh);
    assert_int_equal(tcn_fresh_commit(&fresh), TCN_OK);
    clear(dir);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(nothing_that_stands_there_is_overwritten),
        TEST(what_came_meanwhile_is_not_overwritten),
        TEST(no_parent_is_no_place),
        TEST(one_is_filled_by_one_at_a_time),
        TEST(a_file_is_replaced_whole),
        TEST(what_a_dead_program_left_is_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
