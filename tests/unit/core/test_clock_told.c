/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks that end with a date that an act tells: where the day ends, when it warns, and what an act
 * that tells none does (M12 of core/clockwork). */
#include "core/clock.h"
#include "core/clockwork.h"

#include "civil.h"
#undef COUNT_OF /* trace.h has the same */
#include "fold_fixture.h"

#define DAY_NS (INT64_C(24) * 3600 * 1000000000)

static const struct tcn_clock_rule told_rule = {
    .id = "told",
    .unit = TCN_CLOCK_UNTIL,
    .bound = TCN_CLOCK_AT_MOST,
    .owes = TCN_CLOCK_HOLDER,
    .starts = {{.act = TCN_ACT_ASSIGNED}},
    .start_count = 1,
    .start_time = TCN_CLOCK_RECORDED,
    .stops = {{.act = TCN_ACT_SUBMITTED}, {.act = TCN_ACT_ASSIGNED}},
    .stop_count = 2,
    .stop_time = TCN_CLOCK_RECORDED,
    .is_enabled = true};

/** A date that is told, and the ends and warnings that follow. */
struct told {
    const char *start;
    const char *until;
    const char *due;
    const char *limit;
    const char *first;  /**< warning */
    const char *second; /**< warning */
    int32_t missing_year;
};

static const struct told dates[] = {
    /* Ten days: seven and nine of them. */
    {"2024-03-01 10:00:00", "2024-03-11 00:00:00", "2024-03-11 23:59:59", "2024-03-11 23:59:59",
     "2024-03-09 00:00:00", "2024-03-11 00:00:00", 0},
    /* Any time of the day tells the day. */
    {"2024-03-01 10:00:00", "2024-03-11 23:59:59", "2024-03-11 23:59:59", "2024-03-11 23:59:59",
     "2024-03-09 00:00:00", "2024-03-11 00:00:00", 0},
    /* The next day, the same day, and a day that is over. */
    {"2024-03-01 10:00:00", "2024-03-02 00:00:00", "2024-03-02 23:59:59", "2024-03-04 23:59:59",
     "2024-03-02 16:48:00", "2024-03-02 21:36:00", 0},
    {"2024-03-01 10:00:00", "2024-03-01 00:00:00", "2024-03-01 23:59:59", "2024-03-01 23:59:59",
     "2024-03-01 10:00:00", "2024-03-01 10:00:00", 0},
    {"2024-03-01 10:00:00", "2023-01-01 00:00:00", "2024-03-01 23:59:59", "2024-03-01 23:59:59",
     "2024-03-01 10:00:00", "2024-03-01 10:00:00", 0},
    /* Over a leap day, New Year, and into Spring Festival: 2024-02-18 is a make-up Sunday. */
    {"2024-02-28 10:00:00", "2024-03-01 12:00:00", "2024-03-01 23:59:59", "2024-03-01 23:59:59",
     "2024-03-01 09:36:00", "2024-03-01 19:12:00", 0},
    {"2024-12-31 23:59:59", "2025-01-01 00:00:00", "2025-01-01 23:59:59", "2025-01-02 23:59:59",
     "2025-01-01 16:48:00", "2025-01-01 21:36:00", 0},
    {"2024-02-01 10:00:00", "2024-02-11 00:00:00", "2024-02-11 23:59:59", "2024-02-18 23:59:59",
     "2024-02-09 00:00:00", "2024-02-11 00:00:00", 0},
    /* The date stands, also where the calendar's year is missing: only the rolling is not known. */
    {"2026-12-31 10:00:00", "2027-01-10 00:00:00", "2027-01-10 23:59:59", "2027-01-10 23:59:59",
     "2027-01-08 00:00:00", "2027-01-10 00:00:00", 2027},
};

static struct tcn_calendar_span spans[COUNT_OF(named_days)];

static void a_told_date_ends_with_its_day_and_warns_before(void **state) {
    (void)state;
    const struct tcn_calendar calendar = make_calendar(spans);
    for (size_t i = 0; i < COUNT_OF(dates); i++) {
        const struct told *row = &dates[i];
        struct tcn_clock clock;
        struct tcn_clock_times times;
        assert_int_equal(tcn_clock_start_until(&calendar, &clock, at(row->start), at(row->until)),
                         TCN_OK);
        tcn_clock_compute(&told_rule, &calendar, &clock, &times);
        expect_instant(row->until, times.due_ns, row->due);
        expect_instant(row->until, times.limit_ns, row->limit);
        assert_true(times.step_ns[TCN_CLOCK_FIRST_WARNING] == at(row->first));
        assert_true(times.step_ns[TCN_CLOCK_SECOND_WARNING] == at(row->second));
        assert_true(times.step_ns[TCN_CLOCK_DUE] == times.due_ns + 1);
        assert_int_equal(times.missing_year, row->missing_year);
        assert_int_equal(tcn_clock_judge(&told_rule, &times, at(row->limit)), TCN_VERDICT_IN_TIME);
        assert_int_equal(tcn_clock_judge(&told_rule, &times, at(row->limit) + 1000000000),
                         row->missing_year != 0 ? TCN_VERDICT_UNKNOWN : TCN_VERDICT_LATE);
    }
}

static void an_instant_that_nobody_tells_starts_nothing(void **state) {
    (void)state;
    const struct tcn_calendar calendar = make_calendar(spans);
    struct tcn_clock clock = {.start_ns = 5};
    static const int64_t wrong[] = {INT64_MIN, TCN_CLOCK_INSTANT_MIN_NS - 1,
                                    TCN_CLOCK_INSTANT_MAX_NS + 1, INT64_MAX};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        assert_int_equal(tcn_clock_start_until(&calendar, &clock, 7, wrong[i]), TCN_BAD_VALUE);
        assert_true(clock.start_ns == 5);
    }
}

/** Does an act on the one matter, and says until when its clock runs; "-" when it has none. */
static const char *do_act(struct tcn_memstate *memory, const struct tcn_clock_table *table,
                          enum tcn_act kind, const char *when, int64_t until_ns) {
    static char text[64];
    static uint64_t position = 10;
    const struct tcn_clockwork work = {.ops = &tcn_memstate_ops, .state = memory, .table = table};
    struct tcn_event event = act_of(kind, 1);
    bool is_changed = false;
    event.recorded_ns = at(when);
    event.act_body.until_ns = until_ns;
    const struct tcn_clock_traits traits = {
        .subject = {.domain = tcn_slice_text("danger"), .procedure = TCN_PROCEDURE_HAZARD}};
    const struct tcn_clockwork_event in = {.birth_position = 7,
                                           .event = &event,
                                           .position = ++position,
                                           .log_time_ns = at(when),
                                           .start_max_ns = at(when),
                                           .before = traits,
                                           .after = traits,
                                           .stage = TCN_STAGE_RECTIFYING,
                                           .was_reported = true,
                                           .learned_ns = at(when)};
    assert_int_equal(tcn_clockwork_apply(&work, &in, &is_changed), TCN_OK);
    const struct tcn_matter_clock *row = tcn_memstate_clock(memory, 7, "told");
    if (row == NULL) {
        return "-";
    }
    (void)snprintf(text, sizeof(text), "day %d run %u %s",
                   (int)((row->times.due_ns - at("2024-03-01 00:00:00")) / DAY_NS), row->run_count,
                   tcn_clock_end_name(row->end));
    return text;
}

static void an_act_that_tells_no_date_leaves_the_one_that_was_told(void **state) {
    (void)state;
    const struct tcn_clock_table table = {
        .rules = &told_rule, .rule_count = 1, .calendar = make_calendar(spans)};
    struct tcn_memstate memory;
    tcn_memstate_init(&memory);
    assert_string_equal(do_act(&memory, &table, TCN_ACT_ASSIGNED, "2024-03-01 10:00:00", 0), "-");
    assert_string_equal(do_act(&memory, &table, TCN_ACT_ASSIGNED, "2024-03-01 11:00:00", INT64_MAX),
                        "-");
    assert_string_equal(
        do_act(&memory, &table, TCN_ACT_ASSIGNED, "2024-03-01 12:00:00", at("2024-03-11 00:00:00")),
        "day 10 run 1 runs");
    assert_string_equal(do_act(&memory, &table, TCN_ACT_ASSIGNED, "2024-03-02 10:00:00", 0),
                        "day 10 run 1 runs");
    assert_string_equal(
        do_act(&memory, &table, TCN_ACT_ASSIGNED, "2024-03-03 10:00:00", at("2024-03-21 00:00:00")),
        "day 20 run 2 runs");
    assert_string_equal(do_act(&memory, &table, TCN_ACT_SUBMITTED, "2024-03-21 23:59:59", 0),
                        "day 20 run 2 stopped");
    assert_int_equal(tcn_memstate_clock(&memory, 7, "told")->verdict, TCN_VERDICT_IN_TIME);
    tcn_memstate_fini(&memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_told_date_ends_with_its_day_and_warns_before),
        cmocka_unit_test(an_instant_that_nobody_tells_starts_nothing),
        cmocka_unit_test(an_act_that_tells_no_date_leaves_the_one_that_was_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
