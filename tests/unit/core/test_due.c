/* SPDX-License-Identifier: Apache-2.0 */
/* Times that come (core/due), by the numbers of their rules, and the fold that tells of them. */
#include "core/due.h"

#include "base/clock.h"
#include "core/fold_due.h"
#include "fold_fixture.h"

#define DAY TCN_DAY_NS
#define SECOND INT64_C(1000000000)
#define END (INT64_C(1000) * DAY) /* of most keys here */

static const struct tcn_due_key key_five = {.kind = TCN_DUE_KEY_ENDS, .subject = 5};
static const struct tcn_stream desk_stream = {TCN_MODE_ACTUAL, 1};

static void set(struct tcn_memstate *state, uint64_t subject, int64_t until_ns, int64_t now_ns) {
    const struct tcn_due_key key = {.kind = TCN_DUE_KEY_ENDS, .subject = subject};
    assert_int_equal(tcn_due_set(&tcn_memstate_ops, state, &key, until_ns, now_ns), TCN_OK);
}

static enum tcn_status take(struct tcn_memstate *state, int64_t now_ns, struct tcn_fired *fired) {
    return tcn_due_take(&tcn_memstate_ops, state, now_ns, fired);
}

static int64_t first(struct tcn_memstate *state) {
    int64_t due_ns = 0;
    assert_int_equal(tcn_due_first(&tcn_memstate_ops, state, &due_ns), TCN_OK);
    return due_ns;
}

static void the_next_stage_is_the_first_that_is_still_ahead(void **test) {
    (void)test;
    static const struct {
        int64_t until_ns;
        int64_t after_ns;
        uint32_t stage; /* 0: none */
        int64_t due_ns;
    } cases[] = {
        /* Nothing ahead. */
        {END, END, 0, 0},
        {END, END + 1, 0, 0},
        {END, INT64_MAX, 0, 0},
        {INT64_MAX, INT64_MAX, 0, 0},
        {INT64_MIN, INT64_MIN, 0, 0},
        {INT64_MIN + DAY, INT64_MIN + 1, 4, INT64_MIN + DAY}, /* the others do not fit */
        /* Each second around each stage. */
        {END, INT64_MIN, 1, END - 30 * DAY},
        {END, END - 30 * DAY - SECOND, 1, END - 30 * DAY},
        {END, END - 30 * DAY - 1, 1, END - 30 * DAY},
        {END, END - 30 * DAY, 2, END - 7 * DAY},
        {END, END - 30 * DAY + SECOND, 2, END - 7 * DAY},
        {END, END - 7 * DAY - SECOND, 2, END - 7 * DAY},
        {END, END - 7 * DAY - 1, 2, END - 7 * DAY},
        {END, END - 7 * DAY, 3, END - DAY},
        {END, END - 7 * DAY + SECOND, 3, END - DAY},
        {END, END - DAY - SECOND, 3, END - DAY},
        {END, END - DAY - 1, 3, END - DAY},
        {END, END - DAY, 4, END},
        {END, END - DAY + SECOND, 4, END},
        {END, END - SECOND, 4, END},
        {END, END - 1, 4, END},
        {INT64_MAX, 0, 1, INT64_MAX - 30 * DAY},
        {-1, -DAY, 4, -1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tcn_due due = {.stage = 0};
        const bool is_ahead =
            tcn_due_next(TCN_DUE_KEY_ENDS, cases[i].until_ns, cases[i].after_ns, &due);
        assert_int_equal(is_ahead, cases[i].stage != 0);
        assert_int_equal(due.stage, cases[i].stage);
        assert_true(due.due_ns == cases[i].due_ns);
        /* A kind that nobody knows has no stages. */
        assert_false(tcn_due_next(TCN_DUE_NONE, cases[i].until_ns, cases[i].after_ns, &due));
        assert_false(
            tcn_due_next((enum tcn_due_kind)10, cases[i].until_ns, cases[i].after_ns, &due));
    }
}

static void a_stage_presses_more_the_nearer_the_end_is(void **test) {
    (void)test;
    static const enum tcn_severity severities[] = {TCN_SEVERITY_UNKNOWN, TCN_SEVERITY_ROUTINE,
                                                   TCN_SEVERITY_SERIOUS, TCN_SEVERITY_SERIOUS,
                                                   TCN_SEVERITY_URGENT,  TCN_SEVERITY_UNKNOWN};
    for (uint32_t stage = 0; stage < 6; stage++) {
        assert_int_equal(tcn_due_severity(TCN_DUE_KEY_ENDS, stage), severities[stage]);
        assert_int_equal(tcn_due_severity(TCN_DUE_NONE, stage), TCN_SEVERITY_UNKNOWN);
    }
}

/* D1 */
static void each_stage_is_told_once_and_not_before_its_time(void **test) {
    (void)test;
    static const int64_t before_ns[] = {30 * DAY, 7 * DAY, DAY, 0};
    struct tcn_memstate state;
    struct tcn_fired fired;
    tcn_memstate_init(&state);
    set(&state, 5, END, 0);
    for (uint32_t i = 0; i < 4; i++) {
        const int64_t due_ns = END - before_ns[i];
        assert_true(first(&state) == due_ns);
        assert_int_equal(take(&state, due_ns - 1, &fired), TCN_ABSENT);
        assert_int_equal(take(&state, due_ns, &fired), TCN_OK);
        assert_int_equal(fired.kind, TCN_DUE_KEY_ENDS);
        assert_int_equal(fired.stage, i + 1);
        assert_int_equal(fired.subject, 5);
        assert_true(fired.due_ns == due_ns && fired.until_ns == END);
        assert_int_equal(take(&state, due_ns, &fired), TCN_ABSENT);
        assert_int_equal(take(&state, due_ns + SECOND, &fired), TCN_ABSENT);
    }
    assert_true(first(&state) == INT64_MAX);
    assert_int_equal(state.dues.count, 0);
    tcn_memstate_fini(&state);
}

/* D1 */
static void what_is_due_comes_in_the_order_of_its_time_then_of_its_name(void **test) {
    (void)test;
    static const struct {
        uint64_t subject;
        int64_t until_ns;
    } keys[] = {{9, END}, {2, END + 1}, {4, END}, {7, END - 1}, {3, END + 1}};
    static const uint64_t order[] = {7, 4, 9, 2, 3};
    struct tcn_memstate state;
    struct tcn_fired fired;
    tcn_memstate_init(&state);
    for (size_t i = 0; i < 5; i++) {
        set(&state, keys[i].subject, keys[i].until_ns, 0);
    }
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(take(&state, END, &fired), TCN_OK);
        assert_int_equal(fired.subject, order[i]);
    }
    tcn_memstate_fini(&state);
}

/* D2 */
static void of_stages_that_came_while_nothing_did_only_the_last_is_told(void **test) {
    (void)test;
    static const struct {
        int64_t now_ns;
        uint32_t stage;
        int64_t due_ns;
        int64_t next_ns;
    } cases[] = {
        {END - 7 * DAY - 1, 1, END - 30 * DAY, END - 7 * DAY},
        {END - 7 * DAY, 2, END - 7 * DAY, END - DAY},
        {END - DAY - 1, 2, END - 7 * DAY, END - DAY},
        {END - DAY, 3, END - DAY, END},
        {END - 1, 3, END - DAY, END},
        {END, 4, END, INT64_MAX},
        {INT64_MAX, 4, END, INT64_MAX},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tcn_memstate state;
        struct tcn_fired fired;
        tcn_memstate_init(&state);
        set(&state, 5, END, 0);
        assert_int_equal(take(&state, cases[i].now_ns, &fired), TCN_OK);
        assert_int_equal(fired.stage, cases[i].stage);
        assert_true(fired.due_ns == cases[i].due_ns); /* since when */
        assert_true(first(&state) == cases[i].next_ns);
        assert_int_equal(take(&state, cases[i].now_ns, &fired), TCN_ABSENT);
        tcn_memstate_fini(&state);
    }
}

/* D3, D4 */
static void an_end_that_is_set_tells_only_what_is_ahead(void **test) {
    (void)test;
    static const struct {
        const char *what;
        int64_t before_ns; /* the end that stood, set at 0; 0: none */
        int64_t until_ns;
        int64_t now_ns;
        int64_t first_ns;
    } cases[] = {
        {"none", 0, 0, 10, INT64_MAX},
        {"an end that is past", 0, END, END, INT64_MAX},
        {"taken away", END, 0, 10, INT64_MAX},
        {"brought forward, into the past", END, 5, 10, INT64_MAX},
        {"with 30 days to live", 0, END, END - 30 * DAY, END - 7 * DAY},
        {"with a second more", 0, END, END - 30 * DAY - SECOND, END - 30 * DAY},
        {"with 3 days to live", 0, END, END - 3 * DAY, END - DAY},
        {"with an hour to live", 0, END, END - SECOND * 3600, END},
        {"the same again", END, END, END - 30 * DAY - 1, END - 30 * DAY},
        {"the same again, due and not told yet", END, END, END - 29 * DAY, END - 30 * DAY},
        {"renewed", END, END + 365 * DAY, END - DAY, END + 335 * DAY},
        {"renewed by little", END, END + DAY, END - 3 * DAY, END},
        {"brought forward", END, END - 20 * DAY, END - 50 * DAY - 1, END - 50 * DAY},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tcn_memstate state;
        tcn_memstate_init(&state);
        set(&state, 5, cases[i].before_ns, 0);
        set(&state, 5, cases[i].until_ns, cases[i].now_ns);
        if (first(&state) != cases[i].first_ns) {
            fail_msg("%s", cases[i].what);
        }
        assert_int_equal(state.dues.count, cases[i].first_ns == INT64_MAX ? 0 : 1);
        tcn_memstate_fini(&state);
    }
}

/* One change of the registry that was allowed, or not. */
static struct tcn_fold_input change_of(struct fixture *fixture, int64_t log_time_ns,
                                       const struct tcn_event *event,
                                       const struct tcn_principal *rows, uint32_t count) {
    struct tcn_fold_input in = input_of(fixture, 0, event);
    in.log_time_ns = log_time_ns;
    in.log_mode = TCN_MODE_ACTUAL;
    in.rows = rows;
    in.row_count = count;
    return in;
}

static void step(struct fixture *fixture, const struct tcn_fold_input *in) {
    struct tcn_outcome outcome;
    assert_int_equal(tcn_fold_step(&fixture->fold, in, &outcome), TCN_OK);
}

static void change(struct fixture *fixture, int64_t log_time_ns, const struct tcn_principal *rows,
                   uint32_t count) {
    const struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                                    .act = TCN_ACT_REGISTRY_CHANGED,
                                    .mode = TCN_MODE_ACTUAL,
                                    .body_kind = TCN_BODY_REGISTRY};
    const struct tcn_fold_input in = change_of(fixture, log_time_ns, &event, rows, count);
    step(fixture, &in);
}

static void tick(struct fixture *fixture, int64_t log_time_ns) {
    const struct tcn_event event = {
        .format = TCN_EVENT_FORMAT, .act = TCN_ACT_TICK, .mode = TCN_MODE_ACTUAL};
    const struct tcn_fold_input in = change_of(fixture, log_time_ns, &event, NULL, 0);
    step(fixture, &in);
}

static struct tcn_principal row_of(uint32_t id, int64_t not_after_ns) {
    return (struct tcn_principal){
        .id = id, .status = TCN_PRINCIPAL_ACTIVE, .not_after_ns = not_after_ns};
}

static uint64_t told(const struct fixture *fixture) {
    assert_true(desk_stream.organ == regime.desk);
    return tcn_memstate_head(&fixture->state, desk_stream);
}

static void the_desk_is_told_of_the_end_of_a_key_and_of_no_event(void **test) {
    (void)test;
    struct fixture fixture;
    start(&fixture);
    const struct tcn_principal row = row_of(5, END);
    change(&fixture, 10, &row, 1);
    tick(&fixture, END - 30 * DAY - 1);
    assert_int_equal(told(&fixture), 0);
    /* Whatever brings the time: here a report of another organ. */
    struct tcn_event event = report_of(7, "hazard");
    struct tcn_fold_input in = change_of(&fixture, END - 30 * DAY, &event, NULL, 0);
    in.organ = OFFICE_A;
    in.lane = (struct tcn_lane_key){.source = OFFICE_A, .epoch = 7, .lane = TCN_LANE_ROUTINE};
    step(&fixture, &in);
    const struct tcn_alert *alert = tcn_memstate_alert(&fixture.state, desk_stream, 1);
    assert_non_null(alert);
    assert_int_equal(alert->reason, TCN_REASON_CLOCK);
    assert_int_equal(alert->act, TCN_ACT_TICK);
    assert_int_equal(alert->birth_position, 0);
    assert_int_equal(alert->position, 3);
    assert_int_equal(alert->flags, 0);
    assert_int_equal(alert->severity, TCN_SEVERITY_ROUTINE);
    assert_int_equal(alert->fired.kind, TCN_DUE_KEY_ENDS);
    assert_int_equal(alert->fired.stage, 1);
    assert_int_equal(alert->fired.subject, 5);
    assert_true(alert->fired.until_ns == END);
    assert_true(alert->log_time_ns == END - 30 * DAY);
    stop(&fixture);
}

static void only_a_row_with_keys_has_an_end(void **test) {
    (void)test;
    struct fixture fixture;
    start(&fixture);
    struct tcn_principal row = row_of(5, END);
    row.status = TCN_PRINCIPAL_INVITED;
    change(&fixture, 10, &row, 1);
    assert_int_equal(fixture.state.dues.count, 0);
    row.status = TCN_PRINCIPAL_ACTIVE;
    change(&fixture, 11, &row, 1);
    assert_int_equal(fixture.state.dues.count, 1);
    change(&fixture, 12, &row, 1); /* new keys: the same end */
    assert_int_equal(fixture.state.dues.count, 1);
    row.status = TCN_PRINCIPAL_REVOKED;
    change(&fixture, 13, &row, 1);
    assert_int_equal(fixture.state.dues.count, 0);
    tick(&fixture, END + DAY);
    assert_int_equal(told(&fixture), 0);
    stop(&fixture);
}

static void a_change_that_is_void_leaves_the_end_as_it_is(void **test) {
    (void)test;
    struct fixture fixture;
    start(&fixture);
    struct tcn_principal row = row_of(5, END);
    change(&fixture, 10, &row, 1);
    row.not_after_ns = 0;
    const struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                                    .act = TCN_ACT_REGISTRY_CHANGED,
                                    .mode = TCN_MODE_ACTUAL,
                                    .body_kind = TCN_BODY_REGISTRY};
    struct tcn_fold_input in = change_of(&fixture, 11, &event, &row, 1);
    in.ruling = TCN_DENIED;
    step(&fixture, &in);
    assert_true(fixture.fold.due_ns == END - 30 * DAY);
    stop(&fixture);
}

static void a_renewal_comes_too_late_for_what_fell_due_before_it(void **test) {
    (void)test;
    struct fixture fixture;
    start(&fixture);
    struct tcn_principal row = row_of(5, END);
    change(&fixture, 10, &row, 1);
    row.not_after_ns = END + 100 * DAY;
    change(&fixture, END - 7 * DAY, &row, 1); /* rule 8 of the fold: told, then renewed */
    assert_int_equal(told(&fixture), 1);
    assert_true(fixture.fold.due_ns == END + 70 * DAY);
    tick(&fixture, END + 1);
    assert_int_equal(told(&fixture), 1);
    stop(&fixture);
}

/* D5 */
static void what_is_told_at_one_event_is_bounded_and_the_rest_keeps_its_place(void **test) {
    (void)test;
    static struct tcn_principal rows[2 * TCN_DUE_FIRED_MAX + 1];
    const uint32_t count = sizeof(rows) / sizeof(rows[0]);
    struct fixture fixture;
    start(&fixture);
    for (uint32_t i = 0; i < count; i++) {
        rows[i] = row_of(i + 1, END);
    }
    struct tcn_event genesis = {
        .format = TCN_EVENT_FORMAT, .act = TCN_ACT_GENESIS, .mode = TCN_MODE_ACTUAL};
    const struct tcn_fold_input in = change_of(&fixture, 10, &genesis, rows, count);
    step(&fixture, &in);
    assert_int_equal(fixture.state.dues.count, count);
    tick(&fixture, END);
    assert_int_equal(told(&fixture), TCN_DUE_FIRED_MAX);
    assert_true(fixture.fold.due_ns <= END);    /* so that a tick is asked for */
    change(&fixture, END, &rows[count - 1], 1); /* that one waits still */
    assert_int_equal(told(&fixture), 2 * TCN_DUE_FIRED_MAX);
    tick(&fixture, END);
    assert_int_equal(told(&fixture), count);
    for (uint32_t i = 0; i < count; i++) {
        const struct tcn_alert *alert = tcn_memstate_alert(&fixture.state, desk_stream, i + 1);
        assert_int_equal(alert->fired.subject, i + 1);
        assert_int_equal(alert->severity, TCN_SEVERITY_URGENT);
    }
    assert_true(fixture.fold.due_ns == INT64_MAX);
    stop(&fixture);
}

/* A log of keys that come, are renewed and end, folded to the end; with `is_restarted` the fold
 * begins anew before every event. */
static uint64_t hash_of_log(bool is_restarted) {
    static const struct {
        uint32_t id; /* 0: a tick */
        int64_t log_time_ns;
        int64_t not_after_ns;
    } log[] = {
        {5, 10, END},
        {6, 11, END + 9 * DAY},
        {7, 11, END},
        {0, END - 30 * DAY, 0},
        {6, END - 29 * DAY, 0},
        {0, END - 6 * DAY, 0},
        {8, END - 5 * DAY, END - 2 * DAY},
        {7, END - 3 * DAY, END + 40 * DAY},
        {0, END - DAY, 0},
        {0, END + 10 * DAY, 0},
        {0, END + 99 * DAY, 0},
    };
    struct fixture fixture;
    start(&fixture);
    for (size_t i = 0; i < sizeof(log) / sizeof(log[0]); i++) {
        if (is_restarted) {
            assert_int_equal(
                tcn_fold_init(&fixture.fold, &regime, &tcn_memstate_ops, &fixture.state), TCN_OK);
        }
        if (log[i].id == 0) {
            tick(&fixture, log[i].log_time_ns);
        } else {
            const struct tcn_principal row = row_of(log[i].id, log[i].not_after_ns);
            change(&fixture, log[i].log_time_ns, &row, 1);
        }
    }
    assert_int_equal(told(&fixture), 10);
    const uint64_t hash = tcn_memstate_hash(&fixture.state);
    stop(&fixture);
    return hash;
}

static void the_same_log_tells_the_same_however_often_it_is_begun_anew(void **test) {
    (void)test;
    assert_true(hash_of_log(false) == hash_of_log(true));
}

static void a_state_that_fails_is_told_and_leaves_no_half_truth(void **test) {
    (void)test;
    bool is_untouched = false;
    for (uint64_t n = 1; !is_untouched; n++) {
        struct fixture fixture;
        struct tcn_fired fired;
        start(&fixture);
        set(&fixture.state, 5, END, 0);
        fixture.state.call_count = 0;
        fixture.state.fail_at = n;
        enum tcn_status status =
            tcn_due_set(&tcn_memstate_ops, &fixture.state, &key_five, END + DAY, 0);
        if (status == TCN_OK) {
            status = take(&fixture.state, END, &fired);
        }
        if (status == TCN_OK) {
            status = tcn_due_set(&tcn_memstate_ops, &fixture.state, &key_five, 0, END);
        }
        is_untouched = fixture.state.call_count < n;
        assert_int_equal(status, is_untouched ? TCN_OK : TCN_IO);
        stop(&fixture);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_stage_is_the_first_that_is_still_ahead),
        cmocka_unit_test(a_stage_presses_more_the_nearer_the_end_is),
        cmocka_unit_test(each_stage_is_told_once_and_not_before_its_time),
        cmocka_unit_test(what_is_due_comes_in_the_order_of_its_time_then_of_its_name),
        cmocka_unit_test(of_stages_that_came_while_nothing_did_only_the_last_is_told),
        cmocka_unit_test(an_end_that_is_set_tells_only_what_is_ahead),
        cmocka_unit_test(the_desk_is_told_of_the_end_of_a_key_and_of_no_event),
        cmocka_unit_test(only_a_row_with_keys_has_an_end),
        cmocka_unit_test(a_change_that_is_void_leaves_the_end_as_it_is),
        cmocka_unit_test(a_renewal_comes_too_late_for_what_fell_due_before_it),
        cmocka_unit_test(what_is_told_at_one_event_is_bounded_and_the_rest_keeps_its_place),
        cmocka_unit_test(the_same_log_tells_the_same_however_often_it_is_begun_anew),
        cmocka_unit_test(a_state_that_fails_is_told_and_leaves_no_half_truth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
