/* SPDX-License-Identifier: Apache-2.0 */
/* An accident under the policy that is shipped: its level by what its events count, on both sides
 * of each number of the law, and how far up the chain the level sends it.
 * ctest-uses: core */
#include "core/fold.h"
#include "shipped.h"
#include "testlib/memstate.h"

#define HOUR_NS (INT64_C(3600) * 1000000000)
#define MINUTE_NS (HOUR_NS / 60)
/* 2026-06-01 00:00 UTC: nothing here looks at a day. */
#define START_NS (INT64_C(1780272000) * 1000000000)

/** One matter in a fold. */
struct chain {
    struct tcn_memstate state;
    struct tcn_fold fold;
    const struct tcn_policy *policy;
    int64_t now_ns;
    char text[1024];
};

/** What an event counts; unknown where not said. */
#define DEAD(kind_, n_)                                                                            \
    {                                                                                              \
        .deaths = { TCN_COUNT_##kind_, (n_) }                                                      \
    }
#define HURT(kind_, n_)                                                                            \
    {                                                                                              \
        .serious_injuries = { TCN_COUNT_##kind_, (n_) }                                            \
    }
#define LOST(kind_, yuan_)                                                                         \
    {                                                                                              \
        .loss_fen = { TCN_COUNT_##kind_, (yuan_)*UINT64_C(100) }                                   \
    }

static const struct tcn_organ *organ_of(const struct chain *chain, const char *id) {
    const struct tcn_organ *organ = tcn_policy_organ_by_id(chain->policy, tcn_slice_text(id));
    assert_non_null(organ);
    return organ;
}

static void begin(struct chain *chain, const struct tcn_policy *policy) {
    memset(chain, 0, sizeof(*chain));
    chain->policy = policy;
    chain->now_ns = START_NS;
    tcn_memstate_init(&chain->state);
    assert_int_equal(tcn_fold_init(&chain->fold, policy, &tcn_memstate_ops, &chain->state), TCN_OK);
}

/** An event of the matter by an organ, now. */
static void happen(struct chain *chain, const char *organ, struct tcn_event event) {
    const uint16_t number = organ != NULL ? organ_of(chain, organ)->number : 0;
    const uint64_t position = chain->fold.applied.position + 1;
    struct tcn_outcome outcome;
    event.format = TCN_EVENT_FORMAT;
    event.mode = TCN_MODE_ACTUAL;
    event.recorded_ns = chain->now_ns;
    event.learned_ns = chain->now_ns;
    event.occurred_ns = chain->now_ns;
    event.matter.bytes[0] = number != 0 ? 1 : 0;
    const struct tcn_fold_input in = {
        .position = position,
        .generation = 1,
        .log_time_ns = chain->now_ns,
        .log_mode = TCN_MODE_ACTUAL,
        .lane = {.source = number, .epoch = number, .lane = TCN_LANE_URGENT},
        .sequence = position,
        .organ = number,
        .event = &event};
    assert_int_equal(tcn_fold_step(&chain->fold, &in, &outcome), TCN_OK);
    assert_int_equal(outcome.code, TCN_OK);
}

static void report(struct chain *chain, const char *domain, struct tcn_counts counts) {
    happen(chain, "office_guihua",
           (struct tcn_event){.act = TCN_ACT_REPORTED,
                              .body_kind = TCN_BODY_REPORT,
                              .domain = tcn_slice_text(domain),
                              .division = tcn_slice_text("520521005000"),
                              .concerns = TCN_CONCERNS_NOBODY,
                              .severity = TCN_SEVERITY_URGENT,
                              .counts = counts});
}

static void say(struct chain *chain, const char *organ, enum tcn_act act, const char *reason,
                struct tcn_counts counts) {
    struct tcn_event event = {.act = act, .body_kind = TCN_BODY_ACT, .counts = counts};
    event.act_body.reason = tcn_slice_text(reason);
    if (act == TCN_ACT_CORRECTED) {
        event.act_body.post = tcn_slice_text("duty_chief");
    }
    happen(chain, organ, event);
}

static void pass(struct chain *chain, int64_t minutes) {
    chain->now_ns += minutes * MINUTE_NS;
    happen(chain, NULL, (struct tcn_event){.act = TCN_ACT_TICK});
}

static const struct tcn_matter *matter_of(const struct chain *chain) {
    const struct tcn_id id = {{1}};
    const struct tcn_matter *matter = tcn_memstate_matter(&chain->state, &id);
    assert_non_null(matter);
    return matter;
}

/** How grave it is, and which of the chain's clocks run (minutes from the start to their end), are
 * stopped (=) or left the matter (-). */
static const char *stands(struct chain *chain) {
    static const char *const rules[] = {"acc.head_to_county", "acc.each_level_up",
                                        "acc.to_province", "acc.to_state_council"};
    const struct tcn_matter *matter = matter_of(chain);
    const struct tcn_level *level =
        tcn_rules_accident_level(chain->policy->rules, matter->toll.degree.rank);
    int size = snprintf(chain->text, sizeof(chain->text), "%s %s", level != NULL ? level->id : "-",
                        tcn_count_kind_name(matter->toll.degree.sure));
    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        const struct tcn_matter_clock *row =
            tcn_memstate_clock(&chain->state, matter->birth_position, rules[i]);
        if (row == NULL) {
            continue;
        }
        const char *end = row->end == TCN_CLOCK_RUNS ? "" : row->end == TCN_CLOCK_LEFT ? "-" : "=";
        size += snprintf(chain->text + size, sizeof(chain->text) - (size_t)size, " %s:%d%s",
                         strchr(rules[i], '.') + 1,
                         (int)((row->times.due_ns - START_NS) / MINUTE_NS), end);
    }
    return chain->text;
}

static void expect(struct chain *chain, const char *wanted) {
    assert_string_equal(stands(chain), wanted);
}

/** The level that one number alone gives, in a report and in a supplement. */
static void check_number(const struct tcn_policy *policy, struct tcn_counts counts,
                         const char *level) {
    for (int is_later = 0; is_later < 2; is_later++) {
        struct chain chain;
        begin(&chain, policy);
        report(&chain, "coal_mine_safety",
               is_later ? (struct tcn_counts)DEAD(AT_LEAST, 1) : counts);
        if (is_later) {
            say(&chain, "office_guihua", TCN_ACT_FOLLOWED_UP, "", counts);
        }
        if (matter_of(&chain)->kind == TCN_PROCEDURE_HAZARD) { /* loss alone is harm to nobody */
            assert_int_equal(matter_of(&chain)->toll.degree.rank, 0);
            say(&chain, "energy_bureau", TCN_ACT_BECAME_ACCIDENT, "", (struct tcn_counts){0});
        }
        const struct tcn_level *found =
            tcn_rules_accident_level(policy->rules, matter_of(&chain)->toll.degree.rank);
        assert_non_null(found);
        assert_string_equal(found->id, level);
        tcn_memstate_fini(&chain.state);
    }
}

static void each_number_of_the_law_begins_its_level(void **state) {
    const struct tcn_policy *policy = tcn_policy_tables(*state);
    static const struct {
        uint64_t deaths;
        uint64_t hurt;
        uint64_t yuan;
        const char *below;
        const char *at;
    } rows[] = {{3, 10, 10000000, "ordinary", "larger"},
                {10, 50, 50000000, "larger", "major"},
                {30, 100, 100000000, "major", "extraordinary"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        for (unsigned kind = TCN_COUNT_AT_LEAST; kind <= TCN_COUNT_EXACT; kind++) {
            const enum tcn_count_kind sure = (enum tcn_count_kind)kind;
            const uint64_t numbers[] = {rows[i].deaths, rows[i].hurt, rows[i].yuan * 100};
            for (size_t measure = 0; measure < 3; measure++) {
                struct tcn_counts counts = {.deaths = {TCN_COUNT_UNKNOWN, 0}};
                struct tcn_count *const places[] = {&counts.deaths, &counts.serious_injuries,
                                                    &counts.loss_fen};
                *places[measure] = (struct tcn_count){sure, numbers[measure]};
                check_number(policy, counts, rows[i].at);
                places[measure]->value--;
                check_number(policy, counts, rows[i].below);
            }
        }
    }
}

static void the_level_says_how_far_up_it_is_told(void **state) {
    struct chain chain;
    begin(&chain, tcn_policy_tables(*state));
    report(&chain, "coal_mine_safety", (struct tcn_counts)DEAD(AT_LEAST, 1));
    expect(&chain, "ordinary at_least head_to_county:60 each_level_up:120");
    pass(&chain, 30); /* the bureau tells the prefecture: of an ordinary one that is all */
    say(&chain, "energy_bureau", TCN_ACT_REPORTED_UP, "prefecture", (struct tcn_counts){0});
    expect(&chain, "ordinary at_least head_to_county:60= each_level_up:120=");
    pass(&chain, 30); /* two more are found: four hours to the province, from now */
    say(&chain, "office_guihua", TCN_ACT_FOLLOWED_UP, "", (struct tcn_counts)DEAD(EXACT, 3));
    expect(&chain, "larger at_least head_to_county:60= each_level_up:120= to_province:300");
    pass(&chain, 60); /* nine hurt change nothing, and what is unknown lowers nothing */
    say(&chain, "office_guihua", TCN_ACT_FOLLOWED_UP, "", (struct tcn_counts)HURT(EXACT, 9));
    say(&chain, "energy_bureau", TCN_ACT_FOLLOWED_UP, "", (struct tcn_counts){0});
    expect(&chain, "larger at_least head_to_county:60= each_level_up:120= to_province:300");
    say(&chain, "energy_bureau", TCN_ACT_REPORTED_UP, "province", (struct tcn_counts){0});
    expect(&chain, "larger at_least head_to_county:60= each_level_up:120= to_province:300=");
    say(&chain, "energy_bureau", TCN_ACT_FOLLOWED_UP, "", (struct tcn_counts)HURT(AT_LEAST, 50));
    expect(&chain, "major at_least head_to_county:60= each_level_up:120= to_province:300= "
                   "to_state_council:480");
    tcn_memstate_fini(&chain.state);
}

static void a_grave_accident_starts_the_whole_chain_at_once(void **state) {
    struct chain chain;
    begin(&chain, tcn_policy_tables(*state));
    report(&chain, "construction_safety", (struct tcn_counts)DEAD(AT_LEAST, 14));
    expect(&chain, "major at_least head_to_county:60 each_level_up:120 to_province:240 "
                   "to_state_council:360");
    /* Levels may be skipped: who told the State Council told it all. */
    say(&chain, "housing_bureau", TCN_ACT_REPORTED_UP, "state_council", (struct tcn_counts){0});
    expect(&chain, "major at_least head_to_county:60= each_level_up:120= to_province:240= "
                   "to_state_council:360=");
    tcn_memstate_fini(&chain.state);
}

static void only_who_leads_lowers_a_level_by_a_correction(void **state) {
    const struct tcn_counts two = DEAD(EXACT, 2);
    struct chain chain;
    begin(&chain, tcn_policy_tables(*state));
    report(&chain, "road_traffic", (struct tcn_counts)DEAD(AT_LEAST, 10));
    expect(&chain, "major at_least head_to_county:60 each_level_up:120 to_province:240 "
                   "to_state_council:360");
    say(&chain, "office_guihua", TCN_ACT_FOLLOWED_UP, "miscounted", two);
    say(&chain, "office_guihua", TCN_ACT_CORRECTED, "miscounted", two);
    say(&chain, "traffic_police", TCN_ACT_FOLLOWED_UP, "miscounted", two);
    say(&chain, "traffic_police", TCN_ACT_CORRECTED, "", two); /* no reason */
    say(&chain, "traffic_police", TCN_ACT_CORRECTED, "miscounted",
        (struct tcn_counts)DEAD(AT_LEAST, 2));
    assert_int_equal(matter_of(&chain)->toll.deaths.value, 10);
    say(&chain, "traffic_police", TCN_ACT_CORRECTED, "miscounted", two);
    expect(&chain, "ordinary at_least head_to_county:60 each_level_up:120 to_province:240- "
                   "to_state_council:360-");
    pass(&chain, 10); /* and up again, with hours of its own */
    say(&chain, "office_guihua", TCN_ACT_FOLLOWED_UP, "", (struct tcn_counts)DEAD(EXACT, 4));
    expect(&chain, "larger at_least head_to_county:60 each_level_up:120 to_province:250 "
                   "to_state_council:360-");
    tcn_memstate_fini(&chain.state);
}

/** The last alert of an organ. */
static const struct tcn_alert *last_of(const struct chain *chain, const char *organ,
                                       size_t *out_count) {
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)chain->state.alerts.rows;
    const struct tcn_alert *last = NULL;
    *out_count = 0;
    for (size_t i = 0; i < chain->state.alerts.count; i++) {
        if (alerts[i].stream.organ == organ_of(chain, organ)->number) {
            last = &alerts[i];
            (*out_count)++;
        }
    }
    return last;
}

static void who_must_know_is_told_that_a_level_rises(void **state) {
    /* The desk, who leads, a co-recipient; and how often each is told of two deaths, three, four.
     */
    static const struct {
        const char *organ;
        size_t told[3];
    } rows[] = {{"district_desk", {0, 1, 0}},
                {"energy_bureau", {1, 1, 1}},
                {"emergency_bureau", {0, 1, 0}}};
    struct chain chain;
    begin(&chain, tcn_policy_tables(*state));
    report(&chain, "coal_mine_safety", (struct tcn_counts)DEAD(AT_LEAST, 1));
    for (uint64_t deaths = 2; deaths < 5; deaths++) {
        size_t before[COUNT_OF(rows)];
        for (size_t i = 0; i < COUNT_OF(rows); i++) {
            (void)last_of(&chain, rows[i].organ, &before[i]);
        }
        say(&chain, "office_guihua", TCN_ACT_FOLLOWED_UP, "",
            (struct tcn_counts){.deaths = {TCN_COUNT_AT_LEAST, deaths}});
        for (size_t i = 0; i < COUNT_OF(rows); i++) {
            size_t after = 0;
            const struct tcn_alert *alert = last_of(&chain, rows[i].organ, &after);
            assert_int_equal(after - before[i], rows[i].told[deaths - 2]);
            assert_true(after == before[i] || alert->degree.rank == (deaths < 3 ? 1 : 2));
        }
    }
    tcn_memstate_fini(&chain.state);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_number_of_the_law_begins_its_level),
        cmocka_unit_test(the_level_says_how_far_up_it_is_told),
        cmocka_unit_test(a_grave_accident_starts_the_whole_chain_at_once),
        cmocka_unit_test(only_who_leads_lowers_a_level_by_a_correction),
        cmocka_unit_test(who_must_know_is_told_that_a_level_rises),
    };
    return cmocka_run_group_tests(tests, shipped_read, shipped_destroy);
}
