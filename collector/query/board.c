/* SPDX-License-Identifier: Apache-2.0 */
#include "query/board.h"

#include "core/board.h"
#include "core/calendar.h"
#include "core/guard.h"
#include "query/board_silent.h"

#include <string.h>

#define SLICE 64

/* A board on its way: what it is made of, and the page of it that is wanted. */
struct making {
    const struct tcn_query_view *view;
    const struct tcn_query *query;
    const struct tcn_policy *policy;
    struct tcn_board *board;
    struct tcn_board_row *rows;
    uint64_t total; /* rows so far */
    uint32_t count; /* of the page */
    bool has_more;
    int64_t now_ns;
    struct tcn_board_silent silent;
};

static bool is_desk_query(const struct making *making) {
    return making->query->kind == TCN_QUERY_DESK;
}

/* True when rows of this office are wanted; 0 is of none, or the district. */
static bool wants(const struct making *making, uint16_t office) {
    return making->query->organ == 0 || making->query->organ == office;
}

static void emit(struct making *making, const struct tcn_board_row *row) {
    const uint64_t index = making->total;
    making->total++;
    if (index >= making->query->page && making->count < TCN_ROWS_MAX) {
        making->rows[making->count] = *row;
        making->count++;
    }
}

/* What a row says of a matter: nothing of one that is kept apart. */
static void fill_matter(const struct making *making, const struct tcn_matter *matter,
                        struct tcn_board_row *row) {
    row->matter = matter->id;
    row->organ = matter->holder;
    row->is_guarded = tcn_guard_has(matter);
    if (row->is_guarded) {
        return;
    }
    row->office = tcn_sign_office(making->policy, matter);
    row->since_ns = matter->learned_ns != 0 ? matter->learned_ns : matter->opened_ns;
    row->division = matter->division;
    row->severity = matter->severity;
    row->stage = matter->stage;
    memcpy(row->domain, matter->domain, sizeof(row->domain));
}

/* One row of the table, by its key; an empty one when it is not there. */
static enum tcn_status row_of(const struct making *making, const struct tcn_expected_key *key,
                              struct tcn_expected *out_row, bool *out_has) {
    size_t count = 0;
    memset(out_row, 0, sizeof(*out_row));
    const enum tcn_status status =
        tcn_state_expected(making->view->state_reader, key, out_row, 1, &count);
    *out_has = status == TCN_OK && count == 1 && out_row->key.row == key->row &&
               out_row->key.organ == key->organ && out_row->key.number == key->number;
    if (!*out_has) {
        memset(out_row, 0, sizeof(*out_row));
    }
    return status;
}

/* Takes one matter that is a sign, and says that nobody has it yet. */
static enum tcn_status add_sign(struct making *making, uint64_t birth) {
    struct tcn_matter_clock clocks[TCN_MATTER_CLOCKS_MAX];
    struct tcn_matter matter;
    size_t count = 0;
    enum tcn_status status = tcn_state_matter(making->view->state_reader, birth, &matter);
    if (status == TCN_OK) {
        status = tcn_state_clocks(making->view->state_reader, birth, 0, clocks,
                                  TCN_MATTER_CLOCKS_MAX, &count);
    }
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    tcn_board_add(making->board, &matter, clocks, (uint32_t)count);
    if (is_desk_query(making) && tcn_sign_is_untaken(&matter) && !tcn_guard_has(&matter)) {
        struct tcn_board_row row = {.kind = TCN_BOARD_UNTAKEN};
        fill_matter(making, &matter, &row);
        emit(making, &row);
    }
    return TCN_OK;
}

static enum tcn_status add_signs(struct making *making) {
    struct tcn_expected_key key = {.row = TCN_EXPECTED_ROW_SIGN};
    struct tcn_expected rows[SLICE];
    uint32_t looked = 0;
    size_t count = SLICE;
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK && count == SLICE && !making->has_more) {
        status = tcn_state_expected(making->view->state_reader, &key, rows, SLICE, &count);
        for (size_t i = 0; i < count && status == TCN_OK; i++) {
            if (rows[i].key.row != TCN_EXPECTED_ROW_SIGN) {
                return TCN_OK;
            }
            making->has_more = looked == TCN_BOARD_SIGNS_MAX;
            if (making->has_more) {
                break;
            }
            looked++;
            status = add_sign(making, rows[i].key.number);
            key.number = rows[i].key.number + 1;
        }
    }
    return status;
}

/* Matters that call for check-ins, from a key on, which moves behind them. Fewer than SLICE are the
 * last, as are those behind which no board looks. */
static enum tcn_status read_warnings(const struct making *making, struct tcn_expected_key *key,
                                     struct tcn_expected *out_rows, size_t *out_count) {
    size_t count = 0;
    size_t found = 0;
    const enum tcn_status status =
        tcn_state_expected(making->view->state_reader, key, out_rows, SLICE, &found);
    while (status == TCN_OK && count < found &&
           out_rows[count].key.row == TCN_EXPECTED_ROW_WARNING) {
        *key = out_rows[count].key;
        key->number++;
        count++;
    }
    *out_count = count;
    return status;
}

/* True when an open matter of a domain calls for check-ins of an office; from when. */
static enum tcn_status called_since(const struct making *making, const char *domain,
                                    uint16_t office, int64_t *out_since_ns) {
    struct tcn_expected_key key = {.row = TCN_EXPECTED_ROW_WARNING};
    struct tcn_expected rows[SLICE];
    size_t count = SLICE;
    enum tcn_status status = TCN_OK;
    *out_since_ns = TCN_EXPECTED_NEVER;
    for (uint32_t looked = 0; status == TCN_OK && count == SLICE && looked < TCN_BOARD_SIGNS_MAX;
         looked += SLICE) {
        status = read_warnings(making, &key, rows, &count);
        for (size_t i = 0; i < count && status == TCN_OK; i++) {
            const bool is_it = strcmp(rows[i].post, domain) == 0 &&
                               tcn_expected_covers(making->policy, &rows[i], office);
            *out_since_ns =
                is_it && rows[i].since_ns < *out_since_ns ? rows[i].since_ns : *out_since_ns;
        }
    }
    return status;
}

/* From when a report is expected of an office: as core/fold_expected has it. */
static enum tcn_status expected_from(const struct making *making,
                                     const struct tcn_expected_report *report, uint16_t office,
                                     int64_t *out_from_ns) {
    const struct tcn_expected_key key = {.row = TCN_EXPECTED_ROW_SEAT, .organ = office};
    struct tcn_expected row;
    size_t count = 0;
    const enum tcn_status status =
        tcn_state_expected(making->view->state_reader, &key, &row, 1, &count);
    *out_from_ns = TCN_EXPECTED_NEVER;
    const bool has_seat = status == TCN_OK && count == 1 && row.key.row == TCN_EXPECTED_ROW_SEAT &&
                          row.key.organ == office;
    if (!has_seat) {
        return status;
    }
    if (report->while_domain[0] != '\0') {
        return called_since(making, report->while_domain, office, out_from_ns);
    }
    *out_from_ns = tcn_expected_from_ns(making->policy, row.since_ns);
    return TCN_OK;
}

/* How a report of an office stands; `out_last` is lent to the verdict's reader. */
static enum tcn_status judge(const struct making *making, const struct tcn_expected_report *report,
                             uint16_t office, struct tcn_expected *out_last,
                             struct tcn_expected_verdict *out_verdict) {
    const struct tcn_expected_key key = {
        .row = TCN_EXPECTED_ROW_LAST, .organ = office, .number = tcn_expected_number(report)};
    struct tcn_expected_input in = {.report = report,
                                    .calendar = tcn_expected_calendar(making->policy),
                                    .last = out_last,
                                    .now_ns = making->now_ns};
    bool has = false;
    enum tcn_status status = row_of(making, &key, out_last, &has);
    if (status == TCN_OK) {
        status = expected_from(making, report, office, &in.from_ns);
    }
    *out_verdict = tcn_expected_judge(&in);
    return status;
}

/* The report that ticks a line for an office, or a check-in of it (line empty); NULL. */
static const struct tcn_expected_report *report_of(const struct making *making, const char *line,
                                                   const struct tcn_organ *office) {
    const struct tcn_plans *plans = making->policy->plans;
    for (uint32_t i = 0; plans != NULL && i < plans->report_count; i++) {
        const struct tcn_expected_report *report = &plans->reports[i];
        if (strcmp(report->line, line) == 0 && tcn_expected_is_of(report, office)) {
            return report;
        }
    }
    return NULL;
}

/* One cell. */
static enum tcn_status make_cell(struct making *making, const struct tcn_line *line,
                                 const struct tcn_organ *office, struct tcn_board_row *out_row) {
    const uint64_t number = tcn_expected_line_number(tcn_slice_text(line->id));
    const struct tcn_expected_key key = {
        .row = TCN_EXPECTED_ROW_BREACH, .organ = office->number, .number = number};
    const struct tcn_expected_report *report = report_of(making, line->id, office);
    struct tcn_board_said said = {.line = line, .office = office};
    struct tcn_expected last;
    struct tcn_expected breach;
    bool has_breach = false;
    enum tcn_status status = row_of(making, &key, &breach, &has_breach);
    if (status == TCN_OK && report != NULL) {
        status = judge(making, report, office->number, &last, &said.verdict);
        said.last = &last;
    }
    said.breach = has_breach ? &breach : NULL;
    if (status == TCN_OK) {
        tcn_board_cell(making->board, &said, out_row);
    }
    return status;
}

/* All cells of a line, behind the district's row of it. */
static enum tcn_status make_line(struct making *making, const struct tcn_line *line) {
    const struct tcn_policy *policy = making->policy;
    struct tcn_board_row district;
    enum tcn_status status = TCN_OK;
    tcn_board_district(making->board, line, &district);
    for (uint32_t i = 0; i < policy->organ_count && status == TCN_OK; i++) {
        struct tcn_board_row cell;
        if (policy->organs[i].kind != TCN_ORGAN_OFFICE ||
            !wants(making, policy->organs[i].number)) {
            continue;
        }
        status = make_cell(making, line, &policy->organs[i], &cell);
        if (status == TCN_OK) {
            tcn_board_take(&district, &cell);
            emit(making, &cell);
        }
    }
    if (status == TCN_OK && making->query->organ == 0) {
        emit(making, &district);
    }
    return status;
}

/* Why an office is silent, and what it owes of check-ins. */
static enum tcn_status make_office(struct making *making, const struct tcn_organ *office,
                                   bool is_overdue, int64_t spoke_ns) {
    const struct tcn_expected_key key = {.row = TCN_EXPECTED_ROW_OFFICE, .organ = office->number};
    const struct tcn_calendar *calendar = tcn_expected_calendar(making->policy);
    const struct tcn_expected_report *report = report_of(making, "", office);
    struct tcn_board_row row = {.kind = TCN_BOARD_OFFICE, .office = office->number};
    struct tcn_expected absence;
    bool has = false;
    enum tcn_status status = row_of(making, &key, &absence, &has);
    if (status == TCN_OK && report != NULL) {
        struct tcn_expected last;
        struct tcn_expected_verdict verdict;
        status = judge(making, report, office->number, &last, &verdict);
        row.said = verdict.state;
        row.due_ns = verdict.due_ns;
        is_overdue = is_overdue || verdict.state == TCN_EXPECTED_OVERDUE;
        spoke_ns = last.since_ns > spoke_ns ? last.since_ns : spoke_ns;
    }
    const struct tcn_registry *registry =
        making->view->registry != NULL ? making->view->registry : &making->view->charter->registry;
    const int64_t silent_ns = tcn_board_silent_since(&making->silent, registry, office->number);
    const bool is_off = absence.off_ns != 0 && absence.off_ns >= spoke_ns &&
                        (silent_ns != 0 || tcn_calendar_day(calendar, absence.off_ns) ==
                                               tcn_calendar_day(calendar, making->now_ns));
    row.said_ns = spoke_ns;
    row.stopped_ns = absence.stopped_ns;
    row.back_ns = absence.back_ns;
    if (!tcn_board_has_program(registry, office->number)) {
        row.cause = TCN_CAUSE_NO_PROGRAM;
    } else if (is_off) {
        row.cause = TCN_CAUSE_SIGNED_OFF;
        row.since_ns = absence.off_ns;
    } else if (silent_ns != 0) {
        row.cause = TCN_CAUSE_UNREACHABLE;
        row.since_ns = silent_ns;
    } else if (is_overdue) {
        row.cause = TCN_CAUSE_QUIET;
        row.since_ns = spoke_ns;
    }
    if (status == TCN_OK) {
        emit(making, &row);
    }
    return status;
}

static enum tcn_status make_offices(struct making *making) {
    const struct tcn_policy *policy = making->policy;
    enum tcn_status status = tcn_board_silent_find(making->view->state_reader, &making->silent);
    for (uint32_t i = 0; i < policy->organ_count && status == TCN_OK; i++) {
        const struct tcn_organ *office = &policy->organs[i];
        bool is_overdue = false;
        int64_t spoke_ns = 0;
        if (office->kind != TCN_ORGAN_OFFICE || !wants(making, office->number)) {
            continue;
        }
        for (uint32_t k = 0; k < policy->line_count && status == TCN_OK; k++) {
            const struct tcn_expected_report *report =
                report_of(making, policy->lines[k].id, office);
            struct tcn_expected last;
            struct tcn_expected_verdict verdict;
            if (report == NULL) {
                continue;
            }
            status = judge(making, report, office->number, &last, &verdict);
            is_overdue = is_overdue || verdict.state == TCN_EXPECTED_OVERDUE;
            const bool has_spoken = last.said == TCN_SAID_SIGNED && last.since_ns > spoke_ns;
            spoke_ns = has_spoken ? last.since_ns : spoke_ns;
        }
        if (status == TCN_OK) {
            status = make_office(making, office, is_overdue, spoke_ns);
        }
    }
    return status;
}

/* A matter that calls for check-ins, where it concerns who asks. */
static enum tcn_status make_warning(struct making *making, const struct tcn_expected *warning) {
    const uint16_t office = making->query->organ;
    struct tcn_board_row row = {.kind = TCN_BOARD_WARNING};
    struct tcn_matter matter;
    if (office != 0 && !tcn_expected_covers(making->policy, warning, office)) {
        return TCN_OK;
    }
    const enum tcn_status status =
        tcn_state_matter(making->view->state_reader, warning->key.number, &matter);
    if (status == TCN_OK && !tcn_guard_has(&matter)) {
        fill_matter(making, &matter, &row);
        emit(making, &row);
    }
    return status;
}

static enum tcn_status make_warnings(struct making *making) {
    struct tcn_expected_key key = {.row = TCN_EXPECTED_ROW_WARNING};
    struct tcn_expected rows[SLICE];
    size_t count = SLICE;
    uint32_t looked = 0;
    enum tcn_status status = TCN_OK;
    for (; status == TCN_OK && count == SLICE && looked < TCN_BOARD_SIGNS_MAX; looked += SLICE) {
        status = read_warnings(making, &key, rows, &count);
        for (size_t i = 0; i < count && status == TCN_OK; i++) {
            status = make_warning(making, &rows[i]);
        }
    }
    making->has_more = making->has_more || count == SLICE;
    return status;
}

static void make_lates(struct making *making) {
    for (uint32_t i = 0; i < making->board->late_count; i++) {
        if (wants(making, making->board->lates[i].office)) {
            emit(making, &making->board->lates[i]);
        }
    }
    making->has_more = making->has_more || making->board->has_more;
}

/* One limit that ends today, of a matter that is nobody's secret. */
static enum tcn_status make_due(struct making *making, const struct tcn_due *due) {
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
        fill_matter(making, &matter, &row);
        row.organ = tcn_board_owing(making->policy, &matter, &clock);
        row.until_ns = clock.times.limit_ns;
        memcpy(row.rule, clock.id, sizeof(row.rule));
        emit(making, &row);
    }
    return TCN_OK;
}

/* What ends today: its next step is today too. */
static enum tcn_status make_dues(struct making *making, struct tcn_arena *arena) {
    const struct tcn_calendar *calendar = tcn_expected_calendar(making->policy);
    const int64_t end_ns =
        tcn_calendar_day_end_ns(calendar, tcn_calendar_day(calendar, making->now_ns));
    struct tcn_due *dues = tcn_arena_alloc(arena, TCN_SLICE_RECORDS_MAX * sizeof(*dues));
    size_t count = 0;
    if (dues == NULL) {
        return TCN_NOMEM;
    }
    enum tcn_status status =
        tcn_state_dues(making->view->state_reader, end_ns, dues, TCN_SLICE_RECORDS_MAX, &count);
    for (size_t i = 0; i < count && status == TCN_OK; i++) {
        if (dues[i].key.kind == TCN_DUE_CLOCK && dues[i].until_ns <= end_ns) {
            status = make_due(making, &dues[i]);
        }
    }
    making->has_more = making->has_more || count == TCN_SLICE_RECORDS_MAX;
    return status;
}

/* What waits for the desk's word; of what is kept apart only that it waits. */
static enum tcn_status make_holds(struct making *making, struct tcn_arena *arena) {
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
                fill_matter(making, &held[i], &row);
                emit(making, &row);
            }
        }
    }
    making->has_more = making->has_more || count == TCN_ROWS_MAX;
    return status;
}

/* Where the desk's shift began, with the event that says so. */
static enum tcn_status make_shift(struct making *making, struct tcn_arena *arena,
                                  struct tcn_answer *answer) {
    const struct tcn_expected_key key = {.row = TCN_EXPECTED_ROW_SHIFT,
                                         .organ = making->policy->desk};
    struct tcn_expected shift;
    bool has = false;
    enum tcn_status status = row_of(making, &key, &shift, &has);
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
        emit(making, &row);
        answer->events = event;
        answer->event_count = 1;
    }
    return status;
}

static enum tcn_status make_all(struct making *making, struct tcn_arena *arena,
                                struct tcn_answer *answer) {
    const struct tcn_policy *policy = making->policy;
    enum tcn_status status = add_signs(making);
    for (uint32_t i = 0; i < policy->line_count && status == TCN_OK; i++) {
        status = make_line(making, &policy->lines[i]);
    }
    if (status == TCN_OK) {
        make_lates(making);
        status = make_offices(making);
    }
    status = status == TCN_OK ? make_warnings(making) : status;
    if (status != TCN_OK || !is_desk_query(making)) {
        return status;
    }
    status = make_dues(making, arena);
    status = status == TCN_OK ? make_holds(making, arena) : status;
    return status == TCN_OK ? make_shift(making, arena, answer) : status;
}

/* True when who asks may ask for this organ's board: an office's, or the whole. */
static bool is_of_office(const struct tcn_policy *policy, uint16_t organ) {
    const struct tcn_organ *found = tcn_policy_organ(policy, organ);
    return organ == 0 || (found != NULL && found->kind == TCN_ORGAN_OFFICE);
}

enum tcn_status tcn_query_board(const struct tcn_query_view *view, const struct tcn_query *query,
                                struct tcn_arena *arena, struct tcn_answer *answer) {
    const struct tcn_policy *policy = view->policy != NULL ? view->policy : &view->charter->policy;
    struct tcn_applied applied;
    const size_t sums = tcn_board_room(policy) * sizeof(struct tcn_board_sum);
    struct making making = {.view = view, .query = query, .policy = policy};
    if (!is_of_office(policy, query->organ)) {
        answer->code = TCN_DENIED;
        return TCN_OK;
    }
    enum tcn_status status = tcn_state_applied(view->state_reader, &applied);
    making.board = tcn_arena_alloc(arena, sizeof(*making.board));
    making.rows = tcn_arena_alloc(arena, TCN_ROWS_MAX * sizeof(*making.rows));
    making.silent.sources =
        tcn_arena_alloc(arena, TCN_PRINCIPALS_MAX * sizeof(*making.silent.sources));
    making.silent.since_ns =
        tcn_arena_alloc(arena, TCN_PRINCIPALS_MAX * sizeof(*making.silent.since_ns));
    struct tcn_board_sum *room = tcn_arena_alloc(arena, sums > 0 ? sums : 1);
    if (status != TCN_OK || making.board == NULL || making.rows == NULL ||
        making.silent.sources == NULL || making.silent.since_ns == NULL || room == NULL) {
        return status != TCN_OK ? status : TCN_NOMEM;
    }
    memset(room, 0, sums);
    making.now_ns = view->now_ns > applied.log_time_ns ? view->now_ns : applied.log_time_ns;
    memset(making.board, 0, sizeof(*making.board));
    making.board->policy = policy;
    making.board->now_ns = making.now_ns;
    making.board->sums = room;
    status = make_all(&making, arena, answer);
    if (status == TCN_OK) {
        answer->board_rows = making.rows;
        answer->board_row_count = making.count;
        answer->board_ns = making.now_ns;
        answer->board_has_more = making.has_more;
        answer->next_page =
            making.total > query->page + making.count ? query->page + making.count : 0;
    }
    return status;
}
