/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/draft.h"

#include "cli/flights.h"
#include "desk.h"

static struct tcn_cli_draft a_report(void) {
    return (struct tcn_cli_draft){
        .domain = "petition", .division = "520502012000", .concerns = "nobody"};
}

/* Reads what was typed. The draft lends from the arena. */
static int read_draft(struct desk *desk, struct tcn_arena *arena, const struct tcn_cli_draft *typed,
                      struct tcn_draft *out_draft) {
    tcn_arena_reset(arena);
    return tcn_cli_draft_read(&desk->cli, typed, arena, out_draft);
}

/* One field of a draft that is wrong, and what is said about it. */
struct wrong {
    size_t field;
    const char *value;
    const char *err;
};

#define FIELD(name) offsetof(struct tcn_cli_draft, name)

static void what_is_typed_wrongly_is_named(void **state) {
    (void)state;
    static const struct wrong rows[] = {
        {FIELD(domain), "Petition", "domain: expected"},
        {FIELD(division), "5205", "division: expected"},
        {FIELD(division), NULL, "division: expected"},
        {FIELD(severity), "bad", "severity: expected"},
        {FIELD(concerns), "me", "concerns: expected"},
        {FIELD(concerns), NULL, "concerns: expected"},
        {FIELD(matter), "1", "matter: expected"},
        {FIELD(occurred), "soon", "--occurred expects a time"},
        {FIELD(learned), "2026-99-01", "--learned expects a time"},
        {FIELD(position), "x", "--position expects a number"},
        {FIELD(counts), "deaths", "--count expects"},
        {FIELD(counts), "deaths=many", "--count expects"},
        {FIELD(counts), "deaths=about:3", "counts.deaths: expected"},
        {FIELD(counts), "cows=3", "counts.cows: expected"},
        {FIELD(counts), "deaths=-1", "--count expects"},
        {FIELD(attributes), "depth", "--attribute expects"},
        {FIELD(attributes), "A=1", "attributes: expected"},
        {FIELD(to), "district_desk", "to: expected"},
        {FIELD(accused_organs), "police", "accused_organs: expected"}, /* it concerns nobody */
        {FIELD(accused_organs), "", "accused_organs: expected"},
        {FIELD(narrative), "\xFF", "must be UTF-8"},
        {FIELD(narrative), "@/nowhere/at/all", "cannot read /nowhere/at/all"},
    };
    struct desk desk;
    struct tcn_arena arena;
    desk_open(&desk);
    assert_int_equal(tcn_arena_init(&arena, TCN_CLI_DRAFT_ARENA_BYTES), TCN_OK);
    for (size_t index = 0; index < COUNT_OF(rows); index++) {
        struct tcn_cli_draft typed = a_report();
        struct tcn_draft draft;
        memcpy((char *)&typed + rows[index].field, &rows[index].value, sizeof rows[index].value);
        desk_wipe(&desk);
        int code = read_draft(&desk, &arena, &typed, &draft);
        if (code == TCN_EXIT_OK || strstr(desk_err(&desk), rows[index].err) == NULL) {
            fail_msg("row %zu: code %d: %s", index, code, desk_err(&desk));
        }
        if (rows[index].value != NULL && rows[index].field == FIELD(narrative) &&
            rows[index].value[0] != '@') {
            assert_null(strstr(desk_err(&desk), rows[index].value));
        }
    }
    tcn_arena_fini(&arena);
    desk_close(&desk);
}

static void a_report_is_read_as_a_program_would_have_written_it(void **state) {
    (void)state;
    struct desk desk;
    struct tcn_arena arena;
    struct tcn_draft draft;
    desk_open(&desk);
    assert_int_equal(tcn_arena_init(&arena, TCN_CLI_DRAFT_ARENA_BYTES), TCN_OK);
    desk_write(&desk, "text", "first line\nsecond line\n");
    char at[128];
    (void)snprintf(at, sizeof at, "@%s/text", desk.dir);
    struct tcn_cli_draft typed = a_report();
    typed.severity = "danger";
    typed.narrative = at;
    typed.contact = "counter 3";
    typed.learned = "2026-11-23 14:05";
    typed.counts = "deaths=0,missing=at_least:2,loss_fen=estimate:900";
    typed.attributes = "depth_m=-300,is_wet=true,place=shaft, two,layer=3a";
    assert_int_equal(read_draft(&desk, &arena, &typed, &draft), TCN_EXIT_OK);
    assert_false(draft.is_act);
    assert_int_equal(draft.event.severity, TCN_SEVERITY_DANGER);
    assert_int_equal(draft.event.learned_ns, INT64_C(1795413900) * 1000000000);
    assert_int_equal(draft.event.counts.deaths.kind, TCN_COUNT_EXACT);
    assert_int_equal(draft.event.counts.deaths.value, 0);
    assert_int_equal(draft.event.counts.missing.kind, TCN_COUNT_AT_LEAST);
    assert_int_equal(draft.event.counts.loss_fen.value, 900);
    assert_int_equal(draft.event.counts.affected.kind, TCN_COUNT_UNKNOWN);
    assert_int_equal(draft.plain_count, 2);
    assert_int_equal(draft.event.attribute_count, 4);
    const struct tcn_attribute *attributes = draft.event.attributes;
    assert_int_equal(attributes[0].number, -300);
    assert_int_equal(attributes[1].kind, TCN_ATTRIBUTE_FLAG);
    assert_true(tcn_slice_is_text(attributes[2].text, "shaft, two"));
    assert_true(tcn_slice_is_text(attributes[3].text, "3a"));
    for (uint32_t index = 0; index < draft.plain_count; index++) {
        if (draft.plains[index].kind == TCN_COMPARTMENT_NARRATIVE) {
            assert_true(tcn_slice_is_text(draft.plains[index].text, "first line\nsecond line"));
        }
    }
    tcn_arena_fini(&arena);
    desk_close(&desk);
}

static void accused_organs_are_typed_with_commas(void **state) {
    (void)state;
    struct desk desk;
    struct tcn_arena arena;
    struct tcn_draft draft;
    struct tcn_cli_draft typed = a_report();
    desk_open(&desk);
    assert_int_equal(tcn_arena_init(&arena, TCN_CLI_DRAFT_ARENA_BYTES), TCN_OK);
    typed.concerns = "unit";
    typed.accused_organs = " police,, land_bureau";
    assert_int_equal(read_draft(&desk, &arena, &typed, &draft), TCN_EXIT_OK);
    assert_int_equal(draft.accused_count, 2);
    assert_true(tcn_slice_is_text(draft.accused_organs[0], "police"));
    assert_true(tcn_slice_is_text(draft.accused_organs[1], "land_bureau"));
    typed.accused_organs = "a,b,c,d,e,f,g,h,i";
    assert_int_equal(read_draft(&desk, &arena, &typed, &draft), TCN_EXIT_USAGE);
    assert_non_null(strstr(desk_err(&desk), "at most 8"));
    tcn_arena_fini(&arena);
    desk_close(&desk);
}

static void an_act_is_read_with_what_belongs_to_it(void **state) {
    (void)state;
    struct desk desk;
    struct tcn_arena arena;
    struct tcn_draft draft;
    desk_open(&desk);
    assert_int_equal(tcn_arena_init(&arena, TCN_CLI_DRAFT_ARENA_BYTES), TCN_OK);
    const struct tcn_cli_draft typed = {.act = "transferred",
                                        .matter = "01020300-0000-7000-8000-000000000000",
                                        .to = "water_bureau",
                                        .reason = "not_ours",
                                        .position = "12",
                                        .until = "2026-12-01"};
    assert_int_equal(read_draft(&desk, &arena, &typed, &draft), TCN_EXIT_OK);
    assert_true(draft.is_act);
    assert_int_equal(draft.event.act, TCN_ACT_TRANSFERRED);
    assert_true(tcn_slice_is_text(draft.event.act_body.to_organ, "water_bureau"));
    assert_int_equal(draft.event.act_body.position, 12);
    struct tcn_cli_draft wrong = typed;
    wrong.act = "ignored";
    assert_int_equal(read_draft(&desk, &arena, &wrong, &draft), TCN_EXIT_USAGE);
    assert_non_null(strstr(desk_err(&desk), "act: expected"));
    tcn_arena_fini(&arena);
    desk_close(&desk);
}

/* Enters a line and notes its outcome as waited for. */
static void enter(struct tcn_flights *flights, uint64_t line) {
    struct tcn_flight *flight = NULL;
    const struct tcn_local_receipt receipt = {TCN_LANE_ROUTINE, 1, line};
    assert_int_equal(tcn_flights_add(flights, line, tcn_slice_text("x"), &flight), TCN_OK);
    flight->number = line;
    assert_ptr_equal(tcn_flights_find(flights, line), flight);
    tcn_flights_remove(flights, flight);
    assert_null(tcn_flights_find(flights, line));
    tcn_flights_await(flights, &receipt, line);
}

static void lines_under_way_and_outcomes_are_bounded(void **state) {
    (void)state;
    struct tcn_flights *flights = calloc(1, sizeof *flights);
    assert_non_null(flights);
    struct tcn_flight *flight = NULL;
    for (uint64_t line = 1; line <= TCN_FLIGHT_MAX; line++) {
        assert_true(tcn_flights_has_room(flights));
        assert_int_equal(tcn_flights_add(flights, line, tcn_slice_text("x"), &flight), TCN_OK);
    }
    assert_false(tcn_flights_has_room(flights));
    assert_int_equal(tcn_flights_add(flights, 999, tcn_slice_text("x"), &flight), TCN_LIMIT);
    assert_int_equal(tcn_flights_grounded(flights)->line, 1);
    tcn_flights_fini(flights);
    assert_int_equal(flights->count, 0);
    for (uint64_t line = 1; line <= TCN_FLIGHT_WAIT_MAX * TCN_LOCAL_RECEIPTS_MAX; line++) {
        assert_true(tcn_flights_has_room(flights));
        enter(flights, line);
    }
    assert_false(tcn_flights_has_room(flights));
    assert_int_equal(tcn_flights_awaited(flights), TCN_FLIGHT_WAIT_MAX * TCN_LOCAL_RECEIPTS_MAX);
    struct tcn_flight_wait *wait = tcn_flights_question(flights, false);
    assert_non_null(wait);
    wait->number = 5000;
    assert_ptr_equal(tcn_flights_find_wait(flights, 5000), wait);
    tcn_flights_ground(flights);
    assert_null(tcn_flights_find_wait(flights, 5000));
    free(flights);
}

static void a_question_leaves_room_for_the_lines_under_way(void **state) {
    (void)state;
    struct tcn_flights *flights = calloc(1, sizeof *flights);
    assert_non_null(flights);
    uint64_t line = 1;
    for (; line <= 3 * TCN_LOCAL_RECEIPTS_MAX + 1; line++) {
        enter(flights, line);
    }
    for (struct tcn_flight_wait *wait = NULL;
         (wait = tcn_flights_question(flights, false)) != NULL;) {
        wait->number = ++line;
    }
    struct tcn_flight *flight = NULL;
    assert_int_equal(tcn_flights_add(flights, ++line, tcn_slice_text("x"), &flight), TCN_OK);
    /* The last place for outcomes stays, although its question could go. */
    assert_null(tcn_flights_question(flights, true));
    tcn_flights_remove(flights, flight);
    assert_non_null(tcn_flights_question(flights, true));
    tcn_flights_fini(flights);
    free(flights);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_typed_wrongly_is_named),
        cmocka_unit_test(a_report_is_read_as_a_program_would_have_written_it),
        cmocka_unit_test(accused_organs_are_typed_with_commas),
        cmocka_unit_test(an_act_is_read_with_what_belongs_to_it),
        cmocka_unit_test(lines_under_way_and_outcomes_are_bounded),
        cmocka_unit_test(a_question_leaves_room_for_the_lines_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
