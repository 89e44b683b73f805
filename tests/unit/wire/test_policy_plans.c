/* SPDX-License-Identifier: Apache-2.0 */
/* What a policy plans, as it carries it: escalation, expected reports, retention, posts. */
#include "all.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/** A policy whose plans may be spoiled. */
struct spoiled {
    struct tcn_policy policy;
    struct tcn_plans plans;
    struct tcn_escalation_step steps[TCN_ESCALATION_STEPS_MAX + 1];
    struct tcn_expected_report reports[TCN_EXPECTED_REPORTS_MAX + 1];
    struct tcn_retention_rule retentions[TCN_RETENTION_RULES_MAX + 1];
    struct tcn_organ_posts organs[2];
};

static struct spoiled spoiled;
static uint8_t room[TCN_POLICY_BYTES_MAX];

static void spoil_begin(void) {
    memset(&spoiled, 0, sizeof(spoiled));
    spoiled.policy = sample_policy();
    spoiled.plans = sample_plans;
    memcpy(spoiled.steps, sample_steps, sizeof(sample_steps));
    memcpy(spoiled.reports, sample_reports, sizeof(sample_reports));
    memcpy(spoiled.retentions, sample_retentions, sizeof(sample_retentions));
    memcpy(spoiled.organs, sample_posts, sizeof(sample_posts));
    spoiled.plans.steps = spoiled.steps;
    spoiled.plans.reports = spoiled.reports;
    spoiled.plans.retentions = spoiled.retentions;
    spoiled.plans.organs = spoiled.organs;
    spoiled.policy.plans = &spoiled.plans;
}

/** Encodes the policy as it stands. */
static enum tcn_status encode(struct tcn_slice *out_bytes) {
    struct tcn_writer writer = tcn_writer_init(room, sizeof(room));
    return tcn_wire_policy_encode(&spoiled.policy, &writer, out_bytes);
}

/* Spoils one field and expects a status. */
#define SPOIL(field_, value_, status_)                                                             \
    do {                                                                                           \
        struct tcn_slice bytes_;                                                                   \
        spoil_begin();                                                                             \
        spoiled.field_ = (value_);                                                                 \
        assert_int_equal(encode(&bytes_), (status_));                                              \
    } while (0)

#define BAD(field_, value_) SPOIL(field_, value_, TCN_BAD_VALUE)

static void what_a_step_cannot_be_is_not_written(void **state) {
    (void)state;
    BAD(steps[0].id[0], '\0');
    BAD(steps[0].ladder[0], '\0');
    BAD(steps[0].kind, TCN_ESCALATION_NONE);
    BAD(steps[0].kind, TCN_ESCALATION_URGE); /* a ladder begins with a reminder */
    BAD(steps[0].cause, (enum tcn_escalation_cause)0);
    BAD(steps[0].cause, TCN_ESCALATION_DUE_SOON); /* another than the step behind it */
    BAD(steps[0].clock[0], 'x');                  /* no clock of the policy */
    BAD(steps[0].severity_min, (enum tcn_severity)(TCN_SEVERITY_DANGER + 1));
    BAD(steps[0].roles, 0);
    BAD(steps[0].roles, TCN_PLAN_ROLES + 1);
    BAD(steps[0].spacing_minutes, 0);
    BAD(steps[0].spacing_minutes, TCN_PLAN_MINUTES_MAX + 1);
    BAD(steps[0].origin.confidence, (enum tcn_plan_confidence)0);
    BAD(steps[1].kind, (enum tcn_escalation_kind)(TCN_ESCALATION_ADMONISH + 1));
    BAD(steps[1].roles, TCN_PLAN_DESK | TCN_PLAN_HOLDER); /* to admonish is only proposed */
    SPOIL(plans.step_count, TCN_ESCALATION_STEPS_MAX + 1, TCN_TOOBIG);
}

static void a_ladder_is_whole_and_grows_no_milder(void **state) {
    (void)state;
    struct tcn_slice bytes;
    spoil_begin();
    spoiled.steps[1] = sample_steps[0]; /* an id twice */
    assert_int_equal(encode(&bytes), TCN_BAD_VALUE);
    (void)snprintf(spoiled.steps[1].id, sizeof(spoiled.steps[1].id), "late.again");
    assert_int_equal(encode(&bytes), TCN_OK);
    spoiled.steps[0].kind = TCN_ESCALATION_REMIND;
    spoiled.steps[1].kind = TCN_ESCALATION_URGE;
    spoiled.steps[2] = sample_steps[0]; /* milder than the one before */
    (void)snprintf(spoiled.steps[2].id, sizeof(spoiled.steps[2].id), "late.third");
    spoiled.plans.step_count = 3;
    assert_int_equal(encode(&bytes), TCN_BAD_VALUE);
    spoiled.steps[2].kind = TCN_ESCALATION_URGE;
    assert_int_equal(encode(&bytes), TCN_OK);
    spoiled.steps[2].kind = TCN_ESCALATION_REMIND;
    (void)snprintf(spoiled.steps[2].ladder, sizeof(spoiled.steps[2].ladder), "other");
    assert_int_equal(encode(&bytes), TCN_OK);
    spoiled.steps[3] = sample_steps[0]; /* taken up again behind another */
    (void)snprintf(spoiled.steps[3].id, sizeof(spoiled.steps[3].id), "late.fourth");
    spoiled.plans.step_count = 4;
    assert_int_equal(encode(&bytes), TCN_BAD_VALUE);
    spoil_begin();
    spoiled.steps[0].cause = TCN_ESCALATION_UNACKNOWLEDGED;
    spoiled.steps[1].cause = TCN_ESCALATION_UNACKNOWLEDGED;
    assert_int_equal(encode(&bytes), TCN_BAD_VALUE); /* that cause has no clock */
    spoiled.steps[0].clock[0] = '\0';
    assert_int_equal(encode(&bytes), TCN_OK);
}

static void what_else_cannot_be_planned_is_not_written(void **state) {
    (void)state;
    BAD(reports[0].id[0], '\0');
    BAD(reports[0].kind, (enum tcn_expected_kind)0);
    BAD(reports[0].kind, TCN_EXPECTED_CHECK_IN); /* ticks no line */
    BAD(reports[0].line[0], 'x');                /* no line of the policy */
    BAD(reports[0].line[0], '\0');
    BAD(reports[0].offices[0][0], 'x'); /* no organ */
    spoil_begin();
    memcpy(spoiled.reports[0].offices[0], "desk", sizeof("desk")); /* no office */
    struct tcn_slice bytes;
    assert_int_equal(encode(&bytes), TCN_BAD_VALUE);
    BAD(reports[0].every, (enum tcn_expected_every)0);
    BAD(reports[0].hours, 2);
    BAD(reports[0].by_minute, 1440);
    BAD(reports[0].grace_minutes, 1441);
    BAD(reports[0].while_domain[0], 'x');
    BAD(reports[0].origin.confidence, (enum tcn_plan_confidence)(TCN_PLAN_PROPOSAL + 1));
    BAD(reports[1].hours, 0);
    BAD(reports[1].hours, TCN_PLAN_HOURS_MAX + 1);
    BAD(reports[1].by_minute, 1);
    BAD(reports[1], sample_reports[0]); /* twice */
    SPOIL(plans.report_count, TCN_EXPECTED_REPORTS_MAX + 1, TCN_TOOBIG);
    BAD(retentions[0].id[0], '\0');
    BAD(retentions[0].domains.ids[1][0], 'x');
    BAD(retentions[0].domains.count, TCN_PLAN_DOMAINS_MAX + 1);
    BAD(retentions[0].what, (enum tcn_retention_what)0);
    BAD(retentions[0].from, (enum tcn_retention_from)(TCN_RETENTION_RECORDED + 1));
    BAD(retentions[0].unit, (enum tcn_retention_unit)0);
    BAD(retentions[0].amount, 0);
    BAD(retentions[0].amount, TCN_RETENTION_AMOUNT_MAX + 1);
    SPOIL(plans.retention_count, TCN_RETENTION_RULES_MAX + 1, TCN_TOOBIG);
    BAD(organs[0].organ[0], 'x');
    BAD(organs[0].posts[1][0], '\0');
    BAD(organs[0].count, TCN_ORGAN_POSTS_MAX + 1);
    spoil_begin();
    memcpy(spoiled.organs[0].posts[1], spoiled.organs[0].posts[0], TCN_WORD_BYTES_MAX + 1);
    assert_int_equal(encode(&bytes), TCN_BAD_VALUE); /* a post twice */
}

static void plans_keep_every_field(void **state) {
    (void)state;
    struct tcn_slice bytes;
    struct tcn_arena arena;
    struct tcn_policy found;
    spoil_begin();
    assert_int_equal(encode(&bytes), TCN_OK);
    assert_int_equal(tcn_arena_init(&arena, TCN_POLICY_ARENA_BYTES(bytes.size)), TCN_OK);
    assert_int_equal(tcn_wire_policy_decode(bytes, &arena, &found), TCN_OK);
    assert_non_null(found.plans);
    assert_int_equal(found.plans->step_count, 2);
    assert_memory_equal(found.plans->steps, sample_steps, sizeof(sample_steps));
    assert_int_equal(found.plans->report_count, 2);
    assert_memory_equal(found.plans->reports, sample_reports, sizeof(sample_reports));
    assert_int_equal(found.plans->retention_count, 1);
    assert_memory_equal(found.plans->retentions, sample_retentions, sizeof(sample_retentions));
    assert_int_equal(found.plans->organ_count, 1);
    assert_memory_equal(found.plans->organs, sample_posts, sizeof(sample_posts));
    assert_ptr_equal(found.plans->seals, found.sealing->rules);
    assert_true(
        tcn_plans_has_post(found.plans, tcn_slice_text("desk"), tcn_slice_text("custodian")));
    assert_false(tcn_plans_has_post(found.plans, tcn_slice_text("desk"), tcn_slice_text("cust")));
    assert_null(tcn_plans_posts(found.plans, tcn_slice_text("east-town")));
    assert_null(tcn_plans_posts(NULL, tcn_slice_text("desk")));
    tcn_arena_reset(&arena);
    spoiled.policy.plans = NULL;
    assert_int_equal(encode(&bytes), TCN_OK);
    assert_int_equal(tcn_wire_policy_decode(bytes, &arena, &found), TCN_OK);
    assert_null(found.plans);
    tcn_arena_fini(&arena);
}

static void what_another_program_planned_is_judged_alike(void **state) {
    (void)state;
    struct tcn_slice bytes;
    struct tcn_arena arena;
    struct tcn_policy found;
    spoil_begin();
    assert_int_equal(encode(&bytes), TCN_OK);
    assert_int_equal(room[bytes.size - 1], TCN_PLAN_PROPOSAL); /* the last field of the policy */
    for (uint8_t value = 0; value <= TCN_PLAN_PROPOSAL + 1; value++) {
        const bool is_good = value > 0 && value <= TCN_PLAN_PROPOSAL;
        room[bytes.size - 1] = value;
        assert_int_equal(tcn_arena_init(&arena, TCN_POLICY_ARENA_BYTES(bytes.size)), TCN_OK);
        assert_int_equal(tcn_wire_policy_decode(bytes, &arena, &found),
                         is_good ? TCN_OK : TCN_BAD_VALUE);
        tcn_arena_fini(&arena);
    }
}

/** Gives a step, a report and a period names of their own. */
static void name_rows(uint32_t i) {
    spoiled.steps[i] = sample_steps[0];
    (void)snprintf(spoiled.steps[i].id, sizeof(spoiled.steps[i].id), "s%u", i);
    (void)snprintf(spoiled.steps[i].ladder, sizeof(spoiled.steps[i].ladder), "l%u", i);
    spoiled.reports[i] = sample_reports[0];
    (void)snprintf(spoiled.reports[i].id, sizeof(spoiled.reports[i].id), "r%u", i);
}

static void plans_at_their_largest_are_read_within_the_room_that_is_told(void **state) {
    (void)state;
    struct tcn_slice bytes;
    struct tcn_arena arena;
    struct tcn_policy found;
    _Static_assert(TCN_ESCALATION_STEPS_MAX == TCN_EXPECTED_REPORTS_MAX, "one loop fills both");
    spoil_begin();
    for (uint32_t i = 0; i < TCN_ESCALATION_STEPS_MAX; i++) {
        name_rows(i);
    }
    for (uint32_t i = 0; i < TCN_RETENTION_RULES_MAX; i++) {
        spoiled.retentions[i] = sample_retentions[0];
        (void)snprintf(spoiled.retentions[i].id, sizeof(spoiled.retentions[i].id), "k%u", i);
    }
    spoiled.plans.step_count = TCN_ESCALATION_STEPS_MAX;
    spoiled.plans.report_count = TCN_EXPECTED_REPORTS_MAX;
    spoiled.plans.retention_count = TCN_RETENTION_RULES_MAX;
    assert_int_equal(encode(&bytes), TCN_OK);
    assert_int_equal(tcn_arena_init(&arena, TCN_POLICY_ARENA_BYTES(bytes.size)), TCN_OK);
    assert_int_equal(tcn_wire_policy_decode(bytes, &arena, &found), TCN_OK);
    assert_int_equal(found.plans->step_count, TCN_ESCALATION_STEPS_MAX);
    tcn_arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_step_cannot_be_is_not_written),
        cmocka_unit_test(a_ladder_is_whole_and_grows_no_milder),
        cmocka_unit_test(what_else_cannot_be_planned_is_not_written),
        cmocka_unit_test(plans_keep_every_field),
        cmocka_unit_test(what_another_program_planned_is_judged_alike),
        cmocka_unit_test(plans_at_their_largest_are_read_within_the_room_that_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
