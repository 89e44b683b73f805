/* SPDX-License-Identifier: Apache-2.0 */
#include "store_test.h"

#include "store/shares.h"
#include "store/shares_reader.h"

static const struct tcn_lane_key lane = {.source = 7, .epoch = 9, .lane = TCN_LANE_URGENT};

/** Opens the test's store. */
static struct tcn_shares *open_shares(const struct test_dir *dir) {
    struct tcn_store_options options = test_options(dir);
    struct tcn_shares *shares = NULL;
    assert_int_equal(tcn_shares_open(&options, &shares), TCN_OK);
    return shares;
}

/** A row with the text as its frame. */
static struct tcn_shares_row row_of(uint64_t sequence, const char *text) {
    return (struct tcn_shares_row){.lane = lane,
                                   .first_sequence = sequence,
                                   .chunk_hash = test_hash(sequence),
                                   .frame = tcn_slice_text(text)};
}

/** Puts rows 1 to `count` in one group. */
static void put_rows(struct tcn_shares *shares, uint64_t count) {
    assert_int_equal(tcn_shares_group_begin(shares), TCN_OK);
    for (uint64_t i = 1; i <= count; i++) {
        char text[40];
        (void)snprintf(text, sizeof(text), "secret half number %d.", (int)i);
        struct tcn_shares_row row = row_of(i, text);
        assert_int_equal(tcn_shares_put(shares, &row), TCN_OK);
    }
    assert_int_equal(tcn_shares_group_commit(shares), TCN_OK);
}

/** True when the bytes stand anywhere in the store's data file. */
static bool file_has(const struct test_dir *dir, const char *text) {
    char path[2 * TEST_PATH_BYTES];
    test_path(dir, "data.mdb", path);
    struct test_file file = test_file_read(path);
    size_t size = strlen(text);
    bool is_found = false;
    for (size_t i = 0; i + size <= file.size && !is_found; i++) {
        is_found = memcmp(file.data + i, text, size) == 0;
    }
    free(file.data);
    return is_found;
}

static void what_cannot_be_erased_is_left_alone(void **state) {
    struct tcn_shares *shares = open_shares(*state);
    put_rows(shares, 2);
    struct tcn_shares_row row = row_of(3, "");
    assert_int_equal(tcn_shares_group_begin(shares), TCN_OK);
    assert_int_equal(tcn_shares_erase(shares, &row), TCN_ABSENT);
    row = row_of(2, "");
    row.chunk_hash = test_hash(1);
    assert_int_equal(tcn_shares_erase(shares, &row), TCN_CONFLICT);
    static uint8_t huge[TCN_FRAME_BYTES_MAX + 1];
    row = row_of(2, "");
    row.frame = tcn_slice_of(huge, sizeof(huge));
    assert_int_equal(tcn_shares_erase(shares, &row), TCN_TOOBIG);
    assert_int_equal(tcn_shares_put(shares, &row), TCN_TOOBIG);
    assert_int_equal(tcn_shares_del(shares, &lane, 3), TCN_ABSENT);
    row.frame = tcn_slice_of(huge, TCN_FRAME_BYTES_MAX);
    assert_int_equal(tcn_shares_put(shares, &row), TCN_OK);
    tcn_shares_group_abort(shares);
    assert_int_equal(tcn_shares_get(shares, &lane, 2, &row), TCN_OK);
    assert_true(tcn_slice_is_text(row.frame, "secret half number 2."));
    tcn_shares_close(&shares);
}

static void shares_come_back_and_are_replaced(void **state) {
    struct tcn_shares *shares = open_shares(*state);
    struct tcn_shares_row row;
    put_rows(shares, 300);
    tcn_shares_close(&shares);
    shares = open_shares(*state);
    for (uint64_t i = 1; i <= 300; i++) {
        assert_int_equal(tcn_shares_get(shares, &lane, i, &row), TCN_OK);
        struct tcn_hash hash = test_hash(i);
        assert_true(tcn_hash_equals(&row.chunk_hash, &hash));
        assert_true(tcn_lane_key_equals(&row.lane, &lane));
        assert_int_equal(row.first_sequence, i);
    }
    assert_int_equal(tcn_shares_get(shares, &lane, 301, &row), TCN_ABSENT);
    assert_int_equal(tcn_shares_group_begin(shares), TCN_OK);
    struct tcn_shares_row fresh = row_of(5, "other");
    assert_int_equal(tcn_shares_put(shares, &fresh), TCN_OK);
    assert_int_equal(tcn_shares_get(shares, &lane, 5, &row), TCN_OK);
    assert_true(tcn_slice_is_text(row.frame, "other"));
    assert_int_equal(tcn_shares_del(shares, &lane, 6), TCN_OK);
    assert_int_equal(tcn_shares_get(shares, &lane, 6, &row), TCN_ABSENT);
    assert_int_equal(tcn_shares_group_commit(shares), TCN_OK);
    assert_int_equal(tcn_shares_get(shares, &lane, 6, &row), TCN_ABSENT);
    tcn_shares_close(&shares);
}

static void the_row_of_a_sequence_is_the_last_that_does_not_begin_behind_it(void **state) {
    struct tcn_shares *shares = open_shares(*state);
    struct tcn_shares_row row;
    put_rows(shares, 3);
    struct tcn_lane_key other = lane;
    other.source++;
    assert_int_equal(tcn_shares_group_begin(shares), TCN_OK);
    assert_int_equal(tcn_shares_upto(shares, &lane, 0, &row), TCN_ABSENT);
    assert_int_equal(tcn_shares_upto(shares, &other, 9, &row), TCN_ABSENT);
    assert_int_equal(tcn_shares_upto(shares, &lane, 2, &row), TCN_OK);
    assert_int_equal(row.first_sequence, 2);
    assert_int_equal(tcn_shares_upto(shares, &lane, 70, &row), TCN_OK);
    assert_int_equal(row.first_sequence, 3);
    assert_true(tcn_slice_is_text(row.frame, "secret half number 3."));
    tcn_shares_group_abort(shares);
    tcn_shares_close(&shares);
}

static void an_erased_share_is_in_no_byte_of_the_compacted_file(void **state) {
    struct test_dir *dir = *state;
    struct tcn_shares *shares = open_shares(dir);
    struct tcn_shares_row row;
    put_rows(shares, 50);
    struct tcn_shares_row rest = row_of(7, "what is left");
    struct tcn_shares_row nothing = row_of(8, "");
    bool is_stale = true;
    assert_int_equal(tcn_shares_is_stale(shares, &is_stale), TCN_OK);
    assert_false(is_stale);
    assert_int_equal(tcn_shares_group_begin(shares), TCN_OK);
    assert_int_equal(tcn_shares_erase(shares, &rest), TCN_OK);
    assert_int_equal(tcn_shares_erase(shares, &nothing), TCN_OK);
    assert_int_equal(tcn_shares_group_commit(shares), TCN_OK);
    assert_int_equal(tcn_shares_is_stale(shares, &is_stale), TCN_OK);
    assert_true(is_stale);
    /* LMDB wrote the change elsewhere and the old page is still in the file. */
    assert_true(file_has(dir, "secret half number 7."));
    assert_int_equal(tcn_shares_compact(&shares), TCN_OK);
    assert_int_equal(tcn_shares_is_stale(shares, &is_stale), TCN_OK);
    assert_false(is_stale);
    assert_false(file_has(dir, "secret half number 7."));
    assert_false(file_has(dir, "secret half number 8."));
    assert_true(file_has(dir, "secret half number 9."));
    for (int round = 0; round < 2; round++) {
        assert_int_equal(tcn_shares_get(shares, &lane, 7, &row), TCN_OK);
        assert_true(tcn_slice_is_text(row.frame, "what is left"));
        assert_int_equal(tcn_shares_get(shares, &lane, 8, &row), TCN_ABSENT);
        assert_int_equal(tcn_shares_get(shares, &lane, 50, &row), TCN_OK);
        if (round == 0) {
            put_rows(shares, 6);
            assert_int_equal(tcn_shares_compact(&shares), TCN_OK);
            tcn_shares_close(&shares);
            shares = open_shares(dir);
        }
    }
    tcn_shares_close(&shares);
    char path[2 * TEST_PATH_BYTES];
    struct stat about;
    test_path(dir, "data.mdb.old", path);
    assert_int_not_equal(stat(path, &about), 0);
    test_path(dir, "compacted", path);
    assert_int_not_equal(stat(path, &about), 0);
}

static void a_compaction_that_was_broken_off_is_ended_at_the_next_opening(void **state) {
    struct test_dir *dir = *state;
    struct tcn_shares *shares = open_shares(dir);
    struct tcn_shares_row row;
    put_rows(shares, 5);
    tcn_shares_close(&shares);
    char live[2 * TEST_PATH_BYTES];
    char old[2 * TEST_PATH_BYTES];
    char copy[2 * TEST_PATH_BYTES];
    struct stat about;
    test_path(dir, "data.mdb", live);
    test_path(dir, "data.mdb.old", old);
    test_path(dir, "compacted", copy);
    /* Broken off before the new file was in place: both names are the same file. */
    assert_int_equal(link(live, old), 0);
    assert_int_equal(mkdir(copy, 0700), 0);
    shares = open_shares(dir);
    assert_int_equal(tcn_shares_get(shares, &lane, 5, &row), TCN_OK);
    assert_int_not_equal(stat(old, &about), 0);
    assert_int_not_equal(stat(copy, &about), 0);
    tcn_shares_close(&shares);
    /* Broken off after it: the old file holds what was erased, and is overwritten, not just named
     * no more. */
    char kept[2 * TEST_PATH_BYTES];
    (void)snprintf(kept, sizeof(kept), "%s/kept", dir->base);
    test_file_write(old, "erased shares", 13);
    assert_int_equal(link(old, kept), 0);
    shares = open_shares(dir);
    assert_int_equal(tcn_shares_get(shares, &lane, 5, &row), TCN_OK);
    assert_int_not_equal(stat(old, &about), 0);
    struct test_file file = test_file_read(kept);
    static const uint8_t zeros[13];
    assert_int_equal(file.size, 13);
    assert_memory_equal(file.data, zeros, 13);
    free(file.data);
    assert_int_equal(unlink(kept), 0);
    tcn_shares_close(&shares);
}

static void a_reader_sees_whole_commits_and_keeps_the_file_from_being_compacted(void **state) {
    struct tcn_shares *shares = open_shares(*state);
    struct tcn_shares_reader *reader = NULL;
    struct tcn_shares_row row;
    put_rows(shares, 2);
    assert_int_equal(tcn_shares_reader_open(shares, &reader), TCN_OK);
    assert_int_equal(tcn_shares_compact(&shares), TCN_BUSY);
    assert_non_null(shares);
    assert_int_equal(tcn_shares_reader_get(reader, &lane, 2, &row), TCN_OK);
    assert_true(tcn_slice_is_text(row.frame, "secret half number 2."));
    assert_int_equal(tcn_shares_group_begin(shares), TCN_OK);
    struct tcn_shares_row fresh = row_of(3, "third");
    assert_int_equal(tcn_shares_put(shares, &fresh), TCN_OK);
    tcn_shares_reader_reset(reader);
    assert_int_equal(tcn_shares_reader_get(reader, &lane, 3, &row), TCN_ABSENT);
    assert_int_equal(tcn_shares_group_commit(shares), TCN_OK);
    assert_int_equal(tcn_shares_reader_get(reader, &lane, 3, &row), TCN_ABSENT);
    tcn_shares_reader_reset(reader);
    assert_int_equal(tcn_shares_reader_get(reader, &lane, 3, &row), TCN_OK);
    tcn_shares_reader_close(&reader);
    tcn_shares_reader_close(&reader);
    tcn_shares_reader_close(NULL);
    assert_int_equal(tcn_shares_compact(&shares), TCN_OK);
    assert_int_equal(tcn_shares_get(shares, &lane, 3, &row), TCN_OK);
    tcn_shares_close(&shares);
}

static void a_flipped_byte_is_damage(void **state) {
    struct test_dir *dir = *state;
    struct tcn_shares *shares = open_shares(dir);
    struct tcn_shares_row row;
    put_rows(shares, 3);
    tcn_shares_close(&shares);
    char path[2 * TEST_PATH_BYTES];
    test_path(dir, "data.mdb", path);
    struct test_file file = test_file_read(path);
    test_file_flip(path, test_file_find(&file, "number 2", 8));
    free(file.data);
    shares = open_shares(dir);
    assert_int_equal(tcn_shares_get(shares, &lane, 1, &row), TCN_OK);
    assert_int_equal(tcn_shares_get(shares, &lane, 2, &row), TCN_CORRUPT);
    assert_int_equal(tcn_shares_get(shares, &lane, 3, &row), TCN_OK);
    tcn_shares_close(&shares);
}

#define DIR_TEST(name) cmocka_unit_test_setup_teardown(name, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIR_TEST(what_cannot_be_erased_is_left_alone),
        DIR_TEST(shares_come_back_and_are_replaced),
        DIR_TEST(the_row_of_a_sequence_is_the_last_that_does_not_begin_behind_it),
        DIR_TEST(an_erased_share_is_in_no_byte_of_the_compacted_file),
        DIR_TEST(a_compaction_that_was_broken_off_is_ended_at_the_next_opening),
        DIR_TEST(a_reader_sees_whole_commits_and_keeps_the_file_from_being_compacted),
        DIR_TEST(a_flipped_byte_is_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
