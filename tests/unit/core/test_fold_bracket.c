/* SPDX-License-Identifier: Apache-2.0 */
/* What an agent had heard of when it recorded brackets the time that it says: earlier than that is
 * shown, and counts all the same. */
#include "core/fold.h"

#include "fold_moves.h"

#define SECOND_NS INT64_C(1000000000)
#define START_NS (INT64_C(1798509600) * SECOND_NS)
#define AHEAD_NS (60 * SECOND_NS)

struct row {
    const char *what;
    int64_t recorded_ns; /**< from the log time of the report on, which is position 1 */
    uint64_t seen;
    enum tcn_role role;
    int64_t behind_ns; /**< the policy's; 0: it judges no clock */
    bool is_shown;
};

static void begin(struct fixture *fixture, struct tcn_policy *policy, int64_t behind_ns) {
    memset(policy, 0, sizeof(*policy));
    start_chain(fixture, policy);
    policy->clock_ahead_ns = AHEAD_NS;
    policy->clock_behind_ns = behind_ns;
}

/** Folds a word of the water bureau on the matter of position 1, an hour behind it. */
static uint32_t flags_of(const struct row *row) {
    struct fixture fixture;
    struct tcn_policy policy;
    struct tcn_outcome outcome;
    struct tcn_attribute attributes[MOVE_ATTRIBUTES];
    const struct move report = {OFFICE_A, TCN_ACT_REPORTED, 0, "pipe", NULL};
    const struct move word = {WATER, TCN_ACT_ACCEPTED, TCN_FACT_POST, NULL, NULL};
    begin(&fixture, &policy, row->behind_ns);
    struct tcn_event event = event_of(&report, 1, attributes);
    event.recorded_ns = START_NS;
    struct tcn_fold_input in = input_of(&fixture, OFFICE_A, &event);
    in.log_time_ns = START_NS;
    in.log_mode = TCN_MODE_ACTUAL;
    assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_OK);
    assert_int_equal(walked(&fixture, 1)->flags & TCN_FLAG_CLOCK_BEHIND, 0);
    event = event_of(&word, 1, attributes);
    event.recorded_ns = START_NS + row->recorded_ns;
    event.seen_position = row->seen;
    in = input_of(&fixture, WATER, &event);
    in.log_time_ns = START_NS + 3600 * SECOND_NS;
    in.log_mode = TCN_MODE_ACTUAL;
    in.lane.source = 7;
    in.role = row->role;
    static struct tcn_trace trace;
    trace = (struct tcn_trace){0};
    fixture.fold.trace = &trace;
    assert_int_equal(tcn_fold_step(&fixture.fold, &in, &outcome), TCN_OK);
    assert_int_equal(outcome.code, TCN_OK);
    const uint32_t shown = walked(&fixture, 1)->flags & TCN_FLAG_CLOCK_BEHIND;
    bool is_said = false;
    for (uint32_t i = 0; i < trace.count; i++) {
        is_said = is_said || trace.notes[i].why == TCN_WHY_RECORDED_BEFORE_SEEN;
    }
    assert_int_equal(is_said, shown != 0);
    stop(&fixture);
    return shown;
}

static void what_was_recorded_before_what_was_seen_is_shown(void **state) {
    (void)state;
    const int64_t day_ns = 86400 * SECOND_NS;
    const enum tcn_role bureau = TCN_ROLE_BUREAU;
    const struct row rows[] = {
        {"earlier than what was seen", -AHEAD_NS - 1, 1, bureau, day_ns, true},
        {"within the tolerance", -AHEAD_NS, 1, bureau, day_ns, false},
        {"seen long before", 0, 1, bureau, day_ns, false},
        {"a later one was seen too", -AHEAD_NS - 1, 2, bureau, day_ns, true},
        {"it was not seen: an office without a link", -AHEAD_NS - 1, 0, bureau, day_ns, false},
        {"a feed tells what others recorded", -AHEAD_NS - 1, 1, TCN_ROLE_FEED, day_ns, false},
        {"the policy judges no clock", -AHEAD_NS - 1, 1, bureau, 0, false},
        {"no time is said", -START_NS, 1, bureau, day_ns, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if ((flags_of(&rows[i]) != 0) != rows[i].is_shown) {
            fail_msg("%s", rows[i].what);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_recorded_before_what_was_seen_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
