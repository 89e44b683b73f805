/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin key ls`: who may speak, as the registry has it; with a folder, the key files in it. */
#include "base/clock.h"
#include "cli/key.h"
#include "cli/principals.h"
#include "cli/show.h"
#include "json/rows.h"

/* All that the verb takes, and what it prints. */
struct listing {
    struct tcn_cli *cli;
    struct tcn_asker_options options;
    const char *format_option;
    enum tcn_format format;
    struct tcn_asker asker;
    struct tcn_principals principals;
    struct tcn_table *table;
    struct tcn_json_writer writer;
    int64_t now_ns;
};

static const struct tcn_table_column columns[] = {
    {"NUMBER", true},  {"NAME", false},        {"ROLE", false},          {"ORGAN", false},
    {"STATUS", false}, {"VALID UNTIL", false}, {"OLD KEY UNTIL", false},
};

static int parse(struct listing *listing, int argc, char **argv, int *out_first) {
    const struct tcn_cli_option options[] = {
        TCN_SEAT_BUREAU_OPTION(&listing->options.seat),
        TCN_SEAT_OFFICE_OPTION(&listing->options.seat),
        TCN_SEAT_DIR_OPTION(&listing->options.seat),
        TCN_SEAT_CONFIG_OPTION(&listing->options.seat),
        TCN_ASKER_STOPPED_OPTION(&listing->options),
        {"output", 'o', "FORMAT", "table, json; of the registry also csv", NULL,
         &listing->format_option},
    };
    const struct tcn_cli_syntax syntax = {"key ls [FOLDER] [OPTIONS]", options,
                                          sizeof options / sizeof options[0]};
    int code = tcn_cli_parse(listing->cli, &syntax, argc, argv, out_first);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (argc - *out_first > 1) {
        return tcn_cli_usage(listing->cli, "key ls --help", "key ls takes one folder at most");
    }
    unsigned allowed = 1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON;
    allowed |= *out_first == argc ? 1u << TCN_FORMAT_CSV : 0;
    return tcn_cli_format(listing->cli, listing->format_option, allowed, &listing->format);
}

static enum tcn_status add_row(struct listing *listing, const struct tcn_principal *row) {
    if (listing->table == NULL) {
        tcn_json_object_begin(&listing->writer, NULL);
        tcn_json_principal_fields(&listing->writer, row, listing->asker.policy);
        tcn_json_object_end(&listing->writer);
        return listing->writer.status;
    }
    char number[24];
    char organ[TCN_SHOW_WORD_BYTES];
    char until[TCN_TIME_TEXT_BYTES];
    char old_until[TCN_TIME_TEXT_BYTES];
    bool is_invited = row->status == TCN_PRINCIPAL_INVITED;
    (void)snprintf(number, sizeof number, "%u", (unsigned)row->id);
    tcn_show_organ(listing->asker.policy, row->organ, organ);
    tcn_show_time(is_invited ? row->token_until_ns : row->not_after_ns, until);
    tcn_show_time(row->old_until_ns > listing->now_ns ? row->old_until_ns : 0, old_until);
    const char *const cells[] = {number,
                                 row->name,
                                 tcn_role_name(row->role),
                                 organ,
                                 tcn_principal_stands(row, listing->now_ns),
                                 until,
                                 old_until};
    return tcn_table_add(listing->table, cells);
}

static int list(struct listing *listing) {
    int code = tcn_asker_init(listing->cli, &listing->options, &listing->asker);
    if (code == TCN_EXIT_OK) {
        code = tcn_principals_read(&listing->asker, &listing->principals);
    }
    if (code != TCN_EXIT_OK) {
        return code;
    }
    enum tcn_status status = TCN_OK;
    listing->now_ns = tcn_clock_wall_ns();
    if (listing->format != TCN_FORMAT_JSON) {
        status = tcn_table_create(listing->cli, listing->format, columns,
                                  sizeof columns / sizeof columns[0], &listing->table);
    }
    tcn_json_writer_init_document(&listing->writer, "registry");
    tcn_json_add_u64(&listing->writer, "version", listing->principals.version);
    tcn_json_array_begin(&listing->writer, "principals");
    for (uint32_t index = 0; status == TCN_OK && index < listing->principals.count; index++) {
        status = add_row(listing, &listing->principals.rows[index]);
    }
    tcn_json_array_end(&listing->writer);
    if (status == TCN_OK) {
        status = listing->table != NULL
                     ? tcn_table_print(listing->table)
                     : tcn_json_write_file(&listing->writer, listing->cli->out, true);
    }
    if (status != TCN_OK) {
        return tcn_cli_fail(listing->cli, status, NULL, "list the registry");
    }
    return listing->principals.count == 0 ? TCN_EXIT_NOTHING : TCN_EXIT_OK;
}

int tcn_key_ls(struct tcn_cli *cli, int argc, char **argv) {
    struct listing listing = {.cli = cli};
    int first = 0;
    int code = parse(&listing, argc, argv, &first);
    if (code == TCN_EXIT_OK && first < argc) {
        return tcn_key_files(cli, argv[first], listing.format);
    }
    if (code == TCN_EXIT_OK) {
        code = list(&listing);
    }
    tcn_table_destroy(&listing.table);
    tcn_json_writer_fini(&listing.writer);
    tcn_principals_fini(&listing.principals);
    tcn_asker_fini(&listing.asker);
    return code;
}
