/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expected_reports.yaml: what is expected of which office, by when. Silence after that is shown as
 * unknown; nothing here counts it as safety, and nothing counts how often anybody was silent.
 */
#include "policy/compile_plans.h"

#include "base/text.h"

#include <string.h>

/** One entry as it is written. */
struct tcn_raw_expected {
    char *id;
    char *kind;
    char *line;
    char **offices;
    uint32_t offices_count;
    char *every;
    char *hours;
    char *by;
    char *grace_minutes;
    char *while_domain;
    char *article;
    char *confidence;
};

/** expected_reports.yaml. */
struct tcn_raw_expected_reports {
    struct tcn_raw_expected *reports;
    uint32_t reports_count;
};

static const cyaml_schema_field_t expected_fields[] = {
    TCN_RAW_TEXT(tcn_raw_expected, id),
    TCN_RAW_TEXT(tcn_raw_expected, kind),
    TCN_RAW_TEXT(tcn_raw_expected, line),
    TCN_RAW_LIST(tcn_raw_expected, offices, &tcn_schema_word, TCN_PLAN_OFFICES_MAX),
    TCN_RAW_TEXT(tcn_raw_expected, every),
    TCN_RAW_TEXT(tcn_raw_expected, hours),
    TCN_RAW_TEXT(tcn_raw_expected, by),
    TCN_RAW_TEXT(tcn_raw_expected, grace_minutes),
    TCN_RAW_TEXT(tcn_raw_expected, while_domain),
    TCN_RAW_TEXT(tcn_raw_expected, article),
    TCN_RAW_TEXT(tcn_raw_expected, confidence),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t expected_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct tcn_raw_expected, expected_fields)};

static const cyaml_schema_field_t reports_fields[] = {
    TCN_RAW_LIST(tcn_raw_expected_reports, reports, &expected_value, TCN_EXPECTED_REPORTS_MAX),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t tcn_schema_expected = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct tcn_raw_expected_reports, reports_fields)};

static const char *const kind_words[] = {"zero_report", "check_in"};
static const char *const every_words[] = {"day", "working_day", "hours"};

/** Minutes of "17:00"; 0 after a fault. */
static uint32_t minute_of(const struct tcn_plan_entry *entry, const char *raw) {
    uint64_t hour = 0;
    uint64_t minute = 0;
    bool is_good = strlen(raw) == 5 && raw[2] == ':' &&
                   tcn_text_to_u64(tcn_slice_of(raw, 2), &hour) == TCN_OK &&
                   tcn_text_to_u64(tcn_slice_of(raw + 3, 2), &minute) == TCN_OK && hour < 24 &&
                   minute < 60;
    if (!is_good) {
        tcn_value_fault(&entry->values, "by", "expected a time of the day, for example \"17:00\"");
        return 0;
    }
    return (uint32_t)(hour * 60 + minute);
}

/** How often, and by when: hours have no time of the day, days have nothing else. */
static void compile_every(const struct tcn_plan_entry *entry, const struct tcn_raw_expected *raw,
                          struct tcn_expected_report *report) {
    const struct tcn_range hours = {.min = 1, .max = 24, .fallback = 0};
    report->every = (enum tcn_expected_every)tcn_plan_choose(
        entry, "every", raw->every, (struct tcn_value_words){every_words, 3});
    bool is_hours = report->every == TCN_EXPECTED_HOURS;
    if (report->every == 0) {
        return;
    }
    if (is_hours) {
        report->hours = (uint32_t)tcn_value_number(&entry->values, "hours", raw->hours, hours);
    } else if (raw->hours != NULL) {
        tcn_value_fault(&entry->values, "hours", "expected none: it goes with every: hours");
    }
    if (is_hours && raw->by != NULL) {
        tcn_value_fault(&entry->values, "by", "expected none: hours have no time of the day");
    } else if (!is_hours && tcn_value_is_there(&entry->values, "by", raw->by,
                                               "a time of the day, for example \"17:00\"")) {
        report->by_minute = minute_of(entry, raw->by);
    }
}

/** True when both are expected of one office together. */
static bool offices_meet(const struct tcn_expected_report *left,
                         const struct tcn_expected_report *right) {
    for (uint32_t i = 0; i < left->office_count; i++) {
        for (uint32_t k = 0; k < right->office_count; k++) {
            if (strcmp(left->offices[i], right->offices[k]) == 0) {
                return true;
            }
        }
    }
    return left->office_count == 0 || right->office_count == 0;
}

/** A line is ticked by an office in one report. */
static void check_once(const struct tcn_plan_entry *entry, const struct tcn_expected_report *rows,
                       uint32_t index) {
    for (uint32_t i = 0; rows[index].line[0] != '\0' && i < index; i++) {
        if (strcmp(rows[i].line, rows[index].line) == 0 && offices_meet(&rows[i], &rows[index])) {
            tcn_value_fault(&entry->values, "line", "\"%s\" expects this line of an office already",
                            rows[i].id);
            return;
        }
    }
}

static void compile_report(struct tcn_compile_plans *compile, const struct tcn_raw_expected *raw,
                           uint32_t index) {
    struct tcn_expected_report *rows = compile->tables->reports;
    struct tcn_expected_report *report = &rows[index];
    struct tcn_plan_entry entry = tcn_plan_entry_at(compile, TCN_PLAN_REPORTS, "reports", index);
    const struct tcn_range grace = {.min = 0, .max = 1440, .fallback = 0};
    tcn_plan_id(&entry, raw->id, (struct tcn_plan_rows){rows, sizeof(*rows), index}, report->id);
    report->kind = (enum tcn_expected_kind)tcn_plan_choose(&entry, "kind", raw->kind,
                                                           (struct tcn_value_words){kind_words, 2});
    tcn_plan_word(&entry, "line", raw->line, "line", &compile->lines, report->line);
    if (report->kind == TCN_EXPECTED_ZERO_REPORT) {
        (void)tcn_value_is_there(&entry.values, "line", raw->line, "the line that it ticks");
    } else if (report->kind == TCN_EXPECTED_CHECK_IN && raw->line != NULL) {
        tcn_value_fault(&entry.values, "line", "expected none: a sign of life ticks no line");
    }
    report->office_count =
        tcn_plan_copy(&entry, (struct tcn_plan_list){"offices", raw->offices, raw->offices_count},
                      "office", &compile->offices, report->offices);
    compile_every(&entry, raw, report);
    report->grace_minutes =
        (uint32_t)tcn_value_number(&entry.values, "grace_minutes", raw->grace_minutes, grace);
    tcn_plan_word(&entry, "while_domain", raw->while_domain, "domain", &compile->domains,
                  report->while_domain);
    tcn_plan_origin(&entry, raw->article, raw->confidence, &report->origin);
    check_once(&entry, rows, index);
}

enum tcn_status tcn_compile_expected(struct tcn_compile_plans *compile) {
    const struct tcn_raw_expected_reports *raw = compile->raws[TCN_PLAN_REPORTS];
    void *made = NULL;
    if (raw == NULL) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_plan_make(compile, TCN_PLAN_REPORTS, "reports", raw->reports_count,
                                           sizeof(*compile->tables->reports), &made);
    compile->tables->reports = made;
    for (uint32_t i = 0; made != NULL && i < raw->reports_count; i++) {
        compile_report(compile, &raw->reports[i], i);
    }
    compile->tables->plans.reports = made;
    compile->tables->plans.report_count = made != NULL ? raw->reports_count : 0;
    return status;
}
