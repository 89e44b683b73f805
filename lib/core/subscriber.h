/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The watcher's side of one subscription: are the numbers without holes, what credit to give, how
 * far the cursor goes, and is the collector still there. The shell pulls with `want`, shows what
 * `item` tells it to take, and calls `taken` when the application has it for good.
 *
 *               OPENED                 40 s without a word
 *   OPENING ───────────────▶ OPEN ───────────────────────────▶ SILENT
 *    ▲ │ ▲                   │  ▲                                │ │
 *    │ │ └── hole, lost ─────┘  └────────── any word ────────────┘ │
 *    │ └─────────────── 40 s without a word ──────────────────────▶│
 *    └──────────────────────────── lost ───────────────────────────┘
 *
 * In SILENT people are told and OPEN is said again and again.
 *
 * One subscriber, one thread; every `now_ns` is of the monotonic clock.
 */
#ifndef TCN_CORE_SUBSCRIBER_H
#define TCN_CORE_SUBSCRIBER_H

#include "model/feed.h"

#define TCN_SUBSCRIBER_SILENCE_NS INT64_C(40000000000) /* "no word from the collector for 40 s" */
#define TCN_SUBSCRIBER_OPEN_RETRY_NS INT64_C(5000000000)
/* After so long without a word the last FETCH is said again. It changes nothing where the session
 * lives, and is answered TCN_STALE where collector or broker were started again: then OPEN. */
#define TCN_SUBSCRIBER_PROBE_NS INT64_C(2000000000)
#define TCN_SUBSCRIBER_MOVE_NS INT64_C(1000000000) /* MOVE at most so often for one stream */
#define TCN_SUBSCRIBER_WINDOW 1024                 /* items asked for ahead of what was taken */

/** Where a subscription stands. */
enum tcn_subscriber_state {
    TCN_SUBSCRIBER_OPENING = 0, /**< OPEN is due or said */
    TCN_SUBSCRIBER_OPEN,
    TCN_SUBSCRIBER_SILENT, /**< no word for 40 s: tell people */
};

/** One stream. */
struct tcn_subscriber_stream {
    struct tcn_open_stream wanted; /**< for the next OPEN; follows what was taken */
    uint64_t generation;           /**< 0 before the first HEAD, RESET or item */
    uint64_t next;                 /**< the next number expected; 0 when the collector decides */
    uint64_t fetched;              /**< credit given */
    uint64_t taken;                /**< the last that the application has */
    uint64_t moved;                /**< the last MOVE sent */
    int64_t moved_ns;
    uint64_t head;    /**< as last heard */
    uint64_t gap;     /**< first of the gaps that end at `next`; 0 when an item is there */
    bool is_reopened; /**< OPENED came and no HEAD since */
};

/** A subscription. Open: embedded; written by the functions here only. */
struct tcn_subscriber {
    enum tcn_subscriber_state state;
    struct tcn_subscriber_stream streams[TCN_OPEN_STREAMS_MAX];
    uint32_t stream_count;
    uint64_t window;
    int64_t said_ns;  /**< OPEN was sent then; INT64_MIN when it is due */
    int64_t heard_ns; /**< last word of the collector */
    int64_t asked_ns; /**< last FETCH; INT64_MIN when none */
    uint64_t hole_count;
    uint64_t duplicate_count;
};

/** What to do with an item. */
enum tcn_subscriber_verdict {
    TCN_SUBSCRIBER_TAKE = 1,  /**< hand it to the application */
    TCN_SUBSCRIBER_DUPLICATE, /**< seen already: drop it */
    TCN_SUBSCRIBER_HOLE,      /**< numbers are missing before it: drop it; OPEN will be wanted */
    TCN_SUBSCRIBER_STRANGER,  /**< not of a stream or generation that is open: drop it */
};

/** What to send. */
enum tcn_subscriber_want_kind {
    TCN_SUBSCRIBER_WANT_NOTHING = 0,
    TCN_SUBSCRIBER_WANT_OPEN,  /**< with each stream's `wanted` */
    TCN_SUBSCRIBER_WANT_FETCH, /**< credit up to `fetch.number` */
    TCN_SUBSCRIBER_WANT_MOVE,  /**< the cursor stands at `fetch.number` */
};

/** The next thing to send. */
struct tcn_subscriber_want {
    enum tcn_subscriber_want_kind kind;
    struct tcn_fetch fetch; /**< for FETCH and MOVE */
    int64_t deadline_ns;    /**< for NOTHING: ask again, by tcn_subscriber_tick, then */
};

/** Starts in OPENING with no stream. `window` is the credit in items, 0 for TCN_SUBSCRIBER_WINDOW.
 * Thread: the subscriber's. */
void tcn_subscriber_init(struct tcn_subscriber *subscriber, uint64_t window, int64_t now_ns);
/** Adds a stream, before the first OPEN.
 * Errors: TCN_LIMIT TCN_OPEN_STREAMS_MAX reached; TCN_EXISTS it is there already.
 * Thread: the subscriber's. */
TCN_MUST_CHECK enum tcn_status tcn_subscriber_add(struct tcn_subscriber *subscriber,
                                                  const struct tcn_open_stream *stream);
/** OPENED arrived. Thread: the subscriber's. */
void tcn_subscriber_opened(struct tcn_subscriber *subscriber, int64_t now_ns);
/** The connection or the session is gone (ERROR, TCN_STALE): OPEN will be wanted.
 * Thread: the subscriber's. */
void tcn_subscriber_lost(struct tcn_subscriber *subscriber);
/** OPEN was answered with "later" (ERROR): it will be wanted again, but not before a while has
 * passed since it was said. Thread: the subscriber's. */
void tcn_subscriber_put_off(struct tcn_subscriber *subscriber);
/** An item arrived. Thread: the subscriber's. */
enum tcn_subscriber_verdict tcn_subscriber_item(struct tcn_subscriber *subscriber,
                                                const struct tcn_alert *alert, int64_t now_ns);
/** GAP arrived: true when it follows what was received and must be told before the next item; false
 * for one that is old or does not fit (OPEN will then be wanted). Thread: the subscriber's. */
bool tcn_subscriber_gap(struct tcn_subscriber *subscriber, const struct tcn_gap *gap,
                        int64_t now_ns);
/** RESET arrived: true when the stream goes on from reset->next. What was received before that
 * stays untaken until tcn_subscriber_taken. Thread: the subscriber's. */
bool tcn_subscriber_reset(struct tcn_subscriber *subscriber, const struct tcn_reset *reset,
                          int64_t now_ns);
/** HEAD arrived. Thread: the subscriber's. */
void tcn_subscriber_head(struct tcn_subscriber *subscriber, const struct tcn_head *head,
                         int64_t now_ns);
/** The application has everything of a stream up to a number for good. Beyond what was received, or
 * less than before: changes nothing. Thread: the subscriber's. */
void tcn_subscriber_taken(struct tcn_subscriber *subscriber, struct tcn_stream stream,
                          uint64_t number);
/** Lets time pass: silence, an OPEN without an answer. Thread: the subscriber's. */
void tcn_subscriber_tick(struct tcn_subscriber *subscriber, int64_t now_ns);
/** What to send now. Changes nothing. Thread: the subscriber's. */
struct tcn_subscriber_want tcn_subscriber_want(const struct tcn_subscriber *subscriber,
                                               int64_t now_ns);
/** It was sent. Thread: the subscriber's. */
void tcn_subscriber_done(struct tcn_subscriber *subscriber, const struct tcn_subscriber_want *want,
                         int64_t now_ns);
/** Items between what was taken and the heads, as last heard; 0 when up to date. Thread: the
 * subscriber's. */
uint64_t tcn_subscriber_behind(const struct tcn_subscriber *subscriber);
/** True when the numbers hold together; for tests and TCN_CHECK_SLOW. Thread: the subscriber's. */
bool tcn_subscriber_is_sound(const struct tcn_subscriber *subscriber);
/** True when the table of moves has it. Thread: any. */
bool tcn_subscriber_may_move(enum tcn_subscriber_state from, enum tcn_subscriber_state to);
/** "opening", "open" or "silent". Thread: any. */
const char *tcn_subscriber_state_name(enum tcn_subscriber_state state);

#endif
