/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sessions of readers: one for a connection that asked, so that what was signed in one is good
 * in no other. They live in memory only: a collector that was started anew knows none, and says
 * "stale" to whoever names one.
 *
 * Limits: TCN_SESSIONS_MAX, and TCN_PRINCIPAL_SESSIONS_MAX of them for one principal; the one that
 * was not used for longest makes room, and its reader asks for another. One table, one thread.
 */
#ifndef TCN_COLLECTOR_SESSIONS_H
#define TCN_COLLECTOR_SESSIONS_H

#include "model/feed.h"
#include "model/message.h"

/** The table. Opaque: about a MiB. */
struct tcn_sessions;

/** One session. Lent until the next call. */
struct tcn_session_row {
    struct tcn_stamp stamp; /**< who asked, and on which connection */
    struct tcn_id nonce;    /**< of its SESSION_ASK */
    struct tcn_hash hash;   /**< of the SESSION; set by who made that */
    uint32_t key_count;     /**< successors of the collector's key that came with it */
    uint64_t last_request;  /**< the highest that was taken; requests rise */
};

/** Makes an empty table. Owns: gives it. Errors: TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_sessions_create(struct tcn_sessions **out_sessions);

/** Frees it; accepts NULL, leaves NULL. */
void tcn_sessions_destroy(struct tcn_sessions **sessions);

/** Gives the session of a SESSION_ASK: the one that it had before, when it is said again, else a
 * new one with the number `random`, in place of the connection's old one. Never NULL.
 * Owns: lends the row. */
struct tcn_session_row *tcn_sessions_get(struct tcn_sessions *sessions,
                                         const struct tcn_stamp *stamp, const struct tcn_id *nonce,
                                         uint64_t random, uint64_t *out_number);

/** The session of that number, when it is of this principal and connection; else NULL. Counts as
 * use. Owns: lends the row. */
struct tcn_session_row *tcn_sessions_find(struct tcn_sessions *sessions,
                                          const struct tcn_stamp *stamp, uint64_t number);

/** A connection is gone, and with it its session. */
void tcn_sessions_gone(struct tcn_sessions *sessions, uint64_t connection);

/** Sessions now; 0 when empty. */
uint32_t tcn_sessions_count(const struct tcn_sessions *sessions);

/** Sessions that made room for others since the table was made. */
uint64_t tcn_sessions_evicted(const struct tcn_sessions *sessions);

#endif
