/* SPDX-License-Identifier: Apache-2.0 */
/* Limits as the counter reads them out. */
#include "cli/limits.h"

#include "base/text.h"
#include "desk.h"

static int64_t at(const char *text) {
    int64_t instant_ns = 0;
    assert_int_equal(tcn_text_to_time(tcn_slice_text(text), &instant_ns), TCN_OK);
    return instant_ns;
}

static void a_date_is_one_of_china_wherever_the_machine_is(void **state) {
    (void)state;
    static const struct {
        const char *until; /* the instant behind the limit */
        const char *date;
    } rows[] = {
        {"2026-12-14T00:00:00+08:00", "2026-12-13"},
        {"2026-12-13T16:00:00+00:00", "2026-12-13"},
        {"2027-01-01T00:00:00+08:00", "2026-12-31"},
        {"2026-12-13T00:00:01+08:00", "2026-12-13 00:00"},
        {"2026-12-13T02:40:00+08:00", "2026-12-13 02:39"},
        {"2026-12-12T18:40:01+00:00", "2026-12-13 02:40"},
    };
    static const int64_t odd[] = {INT64_MIN, INT64_MAX, 0};
    char date[TCN_LIMIT_DATE_BYTES];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        tcn_limit_date(at(rows[i].until) - 1, date);
        assert_string_equal(date, rows[i].date);
    }
    for (size_t i = 0; i < COUNT_OF(odd); i++) { /* bytes of an agent may be anything */
        tcn_limit_date(odd[i], date);
        assert_true(strlen(date) < sizeof date);
    }
}

static void a_limit_says_what_by_when_and_whether_it_was_kept(void **state) {
    (void)state;
    static const struct {
        enum tcn_limit_state state;
        const char *now;
        enum tcn_language language;
        const char *line;
    } rows[] = {
        {TCN_LIMIT_RUNS, "2026-12-13T23:59:59+08:00", TCN_LANGUAGE_EN,
         "limit     Reply: by 2026-12-13 (信访工作条例 Art. 23 ¶2)\n"},
        {TCN_LIMIT_RUNS, "2026-12-14T00:00:00+08:00", TCN_LANGUAGE_EN,
         "limit     Reply: was due by 2026-12-13, and is not done as far as is known here "
         "(信访工作条例 Art. 23 ¶2)\n"},
        {TCN_LIMIT_MET, "2026-12-14T00:00:00+08:00", TCN_LANGUAGE_EN,
         "limit     Reply: done in time; it was due by 2026-12-13 (信访工作条例 Art. 23 ¶2)\n"},
        {TCN_LIMIT_LATE, "2026-12-14T00:00:00+08:00", TCN_LANGUAGE_EN,
         "limit     Reply: done late; it was due by 2026-12-13 (信访工作条例 Art. 23 ¶2)\n"},
        {TCN_LIMIT_RUNS, "2026-12-13T23:59:59+08:00", TCN_LANGUAGE_ZH,
         "期限      答复：最迟 2026-12-13（信访工作条例第23条第2款）\n"},
        {TCN_LIMIT_RUNS, "2026-12-14T00:00:00+08:00", TCN_LANGUAGE_ZH,
         "期限      答复：最迟应于 2026-12-13 完成，此处未见办理记录（信访工作条例第23条第2款）\n"},
        {TCN_LIMIT_MET, "2026-12-14T00:00:00+08:00", TCN_LANGUAGE_ZH,
         "期限      答复：已按期办理，期限 2026-12-13（信访工作条例第23条第2款）\n"},
        {TCN_LIMIT_LATE, "2026-12-14T00:00:00+08:00", TCN_LANGUAGE_ZH,
         "期限      答复：已办理但超期，期限 2026-12-13（信访工作条例第23条第2款）\n"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct tcn_local_limit limit = {.state = rows[i].state,
                                              .title_zh = tcn_slice_text("答复"),
                                              .title_en = tcn_slice_text("Reply"),
                                              .article = tcn_slice_text("信访工作条例 Art. 23 ¶2"),
                                              .confidence = TCN_CLOCK_READ,
                                              .due_ns = at("2026-12-14T00:00:00+08:00") - 1};
        const struct tcn_local_progress progress = {.limits = &limit, .limit_count = 1};
        struct desk desk;
        desk_open(&desk);
        tcn_limits_show(desk.cli.out, rows[i].language, &progress, at(rows[i].now));
        assert_string_equal(desk_out(&desk), rows[i].line);
        desk_close(&desk);
    }
}

static void what_the_policy_does_not_know_any_more_has_no_name(void **state) {
    (void)state;
    const struct tcn_local_limit limit = {.state = TCN_LIMIT_RUNS,
                                          .due_ns = at("2026-12-14T00:00:00+08:00") - 1};
    const struct tcn_local_progress none = {.limit_count = 0};
    const struct tcn_local_progress one = {.limits = &limit, .limit_count = 1};
    struct desk desk;
    desk_open(&desk);
    tcn_limits_show(desk.cli.out, TCN_LANGUAGE_EN, &none, 0);
    tcn_limits_show(desk.cli.out, TCN_LANGUAGE_EN, &one, 0);
    assert_string_equal(desk_out(&desk), "limit     a limit of a policy before: by 2026-12-13\n");
    desk_close(&desk);
}

static void a_limit_names_its_law_and_how_sure_it_is(void **state) {
    (void)state;
    static const struct {
        const char *article;
        enum tcn_clock_confidence confidence;
        const char *en;
        const char *zh;
    } rows[] = {
        {"", (enum tcn_clock_confidence)0, "", ""},
        {"信访工作条例 Art. 22, 23", TCN_CLOCK_READ, " (信访工作条例 Art. 22, 23)",
         "（信访工作条例第22, 23条）"},
        {"某条例 Art. 28; 某法 Art. 47", TCN_CLOCK_READ, " (某条例 Art. 28; 某法 Art. 47)",
         "（某条例第28条; 某法第47条）"},
        {"某法 Art. 11 ¶2", TCN_CLOCK_SECONDARY, " (某法 Art. 11 ¶2; from a secondary source)",
         "（某法第11条第2款；据二手资料）"},
        {"某法 Art. ", TCN_CLOCK_READ, " (某法 Art. )", "（某法第条）"},
        {"practice of duty desks", TCN_CLOCK_PROPOSAL,
         " (a proposal, not a limit of the law: practice of duty desks)",
         "（建议时限，不是法定期限）"},
    };
    char law[TCN_LIMIT_LAW_BYTES];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct tcn_local_limit limit = {.article = tcn_slice_text(rows[i].article),
                                              .confidence = rows[i].confidence};
        tcn_limit_law(&limit, TCN_LANGUAGE_EN, law);
        assert_string_equal(law, rows[i].en);
        tcn_limit_law(&limit, TCN_LANGUAGE_ZH, law);
        assert_string_equal(law, rows[i].zh);
    }
    char marks[TCN_ARTICLE_BYTES_MAX + 1] = ""; /* bytes of an agent may be anything */
    for (size_t used = 0; used + 6 < sizeof marks; used += 6) {
        memcpy(marks + used, " Art. ", 7);
    }
    const struct tcn_local_limit odd = {.article = tcn_slice_text(marks),
                                        .confidence = TCN_CLOCK_READ};
    tcn_limit_law(&odd, TCN_LANGUAGE_ZH, law);
    assert_true(strlen(law) < sizeof law);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_date_is_one_of_china_wherever_the_machine_is),
        cmocka_unit_test(a_limit_says_what_by_when_and_whether_it_was_kept),
        cmocka_unit_test(a_limit_names_its_law_and_how_sure_it_is),
        cmocka_unit_test(what_the_policy_does_not_know_any_more_has_no_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
