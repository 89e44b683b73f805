/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The level of an accident, by the thresholds of the policy and from what is counted so far. The
 * level is the worst that any measure reaches; a number that the law names belongs to the worse
 * level ("以上" includes it). A count that is unknown is never zero, so a level is mostly "at
 * least" one: it may rise with the next report, and only counts that are all exact settle it.
 *
 * Missing people are reported with the dead and never raise the level; neither do people at risk.
 *
 * What a matter has counted is its toll, measure by measure:
 *   T1  a count that is unknown changes nothing;
 *   T2  a higher number takes the place of a lower one, whoever says it and by whichever act: a
 *       report, a supplement (国务院令第493号 Art. 13), a correction;
 *   T3  of equal numbers the surer word stays: exact, then at least, then estimated;
 *   T4  a lower number takes the place of a higher one only where it may lower: a correction, and
 *       only if it is exact. Else the higher one stays: to report fewer than there are is the
 *       violation (谎报, 瞒报), to have reported more is none.
 */
#ifndef TCN_CORE_ACCIDENT_H
#define TCN_CORE_ACCIDENT_H

#include "model/event.h"
#include "model/rules.h"
#include "model/state.h"

/** A level with how sure it is. */
struct tcn_accident_found {
    uint16_t level; /**< of the policy's levels, from 1; 0: it has none of accidents */
    /** EXACT: settled. ESTIMATE: a count that decided may turn out lower. AT_LEAST: may rise. */
    enum tcn_count_kind kind;
};

/** The level of an accident by a scale, as its event, or all of them together, count it: the
 * mildest when no threshold is reached. What an attribute says may always rise. A scale of 0 has no
 * thresholds. Thread: any. Source: 国务院令第493号 Art. 3, 森林防火条例 Art. 40 (H), as the policy
 * has them. */
struct tcn_accident_found tcn_accident_level_of(const struct tcn_rules *rules, uint16_t scale,
                                                const struct tcn_event *event);

/** What an event adds to a toll. */
struct tcn_accident_said {
    const struct tcn_event *event;
    struct tcn_slice domain; /**< of the matter: names the scale */
    bool is_accident;        /**< of the kind that has a level */
    bool may_lower;          /**< T4 */
};

/** Counts an event: T1 to T4, and the degree anew. Returns true when it names a lower number than
 * is kept, and may not lower. `rules` may be NULL: there is no degree then. Thread: any. */
bool tcn_accident_count(const struct tcn_rules *rules, const struct tcn_accident_said *said,
                        struct tcn_toll *toll);

#endif
