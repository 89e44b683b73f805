/* SPDX-License-Identifier: Apache-2.0 */
/* Why an event of a real log went as it did: it is found by position, lane or alert, the reasons
 * are those of that event alone, and whom it names as told has that alert. */
/* ctest-uses: collector core store wire link seal */
#include "snapshot_test.h"

#include "core/acts.h"
#include "query/explain.h"

#define CHUNK_COUNT 3
#define CHUNK_EVENTS 4
#define LAST_POSITION 14 /* genesis, HELLO, and the reports */

/** A folder for the state that a question folds into. */
static void scratch_path(const struct bench *bench, char out_path[PATH_BYTES]) {
    (void)snprintf(out_path, PATH_BYTES, "%s/explain", bench->place->base);
}

/** Asks the log. */
static enum tcn_status explain(struct bench *bench, struct tcn_trace *trace) {
    char path[PATH_BYTES];
    const struct tcn_store_options options = {.dir = path, .map_bytes = PLACE_MAP_BYTES};
    struct tcn_log_reader *reader = NULL;
    struct tcn_state *state = NULL;
    scratch_path(bench, path);
    assert_int_equal(tcn_log_reader_open(bench->house.log, &reader), TCN_OK);
    assert_int_equal(tcn_state_open(&options, &state), TCN_OK);
    const enum tcn_status status = tcn_explain_run(reader, &bench->house.charter, state, trace);
    tcn_state_close(&state);
    tcn_log_reader_close(&reader);
    assert_int_equal(tcn_state_wipe(path), TCN_OK);
    (void)rmdir(path);
    return status;
}

static void make_log(struct bench *bench) {
    uint64_t sequence = 1;
    struct tcn_hash previous = {{0}};
    greet(bench);
    log_chunks(bench, &sequence, &previous, CHUNK_COUNT, CHUNK_EVENTS);
    fold(bench);
}

/** Holds who was told against the state that the collector has; gives the first of them. */
static struct tcn_alert check_told(struct bench *bench, const struct tcn_trace *trace) {
    struct tcn_state_reader *reader = NULL;
    struct tcn_alert first = {.number = 0};
    assert_int_equal(tcn_state_reader_open(bench->house.state, &reader), TCN_OK);
    for (uint32_t i = 0; i < trace->count; i++) {
        const struct tcn_note *note = &trace->notes[i];
        const struct tcn_stream stream = {.mode = TCN_MODE_ACTUAL, .organ = note->organ};
        struct tcn_alert alert;
        size_t count = 0;
        if (note->why != TCN_WHY_TOLD) {
            continue;
        }
        assert_int_equal(tcn_state_alerts(reader, stream, note->number, &alert, 1, &count), TCN_OK);
        assert_int_equal(count, 1);
        assert_int_equal(alert.position, trace->event.position);
        assert_int_equal(alert.reason, note->bits);
        first = first.number == 0 ? alert : first;
    }
    tcn_state_reader_close(&reader);
    return first;
}

static void every_event_of_a_log_is_found_by_all_its_names(void **state) {
    struct bench *bench = *state;
    static struct tcn_trace trace;
    static struct tcn_trace other;
    make_log(bench);
    for (uint64_t position = 1; position <= LAST_POSITION; position++) {
        trace = (struct tcn_trace){.wanted_position = position};
        assert_int_equal(explain(bench, &trace), TCN_OK);
        assert_true(trace.is_found && trace.count > 0 && trace.lost_count == 0);
        assert_int_equal(trace.event.position, position);
        if (trace.event.act != TCN_ACT_REPORTED) {
            continue;
        }
        const struct tcn_alert alert = check_told(bench, &trace);
        assert_int_not_equal(alert.number, 0);
        other = (struct tcn_trace){.wanted_stream = alert.stream, .wanted_number = alert.number};
        assert_int_equal(explain(bench, &other), TCN_OK);
        assert_int_equal(other.event.position, position);
        assert_int_equal(other.count, trace.count);
        other = (struct tcn_trace){.wanted_lane = trace.event.lane,
                                   .wanted_sequence = trace.event.sequence};
        assert_int_equal(explain(bench, &other), TCN_OK);
        assert_int_equal(other.event.position, position);
        assert_int_equal(other.count, trace.count);
    }
}

static void what_the_log_does_not_have_is_absent(void **state) {
    struct bench *bench = *state;
    struct tcn_trace traces[] = {
        {.wanted_position = LAST_POSITION + 1},
        {.wanted_lane = {.source = 9, .epoch = 9, .lane = TCN_LANE_URGENT}, .wanted_sequence = 1},
        {.wanted_stream = {.mode = TCN_MODE_EXERCISE, .organ = 1}, .wanted_number = 1},
    };
    make_log(bench);
    for (size_t i = 0; i < sizeof(traces) / sizeof(traces[0]); i++) {
        assert_int_equal(explain(bench, &traces[i]), TCN_ABSENT);
        assert_false(traces[i].is_found);
    }
}

static void the_collectors_own_state_is_left_alone(void **state) {
    struct bench *bench = *state;
    static struct tcn_trace trace = {.wanted_position = LAST_POSITION};
    uint64_t position = 0;
    make_log(bench);
    const struct tcn_hash before = hash_of(bench->house.state, &position);
    assert_int_equal(explain(bench, &trace), TCN_OK);
    const struct tcn_hash after = hash_of(bench->house.state, &position);
    assert_true(tcn_hash_equals(&before, &after));
    assert_int_equal(position, LAST_POSITION);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, snapshot_tear_down)

/* What an actor is on a matter: each has its word, and they stop behind the last. */
static void every_side_of_a_matter_has_a_word(void **state) {
    (void)state;
    uint32_t bit = 0;
    while (tcn_explain_who_name(bit) != NULL) {
        bit++;
    }
    assert_int_equal(UINT32_C(1) << (bit - 1), TCN_WHO_PLACE);
    assert_null(tcn_explain_who_name(32));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_side_of_a_matter_has_a_word),
        TEST(what_the_log_does_not_have_is_absent),
        TEST(every_event_of_a_log_is_found_by_all_its_names),
        TEST(the_collectors_own_state_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
