/* SPDX-License-Identifier: Apache-2.0 */
#include "core/accident.h"

#define YUAN UINT64_C(100)

static const struct tcn_accident_level general[] = {
    {"ordinary", "一般", 0, 0, 0},
    {"larger", "较大", 3, 10, 10000000 * YUAN},
    {"major", "重大", 10, 50, 50000000 * YUAN},
    {"extraordinary", "特别重大", 30, 100, 100000000 * YUAN},
};

static const struct tcn_accident_level forest_fire[] = {
    {"ordinary", "一般", 0, 0, 0},
    {"larger", "较大", 3, 10, UINT64_MAX},
    {"major", "重大", 10, 50, UINT64_MAX},
    {"extraordinary", "特别重大", 30, 100, UINT64_MAX},
};

const struct tcn_accident_level *tcn_accident_levels(size_t *out_count) {
    *out_count = sizeof(general) / sizeof(general[0]);
    return general;
}

const struct tcn_accident_level *tcn_accident_levels_forest_fire(size_t *out_count) {
    *out_count = sizeof(forest_fire) / sizeof(forest_fire[0]);
    return forest_fire;
}

/** A column's count and what it takes for a level. */
struct column {
    struct tcn_count count;
    uint64_t min;
};

static bool reaches(struct column column) {
    return column.count.kind != TCN_COUNT_UNKNOWN && column.min != UINT64_MAX &&
           column.count.value >= column.min;
}

/** True when some column reaches the level; `out_is_firm` when one does that cannot turn out
 * lower. */
static bool is_reached(const struct tcn_accident_level *level, const struct tcn_counts *counts,
                       bool *out_is_firm) {
    const struct column columns[] = {{counts->deaths, level->deaths_min},
                                     {counts->serious_injuries, level->serious_injuries_min},
                                     {counts->loss_fen, level->loss_fen_min}};
    bool is_reached = false;
    *out_is_firm = false;
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
        bool does = reaches(columns[i]);
        is_reached = is_reached || does;
        *out_is_firm = *out_is_firm || (does && columns[i].count.kind != TCN_COUNT_ESTIMATE);
    }
    return is_reached;
}

/** True when no column can grow beyond what is counted. */
static bool is_settled(const struct tcn_counts *counts) {
    return counts->deaths.kind == TCN_COUNT_EXACT &&
           counts->serious_injuries.kind == TCN_COUNT_EXACT &&
           counts->loss_fen.kind == TCN_COUNT_EXACT;
}

struct tcn_accident_found tcn_accident_level_of(const struct tcn_accident_level *levels,
                                                size_t count, const struct tcn_counts *counts) {
    TCN_CHECK(count > 0 && count <= UINT32_MAX);
    struct tcn_accident_found found = {.index = 0};
    bool is_firm = true; /* the lowest has no minimum */
    for (size_t i = 1; i < count; i++) {
        bool is_firm_here = false;
        if (is_reached(&levels[i], counts, &is_firm_here)) {
            found.index = (uint32_t)i;
            is_firm = is_firm_here;
        }
    }
    bool is_highest = found.index == count - 1;
    if (!is_firm) {
        found.kind = TCN_COUNT_ESTIMATE;
    } else if (is_highest || is_settled(counts)) {
        found.kind = TCN_COUNT_EXACT;
    } else {
        found.kind = TCN_COUNT_AT_LEAST;
    }
    return found;
}
