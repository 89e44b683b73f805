/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin log stats|rebuild`: a stopped collector's log in numbers, and folded anew; `tocsin log
 * confirm-time`: the desk's word that a running collector's clock is right. */
#include "base/uuid.h"
#include "cli/show.h"
#include "cli/standings.h"
#include "cli/verbs.h"
#include "cli/word.h"
#include "query/audit.h"
#include "query/rebuild.h"
#include "json/rows.h"

#include <inttypes.h>
#include <string.h>

/* All that the verb takes. */
struct logging {
    struct tcn_cli *cli;
    const char *dir;
    const char *bureau;
    const char *config;
    const char *why;
    const char *format_option;
    bool is_hashed;
    bool is_running;
    bool is_from_snapshot;
    enum tcn_format format;
    struct tcn_asker asker; /* its folder is the one that is read */
    struct tcn_json_writer writer;
};

/* What stats adds up. */
struct stats {
    struct tcn_stats_row row;
    struct tcn_standstill standstill;
    uint64_t event_count; /* with bytes */
    struct tcn_hash digest;
    struct tcn_hash state_hash;
    struct tcn_standing doubt; /* about the wall clock; position 0 when there is none */
};

static int parse(struct logging *logging, int argc, char **argv, int *out_first) {
    const struct tcn_cli_option options[] = {
        {"dir", 'd', "D", "folder of `tocsin up` or of the collector", NULL, &logging->dir},
        {"bureau", 'b', "DESK", "confirm-time: as the desk", NULL, &logging->bureau},
        {"config", 'c', "FILE", "confirm-time: configuration file", NULL, &logging->config},
        {"why", 0, "TEXT", "confirm-time: how the clock was checked", NULL, &logging->why},
        {"state-hash", 0, NULL, "stats: the hash of the state too", &logging->is_hashed, NULL},
        {"from-snapshot", 0, NULL, "rebuild: on the newest snapshot, not from position 1",
         &logging->is_from_snapshot, NULL},
        {"running", 0, NULL, "stats: of the running collector, without digest",
         &logging->is_running, NULL},
        {"output", 'o', "FORMAT", "table, json", NULL, &logging->format_option},
    };
    const struct tcn_cli_syntax syntax = {"log stats|rebuild --dir D | "
                                          "log verify --dir D [--against HEAD...] | "
                                          "log head --export FILE --dir D [--running] | "
                                          "log backup TO --dir D | log restore BACKUP --to D | "
                                          "log confirm-time --bureau DESK --why TEXT",
                                          options, sizeof options / sizeof options[0]};
    return tcn_cli_parse(logging->cli, &syntax, argc, argv, out_first);
}

static int open_asker(struct logging *logging) {
    const struct tcn_asker_options options = {.seat = {.dir = logging->dir},
                                              .is_stopped = !logging->is_running};
    return tcn_asker_init(logging->cli, &options, &logging->asker);
}

static void add_hash(struct tcn_json_writer *writer, const char *key, const struct tcn_hash *hash) {
    tcn_json_add_hash(writer, key, hash);
}

static int print_json(struct logging *logging) {
    enum tcn_status status = tcn_json_write_file(&logging->writer, logging->cli->out, true);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(logging->cli, status, NULL, "print the answer");
}

/* The doubt that stands about the wall clock; position 0 when there is none. */
static int find_doubt(struct logging *logging, struct tcn_standing *out_doubt) {
    struct tcn_standings standings;
    int code = tcn_standings_read(&logging->asker, &standings);
    const struct tcn_standing *row = tcn_standings_find(&standings, TCN_STANDING_DOUBT, 0);
    if (row != NULL) {
        *out_doubt = *row;
    }
    tcn_standings_fini(&standings);
    return code;
}

static int gather(struct logging *logging, struct stats *out_stats) {
    const struct tcn_query query = {.kind = TCN_QUERY_STATS};
    struct tcn_answer answer;
    int code = tcn_asker_ask(&logging->asker, &query, &answer);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    struct tcn_folder *folder = &logging->asker.folder;
    out_stats->row = answer.stats;
    out_stats->standstill = answer.standstill;
    code = find_doubt(logging, &out_stats->doubt);
    if (code != TCN_EXIT_OK || logging->is_running) {
        return code;
    }
    enum tcn_status status =
        tcn_audit_digest(folder->log_reader, 1, 0, &out_stats->digest, &out_stats->event_count);
    tcn_log_reader_reset(folder->log_reader);
    if (status == TCN_OK && logging->is_hashed) {
        status = tcn_state_hash(folder->state_reader, &out_stats->state_hash);
    }
    return status == TCN_OK
               ? TCN_EXIT_OK
               : tcn_cli_fail(logging->cli, status, "tocsin log verify", "read the whole log");
}

static void print_doubt(FILE *out, const struct tcn_standing *doubt) {
    char since[TCN_TIME_TEXT_BYTES];
    tcn_show_time(doubt->since_ns, since);
    if (doubt->position == 0) {
        (void)fprintf(out, "%-14s follows the clock\n", "log time");
    } else {
        (void)fprintf(out,
                      "%-14s CREEPS since %s, position %" PRIu64
                      ": the clock jumped, and nobody has looked at it\n",
                      "log time", since, doubt->position);
    }
}

static void begin_json(struct logging *logging, const struct stats *stats) {
    struct tcn_json_writer *writer = &logging->writer;
    const struct tcn_standstill *standstill = &stats->standstill;
    tcn_json_stats_fields(writer, &stats->row);
    tcn_json_add_u64(writer, "not_yet_folded",
                     stats->row.last_position - stats->row.applied.position);
    if (standstill->code != 0) {
        tcn_json_object_begin(writer, "standstill");
        tcn_json_add_word(writer, "code", tcn_status_name((enum tcn_status)standstill->code));
        tcn_json_add_u64(writer, "position", standstill->position);
        tcn_json_add_word(writer, "cause", tcn_status_name((enum tcn_status)standstill->cause));
        tcn_json_object_end(writer);
    }
    tcn_json_add_u64(writer, "doubt_position", stats->doubt.position);
    if (logging->is_running) {
        return;
    }
    tcn_json_add_u64(writer, "event_count", stats->event_count);
    add_hash(writer, "digest", &stats->digest);
    if (logging->is_hashed) {
        add_hash(writer, "state_hash", &stats->state_hash);
    }
}

static void print_standstill(FILE *out, const struct tcn_standstill *standstill) {
    if (standstill->code == 0) {
        return;
    }
    const bool is_dead = standstill->cause == TCN_CLOSED;
    const uint32_t why = standstill->cause != 0 ? standstill->cause : standstill->code;
    (void)fprintf(out, "%-14s %" PRIu64 ": %s\n", "STANDS STILL at", standstill->position,
                  is_dead ? "programs died there" : tcn_status_sentence((enum tcn_status)why));
}

static void begin_stats(struct logging *logging, const struct stats *stats) {
    const struct tcn_stats_row *row = &stats->row;
    if (logging->format == TCN_FORMAT_JSON) {
        begin_json(logging, stats);
        return;
    }
    FILE *out = logging->cli->out;
    char id[TCN_UUID_TEXT_BYTES];
    tcn_uuid_to_text(row->log_id.bytes, id);
    (void)fprintf(out, "%-14s %s\n", "log", id);
    tcn_show_number(out, "generation", row->generation);
    tcn_show_number(out, "last position", row->last_position);
    tcn_show_number(out, "records", row->record_count);
    if (!logging->is_running) {
        tcn_show_number(out, "events", stats->event_count);
    }
    tcn_show_number(out, "bytes", row->log_bytes);
    tcn_show_number(out, "folded up to", row->applied.position);
    tcn_show_number(out, "not yet folded", row->last_position - row->applied.position);
    print_standstill(out, &stats->standstill);
    tcn_show_number(out, "matters", row->applied.matter_count);
    tcn_show_number(out, "alerts", row->applied.alert_count);
    if (!logging->is_running) {
        tcn_show_hash(out, "digest", &stats->digest);
    }
    if (logging->is_hashed) {
        tcn_show_hash(out, "state hash", &stats->state_hash);
    }
    print_doubt(out, &stats->doubt);
}

static enum tcn_status add_stream(struct logging *logging, struct tcn_table *table,
                                  const struct tcn_stream_row *row) {
    const struct tcn_policy *policy = logging->asker.policy;
    if (table == NULL) {
        tcn_json_object_begin(&logging->writer, NULL);
        tcn_json_stream_fields(&logging->writer, row, policy);
        tcn_json_object_end(&logging->writer);
        return logging->writer.status;
    }
    char organ[TCN_SHOW_WORD_BYTES];
    char number[24];
    tcn_show_organ(policy, row->stream.organ, organ);
    (void)snprintf(number, sizeof number, "%" PRIu64, row->number);
    const char *const cells[] = {organ, tcn_mode_name(row->stream.mode), number};
    return tcn_table_add(table, cells);
}

static int add_streams(struct logging *logging, struct tcn_table *table) {
    struct tcn_query query = {.kind = TCN_QUERY_STREAMS};
    enum tcn_status status = TCN_OK;
    do {
        struct tcn_answer answer;
        int code = tcn_asker_ask(&logging->asker, &query, &answer);
        if (code != TCN_EXIT_OK) {
            return code;
        }
        for (uint32_t index = 0; status == TCN_OK && index < answer.stream_count; index++) {
            status = add_stream(logging, table, &answer.streams[index]);
        }
        query.page = answer.next_page;
    } while (status == TCN_OK && query.page != 0);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(logging->cli, status, NULL, "list the streams");
}

static int stats_table(struct logging *logging) {
    static const struct tcn_table_column columns[] = {
        {"ALERTS OF", false}, {"MODE", false}, {"COUNT", true}};
    struct tcn_table *table = NULL;
    (void)fputc('\n', logging->cli->out);
    enum tcn_status status = tcn_table_create(logging->cli, TCN_FORMAT_TABLE, columns,
                                              sizeof columns / sizeof columns[0], &table);
    int code = status == TCN_OK ? add_streams(logging, table) : TCN_EXIT_FAILURE;
    if (code == TCN_EXIT_OK) {
        status = tcn_table_print(table);
    }
    tcn_table_destroy(&table);
    return status == TCN_OK ? code : tcn_cli_fail(logging->cli, status, NULL, "list the streams");
}

static int stats(struct logging *logging) {
    struct stats stats = {0};
    int code = open_asker(logging);
    if (code == TCN_EXIT_OK) {
        code = gather(logging, &stats);
    }
    if (code != TCN_EXIT_OK) {
        return code;
    }
    tcn_json_writer_init_document(&logging->writer, "log_stats");
    begin_stats(logging, &stats);
    if (logging->format == TCN_FORMAT_TABLE) {
        return stats_table(logging);
    }
    tcn_json_array_begin(&logging->writer, "streams");
    code = add_streams(logging, NULL);
    tcn_json_array_end(&logging->writer);
    return code == TCN_EXIT_OK ? print_json(logging) : code;
}

static void print_rebuilt(struct logging *logging, const struct tcn_applied *applied,
                          const struct tcn_hash *hash) {
    const uint64_t from = logging->asker.folder.snapshot_position;
    if (logging->format == TCN_FORMAT_JSON) {
        struct tcn_json_writer *writer = &logging->writer;
        tcn_json_writer_init_document(writer, "log_rebuild");
        tcn_json_add_u64(writer, "snapshot_position", from);
        tcn_json_add_u64(writer, "position", applied->position);
        tcn_json_add_u64(writer, "event_count", applied->event_count);
        tcn_json_add_u64(writer, "matter_count", applied->matter_count);
        tcn_json_add_u64(writer, "alert_count", applied->alert_count);
        add_hash(writer, "state_hash", hash);
        return;
    }
    FILE *out = logging->cli->out;
    if (from != 0) {
        tcn_show_number(out, "from snapshot", from);
    }
    tcn_show_number(out, "folded up to", applied->position);
    tcn_show_number(out, "events", applied->event_count);
    tcn_show_number(out, "matters", applied->matter_count);
    tcn_show_number(out, "alerts", applied->alert_count);
    tcn_show_hash(out, "state hash", hash);
}

static int rebuild(struct logging *logging) {
    struct tcn_folder *folder = &logging->asker.folder;
    const enum tcn_folder_part part =
        logging->is_from_snapshot ? TCN_FOLDER_FOLLOW_STATE : TCN_FOLDER_DERIVE_STATE;
    int code = tcn_folder_open(logging->cli, logging->dir, part, folder);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    struct tcn_applied applied = {0};
    struct tcn_hash hash;
    enum tcn_status status = tcn_rebuild_run(folder->log_reader, &folder->charter, folder->state);
    if (status == TCN_OK) {
        status = tcn_state_applied(folder->state_reader, &applied);
    }
    if (status == TCN_OK) {
        status = tcn_state_hash(folder->state_reader, &hash);
    }
    if (status != TCN_OK) {
        return tcn_cli_fail(logging->cli, status, "tocsin log verify", "fold the log");
    }
    print_rebuilt(logging, &applied, &hash);
    return logging->format == TCN_FORMAT_JSON ? print_json(logging) : TCN_EXIT_OK;
}

/* The word names the doubt that it ends, so that it can end no other. */
static int confirm_time(struct logging *logging) {
    const struct tcn_asker_options options = {
        .seat = {.dir = logging->dir, .bureau = logging->bureau, .config = logging->config}};
    struct tcn_standing doubt = {.position = 0};
    if (logging->bureau == NULL && logging->config == NULL) {
        return tcn_cli_usage(logging->cli, "log --help",
                             "only the desk may confirm it, through its agent: --bureau DESK");
    }
    int code = tcn_asker_init(logging->cli, &options, &logging->asker);
    if (code == TCN_EXIT_OK) {
        code = find_doubt(logging, &doubt);
    }
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (doubt.position == 0) {
        (void)fprintf(logging->cli->err, "tocsin: log time follows the clock: there is nothing to "
                                         "confirm\n");
        return TCN_EXIT_NOTHING;
    }
    const struct tcn_event event = {.act = TCN_ACT_TIME_CONFIRMED,
                                    .act_body = {.position = doubt.position}};
    return tcn_word_enter(logging->cli, &logging->asker.seat, &event, logging->why);
}

static int run(struct logging *logging, const char *what) {
    static const struct {
        const char *word;
        int (*run)(struct logging *logging);
    } verbs[] = {{"stats", stats}, {"rebuild", rebuild}, {"confirm-time", confirm_time}};
    size_t index = 0;
    while (index < sizeof verbs / sizeof verbs[0] && strcmp(what, verbs[index].word) != 0) {
        index++;
    }
    if (index == sizeof verbs / sizeof verbs[0]) {
        return tcn_cli_usage(
            logging->cli, "log --help",
            "log takes stats, verify, head, rebuild, backup, restore or confirm-time");
    }
    if (logging->is_hashed && index != 0) {
        return tcn_cli_usage(logging->cli, "log --help", "--state-hash belongs to log stats");
    }
    if (logging->is_from_snapshot && strcmp(what, "rebuild") != 0) {
        return tcn_cli_usage(logging->cli, "log --help", "--from-snapshot belongs to log rebuild");
    }
    if (logging->is_running && (index != 0 || logging->is_hashed)) {
        return tcn_cli_usage(logging->cli, "log --help",
                             "--running belongs to log stats, without --state-hash");
    }
    int code = tcn_cli_format(logging->cli, logging->format_option,
                              1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON, &logging->format);
    return code == TCN_EXIT_OK ? verbs[index].run(logging) : code;
}

int tcn_verb_log(struct tcn_cli *cli, int argc, char **argv) {
    static const struct {
        const char *word;
        int (*run)(struct tcn_cli *cli, int argc, char **argv);
    } own[] = {{"backup", tcn_verb_log_backup},
               {"restore", tcn_verb_log_restore},
               {"verify", tcn_verb_log_verify},
               {"head", tcn_verb_log_head}};
    for (size_t i = 0; argc > 1 && i < sizeof own / sizeof own[0]; i++) {
        if (strcmp(argv[1], own[i].word) == 0) {
            return own[i].run(cli, argc - 1, argv + 1);
        }
    }
    struct logging logging = {.cli = cli};
    int first = 0;
    int code = parse(&logging, argc, argv, &first);
    const char *what = code == TCN_EXIT_OK && argc - first == 1 ? argv[first] : "";
    if (code == TCN_EXIT_OK) {
        code = run(&logging, what);
    }
    tcn_json_writer_fini(&logging.writer);
    tcn_asker_fini(&logging.asker);
    return code == -1 ? TCN_EXIT_OK : code;
}
