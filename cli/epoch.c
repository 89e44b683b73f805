/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin epoch ls|allow`: outboxes that are a copy of another or were set back, and wait for the
 * desk. */
#include "cli/show.h"
#include "cli/standings.h"
#include "cli/verbs.h"
#include "cli/word.h"
#include "json/rows.h"

#include <inttypes.h>
#include <string.h>

#define EPOCH_DIGITS 16

/* All that the verb takes. */
struct epochs {
    struct tcn_cli *cli;
    struct tcn_asker_options options;
    const char *format_option;
    const char *why;
    enum tcn_format format;
    struct tcn_asker asker;
    struct tcn_standings standings;
    struct tcn_table *table;
    struct tcn_json_writer writer;
    uint64_t count;
};

static const struct tcn_table_column columns[] = {
    {"SOURCE", false}, {"EPOCH", false}, {"STANDS", false},  {"URGENT", true},
    {"ROUTINE", true}, {"SINCE", false}, {"POSITION", true},
};

static int parse(struct epochs *epochs, int argc, char **argv, int *out_first) {
    const struct tcn_cli_option options[] = {
        TCN_SEAT_BUREAU_OPTION(&epochs->options.seat),
        TCN_SEAT_DIR_OPTION(&epochs->options.seat),
        TCN_SEAT_CONFIG_OPTION(&epochs->options.seat),
        TCN_ASKER_STOPPED_OPTION(&epochs->options),
        {"why", 0, "TEXT", "allow: the reason, for who reads the log later", NULL, &epochs->why},
        {"output", 'o', "FORMAT", "ls: table, json, csv", NULL, &epochs->format_option},
    };
    const struct tcn_cli_syntax syntax = {
        "epoch ls | epoch allow SOURCE EPOCH --bureau DESK --why TEXT", options,
        sizeof options / sizeof options[0]};
    return tcn_cli_parse(epochs->cli, &syntax, argc, argv, out_first);
}

/* Epochs that wait, and those that were closed and still send what is urgent. */
static bool is_listed(const struct tcn_standing *row) {
    return row->key.kind == TCN_STANDING_WAITS ||
           (row->key.kind == TCN_STANDING_FENCED && tcn_hash_is_none(&row->key.hash));
}

static const char *stands(const struct tcn_standing *row) {
    if (row->key.kind == TCN_STANDING_FENCED) {
        return "closed, chunks refused";
    }
    return row->allowed_position != 0 ? "allowed, has not come yet" : "waits for the desk";
}

static enum tcn_status add_row(struct epochs *epochs, const struct tcn_standing *row) {
    char name[TCN_SHOW_WORD_BYTES];
    tcn_asker_source(&epochs->asker, row->key.source, name, sizeof name);
    epochs->count++;
    if (epochs->table == NULL) {
        tcn_json_object_begin(&epochs->writer, NULL);
        tcn_json_add_word(&epochs->writer, "name", name);
        tcn_json_standing_fields(&epochs->writer, row, epochs->asker.policy);
        tcn_json_object_end(&epochs->writer);
        return epochs->writer.status;
    }
    char epoch[24];
    char urgent[24];
    char routine[24];
    char position[24];
    char since[TCN_TIME_TEXT_BYTES];
    tcn_show_time(row->since_ns, since);
    (void)snprintf(epoch, sizeof epoch, "%016" PRIx64, row->key.epoch);
    (void)snprintf(urgent, sizeof urgent, "%" PRIu64, row->number);
    (void)snprintf(routine, sizeof routine, "%" PRIu64, row->other_number);
    (void)snprintf(position, sizeof position, "%" PRIu64, row->position);
    const char *const cells[] = {name, epoch, stands(row), urgent, routine, since, position};
    return tcn_table_add(epochs->table, cells);
}

static int list(struct epochs *epochs) {
    int code = tcn_asker_init(epochs->cli, &epochs->options, &epochs->asker);
    if (code == TCN_EXIT_OK) {
        code = tcn_standings_read(&epochs->asker, &epochs->standings);
    }
    if (code != TCN_EXIT_OK) {
        return code;
    }
    enum tcn_status status = TCN_OK;
    if (epochs->format != TCN_FORMAT_JSON) {
        status = tcn_table_create(epochs->cli, epochs->format, columns,
                                  sizeof columns / sizeof columns[0], &epochs->table);
    }
    tcn_json_writer_init_document(&epochs->writer, "epochs");
    tcn_json_array_begin(&epochs->writer, "epochs");
    for (size_t index = 0; status == TCN_OK && index < epochs->standings.count; index++) {
        if (is_listed(&epochs->standings.rows[index])) {
            status = add_row(epochs, &epochs->standings.rows[index]);
        }
    }
    tcn_json_array_end(&epochs->writer);
    if (status == TCN_OK) {
        status = epochs->table != NULL
                     ? tcn_table_print(epochs->table)
                     : tcn_json_write_file(&epochs->writer, epochs->cli->out, true);
    }
    if (status != TCN_OK) {
        return tcn_cli_fail(epochs->cli, status, NULL, "list the epochs");
    }
    return epochs->count == 0 ? TCN_EXIT_NOTHING : TCN_EXIT_OK;
}

/* The source of a number, or of the name of its principal. */
static bool find_source(const struct tcn_asker *asker, const char *word, uint32_t *out_source) {
    uint64_t number = 0;
    if (tcn_text_to_u64(tcn_slice_text(word), &number) == TCN_OK) {
        *out_source = (uint32_t)number;
        return number > 0 && number <= UINT32_MAX;
    }
    for (uint32_t i = 0; asker->registry != NULL && i < asker->registry->principal_count; i++) {
        const struct tcn_principal *row = &asker->registry->principals[i];
        if (row->source != 0 && strcmp(row->name, word) == 0) {
            *out_source = row->source;
            return true;
        }
    }
    return false;
}

static int allow(struct epochs *epochs, const char *source, const char *epoch) {
    uint8_t bytes[sizeof(uint64_t)];
    struct tcn_event event = {.act = TCN_ACT_EPOCH_ALLOWED};
    int code = tcn_asker_init(epochs->cli, &epochs->options, &epochs->asker);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (strlen(epoch) != EPOCH_DIGITS ||
        tcn_hex_decode(tcn_slice_text(epoch), bytes, sizeof bytes) != TCN_OK) {
        return tcn_cli_usage(epochs->cli, "epoch ls", "an epoch has 16 hexadecimal digits");
    }
    if (!find_source(&epochs->asker, source, &event.act_body.source)) {
        return tcn_cli_usage(epochs->cli, "epoch ls", "no source is called %s", source);
    }
    struct tcn_reader reader = tcn_reader_init(tcn_slice_of(bytes, sizeof bytes));
    event.act_body.epoch = tcn_read_u64(&reader);
    return tcn_word_enter(epochs->cli, &epochs->asker.seat, &event, epochs->why);
}

static int run(struct epochs *epochs, int count, char **words) {
    bool is_ls = count == 1 && strcmp(words[0], "ls") == 0;
    bool is_allow = count == 3 && strcmp(words[0], "allow") == 0;
    const struct tcn_seat_options *seat = &epochs->options.seat;
    if (!is_ls && !is_allow) {
        return tcn_cli_usage(epochs->cli, "epoch --help",
                             "epoch takes ls, or allow with a source and an epoch");
    }
    if (is_allow &&
        (epochs->options.is_stopped || (seat->bureau == NULL && seat->config == NULL))) {
        return tcn_cli_usage(epochs->cli, "epoch --help",
                             "only the desk may allow it, through its agent: --bureau DESK");
    }
    return is_ls ? list(epochs) : allow(epochs, words[1], words[2]);
}

int tcn_verb_epoch(struct tcn_cli *cli, int argc, char **argv) {
    struct epochs epochs = {.cli = cli};
    int first = 0;
    int code = parse(&epochs, argc, argv, &first);
    if (code == TCN_EXIT_OK) {
        code = tcn_cli_format(cli, epochs.format_option,
                              1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON | 1u << TCN_FORMAT_CSV,
                              &epochs.format);
    }
    if (code == TCN_EXIT_OK) {
        code = run(&epochs, argc - first, argv + first);
    }
    tcn_table_destroy(&epochs.table);
    tcn_json_writer_fini(&epochs.writer);
    tcn_standings_fini(&epochs.standings);
    tcn_asker_fini(&epochs.asker);
    return code == -1 ? TCN_EXIT_OK : code;
}
