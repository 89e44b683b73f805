/* SPDX-License-Identifier: Apache-2.0 */
/* Which acts are kept as an organ's word that it knows, or has a matter in hand; and what an item
 * was. */
#include "fold_fixture.h"

#include "model/notice.h"

/* Who did what on a matter, as "3 acknowledged(duty) 2 accepted()". */
static void expect_deeds(const struct fixture *fixture, const char *deeds) {
    struct trace trace = {.size = 0};
    for (size_t i = 0; i < fixture->state.deeds.count; i++) {
        const struct tcn_deed *row =
            (const struct tcn_deed *)(const void *)fixture->state.deeds.rows + i;
        trace_add(&trace, "%s%u %s(%s)", trace.size > 0 ? " " : "", row->organ,
                  tcn_act_name(row->act), row->post);
    }
    assert_string_equal(trace.text, deeds);
}

static void what_an_organ_says_of_a_matter_is_kept(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture);
    report(&fixture, OFFICE_A, 1, "hazard");
    act(&fixture, OFFICE_A, TCN_ACT_FOLLOWED_UP, 1);  /* news take nothing in hand */
    act(&fixture, OFFICE_B, TCN_ACT_ACKNOWLEDGED, 1); /* void: it is nothing to it */
    expect_deeds(&fixture, "");
    act(&fixture, WATER, TCN_ACT_ACKNOWLEDGED, 1);
    act(&fixture, SAFETY, TCN_ACT_ACCEPTED, 1);
    expect_deeds(&fixture, "3 acknowledged(duty) 2 accepted()");
    const struct tcn_deed *first = (const struct tcn_deed *)(const void *)fixture.state.deeds.rows;
    assert_int_equal(first->birth_position, 1);
    assert_int_equal(first->position, 4);
    assert_int_equal(first->log_time_ns, BASE_NS + 4);
    stop(&fixture);
}

static void a_post_that_is_too_long_is_cut_at_a_character(void **state) {
    (void)state;
    struct fixture fixture;
    char text[3 * TCN_WORD_BYTES_MAX + 1];
    start(&fixture);
    for (size_t i = 0; i < TCN_WORD_BYTES_MAX; i++) {
        memcpy(&text[3 * i], "\xe5\x80\xbc", 3);
    }
    text[3 * TCN_WORD_BYTES_MAX] = '\0';
    report(&fixture, OFFICE_A, 1, "hazard");
    struct tcn_event event = act_of(TCN_ACT_ACCEPTED, 1);
    event.act_body.post = tcn_slice_text(text);
    fold_event(&fixture, SAFETY, &event);
    const struct tcn_deed *deed = (const struct tcn_deed *)(const void *)fixture.state.deeds.rows;
    assert_int_equal(fixture.state.deeds.count, 1);
    assert_int_equal(strlen(deed->post), TCN_WORD_BYTES_MAX / 3 * 3);
    stop(&fixture);
}

static void an_item_is_what_its_reason_says(void **state) {
    (void)state;
    static const struct {
        enum tcn_reason reason;
        uint16_t holder;
        uint32_t flags;
        enum tcn_notice_kind told;
    } rows[] = {
        {TCN_REASON_OWNER, SAFETY, 0, TCN_NOTICE_NEW},
        {TCN_REASON_HOLDER, SAFETY, TCN_FLAG_AGAIN, TCN_NOTICE_AGAIN},
        {TCN_REASON_CLOCK, SAFETY, TCN_FLAG_STUB, TCN_NOTICE_NEW},
        {TCN_REASON_REMIND, SAFETY, 0, TCN_NOTICE_REMIND},
        {TCN_REASON_REMIND, WATER, 0, TCN_NOTICE_UP},
        {TCN_REASON_URGE, SAFETY, TCN_FLAG_AGAIN, TCN_NOTICE_URGE},
        {TCN_REASON_URGE, WATER, 0, TCN_NOTICE_UP},
        {TCN_REASON_PROPOSAL, SAFETY, 0, TCN_NOTICE_UP},
        {TCN_REASON_UNDELIVERABLE, WATER, TCN_FLAG_AGAIN, TCN_NOTICE_UNDELIVERABLE},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct tcn_alert alert = {.stream = {TCN_MODE_ACTUAL, SAFETY},
                                        .reason = rows[i].reason,
                                        .holder = rows[i].holder,
                                        .flags = rows[i].flags};
        assert_int_equal(tcn_notice_kind_of(&alert), rows[i].told);
    }
    static const char *const names[] = {"none", "new", "again",        "remind",
                                        "urge", "up",  "undeliverable"};
    for (uint32_t i = 0; i < COUNT_OF(names); i++) {
        assert_string_equal(tcn_notice_kind_name((enum tcn_notice_kind)i), names[i]);
    }
    assert_string_equal(tcn_notice_kind_name((enum tcn_notice_kind)COUNT_OF(names)), "none");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_organ_says_of_a_matter_is_kept),
        cmocka_unit_test(a_post_that_is_too_long_is_cut_at_a_character),
        cmocka_unit_test(an_item_is_what_its_reason_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
