/* SPDX-License-Identifier: Apache-2.0 */
/* Who is told of urgent matters only: of a child in danger the police at once, of a need that is
 * none they learn nothing; and when a matter becomes urgent they are told then. One of them may be
 * the office of the place, whichever that is. */
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
    {.id = "mine",
     .owner = SAFETY,
     .recipients = {WATER, TCN_ORGAN_OF_PLACE},
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

/** Who is told, as numbers. */
static void expect_told(const struct tcn_domain *domain, enum tcn_severity severity,
                        uint16_t place_office, const char *expected) {
    const struct tcn_beside told = tcn_policy_beside(&policy, domain, severity, place_office);
    struct trace trace = {.size = 0};
    for (uint32_t i = 0; i < told.count; i++) {
        trace_add(&trace, "%s%u", i > 0 ? " " : "", told.organs[i]);
        assert_true(tcn_beside_has(&told, told.organs[i]));
    }
    assert_false(tcn_beside_has(&told, 0));
    trace_expect(&trace, expected);
}

static void how_many_are_told_follows_from_how_grave_it_is(void **state) {
    (void)state;
    struct tcn_domain domain = domains[0];
    expect_told(NULL, TCN_SEVERITY_DANGER, 0, "");
    expect_told(&domain, TCN_SEVERITY_UNKNOWN, 0, "3");
    expect_told(&domain, TCN_SEVERITY_SERIOUS, 0, "3");
    expect_told(&domain, TCN_SEVERITY_URGENT, 0, "3 4");
    expect_told(&domain, TCN_SEVERITY_DANGER, 0, "3 4");
    domain.urgent_recipient_count = 0;
    expect_told(&domain, TCN_SEVERITY_ROUTINE, 0, "3 4");
}

static void the_office_of_the_place_is_told_where_the_policy_knows_it(void **state) {
    (void)state;
    struct tcn_domain domain = domains[1];
    expect_told(&domain, TCN_SEVERITY_DANGER, 0, "3");
    expect_told(&domain, TCN_SEVERITY_DANGER, 99, "3"); /* no organ */
    expect_told(&domain, TCN_SEVERITY_SERIOUS, OFFICE_A, "3");
    expect_told(&domain, TCN_SEVERITY_URGENT, OFFICE_A, "3 11");
    expect_told(&domain, TCN_SEVERITY_DANGER, OFFICE_B, "3 12");
    assert_int_equal(tcn_policy_beside(&policy, &domain, TCN_SEVERITY_DANGER, OFFICE_B).place,
                     OFFICE_B);
    domain.recipients[0] = OFFICE_A; /* once, and then not for its place alone */
    expect_told(&domain, TCN_SEVERITY_DANGER, OFFICE_A, "11");
    assert_false(tcn_policy_beside(&policy, &domain, TCN_SEVERITY_DANGER, OFFICE_A).is_place_alone);
    assert_int_equal(tcn_policy_beside(&policy, &domain, TCN_SEVERITY_DANGER, OFFICE_A).place,
                     OFFICE_A);
    domain.recipients[0] = WATER;
    domain.owner = OFFICE_A; /* who leads stands beside nobody */
    expect_told(&domain, TCN_SEVERITY_DANGER, OFFICE_A, "3");
}

static void the_office_of_a_place_is_its_divisions_or_who_reports(void **state) {
    (void)state;
    static const struct {
        uint64_t division;
        uint16_t reporter;
        uint16_t office;
    } cases[] = {
        {520502100001, OFFICE_B, OFFICE_A},
        {520502101000, DESK, OFFICE_B},
        {520502102000, OFFICE_A, OFFICE_A}, /* another district's: the clerk's own head knows */
        {999999999999, OFFICE_A, OFFICE_A},
        {0, OFFICE_B, OFFICE_B},
        {0, DESK, 0},
        {520502102000, WATER, 0},
        {0, 0, 0},
        {0, 99, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(tcn_policy_office_of(&policy, cases[i].division, cases[i].reporter),
                         cases[i].office);
    }
}

static void an_organ_that_may_be_told_of_a_domain_is_known(void **state) {
    (void)state;
    static const struct {
        size_t domain;
        uint16_t organ;
        bool is_told;
    } cases[] = {
        {0, DESK, true},        {0, SAFETY, true},   {0, DISCIPLINE, true},
        {0, OFFICE_A, false},   {1, OFFICE_A, true}, {1, WATER, true},
        {1, DISCIPLINE, false}, {1, OFFICE_B, true}, {1, TCN_ORGAN_OF_PLACE, true},
        {2, SAFETY, false},     {2, 99, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(tcn_policy_tells(&policy, &domains[cases[i].domain], cases[i].organ),
                         cases[i].is_told);
    }
}

/* The office that reports is told too: its clerk knows, its head may be asleep. */
static void the_office_of_the_place_rings_whoever_reports(void **state) {
    (void)state;
    static const uint16_t offices[] = {OFFICE_A, OFFICE_B};
    for (size_t i = 0; i < COUNT_OF(offices); i++) {
        struct fixture fixture;
        struct tcn_event event = report_of(1, "mine");
        begin(&fixture);
        event.severity = TCN_SEVERITY_DANGER;
        fold_event(&fixture, offices[i], &event);
        assert_int_equal(hear(&fixture, OFFICE_A).alert_count, 1);
        assert_int_equal(hear(&fixture, OFFICE_A).alert.reason, TCN_REASON_CO_RECIPIENT);
        assert_int_equal(hear(&fixture, OFFICE_B).alert_count, 0);
        const struct tcn_duty_input in =
            tcn_duty_of(&policy, tcn_memstate_matter(&fixture.state, &event.matter));
        assert_int_equal(in.beside.place, OFFICE_A);
        const size_t outcome_count = hear(&fixture, OFFICE_A).outcome_count;
        act(&fixture, OFFICE_A, TCN_ACT_ACKNOWLEDGED, 1);
        assert_int_equal(hear(&fixture, OFFICE_A).outcome_count, outcome_count);
        stop(&fixture);
    }
}

static bool is_called(struct fixture *fixture, uint16_t organ) {
    struct tcn_summons row;
    return tcn_memstate_ops.summons_get(&fixture->state, false, organ, 1, &row) == TCN_OK;
}

/* Whoever reported it, and whoever says that it is urgent: also its own clerk, and a bureau whose
 * act it hears as an answer. */
static void it_is_called_when_a_matter_becomes_urgent(void **state) {
    (void)state;
    static const uint16_t reporters[] = {OFFICE_A, OFFICE_B};
    static const uint16_t actors[] = {SAFETY, DESK, OFFICE_A}; /* the last where it reported */
    for (size_t i = 0; i < 5; i++) {
        const uint16_t reporter = reporters[i / COUNT_OF(actors)];
        const uint16_t actor = actors[i % COUNT_OF(actors)];
        struct fixture fixture;
        struct tcn_event event = report_of(1, "mine");
        begin(&fixture);
        fold_event(&fixture, reporter, &event);
        assert_false(is_called(&fixture, OFFICE_A));
        const size_t count = hear(&fixture, OFFICE_A).alert_count;
        event = act_of(TCN_ACT_FOLLOWED_UP, 1);
        event.severity = TCN_SEVERITY_URGENT;
        fold_event(&fixture, actor, &event);
        assert_int_equal(hear(&fixture, OFFICE_A).alert_count, count + 1);
        assert_int_equal(hear(&fixture, OFFICE_A).alert.reason, TCN_REASON_CO_RECIPIENT);
        assert_true(is_called(&fixture, OFFICE_A));
        stop(&fixture);
    }
}

/* That its head is told gives it no say in whether the mine is safe. */
static void it_checks_nothing_and_withdraws_nothing(void **state) {
    (void)state;
    static const struct {
        enum tcn_act act;
        bool is_taken;
    } cases[] = {
        {TCN_ACT_SUBMITTED, false}, {TCN_ACT_PASSED, false},      {TCN_ACT_REJECTED, false},
        {TCN_ACT_WITHDRAWN, false}, {TCN_ACT_CORRECTED, false},   {TCN_ACT_CLOSED, false},
        {TCN_ACT_CALLED, true},     {TCN_ACT_ACKNOWLEDGED, true}, {TCN_ACT_FOLLOWED_UP, true},
        {TCN_ACT_ACCEPTED, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture fixture;
        struct tcn_event event = report_of(1, "mine");
        begin(&fixture);
        event.severity = TCN_SEVERITY_DANGER;
        fold_event(&fixture, OFFICE_B, &event);
        const size_t outcome_count = hear(&fixture, OFFICE_A).outcome_count;
        act(&fixture, OFFICE_A, cases[i].act, 1);
        const bool is_taken = hear(&fixture, OFFICE_A).outcome_count == outcome_count;
        if (is_taken != cases[i].is_taken) {
            fail_msg("%s", tcn_act_name(cases[i].act));
        }
        stop(&fixture);
    }
}

static void it_is_called_no_more_when_the_matter_is_another(void **state) {
    (void)state;
    static const uint16_t reporters[] = {OFFICE_A, OFFICE_B};
    for (size_t i = 0; i < COUNT_OF(reporters); i++) {
        struct fixture fixture;
        struct tcn_event event = report_of(1, "mine");
        begin(&fixture);
        event.severity = TCN_SEVERITY_DANGER;
        fold_event(&fixture, reporters[i], &event);
        assert_true(is_called(&fixture, OFFICE_A));
        event = act_of(TCN_ACT_RECLASSIFIED, 1);
        event.domain = tcn_slice_text("pipe");
        fold_event(&fixture, SAFETY, &event);
        assert_false(is_called(&fixture, OFFICE_A));
        assert_true(is_called(&fixture, WATER));
        stop(&fixture);
    }
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
    assert_int_equal(tcn_memstate_matter(&fixture.state, &event.matter)->severity,
                     TCN_SEVERITY_DANGER);
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
        cmocka_unit_test(the_office_of_the_place_is_told_where_the_policy_knows_it),
        cmocka_unit_test(the_office_of_a_place_is_its_divisions_or_who_reports),
        cmocka_unit_test(an_organ_that_may_be_told_of_a_domain_is_known),
        cmocka_unit_test(it_checks_nothing_and_withdraws_nothing),
        cmocka_unit_test(it_is_called_no_more_when_the_matter_is_another),
        cmocka_unit_test(the_office_of_the_place_rings_whoever_reports),
        cmocka_unit_test(it_is_called_when_a_matter_becomes_urgent),
        cmocka_unit_test(a_report_tells_them_when_it_is_urgent_and_else_not),
        cmocka_unit_test(they_are_told_when_it_becomes_urgent_and_once),
        cmocka_unit_test(an_act_that_came_before_its_report_and_was_graver_tells_them_with_it),
        cmocka_unit_test(what_becomes_such_a_matter_tells_them_when_it_is_urgent),
        cmocka_unit_test(a_guarded_matter_tells_none_of_them),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
