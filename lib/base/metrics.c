/* SPDX-License-Identifier: Apache-2.0 */
#include "base/metrics.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct tcn_metric info = {"tocsin_build_info", TCN_METRIC_GAUGE,
                                       "Always 1: program and version are its labels"};
static const struct tcn_metric start = {"tocsin_start_time_seconds", TCN_METRIC_GAUGE,
                                        "When the program started, in seconds since 1970"};

struct tcn_metrics tcn_metrics_init(char *text, size_t size_max) {
    TCN_CHECK(text != NULL && size_max > 0);
    text[0] = '\0';
    return (struct tcn_metrics){.text = text, .size_max = size_max};
}

/* Appends whole or not at all. */
__attribute__((format(printf, 2, 3))) static void append(struct tcn_metrics *metrics,
                                                         const char *format, ...) {
    const size_t room = metrics->size_max - metrics->size;
    va_list arguments;
    va_start(arguments, format);
    const int size = vsnprintf(metrics->text + metrics->size, room, format, arguments);
    va_end(arguments);
    if (size < 0 || (size_t)size >= room) {
        metrics->text[metrics->size] = '\0';
        metrics->overflowed = true;
        return;
    }
    metrics->size += (size_t)size;
}

/* The comment of a series, before its first value. */
static void begin(struct tcn_metrics *metrics, const struct tcn_metric *metric) {
    if (metrics->last_name == metric->name) {
        return;
    }
    metrics->last_name = metric->name;
    append(metrics, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help, metric->name,
           metric->kind == TCN_METRIC_COUNTER ? "counter" : "gauge");
}

void tcn_metrics_add(struct tcn_metrics *metrics, const struct tcn_metric *metric,
                     const char *label, const char *word, uint64_t value) {
    TCN_CHECK((label == NULL) == (word == NULL));
    begin(metrics, metric);
    if (label == NULL) {
        append(metrics, "%s %" PRIu64 "\n", metric->name, value);
    } else {
        append(metrics, "%s{%s=\"%s\"} %" PRIu64 "\n", metric->name, label, word, value);
    }
}

void tcn_metrics_add_ns(struct tcn_metrics *metrics, const struct tcn_metric *metric, int64_t ns) {
    const int64_t ms = ns / 1000000;
    const int64_t rest = ms < 0 ? -(ms % 1000) : ms % 1000;
    begin(metrics, metric);
    append(metrics, "%s %s%" PRId64 ".%03" PRId64 "\n", metric->name,
           ms < 0 && ms / 1000 == 0 ? "-" : "", ms / 1000, rest);
}

void tcn_metrics_program(struct tcn_metrics *metrics, const char *program, const char *version,
                         int64_t started_ns) {
    begin(metrics, &info);
    append(metrics, "%s{program=\"%s\",version=\"%s\"} 1\n", info.name, program,
           version == NULL ? "" : version);
    tcn_metrics_add_ns(metrics, &start, started_ns);
}
