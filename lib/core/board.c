/* SPDX-License-Identifier: Apache-2.0 */
#include "core/board.h"

#include "base/clock.h"
#include "core/guard.h"
#include "core/ladder.h"

#include <string.h>

#define MINUTE_NS (INT64_C(60) * 1000000000)

size_t tcn_board_room(const struct tcn_policy *policy) {
    return (size_t)policy->line_count * (policy->organ_count + 1);
}

/** The sum of a line at an office; 0 is of none (B4). */
static struct tcn_board_sum *sum_of(const struct tcn_board *board, const struct tcn_line *line,
                                    uint16_t office) {
    const size_t row = (size_t)(line - board->policy->lines) * (board->policy->organ_count + 1);
    const struct tcn_organ *organ = tcn_policy_organ(board->policy, office);
    const size_t column = organ != NULL ? (size_t)(organ - board->policy->organs) + 1 : 0;
    return &board->sums[row + column];
}

uint16_t tcn_board_owing(const struct tcn_policy *policy, const struct tcn_matter *matter,
                         const struct tcn_matter_clock *clock) {
    if (clock->terms.owes == TCN_CLOCK_OFFICE && matter->office != 0) {
        return matter->office;
    }
    return clock->terms.owes == TCN_CLOCK_DESK && policy->desk != 0 ? policy->desk : matter->holder;
}

/** True for a step that urges of a limit that has passed. */
static bool is_urge(const struct tcn_escalation_step *step) {
    return step->cause == TCN_ESCALATION_OVERDUE && step->kind == TCN_ESCALATION_URGE;
}

/** True when the policy would have somebody urged of this clock at all. */
static bool has_urge(const struct tcn_plans *plans, const struct tcn_matter_clock *clock) {
    const uint32_t count = plans != NULL ? plans->step_count : 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct tcn_escalation_step *step = &plans->steps[i];
        if (is_urge(step) && (step->clock[0] == '\0' || strcmp(step->clock, clock->id) == 0)) {
            return true;
        }
    }
    return false;
}

int64_t tcn_board_urged_ns(const struct tcn_plans *plans, const struct tcn_matter_clock *clock,
                           const struct tcn_ladder *row, enum tcn_severity severity,
                           int64_t told_ns) {
    if (!has_urge(plans, clock)) {
        return clock->times.limit_ns;
    }
    const uint32_t told_count = row != NULL ? row->step_count : 0;
    int64_t urged_ns = INT64_MAX;
    for (uint32_t i = 0; i < told_count; i++) {
        const struct tcn_escalation_step *step = tcn_ladder_step(plans, row->id, i);
        if (step == NULL) {
            break;
        }
        if (urged_ns != INT64_MAX) { /* a later step came so long behind it, or longer */
            urged_ns = tcn_time_minus(urged_ns, (int64_t)step->spacing_minutes * MINUTE_NS);
        } else if (is_urge(step) && (unsigned)step->severity_min <= (unsigned)severity) {
            urged_ns = row->number != 0         ? told_ns
                       : row->delivered_ns != 0 ? row->delivered_ns
                                                : INT64_MAX;
        }
    }
    return urged_ns;
}

/** Notes that an organ owes something of the line at an office, once, since when at the longest. */
static void add_late(struct tcn_board *board, const struct tcn_line *line, uint16_t office,
                     uint16_t organ, int64_t since_ns) {
    for (uint32_t i = 0; i < board->late_count; i++) {
        struct tcn_board_row *row = &board->lates[i];
        if (row->office == office && row->organ == organ && strcmp(row->line, line->id) == 0) {
            row->since_ns = since_ns < row->since_ns ? since_ns : row->since_ns;
            return;
        }
    }
    if (board->late_count == TCN_BOARD_LATES_MAX) {
        board->has_more = true;
        return;
    }
    struct tcn_board_row *row = &board->lates[board->late_count];
    *row = (struct tcn_board_row){
        .kind = TCN_BOARD_LATE, .office = office, .organ = organ, .since_ns = since_ns};
    memcpy(row->line, line->id, sizeof(row->line));
    board->late_count++;
}

/** A limit that has passed is a warning, and a breach when nobody stirred for so long after the
 * holder was urged. */
static enum tcn_sign sign_of_clock(const struct tcn_board *board, const struct tcn_line *line,
                                   const struct tcn_matter *matter, int64_t urged_ns) {
    const int64_t since_ns = matter->last_ns > urged_ns ? matter->last_ns : urged_ns;
    const int64_t silent_ns = tcn_time_minus(board->now_ns, since_ns);
    const bool is_breach =
        line->breach_silent_days > 0 && silent_ns >= (int64_t)line->breach_silent_days * TCN_DAY_NS;
    return is_breach ? TCN_SIGN_BREACH : TCN_SIGN_WARNING;
}

/** Takes a sign into a sum: the worst, and since when the oldest. */
static void take(struct tcn_board_sum *sum, enum tcn_sign sign, int64_t since_ns, bool is_self) {
    sum->sign = sign > sum->sign ? sign : sum->sign;
    if (sum->since_ns == 0 || since_ns < sum->since_ns) {
        sum->since_ns = since_ns;
        sum->is_self = is_self;
    }
}

void tcn_board_add(struct tcn_board *board, const struct tcn_matter *matter,
                   const struct tcn_matter_clock *clocks, const int64_t *urged_ns,
                   uint32_t clock_count) {
    const struct tcn_line *line = tcn_sign_line(board->policy, matter);
    if (line == NULL) { /* B2 */
        return;
    }
    const uint16_t office = tcn_sign_office(board->policy, matter);
    const bool is_self = matter->office == office;
    const int64_t learned_ns = matter->learned_ns != 0 ? matter->learned_ns : matter->opened_ns;
    struct tcn_board_sum *sum = sum_of(board, line, office);
    const enum tcn_sign sign = tcn_sign_of(line, matter);
    if (sign != TCN_SIGN_NONE) {
        take(sum, sign, learned_ns, is_self);
    }
    for (uint32_t i = 0; i < clock_count; i++) {
        if (tcn_sign_is_late(&clocks[i], board->now_ns)) {
            take(sum, sign_of_clock(board, line, matter, urged_ns[i]), learned_ns, is_self);
            add_late(board, line, office, tcn_board_owing(board->policy, matter, &clocks[i]),
                     clocks[i].times.limit_ns);
        }
    }
}

static enum tcn_board_state state_of(const struct tcn_board_sum *sum,
                                     enum tcn_expected_state said) {
    if (sum->sign == TCN_SIGN_BREACH) {
        return TCN_BOARD_BREACHED;
    }
    if (sum->sign == TCN_SIGN_WARNING || said == TCN_EXPECTED_UNSAFE) {
        return TCN_BOARD_WARNED;
    }
    return said == TCN_EXPECTED_SIGNED ? TCN_BOARD_SAFE : TCN_BOARD_UNKNOWN; /* B1 */
}

void tcn_board_cell(const struct tcn_board *board, const struct tcn_board_said *said,
                    struct tcn_board_row *out_row) {
    const struct tcn_board_sum *sum = sum_of(board, said->line, said->office->number);
    const struct tcn_expected *last = said->last;
    *out_row =
        (struct tcn_board_row){.kind = TCN_BOARD_CELL,
                               .office = said->office->number,
                               .state = state_of(sum, said->verdict.state),
                               .said = said->verdict.state,
                               .due_ns = said->verdict.due_ns,
                               .since_ns = sum->since_ns,
                               .is_self = sum->is_self,
                               .signed_count = said->verdict.state == TCN_EXPECTED_SIGNED ? 1 : 0,
                               .office_count = 1};
    memcpy(out_row->line, said->line->id, sizeof(out_row->line));
    if (last != NULL && last->said != TCN_SAID_NOT) {
        out_row->said_ns = last->since_ns;
        out_row->until_ns = said->verdict.until_ns;
        memcpy(out_row->post, last->post, sizeof(out_row->post));
    }
    if (last != NULL && last->other_position != 0) {
        out_row->contradicted_ns = last->other_ns;
        out_row->is_contradicted_self = last->is_self;
    }
    if (said->breach != NULL) {
        out_row->breach_ns = said->breach->other_ns;
        out_row->breach_known_ns = said->breach->since_ns;
        out_row->is_breach_self = said->breach->is_self;
    }
}

void tcn_board_district(const struct tcn_board *board, const struct tcn_line *line,
                        struct tcn_board_row *out_row) {
    const struct tcn_board_sum *sum = sum_of(board, line, 0);
    *out_row = (struct tcn_board_row){.kind = TCN_BOARD_CELL,
                                      .state = state_of(sum, TCN_EXPECTED_NOT_ASKED),
                                      .since_ns = sum->since_ns,
                                      .is_self = sum->is_self};
    memcpy(out_row->line, line->id, sizeof(out_row->line));
}

void tcn_board_take(struct tcn_board_row *district, const struct tcn_board_row *cell) {
    district->signed_count += cell->signed_count;
    district->office_count += cell->office_count;
    if (cell->since_ns != 0 && (district->since_ns == 0 || cell->since_ns < district->since_ns)) {
        district->since_ns = cell->since_ns;
        district->is_self = cell->is_self;
    }
    if (cell->breach_known_ns > district->breach_known_ns) {
        district->breach_ns = cell->breach_ns;
        district->breach_known_ns = cell->breach_known_ns;
        district->is_breach_self = cell->is_breach_self;
    }
    if (cell->contradicted_ns > district->contradicted_ns) {
        district->contradicted_ns = cell->contradicted_ns;
        district->is_contradicted_self = cell->is_contradicted_self;
    }
    if (cell->state >= TCN_BOARD_WARNED && cell->state > district->state) {
        district->state = cell->state;
    }
    const bool is_whole =
        district->office_count > 0 && district->signed_count == district->office_count;
    if (district->state == TCN_BOARD_SAFE && !is_whole) {
        district->state = TCN_BOARD_UNKNOWN;
    } else if (district->state == TCN_BOARD_UNKNOWN && is_whole) {
        district->state = TCN_BOARD_SAFE; /* B1 */
    }
}
