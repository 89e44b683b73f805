/* SPDX-License-Identifier: Apache-2.0 */
/* One lead, several duties; and where a hand-over goes that nobody takes. */
#include "core/duty.h"

#include "trace.h"

enum {
    DESK = 1,
    SAFETY = 2,
    WATER = 3,
    POLICE = 4,
    OFFICE = 11,
};

static void a_hand_over_bounces_once_then_it_is_the_desks(void **state) {
    (void)state;
    static const struct {
        struct tcn_hand_over hand_over;
        struct tcn_bounce bounce;
    } rows[] = {
        /* Nobody to go back to, or nobody but the desk or the holder itself. */
        {{true, WATER, 0, 0, DESK, 0}, {DESK, true, 1}},
        {{false, WATER, SAFETY, 0, DESK, 0}, {DESK, true, 1}},
        {{true, WATER, DESK, 0, DESK, 0}, {DESK, true, 1}},
        {{true, WATER, WATER, 0, DESK, 0}, {DESK, true, 1}},
        {{false, WATER, 0, WATER, DESK, 0}, {DESK, true, 1}},
        /* The second time. */
        {{true, WATER, SAFETY, POLICE, DESK, 1}, {DESK, true, 2}},
        {{false, WATER, SAFETY, POLICE, DESK, 7}, {DESK, true, 8}},
        {{false, WATER, SAFETY, POLICE, DESK, UINT32_MAX}, {DESK, true, UINT32_MAX}},
        /* The first: objected to, to its sender; not taken, up. */
        {{true, WATER, SAFETY, POLICE, DESK, 0}, {SAFETY, false, 1}},
        {{true, WATER, 0, POLICE, DESK, 0}, {POLICE, false, 1}},
        {{false, WATER, SAFETY, POLICE, DESK, 0}, {POLICE, false, 1}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_bounce bounce = tcn_duty_bounce(&rows[i].hand_over);
        if (bounce.holder != rows[i].bounce.holder ||
            bounce.is_at_desk != rows[i].bounce.is_at_desk ||
            bounce.bounce_count != rows[i].bounce.bounce_count) {
            fail_msg("row %zu: to %u, count %u", i, bounce.holder, bounce.bounce_count);
        }
    }
}

static void expect_duties(const struct tcn_duty_input *in, const char *expected) {
    struct tcn_duty duties[TCN_DUTIES_MAX];
    struct trace trace = {.size = 0};
    uint32_t count = tcn_duty_gather(in, duties);
    for (uint32_t i = 0; i < count; i++) {
        trace_add(&trace, "%s%u:%s", i > 0 ? " " : "", duties[i].organ,
                  tcn_act_name(duties[i].owed));
    }
    trace_expect(&trace, expected);
}

static void the_lead_owes_the_stage_and_each_recipient_its_own_word(void **state) {
    (void)state;
    const struct tcn_beside told = {.organs = {WATER, SAFETY, POLICE}, .count = 3};
    struct tcn_duty_input in = {.kind = TCN_PROCEDURE_HAZARD,
                                .stage = (enum tcn_stage)60,
                                .holder = SAFETY,
                                .office = OFFICE,
                                .desk = DESK};
    expect_duties(&in, ""); /* no such stage */
    in.stage = TCN_STAGE_OPEN;
    expect_duties(&in, "2:accepted"); /* no domain: nobody else is told */
    in.beside = told;
    expect_duties(&in, "2:accepted 3:acknowledged 4:acknowledged");
    in.holder = WATER;
    expect_duties(&in, "3:accepted 2:acknowledged 4:acknowledged");
    in.stage = TCN_STAGE_SUBMITTED;
    expect_duties(&in, "0:passed 2:acknowledged 4:acknowledged");
    in.stage = TCN_STAGE_CLOSED;
    expect_duties(&in, "");
    in.stage = TCN_STAGE_STUB;
    in.beside.count = 0;
    expect_duties(&in, "1:transferred");
    in.kind = TCN_PROCEDURE_ACCIDENT;
    in.stage = TCN_STAGE_SUBMITTED;
    expect_duties(&in, "1:approved"); /* nobody above it: the desk */
    in.higher = POLICE;
    expect_duties(&in, "4:approved");
    in.kind = TCN_PROCEDURE_PETITION;
    in.stage = TCN_STAGE_FINAL;
    in.beside = told;
    expect_duties(&in, "3:petitioner_told");
}

static void above_is_the_line_and_else_the_place(void **state) {
    (void)state;
    static const struct tcn_organ organs[] = {
        {.number = DESK, .place_parent = DESK},
        {.number = SAFETY, .line_parent = POLICE, .place_parent = DESK},
        {.number = WATER, .line_parent = 99, .place_parent = DESK}, /* 99 is none of the policy's */
        {.number = POLICE, .line_parent = 99},
    };
    static const struct tcn_policy policy = {.organs = organs, .organ_count = COUNT_OF(organs)};
    assert_int_equal(tcn_duty_higher(NULL, &policy), 0);
    assert_int_equal(tcn_duty_higher(&organs[0], &policy), 0);
    assert_int_equal(tcn_duty_higher(&organs[1], &policy), POLICE);
    assert_int_equal(tcn_duty_higher(&organs[2], &policy), DESK);
    assert_int_equal(tcn_duty_higher(&organs[3], &policy), 0);
}

static void nobody_ends_anothers_duty(void **state) {
    (void)state;
    const struct tcn_duty duty = {WATER, TCN_ACT_ACKNOWLEDGED};
    const struct tcn_duty open = {0, TCN_ACT_PASSED};
    assert_false(tcn_duty_is_done(&duty, SAFETY, TCN_ACT_ACKNOWLEDGED));
    assert_false(tcn_duty_is_done(&duty, WATER, TCN_ACT_FOLLOWED_UP));
    assert_true(tcn_duty_is_done(&duty, WATER, TCN_ACT_ACKNOWLEDGED));
    assert_false(tcn_duty_is_done(&open, WATER, TCN_ACT_REJECTED));
    assert_true(tcn_duty_is_done(&open, WATER, TCN_ACT_PASSED));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hand_over_bounces_once_then_it_is_the_desks),
        cmocka_unit_test(the_lead_owes_the_stage_and_each_recipient_its_own_word),
        cmocka_unit_test(above_is_the_line_and_else_the_place),
        cmocka_unit_test(nobody_ends_anothers_duty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
