/* SPDX-License-Identifier: Apache-2.0 */
/* The journal's file: what was committed is there, what was torn is not, what is damaged is told.
 */
/* ctest-wraps: tcn_fresh_replace */
#include "store_test.h"

#include "store/fresh.h"
#include "store/journal.h"

#include <stdio.h>

#define ENTRIES_MAX 16
#define FILE_MAX 4096
#define FIXED_BYTES 40 /* of the header, before the two places that say what is synced */
#define PLACE_BYTES 16
#define HEADER_BYTES (FIXED_BYTES + 2 * PLACE_BYTES)
#define ENTRY_COUNT 6 /* of a file that is filled */
#define HELLO_BYTES 40
#define STRIDE 5 /* shorter than any entry; what is mended is synced, which takes its time */

static const struct tcn_id log_id = {.bytes = {7}};

/* What comes of the next files that take the place of another. */
static bool replace_fails;
static bool replace_is_done; /* all the same */

enum tcn_status __real_tcn_fresh_replace(const char *path, const void *data, size_t size);
enum tcn_status __wrap_tcn_fresh_replace(const char *path, const void *data, size_t size);

enum tcn_status __wrap_tcn_fresh_replace(const char *path, const void *data, size_t size) {
    if (!replace_fails || replace_is_done) {
        const enum tcn_status status = __real_tcn_fresh_replace(path, data, size);
        return status == TCN_OK && replace_fails ? TCN_FULL : status;
    }
    return TCN_FULL;
}

/* What an opening showed. */
struct seen {
    struct tcn_journal_entry entries[ENTRIES_MAX];
    size_t count;
    enum tcn_status answer; /* of the visit */
};

static enum tcn_status see(void *context, const struct tcn_journal_entry *entry) {
    struct seen *seen = context;
    assert_true(seen->count < ENTRIES_MAX);
    seen->entries[seen->count] = *entry;
    seen->count++;
    return seen->answer;
}

static struct tcn_journal_entry entry_of(enum tcn_journal_kind kind, uint64_t position) {
    struct tcn_journal_entry entry = {.kind = kind, .generation = 2, .position = position};
    entry.principal = kind == TCN_JOURNAL_GENERATION ? 0 : 5;
    entry.until_ns = kind == TCN_JOURNAL_ENDS ? -77 : 0;
    entry.stage = kind == TCN_JOURNAL_GENERATION ? TCN_JOURNAL_BEGUN : TCN_JOURNAL_STAGE_NONE;
    if (kind == TCN_JOURNAL_EPOCH) {
        entry.lane = (struct tcn_lane_key){.source = 3, .epoch = 99, .lane = TCN_LANE_ROUTINE};
        entry.predecessor = 98;
        entry.head_size = HELLO_BYTES;
        memset(entry.head, 0x5A, HELLO_BYTES);
        memset(entry.signature.bytes, 0xA5, sizeof(entry.signature.bytes));
    }
    if (kind == TCN_JOURNAL_ERASED) {
        entry.lane = (struct tcn_lane_key){.source = 3, .epoch = 99, .lane = TCN_LANE_URGENT};
        entry.sequence = 1234567;
        memset(entry.hash.bytes, 0xC3, sizeof(entry.hash.bytes));
    }
    return entry;
}

static const char *path_of(const struct test_dir *dir, const char *name) {
    static char path[2 * TEST_PATH_BYTES];
    (void)snprintf(path, sizeof(path), "%s/%s", dir->base, name);
    return path;
}

static enum tcn_status open_it(const struct test_dir *dir, bool is_made, struct seen *seen,
                               struct tcn_journal **out_journal) {
    const struct tcn_journal_entry first = entry_of(TCN_JOURNAL_GENERATION, 0);
    const struct tcn_journal_options options = {.path = path_of(dir, "journal"),
                                                .log_id = &log_id,
                                                .first = is_made ? &first : NULL,
                                                .from_position = 40,
                                                .visit = see,
                                                .context = seen};
    seen->count = 0;
    return tcn_journal_open(&options, out_journal);
}

static size_t read_it(const struct test_dir *dir, uint8_t data[FILE_MAX]) {
    FILE *file = fopen(path_of(dir, "journal"), "rb");
    assert_non_null(file);
    const size_t size = fread(data, 1, FILE_MAX, file);
    assert_int_equal(fclose(file), 0);
    return size;
}

/* A new file each time: one that is cut to nothing and written again is flushed by the file system.
 */
static void write_it(const struct test_dir *dir, const uint8_t *data, size_t size) {
    (void)unlink(path_of(dir, "journal"));
    FILE *file = fopen(path_of(dir, "journal"), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* A journal with one entry of each kind behind the first. */
static void fill(const struct test_dir *dir) {
    struct seen seen = {.answer = TCN_OK};
    struct tcn_journal *journal = NULL;
    (void)unlink(path_of(dir, "journal"));
    assert_int_equal(open_it(dir, true, &seen, &journal), TCN_OK);
    for (int kind = TCN_JOURNAL_REVOKED; kind <= TCN_JOURNAL_ERASED; kind++) {
        const struct tcn_journal_entry entry =
            entry_of((enum tcn_journal_kind)kind, (uint64_t)kind + 50);
        assert_int_equal(tcn_journal_add(journal, &entry), TCN_OK);
    }
    assert_int_equal(tcn_journal_commit(journal), TCN_OK);
    tcn_journal_close(&journal);
}

static void what_is_no_journal_of_this_log_is_not_opened(void **state) {
    struct test_dir *dir = *state;
    struct seen seen = {.answer = TCN_OK};
    struct tcn_journal *journal = NULL;
    struct tcn_journal *other = NULL;
    uint8_t data[FILE_MAX];
    assert_int_equal(open_it(dir, false, &seen, &journal), TCN_ABSENT);
    fill(dir);
    const size_t size = read_it(dir, data);
    static const struct {
        size_t offset;
        size_t size; /* 0: the whole file */
        enum tcn_status status;
    } cases[] = {
        {0, 0, TCN_CORRUPT},  {7, 0, TCN_VERSION},   {8, 0, TCN_CORRUPT},  {30, 0, TCN_CORRUPT},
        {39, 0, TCN_CORRUPT}, {39, 39, TCN_CORRUPT}, {7, 71, TCN_VERSION}, {40, 71, TCN_CORRUPT},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        data[cases[i].offset] ^= 1;
        write_it(dir, data, cases[i].size == 0 ? size : cases[i].size);
        assert_int_equal(open_it(dir, true, &seen, &journal), cases[i].status);
        data[cases[i].offset] ^= 1;
    }
    write_it(dir, data, size);
    const struct tcn_id another = {.bytes = {8}};
    const struct tcn_journal_options options = {.path = path_of(dir, "journal"),
                                                .log_id = &another};
    assert_int_equal(tcn_journal_open(&options, &journal), TCN_FOREIGN_LOG);
    seen.answer = TCN_LIMIT;
    assert_int_equal(open_it(dir, false, &seen, &journal), TCN_LIMIT);
    seen.answer = TCN_OK;
    assert_int_equal(open_it(dir, false, &seen, &journal), TCN_OK);
    assert_int_equal(open_it(dir, false, &seen, &other), TCN_LOCKED);
    tcn_journal_close(&journal);
    assert_int_equal(unlink(path_of(dir, "journal")), 0);
}

/* Opens it only to read: it gives what it will give, and stays as it is, byte by byte. */
static void only_read(const struct test_dir *dir, const uint8_t *data, size_t size,
                      enum tcn_status status, const struct seen *expected) {
    struct seen seen = {.answer = expected->answer};
    uint8_t after[FILE_MAX];
    struct tcn_journal *journal = NULL;
    const struct tcn_journal_options options = {.path = path_of(dir, "journal"),
                                                .log_id = &log_id,
                                                .is_reader_only = true,
                                                .visit = see,
                                                .context = &seen};
    write_it(dir, data, size);
    assert_int_equal(tcn_journal_open(&options, &journal), status);
    assert_int_equal(seen.count, expected->count);
    tcn_journal_close(&journal);
    assert_int_equal(read_it(dir, after), size);
    assert_memory_equal(after, data, size);
}

/* Opens what was written there, twice: what the first time gives, the second gives too. */
static enum tcn_status open_twice(const struct test_dir *dir, const uint8_t *data, size_t size,
                                  struct seen *seen, size_t *out_cut_bytes) {
    struct tcn_journal *journal = NULL;
    uint8_t after[FILE_MAX];
    write_it(dir, data, size);
    const enum tcn_status status = open_it(dir, false, seen, &journal);
    if (status != TCN_OK) {
        assert_int_equal(read_it(dir, after), size); /* nothing was mended */
        assert_memory_equal(after, data, size);
        only_read(dir, data, size, status, seen);
        return status;
    }
    const size_t count = seen->count;
    *out_cut_bytes = (size_t)tcn_journal_cut_bytes(journal);
    assert_int_equal(tcn_journal_bytes(journal) + *out_cut_bytes, size);
    tcn_journal_close(&journal);
    assert_int_equal(read_it(dir, after), size - *out_cut_bytes);
    assert_int_equal(open_it(dir, false, seen, &journal), TCN_OK);
    assert_int_equal(seen->count, count);
    assert_int_equal(tcn_journal_cut_bytes(journal), 0);
    tcn_journal_close(&journal);
    only_read(dir, data, size, TCN_OK, seen);
    return TCN_OK;
}

/* J2: at every size, and with every byte changed, the last entry's too. */
static void what_was_committed_is_never_cut_off(void **state) {
    struct test_dir *dir = *state;
    struct seen seen = {.answer = TCN_OK};
    uint8_t data[FILE_MAX];
    size_t cut = 0;
    fill(dir);
    const size_t whole = read_it(dir, data);
    for (size_t size = 0; size < whole; size++) {
        assert_int_equal(open_twice(dir, data, size, &seen, &cut), TCN_CORRUPT);
    }
    for (size_t i = HEADER_BYTES; i < whole; i++) {
        data[i] ^= 0x10;
        assert_int_equal(open_twice(dir, data, whole, &seen, &cut), TCN_CORRUPT);
        data[i] ^= 0x10;
    }
    assert_int_equal(open_twice(dir, data, whole, &seen, &cut), TCN_OK);
    assert_int_equal(seen.count, ENTRY_COUNT);
    assert_int_equal(unlink(path_of(dir, "journal")), 0);
}

/* J2: one of the two places can be torn when all entries are whole, and is mended then. */
static void in_doubt_about_what_is_synced_nothing_is_cut_off(void **state) {
    struct test_dir *dir = *state;
    struct seen seen = {.answer = TCN_OK};
    uint8_t data[FILE_MAX];
    size_t cut = 0;
    fill(dir);
    const size_t whole = read_it(dir, data);
    for (size_t i = FIXED_BYTES; i < HEADER_BYTES; i++) {
        data[i] ^= 0x10;
        assert_int_equal(open_twice(dir, data, whole, &seen, &cut), TCN_OK);
        assert_int_equal(seen.count, ENTRY_COUNT);
        data[whole - 1] ^= 1;
        assert_int_equal(open_twice(dir, data, whole, &seen, &cut), TCN_CORRUPT);
        data[whole - 1] ^= 1;
        assert_int_equal(open_twice(dir, data, whole - 1, &seen, &cut), TCN_CORRUPT);
        data[whole] = 0;
        assert_int_equal(open_twice(dir, data, whole + 1, &seen, &cut), TCN_CORRUPT);
        data[i] ^= 0x10;
    }
    data[FIXED_BYTES] ^= 1;
    data[FIXED_BYTES + PLACE_BYTES] ^= 1;
    assert_int_equal(open_twice(dir, data, whole, &seen, &cut), TCN_CORRUPT);
    assert_int_equal(unlink(path_of(dir, "journal")), 0);
}

/* J4: the power failed before `synced` said that the second commit is there. */
static void what_was_never_said_to_be_there_is_taken_as_far_as_it_is_whole(void **state) {
    struct test_dir *dir = *state;
    struct seen seen = {.answer = TCN_OK};
    struct tcn_journal *journal = NULL;
    uint8_t header[FILE_MAX];
    uint8_t data[FILE_MAX];
    size_t cut = 0;
    (void)unlink(path_of(dir, "journal"));
    assert_int_equal(open_it(dir, true, &seen, &journal), TCN_OK);
    tcn_journal_close(&journal);
    const size_t synced = read_it(dir, header);
    fill(dir);
    const size_t whole = read_it(dir, data);
    memcpy(data, header, HEADER_BYTES);
    size_t last = 1; /* whole entries so far */
    for (size_t size = synced; size <= whole; size += STRIDE) {
        assert_int_equal(open_twice(dir, data, size, &seen, &cut), TCN_OK);
        assert_true(seen.count >= last && seen.count <= last + 1);
        last = seen.count;
    }
    assert_int_equal(open_twice(dir, data, whole, &seen, &cut), TCN_OK);
    assert_int_equal(seen.count, ENTRY_COUNT);
    for (size_t i = synced; i < whole; i += STRIDE) { /* also with whole ones behind */
        data[i] ^= 0x10;
        assert_int_equal(open_twice(dir, data, whole, &seen, &cut), TCN_OK);
        assert_true(seen.count < ENTRY_COUNT && cut > 0);
        data[i] ^= 0x10;
    }
    assert_int_equal(open_twice(dir, data, synced - 1, &seen, &cut), TCN_CORRUPT);
    assert_int_equal(unlink(path_of(dir, "journal")), 0);
}

static const struct tcn_journal_entry *at(void *context, size_t index) {
    const struct tcn_journal_entry *entries = context;
    return &entries[index];
}

static void what_was_committed_comes_back_and_what_was_dropped_does_not(void **state) {
    struct test_dir *dir = *state;
    struct seen seen = {.answer = TCN_OK};
    struct tcn_journal *journal = NULL;
    struct tcn_journal_entry entry = entry_of(TCN_JOURNAL_EPOCH, 60);
    fill(dir);
    assert_int_equal(open_it(dir, false, &seen, &journal), TCN_OK);
    assert_int_equal(seen.count, ENTRY_COUNT);
    assert_int_equal(tcn_journal_from(journal), 40);
    for (size_t i = 1; i < seen.count; i++) {
        const struct tcn_journal_entry made = entry_of(seen.entries[i].kind, i + 50);
        assert_memory_equal(&seen.entries[i], &made, sizeof(made));
    }
    assert_int_equal(tcn_journal_add(journal, &entry), TCN_OK);
    tcn_journal_drop(journal);
    assert_int_equal(tcn_journal_commit(journal), TCN_OK);
    entry.head_size = TCN_CHUNK_HEAD_BYTES_MAX + 1;
    assert_int_equal(tcn_journal_add(journal, &entry), TCN_TOOBIG);
    tcn_journal_close(&journal);
    assert_int_equal(open_it(dir, false, &seen, &journal), TCN_OK);
    assert_int_equal(seen.count, ENTRY_COUNT);
    /* Written anew with less, and appended to. */
    const struct tcn_journal_entries less = {.at = at, .context = &seen.entries[1], .count = 2};
    assert_int_equal(tcn_journal_rewrite(journal, &less), TCN_OK);
    entry = entry_of(TCN_JOURNAL_EPOCH, 70);
    entry.head_size = TCN_CHUNK_HEAD_BYTES_MAX;
    assert_int_equal(tcn_journal_add(journal, &entry), TCN_OK);
    assert_int_equal(tcn_journal_commit(journal), TCN_OK);
    assert_int_equal(tcn_journal_copy(journal, path_of(dir, "copy")), TCN_OK);
    assert_int_equal(tcn_journal_copy(journal, path_of(dir, "copy")), TCN_EXISTS);
    tcn_journal_close(&journal);
    assert_int_equal(rename(path_of(dir, "copy"), "journal-copy"), 0);
    assert_int_equal(rename("journal-copy", path_of(dir, "journal")), 0);
    assert_int_equal(open_it(dir, false, &seen, &journal), TCN_OK);
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.entries[2].position, 70);
    assert_int_equal(seen.entries[2].head_size, TCN_CHUNK_HEAD_BYTES_MAX);
    assert_int_equal(tcn_journal_from(journal), 40);
    tcn_journal_close(&journal);
    tcn_journal_close(NULL);
    assert_int_equal(unlink(path_of(dir, "journal")), 0);
}

/* A file that was exchanged, and then something failed, has no name: what is written there is lost.
 */
static void nothing_goes_into_a_file_without_a_name(void **state) {
    static const struct {
        bool is_exchanged;
        enum tcn_status rewritten;
        enum tcn_status committed;
    } rows[] = {{false, TCN_FULL, TCN_OK}, {true, TCN_IO, TCN_IO}};
    const struct test_dir *dir = *state;
    struct tcn_journal *journal = NULL;
    struct seen seen = {.answer = TCN_OK};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct tcn_journal_entry entry = entry_of(TCN_JOURNAL_EPOCH, 80);
        fill(dir);
        assert_int_equal(open_it(dir, false, &seen, &journal), TCN_OK);
        const struct tcn_journal_entries less = {.at = at, .context = &seen.entries[1], .count = 2};
        replace_fails = true;
        replace_is_done = rows[i].is_exchanged;
        assert_int_equal(tcn_journal_rewrite(journal, &less), rows[i].rewritten);
        replace_fails = false;
        assert_int_equal(tcn_journal_add(journal, &entry), TCN_OK);
        assert_int_equal(tcn_journal_commit(journal), rows[i].committed);
        tcn_journal_close(&journal);
        assert_int_equal(open_it(dir, false, &seen, &journal), TCN_OK);
        assert_int_equal(seen.count, rows[i].is_exchanged ? 2 : ENTRY_COUNT + 1);
        tcn_journal_close(&journal);
        assert_int_equal(unlink(path_of(dir, "journal")), 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_no_journal_of_this_log_is_not_opened),
        TEST(what_was_committed_is_never_cut_off),
        TEST(in_doubt_about_what_is_synced_nothing_is_cut_off),
        TEST(what_was_never_said_to_be_there_is_taken_as_far_as_it_is_whole),
        TEST(nothing_goes_into_a_file_without_a_name),
        TEST(what_was_committed_comes_back_and_what_was_dropped_does_not),
    };
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
