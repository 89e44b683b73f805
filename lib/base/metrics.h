/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers of a program as one page of text, in Prometheus's text exposition format 0.0.4: for each
 * series two lines of comment and a line for each value. The caller owns the bytes; what does not
 * fit is left out whole and remembered. Names, units and meanings stand in docs/reference/
 * metrics.md, and a test compares them with the tables in the code. Thread: one for each page.
 */
#ifndef TCN_BASE_METRICS_H
#define TCN_BASE_METRICS_H

#include "base/bytes.h"

/** Bytes of a page at most. */
#define TCN_METRICS_BYTES_MAX (16 * 1024)

/** How a number moves. */
enum tcn_metric_kind {
    TCN_METRIC_GAUGE,   /**< up and down */
    TCN_METRIC_COUNTER, /**< only up, from 0 when the program starts; its name ends in _total */
};

/** A series. Open: rows of constant tables. Its name ends in its unit. */
struct tcn_metric {
    const char *name;
    enum tcn_metric_kind kind;
    const char *help; /**< one sentence without a full stop */
};

/** A page in the making. Open: on the stack. */
struct tcn_metrics {
    char *text; /**< lent; a NUL is behind what was written */
    size_t size_max;
    size_t size;
    bool overflowed;       /**< sticky */
    const char *last_name; /**< whose comment was written last */
};

/** Starts an empty page in `size_max` bytes, at least 1.
 * Owns: lends the bytes. */
struct tcn_metrics tcn_metrics_init(char *text, size_t size_max);

/** Adds a whole number. `label` and `word` are both NULL, or one label of this value: words that
 * need no escaping. Values of one series follow each other. */
void tcn_metrics_add(struct tcn_metrics *metrics, const struct tcn_metric *metric,
                     const char *label, const char *word, uint64_t value);

/** Adds a time in seconds with a fraction of three digits. */
void tcn_metrics_add_ns(struct tcn_metrics *metrics, const struct tcn_metric *metric, int64_t ns);

/** Begins the page of a program: which it is, its version (NULL as good as ""), and when it
 * started, by the wall clock. */
void tcn_metrics_program(struct tcn_metrics *metrics, const char *program, const char *version,
                         int64_t started_ns);

#endif
