/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A durable subscription: the shell round core/subscriber. It opens, fetches, checks that the
 * numbers have no holes, resumes at the cursor after any restart, and hands over one happening at a
 * time: an item, a gap before the next item, a reset, silence, and the end of silence. The cursor
 * moves only after the application said that it has the item for good. One thread.
 */
#ifndef TCN_CLIENT_WATCH_H
#define TCN_CLIENT_WATCH_H

#include "client/session.h"
#include "model/feed.h"

/** What there is to tell. */
enum tcn_watch_kind {
    TCN_WATCH_ITEM = 1,   /**< `item` */
    TCN_WATCH_GAP,        /**< `gap`: these numbers will not come */
    TCN_WATCH_RESET,      /**< `reset`: the log was restored, numbering goes on from `next` */
    TCN_WATCH_SILENT,     /**< no word from the collector for 40 s: what is shown may be old */
    TCN_WATCH_BACK,       /**< the collector speaks again */
    TCN_WATCH_CAUGHT_UP,  /**< everything up to the heads was handed over */
    TCN_WATCH_STANDSTILL, /**< `standstill`: the collector derives nothing new, or again, when 0 */
};

/** One thing to tell. Lent until the next call. */
struct tcn_watch_event {
    enum tcn_watch_kind kind;
    struct tcn_item item;
    struct tcn_gap gap;
    struct tcn_reset reset;
    uint32_t standstill; /**< why: TCN_FULL, TCN_NOMEM, TCN_HALTED; 0 no more */
};

/** The subscription. Opaque. */
struct tcn_watch;

/** Begins one on a session that nothing else uses.
 * Owns: lends the session until the close; copies the rest; gives the watch.
 * Errors: TCN_LIMIT over TCN_OPEN_STREAMS_MAX streams; TCN_EXISTS a stream twice; TCN_TOOBIG the
 * name; TCN_NOMEM. Thread: the session's. */
TCN_MUST_CHECK enum tcn_status tcn_watch_open(struct tcn_session *session,
                                              const struct tcn_open *open,
                                              struct tcn_watch **out_watch);

/** Sends the last cursor and waits for at most a second until the collector has it, whatever the
 * stop descriptor says; ends. A collector that is not there keeps the older cursor, and a few items
 * come twice. Accepts NULL, leaves NULL. */
void tcn_watch_close(struct tcn_watch **watch);

/** Waits for the next thing to tell.
 * Owns: out_event lends until the next call.
 * Errors: TCN_TIMEOUT nothing until `deadline_ns`; TCN_DENIED the collector refuses this
 * subscription; TCN_BAD_SIGNATURE, TCN_FOREIGN_LOG as tcn_session_recv: the watch is over, and no
 * cursor has moved for what was not handed over; TCN_CANCELED the stop descriptor; TCN_NOMEM;
 * TCN_IO; TCN_CLOSED. Thread: the session's. */
TCN_MUST_CHECK enum tcn_status tcn_watch_next(struct tcn_watch *watch, int64_t deadline_ns,
                                              struct tcn_watch_event *out_event);

/** When the collector was last heard, of the monotonic clock; 0: not yet. Thread: the session's. */
int64_t tcn_watch_heard_ns(const struct tcn_watch *watch);

/** The application has everything of the stream up to this number for good. Thread: the session's.
 */
void tcn_watch_taken(struct tcn_watch *watch, struct tcn_stream stream, uint64_t number);

#endif
