/* SPDX-License-Identifier: Apache-2.0 */
#include "core/calendar.h"
#include "core/guard.h"
#include "query/board_inside.h"

#include <string.h>

/* Summonses that are shown as such; of more the board says that there are more. */
#define UNTAKEN_MAX 1024
#define SLICE 64

/* One organ was called to something so urgent and has not said that it has it. */
static enum tcn_status make_summons(struct tcn_board_making *making, bool is_danger,
                                    const struct tcn_summons *summons, uint32_t *count) {
    struct tcn_board_row row = {.kind = TCN_BOARD_UNTAKEN};
    struct tcn_matter matter;
    const enum tcn_status status =
        tcn_state_matter(making->view->state_reader, summons->birth_position, &matter);
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    const enum tcn_severity severity = (unsigned)matter.severity > (unsigned)summons->severity
                                           ? matter.severity
                                           : summons->severity;
    const bool is_it = (unsigned)severity >= (unsigned)TCN_SEVERITY_URGENT &&
                       is_danger == ((unsigned)severity >= (unsigned)TCN_SEVERITY_DANGER) &&
                       !tcn_guard_has(&matter) &&
                       summons->mode == making->view->charter->genesis.mode;
    making->has_more = making->has_more || (is_it && *count == UNTAKEN_MAX);
    if (is_it && *count < UNTAKEN_MAX) {
        tcn_board_fill(making, &matter, &row);
        row.organ = summons->organ;
        row.severity = severity;
        tcn_board_emit(making, &row);
        (*count)++;
    }
    return TCN_OK;
}

/* All of them that are danger, or all others. */
static enum tcn_status make_so_urgent(struct tcn_board_making *making, bool is_danger,
                                      uint32_t *shown) {
    struct tcn_summons rows[SLICE];
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < making->policy->organ_count && status == TCN_OK; i++) {
        const uint16_t organ = making->policy->organs[i].number;
        struct tcn_summons after = {.organ = organ}; /* of what is not guarded */
        size_t count = SLICE;
        while (status == TCN_OK && count == SLICE) { /* ends with the organ's rows */
            status = tcn_state_summonses(making->view->state_reader, &after, rows, SLICE, &count);
            for (size_t k = 0; k < count && status == TCN_OK; k++) {
                after = rows[k];
                status = make_summons(making, is_danger, &rows[k], shown);
            }
        }
    }
    return status;
}

/* Each organ acknowledges for itself: one row for each that has not. Danger stands first, and is
 * the last to be left out. */
static enum tcn_status make_untaken(struct tcn_board_making *making) {
    uint32_t shown = 0;
    const enum tcn_status status = make_so_urgent(making, true, &shown);
    return status == TCN_OK ? make_so_urgent(making, false, &shown) : status;
}

/* One limit that ends today, of a matter that is nobody's secret. */
static enum tcn_status make_due(struct tcn_board_making *making, const struct tcn_due *due) {
    struct tcn_board_row row = {.kind = TCN_BOARD_DUE, .until_ns = due->until_ns};
    struct tcn_matter_clock clock;
    struct tcn_matter matter;
    size_t count = 0;
    enum tcn_status status =
        tcn_state_matter(making->view->state_reader, due->key.subject, &matter);
    if (status == TCN_OK) {
        status = tcn_state_clocks(making->view->state_reader, due->key.subject, due->key.rule,
                                  &clock, 1, &count);
    }
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    const bool is_it = count == 1 && clock.rule == due->key.rule && !tcn_guard_has(&matter) &&
                       clock.terms.owes != TCN_CLOCK_OUTSIDE &&
                       matter.mode == making->view->charter->genesis.mode;
    if (is_it) {
        tcn_board_fill(making, &matter, &row);
        row.organ = tcn_board_owing(making->policy, &matter, &clock);
        row.until_ns = clock.times.limit_ns;
        memcpy(row.rule, clock.id, sizeof(row.rule));
        tcn_board_emit(making, &row);
    }
    return TCN_OK;
}

/* What ends today: its next step is today too. */
static enum tcn_status make_dues(struct tcn_board_making *making, struct tcn_arena *arena) {
    const struct tcn_calendar *calendar = tcn_expected_calendar(making->policy);
    const int64_t end_ns =
        tcn_calendar_day_end_ns(calendar, tcn_calendar_day(calendar, making->now_ns));
    struct tcn_due *dues = tcn_arena_alloc(arena, TCN_SLICE_RECORDS_MAX * sizeof(*dues));
    size_t count = 0;
    if (dues == NULL) {
        return TCN_NOMEM;
    }
    enum tcn_status status = tcn_state_open_dues(making->view->state_reader, end_ns, dues,
                                                 TCN_SLICE_RECORDS_MAX, &count);
    for (size_t i = 0; i < count && status == TCN_OK; i++) {
        if (dues[i].key.kind == TCN_DUE_CLOCK && dues[i].until_ns <= end_ns) {
            status = make_due(making, &dues[i]);
        }
    }
    making->has_more = making->has_more || count == TCN_SLICE_RECORDS_MAX;
    return status;
}

/* What waits for the desk's word; of what is kept apart only that it waits. */
static enum tcn_status make_holds(struct tcn_board_making *making, struct tcn_arena *arena) {
    struct tcn_matter *held = tcn_arena_alloc(arena, TCN_ROWS_MAX * sizeof(*held));
    uint64_t before = UINT64_MAX;
    size_t count = TCN_ROWS_MAX;
    uint32_t looked = 0;
    enum tcn_status status = held == NULL ? TCN_NOMEM : TCN_OK;
    for (; status == TCN_OK && count == TCN_ROWS_MAX && looked < TCN_BOARD_SIGNS_MAX;
         looked += TCN_ROWS_MAX) {
        status = tcn_state_held(making->view->state_reader, making->policy->desk, before, held,
                                TCN_ROWS_MAX, &count);
        for (size_t i = 0; i < count && status == TCN_OK; i++) {
            const bool waits = held[i].stage == TCN_STAGE_HELD || held[i].stage == TCN_STAGE_STUB;
            before = held[i].birth_position;
            if (waits && held[i].mode == making->view->charter->genesis.mode) {
                struct tcn_board_row row = {.kind = TCN_BOARD_HOLD};
                tcn_board_fill(making, &held[i], &row);
                tcn_board_emit(making, &row);
            }
        }
    }
    making->has_more = making->has_more || count == TCN_ROWS_MAX;
    return status;
}

/* Where the desk's shift began, with the event that says so. */
static enum tcn_status make_shift(struct tcn_board_making *making, struct tcn_arena *arena,
                                  struct tcn_answer *answer) {
    const struct tcn_expected_key key = {.row = TCN_EXPECTED_ROW_SHIFT,
                                         .organ = making->policy->desk};
    struct tcn_expected shift;
    bool has = false;
    enum tcn_status status = tcn_board_find(making, &key, &shift, &has);
    if (status != TCN_OK || !has) {
        return status;
    }
    const struct tcn_board_row row = {
        .kind = TCN_BOARD_SHIFT, .organ = making->policy->desk, .since_ns = shift.since_ns};
    struct tcn_event_row *event = tcn_arena_alloc(arena, sizeof(*event));
    if (event == NULL) {
        return TCN_NOMEM;
    }
    status = tcn_query_event_row(making->view, shift.position, arena, event);
    if (status == TCN_OK) {
        tcn_board_emit(making, &row);
        answer->events = event;
        answer->event_count = 1;
    }
    return status;
}

enum tcn_status tcn_board_desk(struct tcn_board_making *making, struct tcn_arena *arena,
                               struct tcn_answer *answer) {
    enum tcn_status status = make_untaken(making);
    status = status == TCN_OK ? make_dues(making, arena) : status;
    status = status == TCN_OK ? make_holds(making, arena) : status;
    return status == TCN_OK ? make_shift(making, arena, answer) : status;
}
