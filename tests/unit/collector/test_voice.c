/* SPDX-License-Identifier: Apache-2.0 */
/* Which key signs, and which file holds it: as a succession leaves them at each of its steps. */
/* ctest-uses: query core store wire link seal */
#include "bench.h"

#include "collector/voice.h"
#include "query/audit.h"
#include "seal/hash.h"
#include "seal/keyring.h"

#include <sys/stat.h>

static void beside(const struct place *place, const char *suffix, char out_path[256]) {
    (void)snprintf(out_path, 256, "%s/c.key%s", place->base, suffix);
}

static bool is_there(const struct place *place, const char *suffix) {
    char path[256];
    struct stat facts;
    beside(place, suffix, path);
    return stat(path, &facts) == 0;
}

/* Writes a key file, as `tocsin key rotate` does. */
static void write_key(const struct place *place, const char *suffix,
                      const struct tcn_key_set *keys) {
    char path[256];
    beside(place, suffix, path);
    (void)unlink(path);
    assert_int_equal(tcn_key_file_write(keys, path), TCN_OK);
}

static void suffix_of(const struct tcn_key_set *keys, char out_suffix[18]) {
    const struct tcn_key_id id = tcn_key_id_of(&keys->signing.public_key);
    out_suffix[0] = '.';
    tcn_hex_encode(id.bytes, sizeof(id.bytes), out_suffix + 1);
}

/* Three keys of a collector: the first, its successor, and another. */
struct trio {
    struct tcn_key_set first;
    struct tcn_key_set second;
    struct tcn_key_set third;
    char path[256];
    struct tcn_voice_keys files; /* the first was read at the start */
};

static void make_trio(const struct place *place, struct trio *trio) {
    trio->first = place->forge.keys[TCN_FORGE_COLLECTOR];
    assert_int_equal(tcn_key_set_make(tcn_slice_text("collector"), false, &trio->second), TCN_OK);
    assert_int_equal(tcn_key_set_make(tcn_slice_text("collector"), false, &trio->third), TCN_OK);
    beside(place, "", trio->path);
    trio->files = (struct tcn_voice_keys){.held = &trio->first, .path = trio->path};
    write_key(place, "", &trio->first);
}

static bool is_key(const struct tcn_signing_key *found, const struct tcn_key_set *wanted) {
    return memcmp(&found->public_key, &wanted->signing.public_key, 32) == 0;
}

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

/* Closes the bench and opens it again with the key files beside the folder. */
static enum tcn_status open_with(struct bench *bench, const struct trio *trio) {
    close_bench(bench);
    struct tcn_collector_options options = place_options(bench->place);
    options.key_file = trio->path;
    const enum tcn_status status = tcn_house_open(&bench->house, &options);
    if (status != TCN_OK) {
        tcn_house_close(&bench->house);
        memset(&bench->house, 0, sizeof(bench->house));
        return status;
    }
    assert_int_equal(tcn_ledger_open(&bench->house, &bench->ledger), TCN_OK);
    assert_int_equal(tcn_intake_init(&bench->intake, &bench->house.charter), TCN_OK);
    return TCN_OK;
}

/* One group of what the writer finds to do; gives whether it was logged. */
static bool turn(struct bench *bench) {
    const uint64_t position = tcn_ledger_position(bench->ledger);
    (void)tcn_ledger_look_for_key(bench->ledger);
    begin(bench);
    commit(bench, 0);
    return tcn_ledger_position(bench->ledger) > position;
}

/* Says HELLO; the ring learns what comes with WELCOME. */
static enum tcn_status greet_ring(struct bench *bench, enum tcn_forge_who who,
                                  struct tcn_keyring *ring) {
    const struct tcn_hello said = tcn_forge_hello(&bench->place->forge, who, TCN_LANE_ROUTINE);
    struct tcn_signature signature;
    struct tcn_keys keys;
    tcn_forge_hello_seal(&bench->chunk, &bench->place->forge, who, &said);
    begin(bench);
    put(bench, (uint32_t)who, TCN_KIND_HELLO);
    commit(bench, 1);
    assert_int_equal(tcn_ledger_answer(bench->ledger, 0, bench->data, &bench->answer), TCN_OK);
    const struct tcn_slice *list = bench->answer.keys;
    tcn_arena_reset(&bench->arena);
    if (list[0].size > 0) {
        assert_int_equal(tcn_wire_keys_decode(list[0], &bench->arena, &keys), TCN_OK);
        memcpy(signature.bytes, list[1].data, sizeof(signature.bytes));
        assert_int_equal(tcn_keyring_take(ring, &keys, TCN_CONTEXT_KEYS, list[0], &signature),
                         TCN_OK);
    }
    memcpy(signature.bytes, bench->answer.signature.data, sizeof(signature.bytes));
    return tcn_verify(tcn_keyring_tip(ring), TCN_CONTEXT_WELCOME, bench->answer.body, &signature);
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
