/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/scratch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int tcn_scratch_make(struct tcn_cli *cli, const char *name, struct tcn_scratch *out_scratch) {
    const char *given = getenv("TMPDIR");
    const char *root = given != NULL && given[0] != '\0' ? given : P_tmpdir;
    char *dir = out_scratch->dir;
    const int size = snprintf(dir, sizeof out_scratch->dir, "%s/tocsin-%s.XXXXXX", root, name);
    if (size < 0 || size >= (int)sizeof out_scratch->dir || mkdtemp(dir) == NULL) {
        dir[0] = '\0';
        (void)fprintf(cli->err,
                      "tocsin: cannot make a folder in %s: because %s\ntry: TMPDIR=D, a folder "
                      "with room for the state\n",
                      root, strerror(errno));
        return TCN_EXIT_FAILURE;
    }
    return TCN_EXIT_OK;
}

void tcn_scratch_remove(struct tcn_cli *cli, struct tcn_scratch *scratch) {
    if (scratch->dir[0] != '\0' && rmdir(scratch->dir) != 0) {
        (void)fprintf(cli->err, "-- %s stays: %s\n", scratch->dir, strerror(errno));
    }
    scratch->dir[0] = '\0';
}
