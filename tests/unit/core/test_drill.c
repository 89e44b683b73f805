/* SPDX-License-Identifier: Apache-2.0 */
/* A whole exercise beside real work: whatever it does, real streams, matters, clocks and what falls
 * due of them are the same to the byte as without it, and nothing of it reaches a real stream. */
#include "fold_moves.h"

#include "civil.h"

#include <stdlib.h>

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

/** One event of a day: real work (matters 1 to 9), or of the drill (from 50 on). Its position is
 * its place. */
struct moment {
    int minute;
    uint16_t organ;
    enum tcn_act act;
    uint8_t matter;
    bool is_drill;
    const char *domain; /* NULL: danger */
    int until;          /* minute: of a duty, a silence, a warning */
    uint64_t ends;      /* the silence at this position */
};

/* A danger in the exercise that nobody acknowledges, so that its clock runs out; acts of it on real
 * matters, duties and silences, a storm of it, and what lies with the desk of either. */
static const struct moment day[] = {
    {0, OFFICE_A, TCN_ACT_REPORTED, 1, false, NULL, 0, 0},
    {0, SAFETY, TCN_ACT_ON_DUTY, 0, false, NULL, 50, 0}, /* then it is a gap */
    {0, DESK, TCN_ACT_ON_DUTY, 0, false, NULL, 600, 0},
    {0, WATER, TCN_ACT_SILENCED, 0, false, "pipe", 200, 0},
    {1, DESK, TCN_ACT_DRILL_STARTED, 0, true, NULL, 0, 0},
    {2, OFFICE_A, TCN_ACT_REPORTED, 50, true, NULL, 0, 0},
    {2, SAFETY, TCN_ACT_ON_DUTY, 0, true, NULL, 90, 0},
    {2, DESK, TCN_ACT_HANDED_OVER, 0, true, NULL, 0, 0},
    {2, WATER, TCN_ACT_SILENCE_ENDED, 0, true, NULL, 0, 4}, /* a real silence: void */
    {2, WATER, TCN_ACT_SILENCED, 0, true, "pipe", 30, 0},
    {3, SAFETY, TCN_ACT_ACKNOWLEDGED, 1, false, NULL, 0, 0},
    {3, OFFICE_B, TCN_ACT_REPORTED, 60, true, "storm", 90, 0},
    {3, SAFETY, TCN_ACT_ISSUED, 60, true, NULL, 90, 0},
    {3, OFFICE_B, TCN_ACT_REPORTED, 61, true, "storm", 90, 0},
    {3, SAFETY, TCN_ACT_ISSUED, 61, true, NULL, 90, 0},
    {4, OFFICE_B, TCN_ACT_REPORTED, 51, true, NULL, 0, 0},
    {5, WATER, TCN_ACT_ACKNOWLEDGED, 51, true, NULL, 0, 0},
    {5, OFFICE_A, TCN_ACT_REPORTED, 3, false, "pipe", 0, 0}, /* covered, whatever storm is played */
    {5, OFFICE_B, TCN_ACT_REPORTED, 52, true, "nobody", 0, 0},
    {6, OFFICE_A, TCN_ACT_REPORTED, 4, false, "nobody", 0,
     0},                                                /* with the desk, which says nothing */
    {6, SAFETY, TCN_ACT_ACCEPTED, 1, true, NULL, 0, 0}, /* a real matter: void */
    {7, SAFETY, TCN_ACT_CLOSED, 1, true, NULL, 0, 0},   /* likewise */
    {8, OFFICE_B, TCN_ACT_REPORTED, 2, false, NULL, 0, 0},
    {40, SAFETY, TCN_ACT_ACCEPTED, 1, false, NULL, 0, 0},
    {41, OFFICE_A, TCN_ACT_TRANSFERRED, 50, true, NULL, 0, 0},
    {45, OFFICE_B, TCN_ACT_FOLLOWED_UP, 2, false, NULL, 0, 0},
    {90, SAFETY, TCN_ACT_ACKNOWLEDGED, 2, false, NULL, 0, 0},
    {95, DESK, TCN_ACT_DRILL_STOPPED, 0, true, NULL, 0, 0},
    {96, SAFETY, TCN_ACT_ACKNOWLEDGED, 50, true, NULL, 0, 0},
};

static int64_t minute_ns(int minute) {
    return at("2024-03-01 09:00:00") + minute * 60 * INT64_C(1000000000);
}

static struct tcn_event event_at(const struct moment *moment, int64_t time_ns) {
    static struct tcn_attribute grade;
    const char *domain = moment->domain != NULL ? moment->domain : "danger";
    struct tcn_event event = moment->act == TCN_ACT_REPORTED ? report_of(moment->matter, domain)
                                                             : act_of(moment->act, moment->matter);
    const bool is_grave = strcmp(domain, "pipe") != 0; /* else nothing could cover it */
    event.mode = moment->is_drill ? TCN_MODE_EXERCISE : TCN_MODE_ACTUAL;
    event.severity = is_grave ? TCN_SEVERITY_DANGER : TCN_SEVERITY_SERIOUS;
    event.learned_ns = time_ns;
    event.recorded_ns = time_ns;
    if (strcmp(domain, "storm") == 0 || moment->act == TCN_ACT_ISSUED) {
        grade = text_attribute("grade", "orange");
        event.attributes = &grade;
        event.attribute_count = 1;
    }
    if (moment->act != TCN_ACT_REPORTED && moment->until != 0) {
        event.act_body.until_ns = minute_ns(moment->until);
    }
    if (moment->matter == 0) {
        event.matter = (struct tcn_id){{0}};
        event.act_body.reason = tcn_slice_text("autumn");
        event.act_body.post = tcn_slice_text(moment->is_drill ? "player" : "duty_officer");
        event.act_body.position = moment->ends;
    }
    if (moment->act == TCN_ACT_SILENCED) {
        event.domain = tcn_slice_text(domain);
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
        const int64_t time_ns = minute_ns(day[i].minute);
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
        static type_ with[128];                                                                    \
        static type_ without[128];                                                                 \
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

/** True when the event at a position is of the drill. */
static bool is_played(uint64_t position) {
    assert_in_range(position, 1, COUNT_OF(day));
    return day[position - 1].is_drill;
}

/* What is known of a row that is no matter's: the same fields in both worlds, and no padding. */
enum kind {
    SUMMONS,
    SHIFT,
    SILENCE,
    DUE,
    KIND_COUNT
};

struct fact {
    uint64_t fields[11]; /* the first is its kind */
};

struct facts {
    struct fact rows[256];
    size_t count;
    size_t counts[KIND_COUNT];
};

static void add_fact(struct facts *facts, bool is_it, const struct fact *fact) {
    if (is_it) {
        assert_true(facts->count < COUNT_OF(facts->rows));
        facts->rows[facts->count++] = *fact;
        facts->counts[fact->fields[0]]++;
    }
}

/** The first letters of a word. */
static uint64_t letters(const char *word) {
    uint64_t number = 0;
    for (size_t i = 0; i < 8 && word[i] != '\0'; i++) {
        number = number << 8 | (uint8_t)word[i];
    }
    return number;
}

static bool is_real_due(const struct fixture *fixture, const struct tcn_due_key *key) {
    const bool is_duty = key->kind == TCN_DUE_WAKE && key->rule == TCN_WAKE_SHIFT;
    const bool is_silence =
        key->kind == TCN_DUE_LADDER && day[key->subject - 1].act == TCN_ACT_SILENCED;
    return is_duty || (is_silence ? !is_played(key->subject) : is_real(fixture, key->subject));
}

static int compare_facts(const void *left, const void *right) {
    return memcmp(left, right, sizeof(struct fact));
}

static void gather(const struct fixture *fixture, struct facts *out_facts) {
    const struct tcn_memstate *state = &fixture->state;
    const struct tcn_summons *summonses = (const void *)state->summonses.rows;
    const struct tcn_shift *shifts = (const void *)state->shifts.rows;
    const struct tcn_silence *silences = (const void *)state->silences.rows;
    const struct tcn_due *dues = (const void *)state->dues.rows;
    memset(out_facts, 0, sizeof(*out_facts));
    for (size_t i = 0; i < state->summonses.count; i++) {
        const struct tcn_summons *row = &summonses[i];
        add_fact(out_facts, is_real(fixture, row->birth_position),
                 &(struct fact){{SUMMONS, row->organ, row->birth_position, row->mode, row->reason,
                                 row->severity, (uint64_t)row->since_ns, (uint64_t)row->last_ns,
                                 row->number, row->position, row->count}});
    }
    for (size_t i = 0; i < state->shifts.count; i++) {
        const struct tcn_shift *row = &shifts[i];
        add_fact(out_facts, true,
                 &(struct fact){{SHIFT, row->organ, letters(row->post), row->source,
                                 (uint64_t)row->since_ns, (uint64_t)row->until_ns,
                                 (uint64_t)row->handed_ns, row->position}});
    }
    for (size_t i = 0; i < state->silences.count; i++) {
        const struct tcn_silence *row = &silences[i]; /* the row of position 0 counts warnings */
        add_fact(out_facts, row->mode != TCN_MODE_EXERCISE,
                 &(struct fact){{SILENCE, row->position, row->organ, row->mode,
                                 letters(row->domain), letters(row->post), (uint64_t)row->since_ns,
                                 (uint64_t)row->until_ns, row->warning_count}});
    }
    for (size_t i = 0; i < state->dues.count; i++) {
        const struct tcn_due *row = &dues[i];
        add_fact(out_facts, is_real_due(fixture, &row->key),
                 &(struct fact){{DUE, row->key.kind, row->key.subject, row->key.rule, row->stage,
                                 (uint64_t)row->due_ns, (uint64_t)row->until_ns}});
    }
    qsort(out_facts->rows, out_facts->count, sizeof(struct fact), compare_facts);
}

/** Of the drill's storm, in force when the day ends; and of real items that a silence covered. */
static void expect_played(const struct fixture *fixture) {
    const struct tcn_matter *matters = (const void *)fixture->state.matters.rows;
    const struct tcn_alert *alerts = (const void *)fixture->state.alerts.rows;
    size_t storm_count = 0;
    size_t covered_count = 0;
    for (size_t i = 0; i < fixture->state.matters.count; i++) {
        storm_count += matters[i].stage == TCN_STAGE_IN_FORCE ? 1 : 0;
    }
    for (size_t i = 0; i < fixture->state.alerts.count; i++) {
        const bool is_actual = alerts[i].stream.mode == TCN_MODE_ACTUAL;
        covered_count += is_actual && (alerts[i].flags & TCN_FLAG_SILENCED) != 0 ? 1 : 0;
    }
    assert_int_equal(storm_count, 2);
    assert_true(covered_count > 0);
}

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
    static struct facts facts[2];
    gather(&drilled, &facts[0]);
    gather(&quiet, &facts[1]);
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        assert_true(facts[0].counts[kind] > 0);
        assert_int_equal(facts[0].counts[kind], facts[1].counts[kind]);
    }
    assert_memory_equal(facts[0].rows, facts[1].rows, facts[0].count * sizeof(struct fact));
    expect_played(&drilled);
    stop(&drilled);
    stop(&quiet);
}

/** True for an alert of what the drill did: of its matters, and of its words without a matter. What
 * comes with an event because its time has come is not that event's. */
static bool is_of_drill(const struct fixture *fixture, const struct tcn_alert *alert) {
    const struct tcn_fired *fired = &alert->fired;
    if (alert->reason == TCN_REASON_OUTCOME) {
        return is_played(alert->position);
    }
    if (alert->birth_position != 0) {
        return !is_real(fixture, alert->birth_position);
    }
    if (fired->kind == TCN_DUE_LADDER) { /* of a silence */
        return is_played(fired->subject);
    }
    return fired->kind == TCN_DUE_NONE && is_played(alert->position);
}

static void nothing_of_a_drill_reaches_a_real_stream(void **state) {
    (void)state;
    static struct fixture drilled;
    struct tcn_policy policy = regime;
    size_t drill_count = 0;
    size_t overdue_count = 0;
    size_t bare_count = 0;
    policy.clocks = &table;
    fold_day(&drilled, &policy, true);
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)drilled.state.alerts.rows;
    for (size_t i = 0; i < drilled.state.alerts.count; i++) {
        const bool is_drill = alerts[i].stream.mode == TCN_MODE_EXERCISE;
        assert_int_equal(is_drill, is_of_drill(&drilled, &alerts[i]));
        bare_count += is_drill && alerts[i].birth_position == 0 ? 1 : 0;
        drill_count += is_drill ? 1 : 0;
        overdue_count += is_drill && alerts[i].reason == TCN_REASON_CLOCK ? 1 : 0;
    }
    assert_true(drill_count > 10);
    assert_true(bare_count > 3);    /* duties, silences, voids */
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
