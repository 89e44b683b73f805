/* SPDX-License-Identifier: Apache-2.0 */
/* The levels of accidents that are shipped, at and beside every number of the law.
 * ctest-uses: core */
#include "core/accident.h"

#include "shipped.h"

/** What an accident counted, and its level. */
struct accident {
    const char *domain;
    uint64_t deaths;
    uint64_t serious_injuries;
    uint64_t loss_yuan;
    int64_t burnt_m2;
    const char *level;
};

static const struct accident accidents[] = {
    {"coal_mine_safety", 0, 0, 0, 0, "ordinary"},
    {"coal_mine_safety", 2, 9, 9999999, 0, "ordinary"},
    {"coal_mine_safety", 3, 0, 0, 0, "larger"},
    {"road_traffic", 0, 10, 0, 0, "larger"},
    {"road_traffic", 0, 0, 10000000, 0, "larger"},
    {"road_traffic", 9, 49, 49999999, 0, "larger"},
    {"fire_safety", 10, 0, 0, 0, "major"},
    {"fire_safety", 2, 50, 0, 0, "major"},
    {"fire_safety", 0, 0, 50000000, 0, "major"},
    {"fire_safety", 29, 99, 99999999, 0, "major"},
    {"construction_safety", 30, 0, 0, 0, "extraordinary"},
    {"construction_safety", 0, 100, 0, 0, "extraordinary"},
    {"construction_safety", 0, 0, 100000000, 0, "extraordinary"},
    {"construction_safety", 1, 60, 20000000, 0, "major"},
    {"forest_fire", 0, 0, 100000000, 9999, "ordinary"},
    {"forest_fire", 2, 9, 0, 9999, "ordinary"},
    {"forest_fire", 0, 0, 0, 10000, "larger"},
    {"forest_fire", 9, 49, 0, 999999, "larger"},
    {"forest_fire", 0, 0, 0, 1000000, "major"},
    {"forest_fire", 29, 99, 0, 9999999, "major"},
    {"forest_fire", 0, 0, 0, 10000000, "extraordinary"},
    {"forest_fire", 3, 0, 0, 5, "larger"},
    {"forest_fire", 0, 10, 0, 5, "larger"},
    {"forest_fire", 10, 0, 0, 5, "major"},
    {"forest_fire", 0, 50, 0, 5, "major"},
    {"forest_fire", 30, 0, 0, 5, "extraordinary"},
    {"forest_fire", 0, 100, 0, 5, "extraordinary"},
    {"road_traffic", 0, 0, 0, 10000000, "ordinary"},
};

static struct tcn_count exactly(uint64_t value) {
    return (struct tcn_count){TCN_COUNT_EXACT, value};
}

/** An accident's counts, with room for its attribute. */
static struct tcn_event event_of(const struct accident *row, struct tcn_attribute *burnt) {
    *burnt = (struct tcn_attribute){.name = tcn_slice_text("burnt_area"),
                                    .kind = TCN_ATTRIBUTE_NUMBER,
                                    .number = row->burnt_m2};
    struct tcn_event event = {.attributes = burnt, .attribute_count = 1};
    event.counts.deaths = exactly(row->deaths);
    event.counts.serious_injuries = exactly(row->serious_injuries);
    event.counts.loss_fen = exactly(row->loss_yuan * 100);
    return event;
}

static uint16_t scale_of(const struct tcn_rules *rules, const char *id) {
    const struct tcn_domain_rules *domain = tcn_rules_domain(rules, tcn_slice_text(id));
    assert_non_null(domain);
    return domain->scale;
}

static void accidents_have_the_levels_of_the_regulation(void **state) {
    const struct tcn_rules *rules = tcn_policy_tables(*state)->rules;
    for (size_t i = 0; i < COUNT_OF(accidents); i++) {
        const struct accident *row = &accidents[i];
        struct tcn_attribute burnt;
        const struct tcn_event event = event_of(row, &burnt);
        const uint16_t scale = scale_of(rules, row->domain);
        assert_true(scale != 0);
        const uint16_t level = tcn_accident_level_of(rules, scale, &event).level;
        assert_true(level != 0);
        if (strcmp(rules->levels[level - 1].id, row->level) != 0) {
            fail_msg("row %zu is %s", i, rules->levels[level - 1].id);
        }
    }
    assert_int_equal(scale_of(rules, "environment"), 0); /* 国务院令第493号 Art. 2 */
    assert_null(tcn_rules_domain(rules, tcn_slice_text("no_such")));
}

/** One measure's count alone, all others unknown. */
static struct tcn_event only(const struct tcn_rules *rules, const struct tcn_threshold *threshold,
                             uint64_t value, struct tcn_attribute *room) {
    struct tcn_event event = {.act = TCN_ACT_REPORTED};
    if (threshold->measure == TCN_MEASURE_DEATHS) {
        event.counts.deaths = exactly(value);
    } else if (threshold->measure == TCN_MEASURE_SERIOUS_INJURIES) {
        event.counts.serious_injuries = exactly(value);
    } else if (threshold->measure == TCN_MEASURE_LOSS_FEN) {
        event.counts.loss_fen = exactly(value);
    } else {
        *room = (struct tcn_attribute){
            .name = tcn_slice_text(rules->attributes[threshold->attribute - 1].id),
            .kind = TCN_ATTRIBUTE_NUMBER,
            .number = (int64_t)value};
        event.attributes = room;
        event.attribute_count = 1;
    }
    return event;
}

static void every_threshold_is_the_first_number_of_its_level(void **state) {
    const struct tcn_rules *rules = tcn_policy_tables(*state)->rules;
    assert_int_equal(rules->threshold_count, 18);
    for (uint32_t i = 0; i < rules->threshold_count; i++) {
        const struct tcn_threshold *threshold = &rules->thresholds[i];
        struct tcn_attribute room;
        struct tcn_event at = only(rules, threshold, threshold->from, &room);
        assert_int_equal(tcn_accident_level_of(rules, threshold->scale, &at).level,
                         threshold->level);
        at = only(rules, threshold, threshold->from - 1, &room);
        const uint16_t below = tcn_accident_level_of(rules, threshold->scale, &at).level;
        assert_int_equal(rules->levels[below - 1].rank,
                         rules->levels[threshold->level - 1].rank - 1);
    }
}

static void a_count_that_is_unknown_never_lowers_a_level(void **state) {
    const struct tcn_rules *rules = tcn_policy_tables(*state)->rules;
    for (size_t i = 0; i < COUNT_OF(accidents); i++) {
        const uint16_t scale = scale_of(rules, accidents[i].domain);
        for (unsigned unknown = 0; unknown < 8; unknown++) {
            struct accident none = accidents[i];
            none.deaths = (unknown & 1u) != 0 ? 0 : none.deaths;
            none.serious_injuries = (unknown & 2u) != 0 ? 0 : none.serious_injuries;
            none.loss_yuan = (unknown & 4u) != 0 ? 0 : none.loss_yuan;
            struct tcn_attribute burnt;
            const struct tcn_event zero = event_of(&none, &burnt);
            struct tcn_event open = zero;
            open.counts.deaths.kind = (unknown & 1u) != 0 ? TCN_COUNT_UNKNOWN : TCN_COUNT_EXACT;
            open.counts.serious_injuries.kind =
                (unknown & 2u) != 0 ? TCN_COUNT_UNKNOWN : TCN_COUNT_EXACT;
            open.counts.loss_fen.kind = (unknown & 4u) != 0 ? TCN_COUNT_UNKNOWN : TCN_COUNT_EXACT;
            const struct tcn_accident_found found = tcn_accident_level_of(rules, scale, &open);
            assert_int_equal(found.level, tcn_accident_level_of(rules, scale, &zero).level);
            const bool is_worst = strcmp(rules->levels[found.level - 1].id, "extraordinary") == 0;
            assert_true(is_worst || unknown == 0 || scale != scale_of(rules, "road_traffic") ||
                        found.kind == TCN_COUNT_AT_LEAST);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accidents_have_the_levels_of_the_regulation),
        cmocka_unit_test(every_threshold_is_the_first_number_of_its_level),
        cmocka_unit_test(a_count_that_is_unknown_never_lowers_a_level),
    };
    return cmocka_run_group_tests(tests, shipped_read, shipped_destroy);
}
