/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin key new`: keys are made where they are used; what is shown of them is public. */
#include "base/text.h"
#include "cli/key.h"
#include "cli/place.h"
#include "client/session.h"

/* All that the verb takes. */
struct keys {
    struct tcn_cli *cli;
    const char *out;
    bool has_seal;
};

static int make(struct keys *keys, const char *name) {
    char path[TCN_CLI_PATH_BYTES];
    char public_path[TCN_CLI_PATH_BYTES];
    if (keys->out == NULL) {
        return tcn_cli_usage(keys->cli, "key new --help", "key new needs --out DIR");
    }
    if (!tcn_text_is_word(tcn_slice_text(name))) {
        return tcn_cli_usage(keys->cli, "key new --help",
                             "a name is a word: a to z, 0 to 9, '_', '.', '-'");
    }
    struct tcn_key_set set = {0};
    enum tcn_status status = tcn_place_path(path, keys->out, "%s.key", name);
    if (status == TCN_OK) {
        status = tcn_place_path(public_path, keys->out, "%s.pub", name);
    }
    if (status == TCN_OK) {
        status = tcn_key_set_make(tcn_slice_text(name), keys->has_seal, &set);
    }
    if (status == TCN_OK) {
        status = tcn_key_file_write(&set, path);
    }
    if (status == TCN_OK) {
        status = tcn_key_file_write_public(&set, public_path);
    }
    tcn_key_set_fini(&set);
    if (status != TCN_OK) {
        return tcn_cli_fail(keys->cli, status,
                            status == TCN_EXISTS ? "another name; keys are never overwritten"
                                                 : "--out DIR, a folder that is there and "
                                                   "that may be written to",
                            "make the keys of %s in %s", name, keys->out);
    }
    (void)fprintf(keys->cli->out, "%s\n%s\n", path, public_path);
    return TCN_EXIT_OK;
}

int tcn_key_new(struct tcn_cli *cli, int argc, char **argv) {
    struct keys keys = {.cli = cli};
    const struct tcn_cli_option options[] = {
        {"out", 0, "DIR", "where the files go", NULL, &keys.out},
        {"seal", 0, NULL, "with a sealing key, for an organ that reads sealed texts",
         &keys.has_seal, NULL},
    };
    const struct tcn_cli_syntax syntax = {"key new NAME --out DIR [--seal]", options,
                                          sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && argc - first != 1) {
        return tcn_cli_usage(cli, "key new --help", "key new takes one name");
    }
    return code == TCN_EXIT_OK ? make(&keys, argv[first]) : code;
}
