/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The serve actor: streams, replays and questions, from readers of its own and the alert tail. Its
 * turn: take what came, give every subscription, question and replay its share, let all snapshots
 * go, wait.
 */
#include "collector/serve_inside.h"

#include "base/clock.h"
#include "link/poller.h"
#include "seal/told.h"
#include "wire/frame.h"
#include "wire/lane.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Messages of the network taken in one turn. */
#define TURN_MESSAGES 64

/* Questions among them: each has a signature or may read hundreds of rows, and live items wait for
 * the turn. */
#define TURN_QUESTIONS 8u
#define STAMP_BYTES 64

enum token {
    TOKEN_STOP,
    TOKEN_NET,
    TOKEN_WRITER,
    TOKEN_APPLY,
    TOKEN_SNAPSHOTS,
    TOKEN_PAGE,
};

enum tcn_status tcn_serve_post(struct tcn_server *server, const struct tcn_stamp *stamp,
                               const struct tcn_header *header, const struct tcn_slice *bodies,
                               size_t count) {
    TCN_CHECK(!server->is_blocked);
    uint8_t data[STAMP_BYTES + TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice frames[2] = {0};
    enum tcn_status status = tcn_wire_stamp_encode(stamp, &writer, &frames[0]);
    TCN_CHECK(status == TCN_OK);
    status = tcn_wire_header_encode(header, &writer, &frames[1]);
    TCN_CHECK(status == TCN_OK);
    status = tcn_parts_push(&server->out, frames[0]);
    if (status == TCN_OK) {
        status = tcn_parts_push(&server->out, frames[1]);
    }
    for (size_t i = 0; i < count && status == TCN_OK; i++) {
        status = tcn_parts_push(&server->out, bodies[i]);
    }
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_mailbox_post(server->net, &server->out);
    server->is_blocked = status == TCN_AGAIN;
    return status == TCN_AGAIN ? TCN_OK : status;
}

enum tcn_status tcn_serve_tell(struct tcn_server *server, struct tcn_serve_line *line,
                               const struct tcn_header *header, struct tcn_slice body) {
    struct tcn_header numbered = *header;
    numbered.number = ++line->number;
    uint8_t data[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_told told = {.session = &line->session, .body = body};
    enum tcn_status status = tcn_wire_header_encode(&numbered, &writer, &told.header);
    TCN_CHECK(status == TCN_OK);
    struct tcn_signature signature = {0};
    status = tcn_told_sign(&server->voice.key, TCN_CONTEXT_TOLD, &told, &signature);
    if (status != TCN_OK) {
        return status;
    }
    /* A key that is new to the reader comes with the first message that it signs. */
    const bool is_new = line->key_count < server->voice.count;
    const struct tcn_slice bodies[] = {body, tcn_slice_of(signature.bytes, sizeof(signature.bytes)),
                                       server->voice.frames[0], server->voice.frames[1]};
    line->key_count = server->voice.count;
    return tcn_serve_post(server, &line->stamp, &numbered, bodies, is_new ? 4 : 2);
}

enum tcn_status tcn_serve_error(struct tcn_server *server, const struct tcn_serve_asked *asked,
                                enum tcn_status code) {
    if (code == TCN_DENIED || code == TCN_REVOKED) {
        server->counts.denied_count++;
    } else {
        server->counts.error_count++;
    }
    const struct tcn_refuse refuse = {
        .code = (uint32_t)code,
        .is_later = tcn_status_class(code) == TCN_CLASS_AGAIN,
    };
    uint8_t data[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body = {0};
    const enum tcn_status status = tcn_wire_refuse_encode(&refuse, &writer, &body);
    TCN_CHECK(status == TCN_OK);
    const struct tcn_header header = {
        .version = TCN_WIRE_VERSION,
        .kind = TCN_KIND_ERROR,
        .session = asked->header.session,
        .request = asked->header.request,
    };
    return tcn_serve_post(server, &asked->stamp, &header, &body, 1);
}

static void gone(struct tcn_server *server, uint64_t connection) {
    tcn_sessions_gone(server->sessions, connection);
    tcn_subs_gone(server, connection);
    tcn_replays_gone(server, connection);
    tcn_asks_gone(server, connection);
}

static enum tcn_status dispatch(struct tcn_server *server, const struct tcn_serve_asked *asked) {
    tcn_arena_reset(&server->arena);
    switch ((int)asked->header.kind) {
    case TCN_KIND_SESSION_ASK:
        return tcn_admit_take(server, asked);
    case TCN_KIND_OPEN:
    case TCN_KIND_FETCH:
    case TCN_KIND_MOVE:
    case TCN_KIND_CLOSE:
        return tcn_subs_take(server, asked);
    case TCN_KIND_REPLAY:
    case TCN_KIND_REPLAY_FETCH:
    case TCN_KIND_CANCEL:
        return tcn_replays_take(server, asked);
    case TCN_KIND_ASK:
    case TCN_KIND_BUNDLE_ASK:
        return tcn_asks_take(server, asked, tcn_clock_monotonic_ns());
    default:
        return tcn_serve_error(server, asked, TCN_BAD_VALUE);
    }
}

/* [stamp][header][body...], or a note of the net itself. */
static enum tcn_status take_message(struct tcn_server *server) {
    struct tcn_note_counts note;
    if (server->in.count == 1 &&
        tcn_note_read(tcn_parts_frame(&server->in, 0), &note, sizeof(note))) {
        server->net_counts = note;
        return TCN_OK;
    }
    struct tcn_serve_asked asked = {.header_frame = tcn_parts_frame(&server->in, 1),
                                    .body = tcn_parts_frame(&server->in, 2),
                                    .signature = tcn_parts_frame(&server->in, 3)};
    const bool is_whole =
        tcn_wire_stamp_decode(tcn_parts_frame(&server->in, 0), &asked.stamp) == TCN_OK &&
        tcn_wire_header_decode(tcn_parts_frame(&server->in, 1), &asked.header) == TCN_OK;
    TCN_CHECK(is_whole); /* net has decoded these very frames */
    if (asked.header.kind == TCN_KIND_GONE) {
        gone(server, asked.stamp.connection);
        return TCN_OK;
    }
    asked.principal =
        tcn_registry_find(tcn_roster_registry(&server->roster), asked.stamp.principal);
    if (asked.principal == NULL) {
        return tcn_serve_error(server, &asked, TCN_DENIED);
    }
    if (!tcn_principal_is_valid(asked.principal, tcn_clock_wall_ns())) {
        return tcn_serve_error(server, &asked, TCN_REVOKED);
    }
    return dispatch(server, &asked);
}

static enum tcn_status take_messages(struct tcn_server *server) {
    const uint64_t until = server->counts.check_count + TURN_QUESTIONS;
    for (size_t i = 0;
         i < TURN_MESSAGES && server->counts.check_count < until && !server->is_blocked; i++) {
        enum tcn_status status = tcn_mailbox_take(server->net, &server->in);
        if (status == TCN_AGAIN) {
            return TCN_OK;
        }
        if (status == TCN_OK) {
            status = take_message(server);
            tcn_parts_clear(&server->in);
        }
        if (status != TCN_OK) {
            return status;
        }
    }
    return TCN_OK;
}

static enum tcn_status set_voice(struct tcn_server *server) {
    return tcn_voice_set(&server->voice, &server->house->key_files, &server->roster.rights);
}

/* Ends what may not go on: the registry changed, or a key has ended, which nobody tells. */
static void look_at_readers(struct tcn_server *server) {
    tcn_subs_registry(server);
    tcn_replays_registry(server);
    tcn_asks_registry(server);
    server->looked_ns = tcn_clock_wall_ns();
    server->ends_ns =
        tcn_registry_next_end(tcn_roster_registry(&server->roster), server->looked_ns);
}

/* A broker drops what is told to a key that has ended; one that was taken over does not. */
static void end_keys(struct tcn_server *server) {
    const int64_t now_ns = tcn_clock_wall_ns();
    if (now_ns >= server->ends_ns || now_ns < server->looked_ns) {
        look_at_readers(server);
    }
}

/* From the writer: the log has grown, or the registry changed. */
static enum tcn_status take_news(struct tcn_server *server) {
    const struct tcn_slice frame = tcn_parts_frame(&server->in, 0);
    struct tcn_note_registry note;
    if (!tcn_note_read(frame, &note, sizeof(note))) {
        const bool is_whole = tcn_note_read(frame, &server->progress, sizeof(server->progress));
        TCN_CHECK(is_whole);
        return TCN_OK;
    }
    enum tcn_status status = tcn_roster_follow(&server->roster, note.version);
    if (status == TCN_OK) {
        status = set_voice(server);
    }
    if (status == TCN_OK) {
        look_at_readers(server);
    }
    return status;
}

static enum tcn_status take_progress(struct tcn_server *server) {
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK) {
        status = tcn_mailbox_take(server->writer, &server->in);
        if (status == TCN_OK) {
            status = take_news(server);
            tcn_parts_clear(&server->in);
        }
    }
    return status == TCN_AGAIN ? TCN_OK : status;
}

/* One note of apply: alerts that are certain, and how far the state on disk got. */
static enum tcn_status take_tail(struct tcn_server *server) {
    struct tcn_note_tail note;
    const struct tcn_slice frame = tcn_parts_frame(&server->in, 1);
    const int64_t now_ns = tcn_clock_monotonic_ns();
    const bool is_whole = tcn_note_read(tcn_parts_frame(&server->in, 0), &note, sizeof(note)) &&
                          frame.size == note.alert_count * sizeof(struct tcn_alert);
    TCN_CHECK(is_whole);
    for (uint32_t i = 0; i < note.alert_count; i++) {
        struct tcn_alert alert;
        memcpy(&alert, frame.data + i * sizeof(alert), sizeof(alert));
        tcn_tail_push(server->tail, &alert);
        tcn_unwatched_alert(&server->unwatched, &alert, now_ns);
    }
    if (note.standstill.code != server->standstill.code) {
        tcn_subs_tell(server);
    }
    server->standstill = note.standstill;
    if (note.committed_position <= server->state_position) {
        return TCN_OK;
    }
    server->state_position = note.committed_position;
    tcn_state_reader_reset(server->state_reader);
    tcn_tail_commit(server->tail, note.committed_position);
    tcn_subs_committed(server);
    return TCN_OK;
}

uint64_t tcn_serve_reads(const struct tcn_server *server) {
    return tcn_log_reader_reads(server->log_reader) + tcn_state_reader_reads(server->state_reader);
}

static enum tcn_status take_snapshots(struct tcn_server *server) {
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK) {
        status = tcn_mailbox_take(server->snapshots, &server->in);
        if (status == TCN_OK) {
            const bool is_whole =
                tcn_note_read(tcn_parts_frame(&server->in, 0), &server->snapshots_note,
                              sizeof(server->snapshots_note));
            TCN_CHECK(is_whole);
            tcn_parts_clear(&server->in);
        }
    }
    return status == TCN_AGAIN ? TCN_OK : status;
}

void tcn_serve_state_lost(struct tcn_server *server, enum tcn_status status) {
    if (!server->is_state_lost) {
        tcn_log(server->house->logger, TCN_LOG_ERROR,
                "the state cannot be read: because %s; end the collector and try: tocsin log "
                "rebuild --dir",
                tcn_status_sentence(status));
    }
    server->is_state_lost = true;
}

static enum tcn_status take_tails(struct tcn_server *server) {
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK) {
        status = tcn_mailbox_take(server->apply, &server->in);
        if (status == TCN_OK) {
            status = take_tail(server);
            tcn_parts_clear(&server->in);
        }
    }
    tcn_subs_grew(server);
    return status == TCN_AGAIN ? TCN_OK : status;
}

/* V1: before every wait. */
static void reset_readers(struct tcn_server *server) {
    tcn_log_reader_reset(server->log_reader);
    tcn_state_reader_reset(server->state_reader);
    tcn_shares_reader_reset(server->shares_reader);
}

static enum tcn_status send_held(struct tcn_server *server) {
    if (!server->is_blocked) {
        return TCN_OK;
    }
    const enum tcn_status status = tcn_mailbox_post(server->net, &server->out);
    server->is_blocked = status == TCN_AGAIN;
    return status == TCN_AGAIN ? TCN_OK : status;
}

static enum tcn_status turn(struct tcn_server *server, int64_t *out_deadline_ns) {
    const int64_t now_ns = tcn_clock_monotonic_ns();
    *out_deadline_ns = INT64_MAX;
    enum tcn_status status = send_held(server);
    if (status == TCN_OK) {
        status = take_progress(server);
    }
    if (status == TCN_OK) {
        status = take_tails(server);
    }
    if (status == TCN_OK) {
        status = take_snapshots(server);
    }
    if (status == TCN_OK) {
        status = take_messages(server);
    }
    end_keys(server);
    if (status == TCN_OK) {
        status = tcn_subs_turn(server, now_ns, out_deadline_ns);
    }
    if (status == TCN_OK) {
        status = tcn_asks_turn(server, now_ns, out_deadline_ns);
    }
    if (status == TCN_OK) {
        status = tcn_unwatched_turn(server, now_ns, out_deadline_ns);
    }
    if (status == TCN_OK) {
        status = tcn_replays_turn(server, now_ns, out_deadline_ns);
    }
    reset_readers(server);
    return status;
}

static int64_t timeout_of(const struct tcn_server *server, int64_t deadline_ns) {
    if (server->is_blocked || deadline_ns == INT64_MAX) {
        return TCN_POLLER_FOREVER;
    }
    const int64_t now_ns = tcn_clock_monotonic_ns();
    return deadline_ns > now_ns ? deadline_ns - now_ns : 0;
}

static enum tcn_status watch(struct tcn_server *server, struct tcn_poller *poller) {
    tcn_poller_init(poller);
    enum tcn_status status =
        tcn_poller_add(poller, tcn_actor_inner(server->actor), TCN_POLL_IN, TOKEN_STOP);
    if (status == TCN_OK) {
        status = tcn_poller_add(poller, server->net, TCN_POLL_IN, TOKEN_NET);
    }
    if (status == TCN_OK) {
        status = tcn_poller_add(poller, server->writer, TCN_POLL_IN, TOKEN_WRITER);
    }
    if (status == TCN_OK) {
        status = tcn_poller_add(poller, server->apply, TCN_POLL_IN, TOKEN_APPLY);
    }
    if (status == TCN_OK) {
        status = tcn_poller_add(poller, server->snapshots, TCN_POLL_IN, TOKEN_SNAPSHOTS);
    }
    return status == TCN_OK && server->page != NULL
               ? tcn_poller_add_descriptor(poller, tcn_page_descriptor(server->page), TCN_POLL_IN,
                                           TOKEN_PAGE)
               : status;
}

/* Numbers are for looking on: without their page the collector works as well. */
static void open_page(struct tcn_server *server) {
    const char *path = server->house->metrics_path;
    const enum tcn_status status = path == NULL ? TCN_OK : tcn_page_open(path, &server->page);
    server->started_ns = tcn_clock_wall_ns();
    if (status != TCN_OK) {
        tcn_log(server->house->logger, TCN_LOG_WARNING, "shows no numbers at %s: because %s", path,
                tcn_status_sentence(status));
    }
}

static enum tcn_status loop(struct tcn_server *server) {
    struct tcn_poller poller;
    enum tcn_status status = watch(server, &poller);
    while (status == TCN_OK && !tcn_actor_is_stopping(server->actor)) {
        int64_t deadline_ns = INT64_MAX;
        status = turn(server, &deadline_ns);
        if (status == TCN_OK) {
            status = tcn_poller_set(&poller, server->net,
                                    server->is_blocked ? TCN_POLL_OUT : TCN_POLL_IN);
        }
        if (status == TCN_OK) {
            struct tcn_poller_ready ready[TCN_POLLER_MAX];
            size_t count = 0;
            status = tcn_poller_wait(&poller, timeout_of(server, deadline_ns), ready, &count);
            if (status == TCN_OK && server->page != NULL) {
                tcn_page_step(server->page, tcn_serve_numbers, server);
            }
        }
    }
    return status;
}

static enum tcn_status open_tables(struct tcn_server *server) {
    enum tcn_status status = tcn_tail_create(&server->tail);
    if (status == TCN_OK) {
        status = tcn_sessions_create(&server->sessions);
    }
    if (status == TCN_OK) {
        status = tcn_subs_create(&server->subs);
    }
    if (status == TCN_OK) {
        status = tcn_replays_create(&server->replays);
    }
    if (status == TCN_OK) {
        status = tcn_asks_create(&server->asks);
    }
    if (status == TCN_OK) {
        status = tcn_arena_init(&server->arena, TCN_WIRE_ARENA_BYTES((size_t)TCN_OPEN_BYTES_MAX));
    }
    server->body = malloc(TCN_SERVE_BODY_BYTES);
    server->answer = malloc(TCN_SERVE_ANSWER_BYTES);
    if (status == TCN_OK && (server->body == NULL || server->answer == NULL)) {
        status = TCN_NOMEM;
    }
    return status;
}

static enum tcn_status open_readers(struct tcn_server *server) {
    enum tcn_status status = tcn_roster_open(&server->roster, server->house);
    if (status == TCN_OK) {
        status = set_voice(server);
    }
    if (status == TCN_OK) {
        status = tcn_log_reader_open(server->house->log, &server->log_reader);
    }
    if (status == TCN_OK) {
        status = tcn_state_reader_open(server->house->state, &server->state_reader);
    }
    if (status == TCN_OK) {
        status = tcn_shares_reader_open(server->house->shares, &server->shares_reader);
    }
    struct tcn_applied applied = {0};
    if (status == TCN_OK) {
        status = tcn_state_applied(server->state_reader, &applied);
    }
    if (status == TCN_OK) {
        server->state_position = applied.position;
        server->progress.log_time_ns = applied.log_time_ns;
        tcn_state_reader_reset(server->state_reader);
    }
    return status;
}

static enum tcn_status open_server(struct tcn_server *server) {
    tcn_parts_init(&server->in);
    tcn_parts_init(&server->out);
    enum tcn_status status = open_tables(server);
    if (status == TCN_OK) {
        status = open_readers(server);
    }
    if (status == TCN_OK) {
        status =
            tcn_house_mailbox(server->house, TCN_HOUSE_NET_SERVE, TCN_MAILBOX_SECOND, &server->net);
    }
    if (status == TCN_OK) {
        status = tcn_house_mailbox(server->house, TCN_HOUSE_WRITER_SERVE, TCN_MAILBOX_SECOND,
                                   &server->writer);
    }
    if (status == TCN_OK) {
        status = tcn_house_mailbox(server->house, TCN_HOUSE_APPLY_SERVE, TCN_MAILBOX_SECOND,
                                   &server->apply);
    }
    if (status == TCN_OK) {
        status = tcn_house_mailbox(server->house, TCN_HOUSE_SNAPSHOTS_SERVE, TCN_MAILBOX_SECOND,
                                   &server->snapshots);
    }
    return status;
}

static void close_server(struct tcn_server *server) {
    tcn_roster_close(&server->roster);
    tcn_voice_fini(&server->voice);
    tcn_page_close(&server->page);
    tcn_log_reader_close(&server->log_reader);
    tcn_state_reader_close(&server->state_reader);
    tcn_shares_reader_close(&server->shares_reader);
    tcn_sessions_destroy(&server->sessions);
    tcn_subs_destroy(&server->subs);
    tcn_replays_destroy(&server->replays);
    tcn_asks_destroy(&server->asks);
    tcn_tail_destroy(&server->tail);
    tcn_arena_fini(&server->arena);
    tcn_parts_fini(&server->in);
    tcn_parts_fini(&server->out);
    tcn_sock_close(&server->net);
    tcn_sock_close(&server->writer);
    tcn_sock_close(&server->apply);
    tcn_sock_close(&server->snapshots);
    free(server->body);
    free(server->answer);
}

static void report(const struct tcn_server *server) {
    tcn_log(server->house->logger, TCN_LOG_INFO,
            "serve: %" PRIu64 " subscriptions, %" PRIu64 " items, %" PRIu64 " replays, %" PRIu64
            " questions, %" PRIu64 " denied, %" PRIu64 " stale, %" PRIu64 " errors, %" PRIu64
            " lost, %" PRIu64 " alerts left to the state, %" PRIu64 " sessions made room",
            server->counts.open_count, server->counts.item_count, server->counts.replay_count,
            server->counts.ask_count, server->counts.denied_count, server->counts.stale_count,
            server->counts.error_count, server->counts.lost_count, tcn_tail_dropped(server->tail),
            tcn_sessions_evicted(server->sessions));
}

enum tcn_status tcn_serve_run(struct tcn_actor *actor, void *argument) {
    struct tcn_server *server = calloc(1, sizeof(*server));
    if (server == NULL) {
        return TCN_NOMEM;
    }
    server->actor = actor;
    server->house = argument;
    server->unwatched.mode = server->house->charter.genesis.mode;
    enum tcn_status status = open_server(server);
    if (status == TCN_OK) {
        open_page(server);
        status = tcn_actor_ready(actor);
    }
    if (status == TCN_OK) {
        status = loop(server);
        report(server);
    }
    close_server(server);
    free(server);
    return status;
}
