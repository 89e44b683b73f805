/* SPDX-License-Identifier: Apache-2.0 */
/* The rules that all stores share, tried through the share store, the smallest of them. */
#include "store_test.h"

#include "store/log.h"
#include "store/shares.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>

static const struct tcn_lane_key lane = {.source = 7, .epoch = 9, .lane = TCN_LANE_URGENT};

/** Puts one row in a group of its own. */
static enum tcn_status put_one(struct tcn_shares *shares, uint64_t sequence) {
    uint8_t frame[300];
    test_fill(frame, sizeof(frame), sequence);
    struct tcn_shares_row row = {.lane = lane,
                                 .first_sequence = sequence,
                                 .chunk_hash = test_hash(sequence),
                                 .frame = tcn_slice_of(frame, sizeof(frame))};
    enum tcn_status status = tcn_shares_group_begin(shares);
    if (status == TCN_OK) {
        status = tcn_shares_put(shares, &row);
    }
    if (status != TCN_OK) {
        tcn_shares_group_abort(shares);
        return status;
    }
    return tcn_shares_group_commit(shares);
}

static void a_second_opening_is_locked_and_names_the_holder(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    struct tcn_shares *first = NULL;
    struct tcn_shares *second = NULL;
    int64_t pid = 0;
    assert_int_equal(tcn_env_holder(dir->store, &pid), TCN_ABSENT);
    assert_int_equal(tcn_shares_open(&options, &first), TCN_OK);
    assert_int_equal(tcn_shares_open(&options, &second), TCN_LOCKED);
    assert_null(second);
    assert_int_equal(tcn_env_holder(dir->store, &pid), TCN_OK);
    assert_int_equal(pid, getpid());
    /* A refused opening did no harm to the first. */
    assert_int_equal(put_one(first, 1), TCN_OK);
    tcn_shares_close(&first);
    assert_int_equal(tcn_env_holder(dir->store, &pid), TCN_ABSENT);
    assert_int_equal(tcn_shares_open(&options, &second), TCN_OK);
    tcn_shares_close(&second);
}

static void a_holder_is_told_with_its_machine_and_since_when(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    struct tcn_shares *shares = NULL;
    struct tcn_env_hold hold = {.pid = 7};
    static const struct {
        const char *text;
        int64_t pid;
        const char *host;
    } cases[] = {
        {"", 0, ""},
        {"12", 12, ""},
        {"12\n", 12, ""},
        {"12\nh\033[2J\n", 12, "h?[2J"},
        {"12\n0123456789012345678901234567890123456789012345678901234567890123456789\n", 12, ""},
    };
    assert_int_equal(tcn_env_hold_look(dir->store, &hold), TCN_ABSENT);
    const int64_t before_ns = (int64_t)time(NULL) * 1000000000;
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
    assert_int_equal(tcn_env_hold_look(dir->store, &hold), TCN_OK);
    char host[TCN_ENV_HOST_BYTES] = "";
    assert_int_equal(gethostname(host, sizeof(host) - 1), 0);
    assert_int_equal(hold.pid, getpid());
    assert_string_equal(hold.host, host);
    assert_true(hold.since_ns >= before_ns - 1000000000 &&
                hold.since_ns <= before_ns + INT64_C(60000000000));
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/LOCK", dir->store);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        FILE *file = fopen(path, "r+"); /* the lock is on the file, not on what it says */
        assert_non_null(file);
        assert_int_equal(ftruncate(fileno(file), 0), 0);
        assert_true(fputs(cases[i].text, file) >= 0);
        assert_int_equal(fclose(file), 0);
        assert_int_equal(tcn_env_hold_look(dir->store, &hold), TCN_OK);
        assert_int_equal(hold.pid, cases[i].pid);
        assert_string_equal(hold.host, cases[i].host);
    }
    tcn_shares_close(&shares);
    assert_int_equal(tcn_env_hold_look(dir->store, &hold), TCN_ABSENT);
}

static void another_process_is_locked_out_and_a_dead_one_is_not(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    struct tcn_shares *shares = NULL;
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct tcn_shares *held = NULL;
        char ready = tcn_shares_open(&options, &held) == TCN_OK ? 'y' : 'n';
        (void)!write(pipes[1], &ready, 1);
        pause();
        _exit(1);
    }
    char ready = 0;
    assert_int_equal(read(pipes[0], &ready, 1), 1);
    assert_int_equal(ready, 'y');
    int64_t pid = 0;
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_LOCKED);
    assert_int_equal(tcn_env_holder(dir->store, &pid), TCN_OK);
    assert_int_equal(pid, child);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
    tcn_shares_close(&shares);
    (void)close(pipes[0]);
    (void)close(pipes[1]);
}

static void unsafe_directories_are_refused(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    struct tcn_shares *shares = NULL;
    test_file_write(dir->store, "x", 1);
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_CONFIG);
    assert_int_equal(unlink(dir->store), 0);
    assert_int_equal(mkdir(dir->store, 0700), 0);
    assert_int_equal(chmod(dir->store, 0770), 0);
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_CONFIG);
    assert_int_equal(chmod(dir->store, 0702), 0);
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_CONFIG);
    assert_int_equal(chmod(dir->store, 0755), 0);
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
    tcn_shares_close(&shares);
    options.dir = "store-test-none/of/these";
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_ABSENT);
}

static void a_directory_without_a_store_is_absent_to_a_reader(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    struct tcn_shares *shares = NULL;
    options.is_reader_only = true;
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_ABSENT);
    struct stat about;
    assert_int_not_equal(stat(dir->store, &about), 0);
    assert_int_equal(mkdir(dir->store, 0700), 0);
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_ABSENT);
    assert_null(shares);
}

static void files_and_directory_are_the_owners_alone(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    struct tcn_shares *shares = NULL;
    mode_t before = umask(0);
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
    (void)umask(before);
    static const char *const names[] = {"data.mdb", "lock.mdb", "LOCK"};
    struct stat about;
    assert_int_equal(stat(dir->store, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0700);
    for (size_t i = 0; i < 3; i++) {
        char path[2 * TEST_PATH_BYTES];
        test_path(dir, names[i], path);
        assert_int_equal(stat(path, &about), 0);
        assert_int_equal(about.st_mode & 0777, 0600);
    }
    tcn_shares_close(&shares);
}

static void another_stores_file_is_a_version_not_known(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    struct tcn_shares *shares = NULL;
    struct tcn_log *log = NULL;
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
    tcn_shares_close(&shares);
    assert_int_equal(tcn_log_open(&options, &log), TCN_VERSION);
    assert_null(log);
}

static void a_higher_format_is_a_version_not_known(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    struct tcn_shares *shares = NULL;
    char path[2 * TEST_PATH_BYTES];
    test_path(dir, "data.mdb", path);
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
    tcn_shares_close(&shares);
    static const char row[] = "format\0\0\0\1tocsin shares";
    struct test_file file = test_file_read(path);
    size_t offset = test_file_find(&file, row, sizeof(row) - 1);
    file.data[offset + 9] = 2;
    test_file_write(path, file.data, file.size);
    free(file.data);
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_VERSION);
}

/** One way to damage the two meta pages. */
struct meta_case {
    size_t offset; /**< of a byte */
    uint8_t flip;
    enum tcn_status wanted;
};

static void damaged_meta_pages_are_found_before_the_file_is_mapped(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    struct tcn_shares *shares = NULL;
    static const struct meta_case cases[] = {
        {16, 1, TCN_CORRUPT},        {4096 + 17, 0x80, TCN_CORRUPT}, {20, 2, TCN_VERSION},
        {4096 + 20, 2, TCN_VERSION}, {40, 1, TCN_CORRUPT},           {41, 0x10, TCN_CORRUPT},
        {144, 2, TCN_CORRUPT},       {4096 + 144, 2, TCN_CORRUPT},   {144, 1, TCN_CORRUPT},
        {151, 0x40, TCN_CORRUPT},    {4096 + 150, 1, TCN_CORRUPT},   {143, 0x7F, TCN_CORRUPT},
    };
    char path[2 * TEST_PATH_BYTES];
    test_path(dir, "data.mdb", path);
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
    for (uint64_t i = 1; i <= 5; i++) {
        assert_int_equal(put_one(shares, i), TCN_OK);
    }
    tcn_shares_close(&shares);
    struct test_file file = test_file_read(path);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        file.data[cases[i].offset] ^= cases[i].flip;
        test_file_write(path, file.data, file.size);
        assert_int_equal(tcn_shares_open(&options, &shares), cases[i].wanted);
        file.data[cases[i].offset] ^= cases[i].flip;
    }
    test_file_write(path, file.data, 5000);
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_CORRUPT);
    test_file_write(path, file.data, file.size);
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
    tcn_shares_close(&shares);
    free(file.data);
}

/* Of a meta page: bytes from its map size on, which LMDB writes; and two that it puts back. */
#define META_WRITTEN 32
#define META_LAST_PAGE 136
#define META_TRANSACTION 144
#define META_END 152
#define LOCK_TRANSACTION 48

/** Gives the number of the meta page with the lower transaction, 0 or 1. */
static size_t older_meta(const struct test_file *file) {
    uint64_t numbers[2];
    memcpy(&numbers[0], file->data + META_TRANSACTION, 8);
    memcpy(&numbers[1], file->data + 4096 + META_TRANSACTION, 8);
    return numbers[0] < numbers[1] ? 0 : 1;
}

static void a_meta_page_that_lmdb_put_back_is_no_damage(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    struct tcn_shares *shares = NULL;
    char data_path[2 * TEST_PATH_BYTES];
    char lock_path[2 * TEST_PATH_BYTES];
    test_path(dir, "data.mdb", data_path);
    test_path(dir, "lock.mdb", lock_path);
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
    for (uint64_t i = 1; i <= 5; i++) {
        assert_int_equal(put_one(shares, i), TCN_OK);
    }
    struct test_file before = test_file_read(data_path);
    struct test_file lock = test_file_read(lock_path);
    assert_int_equal(put_one(shares, 6), TCN_OK);
    tcn_shares_close(&shares);
    /* The pages of the sixth were written; of its meta page only what LMDB does not put back. */
    struct test_file data = test_file_read(data_path);
    size_t page = older_meta(&before) * 4096;
    memcpy(data.data + page + META_LAST_PAGE, before.data + page + META_LAST_PAGE,
           META_END - META_LAST_PAGE);
    assert_memory_not_equal(data.data + page + META_WRITTEN, before.data + page + META_WRITTEN,
                            META_LAST_PAGE - META_WRITTEN);
    test_file_write(data_path, data.data, data.size);

    /* The lock file knows of a commit that went well after it: a bit has flipped. */
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_CORRUPT);
    assert_int_equal(unlink(lock_path), 0);
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_CORRUPT);
    lock.data[LOCK_TRANSACTION + 1] ^= 1;
    test_file_write(lock_path, lock.data, lock.size);
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_CORRUPT);
    lock.data[LOCK_TRANSACTION + 1] ^= 1;

    /* The sixth is not there, and can come again. */
    test_file_write(lock_path, lock.data, lock.size);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
        struct tcn_shares_row row;
        assert_int_equal(tcn_shares_get(shares, &lane, 5, &row), TCN_OK);
        assert_int_equal(tcn_shares_get(shares, &lane, 6, &row), TCN_ABSENT);
        tcn_shares_close(&shares);
    }
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
    assert_int_equal(put_one(shares, 6), TCN_OK);
    tcn_shares_close(&shares);
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
    tcn_shares_close(&shares);
    free(before.data);
    free(lock.data);
    free(data.data);
}

static void an_unharmed_file_is_never_taken_for_a_damaged_one(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    struct tcn_shares *shares = NULL;
    uint64_t seed = 1;
    for (uint64_t round = 0; round < 120; round++) {
        assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
        for (uint64_t group = 0; group < round % 5; group++) {
            assert_int_equal(tcn_shares_group_begin(shares), TCN_OK);
            for (uint64_t i = 0; i < 1 + round % 7; i++) {
                seed = seed * UINT64_C(6364136223846793005) + 1;
                static const uint8_t frame[20000];
                struct tcn_shares_row row = {.lane = lane, .first_sequence = (seed >> 40) % 64};
                row.frame = tcn_slice_of(frame, (seed >> 20) % sizeof(frame));
                enum tcn_status status = (seed >> 50) % 2 == 0
                                             ? tcn_shares_put(shares, &row)
                                             : tcn_shares_del(shares, &lane, row.first_sequence);
                assert_true(status == TCN_OK || status == TCN_ABSENT);
            }
            assert_int_equal(tcn_shares_group_commit(shares), TCN_OK);
        }
        tcn_shares_close(&shares);
    }
}

static void a_file_cut_short_is_corrupt_and_never_a_crash(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    struct tcn_shares *shares = NULL;
    char path[2 * TEST_PATH_BYTES];
    test_path(dir, "data.mdb", path);
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
    for (uint64_t i = 1; i <= 40; i++) {
        assert_int_equal(put_one(shares, i), TCN_OK);
    }
    tcn_shares_close(&shares);
    struct test_file file = test_file_read(path);
    for (size_t size = 2 * 4096; size + 4096 < file.size; size += 4096) {
        test_file_write(path, file.data, size);
        bool is_whole = true;
        if (tcn_shares_open(&options, &shares) != TCN_OK) {
            continue;
        }
        for (uint64_t i = 1; i <= 40; i++) {
            struct tcn_shares_row row;
            enum tcn_status status = tcn_shares_get(shares, &lane, i, &row);
            is_whole = is_whole && status == TCN_OK;
            if (status == TCN_OK) {
                uint8_t frame[300];
                test_fill(frame, sizeof(frame), i);
                assert_memory_equal(row.frame.data, frame, sizeof(frame));
            }
        }
        tcn_shares_close(&shares);
    }
    free(file.data);
}

static void a_full_quota_is_full_and_reading_goes_on(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    options.quota_bytes = 512 * 1024;
    struct tcn_shares *shares = NULL;
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
    uint64_t count = 0;
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK && count < 10000) {
        status = put_one(shares, count + 1);
        count += status == TCN_OK ? 1 : 0;
    }
    assert_int_equal(status, TCN_FULL);
    assert_true(count > 500);
    struct tcn_env_stat stat;
    assert_int_equal(tcn_env_stat(tcn_shares_env(shares), &stat), TCN_OK);
    assert_int_equal(stat.quota_bytes, 512 * 1024);
    assert_true(stat.used_bytes <= stat.quota_bytes + 64 * 1024);
    assert_int_equal(tcn_env_health(tcn_shares_env(shares)), TCN_OK);
    struct tcn_shares_row row;
    assert_int_equal(tcn_shares_get(shares, &lane, count, &row), TCN_OK);
    assert_int_equal(tcn_shares_get(shares, &lane, count + 1, &row), TCN_ABSENT);
    /* Deleting makes room: freed pages count. */
    assert_int_equal(tcn_shares_group_begin(shares), TCN_OK);
    for (uint64_t i = 1; i <= count / 2; i++) {
        assert_int_equal(tcn_shares_del(shares, &lane, i), TCN_OK);
    }
    assert_int_equal(tcn_shares_group_commit(shares), TCN_OK);
    assert_int_equal(put_one(shares, count + 1), TCN_OK);
    tcn_shares_close(&shares);
}

static void what_was_aborted_is_not_there_after_a_reopen(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    struct tcn_shares *shares = NULL;
    struct tcn_shares_row row = {.lane = lane, .first_sequence = 2};
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
    assert_int_equal(put_one(shares, 1), TCN_OK);
    assert_int_equal(tcn_shares_group_begin(shares), TCN_OK);
    assert_int_equal(tcn_shares_put(shares, &row), TCN_OK);
    tcn_shares_group_abort(shares);
    tcn_shares_group_abort(shares);
    assert_int_equal(tcn_shares_group_begin(shares), TCN_OK);
    assert_int_equal(tcn_shares_put(shares, &row), TCN_OK);
    /* Closing with an open group drops it. */
    tcn_shares_close(&shares);
    assert_null(shares);
    tcn_shares_close(&shares);
    tcn_shares_close(NULL);
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
    assert_int_equal(tcn_shares_get(shares, &lane, 1, &row), TCN_OK);
    assert_int_equal(tcn_shares_get(shares, &lane, 2, &row), TCN_ABSENT);
    tcn_shares_close(&shares);
}

static void a_reader_only_opening_reads_and_holds_the_lock(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    struct tcn_shares *shares = NULL;
    struct tcn_shares *second = NULL;
    struct tcn_shares_row row;
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
    assert_int_equal(put_one(shares, 1), TCN_OK);
    tcn_shares_close(&shares);
    options.is_reader_only = true;
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
    assert_int_equal(tcn_shares_get(shares, &lane, 1, &row), TCN_OK);
    assert_int_equal(tcn_shares_open(&options, &second), TCN_LOCKED);
    tcn_shares_close(&shares);
}

static void readers_are_counted_with_their_lag_and_limited(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    struct tcn_log *log = NULL;
    struct tcn_log_reader *readers[TCN_ENV_READERS_MAX] = {0};
    struct tcn_env_readers found;
    struct tcn_record record;
    assert_int_equal(tcn_log_open(&options, &log), TCN_OK);
    assert_int_equal(tcn_env_readers_check(tcn_log_env(log), &found), TCN_OK);
    assert_int_equal(found.live_count, 0);
    assert_int_equal(found.lag, 0);
    enum tcn_status status = TCN_OK;
    size_t count = 0;
    while (count < TCN_ENV_READERS_MAX && status == TCN_OK) {
        status = tcn_log_reader_open(log, &readers[count]);
        count += status == TCN_OK ? 1 : 0;
    }
    /* One slot is the log's own. */
    assert_int_equal(status, TCN_LIMIT);
    assert_int_equal(count, TCN_ENV_READERS_MAX - 1);
    assert_int_equal(tcn_log_next(readers[0], &record), TCN_ABSENT);
    struct tcn_log_identity identity = {.generation = 1};
    struct tcn_log_place place;
    assert_int_equal(tcn_log_reader_index_find(readers[0], &lane, 1, &place), TCN_ABSENT);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(tcn_log_group_begin(log), TCN_OK);
        assert_int_equal(tcn_log_identity_put(log, &identity), TCN_OK);
        assert_int_equal(tcn_log_group_commit(log), TCN_OK);
    }
    assert_int_equal(tcn_env_readers_check(tcn_log_env(log), &found), TCN_OK);
    assert_int_equal(found.live_count, 1);
    assert_int_equal(found.lag, 3);
    tcn_log_reader_reset(readers[0]);
    assert_int_equal(tcn_env_readers_check(tcn_log_env(log), &found), TCN_OK);
    assert_int_equal(found.live_count, 0);
    for (size_t i = 0; i < count; i++) {
        tcn_log_reader_close(&readers[i]);
    }
    tcn_log_close(&log);
}

static void remote_file_systems_and_other_patch_levels_are_told_apart(void **state) {
    (void)state;
    static const uint64_t remote[] = {0x6969,     0xFF534D42, 0xFE534D42, 0x517B,
                                      0x65735546, 0x01021997, 0x5346414F};
    static const uint64_t local[] = {0xEF53, 0x58465342, 0x9123683E, 0x01021994, 0x794C7630};
    for (size_t i = 0; i < sizeof(remote) / sizeof(remote[0]); i++) {
        assert_false(tcn_env_is_local(remote[i]));
    }
    for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++) {
        assert_true(tcn_env_is_local(local[i]));
    }
    for (int patch = 25; patch <= 31; patch++) {
        assert_false(tcn_env_is_trusted(0, 9, patch));
    }
    assert_false(tcn_env_is_trusted(0, 9, 23));
    assert_false(tcn_env_is_trusted(1, 0, 0));
    assert_true(tcn_env_is_trusted(0, 9, 24));
    assert_true(tcn_env_is_trusted(0, 9, 32));
}

#define DIR_TEST(name) cmocka_unit_test_setup_teardown(name, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIR_TEST(a_second_opening_is_locked_and_names_the_holder),
        DIR_TEST(a_holder_is_told_with_its_machine_and_since_when),
        DIR_TEST(another_process_is_locked_out_and_a_dead_one_is_not),
        DIR_TEST(unsafe_directories_are_refused),
        DIR_TEST(a_directory_without_a_store_is_absent_to_a_reader),
        DIR_TEST(files_and_directory_are_the_owners_alone),
        DIR_TEST(another_stores_file_is_a_version_not_known),
        DIR_TEST(a_higher_format_is_a_version_not_known),
        DIR_TEST(damaged_meta_pages_are_found_before_the_file_is_mapped),
        DIR_TEST(a_meta_page_that_lmdb_put_back_is_no_damage),
        DIR_TEST(an_unharmed_file_is_never_taken_for_a_damaged_one),
        DIR_TEST(a_file_cut_short_is_corrupt_and_never_a_crash),
        DIR_TEST(a_full_quota_is_full_and_reading_goes_on),
        DIR_TEST(what_was_aborted_is_not_there_after_a_reopen),
        DIR_TEST(a_reader_only_opening_reads_and_holds_the_lock),
        DIR_TEST(readers_are_counted_with_their_lag_and_limited),
        cmocka_unit_test(remote_file_systems_and_other_patch_levels_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
