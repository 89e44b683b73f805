/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin notified`: what was told of a matter, or to an organ in a span of time, and what became
 * of it: delivered to which kind of program, acknowledged and taken in hand by which post. Rows are
 * printed as they come, but for a table, which waits for its widths.
 */
#include "base/text.h"
#include "base/uuid.h"
#include "cli/asker.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "query/notices.h"
#include "json/rows.h"

#include <inttypes.h>
#include <string.h>

/* All that the verb takes. */
struct notified {
    struct tcn_cli *cli;
    struct tcn_asker_options options;
    const char *organ;
    const char *since;
    const char *until;
    const char *number;
    const char *post;
    const char *format_option;
    bool is_exercise;
    enum tcn_format format;
    struct tcn_query query;
    int64_t since_ns; /* of what is shown of a matter; of a stream the collector is asked so */
    int64_t until_ns;
    struct tcn_asker asker;
    struct tcn_table *table; /* NULL for JSON */
    struct tcn_json_writer writer;
    uint64_t count;
    bool is_cut; /* the collector looked at as many of the matter's items as it ever does */
};

static const struct tcn_table_column columns[] = {
    {"ORGAN", false},        {"NUMBER", true},   {"WHAT", false},      {"REASON", false},
    {"SEVERITY", false},     {"TOLD", false},    {"DELIVERED", false}, {"TO", false},
    {"ACKNOWLEDGED", false}, {"BY", false},      {"IN HAND", false},   {"ACT", false},
    {"POST", false},         {"LEARNED", false}, {"MATTER", false},
};

static int read_times(struct notified *notified) {
    const char *const texts[] = {notified->since, notified->until};
    int64_t *const times[] = {&notified->since_ns, &notified->until_ns};
    for (size_t i = 0; i < 2; i++) {
        if (texts[i] != NULL && tcn_show_read_time(texts[i], times[i]) != TCN_OK) {
            return tcn_cli_usage(notified->cli, "notified --help",
                                 "--since and --until take 2026-11-23, \"2026-11-23 14:05\" or "
                                 "2026-11-23T14:05:00+08:00");
        }
    }
    if (notified->since != NULL && notified->until != NULL &&
        notified->since_ns > notified->until_ns) {
        return tcn_cli_usage(notified->cli, "notified --help", "--until lies before --since");
    }
    return TCN_EXIT_OK;
}

/* Of one matter, or of one organ by number or time. */
static int read_question(struct notified *notified, const char *matter) {
    struct tcn_query *query = &notified->query;
    const bool has_span = notified->since != NULL || notified->until != NULL;
    query->kind = TCN_QUERY_NOTICES;
    query->at_least_position = TCN_QUERY_LATEST;
    if (matter != NULL &&
        tcn_uuid_from_text(tcn_slice_text(matter), query->matter.bytes) != TCN_OK) {
        return tcn_cli_usage(notified->cli, "notified --help", "notified takes the id of a matter");
    }
    if (notified->number != NULL &&
        (matter != NULL || has_span ||
         tcn_text_to_u64(tcn_slice_text(notified->number), &query->number) != TCN_OK ||
         query->number == 0)) {
        return tcn_cli_usage(notified->cli, "notified --help",
                             "--number takes the number of one item, and nothing beside it");
    }
    if (notified->post != NULL && notified->post[0] == '\0') {
        return tcn_cli_usage(notified->cli, "notified --help", "--post takes the name of a post");
    }
    const bool is_of_stream = notified->number != NULL || has_span || notified->post != NULL;
    if (matter == NULL && !is_of_stream) {
        return tcn_cli_usage(notified->cli, "notified --help",
                             "say of what: a matter, --number N, --post POST, or --since T and "
                             "--until T");
    }
    if (notified->is_exercise && matter != NULL) {
        return tcn_cli_usage(notified->cli, "notified --help",
                             "a matter says itself whether it is a drill's: without --exercise");
    }
    query->mode = notified->is_exercise ? TCN_MODE_EXERCISE : TCN_MODE_NONE;
    const int code = read_times(notified);
    if (code == TCN_EXIT_OK && matter == NULL) {
        query->since_ns = notified->since_ns;
        query->until_ns = notified->until_ns;
    }
    return code;
}

static int parse(struct notified *notified, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        {"since", 0, "T", "log time from T on", NULL, &notified->since},
        {"until", 0, "T", "log time before T", NULL, &notified->until},
        {"number", 0, "N", "one item of the organ's stream", NULL, &notified->number},
        {"organ", 0, "O", "to this organ; else to the own, or of a matter to all that one may see",
         NULL, &notified->organ},
        {"post", 0, "POST", "only what this post acknowledged or took in hand", NULL,
         &notified->post},
        {"exercise", 0, NULL, "of a drill instead of real work", &notified->is_exercise, NULL},
        TCN_SEAT_BUREAU_OPTION(&notified->options.seat),
        TCN_SEAT_OFFICE_OPTION(&notified->options.seat),
        TCN_SEAT_DIR_OPTION(&notified->options.seat),
        TCN_SEAT_CONFIG_OPTION(&notified->options.seat),
        TCN_ASKER_STOPPED_OPTION(&notified->options),
        {"output", 'o', "FORMAT", "table, json, csv", NULL, &notified->format_option},
    };
    const struct tcn_cli_syntax syntax = {
        "notified [MATTER] [--since T] [--until T] [--number N] [--post POST] [OPTIONS]", options,
        sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(notified->cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && argc - first > 1) {
        code = tcn_cli_usage(notified->cli, "notified --help", "notified takes one matter at most");
    }
    if (code == TCN_EXIT_OK) {
        code = read_question(notified, first < argc ? argv[first] : NULL);
    }
    return code == TCN_EXIT_OK ? tcn_cli_format(notified->cli, notified->format_option,
                                                1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON |
                                                    1u << TCN_FORMAT_CSV,
                                                &notified->format)
                               : code;
}

/* To whom: the organ named; of a matter else all that the asker may see; else the own. */
static int find_organ(struct notified *notified) {
    const struct tcn_asker *asker = &notified->asker;
    const bool is_of_matter = !tcn_id_is_none(&notified->query.matter);
    const char *word = notified->organ != NULL                 ? notified->organ
                       : is_of_matter                          ? NULL
                       : !asker->is_stopped                    ? asker->seat.organ
                       : notified->options.seat.bureau != NULL ? notified->options.seat.bureau
                                                               : notified->options.seat.office;
    if (word == NULL && is_of_matter) {
        return TCN_EXIT_OK;
    }
    const struct tcn_organ *organ =
        asker->policy == NULL || word == NULL
            ? NULL
            : tcn_policy_organ_by_id(asker->policy, tcn_slice_text(word));
    if (organ == NULL) {
        return tcn_cli_usage(notified->cli, "policy show -o json",
                             "say to whom: --organ O, an organ of this district");
    }
    notified->query.organ = organ->number;
    return TCN_EXIT_OK;
}

static bool is_shown(const struct notified *notified, const struct tcn_notice *row) {
    const bool is_in_span = row->log_time_ns >= notified->since_ns &&
                            (notified->until == NULL || row->log_time_ns < notified->until_ns);
    const bool is_of_post = notified->post == NULL ||
                            strcmp(row->acknowledged_post, notified->post) == 0 ||
                            strcmp(row->taken_post, notified->post) == 0;
    return is_in_span && is_of_post;
}

/* A time, or a dash. */
static void time_text(int64_t time_ns, char out_text[TCN_TIME_TEXT_BYTES]) {
    (void)snprintf(out_text, TCN_TIME_TEXT_BYTES, "-");
    if (time_ns != 0) {
        tcn_show_time(time_ns, out_text);
    }
}

static const char *or_dash(const char *text) {
    return text[0] != '\0' ? text : "-";
}

static enum tcn_status add_cells(struct notified *notified, const struct tcn_notice *row) {
    char organ[TCN_SHOW_WORD_BYTES];
    char number[24];
    char matter[TCN_UUID_TEXT_BYTES] = "-";
    char times[5][TCN_TIME_TEXT_BYTES];
    const int64_t instants[5] = {row->log_time_ns, row->delivered_ns, row->acknowledged_ns,
                                 row->taken_ns, row->learned_ns};
    for (size_t i = 0; i < 5; i++) {
        time_text(instants[i], times[i]);
    }
    tcn_show_organ(notified->asker.policy, row->stream.organ, organ);
    (void)snprintf(number, sizeof number, "%" PRIu64, row->number);
    if (!tcn_id_is_none(&row->matter)) {
        tcn_uuid_to_text(row->matter.bytes, matter);
    }
    const char *const cells[] = {
        organ,
        number,
        tcn_notice_kind_name(row->told),
        tcn_reason_name(row->reason),
        tcn_severity_name(row->severity),
        times[0],
        times[1],
        row->program != TCN_ROLE_NONE ? tcn_role_name(row->program) : "-",
        times[2],
        or_dash(row->acknowledged_post),
        times[3],
        row->taken_position != 0 ? tcn_act_name(row->taken_act) : "-",
        or_dash(row->taken_post),
        times[4],
        matter,
    };
    return tcn_table_add(notified->table, cells);
}

static enum tcn_status add(struct notified *notified, const struct tcn_notice *row) {
    if (!is_shown(notified, row)) {
        return TCN_OK;
    }
    notified->count++;
    if (notified->table != NULL) {
        return add_cells(notified, row);
    }
    tcn_json_object_begin(&notified->writer, NULL);
    tcn_json_notice_fields(&notified->writer, row, notified->asker.policy);
    tcn_json_object_end(&notified->writer);
    return notified->writer.status;
}

static enum tcn_status end(struct notified *notified) {
    if (notified->table != NULL) {
        return tcn_table_print(notified->table);
    }
    tcn_json_array_end(&notified->writer);
    tcn_json_add_bool(&notified->writer, "truncated", notified->is_cut);
    return tcn_json_write_file(&notified->writer, notified->cli->out, true);
}

/* A span of an organ's stream comes whole. */
static void tell_cut(const struct notified *notified) {
    (void)fflush(notified->cli->out);
    (void)fprintf(notified->cli->err,
                  "tocsin: %" PRIu64 " shown, and the newest are left out: of one matter %u items "
                  "are looked at, of all organs together\n"
                  "try: tocsin notified --organ O --since T --until T, which leaves nothing out\n",
                  notified->count, TCN_QUERY_NOTICES_MAX);
}

static int list(struct notified *notified) {
    enum tcn_status status = TCN_OK;
    tcn_json_writer_init_document(&notified->writer, "notified");
    tcn_json_array_begin(&notified->writer, "notices");
    if (notified->format != TCN_FORMAT_JSON) {
        status = tcn_table_create(notified->cli, notified->format, columns,
                                  sizeof columns / sizeof columns[0], &notified->table);
    }
    do { /* ends with the rows, as pages only grow */
        struct tcn_answer answer;
        const int code = tcn_asker_ask(&notified->asker, &notified->query, &answer);
        if (code != TCN_EXIT_OK) {
            return code;
        }
        for (uint32_t i = 0; i < answer.notice_count && status == TCN_OK; i++) {
            status = add(notified, &answer.notices[i]);
        }
        if (answer.next_page != 0 && answer.next_page <= notified->query.page) {
            status = TCN_MALFORMED; /* it would never end */
        }
        notified->query.page = answer.next_page;
        notified->is_cut = answer.board_has_more;
    } while (status == TCN_OK && notified->query.page != 0);
    status = status == TCN_OK ? end(notified) : status;
    if (status != TCN_OK) {
        return tcn_cli_fail(notified->cli, status, NULL, "list what was told");
    }
    if (notified->is_cut) {
        tell_cut(notified);
    }
    return notified->count == 0 ? TCN_EXIT_NOTHING : TCN_EXIT_OK;
}

int tcn_verb_notified(struct tcn_cli *cli, int argc, char **argv) {
    struct notified notified = {.cli = cli};
    int code = parse(&notified, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = tcn_asker_init(cli, &notified.options, &notified.asker);
    }
    if (code == TCN_EXIT_OK) {
        code = find_organ(&notified);
    }
    if (code == TCN_EXIT_OK) {
        code = list(&notified);
    }
    tcn_table_destroy(&notified.table);
    tcn_json_writer_fini(&notified.writer);
    tcn_asker_fini(&notified.asker);
    return code == -1 ? TCN_EXIT_OK : code;
}
