/* SPDX-License-Identifier: Apache-2.0 */
/* What a slip says beside its code, and what the clerk is told. */
#include "cli/slip.h"

#include "base/text.h"
#include "desk.h"

static const struct tcn_organ organs[] = {
    {.number = 1,
     .id = "desk",
     .kind = TCN_ORGAN_DESK,
     .title_zh = "值班室",
     .title_en = "Desk",
     .duty_phone = "0851-1"},
    {.number = 2,
     .id = "discipline",
     .kind = TCN_ORGAN_BUREAU,
     .title_zh = "纪委监委",
     .title_en = "Discipline"},
    {.number = 3, .id = "land", .kind = TCN_ORGAN_BUREAU, .place_parent = 1},
};
static const struct tcn_domain domains[] = {
    {.id = "child", .procedure = TCN_PROCEDURE_GUARDIANSHIP},
    {.id = "petition", .procedure = TCN_PROCEDURE_PETITION, .is_petition = true},
    {.id = "slope", .procedure = TCN_PROCEDURE_HAZARD},
};
static const struct tcn_clock_rule rules[] = {
    {.id = "desk.temporary_care",
     .title_zh = "临时照料",
     .title_en = "Temporary care",
     .unit = TCN_CLOCK_HOURS,
     .amount = 24,
     .domains = {"child"},
     .domain_count = 1,
     .confidence = TCN_CLOCK_PROPOSAL,
     .is_enabled = true},
    {.id = "xf.direct_notice", .unit = TCN_CLOCK_CALENDAR_DAYS, .amount = 15, .is_enabled = true},
};
static const struct tcn_clock_table clocks = {.rules = rules, .rule_count = COUNT_OF(rules)};
static const struct tcn_policy policy = {.organs = organs,
                                         .organ_count = COUNT_OF(organs),
                                         .domains = domains,
                                         .domain_count = COUNT_OF(domains),
                                         .clocks = &clocks,
                                         .desk = 1};

static int64_t at(const char *text) {
    int64_t instant_ns = 0;
    assert_int_equal(tcn_text_to_time(tcn_slice_text(text), &instant_ns), TCN_OK);
    return instant_ns;
}

static void who_is_accused_is_no_door(void **state) {
    (void)state;
    static const struct {
        const char *accused[2];
        const char *line;
    } rows[] = {
        {{"desk", "discipline"}, "also      12345 hotline\n"},
        {{"discipline", NULL}, "also      Desk 0851-1 · 12345 hotline\n"},
        {{"desk", NULL}, "also      Discipline · 12345 hotline\n"},
        {{"land", NULL}, "also      Desk 0851-1 · Discipline · 12345 hotline\n"},
        {{"nobody_knows_it", NULL}, "also      Desk 0851-1 · Discipline · 12345 hotline\n"},
        {{NULL, NULL}, "also      Desk 0851-1 · Discipline · 12345 hotline\n"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_draft draft = {.is_act = false};
        struct desk desk;
        desk_open(&desk);
        for (; draft.accused_count < 2 && rows[i].accused[draft.accused_count] != NULL;
             draft.accused_count++) {
            draft.accused_organs[draft.accused_count] =
                tcn_slice_text(rows[i].accused[draft.accused_count]);
        }
        bool is_shut[TCN_SLIP_DOORS];
        tcn_slip_shut(&policy, &draft, is_shut);
        tcn_slip_doors(desk.cli.out, TCN_LANGUAGE_EN, &policy, is_shut);
        if (strcmp(desk_out(&desk), rows[i].line) != 0) {
            fail_msg("row %zu: %s", i, desk_out(&desk));
        }
        desk_close(&desk);
    }
}

static void without_a_policy_the_hotline_is_left(void **state) {
    (void)state;
    static const char id[] = "discipline";
    const struct tcn_draft draft = {.accused_organs = {tcn_slice_text(id)}, .accused_count = 1};
    struct desk desk;
    bool is_shut[TCN_SLIP_DOORS];
    desk_open(&desk);
    tcn_slip_shut(NULL, &draft, is_shut);
    tcn_slip_doors(desk.cli.out, TCN_LANGUAGE_ZH, NULL, is_shut);
    assert_string_equal(desk_out(&desk), "其他渠道  12345 热线\n");
    desk_close(&desk);
}

/* Counts and the kind of matter alone; nothing is ever refused. */
static void more_than_five_who_complain_are_advised(void **state) {
    (void)state;
    static const struct {
        const char *domain;
        enum tcn_concerns concerns;
        struct tcn_count affected;
        bool is_advised;
    } rows[] = {
        {"petition", TCN_CONCERNS_NOBODY, {TCN_COUNT_UNKNOWN, 0}, false},
        {"petition", TCN_CONCERNS_NOBODY, {TCN_COUNT_EXACT, 5}, false},
        {"slope", TCN_CONCERNS_NOBODY, {TCN_COUNT_EXACT, 12}, false},
        {"no_such_kind", TCN_CONCERNS_NOBODY, {TCN_COUNT_EXACT, 12}, false},
        {"petition", TCN_CONCERNS_NOBODY, {TCN_COUNT_EXACT, 6}, true},
        {"petition", TCN_CONCERNS_NOBODY, {TCN_COUNT_AT_LEAST, 12}, true},
        {"petition", TCN_CONCERNS_NOBODY, {TCN_COUNT_ESTIMATE, 30}, true},
        {"slope", TCN_CONCERNS_UNIT, {TCN_COUNT_EXACT, 12}, true},
        {"unknown", TCN_CONCERNS_UNKNOWN, {TCN_COUNT_EXACT, 12}, true},
    };
    struct desk desk;
    desk_open(&desk);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct tcn_draft draft = {.event = {.domain = tcn_slice_text(rows[i].domain),
                                                  .concerns = rows[i].concerns,
                                                  .counts = {.affected = rows[i].affected}}};
        tcn_slip_advise(desk.cli.err, TCN_LANGUAGE_EN, &policy, &draft);
        const bool is_advised = strstr(desk_err(&desk), "at most 5 representatives") != NULL;
        if (is_advised != rows[i].is_advised) {
            fail_msg("row %zu: %s", i, desk_err(&desk));
        }
        desk_wipe(&desk);
        tcn_slip_advise(desk.cli.err, TCN_LANGUAGE_ZH, &policy, &draft);
        assert_true((strstr(desk_err(&desk), "不超过 5 人") != NULL) == rows[i].is_advised);
        desk_wipe(&desk);
    }
    desk_close(&desk);
}

static void what_comes_first_is_told_where_it_is_due(void **state) {
    (void)state;
    struct desk desk;
    desk_open(&desk);
    for (unsigned severity = TCN_SEVERITY_UNKNOWN; severity < TCN_SEVERITY_DANGER; severity++) {
        tcn_slip_telephone(desk.cli.err, TCN_LANGUAGE_EN, (enum tcn_severity)severity);
    }
    assert_false(tcn_slip_care(desk.cli.err, TCN_LANGUAGE_EN, &policy, NULL));
    assert_false(tcn_slip_care(desk.cli.err, TCN_LANGUAGE_EN, &policy, &domains[1]));
    assert_string_equal(desk_err(&desk), "");
    tcn_slip_telephone(desk.cli.err, TCN_LANGUAGE_EN, TCN_SEVERITY_DANGER);
    assert_true(strncmp(desk_err(&desk), "!! First the telephone: 110 ", 28) == 0);
    desk_wipe(&desk);
    assert_true(tcn_slip_care(desk.cli.err, TCN_LANGUAGE_EN, &policy, &domains[0]));
    assert_non_null(strstr(desk_err(&desk), "telephone civil affairs at once"));
    assert_non_null(strstr(desk_err(&desk),
                           "Temporary care: within 24 h (a proposal, not a limit of the law)\n"));
    desk_close(&desk);
    desk_open(&desk);
    const struct tcn_policy bare = {.organs = organs, .organ_count = COUNT_OF(organs), .desk = 1};
    assert_true(tcn_slip_care(desk.cli.err, TCN_LANGUAGE_ZH, &bare, &domains[0]));
    assert_non_null(strstr(desk_err(&desk), "立即电话通知民政"));
    assert_null(strstr(desk_err(&desk), "24"));
    desk_close(&desk);
}

/* Whatever is behind it: the date follows from when it was learned of, and from nothing else. */
static void a_slip_that_tells_nothing_says_by_when_there_is_news(void **state) {
    (void)state;
    struct desk desk;
    const struct tcn_policy bare = {.organs = organs, .organ_count = COUNT_OF(organs), .desk = 1};
    desk_open(&desk);
    tcn_slip_opaque(desk.cli.out, TCN_LANGUAGE_EN, &bare, at("2026-11-29T23:59:59+08:00"));
    tcn_slip_opaque(desk.cli.out, TCN_LANGUAGE_EN, NULL, at("2026-11-29T23:59:59+08:00"));
    tcn_slip_opaque(desk.cli.out, TCN_LANGUAGE_EN, &policy, 0);
    tcn_slip_opaque(desk.cli.out, TCN_LANGUAGE_EN, &policy, INT64_MAX);
    assert_null(strstr(desk_out(&desk), "news"));
    desk_close(&desk);
    desk_open(&desk);
    tcn_slip_opaque(desk.cli.out, TCN_LANGUAGE_EN, &policy, at("2026-11-29T23:59:59+08:00"));
    assert_string_equal(desk_out(&desk), "stage     received and being handled; this code tells no "
                                         "more; next news by 2026-12-14\n");
    desk_close(&desk);
    desk_open(&desk);
    tcn_slip_opaque(desk.cli.out, TCN_LANGUAGE_ZH, &policy, at("2026-11-30T00:00:00+08:00"));
    assert_string_equal(desk_out(&desk), "进展      已收到，正在办理；凭此编号不提供更多信息；"
                                         "下次消息最迟：2026-12-15\n");
    desk_close(&desk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_accused_is_no_door),
        cmocka_unit_test(without_a_policy_the_hotline_is_left),
        cmocka_unit_test(more_than_five_who_complain_are_advised),
        cmocka_unit_test(what_comes_first_is_told_where_it_is_due),
        cmocka_unit_test(a_slip_that_tells_nothing_says_by_when_there_is_news),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
