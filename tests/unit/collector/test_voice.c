/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* Which key signs, and which file holds it: as a succession leaves them at each of its steps. */
/* ctest-uses: query core store wire link seal */
#include "query/audit.h"
#include "voice_test.h"

static void a_key_is_found_under_each_name_that_it_may_have(void **state) {
    struct bench *bench = *state;
    struct trio trio;
    struct tcn_signing_key found;
    char suffix[18];
    make_trio(bench->place, &trio);
    suffix_of(&trio.second, suffix);
    const char *const names[] = {".next", "", suffix};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[256];
        assert_int_equal(tcn_voice_find(&trio.files, &trio.second.signing.public_key, &found),
                         TCN_DENIED);
        write_key(bench->place, names[i], &trio.second);
        assert_int_equal(tcn_voice_find(&trio.files, &trio.second.signing.public_key, &found),
                         TCN_OK);
        assert_true(is_key(&found, &trio.second));
        beside(bench->place, names[i], path);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(tcn_voice_find(&trio.files, &trio.first.signing.public_key, &found), TCN_OK);
    const struct tcn_voice_keys none = {.held = &trio.first};
    assert_int_equal(tcn_voice_find(&none, &trio.second.signing.public_key, &found), TCN_DENIED);
    assert_int_equal(tcn_voice_wanted(&none, &trio.first.signing.public_key, &found), TCN_ABSENT);
    assert_int_equal(tcn_voice_install(&none, &trio.first.signing.public_key), TCN_OK);
}

static void only_another_key_is_wanted(void **state) {
    struct bench *bench = *state;
    struct trio trio;
    struct tcn_signing_key found;
    char path[256];
    make_trio(bench->place, &trio);
    const struct tcn_public_key *first = &trio.first.signing.public_key;
    assert_int_equal(tcn_voice_wanted(&trio.files, first, &found), TCN_ABSENT);
    write_key(bench->place, ".next", &trio.first);
    assert_int_equal(tcn_voice_wanted(&trio.files, first, &found), TCN_ABSENT);
    write_key(bench->place, ".next", &trio.second);
    assert_int_equal(tcn_voice_wanted(&trio.files, first, &found), TCN_OK);
    assert_true(is_key(&found, &trio.second));
    beside(bench->place, ".next", path);
    assert_int_equal(chmod(path, 0644), 0); /* others could have read it */
    assert_int_equal(tcn_voice_wanted(&trio.files, first, &found), TCN_DENIED);
    assert_int_equal(unlink(path), 0);
    /* A log that was set back names the key before; the file has gone on. */
    write_key(bench->place, "", &trio.third);
    assert_int_equal(tcn_voice_wanted(&trio.files, first, &found), TCN_OK);
    assert_true(is_key(&found, &trio.third));
}

static void a_file_is_moved_only_when_its_key_is_in_force(void **state) {
    struct bench *bench = *state;
    struct trio trio;
    struct tcn_key_set read;
    char kept[18];
    char path[256];
    make_trio(bench->place, &trio);
    suffix_of(&trio.first, kept);
    write_key(bench->place, ".next", &trio.second);
    assert_int_equal(tcn_voice_install(&trio.files, &trio.first.signing.public_key), TCN_OK);
    assert_true(is_there(bench->place, ".next")); /* it was not logged yet */
    for (int again = 0; again < 2; again++) {
        beside(bench->place, kept, path);
        if (again > 0) { /* as a crash between the two names leaves it */
            write_key(bench->place, "", &trio.first);
            write_key(bench->place, ".next", &trio.second);
        }
        assert_int_equal(tcn_voice_install(&trio.files, &trio.second.signing.public_key), TCN_OK);
        assert_false(is_there(bench->place, ".next"));
        assert_int_equal(tcn_key_file_read(path, &read), TCN_OK);
        assert_true(is_key(&read.signing, &trio.first));
        assert_int_equal(tcn_key_file_read(trio.path, &read), TCN_OK);
        assert_true(is_key(&read.signing, &trio.second));
    }
    assert_int_equal(tcn_voice_install(&trio.files, &trio.second.signing.public_key), TCN_OK);
}

static void a_succession_is_logged_once_and_signs_from_the_next_group_on(void **state) {
    struct bench *bench = *state;
    struct trio trio;
    struct tcn_keyring ring;
    struct tcn_audit_report report;
    make_trio(bench->place, &trio);
    tcn_keyring_init(&ring, &bench->place->forge.log_id, &trio.first.signing.public_key);
    assert_int_equal(open_with(bench, &trio), TCN_OK);
    assert_false(turn(bench));
    assert_int_equal(greet_ring(bench, TCN_FORGE_AGENT_A, &ring), TCN_OK);
    assert_int_equal(bench->answer.keys[0].size, 0);
    write_key(bench->place, ".next", &trio.second);
    assert_true(turn(bench));
    assert_false(turn(bench));
    assert_false(is_there(bench->place, ".next"));
    assert_int_equal(greet_ring(bench, TCN_FORGE_ADMIN, &ring), TCN_OK);
    assert_memory_equal(tcn_keyring_tip(&ring), &trio.second.signing.public_key, 32);
    assert_int_equal(ring.links[0].position, 3); /* behind genesis and HELLO */
    assert_int_equal(tcn_audit_run(bench->house.log, &bench->house.charter, &report), TCN_OK);
    assert_int_equal(report.signer_count, 2);
    assert_int_equal(report.signers[1].first_position, 4);
    /* A start finds the key under whatever name the crash left it. */
    write_key(bench->place, "", &trio.first);
    assert_int_equal(open_with(bench, &trio), TCN_DENIED);
    write_key(bench->place, ".next", &trio.second);
    assert_int_equal(open_with(bench, &trio), TCN_OK);
    assert_false(is_there(bench->place, ".next"));
    assert_false(turn(bench));
    assert_int_equal(greet_ring(bench, TCN_FORGE_ADMIN, &ring), TCN_OK);
}

static void a_key_that_stands_elsewhere_is_not_taken(void **state) {
    struct bench *bench = *state;
    struct trio trio;
    make_trio(bench->place, &trio);
    assert_int_equal(open_with(bench, &trio), TCN_OK);
    trio.second.signing = bench->place->forge.keys[TCN_FORGE_AUDITOR].signing;
    write_key(bench->place, ".next", &trio.second);
    assert_false(turn(bench));
    assert_false(turn(bench));
    assert_true(is_there(bench->place, ".next"));
}

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        LEDGER_TEST(a_key_is_found_under_each_name_that_it_may_have),
        LEDGER_TEST(only_another_key_is_wanted),
        LEDGER_TEST(a_file_is_moved_only_when_its_key_is_in_force),
        LEDGER_TEST(a_succession_is_logged_once_and_signs_from_the_next_group_on),
        LEDGER_TEST(a_key_that_stands_elsewhere_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
