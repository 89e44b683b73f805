/* SPDX-License-Identifier: Apache-2.0 */
#include "log_test.h"

/** Opens the test's log. */
static struct tcn_log *open_log(const struct test_dir *dir) {
    struct tcn_store_options options = test_options(dir);
    struct tcn_log *log = NULL;
    assert_int_equal(tcn_log_open(&options, &log), TCN_OK);
    return log;
}

static void a_position_out_of_order_is_refused_and_the_group_goes_on(void **state) {
    struct tcn_log *log = open_log(*state);
    static const uint64_t wrong[] = {0, 2, 5, UINT64_MAX};
    struct test_record made;
    assert_int_equal(tcn_log_group_begin(log), TCN_OK);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        test_record_make(&made, wrong[i], 1);
        assert_int_equal(tcn_log_append(log, &made.record, 1), TCN_SEQUENCE);
    }
    test_record_make(&made, 1, 3);
    assert_int_equal(tcn_log_append(log, &made.record, 3), TCN_OK);
    for (uint64_t position = 1; position <= 3; position++) {
        test_record_make(&made, position, 1);
        assert_int_equal(tcn_log_append(log, &made.record, 1), TCN_SEQUENCE);
    }
    assert_int_equal(tcn_log_last_position(log), 3);
    assert_int_equal(tcn_log_group_commit(log), TCN_OK);
    tcn_log_close(&log);
    log = open_log(*state);
    assert_int_equal(tcn_log_last_position(log), 3);
    tcn_log_close(&log);
}

static void a_record_over_the_maximum_is_refused_and_the_group_goes_on(void **state) {
    struct tcn_log *log = open_log(*state);
    static uint8_t huge[TCN_RECORD_BYTES_MAX];
    struct test_record made;
    assert_int_equal(tcn_log_group_begin(log), TCN_OK);
    test_record_make(&made, 1, 1);
    made.record.chunk.body = tcn_slice_of(huge, sizeof(huge));
    assert_int_equal(tcn_log_append(log, &made.record, 1), TCN_TOOBIG);
    made.record.chunk.body = tcn_slice_of(huge, sizeof(huge) - 1000);
    assert_int_equal(tcn_log_append(log, &made.record, 1), TCN_OK);
    assert_int_equal(tcn_log_group_commit(log), TCN_OK);
    tcn_log_close(&log);
}

static void a_group_in_which_something_failed_cannot_be_committed(void **state) {
    struct tcn_log *log = open_log(*state);
    struct test_record made;
    struct tcn_log_group group = {.first_position = 1, .leaf_count = 1};
    assert_int_equal(test_group_append(log, 2, 1), TCN_OK);
    /* The same sequence of the lane again. */
    assert_int_equal(tcn_log_group_begin(log), TCN_OK);
    test_record_make(&made, 3, 1);
    made.record.first_sequence = 2;
    assert_int_equal(tcn_log_append(log, &made.record, 1), TCN_EXISTS);
    assert_int_equal(tcn_log_group_commit(log), TCN_EXISTS);
    assert_int_equal(tcn_log_last_position(log), 2);
    /* The same group again. */
    assert_int_equal(tcn_log_group_begin(log), TCN_OK);
    test_record_make(&made, 3, 1);
    assert_int_equal(tcn_log_append(log, &made.record, 1), TCN_OK);
    assert_int_equal(tcn_log_group_put(log, &group), TCN_EXISTS);
    assert_int_equal(tcn_log_group_commit(log), TCN_EXISTS);
    assert_int_equal(tcn_log_last_position(log), 2);
    assert_int_equal(tcn_env_health(tcn_log_env(log)), TCN_OK);
    assert_int_equal(test_group_append(log, 1, 1), TCN_OK);
    tcn_log_close(&log);
}

static void an_aborted_group_leaves_nothing_behind(void **state) {
    struct tcn_log *log = open_log(*state);
    struct test_record made;
    struct tcn_mark mark = {.lane = test_lane(5), .sequence = 9};
    struct tcn_log_place place;
    assert_int_equal(test_group_append(log, 1, 1), TCN_OK);
    assert_int_equal(tcn_log_group_begin(log), TCN_OK);
    test_record_make(&made, 2, 4);
    assert_int_equal(tcn_log_append(log, &made.record, 4), TCN_OK);
    assert_int_equal(tcn_log_mark_put(log, &mark), TCN_OK);
    assert_int_equal(tcn_log_mark_get(log, &mark.lane, &mark), TCN_OK);
    assert_int_equal(mark.sequence, 9);
    assert_int_equal(tcn_log_index_find(log, &mark.lane, 5, &place), TCN_OK);
    assert_int_equal(tcn_log_last_position(log), 5);
    tcn_log_group_abort(log);
    tcn_log_group_abort(log);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(tcn_log_last_position(log), 1);
        assert_int_equal(tcn_log_mark_get(log, &mark.lane, &mark), TCN_OK);
        assert_int_equal(mark.sequence, 1);
        assert_int_equal(tcn_log_index_find(log, &mark.lane, 5, &place), TCN_ABSENT);
        tcn_log_close(&log);
        log = open_log(*state);
    }
    tcn_log_close(&log);
}

static void a_full_quota_is_full_and_the_group_can_still_be_committed(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    options.quota_bytes = 512 * 1024;
    struct tcn_log *log = NULL;
    assert_int_equal(tcn_log_open(&options, &log), TCN_OK);
    struct test_record made;
    enum tcn_status status = TCN_OK;
    assert_int_equal(tcn_log_group_begin(log), TCN_OK);
    while (status == TCN_OK) {
        test_record_make(&made, tcn_log_last_position(log) + 1, 1);
        status = tcn_log_append(log, &made.record, 1);
    }
    assert_int_equal(status, TCN_FULL);
    uint64_t last = tcn_log_last_position(log);
    assert_true(last > 100);
    assert_int_equal(tcn_log_group_commit(log), TCN_OK);
    assert_int_equal(test_group_append(log, 4, 1), TCN_FULL);
    struct tcn_log_reader *reader = NULL;
    struct tcn_log_report report;
    assert_int_equal(tcn_log_reader_open(log, &reader), TCN_OK);
    assert_int_equal(tcn_log_verify(reader, NULL, NULL, &report), TCN_OK);
    assert_int_equal(report.last_position, last);
    tcn_log_reader_close(&reader);
    tcn_log_close(&log);
}

static void a_full_map_is_full_too(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    options.map_bytes = 1024 * 1024;
    struct tcn_log *log = NULL;
    assert_int_equal(tcn_log_open(&options, &log), TCN_OK);
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK) {
        status = test_group_append(log, 1, 1);
    }
    assert_int_equal(status, TCN_FULL);
    /* Rows that ask for no room meet the map's own end. */
    assert_int_equal(tcn_log_group_begin(log), TCN_OK);
    status = TCN_OK;
    for (uint32_t source = 0; source < 10000 && status == TCN_OK; source++) {
        struct tcn_mark mark = {.lane = test_lane(source)};
        status = tcn_log_mark_put(log, &mark);
    }
    assert_int_equal(status, TCN_FULL);
    assert_int_equal(tcn_log_group_commit(log), TCN_FULL);
    assert_int_equal(tcn_env_health(tcn_log_env(log)), TCN_OK);
    tcn_log_close(&log);
    struct tcn_log *again = NULL;
    assert_int_equal(tcn_log_open(&options, &again), TCN_OK);
    tcn_log_close(&again);
}

static void positions_that_no_record_holds_are_absent(void **state) {
    struct tcn_log *log = open_log(*state);
    struct tcn_log_reader *reader = NULL;
    struct tcn_record record;
    assert_int_equal(tcn_log_reader_open(log, &reader), TCN_OK);
    assert_int_equal(tcn_log_tail(reader, &record), TCN_ABSENT);
    assert_int_equal(tcn_log_next(reader, &record), TCN_ABSENT);
    assert_int_equal(tcn_log_read(reader, 1, &record), TCN_ABSENT);
    assert_int_equal(test_group_append(log, 2, 10), TCN_OK);
    assert_int_equal(tcn_log_read(reader, 0, &record), TCN_ABSENT);
    assert_int_equal(tcn_log_read(reader, 21, &record), TCN_ABSENT);
    assert_int_equal(tcn_log_read(reader, UINT64_MAX, &record), TCN_ABSENT);
    assert_int_equal(tcn_log_reader_fault(reader), 0);
    tcn_log_reader_close(&reader);
    tcn_log_reader_close(&reader);
    tcn_log_reader_close(NULL);
    tcn_log_close(&log);
}

static void any_position_finds_its_record_and_next_goes_on_from_there(void **state) {
    struct tcn_log *log = open_log(*state);
    struct tcn_log_reader *reader = NULL;
    struct tcn_record record;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(test_group_append(log, 4, 10), TCN_OK);
    }
    assert_int_equal(tcn_log_reader_open(log, &reader), TCN_OK);
    for (uint64_t position = 1; position <= 200; position++) {
        assert_int_equal(tcn_log_read(reader, position, &record), TCN_OK);
        assert_int_equal(record.first_position, (position - 1) / 10 * 10 + 1);
        assert_true(test_record_is_right(&record, 10));
        enum tcn_status wanted = position > 190 ? TCN_ABSENT : TCN_OK;
        assert_int_equal(tcn_log_next(reader, &record), wanted);
        assert_true(position > 190 || record.first_position == (position - 1) / 10 * 10 + 11);
    }
    assert_int_equal(tcn_log_tail(reader, &record), TCN_OK);
    assert_int_equal(record.first_position, 191);
    assert_int_equal(tcn_log_next(reader, &record), TCN_ABSENT);
    /* The log grows: the same reader goes on. */
    assert_int_equal(test_group_append(log, 1, 10), TCN_OK);
    assert_int_equal(tcn_log_next(reader, &record), TCN_OK);
    assert_int_equal(record.first_position, 201);
    tcn_log_reader_close(&reader);
    tcn_log_close(&log);
}

static void a_walk_longer_than_a_slice_sees_every_record_once(void **state) {
    struct tcn_log *log = open_log(*state);
    struct tcn_log_reader *reader = NULL;
    struct tcn_record record;
    for (int i = 0; i < 10; i++) {
        assert_int_equal(test_group_append(log, 70, 2), TCN_OK);
    }
    assert_int_equal(tcn_log_reader_open(log, &reader), TCN_OK);
    uint64_t wanted = 1;
    while (tcn_log_next(reader, &record) == TCN_OK) {
        assert_int_equal(record.first_position, wanted);
        assert_true(test_record_is_right(&record, 2));
        wanted += 2;
        if (wanted % 100 == 1) {
            tcn_log_reader_reset(reader);
        }
        if (wanted % 300 == 1 && wanted < 2000) {
            assert_int_equal(test_group_append(log, 1, 2), TCN_OK);
        }
    }
    assert_int_equal(wanted, tcn_log_last_position(log) + 1);
    tcn_log_reader_close(&reader);
    tcn_log_close(&log);
}

/** A lookup in the index. */
struct index_case {
    uint32_t source;
    uint64_t sequence;
    enum tcn_status wanted;
    uint64_t first_position;
};

static void the_index_finds_the_middle_of_a_chunk_and_of_a_void(void **state) {
    struct tcn_log *log = open_log(*state);
    static const struct index_case cases[] = {
        {5, 0, TCN_ABSENT, 0},   {5, 10, TCN_ABSENT, 0},   {5, 31, TCN_ABSENT, 0},
        {4, 11, TCN_ABSENT, 0},  {6, 9, TCN_ABSENT, 0},    {7, 11, TCN_ABSENT, 0},
        {5, 11, TCN_OK, 1},      {5, 15, TCN_OK, 1},       {5, 20, TCN_OK, 1},
        {5, 21, TCN_OK, 11},     {5, 30, TCN_OK, 11},      {6, 10, TCN_OK, 21},
        {6, 500000, TCN_OK, 21}, {6, 1000009, TCN_OK, 21}, {6, 1000010, TCN_ABSENT, 0},
    };
    struct test_record made;
    assert_int_equal(tcn_log_group_begin(log), TCN_OK);
    test_record_make(&made, 1, 10);
    made.record.first_sequence = 11;
    assert_int_equal(tcn_log_append(log, &made.record, 10), TCN_OK);
    test_record_make(&made, 11, 10);
    made.record.first_sequence = 21;
    assert_int_equal(tcn_log_append(log, &made.record, 10), TCN_OK);
    test_record_make(&made, 21, 1);
    made.record.lane = test_lane(6);
    made.record.first_sequence = 10;
    assert_int_equal(tcn_log_append(log, &made.record, 1000000), TCN_OK);
    test_record_make(&made, 22, 1);
    made.record.kind = TCN_RECORD_HELLO;
    made.record.lane = test_lane(7);
    assert_int_equal(tcn_log_append(log, &made.record, 0), TCN_OK);
    struct tcn_log_reader *reader = NULL;
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
            struct tcn_lane_key lane = test_lane(cases[i].source);
            struct tcn_log_place place = {0};
            enum tcn_status status =
                round < 2 ? tcn_log_index_find(log, &lane, cases[i].sequence, &place)
                          : tcn_log_reader_index_find(reader, &lane, cases[i].sequence, &place);
            assert_int_equal(status, cases[i].wanted);
            assert_int_equal(place.first_position, cases[i].first_position);
        }
        if (round == 0) {
            assert_int_equal(tcn_log_group_commit(log), TCN_OK);
            assert_int_equal(tcn_log_reader_open(log, &reader), TCN_OK);
        }
    }
    tcn_log_reader_close(&reader);
    tcn_log_close(&log);
}

static void a_groups_receipts_are_the_same_whenever_asked(void **state) {
    struct tcn_log *log = open_log(*state);
    static struct tcn_log_group in;
    static struct tcn_log_group out;
    static const uint32_t counts[] = {1, 2, TCN_GROUP_RECORDS_MAX};
    for (uint32_t i = 0; i < TCN_GROUP_RECORDS_MAX; i++) {
        in.leaves[i] = test_hash(i);
    }
    test_fill(in.signature.bytes, sizeof(in.signature.bytes), 3);
    test_fill(in.key_id.bytes, sizeof(in.key_id.bytes), 4);
    assert_int_equal(tcn_log_group_begin(log), TCN_OK);
    for (uint32_t i = 0; i < 3; i++) {
        in.first_position = 10 * (i + 1);
        in.leaf_count = counts[i];
        assert_int_equal(tcn_log_group_put(log, &in), TCN_OK);
    }
    assert_int_equal(tcn_log_group_commit(log), TCN_OK);
    tcn_log_close(&log);
    log = open_log(*state);
    struct tcn_log_reader *reader = NULL;
    assert_int_equal(tcn_log_reader_open(log, &reader), TCN_OK);
    assert_int_equal(tcn_log_group_get(log, 11, &out), TCN_ABSENT);
    assert_int_equal(tcn_log_reader_group_get(reader, 0, &out), TCN_ABSENT);
    for (uint32_t i = 0; i < 3; i++) {
        memset(&out, 0, sizeof(out));
        assert_int_equal(i == 1 ? tcn_log_reader_group_get(reader, 10 * (i + 1), &out)
                                : tcn_log_group_get(log, 10 * (i + 1), &out),
                         TCN_OK);
        assert_int_equal(out.first_position, 10 * (i + 1));
        assert_int_equal(out.leaf_count, counts[i]);
        assert_memory_equal(out.leaves, in.leaves, counts[i] * sizeof(in.leaves[0]));
        assert_memory_equal(&out.signature, &in.signature, sizeof(in.signature));
        assert_memory_equal(&out.key_id, &in.key_id, sizeof(in.key_id));
    }
    tcn_log_reader_close(&reader);
    tcn_log_close(&log);
}

static void changes_are_found_from_any_position_on(void **state) {
    struct tcn_log *log = open_log(*state);
    struct tcn_log_reader *reader = NULL;
    static uint64_t found[400];
    size_t count = 9;
    assert_int_equal(tcn_log_reader_open(log, &reader), TCN_OK);
    assert_int_equal(tcn_log_reader_changes(reader, 0, found, 400, &count), TCN_OK);
    assert_int_equal(count, 0);
    tcn_log_reader_reset(reader);
    assert_int_equal(tcn_log_group_begin(log), TCN_OK);
    for (uint64_t i = 1; i <= 300; i++) {
        assert_int_equal(tcn_log_change_put(log, 10 * i), TCN_OK);
    }
    assert_int_equal(tcn_log_group_commit(log), TCN_OK);
    assert_int_equal(tcn_log_group_begin(log), TCN_OK);
    assert_int_equal(tcn_log_change_put(log, 3000), TCN_EXISTS); /* not above the last */
    tcn_log_group_abort(log);
    static const struct {
        uint64_t after;
        size_t count_max;
        size_t count;
        uint64_t first;
    } cases[] = {
        {0, 400, TCN_SLICE_RECORDS_MAX, 10},
        {9, 3, 3, 10},
        {10, 3, 3, 20},
        {2980, 400, 2, 2990},
        {2999, 4, 1, 3000},
        {3000, 4, 0, 0},
        {UINT64_MAX, 4, 0, 0},
        {0, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(
            tcn_log_reader_changes(reader, cases[i].after, found, cases[i].count_max, &count),
            TCN_OK);
        assert_int_equal(count, cases[i].count);
        for (size_t j = 0; j < count; j++) {
            assert_int_equal(found[j], cases[i].first + 10 * j);
        }
    }
    tcn_log_reader_close(&reader);
    tcn_log_close(&log);
}

static void marks_and_identity_come_back_as_they_were(void **state) {
    struct tcn_log *log = open_log(*state);
    struct tcn_log_identity identity = {.generation = UINT64_MAX};
    struct tcn_mark out;
    test_fill(identity.log_id.bytes, sizeof(identity.log_id.bytes), 8);
    assert_int_equal(tcn_log_identity_get(log, &identity), TCN_ABSENT);
    assert_int_equal(tcn_log_group_begin(log), TCN_OK);
    assert_int_equal(tcn_log_identity_put(log, &identity), TCN_OK);
    for (uint32_t i = 0; i < 300; i++) {
        struct tcn_mark mark = {.lane = test_lane(i),
                                .sequence = UINT64_MAX - i,
                                .hash = test_hash(i),
                                .position = UINT64_MAX / 2 + i,
                                .predecessor = i,
                                .successor = UINT64_MAX};
        assert_int_equal(tcn_log_mark_put(log, &mark), TCN_OK);
    }
    assert_int_equal(tcn_log_group_commit(log), TCN_OK);
    struct tcn_lane_key lane = test_lane(300);
    assert_int_equal(tcn_log_mark_get(log, &lane, &out), TCN_ABSENT);
    struct tcn_log_reader *reader = NULL;
    static struct tcn_mark marks[400];
    assert_int_equal(tcn_log_reader_open(log, &reader), TCN_OK);
    size_t count = 0;
    size_t total = 0;
    do {
        const struct tcn_lane_key *after = total > 0 ? &marks[total - 1].lane : NULL;
        assert_int_equal(tcn_log_reader_marks(reader, after, marks + total, 70, &count), TCN_OK);
        total += count;
    } while (count > 0);
    assert_int_equal(total, 300);
    assert_int_equal(tcn_log_reader_marks(reader, NULL, marks, 400, &count), TCN_OK);
    assert_int_equal(count, TCN_SLICE_RECORDS_MAX);
    for (uint32_t i = 0; i < 256; i++) {
        lane = test_lane(i);
        assert_true(tcn_lane_key_equals(&marks[i].lane, &lane));
        assert_int_equal(marks[i].sequence, UINT64_MAX - i);
        assert_int_equal(marks[i].position, UINT64_MAX / 2 + i);
        assert_int_equal(marks[i].predecessor, i);
        assert_int_equal(marks[i].successor, UINT64_MAX);
        struct tcn_hash hash = test_hash(i);
        assert_true(tcn_hash_equals(&marks[i].hash, &hash));
    }
    struct tcn_log_identity found;
    assert_int_equal(tcn_log_identity_get(log, &found), TCN_OK);
    assert_memory_equal(&found, &identity, sizeof(found));
    tcn_log_reader_close(&reader);
    tcn_log_close(&log);
}

/** Counts visits, and stops at one. */
struct visit_count {
    uint64_t count;
    uint64_t stop_at;
};

/** A visit that answers "bad signature" at a stated record. */
static enum tcn_status visit_record(void *context, const struct tcn_record *record) {
    struct visit_count *visits = context;
    assert_true(test_record_is_right(record, 3));
    visits->count++;
    return visits->count == visits->stop_at ? TCN_BAD_SIGNATURE : TCN_OK;
}

static void a_verification_visits_all_and_reports_what_a_visit_answers(void **state) {
    struct tcn_log *log = open_log(*state);
    struct tcn_log_reader *reader = NULL;
    struct tcn_log_report report;
    struct visit_count visits = {0};
    assert_int_equal(tcn_log_reader_open(log, &reader), TCN_OK);
    assert_int_equal(tcn_log_verify(reader, visit_record, &visits, &report), TCN_OK);
    assert_int_equal(report.record_count, 0);
    for (int i = 0; i < 40; i++) {
        assert_int_equal(test_group_append(log, 8, 3), TCN_OK);
    }
    assert_int_equal(tcn_log_verify(reader, visit_record, &visits, &report), TCN_OK);
    assert_int_equal(visits.count, 320);
    assert_int_equal(report.record_count, 320);
    assert_int_equal(report.last_position, 960);
    assert_int_equal(report.bad_position, 0);
    visits = (struct visit_count){.stop_at = 300};
    assert_int_equal(tcn_log_verify(reader, visit_record, &visits, &report), TCN_BAD_SIGNATURE);
    assert_int_equal(report.record_count, 299);
    assert_int_equal(report.bad_position, 898);
    tcn_log_reader_close(&reader);
    tcn_log_close(&log);
}

static void time_or_generation_going_back_is_damage_to_a_verification(void **state) {
    struct tcn_log *log = open_log(*state);
    struct tcn_log_reader *reader = NULL;
    struct tcn_log_report report;
    struct test_record made;
    assert_int_equal(test_group_append(log, 3, 1), TCN_OK);
    assert_int_equal(tcn_log_group_begin(log), TCN_OK);
    test_record_make(&made, 4, 1);
    made.record.log_time_ns = 0;
    assert_int_equal(tcn_log_append(log, &made.record, 1), TCN_OK);
    assert_int_equal(tcn_log_group_commit(log), TCN_OK);
    assert_int_equal(tcn_log_reader_open(log, &reader), TCN_OK);
    assert_int_equal(tcn_log_verify(reader, NULL, NULL, &report), TCN_CORRUPT);
    assert_int_equal(report.bad_position, 4);
    assert_int_equal(report.last_position, 3);
    tcn_log_reader_close(&reader);
    tcn_log_close(&log);
}

static void a_guest_reads_a_log_that_is_written_to(void **state) {
    struct test_dir *dir = *state;
    struct tcn_log *log = open_log(dir);
    struct tcn_store_options options = {.dir = dir->store, .is_guest = true};
    struct tcn_log *guest = NULL;
    struct tcn_log_reader *reader = NULL;
    struct tcn_record record;
    assert_int_equal(tcn_log_open(&options, &guest), TCN_OK);
    assert_int_equal(tcn_log_reader_open(guest, &reader), TCN_OK);
    assert_int_equal(tcn_log_tail(reader, &record), TCN_ABSENT);
    tcn_log_reader_reset(reader);
    for (uint64_t last = 24; last <= 120; last += 24) {
        assert_int_equal(test_group_append(log, 8, 3), TCN_OK);
        assert_int_equal(tcn_log_tail(reader, &record), TCN_OK);
        assert_int_equal(record.first_position + record.count - 1, last);
        tcn_log_reader_reset(reader);
    }
    tcn_log_reader_close(&reader);
    tcn_log_close(&guest);
    /* It held nothing that its host would have to wait for. */
    assert_int_equal(test_group_append(log, 8, 3), TCN_OK);
    tcn_log_close(&log);
}

static void a_guest_makes_no_log(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = {.dir = dir->store, .is_guest = true};
    struct tcn_log *guest = NULL;
    assert_int_equal(tcn_log_open(&options, &guest), TCN_ABSENT);
    assert_int_equal(mkdir(dir->store, 0700), 0);
    assert_int_equal(tcn_log_open(&options, &guest), TCN_ABSENT);
    assert_null(guest);
}

static void a_pinned_reader_sees_one_moment(void **state) {
    struct test_dir *dir = *state;
    struct tcn_log *log = open_log(dir);
    struct tcn_log_reader *reader = NULL;
    struct tcn_record record;
    assert_int_equal(test_group_append(log, 8, 1), TCN_OK);
    assert_int_equal(tcn_log_reader_open(log, &reader), TCN_OK);
    assert_int_equal(tcn_log_reader_pin(reader), TCN_OK);
    assert_int_equal(test_group_append(log, 8, 1), TCN_OK);
    for (uint32_t i = 0; i < 3 * TCN_SLICE_RECORDS_MAX; i++) {
        assert_int_equal(tcn_log_read(reader, 1 + i % 8, &record), TCN_OK);
        assert_int_equal(tcn_log_read(reader, 9, &record), TCN_ABSENT);
    }
    tcn_log_reader_reset(reader);
    assert_int_equal(tcn_log_read(reader, 9, &record), TCN_OK);
    tcn_log_reader_close(&reader);
    tcn_log_close(&log);
}

static void the_statistics_count_what_is_committed(void **state) {
    struct tcn_log *log = open_log(*state);
    struct tcn_log_stat stat;
    assert_int_equal(tcn_log_stat(log, &stat), TCN_OK);
    assert_int_equal(stat.record_count, 0);
    assert_int_equal(stat.last_position, 0);
    assert_int_equal(test_group_append(log, 8, 64), TCN_OK);
    struct test_record made;
    assert_int_equal(tcn_log_group_begin(log), TCN_OK);
    test_record_make(&made, 513, 1);
    assert_int_equal(tcn_log_append(log, &made.record, 1), TCN_OK);
    assert_int_equal(tcn_log_stat(log, &stat), TCN_OK);
    assert_int_equal(stat.record_count, 8);
    assert_int_equal(stat.last_position, 512);
    assert_int_equal(stat.env.map_bytes, TEST_MAP_BYTES);
    assert_true(stat.env.used_bytes > 8000 && stat.env.used_bytes < 200000);
    tcn_log_close(&log);
}

#define DIR_TEST(name) cmocka_unit_test_setup_teardown(name, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIR_TEST(a_position_out_of_order_is_refused_and_the_group_goes_on),
        DIR_TEST(a_record_over_the_maximum_is_refused_and_the_group_goes_on),
        DIR_TEST(a_group_in_which_something_failed_cannot_be_committed),
        DIR_TEST(an_aborted_group_leaves_nothing_behind),
        DIR_TEST(a_full_quota_is_full_and_the_group_can_still_be_committed),
        DIR_TEST(a_full_map_is_full_too),
        DIR_TEST(positions_that_no_record_holds_are_absent),
        DIR_TEST(any_position_finds_its_record_and_next_goes_on_from_there),
        DIR_TEST(a_walk_longer_than_a_slice_sees_every_record_once),
        DIR_TEST(the_index_finds_the_middle_of_a_chunk_and_of_a_void),
        DIR_TEST(a_groups_receipts_are_the_same_whenever_asked),
        DIR_TEST(changes_are_found_from_any_position_on),
        DIR_TEST(marks_and_identity_come_back_as_they_were),
        DIR_TEST(a_verification_visits_all_and_reports_what_a_visit_answers),
        DIR_TEST(time_or_generation_going_back_is_damage_to_a_verification),
        DIR_TEST(a_guest_reads_a_log_that_is_written_to),
        DIR_TEST(a_guest_makes_no_log),
        DIR_TEST(a_pinned_reader_sees_one_moment),
        DIR_TEST(the_statistics_count_what_is_committed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
