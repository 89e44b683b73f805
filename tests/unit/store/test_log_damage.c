/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promise 13 for the log: whatever byte of the file is changed, what is read is right or refused.
 * LMDB 0.9 trusts its own pages, so damage to its tree may also stop the process; each try runs in
 * a child, and a child that was stopped has served nothing wrong.
 * With TOCSIN_LONG=1 seven times as many bytes are tried.
 * ctest-labels: long once_plain
 * ctest-timeout: 600
 * ctest-cost: 30
 */
#include "log_test.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define GROUP_COUNT 6u
#define GROUP_RECORDS 3u
#define RECORD_EVENTS 4u
#define LAST_POSITION (GROUP_COUNT * GROUP_RECORDS * RECORD_EVENTS)

/** What a child found. */
enum try_result {
    TRY_RIGHT = 0,   /**< everything is there and right */
    TRY_REFUSED = 1, /**< damage was reported */
    TRY_WRONG = 2,   /**< something wrong or incomplete was given for right */
    TRY_STOPPED = 3, /**< the child was stopped by a signal */
};

/** Makes a log of GROUP_COUNT groups and closes it. */
static void make_log(const struct test_dir *dir) {
    struct tcn_store_options options = test_options(dir);
    struct tcn_log *log = NULL;
    assert_int_equal(tcn_log_open(&options, &log), TCN_OK);
    for (uint32_t i = 0; i < GROUP_COUNT; i++) {
        assert_int_equal(test_group_append(log, GROUP_RECORDS, RECORD_EVENTS), TCN_OK);
    }
    tcn_log_close(&log);
}

/** Looks a few things up besides walking: marks, the index, a group, single positions. */
static enum try_result lookups_try(struct tcn_log *log, struct tcn_log_reader *reader) {
    struct tcn_lane_key lane = test_lane(5);
    struct tcn_mark mark;
    struct tcn_record record;
    static struct tcn_log_group group;
    if (tcn_log_mark_get(log, &lane, &mark) != TCN_OK ||
        tcn_log_group_get(log, 1, &group) != TCN_OK) {
        return TRY_REFUSED;
    }
    struct tcn_hash hash = test_hash(1);
    if (mark.sequence != LAST_POSITION || group.leaf_count != GROUP_RECORDS ||
        !tcn_hash_equals(&group.leaves[0], &hash)) {
        return TRY_WRONG;
    }
    for (uint64_t position = 1; position <= LAST_POSITION; position += 5) {
        if (tcn_log_read(reader, position, &record) != TCN_OK) {
            return TRY_REFUSED;
        }
        bool holds =
            record.first_position <= position && position < record.first_position + RECORD_EVENTS;
        if (!holds || !test_record_is_right(&record, RECORD_EVENTS)) {
            return TRY_WRONG;
        }
    }
    return TRY_RIGHT;
}

/** Checks a visited record. */
static enum tcn_status right_visit(void *context, const struct tcn_record *record) {
    bool *is_wrong = context;
    *is_wrong = *is_wrong || !test_record_is_right(record, RECORD_EVENTS);
    return TCN_OK;
}

/** Opens and reads everything. */
static enum try_result log_try(const struct test_dir *dir) {
    struct tcn_store_options options = test_options(dir);
    struct tcn_log *log = NULL;
    struct tcn_log_reader *reader = NULL;
    if (tcn_log_open(&options, &log) != TCN_OK) {
        return TRY_REFUSED;
    }
    enum try_result result = TRY_REFUSED;
    if (tcn_log_reader_open(log, &reader) == TCN_OK) {
        struct tcn_log_report report;
        bool is_wrong = false;
        enum tcn_status status = tcn_log_verify(reader, right_visit, &is_wrong, &report);
        if (status == TCN_OK) {
            is_wrong = is_wrong || report.last_position != LAST_POSITION;
            result = is_wrong ? TRY_WRONG : lookups_try(log, reader);
        } else {
            result = is_wrong ? TRY_WRONG : TRY_REFUSED;
        }
    }
    tcn_log_reader_close(&reader);
    tcn_log_close(&log);
    return result;
}

/** Runs one try in a child. */
static enum try_result log_try_apart(const struct test_dir *dir) {
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        static const int signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE};
        for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
            (void)signal(signals[i], SIG_DFL);
        }
        struct rlimit none = {0};
        (void)setrlimit(RLIMIT_CORE, &none);
        (void)dup2(open("/dev/null", O_WRONLY), 2);
        (void)alarm(20);
        _exit((int)log_try(dir));
    }
    int ended = 0;
    assert_int_equal(waitpid(child, &ended, 0), child);
    bool is_answer = WIFEXITED(ended) && WEXITSTATUS(ended) <= TRY_WRONG;
    return is_answer ? (enum try_result)WEXITSTATUS(ended) : TRY_STOPPED;
}

static void no_changed_byte_is_ever_served(void **state) {
    struct test_dir *dir = *state;
    char path[2 * TEST_PATH_BYTES];
    test_path(dir, "data.mdb", path);
    make_log(dir);
    assert_int_equal(log_try_apart(dir), TRY_RIGHT);
    struct test_file file = test_file_read(path);
    size_t counts[4] = {0};
    size_t stride = getenv("TOCSIN_LONG") != NULL ? 1 : 7; /* prime to a page's size, too */
    size_t offset = 0;
    while (offset < file.size) {
        test_file_flip(path, offset);
        enum try_result result = log_try_apart(dir);
        assert_int_not_equal(result, TRY_WRONG);
        counts[result]++;
        test_file_flip(path, offset);
        /* A page's header and first rows closely, then a sample. */
        offset += (offset % 4096 < 64 ? 3 : 53) * stride;
    }
    print_message("flips: %zu harmless, %zu refused, %zu stopped\n", counts[TRY_RIGHT],
                  counts[TRY_REFUSED], counts[TRY_STOPPED]);
    assert_true(counts[TRY_REFUSED] > counts[TRY_STOPPED]);
    free(file.data);
}

static void zeroed_pages_are_never_served(void **state) {
    struct test_dir *dir = *state;
    char path[2 * TEST_PATH_BYTES];
    test_path(dir, "data.mdb", path);
    make_log(dir);
    struct test_file file = test_file_read(path);
    for (size_t offset = 0; offset + 4096 <= file.size; offset += 4096) {
        uint8_t kept[4096];
        memcpy(kept, file.data + offset, sizeof(kept));
        memset(file.data + offset, 0, sizeof(kept));
        test_file_write(path, file.data, file.size);
        assert_int_not_equal(log_try_apart(dir), TRY_WRONG);
        memcpy(file.data + offset, kept, sizeof(kept));
    }
    free(file.data);
}

static void a_flipped_byte_in_a_record_is_reported_with_its_position(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    struct tcn_log *log = NULL;
    struct tcn_log_reader *reader = NULL;
    struct tcn_log_report report;
    struct tcn_record record;
    struct test_record made;
    char path[2 * TEST_PATH_BYTES];
    test_path(dir, "data.mdb", path);
    make_log(dir);
    test_record_make(&made, 33, RECORD_EVENTS);
    struct test_file file = test_file_read(path);
    test_file_flip(path, test_file_find(&file, made.body, 50) + 10);
    free(file.data);
    assert_int_equal(tcn_log_open(&options, &log), TCN_OK);
    assert_int_equal(tcn_log_reader_open(log, &reader), TCN_OK);
    assert_int_equal(tcn_log_read(reader, 35, &record), TCN_CORRUPT);
    assert_int_equal(tcn_log_reader_fault(reader), 33);
    /* What is beside it is served. */
    assert_int_equal(tcn_log_read(reader, 32, &record), TCN_OK);
    assert_true(test_record_is_right(&record, RECORD_EVENTS));
    assert_int_equal(tcn_log_next(reader, &record), TCN_CORRUPT);
    assert_int_equal(tcn_log_read(reader, 37, &record), TCN_OK);
    assert_true(test_record_is_right(&record, RECORD_EVENTS));
    assert_int_equal(tcn_log_verify(reader, NULL, NULL, &report), TCN_CORRUPT);
    assert_int_equal(report.bad_position, 33);
    assert_int_equal(report.last_position, 32);
    tcn_log_reader_close(&reader);
    tcn_log_close(&log);
}

static void a_damaged_tail_row_refuses_the_writer_and_lets_a_reader_look(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    struct tcn_log *log = NULL;
    struct tcn_log_reader *reader = NULL;
    struct tcn_record record;
    char path[2 * TEST_PATH_BYTES];
    test_path(dir, "data.mdb", path);
    make_log(dir);
    /* The row as the last group wrote it; older pages hold older ones. */
    static const uint8_t row[] = {'t', 'a', 'i', 'l', 1, 0, 0, 0, 0, 0, 0, 0, 69};
    struct test_file file = test_file_read(path);
    test_file_flip(path, test_file_find(&file, row, sizeof(row)) + sizeof(row) - 1);
    free(file.data);
    assert_int_equal(tcn_log_open(&options, &log), TCN_CORRUPT);
    options.is_reader_only = true;
    assert_int_equal(tcn_log_open(&options, &log), TCN_OK);
    assert_int_equal(tcn_log_reader_open(log, &reader), TCN_OK);
    assert_int_equal(tcn_log_read(reader, 1, &record), TCN_OK);
    struct tcn_log_report report;
    assert_int_equal(tcn_log_verify(reader, NULL, NULL, &report), TCN_CORRUPT);
    assert_int_equal(report.last_position, LAST_POSITION);
    tcn_log_reader_close(&reader);
    tcn_log_close(&log);
}

#define DIR_TEST(name) cmocka_unit_test_setup_teardown(name, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIR_TEST(no_changed_byte_is_ever_served),
        DIR_TEST(zeroed_pages_are_never_served),
        DIR_TEST(a_flipped_byte_in_a_record_is_reported_with_its_position),
        DIR_TEST(a_damaged_tail_row_refuses_the_writer_and_lets_a_reader_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
