/* SPDX-License-Identifier: Apache-2.0 */
/* What an organ was called to and has not in hand: rules S1 to S4 of core/summons, and fold rule
 * 12. */
#include "fold_fixture.h"

#include "core/acts.h"
#include "core/summons.h"

/* Whom a matter calls, as "3 2 1": organs in their order. */
static void expect_called(const struct fixture *fixture, uint64_t birth, const char *organs) {
    struct trace trace = {.size = 0};
    for (size_t i = 0; i < fixture->state.summonses.count; i++) {
        const struct tcn_summons *row =
            (const struct tcn_summons *)(const void *)fixture->state.summonses.rows + i;
        if (row->birth_position == birth) {
            trace_add(&trace, "%s%u", trace.size > 0 ? " " : "", row->organ);
        }
    }
    assert_string_equal(trace.text, organs);
}

static struct tcn_summons summons_of(struct fixture *fixture, uint16_t organ, uint64_t birth) {
    struct tcn_summons row;
    assert_int_equal(tcn_memstate_ops.summons_get(&fixture->state, false, organ, birth, &row),
                     TCN_OK);
    return row;
}

static void only_what_asks_something_of_the_organ_calls_it(void **state) {
    (void)state;
    static const struct {
        enum tcn_reason reason;
        enum tcn_severity severity;
        bool calls;
    } rows[] = {
        {TCN_REASON_NONE, TCN_SEVERITY_DANGER, false},
        {TCN_REASON_ANSWER, TCN_SEVERITY_DANGER, false},
        {TCN_REASON_OUTCOME, TCN_SEVERITY_DANGER, false},
        {TCN_REASON_COLLECTOR, TCN_SEVERITY_URGENT, false},
        {TCN_REASON_CLOCK, TCN_SEVERITY_URGENT, false},
        {TCN_REASON_SHIFT, TCN_SEVERITY_URGENT, false},
        {TCN_REASON_HOLDER, TCN_SEVERITY_SERIOUS, false},
        {TCN_REASON_HOLDER, TCN_SEVERITY_URGENT, true},
        {TCN_REASON_OWNER, TCN_SEVERITY_ROUTINE, true},
        {TCN_REASON_CO_RECIPIENT, TCN_SEVERITY_UNKNOWN, true},
        {TCN_REASON_UNKNOWN, TCN_SEVERITY_UNKNOWN, true},
        {TCN_REASON_TRANSFER, TCN_SEVERITY_UNKNOWN, true},
        {TCN_REASON_GUARDED, TCN_SEVERITY_UNKNOWN, true},
        {TCN_REASON_OWED, TCN_SEVERITY_UNKNOWN, true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct tcn_alert alert = {.stream = {TCN_MODE_ACTUAL, SAFETY},
                                        .reason = rows[i].reason,
                                        .severity = rows[i].severity};
        if (tcn_summons_calls(&alert) != rows[i].calls) {
            fail_msg("%s, %s", tcn_reason_name(rows[i].reason),
                     tcn_severity_name(rows[i].severity));
        }
    }
    struct tcn_alert alert = {.stream = {TCN_MODE_ACTUAL, SAFETY}, .reason = TCN_REASON_CLOCK};
    alert.holder = WATER; /* another leads from now on */
    assert_false(tcn_summons_calls(&alert));
    alert.holder = SAFETY;
    assert_true(tcn_summons_calls(&alert));
    alert.holder = 0;
    alert.fired = (struct tcn_fired){.kind = TCN_DUE_WAKE, .rule = TCN_WAKE_SHIFT};
    assert_false(tcn_summons_calls(&alert));
    alert.fired.rule = TCN_WAKE_DESK;
    assert_true(tcn_summons_calls(&alert));
}

static void a_machine_and_a_telephone_take_nothing_in_hand(void **state) {
    (void)state;
    static const enum tcn_act acts[] = {TCN_ACT_REPORTED,    TCN_ACT_FOLLOWED_UP, TCN_ACT_LINKED,
                                        TCN_ACT_CALLED,      TCN_ACT_HANDED_OVER, TCN_ACT_ON_DUTY,
                                        TCN_ACT_ZERO_REPORT, TCN_ACT_UNSEALED,    TCN_ACT_ERASED,
                                        TCN_ACT_NONE,        TCN_ACT_DELIVERED,   TCN_ACT_TICK};
    static const enum tcn_act answers[] = {TCN_ACT_ACKNOWLEDGED, TCN_ACT_ACCEPTED, TCN_ACT_OBJECTED,
                                           TCN_ACT_TRANSFERRED, TCN_ACT_PEOPLE_WITHDRAWN};
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        assert_false(tcn_act_is_taking(acts[i]));
    }
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        assert_true(tcn_act_is_taking(answers[i]));
    }
}

/* A summons and a ladder of the same matter never say two things of the same act. */
static void each_act_of_people_takes_or_does_not(void **state) {
    (void)state;
    static const enum tcn_act others[] = {
        TCN_ACT_REPORTED,      TCN_ACT_FOLLOWED_UP,   TCN_ACT_CORRECTED,
        TCN_ACT_LINKED,        TCN_ACT_CALLED,        TCN_ACT_HANDED_OVER,
        TCN_ACT_ON_DUTY,       TCN_ACT_ZERO_REPORT,   TCN_ACT_ORAL_ZERO,
        TCN_ACT_CHECKED_IN,    TCN_ACT_UNSEALED,      TCN_ACT_REWRAPPED,
        TCN_ACT_ERASED,        TCN_ACT_LEGAL_HOLD,    TCN_ACT_HOLD_ENDED,
        TCN_ACT_SILENCED,      TCN_ACT_SILENCE_ENDED, TCN_ACT_MONTH_CONFIRMED,
        TCN_ACT_DRILL_STARTED, TCN_ACT_DRILL_STOPPED, TCN_ACT_PETITIONER_TOLD,
    };
    uint32_t human_count = 0;
    for (int act = 0; act <= UINT8_MAX; act++) {
        /* What is said of keys and outboxes has no row: it is of no matter. */
        bool is_other =
            !tcn_act_is_human((enum tcn_act)act) || tcn_act_rule_of((enum tcn_act)act) == NULL;
        human_count += is_other ? 0 : 1;
        for (size_t i = 0; i < COUNT_OF(others); i++) {
            is_other = is_other || others[i] == (enum tcn_act)act;
        }
        if (tcn_act_is_taking((enum tcn_act)act) == is_other) {
            fail_msg("%s", tcn_act_name((enum tcn_act)act));
        }
        assert_true(is_other || !tcn_act_is_apart((enum tcn_act)act));
    }
    assert_true(human_count > COUNT_OF(others) + 40);
}

static void each_organ_answers_for_itself(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    report(&fixture, OFFICE_A, 1, "hazard");
    expect_called(&fixture, 1, "2 3");
    act(&fixture, OFFICE_A, TCN_ACT_FOLLOWED_UP, 1);
    act(&fixture, OFFICE_B, TCN_ACT_ACKNOWLEDGED, 1); /* void: nothing to it */
    expect_called(&fixture, 1, "2 3");
    act(&fixture, WATER, TCN_ACT_ACKNOWLEDGED, 1); /* a co-recipient */
    expect_called(&fixture, 1, "2");
    act(&fixture, SAFETY, TCN_ACT_ACCEPTED, 1);
    expect_called(&fixture, 1, "");
    stop(&fixture);
}

static void urgent_news_calls_again_and_the_first_call_is_remembered(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    report(&fixture, OFFICE_A, 1, "hazard");
    const struct tcn_summons first = summons_of(&fixture, SAFETY, 1);
    assert_int_equal(first.count, 1);
    assert_int_equal(first.reason, TCN_REASON_OWNER);
    assert_int_equal(first.severity, TCN_SEVERITY_SERIOUS);
    struct tcn_event news = act_of(TCN_ACT_FOLLOWED_UP, 1);
    fold_event(&fixture, OFFICE_A, &news); /* not urgent: no call */
    assert_int_equal(summons_of(&fixture, SAFETY, 1).count, 1);
    news.severity = TCN_SEVERITY_DANGER;
    fold_event(&fixture, OFFICE_A, &news);
    const struct tcn_summons second = summons_of(&fixture, SAFETY, 1);
    assert_int_equal(second.count, 2);
    assert_int_equal(second.severity, TCN_SEVERITY_DANGER);
    assert_int_equal(second.position, 3);
    assert_true(second.since_ns == first.since_ns && second.last_ns > first.last_ns);
    act(&fixture, SAFETY, TCN_ACT_ACKNOWLEDGED, 1);
    expect_called(&fixture, 1, "3");
    fold_event(&fixture, OFFICE_A, &news); /* it has it in hand, and is called to more */
    expect_called(&fixture, 1, "2 3");
    stop(&fixture);
}

static void who_hands_it_on_is_called_no_longer(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    report(&fixture, OFFICE_A, 1, "claim");
    expect_called(&fixture, 1, "2");
    transfer(&fixture, DESK, 1, "water"); /* the desk decides; the safety bureau said nothing */
    expect_called(&fixture, 1, "3");
    report(&fixture, OFFICE_A, 2, "hazard"); /* of which it is a co-recipient too */
    transfer(&fixture, DESK, 2, "water");
    expect_called(&fixture, 3, "2 3");
    stop(&fixture);
}

static void a_matter_that_is_over_calls_nobody(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    report(&fixture, OFFICE_A, 1, "pipe");
    act(&fixture, WATER, TCN_ACT_ACCEPTED, 1);
    act(&fixture, WATER, TCN_ACT_REPLIED, 1);
    act(&fixture, WATER, TCN_ACT_CLOSED, 1);
    expect_called(&fixture, 1, "");
    stop(&fixture);
}

static void a_guarded_matter_calls_those_of_its_list_alone(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_event event = report_of(1, "");
    start(&fixture);
    event.domain = event.division = (struct tcn_slice){0};
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organs[0] = DISCIPLINE;
    event.guard_organ_count = 1;
    fold_event(&fixture, OFFICE_A, &event);
    for (size_t i = 0; i < fixture.state.summonses.count; i++) {
        const struct tcn_summons *row =
            (const struct tcn_summons *)(const void *)fixture.state.summonses.rows + i;
        assert_int_equal(row->organ, DISCIPLINE);
        assert_true(row->is_kept);
    }
    assert_int_equal(fixture.state.summonses.count, 1);
    act(&fixture, DISCIPLINE, TCN_ACT_ACKNOWLEDGED, 1);
    assert_int_equal(fixture.state.summonses.count, 0);
    stop(&fixture);
}

/* S4: what the desk was called to before anybody knew what it is about. */
static void a_stub_takes_its_calls_along(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_event event = report_of(1, "");
    const struct tcn_summons *rows = NULL;
    start(&fixture);
    report(&fixture, OFFICE_A, 2, "hazard");
    struct tcn_event news = act_of(TCN_ACT_FOLLOWED_UP, 1); /* of what nobody has reported */
    news.severity = TCN_SEVERITY_DANGER;
    fold_event(&fixture, OFFICE_A, &news);
    expect_called(&fixture, 2, "1");
    assert_false(summons_of(&fixture, DESK, 2).is_kept);
    event.domain = event.division = (struct tcn_slice){0};
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organs[0] = DESK;
    event.guard_organs[1] = DISCIPLINE;
    event.guard_organ_count = 2;
    fold_event(&fixture, OFFICE_A, &event);
    expect_called(&fixture, 2, "1 4");
    rows = (const struct tcn_summons *)(const void *)fixture.state.summonses.rows;
    for (size_t i = 0; i < fixture.state.summonses.count; i++) {
        assert_int_equal(rows[i].is_kept, rows[i].birth_position == 2);
        if (rows[i].organ == DESK) { /* called twice to one thing */
            assert_int_equal(rows[i].count, 2);
        }
    }
    stop(&fixture);
}

/* S4: that it was called to the stub is all that a desk knows which the list leaves out. */
static void a_desk_that_is_left_out_is_called_no_more(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_event event = report_of(1, "");
    const struct tcn_summons odd = {.organ = DESK,
                                    .birth_position = 1,
                                    .mode = TCN_MODE_ACTUAL,
                                    .reason = TCN_REASON_UNKNOWN,
                                    .severity = TCN_SEVERITY_URGENT,
                                    .count = 1};
    start(&fixture);
    act(&fixture, OFFICE_A, TCN_ACT_FOLLOWED_UP, 1);
    transfer(&fixture, DESK, 1, "discipline");
    assert_int_equal(tcn_memstate_ops.summons_put(&fixture.state, &odd), TCN_OK);
    event.domain = event.division = (struct tcn_slice){0};
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organs[0] = DISCIPLINE;
    event.guard_organ_count = 1;
    fold_event(&fixture, OFFICE_A, &event);
    assert_int_equal(fixture.state.matters.count, 1); /* it opened the stub */
    expect_called(&fixture, 1, "4");
    stop(&fixture);
}

static void every_call_of_the_state_may_fail(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_memstate before;
    start(&fixture);
    tcn_memstate_init(&before);
    report(&fixture, OFFICE_A, 1, "hazard");
    struct tcn_event event = act_of(TCN_ACT_ACKNOWLEDGED, 1);
    event.act_body.post = tcn_slice_text("duty");
    const struct tcn_fold_input in = input_of(&fixture, SAFETY, &event);
    const struct tcn_fold fold = fixture.fold;
    struct tcn_outcome outcome;
    enum tcn_status status = TCN_IO;
    tcn_memstate_copy(&before, &fixture.state);
    for (uint64_t call = 1; status != TCN_OK; call++) {
        tcn_memstate_copy(&fixture.state, &before);
        fixture.fold = fold;
        fixture.state.call_count = 0;
        fixture.state.fail_at = call;
        status = tcn_fold_step(&fixture.fold, &in, &outcome);
        assert_true(status == TCN_OK || status == TCN_IO);
        assert_true(call < 200);
    }
    expect_called(&fixture, 1, "3");
    tcn_memstate_fini(&before);
    stop(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_asks_something_of_the_organ_calls_it),
        cmocka_unit_test(a_machine_and_a_telephone_take_nothing_in_hand),
        cmocka_unit_test(each_act_of_people_takes_or_does_not),
        cmocka_unit_test(each_organ_answers_for_itself),
        cmocka_unit_test(urgent_news_calls_again_and_the_first_call_is_remembered),
        cmocka_unit_test(who_hands_it_on_is_called_no_longer),
        cmocka_unit_test(a_matter_that_is_over_calls_nobody),
        cmocka_unit_test(a_guarded_matter_calls_those_of_its_list_alone),
        cmocka_unit_test(a_stub_takes_its_calls_along),
        cmocka_unit_test(a_desk_that_is_left_out_is_called_no_more),
        cmocka_unit_test(every_call_of_the_state_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
