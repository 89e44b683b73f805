/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program's line to the collector, through the broker: one connection, whole messages, signatures
 * of the collector checked where a message carries one. It knows no subscription and no replay
 * (client/watch.h, client/replay.h, client/ask.h stand on it), and one of them uses it at a time.
 * Not thread-safe: one thread owns it.
 */
#ifndef TCN_CLIENT_SESSION_H
#define TCN_CLIENT_SESSION_H

#include "base/arena.h"
#include "link/parts.h"
#include "model/message.h"
#include "seal/init.h" /* for wiping what was read */
#include "seal/key.h"

/** Whom to talk to and as whom. Open: filled by the caller; keys are lent for the session's life.
 */
struct tcn_session_options {
    const char *broker_endpoint;         /**< the broker's front */
    struct tcn_public_key broker_key;    /**< its transport key, known beforehand */
    struct tcn_public_key collector_key; /**< signs items */
    const struct tcn_key_set *keys;      /**< own */
    int stop_descriptor;                 /**< readable: end every wait; -1 when there is none */
};

/** The line. Opaque. */
struct tcn_session;

/** A message that came. Lent until the next receive. */
struct tcn_session_message {
    struct tcn_header header;
    struct tcn_slice body; /**< empty when there is none */
};

/** Opens a line; it connects in the background.
 * Owns: gives the session.
 * Errors: TCN_CONFIG the address; TCN_LIMIT no descriptors; TCN_NOMEM.
 * Thread: the caller becomes its owner. */
TCN_MUST_CHECK enum tcn_status tcn_session_open(const struct tcn_session_options *options,
                                                struct tcn_session **out_session);

/** Closes it; accepts NULL, leaves NULL. Thread: owner. */
void tcn_session_close(struct tcn_session **session);

/** From now on the stop descriptor ends no wait: for what must still be said at the end. Thread:
 * owner. */
void tcn_session_ignore_stop(struct tcn_session *session);

/** Sends one message; waits for a connection until `deadline_ns` of the monotonic clock.
 * Errors: TCN_UNREACHABLE_PEER nobody was there in time; TCN_CANCELED the stop descriptor;
 * TCN_CLOSED; TCN_TOOBIG; TCN_IO. Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_session_send(struct tcn_session *session,
                                                const struct tcn_header *header,
                                                struct tcn_slice body, int64_t deadline_ns);

/** Takes the next message, waiting until `deadline_ns` at most. What does not decode, and items
 * whose signature is not the collector's, is counted and dropped: a broker cannot forge. Owns:
 * out_message lends until the next call. Errors: TCN_TIMEOUT; TCN_CANCELED the stop descriptor;
 * TCN_CLOSED; TCN_NOMEM; TCN_IO. Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_session_recv(struct tcn_session *session, int64_t deadline_ns,
                                                struct tcn_session_message *out_message);

/** The arena in which the caller decodes the message in hand; reset by every receive. Thread:
 * owner. */
struct tcn_arena *tcn_session_arena(struct tcn_session *session);

/** A number for a new request, never 0 and never the same twice in one session. Thread: owner. */
uint64_t tcn_session_request(struct tcn_session *session);

/** Messages dropped because they were damaged, or not the collector's. Thread: owner. */
uint64_t tcn_session_dropped_count(const struct tcn_session *session);

#endif
