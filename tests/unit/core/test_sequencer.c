/* SPDX-License-Identifier: Apache-2.0 */
#include "core/sequencer.h"

#include "trace.h"

static const struct tcn_id log_id = {{1}};
static const struct tcn_lane_key lane = {.source = 3, .epoch = 7, .lane = TCN_LANE_URGENT};

static struct tcn_hash hash_of(uint8_t number) {
    return (struct tcn_hash){{number}};
}

static struct tcn_mark mark_at(uint64_t sequence, uint64_t successor) {
    return (struct tcn_mark){.lane = lane,
                             .sequence = sequence,
                             .hash = hash_of((uint8_t)sequence),
                             .position = 100,
                             .successor = successor};
}

static struct tcn_chunk_head head_at(uint64_t first, uint32_t count) {
    return (struct tcn_chunk_head){.format = TCN_CHUNK_FORMAT,
                                   .log_id = log_id,
                                   .lane = lane,
                                   .first_sequence = first,
                                   .count = count,
                                   .previous_hash = hash_of((uint8_t)(first - 1))};
}

static void every_chunk_gets_its_verdict(void **state) {
    (void)state;
    static const struct {
        const char *why;
        uint64_t first;
        uint32_t count;
        uint64_t void_count;
        uint8_t previous; /* 0: the right one */
        uint8_t held;     /* 0: nothing is held there; the chunk's own hash is 99 */
        uint64_t successor;
        uint8_t log;
        bool has_no_mark;
        enum tcn_verdict_kind kind;
        enum tcn_status code;
        uint64_t expected;
    } cases[] = {
        {"another log", 6, 1, 0, 0, 0, 0, 9, false, TCN_VERDICT_FOREIGN, TCN_FOREIGN_LOG, 6},
        {"no event", 6, 0, 0, 0, 0, 0, 1, false, TCN_VERDICT_BAD, TCN_BAD_VALUE, 6},
        {"too many events", 6, 65, 0, 0, 0, 0, 1, false, TCN_VERDICT_BAD, TCN_BAD_VALUE, 6},
        {"sequence 0", 0, 1, 0, 0, 0, 0, 1, false, TCN_VERDICT_BAD, TCN_BAD_VALUE, 6},
        {"range of two events", 6, 2, 5, 0, 0, 0, 1, false, TCN_VERDICT_BAD, TCN_BAD_VALUE, 6},
        {"range over the end", 6, 1, UINT64_MAX - 5, 0, 0, 0, 1, false, TCN_VERDICT_BAD,
         TCN_BAD_VALUE, 6},
        {"range to the end", 6, 1, UINT64_MAX - 6, 0, 0, 0, 1, false, TCN_VERDICT_APPEND, TCN_OK,
         6},
        {"no HELLO", 6, 1, 0, 0, 0, 0, 1, true, TCN_VERDICT_UNKNOWN_EPOCH, TCN_STALE, 0},
        {"a hole", 7, 1, 0, 0, 0, 0, 1, false, TCN_VERDICT_AHEAD, TCN_SEQUENCE, 6},
        {"not chained", 6, 1, 0, 77, 0, 0, 1, false, TCN_VERDICT_CONFLICT, TCN_CONFLICT, 6},
        {"below, nothing begins there", 3, 1, 0, 0, 0, 0, 1, false, TCN_VERDICT_CONFLICT,
         TCN_CONFLICT, 6},
        {"below, another", 3, 1, 0, 0, 98, 0, 1, false, TCN_VERDICT_CONFLICT, TCN_CONFLICT, 6},
        {"below, the same", 3, 1, 0, 0, 99, 0, 1, false, TCN_VERDICT_DUPLICATE, TCN_OK, 6},
        {"at the mark, the same", 5, 1, 0, 0, 99, 0, 1, false, TCN_VERDICT_DUPLICATE, TCN_OK, 6},
        {"fenced, above", 6, 1, 0, 0, 0, 8, 1, false, TCN_VERDICT_FENCED, TCN_FENCED, 6},
        {"fenced, the same below", 3, 1, 0, 0, 99, 8, 1, false, TCN_VERDICT_DUPLICATE, TCN_OK, 6},
        {"the next", 6, 64, 0, 0, 0, 0, 1, false, TCN_VERDICT_APPEND, TCN_OK, 6},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct tcn_mark mark = mark_at(5, cases[i].successor);
        struct tcn_chunk_head head = head_at(cases[i].first, cases[i].count);
        struct tcn_hash chunk_hash = hash_of(99);
        struct tcn_hash held = hash_of(cases[i].held);
        head.void_count = cases[i].void_count;
        head.log_id.bytes[0] = cases[i].log;
        if (cases[i].previous != 0) {
            head.previous_hash = hash_of(cases[i].previous);
        }
        const struct tcn_sequencer_chunk in = {.log_id = &log_id,
                                               .mark = cases[i].has_no_mark ? NULL : &mark,
                                               .head = &head,
                                               .chunk_hash = &chunk_hash,
                                               .held_hash = cases[i].held != 0 ? &held : NULL,
                                               .next_position = 500};
        struct tcn_verdict verdict;
        tcn_sequencer_chunk(&in, &verdict);
        if (verdict.kind != cases[i].kind || verdict.code != cases[i].code ||
            verdict.expected_sequence != cases[i].expected) {
            fail_msg("%s: %s", cases[i].why, tcn_verdict_name(verdict.kind));
        }
    }
}

static void an_appended_chunk_moves_the_mark(void **state) {
    (void)state;
    struct tcn_mark mark = mark_at(5, 0);
    struct tcn_chunk_head head = head_at(6, 10);
    struct tcn_hash chunk_hash = hash_of(99);
    const struct tcn_sequencer_chunk in = {.log_id = &log_id,
                                           .mark = &mark,
                                           .head = &head,
                                           .chunk_hash = &chunk_hash,
                                           .next_position = 500};
    struct tcn_verdict verdict;
    tcn_sequencer_chunk(&in, &verdict);
    assert_int_equal(verdict.position_count, 10);
    assert_int_equal(verdict.mark.sequence, 15);
    assert_int_equal(verdict.mark.position, 509);
    assert_true(tcn_hash_equals(&verdict.mark.hash, &chunk_hash));
    assert_false(tcn_sequencer_needs_held(&mark, 6));
    assert_true(tcn_sequencer_needs_held(&mark, 5));
    assert_false(tcn_sequencer_needs_held(NULL, 5));
}

static void a_void_range_ends_with_the_hash_that_the_next_chunk_names(void **state) {
    (void)state;
    struct tcn_mark mark = mark_at(5, 0);
    struct tcn_chunk_head head = head_at(6, 1);
    struct tcn_hash chunk_hash = hash_of(99);
    struct tcn_hash lost_hash = hash_of(44);
    struct tcn_hash none = hash_of(0);
    head.void_count = 30;
    struct tcn_sequencer_chunk in = {.log_id = &log_id,
                                     .mark = &mark,
                                     .head = &head,
                                     .chunk_hash = &chunk_hash,
                                     .next_previous = &lost_hash,
                                     .next_position = 500};
    struct tcn_verdict verdict;
    tcn_sequencer_chunk(&in, &verdict);
    assert_int_equal(verdict.position_count, 1);
    assert_int_equal(verdict.mark.sequence, 35);
    assert_int_equal(verdict.mark.position, 500);
    assert_true(tcn_hash_equals(&verdict.mark.hash, &lost_hash));
    in.next_previous = &none;
    tcn_sequencer_chunk(&in, &verdict);
    assert_true(tcn_hash_equals(&verdict.mark.hash, &chunk_hash));
}

static struct tcn_hello hello_of(uint64_t epoch, uint64_t predecessor, uint64_t last) {
    return (struct tcn_hello){.format = TCN_HELLO_FORMAT,
                              .log_id = log_id,
                              .lane = {.source = 3, .epoch = epoch, .lane = TCN_LANE_URGENT},
                              .predecessor = predecessor,
                              .last_sequence = last,
                              .last_hash = hash_of((uint8_t)last)};
}

static void every_hello_gets_its_verdict(void **state) {
    (void)state;
    /* The log knows epoch 7 at sequence 5; `own_successor` fences it, `live` is the source's open
     * epoch. */
    static const struct {
        const char *why;
        uint64_t epoch, predecessor, last, own_successor, live;
        uint8_t log;
        bool is_own, is_allowed;
        enum tcn_greeting_kind kind;
        uint64_t fences;
        bool is_rolled_back;
    } cases[] = {
        {"another log", 7, 0, 5, 0, 7, 9, true, false, TCN_GREETING_FOREIGN, 0, false},
        {"epoch 0", 0, 0, 5, 0, 7, 1, false, false, TCN_GREETING_BAD, 0, false},
        {"follows itself", 8, 8, 5, 0, 7, 1, false, false, TCN_GREETING_BAD, 0, false},
        {"names a fenced one", 9, 6, 0, 0, 7, 1, false, false, TCN_GREETING_NEEDS_DESK, 0, false},
        {"names none, one is live", 9, 0, 0, 0, 7, 1, false, false, TCN_GREETING_NEEDS_DESK, 0,
         false},
        {"names none, the desk allows", 9, 0, 0, 0, 7, 1, false, true, TCN_GREETING_REGISTER, 7,
         false},
        {"names the live one", 9, 7, 0, 0, 7, 1, false, false, TCN_GREETING_REGISTER, 7, false},
        {"the first of a source", 7, 0, 0, 0, 0, 1, false, false, TCN_GREETING_REGISTER, 0, false},
        {"names one that the log lost", 9, 8, 0, 0, 0, 1, false, false, TCN_GREETING_REGISTER, 0,
         false},
        {"known", 7, 0, 5, 0, 7, 1, true, false, TCN_GREETING_KNOWN, 0, false},
        {"known, ahead of the log", 7, 0, 9, 0, 7, 1, true, false, TCN_GREETING_KNOWN, 0, false},
        {"known, rolled back", 7, 0, 4, 0, 7, 1, true, false, TCN_GREETING_KNOWN, 0, true},
        {"known, fenced", 7, 0, 5, 8, 8, 1, true, false, TCN_GREETING_FENCED, 0, false},
        {"known, fenced, allowed", 7, 0, 5, 8, 8, 1, true, true, TCN_GREETING_FENCED, 0, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct tcn_mark own = mark_at(5, cases[i].own_successor);
        struct tcn_mark live = mark_at(5, 0);
        struct tcn_hello hello = hello_of(cases[i].epoch, cases[i].predecessor, cases[i].last);
        live.lane.epoch = cases[i].live;
        hello.log_id.bytes[0] = cases[i].log;
        const struct tcn_sequencer_hello in = {.log_id = &log_id,
                                               .hello = &hello,
                                               .own = cases[i].is_own ? &own : NULL,
                                               .live = cases[i].live != 0 ? &live : NULL,
                                               .position = 600,
                                               .is_allowed = cases[i].is_allowed};
        struct tcn_greeting greeting;
        tcn_sequencer_hello(&in, &greeting);
        if (greeting.kind != cases[i].kind || greeting.fences != cases[i].fences ||
            greeting.is_rolled_back != cases[i].is_rolled_back) {
            fail_msg("%s: %s fences %u", cases[i].why, tcn_greeting_name(greeting.kind),
                     (unsigned)greeting.fences);
        }
        bool has_mark = greeting.kind == TCN_GREETING_KNOWN || greeting.kind == TCN_GREETING_FENCED;
        assert_int_equal(greeting.mark.sequence, has_mark ? 5 : 0);
        assert_true(tcn_lane_key_equals(&greeting.mark.lane, &hello.lane));
    }
}

static void another_hash_at_the_mark_is_a_rolled_back_outbox(void **state) {
    (void)state;
    struct tcn_mark own = mark_at(5, 0);
    struct tcn_hello hello = hello_of(7, 0, 5);
    hello.last_hash = hash_of(66);
    const struct tcn_sequencer_hello in = {
        .log_id = &log_id, .hello = &hello, .own = &own, .live = &own, .position = 600};
    struct tcn_greeting greeting;
    tcn_sequencer_hello(&in, &greeting);
    assert_true(greeting.is_rolled_back);
    hello.acked_sequence = 6; /* holds receipts for what it never cut */
    tcn_sequencer_hello(&in, &greeting);
    assert_int_equal(greeting.kind, TCN_GREETING_BAD);
}

static void marks_open_empty_and_are_fenced_once(void **state) {
    (void)state;
    struct tcn_mark mark;
    tcn_mark_open(&lane, 4, 600, &mark);
    assert_int_equal(mark.sequence, 0);
    assert_int_equal(mark.predecessor, 4);
    assert_true(tcn_hash_is_none(&mark.hash));
    tcn_mark_fence(&mark, 8);
    tcn_mark_fence(&mark, 9);
    assert_int_equal(mark.successor, 8);
}

static void every_verdict_has_a_name(void **state) {
    (void)state;
    assert_string_equal(tcn_verdict_name(TCN_VERDICT_APPEND), "append");
    assert_string_equal(tcn_verdict_name(TCN_VERDICT_BAD), "bad");
    assert_string_equal(tcn_verdict_name((enum tcn_verdict_kind)99), "none");
    assert_string_equal(tcn_greeting_name(TCN_GREETING_NEEDS_DESK), "needs_desk");
    assert_string_equal(tcn_greeting_name((enum tcn_greeting_kind)99), "none");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_chunk_gets_its_verdict),
        cmocka_unit_test(an_appended_chunk_moves_the_mark),
        cmocka_unit_test(a_void_range_ends_with_the_hash_that_the_next_chunk_names),
        cmocka_unit_test(every_hello_gets_its_verdict),
        cmocka_unit_test(another_hash_at_the_mark_is_a_rolled_back_outbox),
        cmocka_unit_test(marks_open_empty_and_are_fenced_once),
        cmocka_unit_test(every_verdict_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
