/* SPDX-License-Identifier: Apache-2.0 */
/* Small policies that are wrong in one place each, and what the list of faults says of it. */
#include "small.h"

static const struct row rows[] = {
    /* The shape of a file. */
    {REGIME, NULL, "regime.yaml: No such file or directory\n"},
    {LINES, "", "lines.yaml: the file is empty\n"},
    {CLOCKS, NULL, "clocks.yaml: No such file or directory\n"},
    {CALENDARS, "", "calendars.yaml: the file is empty\n"},
    {DOMAINS, "# nothing\n", "domains.yaml: the file is empty\n"},
    {ORGANS, "- a\n", "organs.yaml:1:1: expected keys with values, this is a list\n"},
    {DOMAINS, "domains: 3\n", "domains.yaml:1:10: domains: expected a list, this is a text\n"},
    {DOMAINS, "domains: []\n",
     "domains.yaml:1:10: domains: expected a list with at least one entry\n"},
    {DIVISIONS, "divisions:\n  - {code: \"5205\n",
     "divisions.yaml:3:1: expected YAML: while scanning a quoted scalar (line 2), found unexpected "
     "end of stream\n"},
    {REGIME, "title: a\n---\ntitle: b\n",
     "regime.yaml:2:1: expected one document in the file; a second begins here\n"},
    {REGIME, "title: &a x\ndesk: *a\n",
     "regime.yaml: version: is missing: expected a number from 1 to 9223372036854775807\n"
     "regime.yaml: clock_ahead_seconds: is missing: expected a number from 1 to 31536000\n"
     "regime.yaml: clock_behind_seconds: is missing: expected a number from 1 to 31536000\n"
     "regime.yaml:2:7: desk: expected a text, not an alias\n"},
    {REGIME, "title: [a]\n",
     "regime.yaml: version: is missing: expected a number from 1 to 9223372036854775807\n"
     "regime.yaml: clock_ahead_seconds: is missing: expected a number from 1 to 31536000\n"
     "regime.yaml: clock_behind_seconds: is missing: expected a number from 1 to 31536000\n"
     "regime.yaml: desk: is missing: expected the organ that is the district desk\n"
     "regime.yaml:1:8: title: expected a text, this is a list\n"},
    {REGIME, "titel: a\n",
     "regime.yaml: version: is missing: expected a number from 1 to 9223372036854775807\n"
     "regime.yaml: clock_ahead_seconds: is missing: expected a number from 1 to 31536000\n"
     "regime.yaml: clock_behind_seconds: is missing: expected a number from 1 to 31536000\n"
     "regime.yaml: desk: is missing: expected the organ that is the district desk\n"
     "regime.yaml:1:1: titel: unknown key; the nearest valid word is \"title\"\n"},
    {REGIME, "zzzzzz: a\n",
     "regime.yaml: title: is missing: expected the regime's name\n"
     "regime.yaml: version: is missing: expected a number from 1 to 9223372036854775807\n"
     "regime.yaml: clock_ahead_seconds: is missing: expected a number from 1 to 31536000\n"
     "regime.yaml: clock_behind_seconds: is missing: expected a number from 1 to 31536000\n"
     "regime.yaml: desk: is missing: expected the organ that is the district desk\n"
     "regime.yaml:1:1: zzzzzz: unknown key; expected one of title, version, desk, "
     "clock_ahead_seconds, clock_behind_seconds\n"},
    {REGIME, "title: a\ntitle: b\n",
     "regime.yaml: version: is missing: expected a number from 1 to 9223372036854775807\n"
     "regime.yaml: clock_ahead_seconds: is missing: expected a number from 1 to 31536000\n"
     "regime.yaml: clock_behind_seconds: is missing: expected a number from 1 to 31536000\n"
     "regime.yaml: desk: is missing: expected the organ that is the district desk\n"
     "regime.yaml:2:1: title: expected once; this key came already\n"},
    {REGIME, "title: \xFF\n", "regime.yaml: expected UTF-8 text without a NUL\n"},
    {ORGANS, "organs:\n" DESK "  - id: x\n    numer: 3\n",
     "organs.yaml:3:3: organs[2].kind: is missing: expected one of desk, bureau, office\n"
     "organs.yaml:3:3: organs[2].title_zh: is missing: expected a title in Chinese\n"
     "organs.yaml:3:3: organs[2].title_en: is missing: expected a title in English\n"
     "organs.yaml:4:5: organs[2].numer: unknown key; the nearest valid word is \"number\"\n"},
    {ORGANS, "organs:\n" ORGAN("desk", "1", "desk", ", phone: 1"),
     "organs.yaml:2:65: organs[1].phone: unknown key; expected one of id, number, kind, title_zh, "
     "title_en, line_parent, place_parent, duty_phone, posts\n"},
    /* The regime. */
    {REGIME, "version: 1\ndesk: desk\nclock_ahead_seconds: 1\nclock_behind_seconds: 1\n",
     "regime.yaml: title: is missing: expected the regime's name\n"},
    {REGIME, "title: a\nversion: 0\ndesk: desk\nclock_ahead_seconds: 1\nclock_behind_seconds: 1\n",
     "regime.yaml:2:10: version: expected a number from 1 to 9223372036854775807\n"},
    {REGIME, "title: a\nversion: 1\nclock_ahead_seconds: 1\nclock_behind_seconds: 1\n",
     "regime.yaml: desk: is missing: expected the organ that is the district desk\n"},
    {REGIME, "title: a\nversion: 1\ndesk: dezk\nclock_ahead_seconds: 1\nclock_behind_seconds: 1\n",
     "regime.yaml:3:7: desk: unknown organ \"dezk\"; the nearest valid word is \"desk\"\n"},
    {REGIME,
     "title: a\nversion: 1\ndesk: police\nclock_ahead_seconds: 1\nclock_behind_seconds: 1\n",
     "regime.yaml:3:7: desk: expected an organ of kind desk, \"police\" is none\n"},
    {REGIME, "title: a\nversion: 1\ndesk: desk\nclock_ahead_seconds: 5m\nclock_behind_seconds: 1\n",
     "regime.yaml:4:22: clock_ahead_seconds: expected a number from 1 to 31536000\n"},
    {REGIME,
     "title: a\nversion: 1\ndesk: desk\nclock_ahead_seconds: 1\nclock_behind_seconds: 99999999\n",
     "regime.yaml:5:23: clock_behind_seconds: expected a number from 1 to 31536000\n"},
    /* Lines. */
    {LINES,
     "lines:\n- {id: no_accident, title_zh: a, title_en: b}\n"
     "- {id: no_accident, title_zh: a, title_en: b}\n",
     "lines.yaml:3:8: lines[2].id: \"no_accident\" is taken by lines[1]\n"},
    {LINES, "lines:\n- {id: no_accident, title_zh: a, title_en: b, warning_severity: grave}\n",
     "lines.yaml:2:65: lines[1].warning_severity: unknown value \"grave\"; expected one of "
     "routine, "
     "serious, urgent, danger\n"},
    {LINES, "lines:\n- {id: no_accident, title_zh: a, title_en: b, breach_deaths: some}\n",
     "lines.yaml:2:62: lines[1].breach_deaths: expected a number from 0 to 1000000\n"},
    {LINES, "lines:\n- {id: no_accident, title_zh: a, title_en: b, breach_silent_days: 4000}\n",
     "lines.yaml:2:67: lines[1].breach_silent_days: expected a number from 0 to 3660\n"},
    {LINES, "lines:\n- {id: no_accident, title_en: b}\n",
     "lines.yaml:2:1: lines[1].title_zh: is missing: expected a title in Chinese\n"},
    /* Organs. */
    {ORGANS, "organs:\n" DESK POLICE TOWN ORGAN("police", "8", "bureau", ""),
     "organs.yaml:5:10: organs[4].id: \"police\" is taken by organs[2]\n"},
    {ORGANS, "organs:\n" DESK POLICE TOWN ORGAN("fire", "7", "bureau", ""),
     "organs.yaml:5:24: organs[4].number: 7 is taken by organs[2] \"police\"\n"},
    {ORGANS, "organs:\n" DESK POLICE TOWN ORGAN("fire", "0", "bureau", ""),
     "organs.yaml:5:24: organs[4].number: expected a number from 1 to 65535\n"},
    {ORGANS, "organs:\n" DESK POLICE TOWN ORGAN("office_of_place", "8", "office", ""),
     "organs.yaml:5:10: organs[4].id: \"office_of_place\" stands for the office of a matter's "
     "place\n"},
    {ORGANS, "organs:\n" DESK POLICE TOWN ORGAN("fire", "65534", "bureau", ""),
     "organs.yaml:5:24: organs[4].number: 65534 stands for the office of a "
     "matter's place\n"},
    {ORGANS, "organs:\n" DESK POLICE TOWN ORGAN("fire", "8", "burau", ""),
     "organs.yaml:5:33: organs[4].kind: unknown value \"burau\"; the nearest valid word is "
     "\"bureau\"\n"},
    {ORGANS,
     "organs:\n" DESK POLICE TOWN "  - id: fire\n    number: 8\n    title_zh: a\n"
     "    title_en: b\n",
     "organs.yaml:5:3: organs[4].kind: is missing: expected one of desk, bureau, office\n"},
    {ORGANS, "organs:\n" DESK POLICE TOWN ORGAN("Fire", "8", "bureau", ""),
     "organs.yaml:5:10: organs[4].id: expected a word: a letter a-z, then up to 62 of a-z, 0-9, _ "
     ". -\n"},
    {ORGANS, "organs:\n" DESK POLICE TOWN ORGAN("f", "8", "bureau", ", line_parent: polcie"),
     "organs.yaml:5:77: organs[4].line_parent: unknown organ \"polcie\"; the nearest valid word is "
     "\"police\"\n"},
    {ORGANS, "organs:\n" DESK POLICE TOWN ORGAN("f", "8", "bureau", ", line_parent: f"),
     "organs.yaml:5:77: organs[4].line_parent: expected a chain that ends; this one leads back to "
     "\"f\"\n"},
    {ORGANS,
     "organs:\n" DESK POLICE TOWN ORGAN("f", "8", "bureau", ", place_parent: g") ORGAN(
         "g", "10", "bureau", ", place_parent: h") ORGAN("h", "11", "bureau", ", place_parent: f"),
     "organs.yaml:5:78: organs[4].place_parent: expected a chain that ends; this one leads back to "
     "\"f\"\n"},
    {ORGANS, "organs:\n" DESK POLICE TOWN ORGAN("f", "8", "bureau", ", duty_phone: Li 5"),
     "organs.yaml:5:76: organs[4].duty_phone: expected a telephone number: digits, + - and "
     "spaces\n"},
    /* Domains. */
    {DOMAINS, "domains:\n" DOMAIN("a", ""),
     "domains.yaml:2:3: domains[1].owner: is missing: expected the organ that must act\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: polise # who\n"),
     "domains.yaml:5:12: domains[1].owner: unknown organ \"polise\"; the nearest valid word is "
     "\"police\"\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: nobody_at_all\n"),
     "domains.yaml:5:12: domains[1].owner: unknown organ \"nobody_at_all\"; expected one of "
     "police, desk, town\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    recipients: [police, tawn]\n"),
     "domains.yaml:6:26: domains[1].recipients: unknown organ \"tawn\"; the nearest valid word is "
     "\"town\"\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    recipients: [desk]\n"),
     "domains.yaml:6:17: domains[1].recipients: \"desk\" is told already: named twice, or the "
     "owner\n"},
    {DOMAINS,
     "domains:\n" DOMAIN(
         "a", "    owner: desk\n    recipients: [police]\n    urgent_recipients: [police]\n"),
     "domains.yaml:7:24: domains[1].urgent_recipients: \"police\" is told already: named twice, or "
     "the owner\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    urgent_recipients: [desk]\n"),
     "domains.yaml:6:24: domains[1].urgent_recipients: \"desk\" is told already: named twice, or "
     "the owner\n"},
    {DOMAINS,
     "domains:\n" DOMAIN("a", "    owner: desk\n    recipients: [office_of_place]\n"
                              "    urgent_recipients: [office_of_place]\n"),
     "domains.yaml:7:24: domains[1].urgent_recipients: \"office_of_place\" is told already: named "
     "twice, or the owner\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    urgent_recipients: [ofice_place]\n"),
     "domains.yaml:6:25: domains[1].urgent_recipients: unknown organ \"ofice_place\"; the nearest "
     "valid word is \"office_of_place\"\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: office_of_place\n"),
     "domains.yaml:5:12: domains[1].owner: unknown organ \"office_of_place\"; expected one of "
     "police, desk, town\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    urgent_recipients: police\n"),
     "domains.yaml:6:24: domains[1].urgent_recipients: expected a list, this is a text\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    urgent_recipients: ['']\n"),
     "domains.yaml:6:24: domains[1].urgent_recipients: expected a word, one is empty\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    urgent_recipients: [tawn]\n"),
     "domains.yaml:6:25: domains[1].urgent_recipients: unknown organ \"tawn\"; the nearest valid "
     "word is \"town\"\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    recipients: [police, police]\n"),
     "domains.yaml:6:17: domains[1].recipients: \"police\" is told already: named twice, or the "
     "owner\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    recipients: [a, b, c, d, e, f, g]\n"),
     "domains.yaml:6:18: domains[1].recipients: unknown organ \"a\"; expected one of police, desk, "
     "town, office_of_place\n"
     "domains.yaml:6:21: domains[1].recipients: unknown organ \"b\"; expected one of police, desk, "
     "town, office_of_place\n"
     "domains.yaml:6:24: domains[1].recipients: unknown organ \"c\"; expected one of police, desk, "
     "town, office_of_place\n"
     "domains.yaml:6:27: domains[1].recipients: unknown organ \"d\"; expected one of police, desk, "
     "town, office_of_place\n"
     "domains.yaml:6:30: domains[1].recipients: unknown organ \"e\"; expected one of police, desk, "
     "town, office_of_place\n"
     "domains.yaml:6:33: domains[1].recipients: unknown organ \"f\"; expected one of police, desk, "
     "town, office_of_place\n"
     "domains.yaml:6:36: domains[1].recipients[7]: expected at most 6 entries\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    line: no_acident\n"),
     "domains.yaml:6:11: domains[1].line: unknown line \"no_acident\"; the nearest valid word is "
     "\"no_accident\"\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    procedure: petitions\n"),
     "domains.yaml:6:16: domains[1].procedure: unknown value \"petitions\"; the nearest valid "
     "word is \"petition\"\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    keywords: mine\n"),
     "domains.yaml:6:15: domains[1].keywords: expected a list, this is a text\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    keywords: [mine, ab]\n"),
     "domains.yaml:6:15: domains[1].keywords: expected words of 3 to 39 bytes, a Chinese character "
     "having 3\n"},
    {DOMAINS,
     "domains:\n" DOMAIN("a", "    owner: desk\n"
                              "    keywords: [a1234567890123456789012345678901234567890]\n"),
     "domains.yaml:6:15: domains[1].keywords: expected words of 3 to 39 bytes, a Chinese character "
     "having 3\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    keywords: [\"a\\eb\"]\n"),
     "domains.yaml:6:15: domains[1].keywords: expected words of 3 to 39 bytes, a Chinese character "
     "having 3\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    keywords: [mine, \"\"]\n"),
     "domains.yaml:6:15: domains[1].keywords: expected a word, one is empty\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    keywords: [mine, Mine]\n"),
     "domains.yaml:6:15: domains[1].keywords: \"Mine\" is there already\n"},
    {DOMAINS,
     "domains:\n" DOMAIN("a", "    owner: desk\n    keywords: [aaa, aab, aac, aad, aae, aaf, aag, "
                              "aah, aai, aaj, aak, aal, aam, aan, aao, aap, aaq, aar, aas, aat, "
                              "aau, aav, aaw, aax, aay]\n"),
     "domains.yaml:6:136: domains[1].keywords[25]: expected at most 24 entries\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    is_petition: yes\n"),
     "domains.yaml:6:18: domains[1].is_petition: unknown value \"yes\"; expected one of false, "
     "true\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n    has_opaque_slip: 1\n"),
     "domains.yaml:6:22: domains[1].has_opaque_slip: unknown value \"1\"; expected one of false, "
     "true\n"},
    {DOMAINS, "domains:\n" DOMAIN("a", "    owner: desk\n") DOMAIN("a", "    owner: desk\n"),
     "domains.yaml:6:9: domains[2].id: \"a\" is taken by domains[1]\n"},
    {DOMAINS, "domains:\n  - title_zh: a\n    title_en: b\n    owner: desk\n",
     "domains.yaml:2:3: domains[1].id: is missing: expected a word\n"},
    /* Divisions. */
    {DIVISIONS, "divisions:\n  - {code: 52050212200, name: x}\n",
     "divisions.yaml:2:12: divisions[1].code: expected 12 digits, for example \"520502122000\"\n"},
    {DIVISIONS, "divisions:\n  - {code: 52050212200x, name: x}\n",
     "divisions.yaml:2:12: divisions[1].code: expected 12 digits, for example \"520502122000\"\n"},
    {DIVISIONS, "divisions:\n  - {name: x}\n",
     "divisions.yaml:2:3: divisions[1].code: is missing: expected 12 digits in quotes\n"},
    {DIVISIONS, "divisions:\n  - {code: \"520502122000\"}\n",
     "divisions.yaml:2:3: divisions[1].name: is missing: expected the division's name\n"},
    {DIVISIONS, "divisions:\n  - {code: \"520502122000\", name: x, office: twn}\n",
     "divisions.yaml:2:45: divisions[1].office: unknown organ \"twn\"; the nearest valid word is "
     "\"town\"\n"},
    {DIVISIONS, "divisions:\n  - {code: \"520502122000\", name: x, office: police}\n",
     "divisions.yaml:2:45: divisions[1].office: expected an organ of kind office, \"police\" is "
     "none\n"},
    {DIVISIONS,
     "divisions:\n  - {code: \"520502122000\", name: x}\n  - {code: 520502122000, name: x}\n",
     "divisions.yaml:3:12: divisions[2].code: 520502122000 is taken by divisions[1]\n"},
    {DIVISIONS, "divisions:\n  - {code: \"520502122000\", name: x, valid_from: 2016-01-01}\n",
     "divisions.yaml:2:49: divisions[1].valid_from: expected a time with offset, for example "
     "2016-01-01T00:00:00+08:00\n"},
    {DIVISIONS,
     "divisions:\n  - {code: \"520502122000\", name: x, valid_from: \"2016-01-01T00:00:00Z\",\n"
     "     valid_to: \"2016-01-01T00:00:00Z\"}\n",
     "divisions.yaml:3:16: divisions[1].valid_to: expected a time after valid_from\n"},
    /* What is sealed is the policy's too. */
    {SEAL, NULL, "seal.yaml: No such file or directory\n"},
    {SEAL,
     "compartments:\n  - {id: n, compartment: narrative, fields: [narrative], wraps: "
     "[desk_escrow],\n"
     "     domains: [theft], article: law 1, confidence: H}\n",
     "seal.yaml:2:65: compartments[1].wraps: expected owner: whoever must act reads it\n"},
    /* What is planned too. */
    {ESCALATION, NULL, "escalation.yaml: No such file or directory\n"},
    {REPORTS, NULL, "expected_reports.yaml: No such file or directory\n"},
    {RETENTION, "", "retention.yaml: the file is empty\n"},
};

static void a_wrong_policy_is_refused_with_file_line_column_field_and_reason(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row(&rows[i], i);
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

static void one_run_tells_of_every_fault_of_a_file(void **state) {
    (void)state;
    struct tcn_policy_source *source = NULL;
    static const char text[] =
        "owners: [a]\n"
        "domains:\n"
        "  - id: theft\n    titel_zh: a\n    title_en: [b]\n    owner: polise\n"
        "  - noise\n"
        "  - id: fire\n    title_zh: a\n    title_en: b\n    owner: {a: b}\n"
        "    recipients: [desk, [police], tawn]\n    ? [x]\n    : [y, {z: 1}]\n"
        "    line: no_acident\n    line: b\n"
        "  - id: 火\n    title_zh: \"\\0\"\n    title_en: b # 火, x: y\n"
        "    owner: desk\n    is_petition: maybe\n";
    put_good();
    put_file(DOMAINS, text, sizeof(text) - 1);
    assert_int_equal(tcn_policy_read(folder, &source, &errors), TCN_CONFIG);
    assert_string_equal(
        all_told(),
        "domains.yaml:1:1: owners: unknown key; expected one of domains\n"
        "domains.yaml:4:5: domains[1].titel_zh: unknown key; the nearest valid word is "
        "\"title_zh\"\n"
        "domains.yaml:5:15: domains[1].title_en: expected a text, this is a list\n"
        "domains.yaml:6:12: domains[1].owner: unknown organ \"polise\"; the nearest valid word is "
        "\"police\"\n"
        "domains.yaml:7:5: domains[2]: expected keys with values, this is a text\n"
        "domains.yaml:11:12: domains[3].owner: expected a text, this is keys with values\n"
        "domains.yaml:12:24: domains[3].recipients[2]: expected a text, this is a list\n"
        "domains.yaml:12:34: domains[3].recipients: unknown organ \"tawn\"; the nearest valid word "
        "is \"town\"\n"
        "domains.yaml:13:7: domains[3]: expected a key, this is none\n"
        "domains.yaml:15:11: domains[3].line: unknown line \"no_acident\"; the nearest valid word "
        "is \"no_accident\"\n"
        "domains.yaml:16:5: domains[3].line: expected once; this key came already\n"
        "domains.yaml:17:9: domains[4].id: expected a word: a letter a-z, then up to 62 of a-z, "
        "0-9, _ . -\n"
        "domains.yaml:18:15: domains[4].title_zh: expected a text without a NUL\n"
        "domains.yaml:21:18: domains[4].is_petition: unknown value \"maybe\"; expected one of "
        "false, true\n");
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
    assert_non_null(strstr(errors.items[0].text, "at most 4096 entries"));
}

static void recipients_of_both_kinds_are_six_at_most(void **state) {
    (void)state;
    static const char organs[] = "organs:\n" DESK POLICE TOWN ORGAN("c", "14", "bureau", "")
        ORGAN("d", "15", "bureau", "") ORGAN("e", "16", "bureau", "") ORGAN("f", "17", "bureau", "")
            ORGAN("g", "18", "bureau", "");
    static const struct {
        const char *domain;
        const char *says; /* NULL: it is taken */
    } six[] = {
        {"    owner: desk\n    recipients: [police, town, c]\n    urgent_recipients: [d, e, f]\n",
         NULL},
        {"    owner: desk\n    recipients: [police, town, c]\n    urgent_recipients: [d, e, f, "
         "g]\n",
         "domains[1].urgent_recipients: expected at most 6 with those of recipients"},
    };
    for (size_t i = 0; i < COUNT_OF(six); i++) {
        struct tcn_policy_source *source = NULL;
        char text[512];
        (void)snprintf(text, sizeof(text), "domains:\n" DOMAIN("a", "%s"), six[i].domain);
        put_good();
        put_text(ORGANS, organs);
        put_text(DOMAINS, text);
        const enum tcn_status status = tcn_policy_read(folder, &source, &errors);
        const char *told = all_told();
        const bool is_right = six[i].says == NULL
                                  ? status == TCN_OK || strstr(told, "recipients") == NULL
                                  : strstr(told, six[i].says) != NULL;
        if (!is_right) {
            fail_msg("row %zu: %s", i, told);
        }
        tcn_policy_destroy(&source);
    }
}

static void a_folder_that_is_not_there_is_refused_file_by_file(void **state) {
    (void)state;
    struct tcn_policy_source *source = NULL;
    char path[2048];
    assert_int_equal(tcn_policy_read("/nonexistent", &source, &errors), TCN_CONFIG);
    assert_int_equal(errors.count, FILE_COUNT);
    assert_int_equal(tcn_policy_read("/dev", &source, &errors), TCN_CONFIG);
    memset(path, 'a', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    assert_int_equal(tcn_policy_read(path, &source, &errors), TCN_CONFIG);
    /* What clocks, calendar and plans say of the same cut path is told already. */
    assert_int_equal(errors.count, FILE_COUNT - 6);
    assert_non_null(strstr(errors.items[0].text, "path is longer"));
}

/* libyaml takes half an hour of a million brackets. */
static void a_file_of_brackets_is_refused_at_once(void **state) {
    (void)state;
    static char brackets[512 * 1024];
    static const char *const openings[] = {"title: ", "nonsense: "};
    for (size_t i = 0; i < 4; i++) {
        struct tcn_policy_source *source = NULL;
        memset(brackets, i < 2 ? '[' : '{', sizeof(brackets));
        memcpy(brackets, openings[i % 2], strlen(openings[i % 2]));
        put_good();
        put_file(REGIME, brackets, sizeof(brackets));
        assert_int_equal(tcn_policy_read(folder, &source, &errors), TCN_CONFIG);
        assert_null(source);
        assert_non_null(strstr(all_told(), "without end"));
    }
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
        cmocka_unit_test(a_wrong_policy_is_refused_with_file_line_column_field_and_reason),
        cmocka_unit_test(a_cycle_is_told_once),
        cmocka_unit_test(one_run_tells_of_every_file),
        cmocka_unit_test(one_run_tells_of_every_fault_of_a_file),
        cmocka_unit_test(more_faults_than_the_list_holds_are_counted),
        cmocka_unit_test(a_file_over_its_limit_is_refused_unread),
        cmocka_unit_test(lists_past_their_limits_are_refused),
        cmocka_unit_test(recipients_of_both_kinds_are_six_at_most),
        cmocka_unit_test(a_folder_that_is_not_there_is_refused_file_by_file),
        cmocka_unit_test(a_file_of_brackets_is_refused_at_once),
        cmocka_unit_test(a_good_policy_gives_sorted_tables_with_numbers_for_words),
        cmocka_unit_test(a_fault_reads_as_compilers_write_it),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
