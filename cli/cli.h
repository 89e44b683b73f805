/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program that people type into. This header is what its verbs share: where to write, how to
 * fail, the options, and where a district's files are. A verb reads its options, does its work
 * through lib/client or on a stopped collector's folder, renders, and returns an exit code. One
 * thread; nothing here is global.
 */
#ifndef TCN_CLI_CLI_H
#define TCN_CLI_CLI_H

#include "base/status.h"
#include "policy/config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/** Exit codes. Stable; docs/reference/exit-codes.md. */
enum tcn_exit {
    TCN_EXIT_OK = 0,
    TCN_EXIT_FAILURE = 1,
    TCN_EXIT_USAGE = 2,
    TCN_EXIT_NOTHING = 3,     /**< nothing matched */
    TCN_EXIT_UNREACHABLE = 4, /**< nobody answers */
    TCN_EXIT_TIMEOUT = 5,
    TCN_EXIT_CONFIG = 6,
    TCN_EXIT_REFUSED = 7,
    TCN_EXIT_DAMAGED = 8,
    TCN_EXIT_WARN = 9, /**< `doctor` found something to look at */
    TCN_EXIT_BAD = 10, /**< `doctor` found something that does not work */
    TCN_EXIT_INTERRUPTED = 130,
};

/** How to write results. */
enum tcn_format {
    TCN_FORMAT_TABLE = 0,
    TCN_FORMAT_JSON,
    TCN_FORMAT_NDJSON,
    TCN_FORMAT_CSV,
};

#define TCN_CLI_PATH_BYTES 1024

/** The program. Open: made by main, lent to every verb. */
struct tcn_cli {
    FILE *out; /**< results */
    FILE *err; /**< everything else */
    bool is_out_terminal;
    bool is_err_terminal;
    uint32_t out_columns; /**< width of `out`'s terminal; 0 when it is none or does not say */
    bool has_colour;      /**< of `out`: terminal, NO_COLOR empty, TERM not dumb */
    const char *version;
    const char *policy_dir; /**< where the installed policy is */
    int signals;            /**< signalfd with SIGINT and SIGTERM; both are blocked */
};

/** One option of a verb. Exactly one of `flag` and `value` is set. */
struct tcn_cli_option {
    const char *name;     /**< without the dashes */
    char letter;          /**< 0 when there is no short form */
    const char *argument; /**< its name in the help; NULL for a flag */
    const char *help;
    bool *flag;
    const char **value; /**< lends from argv */
};

/** A verb. */
struct tcn_cli_verb {
    const char *name;
    const char *summary;                                    /**< one line of `tocsin help` */
    int (*run)(struct tcn_cli *cli, int argc, char **argv); /**< argv[0] is the verb */
};

/** What a verb accepts. Open: on the verb's stack. */
struct tcn_cli_syntax {
    const char *usage; /**< the line after "usage: tocsin " */
    const struct tcn_cli_option *options;
    size_t option_count;
};

/** Reads a verb's options; what is left are its positional arguments, argv[*out_first] on. `--help`
 * prints usage and options. Gives TCN_EXIT_OK, TCN_EXIT_USAGE, or -1 when help was printed and the
 * verb is done. Thread: the program's. */
int tcn_cli_parse(struct tcn_cli *cli, const struct tcn_cli_syntax *syntax, int argc, char **argv,
                  int *out_first);

/** Says "tocsin: cannot WHAT: because WHY" and, when `hint` is not NULL, "try: HINT" on the next
 * line. Gives the exit code that fits the status. Thread: the program's. */
int tcn_cli_fail(struct tcn_cli *cli, enum tcn_status status, const char *hint, const char *format,
                 ...) __attribute__((format(printf, 4, 5)));

/** What to try when the broker does not believe the collector. */
#define TCN_CLI_UNTRUSTED_HINT                                                                     \
    "give the collector its newest key file (docs/how-to/restore.md, When the broker does not "    \
    "believe the collector)"

/** What to try when nobody answers, or nobody is let answer; NULL for every other status. Thread:
 * any. */
const char *tcn_cli_away_hint(enum tcn_status status);

/** Says "tocsin: TEXT" and "try: HINT", gives TCN_EXIT_USAGE. Thread: the program's. */
int tcn_cli_usage(struct tcn_cli *cli, const char *hint, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** The exit code that fits a status. Thread: any. */
int tcn_cli_exit_code(enum tcn_status status);

/** Reads "table", "json", "ndjson" or "csv" (NULL: table); `allowed` has bit n set for format n. On
 * failure it says so and gives TCN_EXIT_USAGE, else TCN_EXIT_OK. Thread: the program's. */
int tcn_cli_format(struct tcn_cli *cli, const char *text, unsigned allowed,
                   enum tcn_format *out_format);

/** Prints the faults of a policy or configuration, one a line. Thread: the program's. */
void tcn_cli_faults(struct tcn_cli *cli, const struct tcn_policy_errors *errors);

#endif
