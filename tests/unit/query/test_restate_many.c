/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-labels: once_plain */
/* An activation restates a hundred thousand clocks. All of them are in one commit of the state,
 * whose size has a bound here; a program that is killed in the middle has restated none, and comes
 * to the same state when it starts again. */
/* ctest-uses: core store */
/* ctest-wraps: tcn_clock_row_save */
#include "core/fold.h"

#include "../core/clock_log.h"
#include "../store/state_test.h"
#include "base/clock.h"
#include "core/clock.h"
#include "core/clockwork_inside.h"
#include "query/rebuild.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLOCKS 100000u
#define RULES 4u
#define MAP_BYTES (UINT64_C(512) * 1024 * 1024)
#define PAGE_BYTES 4096
/* Of the 131,071 pages that LMDB changes in one commit before it spills. */
#define PAGES_MAX 25000
#define LONGER_DAYS 30u

static struct tcn_calendar_span spans[COUNT_OF(named_days)];
static const char *const ids[RULES] = {"answer", "right", "whole", "object"};

/* The child dies when it keeps this clock; 0: it lives. */
static uint32_t saves_left;

enum tcn_status __real_tcn_clock_row_save(const struct tcn_clockwork *work,
                                          const struct tcn_matter_clock *row, int64_t log_time_ns);
enum tcn_status __wrap_tcn_clock_row_save(const struct tcn_clockwork *work,
                                          const struct tcn_matter_clock *row, int64_t log_time_ns);

enum tcn_status __wrap_tcn_clock_row_save(const struct tcn_clockwork *work,
                                          const struct tcn_matter_clock *row, int64_t log_time_ns) {
    const enum tcn_status status = __real_tcn_clock_row_save(work, row, log_time_ns);
    if (saves_left == 1) {
        (void)raise(SIGKILL);
    }
    saves_left -= saves_left > 0 ? 1 : 0;
    return status;
}

static struct tcn_state *open_large(const char *path) {
    const struct tcn_store_options options = {.dir = path, .map_bytes = MAP_BYTES};
    struct tcn_state *state = NULL;
    assert_int_equal(tcn_state_open(&options, &state), TCN_OK);
    return state;
}

static struct tcn_hash hash_of(struct tcn_state *state) {
    struct tcn_state_reader *reader = open_reader(state);
    struct tcn_hash hash;
    assert_int_equal(tcn_state_hash(reader, &hash), TCN_OK);
    tcn_state_reader_close(&reader);
    return hash;
}

static struct tcn_hash hash_at(const char *path) {
    struct tcn_state *state = open_large(path);
    const struct tcn_hash hash = hash_of(state);
    tcn_state_close(&state);
    return hash;
}

/* The clock of a number: each matter has all rules; every seventh clock has ended. */
static struct tcn_matter_clock clock_of(const struct tcn_clock_table *table, uint32_t number) {
    const int64_t start_ns = at("2024-03-01 10:00:00") + number * INT64_C(500000000);
    const char *id = ids[number % RULES];
    const struct tcn_clock_rule *rule = tcn_clock_rule_find(table, tcn_slice_text(id));
    struct tcn_matter_clock row = {.birth_position = 2 + number / RULES,
                                   .rule = tcn_clock_rule_number(tcn_slice_text(id)),
                                   .policy_version = make_clock_policy().version,
                                   .run_count = 1};
    assert_non_null(rule);
    (void)snprintf(row.id, sizeof(row.id), "%s", id);
    row.terms = tcn_clock_row_terms(rule);
    tcn_clock_start(&row.clock, start_ns);
    tcn_clock_row_compute(table, &row, start_ns);
    if (number % 7 == 0) {
        tcn_clock_row_end(&row, TCN_CLOCK_STOPPED, start_ns + 1, row.birth_position);
    }
    return row;
}

static void prepare(const char *path) {
    const struct tcn_clock_table table = make_clock_table(spans);
    struct tcn_state *state = open_large(path);
    const struct tcn_clockwork work = {.ops = tcn_state_table(), .state = state, .table = &table};
    for (uint32_t number = 0; number < CLOCKS;) {
        assert_int_equal(tcn_state_begin(state), TCN_OK);
        for (bool is_first = true; number < CLOCKS && (is_first || !tcn_state_is_due(state));) {
            const struct tcn_matter_clock row = clock_of(&table, number++);
            assert_int_equal(tcn_clock_row_save(&work, &row, row.clock.start_ns), TCN_OK);
            is_first = false;
        }
        assert_int_equal(tcn_state_commit(state), TCN_OK);
    }
    tcn_state_close(&state);
}

/* Another policy, under which one rule is off and all others are longer, comes into force. */
static void activate(const char *path) {
    const struct tcn_clock_table table = make_clock_table(spans);
    struct tcn_clock_rule rules[COUNT_OF(clock_rules)];
    const struct tcn_policy policy = make_clock_policy();
    struct tcn_policy next = policy;
    struct tcn_fold fold;
    struct tcn_outcome outcome;
    memcpy(rules, clock_rules, sizeof(rules));
    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        rules[i].amount += LONGER_DAYS;
        rules[i].is_enabled = rules[i].is_enabled && strcmp(rules[i].id, "object") != 0;
    }
    const struct tcn_clock_table longer = {
        .rules = rules, .rule_count = COUNT_OF(rules), .calendar = table.calendar};
    next.version = policy.version + 1;
    next.clocks = &longer;
    struct tcn_state *state = open_large(path);
    const struct tcn_event event = {
        .format = TCN_EVENT_FORMAT, .act = TCN_ACT_POLICY_ACTIVATED, .mode = TCN_MODE_ACTUAL};
    const struct tcn_fold_input in = {.position = 1,
                                      .generation = 1,
                                      .log_time_ns = at("2024-03-02 10:00:00"),
                                      .event = &event,
                                      .log_mode = TCN_MODE_ACTUAL,
                                      .policy = &next,
                                      .restates = true};
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(tcn_fold_init(&fold, &policy, tcn_state_table(), state), TCN_OK);
    fold.clocks = &table;
    assert_int_equal(tcn_fold_step(&fold, &in, &outcome), TCN_OK);
    assert_int_equal(outcome.code, TCN_OK);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    tcn_state_close(&state);
}

static off_t size_of(const char *path) {
    char file[TEST_PATH_BYTES + 16];
    struct stat facts;
    (void)snprintf(file, sizeof(file), "%s/data.mdb", path);
    assert_int_equal(stat(file, &facts), 0);
    return facts.st_size;
}

static void copy_state(const char *from, const char *to) {
    static uint8_t data[1024 * 1024];
    char path[TEST_PATH_BYTES + 16];
    (void)snprintf(path, sizeof(path), "%s/data.mdb", from);
    FILE *source = fopen(path, "rbe");
    assert_non_null(source);
    assert_int_equal(mkdir(to, 0700), 0);
    (void)snprintf(path, sizeof(path), "%s/data.mdb", to);
    FILE *sink = fopen(path, "wbe");
    assert_non_null(sink);
    for (size_t size = 1; size > 0;) {
        size = fread(data, 1, sizeof(data), source);
        assert_int_equal(fwrite(data, 1, size, sink), size);
    }
    assert_int_equal(fclose(source), 0);
    assert_int_equal(fclose(sink), 0);
}

/* What has become of each clock. */
static void expect_restated(const char *path) {
    const struct tcn_clock_table table = make_clock_table(spans);
    const struct tcn_state_ops *ops = tcn_state_table();
    struct tcn_state *state = open_large(path);
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    for (uint32_t number = 0; number < CLOCKS; number++) {
        const struct tcn_matter_clock before = clock_of(&table, number);
        const bool is_off = number % RULES == 3;
        struct tcn_matter_clock row;
        assert_int_equal(ops->clock_next(state, before.birth_position, before.rule, &row), TCN_OK);
        assert_string_equal(row.id, before.id);
        assert_int_equal(row.policy_version, before.policy_version + (is_off ? 0 : 1));
        assert_true(is_off ? row.end != TCN_CLOCK_RUNS : row.end == before.end);
        assert_true(is_off || row.times.limit_ns > before.times.limit_ns);
    }
    tcn_state_abort(state);
    tcn_state_close(&state);
}

/* A child that dies when it has kept so many clocks. */
static void die_at(const char *path, uint32_t saves) {
    int ended = 0;
    (void)fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        saves_left = saves;
        activate(path);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFSIGNALED(ended) && WTERMSIG(ended) == SIGKILL);
}

static void a_hundred_thousand_clocks_are_restated_in_one_commit_or_not_at_all(void **test) {
    const struct test_dir *dir = *test;
    char other[TEST_PATH_BYTES];
    static const uint32_t kills[] = {1, CLOCKS / 2, CLOCKS};
    (void)snprintf(other, sizeof(other), "%.100s/other", dir->base);
    prepare(dir->store);
    copy_state(dir->store, other);
    const struct tcn_hash before = hash_at(dir->store);
    const off_t size = size_of(other);
    const int64_t start_ns = tcn_clock_monotonic_ns();
    activate(other);
    const int64_t took_ns = tcn_clock_monotonic_ns() - start_ns;
    const long pages = (long)((size_of(other) - size) / PAGE_BYTES);
    print_message("%u clocks: %ld ms, %ld pages\n", CLOCKS, (long)(took_ns / 1000000), pages);
    assert_in_range(pages, 1, PAGES_MAX);
    expect_restated(other);
    const struct tcn_hash wanted = hash_at(other);
    assert_false(tcn_hash_equals(&before, &wanted));
    for (size_t i = 0; i < COUNT_OF(kills); i++) {
        die_at(dir->store, kills[i]);
        const struct tcn_hash found = hash_at(dir->store);
        assert_true(tcn_hash_equals(&found, &before));
    }
    activate(dir->store);
    const struct tcn_hash found = hash_at(dir->store);
    assert_true(tcn_hash_equals(&found, &wanted));
}

#define DIR_TEST(name) cmocka_unit_test_setup_teardown(name, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIR_TEST(a_hundred_thousand_clocks_are_restated_in_one_commit_or_not_at_all),
    };
    return cmocka_run_group_tests_name("restate_many", tests, NULL, NULL);
}
