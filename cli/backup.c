/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin log backup`: a copy of a log while its collector goes on writing. */
#include "query/backup.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/uuid.h"
#include "cli/folder.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "json/write.h"

#include <inttypes.h>
#include <poll.h>
#include <string.h>

/* A proposal: a tenth of what a small server's disk writes, and 100 GiB in under two hours. */
#define RATE_MIB_DEFAULT 16
#define RATE_MIB_MAX 65536
#define MIB (UINT64_C(1024) * 1024)
#define HEX_BYTES (2 * sizeof(struct tcn_hash) + 1)

/* All that the verb takes. */
struct backup {
    struct tcn_cli *cli;
    const char *dir_option;
    const char *shares_option;
    const char *rate_option;
    const char *format_option;
    enum tcn_format format;
    const char *to;
    uint64_t bytes_per_s;
    char dir[TCN_CLI_PATH_BYTES]; /* of the collector */
    struct tcn_backup *made;
    int64_t started_ns;
};

static int parse(struct backup *backup, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        {"dir", 'd', "D", "folder of `tocsin up` or of the collector", NULL, &backup->dir_option},
        {"shares", 0, "TO", "the shares too, in a directory of their own; keep it 7 days at most",
         NULL, &backup->shares_option},
        {"rate", 0, "MIB", "MiB a second at most; 0: as fast as it goes (default 16)", NULL,
         &backup->rate_option},
        {"output", 'o', "FORMAT", "table, json", NULL, &backup->format_option},
    };
    const struct tcn_cli_syntax syntax = {"log backup TO --dir D [--shares TO] [--rate MIB]",
                                          options, sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(backup->cli, &syntax, argc, argv, &first);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (argc - first != 1) {
        return tcn_cli_usage(backup->cli, "log backup --help",
                             "log backup takes one directory that is not there yet");
    }
    uint64_t rate = RATE_MIB_DEFAULT;
    if (backup->rate_option != NULL &&
        (tcn_text_to_u64(tcn_slice_text(backup->rate_option), &rate) != TCN_OK ||
         rate > RATE_MIB_MAX)) {
        return tcn_cli_usage(backup->cli, "log backup --help",
                             "--rate takes MiB a second, a whole number");
    }
    backup->to = argv[first];
    backup->bytes_per_s = rate * MIB;
    return tcn_cli_format(backup->cli, backup->format_option,
                          1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON, &backup->format);
}

static int fail(struct backup *backup, enum tcn_status status, const char *to) {
    const char *hint = status == TCN_EXISTS   ? "another directory: a backup never overwrites"
                       : status == TCN_FULL   ? "make room where the backup goes, or go elsewhere"
                       : status == TCN_LOCKED ? "wait for the other backup that is being written"
                       : status == TCN_CORRUPT
                           ? "tocsin log verify on the stopped collector; keep older backups"
                           : NULL;
    return tcn_cli_fail(backup->cli, status, hint, "back up %s to %s", backup->dir, to);
}

/* Waits until the pace allows more; a signal ends it. */
static enum tcn_status keep_pace(const struct backup *backup, uint64_t bytes) {
    int64_t wait_ns = 0;
    if (backup->bytes_per_s > 0) {
        const int64_t due_ns =
            (int64_t)((double)bytes / (double)backup->bytes_per_s * (double)TCN_SECOND_NS);
        wait_ns = backup->started_ns + due_ns - tcn_clock_monotonic_ns();
    }
    struct pollfd item = {.fd = backup->cli->signals, .events = POLLIN};
    return poll(&item, 1, wait_ns > 0 ? (int)(wait_ns / TCN_MS_NS) : 0) > 0 ? TCN_CANCELED : TCN_OK;
}

static enum tcn_status copy_log(struct backup *backup) {
    bool is_done = false;
    enum tcn_status status = tcn_backup_begin(backup->dir, backup->to, &backup->made);
    backup->started_ns = tcn_clock_monotonic_ns();
    while (status == TCN_OK && !is_done) {
        status = tcn_backup_step(backup->made, &is_done);
        if (status == TCN_OK && !is_done) {
            status = keep_pace(backup, tcn_backup_bytes(backup->made));
        }
    }
    return status;
}

static int print_json(struct backup *backup) {
    const struct tcn_manifest *manifest = tcn_backup_manifest(backup->made);
    struct tcn_json_writer writer;
    char id[TCN_UUID_TEXT_BYTES];
    tcn_uuid_to_text(manifest->log_id.bytes, id);
    tcn_json_writer_init_document(&writer, "log_backup");
    tcn_json_add_word(&writer, "log_id", id);
    tcn_json_add_u64(&writer, "generation", manifest->generation);
    tcn_json_add_u64(&writer, "last_position", manifest->last_position);
    tcn_json_add_u64(&writer, "record_count", manifest->record_count);
    tcn_json_add_hash(&writer, "tail", &manifest->tail);
    tcn_json_add_u64(&writer, "file_bytes", manifest->file_bytes);
    tcn_json_add_hash(&writer, "file_hash", &manifest->file_hash);
    tcn_json_add_bool(&writer, "has_shares", backup->shares_option != NULL);
    const enum tcn_status status = tcn_json_write_file(&writer, backup->cli->out, true);
    tcn_json_writer_fini(&writer);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(backup->cli, status, NULL, "print the answer");
}

static int print_table(const struct backup *backup) {
    const struct tcn_manifest *manifest = tcn_backup_manifest(backup->made);
    char time[TCN_TIME_TEXT_BYTES];
    char tail[HEX_BYTES];
    FILE *out = backup->cli->out;
    tcn_show_time(manifest->log_time_ns, time);
    tcn_hex_encode(manifest->tail.bytes, sizeof manifest->tail.bytes, tail);
    (void)fprintf(out, "%-14s %s\n", "backup", backup->to);
    (void)fprintf(out, "%-14s %" PRIu64 ", of %s\n", "last position", manifest->last_position,
                  time);
    (void)fprintf(out, "%-14s %" PRIu64 "\n", "generation", manifest->generation);
    (void)fprintf(out, "%-14s %" PRIu64 " in %" PRIu64 " bytes\n", "records",
                  manifest->record_count, manifest->file_bytes);
    (void)fprintf(out, "%-14s %s\n", "tail", tail);
    if (backup->shares_option != NULL) {
        (void)fprintf(out, "%-14s %s: destroy it after 7 days\n", "shares", backup->shares_option);
    } else {
        (void)fputs("shares         none: sealed texts are read with their shares only; see "
                    "--shares\n",
                    out);
    }
    return TCN_EXIT_OK;
}

static int run(struct backup *backup) {
    int code = tcn_folder_find(backup->cli, backup->dir_option, backup->dir);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    enum tcn_status status = copy_log(backup);
    if (status != TCN_OK) {
        return fail(backup, status, backup->to);
    }
    status = backup->shares_option != NULL ? tcn_backup_shares(backup->made, backup->shares_option)
                                           : TCN_OK;
    if (status != TCN_OK) {
        return fail(backup, status, backup->shares_option);
    }
    return backup->format == TCN_FORMAT_JSON ? print_json(backup) : print_table(backup);
}

int tcn_verb_log_backup(struct tcn_cli *cli, int argc, char **argv) {
    struct backup backup = {.cli = cli};
    int code = parse(&backup, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = run(&backup);
    }
    tcn_backup_end(&backup.made);
    return code == -1 ? TCN_EXIT_OK : code;
}
