/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed texts that who leads cannot read are owed to it and told, by the rules W1 to W8; nothing
 * that is handed over waits for them. */
#include "core/fold_rewrap.h"

#include "fold_moves.h"

#include "core/due.h"

#define HOUR_NS (INT64_C(3600) * 1000000000)
#define DAY_NS (24 * HOUR_NS)
#define START_NS (INT64_C(1798509600) * 1000000000)

/** A fold whose events have texts, each with a wrap for `reader` alone. */
struct world {
    struct fixture fixture;
    struct tcn_policy policy;
    int64_t now_ns;
    bool is_sealed;
    bool is_bare;   /**< re-wraps are not sealed */
    bool is_astray; /**< they are, to another than they name */
    uint16_t reader;
    uint32_t source; /**< of the next events; 0: their organ's one */
    struct trace trace;
};

static bool has_wrap(void *context, uint16_t organ) {
    const struct world *world = context;
    return world->reader == organ;
}

static void begin(struct world *world) {
    memset(world, 0, sizeof(*world));
    start_chain(&world->fixture, &world->policy);
    world->now_ns = START_NS;
    world->is_sealed = true;
}

/** Folds an event now, and says who leads, and who was told of a rewrap since. */
static const char *fold_now(struct world *world, uint16_t organ, struct tcn_event event) {
    struct tcn_outcome outcome;
    const size_t before = world->fixture.state.alerts.count;
    event.recorded_ns = world->now_ns;
    event.learned_ns = world->now_ns;
    struct tcn_fold_input in = input_of(&world->fixture, organ, &event);
    in.log_time_ns = world->now_ns;
    in.log_mode = TCN_MODE_ACTUAL;
    in.lane.source = world->source != 0 ? world->source : in.lane.source;
    in.is_sealed = world->is_sealed;
    in.has_wrap = has_wrap;
    in.wrap_context = world;
    assert_int_equal(tcn_fold_step(&world->fixture.fold, &in, &outcome), TCN_OK);
    world->trace.size = 0;
    world->trace.text[0] = '\0';
    const struct tcn_matter *matter = walked(&world->fixture, 1);
    trace_add(&world->trace, "%s%u:", outcome.code != TCN_OK ? "void " : "", matter->holder);
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)world->fixture.state.alerts.rows;
    for (size_t i = before; i < world->fixture.state.alerts.count; i++) {
        if (alerts[i].fired.kind == TCN_DUE_REWRAP) {
            assert_int_equal(alerts[i].reason, TCN_REASON_CLOCK);
            assert_true(alerts[i].birth_position == matter->birth_position);
            trace_add(&world->trace, " %u for %u", alerts[i].stream.organ, alerts[i].holder);
        }
    }
    return world->trace.text;
}

/** An organ's act; of TRANSFERRED and REWRAPPED to an organ. */
static const char *say(struct world *world, uint16_t organ, enum tcn_act act, const char *to) {
    const struct move one = {organ, act, TCN_FACT_REASON | TCN_FACT_POST, to, NULL};
    struct tcn_attribute attributes[MOVE_ATTRIBUTES];
    struct tcn_event event = event_of(&one, 1, attributes);
    if (act != TCN_ACT_REWRAPPED) {
        return fold_now(world, organ, event);
    }
    const struct world before = *world;
    const struct tcn_organ *reader = tcn_policy_organ_by_id(&world->policy, tcn_slice_text(to));
    event.act_body.to_organ = tcn_slice_text(to);
    world->is_sealed = !world->is_bare;
    world->reader = world->is_astray || reader == NULL ? OFFICE_B : reader->number;
    const char *told = fold_now(world, organ, event);
    world->is_sealed = before.is_sealed;
    world->reader = before.reader;
    return told;
}

/** Time goes by, and then nothing happens but that. */
static const char *pass(struct world *world, int64_t ns) {
    const bool is_sealed = world->is_sealed;
    world->now_ns += ns;
    world->is_sealed = false;
    const char *told =
        fold_now(world, 0, (struct tcn_event){.format = TCN_EVENT_FORMAT, .act = TCN_ACT_TICK});
    world->is_sealed = is_sealed;
    return told;
}

/** A sealed report that WATER was to read, handed to SAFETY. */
static void hand_over(struct world *world) {
    begin(world);
    world->reader = WATER;
    assert_string_equal(say(world, OFFICE_A, TCN_ACT_REPORTED, "pipe"), "3:");
    world->is_sealed = false;
    assert_string_equal(say(world, WATER, TCN_ACT_TRANSFERRED, "safety"), "2:");
}

/** Rows of the matter that are there. */
static uint32_t rows_of(const struct world *world) {
    uint32_t count = 0;
    for (uint32_t rule = TCN_REWRAP_MOVED; rule <= TCN_REWRAP_LATER; rule++) {
        const struct tcn_due_key key = {.kind = TCN_DUE_REWRAP,
                                        .subject = walked(&world->fixture, 1)->birth_position,
                                        .rule = rule};
        struct tcn_due due;
        count += tcn_memstate_ops.due_get((void *)&world->fixture.state, &key, &due) == TCN_OK;
    }
    return count;
}

static void a_matter_without_sealed_texts_owes_nothing(void **state) {
    (void)state;
    struct world world;
    begin(&world);
    world.is_sealed = false;
    (void)say(&world, OFFICE_A, TCN_ACT_REPORTED, "pipe");
    (void)say(&world, WATER, TCN_ACT_TRANSFERRED, "safety");
    assert_int_equal(rows_of(&world), 0);
    assert_string_equal(pass(&world, 90 * DAY_NS), "2:");
    stop(&world.fixture);
}

static void w1_who_handed_over_is_told_after_a_day_and_then_the_desk_each_day(void **state) {
    (void)state;
    struct world world;
    hand_over(&world);
    assert_string_equal(pass(&world, DAY_NS - 1), "2:");
    assert_string_equal(pass(&world, 1), "2: 3 for 2");
    assert_string_equal(pass(&world, DAY_NS - 1), "2:");
    for (uint32_t i = 0; i < 3; i++) {
        assert_string_equal(pass(&world, i == 0 ? 1 : DAY_NS), "2: 1 for 2");
    }
    (void)say(&world, WATER, TCN_ACT_REWRAPPED, "safety");
    assert_int_equal(rows_of(&world), 0);
    assert_string_equal(pass(&world, 90 * DAY_NS), "2:");
    stop(&world.fixture);
}

static void w1_a_collector_that_was_down_tells_the_desk_only(void **state) {
    (void)state;
    struct world world;
    hand_over(&world);
    assert_string_equal(pass(&world, 30 * DAY_NS), "2: 1 for 2");
    assert_string_equal(pass(&world, DAY_NS - 1), "2:");
    assert_string_equal(pass(&world, 1), "2: 1 for 2");
    stop(&world.fixture);
}

static void w2_a_later_text_that_who_leads_cannot_read_is_the_desks_at_once(void **state) {
    (void)state;
    struct world world;
    hand_over(&world);
    (void)say(&world, WATER, TCN_ACT_REWRAPPED, "safety");
    world.is_sealed = true;
    world.reader = SAFETY;
    (void)say(&world, OFFICE_A, TCN_ACT_FOLLOWED_UP, NULL);
    assert_int_equal(rows_of(&world), 0);
    world.reader = WATER; /* as the office's policy says */
    (void)say(&world, OFFICE_A, TCN_ACT_FOLLOWED_UP, NULL);
    assert_string_equal(pass(&world, 1), "2: 1 for 2");
    /* Who handed it over does not have it. */
    world.is_sealed = false;
    (void)say(&world, WATER, TCN_ACT_REWRAPPED, "safety");
    assert_string_equal(pass(&world, DAY_NS), "2: 1 for 2");
    (void)say(&world, DESK, TCN_ACT_REWRAPPED, "safety");
    assert_int_equal(rows_of(&world), 0);
    assert_string_equal(pass(&world, 90 * DAY_NS), "2:");
    stop(&world.fixture);
}

static void w2_what_who_leads_seals_itself_is_not_owed_to_it(void **state) {
    (void)state;
    struct world world;
    hand_over(&world);
    (void)say(&world, WATER, TCN_ACT_REWRAPPED, "safety");
    world.is_sealed = true;
    world.reader = OFFICE_A;
    (void)say(&world, SAFETY, TCN_ACT_ACCEPTED, NULL);
    assert_int_equal(rows_of(&world), 0);
    stop(&world.fixture);
}

static void w3_a_rewrap_to_another_or_by_who_leads_ends_nothing(void **state) {
    (void)state;
    struct world world;
    hand_over(&world);
    (void)say(&world, WATER, TCN_ACT_REWRAPPED, "city");
    (void)say(&world, WATER, TCN_ACT_REWRAPPED, "nobody");
    (void)say(&world, SAFETY, TCN_ACT_REWRAPPED, "safety");
    assert_int_equal(rows_of(&world), 1);
    assert_string_equal(pass(&world, DAY_NS), "2: 3 for 2");
    stop(&world.fixture);
}

static void w3_what_hands_nothing_over_ends_nothing(void **state) {
    (void)state;
    for (uint32_t is_astray = 0; is_astray < 2; is_astray++) {
        struct world world;
        hand_over(&world);
        world.is_bare = is_astray == 0;
        world.is_astray = is_astray == 1;
        (void)say(&world, WATER, TCN_ACT_REWRAPPED, "safety");
        assert_int_equal(rows_of(&world), 1);
        (void)say(&world, SAFETY, TCN_ACT_REWRAPPED, "city"); /* nor is it ahead of anything */
        (void)say(&world, SAFETY, TCN_ACT_TRANSFERRED, "city");
        assert_int_equal(rows_of(&world), 2);
        stop(&world.fixture);
    }
}

/* Whoever is nothing to it can seal a text to who leads, and not these: nobody is let off by it. */
static void w3_a_strangers_rewrap_ends_nothing(void **state) {
    (void)state;
    static const uint16_t strangers[] = {OFFICE_B, CITY};
    for (size_t i = 0; i < COUNT_OF(strangers); i++) {
        struct world world;
        hand_over(&world);
        (void)say(&world, strangers[i], TCN_ACT_REWRAPPED, "safety");
        assert_int_equal(rows_of(&world), 1);
        assert_string_equal(pass(&world, DAY_NS), "2: 3 for 2");
        (void)say(&world, strangers[i], TCN_ACT_REWRAPPED, "city"); /* nor is it ahead */
        (void)say(&world, SAFETY, TCN_ACT_TRANSFERRED, "city");
        assert_int_equal(rows_of(&world), 2);
        stop(&world.fixture);
    }
}

static void w4_the_desk_and_who_gets_it_back_are_owed_nothing(void **state) {
    (void)state;
    struct world world;
    hand_over(&world);
    assert_int_equal(rows_of(&world), 1);
    assert_string_equal(say(&world, SAFETY, TCN_ACT_OBJECTED, NULL), "3:");
    assert_int_equal(rows_of(&world), 0);
    (void)say(&world, WATER, TCN_ACT_TRANSFERRED, "desk");
    assert_int_equal(rows_of(&world), 0);
    stop(&world.fixture);
    hand_over(&world); /* a row that is open ends at its time */
    (void)say(&world, SAFETY, TCN_ACT_TRANSFERRED, "desk");
    assert_string_equal(pass(&world, 3 * DAY_NS), "1:");
    assert_int_equal(rows_of(&world), 0);
    stop(&world.fixture);
}

static void w5_a_guarded_matter_is_not_told_to_a_desk_off_its_list(void **state) {
    (void)state;
    for (uint32_t tells_desk = 0; tells_desk < 2; tells_desk++) {
        struct world world;
        struct tcn_event event = report_of(1, "");
        begin(&world);
        event.division = tcn_slice_text("");
        event.concerns = TCN_CONCERNS_UNIT;
        event.guard_organs[0] = DISCIPLINE;
        event.guard_organs[1] = DESK;
        event.guard_organ_count = 1 + tells_desk;
        (void)fold_now(&world, OFFICE_A, event);
        const struct tcn_matter *matter = walked(&world.fixture, 1);
        const struct tcn_fold_input in = {.log_time_ns = world.now_ns};
        assert_int_equal(matter->holder, DISCIPLINE);
        assert_int_equal(tcn_fold_rewrap_moved(&world.fixture.fold, &in, matter), TCN_OK);
        assert_string_equal(pass(&world, 1), tells_desk == 1 ? "4: 1 for 4" : "4:");
        stop(&world.fixture);
    }
}

/* Two persons hand a complaint out of its list: the first word opens nothing, and what the second
 * opens is the sender's, and ends as any. */
static void w1_of_a_guarded_matter_is_owed_once_two_have_handed_it_over(void **state) {
    (void)state;
    struct world world;
    struct tcn_event event = report_of(1, "");
    begin(&world);
    event.division = tcn_slice_text("");
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organs[0] = DISCIPLINE;
    event.guard_organ_count = 1;
    world.reader = DISCIPLINE;
    (void)fold_now(&world, OFFICE_A, event);
    world.is_sealed = false;
    assert_string_equal(say(&world, DISCIPLINE, TCN_ACT_TRANSFERRED, "safety"), "4:");
    assert_int_equal(rows_of(&world), 0);
    world.source = OTHER_POST;
    assert_string_equal(say(&world, DISCIPLINE, TCN_ACT_TRANSFERRED, "safety"), "2:");
    assert_int_equal(rows_of(&world), 1);
    world.source = 0;
    assert_string_equal(pass(&world, DAY_NS), "2: 4 for 2");
    (void)say(&world, DISCIPLINE, TCN_ACT_REWRAPPED, "safety");
    assert_int_equal(rows_of(&world), 0);
    assert_string_equal(pass(&world, 90 * DAY_NS), "2:");
    stop(&world.fixture);
}

/* Time gives a guarded matter to nobody, and a later text has no wrap for who leads: the desk that
 * is off the list is not told, and no row stays. */
static void w5_nothing_fires_for_ever(void **state) {
    (void)state;
    struct world world;
    struct tcn_event event = report_of(1, "");
    begin(&world);
    event.division = tcn_slice_text("");
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organs[0] = DISCIPLINE;
    event.guard_organ_count = 1;
    (void)fold_now(&world, OFFICE_A, event);
    const struct tcn_fold_input in = {.log_time_ns = world.now_ns};
    assert_int_equal(tcn_fold_rewrap_moved(&world.fixture.fold, &in, walked(&world.fixture, 1)),
                     TCN_OK);
    world.reader = OFFICE_A;
    (void)fold_now(&world, OFFICE_A, event);
    assert_string_equal(pass(&world, DAY_NS), "4:");
    assert_int_equal(rows_of(&world), 0);
    assert_true(world.fixture.fold.due_ns == INT64_MAX);
    stop(&world.fixture);
}

static void w6_a_hand_over_counts_without(void **state) {
    (void)state;
    struct world world;
    hand_over(&world);
    assert_int_equal(walked(&world.fixture, 1)->stage, TCN_STAGE_OPEN);
    assert_string_equal(say(&world, SAFETY, TCN_ACT_ACCEPTED, NULL), "2:");
    assert_int_equal(walked(&world.fixture, 1)->stage, TCN_STAGE_ACCEPTED);
    assert_int_equal(rows_of(&world), 1);
    stop(&world.fixture);
}

/* Harm makes it another kind: its texts are sealed all the same. */
static void w1_another_kind_has_its_sealed_texts_still(void **state) {
    (void)state;
    struct world world;
    begin(&world);
    (void)say(&world, OFFICE_A, TCN_ACT_REPORTED, "danger");
    world.is_sealed = false;
    const struct move harm = {OFFICE_A, TCN_ACT_FOLLOWED_UP, TCN_FACT_HARM, NULL, NULL};
    struct tcn_attribute attributes[MOVE_ATTRIBUTES];
    (void)fold_now(&world, OFFICE_A, event_of(&harm, 1, attributes));
    const struct tcn_matter *matter = walked(&world.fixture, 1);
    assert_int_equal(matter->kind, TCN_PROCEDURE_ACCIDENT);
    assert_true((matter->marks & TCN_MARK_SEALED) != 0);
    stop(&world.fixture);
}

/* WATER never handed its texts to SAFETY, who hands the matter on and gets it back. */
static void w8_who_could_not_read_it_cannot_when_it_comes_back(void **state) {
    (void)state;
    struct world world;
    hand_over(&world);
    (void)say(&world, SAFETY, TCN_ACT_TRANSFERRED, "city");
    assert_string_equal(say(&world, CITY, TCN_ACT_OBJECTED, NULL), "2:");
    assert_int_equal(rows_of(&world), 1);
    assert_string_equal(pass(&world, 1), "2: 1 for 2");
    (void)say(&world, DESK, TCN_ACT_REWRAPPED, "safety");
    assert_int_equal(rows_of(&world), 0);
    stop(&world.fixture);
}

static void w7_texts_that_were_handed_over_before_are_not_owed(void **state) {
    (void)state;
    for (uint32_t is_late = 0; is_late < 2; is_late++) {
        struct world world;
        begin(&world);
        world.reader = WATER;
        (void)say(&world, OFFICE_A, TCN_ACT_REPORTED, "pipe");
        world.is_sealed = false;
        (void)say(&world, WATER, TCN_ACT_REWRAPPED, "safety");
        assert_string_equal(pass(&world, 2 * DAY_NS - 1 + is_late), "3:");
        (void)say(&world, WATER, TCN_ACT_TRANSFERRED, "safety");
        assert_int_equal(rows_of(&world), is_late);
        assert_string_equal(pass(&world, DAY_NS), is_late == 1 ? "2: 3 for 2" : "2:");
        stop(&world.fixture);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_matter_without_sealed_texts_owes_nothing),
        cmocka_unit_test(w1_who_handed_over_is_told_after_a_day_and_then_the_desk_each_day),
        cmocka_unit_test(w1_a_collector_that_was_down_tells_the_desk_only),
        cmocka_unit_test(w2_a_later_text_that_who_leads_cannot_read_is_the_desks_at_once),
        cmocka_unit_test(w2_what_who_leads_seals_itself_is_not_owed_to_it),
        cmocka_unit_test(w3_a_rewrap_to_another_or_by_who_leads_ends_nothing),
        cmocka_unit_test(w3_what_hands_nothing_over_ends_nothing),
        cmocka_unit_test(w3_a_strangers_rewrap_ends_nothing),
        cmocka_unit_test(w4_the_desk_and_who_gets_it_back_are_owed_nothing),
        cmocka_unit_test(w5_a_guarded_matter_is_not_told_to_a_desk_off_its_list),
        cmocka_unit_test(w1_of_a_guarded_matter_is_owed_once_two_have_handed_it_over),
        cmocka_unit_test(w5_nothing_fires_for_ever),
        cmocka_unit_test(w6_a_hand_over_counts_without),
        cmocka_unit_test(w1_another_kind_has_its_sealed_texts_still),
        cmocka_unit_test(w8_who_could_not_read_it_cannot_when_it_comes_back),
        cmocka_unit_test(w7_texts_that_were_handed_over_before_are_not_owed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
