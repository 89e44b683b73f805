/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader's side of a session: which SESSION answers its SESSION_ASK, which requests wait for
 * answers, and whether what the collector tells comes whole and in order. It decides; the shell
 * sends, and checks signatures before it asks here. A broker may drop, repeat and reorder what it
 * likes: each is seen, and nothing is taken twice or out of its place.
 *
 *            tcn_dialog_begin            tcn_dialog_join
 *  ┌──────┐  SESSION_ASK sent  ┌───────┐  its SESSION came   ┌────────┐ OPEN, REPLAY, ASK ▶
 *  │ NONE │───────────────────▶│ ASKED │────────────────────▶│ JOINED │ ◀ what is told
 *  └──────┘                    └───────┘                     └────────┘
 *      ▲                           │                             │
 *      └───────────────────────────┴───── tcn_dialog_leave ──────┘
 *                              ERROR stale, AGAIN of the broker
 *
 * One struct, one thread.
 */
#ifndef TCN_CORE_DIALOG_H
#define TCN_CORE_DIALOG_H

#include "model/feed.h"
#include "model/message.h"

/** Where it stands. */
enum tcn_dialog_state {
    TCN_DIALOG_NONE = 0,
    TCN_DIALOG_ASKED,
    TCN_DIALOG_JOINED,
};

/** A reader's session. Open: embedded; written by the functions here only. Zeroed is NONE. */
struct tcn_dialog {
    enum tcn_dialog_state state;
    struct tcn_id nonce;   /**< of the SESSION_ASK that was said last */
    uint64_t ask_request;  /**< and its request */
    uint64_t session;      /**< named by every request; JOINED only */
    struct tcn_hash hash;  /**< of the SESSION */
    struct tcn_id log_id;  /**< of the first session; all others are of the same log */
    uint64_t generation;   /**< of the last session; never falls */
    uint64_t first;        /**< answers are waited for to the requests from here */
    uint64_t last;         /**< to here; 0 when to none */
    uint64_t number;       /**< of the last message that was taken for `last` */
    uint64_t repeat_count; /**< messages that came again */
    uint64_t hole_count;   /**< messages before which others are missing */
};

/** What to do with a message whose signature fits. */
enum tcn_dialog_verdict {
    TCN_DIALOG_TAKE = 1,
    TCN_DIALOG_REPEAT, /**< it came before: drop it */
    TCN_DIALOG_HOLE,   /**< others before it are missing: drop it, ask anew */
};

/** The state's name in lower case; "none" too when unknown. Thread: any. */
const char *tcn_dialog_state_name(enum tcn_dialog_state state);

/** True when the table allows the move. Thread: any. */
bool tcn_dialog_may_move(enum tcn_dialog_state from, enum tcn_dialog_state to);

/** A SESSION_ASK is to be said: gives the nonce and the request that it has. While one is under way
 * these are the old ones, so that a late answer still fits. */
void tcn_dialog_begin(struct tcn_dialog *dialog, const struct tcn_id *nonce, uint64_t request);

/** True when a SESSION with this header answers the SESSION_ASK that is under way, as far as the
 * header can tell; others are passed over. */
bool tcn_dialog_is_awaited(const struct tcn_dialog *dialog, const struct tcn_header *header);

/** An awaited SESSION came and its signature fits. `hash` is that of its frame. Requests from now
 * on are of it.
 * Errors: TCN_BAD_SIGNATURE it answers another SESSION_ASK: a broker told it; TCN_FOREIGN_LOG it is
 * of another log than the session before, or of an older generation. */
TCN_MUST_CHECK enum tcn_status tcn_dialog_join(struct tcn_dialog *dialog,
                                               const struct tcn_session_given *given,
                                               const struct tcn_hash *hash);

/** Answers to this request are waited for; to the ones before it no more, but when the same
 * question is put again (`is_again`) their answers do as well. Requests rise. */
void tcn_dialog_expect(struct tcn_dialog *dialog, uint64_t request, bool is_again);

/** True for a told message of a request that is waited for: its signature is due. All others are
 * passed over. */
bool tcn_dialog_is_due(const struct tcn_dialog *dialog, const struct tcn_header *header);

/** A due message came and its signature fits. After a hole nothing is waited for. */
enum tcn_dialog_verdict tcn_dialog_take(struct tcn_dialog *dialog, const struct tcn_header *header);

/** The session is over; what was asked in it is not waited for. */
void tcn_dialog_leave(struct tcn_dialog *dialog);

#endif
