/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin desk`: what the district's desk must know when its shift begins, on one screen of 80
 * columns that can be printed: what nobody has in hand, what ends today, what waits for its word,
 * who is silent and why, which warnings and silences are in force, and what the shift before wrote.
 */
#include "cli/board.h"

#include "base/clock.h"
#include "base/uuid.h"
#include "cli/verbs.h"
#include "cli/warnings.h"

#include <string.h>

/* Of a list of organs, behind what it is set in by. */
#define LINE_COLUMNS 70

/* All that the verb takes. */
struct desk {
    struct tcn_cli *cli;
    struct tcn_asker_options options;
    const char *language_option;
    const char *format_option;
    enum tcn_language language;
    enum tcn_format format;
    struct tcn_asker asker;
    struct tcn_board_rows rows;
    int64_t shift_ns; /* since when the shift lasts; 0: not known */
};

static const struct tcn_say say_title = {{"desk as of", "值班台 截至"}};
static const struct tcn_say say_shift = {{"shift since", "本班自"}};
static const struct tcn_say say_no_shift = {
    {"nobody has handed a shift over yet", "尚无交接班记录"}};
static const struct tcn_say say_note = {{"HANDED OVER", "交班记录"}};
static const struct tcn_say say_untaken = {{"UNACKNOWLEDGED", "未签收"}};
static const struct tcn_say say_due = {{"DUE TODAY", "今日到期"}};
static const struct tcn_say say_holds = {{"WAITS FOR THE DESK", "待值班台决定"}};
static const struct tcn_say say_silent = {{"SILENT OFFICES", "无回音的办公室"}};
static const struct tcn_say say_warnings = {{"WARNINGS IN FORCE", "生效中的预警"}};
static const struct tcn_say say_silences = {{"SILENCES IN FORCE", "生效中的静默"}};
static const struct tcn_say say_lines = {{"THE FIVE LINES", "五个不发生"}};
static const struct tcn_say say_none = {{"none", "无"}};
static const struct tcn_say say_sealed = {
    {"sealed: the desk's own keys open it", "已加密：用值班台的密钥打开"}};
static const struct tcn_say say_apart = {{"kept apart", "分开保管"}};
static const struct tcn_say say_since = {{"since", "自"}};
static const struct tcn_say say_signed = {{"signed", "已签"}};
static const struct tcn_say say_of = {{"of", "/"}};
static const struct tcn_say say_oral = {{"by telephone", "口头"}};
static const struct tcn_say say_stopped = {{"was stopped", "曾停机"}};
static const struct tcn_say say_held = {
    {"routine reminders are held meanwhile", "期间暂缓例行提醒"}};
static const struct tcn_say say_new = {{"new", "新"}};
static const struct tcn_say say_more = {
    {"there is more than this screen looks at: tocsin matter ls",
     "事项过多，未列全：tocsin matter ls"}};

static int parse(struct desk *desk, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        TCN_SEAT_BUREAU_OPTION(&desk->options.seat),
        TCN_SEAT_DIR_OPTION(&desk->options.seat),
        TCN_SEAT_CONFIG_OPTION(&desk->options.seat),
        TCN_ASKER_STOPPED_OPTION(&desk->options),
        TCN_LANGUAGE_OPTION(&desk->language_option),
        {"output", 'o', "FORMAT", "table, json", NULL, &desk->format_option},
    };
    const struct tcn_cli_syntax syntax = {"desk [OPTIONS]", options,
                                          sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(desk->cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && first < argc) {
        return tcn_cli_usage(desk->cli, "desk --help", "desk takes no argument %s", argv[first]);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_cli_format(desk->cli, desk->format_option,
                              1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON, &desk->format);
    }
    return code == TCN_EXIT_OK
               ? tcn_language_read(desk->cli, desk->language_option, &desk->language)
               : code;
}

/* A heading, and "none" when nothing of a kind is there. Gives whether something is. */
static bool print_heading(const struct desk *desk, const struct tcn_say *say, size_t count) {
    (void)fprintf(desk->cli->out, "\n%s%s%s\n", tcn_said(desk->language, say),
                  count == 0 ? ": " : "", count == 0 ? tcn_said(desk->language, &say_none) : "");
    return count > 0;
}

/* True of an office that was stopped and came back since the shift began, or in the last day when
 * nobody knows when that was. */
static bool was_stopped(const struct desk *desk, const struct tcn_board_row *row) {
    const int64_t since_ns =
        desk->shift_ns != 0 ? desk->shift_ns : desk->rows.as_of_ns - TCN_DAY_NS;
    return row->kind == TCN_BOARD_OFFICE && row->back_ns != 0 && row->back_ns > since_ns;
}

/* True of what is not shown: an office that is heard, and was all the time. */
static bool is_well(const struct desk *desk, const struct tcn_board_row *row) {
    return row->kind == TCN_BOARD_OFFICE && row->cause == TCN_CAUSE_HEARD &&
           !was_stopped(desk, row);
}

static size_t count_of(const struct desk *desk, enum tcn_board_kind kind) {
    size_t count = 0;
    for (size_t i = 0; i < desk->rows.count; i++) {
        const struct tcn_board_row *row = &desk->rows.rows[i];
        count += row->kind == kind && !is_well(desk, row) ? 1 : 0;
    }
    return count;
}

/* "*" before what is newer than the shift. */
static const char *mark_of(const struct desk *desk, const struct tcn_board_row *row) {
    return desk->shift_ns != 0 && row->since_ns > desk->shift_ns ? "*" : " ";
}

/* A matter in two lines of at most 80 columns: its id is 36, whatever the words are. */
static void print_matter(const struct desk *desk, const struct tcn_board_row *row) {
    FILE *out = desk->cli->out;
    char id[TCN_UUID_TEXT_BYTES];
    char organ[TCN_SHOW_WORD_BYTES];
    char place[TCN_SHOW_WORD_BYTES];
    char when[TCN_BOARD_TIME_BYTES];
    tcn_uuid_to_text(row->matter.bytes, id);
    tcn_show_organ(desk->asker.policy, row->organ, organ);
    tcn_show_organ(desk->asker.policy, row->office, place);
    tcn_board_time(row->kind == TCN_BOARD_DUE ? row->until_ns : row->since_ns, when);
    if (row->is_guarded) {
        (void)fprintf(out, "  %s %s\n", tcn_said(desk->language, &say_apart), id);
        return;
    }
    (void)fprintf(out, "%s %-11s %-7s %.28s  %.26s\n", mark_of(desk, row), when,
                  tcn_severity_name(row->severity), row->domain[0] != '\0' ? row->domain : "-",
                  place);
    const bool has_rule = row->kind == TCN_BOARD_DUE && row->rule[0] != '\0';
    const char *last = row->kind == TCN_BOARD_UNTAKEN ? "" : has_rule ? row->rule : organ;
    (void)fprintf(out, "    %s%s%.36s\n", id, last[0] != '\0' ? "  " : "", last);
}

static void print_matters(const struct desk *desk, const struct tcn_say *say,
                          enum tcn_board_kind kind) {
    if (!print_heading(desk, say, count_of(desk, kind))) {
        return;
    }
    for (size_t i = 0; i < desk->rows.count; i++) {
        if (desk->rows.rows[i].kind == kind) {
            print_matter(desk, &desk->rows.rows[i]);
        }
    }
}

/* True when an earlier row is of the same matter. */
static bool is_told(const struct desk *desk, size_t index) {
    const struct tcn_board_row *row = &desk->rows.rows[index];
    for (size_t i = 0; i < index; i++) {
        if (desk->rows.rows[i].kind == row->kind &&
            tcn_id_equals(&desk->rows.rows[i].matter, &row->matter)) {
            return true;
        }
    }
    return false;
}

/* Which organs have not acknowledged: each does so for itself. As many as fit in a line. */
static void print_owing(const struct desk *desk, size_t index) {
    FILE *out = desk->cli->out;
    size_t used = 0;
    for (size_t i = index; i < desk->rows.count; i++) {
        const struct tcn_board_row *row = &desk->rows.rows[i];
        char organ[TCN_SHOW_WORD_BYTES];
        if (row->kind != TCN_BOARD_UNTAKEN ||
            !tcn_id_equals(&row->matter, &desk->rows.rows[index].matter)) {
            continue;
        }
        tcn_show_organ(desk->asker.policy, row->organ, organ);
        const size_t size = strlen(organ) + 2;
        if (used > 0 && used + size > LINE_COLUMNS) {
            used = 0;
        }
        (void)fprintf(out,
                      used == 0 && i > index ? ",\n      %.60s"
                      : used == 0            ? "      %.60s"
                                             : ", %.60s",
                      organ);
        used += size;
    }
    (void)fputc('\n', out);
}

/* What is urgent and not acknowledged: each matter once. */
static void print_untaken(const struct desk *desk) {
    if (!print_heading(desk, &say_untaken, count_of(desk, TCN_BOARD_UNTAKEN))) {
        return;
    }
    for (size_t i = 0; i < desk->rows.count; i++) {
        if (desk->rows.rows[i].kind == TCN_BOARD_UNTAKEN && !is_told(desk, i)) {
            print_matter(desk, &desk->rows.rows[i]);
            print_owing(desk, i);
        }
    }
}

/* From when to when an office's program stood still, as it said afterwards. */
static void print_stop(const struct desk *desk, const struct tcn_board_row *row) {
    char from[TCN_BOARD_TIME_BYTES];
    char back[TCN_BOARD_TIME_BYTES];
    if (!was_stopped(desk, row)) {
        return;
    }
    tcn_board_time(row->stopped_ns, from);
    tcn_board_time(row->back_ns, back);
    (void)fprintf(desk->cli->out, "%s   %s: %s - %s\n",
                  desk->shift_ns != 0 && row->back_ns > desk->shift_ns ? "*" : " ",
                  tcn_said(desk->language, &say_stopped), from, back);
}

/* Who is silent, why, and whom to ring. */
static void print_offices(const struct desk *desk) {
    const struct tcn_policy *policy = desk->asker.policy;
    if (!print_heading(desk, &say_silent, count_of(desk, TCN_BOARD_OFFICE))) {
        return;
    }
    for (size_t i = 0; i < desk->rows.count; i++) {
        const struct tcn_board_row *row = &desk->rows.rows[i];
        char office[TCN_SHOW_WORD_BYTES];
        char since[TCN_BOARD_TIME_BYTES];
        if (row->kind != TCN_BOARD_OFFICE || is_well(desk, row)) {
            continue;
        }
        const struct tcn_organ *organ =
            policy != NULL ? tcn_policy_organ(policy, row->office) : NULL;
        tcn_show_organ(policy, row->office, office);
        tcn_board_time(row->since_ns, since);
        (void)fprintf(desk->cli->out, "%s %-.30s: %s", mark_of(desk, row), office,
                      tcn_board_cause_said(desk->language, row));
        if (row->since_ns != 0) {
            (void)fprintf(desk->cli->out, ", %s %s", tcn_said(desk->language, &say_since), since);
        }
        (void)fputc('\n', desk->cli->out);
        print_stop(desk, row);
        if (organ != NULL && organ->duty_phone[0] != '\0') {
            (void)fprintf(desk->cli->out, "    %s\n", organ->duty_phone);
        }
    }
}

/* Each warning: what it is of, where, since and until when, who issued it. */
static void print_warnings(const struct desk *desk) {
    FILE *out = desk->cli->out;
    if (!print_heading(desk, &say_warnings, count_of(desk, TCN_BOARD_WARNING))) {
        return;
    }
    for (size_t i = 0; i < desk->rows.count; i++) {
        const struct tcn_board_row *row = &desk->rows.rows[i];
        char id[TCN_UUID_TEXT_BYTES];
        char from[TCN_BOARD_TIME_BYTES];
        char said[TCN_SHOW_WORD_BYTES];
        char until[TCN_SHOW_WORD_BYTES];
        if (row->kind != TCN_BOARD_WARNING) {
            continue;
        }
        tcn_uuid_to_text(row->matter.bytes, id);
        tcn_board_time(row->said_ns != 0 ? row->said_ns : row->since_ns, from);
        tcn_warning_said(desk->asker.policy, row, said);
        tcn_warning_until(desk->language, row, desk->rows.as_of_ns, until);
        (void)fprintf(out, "%s %-11s %s\n    %s  %s\n", mark_of(desk, row), from, said, id, until);
        tcn_warning_print_issuer(out, row);
    }
    if (tcn_warnings_are_in_force(&desk->rows)) {
        (void)fprintf(out, "  (%s)\n", tcn_said(desk->language, &say_held));
    }
}

/* Which organs are not rung for what, why, and by which post's word. */
static void print_silences(const struct desk *desk) {
    if (!print_heading(desk, &say_silences, count_of(desk, TCN_BOARD_SILENCE))) {
        return;
    }
    for (size_t i = 0; i < desk->rows.count; i++) {
        const struct tcn_board_row *row = &desk->rows.rows[i];
        char said[TCN_SHOW_WORD_BYTES];
        char why[TCN_SHOW_WORD_BYTES];
        if (row->kind != TCN_BOARD_SILENCE) {
            continue;
        }
        tcn_board_silence_said(desk->language, desk->asker.policy, row, said);
        tcn_board_silence_why(desk->language, row, why);
        (void)fprintf(desk->cli->out, "%s %s\n    %s\n", mark_of(desk, row), said, why);
    }
}

/* Offices that said of a line by telephone that it is safe: weaker than signed. */
static uint32_t oral_count(const struct desk *desk, const char *line) {
    uint32_t count = 0;
    for (size_t i = 0; i < desk->rows.count; i++) {
        const struct tcn_board_row *row = &desk->rows.rows[i];
        count += row->kind == TCN_BOARD_CELL && row->office != 0 &&
                         row->said == TCN_EXPECTED_ORAL && strcmp(row->line, line) == 0
                     ? 1
                     : 0;
    }
    return count;
}

/* The district's row of each line. */
static void print_lines(const struct desk *desk) {
    const enum tcn_language language = desk->language;
    (void)print_heading(desk, &say_lines, 1);
    for (size_t i = 0; i < desk->rows.count; i++) {
        const struct tcn_board_row *row = &desk->rows.rows[i];
        char since[TCN_BOARD_TIME_BYTES];
        if (row->kind != TCN_BOARD_CELL || row->office != 0) {
            continue;
        }
        tcn_board_time(row->since_ns, since);
        (void)fprintf(desk->cli->out, "  %-29.29s %s", row->line,
                      tcn_board_state_said(language, row->state));
        if (row->since_ns != 0) {
            (void)fprintf(desk->cli->out, " %s %s", tcn_said(language, &say_since), since);
        }
        (void)fprintf(desk->cli->out, ", %s %u %s %u", tcn_said(language, &say_signed),
                      row->signed_count, tcn_said(language, &say_of), row->office_count);
        const uint32_t orals = oral_count(desk, row->line);
        if (orals > 0) {
            (void)fprintf(desk->cli->out, "\n    %s %u", tcn_said(language, &say_oral), orals);
        }
        (void)fputc('\n', desk->cli->out);
    }
}

/* When the shift began, and what the one before wrote. */
static void print_shift(const struct desk *desk) {
    FILE *out = desk->cli->out;
    char as_of[TCN_TIME_TEXT_BYTES];
    char since[TCN_BOARD_TIME_BYTES];
    tcn_show_time(desk->rows.as_of_ns, as_of);
    tcn_board_time(desk->shift_ns, since);
    (void)fprintf(out, "%s %s\n", tcn_said(desk->language, &say_title), as_of);
    if (desk->shift_ns == 0) {
        (void)fprintf(out, "%s\n", tcn_said(desk->language, &say_no_shift));
        return;
    }
    (void)fprintf(out, "%s %s (* %s)\n", tcn_said(desk->language, &say_shift), since,
                  tcn_said(desk->language, &say_new));
    (void)fprintf(out, "\n%s%s%s\n", tcn_said(desk->language, &say_note),
                  desk->rows.note_post[0] != '\0' ? " " : "", desk->rows.note_post);
    const struct tcn_say *without = desk->rows.is_note_sealed ? &say_sealed : &say_none;
    tcn_show_lines(out,
                   tcn_slice_text(desk->rows.note[0] != '\0' ? desk->rows.note
                                                             : tcn_said(desk->language, without)),
                   2);
}

static enum tcn_status print_screen(const struct desk *desk) {
    print_shift(desk);
    print_untaken(desk);
    print_matters(desk, &say_due, TCN_BOARD_DUE);
    print_matters(desk, &say_holds, TCN_BOARD_HOLD);
    print_offices(desk);
    print_warnings(desk);
    tcn_warnings_print_check_ins(desk->cli->out, desk->language, desk->asker.policy, &desk->rows);
    print_silences(desk);
    print_lines(desk);
    if (desk->rows.has_more) {
        (void)fprintf(desk->cli->err, "tocsin: %s\n", tcn_said(desk->language, &say_more));
    }
    return ferror(desk->cli->out) == 0 ? TCN_OK : TCN_IO;
}

static enum tcn_status print_json(struct desk *desk) {
    const struct tcn_policy *policy = desk->asker.policy;
    struct tcn_json_writer writer;
    tcn_board_document(&writer, "desk", &desk->rows);
    tcn_json_add_time(&writer, "shift_since", desk->shift_ns);
    tcn_json_add_word(&writer, "handed_over", desk->rows.note[0] != '\0' ? desk->rows.note : NULL);
    tcn_json_add_bool(&writer, "is_note_sealed", desk->rows.is_note_sealed);
    tcn_json_add_word(&writer, "handed_over_by",
                      desk->rows.note_post[0] != '\0' ? desk->rows.note_post : NULL);
    tcn_board_array(&writer, "unacknowledged", TCN_BOARD_UNTAKEN, &desk->rows, policy);
    tcn_board_array(&writer, "due_today", TCN_BOARD_DUE, &desk->rows, policy);
    tcn_board_array(&writer, "holds", TCN_BOARD_HOLD, &desk->rows, policy);
    tcn_board_array(&writer, "offices", TCN_BOARD_OFFICE, &desk->rows, policy);
    tcn_board_array(&writer, "warnings", TCN_BOARD_WARNING, &desk->rows, policy);
    tcn_json_add_bool(&writer, "are_reminders_held", tcn_warnings_are_in_force(&desk->rows));
    tcn_board_array(&writer, "silences", TCN_BOARD_SILENCE, &desk->rows, policy);
    tcn_board_array(&writer, "late", TCN_BOARD_LATE, &desk->rows, policy);
    tcn_board_array(&writer, "lines", TCN_BOARD_CELL, &desk->rows, policy);
    const enum tcn_status status = tcn_json_write_file(&writer, desk->cli->out, true);
    tcn_json_writer_fini(&writer);
    return status;
}

static int run(struct desk *desk) {
    int code = tcn_asker_init(desk->cli, &desk->options, &desk->asker);
    if (code == TCN_EXIT_OK) {
        code = tcn_board_rows_ask(&desk->asker, TCN_QUERY_DESK, 0, &desk->rows);
    }
    if (code != TCN_EXIT_OK) {
        return code;
    }
    code = tcn_board_note_read(&desk->asker, &desk->rows);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    for (size_t i = 0; i < desk->rows.count; i++) {
        const struct tcn_board_row *row = &desk->rows.rows[i];
        desk->shift_ns = row->kind == TCN_BOARD_SHIFT ? row->since_ns : desk->shift_ns;
    }
    const enum tcn_status status =
        desk->format == TCN_FORMAT_JSON ? print_json(desk) : print_screen(desk);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(desk->cli, status, NULL, "show the desk's screen");
}

int tcn_verb_desk(struct tcn_cli *cli, int argc, char **argv) {
    struct desk desk = {.cli = cli};
    int code = parse(&desk, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = run(&desk);
    }
    tcn_board_rows_fini(&desk.rows);
    tcn_asker_fini(&desk.asker);
    return code == -1 ? TCN_EXIT_OK : code;
}
