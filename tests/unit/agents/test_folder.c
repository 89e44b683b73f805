/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts as files: what is good ends in done, what is not in bad with a note of where, and nothing
 * is entered twice, whenever the agent is killed. */
#include "bench.h"

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define DRAFT "{\"domain\":\"rural_water\",\"division\":\"" DIVISION "\",\"concerns\":\"nobody\"}"
#define LINES 300
#define ROUNDS 6

/** The office with a folder. */
struct folder_bench {
    struct bench bench;
    char drop[PATH_BYTES];
};

static void path_of(const struct folder_bench *made, const char *name, char out_path[256]) {
    (void)snprintf(out_path, 256, "%.120s/%.100s", made->drop, name);
}

static bool is_there(const struct folder_bench *made, const char *name) {
    char path[256];
    struct stat file;
    path_of(made, name, path);
    return stat(path, &file) == 0;
}

/** Puts a file into the folder as a program should: whole, under its name, by a rename. */
static void drop(const struct folder_bench *made, const char *name, struct tcn_slice bytes) {
    char path[256];
    char part[256];
    char target[128];
    path_of(made, "in/.part", part);
    (void)snprintf(target, sizeof(target), "in/%.100s", name);
    path_of(made, target, path);
    write_file(part, bytes);
    assert_int_equal(rename(part, path), 0);
}

/** Reads a file of the folder; empty when it is not there. */
static struct tcn_slice read_back(const struct folder_bench *made, const char *name,
                                  char out_data[8192]) {
    char path[256];
    path_of(made, name, path);
    FILE *file = fopen(path, "rb");
    size_t size = file == NULL ? 0 : fread(out_data, 1, 8191, file);
    if (file != NULL) {
        (void)fclose(file);
    }
    out_data[size] = '\0';
    return tcn_slice_of(out_data, size);
}

/** Waits until a file is there. */
static void await_file(const struct folder_bench *made, const char *name) {
    int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    struct tcn_poller poller;
    tcn_poller_init(&poller);
    while (!is_there(made, name)) {
        struct tcn_poller_ready ready[TCN_POLLER_MAX];
        size_t count = 0;
        assert_true(tcn_clock_monotonic_ns() < end_ns);
        assert_int_equal(tcn_poller_wait(&poller, TCN_SECOND_NS / 100, ready, &count), TCN_OK);
    }
}

static int setup_folder(void **state) {
    struct folder_bench *made = calloc(1, sizeof(*made));
    assert_non_null(made);
    made->bench.district = district_create(TCN_MODE_ACTUAL, "office_chahe");
    (void)snprintf(made->drop, sizeof(made->drop), "%.90s/drop", made->bench.district->dir);
    made->bench.district->config.drop_dir = made->drop;
    *state = made;
    return 0;
}

static void start_office(struct folder_bench *made) {
    assert_int_equal(tcn_link_open(1, 64, &made->bench.link), TCN_OK);
    office_open(&made->bench.office, made->bench.district);
    (void)office_ask(&made->bench.office, "{\"op\":\"outbox\"}"); /* it is open */
}

static uint64_t entered_count(struct folder_bench *made) {
    return office_ask(&made->bench.office, "{\"op\":\"outbox\"}").outbox.lanes[1].last_sequence;
}

/** Removes the folder with its folders and all their files. */
static void remove_drop(const struct folder_bench *made) {
    static const char *const folders[] = {"in", "work", "done", "bad"};
    for (size_t i = 0; i < COUNT_OF(folders); i++) {
        char path[256];
        path_of(made, folders[i], path);
        DIR *folder = opendir(path);
        const struct dirent *entry = folder == NULL ? NULL : readdir(folder);
        while (entry != NULL) {
            (void)unlinkat(dirfd(folder), entry->d_name, 0);
            entry = readdir(folder);
        }
        if (folder != NULL) {
            (void)closedir(folder);
        }
        (void)rmdir(path);
    }
    (void)rmdir(made->drop);
}

static int teardown_folder(void **state) {
    struct folder_bench *made = *state;
    if (made->bench.link != NULL) {
        office_close(&made->bench.office);
        tcn_link_close(&made->bench.link);
    }
    remove_drop(made);
    district_destroy(made->bench.district);
    free(made);
    return 0;
}

static void what_is_wrong_is_named_by_file_line_and_field(void **state) {
    struct folder_bench *made = *state;
    char data[8192];
    static const struct {
        const char *name;
        const char *text;
        const char *fault;
        uint64_t entered;
    } rows[] = {
        {"a.json", "{\"domain\":7}", "a.json: line 1: domain: expected", 0},
        {"b.json", "", "", 0}, /* nothing is in it, and nothing is wrong with it */
        {"c.ndjson", DRAFT "\n{broken\n\n" DRAFT "\n", "c.ndjson: line 2: ", 2},
        {"d.ndjson", "{\"domain\":\"rural_water\",\"division\":\"1\",\"concerns\":\"nobody\"}",
         "d.ndjson: line 1: division: ", 0},
        {"e.ndjson", "{\"act\":\"void\"}\n" DRAFT, "e.ndjson: line 1: act", 1},
        {"f.json",
         "{\"domain\":\"rural_water\",\"division\":\"" DIVISION
         "\",\"concerns\":\"nobody\",\"office\":\"water_bureau\"}",
         "f.json: line 1: office: this agent speaks for another organ", 0},
    };
    start_office(made);
    uint64_t entered = 0;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char name[128];
        const char *folder = rows[i].fault[0] == '\0' ? "done" : "bad";
        drop(made, rows[i].name, text_of(rows[i].text));
        (void)snprintf(name, sizeof(name), "%s/%s", folder, rows[i].name);
        await_file(made, name);
        (void)snprintf(name, sizeof(name), "bad/%s.error", rows[i].name);
        struct tcn_slice note = read_back(made, name, data);
        assert_int_equal(note.size == 0, rows[i].fault[0] == '\0');
        assert_memory_equal(data, rows[i].fault, strlen(rows[i].fault));
        entered += rows[i].entered;
        assert_int_equal(entered_count(made), entered);
        (void)snprintf(name, sizeof(name), "%s/%s.answers", folder, rows[i].name);
        assert_int_equal(is_there(made, name), rows[i].entered > 0);
    }
}

static void what_is_no_file_or_too_large_goes_to_bad(void **state) {
    struct folder_bench *made = *state;
    char path[256];
    char data[8192];
    start_office(made);
    size_t size = (size_t)4 * 1024 * 1024 + 1;
    char *large = malloc(size);
    assert_non_null(large);
    memset(large, ' ', size);
    drop(made, "large.json", tcn_slice_of(large, size));
    await_file(made, "bad/large.json");
    struct tcn_slice note = read_back(made, "bad/large.json.error", data);
    assert_true(holds(note, "larger than 4 MiB"));
    memset(large, '\n', size);
    large[size - 2] = 'x';
    drop(made, "lines.ndjson", tcn_slice_of(large, size - 1));
    await_file(made, "bad/lines.ndjson");
    note = read_back(made, "bad/lines.ndjson.error", data);
    assert_true(holds(note, "at most 16384 lines"));
    free(large);
    path_of(made, "in/pipe.json", path);
    assert_int_equal(mkfifo(path, 0600), 0);
    drop(made, "wake.json", text_of(DRAFT));
    await_file(made, "bad/pipe.json");
    path_of(made, "in/link.json", path);
    assert_int_equal(symlink("/etc/hostname", path), 0);
    drop(made, "wake.json", text_of(DRAFT));
    await_file(made, "bad/link.json");
    note = read_back(made, "bad/link.json.error", data);
    assert_true(holds(note, "not a regular file"));
}

static void names_that_are_no_drafts_are_left_alone(void **state) {
    struct folder_bench *made = *state;
    start_office(made);
    drop(made, ".hidden.json", text_of(DRAFT));
    drop(made, "draft.tmp", text_of(DRAFT));
    drop(made, "json", text_of(DRAFT));
    drop(made, "z.json", text_of(DRAFT));
    await_file(made, "done/z.json");
    assert_true(is_there(made, "in/.hidden.json"));
    assert_true(is_there(made, "in/draft.tmp"));
    assert_true(is_there(made, "in/json"));
    assert_int_equal(entered_count(made), 1);
}

static void a_folder_that_everybody_may_enter_is_refused(void **state) {
    struct folder_bench *made = *state;
    assert_int_equal(mkdir(made->drop, 0700), 0);
    assert_int_equal(chmod(made->drop, 0755), 0);
    assert_int_equal(tcn_link_open(1, 64, &made->bench.link), TCN_OK);
    office_open(&made->bench.office, made->bench.district);
    office_stop(&made->bench.office);
    assert_int_equal(made->bench.office.opened, TCN_CONFIG);
}

static void the_same_file_enters_once_and_another_of_its_name_again(void **state) {
    struct folder_bench *made = *state;
    char data[8192];
    start_office(made);
    drop(made, "day.ndjson", text_of(DRAFT "\n" DRAFT "\n"));
    await_file(made, "done/day.ndjson");
    assert_int_equal(entered_count(made), 2); /* two lines that are alike are two reports */
    drop(made, "day.ndjson", text_of(DRAFT "\n" DRAFT "\n"));
    await_file(made, "done/day.1.ndjson");
    assert_int_equal(entered_count(made), 2);
    struct tcn_slice answers = read_back(made, "done/day.1.ndjson.answers", data);
    assert_true(holds(answers, "\"is_repeat\":true"));
    assert_true(holds(answers, "\"slip\""));
    drop(made, "day.ndjson", text_of(DRAFT "\n"));
    await_file(made, "done/day.2.ndjson");
    assert_int_equal(entered_count(made), 3);
    drop(made, "other.ndjson", text_of(DRAFT "\n"));
    await_file(made, "done/other.ndjson");
    assert_int_equal(entered_count(made), 4);
    drop(made, "keyed.json",
         text_of("{\"domain\":\"rural_water\",\"division\":\"" DIVISION
                 "\",\"concerns\":\"nobody\",\"key\":\"mine\"}"));
    await_file(made, "done/keyed.json");
    assert_int_equal(entered_count(made), 5);
}

static void a_full_outbox_lets_the_file_wait(void **state) {
    struct folder_bench *made = *state;
    made->bench.district->config.outbox_mb = 1;
    size_t size = 3 * 1024 * 1024;
    char *text = malloc(size);
    assert_non_null(text);
    size_t used = 0;
    for (uint32_t i = 0; i < 60; i++) {
        used += (size_t)snprintf(text + used, size - used,
                                 "{\"domain\":\"rural_water\",\"division\":\"" DIVISION
                                 "\",\"concerns\":\"nobody\",\"texts\":{\"narrative\":\"");
        memset(text + used, 'w', 40 * 1024);
        used += 40 * 1024;
        used += (size_t)snprintf(text + used, size - used, "\"}}\n");
    }
    start_office(made);
    drop(made, "much.ndjson", tcn_slice_of(text, used));
    int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    struct tcn_local_answer answer = office_ask(&made->bench.office, "{\"op\":\"outbox\"}");
    while (!holds(answer.outbox.last_error, "much.ndjson") && tcn_clock_monotonic_ns() < end_ns) {
        answer = office_ask(&made->bench.office, "{\"op\":\"outbox\"}");
    }
    assert_true(holds(answer.outbox.last_error, "waits"));
    assert_true(is_there(made, "work/much.ndjson"));
    assert_true(answer.outbox.lanes[1].last_sequence < 60);
    free(text);
}

static void no_kill_enters_a_line_twice_or_loses_one(void **state) {
    struct folder_bench *made = *state;
    char *text = malloc((size_t)LINES * 256);
    assert_non_null(text);
    size_t used = 0;
    for (uint32_t i = 0; i < LINES; i++) {
        used += (size_t)snprintf(text + used, (size_t)LINES * 256 - used, "%s\n", DRAFT);
    }
    pid_t child = district_fork(made->bench.district);
    await_file(made, "bad"); /* the last folder that it makes */
    struct tcn_poller poller;
    tcn_poller_init(&poller);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct tcn_poller_ready ready[TCN_POLLER_MAX];
        size_t count = 0;
        char name[32];
        (void)snprintf(name, sizeof(name), "batch-%u.ndjson", round);
        drop(made, name, tcn_slice_of(text, used));
        /* Moments that differ, from before the first line to after the last. */
        assert_int_equal(
            tcn_poller_wait(&poller, (int64_t)round * 7 * TCN_SECOND_NS / 1000, ready, &count),
            TCN_OK);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, NULL, 0), child);
        child = district_fork(made->bench.district);
    }
    for (uint32_t round = 0; round < ROUNDS; round++) {
        char name[64];
        (void)snprintf(name, sizeof(name), "done/batch-%u.ndjson", round);
        await_file(made, name);
        (void)snprintf(name, sizeof(name), "done/batch-%u.ndjson.answers", round);
        assert_true(is_there(made, name));
    }
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    start_office(made);
    assert_int_equal(entered_count(made), ROUNDS * LINES);
    free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_folder, teardown_folder)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(no_kill_enters_a_line_twice_or_loses_one),
        TEST(what_is_wrong_is_named_by_file_line_and_field),
        TEST(what_is_no_file_or_too_large_goes_to_bad),
        TEST(names_that_are_no_drafts_are_left_alone),
        TEST(a_folder_that_everybody_may_enter_is_refused),
        TEST(the_same_file_enters_once_and_another_of_its_name_again),
        TEST(a_full_outbox_lets_the_file_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
