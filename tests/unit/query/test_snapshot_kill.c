/* SPDX-License-Identifier: Apache-2.0 */
/* A program is killed at each call that writes, while it makes a snapshot, removes old ones, or
 * begins a state with one: there is a whole one or none, and the state comes out the same. */
/* ctest-uses: collector core store wire link seal */
/* ctest-wraps: rename link fsync fdatasync unlink unlinkat rmdir mkdir write pwrite ftruncate */
/* ctest-wraps: mdb_txn_commit mdb_env_copy2 */
/* ctest-labels: once_plain */
/* ctest-cost: 20 */
#include "snapshot_test.h"
#include "testlib/last_call.h"

static void make_one(void *context) {
    struct bench *bench = context;
    uint64_t position = 0;
    open_bench(bench, false);
    last_call_begin();
    if (snap(bench, &position) != TCN_OK) {
        _exit(3);
    }
}

static void begin_with_one(void *context) {
    struct bench *bench = context;
    uint64_t position = 0;
    open_bench(bench, false);
    last_call_begin();
    if (use(bench, &position) != TCN_OK || position == 0) {
        _exit(3);
    }
}

static void remove_old(void *context) {
    open_bench(context, false);
    last_call_begin();
    prune(context);
}

/* Lets a child do its work until its n-th call; true when it was killed in it. */
static bool die_in(struct bench *bench, last_call_work *work, uint32_t call) {
    close_bench(bench);
    const bool is_killed = last_call_dies(work, bench, call);
    open_bench(bench, false);
    return is_killed;
}

/* Each directory that looks whole is whole. */
static uint32_t count_good(struct bench *bench) {
    struct tcn_snapshot_place place = place_of(bench);
    uint64_t positions[TCN_SNAPSHOTS_MAX];
    size_t count = 0;
    uint32_t good = 0;
    assert_int_equal(tcn_snapshot_list(bench->place->dir, positions, &count), TCN_OK);
    for (size_t i = 0; i < count; i++) {
        struct tcn_checkpoint checkpoint;
        const char *fault = NULL;
        const enum tcn_status status =
            tcn_snapshot_verify(&place, positions[i], &checkpoint, &fault);
        assert_true(status == TCN_OK || status == TCN_ABSENT);
        good += status == TCN_OK ? 1 : 0;
    }
    tcn_log_reader_close(&place.reader);
    return good;
}

/* Two snapshots, and a state that has moved on since. */
static struct tcn_hash prepare(struct bench *bench, uint64_t *sequence, struct tcn_hash *previous) {
    uint64_t position = 0;
    greet(bench);
    for (int i = 0; i < 2; i++) {
        log_chunks(bench, sequence, previous, 2, 5);
        fold(bench);
        assert_int_equal(snap(bench, &position), TCN_OK);
    }
    log_chunks(bench, sequence, previous, 2, 5);
    fold(bench);
    return hash_of(bench->house.state, &position);
}

static void killed_while_it_makes_one_it_leaves_a_whole_one_or_none(void **state) {
    struct bench *bench = *state;
    struct tcn_hash previous = {{0}};
    uint64_t sequence = 1;
    uint32_t kills = 0;
    uint32_t stood = 0;
    char path[PATH_BYTES];
    const struct tcn_hash wanted = prepare(bench, &sequence, &previous);
    snapshot_path(bench, 32, "", path);
    bool is_killed = true;
    for (uint32_t call = 1; is_killed; call += LAST_CALL_STEP) {
        is_killed = die_in(bench, make_one, call);
        kills += is_killed ? 1 : 0;
        const bool is_there = access(path, F_OK) == 0;
        assert_int_equal(count_good(bench), is_there ? 3 : 2);
        uint64_t position = 0;
        assert_int_equal(use(bench, &position), TCN_OK);
        assert_int_equal(position, is_there ? 32 : 22);
        fold(bench);
        const struct tcn_hash found = hash_of(bench->house.state, &position);
        assert_true(tcn_hash_equals(&found, &wanted));
        /* The next one begins over what is left of this one, unless it stands. */
        if (is_there) {
            assert_int_equal(tcn_fresh_remove(path, TCN_CHECKPOINT_NAME), TCN_OK);
        }
        stood += is_killed && is_there ? 1 : 0;
    }
    assert_true(kills > 8 / LAST_CALL_STEP);
    assert_true(stood > 0);
}

static void killed_while_it_removes_one_it_leaves_whole_ones(void **state) {
    struct bench *bench = *state;
    struct tcn_hash previous = {{0}};
    uint64_t sequence = 1;
    (void)prepare(bench, &sequence, &previous);
    uint64_t position = 0;
    assert_int_equal(snap(bench, &position), TCN_OK);
    bool is_killed = true;
    uint32_t kills = 0;
    for (uint32_t call = 1; is_killed; call += LAST_CALL_STEP) {
        is_killed = die_in(bench, remove_old, call);
        kills += is_killed ? 1 : 0;
        assert_in_range(count_good(bench), 2, 3);
        if (is_killed) {
            /* One more, so that there is always one to be removed. */
            greet(bench);
            log_chunks(bench, &sequence, &previous, 1, 5);
            fold(bench);
            assert_int_equal(snap(bench, &position), TCN_OK);
            assert_in_range(count_good(bench), 3, 4);
        }
    }
    prune(bench);
    assert_int_equal(count_good(bench), 2);
    assert_true(kills > 3 / LAST_CALL_STEP);
}

static void killed_while_it_begins_with_one_the_state_comes_out_the_same(void **state) {
    struct bench *bench = *state;
    struct tcn_hash previous = {{0}};
    uint64_t sequence = 1;
    uint32_t kills = 0;
    const struct tcn_hash wanted = prepare(bench, &sequence, &previous);
    bool is_killed = true;
    for (uint32_t call = 1; is_killed; call += LAST_CALL_STEP) {
        uint64_t position = 0;
        is_killed = die_in(bench, begin_with_one, call);
        kills += is_killed ? 1 : 0;
        /* The state as it was, or the snapshot: the house begins with it where nothing is left. */
        (void)hash_of(bench->house.state, &position);
        assert_true(position == 22 || position == 32);
        fold(bench);
        const struct tcn_hash found = hash_of(bench->house.state, &position);
        assert_true(tcn_hash_equals(&found, &wanted));
    }
    assert_true(kills > 6 / LAST_CALL_STEP);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, snapshot_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(killed_while_it_makes_one_it_leaves_a_whole_one_or_none),
        TEST(killed_while_it_removes_one_it_leaves_whole_ones),
        TEST(killed_while_it_begins_with_one_the_state_comes_out_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
