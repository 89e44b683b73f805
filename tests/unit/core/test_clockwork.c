/* SPDX-License-Identifier: Apache-2.0 */
/* The clocks of a matter by the numbers of their rules (core/clockwork): what starts, stops, pauses
 * and extends them, and what fires. Who is told is the fold's, and has tests of its own. */
#include "clock_world.h"

static void a_rules_number_is_that_of_its_id_and_of_no_other(void **test) {
    (void)test;
    for (uint32_t i = 0; i < table.rule_count; i++) {
        const uint32_t number = tcn_clock_rule_number(tcn_slice_text(table.rules[i].id));
        assert_true(number != 0);
        assert_ptr_equal(tcn_clock_rule_numbered(&table, number), &table.rules[i]);
    }
    assert_null(tcn_clock_rule_numbered(&table, 0));
    /* The number is on disk: it stays what it is. */
    assert_int_equal(tcn_clock_rule_number(tcn_slice_text("answer")), 0x5d2a8feeu);
}

/* M1, M2, M3 */
static void each_act_starts_and_stops_what_it_is_named_by(void **test) {
    (void)test;
    static const struct step steps[] = {
        {.when = "2024-01-30 10:00:00",
         .act = TCN_ACT_FOLLOWED_UP,
         .domain = "hazard",
         .wanted = ""}, /* a stub: its report has not come */
        {.when = "2024-01-30 10:00:01",
         .act = TCN_ACT_REPORTED,
         .severity = TCN_SEVERITY_SERIOUS,
         .wanted = "answer:runs"},
        {.when = "2024-01-30 10:00:02", .act = TCN_ACT_REPORTED, .wanted = "answer:runs"},
        {.when = "2024-01-30 10:00:03", .act = TCN_ACT_ACCEPTED, .wanted = "answer:runs slip:runs"},
        {.when = "2024-01-30 12:00:00",
         .act = TCN_ACT_CALLED,
         .wanted = "answer:runs slip:stopped/in_time"},
        {.when = "2024-01-30 12:00:01",
         .act = TCN_ACT_ACCEPTED,
         .wanted = "answer:runs slip:runs (2,0)"},
        {.when = "2024-01-30 22:00:02",
         .act = TCN_ACT_CALLED,
         .wanted = "!slip3 answer:runs slip:stopped/late (2,0)"},
        {.when = "2024-01-31 12:00:00",
         .act = TCN_ACT_ACCEPTED,
         .wanted = "answer:runs slip:runs (3,1)"},
        {.when = "2024-01-31 12:30:00",
         .act = TCN_ACT_CALLED,
         .wanted = "answer:runs slip:stopped/in_time (3,1)"},
        {.when = "2024-02-10 11:59:59", .wanted = "answer:runs slip:stopped/in_time (3,1)"},
        {.when = "2024-02-10 12:00:00",
         .wanted = "!answer1 answer:runs slip:stopped/in_time (3,1)"},
        {.when = "2024-02-13 12:00:00",
         .wanted = "!answer2 answer:runs slip:stopped/in_time (3,1)"},
        {.when = "2024-02-14 23:59:59", .wanted = "answer:runs slip:stopped/in_time (3,1)"},
        {.when = "2024-02-15 00:00:00",
         .wanted = "!answer3 answer:runs slip:stopped/in_time (3,1)"},
        /* Due on the date as it is counted, in time until the last holiday's next working day. */
        {.when = "2024-02-18 23:59:59",
         .act = TCN_ACT_REPLIED,
         .wanted = "answer:stopped/in_time right:runs slip:stopped/in_time (3,1) tell:runs"},
        {.when = "2024-02-19 10:00:00",
         .act = TCN_ACT_PETITIONER_TOLD,
         .wanted = "answer:stopped/in_time right:runs slip:stopped/in_time (3,1) "
                   "tell:stopped/unmeasured"},
        {.when = "2024-03-21 10:00:00", /* nothing fires of a window */
         .act = TCN_ACT_REVIEW_ASKED,
         .wanted = "answer:stopped/in_time hear:runs right:stopped/over slip:stopped/in_time (3,1) "
                   "tell:stopped/unmeasured"},
    };
    TELL(steps);
}

/* M3 */
static void a_report_that_joins_a_matter_starts_nothing(void **test) {
    (void)test;
    static const struct step steps[] = {
        {.when = "2024-03-01 10:00:00",
         .act = TCN_ACT_REPORTED,
         .domain = "pipe",
         .wanted = "pipe:runs"},
        {.when = "2024-03-01 10:30:00",
         .act = TCN_ACT_ACCEPTED,
         .wanted = "pipe:stopped/in_time slip:runs"},
        {.when = "2024-03-01 10:40:00",
         .act = TCN_ACT_REPORTED,
         .wanted = "pipe:stopped/in_time slip:runs"},
    };
    TELL(steps);
}

static void a_reason_is_asked_for_where_the_rule_names_one(void **test) {
    (void)test;
    static const struct step steps[] = {
        {.when = "2024-03-01 09:00:00", .act = TCN_ACT_FOLLOWED_UP, .wanted = ""},
        {.when = "2024-03-01 10:00:00",
         .act = TCN_ACT_FOLLOWED_UP,
         .reason = "noticed",
         .occurred = "2024-03-01 08:00:00",
         .wanted = "cut:runs"},
        {.when = "2024-03-01 11:00:00",
         .act = TCN_ACT_FOLLOWED_UP,
         .reason = "cuts",
         .wanted = "cut:runs"},
        {.when = "2024-03-02 08:00:00", /* what must pass first has not, to the last minute */
         .act = TCN_ACT_FOLLOWED_UP,
         .reason = "cut",
         .occurred = "2024-03-02 08:00:00",
         .wanted = "cut:stopped/early"},
        {.when = "2024-03-03 08:00:00",
         .act = TCN_ACT_FOLLOWED_UP,
         .reason = "noticed",
         .wanted = "cut:runs (2,0)"},
        {.when = "2024-03-05 08:00:00",
         .act = TCN_ACT_FOLLOWED_UP,
         .reason = "cut",
         .wanted = "cut:stopped/in_time (2,0)"},
    };
    TELL(steps);
}

/* M3 */
static void an_act_that_stops_and_starts_a_clock_begins_it_anew(void **test) {
    (void)test;
    static const struct step steps[] = {
        {.when = "2024-03-01 10:00:00", .act = TCN_ACT_TRANSFERRED, .wanted = "object:runs"},
        {.when = "2024-03-04 10:00:00", .act = TCN_ACT_TRANSFERRED, .wanted = "object:runs (2,0)"},
        {.when = "2024-03-05 10:00:00",
         .act = TCN_ACT_OBJECTED,
         .wanted = "object:stopped/in_time (2,0)"},
        {.when = "2024-03-06 10:00:00", .act = TCN_ACT_TRANSFERRED, .wanted = "object:runs (3,0)"},
        {.when = "2024-03-14 10:00:00",
         .act = TCN_ACT_OBJECTED,
         .wanted = "!object3 object:stopped/late (3,0)"},
    };
    TELL(steps);
}

/* D2 of core/due */
static void of_steps_that_came_while_nothing_did_only_the_last_is_told(void **test) {
    (void)test;
    static const struct {
        const char *when;
        const char *wanted;
    } cases[] = {
        {"2024-03-12 11:59:59", "answer:runs"},
        {"2024-03-12 12:00:00", "!answer1 answer:runs"},
        {"2024-03-15 11:59:59", "!answer1 answer:runs"},
        {"2024-03-15 12:00:00", "!answer2 answer:runs"},
        {"2024-03-16 23:59:59", "!answer2 answer:runs"},
        {"2024-03-17 00:00:00", "!answer3 answer:runs"},
        {"2025-03-17 00:00:00", "!answer3 answer:runs"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct step steps[] = {
            {.when = "2024-03-01 10:00:00",
             .act = TCN_ACT_REPORTED,
             .domain = "hazard",
             .wanted = "answer:runs"},
            {.when = cases[i].when, .wanted = cases[i].wanted},
            {.when = cases[i].when, .wanted = "answer:runs"},
        };
        TELL(steps);
    }
}

/* D3 as it reads here. */
static void a_report_that_comes_late_rings_once(void **test) {
    (void)test;
    static const struct {
        const char *learned;
        const char *wanted;
    } cases[] = {
        {"2024-03-19 10:00:00", "answer:runs"},
        {"2024-03-09 10:00:00", "!answer1 answer:runs"},
        {"2024-03-06 10:00:00", "!answer2 answer:runs"},
        {"2024-03-04 10:00:00", "!answer3 answer:runs"},
        {"2024-01-04 10:00:00", "!answer3 answer:runs"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct step steps[] = {
            {.when = "2024-03-20 13:00:00",
             .act = TCN_ACT_REPORTED,
             .domain = "hazard",
             .learned = cases[i].learned,
             .wanted = cases[i].wanted},
            {.when = "2024-03-20 13:00:01", .wanted = "answer:runs"},
        };
        TELL(steps);
    }
}

/* M7 */
static void a_start_ahead_of_the_log_puts_nothing_off(void **test) {
    (void)test;
    static const struct step steps[] = {
        {.when = "2024-03-01 10:00:00",
         .act = TCN_ACT_REPORTED,
         .learned = "2124-03-01 10:00:00",
         .domain = "pipe",
         .wanted = "pipe:runs"},
        {.when = "2024-03-01 12:01:00", .wanted = "!pipe2 pipe:runs"},
        {.when = "2024-03-01 12:01:01", .wanted = "!pipe3 pipe:runs"},
    };
    TELL(steps);
}

/* M5 */
static void late_evidence_corrects_the_verdict_and_unfires_nothing(void **test) {
    (void)test;
    static const struct step steps[] = {
        {.when = "2024-03-01 10:00:00",
         .act = TCN_ACT_REPORTED,
         .domain = "hazard",
         .wanted = "answer:runs"},
        {.when = "2024-03-20 10:00:00", /* a Wednesday; the 16th was a Saturday, the 18th counts */
         .act = TCN_ACT_REPLIED,
         .wanted = "!answer3 answer:stopped/late right:runs tell:runs"},
        {.when = "2024-03-20 11:00:00", /* later than the log knew: no correction */
         .act = TCN_ACT_REPLIED,
         .recorded = "2024-03-20 10:30:00",
         .wanted = "answer:stopped/late right:runs tell:runs"},
        {.when = "2024-03-20 11:00:01", /* before its start: of another clock */
         .act = TCN_ACT_REPLIED,
         .recorded = "2024-02-20 10:30:00",
         .wanted = "answer:stopped/late right:runs tell:runs"},
        {.when = "2024-03-21 11:00:00",
         .act = TCN_ACT_REPLIED,
         .recorded = "2024-03-18 23:59:59",
         .wanted = "answer:stopped/in_time right:runs tell:runs"},
    };
    TELL(steps);
}

static void a_clock_that_is_paused_rings_not_and_counts_not(void **test) {
    (void)test;
    static const struct step steps[] = {
        {.when = "2024-03-01 10:00:00", .act = TCN_ACT_REVIEW_ASKED, .wanted = "hear:runs"},
        {.when = "2024-03-05 10:00:00",
         .act = TCN_ACT_FOLLOWED_UP,
         .reason = "hearing_closed", /* none was opened */
         .wanted = "hear:runs"},
        {.when = "2024-03-10 10:00:00",
         .act = TCN_ACT_FOLLOWED_UP,
         .reason = "hearing_opened",
         .wanted = "hear:paused"},
        {.when = "2024-05-09 10:00:00",
         .act = TCN_ACT_FOLLOWED_UP,
         .reason = "hearing_opened",
         .wanted = "hear:paused"},
        {.when = "2024-05-10 09:00:00",
         .act = TCN_ACT_FOLLOWED_UP,
         .reason = "hearing_closed",
         .recorded = "2024-01-10 09:00:00", /* its clock is wrong: it runs on all the same */
         .wanted = "hear:runs"},
        {.when = "2024-05-10 10:00:00",
         .act = TCN_ACT_REPLIED,
         .reason = "heard",
         .wanted = "hear:stopped/in_time right:runs tell:runs"},
    };
    TELL(steps);
}

static void a_pause_moves_what_is_ahead(void **test) {
    (void)test;
    static const struct step steps[] = {
        {.when = "2024-03-01 10:00:00", .act = TCN_ACT_REVIEW_ASKED, .wanted = "hear:runs"},
        {.when = "2024-03-10 10:00:00",
         .act = TCN_ACT_FOLLOWED_UP,
         .reason = "hearing_opened",
         .wanted = "hear:paused"},
        {.when = "2024-03-19 10:00:00", /* ten days that are not counted */
         .act = TCN_ACT_FOLLOWED_UP,
         .reason = "hearing_closed",
         .wanted = "hear:runs"},
        {.when = "2024-04-01 23:59:59", .wanted = "hear:runs"},
        {.when = "2024-04-02 00:00:00", .wanted = "!hear1 hear:runs"},
        {.when = "2024-04-08 00:00:00", .wanted = "!hear2 hear:runs"},
        {.when = "2024-04-11 00:00:00", .wanted = "!hear3 hear:runs"},
        {.when = "2024-04-12 00:00:00", .wanted = "hear:runs"},
    };
    TELL(steps);
}

/* M11 */
static void a_clock_from_the_first_goes_on_where_it_began(void **test) {
    (void)test;
    static const struct step steps[] = {
        {.when = "2024-03-01 10:00:00",
         .act = TCN_ACT_REPORTED,
         .domain = "petition",
         .category = "31.6",
         .learned = "2024-02-28 10:00:00",
         .wanted = "whole:runs"},
        {.when = "2024-03-10 10:00:00", /* it leads nowhere: no reply */
         .act = TCN_ACT_REPLIED,
         .wanted = "right:runs tell:runs whole:runs"},
        {.when = "2024-03-20 10:00:00",
         .act = TCN_ACT_EXTENDED,
         .until = "2024-05-20 00:00:00",
         .wanted = "right:runs tell:runs whole:runs"},
        {.when = "2024-03-21 10:00:00",
         .act = TCN_ACT_SUSPENDED,
         .wanted = "right:runs tell:runs whole:paused"},
        {.when = "2024-03-21 11:00:00",
         .act = TCN_ACT_REPLIED,
         .stage = TCN_STAGE_REPLIED,
         .wanted = "right:runs tell:runs whole:stopped/in_time"},
        {.when = "2024-05-21 11:00:00", /* 21 days were counted until the pause, 39 are left */
         .act = TCN_ACT_REOPENED,
         .wanted = "right:runs tell:runs whole:runs (2,0)"},
        {.when = "2024-06-29 23:59:59", .wanted = "!whole2 right:runs tell:runs whole:runs (2,0)"},
        {.when = "2024-06-30 00:00:00", .wanted = "!whole3 right:runs tell:runs whole:runs (2,0)"},
        {.when = "2024-07-02 10:00:00", /* the 29th was a Saturday */
         .act = TCN_ACT_REPLIED,
         .stage = TCN_STAGE_REPLIED,
         .wanted = "right:runs tell:runs whole:stopped/late (2,0)"},
    };
    static const struct step over[] = {
        {.when = "2024-03-01 10:00:00",
         .act = TCN_ACT_REPORTED,
         .domain = "petition",
         .category = "31.6",
         .wanted = "whole:runs"},
        {.when = "2024-03-02 10:00:00",
         .act = TCN_ACT_REPLIED,
         .stage = TCN_STAGE_REPLIED,
         .wanted = "right:runs tell:runs whole:stopped/in_time"},
        {.when = "2024-05-21 10:00:00", /* nobody gains time by an early answer */
         .act = TCN_ACT_REOPENED,
         .wanted = "!whole3 right:runs tell:runs whole:runs (2,0)"},
    };
    TELL(over);
    TELL(steps);
}

static void an_extension_moves_the_end_once_and_before_its_day(void **test) {
    (void)test;
    static const struct step steps[] = {
        {.when = "2024-03-01 10:00:00",
         .act = TCN_ACT_REPORTED,
         .domain = "hazard",
         .wanted = "answer:runs"},
        {.when = "2024-03-12 12:00:00", .wanted = "!answer1 answer:runs"},
        {.when = "2024-03-13 12:00:00", /* further than the rule allows */
         .act = TCN_ACT_EXTENDED,
         .until = "2024-04-01 00:00:00",
         .wanted = "answer:runs"},
        {.when = "2024-03-15 10:00:00",
         .act = TCN_ACT_EXTENDED,
         .until = "2024-03-31 00:00:00",
         .wanted = "answer:runs"},
        {.when = "2024-03-15 11:00:00", /* once */
         .act = TCN_ACT_EXTENDED,
         .until = "2024-03-31 00:00:00",
         .wanted = "answer:runs"},
        {.when = "2024-03-22 23:59:59", .wanted = "answer:runs"},
        {.when = "2024-03-23 00:00:00", .wanted = "!answer1 answer:runs"}, /* 70 % of thirty days */
        {.when = "2024-03-29 00:00:00", .wanted = "!answer2 answer:runs"},
        {.when = "2024-04-01 00:00:00", .wanted = "!answer3 answer:runs"},
        {.when = "2024-04-01 10:00:00", /* the 31st was a Sunday */
         .act = TCN_ACT_REPLIED,
         .wanted = "answer:stopped/in_time right:runs tell:runs"},
    };
    TELL(steps);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rules_number_is_that_of_its_id_and_of_no_other),
        cmocka_unit_test(each_act_starts_and_stops_what_it_is_named_by),
        cmocka_unit_test(a_report_that_joins_a_matter_starts_nothing),
        cmocka_unit_test(a_reason_is_asked_for_where_the_rule_names_one),
        cmocka_unit_test(an_act_that_stops_and_starts_a_clock_begins_it_anew),
        cmocka_unit_test(of_steps_that_came_while_nothing_did_only_the_last_is_told),
        cmocka_unit_test(a_report_that_comes_late_rings_once),
        cmocka_unit_test(a_start_ahead_of_the_log_puts_nothing_off),
        cmocka_unit_test(late_evidence_corrects_the_verdict_and_unfires_nothing),
        cmocka_unit_test(a_clock_that_is_paused_rings_not_and_counts_not),
        cmocka_unit_test(a_pause_moves_what_is_ahead),
        cmocka_unit_test(a_clock_from_the_first_goes_on_where_it_began),
        cmocka_unit_test(an_extension_moves_the_end_once_and_before_its_day),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
