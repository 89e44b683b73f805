/* SPDX-License-Identifier: Apache-2.0 */
/* Every rule that is shipped, those that are off as if they were on, at the edges of its period: a
 * matter that only this rule is for, what starts it and what stops it as the file has them, log
 * time as the log writer makes it.
 * ctest-uses: core */
#include "core/clockwork.h"
#include "core/due.h"
#include "core/logtime.h"
#include "policy/read.h"

#include "../core/civil.h"
#include "clock_edges.h"
#include "shipped.h"
#include "testlib/memstate.h"

#include <inttypes.h>

#define BIRTH 7
#define SECOND INT64_C(1000000000)
#define MINUTE (60 * SECOND)
#define DAY (24 * 60 * MINUTE)

static const struct tcn_logtime_bounds bounds = {.jump_ns = 5 * SECOND, .start_ns = 90 * DAY};

/** One matter with one rule, its collector's clocks, and what rang. */
struct world {
    struct tcn_memstate state;
    struct tcn_clock_rule rule;
    struct tcn_clock_table table;
    struct tcn_clockwork work;
    struct tcn_logtime logtime;
    struct tcn_clock_traits traits;
    int64_t wall_ns;
    int64_t monotonic_ns;
    uint64_t position;
    int rang[TCN_CLOCK_STEP_COUNT];
    int64_t until_ns; /**< the date that acts tell; 0: none */
    int32_t year;     /**< that the desk was told is missing; 0: none */
};

static bool rings(const struct tcn_clock_rule *rule) {
    return rule->bound == TCN_CLOCK_AT_MOST && rule->unit != TCN_CLOCK_AT_ONCE;
}

/** Takes all that is due, none before its time and each in its place. */
static void ring(struct world *world) {
    struct tcn_fired fired;
    const int64_t now_ns = world->logtime.last_ns;
    enum tcn_status status = tcn_due_take(&tcn_memstate_ops, &world->state, now_ns, &fired);
    for (int i = 0; i < 10 && status == TCN_OK; i++) {
        if (fired.kind == TCN_DUE_CALENDAR) {
            assert_int_equal(world->year, 0);
            world->year = (int32_t)fired.subject;
        } else {
            const struct tcn_matter_clock *row =
                tcn_memstate_clock(&world->state, BIRTH, world->rule.id);
            assert_in_range(fired.stage, 1, TCN_CLOCK_STEP_COUNT);
            assert_true(fired.due_ns == row->times.step_ns[fired.stage - 1]);
            assert_true(fired.due_ns <= now_ns);
            world->rang[fired.stage - 1]++;
        }
        status = tcn_due_take(&tcn_memstate_ops, &world->state, now_ns, &fired);
    }
    assert_int_equal(status, TCN_ABSENT);
}

/** The wall clock says this, so much later by the clock that nobody sets. */
static void pass_by(struct world *world, int64_t wall_ns, int64_t passed_ns) {
    const int64_t before_ns = world->logtime.last_ns;
    world->wall_ns = wall_ns;
    world->monotonic_ns += passed_ns;
    assert_true(tcn_logtime_stamp(&world->logtime, wall_ns, world->monotonic_ns) >= before_ns);
    ring(world);
}

/** Time passes until then. */
static void pass(struct world *world, int64_t wall_ns) {
    pass_by(world, wall_ns, wall_ns - world->wall_ns);
}

/** The collector is started at that time; it knows what its log knows. */
static void start_collector(struct world *world, int64_t wall_ns, bool is_doubted) {
    tcn_logtime_init(&world->logtime, &bounds, world->logtime.last_ns, is_doubted);
    pass_by(world, wall_ns, 1);
}

/** An act of the matter with one time for all that it can state, logged now. */
static void act(struct world *world, const struct tcn_clock_trigger *trigger, int64_t when_ns) {
    const bool is_birth = world->position == 0;
    const bool is_report = trigger->act == TCN_ACT_REPORTED;
    struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                              .act = trigger->act,
                              .mode = TCN_MODE_ACTUAL,
                              .recorded_ns = when_ns,
                              .learned_ns = when_ns,
                              .occurred_ns = when_ns,
                              .body_kind = is_report ? TCN_BODY_REPORT : TCN_BODY_ACT};
    if (!is_report) {
        event.act_body.reason = tcn_slice_text(trigger->reason);
        event.act_body.until_ns = world->until_ns;
    }
    struct tcn_clockwork_event in = {.birth_position = BIRTH,
                                     .event = &event,
                                     .position = ++world->position,
                                     .log_time_ns = world->logtime.last_ns,
                                     .start_max_ns = world->logtime.last_ns + MINUTE,
                                     .policy_version = 1,
                                     .before = world->traits,
                                     .after = world->traits,
                                     .stage = trigger->stage,
                                     .is_birth = is_birth,
                                     .was_reported = !is_birth,
                                     .learned_ns = when_ns};
    bool is_changed = false;
    in.before.is_none = is_birth;
    assert_int_equal(tcn_clockwork_apply(&world->work, &in, &is_changed), TCN_OK);
    ring(world);
}

static const struct tcn_matter_clock *row_of(const struct world *world) {
    const struct tcn_matter_clock *row = tcn_memstate_clock(&world->state, BIRTH, world->rule.id);
    if (row == NULL) {
        fail_msg("%s was not started", world->rule.id);
    }
    return row;
}

/** The period of a rule from one of the starts. A date that is told has that of the 15 days that
 * end with it. */
static const struct edge *edge_of(const struct tcn_clock_rule *rule, const char *start) {
    const bool is_told = rule->unit == TCN_CLOCK_UNTIL;
    for (size_t i = 0; i < COUNT_OF(edges); i++) {
        const enum tcn_clock_unit unit = is_told ? TCN_CLOCK_CALENDAR_DAYS : rule->unit;
        if (edges[i].unit == unit && edges[i].amount == (is_told ? 15 : rule->amount) &&
            strcmp(edge_starts[edges[i].start], start) == 0) {
            return &edges[i];
        }
    }
    fail_msg("%s has no row from %s", rule->id, start);
    return NULL;
}

/** The matter begins with what starts the clock. */
static void begin(struct world *world, const struct tcn_clock_table *shipped,
                  const struct tcn_clock_rule *rule, const char *start) {
    memset(world, 0, sizeof(*world));
    tcn_memstate_init(&world->state);
    world->rule = *rule;
    world->rule.is_enabled = true;
    world->table = (struct tcn_clock_table){
        .rules = &world->rule, .rule_count = 1, .calendar = shipped->calendar};
    world->work = (struct tcn_clockwork){
        .ops = &tcn_memstate_ops, .state = &world->state, .table = &world->table};
    world->traits.subject = (struct tcn_clock_subject){
        .domain = tcn_slice_text(rule->domain_count > 0 ? world->rule.domains[0] : "any"),
        .procedure = rule->procedure,
        .category = tcn_slice_text(world->rule.category),
        .severity = rule->severity_min,
        .level = rule->level_min};
    tcn_logtime_init(&world->logtime, &bounds, 0, false);
    start_collector(world, at(start), false);
    if (rule->unit == TCN_CLOCK_UNTIL) { /* noon of the day */
        world->until_ns = at(edge_of(rule, start)->due) - 12 * 60 * MINUTE;
    }
    act(world, &world->rule.starts[0], at(start));
    assert_int_equal(row_of(world)->end, TCN_CLOCK_RUNS);
}

static void end(struct world *world) {
    tcn_memstate_fini(&world->state);
}

/** What stops the clock, was done at that time and is logged now. */
static enum tcn_clock_verdict stop(struct world *world, int64_t when_ns) {
    const struct tcn_clock_rule *rule = &world->rule;
    for (uint32_t i = 0; i < rule->stop_count; i++) {
        const struct tcn_clock_trigger *stop = &rule->stops[i];
        if (!tcn_clock_is_triggered(rule->starts, rule->start_count, stop->act,
                                    tcn_slice_text(stop->reason), stop->stage)) {
            act(world, stop, when_ns);
            assert_int_equal(row_of(world)->end, TCN_CLOCK_STOPPED);
            return row_of(world)->verdict;
        }
    }
    fail_msg("%s has no end", rule->id);
    return TCN_VERDICT_UNKNOWN;
}

static void expect_rang(const struct world *world, int first, int second, int due) {
    const int *rang = world->rang;
    if (rang[0] != first || rang[1] != second || rang[2] != due) {
        fail_msg("%s from %" PRId64 ": rang %d, %d, %d", world->rule.id,
                 row_of(world)->clock.start_ns, rang[0], rang[1], rang[2]);
    }
}

/** The verdict of an act that comes when the limit has passed. */
static enum tcn_clock_verdict behind(const struct tcn_clock_rule *rule, const struct edge *edge) {
    static const enum tcn_clock_verdict verdicts[] = {[TCN_CLOCK_AT_MOST] = TCN_VERDICT_LATE,
                                                      [TCN_CLOCK_AT_LEAST] = TCN_VERDICT_IN_TIME,
                                                      [TCN_CLOCK_WINDOW] = TCN_VERDICT_OVER};
    return edge->missing_year != 0 ? TCN_VERDICT_UNKNOWN : verdicts[rule->bound];
}

/** Calls `check` for every rule that has a number and, of each, for every start. */
static void each(void **state, void (*check)(struct world *world, const struct edge *edge)) {
    const struct tcn_clock_table *table = tcn_policy_tables(*state)->clocks;
    size_t count = 0;
    for (uint32_t i = 0; i < table->rule_count; i++) {
        const struct tcn_clock_rule *rule = &table->rules[i];
        for (size_t k = 0; k < COUNT_OF(edge_starts) && rule->unit != TCN_CLOCK_AT_ONCE; k++) {
            struct world world;
            const struct edge *edge = edge_of(rule, edge_starts[k]);
            begin(&world, table, rule, edge_starts[k]);
            check(&world, edge);
            end(&world);
            count++;
        }
    }
    assert_true(count > 200);
}

static void check_last_second(struct world *world, const struct edge *edge) {
    const struct tcn_clock_times *times = &row_of(world)->times;
    expect_instant(world->rule.id, times->due_ns, edge->due);
    expect_instant(world->rule.id, times->limit_ns, edge->limit);
    assert_int_equal(times->missing_year, edge->missing_year);
    assert_int_equal(world->year, edge->missing_year);
    pass(world, at(edge->limit));
    const enum tcn_clock_verdict in_time =
        world->rule.bound == TCN_CLOCK_AT_LEAST ? TCN_VERDICT_EARLY : TCN_VERDICT_IN_TIME;
    assert_int_equal(stop(world, at(edge->limit)), in_time);
}

static void check_first_late_second(struct world *world, const struct edge *edge) {
    pass(world, at(edge->limit) + SECOND);
    assert_int_equal(stop(world, at(edge->limit) + SECOND), behind(&world->rule, edge));
    assert_int_equal(world->year, edge->missing_year);
}

static void an_act_in_the_last_second_is_in_time_and_a_second_later_is_not(void **state) {
    each(state, check_last_second);
    each(state, check_first_late_second);
}

/** Before each step the clock reaches it, at the step it is set back; a start of the collector
 * keeps the doubt, the desk's word ends it, and nothing rings until the clock has come so far. */
static void check_steps_back(struct world *world, const struct edge *edge) {
    const struct tcn_clock_times times = row_of(world)->times;
    const int is_rung = rings(&world->rule) ? 1 : 0;
    for (int step = 0; step < TCN_CLOCK_STEP_COUNT && is_rung == 1; step++) {
        const int64_t step_ns = times.step_ns[step];
        const int64_t stands_ns = step_ns + 2; /* two commits while it creeps */
        pass(world, step_ns - 1);
        expect_rang(world, step > 0, step > 1, 0);
        pass(world, step_ns);
        pass_by(world, step_ns - 3 * DAY, SECOND);
        assert_true(tcn_logtime_is_alarmed(&world->logtime));
        start_collector(world, step_ns - 3 * DAY + SECOND, true);
        assert_true(tcn_logtime_is_alarmed(&world->logtime));
        tcn_logtime_confirm(&world->logtime, world->wall_ns, world->monotonic_ns);
        pass(world, step_ns - DAY);
        pass(world, step_ns);
        assert_true(world->logtime.last_ns == stands_ns);
        expect_rang(world, 1, step > 0, step > 1);
    }
    pass(world, at(edge->limit) + 3 * DAY);
    expect_rang(world, is_rung, is_rung, is_rung);
    /* What was done in the last second is in time, whatever the log's clock said meanwhile. */
    assert_int_not_equal(stop(world, at(edge->limit)), TCN_VERDICT_LATE);
    expect_rang(world, is_rung, is_rung, is_rung);
}

static void a_wall_clock_that_steps_back_rings_each_step_once(void **state) {
    each(state, check_steps_back);
}

/** The collector is started after a while; after more than 90 days somebody looks at its clock
 * before anything rings. */
static void come_back(struct world *world, int64_t wall_ns) {
    const int64_t gap_ns = wall_ns - world->logtime.last_ns;
    start_collector(world, wall_ns, false);
    assert_int_equal(tcn_logtime_is_alarmed(&world->logtime), gap_ns > bounds.start_ns);
    if (gap_ns > bounds.start_ns) {
        expect_rang(world, 0, 0, 0);
        tcn_logtime_confirm(&world->logtime, world->wall_ns, world->monotonic_ns);
        pass(world, wall_ns);
    }
}

/** Down over the first warning, then over the second and the end: each time the latest rings. */
static void check_down(struct world *world, const struct edge *edge) {
    const struct tcn_clock_times times = row_of(world)->times;
    const int is_rung = rings(&world->rule) ? 1 : 0;
    if (is_rung == 1) {
        come_back(world, times.step_ns[TCN_CLOCK_SECOND_WARNING] - 1);
        expect_rang(world, 1, 0, 0);
    }
    pass(world, times.due_ns);
    come_back(world, at(edge->limit) + 3 * DAY);
    expect_rang(world, is_rung, is_rung, is_rung);
}

/** Down from the start to behind the end: one ring, and the verdict is the act's own time's. */
static void check_down_over_all(struct world *world, const struct edge *edge) {
    const int is_rung = rings(&world->rule) ? 1 : 0;
    come_back(world, at(edge->limit) + DAY);
    expect_rang(world, 0, 0, is_rung);
    assert_int_equal(stop(world, at(edge->limit) + SECOND), behind(&world->rule, edge));
    /* The office's report of the same act, done a second earlier, comes even later. */
    assert_int_equal(stop(world, at(edge->limit)), world->rule.bound == TCN_CLOCK_AT_LEAST
                                                       ? TCN_VERDICT_EARLY
                                                       : TCN_VERDICT_IN_TIME);
    expect_rang(world, 0, 0, is_rung);
}

static void a_collector_that_was_down_rings_once_with_the_latest(void **state) {
    each(state, check_down);
    each(state, check_down_over_all);
}

static void at_once_is_never_late_and_never_rings(void **state) {
    const struct tcn_clock_table *table = tcn_policy_tables(*state)->clocks;
    for (uint32_t i = 0; i < table->rule_count; i++) {
        for (size_t k = 0; k < COUNT_OF(edge_starts) && table->rules[i].unit == TCN_CLOCK_AT_ONCE;
             k++) {
            struct world world;
            begin(&world, table, &table->rules[i], edge_starts[k]);
            pass(&world, at(edge_starts[k]) + 400 * DAY);
            expect_rang(&world, 0, 0, 0);
            assert_int_equal(world.year, 0);
            assert_int_equal(stop(&world, at(edge_starts[k]) + 400 * DAY), TCN_VERDICT_UNMEASURED);
            end(&world);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_act_in_the_last_second_is_in_time_and_a_second_later_is_not),
        cmocka_unit_test(a_wall_clock_that_steps_back_rings_each_step_once),
        cmocka_unit_test(a_collector_that_was_down_rings_once_with_the_latest),
        cmocka_unit_test(at_once_is_never_late_and_never_rings),
    };
    return cmocka_run_group_tests(tests, shipped_read, shipped_destroy);
}
