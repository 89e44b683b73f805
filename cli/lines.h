/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of a file or a pipe, bounded, without ever waiting longer than asked: a pipe that is silent
 * must not keep a program from answering a signal. One thread.
 */
#ifndef TCN_CLI_LINES_H
#define TCN_CLI_LINES_H

#include "base/bytes.h"

/** A reader of lines. Open: lives with its owner; fields are its own. */
struct tcn_lines {
    int descriptor;
    int stop_descriptor; /**< -1 when there is none */
    uint8_t *data;       /**< owned */
    size_t size_max;     /**< of a line */
    size_t start;        /**< of what was not given out */
    size_t end;
    uint64_t number;     /**< of the line given last, from 1 */
    uint64_t read_bytes; /**< so far, for progress */
    bool is_ended;
    bool is_skipping; /**< within a line that is too long */
};

/** Begins at a descriptor's place; `stop_descriptor` ends waits when it is readable.
 * Owns: lends the descriptors.
 * Errors: TCN_NOMEM. Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_lines_init(struct tcn_lines *lines, int descriptor,
                                              int stop_descriptor, size_t size_max);

/** Wipes and frees the buffer; safe on a zeroed reader. Thread: owner. */
void tcn_lines_fini(struct tcn_lines *lines);

/** The next line without its break; it waits `timeout_ms` for input, -1 without end.
 * Owns: out_line lends until the next call.
 * Errors: TCN_ABSENT the end; TCN_AGAIN nothing came in time; TCN_TOOBIG the line is too long and
 * is passed over; TCN_CANCELED the stop descriptor; TCN_IO. Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_lines_next(struct tcn_lines *lines, int timeout_ms,
                                              struct tcn_slice *out_line);

#endif
