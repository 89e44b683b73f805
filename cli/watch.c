/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin watch`: an organ's alerts as they come, and those that came while nobody looked. The
 * cursor moves only after an item was printed and its command, if any, has ended: an item whose
 * command was running when this program died comes again.
 */
#include "client/watch.h"

#include "base/clock.h"
#include "cli/await.h"
#include "cli/item.h"
#include "cli/item_run.h"
#include "cli/sticky.h"
#include "cli/verbs.h"
#include "cli/watch_tell.h"
#include "client/ask.h"

#include <inttypes.h>
#include <string.h>

#define NAME_DEFAULT "watch"
#define FOREVER_NS INT64_MAX
#define RENEW_NS (30 * TCN_SECOND_NS) /* until a fetch that failed is tried again */
#define LEVEL_NS (10 * TCN_SECOND_NS) /* until the state has followed the log */
#define RUN_LOOK_MS 100               /* how soon the end of a command is seen */

/* All that the verb takes, and what is going on. */
struct watching {
    struct tcn_cli *cli;
    struct tcn_seat_options options;
    const char *name;
    const char *from;
    const char *command;
    const char *count_option;
    const char *timeout;
    const char *format_option;
    const char *bell_option;
    const char *language_option;
    const char *beside_option;
    const char *run_timeout;
    bool is_exercise;
    bool is_once;
    bool is_strict;

    struct tcn_seat seat;
    struct tcn_item_view view;
    struct tcn_arena arena;
    struct tcn_watch *watch;
    struct tcn_sticky sticky;
    struct tcn_bell bell;
    struct tcn_runs runs;
    struct tcn_stream stream;
    int64_t renew_ns;   /* no later bundle is fetched before */
    uint64_t shown;     /* the newest item that was printed */
    uint64_t taken;     /* up to here the cursor may go */
    bool has_failed;    /* a command did */
    uint64_t count_max; /* 0: no end */
    int64_t timeout_ns; /* without an item; 0: no end */
    uint64_t count;     /* items so far */
    int64_t item_ns;    /* the last item, or the start */
};

static int parse(struct watching *watching, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        TCN_SEAT_BUREAU_OPTION(&watching->options),
        TCN_SEAT_OFFICE_OPTION(&watching->options),
        TCN_SEAT_DIR_OPTION(&watching->options),
        TCN_SEAT_CONFIG_OPTION(&watching->options),
        {"name", 'n', "NAME", "whose cursor; watchers of one name share it", NULL, &watching->name},
        {"from", 0, "N|now", "begin at item N, or with what comes; else at the cursor", NULL,
         &watching->from},
        {"exec", 'e', "CMD", "run CMD for each item, JSON on its input", NULL, &watching->command},
        {"exec-beside", 0, "N", "so many commands at once; 4", NULL, &watching->beside_option},
        {"exec-timeout", 0, "S", "end a command after S seconds; 60", NULL, &watching->run_timeout},
        {"strict", 0, NULL, "one command at a time, and end at one that fails",
         &watching->is_strict, NULL},
        {"no-bell", 0, NULL, "no bell", &watching->bell.is_off, NULL},
        {"bell-every", 0, "S", "ring every S seconds while something urgent waits; 30", NULL,
         &watching->bell_option},
        {"count", 0, "N", "end after N items", NULL, &watching->count_option},
        {"once", '1', NULL, "end when everything there is was shown", &watching->is_once, NULL},
        {"timeout", 0, "S", "end after S seconds without an item", NULL, &watching->timeout},
        {"exercise", 0, NULL, "drills instead of real matters", &watching->is_exercise, NULL},
        {"output", 'o', "FORMAT", "table, ndjson", NULL, &watching->format_option},
        TCN_LANGUAGE_OPTION(&watching->language_option),
    };
    const struct tcn_cli_syntax syntax = {"watch --bureau B [--name N] [--from N|now] [OPTIONS]",
                                          options, sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(watching->cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && first < argc) {
        return tcn_cli_usage(watching->cli, "watch --help", "watch takes no argument %s",
                             argv[first]);
    }
    return code;
}

static int check_bell_and_runs(struct watching *watching) {
    struct tcn_cli *cli = watching->cli;
    struct tcn_runs *runs = &watching->runs;
    uint64_t beside = TCN_RUNS_BESIDE;
    const bool is_named = watching->beside_option != NULL || watching->run_timeout != NULL;
    if (watching->command == NULL && (is_named || watching->is_strict)) {
        return tcn_cli_usage(cli, "watch --help",
                             "--strict, --exec-beside and --exec-timeout are for --exec");
    }
    if (watching->beside_option != NULL &&
        (tcn_text_to_u64(tcn_slice_text(watching->beside_option), &beside) != TCN_OK ||
         beside == 0 || beside > TCN_RUNS_BESIDE_MAX)) {
        return tcn_cli_usage(cli, "watch --help", "--exec-beside takes a number from 1 to %d",
                             TCN_RUNS_BESIDE_MAX);
    }
    runs->command = watching->command;
    runs->beside_max = watching->is_strict ? 1 : (uint32_t)beside;
    int code = tcn_await_seconds(cli, "exec-timeout", watching->run_timeout,
                                 TCN_RUNS_SECONDS * TCN_SECOND_NS, &runs->timeout_ns);
    if (code == TCN_EXIT_OK) {
        code = tcn_await_seconds(cli, "bell-every", watching->bell_option,
                                 TCN_BELL_SECONDS * TCN_SECOND_NS, &watching->bell.every_ns);
    }
    if (code == TCN_EXIT_OK && watching->bell.every_ns < TCN_SECOND_NS) {
        return tcn_cli_usage(cli, "watch --help", "--bell-every takes seconds from 1 on");
    }
    return code == TCN_EXIT_OK
               ? tcn_language_read(cli, watching->language_option, &watching->sticky.language)
               : code;
}

static int check(struct watching *watching) {
    struct tcn_cli *cli = watching->cli;
    int code =
        tcn_cli_format(cli, watching->format_option,
                       1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_NDJSON, &watching->view.format);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (watching->count_option != NULL &&
        (tcn_text_to_u64(tcn_slice_text(watching->count_option), &watching->count_max) != TCN_OK ||
         watching->count_max == 0)) {
        return tcn_cli_usage(cli, "watch --help", "--count takes a number from 1 on");
    }
    if (watching->name != NULL && !tcn_text_is_word(tcn_slice_text(watching->name))) {
        return tcn_cli_usage(cli, "watch --help",
                             "--name takes a word: a to z, 0 to 9, '_', '.', '-'");
    }
    code = tcn_await_seconds(cli, "timeout", watching->timeout, 0, &watching->timeout_ns);
    return code == TCN_EXIT_OK ? check_bell_and_runs(watching) : code;
}

static int read_from(struct watching *watching, struct tcn_open_stream *stream) {
    if (watching->from == NULL) {
        stream->from = TCN_FROM_CURSOR;
        return TCN_EXIT_OK;
    }
    if (strcmp(watching->from, "now") == 0) {
        stream->from = TCN_FROM_NOW;
        return TCN_EXIT_OK;
    }
    stream->from = TCN_FROM_NUMBER;
    if (tcn_text_to_u64(tcn_slice_text(watching->from), &stream->number) != TCN_OK ||
        stream->number == 0) {
        return tcn_cli_usage(watching->cli, "watch --help",
                             "--from takes now or a number from 1 "
                             "on");
    }
    return TCN_EXIT_OK;
}

/* Who looks once sees all that was acknowledged before. */
static enum tcn_status await_level(struct watching *watching) {
    watching->item_ns = tcn_clock_monotonic_ns();
    if (!watching->is_once) {
        return TCN_OK;
    }
    const bool is_short = watching->timeout_ns > 0 && watching->timeout_ns < LEVEL_NS;
    const enum tcn_status status =
        tcn_ask_level(watching->seat.session, watching->stream.organ, TCN_QUERY_LATEST,
                      tcn_clock_monotonic_ns() + (is_short ? watching->timeout_ns : LEVEL_NS));
    tcn_seat_tell_level(watching->cli, status);
    const bool goes_on = tcn_ask_may_be_older(status) || status == TCN_UNREACHABLE_PEER;
    return goes_on ? TCN_OK : status;
}

static int open_watch(struct watching *watching) {
    struct tcn_seat *seat = &watching->seat;
    struct tcn_open open = {
        .name = tcn_slice_text(watching->name == NULL ? NAME_DEFAULT : watching->name),
        .stream_count = 1};
    struct tcn_open_stream *stream = &open.streams[0];
    int code = read_from(watching, stream);
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_organ(watching->cli, seat, seat->organ, &stream->stream.organ);
    }
    if (code != TCN_EXIT_OK) {
        return code;
    }
    stream->stream.mode = watching->is_exercise ? TCN_MODE_EXERCISE : seat->names.bundle.mode;
    if (stream->stream.mode == TCN_MODE_NONE) {
        stream->stream.mode = TCN_MODE_ACTUAL;
    }
    watching->stream = stream->stream;
    enum tcn_status status = await_level(watching);
    if (status == TCN_OK) {
        status = tcn_watch_open(seat->session, &open, &watching->watch);
    }
    return status == TCN_OK ? TCN_EXIT_OK : tcn_seat_fail(watching->cli, status, NULL, "subscribe");
}

static int open_all(struct watching *watching) {
    struct tcn_seat *seat = &watching->seat;
    int code = tcn_seat_init(watching->cli, &watching->options, NULL, seat);
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_session(watching->cli, seat);
    }
    if (code == TCN_EXIT_OK) {
        enum tcn_status status = tcn_arena_init(&watching->arena, TCN_ITEM_ARENA_BYTES);
        code = status == TCN_OK ? open_watch(watching)
                                : tcn_cli_fail(watching->cli, status, NULL, "begin");
    }
    watching->view.cli = watching->cli;
    watching->view.policy = tcn_seat_policy(seat);
    watching->view.keys = &seat->keys;
    watching->view.key_file = code == TCN_EXIT_OK ? seat->config->client.key_file : NULL;
    watching->view.arena = &watching->arena;
    watching->view.has_kind = true;
    return code;
}

/* The cursor may go up to the newest that was shown and that no command has in hand. */
static void move_cursor(struct watching *watching) {
    const uint64_t oldest = tcn_runs_oldest(&watching->runs);
    const uint64_t number = oldest <= watching->shown ? oldest - 1 : watching->shown;
    if (number > watching->taken) {
        watching->taken = number;
        tcn_watch_taken(watching->watch, watching->stream, number);
    }
}

/* Says how a command failed; the list goes on. */
static void tell_end(struct watching *watching, const struct tcn_run_end *end) {
    FILE *err = watching->cli->err;
    tcn_sticky_clear(&watching->sticky);
    watching->has_failed = true;
    watching->sticky.failed_count++;
    tcn_bell_strike(&watching->bell);
    if (end->status != TCN_OK) {
        (void)fprintf(err, "-- the command could not be run for item %" PRIu64 ": %s\n",
                      end->number, tcn_status_sentence(end->status));
    } else if (end->is_late) {
        (void)fprintf(err,
                      "-- the command did not end in time for item %" PRIu64
                      " and was ended (--exec-timeout)\n",
                      end->number);
    } else {
        (void)fprintf(err, "-- the command failed for item %" PRIu64 ": it ended with code %d%s\n",
                      end->number, end->code,
                      end->code == 127 ? " (the shell did not find it)" : "");
    }
}

/* Takes in what has ended, and starts what waits. */
static int tend_runs(struct watching *watching) {
    struct tcn_run_end end;
    while (tcn_runs_tend(&watching->runs, tcn_clock_monotonic_ns(), &end)) {
        const bool is_good = end.status == TCN_OK && end.code == 0 && !end.is_late;
        if (!is_good && watching->is_strict) {
            (void)fprintf(watching->cli->err,
                          "tocsin: cannot go on: because the command ended with code %d for item "
                          "%" PRIu64 "\ntry: the same again; it begins with this item\n",
                          end.code, end.number);
            return TCN_EXIT_FAILURE;
        }
        if (!is_good) {
            tell_end(watching, &end);
        }
    }
    move_cursor(watching);
    return TCN_EXIT_OK;
}

static bool is_none_running(const struct tcn_runs *runs) {
    return tcn_runs_count(runs) == 0;
}

/* Until the commands are as far as that: no item is taken, and the cursor stays. The screen and the
 * bell go on. */
static int await_runs(struct watching *watching, bool (*is_enough)(const struct tcn_runs *)) {
    int code = tend_runs(watching);
    while (code == TCN_EXIT_OK && !is_enough(&watching->runs)) {
        if (!tcn_runs_wait(&watching->runs, watching->cli->signals, RUN_LOOK_MS)) {
            return TCN_EXIT_INTERRUPTED;
        }
        code = tend_runs(watching);
        if (code == TCN_EXIT_OK) {
            code = tcn_sticky_look(&watching->sticky, watching->cli, tcn_clock_monotonic_ns());
        }
    }
    return code;
}

static int run_command(struct watching *watching, const struct tcn_item *item) {
    struct tcn_run_want want;
    const int code = await_runs(watching, tcn_runs_has_room); /* none is left out */
    if (code != TCN_EXIT_OK) {
        return code;
    }
    enum tcn_status status = tcn_item_run_want(&watching->view, item, watching->seat.organ, &want);
    if (status == TCN_OK) {
        (void)fflush(watching->cli->out);
        status = tcn_runs_add(&watching->runs, &want);
    }
    tcn_secret_wipe(watching->arena.data, watching->arena.offset);
    if (status != TCN_OK) {
        const struct tcn_run_end end = {.number = item->alert.number, .status = status};
        tell_end(watching, &end);
    }
    watching->shown = item->alert.number;
    return watching->is_strict ? await_runs(watching, is_none_running) /* one at a time */
                               : tend_runs(watching);
}

static int take_item(struct watching *watching, const struct tcn_item *item) {
    tcn_sticky_clear(&watching->sticky);
    enum tcn_status status = tcn_item_print(&watching->view, item);
    if (status == TCN_OK && fflush(watching->cli->out) != 0) {
        status = TCN_IO;
    }
    if (status != TCN_OK && status != TCN_IO) {
        /* Its open part does not decode: said, and passed over like any other that was shown. */
        (void)fprintf(watching->cli->err, "tocsin: item %" PRIu64 " cannot be read: %s\n",
                      item->alert.number, tcn_status_sentence(status));
    } else if (status == TCN_IO) {
        return TCN_EXIT_FAILURE; /* nobody reads on; the cursor stays */
    }
    if ((item->alert.flags & TCN_FLAG_SILENCED) == 0) { /* it is shown, and does not ring */
        tcn_bell_strike(&watching->bell);
    }
    watching->shown = item->alert.number - (watching->command != NULL ? 1 : 0);
    int code = watching->command != NULL ? run_command(watching, item) : TCN_EXIT_OK;
    if (code != TCN_EXIT_OK) {
        return code;
    }
    move_cursor(watching);
    tcn_sticky_spoil(&watching->sticky);
    watching->count++;
    watching->item_ns = tcn_clock_monotonic_ns();
    return TCN_EXIT_OK;
}

/* The collector's last word on the wall clock. */
static void hear(struct watching *watching) {
    const int64_t heard_ns = tcn_watch_heard_ns(watching->watch);
    if (heard_ns != 0) {
        watching->sticky.heard_ns = tcn_clock_wall_ns() - (tcn_clock_monotonic_ns() - heard_ns);
    }
}

/* What is not an item: shown at the top, and said where programs look for it too. */
static void tell(struct watching *watching, const struct tcn_watch_event *event) {
    struct tcn_sticky *sticky = &watching->sticky;
    sticky->is_silent =
        event->kind == TCN_WATCH_SILENT || (event->kind != TCN_WATCH_BACK && sticky->is_silent);
    if (event->kind == TCN_WATCH_STANDSTILL) {
        sticky->standstill = event->standstill;
    }
    if (event->kind == TCN_WATCH_CAUGHT_UP && watching->view.format != TCN_FORMAT_NDJSON) {
        return;
    }
    if (event->kind != TCN_WATCH_CAUGHT_UP) {
        tcn_bell_strike(&watching->bell);
    }
    tcn_sticky_clear(sticky);
    tcn_watch_tell(watching->cli, watching->view.format, event, sticky->heard_ns);
    tcn_sticky_spoil(sticky);
}

static int64_t next_deadline(const struct watching *watching, int64_t now_ns) {
    int64_t deadline_ns =
        watching->timeout_ns == 0 ? FOREVER_NS : watching->item_ns + watching->timeout_ns;
    const int64_t look_ns = tcn_sticky_deadline(&watching->sticky, now_ns);
    const int64_t run_ns = tcn_runs_count(&watching->runs) > 0
                               ? now_ns + RUN_LOOK_MS * (TCN_SECOND_NS / 1000)
                               : FOREVER_NS;
    deadline_ns = run_ns < deadline_ns ? run_ns : deadline_ns;
    return look_ns < deadline_ns ? look_ns : deadline_ns;
}

/* The collector has named a later bundle: from the next item on its words are shown. It comes on a
 * line of its own, because this one goes on. */
static void renew(struct watching *watching) {
    struct tcn_session *line = NULL;
    const uint64_t version = tcn_session_bundle_version(watching->seat.session);
    const int64_t now_ns = tcn_clock_monotonic_ns();
    if (version <= watching->seat.names.bundle.version || now_ns < watching->renew_ns) {
        return;
    }
    watching->renew_ns = now_ns + RENEW_NS;
    if (tcn_seat_extra_session(watching->cli, &watching->seat, &line) == TCN_EXIT_OK) {
        tcn_seat_renew(&watching->seat, line);
    }
    tcn_session_close(&line);
}

/* One turn. *out_over ends the watch with the code that is given. */
static int turn(struct watching *watching, bool *out_over) {
    struct tcn_watch_event event;
    int64_t now_ns = tcn_clock_monotonic_ns();
    enum tcn_status status =
        tcn_watch_next(watching->watch, next_deadline(watching, now_ns), &event);
    *out_over = true;
    now_ns = tcn_clock_monotonic_ns();
    hear(watching);
    renew(watching);
    if (status == TCN_TIMEOUT) {
        if (watching->timeout_ns > 0 && now_ns - watching->item_ns >= watching->timeout_ns) {
            return TCN_EXIT_TIMEOUT;
        }
        int code = tend_runs(watching);
        code =
            code == TCN_EXIT_OK ? tcn_sticky_look(&watching->sticky, watching->cli, now_ns) : code;
        *out_over = code != TCN_EXIT_OK;
        return code;
    }
    if (status != TCN_OK) {
        char what[128];
        (void)snprintf(what, sizeof what, "watch as %s", watching->seat.organ);
        tcn_sticky_clear(&watching->sticky);
        return status == TCN_CANCELED ? TCN_EXIT_INTERRUPTED
                                      : tcn_seat_fail(watching->cli, status, NULL, what);
    }
    if (event.kind == TCN_WATCH_ITEM) {
        int code = take_item(watching, &event.item);
        *out_over = code != TCN_EXIT_OK ||
                    (watching->count_max > 0 && watching->count >= watching->count_max);
        return code;
    }
    if (event.kind == TCN_WATCH_RESET) { /* another numbering: the cursor goes on from there */
        watching->shown = event.reset.next > 0 ? event.reset.next - 1 : 0;
        watching->taken = watching->shown;
    }
    *out_over = event.kind == TCN_WATCH_CAUGHT_UP && watching->is_once;
    tell(watching, &event);
    return TCN_EXIT_OK;
}

/* The options by which this seat was found, for the commands that are shown. */
static void name_place(struct watching *watching) {
    const struct tcn_seat_options *options = &watching->options;
    const struct {
        const char *name;
        const char *value;
    } parts[] = {{"bureau", options->bureau},
                 {"office", options->office},
                 {"dir", options->dir},
                 {"config", options->config}};
    char *place = watching->sticky.place;
    size_t used = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].value != NULL) {
            const int size = snprintf(place + used, sizeof watching->sticky.place - used,
                                      " --%s %s", parts[i].name, parts[i].value);
            used +=
                size > 0 && (size_t)size < sizeof watching->sticky.place - used ? (size_t)size : 0;
        }
    }
    place[used] = '\0';
}

static int begin(struct watching *watching) {
    struct tcn_sticky *sticky = &watching->sticky;
    sticky->cli = watching->cli;
    sticky->seat = &watching->seat;
    sticky->bell = &watching->bell;
    sticky->mode = watching->stream.mode;
    sticky->is_asked = watching->cli->is_err_terminal && !watching->is_once;
    sticky->is_shown = sticky->is_asked && watching->view.format == TCN_FORMAT_TABLE;
    name_place(watching);
    const enum tcn_status status = tcn_sticky_init(sticky);
    watching->runs.is_quiet = sticky->is_screen;
    return status == TCN_OK ? TCN_EXIT_OK : tcn_cli_fail(watching->cli, status, NULL, "begin");
}

/* Commands that run are let end, as long as nobody says stop. */
static void drain(struct watching *watching) {
    while (tcn_runs_count(&watching->runs) > 0 &&
           tcn_runs_wait(&watching->runs, watching->cli->signals, RUN_LOOK_MS)) {
        (void)tend_runs(watching);
    }
}

static int run(struct watching *watching) {
    int code = begin(watching);
    for (bool is_over = code != TCN_EXIT_OK; !is_over;) {
        code = turn(watching, &is_over);
    }
    if (code == TCN_EXIT_OK || code == TCN_EXIT_TIMEOUT) {
        drain(watching);
    }
    tcn_sticky_clear(&watching->sticky);
    tcn_screen_close(&watching->sticky.screen);
    if (watching->view.format == TCN_FORMAT_TABLE) {
        (void)fprintf(watching->cli->err, "-- %" PRIu64 " item%s shown\n", watching->count,
                      watching->count == 1 ? "" : "s");
    }
    bool is_nothing = code == TCN_EXIT_OK && watching->count == 0 && watching->is_once;
    code = code == TCN_EXIT_OK && watching->has_failed ? TCN_EXIT_FAILURE : code;
    return is_nothing ? TCN_EXIT_NOTHING : code;
}

int tcn_verb_watch(struct tcn_cli *cli, int argc, char **argv) {
    struct watching watching = {.cli = cli};
    int code = parse(&watching, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = check(&watching);
    }
    if (code == TCN_EXIT_OK) {
        code = open_all(&watching);
    }
    if (code == TCN_EXIT_OK) {
        code = run(&watching);
    }
    tcn_runs_fini(&watching.runs);
    tcn_watch_close(&watching.watch);
    tcn_sticky_fini(&watching.sticky);
    tcn_seat_fini(&watching.seat);
    tcn_arena_fini(&watching.arena);
    return code == -1 ? TCN_EXIT_OK : code;
}
