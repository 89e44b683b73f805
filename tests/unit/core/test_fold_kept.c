/* SPDX-License-Identifier: Apache-2.0 */
/* What a guarded matter keeps once it goes the way of a kind: rule 4 holds for every kind. */
#include "fold_moves.h"

#define ALL_FACTS                                                                                  \
    (TCN_FACT_MAJOR | TCN_FACT_FIVE | TCN_FACT_PATH | TCN_FACT_REASON | TCN_FACT_HOW |             \
     TCN_FACT_POST | TCN_FACT_UNTIL | TCN_FACT_NEXT_STEP | TCN_FACT_AMOUNT | TCN_FACT_COUNT |      \
     TCN_FACT_VILLAGERS | TCN_FACT_HARM)

/** A complaint of OFFICE_A, held by the discipline organ; the desk is on its list when it may be.
 */
static void complain(struct fixture *fixture, uint8_t matter, bool tells_desk) {
    struct tcn_event event = report_of(matter, "");
    event.division = tcn_slice_text("");
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organs[0] = DISCIPLINE;
    event.guard_organs[1] = DESK;
    event.guard_organ_count = tells_desk ? 2 : 1;
    fold_event(fixture, OFFICE_A, &event);
}

/** Does an act on a matter that is there and on one that is not, and compares what is answered. */
static void compare_answers(struct fixture *fixture, uint16_t organ, enum tcn_act act,
                            uint32_t says) {
    struct tcn_attribute attributes[MOVE_ATTRIBUTES];
    const struct move move = {organ, act, says, "water", NULL};
    struct tcn_event event = event_of(&move, 1, attributes);
    const struct heard before = hear(fixture, organ);
    fold_event(fixture, organ, &event);
    const struct heard there = hear(fixture, organ);
    event.matter.bytes[4] = (uint8_t)act; /* another one each time */
    event.matter.bytes[5] = (uint8_t)organ;
    event.matter.bytes[6] = says != 0;
    fold_event(fixture, organ, &event);
    const struct heard none = hear(fixture, organ);
    fixture->trace.size = 0;
    assert_int_equal(there.alert_count - before.alert_count, none.alert_count - there.alert_count);
    assert_int_equal(there.outcome_count - before.outcome_count,
                     none.outcome_count - there.outcome_count);
    assert_int_equal(there.alert.birth_position, 0);
    assert_int_equal(there.alert.kind, TCN_PROCEDURE_NONE);
    assert_int_equal(there.alert.stage, TCN_STAGE_NONE);
    assert_int_equal(there.alert.holder, 0);
    assert_int_equal(there.alert.flags, none.alert.flags);
    assert_int_equal(there.alert.code, none.alert.code);
    assert_int_equal(there.alert.facts, none.alert.facts);
    assert_true(there.alert.allowed_acts == none.alert.allowed_acts);
    assert_int_equal(there.outcome.code, none.outcome.code);
    assert_int_equal(there.outcome.missing, none.outcome.missing);
    assert_true(there.outcome.allowed_acts == none.outcome.allowed_acts);
}

/** Tries every act but a second report, with and without all that one may have to say. */
static void try_all_acts(struct fixture *fixture, uint16_t organ) {
    for (unsigned number = 2; number < 60; number++) {
        if (tcn_act_is_known(number)) {
            compare_answers(fixture, organ, (enum tcn_act)number, 0);
            compare_answers(fixture, organ, (enum tcn_act)number, ALL_FACTS);
        }
    }
}

static void nobody_by_the_policy_alone_can_tell_a_guarded_matter_from_none(void **state) {
    (void)state;
    static const char *const domains[] = {"care", "child", "claim", "danger",  "firm",
                                          "land", "pay",   "pipe",  "quarrel", "storm"};
    /* A co-recipient, an organ above the holder, and an office. */
    static const uint16_t strangers[] = {WATER, CITY, OFFICE_B};
    for (size_t i = 0; i < COUNT_OF(domains); i++) {
        const struct move release = {DISCIPLINE, TCN_ACT_RELEASED, 0, domains[i], NULL};
        struct tcn_attribute attributes[MOVE_ATTRIBUTES];
        struct fixture fixture;
        struct tcn_policy policy;
        start_chain(&fixture, &policy);
        complain(&fixture, 1, false);
        struct tcn_event event = event_of(&release, 1, attributes);
        event.act_body.to_organ = tcn_slice_text("safety");
        fold_event(&fixture, DISCIPLINE, &event);
        assert_int_equal(walked(&fixture, 1)->stage, TCN_STAGE_HELD); /* one person's word */
        fold_event_by(&fixture, DISCIPLINE, OTHER_POST, &event);
        const struct tcn_matter *matter = walked(&fixture, 1);
        assert_int_equal(matter->holder, SAFETY);
        assert_string_equal(matter->domain, domains[i]);
        for (size_t j = 0; j < COUNT_OF(strangers); j++) {
            try_all_acts(&fixture, strangers[j]);
        }
        matter = walked(&fixture, 1);
        assert_int_equal(matter->holder, SAFETY);
        assert_int_equal(matter->stage, TCN_STAGE_OPEN);
        stop(&fixture);
    }
}

static void a_guarded_matter_goes_its_way_and_tells_nobody(void **state) {
    (void)state;
    static const struct move moves[] = {
        {DISCIPLINE, TCN_ACT_ACCEPTED, 0, NULL, "accepted 4"},
        {DISCIPLINE, TCN_ACT_REPLIED, 0, NULL, "replied 4"},
        {DISCIPLINE, TCN_ACT_RECLASSIFIED, 0, "danger", "replied 4"},
        {DISCIPLINE, TCN_ACT_RECLASSIFIED, 0, "danger", "+open 2 hazard"},
        {WATER, TCN_ACT_PEOPLE_WITHDRAWN, TCN_FACT_COUNT, NULL, "denied"}, /* no co-recipient */
        {CITY, TCN_ACT_LISTED, 0, NULL, "denied"},                         /* nor above it */
        {SAFETY, TCN_ACT_GRADED, TCN_FACT_MAJOR, NULL, "graded 2"},
        {SAFETY, TCN_ACT_ASSIGNED, 0, NULL, "rectifying 2"},
        {SAFETY, TCN_ACT_SUBMITTED, 0, NULL, "submitted 2"},
    };
    struct fixture fixture;
    struct tcn_policy policy;
    start_chain(&fixture, &policy);
    complain(&fixture, 1, false);
    WALK(&fixture, 1, moves);
    assert_int_equal(hear(&fixture, DESK).alert_count, 0); /* it lacks the five: nobody is shown */
    assert_int_equal(hear(&fixture, OFFICE_A).alert_count, 0);
    assert_int_equal(hear(&fixture, SAFETY).alert_count, 1);
    assert_int_equal(hear(&fixture, SAFETY).alert.holder, SAFETY);
    stop(&fixture);
}

static void harm_and_bounces_release_no_guarded_matter(void **state) {
    (void)state;
    static const struct move moves[] = {
        {DISCIPLINE, TCN_ACT_RELEASED, 0, "danger", "held 4"},
        {DISCIPLINE, TCN_ACT_RELEASED, 0, "danger", "+open 2 hazard"},
        {SAFETY, TCN_ACT_OBJECTED, 0, NULL, "open 4"}, /* back to who released it */
        {DISCIPLINE, TCN_ACT_TRANSFERRED, 0, "safety", "open 4"},
        {DISCIPLINE, TCN_ACT_TRANSFERRED, 0, "safety", "+open 2"},
        {SAFETY, TCN_ACT_OBJECTED, 0, NULL, "held 1"},
        {OFFICE_A, TCN_ACT_FOLLOWED_UP, TCN_FACT_HARM, NULL, "held 1 accident"},
        {DESK, TCN_ACT_TRANSFERRED, 0, "water", "held 1"},
        {DESK, TCN_ACT_TRANSFERRED, 0, "water", "+held 3"},
        {WATER, TCN_ACT_RELEASED, 0, NULL, "held 3"},
        {WATER, TCN_ACT_RELEASED, 0, NULL, "+open 3"},
    };
    struct fixture fixture;
    struct tcn_policy policy;
    struct trace trace = {.size = 0};
    start_chain(&fixture, &policy);
    complain(&fixture, 1, true);
    walk(&fixture, 1, moves, 6);
    const size_t before = fixture.state.alerts.count;
    walk(&fixture, 1, moves + 6, 1);
    tell_since(&trace, &fixture, before);
    trace_expect(&trace, "1 holder"); /* no co-recipient, not its office */
    walk(&fixture, 1, moves + 7, 4);
    stop(&fixture);
}

/* Two persons let a complaint go to somebody, and both say to whom. */
static void one_person_alone_releases_no_complaint(void **state) {
    (void)state;
    static const struct move moves[] = {
        {DISCIPLINE, TCN_ACT_RELEASED, 0, "danger", "held 4"},
        {DISCIPLINE, TCN_ACT_RELEASED, 0, "danger", "held 4"}, /* the same key again */
        {DISCIPLINE, TCN_ACT_RELEASED, 0, "claim", "+held 4"}, /* to another: that is another act */
        {DISCIPLINE, TCN_ACT_RECLASSIFIED, 0, "claim", "held 4"}, /* nor by another word */
        {DISCIPLINE, TCN_ACT_RELEASED, 0, "claim", "+held 4"},
        {CITY, TCN_ACT_RELEASED, 0, "claim", "denied"}, /* who may not know is no second person */
        {OFFICE_A, TCN_ACT_RELEASED, 0, "claim", "denied"},
        {DISCIPLINE, TCN_ACT_RELEASED, 0, "claim", "open 2 petition"},
        {SAFETY, TCN_ACT_RECLASSIFIED, 0, "pipe", "open 2"}, /* released, and still guarded */
        {SAFETY, TCN_ACT_RECLASSIFIED, 0, "pipe", "+open 3 general"},
    };
    static const uint16_t strangers[] = {CITY, OFFICE_A, OFFICE_B};
    struct fixture fixture;
    struct tcn_policy policy;
    start_chain(&fixture, &policy);
    complain(&fixture, 1, false);
    WALK(&fixture, 1, moves);
    for (size_t i = 0; i < COUNT_OF(strangers); i++) {
        assert_int_equal(hear(&fixture, strangers[i]).alert.birth_position, 0);
    }
    stop(&fixture);
}

/* Nor does one hand it to whom it may accuse; within its list one does. */
static void one_person_alone_hands_no_complaint_to_who_is_off_its_list(void **state) {
    (void)state;
    static const struct move moves[] = {
        {DISCIPLINE, TCN_ACT_TRANSFERRED, 0, "water", "held 4"},
        {DISCIPLINE, TCN_ACT_TRANSFERRED, 0, "water", "held 4"}, /* the same key again */
        {DESK, TCN_ACT_TRANSFERRED, 0, "safety", "held 4"},      /* another word */
        {DISCIPLINE, TCN_ACT_TRANSFERRED, 0, "water", "held 4"},
        {DISCIPLINE, TCN_ACT_TRANSFERRED, 0, "nowhere", "bad_value to_organ"},
        {CITY, TCN_ACT_TRANSFERRED, 0, "water", "denied"},
        {DESK, TCN_ACT_TRANSFERRED, 0, "water", "held 3"},
        {WATER, TCN_ACT_TRANSFERRED, 0, "discipline", "held 4"},  /* on the list */
        {DISCIPLINE, TCN_ACT_TRANSFERRED, 0, "water", "+held 4"}, /* what waited is over */
        {DISCIPLINE, TCN_ACT_TRANSFERRED, 0, "desk", "held 1"},
        {DESK, TCN_ACT_TRANSFERRED, 0, "discipline", "held 4"},
        {DISCIPLINE, TCN_ACT_RELEASED, 0, "danger", "held 4"},
        {DISCIPLINE, TCN_ACT_RELEASED, 0, "danger", "+open 2 hazard"},
        {SAFETY, TCN_ACT_TRANSFERRED, 0, "water", "open 2"}, /* released, and still guarded */
        {SAFETY, TCN_ACT_TRANSFERRED, 0, "water", "+open 3"},
    };
    static const struct move off[] = {
        {DISCIPLINE, TCN_ACT_TRANSFERRED, 0, "desk", "held 4"},
        {DISCIPLINE, TCN_ACT_TRANSFERRED, 0, "desk", "+held 1"},
        {DESK, TCN_ACT_TRANSFERRED, 0, "water", "held 1"}, /* it holds it, and is on no list */
        {DESK, TCN_ACT_TRANSFERRED, 0, "discipline", "held 4"},
    };
    struct fixture fixture;
    struct tcn_policy policy;
    start_chain(&fixture, &policy);
    complain(&fixture, 1, true);
    WALK(&fixture, 1, moves);
    complain(&fixture, 2, false);
    WALK(&fixture, 2, off);
    assert_int_equal(hear(&fixture, CITY).alert.birth_position, 0);
    stop(&fixture);
}

static void a_guarded_matter_is_not_reviewed_above_by_itself(void **state) {
    (void)state;
    static const struct move moves[] = {
        {DISCIPLINE, TCN_ACT_RELEASED, 0, "claim", "held 4"},
        {DISCIPLINE, TCN_ACT_RELEASED, 0, "claim", "+open 2 petition"},
        {SAFETY, TCN_ACT_REPLIED, 0, NULL, "replied 2"},
        {SAFETY, TCN_ACT_PETITIONER_TOLD, TCN_FACT_HOW, NULL, "told 2"},
        {OFFICE_A, TCN_ACT_REVIEW_ASKED, 0, NULL, "review 2"}, /* CITY may be whom it accuses */
        {SAFETY, TCN_ACT_TRANSFERRED, 0, "discipline", "review 4"},
    };
    struct fixture fixture;
    struct tcn_policy policy;
    start_chain(&fixture, &policy);
    complain(&fixture, 1, true);
    WALK(&fixture, 1, moves);
    assert_int_equal(hear(&fixture, CITY).alert_count, 0);
    stop(&fixture);
}

/** Who is on the list is told of the complaint, and not how it goes on. */
static void only_who_holds_a_guarded_matter_is_told_where_it_stands(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_policy policy;
    start_chain(&fixture, &policy);
    struct tcn_event event = report_of(1, "");
    event.division = tcn_slice_text("");
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organs[0] = DISCIPLINE;
    event.guard_organs[1] = WATER;
    event.guard_organ_count = 2;
    fold_event(&fixture, OFFICE_A, &event);
    assert_int_equal(hear(&fixture, DISCIPLINE).alert.stage, TCN_STAGE_HELD);
    assert_int_equal(hear(&fixture, DISCIPLINE).alert.holder, DISCIPLINE);
    assert_int_equal(hear(&fixture, WATER).alert.reason, TCN_REASON_GUARDED);
    assert_int_equal(hear(&fixture, WATER).alert.kind, TCN_PROCEDURE_NONE);
    assert_int_equal(hear(&fixture, WATER).alert.stage, TCN_STAGE_NONE);
    assert_int_equal(hear(&fixture, WATER).alert.holder, 0);
    stop(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_by_the_policy_alone_can_tell_a_guarded_matter_from_none),
        cmocka_unit_test(a_guarded_matter_goes_its_way_and_tells_nobody),
        cmocka_unit_test(harm_and_bounces_release_no_guarded_matter),
        cmocka_unit_test(one_person_alone_releases_no_complaint),
        cmocka_unit_test(one_person_alone_hands_no_complaint_to_who_is_off_its_list),
        cmocka_unit_test(a_guarded_matter_is_not_reviewed_above_by_itself),
        cmocka_unit_test(only_who_holds_a_guarded_matter_is_told_where_it_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
