/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin matter ls|show`: matters as the state has them, and one matter with its events. */
#include "base/uuid.h"
#include "cli/asker.h"
#include "cli/clocks.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "client/open.h"
#include "json/rows.h"

#include <inttypes.h>
#include <string.h>

#define LIMIT_DEFAULT 100

/* All that the verb takes. */
struct listing {
    struct tcn_cli *cli;
    struct tcn_asker_options options;
    const char *limit_option;
    const char *stage;
    const char *format_option;
    enum tcn_format format;
    uint64_t limit;
    struct tcn_asker asker;
    struct tcn_table *table;
    struct tcn_json_writer writer;
    struct tcn_arena arena; /* for decoding events */
    uint64_t count;
};

static const struct tcn_table_column matter_columns[] = {
    {"MATTER", false}, {"STAGE", false},  {"SEVERITY", false}, {"DOMAIN", false},
    {"HOLDER", false}, {"OFFICE", false}, {"LEARNED", false},  {"LAST", false},
    {"AT", false},     {"EVENTS", true},  {"DIVISION", false},
};

static const struct tcn_table_column event_columns[] = {
    {"POSITION", true},  {"LOG TIME", false}, {"ACT", false}, {"BY", false},
    {"SEVERITY", false}, {"REASON", false},   {"TO", false},  {"OUTCOME", false},
};

static int parse(struct listing *listing, int argc, char **argv, int *out_first) {
    const struct tcn_cli_option options[] = {
        TCN_SEAT_BUREAU_OPTION(&listing->options.seat),
        TCN_SEAT_OFFICE_OPTION(&listing->options.seat),
        TCN_SEAT_DIR_OPTION(&listing->options.seat),
        TCN_SEAT_CONFIG_OPTION(&listing->options.seat),
        TCN_ASKER_STOPPED_OPTION(&listing->options),
        {"limit", 0, "N", "ls: at most N, newest first; 100, 0 is all", NULL,
         &listing->limit_option},
        {"stage", 0, "S", "ls: open, accepted, closed, held ...", NULL, &listing->stage},
        {"output", 'o', "FORMAT", "table, json, ndjson, csv", NULL, &listing->format_option},
    };
    const struct tcn_cli_syntax syntax = {
        "matter ls [OPTIONS] | matter show MATTER [OPTIONS] | matter "
        "waiting [OPTIONS]",
        options, sizeof options / sizeof options[0]};
    return tcn_cli_parse(listing->cli, &syntax, argc, argv, out_first);
}

static int check(struct listing *listing) {
    listing->limit = LIMIT_DEFAULT;
    if (listing->limit_option != NULL &&
        tcn_text_to_u64(tcn_slice_text(listing->limit_option), &listing->limit) != TCN_OK) {
        return tcn_cli_usage(listing->cli, "matter --help", "--limit takes a number");
    }
    bool is_stage = listing->stage == NULL;
    for (uint32_t stage = TCN_STAGE_STUB; stage <= TCN_STAGE_MAX && !is_stage; stage++) {
        is_stage = strcmp(listing->stage, tcn_show_stage(stage)) == 0;
    }
    if (!is_stage) {
        return tcn_cli_usage(listing->cli, "matter --help",
                             "--stage takes a stage, for example open, accepted or closed");
    }
    return tcn_cli_format(listing->cli, listing->format_option,
                          1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON | 1u << TCN_FORMAT_NDJSON |
                              1u << TCN_FORMAT_CSV,
                          &listing->format);
}

static enum tcn_status add_cells(struct listing *listing, const struct tcn_matter *matter) {
    const struct tcn_policy *policy = listing->asker.policy;
    char id[TCN_UUID_TEXT_BYTES];
    char holder[TCN_SHOW_WORD_BYTES];
    char office[TCN_SHOW_WORD_BYTES];
    char division[TCN_SHOW_WORD_BYTES];
    char learned[TCN_TIME_TEXT_BYTES];
    char last[TCN_TIME_TEXT_BYTES];
    char count[24];
    tcn_uuid_to_text(matter->id.bytes, id);
    tcn_show_organ(policy, matter->holder, holder);
    tcn_show_organ(policy, matter->office, office);
    tcn_show_division(policy, matter->division, division);
    tcn_show_time(matter->learned_ns, learned);
    tcn_show_time(matter->last_ns, last);
    (void)snprintf(count, sizeof count, "%u", (unsigned)matter->event_count);
    const char *const cells[] = {id,
                                 tcn_show_stage((uint32_t)matter->stage),
                                 tcn_severity_name(matter->severity),
                                 matter->domain[0] == '\0' ? "-" : matter->domain,
                                 holder,
                                 office,
                                 learned,
                                 tcn_act_name(matter->last_act),
                                 last,
                                 count,
                                 division};
    return tcn_table_add(listing->table, cells);
}

static enum tcn_status add_matter(struct listing *listing, const struct tcn_matter *matter) {
    if (listing->table != NULL) {
        return add_cells(listing, matter);
    }
    if (listing->format == TCN_FORMAT_JSON) {
        tcn_json_object_begin(&listing->writer, NULL);
        tcn_json_matter_fields(&listing->writer, matter, listing->asker.policy);
        tcn_json_object_end(&listing->writer);
        return listing->writer.status;
    }
    struct tcn_json_writer line;
    tcn_json_writer_init(&line);
    tcn_json_matter_fields(&line, matter, listing->asker.policy);
    enum tcn_status status = tcn_json_write_file(&line, listing->cli->out, false);
    tcn_json_writer_fini(&line);
    return status;
}

static enum tcn_status add_page(struct listing *listing, const struct tcn_answer *answer) {
    enum tcn_status status = TCN_OK;
    for (uint32_t index = 0; status == TCN_OK && index < answer->matter_count; index++) {
        const struct tcn_matter *matter = &answer->matters[index];
        bool is_wanted = listing->stage == NULL ||
                         strcmp(listing->stage, tcn_show_stage((uint32_t)matter->stage)) == 0;
        if (is_wanted && (listing->limit == 0 || listing->count < listing->limit)) {
            listing->count++;
            status = add_matter(listing, matter);
        }
    }
    return status;
}

static enum tcn_status begin(struct listing *listing, const struct tcn_table_column *columns,
                             size_t count, const char *schema) {
    /* Also a table has the document, which then stays unused: the lists have one course. */
    tcn_json_writer_init_document(&listing->writer, schema);
    bool is_table = listing->format == TCN_FORMAT_TABLE || listing->format == TCN_FORMAT_CSV;
    return is_table
               ? tcn_table_create(listing->cli, listing->format, columns, count, &listing->table)
               : TCN_OK;
}

static enum tcn_status end(struct listing *listing) {
    if (listing->table != NULL) {
        return tcn_table_print(listing->table);
    }
    return listing->format == TCN_FORMAT_JSON
               ? tcn_json_write_file(&listing->writer, listing->cli->out, true)
               : TCN_OK;
}

static int list(struct listing *listing) {
    struct tcn_query query = {.kind = TCN_QUERY_MATTERS, .at_least_position = TCN_QUERY_LATEST};
    const struct tcn_seat_options *seat = &listing->options.seat;
    const char *organ = seat->bureau != NULL ? seat->bureau : seat->office;
    const struct tcn_organ *found =
        organ == NULL || listing->asker.policy == NULL
            ? NULL
            : tcn_policy_organ_by_id(listing->asker.policy, tcn_slice_text(organ));
    if (organ != NULL && found == NULL) {
        return tcn_cli_usage(listing->cli, "policy show -o json",
                             "no organ of this district is called so");
    }
    query.organ = found == NULL ? 0 : found->number;
    enum tcn_status status =
        begin(listing, matter_columns, sizeof matter_columns / sizeof matter_columns[0], "matters");
    tcn_json_array_begin(&listing->writer, "matters");
    do {
        struct tcn_answer answer;
        int code = tcn_asker_ask(&listing->asker, &query, &answer);
        if (code != TCN_EXIT_OK) {
            return code;
        }
        status = status == TCN_OK ? add_page(listing, &answer) : status;
        query.page = answer.next_page;
    } while (status == TCN_OK && query.page != 0 &&
             (listing->limit == 0 || listing->count < listing->limit));
    tcn_json_array_end(&listing->writer);
    status = status == TCN_OK ? end(listing) : status;
    if (status != TCN_OK) {
        return tcn_cli_fail(listing->cli, status, NULL, "list the matters");
    }
    if (listing->count == 0) {
        (void)fprintf(listing->cli->err, "-- no matters\n");
        return TCN_EXIT_NOTHING;
    }
    return TCN_EXIT_OK;
}

static enum tcn_status add_event_cells(struct listing *listing, const struct tcn_event_row *row,
                                       const struct tcn_event *event) {
    char position[24];
    char time[TCN_TIME_TEXT_BYTES];
    char by[TCN_SHOW_WORD_BYTES];
    char reason[TCN_SHOW_WORD_BYTES] = "";
    char to[TCN_SHOW_WORD_BYTES] = "";
    (void)snprintf(position, sizeof position, "%" PRIu64, row->position);
    tcn_show_time(row->log_time_ns, time);
    tcn_show_text(event->office, by, sizeof by);
    if (event->body_kind == TCN_BODY_ACT) {
        tcn_show_text(event->act_body.reason, reason, sizeof reason);
        tcn_show_text(event->act_body.to_organ, to, sizeof to);
    }
    char facts[TCN_SHOW_WORD_BYTES];
    char outcome[2 * TCN_SHOW_WORD_BYTES] = "";
    tcn_show_facts(row->missing, facts, sizeof facts);
    if (row->code != TCN_OK) {
        (void)snprintf(outcome, sizeof outcome, "%s%s%s",
                       tcn_status_name((enum tcn_status)row->code), facts[0] != '\0' ? ": " : "",
                       facts);
    }
    if (row->code == TCN_OK && row->erasure != TCN_ERASURE_NONE) {
        (void)snprintf(outcome, sizeof outcome, "%s",
                       row->erasure == TCN_ERASURE_DONE ? "erased" : "is being erased");
    }
    const char *const cells[] = {
        position, time,   tcn_act_name(event->act), by, tcn_severity_name(event->severity), reason,
        to,       outcome};
    return tcn_table_add(listing->table, cells);
}

static enum tcn_status add_event(struct listing *listing, const struct tcn_event_row *row) {
    struct tcn_event event = {0};
    const struct tcn_item item = {.open = row->open};
    const struct tcn_key_set none = {0};
    struct tcn_reading reading;
    tcn_arena_reset(&listing->arena);
    bool is_read = tcn_reading_make(&item, &none, &listing->arena, &reading) == TCN_OK;
    if (is_read) {
        event = reading.event;
    }
    if (listing->table != NULL) {
        return add_event_cells(listing, row, &event);
    }
    if (listing->format == TCN_FORMAT_JSON) {
        tcn_json_object_begin(&listing->writer, NULL);
        tcn_json_event_row_fields(&listing->writer, row, is_read ? &event : NULL);
        tcn_json_object_end(&listing->writer);
        return listing->writer.status;
    }
    struct tcn_json_writer line;
    tcn_json_writer_init(&line);
    tcn_json_event_row_fields(&line, row, is_read ? &event : NULL);
    enum tcn_status status = tcn_json_write_file(&line, listing->cli->out, false);
    tcn_json_writer_fini(&line);
    return status;
}

/* What is remembered with a matter, and what comes next. */
static void show_next(struct listing *listing, const struct tcn_answer *answer) {
    FILE *out = listing->cli->out;
    const struct tcn_matter *matter = &answer->matters[0];
    char organ[TCN_SHOW_WORD_BYTES];
    const char *label = "marks     ";
    const uint32_t marks = matter->marks & ~TCN_MARKS_OWN;
    for (uint32_t bit = 0; bit < 32; bit++) {
        if ((marks >> bit & 1U) != 0) {
            (void)fprintf(out, "%s%s", label, tcn_mark_name(UINT32_C(1) << bit));
            label = ", ";
        }
    }
    (void)fprintf(out, "%s", marks != 0 ? "\n" : "");
    if (matter->bounce_count > 0) {
        (void)fprintf(out, "bounced   %u\n", (unsigned)matter->bounce_count);
    }
    if (matter->second.act != TCN_ACT_NONE) {
        (void)fprintf(out, "waits     ");
        tcn_show_second(out, &matter->second);
        (void)fprintf(out, "\n");
    }
    if (answer->owed_act != TCN_ACT_NONE) {
        tcn_show_organ(listing->asker.policy, answer->owed_organ, organ);
        (void)fprintf(out, "next      %s, by %s\n", tcn_act_name(answer->owed_act),
                      answer->owed_organ != 0 ? organ : "whoever is concerned");
    }
    (void)fprintf(out, "may       ");
    tcn_show_acts(out, answer->allowed_acts);
    (void)fprintf(out, "\n\n");
}

static void show_head(struct listing *listing, const struct tcn_matter *matter) {
    FILE *out = listing->cli->out;
    const struct tcn_policy *policy = listing->asker.policy;
    char text[TCN_SHOW_WORD_BYTES];
    char time[TCN_TIME_TEXT_BYTES];
    char id[TCN_UUID_TEXT_BYTES];
    tcn_uuid_to_text(matter->id.bytes, id);
    (void)fprintf(out, "matter    %s%s\n", id,
                  matter->mode == TCN_MODE_EXERCISE ? "  (exercise)" : "");
    tcn_show_kind(matter->kind, text);
    (void)fprintf(out, "kind      %s\n", text);
    tcn_show_stage_title(matter->stage, text);
    (void)fprintf(out, "stage     %s\n", text);
    if (matter->toll.degree.rank != 0) {
        tcn_show_degree(policy, &matter->toll.degree, text);
        (void)fprintf(out, "level     %s\n", text);
    }
    (void)fprintf(out, "severity  %s%s%s\n", tcn_show_colour(listing->cli, matter->severity),
                  tcn_severity_name(matter->severity), tcn_show_plain(listing->cli));
    (void)fprintf(out, "domain    %s\n", matter->domain[0] == '\0' ? "-" : matter->domain);
    tcn_show_division(policy, matter->division, text);
    (void)fprintf(out, "division  %s\n", text);
    tcn_show_organ(policy, matter->holder, text);
    (void)fprintf(out, "holder    %s\n", text);
    tcn_show_organ(policy, matter->office, text);
    (void)fprintf(out, "office    %s\n", text);
    tcn_show_time(matter->learned_ns, time);
    (void)fprintf(out, "learned   %s\n", time);
    tcn_show_time(matter->opened_ns, time);
    (void)fprintf(out, "in log    %s\n", time);
}

static void write_clocks(struct listing *listing, const struct tcn_answer *answer) {
    tcn_json_array_begin(&listing->writer, "clocks");
    for (uint32_t index = 0; index < answer->clock_count; index++) {
        tcn_json_object_begin(&listing->writer, NULL);
        tcn_json_clock_fields(&listing->writer, &answer->clocks[index]);
        tcn_json_object_end(&listing->writer);
    }
    tcn_json_array_end(&listing->writer);
}

/* The head comes with the first page, and so do the clocks. */
static enum tcn_status show_page(struct listing *listing, const struct tcn_answer *answer,
                                 bool is_first) {
    if (is_first && answer->matter_count == 1) {
        if (listing->format == TCN_FORMAT_TABLE) {
            show_head(listing, &answer->matters[0]);
            show_next(listing, answer);
            tcn_clocks_show(listing->cli->out, answer->clocks, answer->clock_count);
        } else if (listing->format == TCN_FORMAT_JSON) {
            tcn_json_matter_fields(&listing->writer, &answer->matters[0], listing->asker.policy);
            tcn_json_next_fields(&listing->writer, answer, listing->asker.policy);
            write_clocks(listing, answer);
        }
    }
    if (is_first) {
        tcn_json_array_begin(&listing->writer, "events");
    }
    enum tcn_status status = TCN_OK;
    for (uint32_t index = 0; status == TCN_OK && index < answer->event_count; index++) {
        status = add_event(listing, &answer->events[index]);
    }
    return status;
}

static int show(struct listing *listing, const char *matter) {
    struct tcn_query query = {.kind = TCN_QUERY_MATTER, .at_least_position = TCN_QUERY_LATEST};
    if (tcn_uuid_from_text(tcn_slice_text(matter), query.matter.bytes) != TCN_OK) {
        return tcn_cli_usage(listing->cli, "matter ls", "a matter's id has 36 characters");
    }
    enum tcn_status status = tcn_arena_init(&listing->arena, (size_t)256 * 1024);
    if (status == TCN_OK) {
        status =
            begin(listing, event_columns, sizeof event_columns / sizeof event_columns[0], "matter");
    }
    bool is_first = true;
    while (status == TCN_OK && (is_first || query.page != 0)) {
        struct tcn_answer answer;
        int code = tcn_asker_ask(&listing->asker, &query, &answer);
        if (code != TCN_EXIT_OK) {
            return code;
        }
        status = show_page(listing, &answer, is_first);
        is_first = false;
        query.page = answer.next_page;
    }
    tcn_json_array_end(&listing->writer);
    status = status == TCN_OK ? end(listing) : status;
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(listing->cli, status, NULL, "show the matter");
}

int tcn_verb_matter(struct tcn_cli *cli, int argc, char **argv) {
    struct listing listing = {.cli = cli};
    int first = 0;
    if (argc > 1 && strcmp(argv[1], "waiting") == 0) {
        return tcn_verb_matter_waiting(cli, argc - 1, argv + 1);
    }
    int code = parse(&listing, argc, argv, &first);
    int count = argc - first;
    bool is_list = code == TCN_EXIT_OK && count == 1 && strcmp(argv[first], "ls") == 0;
    bool is_show = code == TCN_EXIT_OK && count == 2 && strcmp(argv[first], "show") == 0;
    if (code == TCN_EXIT_OK && !is_list && !is_show) {
        return tcn_cli_usage(cli, "matter --help",
                             "matter takes ls, waiting, or show and a matter's id");
    }
    if (code == TCN_EXIT_OK) {
        code = check(&listing);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_asker_init(cli, &listing.options, &listing.asker);
    }
    if (code == TCN_EXIT_OK) {
        code = is_list ? list(&listing) : show(&listing, argv[first + 1]);
    }
    tcn_table_destroy(&listing.table);
    tcn_json_writer_fini(&listing.writer);
    tcn_arena_fini(&listing.arena);
    tcn_asker_fini(&listing.asker);
    return code == -1 ? TCN_EXIT_OK : code;
}
