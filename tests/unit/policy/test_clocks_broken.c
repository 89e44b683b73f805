/* SPDX-License-Identifier: Apache-2.0 */
/* Small calendars and clocks that are wrong in one place each, and what the list of faults says. */
#include "policy/read_clocks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum {
    CALENDARS,
    CLOCKS,
    DOMAINS,
    LEVELS,
    ATTRIBUTES,
    FILE_COUNT
};

static const char *const names[FILE_COUNT] = {"calendars.yaml", "clocks.yaml", "domains.yaml",
                                              "levels.yaml", "attributes.yaml"};

#define ZONE "zone_offset_minutes: 480\nyears:\n"
#define Y2024 "  - year: 2024\n    days_off: [2024-01-01, 2024-02-10/2024-02-17]\n"
#define HEAD "clocks:\n  - id: reply\n    title_zh: a\n    title_en: b\n"
#define REST "    article: law 1\n    confidence: H\n"
#define DAYS "    unit: calendar_days\n    amount: 15\n    owes: holder\n"
#define START "    start: [reported]\n"
#define STOP "    stop: [replied]\n"

/* Files in which nothing is wrong. */
static const char *const good[FILE_COUNT] = {
    ZONE Y2024 "    working_days:\n      - 2024-02-18 # after it\n",
    HEAD DAYS START STOP REST,
    "domains:\n  - id: petition\n    procedure: petition\n  - id: noise\n",
    "levels:\n  - {id: mild, kind: accident, rank: 1}\n  - {id: red, kind: warning, rank: 1}\n",
    ("attributes:\n  - {id: unknown_sender, kind: flag}\n  - {id: depth, kind: number, unit: cm}\n"
     "  - {id: closed, kind: flag}\n"),
};

/** One wrong file and the first fault that it must give. */
struct row {
    int file;
    const char *text; /**< NULL: it is not there */
    const char *field;
    uint32_t line;
    uint32_t column;  /**< 0: not compared */
    const char *says; /**< part of the sentence */
};

static const struct row rows[] = {
    /* The shape of a file. */
    {CALENDARS, NULL, "", 0, 0, "No such file"},
    {CLOCKS, NULL, "", 0, 0, "No such file"},
    {CALENDARS, "", "", 0, 0, "empty"},
    {CALENDARS, "zone_offset_minutes: 480\n", "years", 0, 0, "at least one"},
    {CALENDARS, "zone_offset_minutes: 480\nyears: []\n", "years", 2, 8, "at least one"},
    {CLOCKS, "clocks: []\n", "clocks", 1, 9, "at least one"},
    {CALENDARS, "zone: 480\n", "zone", 1, 1, "zone_offset_minutes"},
    {CALENDARS, ZONE "  - year: 2024\n    day_off: [2024-01-01]\n", "years[1].day_off", 4, 5,
     "\"days_off\""},
    {CLOCKS, HEAD DAYS START STOP REST "    stops: [replied]\n", "clocks[1].stops", 12, 5,
     "\"stop\""},
    {CLOCKS, HEAD "    weekend: 3\n", "clocks[1].weekend", 5, 5, "unknown key"},
    /* Zone and years. */
    {CALENDARS, "years:\n" Y2024, "zone_offset_minutes", 0, 0, "minutes east"},
    {CALENDARS, "zone_offset_minutes: +08:00\nyears:\n" Y2024, "zone_offset_minutes", 1, 22,
     "from -840 to 840"},
    {CALENDARS, "zone_offset_minutes: -841\nyears:\n" Y2024, "zone_offset_minutes", 1, 22,
     "from -840 to 840"},
    {CALENDARS, "zone_offset_minutes: '-'\nyears:\n" Y2024, "zone_offset_minutes", 1, 22,
     "from -840 to 840"},
    {CALENDARS, ZONE "  - days_off: [2024-01-01]\n", "years[1].year", 3, 3, "from 1900 to 2200"},
    {CALENDARS, ZONE "  - year: 1899\n", "years[1].year", 3, 11, "from 1900 to 2200"},
    {CALENDARS, ZONE Y2024 "  - year: 2024\n", "years[2].year", 5, 11, "after 2024"},
    {CALENDARS, ZONE Y2024 "  - year: 2023\n", "years[2].year", 5, 11, "after 2024"},
    /* Days. */
    {CALENDARS, ZONE "  - year: 2024\n    days_off: [2024-01-01, 2024-02-30]\n",
     "years[1].days_off", 4, 28, "a date or a run"},
    {CALENDARS, ZONE "  - year: 2024\n    days_off:\n      - 2024-01-01\n      - 2024-2-1\n",
     "years[1].days_off", 6, 9, "a date or a run"},
    {CALENDARS, ZONE "  - year: 2024\n    days_off: [2024-02-17/2024-02-10]\n", "years[1].days_off",
     4, 16, "a date or a run"},
    {CALENDARS, ZONE "  - year: 2024\n    days_off: [2024-02-10 / 2024-02-17]\n",
     "years[1].days_off", 4, 16, "a date or a run"},
    {CALENDARS, ZONE "  - year: 2024\n    days_off: [2024-02-01/2024-03-03]\n", "years[1].days_off",
     4, 16, "up to 31 days"},
    {CALENDARS, ZONE "  - year: 2024\n    days_off: [2025-01-01]\n", "years[1].days_off", 4, 16,
     "days of 2024"},
    {CALENDARS, ZONE "  - year: 2024\n    days_off: [2023-11-30]\n", "years[1].days_off", 4, 16,
     "December before"},
    {CALENDARS, ZONE "  - year: 2024\n    days_off: [2024-12-30/2025-01-01]\n", "years[1].days_off",
     4, 16, "days of 2024"},
    {CALENDARS, ZONE Y2024 "    working_days: [2024-02-19]\n", "years[1].working_days", 5, 20,
     "working days already"},
    {CALENDARS, ZONE Y2024 "    working_days: [2024-02-18, 2024-02-24/2024-02-26]\n",
     "years[1].working_days", 5, 32, "working days already"},
    {CALENDARS, ZONE Y2024 "    working_days: [2024-02-17]\n", "years[1].working_days", 5, 20,
     "a day off already"},
    {CALENDARS, ZONE "  - year: 2024\n    days_off: [2024-01-01, 2024-01-01]\n",
     "years[1].days_off", 4, 16, "a day off already"},
    {CALENDARS,
     ZONE "  - year: 2024\n    working_days: [2024-12-28]\n"
          "  - year: 2025\n    days_off: [2024-12-28/2025-01-01]\n",
     "years[2].days_off", 6, 16, "a working day already"},
    /* What a rule says of itself. */
    {CLOCKS, "clocks:\n  - title_zh: a\n    title_en: b\n" DAYS START STOP REST, "clocks[1].id", 2,
     3, "missing"},
    {CLOCKS,
     "clocks:\n  - id: x.1255\n    title_zh: a\n    title_en: b\n" DAYS START STOP REST
     "  - id: x.93994\n    title_zh: a\n    title_en: b\n" DAYS START STOP REST,
     "clocks[2].id", 12, 9, "its number is that of \"x.1255\""},
    {CLOCKS, "clocks:\n  - id: Reply\n    title_zh: a\n    title_en: b\n" DAYS START STOP REST,
     "clocks[1].id", 2, 9, "a word"},
    {CLOCKS, "clocks:\n  - id: reply\n    title_en: b\n" DAYS START STOP REST, "clocks[1].title_zh",
     2, 3, "Chinese"},
    {CLOCKS, HEAD DAYS START STOP "    confidence: H\n", "clocks[1].article", 2, 3, "article"},
    {CLOCKS, HEAD DAYS START STOP "    article: law 1\n", "clocks[1].confidence", 2, 3,
     "one of H, M, proposal"},
    {CLOCKS, HEAD DAYS START STOP "    article: law 1\n    confidence: L\n", "clocks[1].confidence",
     11, 17, "\"H\""},
    {CLOCKS, HEAD DAYS START STOP "    article: law 1\n    confidence: propossal\n",
     "clocks[1].confidence", 11, 17, "\"proposal\""},
    {CLOCKS, HEAD DAYS START STOP REST "    enabled: yes\n", "clocks[1].enabled", 12, 14,
     "false, true"},
    {CLOCKS,
     HEAD DAYS START STOP REST
     "  - id: reply\n    title_zh: a\n    title_en: b\n" DAYS START STOP REST,
     "clocks[2].id", 12, 9, "taken by clocks[1]"},
    /* Amounts. */
    {CLOCKS, HEAD "    amount: 15\n    owes: holder\n" START STOP REST, "clocks[1].unit", 2, 3,
     "one of at_once, minutes"},
    {CLOCKS, HEAD "    unit: calender_days\n    amount: 15\n    owes: holder\n" START STOP REST,
     "clocks[1].unit", 5, 11, "\"calendar_days\""},
    {CLOCKS, HEAD "    unit: days\n    amount: 15\n    owes: holder\n" START STOP REST,
     "clocks[1].unit", 5, 11, "unknown value \"days\""},
    {CLOCKS, HEAD "    unit: calendar_days\n    owes: holder\n" START STOP REST, "clocks[1].amount",
     2, 3, "from 1 to 3660"},
    {CLOCKS, HEAD "    unit: calendar_days\n    amount: 0\n    owes: holder\n" START STOP REST,
     "clocks[1].amount", 6, 13, "from 1 to 3660"},
    {CLOCKS, HEAD "    unit: working_days\n    amount: 3661\n    owes: holder\n" START STOP REST,
     "clocks[1].amount", 6, 13, "from 1 to 3660"},
    {CLOCKS, HEAD "    unit: minutes\n    amount: 44641\n    owes: holder\n" START STOP REST,
     "clocks[1].amount", 6, 13, "from 1 to 44640"},
    {CLOCKS, HEAD "    unit: hours\n    amount: 745\n    owes: holder\n" START STOP REST,
     "clocks[1].amount", 6, 13, "from 1 to 744"},
    {CLOCKS, HEAD "    unit: months\n    amount: 121\n    owes: holder\n" START STOP REST,
     "clocks[1].amount", 6, 13, "from 1 to 120"},
    {CLOCKS, HEAD "    unit: years\n    amount: 11\n    owes: holder\n" START STOP REST,
     "clocks[1].amount", 6, 13, "from 1 to 10"},
    {CLOCKS,
     HEAD "    unit: years\n    amount: 8\n    extend: 3\n    owes: holder\n" START STOP REST,
     "clocks[1].extend", 7, 13, "from 0 to 2"},
    {CLOCKS, HEAD "    unit: at_once\n    amount: 1\n    owes: holder\n" START STOP REST,
     "clocks[1].amount", 6, 13, "has no number"},
    {CLOCKS, HEAD "    unit: at_once\n    extend: 1\n    owes: holder\n" START STOP REST,
     "clocks[1].extend", 6, 13, "has no number"},
    {CLOCKS, HEAD "    unit: at_once\n    bound: window\n    owes: holder\n" START STOP REST,
     "clocks[1].bound", 6, 12, "has no number"},
    {CLOCKS, HEAD "    unit: until\n    amount: 1\n    owes: holder\n" START STOP REST,
     "clocks[1].amount", 6, 13, "until has no number"},
    {CLOCKS, HEAD "    unit: until\n    bound: window\n    owes: holder\n" START STOP REST,
     "clocks[1].bound", 6, 12, "until has no number"},
    {CLOCKS, HEAD "    unit: until\n    hand_over: true\n    owes: holder\n" START STOP REST,
     "clocks[1].hand_over", 6, 16, "with an amount"},
    {CLOCKS, HEAD DAYS "    hand_over: true\n    bound: window\n" START STOP REST,
     "clocks[1].hand_over", 8, 16, "at_most"},
    {CLOCKS, HEAD DAYS START STOP "    unless: unknown_sendr\n" REST, "clocks[1].unless", 10, 13,
     "\"unknown_sender\""},
    {CLOCKS, HEAD DAYS START STOP "    unless: depth\n" REST, "clocks[1].unless", 10, 13,
     "unknown value \"depth\""}, /* no flag */
    {CLOCKS, HEAD DAYS START STOP "    unless: ''\n" REST, "clocks[1].unless", 10, 13,
     "expected a flag of attributes.yaml"},
    {CLOCKS, HEAD DAYS START STOP "    unless:\n" REST, "clocks[1].unless", 10, 0,
     "expected a flag of attributes.yaml"},
    {CLOCKS,
     HEAD DAYS START STOP "    unless: closed\n" REST
                          "  - id: notice\n    title_zh: a\n    title_en: b\n" DAYS START STOP
                          "    unless: unknown_sender\n" REST,
     "clocks[2].unless", 21, 13, "\"closed\", as clocks[1] has"},
    {CLOCKS, HEAD DAYS START STOP "    level: milt\n" REST, "clocks[1].level", 10, 12, "\"mild\""},
    {CLOCKS, HEAD DAYS START STOP "    level: red\n" REST, "clocks[1].level", 10, 12, "mild"},
    {CLOCKS, HEAD DAYS "    bound: at_moost\n" START STOP REST, "clocks[1].bound", 8, 12,
     "\"at_most\""},
    {CLOCKS, HEAD "    unit: hours\n    amount: 1\n" START STOP REST, "clocks[1].owes", 2, 3,
     "holder, office, desk, outside"},
    /* Acts. */
    {CLOCKS, HEAD DAYS STOP REST, "clocks[1].start", 2, 3, "acts that start it"},
    {CLOCKS, HEAD DAYS START REST, "clocks[1].stop", 2, 3, "run for ever"},
    {CLOCKS, HEAD DAYS START "    stop: []\n" REST, "clocks[1].stop", 9, 11, "run for ever"},
    {CLOCKS, HEAD DAYS START "    stop: [accepted, replyed]\n" REST, "clocks[1].stop", 9, 22,
     "\"replied\""},
    {CLOCKS, HEAD DAYS START "    stop: [tick]\n" REST, "clocks[1].stop", 9, 12,
     "unknown act \"tick\""}, /* the log's own acts stop nothing */
    {CLOCKS, HEAD DAYS START "    stop: [\"replied:\"]\n" REST, "clocks[1].stop", 9, 11,
     "a reason that is a word"},
    {CLOCKS, HEAD DAYS START "    stop: [\"replied:Li Wei\"]\n" REST, "clocks[1].stop", 9, 11,
     "a reason that is a word"},
    {CLOCKS, HEAD DAYS START "    stop: [reported]\n" REST, "clocks[1].stop", 9, 11,
     "starts it: expected another"},
    {CLOCKS, HEAD DAYS "    start: [replied:first]\n" STOP REST, "clocks[1].stop", 9, 11,
     "starts it: expected another"}, /* any reply includes the first */
    {CLOCKS, HEAD DAYS "    start: [transferred, reported]\n    stop: [transferred]\n" REST,
     "clocks[1].stop", 9, 11, "starts it: expected another"},
    {CLOCKS, HEAD DAYS "    start: [\"replied>final\"]\n" STOP REST, "clocks[1].stop", 9, 11,
     "starts it: expected another"}, /* and the last */
    {CLOCKS, HEAD DAYS START "    stop: [\"replied>finale\"]\n" REST, "clocks[1].stop", 9, 11,
     "\"final\""},
    {CLOCKS, HEAD DAYS START "    stop: [\"replied>\"]\n" REST, "clocks[1].stop", 9, 12, "stage"},
    {CLOCKS, HEAD DAYS START "    stop: [\"replied>none\"]\n" REST, "clocks[1].stop", 9, 11,
     "stage"},
    {CLOCKS, HEAD DAYS START "    stop: [replied>final, \"replied:asked>final\"]\n" REST,
     "clocks[1].stop", 9, 11, "named already"},
    {CLOCKS, HEAD DAYS START "    stop: [replied, closed, replied]\n" REST, "clocks[1].stop", 9, 11,
     "named already"},
    {CLOCKS, HEAD DAYS START STOP "    start_time: received\n" REST, "clocks[1].start_time", 10, 17,
     "\"recorded\""},
    {CLOCKS, HEAD DAYS START STOP "    start_time: occurred\n" REST, "clocks[1].start_time", 10, 17,
     "expected learned"},
    {CLOCKS, HEAD DAYS START STOP "    stop_time: first\n" REST, "clocks[1].stop_time", 10, 16,
     "one of learned, recorded, occurred"},
    {CLOCKS, HEAD DAYS START STOP "    stop_time: now\n" REST, "clocks[1].stop_time", 10, 16,
     "one of learned, recorded, occurred"},
    {CLOCKS, HEAD DAYS START STOP "    pause: called\n" REST, "clocks[1].resume", 2, 3, "both"},
    {CLOCKS, HEAD DAYS START STOP "    resume: called\n" REST, "clocks[1].pause", 2, 3, "both"},
    {CLOCKS, HEAD DAYS START STOP "    pause: called\n    resume: called:again\n" REST,
     "clocks[1].resume", 11, 13, "another act"},
    {CLOCKS, HEAD DAYS START STOP "    pause: caled\n    resume: accepted\n" REST,
     "clocks[1].pause", 10, 12, "\"called\""},
    /* What it is for. */
    {CLOCKS, HEAD DAYS START STOP "    domains: [noise, petiton]\n" REST, "clocks[1].domains", 10,
     22, "\"petition\""},
    {CLOCKS, HEAD DAYS START STOP "    domains: [noise, noise]\n" REST, "clocks[1].domains", 10, 14,
     "named twice"},
    {CLOCKS, HEAD DAYS START STOP "    procedure: acident\n" REST, "clocks[1].procedure", 10, 16,
     "\"accident\""},
    {CLOCKS, HEAD DAYS START STOP "    procedure: hazard\n" REST, "clocks[1].procedure", 10, 16,
     "never run"},
    {CLOCKS, HEAD DAYS START STOP "    domains: [noise]\n    procedure: petition\n" REST,
     "clocks[1].procedure", 11, 16, "none of them has \"petition\""},
    {CLOCKS, HEAD DAYS START STOP "    category: 0123456789abcdef\n" REST, "clocks[1].category", 10,
     15, "at most 15 bytes"},
    {CLOCKS, HEAD DAYS START STOP "    level: mid\n" REST, "clocks[1].level", 10, 12, "\"mild\""},
    {CLOCKS, HEAD DAYS START STOP "    level: mild\n" REST, "clocks[1].level", 10, 12,
     "expected a domain that has a scale: none has"},
    {CLOCKS, HEAD DAYS START STOP "    domains: [noise]\n    level: mild\n" REST, "clocks[1].level",
     11, 12, "expected domains that have a scale: \"noise\" has none"},
    {CLOCKS, HEAD DAYS START STOP "    severity: unknown\n" REST, "clocks[1].severity", 10, 15,
     "one of routine, serious"},
};

static char folder[] = "tocsin-clocks-XXXXXX";
static struct tcn_policy_errors errors;

#include "files.h"

/** True when one of the faults is the one that the row expects; what it takes away may be others.
 */
static bool is_told(const struct row *row) {
    bool is_there = false;
    for (uint32_t i = 0; i < errors.count; i++) {
        const struct tcn_policy_error *error = &errors.items[i];
        const char *slash = strrchr(error->file, '/');
        is_there = is_there || (slash != NULL && strcmp(slash + 1, names[row->file]) == 0 &&
                                strcmp(error->field, row->field) == 0 &&
                                strstr(error->text, row->says) != NULL &&
                                (row->line == 0 || error->line == row->line) &&
                                (row->column == 0 || error->column == row->column));
    }
    return is_there;
}

/** True when one of the faults says so. */
static bool is_said(const char *words) {
    bool is_there = false;
    for (uint32_t i = 0; i < errors.count; i++) {
        is_there = is_there || strstr(errors.items[i].text, words) != NULL;
    }
    return is_there;
}

static void a_wrong_file_is_refused_with_field_line_and_reason(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_clock_source *source = NULL;
        put_good();
        put_text(rows[i].file, rows[i].text);
        enum tcn_status status = tcn_policy_read_clocks(folder, &source, &errors);
        if (status != TCN_CONFIG || errors.count == 0) {
            fail_msg("row %zu (%s: %s) was taken", i, rows[i].field, rows[i].says);
        }
        assert_null(source);
        if (!is_told(&rows[i])) {
            char text[TCN_POLICY_ERROR_TEXT_BYTES];
            tcn_policy_error_text(&errors.items[0], text);
            fail_msg("row %zu, wanted %s:%u:%u: %s: ...%s..., got %s", i, names[rows[i].file],
                     rows[i].line, rows[i].column, rows[i].field, rows[i].says, text);
        }
    }
}

static void one_run_tells_of_both_files(void **state) {
    (void)state;
    struct tcn_clock_source *source = NULL;
    put_good();
    put_text(CALENDARS, ZONE "  - year: 2024\n    days_off: [x, 2025-01-01]\n");
    put_text(CLOCKS, HEAD "    unit: hours\n    owes: nobody\n" REST);
    assert_int_equal(tcn_policy_read_clocks(folder, &source, &errors), TCN_CONFIG);
    /* Two days; of the rule its amount, who owes it, start and stop. */
    assert_int_equal(errors.count, 6);
}

static void nothing_is_said_of_domains_that_did_not_load(void **state) {
    (void)state;
    struct tcn_clock_source *source = NULL;
    put_good();
    put_text(DOMAINS, NULL);
    put_text(CLOCKS, HEAD DAYS START STOP "    domains: [anything]\n" REST);
    assert_int_equal(tcn_policy_read_clocks(folder, &source, &errors), TCN_OK);
    const struct tcn_clock_table *table = tcn_clock_source_table(source);
    assert_int_equal(table->rules[0].domain_count, 1); /* not for all domains */
    assert_string_equal(table->rules[0].domains[0], "anything");
    tcn_clock_source_destroy(&source);
}

/* Not the same as attributes that did not load, of which nothing is said here. */
static void a_policy_without_flags_keeps_no_clock_from_a_matter(void **state) {
    (void)state;
    static const char *const words[] = {"    unless: closed\n", "    unless: ''\n"};
    static const char *const attributes[] = {
        "attributes: []\n", "attributes:\n  - {id: depth, kind: number, unit: cm}\n"};
    for (size_t i = 0; i < COUNT_OF(words) * COUNT_OF(attributes); i++) {
        struct tcn_clock_source *source = NULL;
        char clocks[512];
        (void)snprintf(clocks, sizeof(clocks), "%s%s%s", HEAD DAYS START STOP,
                       words[i / COUNT_OF(attributes)], REST);
        put_good();
        put_text(ATTRIBUTES, attributes[i % COUNT_OF(attributes)]);
        put_text(CLOCKS, clocks);
        assert_int_equal(tcn_policy_read_clocks(folder, &source, &errors), TCN_CONFIG);
        assert_null(source);
        assert_int_equal(errors.count, 1);
        assert_string_equal(errors.items[0].field, "clocks[1].unless");
        assert_non_null(strstr(errors.items[0].text, "expected a flag of attributes.yaml"));
    }
}

static void rules_may_share_the_flag_that_keeps_them_from_a_matter(void **state) {
    (void)state;
    struct tcn_clock_source *source = NULL;
    static const char clocks[] = HEAD DAYS START STOP
        "    unless: closed\n" REST
        "  - id: notice\n    title_zh: a\n    title_en: b\n" DAYS START STOP
        "    unless: closed\n" REST
        "  - id: other\n    title_zh: a\n    title_en: b\n" DAYS START STOP REST;
    for (unsigned has_attributes = 0; has_attributes < 2; has_attributes++) {
        put_good();
        if (has_attributes == 0) {
            put_text(ATTRIBUTES, NULL); /* whoever reads it for its own sake says so */
        }
        put_text(CLOCKS, clocks);
        assert_int_equal(tcn_policy_read_clocks(folder, &source, &errors), TCN_OK);
        const struct tcn_clock_table *table = tcn_clock_source_table(source);
        assert_string_equal(tcn_clock_table_unless(table), "closed");
        assert_string_equal(table->rules[0].unless, "closed");
        assert_string_equal(table->rules[1].unless, "");
        assert_string_equal(table->rules[2].unless, "closed");
        tcn_clock_source_destroy(&source);
    }
}

static void what_is_right_is_read_with_its_defaults(void **state) {
    (void)state;
    struct tcn_clock_source *source = NULL;
    put_good();
    put_text(CALENDARS, "zone_offset_minutes: -300\nyears:\n  - year: 2024\n"
                        "    working_days: [2023-12-30]\n");
    assert_int_equal(tcn_policy_read_clocks(folder, &source, &errors), TCN_OK);
    const struct tcn_clock_table *table = tcn_clock_source_table(source);
    assert_int_equal(table->calendar.offset_minutes, -300);
    assert_int_equal(table->calendar.span_count, 1);
    assert_int_equal(table->rule_count, 1);
    assert_int_equal(table->rules[0].bound, TCN_CLOCK_AT_MOST);
    assert_int_equal(table->rules[0].start_time, TCN_CLOCK_LEARNED);
    assert_int_equal(table->rules[0].stop_time, TCN_CLOCK_RECORDED);
    assert_int_equal(table->rules[0].extend_max, 0);
    assert_string_equal(table->rules[0].unless, "");
    assert_int_equal(table->rules[0].pause.act, TCN_ACT_NONE);
    assert_int_equal(table->rules[0].severity_min, TCN_SEVERITY_UNKNOWN);
    assert_true(table->rules[0].is_enabled);
    tcn_clock_source_destroy(&source);
    assert_null(source);
    tcn_clock_source_destroy(NULL);
}

/** A list behind a head: `count` entries, each a number behind a word. Owns: gives it. */
static char *make_list(const char *head, const char *word, unsigned first, unsigned count) {
    size_t room = strlen(head) + count * 160u + 1;
    char *text = malloc(room);
    assert_non_null(text);
    size_t size = (size_t)snprintf(text, room, "%s", head);
    for (unsigned i = first; i < first + count; i++) {
        size += (size_t)snprintf(text + size, room - size, "%s%u\n", word, i);
    }
    return text;
}

static void lists_past_their_limits_are_refused(void **state) {
    (void)state;
    static const struct {
        int file;
        const char *head;
        const char *word;
        unsigned first;
        unsigned count_max;
        const char *says;
    } lists[] = {
        {CALENDARS, ZONE, "  - year: ", 1900, TCN_CALENDAR_YEARS_MAX, "128"},
        {CALENDARS, ZONE "  - year: 2024\n    days_off:\n", "      - x", 0,
         TCN_CALENDAR_YEAR_SPANS_MAX, "64"},
        {CLOCKS, "clocks:\n", "  - id: r", 0, TCN_CLOCKS_MAX, "256"},
        {CLOCKS, HEAD "    domains:\n", "      - d", 0, TCN_CLOCK_DOMAINS_MAX, "32"},
        {CLOCKS, HEAD "    start:\n", "      - a", 0, TCN_CLOCK_STARTS_MAX, "4"},
        {CLOCKS, HEAD "    stop:\n", "      - a", 0, TCN_CLOCK_STOPS_MAX, "8"},
    };
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        struct tcn_clock_source *source = NULL;
        for (unsigned more = 0; more < 2; more++) {
            char *text =
                make_list(lists[i].head, lists[i].word, lists[i].first, lists[i].count_max + more);
            put_good();
            put_text(lists[i].file, text);
            free(text);
            enum tcn_status status = tcn_policy_read_clocks(folder, &source, &errors);
            bool is_limit = status == TCN_CONFIG && is_said(lists[i].says);
            assert_int_equal(is_limit, more == 1);
            tcn_clock_source_destroy(&source);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_file_is_refused_with_field_line_and_reason),
        cmocka_unit_test(one_run_tells_of_both_files),
        cmocka_unit_test(nothing_is_said_of_domains_that_did_not_load),
        cmocka_unit_test(a_policy_without_flags_keeps_no_clock_from_a_matter),
        cmocka_unit_test(rules_may_share_the_flag_that_keeps_them_from_a_matter),
        cmocka_unit_test(what_is_right_is_read_with_its_defaults),
        cmocka_unit_test(lists_past_their_limits_are_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
