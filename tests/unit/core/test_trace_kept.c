/* SPDX-License-Identifier: Apache-2.0 */
/* A trace keeps what was asked for, and counts what it has no room for. */
#include "core/trace.h"

#include "fold_moves.h"

static void a_trace_waits_for_its_event_or_its_alert(void **state) {
    (void)state;
    struct tcn_trace traces[] = {
        {.wanted_position = 2},
        {.wanted_lane = {.source = SAFETY, .epoch = 7, .lane = TCN_LANE_ROUTINE},
         .wanted_sequence = 2},
        {.wanted_stream = {.mode = TCN_MODE_ACTUAL, .organ = OFFICE_A}, .wanted_number = 1},
        {.wanted_position = 9},
        {.wanted_stream = {.mode = TCN_MODE_EXERCISE, .organ = OFFICE_A}, .wanted_number = 1},
    };
    for (size_t i = 0; i < COUNT_OF(traces); i++) {
        struct fixture fixture;
        start(&fixture);
        fixture.fold.trace = &traces[i];
        report(&fixture, OFFICE_A, 1, "hazard");
        act(&fixture, SAFETY, TCN_ACT_ACCEPTED, 1);
        report(&fixture, OFFICE_A, 2, "pipe");
        assert_int_equal(traces[i].is_found, i < 3);
        assert_int_equal(traces[i].event.position, i < 3 ? 2 : 3);
        stop(&fixture);
    }
}

static void what_has_no_room_is_counted(void **state) {
    (void)state;
    static struct tcn_trace trace;
    char word[2 * TCN_WORD_BYTES_MAX];
    memset(word, 'x', sizeof(word));
    for (uint32_t i = 0; i < TCN_TRACE_NOTES_MAX + 3; i++) {
        tcn_note(&trace, (struct tcn_note){.why = TCN_WHY_DOMAIN_UNKNOWN,
                                           .word = tcn_slice_of(word, sizeof(word))});
    }
    tcn_note(NULL, (struct tcn_note){.why = TCN_WHY_OWNER});
    assert_int_equal(trace.count, TCN_TRACE_NOTES_MAX);
    assert_int_equal(trace.lost_count, 3);
    assert_int_equal(trace.notes[0].word.size, TCN_WORD_BYTES_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_no_room_is_counted),
        cmocka_unit_test(a_trace_waits_for_its_event_or_its_alert),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
