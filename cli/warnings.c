/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/warnings.h"

#include "base/width.h"

static const struct tcn_say say_until = {{"until", "至"}};
static const struct tcn_say say_passed = {{", passed", "，已过"}};
static const struct tcn_say say_no_end = {{"until: not said", "未说明截止时间"}};
static const struct tcn_say say_proposed = {{"only proposed, not in force", "仅为建议，未生效"}};
static const struct tcn_say say_check_ins = {{"CHECK-INS UNDER A WARNING", "预警期间报平安"}};
static const struct tcn_say say_alive = {{"has checked in, last word", "已报平安，最近一次"}};
static const struct tcn_say say_waited = {{"nothing yet, and not overdue", "尚未报，未逾期"}};
static const struct tcn_say say_overdue = {{"overdue since", "逾期未报，自"}};

/* A text from outside in so many columns at most. */
static void fit(const char *text, size_t columns, char out_text[TCN_SHOW_WORD_BYTES]) {
    tcn_show_text(tcn_slice_text(text), out_text, TCN_SHOW_WORD_BYTES);
    out_text[tcn_text_fit(tcn_slice_text(out_text), columns)] = '\0';
}

bool tcn_warnings_are_in_force(const struct tcn_board_rows *rows) {
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->rows[i].kind == TCN_BOARD_WARNING && rows->rows[i].stage == TCN_STAGE_IN_FORCE) {
            return true;
        }
    }
    return false;
}

void tcn_warning_said(const struct tcn_policy *policy, const struct tcn_board_row *row,
                      char out_text[TCN_SHOW_WORD_BYTES]) {
    char colour[TCN_SHOW_WORD_BYTES];
    char category[TCN_SHOW_WORD_BYTES];
    char division[TCN_SHOW_WORD_BYTES];
    char place[TCN_SHOW_WORD_BYTES];
    fit(row->colour[0] != '\0' ? row->colour : "-", 10, colour);
    fit(row->category[0] != '\0' ? row->category : row->domain, 20, category);
    tcn_show_division(policy, row->division, division);
    fit(division, 33, place);
    (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "%.31s %.41s, %.51s", colour, category, place);
}

void tcn_warning_until(enum tcn_language language, const struct tcn_board_row *row,
                       int64_t as_of_ns, char out_text[TCN_SHOW_WORD_BYTES]) {
    char until[TCN_BOARD_TIME_BYTES];
    tcn_board_time(row->until_ns, until);
    if (row->stage != TCN_STAGE_IN_FORCE) {
        (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "%s", tcn_said(language, &say_proposed));
    } else if (row->until_ns == 0) {
        (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "%s", tcn_said(language, &say_no_end));
    } else {
        (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "%s %s%s", tcn_said(language, &say_until),
                       until, row->until_ns < as_of_ns ? tcn_said(language, &say_passed) : "");
    }
}

void tcn_warning_print_issuer(FILE *out, const struct tcn_board_row *row) {
    char issuer[TCN_SHOW_WORD_BYTES];
    char area[TCN_SHOW_WORD_BYTES];
    const bool has_both = row->issuer[0] != '\0' && row->area[0] != '\0';
    if (row->issuer[0] == '\0' && row->area[0] == '\0') {
        return;
    }
    fit(row->issuer, 32, issuer);
    fit(row->area, 40, area);
    (void)fprintf(out, "    %s%s%s\n", issuer, has_both ? "; " : "", area);
}

void tcn_warnings_print_check_ins(FILE *out, enum tcn_language language,
                                  const struct tcn_policy *policy,
                                  const struct tcn_board_rows *rows) {
    bool is_begun = false;
    for (size_t i = 0; i < rows->count; i++) {
        const struct tcn_board_row *row = &rows->rows[i];
        char office[TCN_SHOW_WORD_BYTES];
        char when[TCN_BOARD_TIME_BYTES];
        if (row->kind != TCN_BOARD_OFFICE || row->said == TCN_EXPECTED_NOT_ASKED) {
            continue;
        }
        const bool is_overdue = row->said == TCN_EXPECTED_OVERDUE;
        const bool is_alive = row->said == TCN_EXPECTED_ALIVE;
        tcn_show_organ(policy, row->office, office);
        tcn_board_time(is_overdue ? row->due_ns : is_alive ? row->said_ns : 0, when);
        (void)fprintf(out, "%s%s%s  %.30s: %s", is_begun ? "" : "\n",
                      is_begun ? "" : tcn_said(language, &say_check_ins), is_begun ? "" : "\n",
                      office,
                      tcn_said(language, is_overdue ? &say_overdue
                                         : is_alive ? &say_alive
                                                    : &say_waited));
        (void)fprintf(out, is_overdue || is_alive ? " %s\n" : "\n", when);
        is_begun = true;
    }
}
