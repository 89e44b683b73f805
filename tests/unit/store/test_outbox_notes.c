/* SPDX-License-Identifier: Apache-2.0 */
/* Retry keys, dead letters, facts, bundle, slips and answers of an outbox. */
#include "outbox_test.h"

static const struct tcn_lane_key routine = {.source = 5, .epoch = 1, .lane = TCN_LANE_ROUTINE};

/** Begins a group. */
static void begin(struct tcn_outbox *outbox) {
    assert_int_equal(tcn_outbox_begin(outbox), TCN_OK);
}

/** Commits, closes and opens again. */
static struct tcn_outbox *reopen(struct tcn_outbox *outbox, const struct test_dir *dir) {
    assert_int_equal(tcn_outbox_commit(outbox), TCN_OK);
    tcn_outbox_close(&outbox);
    return test_outbox_open(dir, 0);
}

static void the_same_key_with_other_content_is_a_conflict(void **state) {
    struct tcn_outbox *outbox = test_outbox_open(*state, 0);
    static const uint8_t same[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    static const uint8_t other[8] = {1, 2, 3, 4, 5, 6, 7, 9};
    static const uint8_t name[TCN_RETRY_KEY_BYTES_MAX + 1] = {0};
    struct tcn_slice longest = tcn_slice_of(name, TCN_RETRY_KEY_BYTES_MAX);
    struct tcn_outbox_key in = {.lane = routine, .sequence = 41};
    struct tcn_outbox_key out = {0};
    memcpy(in.content, same, sizeof(same));
    begin(outbox);
    assert_int_equal(tcn_outbox_key_put(outbox, tcn_slice_of(name, 0), &in), TCN_TOOBIG);
    assert_int_equal(tcn_outbox_key_put(outbox, tcn_slice_of(name, sizeof(name)), &in), TCN_TOOBIG);
    assert_int_equal(tcn_outbox_key_check(outbox, tcn_slice_of(name, sizeof(name)), same, &out),
                     TCN_TOOBIG);
    assert_int_equal(tcn_outbox_key_check(outbox, longest, same, &out), TCN_ABSENT);
    assert_int_equal(tcn_outbox_key_put(outbox, longest, &in), TCN_OK);
    outbox = reopen(outbox, *state);
    assert_int_equal(tcn_outbox_key_check(outbox, longest, other, &out), TCN_CONFLICT);
    assert_int_equal(out.sequence, 41);
    out.sequence = 0;
    assert_int_equal(tcn_outbox_key_check(outbox, longest, same, &out), TCN_OK);
    assert_int_equal(out.sequence, 41);
    assert_true(tcn_lane_key_equals(&out.lane, &routine));
    tcn_outbox_close(&outbox);
}

static void a_key_that_moves_leaves_nothing_at_its_old_place(void **state) {
    struct tcn_outbox *outbox = test_outbox_open(*state, 0);
    static const uint8_t content[8] = {9};
    struct tcn_lane_key fresh = test_outbox_key(TCN_LANE_ROUTINE, 2);
    struct tcn_outbox_key in = {.lane = routine, .sequence = 7, .content = {9}};
    struct tcn_outbox_key out;
    struct tcn_slice key;
    begin(outbox);
    assert_int_equal(tcn_outbox_key_put(outbox, tcn_slice_text("a"), &in), TCN_OK);
    assert_int_equal(tcn_outbox_key_of(outbox, &routine, 7, &key), TCN_OK);
    assert_true(tcn_slice_is_text(key, "a"));
    in.lane = fresh;
    in.sequence = 1;
    assert_int_equal(tcn_outbox_key_put(outbox, tcn_slice_text("a"), &in), TCN_OK);
    outbox = reopen(outbox, *state);
    assert_int_equal(tcn_outbox_key_of(outbox, &routine, 7, &key), TCN_ABSENT);
    assert_int_equal(tcn_outbox_key_of(outbox, &fresh, 1, &key), TCN_OK);
    assert_true(tcn_slice_is_text(key, "a"));
    assert_int_equal(tcn_outbox_key_check(outbox, tcn_slice_text("a"), content, &out), TCN_OK);
    assert_int_equal(out.lane.epoch, 2);
    /* Another key for the same event takes the first one's place. */
    begin(outbox);
    assert_int_equal(tcn_outbox_key_put(outbox, tcn_slice_text("b"), &in), TCN_OK);
    outbox = reopen(outbox, *state);
    assert_int_equal(tcn_outbox_key_check(outbox, tcn_slice_text("a"), content, &out), TCN_ABSENT);
    assert_int_equal(tcn_outbox_key_check(outbox, tcn_slice_text("b"), content, &out), TCN_OK);
    tcn_outbox_close(&outbox);
}

static void dead_letters_keep_their_numbers(void **state) {
    struct tcn_outbox *outbox = test_outbox_open(*state, 0);
    struct tcn_outbox_stat stat;
    struct tcn_outbox_dead out;
    uint64_t number = 0;
    struct tcn_outbox_dead in = {.lane = routine,
                                 .sequence = UINT64_MAX,
                                 .code = TCN_BAD_VALUE,
                                 .refused_ns = INT64_MIN,
                                 .field = tcn_slice_text("severity"),
                                 .event = tcn_slice_text("the event")};
    assert_int_equal(tcn_outbox_dead_next(outbox, 0, &out), TCN_ABSENT);
    begin(outbox);
    assert_int_equal(tcn_outbox_dead_del(outbox, 1), TCN_ABSENT);
    struct tcn_outbox_dead huge = in;
    huge.event.size = TCN_OUTBOX_VALUE_BYTES_MAX + 1;
    assert_int_equal(tcn_outbox_dead_put(outbox, &huge, &number), TCN_TOOBIG);
    huge.event.size = 0;
    huge.field.size = 65536;
    assert_int_equal(tcn_outbox_dead_put(outbox, &huge, &number), TCN_TOOBIG);
    for (uint64_t i = 1; i <= 3; i++) {
        assert_int_equal(tcn_outbox_dead_put(outbox, &in, &number), TCN_OK);
        assert_int_equal(number, i);
    }
    outbox = reopen(outbox, *state);
    assert_int_equal(tcn_outbox_dead_next(outbox, 0, &out), TCN_OK);
    assert_int_equal(out.number, 1);
    assert_true(tcn_lane_key_equals(&out.lane, &routine));
    assert_int_equal(out.sequence, UINT64_MAX);
    assert_int_equal(out.code, TCN_BAD_VALUE);
    assert_true(out.refused_ns == INT64_MIN);
    assert_true(tcn_slice_is_text(out.field, "severity"));
    assert_true(tcn_slice_is_text(out.event, "the event"));
    begin(outbox);
    assert_int_equal(tcn_outbox_dead_del(outbox, 2), TCN_OK);
    assert_int_equal(tcn_outbox_dead_del(outbox, 3), TCN_OK);
    outbox = reopen(outbox, *state);
    assert_int_equal(tcn_outbox_dead_next(outbox, 2, &out), TCN_ABSENT);
    assert_int_equal(tcn_outbox_stat(outbox, &stat), TCN_OK);
    assert_int_equal(stat.dead_count, 1);
    begin(outbox);
    in.field = tcn_slice_of(NULL, 0);
    assert_int_equal(tcn_outbox_dead_put(outbox, &in, &number), TCN_OK);
    assert_int_equal(number, 4);
    outbox = reopen(outbox, *state);
    assert_int_equal(tcn_outbox_dead_next(outbox, 2, &out), TCN_OK);
    assert_int_equal(out.number, 4);
    assert_int_equal(out.field.size, 0);
    tcn_outbox_close(&outbox);
}

static void facts_and_bundle_move_apart(void **state) {
    struct tcn_outbox *outbox = test_outbox_open(*state, 0);
    struct tcn_outbox_facts facts;
    struct tcn_slice bundle;
    assert_int_equal(tcn_outbox_facts_get(outbox, &facts), TCN_OK);
    assert_int_equal(facts.bundle_version + facts.seen_position + facts.generation, 0);
    assert_int_equal(tcn_outbox_bundle_get(outbox, &bundle), TCN_ABSENT);
    begin(outbox);
    uint8_t *bytes = calloc(1, TCN_POLICY_BYTES_MAX);
    assert_non_null(bytes);
    test_fill(bytes, TCN_POLICY_BYTES_MAX, 5);
    bundle = tcn_slice_of(bytes, TCN_POLICY_BYTES_MAX);
    assert_int_equal(tcn_outbox_bundle_put(outbox, 3, tcn_slice_of(bytes, SIZE_MAX)), TCN_TOOBIG);
    assert_int_equal(tcn_outbox_bundle_put(outbox, 3, tcn_slice_text("old")), TCN_OK);
    assert_int_equal(tcn_outbox_bundle_put(outbox, 4, bundle), TCN_OK);
    facts = (struct tcn_outbox_facts){
        .generation = 2, .seen_position = UINT64_MAX, .bundle_version = 99};
    test_fill(facts.log_id.bytes, sizeof(facts.log_id.bytes), 1);
    struct tcn_id log_id = facts.log_id;
    assert_int_equal(tcn_outbox_facts_put(outbox, &facts), TCN_OK);
    outbox = reopen(outbox, *state);
    assert_int_equal(tcn_outbox_facts_get(outbox, &facts), TCN_OK);
    assert_int_equal(facts.bundle_version, 4);
    assert_int_equal(facts.generation, 2);
    assert_int_equal(facts.seen_position, UINT64_MAX);
    assert_true(tcn_id_equals(&facts.log_id, &log_id));
    struct tcn_slice found;
    assert_int_equal(tcn_outbox_bundle_get(outbox, &found), TCN_OK);
    assert_true(tcn_slice_equals(found, bundle));
    free(bytes);
    tcn_outbox_close(&outbox);
}

static void the_place_in_the_stream_is_kept(void **state) {
    struct tcn_outbox *outbox = test_outbox_open(*state, 0);
    struct tcn_outbox_place place;
    assert_int_equal(tcn_outbox_place_get(outbox, &place), TCN_ABSENT);
    begin(outbox);
    place = (struct tcn_outbox_place){.generation = 1, .number = 2, .heard_ns = 3};
    assert_int_equal(tcn_outbox_place_put(outbox, &place), TCN_OK);
    tcn_outbox_abort(outbox);
    assert_int_equal(tcn_outbox_place_get(outbox, &place), TCN_ABSENT);
    begin(outbox);
    assert_int_equal(tcn_outbox_place_put(outbox, &place), TCN_OK);
    place = (struct tcn_outbox_place){.generation = 4, .number = UINT64_MAX, .heard_ns = -6};
    assert_int_equal(tcn_outbox_place_put(outbox, &place), TCN_OK);
    outbox = reopen(outbox, *state);
    memset(&place, 0, sizeof(place));
    assert_int_equal(tcn_outbox_place_get(outbox, &place), TCN_OK);
    assert_int_equal(place.generation, 4);
    assert_int_equal(place.number, UINT64_MAX);
    assert_int_equal(place.heard_ns, -6);
    tcn_outbox_close(&outbox);
}

static void the_end_of_old_keys_is_kept(void **state) {
    struct tcn_outbox *outbox = test_outbox_open(*state, 0);
    int64_t until_ns = 9;
    assert_int_equal(tcn_outbox_old_keys_get(outbox, &until_ns), TCN_ABSENT);
    assert_true(until_ns == 9);
    begin(outbox);
    assert_int_equal(tcn_outbox_old_keys_put(outbox, 7), TCN_OK);
    tcn_outbox_abort(outbox);
    assert_int_equal(tcn_outbox_old_keys_get(outbox, &until_ns), TCN_ABSENT);
    begin(outbox);
    assert_int_equal(tcn_outbox_old_keys_put(outbox, 7), TCN_OK);
    assert_int_equal(tcn_outbox_old_keys_put(outbox, INT64_MAX), TCN_OK);
    outbox = reopen(outbox, *state);
    assert_int_equal(tcn_outbox_old_keys_get(outbox, &until_ns), TCN_OK);
    assert_true(until_ns == INT64_MAX);
    tcn_outbox_close(&outbox);
}

static void a_slip_stands_for_one_matter_for_ever(void **state) {
    struct tcn_outbox *outbox = test_outbox_open(*state, 0);
    static const uint8_t code[TCN_WORD_BYTES_MAX + 1] = {'x'};
    const struct tcn_outbox_slip matter = {.matter = {{1, 2, 3}}, .learned_ns = -5};
    const struct tcn_outbox_slip other = {.matter = {{1, 2, 4}}, .learned_ns = -5};
    const struct tcn_outbox_slip old = {.matter = {{1, 2, 5}}};
    struct tcn_outbox_slip out;
    begin(outbox);
    assert_int_equal(tcn_outbox_slip_put(outbox, tcn_slice_of(code, 0), &matter), TCN_TOOBIG);
    assert_int_equal(tcn_outbox_slip_put(outbox, tcn_slice_of(code, 64), &matter), TCN_TOOBIG);
    assert_int_equal(tcn_outbox_slip_get(outbox, tcn_slice_of(code, 64), &out), TCN_TOOBIG);
    assert_int_equal(tcn_outbox_slip_put(outbox, tcn_slice_of(code, 63), &matter), TCN_OK);
    assert_int_equal(tcn_outbox_slip_put(outbox, tcn_slice_of(code, 63), &matter), TCN_OK);
    assert_int_equal(tcn_outbox_slip_put(outbox, tcn_slice_of(code, 63), &other), TCN_EXISTS);
    assert_int_equal(tcn_outbox_slip_put(outbox, tcn_slice_of(code, 61), &old), TCN_OK);
    outbox = reopen(outbox, *state);
    assert_int_equal(tcn_outbox_slip_get(outbox, tcn_slice_of(code, 62), &out), TCN_ABSENT);
    assert_int_equal(tcn_outbox_slip_get(outbox, tcn_slice_of(code, 63), &out), TCN_OK);
    assert_true(tcn_id_equals(&out.matter, &matter.matter));
    assert_true(out.learned_ns == -5);
    assert_int_equal(tcn_outbox_slip_get(outbox, tcn_slice_of(code, 61), &out), TCN_OK);
    assert_true(tcn_id_equals(&out.matter, &old.matter));
    assert_true(out.learned_ns == 0);
    tcn_outbox_close(&outbox);
}

static void an_answer_is_replaced_by_the_next(void **state) {
    struct tcn_outbox *outbox = test_outbox_open(*state, 0);
    struct tcn_id matter = {{9}};
    struct tcn_slice out;
    begin(outbox);
    assert_int_equal(tcn_outbox_answer_get(outbox, &matter, &out), TCN_ABSENT);
    assert_int_equal(tcn_outbox_answer_put(outbox, &matter, tcn_slice_text("open")), TCN_OK);
    assert_int_equal(tcn_outbox_answer_put(outbox, &matter, tcn_slice_text("closed")), TCN_OK);
    assert_int_equal(tcn_outbox_answer_put(outbox, &matter, tcn_slice_of("", SIZE_MAX)),
                     TCN_TOOBIG);
    outbox = reopen(outbox, *state);
    assert_int_equal(tcn_outbox_answer_get(outbox, &matter, &out), TCN_OK);
    assert_true(tcn_slice_is_text(out, "closed"));
    tcn_outbox_close(&outbox);
}

/** A text that stands in the file once, and what reading it answers once a byte of it is flipped.
 */
struct damage_case {
    const char *text;
    enum tcn_status (*read)(struct tcn_outbox *outbox);
};

/** Reads the answer. */
static enum tcn_status read_answer(struct tcn_outbox *outbox) {
    struct tcn_id matter = {{9}};
    struct tcn_slice out;
    return tcn_outbox_answer_get(outbox, &matter, &out);
}

/** Reads the dead letter. */
static enum tcn_status read_dead(struct tcn_outbox *outbox) {
    struct tcn_outbox_dead out;
    return tcn_outbox_dead_next(outbox, 0, &out);
}

/** Reads the receipt. */
static enum tcn_status read_receipt(struct tcn_outbox *outbox) {
    struct tcn_slice out;
    return tcn_outbox_receipt_get(outbox, &routine, 1, &out);
}

/** Reads the bundle. */
static enum tcn_status read_bundle(struct tcn_outbox *outbox) {
    struct tcn_slice out;
    return tcn_outbox_bundle_get(outbox, &out);
}

/** Reads the chunk. */
static enum tcn_status read_chunk(struct tcn_outbox *outbox) {
    struct tcn_outbox_chunk out;
    return tcn_outbox_chunk_find(outbox, &routine, 1, &out);
}

static void a_flipped_byte_in_any_row_is_damage(void **state) {
    struct test_dir *dir = *state;
    struct tcn_outbox *outbox = test_outbox_open(dir, 0);
    static const struct damage_case cases[] = {
        {"an answer text", read_answer},   {"a dead event text", read_dead},
        {"a receipt text", read_receipt},  {"a bundle text", read_bundle},
        {"a chunk body text", read_chunk},
    };
    struct tcn_id matter = {{9}};
    uint64_t number = 0;
    struct tcn_outbox_dead dead = {.lane = routine, .event = tcn_slice_text("a dead event text")};
    struct tcn_outbox_chunk chunk = {
        .lane = routine, .first_sequence = 1, .count = 1, .sequence_count = 1};
    chunk.chunk.body = tcn_slice_text("a chunk body text");
    begin(outbox);
    assert_int_equal(tcn_outbox_chunk_append(outbox, &chunk), TCN_OK);
    assert_int_equal(tcn_outbox_receipt_put(outbox, &routine, 1, tcn_slice_text("a receipt text")),
                     TCN_OK);
    assert_int_equal(tcn_outbox_answer_put(outbox, &matter, tcn_slice_text("an answer text")),
                     TCN_OK);
    assert_int_equal(tcn_outbox_dead_put(outbox, &dead, &number), TCN_OK);
    assert_int_equal(tcn_outbox_bundle_put(outbox, 1, tcn_slice_text("a bundle text")), TCN_OK);
    assert_int_equal(tcn_outbox_commit(outbox), TCN_OK);
    tcn_outbox_close(&outbox);
    char path[2 * TEST_PATH_BYTES];
    test_path(dir, "data.mdb", path);
    struct test_file file = test_file_read(path);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t offset = test_file_find(&file, cases[i].text, strlen(cases[i].text));
        outbox = test_outbox_open(dir, 0);
        assert_int_equal(cases[i].read(outbox), TCN_OK);
        tcn_outbox_close(&outbox);
        test_file_flip(path, offset + 3);
        outbox = test_outbox_open(dir, 0);
        assert_int_equal(cases[i].read(outbox), TCN_CORRUPT);
        tcn_outbox_close(&outbox);
        test_file_flip(path, offset + 3);
    }
    free(file.data);
}

#define DIR_TEST(name) cmocka_unit_test_setup_teardown(name, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIR_TEST(the_same_key_with_other_content_is_a_conflict),
        DIR_TEST(a_key_that_moves_leaves_nothing_at_its_old_place),
        DIR_TEST(dead_letters_keep_their_numbers),
        DIR_TEST(facts_and_bundle_move_apart),
        DIR_TEST(the_place_in_the_stream_is_kept),
        DIR_TEST(the_end_of_old_keys_is_kept),
        DIR_TEST(a_slip_stands_for_one_matter_for_ever),
        DIR_TEST(an_answer_is_replaced_by_the_next),
        DIR_TEST(a_flipped_byte_in_any_row_is_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
