/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin log restore`: a log from a backup, in a new place and a new generation. */
#include "query/restore.h"
#include "base/text.h"
#include "base/uuid.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "json/write.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* All that the verb takes. */
struct restoring {
    struct tcn_cli *cli;
    char journal[TCN_CLI_PATH_BYTES]; /* of the folder that was moved away */
    const char *position_option;
    const char *at_option;
    const char *generation_option;
    const char *format_option;
    enum tcn_format format;
    struct tcn_restore_options options;
    struct tcn_restore *restore;
    struct tcn_restore_report report;
};

static int parse_end(struct restoring *made) {
    struct tcn_restore_options *options = &made->options;
    if (made->position_option != NULL && made->at_option != NULL) {
        return tcn_cli_usage(made->cli, "log restore --help", "--position or --at, not both");
    }
    if (made->position_option != NULL &&
        (tcn_text_to_u64(tcn_slice_text(made->position_option), &options->position) != TCN_OK ||
         options->position == 0)) {
        return tcn_cli_usage(made->cli, "log restore --help",
                             "--position takes a position, from 1");
    }
    if (made->at_option != NULL &&
        tcn_text_to_time(tcn_slice_text(made->at_option), &options->at_ns) != TCN_OK) {
        return tcn_cli_usage(made->cli, "log restore --help",
                             "--at takes a time with its offset, 2026-03-02T23:00:00+08:00");
    }
    if (made->generation_option != NULL &&
        (tcn_text_to_u64(tcn_slice_text(made->generation_option), &options->generation) != TCN_OK ||
         options->generation == 0)) {
        return tcn_cli_usage(made->cli, "log restore --help",
                             "--generation takes a number, from 1");
    }
    return TCN_EXIT_OK;
}

/* The journal of the folder that was moved away, as docs/how-to/restore.md has it. */
static void find_journal(struct restoring *made) {
    const char *to = made->options.to;
    size_t size = strlen(to);
    while (size > 1 && to[size - 1] == '/') {
        size--;
    }
    const int written = snprintf(made->journal, sizeof made->journal, "%.*s.lost/journal",
                                 (int)(size < sizeof made->journal ? size : 0), to);
    if (made->options.journal == NULL && written > 0 && (size_t)written < sizeof made->journal &&
        access(made->journal, F_OK) == 0) {
        made->options.journal = made->journal;
    }
}

static int parse(struct restoring *made, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        {"to", 0, "D", "the collector's new folder; not there yet, or empty", NULL,
         &made->options.to},
        {"shares", 0, "FROM", "a backup of the shares, as old as the log's", NULL,
         &made->options.shares},
        {"journal", 'j', "FILE",
         "the journal of the log that was lost (default: D.lost/journal when it is there)", NULL,
         &made->options.journal},
        {"position", 0, "N", "nothing beyond this position", NULL, &made->position_option},
        {"at", 0, "TIME", "nothing logged after this time", NULL, &made->at_option},
        {"generation", 0, "N",
         "go on in this generation at least (offices heard of the one before)", NULL,
         &made->generation_option},
        {"dry-run", 'n', NULL, "verify, say what would be done, write nothing",
         &made->options.is_dry, NULL},
        {"output", 'o', "FORMAT", "table, json", NULL, &made->format_option},
    };
    const struct tcn_cli_syntax syntax = {
        "log restore BACKUP --to D [--journal FILE] [--shares FROM] [--position N | --at TIME] "
        "[--generation N] [--dry-run]",
        options, sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(made->cli, &syntax, argc, argv, &first);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (argc - first != 1 || made->options.to == NULL) {
        return tcn_cli_usage(made->cli, "log restore --help",
                             "log restore takes a backup's directory and --to D");
    }
    made->options.from = argv[first];
    find_journal(made);
    code = parse_end(made);
    return code == TCN_EXIT_OK
               ? tcn_cli_format(made->cli, made->format_option,
                                1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON, &made->format)
               : code;
}

static int fail_plan(struct restoring *made, enum tcn_status status) {
    const struct tcn_restore_report *report = &made->report;
    const char *hint = status == TCN_VERSION ? "the version of tocsin that wrote it"
                       : status == TCN_LOCKED && report->fault != NULL
                           ? "stop that collector, or copy its journal: --journal COPY"
                       : status == TCN_LOCKED ? "end who uses the backup as a log"
                       : status == TCN_ABSENT ? "tocsin log stats --dir BACKUP"
                       : status == TCN_BAD_VALUE
                           ? "one above the generation that the offices name (tocsin outbox)"
                           : "an older backup";
    if (report->fault == NULL) {
        return tcn_cli_fail(made->cli, status, hint, "restore %s", made->options.from);
    }
    (void)fprintf(made->cli->err, "tocsin: cannot restore %s: because %s", made->options.from,
                  report->fault);
    if (report->audit.bad_position != 0) {
        (void)fprintf(made->cli->err, ", at position %" PRIu64, report->audit.bad_position);
    }
    (void)fprintf(made->cli->err, "\ntry: %s\n", hint);
    return tcn_cli_exit_code(status);
}

static int fail_run(struct restoring *made, enum tcn_status status) {
    const char *hint = status == TCN_EXISTS
                           ? "move what stands there away, or another --to; nothing is overwritten"
                       : status == TCN_FULL   ? "make room, or another --to"
                       : status == TCN_LOCKED ? "wait for the other restore that is being written"
                                              : NULL;
    return tcn_cli_fail(made->cli, status, hint, "restore %s to %s", made->options.from,
                        made->options.to);
}

static int print_json(struct restoring *made) {
    const struct tcn_restore_report *report = &made->report;
    struct tcn_json_writer writer;
    char id[TCN_UUID_TEXT_BYTES];
    tcn_uuid_to_text(report->manifest.log_id.bytes, id);
    tcn_json_writer_init_document(&writer, "log_restore");
    tcn_json_add_word(&writer, "log_id", id);
    tcn_json_add_bool(&writer, "is_done", !made->options.is_dry);
    tcn_json_add_u64(&writer, "backup_position", report->manifest.last_position);
    tcn_json_add_u64(&writer, "last_position", report->last_position);
    tcn_json_add_u64(&writer, "generation", report->generation);
    tcn_json_add_bool(&writer, "has_shares", report->has_shares);
    tcn_json_add_bool(&writer, "has_journal", report->has_journal);
    tcn_json_add_u64(&writer, "journal_from", report->journal_from);
    tcn_json_add_u64(&writer, "revoked_again", report->revoked_count);
    tcn_json_add_u64(&writer, "epochs_again", report->epoch_count);
    tcn_json_add_u64(&writer, "erased_again", report->erased_count);
    const enum tcn_status status = tcn_json_write_file(&writer, made->cli->out, true);
    tcn_json_writer_fini(&writer);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(made->cli, status, NULL, "print the answer");
}

static void print_plan(const struct restoring *made) {
    const struct tcn_restore_report *report = &made->report;
    const uint64_t left_out = report->manifest.last_position - report->last_position;
    char id[TCN_UUID_TEXT_BYTES];
    char time[TCN_TIME_TEXT_BYTES];
    FILE *out = made->cli->out;
    tcn_uuid_to_text(report->manifest.log_id.bytes, id);
    tcn_show_time(report->log_time_ns, time);
    (void)fprintf(out, "%-14s %s\n", "log", id);
    (void)fprintf(out, "%-14s %" PRIu64 " records, all signatures, receipts and links\n",
                  "verified", report->audit.record_count);
    (void)fprintf(out, "%-14s %" PRIu64 ", of %s\n", "last position", report->last_position, time);
    if (left_out > 0) {
        (void)fprintf(out, "%-14s %" PRIu64 " positions of the backup\n", "left out", left_out);
    }
    (void)fprintf(out, "%-14s %" PRIu64 "\n", "generation", report->generation);
    (void)fprintf(out, "%-14s %s\n", "shares",
                  report->has_shares ? "from their backup"
                                     : "none: what is sealed in it stays sealed");
}

/* What holds over the restore, and what does not. */
static void print_journal(const struct restoring *made) {
    const struct tcn_restore_report *report = &made->report;
    FILE *out = made->cli->out;
    if (!report->has_journal) {
        (void)fprintf(
            out,
            "%-14s none: whoever was revoked behind position %" PRIu64
            " may speak again, and an outbox that was closed there is open, until it is "
            "said again\n%-14s if this log was restored before: an office that heard of a "
            "later generation sends nothing to this one; see --generation\n",
            "journal", report->last_position, "");
        return;
    }
    (void)fprintf(out,
                  "%-14s %s: %" PRIu32 " revocations or ends, %" PRIu32 " new outboxes and %" PRIu32
                  " erasures are said again\n",
                  "journal", made->options.journal, report->revoked_count, report->epoch_count,
                  report->erased_count);
    if (report->journal_from > report->last_position) {
        (void)fprintf(out,
                      "%-14s it begins behind position %" PRIu64
                      ": what was revoked or closed between is not in it\n",
                      "", report->journal_from);
    }
}

static int run(struct restoring *made) {
    enum tcn_status status = tcn_restore_plan(&made->options, &made->restore, &made->report);
    if (status != TCN_OK) {
        return fail_plan(made, status);
    }
    if (made->format == TCN_FORMAT_TABLE) {
        print_plan(made);
        print_journal(made);
        (void)fflush(made->cli->out);
    }
    if (!made->options.is_dry) {
        status = tcn_restore_run(made->restore);
    }
    if (status != TCN_OK) {
        return fail_run(made, status);
    }
    if (made->format == TCN_FORMAT_JSON) {
        return print_json(made);
    }
    (void)fprintf(made->cli->out, "%-14s %s\n",
                  made->options.is_dry ? "would stand in" : "stands in", made->options.to);
    return TCN_EXIT_OK;
}

int tcn_verb_log_restore(struct tcn_cli *cli, int argc, char **argv) {
    struct restoring made = {.cli = cli};
    int code = parse(&made, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = run(&made);
    }
    tcn_restore_end(&made.restore);
    return code == -1 ? TCN_EXIT_OK : code;
}
