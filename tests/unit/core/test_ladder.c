/* SPDX-License-Identifier: Apache-2.0 */
/* One running ladder (core/ladder): every move from every stage, which ladder is set off, and when
 * its next step is due. */
#include "core/ladder.h"

#include "core/acts.h"
#include "ladder_world.h"

static void nothing_moves_but_as_the_drawing_says(void **state) {
    (void)state;
    static const char *const drawing[] = {
        /* set off, delivered, told, told the last, taken */
        "none:   waits  none   none  none  none",  "waits:  waits  counts none  none  taken",
        "counts: waits  none   waits spent taken", "spent:  waits  none   none  none  taken",
        "taken:  waits  none   none  none  none",
    };
    for (uint32_t stage = 0; stage <= TCN_LADDER_TAKEN; stage++) {
        char words[TCN_LADDER_MOVE_COUNT][8];
        char name[8];
        assert_int_equal(sscanf(drawing[stage], "%7[a-z]: %7s %7s %7s %7s %7s", name, words[0],
                                words[1], words[2], words[3], words[4]),
                         6);
        assert_string_equal(name, tcn_ladder_stage_name((enum tcn_ladder_stage)stage));
        for (uint32_t move = 0; move < TCN_LADDER_MOVE_COUNT; move++) {
            assert_string_equal(tcn_ladder_stage_name(tcn_ladder_next((enum tcn_ladder_stage)stage,
                                                                      (enum tcn_ladder_move)move)),
                                words[move]);
        }
    }
    assert_int_equal(tcn_ladder_next((enum tcn_ladder_stage)99, TCN_LADDER_SET_OFF),
                     TCN_LADDER_NONE);
    assert_int_equal(tcn_ladder_next(TCN_LADDER_WAITS, TCN_LADDER_MOVE_COUNT), TCN_LADDER_NONE);
    assert_string_equal(tcn_ladder_stage_name((enum tcn_ladder_stage)99), "none");
}

static const char *chosen(enum tcn_escalation_cause cause, const char *clock, bool is_outside,
                          enum tcn_severity severity) {
    static const struct tcn_escalation_step named =
        STEP("hour.remind", "hour", REMIND, DUE_SOON, UNKNOWN, TCN_PLAN_HOLDER, 1);
    static struct tcn_escalation_step steps[COUNT_OF(ladder_steps) + 1];
    memcpy(steps, ladder_steps, sizeof(ladder_steps));
    steps[COUNT_OF(ladder_steps)] = named;
    memcpy(steps[COUNT_OF(ladder_steps)].clock, "head_to_county", sizeof("head_to_county"));
    const struct tcn_plans plans = {.steps = steps, .step_count = COUNT_OF(steps)};
    const struct tcn_ladder_cause in = {.cause = cause,
                                        .clock = tcn_slice_text(clock),
                                        .is_outside = is_outside,
                                        .severity = severity};
    const struct tcn_escalation_step *step = tcn_ladder_choose(&plans, &in);
    return step != NULL ? step->id : "none";
}

static void the_ladder_that_fits_best_is_set_off(void **state) {
    (void)state;
    const struct tcn_ladder_cause any = {.cause = TCN_ESCALATION_OVERDUE,
                                         .severity = TCN_SEVERITY_DANGER};
    const struct tcn_plans none = {.step_count = 0};
    assert_null(tcn_ladder_choose(NULL, &any));
    assert_null(tcn_ladder_choose(&none, &any));
    const enum tcn_escalation_cause unacknowledged = TCN_ESCALATION_UNACKNOWLEDGED;
    assert_string_equal(chosen(unacknowledged, "", false, TCN_SEVERITY_UNKNOWN), "none");
    assert_string_equal(chosen(unacknowledged, "", false, TCN_SEVERITY_SERIOUS), "none");
    assert_string_equal(chosen(unacknowledged, "", false, TCN_SEVERITY_URGENT), "urgent.remind");
    assert_string_equal(chosen(unacknowledged, "", false, TCN_SEVERITY_DANGER), "danger.remind");
    assert_string_equal(chosen(TCN_ESCALATION_DUE_SOON, "accept", false, TCN_SEVERITY_UNKNOWN),
                        "limit.remind");
    /* Nobody of ours owes it: only a ladder that names it. */
    assert_string_equal(chosen(TCN_ESCALATION_DUE_SOON, "accept", true, TCN_SEVERITY_DANGER),
                        "none");
    assert_string_equal(chosen(TCN_ESCALATION_DUE_SOON, "head_to_county", true, 0), "hour.remind");
    assert_string_equal(chosen(TCN_ESCALATION_DUE_SOON, "head_to_county", false, 0), "hour.remind");
    assert_string_equal(chosen(TCN_ESCALATION_OVERDUE, "head_to_county", false, 0),
                        "overdue.remind");
}

static void steps_are_found_in_their_order(void **state) {
    (void)state;
    assert_null(tcn_ladder_step(NULL, "overdue", 0));
    assert_null(tcn_ladder_step(&ladder_plans, "none", 0));
    assert_string_equal(tcn_ladder_step(&ladder_plans, "overdue", 0)->id, "overdue.remind");
    assert_string_equal(tcn_ladder_step(&ladder_plans, "overdue", 2)->id, "overdue.admonish");
    assert_null(tcn_ladder_step(&ladder_plans, "overdue", 3));
    const uint32_t number = tcn_ladder_number("overdue");
    assert_int_not_equal(number, tcn_ladder_number("danger"));
    assert_string_equal(tcn_ladder_numbered(&ladder_plans, number, 2)->id, "overdue.urge");
    assert_null(tcn_ladder_numbered(&ladder_plans, number, 0));
    assert_null(tcn_ladder_numbered(&ladder_plans, number, 4));
    assert_null(tcn_ladder_numbered(&ladder_plans, number + 1, 1));
    assert_null(tcn_ladder_numbered(NULL, number, 1));
}

static void news_and_papers_take_nothing_in_hand(void **state) {
    (void)state;
    static const enum tcn_act others[] = {
        TCN_ACT_REPORTED, TCN_ACT_FOLLOWED_UP, TCN_ACT_CORRECTED, TCN_ACT_CALLED,
        TCN_ACT_ON_DUTY,  TCN_ACT_UNSEALED,    TCN_ACT_DELIVERED, TCN_ACT_TICK,
    };
    static const enum tcn_act takers[] = {TCN_ACT_ACKNOWLEDGED, TCN_ACT_ACCEPTED,
                                          TCN_ACT_TRANSFERRED, TCN_ACT_OBJECTED,
                                          TCN_ACT_PEOPLE_WITHDRAWN};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        assert_false(tcn_act_is_taking(others[i]));
    }
    for (size_t i = 0; i < COUNT_OF(takers); i++) {
        assert_true(tcn_act_is_taking(takers[i]));
    }
}

static void a_step_is_due_its_distance_behind_the_delivery(void **state) {
    (void)state;
    const struct tcn_stream stream = {TCN_MODE_ACTUAL, SAFETY};
    struct tcn_ladder row = {.slot = 1};
    tcn_ladder_begin(&row, stream, 7, DAWN);
    assert_int_equal(row.stage, TCN_LADDER_WAITS);
    tcn_ladder_delivered(&row, DAWN + 6 * HOUR);
    assert_int_equal(tcn_ladder_due_ns(&row, &ladder_steps[0]), DAWN + 6 * HOUR + 5 * MINUTE);
    row.delivered_ns = INT64_MAX - 1;
    assert_int_equal(tcn_ladder_due_ns(&row, &ladder_steps[0]), INT64_MAX);
    row.delivered_ns = DAWN;
    tcn_ladder_told(&row, stream, 8, DAWN + HOUR, false);
    assert_int_equal(row.stage, TCN_LADDER_WAITS);
    assert_int_equal(row.step_count, 1);
    assert_int_equal(row.number, 8);
    tcn_ladder_delivered(&row, DAWN + 2 * HOUR);
    tcn_ladder_told(&row, stream, 0, DAWN + 3 * HOUR, false); /* to nobody: nothing to wait for */
    assert_int_equal(row.stage, TCN_LADDER_COUNTS);
    assert_int_equal(row.delivered_ns, DAWN + 3 * HOUR);
    tcn_ladder_told(&row, stream, 9, DAWN + 4 * HOUR, true);
    assert_int_equal(row.stage, TCN_LADDER_SPENT);
    tcn_ladder_take(&row, 44);
    assert_int_equal(row.stage, TCN_LADDER_TAKEN);
    assert_int_equal(row.taken_position, 44);
    tcn_ladder_begin(&row, stream, 12, DAWN + 5 * HOUR);
    assert_int_equal(row.stage, TCN_LADDER_WAITS);
    assert_int_equal(row.step_count, 0);
    assert_int_equal(row.taken_position, 0);
}

static void counts_only_rise(void **state) {
    (void)state;
    struct tcn_ladder_counts counts = {.deaths = 2};
    const struct tcn_counts unknown = {.deaths = {TCN_COUNT_UNKNOWN, 0}};
    const struct tcn_counts same = {.deaths = {TCN_COUNT_EXACT, 2}};
    const struct tcn_counts fewer = {.deaths = {TCN_COUNT_EXACT, 1}};
    const struct tcn_counts more = {.at_risk = {TCN_COUNT_ESTIMATE, 3},
                                    .missing = {TCN_COUNT_AT_LEAST, 1}};
    assert_false(tcn_ladder_count(&counts, &unknown));
    assert_false(tcn_ladder_count(&counts, &same));
    assert_false(tcn_ladder_count(&counts, &fewer));
    assert_true(tcn_ladder_count(&counts, &more));
    assert_false(tcn_ladder_count(&counts, &more));
    assert_int_equal(counts.deaths, 2);
    assert_int_equal(counts.at_risk, 3);
    assert_int_equal(counts.missing, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_moves_but_as_the_drawing_says),
        cmocka_unit_test(the_ladder_that_fits_best_is_set_off),
        cmocka_unit_test(steps_are_found_in_their_order),
        cmocka_unit_test(news_and_papers_take_nothing_in_hand),
        cmocka_unit_test(a_step_is_due_its_distance_behind_the_delivery),
        cmocka_unit_test(counts_only_rise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
