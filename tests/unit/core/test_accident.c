/* SPDX-License-Identifier: Apache-2.0 */
/* The level of an accident, at and beside every number of the law. */
#include "core/accident.h"

#include "trace.h"

#define YUAN UINT64_C(100)
#define EXACTLY(n)                                                                                 \
    { TCN_COUNT_EXACT, (n) }
#define AT_LEAST(n)                                                                                \
    { TCN_COUNT_AT_LEAST, (n) }
#define ABOUT(n)                                                                                   \
    { TCN_COUNT_ESTIMATE, (n) }

static void a_level_follows_from_the_counts(void **state) {
    (void)state;
    static const struct {
        struct tcn_count deaths;
        struct tcn_count injuries;
        struct tcn_count loss_fen;
        uint32_t level; /* 0 ordinary to 3 extraordinary */
        enum tcn_count_kind kind;
    } rows[] = {
        /* What is unknown is not zero. */
        {{0, 0}, {0, 0}, {0, 0}, 0, TCN_COUNT_AT_LEAST},
        {EXACTLY(0), EXACTLY(0), {0, 0}, 0, TCN_COUNT_AT_LEAST},
        {{0, 40}, {0, 0}, {0, 0}, 0, TCN_COUNT_AT_LEAST}, /* an unknown count's value is nothing */
        {EXACTLY(0), EXACTLY(0), EXACTLY(0), 0, TCN_COUNT_EXACT},
        {AT_LEAST(2), EXACTLY(0), EXACTLY(0), 0, TCN_COUNT_AT_LEAST},
        /* A number that is named belongs to the higher level. */
        {EXACTLY(2), EXACTLY(9), EXACTLY(10000000 * YUAN - 1), 0, TCN_COUNT_EXACT},
        {EXACTLY(3), EXACTLY(0), EXACTLY(0), 1, TCN_COUNT_EXACT},
        {EXACTLY(0), EXACTLY(10), EXACTLY(0), 1, TCN_COUNT_EXACT},
        {EXACTLY(0), EXACTLY(0), EXACTLY(10000000 * YUAN), 1, TCN_COUNT_EXACT},
        {EXACTLY(9), EXACTLY(49), EXACTLY(50000000 * YUAN - 1), 1, TCN_COUNT_EXACT},
        {EXACTLY(10), EXACTLY(0), EXACTLY(0), 2, TCN_COUNT_EXACT},
        {EXACTLY(0), EXACTLY(50), EXACTLY(0), 2, TCN_COUNT_EXACT},
        {EXACTLY(0), EXACTLY(0), EXACTLY(50000000 * YUAN), 2, TCN_COUNT_EXACT},
        {EXACTLY(29), EXACTLY(99), EXACTLY(100000000 * YUAN - 1), 2, TCN_COUNT_EXACT},
        {EXACTLY(30), {0, 0}, {0, 0}, 3, TCN_COUNT_EXACT}, /* nothing is above it */
        {{0, 0}, AT_LEAST(100), {0, 0}, 3, TCN_COUNT_EXACT},
        {{0, 0}, {0, 0}, EXACTLY(100000000 * YUAN), 3, TCN_COUNT_EXACT},
        {{0, 0}, {0, 0}, EXACTLY(UINT64_MAX), 3, TCN_COUNT_EXACT},
        /* The highest column decides. */
        {EXACTLY(1), EXACTLY(60), EXACTLY(20000000 * YUAN), 2, TCN_COUNT_EXACT},
        /* What is at least so may rise, what is estimated may fall. */
        {AT_LEAST(3), {0, 0}, {0, 0}, 1, TCN_COUNT_AT_LEAST},
        {ABOUT(12), EXACTLY(0), EXACTLY(0), 2, TCN_COUNT_ESTIMATE},
        {ABOUT(12), EXACTLY(55), {0, 0}, 2, TCN_COUNT_AT_LEAST},
        {ABOUT(40), {0, 0}, {0, 0}, 3, TCN_COUNT_ESTIMATE},
        {ABOUT(1), EXACTLY(0), EXACTLY(0), 0, TCN_COUNT_AT_LEAST},
    };
    size_t count = 0;
    const struct tcn_accident_level *levels = tcn_accident_levels(&count);
    assert_int_equal(count, 4);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct tcn_counts counts = {.deaths = rows[i].deaths,
                                          .serious_injuries = rows[i].injuries,
                                          .loss_fen = rows[i].loss_fen,
                                          .missing = EXACTLY(99),
                                          .at_risk = EXACTLY(99)};
        struct tcn_accident_found found = tcn_accident_level_of(levels, count, &counts);
        if (found.index != rows[i].level || found.kind != rows[i].kind) {
            fail_msg("row %zu: level %u, kind %u", i, found.index, (unsigned)found.kind);
        }
    }
}

static void a_forest_fire_has_no_column_of_money(void **state) {
    (void)state;
    size_t count = 0;
    const struct tcn_accident_level *levels = tcn_accident_levels_forest_fire(&count);
    struct tcn_counts counts = {.deaths = EXACTLY(0), .loss_fen = EXACTLY(UINT64_MAX)};
    assert_int_equal(tcn_accident_level_of(levels, count, &counts).index, 0);
    counts.deaths.value = 3;
    assert_int_equal(tcn_accident_level_of(levels, count, &counts).index, 1);
    assert_string_equal(levels[3].word, "extraordinary");
}

static void a_table_of_one_has_one_answer(void **state) {
    (void)state;
    static const struct tcn_accident_level only[] = {{"any", "", 0, 0, 0}};
    const struct tcn_counts counts = {.deaths = {TCN_COUNT_UNKNOWN, 0}};
    struct tcn_accident_found found = tcn_accident_level_of(only, 1, &counts);
    assert_int_equal(found.index, 0);
    assert_int_equal(found.kind, TCN_COUNT_EXACT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_level_follows_from_the_counts),
        cmocka_unit_test(a_forest_fire_has_no_column_of_money),
        cmocka_unit_test(a_table_of_one_has_one_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
