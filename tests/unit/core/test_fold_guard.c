/* SPDX-License-Identifier: Apache-2.0 */
/* What a guarded matter keeps from those who are not on its list, whatever they try. */
#include "fold_fixture.h"

/** A complaint of one office, held by the discipline organ. */
static struct tcn_event complaint_of(uint8_t matter) {
    struct tcn_event event = report_of(matter, "");
    event.division = tcn_slice_text("");
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organs[0] = DISCIPLINE;
    event.guard_organs[1] = DESK;
    event.guard_organ_count = 2;
    return event;
}

static void a_second_complaint_does_not_reach_the_holder_whom_it_may_accuse(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    struct tcn_event event = complaint_of(1);
    fold_event(&fixture, OFFICE_A, &event);
    transfer(&fixture, DISCIPLINE, 1, "water");
    fixture.trace.size = 0;
    fold_event(&fixture, OFFICE_A, &event); /* about how it was handled */
    event.act = TCN_ACT_FOLLOWED_UP;
    fold_event(&fixture, OFFICE_A, &event);
    transfer(&fixture, WATER, 1, "discipline");
    fold_event(&fixture, OFFICE_A, &event); /* whoever is on the list gets it in its place */
    trace_expect(&fixture.trace, "11 reported: [held 3] >4 guarded(64) >1 guarded(64)\n"
                                 "11 followed_up: [held 3] >4 guarded(64) >1 guarded(64)\n"
                                 "3 transferred: [held 4] >4 transfer(64)\n"
                                 "11 followed_up: [held 4] >4 holder(64)\n");
    assert_int_equal(fixture.state.matters.count, 3);
    stop(&fixture);
}

/** How many alerts and outcomes there are, and what the last ones say to one organ. */
struct heard {
    size_t alert_count;
    size_t outcome_count;
    struct tcn_alert alert;
    struct tcn_outcome outcome;
};

static struct heard hear(const struct fixture *fixture, uint16_t organ) {
    struct heard heard = {.outcome_count = fixture->state.outcomes.count};
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)fixture->state.alerts.rows;
    const struct tcn_outcome *outcomes =
        (const struct tcn_outcome *)(const void *)fixture->state.outcomes.rows;
    for (size_t i = 0; i < fixture->state.alerts.count; i++) {
        if (alerts[i].stream.organ == organ) {
            heard.alert_count++;
            heard.alert = alerts[i];
        }
    }
    if (heard.outcome_count > 0) {
        heard.outcome = outcomes[heard.outcome_count - 1];
    }
    return heard;
}

static void a_stranger_cannot_tell_a_guarded_matter_from_none(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    struct tcn_event event = complaint_of(1);
    fold_event(&fixture, OFFICE_A, &event);
    report(&fixture, OFFICE_A, 2, "hazard");           /* an open one beside it */
    for (unsigned number = 2; number < 60; number++) { /* all but a second report */
        if (!tcn_act_is_known(number) || !tcn_act_is_human((enum tcn_act)number)) {
            continue;
        }
        struct heard before = hear(&fixture, SAFETY);
        act(&fixture, SAFETY, (enum tcn_act)number, 1);
        struct heard there = hear(&fixture, SAFETY);
        act(&fixture, SAFETY, (enum tcn_act)number, (uint8_t)(100 + number));
        struct heard absent = hear(&fixture, SAFETY);
        fixture.trace.size = 0;
        assert_int_equal(there.alert_count - before.alert_count,
                         absent.alert_count - there.alert_count);
        assert_int_equal(there.outcome_count - before.outcome_count,
                         absent.outcome_count - there.outcome_count);
        assert_int_equal(there.alert.birth_position, 0);
        assert_int_equal(there.alert.flags, absent.alert.flags);
        assert_int_equal(there.alert.code, absent.alert.code);
        assert_int_equal(there.outcome.code, absent.outcome.code);
        assert_true(there.outcome.allowed_acts == absent.outcome.allowed_acts);
    }
    assert_true(hear(&fixture, SAFETY).alert_count > 0);
    const struct tcn_id id = matter_id(1);
    assert_int_equal(tcn_memstate_matter(&fixture.state, &id)->stage, TCN_STAGE_HELD);
    stop(&fixture);
}

/** The id that the fold gives to what is born at a position. */
static struct tcn_id position_id(uint8_t position) {
    struct tcn_id id;
    memset(&id, 0xff, 8);
    memset(&id.bytes[8], 0, 8);
    id.bytes[15] = position;
    return id;
}

static void the_id_of_a_position_is_nobodys_to_give(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    struct tcn_event planted = report_of(1, "hazard");
    for (uint8_t i = 0; i < 8; i++) {
        planted.matter = position_id((uint8_t)(10 + i));
        fold_event(&fixture, OFFICE_B, &planted);
    }
    act(&fixture, OFFICE_B, TCN_ACT_FOLLOWED_UP, 1);
    struct tcn_event event = complaint_of(1); /* the stub's report */
    event.act = TCN_ACT_FOLLOWED_UP;          /* or what becomes a matter of its own, at 10 */
    fold_event(&fixture, OFFICE_A, &event);
    struct tcn_id id = position_id(10);
    const struct tcn_matter *matter = tcn_memstate_matter(&fixture.state, &id);
    assert_non_null(matter);
    assert_int_equal(matter->birth_position, 10);
    assert_int_equal(matter->holder, DISCIPLINE);
    /* An act on it is answered as one on a position where nothing was born. */
    for (uint8_t position = 9; position <= 10; position++) {
        struct tcn_event probe = act_of(TCN_ACT_ACCEPTED, 0);
        probe.matter = position_id(position);
        fixture.trace.size = 0;
        size_t before = hear(&fixture, OFFICE_B).alert_count;
        fold_event(&fixture, OFFICE_B, &probe);
        assert_int_equal(hear(&fixture, OFFICE_B).alert_count, before + 1);
        assert_int_equal(hear(&fixture, OFFICE_B).alert.flags, TCN_FLAG_STUB);
    }
    /* Who is on its list goes on with it under that id. */
    struct tcn_event taken = act_of(TCN_ACT_ACCEPTED, 0);
    taken.matter = id;
    fixture.trace.size = 0;
    fold_event(&fixture, DISCIPLINE, &taken);
    trace_expect(&fixture.trace, "4 accepted: [accepted 4]\n");
    stop(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_complaint_does_not_reach_the_holder_whom_it_may_accuse),
        cmocka_unit_test(a_stranger_cannot_tell_a_guarded_matter_from_none),
        cmocka_unit_test(the_id_of_a_position_is_nobodys_to_give),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
