/* SPDX-License-Identifier: Apache-2.0 */
#include "client/watch.h"

#include "base/clock.h"
#include "client/ask.h"
#include "core/subscriber.h"
#include "wire/feed.h"
#include "wire/frame.h"
#include "wire/item.h"
#include "wire/lane.h"

#include <stdlib.h>
#include <string.h>

#define BODY_BYTES_MAX 2048
#define GOODBYE_NS TCN_SECOND_NS

struct tcn_watch {
    struct tcn_session *session;
    struct tcn_subscriber subscriber;
    char name[TCN_CURSOR_NAME_BYTES_MAX + 1];
    uint64_t collector_session;   /* from OPENED */
    uint64_t request;             /* of the OPEN that is under way or stands */
    const struct tcn_item *items; /* of the message in hand, lent from the session's arena */
    uint32_t item_count;
    uint32_t item_next;
    bool was_silent;
    uint32_t standstill; /* as the last HEAD said */
    uint32_t told_standstill;
    bool is_behind; /* something was handed over since the last CAUGHT_UP */
};

enum tcn_status tcn_watch_open(struct tcn_session *session, const struct tcn_open *open,
                               struct tcn_watch **out_watch) {
    struct tcn_watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL) {
        return TCN_NOMEM;
    }
    watch->session = session;
    watch->is_behind = true;
    tcn_subscriber_init(&watch->subscriber, 0, tcn_clock_monotonic_ns());
    enum tcn_status status = open->name.size >= sizeof watch->name ? TCN_TOOBIG : TCN_OK;
    if (status == TCN_OK && open->name.size > 0) {
        memcpy(watch->name, open->name.data, open->name.size);
    }
    for (uint32_t index = 0; status == TCN_OK && index < open->stream_count; index++) {
        status = tcn_subscriber_add(&watch->subscriber, &open->streams[index]);
    }
    if (status != TCN_OK) {
        free(watch);
        return status;
    }
    *out_watch = watch;
    return TCN_OK;
}

static enum tcn_status send_open(struct tcn_watch *watch, int64_t deadline_ns) {
    struct tcn_open open = {.name = tcn_slice_text(watch->name)};
    for (uint32_t index = 0; index < watch->subscriber.stream_count; index++) {
        open.streams[open.stream_count++] = watch->subscriber.streams[index].wanted;
    }
    uint8_t bytes[BODY_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_slice body;
    enum tcn_status status = tcn_wire_open_encode(&open, &writer, &body);
    if (status != TCN_OK) {
        return status;
    }
    watch->items = NULL;
    watch->item_count = 0;
    watch->item_next = 0;
    return tcn_session_ask(watch->session, TCN_KIND_OPEN, body, false, deadline_ns,
                           &watch->request);
}

static enum tcn_status send_place(struct tcn_watch *watch, enum tcn_kind kind,
                                  const struct tcn_fetch *fetch, int64_t deadline_ns) {
    uint8_t bytes[BODY_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_slice body;
    enum tcn_status status = tcn_wire_fetch_encode(fetch, &writer, &body);
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_header header = {.version = TCN_WIRE_VERSION,
                                      .kind = kind,
                                      .session = watch->collector_session,
                                      .request = watch->request};
    return tcn_session_send(watch->session, &header, body, deadline_ns);
}

/* Sends what the subscriber wants now and gives the time of its next wish. */
static enum tcn_status say(struct tcn_watch *watch, int64_t deadline_ns, int64_t *out_wake_ns) {
    for (int turn = 0; turn < 4 * TCN_OPEN_STREAMS_MAX; turn++) {
        int64_t now_ns = tcn_clock_monotonic_ns();
        tcn_subscriber_tick(&watch->subscriber, now_ns);
        struct tcn_subscriber_want want = tcn_subscriber_want(&watch->subscriber, now_ns);
        enum tcn_status status = TCN_OK;
        switch (want.kind) {
        case TCN_SUBSCRIBER_WANT_NOTHING:
            *out_wake_ns = want.deadline_ns < deadline_ns ? want.deadline_ns : deadline_ns;
            return TCN_OK;
        case TCN_SUBSCRIBER_WANT_OPEN:
            status = send_open(watch, deadline_ns);
            break;
        case TCN_SUBSCRIBER_WANT_FETCH:
            status = send_place(watch, TCN_KIND_FETCH, &want.fetch, deadline_ns);
            break;
        case TCN_SUBSCRIBER_WANT_MOVE:
            status = send_place(watch, TCN_KIND_MOVE, &want.fetch, deadline_ns);
            break;
        }
        if (status != TCN_OK) {
            return status == TCN_UNREACHABLE_PEER ? TCN_TIMEOUT : status;
        }
        tcn_subscriber_done(&watch->subscriber, &want, tcn_clock_monotonic_ns());
    }
    *out_wake_ns = deadline_ns;
    return TCN_OK;
}

static enum tcn_status heard_opened(struct tcn_watch *watch,
                                    const struct tcn_session_message *message) {
    struct tcn_head heads[TCN_OPEN_STREAMS_MAX];
    uint32_t count = 0;
    enum tcn_status status =
        tcn_wire_opened_decode(message->body, tcn_session_arena(watch->session), heads, &count);
    if (status != TCN_OK) {
        return TCN_OK; /* not understood: OPEN is said again */
    }
    int64_t now_ns = tcn_clock_monotonic_ns();
    watch->collector_session = message->header.session;
    tcn_subscriber_opened(&watch->subscriber, now_ns);
    for (uint32_t index = 0; index < count; index++) {
        tcn_subscriber_head(&watch->subscriber, &heads[index], now_ns);
        watch->standstill = heads[index].standstill;
    }
    return TCN_OK;
}

static enum tcn_status heard_error(struct tcn_watch *watch,
                                   const struct tcn_session_message *message) {
    struct tcn_refuse refuse;
    enum tcn_status status =
        tcn_wire_refuse_decode(message->body, tcn_session_arena(watch->session), &refuse);
    if (status == TCN_OK && !refuse.is_later && tcn_status_is_known(refuse.code) &&
        tcn_status_class((enum tcn_status)refuse.code) == TCN_CLASS_PEER) {
        return (enum tcn_status)refuse.code;
    }
    if (status == TCN_OK && refuse.code == TCN_STALE) {
        tcn_subscriber_lost(&watch->subscriber);
    } else {
        tcn_subscriber_put_off(&watch->subscriber);
    }
    return TCN_OK;
}

static void heard_head(struct tcn_watch *watch, const struct tcn_session_message *message) {
    struct tcn_head head;
    if (tcn_wire_head_decode(message->body, tcn_session_arena(watch->session), &head) == TCN_OK) {
        tcn_subscriber_head(&watch->subscriber, &head, tcn_clock_monotonic_ns());
        watch->standstill = head.standstill;
    }
}

static bool heard_gap(struct tcn_watch *watch, const struct tcn_session_message *message,
                      struct tcn_watch_event *out_event) {
    struct tcn_gap gap;
    if (tcn_wire_gap_decode(message->body, tcn_session_arena(watch->session), &gap) != TCN_OK ||
        !tcn_subscriber_gap(&watch->subscriber, &gap, tcn_clock_monotonic_ns())) {
        return false;
    }
    *out_event = (struct tcn_watch_event){.kind = TCN_WATCH_GAP, .gap = gap};
    return true;
}

static bool heard_reset(struct tcn_watch *watch, const struct tcn_session_message *message,
                        struct tcn_watch_event *out_event) {
    struct tcn_reset reset;
    if (tcn_wire_reset_decode(message->body, tcn_session_arena(watch->session), &reset) != TCN_OK ||
        !tcn_subscriber_reset(&watch->subscriber, &reset, tcn_clock_monotonic_ns())) {
        return false;
    }
    *out_event = (struct tcn_watch_event){.kind = TCN_WATCH_RESET, .reset = reset};
    return true;
}

/* Takes one message in. `*out_told` says that there is something to hand over at once. */
static enum tcn_status hear(struct tcn_watch *watch, const struct tcn_session_message *message,
                            struct tcn_watch_event *out_event, bool *out_told) {
    *out_told = false;
    if (message->header.kind == TCN_KIND_AGAIN && message->header.request == 0) {
        tcn_subscriber_lost(&watch->subscriber); /* another collector has come */
        return TCN_OK;
    }
    if (message->header.request != watch->request) {
        return TCN_OK; /* of an OPEN before this one */
    }
    switch (message->header.kind) {
    case TCN_KIND_OPENED:
        return heard_opened(watch, message);
    case TCN_KIND_ITEMS:
        if (tcn_wire_items_decode(message->body, tcn_session_arena(watch->session), &watch->items,
                                  &watch->item_count) != TCN_OK) {
            watch->item_count = 0;
        }
        watch->item_next = 0;
        return TCN_OK;
    case TCN_KIND_HEAD:
        heard_head(watch, message);
        return TCN_OK;
    case TCN_KIND_GAP:
        *out_told = heard_gap(watch, message, out_event);
        return TCN_OK;
    case TCN_KIND_RESET:
        *out_told = heard_reset(watch, message, out_event);
        return TCN_OK;
    case TCN_KIND_ERROR:
    case TCN_KIND_AGAIN:
        return heard_error(watch, message);
    default:
        return TCN_OK;
    }
}

/* The next item of the message in hand that the subscriber takes. */
static bool next_item(struct tcn_watch *watch, struct tcn_watch_event *out_event) {
    while (watch->item_next < watch->item_count) {
        const struct tcn_item *item = &watch->items[watch->item_next++];
        if (tcn_subscriber_item(&watch->subscriber, &item->alert, tcn_clock_monotonic_ns()) ==
            TCN_SUBSCRIBER_TAKE) {
            *out_event = (struct tcn_watch_event){.kind = TCN_WATCH_ITEM, .item = *item};
            watch->is_behind = true;
            return true;
        }
    }
    return false;
}

/* Silence and a standstill begin and end once each; catching up is told once each time. */
static bool changed(struct tcn_watch *watch, struct tcn_watch_event *out_event) {
    bool is_silent = watch->subscriber.state == TCN_SUBSCRIBER_SILENT;
    if (is_silent != watch->was_silent && watch->subscriber.state != TCN_SUBSCRIBER_OPENING) {
        watch->was_silent = is_silent;
        *out_event =
            (struct tcn_watch_event){.kind = is_silent ? TCN_WATCH_SILENT : TCN_WATCH_BACK};
        return true;
    }
    if (watch->standstill != watch->told_standstill) {
        watch->told_standstill = watch->standstill;
        *out_event =
            (struct tcn_watch_event){.kind = TCN_WATCH_STANDSTILL, .standstill = watch->standstill};
        return true;
    }
    if (watch->is_behind && watch->subscriber.state == TCN_SUBSCRIBER_OPEN &&
        tcn_subscriber_behind(&watch->subscriber) == 0) {
        watch->is_behind = false;
        *out_event = (struct tcn_watch_event){.kind = TCN_WATCH_CAUGHT_UP};
        return true;
    }
    return false;
}

enum tcn_status tcn_watch_next(struct tcn_watch *watch, int64_t deadline_ns,
                               struct tcn_watch_event *out_event) {
    for (;;) {
        if (next_item(watch, out_event)) {
            return TCN_OK;
        }
        int64_t wake_ns = deadline_ns;
        enum tcn_status status = say(watch, deadline_ns, &wake_ns);
        if (status != TCN_OK) {
            return status;
        }
        if (changed(watch, out_event)) {
            return TCN_OK;
        }
        struct tcn_session_message message;
        status = tcn_session_recv(watch->session, wake_ns, &message);
        if (status == TCN_TIMEOUT && tcn_clock_monotonic_ns() < deadline_ns) {
            continue;
        }
        if (status == TCN_SEQUENCE) {
            tcn_subscriber_lost(&watch->subscriber); /* what was lost on the way comes again */
            continue;
        }
        bool is_told = false;
        if (status == TCN_OK) {
            status = hear(watch, &message, out_event, &is_told);
        }
        if (status != TCN_OK || is_told) {
            return status;
        }
    }
}

int64_t tcn_watch_heard_ns(const struct tcn_watch *watch) {
    return watch->collector_session == 0 ? 0 : watch->subscriber.heard_ns;
}

void tcn_watch_taken(struct tcn_watch *watch, struct tcn_stream stream, uint64_t number) {
    tcn_subscriber_taken(&watch->subscriber, stream, number);
}

/* Says where the cursors stand and that this was all, so that they are stored at once, and puts a
 * question behind it: its answer, whatever it is, tells that all before it has arrived. A socket
 * that closes drops what is still on its way. */
static void say_goodbye(struct tcn_watch *watch) {
    int64_t deadline_ns = tcn_clock_monotonic_ns() + GOODBYE_NS;
    uint64_t taken_count = 0;
    tcn_session_ignore_stop(watch->session);
    for (uint32_t index = 0; index < watch->subscriber.stream_count; index++) {
        const struct tcn_subscriber_stream *stream = &watch->subscriber.streams[index];
        const struct tcn_fetch move = {.stream = stream->wanted.stream,
                                       .number = stream->taken,
                                       .generation = stream->generation};
        taken_count += stream->taken;
        /* A cursor that cannot go now only means that a few items come twice next time. */
        if (stream->taken > stream->moved &&
            send_place(watch, TCN_KIND_MOVE, &move, deadline_ns) != TCN_OK) {
            return;
        }
    }
    const struct tcn_header close = {.version = TCN_WIRE_VERSION,
                                     .kind = TCN_KIND_CLOSE,
                                     .session = watch->collector_session,
                                     .request = watch->request};
    if (tcn_session_send(watch->session, &close, (struct tcn_slice){0}, deadline_ns) != TCN_OK) {
        return;
    }
    const struct tcn_query query = {.kind = TCN_QUERY_STREAMS};
    struct tcn_answer answer;
    if (taken_count > 0 && tcn_ask(watch->session, &query, deadline_ns, &answer) != TCN_OK) {
        return; /* refused or unheard: there is no more to be done */
    }
}

void tcn_watch_close(struct tcn_watch **watch) {
    struct tcn_watch *closing = watch == NULL ? NULL : *watch;
    if (closing == NULL) {
        return;
    }
    if (closing->subscriber.state == TCN_SUBSCRIBER_OPEN) {
        say_goodbye(closing);
    }
    free(closing);
    *watch = NULL;
}
