/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of whom the collector has no word. Agents say HELLO at least once a minute, so a source that is
 * not heard for TCN_SILENCE_NS is unreachable: its PC is off, its link is down, or it was stopped.
 * Nothing tells these apart yet. When nobody at all is heard it is rather our own line, and that is
 * said instead, as source 0.
 *
 *             not heard for `patience`
 *   HEARD ──────────────────────────────▶ SILENT
 *     ▲                                     │
 *     └──────────────── heard ──────────────┘  `patience` doubles, up to TCN_SILENCE_MAX_NS, unless
 *                                              it was heard for twice that long in between
 *
 * So a link that flaps is said about once an hour at most, and a PC that is off each night once a
 * night. One struct, one thread: the log writer's. Every `now_ns` is of the monotonic clock.
 */
#ifndef TCN_CORE_REACH_H
#define TCN_CORE_REACH_H

#include "model/id.h"
#include "model/limits.h"

/** One source, or everybody. Open: embedded. */
struct tcn_reach_source {
    uint32_t source; /**< 0: everybody */
    bool is_silent;
    int64_t heard_ns;     /**< the last time, or when it was first expected */
    int64_t heard_log_ns; /**< log time then; 0 when not known */
    int64_t patience_ns;  /**< silence that makes it unreachable */
    int64_t ended_ns;     /**< when the last silence ended; 0 when there was none */
};

/** All of them. Open: 200 KiB, so it is made on the heap. */
struct tcn_reach {
    struct tcn_reach_source all;                         /**< everybody */
    struct tcn_reach_source sources[TCN_PRINCIPALS_MAX]; /**< sorted by source */
    uint32_t count;
    uint32_t cursor;        /**< of tcn_reach_next: looked at so far */
    int64_t looked_ns;      /**< when it began anew */
    uint64_t unheard_count; /**< sources for which there was no room */
};

/** What a word of a source ends. A bit set. */
enum tcn_reach_news {
    TCN_REACH_NO_NEWS = 0,
    TCN_REACH_SOURCE = 1,    /**< its own silence */
    TCN_REACH_EVERYBODY = 2, /**< everybody's */
};

/** Starts with nobody expected. Thread: the log writer's, as for all here. */
void tcn_reach_init(struct tcn_reach *reach, int64_t now_ns);
/** Expects a source from now on; source 0 with is_silent: everybody is silent. One that is expected
 * already only takes is_silent. */
void tcn_reach_expect(struct tcn_reach *reach, uint32_t source, bool is_silent, int64_t now_ns);
/** Time begins now: nobody was silent yet but those who are said to be. Thread: the log writer's.
 */
void tcn_reach_begin(struct tcn_reach *reach, int64_t now_ns);
/** A word of a source came; it is expected from now on. Gives enum tcn_reach_news bits. */
uint32_t tcn_reach_heard(struct tcn_reach *reach, uint32_t source, int64_t now_ns,
                         int64_t log_time_ns);
/** The next that became unreachable, each once; false when there is none now. Looks through all at
 * most once a second. Owns: lent until the next call. */
bool tcn_reach_next(struct tcn_reach *reach, int64_t now_ns,
                    const struct tcn_reach_source **out_source);

#endif
