/* SPDX-License-Identifier: Apache-2.0 */
/* What the board tells of a weather warning: each fact as it was said last, by whoever may say it,
 * and nothing of one that is only proposed but that it is. */
/* ctest-uses: policy core store wire link seal */
#include "corpus.h"

#include "query/board_warning.h"
#include "query/rebuild.h"

#define HOUR_NS INT64_C(3600000000000)
#define LEAD "emergency_bureau"
#define OFFICE "office_qinglong"
#define BEFORE_NS (CORPUS_BEGIN_NS - HOUR_NS)

/** The log, a state of it, and the last answer. */
struct world {
    struct corpus *corpus;
    char state_dir[CORPUS_PATH_BYTES];
    struct tcn_state *state;
    struct tcn_state_reader *reader;
    struct tcn_arena arena;
    struct tcn_answer answer;
    uint32_t matter; /* of which is spoken */
    uint32_t rows;   /* warnings in the answer */
};

static int set_up(void **state) {
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->corpus = corpus_make(UINT64_C(0x5704));
    world->matter = 1;
    (void)snprintf(world->state_dir, CORPUS_PATH_BYTES, "%.100s/state", world->corpus->base);
    assert_int_equal(tcn_arena_init(&world->arena, TCN_QUERY_ARENA_BYTES), TCN_OK);
    *state = world;
    return 0;
}

static void close_state(struct world *world) {
    tcn_state_reader_close(&world->reader);
    if (world->state != NULL) {
        tcn_state_close(&world->state);
        assert_int_equal(tcn_state_remove(world->state_dir), TCN_OK);
    }
}

static int tear_down(void **state) {
    struct world *world = *state;
    close_state(world);
    tcn_arena_fini(&world->arena);
    corpus_remove(&world->corpus);
    free(world);
    return 0;
}

/* The last warning on the district's board, or NULL. */
static const struct tcn_board_row *look(struct world *world) {
    struct corpus *corpus = world->corpus;
    const struct tcn_store_options store = {.dir = world->state_dir, .map_bytes = CORPUS_MAP_BYTES};
    const struct tcn_query query = {.kind = TCN_QUERY_BOARD};
    const struct tcn_board_row *found = NULL;
    corpus_commit(corpus);
    close_state(world);
    world->rows = 0;
    assert_int_equal(tcn_state_open(&store, &world->state), TCN_OK);
    assert_int_equal(tcn_rebuild_run(corpus->reader, &corpus->charter, world->state), TCN_OK);
    assert_int_equal(tcn_state_reader_open(world->state, &world->reader), TCN_OK);
    const struct tcn_query_view view = {.log = corpus->log,
                                        .log_reader = corpus->reader,
                                        .state_reader = world->reader,
                                        .charter = &corpus->charter,
                                        .generation = 1};
    tcn_arena_reset(&world->arena);
    assert_int_equal(tcn_query_run(&view, &query, &world->arena, &world->answer), TCN_OK);
    for (uint32_t i = 0; i < world->answer.board_row_count; i++) {
        if (world->answer.board_rows[i].kind == TCN_BOARD_WARNING) {
            world->rows++;
            found = &world->answer.board_rows[i];
        }
    }
    return found;
}

static struct tcn_attribute text(const char *name, const char *value) {
    return (struct tcn_attribute){
        .name = tcn_slice_text(name), .kind = TCN_ATTRIBUTE_TEXT, .text = tcn_slice_text(value)};
}

static struct tcn_attribute hours(int64_t count) {
    return (struct tcn_attribute){
        .name = tcn_slice_text("valid_hours"), .kind = TCN_ATTRIBUTE_NUMBER, .number = count};
}

/* Logs what an organ says of the warning, an hour behind what was said before. */
static void say(struct world *world, enum tcn_act act, const char *organ,
                const struct tcn_attribute *attributes, uint32_t count, int64_t until_ns) {
    struct corpus *corpus = world->corpus;
    struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                              .act = act,
                              .mode = TCN_MODE_EXERCISE,
                              .matter = corpus_matter(world->matter),
                              .office = tcn_slice_text(organ),
                              .learned_ns = corpus->now_ns,
                              .recorded_ns = corpus->now_ns,
                              .severity = TCN_SEVERITY_SERIOUS,
                              .body_kind = TCN_BODY_ACT,
                              .act_body = {.reason = tcn_slice_text("reason"),
                                           .post = tcn_slice_text("duty_officer"),
                                           .until_ns = until_ns}};
    event.attributes = attributes;
    event.attribute_count = count;
    if (act == TCN_ACT_REPORTED) {
        event.body_kind = TCN_BODY_REPORT;
        event.occurred_ns = BEFORE_NS;
        event.concerns = TCN_CONCERNS_NOBODY;
        event.domain = tcn_slice_text("weather_warning");
        event.division = tcn_slice_text("520502012000");
    }
    corpus_log(corpus, TCN_FORGE_FEED, &event);
    corpus->now_ns += HOUR_NS;
}

static void report(struct world *world, const char *organ) {
    const struct tcn_attribute said[] = {text("warning_category", "rainstorm"),
                                         text("warning_colour", "yellow"), text("area", "the dam"),
                                         text("issuer", "meteorology"), hours(6)};
    const struct tcn_attribute graded = text("grade", "yellow");
    struct tcn_attribute all[COUNT_OF(said) + 1];
    memcpy(all, said, sizeof(said));
    all[COUNT_OF(said)] = graded;
    const bool is_lead = strcmp(organ, LEAD) == 0;
    say(world, TCN_ACT_REPORTED, organ, all, COUNT_OF(said) + (is_lead ? 1 : 0), 0);
}

static void what_is_only_proposed_is_from_no_time_on(void **state) {
    struct world *world = *state;
    assert_null(look(world));
    report(world, OFFICE);
    const struct tcn_board_row *row = look(world);
    assert_non_null(row);
    assert_int_equal(row->stage, TCN_STAGE_OPEN);
    assert_true(row->said_ns == 0);
    assert_string_equal(row->colour, "yellow");
}

static void what_was_void_or_said_by_others_colours_nothing(void **state) {
    struct world *world = *state;
    const struct tcn_attribute red[] = {text("grade", "red"), text("warning_colour", "red"),
                                        text("issuer", "nobody"), hours(99)};
    report(world, OFFICE);
    say(world, TCN_ACT_ISSUED, OFFICE, red, COUNT_OF(red), BEFORE_NS); /* not its to say: void */
    say(world, TCN_ACT_FOLLOWED_UP, OFFICE, red, COUNT_OF(red), 0);
    say(world, TCN_ACT_REPORTED, OFFICE, red, COUNT_OF(red), 0); /* once more, by anybody */
    say(world, TCN_ACT_CORRECTED, OFFICE, red, COUNT_OF(red), 0);
    say(world, TCN_ACT_GRADED, LEAD, red, COUNT_OF(red), 0); /* not before it is in force */
    const struct tcn_board_row *row = look(world);
    assert_string_equal(row->colour, "yellow");
    assert_string_equal(row->issuer, "meteorology");
    assert_true(row->until_ns == BEFORE_NS + 6 * HOUR_NS && row->said_ns == 0);
}

static void each_fact_is_as_it_was_said_last(void **state) {
    struct world *world = *state;
    report(world, LEAD);
    const struct tcn_board_row *row = look(world);
    assert_int_equal(row->stage, TCN_STAGE_IN_FORCE);
    assert_string_equal(row->category, "rainstorm");
    assert_string_equal(row->colour, "yellow");
    assert_string_equal(row->area, "the dam");
    assert_string_equal(row->issuer, "meteorology");
    assert_true(row->division == UINT64_C(520502012000));
    assert_true(row->said_ns == BEFORE_NS && row->until_ns == BEFORE_NS + 6 * HOUR_NS);
    const struct tcn_attribute orange = text("grade", "orange");
    const struct tcn_attribute area = text("area", "the dam and the school");
    say(world, TCN_ACT_GRADED, LEAD, &orange, 1, 0);
    say(world, TCN_ACT_EXTENDED, LEAD, NULL, 0, BEFORE_NS + 30 * HOUR_NS);
    say(world, TCN_ACT_CORRECTED, LEAD, &area, 1, 0);
    row = look(world);
    assert_string_equal(row->colour, "orange");
    assert_string_equal(row->area, "the dam and the school");
    assert_string_equal(row->category, "rainstorm");
    assert_true(row->said_ns == BEFORE_NS && row->until_ns == BEFORE_NS + 30 * HOUR_NS);
    say(world, TCN_ACT_CLOSED, LEAD, NULL, 0, 0);
    assert_null(look(world)); /* cancelled */
}

static void a_proposal_is_in_force_from_its_issue_on(void **state) {
    struct world *world = *state;
    const struct tcn_attribute red = text("grade", "red");
    report(world, OFFICE);
    const int64_t issued_ns = world->corpus->now_ns;
    say(world, TCN_ACT_ISSUED, LEAD, &red, 1, issued_ns + HOUR_NS);
    const struct tcn_board_row *row = look(world);
    assert_int_equal(row->stage, TCN_STAGE_IN_FORCE);
    assert_string_equal(row->colour, "red");
    assert_true(row->said_ns == issued_ns && row->until_ns == issued_ns + HOUR_NS);
}

/* What an office could say without end hides the facts, and that is said. */
static void so_many_events_of_one_warning_are_looked_at(void **state) {
    struct world *world = *state;
    report(world, LEAD);
    for (uint32_t i = 1; i < TCN_BOARD_WARNING_EVENTS_MAX; i++) {
        say(world, TCN_ACT_FOLLOWED_UP, LEAD, NULL, 0, 0);
    }
    assert_string_equal(look(world)->colour, "yellow");
    assert_false(world->answer.board_has_more);
    say(world, TCN_ACT_FOLLOWED_UP, LEAD, NULL, 0, 0);
    assert_string_equal(look(world)->colour, "");
    assert_true(world->answer.board_has_more);
}

/* And so do many warnings together: the first of them are told whole. */
static void so_many_events_of_all_warnings_are_looked_at(void **state) {
    struct world *world = *state;
    const uint32_t whole = TCN_BOARD_WARNING_READS_MAX / TCN_BOARD_WARNING_EVENTS_MAX;
    for (world->matter = 1; world->matter <= whole; world->matter++) {
        report(world, LEAD);
        for (uint32_t i = 1; i < TCN_BOARD_WARNING_EVENTS_MAX; i++) {
            say(world, TCN_ACT_FOLLOWED_UP, LEAD, NULL, 0, 0);
        }
    }
    assert_string_equal(look(world)->colour, "yellow");
    assert_int_equal(world->rows, whole);
    assert_false(world->answer.board_has_more);
    report(world, LEAD);
    assert_string_equal(look(world)->colour, "");
    assert_int_equal(world->rows, whole + 1);
    assert_true(world->answer.board_has_more);
}

static void a_text_that_is_long_is_cut_between_two_signs(void **state) {
    struct world *world = *state;
    static const char area[] = "气象预警气象预警气象预警气象预警气象预警气象预警";
    const struct tcn_attribute said[] = {text("grade", "blue"), text("area", area), hours(-1)};
    say(world, TCN_ACT_REPORTED, LEAD, said, COUNT_OF(said), 0);
    const struct tcn_board_row *row = look(world);
    assert_int_equal(strlen(row->area), 63);
    assert_memory_equal(row->area, area, 63);
    assert_true(row->until_ns == 0); /* it says nothing that makes sense */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_only_proposed_is_from_no_time_on),
        TEST(what_was_void_or_said_by_others_colours_nothing),
        TEST(each_fact_is_as_it_was_said_last),
        TEST(a_proposal_is_in_force_from_its_issue_on),
        TEST(so_many_events_of_one_warning_are_looked_at),
        TEST(so_many_events_of_all_warnings_are_looked_at),
        TEST(a_text_that_is_long_is_cut_between_two_signs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
