/* SPDX-License-Identifier: Apache-2.0 */
/* What is newer is refused and left as it is; what is older is brought forward, whole or not at
 * all. No store has had a second format yet, so the way forward is tried with a made-up one. */
/* ctest-wraps: rename link fsync fdatasync unlink unlinkat rmdir mkdir write pwrite ftruncate */
/* ctest-wraps: mdb_txn_commit mdb_env_copy2 */
#include "store_test.h"

#include "store/door.h"
#include "store/log.h"
#include "store/outbox.h"
#include "store/row.h"
#include "store/shares.h"
#include "store/state.h"
#include "testlib/last_call.h"

#define MADE_UP "tocsin madeup"
#define ROW_COUNT 1000u

enum made_up_db {
    MADE_UP_ROWS,
    MADE_UP_MORE,
};

/* Where the migrations under test stop to be killed, or fail; what they have done is counted. */
static struct {
    enum tcn_status fails;
    uint32_t at_step; /* from 1; 0: nowhere */
    int words;        /* a pipe: there they wait to be killed, -1 none */
} trap = {.words = -1};

static struct tcn_key key_of(uint64_t number) {
    return tcn_key_u64(number);
}

static enum tcn_status spring(uint32_t step) {
    if (trap.at_step != step) {
        return TCN_OK;
    }
    if (trap.words >= 0) {
        (void)!write(trap.words, "t", 1);
        (void)pause();
    }
    return trap.fails;
}

/* 1 → 2: each row's byte is doubled. */
static enum tcn_status double_rows(struct tcn_env *env) {
    enum tcn_status status = TCN_OK;
    for (uint64_t i = 1; i <= ROW_COUNT && status == TCN_OK; i++) {
        const struct tcn_key key = key_of(i);
        struct tcn_slice value;
        status = tcn_env_get(env, MADE_UP_ROWS, tcn_key_slice(&key), &value);
        if (status == TCN_OK) {
            const uint8_t doubled = (uint8_t)(value.data[0] * 2);
            status = tcn_env_put(env, MADE_UP_ROWS, TCN_PUT_REPLACE, tcn_key_slice(&key),
                                 tcn_slice_of(&doubled, 1));
        }
        if (status == TCN_OK && i == ROW_COUNT / 2) {
            status = spring(1);
        }
    }
    return status;
}

/* 2 → 3: every tenth row moves into a database that was not there. */
static enum tcn_status move_rows(struct tcn_env *env) {
    enum tcn_status status = TCN_OK;
    for (uint64_t i = 10; i <= ROW_COUNT && status == TCN_OK; i += 10) {
        const struct tcn_key key = key_of(i);
        struct tcn_slice value;
        status = tcn_env_get(env, MADE_UP_ROWS, tcn_key_slice(&key), &value);
        const uint8_t byte = status == TCN_OK ? value.data[0] : 0;
        if (status == TCN_OK) {
            status = tcn_env_put(env, MADE_UP_MORE, TCN_PUT_NEW, tcn_key_slice(&key),
                                 tcn_slice_of(&byte, 1));
        }
        if (status == TCN_OK) {
            status = tcn_env_del(env, MADE_UP_ROWS, tcn_key_slice(&key));
        }
    }
    return status == TCN_OK ? spring(2) : status;
}

static tcn_env_migrate *const ways[] = {double_rows, move_rows};
static tcn_env_migrate *const ways_cut[] = {double_rows, NULL};

static const struct tcn_env_layout first_layout = {
    .kind = MADE_UP, .format = 1, .db_count = 2, .db_names = {"rows", "meta"}};
static const struct tcn_env_layout third_layout = {.kind = MADE_UP,
                                                   .format = 3,
                                                   .migrations = ways,
                                                   .db_count = 3,
                                                   .db_names = {"rows", "more", "meta"}};
static const struct tcn_env_layout cut_layout = {.kind = MADE_UP,
                                                 .format = 3,
                                                 .migrations = ways_cut,
                                                 .db_count = 3,
                                                 .db_names = {"rows", "more", "meta"}};
static const struct tcn_env_layout other_layout = {.kind = "tocsin else",
                                                   .format = 3,
                                                   .migrations = ways,
                                                   .db_count = 3,
                                                   .db_names = {"rows", "more", "meta"}};

static struct tcn_store_options options_of(const struct test_dir *dir) {
    struct tcn_store_options options = test_options(dir);
    options.writer = "0.0.1";
    return options;
}

static void make_first(const struct test_dir *dir) {
    const struct tcn_store_options options = options_of(dir);
    struct tcn_env *env = NULL;
    assert_int_equal(tcn_env_open(&options, &first_layout, &env), TCN_OK);
    assert_int_equal(tcn_env_begin(env), TCN_OK);
    for (uint64_t i = 1; i <= ROW_COUNT; i++) {
        const struct tcn_key key = key_of(i);
        const uint8_t byte = (uint8_t)(i % 100);
        assert_int_equal(tcn_env_put(env, MADE_UP_ROWS, TCN_PUT_LAST, tcn_key_slice(&key),
                                     tcn_slice_of(&byte, 1)),
                         TCN_OK);
    }
    assert_int_equal(tcn_env_commit(env), TCN_OK);
    tcn_env_close(&env);
}

/* The rows as the first format has them: nothing half done shows. */
static void expect_first(const struct test_dir *dir) {
    const struct tcn_store_options options = options_of(dir);
    struct tcn_env *env = NULL;
    assert_int_equal(tcn_env_open(&options, &first_layout, &env), TCN_OK);
    assert_int_equal(tcn_env_begin(env), TCN_OK);
    for (uint64_t i = 1; i <= ROW_COUNT; i++) {
        const struct tcn_key key = key_of(i);
        struct tcn_slice value;
        assert_int_equal(tcn_env_get(env, MADE_UP_ROWS, tcn_key_slice(&key), &value), TCN_OK);
        assert_int_equal(value.data[0], i % 100);
    }
    tcn_env_close(&env);
}

static void expect_third(const struct test_dir *dir) {
    struct tcn_store_options options = options_of(dir);
    options.is_reader_only = true; /* so nothing is done to it here */
    struct tcn_env *env = NULL;
    struct tcn_view view;
    assert_int_equal(tcn_env_open(&options, &third_layout, &env), TCN_OK);
    assert_int_equal(tcn_view_open(env, &view), TCN_OK);
    assert_int_equal(tcn_view_pin(&view), TCN_OK);
    for (uint64_t i = 1; i <= ROW_COUNT; i++) {
        const struct tcn_key key = key_of(i);
        struct tcn_env_row row;
        const uint32_t db = i % 10 == 0 ? MADE_UP_MORE : MADE_UP_ROWS;
        assert_int_equal(tcn_view_seek(&view, db, TCN_STEP_AT, tcn_key_slice(&key), &row), TCN_OK);
        assert_int_equal(row.value.data[0], 2 * (i % 100));
    }
    uint64_t count = 0;
    assert_int_equal(tcn_view_count(&view, MADE_UP_ROWS, &count), TCN_OK);
    assert_int_equal(count, ROW_COUNT - ROW_COUNT / 10);
    tcn_view_close(&view);
    tcn_env_close(&env);
}

static enum tcn_status open_third(const struct test_dir *dir, const struct tcn_env_layout *layout,
                                  bool is_reader_only) {
    struct tcn_store_options options = options_of(dir);
    struct tcn_env *env = NULL;
    options.is_reader_only = is_reader_only;
    options.writer = "0.0.3";
    const enum tcn_status status = tcn_env_open(&options, layout, &env);
    tcn_env_close(&env);
    return status;
}

static enum tcn_status open_log(const struct tcn_store_options *options) {
    struct tcn_log *log = NULL;
    const enum tcn_status status = tcn_log_open(options, &log);
    tcn_log_close(&log);
    return status;
}

static enum tcn_status open_state(const struct tcn_store_options *options) {
    struct tcn_state *state = NULL;
    const enum tcn_status status = tcn_state_open(options, &state);
    tcn_state_close(&state);
    return status;
}

static enum tcn_status open_outbox(const struct tcn_store_options *options) {
    struct tcn_outbox *outbox = NULL;
    const enum tcn_status status = tcn_outbox_open(options, &outbox);
    tcn_outbox_close(&outbox);
    return status;
}

static enum tcn_status open_shares(const struct tcn_store_options *options) {
    struct tcn_shares *shares = NULL;
    const enum tcn_status status = tcn_shares_open(options, &shares);
    tcn_shares_close(&shares);
    return status;
}

static const struct {
    const char *kind;
    uint32_t format;
    enum tcn_status (*open)(const struct tcn_store_options *options);
    const char *advice;
} stores[] = {
    {TCN_LOG_KIND, TCN_LOG_FORMAT, open_log, "install tocsin 9.8.7"},
    {TCN_STATE_KIND, TCN_STATE_FORMAT, open_state, "tocsin log rebuild"},
    {TCN_OUTBOX_KIND, TCN_OUTBOX_FORMAT, open_outbox, "install tocsin 9.8.7"},
    {TCN_SHARES_KIND, TCN_SHARES_FORMAT, open_shares, "install tocsin 9.8.7"},
};

#define STORE_COUNT (sizeof(stores) / sizeof(stores[0]))

/* A file of this kind and format, with databases that nobody knows. */
static void make_other(const struct test_dir *dir, const char *kind, uint32_t format) {
    struct tcn_store_options options = test_options(dir);
    const struct tcn_env_layout layout = {
        .kind = kind, .format = format, .db_count = 2, .db_names = {"unheard of", "meta"}};
    struct tcn_env *env = NULL;
    options.writer = "9.8.7";
    assert_int_equal(tcn_env_open(&options, &layout, &env), TCN_OK);
    tcn_env_close(&env);
}

static void a_newer_format_is_refused_and_left_as_it_is(void **state) {
    struct test_dir *dir = *state;
    const struct tcn_store_options options = test_options(dir);
    char path[2 * TEST_PATH_BYTES];
    char text[TCN_FORMAT_TEXT_BYTES];
    char advice[TCN_FORMAT_TEXT_BYTES];
    struct tcn_store_format format;
    test_path(dir, "data.mdb", path);
    for (size_t i = 0; i < STORE_COUNT; i++) {
        make_other(dir, stores[i].kind, stores[i].format + 1);
        const struct test_file before = test_file_read(path);
        assert_int_equal(stores[i].open(&options), TCN_VERSION);
        assert_int_equal(tcn_store_format_read(dir->store, &format), TCN_OK);
        assert_true(tcn_store_format_is_newer(&format));
        assert_int_equal(format.number, stores[i].format + 1);
        tcn_store_format_explain(dir->store, text, advice);
        assert_non_null(strstr(text, "tocsin 9.8.7"));
        assert_non_null(strstr(advice, stores[i].advice));
        const struct test_file after = test_file_read(path);
        assert_int_equal(after.size, before.size);
        assert_memory_equal(after.data, before.data, before.size);
        free(before.data);
        free(after.data);
        test_dir_remove_flat(dir->store);
    }
}

static void what_is_no_database_of_ours_is_told_so(void **state) {
    struct test_dir *dir = *state;
    const struct tcn_store_options options = test_options(dir);
    char text[TCN_FORMAT_TEXT_BYTES];
    char advice[TCN_FORMAT_TEXT_BYTES];
    struct tcn_store_format format;
    assert_int_equal(tcn_store_format_read(dir->store, &format), TCN_ABSENT);
    make_other(dir, "something else", 1);
    for (size_t i = 0; i < STORE_COUNT; i++) {
        assert_int_equal(stores[i].open(&options), TCN_VERSION);
    }
    assert_int_equal(tcn_store_format_read(dir->store, &format), TCN_OK);
    assert_false(tcn_store_format_is_newer(&format));
    tcn_store_format_explain(dir->store, text, advice);
    assert_non_null(strstr(text, "no database of tocsin"));
}

static void a_store_of_another_kind_is_named(void **state) {
    struct test_dir *dir = *state;
    const struct tcn_store_options options = test_options(dir);
    char text[TCN_FORMAT_TEXT_BYTES];
    char advice[TCN_FORMAT_TEXT_BYTES];
    assert_int_equal(open_shares(&options), TCN_OK);
    assert_int_equal(open_log(&options), TCN_VERSION);
    tcn_store_format_explain(dir->store, text, advice);
    assert_non_null(strstr(advice, "it is a shares"));
}

static void an_older_format_without_a_way_is_refused(void **state) {
    struct test_dir *dir = *state;
    const struct tcn_store_options options = test_options(dir);
    char text[TCN_FORMAT_TEXT_BYTES];
    char advice[TCN_FORMAT_TEXT_BYTES];
    make_first(dir);
    assert_int_equal(open_third(dir, &cut_layout, false), TCN_VERSION);
    assert_int_equal(open_third(dir, &other_layout, false), TCN_VERSION);
    expect_first(dir);
    test_dir_remove_flat(dir->store);
    /* A state of the format before: whoever opened it derives it anew. */
    make_other(dir, TCN_STATE_KIND, TCN_STATE_FORMAT - 1);
    assert_int_equal(open_state(&options), TCN_VERSION);
    tcn_store_format_explain(dir->store, text, advice);
    assert_non_null(strstr(advice, "brings it forward"));
    assert_int_equal(tcn_state_wipe(dir->store), TCN_OK);
    assert_int_equal(open_state(&options), TCN_OK);
}

static void who_only_reads_brings_nothing_forward(void **state) {
    struct test_dir *dir = *state;
    make_first(dir);
    assert_int_equal(open_third(dir, &third_layout, true), TCN_VERSION);
    expect_first(dir);
}

static void a_migration_that_fails_leaves_what_was_there(void **state) {
    struct test_dir *dir = *state;
    static const enum tcn_status causes[] = {TCN_FULL, TCN_CORRUPT, TCN_NOMEM};
    make_first(dir);
    for (uint32_t step = 1; step <= 2; step++) {
        for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
            trap.at_step = step;
            trap.fails = causes[i];
            assert_int_equal(open_third(dir, &third_layout, false), causes[i]);
            trap.at_step = 0;
            trap.fails = TCN_OK;
            expect_first(dir);
        }
    }
    assert_int_equal(open_third(dir, &third_layout, false), TCN_OK);
    expect_third(dir);
}

static void an_older_format_is_brought_forward_in_place(void **state) {
    struct test_dir *dir = *state;
    char kind[TCN_ENV_WORD_BYTES];
    char writer[TCN_ENV_WORD_BYTES];
    uint32_t format = 0;
    make_first(dir);
    assert_int_equal(tcn_env_format_look(dir->store, kind, &format, writer), TCN_OK);
    assert_int_equal(format, 1);
    assert_string_equal(writer, "0.0.1");
    assert_int_equal(open_third(dir, &third_layout, false), TCN_OK);
    expect_third(dir);
    assert_int_equal(tcn_env_format_look(dir->store, kind, &format, writer), TCN_OK);
    assert_string_equal(kind, MADE_UP);
    assert_int_equal(format, 3);
    assert_string_equal(writer, "0.0.3");
    /* Once is enough, and the old program keeps away from it. */
    assert_int_equal(open_third(dir, &third_layout, false), TCN_OK);
    expect_third(dir);
    assert_int_equal(open_third(dir, &first_layout, false), TCN_VERSION);
}

/* A child migrates and is killed where it waits. */
static void kill_in_step(const struct test_dir *dir, uint32_t step) {
    int pipes[2];
    char word = 0;
    int ended = 0;
    assert_int_equal(pipe(pipes), 0);
    (void)fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(pipes[0]);
        trap.at_step = step;
        trap.words = pipes[1];
        (void)open_third(dir, &third_layout, false);
        _exit(1);
    }
    (void)close(pipes[1]);
    assert_int_equal(read(pipes[0], &word, 1), 1);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFSIGNALED(ended));
    (void)close(pipes[0]);
}

static void a_program_that_dies_in_a_migration_leaves_the_old_format(void **state) {
    struct test_dir *dir = *state;
    make_first(dir);
    for (uint32_t step = 1; step <= 2; step++) {
        kill_in_step(dir, step);
        expect_first(dir);
    }
    kill_in_step(dir, 2);
    /* And the next one goes the whole way, without anybody in between. */
    assert_int_equal(open_third(dir, &third_layout, false), TCN_OK);
    expect_third(dir);
}

static void child_migrates(void *context) {
    last_call_begin();
    if (open_third(context, &third_layout, false) != TCN_OK) {
        _exit(3);
    }
}

/* What stands is of the old format or of the new one, and the next start makes it the new one. */
static void killed_at_each_call_of_a_migration_it_is_the_old_format_or_the_new(void **state) {
    struct test_dir *dir = *state;
    char kind[TCN_ENV_WORD_BYTES];
    char writer[TCN_ENV_WORD_BYTES];
    uint32_t format = 0;
    uint32_t olds = 0;
    uint32_t news = 0;
    bool is_killed = true;
    for (uint32_t call = 1; is_killed; call++) {
        make_first(dir);
        is_killed = last_call_dies(child_migrates, dir, call);
        assert_int_equal(tcn_env_format_look(dir->store, kind, &format, writer), TCN_OK);
        assert_true(format == 1 || format == 3);
        olds += is_killed && format == 1 ? 1 : 0;
        news += is_killed && format == 3 ? 1 : 0;
        if (format == 1) {
            expect_first(dir);
        }
        assert_int_equal(open_third(dir, &third_layout, false), TCN_OK);
        expect_third(dir);
        test_dir_remove_flat(dir->store);
    }
    assert_true(olds > 0 && news > 0);
}

static void child_derives_anew(void *context) {
    const struct test_dir *dir = context;
    const struct tcn_store_options options = test_options(dir);
    last_call_begin();
    if (tcn_state_wipe(dir->store) != TCN_OK || open_state(&options) != TCN_OK) {
        _exit(3);
    }
}

/* A state of the format before is thrown away: it is there, or gone, or begun anew. */
static void killed_at_each_call_it_throws_an_older_state_away_at_last(void **state) {
    struct test_dir *dir = *state;
    const struct tcn_store_options options = test_options(dir);
    uint32_t kills = 0;
    bool is_killed = true;
    for (uint32_t call = 1; is_killed; call++) {
        make_other(dir, TCN_STATE_KIND, TCN_STATE_FORMAT - 1);
        is_killed = last_call_dies(child_derives_anew, dir, call);
        kills += is_killed ? 1 : 0;
        enum tcn_status status = open_state(&options);
        assert_true(status == TCN_OK || status == TCN_VERSION);
        if (status == TCN_VERSION) { /* as a collector does at its start */
            assert_int_equal(tcn_state_wipe(dir->store), TCN_OK);
            assert_int_equal(open_state(&options), TCN_OK);
        }
        test_dir_remove_flat(dir->store);
    }
    assert_true(kills > 2);
}

#define DIR_TEST(name) cmocka_unit_test_setup_teardown(name, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIR_TEST(a_newer_format_is_refused_and_left_as_it_is),
        DIR_TEST(what_is_no_database_of_ours_is_told_so),
        DIR_TEST(a_store_of_another_kind_is_named),
        DIR_TEST(an_older_format_without_a_way_is_refused),
        DIR_TEST(who_only_reads_brings_nothing_forward),
        DIR_TEST(a_migration_that_fails_leaves_what_was_there),
        DIR_TEST(an_older_format_is_brought_forward_in_place),
        DIR_TEST(a_program_that_dies_in_a_migration_leaves_the_old_format),
        DIR_TEST(killed_at_each_call_of_a_migration_it_is_the_old_format_or_the_new),
        DIR_TEST(killed_at_each_call_it_throws_an_older_state_away_at_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
