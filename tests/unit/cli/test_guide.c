/* SPDX-License-Identifier: Apache-2.0 */
/* What a clerk types at the counter, how it is read, and in which language it is asked. */
#include "cli/guide_answer.h"
#include "cli/status_words.h"
#include "desk.h"

static void short_answers_lose_blanks_and_full_width_signs(void **state) {
    (void)state;
    static const struct {
        const char *line;
        enum tcn_status status;
        const char *plain;
    } rows[] = {
        {"a\033[2J", TCN_BAD_TEXT, ""},
        {"\xFF", TCN_BAD_TEXT, ""},
        {"\xE2\x80\xAE", TCN_BAD_TEXT, ""}, /* turns the writing direction */
        {"", TCN_OK, ""},
        {"  \t ", TCN_OK, ""},
        {" 2 ", TCN_OK, "2"},
        {"２", TCN_OK, "2"},
        {"＜", TCN_OK, "<"},
        {"《", TCN_OK, "<"},
        {"？", TCN_OK, "?"},
        {"ｑ", TCN_OK, "q"},
        {"～３０", TCN_OK, "~30"},
        {"　至少３人　", TCN_OK, "至少3人"},
        {"双山镇", TCN_OK, "双山镇"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char plain[TCN_ANSWER_BYTES] = "";
        assert_int_equal(tcn_answer_plain(tcn_slice_text(rows[i].line), plain), rows[i].status);
        assert_string_equal(plain, rows[i].plain);
    }
    static char large[TCN_ANSWER_BYTES + 8];
    char plain[TCN_ANSWER_BYTES];
    memset(large, 'a', sizeof(large) - 1);
    assert_int_equal(tcn_answer_plain(tcn_slice_text(large), plain), TCN_TOOBIG);
    assert_int_equal(tcn_answer_text(tcn_slice_text(" ２ "), plain), TCN_OK);
    assert_string_equal(plain, "２"); /* a text stays as it was typed */
}

static void answers_go_back_stop_or_say_something(void **state) {
    (void)state;
    assert_int_equal(tcn_answer_kind(""), TCN_ANSWER_TEXT);
    assert_int_equal(tcn_answer_kind("quarry"), TCN_ANSWER_TEXT);
    assert_int_equal(tcn_answer_kind("<"), TCN_ANSWER_BACK);
    assert_int_equal(tcn_answer_kind("返回"), TCN_ANSWER_BACK);
    assert_int_equal(tcn_answer_kind("Q"), TCN_ANSWER_STOP);
    assert_int_equal(tcn_answer_kind("退出"), TCN_ANSWER_STOP);
}

static void a_choice_is_taken_by_number_or_by_word(void **state) {
    (void)state;
    static const struct tcn_choice choices[] = {
        {"yes|y|是", {{"yes", "是"}}},
        {"no|n|否", {{"no", "否"}}},
    };
    static const struct {
        const char *text;
        uint32_t chosen;
    } rows[] = {{"", 2},  {"0", 2}, {"3", 2}, {"-1", 2}, {"1x", 2}, {"ye", 2}, {"|", 2},
                {"1", 0}, {"2", 1}, {"Y", 0}, {"no", 1}, {"是", 0}, {"否", 1}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(tcn_answer_choose(rows[i].text, choices, 2), rows[i].chosen);
    }
}

static void an_unknown_count_is_never_zero(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum tcn_status status;
        enum tcn_count_kind kind;
        uint64_t value;
    } rows[] = {
        {"some", TCN_BAD_VALUE, 0, 0},
        {"三人", TCN_BAD_VALUE, 0, 0},
        {"-3", TCN_BAD_VALUE, 0, 0},
        {"3.5", TCN_BAD_VALUE, 0, 0},
        {"at least", TCN_BAD_VALUE, 0, 0},
        {"99999999999", TCN_BAD_VALUE, 0, 0},
        {"", TCN_OK, TCN_COUNT_UNKNOWN, 0},
        {"?", TCN_OK, TCN_COUNT_UNKNOWN, 0},
        {"不知道", TCN_OK, TCN_COUNT_UNKNOWN, 0},
        {"0", TCN_OK, TCN_COUNT_EXACT, 0},
        {"3", TCN_OK, TCN_COUNT_EXACT, 3},
        {"3人", TCN_OK, TCN_COUNT_EXACT, 3},
        {"12 people", TCN_OK, TCN_COUNT_EXACT, 12},
        {"3+", TCN_OK, TCN_COUNT_AT_LEAST, 3},
        {">=3", TCN_OK, TCN_COUNT_AT_LEAST, 3},
        {"at least 3", TCN_OK, TCN_COUNT_AT_LEAST, 3},
        {"至少3人", TCN_OK, TCN_COUNT_AT_LEAST, 3},
        {"3人以上", TCN_OK, TCN_COUNT_AT_LEAST, 3},
        {"about 30", TCN_OK, TCN_COUNT_ESTIMATE, 30},
        {"约30人", TCN_OK, TCN_COUNT_ESTIMATE, 30},
        {"~30", TCN_OK, TCN_COUNT_ESTIMATE, 30},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_count count = {.value = 77};
        enum tcn_status status = tcn_answer_count(rows[i].text, &count);
        if (status != rows[i].status) {
            fail_msg("\"%s\": %s", rows[i].text, tcn_status_name(status));
        }
        assert_true(status == TCN_OK ? count.value == rows[i].value : count.value == 77);
        assert_true(status != TCN_OK || count.kind == rows[i].kind);
    }
}

static void telephone_and_identity_numbers_are_recognised(void **state) {
    (void)state;
    static const char *const personal[] = {"13800138000", "138 0013 8000", "138-0013-8000 x",
                                           "is 520502199001011234"};
    static const char *const harmless[] = {"", "K12+300", "road 1234567890", "2026-11-28",
                                           "12345 67890"};
    for (size_t i = 0; i < COUNT_OF(personal); i++) {
        assert_true(tcn_answer_is_personal(personal[i]));
    }
    for (size_t i = 0; i < COUNT_OF(harmless); i++) {
        assert_false(tcn_answer_is_personal(harmless[i]));
    }
}

static void the_language_is_that_of_the_option_or_of_the_locale(void **state) {
    (void)state;
    struct desk desk;
    desk_open(&desk);
    static const struct {
        const char *option;
        const char *lc_all;
        const char *lang;
        int code;
        enum tcn_language language;
    } rows[] = {
        {"fr", "", "", TCN_EXIT_USAGE, TCN_LANGUAGE_EN},
        {"", "", "", TCN_EXIT_USAGE, TCN_LANGUAGE_EN},
        {NULL, "", "", TCN_EXIT_OK, TCN_LANGUAGE_EN},
        {NULL, "", "zh_CN.UTF-8", TCN_EXIT_OK, TCN_LANGUAGE_ZH},
        {NULL, "C.UTF-8", "zh_CN.UTF-8", TCN_EXIT_OK, TCN_LANGUAGE_EN},
        {NULL, "zh_CN", "C", TCN_EXIT_OK, TCN_LANGUAGE_ZH},
        {"en", "zh_CN", "", TCN_EXIT_OK, TCN_LANGUAGE_EN},
        {"zh", "C", "", TCN_EXIT_OK, TCN_LANGUAGE_ZH},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        enum tcn_language language = TCN_LANGUAGE_EN;
        (void)setenv("LC_ALL", rows[i].lc_all, 1);
        (void)setenv("LANG", rows[i].lang, 1);
        (void)unsetenv("LC_MESSAGES");
        assert_int_equal(tcn_language_read(&desk.cli, rows[i].option, &language), rows[i].code);
        assert_int_equal(language, rows[i].language);
    }
    (void)unsetenv("LC_ALL");
    (void)unsetenv("LANG");
    desk_close(&desk);
}

/* Every stage and every act of a person has its words, and none of them is a word of the policy. */
static void every_stage_and_act_is_told_in_both_languages(void **state) {
    (void)state;
    for (int stage = TCN_STAGE_STUB; stage <= TCN_STAGE_IN_FORCE; stage++) {
        for (int language = 0; language < TCN_LANGUAGE_COUNT; language++) {
            const char *told = tcn_status_stage((enum tcn_language)language, (enum tcn_stage)stage);
            assert_string_not_equal(
                told, tcn_status_stage((enum tcn_language)language, (enum tcn_stage)0));
            assert_true(tcn_status_next((enum tcn_language)language, (enum tcn_stage)stage)[0] !=
                        '\0');
        }
    }
    static const enum tcn_act unseen[] = {
        /* of no matter, or read by nobody at a counter */
        TCN_ACT_MONTH_CONFIRMED, TCN_ACT_ZERO_REPORT,   TCN_ACT_REWRAPPED,     TCN_ACT_ON_DUTY,
        TCN_ACT_UNSEALED,        TCN_ACT_EPOCH_ALLOWED, TCN_ACT_TIME_CONFIRMED};
    for (int act = TCN_ACT_REPORTED; act <= TCN_ACT_ERASED; act++) {
        bool is_unseen = false;
        for (size_t i = 0; i < COUNT_OF(unseen); i++) {
            is_unseen = is_unseen || (int)unseen[i] == act;
        }
        const char *told = tcn_status_act(TCN_LANGUAGE_ZH, (enum tcn_act)act);
        assert_int_equal(strcmp(told, tcn_act_name((enum tcn_act)act)) == 0, is_unseen);
    }
}

static void what_excludes_a_guided_report_is_told(void **state) {
    (void)state;
    struct desk desk;
    desk_open(&desk);
    static const char *const lines[] = {
        "report --guided --domain petition",
        "report --guided --from -",
        "report --language zh --domain petition",
    };
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        assert_int_equal(desk_run(&desk, lines[i]), TCN_EXIT_USAGE);
        assert_non_null(strstr(desk_err(&desk), "--guided"));
        desk_wipe(&desk);
    }
    desk_close(&desk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_answers_lose_blanks_and_full_width_signs),
        cmocka_unit_test(answers_go_back_stop_or_say_something),
        cmocka_unit_test(a_choice_is_taken_by_number_or_by_word),
        cmocka_unit_test(an_unknown_count_is_never_zero),
        cmocka_unit_test(telephone_and_identity_numbers_are_recognised),
        cmocka_unit_test(the_language_is_that_of_the_option_or_of_the_locale),
        cmocka_unit_test(every_stage_and_act_is_told_in_both_languages),
        cmocka_unit_test(what_excludes_a_guided_report_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
