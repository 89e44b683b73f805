/* SPDX-License-Identifier: Apache-2.0 */
/* Each kind of matter on its whole way through the fold, by real events; what is refused on it, and
 * where it leaves it. */
#include "fold_moves.h"

#define REASON_POST_UNTIL (TCN_FACT_REASON | TCN_FACT_POST | TCN_FACT_UNTIL)
#define REASON_NEXT_STEP (TCN_FACT_REASON | TCN_FACT_NEXT_STEP)

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

static void a_petition_goes_to_its_end_and_two_persons_reopen_it(void **state) {
    (void)state;
    static const struct move moves[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "claim", "open 2"},
        {SAFETY, TCN_ACT_GRADED, TCN_FACT_GRADE, NULL, "denied"}, /* no act of a petition */
        {OFFICE_A, TCN_ACT_ACCEPTED, 0, NULL, "denied"},
        {SAFETY, TCN_ACT_EXTENDED, REASON_POST_UNTIL, NULL, "not_allowed"},
        {SAFETY, TCN_ACT_ACCEPTED, 0, NULL, "accepted 2"},
        {SAFETY, TCN_ACT_EXTENDED, 0, NULL, "bad_value reason post until"},
        {SAFETY, TCN_ACT_EXTENDED, REASON_POST_UNTIL, NULL, "accepted 2"},
        {SAFETY, TCN_ACT_EXTENDED, REASON_POST_UNTIL, NULL, "not_allowed"}, /* once */
        {SAFETY, TCN_ACT_REPLIED, 0, NULL, "replied 2"},
        {SAFETY, TCN_ACT_CLOSED, 0, NULL, "not_allowed"},
        {OFFICE_A, TCN_ACT_PETITIONER_TOLD, 0, NULL, "bad_value how"},
        {OFFICE_A, TCN_ACT_PETITIONER_TOLD, TCN_FACT_HOW, NULL, "told 2"},
        {SAFETY, TCN_ACT_CLOSED, 0, NULL, "closed 2"},
        {OFFICE_A, TCN_ACT_REVIEW_ASKED, 0, NULL, "review 5"}, /* the next higher leads */
        {SAFETY, TCN_ACT_REPLIED, 0, NULL, "denied"},
        {CITY, TCN_ACT_REPLIED, 0, NULL, "reviewed 5"},
        {CITY, TCN_ACT_CLOSED, 0, NULL, "not_allowed"}, /* nobody was told */
        {OFFICE_A, TCN_ACT_PETITIONER_TOLD, TCN_FACT_HOW, NULL, "reviewed 5"},
        {OFFICE_A, TCN_ACT_REVIEW_ASKED, 0, NULL, "recheck 1"}, /* nobody above: the desk */
        {DESK, TCN_ACT_REPLIED, 0, NULL, "final 1"},
        {OFFICE_A, TCN_ACT_REVIEW_ASKED, 0, NULL, "not_allowed"},
        {DESK, TCN_ACT_REOPENED, 0, NULL, "bad_value reason"},
        {DESK, TCN_ACT_REOPENED, TCN_FACT_REASON, NULL, "final 1"}, /* waits */
        {DESK, TCN_ACT_REOPENED, TCN_FACT_REASON, NULL, "final 1"}, /* the same key again */
    };
    static const struct move second = {DESK, TCN_ACT_REOPENED, TCN_FACT_REASON, NULL, "accepted 1"};
    struct fixture fixture;
    struct tcn_policy policy;
    start_chain(&fixture, &policy);
    WALK(&fixture, 1, moves);
    assert_int_equal(walked(&fixture, 1)->second.act, TCN_ACT_REOPENED);
    assert_int_equal(walked(&fixture, 1)->second.source, DESK);
    make_move(&fixture, 1, &second, 77);
    assert_int_equal(walked(&fixture, 1)->second.act, TCN_ACT_NONE);
    assert_int_equal(walked(&fixture, 1)->learned_ns, 1000);
    stop(&fixture);
}

static void two_persons_name_one_act(void **state) {
    (void)state;
    static const struct move moves[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "claim", "open 2"},
        {SAFETY, TCN_ACT_REPLIED, 0, NULL, "replied 2"},
        {SAFETY, TCN_ACT_PETITIONER_TOLD, TCN_FACT_HOW, NULL, "told 2"},
        {SAFETY, TCN_ACT_REVIEW_ASKED, 0, NULL, "review 5"},
        {CITY, TCN_ACT_REPLIED, 0, NULL, "reviewed 5"},
        {CITY, TCN_ACT_REVIEW_ASKED, 0, NULL, "recheck 1"},
        {DESK, TCN_ACT_REPLIED, 0, NULL, "final 1"},
    };
    struct fixture fixture;
    struct tcn_policy policy;
    start_chain(&fixture, &policy);
    WALK(&fixture, 1, moves);
    struct tcn_event event = act_of(TCN_ACT_REOPENED, 1);
    event.act_body.reason = tcn_slice_text("r");
    for (uint8_t i = 0; i < 4; i++) { /* another key of another act, it again, then the first key */
        struct tcn_fold_input in = input_of(&fixture, DESK, &event);
        struct tcn_outcome outcome;
        const size_t before = fixture.state.alerts.count;
        struct trace trace = {.size = 0};
        event.act_body.act_hash.bytes[0] = i == 0 ? 1 : 2;
        in.lane.source = i == 0 || i == 3 ? 77 : 78;
        assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_OK);
        assert_int_equal(outcome.code, TCN_OK);
        assert_int_equal(walked(&fixture, 1)->stage, i < 3 ? TCN_STAGE_FINAL : TCN_STAGE_ACCEPTED);
        tell_since(&trace, &fixture, before);
        trace_expect(&trace, i < 3 ? "1 holder(1024)" : "11 answer");
    }
    stop(&fixture);
}

static void a_hazard_is_found_put_right_and_accepted_by_three(void **state) {
    (void)state;
    static const struct move moves[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "danger", "open 2"},
        {SAFETY, TCN_ACT_ACCEPTED, 0, NULL, "accepted 2"},
        {OFFICE_A, TCN_ACT_PEOPLE_WITHDRAWN, TCN_FACT_COUNT, NULL, "accepted 2"},
        {SAFETY, TCN_ACT_GRADED, TCN_FACT_MAJOR, NULL, "graded 2"},
        {SAFETY, TCN_ACT_SUSPENDED, 0, NULL, "graded 2"},
        {SAFETY, TCN_ACT_LISTED, 0, NULL, "denied"},
        {CITY, TCN_ACT_LISTED, 0, NULL, "graded 2"}, /* above it, by its line */
        {WATER, TCN_ACT_ASSIGNED, 0, NULL, "denied"},
        {SAFETY, TCN_ACT_ASSIGNED, 0, NULL, "rectifying 2"},
        {OFFICE_A, TCN_ACT_SUBMITTED, 0, NULL, "denied"},
        {WATER, TCN_ACT_SUBMITTED, 0, NULL, "submitted 2"},
        {WATER, TCN_ACT_PASSED, TCN_FACT_POST, NULL, "denied"}, /* it did the work */
        {OFFICE_A, TCN_ACT_PASSED, TCN_FACT_POST, NULL, "denied"},
        {SAFETY, TCN_ACT_REJECTED, TCN_FACT_REASON, NULL, "rectifying 2"},
        {SAFETY, TCN_ACT_SUBMITTED, 0, NULL, "submitted 2"},
        {SAFETY, TCN_ACT_PASSED, TCN_FACT_POST, NULL, "denied"},
        {WATER, TCN_ACT_PASSED, 0, NULL, "bad_value post"},
        {WATER, TCN_ACT_PASSED, TCN_FACT_POST, NULL, "passed 2"},
        {SAFETY, TCN_ACT_CLOSED, 0, NULL, "not_allowed"}, /* work is stopped */
        {SAFETY, TCN_ACT_RESUMED, 0, NULL, "passed 2"},
        {CITY, TCN_ACT_CLOSED, 0, NULL, "closed 2"},
        {SAFETY, TCN_ACT_REOPENED, TCN_FACT_REASON, NULL, "graded 2"},
    };
    struct fixture fixture;
    struct tcn_policy policy;
    start_chain(&fixture, &policy);
    walk(&fixture, 1, moves, 9);
    assert_int_equal(walked(&fixture, 1)->marks,
                     TCN_MARK_MAJOR | TCN_MARK_LISTED | TCN_MARK_SUSPENDED | TCN_MARK_PEOPLE_OUT);
    walk(&fixture, 1, moves + 9, COUNT_OF(moves) - 9);
    assert_int_equal(walked(&fixture, 1)->marks, TCN_MARK_MAJOR);
    assert_int_equal(walked(&fixture, 1)->submitter, SAFETY);
    stop(&fixture);
}

static void an_accident_is_reported_up_and_approved_above(void **state) {
    (void)state;
    static const struct move moves[] = {
        {OFFICE_A, TCN_ACT_REPORTED, TCN_FACT_HARM, "danger", "open 2"},
        {SAFETY, TCN_ACT_REPORTED_UP, 0, NULL, "open 2"},
        {SAFETY, TCN_ACT_ACCEPTED, 0, NULL, "accepted 2"},
        {WATER, TCN_ACT_FOLLOWED_UP, TCN_FACT_HARM, NULL, "accepted 2"},
        {SAFETY, TCN_ACT_SUBMITTED, 0, NULL, "submitted 2"},
        {SAFETY, TCN_ACT_APPROVED, TCN_FACT_POST, NULL, "denied"},
        {CITY, TCN_ACT_APPROVED, TCN_FACT_POST, NULL, "approved 2"},
        {SAFETY, TCN_ACT_PASSED, TCN_FACT_POST, NULL, "denied"}, /* its own report */
        {WATER, TCN_ACT_PASSED, TCN_FACT_POST, NULL, "passed 2"},
        {SAFETY, TCN_ACT_CLOSED, 0, NULL, "closed 2"},
        {SAFETY, TCN_ACT_REOPENED, TCN_FACT_REASON, NULL, "denied"},
        {CITY, TCN_ACT_REOPENED, TCN_FACT_REASON, NULL, "accepted 2"},
    };
    struct fixture fixture;
    struct tcn_policy policy;
    start_chain(&fixture, &policy);
    WALK(&fixture, 1, moves);
    assert_int_equal(walked(&fixture, 1)->kind, TCN_PROCEDURE_ACCIDENT);
    assert_string_equal(walked(&fixture, 1)->domain, "danger");
    stop(&fixture);
}

static void claims_go_to_their_end(void **state) {
    (void)state;
    static const struct move quarrel[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "quarrel", "open 3"},
        {WATER, TCN_ACT_ACCEPTED, 0, NULL, "accepted 3"},
        {OFFICE_A, TCN_ACT_MEDIATION_OFFERED, 0, NULL, "offered 3"},
        {WATER, TCN_ACT_NOT_AGREED, 0, NULL, "bad_value next_step"},
        {WATER, TCN_ACT_NOT_AGREED, TCN_FACT_NEXT_STEP, NULL, "not_agreed 3"},
        {OFFICE_A, TCN_ACT_PETITIONER_TOLD, TCN_FACT_HOW, NULL, "told 3"},
        {WATER, TCN_ACT_CLOSED, 0, NULL, "closed 3"},
        {OFFICE_A, TCN_ACT_REOPENED, TCN_FACT_REASON, NULL, "accepted 3"},
        {OFFICE_A, TCN_ACT_AGREED, 0, NULL, "agreed 3"},
    };
    static const struct move pay[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "pay", "open 2"},
        {SAFETY, TCN_ACT_CASE_FILED, 0, NULL, "filed 2"},
        {SAFETY, TCN_ACT_ORDERED, 0, NULL, "bad_value until"},
        {SAFETY, TCN_ACT_ORDERED, TCN_FACT_UNTIL, NULL, "ordered 2"},
        {OFFICE_A, TCN_ACT_PAID, 0, NULL, "bad_value amount"},
        {OFFICE_A, TCN_ACT_PAID, TCN_FACT_AMOUNT, NULL, "paid 2"},
        {OFFICE_A, TCN_ACT_PETITIONER_TOLD, TCN_FACT_HOW, NULL, "told 2"},
        {SAFETY, TCN_ACT_CLOSED, 0, NULL, "closed 2"},
    };
    static const struct move land[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "land", "open 3"},
        {WATER, TCN_ACT_PRE_ANNOUNCED, 0, NULL, "pre_announced 3"},
        {WATER, TCN_ACT_RISK_ASSESSED, TCN_FACT_VILLAGERS, NULL, "assessed 3"},
        {WATER, TCN_ACT_PLAN_ANNOUNCED, 0, NULL, "plan_announced 3"},
        {WATER, TCN_ACT_HEARING_HELD, 0, NULL, "heard 3"},
        {WATER, TCN_ACT_PLAN_ANNOUNCED, 0, NULL, "plan_announced 3"},
        {WATER, TCN_ACT_AGREED, 0, NULL, "agreed 3"},
        {WATER, TCN_ACT_APPROVED, 0, NULL, "approved 3"},
        {WATER, TCN_ACT_APPROVAL_ANNOUNCED, 0, NULL, "published 3"},
        {WATER, TCN_ACT_CLOSED, 0, NULL, "not_allowed"},
        {WATER, TCN_ACT_PAID, TCN_FACT_AMOUNT, NULL, "paid 3"},
        {WATER, TCN_ACT_CLOSED, 0, NULL, "closed 3"},
    };
    struct fixture fixture;
    struct tcn_policy policy;
    start_chain(&fixture, &policy);
    WALK(&fixture, 1, quarrel);
    WALK(&fixture, 2, pay);
    WALK(&fixture, 3, land);
    stop(&fixture);
}

static void care_goes_to_its_end(void **state) {
    (void)state;
    static const struct move care[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "care", "open 3"},
        {WATER, TCN_ACT_DECLINED, TCN_FACT_REASON, NULL, "bad_value next_step"},
        {WATER, TCN_ACT_DECLINED, REASON_NEXT_STEP, NULL, "declined 3"},
        {OFFICE_A, TCN_ACT_PETITIONER_TOLD, TCN_FACT_HOW, NULL, "told 3"},
        {OFFICE_A, TCN_ACT_REOPENED, TCN_FACT_REASON, NULL, "accepted 3"},
        {WATER, TCN_ACT_REPLIED, 0, NULL, "replied 3"},
        {OFFICE_A, TCN_ACT_PETITIONER_TOLD, TCN_FACT_HOW, NULL, "told 3"},
        {WATER, TCN_ACT_CLOSED, 0, NULL, "closed 3"},
    };
    static const struct move child[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "child", "open 2"},
        {SAFETY, TCN_ACT_ACCEPTED, 0, NULL, "accepted 2"},
        {WATER, TCN_ACT_PATH_SET, 0, NULL, "bad_value path"},
        {WATER, TCN_ACT_PATH_SET, TCN_FACT_PATH, NULL, "in_path 2"},
        {SAFETY, TCN_ACT_CLOSED, 0, NULL, "not_allowed"},
        {OFFICE_A, TCN_ACT_SEEN_SAFE, 0, NULL, "safe 2"},
        {SAFETY, TCN_ACT_CLOSED, 0, NULL, "closed 2"},
        {OFFICE_B, TCN_ACT_SEEN_UNSAFE, 0, NULL, "denied"},
        {OFFICE_A, TCN_ACT_SEEN_UNSAFE, 0, NULL, "accepted 2"},
    };
    static const struct move firm[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "firm", "open 3"},
        {WATER, TCN_ACT_REPLIED, 0, NULL, "replied 3"},
        {WATER, TCN_ACT_PETITIONER_TOLD, TCN_FACT_HOW, NULL, "told 3"},
        {WATER, TCN_ACT_CLOSED, 0, NULL, "closed 3"},
    };
    struct fixture fixture;
    struct tcn_policy policy;
    start_chain(&fixture, &policy);
    WALK(&fixture, 1, care);
    WALK(&fixture, 2, child);
    WALK(&fixture, 3, firm);
    stop(&fixture);
}

static void a_warning_is_proposed_by_an_office_and_issued_above(void **state) {
    (void)state;
    static const struct move proposed[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "storm", "open 2"},
        {SAFETY, TCN_ACT_ISSUED, TCN_FACT_GRADE, NULL, "bad_value until"},
        {SAFETY, TCN_ACT_ISSUED, TCN_FACT_GRADE | TCN_FACT_UNTIL, NULL, "in_force 2"},
        {OFFICE_B, TCN_ACT_FOLLOWED_UP, 0, NULL, "in_force 2"}, /* every office checks in */
        {SAFETY, TCN_ACT_EXTENDED, TCN_FACT_UNTIL, NULL, "in_force 2"},
        {SAFETY, TCN_ACT_CLOSED, 0, NULL, "closed 2"},
    };
    static const struct move issued[] = {
        {SAFETY, TCN_ACT_REPORTED, 0, "storm", "in_force 2"},
    };
    struct fixture fixture;
    struct tcn_policy policy;
    struct trace trace = {.size = 0};
    start_chain(&fixture, &policy);
    WALK(&fixture, 1, proposed);
    const size_t before = fixture.state.alerts.count;
    WALK(&fixture, 2, issued);
    tell_since(&trace, &fixture, before); /* it says neither colour nor end */
    trace_expect(&trace, "2 owner(256), 3 co_recipient(256), 1 holder(256)");
    stop(&fixture);
}

static void an_objection_goes_back_once_and_then_the_desk_decides(void **state) {
    (void)state;
    static const struct move moves[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "claim", "open 2"},
        {SAFETY, TCN_ACT_TRANSFERRED, 0, "nobody", "bad_value to_organ"},
        {SAFETY, TCN_ACT_TRANSFERRED, 0, "water", "open 3"},
        {WATER, TCN_ACT_OBJECTED, 0, NULL, "bad_value reason"},
        {WATER, TCN_ACT_OBJECTED, TCN_FACT_REASON, NULL, "open 2"},
        {SAFETY, TCN_ACT_TRANSFERRED, 0, "water", "open 3"},
        {WATER, TCN_ACT_OBJECTED, TCN_FACT_REASON, NULL, "held 1"},
        {DESK, TCN_ACT_RELEASED, 0, "claim", "open 2"},
        {SAFETY, TCN_ACT_OBJECTED, TCN_FACT_REASON, NULL, "held 1"}, /* it was not accepted yet */
        {DESK, TCN_ACT_RELEASED, 0, "claim", "open 2"},
        {SAFETY, TCN_ACT_ACCEPTED, 0, NULL, "accepted 2"},
    };
    static const struct move up[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "claim", "open 2"},
        {SAFETY, TCN_ACT_OBJECTED, TCN_FACT_REASON, NULL, "open 5"}, /* nobody sent it: up */
    };
    struct fixture fixture;
    struct tcn_policy policy;
    struct trace trace = {.size = 0};
    start_chain(&fixture, &policy);
    walk(&fixture, 1, moves, 4);
    size_t before = fixture.state.alerts.count;
    make_move(&fixture, 1, &moves[4], WATER);
    tell_since(&trace, &fixture, before);
    trace_expect(&trace, "2 transfer, 1 holder, 11 answer");
    walk(&fixture, 1, moves + 5, COUNT_OF(moves) - 6);
    assert_int_equal(walked(&fixture, 1)->bounce_count, 3);
    make_move(&fixture, 1, &moves[COUNT_OF(moves) - 1], SAFETY);
    assert_int_equal(walked(&fixture, 1)->bounce_count, 0);
    WALK(&fixture, 2, up);
    assert_int_equal(walked(&fixture, 2)->sender, SAFETY);
    stop(&fixture);
}

static void another_domain_is_another_way(void **state) {
    (void)state;
    static const struct move moves[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "claim", "open 2"},
        {SAFETY, TCN_ACT_ACCEPTED, 0, NULL, "accepted 2"},
        {SAFETY, TCN_ACT_EXTENDED, REASON_POST_UNTIL, NULL, "accepted 2"},
        {SAFETY, TCN_ACT_CASE_FILED, 0, NULL, "denied"},
        {SAFETY, TCN_ACT_RECLASSIFIED, 0, "unheard", "bad_value domain"},
        {SAFETY, TCN_ACT_RECLASSIFIED, 0, "pay", "open 2 wages"},
        {SAFETY, TCN_ACT_CASE_FILED, 0, NULL, "filed 2"},
        {SAFETY, TCN_ACT_EXTENDED, REASON_POST_UNTIL, NULL, "filed 2"}, /* of the other way */
        {SAFETY, TCN_ACT_RECLASSIFIED, 0, "pipe", "open 3 general"},
        {WATER, TCN_ACT_REPLIED, 0, NULL, "replied 3"},
        {WATER, TCN_ACT_RECLASSIFIED, 0, "danger", "open 2 hazard"},
    };
    static const struct move unheard[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "unheard", "held 1"},
        {DESK, TCN_ACT_RELEASED, 0, "claim", "open 2 petition"},
    };
    struct fixture fixture;
    struct tcn_policy policy;
    struct trace trace = {.size = 0};
    start_chain(&fixture, &policy);
    walk(&fixture, 1, moves, COUNT_OF(moves) - 1);
    const size_t before = fixture.state.alerts.count;
    make_move(&fixture, 1, &moves[COUNT_OF(moves) - 1], DISCIPLINE);
    tell_since(&trace, &fixture, before);
    trace_expect(&trace, "2 transfer, 11 answer");
    WALK(&fixture, 2, unheard);
    stop(&fixture);
}

static void harm_makes_a_hazard_an_accident_and_all_are_told(void **state) {
    (void)state;
    static const struct move moves[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "danger", "open 2"},
        {SAFETY, TCN_ACT_GRADED, TCN_FACT_MAJOR, NULL, "graded 2"},
        {SAFETY, TCN_ACT_SUSPENDED, 0, NULL, "graded 2"},
        {OFFICE_A, TCN_ACT_FOLLOWED_UP, TCN_FACT_HARM, NULL, "open 2 accident"},
        {SAFETY, TCN_ACT_GRADED, TCN_FACT_MAJOR, NULL, "denied"},
    };
    struct fixture fixture;
    struct tcn_policy policy;
    struct trace trace = {.size = 0};
    start_chain(&fixture, &policy);
    walk(&fixture, 1, moves, 3);
    const size_t before = fixture.state.alerts.count;
    walk(&fixture, 1, moves + 3, 1);
    tell_since(&trace, &fixture, before);
    trace_expect(&trace, "2 holder, 1 holder, 3 co_recipient");
    assert_int_equal(walked(&fixture, 1)->marks, TCN_MARK_SUSPENDED);
    walk(&fixture, 1, moves + 4, 1);
    stop(&fixture);
}

static void harm_releases_nothing_that_the_desk_must_place(void **state) {
    (void)state;
    static const struct move moves[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "danger", "open 2"},
        {SAFETY, TCN_ACT_TRANSFERRED, 0, "water", "open 3"},
        {WATER, TCN_ACT_OBJECTED, 0, NULL, "open 2"},
        {SAFETY, TCN_ACT_OBJECTED, 0, NULL, "held 1"},
        {OFFICE_A, TCN_ACT_FOLLOWED_UP, TCN_FACT_HARM, NULL, "held 1 accident"},
        {OFFICE_A, TCN_ACT_BECAME_ACCIDENT, 0, NULL, "denied"},
        {DESK, TCN_ACT_TRANSFERRED, 0, "safety", "open 2"},
    };
    struct fixture fixture;
    struct tcn_policy policy;
    start_chain(&fixture, &policy);
    WALK(&fixture, 1, moves);
    stop(&fixture);
}

/** Who owes the next act is told; what is early or lacks something is shown to the desk too. */
static void who_owes_and_what_is_odd_is_told(void **state) {
    (void)state;
    static const struct {
        struct move move;
        const char *told;
    } rows[] = {
        {{OFFICE_A, TCN_ACT_REPORTED, 0, "danger", "open 2"}, "2 owner, 3 co_recipient"},
        {{SAFETY, TCN_ACT_GRADED, TCN_FACT_GRADE, NULL, "graded 2"}, "11 answer"},
        {{SAFETY, TCN_ACT_ASSIGNED, 0, NULL, "rectifying 2"}, "11 answer(256), 1 holder(256)"},
        {{SAFETY, TCN_ACT_ASSIGNED, TCN_FACT_FIVE, NULL, "rectifying 2"}, "11 answer"},
        {{SAFETY, TCN_ACT_SUBMITTED, 0, NULL, "submitted 2"}, "11 answer, 3 owed"},
        {{WATER, TCN_ACT_PASSED, TCN_FACT_POST, NULL, "passed 2"}, "2 holder, 11 answer"},
        {{WATER, TCN_ACT_BECAME_ACCIDENT, 0, NULL, "open 2 accident"},
         "2 holder, 11 answer, 1 holder"},
        {{SAFETY, TCN_ACT_ACCEPTED, 0, NULL, "accepted 2"}, "11 answer"},
        {{SAFETY, TCN_ACT_SUBMITTED, 0, NULL, "submitted 2"}, "11 answer, 5 owed"},
    };
    static const struct move early[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "land", "open 3"},
        {WATER, TCN_ACT_APPROVED, 0, NULL, "approved 3"},
    };
    struct fixture fixture;
    struct tcn_policy policy;
    start_chain(&fixture, &policy);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct trace trace = {.size = 0};
        const size_t before = fixture.state.alerts.count;
        make_move(&fixture, 1, &rows[i].move, rows[i].move.organ);
        tell_since(&trace, &fixture, before);
        trace_expect(&trace, rows[i].told);
    }
    walk(&fixture, 2, early, 1);
    struct trace trace = {.size = 0};
    const size_t before = fixture.state.alerts.count;
    walk(&fixture, 2, early + 1, 1);
    tell_since(&trace, &fixture, before);
    trace_expect(&trace, "11 answer(512), 1 holder(512)");
    assert_int_equal(walked(&fixture, 2)->flags & TCN_FLAG_EARLY, 0);
    stop(&fixture);
}

/** An alert says how the matter stands after its event, and what an act would have had to say. */
static void an_alert_says_where_the_matter_stands(void **state) {
    (void)state;
    static const struct move moves[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "claim", "open 2"},
        {SAFETY, TCN_ACT_ACCEPTED, 0, NULL, "accepted 2"},
        {SAFETY, TCN_ACT_EXTENDED, TCN_FACT_POST, NULL, "bad_value reason until"},
        {SAFETY, TCN_ACT_CLOSED, 0, NULL, "not_allowed"},
        {OFFICE_B, TCN_ACT_CLOSED, 0, NULL, "denied"},
    };
    struct fixture fixture;
    struct tcn_policy policy;
    start_chain(&fixture, &policy);
    WALK(&fixture, 1, moves);
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)fixture.state.alerts.rows;
    assert_int_equal(fixture.state.alerts.count, 5);
    assert_int_equal(alerts[1].stream.organ, OFFICE_A);
    assert_int_equal(alerts[1].kind, TCN_PROCEDURE_PETITION);
    assert_int_equal(alerts[1].stage, TCN_STAGE_ACCEPTED);
    assert_int_equal(alerts[1].holder, SAFETY);
    assert_int_equal(alerts[2].facts, TCN_FACT_REASON | TCN_FACT_UNTIL);
    assert_int_equal(alerts[2].stage, TCN_STAGE_ACCEPTED);
    assert_true(alerts[2].allowed_acts == 0);
    assert_true((alerts[3].allowed_acts >> TCN_ACT_REPLIED & 1u) != 0);
    assert_true((alerts[3].allowed_acts >> TCN_ACT_CLOSED & 1u) == 0);
    assert_int_equal(alerts[4].stream.organ, OFFICE_B); /* who is nothing to it learns nothing */
    assert_int_equal(alerts[4].kind, TCN_PROCEDURE_NONE);
    assert_int_equal(alerts[4].stage, TCN_STAGE_NONE);
    assert_int_equal(alerts[4].holder, 0);
    stop(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_act_changes_when_a_matter_was_learned),
        cmocka_unit_test(a_petition_goes_to_its_end_and_two_persons_reopen_it),
        cmocka_unit_test(two_persons_name_one_act),
        cmocka_unit_test(a_hazard_is_found_put_right_and_accepted_by_three),
        cmocka_unit_test(an_accident_is_reported_up_and_approved_above),
        cmocka_unit_test(claims_go_to_their_end),
        cmocka_unit_test(care_goes_to_its_end),
        cmocka_unit_test(a_warning_is_proposed_by_an_office_and_issued_above),
        cmocka_unit_test(an_objection_goes_back_once_and_then_the_desk_decides),
        cmocka_unit_test(another_domain_is_another_way),
        cmocka_unit_test(harm_makes_a_hazard_an_accident_and_all_are_told),
        cmocka_unit_test(harm_releases_nothing_that_the_desk_must_place),
        cmocka_unit_test(who_owes_and_what_is_odd_is_told),
        cmocka_unit_test(an_alert_says_where_the_matter_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
