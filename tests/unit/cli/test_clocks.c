/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks as people read them: those of a matter, and what is told when a step has come. */
#include "cli/clocks.h"

#include "base/text.h"
#include "cli/item.h"
#include "desk.h"

#define ZH "办结"

static int64_t at(const char *text) {
    int64_t instant_ns = 0;
    assert_int_equal(tcn_text_to_time(tcn_slice_text(text), &instant_ns), TCN_OK);
    return instant_ns;
}

/** What `tocsin matter show` prints of one clock. */
static void expect_line(const struct tcn_clock_row *row, const char *wanted) {
    struct desk desk;
    char line[512];
    desk_open(&desk);
    tcn_clocks_show(desk.cli.out, row, 1);
    (void)snprintf(line, sizeof line, "clock     %s\n\n", wanted);
    assert_string_equal(desk_out(&desk), line);
    desk_close(&desk);
}

static struct tcn_clock_row row_of(void) {
    struct tcn_clock_row row = {
        .clock = {.id = "xf.resolve",
                  .terms = {.unit = TCN_CLOCK_CALENDAR_DAYS,
                            .amount = 15,
                            .bound = TCN_CLOCK_AT_MOST,
                            .owes = TCN_CLOCK_HOLDER},
                  .run_count = 1},
        .title_zh = tcn_slice_text(ZH),
        .title_en = tcn_slice_text("Resolve a request"),
    };
    row.clock.times.due_ns = at("2024-03-16T23:59:59+08:00");
    row.clock.times.limit_ns = at("2024-03-18T23:59:59+08:00");
    return row;
}

#define TITLE ZH " Resolve a request (xf.resolve): "
#define DUE "2024-03-16 23:59:59 +08:00"
#define LIMIT "2024-03-18 23:59:59 +08:00"
#define STOP "2024-03-20 10:00:00 +08:00"

static void a_clock_that_runs_says_until_when(void **state) {
    (void)state;
    struct tcn_clock_row row = row_of();
    expect_line(&row, TITLE "runs, due " DUE ", in time until " LIMIT);
    row.clock.clock.fired_steps = 7;
    expect_line(&row, TITLE "runs, was due " DUE ", in time until " LIMIT);
    row.clock.clock.fired_steps = 3;
    row.clock.times.limit_ns = row.clock.times.due_ns;
    expect_line(&row, TITLE "runs, due " DUE);
    row.clock.times.missing_year = 2027;
    expect_line(&row, TITLE "runs, due " DUE " at the earliest: the calendar of 2027 is missing");
    row.clock.times.missing_year = 0;
    row.clock.terms.bound = TCN_CLOCK_AT_LEAST;
    expect_line(&row, TITLE "runs, not before " DUE);
    row.clock.times = (struct tcn_clock_times){
        .due_ns = TCN_CLOCK_NEVER, .limit_ns = TCN_CLOCK_NEVER, .is_paused = true};
    expect_line(&row, TITLE "paused");
    row.clock.times.is_paused = false;
    row.clock.terms.unit = TCN_CLOCK_AT_ONCE;
    expect_line(&row, TITLE "owed at once");
}

static void a_clock_that_ended_says_how(void **state) {
    (void)state;
    static const struct {
        enum tcn_clock_end end;
        enum tcn_clock_verdict verdict;
        const char *wanted;
    } cases[] = {
        {TCN_CLOCK_STOPPED, TCN_VERDICT_IN_TIME, "stopped in time " STOP},
        {TCN_CLOCK_STOPPED, TCN_VERDICT_LATE, "stopped late " STOP},
        {TCN_CLOCK_STOPPED, TCN_VERDICT_EARLY, "stopped too early " STOP},
        {TCN_CLOCK_STOPPED, TCN_VERDICT_OVER, "over before its act " STOP},
        {TCN_CLOCK_STOPPED, TCN_VERDICT_UNMEASURED, "done " STOP},
        {TCN_CLOCK_STOPPED, TCN_VERDICT_UNKNOWN, "stopped, in time or late is not known " STOP},
        {TCN_CLOCK_CLOSED, TCN_VERDICT_UNMEASURED, "ended with the matter " STOP},
        {TCN_CLOCK_CLOSED, TCN_VERDICT_LATE, "ended with the matter, late " STOP},
        {TCN_CLOCK_LEFT, TCN_VERDICT_UNMEASURED, "not for this matter any more " STOP},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct tcn_clock_row row = row_of();
        char wanted[512];
        row.clock.end = cases[i].end;
        row.clock.verdict = cases[i].verdict;
        row.clock.stop_ns = at("2024-03-20T10:00:00+08:00");
        row.clock.clock.fired_steps = 7;
        (void)snprintf(wanted, sizeof wanted, TITLE "%s, due " DUE ", in time until " LIMIT,
                       cases[i].wanted);
        expect_line(&row, wanted);
        row.clock.run_count = 3;
        row.clock.late_count = 1;
        (void)snprintf(wanted, sizeof wanted,
                       TITLE "%s, due " DUE ", in time until " LIMIT "; run 3, late before: 1",
                       cases[i].wanted);
        expect_line(&row, wanted);
    }
}

static void a_rule_that_is_gone_is_called_by_its_id(void **state) {
    (void)state;
    struct tcn_clock_row row = row_of();
    row.title_zh = row.title_en = (struct tcn_slice){.size = 0};
    row.clock.times.limit_ns = row.clock.times.due_ns;
    expect_line(&row, "xf.resolve: runs, due " DUE);
    row.title_zh = tcn_slice_text("\x1b[31m" ZH);
    row.clock.id[0] = '\0';
    struct desk desk;
    desk_open(&desk);
    tcn_clocks_show(desk.cli.out, &row, 1);
    assert_null(strchr(desk_out(&desk), '\x1b')); /* no terminal obeys it */
    tcn_clocks_show(desk.cli.out, &row, 0);
    desk_close(&desk);
}

static void a_step_that_has_come_is_told_with_its_rule_and_what_to_look_at(void **state) {
    (void)state;
    static const struct {
        enum tcn_due_kind kind;
        int64_t left_s;
        int64_t late_s;
        const char *shown;
    } rows[] = {
        {TCN_DUE_CLOCK, 3 * 86400, 0,
         "serious   clock            00000000-0000-0000-0000-000000000007  clock  xf.resolve\n"
         "    " ZH " Resolve a request (xf.resolve) is due 2026-11-26 14:05:49 +08:00, in 3 days\n"
         "    try: tocsin matter show 00000000-0000-0000-0000-000000000007\n"},
        {TCN_DUE_CLOCK, 0, 3600,
         "serious   clock            00000000-0000-0000-0000-000000000007  clock  xf.resolve\n"
         "    " ZH " Resolve a request (xf.resolve) was due 2026-11-23 14:05:49 +08:00 (this was "
         "due 2026-11-23 13:05:50 +08:00; the collector did not run then)\n    try: "},
        {TCN_DUE_CALENDAR, 0, 0,
         "serious   calendar         00000000-0000-0000-0000-000000000007  clock  xf.resolve\n"
         "    clocks end in 2027, whose calendar the policy lacks"},
        {TCN_DUE_POLICY, 0, 0,
         "serious   policy           00000000-0000-0000-0000-000000000007  clock  xf.resolve\n"
         "    policy version 5 is in force, by xf.resolve; running clocks follow it too, 9 "
         "changed\n"
         "    try: tocsin policy show --at 77 on the collector's machine, and ask"},
    };
    for (size_t index = 0; index < COUNT_OF(rows); index++) {
        struct desk desk;
        struct tcn_arena arena;
        struct tcn_key_set none = {0};
        const int64_t now_ns = INT64_C(1795413950) * 1000000000;
        desk_open(&desk);
        assert_int_equal(tcn_arena_init(&arena, TCN_ITEM_ARENA_BYTES), TCN_OK);
        const struct tcn_item_view view = {
            .cli = &desk.cli, .format = TCN_FORMAT_TABLE, .keys = &none, .arena = &arena};
        const struct tcn_item item = {
            .alert = {.stream = {TCN_MODE_ACTUAL, 2},
                      .number = 4,
                      .position = 77,
                      .policy_version = 5,
                      .act = TCN_ACT_TICK,
                      .reason = TCN_REASON_CLOCK,
                      .severity = TCN_SEVERITY_SERIOUS,
                      .fired = {rows[index].kind, rows[index].kind == TCN_DUE_POLICY ? 2 : 3, 2027,
                                9, now_ns - rows[index].late_s * 1000000000,
                                now_ns + rows[index].left_s * 1000000000}},
            .matter = {{[15] = 7}},
            .position = 77,
            .log_time_ns = now_ns,
            .subject = tcn_slice_text("xf.resolve"),
            .title_zh = tcn_slice_text(ZH),
            .title_en = tcn_slice_text("Resolve a request")};
        assert_int_equal(tcn_item_print(&view, &item), TCN_OK);
        static const char time[] = "2026-11-23 14:05:50 +08:00  ";
        assert_memory_equal(desk_out(&desk), time, sizeof time - 1);
        assert_memory_equal(desk_out(&desk) + sizeof time - 1, rows[index].shown,
                            strlen(rows[index].shown));
        tcn_arena_fini(&arena);
        desk_close(&desk);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_that_runs_says_until_when),
        cmocka_unit_test(a_clock_that_ended_says_how),
        cmocka_unit_test(a_rule_that_is_gone_is_called_by_its_id),
        cmocka_unit_test(a_step_that_has_come_is_told_with_its_rule_and_what_to_look_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
