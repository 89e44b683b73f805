/* SPDX-License-Identifier: Apache-2.0 */
/* A log copied while it is written to, whole or up to a position, and what a backup says of it. */
/* ctest-uses: collector core store wire link seal */
#include "query/copy.h"

#include "../collector/bench.h"
#include "query/audit.h"
#include "query/chain.h"
#include "query/manifest.h"
#include "query/rebuild.h"
#include "store/fresh.h"

#define NEXT_EPOCH UINT64_C(4242)

/* The copy's place: "again" below the test's folder, which the teardown removes. */
static struct tcn_log *open_target(struct bench *bench) {
    char path[PLACE_PATH_BYTES];
    place_path(path, bench->place->base, "again");
    const struct tcn_store_options options = {.dir = path, .map_bytes = PLACE_MAP_BYTES};
    struct tcn_log *log = NULL;
    assert_int_equal(tcn_log_open(&options, &log), TCN_OK);
    return log;
}

/* So many chunks of `count` reports each, one a group. */
static void log_reports(struct bench *bench, uint64_t *sequence, struct tcn_hash *previous,
                        int chunk_count, uint32_t count) {
    for (int i = 0; i < chunk_count; i++) {
        assert_int_equal(send_reports(bench, *sequence, count, *sequence == 1 ? NULL : previous),
                         TCN_KIND_ACK);
        *previous = bench->chunk.hash;
        *sequence += count;
    }
}

/* A log of 1 + 1 + 12 * 5 positions, and then another epoch with 2 * 5 more. */
static void fill(struct bench *bench, uint64_t *sequence, struct tcn_hash *previous) {
    *sequence = 1;
    greet(bench);
    log_reports(bench, sequence, previous, 12, 5);
    struct tcn_hello next =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE);
    next.predecessor = next.lane.epoch;
    next.lane.epoch = NEXT_EPOCH;
    hello(bench, &next);
}

static struct tcn_copy_report run(struct bench *bench, struct tcn_log *to, uint64_t last_position) {
    const struct tcn_copy_options options = {
        .from = bench->house.log, .to = to, .last_position = last_position, .generation = 7};
    struct tcn_copy *copy = NULL;
    bool is_done = false;
    assert_int_equal(tcn_copy_create(&options, &copy), TCN_OK);
    while (!is_done) {
        assert_int_equal(tcn_copy_step(copy, &is_done), TCN_OK);
    }
    const struct tcn_copy_report report = tcn_copy_report(copy);
    tcn_copy_destroy(&copy);
    return report;
}

static void expect_good(struct bench *bench, struct tcn_log *log, uint64_t last_position) {
    struct tcn_audit_report report = {0};
    struct tcn_log_identity identity = {0};
    assert_int_equal(tcn_audit_run(log, &bench->house.charter, &report), TCN_OK);
    assert_int_equal(report.last_position, last_position);
    assert_int_equal(tcn_log_identity_get(log, &identity), TCN_OK);
    assert_int_equal(identity.generation, 7);
    assert_true(tcn_id_equals(&identity.log_id, &bench->house.charter.genesis.log_id));
}

static void a_place_that_is_not_empty_is_refused(void **state) {
    struct bench *bench = *state;
    struct tcn_copy *copy = NULL;
    const struct tcn_copy_options options = {.from = bench->house.log, .to = bench->house.log};
    assert_int_equal(tcn_copy_create(&options, &copy), TCN_EXISTS);
    assert_null(copy);
}

static void a_position_that_is_not_there_is_not_found(void **state) {
    struct bench *bench = *state;
    struct tcn_log_reader *reader = NULL;
    uint64_t found = 0;
    greet(bench);
    assert_int_equal(tcn_log_reader_open(bench->house.log, &reader), TCN_OK);
    assert_int_equal(tcn_copy_find(reader, 3, &found), TCN_ABSENT);
    assert_int_equal(tcn_copy_find(reader, 0, &found), TCN_ABSENT);
    assert_int_equal(tcn_copy_find_time(reader, 1, &found), TCN_ABSENT);
    assert_int_equal(found, 0);
    tcn_log_reader_close(&reader);
}

static void a_cut_falls_between_groups(void **state) {
    struct bench *bench = *state;
    struct tcn_log_reader *reader = NULL;
    struct tcn_record record = {0};
    uint64_t sequence = 0;
    struct tcn_hash previous = {{0}};
    fill(bench, &sequence, &previous);
    static const struct {
        uint64_t wanted;
        uint64_t found;
    } rows[] = {{1, 1}, {2, 2}, {3, 2}, {6, 2}, {7, 7}, {8, 7}, {61, 57}, {62, 62}, {63, 63}};
    assert_int_equal(tcn_log_reader_open(bench->house.log, &reader), TCN_OK);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t found = 0;
        assert_int_equal(tcn_copy_find(reader, rows[i].wanted, &found), TCN_OK);
        assert_int_equal(found, rows[i].found);
    }
    /* By time: a record's own time finds its end, a nanosecond before it the record before. */
    for (uint64_t position = 7; position <= 62; position += 5) {
        uint64_t found = 0;
        assert_int_equal(tcn_log_read(reader, position, &record), TCN_OK);
        const int64_t time_ns = record.log_time_ns;
        assert_int_equal(tcn_copy_find_time(reader, time_ns, &found), TCN_OK);
        assert_int_equal(found, position);
        assert_int_equal(tcn_copy_find_time(reader, time_ns - 1, &found), TCN_OK);
        assert_int_equal(found, position - 5);
    }
    tcn_log_reader_close(&reader);
}

static void a_copy_is_the_same_log(void **state) {
    struct bench *bench = *state;
    uint64_t sequence = 0;
    struct tcn_hash previous = {{0}};
    fill(bench, &sequence, &previous);
    struct tcn_log *log = open_target(bench);
    const struct tcn_copy_report report = run(bench, log, 0);
    struct tcn_audit_report source = {0};
    assert_int_equal(tcn_audit_run(bench->house.log, &bench->house.charter, &source), TCN_OK);
    assert_int_equal(report.record_count, source.record_count);
    assert_true(tcn_hash_equals(&report.tail, &source.tail));
    expect_good(bench, log, 63);
    /* What is closed there is closed here. */
    struct tcn_mark mark = {0};
    struct tcn_lane_key lane =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE).lane;
    assert_int_equal(tcn_log_mark_get(log, &lane, &mark), TCN_OK);
    assert_int_equal(mark.successor, NEXT_EPOCH);
    assert_int_equal(mark.sequence, 60);
    lane.epoch = NEXT_EPOCH;
    assert_int_equal(tcn_log_mark_get(log, &lane, &mark), TCN_OK);
    assert_int_equal(mark.successor, 0);
    tcn_log_close(&log);
}

static void a_copy_follows_what_comes_meanwhile(void **state) {
    struct bench *bench = *state;
    uint64_t sequence = 1;
    struct tcn_hash previous = {{0}};
    greet(bench);
    log_reports(bench, &sequence, &previous, 70, 64); /* more than what is read as the end */
    struct tcn_log *log = open_target(bench);
    const struct tcn_copy_options options = {.from = bench->house.log, .to = log, .generation = 7};
    struct tcn_copy *copy = NULL;
    bool is_done = false;
    uint64_t before = 0;
    assert_int_equal(tcn_copy_create(&options, &copy), TCN_OK);
    for (int step = 0; !is_done; step++) {
        assert_int_equal(tcn_copy_step(copy, &is_done), TCN_OK);
        assert_true(tcn_copy_report(copy).last_position > before);
        before = tcn_copy_report(copy).last_position;
        if (step < 3 && !is_done) {
            log_reports(bench, &sequence, &previous, 10, 64);
        }
    }
    tcn_copy_destroy(&copy);
    expect_good(bench, log, tcn_log_last_position(bench->house.log));
    tcn_log_close(&log);
}

static void a_copy_ends_where_it_was_told_to(void **state) {
    struct bench *bench = *state;
    uint64_t sequence = 0;
    struct tcn_hash previous = {{0}};
    fill(bench, &sequence, &previous);
    struct tcn_log *log = open_target(bench);
    const struct tcn_copy_report report = run(bench, log, 57);
    assert_int_equal(report.last_position, 57);
    expect_good(bench, log, 57);
    /* The epoch that was closed later is not closed here. */
    struct tcn_mark mark = {0};
    const struct tcn_lane_key lane =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE).lane;
    assert_int_equal(tcn_log_mark_get(log, &lane, &mark), TCN_OK);
    assert_int_equal(mark.successor, 0);
    assert_int_equal(mark.sequence, 55);
    assert_int_equal(mark.position, 57);
    tcn_log_close(&log);
}

static void damage_is_not_copied(void **state) {
    struct bench *bench = *state;
    struct tcn_record record = {0};
    struct tcn_log_reader *reader = NULL;
    greet(bench);
    assert_int_equal(tcn_log_reader_open(bench->house.log, &reader), TCN_OK);
    assert_int_equal(tcn_log_tail(reader, &record), TCN_OK);
    struct tcn_log_group group = {.first_position = 3, .leaf_count = 1};
    record.first_position = 3;
    record.group_first = 3;
    record.previous_hash.bytes[0] ^= 1; /* its checksum is right, its place in the chain is not */
    assert_int_equal(tcn_log_group_begin(bench->house.log), TCN_OK);
    assert_int_equal(tcn_log_append(bench->house.log, &record, 0), TCN_OK);
    assert_int_equal(tcn_log_group_put(bench->house.log, &group), TCN_OK);
    assert_int_equal(tcn_log_group_commit(bench->house.log), TCN_OK);
    tcn_log_reader_close(&reader);
    struct tcn_log *log = open_target(bench);
    const struct tcn_copy_options options = {.from = bench->house.log, .to = log};
    struct tcn_copy *copy = NULL;
    bool is_done = false;
    assert_int_equal(tcn_copy_create(&options, &copy), TCN_OK);
    assert_int_equal(tcn_copy_step(copy, &is_done), TCN_CORRUPT);
    assert_false(is_done);
    assert_int_equal(tcn_copy_report(copy).bad_position, 3);
    tcn_copy_destroy(&copy);
    tcn_log_close(&log);
}

static const struct tcn_manifest sample = {
    .log_id = {{1, 2, 3}},
    .generation = 2,
    .last_position = 1000,
    .record_count = 77,
    .log_time_ns = NOW_NS,
    .tail = {{9}},
    .made_ns = NOW_NS + 5,
    .store_format = TCN_LOG_FORMAT,
    .file_bytes = 4096,
    .file_hash = {{8}},
};

static void a_manifest_reads_as_it_was_written(void **state) {
    (void)state;
    char text[TCN_MANIFEST_BYTES_MAX];
    struct tcn_manifest read;
    memset(&read, 0, sizeof(read));
    const size_t size = tcn_manifest_write(&sample, text);
    assert_int_equal(tcn_manifest_read(text, size, &read), TCN_OK);
    assert_int_equal(read.last_position, 1000);
    assert_int_equal(read.generation, 2);
    assert_int_equal(read.record_count, 77);
    assert_int_equal(read.made_ns, NOW_NS + 5);
    assert_int_equal(read.file_bytes, 4096);
    assert_true(tcn_hash_equals(&read.tail, &sample.tail));
    assert_true(tcn_hash_equals(&read.file_hash, &sample.file_hash));
    assert_true(tcn_id_equals(&read.log_id, &sample.log_id));
}

static void a_manifest_that_was_changed_or_cut_is_refused(void **state) {
    (void)state;
    char text[TCN_MANIFEST_BYTES_MAX];
    struct tcn_manifest read;
    const size_t size = tcn_manifest_write(&sample, text);
    for (size_t cut = 0; cut < size; cut++) {
        assert_int_equal(tcn_manifest_read(text, cut, &read), TCN_MALFORMED);
    }
    for (size_t i = 0; i < size; i++) {
        text[i] ^= 1;
        assert_int_not_equal(tcn_manifest_read(text, size, &read), TCN_OK);
        text[i] ^= 1;
    }
    char *digit = strstr(text, "1\n");
    *digit = '2'; /* the format of a later program */
    assert_int_equal(tcn_manifest_read(text, size, &read), TCN_VERSION);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_place_that_is_not_empty_is_refused),
        TEST(a_position_that_is_not_there_is_not_found),
        TEST(a_cut_falls_between_groups),
        TEST(a_copy_is_the_same_log),
        TEST(a_copy_follows_what_comes_meanwhile),
        TEST(a_copy_ends_where_it_was_told_to),
        TEST(damage_is_not_copied),
        cmocka_unit_test(a_manifest_reads_as_it_was_written),
        cmocka_unit_test(a_manifest_that_was_changed_or_cut_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
