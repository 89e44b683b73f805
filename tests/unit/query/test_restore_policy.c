/* SPDX-License-Identifier: Apache-2.0 */
/* Policies come into force between snapshots, backups and a restore: the state is the same however
 * it is made, and what was restored judges by the policy in force at its last position. */
/* ctest-uses: collector core store wire link seal */
#include "snapshot_test.h"

#include "../collector/activation_test.h"
#include "../collector/recall_test.h"
#include "query/backup.h"
#include "query/restore.h"

#define CHUNK_EVENTS 3u

/* How the log stood at some time. */
enum stage {
    STAGE_FIRST,     /* reports under the policy of the founding; a snapshot, a backup */
    STAGE_SECOND,    /* the next policy has come into force */
    STAGE_SECOND_ON, /* reports under it; a snapshot, a backup */
    STAGE_THIRD,     /* one more policy, which gives hazards back */
    STAGE_THIRD_ON,
    STAGE_COUNT,
};

struct standing {
    uint64_t position;
    uint64_t version;        /* of the policy in force */
    uint64_t bundle_version; /* as an office hears it */
    uint16_t holder;         /* whose a report is by it */
    struct tcn_hash hash;    /* of the state that was lived through */
};

struct story {
    struct bench *bench;
    struct standing standings[STAGE_COUNT];
};

/* One more chunk of reports; gives the position of the last. */
static uint64_t report(struct bench *bench) {
    greet(bench);
    const uint64_t mark = bench->welcome.mark_sequence;
    const struct tcn_hash previous = bench->welcome.mark_hash;
    assert_int_equal(send_reports(bench, mark + 1, CHUNK_EVENTS, mark > 0 ? &previous : NULL),
                     TCN_KIND_ACK);
    return tcn_ledger_position(bench->ledger);
}

static uint16_t holder_of(const struct bench *bench, uint64_t birth) {
    struct tcn_state_reader *reader = NULL;
    struct tcn_matter matter;
    assert_int_equal(tcn_state_reader_open(bench->house.state, &reader), TCN_OK);
    assert_int_equal(tcn_state_matter(reader, birth, &matter), TCN_OK);
    tcn_state_reader_close(&reader);
    return matter.holder;
}

/* The n-th policy behind that of the founding: every other one gives hazards to the desk. */
static void activate(struct bench *bench, uint64_t step) {
    const struct tcn_policy *founding = &bench->house.charter.policy;
    struct other_policy other;
    make_other(founding, &other);
    if (step % 2 == 0) {
        other.policy.domains = founding->domains;
    }
    other.policy.version = founding->version + step;
    assert_int_equal(hand_over(bench, TCN_FORGE_ADMIN, &other.policy), TCN_OK);
    assert_true(turn(bench));
}

static uint16_t holder_by(const struct bench *bench, uint64_t version) {
    const struct tcn_policy *founding = &bench->house.charter.policy;
    return (version - founding->version) % 2 == 0 ? TCN_FORGE_SAFETY : founding->desk;
}

/* Folds up to here and writes down how it stands. */
static void note_standing(struct story *story, enum stage stage) {
    struct bench *bench = story->bench;
    struct standing *standing = &story->standings[stage];
    uint64_t folded = 0;
    fold(bench);
    greet(bench);
    standing->position = tcn_ledger_position(bench->ledger);
    standing->version = version_on_disk(bench);
    standing->bundle_version = bench->welcome.bundle_version;
    standing->holder = holder_by(bench, standing->version);
    standing->hash = hash_of(bench->house.state, &folded);
    assert_int_equal(folded, standing->position);
}

/* A backup of the log, which nobody has open meanwhile, in the test's folder. */
static void back_up(struct bench *bench, const char *name) {
    struct tcn_backup *backup = NULL;
    char path[PLACE_PATH_BYTES];
    bool is_done = false;
    place_path(path, bench->place->base, name);
    close_bench(bench);
    assert_int_equal(tcn_backup_begin(bench->place->dir, path, &backup), TCN_OK);
    while (!is_done) {
        assert_int_equal(tcn_backup_step(backup, &is_done), TCN_OK);
    }
    tcn_backup_end(&backup);
    open_bench(bench, false);
}

static void live_through(struct story *story) {
    struct bench *bench = story->bench;
    uint64_t position = 0;
    for (enum stage stage = STAGE_FIRST; stage < STAGE_COUNT; stage++) {
        if (stage == STAGE_SECOND || stage == STAGE_THIRD) {
            activate(bench, stage == STAGE_SECOND ? 1 : 2);
        } else {
            (void)report(bench);
            (void)report(bench);
        }
        note_standing(story, stage);
        if (stage == STAGE_FIRST || stage == STAGE_SECOND_ON) {
            assert_int_equal(snap(bench, &position), TCN_OK);
            assert_int_equal(position, story->standings[stage].position);
            back_up(bench, stage == STAGE_FIRST ? "first" : "second");
        }
    }
}

static void remove_dir(const char *dir) {
    static const char *const names[] = {"log", "state", "shares", "heads"};
    char path[PLACE_PATH_BYTES];
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        place_path(path, dir, names[i]);
        place_remove_flat(path);
    }
    place_remove_flat(dir);
    assert_true(access(dir, F_OK) != 0);
}

static void remove_backups(const struct bench *bench) {
    char path[PLACE_PATH_BYTES];
    place_path(path, bench->place->base, "first");
    remove_dir(path);
    place_path(path, bench->place->base, "second");
    remove_dir(path);
}

static void expect_hash(struct bench *bench, const struct standing *standing) {
    uint64_t position = 0;
    const struct tcn_hash found = hash_of(bench->house.state, &position);
    assert_int_equal(position, standing->position);
    assert_true(tcn_hash_equals(&found, &standing->hash));
}

/* From the newest snapshot, from one of before both activations, and from nothing. */
static void whatever_it_is_folded_from_the_state_is_the_same(void **state) {
    struct story story = {.bench = *state};
    struct bench *bench = story.bench;
    char path[PATH_BYTES];
    uint64_t used = 0;
    live_through(&story);
    const struct standing *last = &story.standings[STAGE_THIRD_ON];
    static const enum stage from[] = {STAGE_SECOND_ON, STAGE_FIRST};
    for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
        assert_int_equal(use(bench, &used), TCN_OK);
        assert_int_equal(used, story.standings[from[i]].position);
        expect_hash(bench, &story.standings[from[i]]);
        fold(bench);
        expect_hash(bench, last);
        snapshot_path(bench, used, "", path);
        assert_int_equal(tcn_fresh_remove(path, TCN_CHECKPOINT_NAME), TCN_OK);
    }
    const struct tcn_store_options options = {.dir = path, .map_bytes = PLACE_MAP_BYTES};
    (void)snprintf(path, sizeof(path), "%s/state", bench->place->dir);
    tcn_state_close(&bench->house.state);
    assert_int_equal(tcn_state_wipe(path), TCN_OK);
    assert_int_equal(tcn_state_open(&options, &bench->house.state), TCN_OK);
    fold(bench);
    expect_hash(bench, last);
    remove_backups(bench);
}

/* A restored log in the collector's place: what it says, does, and comes to. */
static void expect_to_go_on(struct bench *bench, const struct standing *standing) {
    expect_hash(bench, standing); /* the restore has folded it */
    assert_int_equal(version_on_disk(bench), standing->version);
    (void)recall_all(bench);
    const uint64_t position = report(bench);
    assert_int_equal(bench->welcome.bundle_version, standing->bundle_version);
    fold(bench);
    assert_int_equal(holder_of(bench, position), standing->holder);
    /* And another policy may come, the same as in the log that was lost or a later one. */
    const uint64_t step = standing->version - bench->house.charter.policy.version + 1;
    activate(bench, step);
    const uint64_t behind = report(bench);
    fold(bench);
    assert_int_equal(holder_of(bench, behind), holder_by(bench, standing->version + 1));
    assert_int_equal(holder_of(bench, position), standing->holder);
    struct tcn_audit_report audit;
    assert_int_equal(tcn_audit_run(bench->house.log, &bench->house.charter, &audit), TCN_OK);
    /* The same log, folded in one go. */
    uint64_t folded = 0;
    char path[PLACE_PATH_BYTES];
    const struct tcn_hash wanted = hash_of(bench->house.state, &folded);
    const struct tcn_store_options options = {.dir = path, .map_bytes = PLACE_MAP_BYTES};
    place_path(path, bench->place->dir, "state");
    tcn_state_close(&bench->house.state);
    assert_int_equal(tcn_state_wipe(path), TCN_OK);
    assert_int_equal(tcn_state_open(&options, &bench->house.state), TCN_OK);
    fold(bench);
    const struct tcn_hash found = hash_of(bench->house.state, &folded);
    assert_true(tcn_hash_equals(&found, &wanted));
}

static void a_restored_log_judges_by_the_policy_at_its_position(void **state) {
    struct story story = {.bench = *state};
    struct bench *bench = story.bench;
    char lost[PLACE_PATH_BYTES];
    char made[PLACE_PATH_BYTES];
    char backup[PLACE_PATH_BYTES];
    live_through(&story);
    const uint64_t second = story.standings[STAGE_SECOND].position; /* of the activation itself */
    const struct {
        const char *backup;
        uint64_t position;
        enum stage stage;
    } rows[] = {
        {"first", 0, STAGE_FIRST},
        {"second", 0, STAGE_SECOND_ON},
        {"second", second, STAGE_SECOND},
        {"second", second - 1, STAGE_FIRST},
    };
    place_path(lost, bench->place->base, "lost");
    place_path(made, bench->place->base, "made");
    close_bench(bench);
    remove_snapshots(bench);
    assert_int_equal(rename(bench->place->dir, lost), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct standing *standing = &story.standings[rows[i].stage];
        struct tcn_restore *restore = NULL;
        struct tcn_restore_report told;
        place_path(backup, bench->place->base, rows[i].backup);
        const struct tcn_restore_options options = {
            .from = backup, .to = made, .position = rows[i].position};
        assert_int_equal(tcn_restore_plan(&options, &restore, &told), TCN_OK);
        assert_int_equal(told.last_position, standing->position);
        assert_int_equal(tcn_restore_run(restore), TCN_OK);
        tcn_restore_end(&restore);
        assert_int_equal(rename(made, bench->place->dir), 0);
        open_bench(bench, false);
        expect_to_go_on(bench, standing);
        close_bench(bench);
        remove_dir(bench->place->dir);
    }
    assert_int_equal(rename(lost, bench->place->dir), 0);
    remove_backups(bench);
    open_bench(bench, false);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, snapshot_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(whatever_it_is_folded_from_the_state_is_the_same),
        TEST(a_restored_log_judges_by_the_policy_at_its_position),
    };
    return cmocka_run_group_tests_name("restore_policy", tests, NULL, NULL);
}
