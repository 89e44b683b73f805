/* SPDX-License-Identifier: Apache-2.0 */
/* Small policies that are wrong in one place each, and what the list of faults says of it. */
#include "policy/read.h"

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
    REGIME,
    LINES,
    ORGANS,
    DOMAINS,
    DIVISIONS,
    FILE_COUNT
};

static const char *const names[FILE_COUNT] = {"regime.yaml", "lines.yaml", "organs.yaml",
                                              "domains.yaml", "divisions.yaml"};

/* A policy in which nothing is wrong. */
static const char *const good[FILE_COUNT] = {
    "title: small\nversion: 3\ndesk: desk\nclock_ahead_seconds: 60\nclock_behind_seconds: 120\n",
    "lines:\n  - id: no_accident\n    title_zh: a\n    title_en: b\n",
    "# who\n"
    "organs:\n"
    "  - id: police\n    number: 7\n    kind: bureau\n    title_zh: a\n    title_en: b\n"
    "    place_parent: desk\n"
    "  - id: desk\n    number: 1\n    kind: desk\n    title_zh: a\n    title_en: b\n"
    "  - {id: town, number: 9, kind: office, title_zh: a, title_en: b, place_parent: desk,\n"
    "     duty_phone: \"0857-110 2\"}\n",
    "domains:\n"
    "  - id: theft\n    title_zh: a\n    title_en: b\n    owner: police\n    recipients: [desk]\n"
    "    line: no_accident\n    is_petition: true\n    procedure: hazard\n"
    "  - id: noise\n    title_zh: a\n    title_en: b\n    owner: desk\n",
    "divisions:\n"
    "  - {code: \"520502122000\", name: x, office: town, valid_from: "
    "\"2016-01-01T00:00:00+08:00\"}\n"
    "  - {code: 110101001000, name: y}\n",
};

/** One wrong file and the first fault that it must give. */
struct row {
    int file;         /**< the one that is replaced */
    const char *text; /**< NULL: it is not there */
    int told;         /**< the file that the fault names */
    const char *field;
    uint32_t line;
    uint32_t column;
    const char *says; /**< part of the sentence */
};

#define ORGAN(id, number, kind, more)                                                              \
    "  - {id: " id ", number: " number ", kind: " kind ", title_zh: a, title_en: b" more "}\n"
#define DESK ORGAN("desk", "1", "desk", "")
#define POLICE ORGAN("police", "7", "bureau", "")
#define TOWN ORGAN("town", "9", "office", "")
#define DOMAIN(id, more) "  - id: " id "\n    title_zh: a\n    title_en: b\n" more

static const struct row rows[] = {
    /* The shape of a file. */
    {REGIME, NULL, REGIME, "", 0, 0, "No such file"},
    {LINES, "", LINES, "", 0, 0, "empty"},
    {DOMAINS, "# nothing\n", DOMAINS, "", 0, 0, "empty"},
    {ORGANS, "- a\n", ORGANS, "", 0, 0, "MAPPING"},
    {DOMAINS, "domains: 3\n", DOMAINS, "domains", 1, 10, "SEQUENCE"},
    {DOMAINS, "domains: []\n", DOMAINS, "domains", 1, 10, "at least one"},
    {DIVISIONS, "divisions:\n  - {code: \"5205\n", DIVISIONS, "divisions[1]", 2, 0, "libyaml"},
    {REGIME, "title: a\n---\ntitle: b\n", REGIME, "", 0, 0, "documents after"},
    {REGIME, "title: &a x\ndesk: *a\n", REGIME, "desk", 2, 0, "lias"},
    {REGIME, "title: [a]\n", REGIME, "title", 1, 8, "STRING"},
    {REGIME, "titel: a\n", REGIME, "titel", 1, 1, "\"title\""},
    {REGIME, "zzzzzz: a\n", REGIME, "zzzzzz", 1, 1, "one of title, version"},
    {REGIME, "title: a\ntitle: b\n", REGIME, "title", 0, 0, "already seen"},
    {REGIME, "title: \xFF\n", REGIME, "", 0, 0, "UTF-8"},
    {ORGANS, "organs:\n" DESK "  - id: x\n    numer: 3\n", ORGANS, "organs[2].numer", 4, 5,
     "\"number\""},
    {ORGANS, "organs:\n" ORGAN("desk", "1", "desk", ", phone: 1"), ORGANS, "organs[1].phone", 2, 65,
     "unknown key"},
    /* The regime. */
    {REGIME, "version: 1\ndesk: desk\nclock_ahead_seconds: 1\nclock_behind_seconds: 1\n", REGIME,
     "title", 0, 0, "missing"},
    {REGIME, "title: a\nversion: 0\ndesk: desk\nclock_ahead_seconds: 1\nclock_behind_seconds: 1\n",
     REGIME, "version", 2, 10, "from 1"},
    {REGIME, "title: a\nversion: 1\nclock_ahead_seconds: 1\nclock_behind_seconds: 1\n", REGIME,
     "desk", 0, 0, "missing"},
    {REGIME, "title: a\nversion: 1\ndesk: dezk\nclock_ahead_seconds: 1\nclock_behind_seconds: 1\n",
     REGIME, "desk", 3, 7, "\"desk\""},
    {REGIME,
     "title: a\nversion: 1\ndesk: police\nclock_ahead_seconds: 1\nclock_behind_seconds: 1\n",
     REGIME, "desk", 3, 7, "kind desk"},
    {REGIME, "title: a\nversion: 1\ndesk: desk\nclock_ahead_seconds: 5m\nclock_behind_seconds: 1\n",
     REGIME, "clock_ahead_seconds", 4, 22, "a number"},
    {REGIME,
     "title: a\nversion: 1\ndesk: desk\nclock_ahead_seconds: 1\nclock_behind_seconds: 99999999\n",
     REGIME, "clock_behind_seconds", 5, 23, "to 31536000"},
    /* Lines. */
    {LINES,
     "lines:\n- {id: no_accident, title_zh: a, title_en: b}\n"
     "- {id: no_accident, title_zh: a, title_en: b}\n",
     LINES, "lines[2].id", 3, 8, "taken by lines[1]"},
    {LINES, "lines:\n- {id: no_accident, title_en: b}\n", LINES, "lines[1].title_zh", 2, 1,
     "Chinese"},
    /* Organs. */
    {ORGANS, "organs:\n" DESK POLICE TOWN ORGAN("police", "8", "bureau", ""), ORGANS,
     "organs[4].id", 5, 10, "taken by organs[2]"},
    {ORGANS, "organs:\n" DESK POLICE TOWN ORGAN("fire", "7", "bureau", ""), ORGANS,
     "organs[4].number", 5, 24, "taken by organs[2] \"police\""},
    {ORGANS, "organs:\n" DESK POLICE TOWN ORGAN("fire", "0", "bureau", ""), ORGANS,
     "organs[4].number", 5, 24, "from 1 to 65535"},
    {ORGANS, "organs:\n" DESK POLICE TOWN ORGAN("fire", "65536", "bureau", ""), ORGANS,
     "organs[4].number", 5, 24, "from 1 to 65535"},
    {ORGANS, "organs:\n" DESK POLICE TOWN ORGAN("fire", "8", "burau", ""), ORGANS, "organs[4].kind",
     5, 33, "\"bureau\""},
    {ORGANS,
     "organs:\n" DESK POLICE TOWN "  - id: fire\n    number: 8\n    title_zh: a\n"
     "    title_en: b\n",
     ORGANS, "organs[4].kind", 5, 3, "desk, bureau, office"},
    {ORGANS, "organs:\n" DESK POLICE TOWN ORGAN("Fire", "8", "bureau", ""), ORGANS, "organs[4].id",
     5, 10, "a word"},
    {ORGANS, "organs:\n" DESK POLICE TOWN ORGAN("f", "8", "bureau", ", line_parent: polcie"),
     ORGANS, "organs[4].line_parent", 5, 77, "\"police\""},
    {ORGANS, "organs:\n" DESK POLICE TOWN ORGAN("f", "8", "bureau", ", line_parent: f"), ORGANS,
     "organs[4].line_parent", 5, 77, "back to \"f\""},
    {ORGANS,
     "organs:\n" DESK POLICE TOWN ORGAN("f", "8", "bureau", ", place_parent: g") ORGAN(
         "g", "10", "bureau", ", place_parent: h") ORGAN("h", "11", "bureau", ", place_parent: f"),
     ORGANS, "organs[4].place_parent", 5, 78, "back to \"f\""},
    {ORGANS, "organs:\n" DESK POLICE TOWN ORGAN("f", "8", "bureau", ", duty_phone: Li 5"), ORGANS,
     "organs[4].duty_phone", 5, 76, "telephone"},
    /* Domains. */
    {DOMAINS, "domains:\n" DOMAIN("a", ""), DOMAINS, "domains[1].owner", 2, 3, "must act"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: polise # who\n"), DOMAINS, "domains[1].owner", 5,
     12, "\"police\""},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: nobody_at_all\n"), DOMAINS, "domains[1].owner",
     5, 12, "one of police, desk, town"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    recipients: [police, tawn]\n"),
     DOMAINS, "domains[1].recipients", 6, 26, "\"town\""},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    recipients: [desk]\n"), DOMAINS,
     "domains[1].recipients", 6, 17, "already"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    recipients: [police, police]\n"),
     DOMAINS, "domains[1].recipients", 6, 17, "already"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    recipients: [a, b, c, d, e, f, g]\n"),
     DOMAINS, "domains[1].recipients[6]", 6, 0, "6 max"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    line: no_acident\n"), DOMAINS,
     "domains[1].line", 6, 11, "\"no_accident\""},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    procedure: petitions\n"), DOMAINS,
     "domains[1].procedure", 6, 16, "petition"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    is_petition: yes\n"), DOMAINS,
     "domains[1].is_petition", 6, 18, "false, true"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n") DOMAIN("a", "    owner: desk\n"),
     DOMAINS, "domains[2].id", 6, 9, "taken by domains[1]"},
    {DOMAINS, "domains:\n  - title_zh: a\n    title_en: b\n    owner: desk\n", DOMAINS,
     "domains[1].id", 2, 3, "missing"},
    /* Divisions. */
    {DIVISIONS, "divisions:\n  - {code: 52050212200, name: x}\n", DIVISIONS, "divisions[1].code", 2,
     12, "12 digits"},
    {DIVISIONS, "divisions:\n  - {code: 52050212200x, name: x}\n", DIVISIONS, "divisions[1].code",
     2, 12, "12 digits"},
    {DIVISIONS, "divisions:\n  - {name: x}\n", DIVISIONS, "divisions[1].code", 2, 3, "missing"},
    {DIVISIONS, "divisions:\n  - {code: \"520502122000\"}\n", DIVISIONS, "divisions[1].name", 2, 3,
     "missing"},
    {DIVISIONS, "divisions:\n  - {code: \"520502122000\", name: x, office: twn}\n", DIVISIONS,
     "divisions[1].office", 2, 45, "\"town\""},
    {DIVISIONS, "divisions:\n  - {code: \"520502122000\", name: x, office: police}\n", DIVISIONS,
     "divisions[1].office", 2, 45, "kind office"},
    {DIVISIONS,
     "divisions:\n  - {code: \"520502122000\", name: x}\n  - {code: 520502122000, name: x}\n",
     DIVISIONS, "divisions[2].code", 3, 12, "taken by divisions[1]"},
    {DIVISIONS, "divisions:\n  - {code: \"520502122000\", name: x, valid_from: 2016-01-01}\n",
     DIVISIONS, "divisions[1].valid_from", 2, 49, "with offset"},
    {DIVISIONS,
     "divisions:\n  - {code: \"520502122000\", name: x, valid_from: \"2016-01-01T00:00:00Z\",\n"
     "     valid_to: \"2016-01-01T00:00:00Z\"}\n",
     DIVISIONS, "divisions[1].valid_to", 3, 16, "after valid_from"},
};

static char folder[] = "tocsin-policy-XXXXXX";
static struct tcn_policy_errors errors;

/** Writes a file of the folder, or takes it away when the text is NULL. */
static void put_file(int file, const char *text, size_t size) {
    char path[256];
    (void)snprintf(path, sizeof(path), "%s/%s", folder, names[file]);
    if (text == NULL) {
        (void)unlink(path);
        return;
    }
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(text, 1, size, stream), size);
    assert_int_equal(fclose(stream), 0);
}

static void put_good(void) {
    for (int file = 0; file < FILE_COUNT; file++) {
        put_file(file, good[file], strlen(good[file]));
    }
}

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state) {
    (void)state;
    for (int file = 0; file < FILE_COUNT; file++) {
        put_file(file, NULL, 0);
    }
    return rmdir(folder);
}

/** True when the fault is the one that the row expects; a column of 0 is not compared. */
static bool is_told(const struct row *row, const struct tcn_policy_error *error) {
    const char *slash = strrchr(error->file, '/');
    return slash != NULL && strcmp(slash + 1, names[row->told]) == 0 &&
           strcmp(error->field, row->field) == 0 && strstr(error->text, row->says) != NULL &&
           (row->line == 0 || error->line == row->line) &&
           (row->column == 0 || error->column == row->column);
}

static void a_wrong_policy_is_refused_with_file_field_line_and_reason(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_policy_source *source = NULL;
        put_good();
        put_file(rows[i].file, rows[i].text, rows[i].text == NULL ? 0 : strlen(rows[i].text));
        assert_int_equal(tcn_policy_read(folder, &source, &errors), TCN_CONFIG);
        assert_null(source);
        assert_true(errors.count > 0);
        if (!is_told(&rows[i], &errors.items[0])) {
            char text[TCN_POLICY_ERROR_TEXT_BYTES];
            tcn_policy_error_text(&errors.items[0], text);
            fail_msg("row %zu, wanted %s:%u:%u: %s: ...%s..., got %s", i, names[rows[i].told],
                     rows[i].line, rows[i].column, rows[i].field, rows[i].says, text);
        }
    }
}

static void a_cycle_is_told_once(void **state) {
    (void)state;
    struct tcn_policy_source *source = NULL;
    static const char text[] =
        "organs:\n" DESK POLICE TOWN ORGAN("t", "20", "bureau", ", place_parent: f")
            ORGAN("f", "8", "bureau", ", place_parent: g")
                ORGAN("g", "10", "bureau", ", place_parent: f");
    put_good();
    put_file(ORGANS, text, sizeof(text) - 1);
    assert_int_equal(tcn_policy_read(folder, &source, &errors), TCN_CONFIG);
    assert_int_equal(errors.count, 1);
    assert_string_equal(errors.items[0].field, "organs[5].place_parent");
}

static void one_run_tells_of_every_file(void **state) {
    (void)state;
    struct tcn_policy_source *source = NULL;
    put_good();
    put_file(LINES, "linse: []\n", 10);
    put_file(ORGANS, "organs: 1\n", 10);
    put_file(DOMAINS, "domains:\n  - id: A\n    owner: x\n    line: y\n", 43);
    put_file(DIVISIONS, NULL, 0);
    assert_int_equal(tcn_policy_read(folder, &source, &errors), TCN_CONFIG);
    /* Two files, a missing one, and of the domain its id and two titles; nothing is said of owner,
     * line and desk, because what they refer to did not load. */
    assert_int_equal(errors.count, 6);
    assert_int_equal(errors.dropped_count, 0);
}

static void more_faults_than_the_list_holds_are_counted(void **state) {
    (void)state;
    struct tcn_policy_source *source = NULL;
    char text[8192] = "divisions:\n";
    size_t size = strlen(text);
    for (int i = 0; i < 100; i++) {
        size += (size_t)snprintf(text + size, sizeof(text) - size, "  - {code: x%d, name: y}\n", i);
    }
    put_good();
    put_file(DIVISIONS, text, size);
    assert_int_equal(tcn_policy_read(folder, &source, &errors), TCN_CONFIG);
    assert_int_equal(errors.count, TCN_POLICY_ERRORS_MAX);
    assert_int_equal(errors.dropped_count, 100 - TCN_POLICY_ERRORS_MAX);
}

static void a_file_over_its_limit_is_refused_unread(void **state) {
    (void)state;
    struct tcn_policy_source *source = NULL;
    size_t size = TCN_POLICY_BYTES_MAX + 1;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, '#', size);
    put_good();
    put_file(LINES, text, size);
    free(text);
    assert_int_equal(tcn_policy_read(folder, &source, &errors), TCN_CONFIG);
    assert_int_equal(errors.count, 1);
    assert_non_null(strstr(errors.items[0].text, "larger"));
}

static void lists_past_their_limits_are_refused(void **state) {
    (void)state;
    struct tcn_policy_source *source = NULL;
    size_t room = (TCN_DIVISIONS_MAX + 1) * 48 + 32;
    char *text = malloc(room);
    assert_non_null(text);
    size_t size = (size_t)snprintf(text, room, "divisions:\n");
    for (unsigned i = 0; i <= TCN_DIVISIONS_MAX; i++) {
        size += (size_t)snprintf(text + size, room - size, "- {code: \"5205%08u\", name: y}\n", i);
    }
    put_good();
    put_file(DIVISIONS, text, size);
    free(text);
    assert_int_equal(tcn_policy_read(folder, &source, &errors), TCN_CONFIG);
    assert_int_equal(errors.count, 1);
    assert_non_null(strstr(errors.items[0].text, "4096 max"));
}

static void a_folder_that_is_not_there_is_refused_five_times(void **state) {
    (void)state;
    struct tcn_policy_source *source = NULL;
    char path[2048];
    assert_int_equal(tcn_policy_read("/nonexistent", &source, &errors), TCN_CONFIG);
    assert_int_equal(errors.count, FILE_COUNT);
    assert_int_equal(tcn_policy_read("/dev", &source, &errors), TCN_CONFIG);
    memset(path, 'a', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    assert_int_equal(tcn_policy_read(path, &source, &errors), TCN_CONFIG);
    assert_int_equal(errors.count, FILE_COUNT);
    assert_non_null(strstr(errors.items[0].text, "path is longer"));
}

static void a_good_policy_gives_sorted_tables_with_numbers_for_words(void **state) {
    (void)state;
    struct tcn_policy_source *source = NULL;
    put_good();
    assert_int_equal(tcn_policy_read(folder, &source, &errors), TCN_OK);
    assert_int_equal(errors.count, 0);
    const struct tcn_policy *policy = tcn_policy_tables(source);
    assert_int_equal(policy->version, 3);
    assert_string_equal(policy->title, "small");
    assert_int_equal(policy->desk, 1);
    assert_true(policy->clock_ahead_ns == INT64_C(60000000000));
    assert_int_equal(policy->organs[0].number, 1);
    assert_int_equal(policy->organs[1].place_parent, 1);
    assert_string_equal(policy->organs[2].duty_phone, "0857-110 2");
    const struct tcn_domain *theft = tcn_policy_domain(policy, tcn_slice_text("theft"));
    assert_int_equal(theft->owner, 7);
    assert_int_equal(theft->recipient_count, 1);
    assert_int_equal(theft->recipients[0], 1);
    assert_string_equal(theft->line, "no_accident");
    assert_true(theft->is_petition);
    assert_string_equal(policy->domains[0].id, "noise");
    assert_false(policy->domains[0].is_petition);
    assert_int_equal(theft->procedure, TCN_PROCEDURE_HAZARD);
    assert_int_equal(policy->domains[0].procedure, TCN_PROCEDURE_GENERAL); /* left out */
    assert_true(policy->divisions[0].code == 110101001000);
    assert_int_equal(policy->divisions[1].office, 9);
    assert_true(policy->divisions[1].valid_from_ns == INT64_C(1451577600) * 1000000000);
    tcn_policy_destroy(&source);
    assert_null(source);
    tcn_policy_destroy(&source);
    tcn_policy_destroy(NULL);
}

static void a_fault_reads_as_compilers_write_it(void **state) {
    (void)state;
    static const struct {
        struct tcn_policy_error error;
        const char *text;
    } table[] = {
        {{.file = "a.yaml", .text = "gone"}, "a.yaml: gone"},
        {{.file = "a.yaml", .line = 3, .field = "x", .text = "bad"}, "a.yaml:3: x: bad"},
        {{.file = "a.yaml", .line = 3, .column = 9, .field = "x[2].y", .text = "bad"},
         "a.yaml:3:9: x[2].y: bad"},
    };
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        char text[TCN_POLICY_ERROR_TEXT_BYTES];
        tcn_policy_error_text(&table[i].error, text);
        assert_string_equal(text, table[i].text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_policy_is_refused_with_file_field_line_and_reason),
        cmocka_unit_test(a_cycle_is_told_once),
        cmocka_unit_test(one_run_tells_of_every_file),
        cmocka_unit_test(more_faults_than_the_list_holds_are_counted),
        cmocka_unit_test(a_file_over_its_limit_is_refused_unread),
        cmocka_unit_test(lists_past_their_limits_are_refused),
        cmocka_unit_test(a_folder_that_is_not_there_is_refused_five_times),
        cmocka_unit_test(a_good_policy_gives_sorted_tables_with_numbers_for_words),
        cmocka_unit_test(a_fault_reads_as_compilers_write_it),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
