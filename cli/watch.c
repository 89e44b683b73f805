/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin watch`: an organ's alerts as they come, and those that came while nobody looked. The
 * cursor moves only after an item was printed, and its command, if any, has ended well.
 */
#include "client/watch.h"

#include "base/clock.h"
#include "cli/await.h"
#include "cli/feed_child.h"
#include "cli/item.h"
#include "cli/show.h"
#include "cli/sticky.h"
#include "cli/verbs.h"
#include "json/write.h"

#include <inttypes.h>
#include <string.h>

#define NAME_DEFAULT "watch"
#define FOREVER_NS INT64_MAX

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
    bool is_exercise;
    bool is_once;

    struct tcn_seat seat;
    struct tcn_item_view view;
    struct tcn_arena arena;
    struct tcn_watch *watch;
    struct tcn_sticky sticky;
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
        {"count", 0, "N", "end after N items", NULL, &watching->count_option},
        {"once", '1', NULL, "end when everything there is was shown", &watching->is_once, NULL},
        {"timeout", 0, "S", "end after S seconds without an item", NULL, &watching->timeout},
        {"exercise", 0, NULL, "drills instead of real matters", &watching->is_exercise, NULL},
        {"output", 'o', "FORMAT", "table, ndjson", NULL, &watching->format_option},
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
    return tcn_await_seconds(cli, "timeout", watching->timeout, 0, &watching->timeout_ns);
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
    enum tcn_status status = tcn_watch_open(seat->session, &open, &watching->watch);
    return status == TCN_OK ? TCN_EXIT_OK : tcn_cli_fail(watching->cli, status, NULL, "subscribe");
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

/* Gives TCN_EXIT_OK when the command took the item. */
static int run_command(struct watching *watching, const struct tcn_item *item) {
    struct tcn_slice text;
    int command_code = 0;
    enum tcn_status status = tcn_item_encode(&watching->view, item, &text);
    if (status == TCN_OK) {
        status = tcn_feed_child_run(watching->cli, watching->command, text, &command_code);
    }
    tcn_secret_wipe(watching->arena.data, watching->arena.offset);
    if (status != TCN_OK) {
        return tcn_cli_fail(watching->cli, status, NULL, "run the command for item %" PRIu64,
                            item->alert.number);
    }
    if (command_code != 0) {
        (void)fprintf(watching->cli->err,
                      "tocsin: cannot go on: because the command ended with code %d for item "
                      "%" PRIu64 "\ntry: the same again; it begins with this item\n",
                      command_code, item->alert.number);
        return TCN_EXIT_FAILURE;
    }
    return TCN_EXIT_OK;
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
    if (watching->cli->is_err_terminal) {
        (void)fputc('\a', watching->cli->err);
        (void)fflush(watching->cli->err);
    }
    if (watching->command != NULL) {
        int code = run_command(watching, item);
        if (code != TCN_EXIT_OK) {
            return code;
        }
    }
    tcn_watch_taken(watching->watch, item->alert.stream, item->alert.number);
    tcn_sticky_spoil(&watching->sticky);
    watching->count++;
    watching->item_ns = tcn_clock_monotonic_ns();
    return TCN_EXIT_OK;
}

/* What is not an item is told where programs look for it too. */
static void tell(struct watching *watching, const struct tcn_watch_event *event) {
    static const char *const kinds[] = {"",       "item", "gap",       "reset",
                                        "silent", "back", "caught_up", "standstill"};
    tcn_sticky_clear(&watching->sticky);
    if (watching->view.format == TCN_FORMAT_NDJSON) {
        struct tcn_json_writer writer;
        tcn_json_writer_init(&writer);
        tcn_json_add_word(&writer, "kind", kinds[event->kind]);
        if (event->kind == TCN_WATCH_GAP) {
            tcn_json_add_u64(&writer, "first", event->gap.first);
            tcn_json_add_u64(&writer, "last", event->gap.last);
            tcn_json_add_word(&writer, "code", tcn_status_name((enum tcn_status)event->gap.code));
        }
        if (event->kind == TCN_WATCH_RESET) {
            tcn_json_add_u64(&writer, "generation", event->reset.generation);
            tcn_json_add_u64(&writer, "next", event->reset.next);
        }
        if (event->kind == TCN_WATCH_STANDSTILL) {
            tcn_json_add_word(&writer, "code", tcn_status_name((enum tcn_status)event->standstill));
        }
        if (tcn_json_write_file(&writer, watching->cli->out, false) == TCN_OK) {
            (void)fflush(watching->cli->out);
        }
        tcn_json_writer_fini(&writer);
        return;
    }
    FILE *err = watching->cli->err;
    if (event->kind == TCN_WATCH_GAP) {
        (void)fprintf(err,
                      "-- items %" PRIu64 " to %" PRIu64 " are missing and will not come: %s\n",
                      event->gap.first, event->gap.last,
                      tcn_status_sentence((enum tcn_status)event->gap.code));
    } else if (event->kind == TCN_WATCH_RESET) {
        (void)fprintf(err,
                      "-- the log was restored; numbering goes on from %" PRIu64
                      " (generation %" PRIu64 ")\n",
                      event->reset.next, event->reset.generation);
    } else if (event->kind == TCN_WATCH_SILENT) {
        (void)fprintf(err, "-- no word from the collector for 40 s: what stands here may be old\n");
    } else if (event->kind == TCN_WATCH_BACK) {
        (void)fprintf(err, "-- the collector answers again\n");
    } else if (event->kind == TCN_WATCH_STANDSTILL && event->standstill != 0) {
        (void)fprintf(err,
                      "-- NO NEW ALERTS come from here now: because %s; offices still report, so "
                      "telephone them, and call the operator\n",
                      tcn_status_sentence((enum tcn_status)event->standstill));
    } else if (event->kind == TCN_WATCH_STANDSTILL) {
        (void)fprintf(err, "-- alerts are derived again; what was missed comes now\n");
    }
}

static int64_t next_deadline(const struct watching *watching, int64_t now_ns) {
    int64_t deadline_ns =
        watching->timeout_ns == 0 ? FOREVER_NS : watching->item_ns + watching->timeout_ns;
    int64_t look_ns = tcn_sticky_deadline(&watching->sticky, now_ns);
    return look_ns < deadline_ns ? look_ns : deadline_ns;
}

/* One turn. *out_over ends the watch with the code that is given. */
static int turn(struct watching *watching, bool *out_over) {
    struct tcn_watch_event event;
    int64_t now_ns = tcn_clock_monotonic_ns();
    enum tcn_status status =
        tcn_watch_next(watching->watch, next_deadline(watching, now_ns), &event);
    *out_over = true;
    now_ns = tcn_clock_monotonic_ns();
    if (status == TCN_TIMEOUT) {
        if (watching->timeout_ns > 0 && now_ns - watching->item_ns >= watching->timeout_ns) {
            return TCN_EXIT_TIMEOUT;
        }
        int code = tcn_sticky_look(&watching->sticky, watching->cli, &watching->seat, now_ns);
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
    *out_over = event.kind == TCN_WATCH_CAUGHT_UP && watching->is_once;
    if (event.kind != TCN_WATCH_CAUGHT_UP || watching->view.format == TCN_FORMAT_NDJSON) {
        tell(watching, &event);
    }
    return TCN_EXIT_OK;
}

static int run(struct watching *watching) {
    watching->item_ns = tcn_clock_monotonic_ns();
    watching->sticky.is_shown = watching->cli->is_err_terminal && !watching->is_once &&
                                watching->view.format == TCN_FORMAT_TABLE;
    int code = TCN_EXIT_OK;
    for (bool is_over = false; !is_over;) {
        code = turn(watching, &is_over);
    }
    tcn_sticky_clear(&watching->sticky);
    if (watching->view.format == TCN_FORMAT_TABLE) {
        (void)fprintf(watching->cli->err, "-- %" PRIu64 " item%s shown\n", watching->count,
                      watching->count == 1 ? "" : "s");
    }
    bool is_nothing = code == TCN_EXIT_OK && watching->count == 0 && watching->is_once;
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
    tcn_watch_close(&watching.watch);
    tcn_sticky_fini(&watching.sticky);
    tcn_seat_fini(&watching.seat);
    tcn_arena_fini(&watching.arena);
    return code == -1 ? TCN_EXIT_OK : code;
}
