/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* An activation that waits: for a place in a group, for room on the disk, for somebody to take away
 * what lies in its place. */
/* ctest-uses: query core store wire link seal */
/* ctest-wraps: tcn_log_append tcn_fold_step unlink */
#include "activation_test.h"

#include "base/clock.h"
#include "query/applier.h"
#include "testlib/memstate.h"

#include <errno.h>

static bool is_append_full;  /* an activation finds no room */
static bool is_fold_failing; /* nor does the state, behind an activation */
static bool is_unlink_denied;

enum tcn_status __real_tcn_log_append(struct tcn_log *log, const struct tcn_record *record,
                                      uint64_t sequence_count);
enum tcn_status __wrap_tcn_log_append(struct tcn_log *log, const struct tcn_record *record,
                                      uint64_t sequence_count);
enum tcn_status __real_tcn_fold_step(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                     struct tcn_outcome *out_outcome);
enum tcn_status __wrap_tcn_fold_step(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                     struct tcn_outcome *out_outcome);
int __real_unlink(const char *path);
int __wrap_unlink(const char *path);

enum tcn_status __wrap_tcn_log_append(struct tcn_log *log, const struct tcn_record *record,
                                      uint64_t sequence_count) {
    return is_append_full && record->kind == TCN_RECORD_POLICY
               ? TCN_FULL
               : __real_tcn_log_append(log, record, sequence_count);
}

enum tcn_status __wrap_tcn_fold_step(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                     struct tcn_outcome *out_outcome) {
    const enum tcn_status status = __real_tcn_fold_step(fold, in, out_outcome);
    return is_fold_failing && in->policy != NULL ? TCN_FULL : status;
}

int __wrap_unlink(const char *path) {
    if (is_unlink_denied) {
        errno = EPERM;
        return -1;
    }
    return __real_unlink(path);
}

/* The log of the collector is kept in a file without a name; what it says is on purpose. */
static void listen_to(struct bench *bench) {
    char path[] = P_tmpdir "/tocsin-collector-XXXXXX";
    const int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(unlink(path), 0);
    bench->place->logger = tcn_logger_init("collector-test", TCN_LOG_WARNING, file);
}

/* How often it said so; then it is forgotten. */
static int said(const struct bench *bench, const char *text) {
    char log[8192] = {0};
    int count = 0;
    assert_true(pread(bench->place->logger.descriptor, log, sizeof(log) - 1, 0) >= 0);
    for (const char *at = strstr(log, text); at != NULL; at = strstr(at + 1, text)) {
        count++;
    }
    assert_int_equal(ftruncate(bench->place->logger.descriptor, 0), 0);
    assert_int_equal(lseek(bench->place->logger.descriptor, 0, SEEK_SET), 0);
    return count;
}

static int tear_down_listening(void **state) {
    struct bench *bench = *state;
    const int file = bench->place->logger.descriptor;
    is_append_full = is_fold_failing = is_unlink_denied = false;
    const int result = tear_down(state);
    return close(file) == 0 ? result : -1;
}

static int set_up_listening(void **state) {
    const int result = set_up(state);
    listen_to(*state);
    return result;
}

static uint64_t hand_over_other(const struct bench *bench) {
    struct other_policy other;
    make_other(&bench->house.charter.policy, &other);
    assert_int_equal(hand_over(bench, TCN_FORGE_ADMIN, &other.policy), TCN_OK);
    return other.policy.version;
}

static void a_group_that_is_full_has_a_place_for_it(void **state) {
    struct bench *bench = *state;
    struct tcn_hash previous = {0};
    uint32_t count = 0;
    greet(bench);
    const uint64_t version = hand_over_other(bench);
    tcn_ledger_look_for_policy(bench->ledger);
    begin(bench);
    while (!tcn_ledger_is_full(bench->ledger)) {
        count++;
        tcn_forge_reports(&bench->chunk, &bench->place->forge, count, 1,
                          count == 1 ? NULL : &previous);
        put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
        previous = bench->chunk.hash;
    }
    assert_true(count > TCN_GROUP_RECORDS_MAX / 2);
    const struct tcn_cursor cursor = {.name = "duty",
                                      .principal = TCN_FORGE_WATCH_SAFETY,
                                      .stream = {TCN_MODE_ACTUAL, TCN_FORGE_SAFETY},
                                      .generation = 1};
    assert_int_equal(tcn_ledger_cursor(bench->ledger, &cursor), TCN_OK); /* one more record */
    commit(bench, count);
    assert_int_equal(tcn_ledger_counts(bench->ledger).record_count, 1 + count + 2);
    assert_int_equal(version_on_disk(bench), version);
}

/* One urgent report in a group of its own. */
static enum tcn_kind send_urgent(struct bench *bench, uint64_t sequence,
                                 struct tcn_hash *previous) {
    const struct tcn_forge *forge = &bench->place->forge;
    const struct tcn_event event = tcn_forge_report(forge, sequence);
    tcn_forge_chunk_begin(&bench->chunk, forge, TCN_FORGE_AGENT_A, sequence,
                          sequence == 1 ? NULL : previous);
    bench->chunk.head.lane.lane = TCN_LANE_URGENT;
    tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, forge, TCN_FORGE_AGENT_A);
    begin(bench);
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
    commit(bench, 1);
    const enum tcn_kind kind = answer(bench, 0);
    *previous = kind == TCN_KIND_ACK ? bench->chunk.hash : *previous;
    return kind;
}

static void greet_urgent(struct bench *bench) {
    const struct tcn_hello said =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_URGENT);
    hello(bench, &said);
}

static void reopen(struct bench *bench, size_t map_bytes) {
    close_bench(bench);
    bench->place->map_bytes = map_bytes;
    open_bench(bench, false);
}

static void it_leaves_the_reserve_to_acts_and_urgent_reports(void **state) {
    struct bench *bench = *state;
    struct tcn_hash previous = {0};
    uint64_t sequence = 1;
    reopen(bench, 1024 * 1024);
    for (uint32_t count = 60; count > 0; count = count == 1 ? 0 : 1) { /* to the last byte */
        greet(bench);
        while (send_reports(bench, sequence, count, &previous) == TCN_KIND_ACK) {
            previous = bench->chunk.hash;
            sequence += count;
        }
    }
    assert_true(said(bench, "routine reports wait") > 0);
    const uint64_t version = hand_over_other(bench);
    greet_urgent(bench);
    for (uint64_t i = 1; i < 4; i++) {
        tcn_ledger_look_for_policy(bench->ledger);
        assert_int_equal(send_urgent(bench, i, &previous), TCN_KIND_ACK);
    }
    assert_int_equal(version_on_disk(bench), version - 1);
    assert_true(has_file(bench, TCN_ACTIVATION_NEXT));
    assert_int_equal(said(bench, "comes into force when there is room"), 1);
    reopen(bench, PLACE_MAP_BYTES); /* room was made */
    assert_true(turn(bench));
    assert_int_equal(version_on_disk(bench), version);
}

static void a_group_without_room_for_it_costs_urgent_reports_one_try(void **state) {
    struct bench *bench = *state;
    struct tcn_hash previous = {0};
    const uint64_t version = hand_over_other(bench);
    greet_urgent(bench);
    tcn_ledger_look_for_policy(bench->ledger);
    is_append_full = true; /* as where others are out of room before the file system is */
    assert_int_equal(send_urgent(bench, 1, &previous), TCN_KIND_REFUSE);
    assert_int_equal(bench->refuse.code, TCN_FULL);
    greet_urgent(bench);
    for (uint64_t i = 1; i < 4; i++) {
        assert_int_equal(send_urgent(bench, i, &previous), TCN_KIND_ACK);
    }
    is_append_full = false;
    assert_false(turn(bench));
    bench->now_ns += 60 * TCN_SECOND_NS;
    assert_true(turn(bench));
    assert_int_equal(version_on_disk(bench), version);
}

/* What somebody may have left where an activation would lie. */
static void make_thing(const struct bench *bench, size_t kind, const char *path) {
    char target[PLACE_PATH_BYTES];
    place_path(target, bench->place->base, "elsewhere");
    if (kind == 0) {
        assert_int_equal(mkdir(path, 0700), 0);
    } else if (kind == 1) {
        assert_int_equal(mkfifo(path, 0600), 0);
    } else if (kind == 2) { /* to a good one */
        (void)hand_over_other(bench);
        assert_int_equal(rename(path, target), 0);
        assert_int_equal(symlink(target, path), 0);
    } else if (kind == 3) {
        assert_int_equal(symlink("nowhere", path), 0);
    } else {
        (void)hand_over_other(bench);
        assert_int_equal(chmod(path, 0), 0);
    }
}

static void what_is_no_file_to_be_read_is_told_once_and_stops_nobody(void **state) {
    struct bench *bench = *state;
    char path[PLACE_PATH_BYTES];
    place_path(path, bench->place->dir, TCN_ACTIVATION_NEXT);
    const uint64_t version = bench->house.charter.policy.version;
    const size_t kind_count = geteuid() == 0 ? 4 : 5; /* nothing is unreadable for root */
    for (size_t kind = 0; kind < kind_count; kind++) {
        make_thing(bench, kind, path);
        for (int look = 0; look < 3; look++) {
            assert_false(turn(bench));
        }
        assert_int_equal(said(bench, kind < 4 ? "it is no plain file" : "may not read it"), 1);
        assert_int_equal(version_on_disk(bench), version);
        assert_int_equal(kind == 0 ? rmdir(path) : unlink(path), 0);
        assert_false(turn(bench));
    }
    make_thing(bench, 0, path); /* told of again when it is there again */
    assert_false(turn(bench));
    assert_int_equal(said(bench, "; try: remove it"), 1);
    assert_int_equal(rmdir(path), 0);
    (void)hand_over_other(bench);
    assert_true(turn(bench)); /* without a start in between */
    assert_int_equal(version_on_disk(bench), version + 1);
}

static void what_cannot_be_taken_away_is_judged_once_and_the_next_one_is_taken(void **state) {
    struct bench *bench = *state;
    char path[PLACE_PATH_BYTES];
    place_path(path, bench->place->dir, TCN_ACTIVATION_NEXT);
    const uint64_t version = hand_over_other(bench);
    is_unlink_denied = true;
    assert_true(turn(bench));
    for (int look = 0; look < 3; look++) {
        assert_false(turn(bench));
    }
    assert_int_equal(said(bench, "is in force and cannot be removed"), 1);
    is_unlink_denied = false;
    assert_int_equal(unlink(path), 0); /* somebody did as it said */
    struct other_policy other;
    make_other(&bench->house.charter.policy, &other);
    other.policy.version = version + 1;
    assert_int_equal(hand_over(bench, TCN_FORGE_ADMIN, &other.policy), TCN_OK);
    assert_true(turn(bench));
    assert_int_equal(version_on_disk(bench), version + 1);
}

static void a_fold_that_fails_at_it_points_into_nothing_that_is_gone(void **state) {
    static const uint16_t years[] = {2023};
    static const struct tcn_clock_table clocks = {
        .calendar = {.offset_minutes = 480, .years = years, .year_count = 1}};
    struct bench *bench = *state;
    struct tcn_log_reader *reader = NULL;
    struct tcn_memstate rows;
    struct tcn_applier applier = {.charter = NULL};
    struct other_policy other;
    make_other(&bench->house.charter.policy, &other);
    other.policy.clocks = &clocks;
    assert_int_equal(hand_over(bench, TCN_FORGE_ADMIN, &other.policy), TCN_OK);
    assert_true(turn(bench));
    tcn_memstate_init(&rows);
    assert_int_equal(tcn_log_reader_open(bench->house.log, &reader), TCN_OK);
    assert_int_equal(tcn_applier_init(&applier, &bench->house.charter), TCN_OK);
    assert_int_equal(tcn_applier_begin(&applier, &tcn_memstate_ops, &rows, reader), TCN_OK);
    is_fold_failing = true;
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK) {
        struct tcn_record record = {0};
        const uint64_t next = applier.fold.applied.position + 1;
        assert_int_equal(tcn_log_read(reader, next, &record), TCN_OK);
        status = tcn_applier_record(&applier, &record);
    }
    assert_int_equal(status, TCN_FULL);
    assert_ptr_equal(applier.fold.policy, &bench->house.charter.policy);
    assert_ptr_equal(applier.fold.clocks, bench->house.charter.policy.clocks);
    tcn_applier_fini(&applier);
    tcn_log_reader_close(&reader);
    tcn_memstate_fini(&rows);
}

static void who_may_not_activate_is_not_told_what_is_in_force(void **state) {
    struct bench *bench = *state;
    const struct tcn_policy *now = &bench->house.charter.policy;
    assert_int_equal(hand_over(bench, TCN_FORGE_ADMIN, now), TCN_EXISTS);
    assert_int_equal(hand_over(bench, TCN_FORGE_AGENT_DESK, now), TCN_DENIED);
    (void)hand_over_other(bench); /* nor that one waits */
    struct other_policy other;
    make_other(now, &other);
    assert_int_equal(hand_over(bench, TCN_FORGE_ADMIN, &other.policy), TCN_BUSY);
    assert_int_equal(hand_over(bench, TCN_FORGE_AGENT_DESK, &other.policy), TCN_DENIED);
    other.policy.version = 0; /* nor that it is not newer */
    assert_int_equal(hand_over(bench, TCN_FORGE_AGENT_DESK, &other.policy), TCN_DENIED);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_listening, tear_down_listening)
    const struct CMUnitTest tests[] = {
        TEST(a_group_that_is_full_has_a_place_for_it),
        TEST(it_leaves_the_reserve_to_acts_and_urgent_reports),
        TEST(a_group_without_room_for_it_costs_urgent_reports_one_try),
        TEST(what_is_no_file_to_be_read_is_told_once_and_stops_nobody),
        TEST(what_cannot_be_taken_away_is_judged_once_and_the_next_one_is_taken),
        TEST(a_fold_that_fails_at_it_points_into_nothing_that_is_gone),
        TEST(who_may_not_activate_is_not_told_what_is_in_force),
    };
#undef TEST
    return cmocka_run_group_tests_name("activation_waits", tests, NULL, NULL);
}
