/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small policy in which nothing is wrong, in a folder of its own, and what is said when one of
 * its files is replaced. Shared by the tests of this folder.
 */
#ifndef TEST_POLICY_SMALL_H
#define TEST_POLICY_SMALL_H

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
    ATTRIBUTES,
    LEVELS,
    CALENDARS,
    CLOCKS,
    SEAL,
    ESCALATION,
    REPORTS,
    RETENTION,
    FILE_COUNT
};

static const char *const names[FILE_COUNT] = {
    "regime.yaml",    "lines.yaml",      "organs.yaml",     "domains.yaml",
    "divisions.yaml", "attributes.yaml", "levels.yaml",     "calendars.yaml",
    "clocks.yaml",    "seal.yaml",       "escalation.yaml", "expected_reports.yaml",
    "retention.yaml"};

#define LEVEL(id, kind, rank)                                                                      \
    "  - {id: " id ", kind: " kind ", rank: " rank ", title_zh: a, title_en: b}\n"

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
    "  - id: noise\n    title_zh: a\n    title_en: b\n    owner: desk\n    scale: common\n"
    "    attributes: [burnt, cause]\n",
    "divisions:\n"
    "  - {code: \"520502122000\", name: x, office: town, valid_from: "
    "\"2016-01-01T00:00:00+08:00\"}\n"
    "  - {code: 110101001000, name: y}\n",
    "attributes:\n  - {id: burnt, kind: number, unit: m2, title_zh: a, title_en: b}\n"
    "  - {id: cause, kind: text, values: [rain, fire], title_zh: a, title_en: b}\n",
    "levels:\n" LEVEL("ordinary", "accident", "1")
        LEVEL("major", "accident",
              "2") "scales:\n  - {id: common, title_zh: a, title_en: b}\n"
                   "thresholds:\n  - {scale: common, measure: deaths, level: major, from: 10}\n"
                   "  - {scale: common, measure: burnt, level: major, from: 500}\n",
    "zone_offset_minutes: 480\nyears:\n  - year: 2024\n    days_off: [2024-01-01]\n",
    "clocks:\n  - {id: reply, title_zh: a, title_en: b, unit: hours, amount: 2, owes: holder,\n"
    "     start: [reported], stop: [replied], article: law 1, confidence: H}\n",
    "compartments:\n  - {id: n, compartment: narrative, fields: [narrative], wraps: [owner],\n"
    "     article: law 1, confidence: H}\n",
    "steps:\n  - {id: r, ladder: late, kind: remind, cause: overdue, clock: reply, tell: "
    "[holder],\n"
    "     spacing_minutes: 5, article: x, confidence: proposal}\n",
    "reports:\n  - {id: z, kind: zero_report, line: no_accident, offices: [town], every: day,\n"
    "     by: \"17:00\", grace_minutes: 60, article: x, confidence: proposal}\n",
    "periods:\n  - {id: s, what: sealed, from: final, unit: days, amount: 9, article: x,\n"
    "     confidence: proposal}\n  - {id: o, what: open, from: final, unit: days, amount: 9,\n"
    "     article: x, confidence: proposal}\n",
};

/** One wrong file and everything that is said of it, a fault a line. */
struct row {
    int file;         /**< the one that is replaced */
    const char *text; /**< NULL: it is not there */
    const char *told;
};

#define ORGAN(id, number, kind, more)                                                              \
    "  - {id: " id ", number: " number ", kind: " kind ", title_zh: a, title_en: b" more "}\n"
#define DESK ORGAN("desk", "1", "desk", "")
#define POLICE ORGAN("police", "7", "bureau", "")
#define TOWN ORGAN("town", "9", "office", "")
#define DOMAIN(id, more) "  - id: " id "\n    title_zh: a\n    title_en: b\n" more

static char folder[] = "tocsin-policy-XXXXXX";
static struct tcn_policy_errors errors;

#include "files.h"

/** All faults of the list, a line each, without the folder. Not reentrant. */
static inline const char *all_told(void) {
    static char all[TCN_POLICY_ERRORS_MAX * TCN_POLICY_ERROR_TEXT_BYTES];
    size_t size = 0;
    all[0] = '\0';
    for (uint32_t i = 0; i < errors.count; i++) {
        char text[TCN_POLICY_ERROR_TEXT_BYTES];
        tcn_policy_error_text(&errors.items[i], text);
        assert_int_equal(strncmp(text, folder, strlen(folder)), 0);
        size += (size_t)snprintf(all + size, sizeof(all) - size, "%s\n", text + strlen(folder) + 1);
    }
    return all;
}

/** Reads the good policy with one file of the row's; what is said must be the row's, word for word.
 * With TOCSIN_SHOW it is printed instead. */
static inline void check_row(const struct row *row, size_t index) {
    struct tcn_policy_source *source = NULL;
    put_good();
    put_file(row->file, row->text, row->text == NULL ? 0 : strlen(row->text));
    enum tcn_status status = tcn_policy_read(folder, &source, &errors);
    if (getenv("TOCSIN_SHOW") != NULL) {
        printf("ROW %zu\n%sEND\n", index, all_told());
        tcn_policy_destroy(&source);
        return;
    }
    if (status != TCN_CONFIG || strcmp(all_told(), row->told) != 0) {
        fail_msg("row %zu, wanted\n%sgot\n%s", index, row->told, all_told());
    }
    assert_null(source);
}

#endif
