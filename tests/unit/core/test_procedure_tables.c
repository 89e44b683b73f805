/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of the procedures hold together, the drawings show them, and so does the page that
 * people read. `test_unit_core_procedure_tables print` gives that page's part anew.
 */
#include "procedure_page.h"

#define KIND_MAX TCN_PROCEDURE_MAX

/** Calls a check for each kind. */
static void for_each_kind(void (*check)(const struct tcn_procedure *procedure)) {
    for (uint32_t kind = 1; kind <= KIND_MAX; kind++) {
        check(tcn_procedure_of((enum tcn_procedure_kind)kind));
    }
}

static void check_stages(const struct tcn_procedure *procedure) {
    for (size_t i = 0; i < procedure->stage_count; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_int_not_equal(procedure->stages[i].stage, procedure->stages[j].stage);
        }
    }
    for (size_t i = 0; i < procedure->row_count; i++) {
        const struct tcn_procedure_row *row = &procedure->rows[i];
        assert_int_not_equal(row->from, 0);
        assert_int_not_equal(row->who, 0);
        assert_true(row->act < ACTS && tcn_act_is_human(row->act));
        assert_true(page_passes(procedure, (size_t)row->next));
        for (size_t stage = 0; stage < STAGES; stage++) {
            assert_true((row->from >> stage & 1u) == 0 || page_passes(procedure, stage));
        }
    }
}

static void rows_name_only_stages_of_their_kind(void **state) {
    (void)state;
    for_each_kind(check_stages);
}

static void check_unique(const struct tcn_procedure_row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            bool is_same = rows[i].act == rows[j].act && (rows[i].from & rows[j].from) != 0 &&
                           (rows[i].who & rows[j].who) != 0 &&
                           (rows[i].needs_marks & rows[j].bars_marks) == 0 &&
                           (rows[j].needs_marks & rows[i].bars_marks) == 0;
            if (is_same) {
                fail_msg("rows %zu and %zu both answer %s", j, i, tcn_act_name(rows[i].act));
            }
        }
    }
}

static void check_own_unique(const struct tcn_procedure *procedure) {
    check_unique(procedure->rows, procedure->row_count);
}

static void one_row_answers_a_stage_an_act_a_role_and_marks(void **state) {
    (void)state;
    size_t count = 0;
    const struct tcn_procedure_row *rows = tcn_procedure_shared_rows(&count);
    check_unique(rows, count);
    for_each_kind(check_own_unique);
}

/** Every move of a kind, its own and the shared that are not hidden. */
static struct moves *moves_of(const struct tcn_procedure *procedure) {
    struct moves *moves = calloc(1, sizeof(*moves));
    struct moves *shared = calloc(1, sizeof(*shared));
    size_t count = 0;
    const struct tcn_procedure_row *rows = tcn_procedure_shared_rows(&count);
    assert_non_null(moves);
    assert_non_null(shared);
    page_moves_of(procedure, procedure->rows, procedure->row_count, moves);
    page_moves_of(procedure, rows, count, shared);
    for (size_t stage = 0; stage < STAGES; stage++) {
        for (size_t act = 0; act < ACTS; act++) {
            bool is_own = false;
            for (size_t i = 0; i < procedure->row_count; i++) {
                is_own = is_own || (procedure->rows[i].act == act &&
                                    (procedure->rows[i].from >> stage & 1u) != 0);
            }
            for (size_t to = 0; to < TARGETS && !is_own; to++) {
                moves->is[stage][act][to] |= shared->is[stage][act][to];
            }
        }
    }
    free(shared);
    return moves;
}

/** The stages that one move leads to, as bits; without withdrawing, which ends anything. */
static uint64_t moves_from(const struct moves *moves, size_t stage) {
    uint64_t next = 0;
    for (size_t act = 0; act < ACTS; act++) {
        for (size_t to = 0; to < STAGES && act != TCN_ACT_WITHDRAWN; to++) {
            next |= moves->is[stage][act][to] ? UINT64_C(1) << to : 0;
        }
    }
    return next;
}

/** The stages that can be reached from one, as bits. */
static uint64_t reach(const struct moves *moves, size_t from) {
    uint64_t reached = UINT64_C(1) << from;
    for (size_t round = 0; round < STAGES; round++) {
        for (size_t stage = 0; stage < STAGES; stage++) {
            reached |= (reached >> stage & 1u) != 0 ? moves_from(moves, stage) : 0;
        }
    }
    return reached;
}

static void check_ways(const struct tcn_procedure *procedure) {
    struct moves *moves = moves_of(procedure);
    uint64_t finals = 0;
    for (size_t i = 0; i < procedure->stage_count; i++) {
        finals |=
            procedure->stages[i].is_final ? UINT64_C(1) << (unsigned)procedure->stages[i].stage : 0;
    }
    assert_int_not_equal(finals, 0);
    for (size_t i = 0; i < procedure->stage_count; i++) {
        size_t stage = (size_t)procedure->stages[i].stage;
        /* An act before the report leaves a stub: that is no row's move. */
        bool is_begun = stage == TCN_STAGE_STUB;
        if (!is_begun && (reach(moves, TCN_STAGE_NONE) >> stage & 1u) == 0) {
            fail_msg("%s: nothing leads to %s", tcn_procedure_name(procedure->kind),
                     tcn_stage_name((enum tcn_stage)stage));
        }
        if ((reach(moves, stage) & finals) == 0) {
            fail_msg("%s: %s has no way to an end", tcn_procedure_name(procedure->kind),
                     tcn_stage_name((enum tcn_stage)stage));
        }
    }
    free(moves);
}

static void every_stage_is_reached_and_leads_to_an_end(void **state) {
    (void)state;
    for_each_kind(check_ways);
}

static void check_finals(const struct tcn_procedure *procedure) {
    struct moves *moves = moves_of(procedure);
    for (size_t i = 0; i < procedure->stage_count; i++) {
        size_t stage = (size_t)procedure->stages[i].stage;
        size_t out_count = 0;
        for (size_t act = 0; act < ACTS; act++) {
            for (size_t to = 0; to < TARGETS; to++) {
                bool is_back = act == TCN_ACT_REOPENED || act == TCN_ACT_SEEN_UNSAFE;
                bool is_out = moves->is[stage][act][to];
                assert_true(!is_out || is_back || !procedure->stages[i].is_final);
                out_count += is_out ? 1 : 0;
            }
        }
        assert_int_not_equal(out_count, 0);
    }
    free(moves);
}

/* A child that is seen in danger is taken up again without another word. */
static void only_a_way_back_leads_out_of_an_end(void **state) {
    (void)state;
    for_each_kind(check_finals);
}

static void check_owed(const struct tcn_procedure *procedure) {
    for (size_t i = 0; i < procedure->stage_count; i++) {
        const struct tcn_procedure_stage *stage = &procedure->stages[i];
        if (stage->owed_act == TCN_ACT_NONE) {
            assert_int_equal(stage->owed_by, 0);
            continue;
        }
        const struct tcn_procedure_input in = {.kind = procedure->kind,
                                               .stage = stage->stage,
                                               .act = stage->owed_act,
                                               .who = (uint32_t)stage->owed_by,
                                               .facts = UINT32_MAX,
                                               .marks = TCN_MARK_PATH};
        struct tcn_procedure_verdict verdict;
        tcn_procedure_judge(&in, &verdict);
        if (verdict.code != TCN_OK) {
            fail_msg("%s: %s owes %s at %s, and may not", tcn_procedure_name(procedure->kind),
                     page_who(in.who), tcn_act_name(in.act), tcn_stage_name(in.stage));
        }
    }
}

static void who_owes_an_act_may_do_it(void **state) {
    (void)state;
    for_each_kind(check_owed);
}

static void check_ends(const struct tcn_procedure *procedure) {
    for (size_t i = 0; i < procedure->row_count; i++) {
        const struct tcn_procedure_row *row = &procedure->rows[i];
        const struct tcn_procedure_stage *next = tcn_procedure_stage_of(procedure, row->next);
        if (next != NULL && next->is_final && !row->stops_all) {
            fail_msg("%s: %s ends it and leaves its clocks running",
                     tcn_procedure_name(procedure->kind), tcn_act_name(row->act));
        }
    }
}

/* Only withdrawing leaves them: it clears no duty. */
static void no_clock_runs_on_behind_an_end(void **state) {
    (void)state;
    for_each_kind(check_ends);
}

static void check_marks(const struct tcn_procedure *procedure) {
    uint32_t set = 0;
    for (size_t i = 0; i < procedure->row_count; i++) {
        set |= procedure->rows[i].sets | procedure->rows[i].mirrors;
    }
    for (size_t i = 0; i < procedure->row_count; i++) {
        const struct tcn_procedure_row *row = &procedure->rows[i];
        assert_int_equal((row->needs_marks | row->bars_marks | row->clears) & ~set, 0);
        bool is_check = row->act == TCN_ACT_PASSED || row->act == TCN_ACT_REJECTED ||
                        (row->act == TCN_ACT_APPROVED && procedure->kind == TCN_PROCEDURE_ACCIDENT);
        assert_true(!is_check || (row->bars & TCN_WHO_SUBMITTER) != 0);
    }
}

static void marks_are_set_somewhere_and_nobody_checks_its_own_work(void **state) {
    (void)state;
    for_each_kind(check_marks);
}

/** Acts that are never said of a matter: naming one makes them void. */
static bool is_of_no_matter(uint32_t act) {
    return act == TCN_ACT_EPOCH_ALLOWED || act == TCN_ACT_TIME_CONFIRMED ||
           act == TCN_ACT_ORAL_ZERO || act == TCN_ACT_CHECKED_IN || act == TCN_ACT_DRILL_STARTED ||
           act == TCN_ACT_DRILL_STOPPED || act == TCN_ACT_SILENCED || act == TCN_ACT_SILENCE_ENDED;
}

static void every_act_of_people_has_a_row(void **state) {
    (void)state;
    for (uint32_t act = 1; act < 100; act++) {
        bool is_found = !tcn_act_is_known(act) || is_of_no_matter(act);
        for (uint32_t kind = 0; kind <= KIND_MAX && !is_found; kind++) {
            size_t count = 0;
            const struct tcn_procedure_row *rows = tcn_procedure_shared_rows(&count);
            if (kind > 0) {
                rows = tcn_procedure_of((enum tcn_procedure_kind)kind)->rows;
                count = tcn_procedure_of((enum tcn_procedure_kind)kind)->row_count;
            }
            for (size_t i = 0; i < count; i++) {
                is_found = is_found || rows[i].act == act;
            }
        }
        if (!is_found) {
            fail_msg("%s has no row", tcn_act_name((enum tcn_act)act));
        }
    }
}

static void kinds_and_stages_have_names(void **state) {
    (void)state;
    for (uint32_t kind = 1; kind <= KIND_MAX; kind++) {
        enum tcn_procedure_kind found = TCN_PROCEDURE_NONE;
        const char *name = tcn_procedure_name((enum tcn_procedure_kind)kind);
        assert_int_equal(tcn_procedure_from_name(tcn_slice_text(name), &found), TCN_OK);
        assert_int_equal(found, kind);
        assert_int_equal(tcn_procedure_of(found)->kind, kind);
        assert_true(strlen(tcn_procedure_title_en(found)) > 0);
    }
    enum tcn_procedure_kind found = TCN_PROCEDURE_HAZARD;
    assert_int_equal(tcn_procedure_from_name(tcn_slice_text("none"), &found), TCN_ABSENT);
    assert_int_equal(tcn_procedure_from_name(tcn_slice_text(""), &found), TCN_ABSENT);
    assert_int_equal(found, TCN_PROCEDURE_HAZARD);
    assert_string_equal(tcn_procedure_name((enum tcn_procedure_kind)(KIND_MAX + 1)), "none");
    assert_string_equal(tcn_procedure_title_zh((enum tcn_procedure_kind)99), "");
    assert_int_equal(tcn_procedure_of((enum tcn_procedure_kind)99)->kind, TCN_PROCEDURE_GENERAL);
    assert_string_equal(tcn_stage_name((enum tcn_stage)(TCN_STAGE_MAX + 1)), "none");
    assert_string_equal(tcn_stage_title_zh((enum tcn_stage)99), "");
}

static void compare_moves(const char *kind, const struct moves *drawn, const struct moves *moves) {
    for (size_t i = 0; i < (size_t)STAGES * ACTS * TARGETS; i++) {
        size_t stage = i / (ACTS * TARGETS);
        size_t act = i / TARGETS % ACTS;
        size_t to = i % TARGETS;
        if (drawn->is[stage][act][to] != moves->is[stage][act][to]) {
            fail_msg("%s: %s ─ %s ▶ %zu is %s", kind, tcn_stage_name((enum tcn_stage)stage),
                     tcn_act_name((enum tcn_act)act), to,
                     moves->is[stage][act][to] ? "not drawn" : "drawn only");
        }
    }
}

static void the_drawings_show_the_tables(void **state) {
    (void)state;
    for (uint32_t kind = 0; kind <= KIND_MAX; kind++) {
        const struct tcn_procedure *procedure =
            kind > 0 ? tcn_procedure_of((enum tcn_procedure_kind)kind) : NULL;
        struct page *drawing = calloc(1, sizeof(*drawing));
        struct moves *drawn = calloc(1, sizeof(*drawn));
        struct moves *moves = calloc(1, sizeof(*moves));
        size_t count = 0;
        const struct tcn_procedure_row *rows = tcn_procedure_shared_rows(&count);
        assert_true(drawing != NULL && drawn != NULL && moves != NULL);
        page_drawing((enum tcn_procedure_kind)kind, drawing);
        page_moves_drawn(procedure, drawing->text, drawn);
        page_moves_of(procedure, procedure != NULL ? procedure->rows : rows,
                      procedure != NULL ? procedure->row_count : count, moves);
        compare_moves(tcn_procedure_name((enum tcn_procedure_kind)kind), drawn, moves);
        free(drawing);
        free(drawn);
        free(moves);
    }
}

#define BEGIN_MARK "<!-- matters:begin -->\n"
#define END_MARK "\n<!-- matters:end -->"

static struct page *page_of_all(void) {
    struct page *page = calloc(1, sizeof(*page));
    assert_non_null(page);
    for (uint32_t kind = 1; kind <= KIND_MAX; kind++) {
        page_add_kind(page, (enum tcn_procedure_kind)kind);
    }
    page_add_kind(page, TCN_PROCEDURE_NONE);
    return page;
}

static void the_page_shows_the_tables(void **state) {
    (void)state;
    char *text = page_read("docs/reference/matters.md");
    struct page *page = page_of_all();
    const char *begin = strstr(text, BEGIN_MARK);
    char *end = strstr(text, END_MARK);
    assert_true(begin != NULL && end != NULL);
    end[0] = '\0';
    assert_true(page->size > 0);
    page->text[page->size - 1] = '\0'; /* the last line's end is the mark's */
    begin += strlen(BEGIN_MARK);
    size_t same = 0;
    while (begin[same] != '\0' && begin[same] == page->text[same]) {
        same++;
    }
    if (begin[same] != page->text[same]) {
        fail_msg("docs/reference/matters.md differs before: %.80s", begin + same);
    }
    free(page);
    free(text);
}

static void no_kind_lets_one_person_hand_a_guarded_matter_out_of_its_list(void **state) {
    (void)state;
    static const enum tcn_act acts[] = {TCN_ACT_TRANSFERRED, TCN_ACT_RECLASSIFIED,
                                        TCN_ACT_RELEASED};
    const uint32_t facts = TCN_FACT_TO_ORGAN | TCN_FACT_DOMAIN | TCN_FACT_REASON | TCN_FACT_GUARDED;
    uint32_t count = 0;
    for (uint32_t i = 0; i < TCN_PROCEDURE_MAX * TCN_STAGE_MAX * COUNT_OF(acts); i++) {
        struct tcn_procedure_input in = {
            .kind = (enum tcn_procedure_kind)(1 + i % TCN_PROCEDURE_MAX),
            .stage = (enum tcn_stage)(1 + i / TCN_PROCEDURE_MAX % TCN_STAGE_MAX),
            .act = acts[i / (TCN_PROCEDURE_MAX * TCN_STAGE_MAX)],
            .who = TCN_WHO_HOLDER,
            .facts = facts};
        struct tcn_procedure_verdict verdict;
        tcn_procedure_judge(&in, &verdict);
        if (verdict.code == TCN_OK) {
            assert_true(verdict.is_waiting);
            assert_int_equal(verdict.stage, in.stage);
            in.facts |= TCN_FACT_TO_LISTED;
            tcn_procedure_judge(&in, &verdict);
            assert_true(verdict.is_waiting != (in.act == TCN_ACT_TRANSFERRED));
            count++;
        }
    }
    assert_true(count > 100);
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "print") == 0) {
        struct page *page = page_of_all();
        (void)fputs(page->text, stdout);
        free(page);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_name_only_stages_of_their_kind),
        cmocka_unit_test(one_row_answers_a_stage_an_act_a_role_and_marks),
        cmocka_unit_test(every_stage_is_reached_and_leads_to_an_end),
        cmocka_unit_test(only_a_way_back_leads_out_of_an_end),
        cmocka_unit_test(who_owes_an_act_may_do_it),
        cmocka_unit_test(no_clock_runs_on_behind_an_end),
        cmocka_unit_test(marks_are_set_somewhere_and_nobody_checks_its_own_work),
        cmocka_unit_test(every_act_of_people_has_a_row),
        cmocka_unit_test(kinds_and_stages_have_names),
        cmocka_unit_test(the_drawings_show_the_tables),
        cmocka_unit_test(the_page_shows_the_tables),
        cmocka_unit_test(no_kind_lets_one_person_hand_a_guarded_matter_out_of_its_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
