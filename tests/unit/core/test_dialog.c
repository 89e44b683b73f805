/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dialog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct tcn_id nonce = {{7}};
static const struct tcn_id other_nonce = {{8}};
static const struct tcn_hash hash = {{5}};

static struct tcn_session_given given(uint64_t generation) {
    return (struct tcn_session_given){
        .session = 900, .log_id = {{1}}, .generation = generation, .principal = 3, .nonce = nonce};
}

/* Joined by request 1, and waiting for answers to `request`. */
static struct tcn_dialog joined(uint64_t request) {
    struct tcn_dialog dialog = {0};
    const struct tcn_session_given session = given(4);
    tcn_dialog_begin(&dialog, &nonce, 1);
    assert_int_equal(tcn_dialog_join(&dialog, &session, &hash), TCN_OK);
    tcn_dialog_expect(&dialog, request, false);
    return dialog;
}

static struct tcn_header told(enum tcn_kind kind, uint64_t request, uint64_t number) {
    return (struct tcn_header){.kind = kind, .request = request, .number = number};
}

static void only_the_session_that_was_asked_for_is_joined(void **state) {
    (void)state;
    struct tcn_dialog dialog = {0};
    const struct tcn_header answer = told(TCN_KIND_SESSION, 1, 0);
    const struct tcn_header stray = told(TCN_KIND_SESSION, 2, 0);
    assert_false(tcn_dialog_is_awaited(&dialog, &answer)); /* nothing was asked */
    tcn_dialog_begin(&dialog, &nonce, 1);
    assert_true(tcn_dialog_is_awaited(&dialog, &answer));
    assert_false(tcn_dialog_is_awaited(&dialog, &stray));
    struct tcn_session_given session = given(4);
    session.nonce = other_nonce;
    assert_int_equal(tcn_dialog_join(&dialog, &session, &hash), TCN_BAD_SIGNATURE);
    assert_int_equal(dialog.state, TCN_DIALOG_ASKED);
    session.nonce = nonce;
    assert_int_equal(tcn_dialog_join(&dialog, &session, &hash), TCN_OK);
    assert_int_equal(dialog.state, TCN_DIALOG_JOINED);
    assert_int_equal(dialog.session, 900);
    assert_true(tcn_hash_equals(&dialog.hash, &hash));
    assert_false(tcn_dialog_is_awaited(&dialog, &answer)); /* once */
}

static void a_question_that_is_said_again_is_the_same(void **state) {
    (void)state;
    struct tcn_dialog dialog = {0};
    tcn_dialog_begin(&dialog, &nonce, 1);
    tcn_dialog_begin(&dialog, &other_nonce, 2);
    assert_int_equal(dialog.ask_request, 1); /* a late answer still fits */
    assert_true(tcn_id_equals(&dialog.nonce, &nonce));
    tcn_dialog_leave(&dialog);
    tcn_dialog_begin(&dialog, &other_nonce, 3);
    assert_int_equal(dialog.ask_request, 3);
    assert_true(tcn_id_equals(&dialog.nonce, &other_nonce));
}

static void another_log_and_an_older_generation_are_refused(void **state) {
    (void)state;
    struct tcn_dialog dialog = joined(2);
    tcn_dialog_leave(&dialog);
    tcn_dialog_begin(&dialog, &nonce, 3);
    struct tcn_session_given session = given(3);
    assert_int_equal(tcn_dialog_join(&dialog, &session, &hash), TCN_FOREIGN_LOG);
    session = given(4);
    session.log_id = (struct tcn_id){{2}};
    assert_int_equal(tcn_dialog_join(&dialog, &session, &hash), TCN_FOREIGN_LOG);
    assert_int_equal(dialog.state, TCN_DIALOG_ASKED);
    session = given(5);
    assert_int_equal(tcn_dialog_join(&dialog, &session, &hash), TCN_OK);
}

static void what_is_told_is_taken_once_and_in_order(void **state) {
    (void)state;
    struct tcn_dialog dialog = joined(2);
    const struct {
        uint64_t number;
        enum tcn_dialog_verdict wanted;
    } rows[] = {
        {0, TCN_DIALOG_REPEAT}, {1, TCN_DIALOG_TAKE}, {1, TCN_DIALOG_REPEAT}, {2, TCN_DIALOG_TAKE},
        {1, TCN_DIALOG_REPEAT}, {3, TCN_DIALOG_TAKE}, {5, TCN_DIALOG_HOLE},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct tcn_header header = told(TCN_KIND_ITEMS, 2, rows[i].number);
        assert_true(tcn_dialog_is_due(&dialog, &header));
        assert_int_equal(tcn_dialog_take(&dialog, &header), rows[i].wanted);
    }
    assert_int_equal(dialog.repeat_count, 3);
    assert_int_equal(dialog.hole_count, 1);
    const struct tcn_header late = told(TCN_KIND_ITEMS, 2, 4);
    assert_false(tcn_dialog_is_due(&dialog, &late)); /* after a hole it is asked anew */
    tcn_dialog_expect(&dialog, 3, false);
    const struct tcn_header first = told(TCN_KIND_OPENED, 3, 1);
    assert_true(tcn_dialog_is_due(&dialog, &first));
    assert_int_equal(tcn_dialog_take(&dialog, &first), TCN_DIALOG_TAKE);
}

static void answers_to_requests_that_are_over_are_passed_over(void **state) {
    (void)state;
    struct tcn_dialog dialog = joined(2);
    const struct tcn_header second = told(TCN_KIND_ANSWER, 2, 1);
    const struct tcn_header third = told(TCN_KIND_ANSWER, 3, 1);
    const struct tcn_header word = told(TCN_KIND_ERROR, 2, 1);
    assert_false(tcn_dialog_is_due(&dialog, &third)); /* not asked yet */
    assert_false(tcn_dialog_is_due(&dialog, &word));  /* a broker says it too */
    tcn_dialog_expect(&dialog, 3, true);              /* the same question */
    assert_true(tcn_dialog_is_due(&dialog, &second));
    assert_true(tcn_dialog_is_due(&dialog, &third));
    assert_int_equal(tcn_dialog_take(&dialog, &second), TCN_DIALOG_TAKE);
    tcn_dialog_expect(&dialog, 4, false); /* another */
    assert_false(tcn_dialog_is_due(&dialog, &third));
    tcn_dialog_leave(&dialog);
    const struct tcn_header fourth = told(TCN_KIND_ANSWER, 4, 1);
    assert_false(tcn_dialog_is_due(&dialog, &fourth));
    tcn_dialog_begin(&dialog, &nonce, 5);
    const struct tcn_session_given session = given(4);
    assert_int_equal(tcn_dialog_join(&dialog, &session, &hash), TCN_OK);
    assert_false(tcn_dialog_is_due(&dialog, &fourth)); /* of the session before */
}

static void a_request_that_waits_for_its_session_waits_for_answers(void **state) {
    (void)state;
    struct tcn_dialog dialog = {0};
    tcn_dialog_begin(&dialog, &nonce, 1);
    tcn_dialog_expect(&dialog, 2, false);
    const struct tcn_header answer = told(TCN_KIND_ANSWER, 2, 1);
    assert_false(tcn_dialog_is_due(&dialog, &answer)); /* without a session nothing is */
    const struct tcn_session_given session = given(1);
    assert_int_equal(tcn_dialog_join(&dialog, &session, &hash), TCN_OK);
    assert_true(tcn_dialog_is_due(&dialog, &answer));
}

static void states_have_names_and_a_table_of_moves(void **state) {
    (void)state;
    assert_string_equal(tcn_dialog_state_name(TCN_DIALOG_NONE), "none");
    assert_string_equal(tcn_dialog_state_name(TCN_DIALOG_ASKED), "asked");
    assert_string_equal(tcn_dialog_state_name(TCN_DIALOG_JOINED), "joined");
    assert_string_equal(tcn_dialog_state_name((enum tcn_dialog_state)9), "none");
    assert_false(tcn_dialog_may_move(TCN_DIALOG_NONE, TCN_DIALOG_JOINED));
    assert_false(tcn_dialog_may_move(TCN_DIALOG_JOINED, TCN_DIALOG_ASKED));
    assert_false(tcn_dialog_may_move((enum tcn_dialog_state)9, TCN_DIALOG_NONE));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_session_that_was_asked_for_is_joined),
        cmocka_unit_test(a_question_that_is_said_again_is_the_same),
        cmocka_unit_test(another_log_and_an_older_generation_are_refused),
        cmocka_unit_test(what_is_told_is_taken_once_and_in_order),
        cmocka_unit_test(answers_to_requests_that_are_over_are_passed_over),
        cmocka_unit_test(a_request_that_waits_for_its_session_waits_for_answers),
        cmocka_unit_test(states_have_names_and_a_table_of_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
