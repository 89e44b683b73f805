/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets. A socket has one of five roles, fixed when it is opened; the role decides whether it
 * authenticates and where it may bind or connect. It belongs to the thread that opened it, and
 * every call checks that. No call waits: what cannot be done now answers TCN_AGAIN.
 *
 * A dealer calls one address and keeps calling. What it takes for a connection goes down that
 * connection or nowhere: while nobody is connected it takes nothing, and what a broken connection
 * did not carry is dropped. Its owner learns of a break when it waits in a poller, when a receive
 * answers TCN_AGAIN, and within a millisecond when it sends; what it sends between the break and
 * then is dropped too.
 */
#ifndef TCN_LINK_SOCK_H
#define TCN_LINK_SOCK_H

#include "link/link.h"
#include "link/parts.h"

/** Bytes of a CURVE key, public or secret, in binary. */
#define TCN_CURVE_KEY_BYTES 32

/** Room for an address in text, its NUL included. */
#define TCN_ADDRESS_BYTES 256

/** Public keys of one server that a client can try. */
#define TCN_SERVER_KEYS_MAX 8

/** High-water mark at most, in messages; 0, which is without bound in libzmq, is not allowed. */
#define TCN_SOCK_HWM_MAX 100000

/** Frames that one receive throws away at most, when a message is over the limit. */
#define TCN_SOCK_DRAIN_MAX 256

/** What a socket is for. */
enum tcn_sock_role {
    TCN_SOCK_ROUTER_SERVER, /**< ROUTER, CURVE server: tcp and ipc; each peer passes the ZAP handler
                             */
    TCN_SOCK_DEALER_CLIENT, /**< DEALER, CURVE client: tcp and ipc */
    TCN_SOCK_ROUTER_LOCAL,  /**< ROUTER without CURVE: ipc and inproc */
    TCN_SOCK_DEALER_LOCAL,  /**< DEALER without CURVE: ipc and inproc */
    TCN_SOCK_PAIR,          /**< PAIR between two threads: inproc */
};

/** How to open a socket. Open: filled by the caller, who may forget it when open returns. */
struct tcn_sock_options {
    enum tcn_sock_role role;
    const uint8_t *public_key; /**< own CURVE public key; clients only */
    const uint8_t *secret_key; /**< own CURVE secret key; clients and servers */
    const uint8_t *server_key; /**< the server's CURVE public key; clients only */
    /** Keys at server_key, one behind the other: the server has one of them, and nobody knows yet
     * which. 0 for one. They are tried in turn, the one that was good last first. */
    size_t server_key_count;
    const char *zap_domain;   /**< what the ZAP handler is asked for, not empty; servers only */
    size_t frame_bytes_max;   /**< a network peer that sends a larger frame is cut off */
    size_t message_bytes_max; /**< a larger message is thrown away; 0 for 16 such frames */
    size_t hwm;               /**< messages queued each way, 1 to TCN_SOCK_HWM_MAX */
    uint64_t random;          /**< chance for the rest after a break: 200 to 600 ms */
    /** Silence that ends a connection, 0 for 15,000. On a slow line a frame that takes longer
     * than this never arrives, so frames must be cut to the line's speed. */
    size_t heartbeat_timeout_ms;
    bool insecure_loopback; /**< local roles: also unprotected tcp on 127.0.0.1 and [::1] */
    bool ipv6;              /**< allow IPv6 beside IPv4 */
};

/** What a socket did since it was opened. Open: plain numbers. */
struct tcn_sock_counts {
    uint64_t recv_count;   /**< messages received whole */
    uint64_t send_count;   /**< messages handed to the transport */
    uint64_t toobig_count; /**< messages thrown away for their frames or bytes */
    uint64_t full_count;   /**< sends that found the queue full or nobody connected */
    uint64_t absent_count; /**< sends to a peer that is not there */
};

/** One socket. Opaque: holds foreign handles. */
struct tcn_sock;

/** Opens a socket and applies the whole baseline: bounds, heartbeats, reconnect pace, keys, ZAP
 * domain enforced. It fails unless every single option took.
 * Owns: gives the socket; keys are copied, a dealer's also for its next calls until it is closed.
 * Errors: TCN_CONFIG an option is missing, not for this role or out of bounds, or libzmq refused
 * it; TCN_LIMIT the link's sockets are used up; TCN_CLOSED the link is shut down; TCN_NOMEM.
 * Thread: the caller becomes the owner. */
TCN_MUST_CHECK enum tcn_status tcn_sock_open(struct tcn_link *link,
                                             const struct tcn_sock_options *options,
                                             struct tcn_sock **out_sock);

/** Closes the socket and drops what was not sent. Accepts NULL, leaves NULL. Remove it from
 * every poller first.
 * Thread: owner. */
void tcn_sock_close(struct tcn_sock **sock);

/** Checks an address against a role, as bind and connect do.
 * Errors: TCN_CONFIG another transport than the role allows, an abstract ipc name, unprotected tcp
 * off the loopback or without insecure_loopback, or a text over TCN_ADDRESS_BYTES.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_sock_check_address(enum tcn_sock_role role,
                                                      bool insecure_loopback, const char *address);

/** Listens on an address; "tcp://127.0.0.1:*" takes a free port. A CURVE server binds only
 * after its ZAP handler is open.
 * Errors: TCN_CONFIG not allowed for the role, or no such interface; TCN_LOCKED somebody
 * listens there; TCN_EXISTS a dealer that calls somebody over a network; TCN_LIMIT no descriptors
 * left; TCN_CLOSED; TCN_IO.
 * Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_sock_bind(struct tcn_sock *sock, const char *address);

/** Stops listening on an address as tcn_sock_endpoint gave it.
 * Errors: TCN_ABSENT it was not bound there; TCN_CONFIG; TCN_CLOSED; TCN_IO.
 * Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_sock_unbind(struct tcn_sock *sock, const char *address);

/** Keeps connecting to an address in the background; returns at once, also when nobody is there.
 * After a break or a failure a dealer rests, 200 to 600 ms at first and at most 1.2 s, and calls
 * again when its owner waits or meets a TCN_AGAIN. One failure ends it: when a server denied the
 * key (ZAP status 400) it gives up for good. A client that waited long enough for its first answer
 * closes its socket and opens a new one, or disconnects and connects.
 * Errors: TCN_CONFIG not allowed for the role or not an address; TCN_EXISTS a dealer that calls
 * somebody over a network, or listens, already; TCN_LIMIT no descriptors left; TCN_CLOSED;
 * TCN_NOMEM; TCN_IO.
 * Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_sock_connect(struct tcn_sock *sock, const char *address);

/** From the next call on these keys of the server are tried; a connection that stands goes on, and
 * its key, if it is one of them, is the first to be tried again. `keys` are `count` keys, 1 to
 * TCN_SERVER_KEYS_MAX, one behind the other.
 * Owns: copies the keys.
 * Thread: owner, of a TCN_SOCK_DEALER_CLIENT. */
void tcn_sock_set_server_keys(struct tcn_sock *sock, const uint8_t *keys, size_t count);

/** Stops connecting to an address and drops what was not sent there; a dealer over a network also
 * drops what came and was not received, and may connect anew.
 * Errors: TCN_ABSENT it was not connected there, as the address was given to tcn_sock_connect;
 * TCN_CONFIG; TCN_LIMIT no descriptors left, TCN_NOMEM: then nothing has changed; TCN_CLOSED;
 * TCN_IO.
 * Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_sock_disconnect(struct tcn_sock *sock, const char *address);

/** The address of the last bind, with the port that was taken.
 * Errors: TCN_ABSENT nothing was bound; TCN_CLOSED; TCN_IO.
 * Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_sock_endpoint(struct tcn_sock *sock,
                                                 char out_address[TCN_ADDRESS_BYTES]);

/** Takes the next whole message; what `parts` held before is given back. On a router the first
 * frame is the peer's routing id, which proves nothing. What a connection brought before it broke
 * is received for at least 200 ms after the owner learned of the break. Owns: gives the frames to
 * `parts`. Errors: TCN_AGAIN nothing waits; TCN_TOOBIG a message over TCN_PARTS_MAX frames or
 * message_bytes_max is being thrown away, at most TCN_SOCK_DRAIN_MAX frames a call: call
 * again; TCN_CLOSED the link is shut down; TCN_NOMEM; TCN_IO. `parts` is empty on every error.
 * Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_sock_recv(struct tcn_sock *sock, struct tcn_parts *parts);

/** Sends one message of 1 to TCN_PARTS_MAX frames, whole or not at all. On a router the first
 * frame is the routing id and at least one more follows.
 * Owns: copies the bytes.
 * Errors: TCN_TOOBIG more than TCN_PARTS_MAX frames; TCN_MALFORMED fewer than one, or than two
 * on a router; TCN_AGAIN the queue is full or nobody is connected; TCN_ABSENT the router knows
 * no such peer, or the connection broke in the middle and the message is dropped; TCN_CLOSED
 * the link is shut down, or the other thread's end of a pair went away in the middle;
 * TCN_NOMEM; TCN_IO.
 * Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_sock_send(struct tcn_sock *sock, const struct tcn_slice *frames,
                                             size_t count);

/** Sends `prefix_count` frames of our own and after them the frames of `parts` from `first` on,
 * as one message. Payload is shared with `parts`, not copied.
 * Owns: copies the prefix, lends the parts: they are unchanged afterwards, sent or not.
 * Errors: as tcn_sock_send.
 * Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_sock_forward(struct tcn_sock *sock,
                                                const struct tcn_slice *prefix, size_t prefix_count,
                                                struct tcn_parts *parts, size_t first);

/** Sends the frames of `parts` from `first` on and empties `parts`.
 * Owns: takes the parts when it returns TCN_OK, else leaves them unchanged.
 * Errors: as tcn_sock_send.
 * Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_parts_send(struct tcn_sock *sock, struct tcn_parts *parts,
                                              size_t first);

/** What the socket did so far. Thread: owner. */
struct tcn_sock_counts tcn_sock_counts(const struct tcn_sock *sock);

#endif
