/* SPDX-License-Identifier: Apache-2.0 */
/* Who erases what, and what becomes of it: two posts, the very event, and nothing that the accused
 * could learn from. */
#include "fold_fixture.h"

#include "core/erasure.h"

/* Posts: the source of each organ here, and another one of it. */
#define SECOND_POST 77u

/** An erasure as a table has it. */
struct word {
    uint16_t organ;
    uint32_t source;
    uint64_t position; /**< that it names */
    uint8_t hash;      /**< first byte of the hash that it names */
    const char *reason;
    const char *post;
    const char *stands; /**< "waits", "asked", or why it is void, with what it must say */
};

/* The log as the shell knows it: events 1 and 3 have sealed parts, 2 has none. */
static struct tcn_fold_named named_at(uint64_t position) {
    const bool is_there = position >= 1 && position <= 4;
    if (!is_there) {
        return (struct tcn_fold_named){.position = 0};
    }
    return (struct tcn_fold_named){
        .position = position,
        .lane = {.source = OFFICE_A, .epoch = 7, .lane = TCN_LANE_ROUTINE},
        .sequence = 10 + position,
        .hash = {{(uint8_t)position}},
        .is_sealed = position != 2,
    };
}

static struct tcn_event word_of(const struct word *word, uint8_t matter) {
    struct tcn_event event = act_of(TCN_ACT_ERASED, matter);
    event.act_body.position = word->position;
    event.act_body.act_hash = (struct tcn_hash){{word->hash}};
    event.act_body.reason = tcn_slice_text(word->reason);
    event.act_body.post = tcn_slice_text(word->post);
    return event;
}

static struct tcn_outcome fold_word(struct fixture *fixture, const struct word *word,
                                    uint8_t matter) {
    const struct tcn_event event = word_of(word, matter);
    struct tcn_fold_input in = input_of(fixture, word->organ, &event);
    struct tcn_outcome outcome;
    in.lane.source = word->source;
    in.named = named_at(word->position);
    assert_int_equal(tcn_fold_step(&fixture->fold, &in, &outcome), TCN_OK);
    return outcome;
}

static void expect_word(struct fixture *fixture, const struct word *word, uint8_t matter) {
    const size_t before = fixture->state.erasures.count;
    const struct tcn_outcome outcome = fold_word(fixture, word, matter);
    struct trace trace = {.size = 0};
    if (outcome.code != TCN_OK) {
        trace_add(&trace, "%s", tcn_status_name((enum tcn_status)outcome.code));
        for (uint32_t bit = 0; bit < 32; bit++) {
            if ((outcome.missing >> bit & 1u) != 0) {
                trace_add(&trace, " %s", tcn_fact_name(UINT32_C(1) << bit));
            }
        }
    } else {
        trace_add(&trace, "%s", fixture->state.erasures.count > before ? "asked" : "waits");
    }
    if (strcmp(trace.text, word->stands) != 0) {
        fail_msg("%u of source %u on event %u: %s, and not %s", word->organ, word->source,
                 (unsigned)word->position, trace.text, word->stands);
    }
    assert_int_equal(fixture->state.erasures.count - before,
                     strcmp(word->stands, "asked") == 0 ? 1 : 0);
}

/* Position 1: the report, sealed. 2: an act without. 3: an act, sealed. 4: another's report. */
static void start_log(struct fixture *fixture) {
    start(fixture);
    report(fixture, OFFICE_A, 1, "hazard"); /* SAFETY leads */
    act(fixture, SAFETY, TCN_ACT_ACCEPTED, 1);
    act(fixture, SAFETY, TCN_ACT_FOLLOWED_UP, 1);
    report(fixture, OFFICE_A, 2, "pipe"); /* WATER leads */
}

static void who_may_not_erase_and_what_is_not_erased(void **state) {
    (void)state;
    static const struct word words[] = {
        {OFFICE_A, OFFICE_A, 1, 1, "request", "post", "denied"},
        {OFFICE_B, OFFICE_B, 1, 1, "request", "post", "denied"},
        {WATER, WATER, 1, 1, "request", "post", "denied"}, /* a co-recipient */
        {DISCIPLINE, DISCIPLINE, 1, 1, "request", "post", "denied"},
        {0, 50, 1, 1, "request", "post", "denied"}, /* of no organ: an administrator */
        {SAFETY, SAFETY, 1, 1, "", "post", "bad_value reason"},
        {SAFETY, SAFETY, 1, 1, "because", "post", "bad_value reason"}, /* none of the list */
        {SAFETY, SAFETY, 1, 1, "request", "", "bad_value post"},
        {SAFETY, SAFETY, 0, 1, "request", "post", "bad_value event"},
        {SAFETY, SAFETY, 99, 99, "request", "post", "bad_value event"}, /* no such event */
        {SAFETY, SAFETY, 2, 2, "request", "post", "bad_value event"},   /* nothing is sealed */
        {SAFETY, SAFETY, 1, 3, "request", "post", "bad_value event"},   /* another's hash */
        {SAFETY, SAFETY, 4, 4, "request", "post", "bad_value event"},   /* another matter's */
        {DESK, DESK, 4, 4, "request", "post", "bad_value event"},
    };
    struct fixture fixture;
    start_log(&fixture);
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        expect_word(&fixture, &words[i], 1);
    }
    const struct word nowhere = {SAFETY, SAFETY, 1, 1, "request", "post", "denied"};
    expect_word(&fixture, &nowhere, 9); /* a matter that nobody reported is the desk's */
    assert_int_equal(fixture.state.erasures.count, 0);
    stop(&fixture);
}

static void two_posts_that_say_the_same_erase_it(void **state) {
    (void)state;
    static const struct word words[] = {
        {SAFETY, SAFETY, 1, 1, "request", "head", "waits"},
        {SAFETY, SAFETY, 1, 1, "request", "head", "waits"}, /* the same post is no second */
        {DESK, DESK, 1, 1, "purpose", "duty", "waits"},     /* another reason, another word */
        {SAFETY, SAFETY, 3, 3, "purpose", "head", "waits"}, /* another event */
        {SAFETY, SECOND_POST, 1, 1, "purpose", "deputy", "waits"},
        {DESK, DESK, 1, 1, "purpose", "duty", "asked"},
        {SAFETY, SAFETY, 1, 1, "purpose", "head", "exists"}, /* and not a second time */
        {SAFETY, SECOND_POST, 3, 3, "request", "deputy", "waits"},
        {SAFETY, SAFETY, 3, 3, "request", "head", "asked"},
    };
    struct fixture fixture;
    start_log(&fixture);
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        expect_word(&fixture, &words[i], 1);
    }
    const struct tcn_erasure *erasure =
        (const struct tcn_erasure *)(const void *)fixture.state.erasures.rows;
    assert_int_equal(erasure->sequence, 11);
    assert_int_equal(erasure->position, 1);
    assert_int_equal(erasure->asked_position, 10);
    assert_int_equal(erasure->done_position, 0);
    stop(&fixture);
}

static void a_legal_hold_keeps_everything_of_its_matter(void **state) {
    (void)state;
    const struct word held = {SAFETY, SAFETY, 1, 1, "request", "head", "not_allowed"};
    const struct word other = {WATER, WATER, 4, 4, "request", "head", "waits"};
    struct fixture fixture;
    start_log(&fixture);
    act(&fixture, DESK, TCN_ACT_LEGAL_HOLD, 1);
    expect_word(&fixture, &held, 1);
    expect_word(&fixture, &other, 2);
    stop(&fixture);
}

/** A word of who wants a hold to end; gives what it came to. */
static const char *end_hold(struct fixture *fixture, uint16_t organ, uint32_t source,
                            const char *reason, const char *post) {
    struct tcn_event event = act_of(TCN_ACT_HOLD_ENDED, 1);
    event.act_body.reason = tcn_slice_text(reason);
    event.act_body.post = tcn_slice_text(post);
    struct tcn_fold_input in = input_of(fixture, organ, &event);
    struct tcn_outcome outcome;
    in.lane.source = source;
    assert_int_equal(tcn_fold_step(&fixture->fold, &in, &outcome), TCN_OK);
    const struct tcn_matter *matter = tcn_memstate_matter(&fixture->state, &event.matter);
    const bool is_kept = (matter->marks & TCN_MARK_KEPT) != 0;
    return outcome.code != TCN_OK ? tcn_status_name((enum tcn_status)outcome.code)
           : is_kept              ? "waits"
                                  : "ended";
}

static void who_may_not_end_a_hold_and_what_it_must_say(void **state) {
    (void)state;
    struct fixture fixture;
    start_log(&fixture);
    /* There is none to end. */
    assert_string_equal(end_hold(&fixture, SAFETY, SAFETY, "over", "head"), "not_allowed");
    act(&fixture, DESK, TCN_ACT_LEGAL_HOLD, 1);
    assert_string_equal(end_hold(&fixture, OFFICE_A, OFFICE_A, "over", "head"), "denied");
    assert_string_equal(end_hold(&fixture, WATER, WATER, "over", "head"), "denied");
    assert_string_equal(end_hold(&fixture, SAFETY, SAFETY, "", "head"), "bad_value");
    assert_string_equal(end_hold(&fixture, SAFETY, SAFETY, "over", ""), "bad_value");
    /* One post alone, the same again, or another reason: it stands. */
    assert_string_equal(end_hold(&fixture, SAFETY, SAFETY, "over", "head"), "waits");
    assert_string_equal(end_hold(&fixture, SAFETY, SAFETY, "over", "deputy"), "waits");
    assert_string_equal(end_hold(&fixture, DESK, DESK, "withdrawn", "duty"), "waits");
    const struct word held = {SAFETY, SAFETY, 1, 1, "request", "head", "not_allowed"};
    expect_word(&fixture, &held, 1);
    stop(&fixture);
}

static void two_posts_with_one_reason_end_a_hold_and_erasing_begins_anew(void **state) {
    (void)state;
    static const struct word first = {SAFETY, SAFETY, 1, 1, "request", "head", "waits"};
    static const struct word barred = {DESK, DESK, 1, 1, "request", "duty", "not_allowed"};
    static const struct word again = {DESK, DESK, 1, 1, "request", "duty", "waits"};
    static const struct word last = {SAFETY, SAFETY, 1, 1, "request", "head", "asked"};
    struct fixture fixture;
    start_log(&fixture);
    expect_word(&fixture, &first, 1);
    act(&fixture, SAFETY, TCN_ACT_LEGAL_HOLD, 1); /* it beats what one post has said */
    expect_word(&fixture, &barred, 1);
    assert_string_equal(end_hold(&fixture, DESK, DESK, "over", "duty"), "waits");
    assert_string_equal(end_hold(&fixture, SAFETY, SECOND_POST, "over", "deputy"), "ended");
    /* What was said before the hold is said no more: both posts say it again. */
    expect_word(&fixture, &again, 1);
    expect_word(&fixture, &last, 1);
    /* And another hold stands until two posts end that one. */
    act(&fixture, SAFETY, TCN_ACT_LEGAL_HOLD, 1);
    assert_string_equal(end_hold(&fixture, SAFETY, SAFETY, "over", "head"), "waits");
    stop(&fixture);
}

/** The word of the collector that the share of an event is gone. */
static struct tcn_outcome fold_done(struct fixture *fixture, uint16_t source, uint64_t position) {
    const struct tcn_fold_named named = named_at(position);
    struct tcn_event event = {
        .format = TCN_EVENT_FORMAT,
        .act = TCN_ACT_SHARE_ERASED,
        .mode = TCN_MODE_ACTUAL,
        .body_kind = TCN_BODY_OBSERVED,
        .observed = {.lane = named.lane, .number = named.sequence, .hash = named.hash}};
    struct tcn_fold_input in = input_of(fixture, source, &event);
    struct tcn_outcome outcome;
    assert_int_equal(tcn_fold_step(&fixture->fold, &in, &outcome), TCN_OK);
    return outcome;
}

static void only_the_collector_says_that_a_share_is_gone(void **state) {
    (void)state;
    const struct word words[] = {
        {SAFETY, SAFETY, 1, 1, "request", "head", "waits"},
        {DESK, DESK, 1, 1, "request", "duty", "asked"},
    };
    const struct word again = {SAFETY, SAFETY, 1, 1, "request", "head", "exists"};
    const struct word journal = {SAFETY, SAFETY, 3, 3, "request", "head", "exists"};
    struct fixture fixture;
    start_log(&fixture);
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        expect_word(&fixture, &words[i], 1);
    }
    struct tcn_erasure *erasure = (struct tcn_erasure *)(void *)fixture.state.erasures.rows;
    assert_int_equal(fold_done(&fixture, SAFETY, 1).code, TCN_DENIED);
    assert_int_equal(erasure->done_position, 0);
    assert_int_equal(fold_done(&fixture, 0, 1).code, TCN_OK);
    assert_int_equal(erasure->done_position, fixture.fold.applied.position);
    const uint64_t done = erasure->done_position;
    assert_int_equal(fold_done(&fixture, 0, 1).code, TCN_OK); /* said twice */
    assert_int_equal(erasure->done_position, done);
    expect_word(&fixture, &again, 1);
    /* Behind a restore the journal says it, of an event that nobody here has asked for. */
    assert_int_equal(fold_done(&fixture, 0, 3).code, TCN_OK);
    assert_int_equal(fixture.state.erasures.count, 2);
    expect_word(&fixture, &journal, 1);
    stop(&fixture);
}

/** A complaint is erased by its holder and the desk on its list. Who is not on it hears what he
 * would hear of a matter that nobody reported, and a matter of his own cannot be the handle. */
static void of_a_guarded_matter_nobody_else_erases_nor_learns(void **state) {
    (void)state;
    struct fixture fixture;
    start_log(&fixture);
    struct tcn_event event = report_of(3, "");
    event.division = tcn_slice_text("");
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organs[0] = DISCIPLINE;
    event.guard_organ_count = 1;
    fold_event(&fixture, OFFICE_A, &event); /* position 5: DISCIPLINE holds it */
    const uint16_t others[] = {SAFETY, WATER, OFFICE_B};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        const struct word word = {others[i], others[i], 1, 1, "request", "post", ""};
        const struct heard before = hear(&fixture, others[i]);
        const struct tcn_outcome there = fold_word(&fixture, &word, 3);
        const struct heard one = hear(&fixture, others[i]);
        const struct tcn_outcome absent = fold_word(&fixture, &word, (uint8_t)(100 + i));
        const struct heard two = hear(&fixture, others[i]);
        assert_int_equal(there.code, absent.code);
        assert_int_equal(there.missing, absent.missing);
        assert_int_equal(one.alert_count - before.alert_count, two.alert_count - one.alert_count);
        assert_int_equal(one.alert.code, two.alert.code);
        assert_int_equal(one.alert.facts, two.alert.facts);
    }
    /* Its office hears nothing at all. */
    const struct word office = {OFFICE_A, OFFICE_A, 1, 1, "request", "post", ""};
    const struct heard before = hear(&fixture, OFFICE_A);
    (void)fold_word(&fixture, &office, 3);
    assert_int_equal(hear(&fixture, OFFICE_A).alert_count, before.alert_count);
    assert_int_equal(fixture.state.erasures.count, 0);
    stop(&fixture);
}

static void the_reasons_are_a_closed_list(void **state) {
    (void)state;
    for (size_t i = 0; i < TCN_ERASURE_REASONS; i++) {
        assert_true(tcn_erasure_is_reason(tcn_slice_text(tcn_erasure_reason(i))));
    }
    assert_null(tcn_erasure_reason(TCN_ERASURE_REASONS));
    assert_false(tcn_erasure_is_reason(tcn_slice_text("")));
    assert_false(tcn_erasure_is_reason(tcn_slice_text("requests")));
}

/** Every call of the state is made to fail: the fold says so and has no half of it. */
static void a_state_that_fails_is_no_erasure(void **state) {
    (void)state;
    const struct word first = {SAFETY, SAFETY, 1, 1, "request", "head", "waits"};
    const struct word second = {DESK, DESK, 1, 1, "request", "duty", "asked"};
    bool has_passed = false;
    for (uint64_t call = 1; !has_passed; call++) {
        struct fixture fixture;
        start_log(&fixture);
        expect_word(&fixture, &first, 1);
        const struct tcn_event event = word_of(&second, 1);
        struct tcn_fold_input in = input_of(&fixture, second.organ, &event);
        struct tcn_outcome outcome;
        in.named = named_at(1);
        fixture.state.fail_at = fixture.state.call_count + call;
        const enum tcn_status status = tcn_fold_step(&fixture.fold, &in, &outcome);
        has_passed = status == TCN_OK;
        assert_true(has_passed || status == TCN_IO);
        assert_true(call < 100);
        assert_true(!has_passed || fixture.state.erasures.count == 1);
        stop(&fixture);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_may_not_erase_and_what_is_not_erased),
        cmocka_unit_test(two_posts_that_say_the_same_erase_it),
        cmocka_unit_test(a_legal_hold_keeps_everything_of_its_matter),
        cmocka_unit_test(who_may_not_end_a_hold_and_what_it_must_say),
        cmocka_unit_test(two_posts_with_one_reason_end_a_hold_and_erasing_begins_anew),
        cmocka_unit_test(only_the_collector_says_that_a_share_is_gone),
        cmocka_unit_test(of_a_guarded_matter_nobody_else_erases_nor_learns),
        cmocka_unit_test(the_reasons_are_a_closed_list),
        cmocka_unit_test(a_state_that_fails_is_no_erasure),
    };
    return cmocka_run_group_tests_name("erasure", tests, NULL, NULL);
}
