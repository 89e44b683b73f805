/* SPDX-License-Identifier: Apache-2.0 */
/* A program asks the collector for the bundle in force, and believes the collector's alone; a newer
 * one that a session names takes the place of the words in hand and of the file. */
#include "client/names.h"

#include "client/setup_file.h"
#include "fake.h"
#include "testlib/forge.h"
#include "wire/registry.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

enum said {
    SAID_BARE,    /* without a signature */
    SAID_FORGED,  /* signed by the broker */
    SAID_GARBAGE, /* signed by the collector, and no bundle */
    SAID_BUNDLE,
};

/* What the script says. One test at a time. */
static enum said said;
static struct tcn_slice bundle_bytes;

static void script_bundle(struct fake *fake) {
    struct tcn_signature signature;
    if (!fake_hear(fake, TCN_KIND_BUNDLE_ASK)) {
        return;
    }
    fake_say_error(fake, TCN_BUSY, true); /* a broker's word: it is waited out */
    const struct tcn_slice body = said == SAID_GARBAGE ? tcn_slice_text("?") : bundle_bytes;
    const struct tcn_key_set *by = said == SAID_FORGED ? &fake->broker : &fake->collector;
    const struct tcn_header header = {.version = TCN_WIRE_VERSION, .kind = TCN_KIND_BUNDLE};
    if (tcn_sign(&by->signing, TCN_CONTEXT_BUNDLE, body, &signature) != TCN_OK) {
        fake_fault(fake, "the fake cannot sign");
        return;
    }
    fake_send(fake, &header, body, said == SAID_BARE ? NULL : &signature);
}

/* A session, then what the script above says. */
static void script_session_and_bundle(struct fake *fake) {
    if (fake_hear(fake, TCN_KIND_ASK)) {
        fake_say_error(fake, TCN_ABSENT, false);
        script_bundle(fake);
    }
}

/* A bundle of a version with the forge's policy, and two sealing keys of one organ. `log`: another
 * log's when it is not 0. */
static struct tcn_slice make_bundle(struct tcn_arena *arena, uint8_t *data, size_t size,
                                    uint64_t version, uint8_t log) {
    static const struct tcn_organ_key keys[] = {{TCN_FORGE_SAFETY, {{1}}},
                                                {TCN_FORGE_SAFETY, {{2}}}};
    struct tcn_forge *forge = calloc(1, sizeof *forge);
    struct tcn_genesis genesis;
    assert_non_null(forge);
    tcn_forge_init(forge, TCN_MODE_ACTUAL);
    assert_int_equal(tcn_wire_genesis_decode(forge->genesis, arena, &genesis), TCN_OK);
    genesis.log_id.bytes[0] ^= log;
    const struct tcn_bundle bundle = {.version = version,
                                      .log_id = genesis.log_id,
                                      .mode = genesis.mode,
                                      .collector_key = genesis.collector_key,
                                      .policy = genesis.policy,
                                      .organ_keys = keys,
                                      .organ_key_count = COUNT_OF(keys)};
    struct tcn_writer writer = tcn_writer_init(data, size);
    struct tcn_slice bytes = {0};
    assert_int_equal(tcn_wire_bundle_encode(&bundle, &writer, &bytes), TCN_OK);
    free(forge);
    return bytes;
}

static void only_the_collectors_bundle_is_believed(void **state) {
    (void)state;
    static uint8_t data[256 * 1024];
    static const struct {
        enum said said;
        enum tcn_status expected;
    } rows[] = {{SAID_BARE, TCN_BAD_SIGNATURE},
                {SAID_FORGED, TCN_BAD_SIGNATURE},
                {SAID_GARBAGE, TCN_MALFORMED},
                {SAID_BUNDLE, TCN_OK}};
    struct tcn_arena arena = {0};
    assert_int_equal(tcn_seal_init(), TCN_OK);
    assert_int_equal(tcn_arena_init(&arena, 1024 * 1024), TCN_OK);
    bundle_bytes = make_bundle(&arena, data, sizeof data, 9, 0);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fake fake;
        struct tcn_names names = {0};
        said = rows[i].said;
        fake_start(&fake, script_bundle);
        struct tcn_session *session = fake_session(&fake);
        assert_int_equal(tcn_names_ask(session, &fake.collector.signing.public_key,
                                       tcn_clock_monotonic_ns() + PATIENCE_NS, &names),
                         rows[i].expected);
        if (rows[i].expected == TCN_OK) {
            assert_int_equal(names.bundle.organ_key_count, 2);
            assert_int_equal(names.bundle.organ_keys[1].key.bytes[0], 2);
            assert_non_null(tcn_policy_organ_by_id(&names.policy, tcn_slice_text("safety")));
        }
        tcn_names_fini(&names);
        tcn_session_close(&session);
        fake_stop(&fake);
    }
    tcn_arena_fini(&arena);
}

/* The version of DIR/bundle.bin. */
static uint64_t version_in(const char *dir, const struct tcn_public_key *key) {
    struct tcn_names names = {0};
    assert_int_equal(tcn_names_load(dir, key, &names), TCN_OK);
    const uint64_t version = names.bundle.version;
    tcn_names_fini(&names);
    return version;
}

static void hear_a_session(struct tcn_session *session, uint64_t wanted) {
    const int64_t deadline_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    struct tcn_session_message message;
    uint64_t request = 0;
    assert_int_equal(tcn_session_bundle_version(session), 0);
    assert_int_equal(
        tcn_session_ask(session, TCN_KIND_ASK, tcn_slice_text("?"), false, deadline_ns, &request),
        TCN_OK);
    assert_int_equal(tcn_session_recv(session, deadline_ns, &message), TCN_OK);
    assert_int_equal(tcn_session_bundle_version(session), wanted);
}

static void a_newer_bundle_takes_the_place_of_the_one_in_hand(void **state) {
    (void)state;
    static uint8_t data[256 * 1024];
    static uint8_t kept_data[256 * 1024];
    char dir[] = P_tmpdir "/tocsin-names-XXXXXX";
    char path[sizeof dir + 32];
    static const struct {
        enum said said;
        uint64_t version;
        uint8_t log;
        bool is_beside; /* another program writes the file just now */
        enum tcn_status expected;
        uint64_t in_hand;
        uint64_t in_file;
    } rows[] = {
        {SAID_FORGED, 9, 0, false, TCN_BAD_SIGNATURE, 8, 8},
        {SAID_GARBAGE, 9, 0, false, TCN_MALFORMED, 8, 8},
        {SAID_BUNDLE, 8, 0, false, TCN_EXISTS, 8, 8},
        {SAID_BUNDLE, 7, 0, false, TCN_EXISTS, 8, 8},
        {SAID_BUNDLE, 9, 1, false, TCN_FOREIGN_LOG, 8, 8},
        {SAID_BUNDLE, 9, 0, true, TCN_OK, 9, 8},
        {SAID_BUNDLE, 9, 0, false, TCN_OK, 9, 9},
    };
    struct tcn_arena arena = {0};
    assert_int_equal(tcn_seal_init(), TCN_OK);
    assert_int_equal(tcn_arena_init(&arena, 4 * 1024 * 1024), TCN_OK);
    assert_non_null(mkdtemp(dir));
    const struct tcn_slice kept = make_bundle(&arena, kept_data, sizeof kept_data, 8, 0);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fake fake;
        struct tcn_names names = {0};
        said = rows[i].said;
        bundle_bytes = make_bundle(&arena, data, sizeof data, rows[i].version, rows[i].log);
        fake_make(&fake, script_session_and_bundle);
        fake.bundle_version = 9;
        fake_begin(&fake);
        const struct tcn_public_key *key = &fake.collector.signing.public_key;
        assert_int_equal(tcn_setup_file_write(dir, "bundle.bin", &fake.collector.signing,
                                              TCN_CONTEXT_BUNDLE, kept),
                         TCN_OK);
        assert_int_equal(tcn_names_load(dir, key, &names), TCN_OK);
        (void)snprintf(path, sizeof path, "%s/bundle.bin.part", dir);
        const int beside = rows[i].is_beside ? open(path, O_CREAT | O_WRONLY, 0600) : -1;
        assert_true(beside < 0 || flock(beside, LOCK_EX) == 0);
        struct tcn_session *session = fake_session(&fake);
        hear_a_session(session, 9);
        assert_int_equal(
            tcn_names_renew(session, dir, tcn_clock_monotonic_ns() + PATIENCE_NS, &names),
            rows[i].expected);
        assert_int_equal(names.bundle.version, rows[i].in_hand);
        assert_non_null(tcn_policy_organ_by_id(&names.policy, tcn_slice_text("safety")));
        assert_int_equal(version_in(dir, key), rows[i].in_file);
        assert_true(beside < 0 || close(beside) == 0);
        tcn_names_fini(&names);
        tcn_session_close(&session);
        fake_stop(&fake);
    }
    tcn_arena_fini(&arena);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/bundle.bin", dir);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_collectors_bundle_is_believed),
        cmocka_unit_test(a_newer_bundle_takes_the_place_of_the_one_in_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
