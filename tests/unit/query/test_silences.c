/* SPDX-License-Identifier: Apache-2.0 */
/* Which silences an answer tells of, what each kept quiet, and what one would have done. */
/* ctest-uses: collector core store wire link seal */
#include "query/silences.h"

#include "../collector/place.h"
#include "collector/house.h"
#include "query/rebuild.h"
#include "testlib/regime.h"

#define NOW_NS (INT64_C(20400) * 86400 * 1000000000)
#define HOUR_NS (INT64_C(3600) * 1000000000)
#define PLACE 520502100001

static const struct tcn_line lines[] = {{.id = "harm", .is_protected = true}};
static const struct tcn_domain domains[] = {
    {.id = "pipe", .procedure = TCN_PROCEDURE_GENERAL, .owner = WATER},
    {.id = "road", .procedure = TCN_PROCEDURE_GENERAL, .owner = WATER},
    {.id = "danger", .procedure = TCN_PROCEDURE_HAZARD, .owner = SAFETY, .line = "harm"}};

struct bench {
    struct place *place;
    struct tcn_collector house;
    struct tcn_policy policy;
    struct tcn_log_reader *log_reader;
    struct tcn_state_reader *state_reader;
    struct tcn_query_view view;
    struct tcn_arena arena;
    struct tcn_answer answer;
    uint64_t number; /* items of WATER */
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
    bench->policy.domain_count = 3;
    bench->view = (struct tcn_query_view){.log = bench->house.log,
                                          .log_reader = bench->log_reader,
                                          .state_reader = bench->state_reader,
                                          .charter = &bench->house.charter,
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

static void put_silence_of(struct bench *bench, enum tcn_mode mode, uint64_t position,
                           uint16_t organ, const char *domain, uint64_t division) {
    struct tcn_silence silence = {.position = position,
                                  .organ = organ,
                                  .mode = mode,
                                  .division = division,
                                  .reason = "planned_work",
                                  .post = "duty_officer",
                                  .since_ns = NOW_NS,
                                  .until_ns = NOW_NS + HOUR_NS};
    (void)snprintf(silence.domain, sizeof(silence.domain), "%s", domain);
    assert_int_equal(tcn_state_table()->silence_put(bench->house.state, &silence), TCN_OK);
}

static void put_silence(struct bench *bench, uint64_t position, uint16_t organ, const char *domain,
                        uint64_t division) {
    put_silence_of(bench, TCN_MODE_ACTUAL, position, organ, domain, division);
}

static void put_warnings(struct bench *bench, uint64_t count) {
    const struct tcn_silence row = {.warning_count = count};
    assert_int_equal(tcn_state_table()->silence_put(bench->house.state, &row), TCN_OK);
}

/* A matter that WATER leads, of a birth position that is a number of its own. */
static void put_matter(struct bench *bench, uint64_t birth, const char *domain,
                       enum tcn_severity severity, uint32_t flags) {
    struct tcn_matter matter = {.birth_position = birth,
                                .id = {{0, (uint8_t)birth, (uint8_t)(birth >> 8)}},
                                .mode = TCN_MODE_ACTUAL,
                                .kind = TCN_PROCEDURE_GENERAL,
                                .stage = TCN_STAGE_OPEN,
                                .division = PLACE,
                                .office = OFFICE_A,
                                .holder = WATER,
                                .severity = severity,
                                .flags = flags,
                                .learned_ns = NOW_NS,
                                .opened_ns = NOW_NS};
    (void)snprintf(matter.domain, sizeof(matter.domain), "%s", domain);
    assert_int_equal(tcn_state_table()->matter_put(bench->house.state, &matter, true), TCN_OK);
}

/* An item of WATER's about it. */
static void tell(struct bench *bench, uint64_t position, uint64_t birth, uint32_t flags) {
    bench->number++;
    const struct tcn_alert alert = {.stream = {TCN_MODE_ACTUAL, WATER},
                                    .number = bench->number,
                                    .generation = 1,
                                    .position = position,
                                    .birth_position = birth,
                                    .act = TCN_ACT_REPORTED,
                                    .reason = birth != 0 ? TCN_REASON_OWNER : TCN_REASON_SHIFT,
                                    .severity = TCN_SEVERITY_ROUTINE,
                                    .flags = flags,
                                    .log_time_ns = NOW_NS - HOUR_NS + (int64_t)bench->number};
    assert_int_equal(tcn_state_table()->alert_append(bench->house.state, &alert), TCN_OK);
}

static const struct tcn_answer *ask(struct bench *bench, const struct tcn_query *query) {
    tcn_arena_reset(&bench->arena);
    assert_int_equal(tcn_query_run(&bench->view, query, &bench->arena, &bench->answer), TCN_OK);
    return &bench->answer;
}

static const struct tcn_answer *silences_of(struct bench *bench, uint16_t organ) {
    const struct tcn_query query = {.kind = TCN_QUERY_SILENCES, .organ = organ};
    return ask(bench, &query);
}

static const struct tcn_answer *preview(struct bench *bench, const char *domain) {
    struct tcn_query query = {
        .kind = TCN_QUERY_SILENCE_PREVIEW, .organ = WATER, .since_ns = NOW_NS - 2 * HOUR_NS};
    (void)snprintf(query.domain, sizeof(query.domain), "%s", domain);
    return ask(bench, &query);
}

static void none_is_none(void **state) {
    struct bench *bench = *state;
    assert_int_equal(silences_of(bench, 0)->silence_count, 0);
    const struct tcn_answer *answer = preview(bench, "pipe");
    assert_int_equal(answer->silence_count, 1);
    assert_int_equal(answer->silences[0].quiet_count + answer->silences[0].loud_count, 0);
    assert_int_equal(answer->silences[0].fault, TCN_SILENCE_FINE);
    const struct tcn_query nobodys = {.kind = TCN_QUERY_SILENCE_PREVIEW};
    assert_int_equal(ask(bench, &nobodys)->code, TCN_BAD_VALUE);
}

/* Nobody is told of a drill's as of a real one. */
static void a_drills_silence_is_not_listed(void **state) {
    struct bench *bench = *state;
    begin(bench);
    put_silence_of(bench, TCN_MODE_EXERCISE, 7, WATER, "pipe", 0);
    end(bench);
    assert_int_equal(silences_of(bench, 0)->silence_count, 0);
}

static void each_silence_says_whose_it_is_and_what_it_kept_quiet(void **state) {
    struct bench *bench = *state;
    begin(bench);
    put_matter(bench, 1, "pipe", TCN_SEVERITY_ROUTINE, 0);
    put_matter(bench, 2, "road", TCN_SEVERITY_ROUTINE, 0);
    put_matter(bench, 3, "pipe", TCN_SEVERITY_ROUTINE, TCN_FLAG_GUARDED);
    tell(bench, 4, 1, TCN_FLAG_SILENCED); /* before it was said */
    put_silence(bench, 5, WATER, "pipe", 0);
    put_silence(bench, 6, SAFETY, "road", 0);
    tell(bench, 7, 1, TCN_FLAG_SILENCED);
    tell(bench, 8, 1, TCN_FLAG_SILENCED);
    tell(bench, 9, 1, 0); /* danger, then */
    tell(bench, 10, 2, TCN_FLAG_SILENCED);
    tell(bench, 11, 3, TCN_FLAG_SILENCED);
    tell(bench, 12, 0, 0);
    end(bench);
    const struct tcn_answer *answer = silences_of(bench, 0);
    assert_int_equal(answer->silence_count, 2);
    assert_int_equal(answer->silences[0].silence.position, 5);
    assert_string_equal(answer->silences[0].silence.post, "duty_officer");
    assert_int_equal(answer->silences[0].quiet_count, 2);
    assert_false(answer->silences[0].is_suspended || answer->silences[0].has_more);
    answer = silences_of(bench, SAFETY);
    assert_int_equal(answer->silence_count, 1);
    assert_int_equal(answer->silences[0].silence.organ, SAFETY);
    assert_int_equal(answer->silences[0].quiet_count, 0);
    assert_int_equal(silences_of(bench, DESK)->silence_count, 0);
    begin(bench);
    put_warnings(bench, 1);
    end(bench);
    assert_true(silences_of(bench, WATER)->silences[0].is_suspended);
}

static void no_more_items_are_counted_than_are_looked_at(void **state) {
    struct bench *bench = *state;
    begin(bench);
    put_matter(bench, 1, "pipe", TCN_SEVERITY_ROUTINE, 0);
    put_silence(bench, 2, WATER, "", 0);
    for (uint64_t i = 0; i < TCN_SILENCE_ITEMS_MAX; i++) {
        tell(bench, 3 + i, 1, TCN_FLAG_SILENCED);
    }
    end(bench);
    const struct tcn_answer *answer = silences_of(bench, WATER);
    assert_int_equal(answer->silences[0].quiet_count, TCN_SILENCE_ITEMS_MAX);
    assert_false(answer->silences[0].has_more);
    begin(bench);
    tell(bench, 4 + TCN_SILENCE_ITEMS_MAX, 1, TCN_FLAG_SILENCED);
    end(bench);
    answer = silences_of(bench, WATER);
    assert_int_equal(answer->silences[0].quiet_count, TCN_SILENCE_ITEMS_MAX);
    assert_true(answer->silences[0].has_more);
}

static void a_preview_counts_by_domain_what_would_be_quiet_and_what_never(void **state) {
    struct bench *bench = *state;
    begin(bench);
    put_matter(bench, 1, "pipe", TCN_SEVERITY_ROUTINE, 0);
    put_matter(bench, 2, "pipe", TCN_SEVERITY_DANGER, 0);
    put_matter(bench, 3, "road", TCN_SEVERITY_ROUTINE, 0);
    put_matter(bench, 4, "danger", TCN_SEVERITY_ROUTINE, 0);
    put_matter(bench, 5, "pipe", TCN_SEVERITY_ROUTINE, TCN_FLAG_GUARDED);
    for (uint64_t birth = 0; birth <= 5; birth++) {
        tell(bench, 10 + birth, birth, 0);
    }
    tell(bench, 20, 1, 0);
    end(bench);
    const struct tcn_answer *answer = preview(bench, "pipe");
    assert_int_equal(answer->silence_count, 2);
    assert_string_equal(answer->silences[1].silence.domain, "pipe");
    assert_int_equal(answer->silences[1].quiet_count, 2);
    assert_int_equal(answer->silences[1].loud_count, 1);
    answer = preview(bench, "");
    assert_int_equal(answer->silence_count, 5); /* its own row, of no matter, and three domains */
    assert_int_equal(answer->silences[0].quiet_count, 3);
    assert_int_equal(answer->silences[0].loud_count, 3); /* of no matter, in danger, protected */
    assert_int_equal(answer->silences[0].fault, TCN_SILENCE_FINE);
    struct tcn_query query = {.kind = TCN_QUERY_SILENCE_PREVIEW, .organ = WATER};
    query.since_ns = NOW_NS - HOUR_NS + 7; /* the newest item alone */
    assert_int_equal(ask(bench, &query)->silences[0].quiet_count, 1);
    query.division = PLACE + 1;
    assert_int_equal(ask(bench, &query)->silences[0].quiet_count, 0);
    query.division = PLACE / 1000 * 1000;
    assert_int_equal(ask(bench, &query)->silences[0].quiet_count, 1);
}

/* A matter that WATER was told of and led, as it stands at its next holder. */
static void put_handed_over(struct bench *bench, uint64_t birth, const char *domain,
                            uint64_t division, bool is_birth) {
    struct tcn_matter matter = {.birth_position = birth,
                                .id = {{0, (uint8_t)birth}},
                                .mode = TCN_MODE_ACTUAL,
                                .kind = TCN_PROCEDURE_GENERAL,
                                .stage = TCN_STAGE_OPEN,
                                .division = division,
                                .office = OFFICE_A,
                                .holder = SAFETY,
                                .severity = TCN_SEVERITY_ROUTINE,
                                .learned_ns = NOW_NS,
                                .opened_ns = NOW_NS};
    (void)snprintf(matter.domain, sizeof(matter.domain), "%s", domain);
    assert_int_equal(tcn_state_table()->matter_put(bench->house.state, &matter, is_birth), TCN_OK);
}

/* What answers to every question about WATER's silences say in numbers. */
static uint32_t numbers_of(struct bench *bench, uint32_t out_numbers[64]) {
    static const char *const words[] = {"", "pipe", "road", "danger"};
    uint32_t count = 0;
    for (size_t i = 0; i <= 4; i++) {
        const struct tcn_answer *answer =
            i < 4 ? preview(bench, words[i]) : silences_of(bench, WATER);
        out_numbers[count++] = answer->silence_count;
        for (uint32_t k = 0; k < answer->silence_count; k++) {
            out_numbers[count++] = answer->silences[k].quiet_count;
            out_numbers[count++] = answer->silences[k].loud_count;
        }
    }
    return count;
}

/* R2 and R3 of core/sight. */
static void what_became_of_a_matter_that_was_handed_over_is_in_no_number(void **state) {
    struct bench *bench = *state;
    static const struct tcn_principal water = {
        .id = 7, .organ = WATER, .streams = {WATER}, .stream_count = 1};
    static const struct tcn_principal auditor = {.id = 8, .all_streams = true};
    static const struct {
        const char *domain;
        uint64_t division;
    } fates[] = {{"pipe", PLACE}, {"road", PLACE}, {"danger", PLACE}, {"pipe", PLACE + 5000}};
    uint32_t first[64];
    uint32_t now[64];
    bench->view.asker = &water;
    begin(bench);
    put_matter(bench, 1, "pipe", TCN_SEVERITY_ROUTINE, 0);
    put_silence(bench, 5, WATER, "pipe", PLACE);
    tell(bench, 10, 1, TCN_FLAG_SILENCED);
    tell(bench, 11, 2, TCN_FLAG_SILENCED);
    tell(bench, 12, 0, 0);
    for (size_t i = 0; i < sizeof(fates) / sizeof(fates[0]); i++) {
        if (i > 0) {
            begin(bench);
        }
        put_handed_over(bench, 2, fates[i].domain, fates[i].division, i == 0);
        end(bench);
        const uint32_t count = numbers_of(bench, now);
        if (i == 0) {
            memcpy(first, now, sizeof(first));
        }
        assert_memory_equal(now, first, count * sizeof(now[0]));
        assert_int_equal(preview(bench, "")->silence_count, 3); /* all, of no matter, pipe */
        assert_int_equal(silences_of(bench, WATER)->silences[0].quiet_count, 1);
    }
    bench->view.asker = &auditor; /* who sees everything sees that too */
    assert_int_equal(preview(bench, "pipe")->silences[0].quiet_count, 2);
}

static void a_preview_says_what_speaks_against_it(void **state) {
    struct bench *bench = *state;
    assert_int_equal(preview(bench, "danger")->silences[0].fault, TCN_SILENCE_PROTECTED);
    assert_int_equal(preview(bench, "nowhere")->silences[0].fault, TCN_SILENCE_PROTECTED);
    begin(bench);
    put_matter(bench, 1, "pipe", TCN_SEVERITY_DANGER, 0);
    const struct tcn_expected row = {.key = {TCN_EXPECTED_ROW_DANGER, 0, 1}, .post = "pipe"};
    assert_int_equal(tcn_state_table()->expected_put(bench->house.state, &row), TCN_OK);
    end(bench);
    assert_int_equal(preview(bench, "pipe")->silences[0].fault, TCN_SILENCE_IMMINENT);
    assert_int_equal(preview(bench, "road")->silences[0].fault, TCN_SILENCE_FINE);
    begin(bench);
    for (uint64_t i = 0; i < TCN_SILENCES_MAX; i++) {
        put_silence(bench, 100 + i, SAFETY, "road", 0);
    }
    end(bench);
    assert_int_equal(preview(bench, "road")->silences[0].fault, TCN_SILENCE_LONG);
}

/* As many matters in danger as a silence is held against: nobody can say then that none is in its
 * way. */
static void a_silence_is_held_against_so_many_dangers(void **state) {
    struct bench *bench = *state;
    struct tcn_expected row = {.key = {TCN_EXPECTED_ROW_DANGER, 0, 0}, .post = "pipe"};
    begin(bench);
    for (uint64_t birth = 1; birth < TCN_DANGERS_MAX; birth++) {
        put_matter(bench, birth, "pipe", TCN_SEVERITY_DANGER, 0);
        row.key.number = birth;
        assert_int_equal(tcn_state_table()->expected_put(bench->house.state, &row), TCN_OK);
    }
    end(bench);
    assert_int_equal(preview(bench, "road")->silences[0].fault, TCN_SILENCE_FINE);
    begin(bench);
    put_matter(bench, TCN_DANGERS_MAX, "pipe", TCN_SEVERITY_DANGER, 0);
    row.key.number = TCN_DANGERS_MAX;
    assert_int_equal(tcn_state_table()->expected_put(bench->house.state, &row), TCN_OK);
    end(bench);
    assert_int_equal(preview(bench, "road")->silences[0].fault, TCN_SILENCE_IMMINENT);
}

static void what_an_organ_was_called_to_says_whether_it_rings(void **state) {
    struct bench *bench = *state;
    static const struct {
        enum tcn_severity severity;
        uint32_t flags;
        bool is_silenced;
    } cases[] = {{TCN_SEVERITY_URGENT, 0, true},
                 {TCN_SEVERITY_DANGER, 0, false},
                 {TCN_SEVERITY_URGENT, TCN_FLAG_GUARDED, false}};
    const struct tcn_query query = {.kind = TCN_QUERY_SUMMONSES, .organ = WATER};
    begin(bench);
    for (uint64_t i = 0; i < 3; i++) {
        const struct tcn_summons summons = {.organ = WATER,
                                            .birth_position = i + 1,
                                            .mode = TCN_MODE_ACTUAL,
                                            .reason = TCN_REASON_OWNER,
                                            .severity = cases[i].severity};
        put_matter(bench, i + 1, "pipe", cases[i].severity, cases[i].flags);
        assert_int_equal(tcn_state_table()->summons_put(bench->house.state, &summons), TCN_OK);
    }
    put_silence(bench, 10, WATER, "pipe", 0);
    end(bench);
    const struct tcn_answer *answer = ask(bench, &query);
    assert_int_equal(answer->summons_count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(answer->summonses[i].is_silenced, cases[i].is_silenced);
    }
    begin(bench);
    put_warnings(bench, 1); /* it suspends every silence */
    end(bench);
    assert_false(ask(bench, &query)->summonses[0].is_silenced);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(none_is_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_drills_silence_is_not_listed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_silence_says_whose_it_is_and_what_it_kept_quiet,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_more_items_are_counted_than_are_looked_at, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            a_preview_counts_by_domain_what_would_be_quiet_and_what_never, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            what_became_of_a_matter_that_was_handed_over_is_in_no_number, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_preview_says_what_speaks_against_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_silence_is_held_against_so_many_dangers, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_an_organ_was_called_to_says_whether_it_rings, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
