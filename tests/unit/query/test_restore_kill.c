/* SPDX-License-Identifier: Apache-2.0 */
/* A program is killed at each call that writes, while it backs a log up, restores it with the
 * journal, or is the first collector on what was restored: started again it comes to the same end,
 * and what was taken away behind the backup is taken away once. */
/* ctest-uses: collector core store wire link seal */
/* ctest-wraps: rename link fsync fdatasync unlink unlinkat rmdir mkdir write pwrite ftruncate */
/* ctest-wraps: mdb_txn_commit mdb_env_copy2 */
/* ctest-labels: once_plain */
/* ctest-cost: 25 */
#include "../collector/recall_test.h"
#include "query/backup.h"
#include "query/restore.h"
#include "testlib/last_call.h"

#define REVOKED_COUNT 2 /* a revocation and an end */
#define EPOCH_COUNT 2   /* of two sources */

static const char *const stores[] = {"log", "state", "shares"};

/* Where everything of one test lies. */
struct scene {
    struct bench *bench;
    char backup[PLACE_PATH_BYTES];
    char shares[PLACE_PATH_BYTES];
    char lost[PLACE_PATH_BYTES];    /* the folder that was moved away */
    char journal[PLACE_PATH_BYTES]; /* in it */
    char made[PLACE_PATH_BYTES];    /* what a restore gave */
};

static struct scene scene_of(struct bench *bench) {
    const char *base = bench->place->base;
    struct scene scene = {.bench = bench};
    place_path(scene.backup, base, "backup");
    place_path(scene.shares, base, "backup-shares");
    place_path(scene.lost, base, "lost");
    place_path(scene.journal, base, "lost/journal");
    place_path(scene.made, base, "made");
    return scene;
}

static bool is_there(const char *path) {
    return access(path, F_OK) == 0;
}

/* Removes a collector's folder, or a backup. */
static void remove_folder(const char *dir) {
    for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]); i++) {
        char path[PLACE_PATH_BYTES];
        place_path(path, dir, stores[i]);
        place_remove_flat(path);
    }
    place_remove_flat(dir);
    assert_false(is_there(dir));
}

/* The collector's folder as a copy of another one. */
static void copy_folder(const char *from, const char *to) {
    static const char *const files[] = {"log/data.mdb", "state/data.mdb", "shares/data.mdb",
                                        "journal"};
    char path[PLACE_PATH_BYTES];
    assert_int_equal(mkdir(to, 0700), 0);
    for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]); i++) {
        place_path(path, to, stores[i]);
        assert_int_equal(mkdir(path, 0700), 0);
    }
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char source[PLACE_PATH_BYTES];
        place_path(source, from, files[i]);
        place_path(path, to, files[i]);
        file_copy(source, path);
    }
}

static enum tcn_status back_up(const struct scene *scene) {
    struct tcn_backup *backup = NULL;
    bool is_done = false;
    enum tcn_status status = tcn_backup_begin(scene->bench->place->dir, scene->backup, &backup);
    while (status == TCN_OK && !is_done) {
        status = tcn_backup_step(backup, &is_done);
    }
    if (status == TCN_OK) {
        status = tcn_backup_shares(backup, scene->shares);
    }
    tcn_backup_end(&backup);
    return status;
}

/* Sees that the backup is whole; with its shares, with the journal, when they are there. */
static enum tcn_status plan(const struct scene *scene, struct tcn_restore **out_restore,
                            struct tcn_restore_report *out_report) {
    const struct tcn_restore_options options = {
        .from = scene->backup,
        .shares = is_there(scene->shares) ? scene->shares : NULL,
        .journal = is_there(scene->journal) ? scene->journal : NULL,
        .to = scene->made,
    };
    return tcn_restore_plan(&options, out_restore, out_report);
}

static enum tcn_status bring_back(const struct scene *scene) {
    struct tcn_restore *restore = NULL;
    struct tcn_restore_report report;
    enum tcn_status status = plan(scene, &restore, &report);
    if (status == TCN_OK) {
        status = tcn_restore_run(restore);
    }
    tcn_restore_end(&restore);
    return status;
}

/* A log, its backup, what was taken away behind that, and the folder moved away. */
static void prepare(const struct scene *scene) {
    live(scene->bench);
    assert_int_equal(back_up(scene), TCN_OK);
    take_away(scene->bench);
    assert_int_equal(rename(scene->bench->place->dir, scene->lost), 0);
}

static void clean_up(const struct scene *scene) {
    remove_folder(scene->backup);
    remove_folder(scene->shares);
    remove_folder(scene->lost);
}

/* Starts the collector on its folder, and gives the position behind what it says again. */
static uint64_t start_again(struct bench *bench) {
    open_bench(bench, false);
    (void)recall_all(bench);
    expect_taken_away(bench, true);
    assert_int_equal(tcn_recall_begun_generation(bench->house.recall), bench->house.generation);
    const uint64_t position = tcn_ledger_position(bench->ledger);
    close_bench(bench);
    return position;
}

/* The same with what was restored, which is gone then. */
static uint64_t start_restored(const struct scene *scene) {
    const char *dir = scene->bench->place->dir;
    assert_int_equal(rename(scene->made, dir), 0);
    const uint64_t position = start_again(scene->bench);
    remove_folder(dir);
    return position;
}

static void child_backs_up(void *context) {
    last_call_begin();
    if (back_up(context) != TCN_OK) {
        _exit(3);
    }
}

static void child_restores(void *context) {
    last_call_begin();
    if (bring_back(context) != TCN_OK) {
        _exit(3);
    }
}

static void child_starts(void *context) {
    const struct scene *scene = context;
    last_call_begin();
    (void)start_again(scene->bench);
}

static void killed_in_a_backup_it_leaves_a_whole_one_or_none(void **state) {
    struct scene scene = scene_of(*state);
    struct tcn_restore_report report;
    struct tcn_hash tail = {{0}};
    uint32_t kills = 0;
    uint32_t stood = 0;
    bool is_killed = true;
    live(scene.bench);
    for (uint32_t call = 1; is_killed; call += LAST_CALL_STEP) {
        is_killed = last_call_dies(child_backs_up, &scene, call);
        kills += is_killed ? 1 : 0;
        stood += is_killed && is_there(scene.backup) ? 1 : 0;
        assert_true(is_there(scene.backup) || !is_there(scene.shares));
        if (is_killed && is_there(scene.backup)) { /* each of the two is whole when it is there */
            struct tcn_restore *restore = NULL;
            assert_int_equal(plan(&scene, &restore, &report), TCN_OK);
            tcn_restore_end(&restore);
        }
        if (is_there(scene.backup)) {
            remove_folder(scene.backup);
            remove_folder(scene.shares);
        }
        assert_int_equal(back_up(&scene), TCN_OK);
        struct tcn_restore *restore = NULL;
        assert_int_equal(plan(&scene, &restore, &report), TCN_OK);
        tcn_restore_end(&restore);
        assert_true(call == 1 || tcn_hash_equals(&tail, &report.manifest.tail));
        tail = report.manifest.tail;
        remove_folder(scene.backup);
        remove_folder(scene.shares);
    }
    assert_true(kills > 20 / LAST_CALL_STEP && stood > 2 / LAST_CALL_STEP);
    open_bench(scene.bench, false);
}

static void killed_in_a_restore_it_leaves_a_whole_log_or_none_and_the_journal(void **state) {
    struct scene scene = scene_of(*state);
    struct tcn_restore_report report;
    struct tcn_restore *restore = NULL;
    uint32_t kills = 0;
    uint32_t stood = 0;
    uint64_t generation = 1;
    bool is_killed = true;
    prepare(&scene);
    assert_int_equal(bring_back(&scene), TCN_OK);
    const uint64_t wanted = start_restored(&scene);
    for (uint32_t call = 1; is_killed; call += LAST_CALL_STEP) {
        is_killed = last_call_dies(child_restores, &scene, call);
        kills += is_killed ? 1 : 0;
        stood += is_killed && is_there(scene.made) ? 1 : 0;
        if (!is_there(scene.made)) {
            assert_int_equal(bring_back(&scene), TCN_OK);
        }
        assert_int_equal(start_restored(&scene), wanted);
        /* The journal still has all of it, and no generation is given twice. */
        assert_int_equal(plan(&scene, &restore, &report), TCN_OK);
        assert_int_equal(report.revoked_count, REVOKED_COUNT);
        assert_int_equal(report.epoch_count, EPOCH_COUNT);
        assert_true(report.generation > generation);
        generation = report.generation;
        tcn_restore_end(&restore);
    }
    assert_true(kills > 20 / LAST_CALL_STEP && stood > 0);
    clean_up(&scene);
    open_bench(scene.bench, false);
}

/* Where the journal is lost, people say which generation the offices heard of. */
static void a_later_generation_can_be_asked_for(void **state) {
    struct scene scene = scene_of(*state);
    static const struct {
        uint64_t wanted;
        uint64_t made; /**< 0: refused */
    } rows[] = {
        {0, 2}, {1, 2}, {2, 2}, {4, 4}, {1002, 1002}, {1003, 0}, {1u << 31, 0}, {UINT64_MAX, 0},
    };
    live(scene.bench);
    assert_int_equal(back_up(&scene), TCN_OK);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct tcn_restore *restore = NULL;
        struct tcn_restore_report report;
        const struct tcn_restore_options options = {
            .from = scene.backup, .to = scene.made, .generation = rows[i].wanted};
        const enum tcn_status status = tcn_restore_plan(&options, &restore, &report);
        assert_int_equal(status, rows[i].made != 0 ? TCN_OK : TCN_BAD_VALUE);
        assert_true(rows[i].made == 0 || report.generation == rows[i].made);
        assert_true((report.fault != NULL) == (rows[i].made == 0));
        tcn_restore_end(&restore);
    }
    clean_up(&scene);
    open_bench(scene.bench, false);
}

/* What a power cut leaves behind the last entry that was said to be there. */
static off_t tear(const struct scene *scene) {
    struct stat facts;
    FILE *journal = fopen(scene->journal, "abe");
    assert_non_null(journal);
    assert_int_equal(fputs("torn", journal) >= 0, 1);
    assert_int_equal(fclose(journal), 0);
    assert_int_equal(stat(scene->journal, &facts), 0);
    return facts.st_size;
}

static off_t journal_size(const struct scene *scene) {
    struct stat facts;
    assert_int_equal(stat(scene->journal, &facts), 0);
    return facts.st_size;
}

static void a_dry_run_writes_nothing(void **state) {
    const struct scene scene = scene_of(*state);
    struct tcn_restore_report report;
    struct tcn_restore *restore = NULL;
    prepare(&scene);
    const off_t size = tear(&scene);
    const struct tcn_restore_options options = {
        .from = scene.backup, .journal = scene.journal, .to = scene.made, .is_dry = true};
    assert_int_equal(tcn_restore_plan(&options, &restore, &report), TCN_OK);
    assert_true(report.has_journal && report.revoked_count > 0);
    tcn_restore_end(&restore);
    assert_int_equal(journal_size(&scene), size);
    assert_false(is_there(scene.made));
    assert_int_equal(plan(&scene, &restore, &report), TCN_OK); /* what will be done mends it */
    tcn_restore_end(&restore);
    assert_true(journal_size(&scene) < size);
    clean_up(&scene);
    open_bench(scene.bench, false);
}

static void killed_in_the_first_start_it_says_everything_again_once(void **state) {
    struct scene scene = scene_of(*state);
    const char *dir = scene.bench->place->dir;
    const int64_t now_ns = scene.bench->now_ns;
    uint32_t kills = 0;
    bool is_killed = true;
    prepare(&scene);
    assert_int_equal(bring_back(&scene), TCN_OK);
    copy_folder(scene.made, dir);
    const uint64_t wanted = start_again(scene.bench);
    remove_folder(dir);
    for (uint32_t call = 1; is_killed; call += LAST_CALL_STEP) {
        scene.bench->now_ns = now_ns;
        copy_folder(scene.made, dir);
        is_killed = last_call_dies(child_starts, &scene, call);
        kills += is_killed ? 1 : 0;
        assert_int_equal(start_again(scene.bench), wanted);
        assert_int_equal(start_again(scene.bench), wanted); /* and nothing more */
        remove_folder(dir);
    }
    assert_true(kills > 12 / LAST_CALL_STEP);
    remove_folder(scene.made);
    clean_up(&scene);
    open_bench(scene.bench, false);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(killed_in_a_backup_it_leaves_a_whole_one_or_none),
        TEST(killed_in_a_restore_it_leaves_a_whole_log_or_none_and_the_journal),
        TEST(a_dry_run_writes_nothing),
        TEST(a_later_generation_can_be_asked_for),
        TEST(killed_in_the_first_start_it_says_everything_again_once),
    };
    return cmocka_run_group_tests_name("restore_kill", tests, NULL, NULL);
}
