/* SPDX-License-Identifier: Apache-2.0 */
/* A program is killed at each call that writes, while it makes a snapshot, removes old ones, or
 * begins a state with one: there is a whole one or none, and the state comes out the same. */
/* ctest-uses: collector core store wire link seal */
/* ctest-wraps: rename fsync unlink unlinkat rmdir mkdir write mdb_txn_commit mdb_env_copy2 */
/* ctest-timeout: 120 */
#include "snapshot_test.h"

#include <lmdb.h>
#include <signal.h>
#include <sys/wait.h>

/* The n-th call from here on is the last one, made or not; 0: none is. */
static uint32_t calls_left;
static bool is_before;

static void count_down(bool is_made) {
    if (calls_left == 1 && is_before != is_made) {
        (void)raise(SIGKILL);
    }
    calls_left -= is_made && calls_left > 0 ? 1 : 0;
}

/* A call that has been made. */
static int made(int result) {
    count_down(true);
    return result;
}

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __real_fsync(int file);
int __wrap_fsync(int file);
int __real_unlink(const char *path);
int __wrap_unlink(const char *path);
int __real_unlinkat(int dir, const char *path, int flags);
int __wrap_unlinkat(int dir, const char *path, int flags);
int __real_rmdir(const char *path);
int __wrap_rmdir(const char *path);
int __real_mkdir(const char *path, mode_t mode);
int __wrap_mkdir(const char *path, mode_t mode);
ssize_t __real_write(int file, const void *data, size_t size);
ssize_t __wrap_write(int file, const void *data, size_t size);
int __real_mdb_txn_commit(MDB_txn *txn);
int __wrap_mdb_txn_commit(MDB_txn *txn);
int __real_mdb_env_copy2(MDB_env *env, const char *path, unsigned flags);
int __wrap_mdb_env_copy2(MDB_env *env, const char *path, unsigned flags);

int __wrap_rename(const char *from, const char *to) {
    count_down(false);
    return made(__real_rename(from, to));
}

int __wrap_fsync(int file) {
    count_down(false);
    return made(__real_fsync(file));
}

int __wrap_unlink(const char *path) {
    count_down(false);
    return made(__real_unlink(path));
}

int __wrap_unlinkat(int dir, const char *path, int flags) {
    count_down(false);
    return made(__real_unlinkat(dir, path, flags));
}

int __wrap_rmdir(const char *path) {
    count_down(false);
    return made(__real_rmdir(path));
}

int __wrap_mkdir(const char *path, mode_t mode) {
    count_down(false);
    return made(__real_mkdir(path, mode));
}

ssize_t __wrap_write(int file, const void *data, size_t size) {
    count_down(false);
    return made((int)__real_write(file, data, size));
}

int __wrap_mdb_txn_commit(MDB_txn *txn) {
    count_down(false);
    return made(__real_mdb_txn_commit(txn));
}

int __wrap_mdb_env_copy2(MDB_env *env, const char *path, unsigned flags) {
    count_down(false);
    return made(__real_mdb_env_copy2(env, path, flags));
}

/* What the child does, with its own opening of everything. */
typedef void child_work(struct bench *bench);

static void make_one(struct bench *bench) {
    uint64_t position = 0;
    if (snap(bench, &position) != TCN_OK) {
        _exit(3);
    }
}

static void begin_with_one(struct bench *bench) {
    uint64_t position = 0;
    if (use(bench, &position) != TCN_OK || position == 0) {
        _exit(3);
    }
}

/* Lets a child do its work until its n-th call; true when it was killed in it. */
static bool die_in(struct bench *bench, child_work *work, uint32_t call, bool before) {
    int ended = 0;
    close_bench(bench);
    (void)fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        open_bench(bench, false);
        is_before = before;
        calls_left = call;
        work(bench);
        calls_left = 0;
        _exit(0);
    }
    assert_int_equal(waitpid(child, &ended, 0), child);
    open_bench(bench, false);
    if (WIFSIGNALED(ended)) {
        assert_int_equal(WTERMSIG(ended), SIGKILL);
        return true;
    }
    assert_int_equal(WEXITSTATUS(ended), 0);
    return false;
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
    for (uint32_t call = 1; is_killed; call++) {
        is_killed = die_in(bench, make_one, call, call % 2 == 1);
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
    assert_true(kills > 8);
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
    for (uint32_t call = 1; is_killed; call++) {
        is_killed = die_in(bench, prune, call, call % 2 == 1);
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
    assert_true(kills > 3);
}

static void killed_while_it_begins_with_one_the_state_comes_out_the_same(void **state) {
    struct bench *bench = *state;
    struct tcn_hash previous = {{0}};
    uint64_t sequence = 1;
    uint32_t kills = 0;
    const struct tcn_hash wanted = prepare(bench, &sequence, &previous);
    bool is_killed = true;
    for (uint32_t call = 1; is_killed; call++) {
        uint64_t position = 0;
        is_killed = die_in(bench, begin_with_one, call, call % 2 == 1);
        kills += is_killed ? 1 : 0;
        /* The state as it was, or the snapshot: the house begins with it where nothing is left. */
        (void)hash_of(bench->house.state, &position);
        assert_true(position == 22 || position == 32);
        fold(bench);
        const struct tcn_hash found = hash_of(bench->house.state, &position);
        assert_true(tcn_hash_equals(&found, &wanted));
    }
    assert_true(kills > 6);
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
