/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin matter waiting`: what an organ was called to and has not in hand, all of it, in the order
 * in which it is looked at, as lines for people or as JSON. */
#include "base/clock.h"
#include "cli/asker.h"
#include "cli/called.h"
#include "cli/verbs.h"
#include "json/rows.h"

#include <string.h>

/* All that the verb takes. */
struct waiting {
    struct tcn_cli *cli;
    struct tcn_asker_options options;
    const char *organ;
    const char *language_option;
    const char *format_option;
    bool is_exercise;
    enum tcn_format format;
    enum tcn_language language;
    struct tcn_asker asker;
    struct tcn_called called;
};

static int parse(struct waiting *waiting, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        TCN_SEAT_BUREAU_OPTION(&waiting->options.seat),
        TCN_SEAT_OFFICE_OPTION(&waiting->options.seat),
        TCN_SEAT_DIR_OPTION(&waiting->options.seat),
        TCN_SEAT_CONFIG_OPTION(&waiting->options.seat),
        TCN_ASKER_STOPPED_OPTION(&waiting->options),
        {"organ", 0, "O", "of this organ; else of the own", NULL, &waiting->organ},
        {"exercise", 0, NULL, "of a drill instead of real work", &waiting->is_exercise, NULL},
        {"output", 'o', "FORMAT", "table, json, ndjson", NULL, &waiting->format_option},
        TCN_LANGUAGE_OPTION(&waiting->language_option),
    };
    const struct tcn_cli_syntax syntax = {"matter waiting --bureau B [OPTIONS]", options,
                                          sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(waiting->cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && first < argc) {
        code = tcn_cli_usage(waiting->cli, "matter waiting --help",
                             "matter waiting takes no argument %s", argv[first]);
    }
    if (code == TCN_EXIT_OK) {
        code =
            tcn_cli_format(waiting->cli, waiting->format_option,
                           1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON | 1u << TCN_FORMAT_NDJSON,
                           &waiting->format);
    }
    return code == TCN_EXIT_OK
               ? tcn_language_read(waiting->cli, waiting->language_option, &waiting->language)
               : code;
}

/* Whose it is: named, or the own. */
static int find_organ(struct waiting *waiting, uint16_t *out_organ) {
    const struct tcn_asker *asker = &waiting->asker;
    const char *word = waiting->organ != NULL                 ? waiting->organ
                       : !asker->is_stopped                   ? asker->seat.organ
                       : waiting->options.seat.bureau != NULL ? waiting->options.seat.bureau
                                                              : waiting->options.seat.office;
    const struct tcn_organ *organ =
        asker->policy == NULL || word == NULL
            ? NULL
            : tcn_policy_organ_by_id(asker->policy, tcn_slice_text(word));
    if (organ == NULL) {
        return tcn_cli_usage(waiting->cli, "policy show -o json",
                             "say whose: --organ O, an organ of this district");
    }
    *out_organ = organ->number;
    return TCN_EXIT_OK;
}

/* Of the log's mode unless a drill's is asked for. */
static enum tcn_mode mode_of(const struct waiting *waiting) {
    const struct tcn_asker *asker = &waiting->asker;
    const enum tcn_mode own =
        asker->is_stopped ? asker->folder.charter.genesis.mode : asker->seat.names.bundle.mode;
    return waiting->is_exercise ? TCN_MODE_EXERCISE : own;
}

static int ask_all(struct waiting *waiting, uint16_t organ) {
    struct tcn_query query = {.kind = TCN_QUERY_SUMMONSES,
                              .organ = organ,
                              .mode = mode_of(waiting),
                              .at_least_position = TCN_QUERY_LATEST};
    struct tcn_answer answer;
    do { /* ends with the rows, or with the room for them */
        const int code = tcn_asker_ask(&waiting->asker, &query, &answer);
        if (code != TCN_EXIT_OK) {
            return code;
        }
        const enum tcn_status status = tcn_called_take(&waiting->called, &answer);
        if (status != TCN_OK) {
            return tcn_cli_fail(waiting->cli, status, NULL, "take the answer in");
        }
        query.page = answer.next_page;
    } while (query.page != 0 && !waiting->called.has_more);
    tcn_called_sort(&waiting->called);
    return TCN_EXIT_OK;
}

static void print_lines(const struct waiting *waiting) {
    const struct tcn_called_view view = {
        .cli = waiting->cli,
        .policy = waiting->asker.policy,
        .language = waiting->language,
        .columns = waiting->cli->out_columns,
        .place = "",
        .post = "",
        .now_ns = tcn_clock_wall_ns(),
    };
    char line[TCN_CALLED_LINE_BYTES];
    for (uint32_t i = 0; i < waiting->called.count; i++) {
        tcn_called_line(&view, &waiting->called.rows[i], line);
        (void)fprintf(waiting->cli->out, "%s\n", line);
        tcn_called_command(&view, &waiting->called.rows[i], line);
        (void)fprintf(waiting->cli->out, "    %s\n", line);
    }
    if (waiting->called.has_more) {
        (void)fprintf(waiting->cli->err, "tocsin: only the first %d are shown\n", TCN_CALLED_MAX);
    }
}

static void write_row(struct tcn_json_writer *writer, const struct tcn_called_row *row,
                      const struct tcn_policy *policy) {
    const struct tcn_summons_row fields = {.summons = row->summons,
                                           .owed = row->owed,
                                           .title_zh = tcn_slice_text(row->title_zh),
                                           .title_en = tcn_slice_text(row->title_en),
                                           .due_ns = row->due_ns,
                                           .is_silenced = row->is_silenced};
    struct tcn_summons_row whole = fields;
    memcpy(whole.clock_id, row->clock_id, sizeof whole.clock_id);
    tcn_json_summons_fields(writer, &whole, &row->matter, policy);
}

static enum tcn_status print_json(struct waiting *waiting) {
    struct tcn_json_writer writer;
    enum tcn_status status = TCN_OK;
    const bool is_lines = waiting->format == TCN_FORMAT_NDJSON;
    tcn_json_writer_init_document(&writer, "waiting");
    tcn_json_array_begin(&writer, "waiting");
    for (uint32_t i = 0; i < waiting->called.count && status == TCN_OK; i++) {
        struct tcn_json_writer line;
        tcn_json_writer_init(&line);
        if (is_lines) {
            write_row(&line, &waiting->called.rows[i], waiting->asker.policy);
            status = tcn_json_write_file(&line, waiting->cli->out, false);
        } else {
            tcn_json_object_begin(&writer, NULL);
            write_row(&writer, &waiting->called.rows[i], waiting->asker.policy);
            tcn_json_object_end(&writer);
        }
        tcn_json_writer_fini(&line);
    }
    tcn_json_array_end(&writer);
    if (status == TCN_OK && !is_lines) {
        status = tcn_json_write_file(&writer, waiting->cli->out, true);
    }
    tcn_json_writer_fini(&writer);
    return status;
}

static int show(struct waiting *waiting) {
    enum tcn_status status = TCN_OK;
    if (waiting->format == TCN_FORMAT_TABLE) {
        print_lines(waiting);
    } else {
        status = print_json(waiting);
    }
    if (status != TCN_OK) {
        return tcn_cli_fail(waiting->cli, status, NULL, "write what waits");
    }
    return waiting->called.count == 0 ? TCN_EXIT_NOTHING : TCN_EXIT_OK;
}

int tcn_verb_matter_waiting(struct tcn_cli *cli, int argc, char **argv) {
    struct waiting waiting = {.cli = cli};
    uint16_t organ = 0;
    int code = parse(&waiting, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = tcn_asker_init(cli, &waiting.options, &waiting.asker);
    }
    if (code == TCN_EXIT_OK) {
        code = find_organ(&waiting, &organ);
    }
    if (code == TCN_EXIT_OK) {
        code = ask_all(&waiting, organ);
    }
    if (code == TCN_EXIT_OK) {
        code = show(&waiting);
    }
    tcn_called_fini(&waiting.called);
    tcn_asker_fini(&waiting.asker);
    return code == -1 ? TCN_EXIT_OK : code;
}
