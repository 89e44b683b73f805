/* SPDX-License-Identifier: Apache-2.0 */
/* Which matters the board is shown, and what they say about zero reports: rules N1 to N4 and G1 to
 * G4, what is no sign first. */
#include "expected_world.h"

#include "core/signs.h"

/* Calls of the state that can fail while a matter contradicts a zero report, at least. */
#define FAILURES_MIN 20

static size_t signs_of(const struct world *world) {
    return rows_of(world, TCN_EXPECTED_ROW_SIGN);
}

/** A matter of a kind and severity; deaths are counted exactly. */
static struct tcn_event harm_of(uint8_t number, const char *domain, uint64_t deaths,
                                const char *when) {
    struct tcn_event event = matter_of(number, domain, PLACE_A, when);
    event.severity = TCN_SEVERITY_SERIOUS;
    if (deaths > 0) {
        event.counts.deaths = (struct tcn_count){TCN_COUNT_EXACT, deaths};
    }
    return event;
}

static void what_is_no_sign_leaves_no_row(void **state) { /* N1, N2, N4, G1 */
    (void)state;
    struct world world;
    world_start(&world);
    struct tcn_event event = matter_of(1, "danger", PLACE_A, "2025-11-27 10:00:00");
    fold_at(&world, OFFICE_A, &event, "2025-11-27 10:00:00"); /* routine */
    event = matter_of(2, "claim", PLACE_A, "2025-11-27 10:00:01");
    event.severity = TCN_SEVERITY_SERIOUS; /* no petition is one, however grave */
    fold_at(&world, OFFICE_A, &event, "2025-11-27 10:00:01");
    event = harm_of(3, "pipe", 9, "2025-11-27 10:00:02"); /* of no line */
    fold_at(&world, OFFICE_A, &event, "2025-11-27 10:00:02");
    event = harm_of(4, "", 9, "2025-11-27 10:00:03");
    event.domain = event.division = (struct tcn_slice){0};
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organs[0] = DISCIPLINE;
    event.guard_organ_count = 1;
    fold_at(&world, OFFICE_A, &event, "2025-11-27 10:00:03"); /* guarded */
    event = said_at(TCN_ACT_RELEASED, "2025-11-27 10:00:04");
    event.matter = (struct tcn_id){{0, 0, 0, 4}};
    event.domain = tcn_slice_text("danger");
    event.act_body.to_organ = tcn_slice_text("discipline");
    fold_at(&world, DISCIPLINE, &event, "2025-11-27 10:00:04"); /* and with a domain stays so */
    event = harm_of(5, "danger", 9, "2025-11-27 10:00:05");
    event.mode = TCN_MODE_EXERCISE;
    fold_at(&world, OFFICE_A, &event, "2025-11-27 10:00:05"); /* a drill */
    event = harm_of(6, "nonsense", 9, "2025-11-27 10:00:06");
    fold_at(&world, OFFICE_A, &event, "2025-11-27 10:00:06"); /* of a domain that nobody knows */
    event = said_at(TCN_ACT_ACCEPTED, "2025-11-27 10:00:07");
    event.matter = (struct tcn_id){{0, 0, 0, 7}};
    event.severity = TCN_SEVERITY_DANGER;
    fold_at(&world, SAFETY, &event, "2025-11-27 10:00:07"); /* a stub */
    assert_int_equal(signs_of(&world), 0);
    assert_int_equal(rows_of(&world, TCN_EXPECTED_ROW_BREACH), 0);
    world_stop(&world);
}

static void a_sign_comes_with_what_makes_it_and_goes_with_it(void **state) { /* G2 */
    (void)state;
    struct world world;
    world_start(&world);
    struct tcn_event event = harm_of(1, "danger", 0, "2025-11-27 10:00:00");
    fold_at(&world, OFFICE_A, &event, "2025-11-27 10:00:00");
    assert_int_equal(signs_of(&world), 1);
    const struct tcn_expected *row = row_at(&world, TCN_EXPECTED_ROW_SIGN, 0, 2);
    assert_true(row != NULL && row->since_ns == at("2025-11-27 10:00:00"));
    event = said_at(TCN_ACT_ACCEPTED, "2025-11-27 10:10:00");
    event.matter.bytes[3] = 1;
    fold_at(&world, SAFETY, &event, "2025-11-27 10:10:00");
    assert_int_equal(signs_of(&world), 1);
    event = said_at(TCN_ACT_RECLASSIFIED, "2025-11-27 10:20:00");
    event.matter.bytes[3] = 1;
    event.domain = tcn_slice_text("pipe");
    event.act_body.reason = tcn_slice_text("other");
    fold_at(&world, DESK, &event, "2025-11-27 10:20:00");
    assert_int_equal(signs_of(&world), 0);
    world_stop(&world);
}

static void a_limit_that_has_passed_warns_until_its_act_is_there(void **state) { /* N3 */
    (void)state;
    struct world world;
    world_start(&world);
    struct tcn_event event = matter_of(1, "claim", PLACE_A, "2025-11-27 10:00:00");
    fold_at(&world, OFFICE_A, &event, "2025-11-27 10:00:00");
    tick(&world, "2025-12-11 10:00:00");
    assert_int_equal(signs_of(&world), 0);
    tick(&world, "2025-12-13 00:00:01"); /* the end of the fifteenth day */
    assert_int_equal(signs_of(&world), 1);
    event = said_at(TCN_ACT_FOLLOWED_UP, "2025-12-13 10:00:00");
    event.matter.bytes[3] = 1;
    fold_at(&world, OFFICE_A, &event, "2025-12-13 10:00:00");
    assert_int_equal(signs_of(&world), 1);
    event = said_at(TCN_ACT_ACCEPTED, "2025-12-13 10:10:00");
    event.matter.bytes[3] = 1;
    fold_at(&world, SAFETY, &event, "2025-12-13 10:10:00");
    event.act = TCN_ACT_REPLIED;
    event.recorded_ns = at("2025-12-13 10:20:00");
    assert_int_equal(fold_at(&world, SAFETY, &event, "2025-12-13 10:20:00").code, TCN_OK);
    assert_int_equal(signs_of(&world), 0);
    assert_int_equal(rows_of(&world, TCN_EXPECTED_ROW_BREACH), 0);
    world_stop(&world);
}

static void what_is_urgent_is_shown_until_somebody_has_it(void **state) {
    (void)state;
    struct world world;
    world_start(&world);
    struct tcn_event event = matter_of(1, "pipe", PLACE_A, "2025-11-27 10:00:00"); /* of no line */
    event.severity = TCN_SEVERITY_URGENT;
    fold_at(&world, OFFICE_A, &event, "2025-11-27 10:00:00");
    assert_int_equal(signs_of(&world), 1);
    event = said_at(TCN_ACT_ACCEPTED, "2025-11-27 10:10:00");
    event.matter.bytes[3] = 1;
    fold_at(&world, WATER, &event, "2025-11-27 10:10:00");
    assert_int_equal(signs_of(&world), 0);
    world_stop(&world);
}

static void harm_of_the_line_is_remembered(void **state) { /* G4 */
    (void)state;
    struct world world;
    world_start(&world);
    const uint64_t line = tcn_expected_line_number(tcn_slice_text(LINE_ACCIDENT));
    struct tcn_event event = harm_of(1, "danger", 2, "2025-11-27 10:00:00");
    event.learned_ns = at("2025-11-27 09:00:00");
    fold_at(&world, OFFICE_A, &event, "2025-11-27 10:00:00");
    assert_null(row_at(&world, TCN_EXPECTED_ROW_BREACH, OFFICE_A, line));
    event = said_at(TCN_ACT_FOLLOWED_UP, "2025-11-27 12:00:00");
    event.matter.bytes[3] = 1;
    event.counts.deaths = (struct tcn_count){TCN_COUNT_AT_LEAST, 3};
    fold_at(&world, OFFICE_A, &event, "2025-11-27 12:00:00");
    const struct tcn_expected *row = row_at(&world, TCN_EXPECTED_ROW_BREACH, OFFICE_A, line);
    assert_true(row != NULL && row->is_self && row->since_ns == at("2025-11-27 12:00:00") &&
                row->other_ns == at("2025-11-27 09:00:00"));
    event = harm_of(2, "danger", 4, "2025-11-27 13:00:00"); /* found by a bureau in its place */
    fold_at(&world, SAFETY, &event, "2025-11-27 13:00:00");
    row = row_at(&world, TCN_EXPECTED_ROW_BREACH, OFFICE_A, line);
    assert_true(row != NULL && !row->is_self && row->since_ns == at("2025-11-27 13:00:00"));
    world_stop(&world);
}

/** What an office said, what came then, and what that makes of it. */
struct turn {
    const char *what;
    uint16_t organ; /**< who reports it */
    const char *domain;
    enum tcn_severity severity;
    const char *division;
    const char *learned;
    const char *recorded;
    bool is_contradicted;
    bool is_corrected;
    const char *desk; /**< what it hears */
};

static void expect_turn(const struct turn *turn) {
    struct world world;
    world_start(&world);
    struct tcn_event event = zero_of(LINE_ACCIDENT, NULL, "2025-11-27 16:30:00");
    fold_at(&world, OFFICE_A, &event, "2025-11-27 16:30:00");
    const size_t before = world.state.alerts.count;
    event = matter_of(1, turn->domain, turn->division, turn->recorded);
    event.severity = turn->severity;
    event.learned_ns = at(turn->learned);
    /* Due times in between are not what is looked at. */
    world.fold.due_ns = INT64_MAX;
    static struct tcn_trace trace;
    world.fold.trace = &trace;
    fold_at(&world, turn->organ, &event, turn->recorded);
    const struct tcn_expected *row = last_of(&world, OFFICE_A, LINE_ACCIDENT);
    assert_non_null(row);
    if ((row->other_position != 0) != turn->is_contradicted ||
        row->is_corrected != turn->is_corrected) {
        fail_msg("%s: %s", turn->what, row->is_corrected ? "corrected" : "not so");
    }
    assert_true(gave(&trace, TCN_WHY_ZERO_CONTRADICTED) == turn->is_contradicted);
    assert_true(gave(&trace, TCN_WHY_ZERO_CORRECTED) == turn->is_corrected);
    if (strcmp(desk_heard(&world, before), turn->desk) != 0) {
        fail_msg("%s: the desk hears \"%s\"", turn->what, desk_heard(&world, before));
    }
    world_stop(&world);
}

static void what_contradicts_a_zero_report_and_what_does_not(void **state) { /* G3 */
    (void)state;
    static const struct turn turns[] = {
        {"learned after it", OFFICE_A, "danger", TCN_SEVERITY_SERIOUS, PLACE_A,
         "2025-11-27 16:30:01", "2025-11-29 10:00:00", false, false, ""},
        {"learned the day before", OFFICE_A, "danger", TCN_SEVERITY_SERIOUS, PLACE_A,
         "2025-11-26 16:30:00", "2025-11-29 10:00:00", false, false, ""},
        {"no sign", OFFICE_A, "danger", TCN_SEVERITY_ROUTINE, PLACE_A, "2025-11-27 10:00:00",
         "2025-11-29 10:00:00", false, false, ""},
        {"another line", OFFICE_A, "claim", TCN_SEVERITY_DANGER, PLACE_A, "2025-11-27 10:00:00",
         "2025-11-29 10:00:00", false, false, ""},
        {"another place", SAFETY, "danger", TCN_SEVERITY_SERIOUS, PLACE_B, "2025-11-27 10:00:00",
         "2025-11-29 10:00:00", false, false, "unknown "}, /* its code is valid no more */
        {"nobody's place", SAFETY, "danger", TCN_SEVERITY_SERIOUS, PLACE_OF_NONE,
         "2025-11-27 10:00:00", "2025-11-29 10:00:00", false, false, "unknown "},
        {"itself, within a day", OFFICE_A, "danger", TCN_SEVERITY_SERIOUS, PLACE_A,
         "2025-11-27 10:00:00", "2025-11-28 16:30:00", false, true, ""},
        {"itself, later", OFFICE_A, "danger", TCN_SEVERITY_SERIOUS, PLACE_A, "2025-11-27 10:00:00",
         "2025-11-28 16:30:01", true, false, "contradicted "},
        {"found by another", SAFETY, "danger", TCN_SEVERITY_SERIOUS, PLACE_A, "2025-11-27 10:00:00",
         "2025-11-27 17:00:00", true, false, "contradicted "},
        {"found by another office", OFFICE_B, "danger", TCN_SEVERITY_DANGER, PLACE_A,
         "2025-11-27 16:30:00", "2025-11-27 17:00:00", true, false, "contradicted "},
        {"and the desk leads", OFFICE_A, "danger", TCN_SEVERITY_SERIOUS, PLACE_OF_NONE,
         "2025-11-27 10:00:00", "2025-11-28 16:30:01", true, false, "unknown contradicted "},
    };
    for (size_t i = 0; i < COUNT_OF(turns); i++) {
        expect_turn(&turns[i]);
    }
}

/* Within a day is counted also where an office's clock is at the end of time. */
static void no_clock_of_an_office_overflows(void **state) {
    (void)state;
    static const int64_t times[] = {INT64_MIN, -1, INT64_MAX};
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        struct world world;
        world_start(&world);
        struct tcn_event event = zero_of(LINE_ACCIDENT, NULL, "2025-11-27 16:30:00");
        fold_at(&world, OFFICE_A, &event, "2025-11-27 16:30:00");
        event = harm_of(1, "danger", 0, "2025-11-27 17:00:00");
        event.learned_ns = at("2025-11-27 10:00:00");
        event.recorded_ns = times[i];
        fold_at(&world, OFFICE_A, &event, "2025-11-27 17:00:00");
        const struct tcn_expected *row = last_of(&world, OFFICE_A, LINE_ACCIDENT);
        assert_non_null(row);
        assert_int_equal(row->is_corrected, times[i] < 0);
        assert_int_equal(row->other_position != 0, times[i] > 0);
        world_stop(&world);
    }
}

static void a_later_day_stands_though_an_older_one_is_contradicted(void **state) {
    (void)state;
    struct world world;
    world_start(&world);
    struct tcn_event event = zero_of(LINE_ACCIDENT, NULL, "2025-11-27 16:30:00");
    fold_at(&world, OFFICE_A, &event, "2025-11-27 16:30:00");
    event = zero_of(LINE_ACCIDENT, NULL, "2025-11-28 16:30:00");
    fold_at(&world, OFFICE_A, &event, "2025-11-28 16:30:00");
    event = harm_of(1, "danger", 0, "2025-11-28 17:00:00");
    event.learned_ns = at("2025-11-27 10:00:00");
    fold_at(&world, SAFETY, &event, "2025-11-28 17:00:00");
    const struct tcn_expected *row = last_of(&world, OFFICE_A, LINE_ACCIDENT);
    const struct tcn_expected_input in = {.report = &world_reports[0],
                                          .calendar = &world.clocks.calendar,
                                          .last = row,
                                          .now_ns = at("2025-11-28 17:00:00")};
    assert_non_null(row);
    assert_int_not_equal(row->other_position, 0);
    assert_false(row->is_self);
    assert_int_equal(tcn_expected_judge(&in).state, TCN_EXPECTED_SIGNED);
    world_stop(&world);
}

/** With and without a complaint that nobody but its list may know, every row is the same. */
static void a_guarded_matter_moves_no_row(void **state) {
    (void)state;
    uint64_t hashes[2];
    for (int is_there = 0; is_there < 2; is_there++) {
        struct world world;
        world_start(&world);
        struct tcn_event event = zero_of(LINE_ACCIDENT, NULL, "2025-11-27 16:30:00");
        fold_at(&world, OFFICE_A, &event, "2025-11-27 16:30:00");
        event = is_there ? harm_of(1, "", 9, "2025-11-27 17:00:00")
                         : said_at(TCN_ACT_ON_DUTY, "2025-11-27 17:00:00");
        if (is_there) {
            event.division = (struct tcn_slice){0};
            event.guard_organs[0] = DISCIPLINE;
            event.guard_organ_count = 1;
            event.concerns = TCN_CONCERNS_UNIT;
            event.learned_ns = at("2025-11-27 10:00:00");
        }
        fold_at(&world, OFFICE_B, &event, "2025-11-27 17:00:00");
        tick(&world, "2025-12-20 18:00:00");
        hashes[is_there] = 0;
        for (size_t i = 0; i < world.state.expected.count; i++) {
            const struct tcn_expected *rows =
                (const struct tcn_expected *)(const void *)world.state.expected.rows;
            hashes[is_there] = hashes[is_there] * 31 + rows[i].key.number + rows[i].position +
                               (uint64_t)rows[i].since_ns + rows[i].other_position;
        }
        world_stop(&world);
    }
    assert_true(hashes[0] == hashes[1]);
}

static void every_failure_of_the_state_stops_the_fold(void **state) {
    (void)state;
    bool is_done = false;
    uint64_t failed = 0;
    for (uint64_t fail_at = 1; !is_done; fail_at++) {
        struct world world;
        struct tcn_outcome outcome;
        world_start(&world);
        struct tcn_event event = zero_of(LINE_ACCIDENT, NULL, "2025-11-27 16:30:00");
        fold_at(&world, OFFICE_A, &event, "2025-11-27 16:30:00");
        event = harm_of(1, "danger", 4, "2025-11-27 17:00:00");
        event.learned_ns = at("2025-11-27 10:00:00");
        const struct tcn_fold_input in =
            world_input(&world, SAFETY, &event, at("2025-11-27 17:00:00"));
        world.state.fail_at = world.state.call_count + fail_at;
        const enum tcn_status status = tcn_fold_step(&world.fold, &in, &outcome);
        is_done = status == TCN_OK;
        assert_true(is_done || status == TCN_IO);
        assert_true(fail_at < 400);
        failed += is_done ? 0 : 1;
        world_stop(&world);
    }
    assert_in_range(failed, FAILURES_MIN, 400);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_sign_leaves_no_row),
        cmocka_unit_test(a_sign_comes_with_what_makes_it_and_goes_with_it),
        cmocka_unit_test(a_limit_that_has_passed_warns_until_its_act_is_there),
        cmocka_unit_test(what_is_urgent_is_shown_until_somebody_has_it),
        cmocka_unit_test(harm_of_the_line_is_remembered),
        cmocka_unit_test(what_contradicts_a_zero_report_and_what_does_not),
        cmocka_unit_test(no_clock_of_an_office_overflows),
        cmocka_unit_test(a_later_day_stands_though_an_older_one_is_contradicted),
        cmocka_unit_test(a_guarded_matter_moves_no_row),
        cmocka_unit_test(every_failure_of_the_state_stops_the_fold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
