/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logs for the tests: records whose every byte follows from their position.
 */
#ifndef TCN_LOG_TEST_H
#define TCN_LOG_TEST_H

#include "store_test.h"

#include "store/log.h"

#define TEST_BODY_BYTES 3000u

/** Backing bytes of a record. */
struct test_record {
    struct tcn_record record;
    uint8_t head[100];
    uint8_t signature[64];
    uint8_t body[TEST_BODY_BYTES];
};

/** The lane that the test records of a source are in. */
static inline struct tcn_lane_key test_lane(uint32_t source) {
    return (struct tcn_lane_key){
        .source = source, .epoch = 1000 + source, .lane = TCN_LANE_ROUTINE};
}

/** A chunk record of `count` events at `position`, of source 5, whose sequences are its positions.
 */
static inline void test_record_make(struct test_record *made, uint64_t position, uint32_t count) {
    test_fill(made->head, sizeof(made->head), position);
    test_fill(made->signature, sizeof(made->signature), position + 1000000);
    test_fill(made->body, sizeof(made->body), position + 2000000);
    made->record = (struct tcn_record){
        .kind = TCN_RECORD_CHUNK,
        .generation = 1,
        .first_position = position,
        .count = count,
        .log_time_ns = 1000 + (int64_t)position,
        .previous_hash = test_hash(position - 1),
        .chunk_hash = test_hash(position),
        .lane = test_lane(5),
        .first_sequence = position,
        .principal = 3,
        .group_first = position,
    };
    made->record.chunk.head = tcn_slice_of(made->head, sizeof(made->head));
    made->record.chunk.signature = tcn_slice_of(made->signature, sizeof(made->signature));
    /* Sizes on both sides of a page's limit. */
    size_t body_size = (position * 977) % TEST_BODY_BYTES;
    made->record.chunk.body = tcn_slice_of(made->body, body_size);
}

/** Compares a record read with what was made for its position. */
static inline bool test_record_is_right(const struct tcn_record *record, uint32_t count) {
    struct test_record made;
    test_record_make(&made, record->first_position, count);
    const struct tcn_record *right = &made.record;
    return record->kind == right->kind && record->generation == right->generation &&
           record->count == right->count && record->log_time_ns == right->log_time_ns &&
           tcn_hash_equals(&record->previous_hash, &right->previous_hash) &&
           tcn_hash_equals(&record->chunk_hash, &right->chunk_hash) &&
           tcn_lane_key_equals(&record->lane, &right->lane) &&
           record->first_sequence == right->first_sequence &&
           record->principal == right->principal && record->group_first == right->group_first &&
           tcn_slice_equals(record->chunk.head, right->chunk.head) &&
           tcn_slice_equals(record->chunk.signature, right->chunk.signature) &&
           tcn_slice_equals(record->chunk.body, right->chunk.body);
}

/** Appends `record_count` records of `count` events each in one group, with mark and group row. */
static inline enum tcn_status test_group_append(struct tcn_log *log, uint32_t record_count,
                                                uint32_t count) {
    enum tcn_status status = tcn_log_group_begin(log);
    if (status != TCN_OK) {
        return status;
    }
    static struct tcn_log_group group;
    group.first_position = tcn_log_last_position(log) + 1;
    group.leaf_count = record_count;
    for (uint32_t i = 0; i < record_count && status == TCN_OK; i++) {
        struct test_record made;
        test_record_make(&made, tcn_log_last_position(log) + 1, count);
        group.leaves[i] = made.record.chunk_hash;
        status = tcn_log_append(log, &made.record, count);
    }
    struct tcn_mark mark = {.lane = test_lane(5), .sequence = tcn_log_last_position(log)};
    if (status == TCN_OK) {
        status = tcn_log_mark_put(log, &mark);
    }
    if (status == TCN_OK) {
        status = tcn_log_group_put(log, &group);
    }
    if (status != TCN_OK) {
        tcn_log_group_abort(log);
        return status;
    }
    return tcn_log_group_commit(log);
}

#endif
