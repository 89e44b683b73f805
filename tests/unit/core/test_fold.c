/* SPDX-License-Identifier: Apache-2.0 */
#include "fold_fixture.h"

#include "core/procedure.h"

static void acts_of_others_are_void(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    report(&fixture, OFFICE_A, 1, "hazard");
    fixture.trace.size = 0;
    act(&fixture, OFFICE_A, TCN_ACT_ACCEPTED, 1);     /* the reporter is not the holder */
    act(&fixture, WATER, TCN_ACT_CLOSED, 1);          /* a co-recipient neither */
    act(&fixture, OFFICE_B, TCN_ACT_FOLLOWED_UP, 1);  /* another office */
    act(&fixture, OFFICE_B, TCN_ACT_ACKNOWLEDGED, 1); /* was never told */
    trace_expect(&fixture.trace, "11 accepted: void denied [open 2] >11 outcome\n"
                                 "3 closed: void denied [open 2] >3 outcome\n"
                                 "12 followed_up: void denied [open 2] >12 outcome\n"
                                 "12 acknowledged: void denied [open 2] >12 outcome\n");
    const struct tcn_matter *matter =
        tcn_memstate_matter(&fixture.state, &(struct tcn_id){{0, 0, 0, 1}});
    assert_int_equal(matter->event_count, 1);
    assert_int_equal(fixture.state.outcomes.count, 4);
    assert_int_equal(fixture.state.threads.count, 1);
    stop(&fixture);
}

static void acts_at_the_wrong_stage_are_void_and_say_what_would_do(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    report(&fixture, OFFICE_A, 1, "hazard");
    fixture.trace.size = 0;
    act(&fixture, SAFETY, TCN_ACT_REOPENED, 1);
    act(&fixture, SAFETY, TCN_ACT_RELEASED, 1);
    act(&fixture, SAFETY, TCN_ACT_ACCEPTED, 1);
    act(&fixture, SAFETY, TCN_ACT_ACCEPTED, 1);
    act(&fixture, SAFETY, TCN_ACT_CLOSED, 1);
    act(&fixture, SAFETY, TCN_ACT_REPLIED, 1);
    trace_expect(&fixture.trace, "2 reopened: void not_allowed [open 2] >2 outcome\n"
                                 "2 released: void not_allowed [open 2] >2 outcome\n"
                                 "2 accepted: [accepted 2] >11 answer\n"
                                 "2 accepted: void not_allowed [accepted 2] >2 outcome\n"
                                 "2 closed: [closed 2] >11 answer\n"
                                 "2 replied: void not_allowed [closed 2] >2 outcome\n");
    const struct tcn_outcome *outcomes =
        (const struct tcn_outcome *)(const void *)fixture.state.outcomes.rows;
    enum tcn_act acts[TCN_ALLOWED_ACTS_MAX];
    const uint32_t count =
        tcn_procedure_allowed(tcn_procedure_of(TCN_PROCEDURE_GENERAL), TCN_STAGE_OPEN, 0, acts);
    assert_true(outcomes[0].allowed_acts == tcn_acts_bits(acts, count));
    assert_true((outcomes[0].allowed_acts & (1u << TCN_ACT_ACCEPTED)) != 0);
    assert_true((outcomes[0].allowed_acts & (1u << TCN_ACT_REOPENED)) == 0);
    stop(&fixture);
}

static void nonsense_is_void_and_harms_nothing(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    report(&fixture, OFFICE_A, 1, "hazard");
    fixture.trace.size = 0;
    transfer(&fixture, SAFETY, 1, "nobody");
    transfer(&fixture, SAFETY, 1, "");
    act(&fixture, SAFETY, TCN_ACT_RECLASSIFIED, 1); /* to no domain */
    act(&fixture, SAFETY, TCN_ACT_ACCEPTED, 0);     /* no matter */
    act(&fixture, SAFETY, (enum tcn_act)77, 1);
    act(&fixture, SAFETY, (enum tcn_act) - 5, 1);
    act(&fixture, SAFETY, TCN_ACT_DELIVERED, 0); /* only the collector says so */
    struct tcn_event event = act_of(TCN_ACT_FOLLOWED_UP, 1);
    event.mode = TCN_MODE_NONE;
    fold_event(&fixture, OFFICE_A, &event);
    act(&fixture, 0, TCN_ACT_DELIVERED, 0); /* without its body */
    trace_expect(&fixture.trace, "2 transferred: void bad_value [open 2] >2 outcome\n"
                                 "2 transferred: void bad_value [open 2] >2 outcome\n"
                                 "2 reclassified: void bad_value [open 2] >2 outcome\n"
                                 "2 accepted: void bad_value >2 outcome\n"
                                 "2 none: void bad_value [open 2] >2 outcome\n"
                                 "2 none: void bad_value [open 2] >2 outcome\n"
                                 "2 delivered: void denied >2 outcome\n"
                                 "11 followed_up: void bad_value [open 2]\n"
                                 "0 delivered: void bad_value\n");
    stop(&fixture);
}

static void drills_and_real_work_never_mix(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    report(&fixture, OFFICE_A, 1, "hazard");
    fixture.trace.size = 0;
    struct tcn_event event = act_of(TCN_ACT_ACCEPTED, 1);
    event.mode = TCN_MODE_EXERCISE;
    fold_event(&fixture, SAFETY, &event);
    event = report_of(1, "hazard");
    event.mode = TCN_MODE_EXERCISE;
    fold_event(&fixture, OFFICE_A, &event);
    event = report_of(2, "hazard");
    event.mode = TCN_MODE_EXERCISE;
    fold_event(&fixture, OFFICE_A, &event);
    trace_expect(&fixture.trace, "2 accepted: void not_allowed [open 2] >2 outcome\n"
                                 "11 reported: void not_allowed [open 2] >11 outcome\n"
                                 "11 reported: [open 2] >2 owner >3 co_recipient\n");
    struct tcn_stream drill = {.mode = TCN_MODE_EXERCISE, .organ = SAFETY};
    struct tcn_stream real = {.mode = TCN_MODE_ACTUAL, .organ = SAFETY};
    assert_int_equal(tcn_memstate_head(&fixture.state, drill), 2);
    assert_int_equal(tcn_memstate_head(&fixture.state, real), 1);
    stop(&fixture);
}

static void a_matter_goes_its_way_and_its_office_hears_of_it(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    report(&fixture, OFFICE_A, 1, "hazard");
    act(&fixture, SAFETY, TCN_ACT_ACKNOWLEDGED, 1);
    act(&fixture, SAFETY, TCN_ACT_ACCEPTED, 1);
    act(&fixture, OFFICE_A, TCN_ACT_FOLLOWED_UP, 1);
    act(&fixture, SAFETY, TCN_ACT_EXTENDED, 1);
    transfer(&fixture, SAFETY, 1, "water");
    act(&fixture, SAFETY, TCN_ACT_REPLIED, 1); /* not theirs any more */
    act(&fixture, WATER, TCN_ACT_OBJECTED, 1);
    transfer(&fixture, DESK, 1, "water");
    act(&fixture, WATER, TCN_ACT_REPLIED, 1);
    struct tcn_event told = act_of(TCN_ACT_PETITIONER_TOLD, 1);
    told.act_body.how = tcn_slice_text("by phone");
    fold_event(&fixture, WATER, &told); /* whoever answers at the office's counter must know */
    fold_event(&fixture, OFFICE_A, &told);
    act(&fixture, OFFICE_A, TCN_ACT_REVIEW_ASKED, 1);
    act(&fixture, DESK, TCN_ACT_REOPENED, 1);
    act(&fixture, DESK, TCN_ACT_CLOSED, 1);
    trace_expect(&fixture.trace, "11 reported: [open 2] >2 owner >3 co_recipient\n"
                                 "2 acknowledged: [open 2] >11 answer\n"
                                 "2 accepted: [accepted 2] >11 answer\n"
                                 "11 followed_up: [accepted 2] >2 holder\n"
                                 "2 extended: [accepted 2] >11 answer\n"
                                 "2 transferred: [open 3] >3 transfer >11 answer\n"
                                 "2 replied: void denied [open 3] >2 outcome\n"
                                 "3 objected: [open 2] >2 transfer >1 holder >11 answer\n"
                                 "1 transferred: [open 3] >2 holder >3 transfer >11 answer\n"
                                 "3 replied: [replied 3] >11 answer\n"
                                 "3 petitioner_told: [replied 3] >11 answer\n"
                                 "11 petitioner_told: [replied 3] >3 holder\n"
                                 "11 review_asked: [replied 3] >3 holder >1 holder\n"
                                 "1 reopened: [accepted 3] >3 holder >11 answer\n"
                                 "1 closed: [closed 3] >3 holder >11 answer\n");
    stop(&fixture);
}

static void the_one_who_loses_a_matter_is_told(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    report(&fixture, OFFICE_A, 1, "hazard");
    fixture.trace.size = 0;
    transfer(&fixture, DESK, 1, "water");
    struct tcn_event event = act_of(TCN_ACT_RECLASSIFIED, 1);
    event.domain = tcn_slice_text("hazard");
    fold_event(&fixture, DESK, &event);
    trace_expect(&fixture.trace, "1 transferred: [open 3] >2 holder >3 transfer >11 answer\n"
                                 "1 reclassified: [open 2] >3 holder >2 transfer >11 answer\n");
    stop(&fixture);
}

static void what_nobody_owns_is_held_by_the_desk_until_released(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    report(&fixture, OFFICE_A, 1, "unheard");
    struct tcn_event event = act_of(TCN_ACT_RELEASED, 1);
    event.domain = tcn_slice_text("pipe");
    fold_event(&fixture, DESK, &event);
    report(&fixture, OFFICE_A, 2, "unheard");
    event = act_of(TCN_ACT_RELEASED, 2);
    event.act_body.to_organ = tcn_slice_text("safety");
    fold_event(&fixture, DESK, &event);
    report(&fixture, OFFICE_A, 3, "unheard");
    act(&fixture, DESK, TCN_ACT_RELEASED, 3); /* the desk keeps it */
    trace_expect(&fixture.trace, "11 reported: [held 1] >1 unknown(4)\n"
                                 "1 released: [open 3] >3 transfer(4) >11 answer(4)\n"
                                 "11 reported: [held 1] >1 unknown(4)\n"
                                 "1 released: [open 2] >2 transfer(4) >11 answer(4)\n"
                                 "11 reported: [held 1] >1 unknown(4)\n"
                                 "1 released: [open 1] >11 answer(4)\n");
    const struct tcn_id id = matter_id(1);
    assert_string_equal(tcn_memstate_matter(&fixture.state, &id)->domain, "pipe");
    stop(&fixture);
}

static void a_guarded_matter_tells_its_allow_list_and_nobody_else(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    struct tcn_event event = report_of(1, "");
    event.division = tcn_slice_text("");
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organs[0] = DISCIPLINE;
    event.guard_organs[1] = DESK;
    event.guard_organ_count = 2;
    fold_event(&fixture, OFFICE_A, &event);
    act(&fixture, DISCIPLINE, TCN_ACT_ACKNOWLEDGED, 1);
    act(&fixture, OFFICE_A, TCN_ACT_FOLLOWED_UP, 1);
    act(&fixture, SAFETY, TCN_ACT_ACKNOWLEDGED, 1); /* must not learn that it exists */
    act(&fixture, OFFICE_A, TCN_ACT_ACCEPTED, 1);   /* nor what became of it */
    act(&fixture, OFFICE_A, TCN_ACT_REVIEW_ASKED, 1);
    transfer_by_two(&fixture, DISCIPLINE, 1, "water");
    act(&fixture, WATER, TCN_ACT_REPLIED, 1);  /* held until released */
    act(&fixture, WATER, TCN_ACT_RELEASED, 1); /* one post; who leads is shown that it waits */
    act(&fixture, DESK, TCN_ACT_RELEASED, 1);
    act(&fixture, WATER, TCN_ACT_REPLIED, 1);
    trace_expect(&fixture.trace, "11 reported: [held 4] >4 guarded(64) >1 guarded(64)\n"
                                 "4 acknowledged: [held 4]\n"
                                 "11 followed_up: [held 4] >4 holder(64)\n"
                                 "2 acknowledged: void denied [held 4]\n"
                                 "11 accepted: void denied [held 4]\n"
                                 "11 review_asked: void not_allowed [held 4]\n"
                                 "4 transferred: [held 4] >4 holder(1088) >1 holder(1088)\n"
                                 "4 transferred: [held 3] >3 transfer(64) >4 holder(64) "
                                 ">1 holder(64)\n"
                                 "3 replied: void not_allowed [held 3] >3 outcome(64)\n"
                                 "3 released: [held 3] >3 holder(1088) >1 holder(1088)\n"
                                 "1 released: [open 3] >3 owed(64)\n"
                                 "3 replied: [replied 3]\n");
    const struct tcn_id id = matter_id(1);
    const struct tcn_matter *matter = tcn_memstate_matter(&fixture.state, &id);
    assert_string_equal(matter->domain, "");
    assert_int_equal(matter->division, 0);
    stop(&fixture);
}

/** What is stored of a void can be asked for by the event's position or sequence, so what its
 * reporting office must not learn of a guarded matter is not stored either. Strangers get what they
 * would get of no matter at all: test_fold_guard. */
static void a_secret_void_leaves_no_outcome_that_could_be_asked_for(void **state) {
    (void)state;
    static const struct {
        enum tcn_act act;
        enum tcn_mode mode;
    } secrets[] = {
        {TCN_ACT_ACCEPTED, TCN_MODE_ACTUAL},      /* not the reporter's to do */
        {TCN_ACT_REVIEW_ASKED, TCN_MODE_ACTUAL},  /* not at this stage */
        {TCN_ACT_FOLLOWED_UP, TCN_MODE_EXERCISE}, /* not in this mode */
        {TCN_ACT_FOLLOWED_UP, TCN_MODE_NONE},     /* no stream to be told in */
    };
    struct fixture fixture;
    start(&fixture);
    struct tcn_event event = report_of(1, "");
    event.division = tcn_slice_text("");
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organs[0] = DISCIPLINE;
    event.guard_organ_count = 1;
    fold_event(&fixture, OFFICE_A, &event);
    const size_t alerts = fixture.state.alerts.count;
    for (size_t i = 0; i < COUNT_OF(secrets); i++) {
        event = act_of(secrets[i].act, 1);
        event.mode = secrets[i].mode;
        struct tcn_fold_input in = input_of(&fixture, OFFICE_A, &event);
        struct tcn_outcome outcome;
        assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_OK);
        assert_int_not_equal(outcome.code, TCN_OK);
        assert_int_equal(fixture.state.outcomes.count, 0);
        assert_int_equal(fixture.state.alerts.count, alerts);
    }
    /* Who holds it is told why, and can ask. */
    act(&fixture, DISCIPLINE, TCN_ACT_REPLIED, 1);
    assert_int_equal(fixture.state.outcomes.count, 1);
    assert_int_equal(fixture.state.alerts.count, alerts + 1);
    stop(&fixture);
}

static void an_act_before_its_report_leaves_a_stub_that_the_report_fills(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    act(&fixture, OFFICE_A, TCN_ACT_FOLLOWED_UP, 1);
    act(&fixture, OFFICE_A, TCN_ACT_FOLLOWED_UP, 1);
    report(&fixture, OFFICE_A, 1, "hazard");
    report(&fixture, OFFICE_A, 1, "pipe");      /* joins, changes nothing */
    act(&fixture, SAFETY, TCN_ACT_ACCEPTED, 9); /* of a matter that nobody reported */
    trace_expect(&fixture.trace, "11 followed_up: [stub 1] >1 holder(16)\n"
                                 "11 followed_up: [stub 1] >1 holder(16)\n"
                                 "11 reported: [open 2] >2 owner(16) >3 co_recipient(16)\n"
                                 "11 reported: [open 2] >2 holder(16)\n"
                                 "2 accepted: void denied >2 outcome(16)\n");
    const struct tcn_id id = matter_id(1);
    const struct tcn_matter *matter = tcn_memstate_matter(&fixture.state, &id);
    assert_string_equal(matter->domain, "hazard");
    assert_int_equal(matter->birth_position, 1);
    assert_int_equal(matter->event_count, 4);
    assert_int_equal(matter->office, OFFICE_A);
    assert_int_equal(matter->opened_ns, BASE_NS + 3);
    assert_int_equal(fixture.state.matters.count, 1);
    stop(&fixture);
}

static void a_stub_that_was_closed_or_handed_on_stays_so(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    act(&fixture, OFFICE_A, TCN_ACT_WITHDRAWN, 1);
    report(&fixture, OFFICE_A, 1, "hazard");
    act(&fixture, OFFICE_A, TCN_ACT_FOLLOWED_UP, 2);
    transfer(&fixture, DESK, 2, "water");
    report(&fixture, OFFICE_A, 2, "hazard");
    trace_expect(&fixture.trace, "11 withdrawn: [closed 1] >1 holder(16)\n"
                                 "11 reported: [closed 2] >2 owner(16) >3 co_recipient(16)\n"
                                 "11 followed_up: [stub 1] >1 holder(16)\n"
                                 "1 transferred: [stub 3] >3 transfer(16)\n"
                                 "11 reported: [open 3] >2 owner(16) >3 co_recipient(16)\n");
    stop(&fixture);
}

static void a_guarded_report_leaves_a_stub_to_whoever_has_it(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    act(&fixture, OFFICE_A, TCN_ACT_FOLLOWED_UP, 1);
    transfer(&fixture, DESK, 1, "water");
    fixture.trace.size = 0;
    struct tcn_event event = report_of(1, "");
    event.guard_organs[0] = DISCIPLINE;
    event.guard_organ_count = 1;
    fold_event(&fixture, OFFICE_A, &event);
    trace_expect(&fixture.trace, "11 reported: [stub 3] >4 guarded(192)\n");
    stop(&fixture);
}

static void
a_guarded_word_on_an_open_matter_reaches_its_allow_list_and_not_the_holder(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    report(&fixture, OFFICE_A, 1, "hazard");
    fixture.trace.size = 0;
    static const enum tcn_act acts[] = {TCN_ACT_FOLLOWED_UP, TCN_ACT_REPORTED};
    for (size_t i = 0; i < 2; i++) {
        struct tcn_event event = report_of(1, "");
        event.division = tcn_slice_text("");
        event.act = acts[i];
        event.concerns = TCN_CONCERNS_UNIT;
        event.guard_organs[0] = DISCIPLINE;
        event.guard_organs[1] = DESK;
        event.guard_organ_count = 2;
        fold_event(&fixture, OFFICE_A, &event);
    }
    /* The trace shows the matter that the events name, which stays as it was. */
    trace_expect(&fixture.trace, "11 followed_up: [open 2] >4 guarded(64) >1 guarded(64)\n"
                                 "11 reported: [open 2] >4 guarded(64) >1 guarded(64)\n");
    const struct tcn_id id = matter_id(1);
    const struct tcn_matter *matter = tcn_memstate_matter(&fixture.state, &id);
    assert_int_equal(matter->event_count, 1); /* the holder's thread does not have them */
    assert_int_equal(matter->flags & TCN_FLAG_GUARDED, 0);
    assert_int_equal(fixture.state.matters.count, 3);
    stop(&fixture);
}

static void reports_without_an_id_are_matters_of_their_own(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    report(&fixture, OFFICE_A, 0, "hazard");
    report(&fixture, OFFICE_A, 0, "hazard");
    assert_int_equal(fixture.state.matters.count, 2);
    stop(&fixture);
}

static void events_of_no_matter_are_applied(void **state) {
    (void)state;
    static const enum tcn_act acts[] = {
        TCN_ACT_ZERO_REPORT,      TCN_ACT_MONTH_CONFIRMED, TCN_ACT_EPOCH_OPENED, TCN_ACT_VOID,
        TCN_ACT_POLICY_ACTIVATED, TCN_ACT_STOPPED,         TCN_ACT_UNSEALED,     TCN_ACT_GENESIS,
    };
    struct fixture fixture;
    start(&fixture);
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        struct tcn_event event = act_of(acts[i], 0);
        struct tcn_fold_input in = input_of(&fixture, OFFICE_A, &event);
        struct tcn_outcome outcome;
        assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_OK);
        assert_int_equal(outcome.code, TCN_OK);
    }
    act(&fixture, 0, TCN_ACT_TICK, 0);
    assert_int_equal(fixture.state.alerts.count, 0);
    assert_int_equal(fixture.state.applied.position, COUNT_OF(acts) + 1);
    stop(&fixture);
}

static void wrong_clocks_are_flagged_not_refused(void **state) {
    (void)state;
    static const struct {
        int64_t recorded_ns;
        uint32_t flags;
    } cases[] = {
        {0, 0},
        {BASE_NS + 1, 0},
        {BASE_NS + 2 + 600, 0},
        {BASE_NS + 3 + 601, TCN_FLAG_CLOCK_AHEAD},
        {BASE_NS + 4 - 3000, 0},
        {BASE_NS + 5 - 3001, TCN_FLAG_CLOCK_BEHIND},
        {INT64_MAX, TCN_FLAG_CLOCK_AHEAD},
        {INT64_MIN, TCN_FLAG_CLOCK_BEHIND},
    };
    uint64_t odd_count = 0;
    struct fixture fixture;
    start(&fixture);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct tcn_event event = report_of((uint8_t)(i + 1), "pipe");
        event.recorded_ns = cases[i].recorded_ns;
        struct tcn_fold_input in = input_of(&fixture, OFFICE_A, &event);
        in.log_time_ns = i == 0 ? BASE_NS : BASE_NS + (int64_t)i;
        struct tcn_outcome outcome;
        assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_OK);
        const struct tcn_id id = matter_id((uint8_t)(i + 1));
        assert_int_equal(tcn_memstate_matter(&fixture.state, &id)->flags, cases[i].flags);
        odd_count += cases[i].flags != 0 ? 1 : 0;
    }
    const struct tcn_stream desk = {.mode = TCN_MODE_ACTUAL, .organ = DESK};
    /* What is odd is shown to the desk. */
    assert_int_equal(tcn_memstate_head(&fixture.state, desk), odd_count);
    stop(&fixture);
}

/** The times of a feed are the log's time, one for a whole record, so what looks late would depend
 * on where its chunks were cut, and with it the number of alerts. */
static void the_clocks_of_a_feed_are_not_judged(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    for (uint8_t i = 1; i <= 2; i++) {
        struct tcn_event event = report_of(i, "pipe");
        event.recorded_ns = i == 1 ? 1 : INT64_MAX;
        struct tcn_fold_input in = input_of(&fixture, OFFICE_A, &event);
        in.role = TCN_ROLE_FEED;
        struct tcn_outcome outcome;
        assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_OK);
        const struct tcn_id id = matter_id(i);
        assert_int_equal(tcn_memstate_matter(&fixture.state, &id)->flags, 0);
    }
    const struct tcn_stream desk = {.mode = TCN_MODE_ACTUAL, .organ = DESK};
    assert_int_equal(tcn_memstate_head(&fixture.state, desk), 0);
    stop(&fixture);
}

static void a_cursor_never_moves_back_within_a_generation(void **state) {
    (void)state;
    static const struct {
        uint64_t generation, number, expected;
    } cases[] = {{1, 5, 5}, {1, 3, 5}, {1, 9, 9}, {2, 4, 4}, {1, 20, 4}, {2, 6, 6}};
    struct fixture fixture;
    start(&fixture);
    struct tcn_stream stream = {.mode = TCN_MODE_ACTUAL, .organ = SAFETY};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct tcn_event event = {.format = 1,
                                  .act = TCN_ACT_DELIVERED,
                                  .mode = TCN_MODE_ACTUAL,
                                  .body_kind = TCN_BODY_DELIVERED,
                                  .delivered = {.name = tcn_slice_text("desk-1"),
                                                .principal = 4,
                                                .stream = stream,
                                                .number = cases[i].number,
                                                .generation = cases[i].generation}};
        fold_event(&fixture, 0, &event);
        assert_int_equal(tcn_memstate_cursor(&fixture.state, 4, "desk-1", stream),
                         cases[i].expected);
    }
    assert_int_equal(fixture.state.cursors.count, 1);
    stop(&fixture);
}

static void a_source_counts_its_events_and_its_voids(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    report(&fixture, OFFICE_A, 1, "hazard");
    act(&fixture, OFFICE_A, TCN_ACT_ACCEPTED, 1);
    struct tcn_event event = act_of(TCN_ACT_VOID, 0);
    event.body_kind = TCN_BODY_VOID;
    event.void_body.count = 10;
    fold_event(&fixture, OFFICE_A, &event);
    const struct tcn_source_state *source =
        (const struct tcn_source_state *)(const void *)fixture.state.sources.rows;
    assert_int_equal(source->sequence, 12);
    assert_int_equal(source->event_count, 3);
    assert_int_equal(source->void_count, 1);
    event.void_body.count = UINT64_MAX;
    fold_event(&fixture, OFFICE_A, &event);
    assert_true(source->sequence == UINT64_MAX);
    stop(&fixture);
}

static void positions_come_one_after_the_other(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    struct tcn_event event = report_of(1, "hazard");
    struct tcn_fold_input in = input_of(&fixture, OFFICE_A, &event);
    struct tcn_outcome outcome;
    in.position = 2;
    assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_SEQUENCE);
    in.position = 0;
    assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_SEQUENCE);
    in.position = 1;
    assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_OK);
    assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_SEQUENCE);
    stop(&fixture);
}

static void every_failure_of_the_state_stops_the_fold(void **state) {
    (void)state;
    const struct tcn_event events[] = {
        report_of(1, "hazard"),
        act_of(TCN_ACT_ACCEPTED, 1),
        act_of(TCN_ACT_ACCEPTED, 1),
        {.format = 1,
         .act = TCN_ACT_DELIVERED,
         .mode = TCN_MODE_ACTUAL,
         .body_kind = TCN_BODY_DELIVERED,
         .delivered = {.name = tcn_slice_text("x"), .stream = {TCN_MODE_ACTUAL, 2}}}};
    static const uint16_t organs[] = {OFFICE_A, SAFETY, SAFETY, 0};
    bool is_untouched = false;
    for (uint64_t fail_at = 1; !is_untouched; fail_at++) {
        assert_true(fail_at < 200);
        struct tcn_memstate memory;
        struct tcn_fold fold;
        tcn_memstate_init(&memory);
        memory.fail_at = fail_at;
        enum tcn_status status = tcn_fold_init(&fold, &regime, &tcn_memstate_ops, &memory);
        for (size_t i = 0; i < COUNT_OF(events) && status == TCN_OK; i++) {
            struct tcn_fold_input in = {.position = i + 1,
                                        .generation = 1,
                                        .log_time_ns = BASE_NS,
                                        .lane = {organs[i], 1, TCN_LANE_URGENT},
                                        .sequence = i,
                                        .organ = organs[i],
                                        .event = &events[i]};
            struct tcn_outcome outcome = {.position = 99};
            status = tcn_fold_step(&fold, &in, &outcome);
            assert_int_equal(outcome.position, status == TCN_OK ? i + 1 : 99);
        }
        is_untouched = memory.call_count < fail_at;
        assert_int_equal(status, is_untouched ? TCN_OK : TCN_IO);
        tcn_memstate_fini(&memory);
    }
}

static void two_folds_of_one_log_agree(void **state) {
    (void)state;
    uint64_t hashes[2];
    for (size_t i = 0; i < COUNT_OF(hashes); i++) {
        struct fixture fixture;
        start(&fixture);
        report(&fixture, OFFICE_A, 1, "hazard");
        act(&fixture, SAFETY, TCN_ACT_ACCEPTED, 1);
        if (i == 1) { /* a restart in between changes nothing */
            assert_int_equal(
                tcn_fold_init(&fixture.fold, &regime, &tcn_memstate_ops, &fixture.state), TCN_OK);
        }
        act(&fixture, SAFETY, TCN_ACT_ACCEPTED, 1);
        report(&fixture, OFFICE_B, 2, "unheard");
        hashes[i] = tcn_memstate_hash(&fixture.state);
        stop(&fixture);
    }
    assert_true(hashes[0] == hashes[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acts_of_others_are_void),
        cmocka_unit_test(acts_at_the_wrong_stage_are_void_and_say_what_would_do),
        cmocka_unit_test(nonsense_is_void_and_harms_nothing),
        cmocka_unit_test(drills_and_real_work_never_mix),
        cmocka_unit_test(a_matter_goes_its_way_and_its_office_hears_of_it),
        cmocka_unit_test(the_one_who_loses_a_matter_is_told),
        cmocka_unit_test(what_nobody_owns_is_held_by_the_desk_until_released),
        cmocka_unit_test(a_guarded_matter_tells_its_allow_list_and_nobody_else),
        cmocka_unit_test(a_secret_void_leaves_no_outcome_that_could_be_asked_for),
        cmocka_unit_test(an_act_before_its_report_leaves_a_stub_that_the_report_fills),
        cmocka_unit_test(a_stub_that_was_closed_or_handed_on_stays_so),
        cmocka_unit_test(a_guarded_report_leaves_a_stub_to_whoever_has_it),
        cmocka_unit_test(
            a_guarded_word_on_an_open_matter_reaches_its_allow_list_and_not_the_holder),
        cmocka_unit_test(reports_without_an_id_are_matters_of_their_own),
        cmocka_unit_test(events_of_no_matter_are_applied),
        cmocka_unit_test(wrong_clocks_are_flagged_not_refused),
        cmocka_unit_test(the_clocks_of_a_feed_are_not_judged),
        cmocka_unit_test(a_cursor_never_moves_back_within_a_generation),
        cmocka_unit_test(a_source_counts_its_events_and_its_voids),
        cmocka_unit_test(positions_come_one_after_the_other),
        cmocka_unit_test(every_failure_of_the_state_stops_the_fold),
        cmocka_unit_test(two_folds_of_one_log_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
