/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of this room share: a program whose output goes into memory, and a folder that is
 * gone afterwards.
 */
#ifndef TEST_CLI_DESK_H
#define TEST_CLI_DESK_H

#include "cli/verbs.h"
#include "seal/init.h"

#include <fts.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define WORDS_MAX 24

/** A program that writes into memory. */
struct desk {
    struct tcn_cli cli;
    char *out;
    char *err;
    size_t out_size;
    size_t err_size;
    char dir[64];
};

/** Makes it; no configuration is named by the environment, and times are UTC. */
static inline void desk_open(struct desk *desk) {
    memset(desk, 0, sizeof *desk);
    (void)unsetenv("TOCSIN_DIR");
    (void)unsetenv("TOCSIN_CONFIG");
    (void)setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    assert_int_equal(tcn_seal_init(), TCN_OK);
    (void)snprintf(desk->dir, sizeof desk->dir, P_tmpdir "/tocsin-cli-XXXXXX");
    assert_non_null(mkdtemp(desk->dir));
    desk->cli.out = open_memstream(&desk->out, &desk->out_size);
    desk->cli.err = open_memstream(&desk->err, &desk->err_size);
    assert_non_null(desk->cli.out);
    assert_non_null(desk->cli.err);
    desk->cli.version = "9.9.9";
    desk->cli.policy_dir = "/nowhere";
    desk->cli.signals = -1;
}

/** Frees it and removes the folder with all that is in it. */
static inline void desk_close(struct desk *desk) {
    (void)fclose(desk->cli.out);
    (void)fclose(desk->cli.err);
    free(desk->out);
    free(desk->err);
    char *const roots[] = {desk->dir, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    assert_non_null(tree);
    for (FTSENT *entry = fts_read(tree); entry != NULL; entry = fts_read(tree)) {
        if (entry->fts_info != FTS_D) { /* a folder is seen again after all that is in it */
            assert_int_equal(remove(entry->fts_accpath), 0);
        }
    }
    assert_int_equal(fts_close(tree), 0);
}

/** What was printed since the last look, as a text. */
static inline const char *desk_out(struct desk *desk) {
    (void)fflush(desk->cli.out);
    return desk->out == NULL ? "" : desk->out;
}

/** What was complained since the last look. */
static inline const char *desk_err(struct desk *desk) {
    (void)fflush(desk->cli.err);
    return desk->err == NULL ? "" : desk->err;
}

/** Forgets what was printed. */
static inline void desk_wipe(struct desk *desk) {
    (void)fflush(desk->cli.out);
    (void)fflush(desk->cli.err);
    rewind(desk->cli.out);
    rewind(desk->cli.err);
    if (desk->out != NULL) {
        desk->out[0] = '\0';
    }
    if (desk->err != NULL) {
        desk->err[0] = '\0';
    }
}

/** Runs a verb with the words of a line, split at blanks. */
static inline int desk_run(struct desk *desk, const char *line) {
    char copy[1024];
    char program[] = "tocsin";
    char *words[WORDS_MAX + 1] = {program};
    int count = 1;
    (void)snprintf(copy, sizeof copy, "%s", line);
    char *rest = NULL;
    for (char *word = strtok_r(copy, " ", &rest); word != NULL && count < WORDS_MAX;
         word = strtok_r(NULL, " ", &rest)) {
        words[count++] = word;
    }
    return tcn_verbs_run(&desk->cli, count, words);
}

/** Writes a file of the folder. */
static inline void desk_write(struct desk *desk, const char *name, const char *text) {
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", desk->dir, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_not_equal(fputs(text, file), EOF);
    assert_int_equal(fclose(file), 0);
}

#endif
