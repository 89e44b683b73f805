/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/intake.h"

#include "base/clock.h"
#include "base/text.h"
#include "cli/await.h"
#include "cli/flights.h"
#include "cli/lines.h"
#include "cli/progress.h"
#include "cli/show.h"
#include "json/draft.h"
#include "json/write.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BATCH_BYTES 96
#define RATE_MAX 1000000
#define WAIT_NS (60 * TCN_SECOND_NS)
#define ASK_MS 2000
/* The agent said nothing for so long although it was asked: hand everything in again. */
#define SILENCE_NS (4 * TCN_SECOND_NS)
#define SILENCE_MAX 15
#define ARENA_BYTES ((size_t)4 * TCN_JSON_BYTES_MAX)

/* One run. */
struct run {
    struct tcn_cli *cli;
    struct tcn_seat *seat;
    const struct tcn_intake *intake;
    enum tcn_format format;
    char batch[BATCH_BYTES];
    int64_t pace_ns; /* between two lines; 0: none */
    int64_t next_ns; /* when the next line may go */
    int64_t wait_ns; /* outcomes: since the last one */
    struct tcn_lines lines;
    struct tcn_flights flights;
    struct tcn_arena arena;
    struct tcn_progress progress;
    struct tcn_progress_counts counts;
    int64_t heard_ns;   /* the last answer, or the last time that nothing was under way */
    int64_t outcome_ns; /* the last outcome */
    uint32_t silence_count;
    bool is_stopping; /* no further line is read */
    bool is_late;     /* outcomes were waited for in vain */
};

static void tell_fault(struct run *run, uint64_t line, const char *field, const char *why) {
    tcn_progress_clear(&run->progress);
    const char *name = strcmp(run->intake->from, "-") == 0 ? "(input)" : run->intake->from;
    (void)fprintf(run->cli->err, "%s:%" PRIu64 ": %s%s%s\n", name, line, field,
                  field[0] == '\0' ? "" : ": ", why);
}

static void count_fault(struct run *run, uint64_t line, const char *field, const char *why) {
    run->counts.fault_count++;
    tell_fault(run, line, field, why);
    run->is_stopping = run->is_stopping || run->intake->is_strict;
}

/* A feed passes on what others have said; an organ's file is a script's. */
static bool is_of_organ(const struct tcn_seat *seat) {
    return seat->has_names &&
           tcn_policy_organ_by_id(&seat->names.policy, tcn_slice_text(seat->organ)) != NULL;
}

/* Reads a flight's line into a request; false when it is faulty, which was told. */
static bool read_line(struct run *run, const struct tcn_flight *flight,
                      struct tcn_local_request *request, char key[TCN_RETRY_KEY_BYTES_MAX]) {
    struct tcn_json_error error = {0};
    tcn_arena_reset(&run->arena);
    enum tcn_status status = tcn_json_decode_draft(tcn_slice_of(flight->text, flight->size),
                                                   &run->arena, &error, &request->draft);
    if (status != TCN_OK) {
        char why[sizeof error.expected + sizeof "expected "];
        (void)snprintf(why, sizeof why, "expected %s", error.expected);
        count_fault(run, flight->line, error.field,
                    error.expected[0] == '\0' ? tcn_status_sentence(status) : why);
        return false;
    }
    request->op = request->draft.is_act ? TCN_LOCAL_ACT : TCN_LOCAL_REPORT;
    if (request->draft.event.act == TCN_ACT_ACKNOWLEDGED && is_of_organ(run->seat)) {
        count_fault(run, flight->line, "act",
                    "only a person acknowledges: tocsin act, at a terminal");
        return false;
    }
    if (request->draft.retry_key.size == 0) {
        (void)snprintf(key, TCN_RETRY_KEY_BYTES_MAX, "%s:%" PRIu64, run->batch, flight->line);
        request->draft.retry_key = tcn_slice_text(key);
    }
    return true;
}

/* Hands a line in, or takes it off when it is faulty. */
static enum tcn_status hand_in(struct run *run, struct tcn_flight *flight) {
    struct tcn_local_request request = {0};
    char key[TCN_RETRY_KEY_BYTES_MAX];
    if (!read_line(run, flight, &request, key)) {
        tcn_flights_remove(&run->flights, flight);
        return TCN_OK;
    }
    int64_t now_ns = tcn_clock_monotonic_ns();
    if (tcn_local_ahead(run->seat->local) == 0) {
        run->heard_ns = now_ns;
    }
    return tcn_local_post(run->seat->local, &request, now_ns + TCN_SEAT_CONNECT_NS,
                          &flight->number);
}

static bool is_blank(struct tcn_slice line) {
    for (size_t index = 0; index < line.size; index++) {
        if (line.data[index] != ' ' && line.data[index] != '\t') {
            return false;
        }
    }
    return true;
}

/* Reads and hands in one line, if one is there. TCN_AGAIN: not now. */
static enum tcn_status feed(struct run *run) {
    int64_t now_ns = tcn_clock_monotonic_ns();
    if (now_ns < run->next_ns) {
        return TCN_AGAIN;
    }
    struct tcn_slice line;
    enum tcn_status status = tcn_lines_next(&run->lines, 0, &line);
    if (status == TCN_TOOBIG) {
        run->counts.line_count++;
        count_fault(run, run->lines.number, "", tcn_status_sentence(status));
        return TCN_OK;
    }
    if (status == TCN_ABSENT) {
        run->is_stopping = true;
        return TCN_OK;
    }
    if (status != TCN_OK || is_blank(line)) {
        return status;
    }
    run->counts.line_count++;
    run->next_ns =
        run->pace_ns == 0 ? 0 : (run->next_ns == 0 ? now_ns : run->next_ns) + run->pace_ns;
    struct tcn_flight *flight = NULL;
    status = tcn_flights_add(&run->flights, run->lines.number, line, &flight);
    return status == TCN_OK ? hand_in(run, flight) : status;
}

/* Hands in again what was under way when the agent went away, and asks for outcomes. */
static enum tcn_status resume(struct run *run) {
    struct tcn_flight *flight = tcn_flights_grounded(&run->flights);
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK && flight != NULL) {
        status = hand_in(run, flight);
        flight = tcn_flights_grounded(&run->flights);
    }
    struct tcn_flight_wait *wait = tcn_flights_question(&run->flights, run->is_stopping);
    while (status == TCN_OK && wait != NULL) {
        struct tcn_local_request request = {
            .op = TCN_LOCAL_WAIT, .receipt_count = wait->count, .timeout_ms = ASK_MS};
        memcpy(request.receipts, wait->receipts, sizeof wait->receipts);
        int64_t now_ns = tcn_clock_monotonic_ns();
        if (tcn_local_ahead(run->seat->local) == 0) {
            run->heard_ns = now_ns;
        }
        status =
            tcn_local_post(run->seat->local, &request, now_ns + TCN_SEAT_CONNECT_NS, &wait->number);
        wait = tcn_flights_question(&run->flights, run->is_stopping);
    }
    return status;
}

static void print_answer(struct run *run, uint64_t line, const struct tcn_local_answer *answer) {
    if (run->format != TCN_FORMAT_NDJSON) {
        return;
    }
    struct tcn_json_writer writer;
    tcn_json_writer_init(&writer);
    tcn_json_add_u64(&writer, "line", line);
    tcn_json_add_word(&writer, "code", tcn_status_name((enum tcn_status)answer->code));
    tcn_json_add_word(&writer, "lane", tcn_lane_name(answer->lane));
    tcn_json_add_hex64(&writer, "epoch", answer->epoch);
    tcn_json_add_u64(&writer, "sequence", answer->sequence);
    tcn_json_add_id(&writer, "matter", &answer->matter);
    tcn_json_add_text(&writer, "slip", answer->slip);
    tcn_json_add_bool(&writer, "is_repeat", answer->is_repeat);
    if (tcn_json_write_file(&writer, run->cli->out, false) != TCN_OK) {
        run->is_stopping = true; /* nobody reads on: what is under way ends */
    }
    tcn_json_writer_fini(&writer);
}

static enum tcn_status take_entered(struct run *run, struct tcn_flight *flight,
                                    const struct tcn_local_answer *answer) {
    uint64_t line = flight->line;
    tcn_flights_remove(&run->flights, flight);
    print_answer(run, line, answer);
    if (answer->code == TCN_OK) {
        run->counts.entered_count += answer->is_repeat ? 0 : 1;
        run->counts.repeat_count += answer->is_repeat ? 1 : 0;
        const struct tcn_local_receipt receipt = {answer->lane, answer->epoch, answer->sequence};
        if (run->intake->is_waiting && answer->position > 0) {
            run->counts.acked_count++;
        } else if (run->intake->is_waiting) {
            tcn_flights_await(&run->flights, &receipt, line);
        }
        return TCN_OK;
    }
    char field[TCN_SHOW_WORD_BYTES];
    char why[TCN_SHOW_TEXT_BYTES];
    tcn_show_text(answer->field, field, sizeof field);
    tcn_show_text(answer->sentence, why, sizeof why);
    if (why[0] == '\0') {
        (void)snprintf(why, sizeof why, "%s", tcn_status_sentence((enum tcn_status)answer->code));
    }
    count_fault(run, line, field, why);
    /* A full outbox will not take the lines that follow either. */
    return answer->code == TCN_FULL ? TCN_FULL : TCN_OK;
}

/* What stands for an outcome that is no longer on its way. */
static void take_outcome(struct run *run, uint64_t line, const struct tcn_local_outcome *outcome) {
    if (outcome->code == TCN_OK) {
        run->counts.acked_count++;
        return;
    }
    char field[TCN_SHOW_WORD_BYTES];
    tcn_show_text(outcome->field, field, sizeof field);
    run->counts.refused_count++;
    tell_fault(run, line, field, tcn_status_sentence((enum tcn_status)outcome->code));
}

static void take_outcomes(struct run *run, struct tcn_flight_wait *wait,
                          const struct tcn_local_answer *answer) {
    wait->number = 0;
    if (answer->outcome_count != wait->count) {
        return; /* the agent is ending, or busy: it is asked again */
    }
    uint32_t kept = 0;
    for (uint32_t index = 0; index < wait->count; index++) {
        const struct tcn_local_outcome *outcome = &answer->outcomes[index];
        if (outcome->code == TCN_AGAIN) {
            wait->receipts[kept] = wait->receipts[index];
            wait->lines[kept] = wait->lines[index];
            kept++;
            continue;
        }
        take_outcome(run, wait->lines[index], outcome);
        run->outcome_ns = tcn_clock_monotonic_ns();
    }
    wait->count = kept;
}

/* Takes one answer, waiting until `deadline_ns` at most. TCN_TIMEOUT: none came. */
static enum tcn_status hear(struct run *run, int64_t deadline_ns) {
    struct tcn_local_answer answer;
    uint64_t number = 0;
    enum tcn_status status = tcn_local_take(run->seat->local, deadline_ns, &number, &answer);
    if (status != TCN_OK) {
        return status;
    }
    run->heard_ns = tcn_clock_monotonic_ns();
    run->silence_count = 0;
    struct tcn_flight *flight = tcn_flights_find(&run->flights, number);
    struct tcn_flight_wait *wait = tcn_flights_find_wait(&run->flights, number);
    if (flight != NULL) {
        return take_entered(run, flight, &answer);
    }
    if (wait != NULL) {
        take_outcomes(run, wait, &answer);
    }
    return TCN_OK;
}

/* Nothing can be read now: waits for an answer, for input, or for the pace. */
static enum tcn_status rest(struct run *run) {
    int64_t now_ns = tcn_clock_monotonic_ns();
    bool is_paced = run->next_ns > now_ns && !run->is_stopping;
    int64_t deadline_ns = is_paced ? run->next_ns : now_ns + TCN_SECOND_NS / 20;
    if (tcn_local_ahead(run->seat->local) > 0) {
        enum tcn_status status = hear(run, deadline_ns);
        return status == TCN_TIMEOUT ? TCN_OK : status;
    }
    struct pollfd items[2] = {{.fd = run->cli->signals, .events = POLLIN},
                              {.fd = is_paced ? -1 : run->lines.descriptor, .events = POLLIN}};
    int timeout_ms = is_paced ? (int)((deadline_ns - now_ns) / TCN_MS_NS) + 1 : -1;
    if (poll(items, 2, run->is_stopping ? 0 : timeout_ms) < 0 && errno != EINTR) {
        return TCN_IO;
    }
    return items[0].revents != 0 ? TCN_CANCELED : TCN_OK;
}

/* An agent that fell silent is asked again; for how long, has a bound. */
static enum tcn_status mind_silence(struct run *run) {
    int64_t now_ns = tcn_clock_monotonic_ns();
    if (tcn_local_ahead(run->seat->local) == 0 || now_ns - run->heard_ns < SILENCE_NS) {
        return TCN_OK;
    }
    if (++run->silence_count > SILENCE_MAX) {
        return TCN_UNREACHABLE_PEER;
    }
    tcn_local_forget(run->seat->local);
    tcn_flights_ground(&run->flights);
    run->heard_ns = now_ns;
    return TCN_OK;
}

static bool is_over(struct run *run) {
    if (!run->is_stopping || run->flights.count > 0) {
        return false;
    }
    uint32_t awaited = tcn_flights_awaited(&run->flights);
    run->is_late = awaited > 0 && tcn_clock_monotonic_ns() - run->outcome_ns > run->wait_ns;
    return awaited == 0 || run->is_late;
}

static enum tcn_status run_all(struct run *run) {
    run->outcome_ns = tcn_clock_monotonic_ns();
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK && !is_over(run)) {
        status = resume(run);
        bool is_open = !run->is_stopping && tcn_flights_has_room(&run->flights);
        if (status == TCN_OK && is_open) {
            status = feed(run);
            run->outcome_ns = tcn_clock_monotonic_ns();
            is_open = status != TCN_AGAIN;
            status = status == TCN_AGAIN ? TCN_OK : status;
        }
        /* What has come is taken even while there is more to hand in. */
        while (status == TCN_OK && tcn_local_ahead(run->seat->local) > 0) {
            status = hear(run, 0);
        }
        status = status == TCN_TIMEOUT ? TCN_OK : status;
        if (status == TCN_OK && !is_open) {
            status = rest(run);
        }
        if (status == TCN_OK) {
            status = mind_silence(run);
        }
        run->counts.read_bytes = run->lines.read_bytes;
        tcn_progress_tell(&run->progress, &run->counts, tcn_clock_monotonic_ns());
    }
    tcn_progress_clear(&run->progress);
    return status;
}

/* A file is known by its name and the time of its last change, so that handing in the same file
 * again is harmless; what comes through a pipe is new each time. */
static void make_batch(struct run *run, const struct stat *file) {
    const char *name = run->intake->from;
    const char *slash = strrchr(name, '/');
    if (run->intake->batch != NULL) {
        (void)snprintf(run->batch, sizeof run->batch, "%s", run->intake->batch);
    } else if (S_ISREG(file->st_mode)) {
        (void)snprintf(run->batch, sizeof run->batch, "%.40s@%" PRId64 ".%09ld",
                       slash == NULL ? name : slash + 1, (int64_t)file->st_mtim.tv_sec,
                       file->st_mtim.tv_nsec);
    } else {
        (void)snprintf(run->batch, sizeof run->batch, "pipe@%" PRId64 ".%ld", tcn_clock_wall_ns(),
                       (long)getpid());
    }
}

static int open_input(struct run *run, int *out_descriptor) {
    const char *from = run->intake->from;
    bool is_pipe = strcmp(from, "-") == 0;
    int descriptor = is_pipe ? STDIN_FILENO : open(from, O_RDONLY | O_CLOEXEC);
    struct stat file;
    bool is_there = descriptor >= 0 && fstat(descriptor, &file) == 0;
    if (!is_there || S_ISDIR(file.st_mode)) {
        (void)fprintf(run->cli->err,
                      "tocsin: cannot read %s: because %s\ntry: --from FILE, or - for the standard "
                      "input\n",
                      from, strerror(is_there ? EISDIR : errno));
        if (descriptor > STDERR_FILENO) {
            (void)close(descriptor);
        }
        return TCN_EXIT_FAILURE;
    }
    make_batch(run, &file);
    run->progress = tcn_progress_init(run->cli, S_ISREG(file.st_mode) ? (uint64_t)file.st_size : 0,
                                      run->intake->is_waiting);
    *out_descriptor = descriptor;
    return TCN_EXIT_OK;
}

static int read_options(struct run *run) {
    const struct tcn_intake *intake = run->intake;
    const unsigned allowed =
        1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON | 1u << TCN_FORMAT_NDJSON;
    int code = tcn_cli_format(run->cli, intake->format, allowed, &run->format);
    if (code == TCN_EXIT_OK) {
        code = tcn_await_seconds(run->cli, "timeout", intake->timeout, WAIT_NS, &run->wait_ns);
    }
    uint64_t rate = 0;
    if (code == TCN_EXIT_OK && intake->rate != NULL &&
        (tcn_text_to_u64(tcn_slice_text(intake->rate), &rate) != TCN_OK || rate < 1 ||
         rate > RATE_MAX)) {
        return tcn_cli_usage(run->cli, "report --help", "--rate takes a number from 1 to %d",
                             RATE_MAX);
    }
    run->pace_ns = rate == 0 ? 0 : TCN_SECOND_NS / (int64_t)rate;
    if (code == TCN_EXIT_OK && intake->batch != NULL &&
        (intake->batch[0] == '\0' || strlen(intake->batch) >= BATCH_BYTES ||
         !tcn_text_is_utf8(tcn_slice_text(intake->batch)))) {
        return tcn_cli_usage(run->cli, "report --help", "--batch takes a name of at most %d bytes",
                             BATCH_BYTES - 1);
    }
    return code;
}

static int conclude(struct run *run, enum tcn_status status) {
    if (status == TCN_UNREACHABLE_PEER || status == TCN_TIMEOUT) {
        return tcn_seat_agent_failed(run->cli, run->seat, status);
    }
    if (status == TCN_FULL) {
        return tcn_cli_fail(run->cli, status,
                            "the same again later: what was entered is not "
                            "entered twice",
                            "enter more");
    }
    if (status != TCN_OK) {
        return tcn_cli_fail(run->cli, status, NULL, "hand in all of %s", run->intake->from);
    }
    if (run->counts.fault_count + run->counts.refused_count > 0) {
        return TCN_EXIT_REFUSED;
    }
    if (run->is_late) {
        (void)fprintf(run->cli->err,
                      "tocsin: all are safe in the outbox; the collector has not "
                      "answered for %u yet\ntry: tocsin outbox\n",
                      (unsigned)tcn_flights_awaited(&run->flights));
        return TCN_EXIT_TIMEOUT;
    }
    return TCN_EXIT_OK;
}

static int run_open(struct run *run, int descriptor) {
    enum tcn_status status = tcn_arena_init(&run->arena, ARENA_BYTES);
    if (status == TCN_OK) {
        status = tcn_lines_init(&run->lines, descriptor, run->cli->signals, TCN_JSON_BYTES_MAX);
    }
    int code = status == TCN_OK ? tcn_seat_local(run->cli, run->seat)
                                : tcn_cli_fail(run->cli, status, NULL, "begin");
    if (code == TCN_EXIT_OK) {
        status = run_all(run);
        tcn_progress_sum(run->cli, run->format, &run->progress, &run->counts);
        code = conclude(run, status);
    }
    return code;
}

int tcn_intake_run(struct tcn_cli *cli, struct tcn_seat *seat, const struct tcn_intake *intake) {
    struct run *run = calloc(1, sizeof *run);
    if (run == NULL) {
        return tcn_cli_fail(cli, TCN_NOMEM, NULL, "begin");
    }
    run->cli = cli;
    run->seat = seat;
    run->intake = intake;
    int descriptor = -1;
    int code = read_options(run);
    if (code == TCN_EXIT_OK) {
        code = open_input(run, &descriptor);
    }
    if (code == TCN_EXIT_OK) {
        code = run_open(run, descriptor);
    }
    if (descriptor > STDERR_FILENO) {
        (void)close(descriptor);
    }
    tcn_flights_fini(&run->flights);
    tcn_lines_fini(&run->lines);
    tcn_secret_wipe(run->arena.data, run->arena.offset_max);
    tcn_arena_fini(&run->arena);
    free(run);
    return code;
}
