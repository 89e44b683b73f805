/* SPDX-License-Identifier: Apache-2.0 */
#include "core/unwatched.h"
#include "trace.h"

#define SAFETY 2

static const struct tcn_stream real = {TCN_MODE_ACTUAL, SAFETY};
static const struct tcn_stream drilled = {TCN_MODE_EXERCISE, SAFETY};

static void alert(struct tcn_unwatched *unwatched, uint64_t number, enum tcn_severity severity,
                  int64_t now_ns) {
    const struct tcn_alert alert = {
        .stream = {TCN_MODE_ACTUAL, SAFETY}, .number = number, .severity = severity};
    tcn_unwatched_alert(unwatched, &alert, now_ns);
}

/** One look; `is_open` when somebody is there. Gives the alert that is said, 0 when none. */
static uint64_t look(struct tcn_unwatched *unwatched, bool is_open, int64_t now_ns) {
    const struct tcn_unwatched_row *row = NULL;
    tcn_unwatched_begin(unwatched);
    if (is_open) {
        tcn_unwatched_open(unwatched, (struct tcn_stream){TCN_MODE_ACTUAL, SAFETY});
    }
    return tcn_unwatched_next(unwatched, now_ns, &row) ? row->oldest : 0;
}

static void what_is_not_urgent_can_wait(void **state) {
    (void)state;
    struct tcn_unwatched unwatched = {.mode = TCN_MODE_ACTUAL};
    for (int severity = TCN_SEVERITY_UNKNOWN; severity < TCN_SEVERITY_URGENT; severity++) {
        alert(&unwatched, (uint64_t)severity + 1, (enum tcn_severity)severity, 0);
    }
    assert_int_equal(look(&unwatched, false, 100 * TCN_UNWATCHED_NS), 0);
}

static void who_is_there_or_was_a_moment_ago_is_not_missed(void **state) {
    (void)state;
    struct tcn_unwatched unwatched = {.mode = TCN_MODE_ACTUAL};
    alert(&unwatched, 5, TCN_SEVERITY_URGENT, 0);
    assert_int_equal(look(&unwatched, true, 50 * TCN_UNWATCHED_NS), 0);
    assert_int_equal(look(&unwatched, false, 51 * TCN_UNWATCHED_NS - 1), 0);
    assert_int_equal(look(&unwatched, false, 51 * TCN_UNWATCHED_NS), 5);
}

static void it_is_said_once_until_it_was_delivered(void **state) {
    (void)state;
    struct tcn_unwatched unwatched = {.mode = TCN_MODE_ACTUAL};
    alert(&unwatched, 5, TCN_SEVERITY_DANGER, 0);
    alert(&unwatched, 9, TCN_SEVERITY_URGENT, SECOND_NS);
    assert_int_equal(look(&unwatched, false, TCN_UNWATCHED_NS - 1), 0);
    assert_int_equal(look(&unwatched, false, TCN_UNWATCHED_NS), 5);
    for (int i = 2; i < 100; i++) {
        assert_int_equal(look(&unwatched, false, i * TCN_UNWATCHED_NS), 0);
    }
    tcn_unwatched_delivered(&unwatched, real, 4); /* not yet */
    assert_int_equal(look(&unwatched, false, 100 * TCN_UNWATCHED_NS), 0);
    tcn_unwatched_delivered(&unwatched, real, 5); /* and nine still waits */
    assert_int_equal(look(&unwatched, false, 101 * TCN_UNWATCHED_NS), 6);
    tcn_unwatched_delivered(&unwatched, real, 9);
    assert_int_equal(look(&unwatched, false, 999 * TCN_UNWATCHED_NS), 0);
    alert(&unwatched, 12, TCN_SEVERITY_URGENT, 1000 * TCN_UNWATCHED_NS);
    assert_int_equal(look(&unwatched, false, 1001 * TCN_UNWATCHED_NS), 12);
}

/** What is kept from the desk is told apart, and ends apart. */
static void what_the_desk_must_not_learn_of_is_said_by_itself(void **state) {
    (void)state;
    struct tcn_unwatched unwatched = {.mode = TCN_MODE_ACTUAL};
    const struct tcn_unwatched_row *row = NULL;
    const struct tcn_alert secret = {.stream = {TCN_MODE_ACTUAL, SAFETY},
                                     .number = 7,
                                     .severity = TCN_SEVERITY_URGENT,
                                     .flags = TCN_FLAG_GUARDED | TCN_FLAG_NOT_THE_DESK};
    tcn_unwatched_alert(&unwatched, &secret, 0);
    assert_int_equal(look(&unwatched, true, 2 * TCN_UNWATCHED_NS), 0);
    tcn_unwatched_begin(&unwatched);
    assert_true(tcn_unwatched_next(&unwatched, 4 * TCN_UNWATCHED_NS, &row));
    assert_true(row->is_secret && row->oldest == 7);
    struct tcn_alert second = secret;
    second.number = 8;
    tcn_unwatched_alert(&unwatched, &second, 4 * TCN_UNWATCHED_NS);
    assert_true(tcn_unwatched_next(&unwatched, 4 * TCN_UNWATCHED_NS, &row));
    assert_true(row->is_secret && row->oldest == 8); /* it too */
    tcn_unwatched_alert(&unwatched, &secret, 4 * TCN_UNWATCHED_NS);
    assert_false(tcn_unwatched_next(&unwatched, 4 * TCN_UNWATCHED_NS, &row));
    alert(&unwatched, 9, TCN_SEVERITY_URGENT, 4 * TCN_UNWATCHED_NS);
    assert_true(tcn_unwatched_next(&unwatched, 5 * TCN_UNWATCHED_NS, &row));
    assert_true(!row->is_secret && row->oldest == 9);
    tcn_unwatched_delivered(&unwatched, real, 8);
    assert_int_equal(unwatched.rows[0].oldest, 0);
    assert_int_equal(unwatched.rows[1].oldest, 9);
}

/** A drill beside real work: nobody has to watch it, and who does watches nothing real. */
static void a_drill_raises_no_alarm_and_silences_none(void **state) {
    (void)state;
    struct tcn_unwatched unwatched = {.mode = TCN_MODE_ACTUAL};
    const struct tcn_unwatched_row *row = NULL;
    const struct tcn_alert invented = {
        .stream = drilled, .number = 70, .severity = TCN_SEVERITY_DANGER};
    tcn_unwatched_alert(&unwatched, &invented, 0);
    assert_int_equal(unwatched.count, 0);
    assert_int_equal(look(&unwatched, false, 9 * TCN_UNWATCHED_NS), 0);
    alert(&unwatched, 5, TCN_SEVERITY_URGENT, 9 * TCN_UNWATCHED_NS);
    tcn_unwatched_begin(&unwatched);
    tcn_unwatched_open(&unwatched, drilled); /* somebody looks on at the drill */
    tcn_unwatched_delivered(&unwatched, drilled, 70);
    assert_true(tcn_unwatched_next(&unwatched, 10 * TCN_UNWATCHED_NS, &row));
    assert_true(row->oldest == 5 && row->newest == 5);
}

/** A log that a feed drives is an exercise as a whole. */
static void an_exercise_log_is_watched_by_who_watches_the_exercise(void **state) {
    (void)state;
    struct tcn_unwatched unwatched = {.mode = TCN_MODE_EXERCISE};
    const struct tcn_unwatched_row *row = NULL;
    const struct tcn_alert invented = {
        .stream = drilled, .number = 70, .severity = TCN_SEVERITY_DANGER};
    tcn_unwatched_alert(&unwatched, &invented, 0);
    tcn_unwatched_begin(&unwatched);
    tcn_unwatched_open(&unwatched, drilled);
    assert_false(tcn_unwatched_next(&unwatched, 2 * TCN_UNWATCHED_NS, &row));
    tcn_unwatched_begin(&unwatched);
    assert_true(tcn_unwatched_next(&unwatched, 4 * TCN_UNWATCHED_NS, &row));
    assert_int_equal(row->oldest, 70);
}

static void there_is_room_for_every_organ_and_no_more(void **state) {
    (void)state;
    static struct tcn_unwatched unwatched = {.mode = TCN_MODE_ACTUAL};
    for (uint32_t i = 2; i <= 2 * TCN_ORGANS_MAX + 11; i++) {
        const struct tcn_alert made = {.stream = {TCN_MODE_ACTUAL, (uint16_t)(i / 2)},
                                       .number = 1,
                                       .severity = TCN_SEVERITY_URGENT,
                                       .flags = i % 2 == 0 ? 0 : TCN_FLAG_NOT_THE_DESK};
        tcn_unwatched_alert(&unwatched, &made, 0);
    }
    assert_int_equal(unwatched.count, 2 * TCN_ORGANS_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_urgent_can_wait),
        cmocka_unit_test(who_is_there_or_was_a_moment_ago_is_not_missed),
        cmocka_unit_test(it_is_said_once_until_it_was_delivered),
        cmocka_unit_test(what_the_desk_must_not_learn_of_is_said_by_itself),
        cmocka_unit_test(a_drill_raises_no_alarm_and_silences_none),
        cmocka_unit_test(an_exercise_log_is_watched_by_who_watches_the_exercise),
        cmocka_unit_test(there_is_room_for_every_organ_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
