/* SPDX-License-Identifier: Apache-2.0 */
/* What is held for a person has its own clock, whoever holds it and of whatever domain: it starts
 * with the hold, ends with it, and of a guarded matter tells nobody who is not on its list. */
#include "core/fold_clocks.h"

#include "clock_fixture.h"
#include "core/clock.h"
#include "core/procedure.h"
#include "core/procedure_tables.h"

/* As desk.hold of policy/clocks.yaml, which unit.policy.clocks holds against the same words; and
 * what is urgent in any matter. */
static const struct tcn_clock_rule hold_rules[] = {
    {.id = "ack",
     LIMIT(MINUTES, 30),
     .owes = TCN_CLOCK_HOLDER,
     .starts = {{TCN_ACT_REPORTED, "", TCN_STAGE_NONE}},
     .start_count = 1,
     .start_time = TCN_CLOCK_RECORDED,
     .stops = {{TCN_ACT_ACCEPTED, "", TCN_STAGE_NONE}},
     .stop_count = 1,
     .stop_time = TCN_CLOCK_RECORDED,
     .severity_min = TCN_SEVERITY_URGENT},
    {.id = "hold",
     LIMIT(WORKING_DAYS, 1),
     .owes = TCN_CLOCK_HOLDER,
     .starts = {{TCN_ACT_REPORTED, "", TCN_STAGE_HELD}, {TCN_ACT_OBJECTED, "", TCN_STAGE_HELD}},
     .start_count = 2,
     .start_time = TCN_CLOCK_RECORDED,
     .stops = {{TCN_ACT_ACCEPTED, "", TCN_STAGE_NONE},
               {TCN_ACT_DECLINED, "", TCN_STAGE_NONE},
               {TCN_ACT_RELEASED, "", TCN_STAGE_NONE},
               {TCN_ACT_CLOSED, "", TCN_STAGE_NONE},
               {TCN_ACT_WITHDRAWN, "", TCN_STAGE_NONE},
               {TCN_ACT_TRANSFERRED, "", TCN_STAGE_OPEN},
               {TCN_ACT_RECLASSIFIED, "", TCN_STAGE_OPEN},
               {TCN_ACT_BECAME_ACCIDENT, "", TCN_STAGE_OPEN}},
     .stop_count = 8,
     .stop_time = TCN_CLOCK_RECORDED},
};

static int make(void **state) {
    (void)state;
    make_clocks(hold_rules, COUNT_OF(hold_rules));
    return 0;
}

/** Folds an event of a post of an organ at a time of the district; 0 is the collector. */
static void happen(struct fixture *fixture, const char *when, uint16_t organ, uint32_t source,
                   struct tcn_event event) {
    struct tcn_outcome outcome;
    event.recorded_ns = at(when);
    struct tcn_fold_input in = input_of(fixture, organ, &event);
    in.lane.source = source;
    in.log_time_ns = at(when);
    in.log_mode = TCN_MODE_ACTUAL;
    assert_int_equal(tcn_fold_step(&fixture->fold, &in, &outcome), TCN_OK);
    assert_int_equal(outcome.code, TCN_OK);
}

static void tick(struct fixture *fixture, const char *when) {
    happen(fixture, when, 0, 0,
           (struct tcn_event){
               .format = TCN_EVENT_FORMAT, .act = TCN_ACT_TICK, .mode = TCN_MODE_ACTUAL});
}

/** "4:hold3": who was told of which step since alert `from` of all. */
static const char *told(const struct fixture *fixture, size_t from) {
    static char text[512];
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)fixture->state.alerts.rows;
    size_t size = 0;
    text[0] = '\0';
    for (size_t i = from; i < fixture->state.alerts.count; i++) {
        if (alerts[i].reason != TCN_REASON_CLOCK) {
            continue;
        }
        const struct tcn_clock_rule *rule = tcn_clock_rule_numbered(&table, alerts[i].fired.rule);
        assert_non_null(rule);
        size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%u:%s%u", size > 0 ? " " : "",
                                 alerts[i].stream.organ, rule->id, alerts[i].fired.stage);
        assert_true(size < sizeof(text));
    }
    return text;
}

/** What nobody can place (its domain is of nowhere), or what accuses, with a list. */
static struct tcn_event held(enum tcn_concerns concerns, const uint16_t list[2]) {
    struct tcn_event event = report_of(7, concerns == TCN_CONCERNS_NOBODY ? "nowhere" : "");
    event.concerns = concerns;
    event.learned_ns = at("2024-02-28 10:00:00"); /* days before: no lateness of who holds it */
    for (uint32_t i = 0; i < 2 && list[i] != 0; i++) {
        event.guard_organs[i] = list[i];
        event.guard_organ_count = i + 1;
    }
    return event;
}

static const struct tcn_matter_clock *hold_of(const struct fixture *fixture, uint64_t birth) {
    return tcn_memstate_clock(&fixture->state, birth, "hold");
}

static void what_is_held_is_told_when_its_day_is_over_and_not_a_second_before(void **state) {
    (void)state;
    static const struct {
        enum tcn_concerns concerns;
        uint16_t list[2];
        uint16_t holder;
        const char *before; /* both warnings; at midnight the end */
        const char *due;
    } cases[] = {
        {TCN_CONCERNS_NOBODY, {0, 0}, DESK, "1:hold1 1:hold2", "1:hold3"},
        {TCN_CONCERNS_UNKNOWN, {DESK, 0}, DESK, "1:hold1 1:hold2", "1:hold3"},
        {TCN_CONCERNS_UNKNOWN, {0, 0}, DESK, "1:hold1 1:hold2", "1:hold3"},
        {TCN_CONCERNS_UNIT, {0, 0}, DISCIPLINE, "4:hold1 4:hold2", "4:hold3 1:hold3"},
        {TCN_CONCERNS_UNIT, {DISCIPLINE, DESK}, DISCIPLINE, "4:hold1 4:hold2", "4:hold3 1:hold3"},
        {TCN_CONCERNS_UNIT, {DISCIPLINE, 0}, DISCIPLINE, "4:hold1 4:hold2", "4:hold3"},
        {TCN_CONCERNS_UNKNOWN, {WATER, 0}, WATER, "3:hold1 3:hold2", "3:hold3"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture fixture;
        const struct tcn_event event = held(cases[i].concerns, cases[i].list);
        start_clocks(&fixture);
        happen(&fixture, "2024-03-01 10:00:00", OFFICE_A, OFFICE_A, event); /* a Friday */
        const struct tcn_matter *matter = tcn_memstate_matter(&fixture.state, &event.matter);
        assert_int_equal(matter->stage, TCN_STAGE_HELD);
        assert_int_equal(matter->holder, cases[i].holder);
        assert_non_null(hold_of(&fixture, 1));
        const size_t count = fixture.state.alerts.count;
        tick(&fixture, "2024-03-04 16:48:00"); /* Monday, at 70 % of it */
        tick(&fixture, "2024-03-04 23:59:59");
        assert_string_equal(told(&fixture, count), cases[i].before);
        const size_t before = fixture.state.alerts.count;
        tick(&fixture, "2024-03-05 00:00:00");
        assert_string_equal(told(&fixture, before), cases[i].due);
        assert_int_equal(hold_of(&fixture, 1)->end, TCN_CLOCK_RUNS); /* until somebody decides */
        stop(&fixture);
    }
}

static void what_is_not_held_has_none_nor_gets_one_by_becoming_another(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_event event = report_of(7, "danger");
    start_clocks(&fixture);
    event.learned_ns = at("2024-03-01 10:00:00");
    happen(&fixture, "2024-03-01 10:00:00", OFFICE_A, OFFICE_A, event);
    event = act_of(TCN_ACT_FOLLOWED_UP, 7); /* of another kind: what a report starts begins */
    event.counts.deaths = (struct tcn_count){TCN_COUNT_EXACT, 1};
    event.severity = TCN_SEVERITY_URGENT;
    happen(&fixture, "2024-03-01 11:00:00", OFFICE_A, OFFICE_A, event);
    assert_int_equal(tcn_memstate_matter(&fixture.state, &event.matter)->kind,
                     TCN_PROCEDURE_ACCIDENT);
    assert_non_null(tcn_memstate_clock(&fixture.state, 1, "ack"));
    assert_null(hold_of(&fixture, 1));
    stop(&fixture);
}

static void who_decides_ends_it_in_time_and_after_midnight_late(void **state) {
    (void)state;
    static const struct {
        const char *when;
        enum tcn_act act;
        const char *domain;
        const char *to;
        enum tcn_clock_verdict verdict;
    } cases[] = {
        {"2024-03-04 23:59:59", TCN_ACT_RECLASSIFIED, "pipe", "", TCN_VERDICT_IN_TIME},
        {"2024-03-05 00:00:00", TCN_ACT_RECLASSIFIED, "pipe", "", TCN_VERDICT_LATE},
        {"2024-03-04 23:59:59", TCN_ACT_TRANSFERRED, "", "water", TCN_VERDICT_IN_TIME},
        {"2024-03-04 10:00:00", TCN_ACT_RELEASED, "pipe", "", TCN_VERDICT_IN_TIME},
        {"2024-03-04 10:00:00", TCN_ACT_ACCEPTED, "", "", TCN_VERDICT_IN_TIME},
        {"2024-03-05 00:00:00", TCN_ACT_CLOSED, "", "", TCN_VERDICT_LATE},
    };
    static const uint16_t nobody[2] = {0, 0};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture fixture;
        struct tcn_event event = act_of(cases[i].act, 7);
        start_clocks(&fixture);
        happen(&fixture, "2024-03-01 10:00:00", OFFICE_A, OFFICE_A,
               held(TCN_CONCERNS_NOBODY, nobody));
        event.domain = tcn_slice_text(cases[i].domain);
        event.act_body.to_organ = tcn_slice_text(cases[i].to);
        happen(&fixture, cases[i].when, DESK, DESK, event);
        assert_int_equal(hold_of(&fixture, 1)->end, TCN_CLOCK_STOPPED);
        assert_int_equal(hold_of(&fixture, 1)->verdict, cases[i].verdict);
        stop(&fixture);
    }
}

static void a_guarded_hold_ends_by_two_persons_and_goes_on_with_another_custodian(void **state) {
    (void)state;
    static const uint16_t list[2] = {DISCIPLINE, DESK};
    struct fixture fixture;
    struct tcn_event event = act_of(TCN_ACT_TRANSFERRED, 7);
    start_clocks(&fixture);
    happen(&fixture, "2024-03-01 10:00:00", OFFICE_A, OFFICE_A, held(TCN_CONCERNS_UNIT, list));
    event.act_body.to_organ = tcn_slice_text("desk");
    happen(&fixture, "2024-03-01 11:00:00", DISCIPLINE, DISCIPLINE, event);
    assert_int_equal(hold_of(&fixture, 1)->end, TCN_CLOCK_RUNS);
    assert_true(hold_of(&fixture, 1)->clock.start_ns == at("2024-03-01 10:00:00"));
    event = act_of(TCN_ACT_RELEASED, 7);
    event.domain = tcn_slice_text("pipe");
    happen(&fixture, "2024-03-04 10:00:00", DESK, DESK, event); /* one post: it waits */
    assert_int_equal(hold_of(&fixture, 1)->end, TCN_CLOCK_RUNS);
    happen(&fixture, "2024-03-04 11:00:00", DESK, OTHER_POST, event);
    assert_int_equal(hold_of(&fixture, 1)->end, TCN_CLOCK_STOPPED);
    assert_int_equal(hold_of(&fixture, 1)->verdict, TCN_VERDICT_IN_TIME);
    assert_true(hold_of(&fixture, 1)->stop_ns == at("2024-03-04 11:00:00"));
    stop(&fixture);
}

/* A word about a unit on a matter of others becomes a matter of its own, whichever act it is. */
static void what_is_kept_apart_is_held_as_if_it_were_reported(void **state) {
    (void)state;
    static const uint16_t list[2] = {DISCIPLINE, 0};
    struct fixture fixture;
    struct tcn_event event = report_of(7, "hazard");
    start_clocks(&fixture);
    happen(&fixture, "2024-03-01 09:00:00", OFFICE_A, OFFICE_A, event);
    event = held(TCN_CONCERNS_UNIT, list);
    event.act = TCN_ACT_FOLLOWED_UP;
    event.body_kind = TCN_BODY_ACT;
    event.severity = TCN_SEVERITY_URGENT;
    happen(&fixture, "2024-03-01 10:00:00", OFFICE_A, OFFICE_A, event);
    assert_int_equal(fixture.state.matters.count, 2);
    assert_null(hold_of(&fixture, 1));
    assert_non_null(hold_of(&fixture, 2));
    assert_non_null(tcn_memstate_clock(&fixture.state, 2, "ack"));
    const size_t count = fixture.state.alerts.count;
    tick(&fixture, "2024-03-05 00:00:00");
    assert_string_equal(told(&fixture, count), "4:ack3 4:hold3");
    stop(&fixture);
}

/** True when a clock of a matter, and what of it falls due, stand among what is kept apart. */
static bool is_apart(struct fixture *fixture, uint64_t birth, const char *id) {
    const struct tcn_matter_clock *row = tcn_memstate_clock(&fixture->state, birth, id);
    struct tcn_due due;
    assert_non_null(row);
    const struct tcn_due_key key = {TCN_DUE_CLOCK, birth, row->rule};
    assert_int_equal(tcn_memstate_ops.due_get(&fixture->state, &key, &due), TCN_OK);
    assert_int_equal(due.is_kept, row->is_kept);
    return row->is_kept;
}

/* Whoever looks at what falls due, and leaves out what is guarded, does not go through it. */
static void what_is_guarded_falls_due_apart(void **state) {
    (void)state;
    static const uint16_t lists[][2] = {{0, 0}, {DESK, DISCIPLINE}};
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        const bool is_guarded = lists[i][0] != 0;
        struct fixture fixture;
        start_clocks(&fixture);
        happen(&fixture, "2024-03-01 10:00:00", OFFICE_A, OFFICE_A,
               held(is_guarded ? TCN_CONCERNS_UNIT : TCN_CONCERNS_NOBODY, lists[i]));
        assert_int_equal(is_apart(&fixture, 1, "hold"), is_guarded);
        tick(&fixture, "2024-03-04 16:48:00"); /* the next of its steps too */
        assert_int_equal(is_apart(&fixture, 1, "hold"), is_guarded);
        stop(&fixture);
    }
}

/* What ran before anybody knew that it accuses. */
static void a_stubs_clock_goes_along(void **state) {
    (void)state;
    static const struct tcn_clock_rule stub_rules[] = {
        {.id = "stub",
         LIMIT(WORKING_DAYS, 1),
         .owes = TCN_CLOCK_HOLDER,
         .starts = {{TCN_ACT_FOLLOWED_UP, "", TCN_STAGE_NONE}},
         .start_count = 1,
         .start_time = TCN_CLOCK_RECORDED,
         .stops = {{TCN_ACT_CLOSED, "", TCN_STAGE_NONE}},
         .stop_count = 1,
         .stop_time = TCN_CLOCK_RECORDED},
    };
    static const uint16_t list[2] = {DESK, DISCIPLINE};
    struct fixture fixture;
    make_clocks(stub_rules, COUNT_OF(stub_rules));
    start_clocks(&fixture);
    happen(&fixture, "2024-03-01 09:00:00", OFFICE_A, OFFICE_A, act_of(TCN_ACT_FOLLOWED_UP, 7));
    assert_false(is_apart(&fixture, 1, "stub"));
    happen(&fixture, "2024-03-01 10:00:00", OFFICE_A, OFFICE_A, held(TCN_CONCERNS_UNIT, list));
    assert_int_equal(fixture.state.matters.count, 1);
    assert_true(is_apart(&fixture, 1, "stub"));
    stop(&fixture);
    make_clocks(hold_rules, COUNT_OF(hold_rules));
}

/* Nothing leaves the desk's hands and lets the clock run on. */
static void every_act_by_which_a_matter_is_held_no_more_stops_it(void **state) {
    (void)state;
    const struct tcn_clock_rule *hold = &hold_rules[1];
    size_t shared_count = 0;
    size_t seen = 0;
    const struct tcn_procedure_row *shared = tcn_procedure_shared_rows(&shared_count);
    for (unsigned kind = 0; kind <= TCN_PROCEDURE_MAX; kind++) {
        const struct tcn_procedure *own = tcn_procedure_of((enum tcn_procedure_kind)kind);
        const struct tcn_procedure_row *rows = kind == 0 ? shared : own->rows;
        const size_t count = kind == 0 ? shared_count : own->row_count;
        for (size_t i = 0; i < count; i++) {
            const struct tcn_procedure_row *row = &rows[i];
            const bool leaves = (row->from & TCN_AT(HELD)) != 0 && row->next != TCN_STAGE_NONE &&
                                row->next != TCN_STAGE_HELD;
            seen += leaves ? 1 : 0;
            if (leaves && !tcn_clock_is_triggered(hold->stops, hold->stop_count, row->act,
                                                  tcn_slice_text(""), row->next)) {
                fail_msg("%s of kind %u lets it run", tcn_act_name(row->act), kind);
            }
        }
    }
    assert_true(seen > TCN_PROCEDURE_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_held_is_told_when_its_day_is_over_and_not_a_second_before),
        cmocka_unit_test(what_is_not_held_has_none_nor_gets_one_by_becoming_another),
        cmocka_unit_test(who_decides_ends_it_in_time_and_after_midnight_late),
        cmocka_unit_test(a_guarded_hold_ends_by_two_persons_and_goes_on_with_another_custodian),
        cmocka_unit_test(what_is_kept_apart_is_held_as_if_it_were_reported),
        cmocka_unit_test(what_is_guarded_falls_due_apart),
        cmocka_unit_test(a_stubs_clock_goes_along),
        cmocka_unit_test(every_act_by_which_a_matter_is_held_no_more_stops_it),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
