/* SPDX-License-Identifier: Apache-2.0 */
#include "query/board.h"

#include "core/calendar.h"
#include "core/guard.h"
#include "query/board_inside.h"
#include "query/board_warning.h"
#include "query/silences.h"
#include "wire/frame.h"

#include <string.h>

#define SLICE 64
#define OFF_WORKING_DAYS_MAX 2

static bool is_desk_query(const struct tcn_board_making *making) {
    return making->query->kind == TCN_QUERY_DESK;
}

/* True when rows of this office are wanted; 0 is of none, or the district. */
static bool wants(const struct tcn_board_making *making, uint16_t office) {
    return making->query->organ == 0 || making->query->organ == office;
}

/* True when the next row is of the page that is wanted. */
static bool is_on_page(const struct tcn_board_making *making) {
    return making->total >= making->query->page && making->count < TCN_ROWS_MAX;
}

void tcn_board_emit(struct tcn_board_making *making, const struct tcn_board_row *row) {
    const bool is_wanted = is_on_page(making);
    making->total++;
    if (is_wanted) {
        making->rows[making->count] = *row;
        making->count++;
    }
}

/* What a row says of a matter: nothing of one that is kept apart. */
void tcn_board_fill(const struct tcn_board_making *making, const struct tcn_matter *matter,
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
enum tcn_status tcn_board_find(const struct tcn_board_making *making,
                               const struct tcn_expected_key *key, struct tcn_expected *out_row,
                               bool *out_has) {
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

/* The ladder of a clock, and when it told what it told last. */
static enum tcn_status find_ladder(const struct tcn_board_making *making,
                                   const struct tcn_matter_clock *clock, struct tcn_ladder *out_row,
                                   int64_t *out_told_ns, bool *out_has) {
    struct tcn_ladder rows[TCN_MATTER_LADDERS_MAX];
    struct tcn_alert told;
    size_t count = 0;
    *out_has = false;
    *out_told_ns = 0;
    enum tcn_status status = tcn_state_ladders(making->view->state_reader, clock->birth_position,
                                               rows, TCN_MATTER_LADDERS_MAX, &count);
    for (size_t i = 0; i < count && status == TCN_OK && !*out_has; i++) {
        *out_has = rows[i].rule == clock->rule;
        *out_row = rows[i];
    }
    if (status != TCN_OK || !*out_has || out_row->number == 0) {
        return status;
    }
    status = tcn_state_alerts(making->view->state_reader, out_row->stream, out_row->number, &told,
                              1, &count);
    *out_told_ns = status == TCN_OK && count == 1 ? told.log_time_ns : INT64_MAX;
    return status;
}

/* When who owes the act of each clock was urged of it. */
static enum tcn_status find_urged(const struct tcn_board_making *making,
                                  const struct tcn_matter *matter,
                                  const struct tcn_matter_clock *clocks, uint32_t count,
                                  int64_t *out_urged_ns) {
    struct tcn_ladder row;
    int64_t told_ns = 0;
    bool has = false;
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < count && status == TCN_OK; i++) {
        out_urged_ns[i] = INT64_MAX;
        if (tcn_sign_is_late(&clocks[i], making->now_ns)) {
            status = find_ladder(making, &clocks[i], &row, &told_ns, &has);
            out_urged_ns[i] = tcn_board_urged_ns(making->policy->plans, &clocks[i],
                                                 has ? &row : NULL, matter->severity, told_ns);
        }
    }
    return status;
}

/* Takes one matter that is a sign. */
static enum tcn_status add_sign(struct tcn_board_making *making, uint64_t birth) {
    struct tcn_matter_clock clocks[TCN_MATTER_CLOCKS_MAX];
    int64_t urged_ns[TCN_MATTER_CLOCKS_MAX];
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
    status = find_urged(making, &matter, clocks, (uint32_t)count, urged_ns);
    if (status != TCN_OK) {
        return status;
    }
    tcn_board_add(making->board, &matter, clocks, urged_ns, (uint32_t)count);
    return TCN_OK;
}

static enum tcn_status add_signs(struct tcn_board_making *making) {
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
static enum tcn_status read_warnings(const struct tcn_board_making *making,
                                     struct tcn_expected_key *key, struct tcn_expected *out_rows,
                                     size_t *out_count) {
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
static enum tcn_status called_since(const struct tcn_board_making *making, const char *domain,
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
static enum tcn_status expected_from(const struct tcn_board_making *making,
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
static enum tcn_status judge(const struct tcn_board_making *making,
                             const struct tcn_expected_report *report, uint16_t office,
                             struct tcn_expected *out_last,
                             struct tcn_expected_verdict *out_verdict) {
    const struct tcn_expected_key key = {
        .row = TCN_EXPECTED_ROW_LAST, .organ = office, .number = tcn_expected_number(report)};
    struct tcn_expected_input in = {.report = report,
                                    .calendar = tcn_expected_calendar(making->policy),
                                    .last = out_last,
                                    .now_ns = making->now_ns};
    bool has = false;
    enum tcn_status status = tcn_board_find(making, &key, out_last, &has);
    if (status == TCN_OK) {
        status = expected_from(making, report, office, &in.from_ns);
    }
    *out_verdict = tcn_expected_judge(&in);
    return status;
}

/* The report that ticks a line for an office, or a check-in of it (line empty); NULL. */
static const struct tcn_expected_report *
report_of(const struct tcn_board_making *making, const char *line, const struct tcn_organ *office) {
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
static enum tcn_status make_cell(struct tcn_board_making *making, const struct tcn_line *line,
                                 const struct tcn_organ *office, struct tcn_board_row *out_row) {
    const uint64_t number = tcn_expected_line_number(tcn_slice_text(line->id));
    const struct tcn_expected_key key = {
        .row = TCN_EXPECTED_ROW_BREACH, .organ = office->number, .number = number};
    const struct tcn_expected_report *report = report_of(making, line->id, office);
    struct tcn_board_said said = {.line = line, .office = office};
    struct tcn_expected last;
    struct tcn_expected breach;
    bool has_breach = false;
    enum tcn_status status = tcn_board_find(making, &key, &breach, &has_breach);
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
static enum tcn_status make_line(struct tcn_board_making *making, const struct tcn_line *line) {
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
            tcn_board_emit(making, &cell);
        }
    }
    if (status == TCN_OK && making->query->organ == 0) {
        tcn_board_emit(making, &district);
    }
    return status;
}

/* Whether an office that has signed off is to be taken for closed: on that day, and while its PC is
 * away until the end of the second working day behind it. Then it has not come back. */
static bool is_off_still(const struct tcn_calendar *calendar, int64_t off_ns, int64_t now_ns,
                         bool hears) {
    const int64_t today = tcn_calendar_day(calendar, now_ns);
    uint32_t working_days = 0;
    for (int64_t day = tcn_calendar_day(calendar, off_ns) + 1;
         day <= today && working_days <= OFF_WORKING_DAYS_MAX; day++) {
        working_days += tcn_calendar_day_kind(calendar, day) != TCN_DAY_OFF;
    }
    const bool is_today = tcn_calendar_day(calendar, off_ns) == today;
    return is_today || (!hears && working_days <= OFF_WORKING_DAYS_MAX);
}

/* Why an office is silent, and what it owes of check-ins. */
static enum tcn_status make_office(struct tcn_board_making *making, const struct tcn_organ *office,
                                   bool is_overdue, int64_t spoke_ns) {
    const struct tcn_expected_key key = {.row = TCN_EXPECTED_ROW_OFFICE, .organ = office->number};
    const struct tcn_calendar *calendar = tcn_expected_calendar(making->policy);
    const struct tcn_expected_report *report = report_of(making, "", office);
    struct tcn_board_row row = {.kind = TCN_BOARD_OFFICE, .office = office->number};
    struct tcn_expected absence;
    bool has = false;
    enum tcn_status status = tcn_board_find(making, &key, &absence, &has);
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
    bool hears = true; /* of a row that nobody sees it is not asked */
    int64_t silent_ns = 0;
    if (status == TCN_OK && is_on_page(making)) {
        status = tcn_board_hears(&making->silent, making->view->log_reader, registry,
                                 office->number, &hears, &silent_ns);
    }
    const bool is_off = absence.off_ns != 0 && absence.off_ns >= spoke_ns &&
                        is_off_still(calendar, absence.off_ns, making->now_ns, hears);
    row.said_ns = spoke_ns;
    row.stopped_ns = absence.stopped_ns;
    row.back_ns = absence.back_ns;
    if (!tcn_board_has_program(registry, office->number)) {
        row.cause = TCN_CAUSE_NO_PROGRAM;
    } else if (is_off) {
        row.cause = TCN_CAUSE_SIGNED_OFF;
        row.since_ns = absence.off_ns;
    } else if (!hears) {
        row.cause = TCN_CAUSE_UNREACHABLE;
        row.since_ns = silent_ns; /* 0: since ever */
    } else if (is_overdue) {
        row.cause = TCN_CAUSE_QUIET;
        row.since_ns = spoke_ns;
    }
    if (status == TCN_OK) {
        tcn_board_emit(making, &row);
    }
    return status;
}

static enum tcn_status make_offices(struct tcn_board_making *making) {
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
static enum tcn_status make_warning(struct tcn_board_making *making,
                                    const struct tcn_expected *warning, struct tcn_arena *scratch) {
    const uint16_t office = making->query->organ;
    struct tcn_board_row row = {.kind = TCN_BOARD_WARNING};
    struct tcn_matter matter;
    if (office != 0 && !tcn_expected_covers(making->policy, warning, office)) {
        return TCN_OK;
    }
    enum tcn_status status =
        tcn_state_matter(making->view->state_reader, warning->key.number, &matter);
    if (status != TCN_OK || tcn_guard_has(&matter)) {
        return status;
    }
    tcn_board_fill(making, &matter, &row);
    if (is_on_page(making)) {
        status = tcn_board_warning_read(making, &matter, scratch, &row);
    }
    if (status == TCN_OK) {
        tcn_board_emit(making, &row);
    }
    return status;
}

static enum tcn_status make_warnings(struct tcn_board_making *making) {
    struct tcn_expected_key key = {.row = TCN_EXPECTED_ROW_WARNING};
    struct tcn_expected rows[SLICE];
    size_t count = SLICE;
    uint32_t looked = 0;
    struct tcn_arena scratch = {0};
    enum tcn_status status =
        tcn_arena_init(&scratch, TCN_WIRE_ARENA_BYTES((size_t)TCN_OPEN_BYTES_MAX));
    for (; status == TCN_OK && count == SLICE && looked < TCN_BOARD_SIGNS_MAX; looked += SLICE) {
        status = read_warnings(making, &key, rows, &count);
        for (size_t i = 0; i < count && status == TCN_OK; i++) {
            status = make_warning(making, &rows[i], &scratch);
        }
    }
    tcn_arena_fini(&scratch);
    making->has_more = making->has_more || count == SLICE;
    return status;
}

/* Which organs are not rung for some of what they are told, beside exercises. */
static enum tcn_status make_silences(struct tcn_board_making *making, struct tcn_arena *arena) {
    struct tcn_silences *silences = tcn_arena_alloc(arena, sizeof(*silences));
    const enum tcn_status status =
        silences != NULL ? tcn_silences_load(making->view, silences) : TCN_NOMEM;
    for (uint32_t i = 0; status == TCN_OK && i < silences->count; i++) {
        const struct tcn_board_row row = tcn_silences_board_row(silences, i);
        const bool is_real = silences->rows[i].mode == making->view->charter->genesis.mode;
        if (is_real && wants(making, row.organ)) {
            tcn_board_emit(making, &row);
        }
    }
    return status;
}

static void make_lates(struct tcn_board_making *making) {
    for (uint32_t i = 0; i < making->board->late_count; i++) {
        if (wants(making, making->board->lates[i].office)) {
            tcn_board_emit(making, &making->board->lates[i]);
        }
    }
    making->has_more = making->has_more || making->board->has_more;
}

static enum tcn_status make_all(struct tcn_board_making *making, struct tcn_arena *arena,
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
    status = status == TCN_OK ? make_silences(making, arena) : status;
    return status == TCN_OK && is_desk_query(making) ? tcn_board_desk(making, arena, answer)
                                                     : status;
}

/* True when who asks may ask for this organ's board: an office's, or the whole. */
static bool is_of_office(const struct tcn_policy *policy, uint16_t organ) {
    const struct tcn_organ *found = tcn_policy_organ(policy, organ);
    return organ == 0 || (found != NULL && found->kind == TCN_ORGAN_OFFICE);
}

enum tcn_status tcn_query_board(const struct tcn_query_view *view, const struct tcn_query *query,
                                struct tcn_arena *arena, struct tcn_answer *answer) {
    const struct tcn_policy *policy = tcn_query_policy(view);
    struct tcn_applied applied;
    const size_t sums = tcn_board_room(policy) * sizeof(struct tcn_board_sum);
    struct tcn_board_making making = {.view = view, .query = query, .policy = policy};
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
