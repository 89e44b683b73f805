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
    transfer_by_two(&fixture, DISCIPLINE, 1, "water");
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

/** Whoever entered it brought no list, whatever program it was. */
static void a_word_about_a_unit_is_guarded_without_a_list_too(void **state) {
    (void)state;
    static const enum tcn_concerns concerns[] = {TCN_CONCERNS_UNIT, TCN_CONCERNS_UNKNOWN};
    struct fixture fixture;
    start(&fixture);
    report(&fixture, OFFICE_A, 1, "pipe"); /* WATER has it, and may be whom the next words accuse */
    const size_t told = hear(&fixture, WATER).alert_count;
    for (size_t i = 0; i < COUNT_OF(concerns); i++) {
        struct tcn_event event = act_of(TCN_ACT_FOLLOWED_UP, 1);
        event.concerns = concerns[i];
        fold_event(&fixture, OFFICE_A, &event);
        event.matter = matter_id(9); /* which nobody reported: no stub for the desk to look at */
        fold_event(&fixture, OFFICE_A, &event);
        event = report_of(1, "pipe"); /* said once more, and another answer */
        event.concerns = concerns[i];
        fold_event(&fixture, OFFICE_B, &event);
    }
    assert_int_equal(hear(&fixture, WATER).alert_count, told);
    assert_int_equal(hear(&fixture, DISCIPLINE).alert_count, 6);
    const struct tcn_id id = matter_id(1);
    assert_int_equal(tcn_memstate_matter(&fixture.state, &id)->event_count, 1);
    assert_null(tcn_memstate_matter(&fixture.state, &(struct tcn_id){{0, 0, 0, 9}}));
    stop(&fixture);
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

/** A complaint about the desk: it is not on the list. */
static struct tcn_event complaint_about_desk(uint8_t matter) {
    struct tcn_event event = complaint_of(matter);
    event.guard_organ_count = 1;
    return event;
}

static void a_stub_is_not_taken_from_whom_the_complaint_may_accuse(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    act(&fixture, OFFICE_B, TCN_ACT_FOLLOWED_UP, 1); /* before its report: the desk has the stub */
    transfer(&fixture, DESK, 1, "water");
    fixture.trace.size = 0;
    struct tcn_event event = complaint_of(1);
    fold_event(&fixture, OFFICE_A, &event); /* not on its list: WATER keeps its stub */
    event.guard_organ_count = 0;            /* no list: it gets that of the policy */
    fold_event(&fixture, OFFICE_A, &event);
    act(&fixture, WATER, TCN_ACT_FOLLOWED_UP, 1); /* and may do what it could before */
    transfer(&fixture, WATER, 1, "desk");
    event = complaint_about_desk(1);
    fold_event(&fixture, OFFICE_A, &event); /* nor does the desk lose one */
    report(&fixture, OFFICE_B, 1, "pipe");  /* its own report opens it */
    trace_expect(&fixture.trace, "11 reported: [stub 3] >4 guarded(64) >1 guarded(64)\n"
                                 "11 reported: [stub 3] >4 guarded(64) >1 guarded(64)\n"
                                 "3 followed_up: [stub 3]\n"
                                 "3 transferred: [stub 1] >1 transfer(16)\n"
                                 "11 reported: [stub 1] >4 guarded(192)\n"
                                 "12 reported: [open 3] >3 owner(16)\n");
    stop(&fixture);
}

static void the_desk_does_not_learn_of_a_complaint_about_it(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    struct tcn_event event = complaint_about_desk(1);
    fold_event(&fixture, OFFICE_A, &event);
    event.concerns = TCN_CONCERNS_UNKNOWN; /* "don't know" is not the desk's either then */
    event.matter = matter_id(2);
    fold_event(&fixture, OFFICE_A, &event);
    act(&fixture, DISCIPLINE, TCN_ACT_ACCEPTED, 1);
    act(&fixture, DISCIPLINE, TCN_ACT_OBJECTED, 1); /* goes to the desk when it may */
    act(&fixture, DISCIPLINE, TCN_ACT_ACCEPTED, 1);
    act(&fixture, DISCIPLINE, TCN_ACT_REPLIED, 1);
    act(&fixture, DISCIPLINE, TCN_ACT_REVIEW_ASKED, 1); /* tells the desk when it may */
    trace_expect(&fixture.trace, "11 reported: [held 4] >4 guarded(192)\n"
                                 "11 reported: [held 4] >4 guarded(192)\n"
                                 "4 accepted: [accepted 4]\n"
                                 "4 objected: [held 4]\n"
                                 "4 accepted: [accepted 4]\n"
                                 "4 replied: [replied 4]\n"
                                 "4 review_asked: [replied 4]\n");
    assert_int_equal(hear(&fixture, DESK).alert_count, 0);
    transfer_by_two(&fixture, DISCIPLINE, 2, "desk"); /* its custodian's own word */
    act(&fixture, DESK, TCN_ACT_RELEASED, 2);
    event = act_of(TCN_ACT_RELEASED, 2);
    fold_event_by(&fixture, DESK, OTHER_POST, &event);
    const struct tcn_id id = matter_id(2);
    assert_int_equal(tcn_memstate_matter(&fixture.state, &id)->stage, TCN_STAGE_OPEN);
    stop(&fixture);
}

/** The desk acts on what it does not hold. Of a matter that is kept from it, under an id that can
 * be guessed, it finds what it finds at a position where nothing was born. */
static void the_desk_finds_nothing_where_a_complaint_about_it_is(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    report(&fixture, OFFICE_A, 9, "hazard"); /* position 1 */
    struct tcn_event event = complaint_about_desk(0);
    event.matter = position_id(0); /* named by nothing: it gets its own, of position 2 */
    fold_event(&fixture, OFFICE_A, &event);
    const struct tcn_id id = position_id(2);
    assert_non_null(tcn_memstate_matter(&fixture.state, &id));
    const struct tcn_matter before = *tcn_memstate_matter(&fixture.state, &id);
    for (unsigned number = 1; number < 60; number++) {
        if (!tcn_act_is_known(number) || !tcn_act_is_human((enum tcn_act)number)) {
            continue;
        }
        size_t counts[3];
        struct heard heard[3];
        uint64_t matter_count[3];
        for (uint8_t i = 0; i < 3; i++) { /* 1 first: nothing was born there, by that id */
            heard[i] = hear(&fixture, DESK);
            counts[i] = fixture.state.alerts.count;
            matter_count[i] = fixture.fold.applied.matter_count;
            struct tcn_event probe = act_of((enum tcn_act)number, 0);
            probe.matter = position_id((uint8_t)(i + 1));
            probe.act_body.to_organ = tcn_slice_text("water");
            if (i < 2) {
                fixture.trace.size = 0;
                fold_event(&fixture, DESK, &probe);
            }
        }
        assert_int_equal(counts[1] - counts[0], counts[2] - counts[1]);
        assert_int_equal(matter_count[1] - matter_count[0], matter_count[2] - matter_count[1]);
        assert_int_equal(heard[1].alert_count - heard[0].alert_count,
                         heard[2].alert_count - heard[1].alert_count);
        assert_int_equal(heard[1].outcome_count - heard[0].outcome_count,
                         heard[2].outcome_count - heard[1].outcome_count);
        assert_int_equal(heard[1].alert.flags, heard[2].alert.flags);
        assert_int_equal(heard[1].alert.reason, heard[2].alert.reason);
        const struct tcn_matter *after = tcn_memstate_matter(&fixture.state, &id);
        assert_memory_equal(after, &before, sizeof(before)); /* and moves nothing of it */
    }
    stop(&fixture);
}

static void a_list_binds_the_transfer_that_carries_it(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    struct tcn_event event = complaint_of(1);
    fold_event(&fixture, OFFICE_A, &event);
    fixture.trace.size = 0;
    event = act_of(TCN_ACT_TRANSFERRED, 1);
    event.act_body.to_organ = tcn_slice_text("water");
    event.guard_organs[0] = DISCIPLINE;
    event.guard_organs[1] = SAFETY;
    event.guard_organ_count = 2;
    fold_event(&fixture, DISCIPLINE, &event); /* to one that its own list leaves out */
    act(&fixture, DISCIPLINE, TCN_ACT_ACCEPTED, 1);
    event.act = TCN_ACT_OBJECTED;
    fold_event(&fixture, DISCIPLINE, &event); /* to the desk, of which the same is true */
    event.act = TCN_ACT_FOLLOWED_UP;
    fold_event(&fixture, DISCIPLINE, &event); /* from now on the desk is out */
    act(&fixture, DESK, TCN_ACT_ACCEPTED, 1);
    event.act = TCN_ACT_TRANSFERRED;
    event.act_body.to_organ = tcn_slice_text("safety");
    fold_event(&fixture, DISCIPLINE, &event); /* it narrows the matter's list and widens nothing */
    fold_event_by(&fixture, DISCIPLINE, OTHER_POST, &event);
    trace_expect(&fixture.trace, "4 transferred: void bad_value [held 4] >4 outcome(192)\n"
                                 "4 accepted: [accepted 4]\n"
                                 "4 objected: [held 4]\n"
                                 "4 followed_up: [held 4]\n"
                                 "1 accepted: void not_allowed [held 4] >1 outcome(16)\n"
                                 "4 transferred: [held 4] >4 holder(1216)\n"
                                 "4 transferred: [held 2] >2 transfer(192) >4 holder(192)\n");
    stop(&fixture);
}

static void who_handed_a_matter_over_hears_of_its_act_and_no_more(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    report(&fixture, OFFICE_A, 1, "orphaned"); /* so it is no party of the domain either */
    transfer(&fixture, DESK, 1, "water");
    transfer(&fixture, WATER, 1, "safety");
    struct heard told = hear(&fixture, WATER);
    struct tcn_event late = act_of(TCN_ACT_ACCEPTED, 1);
    late.recorded_ns = 1; /* far behind: a flag of the matter from now on */
    fold_event(&fixture, SAFETY, &late);
    act(&fixture, SAFETY, TCN_ACT_REPLIED, 1);
    act(&fixture, OFFICE_A, TCN_ACT_FOLLOWED_UP, 1);
    act(&fixture, DESK, TCN_ACT_LEGAL_HOLD, 1);
    assert_int_equal(hear(&fixture, WATER).alert_count, told.alert_count); /* nothing came */
    act(&fixture, WATER, TCN_ACT_CLOSED, 1);
    struct heard own = hear(&fixture, WATER);
    assert_int_equal(own.alert_count, told.alert_count + 1);
    assert_int_equal(own.alert.reason, TCN_REASON_OUTCOME);
    assert_int_equal(own.alert.code, TCN_DENIED);
    assert_int_equal(own.alert.flags, 0);
    assert_int_equal(own.alert.birth_position, 0);
    stop(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_complaint_does_not_reach_the_holder_whom_it_may_accuse),
        cmocka_unit_test(a_word_about_a_unit_is_guarded_without_a_list_too),
        cmocka_unit_test(a_stranger_cannot_tell_a_guarded_matter_from_none),
        cmocka_unit_test(the_id_of_a_position_is_nobodys_to_give),
        cmocka_unit_test(a_stub_is_not_taken_from_whom_the_complaint_may_accuse),
        cmocka_unit_test(the_desk_does_not_learn_of_a_complaint_about_it),
        cmocka_unit_test(the_desk_finds_nothing_where_a_complaint_about_it_is),
        cmocka_unit_test(a_list_binds_the_transfer_that_carries_it),
        cmocka_unit_test(who_handed_a_matter_over_hears_of_its_act_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
