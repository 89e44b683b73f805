/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/key_rotate_server.h"

#include "cli/place.h"
#include "cli/seat.h"

#include <inttypes.h>
#include <stdio.h>

#define HEX_BYTES (2 * sizeof(struct tcn_public_key) + 1)

/* Another signing key under the same name; the transport key stays, because the broker lets in that
 * one only. */
static enum tcn_status make_next(const char *key_file, const char *next,
                                 struct tcn_public_key *out_key) {
    struct tcn_key_set now = {0};
    struct tcn_key_set made = {0};
    enum tcn_status status = tcn_key_file_read(key_file, &now);
    if (status == TCN_OK) {
        status = tcn_key_set_make(tcn_slice_text(now.name), false, &made);
    }
    if (status == TCN_OK) {
        made.transport = now.transport;
        status = tcn_key_file_write(&made, next);
    }
    *out_key = made.signing.public_key;
    tcn_key_set_fini(&now);
    tcn_key_set_fini(&made);
    return status;
}

static void print(struct tcn_cli *cli, const char *next, const struct tcn_public_key *key) {
    char hex[HEX_BYTES];
    tcn_hex_encode(key->bytes, sizeof key->bytes, hex);
    (void)fprintf(
        cli->out,
        "%s\nnew signing key: %s\n"
        "The collector takes it within a second or two, or at its next start; its log says "
        "when.\nKeep the files beside it: a restored log may need the key before this "
        "one.\n",
        next, hex);
}

/* The configuration of the collector whose key it is. */
static int load(struct tcn_cli *cli, int argc, char **argv, struct tcn_config **out_config) {
    const char *file = NULL;
    const char *dir = NULL;
    const struct tcn_cli_option options[] = {
        {"dir", 'd', "DIR", "folder of `tocsin up`; else TOCSIN_DIR", NULL, &dir},
        {"config", 'c', "FILE", "the collector's configuration file", NULL, &file},
    };
    const struct tcn_cli_syntax syntax = {"key rotate collector [OPTIONS]", options,
                                          sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(cli, &syntax, argc, argv, &first);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (first != argc) {
        return tcn_cli_usage(cli, "key rotate collector --help",
                             "key rotate collector takes no more words");
    }
    code = tcn_place_config(cli, file, dir, "collector", out_config);
    if (code == TCN_EXIT_OK && !(*out_config)->has_collector) {
        tcn_config_destroy(out_config);
        return tcn_cli_usage(cli, "key rotate collector --help",
                             "the configuration is not a collector's: rotate on its machine");
    }
    return code;
}

int tcn_key_rotate_server(struct tcn_cli *cli, int argc, char **argv) {
    struct tcn_config *config = NULL;
    int code = load(cli, argc, argv, &config);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    char next[TCN_CLI_PATH_BYTES];
    struct tcn_public_key key = {{0}};
    const char *key_file = config->collector.key_file;
    const int size = snprintf(next, sizeof next, "%s.next", key_file);
    enum tcn_status status = size > 0 && size < (int)sizeof next ? TCN_OK : TCN_TOOBIG;
    if (status == TCN_OK) {
        status = make_next(key_file, next, &key);
    }
    if (status == TCN_OK) {
        print(cli, next, &key);
    } else {
        code = tcn_cli_fail(cli, status,
                            status == TCN_EXISTS
                                ? "see that the collector runs: it has not taken the key that was "
                                  "made before"
                                : "the user and the machine of the collector",
                            "make %s", next);
    }
    tcn_config_destroy(&config);
    return code;
}
