/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board: what is known of each of the five lines, for each office and for the district. It is
 * given what offices said and which matters are signs, and says how each line stands.
 *
 *     what is open              what the office said       the cell
 *     ───────────────────────   ────────────────────────   ───────────
 *     harm of the line's level  whatever                   breach
 *     a limit passed, urged,
 *       and silent for so long  whatever                   breach
 *     an early warning          whatever                   warning
 *     nothing                   known not safe             warning
 *     nothing                   signed, known safe         known safe, until the next is due
 *     nothing                   by telephone, or nothing,
 *                               or contradicted            unknown
 *
 * Rules, each with a test by its number:
 *   B1  nothing is safe but what a post of the office has signed for now, and the district only
 *       when all its offices have;
 *   B2  a guarded matter is on no board: nobody gives it to these functions, and who does sees
 *       nothing of it;
 *   B3  no number counts matters: of what is late the organ and since when, of warnings the oldest;
 *   B4  what cannot be placed at an office stands with the district alone;
 *   B5  a year that the calendar lacks makes nobody late.
 *
 * Pure. One struct, one thread.
 */
#ifndef TCN_CORE_BOARD_H
#define TCN_CORE_BOARD_H

#include "core/expected.h"
#include "core/signs.h"
#include "model/board.h"
#include "model/ladder.h"

/** Organs that owe late acts, of all lines and offices together; of more the board says that there
 * are more. */
#define TCN_BOARD_LATES_MAX 1024

/** What matters say of one line at one office. */
struct tcn_board_sum {
    enum tcn_sign sign;
    int64_t since_ns; /**< the oldest early warning was learned; 0: none */
    bool is_self;
};

/** A board being made. Open: `sums` is lent by the caller, all zero at first, with room for
 * tcn_board_room. */
struct tcn_board {
    const struct tcn_policy *policy;
    int64_t now_ns;
    struct tcn_board_sum *sums;
    struct tcn_board_row lates[TCN_BOARD_LATES_MAX];
    uint32_t late_count;
    bool has_more; /**< more late duties than there is room for */
};

/** What an office said of a line. Open: filled by the caller, all lent. */
struct tcn_board_said {
    const struct tcn_line *line;
    const struct tcn_organ *office;
    struct tcn_expected_verdict verdict; /**< NOT_ASKED where nothing is expected of it */
    const struct tcn_expected *last;     /**< NULL: nothing was ever said */
    const struct tcn_expected *breach;   /**< the last harm; NULL: none is known */
};

/** Sums that a board needs for a policy. */
size_t tcn_board_room(const struct tcn_policy *policy);
/** Adds a matter that may be a sign, with its clocks, and when who owes the act of each was urged
 * (tcn_board_urged_ns). Guarded ones add nothing (B2). */
void tcn_board_add(struct tcn_board *board, const struct tcn_matter *matter,
                   const struct tcn_matter_clock *clocks, const int64_t *urged_ns,
                   uint32_t clock_count);
/** The cell of a line at an office, once all matters are added. */
void tcn_board_cell(const struct tcn_board *board, const struct tcn_board_said *said,
                    struct tcn_board_row *out_row);
/** The line's row of the whole district: add each of its offices' cells to it. */
void tcn_board_district(const struct tcn_board *board, const struct tcn_line *line,
                        struct tcn_board_row *out_row);
/** Takes a cell into the district's row. */
void tcn_board_take(struct tcn_board_row *district, const struct tcn_board_row *cell);
/** When who owes the act of a limit that has passed was urged at the latest, by the row of the
 * clock's ladder, the matter's severity and the log time of what the row told last: later steps
 * came at least their spacing behind it. INT64_MAX when nobody was: a step comes only once the one
 * before it was delivered, and one that is for graver matters tells nobody. `row` is NULL when the
 * clock has none. With a policy that has no such step the limit. */
int64_t tcn_board_urged_ns(const struct tcn_plans *plans, const struct tcn_matter_clock *clock,
                           const struct tcn_ladder *row, enum tcn_severity severity,
                           int64_t told_ns);
/** Who owes the act of a clock: the holder, the office or the desk. */
uint16_t tcn_board_owing(const struct tcn_policy *policy, const struct tcn_matter *matter,
                         const struct tcn_matter_clock *clock);

#endif
