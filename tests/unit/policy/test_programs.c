/* SPDX-License-Identifier: Apache-2.0 */
/* Programs of placements: files that are wrong in one place each, one that is left out, and the
 * shipped ones. */
#include "model/program.h"
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
    PROGRAMS,
    DOMAINS,
    ORGANS,
    ESCALATION,
    REPORTS,
    SEAL,
    RETENTION,
    LINES,
    CLOCKS,
    FILE_COUNT
};

static const char *const names[FILE_COUNT] = {
    "programs.yaml", "domains.yaml",   "organs.yaml", "escalation.yaml", "expected_reports.yaml",
    "seal.yaml",     "retention.yaml", "lines.yaml",  "clocks.yaml"};

#define FROM ", article: x, confidence: proposal}\n"
#define DAYS ", months: 12, proof_days: 15, remind_days: 30"
#define WHO ", payer: hr, confirms: [park, hr], approves_late: hr"
#define TITLES ", title_zh: a, title_en: b"
#define PROGRAM(id, domain, more) "  - {id: " id ", domain: " domain more TITLES WHO DAYS FROM

static const char *const good[FILE_COUNT] = {
    "programs:\n" PROGRAM("p", "place", ", worker_fen: 200000, village_fen: 50000")
        PROGRAM("r", "road", ", monthly_fen: 29000, per: km, metres_max: 2000")
            PROGRAM("c", "clean", ", monthly_min_fen: 100, monthly_max_fen: 200"),
    "domains:\n  - {id: place, procedure: placement}\n  - {id: road, procedure: placement}\n"
    "  - {id: clean, procedure: placement}\n  - {id: theft}\n",
    "organs:\n  - {id: desk, kind: desk}\n  - {id: hr, kind: bureau}\n  - {id: park, kind: "
    "bureau}\n",
    "steps:\n  - {id: a, ladder: l, kind: remind, cause: overdue, tell: [desk], "
    "spacing_minutes: 5" FROM,
    "reports:\n  - {id: z, kind: check_in, every: hours, hours: 2, grace_minutes: 5" FROM,
    "compartments:\n  - {id: n, compartment: narrative, fields: [narrative], wraps: [owner]" FROM,
    "periods:\n  - {id: s, unit: days, amount: 9, what: sealed, from: final" FROM,
    "lines:\n  - {id: safe}\n",
    "clocks:\n  - {id: reply}\n",
};

/** One wrong file and everything that is said of it, a fault a line. */
struct row {
    const char *text; /**< NULL: it is not there */
    const char *told;
};

#define REST PROGRAM("r", "road", "") PROGRAM("c", "clean", "")

static const struct row rows[] = {
    {NULL, "programs.yaml: No such file or directory\n"},
    {"programs: []\n",
     "programs.yaml:1:11: programs: is missing: expected a list with at least one entry\n"},
    {"programs:\n" PROGRAM("p", "place", ", worker_fan: 1") REST,
     "programs.yaml:2:28: programs[1].worker_fan: unknown key; the nearest valid word is "
     "\"worker_fen\"\n"},
    {"programs:\n" PROGRAM("p", "place", ", worker_fen: 12.5") REST,
     "programs.yaml:2:40: programs[1].worker_fen: expected a number from 0 to 1000000000000\n"},
    {"programs:\n" PROGRAM("p", "plase", "") REST,
     "programs.yaml:1:1: programs: expected a program of the domain \"place\"\n"
     "programs.yaml:2:21: programs[1].domain: unknown domain of procedure placement \"plase\"; the "
     "nearest valid word is \"place\"\n"},
    {"programs:\n" PROGRAM("p", "theft", "") REST,
     "programs.yaml:1:1: programs: expected a program of the domain \"place\"\n"
     "programs.yaml:2:21: programs[1].domain: unknown domain of procedure placement \"theft\"; "
     "expected one of place, road, clean\n"},
    {"programs:\n" PROGRAM("p", "place", "") PROGRAM("q", "place", "") REST,
     "programs.yaml:3:21: programs[2].domain: \"place\" is of \"p\" already\n"},
    {"programs:\n" PROGRAM("p", "place", "") PROGRAM("p", "road", "") PROGRAM("c", "clean", ""),
     "programs.yaml:3:10: programs[2].id: \"p\" is taken by programs[1]\n"},
    {"programs:\n" PROGRAM("p", "place", ", monthly_fen: 5, monthly_min_fen: 4, monthly_max_fen: 6")
         REST,
     "programs.yaml:2:41: programs[1].monthly_fen: expected one amount, or the bounds "
     "monthly_min_fen and monthly_max_fen\n"},
    {"programs:\n" PROGRAM("p", "place", ", monthly_min_fen: 4") REST,
     "programs.yaml:2:45: programs[1].monthly_min_fen: expected both bounds: monthly_min_fen and "
     "monthly_max_fen\n"},
    {"programs:\n" PROGRAM("p", "place", ", monthly_min_fen: 9, monthly_max_fen: 6") REST,
     "programs.yaml:2:65: programs[1].monthly_max_fen: expected monthly_min_fen or more\n"},
    {"programs:\n" PROGRAM("p", "place", ", per: mile") REST,
     "programs.yaml:2:33: programs[1].per: unknown value \"mile\"; expected one of post, km\n"},
    {"programs:\n" PROGRAM("p", "place", ", per: km, metres_max: 0") REST,
     "programs.yaml:2:33: programs[1].per: expected monthly_fen: what a km is paid by\n"
     "programs.yaml:2:49: programs[1].metres_max: expected a number from 1 to 1000000\n"},
    {"programs:\n" PROGRAM("p", "place", ", monthly_fen: 5, metres_max: 5") REST,
     "programs.yaml:2:56: programs[1].metres_max: expected none: it goes with per: km\n"},
    {"programs:\n  - {id: p, domain: place, payer: hr, confirms: [hr], approves_late: hr" TITLES
         DAYS FROM REST,
     "programs.yaml:2:70: programs[1].approves_late: expected another organ than the only one that "
     "confirms\n"},
    {"programs:\n  - {id: p, domain: place, payer: hrr, approves_late: hr" TITLES DAYS FROM REST,
     "programs.yaml:2:3: programs[1].confirms: is missing: expected at least one organ\n"
     "programs.yaml:2:35: programs[1].payer: unknown organ \"hrr\"; the nearest valid word is "
     "\"hr\"\n"},
    {"programs:\n  - {id: p, domain: place" WHO
     ", months: 25, proof_days: 0, remind_days: 91}\n" REST,
     "programs.yaml:2:3: programs[1].title_zh: is missing: expected a title in Chinese\n"
     "programs.yaml:2:3: programs[1].title_en: is missing: expected a title in English\n"
     "programs.yaml:2:3: programs[1].article: is missing: expected law and article, or where the "
     "practice is from\n"
     "programs.yaml:2:3: programs[1].confidence: is missing: expected one of H, M, proposal\n"
     "programs.yaml:2:88: programs[1].months: expected a number from 1 to 24\n"
     "programs.yaml:2:104: programs[1].proof_days: expected a number from 1 to 90\n"
     "programs.yaml:2:120: programs[1].remind_days: expected a number from 1 to 90\n"},
};

static char folder[] = "tocsin-programs-XXXXXX";
static struct tcn_policy_errors errors;

#include "files.h"

static void tell(char *text, size_t size) {
    text[0] = '\0';
    for (uint32_t i = 0; i < errors.count; i++) {
        char line[TCN_POLICY_ERROR_TEXT_BYTES];
        tcn_policy_error_text(&errors.items[i], line);
        size_t used = strlen(text);
        (void)snprintf(text + used, size - used, "%s\n", line + strlen(folder) + 1);
    }
}

static void wrong_programs_are_told_with_file_line_column_field_and_reason(void **state) {
    (void)state;
    uint32_t wrong_count = 0;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        static char told[8192];
        struct tcn_plan_source *source = NULL;
        put_good();
        put_text(PROGRAMS, rows[i].text);
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

static void good_programs_are_read_as_they_are_written(void **state) {
    (void)state;
    struct tcn_plan_source *source = NULL;
    put_good();
    assert_int_equal(tcn_policy_read_plans(folder, &source, &errors), TCN_OK);
    const struct tcn_plans *plans = tcn_plan_source_plans(source);
    assert_int_equal(plans->program_count, 3);
    const struct tcn_program *place = tcn_program_of(plans->programs, 3, "place");
    const struct tcn_program *road = tcn_program_of(plans->programs, 3, "road");
    const struct tcn_program *clean = tcn_program_of(plans->programs, 3, "clean");
    assert_int_equal(tcn_program_fen(place, TCN_CLAIM_WORKER, 0), 200000);
    assert_int_equal(tcn_program_fen(place, TCN_CLAIM_FIRM, 0), 0);
    assert_int_equal(tcn_program_fen(place, TCN_CLAIM_PAY, 0), 0);
    assert_int_equal(tcn_program_fen(place, TCN_CLAIM_NONE, 0), 0);
    assert_int_equal(tcn_program_fen(road, TCN_CLAIM_PAY, 2000), 58000);
    assert_int_equal(tcn_program_fen(road, TCN_CLAIM_PAY, 2001), 58000); /* no post keeps more */
    assert_int_equal(tcn_program_fen(road, TCN_CLAIM_PAY, 500), 14500);
    assert_int_equal(tcn_program_fen_min(clean, TCN_CLAIM_PAY, 0), 100);
    assert_int_equal(tcn_program_fen(clean, TCN_CLAIM_PAY, 0), 200);
    assert_true(tcn_program_confirms(place, tcn_slice_text("park")));
    assert_false(tcn_program_confirms(place, tcn_slice_text("desk")));
    assert_null(tcn_program_of(plans->programs, 3, "theft"));
    assert_null(tcn_program_of(plans->programs, 3, ""));
    tcn_plan_source_destroy(&source);
}

static void the_file_may_be_left_out_where_nothing_is_paid_by_it(void **state) {
    (void)state;
    struct tcn_plan_source *source = NULL;
    put_good();
    put_text(PROGRAMS, NULL);
    put_text(DOMAINS, "domains:\n  - {id: theft}\n");
    assert_int_equal(tcn_policy_read_plans(folder, &source, &errors), TCN_OK);
    assert_int_equal(tcn_plan_source_plans(source)->program_count, 0);
    tcn_plan_source_destroy(&source);
    put_text(PROGRAMS, "programs: 1\n"); /* but not one that is wrong */
    assert_int_equal(tcn_policy_read_plans(folder, &source, &errors), TCN_CONFIG);
}

/* Amounts of the article (H); domain-facts section 5. */
static void the_shipped_programs_pay_what_the_article_says(void **state) {
    (void)state;
    char path[1024];
    const char *tree = getenv("TOCSIN_SRC");
    struct tcn_plan_source *source = NULL;
    (void)snprintf(path, sizeof(path), "%s/policy", tree != NULL ? tree : ".");
    assert_int_equal(tcn_policy_read_plans(path, &source, &errors), TCN_OK);
    const struct tcn_plans *plans = tcn_plan_source_plans(source);
    const struct tcn_program *programs = plans->programs;
    const uint32_t count = plans->program_count;
    assert_int_equal(count, 4);
    assert_int_equal(
        tcn_program_fen(tcn_program_of(programs, count, "cleaner_post"), TCN_CLAIM_PAY, 0),
        500 * 100);
    assert_int_equal(
        tcn_program_fen(tcn_program_of(programs, count, "road_keeper_post"), TCN_CLAIM_PAY, 2000),
        2 * 290 * 100);
    assert_int_equal(
        tcn_program_fen(tcn_program_of(programs, count, "river_keeper_post"), TCN_CLAIM_PAY, 0),
        500 * 100);
    const struct tcn_program *firm = tcn_program_of(programs, count, "employment_placement");
    assert_int_equal(firm->months, 12);
    assert_int_equal(firm->worker_fen, 2000 * 100);
    assert_int_equal(firm->village_fen, 500 * 100);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(programs[i].confidence, TCN_PLAN_PROPOSAL);
    }
    tcn_plan_source_destroy(&source);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_programs_are_told_with_file_line_column_field_and_reason),
        cmocka_unit_test(good_programs_are_read_as_they_are_written),
        cmocka_unit_test(the_file_may_be_left_out_where_nothing_is_paid_by_it),
        cmocka_unit_test(the_shipped_programs_pay_what_the_article_says),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
