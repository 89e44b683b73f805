/* SPDX-License-Identifier: Apache-2.0 */
/* What the fold makes of the acts of each kind of matter. */
#include "fold_fixture.h"

static void acts_of_one_kind_are_recorded_and_move_no_stage(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    report(&fixture, OFFICE_A, 1, "hazard");
    fixture.trace.size = 0;
    act(&fixture, OFFICE_B, TCN_ACT_GRADED, 1);
    act(&fixture, SAFETY, TCN_ACT_GRADED, 1);
    act(&fixture, WATER, TCN_ACT_PEOPLE_WITHDRAWN, 1);
    trace_expect(&fixture.trace, "12 graded: void denied [open 2] >12 outcome\n"
                                 "2 graded: [open 2] >11 answer\n"
                                 "3 people_withdrawn: [open 2] >2 holder >11 answer\n");
    stop(&fixture);
}

static void no_act_changes_when_a_matter_was_learned(void **state) {
    (void)state;
    static const enum tcn_act acts[] = {TCN_ACT_CORRECTED, TCN_ACT_RECLASSIFIED, TCN_ACT_CLOSED,
                                        TCN_ACT_REOPENED, TCN_ACT_REPORTED};
    struct fixture fixture;
    start(&fixture);
    report(&fixture, OFFICE_A, 1, "hazard");
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        struct tcn_event event = report_of(1, "hazard");
        event.act = acts[i];
        event.body_kind = acts[i] == TCN_ACT_REPORTED ? TCN_BODY_REPORT : TCN_BODY_ACT;
        event.learned_ns = 999999;
        fold_event(&fixture, acts[i] == TCN_ACT_REPORTED ? OFFICE_A : SAFETY, &event);
        const struct tcn_id id = matter_id(1);
        assert_int_equal(tcn_memstate_matter(&fixture.state, &id)->last_act, acts[i]);
        assert_int_equal(tcn_memstate_matter(&fixture.state, &id)->learned_ns, 1000);
    }
    stop(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acts_of_one_kind_are_recorded_and_move_no_stage),
        cmocka_unit_test(no_act_changes_when_a_matter_was_learned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
