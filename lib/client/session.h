/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program's line to the collector, through the broker: one connection, whole messages. It asks
 * for a reader's session by itself before the first request, and again when that is over, and hands
 * out nothing that the collector did not sign for the request in hand: a broker's word ends the
 * receive with TCN_BAD_SIGNATURE. It knows no subscription and no replay (client/watch.h,
 * client/replay.h, client/ask.h stand on it), and one of them uses it at a time. Not thread-safe:
 * one thread owns it.
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
    struct tcn_public_key collector_key; /**< signs what is told, or leads to who does */
    const struct tcn_broker_keys *told;  /**< of the broker's keys by a bundle; NULL: nothing */
    const char *known_dir;               /**< where what is told later is kept (client/known.h), and
                                              read at the opening; NULL: nowhere */
    const struct tcn_key_set *keys;      /**< own */
    int stop_descriptor;                 /**< readable: end every wait; -1 when there is none */
};

/** A request's body at most. */
#define TCN_SESSION_BODY_BYTES_MAX 2048

/** The line. Opaque. */
struct tcn_session;

/** A message that came. Lent until the next receive. */
struct tcn_session_message {
    struct tcn_header header;
    struct tcn_slice body;      /**< empty when there is none */
    struct tcn_slice signature; /**< behind it; empty when there is none. Checked only of what is
                                     told: of a BUNDLE it is the caller's to check */
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

/** Sends a request, OPEN, REPLAY or ASK, of at most TCN_SESSION_BODY_BYTES_MAX, under a new number.
 * Without a session it asks for one, and the request goes out in a later receive, as soon as the
 * session is there. Answers to requests before it do not come any more; with `is_again` the
 * question is the same as before, and they do. out_request is written before anything is sent.
 * Errors: as tcn_session_send. Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_session_ask(struct tcn_session *session, enum tcn_kind kind,
                                               struct tcn_slice body, bool is_again,
                                               int64_t deadline_ns, uint64_t *out_request);

/** Sends one message, signed if its kind wants that; waits for a connection until `deadline_ns` of
 * the monotonic clock. A MOVE without a session is left out: OPEN comes before the next.
 * Errors: TCN_UNREACHABLE_PEER nobody was there in time; TCN_CANCELED the stop descriptor;
 * TCN_CLOSED; TCN_TOOBIG; TCN_IO. Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_session_send(struct tcn_session *session,
                                                const struct tcn_header *header,
                                                struct tcn_slice body, int64_t deadline_ns);

/** Takes the next message, waiting until `deadline_ns` at most. What does not decode, came before,
 * or answers no request in hand is dropped. Owns: out_message lends until the next call. Errors:
 * TCN_BAD_SIGNATURE somebody told what the collector did not sign: nothing that comes on this line
 * is to be believed; TCN_FOREIGN_LOG the collector serves another log now, or an older generation;
 * TCN_SEQUENCE messages before the one that came are missing: ask anew; TCN_TIMEOUT; TCN_CANCELED
 * the stop descriptor; TCN_CLOSED; TCN_NOMEM; TCN_IO. Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_session_recv(struct tcn_session *session, int64_t deadline_ns,
                                                struct tcn_session_message *out_message);

/** Version of the bundle in force when the session was given that is the last; 0 before the first,
 * and when its collector does not say. Thread: owner. */
uint64_t tcn_session_bundle_version(const struct tcn_session *session);

/** The arena in which the caller decodes the message in hand; reset by every receive. Thread:
 * owner. */
struct tcn_arena *tcn_session_arena(struct tcn_session *session);

/** Messages dropped because they were damaged, or came again. Thread: owner. */
uint64_t tcn_session_dropped_count(const struct tcn_session *session);

#endif
