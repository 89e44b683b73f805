/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin drill`: says that a drill begins or ends, and shows afterwards who acknowledged what
 * when. What is reported and done in between is entered with --exercise, beside real work. */
#include "query/drill.h"
#include "cli/await.h"
#include "cli/draft.h"
#include "cli/folder.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "json/write.h"

#include "base/uuid.h"

#include <inttypes.h>
#include <string.h>

/* All that the verb takes. */
struct drilling {
    struct tcn_cli *cli;
    struct tcn_seat_options seat;
    struct tcn_cli_draft typed;
    struct tcn_await await;
    const char *action;
    const char *name;
    enum tcn_format format;
    struct tcn_folder folder;
    struct tcn_rights rights;
    struct tcn_drill drill;
};

static const struct tcn_table_column columns[] = {
    {"ORGAN", false}, {"NO", true},         {"TOLD", false},      {"MATTER", false},
    {"ACT", false},   {"SEVERITY", false},  {"DELIVERED", false}, {"ACKNOWLEDGED", false},
    {"POST", false},  {"FIRST ACT", false},
};

static int parse(struct drilling *drilling, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        TCN_SEAT_BUREAU_OPTION(&drilling->seat),
        TCN_SEAT_OFFICE_OPTION(&drilling->seat),
        TCN_SEAT_DIR_OPTION(&drilling->seat),
        TCN_SEAT_CONFIG_OPTION(&drilling->seat),
        {"post", 0, "POST", "start, stop: the post that says so", NULL, &drilling->typed.post},
        {"timeout", 0, "S", "start, stop: seconds to wait; 60", NULL, &drilling->await.timeout},
        {"output", 'o', "FORMAT", "report: table, json, csv", NULL, &drilling->await.format},
    };
    const struct tcn_cli_syntax syntax = {
        "drill start NAME --post POST | stop NAME --post POST | report [NAME] --dir D", options,
        sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(drilling->cli, &syntax, argc, argv, &first);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    drilling->action = first < argc ? argv[first] : "";
    drilling->name = first + 1 < argc ? argv[first + 1] : NULL;
    const bool is_report = strcmp(drilling->action, "report") == 0;
    const bool is_said =
        strcmp(drilling->action, "start") == 0 || strcmp(drilling->action, "stop") == 0;
    if ((!is_report && !is_said) || argc - first > 2 || (is_said && drilling->name == NULL)) {
        return tcn_cli_usage(drilling->cli, "drill --help",
                             "drill takes start NAME, stop NAME or report [NAME]");
    }
    return is_report ? tcn_cli_format(drilling->cli, drilling->await.format,
                                      1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON |
                                          1u << TCN_FORMAT_CSV,
                                      &drilling->format)
                     : TCN_EXIT_OK;
}

/* The word goes through the agent like everything that people say. */
static int enter(struct drilling *drilling, struct tcn_seat *seat) {
    struct tcn_cli *cli = drilling->cli;
    struct tcn_arena arena = {0};
    struct tcn_draft draft;
    enum tcn_status status = tcn_arena_init(&arena, TCN_CLI_DRAFT_ARENA_BYTES);
    if (status != TCN_OK) {
        return tcn_cli_fail(cli, status, NULL, "take the word in");
    }
    drilling->typed.act =
        strcmp(drilling->action, "start") == 0 ? "drill_started" : "drill_stopped";
    drilling->typed.reason = drilling->name;
    drilling->typed.mode = "exercise";
    drilling->typed.verb = "drill";
    int code = tcn_cli_draft_read(cli, &drilling->typed, &arena, &draft);
    if (code == TCN_EXIT_OK) {
        drilling->await.is_act = true;
        drilling->await.is_waiting = true;
        code = tcn_await_run(cli, seat, &drilling->await, &draft);
    }
    tcn_arena_fini(&arena);
    return code;
}

static int say(struct drilling *drilling) {
    struct tcn_seat seat = {0};
    int code = tcn_seat_init(drilling->cli, &drilling->seat, NULL, &seat);
    if (code == TCN_EXIT_OK) {
        code = enter(drilling, &seat);
    }
    tcn_seat_fini(&seat);
    return code;
}

/* A time of the day with its date, or what it means that there is none. */
static void time_text(int64_t time_ns, const char *none, char out_text[TCN_TIME_TEXT_BYTES]) {
    if (time_ns == 0) {
        (void)snprintf(out_text, TCN_TIME_TEXT_BYTES, "%s", none);
    } else {
        tcn_show_time(time_ns, out_text);
    }
}

static enum tcn_status add_cells(const struct tcn_policy *policy, const struct tcn_drill_row *row,
                                 struct tcn_table *table) {
    char organ[TCN_SHOW_WORD_BYTES];
    char number[24];
    char matter[TCN_UUID_TEXT_BYTES] = "-";
    char post[TCN_SHOW_WORD_BYTES];
    char times[3][TCN_TIME_TEXT_BYTES];
    tcn_show_organ(policy, row->organ, organ);
    (void)snprintf(number, sizeof number, "%" PRIu64, row->number);
    if (!tcn_id_is_none(&row->matter)) {
        tcn_uuid_to_text(row->matter.bytes, matter);
    }
    tcn_show_text(tcn_slice_text(row->post[0] != '\0' ? row->post : "-"), post, sizeof post);
    tcn_show_time(row->log_time_ns, times[0]);
    time_text(row->delivered_ns, "missed", times[1]);
    time_text(row->acknowledged_ns, "nobody", times[2]);
    const char *cells[] = {organ,
                           number,
                           times[0],
                           matter,
                           tcn_act_name(row->act),
                           tcn_severity_name(row->severity),
                           times[1],
                           times[2],
                           post,
                           row->acted_ns != 0 ? tcn_act_name(row->acted) : "-"};
    return tcn_table_add(table, cells);
}

static enum tcn_status print_table(struct drilling *drilling) {
    struct tcn_table *table = NULL;
    const struct tcn_drill *drill = &drilling->drill;
    const struct tcn_policy *policy = tcn_rights_policy(&drilling->rights);
    char times[2][TCN_TIME_TEXT_BYTES];
    enum tcn_status status = tcn_table_create(drilling->cli, drilling->format, columns,
                                              sizeof columns / sizeof columns[0], &table);
    time_text(drill->start_ns, "-", times[0]);
    time_text(drill->stop_ns, "goes on", times[1]);
    if (status == TCN_OK && drilling->format == TCN_FORMAT_TABLE) {
        (void)fprintf(drilling->cli->out, "EXERCISE 演练 %s: %s to %s, %" PRIu32 " alerts\n",
                      drill->name, times[0], times[1], drill->row_count);
    }
    for (uint32_t i = 0; i < drill->row_count && status == TCN_OK; i++) {
        status = add_cells(policy, &drill->rows[i], table);
    }
    if (status == TCN_OK && drill->row_count > 0) {
        status = tcn_table_print(table);
    }
    if (drill->left_count > 0) {
        (void)fprintf(drilling->cli->err,
                      "tocsin: %" PRIu64 " alerts more are not shown: a report has room for %d\n",
                      drill->left_count, TCN_DRILL_ROWS_MAX);
    }
    tcn_table_destroy(&table);
    return status;
}

/* A time; null where it never came. */
static void add_time(struct tcn_json_writer *writer, const char *key, int64_t time_ns) {
    if (time_ns == 0) {
        tcn_json_add_null(writer, key);
    } else {
        tcn_json_add_time(writer, key, time_ns);
    }
}

static void add_row(struct tcn_json_writer *writer, const struct tcn_policy *policy,
                    const struct tcn_drill_row *row) {
    char organ[TCN_SHOW_WORD_BYTES];
    tcn_show_organ(policy, row->organ, organ);
    tcn_json_object_begin(writer, NULL);
    tcn_json_add_word(writer, "organ", organ);
    tcn_json_add_u64(writer, "number", row->number);
    tcn_json_add_u64(writer, "position", row->position);
    tcn_json_add_id(writer, "matter", &row->matter);
    tcn_json_add_word(writer, "act", tcn_act_name(row->act));
    tcn_json_add_word(writer, "reason", tcn_reason_name(row->reason));
    tcn_json_add_word(writer, "severity", tcn_severity_name(row->severity));
    tcn_json_add_time(writer, "told", row->log_time_ns);
    add_time(writer, "delivered", row->delivered_ns);
    add_time(writer, "acknowledged", row->acknowledged_ns);
    tcn_json_add_word(writer, "post", row->post[0] != '\0' ? row->post : NULL);
    tcn_json_add_word(writer, "first_act", row->acted_ns != 0 ? tcn_act_name(row->acted) : NULL);
    add_time(writer, "acted", row->acted_ns);
    tcn_json_object_end(writer);
}

static enum tcn_status print_json(struct drilling *drilling) {
    const struct tcn_drill *drill = &drilling->drill;
    struct tcn_json_writer writer;
    tcn_json_writer_init_document(&writer, "drill");
    tcn_json_add_word(&writer, "name", drill->name);
    tcn_json_add_word(&writer, "mode", tcn_mode_name(TCN_MODE_EXERCISE));
    tcn_json_add_time(&writer, "started", drill->start_ns);
    add_time(&writer, "stopped", drill->stop_ns);
    tcn_json_add_u64(&writer, "left_out", drill->left_count);
    tcn_json_array_begin(&writer, "alerts");
    for (uint32_t i = 0; i < drill->row_count; i++) {
        add_row(&writer, tcn_rights_policy(&drilling->rights), &drill->rows[i]);
    }
    tcn_json_array_end(&writer);
    const enum tcn_status status = tcn_json_write_file(&writer, drilling->cli->out, true);
    tcn_json_writer_fini(&writer);
    return status;
}

/* The policy at the end of the log, which names every organ that there ever was. */
static enum tcn_status load_rights(struct drilling *drilling) {
    struct tcn_folder *folder = &drilling->folder;
    enum tcn_status status = tcn_rights_init(&drilling->rights, &folder->charter);
    if (status == TCN_OK) {
        status = tcn_rights_load(&drilling->rights, folder->log_reader,
                                 tcn_log_last_position(folder->log));
        tcn_log_reader_reset(folder->log_reader);
    }
    return status;
}

static int report(struct drilling *drilling) {
    struct tcn_folder *folder = &drilling->folder;
    int code = tcn_folder_open(drilling->cli, drilling->seat.dir, TCN_FOLDER_LOG_BESIDE, folder);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (!tcn_folder_state_beside(folder)) {
        return tcn_cli_fail(drilling->cli, TCN_ABSENT, "tocsin log rebuild", "open the state in %s",
                            folder->dir);
    }
    enum tcn_status status = load_rights(drilling);
    if (status == TCN_OK) {
        status = tcn_drill_run(
            folder->log_reader, folder->state_reader, tcn_rights_policy(&drilling->rights),
            tcn_slice_text(drilling->name != NULL ? drilling->name : ""), &drilling->drill);
    }
    if (status == TCN_ABSENT) {
        (void)fputs("-- no such drill\n", drilling->cli->err);
        return TCN_EXIT_NOTHING;
    }
    if (status == TCN_OK) {
        status = drilling->format == TCN_FORMAT_JSON ? print_json(drilling) : print_table(drilling);
    }
    return status == TCN_OK
               ? TCN_EXIT_OK
               : tcn_cli_fail(drilling->cli, status, "tocsin log verify", "report the drill");
}

int tcn_verb_drill(struct tcn_cli *cli, int argc, char **argv) {
    struct drilling drilling = {.cli = cli};
    int code = parse(&drilling, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = strcmp(drilling.action, "report") == 0 ? report(&drilling) : say(&drilling);
    }
    tcn_drill_fini(&drilling.drill);
    tcn_rights_fini(&drilling.rights);
    tcn_folder_close(&drilling.folder);
    return code == -1 ? TCN_EXIT_OK : code;
}
