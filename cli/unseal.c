/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin unseal`: the desk's post on duty opens one event alone, because life or a child is in
 * danger, and reads what it may; or another post approves that, within a day.
 */
#include "base/clock.h"
#include "base/text.h"
#include "base/uuid.h"
#include "cli/await.h"
#include "cli/draft.h"
#include "cli/item.h"
#include "cli/verbs.h"
#include "client/ask.h"
#include "client/replay.h"
#include "client/watch.h"

#include <inttypes.h>
#include <string.h>

#define READ_NS (30 * TCN_SECOND_NS)

/* Items of the own stream that are looked at, from its end. */
#define ITEMS_MAX 64

/* All that the verb takes, and what was found. */
struct unsealing {
    struct tcn_cli *cli;
    struct tcn_seat_options options;
    struct tcn_cli_draft typed;
    struct tcn_await await;
    const char *purpose;
    bool is_approval;
    uint64_t wanted; /* position; 0: the report, or the newest opening */
    struct tcn_seat seat;
    uint16_t organ; /* the own */
    struct tcn_id matter;
    uint64_t position; /* of what is named; 0 until it was found */
    struct tcn_hash hash;
    char position_text[24];
    char hash_text[2 * sizeof(struct tcn_hash) + 1];
    char attributes[64];
    struct tcn_arena arena;
};

static int usage(struct tcn_cli *cli, const char *text) {
    return tcn_cli_usage(cli, "unseal --help", "%s", text);
}

/* What was typed beside the options, and what does not go together. */
static int check(struct unsealing *unsealing, int argc, char **argv, int first) {
    struct tcn_cli *cli = unsealing->cli;
    struct tcn_cli_draft *typed = &unsealing->typed;
    const bool is_opening = !unsealing->is_approval;
    if (argc - first < 1 || argc - first > 2 || typed->post == NULL ||
        is_opening != (unsealing->purpose != NULL) || is_opening != (typed->how != NULL)) {
        return usage(cli, "unseal needs a matter, --purpose, --because and --post, or, to approve, "
                          "a matter, --approve and --post");
    }
    if (is_opening && strcmp(unsealing->purpose, "life") != 0 &&
        strcmp(unsealing->purpose, "child") != 0) {
        return usage(cli, "--purpose is life or child");
    }
    typed->matter = argv[first];
    if (tcn_uuid_from_text(tcn_slice_text(typed->matter), unsealing->matter.bytes) != TCN_OK) {
        return usage(cli, "unseal takes the id of a matter");
    }
    if (argc - first == 2 &&
        (tcn_text_to_u64(tcn_slice_text(argv[first + 1]), &unsealing->wanted) != TCN_OK ||
         unsealing->wanted == 0)) {
        return usage(cli, "an event is named by its position");
    }
    (void)snprintf(unsealing->attributes, sizeof unsealing->attributes, "purpose=danger_to_%s",
                   is_opening ? unsealing->purpose : "");
    typed->act = "unsealed";
    typed->verb = "unseal";
    typed->reason = is_opening ? "break_glass" : "second_approval";
    typed->attributes = is_opening ? unsealing->attributes : NULL;
    unsealing->await.is_act = true;
    unsealing->await.is_waiting = true;
    enum tcn_format format = TCN_FORMAT_TABLE;
    return tcn_cli_format(cli, unsealing->await.format,
                          1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_NDJSON, &format);
}

static int parse(struct unsealing *unsealing, int argc, char **argv) {
    struct tcn_cli_draft *typed = &unsealing->typed;
    const struct tcn_cli_option options[] = {
        TCN_SEAT_BUREAU_OPTION(&unsealing->options),
        TCN_SEAT_DIR_OPTION(&unsealing->options),
        TCN_SEAT_CONFIG_OPTION(&unsealing->options),
        {"purpose", 'p', "P", "life, child: who is in danger", NULL, &unsealing->purpose},
        {"because", 0, "TEXT", "why, in a sentence; not sealed: nobody's name", NULL, &typed->how},
        {"post", 0, "POST", "the post, never the person: the one on duty, or who approves", NULL,
         &typed->post},
        {"approve", 0, NULL, "approve what another post opened", &unsealing->is_approval, NULL},
        {"key", 0, "KEY", "retry key: entered once", NULL, &unsealing->await.retry_key},
        {"timeout", 0, "S", "seconds to wait; 60", NULL, &unsealing->await.timeout},
        {"output", 'o', "FORMAT", "table, ndjson", NULL, &unsealing->await.format},
    };
    const struct tcn_cli_syntax syntax = {
        "unseal MATTER [EVENT] --purpose P --because TEXT --post POST --bureau B", options,
        sizeof options / sizeof options[0]};
    int first = 0;
    const int code = tcn_cli_parse(unsealing->cli, &syntax, argc, argv, &first);
    return code == TCN_EXIT_OK ? check(unsealing, argc, argv, first) : code;
}

static int open_seat(struct unsealing *unsealing) {
    struct tcn_seat *seat = &unsealing->seat;
    int code = tcn_seat_init(unsealing->cli, &unsealing->options, NULL, seat);
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_session(unsealing->cli, seat);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_organ(unsealing->cli, seat, seat->organ, &unsealing->organ);
    }
    if (code != TCN_EXIT_OK) {
        return code;
    }
    const enum tcn_status status = tcn_arena_init(&unsealing->arena, TCN_ITEM_ARENA_BYTES);
    return status == TCN_OK ? TCN_EXIT_OK : tcn_cli_fail(unsealing->cli, status, NULL, "begin");
}

static bool is_opening_act(const struct tcn_event *event) {
    return event->act == TCN_ACT_UNSEALED && event->body_kind == TCN_BODY_ACT &&
           tcn_slice_is_text(event->act_body.reason, "break_glass");
}

/* What is named, among what the own organ was told: the event, or the newest opening. */
static enum tcn_status take(void *context, const struct tcn_item *item) {
    struct unsealing *unsealing = context;
    struct tcn_reading reading = {.text_count = 0};
    tcn_arena_reset(&unsealing->arena);
    const enum tcn_status status =
        tcn_reading_make(item, &unsealing->seat.keys, &unsealing->arena, &reading);
    const bool is_kind = !unsealing->is_approval || is_opening_act(&reading.event);
    const bool is_place = unsealing->wanted == 0 || unsealing->wanted == item->position;
    if (status == TCN_OK && is_kind && is_place && item->position > unsealing->position) {
        unsealing->position = item->position;
        unsealing->hash = tcn_item_hash(item);
    }
    tcn_secret_wipe(unsealing->arena.data, unsealing->arena.offset);
    return status == TCN_NOMEM ? status : TCN_OK;
}

/* Finds what is named; the report need not be, which the log finds itself. */
static int find(struct unsealing *unsealing) {
    struct tcn_cli_draft *typed = &unsealing->typed;
    struct tcn_replay_result result;
    const struct tcn_replay replay = {.organ = unsealing->organ, .matter = unsealing->matter};
    if (!unsealing->is_approval && unsealing->wanted == 0) {
        return TCN_EXIT_OK;
    }
    const enum tcn_status status =
        tcn_replay_run(unsealing->seat.session, &replay, take, unsealing, &result);
    if (status != TCN_OK) {
        return tcn_seat_fail(unsealing->cli, status, tcn_cli_away_hint(status), "read the matter");
    }
    tcn_seat_tell_level(unsealing->cli, result.level);
    if (unsealing->position == 0) {
        (void)fprintf(unsealing->cli->err,
                      "tocsin: cannot unseal that: because %s was told of no such %s of this "
                      "matter; nothing was said\ntry: tocsin replay --matter %s --bureau %s\n",
                      unsealing->seat.organ, unsealing->is_approval ? "opening" : "event",
                      typed->matter, unsealing->seat.organ);
        return TCN_EXIT_NOTHING;
    }
    (void)snprintf(unsealing->position_text, sizeof unsealing->position_text, "%" PRIu64,
                   unsealing->position);
    tcn_hex_encode(unsealing->hash.bytes, sizeof unsealing->hash.bytes, unsealing->hash_text);
    typed->position = unsealing->position_text;
    typed->act_hash = unsealing->hash_text;
    return TCN_EXIT_OK;
}

static int enter(struct unsealing *unsealing, struct tcn_entered *entered) {
    struct tcn_cli *cli = unsealing->cli;
    struct tcn_arena arena = {0};
    struct tcn_draft draft;
    enum tcn_status status = tcn_arena_init(&arena, TCN_CLI_DRAFT_ARENA_BYTES);
    if (status != TCN_OK) {
        return tcn_cli_fail(cli, status, NULL, "take the word in");
    }
    int code = tcn_cli_draft_read(cli, &unsealing->typed, &arena, &draft);
    if (code == TCN_EXIT_OK && unsealing->await.retry_key != NULL) {
        draft.retry_key = tcn_slice_text(unsealing->await.retry_key);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_local(cli, &unsealing->seat);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_await_enter(cli, &unsealing->seat, &unsealing->await, &draft, entered);
    }
    tcn_arena_fini(&arena);
    return code == TCN_EXIT_OK ? tcn_await_finish(cli, &unsealing->seat, &unsealing->await, entered)
                               : code;
}

/* Where the own stream ends, once the act is folded. */
static enum tcn_status find_end(struct unsealing *unsealing, uint64_t position, int64_t deadline_ns,
                                struct tcn_stream_row *out_row) {
    const struct tcn_query query = {.kind = TCN_QUERY_STREAMS, .at_least_position = position};
    struct tcn_answer answer;
    const enum tcn_status status = tcn_ask(unsealing->seat.session, &query, deadline_ns, &answer);
    for (uint32_t i = 0; status == TCN_OK && i < answer.stream_count; i++) {
        if (answer.streams[i].number > 0) {
            *out_row = answer.streams[i];
            return TCN_OK;
        }
    }
    return status == TCN_OK ? TCN_ABSENT : status;
}

/* Shows what was opened when it comes. */
static enum tcn_status show(struct unsealing *unsealing, struct tcn_watch *watch, uint64_t position,
                            int64_t deadline_ns) {
    struct tcn_watch_event event = {.kind = TCN_WATCH_BACK};
    const bool is_lines =
        unsealing->await.format != NULL && strcmp(unsealing->await.format, "ndjson") == 0;
    const struct tcn_item_view view = {.cli = unsealing->cli,
                                       .format = is_lines ? TCN_FORMAT_NDJSON : TCN_FORMAT_TABLE,
                                       .policy = tcn_seat_policy(&unsealing->seat),
                                       .keys = &unsealing->seat.keys,
                                       .key_file = unsealing->seat.config->client.key_file,
                                       .arena = &unsealing->arena,
                                       .has_kind = true};
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK) {
        status = tcn_watch_next(watch, deadline_ns, &event);
        const struct tcn_alert *alert = &event.item.alert;
        if (status == TCN_OK && event.kind == TCN_WATCH_ITEM &&
            alert->reason == TCN_REASON_UNSEALED && alert->position == position) {
            return tcn_item_print(&view, &event.item);
        }
    }
    return status;
}

static int read_opened(struct unsealing *unsealing, uint64_t position) {
    const int64_t deadline_ns = tcn_clock_monotonic_ns() + READ_NS;
    struct tcn_stream_row row = {.number = 0};
    struct tcn_watch *watch = NULL;
    struct tcn_open open = {.stream_count = 1};
    enum tcn_status status = find_end(unsealing, position, deadline_ns, &row);
    if (status == TCN_OK) {
        open.streams[0] = (struct tcn_open_stream){
            .stream = row.stream,
            .from = TCN_FROM_NUMBER,
            .number = row.number > ITEMS_MAX ? row.number - ITEMS_MAX + 1 : 1,
            .generation = row.generation};
        status = tcn_watch_open(unsealing->seat.session, &open, &watch);
    }
    if (status == TCN_OK) {
        status = show(unsealing, watch, position, deadline_ns);
    }
    tcn_watch_close(&watch);
    if (status != TCN_OK) {
        return tcn_seat_fail(unsealing->cli, status, "tocsin watch: it is in the desk's stream",
                             "read what was opened");
    }
    (void)fprintf(unsealing->cli->err,
                  "-- another post approves within 24 hours: tocsin unseal %s --approve --post "
                  "POST\n",
                  unsealing->typed.matter);
    return TCN_EXIT_OK;
}

int tcn_verb_unseal(struct tcn_cli *cli, int argc, char **argv) {
    struct unsealing unsealing = {.cli = cli};
    struct tcn_entered entered = {.position = 0};
    int code = parse(&unsealing, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = open_seat(&unsealing);
    }
    if (code == TCN_EXIT_OK) {
        code = find(&unsealing);
    }
    if (code == TCN_EXIT_OK) {
        code = enter(&unsealing, &entered);
    }
    if (code == TCN_EXIT_OK && !unsealing.is_approval) {
        code = read_opened(&unsealing, entered.position);
    }
    tcn_secret_wipe(unsealing.arena.data, unsealing.arena.offset_max);
    tcn_arena_fini(&unsealing.arena);
    tcn_seat_fini(&unsealing.seat);
    return code == -1 ? TCN_EXIT_OK : code;
}
