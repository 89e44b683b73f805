/* SPDX-License-Identifier: Apache-2.0 */
/* What waits, as it is seen at a glance. */
#include "cli/called.h"

#include "base/text.h"
#include "desk.h"

static const struct tcn_organ organs[] = {{.number = 1, .id = "desk", .kind = TCN_ORGAN_DESK}};
static const struct tcn_domain domains[] = {
    {.id = "gas", .title_zh = "煤矿瓦斯", .title_en = "Gas in a mine", .owner = 1}};
static const struct tcn_division divisions[] = {{.code = 520502100003, .name = "东岭村"}};
static const struct tcn_policy policy = {.organs = organs,
                                         .organ_count = 1,
                                         .domains = domains,
                                         .domain_count = 1,
                                         .divisions = divisions,
                                         .division_count = 1,
                                         .desk = 1};

static int64_t at(const char *text) {
    int64_t instant_ns = 0;
    assert_int_equal(tcn_text_to_time(tcn_slice_text(text), &instant_ns), TCN_OK);
    return instant_ns;
}

static struct tcn_called_row row_of(void) {
    struct tcn_called_row row = {.summons = {.organ = 1,
                                             .birth_position = 5,
                                             .mode = TCN_MODE_ACTUAL,
                                             .severity = TCN_SEVERITY_DANGER,
                                             .since_ns = at("2026-11-29T02:41:00+08:00")},
                                 .matter = {.birth_position = 5,
                                            .id = {{0x01, 0x93, 0x7f, 0x3a}},
                                            .domain = "gas",
                                            .division = 520502100003,
                                            .severity = TCN_SEVERITY_URGENT},
                                 .owed = TCN_ACT_ACCEPTED,
                                 .due_ns = at("2026-11-29T02:46:00+08:00")};
    return row;
}

static struct tcn_called_view view_of(const struct desk *desk, size_t columns) {
    return (struct tcn_called_view){.cli = &desk->cli,
                                    .policy = &policy,
                                    .columns = columns,
                                    .place = " --bureau energy_bureau",
                                    .post = "",
                                    .now_ns = at("2026-11-29T02:44:30+08:00")};
}

static void a_line_says_what_where_since_when_and_what_to_do(void **state) {
    (void)state;
    struct desk desk;
    char line[TCN_CALLED_LINE_BYTES];
    desk_open(&desk);
    struct tcn_called_view view = view_of(&desk, 0);
    struct tcn_called_row row = row_of();
    tcn_called_line(&view, &row, line);
    assert_string_equal(line, "DANGER    02:41 (3 min)  Gas in a mine  东岭村  acknowledge, then "
                              "accept by 02:46");
    view.language = TCN_LANGUAGE_ZH;
    tcn_called_line(&view, &row, line);
    assert_string_equal(line,
                        "危急      02:41 (3分钟)  煤矿瓦斯  东岭村  请签收并受理，期限 02:46");
    view.language = TCN_LANGUAGE_EN;
    view.now_ns = at("2026-11-30T09:00:00+08:00"); /* the next day, and nobody came */
    tcn_called_line(&view, &row, line);
    assert_string_equal(line, "DANGER    11-29 02:41 (30 h)  Gas in a mine  东岭村  acknowledge, "
                              "then accept: WAS DUE 11-29 02:46");
    row.due_ns = 0;
    row.owed = TCN_ACT_NONE;
    row.matter.domain[0] = '\0';
    row.matter.division = 0;
    row.matter.flags = TCN_FLAG_GUARDED;
    row.summons.mode = TCN_MODE_EXERCISE;
    row.summons.severity = row.matter.severity = TCN_SEVERITY_UNKNOWN;
    tcn_called_line(&view, &row, line);
    assert_string_equal(line, "unknown   11-29 02:41 (30 h)  guarded  acknowledge  EXERCISE 演练");
    desk_close(&desk);
}

/* One line with a count; what is in danger stands by itself, however often it was told. */
static void how_many_alerts_a_line_stands_for_is_said_but_never_in_danger(void **state) {
    (void)state;
    static const struct {
        enum tcn_severity called;
        enum tcn_severity now;
        uint32_t count;
        const char *en;
        const char *zh;
    } rows[] = {
        {TCN_SEVERITY_DANGER, TCN_SEVERITY_URGENT, 4, "(3 min)  Gas", "(3分钟)  煤矿"},
        {TCN_SEVERITY_URGENT, TCN_SEVERITY_DANGER, 4, "(3 min)  Gas", "(3分钟)  煤矿"},
        {TCN_SEVERITY_URGENT, TCN_SEVERITY_URGENT, 0, "(3 min)  Gas", "(3分钟)  煤矿"},
        {TCN_SEVERITY_URGENT, TCN_SEVERITY_URGENT, 1, "(3 min)  Gas", "(3分钟)  煤矿"},
        {TCN_SEVERITY_URGENT, TCN_SEVERITY_URGENT, 2, "(3 min, 2 alerts)  Gas",
         "(3分钟，2 条)  煤矿"},
        {TCN_SEVERITY_ROUTINE, TCN_SEVERITY_UNKNOWN, 40, "(3 min, 40 alerts)  Gas",
         "(3分钟，40 条)  煤矿"},
    };
    struct desk desk;
    char line[TCN_CALLED_LINE_BYTES];
    desk_open(&desk);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_called_view view = view_of(&desk, 0);
        struct tcn_called_row row = row_of();
        row.summons.severity = rows[i].called;
        row.matter.severity = rows[i].now;
        row.summons.count = rows[i].count;
        tcn_called_line(&view, &row, line);
        if (strstr(line, rows[i].en) == NULL) {
            fail_msg("row %zu: %s", i, line);
        }
        view.language = TCN_LANGUAGE_ZH;
        tcn_called_line(&view, &row, line);
        assert_non_null(strstr(line, rows[i].zh));
    }
    desk_close(&desk);
}

static void a_narrow_terminal_keeps_what_matters_first(void **state) {
    (void)state;
    struct desk desk;
    char line[TCN_CALLED_LINE_BYTES];
    desk_open(&desk);
    const struct tcn_called_row row = row_of();
    struct tcn_called_view view = view_of(&desk, 40); /* in the middle of a character of two */
    view.language = TCN_LANGUAGE_ZH;
    tcn_called_line(&view, &row, line);
    assert_string_equal(line, "危急      02:41 (3分钟)  煤矿瓦斯  东岭");
    view.columns = 9;
    tcn_called_line(&view, &row, line);
    assert_string_equal(line, "危急     ");
    view.columns = 1;
    tcn_called_line(&view, &row, line);
    assert_string_equal(line, "危急    ");
    desk_close(&desk);
}

static void the_command_is_whole_and_can_be_copied(void **state) {
    (void)state;
    struct desk desk;
    char line[TCN_CALLED_LINE_BYTES];
    desk_open(&desk);
    const struct tcn_called_row row = row_of();
    struct tcn_called_view view = view_of(&desk, 20);
    tcn_called_command(&view, &row, line);
    assert_string_equal(line,
                        "tocsin act 01937f3a-0000-0000-0000-000000000000 acknowledged --bureau "
                        "energy_bureau --post POST");
    view.post = "duty_officer";
    view.place = "";
    tcn_called_command(&view, &row, line);
    assert_string_equal(line, "tocsin act 01937f3a-0000-0000-0000-000000000000 acknowledged --post "
                              "duty_officer");
    desk_close(&desk);
}

static void what_is_a_drills_is_commanded_as_such_and_no_post_is_believed(void **state) {
    (void)state;
    static const char *const posts[] = {"$(reboot)", "a b", "x\033[2J", "x;y", "值班"};
    struct desk desk;
    char line[TCN_CALLED_LINE_BYTES];
    desk_open(&desk);
    struct tcn_called_row row = row_of();
    struct tcn_called_view view = view_of(&desk, 0);
    view.place = "";
    for (size_t i = 0; i < COUNT_OF(posts); i++) {
        view.post = posts[i];
        tcn_called_command(&view, &row, line);
        assert_string_equal(line, "tocsin act 01937f3a-0000-0000-0000-000000000000 acknowledged "
                                  "--post POST");
    }
    row.summons.mode = TCN_MODE_EXERCISE;
    view.post = "duty_officer";
    tcn_called_command(&view, &row, line);
    assert_string_equal(line, "tocsin act 01937f3a-0000-0000-0000-000000000000 acknowledged "
                              "--exercise --post duty_officer");
    desk_close(&desk);
}

static void what_is_not_known_does_not_look_like_a_quiet_night(void **state) {
    (void)state;
    struct desk desk;
    desk_open(&desk); /* the times of here */
    struct tcn_called called = {.count = 0};
    struct tcn_shift shift = {.organ = 0};
    struct tcn_called_head head = {.title = "Energy",
                                   .called = &called,
                                   .shift = &shift,
                                   .now_ns = at("2026-11-29T02:44:30+08:00")};
    char text[TCN_CALLED_LINE_BYTES];
    tcn_called_head(&head, text, sizeof text);
    assert_string_equal(text, "Energy: what is not in hand is not known yet. who is on duty is not "
                              "known yet");
    head.language = TCN_LANGUAGE_ZH;
    tcn_called_head(&head, text, sizeof text);
    assert_string_equal(text, "Energy：待签收情况尚不清楚。值班情况尚不清楚");
    head.language = TCN_LANGUAGE_EN;
    head.known_ns = at("2026-11-29T02:41:00+08:00");
    head.is_shift_known = true;
    tcn_called_head(&head, text, sizeof text);
    assert_string_equal(text, "Energy: 0 not in hand, 0 urgent, 0 danger. NOBODY IS ON DUTY: "
                              "tocsin duty take --post POST");
    head.is_old = true;
    head.is_exercise = true;
    shift = (struct tcn_shift){.organ = 1, .post = "duty_officer", .since_ns = 1};
    tcn_called_head(&head, text, sizeof text);
    assert_string_equal(text,
                        "EXERCISE 演练 Energy: 0 not in hand, 0 urgent, 0 danger (as known at "
                        "02:41). on duty: duty_officer");
    desk_close(&desk);
}

static void danger_stands_first_and_then_what_ends_next(void **state) {
    (void)state;
    static const struct {
        enum tcn_severity severity;
        int64_t due_ns;
        int64_t since_ns;
    } rows[] = {
        {TCN_SEVERITY_ROUTINE, 1, 1}, {TCN_SEVERITY_DANGER, 0, 5},  {TCN_SEVERITY_UNKNOWN, 1, 1},
        {TCN_SEVERITY_DANGER, 9, 9},  {TCN_SEVERITY_URGENT, 4, 4},  {TCN_SEVERITY_URGENT, 3, 8},
        {TCN_SEVERITY_URGENT, 3, 7},  {TCN_SEVERITY_SERIOUS, 1, 1},
    };
    static const size_t order[] = {3, 1, 6, 5, 4, 7, 2, 0};
    struct tcn_summons_row summonses[COUNT_OF(rows)] = {0};
    struct tcn_matter matters[COUNT_OF(rows)] = {0};
    struct tcn_called called = {.rows = NULL};
    uint32_t danger = 0;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        summonses[i].summons.severity = rows[i].severity;
        summonses[i].summons.since_ns = rows[i].since_ns;
        summonses[i].summons.birth_position = i;
        summonses[i].due_ns = rows[i].due_ns;
    }
    struct tcn_answer answer = {.summonses = summonses,
                                .summons_count = COUNT_OF(rows),
                                .matters = matters,
                                .matter_count = COUNT_OF(rows) - 1};
    assert_int_equal(tcn_called_take(&called, &answer), TCN_MALFORMED); /* one has no matter */
    answer.matter_count++;
    assert_int_equal(tcn_called_take(&called, &answer), TCN_OK);
    tcn_called_sort(&called);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(called.rows[i].summons.birth_position, order[i]);
    }
    assert_int_equal(tcn_called_urgent(&called, &danger), 5);
    assert_int_equal(danger, 2);
    for (size_t i = 0; i < TCN_CALLED_MAX / COUNT_OF(rows); i++) {
        assert_int_equal(tcn_called_take(&called, &answer), TCN_OK);
    }
    assert_int_equal(called.count, TCN_CALLED_MAX);
    assert_true(called.has_more);
    tcn_called_fini(&called);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_says_what_where_since_when_and_what_to_do),
        cmocka_unit_test(how_many_alerts_a_line_stands_for_is_said_but_never_in_danger),
        cmocka_unit_test(a_narrow_terminal_keeps_what_matters_first),
        cmocka_unit_test(the_command_is_whole_and_can_be_copied),
        cmocka_unit_test(what_is_a_drills_is_commanded_as_such_and_no_post_is_believed),
        cmocka_unit_test(what_is_not_known_does_not_look_like_a_quiet_night),
        cmocka_unit_test(danger_stands_first_and_then_what_ends_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
