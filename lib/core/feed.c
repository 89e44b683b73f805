/* SPDX-License-Identifier: Apache-2.0 */
#include "core/feed.h"

#include <string.h>

/*
 * One stream of a subscription, by what is due first:
 *
 *   reset due ─▶ head due ─▶ gap before next ─▶ items (next <= head, next <= fetched) ─▶ idle
 *        ▲                                                                               │
 *        └─── OPEN with another generation      heartbeat, or grew without credit ───────┘
 *
 * Invariants (tcn_feed_is_sound):
 *  D1  next is at least 1 and at most head + 1;
 *  D2  cursor < next; only a cursor above the stored one is stored;
 *  D3  a gap begins at next: gap_last is 0 or at least next.
 */

#define NEVER_NS INT64_MAX
#define LONG_AGO_NS INT64_MIN

const char *tcn_feed_want_name(enum tcn_feed_want_kind kind) {
    static const char *const names[] = {"nothing", "reset", "head", "gap", "send", "store"};
    return (unsigned)kind < sizeof(names) / sizeof(names[0]) ? names[kind] : "nothing";
}

bool tcn_feed_is_sound(const struct tcn_feed *feed) {
    for (uint32_t i = 0; i < feed->stream_count; i++) {
        const struct tcn_feed_stream *stream = &feed->streams[i];
        if (stream->next == 0 || stream->next > stream->head + 1) {
            return false; /* D1 */
        }
        if (stream->cursor >= stream->next) {
            return false; /* D2 */
        }
        if (stream->gap_last != 0 && stream->gap_last < stream->next) {
            return false; /* D3 */
        }
    }
    return feed->stream_count <= TCN_OPEN_STREAMS_MAX;
}

void tcn_feed_init(struct tcn_feed *feed, bool is_durable) {
    memset(feed, 0, sizeof(*feed));
    feed->is_durable = is_durable;
    feed->stored_ns = LONG_AGO_NS;
}

static struct tcn_feed_stream *find(struct tcn_feed *feed, struct tcn_stream wanted) {
    for (uint32_t i = 0; i < feed->stream_count; i++) {
        if (tcn_stream_equals(feed->streams[i].stream, wanted)) {
            return &feed->streams[i];
        }
    }
    return NULL;
}

static uint64_t lower(uint64_t left, uint64_t right) {
    return left < right ? left : right;
}

/** The number before the first that is wanted, and whether it belonged to another generation. A
 * place beyond the head in this very generation is no mistake: the items before it were given while
 * they were certain and their state was not yet on disk, and a collector that was killed then has
 * still to derive them again. They keep their numbers, so the place stands. */
static uint64_t start_after(const struct tcn_feed_start *start, bool *out_is_reset) {
    uint64_t after = start->head;
    uint64_t generation = start->generation;
    if (start->wanted.from == TCN_FROM_CURSOR) {
        after = start->cursor_generation != 0 ? start->cursor : 0;
        generation = start->cursor_generation;
    } else if (start->wanted.from == TCN_FROM_NUMBER) {
        after = start->wanted.number > 0 ? start->wanted.number - 1 : 0;
        generation = start->wanted.generation;
    }
    /* proto/PROTOCOL.md, RESET: a cursor of an older one goes to min(cursor, fork). */
    bool is_reset = generation != 0 && generation != start->generation;
    if (generation == start->generation) {
        *out_is_reset = false;
        return after;
    }
    if (is_reset) {
        after = lower(after, start->fork);
    }
    *out_is_reset = is_reset || after > start->head;
    return lower(after, start->head);
}

enum tcn_status tcn_feed_add(struct tcn_feed *feed, const struct tcn_feed_start *start) {
    if (find(feed, start->wanted.stream) != NULL) {
        return TCN_EXISTS;
    }
    if (feed->stream_count == TCN_OPEN_STREAMS_MAX) {
        return TCN_LIMIT;
    }
    bool is_reset = false;
    uint64_t after = start_after(start, &is_reset);
    /* Only MOVE says that the subscriber has something for good. Where it wants to begin says less:
     * it may have received what lies before and not yet kept it. */
    uint64_t confirmed = after;
    uint64_t stored = after;
    if (start->wanted.from != TCN_FROM_CURSOR) {
        confirmed = lower(start->cursor, after);
        stored = start->cursor_generation == start->generation ? start->cursor : confirmed;
    }
    feed->streams[feed->stream_count] = (struct tcn_feed_stream){
        .stream = start->wanted.stream,
        .generation = start->generation,
        .head = after > start->head ? after : start->head,
        .next = after + 1,
        .cursor = confirmed,
        .stored = stored,
        .is_reset_due = is_reset,
        .is_head_due = true,
        .head_ns = LONG_AGO_NS,
    };
    feed->stream_count++;
    TCN_CHECK_SLOW(tcn_feed_is_sound(feed));
    return TCN_OK;
}

/** The stream that a FETCH or MOVE names.
 * Errors: TCN_ABSENT, TCN_STALE. */
static enum tcn_status find_current(struct tcn_feed *feed, const struct tcn_fetch *fetch,
                                    struct tcn_feed_stream **out_stream) {
    struct tcn_feed_stream *stream = find(feed, fetch->stream);
    if (stream == NULL) {
        return TCN_ABSENT;
    }
    if (fetch->generation != stream->generation) {
        return TCN_STALE;
    }
    *out_stream = stream;
    return TCN_OK;
}

enum tcn_status tcn_feed_fetch(struct tcn_feed *feed, const struct tcn_fetch *fetch) {
    struct tcn_feed_stream *stream = NULL;
    enum tcn_status status = find_current(feed, fetch, &stream);
    if (status == TCN_OK && fetch->number > stream->fetched) {
        stream->fetched = fetch->number;
    }
    return status;
}

enum tcn_status tcn_feed_move(struct tcn_feed *feed, const struct tcn_fetch *move) {
    struct tcn_feed_stream *stream = NULL;
    enum tcn_status status = find_current(feed, move, &stream);
    if (status == TCN_OK && move->number >= stream->next) {
        return TCN_BAD_VALUE;
    }
    if (status == TCN_OK && move->number > stream->cursor) {
        stream->cursor = move->number;
    }
    TCN_CHECK_SLOW(tcn_feed_is_sound(feed));
    return status;
}

void tcn_feed_grew(struct tcn_feed *feed, struct tcn_stream stream, uint64_t head) {
    struct tcn_feed_stream *grown = find(feed, stream);
    if (grown == NULL || head <= grown->head) {
        return;
    }
    bool was_level = grown->next > grown->head;
    grown->head = head;
    /* A hint, once, to a subscriber that waits without credit; one with credit gets the item
     * itself. */
    grown->is_head_due = grown->is_head_due || (was_level && grown->next > grown->fetched);
}

void tcn_feed_tell(struct tcn_feed *feed) {
    for (uint32_t i = 0; i < feed->stream_count; i++) {
        feed->streams[i].is_head_due = true;
    }
}

void tcn_feed_lost(struct tcn_feed *feed, struct tcn_stream stream, uint64_t last, uint32_t code) {
    struct tcn_feed_stream *holed = find(feed, stream);
    if (holed != NULL && last >= holed->next) {
        holed->gap_last = lower(last, holed->head);
        holed->gap_code = code;
        if (holed->gap_last < holed->next) {
            holed->gap_last = 0;
        }
    }
    TCN_CHECK_SLOW(tcn_feed_is_sound(feed));
}

void tcn_feed_close(struct tcn_feed *feed) {
    feed->is_closing = true;
}

/** What one stream wants sent, or NOTHING with its deadline. */
static struct tcn_feed_want want_of(const struct tcn_feed_stream *stream, int64_t now_ns) {
    struct tcn_feed_want want = {.kind = TCN_FEED_WANT_NOTHING,
                                 .stream = stream->stream,
                                 .generation = stream->generation,
                                 .first = stream->next,
                                 .last = stream->head,
                                 .deadline_ns = NEVER_NS};
    bool is_silent =
        stream->head_ns == LONG_AGO_NS || now_ns - stream->head_ns >= TCN_FEED_HEARTBEAT_NS;
    if (stream->is_reset_due) {
        want.kind = TCN_FEED_WANT_RESET;
    } else if (stream->is_head_due || is_silent) {
        want.kind = TCN_FEED_WANT_HEAD;
    } else if (stream->gap_last != 0) {
        want.kind = TCN_FEED_WANT_GAP;
        want.last = stream->gap_last;
        want.code = stream->gap_code;
    } else if (stream->next <= stream->head && stream->next <= stream->fetched) {
        want.kind = TCN_FEED_WANT_SEND;
        want.last = lower(lower(stream->head, stream->fetched), stream->next + TCN_ITEMS_MAX - 1);
    } else {
        want.deadline_ns = stream->head_ns + TCN_FEED_HEARTBEAT_NS;
    }
    return want;
}

/** The cursor that is to be stored now, or NOTHING with the time when one will be. */
static struct tcn_feed_want want_store(const struct tcn_feed *feed, int64_t now_ns) {
    struct tcn_feed_want want = {.kind = TCN_FEED_WANT_NOTHING, .deadline_ns = NEVER_NS};
    bool is_due = feed->is_closing || feed->stored_ns == LONG_AGO_NS ||
                  now_ns - feed->stored_ns >= TCN_FEED_CURSOR_STORE_NS ||
                  now_ns == feed->stored_ns; /* the other streams of the same moment */
    for (uint32_t i = 0; i < feed->stream_count && feed->is_durable; i++) {
        const struct tcn_feed_stream *stream = &feed->streams[i];
        if (stream->cursor <= stream->stored) {
            continue;
        }
        if (is_due) {
            want.kind = TCN_FEED_WANT_STORE;
            want.stream = stream->stream;
            want.generation = stream->generation;
            want.last = stream->cursor;
            return want;
        }
        want.deadline_ns = feed->stored_ns + TCN_FEED_CURSOR_STORE_NS;
    }
    return want;
}

struct tcn_feed_want tcn_feed_want(const struct tcn_feed *feed, int64_t now_ns) {
    struct tcn_feed_want idle = want_store(feed, now_ns);
    if (idle.kind != TCN_FEED_WANT_NOTHING || feed->is_closing) {
        return idle;
    }
    for (uint32_t i = 0; i < feed->stream_count; i++) {
        uint32_t index = (feed->turn + i) % feed->stream_count;
        struct tcn_feed_want want = want_of(&feed->streams[index], now_ns);
        if (want.kind != TCN_FEED_WANT_NOTHING) {
            return want;
        }
        if (want.deadline_ns < idle.deadline_ns) {
            idle.deadline_ns = want.deadline_ns;
        }
    }
    return idle;
}

/** The turn goes to the stream after this one. */
static void pass_turn(struct tcn_feed *feed, const struct tcn_feed_stream *stream) {
    feed->turn = ((uint32_t)(stream - feed->streams) + 1) % feed->stream_count;
}

void tcn_feed_done(struct tcn_feed *feed, const struct tcn_feed_want *want, int64_t now_ns) {
    struct tcn_feed_stream *stream = find(feed, want->stream);
    TCN_CHECK(stream != NULL && want->kind != TCN_FEED_WANT_NOTHING);
    switch (want->kind) {
    case TCN_FEED_WANT_RESET:
        stream->is_reset_due = false;
        break;
    case TCN_FEED_WANT_HEAD:
        stream->is_head_due = false;
        stream->head_ns = now_ns;
        break;
    case TCN_FEED_WANT_GAP:
        stream->next = stream->gap_last + 1;
        stream->gap_last = 0;
        break;
    case TCN_FEED_WANT_SEND:
        TCN_CHECK(want->last >= stream->next && want->last <= stream->head);
        TCN_CHECK(want->last <= stream->fetched);
        stream->next = want->last + 1;
        pass_turn(feed, stream);
        break;
    case TCN_FEED_WANT_STORE:
        TCN_CHECK(want->last > stream->stored && want->last <= stream->cursor);
        stream->stored = want->last;
        feed->stored_ns = now_ns;
        break;
    case TCN_FEED_WANT_NOTHING:
        break;
    }
    TCN_CHECK_SLOW(tcn_feed_is_sound(feed));
}
