/* SPDX-License-Identifier: Apache-2.0 */
/* Escalation, expected reports, sealing and retention: small files that are wrong in one place
 * each, and the shipped ones. */
#include "policy/read_plans.h"

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
    ESCALATION,
    REPORTS,
    SEAL,
    RETENTION,
    ORGANS,
    LINES,
    DOMAINS,
    CLOCKS,
    FILE_COUNT
};

static const char *const names[FILE_COUNT] = {
    "escalation.yaml", "expected_reports.yaml", "seal.yaml",  "retention.yaml", "organs.yaml",
    "lines.yaml",      "domains.yaml",          "clocks.yaml"};

#define FROM ", article: x, confidence: proposal}\n"
#define STEP(id, ladder, kind, more)                                                               \
    "  - {id: " id ", ladder: " ladder ", kind: " kind                                             \
    ", cause: overdue, spacing_minutes: 5" more FROM
#define ZERO(id, more)                                                                             \
    "  - {id: " id ", kind: zero_report, every: day, by: \"17:00\", grace_minutes: 5" more FROM
#define KEPT(id, more) "  - {id: " id ", unit: days, amount: 9" more FROM

static const char *const good[FILE_COUNT] = {
    "steps:\n" STEP("a", "l", "remind", ", tell: [holder], clock: reply")
        STEP("b", "l", "urge", ", tell: [holder, desk], severity: urgent")
            STEP("c", "l", "admonish", ", tell: [desk]"),
    "reports:\n" ZERO("z", ", line: safe")
        ZERO("y", ", line: fed, offices: [town]") "  - {id: c, kind: check_in, every: hours, "
                                                  "hours: 2, grace_minutes: 0, while_domain: "
                                                  "storm" FROM,
    "compartments:\n"
    "  - {id: n, compartment: narrative, fields: [narrative], wraps: [owner]" FROM
    "  - {id: s, domains: [storm], compartment: narrative, fields: [narrative], "
    "wraps: [owner, desk_escrow]" FROM
    "  - {id: g, is_guarded: true, compartment: narrative, fields: [narrative, attributes], wraps: "
    "[allow_list]" FROM,
    "periods:\n" KEPT("s", ", what: sealed, from: final") KEPT("o", ", what: open, from: final")
        KEPT("t", ", what: sealed, from: closed, domains: [storm]")
            KEPT("g", ", what: sealed, from: final, is_guarded: true"),
    "organs:\n  - {id: desk, kind: desk, posts: [duty_officer, custodian]}\n  - {id: town, kind: "
    "office}\n"
    "  - {id: city, kind: office}\n",
    "lines:\n  - {id: safe}\n  - {id: fed}\n",
    "domains:\n  - {id: storm}\n  - {id: theft}\n",
    "clocks:\n  - {id: reply, enabled: true}\n  - {id: rest, enabled: false}\n",
};

/** One wrong file and everything that is said of it, a fault a line. */
struct row {
    int file;
    const char *text; /**< NULL: it is not there */
    const char *told;
};

static const struct row rows[] = {
    {ESCALATION, NULL, "escalation.yaml: No such file or directory\n"},
    {REPORTS, "", "expected_reports.yaml: the file is empty\n"},
    {SEAL, "compartments: []\n",
     "seal.yaml:1:15: compartments: is missing: expected a list with at least one entry\n"},
    {RETENTION, "period: 1\n",
     "retention.yaml:1:1: period: unknown key; the nearest valid word is \"periods\"\n"},
    /* Posts. */
    {ORGANS, "organs:\n  - {id: town, kind: office, posts: [clerk, Li, clerk]}\n",
     "organs.yaml:2:37: organs[1].posts: expected a word: a letter a-z, then up to 62 of a-z, 0-9, "
     "_ "
     ". -\n"
     "organs.yaml:2:37: organs[1].posts: \"clerk\" is there already\n"},
    /* Escalation. */
    {ESCALATION, "steps:\n" STEP("a", "l", "remnd", ", tell: [holder]"),
     "escalation.yaml:2:30: steps[1].kind: unknown value \"remnd\"; the nearest valid word is "
     "\"remind\"\n"},
    {ESCALATION, "steps:\n" STEP("a", "l", "urge", ", tell: [holder]"),
     "escalation.yaml:2:30: steps[1].kind: expected remind: a ladder begins with it\n"},
    {ESCALATION,
     "steps:\n" STEP("a", "l", "remind", ", tell: [holder]")
         STEP("b", "l", "urge", ", tell: [desk]") STEP("c", "l", "remind", ", tell: [desk]"),
     "escalation.yaml:4:30: steps[3].kind: expected no milder step behind a harder one\n"},
    {ESCALATION,
     "steps:\n" STEP("a", "l", "remind", ", tell: [desk]")
         STEP("b", "m", "remind", ", tell: [desk], severity: urgent")
             STEP("c", "l", "urge", ", tell: [desk]"),
     "escalation.yaml:4:21: steps[3].ladder: expected the steps of \"l\" one behind the other\n"},
    {ESCALATION,
     "steps:\n" STEP("a", "l", "remind", ", tell: [desk]")
         STEP("b", "l", "admonish", ", tell: [holder]"),
     "escalation.yaml:3:82: steps[2].tell: expected [desk]: to admonish is only proposed, to "
     "people "
     "at the desk\n"},
    {ESCALATION, "steps:\n" STEP("a", "l", "remind", ""),
     "escalation.yaml:2:3: steps[1].tell: is missing: expected at least one word\n"},
    {ESCALATION, "steps:\n" STEP("a", "l", "remind", ", tell: [desk, desk]"),
     "escalation.yaml:2:80: steps[1].tell: \"desk\" is there already\n"},
    /* Ladders that would never begin. */
    {ESCALATION,
     "steps:\n" STEP("a", "l", "remind", ", tell: [desk], severity: urgent")
         STEP("b", "m", "remind", ", tell: [desk]") STEP("c", "m", "urge", ", tell: [desk]")
             STEP("d", "n", "remind", ", tell: [desk], clock: reply")
                 STEP("e", "o", "remind", ", tell: [holder], severity: urgent"),
     "escalation.yaml:6:21: steps[5].ladder: expected another cause, clock or severity than that "
     "of "
     "\"l\", which is chosen first: \"o\" would never begin\n"},
    {ESCALATION, "steps:\n" STEP("a", "l", "remind", ", tell: [desk], clock: rest"),
     "escalation.yaml:2:95: steps[1].clock: expected a clock that is on: \"rest\" is not enabled, "
     "so "
     "the ladder would never begin\n"},
    {ESCALATION, "steps:\n" STEP("a", "l", "remind", ", tell: [people]"),
     "escalation.yaml:2:81: steps[1].tell: unknown value \"people\"; expected one of holder, "
     "office, line_parent, place_parent, desk\n"},
    {ESCALATION, "steps:\n" STEP("a", "l", "remind", ", tell: [desk], clock: repy"),
     "escalation.yaml:2:95: steps[1].clock: unknown clock \"repy\"; the nearest valid word is "
     "\"reply\"\n"},
    {ESCALATION,
     "steps:\n  - {id: a, ladder: l, kind: remind, cause: unacknowledged, clock: reply, "
     "tell: [desk], spacing_minutes: 0" FROM,
     "escalation.yaml:2:68: steps[1].clock: expected none: unacknowledged has no clock\n"
     "escalation.yaml:2:106: steps[1].spacing_minutes: expected a number from 1 to 43200\n"},
    {ESCALATION,
     "steps:\n  - {id: a, ladder: l, kind: remind, cause: overdue, tell: [desk], "
     "spacing_minutes: 5}\n",
     "escalation.yaml:2:3: steps[1].article: is missing: expected law and article, or where the "
     "practice is from\n"
     "escalation.yaml:2:3: steps[1].confidence: is missing: expected one of H, M, proposal\n"},
    /* Expected reports. */
    {REPORTS, "reports:\n" ZERO("z", ""),
     "expected_reports.yaml:2:3: reports[1].line: is missing: expected the line that it ticks\n"},
    {REPORTS, "reports:\n" ZERO("z", ", line: save"),
     "expected_reports.yaml:2:81: reports[1].line: unknown line \"save\"; the nearest valid word "
     "is "
     "\"safe\"\n"},
    {REPORTS, "reports:\n" ZERO("z", ", line: safe, offices: [desk]"),
     "expected_reports.yaml:2:97: reports[1].offices: unknown office \"desk\"; expected one of "
     "town, city\n"},
    {REPORTS, "reports:\n" ZERO("z", ", line: safe") ZERO("y", ", line: safe, offices: [town]"),
     "expected_reports.yaml:3:81: reports[2].line: \"z\" expects this line of an office already\n"},
    {REPORTS, "reports:\n" ZERO("z", ", line: safe") ZERO("z", ", line: fed"),
     "expected_reports.yaml:3:10: reports[2].id: \"z\" is taken by reports[1]\n"},
    {REPORTS,
     "reports:\n  - {id: z, kind: zero_report, line: safe, every: day, by: \"25:00\", "
     "grace_minutes: 5" FROM,
     "expected_reports.yaml:2:60: reports[1].by: expected a time of the day, for example "
     "\"17:00\"\n"},
    {REPORTS,
     "reports:\n  - {id: z, kind: check_in, line: safe, every: hours, by: \"17:00\", "
     "grace_minutes: 5" FROM,
     "expected_reports.yaml:2:3: reports[1].hours: is missing: expected a number from 1 to 24\n"
     "expected_reports.yaml:2:35: reports[1].line: expected none: a sign of life ticks no line\n"
     "expected_reports.yaml:2:59: reports[1].by: expected none: hours have no time of the day\n"},
    /* Sealing. */
    {SEAL,
     "compartments:\n"
     "  - {id: n, compartment: narative, fields: [narrative], wraps: [owner]" FROM,
     "seal.yaml:2:26: compartments[1].compartment: unknown value \"narative\"; the nearest valid "
     "word is \"narrative\"\n"},
    {SEAL,
     "compartments:\n"
     "  - {id: n, compartment: narrative, fields: [narrative], wraps: [desk_escrow]" FROM,
     "seal.yaml:2:65: compartments[1].wraps: expected owner: whoever must act reads it\n"},
    {SEAL,
     "compartments:\n"
     "  - {id: n, compartment: narrative, fields: [narrative], wraps: [owner, allow_list]" FROM,
     "seal.yaml:2:65: compartments[1].wraps: expected no allow_list: only a guarded matter has "
     "one\n"},
    {SEAL,
     "compartments:\n  - {id: n, is_guarded: true, compartment: narrative, fields: [narrative], "
     "wraps: [allow_list, desk_escrow]" FROM,
     "seal.yaml:2:83: compartments[1].wraps: expected [allow_list]: nobody else reads a guarded "
     "matter\n"},
    {SEAL,
     "compartments:\n"
     "  - {id: n, compartment: narrative, fields: [narrative], wraps: [owner]" FROM
     "  - {id: c, compartment: narrative, fields: [narrative], wraps: [owner]" FROM,
     "seal.yaml:3:45: compartments[2].fields: expected each field once; \"n\" has one of them for "
     "these domains\n"},
    {SEAL,
     "compartments:\n"
     "  - {id: c, compartment: contact, fields: [contact, place, informant], wraps: [owner]" FROM,
     "seal.yaml:2:43: compartments[1].fields: expected what the compartment is named after: a text "
     "keeps its name\n"},
    {SEAL,
     "compartments:\n  - {id: c, compartment: contact, fields: [contact], wraps: [owner]" FROM,
     "seal.yaml:2:43: compartments[1].fields: expected contact and place together: they are one "
     "text of a draft\n"},
    {SEAL,
     "compartments:\n  - {id: n, compartment: narrative, fields: [narrative, attributes], "
     "wraps: [owner]" FROM,
     "seal.yaml:2:45: compartments[1].fields: expected no attributes: the log judges a matter by "
     "them, unless it is guarded\n"},
    {SEAL,
     "compartments:\n  - {id: n, domains: [storm, steft], compartment: narrative, "
     "fields: [narrative], wraps: [owner]" FROM,
     "seal.yaml:2:30: compartments[1].domains: unknown domain \"steft\"; the nearest valid word is "
     "\"theft\"\n"},
    /* Retention. */
    {RETENTION, "periods:\n" KEPT("s", ", what: sealed, from: finale"),
     "retention.yaml:2:56: periods[1].from: unknown value \"finale\"; the nearest valid word is "
     "\"final\"\n"},
    {RETENTION,
     "periods:\n" KEPT("s", ", what: sealed, from: final")
         KEPT("t", ", what: sealed, from: closed"),
     "retention.yaml:3:3: periods[2].domains: \"s\" says it of these domains already\n"},
    {RETENTION,
     "periods:\n" KEPT("o", ", what: open, from: final") "  - {id: s, unit: months, amount: 1, "
                                                         "what: sealed, from: final" FROM,
     "retention.yaml:3:35: periods[2].amount: expected the sealed part to go first: \"o\" and this "
     "one\n"},
    {RETENTION, "periods:\n" KEPT("g", ", what: sealed, from: closed, is_guarded: true"),
     "retention.yaml:2:56: periods[1].from: expected final: review and recheck come after closing "
     "and need the texts\n"},
};

static char folder[] = "tocsin-plans-XXXXXX";
static struct tcn_policy_errors errors;

#include "files.h"

/** All faults as text, without the folder. */
static void tell(char *text, size_t size) {
    text[0] = '\0';
    for (uint32_t i = 0; i < errors.count; i++) {
        char line[TCN_POLICY_ERROR_TEXT_BYTES];
        tcn_policy_error_text(&errors.items[i], line);
        size_t used = strlen(text);
        (void)snprintf(text + used, size - used, "%s\n", line + strlen(folder) + 1);
    }
}

static void wrong_plans_are_told_with_file_line_column_field_and_reason(void **state) {
    (void)state;
    uint32_t wrong_count = 0;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        static char told[8192];
        struct tcn_plan_source *source = NULL;
        put_good();
        put_text(rows[i].file, rows[i].text);
        assert_int_equal(tcn_policy_read_plans(folder, &source, &errors), TCN_CONFIG);
        assert_null(source);
        tell(told, sizeof(told));
        if (strcmp(told, rows[i].told) != 0) {
            print_error("row %zu, wanted\n%sgot\n%s", i, rows[i].told, told);
            wrong_count++;
        }
    }
    assert_int_equal(wrong_count, 0);
}

static void good_plans_are_read_as_they_are_written(void **state) {
    (void)state;
    struct tcn_plan_source *source = NULL;
    put_good();
    assert_int_equal(tcn_policy_read_plans(folder, &source, &errors), TCN_OK);
    const struct tcn_plans *plans = tcn_plan_source_plans(source);
    assert_int_equal(plans->step_count, 3);
    assert_int_equal(plans->steps[0].kind, TCN_ESCALATION_REMIND);
    assert_string_equal(plans->steps[0].clock, "reply");
    assert_int_equal(plans->steps[1].roles, TCN_PLAN_HOLDER | TCN_PLAN_DESK);
    assert_int_equal(plans->steps[1].severity_min, TCN_SEVERITY_URGENT);
    assert_int_equal(plans->steps[2].spacing_minutes, 5);
    assert_int_equal(plans->steps[2].origin.confidence, TCN_PLAN_PROPOSAL);
    assert_int_equal(plans->report_count, 3);
    assert_int_equal(plans->reports[0].by_minute, 17 * 60);
    assert_int_equal(plans->reports[0].office_count, 0);
    assert_string_equal(plans->reports[1].offices[0], "town");
    assert_int_equal(plans->reports[2].hours, 2);
    assert_string_equal(plans->reports[2].while_domain, "storm");
    assert_int_equal(plans->seal_count, 3);
    assert_int_equal(plans->seals[1].compartment, TCN_COMPARTMENT_NARRATIVE);
    assert_int_equal(plans->seals[1].fields, TCN_SEAL_NARRATIVE);
    assert_int_equal(plans->seals[2].fields, TCN_SEAL_NARRATIVE | TCN_SEAL_ATTRIBUTES);
    assert_int_equal(plans->seals[1].wraps, TCN_SEAL_OWNER | TCN_SEAL_ESCROW);
    assert_true(plans->seals[2].is_guarded);
    assert_int_equal(plans->retention_count, 4);
    assert_int_equal(plans->retentions[2].from, TCN_RETENTION_CLOSED);
    assert_string_equal(plans->retentions[2].domains.ids[0], "storm");
    assert_int_equal(plans->retentions[3].amount, 9);
    assert_int_equal(plans->organ_count, 3);
    assert_int_equal(plans->organs[0].count, 2);
    assert_string_equal(plans->organs[0].posts[1], "custodian");
    assert_int_equal(plans->organs[1].count, 0);
    tcn_plan_source_destroy(&source);
    tcn_plan_source_destroy(&source);
}

static void one_run_tells_of_every_file_and_nothing_of_words_that_did_not_load(void **state) {
    (void)state;
    struct tcn_plan_source *source = NULL;
    put_good();
    put_text(ESCALATION, "steps: 1\n");
    put_text(REPORTS, "reports:\n" ZERO("z", ", line: save, offices: [tawn]"));
    put_text(SEAL, NULL);
    put_text(RETENTION, "periods:\n" KEPT("s", ", what: sealed, from: finale, domains: [x]"));
    put_text(ORGANS, "organs: 1\n");
    put_text(LINES, NULL);
    put_text(DOMAINS, "domains:\n  - {id: a, more: b}\n");
    assert_int_equal(tcn_policy_read_plans(folder, &source, &errors), TCN_CONFIG);
    assert_int_equal(errors.count, 3); /* two files, and one word of the fourth */
}

static void the_shipped_plans_are_good_and_all_of_them_proposals(void **state) {
    (void)state;
    char path[1024];
    const char *tree = getenv("TOCSIN_SRC");
    struct tcn_plan_source *source = NULL;
    (void)snprintf(path, sizeof(path), "%s/policy", tree != NULL ? tree : ".");
    enum tcn_status status = tcn_policy_read_plans(path, &source, &errors);
    for (uint32_t i = 0; i < errors.count; i++) {
        char line[TCN_POLICY_ERROR_TEXT_BYTES];
        tcn_policy_error_text(&errors.items[i], line);
        print_error("%s\n", line);
    }
    assert_int_equal(status, TCN_OK);
    const struct tcn_plans *plans = tcn_plan_source_plans(source);
    for (uint32_t i = 0; i < plans->step_count; i++) {
        assert_int_equal(plans->steps[i].origin.confidence, TCN_PLAN_PROPOSAL);
        assert_true(plans->steps[i].kind != TCN_ESCALATION_ADMONISH ||
                    plans->steps[i].roles == TCN_PLAN_DESK);
    }
    assert_int_equal(plans->report_count, 6); /* the five lines, and the weather */
    uint32_t guarded_count = 0;
    for (uint32_t i = 0; i < plans->seal_count; i++) {
        guarded_count += plans->seals[i].is_guarded ? 1 : 0;
        assert_true(!plans->seals[i].is_guarded || plans->seals[i].wraps == TCN_SEAL_ALLOW_LIST);
    }
    assert_int_equal(guarded_count, TCN_COMPARTMENTS_MAX);
    assert_true(plans->retention_count > 0);
    for (uint32_t i = 0; i < plans->organ_count; i++) {
        assert_true(plans->organs[i].count > 0);
    }
    tcn_plan_source_destroy(&source);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_plans_are_told_with_file_line_column_field_and_reason),
        cmocka_unit_test(good_plans_are_read_as_they_are_written),
        cmocka_unit_test(one_run_tells_of_every_file_and_nothing_of_words_that_did_not_load),
        cmocka_unit_test(the_shipped_plans_are_good_and_all_of_them_proposals),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
