/* SPDX-License-Identifier: Apache-2.0 */
#include "outbox_test.h"

static const struct tcn_lane_key urgent = {.source = 5, .epoch = 1, .lane = TCN_LANE_URGENT};
static const struct tcn_lane_key routine = {.source = 5, .epoch = 1, .lane = TCN_LANE_ROUTINE};

/** Begins a group. */
static void begin(struct tcn_outbox *outbox) {
    assert_int_equal(tcn_outbox_begin(outbox), TCN_OK);
}

/** Commits a group. */
static void commit(struct tcn_outbox *outbox) {
    assert_int_equal(tcn_outbox_commit(outbox), TCN_OK);
}

/** Acknowledges up to the end of the chunk that covers `sequence`. */
static void ack(struct tcn_outbox *outbox, struct tcn_lane_key lane, uint64_t sequence) {
    struct tcn_outbox_chunk chunk;
    assert_int_equal(tcn_outbox_chunk_find(outbox, &lane, sequence, &chunk), TCN_OK);
    uint64_t last = chunk.first_sequence + chunk.sequence_count - 1;
    struct tcn_hash hash = chunk.chunk_hash;
    assert_int_equal(tcn_outbox_ack(outbox, &lane, last, &hash, 1000 + last), TCN_OK);
}

static void a_chunk_that_does_not_continue_its_lane_is_refused(void **state) {
    struct tcn_outbox *outbox = test_outbox_open(*state, 0);
    static const uint64_t wrong[] = {0, 2, UINT64_MAX};
    struct test_chunk made;
    begin(outbox);
    for (size_t i = 0; i < 3; i++) {
        test_chunk_make(&made, routine, wrong[i], 1);
        assert_int_equal(tcn_outbox_chunk_append(outbox, &made.chunk), TCN_SEQUENCE);
    }
    test_chunk_make(&made, test_outbox_key(TCN_LANE_ROUTINE, 2), 1, 1);
    assert_int_equal(tcn_outbox_chunk_append(outbox, &made.chunk), TCN_SEQUENCE);
    test_chunk_make(&made, test_outbox_key(TCN_LANE_NONE, 1), 1, 1);
    assert_int_equal(tcn_outbox_chunk_append(outbox, &made.chunk), TCN_ABSENT);
    test_chunk_make(&made, routine, 1, 1);
    made.chunk.chunk.body.size = TCN_OUTBOX_VALUE_BYTES_MAX;
    assert_int_equal(tcn_outbox_chunk_append(outbox, &made.chunk), TCN_TOOBIG);
    made.chunk.chunk.body.size = 10;
    assert_int_equal(tcn_outbox_chunk_append(outbox, &made.chunk), TCN_OK);
    assert_int_equal(tcn_outbox_chunk_append(outbox, &made.chunk), TCN_SEQUENCE);
    commit(outbox);
    tcn_outbox_close(&outbox);
}

static void routine_fills_nine_tenths_and_urgent_the_rest(void **state) {
    struct tcn_outbox *outbox = test_outbox_open(*state, 1000000);
    struct tcn_outbox_stat stat;
    begin(outbox);
    assert_int_equal(test_chunks_append(outbox, routine, 100000, 1), TCN_FULL);
    assert_int_equal(tcn_outbox_stat(outbox, &stat), TCN_OK);
    assert_in_range(stat.bytes, 880000, 900000);
    assert_int_equal(stat.quota_bytes, 1000000);
    /* The refusal harmed nothing: the group goes on. */
    assert_int_equal(test_chunks_append(outbox, urgent, 5, 1), TCN_OK);
    assert_int_equal(test_chunks_append(outbox, routine, 1, 1), TCN_FULL);
    assert_int_equal(test_chunks_append(outbox, urgent, 100000, 1), TCN_FULL);
    assert_int_equal(tcn_outbox_stat(outbox, &stat), TCN_OK);
    assert_in_range(stat.bytes, 980000, 1000000);
    commit(outbox);
    tcn_outbox_close(&outbox);
    outbox = test_outbox_open(*state, 1000000);
    begin(outbox);
    assert_int_equal(test_chunks_append(outbox, urgent, 100, 1), TCN_FULL);
    /* An acknowledgement is never refused for the quota, and trimming makes room. */
    ack(outbox, routine, 50);
    size_t trimmed = 0;
    assert_int_equal(tcn_outbox_trim(outbox, &routine, 0, UINT64_MAX, &trimmed), TCN_OK);
    assert_int_equal(trimmed, 50);
    assert_int_equal(test_chunks_append(outbox, urgent, 10, 1), TCN_OK);
    commit(outbox);
    tcn_outbox_close(&outbox);
}

static void an_ack_for_what_was_not_cut_changes_nothing(void **state) {
    struct tcn_outbox *outbox = test_outbox_open(*state, 0);
    struct tcn_hash hash = test_hash(8 * 4 + 2);
    struct tcn_hash other = test_hash(77);
    struct tcn_lane_key strange = test_outbox_key(TCN_LANE_ROUTINE, 2);
    struct tcn_outbox_lane lane;
    begin(outbox);
    assert_int_equal(test_chunks_append(outbox, routine, 3, 3), TCN_OK);
    assert_int_equal(tcn_outbox_ack(outbox, &routine, 10, &hash, 1), TCN_ABSENT);
    assert_int_equal(tcn_outbox_ack(outbox, &routine, 5, &hash, 1), TCN_CONFLICT);
    assert_int_equal(tcn_outbox_ack(outbox, &routine, 6, &other, 1), TCN_CONFLICT);
    assert_int_equal(tcn_outbox_ack(outbox, &strange, 6, &hash, 1), TCN_ABSENT);
    assert_int_equal(tcn_outbox_ack(outbox, &urgent, 6, &hash, 1), TCN_ABSENT);
    assert_int_equal(tcn_outbox_lane_get(outbox, TCN_LANE_ROUTINE, &lane), TCN_OK);
    assert_int_equal(lane.acked_sequence, 0);
    assert_int_equal(tcn_outbox_ack(outbox, &routine, 6, &hash, 44), TCN_OK);
    assert_int_equal(tcn_outbox_ack(outbox, &routine, 3, &other, 1), TCN_OK);
    commit(outbox);
    assert_int_equal(tcn_outbox_lane_get(outbox, TCN_LANE_ROUTINE, &lane), TCN_OK);
    assert_int_equal(lane.acked_sequence, 6);
    assert_int_equal(lane.acked_position, 44);
    assert_true(tcn_hash_equals(&lane.acked_hash, &hash));
    tcn_outbox_close(&outbox);
}

static void chunks_are_found_by_any_sequence_and_by_the_next_one(void **state) {
    struct tcn_outbox *outbox = test_outbox_open(*state, 0);
    struct tcn_outbox_chunk chunk;
    begin(outbox);
    assert_int_equal(test_chunks_append(outbox, routine, 4, 5), TCN_OK);
    assert_int_equal(test_chunks_append(outbox, urgent, 1, 2), TCN_OK);
    for (int round = 0; round < 2; round++) {
        for (uint64_t sequence = 1; sequence <= 20; sequence++) {
            assert_int_equal(tcn_outbox_chunk_find(outbox, &routine, sequence, &chunk), TCN_OK);
            assert_chunk(&chunk, (sequence - 1) / 5 * 5 + 1, 5);
        }
        assert_int_equal(tcn_outbox_chunk_find(outbox, &routine, 0, &chunk), TCN_OK);
        assert_chunk(&chunk, 1, 5);
        assert_int_equal(tcn_outbox_chunk_find(outbox, &routine, 21, &chunk), TCN_ABSENT);
        assert_int_equal(tcn_outbox_chunk_find(outbox, &urgent, 2, &chunk), TCN_OK);
        assert_chunk(&chunk, 1, 2);
        assert_int_equal(tcn_outbox_chunk_find(outbox, &urgent, 3, &chunk), TCN_ABSENT);
        if (round == 0) {
            commit(outbox);
        }
    }
    tcn_outbox_close(&outbox);
}

static void a_recut_replaces_what_is_above_and_nothing_below(void **state) {
    struct tcn_outbox *outbox = test_outbox_open(*state, 0);
    struct tcn_outbox_lane lane;
    struct tcn_outbox_chunk chunk;
    struct tcn_outbox_stat stat;
    begin(outbox);
    assert_int_equal(test_chunks_append(outbox, routine, 6, 5), TCN_OK);
    assert_int_equal(test_chunks_append(outbox, urgent, 6, 5), TCN_OK);
    ack(outbox, routine, 10);
    commit(outbox);
    begin(outbox);
    assert_int_equal(tcn_outbox_recut(outbox, TCN_LANE_ROUTINE, 5), TCN_SEQUENCE);
    assert_int_equal(tcn_outbox_recut(outbox, TCN_LANE_ROUTINE, 12), TCN_SEQUENCE);
    assert_int_equal(tcn_outbox_recut(outbox, TCN_LANE_ROUTINE, 31), TCN_SEQUENCE);
    assert_int_equal(tcn_outbox_recut(outbox, TCN_LANE_NONE, 1), TCN_ABSENT);
    assert_int_equal(tcn_outbox_recut(outbox, TCN_LANE_ROUTINE, 15), TCN_OK);
    assert_int_equal(tcn_outbox_lane_get(outbox, TCN_LANE_ROUTINE, &lane), TCN_OK);
    assert_int_equal(lane.next_sequence, 16);
    struct tcn_hash wanted = test_hash(11 * 8 + 2);
    assert_true(tcn_hash_equals(&lane.last_hash, &wanted));
    assert_int_equal(test_chunks_append(outbox, routine, 5, 3), TCN_OK);
    commit(outbox);
    tcn_outbox_close(&outbox);
    outbox = test_outbox_open(*state, 0);
    for (uint64_t first = 1; first <= 30; first += first < 16 ? 5 : 3) {
        assert_int_equal(tcn_outbox_chunk_find(outbox, &routine, first, &chunk), TCN_OK);
        assert_chunk(&chunk, first, first < 16 ? 5 : 3);
        assert_int_equal(tcn_outbox_chunk_find(outbox, &urgent, first, &chunk), TCN_OK);
    }
    assert_int_equal(tcn_outbox_stat(outbox, &stat), TCN_OK);
    assert_int_equal(stat.chunk_count, 3 + 5 + 6);
    assert_int_equal(stat.event_count, 60);
    assert_int_equal(stat.routine.waiting_count, 20);
    assert_true(stat.routine.oldest_recorded_ns == 1100);
    /* At the mark, and back to the very beginning of the other lane. */
    begin(outbox);
    assert_int_equal(tcn_outbox_recut(outbox, TCN_LANE_ROUTINE, 10), TCN_OK);
    assert_int_equal(tcn_outbox_recut(outbox, TCN_LANE_URGENT, 0), TCN_OK);
    assert_int_equal(tcn_outbox_lane_get(outbox, TCN_LANE_URGENT, &lane), TCN_OK);
    assert_int_equal(lane.next_sequence, 1);
    assert_true(tcn_hash_is_none(&lane.last_hash));
    commit(outbox);
    assert_int_equal(tcn_outbox_chunk_find(outbox, &urgent, 0, &chunk), TCN_ABSENT);
    assert_int_equal(tcn_outbox_chunk_find(outbox, &routine, 11, &chunk), TCN_ABSENT);
    tcn_outbox_close(&outbox);
}

static void a_recut_is_not_held_against_a_full_quota(void **state) {
    struct tcn_outbox *outbox = test_outbox_open(*state, 500000);
    struct tcn_outbox_lane lane;
    begin(outbox);
    assert_int_equal(test_chunks_append(outbox, routine, 100000, 4), TCN_FULL);
    assert_int_equal(tcn_outbox_lane_get(outbox, TCN_LANE_ROUTINE, &lane), TCN_OK);
    uint64_t end = lane.next_sequence;
    commit(outbox);
    begin(outbox);
    assert_int_equal(tcn_outbox_recut(outbox, TCN_LANE_ROUTINE, 0), TCN_OK);
    assert_int_equal(test_chunks_append(outbox, routine, (uint32_t)(end - 1) / 2, 2), TCN_OK);
    commit(outbox);
    begin(outbox);
    assert_int_equal(test_chunks_append(outbox, routine, 1, 2), TCN_FULL);
    tcn_outbox_abort(outbox);
    tcn_outbox_close(&outbox);
}

static void an_aborted_recut_leaves_the_chunks(void **state) {
    struct tcn_outbox *outbox = test_outbox_open(*state, 0);
    struct tcn_outbox_chunk chunk;
    struct tcn_outbox_stat before;
    struct tcn_outbox_stat after;
    begin(outbox);
    assert_int_equal(test_chunks_append(outbox, routine, 6, 5), TCN_OK);
    commit(outbox);
    assert_int_equal(tcn_outbox_stat(outbox, &before), TCN_OK);
    begin(outbox);
    assert_int_equal(tcn_outbox_recut(outbox, TCN_LANE_ROUTINE, 5), TCN_OK);
    tcn_outbox_abort(outbox);
    tcn_outbox_abort(outbox);
    assert_int_equal(tcn_outbox_stat(outbox, &after), TCN_OK);
    assert_memory_equal(&before, &after, sizeof(before));
    assert_int_equal(tcn_outbox_chunk_find(outbox, &routine, 30, &chunk), TCN_OK);
    tcn_outbox_close(&outbox);
}

static void a_void_range_fills_what_was_forgotten_below(void **state) {
    struct tcn_outbox *outbox = test_outbox_open(*state, 0);
    struct tcn_outbox_chunk chunk;
    struct test_chunk made;
    size_t trimmed = 0;
    begin(outbox);
    assert_int_equal(test_chunks_append(outbox, routine, 10, 10), TCN_OK);
    ack(outbox, routine, 100);
    assert_int_equal(tcn_outbox_trim(outbox, &routine, 50, UINT64_MAX, &trimmed), TCN_OK);
    assert_int_equal(trimmed, 5);
    test_chunk_make(&made, routine, 21, 1);
    made.chunk.sequence_count = 29;
    assert_int_equal(tcn_outbox_chunk_prepend(outbox, &made.chunk), TCN_SEQUENCE);
    made.chunk.sequence_count = 31;
    assert_int_equal(tcn_outbox_chunk_prepend(outbox, &made.chunk), TCN_SEQUENCE);
    made.chunk.sequence_count = 30;
    made.chunk.lane.epoch = 2;
    assert_int_equal(tcn_outbox_chunk_prepend(outbox, &made.chunk), TCN_SEQUENCE);
    made.chunk.lane.epoch = 1;
    assert_int_equal(tcn_outbox_chunk_prepend(outbox, &made.chunk), TCN_OK);
    assert_int_equal(tcn_outbox_chunk_prepend(outbox, &made.chunk), TCN_SEQUENCE);
    /* With nothing retained it must reach next_sequence. */
    test_chunk_make(&made, urgent, 1, 1);
    assert_int_equal(tcn_outbox_chunk_prepend(outbox, &made.chunk), TCN_SEQUENCE);
    commit(outbox);
    assert_int_equal(tcn_outbox_chunk_find(outbox, &routine, 35, &chunk), TCN_OK);
    assert_int_equal(chunk.first_sequence, 21);
    assert_int_equal(chunk.count, 1);
    assert_int_equal(chunk.sequence_count, 30);
    /* The mark goes back, and the range is acknowledged again. */
    struct tcn_outbox_lane lane;
    assert_int_equal(tcn_outbox_lane_get(outbox, TCN_LANE_ROUTINE, &lane), TCN_OK);
    lane.acked_sequence = 20;
    begin(outbox);
    assert_int_equal(tcn_outbox_lane_put(outbox, &lane), TCN_OK);
    ack(outbox, routine, 21);
    commit(outbox);
    assert_int_equal(tcn_outbox_lane_get(outbox, TCN_LANE_ROUTINE, &lane), TCN_OK);
    assert_int_equal(lane.acked_sequence, 50);
    tcn_outbox_close(&outbox);
}

static void trimming_takes_the_oldest_acknowledged_with_all_that_hangs_on_them(void **state) {
    struct tcn_outbox *outbox = test_outbox_open(*state, 0);
    struct tcn_outbox_chunk chunk;
    struct tcn_slice receipt;
    struct tcn_outbox_key found;
    uint8_t content[8] = {1};
    size_t trimmed = 9;
    begin(outbox);
    for (uint64_t first = 1; first <= 600; first += 2) {
        char text[16];
        (void)snprintf(text, sizeof(text), "key %d", (int)first);
        struct tcn_outbox_key key = {.lane = routine, .sequence = first, .content = {1}};
        assert_int_equal(test_chunks_append(outbox, routine, 1, 2), TCN_OK);
        assert_int_equal(tcn_outbox_receipt_put(outbox, &routine, first, tcn_slice_text("receipt")),
                         TCN_OK);
        assert_int_equal(tcn_outbox_key_put(outbox, tcn_slice_text(text), &key), TCN_OK);
    }
    assert_int_equal(tcn_outbox_trim(outbox, &routine, 0, 0, &trimmed), TCN_OK);
    assert_int_equal(trimmed, 0);
    ack(outbox, routine, 580);
    commit(outbox);
    begin(outbox);
    assert_int_equal(tcn_outbox_trim(outbox, &routine, 40, UINT64_MAX, &trimmed), TCN_OK);
    assert_int_equal(trimmed, 256);
    assert_int_equal(tcn_outbox_trim(outbox, &routine, 40, UINT64_MAX, &trimmed), TCN_OK);
    assert_int_equal(trimmed, 270 - 256);
    assert_int_equal(tcn_outbox_trim(outbox, &routine, 40, UINT64_MAX, &trimmed), TCN_OK);
    assert_int_equal(trimmed, 0);
    commit(outbox);
    assert_int_equal(tcn_outbox_chunk_find(outbox, &routine, 1, &chunk), TCN_OK);
    assert_int_equal(chunk.first_sequence, 541);
    assert_int_equal(tcn_outbox_receipt_get(outbox, &routine, 539, &receipt), TCN_ABSENT);
    assert_int_equal(tcn_outbox_receipt_get(outbox, &routine, 541, &receipt), TCN_OK);
    assert_true(tcn_slice_is_text(receipt, "receipt"));
    assert_int_equal(tcn_outbox_key_check(outbox, tcn_slice_text("key 539"), content, &found),
                     TCN_ABSENT);
    assert_int_equal(tcn_outbox_key_check(outbox, tcn_slice_text("key 541"), content, &found),
                     TCN_OK);
    /* By bytes: as many as it takes, never the unacknowledged. */
    begin(outbox);
    assert_int_equal(tcn_outbox_trim(outbox, &routine, 1000, 0, &trimmed), TCN_OK);
    assert_int_equal(trimmed, 20);
    assert_int_equal(tcn_outbox_trim(outbox, &urgent, 0, 0, &trimmed), TCN_OK);
    assert_int_equal(trimmed, 0);
    commit(outbox);
    assert_int_equal(tcn_outbox_chunk_find(outbox, &routine, 1, &chunk), TCN_OK);
    assert_int_equal(chunk.first_sequence, 581);
    begin(outbox);
    assert_int_equal(tcn_outbox_receipt_put(outbox, &routine, 1, tcn_slice_text("late")),
                     TCN_ABSENT);
    tcn_outbox_abort(outbox);
    tcn_outbox_close(&outbox);
}

static void an_epoch_that_is_over_stays_readable_until_it_is_trimmed(void **state) {
    struct tcn_outbox *outbox = test_outbox_open(*state, 0);
    struct tcn_lane_key fresh = test_outbox_key(TCN_LANE_ROUTINE, 0x8000000000000000);
    struct tcn_outbox_chunk chunk;
    size_t trimmed = 0;
    begin(outbox);
    assert_int_equal(test_chunks_append(outbox, routine, 3, 2), TCN_OK);
    struct tcn_outbox_lane lane = {
        .lane = fresh, .predecessor = 1, .next_sequence = 1, .is_registered = true};
    assert_int_equal(tcn_outbox_lane_put(outbox, &lane), TCN_OK);
    assert_int_equal(test_chunks_append(outbox, fresh, 3, 2), TCN_OK);
    struct test_chunk made;
    test_chunk_make(&made, routine, 7, 2);
    assert_int_equal(tcn_outbox_chunk_append(outbox, &made.chunk), TCN_SEQUENCE);
    commit(outbox);
    assert_int_equal(tcn_outbox_lane_get(outbox, TCN_LANE_ROUTINE, &lane), TCN_OK);
    assert_true(tcn_lane_key_equals(&lane.lane, &fresh));
    assert_int_equal(lane.predecessor, 1);
    assert_int_equal(lane.next_sequence, 7);
    assert_true(lane.is_registered);
    assert_int_equal(tcn_outbox_chunk_find(outbox, &routine, 5, &chunk), TCN_OK);
    assert_chunk(&chunk, 5, 2);
    assert_int_equal(tcn_outbox_chunk_find(outbox, &routine, 7, &chunk), TCN_ABSENT);
    begin(outbox);
    assert_int_equal(tcn_outbox_trim(outbox, &routine, 0, UINT64_MAX, &trimmed), TCN_OK);
    assert_int_equal(trimmed, 3);
    commit(outbox);
    assert_int_equal(tcn_outbox_chunk_find(outbox, &routine, 0, &chunk), TCN_ABSENT);
    assert_int_equal(tcn_outbox_chunk_find(outbox, &fresh, 0, &chunk), TCN_OK);
    tcn_outbox_close(&outbox);
}

/** Ends the routine lane's epoch and appends chunks under another one. */
static void renew(struct tcn_outbox *outbox, uint64_t epoch, uint32_t chunk_count) {
    struct tcn_outbox_lane lane = {.lane = test_outbox_key(TCN_LANE_ROUTINE, epoch),
                                   .next_sequence = 1};
    assert_int_equal(tcn_outbox_lane_put(outbox, &lane), TCN_OK);
    assert_int_equal(test_chunks_append(outbox, lane.lane, chunk_count, 2), TCN_OK);
}

/** Chunks that are retained of an epoch of the routine lane. */
static uint32_t count_of(struct tcn_outbox *outbox, uint64_t epoch) {
    struct tcn_lane_key lane = test_outbox_key(TCN_LANE_ROUTINE, epoch);
    struct tcn_outbox_chunk chunk;
    uint32_t count = 0;
    uint64_t sequence = 0;
    while (tcn_outbox_chunk_find(outbox, &lane, sequence, &chunk) == TCN_OK) {
        sequence = chunk.first_sequence + chunk.sequence_count;
        count++;
    }
    return count;
}

/* Epochs are random, so their order as keys is not that of time: 9 before 2 before max before 5. */
static void epochs_that_are_over_share_one_window_and_the_oldest_goes_first(void **state) {
    static const struct {
        uint64_t keep_sequences, keep_bytes;
        uint32_t of_first, of_second, of_third; /**< chunks that are left of three each */
    } cases[] = {
        {18, UINT64_MAX, 3, 3, 3}, {17, UINT64_MAX, 2, 3, 3}, {12, UINT64_MAX, 0, 3, 3},
        {7, UINT64_MAX, 0, 0, 3},  {1, UINT64_MAX, 0, 0, 0},  {18, 1, 0, 0, 0},
    };
    struct tcn_outbox *outbox = test_outbox_open(*state, 0);
    size_t trimmed = 0;
    begin(outbox);
    assert_int_equal(test_chunks_append(outbox, urgent, 2, 1), TCN_OK); /* in use, not touched */
    static const uint64_t epochs[] = {9, 2, UINT64_MAX};
    for (uint32_t i = 0; i < 3; i++) {
        struct tcn_lane_key lane = test_outbox_key(TCN_LANE_ROUTINE, epochs[i]);
        struct tcn_outbox_lane row = {.lane = lane, .next_sequence = 1 + 100 * i};
        assert_int_equal(tcn_outbox_lane_put(outbox, &row), TCN_OK);
        assert_int_equal(test_chunks_append(outbox, lane, 3, 2), TCN_OK); /* recorded later each */
    }
    renew(outbox, 5, 4);
    commit(outbox);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        begin(outbox);
        assert_int_equal(tcn_outbox_trim_older(outbox, TCN_LANE_ROUTINE, cases[i].keep_sequences,
                                               cases[i].keep_bytes, &trimmed),
                         TCN_OK);
        uint32_t left = cases[i].of_first + cases[i].of_second + cases[i].of_third;
        assert_int_equal(trimmed, 9 - left);
        assert_int_equal(count_of(outbox, 9), cases[i].of_first);
        assert_int_equal(count_of(outbox, 2), cases[i].of_second);
        assert_int_equal(count_of(outbox, UINT64_MAX), cases[i].of_third);
        assert_int_equal(count_of(outbox, 5), 4); /* in use, whatever of it is acknowledged */
        struct tcn_outbox_chunk chunk;
        assert_int_equal(tcn_outbox_chunk_find(outbox, &urgent, 1, &chunk), TCN_OK);
        assert_int_equal(tcn_outbox_trim_older(outbox, TCN_LANE_URGENT, 0, 0, &trimmed), TCN_OK);
        assert_int_equal(trimmed, 0);
        tcn_outbox_abort(outbox);
    }
    tcn_outbox_close(&outbox);
}

static void an_outbox_that_is_renewed_again_and_again_does_not_fill_up(void **state) {
    struct tcn_outbox *outbox = test_outbox_open(*state, 0);
    struct tcn_outbox_stat stat;
    for (uint64_t epoch = 1; epoch <= 40; epoch++) {
        size_t trimmed = 1;
        begin(outbox);
        renew(outbox, epoch * UINT64_C(0x9e3779b97f4a7c15), 20);
        while (trimmed > 0) {
            assert_int_equal(
                tcn_outbox_trim_older(outbox, TCN_LANE_ROUTINE, 60, UINT64_MAX, &trimmed), TCN_OK);
        }
        commit(outbox);
    }
    assert_int_equal(tcn_outbox_stat(outbox, &stat), TCN_OK);
    assert_int_equal(stat.chunk_count, 20 + 30); /* in use, and a window of 60 sequences */
    tcn_outbox_close(&outbox);
}

static void usage_comes_back_to_where_it_was_when_all_is_trimmed(void **state) {
    struct tcn_outbox *outbox = test_outbox_open(*state, 0);
    struct tcn_outbox_stat before;
    struct tcn_outbox_stat after;
    size_t trimmed = 0;
    assert_int_equal(tcn_outbox_stat(outbox, &before), TCN_OK);
    begin(outbox);
    assert_int_equal(test_chunks_append(outbox, routine, 50, 2), TCN_OK);
    for (uint64_t first = 1; first <= 100; first += 2) {
        assert_int_equal(tcn_outbox_receipt_put(outbox, &routine, first, tcn_slice_text("long")),
                         TCN_OK);
        assert_int_equal(tcn_outbox_receipt_put(outbox, &routine, first, tcn_slice_text("r")),
                         TCN_OK);
    }
    ack(outbox, routine, 100);
    commit(outbox);
    assert_int_equal(tcn_outbox_stat(outbox, &after), TCN_OK);
    assert_true(after.bytes > 50 * 300);
    begin(outbox);
    assert_int_equal(tcn_outbox_trim(outbox, &routine, 0, UINT64_MAX, &trimmed), TCN_OK);
    commit(outbox);
    tcn_outbox_close(&outbox);
    outbox = test_outbox_open(*state, 0);
    assert_int_equal(tcn_outbox_stat(outbox, &after), TCN_OK);
    assert_int_equal(after.bytes, before.bytes);
    assert_int_equal(after.chunk_count, 0);
    assert_int_equal(after.event_count, 0);
    tcn_outbox_close(&outbox);
}

static void the_shares_of_a_chunk_are_replaced_by_less_and_all_else_stays(void **state) {
    const struct tcn_lane_key lane = routine;
    struct tcn_outbox *outbox = test_outbox_open(*state, 0);
    struct tcn_outbox_stat before;
    struct tcn_outbox_stat after;
    struct tcn_outbox_chunk chunk;
    struct test_chunk made;
    const struct tcn_slice less = tcn_slice_text("less");
    static const uint8_t more[41];
    begin(outbox);
    assert_int_equal(tcn_outbox_shares_put(outbox, &lane, 1, less), TCN_ABSENT);
    assert_int_equal(test_chunks_append(outbox, lane, 1, 1), TCN_OK);
    assert_int_equal(test_chunks_append(outbox, lane, 1, 2), TCN_OK);
    assert_int_equal(tcn_outbox_shares_put(outbox, &lane, 3, less), TCN_ABSENT); /* inside one */
    assert_int_equal(tcn_outbox_shares_put(outbox, &lane, 1, less), TCN_TOOBIG);
    assert_int_equal(tcn_outbox_shares_put(outbox, &lane, 2, tcn_slice_of(more, sizeof(more))),
                     TCN_TOOBIG);
    assert_int_equal(tcn_outbox_stat(outbox, &before), TCN_OK);
    assert_int_equal(tcn_outbox_shares_put(outbox, &lane, 2, less), TCN_OK);
    commit(outbox);
    test_chunk_make(&made, lane, 2, 2);
    assert_int_equal(tcn_outbox_chunk_find(outbox, &lane, 2, &chunk), TCN_OK);
    assert_true(tcn_slice_is_text(chunk.chunk.shares, "less"));
    assert_true(tcn_slice_equals(chunk.chunk.head, made.chunk.chunk.head));
    assert_true(tcn_slice_equals(chunk.chunk.signature, made.chunk.chunk.signature));
    assert_true(tcn_slice_equals(chunk.chunk.body, made.chunk.chunk.body));
    begin(outbox);
    assert_int_equal(tcn_outbox_shares_put(outbox, &lane, 2, (struct tcn_slice){0}), TCN_OK);
    assert_int_equal(tcn_outbox_chunk_find(outbox, &lane, 2, &chunk), TCN_OK);
    assert_int_equal(chunk.chunk.shares.size, 0);
    assert_int_equal(tcn_outbox_stat(outbox, &after), TCN_OK);
    assert_int_equal(after.chunk_count, before.chunk_count);
    assert_int_equal(after.event_count, before.event_count);
    assert_true(after.bytes <= before.bytes);
    commit(outbox);
    tcn_outbox_close(&outbox);
}

#define DIR_TEST(name) cmocka_unit_test_setup_teardown(name, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIR_TEST(a_chunk_that_does_not_continue_its_lane_is_refused),
        DIR_TEST(routine_fills_nine_tenths_and_urgent_the_rest),
        DIR_TEST(an_ack_for_what_was_not_cut_changes_nothing),
        DIR_TEST(chunks_are_found_by_any_sequence_and_by_the_next_one),
        DIR_TEST(a_recut_replaces_what_is_above_and_nothing_below),
        DIR_TEST(a_recut_is_not_held_against_a_full_quota),
        DIR_TEST(an_aborted_recut_leaves_the_chunks),
        DIR_TEST(a_void_range_fills_what_was_forgotten_below),
        DIR_TEST(trimming_takes_the_oldest_acknowledged_with_all_that_hangs_on_them),
        DIR_TEST(an_epoch_that_is_over_stays_readable_until_it_is_trimmed),
        DIR_TEST(epochs_that_are_over_share_one_window_and_the_oldest_goes_first),
        DIR_TEST(an_outbox_that_is_renewed_again_and_again_does_not_fill_up),
        DIR_TEST(the_shares_of_a_chunk_are_replaced_by_less_and_all_else_stays),
        DIR_TEST(usage_comes_back_to_where_it_was_when_all_is_trimmed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
