/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a matter says about one of the five lines: nothing, that harm may come (an early warning),
 * or that it has (a breach). The rules are the policy's (lines.yaml). A matter that was reported is
 * no sign by that alone: no petition is one, and nothing here counts how many there are.
 *
 * Rules, each with a test by its number:
 *   N1  a guarded matter is no sign of anything, released or not: it is seen by its custodians, and
 *       the board is no door to it;
 *   N2  harm of the line's level makes a breach, an open matter that is grave enough a warning;
 *   N3  a limit that has passed makes a warning, and a breach only when nobody has stirred for so
 *       long after the reminder that it calls for: a limit that was missed is not hidden by closing
 *       in haste;
 *   N4  a matter that is at its end is no sign any more.
 *
 * Pure. Thread: any.
 */
#ifndef TCN_CORE_SIGNS_H
#define TCN_CORE_SIGNS_H

#include "model/policy.h"
#include "model/state.h"

/** What it says. Numbers are on the wire. */
enum tcn_sign {
    TCN_SIGN_NONE = 0,
    TCN_SIGN_WARNING = 1,
    TCN_SIGN_BREACH = 2,
};

/** The line of a matter that may be a sign (N1, N4); NULL when it may not be one. Owns: lent by the
 * policy. */
const struct tcn_line *tcn_sign_line(const struct tcn_policy *policy,
                                     const struct tcn_matter *matter);
/** True for a matter whose report is there and which is not at its end. */
bool tcn_sign_is_open(const struct tcn_matter *matter);
/** True for an urgent matter that nobody has taken in hand. */
bool tcn_sign_is_untaken(const struct tcn_matter *matter);
/** What a matter of a line says by itself, whatever its clocks say (N2). */
enum tcn_sign tcn_sign_of(const struct tcn_line *line, const struct tcn_matter *matter);
/** True for a clock whose limit has passed while it runs, and whose act one of ours owes. */
bool tcn_sign_is_late(const struct tcn_matter_clock *clock, int64_t now_ns);
/** The office of a matter's place: of its division, else the office that reported it; 0 when none
 * is. */
uint16_t tcn_sign_office(const struct tcn_policy *policy, const struct tcn_matter *matter);
/** The line with this id, or NULL. Owns: lent by the policy. */
const struct tcn_line *tcn_sign_line_by_id(const struct tcn_policy *policy, struct tcn_slice id);

#endif
