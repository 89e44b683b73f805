/* SPDX-License-Identifier: Apache-2.0 */
#include "core/subscriber.h"

#include <string.h>

/*
 * Invariants (tcn_subscriber_is_sound), for a stream whose next number is known:
 *  U1  moved <= taken < next;
 *  U2  the credit never reaches further than `window` beyond what was taken.
 */

#define STATE_COUNT 3u
#define BIT(state) (1u << (unsigned)(state))
#define NEVER_NS INT64_MAX
#define LONG_AGO_NS INT64_MIN

static const uint32_t moves[STATE_COUNT] = {
    [TCN_SUBSCRIBER_OPENING] = BIT(TCN_SUBSCRIBER_OPEN) | BIT(TCN_SUBSCRIBER_SILENT),
    [TCN_SUBSCRIBER_OPEN] = BIT(TCN_SUBSCRIBER_OPENING) | BIT(TCN_SUBSCRIBER_SILENT),
    [TCN_SUBSCRIBER_SILENT] = BIT(TCN_SUBSCRIBER_OPEN) | BIT(TCN_SUBSCRIBER_OPENING),
};

const char *tcn_subscriber_state_name(enum tcn_subscriber_state state) {
    static const char *const names[STATE_COUNT] = {"opening", "open", "silent"};
    return (unsigned)state < STATE_COUNT ? names[state] : "none";
}

bool tcn_subscriber_may_move(enum tcn_subscriber_state from, enum tcn_subscriber_state to) {
    if ((unsigned)from >= STATE_COUNT || (unsigned)to >= STATE_COUNT) {
        return false;
    }
    return (moves[from] & BIT(to)) != 0;
}

bool tcn_subscriber_is_sound(const struct tcn_subscriber *subscriber) {
    for (uint32_t i = 0; i < subscriber->stream_count; i++) {
        const struct tcn_subscriber_stream *stream = &subscriber->streams[i];
        if (stream->next == 0) {
            continue;
        }
        if (stream->taken >= stream->next || stream->moved > stream->taken) {
            return false; /* U1 */
        }
        if (stream->fetched > stream->taken + subscriber->window) {
            return false; /* U2 */
        }
    }
    return subscriber->stream_count <= TCN_OPEN_STREAMS_MAX;
}

static void move_to(struct tcn_subscriber *subscriber, enum tcn_subscriber_state state) {
    TCN_CHECK(subscriber->state == state || tcn_subscriber_may_move(subscriber->state, state));
    subscriber->state = state;
}

void tcn_subscriber_init(struct tcn_subscriber *subscriber, uint64_t window, int64_t now_ns) {
    memset(subscriber, 0, sizeof(*subscriber));
    subscriber->state = TCN_SUBSCRIBER_OPENING;
    subscriber->window = window != 0 ? window : TCN_SUBSCRIBER_WINDOW;
    subscriber->said_ns = LONG_AGO_NS;
    subscriber->asked_ns = LONG_AGO_NS;
    subscriber->heard_ns = now_ns;
}

static struct tcn_subscriber_stream *find(struct tcn_subscriber *subscriber,
                                          struct tcn_stream wanted) {
    for (uint32_t i = 0; i < subscriber->stream_count; i++) {
        if (tcn_stream_equals(subscriber->streams[i].wanted.stream, wanted)) {
            return &subscriber->streams[i];
        }
    }
    return NULL;
}

enum tcn_status tcn_subscriber_add(struct tcn_subscriber *subscriber,
                                   const struct tcn_open_stream *stream) {
    if (find(subscriber, stream->stream) != NULL) {
        return TCN_EXISTS;
    }
    if (subscriber->stream_count == TCN_OPEN_STREAMS_MAX) {
        return TCN_LIMIT;
    }
    subscriber->streams[subscriber->stream_count] =
        (struct tcn_subscriber_stream){.wanted = *stream, .moved_ns = LONG_AGO_NS};
    subscriber->stream_count++;
    return TCN_OK;
}

/** Any word of the collector ends the silence. */
static void hear(struct tcn_subscriber *subscriber, int64_t now_ns) {
    subscriber->heard_ns = now_ns;
    if (subscriber->state == TCN_SUBSCRIBER_SILENT) {
        move_to(subscriber, TCN_SUBSCRIBER_OPEN);
    }
}

void tcn_subscriber_opened(struct tcn_subscriber *subscriber, int64_t now_ns) {
    subscriber->heard_ns = now_ns;
    move_to(subscriber, TCN_SUBSCRIBER_OPEN);
    for (uint32_t i = 0; i < subscriber->stream_count; i++) {
        struct tcn_subscriber_stream *stream = &subscriber->streams[i];
        stream->fetched = 0; /* credit is the session's */
        stream->moved = 0;   /* the last MOVE of the old session may not have arrived */
        stream->moved_ns = LONG_AGO_NS;
        stream->is_reopened = true;
    }
}

void tcn_subscriber_lost(struct tcn_subscriber *subscriber) {
    subscriber->said_ns = LONG_AGO_NS;
    move_to(subscriber, TCN_SUBSCRIBER_OPENING);
}

void tcn_subscriber_put_off(struct tcn_subscriber *subscriber) {
    move_to(subscriber, TCN_SUBSCRIBER_OPENING); /* said_ns stays: tick says when */
}

/** Numbers are missing: asks for them again by a new OPEN. */
static void find_hole(struct tcn_subscriber *subscriber) {
    subscriber->hole_count++;
    tcn_subscriber_lost(subscriber);
}

/** Numbers that will never come are taken as soon as all before them is: they hold no credit. */
static void pass_gap(struct tcn_subscriber_stream *stream) {
    if (stream->gap != 0 && stream->taken + 1 >= stream->gap) {
        stream->taken = stream->next - 1;
    }
}

/** The stream goes on at `next`; a new OPEN would begin there. */
static void expect_next(struct tcn_subscriber_stream *stream, uint64_t next) {
    stream->next = next;
    stream->wanted.from = TCN_FROM_NUMBER;
    stream->wanted.number = next;
    stream->wanted.generation = stream->generation;
}

/** The collector says where the stream begins for us: what lies before counts as taken. */
static void begin_at(struct tcn_subscriber_stream *stream, uint64_t next) {
    expect_next(stream, next);
    stream->taken = next - 1;
    stream->moved = stream->taken;
    stream->fetched = 0;
    stream->gap = 0;
}

/** The collector says where a stream of which we have a part goes on. That takes nothing for the
 * user: what lies before and was received is kept by him or it is not, and only he says so. */
static void go_on_at(struct tcn_subscriber_stream *stream, uint64_t next) {
    if (next > stream->next && stream->gap == 0) {
        stream->gap = stream->next; /* what lies between will never come */
    } else if (next <= stream->gap) {
        stream->gap = 0;
    }
    expect_next(stream, next);
    stream->taken = stream->taken < next ? stream->taken : next - 1;
    stream->moved = stream->moved < stream->taken ? stream->moved : stream->taken;
    stream->fetched = 0;
    pass_gap(stream);
}

enum tcn_subscriber_verdict tcn_subscriber_item(struct tcn_subscriber *subscriber,
                                                const struct tcn_alert *alert, int64_t now_ns) {
    struct tcn_subscriber_stream *stream = find(subscriber, alert->stream);
    hear(subscriber, now_ns);
    if (stream == NULL || subscriber->state != TCN_SUBSCRIBER_OPEN || stream->next == 0) {
        return TCN_SUBSCRIBER_STRANGER;
    }
    if (alert->number < stream->next) {
        subscriber->duplicate_count++;
        return TCN_SUBSCRIBER_DUPLICATE;
    }
    if (alert->number > stream->next) {
        find_hole(subscriber);
        return TCN_SUBSCRIBER_HOLE;
    }
    expect_next(stream, alert->number + 1);
    stream->gap = 0;
    if (stream->head < alert->number) {
        stream->head = alert->number;
    }
    TCN_CHECK_SLOW(tcn_subscriber_is_sound(subscriber));
    return TCN_SUBSCRIBER_TAKE;
}

bool tcn_subscriber_gap(struct tcn_subscriber *subscriber, const struct tcn_gap *gap,
                        int64_t now_ns) {
    struct tcn_subscriber_stream *stream = find(subscriber, gap->stream);
    hear(subscriber, now_ns);
    bool is_open = subscriber->state == TCN_SUBSCRIBER_OPEN && stream != NULL && stream->next != 0;
    if (!is_open || gap->last < stream->next || gap->last == UINT64_MAX) {
        return false;
    }
    if (gap->first > stream->next) {
        find_hole(subscriber);
        return false;
    }
    stream->gap = stream->gap != 0 ? stream->gap : stream->next;
    expect_next(stream, gap->last + 1);
    pass_gap(stream);
    TCN_CHECK_SLOW(tcn_subscriber_is_sound(subscriber));
    return true;
}

bool tcn_subscriber_reset(struct tcn_subscriber *subscriber, const struct tcn_reset *reset,
                          int64_t now_ns) {
    struct tcn_subscriber_stream *stream = find(subscriber, reset->stream);
    hear(subscriber, now_ns);
    if (stream == NULL || subscriber->state != TCN_SUBSCRIBER_OPEN) {
        return false;
    }
    stream->generation = reset->generation;
    const uint64_t next = reset->next != 0 ? reset->next : 1;
    if (stream->next == 0) {
        begin_at(stream, next);
    } else {
        go_on_at(stream, next);
    }
    TCN_CHECK_SLOW(tcn_subscriber_is_sound(subscriber));
    return true;
}

void tcn_subscriber_head(struct tcn_subscriber *subscriber, const struct tcn_head *head,
                         int64_t now_ns) {
    struct tcn_subscriber_stream *stream = find(subscriber, head->stream);
    hear(subscriber, now_ns);
    if (stream == NULL || subscriber->state != TCN_SUBSCRIBER_OPEN) {
        return;
    }
    bool is_reopened = stream->is_reopened;
    stream->is_reopened = false;
    if (stream->generation != 0 && stream->generation != head->generation) {
        if (is_reopened) {
            return; /* what OPENED says; the RESET for what our OPEN named is right behind it */
        }
        find_hole(subscriber); /* no RESET came: the next OPEN names our generation and gets one */
        return;
    }
    stream->generation = head->generation;
    stream->head = head->number;
    if (stream->next == 0) {
        begin_at(stream, head->next != 0 ? head->next : 1);
    } else if (head->next > stream->next) {
        find_hole(subscriber); /* items were sent that never came */
    } else if (head->next == stream->next && head->number >= stream->next) {
        stream->fetched = 0; /* there is more, and it does not come: the FETCH was lost */
    }
}

void tcn_subscriber_taken(struct tcn_subscriber *subscriber, struct tcn_stream stream,
                          uint64_t number) {
    struct tcn_subscriber_stream *taken = find(subscriber, stream);
    if (taken != NULL && number > taken->taken && number < taken->next) {
        taken->taken = number;
        pass_gap(taken);
    }
    TCN_CHECK_SLOW(tcn_subscriber_is_sound(subscriber));
}

/** Adds a duration to a time that may be "never" or "long ago". */
static int64_t after(int64_t time_ns, int64_t duration_ns) {
    return time_ns == LONG_AGO_NS ? LONG_AGO_NS : time_ns + duration_ns;
}

void tcn_subscriber_tick(struct tcn_subscriber *subscriber, int64_t now_ns) {
    bool is_silent = now_ns - subscriber->heard_ns >= TCN_SUBSCRIBER_SILENCE_NS;
    if (is_silent && subscriber->state != TCN_SUBSCRIBER_SILENT) {
        subscriber->said_ns = LONG_AGO_NS;
        move_to(subscriber, TCN_SUBSCRIBER_SILENT);
    }
    bool is_asking = subscriber->state != TCN_SUBSCRIBER_OPEN;
    if (is_asking && now_ns >= after(subscriber->said_ns, TCN_SUBSCRIBER_OPEN_RETRY_NS)) {
        subscriber->said_ns = LONG_AGO_NS;
    }
}

/** What one stream wants said: MOVE before FETCH, it is what a restart would miss. */
static struct tcn_subscriber_want want_of(const struct tcn_subscriber *subscriber,
                                          const struct tcn_subscriber_stream *stream,
                                          int64_t now_ns) {
    struct tcn_subscriber_want want = {
        .kind = TCN_SUBSCRIBER_WANT_NOTHING,
        .fetch = {.stream = stream->wanted.stream, .generation = stream->generation},
        .deadline_ns = NEVER_NS};
    if (stream->next == 0) {
        return want; /* HEAD will tell where it begins */
    }
    int64_t move_ns = after(stream->moved_ns, TCN_SUBSCRIBER_MOVE_NS);
    bool is_moving = stream->taken > stream->moved;
    uint64_t credit = stream->taken + subscriber->window;
    uint64_t ahead = stream->fetched >= stream->next ? stream->fetched - stream->next + 1 : 0;
    if (is_moving && now_ns >= move_ns) {
        want.kind = TCN_SUBSCRIBER_WANT_MOVE;
        want.fetch.number = stream->taken;
    } else if (credit > stream->fetched && ahead <= subscriber->window / 2) {
        want.kind = TCN_SUBSCRIBER_WANT_FETCH;
        want.fetch.number = credit;
    } else if (is_moving) {
        want.deadline_ns = move_ns;
    }
    return want;
}

/** Nothing was heard for a while and there is nothing to say: the last credit again. */
static void probe(const struct tcn_subscriber *subscriber, int64_t now_ns,
                  struct tcn_subscriber_want *want) {
    int64_t last_ns = subscriber->heard_ns;
    if (subscriber->asked_ns > last_ns) {
        last_ns = subscriber->asked_ns;
    }
    int64_t probe_ns = last_ns + TCN_SUBSCRIBER_PROBE_NS;
    const struct tcn_subscriber_stream *stream = &subscriber->streams[0];
    if (subscriber->stream_count == 0 || stream->fetched == 0) {
        return;
    }
    if (now_ns >= probe_ns) {
        want->kind = TCN_SUBSCRIBER_WANT_FETCH;
        want->fetch = (struct tcn_fetch){.stream = stream->wanted.stream,
                                         .number = stream->fetched,
                                         .generation = stream->generation};
    } else if (probe_ns < want->deadline_ns) {
        want->deadline_ns = probe_ns;
    }
}

struct tcn_subscriber_want tcn_subscriber_want(const struct tcn_subscriber *subscriber,
                                               int64_t now_ns) {
    struct tcn_subscriber_want idle = {.kind = TCN_SUBSCRIBER_WANT_NOTHING,
                                       .deadline_ns =
                                           after(subscriber->heard_ns, TCN_SUBSCRIBER_SILENCE_NS)};
    if (subscriber->state != TCN_SUBSCRIBER_OPEN) {
        idle.deadline_ns = after(subscriber->said_ns, TCN_SUBSCRIBER_OPEN_RETRY_NS);
        if (subscriber->said_ns == LONG_AGO_NS) {
            idle.kind = TCN_SUBSCRIBER_WANT_OPEN;
        }
        return idle;
    }
    for (uint32_t i = 0; i < subscriber->stream_count; i++) {
        struct tcn_subscriber_want want = want_of(subscriber, &subscriber->streams[i], now_ns);
        if (want.kind != TCN_SUBSCRIBER_WANT_NOTHING) {
            return want;
        }
        if (want.deadline_ns < idle.deadline_ns) {
            idle.deadline_ns = want.deadline_ns;
        }
    }
    probe(subscriber, now_ns, &idle);
    return idle;
}

void tcn_subscriber_done(struct tcn_subscriber *subscriber, const struct tcn_subscriber_want *want,
                         int64_t now_ns) {
    struct tcn_subscriber_stream *stream = find(subscriber, want->fetch.stream);
    if (want->kind == TCN_SUBSCRIBER_WANT_OPEN) {
        subscriber->said_ns = now_ns;
    } else if (want->kind == TCN_SUBSCRIBER_WANT_FETCH) {
        TCN_CHECK(stream != NULL);
        stream->fetched = want->fetch.number;
        subscriber->asked_ns = now_ns;
    } else if (want->kind == TCN_SUBSCRIBER_WANT_MOVE) {
        TCN_CHECK(stream != NULL);
        stream->moved = want->fetch.number;
        stream->moved_ns = now_ns;
    }
    TCN_CHECK_SLOW(tcn_subscriber_is_sound(subscriber));
}

uint64_t tcn_subscriber_behind(const struct tcn_subscriber *subscriber) {
    uint64_t behind = 0;
    for (uint32_t i = 0; i < subscriber->stream_count; i++) {
        const struct tcn_subscriber_stream *stream = &subscriber->streams[i];
        behind += stream->head > stream->taken ? stream->head - stream->taken : 0;
    }
    return behind;
}
