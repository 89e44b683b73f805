/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin key`: which of its verbs is meant. */
#include "cli/key.h"

#include "cli/key_rotate_organ.h"
#include "cli/key_rotate_server.h"
#include "cli/verbs.h"

#include <string.h>

/* The collector's signing key and an organ's sealing key have ways of their own: they are in
 * nobody's row. */
static int rotate(struct tcn_cli *cli, int argc, char **argv) {
    const char *whose = argc > 1 ? argv[1] : "";
    if (strcmp(whose, "collector") == 0) {
        return tcn_key_rotate_server(cli, argc - 1, argv + 1);
    }
    return strcmp(whose, "organ") == 0 ? tcn_key_rotate_organ(cli, argc - 1, argv + 1)
                                       : tcn_verb_key_rotate(cli, argc, argv);
}

static const struct tcn_cli_verb verbs[] = {
    {"ls", "who may speak: the registry; with a folder, its key files", tcn_key_ls},
    {"new", "make keys", tcn_key_new},
    {"invite", "let a new machine into the registry, once", tcn_verb_key_invite},
    {"enrol", "get into the registry with an invitation", tcn_verb_key_enrol},
    {"rotate", "change the keys of an agent, a watcher, an auditor, an organ or the collector",
     rotate},
    {"revoke", "end somebody's rights for good, at once", tcn_key_revoke},
    {"rights", "change what somebody may, and how long", tcn_key_rights},
};

#define VERB_COUNT (sizeof verbs / sizeof verbs[0])

static int print_verbs(struct tcn_cli *cli) {
    (void)fprintf(cli->out, "usage: tocsin key VERB [OPTIONS]\n");
    for (size_t index = 0; index < VERB_COUNT; index++) {
        (void)fprintf(cli->out, "  %-10s %s\n", verbs[index].name, verbs[index].summary);
    }
    (void)fprintf(cli->out, "tocsin key VERB --help tells its options\n");
    return TCN_EXIT_OK;
}

static int refuse(struct tcn_cli *cli) {
    char list[128] = "";
    size_t used = 0;
    for (size_t index = 0; index < VERB_COUNT && used < sizeof list; index++) {
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", index == 0 ? "" : ", ",
                                 verbs[index].name);
    }
    return tcn_cli_usage(cli, "key --help", "key takes one of %s", list);
}

int tcn_verb_key(struct tcn_cli *cli, int argc, char **argv) {
    const char *word = argc > 1 ? argv[1] : "";
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        return print_verbs(cli);
    }
    for (size_t index = 0; index < VERB_COUNT; index++) {
        if (strcmp(word, verbs[index].name) == 0) {
            int code = verbs[index].run(cli, argc - 1, argv + 1);
            return code == -1 ? TCN_EXIT_OK : code;
        }
    }
    return refuse(cli);
}
