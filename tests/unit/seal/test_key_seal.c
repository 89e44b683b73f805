/* SPDX-License-Identifier: Apache-2.0 */
/* Sealing keys that follow each other in a key file: none is lost, none is doubled, and whatever is
 * wrong leaves the file as it was. */
#include "seal/init.h"
#include "seal/key.h"

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

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static char folder[64];
static char path[128];
static char public_path[128];
static char next[128];
static struct tcn_key_set made;
static struct tcn_seal_key others[TCN_SEALS_MAX];

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
    (void)snprintf(next, sizeof next, "%s/a.key" TCN_KEY_FILE_NEXT, folder);
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        tcn_seal_key_make(&others[i]);
    }
    const bool is_made = tcn_key_set_make(tcn_slice_text("office.a"), true, &made) == TCN_OK &&
                         tcn_key_file_write(&made, path) == TCN_OK;
    return is_made ? 0 : -1;
}

/* Fails when something else than key files was left in the folder. */
static int tear_down(void **state) {
    (void)state;
    tcn_key_set_fini(&made);
    (void)unlink(path);
    (void)unlink(public_path);
    (void)unlink(next);
    return rmdir(folder);
}

/* The file is that of `made` with these sealing keys, newest first. */
static void expect_seals(const struct tcn_seal_key *const *wanted, uint32_t count) {
    struct tcn_key_set found;
    struct tcn_seal_key seals[TCN_SEALS_MAX];
    struct stat about;
    assert_int_equal(tcn_key_file_read(path, &found), TCN_OK);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    assert_memory_equal(&found.signing, &made.signing, sizeof found.signing);
    assert_memory_equal(&found.transport, &made.transport, sizeof found.transport);
    assert_int_equal(tcn_key_set_seals(&found, seals), count);
    for (uint32_t i = 0; i < count; i++) {
        assert_memory_equal(&seals[i], wanted[i], sizeof seals[i]);
    }
}

static void what_is_wrong_leaves_the_file_as_it_was(void **state) {
    (void)state;
    const struct tcn_seal_key *const first[] = {&made.seal};
    assert_int_equal(tcn_key_file_take_seals(next, others, 1), TCN_ABSENT);
    assert_int_equal(tcn_key_file_take_seals(path, others, TCN_SEALS_MAX), TCN_LIMIT);
    expect_seals(first, 1);
    assert_int_equal(tcn_key_file_write(&made, next),
                     TCN_OK); /* the other keys are being changed */
    assert_int_equal(tcn_key_file_take_seals(path, others, 1), TCN_BUSY);
    expect_seals(first, 1);
    assert_int_equal(unlink(next), 0);
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(tcn_key_file_take_seals(path, others, 1), TCN_DENIED);
    assert_int_equal(chmod(path, 0600), 0);
    expect_seals(first, 1);
}

static void another_key_goes_in_front_and_is_not_doubled(void **state) {
    (void)state;
    const struct tcn_seal_key *const one[] = {&others[0], &made.seal};
    const struct tcn_seal_key *const two[] = {&others[1], &others[0], &made.seal};
    const struct tcn_seal_key *const moved[] = {&others[0], &others[1], &made.seal};
    for (int again = 0; again < 2; again++) { /* said again, as after a kill */
        assert_int_equal(tcn_key_file_take_seals(path, others, 1), TCN_OK);
        expect_seals(one, COUNT_OF(one));
    }
    assert_int_equal(tcn_key_file_take_seals(path, &others[1], 1), TCN_OK);
    expect_seals(two, COUNT_OF(two));
    assert_int_equal(tcn_key_file_take_seals(path, others, 2), TCN_OK);
    expect_seals(moved, COUNT_OF(moved));
    assert_int_equal(tcn_key_file_take_seals(path, others, 0), TCN_OK);
    expect_seals(moved, COUNT_OF(moved));
}

static void a_file_holds_so_many_and_no_more(void **state) {
    (void)state;
    char longest[TCN_WORD_BYTES_MAX + 1];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    memcpy(made.name, longest, sizeof longest);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(tcn_key_file_write(&made, path), TCN_OK);
    for (size_t i = 0; i < TCN_SEALS_OLD_MAX; i++) {
        assert_int_equal(tcn_key_file_take_seals(path, &others[i], 1), TCN_OK);
    }
    assert_int_equal(tcn_key_file_take_seals(path, &others[TCN_SEALS_OLD_MAX], 1), TCN_LIMIT);
    const struct tcn_seal_key *wanted[TCN_SEALS_MAX] = {[TCN_SEALS_OLD_MAX] = &made.seal};
    for (size_t i = 0; i < TCN_SEALS_OLD_MAX; i++) {
        wanted[i] = &others[TCN_SEALS_OLD_MAX - 1 - i];
    }
    expect_seals(wanted, TCN_SEALS_MAX);
}

static void who_had_none_has_one_then(void **state) {
    (void)state;
    const struct tcn_seal_key *const one[] = {&others[0]};
    made.has_seal = false;
    assert_int_equal(unlink(path), 0);
    assert_int_equal(tcn_key_file_write(&made, path), TCN_OK);
    expect_seals(NULL, 0);
    assert_int_equal(tcn_key_file_take_seals(path, others, 1), TCN_OK);
    expect_seals(one, 1);
}

static void the_public_file_shows_the_newest_alone(void **state) {
    (void)state;
    struct tcn_key_set shown;
    assert_int_equal(tcn_key_file_write_public(&made, public_path), TCN_OK);
    assert_int_equal(tcn_key_file_take_seals(path, others, 1), TCN_OK);
    assert_int_equal(tcn_key_file_read_public(public_path, &shown), TCN_OK);
    assert_memory_equal(&shown.seal.public_key, &others[0].public_key, 32);
    assert_int_equal(shown.seal_old_count, 0);
}

/* Changes the last digit of the line that begins so. */
static void alter(const char *label) {
    char text[TCN_KEY_FILE_BYTES_MAX + 1] = {0};
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_true(fread(text, 1, TCN_KEY_FILE_BYTES_MAX, file) > 0);
    assert_int_equal(fclose(file), 0);
    char *line = strstr(text, label);
    assert_non_null(line);
    char *digit = line + strlen(label) + 30; /* of a byte in the middle */
    *digit = *digit == '0' ? '1' : '0';
    file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static void a_damaged_older_key_is_found(void **state) {
    (void)state;
    static const char *const labels[] = {"seal-old-public ", "seal-old-secret "};
    struct tcn_key_set found;
    for (size_t i = 0; i < COUNT_OF(labels); i++) {
        assert_int_equal(unlink(path), 0);
        assert_int_equal(tcn_key_file_write(&made, path), TCN_OK);
        assert_int_equal(tcn_key_file_take_seals(path, others, 1), TCN_OK);
        alter(labels[i]);
        assert_int_equal(tcn_key_file_read(path, &found), TCN_CORRUPT);
        assert_int_equal(tcn_key_file_take_seals(path, &others[1], 1), TCN_CORRUPT);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    if (tcn_seal_init() != TCN_OK) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        TEST(what_is_wrong_leaves_the_file_as_it_was),
        TEST(another_key_goes_in_front_and_is_not_doubled),
        TEST(a_file_holds_so_many_and_no_more),
        TEST(who_had_none_has_one_then),
        TEST(the_public_file_shows_the_newest_alone),
        TEST(a_damaged_older_key_is_found),
    };
    return cmocka_run_group_tests_name("key_seal", tests, NULL, NULL);
}
