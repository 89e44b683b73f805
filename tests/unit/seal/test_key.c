/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/init.h"
#include "seal/key.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static char folder[64];
static char path[128];
static struct tcn_key_set made;

/** Makes a new empty folder and a set of keys. */
static int set_up(void **state) {
    (void)state;
    const char *parent = getenv("TMPDIR");
    (void)snprintf(folder, sizeof folder, "%.40s/tocsin-key-XXXXXX",
                   parent != NULL ? parent : P_tmpdir);
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    (void)snprintf(path, sizeof path, "%s/a.key", folder);
    return tcn_key_set_make(tcn_slice_text("office.a"), true, &made) == TCN_OK ? 0 : -1;
}

/** Takes the folder away; fails when something else than the key file was left in it. */
static int tear_down(void **state) {
    (void)state;
    tcn_key_set_fini(&made);
    (void)unlink(path);
    return rmdir(folder);
}

/** Writes a file with this text. */
static void put_file(const char *text, mode_t mode) {
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(descriptor, mode), 0);
    assert_int_equal(close(descriptor), 0);
}

/** The text of the key file. */
static void get_file(char out_text[TCN_KEY_FILE_BYTES_MAX + 1]) {
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    size_t size = fread(out_text, 1, TCN_KEY_FILE_BYTES_MAX, file);
    out_text[size] = '\0';
    assert_int_equal(fclose(file), 0);
}

/** True when the digit is of the first or last byte of an X25519 secret, some bits of which count
 * for nothing (RFC 7748 section 5). */
static bool is_clamped(const char *text, size_t at) {
    static const char *const labels[] = {"\ntransport-secret ", "\nseal-secret "};
    for (size_t i = 0; i < COUNT_OF(labels); i++) {
        size_t first = (size_t)(strstr(text, labels[i]) - text) + strlen(labels[i]);
        if ((at >= first && at < first + 2) || (at >= first + 62 && at < first + 64)) {
            return true;
        }
    }
    return false;
}

/** Fails unless reading gives this status and leaves the output alone. */
static void assert_not_read(enum tcn_status expected) {
    struct tcn_key_set set = {.name = "untouched"};
    assert_int_equal(tcn_key_file_read(path, &set), expected);
    assert_string_equal(set.name, "untouched");
}

static void a_key_file_that_others_can_read_is_refused(void **state) {
    (void)state;
    assert_int_equal(tcn_key_file_write(&made, path), TCN_OK);
    static const mode_t modes[] = {0640, 0620, 0610, 0604, 0602, 0601, 0644, 0666, 0777};
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        assert_int_equal(chmod(path, modes[i]), 0);
        assert_not_read(TCN_DENIED);
    }
    static const mode_t good_modes[] = {0600, 0400, 0700};
    for (size_t i = 0; i < COUNT_OF(good_modes); i++) {
        struct tcn_key_set set;
        assert_int_equal(chmod(path, good_modes[i]), 0);
        assert_int_equal(tcn_key_file_read(path, &set), TCN_OK);
        tcn_key_set_fini(&set);
    }
}

static void what_is_no_key_file_is_refused(void **state) {
    (void)state;
    assert_not_read(TCN_ABSENT);
    static const struct {
        const char *text;
        enum tcn_status expected;
    } rows[] = {
        {"", TCN_MALFORMED},
        {"\n", TCN_MALFORMED},
        {"tocsin-key", TCN_MALFORMED},
        {"tocsin-key \n", TCN_MALFORMED},
        {"tocsin-key 1", TCN_MALFORMED},
        {"tocsin-key 1\n", TCN_MALFORMED},
        {"tocsin-key 2\nname a\n", TCN_VERSION},
        {"tocsin-key 10\n", TCN_VERSION},
        {"tocsin-key 1\nname A\n", TCN_MALFORMED},
        {"tocsin-key 1\nname a\n", TCN_MALFORMED},
        {"tocsin-key 1\nname a\ntransport-public 00\n", TCN_MALFORMED},
        {"tocsin-key 1\nname a\ntransport-public " ZEROS "\n", TCN_MALFORMED},
        {"-----BEGIN OPENSSH PRIVATE KEY-----\n", TCN_MALFORMED},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        put_file(rows[i].text, 0600);
        assert_not_read(rows[i].expected);
    }
    char large[TCN_KEY_FILE_BYTES_MAX + 2];
    memset(large, 'a', sizeof large);
    large[sizeof large - 1] = '\0';
    put_file(large, 0600);
    assert_not_read(TCN_MALFORMED);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_not_read(TCN_MALFORMED);
}

static void a_key_file_altered_in_any_character_is_refused(void **state) {
    (void)state;
    assert_int_equal(tcn_key_file_write(&made, path), TCN_OK);
    char good[TCN_KEY_FILE_BYTES_MAX + 1];
    get_file(good);
    const char *after_name = strstr(good, "transport-public");
    size_t size = strlen(good);
    for (size_t i = 0; i < size; i++) {
        if ((i >= 11 && good + i < after_name) || is_clamped(good, i)) {
            continue; /* the version has its own test, another name is as good */
        }
        char bad[TCN_KEY_FILE_BYTES_MAX + 1];
        memcpy(bad, good, sizeof bad);
        bad[i] = bad[i] == '1' ? '2' : '1';
        put_file(bad, 0600);
        struct tcn_key_set set = {.name = "untouched"};
        enum tcn_status status = tcn_key_file_read(path, &set);
        assert_true(status == TCN_MALFORMED || status == TCN_CORRUPT);
        assert_string_equal(set.name, "untouched");
    }
    (void)snprintf(good + size, 6, "more\n");
    put_file(good, 0600);
    assert_not_read(TCN_MALFORMED);
}

static void a_key_file_is_never_overwritten(void **state) {
    (void)state;
    put_file("precious", 0600);
    assert_int_equal(tcn_key_file_write(&made, path), TCN_EXISTS);
    assert_int_equal(tcn_key_file_write_public(&made, path), TCN_EXISTS);
    char text[TCN_KEY_FILE_BYTES_MAX + 1];
    get_file(text);
    assert_string_equal(text, "precious");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("nowhere", path), 0);
    assert_int_equal(tcn_key_file_write(&made, path), TCN_EXISTS);
}

static void a_key_file_that_cannot_be_written_leaves_nothing_behind(void **state) {
    (void)state;
    char other[PATH_MAX + 16];
    (void)snprintf(other, sizeof other, "%s/none/a.key", folder);
    assert_int_equal(tcn_key_file_write(&made, other), TCN_ABSENT);
    assert_int_equal(tcn_key_file_write(&made, ""), TCN_ABSENT);
    memset(other, 'a', sizeof other - 1);
    other[sizeof other - 1] = '\0';
    assert_int_equal(tcn_key_file_write(&made, other), TCN_TOOBIG);
    other[300] = '\0';
    assert_int_equal(tcn_key_file_write(&made, other), TCN_TOOBIG);

    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit small = {.rlim_cur = 100, .rlim_max = before.rlim_max};
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum tcn_status status = tcn_key_file_write(&made, path);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    (void)signal(SIGXFSZ, handler);
    assert_int_equal(status, TCN_IO);
    assert_int_equal(access(path, F_OK), -1); /* tear_down sees that the folder is empty */
}

static void a_public_file_is_not_taken_for_a_key_file_nor_the_reverse(void **state) {
    (void)state;
    assert_int_equal(tcn_key_file_write_public(&made, path), TCN_OK);
    assert_int_equal(chmod(path, 0600), 0);
    assert_not_read(TCN_MALFORMED);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(tcn_key_file_write(&made, path), TCN_OK);
    struct tcn_key_set set = {.name = "untouched"};
    assert_int_equal(tcn_key_file_read_public(path, &set), TCN_MALFORMED);
    assert_string_equal(set.name, "untouched");
}

static void a_name_that_is_no_word_is_refused(void **state) {
    (void)state;
    struct tcn_key_set set = {.name = "untouched"};
    static const char *const names[] = {
        "", "A", "a b", "a\nb", "a234567890123456789012345678901234567890123456789012345678901234"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        assert_int_equal(tcn_key_set_make(tcn_slice_text(names[i]), true, &set), TCN_BAD_VALUE);
    }
    assert_string_equal(set.name, "untouched");
}

static void keys_come_back_as_they_were_written(void **state) {
    (void)state;
    struct tcn_key_set sets[2];
    char longest[TCN_WORD_BYTES_MAX + 1];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(tcn_key_set_make(tcn_slice_text(longest), true, &sets[0]), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("b"), false, &sets[1]), TCN_OK);
    for (size_t i = 0; i < COUNT_OF(sets); i++) {
        struct tcn_key_set read;
        struct stat about;
        assert_int_equal(tcn_key_file_write(&sets[i], path), TCN_OK);
        assert_int_equal(stat(path, &about), 0);
        assert_int_equal(about.st_mode & 07777, 0600);
        assert_int_equal(tcn_key_file_read(path, &read), TCN_OK);
        assert_memory_equal(&read, &sets[i], sizeof read);
        assert_int_equal(unlink(path), 0);
    }
    assert_false(sets[1].has_seal);
}

static void a_public_file_holds_the_public_keys_and_no_secret(void **state) {
    (void)state;
    mode_t mask = umask(0077);
    assert_int_equal(tcn_key_file_write_public(&made, path), TCN_OK);
    (void)umask(mask);
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0644);
    char text[TCN_KEY_FILE_BYTES_MAX + 1];
    get_file(text);
    assert_null(strstr(text, "secret"));
    assert_null(strstr(text, "seed"));
    struct tcn_key_set read;
    assert_int_equal(tcn_key_file_read_public(path, &read), TCN_OK);
    struct tcn_key_set expected = {.has_seal = true};
    memcpy(expected.name, made.name, sizeof expected.name);
    expected.transport.public_key = made.transport.public_key;
    expected.signing.public_key = made.signing.public_key;
    expected.seal.public_key = made.seal.public_key;
    assert_memory_equal(&read, &expected, sizeof read);
}

static void a_known_key_file_is_read_as_another_implementation_made_it(void **state) {
    (void)state;
    put_file("tocsin-key 1\nname known\n"
             "transport-public 07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c\n"
             "transport-secret 0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20\n"
             "signing-public 03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8\n"
             "signing-seed 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
             0600);
    struct tcn_key_set set;
    assert_int_equal(tcn_key_file_read(path, &set), TCN_OK);
    assert_string_equal(set.name, "known");
    assert_true(set.has_secrets);
    assert_false(set.has_seal);
    struct tcn_signature signature;
    assert_int_equal(tcn_sign(&set.signing, TCN_CONTEXT_CHUNK, tcn_slice_text("abc"), &signature),
                     TCN_OK);
    char hex[129];
    tcn_hex_encode(signature.bytes, sizeof signature.bytes, hex);
    assert_string_equal(hex, "7409787688defdbba50cf57f58b39e649ac2d1fd4084da832d1939b099e2398d"
                             "8d4e863ec328935e04ba63b82ff2420f5791101c812d84e78521657196ab360b");
    tcn_key_set_fini(&set);
}

static void finishing_wipes_every_byte(void **state) {
    (void)state;
    struct tcn_key_set set = made;
    static const struct tcn_key_set zero;
    tcn_key_set_fini(&set);
    assert_memory_equal(&set, &zero, sizeof set);
    tcn_key_set_fini(&set);
    tcn_key_set_fini(NULL);
}

int main(void) {
    if (tcn_seal_init() != TCN_OK) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_key_file_that_others_can_read_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_key_file_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_key_file_altered_in_any_character_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_key_file_is_never_overwritten, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_key_file_that_cannot_be_written_leaves_nothing_behind,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_public_file_is_not_taken_for_a_key_file_nor_the_reverse,
                                        set_up, tear_down),
        cmocka_unit_test(a_name_that_is_no_word_is_refused),
        cmocka_unit_test_setup_teardown(keys_come_back_as_they_were_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_public_file_holds_the_public_keys_and_no_secret, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_known_key_file_is_read_as_another_implementation_made_it,
                                        set_up, tear_down),
        cmocka_unit_test(finishing_wipes_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
