/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin bench`: becomes the program tocsin-bench beside this one. It is a program of its own
 * because it speaks for offices, with the agents' code and the offices' keys, which nothing else
 * that a person types may do.
 */
#include "cli/place.h"
#include "cli/verbs.h"

#include <errno.h>
#include <unistd.h>

int tcn_verb_bench(struct tcn_cli *cli, int argc, char **argv) {
    (void)argc;
    char folder[TCN_CLI_PATH_BYTES];
    char path[TCN_CLI_PATH_BYTES];
    enum tcn_status status = tcn_place_programs(folder);
    if (status == TCN_OK) {
        status = tcn_place_path(path, folder, "tocsin-bench");
    }
    if (status == TCN_OK) {
        (void)execv(path, argv);
        status = errno == ENOENT ? TCN_ABSENT : errno == EACCES ? TCN_DENIED : TCN_IO;
    }
    (void)tcn_cli_fail(cli, status, "install tocsin-bench beside tocsin", "run tocsin-bench");
    return TCN_EXIT_FAILURE;
}
