/* SPDX-License-Identifier: Apache-2.0 */
/* Who is told of urgent matters only: of a child in danger the police at once, of a need that is
 * none they learn nothing; and when a matter becomes urgent they are told then. */
#include "core/duty.h"

#include "fold_fixture.h"

/* WATER is told always, DISCIPLINE stands for the police here. */
static const struct tcn_domain domains[] = {
    {.id = "child",
     .procedure = TCN_PROCEDURE_GUARDIANSHIP,
     .owner = SAFETY,
     .recipients = {WATER, DISCIPLINE},
     .recipient_count = 2,
     .urgent_recipient_count = 1},
    {.id = "pipe", .owner = WATER},
};

static struct tcn_policy policy;

static int make(void **state) {
    (void)state;
    policy = regime;
    policy.domains = domains;
    policy.domain_count = COUNT_OF(domains);
    return 0;
}

static void begin(struct fixture *fixture) {
    start(fixture);
    fixture->fold.policy = &policy;
}

static size_t told_of(const struct fixture *fixture) {
    return hear(fixture, DISCIPLINE).alert_count;
}

static struct tcn_event report_as(uint8_t matter, enum tcn_severity severity) {
    struct tcn_event event = report_of(matter, "child");
    event.severity = severity;
    return event;
}

static void how_many_are_told_follows_from_how_grave_it_is(void **state) {
    (void)state;
    struct tcn_domain domain = domains[0];
    assert_int_equal(tcn_domain_told_count(NULL, TCN_SEVERITY_DANGER), 0);
    assert_int_equal(tcn_domain_told_count(&domain, TCN_SEVERITY_UNKNOWN), 1);
    assert_int_equal(tcn_domain_told_count(&domain, TCN_SEVERITY_SERIOUS), 1);
    assert_int_equal(tcn_domain_told_count(&domain, TCN_SEVERITY_URGENT), 2);
    assert_int_equal(tcn_domain_told_count(&domain, TCN_SEVERITY_DANGER), 2);
    domain.urgent_recipient_count = 0;
    assert_int_equal(tcn_domain_told_count(&domain, TCN_SEVERITY_ROUTINE), 2);
}

static void a_report_tells_them_when_it_is_urgent_and_else_not(void **state) {
    (void)state;
    for (unsigned severity = 0; severity <= TCN_SEVERITY_DANGER; severity++) {
        struct fixture fixture;
        struct tcn_event event = report_as(1, (enum tcn_severity)severity);
        begin(&fixture);
        fold_event(&fixture, OFFICE_A, &event);
        assert_int_equal(told_of(&fixture), severity >= TCN_SEVERITY_URGENT ? 1 : 0);
        assert_int_equal(hear(&fixture, WATER).alert_count, 1);
        if (severity >= TCN_SEVERITY_URGENT) {
            assert_int_equal(hear(&fixture, DISCIPLINE).alert.reason, TCN_REASON_CO_RECIPIENT);
        }
        struct tcn_duty duties[TCN_DUTIES_MAX];
        const struct tcn_duty_input in =
            tcn_duty_of(&policy, tcn_memstate_matter(&fixture.state, &event.matter));
        assert_int_equal(tcn_duty_gather(&in, duties), severity >= TCN_SEVERITY_URGENT ? 3 : 2);
        stop(&fixture);
    }
}

static void they_are_told_when_it_becomes_urgent_and_once(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_event event = report_as(1, TCN_SEVERITY_ROUTINE);
    begin(&fixture);
    fold_event(&fixture, OFFICE_A, &event);
    act(&fixture, DISCIPLINE, TCN_ACT_ACKNOWLEDGED, 1); /* no party of it: void */
    assert_int_equal(hear(&fixture, DISCIPLINE).alert.reason, TCN_REASON_OUTCOME);
    assert_int_equal(hear(&fixture, DISCIPLINE).alert.birth_position, 0);
    const size_t count = told_of(&fixture);
    event.severity = TCN_SEVERITY_SERIOUS; /* it is said again, and is no more */
    fold_event(&fixture, OFFICE_A, &event);
    assert_int_equal(told_of(&fixture), count);
    event.severity = TCN_SEVERITY_DANGER;
    fold_event(&fixture, OFFICE_A, &event);
    assert_int_equal(told_of(&fixture), count + 1);
    assert_int_equal(hear(&fixture, DISCIPLINE).alert.reason, TCN_REASON_CO_RECIPIENT);
    assert_int_equal(hear(&fixture, DISCIPLINE).alert.birth_position, 1);
    fold_event(&fixture, OFFICE_A, &event);
    assert_int_equal(told_of(&fixture), count + 1);
    const size_t outcome_count = hear(&fixture, DISCIPLINE).outcome_count;
    act(&fixture, DISCIPLINE, TCN_ACT_ACKNOWLEDGED, 1); /* it is theirs to answer now */
    assert_int_equal(hear(&fixture, DISCIPLINE).outcome_count, outcome_count);
    stop(&fixture);
}

static void an_act_that_came_before_its_report_and_was_graver_tells_them_with_it(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_event event = act_of(TCN_ACT_FOLLOWED_UP, 1);
    begin(&fixture);
    event.severity = TCN_SEVERITY_DANGER;
    fold_event(&fixture, OFFICE_A, &event);
    assert_int_equal(told_of(&fixture), 0); /* nobody knows yet of what kind it is */
    event = report_as(1, TCN_SEVERITY_SERIOUS);
    fold_event(&fixture, OFFICE_A, &event);
    assert_int_equal(told_of(&fixture), 1);
    stop(&fixture);
}

static void what_becomes_such_a_matter_tells_them_when_it_is_urgent(void **state) {
    (void)state;
    static const struct {
        enum tcn_severity severity;
        size_t told;
    } cases[] = {{TCN_SEVERITY_SERIOUS, 0}, {TCN_SEVERITY_URGENT, 1}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture fixture;
        struct tcn_event event = report_of(1, "pipe");
        begin(&fixture);
        event.severity = cases[i].severity;
        fold_event(&fixture, OFFICE_A, &event);
        event = act_of(TCN_ACT_RECLASSIFIED, 1);
        event.domain = tcn_slice_text("child");
        fold_event(&fixture, WATER, &event);
        assert_int_equal(told_of(&fixture), cases[i].told);
        stop(&fixture);
    }
}

static void a_guarded_matter_tells_none_of_them(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_event event = report_as(1, TCN_SEVERITY_SERIOUS);
    begin(&fixture);
    event.domain = tcn_slice_text("");
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organs[0] = SAFETY;
    event.guard_organ_count = 1;
    fold_event(&fixture, OFFICE_A, &event);
    event.severity = TCN_SEVERITY_DANGER;
    fold_event(&fixture, OFFICE_A, &event);
    event = act_of(TCN_ACT_RECLASSIFIED, 1);
    event.domain = tcn_slice_text("child");
    fold_event(&fixture, SAFETY, &event);
    fold_event_by(&fixture, SAFETY, OTHER_POST, &event);
    assert_int_equal(told_of(&fixture), 0);
    stop(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_many_are_told_follows_from_how_grave_it_is),
        cmocka_unit_test(a_report_tells_them_when_it_is_urgent_and_else_not),
        cmocka_unit_test(they_are_told_when_it_becomes_urgent_and_once),
        cmocka_unit_test(an_act_that_came_before_its_report_and_was_graver_tells_them_with_it),
        cmocka_unit_test(what_becomes_such_a_matter_tells_them_when_it_is_urgent),
        cmocka_unit_test(a_guarded_matter_tells_none_of_them),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
