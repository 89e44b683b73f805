/* SPDX-License-Identifier: Apache-2.0 */
/* What was told and what became of it: of a matter and of a span of an organ's stream, page by
 * page; and nothing of what the asker may not see. */
/* ctest-uses: policy core store wire link seal */
#include "corpus.h"

#include "query/notices.h"
#include "query/rebuild.h"

#define MINUTE_NS INT64_C(60000000000)
#define OWNER "energy_bureau"
#define OWNER_NUMBER 19
#define BESIDE_NUMBER 3 /* the emergency bureau, a co-recipient */
#define DESK_NUMBER 1
#define CUSTODIAN_NUMBER 25 /* discipline */
#define OFFICE "office_qinglong"
#define OFFICE_NUMBER 200

/** The log, a state of it, and the last answer. */
struct world {
    struct corpus *corpus;
    char state_dir[CORPUS_PATH_BYTES];
    struct tcn_state *state;
    struct tcn_state_reader *reader;
    struct tcn_query_view view;
    struct tcn_arena arena;
    struct tcn_answer answer;
    enum tcn_severity severity; /* of what is said */
};

static int set_up(void **state) {
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->corpus = corpus_make(UINT64_C(0xb0d18));
    world->severity = TCN_SEVERITY_SERIOUS;
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

/** Folds what is logged, for the questions that follow. */
static void fold(struct world *world) {
    struct corpus *corpus = world->corpus;
    const struct tcn_store_options store = {.dir = world->state_dir, .map_bytes = CORPUS_MAP_BYTES};
    corpus_commit(corpus);
    close_state(world);
    assert_int_equal(tcn_state_open(&store, &world->state), TCN_OK);
    assert_int_equal(tcn_rebuild_run(corpus->reader, &corpus->charter, world->state), TCN_OK);
    assert_int_equal(tcn_state_reader_open(world->state, &world->reader), TCN_OK);
    world->view = (struct tcn_query_view){.log = corpus->log,
                                          .log_reader = corpus->reader,
                                          .state_reader = world->reader,
                                          .charter = &corpus->charter,
                                          .generation = 1};
}

static uint32_t ask(struct world *world, const struct tcn_query *query) {
    struct tcn_query asked = *query;
    asked.kind = TCN_QUERY_NOTICES;
    tcn_arena_reset(&world->arena);
    assert_int_equal(tcn_query_run(&world->view, &asked, &world->arena, &world->answer), TCN_OK);
    return world->answer.code == TCN_OK ? world->answer.notice_count : 0;
}

static uint32_t ask_matter(struct world *world, uint32_t number, uint16_t organ) {
    return ask(world, &(struct tcn_query){.matter = corpus_matter(number), .organ = organ});
}

/** The row of an organ in the last answer, the first one; NULL when it has none. */
static const struct tcn_notice *row_of(const struct world *world, uint16_t organ) {
    for (uint32_t i = 0; i < world->answer.notice_count; i++) {
        if (world->answer.notices[i].stream.organ == organ) {
            return &world->answer.notices[i];
        }
    }
    return NULL;
}

static void pass(struct world *world, int64_t minutes) {
    world->corpus->now_ns += minutes * MINUTE_NS;
}

static void say(struct world *world, enum tcn_act act, uint32_t number, const char *organ,
                const char *post) {
    struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                              .act = act,
                              .mode = TCN_MODE_EXERCISE,
                              .matter = corpus_matter(number),
                              .office = tcn_slice_text(organ),
                              .learned_ns = world->corpus->now_ns - 30 * MINUTE_NS,
                              .recorded_ns = world->corpus->now_ns,
                              .severity = world->severity,
                              .body_kind = TCN_BODY_ACT,
                              .act_body = {.post = tcn_slice_text(post)}};
    if (act == TCN_ACT_REPORTED) {
        event.body_kind = TCN_BODY_REPORT;
        event.concerns = TCN_CONCERNS_NOBODY;
        event.domain = tcn_slice_text("coal_mine_safety");
        event.division = tcn_slice_text("520502012000");
    }
    corpus_log(world->corpus, TCN_FORGE_FEED, &event);
}

static void report(struct world *world, uint32_t number) {
    say(world, TCN_ACT_REPORTED, number, OFFICE, "");
}

static void report_guarded(struct world *world, uint32_t number) {
    const struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                                    .act = TCN_ACT_REPORTED,
                                    .mode = TCN_MODE_EXERCISE,
                                    .matter = corpus_matter(number),
                                    .office = tcn_slice_text(OFFICE),
                                    .learned_ns = world->corpus->now_ns,
                                    .recorded_ns = world->corpus->now_ns,
                                    .severity = TCN_SEVERITY_SERIOUS,
                                    .concerns = TCN_CONCERNS_UNIT,
                                    .guard_organs = {CUSTODIAN_NUMBER},
                                    .guard_organ_count = 1,
                                    .body_kind = TCN_BODY_REPORT};
    corpus_log(world->corpus, TCN_FORGE_FEED, &event);
}

/** The collector's word of what a program has of a stream. */
static void deliver(struct world *world, uint32_t principal, uint16_t organ, uint64_t number) {
    const struct tcn_event event = {
        .format = TCN_EVENT_FORMAT,
        .act = TCN_ACT_DELIVERED,
        .mode = TCN_MODE_EXERCISE,
        .body_kind = TCN_BODY_DELIVERED,
        .delivered = {.name = tcn_slice_text("day"),
                      .principal = principal,
                      .stream = {.mode = TCN_MODE_EXERCISE, .organ = organ},
                      .number = number,
                      .generation = 1}};
    corpus_log(world->corpus, TCN_FORGE_COLLECTOR, &event);
}

/** A principal that reads one organ's stream. */
static struct tcn_principal reader_of(uint16_t organ, enum tcn_role role) {
    return (struct tcn_principal){
        .id = 900, .role = role, .organ = organ, .streams = {organ}, .stream_count = 1};
}

static void what_makes_no_sense_is_an_answer(void **state) {
    struct world *world = *state;
    report(world, 1);
    fold(world);
    const struct tcn_query senseless[] = {
        {.organ = 0}, /* whose? */
        {.matter = corpus_matter(1), .number = 1},
        {.matter = corpus_matter(1), .since_ns = 1},
        {.matter = corpus_matter(1), .until_ns = 1},
        {.matter = corpus_matter(1), .mode = TCN_MODE_EXERCISE},
    };
    for (size_t i = 0; i < COUNT_OF(senseless); i++) {
        assert_int_equal(ask(world, &senseless[i]), 0);
        assert_int_equal(world->answer.code, TCN_BAD_VALUE);
    }
    assert_int_equal(ask_matter(world, 2, 0), 0);
    assert_int_equal(world->answer.code, TCN_ABSENT);
    assert_int_equal(ask(world, &(struct tcn_query){.organ = OWNER_NUMBER, .number = 2}), 0);
    assert_int_equal(world->answer.code, TCN_ABSENT);
    assert_int_equal(ask(world, &(struct tcn_query){.organ = 999}), 0);
    assert_int_equal(world->answer.code, TCN_OK);
}

static void an_item_is_followed_to_the_post_that_has_it_in_hand(void **state) {
    struct world *world = *state;
    report(world, 1); /* position 2 */
    pass(world, 1);
    deliver(world, TCN_FORGE_WATCH_SAFETY, OWNER_NUMBER, 1); /* 3 */
    pass(world, 1);
    deliver(world, TCN_FORGE_AGENT_SAFETY, OWNER_NUMBER, 1); /* 4: later */
    pass(world, 2);
    say(world, TCN_ACT_ACKNOWLEDGED, 1, OWNER, "duty_officer"); /* 5 */
    pass(world, 5);
    say(world, TCN_ACT_ACCEPTED, 1, OWNER, "dispatcher"); /* 6 */
    pass(world, 1);
    say(world, TCN_ACT_ACKNOWLEDGED, 1, OWNER, "duty_officer"); /* 7: no more the first */
    fold(world);
    assert_true(ask_matter(world, 1, 0) >= 2);
    assert_int_equal(world->answer.next_page, 0);
    const struct tcn_notice *row = row_of(world, OWNER_NUMBER);
    assert_non_null(row);
    assert_int_equal(row->number, 1);
    assert_int_equal(row->told, TCN_NOTICE_NEW);
    assert_int_equal(row->reason, TCN_REASON_OWNER);
    assert_int_equal(row->severity, TCN_SEVERITY_SERIOUS);
    assert_int_equal(row->act, TCN_ACT_REPORTED);
    assert_int_equal(row->log_time_ns, CORPUS_BEGIN_NS);
    assert_int_equal(row->learned_ns, CORPUS_BEGIN_NS - 30 * MINUTE_NS);
    const struct tcn_id matter = corpus_matter(1);
    assert_true(tcn_id_equals(&row->matter, &matter));
    assert_int_equal(row->delivered_ns, CORPUS_BEGIN_NS + MINUTE_NS);
    assert_int_equal(row->program, TCN_ROLE_WATCHER);
    assert_int_equal(row->acknowledged_position, 5);
    assert_int_equal(row->acknowledged_ns, CORPUS_BEGIN_NS + 4 * MINUTE_NS);
    assert_string_equal(row->acknowledged_post, "duty_officer");
    assert_int_equal(row->taken_position, 6);
    assert_int_equal(row->taken_ns, CORPUS_BEGIN_NS + 9 * MINUTE_NS);
    assert_int_equal(row->taken_act, TCN_ACT_ACCEPTED);
    assert_string_equal(row->taken_post, "dispatcher");
    const struct tcn_notice *beside = row_of(world, BESIDE_NUMBER); /* answers for itself */
    assert_non_null(beside);
    assert_int_equal(beside->delivered_ns, 0);
    assert_int_equal(beside->acknowledged_position, 0);
    assert_int_equal(beside->taken_position, 0);
    const struct tcn_notice *office = row_of(world, OFFICE_NUMBER); /* is answered */
    assert_non_null(office);
    assert_int_equal(office->act, TCN_ACT_ACKNOWLEDGED);
    assert_int_equal(ask_matter(world, 1, BESIDE_NUMBER), 1);
}

static void who_reminds_and_who_is_told_above_are_told_apart(void **state) {
    struct world *world = *state;
    uint32_t urges = 0;
    uint32_t ups = 0;
    world->severity = TCN_SEVERITY_URGENT; /* which has a ladder */
    report(world, 1);
    deliver(world, TCN_FORGE_WATCH_SAFETY, OWNER_NUMBER, 1);
    pass(world, 7 * 24 * 60);
    report(world, 2);
    for (uint64_t number = 2; number < 6; number++) { /* each step waits for its delivery */
        deliver(world, TCN_FORGE_WATCH_SAFETY, OWNER_NUMBER, number);
        pass(world, 7 * 24 * 60);
        report(world, (uint32_t)number + 1);
    }
    fold(world);
    assert_true(ask_matter(world, 1, 0) > 0);
    for (uint32_t i = 0; i < world->answer.notice_count; i++) {
        const struct tcn_notice *row = &world->answer.notices[i];
        const bool is_own = row->stream.organ == OWNER_NUMBER;
        if (row->reason == TCN_REASON_REMIND || row->reason == TCN_REASON_URGE) {
            const enum tcn_notice_kind step =
                row->reason == TCN_REASON_REMIND ? TCN_NOTICE_REMIND : TCN_NOTICE_URGE;
            assert_true(!is_own || row->told == step || row->told == TCN_NOTICE_UP);
            assert_int_equal(row->act, TCN_ACT_TICK);
            urges += row->told == step;
            ups += row->told == TCN_NOTICE_UP;
        }
    }
    assert_true(urges > 0 && ups > 0);
}

/* 300 items of the owner, one a minute. */
static void a_span_is_cut_where_it_says_and_comes_page_by_page(void **state) {
    struct world *world = *state;
    for (uint32_t i = 1; i <= 300; i++) {
        report(world, i);
        pass(world, 1);
    }
    fold(world);
    struct tcn_query query = {.organ = OWNER_NUMBER,
                              .since_ns = CORPUS_BEGIN_NS + 10 * MINUTE_NS,
                              .until_ns = CORPUS_BEGIN_NS + 200 * MINUTE_NS};
    uint64_t last = 0;
    uint32_t count = 0;
    uint32_t pages = 0;
    do {
        const uint32_t got = ask(world, &query);
        for (uint32_t i = 0; i < got; i++) {
            const struct tcn_notice *row = &world->answer.notices[i];
            assert_true(row->number > last);
            assert_true(row->log_time_ns >= query.since_ns && row->log_time_ns < query.until_ns);
            last = row->number;
        }
        count += got;
        pages++;
        query.page = world->answer.next_page;
    } while (query.page != 0);
    assert_true(count >= 190 && pages == (count + TCN_ROWS_MAX - 1) / TCN_ROWS_MAX);
    const int64_t instants[][3] = {/* since, until, items in it */
                                   {CORPUS_BEGIN_NS, CORPUS_BEGIN_NS + 1, 1},
                                   {CORPUS_BEGIN_NS + 1, CORPUS_BEGIN_NS + MINUTE_NS, 0},
                                   {CORPUS_BEGIN_NS + 1, CORPUS_BEGIN_NS + MINUTE_NS + 1, 1},
                                   {INT64_MAX, 0, 0}};
    for (size_t i = 0; i < COUNT_OF(instants); i++) {
        const struct tcn_query cut = {
            .organ = OWNER_NUMBER, .since_ns = instants[i][0], .until_ns = instants[i][1]};
        assert_int_equal(ask(world, &cut), instants[i][2]);
        assert_int_equal(world->answer.next_page, 0);
    }
    struct tcn_query one = {.organ = OWNER_NUMBER, .number = 7};
    assert_int_equal(ask(world, &one), 1);
    assert_int_equal(world->answer.notices[0].number, 7);
    one.mode = TCN_MODE_EXERCISE; /* this log's */
    assert_int_equal(ask(world, &one), 1);
    one.mode = TCN_MODE_ACTUAL;
    assert_int_equal(ask(world, &one), 0);
    assert_int_equal(world->answer.code, TCN_ABSENT);
}

/* A matter that was told of more often than a page has rows. */
static void a_matter_comes_page_by_page(void **state) {
    struct world *world = *state;
    world->severity = TCN_SEVERITY_URGENT;
    report(world, 1);
    for (uint32_t i = 0; i < 200; i++) {
        say(world, TCN_ACT_FOLLOWED_UP, 1, OFFICE, "");
    }
    fold(world);
    struct tcn_query query = {.matter = corpus_matter(1), .organ = OWNER_NUMBER};
    assert_int_equal(ask(world, &query), TCN_ROWS_MAX);
    assert_int_equal(world->answer.next_page, TCN_ROWS_MAX);
    assert_int_equal(world->answer.notices[TCN_ROWS_MAX - 1].number, TCN_ROWS_MAX);
    query.page = world->answer.next_page;
    assert_int_equal(ask(world, &query), 201 - TCN_ROWS_MAX);
    assert_int_equal(world->answer.next_page, 0);
    assert_int_equal(world->answer.notices[0].number, TCN_ROWS_MAX + 1);
    assert_int_equal(world->answer.notices[0].told, TCN_NOTICE_AGAIN);
}

/* What is left out is said, and nothing is said where nothing is. */
static void what_is_left_out_of_a_matter_is_said(void **state) {
    struct world *world = *state;
    world->severity = TCN_SEVERITY_URGENT;
    report(world, 1);
    for (uint32_t i = 0; i < 200; i++) {
        say(world, TCN_ACT_FOLLOWED_UP, 1, OFFICE, "");
    }
    fold(world);
    struct tcn_query query = {.matter = corpus_matter(1)};
    uint32_t whole = 0;
    do {
        whole += ask(world, &query);
        query.page = world->answer.next_page;
        assert_false(world->answer.board_has_more);
    } while (query.page != 0);
    const uint32_t bounds[] = {TCN_ROWS_MAX / 2, TCN_ROWS_MAX, TCN_ROWS_MAX + 2, whole - 1, whole};
    for (size_t i = 0; i < COUNT_OF(bounds); i++) {
        world->view.notices_max = bounds[i];
        uint32_t count = 0;
        query.page = 0;
        do {
            count += ask(world, &query);
            query.page = world->answer.next_page;
            assert_true(query.page == 0 || !world->answer.board_has_more);
        } while (query.page != 0);
        if (count != bounds[i] || world->answer.board_has_more != (bounds[i] < whole)) {
            fail_msg("%u of %u: %u, %d", bounds[i], whole, count, world->answer.board_has_more);
        }
    }
    world->view.notices_max = TCN_ROWS_MAX; /* of one organ's too: what was looked at is bounded */
    query = (struct tcn_query){.matter = corpus_matter(1), .organ = OWNER_NUMBER};
    assert_true(ask(world, &query) < TCN_ROWS_MAX);
    assert_true(world->answer.board_has_more);
    /* A stream goes on as far as it is asked. */
    query = (struct tcn_query){.organ = OWNER_NUMBER};
    assert_int_equal(ask(world, &query), TCN_ROWS_MAX);
    assert_false(world->answer.board_has_more);
}

/* Who may not see a matter gets the bytes and costs the rows of one that nobody reported. */
static void what_one_may_not_see_is_not_there(void **state) {
    struct world *world = *state;
    report_guarded(world, 1);
    report(world, 2);
    fold(world);
    static const struct {
        uint16_t organ;
        uint32_t matter;
        bool is_seen;
    } rows[] = {
        {CUSTODIAN_NUMBER, 1, true}, {OWNER_NUMBER, 1, false},     {DESK_NUMBER, 1, false},
        {OFFICE_NUMBER, 1, false},   {OWNER_NUMBER, 2, true},      {OFFICE_NUMBER, 2, true},
        {DESK_NUMBER, 2, false},     {CUSTODIAN_NUMBER, 2, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct tcn_principal asker = reader_of(rows[i].organ, TCN_ROLE_WATCHER);
        world->view.asker = &asker;
        uint64_t before = tcn_state_reader_reads(world->reader);
        (void)ask_matter(world, rows[i].matter, 0);
        const uint64_t cost = tcn_state_reader_reads(world->reader) - before;
        assert_int_equal(world->answer.code, rows[i].is_seen ? TCN_OK : TCN_ABSENT);
        before = tcn_state_reader_reads(world->reader);
        (void)ask_matter(world, 77, 0);
        assert_int_equal(world->answer.code, TCN_ABSENT);
        const uint64_t cost_of_none = tcn_state_reader_reads(world->reader) - before;
        assert_true(rows[i].is_seen ? cost > cost_of_none : cost == cost_of_none);
    }
    world->view.asker = NULL;
}

/* What it was told stays in its stream; when the matter was learned of is whoever's who sees it. */
static void what_was_told_stays_when_the_matter_has_gone(void **state) {
    struct world *world = *state;
    report(world, 1);
    struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                              .act = TCN_ACT_TRANSFERRED,
                              .mode = TCN_MODE_EXERCISE,
                              .matter = corpus_matter(1),
                              .office = tcn_slice_text(OWNER),
                              .recorded_ns = world->corpus->now_ns,
                              .body_kind = TCN_BODY_ACT,
                              .act_body = {.to_organ = tcn_slice_text("water_bureau")}};
    corpus_log(world->corpus, TCN_FORGE_FEED, &event);
    fold(world);
    const struct tcn_principal asker = reader_of(OWNER_NUMBER, TCN_ROLE_WATCHER);
    world->view.asker = &asker;
    assert_true(ask(world, &(struct tcn_query){.organ = OWNER_NUMBER}) >= 1);
    const struct tcn_notice *row = row_of(world, OWNER_NUMBER);
    const struct tcn_id matter = corpus_matter(1);
    assert_true(tcn_id_equals(&row->matter, &matter));
    assert_int_equal(row->taken_act, TCN_ACT_TRANSFERRED);
    assert_int_equal(row->learned_ns, 0);
    assert_int_equal(ask_matter(world, 1, OWNER_NUMBER), 0);
    assert_int_equal(world->answer.code, TCN_ABSENT);
    world->view.asker = NULL;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_makes_no_sense_is_an_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_item_is_followed_to_the_post_that_has_it_in_hand, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(who_reminds_and_who_is_told_above_are_told_apart, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_span_is_cut_where_it_says_and_comes_page_by_page, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_matter_comes_page_by_page, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_left_out_of_a_matter_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_one_may_not_see_is_not_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_told_stays_when_the_matter_has_gone, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
