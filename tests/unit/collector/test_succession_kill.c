/* SPDX-License-Identifier: Apache-2.0 */
/* A collector is killed at each call that writes, while its signing key is followed by another:
 * when it starts again one of the two is in force, the log knows which, and it comes to the other.
 */
/* ctest-uses: query core store wire link seal */
/* ctest-wraps: rename link fsync fdatasync unlink unlinkat rmdir mkdir write pwrite ftruncate */
/* ctest-wraps: mdb_txn_commit mdb_env_copy2 */
#include "query/audit.h"
#include "testlib/last_call.h"
#include "voice_test.h"

#define CALLS_MAX 64 /* a succession has some twenty */

/* What a child does, and what is looked at afterwards. */
struct scene {
    struct bench *bench;
    struct trio trio;
};

/* The start of a collector, of the child's own, and the succession. */
static void succeed(void *context) {
    struct scene *scene = context;
    last_call_begin();
    if (start_with(scene->bench, &scene->trio) != TCN_OK) {
        _exit(1);
    }
    if (!turn(scene->bench)) {
        _exit(2);
    }
    close_bench(scene->bench);
}

static bool is_file_of(const struct place *place, const char *suffix,
                       const struct tcn_key_set *wanted) {
    char path[256];
    struct tcn_key_set read;
    beside(place, suffix, path);
    return tcn_key_file_read(path, &read) == TCN_OK && is_key(&read.signing, wanted);
}

/* Started again: the log names one of the two, that one signs, and the other is not lost. Gives
 * whether it was the newer. */
static bool starts_as_old_or_new(struct scene *scene) {
    struct bench *bench = scene->bench;
    struct tcn_keyring ring;
    tcn_keyring_init(&ring, &bench->place->forge.log_id, &scene->trio.first.signing.public_key);
    assert_int_equal(start_with(bench, &scene->trio), TCN_OK);
    assert_int_equal(greet_ring(bench, TCN_FORGE_ADMIN, &ring), TCN_OK);
    const struct tcn_public_key *tip = tcn_keyring_tip(&ring);
    const bool is_new = memcmp(tip, &scene->trio.second.signing.public_key, 32) == 0;
    assert_true(is_new || memcmp(tip, &scene->trio.first.signing.public_key, 32) == 0);
    assert_int_equal(ring.count, is_new ? 1 : 0);
    assert_true(is_file_of(bench->place, is_new ? "" : ".next", &scene->trio.second));
    if (!is_new) {
        assert_true(is_file_of(bench->place, "", &scene->trio.first));
    }
    return is_new;
}

/* And it comes to the newer, once. */
static void comes_to_the_new(struct scene *scene, bool is_new) {
    struct bench *bench = scene->bench;
    struct tcn_keyring ring;
    struct tcn_audit_report report;
    char kept[18];
    tcn_keyring_init(&ring, &bench->place->forge.log_id, &scene->trio.first.signing.public_key);
    assert_int_equal(turn(bench), !is_new);
    assert_false(turn(bench));
    assert_int_equal(greet_ring(bench, TCN_FORGE_AGENT_A, &ring), TCN_OK);
    assert_memory_equal(tcn_keyring_tip(&ring), &scene->trio.second.signing.public_key, 32);
    assert_int_equal(ring.count, 1);
    assert_int_equal(tcn_audit_run(bench->house.log, &bench->house.charter, &report), TCN_OK);
    assert_int_equal(report.signer_count, 2);
    suffix_of(&scene->trio.first, kept);
    assert_true(is_file_of(bench->place, "", &scene->trio.second));
    assert_true(is_file_of(bench->place, kept, &scene->trio.first));
    assert_false(is_there(bench->place, ".next"));
}

/* A log of its own for each call: a succession is for good. */
static bool is_killed_at(uint32_t call, bool *out_is_new) {
    struct scene scene = {.bench = NULL};
    void *state = NULL;
    assert_int_equal(set_up(&state), 0);
    scene.bench = state;
    make_trio(scene.bench->place, &scene.trio);
    write_key(scene.bench->place, ".next", &scene.trio.second);
    close_bench(scene.bench);
    const bool is_killed = last_call_dies(succeed, &scene, call);
    *out_is_new = starts_as_old_or_new(&scene);
    comes_to_the_new(&scene, *out_is_new);
    assert_int_equal(tear_down(&state), 0);
    return is_killed;
}

static void killed_at_any_call_it_starts_with_the_old_key_or_the_new(void **state) {
    (void)state;
    bool was_new = false;
    bool is_killed = true;
    uint32_t old_count = 0;
    uint32_t call = 0;
    while (is_killed) {
        bool is_new = false;
        assert_true(++call < CALLS_MAX);
        is_killed = is_killed_at(call, &is_new);
        assert_true(is_new || !was_new); /* what is committed is not taken back */
        was_new = is_new;
        old_count += is_new ? 0 : 1;
    }
    assert_true(was_new);
    assert_true(old_count > 0 && call > old_count + 1); /* both sides were met */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_at_any_call_it_starts_with_the_old_key_or_the_new),
    };
    return cmocka_run_group_tests_name("succession_kill", tests, NULL, NULL);
}
