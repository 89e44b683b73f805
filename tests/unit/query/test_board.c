/* SPDX-License-Identifier: Apache-2.0 */
/* Which rows of a board go into an answer, to whom, and which never do. */
/* ctest-uses: collector core store wire link seal */
#include "board_test.h"

static void whoever_is_no_office_has_no_board_of_its_own(void **state) {
    struct bench *bench = *state;
    static const uint16_t organs[] = {SAFETY, DESK, 999};
    for (size_t i = 0; i < 3; i++) {
        const struct tcn_answer *answer = ask(bench, TCN_QUERY_BOARD, organs[i]);
        assert_int_equal(answer->code, TCN_DENIED);
        assert_int_equal(answer->board_row_count, 0);
    }
}

static void an_empty_state_knows_nothing(void **state) {
    struct bench *bench = *state;
    const struct tcn_answer *answer = ask(bench, TCN_QUERY_BOARD, 0);
    assert_int_equal(answer->code, TCN_OK);
    assert_true(answer->board_ns == NOW_NS);
    assert_int_equal(count_of(answer, TCN_BOARD_CELL), 3); /* two offices and the district */
    for (uint32_t i = 0; i < answer->board_row_count; i++) {
        assert_int_equal(answer->board_rows[i].state, TCN_BOARD_UNKNOWN);
    }
    assert_int_equal(find(answer, TCN_BOARD_OFFICE, OFFICE_B)->cause, TCN_CAUSE_NO_PROGRAM);
    answer = ask(bench, TCN_QUERY_BOARD, OFFICE_A);
    assert_int_equal(count_of(answer, TCN_BOARD_CELL), 1);
    assert_null(find(answer, TCN_BOARD_OFFICE, OFFICE_B));
}

/* What A signed this morning, and since when its program is enrolled. */
static void put_office(struct bench *bench, int64_t said_ns) {
    const int64_t enrolled_ns = NOW_NS - 10 * DAY_NS;
    const struct tcn_expected seat = {.key = {TCN_EXPECTED_ROW_SEAT, OFFICE_A, 1},
                                      .since_ns = enrolled_ns};
    const struct tcn_expected last = {
        .key = {TCN_EXPECTED_ROW_LAST, OFFICE_A, tcn_expected_line_number(tcn_slice_text(LINE))},
        .said = TCN_SAID_SIGNED,
        .is_safe = true,
        .period = said_ns / DAY_NS,
        .since_ns = said_ns,
        .position = 1,
        .count = 1,
        .post = "duty"};
    put_row(bench, &seat);
    put_row(bench, &last);
}

static void what_was_signed_is_judged_by_the_clock_of_who_asks(void **state) {
    struct bench *bench = *state;
    begin(bench);
    put_office(bench, NOW_NS - 1);
    end(bench);
    greet(bench);
    const struct tcn_board_row *cell =
        find(ask(bench, TCN_QUERY_BOARD, 0), TCN_BOARD_CELL, OFFICE_A);
    assert_int_equal(cell->state, TCN_BOARD_SAFE);
    assert_string_equal(cell->post, "duty");
    assert_int_equal(find(&bench->answer, TCN_BOARD_OFFICE, OFFICE_A)->cause, TCN_CAUSE_HEARD);
    bench->view.now_ns = NOW_NS + 2 * DAY_NS; /* and nothing was logged since */
    cell = find(ask(bench, TCN_QUERY_BOARD, 0), TCN_BOARD_CELL, OFFICE_A);
    assert_int_equal(cell->state, TCN_BOARD_UNKNOWN);
    assert_int_equal(cell->said, TCN_EXPECTED_OVERDUE);
    assert_int_equal(find(&bench->answer, TCN_BOARD_OFFICE, OFFICE_A)->cause, TCN_CAUSE_QUIET);
}

/* Nobody has heard of it yet: that is no answer, though the desk wrote down what it telephoned. */
static void who_was_never_heard_is_not_heard(void **state) {
    struct bench *bench = *state;
    const struct tcn_board_row *office =
        find(ask(bench, TCN_QUERY_BOARD, OFFICE_A), TCN_BOARD_OFFICE, OFFICE_A);
    assert_int_equal(office->cause, TCN_CAUSE_UNREACHABLE);
    assert_true(office->since_ns == 0);
    begin(bench);
    put_office(bench, NOW_NS - 1);
    end(bench);
    office = find(ask(bench, TCN_QUERY_BOARD, OFFICE_A), TCN_BOARD_OFFICE, OFFICE_A);
    assert_int_equal(office->cause, TCN_CAUSE_UNREACHABLE);
    greet(bench);
    office = find(ask(bench, TCN_QUERY_BOARD, OFFICE_A), TCN_BOARD_OFFICE, OFFICE_A);
    assert_int_equal(office->cause, TCN_CAUSE_HEARD);
}

static void silence_has_its_cause(void **state) {
    struct bench *bench = *state;
    const struct tcn_standing silent = {.key = {.kind = TCN_STANDING_SILENT, .source = 31},
                                        .position = 5,
                                        .since_ns = NOW_NS - 100};
    begin(bench);
    put_office(bench, NOW_NS - 1000);
    assert_int_equal(tcn_state_table()->standing_put(bench->house.state, &silent), TCN_OK);
    end(bench);
    greet(bench);
    const struct tcn_board_row *office =
        find(ask(bench, TCN_QUERY_BOARD, OFFICE_A), TCN_BOARD_OFFICE, OFFICE_A);
    assert_int_equal(office->cause, TCN_CAUSE_UNREACHABLE);
    assert_true(office->since_ns == NOW_NS - 100);
    const struct tcn_expected off = {.key = {TCN_EXPECTED_ROW_OFFICE, OFFICE_A, 0},
                                     .off_ns = NOW_NS - 200,
                                     .stopped_ns = 7,
                                     .back_ns = 8};
    begin(bench);
    put_row(bench, &off);
    end(bench);
    office = find(ask(bench, TCN_QUERY_BOARD, OFFICE_A), TCN_BOARD_OFFICE, OFFICE_A);
    assert_int_equal(office->cause, TCN_CAUSE_SIGNED_OFF); /* which is not vanished */
    assert_true(office->stopped_ns == 7 && office->back_ns == 8);
    static const enum tcn_board_cause later[] = {TCN_CAUSE_SIGNED_OFF, TCN_CAUSE_SIGNED_OFF,
                                                 TCN_CAUSE_UNREACHABLE};
    for (int64_t i = 0; i < 3; i++) { /* working days, and it does not come back */
        bench->view.now_ns = NOW_NS + (i + 1) * DAY_NS;
        office = find(ask(bench, TCN_QUERY_BOARD, OFFICE_A), TCN_BOARD_OFFICE, OFFICE_A);
        assert_int_equal(office->cause, later[i]);
    }
    assert_true(office->since_ns == NOW_NS - 100);
    bench->view.now_ns = NOW_NS;
    const struct tcn_standing nobody = {.key = {.kind = TCN_STANDING_SILENT, .source = 0},
                                        .since_ns = NOW_NS - 50};
    begin(bench);
    assert_int_equal(tcn_state_table()->standing_del(bench->house.state, &silent.key), TCN_OK);
    assert_int_equal(tcn_state_table()->expected_del(bench->house.state, &off.key), TCN_OK);
    assert_int_equal(tcn_state_table()->standing_put(bench->house.state, &nobody), TCN_OK);
    end(bench);
    office = find(ask(bench, TCN_QUERY_BOARD, OFFICE_A), TCN_BOARD_OFFICE, OFFICE_A);
    assert_int_equal(office->cause, TCN_CAUSE_UNREACHABLE); /* our own line, for all we know */
}

/* With and without a guarded matter every row of the board is the same, and of the desk's screen
 * all but that it waits there. */
static void a_guarded_matter_is_on_no_board(void **state) {
    struct bench *bench = *state;
    static struct tcn_board_row before[TCN_ROWS_MAX];
    begin(bench);
    put_office(bench, NOW_NS - 1000);
    put_matter(bench, 2, "danger", TCN_SEVERITY_URGENT, 0);
    end(bench);
    const struct tcn_answer *answer = ask(bench, TCN_QUERY_BOARD, 0);
    const uint32_t count = answer->board_row_count;
    memcpy(before, answer->board_rows, count * sizeof(before[0]));
    begin(bench);
    put_matter(bench, 3, "danger", TCN_SEVERITY_DANGER, TCN_FLAG_GUARDED);
    end(bench);
    answer = ask(bench, TCN_QUERY_BOARD, 0);
    assert_int_equal(answer->board_row_count, count);
    assert_memory_equal(answer->board_rows, before, count * sizeof(before[0]));
    answer = ask(bench, TCN_QUERY_DESK, 0);
    assert_int_equal(count_of(answer, TCN_BOARD_UNTAKEN), 1);
    assert_int_equal(count_of(answer, TCN_BOARD_HOLD), 1);
    const struct tcn_board_row *hold = find(answer, TCN_BOARD_HOLD, 0);
    assert_true(hold->is_guarded && hold->matter.bytes[1] == 3);
    assert_true(hold->domain[0] == '\0' && hold->division == 0 && hold->since_ns == 0 &&
                hold->severity == TCN_SEVERITY_UNKNOWN);
}

static void the_desks_rows_are_the_desks(void **state) {
    struct bench *bench = *state;
    begin(bench);
    put_matter(bench, 2, "danger", TCN_SEVERITY_URGENT, 0);
    end(bench);
    const struct tcn_answer *answer = ask(bench, TCN_QUERY_BOARD, 0);
    assert_int_equal(count_of(answer, TCN_BOARD_UNTAKEN), 0);
    const struct tcn_board_row *cell = find(answer, TCN_BOARD_CELL, OFFICE_A);
    assert_int_equal(cell->state, TCN_BOARD_WARNED);
    assert_true(cell->is_self && cell->since_ns == NOW_NS - 2);
    answer = ask(bench, TCN_QUERY_DESK, 0);
    const struct tcn_board_row *row = find(answer, TCN_BOARD_UNTAKEN, OFFICE_A);
    assert_non_null(row);
    assert_string_equal(row->domain, "danger");
    assert_int_equal(row->organ, SAFETY);
}

/* Whatever came before it. */
static void danger_stands_first(void **state) {
    struct bench *bench = *state;
    begin(bench);
    put_matter(bench, 2, "danger", TCN_SEVERITY_URGENT, 0);
    put_matter(bench, 3, "danger", TCN_SEVERITY_DANGER, 0);
    end(bench);
    const struct tcn_answer *answer = ask(bench, TCN_QUERY_DESK, 0);
    assert_int_equal(count_of(answer, TCN_BOARD_UNTAKEN), 2);
    assert_int_equal(find(answer, TCN_BOARD_UNTAKEN, OFFICE_A)->severity, TCN_SEVERITY_DANGER);
}

static void an_organ_is_unacknowledged_until_it_acknowledges_itself(void **state) {
    struct bench *bench = *state;
    begin(bench);
    put_matter(bench, 2, "danger", TCN_SEVERITY_URGENT, 0);
    put_matter(bench, 3, "danger", TCN_SEVERITY_ROUTINE, 0);
    call(bench, WATER, 2, TCN_SEVERITY_URGENT); /* beside who leads */
    end(bench);
    assert_int_equal(count_of(ask(bench, TCN_QUERY_DESK, 0), TCN_BOARD_UNTAKEN), 2);
    begin(bench);
    assert_int_equal(tcn_state_table()->summons_del(bench->house.state, false, SAFETY, 2), TCN_OK);
    end(bench);
    /* It stands open as before, and one of two has said that it knows. */
    const struct tcn_answer *answer = ask(bench, TCN_QUERY_DESK, 0);
    assert_int_equal(count_of(answer, TCN_BOARD_UNTAKEN), 1);
    assert_int_equal(find(answer, TCN_BOARD_UNTAKEN, OFFICE_A)->organ, WATER);
    begin(bench);
    assert_int_equal(tcn_state_table()->summons_del(bench->house.state, false, WATER, 2), TCN_OK);
    end(bench);
    assert_int_equal(count_of(ask(bench, TCN_QUERY_DESK, 0), TCN_BOARD_UNTAKEN), 0);
}

static void put_silence(struct bench *bench, uint64_t position, uint16_t organ,
                        enum tcn_mode mode) {
    const struct tcn_silence silence = {.position = position,
                                        .organ = organ,
                                        .mode = mode,
                                        .domain = "pipe",
                                        .reason = "planned_work",
                                        .post = "duty_officer",
                                        .since_ns = NOW_NS - 5,
                                        .until_ns = NOW_NS + 5};
    assert_int_equal(tcn_state_table()->silence_put(bench->house.state, &silence), TCN_OK);
}

static void silences_in_force_stand_on_the_board(void **state) {
    struct bench *bench = *state;
    assert_int_equal(count_of(ask(bench, TCN_QUERY_BOARD, 0), TCN_BOARD_SILENCE), 0);
    begin(bench);
    put_silence(bench, 5, WATER, TCN_MODE_ACTUAL);
    put_silence(bench, 6, OFFICE_A, TCN_MODE_ACTUAL);
    put_silence(bench, 7, OFFICE_A, TCN_MODE_EXERCISE); /* a drill is on no board */
    end(bench);
    const struct tcn_answer *answer = ask(bench, TCN_QUERY_DESK, 0);
    assert_int_equal(count_of(answer, TCN_BOARD_SILENCE), 2);
    const struct tcn_board_row *row = find(answer, TCN_BOARD_SILENCE, 0);
    assert_true(row->organ == WATER && row->position == 5 && !row->is_suspended);
    assert_true(row->since_ns == NOW_NS - 5 && row->until_ns == NOW_NS + 5);
    assert_string_equal(row->domain, "pipe");
    assert_string_equal(row->post, "duty_officer");
    assert_string_equal(row->rule, "planned_work");
    answer = ask(bench, TCN_QUERY_BOARD, OFFICE_A); /* a township sees its own */
    assert_int_equal(count_of(answer, TCN_BOARD_SILENCE), 1);
    begin(bench);
    const struct tcn_silence warnings = {.warning_count = 1};
    assert_int_equal(tcn_state_table()->silence_put(bench->house.state, &warnings), TCN_OK);
    end(bench);
    assert_true(find(ask(bench, TCN_QUERY_BOARD, 0), TCN_BOARD_SILENCE, 0)->is_suspended);
}

/* A clock that ends at a time, and its due row. */
static void put_clock(struct bench *bench, uint64_t birth, int64_t limit_ns) {
    struct tcn_matter_clock clock = {.birth_position = birth,
                                     .rule = 9,
                                     .id = "rule.nine",
                                     .terms = {.unit = TCN_CLOCK_HOURS,
                                               .amount = 1,
                                               .bound = TCN_CLOCK_AT_MOST,
                                               .owes = TCN_CLOCK_HOLDER,
                                               .stop_time = TCN_CLOCK_RECORDED},
                                     .times = {.due_ns = limit_ns, .limit_ns = limit_ns},
                                     .run_count = 1};
    const struct tcn_due due = {
        .key = {TCN_DUE_CLOCK, birth, 9}, .stage = 3, .due_ns = limit_ns, .until_ns = limit_ns};
    assert_int_equal(tcn_state_table()->clock_put(bench->house.state, &clock), TCN_OK);
    assert_int_equal(tcn_state_table()->due_put(bench->house.state, &due), TCN_OK);
}

static void what_ends_today_is_due_today(void **state) {
    struct bench *bench = *state;
    begin(bench);
    put_matter(bench, 2, "danger", TCN_SEVERITY_ROUTINE, 0);
    put_clock(bench, 2, NOW_NS + DAY_NS / 2 - 1); /* the day's last nanosecond */
    put_matter(bench, 3, "danger", TCN_SEVERITY_ROUTINE, 0);
    put_clock(bench, 3, NOW_NS + DAY_NS / 2);
    put_matter(bench, 4, "danger", TCN_SEVERITY_ROUTINE, TCN_FLAG_GUARDED);
    put_clock(bench, 4, NOW_NS + 1);
    end(bench);
    const struct tcn_answer *answer = ask(bench, TCN_QUERY_DESK, 0);
    assert_int_equal(count_of(answer, TCN_BOARD_DUE), 1);
    const struct tcn_board_row *row = find(answer, TCN_BOARD_DUE, OFFICE_A);
    assert_true(row->matter.bytes[1] == 2 && row->until_ns == NOW_NS + DAY_NS / 2 - 1);
    assert_string_equal(row->rule, "rule.nine");
    assert_int_equal(row->organ, SAFETY);
}

static void a_storm_concerns_its_place_or_everybody(void **state) {
    struct bench *bench = *state;
    begin(bench);
    put_matter(bench, 2, "storm", TCN_SEVERITY_ROUTINE, 0);
    struct tcn_expected row = {.key = {TCN_EXPECTED_ROW_WARNING, 0, 2},
                               .period = INT64_C(520502100000),
                               .since_ns = NOW_NS - DAY_NS,
                               .post = "storm"};
    put_row(bench, &row);
    put_office(bench, NOW_NS - 1000);
    end(bench);
    assert_int_equal(count_of(ask(bench, TCN_QUERY_BOARD, OFFICE_A), TCN_BOARD_WARNING), 1);
    const struct tcn_board_row *office = find(&bench->answer, TCN_BOARD_OFFICE, OFFICE_A);
    assert_int_equal(office->said, TCN_EXPECTED_OVERDUE); /* of its check-ins */
    assert_int_equal(count_of(ask(bench, TCN_QUERY_BOARD, OFFICE_B), TCN_BOARD_WARNING), 0);
    row.period = INT64_C(520502102000); /* nobody's place */
    begin(bench);
    put_row(bench, &row);
    end(bench);
    assert_int_equal(count_of(ask(bench, TCN_QUERY_BOARD, OFFICE_B), TCN_BOARD_WARNING), 1);
}

static void where_the_shift_began_comes_with_its_event(void **state) {
    struct bench *bench = *state;
    const struct tcn_expected row = {
        .key = {TCN_EXPECTED_ROW_SHIFT, DESK, 0}, .since_ns = NOW_NS - 5, .position = 1};
    assert_int_equal(count_of(ask(bench, TCN_QUERY_DESK, 0), TCN_BOARD_SHIFT), 0);
    begin(bench);
    put_row(bench, &row);
    end(bench);
    assert_int_equal(count_of(ask(bench, TCN_QUERY_DESK, 0), TCN_BOARD_SHIFT), 1);
    assert_int_equal(bench->answer.event_count, 1);
    assert_int_equal(bench->answer.events[0].position, 1);
    assert_int_equal(ask(bench, TCN_QUERY_BOARD, 0)->event_count, 0);
}

/* The desk's screen, all of its pages. */
struct paged {
    uint32_t untaken;
    uint32_t dangers; /* of these */
    uint32_t cells;
    uint32_t pages;
    bool has_more;
};

static struct paged all_pages(struct bench *bench) {
    struct tcn_query query = {.kind = TCN_QUERY_DESK};
    struct paged paged = {0};
    do {
        tcn_arena_reset(&bench->arena);
        assert_int_equal(tcn_query_run(&bench->view, &query, &bench->arena, &bench->answer),
                         TCN_OK);
        assert_true(bench->answer.board_row_count <= TCN_ROWS_MAX);
        paged.untaken += count_of(&bench->answer, TCN_BOARD_UNTAKEN);
        paged.cells += count_of(&bench->answer, TCN_BOARD_CELL);
        for (uint32_t i = 0; i < bench->answer.board_row_count; i++) {
            const struct tcn_board_row *row = &bench->answer.board_rows[i];
            paged.dangers += row->kind == TCN_BOARD_UNTAKEN && row->severity == TCN_SEVERITY_DANGER;
        }
        paged.has_more = paged.has_more || bench->answer.board_has_more;
        query.page = bench->answer.next_page;
        paged.pages++;
        assert_true(paged.pages < 20);
    } while (query.page != 0);
    return paged;
}

static void put_many(struct bench *bench, uint64_t first, uint64_t count,
                     enum tcn_severity severity) {
    begin(bench);
    for (uint64_t birth = first; birth < first + count; birth++) {
        put_matter(bench, birth, "danger", severity, 0);
    }
    end(bench);
}

/* Pages that are put together are the whole, whatever its size. */
static void a_large_board_comes_page_by_page(void **state) {
    struct bench *bench = *state;
    put_many(bench, 2, TCN_ROWS_MAX + 10, TCN_SEVERITY_URGENT);
    const struct paged paged = all_pages(bench);
    assert_true(paged.untaken == TCN_ROWS_MAX + 10 && paged.cells == 3 && paged.pages == 2);
}

/* What stands behind the last organ that is shown is left out, and that is said. */
static void so_many_organs_are_shown_as_not_having_acknowledged(void **state) {
    struct bench *bench = *state;
    put_many(bench, 2, 1024, TCN_SEVERITY_URGENT);
    struct paged paged = all_pages(bench);
    assert_true(paged.untaken == 1024 && paged.dangers == 0 && !paged.has_more);
    put_many(bench, 1026, 1, TCN_SEVERITY_DANGER);
    paged = all_pages(bench); /* danger is not what is left out */
    assert_true(paged.untaken == 1024 && paged.dangers == 1 && paged.has_more);
}

static void one_board_looks_at_so_many_matters(void **state) {
    struct bench *bench = *state;
    put_many(bench, 2, TCN_BOARD_SIGNS_MAX, TCN_SEVERITY_URGENT);
    for (uint64_t i = 0; i < 2; i++) {
        const struct tcn_answer *answer = ask(bench, TCN_QUERY_BOARD, 0);
        assert_int_equal(find(answer, TCN_BOARD_CELL, OFFICE_A)->state, TCN_BOARD_WARNED);
        assert_int_equal(answer->board_has_more, i == 1);
        put_many(bench, 2 + TCN_BOARD_SIGNS_MAX + i, 1, TCN_SEVERITY_URGENT);
    }
}

/* However many open matters call for check-ins, an office's own is among them. */
static void the_last_of_many_storms_counts_as_the_first(void **state) {
    struct bench *bench = *state;
    const uint64_t count = 70;
    begin(bench);
    for (uint64_t i = 2; i < 2 + count; i++) {
        put_matter(bench, i, "storm", TCN_SEVERITY_ROUTINE, 0);
        const bool is_last = i + 1 == 2 + count;
        const struct tcn_expected row = {.key = {TCN_EXPECTED_ROW_WARNING, 0, i},
                                         .period = is_last ? INT64_C(520502100000)
                                                           : INT64_C(520502101000),
                                         .since_ns = NOW_NS - DAY_NS,
                                         .post = "storm"};
        put_row(bench, &row);
    }
    put_office(bench, NOW_NS - 1000);
    end(bench);
    assert_int_equal(count_of(ask(bench, TCN_QUERY_BOARD, 0), TCN_BOARD_WARNING), count);
    assert_false(bench->answer.board_has_more);
    assert_int_equal(find(&bench->answer, TCN_BOARD_OFFICE, OFFICE_A)->said, TCN_EXPECTED_OVERDUE);
    assert_int_equal(count_of(ask(bench, TCN_QUERY_BOARD, OFFICE_A), TCN_BOARD_WARNING), 1);
}

/* What a drill leaves with the desk stands before what waits there, and hides nothing of it. */
static void a_drill_hides_nothing_that_waits_for_the_desk(void **state) {
    struct bench *bench = *state;
    const uint64_t drilled = TCN_ROWS_MAX + 3;
    begin(bench);
    put_matter(bench, 2, "danger", TCN_SEVERITY_DANGER, TCN_FLAG_GUARDED);
    for (uint64_t i = 3; i < 3 + drilled; i++) {
        const struct tcn_matter stub = {.birth_position = i,
                                        .id = {{1, (uint8_t)i, (uint8_t)(i >> 8)}},
                                        .mode = TCN_MODE_EXERCISE,
                                        .stage = TCN_STAGE_STUB,
                                        .holder = DESK};
        assert_int_equal(tcn_state_table()->matter_put(bench->house.state, &stub, true), TCN_OK);
    }
    end(bench);
    assert_int_equal(count_of(ask(bench, TCN_QUERY_DESK, 0), TCN_BOARD_HOLD), 1);
    assert_false(bench->answer.board_has_more);
}

static void a_sign_without_its_matter_is_damage(void **state) {
    struct bench *bench = *state;
    const struct tcn_expected row = {.key = {TCN_EXPECTED_ROW_SIGN, 0, 77}};
    const struct tcn_query query = {.kind = TCN_QUERY_BOARD};
    begin(bench);
    put_row(bench, &row);
    end(bench);
    tcn_arena_reset(&bench->arena);
    assert_int_equal(tcn_query_run(&bench->view, &query, &bench->arena, &bench->answer),
                     TCN_CORRUPT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(whoever_is_no_office_has_no_board_of_its_own),
        TEST(an_empty_state_knows_nothing),
        TEST(what_was_signed_is_judged_by_the_clock_of_who_asks),
        TEST(who_was_never_heard_is_not_heard),
        TEST(silence_has_its_cause),
        TEST(a_guarded_matter_is_on_no_board),
        TEST(the_desks_rows_are_the_desks),
        TEST(danger_stands_first),
        TEST(an_organ_is_unacknowledged_until_it_acknowledges_itself),
        TEST(silences_in_force_stand_on_the_board),
        TEST(what_ends_today_is_due_today),
        TEST(the_last_of_many_storms_counts_as_the_first),
        TEST(a_drill_hides_nothing_that_waits_for_the_desk),
        TEST(a_storm_concerns_its_place_or_everybody),
        TEST(where_the_shift_began_comes_with_its_event),
        TEST(a_large_board_comes_page_by_page),
        TEST(so_many_organs_are_shown_as_not_having_acknowledged),
        TEST(one_board_looks_at_so_many_matters),
        TEST(a_sign_without_its_matter_is_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
