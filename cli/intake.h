/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin report --from`: JSON lines handed to the agent of this PC, many ahead of their answers. A
 * faulty line is named with its file, its number and its field, and the rest goes on. Every line
 * has a retry key of batch and line number, so that handing in the same batch again enters nothing
 * twice, and a line that changed meanwhile is an error on that line. One thread, the program's.
 */
#ifndef TCN_CLI_INTAKE_H
#define TCN_CLI_INTAKE_H

#include "cli/seat.h"

/** What was typed. Open: filled by the verb; NULL is not given. */
struct tcn_intake {
    const char *from;  /**< file, or "-" */
    const char *batch; /**< NULL: the file's name and time, or something new for a pipe */
    const char *rate;  /**< lines a second */
    const char *timeout;
    const char *format; /**< -o; ndjson prints one line an answer */
    bool is_strict;     /**< stop at the first fault */
    bool is_waiting;    /**< until the collector has them all */
};

/** Hands everything in and prints a summary. Gives an exit code: TCN_EXIT_REFUSED when a line was
 * refused or faulty, TCN_EXIT_TIMEOUT when all are safe in the outbox but not all were heard of in
 * time. */
int tcn_intake_run(struct tcn_cli *cli, struct tcn_seat *seat, const struct tcn_intake *intake);

#endif
