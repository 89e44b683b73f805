/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The logger of programs: one line per decision, to one descriptor. Only services and programs call
 * it; libraries return a status instead. A line goes out in one write, so lines of several threads
 * do not mix. What is printed is made harmless for a terminal: control characters become '?'.
 */
#ifndef TCN_BASE_LOG_H
#define TCN_BASE_LOG_H

#include "base/bytes.h"

/** Bytes of one line at most, its newline included; a longer one is cut and ends with "...". */
#define TCN_LOG_LINE_BYTES_MAX 1024

/** How much a line matters. The numbers are syslog's priorities (RFC 5424 section 6.2.1). */
enum tcn_log_level {
    TCN_LOG_ERROR = 3,   /**< something is not done, a person must act */
    TCN_LOG_WARNING = 4, /**< it goes on, but not as it should */
    TCN_LOG_INFO = 6,    /**< a decision worth knowing later */
    TCN_LOG_DEBUG = 7,   /**< for those who look for a fault */
};

/** Where and what to write. Open: made by each program, lent to its services. */
struct tcn_logger {
    const char *program;      /**< name before each plain line */
    int descriptor;           /**< usually standard error */
    enum tcn_log_level level; /**< the least important level that is written */
    bool is_journal;          /**< lines begin with "<N>" instead of the program's name */
};

/** A logger on a descriptor. It writes for the journal when the descriptor is no terminal and the
 * environment has JOURNAL_STREAM, else plain lines "program: text".
 * Owns: lends program for the logger's life.
 * Thread: any, before others change the environment. */
struct tcn_logger tcn_logger_init(const char *program, enum tcn_log_level level, int descriptor);

/** Writes one line. A line that cannot be written is lost: there is nowhere to tell it.
 * Thread: any; the logger is not changed. */
__attribute__((format(printf, 3, 4))) void
tcn_log(const struct tcn_logger *logger, enum tcn_log_level level, const char *format, ...);

/** Reads "error", "warning", "info" or "debug".
 * Errors: TCN_MALFORMED another text.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_log_level_from_text(struct tcn_slice text,
                                                       enum tcn_log_level *out_level);

#endif
