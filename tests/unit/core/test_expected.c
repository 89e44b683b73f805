/* SPDX-License-Identifier: Apache-2.0 */
/* By when what is expected, and how it stands: rules Z1 to Z5, the ways to silence first. */
#include "core/expected.h"

#include "civil.h"

static struct tcn_calendar_span spans[COUNT_OF(named_days)];
static struct tcn_calendar calendar;

/** Daily by 17:00 with an hour's grace; the same on working days; every two hours with half one. */
static const struct tcn_expected_report daily = {.id = "zero.accident",
                                                 .kind = TCN_EXPECTED_ZERO_REPORT,
                                                 .line = "accident",
                                                 .every = TCN_EXPECTED_DAY,
                                                 .by_minute = 17 * 60,
                                                 .grace_minutes = 60};
static const struct tcn_expected_report working = {.id = "zero.grievance",
                                                   .kind = TCN_EXPECTED_ZERO_REPORT,
                                                   .line = "grievance",
                                                   .every = TCN_EXPECTED_WORKING_DAY,
                                                   .by_minute = 17 * 60,
                                                   .grace_minutes = 60};
static const struct tcn_expected_report hourly = {.id = "check_in.weather",
                                                  .kind = TCN_EXPECTED_CHECK_IN,
                                                  .every = TCN_EXPECTED_HOURS,
                                                  .hours = 2,
                                                  .grace_minutes = 30,
                                                  .while_domain = "weather"};
static const struct tcn_expected_report odd_hours = {
    .id = "odd", .kind = TCN_EXPECTED_CHECK_IN, .every = TCN_EXPECTED_HOURS, .hours = 7};

static int make(void **state) {
    (void)state;
    calendar = make_calendar(spans);
    return 0;
}

/** What was said, as a row. */
static struct tcn_expected said(const struct tcn_expected_report *report, const char *when,
                                enum tcn_said how, bool is_safe) {
    return (struct tcn_expected){.said = how,
                                 .is_safe = is_safe,
                                 .period = tcn_expected_period(report, &calendar, at(when)),
                                 .since_ns = at(when),
                                 .position = 10,
                                 .count = 1};
}

/** One look: what was said when, and what it is worth at another time. */
struct look {
    const struct tcn_expected_report *report;
    enum tcn_said how; /**< NOT: nothing was ever said */
    bool is_safe;
    const char *when;
    const char *now;
    enum tcn_expected_state state;
    const char *due; /**< of OVERDUE; NULL else */
};

#define FROM "2025-11-01 00:00:00"

static void expect_look(const struct look *look) {
    struct tcn_expected row = {.said = TCN_SAID_NOT};
    if (look->how != TCN_SAID_NOT) {
        row = said(look->report, look->when, look->how, look->is_safe);
    }
    const struct tcn_expected_input in = {.report = look->report,
                                          .calendar = &calendar,
                                          .last = &row,
                                          .from_ns = at(FROM),
                                          .now_ns = at(look->now)};
    const struct tcn_expected_verdict verdict = tcn_expected_judge(&in);
    if (verdict.state != look->state) {
        fail_msg("%s, said %s, at %s: %s, and not %s", look->report->id,
                 look->when != NULL ? look->when : "never", look->now,
                 tcn_expected_state_name(verdict.state), tcn_expected_state_name(look->state));
    }
    if (look->due != NULL) {
        expect_instant(look->now, verdict.due_ns, look->due);
    } else {
        assert_int_equal(verdict.due_ns, 0);
    }
}

static void silence_is_never_safety(void **state) { /* Z1 */
    (void)state;
    static const struct look looks[] = {
        {&daily, TCN_SAID_NOT, false, NULL, "2025-11-28 17:59:59", TCN_EXPECTED_OVERDUE,
         "2025-11-27 17:00:00"},
        {&daily, TCN_SAID_NOT, false, NULL, "2025-11-28 18:00:00", TCN_EXPECTED_OVERDUE,
         "2025-11-28 17:00:00"},
        /* What was safe yesterday is known no more. */
        {&daily, TCN_SAID_SIGNED, true, "2025-11-27 16:30:00", "2025-11-28 18:00:00",
         TCN_EXPECTED_OVERDUE, "2025-11-28 17:00:00"},
        {&daily, TCN_SAID_SIGNED, true, "2025-11-20 16:30:00", "2025-11-28 12:00:00",
         TCN_EXPECTED_OVERDUE, "2025-11-27 17:00:00"},
        /* The telephone, a sign of life, and "not safe" are none of it. */
        {&daily, TCN_SAID_ORAL, true, "2025-11-28 16:30:00", "2025-11-28 17:00:00",
         TCN_EXPECTED_ORAL, NULL},
        {&daily, TCN_SAID_ORAL, false, "2025-11-28 16:30:00", "2025-11-28 17:00:00",
         TCN_EXPECTED_UNSAFE, NULL},
        {&daily, TCN_SAID_SIGNED, false, "2025-11-28 16:30:00", "2025-11-28 17:00:00",
         TCN_EXPECTED_UNSAFE, NULL},
        {&hourly, TCN_SAID_ALIVE, false, "2025-11-28 16:30:00", "2025-11-28 17:00:00",
         TCN_EXPECTED_ALIVE, NULL},
        {&hourly, TCN_SAID_ALIVE, false, "2025-11-28 16:30:00", "2025-11-28 20:30:00",
         TCN_EXPECTED_OVERDUE, "2025-11-28 20:00:00"},
        {&odd_hours, TCN_SAID_NOT, false, NULL, "2025-11-28 23:59:59", TCN_EXPECTED_OVERDUE,
         "2025-11-28 21:00:00"},
    };
    for (size_t i = 0; i < COUNT_OF(looks); i++) {
        expect_look(&looks[i]);
    }
}

static void what_is_signed_holds_until_the_next_is_due(void **state) {
    (void)state;
    static const struct look looks[] = {
        {&daily, TCN_SAID_SIGNED, true, "2025-11-28 00:00:00", "2025-11-28 00:00:01",
         TCN_EXPECTED_SIGNED, NULL},
        {&daily, TCN_SAID_SIGNED, true, "2025-11-28 16:30:00", "2025-11-29 17:59:59",
         TCN_EXPECTED_SIGNED, NULL},
        {&daily, TCN_SAID_SIGNED, true, "2025-11-28 23:59:59", "2025-11-29 17:59:59",
         TCN_EXPECTED_SIGNED, NULL}, /* late, and yet of its day */
        /* Friday's holds over the days off, of which a holiday is one (Z4 of what is known). */
        {&working, TCN_SAID_SIGNED, true, "2025-11-28 16:30:00", "2025-12-01 17:59:59",
         TCN_EXPECTED_SIGNED, NULL},
        {&working, TCN_SAID_SIGNED, true, "2025-11-28 16:30:00", "2025-12-01 18:00:00",
         TCN_EXPECTED_OVERDUE, "2025-12-01 17:00:00"},
        {&working, TCN_SAID_SIGNED, true, "2025-12-31 16:30:00", "2026-01-03 20:00:00",
         TCN_EXPECTED_SIGNED, NULL},
        {&working, TCN_SAID_SIGNED, true, "2025-12-31 16:30:00", "2026-01-04 18:00:00",
         TCN_EXPECTED_OVERDUE, "2026-01-04 17:00:00"}, /* a Sunday that is worked */
        {&hourly, TCN_SAID_ALIVE, false, "2025-11-28 16:30:00", "2025-11-28 20:29:59",
         TCN_EXPECTED_ALIVE, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(looks); i++) {
        expect_look(&looks[i]);
    }
}

static void a_year_that_the_calendar_lacks_is_expected_like_working_days(void **state) {
    (void)state;
    static const struct look lacking = {
        &working,
        TCN_SAID_SIGNED,
        true,
        "2026-12-31 16:30:00",
        "2027-01-01 18:00:00",
        TCN_EXPECTED_OVERDUE,
        "2027-01-01 17:00:00"}; /* Z4: New Year's Day, as far as known */
    expect_look(&lacking);
}

static void before_it_is_expected_nothing_is_overdue_and_nothing_known(void **state) {
    (void)state;
    struct tcn_expected_input in = {.report = &daily,
                                    .calendar = &calendar,
                                    .from_ns = at("2025-11-28 23:59:59"),
                                    .now_ns = at("2025-11-29 17:59:59")};
    assert_int_equal(tcn_expected_judge(&in).state, TCN_EXPECTED_WAITED); /* Z5 */
    in.now_ns = at("2025-11-29 18:00:00");
    assert_int_equal(tcn_expected_judge(&in).state, TCN_EXPECTED_OVERDUE);
    in.from_ns = TCN_EXPECTED_NEVER;
    assert_int_equal(tcn_expected_judge(&in).state, TCN_EXPECTED_NOT_ASKED);
    const struct tcn_expected alive = said(&hourly, "2025-11-29 17:00:00", TCN_SAID_ALIVE, false);
    in.report = &hourly; /* a sign of life that nobody asked for */
    in.last = &alive;
    assert_int_equal(tcn_expected_judge(&in).state, TCN_EXPECTED_NOT_ASKED);
    assert_true(tcn_expected_next(&in).due_ns == TCN_EXPECTED_NEVER);
}

static void what_a_matter_shows_beats_what_was_said(void **state) {
    (void)state;
    struct tcn_expected row = said(&daily, "2025-11-28 16:30:00", TCN_SAID_SIGNED, true);
    const struct tcn_expected_input in = {.report = &daily,
                                          .calendar = &calendar,
                                          .last = &row,
                                          .from_ns = at(FROM),
                                          .now_ns = at("2025-11-28 20:00:00")};
    row.other_position = 99;
    row.other_ns = at("2025-11-28 10:00:00");
    assert_int_equal(tcn_expected_judge(&in).state, TCN_EXPECTED_CONTRADICTED);
    row.other_ns = at("2025-11-27 10:00:00"); /* of the day before: this one stands */
    assert_int_equal(tcn_expected_judge(&in).state, TCN_EXPECTED_SIGNED);
    row.other_ns = at("2025-11-28 10:00:00");
    row.position = 100; /* said again, behind it */
    assert_int_equal(tcn_expected_judge(&in).state, TCN_EXPECTED_SIGNED);
    row.is_corrected = true;
    assert_int_equal(tcn_expected_judge(&in).state, TCN_EXPECTED_CORRECTED);
}

static void the_next_time_is_the_first_that_nobody_has_spoken_for(void **state) {
    (void)state;
    static const struct {
        const struct tcn_expected_report *report;
        const char *said; /**< NULL: never */
        const char *now;
        const char *due;
        const char *fires;
    } rows[] = {
        {&daily, NULL, "2025-11-28 08:00:00", "2025-11-28 17:00:00", "2025-11-28 18:00:00"},
        {&daily, NULL, "2025-11-28 17:59:59", "2025-11-28 17:00:00", "2025-11-28 18:00:00"},
        {&daily, NULL, "2025-11-28 18:00:00", "2025-11-29 17:00:00", "2025-11-29 18:00:00"},
        {&daily, "2025-11-28 08:00:00", "2025-11-28 08:00:00", "2025-11-29 17:00:00",
         "2025-11-29 18:00:00"},
        {&daily, NULL, "2024-01-05 00:00:00", "2025-11-01 17:00:00", "2025-11-01 18:00:00"},
        {&working, "2025-11-28 08:00:00", "2025-11-28 09:00:00", "2025-12-01 17:00:00",
         "2025-12-01 18:00:00"},
        {&working, NULL, "2025-09-30 18:00:00", "2025-11-03 17:00:00", "2025-11-03 18:00:00"},
        {&hourly, NULL, "2025-11-28 08:00:00", "2025-11-28 08:00:00", "2025-11-28 08:30:00"},
        {&hourly, "2025-11-28 08:10:00", "2025-11-28 08:10:00", "2025-11-28 12:00:00",
         "2025-11-28 12:30:00"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_expected row = {.said = TCN_SAID_NOT};
        if (rows[i].said != NULL) {
            row = said(rows[i].report, rows[i].said, TCN_SAID_SIGNED, true);
        }
        const struct tcn_expected_input in = {.report = rows[i].report,
                                              .calendar = &calendar,
                                              .last = &row,
                                              .from_ns = at(FROM),
                                              .now_ns = at(rows[i].now)};
        const struct tcn_expected_next next = tcn_expected_next(&in);
        expect_instant(rows[i].now, next.due_ns, rows[i].due);
        expect_instant(rows[i].now, next.fires_ns, rows[i].fires);
    }
}

/** Whatever the time, a period contains its instants, and its due time is not before them. */
static void periods_follow_each_other_without_holes(void **state) {
    (void)state;
    static const struct tcn_expected_report *const reports[] = {&daily, &hourly, &odd_hours};
    for (size_t i = 0; i < COUNT_OF(reports); i++) {
        int64_t before = tcn_expected_period(reports[i], &calendar, at("1969-12-30 00:00:00"));
        for (int64_t k = 1; k < 24 * 5; k++) {
            const int64_t now_ns = at("1969-12-30 00:00:00") + k * INT64_C(3600000000000);
            const int64_t period = tcn_expected_period(reports[i], &calendar, now_ns);
            assert_true(period == before || period == before + 1);
            if (reports[i]->every == TCN_EXPECTED_HOURS) {
                assert_true(tcn_expected_due_ns(reports[i], &calendar, period) > now_ns);
                assert_true(tcn_expected_due_ns(reports[i], &calendar, period - 1) <= now_ns);
            }
            before = period;
        }
    }
}

static void a_report_is_of_offices_and_of_those_that_it_names(void **state) {
    (void)state;
    const struct tcn_organ office = {.number = 11, .id = "office_a", .kind = TCN_ORGAN_OFFICE};
    const struct tcn_organ other = {.number = 12, .id = "office_b", .kind = TCN_ORGAN_OFFICE};
    const struct tcn_organ bureau = {.number = 2, .id = "office_a", .kind = TCN_ORGAN_BUREAU};
    struct tcn_expected_report named = daily;
    (void)snprintf(named.offices[0], sizeof(named.offices[0]), "office_a");
    named.office_count = 1;
    assert_false(tcn_expected_is_of(&daily, NULL));
    assert_false(tcn_expected_is_of(&daily, &bureau));
    assert_false(tcn_expected_is_of(&named, &other));
    assert_true(tcn_expected_is_of(&named, &office));
    assert_true(tcn_expected_is_of(&daily, &other));
    assert_true(tcn_expected_number(&daily) ==
                tcn_expected_line_number(tcn_slice_text("accident")));
    assert_true(tcn_expected_number(&daily) != tcn_expected_number(&hourly));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silence_is_never_safety),
        cmocka_unit_test(what_is_signed_holds_until_the_next_is_due),
        cmocka_unit_test(a_year_that_the_calendar_lacks_is_expected_like_working_days),
        cmocka_unit_test(before_it_is_expected_nothing_is_overdue_and_nothing_known),
        cmocka_unit_test(what_a_matter_shows_beats_what_was_said),
        cmocka_unit_test(the_next_time_is_the_first_that_nobody_has_spoken_for),
        cmocka_unit_test(periods_follow_each_other_without_holes),
        cmocka_unit_test(a_report_is_of_offices_and_of_those_that_it_names),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
