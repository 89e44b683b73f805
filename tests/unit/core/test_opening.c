/* SPDX-License-Identifier: Apache-2.0 */
/* Break-glass: who opens what alone, who hears of it, and who approves. */
#include "core/opening.h"

#include "clock_rules.h"
#include "core/fold_clocks.h"
#undef COUNT_OF /* trace.h has the same */
#include "fold_moves.h"

#define SECOND_KEY 77u

static const struct tcn_organ organs[] = {
    {.number = DESK, .id = "desk", .kind = TCN_ORGAN_DESK, .line_parent = CITY},
    {.number = SAFETY, .id = "safety", .kind = TCN_ORGAN_BUREAU, .place_parent = DESK},
    {.number = WATER, .id = "water", .kind = TCN_ORGAN_BUREAU, .place_parent = DESK},
    {.number = DISCIPLINE, .id = "discipline", .kind = TCN_ORGAN_BUREAU},
    {.number = CITY, .id = "city", .kind = TCN_ORGAN_BUREAU},
    {.number = OFFICE_A, .id = "office-a", .kind = TCN_ORGAN_OFFICE},
    {.number = OFFICE_B, .id = "office-b", .kind = TCN_ORGAN_OFFICE},
};

/** A word as a table has it: what is NULL or 0 is as a good one has it. */
struct word {
    uint16_t organ;      /**< 0: the desk */
    uint32_t source;     /**< 0: the organ's */
    uint8_t matter;      /**< 0: the child's, 1 */
    uint64_t position;   /**< that it names; 0: its matter's report, UINT64_MAX: none */
    uint8_t hash;        /**< 0: of what it names */
    const char *purpose; /**< NULL: danger_to_child */
    const char *how;
    const char *post;
    const char *stands; /**< "applied", or why it is void, with what it must say */
    enum tcn_severity severity;
    enum tcn_mode mode; /**< 0: of real work */
};

/* Positions: 1 the desk's post takes the duty. 2 a child in danger, sealed. 3 a petition, sealed.
 * 4 a hazard with life in danger, sealed. 5 a follow-up of the child's, sealed. 6 one without a
 * sealed part. 7 one that seals whom it accuses. 8 a complaint about a unit, guarded, the desk on
 * its list. 9 a child's that the desk leads. */
static const uint8_t report_of_matter[] = {0, 2, 3, 4, 8, 9};

static struct tcn_fold_named named_at(uint64_t position) {
    return (struct tcn_fold_named){
        .position = position,
        .lane = {.source = OFFICE_A, .epoch = 7, .lane = TCN_LANE_URGENT},
        .sequence = 10 + position,
        .hash = {{(uint8_t)position}},
        .is_sealed = position != 6,
        .has_accused = position == 7,
    };
}

static void report_in(struct fixture *fixture, enum tcn_mode mode, uint8_t matter,
                      const char *domain, enum tcn_severity severity) {
    struct tcn_event event = report_of(matter, domain);
    event.severity = severity;
    event.mode = mode;
    fold_event(fixture, OFFICE_A, &event);
}

#define REPORT(fixture, ...) report_in((fixture), TCN_MODE_ACTUAL, __VA_ARGS__)

/** A post of the desk takes the duty, or hands it over. */
static void say_duty(struct fixture *fixture, enum tcn_act act, const char *post,
                     int64_t until_ns) {
    struct tcn_event event = act_of(act, 0);
    struct tcn_outcome outcome;
    event.act_body.post = tcn_slice_text(post);
    event.act_body.until_ns = until_ns;
    struct tcn_fold_input in = input_of(fixture, DESK, &event);
    in.log_mode = TCN_MODE_ACTUAL;
    assert_int_equal(tcn_fold_step(&fixture->fold, &in, &outcome), TCN_OK);
    assert_int_equal(outcome.code, TCN_OK);
}

static void complain(struct fixture *fixture) {
    struct tcn_event event = report_of(4, "");
    event.division = tcn_slice_text("");
    event.concerns = TCN_CONCERNS_UNIT;
    event.severity = TCN_SEVERITY_DANGER;
    event.guard_organs[0] = DISCIPLINE;
    event.guard_organs[1] = DESK;
    event.guard_organ_count = 2;
    fold_event(fixture, OFFICE_A, &event);
}

static void start_log(struct fixture *fixture) {
    static struct tcn_policy policy;
    policy = regime;
    policy.organs = organs;
    policy.organ_count = COUNT_OF(organs);
    start(fixture);
    fixture->fold.policy = &policy;
    say_duty(fixture, TCN_ACT_ON_DUTY, "officer", 0);
    REPORT(fixture, 1, "child", TCN_SEVERITY_URGENT);
    REPORT(fixture, 2, "claim", TCN_SEVERITY_URGENT);
    REPORT(fixture, 3, "danger", TCN_SEVERITY_DANGER);
    act(fixture, SAFETY, TCN_ACT_FOLLOWED_UP, 1);
    act(fixture, SAFETY, TCN_ACT_FOLLOWED_UP, 1);
    act(fixture, SAFETY, TCN_ACT_FOLLOWED_UP, 1);
    complain(fixture);
    REPORT(fixture, 5, "child", TCN_SEVERITY_DANGER);
    assert_int_equal(fixture->fold.applied.position, 9);
    transfer(fixture, SAFETY, 5, "desk"); /* 10 */
}

static struct tcn_event word_of(const struct word *word, const char *reason,
                                struct tcn_attribute *attribute) {
    const uint8_t matter = word->matter != 0 ? word->matter : 1;
    struct tcn_event event = act_of(TCN_ACT_UNSEALED, matter);
    uint64_t position = matter < sizeof(report_of_matter) ? report_of_matter[matter] : 2;
    position = word->position != 0 ? word->position : position;
    position = word->position == UINT64_MAX ? 0 : position;
    event.act_body.position = position;
    event.act_body.act_hash = (struct tcn_hash){{word->hash != 0 ? word->hash : (uint8_t)position}};
    event.act_body.reason = tcn_slice_text(reason);
    event.act_body.how = tcn_slice_text(word->how != NULL ? word->how : "he is on the bridge");
    event.act_body.post = tcn_slice_text(word->post != NULL ? word->post : "officer");
    *attribute =
        text_attribute("purpose", word->purpose != NULL ? word->purpose : "danger_to_child");
    event.attributes = attribute;
    event.attribute_count = 1;
    event.severity = word->severity;
    event.mode = word->mode != 0 ? word->mode : event.mode;
    return event;
}

static struct tcn_fold_input input_for(struct fixture *fixture, const struct word *word,
                                       const struct tcn_event *event) {
    struct tcn_fold_input in = input_of(fixture, word->organ != 0 ? word->organ : DESK, event);
    in.lane.source = word->source != 0 ? word->source : in.lane.source;
    if (event->act_body.position != 0 && event->act_body.position < in.position) {
        in.named = named_at(event->act_body.position);
    }
    return in;
}

static struct tcn_outcome fold_word(struct fixture *fixture, const struct word *word,
                                    const char *reason) {
    struct tcn_attribute attribute;
    const struct tcn_event event = word_of(word, reason, &attribute);
    const struct tcn_fold_input in = input_for(fixture, word, &event);
    struct tcn_outcome outcome;
    assert_int_equal(tcn_fold_step(&fixture->fold, &in, &outcome), TCN_OK);
    return outcome;
}

static size_t waiting(const struct fixture *fixture) {
    const struct tcn_expected *rows =
        (const struct tcn_expected *)(const void *)fixture->state.expected.rows;
    size_t count = 0;
    for (size_t i = 0; i < fixture->state.expected.count; i++) {
        count += rows[i].key.row == TCN_EXPECTED_ROW_OPENING ? 1 : 0;
    }
    return count;
}

static void expect_word(struct fixture *fixture, const struct word *word, const char *reason) {
    const struct tcn_outcome outcome = fold_word(fixture, word, reason);
    struct trace trace = {.size = 0};
    trace_add(&trace, "%s",
              outcome.code == TCN_OK ? "applied" : tcn_status_name((enum tcn_status)outcome.code));
    for (uint32_t bit = 0; bit < 32; bit++) {
        if ((outcome.missing >> bit & 1u) != 0) {
            trace_add(&trace, " %s", tcn_fact_name(UINT32_C(1) << bit));
        }
    }
    if (strcmp(trace.text, word->stands) != 0) {
        fail_msg("%s by %u on matter %u, event %u: %s, and not %s", reason, word->organ,
                 word->matter, (unsigned)word->position, trace.text, word->stands);
    }
}

#define OPEN(fixture, ...) expect_word((fixture), &(const struct word){__VA_ARGS__}, "break_glass")
#define APPROVE(fixture, ...)                                                                      \
    expect_word((fixture), &(const struct word){__VA_ARGS__}, "second_approval")

/* O1, O2, O3 */
static void who_may_not_open_and_what_is_not_opened(void **state) {
    (void)state;
    static const struct word words[] = {
        {.organ = SAFETY, .stands = "denied"}, /* who leads reads it as it is */
        {.organ = WATER, .stands = "denied"},
        {.organ = CITY, .stands = "denied"},
        {.organ = OFFICE_A, .stands = "denied"},
        {.organ = DISCIPLINE, .stands = "denied"},
        {.source = SECOND_KEY, .stands = "bad_value on_duty"}, /* not with the key on duty */
        {.post = "chief", .stands = "bad_value on_duty"},
        {.post = "", .stands = "bad_value post on_duty"},
        {.how = "", .stands = "bad_value how"},
        {.purpose = "curiosity", .stands = "bad_value purpose in_danger"},
        {.purpose = "danger_to_life", .stands = "bad_value in_danger"}, /* it is only urgent */
        {.matter = 2, .stands = "bad_value in_danger"},                 /* about no child */
        {.matter = 3, .stands = "bad_value in_danger"},
        {.position = UINT64_MAX, .hash = 2, .stands = "bad_value event"},
        {.position = 99, .stands = "bad_value event"},
        {.position = 2, .hash = 5, .stands = "bad_value event"},        /* another's hash */
        {.position = 3, .stands = "bad_value event"},                   /* another matter's */
        {.position = 6, .stands = "bad_value event"},                   /* nothing is sealed */
        {.position = 7, .stands = "denied"},                            /* whom it accuses */
        {.matter = 4, .purpose = "danger_to_life", .stands = "denied"}, /* guarded */
        {.matter = 5, .stands = "exists"},                              /* the desk leads it */
    };
    struct fixture fixture;
    start_log(&fixture);
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        expect_word(&fixture, &words[i], "break_glass");
    }
    OPEN(&fixture, .matter = 99, .stands = "bad_value in_danger event"); /* leaves no stub */
    assert_int_equal(waiting(&fixture), 0);
    assert_int_equal(fixture.state.matters.count, 5);
    stop(&fixture);
}

/* O1 */
static void nobody_opens_who_has_no_duty_any_more(void **state) {
    (void)state;
    struct fixture fixture;
    start_log(&fixture);
    say_duty(&fixture, TCN_ACT_HANDED_OVER, "officer", 0);
    OPEN(&fixture, .stands = "bad_value on_duty");
    say_duty(&fixture, TCN_ACT_ON_DUTY, "officer", BASE_NS + 15);
    OPEN(&fixture, .stands = "applied"); /* position 14 */
    OPEN(&fixture, .position = 5, .stands = "bad_value on_duty");
    stop(&fixture);
}

/* O2 */
static void a_matter_that_is_over_is_in_no_danger(void **state) {
    (void)state;
    struct fixture fixture;
    start_log(&fixture);
    struct tcn_event event = act_of(TCN_ACT_WITHDRAWN, 3);
    fold_event(&fixture, OFFICE_A, &event);
    OPEN(&fixture, .matter = 3, .purpose = "danger_to_life", .stands = "bad_value in_danger");
    stop(&fixture);
}

static void one_step_opens_and_all_hear_of_it_who_have_to(void **state) {
    (void)state;
    struct fixture fixture;
    start_log(&fixture);
    fixture.trace.size = 0;
    struct tcn_attribute attribute;
    const struct word good = {.stands = "applied"};
    const struct tcn_event event = word_of(&good, "break_glass", &attribute);
    struct tcn_fold_input in = input_for(&fixture, &good, &event);
    struct tcn_outcome outcome;
    assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_OK);
    assert_int_equal(outcome.code, TCN_OK);
    const struct heard desk = hear(&fixture, DESK);
    assert_int_equal(desk.alert.reason, TCN_REASON_UNSEALED);
    assert_int_equal(desk.alert.position, in.position);
    assert_int_equal(desk.alert.birth_position, 2);
    const uint16_t told[] = {SAFETY, CITY, WATER};
    for (size_t i = 0; i < COUNT_OF(told); i++) {
        const struct heard one = hear(&fixture, told[i]);
        assert_int_equal(one.alert.position, in.position);
        assert_int_equal(one.alert.reason, TCN_REASON_HOLDER);
    }
    assert_int_not_equal(hear(&fixture, OFFICE_A).alert.position, in.position);
    assert_int_not_equal(hear(&fixture, DISCIPLINE).alert.position, in.position);
    /* It is an event of the matter, and moves nothing of it. */
    const struct tcn_matter *matter = tcn_memstate_matter(&fixture.state, &event.matter);
    assert_int_equal(matter->last_position, in.position);
    assert_int_equal(matter->holder, SAFETY);
    assert_int_equal(waiting(&fixture), 1);
    stop(&fixture);
}

/* O1: the desk need not know where the report is. */
static void without_a_position_the_report_is_opened(void **state) {
    (void)state;
    struct fixture fixture;
    start_log(&fixture);
    struct tcn_attribute attribute;
    const struct word word = {.position = UINT64_MAX};
    struct tcn_event event = word_of(&word, "break_glass", &attribute);
    event.act_body.act_hash = (struct tcn_hash){{0}};
    struct tcn_fold_input in = input_for(&fixture, &word, &event);
    struct tcn_outcome outcome;
    in.named = named_at(3); /* a shell that finds another matter's is not believed */
    assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_OK);
    assert_int_equal(outcome.missing, TCN_FACT_EVENT);
    in = input_for(&fixture, &word, &event);
    in.named = named_at(2);
    assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_OK);
    assert_int_equal(outcome.code, TCN_OK);
    OPEN(&fixture, .stands = "exists"); /* the same event by its position */
    stop(&fixture);
}

/* O4 */
static void nothing_is_opened_twice_by_two_posts_or_in_bulk(void **state) {
    (void)state;
    struct fixture fixture;
    start_log(&fixture);
    OPEN(&fixture, .stands = "applied");
    OPEN(&fixture, .stands = "exists");
    OPEN(&fixture, .position = 5, .stands = "applied");
    say_duty(&fixture, TCN_ACT_ON_DUTY, "chief", 0);
    OPEN(&fixture, .matter = 1, .position = 5, .post = "chief", .stands = "exists");
    OPEN(&fixture, .matter = 3, .purpose = "danger_to_life", .post = "chief", .stands = "applied");
    act(&fixture, SAFETY, TCN_ACT_FOLLOWED_UP, 1); /* 17 */
    OPEN(&fixture, .position = 17, .post = "chief", .stands = "conflict");
    say_duty(&fixture, TCN_ACT_ON_DUTY, "officer", 0);
    OPEN(&fixture, .position = 17, .stands = "applied");
    act(&fixture, SAFETY, TCN_ACT_FOLLOWED_UP, 1); /* 21 */
    OPEN(&fixture, .position = 21, .stands = "applied");
    act(&fixture, SAFETY, TCN_ACT_FOLLOWED_UP, 1); /* 23: the fifth of one matter */
    OPEN(&fixture, .position = 23, .stands = "limit");
    assert_int_equal(waiting(&fixture), 5);
    stop(&fixture);
}

/* O4 */
static void so_many_wait_and_no_more(void **state) {
    (void)state;
    struct fixture fixture;
    start_log(&fixture);
    for (uint8_t i = 0; i <= 2 * TCN_OPENINGS_MAX; i++) { /* a drill's take no room */
        const enum tcn_mode mode = i < TCN_OPENINGS_MAX ? TCN_MODE_EXERCISE : TCN_MODE_ACTUAL;
        report_in(&fixture, mode, (uint8_t)(20 + i), "child", TCN_SEVERITY_DANGER);
        OPEN(&fixture, .matter = (uint8_t)(20 + i), .position = fixture.fold.applied.position,
             .mode = mode, .stands = i < 2 * TCN_OPENINGS_MAX ? "applied" : "limit");
    }
    assert_int_equal(waiting(&fixture), 2 * TCN_OPENINGS_MAX);
    /* One that is approved makes room. */
    APPROVE(&fixture, .organ = SAFETY, .matter = 20 + TCN_OPENINGS_MAX, .post = "head",
            .position = 12 + 2 * TCN_OPENINGS_MAX, .stands = "applied");
    REPORT(&fixture, 60, "child", TCN_SEVERITY_DANGER);
    OPEN(&fixture, .matter = 60, .position = fixture.fold.applied.position, .stands = "applied");
    stop(&fixture);
}

/* O6 */
static void who_may_not_approve_and_what_an_approval_must_name(void **state) {
    (void)state;
    static const struct word words[] = {
        {.position = 11, .post = "officer", .stands = "denied"}, /* who opened, with the key */
        {.position = 11, .post = "chief", .stands = "denied"},   /* the same key */
        {.source = SECOND_KEY, .position = 11, .post = "officer", .stands = "denied"},
        {.organ = SAFETY, .source = DESK, .position = 11, .post = "head", .stands = "denied"},
        {.organ = WATER, .position = 11, .post = "head", .stands = "denied"},
        {.organ = OFFICE_A, .position = 11, .post = "head", .stands = "denied"},
        {.organ = DISCIPLINE, .position = 11, .post = "head", .stands = "denied"},
        {.organ = SAFETY, .position = 11, .post = "", .stands = "bad_value post"},
        {.organ = SAFETY, .position = 11, .post = "no word", .stands = "bad_value post"},
        {.organ = SAFETY, .position = 11, .hash = 3, .post = "head", .stands = "bad_value event"},
        {.organ = SAFETY, .position = 10, .post = "head", .stands = "bad_value event"},
        {.organ = SAFETY, .position = UINT64_MAX, .post = "head", .stands = "bad_value event"},
        {.organ = SAFETY, .matter = 3, .post = "head", .stands = "bad_value event"},
        {.organ = CITY, .matter = 4, .position = 8, .post = "head", .stands = "bad_value event"},
    };
    struct fixture fixture;
    start_log(&fixture);
    OPEN(&fixture, .stands = "applied"); /* 11 */
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        expect_word(&fixture, &words[i], "second_approval");
    }
    assert_int_equal(waiting(&fixture), 1);
    stop(&fixture);
}

/* O6, O7 */
static void another_post_with_another_key_approves_what_waits_of_a_matter(void **state) {
    (void)state;
    static const struct word approvers[] = {
        {.source = SECOND_KEY, .post = "chief"}, /* of the desk */
        {.organ = SAFETY, .post = "officer"},    /* who leads; a post of the name, but not that */
        {.organ = CITY, .post = "head"},         /* above the desk */
    };
    for (size_t i = 0; i < COUNT_OF(approvers); i++) {
        struct word word = approvers[i];
        struct fixture fixture;
        start_log(&fixture);
        OPEN(&fixture, .stands = "applied");
        OPEN(&fixture, .position = 5, .stands = "applied"); /* 12, the newest */
        word.position = 11;
        word.stands = "bad_value event"; /* there is a newer one */
        expect_word(&fixture, &word, "second_approval");
        word.position = 12;
        word.stands = "applied";
        expect_word(&fixture, &word, "second_approval");
        assert_int_equal(waiting(&fixture), 0);
        word.stands = "bad_value event"; /* there is nothing left to approve */
        expect_word(&fixture, &word, "second_approval");
        OPEN(&fixture, .stands = "applied"); /* and opening again waits again */
        stop(&fixture);
    }
}

/* O7 */
static void a_matter_that_is_closed_leaves_its_opening_to_be_approved(void **state) {
    (void)state;
    struct fixture fixture;
    start_log(&fixture);
    OPEN(&fixture, .matter = 3, .purpose = "danger_to_life", .stands = "applied"); /* 11 */
    struct tcn_event event = act_of(TCN_ACT_WITHDRAWN, 3);
    fold_event(&fixture, OFFICE_A, &event);
    assert_int_equal(waiting(&fixture), 1);
    APPROVE(&fixture, .organ = SAFETY, .matter = 3, .position = 11, .post = "head",
            .stands = "applied");
    assert_int_equal(waiting(&fixture), 0);
    stop(&fixture);
}

/** The clock of the default policy, and its ladder. */
static const struct tcn_clock_rule approval_rule = {
    .id = "seal.second_approval",
    LIMIT(HOURS, 24),
    .owes = TCN_CLOCK_DESK,
    .starts = {{TCN_ACT_UNSEALED, "break_glass", TCN_STAGE_NONE}},
    .start_count = 1,
    .start_time = TCN_CLOCK_RECORDED,
    .stops = {{TCN_ACT_UNSEALED, "second_approval", TCN_STAGE_NONE}},
    .stop_count = 1,
    .stop_time = TCN_CLOCK_RECORDED};

/** Folds an event at a log time. */
static struct tcn_outcome fold_in_time(struct fixture *fixture, struct tcn_fold_input in,
                                       struct tcn_event event, int64_t log_time_ns) {
    struct tcn_outcome outcome;
    event.recorded_ns = log_time_ns;
    in.event = &event;
    in.log_time_ns = log_time_ns;
    in.log_mode = TCN_MODE_ACTUAL;
    assert_int_equal(tcn_fold_step(&fixture->fold, &in, &outcome), TCN_OK);
    return outcome;
}

/* O7 */
static void what_nobody_approves_in_a_day_is_overdue_and_goes_up_until_somebody_does(void **state) {
    (void)state;
    static struct tcn_calendar_span spans[sizeof(named_days) / sizeof(named_days[0])];
    static const struct tcn_escalation_step ladder[] = {
        {.id = "seal.urge",
         .ladder = "seal",
         .kind = TCN_ESCALATION_URGE,
         .cause = TCN_ESCALATION_OVERDUE,
         .clock = "seal.second_approval",
         .roles = TCN_PLAN_HOLDER | TCN_PLAN_LINE_PARENT | TCN_PLAN_DESK,
         .spacing_minutes = 1}};
    static const struct tcn_plans plans = {.steps = ladder, .step_count = COUNT_OF(ladder)};
    struct tcn_clock_table table = make_clock_table(spans);
    const int64_t opened_ns = at("2024-03-01 02:00:00");
    const int64_t due_ns = at("2024-03-02 02:00:01");
    struct fixture fixture;
    struct tcn_attribute attribute;
    table.rules = &approval_rule;
    table.rule_count = 1;
    start_log(&fixture);
    struct tcn_policy policy = *fixture.fold.policy;
    policy.plans = &plans;
    fixture.fold.policy = &policy;
    fixture.fold.clocks = &table;
    const struct word opens = {.matter = 1};
    struct tcn_event event = word_of(&opens, "break_glass", &attribute);
    struct tcn_fold_input in = input_for(&fixture, &opens, &event);
    assert_int_equal(fold_in_time(&fixture, in, event, opened_ns).code, TCN_OK); /* 11 */
    /* The matter becomes another and is closed: the limit stands. */
    event = act_of(TCN_ACT_WITHDRAWN, 1);
    in = input_of(&fixture, OFFICE_A, &event);
    assert_int_equal(fold_in_time(&fixture, in, event, opened_ns + 1).code, TCN_OK);
    struct tcn_event tick = act_of(TCN_ACT_TICK, 0);
    tick.body_kind = TCN_BODY_NONE;
    in = input_of(&fixture, 0, &tick);
    assert_int_equal(fold_in_time(&fixture, in, tick, due_ns).code, TCN_OK);
    const struct heard desk = hear(&fixture, DESK);
    assert_int_equal(desk.alert.reason, TCN_REASON_CLOCK);
    assert_int_equal(desk.alert.birth_position, 2);
    /* Once the desk has it, who is above the desk is told. */
    event = (struct tcn_event){.format = TCN_EVENT_FORMAT,
                               .act = TCN_ACT_DELIVERED,
                               .mode = TCN_MODE_ACTUAL,
                               .body_kind = TCN_BODY_DELIVERED,
                               .delivered = {.name = tcn_slice_text("watch"),
                                             .principal = 9,
                                             .stream = desk.alert.stream,
                                             .number = desk.alert.number,
                                             .generation = 1}};
    in = input_of(&fixture, 0, &event);
    assert_int_equal(fold_in_time(&fixture, in, event, due_ns + SECOND_NS).code, TCN_OK);
    in = input_of(&fixture, 0, &tick);
    assert_int_equal(fold_in_time(&fixture, in, tick, due_ns + 70 * SECOND_NS).code, TCN_OK);
    assert_int_equal(hear(&fixture, CITY).alert.reason, TCN_REASON_URGE);
    assert_int_equal(hear(&fixture, SAFETY).alert.reason, TCN_REASON_URGE); /* who leads */
    assert_int_equal(waiting(&fixture), 1);
    const struct tcn_matter_clock *clock =
        tcn_memstate_clock(&fixture.state, 2, "seal.second_approval");
    assert_int_equal(clock->end, TCN_CLOCK_RUNS);
    /* Late is better than never, and is late. */
    const struct word approves = {.organ = CITY, .position = 11, .post = "head"};
    event = word_of(&approves, "second_approval", &attribute);
    in = input_for(&fixture, &approves, &event);
    assert_int_equal(fold_in_time(&fixture, in, event, due_ns + 3600 * SECOND_NS).code, TCN_OK);
    clock = tcn_memstate_clock(&fixture.state, 2, "seal.second_approval");
    assert_int_equal(clock->end, TCN_CLOCK_STOPPED);
    assert_int_equal(clock->verdict, TCN_VERDICT_LATE);
    assert_int_equal(waiting(&fixture), 0);
    stop(&fixture);
}

/* O8: an act on a guarded matter answers as one on a matter that nobody reported. */
static void of_a_guarded_matter_nobody_learns_by_this(void **state) {
    (void)state;
    static const uint16_t others[] = {SAFETY, WATER, OFFICE_B, CITY};
    static const char *const reasons[] = {"break_glass", "second_approval"};
    struct fixture fixture;
    start_log(&fixture);
    for (size_t i = 0; i < COUNT_OF(others) * COUNT_OF(reasons); i++) {
        const uint16_t organ = others[i / 2];
        struct word word = {.organ = organ, .matter = 4, .position = 8};
        const struct heard before = hear(&fixture, organ);
        const struct tcn_outcome there = fold_word(&fixture, &word, reasons[i % 2]);
        const struct heard one = hear(&fixture, organ);
        word.matter = (uint8_t)(100 + i);
        const struct tcn_outcome absent = fold_word(&fixture, &word, reasons[i % 2]);
        const struct heard two = hear(&fixture, organ);
        assert_int_equal(there.code, absent.code);
        assert_int_equal(there.missing, absent.missing);
        assert_int_equal(one.alert_count - before.alert_count, two.alert_count - one.alert_count);
        assert_int_equal(one.alert.code, two.alert.code);
        assert_int_equal(one.alert.facts, two.alert.facts);
        assert_int_equal(one.alert.flags, two.alert.flags);
        assert_int_equal(one.alert.birth_position, two.alert.birth_position);
    }
    assert_int_equal(waiting(&fixture), 0);
    stop(&fixture);
}

/* What was there before: a post's word that it has read a sealed text. */
static void another_word_of_unsealing_says_that_it_was_read_and_gives_nothing(void **state) {
    (void)state;
    struct fixture fixture;
    start_log(&fixture);
    expect_word(&fixture, &(const struct word){.organ = WATER, .stands = "applied"}, "");
    const struct word louder = {
        .organ = WATER, .matter = 2, .stands = "applied", .severity = TCN_SEVERITY_DANGER};
    expect_word(&fixture, &louder, "read"); /* and makes nothing a danger */
    OPEN(&fixture, .matter = 2, .purpose = "danger_to_life", .stands = "bad_value in_danger");
    assert_int_equal(waiting(&fixture), 0);
    assert_int_equal(hear(&fixture, DESK).alert.reason == TCN_REASON_UNSEALED, 0);
    stop(&fixture);
}

static void what_was_opened_is_given_for_a_day(void **state) {
    (void)state;
    assert_true(tcn_opening_is_fresh(5, 5));
    assert_true(tcn_opening_is_fresh(5, 5 + TCN_OPENING_READ_NS - 1));
    assert_false(tcn_opening_is_fresh(5, 5 + TCN_OPENING_READ_NS));
    assert_true(tcn_opening_is_fresh(INT64_MAX, INT64_MAX));
    assert_true(tcn_opening_is_fresh(INT64_MAX, INT64_MIN));
}

/** Every call of the state is made to fail: the fold says so and has no half of it. */
static void a_state_that_fails_opens_nothing(void **state) {
    (void)state;
    bool has_passed = false;
    for (uint64_t call = 1; !has_passed; call++) {
        const struct word word = {.matter = 1};
        struct fixture fixture;
        struct tcn_attribute attribute;
        struct tcn_outcome outcome;
        start_log(&fixture);
        const struct tcn_event event = word_of(&word, "break_glass", &attribute);
        const struct tcn_fold_input in = input_for(&fixture, &word, &event);
        fixture.state.fail_at = fixture.state.call_count + call;
        const enum tcn_status status = tcn_fold_step(&fixture.fold, &in, &outcome);
        has_passed = status == TCN_OK;
        assert_true(has_passed || status == TCN_IO);
        assert_true(call < 200);
        assert_true(!has_passed || waiting(&fixture) == 1);
        stop(&fixture);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_may_not_open_and_what_is_not_opened),
        cmocka_unit_test(nobody_opens_who_has_no_duty_any_more),
        cmocka_unit_test(a_matter_that_is_over_is_in_no_danger),
        cmocka_unit_test(one_step_opens_and_all_hear_of_it_who_have_to),
        cmocka_unit_test(without_a_position_the_report_is_opened),
        cmocka_unit_test(nothing_is_opened_twice_by_two_posts_or_in_bulk),
        cmocka_unit_test(so_many_wait_and_no_more),
        cmocka_unit_test(who_may_not_approve_and_what_an_approval_must_name),
        cmocka_unit_test(another_post_with_another_key_approves_what_waits_of_a_matter),
        cmocka_unit_test(a_matter_that_is_closed_leaves_its_opening_to_be_approved),
        cmocka_unit_test(what_nobody_approves_in_a_day_is_overdue_and_goes_up_until_somebody_does),
        cmocka_unit_test(of_a_guarded_matter_nobody_learns_by_this),
        cmocka_unit_test(another_word_of_unsealing_says_that_it_was_read_and_gives_nothing),
        cmocka_unit_test(what_was_opened_is_given_for_a_day),
        cmocka_unit_test(a_state_that_fails_opens_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
