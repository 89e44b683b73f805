/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/subs_inside.h"

#include "base/clock.h"
#include "core/sight.h"
#include "wire/feed.h"
#include "wire/item.h"

#include <stdlib.h>
#include <string.h>

/* Things that one subscription does in one turn, before the others have theirs. */
#define TURN_WANTS 16

static void remove_at(struct tcn_subs *subs, uint32_t index) {
    free(subs->rows[index]);
    subs->count--;
    subs->rows[index] = subs->rows[subs->count];
    subs->rows[subs->count] = NULL;
}

static struct tcn_header header_of(const struct tcn_sub *sub, enum tcn_kind kind) {
    return (struct tcn_header){
        .version = TCN_WIRE_VERSION,
        .kind = kind,
        .session = sub->session,
        .request = sub->request,
    };
}

/* RESET, HEAD and GAP. */
static enum tcn_status say_small(struct tcn_server *server, struct tcn_sub *sub,
                                 const struct tcn_feed_want *want) {
    uint8_t data[TCN_SUBS_SMALL_BYTES];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body = {0};
    struct tcn_header header = header_of(sub, TCN_KIND_HEAD);
    enum tcn_status status = TCN_OK;
    if (want->kind == TCN_FEED_WANT_RESET) {
        const struct tcn_reset reset = {
            .stream = want->stream, .generation = want->generation, .next = want->first};
        header.kind = TCN_KIND_RESET;
        status = tcn_wire_reset_encode(&reset, &writer, &body);
    } else if (want->kind == TCN_FEED_WANT_GAP) {
        const struct tcn_gap gap = {
            .stream = want->stream, .first = want->first, .last = want->last, .code = want->code};
        header.kind = TCN_KIND_GAP;
        status = tcn_wire_gap_encode(&gap, &writer, &body);
    } else {
        const struct tcn_head head = {.stream = want->stream,
                                      .generation = want->generation,
                                      .number = want->last,
                                      .next = want->first,
                                      .log_time_ns = server->progress.log_time_ns,
                                      .standstill = server->standstill.code};
        status = tcn_wire_head_encode(&head, &writer, &body);
    }
    return status == TCN_OK ? tcn_serve_tell(server, &sub->line, &header, body) : status;
}

/* Alerts of a stream from `first` on: from the tail when it has them, else from the state. */
static enum tcn_status alerts_of(struct tcn_server *server, const struct tcn_feed_want *want,
                                 size_t *out_count) {
    size_t count =
        tcn_tail_get(server->tail, want->stream, want->first, server->alerts, TCN_SERVE_ALERTS_MAX);
    if (count == 0) {
        const enum tcn_status status =
            tcn_state_alerts(server->state_reader, want->stream, want->first, server->alerts,
                             TCN_SERVE_ALERTS_MAX, &count);
        if (status != TCN_OK) {
            return status;
        }
    }
    while (count > 0 && server->alerts[count - 1].number > want->last) {
        count--;
    }
    *out_count = count;
    return TCN_OK;
}

/* What cannot be given because it is damaged, as opposed to what fails here and now. */
static bool is_damage(enum tcn_status status) {
    return status == TCN_CORRUPT || status == TCN_ABSENT || status == TCN_VERSION ||
           status == TCN_TOOBIG;
}

/* Adds alerts to a body until it is large enough. out_last is the last number that is in it, or one
 * below the first; out_fault says why the next one cannot be given. */
static enum tcn_status fill_body(struct tcn_server *server, const struct tcn_sub *sub, size_t count,
                                 struct tcn_wire_items *items, uint64_t *out_last,
                                 enum tcn_status *out_fault) {
    struct tcn_share share;
    for (size_t i = 0; i < count; i++) {
        const struct tcn_alert *alert = &server->alerts[i];
        struct tcn_item_right right = {true,
                                       tcn_sight_has_share(sub->principal, alert->stream.organ)};
        struct tcn_item item = {.alert = *alert, .position = alert->position};
        enum tcn_status status = TCN_OK;
        if (tcn_reason_is_fired(alert->reason)) {
            status = tcn_item_fill_clock(server, &item);
        } else {
            status = tcn_item_right_of(server, alert, right, &right);
            status = status == TCN_OK ? tcn_item_fill(server, right, &item, &share) : status;
        }
        if (status == TCN_OK) {
            status = tcn_wire_items_add(items, &item);
        }
        if (status == TCN_LIMIT) {
            return TCN_OK;
        }
        if (is_damage(status)) {
            *out_fault = status;
            return TCN_OK;
        }
        if (status != TCN_OK) {
            return status;
        }
        *out_last = alert->number;
        if (tcn_wire_items_size(items) >= TCN_ITEMS_BYTES_SOFT) {
            return TCN_OK;
        }
    }
    return TCN_OK;
}

static enum tcn_status send_items(struct tcn_server *server, struct tcn_sub *sub,
                                  struct tcn_feed_want *want, int64_t now_ns) {
    size_t count = 0;
    enum tcn_status status = alerts_of(server, want, &count);
    if (status != TCN_OK) {
        tcn_serve_state_lost(server, status);
        count = 0;
    }
    if (count == 0) {
        sub->is_waiting = true; /* until the next state commit */
        return TCN_OK;
    }
    struct tcn_writer writer = tcn_writer_init(server->body, TCN_SERVE_BODY_BYTES);
    struct tcn_wire_items items = tcn_wire_items_begin(&writer);
    uint64_t last = want->first - 1;
    enum tcn_status fault = TCN_OK;
    status = fill_body(server, sub, count, &items, &last, &fault);
    if (status != TCN_OK) {
        return status;
    }
    if (last >= want->first) {
        const struct tcn_header header = header_of(sub, TCN_KIND_ITEMS);
        status = tcn_serve_tell(server, &sub->line, &header, tcn_wire_items_finish(&items));
        server->counts.item_count += last - want->first + 1;
        want->last = last;
        tcn_feed_done(&sub->feed, want, now_ns);
        return status;
    }
    tcn_log(server->house->logger, TCN_LOG_ERROR,
            "an item cannot be given, its place is told as a gap: %s", tcn_status_sentence(fault));
    server->counts.lost_count++;
    tcn_feed_lost(&sub->feed, want->stream, want->first, (uint32_t)fault);
    return TCN_OK;
}

/* A cursor goes to the writer; when it has no room, the want stays. */
static enum tcn_status store_cursor(struct tcn_server *server, struct tcn_sub *sub,
                                    const struct tcn_feed_want *want, int64_t now_ns,
                                    bool *out_done) {
    struct tcn_cursor cursor = {
        .principal = sub->line.stamp.principal,
        .stream = want->stream,
        .number = want->last,
        .generation = want->generation,
    };
    memcpy(cursor.name, sub->name, sizeof(cursor.name));
    const enum tcn_status status = tcn_note_post(server->writer, &cursor, sizeof(cursor));
    *out_done = status == TCN_OK;
    if (status == TCN_OK) {
        tcn_subs_remember(server->subs, &cursor);
        tcn_unwatched_delivered(&server->unwatched, cursor.stream, cursor.number);
        tcn_feed_done(&sub->feed, want, now_ns);
    }
    return status == TCN_AGAIN ? TCN_OK : status;
}

static void lower(int64_t *deadline_ns, int64_t other_ns) {
    if (other_ns < *deadline_ns) {
        *deadline_ns = other_ns;
    }
}

/* One thing that a subscription wants. out_more is false when there is nothing for now. */
static enum tcn_status do_want(struct tcn_server *server, struct tcn_sub *sub, int64_t now_ns,
                               int64_t *out_deadline_ns, bool *out_more) {
    struct tcn_feed_want want = tcn_feed_want(&sub->feed, now_ns);
    enum tcn_status status = TCN_OK;
    switch (want.kind) {
    case TCN_FEED_WANT_RESET:
    case TCN_FEED_WANT_HEAD:
    case TCN_FEED_WANT_GAP:
        status = say_small(server, sub, &want);
        tcn_feed_done(&sub->feed, &want, now_ns);
        *out_more = true;
        return status;
    case TCN_FEED_WANT_SEND:
        *out_more = !sub->is_waiting;
        return sub->is_waiting ? TCN_OK : send_items(server, sub, &want, now_ns);
    case TCN_FEED_WANT_STORE:
        status = store_cursor(server, sub, &want, now_ns, out_more);
        if (!*out_more) {
            lower(out_deadline_ns, now_ns + 10 * TCN_MS_NS);
        }
        return status;
    case TCN_FEED_WANT_NOTHING:
    default:
        *out_more = false;
        if (want.deadline_ns != INT64_MAX) {
            lower(out_deadline_ns, want.deadline_ns);
        }
        return TCN_OK;
    }
}

/* True when a closing subscription has nothing left to store. */
static bool is_over(const struct tcn_sub *sub, int64_t now_ns) {
    return sub->is_closing && tcn_feed_want(&sub->feed, now_ns).kind == TCN_FEED_WANT_NOTHING;
}

enum tcn_status tcn_subs_turn(struct tcn_server *server, int64_t now_ns, int64_t *out_deadline_ns) {
    struct tcn_subs *subs = server->subs;
    for (uint32_t i = 0; i < subs->count; i++) {
        bool has_more = true;
        for (uint32_t turn = 0; turn < TURN_WANTS && has_more && !server->is_blocked; turn++) {
            const enum tcn_status status =
                do_want(server, subs->rows[i], now_ns, out_deadline_ns, &has_more);
            if (status != TCN_OK) {
                return status;
            }
        }
        if (has_more) {
            lower(out_deadline_ns, 0);
        }
    }
    for (uint32_t i = subs->count; i > 0; i--) {
        if (is_over(subs->rows[i - 1], now_ns)) {
            remove_at(subs, i - 1);
        }
    }
    return TCN_OK;
}
