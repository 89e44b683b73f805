/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of an item that an organ was told, as far as history tells it: what it was, which
 * items told of a matter, and by which acts organs said that they know of it or have it in hand.
 * Rows of the state; what a question makes of them is struct tcn_notice (model/query.h).
 */
#ifndef TCN_MODEL_NOTICE_H
#define TCN_MODEL_NOTICE_H

#include "model/event.h"
#include "model/feed.h"
#include "model/limits.h"

/** What an item was to its organ. Numbers are on the wire. */
enum tcn_notice_kind {
    TCN_NOTICE_NONE = 0,
    TCN_NOTICE_NEW = 1,    /**< something new */
    TCN_NOTICE_AGAIN = 2,  /**< one before it of the same matter was in nobody's hand */
    TCN_NOTICE_REMIND = 3, /**< a step of a ladder, to whose duty it is */
    TCN_NOTICE_URGE = 4,   /**< a harder one, likewise */
    TCN_NOTICE_UP = 5,     /**< a step of a ladder, to somebody else: above, beside, the desk */
    TCN_NOTICE_UNDELIVERABLE = 6, /**< nobody fetched what another organ was told */
};

/** That an item told of a matter. Open: a row of the state, copied. */
struct tcn_telling {
    uint64_t birth_position; /**< the matter's */
    uint64_t position;       /**< of the event that made the item */
    struct tcn_stream stream;
    uint64_t number;
};

/** An act by which an organ says that it knows of a matter, or has it in hand: any that stops its
 * ladder (core/ladder). Open: a row of the state, copied. */
struct tcn_deed {
    uint64_t birth_position; /**< the matter's */
    uint16_t organ;          /**< whose act it is */
    enum tcn_act act;        /**< ACKNOWLEDGED: it knows; any other: it has it in hand */
    uint64_t position;       /**< of the act */
    int64_t log_time_ns;
    char post[TCN_WORD_BYTES_MAX + 1]; /**< that acts, as it was said; cut; empty when not said */
};

/** What an item was. Thread: any. */
enum tcn_notice_kind tcn_notice_kind_of(const struct tcn_alert *alert);
/** "new", "again", "remind", "urge", "up", "undeliverable" or "none". Thread: any. */
const char *tcn_notice_kind_name(enum tcn_notice_kind told);

#endif
