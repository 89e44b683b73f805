/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/progress.h"

#include "base/clock.h"
#include "json/write.h"

#include <inttypes.h>

#define BAR_CELLS 24
#define DRAW_NS (TCN_SECOND_NS / 10)

struct tcn_progress tcn_progress_init(struct tcn_cli *cli, uint64_t size_bytes, bool is_waiting) {
    return (struct tcn_progress){.cli = cli,
                                 .size_bytes = size_bytes,
                                 .is_waiting = is_waiting,
                                 .started_ns = tcn_clock_monotonic_ns()};
}

static void draw_bar(FILE *err, uint64_t done, uint64_t size) {
    uint64_t percent = done >= size ? 100 : done * 100 / size;
    char bar[BAR_CELLS + 1];
    for (uint64_t cell = 0; cell < BAR_CELLS; cell++) {
        bar[cell] = cell * 100 < percent * BAR_CELLS ? '#' : '-';
    }
    bar[BAR_CELLS] = '\0';
    (void)fprintf(err, "[%s] %3u%% ", bar, (unsigned)percent);
}

void tcn_progress_tell(struct tcn_progress *progress, const struct tcn_progress_counts *counts,
                       int64_t now_ns) {
    if (!progress->cli->is_err_terminal || now_ns - progress->drawn_ns < DRAW_NS) {
        return;
    }
    FILE *err = progress->cli->err;
    (void)fputs("\r\033[K", err);
    if (progress->size_bytes > 0) {
        draw_bar(err, counts->read_bytes, progress->size_bytes);
    }
    (void)fprintf(err, "%" PRIu64 " entered", counts->entered_count + counts->repeat_count);
    if (counts->fault_count > 0) {
        (void)fprintf(err, ", %" PRIu64 " faulty", counts->fault_count);
    }
    if (progress->is_waiting) {
        (void)fprintf(err, ", %" PRIu64 " in the log", counts->acked_count);
    }
    (void)fflush(err);
    progress->is_drawn = true;
    progress->drawn_ns = now_ns;
}

void tcn_progress_draw(struct tcn_progress *progress, uint64_t done, uint64_t total,
                       const char *word, int64_t now_ns) {
    if (!progress->cli->is_err_terminal || now_ns - progress->drawn_ns < DRAW_NS) {
        return;
    }
    FILE *err = progress->cli->err;
    (void)fputs("\r\033[K", err);
    if (total > 0) {
        draw_bar(err, done, total);
    }
    (void)fprintf(err, "%" PRIu64 " %s", done, word);
    (void)fflush(err);
    progress->is_drawn = true;
    progress->drawn_ns = now_ns;
}

void tcn_progress_clear(struct tcn_progress *progress) {
    if (progress->is_drawn) {
        (void)fputs("\r\033[K", progress->cli->err);
        (void)fflush(progress->cli->err);
        progress->is_drawn = false;
    }
}

static void sum_json(struct tcn_cli *cli, const struct tcn_progress *progress,
                     const struct tcn_progress_counts *counts, double seconds) {
    struct tcn_json_writer writer;
    tcn_json_writer_init_document(&writer, "intake");
    tcn_json_add_u64(&writer, "lines", counts->line_count);
    tcn_json_add_u64(&writer, "entered", counts->entered_count);
    tcn_json_add_u64(&writer, "repeats", counts->repeat_count);
    tcn_json_add_u64(&writer, "faults", counts->fault_count);
    if (progress->is_waiting) {
        tcn_json_add_u64(&writer, "acked", counts->acked_count);
        tcn_json_add_u64(&writer, "refused", counts->refused_count);
    } else {
        tcn_json_add_null(&writer, "acked");
        tcn_json_add_null(&writer, "refused");
    }
    tcn_json_add_real(&writer, "seconds", seconds);
    if (tcn_json_write_file(&writer, cli->out, true) != TCN_OK) {
        (void)fprintf(cli->err, "tocsin: the sum could not be written\n");
    }
    tcn_json_writer_fini(&writer);
}

void tcn_progress_sum(struct tcn_cli *cli, enum tcn_format format,
                      const struct tcn_progress *progress,
                      const struct tcn_progress_counts *counts) {
    int64_t spent_ns = tcn_clock_monotonic_ns() - progress->started_ns;
    double seconds = (double)spent_ns / (double)TCN_SECOND_NS;
    if (format == TCN_FORMAT_JSON) {
        sum_json(cli, progress, counts, seconds);
        return;
    }
    FILE *file = format == TCN_FORMAT_NDJSON ? cli->err : cli->out;
    (void)fprintf(
        file,
        "%" PRIu64 " lines: %" PRIu64 " entered, %" PRIu64 " entered before, %" PRIu64 " faulty",
        counts->line_count, counts->entered_count, counts->repeat_count, counts->fault_count);
    if (progress->is_waiting) {
        (void)fprintf(file, "; %" PRIu64 " in the log, %" PRIu64 " refused", counts->acked_count,
                      counts->refused_count);
    }
    (void)fprintf(file, " (%.1f s)\n", seconds);
}
