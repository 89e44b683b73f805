/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of an act, case by case: what is turned down first, then the ways of each kind. */
#include "core/procedure.h"

#include "trace.h"

#define OFFICE (TCN_WHO_OFFICE | TCN_WHO_ANYONE)
#define HOLDER (TCN_WHO_HOLDER | TCN_WHO_ANYONE)
#define DESK (TCN_WHO_DESK | TCN_WHO_ANYONE)
#define PARTY (TCN_WHO_PARTY | TCN_WHO_ANYONE)
#define HIGHER (TCN_WHO_HIGHER | TCN_WHO_ANYONE)
#define NOBODY TCN_WHO_ANYONE

/** One act, and the verdict as text. */
struct judged {
    enum tcn_procedure_kind kind;
    enum tcn_stage stage;
    enum tcn_act act;
    uint32_t who;
    uint32_t facts;
    uint32_t marks;
    const char *verdict;
};

static void add_facts(struct trace *trace, const char *label, uint32_t facts) {
    for (uint32_t bit = 0; bit < 32; bit++) {
        if ((facts >> bit & 1u) != 0) {
            trace_add(trace, "%s%s", label, tcn_fact_name(1u << bit));
        }
    }
}

static void add_verdict(struct trace *trace, const struct tcn_procedure_input *in,
                        const struct tcn_procedure_verdict *verdict) {
    trace_add(trace, "%s", tcn_status_name(verdict->code));
    for (uint32_t i = 0; i < verdict->allowed_count; i++) {
        trace_add(trace, " %s", tcn_act_name(verdict->allowed[i]));
    }
    add_facts(trace, " ", verdict->missing);
    if (verdict->code != TCN_OK) {
        assert_int_equal(verdict->stage, in->stage);
        assert_int_equal(verdict->marks, in->marks);
        assert_null(verdict->row);
        return;
    }
    trace_add(trace, " %s", tcn_stage_name(verdict->stage));
    if (verdict->kind != in->kind) {
        trace_add(trace, " %s", tcn_procedure_name(verdict->kind));
        assert_non_null(verdict->birth);
    }
    trace_add(trace, "%s", verdict->is_waiting ? " waiting" : "");
    trace_add(trace, "%s", verdict->row->is_early ? " early" : "");
    add_facts(trace, " lacks:", verdict->lacking);
}

static void check(const struct judged *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct tcn_procedure_input in = {.kind = rows[i].kind,
                                               .stage = rows[i].stage,
                                               .marks = rows[i].marks,
                                               .act = rows[i].act,
                                               .who = rows[i].who,
                                               .facts = rows[i].facts};
        struct tcn_procedure_verdict verdict;
        struct trace trace = {.size = 0};
        tcn_procedure_judge(&in, &verdict);
        add_verdict(&trace, &in, &verdict);
        if (strcmp(trace.text, rows[i].verdict) != 0) {
            fail_msg("row %zu, %s at %s: %s", i, tcn_act_name(in.act), tcn_stage_name(in.stage),
                     trace.text);
        }
    }
}

#define CHECK(rows) check((rows), COUNT_OF(rows))
/* handed_over, zero_report, on_duty and unsealed are no way on with a matter. */
#define RECORDS                                                                                    \
    " followed_up corrected linked acknowledged called month_confirmed legal_hold rewrapped"

static void what_is_turned_down_says_why(void **state) {
    (void)state;
    static const struct judged rows[] = {
        /* Not for this actor. */
        {TCN_PROCEDURE_PETITION, TCN_STAGE_OPEN, TCN_ACT_ACCEPTED, OFFICE, 0, 0, "denied"},
        {TCN_PROCEDURE_PETITION, TCN_STAGE_OPEN, TCN_ACT_ACCEPTED, 0, 0, 0, "denied"},
        {TCN_PROCEDURE_PETITION, TCN_STAGE_CLOSED, TCN_ACT_ACCEPTED, NOBODY, 0, 0, "denied"},
        {TCN_PROCEDURE_PETITION, TCN_STAGE_OPEN, TCN_ACT_WITHDRAWN, HOLDER, 0, 0, "denied"},
        {TCN_PROCEDURE_PETITION, TCN_STAGE_OPEN, TCN_ACT_WITHDRAWN, HOLDER | OFFICE, 0, 0,
         "denied"},
        {TCN_PROCEDURE_PETITION, TCN_STAGE_FINAL, TCN_ACT_REOPENED, HOLDER, TCN_FACT_REASON, 0,
         "denied"},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_RECTIFYING, TCN_ACT_GRADED, DESK,
         TCN_FACT_GRADE | TCN_FACT_REASON, TCN_MARK_MAJOR, "denied"},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_GRADED, TCN_ACT_LISTED, HOLDER, 0, TCN_MARK_MAJOR,
         "denied"},
        {TCN_PROCEDURE_WARNING, TCN_STAGE_OPEN, TCN_ACT_ISSUED, OFFICE,
         TCN_FACT_GRADE | TCN_FACT_UNTIL, 0, "denied"},
        /* Who found it, or did the work, does not accept it, whatever else it is. */
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_SUBMITTED, TCN_ACT_PASSED, HOLDER | TCN_WHO_SUBMITTER,
         TCN_FACT_POST, 0, "denied"},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_SUBMITTED, TCN_ACT_PASSED, DESK | OFFICE, TCN_FACT_POST, 0,
         "denied"},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_RECTIFYING, TCN_ACT_SUBMITTED, HOLDER | OFFICE, 0, 0,
         "denied"},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_SUBMITTED, TCN_ACT_REJECTED, PARTY | TCN_WHO_SUBMITTER,
         TCN_FACT_REASON, 0, "denied"},
        {TCN_PROCEDURE_ACCIDENT, TCN_STAGE_SUBMITTED, TCN_ACT_APPROVED, DESK | TCN_WHO_SUBMITTER,
         TCN_FACT_POST, 0, "denied"},
        /* An act of no people, of another kind, or of no list at all. */
        {TCN_PROCEDURE_GENERAL, TCN_STAGE_OPEN, TCN_ACT_TICK, HOLDER, 0, 0, "denied"},
        {TCN_PROCEDURE_GENERAL, TCN_STAGE_OPEN, TCN_ACT_GRADED, HOLDER, 0, 0, "denied"},
        {TCN_PROCEDURE_GENERAL, TCN_STAGE_OPEN, (enum tcn_act)99, HOLDER, 0, 0, "denied"},
        {TCN_PROCEDURE_GENERAL, TCN_STAGE_OPEN, (enum tcn_act)4000000000u, HOLDER, 0, 0, "denied"},
        /* Not at this stage: in the table's order, the kind's own first. */
        {TCN_PROCEDURE_PETITION, TCN_STAGE_FINAL, TCN_ACT_REVIEW_ASKED, OFFICE, 0, 0,
         "not_allowed petitioner_told reopened reported" RECORDS},
        {TCN_PROCEDURE_PETITION, TCN_STAGE_REPLIED, TCN_ACT_CLOSED, HOLDER, 0, 0,
         "not_allowed transferred reported_up petitioner_told reopened reported reclassified "
         "withdrawn" RECORDS},
        {TCN_PROCEDURE_PETITION, TCN_STAGE_OPEN, TCN_ACT_EXTENDED, HOLDER,
         TCN_FACT_REASON | TCN_FACT_POST | TCN_FACT_UNTIL, 0,
         "not_allowed accepted declined objected transferred replied reported_up petitioner_told "
         "reported "
         "reclassified withdrawn" RECORDS},
        {TCN_PROCEDURE_GENERAL, TCN_STAGE_STUB, TCN_ACT_ACCEPTED, DESK, 0, 0,
         "not_allowed reported transferred closed withdrawn petitioner_told" RECORDS},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_NONE, TCN_ACT_GRADED, HOLDER, TCN_FACT_GRADE, 0,
         "not_allowed reported transferred closed withdrawn petitioner_told" RECORDS},
        {TCN_PROCEDURE_GUARDIANSHIP, TCN_STAGE_IN_PATH, TCN_ACT_CLOSED, HOLDER, 0, TCN_MARK_PATH,
         "not_allowed path_set path_ended seen_safe seen_unsafe reported transferred reclassified "
         "withdrawn petitioner_told" RECORDS},
        /* A stage that is not among the kind's, or no stage at all. */
        {TCN_PROCEDURE_GENERAL, (enum tcn_stage)63, TCN_ACT_ACCEPTED, HOLDER, 0, 0,
         "not_allowed reported transferred reclassified withdrawn petitioner_told" RECORDS},
        {TCN_PROCEDURE_GENERAL, (enum tcn_stage)64, TCN_ACT_ACCEPTED, HOLDER, 0, 0, "not_allowed"},
        {TCN_PROCEDURE_GENERAL, (enum tcn_stage)4000000000u, TCN_ACT_ACCEPTED, HOLDER, 0, 0,
         "not_allowed"},
    };
    CHECK(rows);
}

static void what_stands_with_the_matter_can_bar_an_act(void **state) {
    (void)state;
    static const struct judged rows[] = {
        {TCN_PROCEDURE_PETITION, TCN_STAGE_ACCEPTED, TCN_ACT_EXTENDED, HOLDER,
         TCN_FACT_REASON | TCN_FACT_POST | TCN_FACT_UNTIL, TCN_MARK_EXTENDED,
         "not_allowed declined transferred replied reported_up petitioner_told reported objected "
         "reclassified "
         "withdrawn" RECORDS},
        {TCN_PROCEDURE_PETITION, TCN_STAGE_REVIEWED, TCN_ACT_CLOSED, HOLDER, 0, TCN_MARK_REVIEWED,
         "not_allowed transferred reported_up petitioner_told review_asked reopened reported "
         "reclassified "
         "withdrawn" RECORDS},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_PASSED, TCN_ACT_CLOSED, HOLDER, 0, TCN_MARK_SUSPENDED,
         "not_allowed people_withdrawn resumed reopened became_accident reported transferred "
         "reclassified withdrawn petitioner_told" RECORDS},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_PASSED, TCN_ACT_RESUMED, HOLDER, 0, 0,
         "not_allowed people_withdrawn suspended closed reopened became_accident reported "
         "transferred reclassified withdrawn petitioner_told" RECORDS},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_GRADED, TCN_ACT_LISTED, DESK, 0, 0,
         "not_allowed graded assigned people_withdrawn suspended became_accident reported "
         "transferred reclassified withdrawn petitioner_told" RECORDS},
    };
    CHECK(rows);
}

static void what_an_act_must_say_is_named(void **state) {
    (void)state;
    static const struct judged rows[] = {
        {TCN_PROCEDURE_PETITION, TCN_STAGE_OPEN, TCN_ACT_DECLINED, HOLDER, 0, 0,
         "bad_value reason next_step"},
        {TCN_PROCEDURE_PETITION, TCN_STAGE_OPEN, TCN_ACT_DECLINED, HOLDER, TCN_FACT_REASON, 0,
         "bad_value next_step"},
        {TCN_PROCEDURE_PETITION, TCN_STAGE_OPEN, TCN_ACT_OBJECTED, HOLDER, 0, 0,
         "bad_value reason"},
        {TCN_PROCEDURE_PETITION, TCN_STAGE_REPLIED, TCN_ACT_PETITIONER_TOLD, OFFICE, 0, 0,
         "bad_value how"},
        {TCN_PROCEDURE_PETITION, TCN_STAGE_ACCEPTED, TCN_ACT_EXTENDED, HOLDER, 0, 0,
         "bad_value reason post until"},
        {TCN_PROCEDURE_GENERAL, TCN_STAGE_OPEN, TCN_ACT_TRANSFERRED, HOLDER, 0, 0,
         "bad_value to_organ"},
        {TCN_PROCEDURE_GENERAL, TCN_STAGE_OPEN, TCN_ACT_RECLASSIFIED, HOLDER, 0, 0,
         "bad_value domain"},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_RECTIFYING, TCN_ACT_GRADED, HOLDER, TCN_FACT_GRADE,
         TCN_MARK_MAJOR, "bad_value reason"},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_OPEN, TCN_ACT_PEOPLE_WITHDRAWN, OFFICE, 0, 0,
         "bad_value count"},
        {TCN_PROCEDURE_GUARDIANSHIP, TCN_STAGE_ACCEPTED, TCN_ACT_PATH_SET, HOLDER, 0, 0,
         "bad_value path"},
        {TCN_PROCEDURE_DISPUTE, TCN_STAGE_OFFERED, TCN_ACT_NOT_AGREED, HOLDER, 0, 0,
         "bad_value next_step"},
        {TCN_PROCEDURE_WAGES, TCN_STAGE_ORDERED, TCN_ACT_PAID, OFFICE, 0, 0, "bad_value amount"},
        {TCN_PROCEDURE_WARNING, TCN_STAGE_OPEN, TCN_ACT_ISSUED, HOLDER, TCN_FACT_UNTIL, 0,
         "bad_value grade"},
    };
    CHECK(rows);
}

static void what_is_true_counts_and_what_it_lacks_is_shown(void **state) {
    (void)state;
    static const struct judged rows[] = {
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_GRADED, TCN_ACT_ASSIGNED, HOLDER, 0, TCN_MARK_MAJOR,
         "ok rectifying lacks:five"},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_GRADED, TCN_ACT_ASSIGNED, HOLDER, TCN_FACT_FIVE, 0,
         "ok rectifying"},
        {TCN_PROCEDURE_ACCIDENT, TCN_STAGE_NONE, TCN_ACT_REPORTED, NOBODY, 0, 0,
         "ok open lacks:count"},
        {TCN_PROCEDURE_REQUISITION, TCN_STAGE_PRE_ANNOUNCED, TCN_ACT_RISK_ASSESSED, OFFICE, 0, 0,
         "ok assessed lacks:villagers"},
        {TCN_PROCEDURE_REQUISITION, TCN_STAGE_OPEN, TCN_ACT_PLAN_ANNOUNCED, OFFICE, 0, 0,
         "ok plan_announced early"},
        {TCN_PROCEDURE_REQUISITION, TCN_STAGE_ASSESSED, TCN_ACT_PLAN_ANNOUNCED, OFFICE, 0, 0,
         "ok plan_announced"},
        {TCN_PROCEDURE_WARNING, TCN_STAGE_NONE, TCN_ACT_REPORTED, HOLDER, TCN_FACT_GRADE, 0,
         "ok in_force lacks:until"},
        {TCN_PROCEDURE_WARNING, TCN_STAGE_NONE, TCN_ACT_REPORTED, OFFICE, 0, 0, "ok open"},
        {TCN_PROCEDURE_WARNING, TCN_STAGE_IN_FORCE, TCN_ACT_FOLLOWED_UP, NOBODY, 0, 0,
         "ok in_force"},
    };
    CHECK(rows);
}

static void stubs_holds_bounces_and_second_persons(void **state) {
    (void)state;
    static const struct judged rows[] = {
        /* An act before its report leaves a stub, which its report opens. */
        {TCN_PROCEDURE_PETITION, TCN_STAGE_NONE, TCN_ACT_FOLLOWED_UP, OFFICE, 0, 0, "ok stub"},
        {TCN_PROCEDURE_PETITION, TCN_STAGE_STUB, TCN_ACT_TRANSFERRED, DESK, TCN_FACT_TO_ORGAN, 0,
         "ok stub"},
        {TCN_PROCEDURE_PETITION, TCN_STAGE_STUB, TCN_ACT_REPORTED, OFFICE, 0, 0, "ok open"},
        {TCN_PROCEDURE_GENERAL, TCN_STAGE_STUB, TCN_ACT_CLOSED, DESK, 0, 0, "ok closed"},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_NONE, TCN_ACT_FOLLOWED_UP, OFFICE, TCN_FACT_HARM, 0,
         "ok stub"},
        /* What the desk must place is held, and what is guarded stays so until it is released. */
        {TCN_PROCEDURE_PETITION, TCN_STAGE_NONE, TCN_ACT_REPORTED, OFFICE, TCN_FACT_HELD, 0,
         "ok held"},
        {TCN_PROCEDURE_PETITION, TCN_STAGE_OPEN, TCN_ACT_REPORTED, OFFICE, TCN_FACT_HELD, 0,
         "ok open"},
        {TCN_PROCEDURE_GENERAL, TCN_STAGE_HELD, TCN_ACT_TRANSFERRED, HOLDER,
         TCN_FACT_TO_ORGAN | TCN_FACT_GUARDED | TCN_FACT_SECOND, 0, "ok held"},
        {TCN_PROCEDURE_GENERAL, TCN_STAGE_HELD, TCN_ACT_TRANSFERRED, HOLDER,
         TCN_FACT_TO_ORGAN | TCN_FACT_GUARDED | TCN_FACT_TO_LISTED, 0, "ok held"},
        {TCN_PROCEDURE_GENERAL, TCN_STAGE_HELD, TCN_ACT_TRANSFERRED, HOLDER, TCN_FACT_TO_ORGAN, 0,
         "ok open"},
        {TCN_PROCEDURE_GENERAL, TCN_STAGE_HELD, TCN_ACT_RELEASED, HOLDER, 0, 0, "ok open"},
        {TCN_PROCEDURE_GENERAL, TCN_STAGE_HELD, TCN_ACT_RELEASED, HOLDER, TCN_FACT_GUARDED, 0,
         "ok held waiting"},
        {TCN_PROCEDURE_GENERAL, TCN_STAGE_HELD, TCN_ACT_RELEASED, HOLDER,
         TCN_FACT_GUARDED | TCN_FACT_SECOND, 0, "ok open"},
        {TCN_PROCEDURE_GENERAL, TCN_STAGE_ACCEPTED, TCN_ACT_RECLASSIFIED, HOLDER,
         TCN_FACT_GUARDED | TCN_FACT_DOMAIN, 0, "ok accepted waiting"},
        {TCN_PROCEDURE_GENERAL, TCN_STAGE_ACCEPTED, TCN_ACT_RECLASSIFIED, HOLDER,
         TCN_FACT_GUARDED | TCN_FACT_DOMAIN | TCN_FACT_SECOND, 0, "ok open"},
        {TCN_PROCEDURE_GENERAL, TCN_STAGE_HELD, TCN_ACT_ACCEPTED, HOLDER, TCN_FACT_GUARDED, 0,
         "ok accepted"},
        /* A review that is handed on stays a review. */
        {TCN_PROCEDURE_PETITION, TCN_STAGE_REVIEW, TCN_ACT_TRANSFERRED, HOLDER, TCN_FACT_TO_ORGAN,
         0, "ok review"},
        {TCN_PROCEDURE_PETITION, TCN_STAGE_REPLIED, TCN_ACT_TRANSFERRED, HOLDER, TCN_FACT_TO_ORGAN,
         0, "ok open"},
        /* After a review was answered, closed or not, what is asked for is the recheck. */
        {TCN_PROCEDURE_PETITION, TCN_STAGE_CLOSED, TCN_ACT_REVIEW_ASKED, OFFICE, 0, TCN_MARK_TOLD,
         "ok review"},
        {TCN_PROCEDURE_PETITION, TCN_STAGE_CLOSED, TCN_ACT_REVIEW_ASKED, OFFICE, 0,
         TCN_MARK_TOLD | TCN_MARK_REVIEWED, "ok recheck"},
        {TCN_PROCEDURE_PETITION, TCN_STAGE_REVIEWED, TCN_ACT_REVIEW_ASKED, OFFICE, 0,
         TCN_MARK_REVIEWED, "ok recheck"},
        /* A hand-over comes back once; the second time it is the desk's. */
        {TCN_PROCEDURE_PETITION, TCN_STAGE_OPEN, TCN_ACT_OBJECTED, HOLDER, TCN_FACT_REASON, 0,
         "ok open"},
        {TCN_PROCEDURE_PETITION, TCN_STAGE_OPEN, TCN_ACT_OBJECTED, HOLDER,
         TCN_FACT_REASON | TCN_FACT_LAST_BOUNCE, 0, "ok held"},
        /* What two persons must say waits for the second, and moves nothing. */
        {TCN_PROCEDURE_PETITION, TCN_STAGE_FINAL, TCN_ACT_REOPENED, HIGHER, TCN_FACT_REASON, 0,
         "ok final waiting"},
        {TCN_PROCEDURE_PETITION, TCN_STAGE_FINAL, TCN_ACT_REOPENED, HIGHER,
         TCN_FACT_REASON | TCN_FACT_SECOND, 0, "ok accepted"},
    };
    CHECK(rows);
}

static void harm_makes_a_hazard_an_accident_whoever_tells(void **state) {
    (void)state;
    static const struct judged rows[] = {
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_NONE, TCN_ACT_REPORTED, NOBODY, TCN_FACT_HARM, 0,
         "ok open accident"},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_RECTIFYING, TCN_ACT_REPORTED, NOBODY, TCN_FACT_HARM,
         TCN_MARK_MAJOR, "ok open accident"},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_GRADED, TCN_ACT_FOLLOWED_UP, OFFICE,
         TCN_FACT_HARM | TCN_FACT_COUNT, 0, "ok open accident"},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_CLOSED, TCN_ACT_FOLLOWED_UP, OFFICE, TCN_FACT_HARM, 0,
         "ok open accident"},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_OPEN, TCN_ACT_BECAME_ACCIDENT, PARTY, 0, 0,
         "ok open accident"},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_OPEN, TCN_ACT_BECAME_ACCIDENT, NOBODY, 0, 0, "denied"},
        /* It releases nothing: who is accused must not hear of it by this way. */
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_HELD, TCN_ACT_FOLLOWED_UP, OFFICE,
         TCN_FACT_HARM | TCN_FACT_GUARDED, 0, "ok held accident"},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_HELD, TCN_ACT_BECAME_ACCIDENT, PARTY,
         TCN_FACT_HARM | TCN_FACT_GUARDED, 0, "ok held accident"},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_NONE, TCN_ACT_REPORTED, NOBODY,
         TCN_FACT_HARM | TCN_FACT_HELD, 0, "ok held accident"},
        {TCN_PROCEDURE_HAZARD, TCN_STAGE_HELD, TCN_ACT_FOLLOWED_UP, OFFICE, TCN_FACT_HARM, 0,
         "ok open accident"},
        {TCN_PROCEDURE_ACCIDENT, TCN_STAGE_ACCEPTED, TCN_ACT_FOLLOWED_UP, PARTY, TCN_FACT_HARM, 0,
         "ok accepted"},
        {TCN_PROCEDURE_DISPUTE, TCN_STAGE_OPEN, TCN_ACT_FOLLOWED_UP, OFFICE, TCN_FACT_HARM, 0,
         "ok open"},
    };
    CHECK(rows);
}

/** Walks a matter through acts of one actor each and returns the stages as text. */
static void walk(enum tcn_procedure_kind kind, const struct judged *steps, size_t count,
                 const char *stages) {
    struct tcn_procedure_input in = {.kind = kind};
    struct trace trace = {.size = 0};
    for (size_t i = 0; i < count; i++) {
        struct tcn_procedure_verdict verdict;
        in.act = steps[i].act;
        in.who = steps[i].who;
        in.facts = steps[i].facts;
        in.named = steps[i].kind;
        tcn_procedure_judge(&in, &verdict);
        trace_add(&trace, "%s%s", i > 0 ? " " : "",
                  verdict.code == TCN_OK ? tcn_stage_name(verdict.stage)
                                         : tcn_status_name(verdict.code));
        in.kind = verdict.kind;
        in.stage = verdict.stage;
        in.marks = verdict.marks;
    }
    assert_string_equal(trace.text, stages);
}

#define SAYS(act_, who_, facts_)                                                                   \
    { .act = TCN_ACT_##act_, .who = (who_), .facts = (facts_) }

static void a_petition_goes_to_its_end(void **state) {
    (void)state;
    static const struct judged steps[] = {
        SAYS(REPORTED, OFFICE, 0),
        SAYS(ACCEPTED, HOLDER, 0),
        SAYS(EXTENDED, HOLDER, TCN_FACT_REASON | TCN_FACT_POST | TCN_FACT_UNTIL),
        SAYS(EXTENDED, HOLDER, TCN_FACT_REASON | TCN_FACT_POST | TCN_FACT_UNTIL),
        SAYS(REPLIED, HOLDER, 0),
        SAYS(CLOSED, HOLDER, 0),
        SAYS(PETITIONER_TOLD, OFFICE, TCN_FACT_HOW),
        SAYS(CLOSED, HOLDER, 0),
        SAYS(REVIEW_ASKED, OFFICE, 0),
        SAYS(REPLIED, HOLDER, 0),
        SAYS(CLOSED, HOLDER, 0),
        SAYS(PETITIONER_TOLD, OFFICE, TCN_FACT_HOW),
        SAYS(REVIEW_ASKED, OFFICE, 0),
        SAYS(REPLIED, HOLDER, 0),
        SAYS(REVIEW_ASKED, OFFICE, 0),
        SAYS(FOLLOWED_UP, OFFICE, 0),
    };
    walk(TCN_PROCEDURE_PETITION, steps, COUNT_OF(steps),
         "open accepted accepted not_allowed replied not_allowed told closed review reviewed "
         "not_allowed reviewed recheck final not_allowed final");
}

static void what_is_asked_after_a_closed_review_is_the_recheck(void **state) {
    (void)state;
    static const struct judged steps[] = {
        SAYS(REPORTED, OFFICE, 0),
        SAYS(REPLIED, HOLDER, 0),
        SAYS(PETITIONER_TOLD, OFFICE, TCN_FACT_HOW),
        SAYS(CLOSED, HOLDER, 0),
        SAYS(REVIEW_ASKED, OFFICE, 0),
        SAYS(REPLIED, HOLDER, 0),
        SAYS(PETITIONER_TOLD, OFFICE, TCN_FACT_HOW),
        SAYS(CLOSED, HOLDER, 0),
        SAYS(REVIEW_ASKED, OFFICE, 0),
        SAYS(REPLIED, HOLDER, 0),
    };
    walk(TCN_PROCEDURE_PETITION, steps, COUNT_OF(steps),
         "open replied told closed review reviewed reviewed closed recheck final");
}

static void what_is_answered_anew_can_be_reviewed_anew(void **state) {
    (void)state;
    static const struct judged steps[] = {
        SAYS(REPORTED, OFFICE, 0),
        SAYS(REPLIED, HOLDER, 0),
        SAYS(PETITIONER_TOLD, OFFICE, TCN_FACT_HOW),
        SAYS(REVIEW_ASKED, OFFICE, 0),
        SAYS(REPLIED, HOLDER, 0),
        SAYS(REOPENED, HOLDER, TCN_FACT_REASON),
        SAYS(REPLIED, HOLDER, 0),
        SAYS(PETITIONER_TOLD, OFFICE, TCN_FACT_HOW),
        SAYS(CLOSED, HOLDER, 0),
        SAYS(REVIEW_ASKED, OFFICE, 0),
        SAYS(REPLIED, HOLDER, 0),
        SAYS(TRANSFERRED, HOLDER, TCN_FACT_TO_ORGAN),
        SAYS(REPLIED, HOLDER, 0),
        SAYS(PETITIONER_TOLD, OFFICE, TCN_FACT_HOW),
        SAYS(REVIEW_ASKED, OFFICE, 0),
        SAYS(REPLIED, HOLDER, 0),
        {.kind = TCN_PROCEDURE_PETITION,
         .act = TCN_ACT_RECLASSIFIED,
         .who = HOLDER,
         .facts = TCN_FACT_DOMAIN},
        SAYS(REPLIED, HOLDER, 0),
        SAYS(PETITIONER_TOLD, OFFICE, TCN_FACT_HOW),
        SAYS(REVIEW_ASKED, OFFICE, 0),
    };
    walk(TCN_PROCEDURE_PETITION, steps, COUNT_OF(steps),
         "open replied told review reviewed accepted replied told closed review reviewed open "
         "replied told review reviewed open replied told review");
}

static void a_grave_hazard_goes_off_the_list(void **state) {
    (void)state;
    static const struct judged steps[] = {
        SAYS(REPORTED, OFFICE, 0),
        SAYS(PEOPLE_WITHDRAWN, OFFICE, TCN_FACT_COUNT),
        SAYS(SUSPENDED, HOLDER, 0),
        SAYS(GRADED, HOLDER, TCN_FACT_GRADE | TCN_FACT_MAJOR),
        SAYS(LISTED, DESK, 0),
        SAYS(ASSIGNED, HOLDER, TCN_FACT_FIVE),
        SAYS(RESUMED, HOLDER, 0), /* only after the check */
        SAYS(SUBMITTED, HOLDER, 0),
        SAYS(REJECTED, PARTY, TCN_FACT_REASON),
        SAYS(SUBMITTED, HOLDER, 0),
        SAYS(PASSED, PARTY, TCN_FACT_POST),
        SAYS(CLOSED, HOLDER, 0), /* work still stands */
        SAYS(RESUMED, HOLDER, 0),
        SAYS(CLOSED, HOLDER, 0),
        SAYS(REOPENED, HOLDER, TCN_FACT_REASON),
        SAYS(LISTED, DESK, 0), /* its grade was kept */
    };
    walk(
        TCN_PROCEDURE_HAZARD, steps, COUNT_OF(steps),
        "open open open graded graded rectifying not_allowed submitted rectifying submitted passed "
        "not_allowed passed closed graded graded");
}

static void a_child_leaves_the_desk_only_when_seen_safe(void **state) {
    (void)state;
    static const struct judged steps[] = {
        SAYS(REPORTED, OFFICE, 0),
        SAYS(SEEN_SAFE, OFFICE, 0),
        SAYS(ACCEPTED, HOLDER, 0),
        SAYS(CLOSED, HOLDER, 0),
        SAYS(PATH_SET, HOLDER, TCN_FACT_PATH),
        SAYS(CLOSED, HOLDER, 0),
        SAYS(SEEN_UNSAFE, PARTY, 0),
        SAYS(PATH_SET, HOLDER, TCN_FACT_PATH),
        SAYS(SEEN_SAFE, PARTY, 0),
        SAYS(CLOSED, HOLDER, 0),
        SAYS(SEEN_UNSAFE, PARTY, 0),
    };
    walk(TCN_PROCEDURE_GUARDIANSHIP, steps, COUNT_OF(steps),
         "open open accepted not_allowed in_path not_allowed accepted in_path safe closed "
         "accepted");
}

static void another_kind_begins_its_own_way(void **state) {
    (void)state;
    static const struct judged steps[] = {
        SAYS(REPORTED, OFFICE, 0),
        SAYS(ACCEPTED, HOLDER, 0),
        SAYS(EXTENDED, HOLDER, TCN_FACT_REASON | TCN_FACT_POST | TCN_FACT_UNTIL),
        {.kind = TCN_PROCEDURE_WAGES,
         .act = TCN_ACT_RECLASSIFIED,
         .who = HOLDER,
         .facts = TCN_FACT_DOMAIN},
        SAYS(CASE_FILED, HOLDER, 0),
        SAYS(EXTENDED, HOLDER, TCN_FACT_REASON | TCN_FACT_POST | TCN_FACT_UNTIL), /* its own */
        SAYS(ORDERED, HOLDER, TCN_FACT_UNTIL),
        SAYS(PAID, HOLDER, TCN_FACT_AMOUNT),
        SAYS(PETITIONER_TOLD, OFFICE, TCN_FACT_HOW),
        SAYS(CLOSED, HOLDER, 0),
        SAYS(REOPENED, OFFICE, TCN_FACT_REASON),
    };
    walk(TCN_PROCEDURE_PETITION, steps, COUNT_OF(steps),
         "open accepted accepted open filed filed ordered paid told closed accepted");
}

static void every_input_has_a_verdict(void **state) {
    (void)state;
    size_t applied = 0;
    for (uint32_t kind = 0; kind < 14; kind++) {
        for (uint32_t stage = 0; stage < 70; stage++) {
            for (uint32_t act = 0; act < 128; act++) {
                const struct tcn_procedure_input in = {.kind = (enum tcn_procedure_kind)kind,
                                                       .stage = (enum tcn_stage)stage,
                                                       .act = (enum tcn_act)act,
                                                       .who = 1u << (act + stage) % 7,
                                                       .facts = act * 2654435761u,
                                                       .marks = stage * 2246822519u};
                struct tcn_procedure_verdict verdict;
                tcn_procedure_judge(&in, &verdict);
                bool is_listed = verdict.code == TCN_OK || verdict.code == TCN_DENIED ||
                                 verdict.code == TCN_NOT_ALLOWED || verdict.code == TCN_BAD_VALUE;
                assert_true(is_listed);
                assert_int_equal(verdict.row != NULL, verdict.code == TCN_OK);
                assert_int_equal(verdict.missing != 0, verdict.code == TCN_BAD_VALUE);
                applied += verdict.code == TCN_OK ? 1 : 0;
            }
        }
    }
    assert_true(applied > 100);
}

static struct tcn_slice text(const char *words) {
    return tcn_slice_text(words);
}

static void facts_are_read_from_the_event(void **state) {
    (void)state;
    const struct tcn_attribute five[] = {
        {.name = text("responsibility"), .kind = TCN_ATTRIBUTE_FLAG, .number = 1},
        {.name = text("measures"), .kind = TCN_ATTRIBUTE_TEXT, .text = text("support")},
        {.name = text("funds"), .kind = TCN_ATTRIBUTE_NUMBER, .number = 100},
        {.name = text("time_limit"), .kind = TCN_ATTRIBUTE_FLAG, .number = 1},
        {.name = text("contingency_plan"), .kind = TCN_ATTRIBUTE_FLAG, .number = 0},
    };
    const struct tcn_attribute major[] = {
        {.name = text("grade"), .kind = TCN_ATTRIBUTE_TEXT, .text = text("major")},
        {.name = text("path"), .kind = TCN_ATTRIBUTE_TEXT, .text = text("taken_along")},
        {.name = text("next_step"), .kind = TCN_ATTRIBUTE_TEXT, .text = text("")},
    };
    const struct tcn_attribute other[] = {
        {.name = text("grade"), .kind = TCN_ATTRIBUTE_TEXT, .text = text("general")},
        {.name = text("path"), .kind = TCN_ATTRIBUTE_TEXT, .text = text("alone")},
        {.name = text("amount_fen"), .kind = TCN_ATTRIBUTE_NUMBER, .number = 5},
    };
    struct tcn_event event = {.act = TCN_ACT_ASSIGNED};
    assert_int_equal(tcn_procedure_facts(&event), 0);
    event.attributes = five;
    event.attribute_count = COUNT_OF(five);
    assert_int_equal(tcn_procedure_facts(&event), 0); /* one of the five is not set */
    event.attributes = major;
    event.attribute_count = COUNT_OF(major);
    assert_int_equal(tcn_procedure_facts(&event), TCN_FACT_GRADE | TCN_FACT_MAJOR | TCN_FACT_PATH);
    event.attributes = other;
    event.attribute_count = COUNT_OF(other);
    assert_int_equal(tcn_procedure_facts(&event), TCN_FACT_GRADE | TCN_FACT_AMOUNT);
    event.attribute_count = 0;
    event.counts.deaths = (struct tcn_count){TCN_COUNT_EXACT, 0};
    assert_int_equal(tcn_procedure_facts(&event), TCN_FACT_COUNT); /* nobody died: no harm */
    event.counts.at_risk = (struct tcn_count){TCN_COUNT_EXACT, 0};
    assert_int_equal(tcn_procedure_facts(&event), TCN_FACT_COUNT | TCN_FACT_ALL_OUT);
    event.counts.at_risk = (struct tcn_count){TCN_COUNT_EXACT, 4};
    assert_int_equal(tcn_procedure_facts(&event), TCN_FACT_COUNT);
    event.counts.at_risk = (struct tcn_count){TCN_COUNT_AT_LEAST, 0};
    assert_int_equal(tcn_procedure_facts(&event), TCN_FACT_COUNT); /* there may be more */
    event.counts.missing = (struct tcn_count){TCN_COUNT_AT_LEAST, 1};
    assert_int_equal(tcn_procedure_facts(&event), TCN_FACT_COUNT | TCN_FACT_HARM);
    event.counts = (struct tcn_counts){.affected = {TCN_COUNT_ESTIMATE, 40}};
    event.body_kind = TCN_BODY_ACT;
    event.act_body = (struct tcn_act_body){.reason = text("r"),
                                           .how = text("phone"),
                                           .post = text("head"),
                                           .until_ns = 1,
                                           .to_organ = text("water")};
    assert_int_equal(tcn_procedure_facts(&event), TCN_FACT_COUNT | TCN_FACT_REASON | TCN_FACT_HOW |
                                                      TCN_FACT_POST | TCN_FACT_UNTIL |
                                                      TCN_FACT_TO_ORGAN);
    assert_string_equal(tcn_fact_name(TCN_FACT_COUNT | TCN_FACT_HARM), "none");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_turned_down_says_why),
        cmocka_unit_test(what_stands_with_the_matter_can_bar_an_act),
        cmocka_unit_test(what_an_act_must_say_is_named),
        cmocka_unit_test(what_is_true_counts_and_what_it_lacks_is_shown),
        cmocka_unit_test(stubs_holds_bounces_and_second_persons),
        cmocka_unit_test(harm_makes_a_hazard_an_accident_whoever_tells),
        cmocka_unit_test(a_petition_goes_to_its_end),
        cmocka_unit_test(what_is_asked_after_a_closed_review_is_the_recheck),
        cmocka_unit_test(what_is_answered_anew_can_be_reviewed_anew),
        cmocka_unit_test(a_grave_hazard_goes_off_the_list),
        cmocka_unit_test(a_child_leaves_the_desk_only_when_seen_safe),
        cmocka_unit_test(another_kind_begins_its_own_way),
        cmocka_unit_test(every_input_has_a_verdict),
        cmocka_unit_test(facts_are_read_from_the_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
