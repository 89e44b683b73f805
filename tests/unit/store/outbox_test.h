/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Outboxes for the tests: chunks whose every byte follows from their first sequence.
 */
#ifndef TCN_OUTBOX_TEST_H
#define TCN_OUTBOX_TEST_H

#include "store_test.h"

#include "store/outbox.h"

#define TEST_CHUNK_BODY_BYTES 5000u

/** Backing bytes of a chunk. */
struct test_chunk {
    struct tcn_outbox_chunk chunk;
    uint8_t head[80];
    uint8_t signature[64];
    uint8_t body[TEST_CHUNK_BODY_BYTES];
    uint8_t shares[40];
};

/** The lane's key under an epoch. */
static inline struct tcn_lane_key test_outbox_key(enum tcn_lane lane, uint64_t epoch) {
    return (struct tcn_lane_key){.source = 5, .epoch = epoch, .lane = lane};
}

/** A chunk of `count` events. */
static inline void test_chunk_make(struct test_chunk *made, struct tcn_lane_key lane,
                                   uint64_t first, uint32_t count) {
    uint64_t seed = first * 8 + (uint64_t)lane.lane;
    test_fill(made->head, sizeof(made->head), seed);
    test_fill(made->signature, sizeof(made->signature), seed + 1);
    test_fill(made->body, sizeof(made->body), seed + 2);
    test_fill(made->shares, sizeof(made->shares), seed + 3);
    made->chunk = (struct tcn_outbox_chunk){
        .lane = lane,
        .first_sequence = first,
        .count = count,
        .sequence_count = count,
        .recorded_ns = (int64_t)first * 100,
        .chunk_hash = test_hash(seed),
    };
    made->chunk.chunk.head = tcn_slice_of(made->head, sizeof(made->head));
    made->chunk.chunk.signature = tcn_slice_of(made->signature, sizeof(made->signature));
    made->chunk.chunk.body = tcn_slice_of(made->body, 200 + (first * 331) % 4000);
    made->chunk.chunk.shares = tcn_slice_of(made->shares, first % 2 == 0 ? 40 : 0);
}

/** Compares a chunk read with what was made for it. */
static inline void assert_chunk(const struct tcn_outbox_chunk *chunk, uint64_t first,
                                uint32_t count) {
    struct test_chunk made;
    test_chunk_make(&made, chunk->lane, first, count);
    assert_int_equal(chunk->first_sequence, first);
    assert_int_equal(chunk->count, count);
    assert_int_equal(chunk->sequence_count, count);
    assert_true(chunk->recorded_ns == made.chunk.recorded_ns);
    assert_true(tcn_hash_equals(&chunk->chunk_hash, &made.chunk.chunk_hash));
    assert_true(tcn_slice_equals(chunk->chunk.head, made.chunk.chunk.head));
    assert_true(tcn_slice_equals(chunk->chunk.signature, made.chunk.chunk.signature));
    assert_true(tcn_slice_equals(chunk->chunk.body, made.chunk.chunk.body));
    assert_true(tcn_slice_equals(chunk->chunk.shares, made.chunk.chunk.shares));
}

/** Puts a fresh lane in the open group. */
static inline enum tcn_status test_lane_begin(struct tcn_outbox *outbox, struct tcn_lane_key key) {
    struct tcn_outbox_lane lane = {.lane = key, .next_sequence = 1};
    return tcn_outbox_lane_put(outbox, &lane);
}

/** Appends `chunk_count` chunks of `count` events to a lane in the open group. */
static inline enum tcn_status test_chunks_append(struct tcn_outbox *outbox, struct tcn_lane_key key,
                                                 uint32_t chunk_count, uint32_t count) {
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < chunk_count && status == TCN_OK; i++) {
        struct tcn_outbox_lane lane;
        struct test_chunk made;
        status = tcn_outbox_lane_get(outbox, key.lane, &lane);
        if (status == TCN_OK) {
            test_chunk_make(&made, key, lane.next_sequence, count);
            status = tcn_outbox_chunk_append(outbox, &made.chunk);
        }
    }
    return status;
}

/** Opens the test's outbox with both lanes of epoch 1. */
static inline struct tcn_outbox *test_outbox_open(const struct test_dir *dir, uint64_t quota) {
    struct tcn_store_options options = test_options(dir);
    options.quota_bytes = quota;
    struct tcn_outbox *outbox = NULL;
    assert_int_equal(tcn_outbox_open(&options, &outbox), TCN_OK);
    struct tcn_outbox_lane lane;
    if (tcn_outbox_lane_get(outbox, TCN_LANE_URGENT, &lane) == TCN_ABSENT) {
        assert_int_equal(tcn_outbox_begin(outbox), TCN_OK);
        assert_int_equal(test_lane_begin(outbox, test_outbox_key(TCN_LANE_URGENT, 1)), TCN_OK);
        assert_int_equal(test_lane_begin(outbox, test_outbox_key(TCN_LANE_ROUTINE, 1)), TCN_OK);
        assert_int_equal(tcn_outbox_commit(outbox), TCN_OK);
    }
    return outbox;
}

#endif
