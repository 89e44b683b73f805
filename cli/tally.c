/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin clocks`: how many limits of each rule were kept, missed or run, in a stopped collector's
 * folder. It counts rules; no line is of an office or a person. */
#include "query/tally.h"
#include "cli/asker.h"
#include "cli/language.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "json/rows.h"

#include <inttypes.h>

/* All that the verb takes. */
struct counting {
    struct tcn_cli *cli;
    const char *dir;
    const char *language_option;
    const char *format_option;
    bool is_exercise;
    enum tcn_language language;
    enum tcn_format format;
    struct tcn_asker asker; /* its folder is the one that is read */
    struct tcn_tally tally;
    struct tcn_table *table;
    struct tcn_json_writer writer;
};

static const struct tcn_table_column columns[] = {
    {"RULE", false},  {"CLOCK", false},  {"STARTED", true}, {"MET", true},
    {"MISSED", true}, {"RUNNING", true}, {"PAUSED", true},  {"OTHER", true},
};

static const struct tcn_say say_gone = {
    {"rules that the policy has no more", "现行规则中已没有的时限"}};
static const struct tcn_say say_as_of = {{"as of", "截至"}};
static const struct tcn_say say_other = {
    {"other: done, and the law gives no number; a window that has passed; ended before its act; "
     "the calendar of its year is missing; an earlier run of a clock that runs again",
     "其他：已办，法律未定期限；可行使的期间已过；未办即终止；缺该年日历；重新起算前的一次"}};

static int parse(struct counting *counting, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        {"dir", 'd', "D", "folder of `tocsin up` or of the collector", NULL, &counting->dir},
        {"exercise", 0, NULL, "drills instead of real matters", &counting->is_exercise, NULL},
        TCN_LANGUAGE_OPTION(&counting->language_option),
        {"output", 'o', "FORMAT", "table, json, csv", NULL, &counting->format_option},
    };
    const struct tcn_cli_syntax syntax = {"clocks --dir D [OPTIONS]", options,
                                          sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(counting->cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && first < argc) {
        return tcn_cli_usage(counting->cli, "clocks --help", "clocks takes no argument %s",
                             argv[first]);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_cli_format(counting->cli, counting->format_option,
                              1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON | 1u << TCN_FORMAT_CSV,
                              &counting->format);
    }
    return code == TCN_EXIT_OK
               ? tcn_language_read(counting->cli, counting->language_option, &counting->language)
               : code;
}

/* How far the state goes: what is counted is as it was then. */
static int ask_how_far(struct counting *counting, struct tcn_stats_row *out_stats) {
    const struct tcn_asker_options options = {.seat = {.dir = counting->dir}, .is_stopped = true};
    const struct tcn_query query = {.kind = TCN_QUERY_STATS};
    struct tcn_answer answer;
    int code = tcn_asker_init(counting->cli, &options, &counting->asker);
    if (code == TCN_EXIT_OK) {
        code = tcn_asker_ask(&counting->asker, &query, &answer);
    }
    if (code != TCN_EXIT_OK) {
        return code;
    }
    *out_stats = answer.stats;
    const uint64_t missing = answer.stats.last_position - answer.stats.applied.position;
    if (missing > 0) {
        (void)fprintf(counting->cli->err,
                      "tocsin: the log's last %" PRIu64 " events are not counted: because the "
                      "state does not have them yet\ntry: tocsin log rebuild --dir %s\n",
                      missing, counting->asker.folder.dir);
    }
    return TCN_EXIT_OK;
}

/* A rule that is off has started nothing, unless it was on once. */
static bool is_shown(const struct counting *counting, const struct tcn_tally_row *row) {
    const bool is_in_force = row->rule != NULL && row->rule->is_enabled;
    return tcn_clock_tally_started(&row->tally) > 0 ||
           (is_in_force && counting->format == TCN_FORMAT_JSON);
}

static enum tcn_status add_cells(struct counting *counting, const struct tcn_tally_row *row) {
    const struct tcn_clock_tally *tally = &row->tally;
    const uint64_t other =
        tally->over + tally->cancelled + tally->unmeasured + tally->unknown + tally->earlier;
    const uint64_t counts[] = {tcn_clock_tally_started(tally),
                               tally->met,
                               tally->missed,
                               tally->running,
                               tally->paused,
                               other};
    const size_t count = sizeof counts / sizeof counts[0];
    char texts[sizeof counts / sizeof counts[0]][24];
    const char *cells[sizeof columns / sizeof columns[0]] = {
        "-", tcn_said(counting->language, &say_gone)};
    if (row->rule != NULL) {
        cells[0] = row->rule->id;
        cells[1] =
            counting->language == TCN_LANGUAGE_ZH ? row->rule->title_zh : row->rule->title_en;
    }
    for (size_t index = 0; index < count; index++) {
        (void)snprintf(texts[index], sizeof texts[index], "%" PRIu64, counts[index]);
        cells[2 + index] = texts[index];
    }
    return tcn_table_add(counting->table, cells);
}

static enum tcn_status add_row(struct counting *counting, const struct tcn_tally_row *row) {
    if (counting->table != NULL) {
        return add_cells(counting, row);
    }
    tcn_json_object_begin(&counting->writer, NULL);
    tcn_json_tally_fields(&counting->writer, row);
    tcn_json_object_end(&counting->writer);
    return counting->writer.status;
}

static enum tcn_status begin(struct counting *counting, const struct tcn_stats_row *stats,
                             enum tcn_mode mode) {
    struct tcn_json_writer *writer = &counting->writer;
    if (counting->format != TCN_FORMAT_JSON) {
        return tcn_table_create(counting->cli, counting->format, columns,
                                sizeof columns / sizeof columns[0], &counting->table);
    }
    tcn_json_writer_init_document(writer, "clocks");
    tcn_json_add_time(writer, "as_of", stats->applied.log_time_ns);
    tcn_json_add_u64(writer, "position", stats->applied.position);
    tcn_json_add_u64(writer, "not_yet_folded", stats->last_position - stats->applied.position);
    tcn_json_add_word(writer, "mode", tcn_mode_name(mode));
    tcn_json_array_begin(writer, "clocks");
    return writer->status;
}

static enum tcn_status end(struct counting *counting, const struct tcn_stats_row *stats) {
    if (counting->table == NULL) {
        tcn_json_array_end(&counting->writer);
        return tcn_json_write_file(&counting->writer, counting->cli->out, true);
    }
    const enum tcn_status status = tcn_table_print(counting->table);
    if (status == TCN_OK && counting->format == TCN_FORMAT_TABLE) {
        char time[TCN_TIME_TEXT_BYTES];
        tcn_show_time(stats->applied.log_time_ns, time);
        (void)fprintf(counting->cli->out, "\n%s %s\n%s\n", tcn_said(counting->language, &say_as_of),
                      time, tcn_said(counting->language, &say_other));
    }
    return status;
}

/* Prints all rules; a table of none has no lines. */
static int print(struct counting *counting, const struct tcn_stats_row *stats, enum tcn_mode mode) {
    uint64_t started = 0;
    enum tcn_status status = begin(counting, stats, mode);
    for (uint32_t index = 0; status == TCN_OK && index < counting->tally.count; index++) {
        const struct tcn_tally_row *row = &counting->tally.rows[index];
        started += tcn_clock_tally_started(&row->tally);
        status = is_shown(counting, row) ? add_row(counting, row) : TCN_OK;
    }
    const bool is_silent = started == 0 && counting->format == TCN_FORMAT_TABLE;
    if (status == TCN_OK && !is_silent) {
        status = end(counting, stats);
    }
    if (status != TCN_OK) {
        return tcn_cli_fail(counting->cli, status, NULL, "print the clocks");
    }
    if (started == 0) {
        (void)fprintf(counting->cli->err, "-- no clocks\n");
        return TCN_EXIT_NOTHING;
    }
    return TCN_EXIT_OK;
}

static int count_clocks(struct counting *counting) {
    struct tcn_stats_row stats;
    int code = ask_how_far(counting, &stats);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    const struct tcn_folder *folder = &counting->asker.folder;
    const enum tcn_mode mode =
        counting->is_exercise ? TCN_MODE_EXERCISE : folder->charter.genesis.mode;
    enum tcn_status status = tcn_tally_init(&counting->tally, counting->asker.policy->clocks);
    if (status == TCN_OK) {
        status =
            tcn_tally_run(&counting->tally, folder->state_reader, mode, stats.applied.log_time_ns);
    }
    if (status != TCN_OK) {
        return tcn_cli_fail(counting->cli, status, "tocsin log rebuild", "count the clocks in %s",
                            folder->state_dir);
    }
    return print(counting, &stats, mode);
}

int tcn_verb_clocks(struct tcn_cli *cli, int argc, char **argv) {
    struct counting counting = {.cli = cli};
    int code = parse(&counting, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = count_clocks(&counting);
    }
    tcn_table_destroy(&counting.table);
    tcn_json_writer_fini(&counting.writer);
    tcn_tally_fini(&counting.tally);
    tcn_asker_fini(&counting.asker);
    return code == -1 ? TCN_EXIT_OK : code;
}
