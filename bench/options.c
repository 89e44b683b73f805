/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include "base/text.h"

#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#define TMPFS 0x01021994L
#define RAMFS 0x858458f6L

#define CASES_DEFAULT "chunks,paced,outbox"
#define SECONDS_MAX 3600
#define RATE_MAX 1000000
#define RUNS_MAX 100
#define FILL_MAX 100000000

static const char usage[] = "bench [--dir D] [--cases A,B] [--seconds S] [--runs N] [OPTIONS]";

static const char *const case_names[] = {
    "chunks", "chunks256", "paced", "paced256", "outbox", "outbox-open",
};

/* The words as they were typed; NULL where nothing was. */
struct words {
    const char *seconds;
    const char *warm;
    const char *offices;
    const char *window;
    const char *rate;
    const char *fill;
    const char *runs;
    const char *format;
    bool is_quick;
};

/* A number from 1 to `max` in place of the default. */
static bool read_number(const char *text, uint64_t max, uint32_t *number) {
    uint64_t read = 0;
    if (text == NULL) {
        return true;
    }
    if (tcn_text_to_u64(tcn_slice_text(text), &read) != TCN_OK || read < 1 || read > max) {
        return false;
    }
    *number = (uint32_t)read;
    return true;
}

static bool read_seconds(const char *text, double *seconds) {
    uint32_t number = 1;
    if (text != NULL && read_number(text, SECONDS_MAX, &number)) {
        *seconds = number;
        return true;
    }
    return text == NULL;
}

static int read_numbers(struct tcn_cli *cli, const struct words *words,
                        struct bench_options *options) {
    const struct {
        bool is_good;
        const char *name;
        unsigned max;
    } rows[] = {
        {read_seconds(words->seconds, &options->seconds), "seconds", SECONDS_MAX},
        {read_seconds(words->warm, &options->warm_seconds), "warm", SECONDS_MAX},
        {read_number(words->offices, BENCH_PUBLISHERS_MAX, &options->publishers), "offices",
         BENCH_PUBLISHERS_MAX},
        {read_number(words->window, BENCH_WINDOW_MAX, &options->window), "window",
         BENCH_WINDOW_MAX},
        {read_number(words->rate, RATE_MAX, &options->rate), "rate", RATE_MAX},
        {read_number(words->fill, FILL_MAX, &options->fill), "fill", FILL_MAX},
        {read_number(words->runs, RUNS_MAX, &options->runs), "runs", RUNS_MAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!rows[i].is_good) {
            return tcn_cli_usage(cli, "bench --help", "--%s takes a number from 1 to %u",
                                 rows[i].name, rows[i].max);
        }
    }
    return TCN_EXIT_OK;
}

/* True when a list of words, separated by commas, has this one. */
static bool has_word(const char *list, const char *word, size_t size) {
    for (const char *next = list; next != NULL; next = strchr(next, ',')) {
        next += *next == ',' ? 1 : 0;
        if (strncmp(next, word, size) == 0 && (next[size] == ',' || next[size] == '\0')) {
            return true;
        }
    }
    return false;
}

/* A case that nobody knows would be left out in silence. */
static int check_cases(struct tcn_cli *cli, const char *list) {
    for (const char *next = list; next != NULL; next = strchr(next, ',')) {
        next += *next == ',' ? 1 : 0;
        const size_t size = strcspn(next, ",");
        bool is_known = false;
        for (size_t i = 0; i < sizeof case_names / sizeof case_names[0]; i++) {
            is_known = is_known ||
                       (strlen(case_names[i]) == size && memcmp(case_names[i], next, size) == 0);
        }
        if (!is_known) {
            return tcn_cli_usage(cli, "bench --help", "there is no case %.*s", (int)size, next);
        }
    }
    return TCN_EXIT_OK;
}

/* A disk in memory syncs at once: what would be measured there is no durable speed. */
static int check_disk(struct tcn_cli *cli, const char *dir) {
    struct stat folder;
    struct statfs disk;
    if (stat(dir, &folder) != 0 || !S_ISDIR(folder.st_mode) || statfs(dir, &disk) != 0) {
        return tcn_cli_usage(cli, "bench --dir with an existing folder", "%s is no folder", dir);
    }
    if (disk.f_type == TMPFS || disk.f_type == RAMFS) {
        (void)fprintf(cli->err,
                      "tocsin: cannot measure in %s: because it is memory (tmpfs), where syncing "
                      "costs nothing\ntry: --dir with a folder on the disk that the log is to lie "
                      "on\n",
                      dir);
        return TCN_EXIT_USAGE;
    }
    return TCN_EXIT_OK;
}

static int parse(struct tcn_cli *cli, int argc, char **argv, struct words *words,
                 struct bench_options *options) {
    const struct tcn_cli_option table[] = {
        {"dir", 'd', "D", "existing folder on the disk to be measured (.)", NULL, &options->dir},
        {"policy", 0, "P", "folder of policy files", NULL, &options->policy},
        {"cases", 0, "A,B",
         "of chunks, chunks256, paced, paced256, outbox, outbox-open (" CASES_DEFAULT ")", NULL,
         &options->cases},
        {"seconds", 0, "S", "that are counted, of each case (10)", NULL, &words->seconds},
        {"warm", 0, "S", "before them (2)", NULL, &words->warm},
        {"offices", 'n', "N", "1 to 9 (8)", NULL, &words->offices},
        {"window", 0, "N", "unacknowledged events of each, 1 to 4096 (1000)", NULL, &words->window},
        {"rate", 0, "N", "events a second of all together, paced (1000)", NULL, &words->rate},
        {"fill", 0, "N", "events that are in the log before, with chunks and paced (none)", NULL,
         &words->fill},
        {"runs", 0, "N", "of everything (1)", NULL, &words->runs},
        {"quick", 'q', NULL, "2 counted seconds after 1", &words->is_quick, NULL},
        {"no-shares", 0, NULL, "drop the shares, to see what keeping them costs",
         &options->has_no_shares, NULL},
        {"keep", 0, NULL, "leave the folders", &options->is_kept, NULL},
        {"output", 'o', "FORMAT", "table, json, ndjson", NULL, &words->format},
    };
    const struct tcn_cli_syntax syntax = {usage, table, sizeof table / sizeof table[0]};
    int first = 0;
    const int code = tcn_cli_parse(cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && first < argc) {
        return tcn_cli_usage(cli, "bench --help", "bench takes no argument %s", argv[first]);
    }
    return code;
}

int bench_options_read(struct tcn_cli *cli, int argc, char **argv,
                       struct bench_options *out_options) {
    struct bench_options options = {.dir = ".",
                                    .cases = CASES_DEFAULT,
                                    .seconds = 10,
                                    .warm_seconds = 2,
                                    .publishers = 8,
                                    .window = 1000,
                                    .rate = 1000,
                                    .runs = 1,
                                    .signals = cli->signals};
    struct words words = {0};
    int code = parse(cli, argc, argv, &words, &options);
    if (words.is_quick) {
        options.seconds = 2;
        options.warm_seconds = 1;
    }
    if (code == TCN_EXIT_OK) {
        code = read_numbers(cli, &words, &options);
    }
    if (code == TCN_EXIT_OK) {
        code = check_cases(cli, options.cases);
    }
    if (code == TCN_EXIT_OK) {
        code =
            tcn_cli_format(cli, words.format,
                           1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON | 1u << TCN_FORMAT_NDJSON,
                           &options.format);
    }
    if (code == TCN_EXIT_OK) {
        code = check_disk(cli, options.dir);
    }
    if (code == TCN_EXIT_OK) {
        *out_options = options;
    }
    return code;
}

bool bench_options_has(const struct bench_options *options, const char *name) {
    return has_word(options->cases, name, strlen(name));
}

bool bench_is_stopped(const struct bench_options *options) {
    struct pollfd item = {.fd = options->signals, .events = POLLIN};
    return options->signals >= 0 && poll(&item, 1, 0) > 0;
}
