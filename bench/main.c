/* SPDX-License-Identifier: Apache-2.0 */
/* tocsin-bench, which `tocsin bench` becomes. */
#include "options.h"
#include "seal/init.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* What one program run needs; results are large, so it lives on the heap. */
struct room {
    struct bench_options options;
    struct tcn_json_writer writer; /* the document, for json */
    bool is_ok;
    struct bench_result result;
    struct bench_result replay;
};

static void report(struct room *room, const struct bench_result *result) {
    if (result->name[0] == '\0') {
        return;
    }
    room->is_ok = room->is_ok && result->is_ok;
    if (room->options.format == TCN_FORMAT_TABLE) {
        bench_report_text(stdout, result);
        return;
    }
    if (room->options.format == TCN_FORMAT_JSON) {
        tcn_json_object_begin(&room->writer, NULL);
        bench_report_fields(&room->writer, result);
        tcn_json_object_end(&room->writer);
        return;
    }
    struct tcn_json_writer line;
    tcn_json_writer_init_document(&line, "bench");
    bench_report_fields(&line, result);
    room->is_ok = tcn_json_write_file(&line, stdout, false) == TCN_OK && room->is_ok;
    tcn_json_writer_fini(&line);
    (void)fflush(stdout);
}

static void run_chunks(struct room *room, const char *name, enum bench_shape shape, uint32_t rate) {
    if (bench_options_has(&room->options, name) && !bench_is_stopped(&room->options)) {
        bench_chunks(&room->options, shape, rate, &room->result, &room->replay);
        report(room, &room->result);
        report(room, &room->replay);
    }
}

static void run_outbox(struct room *room, const char *name, enum bench_shape shape) {
    if (bench_options_has(&room->options, name) && !bench_is_stopped(&room->options)) {
        bench_outbox(&room->options, shape, &room->result);
        report(room, &room->result);
    }
}

/* Every case once. */
static void run_once(struct room *room) {
    const uint32_t rate = room->options.rate;
    run_chunks(room, "chunks", BENCH_SHAPE_SEALED, 0);
    run_chunks(room, "chunks256", BENCH_SHAPE_OPEN256, 0);
    run_chunks(room, "paced", BENCH_SHAPE_SEALED, rate);
    run_chunks(room, "paced256", BENCH_SHAPE_OPEN256, rate);
    run_outbox(room, "outbox", BENCH_SHAPE_SEALED);
    run_outbox(room, "outbox-open", BENCH_SHAPE_OPEN256);
}

static int run_all(struct room *room) {
    room->is_ok = true;
    if (room->options.format == TCN_FORMAT_JSON) {
        tcn_json_writer_init_document(&room->writer, "bench");
        tcn_json_array_begin(&room->writer, "results");
    }
    for (uint32_t run = 0; run < room->options.runs; run++) {
        run_once(room);
    }
    if (room->options.format == TCN_FORMAT_JSON) {
        tcn_json_array_end(&room->writer);
        room->is_ok = tcn_json_write_file(&room->writer, stdout, true) == TCN_OK && room->is_ok;
        tcn_json_writer_fini(&room->writer);
    }
    if (bench_is_stopped(&room->options)) {
        return TCN_EXIT_INTERRUPTED;
    }
    return room->is_ok && fflush(stdout) == 0 ? TCN_EXIT_OK : TCN_EXIT_FAILURE;
}

/* Both are blocked for good, so that a run that is ended takes its programs and folder with it. */
static int open_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return sigprocmask(SIG_BLOCK, &set, NULL) == 0 ? signalfd(-1, &set, SFD_CLOEXEC) : -1;
}

int main(int argc, char **argv) {
    struct tcn_cli cli = {.out = stdout, .err = stderr, .signals = open_signals()};
    struct room *room = calloc(1, sizeof *room);
    if (room == NULL || cli.signals < 0 || tcn_seal_init() != TCN_OK) {
        (void)fprintf(stderr, "tocsin: cannot start: because memory or signals are missing\n");
        free(room);
        return TCN_EXIT_FAILURE;
    }
    int code = bench_options_read(&cli, argc, argv, &room->options);
    if (code == TCN_EXIT_OK) {
        code = run_all(room);
    }
    (void)close(cli.signals);
    free(room);
    return code == -1 ? TCN_EXIT_OK : code;
}
