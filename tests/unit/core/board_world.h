/* SPDX-License-Identifier: Apache-2.0 */
/* The board of the district of expected_world.h, made of its state in memory as collector/query
 * makes it of one on disk. */
#ifndef TCN_TESTS_UNIT_CORE_BOARD_WORLD_H
#define TCN_TESTS_UNIT_CORE_BOARD_WORLD_H

#include "core/board.h"
#include "expected_world.h"

#define CELLS_MAX 16

/** A board. */
struct picture {
    struct tcn_board board;
    struct tcn_board_sum sums[64];
    struct tcn_board_row cells[CELLS_MAX]; /**< of each line its offices, then the district */
    uint32_t count;
};

/** When who owes the act of each clock was urged, by the ladders' rows. */
static inline void find_urged(const struct world *world, const struct tcn_matter *matter,
                              const struct tcn_matter_clock *clocks, uint32_t count,
                              int64_t *out_urged_ns) {
    void *state = (void *)(uintptr_t)&world->state;
    for (uint32_t i = 0; i < count; i++) {
        struct tcn_ladder row = {.slot = 0};
        struct tcn_alert told = {.log_time_ns = 0};
        bool has = false;
        while (!has &&
               tcn_memstate_ops.ladder_next(state, clocks[i].birth_position, row.slot + 1, &row) ==
                   TCN_OK &&
               row.birth_position == clocks[i].birth_position) {
            has = row.rule == clocks[i].rule;
        }
        if (has && row.number != 0) {
            assert_int_equal(tcn_memstate_ops.alert_get(state, row.stream, row.number, &told),
                             TCN_OK);
        }
        out_urged_ns[i] = tcn_board_urged_ns(world->policy.plans, &clocks[i], has ? &row : NULL,
                                             matter->severity, told.log_time_ns);
    }
}

static inline void add_matters(const struct world *world, struct tcn_board *board) {
    const struct tcn_expected *rows =
        (const struct tcn_expected *)(const void *)world->state.expected.rows;
    for (size_t i = 0; i < world->state.expected.count; i++) {
        struct tcn_matter_clock clocks[TCN_MATTER_CLOCKS_MAX];
        struct tcn_matter matter;
        uint32_t count = 0;
        uint32_t rule = 0;
        void *state = (void *)(uintptr_t)&world->state;
        if (rows[i].key.row != TCN_EXPECTED_ROW_SIGN) {
            continue;
        }
        assert_int_equal(tcn_memstate_ops.matter_get(state, rows[i].key.number, &matter), TCN_OK);
        while (count < TCN_MATTER_CLOCKS_MAX &&
               tcn_memstate_ops.clock_next(state, rows[i].key.number, rule, &clocks[count]) ==
                   TCN_OK &&
               clocks[count].birth_position == rows[i].key.number) {
            rule = clocks[count].rule + 1;
            count++;
        }
        int64_t urged_ns[TCN_MATTER_CLOCKS_MAX];
        find_urged(world, &matter, clocks, count, urged_ns);
        tcn_board_add(board, &matter, clocks, urged_ns, count);
    }
}

/** Draws the board as it is at a time. */
static inline void draw(const struct world *world, int64_t now_ns, struct picture *picture) {
    const struct tcn_policy *policy = &world->policy;
    memset(picture, 0, sizeof(*picture));
    picture->board = (struct tcn_board){.policy = policy, .now_ns = now_ns, .sums = picture->sums};
    assert_true(tcn_board_room(policy) <= COUNT_OF(picture->sums));
    add_matters(world, &picture->board);
    for (uint32_t k = 0; k < policy->line_count; k++) {
        const struct tcn_line *line = &policy->lines[k];
        struct tcn_board_row district;
        tcn_board_district(&picture->board, line, &district);
        for (uint32_t i = 0; i < policy->organ_count; i++) {
            const struct tcn_organ *office = &policy->organs[i];
            if (office->kind != TCN_ORGAN_OFFICE) {
                continue;
            }
            struct tcn_board_row *cell = &picture->cells[picture->count++];
            const struct tcn_expected *last = last_of(world, office->number, line->id);
            const struct tcn_expected_input in = {
                .report = &world_reports[k],
                .calendar = &world->clocks.calendar,
                .last = last,
                .from_ns = tcn_expected_from_ns(policy, at("2025-11-26 09:00:00")),
                .now_ns = now_ns};
            const struct tcn_board_said said = {
                .line = line,
                .office = office,
                .verdict = tcn_expected_judge(&in),
                .last = last,
                .breach = row_at(world, TCN_EXPECTED_ROW_BREACH, office->number,
                                 tcn_expected_line_number(tcn_slice_text(line->id)))};
            tcn_board_cell(&picture->board, &said, cell);
            tcn_board_take(&district, cell);
        }
        picture->cells[picture->count++] = district;
    }
}

/** The cell of a line at an office; 0: of the district. */
static inline const struct tcn_board_row *cell_of(const struct picture *picture, const char *line,
                                                  uint16_t office) {
    for (uint32_t i = 0; i < picture->count; i++) {
        if (picture->cells[i].office == office && strcmp(picture->cells[i].line, line) == 0) {
            return &picture->cells[i];
        }
    }
    fail_msg("%s has no cell of %u", line, office);
    return NULL;
}

#endif
