/* SPDX-License-Identifier: Apache-2.0 */
#include "core/words.h"
#include "fold_fixture.h"

static const struct tcn_lane_key copy_urgent = {11, 70, TCN_LANE_URGENT};
static const struct tcn_lane_key copy_routine = {11, 70, TCN_LANE_ROUTINE};

static struct tcn_event observed(enum tcn_act act, struct tcn_lane_key lane, uint64_t number) {
    return (struct tcn_event){.format = TCN_EVENT_FORMAT,
                              .act = act,
                              .mode = TCN_MODE_ACTUAL,
                              .body_kind = TCN_BODY_OBSERVED,
                              .observed = {.lane = lane, .number = number}};
}

static struct tcn_event allowing(uint32_t source, uint64_t epoch) {
    struct tcn_event event = act_of(TCN_ACT_EPOCH_ALLOWED, 0);
    event.act_body.source = source;
    event.act_body.epoch = epoch;
    return event;
}

static struct tcn_event hello_of(uint32_t source, uint64_t epoch) {
    return (struct tcn_event){
        .format = TCN_EVENT_FORMAT,
        .act = TCN_ACT_EPOCH_OPENED,
        .body_kind = TCN_BODY_EPOCH,
        .epoch = {.lane = {.source = source, .epoch = epoch, .lane = TCN_LANE_ROUTINE}}};
}

/** The rows of a fixture's state, as the log writer has them in its log. */
static struct tcn_words rows_of(struct fixture *fixture) {
    return (struct tcn_words){.get = tcn_memstate_ops.standing_get,
                              .put = tcn_memstate_ops.standing_put,
                              .del = tcn_memstate_ops.standing_del,
                              .store = &fixture->state};
}

static bool wants(struct fixture *fixture, const struct tcn_event *event) {
    const struct tcn_words words = rows_of(fixture);
    bool is_wanted = false;
    assert_int_equal(tcn_words_wants(&words, event, &is_wanted), TCN_OK);
    return is_wanted;
}

static bool is_allowed(struct fixture *fixture, uint32_t source, uint64_t epoch) {
    const struct tcn_words words = rows_of(fixture);
    bool is = false;
    assert_int_equal(tcn_words_is_allowed(&words, source, epoch, &is), TCN_OK);
    return is;
}

/** Says a word of the collector's own if it is wanted; true when it was. */
static bool say(struct fixture *fixture, struct tcn_event event) {
    if (!wants(fixture, &event)) {
        return false;
    }
    fold_event(fixture, 0, &event);
    return true;
}

static const struct tcn_standing *row(const struct fixture *fixture, struct tcn_standing_key key) {
    return tcn_memstate_standing(&fixture->state, &key);
}

static void nobody_but_the_desk_says_its_words(void **state) {
    (void)state;
    static const struct {
        uint16_t organ;
        enum tcn_role role;
        uint32_t code;
    } cases[] = {
        {OFFICE_A, TCN_ROLE_OFFICE, TCN_DENIED}, /* its own epoch, even */
        {SAFETY, TCN_ROLE_BUREAU, TCN_DENIED},   {0, TCN_ROLE_WATCHER, TCN_DENIED},
        {0, TCN_ROLE_NONE, TCN_DENIED},          {DESK, TCN_ROLE_BUREAU, TCN_OK},
        {0, TCN_ROLE_ADMIN, TCN_EXISTS}, /* once the desk's is in the log: see below */
    };
    struct fixture fixture;
    start(&fixture);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (cases[i].role == TCN_ROLE_ADMIN) {
            const struct tcn_event hello = hello_of(11, 70);
            struct tcn_fold_input in = input_of(&fixture, OFFICE_A, &hello);
            in.lane = copy_routine;
            struct tcn_outcome outcome;
            assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_OK);
        }
        const struct tcn_event event = allowing(11, 70);
        struct tcn_fold_input in = input_of(&fixture, cases[i].organ, &event);
        in.lane.source = 500; /* of people, whatever they speak for */
        in.role = cases[i].role;
        struct tcn_outcome outcome;
        assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_OK);
        assert_int_equal(outcome.code, cases[i].code);
        assert_int_equal(is_allowed(&fixture, 11, 70), cases[i].code == TCN_OK);
    }
    stop(&fixture);
}

static void a_word_that_names_nothing_is_void(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    struct tcn_event event = allowing(0, 70);
    fold_event(&fixture, DESK, &event);
    event = allowing(11, 0);
    fold_event(&fixture, DESK, &event);
    event = act_of(TCN_ACT_TIME_CONFIRMED, 0);
    fold_event(&fixture, DESK, &event); /* nothing is in doubt */
    trace_expect(&fixture.trace, "1 epoch_allowed: void bad_value >1 outcome\n"
                                 "1 epoch_allowed: void bad_value >1 outcome\n"
                                 "1 time_confirmed: void absent >1 outcome\n");
    assert_int_equal(fixture.state.standings.count, 0);
    stop(&fixture);
}

static void people_do_not_say_what_only_the_collector_sees(void **state) {
    (void)state;
    static const enum tcn_act acts[] = {TCN_ACT_UNREACHABLE,  TCN_ACT_HEARD,
                                        TCN_ACT_NO_WATCHER,   TCN_ACT_EPOCH_WAITS,
                                        TCN_ACT_CHUNK_FENCED, TCN_ACT_TIME_DOUBTED};
    struct fixture fixture;
    start(&fixture);
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        const struct tcn_event event = observed(acts[i], copy_urgent, 1);
        struct tcn_fold_input in = input_of(&fixture, DESK, &event);
        struct tcn_outcome outcome;
        assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_OK);
        assert_int_equal(outcome.code, TCN_DENIED);
    }
    assert_int_equal(fixture.state.standings.count, 0);
    stop(&fixture);
}

static void an_epoch_that_waits_is_told_once_a_lane_and_when_what_waits_doubles(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    assert_true(say(&fixture, observed(TCN_ACT_EPOCH_WAITS, copy_routine, 3)));
    assert_false(say(&fixture, observed(TCN_ACT_EPOCH_WAITS, copy_routine, 3)));
    assert_false(say(&fixture, observed(TCN_ACT_EPOCH_WAITS, copy_urgent, 0)));
    assert_false(say(&fixture, observed(TCN_ACT_EPOCH_WAITS, copy_routine, 5)));
    assert_true(say(&fixture, observed(TCN_ACT_EPOCH_WAITS, copy_urgent, 1)));
    assert_true(say(&fixture, observed(TCN_ACT_EPOCH_WAITS, copy_routine, 6)));
    uint32_t count = 0;
    for (uint64_t waits = 7; waits != 0; waits = waits < UINT64_MAX / 3 ? waits * 3 / 2 : 0) {
        count += say(&fixture, observed(TCN_ACT_EPOCH_WAITS, copy_routine, waits)) ? 1 : 0;
    }
    assert_in_range(count, 1, 64);
    const struct tcn_standing_key key = {.kind = TCN_STANDING_WAITS, .source = 11, .epoch = 70};
    assert_int_equal(row(&fixture, key)->number, 1);
    assert_true(row(&fixture, key)->other_number > 6);
    assert_int_equal(row(&fixture, key)->position, 1);
    fixture.trace.text[strlen("0 epoch_waits: >1 collector\n")] = '\0';
    trace_expect(&fixture.trace, "0 epoch_waits: >1 collector\n");
    stop(&fixture);
}

static void what_the_desk_allows_goes_on_and_is_forgotten(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    assert_true(say(&fixture, observed(TCN_ACT_EPOCH_WAITS, copy_routine, 3)));
    assert_false(is_allowed(&fixture, 11, 70));
    struct tcn_event event = allowing(11, 70);
    fold_event(&fixture, DESK, &event);
    assert_true(is_allowed(&fixture, 11, 70));
    assert_false(is_allowed(&fixture, 11, 71)); /* this one and no other */
    assert_false(is_allowed(&fixture, 12, 70));
    assert_false(is_allowed(&fixture, 11, 0)); /* that row counts */
    assert_false(
        wants(&fixture, &(struct tcn_event){.act = TCN_ACT_EPOCH_WAITS,
                                            .observed = {.lane = copy_routine, .number = 300}}));
    const struct tcn_event hello = hello_of(11, 70);
    struct tcn_fold_input in = input_of(&fixture, OFFICE_A, &hello);
    in.lane = copy_routine;
    struct tcn_outcome outcome;
    assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_OK);
    assert_int_equal(fixture.state.standings.count, 0);
    assert_false(is_allowed(&fixture, 11, 70));
    stop(&fixture);
}

static void a_source_has_so_many_epochs_that_wait_and_the_desk_always_finds_room(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    struct tcn_lane_key lane = copy_routine;
    for (uint64_t i = 0; i < TCN_EPOCH_WAITS_MAX + 3; i++) {
        lane.epoch = 1000 + i;
        assert_int_equal(say(&fixture, observed(TCN_ACT_EPOCH_WAITS, lane, 1)),
                         i < TCN_EPOCH_WAITS_MAX);
    }
    const struct tcn_event event = allowing(11, lane.epoch); /* of which nothing was said */
    fold_event(&fixture, DESK, &event);
    assert_true(is_allowed(&fixture, 11, lane.epoch));
    lane.source = 12; /* every source has its own bound */
    assert_true(say(&fixture, observed(TCN_ACT_EPOCH_WAITS, lane, 1)));
    /* What goes on makes room. */
    for (uint64_t i = 0; i < 2; i++) {
        const struct tcn_event hello = hello_of(11, i == 0 ? 1000 : 1001);
        struct tcn_fold_input in = input_of(&fixture, OFFICE_A, &hello);
        struct tcn_outcome outcome;
        assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_OK);
    }
    lane = copy_routine;
    assert_true(say(&fixture, observed(TCN_ACT_EPOCH_WAITS, lane, 1)));
    assert_int_equal(fixture.state.standings.count, TCN_EPOCH_WAITS_MAX + 1 + 2);
    stop(&fixture);
}

static void a_fenced_chunk_is_told_once_a_hash_and_so_many_an_epoch(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    struct tcn_event event = observed(TCN_ACT_CHUNK_FENCED, copy_urgent, 9);
    for (uint8_t i = 0; i < TCN_FENCED_CHUNKS_MAX + 5; i++) {
        event.observed.hash = (struct tcn_hash){{1, i}};
        assert_int_equal(say(&fixture, event), i < TCN_FENCED_CHUNKS_MAX);
        assert_false(say(&fixture, event));
    }
    const struct tcn_stream desk = {.mode = TCN_MODE_ACTUAL, .organ = DESK};
    assert_int_equal(tcn_memstate_head(&fixture.state, desk), TCN_FENCED_CHUNKS_MAX);
    const struct tcn_standing_key all = {.kind = TCN_STANDING_FENCED, .source = 11, .epoch = 70};
    assert_int_equal(row(&fixture, all)->number, TCN_FENCED_CHUNKS_MAX);
    stop(&fixture);
}

static void silence_begins_and_ends_once_and_tells_no_stream(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    const struct tcn_lane_key office = {.source = 11};
    struct tcn_event event = observed(TCN_ACT_UNREACHABLE, office, 0);
    assert_false(
        wants(&fixture, &(struct tcn_event){.act = TCN_ACT_HEARD, .observed = {.lane = office}}));
    event.observed.since_ns = 77;
    assert_true(say(&fixture, event));
    event.observed.since_ns = 99;
    assert_false(say(&fixture, event)); /* it began when it began */
    const struct tcn_standing_key key = {.kind = TCN_STANDING_SILENT, .source = 11};
    assert_int_equal(row(&fixture, key)->since_ns, 77);
    assert_true(say(&fixture, observed(TCN_ACT_HEARD, office, 0)));
    assert_false(say(&fixture, observed(TCN_ACT_HEARD, office, 0)));
    assert_int_equal(fixture.state.standings.count, 0);
    assert_int_equal(fixture.state.alerts.count, 0);
    stop(&fixture);
}

static void an_unwatched_stream_is_watched_when_its_alert_was_delivered(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    struct tcn_event event = observed(TCN_ACT_NO_WATCHER, (struct tcn_lane_key){0}, 5);
    event.observed.organ = SAFETY;
    assert_true(say(&fixture, event));
    assert_false(say(&fixture, event));
    struct tcn_event moved = {.act = TCN_ACT_DELIVERED,
                              .mode = TCN_MODE_ACTUAL,
                              .body_kind = TCN_BODY_DELIVERED,
                              .delivered = {.name = tcn_slice_text("duty"),
                                            .stream = {TCN_MODE_ACTUAL, SAFETY},
                                            .number = 4}};
    fold_event(&fixture, 0, &moved);
    assert_int_equal(fixture.state.standings.count, 1); /* the one before it was */
    moved.delivered.number = 5;
    fold_event(&fixture, 0, &moved);
    assert_int_equal(fixture.state.standings.count, 0);
    assert_int_equal(fixture.state.alerts.count, 0);
    stop(&fixture);
}

/** What is folded as the log of a district that really works. */
static uint32_t fold_real(struct fixture *fixture, uint16_t organ, const struct tcn_event *event) {
    struct tcn_fold_input in = input_of(fixture, organ, event);
    struct tcn_outcome outcome;
    in.log_mode = TCN_MODE_ACTUAL;
    assert_int_equal(tcn_fold_step(&fixture->fold, &in, &outcome), TCN_OK);
    return outcome.code;
}

static void a_drill_takes_back_nothing_and_lets_nothing_go_on(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    struct tcn_event event = observed(TCN_ACT_NO_WATCHER, (struct tcn_lane_key){0}, 5);
    event.observed.organ = SAFETY;
    assert_int_equal(fold_real(&fixture, 0, &event), TCN_OK);
    const struct tcn_event moved = {.act = TCN_ACT_DELIVERED,
                                    .mode = TCN_MODE_ACTUAL, /* the collector's word is the log's */
                                    .body_kind = TCN_BODY_DELIVERED,
                                    .delivered = {.name = tcn_slice_text("duty"),
                                                  .stream = {TCN_MODE_EXERCISE, SAFETY},
                                                  .number = 99}};
    assert_int_equal(fold_real(&fixture, 0, &moved), TCN_OK);
    assert_int_equal(fixture.state.standings.count, 1); /* real work is not watched by that */
    assert_int_equal(
        fold_real(&fixture, 0,
                  &(struct tcn_event){.act = TCN_ACT_TIME_DOUBTED, .mode = TCN_MODE_ACTUAL}),
        TCN_OK);
    struct tcn_event word = act_of(TCN_ACT_TIME_CONFIRMED, 0);
    word.matter = (struct tcn_id){{0}};
    word.act_body.position = fixture.fold.applied.position;
    word.mode = TCN_MODE_EXERCISE;
    assert_int_equal(fold_real(&fixture, DESK, &word), TCN_NOT_ALLOWED);
    word = allowing(11, 70);
    word.mode = TCN_MODE_EXERCISE;
    assert_int_equal(fold_real(&fixture, DESK, &word), TCN_NOT_ALLOWED);
    assert_false(is_allowed(&fixture, 11, 70));
    assert_int_equal(fixture.state.standings.count, 2);
    word.mode = TCN_MODE_ACTUAL;
    assert_int_equal(fold_real(&fixture, DESK, &word), TCN_OK);
    assert_true(is_allowed(&fixture, 11, 70));
    stop(&fixture);
}

static void a_doubt_is_ended_only_by_the_word_that_names_it(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    const struct tcn_event doubt = {
        .act = TCN_ACT_TIME_DOUBTED, .mode = TCN_MODE_ACTUAL, .severity = TCN_SEVERITY_URGENT};
    assert_true(say(&fixture, doubt));
    assert_false(say(&fixture, doubt));
    struct tcn_event event = act_of(TCN_ACT_TIME_CONFIRMED, 0);
    event.act_body.position = 9; /* another doubt, of long ago */
    fold_event(&fixture, DESK, &event);
    event.act_body.position = 1;
    fold_event(&fixture, SAFETY, &event);
    fold_event(&fixture, DESK, &event);
    fold_event(&fixture, DESK, &event); /* it is over */
    trace_expect(&fixture.trace, "0 time_doubted: >1 collector\n"
                                 "1 time_confirmed: void bad_value >1 outcome\n"
                                 "2 time_confirmed: void denied >2 outcome\n"
                                 "1 time_confirmed:\n"
                                 "1 time_confirmed: void absent >1 outcome\n");
    assert_int_equal(fixture.state.standings.count, 0);
    stop(&fixture);
}

static void every_failure_of_the_rows_is_given_back(void **state) {
    (void)state;
    struct tcn_event fenced = observed(TCN_ACT_CHUNK_FENCED, copy_urgent, 1);
    fenced.observed.hash = (struct tcn_hash){{1}};
    const struct tcn_event events[] = {allowing(11, 70), fenced, hello_of(11, 70)};
    for (size_t i = 0; i < COUNT_OF(events); i++) {
        enum tcn_status status = TCN_IO;
        for (uint64_t n = 1; status != TCN_OK; n++) {
            struct fixture fixture;
            start(&fixture);
            struct tcn_event event = allowing(11, 70);
            if (i == 2) {
                fold_event(&fixture, DESK, &event);
            }
            const struct tcn_words words = rows_of(&fixture);
            const struct tcn_words_input in = {
                .event = &events[i], .position = 9, .organ = DESK, .desk = DESK};
            struct tcn_words_effect effect;
            fixture.state.call_count = 0;
            fixture.state.fail_at = n;
            status = tcn_words_apply(&words, &in, &effect);
            assert_true(status == TCN_OK || status == TCN_IO);
            stop(&fixture);
            assert_in_range(n, 1, 8);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_but_the_desk_says_its_words),
        cmocka_unit_test(a_word_that_names_nothing_is_void),
        cmocka_unit_test(people_do_not_say_what_only_the_collector_sees),
        cmocka_unit_test(an_epoch_that_waits_is_told_once_a_lane_and_when_what_waits_doubles),
        cmocka_unit_test(what_the_desk_allows_goes_on_and_is_forgotten),
        cmocka_unit_test(a_source_has_so_many_epochs_that_wait_and_the_desk_always_finds_room),
        cmocka_unit_test(a_fenced_chunk_is_told_once_a_hash_and_so_many_an_epoch),
        cmocka_unit_test(silence_begins_and_ends_once_and_tells_no_stream),
        cmocka_unit_test(an_unwatched_stream_is_watched_when_its_alert_was_delivered),
        cmocka_unit_test(a_drill_takes_back_nothing_and_lets_nothing_go_on),
        cmocka_unit_test(a_doubt_is_ended_only_by_the_word_that_names_it),
        cmocka_unit_test(every_failure_of_the_rows_is_given_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
