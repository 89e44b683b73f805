/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin board`: the five lines, for the district and for each township. What nobody has signed is
 * unknown, and nothing here is a count of petitions, a streak or a rank. */
#include "cli/board.h"

#include "cli/verbs.h"
#include "cli/warnings.h"

#include <inttypes.h>

/* All that the verb takes. */
struct board {
    struct tcn_cli *cli;
    struct tcn_asker_options options;
    const char *office;
    const char *language_option;
    const char *format_option;
    enum tcn_language language;
    enum tcn_format format;
    struct tcn_asker asker;
    struct tcn_board_rows rows;
};

static const struct tcn_table_column columns[] = {
    {"LINE", false},   {"OFFICE", false},        {"STATE", false},
    {"SIGNED", false}, {"WARNING SINCE", false}, {"LAST HARM", false},
};

static const struct tcn_say say_as_of = {{"board as of", "看板截至"}};
static const struct tcn_say say_district = {{"district", "全区"}};
static const struct tcn_say say_of = {{"of", "/"}};
static const struct tcn_say say_oral = {{"by telephone", "口头"}};
static const struct tcn_say say_overdue = {{"nothing since", "逾期未报"}};
static const struct tcn_say say_unsafe = {{"known not safe", "已知不安全"}};
static const struct tcn_say say_contradicted = {{"contradicted", "与事实矛盾"}};
static const struct tcn_say say_corrected = {{"taken back in time", "已及时更正"}};
static const struct tcn_say say_not_asked = {{"not expected", "未要求"}};
static const struct tcn_say say_self = {{"self-reported", "自报"}};
static const struct tcn_say say_found = {{"found", "查出"}};
static const struct tcn_say say_late = {{"late", "逾期"}};
static const struct tcn_say say_owes = {{"owes since", "应办未办，自"}};
static const struct tcn_say say_silent = {{"silent", "无回音"}};
static const struct tcn_say say_silence = {{"silence", "静默"}};
static const struct tcn_say say_warning = {{"warning", "预警"}};
static const struct tcn_say say_since = {{"since", "自"}};
static const struct tcn_say say_more = {
    {"there is more than one board looks at: this is not all of it", "事项过多，本看板未列全"}};

static int parse(struct board *board, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        {"of", 0, "OFFICE", "one township alone", NULL, &board->office},
        TCN_SEAT_OFFICE_OPTION(&board->options.seat),
        TCN_SEAT_BUREAU_OPTION(&board->options.seat),
        TCN_SEAT_DIR_OPTION(&board->options.seat),
        TCN_SEAT_CONFIG_OPTION(&board->options.seat),
        TCN_ASKER_STOPPED_OPTION(&board->options),
        TCN_LANGUAGE_OPTION(&board->language_option),
        {"output", 'o', "FORMAT", "table, json", NULL, &board->format_option},
    };
    const struct tcn_cli_syntax syntax = {"board [--of OFFICE] [OPTIONS]", options,
                                          sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(board->cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && first < argc) {
        return tcn_cli_usage(board->cli, "board --help", "board takes no argument %s", argv[first]);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_cli_format(board->cli, board->format_option,
                              1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON, &board->format);
    }
    return code == TCN_EXIT_OK
               ? tcn_language_read(board->cli, board->language_option, &board->language)
               : code;
}

/* What was signed, or why there is nothing. */
static void signed_text(const struct board *board, const struct tcn_board_row *row, char *out,
                        size_t size) {
    const enum tcn_language language = board->language;
    char when[TCN_BOARD_TIME_BYTES];
    char due[TCN_BOARD_TIME_BYTES];
    tcn_board_time(row->said_ns, when);
    tcn_board_time(row->due_ns, due);
    if (row->office == 0) {
        (void)snprintf(out, size, "%" PRIu32 " %s %" PRIu32, row->signed_count,
                       tcn_said(language, &say_of), row->office_count);
        return;
    }
    switch (row->said) {
    case TCN_EXPECTED_SIGNED:
        (void)snprintf(out, size, "%s %s", when, row->post);
        break;
    case TCN_EXPECTED_ORAL:
        (void)snprintf(out, size, "%s %s", tcn_said(language, &say_oral), when);
        break;
    case TCN_EXPECTED_UNSAFE:
        (void)snprintf(out, size, "%s %s", tcn_said(language, &say_unsafe), when);
        break;
    case TCN_EXPECTED_CONTRADICTED:
        (void)snprintf(out, size, "%s %s", tcn_said(language, &say_contradicted), when);
        break;
    case TCN_EXPECTED_CORRECTED:
        (void)snprintf(out, size, "%s %s", tcn_said(language, &say_corrected), when);
        break;
    case TCN_EXPECTED_OVERDUE:
        (void)snprintf(out, size, "%s %s", tcn_said(language, &say_overdue), due);
        break;
    case TCN_EXPECTED_NOT_ASKED:
        (void)snprintf(out, size, "%s", tcn_said(language, &say_not_asked));
        break;
    case TCN_EXPECTED_ALIVE:
    case TCN_EXPECTED_WAITED:
    default:
        (void)snprintf(out, size, "-");
        break;
    }
}

/* A time, and whether its office said so itself. */
static void found_text(const struct board *board, int64_t when_ns, bool is_self, char *out,
                       size_t size) {
    char when[TCN_BOARD_TIME_BYTES];
    tcn_board_time(when_ns, when);
    (void)snprintf(out, size, "%s%s%s", when, when_ns != 0 ? " " : "",
                   when_ns == 0 ? "" : tcn_said(board->language, is_self ? &say_self : &say_found));
}

static enum tcn_status add_cell(const struct board *board, struct tcn_table *table,
                                const struct tcn_board_row *row) {
    char office[TCN_SHOW_WORD_BYTES];
    char signed_when[TCN_SHOW_WORD_BYTES];
    char warning[TCN_SHOW_WORD_BYTES];
    char harm[TCN_SHOW_WORD_BYTES];
    tcn_show_organ(board->asker.policy, row->office, office);
    signed_text(board, row, signed_when, sizeof signed_when);
    found_text(board, row->since_ns, row->is_self, warning, sizeof warning);
    found_text(board, row->breach_ns, row->is_breach_self, harm, sizeof harm);
    const char *const cells[] = {row->line,
                                 row->office == 0 ? tcn_said(board->language, &say_district)
                                                  : office,
                                 tcn_board_state_said(board->language, row->state),
                                 signed_when,
                                 warning,
                                 harm};
    return tcn_table_add(table, cells);
}

/* Which organs owe what, and which offices are silent. Nobody's are counted. */
static void print_rest(const struct board *board) {
    FILE *out = board->cli->out;
    const enum tcn_language language = board->language;
    for (size_t i = 0; i < board->rows.count; i++) {
        const struct tcn_board_row *row = &board->rows.rows[i];
        char office[TCN_SHOW_WORD_BYTES];
        char organ[TCN_SHOW_WORD_BYTES];
        char since[TCN_BOARD_TIME_BYTES];
        tcn_show_organ(board->asker.policy, row->office, office);
        tcn_show_organ(board->asker.policy, row->organ, organ);
        tcn_board_time(row->since_ns, since);
        if (row->kind == TCN_BOARD_LATE) {
            (void)fprintf(out, "%s  %s %s: %s %s %s\n", tcn_said(language, &say_late), row->line,
                          row->office == 0 ? tcn_said(language, &say_district) : office, organ,
                          tcn_said(language, &say_owes), since);
        } else if (row->kind == TCN_BOARD_OFFICE && row->cause != TCN_CAUSE_HEARD) {
            (void)fprintf(out, "%s  %s: %s", tcn_said(language, &say_silent), office,
                          tcn_board_cause_said(language, row));
            (void)fprintf(out, row->since_ns != 0 ? ", %s %s\n" : "\n",
                          tcn_said(language, &say_since), since);
        } else if (row->kind == TCN_BOARD_WARNING) {
            tcn_warning_said(board->asker.policy, row, office);
            tcn_warning_until(language, row, board->rows.as_of_ns, organ);
            (void)fprintf(out, "%s  %s (%s)\n", tcn_said(language, &say_warning), office, organ);
        } else if (row->kind == TCN_BOARD_SILENCE) {
            tcn_board_silence_said(language, board->asker.policy, row, office);
            tcn_board_silence_why(language, row, organ);
            (void)fprintf(out, "%s  %s (%s)\n", tcn_said(language, &say_silence), office, organ);
        }
    }
}

static enum tcn_status print_table(const struct board *board) {
    char as_of[TCN_TIME_TEXT_BYTES];
    struct tcn_table *table = NULL;
    enum tcn_status status = tcn_table_create(board->cli, TCN_FORMAT_TABLE, columns,
                                              sizeof columns / sizeof columns[0], &table);
    tcn_show_time(board->rows.as_of_ns, as_of);
    (void)fprintf(board->cli->out, "%s %s\n\n", tcn_said(board->language, &say_as_of), as_of);
    for (size_t i = 0; i < board->rows.count && status == TCN_OK; i++) {
        if (board->rows.rows[i].kind == TCN_BOARD_CELL) {
            status = add_cell(board, table, &board->rows.rows[i]);
        }
    }
    if (status == TCN_OK) {
        status = tcn_table_print(table);
    }
    tcn_table_destroy(&table);
    if (status == TCN_OK) {
        (void)fputc('\n', board->cli->out);
        print_rest(board);
    }
    if (status == TCN_OK && board->rows.has_more) {
        (void)fprintf(board->cli->err, "tocsin: %s\n", tcn_said(board->language, &say_more));
    }
    return status;
}

static enum tcn_status print_json(struct board *board) {
    const struct tcn_policy *policy = board->asker.policy;
    struct tcn_json_writer writer;
    tcn_board_document(&writer, "board", &board->rows);
    tcn_board_array(&writer, "lines", TCN_BOARD_CELL, &board->rows, policy);
    tcn_board_array(&writer, "late", TCN_BOARD_LATE, &board->rows, policy);
    tcn_board_array(&writer, "offices", TCN_BOARD_OFFICE, &board->rows, policy);
    tcn_board_array(&writer, "warnings", TCN_BOARD_WARNING, &board->rows, policy);
    tcn_board_array(&writer, "silences", TCN_BOARD_SILENCE, &board->rows, policy);
    const enum tcn_status status = tcn_json_write_file(&writer, board->cli->out, true);
    tcn_json_writer_fini(&writer);
    return status;
}

static int run(struct board *board) {
    uint16_t office = 0;
    int code = tcn_asker_init(board->cli, &board->options, &board->asker);
    if (code == TCN_EXIT_OK && board->office != NULL) {
        const struct tcn_organ *organ =
            board->asker.policy == NULL
                ? NULL
                : tcn_policy_organ_by_id(board->asker.policy, tcn_slice_text(board->office));
        if (organ == NULL || organ->kind != TCN_ORGAN_OFFICE) {
            return tcn_cli_usage(board->cli, "board --help", "%s is no office of the policy",
                                 board->office);
        }
        office = organ->number;
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_board_rows_ask(&board->asker, TCN_QUERY_BOARD, office, &board->rows);
    }
    if (code != TCN_EXIT_OK) {
        return code;
    }
    const enum tcn_status status =
        board->format == TCN_FORMAT_JSON ? print_json(board) : print_table(board);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(board->cli, status, NULL, "show the board");
}

int tcn_verb_board(struct tcn_cli *cli, int argc, char **argv) {
    struct board board = {.cli = cli};
    int code = parse(&board, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = run(&board);
    }
    tcn_board_rows_fini(&board.rows);
    tcn_asker_fini(&board.asker);
    return code == -1 ? TCN_EXIT_OK : code;
}
