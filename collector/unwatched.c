/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What serve does so that the collector can say "nobody watches": it feeds core/unwatched with the
 * alerts of the tail, with cursors and subscriptions, and, once for each organ after the start,
 * with what the state holds behind the organ's furthest cursor.
 */
#include "collector/subs_inside.h"

#include "base/clock.h"

#include <inttypes.h>

#define LOOK_NS TCN_SECOND_NS

/* Alerts before a stream's end that are looked at after a start: older ones were said before it. */
#define BEHIND_MAX 4096u

/* How far a cursor is in a stream: 0 in another one, and the fork at most when it is of another
 * generation. */
static enum tcn_status reached_by(struct tcn_server *server, struct tcn_stream stream,
                                  const struct tcn_cursor *cursor, uint64_t *out_number) {
    uint64_t fork = UINT64_MAX;
    if (!tcn_stream_equals(cursor->stream, stream)) {
        *out_number = 0;
        return TCN_OK;
    }
    if (cursor->generation != server->house->generation) {
        const enum tcn_status status = tcn_subs_fork(server, stream, cursor->generation, &fork);
        if (status != TCN_OK) {
            return status;
        }
    }
    *out_number = cursor->number < fork ? cursor->number : fork;
    return TCN_OK;
}

/* The furthest that anybody has of an organ's stream. */
static enum tcn_status furthest(struct tcn_server *server, struct tcn_stream stream,
                                uint64_t *out_number) {
    static const size_t page = 64;
    struct tcn_cursor cursors[64];
    const struct tcn_cursor *after = NULL;
    struct tcn_cursor last;
    size_t count = page;
    uint64_t number = 0;
    while (count == page) {
        const enum tcn_status status =
            tcn_state_cursors(server->state_reader, after, cursors, page, &count);
        if (status != TCN_OK) {
            return status;
        }
        for (size_t i = 0; i < count; i++) {
            uint64_t reached = 0;
            const enum tcn_status found = reached_by(server, stream, &cursors[i], &reached);
            if (found != TCN_OK) {
                return found;
            }
            number = reached > number ? reached : number;
        }
        if (count > 0) {
            last = cursors[count - 1];
            after = &last;
        }
    }
    *out_number = number;
    return TCN_OK;
}

/* Looks at what one organ had not fetched before the start. */
static enum tcn_status look_behind(struct tcn_server *server, uint16_t organ, int64_t now_ns) {
    const struct tcn_stream stream = {.mode = server->house->charter.genesis.mode, .organ = organ};
    uint64_t head = 0;
    uint64_t number = 0;
    enum tcn_status status = tcn_state_stream(server->state_reader, stream, &head);
    if (status == TCN_OK && head > 0) {
        status = furthest(server, stream, &number);
    }
    number = head > BEHIND_MAX && number < head - BEHIND_MAX ? head - BEHIND_MAX : number;
    while (status == TCN_OK && number < head) {
        size_t count = 0;
        status = tcn_state_alerts(server->state_reader, stream, number + 1, server->alerts,
                                  TCN_SERVE_ALERTS_MAX, &count);
        for (size_t i = 0; status == TCN_OK && i < count; i++) {
            tcn_unwatched_alert(&server->unwatched, &server->alerts[i], now_ns);
        }
        number = count > 0 && status == TCN_OK ? server->alerts[count - 1].number : head;
    }
    return status;
}

static void mark_open(struct tcn_server *server) {
    const struct tcn_subs *subs = server->subs;
    tcn_unwatched_begin(&server->unwatched);
    for (uint32_t i = 0; i < subs->count; i++) {
        const struct tcn_sub *sub = subs->rows[i];
        for (uint32_t j = 0; !sub->is_closing && j < sub->feed.stream_count; j++) {
            tcn_unwatched_open(&server->unwatched, sub->feed.streams[j].stream);
        }
    }
}

enum tcn_status tcn_unwatched_turn(struct tcn_server *server, int64_t now_ns,
                                   int64_t *out_deadline_ns) {
    const struct tcn_policy *policy = tcn_rights_policy(&server->roster.rights);
    if (server->house->is_feed_clock) {
        return TCN_OK; /* an exercise's watchers come and go as they like */
    }
    if (now_ns >= server->unwatched_ns) {
        enum tcn_status status = TCN_OK;
        if (server->behind < policy->organ_count) {
            const uint64_t before = tcn_serve_reads(server);
            const enum tcn_status read =
                look_behind(server, policy->organs[server->behind].number, now_ns);
            server->counts.aside_count += tcn_serve_reads(server) - before;
            if (read != TCN_OK) {
                tcn_serve_state_lost(server, read);
            }
            server->behind++;
        }
        mark_open(server);
        const struct tcn_unwatched_row *row = NULL;
        while (status == TCN_OK && tcn_unwatched_next(&server->unwatched, now_ns, &row)) {
            const struct tcn_note_unwatched note = {
                .organ = row->organ, .is_secret = row->is_secret, .number = row->oldest};
            tcn_log(server->house->logger, TCN_LOG_WARNING,
                    "nobody watches for organ %u: urgent alert %" PRIu64 " waits", row->organ,
                    row->oldest);
            status = tcn_note_post(server->writer, &note, sizeof(note));
            status = status == TCN_AGAIN ? TCN_OK : status; /* the writer has too much to do */
        }
        if (status != TCN_OK) {
            return status;
        }
        server->unwatched_ns = now_ns + LOOK_NS;
    }
    const bool is_idle = server->behind == policy->organ_count && server->unwatched.count == 0;
    if (!is_idle && server->unwatched_ns < *out_deadline_ns) {
        *out_deadline_ns = server->unwatched_ns;
    }
    return TCN_OK;
}
