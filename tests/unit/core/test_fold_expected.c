/* SPDX-License-Identifier: Apache-2.0 */
/* What offices say though nothing has happened, and who hears of it when they say nothing: rules X1
 * to X5. */
#include "expected_world.h"

static void who_may_not_say_it(void **state) { /* X1 */
    (void)state;
    struct world world;
    world_start(&world);
    static struct tcn_trace trace;
    world.fold.trace = &trace;
    static const struct {
        uint16_t organ;
        bool is_oral;
        const char *office;
        enum tcn_status code;
    } rows[] = {
        {SAFETY, false, NULL, TCN_DENIED},
        {DESK, false, NULL, TCN_DENIED},
        {0, false, NULL, TCN_DENIED},
        {OFFICE_A, true, "office-a", TCN_DENIED},
        {OFFICE_A, true, "office-b", TCN_DENIED},
        {SAFETY, true, "office-a", TCN_DENIED},
        {0, true, "office-a", TCN_DENIED},
        {DESK, true, "safety", TCN_BAD_VALUE},
        {DESK, true, "nobody", TCN_BAD_VALUE},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *when = "2025-11-27 10:00:00";
        const struct tcn_event event = rows[i].is_oral
                                           ? oral_of(rows[i].office, LINE_ACCIDENT, NULL, when)
                                           : zero_of(LINE_ACCIDENT, NULL, when);
        const struct tcn_outcome outcome = fold_at(&world, rows[i].organ, &event, when);
        if (outcome.code != (uint32_t)rows[i].code) {
            fail_msg("row %zu: %s", i, tcn_status_name((enum tcn_status)outcome.code));
        }
        assert_int_equal(rows_of(&world, TCN_EXPECTED_ROW_LAST), 0);
        assert_true(
            gave(&trace, rows[i].code == TCN_DENIED ? TCN_WHY_ZERO_NOT_OWN : TCN_WHY_NOT_AN_ORGAN));
    }
    const struct tcn_event own = zero_of(LINE_ACCIDENT, NULL, "2025-11-27 10:00:00");
    assert_int_equal(fold_at(&world, OFFICE_A, &own, "2025-11-27 10:00:00").code, TCN_OK);
    assert_true(gave(&trace, TCN_WHY_OFFICE_SPOKE));
    world_stop(&world);
}

static void silence_is_told_to_the_desk_once(void **state) { /* X3 */
    (void)state;
    struct world world;
    world_start(&world);
    tick(&world, "2025-11-26 23:00:00"); /* X2: not on the day on which they were enrolled */
    assert_string_equal(desk_heard(&world, 0), "");
    tick(&world, "2025-11-27 17:59:59");
    assert_string_equal(desk_heard(&world, 0), "");
    tick(&world, "2025-11-27 18:00:00"); /* two lines of each, told together */
    assert_string_equal(desk_heard(&world, 0), "11:2@1 12:2@1 ");
    const size_t before = world.state.alerts.count;
    tick(&world, "2025-11-27 18:00:01");
    tick(&world, "2025-11-28 17:59:59");
    assert_string_equal(desk_heard(&world, before), "");
    tick(&world, "2025-12-03 09:00:00"); /* days in which nothing was logged: the newest, once */
    assert_string_equal(desk_heard(&world, before), "11:2@1 12:2@1 ");
    assert_int_equal(world.state.alerts.count, before + 2);
    world_stop(&world);
}

static void what_was_said_is_not_missing(void **state) {
    (void)state;
    struct world world;
    world_start(&world);
    struct tcn_event event = zero_of(LINE_ACCIDENT, NULL, "2025-11-27 16:30:00");
    assert_int_equal(fold_at(&world, OFFICE_A, &event, "2025-11-27 16:30:00").code, TCN_OK);
    event = oral_of("office-b", LINE_ACCIDENT, LINE_GRIEVANCE, "2025-11-27 16:40:00");
    assert_int_equal(fold_at(&world, DESK, &event, "2025-11-27 16:40:00").code, TCN_OK);
    tick(&world, "2025-11-27 18:00:00"); /* A did not speak of grievances */
    assert_string_equal(desk_heard(&world, 0), "11:1@1 ");
    const struct tcn_expected *row = last_of(&world, OFFICE_A, LINE_ACCIDENT);
    assert_true(row != NULL && row->said == TCN_SAID_SIGNED && row->is_safe && row->count == 1);
    assert_string_equal(row->post, "duty_officer");
    assert_true(row->since_ns == at("2025-11-27 16:30:00"));
    row = last_of(&world, OFFICE_B, LINE_GRIEVANCE);
    assert_true(row != NULL && row->said == TCN_SAID_ORAL && !row->is_safe);
    world_stop(&world);
}

static void an_office_that_has_signed_off_is_told_apart(void **state) {
    (void)state;
    struct world world;
    world_start(&world);
    struct tcn_event event = said_at(TCN_ACT_SIGNED_OFF, "2025-11-27 12:00:00");
    assert_int_equal(fold_at(&world, OFFICE_A, &event, "2025-11-27 12:00:00").code, TCN_OK);
    event = said_at(TCN_ACT_SIGNED_OFF, "2025-11-27 12:00:01"); /* a bureau's means nothing here */
    assert_int_equal(fold_at(&world, SAFETY, &event, "2025-11-27 12:00:01").code, TCN_OK);
    tick(&world, "2025-11-27 18:00:00");
    assert_string_equal(desk_heard(&world, 0), "11:2@2 12:2@1 ");
    const size_t before = world.state.alerts.count;
    tick(&world, "2025-11-28 18:00:00"); /* it was for that day */
    assert_string_equal(desk_heard(&world, before), "11:2@1 12:2@1 ");
    world_stop(&world);
}

static void that_a_program_was_stopped_is_said_afterwards(void **state) {
    (void)state;
    struct world world;
    world_start(&world);
    struct tcn_event event = said_at(TCN_ACT_STOPPED, "2025-11-27 12:00:00");
    assert_int_equal(fold_at(&world, OFFICE_A, &event, "2025-11-27 12:00:00").code, TCN_OK);
    event.occurred_ns = at("2025-11-27 12:00:01"); /* from then until before */
    assert_int_equal(fold_at(&world, OFFICE_A, &event, "2025-11-27 12:00:00").code, TCN_OK);
    assert_null(row_at(&world, TCN_EXPECTED_ROW_OFFICE, OFFICE_A, 0));
    event.occurred_ns = at("2025-11-27 08:00:00");
    assert_int_equal(fold_at(&world, OFFICE_A, &event, "2025-11-27 12:00:00").code, TCN_OK);
    const struct tcn_expected *row = row_at(&world, TCN_EXPECTED_ROW_OFFICE, OFFICE_A, 0);
    assert_true(row != NULL && row->stopped_ns == at("2025-11-27 08:00:00") &&
                row->back_ns == at("2025-11-27 12:00:00"));
    world_stop(&world);
}

/** One word after another in one day, and which of them stands. */
static void the_last_word_of_a_day_counts(void **state) { /* X4 */
    (void)state;
    static const struct {
        const char *words; /**< S signed safe, s signed not; O said safe by telephone, o not */
        enum tcn_said said;
        bool is_safe;
    } rows[] = {
        {"Ss", TCN_SAID_SIGNED, false}, {"sS", TCN_SAID_SIGNED, true},
        {"SO", TCN_SAID_SIGNED, true},  {"So", TCN_SAID_ORAL, false},
        {"sO", TCN_SAID_SIGNED, false}, {"oO", TCN_SAID_ORAL, false},
        {"OS", TCN_SAID_SIGNED, true},  {"Oo", TCN_SAID_ORAL, false},
        {"oS", TCN_SAID_SIGNED, true},  {"SsS", TCN_SAID_SIGNED, true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct world world;
        world_start(&world);
        for (size_t k = 0; rows[i].words[k] != '\0'; k++) {
            const char word = rows[i].words[k];
            char when[] = "2025-11-27 10:00:00";
            when[15] = (char)('0' + k);
            const bool is_safe = word == 'S' || word == 'O';
            const bool is_oral = word == 'O' || word == 'o';
            const char *safe = is_safe ? LINE_ACCIDENT : NULL;
            const char *not_safe = is_safe ? NULL : LINE_ACCIDENT;
            const struct tcn_event event =
                is_oral ? oral_of("office-a", safe, not_safe, when) : zero_of(safe, not_safe, when);
            fold_at(&world, is_oral ? DESK : OFFICE_A, &event, when);
        }
        const struct tcn_expected *row = last_of(&world, OFFICE_A, LINE_ACCIDENT);
        if (row == NULL || row->said != rows[i].said || row->is_safe != rows[i].is_safe) {
            fail_msg("%s: %s", rows[i].words, row != NULL ? tcn_said_name(row->said) : "nothing");
        }
        assert_int_equal(row->count, strlen(rows[i].words));
        world_stop(&world);
    }
}

static void what_comes_late_over_a_bad_link_is_of_its_own_day(void **state) {
    (void)state;
    struct world world;
    world_start(&world);
    struct tcn_event event = zero_of(LINE_ACCIDENT, NULL, "2025-11-28 16:30:00");
    fold_at(&world, OFFICE_A, &event, "2025-11-28 16:31:00");
    event = zero_of(NULL, LINE_ACCIDENT, "2025-11-27 16:30:00"); /* from the day before */
    fold_at(&world, OFFICE_A, &event, "2025-11-28 16:40:00");
    const struct tcn_expected *row = last_of(&world, OFFICE_A, LINE_ACCIDENT);
    assert_true(row != NULL && row->is_safe && row->since_ns == at("2025-11-28 16:30:00"));
    assert_int_equal(rows_of(&world, TCN_EXPECTED_ROW_DAY), 2);
    event = zero_of(LINE_GRIEVANCE, NULL, "2025-12-25 16:30:00"); /* nobody signs ahead */
    fold_at(&world, OFFICE_A, &event, "2025-11-28 16:50:00");
    row = last_of(&world, OFFICE_A, LINE_GRIEVANCE);
    assert_true(row != NULL && row->since_ns == at("2025-11-28 16:50:00"));
    world_stop(&world);
}

static void a_line_that_nobody_knows_is_taken_and_ticks_nothing(void **state) {
    (void)state;
    struct world world;
    world_start(&world);
    struct tcn_event event = zero_of("no_such_line", NULL, "2025-11-27 16:30:00");
    assert_int_equal(fold_at(&world, OFFICE_A, &event, "2025-11-27 16:30:00").code, TCN_OK);
    assert_int_equal(rows_of(&world, TCN_EXPECTED_ROW_DAY), 0);
    event = zero_of(LINE_ACCIDENT, NULL, "2025-11-27 16:31:00");
    event.mode = TCN_MODE_EXERCISE; /* X5 */
    assert_int_equal(fold_at(&world, OFFICE_A, &event, "2025-11-27 16:31:00").code, TCN_OK);
    assert_null(last_of(&world, OFFICE_A, LINE_ACCIDENT));
    world_stop(&world);
}

static void days_are_kept_and_the_oldest_goes(void **state) {
    (void)state;
    struct world world;
    world_start(&world);
    char when[32];
    int64_t day = day_of("2025-11-27");
    for (int i = 0; i < TCN_ZERO_DAYS_KEPT + 20; i++, day++) {
        char date[16];
        const int64_t noon_ns = day * INT64_C(86400000000000) + INT64_C(14400000000000);
        char text[TCN_TIME_TEXT_BYTES];
        tcn_text_from_time_at(noon_ns, DISTRICT_MINUTES, text);
        (void)snprintf(date, sizeof(date), "%.10s", text);
        (void)snprintf(when, sizeof(when), "%s 12:00:00", date);
        const struct tcn_event event = zero_of(LINE_ACCIDENT, NULL, when);
        fold_at(&world, OFFICE_A, &event, when);
    }
    assert_int_equal(rows_of(&world, TCN_EXPECTED_ROW_DAY), TCN_ZERO_DAYS_KEPT);
    world_stop(&world);
}

/* An office's clock may be wrong by years, and an office may be silent for as long: no day stays
 * for ever. */
static void no_day_stays_for_ever(void **state) { /* X6 */
    (void)state;
    struct world world;
    world_start(&world);
    static const int64_t long_past[] = {INT64_MIN, -1, 1, INT64_C(86400) * 1000000000 * 9000};
    for (size_t i = 0; i < COUNT_OF(long_past); i++) {
        struct tcn_event event = zero_of(LINE_ACCIDENT, NULL, "2025-11-27 16:30:00");
        event.recorded_ns = long_past[i];
        assert_int_equal(fold_at(&world, OFFICE_A, &event, "2025-11-27 16:30:00").code, TCN_OK);
        assert_int_equal(rows_of(&world, TCN_EXPECTED_ROW_DAY), 0);
        assert_non_null(last_of(&world, OFFICE_A, LINE_ACCIDENT)); /* it was said all the same */
    }
    struct tcn_event event = zero_of(LINE_ACCIDENT, LINE_GRIEVANCE, "2025-11-27 16:30:00");
    fold_at(&world, OFFICE_A, &event, "2025-11-27 16:30:00");
    fold_at(&world, OFFICE_B, &event, "2025-11-27 16:30:00");
    event = zero_of(LINE_ACCIDENT, NULL, "2025-11-28 16:30:00");
    fold_at(&world, OFFICE_A, &event, "2025-11-28 16:30:00");
    assert_int_equal(rows_of(&world, TCN_EXPECTED_ROW_DAY), 5);
    world.fold.due_ns = INT64_MAX; /* what falls due meanwhile is not what is looked at */
    event = zero_of(LINE_ACCIDENT, NULL, "2027-06-01 16:30:00");
    fold_at(&world, OFFICE_A, &event, "2027-06-01 16:30:00"); /* of its line, and of no other */
    assert_int_equal(rows_of(&world, TCN_EXPECTED_ROW_DAY), 4);
    event = zero_of(LINE_GRIEVANCE, NULL, "2027-06-01 16:31:00");
    fold_at(&world, OFFICE_A, &event, "2027-06-01 16:31:00");
    assert_int_equal(rows_of(&world, TCN_EXPECTED_ROW_DAY), 4);
    world_stop(&world);
}

static void nothing_is_expected_of_an_office_without_a_program(void **state) { /* X2 */
    (void)state;
    struct world world;
    world_start(&world);
    struct tcn_principal row = office_row(102, OFFICE_B);
    row.status = TCN_PRINCIPAL_REVOKED;
    enrol_rows(&world, &row, 1, "2025-11-26 10:00:00");
    tick(&world, "2025-11-27 18:00:00");
    assert_string_equal(desk_heard(&world, 0), "11:2@1 ");
    const size_t before = world.state.alerts.count;
    row = office_row(103, OFFICE_B); /* another PC: from the day after */
    enrol_rows(&world, &row, 1, "2025-11-27 19:00:00");
    row = office_row(101, OFFICE_B); /* A's moves to B */
    enrol_rows(&world, &row, 1, "2025-11-27 19:00:01");
    tick(&world, "2025-11-28 18:00:00");
    assert_string_equal(desk_heard(&world, before), "12:2@1 ");
    world_stop(&world);
}

static void while_a_storm_is_announced_offices_check_in(void **state) {
    (void)state;
    struct world world;
    world_start(&world);
    struct tcn_event event = zero_of(LINE_ACCIDENT, NULL, "2025-11-27 09:00:00");
    event.zero.ticks = (struct tcn_tick[]){{tcn_slice_text(LINE_ACCIDENT), true},
                                           {tcn_slice_text(LINE_GRIEVANCE), true}};
    event.zero.tick_count = 2;
    fold_at(&world, OFFICE_A, &event, "2025-11-27 09:00:00");
    fold_at(&world, OFFICE_B, &event, "2025-11-27 09:00:00");
    tick(&world, "2025-11-27 10:00:00");
    assert_string_equal(desk_heard(&world, 0), "");
    const struct tcn_event storm = matter_of(1, "storm", PLACE_A, "2025-11-27 10:10:00");
    fold_at(&world, SAFETY, &storm, "2025-11-27 10:10:00");
    assert_true(world.fold.asks_check_ins);
    size_t before = world.state.alerts.count;
    tick(&world, "2025-11-27 12:29:59");
    assert_string_equal(desk_heard(&world, before), "");
    tick(&world, "2025-11-27 12:30:00"); /* B is not in its place */
    assert_string_equal(desk_heard(&world, before), "11:1@1 ");
    before = world.state.alerts.count;
    event = said_at(TCN_ACT_CHECKED_IN, "2025-11-27 13:00:00");
    fold_at(&world, OFFICE_A, &event, "2025-11-27 13:00:00");
    event = matter_of(2, "pipe", PLACE_A, "2025-11-27 15:00:00"); /* a report is a sign of life */
    fold_at(&world, OFFICE_A, &event, "2025-11-27 15:00:00");
    tick(&world, "2025-11-27 17:00:00");
    assert_string_equal(desk_heard(&world, before), "");
    event = said_at(TCN_ACT_ISSUED, "2025-11-27 17:10:00");
    event.matter = storm.matter;
    fold_at(&world, SAFETY, &event, "2025-11-27 17:10:00");
    assert_int_equal(rows_of(&world, TCN_EXPECTED_ROW_WARNING), 1);
    event.act = TCN_ACT_CLOSED;
    event.recorded_ns = at("2025-11-27 17:20:00");
    fold_at(&world, SAFETY, &event, "2025-11-27 17:20:00");
    assert_int_equal(rows_of(&world, TCN_EXPECTED_ROW_WARNING), 0);
    assert_false(world.fold.asks_check_ins);
    tick(&world, "2025-11-27 23:00:00");
    assert_string_equal(desk_heard(&world, before), "");
    world_stop(&world);
}

static void a_storm_of_no_office_is_everybodys(void **state) {
    (void)state;
    struct world world;
    world_start(&world);
    const struct tcn_event storm = matter_of(1, "storm", PLACE_OF_NONE, "2025-11-26 10:10:00");
    fold_at(&world, SAFETY, &storm, "2025-11-26 10:10:00");
    const size_t before = world.state.alerts.count;
    tick(&world, "2025-11-26 12:30:00");
    assert_string_equal(desk_heard(&world, before), "11:1@1 12:1@1 ");
    world_stop(&world);
}

static void a_storm_that_only_a_list_may_know_asks_nobody(void **state) {
    (void)state;
    struct world world;
    world_start(&world);
    struct tcn_event storm = matter_of(1, "", "", "2025-11-26 10:10:00");
    storm.guard_organs[0] = DISCIPLINE;
    storm.guard_organ_count = 1;
    fold_at(&world, OFFICE_B, &storm, "2025-11-26 10:10:00");
    assert_int_equal(rows_of(&world, TCN_EXPECTED_ROW_WARNING), 0);
    assert_false(world.fold.asks_check_ins);
    world_stop(&world);
}

static void a_fold_that_starts_again_goes_on(void **state) {
    (void)state;
    struct world world;
    world_start(&world);
    const struct tcn_event storm = matter_of(1, "storm", PLACE_A, "2025-11-26 10:10:00");
    fold_at(&world, SAFETY, &storm, "2025-11-26 10:10:00");
    const size_t before = world.state.alerts.count;
    assert_int_equal(tcn_fold_init(&world.fold, &world.policy, &tcn_memstate_ops, &world.state),
                     TCN_OK);
    assert_true(world.fold.asks_check_ins);
    tick(&world, "2025-11-26 12:30:00");
    assert_string_equal(desk_heard(&world, before), "11:1@1 ");
    world_stop(&world);
}

static void another_policy_expects_other_reports(void **state) {
    (void)state;
    struct world world;
    world_start(&world);
    const struct tcn_plans plans = {.reports = world_reports, .report_count = 1};
    struct tcn_policy next = world.policy;
    next.version++;
    next.plans = &plans;
    struct tcn_event event = said_at(TCN_ACT_POLICY_ACTIVATED, "2025-11-27 10:00:00");
    event.body_kind = TCN_BODY_NONE;
    struct tcn_outcome outcome;
    struct tcn_fold_input in = world_input(&world, 0, &event, at("2025-11-27 10:00:00"));
    in.policy = &next;
    assert_int_equal(tcn_fold_step(&world.fold, &in, &outcome), TCN_OK);
    const size_t before = world.state.alerts.count;
    world.now_ns = at("2025-11-27 10:00:00");
    tick(&world, "2025-11-27 18:00:00");
    assert_string_equal(desk_heard(&world, before), "11:1@1 12:1@1 ");
    next.plans = NULL;
    event = said_at(TCN_ACT_POLICY_ACTIVATED, "2025-11-27 19:00:00");
    event.body_kind = TCN_BODY_NONE;
    in = world_input(&world, 0, &event, at("2025-11-27 19:00:00"));
    next.version++;
    in.policy = &next;
    assert_int_equal(tcn_fold_step(&world.fold, &in, &outcome), TCN_OK);
    assert_true(world.fold.due_ns == INT64_MAX);
    world_stop(&world);
}

static void where_the_desks_shift_began_is_kept(void **state) {
    (void)state;
    struct world world;
    world_start(&world);
    struct tcn_event event = said_at(TCN_ACT_HANDED_OVER, "2025-11-27 08:00:00");
    event.act_body.post = tcn_slice_text("duty");
    fold_at(&world, SAFETY, &event, "2025-11-27 08:00:00"); /* another organ's shift */
    fold_at(&world, OFFICE_A, &event, "2025-11-27 08:00:01");
    event.mode = TCN_MODE_EXERCISE;
    fold_at(&world, DESK, &event, "2025-11-27 08:00:02");
    assert_int_equal(rows_of(&world, TCN_EXPECTED_ROW_SHIFT), 0);
    for (int i = 0; i < 2; i++) {
        const char *when = i == 0 ? "2025-11-27 08:00:03" : "2025-11-28 08:00:00";
        event = said_at(TCN_ACT_HANDED_OVER, when);
        event.act_body.post = tcn_slice_text("duty");
        fold_at(&world, DESK, &event, when);
        const struct tcn_expected *row = row_at(&world, TCN_EXPECTED_ROW_SHIFT, DESK, 0);
        assert_true(row != NULL && row->since_ns == at(when) &&
                    row->position == world.fold.applied.position);
    }
    world_stop(&world);
}

/** Every call of the state that can fail stops the fold, and nothing is told that was not kept. */
static void every_failure_of_the_state_stops_the_fold(void **state) {
    (void)state;
    static const struct {
        enum tcn_act act;
        const char *when;
    } words[] = {{TCN_ACT_ZERO_REPORT, "2025-11-27 18:30:00"},
                 {TCN_ACT_CHECKED_IN, "2025-11-27 18:30:00"},
                 {TCN_ACT_SIGNED_OFF, "2025-11-27 18:30:00"},
                 {TCN_ACT_HANDED_OVER, "2025-11-27 18:30:00"},
                 {TCN_ACT_REPORTED, "2025-11-27 18:30:00"}};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        bool is_done = false;
        for (uint64_t fail_at = 1; !is_done; fail_at++) {
            struct world world;
            struct tcn_outcome outcome;
            world_start(&world);
            struct tcn_event event = said_at(words[i].act, words[i].when);
            if (words[i].act == TCN_ACT_ZERO_REPORT) {
                event = zero_of(LINE_ACCIDENT, NULL, words[i].when);
            } else if (words[i].act == TCN_ACT_REPORTED) {
                event = matter_of(1, "storm", PLACE_A, words[i].when);
            }
            const struct tcn_fold_input in =
                world_input(&world, OFFICE_A, &event, at(words[i].when));
            world.state.fail_at = world.state.call_count + fail_at;
            const enum tcn_status status = tcn_fold_step(&world.fold, &in, &outcome);
            is_done = status == TCN_OK;
            if (!is_done) {
                assert_int_equal(status, TCN_IO);
            }
            assert_true(fail_at < 400);
            world_stop(&world);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_may_not_say_it),
        cmocka_unit_test(silence_is_told_to_the_desk_once),
        cmocka_unit_test(what_was_said_is_not_missing),
        cmocka_unit_test(an_office_that_has_signed_off_is_told_apart),
        cmocka_unit_test(that_a_program_was_stopped_is_said_afterwards),
        cmocka_unit_test(the_last_word_of_a_day_counts),
        cmocka_unit_test(what_comes_late_over_a_bad_link_is_of_its_own_day),
        cmocka_unit_test(a_line_that_nobody_knows_is_taken_and_ticks_nothing),
        cmocka_unit_test(days_are_kept_and_the_oldest_goes),
        cmocka_unit_test(no_day_stays_for_ever),
        cmocka_unit_test(nothing_is_expected_of_an_office_without_a_program),
        cmocka_unit_test(while_a_storm_is_announced_offices_check_in),
        cmocka_unit_test(a_storm_of_no_office_is_everybodys),
        cmocka_unit_test(a_storm_that_only_a_list_may_know_asks_nobody),
        cmocka_unit_test(a_fold_that_starts_again_goes_on),
        cmocka_unit_test(another_policy_expects_other_reports),
        cmocka_unit_test(where_the_desks_shift_began_is_kept),
        cmocka_unit_test(every_failure_of_the_state_stops_the_fold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
