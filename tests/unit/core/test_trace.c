/* SPDX-License-Identifier: Apache-2.0 */
/* Why the fold did what it did: every reason is reached, and no decision depends on a trace. */
#include "core/trace.h"

#include "clock_log.h"
#include "core/clockwork.h"
#undef COUNT_OF /* trace.h has the same */
#include "fold_moves.h"
#include "placement_world.h"
#include "testlib/whys.h"

static struct tcn_calendar_span spans[sizeof(named_days) / sizeof(named_days[0])];
static struct tcn_clock_table table;
static bool seen[TCN_WHY_COUNT];

static int make(void **state) {
    (void)state;
    table = make_clock_table(spans);
    return 0;
}

/** Remembers which reasons came; a trace that waits for nothing keeps the last event's. */
static void look(const struct tcn_trace *trace) {
    assert_int_equal(trace->lost_count, 0);
    for (uint32_t i = 0; i < trace->count; i++) {
        seen[trace->notes[i].why] = true;
    }
}

/** Folds what a test has filled in, and holds the reasons against what was done. */
static void fold_in(struct fixture *fixture, const struct tcn_fold_input *in) {
    const struct tcn_whys before = tcn_whys_before(&fixture->state, in->event);
    struct tcn_outcome outcome;
    assert_int_equal(tcn_fold_step(&fixture->fold, in, &outcome), TCN_OK);
    if (fixture->fold.trace == NULL || fixture->fold.trace->is_closed) {
        return;
    }
    const char *bad = tcn_whys_agree(&before, fixture->fold.policy, fixture->fold.trace, &outcome);
    if (bad != NULL) {
        fail_msg("%s at %u: %s", tcn_act_name(in->event->act), (unsigned)in->position, bad);
    }
    look(fixture->fold.trace);
}

static void fold_it(struct fixture *fixture, uint16_t organ, struct tcn_event event) {
    const struct tcn_fold_input in = input_of(fixture, organ, &event);
    fold_in(fixture, &in);
}

/** A complaint with a list, or none for organ 0. */
static struct tcn_event complaint_of(uint8_t matter, uint16_t listed) {
    struct tcn_event event = report_of(matter, "");
    event.division = tcn_slice_text("");
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organs[0] = listed;
    event.guard_organ_count = listed != 0 ? 1 : 0;
    return event;
}

static void fold_reports(struct fixture *fixture) {
    static const char *const places[] = {"520502100001", "110101001000", "520502101000",
                                         "520502102004"};
    static const char *const domains[] = {"hazard", "unheard", "orphaned"};
    for (uint8_t i = 0; i < COUNT_OF(places); i++) {
        struct tcn_event event = report_of((uint8_t)(10 + i), "hazard");
        event.division = tcn_slice_text(places[i]);
        event.learned_ns = 6000;
        fold_it(fixture, OFFICE_A, event);
    }
    for (uint8_t i = 0; i < COUNT_OF(domains); i++) {
        fold_it(fixture, OFFICE_A, report_of((uint8_t)(20 + i), domains[i]));
    }
    struct tcn_event event = report_of(30, "hazard");
    event.recorded_ns = BASE_NS + 10000;
    fold_it(fixture, OFFICE_A, event);
    event.recorded_ns = 1;
    event.matter = matter_id(31);
    fold_it(fixture, OFFICE_A, event);
    event.mode = TCN_MODE_NONE;
    fold_it(fixture, OFFICE_A, event);
    event = report_of(32, "hazard");
    event.concerns = TCN_CONCERNS_UNKNOWN;
    fold_it(fixture, OFFICE_A, event);
    fold_it(fixture, OFFICE_A, complaint_of(33, 0));
    fold_it(fixture, OFFICE_A, complaint_of(34, 98));
}

static void fold_guarded(struct fixture *fixture) {
    struct tcn_event event = act_of(TCN_ACT_RELEASED, 40);
    fold_it(fixture, OFFICE_A, complaint_of(40, DISCIPLINE));
    fold_it(fixture, DESK, act_of(TCN_ACT_ACCEPTED, 40));
    fold_it(fixture, OFFICE_A, act_of(TCN_ACT_ACCEPTED, 40));
    fold_it(fixture, SAFETY, act_of(TCN_ACT_ACCEPTED, 40));
    fold_it(fixture, DISCIPLINE, act_of(TCN_ACT_FOLLOWED_UP, 40));
    fold_it(fixture, DISCIPLINE, act_of(TCN_ACT_ACCEPTED, 40));
    fold_it(fixture, DISCIPLINE, act_of(TCN_ACT_OBJECTED, 40)); /* the desk may not get it back */
    struct tcn_event word = complaint_of(40, DISCIPLINE);       /* its holder may know of it */
    word.act = TCN_ACT_FOLLOWED_UP;
    fold_it(fixture, OFFICE_B, word);
    fold_it(fixture, DISCIPLINE, event);
    event.domain = tcn_slice_text("hazard");
    fold_it(fixture, DISCIPLINE, event); /* the same post, and another word */
    struct tcn_fold_input second = input_of(fixture, DISCIPLINE, &event); /* and another post */
    second.lane.source = 77;
    fold_in(fixture, &second);
    fold_it(fixture, SAFETY, act_of(TCN_ACT_OBJECTED, 40));
    event = complaint_of(10, DISCIPLINE); /* of a matter that is not guarded */
    event.act = TCN_ACT_FOLLOWED_UP;
    fold_it(fixture, OFFICE_A, event);
}

static void fold_acts(struct fixture *fixture) {
    struct tcn_event event = act_of(TCN_ACT_ACCEPTED, 10);
    event.mode = TCN_MODE_EXERCISE;
    fold_it(fixture, SAFETY, event);
    fold_it(fixture, OFFICE_B, act_of(TCN_ACT_ACCEPTED, 10));
    fold_it(fixture, SAFETY, act_of(TCN_ACT_REOPENED, 10));
    fold_it(fixture, SAFETY, act_of(TCN_ACT_TRANSFERRED, 10));
    event = act_of(TCN_ACT_TRANSFERRED, 10);
    event.act_body.to_organ = tcn_slice_text("nobody");
    fold_it(fixture, SAFETY, event);
    event = act_of(TCN_ACT_RECLASSIFIED, 10);
    event.domain = tcn_slice_text("unheard");
    fold_it(fixture, SAFETY, event);
    fold_it(fixture, SAFETY, act_of(TCN_ACT_ACCEPTED, 20));
    fold_it(fixture, OFFICE_A, act_of(TCN_ACT_FOLLOWED_UP, 50)); /* before its report */
    fold_it(fixture, OFFICE_A, report_of(50, "hazard"));
    event = act_of(TCN_ACT_CALLED, 0);
    fold_it(fixture, SAFETY, event);
    event.act = TCN_ACT_ACCEPTED;
    fold_it(fixture, SAFETY, event);
    event.act = TCN_ACT_UNREACHABLE;
    fold_it(fixture, SAFETY, event);
    event.act = TCN_ACT_EPOCH_ALLOWED; /* the desk's to say */
    fold_it(fixture, SAFETY, event);
    event.act = TCN_ACT_GENERATION;
    fold_it(fixture, 0, event);
    event.act = (enum tcn_act)99;
    assert_false(tcn_act_is_known(99));
    fold_it(fixture, SAFETY, event);
    event.act = TCN_ACT_REGISTRY_CHANGED;
    struct tcn_fold_input in = input_of(fixture, OFFICE_A, &event);
    in.ruling = TCN_DENIED;
    fold_in(fixture, &in);
}

/* Accidents have one level, if they have any. */
static const struct tcn_level level = {.id = "mild", .kind = TCN_LEVEL_ACCIDENT, .rank = 1};
static const struct tcn_domain_rules scaled = {.id = "danger", .scale = 1};
static const struct tcn_rules levels = {
    .levels = &level, .level_count = 1, .scale_count = 1, .domains = &scaled, .domain_count = 1};

/** Moves of one matter of each of several kinds. */
static void fold_kinds(struct tcn_trace *trace) {
    static const struct move petition[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "claim", "open 2"},
        {SAFETY, TCN_ACT_REPLIED, 0, NULL, "replied 2"},
        {SAFETY, TCN_ACT_PETITIONER_TOLD, TCN_FACT_HOW, NULL, "told 2"},
        {SAFETY, TCN_ACT_REVIEW_ASKED, 0, NULL, "review 5"},
        {CITY, TCN_ACT_REPLIED, 0, NULL, "reviewed 5"},
        {CITY, TCN_ACT_REVIEW_ASKED, 0, NULL, "recheck 1"},
        {DESK, TCN_ACT_REPLIED, 0, NULL, "final 1"},
        {DESK, TCN_ACT_REOPENED, TCN_FACT_REASON, NULL, "final 1"},
    };
    static const struct move hazard[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "danger", "open 2"},
        {SAFETY, TCN_ACT_GRADED, TCN_FACT_GRADE, NULL, "graded 2"},
        {SAFETY, TCN_ACT_ASSIGNED, 0, NULL, "rectifying 2"},
        {SAFETY, TCN_ACT_SUBMITTED, 0, NULL, "submitted 2"},
        {SAFETY, TCN_ACT_FOLLOWED_UP, TCN_FACT_HARM, NULL, "open 2 accident"},
    };
    static const struct move land[] = {
        {OFFICE_A, TCN_ACT_REPORTED, 0, "land", "open 3"},
        {WATER, TCN_ACT_APPROVED, 0, NULL, "approved 3"},
    };
    struct fixture fixture;
    struct tcn_policy policy;
    start_chain(&fixture, &policy);
    policy.rules = &levels;
    fixture.fold.trace = trace;
    fixture.fold.clocks = &table;
    for (size_t i = 0; i < COUNT_OF(petition); i++) {
        make_move(&fixture, 1, &petition[i], petition[i].organ);
        look(trace);
    }
    for (size_t i = 0; i < COUNT_OF(hazard); i++) {
        make_move(&fixture, 2, &hazard[i], hazard[i].organ);
        look(trace);
    }
    for (size_t i = 0; i < COUNT_OF(land); i++) {
        make_move(&fixture, 3, &land[i], land[i].organ);
        look(trace);
    }
    struct tcn_event fewer = act_of(TCN_ACT_CORRECTED, 2); /* without a reason */
    fewer.counts.deaths = (struct tcn_count){TCN_COUNT_EXACT, 0};
    fold_it(&fixture, SAFETY, fewer);
    const struct tcn_event tick = {.format = TCN_EVENT_FORMAT, .act = TCN_ACT_TICK};
    struct tcn_fold_input in = input_of(&fixture, 0, &tick);
    in.log_mode = TCN_MODE_ACTUAL;
    in.log_time_ns += 7200 * SECOND_NS; /* the accident was to be told upwards within an hour */
    fold_in(&fixture, &in);
    stop(&fixture);
}

/** A matter that nobody takes until later is told that it was taken, and an act without a date. */
static void fold_hand_over(struct tcn_trace *trace) {
    static const struct tcn_clock_rule rules[] = {
        {.id = "take",
         .unit = TCN_CLOCK_HOURS,
         .amount = 1,
         .bound = TCN_CLOCK_AT_MOST,
         .owes = TCN_CLOCK_HOLDER,
         .starts = {{.act = TCN_ACT_TRANSFERRED}},
         .start_count = 1,
         .start_time = TCN_CLOCK_RECORDED,
         .is_hand_over = true,
         .is_enabled = true},
        {.id = "told",
         .unit = TCN_CLOCK_UNTIL,
         .bound = TCN_CLOCK_AT_MOST,
         .owes = TCN_CLOCK_HOLDER,
         .starts = {{.act = TCN_ACT_TRANSFERRED}},
         .start_count = 1,
         .start_time = TCN_CLOCK_RECORDED,
         .is_enabled = true},
    };
    const struct tcn_clock_table few = {
        .rules = rules, .rule_count = COUNT_OF(rules), .calendar = table.calendar};
    const struct tcn_event tick = {.format = TCN_EVENT_FORMAT, .act = TCN_ACT_TICK};
    struct tcn_event event = act_of(TCN_ACT_TRANSFERRED, 1);
    struct fixture fixture;
    struct tcn_policy policy;
    start_chain(&fixture, &policy);
    fixture.fold.trace = trace;
    fixture.fold.clocks = &few;
    event.act_body.to_organ = tcn_slice_text("safety");
    fold_it(&fixture, OFFICE_A, report_of(1, "pipe"));
    fold_it(&fixture, WATER, event);
    struct tcn_fold_input in = input_of(&fixture, 0, &tick);
    in.log_mode = TCN_MODE_ACTUAL;
    in.log_time_ns += 7200 * SECOND_NS;
    fold_in(&fixture, &in);
    event = act_of(TCN_ACT_ACCEPTED, 1); /* SAFETY had, before time moved it on */
    event.recorded_ns = in.log_time_ns - 1;
    const int64_t now_ns = in.log_time_ns;
    in = input_of(&fixture, SAFETY, &event);
    in.log_time_ns = now_ns;
    fold_in(&fixture, &in);
    stop(&fixture);
}

/** The log of clocks, folded with a trace or without; gives the hash of its state. */
static uint64_t fold_clock_log(struct tcn_trace *trace) {
    struct fixture fixture;
    const struct tcn_policy policy = make_clock_policy();
    start(&fixture);
    fixture.fold.policy = &policy;
    fixture.fold.clocks = &table;
    fixture.fold.trace = trace;
    for (size_t i = 0; i < COUNT_OF(clock_log); i++) {
        const struct tcn_event event = clock_event(&clock_log[i]);
        struct tcn_fold_input in = input_of(&fixture, clock_log[i].organ, &event);
        in.log_time_ns = at(clock_log[i].when);
        in.log_mode = TCN_MODE_ACTUAL;
        fold_in(&fixture, &in);
    }
    const uint64_t hash = tcn_memstate_hash(&fixture.state);
    stop(&fixture);
    return hash;
}

/** What one event does to the clocks of one matter. */
struct turn {
    const char *when; /**< recorded; logged at noon of the last of them */
    enum tcn_act act;
    const char *reason;
    const char *until;
    const char *before; /**< domains */
    const char *after;
    bool stops_all;
    enum tcn_why why; /**< a reason that comes */
};

static bool has(const struct tcn_trace *trace, enum tcn_why why) {
    for (uint32_t i = 0; i < trace->count; i++) {
        if (trace->notes[i].why == why) {
            return true;
        }
    }
    return false;
}

static struct tcn_clock_traits traits_of(const char *domain) {
    return (struct tcn_clock_traits){.is_none = domain == NULL,
                                     .subject = {.domain = tcn_slice_text(domain ? domain : ""),
                                                 .procedure = TCN_PROCEDURE_GENERAL,
                                                 .severity = TCN_SEVERITY_SERIOUS}};
}

static void what_happens_to_a_clock_has_its_reason(void **state) {
    (void)state;
    static const struct turn turns[] = {
        {"2024-03-01 10:00:00", TCN_ACT_REPORTED, "", NULL, NULL, "hazard", false,
         TCN_WHY_CLOCK_STARTS},
        {"2024-03-02 10:00:00", TCN_ACT_REVIEW_ASKED, "", NULL, "hazard", "hazard", false,
         TCN_WHY_CLOCK_STARTS},
        {"2024-03-03 10:00:00", TCN_ACT_REVIEW_ASKED, "", NULL, "hazard", "hazard", false,
         TCN_WHY_CLOCK_RUNS_ON},
        {"2024-03-04 10:00:00", TCN_ACT_FOLLOWED_UP, "hearing_opened", NULL, "hazard", "hazard",
         false, TCN_WHY_CLOCK_PAUSES},
        {"2024-03-05 10:00:00", TCN_ACT_FOLLOWED_UP, "hearing_closed", NULL, "hazard", "hazard",
         false, TCN_WHY_CLOCK_RESUMES},
        {"2024-03-06 10:00:00", TCN_ACT_EXTENDED, "", "2024-03-28 00:00:00", "hazard", "hazard",
         false, TCN_WHY_CLOCK_EXTENDS},
        {"2024-03-07 10:00:00", TCN_ACT_EXTENDED, "", "2025-03-28 00:00:00", "hazard", "hazard",
         false, TCN_WHY_CLOCK_NOT_EXTENDED},
        {"2024-03-08 10:00:00", TCN_ACT_REPLIED, "", NULL, "hazard", "hazard", false,
         TCN_WHY_CLOCK_STOPS},
        {"2024-03-07 10:00:00", TCN_ACT_REPLIED, "", NULL, "hazard", "hazard", false,
         TCN_WHY_CLOCK_CORRECTED},
        {"2024-03-09 10:00:00", TCN_ACT_RECLASSIFIED, "", NULL, "hazard", "pipe", false,
         TCN_WHY_CLOCK_MOVED_IN},
        {"2024-03-10 10:00:00", TCN_ACT_RECLASSIFIED, "", NULL, "pipe", "hazard", false,
         TCN_WHY_CLOCK_LEAVES},
        {"2024-03-11 10:00:00", TCN_ACT_CLOSED, "", NULL, "hazard", "hazard", true,
         TCN_WHY_CLOCK_CLOSES},
    };
    struct tcn_memstate memory;
    struct tcn_trace trace = {.wanted_position = 0};
    tcn_memstate_init(&memory);
    const struct tcn_clockwork work = {
        .ops = &tcn_memstate_ops, .state = &memory, .table = &table, .trace = &trace};
    for (size_t i = 0; i < COUNT_OF(turns); i++) {
        struct tcn_event event = act_of(turns[i].act, 1);
        const int64_t when_ns = at(turns[i].when);
        bool is_changed = false;
        event.learned_ns = when_ns;
        event.recorded_ns = when_ns;
        event.act_body.reason = tcn_slice_text(turns[i].reason);
        event.act_body.until_ns = turns[i].until != NULL ? at(turns[i].until) : 0;
        const struct tcn_clockwork_event in = {.birth_position = 7,
                                               .event = &event,
                                               .position = 7 + i,
                                               .log_time_ns = when_ns,
                                               .start_max_ns = when_ns,
                                               .before = traits_of(turns[i].before),
                                               .after = traits_of(turns[i].after),
                                               .stage = TCN_STAGE_OPEN,
                                               .is_birth = i == 0,
                                               .was_reported = i > 0,
                                               .stops_all = turns[i].stops_all,
                                               .learned_ns = at(turns[0].when),
                                               .moved_ns = at(turns[0].when)};
        trace.count = 0;
        assert_int_equal(tcn_clockwork_apply(&work, &in, &is_changed), TCN_OK);
        if (!has(&trace, turns[i].why)) {
            fail_msg("%s of %s: no %s", tcn_act_name(turns[i].act), turns[i].when,
                     tcn_why_name(turns[i].why));
        }
        look(&trace);
    }
    tcn_memstate_fini(&memory);
}

static void a_clock_that_has_no_room_is_said(void **state) {
    (void)state;
    static struct tcn_clock_rule rules[TCN_MATTER_CLOCKS_MAX + 1];
    static struct tcn_trace trace;
    const struct tcn_clock_table many = {
        .rules = rules, .rule_count = COUNT_OF(rules), .calendar = table.calendar};
    struct tcn_memstate memory;
    bool is_changed = false;
    for (uint32_t i = 0; i < COUNT_OF(rules); i++) {
        rules[i] = clock_rules[0];
        (void)snprintf(rules[i].id, sizeof(rules[i].id), "rule%03u", i);
        rules[i].severity_min = TCN_SEVERITY_UNKNOWN;
    }
    tcn_memstate_init(&memory);
    const struct tcn_clockwork work = {
        .ops = &tcn_memstate_ops, .state = &memory, .table = &many, .trace = &trace};
    const struct tcn_event event = report_of(1, "hazard");
    const struct tcn_clockwork_event in = {.birth_position = 7,
                                           .event = &event,
                                           .position = 7,
                                           .log_time_ns = 1000,
                                           .start_max_ns = 1000,
                                           .before = traits_of(NULL),
                                           .after = traits_of("hazard"),
                                           .stage = TCN_STAGE_OPEN,
                                           .is_birth = true};
    assert_int_equal(tcn_clockwork_apply(&work, &in, &is_changed), TCN_OK);
    assert_int_equal(trace.count, COUNT_OF(rules));
    assert_int_equal(trace.notes[0].why, TCN_WHY_CLOCK_STARTS);
    assert_int_equal(trace.notes[TCN_MATTER_CLOCKS_MAX].why, TCN_WHY_CLOCK_NO_ROOM);
    look(&trace);
    tcn_memstate_fini(&memory);
}

/** The log of clocks up to its closing, and then another policy, which has no rule `right`, ten
 * hours more for `slip` and twenty days more for `answer`. */
static void activate(struct tcn_trace *trace, bool restates, struct tcn_fired *out_told) {
    struct fixture fixture;
    struct tcn_clock_rule rules[COUNT_OF(clock_rules)];
    uint32_t count = 0;
    const struct tcn_policy policy = make_clock_policy();
    start(&fixture);
    fixture.fold.policy = &policy;
    fixture.fold.clocks = &table;
    for (size_t i = 0; i < COUNT_OF(clock_log) && clock_log[i].act != TCN_ACT_CLOSED; i++) {
        const struct tcn_event event = clock_event(&clock_log[i]);
        struct tcn_fold_input in = input_of(&fixture, clock_log[i].organ, &event);
        in.log_time_ns = at(clock_log[i].when);
        in.log_mode = TCN_MODE_ACTUAL;
        fold_in(&fixture, &in);
    }
    for (size_t i = 0; i < COUNT_OF(clock_rules); i++) {
        const bool is_gone = strcmp(clock_rules[i].id, "right") == 0;
        rules[count] = clock_rules[i];
        rules[count].amount += strcmp(clock_rules[i].id, "slip") == 0 ? 10 : 0;
        rules[count].amount += strcmp(clock_rules[i].id, "answer") == 0 ? 20 : 0;
        count += is_gone ? 0 : 1;
    }
    const struct tcn_clock_table others = {
        .rules = rules, .rule_count = count, .calendar = table.calendar};
    struct tcn_policy next = policy;
    next.version++;
    next.clocks = &others;
    const struct tcn_event event = {
        .format = TCN_EVENT_FORMAT, .act = TCN_ACT_POLICY_ACTIVATED, .mode = TCN_MODE_ACTUAL};
    struct tcn_fold_input in = input_of(&fixture, 0, &event);
    in.log_time_ns = at("2024-03-20 10:00:00");
    in.log_mode = TCN_MODE_ACTUAL;
    in.policy = &next;
    in.restates = restates;
    in.activator = 41;
    fixture.fold.trace = trace;
    fold_in(&fixture, &in);
    *out_told = hear(&fixture, DESK).alert.fired;
    stop(&fixture);
}

static uint64_t number_of(const struct tcn_trace *trace, enum tcn_why why) {
    for (uint32_t i = 0; i < trace->count; i++) {
        if (trace->notes[i].why == why) {
            return trace->notes[i].number;
        }
    }
    return 0;
}

static void an_activation_says_what_becomes_of_each_clock(void **state) {
    (void)state;
    struct tcn_trace trace = {.wanted_position = 0};
    struct tcn_fired told;
    activate(&trace, false, &told);
    assert_true(has(&trace, TCN_WHY_POLICY_KEEPS));
    assert_false(has(&trace, TCN_WHY_CLOCK_RESTATED));
    assert_int_equal(told.kind, TCN_DUE_POLICY);
    assert_int_equal(told.stage, TCN_POLICY_KEEPS);
    assert_int_equal(told.rule, 0);
    activate(&trace, true, &told);
    assert_int_equal(number_of(&trace, TCN_WHY_POLICY_RESTATES), regime.version + 1);
    assert_int_equal(number_of(&trace, TCN_WHY_CLOCK_LET_GO), 3); /* where its matter began */
    assert_int_equal(number_of(&trace, TCN_WHY_CLOCK_REJUDGED), 3);
    assert_int_equal(number_of(&trace, TCN_WHY_CLOCKS_LEFT), 1);
    assert_int_equal(number_of(&trace, TCN_WHY_CLOCKS_REJUDGED), 1);
    const uint64_t moved = number_of(&trace, TCN_WHY_CLOCKS_MOVED);
    uint64_t noted = 0;
    for (uint32_t i = 0; i < trace.count; i++) {
        noted += trace.notes[i].why == TCN_WHY_CLOCK_RESTATED ? 1 : 0;
    }
    assert_true(moved >= 2); /* of two matters */
    assert_int_equal(noted, moved);
    assert_true(number_of(&trace, TCN_WHY_CLOCKS_SAME) > 0);
    assert_int_equal(told.kind, TCN_DUE_POLICY);
    assert_int_equal(told.stage, TCN_POLICY_RESTATES);
    assert_int_equal(told.subject, 41);
    assert_int_equal(told.rule, moved + 2);
    assert_int_equal(told.until_ns, at("2024-03-20 10:00:00"));
}

/** A claim that breaks a rule, and a month that is none. */
static void fold_placement(struct tcn_trace *trace) {
    const struct tcn_policy policy = placement_policy();
    const struct tcn_attribute claim[] = {word_attribute("claim", "worker"),
                                          number_attribute("amount_fen", 1)};
    const struct tcn_attribute month = number_attribute("month", 1);
    struct fixture fixture;
    start(&fixture);
    fixture.fold.policy = &policy;
    fixture.fold.trace = trace;
    fold_it(&fixture, OFFICE_A, report_of(1, "place"));
    fold_it(&fixture, OFFICE_A, stating(TCN_ACT_CLAIMED, claim, 2));
    fold_it(&fixture, WATER, stating(TCN_ACT_MONTH_CONFIRMED, &month, 1));
    stop(&fixture);
}

/* Behind the tests of clocks, which have seen their own. */
static void every_reason_is_reached(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_trace trace = {.wanted_position = 0};
    start(&fixture);
    fixture.fold.trace = &trace;
    fold_reports(&fixture);
    fold_guarded(&fixture);
    fold_acts(&fixture);
    stop(&fixture);
    fold_kinds(&trace);
    fold_hand_over(&trace);
    fold_placement(&trace);
    (void)fold_clock_log(&trace);
    seen[TCN_WHY_ZERO_NOT_OWN] = seen[TCN_WHY_OFFICE_SPOKE] = true; /* in test_fold_expected and */
    seen[TCN_WHY_ZERO_CONTRADICTED] = seen[TCN_WHY_ZERO_CORRECTED] = true; /* test_fold_signs */
    for (unsigned why = 1; why < TCN_WHY_COUNT; why++) {
        assert_string_not_equal(tcn_why_name((enum tcn_why)why), "none");
        if (!seen[why] && !is_seen_elsewhere((enum tcn_why)why)) {
            fail_msg("nothing gives the reason %s", tcn_why_name((enum tcn_why)why));
        }
    }
    assert_string_equal(tcn_why_name(TCN_WHY_NONE), "none");
    assert_string_equal(tcn_why_name(TCN_WHY_COUNT), "none");
}

static void a_trace_changes_nothing(void **state) {
    (void)state;
    struct tcn_trace trace = {.wanted_position = 0};
    struct tcn_trace kept = {.wanted_position = 3};
    const uint64_t hash = fold_clock_log(NULL);
    assert_true(fold_clock_log(&trace) == hash);
    assert_true(fold_clock_log(&kept) == hash);
    assert_true(kept.is_found && kept.is_closed);
}

static void a_report_is_told_as_it_was_routed(void **state) {
    (void)state;
    static const char wanted[] =
        "matter_absent 0\nmatter_begins 0\naccuses_nobody 0\ndivision_managed 0\ndomain_known 0\n"
        "owner 2\nco_recipient 3\nco_recipient 2\nco_recipient_unknown 99\nowner_leads 2\nstands "
        "0\n"
        "actor 11\nrow_allows 0\nowes 2\nowes 3\nowes 99\nunknown_untold 99\napplied 0\ntold "
        "2\ntold 3\n";
    struct fixture fixture;
    struct tcn_trace trace = {.wanted_position = 1};
    struct trace text = {.size = 0};
    start(&fixture);
    fixture.fold.trace = &trace;
    report(&fixture, OFFICE_A, 1, "hazard");
    act(&fixture, SAFETY, TCN_ACT_ACCEPTED, 1); /* what comes behind it says nothing more */
    for (uint32_t i = 0; i < trace.count; i++) {
        trace_add(&text, "%s %u\n", tcn_why_name(trace.notes[i].why), trace.notes[i].organ);
    }
    assert_int_equal(trace.event.position, 1);
    assert_int_equal(trace.event.policy_version, regime.version);
    trace_expect(&text, wanted);
    stop(&fixture);
}

static void a_word_about_a_unit_is_told_as_it_was_guarded(void **state) {
    (void)state;
    static const char wanted[] =
        "reported: matter_absent 0, matter_begins 0, list_carried 0, listed 4, desk_unlisted 1, "
        "first_listed_holds 4, stands 0, actor 11, row_allows 0, owes 4, applied 0, told 4\n"
        "followed_up: matter_found 2, kept_apart 0, matter_begins 0, accuses 0, list_default 4, "
        "list_default 1, first_listed_holds 4, stands 0, actor 11, row_allows 0, owes 4, "
        "applied 0, told 4, told 1\n";
    struct fixture fixture;
    struct trace text = {.size = 0};
    start(&fixture);
    report(&fixture, OFFICE_A, 2, "hazard");
    struct tcn_event events[] = {complaint_of(1, DISCIPLINE), complaint_of(2, 0)};
    events[1].act =
        TCN_ACT_FOLLOWED_UP; /* without a list, of a matter that is open to its holder */
    for (size_t i = 0; i < COUNT_OF(events); i++) {
        struct tcn_trace trace = {.wanted_position = 0};
        fixture.fold.trace = &trace;
        fold_it(&fixture, OFFICE_A, events[i]);
        trace_add(&text, "%s:", tcn_act_name(events[i].act));
        for (uint32_t j = 0; j < trace.count; j++) {
            trace_add(&text, "%s %s %u", j > 0 ? "," : "", tcn_why_name(trace.notes[j].why),
                      trace.notes[j].organ);
        }
        trace_add(&text, "\n");
    }
    trace_expect(&text, wanted);
    stop(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_is_told_as_it_was_routed),
        cmocka_unit_test(a_word_about_a_unit_is_told_as_it_was_guarded),
        cmocka_unit_test(a_trace_changes_nothing),
        cmocka_unit_test(what_happens_to_a_clock_has_its_reason),
        cmocka_unit_test(a_clock_that_has_no_room_is_said),
        cmocka_unit_test(an_activation_says_what_becomes_of_each_clock),
        cmocka_unit_test(every_reason_is_reached),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
