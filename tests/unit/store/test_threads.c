/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thread appends while others read: each reader sees every record once, right and in order.
 * ctest-labels: threads
 */
#include "log_test.h"

#include <pthread.h>
#include <stdatomic.h>

#define GROUP_COUNT 150u
#define GROUP_RECORDS 4u
#define RECORD_EVENTS 2u
#define LAST_POSITION ((uint64_t)GROUP_COUNT * GROUP_RECORDS * RECORD_EVENTS)
#define READER_COUNT 3u

/** What a reading thread is given, and what it found. */
struct reading {
    struct tcn_log *log;
    atomic_bool *is_stopped; /**< the writer gave up */
    uint64_t seen_position;  /**< the last that was right */
    enum tcn_status status;
};

/** Reads until the last position or the first trouble. */
static void *read_all(void *context) {
    struct reading *reading = context;
    struct tcn_log_reader *reader = NULL;
    struct tcn_record record;
    reading->status = tcn_log_reader_open(reading->log, &reader);
    while (reading->status == TCN_OK && reading->seen_position < LAST_POSITION &&
           !atomic_load(reading->is_stopped)) {
        enum tcn_status status = tcn_log_next(reader, &record);
        if (status == TCN_ABSENT) {
            tcn_log_reader_reset(reader);
        } else if (status != TCN_OK) {
            reading->status = status;
        } else if (record.first_position != reading->seen_position + 1 ||
                   !test_record_is_right(&record, RECORD_EVENTS)) {
            reading->status = TCN_CORRUPT;
        } else {
            reading->seen_position = record.first_position + record.count - 1;
        }
    }
    tcn_log_reader_close(&reader);
    return NULL;
}

static void readers_keep_up_with_a_writer(void **state) {
    struct test_dir *dir = *state;
    struct tcn_store_options options = test_options(dir);
    struct tcn_log *log = NULL;
    struct reading readings[READER_COUNT];
    pthread_t threads[READER_COUNT];
    atomic_bool is_stopped = false;
    assert_int_equal(tcn_log_open(&options, &log), TCN_OK);
    for (size_t i = 0; i < READER_COUNT; i++) {
        readings[i] = (struct reading){.log = log, .is_stopped = &is_stopped};
        assert_int_equal(pthread_create(&threads[i], NULL, read_all, &readings[i]), 0);
    }
    enum tcn_status status = TCN_OK;
    struct tcn_env_readers found;
    for (uint32_t i = 0; i < GROUP_COUNT && status == TCN_OK; i++) {
        status = test_group_append(log, GROUP_RECORDS, RECORD_EVENTS);
        if (status == TCN_OK) {
            status = tcn_env_readers_check(tcn_log_env(log), &found);
        }
    }
    atomic_store(&is_stopped, status != TCN_OK);
    for (size_t i = 0; i < READER_COUNT; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(status, TCN_OK);
    for (size_t i = 0; i < READER_COUNT; i++) {
        assert_int_equal(readings[i].status, TCN_OK);
        assert_int_equal(readings[i].seen_position, LAST_POSITION);
    }
    tcn_log_close(&log);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(readers_keep_up_with_a_writer, test_dir_setup,
                                        test_dir_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
