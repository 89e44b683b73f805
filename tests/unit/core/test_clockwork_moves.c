/* SPDX-License-Identifier: Apache-2.0 */
/* The clocks of a matter that is moved, closed or restated, and the bounds of core/clockwork. */
#include "clock_world.h"

#include "core/restate.h"

/* M4 */
static void a_matter_that_is_moved_takes_its_clocks_off_and_on(void **test) {
    (void)test;
    static const struct step steps[] = {
        {.when = "2024-03-01 10:00:00",
         .act = TCN_ACT_REPORTED,
         .domain = "hazard",
         .wanted = "answer:runs"},
        {.when = "2024-03-01 11:00:00", /* from when the matter was learned */
         .act = TCN_ACT_RECLASSIFIED,
         .domain = "pipe",
         .wanted = "answer:left/unmeasured pipe:runs"},
        {.when = "2024-03-01 11:23:59", .wanted = "answer:left/unmeasured pipe:runs"},
        {.when = "2024-03-01 11:24:00", .wanted = "!pipe1 answer:left/unmeasured pipe:runs"},
        {.when = "2024-03-01 11:30:00",
         .act = TCN_ACT_ACCEPTED,
         .wanted = "answer:left/unmeasured pipe:stopped/in_time slip:runs"},
        {.when = "2024-03-20 10:00:00", /* back, too late for the one, and the other was done */
         .act = TCN_ACT_RECLASSIFIED,
         .domain = "hazard",
         .wanted = "!slip3 !answer3 answer:runs (2,0) pipe:stopped/in_time slip:runs"},
        {.when = "2024-03-20 10:00:01",
         .act = TCN_ACT_RECLASSIFIED,
         .domain = "pipe",
         .wanted = "answer:left/late (2,0) pipe:stopped/in_time slip:runs"},
        {.when = "2024-03-20 10:00:02",
         .act = TCN_ACT_FOLLOWED_UP,
         .procedure = TCN_PROCEDURE_ACCIDENT,
         .severity = TCN_SEVERITY_DANGER,
         .wanted = "!grave3 ack:runs answer:left/late (2,0) grave:runs pipe:stopped/in_time "
                   "slip:runs"},
        {.when = "2024-03-20 10:00:03", /* a move starts nothing that fitted before */
         .act = TCN_ACT_REPORTED_UP,
         .wanted = "ack:runs answer:left/late (2,0) grave:stopped/late pipe:stopped/in_time "
                   "slip:runs"},
        {.when = "2024-03-20 10:00:04",
         .act = TCN_ACT_RECLASSIFIED,
         .domain = "elsewhere",
         .wanted = "ack:runs answer:left/late (2,0) grave:stopped/late pipe:stopped/in_time "
                   "slip:runs"},
    };
    TELL(steps);
}

/* M4 */
static void an_act_that_would_stop_a_clock_does_not_start_it_by_moving_the_matter(void **test) {
    (void)test;
    static const struct step steps[] = {
        {.when = "2024-03-01 10:00:00",
         .act = TCN_ACT_REPORTED,
         .severity = TCN_SEVERITY_SERIOUS,
         .wanted = ""},
        {.when = "2024-03-01 10:05:00",
         .act = TCN_ACT_ACKNOWLEDGED,
         .severity = TCN_SEVERITY_URGENT,
         .wanted = ""},
        {.when = "2024-03-01 10:06:00", /* harm counts from when it was learned */
         .act = TCN_ACT_FOLLOWED_UP,
         .procedure = TCN_PROCEDURE_ACCIDENT,
         .is_harm = true,
         .wanted = "grave:runs"},
        {.when = "2024-03-01 11:06:00", .wanted = "!grave2 grave:runs"},
        {.when = "2024-03-01 11:06:01", .wanted = "!grave3 grave:runs"},
    };
    TELL(steps);
}

/* M4, M10 */
static void a_guarded_matter_has_its_clocks_from_when_it_is_released(void **test) {
    (void)test;
    struct world world;
    static const struct step steps[] = {
        {.when = "2024-03-01 10:00:00",
         .act = TCN_ACT_REPORTED,
         .severity = TCN_SEVERITY_URGENT,
         .wanted = "ack:runs"},
        {.when = "2024-03-01 10:10:00",
         .act = TCN_ACT_ACCEPTED, /* its office owes nothing: it knows of nothing */
         .wanted = "ack:stopped/in_time"},
        {.when = "2024-03-12 13:00:00",
         .act = TCN_ACT_RELEASED,
         .domain = "hazard",
         .is_released = true,
         .wanted = "!answer1 ack:stopped/in_time answer:runs"},
    };
    begin(&world);
    world.traits.is_held_back = true;
    run(&world, steps, COUNT_OF(steps));
    end(&world);
}

static void what_closes_a_matter_stops_all_its_clocks(void **test) {
    (void)test;
    static const struct step steps[] = {
        {.when = "2024-03-01 10:00:00",
         .act = TCN_ACT_REPORTED,
         .domain = "hazard",
         .severity = TCN_SEVERITY_URGENT,
         .wanted = "ack:runs answer:runs"},
        {.when = "2024-03-01 11:00:00",
         .act = TCN_ACT_TRANSFERRED,
         .wanted = "!ack3 ack:runs answer:runs object:runs"},
        {.when = "2024-03-02 10:00:00",
         .act = TCN_ACT_CLOSED,
         .stops_all = true,
         .wanted = "ack:closed/late answer:closed/unmeasured object:closed/unmeasured"},
        {.when = "2024-06-02 10:00:00",
         .wanted = "ack:closed/late answer:closed/unmeasured object:closed/unmeasured"},
    };
    TELL(steps);
}

static void a_matter_that_becomes_another_kind_has_the_clocks_of_that(void **test) {
    (void)test;
    static const struct step steps[] = {
        {.when = "2024-03-01 10:00:00",
         .act = TCN_ACT_REPORTED,
         .domain = "hazard",
         .wanted = "answer:runs"},
        {.when = "2024-03-01 11:00:00",
         .act = TCN_ACT_TRANSFERRED,
         .wanted = "answer:runs object:runs"},
        {.when = "2024-03-01 11:30:00",
         .act = TCN_ACT_RECLASSIFIED,
         .domain = "pipe",
         .is_converted = true,
         .wanted = "!pipe1 answer:closed/unmeasured object:closed/unmeasured pipe:runs"},
    };
    TELL(steps);
}

/* M9 */
static void a_year_that_is_missing_is_told_once(void **test) {
    (void)test;
    static const struct step steps[] = {
        {.when = "2026-12-28 10:00:00", .act = TCN_ACT_TRANSFERRED, .wanted = "!2027 object:runs"},
        {.when = "2026-12-29 10:00:00",
         .act = TCN_ACT_REPORTED,
         .domain = "hazard",
         .wanted = "answer:runs object:runs"},
        {.when = "2027-01-04 09:00:00",
         .act = TCN_ACT_OBJECTED,
         .wanted = "!object3 answer:runs object:stopped/unknown"},
    };
    TELL(steps);
}

/** Restates everything, so many rows at a time. */
static void restate(struct world *world, const struct tcn_clock_table *under, bool only_missing,
                    uint32_t row_max) {
    struct tcn_clockwork work = world->work;
    struct tcn_clock_place place = {0};
    struct tcn_restated_counts counts = {{0}};
    bool is_done = false;
    work.table = under;
    const struct tcn_restatement how = {.only_missing = only_missing,
                                        .position = 99,
                                        .log_time_ns = world->log_time_ns,
                                        .policy_version = 6,
                                        .row_max = row_max};
    for (int i = 0; i < 100 && !is_done; i++) {
        assert_int_equal(tcn_restate_some(&work, &how, &place, &counts, &is_done), TCN_OK);
    }
    assert_true(is_done);
}

/* M6 */
static void another_policy_changes_a_running_clock_only_when_it_is_restated(void **test) {
    (void)test;
    static const struct step steps[] = {
        {.when = "2024-03-01 10:00:00",
         .act = TCN_ACT_REPORTED,
         .domain = "hazard",
         .severity = TCN_SEVERITY_URGENT,
         .wanted = "ack:runs answer:runs"},
        {.when = "2024-03-01 11:00:00",
         .act = TCN_ACT_ACKNOWLEDGED,
         .wanted = "!ack3 ack:stopped/late answer:runs"},
    };
    for (uint32_t row_max = 1; row_max < 4; row_max++) {
        struct tcn_clock_rule rules[] = {clock_rules[0], clock_rules[1]};
        const struct tcn_clock_table other = {
            .rules = rules, .rule_count = 2, .calendar = table.calendar};
        struct world world;
        rules[0].amount = 120;
        rules[1].amount = 5;
        begin(&world);
        run(&world, steps, COUNT_OF(steps));
        const struct tcn_matter_clock *row = tcn_memstate_clock(&world.state, BIRTH, "answer");
        world.work.table = &other; /* in force, and not restated */
        const struct step told = {
            .when = "2024-03-01 12:00:00", .act = TCN_ACT_CALLED, .wanted = NULL};
        run(&world, &told, 1);
        assert_int_equal(row->terms.amount, 15);
        expect_instant("due", row->times.due_ns, "2024-03-16 23:59:59");
        restate(&world, &other, true, row_max); /* it misses no year */
        assert_int_equal(row->terms.amount, 15);
        world.log_time_ns = at("2024-03-05 10:00:00");
        restate(&world, &other, false, row_max);
        row = tcn_memstate_clock(&world.state, BIRTH, "answer");
        assert_int_equal(row->terms.amount, 5);
        assert_int_equal(row->policy_version, 6);
        expect_instant("due", row->times.due_ns, "2024-03-06 23:59:59");
        const struct step due = {.when = "2024-03-05 12:00:00",
                                 .wanted = "!answer1 ack:stopped/in_time answer:runs"};
        run(&world, &due, 1);
        rules[1].is_enabled = false; /* a rule that is off has no clocks when all are restated */
        restate(&world, &other, false, row_max);
        const struct step off = {.when = "2024-03-09 10:00:00",
                                 .wanted = "ack:stopped/in_time answer:left/unmeasured"};
        run(&world, &off, 1);
        end(&world);
    }
}

static void the_next_years_calendar_settles_what_was_open(void **test) {
    (void)test;
    static const uint16_t more_years[] = {2024, 2025, 2026, 2027};
    struct tcn_clock_table more = table;
    struct world world;
    static const struct step steps[] = {
        {.when = "2026-12-28 10:00:00", .act = TCN_ACT_TRANSFERRED, .wanted = "!2027 object:runs"},
        {.when = "2026-12-28 11:00:00",
         .act = TCN_ACT_REPORTED,
         .domain = "hazard",
         .severity = TCN_SEVERITY_URGENT,
         .wanted = "ack:runs answer:runs object:runs"},
        {.when = "2027-01-04 12:00:00",
         .act = TCN_ACT_OBJECTED,
         .wanted = "!ack3 !object3 ack:runs answer:runs object:stopped/unknown"},
    };
    static struct tcn_clock_rule rules[COUNT_OF(clock_rules)];
    memcpy(rules, clock_rules, sizeof(rules));
    rules[1].amount = 3; /* of another policy: the clock keeps its own terms (M6) */
    more.rules = rules;
    more.calendar.years = more_years;
    more.calendar.year_count = 4; /* 2027 as a plain year: the 1st is a Friday */
    begin(&world);
    run(&world, steps, COUNT_OF(steps));
    world.work.table = &more;
    restate(&world, &more, true, 2);
    const struct step settled = {.when = "2027-01-04 12:00:01",
                                 .wanted = "ack:runs answer:runs object:stopped/in_time"};
    run(&world, &settled, 1);
    const struct tcn_matter_clock *row = tcn_memstate_clock(&world.state, BIRTH, "answer");
    assert_int_equal(row->times.missing_year, 0);
    assert_int_equal(row->terms.amount, 15);
    assert_int_equal(world.state.dues.count, 1); /* of the answer; no year waits any more */
    end(&world);
}

/* M13 */
static void a_clock_that_is_of_no_matters_way_ends_with_no_matter(void **test) {
    (void)test;
    static const struct step steps[] = {
        {.when = "2024-03-01 10:00:00",
         .act = TCN_ACT_REPORTED,
         .domain = "hazard",
         .wanted = "answer:runs"},
        {.when = "2024-03-01 10:01:00",
         .act = TCN_ACT_UNSEALED,
         .wanted = "answer:runs confirm:runs"},
        {.when = "2024-03-01 10:02:00", /* another kind: none of the old one's runs on */
         .act = TCN_ACT_FOLLOWED_UP,
         .is_converted = true,
         .wanted = "answer:runs (2,0) confirm:runs"},
        {.when = "2024-03-01 10:03:00",
         .act = TCN_ACT_CLOSED,
         .stops_all = true,
         .wanted = "answer:closed/unmeasured (2,0) confirm:runs"},
        {.when = "2024-03-02 10:01:01",
         .wanted = "!confirm3 answer:closed/unmeasured (2,0) confirm:runs"},
        {.when = "2024-03-02 11:00:00",
         .act = TCN_ACT_CALLED,
         .wanted = "answer:closed/unmeasured (2,0) confirm:stopped/late"},
    };
    TELL(steps);
}

/* M8 */
static void a_matter_has_so_many_clocks_and_no_more(void **test) {
    (void)test;
    static struct tcn_clock_rule rules[TCN_MATTER_CLOCKS_MAX + 2];
    const struct tcn_clock_table many = {
        .rules = rules, .rule_count = COUNT_OF(rules), .calendar = table.calendar};
    struct world world;
    for (uint32_t i = 0; i < COUNT_OF(rules); i++) {
        rules[i] = clock_rules[0];
        (void)snprintf(rules[i].id, sizeof(rules[i].id), "rule%03u", i);
        rules[i].severity_min = TCN_SEVERITY_UNKNOWN;
        rules[i].starts[0].act = TCN_ACT_UNSEALED;
        rules[i].start_count = i < TCN_MATTER_CLOCKS_MAX ? 1 : 0;
    }
    rules[5].stops[0].act = TCN_ACT_CALLED;
    rules[9].stops[0].act = TCN_ACT_REPLIED;
    begin(&world);
    world.work.table = &many;
    const struct step birth = {.when = "2024-03-01 10:00:00", .act = TCN_ACT_UNSEALED};
    run(&world, &birth, 1);
    assert_int_equal(world.state.clocks.count, TCN_MATTER_CLOCKS_MAX);
    rules[TCN_MATTER_CLOCKS_MAX].start_count = 1;
    run(&world, &birth, 1); /* all run: the next does not start */
    assert_int_equal(world.state.clocks.count, TCN_MATTER_CLOCKS_MAX);
    assert_null(tcn_memstate_clock(&world.state, BIRTH, rules[TCN_MATTER_CLOCKS_MAX].id));
    const struct step replied = {.when = "2024-03-01 10:01:00", .act = TCN_ACT_REPLIED};
    const struct step called = {.when = "2024-03-01 10:02:00", .act = TCN_ACT_CALLED};
    rules[5].starts[0].act = rules[9].starts[0].act = TCN_ACT_NONE;
    run(&world, &replied, 1);
    run(&world, &called, 1);
    run(&world, &birth, 1); /* the one that ended first makes room */
    assert_int_equal(world.state.clocks.count, TCN_MATTER_CLOCKS_MAX);
    assert_null(tcn_memstate_clock(&world.state, BIRTH, rules[9].id));
    assert_non_null(tcn_memstate_clock(&world.state, BIRTH, rules[5].id));
    assert_non_null(tcn_memstate_clock(&world.state, BIRTH, rules[TCN_MATTER_CLOCKS_MAX].id));
    end(&world);
}

static void a_state_that_fails_is_told(void **test) {
    (void)test;
    static const struct step steps[] = {
        {.when = "2026-12-20 10:00:00", .act = TCN_ACT_REPORTED, .domain = "hazard"},
        {.when = "2026-12-21 10:00:00", .act = TCN_ACT_TRANSFERRED},
    };
    bool is_untouched = false;
    for (uint64_t n = 1; !is_untouched; n++) {
        struct world world;
        struct tcn_fired fired;
        bool is_changed = false;
        bool is_done = false;
        struct tcn_clock_place place = {0};
        struct tcn_restated_counts counts = {{0}};
        begin(&world);
        run(&world, steps, COUNT_OF(steps));
        const struct step closing = {.act = TCN_ACT_OBJECTED};
        const struct tcn_event event = event_of(&world, &closing);
        const struct tcn_clockwork_event in = {.birth_position = BIRTH,
                                               .event = &event,
                                               .position = 9,
                                               .log_time_ns = world.log_time_ns,
                                               .start_max_ns = INT64_MAX,
                                               .after = world.traits,
                                               .stops_all = false};
        const struct tcn_restatement how = {.log_time_ns = world.log_time_ns, .row_max = 9};
        world.state.call_count = 0;
        world.state.fail_at = n;
        enum tcn_status status = tcn_clockwork_apply(&world.work, &in, &is_changed);
        if (status == TCN_OK) {
            status = tcn_due_take(&tcn_memstate_ops, &world.state, INT64_MAX - 1, &fired);
        }
        if (status == TCN_OK) {
            status = tcn_restate_some(&world.work, &how, &place, &counts, &is_done);
        }
        is_untouched = world.state.call_count < n;
        assert_int_equal(status, is_untouched ? TCN_OK : TCN_IO);
        end(&world);
    }
}

/* M2: what the due table names is there and runs, or the state is damaged. */
static void a_time_without_its_clock_is_damage(void **test) {
    (void)test;
    static const struct step steps[] = {
        {.when = "2024-03-01 10:00:00", .act = TCN_ACT_REPORTED, .domain = "hazard"},
        {.when = "2024-03-02 10:00:00", .act = TCN_ACT_REPLIED},
    };
    static const uint32_t stages[] = {1, 0, 4};
    struct world world;
    begin(&world);
    for (size_t i = 0; i <= COUNT_OF(steps); i++) {
        const uint32_t number = tcn_clock_rule_number(tcn_slice_text("answer"));
        const struct tcn_due due = {
            .key = {TCN_DUE_CLOCK, BIRTH, number}, .stage = stages[i], .due_ns = 1, .until_ns = 2};
        struct tcn_fired fired;
        assert_int_equal(tcn_clockwork_take(&world.work, &due, INT64_MAX - 1, &fired), TCN_CORRUPT);
        if (i < COUNT_OF(steps)) {
            run(&world, &steps[i], 1);
        }
    }
    end(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_matter_that_is_moved_takes_its_clocks_off_and_on),
        cmocka_unit_test(an_act_that_would_stop_a_clock_does_not_start_it_by_moving_the_matter),
        cmocka_unit_test(a_guarded_matter_has_its_clocks_from_when_it_is_released),
        cmocka_unit_test(what_closes_a_matter_stops_all_its_clocks),
        cmocka_unit_test(a_matter_that_becomes_another_kind_has_the_clocks_of_that),
        cmocka_unit_test(a_year_that_is_missing_is_told_once),
        cmocka_unit_test(another_policy_changes_a_running_clock_only_when_it_is_restated),
        cmocka_unit_test(the_next_years_calendar_settles_what_was_open),
        cmocka_unit_test(a_clock_that_is_of_no_matters_way_ends_with_no_matter),
        cmocka_unit_test(a_matter_has_so_many_clocks_and_no_more),
        cmocka_unit_test(a_state_that_fails_is_told),
        cmocka_unit_test(a_time_without_its_clock_is_damage),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
