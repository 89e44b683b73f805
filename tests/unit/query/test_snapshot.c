/* SPDX-License-Identifier: Apache-2.0 */
/* Snapshots of the state: which are used, which never, and that it makes no difference. */
/* ctest-uses: collector core store wire link seal */
#include "snapshot_test.h"

#include <fcntl.h>

/* A log of 2 + 5 * 5 positions, a snapshot at its end, and 5 * 5 more. */
static void make_one(struct bench *bench, uint64_t *out_position) {
    uint64_t sequence = 1;
    struct tcn_hash previous = {{0}};
    greet(bench);
    log_chunks(bench, &sequence, &previous, 5, 5);
    fold(bench);
    assert_int_equal(snap(bench, out_position), TCN_OK);
    assert_int_equal(*out_position, 27);
    log_chunks(bench, &sequence, &previous, 5, 5);
}

static void flip(const char *path, off_t offset) {
    uint8_t byte = 0;
    const int file = open(path, O_RDWR);
    assert_true(file >= 0);
    assert_int_equal(pread(file, &byte, 1, offset), 1);
    byte ^= 1;
    assert_int_equal(pwrite(file, &byte, 1, offset), 1);
    (void)close(file);
}

static const struct tcn_signing_key *key_of(const struct bench *bench, enum tcn_forge_who who) {
    return &bench->place->forge.keys[who].signing;
}

static enum tcn_status verify(struct bench *bench, uint64_t position) {
    struct tcn_snapshot_place place = place_of(bench);
    struct tcn_checkpoint checkpoint;
    const char *fault = NULL;
    const enum tcn_status status = tcn_snapshot_verify(&place, position, &checkpoint, &fault);
    assert_true((status == TCN_OK) == (fault == NULL));
    tcn_log_reader_close(&place.reader);
    return status;
}

static void of_a_state_without_anything_there_is_none(void **state) {
    struct bench *bench = *state;
    uint64_t position = 0;
    greet(bench);
    assert_int_equal(snap(bench, &position), TCN_ABSENT);
    assert_int_equal(use(bench, &position), TCN_ABSENT);
}

static void there_is_no_second_one_of_a_position(void **state) {
    struct bench *bench = *state;
    uint64_t position = 0;
    make_one(bench, &position);
    assert_int_equal(snap(bench, &position), TCN_EXISTS);
    assert_int_equal(verify(bench, 27), TCN_OK);
}

/* What is said wrongly, although the collector signed it. */
enum lie {
    LIE_OTHER_LOG,
    LIE_ABOVE_THE_END,
    LIE_OTHER_POSITION,
    LIE_WITHIN_A_RECORD,
    LIE_OTHER_RECORD,
    LIE_OTHER_GENERATION,
    LIE_OTHER_FOLD,
    LIE_OTHER_FORMAT,
    LIE_OTHER_ROWS,
    LIE_COUNT,
};

static void tell(struct tcn_checkpoint *checkpoint, enum lie lie) {
    checkpoint->log_id.bytes[0] ^= lie == LIE_OTHER_LOG ? 1 : 0;
    checkpoint->position += lie == LIE_ABOVE_THE_END     ? 1000
                            : lie == LIE_OTHER_POSITION  ? 5
                            : lie == LIE_WITHIN_A_RECORD ? 1
                                                         : 0;
    checkpoint->record_hash.bytes[31] ^= lie == LIE_OTHER_RECORD ? 1 : 0;
    checkpoint->generation += lie == LIE_OTHER_GENERATION ? 1 : 0;
    checkpoint->fold_version += lie == LIE_OTHER_FOLD ? 1 : 0;
    checkpoint->state_format += lie == LIE_OTHER_FORMAT ? 1 : 0;
    checkpoint->state_hash.bytes[0] ^= lie == LIE_OTHER_ROWS ? 1 : 0;
}

/* A snapshot under the number that its checkpoint gives. */
static void rename_to(const struct bench *bench, uint64_t from, uint64_t to) {
    char old[PATH_BYTES];
    char new[PATH_BYTES];
    snapshot_path(bench, from, "", old);
    snapshot_path(bench, to, "", new);
    assert_true(from == to || rename(old, new) == 0);
}

static void one_that_is_not_of_this_log_is_never_used(void **state) {
    struct bench *bench = *state;
    struct tcn_checkpoint good = {0};
    uint64_t position = 0;
    static const enum tcn_status wanted[LIE_COUNT] = {
        [LIE_OTHER_LOG] = TCN_FOREIGN_LOG,      [LIE_ABOVE_THE_END] = TCN_FOREIGN_LOG,
        [LIE_OTHER_POSITION] = TCN_FOREIGN_LOG, [LIE_WITHIN_A_RECORD] = TCN_FOREIGN_LOG,
        [LIE_OTHER_RECORD] = TCN_FOREIGN_LOG,   [LIE_OTHER_GENERATION] = TCN_FOREIGN_LOG,
        [LIE_OTHER_FOLD] = TCN_VERSION,         [LIE_OTHER_FORMAT] = TCN_VERSION,
        [LIE_OTHER_ROWS] = TCN_CORRUPT,
    };
    make_one(bench, &position);
    assert_int_equal(check(bench, position, &good), TCN_OK);
    for (int lie = 0; lie < LIE_COUNT; lie++) {
        struct tcn_checkpoint told = good;
        tell(&told, (enum lie)lie);
        sign_again(bench, position, &told, key_of(bench, TCN_FORGE_COLLECTOR));
        rename_to(bench, position, told.position);
        assert_int_equal(verify(bench, told.position), wanted[lie]);
        uint64_t used = 0;
        assert_int_equal(use(bench, &used), TCN_ABSENT);
        /* What another version made is left alone, what is none of this log is removed. */
        prune(bench);
        const bool is_left = check(bench, told.position, &told) != TCN_ABSENT;
        assert_int_equal(is_left, wanted[lie] != TCN_FOREIGN_LOG);
        remove_snapshots(bench);
        fold(bench); /* it was not touched, and nothing is lacking */
        const enum tcn_status made = snap(bench, &position);
        assert_int_equal(made, TCN_OK);
        assert_int_equal(check(bench, position, &good), TCN_OK);
    }
}

static void one_that_was_changed_is_never_used(void **state) {
    struct bench *bench = *state;
    struct tcn_checkpoint good = {0};
    char path[PATH_BYTES];
    uint64_t position = 0;
    make_one(bench, &position);
    assert_int_equal(check(bench, position, &good), TCN_OK);
    snapshot_path(bench, position, "/" TCN_CHECKPOINT_NAME, path);
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    for (off_t i = 0; i < about.st_size; i++) {
        flip(path, i);
        const enum tcn_status status = check(bench, position, &good);
        assert_true(status == TCN_BAD_SIGNATURE || status == TCN_MALFORMED);
        flip(path, i);
        assert_int_equal(truncate(path, i), 0);
        assert_int_equal(check(bench, position, &good), TCN_MALFORMED);
        sign_again(bench, position, &good, key_of(bench, TCN_FORGE_COLLECTOR));
    }
    sign_again(bench, position, &good, key_of(bench, TCN_FORGE_ADMIN));
    assert_int_equal(check(bench, position, &good), TCN_BAD_SIGNATURE);
    sign_again(bench, position, &good, key_of(bench, TCN_FORGE_COLLECTOR));
    assert_int_equal(verify(bench, position), TCN_OK);
    /* A bit in a page of rows; the first two pages are LMDB's own. */
    snapshot_path(bench, position, "/state/data.mdb", path);
    assert_int_equal(stat(path, &about), 0);
    uint32_t found = 0;
    for (off_t i = 2 * 4096 + 4090; i < about.st_size; i += 4096) {
        flip(path, i);
        found += verify(bench, position) == TCN_CORRUPT ? 1 : 0;
        flip(path, i);
    }
    assert_true(found > 3);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(verify(bench, position), TCN_CORRUPT);
    assert_int_equal(use(bench, &position), TCN_ABSENT);
}

static void an_older_good_one_is_used_when_the_newest_is_bad(void **state) {
    struct bench *bench = *state;
    char path[PATH_BYTES];
    uint64_t first = 0;
    uint64_t second = 0;
    uint64_t used = 0;
    make_one(bench, &first);
    fold(bench);
    assert_int_equal(snap(bench, &second), TCN_OK);
    assert_int_equal(second, 52);
    snapshot_path(bench, second, "/" TCN_CHECKPOINT_NAME, path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(use(bench, &used), TCN_OK);
    assert_int_equal(used, first);
}

static void the_newest_two_good_ones_are_kept(void **state) {
    struct bench *bench = *state;
    struct tcn_hash previous = {{0}};
    uint64_t sequence = 1;
    uint64_t positions[TCN_SNAPSHOTS_MAX];
    uint64_t position = 0;
    size_t count = 0;
    char path[PATH_BYTES];
    greet(bench);
    for (int i = 0; i < 4; i++) {
        log_chunks(bench, &sequence, &previous, 1, 5);
        fold(bench);
        assert_int_equal(snap(bench, &position), TCN_OK);
    }
    snapshot_path(bench, 4711, ".partial", path);
    assert_int_equal(mkdir(path, 0700), 0); /* a program died there */
    prune(bench);
    assert_int_equal(tcn_snapshot_list(bench->place->dir, positions, &count), TCN_OK);
    assert_int_equal(count, 2);
    assert_int_equal(positions[0], 22);
    assert_int_equal(positions[1], 17);
}

static void a_state_that_goes_on_from_one_is_the_same(void **state) {
    struct bench *bench = *state;
    uint64_t position = 0;
    uint64_t used = 0;
    make_one(bench, &position);
    fold(bench);
    const struct tcn_hash wanted = hash_of(bench->house.state, &position);
    assert_int_equal(use(bench, &used), TCN_OK);
    assert_int_equal(used, 27);
    struct tcn_hash begun = hash_of(bench->house.state, &position);
    assert_int_equal(position, 27);
    assert_false(tcn_hash_equals(&begun, &wanted));
    fold(bench);
    const struct tcn_hash found = hash_of(bench->house.state, &position);
    assert_int_equal(position, 52);
    assert_true(tcn_hash_equals(&found, &wanted));
    /* And so is one that begins at position 1. */
    char path[PATH_BYTES];
    const struct tcn_store_options options = {.dir = path, .map_bytes = PLACE_MAP_BYTES};
    (void)snprintf(path, sizeof(path), "%s/state", bench->place->dir);
    tcn_state_close(&bench->house.state);
    assert_int_equal(tcn_state_wipe(path), TCN_OK);
    assert_int_equal(tcn_state_open(&options, &bench->house.state), TCN_OK);
    fold(bench);
    begun = hash_of(bench->house.state, &position);
    assert_true(tcn_hash_equals(&begun, &wanted));
}

static void a_house_begins_with_one_when_its_state_is_gone(void **state) {
    struct bench *bench = *state;
    char path[PATH_BYTES];
    uint64_t position = 0;
    make_one(bench, &position);
    fold(bench);
    const struct tcn_hash wanted = hash_of(bench->house.state, &position);
    static const char *const harms[] = {"gone", "cut", "wiped"};
    for (size_t i = 0; i < sizeof(harms) / sizeof(harms[0]); i++) {
        close_bench(bench);
        (void)snprintf(path, sizeof(path), "%s/state/data.mdb", bench->place->dir);
        if (i == 0) {
            assert_int_equal(unlink(path), 0);
        } else if (i == 1) {
            assert_int_equal(truncate(path, 5000), 0);
        } else {
            (void)snprintf(path, sizeof(path), "%s/state", bench->place->dir);
            assert_int_equal(tcn_state_wipe(path), TCN_OK);
        }
        open_bench(bench, false);
        (void)hash_of(bench->house.state, &position);
        assert_int_equal(position, 27);
        fold(bench);
        const struct tcn_hash found = hash_of(bench->house.state, &position);
        assert_true(tcn_hash_equals(&found, &wanted));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, snapshot_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(of_a_state_without_anything_there_is_none),
        TEST(there_is_no_second_one_of_a_position),
        TEST(one_that_is_not_of_this_log_is_never_used),
        TEST(one_that_was_changed_is_never_used),
        TEST(an_older_good_one_is_used_when_the_newest_is_bad),
        TEST(the_newest_two_good_ones_are_kept),
        TEST(a_state_that_goes_on_from_one_is_the_same),
        TEST(a_house_begins_with_one_when_its_state_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
