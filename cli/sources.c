/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin sources`: who publishes, how far each lane got, and of whom there is no word: silence is
 * never counted as safety. */
#include "cli/show.h"
#include "cli/standings.h"
#include "cli/verbs.h"
#include "json/rows.h"

#include <inttypes.h>

/* What is being printed. */
struct listing {
    struct tcn_cli *cli;
    struct tcn_asker_options options;
    const char *format_option;
    enum tcn_format format;
    struct tcn_asker asker;
    struct tcn_standings standings;
    struct tcn_table *table;
    struct tcn_json_writer writer;
    uint64_t count;
};

static const struct tcn_table_column columns[] = {
    {"SOURCE", false}, {"LANE", false}, {"EPOCH", false},   {"SEQUENCE", true}, {"EVENTS", true},
    {"VOID", true},    {"LAST", false}, {"POSITION", true}, {"WORD", false},
};

static int parse(struct listing *listing, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        TCN_SEAT_BUREAU_OPTION(&listing->options.seat),
        TCN_SEAT_DIR_OPTION(&listing->options.seat),
        TCN_SEAT_CONFIG_OPTION(&listing->options.seat),
        TCN_ASKER_STOPPED_OPTION(&listing->options),
        {"output", 'o', "FORMAT", "table, json, ndjson, csv", NULL, &listing->format_option},
    };
    const struct tcn_cli_syntax syntax = {"sources [OPTIONS]", options,
                                          sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(listing->cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && first < argc) {
        return tcn_cli_usage(listing->cli, "sources --help", "sources takes no argument %s",
                             argv[first]);
    }
    return code;
}

/* Whether there is word of a source: "yes", or since when there is none. */
static void tell_word(const struct listing *listing, uint32_t source, char *out_text, size_t size) {
    int64_t since_ns = tcn_standings_silent_since(&listing->standings, source);
    const struct tcn_standing *own =
        tcn_standings_find(&listing->standings, TCN_STANDING_SILENT, source);
    char since[TCN_TIME_TEXT_BYTES];
    tcn_show_time(since_ns, since);
    bool is_silent = since_ns != 0 || (own != NULL && source != 0);
    (void)snprintf(out_text, size, "%s%s", is_silent ? "no word since " : "yes",
                   is_silent ? since : "");
}

static enum tcn_status add_cells(struct listing *listing, const struct tcn_source_state *source) {
    char name[TCN_SHOW_WORD_BYTES];
    char epoch[24];
    char sequence[24];
    char events[24];
    char voids[24];
    char position[24];
    char last[TCN_TIME_TEXT_BYTES];
    char heard[TCN_TIME_TEXT_BYTES + 32];
    tell_word(listing, source->lane.source, heard, sizeof heard);
    tcn_asker_source(&listing->asker, source->lane.source, name, sizeof name);
    tcn_show_time(source->log_time_ns, last);
    (void)snprintf(epoch, sizeof epoch, "%016" PRIx64, source->lane.epoch);
    (void)snprintf(sequence, sizeof sequence, "%" PRIu64, source->sequence);
    (void)snprintf(events, sizeof events, "%" PRIu64, source->event_count);
    (void)snprintf(voids, sizeof voids, "%" PRIu64, source->void_count);
    (void)snprintf(position, sizeof position, "%" PRIu64, source->position);
    const char *const cells[] = {
        name, tcn_lane_name(source->lane.lane), epoch, sequence, events, voids, last, position,
        heard};
    return tcn_table_add(listing->table, cells);
}

static void write_source(struct listing *listing, struct tcn_json_writer *writer,
                         const struct tcn_source_state *source) {
    char name[TCN_SHOW_WORD_BYTES];
    tcn_asker_source(&listing->asker, source->lane.source, name, sizeof name);
    tcn_json_add_word(writer, "name", name);
    tcn_json_source_fields(writer, source);
    int64_t since_ns = tcn_standings_silent_since(&listing->standings, source->lane.source);
    if (since_ns != 0) {
        tcn_json_add_time(writer, "silent_since", since_ns);
    } else {
        tcn_json_add_null(writer, "silent_since");
    }
}

static enum tcn_status add_source(struct listing *listing, const struct tcn_source_state *source) {
    listing->count++;
    if (listing->table != NULL) {
        return add_cells(listing, source);
    }
    if (listing->format == TCN_FORMAT_JSON) {
        tcn_json_object_begin(&listing->writer, NULL);
        write_source(listing, &listing->writer, source);
        tcn_json_object_end(&listing->writer);
        return listing->writer.status;
    }
    struct tcn_json_writer line;
    tcn_json_writer_init(&line);
    write_source(listing, &line, source);
    enum tcn_status status = tcn_json_write_file(&line, listing->cli->out, false);
    tcn_json_writer_fini(&line);
    return status;
}

static enum tcn_status end(struct listing *listing) {
    tcn_json_array_end(&listing->writer);
    if (listing->table != NULL) {
        return tcn_table_print(listing->table);
    }
    return listing->format == TCN_FORMAT_JSON
               ? tcn_json_write_file(&listing->writer, listing->cli->out, true)
               : TCN_OK;
}

/* Organs with urgent alerts that nobody fetches, under the table. */
static void tell_unwatched(const struct listing *listing) {
    for (size_t index = 0; index < listing->standings.count; index++) {
        const struct tcn_standing *row = &listing->standings.rows[index];
        char organ[TCN_SHOW_WORD_BYTES];
        char since[TCN_TIME_TEXT_BYTES];
        if (row->key.kind == TCN_STANDING_UNWATCHED) {
            tcn_show_organ(listing->asker.policy, row->key.organ, organ);
            tcn_show_time(row->since_ns, since);
            (void)fprintf(listing->cli->err,
                          "tocsin: nobody watches for %s: its urgent alert %" PRIu64
                          " waits since %s\ntry: ring its duty post; tocsin watch --bureau %s\n",
                          organ, row->number, since, organ);
        }
    }
}

static int list(struct listing *listing) {
    struct tcn_query query = {.kind = TCN_QUERY_SOURCES, .at_least_position = TCN_QUERY_LATEST};
    int read = tcn_standings_read(&listing->asker, &listing->standings);
    if (read != TCN_EXIT_OK) {
        return read;
    }
    tcn_json_writer_init_document(&listing->writer, "sources");
    tcn_json_array_begin(&listing->writer, "sources");
    enum tcn_status status = TCN_OK;
    if (listing->format == TCN_FORMAT_TABLE || listing->format == TCN_FORMAT_CSV) {
        status = tcn_table_create(listing->cli, listing->format, columns,
                                  sizeof columns / sizeof columns[0], &listing->table);
    }
    do {
        struct tcn_answer answer;
        int code = tcn_asker_ask(&listing->asker, &query, &answer);
        if (code != TCN_EXIT_OK) {
            return code;
        }
        for (uint32_t index = 0; status == TCN_OK && index < answer.source_count; index++) {
            status = add_source(listing, &answer.sources[index]);
        }
        query.page = answer.next_page;
    } while (status == TCN_OK && query.page != 0);
    status = status == TCN_OK ? end(listing) : status;
    if (status != TCN_OK) {
        return tcn_cli_fail(listing->cli, status, NULL, "list the sources");
    }
    tell_unwatched(listing);
    return listing->count == 0 ? TCN_EXIT_NOTHING : TCN_EXIT_OK;
}

int tcn_verb_sources(struct tcn_cli *cli, int argc, char **argv) {
    struct listing listing = {.cli = cli};
    int code = parse(&listing, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = tcn_cli_format(cli, listing.format_option,
                              1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON |
                                  1u << TCN_FORMAT_NDJSON | 1u << TCN_FORMAT_CSV,
                              &listing.format);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_asker_init(cli, &listing.options, &listing.asker);
    }
    if (code == TCN_EXIT_OK) {
        code = list(&listing);
    }
    tcn_table_destroy(&listing.table);
    tcn_json_writer_fini(&listing.writer);
    tcn_standings_fini(&listing.standings);
    tcn_asker_fini(&listing.asker);
    return code == -1 ? TCN_EXIT_OK : code;
}
