/* SPDX-License-Identifier: Apache-2.0 */
/* A whole exercise beside real work: whatever it does, real streams, matters, clocks and what falls
 * due of them are the same to the byte as without it, and nothing of it reaches a real stream. */
#include "fold_fixture.h"

#include "civil.h"

static const struct tcn_clock_rule rules[] = {
    {.id = "ack",
     .title_zh = "确认",
     .title_en = "Acknowledge",
     .unit = TCN_CLOCK_MINUTES,
     .amount = 30,
     .bound = TCN_CLOCK_AT_MOST,
     .owes = TCN_CLOCK_HOLDER,
     .starts = {{.act = TCN_ACT_REPORTED}},
     .start_count = 1,
     .start_time = TCN_CLOCK_LEARNED,
     .stops = {{.act = TCN_ACT_ACKNOWLEDGED}},
     .stop_count = 1,
     .stop_time = TCN_CLOCK_RECORDED,
     .article = "a test",
     .is_enabled = true},
};

static const struct tcn_clock_table table = {
    .rules = rules, .rule_count = 1, .calendar = {.offset_minutes = 480}};

/** One event of a day: real work (matters 1 to 9), or of the drill (from 50 on). */
struct moment {
    int minute;
    uint16_t organ;
    enum tcn_act act;
    uint8_t matter;
    bool is_drill;
};

/* A danger in the exercise that nobody acknowledges, so that its clock runs out; acts of it on real
 * matters, and of real work on matters of it. */
static const struct moment day[] = {
    {0, OFFICE_A, TCN_ACT_REPORTED, 1, false},     {1, DESK, TCN_ACT_DRILL_STARTED, 0, true},
    {2, OFFICE_A, TCN_ACT_REPORTED, 50, true},     {3, SAFETY, TCN_ACT_ACKNOWLEDGED, 1, false},
    {4, OFFICE_B, TCN_ACT_REPORTED, 51, true},     {5, WATER, TCN_ACT_ACKNOWLEDGED, 51, true},
    {6, SAFETY, TCN_ACT_ACCEPTED, 1, true}, /* a real matter: void */
    {7, SAFETY, TCN_ACT_CLOSED, 1, true},   /* likewise */
    {8, OFFICE_B, TCN_ACT_REPORTED, 2, false},     {40, SAFETY, TCN_ACT_ACCEPTED, 1, false},
    {41, OFFICE_A, TCN_ACT_TRANSFERRED, 50, true}, {45, OFFICE_B, TCN_ACT_FOLLOWED_UP, 2, false},
    {90, SAFETY, TCN_ACT_ACKNOWLEDGED, 2, false},  {95, DESK, TCN_ACT_DRILL_STOPPED, 0, true},
    {96, SAFETY, TCN_ACT_ACKNOWLEDGED, 50, true},
};

static struct tcn_event event_at(const struct moment *moment, int64_t time_ns) {
    struct tcn_event event = moment->act == TCN_ACT_REPORTED ? report_of(moment->matter, "danger")
                                                             : act_of(moment->act, moment->matter);
    event.mode = moment->is_drill ? TCN_MODE_EXERCISE : TCN_MODE_ACTUAL;
    event.severity = TCN_SEVERITY_DANGER;
    event.learned_ns = time_ns;
    event.recorded_ns = time_ns;
    if (moment->matter == 0) {
        event.matter = (struct tcn_id){{0}};
        event.act_body.reason = tcn_slice_text("autumn");
        event.act_body.post = tcn_slice_text("duty_officer");
    }
    return event;
}

/** A whole day; without the drill, nothing happens where it would have been. */
static void fold_day(struct fixture *fixture, const struct tcn_policy *policy, bool has_drill) {
    memset(fixture, 0, sizeof(*fixture));
    tcn_memstate_init(&fixture->state);
    assert_int_equal(tcn_fold_init(&fixture->fold, policy, &tcn_memstate_ops, &fixture->state),
                     TCN_OK);
    for (size_t i = 0; i < COUNT_OF(day); i++) {
        const int64_t time_ns =
            at("2024-03-01 09:00:00") + day[i].minute * 60 * INT64_C(1000000000);
        const bool is_quiet = day[i].is_drill && !has_drill;
        const struct tcn_event tick = {.format = TCN_EVENT_FORMAT, .act = TCN_ACT_TICK};
        const struct tcn_event event = is_quiet ? tick : event_at(&day[i], time_ns);
        struct tcn_fold_input in = input_of(fixture, is_quiet ? 0 : day[i].organ, &event);
        struct tcn_outcome outcome;
        in.log_time_ns = time_ns;
        in.log_mode = TCN_MODE_ACTUAL;
        assert_int_equal(tcn_fold_step(&fixture->fold, &in, &outcome), TCN_OK);
    }
}

/** True for a matter that real work reported. */
static bool is_real(const struct fixture *fixture, uint64_t birth) {
    const struct tcn_matter *matters =
        (const struct tcn_matter *)(const void *)fixture->state.matters.rows;
    for (size_t i = 0; i < fixture->state.matters.count; i++) {
        if (matters[i].birth_position == birth) {
            return matters[i].mode == TCN_MODE_ACTUAL;
        }
    }
    return false;
}

/* Copies the rows of one table that are real. */
#define REAL_ROWS(fixture_, table_, type_, condition_, out_, out_count_)                           \
    do {                                                                                           \
        const type_ *rows_ = (const type_ *)(const void *)(fixture_)->state.table_.rows;           \
        (out_count_) = 0;                                                                          \
        for (size_t i_ = 0; i_ < (fixture_)->state.table_.count; i_++) {                           \
            const type_ *row = &rows_[i_];                                                         \
            if (condition_) {                                                                      \
                assert_true((out_count_) < COUNT_OF(out_));                                        \
                (out_)[(out_count_)++] = *row;                                                     \
            }                                                                                      \
        }                                                                                          \
    } while (0)

#define SAME(table_, type_, condition_)                                                            \
    do {                                                                                           \
        static type_ with[64];                                                                     \
        static type_ without[64];                                                                  \
        size_t with_count = 0;                                                                     \
        size_t without_count = 0;                                                                  \
        struct fixture *fixture = &drilled;                                                        \
        REAL_ROWS(fixture, table_, type_, condition_, with, with_count);                           \
        fixture = &quiet;                                                                          \
        REAL_ROWS(fixture, table_, type_, condition_, without, without_count);                     \
        assert_true(with_count > 0);                                                               \
        assert_int_equal(with_count, without_count);                                               \
        assert_memory_equal(with, without, with_count * sizeof(type_));                            \
    } while (0)

static void real_work_is_the_same_to_the_byte_beside_a_drill(void **state) {
    (void)state;
    static struct fixture drilled;
    static struct fixture quiet;
    struct tcn_policy policy = regime;
    policy.clocks = &table;
    policy.clock_ahead_ns = 0;
    policy.clock_behind_ns = 0;
    fold_day(&drilled, &policy, true);
    fold_day(&quiet, &policy, false);
    SAME(alerts, struct tcn_alert, row->stream.mode == TCN_MODE_ACTUAL);
    SAME(matters, struct tcn_matter, row->mode == TCN_MODE_ACTUAL);
    SAME(clocks, struct tcn_matter_clock, is_real(fixture, row->birth_position));
    SAME(threads, struct tcn_thread, is_real(fixture, row->birth_position));
    stop(&drilled);
    stop(&quiet);
}

static void nothing_of_a_drill_reaches_a_real_stream(void **state) {
    (void)state;
    static struct fixture drilled;
    struct tcn_policy policy = regime;
    size_t drill_count = 0;
    size_t overdue_count = 0;
    policy.clocks = &table;
    fold_day(&drilled, &policy, true);
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)drilled.state.alerts.rows;
    for (size_t i = 0; i < drilled.state.alerts.count; i++) {
        const bool is_drill = alerts[i].stream.mode == TCN_MODE_EXERCISE;
        const bool is_of_drill =
            alerts[i].birth_position != 0 && !is_real(&drilled, alerts[i].birth_position);
        assert_true(is_drill || !is_of_drill);
        drill_count += is_drill ? 1 : 0;
        overdue_count += is_drill && alerts[i].reason == TCN_REASON_CLOCK ? 1 : 0;
    }
    assert_true(drill_count > 10);
    assert_true(overdue_count > 0); /* the danger that nobody acknowledged, in its own stream */
    stop(&drilled);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_work_is_the_same_to_the_byte_beside_a_drill),
        cmocka_unit_test(nothing_of_a_drill_reaches_a_real_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
