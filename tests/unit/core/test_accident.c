/* SPDX-License-Identifier: Apache-2.0 */
/* The level of an accident and how sure it is, by small scales. The numbers of the law are the
 * policy's: unit.policy.levels. */
#include "core/accident.h"
#include "core/procedure.h"

#include "trace.h"

#define EXACTLY(n)                                                                                 \
    { TCN_COUNT_EXACT, (n) }
#define AT_LEAST(n)                                                                                \
    { TCN_COUNT_AT_LEAST, (n) }
#define ABOUT(n)                                                                                   \
    { TCN_COUNT_ESTIMATE, (n) }

/* Not in the order of their ranks, and a warning among them. */
static const struct tcn_level levels[] = {
    {.id = "red", .kind = TCN_LEVEL_WARNING, .rank = 1},
    {.id = "grave", .kind = TCN_LEVEL_ACCIDENT, .rank = 3},
    {.id = "mild", .kind = TCN_LEVEL_ACCIDENT, .rank = 1},
    {.id = "bad", .kind = TCN_LEVEL_ACCIDENT, .rank = 2},
};
static const struct tcn_attribute_rule attributes[] = {
    {.id = "site_id", .kind = TCN_ATTRIBUTE_TEXT},
    {.id = "area", .kind = TCN_ATTRIBUTE_NUMBER},
};
static const struct tcn_threshold thresholds[] = {
    {.scale = 1, .level = 2, .measure = TCN_MEASURE_DEATHS, .from = 10},
    {.scale = 1, .level = 4, .measure = TCN_MEASURE_DEATHS, .from = 3},
    {.scale = 1, .level = 4, .measure = TCN_MEASURE_SERIOUS_INJURIES, .from = 10},
    {.scale = 1, .level = 2, .measure = TCN_MEASURE_SERIOUS_INJURIES, .from = 50},
    {.scale = 1, .level = 4, .measure = TCN_MEASURE_LOSS_FEN, .from = 1000},
    {.scale = 2, .level = 4, .measure = TCN_MEASURE_ATTRIBUTE, .attribute = 2, .from = 100},
    {.scale = 2, .level = 4, .measure = TCN_MEASURE_DEATHS, .from = 3},
    {.scale = 2, .level = 2, .measure = TCN_MEASURE_ATTRIBUTE, .attribute = 2, .from = 900},
};
static const struct tcn_rules rules = {
    .attributes = attributes,
    .attribute_count = COUNT_OF(attributes),
    .levels = levels,
    .level_count = COUNT_OF(levels),
    .thresholds = thresholds,
    .threshold_count = COUNT_OF(thresholds),
};

enum {
    GRAVE = 2,
    MILD = 3,
    BAD = 4,
};

static void a_level_follows_from_the_counts(void **state) {
    (void)state;
    static const struct {
        struct tcn_count deaths;
        struct tcn_count injuries;
        struct tcn_count loss_fen;
        uint16_t level;
        enum tcn_count_kind kind;
    } rows[] = {
        /* What is unknown is not zero. */
        {{0, 0}, {0, 0}, {0, 0}, MILD, TCN_COUNT_AT_LEAST},
        {EXACTLY(0), EXACTLY(0), {0, 0}, MILD, TCN_COUNT_AT_LEAST},
        {{0, 40}, {0, 0}, {0, 0}, MILD, TCN_COUNT_AT_LEAST}, /* an unknown count has no value */
        {EXACTLY(0), EXACTLY(0), EXACTLY(0), MILD, TCN_COUNT_EXACT},
        {AT_LEAST(2), EXACTLY(0), EXACTLY(0), MILD, TCN_COUNT_AT_LEAST},
        /* A number that is named belongs to the worse level. */
        {EXACTLY(2), EXACTLY(9), EXACTLY(999), MILD, TCN_COUNT_EXACT},
        {EXACTLY(3), EXACTLY(0), EXACTLY(0), BAD, TCN_COUNT_EXACT},
        {EXACTLY(0), EXACTLY(10), EXACTLY(0), BAD, TCN_COUNT_EXACT},
        {EXACTLY(0), EXACTLY(0), EXACTLY(1000), BAD, TCN_COUNT_EXACT},
        {EXACTLY(9), EXACTLY(49), EXACTLY(UINT64_MAX), BAD, TCN_COUNT_EXACT},
        {EXACTLY(10), {0, 0}, {0, 0}, GRAVE, TCN_COUNT_EXACT}, /* nothing is above it */
        {{0, 0}, AT_LEAST(50), {0, 0}, GRAVE, TCN_COUNT_EXACT},
        /* The worst measure decides, whatever the others are. */
        {EXACTLY(1), EXACTLY(60), EXACTLY(2000), GRAVE, TCN_COUNT_EXACT},
        {{0, 0}, EXACTLY(10), {0, 0}, BAD, TCN_COUNT_AT_LEAST},
        /* What is at least so may rise, what is estimated may fall. */
        {AT_LEAST(3), {0, 0}, {0, 0}, BAD, TCN_COUNT_AT_LEAST},
        {ABOUT(3), EXACTLY(0), EXACTLY(0), BAD, TCN_COUNT_ESTIMATE},
        {ABOUT(3), EXACTLY(10), {0, 0}, BAD, TCN_COUNT_AT_LEAST},
        {EXACTLY(3), ABOUT(10), {0, 0}, BAD, TCN_COUNT_AT_LEAST},
        {ABOUT(40), EXACTLY(10), {0, 0}, GRAVE, TCN_COUNT_ESTIMATE},
        {ABOUT(1), EXACTLY(0), EXACTLY(0), MILD, TCN_COUNT_AT_LEAST},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_event event = {.act = TCN_ACT_REPORTED};
        event.counts = (struct tcn_counts){.deaths = rows[i].deaths,
                                           .serious_injuries = rows[i].injuries,
                                           .loss_fen = rows[i].loss_fen,
                                           .missing = EXACTLY(99),
                                           .at_risk = EXACTLY(99)};
        struct tcn_accident_found found = tcn_accident_level_of(&rules, 1, &event);
        if (found.level != rows[i].level || found.kind != rows[i].kind) {
            fail_msg("row %zu: level %u, kind %u", i, found.level, (unsigned)found.kind);
        }
    }
}

static void what_an_attribute_says_counts_and_may_rise(void **state) {
    (void)state;
    struct tcn_attribute said[] = {
        {.name = tcn_slice_text("site_id"), .kind = TCN_ATTRIBUTE_TEXT},
        {.name = tcn_slice_text("area"), .kind = TCN_ATTRIBUTE_NUMBER},
    };
    struct tcn_event event = {.attributes = said, .attribute_count = COUNT_OF(said)};
    event.counts.deaths = (struct tcn_count)EXACTLY(0);
    event.counts.loss_fen = (struct tcn_count)EXACTLY(UINT64_MAX); /* no measure of this scale */
    static const struct {
        int64_t area;
        uint16_t level;
        enum tcn_count_kind kind;
    } rows[] = {{INT64_MIN, MILD, TCN_COUNT_AT_LEAST}, {-1, MILD, TCN_COUNT_AT_LEAST},
                {0, MILD, TCN_COUNT_AT_LEAST},         {99, MILD, TCN_COUNT_AT_LEAST},
                {100, BAD, TCN_COUNT_AT_LEAST},        {899, BAD, TCN_COUNT_AT_LEAST},
                {900, GRAVE, TCN_COUNT_EXACT},         {INT64_MAX, GRAVE, TCN_COUNT_EXACT}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        said[1].number = rows[i].area;
        struct tcn_accident_found found = tcn_accident_level_of(&rules, 2, &event);
        assert_int_equal(found.level, rows[i].level);
        assert_int_equal(found.kind, rows[i].kind);
    }
    said[1].number = 5;
    event.counts.deaths.value = 3;
    assert_int_equal(tcn_accident_level_of(&rules, 2, &event).level, BAD);
    said[1].kind = TCN_ATTRIBUTE_FLAG; /* not the number that was declared */
    said[1].number = 900;
    assert_int_equal(tcn_accident_level_of(&rules, 2, &event).level, BAD);
}

static void a_policy_without_scale_or_levels_has_an_answer_too(void **state) {
    (void)state;
    static const struct tcn_rules none = {.levels = levels, .level_count = 1};
    const struct tcn_event event = {.counts = {.deaths = EXACTLY(40)}};
    assert_int_equal(tcn_accident_level_of(&none, 1, &event).level, 0);
    assert_int_equal(tcn_accident_level_of(&none, 1, &event).kind, TCN_COUNT_UNKNOWN);
    assert_int_equal(tcn_accident_level_of(&rules, 0, &event).level, MILD);
    assert_int_equal(tcn_accident_level_of(&rules, 0, &event).kind, TCN_COUNT_EXACT);
}

/** What is kept, what is said, and what is kept then. */
struct counted {
    struct tcn_count kept;
    struct tcn_count said;
    bool may_lower;
    struct tcn_count then;
    bool stays; /**< a lower number was said, and is not kept */
};

static const struct counted counted[] = {
    /* T1: what is unknown says nothing. */
    {{0, 0}, {0, 0}, false, {0, 0}, false},
    {EXACTLY(3), {0, 0}, true, EXACTLY(3), false},
    {AT_LEAST(3), {0, 40}, true, AT_LEAST(3), false},
    /* The first word, also none at all. */
    {{0, 0}, EXACTLY(0), false, EXACTLY(0), false},
    {{0, 0}, ABOUT(9), false, ABOUT(9), false},
    {{0, 99}, AT_LEAST(1), false, AT_LEAST(1), false},
    /* T2: more, whoever says it and how sure it is. */
    {EXACTLY(2), EXACTLY(3), false, EXACTLY(3), false},
    {EXACTLY(2), AT_LEAST(3), false, AT_LEAST(3), false},
    {EXACTLY(2), ABOUT(3), false, ABOUT(3), false},
    {EXACTLY(0), AT_LEAST(UINT64_MAX), true, AT_LEAST(UINT64_MAX), false},
    /* T3: the same number. */
    {ABOUT(3), AT_LEAST(3), false, AT_LEAST(3), false},
    {AT_LEAST(3), EXACTLY(3), false, EXACTLY(3), false},
    {EXACTLY(3), AT_LEAST(3), true, EXACTLY(3), false},
    {AT_LEAST(3), ABOUT(3), true, AT_LEAST(3), false},
    /* T4: fewer. */
    {EXACTLY(3), EXACTLY(2), false, EXACTLY(3), true},
    {ABOUT(12), EXACTLY(9), false, ABOUT(12), true},
    {EXACTLY(3), EXACTLY(2), true, EXACTLY(2), false},
    {ABOUT(12), EXACTLY(9), true, EXACTLY(9), false},
    {EXACTLY(1), EXACTLY(0), true, EXACTLY(0), false},
    {EXACTLY(3), AT_LEAST(2), true, EXACTLY(3), true},
    {EXACTLY(3), ABOUT(2), true, EXACTLY(3), true},
};

static bool is_same(struct tcn_count left, struct tcn_count right) {
    return left.kind == right.kind && left.value == right.value;
}

static void a_higher_number_is_kept_and_a_lower_one_only_by_a_correction(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(counted) * 3; i++) { /* each measure keeps its own */
        const struct counted *row = &counted[i / 3];
        struct tcn_event event = {.act = TCN_ACT_FOLLOWED_UP};
        struct tcn_count *const said[] = {&event.counts.deaths, &event.counts.serious_injuries,
                                          &event.counts.loss_fen};
        struct tcn_toll toll = {.attribute_rank = 0};
        struct tcn_count *const kept[] = {&toll.deaths, &toll.serious_injuries, &toll.loss_fen};
        *said[i % 3] = row->said;
        *kept[i % 3] = row->kept;
        const struct tcn_accident_said one = {.event = &event, .may_lower = row->may_lower};
        if (tcn_accident_count(NULL, &one, &toll) != row->stays ||
            !is_same(*kept[i % 3], row->then) || toll.degree.rank != 0) {
            fail_msg("row %zu: %u %u", i / 3, (unsigned)kept[i % 3]->kind,
                     (unsigned)kept[i % 3]->value);
        }
        assert_int_equal(kept[(i + 1) % 3]->kind, TCN_COUNT_UNKNOWN);
    }
}

static const struct tcn_domain_rules scaled[] = {
    {.id = "forest", .scale = 2}, {.id = "mine", .scale = 1}, {.id = "river", .scale = 0}};

/** A word on one matter: deaths, an area, and how grave it is then. */
struct word {
    const char *domain;
    struct tcn_count deaths;
    int64_t area; /**< 0: not said */
    bool may_lower;
    bool is_accident;
    uint16_t rank;
    enum tcn_count_kind sure;
    bool stays;
};

static void the_degree_follows_all_that_was_counted(void **state) {
    (void)state;
    static const struct word words[] = {
        {"mine", {0, 0}, 0, false, true, 1, TCN_COUNT_AT_LEAST, false},
        {"mine", AT_LEAST(2), 0, false, true, 1, TCN_COUNT_AT_LEAST, false},
        {"mine", AT_LEAST(3), 900, false, true, 2, TCN_COUNT_AT_LEAST, false}, /* no area here */
        {"mine", ABOUT(10), 0, false, true, 3, TCN_COUNT_ESTIMATE, false},
        {"mine", EXACTLY(4), 0, false, true, 3, TCN_COUNT_ESTIMATE, true},
        {"mine", EXACTLY(4), 0, true, true, 2, TCN_COUNT_AT_LEAST, false},
        {"mine", {0, 0}, 0, false, false, 0, 0, false}, /* no accident any more */
        {"river", {0, 0}, 0, false, true, 0, 0, false}, /* 国务院令第493号 Art. 2 */
        {"nowhere", {0, 0}, 0, false, true, 0, 0, false},
        {"forest", {0, 0}, 0, false, true, 2, TCN_COUNT_AT_LEAST, false}, /* four are dead */
        {"forest", EXACTLY(2), 99, true, true, 1, TCN_COUNT_AT_LEAST, false},
        {"forest", {0, 0}, 100, false, true, 2, TCN_COUNT_AT_LEAST, false},
        {"forest", {0, 0}, 900, false, true, 3, TCN_COUNT_AT_LEAST, false},
        {"forest", {0, 0}, 100, false, true, 3, TCN_COUNT_AT_LEAST, true},
        {"forest", {0, 0}, 0, true, true, 3, TCN_COUNT_AT_LEAST, false}, /* says no area */
        {"forest", {0, 0}, 100, true, true, 2, TCN_COUNT_AT_LEAST, false},
    };
    struct tcn_rules all = rules;
    all.domains = scaled;
    all.domain_count = COUNT_OF(scaled);
    struct tcn_toll toll = {.attribute_rank = 0};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        const struct word *word = &words[i];
        const struct tcn_attribute area = {
            .name = tcn_slice_text("area"), .kind = TCN_ATTRIBUTE_NUMBER, .number = word->area};
        const struct tcn_event event = {.attributes = &area,
                                        .attribute_count = word->area != 0 ? 1 : 0,
                                        .counts = {.deaths = word->deaths}};
        const struct tcn_accident_said said = {.event = &event,
                                               .domain = tcn_slice_text(word->domain),
                                               .is_accident = word->is_accident,
                                               .may_lower = word->may_lower};
        const bool stays = tcn_accident_count(&all, &said, &toll);
        if (stays != word->stays || toll.degree.rank != word->rank ||
            toll.degree.sure != word->sure) {
            fail_msg("word %zu: %u %u", i, toll.degree.rank, (unsigned)toll.degree.sure);
        }
    }
}

/* Whoever goes by the mark stops looking for people. */
static void people_are_out_when_nobody_is_left_at_risk(void **state) {
    (void)state;
    static const struct {
        uint32_t facts, before, after;
    } rows[] = {
        {TCN_FACT_COUNT, 0, 0},
        {TCN_FACT_COUNT | TCN_FACT_ALL_OUT, 0, TCN_MARK_PEOPLE_OUT},
        {TCN_FACT_COUNT | TCN_FACT_ALL_OUT, TCN_MARK_MAJOR, TCN_MARK_MAJOR | TCN_MARK_PEOPLE_OUT},
        {TCN_FACT_COUNT, TCN_MARK_MAJOR | TCN_MARK_PEOPLE_OUT, TCN_MARK_MAJOR},
    };
    static const enum tcn_procedure_kind kinds[] = {TCN_PROCEDURE_HAZARD, TCN_PROCEDURE_ACCIDENT};
    for (size_t i = 0; i < COUNT_OF(rows) * COUNT_OF(kinds); i++) {
        const size_t row = i / COUNT_OF(kinds);
        const struct tcn_procedure_input in = {.kind = kinds[i % COUNT_OF(kinds)],
                                               .stage = TCN_STAGE_ACCEPTED,
                                               .act = TCN_ACT_PEOPLE_WITHDRAWN,
                                               .who = TCN_WHO_HOLDER,
                                               .marks = rows[row].before,
                                               .facts = rows[row].facts};
        struct tcn_procedure_verdict verdict;
        tcn_procedure_judge(&in, &verdict);
        assert_int_equal(verdict.code, TCN_OK);
        assert_int_equal(verdict.marks, rows[row].after);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_are_out_when_nobody_is_left_at_risk),
        cmocka_unit_test(a_level_follows_from_the_counts),
        cmocka_unit_test(what_an_attribute_says_counts_and_may_rise),
        cmocka_unit_test(a_higher_number_is_kept_and_a_lower_one_only_by_a_correction),
        cmocka_unit_test(the_degree_follows_all_that_was_counted),
        cmocka_unit_test(a_policy_without_scale_or_levels_has_an_answer_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
