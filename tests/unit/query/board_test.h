/* SPDX-License-Identifier: Apache-2.0 */
/* A district whose state is written row by row, and the board that is read from it.
 * Single-threaded. */
#ifndef TESTS_QUERY_BOARD_TEST_H
#define TESTS_QUERY_BOARD_TEST_H

#include "query/query.h"

#include "../collector/place.h"
#include "collector/house.h"
#include "core/expected.h"
#include "query/rebuild.h"
#include "testlib/regime.h"

#define DAY_NS (INT64_C(86400) * 1000000000)
#define NOW_NS (INT64_C(20400) * DAY_NS + DAY_NS / 2)
#define LINE "no_accident"

static const struct tcn_line lines[] = {
    {.id = LINE, .warning_severity = TCN_SEVERITY_SERIOUS, .breach_deaths = 3}};
static const struct tcn_domain domains[] = {
    {.id = "danger", .procedure = TCN_PROCEDURE_HAZARD, .owner = SAFETY, .line = LINE},
    {.id = "storm", .procedure = TCN_PROCEDURE_WARNING, .owner = SAFETY}};
static const struct tcn_expected_report reports[] = {{.id = "zero",
                                                      .kind = TCN_EXPECTED_ZERO_REPORT,
                                                      .line = LINE,
                                                      .every = TCN_EXPECTED_DAY,
                                                      .by_minute = 17 * 60},
                                                     {.id = "check",
                                                      .kind = TCN_EXPECTED_CHECK_IN,
                                                      .every = TCN_EXPECTED_HOURS,
                                                      .hours = 2,
                                                      .while_domain = "storm"}};
static const struct tcn_plans plans = {.reports = reports, .report_count = 2};

static const struct tcn_principal rows[] = {{.id = 1,
                                             .role = TCN_ROLE_OFFICE,
                                             .status = TCN_PRINCIPAL_ACTIVE,
                                             .organ = OFFICE_A,
                                             .source = 31},
                                            {.id = 2,
                                             .role = TCN_ROLE_BUREAU,
                                             .status = TCN_PRINCIPAL_ACTIVE,
                                             .organ = SAFETY,
                                             .source = 32},
                                            {.id = 3, /* a PC that never was started */
                                             .role = TCN_ROLE_OFFICE,
                                             .status = TCN_PRINCIPAL_ACTIVE,
                                             .organ = OFFICE_A,
                                             .source = 33}};
static const struct tcn_registry registry = {.principals = rows, .principal_count = 3};

struct bench {
    struct place *place;
    struct tcn_collector house;
    struct tcn_policy policy;
    struct tcn_log_reader *log_reader;
    struct tcn_state_reader *state_reader;
    struct tcn_query_view view;
    struct tcn_arena arena;
    struct tcn_answer answer;
};

static int set_up(void **state) {
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    bench->place = place_make(TCN_MODE_ACTUAL);
    const struct tcn_collector_options options = place_options(bench->place);
    assert_int_equal(tcn_house_open(&bench->house, &options), TCN_OK);
    assert_int_equal(tcn_log_reader_open(bench->house.log, &bench->log_reader), TCN_OK);
    assert_int_equal(tcn_rebuild_run(bench->log_reader, &bench->house.charter, bench->house.state),
                     TCN_OK);
    assert_int_equal(tcn_state_reader_open(bench->house.state, &bench->state_reader), TCN_OK);
    assert_int_equal(tcn_arena_init(&bench->arena, TCN_QUERY_ARENA_BYTES), TCN_OK);
    bench->policy = regime;
    bench->policy.lines = lines;
    bench->policy.line_count = 1;
    bench->policy.domains = domains;
    bench->policy.domain_count = 2;
    bench->policy.plans = &plans;
    bench->view = (struct tcn_query_view){.log = bench->house.log,
                                          .log_reader = bench->log_reader,
                                          .state_reader = bench->state_reader,
                                          .charter = &bench->house.charter,
                                          .registry = &registry,
                                          .policy = &bench->policy,
                                          .generation = 1,
                                          .now_ns = NOW_NS};
    *state = bench;
    return 0;
}

static int tear_down(void **state) {
    struct bench *bench = *state;
    tcn_arena_fini(&bench->arena);
    tcn_log_reader_close(&bench->log_reader);
    tcn_state_reader_close(&bench->state_reader);
    tcn_house_close(&bench->house);
    place_remove(bench->place);
    free(bench);
    return 0;
}

static void begin(struct bench *bench) {
    assert_int_equal(tcn_state_begin(bench->house.state), TCN_OK);
}

static void end(struct bench *bench) {
    assert_int_equal(tcn_state_commit(bench->house.state), TCN_OK);
    tcn_state_reader_reset(bench->state_reader);
}

/* The program of office A has greeted, so the collector knows its lanes. */
static void greet(struct bench *bench) {
    const struct tcn_mark mark = {.lane = {.source = 31, .epoch = 7, .lane = TCN_LANE_ROUTINE}};
    assert_int_equal(tcn_log_group_begin(bench->house.log), TCN_OK);
    assert_int_equal(tcn_log_mark_put(bench->house.log, &mark), TCN_OK);
    assert_int_equal(tcn_log_group_commit(bench->house.log), TCN_OK);
    tcn_log_reader_reset(bench->log_reader);
}

static void put_row(struct bench *bench, const struct tcn_expected *row) {
    assert_int_equal(tcn_state_table()->expected_put(bench->house.state, row), TCN_OK);
}

/* An organ is called to a matter. */
static void call(struct bench *bench, uint16_t organ, uint64_t birth, enum tcn_severity severity) {
    const struct tcn_summons summons = {.organ = organ,
                                        .birth_position = birth,
                                        .mode = TCN_MODE_ACTUAL,
                                        .reason = TCN_REASON_OWNER,
                                        .severity = severity,
                                        .count = 1};
    assert_int_equal(tcn_state_table()->summons_put(bench->house.state, &summons), TCN_OK);
}

/* A matter with its row among the signs, to which its holder was called. */
static void put_matter(struct bench *bench, uint64_t birth, const char *domain,
                       enum tcn_severity severity, uint32_t flags) {
    struct tcn_matter matter = {.birth_position = birth,
                                .id = {{0, (uint8_t)birth, (uint8_t)(birth >> 8)}},
                                .mode = TCN_MODE_ACTUAL,
                                .kind = TCN_PROCEDURE_HAZARD,
                                .stage = TCN_STAGE_OPEN,
                                .division = 520502100000,
                                .office = OFFICE_A,
                                .holder = (flags & TCN_FLAG_GUARDED) != 0 ? DESK : SAFETY,
                                .severity = severity,
                                .flags = flags,
                                .learned_ns = NOW_NS - (int64_t)birth,
                                .opened_ns = NOW_NS - (int64_t)birth};
    (void)snprintf(matter.domain, sizeof(matter.domain), "%s", domain);
    if ((flags & TCN_FLAG_GUARDED) != 0) {
        matter.stage = TCN_STAGE_HELD;
    }
    const struct tcn_expected row = {.key = {TCN_EXPECTED_ROW_SIGN, 0, birth}};
    assert_int_equal(tcn_state_table()->matter_put(bench->house.state, &matter, true), TCN_OK);
    put_row(bench, &row);
    call(bench, matter.holder, birth, severity);
}

static const struct tcn_answer *ask(struct bench *bench, enum tcn_query_kind kind, uint16_t organ) {
    const struct tcn_query query = {.kind = kind, .organ = organ};
    tcn_arena_reset(&bench->arena);
    assert_int_equal(tcn_query_run(&bench->view, &query, &bench->arena, &bench->answer), TCN_OK);
    return &bench->answer;
}

/* The first row of a kind at an office, or NULL. */
static const struct tcn_board_row *find(const struct tcn_answer *answer, enum tcn_board_kind kind,
                                        uint16_t office) {
    for (uint32_t i = 0; i < answer->board_row_count; i++) {
        if (answer->board_rows[i].kind == kind && answer->board_rows[i].office == office) {
            return &answer->board_rows[i];
        }
    }
    return NULL;
}

static uint32_t count_of(const struct tcn_answer *answer, enum tcn_board_kind kind) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < answer->board_row_count; i++) {
        count += answer->board_rows[i].kind == kind;
    }
    return count;
}

#endif
