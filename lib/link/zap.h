/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ZAP handler: every CURVE handshake of a server socket of this link asks it whether the
 * client's key may speak. It lives in its owner's thread and poller. Open it before the first
 * server socket binds; while it is closed, every handshake is refused. A link has at most one.
 * Source: ZeroMQ RFC 27.
 */
#ifndef TCN_LINK_ZAP_H
#define TCN_LINK_ZAP_H

#include "link/sock.h"

/** Requests that one step answers at most. */
#define TCN_ZAP_STEP_MAX 64

/** The handler. Opaque: it owns a socket. */
struct tcn_zap;

/** What the handler answered since it was opened. Open: plain numbers. */
struct tcn_zap_counts {
    uint64_t accept_count;    /**< status 200 */
    uint64_t later_count;     /**< status 300 */
    uint64_t deny_count;      /**< status 400 */
    uint64_t malformed_count; /**< status 500, or no answer where none could be addressed */
};

/** Says whether a public key may speak and under which user id. It writes 1 to
 * TCN_USER_ID_BYTES - 1 bytes and a NUL and returns TCN_OK to accept. TCN_AGAIN or TCN_BUSY
 * says "not now" (300): the client's socket tries again by itself, so this is the answer while
 * the keys are not loaded. Anything else denies (400): the client's socket gives up until its
 * program opens a new one. Called from tcn_zap_step only.
 * Owns: lends domain and key for the call. */
typedef enum tcn_status tcn_zap_lookup(void *context, const char *domain,
                                       const uint8_t key[TCN_CURVE_KEY_BYTES],
                                       char out_user_id[TCN_USER_ID_BYTES]);

/** Opens the handler for one domain, 1 to 255 bytes; requests for another are denied.
 * Owns: copies the domain, gives the handler.
 * Errors: TCN_CONFIG the domain is empty or too long; TCN_LOCKED the link has a handler already;
 * TCN_LIMIT; TCN_CLOSED; TCN_NOMEM.
 * Thread: the caller becomes the owner. */
TCN_MUST_CHECK enum tcn_status tcn_zap_open(struct tcn_link *link, const char *domain,
                                            struct tcn_zap **out_zap);

/** Takes a second domain, whose server sockets let in other keys; the lookup is told which.
 * Owns: copies the domain.
 * Errors: TCN_CONFIG the domain is empty or too long; TCN_LIMIT there are two already.
 * Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_zap_add(struct tcn_zap *zap, const char *domain);

/** Closes the handler: from now on every handshake is refused. Accepts NULL, leaves NULL.
 * Thread: owner. */
void tcn_zap_close(struct tcn_zap **zap);

/** The socket to watch for TCN_POLL_IN. Owns: lent for the handler's life. */
struct tcn_sock *tcn_zap_sock(struct tcn_zap *zap);

/** Answers the waiting requests, at most TCN_ZAP_STEP_MAX.
 * Errors: TCN_CLOSED the link is shut down; TCN_NOMEM; TCN_IO.
 * Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_zap_step(struct tcn_zap *zap, tcn_zap_lookup *lookup,
                                            void *context);

/** What the handler answered so far. Thread: owner. */
struct tcn_zap_counts tcn_zap_counts(const struct tcn_zap *zap);

#endif
