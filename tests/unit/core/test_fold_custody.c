/* SPDX-License-Identifier: Apache-2.0 */
/* A complaint goes from hand to hand: by no word of one post, and by no word that was said before
 * something changed, does it come to whom it may accuse. */
#include "fold_fixture.h"

static struct tcn_event complaint_of(uint8_t matter) {
    struct tcn_event event = report_of(matter, "");
    event.division = tcn_slice_text("");
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organs[0] = DISCIPLINE;
    event.guard_organs[1] = DESK;
    event.guard_organ_count = 2;
    return event;
}

/** One of discipline inspection's, that two posts released to the water bureau. */
static void begin(struct fixture *fixture) {
    start(fixture);
    struct tcn_event event = complaint_of(1);
    fold_event(fixture, OFFICE_A, &event);
    event = act_of(TCN_ACT_RELEASED, 1);
    event.act_body.to_organ = tcn_slice_text("water");
    fold_event(fixture, DISCIPLINE, &event);
    fold_event_by(fixture, DISCIPLINE, OTHER_POST, &event);
}

static const struct tcn_matter *matter_of(const struct fixture *fixture) {
    const struct tcn_id id = matter_id(1);
    return tcn_memstate_matter(&fixture->state, &id);
}

/** A word about it that accuses nobody on the list, or the desk. */
static void follow_up(struct fixture *fixture, bool is_desk_listed) {
    struct tcn_event event = complaint_of(1);
    event.act = TCN_ACT_FOLLOWED_UP;
    event.guard_organ_count = is_desk_listed ? 2 : 1;
    fold_event(fixture, OFFICE_A, &event);
}

static void an_objection_gives_a_complaint_to_nobody_off_its_list(void **state) {
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    transfer(&fixture, WATER, 1, "discipline"); /* its list: one post is enough */
    follow_up(&fixture, true);                  /* and it accuses the water bureau */
    act(&fixture, DISCIPLINE, TCN_ACT_OBJECTED, 1);
    assert_int_equal(matter_of(&fixture)->holder, DESK);
    const struct tcn_alert last = hear(&fixture, WATER).alert;
    assert_int_not_equal(last.act, TCN_ACT_OBJECTED);
    stop(&fixture);
}

/** Who is on the list gets back what it gave. */
static void an_objection_gives_it_back_within_the_list(void **state) {
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    act(&fixture, WATER, TCN_ACT_OBJECTED, 1);
    assert_int_equal(matter_of(&fixture)->holder, DISCIPLINE);
    stop(&fixture);
}

static void a_first_word_ends_when_the_matter_goes_to_another(void **state) {
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    transfer(&fixture, WATER, 1, "safety"); /* waits for the second post */
    act(&fixture, WATER, TCN_ACT_OBJECTED, 1);
    assert_int_equal(matter_of(&fixture)->holder, DISCIPLINE);
    assert_int_equal(matter_of(&fixture)->second.act, TCN_ACT_NONE);
    transfer(&fixture, DISCIPLINE, 1, "safety");
    assert_int_equal(matter_of(&fixture)->holder, DISCIPLINE); /* it is the first one again */
    stop(&fixture);
}

static void a_first_word_ends_when_the_list_gets_shorter(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    struct tcn_event event = complaint_of(1);
    fold_event(&fixture, OFFICE_A, &event);
    event = act_of(TCN_ACT_RELEASED, 1);
    event.act_body.to_organ = tcn_slice_text("water");
    fold_event(&fixture, DESK, &event); /* waits */
    assert_int_equal(matter_of(&fixture)->second.act, TCN_ACT_RELEASED);
    follow_up(&fixture, true);
    assert_int_equal(matter_of(&fixture)->second.act, TCN_ACT_RELEASED);
    follow_up(&fixture, false); /* it accuses the desk, whose word that was */
    assert_int_equal(matter_of(&fixture)->second.act, TCN_ACT_NONE);
    fold_event(&fixture, DISCIPLINE, &event);
    assert_int_equal(matter_of(&fixture)->holder, DISCIPLINE);
    stop(&fixture);
}

static size_t summons_count(const struct fixture *fixture, uint16_t organ) {
    const struct tcn_summons *rows =
        (const struct tcn_summons *)(const void *)fixture->state.summonses.rows;
    size_t count = 0;
    for (size_t i = 0; i < fixture->state.summonses.count; i++) {
        count += rows[i].organ == organ ? 1 : 0;
    }
    return count;
}

static void a_word_that_waits_takes_nothing_in_hand(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    struct tcn_event event = complaint_of(1);
    event.severity = TCN_SEVERITY_URGENT;
    fold_event(&fixture, OFFICE_A, &event);
    const size_t called = summons_count(&fixture, DISCIPLINE);
    assert_int_equal(called, 1);
    event = act_of(TCN_ACT_RELEASED, 1);
    event.act_body.to_organ = tcn_slice_text("water");
    fold_event(&fixture, DISCIPLINE, &event);
    assert_int_equal(matter_of(&fixture)->second.act, TCN_ACT_RELEASED);
    assert_int_equal(summons_count(&fixture, DISCIPLINE), called);
    stop(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_objection_gives_a_complaint_to_nobody_off_its_list),
        cmocka_unit_test(an_objection_gives_it_back_within_the_list),
        cmocka_unit_test(a_first_word_ends_when_the_matter_goes_to_another),
        cmocka_unit_test(a_first_word_ends_when_the_list_gets_shorter),
        cmocka_unit_test(a_word_that_waits_takes_nothing_in_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
