/* SPDX-License-Identifier: Apache-2.0 */
/* Ladders of matters in the fold, by the numbers of core/ladder's rules: what is not in hand rings
 * again and goes up, in its distance from delivery; each takes its own; nobody is late who was
 * never told. In the domain "danger" SAFETY leads and WATER is a co-recipient; above SAFETY are
 * CITY by its line and DESK by its place. */
#include "core/fold_ladder.h"

#include "ladder_world.h"

static void what_is_not_urgent_or_has_no_ladder_waits_for_nobody(void **state) {
    (void)state;
    struct night night;
    begin_night(&night);
    (void)hear_of(&night, 1, "danger", TCN_SEVERITY_SERIOUS);
    assert_string_equal(say_ladders(&night), "");
    night.policy.plans = NULL;
    (void)hear_of(&night, 2, "danger", TCN_SEVERITY_DANGER);
    (void)fetch(&night, SAFETY, 0);
    assert_string_equal(say_ladders(&night), "");
    assert_int_equal(night.fixture.state.dues.count, 0);
    end_night(&night);
}

static void each_step_comes_in_its_distance_from_the_delivery(void **state) {
    (void)state;
    struct night night;
    begin_night(&night);
    assert_string_equal(hear_of(&night, 1, "danger", TCN_SEVERITY_DANGER),
                        "2 owner, 3 co_recipient");
    assert_string_equal(say_ladders(&night), "2 danger waits 0, 3 danger waits 0");
    assert_string_equal(wait_for(&night, 6 * HOUR), ""); /* L5: nobody has it yet */
    (void)fetch(&night, SAFETY, 0);
    assert_string_equal(wait_for(&night, 5 * MINUTE - 1), "");
    assert_string_equal(wait_for(&night, 1), "2 remind 1 of 2, 1 remind 1 of 2");
    assert_string_equal(wait_for(&night, 9 * HOUR), ""); /* L2: the reminder is not there yet */
    (void)fetch(&night, DESK, 0);                        /* the desk has it: that is not SAFETY */
    assert_string_equal(wait_for(&night, HOUR), "");
    (void)fetch(&night, SAFETY, 0);
    assert_string_equal(wait_for(&night, 10 * MINUTE - 1), "");
    assert_string_equal(wait_for(&night, 1), "2 urge 2 of 2, 5 urge 2 of 2, 1 urge 2 of 2");
    (void)fetch(&night, SAFETY, 0);
    assert_string_equal(wait_for(&night, 1000 * HOUR), ""); /* L3 */
    assert_string_equal(say_ladders(&night), "2 danger spent 2, 3 danger waits 0");
    end_night(&night);
}

static void six_hours_of_downtime_fire_one_step(void **state) {
    (void)state;
    struct night night;
    begin_night(&night);
    (void)hear_of(&night, 1, "danger", TCN_SEVERITY_DANGER);
    (void)fetch(&night, SAFETY, 0);
    (void)fetch(&night, WATER, 0);
    assert_string_equal(wait_for(&night, 6 * HOUR),
                        "2 remind 1 of 2, 1 remind 1 of 2, 3 remind 1 of 3, 1 remind 1 of 3");
    assert_string_equal(wait_for(&night, 1), "");
    (void)fetch(&night, SAFETY, 0);
    assert_string_equal(wait_for(&night, 9 * MINUTE), "");
    assert_string_equal(wait_for(&night, MINUTE), "2 urge 2 of 2, 5 urge 2 of 2, 1 urge 2 of 2");
    const struct tcn_alert last = hear(&night.fixture, DESK).alert;
    assert_int_equal(last.fired.due_ns, night.now_ns);
    assert_int_equal(last.fired.until_ns, DAWN); /* since when it is in nobody's hand */
    end_night(&night);
}

static void each_acknowledges_for_itself_with_a_post(void **state) {
    (void)state;
    struct night night;
    begin_night(&night);
    (void)hear_of(&night, 1, "danger", TCN_SEVERITY_DANGER);
    (void)fetch(&night, SAFETY, 0);
    (void)fetch(&night, WATER, 0);
    /* A program names no post, or one that the organ does not have. */
    assert_string_equal(do_act(&night, SAFETY, TCN_ACT_ACKNOWLEDGED, 1, ""),
                        "bad_value, 2 outcome");
    assert_int_equal(night.outcome.missing, TCN_FACT_POST);
    assert_string_equal(do_act(&night, SAFETY, TCN_ACT_ACKNOWLEDGED, 1, "cron"),
                        "bad_value, 2 outcome");
    assert_string_equal(say_ladders(&night), "2 danger counts 0, 3 danger counts 0");
    /* The policy names no posts of WATER: any will do. L4: it takes its own. */
    assert_string_equal(do_act(&night, WATER, TCN_ACT_ACKNOWLEDGED, 1, "pump"), "11 answer");
    assert_string_equal(say_ladders(&night), "2 danger counts 0, 3 danger taken 0");
    assert_string_equal(wait_for(&night, HOUR), "2 remind 1 of 2, 1 remind 1 of 2");
    assert_string_equal(do_act(&night, SAFETY, TCN_ACT_ACKNOWLEDGED, 1, "duty"), "11 answer");
    (void)fetch(&night, SAFETY, 0);
    assert_string_equal(wait_for(&night, HOUR), "");
    assert_string_equal(say_ladders(&night), "2 danger taken 1, 3 danger taken 0");
    assert_int_equal(night.fixture.state.dues.count, 0);
    end_night(&night);
}

static void whoever_acts_has_it_in_hand_and_news_have_not(void **state) {
    (void)state;
    struct night night;
    begin_night(&night);
    (void)hear_of(&night, 1, "danger", TCN_SEVERITY_DANGER);
    (void)fetch(&night, SAFETY, 0);
    (void)do_act(&night, SAFETY, TCN_ACT_FOLLOWED_UP, 1, "");
    assert_string_equal(say_ladders(&night), "2 danger counts 0, 3 danger waits 0");
    (void)do_act(&night, DESK, TCN_ACT_ACKNOWLEDGED, 1, "duty"); /* for nobody else */
    assert_string_equal(say_ladders(&night), "2 danger counts 0, 3 danger waits 0");
    (void)do_act(&night, SAFETY, TCN_ACT_SUSPENDED, 1, "");
    assert_string_equal(say_ladders(&night), "2 danger taken 0, 3 danger waits 0");
    end_night(&night);
}

static void more_people_in_danger_ring_again_whatever_was_acknowledged(void **state) {
    (void)state;
    struct night night;
    begin_night(&night);
    (void)hear_of(&night, 1, "danger", TCN_SEVERITY_DANGER);
    (void)do_act(&night, SAFETY, TCN_ACT_ACKNOWLEDGED, 1, "duty");
    (void)do_act(&night, WATER, TCN_ACT_ACKNOWLEDGED, 1, "duty");
    struct tcn_event second = report_of(1, "danger");
    second.severity = TCN_SEVERITY_DANGER;
    assert_string_equal(fold_now(&night, OFFICE_B, &second),
                        "2 holder"); /* L1: no more than before */
    assert_string_equal(say_ladders(&night), "2 danger taken 0, 3 danger taken 0");
    second.counts.at_risk = (struct tcn_count){TCN_COUNT_ESTIMATE, 12};
    assert_string_equal(fold_now(&night, OFFICE_B, &second), "2 holder, 1 holder, 3 co_recipient");
    assert_string_equal(say_ladders(&night), "2 danger waits 0, 3 danger waits 0");
    (void)do_act(&night, SAFETY, TCN_ACT_ACKNOWLEDGED, 1, "duty");
    assert_string_equal(fold_now(&night, OFFICE_B, &second), "2 holder"); /* the same number */
    assert_string_equal(say_ladders(&night), "2 danger taken 0, 3 danger waits 0");
    end_night(&night);
}

static void what_becomes_graver_climbs_the_graver_ladder(void **state) {
    (void)state;
    struct night night;
    begin_night(&night);
    (void)hear_of(&night, 1, "danger", TCN_SEVERITY_URGENT);
    assert_string_equal(say_ladders(&night), "2 urgent waits 0, 3 urgent waits 0");
    (void)do_act(&night, SAFETY, TCN_ACT_ACKNOWLEDGED, 1, "duty");
    struct tcn_event worse = act_of(TCN_ACT_FOLLOWED_UP, 1);
    worse.severity = TCN_SEVERITY_DANGER;
    (void)fold_now(&night, OFFICE_A, &worse);
    assert_string_equal(say_ladders(&night), "2 danger waits 0, 3 urgent waits 0");
    end_night(&night);
}

static void who_hands_it_on_is_rid_of_it_and_who_gets_it_is_not(void **state) {
    (void)state;
    struct night night;
    begin_night(&night);
    (void)hear_of(&night, 1, "pay", TCN_SEVERITY_URGENT);
    (void)fetch(&night, SAFETY, 0);
    struct tcn_event event = act_of(TCN_ACT_TRANSFERRED, 1);
    event.act_body.to_organ = tcn_slice_text("water");
    (void)fold_now(&night, SAFETY, &event);
    assert_string_equal(say_ladders(&night), "3 urgent waits 0");
    (void)do_act(&night, WATER, TCN_ACT_ACKNOWLEDGED, 1, "duty");
    event.act_body.to_organ = tcn_slice_text("safety");
    (void)fold_now(&night, WATER, &event);
    event.act_body.to_organ = tcn_slice_text("water");
    (void)fold_now(&night, SAFETY, &event);
    assert_string_equal(say_ladders(&night), "3 urgent waits 0"); /* handed over anew */
    struct tcn_event withdrawn = act_of(TCN_ACT_WITHDRAWN, 1);
    (void)fold_now(&night, OFFICE_A, &withdrawn);
    assert_string_equal(say_ladders(&night), "");
    end_night(&night);
}

static void a_clock_that_comes_is_reminded_of_and_one_that_is_over_is_urged(void **state) {
    (void)state;
    struct night night;
    begin_night(&night);
    with_clock(&night);
    (void)hear_of(&night, 1, "pay", TCN_SEVERITY_ROUTINE);
    assert_string_equal(wait_for(&night, 7 * HOUR), "2 clock");
    assert_string_equal(say_ladders(&night), "2 limit waits 0");
    assert_string_equal(wait_for(&night, HOUR), "");
    (void)fetch(&night, SAFETY, 0);
    assert_string_equal(wait_for(&night, MINUTE), "2 remind 1 of 2");
    assert_string_equal(say_ladders(&night), "2 limit spent 1");
    assert_string_equal(wait_for(&night, HOUR), "2 clock"); /* L1: the second warning is one */
    assert_string_equal(say_ladders(&night), "2 limit spent 1");
    assert_string_equal(wait_for(&night, HOUR), "2 clock, 1 clock");
    assert_string_equal(say_ladders(&night), "2 overdue waits 0");
    (void)fetch(&night, SAFETY, 0);
    assert_string_equal(wait_for(&night, MINUTE), "2 remind 1 of 2");
    (void)fetch(&night, SAFETY, 0);
    assert_string_equal(wait_for(&night, HOUR), "2 urge 2 of 2, 1 urge 2 of 2");
    (void)fetch(&night, SAFETY, 0);
    assert_string_equal(wait_for(&night, 10 * HOUR), "1 proposal 3 of 2"); /* to people only */
    assert_int_equal(hear(&night.fixture, DESK).alert.fired.subject,
                     tcn_clock_rule_number(tcn_slice_text("accept")));
    assert_string_equal(say_ladders(&night), "2 overdue spent 3");
    (void)do_act(&night, SAFETY, TCN_ACT_ACCEPTED, 1, "");
    assert_string_equal(say_ladders(&night), "");
    end_night(&night);
}

/* What fires with an event of another matter is not of that event: neither whom it counts nor whom
 * it lists. */
static void a_time_takes_nothing_from_the_event_that_it_comes_with(void **state) {
    (void)state;
    struct night night;
    struct tcn_clock_rule rule = ladder_clock;
    uint32_t moved_count = 0;
    begin_night(&night);
    with_clock(&night);
    rule.is_hand_over = true;
    night.table.rules = &rule;
    (void)hear_of(&night, 1, "pay", TCN_SEVERITY_URGENT);
    night.now_ns += 11 * HOUR;
    struct tcn_event event = report_of(2, "danger");
    event.severity = TCN_SEVERITY_DANGER;
    event.counts.deaths = (struct tcn_count){TCN_COUNT_EXACT, 9};
    (void)fold_now(&night, OFFICE_A, &event);
    for (size_t i = 0; i < night.fixture.state.ladders.count; i++) {
        const struct tcn_ladder *row =
            (const struct tcn_ladder *)(const void *)night.fixture.state.ladders.rows + i;
        if (row->birth_position == 1) {
            moved_count += row->organ != SAFETY ? 1 : 0;
            assert_int_equal(row->counts.deaths, 0);
        }
    }
    assert_int_equal(moved_count, 1); /* to who leads now */
    end_night(&night);
}

static void what_is_done_or_stands_still_is_reminded_of_no_more(void **state) {
    (void)state;
    static const enum tcn_act acts[] = {TCN_ACT_ACCEPTED, TCN_ACT_SUSPENDED};
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        struct night night;
        begin_night(&night);
        with_clock(&night);
        (void)hear_of(&night, 1, "danger", TCN_SEVERITY_ROUTINE);
        (void)wait_for(&night, 7 * HOUR);
        (void)fetch(&night, SAFETY, 0);
        assert_string_equal(say_ladders(&night), "2 limit counts 0");
        (void)do_act(&night, SAFETY, acts[i], 1, "");
        assert_int_equal(night.outcome.code, TCN_OK);
        assert_string_equal(say_ladders(&night), "");
        assert_string_equal(wait_for(&night, MINUTE), "");
        end_night(&night);
    }
}

static void a_guarded_matter_climbs_within_its_list(void **state) {
    (void)state;
    static const struct {
        uint16_t organs[2];
        const char *remind;
        const char *urge;
    } cases[] = {
        {{DISCIPLINE, DESK}, "4 remind 1 of 4, 1 remind 1 of 4", "4 urge 2 of 4, 1 urge 2 of 4"},
        {{DISCIPLINE, WATER}, "4 remind 1 of 4", "4 urge 2 of 4"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct night night;
        begin_night(&night);
        struct tcn_event event = report_of(1, "");
        event.division = tcn_slice_text("");
        event.concerns = TCN_CONCERNS_UNIT;
        event.severity = TCN_SEVERITY_DANGER;
        event.guard_organs[0] = cases[i].organs[0];
        event.guard_organs[1] = cases[i].organs[1];
        event.guard_organ_count = 2;
        (void)fold_now(&night, OFFICE_A, &event);
        (void)fetch(&night, DISCIPLINE, 0);
        const uint16_t holder = walked(&night.fixture, 1)->holder;
        if (holder != DISCIPLINE) { /* the desk's custodian holds it where it is on the list */
            (void)fetch(&night, holder, 0);
            assert_string_equal(wait_for(&night, 5 * MINUTE), "1 remind 1 of 1");
        } else {
            assert_string_equal(wait_for(&night, 5 * MINUTE), cases[i].remind);
            (void)fetch(&night, DISCIPLINE, 0);
            assert_string_equal(wait_for(&night, 10 * MINUTE), cases[i].urge);
        }
        assert_int_equal(hear(&night.fixture, CITY).alert_count, 0);
        assert_int_equal(hear(&night.fixture, SAFETY).alert_count, 0);
        assert_int_equal(hear(&night.fixture, OFFICE_A).alert_count, 0);
        end_night(&night);
    }
}

static void what_nobody_fetches_goes_up_at_once_and_is_nobodys_lateness(void **state) {
    (void)state;
    struct night night;
    begin_night(&night);
    (void)hear_of(&night, 1, "danger", TCN_SEVERITY_DANGER);
    (void)hear_of(&night, 2, "pay", TCN_SEVERITY_SERIOUS);
    assert_string_equal(nobody_watches(&night, TCN_ACT_NO_WATCHER, SAFETY, 1), "1 undeliverable");
    const struct tcn_alert told = hear(&night.fixture, DESK).alert;
    assert_int_equal(told.holder, SAFETY);
    assert_int_equal(told.fired.subject, 1);
    assert_int_equal(told.fired.stage, 0);
    assert_int_equal(told.severity, TCN_SEVERITY_DANGER);
    assert_int_equal(told.birth_position, walked(&night.fixture, 1)->birth_position);
    assert_string_equal(wait_for(&night, 100 * HOUR), ""); /* L5 */
    /* As long as nobody watches, what is urgent goes up with the event itself. */
    assert_string_equal(hear_of(&night, 3, "pay", TCN_SEVERITY_URGENT), "2 owner, 1 undeliverable");
    assert_string_equal(hear_of(&night, 4, "pay", TCN_SEVERITY_SERIOUS), "2 owner");
    (void)fetch(&night, SAFETY, 0);
    assert_string_equal(hear_of(&night, 5, "pay", TCN_SEVERITY_URGENT), "2 owner");
    end_night(&night);
}

static void a_desk_that_nobody_sits_at_is_told_to_who_leads(void **state) {
    (void)state;
    struct night night;
    begin_night(&night);
    (void)hear_of(&night, 1, "danger", TCN_SEVERITY_DANGER);
    (void)fetch(&night, SAFETY, 0);
    assert_string_equal(wait_for(&night, 5 * MINUTE), "2 remind 1 of 2, 1 remind 1 of 2");
    assert_string_equal(nobody_watches(&night, TCN_ACT_NO_WATCHER, DESK, 1), "2 undeliverable");
    (void)hear_of(&night, 2, "nowhere", TCN_SEVERITY_DANGER); /* the desk itself holds it */
    assert_string_equal(say_told(&night), "1 unknown, 11 undeliverable");
    end_night(&night);
}

static void one_word_of_nobody_tells_so_many_and_no_more(void **state) {
    (void)state;
    struct night night;
    begin_night(&night);
    for (uint32_t i = 0; i < TCN_UNHEARD_MAX + 3; i++) {
        (void)hear_of(&night, (uint8_t)(1 + i), "pay", TCN_SEVERITY_URGENT);
    }
    (void)nobody_watches(&night, TCN_ACT_NO_WATCHER, SAFETY, 1);
    assert_int_equal(hear(&night.fixture, DESK).alert_count, TCN_UNHEARD_MAX);
    end_night(&night);
}

static void what_the_desk_must_not_know_is_undeliverable_to_its_list_alone(void **state) {
    (void)state;
    struct night night;
    begin_night(&night);
    struct tcn_event event = report_of(1, "");
    event.division = tcn_slice_text("");
    event.concerns = TCN_CONCERNS_UNIT;
    event.severity = TCN_SEVERITY_DANGER;
    event.guard_organs[0] = DISCIPLINE;
    event.guard_organs[1] = WATER;
    event.guard_organ_count = 2;
    assert_string_equal(fold_now(&night, OFFICE_A, &event), "4 guarded, 3 guarded");
    assert_string_equal(nobody_watches(&night, TCN_ACT_NO_WATCHER, DISCIPLINE, 1), "");
    assert_string_equal(nobody_watches(&night, TCN_ACT_NOT_FETCHED, DISCIPLINE, 1),
                        "3 undeliverable");
    assert_int_equal(hear(&night.fixture, DESK).alert_count, 0);
    end_night(&night);
}

static void one_delivery_moves_all_that_waited_however_many(void **state) {
    (void)state;
    struct night night;
    begin_night(&night);
    for (uint32_t i = 0; i < TCN_LADDERS_MOVED_MAX + 6; i++) {
        (void)hear_of(&night, (uint8_t)(1 + i), "pay", TCN_SEVERITY_URGENT);
    }
    (void)fetch(&night, SAFETY, 0);
    assert_int_equal(night.fixture.fold.due_ns, night.now_ns); /* it goes on with the next event */
    assert_string_equal(wait_for(&night, 0), "");
    assert_int_equal(night.fixture.fold.due_ns, night.now_ns + 15 * MINUTE);
    (void)wait_for(&night, 15 * MINUTE);
    (void)wait_for(&night, 0);
    assert_int_equal(hear(&night.fixture, SAFETY).alert_count, 2 * (TCN_LADDERS_MOVED_MAX + 6));
    end_night(&night);
}

static void a_number_of_a_log_that_was_given_up_delivers_nothing(void **state) {
    (void)state;
    struct night night;
    begin_night(&night);
    night.generation = 2;
    (void)hear_of(&night, 1, "danger", TCN_SEVERITY_DANGER);
    struct tcn_event old = {.format = TCN_EVENT_FORMAT,
                            .act = TCN_ACT_DELIVERED,
                            .body_kind = TCN_BODY_DELIVERED,
                            .delivered = {.name = tcn_slice_text("desk-pc"),
                                          .principal = SAFETY,
                                          .stream = {TCN_MODE_ACTUAL, SAFETY},
                                          .number = 9,
                                          .generation = 1}};
    (void)fold_now(&night, 0, &old);
    assert_string_equal(say_ladders(&night), "2 danger waits 0, 3 danger waits 0");
    end_night(&night);
}

/** A night in which everything of this file happens, that the n-th call of the ops ends. */
static enum tcn_status whole_night(struct night *night, uint64_t fail_at) {
    begin_night(night);
    with_clock(night);
    night->fixture.state.fail_at = night->fixture.state.call_count + fail_at;
    struct tcn_event report = report_of(1, "danger");
    report.severity = TCN_SEVERITY_DANGER;
    report.learned_ns = DAWN;
    report.recorded_ns = DAWN;
    struct tcn_event more = report;
    more.counts.deaths = (struct tcn_count){TCN_COUNT_EXACT, 3};
    const struct tcn_event tick = {.format = TCN_EVENT_FORMAT, .act = TCN_ACT_TICK};
    struct tcn_event delivered = {.format = TCN_EVENT_FORMAT,
                                  .act = TCN_ACT_DELIVERED,
                                  .body_kind = TCN_BODY_DELIVERED,
                                  .delivered = {.name = tcn_slice_text("desk-pc"),
                                                .principal = SAFETY,
                                                .stream = {TCN_MODE_ACTUAL, SAFETY},
                                                .number = 1,
                                                .generation = 1}};
    struct tcn_event taken = act_of(TCN_ACT_ACKNOWLEDGED, 1);
    taken.act_body.post = tcn_slice_text("duty");
    const struct tcn_event nobody = {.format = TCN_EVENT_FORMAT,
                                     .act = TCN_ACT_NO_WATCHER,
                                     .mode = TCN_MODE_ACTUAL,
                                     .body_kind = TCN_BODY_OBSERVED,
                                     .observed = {.organ = WATER, .number = 1}};
    const struct {
        uint16_t organ;
        const struct tcn_event *event;
        int64_t after_ns;
    } events[] = {{OFFICE_A, &report, 0}, {0, &delivered, 0},   {0, &tick, 5 * MINUTE},
                  {SAFETY, &taken, 0},    {OFFICE_A, &more, 0}, {0, &nobody, 0},
                  {0, &tick, 7 * HOUR},   {0, &tick, 3 * HOUR}};
    for (size_t i = 0; i < COUNT_OF(events); i++) {
        struct tcn_fold_input in = input_of(&night->fixture, events[i].organ, events[i].event);
        night->now_ns += events[i].after_ns;
        in.log_time_ns = night->now_ns;
        in.log_mode = TCN_MODE_ACTUAL;
        const enum tcn_status status = tcn_fold_step(&night->fixture.fold, &in, &night->outcome);
        if (status != TCN_OK) {
            return status;
        }
    }
    return TCN_OK;
}

static void whatever_fails_is_told(void **state) {
    (void)state;
    static struct night night;
    uint64_t count = 0;
    enum tcn_status status = TCN_IO;
    while (status == TCN_IO) {
        count++;
        assert_true(count < 2000);
        status = whole_night(&night, count);
        stop(&night.fixture);
    }
    assert_int_equal(status, TCN_OK);
    assert_true(count > 100);
}

static void a_due_time_without_its_ladder_is_damage(void **state) {
    (void)state;
    struct night night;
    begin_night(&night);
    const struct tcn_fired fired = {.kind = TCN_DUE_LADDER, .stage = 1, .subject = 9, .rule = 1};
    const struct tcn_event tick = {.format = TCN_EVENT_FORMAT, .act = TCN_ACT_TICK};
    const struct tcn_fold_input in = input_of(&night.fixture, 0, &tick);
    assert_int_equal(tcn_fold_ladder_fire(&night.fixture.fold, &in, &fired), TCN_CORRUPT);
    const struct tcn_ladder row = {.birth_position = 9, .slot = 1, .stage = TCN_LADDER_WAITS};
    assert_int_equal(tcn_memstate_ops.ladder_put(&night.fixture.state, &row), TCN_OK);
    assert_int_equal(tcn_fold_ladder_fire(&night.fixture.fold, &in, &fired), TCN_CORRUPT);
    end_night(&night);
}

static void a_ladder_that_the_policy_has_no_more_ends(void **state) {
    (void)state;
    struct night night;
    begin_night(&night);
    (void)hear_of(&night, 1, "pay", TCN_SEVERITY_URGENT);
    (void)fetch(&night, SAFETY, 0);
    const struct tcn_plans fewer = {.steps = ladder_steps, .step_count = 2};
    night.policy.plans = &fewer;
    assert_string_equal(wait_for(&night, HOUR), "");
    assert_string_equal(say_ladders(&night), "");
    end_night(&night);
}

static void what_is_in_nobodys_hand_comes_again_and_danger_stands_by_itself(void **state) {
    (void)state;
    static const enum tcn_severity severities[] = {TCN_SEVERITY_URGENT, TCN_SEVERITY_DANGER};
    for (size_t i = 0; i < COUNT_OF(severities); i++) {
        struct night night;
        begin_night(&night);
        (void)hear_of(&night, 1, "pay", severities[i]);
        assert_int_equal(hear(&night.fixture, SAFETY).alert.flags & TCN_FLAG_AGAIN, 0);
        (void)do_act(&night, OFFICE_A, TCN_ACT_FOLLOWED_UP, 1, "");
        assert_int_equal((hear(&night.fixture, SAFETY).alert.flags & TCN_FLAG_AGAIN) != 0, i == 0);
        (void)do_act(&night, SAFETY, TCN_ACT_ACKNOWLEDGED, 1, "duty");
        (void)do_act(&night, OFFICE_A, TCN_ACT_FOLLOWED_UP, 1, "");
        assert_int_equal(hear(&night.fixture, SAFETY).alert.flags & TCN_FLAG_AGAIN, 0);
        end_night(&night);
    }
}

static void more_ladders_than_fit_are_not_set_off(void **state) {
    (void)state;
    struct night night;
    begin_night(&night);
    (void)hear_of(&night, 1, "pay", TCN_SEVERITY_SERIOUS);
    const uint64_t birth = walked(&night.fixture, 1)->birth_position;
    for (uint32_t i = 1; i <= TCN_MATTER_LADDERS_MAX; i++) { /* clocks that run */
        const struct tcn_matter_clock clock = {.birth_position = birth,
                                               .rule = tcn_clock_rule_number(tcn_slice_text("x")),
                                               .id = "x",
                                               .times = {.step_ns = {0, 0, 9}}};
        const struct tcn_ladder row = {.birth_position = birth,
                                       .slot = i,
                                       .rule = clock.rule,
                                       .until_ns = 9,
                                       .stage = TCN_LADDER_SPENT,
                                       .id = "overdue"};
        assert_int_equal(tcn_memstate_ops.clock_put(&night.fixture.state, &clock), TCN_OK);
        assert_int_equal(tcn_memstate_ops.ladder_put(&night.fixture.state, &row), TCN_OK);
    }
    struct tcn_trace trace = {.wanted_position = 0};
    struct tcn_event worse = act_of(TCN_ACT_FOLLOWED_UP, 1);
    worse.severity = TCN_SEVERITY_URGENT;
    night.fixture.fold.trace = &trace;
    (void)fold_now(&night, OFFICE_A, &worse);
    bool is_said = false;
    for (uint32_t i = 0; i < trace.count; i++) {
        is_said = is_said || trace.notes[i].why == TCN_WHY_LADDER_NO_ROOM;
    }
    assert_true(is_said);
    assert_int_equal(night.fixture.state.ladders.count, TCN_MATTER_LADDERS_MAX);
    end_night(&night);
}

static void what_happens_to_a_ladder_has_its_reason(void **state) {
    (void)state;
    static const enum tcn_why wanted[] = {
        TCN_WHY_LADDER_STARTS, TCN_WHY_LADDER_COUNTS, TCN_WHY_LADDER_FIRES, TCN_WHY_LADDER_TAKEN,
        TCN_WHY_LADDER_ENDS,   TCN_WHY_RINGS_ANEW,    TCN_WHY_UNHEARD,
    };
    static struct tcn_trace trace;
    bool seen[TCN_WHY_COUNT] = {false};
    struct night night;
    begin_night(&night);
    night.fixture.fold.trace = &trace;
    struct tcn_event more = report_of(1, "danger");
    more.severity = TCN_SEVERITY_DANGER;
    more.counts.deaths = (struct tcn_count){TCN_COUNT_EXACT, 3};
    const struct tcn_event withdrawn = act_of(TCN_ACT_WITHDRAWN, 1);
    for (uint32_t i = 0; i < 7; i++) {
        if (i == 0) {
            (void)hear_of(&night, 1, "danger", TCN_SEVERITY_DANGER);
        } else if (i == 1) {
            (void)fetch(&night, SAFETY, 0);
        } else if (i == 2) {
            (void)wait_for(&night, HOUR);
        } else if (i == 3) {
            (void)do_act(&night, SAFETY, TCN_ACT_ACKNOWLEDGED, 1, "duty");
        } else if (i == 4) {
            (void)fold_now(&night, OFFICE_A, &more);
        } else if (i == 5) {
            (void)nobody_watches(&night, TCN_ACT_NO_WATCHER, WATER, 1);
        } else {
            (void)fold_now(&night, OFFICE_A, &withdrawn);
        }
        for (uint32_t j = 0; j < trace.count; j++) {
            seen[trace.notes[j].why] = true;
        }
    }
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        if (!seen[wanted[i]]) {
            fail_msg("nothing gives the reason %s", tcn_why_name(wanted[i]));
        }
    }
    end_night(&night);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_urgent_or_has_no_ladder_waits_for_nobody),
        cmocka_unit_test(each_step_comes_in_its_distance_from_the_delivery),
        cmocka_unit_test(six_hours_of_downtime_fire_one_step),
        cmocka_unit_test(each_acknowledges_for_itself_with_a_post),
        cmocka_unit_test(whoever_acts_has_it_in_hand_and_news_have_not),
        cmocka_unit_test(more_people_in_danger_ring_again_whatever_was_acknowledged),
        cmocka_unit_test(what_becomes_graver_climbs_the_graver_ladder),
        cmocka_unit_test(who_hands_it_on_is_rid_of_it_and_who_gets_it_is_not),
        cmocka_unit_test(a_clock_that_comes_is_reminded_of_and_one_that_is_over_is_urged),
        cmocka_unit_test(a_time_takes_nothing_from_the_event_that_it_comes_with),
        cmocka_unit_test(what_is_done_or_stands_still_is_reminded_of_no_more),
        cmocka_unit_test(a_guarded_matter_climbs_within_its_list),
        cmocka_unit_test(what_nobody_fetches_goes_up_at_once_and_is_nobodys_lateness),
        cmocka_unit_test(a_desk_that_nobody_sits_at_is_told_to_who_leads),
        cmocka_unit_test(one_word_of_nobody_tells_so_many_and_no_more),
        cmocka_unit_test(what_the_desk_must_not_know_is_undeliverable_to_its_list_alone),
        cmocka_unit_test(one_delivery_moves_all_that_waited_however_many),
        cmocka_unit_test(a_number_of_a_log_that_was_given_up_delivers_nothing),
        cmocka_unit_test(what_is_in_nobodys_hand_comes_again_and_danger_stands_by_itself),
        cmocka_unit_test(more_ladders_than_fit_are_not_set_off),
        cmocka_unit_test(what_happens_to_a_ladder_has_its_reason),
        cmocka_unit_test(whatever_fails_is_told),
        cmocka_unit_test(a_due_time_without_its_ladder_is_damage),
        cmocka_unit_test(a_ladder_that_the_policy_has_no_more_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
