/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* From pieces to chunks in an outbox, and back. */
#include "agents/cut.h"

#include "district.h"
#include "seal/hash.h"
#include "wire/chunk.h"
#include "wire/event.h"

#define PIECES_MAX 200

/** An outbox with one lane, and pieces to be cut. */
struct bench {
    struct district *district;
    struct tcn_outbox *outbox;
    struct tcn_agent_cutter cutter;
    struct tcn_outbox_lane row;
    struct tcn_arena arena;
    struct tcn_agent_piece pieces[PIECES_MAX];
    const struct tcn_agent_piece *list[PIECES_MAX];
};

static int setup(void **state) {
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    bench->district = district_create(TCN_MODE_ACTUAL, "office_chahe");
    assert_int_equal(tcn_arena_init(&bench->arena, (size_t)32 * 1024 * 1024), TCN_OK);
    const struct tcn_store_options options = {.dir = bench->district->outbox,
                                              .map_bytes = UINT64_C(256) * 1024 * 1024,
                                              .quota_bytes = UINT64_C(1024) * 1024};
    assert_int_equal(tcn_outbox_open(&options, &bench->outbox), TCN_OK);
    bench->cutter.key = &bench->district->office.signing;
    bench->cutter.key_id = tcn_key_id_of(&bench->district->office.signing.public_key);
    bench->cutter.log_id = bench->district->bundle.log_id;
    bench->cutter.mode = TCN_MODE_ACTUAL;
    bench->cutter.organ_id = text_of("office_chahe");
    bench->row = (struct tcn_outbox_lane){
        .lane = {.source = 9, .epoch = 3, .lane = TCN_LANE_URGENT}, .next_sequence = 1};
    assert_int_equal(tcn_outbox_begin(bench->outbox), TCN_OK);
    assert_int_equal(tcn_outbox_lane_put(bench->outbox, &bench->row), TCN_OK);
    *state = bench;
    return 0;
}

static int teardown(void **state) {
    struct bench *bench = *state;
    tcn_outbox_abort(bench->outbox);
    tcn_outbox_close(&bench->outbox);
    tcn_arena_fini(&bench->arena);
    district_destroy(bench->district);
    free(bench);
    return 0;
}

/** Makes piece `index`, its sealed part filled up to about `size` bytes. */
static void make_piece(struct bench *bench, uint32_t index, size_t size) {
    struct tcn_agent_piece *piece = &bench->pieces[index];
    size_t room = size + 512;
    uint8_t *data = tcn_arena_alloc(&bench->arena, 2 * room);
    uint8_t *filler = tcn_arena_alloc(&bench->arena, size + 1);
    assert_non_null(data);
    assert_non_null(filler);
    const struct tcn_event event = {.format = 1,
                                    .act = TCN_ACT_ZERO_REPORT,
                                    .mode = TCN_MODE_ACTUAL,
                                    .office = text_of("office_chahe"),
                                    .recorded_ns = (int64_t)index + 1,
                                    .learned_ns = 1};
    struct tcn_writer writer = tcn_writer_init(data, 2 * room);
    struct tcn_slice open;
    assert_int_equal(tcn_wire_open_part_encode(&event, &writer, &open), TCN_OK);
    const struct tcn_slice sealed = tcn_slice_of(filler, size);
    assert_int_equal(tcn_wire_event_join(open, sealed, &writer, &piece->event), TCN_OK);
    piece->hash = tcn_hash_event(open, sealed);
    piece->mode = TCN_MODE_ACTUAL;
    piece->recorded_ns = event.recorded_ns;
    piece->has_share = index % 2 == 0;
    memset(piece->share.bytes, (int)index + 1, sizeof(piece->share.bytes));
    bench->list[index] = piece;
}

static enum tcn_status cut(struct bench *bench, uint32_t count, uint32_t *out_done) {
    return tcn_agent_cut(&bench->cutter, bench->outbox, &bench->row, bench->list, count, out_done);
}

/** The chunk that begins at a sequence. */
static struct tcn_outbox_chunk chunk_at(struct bench *bench, uint64_t sequence) {
    struct tcn_outbox_chunk chunk;
    assert_int_equal(tcn_outbox_chunk_find(bench->outbox, &bench->row.lane, sequence, &chunk),
                     TCN_OK);
    assert_int_equal(chunk.first_sequence, sequence);
    return chunk;
}

static struct tcn_chunk_head head_at(struct bench *bench, uint64_t sequence) {
    struct tcn_outbox_chunk chunk = chunk_at(bench, sequence);
    struct tcn_chunk_head head;
    assert_int_equal(tcn_agent_cut_head(&chunk, &bench->arena, &head), TCN_OK);
    return head;
}

static void an_event_that_no_chunk_can_hold_is_refused(void **state) {
    struct bench *bench = *state;
    make_piece(bench, 0, 1000);
    bench->pieces[0].event.size = TCN_CHUNK_BODY_BYTES_MAX + 1; /* never read so far */
    uint32_t done = 7;
    assert_int_equal(cut(bench, 1, &done), TCN_TOOBIG);
    assert_int_equal(done, 7);
    assert_int_equal(bench->row.next_sequence, 1);
}

static void a_full_outbox_keeps_what_was_in(void **state) {
    struct bench *bench = *state;
    for (uint32_t i = 0; i < 30; i++) {
        make_piece(bench, i, 100 * 1024);
    }
    uint32_t done = 99;
    assert_int_equal(cut(bench, 30, &done), TCN_FULL);
    assert_true(done >= 5 && done < 15);
    assert_int_equal(bench->row.next_sequence, done + 1);
    assert_int_equal(tcn_outbox_commit(bench->outbox), TCN_OK);
    struct tcn_outbox_lane row;
    assert_int_equal(tcn_outbox_lane_get(bench->outbox, TCN_LANE_URGENT, &row), TCN_OK);
    assert_int_equal(row.next_sequence, done + 1);
    assert_true(tcn_hash_equals(&row.last_hash, &bench->row.last_hash));
}

static void a_damaged_chunk_does_not_come_apart(void **state) {
    struct bench *bench = *state;
    struct tcn_agent_piece pieces[TCN_CHUNK_EVENTS_MAX];
    uint32_t count = 77;
    make_piece(bench, 0, 100);
    uint32_t done = 0;
    assert_int_equal(cut(bench, 1, &done), TCN_OK);
    struct tcn_outbox_chunk chunk = chunk_at(bench, 1);
    struct tcn_outbox_chunk bad = chunk;
    bad.chunk.body.size--;
    assert_int_equal(tcn_agent_cut_apart(&bad, &bench->arena, pieces, &count), TCN_CORRUPT);
    bad = chunk;
    bad.chunk.head.size--;
    assert_int_equal(tcn_agent_cut_apart(&bad, &bench->arena, pieces, &count), TCN_CORRUPT);
    bad = chunk;
    bad.chunk.shares.size--;
    assert_int_equal(tcn_agent_cut_apart(&bad, &bench->arena, pieces, &count), TCN_CORRUPT);
    assert_int_equal(count, 77);
}

static void chunks_close_at_their_limits(void **state) {
    struct bench *bench = *state;
    uint32_t done = 0;
    for (uint32_t i = 0; i < 130; i++) {
        make_piece(bench, i, 10);
    }
    bench->pieces[129].mode = TCN_MODE_EXERCISE;
    assert_int_equal(cut(bench, 130, &done), TCN_OK);
    assert_int_equal(done, 130);
    assert_int_equal(head_at(bench, 1).count, TCN_CHUNK_EVENTS_MAX);
    assert_int_equal(head_at(bench, 65).count, TCN_CHUNK_EVENTS_MAX);
    assert_int_equal(head_at(bench, 129).count, 1);
    assert_int_equal(head_at(bench, 130).mode, TCN_MODE_EXERCISE);
    make_piece(bench, 0, 11 * 1024);
    make_piece(bench, 1, 11 * 1024);
    make_piece(bench, 2, 11 * 1024);
    make_piece(bench, 3, 100 * 1024);
    assert_int_equal(cut(bench, 4, &done), TCN_OK);
    assert_int_equal(head_at(bench, 131).count, 2);
    assert_int_equal(head_at(bench, 133).count, 1);
    assert_int_equal(head_at(bench, 134).count, 1);
}

static void a_feeds_chunk_holds_events_of_one_instant(void **state) {
    /* When each was recorded, and where chunks begin, however the pieces were handed in. */
    static const int64_t recorded[] = {5, 5, 6, 6, 6, 9, 7, 7, 5, 5};
    static const uint64_t begins[] = {1, 3, 6, 7, 9, 11};
    static const uint32_t groups[][3] = {{10, 0, 0}, {2, 4, 4}, {5, 1, 4}};
    struct bench *bench = *state;
    const uint64_t before = bench->row.next_sequence;
    bench->cutter.is_by_instant = true;
    for (size_t g = 0; g < COUNT_OF(groups); g++) {
        const uint64_t base = bench->row.next_sequence - 1;
        for (uint32_t i = 0; i < COUNT_OF(recorded); i++) {
            make_piece(bench, i, 10);
            bench->pieces[i].recorded_ns = recorded[i];
        }
        const struct tcn_agent_piece *const *next = bench->list;
        for (size_t k = 0; k < COUNT_OF(groups[g]) && groups[g][k] > 0; k++) {
            uint32_t done = 0;
            assert_int_equal(tcn_agent_cut(&bench->cutter, bench->outbox, &bench->row, next,
                                           groups[g][k], &done),
                             TCN_OK);
            next += done;
        }
        for (size_t i = 0; i + 1 < COUNT_OF(begins); i++) {
            const struct tcn_outbox_chunk chunk = chunk_at(bench, base + begins[i]);
            assert_int_equal(chunk.recorded_ns, recorded[begins[i] - 1]);
            assert_int_equal(chunk.count, begins[i + 1] - begins[i]);
        }
    }
    assert_int_equal(bench->row.next_sequence - before, COUNT_OF(groups) * COUNT_OF(recorded));
}

static void a_feeds_void_has_the_time_of_what_it_replaces(void **state) {
    struct bench *bench = *state;
    const struct tcn_agent_hole hole = {
        .first_sequence = 1, .count = 1, .cause = TCN_DENIED, .now_ns = 77};
    struct tcn_agent_piece made;
    make_piece(bench, 0, 10);
    bench->pieces[0].recorded_ns = 5;
    assert_int_equal(
        tcn_agent_cut_void(&bench->cutter, &hole, bench->list[0], &bench->arena, &made), TCN_OK);
    assert_int_equal(made.recorded_ns, 77);
    bench->cutter.is_by_instant = true;
    assert_int_equal(
        tcn_agent_cut_void(&bench->cutter, &hole, bench->list[0], &bench->arena, &made), TCN_OK);
    struct tcn_slice open;
    struct tcn_slice sealed;
    struct tcn_event event;
    assert_int_equal(made.recorded_ns, 5);
    assert_int_equal(tcn_wire_event_split(made.event, &open, &sealed), TCN_OK);
    assert_int_equal(tcn_wire_open_part_decode(open, &bench->arena, &event), TCN_OK);
    assert_int_equal(event.recorded_ns, 5);
    assert_int_equal(tcn_agent_cut_void(&bench->cutter, &hole, NULL, &bench->arena, &made), TCN_OK);
    assert_int_equal(made.recorded_ns, 77);
}

static void chunks_are_a_signed_chain(void **state) {
    struct bench *bench = *state;
    struct tcn_hash previous = {{0}};
    uint32_t done = 0;
    for (uint32_t i = 0; i < 130; i++) {
        make_piece(bench, i, 10);
    }
    assert_int_equal(cut(bench, 130, &done), TCN_OK);
    for (uint64_t sequence = 1; sequence < 131;) {
        struct tcn_chunk_head head = head_at(bench, sequence);
        struct tcn_outbox_chunk chunk = chunk_at(bench, sequence);
        struct tcn_signature signature;
        assert_int_equal(head.first_sequence, sequence);
        assert_int_equal(head.lane.epoch, 3);
        assert_true(tcn_id_equals(&head.log_id, &bench->district->bundle.log_id));
        assert_true(tcn_hash_equals(&head.previous_hash, &previous));
        struct tcn_hash shares_hash = tcn_hash_of(chunk.chunk.shares);
        assert_true(tcn_hash_equals(&head.shares_hash, &shares_hash));
        memcpy(&signature, chunk.chunk.signature.data, sizeof(signature));
        assert_int_equal(tcn_verify(&bench->cutter.key->public_key, TCN_CONTEXT_CHUNK,
                                    chunk.chunk.head, &signature),
                         TCN_OK);
        previous = tcn_hash_in_context(TCN_CONTEXT_CHUNK, chunk.chunk.head);
        assert_true(tcn_hash_equals(&previous, &chunk.chunk_hash));
        sequence += head.count;
    }
    assert_true(tcn_hash_equals(&previous, &bench->row.last_hash));
}

static void a_chunk_comes_apart_into_what_it_was_made_of(void **state) {
    struct bench *bench = *state;
    struct tcn_agent_piece pieces[TCN_CHUNK_EVENTS_MAX];
    uint32_t count = 0;
    uint32_t done = 0;
    for (uint32_t i = 0; i < 20; i++) {
        make_piece(bench, i, 50);
    }
    assert_int_equal(cut(bench, 20, &done), TCN_OK);
    struct tcn_outbox_chunk chunk = chunk_at(bench, 1);
    assert_int_equal(tcn_agent_cut_apart(&chunk, &bench->arena, pieces, &count), TCN_OK);
    assert_int_equal(count, 20);
    for (uint32_t i = 0; i < count; i++) {
        assert_true(tcn_slice_equals(pieces[i].event, bench->pieces[i].event));
        assert_true(tcn_hash_equals(&pieces[i].hash, &bench->pieces[i].hash));
        assert_int_equal(pieces[i].has_share, i % 2 == 0);
        if (pieces[i].has_share) {
            assert_memory_equal(&pieces[i].share, &bench->pieces[i].share, TCN_SHARE_BYTES);
        }
        assert_int_equal(pieces[i].mode, TCN_MODE_ACTUAL);
    }
}

static void a_hole_is_one_signed_void_over_all_of_it(void **state) {
    struct bench *bench = *state;
    uint32_t done = 0;
    for (uint32_t i = 0; i < 5; i++) {
        make_piece(bench, i, 20 * 1024);
    }
    assert_int_equal(cut(bench, 5, &done), TCN_OK);
    struct tcn_hash first_hash = chunk_at(bench, 3).chunk_hash;
    struct tcn_hash second_hash = chunk_at(bench, 2).chunk_hash;
    assert_int_equal(tcn_outbox_ack(bench->outbox, &bench->row.lane, 3, &first_hash, 3), TCN_OK);
    size_t trimmed = 0;
    assert_int_equal(tcn_outbox_trim(bench->outbox, &bench->row.lane, 1, UINT64_MAX, &trimmed),
                     TCN_OK);
    assert_int_equal(trimmed, 2);
    struct tcn_agent_hole hole = {.first_sequence = 1,
                                  .count = 1,
                                  .cause = TCN_ABSENT,
                                  .next_previous = second_hash,
                                  .now_ns = 5};
    assert_int_equal(tcn_agent_cut_hole(&bench->cutter, bench->outbox, &bench->row.lane, &hole),
                     TCN_SEQUENCE);
    hole.count = 2;
    assert_int_equal(tcn_agent_cut_hole(&bench->cutter, bench->outbox, &bench->row.lane, &hole),
                     TCN_OK);
    struct tcn_chunk_head head = head_at(bench, 1);
    assert_int_equal(head.count, 1);
    assert_int_equal(head.void_count, 2);
    struct tcn_outbox_chunk chunk = chunk_at(bench, 1);
    struct tcn_agent_piece pieces[TCN_CHUNK_EVENTS_MAX];
    struct tcn_slice open;
    struct tcn_slice sealed;
    struct tcn_event event;
    uint32_t count = 0;
    const char *field = NULL;
    assert_int_equal(tcn_agent_cut_apart(&chunk, &bench->arena, pieces, &count), TCN_OK);
    assert_int_equal(tcn_wire_event_split(pieces[0].event, &open, &sealed), TCN_OK);
    assert_int_equal(tcn_wire_open_part_decode(open, &bench->arena, &event), TCN_OK);
    assert_int_equal(event.void_body.count, 2);
    assert_int_equal(event.void_body.code, TCN_ABSENT);
    assert_true(tcn_hash_equals(&event.void_body.next_previous, &second_hash));
    assert_int_equal(tcn_event_check(&event, &field), TCN_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_event_that_no_chunk_can_hold_is_refused),
        TEST(a_full_outbox_keeps_what_was_in),
        TEST(a_damaged_chunk_does_not_come_apart),
        TEST(chunks_close_at_their_limits),
        TEST(a_feeds_chunk_holds_events_of_one_instant),
        TEST(a_feeds_void_has_the_time_of_what_it_replaces),
        TEST(chunks_are_a_signed_chain),
        TEST(a_chunk_comes_apart_into_what_it_was_made_of),
        TEST(a_hole_is_one_signed_void_over_all_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
