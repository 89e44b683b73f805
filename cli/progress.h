/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far an intake, or a long walk, is: one line that is drawn over on a terminal's error stream,
 * nothing elsewhere, and the sum at the end in the format that was asked for. One thread, the
 * program's.
 */
#ifndef TCN_CLI_PROGRESS_H
#define TCN_CLI_PROGRESS_H

#include "cli/cli.h"

/** What was counted. Open: plain numbers, all 0 at the start. */
struct tcn_progress_counts {
    uint64_t line_count;    /**< read, without blank ones */
    uint64_t entered_count; /**< in the outbox, for the first time */
    uint64_t repeat_count;  /**< were in it before */
    uint64_t fault_count;   /**< lines that could not be entered */
    uint64_t acked_count;   /**< in the log, as far as waited for */
    uint64_t refused_count; /**< refused by the collector, as far as waited for */
    uint64_t read_bytes;
};

/** A line of progress. Open: lives with its owner; fields are its own. */
struct tcn_progress {
    struct tcn_cli *cli;
    uint64_t size_bytes; /**< of the whole input; 0 when not known */
    bool is_waiting;     /**< outcomes are counted too */
    bool is_drawn;
    int64_t started_ns;
    int64_t drawn_ns;
};

/** Begins now. Owns: lends the program. */
struct tcn_progress tcn_progress_init(struct tcn_cli *cli, uint64_t size_bytes, bool is_waiting);

/** Draws it anew, at most ten times a second. */
void tcn_progress_tell(struct tcn_progress *progress, const struct tcn_progress_counts *counts,
                       int64_t now_ns);

/** Draws how much is done of all, as a bar, and the number with its word, as often; with `total` 0
 * the number alone. */
void tcn_progress_draw(struct tcn_progress *progress, uint64_t done, uint64_t total,
                       const char *word, int64_t now_ns);

/** Takes it off the screen, so that something else can be printed. */
void tcn_progress_clear(struct tcn_progress *progress);

/** Prints the sum: on the output as text or JSON, for NDJSON on the error stream. */
void tcn_progress_sum(struct tcn_cli *cli, enum tcn_format format,
                      const struct tcn_progress *progress,
                      const struct tcn_progress_counts *counts);

#endif
