/* SPDX-License-Identifier: Apache-2.0 */
/* One key file in the place of another, also when it was cut short before. */
/* ctest-uses: store base */
/* ctest-wraps: rename link fsync fdatasync unlink unlinkat rmdir mkdir write pwrite ftruncate */
/* ctest-wraps: mdb_txn_commit mdb_env_copy2 */
#include "seal/key_file.h"
#include "testlib/last_call.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char folder[64];
static char path[128];
static char next[128];
static char old[128];
static char public_path[128];
static struct tcn_key_set first;
static struct tcn_key_set second;

static int set_up(void **state) {
    (void)state;
    const char *parent = getenv("TMPDIR");
    (void)snprintf(folder, sizeof folder, "%.40s/tocsin-key-XXXXXX",
                   parent != NULL ? parent : P_tmpdir);
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    (void)snprintf(path, sizeof path, "%s/a.key", folder);
    (void)snprintf(public_path, sizeof public_path, "%s/a.pub", folder);
    const bool is_made =
        tcn_key_file_beside(path, TCN_KEY_FILE_NEXT, next, sizeof next) == TCN_OK &&
        tcn_key_file_beside(path, TCN_KEY_FILE_OLD, old, sizeof old) == TCN_OK &&
        tcn_key_set_make(tcn_slice_text("office.a"), true, &first) == TCN_OK &&
        tcn_key_set_make(tcn_slice_text("office.a"), true, &second) == TCN_OK &&
        tcn_key_file_write(&first, path) == TCN_OK;
    return is_made ? 0 : -1;
}

/* Fails when something else than key files was left in the folder. */
static int tear_down(void **state) {
    (void)state;
    tcn_key_set_fini(&first);
    tcn_key_set_fini(&second);
    (void)unlink(path);
    (void)unlink(next);
    (void)unlink(old);
    (void)unlink(public_path);
    return rmdir(folder);
}

/* The keys of a file; its mode is that of a secret. */
static void expect_keys(const char *name, const struct tcn_key_set *wanted) {
    struct tcn_key_set found;
    assert_int_equal(tcn_key_file_read(name, &found), TCN_OK);
    assert_memory_equal(&found.signing, &wanted->signing, sizeof found.signing);
    assert_memory_equal(&found.transport, &wanted->transport, sizeof found.transport);
    tcn_key_set_fini(&found);
}

static void without_newer_keys_nothing_is_touched(void **state) {
    (void)state;
    assert_int_equal(tcn_key_file_swap(path), TCN_ABSENT);
    expect_keys(path, &first);
    assert_int_equal(access(old, F_OK), -1);
    FILE *file = fopen(next, "we");
    assert_non_null(file);
    assert_true(fputs("no key file", file) > 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(next, 0600), 0);
    assert_int_equal(tcn_key_file_swap(path), TCN_MALFORMED);
    expect_keys(path, &first);
}

static void the_newer_take_the_place_and_the_older_stay_beside(void **state) {
    (void)state;
    struct tcn_key_set shown;
    assert_int_equal(tcn_key_file_write_public(&first, public_path), TCN_OK);
    assert_int_equal(tcn_key_file_write(&second, next), TCN_OK);
    assert_int_equal(tcn_key_file_swap(path), TCN_OK);
    expect_keys(path, &second);
    expect_keys(old, &first);
    assert_int_equal(access(next, F_OK), -1);
    assert_int_equal(tcn_key_file_read_public(public_path, &shown), TCN_OK);
    assert_memory_equal(&shown.signing.public_key, &second.signing.public_key,
                        sizeof shown.signing.public_key);
    assert_int_equal(tcn_key_file_swap(path), TCN_ABSENT); /* once */
    expect_keys(path, &second);
    /* The next rotation: those before the last are over. */
    assert_int_equal(tcn_key_file_write(&first, next), TCN_OK);
    assert_int_equal(tcn_key_file_swap(path), TCN_OK);
    expect_keys(path, &first);
    expect_keys(old, &second);
}

static void a_swap_that_was_cut_short_is_made_again(void **state) {
    (void)state;
    assert_int_equal(tcn_key_file_write(&second, next), TCN_OK);
    assert_int_equal(link(path, old), 0); /* killed behind this */
    assert_int_equal(tcn_key_file_swap(path), TCN_OK);
    expect_keys(path, &second);
    expect_keys(old, &first); /* a name that was taken off did not wipe what the other held */
}

/* Erases the older file, and sees that whoever still has it open finds nothing in it. */
static void expect_overwritten(void) {
    char text[TCN_KEY_FILE_BYTES_MAX] = {0};
    const int descriptor = open(old, O_RDONLY | O_CLOEXEC);
    assert_true(descriptor >= 0);
    assert_int_equal(tcn_key_file_erase(old), TCN_OK);
    assert_int_equal(access(old, F_OK), -1);
    const ssize_t size = read(descriptor, text, sizeof text);
    assert_true(size > 0);
    for (ssize_t i = 0; i < size; i++) {
        assert_int_equal(text[i], 0);
    }
    assert_int_equal(close(descriptor), 0);
}

static void erased_keys_are_overwritten_first(void **state) {
    (void)state;
    assert_int_equal(tcn_key_file_erase(old), TCN_ABSENT);
    assert_int_equal(tcn_key_file_write(&second, old), TCN_OK);
    expect_overwritten();
}

static void write_and_die(void *context) {
    last_call_begin();
    if (tcn_key_file_write(&second, context) != TCN_OK) {
        _exit(1);
    }
}

/* Removes temporary names in the folder; gives their count. */
static uint32_t remove_temporary(void) {
    DIR *stream = opendir(folder);
    uint32_t count = 0;
    assert_non_null(stream);
    for (struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream)) {
        if (tcn_key_file_is_temporary(entry->d_name)) {
            assert_int_equal(unlinkat(dirfd(stream), entry->d_name, 0), 0);
            count++;
        }
    }
    assert_int_equal(closedir(stream), 0);
    return count;
}

/* Whoever wrote the file was killed at any call of it: when it has its name, its erasure leaves no
 * other. */
static void keys_whose_writer_was_killed_are_overwritten_too(void **state) {
    (void)state;
    bool is_killed = true;
    uint32_t named_count = 0;
    for (uint32_t call = 1; is_killed; call++) {
        is_killed = last_call_dies(write_and_die, old, call);
        const bool is_named = access(old, F_OK) == 0;
        if (is_named) {
            expect_overwritten();
        }
        assert_int_equal(remove_temporary(), is_named ? 0 : 1);
        named_count += is_named ? 1 : 0;
    }
    assert_true(named_count > 2); /* killed behind link, behind unlink, and not at all */
}

/* By the swap after the next the leftover of the keys' first name is theirs still. */
static void keys_that_moved_on_take_their_leftover_along(void **state) {
    (void)state;
    char left[160];
    (void)snprintf(left, sizeof left, "%s.0123456789abcdef.tmp", next);
    assert_int_equal(tcn_key_file_write(&second, next), TCN_OK);
    assert_int_equal(link(next, left), 0);
    assert_int_equal(tcn_key_file_swap(path), TCN_OK);
    assert_int_equal(tcn_key_file_write(&first, next), TCN_OK);
    assert_int_equal(tcn_key_file_swap(path), TCN_OK);
    expect_keys(old, &second);
    expect_overwritten();
    assert_int_equal(access(left, F_OK), -1);
}

static void only_whole_temporary_names_are_such(void **state) {
    (void)state;
    static const struct {
        const char *name;
        bool is_temporary;
    } rows[] = {
        {"", false},
        {".tmp", false},
        {".0123456789abcdef.tmp", false}, /* of nothing */
        {"a.key.0123456789abcde.tmp", false},
        {"a.key.0123456789abcdeF.tmp", false},
        {"a.key.00123456789abcdef.tmp", false},
        {"a.key.0123456789abcdef.tm", false},
        {"a.key.0123456789abcdef.tmp.old", false},
        {"a.key0123456789abcdef0.tmp", false},
        {"a.key", false},
        {"a.key.next", false},
        {"a.key.0123456789abcdef", false}, /* the collector's older keys are called so */
        {"a.key.0123456789abcdef.tmp", true},
        {"dir/a.key.next.0123456789abcdef.tmp", true},
    };
    char made[PATH_MAX];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(tcn_key_file_is_temporary(rows[i].name), rows[i].is_temporary);
    }
    assert_int_equal(tcn_key_file_temporary(path, made), TCN_OK);
    assert_true(tcn_key_file_is_temporary(made));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_newer_keys_nothing_is_touched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_newer_take_the_place_and_the_older_stay_beside, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_swap_that_was_cut_short_is_made_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(erased_keys_are_overwritten_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keys_whose_writer_was_killed_are_overwritten_too, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(keys_that_moved_on_take_their_leftover_along, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(only_whole_temporary_names_are_such, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("key_swap", tests, NULL, NULL);
}
