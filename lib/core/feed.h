/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector's side of one subscription: which numbers of which stream go out next. The shell
 * pulls: `want` names the next thing to do, the shell does it and says `done`. Each stream is sent
 * without a hole: what cannot be sent is a GAP before the next item, what belonged to another
 * generation a RESET.
 *
 * Cursors: MOVE says that the subscriber has everything up to a number. A cursor never moves back,
 * never passes what was sent, and is stored at most once a second for one name. One feed, one
 * thread.
 */
#ifndef TCN_CORE_FEED_H
#define TCN_CORE_FEED_H

#include "model/feed.h"

#define TCN_FEED_HEARTBEAT_NS INT64_C(10000000000) /* a HEAD for each stream at least so often */
#define TCN_FEED_CURSOR_STORE_NS                                                                   \
    INT64_C(1000000000) /* a name's cursors are stored at most so often */

/** A stream of a subscription as it is opened. */
struct tcn_feed_start {
    struct tcn_open_stream wanted; /**< from OPEN */
    uint64_t generation;           /**< of the log */
    uint64_t fork;   /**< the stream's last number when the generation began; UINT64_MAX when it
                      * is not known that anything was lost */
    uint64_t head;   /**< the stream's last number; 0 when empty */
    uint64_t cursor; /**< stored for the name; 0 when none */
    uint64_t cursor_generation; /**< 0 when there is no cursor */
};

/** One stream. */
struct tcn_feed_stream {
    struct tcn_stream stream;
    uint64_t generation;
    uint64_t head;
    uint64_t next;     /**< the next number to send */
    uint64_t fetched;  /**< credit: the last number that was asked for */
    uint64_t cursor;   /**< the last number that MOVE confirmed */
    uint64_t stored;   /**< the last cursor that was stored */
    uint64_t gap_last; /**< next to gap_last are lost; 0 when no gap stands before next */
    uint32_t gap_code;
    bool is_reset_due;
    bool is_head_due;
    int64_t head_ns; /**< when the last HEAD went out */
};

/** A subscription. Open: embedded; written by the functions here only. */
struct tcn_feed {
    struct tcn_feed_stream streams[TCN_OPEN_STREAMS_MAX];
    uint32_t stream_count;
    uint32_t turn;     /**< whose turn it is, so that one long stream does not starve the others */
    bool is_durable;   /**< it has a name: cursors are stored */
    bool is_closing;   /**< what is not yet stored is due at once */
    int64_t stored_ns; /**< when a cursor was last stored; INT64_MIN when never */
};

/** What is to be done. */
enum tcn_feed_want_kind {
    TCN_FEED_WANT_NOTHING = 0,
    TCN_FEED_WANT_RESET, /**< send RESET: generation, next = `first` */
    TCN_FEED_WANT_HEAD,  /**< send HEAD: generation, number = `last`, next = `first` */
    TCN_FEED_WANT_GAP,   /**< send GAP: first to last, code */
    TCN_FEED_WANT_SEND,  /**< send the items first to last, or fewer from first on */
    TCN_FEED_WANT_STORE, /**< store the cursor `last` (collector's own DELIVERED event) */
};

/** The next thing to do. */
struct tcn_feed_want {
    enum tcn_feed_want_kind kind;
    struct tcn_stream stream;
    uint64_t generation;
    uint64_t first;
    uint64_t last;
    uint32_t code;
    int64_t deadline_ns; /**< for NOTHING: ask again then; INT64_MAX when only an input can change
                            anything */
};

/** Starts an empty subscription. Thread: the feed's. */
void tcn_feed_init(struct tcn_feed *feed, bool is_durable);
/** Adds a stream of the OPEN.
 * Errors: TCN_LIMIT TCN_OPEN_STREAMS_MAX reached; TCN_EXISTS the stream is there already.
 * Thread: the feed's. */
TCN_MUST_CHECK enum tcn_status tcn_feed_add(struct tcn_feed *feed,
                                            const struct tcn_feed_start *start);
/** FETCH: absolute credit; less than before changes nothing.
 * Errors: TCN_ABSENT no such stream here; TCN_STALE another generation. Thread: the feed's. */
TCN_MUST_CHECK enum tcn_status tcn_feed_fetch(struct tcn_feed *feed, const struct tcn_fetch *fetch);
/** MOVE: the cursor stands here; less than before changes nothing.
 * Errors: TCN_ABSENT no such stream here; TCN_STALE another generation; TCN_BAD_VALUE beyond what
 * was sent. Thread: the feed's. */
TCN_MUST_CHECK enum tcn_status tcn_feed_move(struct tcn_feed *feed, const struct tcn_fetch *move);
/** A stream has grown to `head`; a stream that is not here, or less than before, changes nothing.
 * Thread: the feed's. */
void tcn_feed_grew(struct tcn_feed *feed, struct tcn_stream stream, uint64_t head);
/** A HEAD of each stream is due. Thread: the feed's. */
void tcn_feed_tell(struct tcn_feed *feed);
/** The shell found that `next` to `last` cannot be sent. Call it instead of done for SEND. Numbers
 * below next change nothing. Thread: the feed's. */
void tcn_feed_lost(struct tcn_feed *feed, struct tcn_stream stream, uint64_t last, uint32_t code);
/** The subscriber is leaving: wants STORE for what is not yet stored, and nothing else.
 * Thread: the feed's. */
void tcn_feed_close(struct tcn_feed *feed);
/** What to do now. Changes nothing. Thread: the feed's. */
struct tcn_feed_want tcn_feed_want(const struct tcn_feed *feed, int64_t now_ns);
/** It was done; for SEND `want->last` is the last that really went out. Thread: the feed's. */
void tcn_feed_done(struct tcn_feed *feed, const struct tcn_feed_want *want, int64_t now_ns);
/** True when the feed's numbers hold together; for tests and TCN_CHECK_SLOW. Thread: the feed's. */
bool tcn_feed_is_sound(const struct tcn_feed *feed);
/** "nothing", "reset", "head", "gap", "send" or "store". Thread: any. */
const char *tcn_feed_want_name(enum tcn_feed_want_kind kind);

#endif
