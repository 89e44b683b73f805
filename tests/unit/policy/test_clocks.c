/* SPDX-License-Identifier: Apache-2.0 */
/* The clocks and the calendar that are shipped, counted by core's arithmetic.
 * ctest-uses: core */
#include "policy/read_clocks.h"

#include "base/date.h"
#include "core/clock.h"

#include "../core/civil.h"
#include "clock_rows.h"

#include <stdlib.h>

static int read_shipped(void **state) {
    char path[1024];
    const char *root = getenv("TOCSIN_SRC");
    static struct tcn_policy_errors errors;
    struct tcn_clock_source *source = NULL;
    (void)snprintf(path, sizeof(path), "%s/policy", root != NULL ? root : ".");
    if (tcn_policy_read_clocks(path, &source, &errors) != TCN_OK) {
        for (uint32_t i = 0; i < errors.count; i++) {
            char text[TCN_POLICY_ERROR_TEXT_BYTES];
            tcn_policy_error_text(&errors.items[i], text);
            print_error("%s\n", text);
        }
        return -1;
    }
    *state = source;
    return 0;
}

static int destroy_shipped(void **state) {
    struct tcn_clock_source *source = *state;
    tcn_clock_source_destroy(&source);
    tcn_clock_source_destroy(&source);
    return 0;
}

static const struct tcn_clock_rule *rule_of(const struct tcn_clock_table *table, const char *id) {
    const struct tcn_clock_rule *rule = tcn_clock_rule_find(table, tcn_slice_text(id));
    if (rule == NULL) {
        fail_msg("there is no rule %s", id);
    }
    return rule;
}

static void every_rule_ends_with_its_last_second(void **state) {
    const struct tcn_clock_table *table = tcn_clock_source_table(*state);
    for (size_t i = 0; i < COUNT_OF(golden_ends); i++) {
        const struct golden_end *end = &golden_ends[i];
        const struct tcn_clock_rule *rule = rule_of(table, end->id);
        struct tcn_clock clock;
        struct tcn_clock_times times;
        bool must_pass = rule->bound == TCN_CLOCK_AT_LEAST;
        enum tcn_clock_verdict after = must_pass                         ? TCN_VERDICT_IN_TIME
                                       : rule->bound == TCN_CLOCK_WINDOW ? TCN_VERDICT_OVER
                                                                         : TCN_VERDICT_LATE;
        after = end->missing_year != 0 ? TCN_VERDICT_UNKNOWN : after;
        tcn_clock_start(&clock, at(end->start));
        tcn_clock_compute(rule, &table->calendar, &clock, &times);
        expect_instant(end->id, times.due_ns, end->due);
        expect_instant(end->id, times.limit_ns, end->limit);
        assert_int_equal(times.missing_year, end->missing_year);
        assert_int_equal(tcn_clock_judge(rule, &times, at(end->limit)),
                         must_pass ? TCN_VERDICT_EARLY : TCN_VERDICT_IN_TIME);
        assert_int_equal(tcn_clock_judge(rule, &times, at(end->limit) + INT64_C(1000000000)),
                         after);
    }
}

static void every_rule_that_has_a_number_has_its_ends(void **state) {
    const struct tcn_clock_table *table = tcn_clock_source_table(*state);
    for (uint32_t i = 0; i < table->rule_count; i++) {
        size_t ends = 0;
        for (size_t k = 0; k < COUNT_OF(golden_ends); k++) {
            ends += strcmp(golden_ends[k].id, table->rules[i].id) == 0 ? 1 : 0;
        }
        assert_int_equal(ends, tcn_clock_is_bare(table->rules[i].unit) ? 0 : 5);
    }
}

static void every_rule_has_the_amount_of_its_law(void **state) {
    static const char confidences[] = {
        [TCN_CLOCK_READ] = 'H', [TCN_CLOCK_SECONDARY] = 'M', [TCN_CLOCK_PROPOSAL] = 'p'};
    const struct tcn_clock_table *table = tcn_clock_source_table(*state);
    assert_int_equal(table->rule_count, COUNT_OF(golden_rules));
    for (size_t i = 0; i < COUNT_OF(golden_rules); i++) {
        const struct golden_rule *golden = &golden_rules[i];
        const struct tcn_clock_rule *rule = rule_of(table, golden->id);
        assert_string_equal(tcn_clock_unit_name(rule->unit), golden->unit);
        assert_int_equal(rule->amount, golden->amount);
        assert_int_equal(rule->extend_max, golden->extend_max);
        assert_int_equal(confidences[rule->confidence], golden->confidence);
        assert_int_equal(rule->is_enabled, golden->is_enabled);
        assert_true(rule->start_count > 0 && rule->stop_count > 0);
        assert_true(rule->title_zh[0] != '\0' && rule->title_en[0] != '\0');
        assert_true(rule->article[0] != '\0');
        assert_true(i == 0 || strcmp(table->rules[i - 1].id, table->rules[i].id) < 0);
    }
}

static void three_periods_of_fifteen_days_are_three_rules(void **state) {
    const struct tcn_clock_table *table = tcn_clock_source_table(*state);
    const struct tcn_clock_rule *bureau = rule_of(table, "xf.bureau_dispose");
    const struct tcn_clock_rule *direct = rule_of(table, "xf.direct_notice");
    const struct tcn_clock_rule *transferred = rule_of(table, "xf.transferred_notice");
    assert_true(bureau->owes == TCN_CLOCK_HOLDER && bureau->stops[0].act == TCN_ACT_TRANSFERRED);
    /* Art. 23 ¶2: not when name or address is not known. Nothing else is left out by that. */
    assert_string_equal(direct->unless, "untraceable");
    for (uint32_t i = 0; i < table->rule_count; i++) {
        assert_true(&table->rules[i] == direct || table->rules[i].unless[0] == '\0');
    }
    assert_true(direct->owes == TCN_CLOCK_OFFICE &&
                direct->stops[0].act == TCN_ACT_PETITIONER_TOLD);
    assert_true(transferred->owes == TCN_CLOCK_HOLDER &&
                transferred->starts[0].act == TCN_ACT_TRANSFERRED);
}

static void a_written_reply_is_the_notice_and_the_answer(void **state) {
    static const char *const ids[] = {"xf.register", "xf.bureau_dispose", "xf.direct_notice",
                                      "xf.transferred_notice", "xf.resolve"};
    const struct tcn_clock_table *table = tcn_clock_source_table(*state);
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        const struct tcn_clock_rule *rule = rule_of(table, ids[i]);
        assert_true(tcn_clock_is_triggered(rule->stops, rule->stop_count, TCN_ACT_REPLIED,
                                           tcn_slice_text(""), TCN_STAGE_REPLIED));
    }
    /* From when a review may be asked for, telling alone says. */
    const struct tcn_clock_rule *review = rule_of(table, "xf.review_request");
    assert_false(tcn_clock_is_triggered(review->starts, review->start_count, TCN_ACT_REPLIED,
                                        tcn_slice_text(""), TCN_STAGE_REPLIED));
}

static void what_is_held_has_a_clock_of_its_own_in_every_domain(void **state) {
    static const struct tcn_clock_trigger starts[] = {{TCN_ACT_REPORTED, "", TCN_STAGE_HELD},
                                                      {TCN_ACT_OBJECTED, "", TCN_STAGE_HELD}};
    static const struct tcn_clock_trigger stops[] = {
        {TCN_ACT_ACCEPTED, "", TCN_STAGE_NONE},     {TCN_ACT_DECLINED, "", TCN_STAGE_NONE},
        {TCN_ACT_RELEASED, "", TCN_STAGE_NONE},     {TCN_ACT_CLOSED, "", TCN_STAGE_NONE},
        {TCN_ACT_WITHDRAWN, "", TCN_STAGE_NONE},    {TCN_ACT_TRANSFERRED, "", TCN_STAGE_OPEN},
        {TCN_ACT_RECLASSIFIED, "", TCN_STAGE_OPEN}, {TCN_ACT_BECAME_ACCIDENT, "", TCN_STAGE_OPEN}};
    const struct tcn_clock_rule *hold = rule_of(tcn_clock_source_table(*state), "desk.hold");
    assert_int_equal(hold->domain_count, 0);
    assert_int_equal(hold->severity_min, TCN_SEVERITY_UNKNOWN);
    assert_int_equal(hold->owes, TCN_CLOCK_HOLDER); /* never the desk that a list leaves out */
    assert_int_equal(hold->start_time, TCN_CLOCK_RECORDED);
    assert_int_equal(hold->stop_time, TCN_CLOCK_RECORDED);
    assert_int_equal(hold->start_count, COUNT_OF(starts));
    assert_memory_equal(hold->starts, starts, sizeof(starts));
    assert_int_equal(hold->stop_count, COUNT_OF(stops));
    assert_memory_equal(hold->stops, stops, sizeof(stops));
}

static void words_of_a_rule_become_its_fields(void **state) {
    const struct tcn_clock_table *table = tcn_clock_source_table(*state);
    const struct tcn_clock_rule *recheck = rule_of(table, "xf.recheck_decide");
    assert_int_equal(recheck->pause.act, TCN_ACT_FOLLOWED_UP);
    assert_string_equal(recheck->pause.reason, "hearing_opened");
    assert_string_equal(recheck->resume.reason, "hearing_closed");
    assert_string_equal(rule_of(table, "xf.resolve")->category, "31.6");
    const struct tcn_clock_rule *request = rule_of(table, "xf.review_request");
    assert_int_equal(request->bound, TCN_CLOCK_WINDOW);
    assert_int_equal(request->owes, TCN_CLOCK_OUTSIDE);
    assert_int_equal(request->start_time, TCN_CLOCK_OCCURRED);
    assert_int_equal(request->stop_time, TCN_CLOCK_RECORDED);
    const struct tcn_clock_rule *imminent = rule_of(table, "desk.imminent_ack");
    assert_int_equal(imminent->severity_min, TCN_SEVERITY_DANGER);
    assert_int_equal(imminent->domain_count, 11);
    assert_string_equal(imminent->domains[0], "coal_mine_safety");
    assert_int_equal(rule_of(table, "desk.urgent_ack")->domain_count, 0);
    assert_int_equal(imminent->start_time, TCN_CLOCK_RECORDED);
}

static void the_calendar_is_that_of_the_notices(void **state) {
    /* Working days of each year: weekdays less days off, and make-up days. */
    static const int working[] = {249, 251, 250, 250, 250, 249, 250, 250, 249, 250,
                                  249, 250, 250, 249, 250, 249, 249, 251, 248, 248};
    struct tcn_calendar_span spans[COUNT_OF(named_days)];
    struct tcn_calendar table = make_calendar(spans);
    const struct tcn_calendar *calendar = &tcn_clock_source_table(*state)->calendar;
    int counts[COUNT_OF(working)] = {0};
    assert_int_equal(calendar->offset_minutes, DISTRICT_MINUTES);
    assert_int_equal(calendar->year_count, COUNT_OF(working));
    for (int64_t day = day_of("2007-01-01"); day <= day_of("2026-12-31"); day++) {
        enum tcn_day_kind kind = tcn_calendar_day_kind(calendar, day);
        assert_int_not_equal(kind, TCN_DAY_MISSING);
        counts[tcn_calendar_year(day) - 2007] += kind == TCN_DAY_WORKING ? 1 : 0;
        if (tcn_calendar_year(day) >= 2024) {
            assert_int_equal(kind, tcn_calendar_day_kind(&table, day));
        }
    }
    for (size_t i = 0; i < COUNT_OF(working); i++) {
        assert_int_equal(counts[i], working[i]);
    }
    assert_int_equal(tcn_calendar_day_kind(calendar, day_of("2006-12-31")), TCN_DAY_MISSING);
    assert_int_equal(tcn_calendar_day_kind(calendar, day_of("2027-01-01")), TCN_DAY_MISSING);
}

static void a_calendar_that_ends_soon_is_warned_of(void **state) {
    static const struct {
        const char *now;
        const char *says; /**< NULL: nothing */
    } rows[] = {
        {"2006-12-31 23:59:59", "lacks 2006"},
        {"2007-01-01 00:00:00", NULL},
        {"2026-09-03 23:59:59", NULL}, /* 120 days are known, this one included */
        {"2026-09-04 00:00:00", "ends with 2026: 119 days are left"},
        {"2026-12-31 23:59:59", "ends with 2026: 1 days are left"},
        {"2027-01-01 00:00:00", "lacks 2027"},
        {"2040-01-01 00:00:00", "lacks 2040"},
    };
    static struct tcn_policy_errors warnings;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        tcn_policy_warn_calendar(*state, at(rows[i].now), &warnings);
        assert_int_equal(warnings.count, rows[i].says != NULL ? 1 : 0);
        if (rows[i].says != NULL) {
            char text[TCN_POLICY_ERROR_TEXT_BYTES];
            tcn_policy_error_text(&warnings.items[0], text);
            assert_non_null(strstr(text, rows[i].says));
            assert_non_null(strstr(text, "calendars.yaml:"));
            assert_non_null(strstr(text, ": years[20].year: "));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_ends_with_its_last_second),
        cmocka_unit_test(every_rule_that_has_a_number_has_its_ends),
        cmocka_unit_test(every_rule_has_the_amount_of_its_law),
        cmocka_unit_test(three_periods_of_fifteen_days_are_three_rules),
        cmocka_unit_test(a_written_reply_is_the_notice_and_the_answer),
        cmocka_unit_test(what_is_held_has_a_clock_of_its_own_in_every_domain),
        cmocka_unit_test(words_of_a_rule_become_its_fields),
        cmocka_unit_test(the_calendar_is_that_of_the_notices),
        cmocka_unit_test(a_calendar_that_ends_soon_is_warned_of),
    };
    return cmocka_run_group_tests(tests, read_shipped, destroy_shipped);
}
