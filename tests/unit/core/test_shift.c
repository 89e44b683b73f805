/* SPDX-License-Identifier: Apache-2.0 */
/* Who is on duty and who hears that nobody is: rules R1 to R4 of core/shift. */
#include "fold_fixture.h"

#include "core/shift.h"

#define SECOND INT64_C(1000000000)
#define MINUTE (60 * SECOND)
#define T0 (1000 * MINUTE)

/* A regime whose desk has an organ above it. */
static const struct tcn_organ organs_above[] = {
    {.number = DESK, .id = "desk", .kind = TCN_ORGAN_DESK, .place_parent = DISCIPLINE},
    {.number = SAFETY, .id = "safety", .kind = TCN_ORGAN_BUREAU},
    {.number = WATER, .id = "water", .kind = TCN_ORGAN_BUREAU},
    {.number = DISCIPLINE, .id = "discipline", .kind = TCN_ORGAN_BUREAU},
    {.number = OFFICE_A, .id = "office-a", .kind = TCN_ORGAN_OFFICE},
};

static struct tcn_event word_of(enum tcn_act act, const char *post, int64_t until_ns) {
    struct tcn_event event = act_of(act, 0);
    event.act_body.post = tcn_slice_text(post);
    event.act_body.until_ns = until_ns;
    return event;
}

/* Folds an event at a time; what it and what fell due before it told whom, " 1:nobody_there/3" for
 * a clock and " 1:shift" else. */
static const char *at(struct fixture *fixture, int64_t now_ns, uint16_t organ,
                      const struct tcn_event *event) {
    static struct trace trace;
    const size_t before = fixture->state.alerts.count;
    struct tcn_fold_input in = input_of(fixture, organ, event);
    struct tcn_outcome outcome;
    in.log_time_ns = now_ns;
    in.log_mode = TCN_MODE_ACTUAL;
    assert_int_equal(tcn_fold_step(&fixture->fold, &in, &outcome), TCN_OK);
    trace = (struct trace){.size = 0};
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)fixture->state.alerts.rows;
    for (size_t i = before; i < fixture->state.alerts.count; i++) {
        const struct tcn_alert *alert = &alerts[i];
        const char *what = alert->reason == TCN_REASON_CLOCK ? tcn_due_kind_name(alert->fired.kind)
                                                             : tcn_reason_name(alert->reason);
        trace_add(&trace, "%s%u:%s", i > before ? " " : "", alert->stream.organ, what);
        if (alert->reason == TCN_REASON_CLOCK) {
            trace_add(&trace, "/%u", (unsigned)alert->fired.subject);
        }
    }
    if (outcome.code != TCN_OK) {
        trace_add(&trace, " void");
        for (uint32_t bit = 0; bit < 32; bit++) {
            if ((outcome.missing >> bit & 1u) != 0) {
                trace_add(&trace, " %s", tcn_fact_name(UINT32_C(1) << bit));
            }
        }
    }
    return trace.text;
}

/* A tick of the collector: what has fallen due is told. */
static const char *tick(struct fixture *fixture, int64_t now_ns) {
    const struct tcn_event event = {
        .format = TCN_EVENT_FORMAT, .act = TCN_ACT_TICK, .mode = TCN_MODE_ACTUAL};
    return at(fixture, now_ns, 0, &event);
}

static struct tcn_shift shift_of(struct fixture *fixture, uint16_t organ) {
    struct tcn_shift shift;
    assert_int_equal(tcn_memstate_ops.shift_get(&fixture->state, organ, &shift), TCN_OK);
    return shift;
}

static void a_word_that_says_too_little_counts_for_nothing(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_event event = word_of(TCN_ACT_ON_DUTY, "", 0);
    start(&fixture);
    assert_string_equal(at(&fixture, T0, SAFETY, &event), "2:outcome void post");
    event = word_of(TCN_ACT_HANDED_OVER, "", 0);
    assert_string_equal(at(&fixture, T0, SAFETY, &event), "2:outcome void post");
    event = word_of(TCN_ACT_ON_DUTY, "officer", T0);
    assert_string_equal(at(&fixture, T0, SAFETY, &event), "2:outcome void until");
    event = word_of(TCN_ACT_ON_DUTY, "officer", 0);
    assert_string_equal(at(&fixture, T0, 0, &event), " void"); /* an administrator's */
    assert_int_equal(fixture.state.shifts.count, 0);
    stop(&fixture);
}

/* What is shown to others and put into their commands is a post, not what a program made up. */
static void a_post_is_a_word_and_one_of_the_organs(void **state) {
    (void)state;
    static const char *const bad[] = {"$(reboot)", "Mr. Wang", "a;b", "\xe5\x80\xbc", "head"};
    static const struct tcn_organ_posts posts[] = {
        {.organ = "safety", .posts = {"officer"}, .count = 1}, {.organ = "water"}};
    static const struct tcn_plans plans = {.organs = posts, .organ_count = 2};
    struct fixture fixture;
    struct tcn_policy policy = regime;
    start(&fixture);
    policy.plans = &plans;
    fixture.fold.policy = &policy;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct tcn_event event = word_of(TCN_ACT_ON_DUTY, bad[i], 0);
        assert_string_equal(at(&fixture, T0, SAFETY, &event), "2:outcome void post");
        event = word_of(TCN_ACT_HANDED_OVER, bad[i], 0);
        assert_string_equal(at(&fixture, T0, SAFETY, &event), "2:outcome void post");
    }
    assert_int_equal(fixture.state.shifts.count, 0);
    struct tcn_event event = word_of(TCN_ACT_ON_DUTY, "officer", 0);
    assert_string_equal(at(&fixture, T0, SAFETY, &event), "2:shift");
    event = word_of(TCN_ACT_ON_DUTY, "head", 0); /* of which nobody said its posts */
    assert_string_equal(at(&fixture, T0, WATER, &event), "3:shift");
    stop(&fixture);
}

static void the_newest_word_of_an_organ_stands(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_event event = word_of(TCN_ACT_ON_DUTY, "officer", 0);
    start(&fixture);
    assert_string_equal(at(&fixture, T0, SAFETY, &event), "2:shift");
    struct tcn_shift shift = shift_of(&fixture, SAFETY);
    assert_string_equal(shift.post, "officer");
    assert_true(shift.since_ns == T0 && tcn_shift_is_on(&shift, T0 + 1));
    event = word_of(TCN_ACT_HANDED_OVER, "officer", 0);
    assert_string_equal(at(&fixture, T0 + MINUTE, SAFETY, &event), "2:shift");
    shift = shift_of(&fixture, SAFETY);
    assert_true(shift.handed_ns == T0 + MINUTE && !tcn_shift_is_on(&shift, T0 + 2 * MINUTE));
    event = word_of(TCN_ACT_ON_DUTY, "head", T0 + 60 * MINUTE);
    (void)at(&fixture, T0 + 2 * MINUTE, SAFETY, &event);
    shift = shift_of(&fixture, SAFETY);
    assert_string_equal(shift.post, "head");
    assert_true(tcn_shift_is_on(&shift, T0 + 60 * MINUTE - 1));
    assert_false(tcn_shift_is_on(&shift, T0 + 60 * MINUTE));
    assert_int_equal(fixture.state.shifts.count, 1);
    stop(&fixture);
}

static void a_drill_takes_nobodys_duty(void **state) { /* R5 */
    (void)state;
    struct fixture fixture;
    struct tcn_event event = word_of(TCN_ACT_ON_DUTY, "officer", 0);
    start(&fixture);
    (void)at(&fixture, T0, SAFETY, &event);
    event = word_of(TCN_ACT_HANDED_OVER, "head", 0);
    event.mode = TCN_MODE_EXERCISE;
    assert_string_equal(at(&fixture, T0 + MINUTE, SAFETY, &event), "2:shift");
    event = word_of(TCN_ACT_ON_DUTY, "head", T0 + 3 * MINUTE);
    event.mode = TCN_MODE_EXERCISE;
    assert_string_equal(at(&fixture, T0 + 2 * MINUTE, SAFETY, &event), "2:shift");
    const struct tcn_shift shift = shift_of(&fixture, SAFETY);
    assert_string_equal(shift.post, "officer");
    assert_true(tcn_shift_is_on(&shift, T0 + 4 * MINUTE));
    assert_string_equal(tick(&fixture, T0 + 99 * MINUTE), "");
    stop(&fixture);
}

static void a_gap_is_told_once_to_the_organ_and_to_the_desk(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_event event = word_of(TCN_ACT_ON_DUTY, "officer", T0 + 10 * MINUTE);
    start(&fixture);
    (void)at(&fixture, T0, SAFETY, &event);
    assert_string_equal(tick(&fixture, T0 + 10 * MINUTE - 1), "");
    assert_string_equal(tick(&fixture, T0 + 10 * MINUTE), "2:nobody_there/2 1:nobody_there/2");
    assert_string_equal(tick(&fixture, T0 + 99 * MINUTE), "");
    event = word_of(TCN_ACT_ON_DUTY, "officer", T0 + 200 * MINUTE);
    (void)at(&fixture, T0 + 100 * MINUTE, SAFETY, &event);
    event = word_of(TCN_ACT_ON_DUTY, "head", T0 + 300 * MINUTE); /* in time */
    (void)at(&fixture, T0 + 199 * MINUTE, SAFETY, &event);
    assert_string_equal(tick(&fixture, T0 + 250 * MINUTE), "");
    event = word_of(TCN_ACT_HANDED_OVER, "head", 0);
    (void)at(&fixture, T0 + 260 * MINUTE, SAFETY, &event);
    assert_string_equal(tick(&fixture, T0 + 275 * MINUTE - 1), "");
    assert_string_equal(tick(&fixture, T0 + 275 * MINUTE), "2:nobody_there/2 1:nobody_there/2");
    event = word_of(TCN_ACT_ON_DUTY, "officer", T0 + 290 * MINUTE); /* the desk's own gap */
    (void)at(&fixture, T0 + 280 * MINUTE, DESK, &event);
    assert_string_equal(tick(&fixture, T0 + 290 * MINUTE), "1:nobody_there/1");
    stop(&fixture);
}

/* A report that the desk holds: of an unknown domain, in danger. */
static struct tcn_event danger_at_desk(uint8_t matter) {
    struct tcn_event event = report_of(matter, "nothing_known");
    event.severity = TCN_SEVERITY_DANGER;
    return event;
}

static void a_silent_desk_is_told_of_above(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_policy policy = regime;
    struct tcn_event event = danger_at_desk(1);
    policy.organs = organs_above;
    policy.organ_count = COUNT_OF(organs_above);
    start(&fixture);
    fixture.fold.policy = &policy;
    (void)at(&fixture, T0, OFFICE_A, &event);
    assert_string_equal(tick(&fixture, T0 + TCN_SILENCE_DANGER_NS - 1), "");
    assert_string_equal(tick(&fixture, T0 + TCN_SILENCE_DANGER_NS), "4:nobody_there/1");
    assert_string_equal(tick(&fixture, T0 + 99 * MINUTE), "");
    event = danger_at_desk(2);
    (void)at(&fixture, T0 + 100 * MINUTE, OFFICE_A, &event);
    event = act_of(TCN_ACT_ACKNOWLEDGED, 2);
    event.act_body.post = tcn_slice_text("officer");
    (void)at(&fixture, T0 + 101 * MINUTE, DESK, &event); /* somebody is there */
    assert_string_equal(tick(&fixture, T0 + 200 * MINUTE), "");
    stop(&fixture);
}

static void without_one_above_the_desk_those_who_can_act_are_told(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_event event = report_of(1, "hazard");
    event.severity = TCN_SEVERITY_URGENT;
    event.division = tcn_slice_text("520502109999"); /* odd: the desk is shown it */
    start(&fixture);
    (void)at(&fixture, T0, OFFICE_A, &event);
    assert_string_equal(tick(&fixture, T0 + TCN_SILENCE_URGENT_NS - 1), "");
    assert_string_equal(tick(&fixture, T0 + TCN_SILENCE_URGENT_NS),
                        "3:nobody_there/1 2:nobody_there/1");
    stop(&fixture);
    start(&fixture);
    struct tcn_event duty = word_of(TCN_ACT_ON_DUTY, "officer", 0);
    (void)at(&fixture, T0 - 2, WATER, &duty); /* by its word, somebody is there */
    (void)at(&fixture, T0, OFFICE_A, &event);
    assert_string_equal(tick(&fixture, T0 + TCN_SILENCE_URGENT_NS), "3:nobody_there/2");
    stop(&fixture);
}

static void a_second_call_gives_the_desk_no_more_time(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_event event = report_of(1, "nothing_known");
    struct tcn_event news = act_of(TCN_ACT_FOLLOWED_UP, 1);
    struct tcn_policy policy = regime;
    policy.organs = organs_above;
    policy.organ_count = COUNT_OF(organs_above);
    event.severity = TCN_SEVERITY_URGENT;
    news.severity = TCN_SEVERITY_URGENT;
    start(&fixture);
    fixture.fold.policy = &policy;
    (void)at(&fixture, T0, OFFICE_A, &event);
    (void)at(&fixture, T0 + 10 * MINUTE, OFFICE_A, &news);
    assert_string_equal(tick(&fixture, T0 + 15 * MINUTE), "4:nobody_there/1");
    (void)at(&fixture, T0 + 20 * MINUTE, OFFICE_A, &news); /* and rings again */
    news.severity = TCN_SEVERITY_DANGER;
    (void)at(&fixture, T0 + 21 * MINUTE, OFFICE_A, &news); /* danger has less time */
    assert_string_equal(tick(&fixture, T0 + 26 * MINUTE), "4:nobody_there/1");
    stop(&fixture);
}

static void a_guarded_matter_is_told_of_to_nobody(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_policy policy = regime;
    struct tcn_event event = report_of(1, "");
    policy.organs = organs_above;
    policy.organ_count = COUNT_OF(organs_above);
    event.domain = event.division = (struct tcn_slice){0};
    event.concerns = TCN_CONCERNS_UNIT;
    event.severity = TCN_SEVERITY_DANGER;
    event.guard_organs[0] = DESK;
    event.guard_organ_count = 1;
    start(&fixture);
    fixture.fold.policy = &policy;
    (void)at(&fixture, T0, OFFICE_A, &event);
    assert_string_equal(tick(&fixture, T0 + 99 * MINUTE), "");
    stop(&fixture);
}

static void the_ends_of_time_are_kept_within_the_type(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_event event = word_of(TCN_ACT_ON_DUTY, "officer", INT64_MAX);
    start(&fixture);
    (void)at(&fixture, INT64_MAX - 5, SAFETY, &event);
    event = word_of(TCN_ACT_HANDED_OVER, "officer", 0);
    (void)at(&fixture, INT64_MAX - 4, SAFETY, &event);
    event = danger_at_desk(1);
    (void)at(&fixture, INT64_MAX - 3, OFFICE_A, &event);
    assert_string_equal(tick(&fixture, INT64_MAX - 2), "");
    stop(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_that_says_too_little_counts_for_nothing),
        cmocka_unit_test(a_post_is_a_word_and_one_of_the_organs),
        cmocka_unit_test(the_newest_word_of_an_organ_stands),
        cmocka_unit_test(a_drill_takes_nobodys_duty),
        cmocka_unit_test(a_gap_is_told_once_to_the_organ_and_to_the_desk),
        cmocka_unit_test(a_silent_desk_is_told_of_above),
        cmocka_unit_test(without_one_above_the_desk_those_who_can_act_are_told),
        cmocka_unit_test(a_second_call_gives_the_desk_no_more_time),
        cmocka_unit_test(a_guarded_matter_is_told_of_to_nobody),
        cmocka_unit_test(the_ends_of_time_are_kept_within_the_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
