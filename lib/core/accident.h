/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The level of an accident, from what is counted so far. The level is the highest that any column
 * reaches; a number that is named in the law belongs to the higher level ("以上" includes it). A
 * count that is unknown is never zero, so a level is mostly "at least" one: it may rise with the
 * next report, and only counts that are all exact settle it.
 *
 * Missing people are reported with the dead and never raise the level; neither do people at risk.
 */
#ifndef TCN_CORE_ACCIDENT_H
#define TCN_CORE_ACCIDENT_H

#include "model/event.h"

/** One level: reached by one of the columns. Open: tables of them are written out. */
struct tcn_accident_level {
    const char *word;
    const char *title_zh;
    uint64_t deaths_min;
    uint64_t serious_injuries_min;
    uint64_t loss_fen_min; /**< direct loss, 1/100 yuan; UINT64_MAX: the column does not count */
};

/** A level with how sure it is. */
struct tcn_accident_found {
    uint32_t index; /**< in the table, from the lowest */
    /** EXACT: settled. ESTIMATE: a count that decided may turn out lower. AT_LEAST: may rise. */
    enum tcn_count_kind kind;
};

/** The four levels of every domain that has none of its own, lowest first.
 * Thread: any. Source: 国务院令第493号 article 3 (H). */
const struct tcn_accident_level *tcn_accident_levels(size_t *out_count);
/** The levels of forest fires by deaths and injuries; their third column is burnt area, which is
 * not among the counts. Thread: any. Source: 森林防火条例 article 40 (H). */
const struct tcn_accident_level *tcn_accident_levels_forest_fire(size_t *out_count);
/** The level of an accident with these counts. `levels` is sorted, lowest first, and the lowest has
 * no minimum: every accident has a level. Thread: any. */
struct tcn_accident_found tcn_accident_level_of(const struct tcn_accident_level *levels,
                                                size_t count, const struct tcn_counts *counts);

#endif
