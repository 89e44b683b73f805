/* SPDX-License-Identifier: Apache-2.0 */
/* A clock that is not for a matter of which a flag is said: nobody owes a letter to who left no
 * address. By the report, or by who corrects it, releases or reclassifies it. */
#include "core/fold_clocks.h"

#include "clock_fixture.h"
#include "core/clock.h"

#define FLAG "untraceable"

static const struct tcn_clock_rule unless_rules[] = {
    {.id = "notice",
     LIMIT(CALENDAR_DAYS, 15),
     .owes = TCN_CLOCK_OFFICE,
     START(REPORTED),
     STOP(PETITIONER_TOLD),
     .domains = {"claim"},
     .domain_count = 1,
     .unless = FLAG},
    {.id = "plain",
     LIMIT(CALENDAR_DAYS, 15),
     .owes = TCN_CLOCK_OFFICE,
     START(REPORTED),
     STOP(PETITIONER_TOLD),
     .domains = {"claim"},
     .domain_count = 1},
};

static int make(void **state) {
    (void)state;
    make_clocks(unless_rules, COUNT_OF(unless_rules));
    return 0;
}

static const struct tcn_attribute said_true = {
    .name = {(const uint8_t *)FLAG, sizeof(FLAG) - 1}, .kind = TCN_ATTRIBUTE_FLAG, .number = 1};
static const struct tcn_attribute said_false = {.name = {(const uint8_t *)FLAG, sizeof(FLAG) - 1},
                                                .kind = TCN_ATTRIBUTE_FLAG};
static const struct tcn_attribute said_as_text = {.name = {(const uint8_t *)FLAG, sizeof(FLAG) - 1},
                                                  .kind = TCN_ATTRIBUTE_TEXT,
                                                  .text = {(const uint8_t *)"yes", 3}};
static const struct tcn_attribute said_other = {
    .name = {(const uint8_t *)"villagers", 9}, .kind = TCN_ATTRIBUTE_FLAG, .number = 1};

/** Folds an event of a post that says an attribute, or none (NULL). */
static void say(struct fixture *fixture, const char *when, uint16_t organ, uint32_t source,
                struct tcn_event event, const struct tcn_attribute *attribute) {
    struct tcn_outcome outcome;
    event.recorded_ns = at(when);
    event.learned_ns = event.act == TCN_ACT_REPORTED ? at(when) : event.learned_ns;
    event.attributes = attribute;
    event.attribute_count = attribute != NULL ? 1 : 0;
    struct tcn_fold_input in = input_of(fixture, organ, &event);
    in.lane.source = source;
    in.log_time_ns = at(when);
    in.log_mode = TCN_MODE_ACTUAL;
    assert_int_equal(tcn_fold_step(&fixture->fold, &in, &outcome), TCN_OK);
    assert_int_equal(outcome.code, TCN_OK);
}

/** "notice1 plain3": the steps that the office was told of since alert `from`. */
static const char *told(const struct fixture *fixture, size_t from) {
    static char text[256];
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)fixture->state.alerts.rows;
    size_t size = 0;
    text[0] = '\0';
    for (size_t i = from; i < fixture->state.alerts.count; i++) {
        if (alerts[i].reason == TCN_REASON_CLOCK && alerts[i].stream.organ == OFFICE_A) {
            const struct tcn_clock_rule *rule =
                tcn_clock_rule_numbered(&table, alerts[i].fired.rule);
            size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%s%u",
                                     size > 0 ? " " : "", rule->id, alerts[i].fired.stage);
        }
    }
    return text;
}

static const struct tcn_matter_clock *clock_of(const struct fixture *fixture, const char *id) {
    return tcn_memstate_clock(&fixture->state, 1, id);
}

static void tick(struct fixture *fixture, const char *when) {
    say(fixture, when, 0, 0,
        (struct tcn_event){
            .format = TCN_EVENT_FORMAT, .act = TCN_ACT_TICK, .mode = TCN_MODE_ACTUAL},
        NULL);
}

static void only_the_flag_itself_keeps_it_from_the_matter(void **state) {
    (void)state;
    static const struct {
        const struct tcn_attribute *attribute;
        bool is_there;
    } cases[] = {
        {&said_true, false}, {&said_false, true}, {&said_as_text, true},
        {&said_other, true}, {NULL, true},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture fixture;
        start_clocks(&fixture);
        say(&fixture, "2024-03-01 10:00:00", OFFICE_A, OFFICE_A, report_of(7, "claim"),
            cases[i].attribute);
        assert_int_equal(clock_of(&fixture, "notice") != NULL, cases[i].is_there);
        assert_non_null(clock_of(&fixture, "plain"));
        tick(&fixture, "2024-03-16 23:59:59");
        const size_t count = fixture.state.alerts.count;
        tick(&fixture, "2024-03-17 00:00:00"); /* neither rung for nor counted */
        assert_string_equal(told(&fixture, count), cases[i].is_there ? "plain3 notice3" : "plain3");
        stop(&fixture);
    }
}

static void what_is_corrected_ends_it_and_a_name_that_is_found_begins_it(void **state) {
    (void)state;
    struct fixture fixture;
    start_clocks(&fixture);
    say(&fixture, "2024-03-01 10:00:00", OFFICE_A, OFFICE_A, report_of(7, "claim"), NULL);
    say(&fixture, "2024-03-02 10:00:00", OFFICE_A, OFFICE_A, act_of(TCN_ACT_FOLLOWED_UP, 7),
        &said_true); /* no correction */
    assert_int_equal(clock_of(&fixture, "notice")->end, TCN_CLOCK_RUNS);
    say(&fixture, "2024-03-03 10:00:00", OFFICE_A, OFFICE_A, act_of(TCN_ACT_CORRECTED, 7),
        &said_true);
    assert_int_equal(clock_of(&fixture, "notice")->end, TCN_CLOCK_LEFT);
    assert_int_equal(clock_of(&fixture, "notice")->verdict, TCN_VERDICT_UNMEASURED);
    assert_int_equal(clock_of(&fixture, "plain")->end, TCN_CLOCK_RUNS);
    say(&fixture, "2024-03-04 10:00:00", OFFICE_A, OFFICE_A, act_of(TCN_ACT_CORRECTED, 7),
        &said_other); /* about something else: what was said stands */
    assert_int_equal(clock_of(&fixture, "notice")->end, TCN_CLOCK_LEFT);
    say(&fixture, "2024-03-05 10:00:00", OFFICE_A, OFFICE_A, act_of(TCN_ACT_CORRECTED, 7),
        &said_false);
    assert_int_equal(clock_of(&fixture, "notice")->end, TCN_CLOCK_RUNS);
    assert_true(clock_of(&fixture, "notice")->clock.start_ns == at("2024-03-01 10:00:00"));
    say(&fixture, "2024-03-20 10:00:00", OFFICE_A, OFFICE_A, act_of(TCN_ACT_CORRECTED, 7),
        &said_true); /* who says it behind the limit is late all the same */
    assert_int_equal(clock_of(&fixture, "notice")->end, TCN_CLOCK_LEFT);
    assert_int_equal(clock_of(&fixture, "notice")->verdict, TCN_VERDICT_LATE);
    stop(&fixture);
}

static void it_is_remembered_until_the_matter_becomes_one_that_the_clock_is_for(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_event event = act_of(TCN_ACT_RECLASSIFIED, 7);
    start_clocks(&fixture);
    say(&fixture, "2024-03-01 10:00:00", OFFICE_A, OFFICE_A, report_of(7, "pay"), &said_true);
    event.domain = tcn_slice_text("claim");
    say(&fixture, "2024-03-02 10:00:00", SAFETY, SAFETY, event, NULL);
    assert_null(clock_of(&fixture, "notice"));
    assert_non_null(clock_of(&fixture, "plain"));
    stop(&fixture);
    start_clocks(&fixture); /* or who reclassifies it says so */
    say(&fixture, "2024-03-01 10:00:00", OFFICE_A, OFFICE_A, report_of(7, "pay"), NULL);
    say(&fixture, "2024-03-02 10:00:00", SAFETY, SAFETY, event, &said_true);
    assert_null(clock_of(&fixture, "notice"));
    stop(&fixture);
}

/* What a guarded report says of it is sealed: who releases it has read it. */
static void who_releases_a_guarded_one_says_it(void **state) {
    (void)state;
    static const struct tcn_attribute *const said[] = {&said_true, NULL};
    for (size_t i = 0; i < COUNT_OF(said); i++) {
        struct fixture fixture;
        struct tcn_event event = report_of(7, "");
        start_clocks(&fixture);
        event.concerns = TCN_CONCERNS_UNKNOWN;
        say(&fixture, "2024-03-01 10:00:00", OFFICE_A, OFFICE_A, event, NULL);
        event = act_of(TCN_ACT_RELEASED, 7);
        event.domain = tcn_slice_text("claim");
        say(&fixture, "2024-03-02 10:00:00", DESK, DESK, event, &said_true); /* waits */
        say(&fixture, "2024-03-02 11:00:00", DESK, OTHER_POST, event, said[i]);
        assert_non_null(clock_of(&fixture, "plain"));
        assert_int_equal(clock_of(&fixture, "notice") == NULL, said[i] != NULL);
        stop(&fixture);
    }
}

static void why_it_does_not_run_is_said_by_its_name(void **state) {
    (void)state;
    struct tcn_clock_rule rule = unless_rules[0];
    struct tcn_clock_subject subject = {.domain = tcn_slice_text("claim"), .is_excepted = true};
    rule.is_enabled = true;
    assert_int_equal(tcn_clock_rule_misfits(&rule, &subject), TCN_MISFIT_UNLESS);
    subject.is_excepted = false;
    assert_int_equal(tcn_clock_rule_misfits(&rule, &subject), 0);
    assert_string_equal(tcn_clock_table_unless(&table), FLAG);
}

/* The mark is the fold's own: nobody is shown it, and no procedure clears it. */
static void it_is_kept_where_the_matter_becomes_another(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_event event = act_of(TCN_ACT_FOLLOWED_UP, 7);
    start_clocks(&fixture);
    say(&fixture, "2024-03-01 10:00:00", OFFICE_A, OFFICE_A, report_of(7, "danger"), &said_true);
    event.counts.deaths = (struct tcn_count){TCN_COUNT_EXACT, 1};
    say(&fixture, "2024-03-01 11:00:00", OFFICE_A, OFFICE_A, event, NULL);
    const struct tcn_matter *matter = tcn_memstate_matter(&fixture.state, &event.matter);
    assert_int_equal(matter->kind, TCN_PROCEDURE_ACCIDENT);
    assert_true((matter->marks & TCN_MARK_EXCEPTED) != 0);
    assert_true((TCN_MARKS_OWN & TCN_MARK_EXCEPTED) != 0);
    stop(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_flag_itself_keeps_it_from_the_matter),
        cmocka_unit_test(what_is_corrected_ends_it_and_a_name_that_is_found_begins_it),
        cmocka_unit_test(it_is_remembered_until_the_matter_becomes_one_that_the_clock_is_for),
        cmocka_unit_test(who_releases_a_guarded_one_says_it),
        cmocka_unit_test(why_it_does_not_run_is_said_by_its_name),
        cmocka_unit_test(it_is_kept_where_the_matter_becomes_another),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
