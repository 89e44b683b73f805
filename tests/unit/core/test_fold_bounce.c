/* SPDX-License-Identifier: Apache-2.0 */
/* A hand-over that nobody takes: time alone moves it, once up and then to the desk, and rings there
 * on; what was taken, and what nobody else may know of, stays. */
#include "core/fold_bounce.h"

#include "fold_moves.h"

#define HOUR_NS (INT64_C(3600) * 1000000000)
/* 2026-12-29 02:00 UTC, a Tuesday; the calendar ends with that year. */
#define START_NS (INT64_C(1798509600) * 1000000000)

static const uint16_t years[] = {2026};

#define HAND_OVER(unit_, amount_)                                                                  \
    {                                                                                              \
        .id = "take", .unit = (unit_), .amount = (amount_), .bound = TCN_CLOCK_AT_MOST,            \
        .owes = TCN_CLOCK_HOLDER,                                                                  \
        .starts = {{.act = TCN_ACT_TRANSFERRED},                                                   \
                   {.act = TCN_ACT_OBJECTED},                                                      \
                   {.act = TCN_ACT_RELEASED},                                                      \
                   {.act = TCN_ACT_RECLASSIFIED}},                                                 \
        .start_count = 4, .start_time = TCN_CLOCK_RECORDED,                                        \
        .stops = {{.act = TCN_ACT_ACCEPTED},                                                       \
                  {.act = TCN_ACT_TRANSFERRED},                                                    \
                  {.act = TCN_ACT_OBJECTED}},                                                      \
        .stop_count = 3, .stop_time = TCN_CLOCK_RECORDED, .confidence = TCN_CLOCK_PROPOSAL,        \
        .is_hand_over = true, .is_enabled = true                                                   \
    }

static const struct tcn_clock_rule ten_hours = HAND_OVER(TCN_CLOCK_HOURS, 10);
static const struct tcn_clock_rule five_days = HAND_OVER(TCN_CLOCK_WORKING_DAYS, 5);

/** A fold whose hand-overs have ten hours, or as the rule says. */
struct world {
    struct fixture fixture;
    struct tcn_policy policy;
    struct tcn_clock_table table;
    int64_t now_ns;
    int64_t recorded_ns; /**< of the next event; 0: now */
    size_t alert_count;
    uint32_t other_post; /**< whose source the next event is of; 0: the organ's */
    struct trace trace;
};

static void begin(struct world *world, const struct tcn_clock_rule *rule) {
    memset(world, 0, sizeof(*world));
    start_chain(&world->fixture, &world->policy);
    world->policy.clock_behind_ns = 24 * HOUR_NS;
    world->table = (struct tcn_clock_table){
        .rules = rule,
        .rule_count = 1,
        .calendar = {.offset_minutes = 480, .years = years, .year_count = COUNT_OF(years)}};
    world->policy.clocks = &world->table;
    world->fixture.fold.clocks = &world->table;
    world->now_ns = START_NS;
}

/** Folds an event now, and says how the matter stands and who was told: "5 clock". */
static const char *fold_now(struct world *world, uint16_t organ, struct tcn_event event) {
    struct tcn_outcome outcome;
    event.recorded_ns = world->recorded_ns != 0 ? world->recorded_ns : world->now_ns;
    event.learned_ns = event.learned_ns != 0 ? event.learned_ns : world->now_ns;
    struct tcn_fold_input in = input_of(&world->fixture, organ, &event);
    in.log_time_ns = world->now_ns;
    in.log_mode = TCN_MODE_ACTUAL;
    in.lane.source = world->other_post != 0 ? world->other_post : in.lane.source;
    world->other_post = 0;
    world->alert_count = world->fixture.state.alerts.count;
    assert_int_equal(tcn_fold_step(&world->fixture.fold, &in, &outcome), TCN_OK);
    const struct tcn_matter *matter = walked(&world->fixture, 1);
    world->trace.size = 0;
    world->trace.text[0] = '\0';
    if (outcome.code != TCN_OK) {
        trace_add(&world->trace, "%s ", tcn_status_name((enum tcn_status)outcome.code));
    }
    trace_add(&world->trace, "%s %u, %u: ", tcn_stage_name(matter->stage), matter->holder,
              matter->bounce_count);
    tell_since(&world->trace, &world->fixture, world->alert_count);
    return world->trace.text;
}

static const char *move(struct world *world, uint16_t organ, enum tcn_act act, const char *to) {
    const struct move one = {organ, act, TCN_FACT_REASON | TCN_FACT_POST, to, NULL};
    struct tcn_attribute attributes[MOVE_ATTRIBUTES];
    return fold_now(world, organ, event_of(&one, 1, attributes));
}

/** Hours go by, and then nothing happens but that. */
static const char *pass(struct world *world, int64_t ns) {
    world->now_ns += ns;
    return fold_now(world, 0, (struct tcn_event){.format = TCN_EVENT_FORMAT, .act = TCN_ACT_TICK});
}

static const struct tcn_matter_clock *clock_of(const struct world *world) {
    const struct tcn_matter *matter = walked(&world->fixture, 1);
    const struct tcn_matter_clock *clock =
        tcn_memstate_clock(&world->fixture.state, matter->birth_position, "take");
    assert_non_null(clock);
    return clock;
}

static void what_nobody_takes_goes_up_once_and_then_to_the_desk(void **state) {
    (void)state;
    struct world world;
    begin(&world, &ten_hours);
    (void)move(&world, OFFICE_A, TCN_ACT_REPORTED, "pipe");
    assert_string_equal(move(&world, WATER, TCN_ACT_TRANSFERRED, "safety"),
                        "open 2, 0: 2 transfer, 11 answer");
    (void)move(&world, SAFETY, TCN_ACT_ACKNOWLEDGED, NULL); /* to have seen it is not to take it */
    (void)pass(&world, 9 * HOUR_NS + HOUR_NS / 2);
    assert_string_equal(pass(&world, HOUR_NS / 2), "open 2, 0: ");
    /* The first instant behind it: who had it, the desk, and who has it now. */
    assert_string_equal(pass(&world, 1), "open 5, 1: 2 clock, 1 clock, 5 clock");
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)world.fixture.state.alerts.rows;
    assert_int_equal(alerts[world.fixture.state.alerts.count - 1].holder, CITY);
    assert_int_equal(alerts[world.fixture.state.alerts.count - 1].stage, TCN_STAGE_OPEN);
    assert_int_equal(clock_of(&world)->run_count, 2);
    assert_int_equal(clock_of(&world)->late_count, 1);
    assert_int_equal(clock_of(&world)->end, TCN_CLOCK_RUNS);
    assert_string_equal(move(&world, SAFETY, TCN_ACT_ACCEPTED, NULL),
                        "denied open 5, 1: 2 outcome"); /* it had its time */
    (void)pass(&world, 9 * HOUR_NS + HOUR_NS / 2);
    assert_string_equal(pass(&world, HOUR_NS), "held 1, 2: 5 clock, 1 clock");
    /* Nobody is above the desk: it is told again, each time. */
    for (uint32_t i = 0; i < 3; i++) {
        (void)pass(&world, 9 * HOUR_NS + HOUR_NS / 2);
        assert_string_equal(pass(&world, HOUR_NS), "held 1, 2: 1 clock");
        assert_int_equal(clock_of(&world)->run_count, 4 + i);
    }
    assert_string_equal(move(&world, DESK, TCN_ACT_RELEASED, "claim"),
                        "open 2, 2: 2 transfer, 11 answer");
    assert_string_equal(move(&world, SAFETY, TCN_ACT_ACCEPTED, NULL), "accepted 2, 0: 11 answer");
    assert_string_equal(pass(&world, 400 * HOUR_NS), "accepted 2, 0: ");
    assert_true(walked(&world.fixture, 1)->learned_ns == 1000);
    stop(&world.fixture);
}

static void what_was_taken_in_time_stays(void **state) {
    (void)state;
    struct world world;
    begin(&world, &ten_hours);
    (void)move(&world, OFFICE_A, TCN_ACT_REPORTED, "pipe");
    assert_string_equal(pass(&world, 400 * HOUR_NS), "open 3, 0: "); /* nobody handed it over */
    (void)move(&world, WATER, TCN_ACT_TRANSFERRED, "safety");
    world.now_ns += 10 * HOUR_NS;
    (void)move(&world, SAFETY, TCN_ACT_ACCEPTED, NULL); /* in the last instant */
    assert_int_equal(clock_of(&world)->verdict, TCN_VERDICT_IN_TIME);
    assert_string_equal(pass(&world, 400 * HOUR_NS), "accepted 2, 0: ");
    stop(&world.fixture);
}

static void who_gets_it_back_has_to_take_it_too(void **state) {
    (void)state;
    struct world world;
    begin(&world, &ten_hours);
    (void)move(&world, OFFICE_A, TCN_ACT_REPORTED, "claim");
    (void)move(&world, SAFETY, TCN_ACT_TRANSFERRED, "water");
    assert_string_equal(move(&world, WATER, TCN_ACT_OBJECTED, NULL),
                        "open 2, 1: 2 transfer, 1 holder, 11 answer");
    (void)pass(&world, 9 * HOUR_NS + HOUR_NS / 2);
    assert_string_equal(pass(&world, HOUR_NS), "held 1, 2: 2 clock, 1 clock");
    stop(&world.fixture);
    begin(&world, &ten_hours); /* time first, then a word: the desk too */
    (void)move(&world, OFFICE_A, TCN_ACT_REPORTED, "claim");
    (void)move(&world, SAFETY, TCN_ACT_TRANSFERRED, "safety");
    (void)pass(&world, 11 * HOUR_NS);
    assert_int_equal(walked(&world.fixture, 1)->holder, CITY);
    (void)move(&world, CITY, TCN_ACT_OBJECTED, NULL);
    assert_int_equal(walked(&world.fixture, 1)->holder, DESK);
    assert_int_equal(walked(&world.fixture, 1)->stage, TCN_STAGE_HELD);
    stop(&world.fixture);
}

/** SAFETY took it at a time, and is heard now. */
static const char *accept_late(struct world *world, int64_t recorded_ns) {
    const struct move one = {SAFETY, TCN_ACT_ACCEPTED, TCN_FACT_POST, NULL, NULL};
    struct tcn_attribute attributes[MOVE_ATTRIBUTES];
    const int64_t now_ns = world->now_ns;
    world->recorded_ns = recorded_ns;
    const char *told = fold_now(world, SAFETY, event_of(&one, 1, attributes));
    world->recorded_ns = 0;
    assert_true(world->now_ns == now_ns);
    return told;
}

static void what_was_taken_before_time_moved_it_comes_back(void **state) {
    (void)state;
    static const struct {
        int64_t after_ns;   /**< of the move, it was recorded */
        enum tcn_act since; /**< by who got it meanwhile */
        const char *told;
    } rows[] = {
        {0, TCN_ACT_NONE, "denied open 5, 1: 2 outcome"},
        {1, TCN_ACT_NONE, "denied open 5, 1: 2 outcome"},
        {-11 * HOUR_NS, TCN_ACT_NONE, "denied open 5, 1: 2 outcome"}, /* before it was reported */
        {-1, TCN_ACT_ACCEPTED, "denied accepted 5, 0: 2 outcome"},
        {-1, TCN_ACT_OBJECTED, "denied held 1, 2: 2 outcome"},
        {-1, TCN_ACT_ACKNOWLEDGED, "accepted 2, 0: 5 holder, 11 answer"},
        {-1, TCN_ACT_NONE, "accepted 2, 0: 5 holder, 11 answer"},
        {-9 * HOUR_NS, TCN_ACT_NONE, "accepted 2, 0: 5 holder, 11 answer"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct world world;
        begin(&world, &ten_hours);
        (void)move(&world, OFFICE_A, TCN_ACT_REPORTED, "pipe");
        (void)move(&world, WATER, TCN_ACT_TRANSFERRED, "safety");
        assert_string_equal(pass(&world, 10 * HOUR_NS + 1), "open 5, 1: 2 clock, 1 clock, 5 clock");
        const int64_t moved_ns = world.now_ns;
        world.now_ns += HOUR_NS;
        if (rows[i].since != TCN_ACT_NONE) {
            (void)move(&world, CITY, rows[i].since, NULL);
        }
        assert_string_equal(accept_late(&world, moved_ns + rows[i].after_ns), rows[i].told);
        if (i + 1 == COUNT_OF(rows)) {
            assert_string_equal(pass(&world, 400 * HOUR_NS), "accepted 2, 0: ");
        }
        stop(&world.fixture);
    }
}

/* CITY got it by time, gave it to WATER by its word, and now says that it had taken it before. */
static void what_was_handed_on_by_word_does_not_come_back(void **state) {
    (void)state;
    struct world world;
    begin(&world, &ten_hours);
    (void)move(&world, OFFICE_A, TCN_ACT_REPORTED, "pipe");
    (void)move(&world, WATER, TCN_ACT_TRANSFERRED, "safety");
    (void)pass(&world, 10 * HOUR_NS + 1);
    assert_string_equal(move(&world, CITY, TCN_ACT_TRANSFERRED, "water"),
                        "open 3, 1: 3 transfer, 11 answer");
    world.recorded_ns = world.now_ns - 1;
    assert_string_equal(move(&world, CITY, TCN_ACT_ACCEPTED, NULL), "denied open 3, 1: 5 outcome");
    stop(&world.fixture);
}

static void a_collector_that_was_down_moves_it_one_step(void **state) {
    (void)state;
    struct world world;
    begin(&world, &ten_hours);
    (void)move(&world, OFFICE_A, TCN_ACT_REPORTED, "pipe");
    (void)move(&world, WATER, TCN_ACT_TRANSFERRED, "safety");
    assert_string_equal(pass(&world, 100 * HOUR_NS), "open 5, 1: 2 clock, 1 clock, 5 clock");
    assert_string_equal(pass(&world, HOUR_NS), "open 5, 1: "); /* who has it now has its own time */
    assert_string_equal(pass(&world, 100 * HOUR_NS), "held 1, 2: 5 clock, 1 clock");
    stop(&world.fixture);
}

static void a_date_that_is_not_certain_moves_nothing(void **state) {
    (void)state;
    struct world world;
    begin(&world, &five_days);
    (void)move(&world, OFFICE_A, TCN_ACT_REPORTED, "pipe");
    (void)move(&world, WATER, TCN_ACT_TRANSFERRED, "safety");
    assert_int_equal(clock_of(&world)->times.missing_year, 2027);
    (void)pass(&world, 30 * 24 * HOUR_NS);
    assert_int_equal(walked(&world.fixture, 1)->holder, SAFETY);
    assert_int_equal(walked(&world.fixture, 1)->bounce_count, 0);
    stop(&world.fixture);
}

static void a_guarded_matter_stays_with_who_may_know_of_it(void **state) {
    (void)state;
    for (uint32_t tells_desk = 0; tells_desk < 2; tells_desk++) {
        struct world world;
        struct tcn_event event = report_of(1, "");
        begin(&world, &ten_hours);
        event.division = tcn_slice_text("");
        event.concerns = TCN_CONCERNS_UNIT;
        event.guard_organs[0] = DISCIPLINE;
        event.guard_organs[1] = DESK;
        event.guard_organ_count = 1 + tells_desk;
        (void)fold_now(&world, OFFICE_A, event);
        (void)move(&world, DISCIPLINE, TCN_ACT_RELEASED, "claim");
        event = act_of(TCN_ACT_RELEASED, 1);
        event.domain = tcn_slice_text("claim");
        world.other_post = OTHER_POST; /* two persons */
        (void)fold_now(&world, DISCIPLINE, event);
        assert_int_equal(walked(&world.fixture, 1)->holder, SAFETY);
        assert_int_equal(walked(&world.fixture, 1)->stage, TCN_STAGE_OPEN);
        (void)pass(&world, 11 * HOUR_NS);
        /* CITY is above it, and may be whom it accuses. */
        assert_int_equal(walked(&world.fixture, 1)->holder, tells_desk == 1 ? DESK : SAFETY);
        assert_int_equal(hear(&world.fixture, CITY).alert_count, 0);
        assert_int_equal(hear(&world.fixture, OFFICE_A).alert_count, 0);
        stop(&world.fixture);
    }
}

/* Time took a complaint from whom it accuses, and two posts have released it since: that one does
 * not fetch it by a word of before. */
static void a_guarded_matter_does_not_come_back(void **state) {
    (void)state;
    struct world world;
    struct tcn_event event = report_of(1, "");
    begin(&world, &ten_hours);
    event.division = tcn_slice_text("");
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organs[0] = DISCIPLINE;
    event.guard_organs[1] = DESK;
    event.guard_organ_count = 2;
    (void)fold_now(&world, OFFICE_A, event);
    (void)move(&world, DISCIPLINE, TCN_ACT_RELEASED, "claim");
    event = act_of(TCN_ACT_RELEASED, 1);
    event.domain = tcn_slice_text("claim");
    world.other_post = OTHER_POST;
    (void)fold_now(&world, DISCIPLINE, event);
    (void)pass(&world, 11 * HOUR_NS);
    assert_int_equal(walked(&world.fixture, 1)->holder, DESK);
    const int64_t moved_ns = world.now_ns;
    world.now_ns += HOUR_NS;
    event = act_of(TCN_ACT_RELEASED, 1); /* it stays where it is */
    (void)fold_now(&world, DESK, event);
    world.other_post = OTHER_POST;
    (void)fold_now(&world, DESK, event);
    assert_int_equal(walked(&world.fixture, 1)->stage, TCN_STAGE_OPEN);
    (void)accept_late(&world, moved_ns - 2 * HOUR_NS);
    assert_int_equal(walked(&world.fixture, 1)->holder, DESK);
    stop(&world.fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_nobody_takes_goes_up_once_and_then_to_the_desk),
        cmocka_unit_test(what_was_taken_in_time_stays),
        cmocka_unit_test(who_gets_it_back_has_to_take_it_too),
        cmocka_unit_test(what_was_taken_before_time_moved_it_comes_back),
        cmocka_unit_test(what_was_handed_on_by_word_does_not_come_back),
        cmocka_unit_test(a_collector_that_was_down_moves_it_one_step),
        cmocka_unit_test(a_date_that_is_not_certain_moves_nothing),
        cmocka_unit_test(a_guarded_matter_stays_with_who_may_know_of_it),
        cmocka_unit_test(a_guarded_matter_does_not_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
