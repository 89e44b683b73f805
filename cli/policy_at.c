/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy_at.h"

#include "cli/policy_show.h"
#include "cli/show.h"
#include "policy/text.h"
#include "json/write.h"

#include <inttypes.h>

/* What is shown, and where it stands. */
struct showing {
    struct tcn_cli *cli;
    uint64_t position;
    struct tcn_folder folder;
    struct tcn_rights rights;
    struct tcn_slice text; /* lent from the log's reader; empty: none */
};

int tcn_policy_open_at(struct tcn_cli *cli, const char *dir, uint64_t position,
                       struct tcn_folder *folder, struct tcn_rights *rights) {
    const int code = tcn_folder_open(cli, dir, TCN_FOLDER_LOG_BESIDE, folder);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    enum tcn_status status = tcn_rights_init(rights, &folder->charter);
    if (status == TCN_OK) {
        status = tcn_rights_load(rights, folder->log_reader, position);
    }
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(cli, status, "tocsin log verify", "read the log");
}

/* The text of the activation in force, which stays as long as the reader is not reset. */
static enum tcn_status read_text(struct showing *showing) {
    const struct tcn_activated *activated = showing->rights.activated;
    struct tcn_record record;
    if (activated == NULL) {
        return TCN_OK;
    }
    const enum tcn_status status =
        tcn_log_read(showing->folder.log_reader, activated->position, &record);
    return status == TCN_OK ? tcn_activated_text(&record, &showing->text) : status;
}

/* A file's last line may have no end. */
static void print_file(FILE *out, struct tcn_slice name, struct tcn_slice bytes) {
    (void)fprintf(out, "\n# ==> %.*s\n", (int)name.size, (const char *)name.data);
    (void)fwrite(bytes.data, 1, bytes.size, out);
    if (bytes.size > 0 && bytes.data[bytes.size - 1] != '\n') {
        (void)fputc('\n', out);
    }
}

static enum tcn_status print_text(struct showing *showing, const char *by) {
    const struct tcn_activated *activated = showing->rights.activated;
    const struct tcn_policy *policy = tcn_rights_policy(&showing->rights);
    FILE *out = showing->cli->out;
    struct tcn_slice rest = showing->text;
    struct tcn_slice name;
    struct tcn_slice bytes;
    (void)fprintf(out,
                  "# version %" PRIu64 " is in force at position %" PRIu64
                  ", since position %" PRIu64 ", by %s; fold version %u\n",
                  policy->version, showing->position, activated != NULL ? activated->position : 1,
                  by,
                  (unsigned)(activated != NULL ? activated->word.fold_version
                                               : showing->folder.charter.genesis.fold_version));
    if (rest.size == 0) {
        (void)fputs("# the log has its tables and not its files\n", out);
        return tcn_policy_show_text(showing->cli, policy);
    }
    while (tcn_policy_text_next(&rest, &name, &bytes)) {
        print_file(out, name, bytes);
    }
    return ferror(out) ? TCN_IO : TCN_OK;
}

static enum tcn_status print_json(struct showing *showing, const char *by) {
    const struct tcn_activated *activated = showing->rights.activated;
    const struct tcn_genesis *genesis = &showing->folder.charter.genesis;
    struct tcn_slice rest = showing->text;
    struct tcn_slice name;
    struct tcn_slice bytes;
    struct tcn_json_writer writer;
    tcn_json_writer_init_document(&writer, "policy_text");
    tcn_json_add_u64(&writer, "at", showing->position);
    tcn_json_add_u64(&writer, "version", tcn_rights_policy(&showing->rights)->version);
    tcn_json_add_u64(&writer, "position", activated != NULL ? activated->position : 1);
    tcn_json_add_time(&writer, "since",
                      activated != NULL ? activated->log_time_ns : genesis->created_ns);
    tcn_json_add_word(&writer, "by", by);
    tcn_json_add_u64(&writer, "fold_version",
                     activated != NULL ? activated->word.fold_version : genesis->fold_version);
    tcn_json_array_begin(&writer, "files");
    while (tcn_policy_text_next(&rest, &name, &bytes)) {
        tcn_json_object_begin(&writer, NULL);
        tcn_json_add_text(&writer, "name", name);
        tcn_json_add_text(&writer, "text", bytes);
        tcn_json_object_end(&writer);
    }
    tcn_json_array_end(&writer);
    const enum tcn_status status = tcn_json_write_file(&writer, showing->cli->out, true);
    tcn_json_writer_fini(&writer);
    return status;
}

static int show(struct showing *showing, enum tcn_format format) {
    const struct tcn_activated *activated = showing->rights.activated;
    const struct tcn_principal *row =
        activated != NULL
            ? tcn_registry_find(tcn_rights_registry(&showing->rights), activated->word.principal)
            : NULL;
    const char *by = row != NULL ? row->name : "root";
    struct tcn_record tail;
    enum tcn_status status = tcn_log_tail(showing->folder.log_reader, &tail);
    if (status == TCN_OK && showing->position >= tail.first_position + tail.count) {
        (void)fprintf(showing->cli->err, "-- the log ends before position %" PRIu64 "\n",
                      showing->position);
        return TCN_EXIT_NOTHING;
    }
    status = status == TCN_OK ? read_text(showing) : status;
    if (status != TCN_OK) {
        return tcn_cli_fail(showing->cli, status, "tocsin log verify", "read the log");
    }
    status = format == TCN_FORMAT_JSON ? print_json(showing, by) : print_text(showing, by);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(showing->cli, status, NULL, "print the policy");
}

int tcn_policy_show_at(struct tcn_cli *cli, const char *dir, const char *position,
                       enum tcn_format format) {
    struct showing showing = {.cli = cli};
    if (tcn_text_to_u64(tcn_slice_text(position), &showing.position) != TCN_OK ||
        showing.position == 0) {
        return tcn_cli_usage(cli, "policy --help", "--at takes a position of the log, from 1");
    }
    int code = tcn_policy_open_at(cli, dir, showing.position, &showing.folder, &showing.rights);
    if (code == TCN_EXIT_OK) {
        code = show(&showing, format);
    }
    tcn_rights_fini(&showing.rights);
    tcn_folder_close(&showing.folder);
    return code;
}
