/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The n-th call fails, n = 1, 2, 3, ... until a scenario runs through untouched: of LMDB, of the
 * allocator and of the file calls, those that LMDB makes itself among them. After each run the
 * store is opened again: what was said to be committed is there, and what is there is whole.
 *
 * The functions below stand before the libraries' own by being defined in the program. Those that
 * only this program calls stay hidden, so that the libraries keep theirs.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "log_test.h"
#include "outbox_test.h"

#include "store/shares.h"
#include "store/state.h"

#include <dlfcn.h>
#include <errno.h>
#include <lmdb.h>
#include <sys/statvfs.h>
#include <sys/uio.h>

#define SHOWN __attribute__((visibility("default")))

/** Calls until the one that fails; 0: none fails. */
static unsigned countdown;

/** True when this is the call that fails. */
static bool is_failing(void) {
    return countdown > 0 && --countdown == 0;
}

static bool is_disk_full; /**< while it is set, writes to the disk find no room */

/** The library's own function. */
static void *next_symbol(const char *name) {
    void *symbol = dlsym(RTLD_NEXT, name);
    assert_non_null(symbol);
    return symbol;
}

/* Calls the library's own `name` with a type of `type`. A union, because ISO C converts no object
 * pointer to a function pointer. */
#define NEXT(type, name)                                                                           \
    ((union {                                                                                      \
         void *symbol;                                                                             \
         type call;                                                                                \
     }){.symbol = next_symbol(name)}                                                               \
         .call)

int mdb_env_create(MDB_env **env) {
    typedef int call(MDB_env **);
    return is_failing() ? ENOMEM : NEXT(call *, "mdb_env_create")(env);
}

int mdb_env_open(MDB_env *env, const char *path, unsigned flags, mdb_mode_t mode) {
    typedef int call(MDB_env *, const char *, unsigned, mdb_mode_t);
    return is_failing() ? MDB_INVALID : NEXT(call *, "mdb_env_open")(env, path, flags, mode);
}

int mdb_env_info(MDB_env *env, MDB_envinfo *info) {
    typedef int call(MDB_env *, MDB_envinfo *);
    return is_failing() ? EINVAL : NEXT(call *, "mdb_env_info")(env, info);
}

int mdb_env_copy2(MDB_env *env, const char *path, unsigned flags) {
    typedef int call(MDB_env *, const char *, unsigned);
    return is_failing() ? ENOSPC : NEXT(call *, "mdb_env_copy2")(env, path, flags);
}

int mdb_reader_check(MDB_env *env, int *dead) {
    typedef int call(MDB_env *, int *);
    return is_failing() ? EIO : NEXT(call *, "mdb_reader_check")(env, dead);
}

int mdb_txn_begin(MDB_env *env, MDB_txn *parent, unsigned flags, MDB_txn **txn) {
    typedef int call(MDB_env *, MDB_txn *, unsigned, MDB_txn **);
    return is_failing() ? ENOMEM : NEXT(call *, "mdb_txn_begin")(env, parent, flags, txn);
}

int mdb_txn_commit(MDB_txn *txn) {
    typedef int call(MDB_txn *);
    if (is_failing()) {
        mdb_txn_abort(txn);
        return EIO;
    }
    return NEXT(call *, "mdb_txn_commit")(txn);
}

int mdb_txn_renew(MDB_txn *txn) {
    typedef int call(MDB_txn *);
    return is_failing() ? MDB_BAD_RSLOT : NEXT(call *, "mdb_txn_renew")(txn);
}

int mdb_dbi_open(MDB_txn *txn, const char *name, unsigned flags, MDB_dbi *dbi) {
    typedef int call(MDB_txn *, const char *, unsigned, MDB_dbi *);
    return is_failing() ? MDB_DBS_FULL : NEXT(call *, "mdb_dbi_open")(txn, name, flags, dbi);
}

int mdb_stat(MDB_txn *txn, MDB_dbi dbi, MDB_stat *stat) {
    typedef int call(MDB_txn *, MDB_dbi, MDB_stat *);
    return is_failing() ? EINVAL : NEXT(call *, "mdb_stat")(txn, dbi, stat);
}

int mdb_get(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *value) {
    typedef int call(MDB_txn *, MDB_dbi, MDB_val *, MDB_val *);
    return is_failing() ? MDB_PAGE_NOTFOUND : NEXT(call *, "mdb_get")(txn, dbi, key, value);
}

int mdb_put(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *value, unsigned flags) {
    typedef int call(MDB_txn *, MDB_dbi, MDB_val *, MDB_val *, unsigned);
    return is_failing() ? MDB_MAP_FULL : NEXT(call *, "mdb_put")(txn, dbi, key, value, flags);
}

int mdb_del(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *value) {
    typedef int call(MDB_txn *, MDB_dbi, MDB_val *, MDB_val *);
    return is_failing() ? MDB_TXN_FULL : NEXT(call *, "mdb_del")(txn, dbi, key, value);
}

int mdb_cursor_open(MDB_txn *txn, MDB_dbi dbi, MDB_cursor **cursor) {
    typedef int call(MDB_txn *, MDB_dbi, MDB_cursor **);
    return is_failing() ? ENOMEM : NEXT(call *, "mdb_cursor_open")(txn, dbi, cursor);
}

int mdb_cursor_renew(MDB_txn *txn, MDB_cursor *cursor) {
    typedef int call(MDB_txn *, MDB_cursor *);
    return is_failing() ? EINVAL : NEXT(call *, "mdb_cursor_renew")(txn, cursor);
}

int mdb_cursor_get(MDB_cursor *cursor, MDB_val *key, MDB_val *value, MDB_cursor_op op) {
    typedef int call(MDB_cursor *, MDB_val *, MDB_val *, MDB_cursor_op);
    return is_failing() ? MDB_CORRUPTED : NEXT(call *, "mdb_cursor_get")(cursor, key, value, op);
}

void *calloc(size_t count, size_t size) {
    typedef void *call(size_t, size_t);
    return is_failing() ? NULL : NEXT(call *, "calloc")(count, size);
}

int fstatvfs(int file, struct statvfs *volume) {
    typedef int call(int, struct statvfs *);
    errno = EIO;
    return is_failing() ? -1 : NEXT(call *, "fstatvfs")(file, volume);
}

int ftruncate(int file, off_t size) {
    typedef int call(int, off_t);
    errno = ENOSPC;
    return is_failing() ? -1 : NEXT(call *, "ftruncate")(file, size);
}

int fsync(int file) {
    typedef int call(int);
    errno = EIO;
    return is_failing() ? -1 : NEXT(call *, "fsync")(file);
}

SHOWN int fdatasync(int file) {
    typedef int call(int);
    errno = EIO;
    return is_failing() ? -1 : NEXT(call *, "fdatasync")(file);
}

SHOWN ssize_t pwrite(int file, const void *data, size_t size, off_t offset) {
    typedef ssize_t call(int, const void *, size_t, off_t);
    errno = ENOSPC;
    return is_failing() || is_disk_full ? -1 : NEXT(call *, "pwrite")(file, data, size, offset);
}

SHOWN ssize_t writev(int file, const struct iovec *parts, int count) {
    typedef ssize_t call(int, const struct iovec *, int);
    errno = is_disk_full ? ENOSPC : EIO;
    return is_failing() || is_disk_full ? -1 : NEXT(call *, "writev")(file, parts, count);
}

/** Something done to a store, and what must be true after it. */
struct scenario {
    /** Does it; raises *acked each time that a commit is said to be durable. */
    enum tcn_status (*run)(const struct test_dir *dir, uint64_t *acked);
    /** Opens the store and asserts that at least `acked` commits are there, at most one more. */
    void (*check)(const struct test_dir *dir, uint64_t acked);
};

/** A status that a failing call may lead to. */
static bool is_expected(enum tcn_status status) {
    return status == TCN_IO || status == TCN_NOMEM || status == TCN_CORRUPT || status == TCN_FULL ||
           status == TCN_LIMIT;
}

/** Runs a scenario with the n-th call failing, for every n. */
static void sweep(const struct test_dir *dir, const struct scenario *scenario) {
    unsigned n = 0;
    bool is_hit = true;
    while (is_hit) {
        n++;
        uint64_t acked = 0;
        test_dir_remove_flat(dir->store);
        countdown = n;
        enum tcn_status status = scenario->run(dir, &acked);
        is_hit = countdown == 0;
        countdown = 0;
        assert_true(is_hit ? status == TCN_OK || is_expected(status) : status == TCN_OK);
        scenario->check(dir, acked);
        assert_true(n < 5000);
    }
    print_message("%u calls made to fail\n", n - 1);
    assert_true(n > 50);
}

/** Environments seen after a failed commit. */
static unsigned poison_count;

/** A commit that failed must have poisoned the environment: nothing works any more. */
static void poison_check(struct tcn_env *env, enum tcn_status after) {
    if (tcn_env_health(env) != TCN_OK) {
        assert_int_equal(after, TCN_IO);
        poison_count++;
    }
}

/** Reads the log's last record and one from its middle. */
static enum tcn_status log_look(struct tcn_log *log) {
    struct tcn_log_reader *reader = NULL;
    struct tcn_record record;
    struct tcn_log_report report;
    struct tcn_lane_key lane = test_lane(5);
    struct tcn_log_place place;
    enum tcn_status status = tcn_log_reader_open(log, &reader);
    if (status == TCN_OK) {
        status = tcn_log_tail(reader, &record);
    }
    if (status == TCN_OK) {
        status = tcn_log_read(reader, 2, &record);
    }
    if (status == TCN_OK) {
        status = tcn_log_verify(reader, NULL, NULL, &report);
    }
    if (status == TCN_OK) {
        status = tcn_log_index_find(log, &lane, 2, &place);
    }
    tcn_log_reader_close(&reader);
    return status;
}

/** Three groups and a look at them. */
static enum tcn_status log_run(const struct test_dir *dir, uint64_t *acked) {
    struct tcn_store_options options = test_options(dir);
    struct tcn_log *log = NULL;
    enum tcn_status status = tcn_log_open(&options, &log);
    for (int i = 0; i < 3 && status == TCN_OK; i++) {
        status = test_group_append(log, 2, 3);
        *acked += status == TCN_OK ? 1 : 0;
    }
    if (status == TCN_OK) {
        status = log_look(log);
    } else if (log != NULL) {
        poison_check(tcn_log_env(log), tcn_log_group_begin(log));
        tcn_log_group_abort(log);
    }
    tcn_log_close(&log);
    return status;
}

/** Whole groups only, all those acknowledged. */
static void log_check(const struct test_dir *dir, uint64_t acked) {
    struct tcn_store_options options = test_options(dir);
    struct tcn_log *log = NULL;
    struct tcn_log_reader *reader = NULL;
    struct tcn_log_report report;
    struct tcn_mark mark = {0};
    struct tcn_lane_key lane = test_lane(5);
    assert_int_equal(tcn_log_open(&options, &log), TCN_OK);
    assert_int_equal(tcn_log_reader_open(log, &reader), TCN_OK);
    assert_int_equal(tcn_log_verify(reader, NULL, NULL, &report), TCN_OK);
    assert_int_equal(report.record_count % 2, 0);
    assert_true(report.record_count / 2 == acked || report.record_count / 2 == acked + 1);
    enum tcn_status wanted = report.record_count > 0 ? TCN_OK : TCN_ABSENT;
    assert_int_equal(tcn_log_mark_get(log, &lane, &mark), wanted);
    assert_int_equal(mark.sequence, report.last_position);
    tcn_log_reader_close(&reader);
    tcn_log_close(&log);
}

static const struct tcn_lane_key routine = {.source = 5, .epoch = 1, .lane = TCN_LANE_ROUTINE};

/** The second group of the outbox: acknowledge, cut anew, trim, note. */
static enum tcn_status outbox_group(struct tcn_outbox *outbox) {
    struct tcn_outbox_key key = {.lane = routine, .sequence = 2};
    struct tcn_outbox_dead dead = {.lane = routine, .event = tcn_slice_text("event")};
    struct tcn_outbox_chunk chunk;
    struct tcn_hash hash;
    uint64_t number = 0;
    size_t trimmed = 0;
    enum tcn_status status = tcn_outbox_key_put(outbox, tcn_slice_text("k"), &key);
    if (status == TCN_OK) {
        status = tcn_outbox_receipt_put(outbox, &routine, 1, tcn_slice_text("receipt"));
    }
    if (status == TCN_OK) {
        status = tcn_outbox_chunk_find(outbox, &routine, 2, &chunk);
        hash = chunk.chunk_hash;
    }
    if (status == TCN_OK) {
        status = tcn_outbox_ack(outbox, &routine, 2, &hash, 9);
    }
    if (status == TCN_OK) {
        status = tcn_outbox_recut(outbox, TCN_LANE_ROUTINE, 4);
    }
    if (status == TCN_OK) {
        status = test_chunks_append(outbox, routine, 2, 1);
    }
    if (status == TCN_OK) {
        status = tcn_outbox_trim(outbox, &routine, 0, UINT64_MAX, &trimmed);
    }
    if (status == TCN_OK) {
        status = tcn_outbox_trim_older(outbox, TCN_LANE_ROUTINE, 0, 0, &trimmed);
    }
    if (status == TCN_OK) {
        status = tcn_outbox_dead_put(outbox, &dead, &number);
    }
    return status == TCN_OK ? tcn_outbox_bundle_put(outbox, 4, tcn_slice_text("bundle")) : status;
}

/** Ends a group as it went. */
static enum tcn_status outbox_end(struct tcn_outbox *outbox, enum tcn_status status,
                                  uint64_t *acked) {
    /* Half of the time the caller does not look and commits: what failed must be refused there. */
    if (status == TCN_OK || countdown % 2 == 0) {
        enum tcn_status committed = tcn_outbox_commit(outbox);
        assert_true(status == TCN_OK || committed != TCN_OK);
        *acked += committed == TCN_OK ? 1 : 0;
        return committed;
    }
    tcn_outbox_abort(outbox);
    return status;
}

/** Two groups: cut, then everything else. */
static enum tcn_status outbox_run(const struct test_dir *dir, uint64_t *acked) {
    struct tcn_store_options options = test_options(dir);
    struct tcn_outbox *outbox = NULL;
    enum tcn_status status = tcn_outbox_open(&options, &outbox);
    if (status == TCN_OK) {
        status = tcn_outbox_begin(outbox);
    }
    if (status == TCN_OK) {
        status = test_lane_begin(outbox, routine);
        if (status == TCN_OK) {
            status = test_chunks_append(outbox, routine, 3, 2);
        }
        status = outbox_end(outbox, status, acked);
    }
    if (status == TCN_OK) {
        status = tcn_outbox_begin(outbox);
    }
    if (status == TCN_OK) {
        status = outbox_end(outbox, outbox_group(outbox), acked);
    }
    struct tcn_outbox_stat stat;
    if (status == TCN_OK) {
        status = tcn_outbox_stat(outbox, &stat);
    } else if (outbox != NULL) {
        poison_check(tcn_outbox_env(outbox), tcn_outbox_begin(outbox));
    }
    tcn_outbox_close(&outbox);
    return status;
}

/** One of the three states between the groups, whole. */
static void outbox_check(const struct test_dir *dir, uint64_t acked) {
    struct tcn_store_options options = test_options(dir);
    struct tcn_outbox *outbox = NULL;
    struct tcn_outbox_stat stat;
    struct tcn_outbox_lane lane;
    struct tcn_outbox_chunk chunk;
    struct tcn_slice bundle;
    assert_int_equal(tcn_outbox_open(&options, &outbox), TCN_OK);
    assert_int_equal(tcn_outbox_stat(outbox, &stat), TCN_OK);
    if (tcn_outbox_bundle_get(outbox, &bundle) == TCN_OK) {
        assert_int_equal(stat.chunk_count, 3);
        assert_int_equal(stat.dead_count, 1);
        assert_int_equal(stat.routine.waiting_count, 4);
        assert_int_equal(tcn_outbox_chunk_find(outbox, &routine, 6, &chunk), TCN_OK);
        assert_chunk(&chunk, 6, 1);
        assert_in_range(acked, 1, 2);
    } else if (tcn_outbox_lane_get(outbox, TCN_LANE_ROUTINE, &lane) == TCN_OK) {
        assert_int_equal(stat.chunk_count, 3);
        assert_int_equal(stat.routine.waiting_count, 6);
        assert_int_equal(tcn_outbox_chunk_find(outbox, &routine, 6, &chunk), TCN_OK);
        assert_chunk(&chunk, 5, 2);
        assert_in_range(acked, 0, 1);
    } else {
        assert_int_equal(stat.chunk_count, 0);
        assert_int_equal(acked, 0);
    }
    tcn_outbox_close(&outbox);
}

/** One commit of the state: one of each. */
static enum tcn_status state_commit(struct tcn_state *state, uint64_t position) {
    const struct tcn_state_ops *ops = tcn_state_table();
    struct tcn_matter matter = {.birth_position = position, .id = {{(uint8_t)position}}};
    struct tcn_alert alert = {.stream = {TCN_MODE_ACTUAL, 1}, .number = position};
    struct tcn_cursor cursor = {.name = "n", .number = position};
    struct tcn_due due = {{TCN_DUE_KEY_ENDS, 1, 0}, 1, (int64_t)position, 9, false};
    struct tcn_applied applied = {0};
    enum tcn_status steps[10];
    steps[0] = ops->matter_put(state, &matter, true);
    steps[1] = ops->thread_append(state, &(struct tcn_thread){position, position, 0});
    steps[2] = ops->alert_append(state, &alert);
    steps[3] = ops->outcome_put(state, &(struct tcn_outcome){.position = position});
    steps[4] = ops->cursor_put(state, &cursor);
    steps[5] = ops->source_put(state, &(struct tcn_source_state){.sequence = position});
    steps[6] = ops->applied_get(state, &applied);
    applied.position = position;
    steps[7] = ops->applied_put(state, &applied);
    steps[8] = ops->due_put(state, &due); /* the second takes the place of the first */
    steps[9] = ops->clock_put(state, &(struct tcn_matter_clock){.rule = 2}); /* likewise */
    for (size_t i = 0; i < 10; i++) {
        if (steps[i] != TCN_OK) {
            tcn_state_abort(state);
            return steps[i];
        }
    }
    return tcn_state_commit(state);
}

/** Two commits and a walk. */
static enum tcn_status state_run(const struct test_dir *dir, uint64_t *acked) {
    struct tcn_store_options options = test_options(dir);
    struct tcn_state *state = NULL;
    struct tcn_state_reader *reader = NULL;
    struct tcn_matter matter;
    size_t count = 0;
    enum tcn_status status = tcn_state_open(&options, &state);
    for (uint64_t i = 1; i <= 2 && status == TCN_OK; i++) {
        status = tcn_state_begin(state);
        status = status == TCN_OK ? state_commit(state, i) : status;
        *acked += status == TCN_OK ? 1 : 0;
    }
    if (status == TCN_OK) {
        status = tcn_state_reader_open(state, &reader);
    }
    if (status == TCN_OK) {
        status = tcn_state_matters(reader, UINT64_MAX, &matter, 1, &count);
    }
    if (status == TCN_OK) {
        status = tcn_state_matter_by_id(reader, &matter.id, &matter);
    }
    tcn_state_reader_close(&reader);
    if (status != TCN_OK && state != NULL) {
        poison_check(tcn_state_env(state), tcn_state_begin(state));
    }
    tcn_state_close(&state);
    return status;
}

/** As far as the applied position says, everything. */
static void state_check(const struct test_dir *dir, uint64_t acked) {
    struct tcn_store_options options = test_options(dir);
    struct tcn_state *state = NULL;
    struct tcn_state_reader *reader = NULL;
    struct tcn_applied applied;
    struct tcn_source_state source;
    size_t count = 0;
    assert_int_equal(tcn_state_open(&options, &state), TCN_OK);
    assert_int_equal(tcn_state_reader_open(state, &reader), TCN_OK);
    assert_int_equal(tcn_state_applied(reader, &applied), TCN_OK);
    assert_true(applied.position == acked || applied.position == acked + 1);
    for (uint64_t i = 1; i <= applied.position; i++) {
        struct tcn_matter matter;
        struct tcn_thread thread;
        struct tcn_outcome outcome;
        struct tcn_id id = {{(uint8_t)i}};
        assert_int_equal(tcn_state_matter_by_id(reader, &id, &matter), TCN_OK);
        assert_int_equal(tcn_state_thread(reader, i, &thread), TCN_OK);
        assert_int_equal(tcn_state_outcome(reader, i, &outcome), TCN_OK);
    }
    assert_int_equal(tcn_state_sources(reader, NULL, &source, 1, &count), TCN_OK);
    assert_int_equal(count, applied.position > 0 ? 1 : 0);
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

/** Puts, erases and compacts. */
static enum tcn_status shares_run(const struct test_dir *dir, uint64_t *acked) {
    struct tcn_store_options options = test_options(dir);
    struct tcn_shares *shares = NULL;
    struct tcn_shares_row row = {.lane = routine, .frame = tcn_slice_text("shares")};
    enum tcn_status status = tcn_shares_open(&options, &shares);
    for (int erases = 0; erases < 2 && status == TCN_OK; erases++) {
        status = tcn_shares_group_begin(shares);
        if (status == TCN_OK) {
            row.frame = tcn_slice_text(erases == 1 ? "less" : "shares");
            status = erases == 1 ? tcn_shares_erase(shares, &row) : tcn_shares_put(shares, &row);
            /* The commit answers for what failed in the group. */
            enum tcn_status committed = tcn_shares_group_commit(shares);
            assert_true(status == TCN_OK || committed != TCN_OK);
            status = committed;
            *acked += status == TCN_OK ? 1 : 0;
        }
    }
    if (status == TCN_OK) {
        status = tcn_shares_compact(&shares);
    }
    if (status == TCN_OK) {
        status = tcn_shares_get(shares, &routine, 0, &row);
    }
    tcn_shares_close(&shares);
    return status;
}

/** The frame of one of the commits. */
static void shares_check(const struct test_dir *dir, uint64_t acked) {
    struct tcn_store_options options = test_options(dir);
    struct tcn_shares *shares = NULL;
    struct tcn_shares_row row;
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
    enum tcn_status status = tcn_shares_get(shares, &routine, 0, &row);
    if (status == TCN_ABSENT) {
        assert_int_equal(acked, 0);
    } else {
        assert_int_equal(status, TCN_OK);
        assert_true(tcn_slice_is_text(row.frame, "less") ? acked >= 1 : acked <= 1);
    }
    tcn_shares_close(&shares);
}

static void a_log_survives_any_failing_call(void **state) {
    const struct scenario scenario = {log_run, log_check};
    poison_count = 0;
    sweep(*state, &scenario);
    /* Three commits, each by its own call and by at least one flush and two writes of LMDB's. */
    assert_true(poison_count >= 12);
}

static void an_outbox_survives_any_failing_call(void **state) {
    const struct scenario scenario = {outbox_run, outbox_check};
    sweep(*state, &scenario);
}

static void a_state_survives_any_failing_call(void **state) {
    const struct scenario scenario = {state_run, state_check};
    sweep(*state, &scenario);
}

static void a_share_store_survives_any_failing_call(void **state) {
    const struct scenario scenario = {shares_run, shares_check};
    sweep(*state, &scenario);
}

static void a_commit_that_finds_no_room_is_made_again_later(void **test) {
    struct tcn_store_options options = test_options(*test);
    struct tcn_state *state = NULL;
    struct tcn_log *log = NULL;
    struct tcn_state_reader *reader = NULL;
    struct tcn_matter matters[4];
    size_t count = 0;
    assert_int_equal(tcn_state_open(&options, &state), TCN_OK);
    assert_int_equal(tcn_state_reader_open(state, &reader), TCN_OK);
    for (uint64_t i = 1; i <= 3; i++) {
        is_disk_full = i == 2;
        assert_int_equal(tcn_state_begin(state), TCN_OK);
        assert_int_equal(state_commit(state, i == 1 ? 1 : 2), is_disk_full ? TCN_FULL : TCN_OK);
        is_disk_full = false;
        tcn_state_reader_reset(reader);
        assert_int_equal(tcn_state_matters(reader, UINT64_MAX, matters, 4, &count), TCN_OK);
        assert_int_equal(count, i == 3 ? 2 : 1);
    }
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
    is_disk_full = true;
    assert_int_equal(tcn_state_open(&options, &state), TCN_OK);
    is_disk_full = false;
    tcn_state_close(&state);
    test_dir_remove_flat(options.dir); /* the log as well: */
    assert_int_equal(tcn_log_open(&options, &log), TCN_OK);
    is_disk_full = true;
    assert_int_equal(test_group_append(log, 2, 3), TCN_FULL);
    is_disk_full = false;
    assert_int_equal(test_group_append(log, 2, 3), TCN_OK);
    assert_int_equal(tcn_log_last_position(log), 6);
    tcn_log_close(&log);
}

#define DIR_TEST(name) cmocka_unit_test_setup_teardown(name, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIR_TEST(a_log_survives_any_failing_call),
        DIR_TEST(an_outbox_survives_any_failing_call),
        DIR_TEST(a_state_survives_any_failing_call),
        DIR_TEST(a_share_store_survives_any_failing_call),
        DIR_TEST(a_commit_that_finds_no_room_is_made_again_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
