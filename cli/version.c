/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin version`: of the program, and the numbers of the formats that it speaks. */
#include "cli/verbs.h"
#include "model/message.h"
#include "model/registry.h"
#include "model/sealed.h"
#include "json/write.h"

#include <libsmartcols.h>

int tcn_verb_version(struct tcn_cli *cli, int argc, char **argv) {
    const char *format_option = NULL;
    const struct tcn_cli_option options[] = {
        {"output", 'o', "FORMAT", "table, json", NULL, &format_option}};
    const struct tcn_cli_syntax syntax = {"version [-o json]", options, 1};
    enum tcn_format format = TCN_FORMAT_TABLE;
    int first = 0;
    int code = tcn_cli_parse(cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && first < argc) {
        return tcn_cli_usage(cli, "version --help", "version takes no argument %s", argv[first]);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_cli_format(cli, format_option, 1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON,
                              &format);
    }
    if (code != TCN_EXIT_OK) {
        return code == -1 ? TCN_EXIT_OK : code;
    }
    if (format == TCN_FORMAT_TABLE) {
        (void)fprintf(cli->out, "tocsin %s (wire %u, event %u, sealed %u, fold %u)\n", cli->version,
                      TCN_WIRE_VERSION, TCN_EVENT_FORMAT, TCN_SEALED_FORMAT, TCN_FOLD_VERSION);
        return TCN_EXIT_OK;
    }
    const char *smartcols = NULL;
    (void)scols_get_library_version(&smartcols);
    struct tcn_json_writer writer;
    tcn_json_writer_init_document(&writer, "version");
    tcn_json_add_word(&writer, "version", cli->version);
    tcn_json_add_u64(&writer, "wire_version", TCN_WIRE_VERSION);
    tcn_json_add_u64(&writer, "event_format", TCN_EVENT_FORMAT);
    tcn_json_add_u64(&writer, "sealed_format", TCN_SEALED_FORMAT);
    tcn_json_add_u64(&writer, "genesis_format", TCN_GENESIS_FORMAT);
    tcn_json_add_u64(&writer, "fold_version", TCN_FOLD_VERSION);
    tcn_json_add_word(&writer, "libsmartcols", smartcols);
    enum tcn_status status = tcn_json_write_file(&writer, cli->out, true);
    tcn_json_writer_fini(&writer);
    return status == TCN_OK ? TCN_EXIT_OK : tcn_cli_fail(cli, status, NULL, "print the version");
}
