/* SPDX-License-Identifier: Apache-2.0 */
/* How the five lines stand: rules B1 to B5, and over random logs that nothing is ever safe but what
 * a post has signed. */
#include "board_world.h"

static void expect_cell(const struct picture *picture, const char *line, uint16_t office,
                        enum tcn_board_state state) {
    const struct tcn_board_row *cell = cell_of(picture, line, office);
    if (cell->state != state) {
        fail_msg("%s of %u is %s, and not %s", line, office, tcn_board_state_name(cell->state),
                 tcn_board_state_name(state));
    }
}

static struct picture picture;

static void nobody_has_said_anything(void **state) { /* B1 */
    (void)state;
    struct world world;
    world_start(&world);
    static const char *const times[] = {"2025-11-26 09:00:00", "2025-11-27 17:59:59",
                                        "2025-12-24 00:00:00"};
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        draw(&world, at(times[i]), &picture);
        assert_int_equal(picture.count, 6);
        for (uint32_t k = 0; k < picture.count; k++) {
            assert_int_equal(picture.cells[k].state, TCN_BOARD_UNKNOWN);
            assert_int_equal(picture.cells[k].signed_count, 0);
        }
    }
    world_stop(&world);
}

static void what_is_not_signed_for_now_is_unknown(void **state) { /* B1 */
    (void)state;
    struct world world;
    world_start(&world);
    struct tcn_event event = oral_of("office-a", LINE_ACCIDENT, NULL, "2025-11-27 16:00:00");
    fold_at(&world, DESK, &event, "2025-11-27 16:00:00"); /* by telephone */
    event = zero_of(LINE_ACCIDENT, NULL, "2025-11-27 16:30:00");
    fold_at(&world, OFFICE_B, &event, "2025-11-27 16:30:00");
    draw(&world, at("2025-11-27 16:30:00"), &picture);
    expect_cell(&picture, LINE_ACCIDENT, OFFICE_A, TCN_BOARD_UNKNOWN);
    assert_int_equal(cell_of(&picture, LINE_ACCIDENT, OFFICE_A)->said, TCN_EXPECTED_ORAL);
    expect_cell(&picture, LINE_ACCIDENT, OFFICE_B, TCN_BOARD_SAFE);
    expect_cell(&picture, LINE_ACCIDENT, 0, TCN_BOARD_UNKNOWN); /* one of two */
    assert_int_equal(cell_of(&picture, LINE_ACCIDENT, 0)->signed_count, 1);
    assert_int_equal(cell_of(&picture, LINE_ACCIDENT, 0)->office_count, 2);
    expect_cell(&picture, LINE_GRIEVANCE, OFFICE_B, TCN_BOARD_UNKNOWN);
    event = zero_of(LINE_ACCIDENT, NULL, "2025-11-27 16:40:00");
    fold_at(&world, OFFICE_A, &event, "2025-11-27 16:40:00");
    draw(&world, at("2025-11-28 17:59:59"), &picture);
    expect_cell(&picture, LINE_ACCIDENT, 0, TCN_BOARD_SAFE);
    assert_string_equal(cell_of(&picture, LINE_ACCIDENT, OFFICE_A)->post, "duty_officer");
    draw(&world, at("2025-11-28 18:00:00"), &picture);
    expect_cell(&picture, LINE_ACCIDENT, OFFICE_A, TCN_BOARD_UNKNOWN);
    expect_cell(&picture, LINE_ACCIDENT, 0, TCN_BOARD_UNKNOWN);
    world_stop(&world);
}

static void what_an_office_says_is_not_safe_warns(void **state) {
    (void)state;
    struct world world;
    world_start(&world);
    struct tcn_event event = zero_of(LINE_GRIEVANCE, LINE_ACCIDENT, "2025-11-27 16:30:00");
    fold_at(&world, OFFICE_A, &event, "2025-11-27 16:30:00");
    draw(&world, at("2025-11-27 17:00:00"), &picture);
    expect_cell(&picture, LINE_ACCIDENT, OFFICE_A, TCN_BOARD_WARNED);
    expect_cell(&picture, LINE_ACCIDENT, 0, TCN_BOARD_WARNED);
    expect_cell(&picture, LINE_GRIEVANCE, OFFICE_A, TCN_BOARD_SAFE);
    world_stop(&world);
}

static void an_open_hazard_warns_and_harm_is_a_breach(void **state) {
    (void)state;
    struct world world;
    world_start(&world);
    struct tcn_event event = zero_of(LINE_ACCIDENT, NULL, "2025-11-27 08:00:00");
    fold_at(&world, OFFICE_A, &event, "2025-11-27 08:00:00");
    event = matter_of(1, "danger", PLACE_A, "2025-11-27 10:00:00");
    event.severity = TCN_SEVERITY_SERIOUS;
    fold_at(&world, OFFICE_A, &event, "2025-11-27 10:00:00");
    event = matter_of(2, "danger", PLACE_OF_NONE, "2025-11-27 11:00:00");
    event.severity = TCN_SEVERITY_SERIOUS;
    fold_at(&world, SAFETY, &event, "2025-11-27 11:00:00");
    draw(&world, at("2025-11-27 12:00:00"), &picture);
    expect_cell(&picture, LINE_ACCIDENT, OFFICE_A, TCN_BOARD_WARNED);
    expect_cell(&picture, LINE_ACCIDENT, OFFICE_B, TCN_BOARD_UNKNOWN);
    const struct tcn_board_row *cell = cell_of(&picture, LINE_ACCIDENT, OFFICE_A);
    assert_true(cell->is_self && cell->since_ns == at("2025-11-27 10:00:00"));
    cell = cell_of(&picture, LINE_ACCIDENT, 0);
    assert_true(cell->since_ns == at("2025-11-27 10:00:00")); /* the oldest of all */
    event = said_at(TCN_ACT_FOLLOWED_UP, "2025-11-27 13:00:00");
    event.matter.bytes[3] = 2;
    event.counts.deaths = (struct tcn_count){TCN_COUNT_EXACT, 3};
    fold_at(&world, SAFETY, &event, "2025-11-27 13:00:00");
    draw(&world, at("2025-11-27 14:00:00"), &picture);
    expect_cell(&picture, LINE_ACCIDENT, OFFICE_A, TCN_BOARD_WARNED);
    expect_cell(&picture, LINE_ACCIDENT, 0, TCN_BOARD_BREACHED); /* B4: of no office's place */
    world_stop(&world);
}

/** Steps of reminding: urged two days behind the delivery of what comes six hours behind that of a
 * limit's end. */
static const struct tcn_escalation_step world_steps[] = {
    {.id = "remind",
     .ladder = "late",
     .kind = TCN_ESCALATION_REMIND,
     .cause = TCN_ESCALATION_OVERDUE,
     .roles = TCN_PLAN_HOLDER,
     .spacing_minutes = 6 * 60},
    {.id = "urge",
     .ladder = "late",
     .kind = TCN_ESCALATION_URGE,
     .cause = TCN_ESCALATION_OVERDUE,
     .roles = TCN_PLAN_HOLDER,
     .spacing_minutes = 2 * 24 * 60},
    {.id = "soon",
     .ladder = "before",
     .kind = TCN_ESCALATION_URGE,
     .cause = TCN_ESCALATION_DUE_SOON,
     .spacing_minutes = 40000},
};

/** An organ fetches all that it was told. */
static void fetch_all(struct world *world, uint16_t organ, const char *when) {
    const struct tcn_stream stream = {TCN_MODE_ACTUAL, organ};
    const struct tcn_event delivered = {
        .format = TCN_EVENT_FORMAT,
        .act = TCN_ACT_DELIVERED,
        .body_kind = TCN_BODY_DELIVERED,
        .delivered = {.name = tcn_slice_text("desk-pc"),
                      .principal = organ,
                      .stream = stream,
                      .number = tcn_memstate_head(&world->state, stream),
                      .generation = 1}};
    assert_int_equal(fold_at(world, 0, &delivered, when).code, TCN_OK);
}

static void a_missed_limit_warns_and_long_silence_is_a_breach(void **state) {
    (void)state;
    const struct tcn_plans plans = {.steps = world_steps,
                                    .step_count = COUNT_OF(world_steps),
                                    .reports = world_reports,
                                    .report_count = COUNT_OF(world_reports)};
    struct world world;
    world_start(&world);
    world.policy.plans = &plans;
    struct tcn_event event = matter_of(1, "claim", PLACE_A, "2025-11-27 10:00:00");
    fold_at(&world, OFFICE_A, &event, "2025-11-27 10:00:00");
    draw(&world, at("2025-12-12 23:59:59"), &picture);
    expect_cell(&picture, LINE_GRIEVANCE, OFFICE_A, TCN_BOARD_UNKNOWN);
    assert_int_equal(picture.board.late_count, 0);
    tick(&world, "2025-12-13 00:00:00");
    draw(&world, at("2025-12-13 00:00:00"), &picture);
    expect_cell(&picture, LINE_GRIEVANCE, OFFICE_A, TCN_BOARD_WARNED);
    assert_int_equal(picture.board.late_count, 1); /* B3: who owes, and since when */
    assert_int_equal(picture.board.lates[0].organ, SAFETY);
    assert_int_equal(picture.board.lates[0].office, OFFICE_A);
    expect_instant("late", picture.board.lates[0].since_ns, "2025-12-12 23:59:59");
    draw(&world, at("2026-06-01 00:00:00"), &picture); /* nobody was urged: nothing came to it */
    expect_cell(&picture, LINE_GRIEVANCE, OFFICE_A, TCN_BOARD_WARNED);
    fetch_all(&world, SAFETY, "2025-12-13 00:00:00");
    tick(&world, "2025-12-13 06:00:00"); /* reminded */
    draw(&world, at("2026-06-01 00:00:00"), &picture);
    expect_cell(&picture, LINE_GRIEVANCE, OFFICE_A, TCN_BOARD_WARNED);
    fetch_all(&world, SAFETY, "2025-12-13 06:00:00");
    tick(&world, "2025-12-15 06:00:00");
    /* Thirty days behind the urging. */
    draw(&world, at("2026-01-14 05:59:59"), &picture);
    expect_cell(&picture, LINE_GRIEVANCE, OFFICE_A, TCN_BOARD_WARNED);
    draw(&world, at("2026-01-14 06:00:00"), &picture);
    expect_cell(&picture, LINE_GRIEVANCE, OFFICE_A, TCN_BOARD_BREACHED);
    event = said_at(TCN_ACT_FOLLOWED_UP, "2026-01-10 10:00:00"); /* somebody stirs */
    event.matter.bytes[3] = 1;
    fold_at(&world, SAFETY, &event, "2026-01-10 10:00:00");
    draw(&world, at("2026-01-14 06:00:00"), &picture);
    expect_cell(&picture, LINE_GRIEVANCE, OFFICE_A, TCN_BOARD_WARNED);
    draw(&world, at("2026-02-09 10:00:00"), &picture);
    expect_cell(&picture, LINE_GRIEVANCE, OFFICE_A, TCN_BOARD_BREACHED);
    world_stop(&world);
}

/* What comes behind the urging makes nobody less late. */
static void a_breach_stays_when_a_later_step_is_told(void **state) {
    (void)state;
    struct tcn_escalation_step steps[3];
    memcpy(steps, world_steps, 2 * sizeof(steps[0]));
    steps[2] = (struct tcn_escalation_step){.id = "admonish",
                                            .ladder = "late",
                                            .kind = TCN_ESCALATION_ADMONISH,
                                            .cause = TCN_ESCALATION_OVERDUE,
                                            .roles = TCN_PLAN_DESK,
                                            .spacing_minutes = 30 * 24 * 60};
    const struct tcn_plans plans = {.steps = steps,
                                    .step_count = 3,
                                    .reports = world_reports,
                                    .report_count = COUNT_OF(world_reports)};
    for (uint32_t is_skipped = 0; is_skipped < 2; is_skipped++) {
        struct world world;
        steps[1].severity_min = is_skipped == 1 ? TCN_SEVERITY_DANGER : TCN_SEVERITY_UNKNOWN;
        world_start(&world);
        world.policy.plans = &plans;
        struct tcn_event event = matter_of(1, "claim", PLACE_A, "2025-11-27 10:00:00");
        fold_at(&world, OFFICE_A, &event, "2025-11-27 10:00:00");
        tick(&world, "2025-12-13 00:00:00");
        fetch_all(&world, SAFETY, "2025-12-13 00:00:00");
        tick(&world, "2025-12-13 06:00:00"); /* reminded */
        fetch_all(&world, SAFETY, "2025-12-13 06:00:00");
        tick(&world, "2025-12-15 06:00:00"); /* urged, unless that is for graver matters */
        fetch_all(&world, SAFETY, "2025-12-15 06:00:00");
        tick(&world, "2026-01-14 06:00:00"); /* to admonish is proposed */
        draw(&world, at("2026-01-14 06:00:00"), &picture);
        expect_cell(&picture, LINE_GRIEVANCE, OFFICE_A,
                    is_skipped == 1 ? TCN_BOARD_WARNED : TCN_BOARD_BREACHED);
        world_stop(&world);
    }
}

static void several_late_acts_of_one_organ_are_told_once(void **state) { /* B3 */
    (void)state;
    struct world world;
    world_start(&world);
    for (uint8_t i = 1; i <= 3; i++) {
        char when[] = "2025-11-27 10:00:00";
        when[9] = (char)('9' - i);
        when[8] = '2';
        struct tcn_event event = matter_of(i, "claim", PLACE_A, when);
        event.recorded_ns = at("2025-11-28 10:00:00");
        fold_at(&world, OFFICE_A, &event, "2025-11-28 10:00:00");
    }
    tick(&world, "2025-12-20 00:00:00");
    draw(&world, at("2025-12-20 00:00:00"), &picture);
    assert_int_equal(picture.board.late_count, 1);
    expect_instant("oldest", picture.board.lates[0].since_ns, "2025-12-11 23:59:59");
    world_stop(&world);
}

static void a_missing_calendar_makes_nobody_late(void **state) { /* B5 */
    (void)state;
    struct tcn_matter_clock clock = {
        .terms = {.bound = TCN_CLOCK_AT_MOST, .owes = TCN_CLOCK_HOLDER},
        .times = {.limit_ns = 10, .missing_year = 2027}};
    assert_false(tcn_sign_is_late(&clock, 11));
    clock.times.missing_year = 0;
    assert_false(tcn_sign_is_late(&clock, 10));
    assert_true(tcn_sign_is_late(&clock, 11));
    clock.times.is_paused = true;
    assert_false(tcn_sign_is_late(&clock, 11));
    clock.times.is_paused = false;
    clock.terms.owes = TCN_CLOCK_OUTSIDE; /* a petitioner is late for nobody */
    assert_false(tcn_sign_is_late(&clock, 11));
    clock.terms.owes = TCN_CLOCK_HOLDER;
    clock.terms.bound = TCN_CLOCK_WINDOW;
    assert_false(tcn_sign_is_late(&clock, 11));
    clock.terms.bound = TCN_CLOCK_AT_MOST;
    clock.end = TCN_CLOCK_STOPPED;
    assert_false(tcn_sign_is_late(&clock, 11));
}

static void of_too_many_late_organs_it_says_that_there_are_more(void **state) {
    (void)state;
    struct world world;
    world_start(&world);
    struct tcn_matter matter = {.birth_position = 1,
                                .mode = TCN_MODE_ACTUAL,
                                .kind = TCN_PROCEDURE_PETITION,
                                .stage = TCN_STAGE_OPEN,
                                .domain = "claim",
                                .office = OFFICE_A,
                                .division = 520502100000,
                                .learned_ns = 5,
                                .opened_ns = 5};
    const struct tcn_matter_clock clock = {
        .terms = {.bound = TCN_CLOCK_AT_MOST, .owes = TCN_CLOCK_HOLDER}, .times = {.limit_ns = 10}};
    memset(&picture, 0, sizeof(picture));
    picture.board = (struct tcn_board){.policy = &world.policy, .now_ns = 20, .sums = picture.sums};
    for (uint32_t i = 1; i <= TCN_BOARD_LATES_MAX + 1; i++) {
        assert_false(picture.board.has_more);
        matter.holder = (uint16_t)i;
        tcn_board_add(&picture.board, &matter, &clock, &clock.times.limit_ns, 1);
    }
    assert_true(picture.board.has_more);
    assert_int_equal(picture.board.late_count, TCN_BOARD_LATES_MAX);
    matter.flags = TCN_FLAG_GUARDED; /* B2 */
    picture.board.late_count = 0;
    memset(picture.sums, 0, sizeof(picture.sums));
    tcn_board_add(&picture.board, &matter, &clock, &clock.times.limit_ns, 1);
    assert_int_equal(picture.board.late_count, 0);
    for (size_t i = 0; i < COUNT_OF(picture.sums); i++) {
        assert_int_equal(picture.sums[i].sign, TCN_SIGN_NONE);
    }
    world_stop(&world);
}

/* Random logs. */

static uint64_t dice_state;

static uint32_t dice(uint32_t sides) {
    dice_state = dice_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(dice_state >> 33) % sides;
}

#define HOUR (INT64_C(3600) * 1000000000)

/** What was signed, as the test itself keeps it: until when each line of each office is safe. */
struct oracle {
    int64_t signed_until[2][2];
};

static void when_text(int64_t ns, char out[32]) {
    char text[TCN_TIME_TEXT_BYTES];
    tcn_text_from_time_at(ns, DISTRICT_MINUTES, text);
    (void)snprintf(out, 32, "%.10s %.8s", text, text + 11);
}

/** Some event by somebody; notes what was signed safe. */
static void step_randomly(struct world *world, struct oracle *oracle, int64_t now_ns,
                          bool is_guarded_too) {
    const uint32_t who = dice(2);
    const uint32_t line = dice(2);
    const uint32_t what = dice(8);
    const uint16_t office = who == 0 ? OFFICE_A : OFFICE_B;
    const char *lines[] = {LINE_ACCIDENT, LINE_GRIEVANCE};
    char when[32];
    when_text(now_ns, when);
    const uint8_t number = (uint8_t)(1 + dice(20));
    struct tcn_event event = said_at(TCN_ACT_TICK, when);
    event.body_kind = TCN_BODY_NONE;
    uint16_t organ = 0;
    if (what == 0) {
        event = zero_of(lines[line], NULL, when);
        organ = office;
        const int64_t day = tcn_calendar_day(&world->clocks.calendar, now_ns);
        const int64_t evening_ns =
            tcn_calendar_day_start_ns(&world->clocks.calendar, day + 1) + 18 * HOUR;
        /* The daily one until the next evening; that of working days over a weekend at most. */
        oracle->signed_until[who][line] = line == 0 ? evening_ns : evening_ns + 2 * 24 * HOUR;
    } else if (what == 1) {
        event = zero_of(NULL, lines[line], when);
        organ = office;
        oracle->signed_until[who][line] = 0;
    } else if (what == 2) {
        event = oral_of(who == 0 ? "office-a" : "office-b", lines[line], NULL, when);
        organ = DESK;
    } else if (what == 3) {
        event = matter_of(number, dice(2) == 0 ? "danger" : "claim", PLACE_A, when);
        event.severity = (enum tcn_severity)(1 + dice(4));
        organ = dice(2) == 0 ? office : SAFETY;
    } else if (what == 4) {
        event = said_at(dice(2) == 0 ? TCN_ACT_ACCEPTED : TCN_ACT_REPLIED, when);
        event.matter.bytes[3] = number;
        organ = SAFETY;
    } else if (what == 5) {
        event = said_at(TCN_ACT_CHECKED_IN, when);
        organ = office;
    } else if (what == 6 && is_guarded_too) {
        event = matter_of((uint8_t)(100 + number), "", "", when);
        event.domain = event.division = (struct tcn_slice){0};
        event.concerns = TCN_CONCERNS_UNIT;
        event.severity = TCN_SEVERITY_DANGER;
        event.counts.deaths = (struct tcn_count){TCN_COUNT_EXACT, 9};
        event.guard_organs[0] = DISCIPLINE;
        event.guard_organ_count = 1;
        organ = office;
    }
    fold_at(world, organ, &event, when);
}

static void expect_nothing_safe_unsigned(const struct oracle *oracle, int64_t now_ns) {
    static const char *const lines[] = {LINE_ACCIDENT, LINE_GRIEVANCE};
    for (uint32_t k = 0; k < 2; k++) {
        bool is_all = true;
        for (uint32_t i = 0; i < 2; i++) {
            const struct tcn_board_row *cell =
                cell_of(&picture, lines[k], i == 0 ? OFFICE_A : OFFICE_B);
            const bool may_be = now_ns < oracle->signed_until[i][k];
            if (cell->state == TCN_BOARD_SAFE && !may_be) {
                fail_msg("%s of office %u is safe, and nobody signed it", lines[k], i);
            }
            assert_true(cell->state != TCN_BOARD_SAFE || cell->said == TCN_EXPECTED_SIGNED);
            assert_true(cell->signed_count == 0 || may_be);
            is_all = is_all && cell->state == TCN_BOARD_SAFE;
        }
        const struct tcn_board_row *district = cell_of(&picture, lines[k], 0);
        assert_true(district->state != TCN_BOARD_SAFE || is_all);
    }
}

/** Ten days of anything, in each of which nothing is safe but what was signed; and with guarded
 * matters among them every cell is the same as without. */
static void over_random_logs_nothing_is_safe_unsigned(void **state) {
    (void)state;
    for (uint32_t seed = 1; seed <= 40; seed++) {
        static struct picture pictures[2];
        for (int is_guarded_too = 0; is_guarded_too < 2; is_guarded_too++) {
            struct world world;
            struct oracle oracle = {.signed_until = {{0}}};
            int64_t now_ns = at("2025-11-26 10:00:00");
            dice_state = seed;
            world_start(&world);
            for (int i = 0; i < 120; i++) {
                now_ns += (int64_t)(1 + dice(14400)) * 1000000000;
                step_randomly(&world, &oracle, now_ns, is_guarded_too == 1);
                draw(&world, now_ns, &picture);
                expect_nothing_safe_unsigned(&oracle, now_ns);
            }
            /* Then everybody falls silent. */
            draw(&world, now_ns + 12 * 24 * HOUR, &picture);
            for (uint32_t i = 0; i < picture.count; i++) {
                assert_int_not_equal(picture.cells[i].state, TCN_BOARD_SAFE);
            }
            draw(&world, now_ns, &pictures[is_guarded_too]);
            world_stop(&world);
        }
        assert_int_equal(pictures[0].count, pictures[1].count);
        assert_int_equal(pictures[0].board.late_count, pictures[1].board.late_count);
        assert_memory_equal(pictures[0].cells, pictures[1].cells, sizeof(pictures[0].cells));
        assert_memory_equal(pictures[0].board.lates, pictures[1].board.lates,
                            sizeof(pictures[0].board.lates));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_has_said_anything),
        cmocka_unit_test(what_is_not_signed_for_now_is_unknown),
        cmocka_unit_test(what_an_office_says_is_not_safe_warns),
        cmocka_unit_test(an_open_hazard_warns_and_harm_is_a_breach),
        cmocka_unit_test(a_missed_limit_warns_and_long_silence_is_a_breach),
        cmocka_unit_test(a_breach_stays_when_a_later_step_is_told),
        cmocka_unit_test(several_late_acts_of_one_organ_are_told_once),
        cmocka_unit_test(a_missing_calendar_makes_nobody_late),
        cmocka_unit_test(of_too_many_late_organs_it_says_that_there_are_more),
        cmocka_unit_test(over_random_logs_nothing_is_safe_unsigned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
