/* SPDX-License-Identifier: Apache-2.0 */
/* One key file in the place of another, also when it was cut short before. */
#include "seal/key.h"

#include <fcntl.h>
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

static void erased_keys_are_overwritten_first(void **state) {
    (void)state;
    char text[TCN_KEY_FILE_BYTES_MAX] = {0};
    assert_int_equal(tcn_key_file_erase(old), TCN_ABSENT);
    assert_int_equal(tcn_key_file_write(&second, old), TCN_OK);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_newer_keys_nothing_is_touched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_newer_take_the_place_and_the_older_stay_beside, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_swap_that_was_cut_short_is_made_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(erased_keys_are_overwritten_first, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("key_swap", tests, NULL, NULL);
}
