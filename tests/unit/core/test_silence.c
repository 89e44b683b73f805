/* SPDX-License-Identifier: Apache-2.0 */
/* Silences (core/silence) by the numbers of their rules: what may not be silenced is refused and
 * shown, and what is covered is told all the same. WATER owns "pipe" and "care", of lines that are
 * not protected; "danger", of which it is a co-recipient, is of one that is. */
#include "core/fold_silence.h"

#include "ladder_world.h"

static const struct tcn_line lines[] = {{.id = "harm", .is_protected = true}, {.id = "papers"}};

static struct tcn_domain domains[32];

/* Calls of the state that can fail while a silence begins, at least. */
#define FAILURES_MIN 6

/** A night whose domains have lines. */
static void begin(struct night *night) {
    begin_night(night);
    memcpy(domains, regime.domains, regime.domain_count * sizeof(*domains));
    for (uint32_t i = 0; i < regime.domain_count; i++) {
        const bool is_grave = strcmp(domains[i].id, "danger") == 0;
        (void)snprintf(domains[i].line, sizeof(domains[i].line), is_grave ? "harm" : "papers");
    }
    night->policy.domains = domains;
    night->policy.lines = lines;
    night->policy.line_count = COUNT_OF(lines);
}

struct wish {
    uint16_t organ;
    const char *domain;
    const char *division;
    const char *own;
    const char *reason;
    const char *post;
    int64_t for_ns;
    enum tcn_severity severity;
};

static struct tcn_event silenced(const struct night *night, const struct wish *wish) {
    struct tcn_event event = act_of(TCN_ACT_SILENCED, 0);
    event.matter = (struct tcn_id){{0}};
    event.domain = tcn_slice_text(wish->domain);
    event.division = tcn_slice_text(wish->division);
    event.severity = wish->severity;
    event.act_body.to_organ = tcn_slice_text(wish->own);
    event.act_body.reason = tcn_slice_text(wish->reason);
    event.act_body.post = tcn_slice_text(wish->post);
    event.act_body.until_ns = wish->for_ns != 0 ? night->now_ns + wish->for_ns : 0;
    return event;
}

static const char *wish_for(struct night *night, const struct wish *wish) {
    const struct tcn_event event = silenced(night, wish);
    return fold_now(night, wish->organ, &event);
}

static const struct wish pipes = {WATER, "pipe", "", "", "planned_work", "duty", 2 * HOUR, 0};

static void what_does_not_say_enough_or_too_much_is_refused_and_shown(void **state) {
    (void)state;
    static const struct {
        struct wish wish;
        const char *told;
        uint32_t missing;
    } cases[] = {
        {{WATER, "", "", "", "r", "duty", HOUR, 0}, "bad_value", TCN_FACT_DOMAIN},
        {{WATER, "", "", "safety", "r", "duty", HOUR, 0}, "bad_value", TCN_FACT_DOMAIN},
        {{WATER, "pipe", "", "", "", "duty", HOUR, 0}, "bad_value", TCN_FACT_REASON},
        {{WATER, "pipe", "", "", "r", "", HOUR, 0}, "bad_value", TCN_FACT_POST},
        {{WATER, "pipe", "", "", "r", "duty", 0, 0}, "bad_value", TCN_FACT_UNTIL},
        {{WATER, "pipe", "", "", "r", "duty", -1, 0}, "limit", 0},
        {{WATER, "pipe", "", "", "r", "duty", TCN_SILENCE_MOST_NS + 1, 0}, "limit", 0},
        {{WATER, "pipe", "", "", "r", "duty", HOUR, TCN_SEVERITY_DANGER}, "not_allowed", 0},
        {{WATER, "danger", "", "", "r", "duty", HOUR, 0}, "not_allowed", 0}, /* S3 */
        {{WATER, "nowhere", "", "", "r", "duty", HOUR, 0}, "not_allowed", 0},
        {{WATER, "", "520502100001", "", "r", "duty", HOUR, 0}, "not_allowed", 0},
        {{WATER, "", "", "water", "r", "duty", HOUR, 0}, "not_allowed", 0},
        {{DESK, "", "520502100001", "", "r", "duty", HOUR, 0}, "not_allowed", 0},
    };
    struct night night;
    begin(&night);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct trace wanted = {.size = 0};
        const uint16_t organ = cases[i].wish.organ;
        trace_add(&wanted, "%s, %u outcome%s", cases[i].told, organ,
                  organ != DESK ? ", 1 collector" : "");
        assert_string_equal(wish_for(&night, &cases[i].wish), wanted.text);
        assert_int_equal(night.outcome.missing, cases[i].missing);
    }
    assert_int_equal(night.fixture.state.silences.count, 0);
    assert_int_equal(night.fixture.state.dues.count, 0);
    end_night(&night);
}

static void who_has_nothing_protected_may_silence_its_stream(void **state) {
    (void)state;
    static const struct wish whole = {DISCIPLINE, "", "", "discipline", "r", "duty", HOUR, 0};
    static const struct wish longest = {WATER, "care", "", "", "r", "duty", TCN_SILENCE_MOST_NS, 0};
    struct night night;
    begin(&night);
    assert_string_equal(wish_for(&night, &whole), "1 collector"); /* the desk sees it */
    assert_string_equal(wish_for(&night, &longest), "1 collector");
    end_night(&night);
}

static bool is_last_silenced(const struct night *night, uint16_t organ) {
    return (hear(&night->fixture, organ).alert.flags & TCN_FLAG_SILENCED) != 0;
}

static void what_is_covered_is_told_with_its_number_and_a_flag(void **state) {
    (void)state;
    struct night night;
    begin(&night);
    (void)wish_for(&night, &pipes);
    (void)hear_of(&night, 1, "pipe", TCN_SEVERITY_URGENT);
    assert_true(is_last_silenced(&night, WATER));
    assert_int_equal(hear(&night.fixture, WATER).alert.number, 1);
    (void)hear_of(&night, 2, "care", TCN_SEVERITY_URGENT); /* another domain */
    assert_false(is_last_silenced(&night, WATER));
    (void)hear_of(&night, 3, "pipe", TCN_SEVERITY_DANGER); /* S4 */
    assert_false(is_last_silenced(&night, WATER));
    (void)hear_of(&night, 4, "danger", TCN_SEVERITY_URGENT);
    assert_false(is_last_silenced(&night, WATER));
    assert_false(is_last_silenced(&night, SAFETY));
    end_night(&night);
}

static void a_township_covers_its_villages(void **state) {
    (void)state;
    static const struct {
        const char *division;
        bool is_covered;
    } cases[] = {{"520502100000", true}, {"520502100001", true}, {"520502101000", false}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct wish wish = {WATER, "pipe", cases[i].division, "", "r", "duty", HOUR, 0};
        struct night night;
        begin(&night);
        (void)wish_for(&night, &wish);
        (void)hear_of(&night, 1, "pipe", TCN_SEVERITY_SERIOUS);
        assert_int_equal(is_last_silenced(&night, WATER), cases[i].is_covered);
        end_night(&night);
    }
}

static void it_is_reminded_of_and_ends_by_itself(void **state) {
    (void)state;
    struct night night;
    begin(&night);
    (void)wish_for(&night, &pipes);
    assert_string_equal(wait_for(&night, 90 * MINUTE - 1), "");
    assert_string_equal(wait_for(&night, 1), "3 remind 1 of 3, 1 remind 1 of 3");
    assert_string_equal(wait_for(&night, 30 * MINUTE - 1), "");
    assert_string_equal(wait_for(&night, 1), "3 remind 2 of 3, 1 remind 2 of 3");
    (void)hear_of(&night, 1, "pipe", TCN_SEVERITY_URGENT);
    assert_false(is_last_silenced(&night, WATER));
    assert_int_equal(night.fixture.fold.silence_count, 0);
    /* Down for both times: it is over, and that is told. */
    (void)wish_for(&night, &pipes);
    assert_string_equal(wait_for(&night, 9 * HOUR), "3 remind 2 of 3, 1 remind 2 of 3");
    end_night(&night);
}

static void its_organ_or_the_desk_ends_it_and_nobody_else(void **state) {
    (void)state;
    struct night night;
    begin(&night);
    (void)wish_for(&night, &pipes);
    struct tcn_event event = act_of(TCN_ACT_SILENCE_ENDED, 0);
    event.matter = (struct tcn_id){{0}};
    event.act_body.position = night.fixture.fold.applied.position;
    assert_string_equal(fold_now(&night, SAFETY, &event), "denied, 2 outcome");
    assert_string_equal(fold_now(&night, 0, &event), "denied");
    assert_string_equal(fold_now(&night, WATER, &event), "1 collector");
    assert_string_equal(fold_now(&night, DESK, &event), "absent, 1 outcome");
    assert_int_equal(night.fixture.state.dues.count, 0);
    (void)wish_for(&night, &pipes);
    event.act_body.position = night.fixture.fold.applied.position;
    assert_string_equal(fold_now(&night, DESK, &event), "");
    end_night(&night);
}

static void so_many_are_in_force_and_no_more(void **state) {
    (void)state;
    struct night night;
    begin(&night);
    for (uint32_t i = 0; i < TCN_SILENCES_MAX; i++) {
        assert_string_equal(wish_for(&night, &pipes), "1 collector");
    }
    assert_string_equal(wish_for(&night, &pipes), "limit, 3 outcome, 1 collector");
    struct tcn_fold again;
    assert_int_equal(tcn_fold_init(&again, &night.policy, &tcn_memstate_ops, &night.fixture.state),
                     TCN_OK);
    assert_int_equal(again.silence_count, TCN_SILENCES_MAX);
    end_night(&night);
}

/* S6 */
static void a_drill_ends_no_real_silence_and_takes_no_room(void **state) {
    (void)state;
    struct night night;
    begin(&night);
    (void)wish_for(&night, &pipes);
    const uint64_t first = night.fixture.fold.applied.position;
    struct tcn_event ended = act_of(TCN_ACT_SILENCE_ENDED, 0);
    ended.matter = (struct tcn_id){{0}};
    ended.mode = TCN_MODE_EXERCISE;
    ended.act_body.position = first;
    assert_string_equal(fold_now(&night, WATER, &ended), "not_allowed, 3 outcome");
    assert_string_equal(fold_now(&night, DESK, &ended), "not_allowed, 1 outcome");
    struct tcn_event invented = silenced(&night, &pipes);
    invented.mode = TCN_MODE_EXERCISE;
    for (uint32_t i = 0; i < TCN_SILENCES_MAX; i++) {
        assert_string_equal(fold_now(&night, WATER, &invented), "1 collector");
    }
    assert_string_equal(fold_now(&night, WATER, &invented), "limit, 3 outcome, 1 collector");
    assert_string_equal(wish_for(&night, &pipes), "1 collector");
    ended.mode = TCN_MODE_ACTUAL;
    assert_string_equal(fold_now(&night, WATER, &ended), "1 collector");
    (void)hear_of(&night, 1, "pipe", TCN_SEVERITY_URGENT); /* the real one stands behind them all */
    assert_true(is_last_silenced(&night, WATER));
    struct tcn_fold again;
    assert_int_equal(tcn_fold_init(&again, &night.policy, &tcn_memstate_ops, &night.fixture.state),
                     TCN_OK);
    assert_int_equal(again.silence_count, TCN_SILENCES_MAX + 1);
    ended.act_body.position = first + 3; /* the drill's first: two words stand between */
    assert_string_equal(fold_now(&night, WATER, &ended), "not_allowed, 3 outcome");
    ended.mode = TCN_MODE_EXERCISE;
    assert_string_equal(fold_now(&night, WATER, &ended), "1 collector");
    end_night(&night);
}

static void a_weather_warning_suspends_silences_and_holds_what_is_routine(void **state) {
    (void)state;
    struct night night;
    begin(&night);
    with_clock(&night);
    (void)wish_for(&night, &pipes);
    (void)hear_of(&night, 1, "pay", TCN_SEVERITY_ROUTINE);
    (void)hear_of(&night, 2, "pay", TCN_SEVERITY_SERIOUS);
    struct tcn_event warning = report_of(3, "storm");
    const struct tcn_attribute colour = text_attribute("grade", "orange");
    warning.attributes = &colour;
    warning.attribute_count = 1;
    (void)fold_now(&night, OFFICE_A, &warning);
    if (walked(&night.fixture, 3)->stage != TCN_STAGE_IN_FORCE) {
        struct tcn_event issued = act_of(TCN_ACT_ISSUED, 3);
        issued.attributes = &colour;
        issued.attribute_count = 1;
        issued.act_body.until_ns = night.now_ns + 50 * HOUR;
        (void)fold_now(&night, SAFETY, &issued);
    }
    assert_int_equal(walked(&night.fixture, 3)->stage, TCN_STAGE_IN_FORCE);
    assert_int_equal(night.fixture.fold.warning_count, 1);
    (void)hear_of(&night, 4, "pipe", TCN_SEVERITY_SERIOUS);
    assert_false(is_last_silenced(&night, WATER)); /* S5 */
    (void)wait_for(&night, 7 * HOUR);
    (void)fetch(&night, SAFETY, 0);
    /* Of the serious one, and of the warning itself. */
    assert_string_equal(wait_for(&night, MINUTE), "2 remind 1 of 2, 2 remind 1 of 2");
    assert_string_equal(wait_for(&night, HOUR - 1), "");
    struct tcn_event closed = act_of(TCN_ACT_CLOSED, 3);
    closed.act_body.reason = tcn_slice_text("cancelled");
    (void)fold_now(&night, SAFETY, &closed);
    assert_int_equal(night.fixture.fold.warning_count, 0);
    assert_string_equal(wait_for(&night, 1), "2 remind 1 of 2"); /* and now of the other */
    struct tcn_fold again;
    assert_int_equal(tcn_fold_init(&again, &night.policy, &tcn_memstate_ops, &night.fixture.state),
                     TCN_OK);
    assert_int_equal(again.warning_count, 0);
    end_night(&night);
}

static void a_drills_storm_suspends_nothing(void **state) {
    (void)state;
    struct night night;
    begin(&night);
    (void)wish_for(&night, &pipes);
    struct tcn_event warning = report_of(3, "storm");
    const struct tcn_attribute colour = text_attribute("grade", "orange");
    warning.mode = TCN_MODE_EXERCISE;
    warning.attributes = &colour;
    warning.attribute_count = 1;
    (void)fold_now(&night, OFFICE_A, &warning);
    struct tcn_event issued = act_of(TCN_ACT_ISSUED, 3);
    issued.mode = TCN_MODE_EXERCISE;
    issued.attributes = &colour;
    issued.attribute_count = 1;
    issued.act_body.until_ns = night.now_ns + 50 * HOUR;
    (void)fold_now(&night, SAFETY, &issued);
    assert_int_equal(walked(&night.fixture, 3)->stage, TCN_STAGE_IN_FORCE);
    assert_int_equal(night.fixture.fold.warning_count, 0);
    (void)hear_of(&night, 4, "pipe", TCN_SEVERITY_SERIOUS);
    assert_true(is_last_silenced(&night, WATER));
    struct tcn_event closed = act_of(TCN_ACT_CLOSED, 3); /* and none less when it is over */
    closed.mode = TCN_MODE_EXERCISE;
    closed.act_body.reason = tcn_slice_text("cancelled");
    (void)fold_now(&night, SAFETY, &closed);
    assert_int_equal(night.fixture.fold.warning_count, 0);
    end_night(&night);
}

static void a_danger_that_is_open_refuses_a_silence_of_its_domain_there(void **state) {
    (void)state;
    static const struct wish care = {WATER, "care", "", "", "r", "duty", HOUR, 0};
    static const struct wish whole = {DISCIPLINE, "", "", "discipline", "r", "duty", HOUR, 0};
    static const struct wish desks = {DESK, "pipe", "", "", "r", "duty", HOUR, 0};
    struct night night;
    begin(&night);
    (void)hear_of(&night, 1, "pipe", TCN_SEVERITY_DANGER);
    assert_string_equal(wish_for(&night, &pipes), "not_allowed, 3 outcome, 1 collector"); /* S7 */
    assert_string_equal(wish_for(&night, &desks), "not_allowed, 1 outcome");
    assert_string_equal(wish_for(&night, &care), "1 collector");  /* of another domain */
    assert_string_equal(wish_for(&night, &whole), "1 collector"); /* it is nothing to them */
    (void)do_act(&night, WATER, TCN_ACT_ACCEPTED, 1, "duty");
    assert_string_equal(wish_for(&night, &pipes), "not_allowed, 3 outcome, 1 collector");
    (void)do_act(&night, WATER, TCN_ACT_CLOSED, 1, "duty");
    assert_string_equal(wish_for(&night, &pipes), "1 collector");
    (void)hear_of(&night, 2, "pipe", TCN_SEVERITY_ROUTINE);
    (void)hear_of(&night, 2, "pipe", TCN_SEVERITY_DANGER); /* it becomes worse */
    assert_string_equal(wish_for(&night, &pipes), "not_allowed, 3 outcome, 1 collector");
    end_night(&night);
}

/* As many as are looked at are open elsewhere: nobody can say then that none is in its way. */
static void a_silence_is_held_against_so_many_dangers(void **state) {
    (void)state;
    static struct night night;
    begin(&night);
    struct tcn_matter matter = {.id = {{9}},
                                .kind = TCN_PROCEDURE_GENERAL,
                                .stage = TCN_STAGE_OPEN,
                                .domain = "care",
                                .holder = WATER,
                                .severity = TCN_SEVERITY_DANGER};
    struct tcn_expected row = {.key = {.row = TCN_EXPECTED_ROW_DANGER}};
    for (uint64_t i = 1; i <= TCN_DANGERS_MAX; i++) {
        if (i == TCN_DANGERS_MAX) {
            assert_string_equal(wish_for(&night, &pipes), "1 collector");
        }
        matter.birth_position = 1000 + i;
        memcpy(matter.id.bytes + 8, &i, sizeof(i));
        row.key.number = matter.birth_position;
        assert_int_equal(tcn_memstate_ops.matter_put(&night.fixture.state, &matter, true), TCN_OK);
        assert_int_equal(tcn_memstate_ops.expected_put(&night.fixture.state, &row), TCN_OK);
    }
    assert_string_equal(wish_for(&night, &pipes), "not_allowed, 3 outcome, 1 collector");
    end_night(&night);
}

/* A refusal would tell whoever asks that there is one. */
static void a_danger_that_is_kept_apart_refuses_nothing(void **state) {
    (void)state;
    struct night night;
    begin(&night);
    struct tcn_event event = report_of(1, "pipe");
    event.severity = TCN_SEVERITY_DANGER;
    event.guard_organs[0] = DISCIPLINE;
    event.guard_organs[1] = WATER;
    event.guard_organ_count = 2;
    (void)fold_now(&night, OFFICE_A, &event);
    assert_string_equal(wish_for(&night, &pipes), "1 collector");
    end_night(&night);
}

static void a_danger_that_comes_later_rings_all_the_same(void **state) {
    (void)state;
    struct night night;
    begin(&night);
    (void)wish_for(&night, &pipes);
    (void)hear_of(&night, 1, "pipe", TCN_SEVERITY_ROUTINE);
    assert_true(is_last_silenced(&night, WATER));
    (void)hear_of(&night, 2, "pipe", TCN_SEVERITY_DANGER);
    assert_false(is_last_silenced(&night, WATER));
    assert_int_equal(night.fixture.fold.silence_count, 1); /* and it goes on for the rest */
    (void)fetch(&night, WATER, 0);
    assert_string_equal(wait_for(&night, 5 * MINUTE), "3 remind 1 of 3, 1 remind 1 of 3");
    assert_false(is_last_silenced(&night, WATER)); /* nor do its reminders keep quiet */
    struct tcn_event worse = act_of(TCN_ACT_FOLLOWED_UP, 1);
    worse.severity = TCN_SEVERITY_DANGER;
    (void)fold_now(&night, OFFICE_A, &worse);
    assert_false(is_last_silenced(&night, WATER));
    end_night(&night);
}

/* A post's name may be longer than a word: of it whole signs are kept. */
static void a_long_name_of_a_post_is_cut_between_signs(void **state) {
    (void)state;
    char post[3 * 22 + 1] = "";
    for (size_t i = 0; i < 22; i++) {
        memcpy(post + 3 * i, "\xe5\xb2\x97", 3);
    }
    const struct wish wish = {WATER, "pipe", "", "", "planned_work", post, HOUR, 0};
    struct night night;
    struct tcn_silence kept;
    begin(&night);
    assert_string_equal(wish_for(&night, &wish), "1 collector");
    assert_int_equal(tcn_memstate_ops.silence_get(&night.fixture.state,
                                                  night.fixture.fold.applied.position, &kept),
                     TCN_OK);
    assert_int_equal(strlen(kept.post), 63);
    end_night(&night);
}

static void what_happens_to_a_silence_has_its_reason(void **state) {
    (void)state;
    static const enum tcn_why wanted[] = {TCN_WHY_SILENCED, TCN_WHY_SILENCE_REFUSED,
                                          TCN_WHY_SILENCE_ENDS, TCN_WHY_LADDER_HELD};
    static const struct wish grave = {WATER, "danger", "", "", "r", "duty", HOUR, 0};
    static struct tcn_trace trace;
    bool seen[TCN_WHY_COUNT] = {false};
    struct night night;
    begin(&night);
    with_clock(&night);
    (void)hear_of(&night, 1, "pay", TCN_SEVERITY_ROUTINE);
    night.fixture.fold.trace = &trace;
    for (uint32_t i = 0; i < 6; i++) {
        if (i == 0) {
            (void)wish_for(&night, &pipes);
        } else if (i == 1) {
            (void)wish_for(&night, &grave);
        } else if (i == 2) {
            (void)wait_for(&night, 7 * HOUR);
        } else if (i == 3) {
            (void)fetch(&night, SAFETY, 0);
        } else if (i == 4) {
            night.fixture.fold.warning_count = 1;
            (void)wait_for(&night, MINUTE);
        }
        for (uint32_t j = 0; j < trace.count; j++) {
            seen[trace.notes[j].why] = true;
        }
    }
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        if (!seen[wanted[i]]) {
            fail_msg("nothing gives the reason %s", tcn_why_name(wanted[i]));
        }
    }
    end_night(&night);
}

static void a_time_of_no_silence_is_damage_and_failures_are_told(void **state) {
    (void)state;
    struct night night;
    begin(&night);
    const struct tcn_fired fired = {.kind = TCN_DUE_LADDER, .stage = 1, .subject = 9};
    const struct tcn_event tick = {.format = TCN_EVENT_FORMAT, .act = TCN_ACT_TICK};
    struct tcn_fold_input in = input_of(&night.fixture, 0, &tick);
    assert_int_equal(tcn_fold_silence_fire(&night.fixture.fold, &in, &fired), TCN_CORRUPT);
    const struct tcn_event event = silenced(&night, &pipes);
    bool is_done = false;
    uint64_t failed = 0;
    for (uint64_t i = 1; !is_done; i++) { /* each call fails once */
        struct night other;
        begin(&other);
        other.fixture.state.fail_at = other.fixture.state.call_count + i;
        in = input_of(&other.fixture, WATER, &event);
        in.log_time_ns = other.now_ns;
        in.log_mode = TCN_MODE_ACTUAL;
        const enum tcn_status status = tcn_fold_step(&other.fixture.fold, &in, &other.outcome);
        const bool is_through = other.fixture.state.call_count < other.fixture.state.fail_at;
        end_night(&other);
        assert_int_equal(status, is_through ? TCN_OK : TCN_IO);
        assert_true(i < 100);
        is_done = is_through;
        failed += is_through ? 0 : 1;
    }
    assert_in_range(failed, FAILURES_MIN, 400);
    end_night(&night);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_does_not_say_enough_or_too_much_is_refused_and_shown),
        cmocka_unit_test(who_has_nothing_protected_may_silence_its_stream),
        cmocka_unit_test(what_is_covered_is_told_with_its_number_and_a_flag),
        cmocka_unit_test(a_township_covers_its_villages),
        cmocka_unit_test(it_is_reminded_of_and_ends_by_itself),
        cmocka_unit_test(its_organ_or_the_desk_ends_it_and_nobody_else),
        cmocka_unit_test(so_many_are_in_force_and_no_more),
        cmocka_unit_test(a_drill_ends_no_real_silence_and_takes_no_room),
        cmocka_unit_test(a_weather_warning_suspends_silences_and_holds_what_is_routine),
        cmocka_unit_test(a_drills_storm_suspends_nothing),
        cmocka_unit_test(a_danger_that_is_open_refuses_a_silence_of_its_domain_there),
        cmocka_unit_test(a_silence_is_held_against_so_many_dangers),
        cmocka_unit_test(a_danger_that_is_kept_apart_refuses_nothing),
        cmocka_unit_test(a_danger_that_comes_later_rings_all_the_same),
        cmocka_unit_test(a_long_name_of_a_post_is_cut_between_signs),
        cmocka_unit_test(what_happens_to_a_silence_has_its_reason),
        cmocka_unit_test(a_time_of_no_silence_is_damage_and_failures_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
